"""Workbooks for tests: one good school, small tables made of it, and a writer for every kind of file."""

import csv
import struct
import zipfile
from collections.abc import Mapping

import xlwt
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import Table, TableCell, TableRow
from odf.text import P
from openpyxl import Workbook

HEADINGS = {  # the column that each has in a table made with nothing more
    "county": "县(市、区)",  # A
    "code": "学校标识码",  # B
    "name": "学校名称",  # C
    "type": "办学类型",  # D
    "stage": "学段",  # E
    "students": "在校生数",  # F
    "overqualified_teachers": "高于规定学历教师数",  # G
    "backbone_teachers": "县级以上骨干教师数",  # H
    "pe_art_teachers": "体育、艺术专任教师数",  # I
    "teaching_area": "教学及辅助用房面积",  # J
    "indoor_sports_area": "室内体育用房面积",  # K
    "sports_ground_area": "运动场地面积",  # L
    "equipment_value": "教学仪器设备值",  # M
    "multimedia_classrooms": "网络多媒体教室数",  # N
}
MORE_HEADINGS = {
    "number": "序号",
    "town": "乡镇",
    "group": "学区(教育集团)",
    "year": "年度",
    "area": "城乡分类",
    "owner": "举办者",
    "basis": "资源口径",
    "classes": "班级数",
    "teachers": "专任教师数",
    "titled_teachers": "中级及以上专业技术职务教师数",
    "sports_area": "体育运动场馆面积",
    "computers": "教学用计算机台数",
    "books": "图书册数",
}
SHARED = ("teaching_area", "indoor_sports_area", "sports_ground_area", "equipment_value", "multimedia_classrooms")

GOOD = {  # a primary school that meets all seven bars of the 2017 method:
    "county": "示例县",
    "code": "3137000001",
    "name": "第一小学",
    "type": "小学",
    "stage": "小学",
    "students": 1000,
    "overqualified_teachers": 50,  # 5.0 for 100 pupils, at least 4.2
    "backbone_teachers": 12,  # 1.2, at least 1
    "pe_art_teachers": 10,  # 1.0, at least 0.9
    "teaching_area": 5000,  # (5000 − 400) ÷ 1000 = 4.6, at least 4.5
    "indoor_sports_area": 400,
    "sports_ground_area": 7600,  # (7600 + 400) ÷ 1000 = 8.0, at least 7.5
    "equipment_value": 2_100_000,  # 2100, at least 2000
    "multimedia_classrooms": 24,  # 2.4, at least 2.3
}


def school_row(**changes):
    """Return one row of a table by field: the good primary school, changed."""
    unknown = changes.keys() - HEADINGS.keys() - MORE_HEADINGS.keys()
    if unknown:
        raise KeyError(unknown)
    return {**GOOD, **changes}


def nine_year(**changes):
    """Return the two rows of a nine-year school that meets every bar, its shared figures on the first row.

    600 primary and 400 junior pupils weigh 600 × 1 = 600 and 400 × 1.1 = 440: shares 15/26 and 11/26. Primary has
    15/26 × 6240 ÷ 600 = 6 ㎡ of teaching area without the gym, junior 11/26 × 6240 ÷ 400 = 6.6 ㎡; sports
    15/26 × 10,400 ÷ 600 = 10 and 11/26 × 10,400 ÷ 400 = 11; equipment 2500 and 2750; rooms 2.5 and 2.75 for 100 pupils.
    """
    both = {"code": "3137000002", "name": "实验学校", "type": "九年一贯制学校", **changes}
    shared = {
        "teaching_area": 6760,
        "indoor_sports_area": 520,
        "sports_ground_area": 9880,
        "equipment_value": 2_600_000,
        "multimedia_classrooms": 26,
    }
    teachers = {"overqualified_teachers": 30, "backbone_teachers": 9, "pe_art_teachers": 6}  # 5.0, 1.5 and 1.0
    primary = school_row(stage="小学", students=600, **{**teachers, **shared, **both})
    teachers = {"overqualified_teachers": 24, "backbone_teachers": 6, "pe_art_teachers": 4}  # 6.0, 1.5 and 1.0
    junior = school_row(stage="初中", students=400, **{**teachers, **dict.fromkeys(SHARED), **both})
    return [primary, junior]


def table(*schools, without=(), headings=None):
    """Return the rows of a table, header first: a column for every field that a school gives, less those left out.

    序号 comes first, then the columns A to N of `HEADINGS`, then any further ones. `headings` writes other headings.
    """
    words = {**MORE_HEADINGS, **HEADINGS, **(headings or {})}
    given = set().union(*schools) - set(without)
    order = [name for name in dict.fromkeys(("number", *HEADINGS, *MORE_HEADINGS)) if name in given]
    return [[words[name] for name in order], *([school.get(name) for name in order] for school in schools)]


def _sheets(rows, sheet):
    return rows if isinstance(rows, Mapping) else {sheet: rows}


def write_xlsx(path, rows, sheet="学校", *, merge=()):
    """Write rows, or several sheets by their names; `merge` are ranges merged in each."""
    book = Workbook()
    book.remove(book.active)
    for name, lines in _sheets(rows, sheet).items():
        page = book.create_sheet(name)
        for line in lines:
            page.append(line)
        for cells in merge:
            page.merge_cells(cells)
    book.save(path)
    return path


def write_xls(path, rows, sheet="学校"):
    """Write rows, or several sheets by their names, as Excel 97 does."""
    book = xlwt.Workbook()
    for name, lines in _sheets(rows, sheet).items():
        page = book.add_sheet(name)
        for at, line in enumerate(lines):
            for column, cell in enumerate(line):
                if cell is not None:
                    page.write(at, column, cell)
    book.save(str(path))
    return path


def write_ods(path, rows, sheet="学校"):
    """Write rows, or several sheets by their names, as LibreOffice does."""
    book = OpenDocumentSpreadsheet()
    for name, lines in _sheets(rows, sheet).items():
        page = Table(name=name)
        for line in lines:
            row = TableRow()
            for cell in line:
                if isinstance(cell, int | float):
                    row.addElement(TableCell(valuetype="float", value=cell))
                else:
                    entry = TableCell(valuetype="string")
                    if cell is None:
                        entry = TableCell()
                    else:
                        entry.addElement(P(text=cell))
                    row.addElement(entry)
            page.addElement(row)
        book.spreadsheet.addElement(page)
    book.save(str(path))
    return path


def write_csv(path, rows, encoding="utf-8", separator=","):
    """Write rows as text."""
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file, delimiter=separator).writerows(rows)
    return path


# ------------------------------------------------------------------------------- .xlsb: BIFF12 records in a zip archive

_ROW, _REAL, _TEXT_AT, _TEXT = 0, 5, 7, 19
_SHEET, _SHEET_END, _BOOK, _BOOK_END, _SHEETS, _SHEETS_END = 129, 130, 131, 132, 143, 144
_DATA, _DATA_END, _EXTENT, _SHEET_NAME, _TEXTS, _TEXTS_END = 145, 146, 148, 156, 159, 160

_DECLARED = '<?xml version="1.0" encoding="UTF-8"?>'
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"


def _record(kind, data=b""):
    """Return a record: its kind and its length, seven bits to a byte, and its data."""

    def number(value):
        return bytes([value]) if value < 128 else bytes([value & 127 | 128]) + number(value >> 7)

    return number(kind) + number(len(data)) + data


def _text(text):
    written = text.encode("utf-16-le")
    return struct.pack("<I", len(written) // 2) + written


def _page(lines, texts):
    """Return the records of one sheet; its texts are added to `texts`, which says where each stands."""
    width = max(map(len, lines))
    pieces = [_record(_SHEET), _record(_EXTENT, struct.pack("<4I", 0, len(lines) - 1, 0, width - 1)), _record(_DATA)]
    for at, line in enumerate(lines):
        pieces.append(_record(_ROW, struct.pack("<IIHBBBI", at, 0, 300, 0, 0, 0, 0)))
        for column, cell in enumerate(line):
            where = struct.pack("<II", column, 0)
            if isinstance(cell, str):
                pieces.append(_record(_TEXT_AT, where + struct.pack("<I", texts.setdefault(cell, len(texts)))))
            elif cell is not None:
                pieces.append(_record(_REAL, where + struct.pack("<d", cell)))
    return b"".join([*pieces, _record(_DATA_END), _record(_SHEET_END)])


def _relations(*parts):
    entries = (
        f'<Relationship Id="rId{number}" Target="{target}" Type="{_OFFICE}/{kind}"/>'
        for number, (target, kind) in enumerate(parts, 1)
    )
    return f'{_DECLARED}<Relationships xmlns="{_PACKAGE}/relationships">{"".join(entries)}</Relationships>'


def write_xlsb(path, rows, sheet="学校"):
    """Write rows, or several sheets by their names, as Excel's binary workbook (BIFF12), without styles."""
    sheets = _sheets(rows, sheet)
    texts = {}
    parts = {f"worksheets/sheet{number}.bin": _page(lines, texts) for number, lines in enumerate(sheets.values(), 1)}
    names = [
        _record(_SHEET_NAME, struct.pack("<II", 0, number) + _text(f"rId{number}") + _text(name))
        for number, name in enumerate(sheets, 1)
    ]
    size = struct.pack("<II", len(texts), len(texts))
    shared = [_record(_TEXTS, size), *(_record(_TEXT, b"\0" + _text(text)) for text in texts), _record(_TEXTS_END)]
    book = [_record(_BOOK), _record(_SHEETS), *names, _record(_SHEETS_END), _record(_BOOK_END)]
    kinds = {
        "workbook": "sheet.binary.macroEnabled.main",
        "sharedStrings": "sharedStrings",
        **{part.removesuffix(".bin"): "worksheet" for part in parts},
    }
    types = (f'<Override PartName="/xl/{p}.bin" ContentType="application/vnd.ms-excel.{k}"/>' for p, k in kinds.items())
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "[Content_Types].xml",
            f'{_DECLARED}<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" '
            f'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>{"".join(types)}</Types>',
        )
        archive.writestr("_rels/.rels", _relations(("xl/workbook.bin", "officeDocument")))
        of_book = [*((part, "worksheet") for part in parts), ("sharedStrings.bin", "sharedStrings")]
        archive.writestr("xl/_rels/workbook.bin.rels", _relations(*of_book))
        archive.writestr("xl/workbook.bin", b"".join(book))
        archive.writestr("xl/sharedStrings.bin", b"".join(shared))
        for part, records in parts.items():
            archive.writestr(f"xl/{part}", records)
    return path
