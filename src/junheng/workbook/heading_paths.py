"""Headings over several rows, merged, become paths: 专任教师 / 按学历分 / 本科."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from junheng.workbook.cells import Sheet, merged_cells
from junheng.workbook.columns import clean_text, parse_number
from junheng.workbook.group_headings import SUM
from junheng.workbook.headings import key

WITHIN = 40  # a heading stands within this many rows of the top
FEW = 2  # figures that make a row one of data
MERGED_WITHIN = 50_000  # rows of a sheet whose merged cells are looked at

# steps of a path that only say that a sum, or a part, follows
_SUM = re.compile(rf"{SUM}|实有数?|现有数?|实际数?|本年|本年度|本学年|本学年初|今年")
_BARE = re.compile(r"^[#＃*＊]+|[:：]$")
_OF_WHICH = re.compile(r"其中|#?其中:?")
_FILLED_IN = re.compile(r"(?:填报|填表|制表|单位|日期|时间|表号|机关|文号|负责人|联系)[^/]{0,8}[:：]")
_TITLE = re.compile(r"表|台账|一览|名册|汇总|附件|(?:19|20)\d\d.{3,}|[县市局]|[^城镇校地]区|单位|.{16,}|\d年\d+月")
_YEAR = re.compile(r"(?:19|20)\d\d")
_NUMBERED = re.compile(r"[甲乙丙丁戊己庚辛]|(?:栏|列)?(?:序|次|号)|\(?[a-z]?\d{1,3}\)?")


class Heading(NamedTuple):
    """The heading of one column: its steps from the top down, and the row that its lowest one stands in."""

    column: int
    steps: tuple[str, ...]
    row: int

    @property
    def text(self) -> str:
        """The path as a person writes it."""
        return " / ".join(self.steps)

    def endings(self) -> list[tuple[str, ...]]:
        """Return what the heading may be known by: the path without sums and 其中, then its endings, longest first."""
        steps = [step for step in map(_bare, self.steps) if step]
        while len(steps) > 1 and _SUM.fullmatch(steps[-1]):
            steps.pop()
        if len(steps) > 1 and _OF_WHICH.fullmatch(steps[-1]):
            return []  # a part of which nothing is said
        steps = [step for step in steps if not _OF_WHICH.fullmatch(step)]
        return [tuple(steps[at:]) for at in range(len(steps))]


def _bare(step: str) -> str:
    return _BARE.sub("", key(step))


def is_text(cell: object) -> bool:
    """Say whether a cell holds words, not a figure."""
    return isinstance(cell, str) and bool(cell.strip()) and not isinstance(parse_number(cell), float)


def figures_in(row: Sequence[object]) -> int:
    """Return how many cells of a row hold a figure."""
    return sum(
        (isinstance(cell, int | float) and not isinstance(cell, bool))
        or (isinstance(cell, str) and isinstance(parse_number(cell), float))
        for cell in row
    )


def numbers_columns(row: Sequence[object]) -> bool:
    """Say whether a row only numbers the columns: 甲 1 2 3, L1 L2 L3."""
    said = [key(clean_text(cell)) for cell in row if cell not in ("", None)]
    return len(said) > FEW and all(_NUMBERED.fullmatch(word) for word in said)


def above_the_heading(row: Sequence[object]) -> bool:
    """Say whether a row is a title over the whole table, or who filled it in and when.

    One text alone is a title where it begins the row or is worded like one; elsewhere it is the heading of a group.
    """
    at = {clean_text(cell): column for column, cell in reversed(list(enumerate(row))) if is_text(cell)}
    if any(_FILLED_IN.search(text) for text in at) or not at:
        return True
    return (len(at) < FEW and min(at.values()) == 0) or all(_TITLE.search(key(text)) for text in at)


def _names_years(row: Sequence[object]) -> bool:
    """Say whether a row holds nothing but different years: the headings of columns that stand side by side."""
    said = [clean_text(cell) for cell in row if cell not in ("", None)]
    return len(set(said)) == len(said) >= FEW and all(_YEAR.fullmatch(text) for text in said)


def is_data(row: Sequence[object]) -> bool:
    """Say whether a row holds figures, or the numbers of the columns, and so stands below a heading."""
    return (figures_in(row) >= FEW and not _names_years(row)) or numbers_columns(row)


def _words(row: Sequence[object]) -> list[str]:
    """Return the words of a row of headings by column, years among them; none where it has no words."""
    years = _names_years(row)
    words = [clean_text(cell) if years or is_text(cell) else "" for cell in row]
    return words if any(words) else []


def block(sheet: Sheet) -> tuple[int, int] | None:
    """Return the first and the last row of a heading of several rows, titles above it left out; None where it is one.

    The heading ends where the first row of figures, or of the numbers of the columns, begins.
    """
    end = next((at for at, row in enumerate(sheet.rows[:WITHIN]) if is_data(row)), None)
    if end is None:
        return None
    start = end
    while start and _words(sheet.rows[start - 1]):
        start -= 1
    while start < end and above_the_heading(sheet.rows[start]):
        start += 1
    return (start, end - 1) if end - start >= FEW else None


def _merged(sheet: Sheet) -> list[tuple[int, int, int, int]]:
    """Return the merged cells of a sheet as top, left, bottom, right within its rows; none where the file has none."""
    if sheet.height > MERGED_WITHIN or sheet.path.suffix.lower() not in (".xlsx", ".xls"):
        return []
    return [
        (top - sheet.top, left - sheet.left, bottom - sheet.top, right - sheet.left)
        for (top, left), (bottom, right) in merged_cells(sheet)
    ]


def paths(sheet: Sheet, first: int, last: int) -> list[Heading]:
    """Return the heading of every column under a block of heading rows.

    A merged cell stands for all its columns and rows. Where the file says nothing of merged cells, a cell stands for
    the blank ones to its right, as far as the cell above it reaches, unless nothing stands below it.
    """
    width = len(sheet.rows[first])
    grid = [_words(row) or [""] * width for row in sheet.rows[first : last + 1]]
    covered = [[False] * width for _ in grid]
    for top, left, bottom, right in _merged(sheet):
        if bottom < first or top > last or left < 0 or top < first:
            continue
        for below in range(top - first, min(bottom, last) - first + 1):
            for column in range(left, min(right, width - 1) + 1):
                covered[below][column] = True
                grid[below][column] = grid[top - first][left]
    reach = [0] * width  # which cell above a column belongs to
    for at, row in enumerate(grid[:-1]):
        held, group = "", -1
        for column in range(width):
            if row[column]:
                leads = covered[at][column] or any(g[column] for g in grid[at + 1 :])
                held, group = (
                    (row[column], reach[column]) if leads else ("", -1)
                )  # one with nothing below it is no group
            elif covered[at][column] or reach[column] != group or not any(g[column] for g in grid[at + 1 :]):
                held, group = "", -1
            elif held:
                row[column] = held
        numbers: dict[tuple[int, str], int] = {}
        reach = [numbers.setdefault((reach[c], row[c]), len(numbers)) for c in range(width)]
    result = []
    for column in range(width):
        steps: list[str] = []
        lowest = first
        for at, row in enumerate(grid):
            if row[column] and (not steps or row[column] != steps[-1]):
                steps.append(row[column])
                lowest = first + at
        if steps:
            result.append(Heading(column, tuple(steps), lowest))
    return result
