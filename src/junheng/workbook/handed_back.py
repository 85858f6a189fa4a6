"""What junheng itself writes into workbooks: how it is named and begins, so that it is not read as a table."""

from collections.abc import Sequence

from junheng.text import Text

LIST = Text("问题清单", "Problems")
RECORD = Text("运行记录", "Run record")
PROGRAM = "junheng "
"""Opens the line of the record that names the program."""
MARK = "【均衡核查】"
"""Opens every text that is put into a workbook, so that a later run finds and replaces its own. All of it is Chinese: some programs
write the scripts of a text in pieces."""


def is_list(name: str, rows: Sequence[Sequence[object]]) -> bool:
    """Say whether a sheet is such a list.

    >>> is_list("问题清单", [["【均衡核查】 2023.xlsx：错误 1"]]), is_list("Problems", [["学校名称"]])
    (True, False)
    """
    first = rows[0][0] if rows and rows[0] else None
    return name.startswith(LIST) and isinstance(first, str) and first.startswith(MARK)


def is_record(name: str, rows: Sequence[Sequence[object]]) -> bool:
    """Say whether a sheet is the record of a run, which every workbook that is handed in has.

    >>> is_record("运行记录", [["运行记录"], ["程序", "junheng 0.1.0"]]), is_record("运行记录", [["学校名称"]])
    (True, False)
    """
    named = name in (RECORD.zh, RECORD.en)
    return named and any(isinstance(cell, str) and cell.startswith(PROGRAM) for row in rows[:12] for cell in row)
