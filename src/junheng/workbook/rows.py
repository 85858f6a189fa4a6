"""Which rows below a header are schools: not totals, not notes, not the header once more."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from junheng import kinds
from junheng.problems import Problem
from junheng.text import Text
from junheng.workbook.cells import Sheet
from junheng.workbook.columns import NO_FIGURE, clean_text, parse_number
from junheng.workbook.headers import Header
from junheng.workbook.headings import key

ROWS_NAMED = 8  # how many passed-over rows a note names

_TOTAL = re.compile(
    r"(?:合计|总计|小计|共计|累计|计|总数|平均|平均值|均值|校均|生均|标准差|差异系数|全县|全市|全区|全县平均值?|全县均值)"
    r"|.*(?:合计|总计|小计|共计)"
    r"|(?:合计|总计|小计|共计|其中)[:(、,].*"
)
_OF_WHICH = re.compile(r"\s*(?:[#＃]\s*[\u4e00-\u9fff]|其中\s*[:：]).*", re.DOTALL)  # #女, 其中：女
_NOTE = re.compile(
    r"(?:注|说明|备注|填表|制表|审核|负责人|单位负责人|联系|报送|填报)(?:\d|[:：(（、.]|人|日期|单位|说明|$).*"
)
# what is a total, or a line below a table, only where the row is of no type
_UNTYPED = re.compile(
    r".*(?:平均|平均数|均值|标准值|最大值|最小值|合计数)|(?:共|合计)\d+所|其中.*|以下空白|[(（]?盖章[)）]?|数据(?:截至|来源).*|※.*"
)
_TOTAL_SIGN = re.compile("[计数均全其标值共空章据※#＃]")  # a total holds one of these; few schools do


@dataclass(slots=True)
class Sorted:
    """The rows below a header, sorted: `kept` are schools (None: all are), `nameless` those of them without a name.

    `blank` rows have nothing in them at all; a formula without a saved result looks like that too.
    """

    kept: list[int] | None
    nameless: set[int] = field(default_factory=set)
    totals: list[int] = field(default_factory=list)
    notes: list[int] = field(default_factory=list)
    blank: list[int] = field(default_factory=list)


def is_total(cell: object) -> bool:
    """Say whether a cell names a total, or a part of one: 合计, 全县, 其中：女."""
    if not isinstance(cell, str) or _TOTAL_SIGN.search(cell) is None:
        return False
    return _TOTAL.fullmatch(key(cell)) is not None or _OF_WHICH.fullmatch(cell) is not None


def _may_be_total(cell: object) -> bool:
    return is_total(cell) or (
        isinstance(cell, str) and _TOTAL_SIGN.search(cell) is not None and _UNTYPED.fullmatch(key(cell)) is not None
    )


def is_note(cell: object) -> bool:
    """Say whether a cell begins a note below a table: 注, 填表人."""
    return isinstance(cell, str) and _NOTE.match(cell.strip()) is not None


def _no_name(cell: object) -> bool:
    """Say whether a cell is blank, a sign for nothing, no text, or the beginning of a note."""
    return not isinstance(cell, str) or cell.strip() in NO_FIGURE or is_note(cell)


def _figure(cell: object) -> bool:
    """Say whether a cell holds a figure, as a number or as text."""
    if isinstance(cell, bool):
        return False
    return isinstance(cell, int | float) or (isinstance(cell, str) and isinstance(parse_number(cell), float))


def sort_rows(header: Header, columns: Sequence[Sequence[object]], numeric: Sequence[str]) -> Sorted:
    """Sort the rows below a header.

    A row is a total where its name is one, or where its county, town, group, code or number is one and it is not of a
    type. A row without a name and with figures is kept, for it may be a school.
    """
    name_column = header.columns["name"][0]
    names = columns[name_column.index]
    types = columns[header.columns["type"][0].index] if "type" in header.columns else [""] * len(names)
    identity = [header.columns[f][0].index for f in ("county", "town", "group", "code") if f in header.columns]
    besides = list(dict.fromkeys(i for i in (0, *header.serials, *identity) if i != name_column.index))
    suspicious = _suspicious(columns, name_column.index, besides, name_column.written)
    figure_at = [column.index for name in numeric for column in header.columns.get(name, [])]
    heading = key(name_column.heading)
    result = Sorted(None)
    dropped = set()
    order = sorted(suspicious)
    first_cells = _first_cells(columns, order)
    figured = _rows_with(columns, figure_at, order, _figure)
    labels = _rows_with(columns, besides, order, is_total)
    for row in order:
        name = clean_text(names[row])
        typed = clean_text(types[row]) not in NO_FIGURE and not is_note(types[row])
        first = first_cells.get(row)
        has_figure = row in figured
        unnamed = name in NO_FIGURE
        labelled = row in labels
        if (
            is_total(names[row])
            or (not typed and unnamed and labelled)
            or (not typed and _UNTYPED.fullmatch(key(name)))
        ):
            result.totals.append(row)
        elif first is None:
            result.blank.append(row)
        elif not typed and is_note(first):
            result.notes.append(row)
        elif unnamed:
            if has_figure or typed:
                result.nameless.add(row)
                continue
            result.notes.append(row)
        elif key(name) == heading:
            pass
        elif typed or has_figure or not is_note(name):
            continue
        dropped.add(row)
    if dropped:
        result.kept = [row for row in range(len(names)) if row not in dropped]
    return result


def _rows_with(
    columns: Sequence[Sequence[object]], at: Sequence[int], rows: Sequence[int], holds: Callable[[object], bool]
) -> set[int]:
    """Return those of some rows that have a certain cell in one of some columns, by a look at each distinct cell."""
    found: set[int] = set()
    for index in at:
        column = columns[index]
        fit = {cell for cell in {column[row] for row in rows} if holds(cell)}
        if fit:
            found.update(row for row in rows if column[row] in fit)
    return found


def _first_cells(columns: Sequence[Sequence[object]], rows: Sequence[int]) -> dict[int, object]:
    """Return the first cell of some rows that is not blank; nothing of a row that is blank."""
    found: dict[int, object] = {}
    left: Sequence[int] = rows
    for column in columns:
        if not left:
            break
        held = {row: cell for row in left if (cell := column[row]) not in ("", None)}
        if held:
            found |= held
            left = [row for row in left if row not in held]
    return found


def _suspicious(columns: Sequence[Sequence[object]], name_at: int, besides: Sequence[int], written: str) -> set[int]:
    """Return the rows that may be no schools, by a look at each distinct word of the columns that name rows."""
    found: set[int] = set()
    for index in (name_at, *besides):
        column = columns[index]
        distinct = set(column)
        odd = {cell for cell in distinct if _may_be_total(cell)}
        if index == name_at:
            odd |= {cell for cell in distinct if _no_name(cell) or cell == written}
        if odd:
            found.update(row for row, cell in enumerate(column) if cell in odd)
    return found


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
