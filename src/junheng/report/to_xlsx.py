"""Blocks as a formatted workbook: one sheet for each table, failing cells shaded, text never a formula."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from openpyxl import Workbook
from openpyxl.cell import Cell, MergedCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet
from rich.cells import cell_len

from junheng.problems import Problem
from junheng.report import words
from junheng.report.model import Block, Line, Mood, Shown, Table
from junheng.report.write import write_book
from junheng.text import Lang
from junheng.waivers import Waiver
from junheng.workbook.handed_back import RECORD

# the national form asks for a dark background where a school fails
FILLS = {
    Mood.BAD: PatternFill("solid", fgColor="A6A6A6"),
    Mood.CLOSE: PatternFill("solid", fgColor="D9D9D9"),
    Mood.UNKNOWN: PatternFill("solid", fgColor="FFF2CC"),
}
_HEAD = PatternFill("solid", fgColor="DDEBF7")
_THIN = Side("thin", color="808080")
_BORDER = Border(_THIN, _THIN, _THIN, _THIN)
_CENTER = Alignment(horizontal="center", vertical="center", wrap_text=True)
_ILLEGAL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
MOST_WIDE, SHEET_NAME = 44, 31
PAGE_COLUMNS = 8  # columns over which a line of text runs


def put(cell: Cell | MergedCell, text: str) -> None:
    """Write a text that stays text, whatever it begins with."""
    cell.value = _ILLEGAL.sub(" ", text)[:32767]
    cell.data_type = "s"
    if text[:1] in ("=", "+", "-", "@"):
        cell.quotePrefix = True


def _entry(cell: Cell | MergedCell, shown: Shown, *, number: bool) -> None:
    if shown.raw is not None and number:
        cell.value = float(shown.raw)
        cell.number_format = _number_format(shown)
    else:
        put(cell, shown.with_sign)
    cell.border = _BORDER
    cell.alignment = Alignment(horizontal="right" if number else "left", vertical="center", wrap_text=not number)
    if shown.mood in FILLS:
        cell.fill = FILLS[shown.mood]


def _number_format(shown: Shown) -> str:
    """Return the format that shows a number as its text does: sign before it, decimals, unit behind it."""
    before = shown.text[:1] if shown.text[:1] in ("≥", "≤", "−") else ""
    digits = "0." + "0" * shown.digits if shown.digits else "0"
    return (f'"{before}"' if before else "") + digits + (f'" {shown.unit}"' if shown.unit else "")


def _table(sheet: Worksheet, table: Table, row: int) -> int:
    """Draw a table from a row on; return the row after it."""
    if table.title:
        put(sheet.cell(row, 1), table.title)
        sheet.cell(row, 1).font = Font(bold=True, size=12)
        row += 1
    for at, column in enumerate(table.columns, 1):
        cell = sheet.cell(row, at)
        put(cell, column.name)
        cell.font, cell.fill, cell.border, cell.alignment = Font(bold=True), _HEAD, _BORDER, _CENTER
    for entries in table.rows:
        row += 1
        for at, (column, shown) in enumerate(zip(table.columns, entries, strict=True), 1):
            _entry(sheet.cell(row, at), shown, number=column.number)
    if table.note:
        row += 1
        put(sheet.cell(row, 1), table.note)
    return row + 2


def _widths(sheet: Worksheet, tables: Sequence[Table]) -> None:
    for table in tables:
        for at, column in enumerate(table.columns, 1):
            texts = [column.name, *(row[at - 1].with_sign for row in table.rows[:500])]
            letter = get_column_letter(at)
            wide = min(MOST_WIDE, max(map(cell_len, texts)) + 3)
            sheet.column_dimensions[letter].width = max(sheet.column_dimensions[letter].width or 0, wide, 8)


def _name(title: str, taken: set[str]) -> str:
    name = re.sub(r"[\\/*?:\[\]（(].*", "", title).strip()[:SHEET_NAME] or "Sheet"
    at = 2
    base = name
    while name in taken:
        name = f"{base[: SHEET_NAME - 3]} {at}"
        at += 1
    taken.add(name)
    return name


def write(
    path: Path,
    blocks: Sequence[Block],
    problems: Sequence[Problem],
    lang: Lang,
    waived: Mapping[Problem, Waiver] | None = None,
    records: Sequence[Table] = (),
) -> None:
    """Write a workbook beside its place, then put it there; raise Unusable where that cannot be done.

    `records` stand on a sheet of their own, the last.
    """
    book = Workbook()
    first = book.active
    if not isinstance(first, Worksheet):
        raise TypeError(first)
    first.title = "结论" if lang == "zh" else "Verdict"
    taken = {first.title}
    row = 1
    summary: list[Table] = []
    for block in blocks:
        if isinstance(block, Line):
            _line(first, block, row)
            row += 1
        elif not block.title or len(block.columns) <= 3:  # noqa: PLR2004 - small tables stand with the verdict
            row = _table(first, block, row + 1)
            summary.append(block)
        else:
            sheet = book.create_sheet(_name(block.title, taken))
            _table(sheet, block, 1)
            sheet.freeze_panes = sheet.cell(3, 2)
            _widths(sheet, [block])
            page(sheet)
    _widths(first, summary)
    page(first)
    if problems:
        _problems(book.create_sheet("问题清单" if lang == "zh" else "Problems"), problems, lang, waived or {})
    if records:
        _records(book.create_sheet(RECORD.say(lang)), records)
    write_book(path, book)


def _records(sheet: Worksheet, records: Sequence[Table]) -> None:
    row = 1
    for record in records:
        row = _table(sheet, record, row)
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 34, 110
    page(sheet)


def _line(sheet: Worksheet, line: Line, row: int) -> None:
    """Write a line over the width of a page, as high as it needs."""
    cell = sheet.cell(row, 1)
    put(cell, line.shown.with_sign)
    cell.font = Font(bold=line.strong, size=12 if line.strong else 11)
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    sheet.merge_cells(start_row=row, start_column=1, end_row=row, end_column=PAGE_COLUMNS)
    width = sum(sheet.column_dimensions[get_column_letter(at)].width for at in range(1, PAGE_COLUMNS + 1))
    sheet.row_dimensions[row].height = 16.0 * max(1, -(-cell_len(line.shown.with_sign) // int(width * 0.9)))


def page(sheet: Worksheet) -> None:
    """Print a sheet across, as wide as a page."""
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True  # type: ignore[union-attr]


def _problems(sheet: Worksheet, problems: Sequence[Problem], lang: Lang, waived: Mapping[Problem, Waiver]) -> None:
    from junheng.report.model import Column

    zh, en = ("文件", "工作表", "单元格", "代码", "问题", "提示"), ("File", "Sheet", "Cell", "Code", "Problem", "Hint")
    columns = tuple(Column(name) for name in (zh if lang == "zh" else en))
    said = {problem: words.waived(waiver).say(lang) for problem, waiver in waived.items()}
    if said:
        columns = (*columns, Column(words.WAIVED.say(lang)))
    rows = tuple(
        tuple(
            Shown(text)
            for text in (
                p.place.file,
                p.place.sheet or "",
                p.place.cell or (str(p.place.line) if p.place.line else ""),
                p.kind.code,
                p.message(lang),
                p.hint(lang),
                *([said.get(p, "")] if said else []),
            )
        )
        for p in problems
    )
    table = Table("问题清单" if lang == "zh" else "Problems", columns, rows)
    _table(sheet, table, 1)
    sheet.freeze_panes = "A3"
    _widths(sheet, [table])
    page(sheet)
