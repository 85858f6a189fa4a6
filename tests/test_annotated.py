"""The workbook handed back: faulty cells shaded and commented, a list that leads to them, everything else as it was."""

import io
import json
import shutil
import struct
import zipfile
import zlib

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment
from openpyxl.drawing.image import Image
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.worksheet.datavalidation import DataValidation
from typer.testing import CliRunner

from junheng.cli import app
from junheng.problems import Place, Severity, Unusable
from junheng.report.annotated import LIST, MARK, Remark, annotate

HEADINGS = (
    "学校名称",  # A
    "办学类型",  # B
    "在校生数",  # C
    "高于规定学历教师数",  # D
    "县级以上骨干教师数",  # E
    "体育、艺术专任教师数",  # F
    "教学及辅助用房面积",  # G
    "室内体育用房面积",  # H
    "运动场地面积",  # I
    "教学仪器设备值",  # J
    "网络多媒体教室数",  # K
)
GOOD = ("第一小学", "小学", 1000, 50, 12, 10, 5000, 0, 8000, 2500000, 25)
LOW = ("第二小学", "小学", 1000, 50, 12, 10, 4000, 0, 8000, 2500000, 25)  # 4.0 ㎡ of rooms where 4.5 are asked
BLANK = ("第三小学", "小学", 1000, 50, None, 10, 5000, 0, 8000, 2500000, 25)
TEXT = ("第四小学", "小学", 1000, "约50人", 12, 10, 5000, 0, 8000, 2500000, 25)
ERROR, WARNING, BELOW = "FFFFC7CE", "FFFFEB9C", "FFBDD7EE"
THICK = Border(*[Side("medium", color="FF0000")] * 4)


def _picture():
    """Return a PNG of one red dot."""

    def chunk(kind, data):
        whole = kind + data
        return struct.pack(">I", len(data)) + whole + struct.pack(">I", zlib.crc32(whole))

    header = struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)
    body = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0\xff\0\0")) + chunk(b"IEND", b"")
    return io.BytesIO(b"\x89PNG\r\n\x1a\n" + body)


def _clerks(path):
    """Write a workbook as a clerk keeps it: title, header, four schools, and everything that Excel offers."""
    book = Workbook()
    sheet = book.active
    sheet.title = "学校's"
    sheet.append(["某县2023学年学校情况表"])
    sheet.merge_cells("A1:K1")
    for row in (HEADINGS, GOOD, LOW, BLANK, TEXT):
        sheet.append(row)
    for cell in sheet[4]:
        cell.font, cell.border, cell.number_format = Font(name="仿宋", bold=True, size=13), THICK, "#,##0.00"
        cell.alignment, cell.protection = Alignment(horizontal="center"), Protection(locked=False)
    sheet["C3"] = "=400+600"
    sheet["M3"], sheet["N3"] = "=SUM(C3:C6)", "=G4/C4"
    sheet["G4"].comment = Comment("按产权证填", "王老师", width=200, height=80)
    sheet["C6"].comment = Comment("学籍系统数", "王老师")
    sheet["A1"].font = Font(size=20)
    kinds = DataValidation(type="list", formula1='"小学,初级中学"', allow_blank=True)
    kinds.add("B3:B40")
    sheet.add_data_validation(kinds)
    red = CellIsRule(operator="lessThan", formula=["0"], fill=PatternFill(bgColor="FF0000"))
    sheet.conditional_formatting.add("C3:K40", red)
    sheet.column_dimensions["A"].width, sheet.row_dimensions[2].height = 33, 44
    sheet.freeze_panes, sheet.auto_filter.ref = "B3", "A2:K6"
    sheet.print_title_rows = "1:2"
    sheet.protection.sheet = True
    chart = BarChart()
    chart.add_data(Reference(sheet, min_col=3, min_row=2, max_row=6), titles_from_data=True)
    sheet.add_chart(chart, "M8")
    sheet.add_image(Image(_picture()), "M30")
    other = book.create_sheet("说明")
    other["B2"] = "填表人：王老师"
    book.create_sheet("隐藏").sheet_state = "hidden"
    book.save(path)
    # results of the formulas, as Excel saves them
    parts = _parts(path)
    name = "xl/worksheets/sheet1.xml"
    text = parts[name].decode()
    for formula, result in (("400+600", 1000), ("SUM(C3:C6)", 4000), ("G4/C4", 4)):
        text = text.replace(f"<f>{formula}</f><v></v>", f"<f>{formula}</f><v>{result}</v>")
        text = text.replace(f"<f>{formula}</f><v/>", f"<f>{formula}</f><v>{result}</v>")
        text = text.replace(f"<f>{formula}</f><v />", f"<f>{formula}</f><v>{result}</v>")
    parts[name] = text.encode()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for part, data in parts.items():
            archive.writestr(part, data)
    return path


def _parts(path):
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _run(*arguments, code=None):
    result = CliRunner().invoke(app, [str(a) for a in arguments])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    if code is not None:
        assert code == result.exit_code, result.output
    return result


@pytest.fixture
def clerks(tmp_path):
    """The clerk's workbook."""
    return _clerks(tmp_path / "学校表.xlsx")


@pytest.fixture
def copy(clerks, tmp_path):
    """The copy that `check` hands back."""
    out = tmp_path / "out" / "退回.xlsx"
    _run("check", clerks, "--annotate", out, code=3)
    return out


def test_faulty_cells_are_shaded_and_commented(copy):
    """A fault, a blank and a figure below its bar are shaded each in its colour, with code, finding and what to do."""
    sheet = load_workbook(copy)["学校's"]
    shaded = {c.coordinate: c.fill.fgColor.rgb for row in sheet.iter_rows() for c in row if c.fill.fill_type == "solid"}
    assert {"G4": BELOW, "E5": ERROR, "D6": ERROR} == shaded
    assert "W201 错误：“高于规定学历教师数”应为数，实为“约50人”\n→只填数字；没有数据就留空" in sheet["D6"].comment.text
    assert "W205" in sheet["E5"].comment.text
    assert "为 4.00，标准 ≥4.5，缺口 500.00 ㎡，未达标" in sheet["G4"].comment.text


def test_comments_that_were_there_are_kept_and_added_to(copy):
    """The clerk's own comments stay, word for word and with their author, in front of ours."""
    sheet = load_workbook(copy)["学校's"]
    assert sheet["G4"].comment.text.startswith(f"按产权证填\n{MARK}")
    assert ("学籍系统数", "王老师") == (sheet["C6"].comment.text, sheet["C6"].comment.author)
    assert "王老师" == sheet["G4"].comment.author
    assert "junheng" == sheet["D6"].comment.author


def test_nothing_else_of_a_cell_changes(clerks, copy):
    """Values, formulas, saved results, fonts, borders, formats, alignment and protection of every cell are as before."""
    for data_only in (False, True):
        before, after = load_workbook(clerks, data_only=data_only), load_workbook(copy, data_only=data_only)
        assert [*before.sheetnames, LIST.zh] == after.sheetnames
        for sheet in before:
            for row in sheet.iter_rows():
                for cell in row:
                    other = after[sheet.title][cell.coordinate]
                    for part in ("value", "font", "border", "number_format", "alignment", "protection"):
                        assert repr(getattr(cell, part)) == repr(getattr(other, part)), (cell.coordinate, part)


def test_the_sheet_keeps_what_excel_offers(clerks, copy):
    """Drop-downs, conditional formats, merged cells, widths, heights, panes, filters, titles and protection stay."""
    before, after = load_workbook(clerks)["学校's"], load_workbook(copy)["学校's"]
    (rule,) = after.data_validations.dataValidation
    assert ("list", '"小学,初级中学"', "B3:B40") == (rule.type, rule.formula1, str(rule.sqref))
    assert [str(r.sqref) for r in before.conditional_formatting] == [str(r.sqref) for r in after.conditional_formatting]
    assert ["A1:K1"] == [str(r) for r in after.merged_cells.ranges]
    assert (33, 44) == (after.column_dimensions["A"].width, after.row_dimensions[2].height)
    assert ("B3", "A2:K6") == (after.freeze_panes, after.auto_filter.ref)
    assert before.print_title_rows == after.print_title_rows
    assert after.protection.sheet
    assert (1, 1) == (len(after._charts), len(after._images))
    assert "hidden" == load_workbook(copy)["隐藏"].sheet_state


def test_parts_that_are_not_ours_stay_byte_for_byte(clerks, copy):
    """Charts, pictures, drawings, the theme, other sheets and names are the very bytes of the clerk's file."""
    before, after = _parts(clerks), _parts(copy)
    assert before.keys() <= after.keys()
    changed = {name for name in before if before[name] != after[name]}
    touched = ("[Content_Types].xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml")
    assert changed <= {*touched, "xl/worksheets/sheet1.xml"} | {
        n for n in before if "omment" in n or n.endswith(".vml")
    }
    assert any("chart" in name for name in before)


def test_the_list_leads_to_each_cell_and_back(copy):
    """问题清单 stands last, with the heaviest first, a link to each cell, and a way back from each sheet."""
    book = load_workbook(copy)
    listed = book[LIST.zh]
    assert LIST.zh == book.sheetnames[-1]
    rows = [[c.value for c in row] for row in listed.iter_rows(min_row=4)]
    assert [
        ("D6", "错误", "W201", "第四小学"),
        ("E5", "错误", "W205", "第三小学"),
        ("G4", "未达标", "teaching_area", "第二小学"),
    ] == sorted((row[2], row[3], row[4], row[5]) for row in rows if row[2] != "—" and row[3] != "说明")
    assert ["错误", "错误", "未达标"] == [row[3] for row in rows][:3]
    assert {f"'学校''s'!{row[2]}" for row in rows[:3]} == {listed.cell(r, 3).hyperlink.location for r in (4, 5, 6)}
    assert f"'{LIST.zh}'!A1" == book["学校's"]["A1"].hyperlink.location


def test_the_source_is_never_written(clerks, tmp_path):
    """The clerk's file has the same bytes afterwards, and is refused as the place of the copy under any name for it."""
    before = clerks.read_bytes()
    _run("check", clerks, "--annotate", tmp_path / "out.xlsx")
    (tmp_path / "link.xlsx").symlink_to(clerks)
    for name in (clerks, tmp_path / "link.xlsx", tmp_path):
        result = _run("check", clerks, "--annotate", name, code=2)
        assert "C122" in result.stderr
    assert before == clerks.read_bytes()


def test_the_copy_is_judged_as_the_original(clerks, copy):
    """Handed in again, the copy gives the same schools and the same problems: its list is not taken for a table."""
    shutil.copy(copy, copy.parent / clerks.name)
    first, second = (json.loads(_run("check", f, "-f", "json").stdout) for f in (clerks, copy.parent / clerks.name))
    assert first == second


def test_a_second_run_replaces_the_marks_of_the_first(copy, tmp_path):
    """A figure that was mended loses shade and comment, the clerk's own comment stays, and there is one list."""
    book = load_workbook(copy)
    sheet = book["学校's"]
    sheet["G4"], sheet["D6"], sheet["C3"] = 5000, 50, 1000
    book.save(tmp_path / "mended.xlsx")  # saved by another program
    _run("check", tmp_path / "mended.xlsx", "--annotate", tmp_path / "again.xlsx", code=3)
    after = load_workbook(tmp_path / "again.xlsx")
    sheet = after["学校's"]
    assert (None, None, "solid") == tuple(sheet[c].fill.fill_type for c in ("G4", "D6", "E5"))
    assert "按产权证填" in sheet["G4"].comment.text
    assert sheet["D6"].comment is None
    assert 1 == sheet["E5"].comment.text.count("W205")
    assert 1 == sum(name.startswith(LIST.zh) for name in after.sheetnames)
    assert "错误 1" in after[LIST.zh]["A1"].value


def test_several_files_go_into_a_folder(clerks, tmp_path):
    """Each of several workbooks gets a copy of its own name, with its own remarks only."""
    other = tmp_path / "二.xlsx"
    book = Workbook()
    for row in (HEADINGS, ("第五小学", *GOOD[1:3], "无", *GOOD[4:])):
        book.active.append(row)
    book.save(other)
    _run("check", clerks, other, "--annotate", tmp_path / "退回")
    assert {"学校表.xlsx", "二.xlsx"} == {f.name for f in (tmp_path / "退回").iterdir()}
    sheet = load_workbook(tmp_path / "退回" / "二.xlsx").worksheets[0]
    assert ["D2"] == [c.coordinate for row in sheet.iter_rows() for c in row if c.comment]


def test_a_workbook_that_cannot_be_judged_is_handed_back_too(tmp_path):
    """Two columns for one field stop the run; the copy says so at the heading."""
    source = tmp_path / "a.xlsx"
    book = Workbook()
    for row in ((*HEADINGS, "学校名称"), (*GOOD, "另一个名称")):
        book.active.append(row)
    book.save(source)
    assert "W111" in _run("check", source, "--annotate", tmp_path / "out.xlsx", code=2).stderr
    sheet = load_workbook(tmp_path / "out.xlsx").worksheets[0]
    assert ["W111" in c.comment.text for c in sheet[1] if c.comment] == [True]


def test_another_file_is_never_overwritten(clerks, tmp_path):
    """A copy replaces an earlier copy, in either language, and nothing else; in a folder too."""
    out = tmp_path / "out.xlsx"
    _run("check", clerks, "--annotate", out, code=3)
    _run("check", clerks, "--annotate", out, "--lang", "en", code=3)
    (tmp_path / "in").mkdir()
    for taken in (tmp_path / "other.xlsx", tmp_path / "in" / clerks.name):
        Workbook().save(taken)
        before = taken.read_bytes()
        result = _run("check", clerks, "--annotate", taken if taken.parent == tmp_path else taken.parent, code=2)
        assert "C106" in result.stderr
        assert before == taken.read_bytes()
    (tmp_path / "text.xlsx").write_text("no workbook", "utf-8")
    assert "C106" in _run("check", clerks, "--annotate", tmp_path / "text.xlsx", code=2).stderr


@pytest.mark.parametrize("command", ["check", "audit"])
def test_the_name_of_another_kind_of_file_is_refused(clerks, tmp_path, command):
    """--annotate out.csv is no folder: one line says what can be written, and nothing is."""
    there = set(tmp_path.iterdir())
    result = _run(command, clerks, "--annotate", tmp_path / "out.csv", code=2)
    assert "C102" in result.stderr
    assert "可用：.xlsx，或一个文件夹" in result.stderr
    assert there == set(tmp_path.iterdir())


def test_in_english_the_list_has_an_english_name(clerks, tmp_path):
    """--lang en names the list Problems, in its comments too; read again, it is no table of schools."""
    out = tmp_path / "out.xlsx"
    _run("check", clerks, "--annotate", out, "--lang", "en", code=3)
    book = load_workbook(out)
    assert LIST.en == book.sheetnames[-1]
    assert "see the sheet “Problems”" in book["学校's"]["D6"].comment.text
    assert "'Problems'!A1" == book["学校's"]["A1"].hyperlink.location
    first, second = (json.loads(_run("check", f, "-f", "json").stdout)["schools"] for f in (clerks, out))
    assert first == second


def test_characters_written_as_numbers_are_read(copy, tmp_path):
    """Programs that write what is not ASCII as numbers, and declare ASCII, keep our marks: they are replaced."""
    parts = _parts(copy)
    for name, data in parts.items():
        if name.endswith(".xml"):
            text = data.decode().encode("ascii", "xmlcharrefreplace")
            parts[name] = text.replace(b'encoding="UTF-8"', b'encoding="us-ascii"').replace(b"'utf-8'", b"'us-ascii'")
    numbered = tmp_path / "numbered.xlsx"
    with zipfile.ZipFile(numbered, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    _run("check", numbered, "--annotate", tmp_path / "again.xlsx", code=3)
    first, second = load_workbook(copy), load_workbook(tmp_path / "again.xlsx")
    assert first.sheetnames == second.sheetnames
    texts = [
        {c.coordinate: c.comment.text for row in book["学校's"].iter_rows() for c in row if c.comment}
        for book in (first, second)
    ]
    assert texts[0] == texts[1]


@pytest.mark.parametrize("suffix", [".xls", ".csv", ".ods", ".xlsb"])
def test_other_formats_are_refused(tmp_path, suffix):
    """What is no .xlsx inside is refused in one line that says what to do, and nothing is written."""
    from tests.workbooks import school_row, table, write_csv, write_ods, write_xls, write_xlsb

    writers = {".xls": write_xls, ".csv": write_csv, ".ods": write_ods, ".xlsb": write_xlsb}
    source = writers[suffix](tmp_path / f"a{suffix}", table(school_row()))
    result = _run("check", source, "--annotate", tmp_path / "out.xlsx", code=2)
    assert "C121" in result.stderr
    assert "另存为 .xlsx" in result.stderr
    assert [source] == list(tmp_path.iterdir())


def test_text_of_a_remark_stays_text(tmp_path):
    """Markup, formulas and control signs in a remark are text in the comment and in the list."""
    source = tmp_path / "a.xlsx"
    book = Workbook()
    book.active.title = "表"
    book.active["A1"] = "x"
    book.save(source)
    hostile = '=HYPERLINK("x")<script>&amp;\x1b]]>'
    remark = Remark(Place("a.xlsx", "表", "B7"), Severity.ERROR, hostile, "+1", "@c", "-校")
    assert [] == annotate(source, tmp_path / "out.xlsx", [remark], "zh")
    book = load_workbook(tmp_path / "out.xlsx")
    assert '=HYPERLINK("x")<script>&amp; ]]>' in book["表"]["B7"].comment.text
    cells = [c for row in book[LIST.zh].iter_rows() for c in row]
    assert {"s", "n"} >= {c.data_type for c in cells if c.value is not None}
    assert '=HYPERLINK("x")<script>&amp; ]]>' in {c.value for c in cells}


@pytest.mark.parametrize("sheet", ["<x:worksheet xmlns:x", "plain"])
def test_sheets_without_addresses_or_with_prefixes(tmp_path, sheet):
    """Other programs leave out addresses, or write every name with a prefix: the right cell is still found."""
    source = tmp_path / "a.xlsx"
    book = Workbook()
    book.active.title = "表"
    for row in ((1, 2), (3, 4)):
        book.active.append(row)
    book.save(source)
    parts = _parts(source)
    text = parts["xl/worksheets/sheet1.xml"].decode()
    text = __import__("re").sub(r' r="[A-Z]*\d+"', "", text)
    if sheet != "plain":
        text = __import__("re").sub(r"<(/?)(?=[a-zA-Z])", r"<\1x:", text).replace("xmlns=", "xmlns:x=")
    parts["xl/worksheets/sheet1.xml"] = text.encode()
    with zipfile.ZipFile(source, "w") as archive:
        for part, data in parts.items():
            archive.writestr(part, data)
    remarks = [Remark(Place("a.xlsx", "表", cell), Severity.ERROR, cell) for cell in ("B2", "D2", "C9")]
    annotate(source, tmp_path / "out.xlsx", remarks, "zh")
    page = load_workbook(tmp_path / "out.xlsx")["表"]
    assert [(1, 2), (3, 4)] == [row[:2] for row in page.iter_rows(max_row=2, values_only=True)]
    assert {"B2", "D2", "C9"} == {c.coordinate for row in page.iter_rows() for c in row if c.fill.fill_type}
    assert {"B2", "D2", "C9"} == {c.coordinate for row in page.iter_rows() for c in row if c.comment}


def test_what_cannot_be_changed_in_place_is_refused(tmp_path):
    """A file whose sheet is cut off is refused, and nothing is written."""
    source = tmp_path / "a.xlsx"
    book = Workbook()
    book.active.title = "表"
    book.save(source)
    parts = _parts(source)
    parts["xl/worksheets/sheet1.xml"] = parts["xl/worksheets/sheet1.xml"][:-20]
    with zipfile.ZipFile(source, "w") as archive:
        for part, data in parts.items():
            archive.writestr(part, data)
    with pytest.raises(Unusable, match="C124"):
        annotate(source, tmp_path / "out.xlsx", [Remark(Place("a.xlsx", "表", "A1"), Severity.ERROR, "x")], "zh")
    assert not (tmp_path / "out.xlsx").exists()


# ------------------------------------------------------------------------------------------------------ LibreOffice


@pytest.fixture(scope="module")
def opened(tmp_path_factory, convert):
    """The copy, opened by LibreOffice and saved by it as .xlsx, .ods and .pdf; and the clerk's file likewise."""
    folder = tmp_path_factory.mktemp("office")
    clerks = _clerks(folder / "学校表.xlsx")
    copy = folder / "退回.xlsx"
    _run("check", clerks, "--annotate", copy, code=3)
    for kind in ("xlsx", "pdf"):
        convert(kind, folder / "saved", clerks, copy)
    return folder / "saved"


def test_libreoffice_opens_the_copy(opened):
    """LibreOffice opens the copy, keeps its comments, shades, formulas and drop-downs, and saves them again."""
    assert (opened / "退回.pdf").read_bytes().startswith(b"%PDF")
    book = load_workbook(opened / "退回.xlsx")
    sheet = book["学校's"]
    assert [*load_workbook(opened / "学校表.xlsx").sheetnames, LIST.zh] == book.sheetnames
    assert {"G4": BELOW, "E5": ERROR, "D6": ERROR} == {c: sheet[c].fill.fgColor.rgb for c in ("G4", "E5", "D6")}
    assert "按产权证填" in sheet["G4"].comment.text
    assert "标准 ≥4.5" in sheet["G4"].comment.text
    assert "W201" in sheet["D6"].comment.text
    assert ("=400+600", "=SUM(C3:C6)", "=G4/C4") == tuple(sheet[c].value for c in ("C3", "M3", "N3"))
    (rule,) = sheet.data_validations.dataValidation
    assert ("list", '"小学,初级中学"') == (rule.type, rule.formula1)
    assert 4 == load_workbook(opened / "退回.xlsx", data_only=True)["学校's"]["N3"].value


def test_libreoffice_sees_the_formats_of_the_original(opened):
    """Saved by LibreOffice, the copy has the fonts, borders, formats, widths and heights of the original so saved."""
    before, after = (load_workbook(opened / f"{name}.xlsx")["学校's"] for name in ("学校表", "退回"))
    for row in before.iter_rows(min_row=2):
        for cell in row:
            other = after[cell.coordinate]
            for part in ("value", "border", "number_format", "alignment", "protection"):
                assert repr(getattr(cell, part)) == repr(getattr(other, part)), (cell.coordinate, part)
            # the name of a font that it does not have it replaces, now by one, now by another
            looks = [(f.b, f.i, f.u, f.sz, repr(f.color)) for f in (cell.font, other.font)]
            assert looks[0] == looks[1], cell.coordinate
    assert before.column_dimensions["A"].width == after.column_dimensions["A"].width
    assert before.row_dimensions[2].height == after.row_dimensions[2].height
    assert len(before.conditional_formatting) == len(after.conditional_formatting)
    assert (1, 1) == (len(after._charts), len(after._images))
    links = {
        c.hyperlink.location
        for row in load_workbook(opened / "退回.xlsx")[LIST.zh].iter_rows()
        for c in row
        if c.hyperlink
    }
    assert any("D6" in (link or "") for link in links)


def test_data_checks_are_handed_back_too(root, tmp_path):
    """A figure that cannot be right is shaded and commented by `audit --annotate`, in both its cells."""
    source, out = tmp_path / "学校.xlsx", tmp_path / "退回.xlsx"
    book = load_workbook(root / "examples" / "shili" / "2023.xlsx")
    sheet = book.active
    at = {cell.value: cell.column for cell in sheet[3]}
    sheet.cell(5, at["高于规定学历教师数"]).value = 999
    book.save(source)
    done = CliRunner().invoke(app, ["audit", str(source), "--annotate", str(out)])
    assert done.exit_code == 1
    copy = load_workbook(out)
    said = {c.coordinate: c.comment.text for row in copy["学校"].iter_rows() for c in row if c.comment}
    cells = {sheet.cell(5, at[heading]).coordinate for heading in ("高于规定学历教师数", "专任教师数")}
    assert cells <= said.keys()
    assert all("999 大于" in said[cell] for cell in cells)
