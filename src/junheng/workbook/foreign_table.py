"""A sheet under foreign headings: its headings, wherever they stand, and the cells below them."""

from collections.abc import Sequence
from typing import NamedTuple

from junheng.workbook.cells import Sheet, letter
from junheng.workbook.columns import NO_FIGURE, clean_text, parse_number
from junheng.workbook.header_row import HEADER_WITHIN, OTHER_HEADINGS, headings_of
from junheng.workbook.headers import SERIALS
from junheng.workbook.heading_paths import Heading, block, numbers_columns, paths
from junheng.workbook.headings import key
from junheng.workbook.traditional import WiderWords

LOOKED_AT = 500  # rows whose cells are looked at


class Named(NamedTuple):
    """One column of the table: its place, letters and heading, a path where it stands under several."""

    column: int
    letters: str
    heading: str


class ForeignTable(NamedTuple):
    """A sheet with its headings, the row of the lowest, and the fields that they are known to be.

    `numbered`: the row below them only numbers the columns.
    """

    sheet: Sheet
    row: int
    headings: Sequence[Heading]
    known: frozenset[str]
    numbered: bool

    def form(self) -> tuple[str, ...]:
        """Return what tables of one form (表式) have in common: their headings, in whatever order."""
        return tuple(sorted("/".join(map(key, h.steps)) for h in self.headings))

    def cells(self, column: int) -> list[object]:
        """Return the cells below a heading that are not blank."""
        return [row[column] for row in self.below() if clean_text(row[column]) not in NO_FIGURE]

    def below(self) -> list[list[object]]:
        """Return the first rows below the headings, without the one that numbers the columns."""
        return self.sheet.rows[self.row + 1 + self.numbered : self.row + 1 + LOOKED_AT]

    def named(self, heading: Heading) -> Named:
        """Return a heading with its column."""
        return Named(heading.column, letter(heading.column + self.sheet.left), clean_text(heading.text))


def foreign_table(sheet: Sheet, words: WiderWords) -> ForeignTable | None:
    """Return a sheet with its headings; where no heading is known, those above the first row of figures."""
    headings, row, known = headings_of(sheet, words, None)
    if len(known) < OTHER_HEADINGS:
        rows = block(sheet)
        if rows is not None:
            headings, row = paths(sheet, *rows), rows[1]
        else:
            row = _fullest_row(sheet)
            cells = sheet.rows[row] if row >= 0 else []
            headings = [Heading(at, (c,), row) for at, c in enumerate(cells) if isinstance(c, str) and c.strip()]
    if len(headings) < OTHER_HEADINGS:
        return None
    first = sheet.rows[row + 1 : row + 2]
    return ForeignTable(sheet, row, headings, frozenset(known), bool(first) and numbers_columns(first[0]))


def _fullest_row(sheet: Sheet) -> int:
    """Return the first of the rows with the most different texts that are no figures, -1 where there is none."""
    best = (0, -1)
    for at, row in enumerate(sheet.rows[:HEADER_WITHIN]):
        texts = {clean_text(c) for c in row if isinstance(c, str) and isinstance(parse_number(c), str)}
        if len(texts - {""}) > best[0]:
            best = (len(texts - {""}), at)
    return best[1]


def numbers_rows(heading: Heading) -> bool:
    """Say whether a column only numbers the rows."""
    return key(heading.steps[-1]) in SERIALS
