"""The sheets of a ledger whose rows people fill in, and its history."""

from collections.abc import Mapping, Sequence

from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from junheng.documents.costs import Costs
from junheng.documents.ledger import drawing
from junheng.documents.ledger.entered import BLANK, DAY_FORMAT, Entered, number
from junheng.documents.ledger.line import Line
from junheng.documents.ledger.order import cost
from junheng.documents.ledger.updating import Item
from junheng.documents.ledger.words import ADDED, COLUMNS, HISTORY, STATUSES, Standing
from junheng.report.model import Mood, Shown
from junheng.text import Lang

EXTRA_WIDTH = 16.0
ROOM = 200  # rows below the last in which the drop-down stands too
_MOODS = {Standing.OPEN: Mood.UNKNOWN, Standing.GONE: Mood.UNKNOWN}
FIRST_HIDDEN = next(at for at, column in enumerate(COLUMNS) if column.hidden)


def letter_of(column: str, extras: Sequence[str]) -> str:
    """Return the letter of a column of the ledger."""
    at = [column_.id for column_ in COLUMNS].index(column)
    return get_column_letter(at + 1 + (len(extras) if at >= FIRST_HIDDEN else 0))


def _shown(shown: Shown) -> Entered:
    if shown.raw is None:
        return Entered(shown.text)
    digits = "0." + "0" * shown.digits if shown.digits else "0"
    before = shown.text[:1] if shown.text[:1] in ("≥", "≤", "−", ">", "<") else ""
    return number(shown.raw, f'"{before}"{digits}' if before else digits)


def cells_of(item: Item, costs: Costs, at: int | None) -> Mapping[str, Entered]:
    """Return all cells of an item by column: what the run says, what people wrote, what is hidden."""
    cells = dict(item.cells)
    line = item.line
    if line is not None:
        cells |= _of_line(line, costs)
    cells["number"] = BLANK if at is None else Entered(at)
    if item.key is not None:
        cells["key"], cells["item_id"] = Entered(item.key.text), Entered(item.key.item)
    cells["standing"] = Entered(item.standing.value)
    return cells


def _of_line(line: Line, costs: Costs) -> dict[str, Entered]:
    price = cost(line, costs)
    return {
        "county": Entered(line.county),
        "town": Entered(line.town),
        "code": Entered(line.code),
        "school": Entered(line.school),
        "stage": Entered(line.stage),
        "item": Entered(line.item),
        "standard": Entered(line.standard),
        "figure": _shown(line.figure),
        "bar": _shown(line.bar),
        "gap": _shown(line.gap),
        "floor": _shown(line.floor),
        "unit": Entered(line.unit),
        "cost": BLANK if price is None else number(price, "0.00"),
        "outcome": Entered(line.outcome),
        "closes": Entered(line.closes),
        "counted": Entered(line.unit if line.counted else ""),
    }


def ledger_sheet(
    sheet: Worksheet, items: Sequence[tuple[Item, int | None]], extras: Sequence[str], costs: Costs, lang: Lang
) -> int:
    """Write items, each with its number in the order of work, below the title; return the last row."""
    seen, hidden = COLUMNS[:FIRST_HIDDEN], COLUMNS[FIRST_HIDDEN:]
    names = [*(c.name.say(lang) for c in seen), *extras, *(c.name.say(lang) for c in hidden)]
    sizes = [*(c.width for c in seen), *(EXTRA_WIDTH for _ in extras), *(c.width for c in hidden)]
    filled = [*(c.filled_by_hand for c in seen), *(True for _ in extras), *(False for _ in hidden)]
    drawing.head(sheet, drawing.HEADER, names, filled)
    drawing.widths(sheet, sizes)
    row = drawing.HEADER
    for item, at in items:
        row += 1
        _row(sheet, row, item, [cells_of(item, costs, at), item.extras], extras, sizes)
    for at in range(FIRST_HIDDEN + len(extras), len(names)):
        sheet.column_dimensions[get_column_letter(at + 1)].hidden = True
    _choices(sheet, row + ROOM, lang)
    drawing.finish(sheet, drawing.HEADER, row, len(names), f"{letter_of('figure', extras)}{drawing.HEADER + 1}")
    sheet.print_area = f"A1:{get_column_letter(FIRST_HIDDEN + len(extras))}{max(row, drawing.HEADER + 1)}"
    return row


def _row(
    sheet: Worksheet,
    row: int,
    item: Item,
    written: Sequence[Mapping[str, Entered]],
    extras: Sequence[str],
    sizes: Sequence[float],
) -> None:
    cells, own = written
    columns = [c.id for c in COLUMNS]
    entries = [
        *(cells.get(c, BLANK) for c in columns[:FIRST_HIDDEN]),
        *(own.get(c, BLANK) for c in extras),
        *(cells.get(c, BLANK) for c in columns[FIRST_HIDDEN:]),
    ]
    mood = _MOODS.get(item.standing)
    if item.standing is Standing.BELOW and item.line is not None:
        mood = item.line.figure.mood
    for at, entry in enumerate(entries, 1):
        drawing.enter(sheet.cell(row, at), entry, struck=item.standing is Standing.CLOSED)
    if item.standing is not Standing.CLOSED and mood in drawing.FILLS:
        sheet.cell(row, columns.index("figure") + 1).fill = drawing.FILLS[mood]
    if not cells.get("overdue", BLANK).blank:
        sheet.cell(row, columns.index("overdue") + 1).font = Font(bold=True, color="C00000")
    drawing.height(
        sheet, row, [entry.text if isinstance(entry.value, str) else "" for entry in entries[:FIRST_HIDDEN]], sizes
    )


def _choices(sheet: Worksheet, last: int, lang: Lang) -> None:
    """Put the drop-down of statuses and the form of due dates on their columns; another word may be written too."""
    listed = ",".join(status.say(lang).replace(",", " ") for status in STATUSES)
    status = DataValidation(type="list", formula1=f'"{listed}"', allow_blank=True, showErrorMessage=False)
    due = DataValidation(type="date", operator="greaterThan", formula1="36526", allow_blank=True, showErrorMessage=True)
    due.errorStyle = "warning"
    due.error = "请写日期，如 2024-06-30" if lang == "zh" else "write a date such as 2024-06-30"
    for column, validation in (("status", status), ("due", due)):
        letter = letter_of(column, ())
        validation.add(f"{letter}{drawing.HEADER + 1}:{letter}{last}")
        sheet.add_data_validation(validation)
    for row in range(drawing.HEADER + 1, last - ROOM + 1):
        cell = sheet[f"{letter_of('due', ())}{row}"]
        if cell.value is None:
            cell.number_format = DAY_FORMAT


def history_sheet(sheet: Worksheet, history: Sequence[Mapping[str, Entered]], lang: Lang) -> None:
    """Write the history, oldest first, with the columns that people added to it."""
    extras = list(dict.fromkeys(name for row in history for name in row if name.startswith(ADDED)))
    order = [*(c.id for c in HISTORY[:-1]), *extras, HISTORY[-1].id]
    names = [
        *(c.name.say(lang) for c in HISTORY[:-1]),
        *(e.removeprefix(ADDED) for e in extras),
        HISTORY[-1].name.say(lang),
    ]
    sizes = [*(c.width for c in HISTORY[:-1]), *(EXTRA_WIDTH for _ in extras), HISTORY[-1].width]
    drawing.head(sheet, drawing.HEADER, names)
    drawing.widths(sheet, sizes)
    row = drawing.HEADER
    for entry in history:
        row += 1
        for at, name in enumerate(order, 1):
            drawing.enter(sheet.cell(row, at), entry.get(name, BLANK))
        drawing.height(sheet, row, [entry.get(name, BLANK).text for name in order[:-1]], sizes)
    sheet.column_dimensions[get_column_letter(len(order))].hidden = True
    drawing.finish(sheet, drawing.HEADER, row, len(order), f"A{drawing.HEADER + 1}")
    sheet.print_area = f"A1:{get_column_letter(len(order) - 1)}{max(row, drawing.HEADER + 1)}"
