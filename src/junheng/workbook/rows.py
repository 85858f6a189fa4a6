"""Which rows below a header are schools: not totals, not notes, not the header once more."""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field

from junheng import kinds
from junheng.problems import Problem
from junheng.text import Text
from junheng.workbook.cells import Sheet
from junheng.workbook.columns import NO_FIGURE, clean_text, parse_number
from junheng.workbook.header import Header
from junheng.workbook.headers import NUMBERING
from junheng.workbook.headings import key
from junheng.workbook.traditional import simplified

ROWS_NAMED = 8  # how many passed-over rows a note names
SHORT = 4  # letters that a name has at least, nearly always

_TOTAL = re.compile(
    r"(?:合计|总计|小计|共计|累计|计|总数|平均|平均值|均值|校均|生均|标准差|差异系数|全[县市区镇乡]|全街道|全学区|全县平均值?|全县均值)"
    r"|.*(?:合计|总计|小计|共计)"
    r"|(?:合计|总计|小计|共计|其中)[:(、,].*"
)
_OF_WHICH = re.compile(r"\s*(?:[#＃]\s*[\u4e00-\u9fff]|其中\s*[:：]).*", re.DOTALL)  # #女, 其中：女
_NOTE = re.compile(
    r"[(（\[【]?(?:注|说明|备注|填写|填表|制表|审核|负责人|单位负责人|联系|报送|填报)(?:\d|[:：(（、.]|人|日期|单位|说明|$).*"
)
# what is a total, or a line below a table, only where the row is of no type
_UNTYPED = re.compile(
    r".*(?:平均|平均数|均值|标准值|最大值|最小值|合计数)|(?:共|合计)\d+所|其中.*|以下空白|[(（]?盖章[)）]?|数据(?:截至|来源).*|※.*"
)
_TOTAL_SIGN = re.compile("[计計数數均全其标標值共空章据據※#＃]")  # a total holds one of these; few schools do
_OMITTED = re.compile(r"[….。·⋯⋮]{2,}|[…⋯⋮]|[(]?(?:以下|下|其余|中间)?(?:从略|省略|略)[)]?")  # rows that were left out
_OMISSION_SIGN = re.compile("[….．。·⋯⋮略]")  # such a row has one of these; few schools do
_FOOTNOTE = re.compile(r"[①-⑳].*")


@dataclass(slots=True)
class Sorted:
    """The rows below a header, sorted: `kept` are schools (None: all are), `nameless` those of them without a name.

    `blank` rows have nothing in them at all; a formula without a saved result looks like that too.
    """

    kept: list[int] | None
    nameless: set[int] = field(default_factory=set)
    totals: list[int] = field(default_factory=list)
    notes: list[int] = field(default_factory=list)
    omitted: list[int] = field(default_factory=list)
    blank: list[int] = field(default_factory=list)


def is_total(cell: object) -> bool:
    """Say whether a cell names a total, or a part of one: 合计, 全县, 其中：女."""
    if not isinstance(cell, str) or _TOTAL_SIGN.search(cell) is None:
        return False
    return _TOTAL.fullmatch(simplified(key(cell))) is not None or _OF_WHICH.fullmatch(cell) is not None


def _may_be_total(cell: object) -> bool:
    return is_total(cell) or (
        isinstance(cell, str)
        and _TOTAL_SIGN.search(cell) is not None
        and _UNTYPED.fullmatch(simplified(key(cell))) is not None
    )


def is_note(cell: object) -> bool:
    """Say whether a cell begins a note below a table: 注, 填表人."""
    return isinstance(cell, str) and (_NOTE.match(cell.strip()) or _FOOTNOTE.match(cell.strip())) is not None


def _omits(cell: object) -> bool:
    """Say whether a cell says that rows were left out: …, ……, 略."""
    if not isinstance(cell, str) or _OMISSION_SIGN.search(cell) is None:
        return False
    return _OMITTED.fullmatch(key(cell)) is not None


def _of_the_heading(name: object, kind: object, header: Header) -> bool:
    """Say whether a row without figures of its own repeats what stands above a table: its title, or the columns' numbers."""
    said = clean_text(kind)
    if clean_text(name) in header.titles:
        return said in NO_FIGURE
    return NUMBERING.fullmatch(key(clean_text(name))) is not None and NUMBERING.fullmatch(key(said)) is not None


def _no_name(cell: object) -> bool:
    """Say whether a cell is blank, a sign for nothing, no text, or the beginning of a note."""
    return not isinstance(cell, str) or cell.strip() in NO_FIGURE or is_note(cell)


def _short(cell: object) -> bool:
    """Say whether a cell is as short as the number of a column, or a sign that rows were left out."""
    return isinstance(cell, str) and (len(cell) < SHORT or _omits(cell))


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
    above = {name_column.written, *header.titles}
    suspicious = _suspicious(columns, name_column.index, besides, above)
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
        typed = clean_text(types[row]) not in NO_FIGURE and not is_note(types[row]) and not is_total(types[row])
        first = first_cells.get(row)
        has_figure = row in figured
        unnamed = name in NO_FIGURE
        labelled = row in labels
        if (
            is_total(names[row])
            or (not typed and unnamed and labelled)
            or (not typed and _UNTYPED.fullmatch(simplified(key(name))))
        ):
            result.totals.append(row)
        elif first is None:
            result.blank.append(row)
        elif not typed and not has_figure and (_omits(name) if name else _omits(first)):
            result.omitted.append(row)
        elif _of_the_heading(names[row], types[row], header):
            pass
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


def _suspicious(
    columns: Sequence[Sequence[object]], name_at: int, besides: Sequence[int], above: Collection[str]
) -> set[int]:
    """Return the rows that may be no schools, by a look at each distinct word of the columns that name rows.

    `above` are the heading of the names and the titles, which a new page repeats.
    """
    found: set[int] = set()
    for index in (name_at, *besides):
        column = columns[index]
        distinct = set(column)
        odd = {cell for cell in distinct if _may_be_total(cell)}
        if index == name_at:
            odd |= {cell for cell in distinct if _no_name(cell) or cell in above or _short(cell)}
        if odd:
            found.update(row for row, cell in enumerate(column) if cell in odd)
    return found


def passed_over(sheet: Sheet, first: int, rows: Sorted) -> list[Problem]:
    """Say which rows were passed over; `first` is the row of the sheet that row 0 is."""
    words: Mapping[str, tuple[Text, list[int]]] = {
        "total": (Text("合计类第 {rows} 行", "totals in row {rows}"), rows.totals),
        "note": (Text("说明类第 {rows} 行", "notes in row {rows}"), rows.notes),
    }

    def named(numbers: Sequence[int]) -> str:
        shown = ", ".join(str(first + sheet.top + row + 1) for row in numbers[:ROWS_NAMED])
        return shown + (" …" if len(numbers) > ROWS_NAMED else "")

    problems = [kinds.SCHOOLS_OMITTED.at(sheet.place(), rows=named(rows.omitted))] if rows.omitted else []
    said = [wording.fill(rows=named(numbers)) for wording, numbers in words.values() if numbers]
    if said:
        whole = Text("；".join(t.zh for t in said), "; ".join(t.en for t in said))
        problems.append(kinds.ROWS_NOT_SCHOOLS.at(sheet.place(), rows=whole))
    return problems
