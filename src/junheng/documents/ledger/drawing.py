"""How the sheets of a ledger look: titles, headings, cells that stay text, print."""

from collections.abc import Sequence
from copy import copy
from datetime import date
from weakref import WeakKeyDictionary

from openpyxl.cell import Cell, MergedCell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.styles.cell_style import StyleArray
from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet
from rich.cells import cell_len

from junheng.documents.ledger.entered import Entered
from junheng.report.to_xlsx import FILLS, page, put

HEAD = PatternFill("solid", fgColor="DDEBF7")
FILL_IN = PatternFill("solid", fgColor="FFF9E5")  # headings of what people fill in
STRUCK = PatternFill("solid", fgColor="EDEDED")
GREY = "808080"
THIN = Side("thin", color="808080")
BORDER = Border(THIN, THIN, THIN, THIN)
CENTER = Alignment(horizontal="center", vertical="center", wrap_text=True)
LEFT = Alignment(horizontal="left", vertical="center", wrap_text=True)
RIGHT = Alignment(horizontal="right", vertical="center")
A3_FROM = 150  # characters of width from which a sheet is printed on A3
LINE, MOST_LINES = 15.0, 12  # points of one line; lines of the tallest row
TITLE_ROWS, HEADER = 2, 3
_STYLES: WeakKeyDictionary[Workbook | None, dict[object, StyleArray]] = WeakKeyDictionary()
__all__ = ["FILLS", "page"]


def title(sheet: Worksheet, text: str, note: str) -> None:
    """Write the title of a sheet and the line below it."""
    put(sheet.cell(1, 1), text)
    sheet.cell(1, 1).font = Font(bold=True, size=14)
    put(sheet.cell(2, 1), note)
    sheet.cell(2, 1).font = Font(color=GREY, size=9)


def head(sheet: Worksheet, row: int, names: Sequence[str], filled: Sequence[bool] = ()) -> None:
    """Write a row of headings; those of what people fill in are told by their colour."""
    for at, name in enumerate(names, 1):
        cell = sheet.cell(row, at)
        put(cell, name)
        cell.font, cell.border, cell.alignment = Font(bold=True), BORDER, CENTER
        cell.fill = FILL_IN if filled and filled[at - 1] else HEAD
    sheet.row_dimensions[row].height = 2 * LINE


def enter(cell: Cell | MergedCell, entered: Entered, *, plain: bool = False, struck: bool = False) -> None:
    """Write one entry: text stays text, a number is a number, a day a day; `struck` greys it and strikes it through."""
    value = entered.value
    if isinstance(value, str):
        if value:
            put(cell, value)
    elif value is not None:
        cell.value = value
    if entered.remark and isinstance(cell, Cell):
        cell.comment = Comment(entered.remark, "")
    if plain:
        return
    number = isinstance(value, int | float | date) and not isinstance(value, bool)
    form = entered.form if number else "General"
    key = form, number, struck, bool(cell.quotePrefix)
    known: dict[object, StyleArray] = _STYLES.setdefault(cell.parent.parent, {})
    if key not in known:
        cell.border, cell.number_format, cell.alignment = BORDER, form, RIGHT if number else LEFT
        if struck:
            cell.font, cell.fill = Font(strike=True, color=GREY), STRUCK
        known[key] = copy(cell._style)  # type: ignore[union-attr]  # noqa: SLF001 - a style made once is given to all cells that look alike
    cell._style = copy(known[key])  # type: ignore[union-attr]  # noqa: SLF001 - as above


def widths(sheet: Worksheet, sizes: Sequence[float]) -> None:
    """Set the widths of the columns."""
    for at, size in enumerate(sizes, 1):
        sheet.column_dimensions[get_column_letter(at)].width = size


def height(sheet: Worksheet, row: int, texts: Sequence[str], sizes: Sequence[float]) -> None:
    """Make a row as high as its texts need."""
    needed = max(
        (-(-cell_len(text) // max(1, int(size * 0.95))) for text, size in zip(texts, sizes, strict=False)), default=1
    )
    if needed > 1:
        sheet.row_dimensions[row].height = LINE * min(MOST_LINES, needed)


def finish(sheet: Worksheet, header: int, last: int, columns: int, freeze: str, *, filters: bool = True) -> None:
    """Freeze, filter, and prepare the print: across, as wide as a page, headings on each."""
    sheet.freeze_panes = freeze
    if filters:
        sheet.auto_filter.ref = f"A{header}:{get_column_letter(columns)}{max(last, header + 1)}"
    page(sheet)
    shown = [d.width for d in sheet.column_dimensions.values() if not d.hidden]
    if sum(shown) > A3_FROM:
        sheet.page_setup.paperSize = sheet.PAPERSIZE_A3
    sheet.print_title_rows = f"1:{header}"
    sheet.oddFooter.center.text = "&P / &N"  # type: ignore[union-attr]
    sheet.page_margins.left = sheet.page_margins.right = 0.4
