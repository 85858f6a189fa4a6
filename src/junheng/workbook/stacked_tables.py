"""Tables that stand below each other on one sheet, each with a heading of its own."""

from collections.abc import Sequence
from dataclasses import replace

from junheng.workbook.cells import Sheet
from junheng.workbook.columns import clean_text
from junheng.workbook.header_row import HEADER_WITHIN, is_header, recognised, recognised_paths
from junheng.workbook.headers import MONEY_IN_TITLE
from junheng.workbook.heading_paths import above_the_heading, block, figures_in, is_data, is_text, paths
from junheng.workbook.headings import Words, key
from junheng.workbook.mapping import Mapped

HEADING_ROWS = 8  # that a heading has at most, and the first row of figures below it

Rows = Sequence[Sequence[object]]


def _begins_a_heading(sheet: Sheet, index: int, words: Words, mapped: Mapped | None) -> bool:
    """Say whether a heading of several rows begins at a row."""
    part = replace(sheet, rows=sheet.rows[index : index + HEADING_ROWS], top=sheet.top + index, widths=None)
    found = block(part)
    return (
        found is not None and not found[0] and is_header(recognised_paths(paths(part, *found), words, mapped), mapped)
    )


def _top(rows: Rows, index: int, previous: int, names_at: Sequence[int]) -> int:
    """Return the first row of the title and the groups above a row with the heading of the names.

    `previous` is such a row further up, and `names_at` where the names of the table below it stand: a row with a name, or
    with figures, is one of that table.
    """
    top = index
    while top - 1 > previous:
        row = rows[top - 1]
        if figures_in(row):
            break
        named = any(clean_text(row[at]) for at in names_at)
        if named and not (sum(map(is_text, row)) == 1 and above_the_heading(["", *row])):
            break
        top -= 1
    return top


def _heading(rows: Rows, top: int, index: int) -> list[Sequence[object]]:
    """Return the rows of a heading without titles and blank rows, those below the row of the names included."""
    above = [row for row in rows[top:index] if not above_the_heading(row)]
    below = []
    for row in rows[index + 1 : index + HEADING_ROWS]:
        if figures_in(row) or is_data(row) or not any(map(is_text, row)):
            break
        below.append(row)
    return [*above, rows[index], *(below if len(below) < HEADING_ROWS - 1 else [])]


def _unit_lines(rows: Rows, top: int, index: int) -> list[str]:
    """Return the lines above a heading that name the unit of money, which a new page need not repeat."""
    said = (key(cell) for row in rows[top:index] for cell in row if isinstance(cell, str))
    return [line for line in said if MONEY_IN_TITLE.search(line)]


def tables(sheet: Sheet, words: Words, mapped: Mapped | None) -> list[Sheet]:
    """Return the tables that stand below each other on a sheet, each with its title and its own heading.

    The same heading once more, as on a new page, begins no new table.
    """
    form = words.fields["name"]
    signs = {form.zh, form.en, "name", *form.headers} | (mapped.headings("name") if mapped is not None else set())
    for row in sheet.rows[:HEADER_WITHIN]:
        hits = ((cell, words.find(cell)) for cell in row if isinstance(cell, str) and cell.strip())
        signs.update(cell for cell, hit in hits if hit is not None and hit[0] == "name")
    starts: list[int] = []
    previous = -1  # the last row with the heading of the names
    known: tuple[list[Sequence[object]], list[str]] = ([], [])  # the heading of the last table, and its lines of units
    for index, row in enumerate(sheet.rows):
        if signs.isdisjoint(row):
            continue
        if not is_header(recognised(row, words, mapped), mapped) and not _begins_a_heading(sheet, index, words, mapped):
            continue
        names_at = [at for at, cell in enumerate(sheet.rows[previous]) if cell in signs] if previous >= 0 else []
        top = _top(sheet.rows, index, previous, names_at)
        heading, units = _heading(sheet.rows, top, index), _unit_lines(sheet.rows, top, index)
        if not starts or heading != known[0] or (units and units != known[1]):
            starts.append(top)
            known = (heading, units)
        previous = index
    if len(starts) < 2:  # noqa: PLR2004 - one table
        return [sheet]
    ends = [*starts[1:], len(sheet.rows)]
    return [
        replace(
            sheet,
            rows=sheet.rows[start:end],
            top=sheet.top + start,
            last=end == len(sheet.rows),
            widths=None if sheet.widths is None else sheet.widths[start:end],
        )
        for start, end in zip([0, *starts[1:]], ends, strict=True)
    ]
