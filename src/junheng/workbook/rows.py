"""Which rows below a header are schools: not totals, not notes, not the header once more."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from junheng import kinds
from junheng.problems import Problem
from junheng.text import Text
from junheng.workbook.cells import Sheet
from junheng.workbook.columns import NO_FIGURE, clean_text
from junheng.workbook.headers import Header
from junheng.workbook.headings import key

ROWS_NAMED = 8  # how many passed-over rows a note names

_TOTAL = re.compile(
    r"(?:合计|总计|小计|共计|累计|计|总数|平均|平均值|均值|全县|全市|全区|全县平均值?|全县均值)"
    r"|.*(?:合计|总计|小计|共计)"
    r"|(?:合计|总计|小计|共计|其中)(?!.*[学校点部园]$).*"
)
_NOTE = re.compile(
    r"(?:注|说明|备注|填表|制表|审核|负责人|单位负责人|联系|报送|填报)(?:\d|[:：(（、.]|人|日期|单位|说明|$).*"
)
_TOTAL_SIGN = re.compile("[计数均全其]")  # a total holds one of these; few schools do


@dataclass(slots=True)
class Sorted:
    """The rows below a header, sorted: `kept` are schools (None: all are), `nameless` those of them without a name."""

    kept: list[int] | None
    nameless: set[int]
    totals: list[int] = field(default_factory=list)
    notes: list[int] = field(default_factory=list)


def _is_total(cell: object) -> bool:
    if not isinstance(cell, str) or _TOTAL_SIGN.search(cell) is None:
        return False
    return _TOTAL.fullmatch(key(cell)) is not None


def _no_name(cell: object) -> bool:
    """Say whether a cell is blank, a sign for nothing, no text, or the beginning of a note."""
    if not isinstance(cell, str):
        return True
    text = cell.strip()
    return not text or text in NO_FIGURE or _NOTE.match(text) is not None


def _figure(cell: object) -> bool:
    """Say whether a cell holds a figure, or text with a digit in it."""
    if isinstance(cell, bool):
        return False
    return isinstance(cell, int | float) or (isinstance(cell, str) and any(map(str.isdigit, cell)))


def sort_rows(header: Header, columns: Sequence[Sequence[object]], numeric: Sequence[str]) -> Sorted:
    """Sort the rows below a header. A row without a name and with figures is kept, for it may be a school."""
    name_column = header.columns["name"][0]
    names = columns[name_column.index]
    identity = [header.columns[f][0].index for f in ("county", "town", "group", "code") if f in header.columns]
    looked_at = list(dict.fromkeys([name_column.index, 0, *identity]))
    heading, written = key(name_column.heading), name_column.written
    suspicious: set[int] = set()
    for index in looked_at:
        column = columns[index]
        distinct = set(column)
        odd = {cell for cell in distinct if _is_total(cell)}
        if index == name_column.index:
            odd |= {cell for cell in distinct if _no_name(cell) or cell == written}
        if odd:
            suspicious.update(row for row, cell in enumerate(column) if cell in odd)
    if not suspicious:
        return Sorted(None, set())
    figure_at = [column.index for name in numeric for column in header.columns.get(name, [])]
    result = Sorted(None, set())
    dropped = set()
    for row in sorted(suspicious):
        name = clean_text(names[row])
        has_figure = any(_figure(columns[index][row]) for index in figure_at)
        if any(_is_total(columns[index][row]) for index in looked_at):
            dropped.add(row)
            result.totals.append(row)
        elif name and key(name) == heading:
            dropped.add(row)
        elif not name or name in NO_FIGURE:
            if has_figure:
                result.nameless.add(row)
                continue
            dropped.add(row)
            if any(column[row] not in ("", None) for column in columns):
                result.notes.append(row)
        elif _NOTE.match(name) and not has_figure:
            dropped.add(row)
            result.notes.append(row)
    if dropped:
        result.kept = [row for row in range(len(names)) if row not in dropped]
    return result


def passed_over(sheet: Sheet, first: int, rows: Sorted) -> list[Problem]:
    """Say which rows were passed over; `first` is the row of the sheet that row 0 is."""
    words: Mapping[str, tuple[Text, list[int]]] = {
        "total": (Text("合计类第 {rows} 行", "totals in row {rows}"), rows.totals),
        "note": (Text("说明类第 {rows} 行", "notes in row {rows}"), rows.notes),
    }
    said = []
    for wording, numbers in words.values():
        if numbers:
            named = ", ".join(str(first + sheet.top + row + 1) for row in numbers[:ROWS_NAMED])
            said.append(wording.fill(rows=named + (" …" if len(numbers) > ROWS_NAMED else "")))
    if not said:
        return []
    whole = Text("；".join(t.zh for t in said), "; ".join(t.en for t in said))
    return [kinds.ROWS_NOT_SCHOOLS.at(sheet.place(), rows=whole)]
