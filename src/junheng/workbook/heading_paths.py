"""Headings over several rows, merged, become paths: 专任教师 / 按学历分 / 本科."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from junheng.workbook.cells import Sheet, merged_cells
from junheng.workbook.columns import clean_text, parse_number
from junheng.workbook.headings import key

WITHIN = 40  # a heading stands within this many rows of the top
FEW = 2  # figures that make a row one of data
MERGED_WITHIN = 50_000  # rows of a sheet whose merged cells are looked at

# steps of a path that only say that a sum, or a part, follows
_SUM = re.compile(r"(?:合计|总计|小计|共计|计|总数|数)")
_BARE = re.compile(r"^[#＃*＊]+|[:：]$")
_OF_WHICH = re.compile(r"其中|#?其中:?")
_FILLED_IN = re.compile(r"(?:填报|填表|制表|单位|日期|时间|表号|机关|文号|负责人|联系)[^/]{0,8}[:：]")
_NUMBERED = re.compile(r"[甲乙丙丁戊己庚辛]|(?:栏|列)?(?:序|次|号)|\(?[a-z]?\d{1,3}\)?")
# steps above a heading that make it mean another thing than it does alone
NARROWER = re.compile(
    "女|男|人均|去年|往年|在建|应配|需求|缺额|职高|职业|中专|留守|退休|外聘|临聘|闲置|小学|初中|高中|高级中学|生均|上年|计划|标准|拟建|规划|目标|缺口|平均|比例|中职|幼儿|学前|附设|租|借|危房|危险|当年|新增|减少|代课|兼任|少数民族|残疾|教学点|特教|特殊|其他学校|被外单位|非产权|毕业|招生|上学年|预计"
)


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
        steps = [step for step in map(_bare, self.steps) if step and not _OF_WHICH.fullmatch(step)]
        while len(steps) > 1 and _SUM.fullmatch(steps[-1]):
            steps.pop()
        return [tuple(steps[at:]) for at in range(len(steps))]


def _bare(step: str) -> str:
    return _BARE.sub("", key(step))


def narrowed(steps: Sequence[str], known: int) -> bool:
    """Say whether the steps above the last `known` ones make a heading mean less than it does alone.

    >>> narrowed(("专任教师", "女", "本科"), 1), narrowed(("办学条件", "其中", "运动场地面积"), 1)
    (True, False)
    """
    above = steps[: len(steps) - known]
    own = "".join(steps[len(steps) - known :])
    return any(word not in own for step in above for word in NARROWER.findall(step))


def _is_text(cell: object) -> bool:
    return isinstance(cell, str) and bool(cell.strip()) and not isinstance(parse_number(cell), float)


def _figures(row: Sequence[object]) -> int:
    return sum(
        (isinstance(cell, int | float) and not isinstance(cell, bool))
        or (isinstance(cell, str) and isinstance(parse_number(cell), float))
        for cell in row
    )


def numbers_columns(row: Sequence[object]) -> bool:
    """Say whether a row only numbers the columns: 甲 1 2 3, L1 L2 L3."""
    said = [key(clean_text(cell)) for cell in row if cell not in ("", None)]
    return len(said) > FEW and all(_NUMBERED.fullmatch(word) for word in said)


def _above_the_heading(row: Sequence[object]) -> bool:
    """Say whether a row is a title over the whole table, or who filled it in and when."""
    texts = {clean_text(cell) for cell in row if _is_text(cell)}
    return len(texts) < FEW or any(_FILLED_IN.search(text) for text in texts)


def block(sheet: Sheet) -> tuple[int, int] | None:
    """Return the first and the last row of a heading of several rows, titles above it left out; None where it is one.

    The heading ends where the first row of figures, or of the numbers of the columns, begins.
    """
    end = next((at for at, row in enumerate(sheet.rows[:WITHIN]) if _figures(row) >= FEW or numbers_columns(row)), None)
    if end is None:
        return None
    start = end
    while start and sum(_is_text(cell) for cell in sheet.rows[start - 1]):
        start -= 1
    while start < end and _above_the_heading(sheet.rows[start]):
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
    the blank ones to its right, as far as the cell above it reaches.
    """
    width = len(sheet.rows[first])
    grid = [[clean_text(cell) if _is_text(cell) else "" for cell in row] for row in sheet.rows[first : last + 1]]
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
                held, group = row[column], reach[column]
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
