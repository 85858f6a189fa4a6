"""Rows and columns that a workbook hides, by hand or by a filter: they are read like all others, and that is said."""

import re
from collections.abc import Sequence

from junheng import kinds
from junheng.problems import Problem
from junheng.text import Text
from junheng.workbook.cells import SECOND_LOOK_ROWS, Sheet, letter
from junheng.workbook.parts import attributes, sheet_part

NAMED = 8  # how many rows a note names
_TAG = re.compile(rb"<(?:\w+:)?(row|col)\s([^>]*?hidden=[^>]*?)/?>")


def hidden_cells(sheet: Sheet, rows: Sequence[int], columns: Sequence[int]) -> list[Problem]:
    """Return a note where some of the rows of schools, or of the columns that are read, are hidden.

    For .xlsx up to 50,000 rows, like the second look.
    """
    if sheet.path.suffix.lower() != ".xlsx" or sheet.height > SECOND_LOOK_ROWS:
        return []
    part = sheet_part(sheet.path, sheet.name or "")
    if b"hidden=" not in part:
        return []
    at: dict[str, set[int]] = {"row": set(), "col": set()}
    for tag in _TAG.finditer(part):
        said = attributes(tag[2])
        if said.get("hidden") not in ("1", "true"):
            continue
        if tag[1] == b"row":
            at["row"].add(int(said.get("r", "0")) - 1 - sheet.top)
        else:
            first, last = int(said.get("min", "1")), int(said.get("max", "0"))
            at["col"].update(range(first - 1 - sheet.left, min(last, 1 << 14) - sheet.left))
    numbers = [str(row + sheet.top + 1) for row in rows if row in at["row"]]
    letters = [letter(column + sheet.left) for column in sorted(set(columns)) if column in at["col"]]
    more = " …" if len(numbers) > NAMED else ""
    said_rows, said_columns = ", ".join(numbers[:NAMED]) + more, ", ".join(letters)
    what = [Text(f"第 {said_rows} 行", f"row {said_rows}")] if numbers else []
    what += [Text(f"{said_columns} 列", f"column {said_columns}")] if letters else []
    if not what:
        return []
    whole = Text("、".join(text.zh for text in what), ", ".join(text.en for text in what))
    return [kinds.HIDDEN.at(sheet.place(), what=whole)]
