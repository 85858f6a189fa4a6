"""The sheets that stand beside a collected table, and what they say when the table is read again."""

from collections.abc import Sequence

from junheng import kinds
from junheng.problems import Problem
from junheng.text import Text
from junheng.workbook.cells import Sheet
from junheng.workbook.columns import clean_text

SCHOOLS = Text("学校", "Schools")
SOURCES = Text("来源", "Sources")
NOT_REPORTED = Text("未报送名单", "Not reported")
NOT_MERGED = Text("未并入主校", "Not merged")
TWICE = Text("重复与冲突", "Duplicates and conflicts")
OUTSIDE = Text("不在名册", "Not in the roster")
FILES = Text("没有采用的文件", "Files not used")
PROBLEMS = Text("问题清单", "Problems")
BESIDE = (SOURCES, NOT_REPORTED, TWICE, OUTSIDE, NOT_MERGED, FILES, PROBLEMS)
LACKING = (NOT_REPORTED, NOT_MERGED)  # what stands on these is not in the table
MARK = Text("本表单元格", "Cell of this table")  # the first heading of the sheet of sources


def is_collected(sheets: Sequence[Sheet]) -> bool:
    """Say whether a workbook is a collected table: it has the sheet of sources."""
    return any(sheet.name in SOURCES and bool(sheet.rows) and clean_text(sheet.rows[0][0]) in MARK for sheet in sheets)


def lists_of(sheets: Sequence[Sheet]) -> tuple[frozenset[str | None], list[Problem]]:
    """Return the names of the lists of a collected table, none in another workbook, and how many schools it lacks."""
    if not is_collected(sheets):
        return frozenset(), []
    problems = []
    for sheet in sheets:
        if any(sheet.name in name for name in LACKING):
            lacking = [row for row in sheet.rows[1:] if any(clean_text(cell) for cell in row)]
            if lacking:
                found = next((clean_text(cell) for cell in lacking[0][1:2] if clean_text(cell)), "—")
                problems.append(kinds.COLLECTION_INCOMPLETE.at(sheet.place(), count=len(lacking), found=found))
    return frozenset(name for names in BESIDE for name in names), problems
