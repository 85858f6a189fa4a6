"""Where the labels of a statistics form stand on a sheet: by their words, by the number of a row or column, never by position."""

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from junheng.collect.layouts import CellAnchor, Number
from junheng.text import Text
from junheng.workbook.cells import Sheet
from junheng.workbook.columns import parse_number
from junheng.workbook.heading_paths import numbers_columns
from junheng.workbook.headings import key, split_unit

_PREFIX = re.compile(r"^(?:其中|#|[一二三四五六七八九十]+、|\d+[.、]|[—-])+")
_NUMBERED = frozenset({"乙", "编号", "行次", "序号", "代码", "行号"})  # what a column of row numbers is headed by
_RUN = 3  # numbers in a row that make a column one of row numbers


class _At(NamedTuple):
    """A label and where it stands."""

    row: int
    column: int
    text: str


class Differs(Exception):  # noqa: N818 - it names what a sheet does, and is made a problem where a form is read
    """A sheet is not laid out as its form."""

    def __init__(self, reason: Text) -> None:
        self.reason = reason
        super().__init__(reason.en)


def locate(
    sheet: Sheet, anchor: CellAnchor, units: frozenset[str], only: dict[int, str]
) -> tuple[int, int | None, str | None]:
    """Return row, column and written unit of a cell; no column where the row has no figure at all."""
    rows = _row_numbers(sheet, anchor.row) if isinstance(anchor.row, Number) else _find(sheet, anchor.row, rows=True)
    said_row = _said(anchor.row)
    if anchor.column == "only":
        label = _one(rows, said_row)
        columns = [
            c
            for c in range(label.column + 1, len(sheet.rows[label.row]))
            if _is_figure(sheet.rows[label.row][c]) and not _numbers_rows(sheet, c)
        ]
        if len(columns) > 1:
            raise Differs(
                Text(f"“{said_row}”一行有 {len(columns)} 个数", f"the row “{said_row}” has {len(columns)} figures")
            )
        for column in columns:
            only.setdefault(column, said_row)
        return label.row, columns[0] if columns else None, split_unit(label.text, units)[1]
    columns_found = (
        _column_numbers(sheet, anchor.column)
        if isinstance(anchor.column, Number)
        else _find(sheet, anchor.column, rows=False)
    )
    said_column = _said(anchor.column)
    fitting = [r for r in rows if any(c.row < r.row and c.column > r.column for c in columns_found)]
    label = _one(fitting if columns_found else rows, said_row)
    above = _one([c for c in columns_found if c.row < label.row and c.column > label.column], said_column)
    return label.row, above.column, split_unit(label.text, units)[1] or split_unit(above.text, units)[1]


def _said(anchor: object) -> str:
    if isinstance(anchor, Number):
        return f"{anchor.number:02d}"
    return str(anchor[0]) if isinstance(anchor, list) else str(anchor)


def _one(found: Sequence[_At], label: str) -> _At:
    if not found:
        raise Differs(Text(f"找不到“{label}”", f"there is no “{label}”"))
    if len(found) > 1:
        raise Differs(Text(f"“{label}”出现了 {len(found)} 次", f"“{label}” stands there {len(found)} times"))
    return found[0]


def _label(text: str) -> str:
    """Return a label without what does not matter: 其中, numbering, unit.

    >>> _label("　其中：运动场地面积（平方米）")
    '运动场地面积'
    """
    return split_unit(_PREFIX.sub("", key(text)))[0]


def _find(sheet: Sheet, labels: object, *, rows: bool) -> list[_At]:
    """Return where a label stands, in any of its wordings."""
    result: list[_At] = []
    for label in labels if isinstance(labels, list) else []:
        steps = [_label(step) for step in str(label).split("/")]
        found = [
            _At(r, c, cell)
            for r, row in enumerate(sheet.rows)
            for c, cell in enumerate(row)
            if isinstance(cell, str) and cell and _label(cell) == steps[-1]
        ]
        above = _under_row if rows else _under_column
        result += [at for at in found if all(above(sheet, at, step, found) for step in steps[:-1]) and at not in result]
    return result


def _text(sheet: Sheet, row: int, column: int) -> str:
    cell = sheet.rows[row][column]
    return _label(cell) if isinstance(cell, str) else ""


def _under_row(sheet: Sheet, at: _At, step: str, same: Sequence[_At]) -> bool:
    """Say whether a row label belongs to another: to its left, merged over rows, or above it in its own column."""
    for column in range(at.column):
        nearest = next((t for r in range(at.row, -1, -1) if (t := _text(sheet, r, column))), "")
        if nearest == step:
            return True
    for row in range(at.row - 1, -1, -1):
        if any(other.row == row and other.column == at.column for other in same):
            return False
        if _text(sheet, row, at.column) == step:
            return True
    return False


def _under_column(sheet: Sheet, at: _At, step: str, _same: Sequence[_At]) -> bool:
    """Say whether a column label stands below another, which may be merged over columns."""
    for row in range(at.row):
        nearest = next((t for c in range(at.column, -1, -1) if (t := _text(sheet, row, c))), "")
        if nearest == step:
            return True
    return False


def _is_figure(cell: object) -> bool:
    if isinstance(cell, bool):
        return False
    return isinstance(cell, int | float) or (isinstance(cell, str) and isinstance(parse_number(cell), float))


def _whole(cell: object) -> int | None:
    number = parse_number(cell) if isinstance(cell, str) else cell
    return (
        int(number)
        if isinstance(number, int | float) and not isinstance(number, bool) and number == int(number)
        else None
    )


def _numbering(sheet: Sheet) -> int | None:
    """Return the row that numbers the columns: 甲 乙 1 2 3."""
    return next((at for at, row in enumerate(sheet.rows) if numbers_columns(row)), None)


def _column_numbers(sheet: Sheet, anchor: Number) -> list[_At]:
    at = _numbering(sheet)
    row = sheet.rows[at] if at is not None else []
    return [_At(at or 0, c, "") for c, cell in enumerate(row) if _whole(cell) == anchor.number]


def _numbers_rows(sheet: Sheet, column: int) -> bool:
    """Say whether a column numbers the rows: it is headed so, or counts 1, 2, 3."""
    cells = [row[column] for row in sheet.rows]
    if any(isinstance(cell, str) and key(cell) in _NUMBERED for cell in cells):
        return True
    counted = [n for cell in cells if (n := _whole(cell)) is not None]
    return len(counted) >= _RUN and counted[0] == 1 and all(b == a + 1 for a, b in pairwise(counted))


def _row_numbers(sheet: Sheet, anchor: Number) -> list[_At]:
    below = _numbering(sheet)
    start = 0 if below is None else below + 1
    width = len(sheet.rows[0]) if sheet.rows else 0
    columns = [
        c for c in range(width) if any(isinstance(r[c], str) and key(str(r[c])) in _NUMBERED for r in sheet.rows)
    ]
    return [
        _At(r, c, "")
        for c in columns[:1]
        for r in range(start, len(sheet.rows))
        if _whole(sheet.rows[r][c]) == anchor.number
    ]
