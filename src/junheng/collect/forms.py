"""Statistics forms become reports: labels are found, not positions; what does not fit its layout is not read."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple

from junheng import kinds
from junheng.collect.layouts import CellAnchor, FormFigure, Layout, Number
from junheng.collect.reports import Report
from junheng.problems import Place, Problem
from junheng.standard.grammar import FieldForm
from junheng.text import Text
from junheng.workbook.cells import Sheet
from junheng.workbook.columns import NO_FIGURE, choices, clean_text, codes, figures, parse_number, read_year
from junheng.workbook.headers import find_header
from junheng.workbook.heading_paths import numbers_columns
from junheng.workbook.headings import Words, factor, key, split_unit
from junheng.workbook.schools import year_of_path, year_of_sheet

TITLE_ROWS = 12  # the form's number and whose it is stand within this many rows
_NUMBER = re.compile(r"(?:基础基|教基)\d{3,4}(?:续表?\d*)?")
_FORM_NUMBER = "表号"
_PREFIX = re.compile(r"^(?:其中|#|[一二三四五六七八九十]+、|\d+[.、]|[—-])+")
_NUMBERED = frozenset({"乙", "编号", "行次", "序号", "代码", "行号"})  # what a column of row numbers is headed by
_SAYS = ("name", "code", "year", "type", "county", "town", "area", "owner")  # what a form may say of its school
_RUN = 3  # numbers in a row that make a column one of row numbers


class _At(NamedTuple):
    row: int
    column: int
    text: str


class _Differs(Exception):  # noqa: N818 - it names what a sheet does, and never leaves this module
    """A sheet is not laid out as its form."""

    def __init__(self, reason: Text) -> None:
        self.reason = reason
        super().__init__(reason.en)


@dataclass(slots=True)
class FormSheets:
    """The forms of one workbook: reports by school and stage, the sheets that are no forms, and what is wrong."""

    reports: list[Report] = field(default_factory=list)
    others: list[Sheet] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    layouts: list[tuple[Layout, Place]] = field(default_factory=list)  # those used, and on which sheet first
    any: bool = False


def form_number(sheet: Sheet, own: Sequence[str] = ()) -> str | None:
    """Return the number of the form that a sheet is: by its name, by 表号, or by the only number in its title.

    `own` are numbers of another style that a user's layouts bring.
    """

    def numbers(text: str) -> list[str]:
        said = key(text)
        found = [match.replace("续表", "续") for match in _NUMBER.findall(said)]
        return found or [number for number in own if key(number) in said]

    named = numbers(sheet.name or "")
    if named:
        return named[0]
    texts = [cell for row in sheet.rows[:TITLE_ROWS] for cell in row if isinstance(cell, str)]
    for cells in ([text for text in texts if _FORM_NUMBER in key(text)], texts):
        found = {number for text in cells for number in numbers(text)}
        if len(found) == 1:
            return found.pop()
    return None


def read_forms(
    sheets: Sequence[Sheet],
    layouts: Sequence[Layout],
    headings: Words,
    known_names: Mapping[str, str],
    asked: int | None = None,
) -> FormSheets:
    """Return what the forms of a workbook say; a form that says no year is of the year that is asked for.

    `known_names` are codes and names of schools that a file may be named after.
    """
    result = FormSheets()
    own = [layout.form.form for layout in layouts if layout.own]
    pages: list[tuple[Sheet, str, dict[str, str]]] = []
    for sheet in sheets:
        number = form_number(sheet, own) if sheet.rows and not _is_table(sheet, headings) else None
        if number is None:
            result.others.append(sheet)
        else:
            pages.append((sheet, number, _says(sheet, headings)))
    result.any = bool(pages)
    named = {(said.get("code"), said.get("name")) for _, _, said in pages if said.get("code") or said.get("name")}
    only = next((said for _, _, said in pages if said.get("name") or said.get("code")), {}) if len(named) == 1 else {}
    unknown: set[str] = set()
    for sheet, number, said in pages:
        year = read_year(said.get("year", "")) or year_of_sheet(sheet, TITLE_ROWS, year_of_path(sheet.path)) or asked
        fitting = [la for la in layouts if key(la.form.form) == key(number) and la.form.of_year(year)]
        if len(fitting) > 1:
            reason = Text("看不出是哪个年度的", "it cannot be told of which year it is")
            result.problems.append(kinds.FORM_DIFFERS.at(sheet.place(), form=number, reason=reason))
            continue
        layout = fitting[0] if fitting else None
        if layout is None:
            name = number if year is None else f"{number}（{year}）"
            if name not in unknown:
                result.problems.append(kinds.FORM_NOT_ON_RECORD.at(sheet.place(), form=name))
            unknown.add(name)
            continue
        texts = {**(said if said.get("name") or said.get("code") else {**only, **said})}
        if not (texts.get("name") or texts.get("code")):
            texts |= _by_file(sheet, known_names)
        if not (texts.get("name") or texts.get("code")):
            reason = (
                Text("表上没有校名或标识码", "no name or code stands on it")
                if len(named) < 2  # noqa: PLR2004 - one school or none
                else Text("工作簿中有几所学校的表", "the workbook holds forms of several schools")
            )
            result.problems.append(kinds.FORM_SCHOOL_UNKNOWN.at(sheet.place(), form=number, reason=reason))
            continue
        result.layouts.append((layout, sheet.place()))
        read = _read_sheet(sheet, layout, headings, result.problems)
        if read:
            _add(result.reports, sheet, layout, read, texts, year, headings.fields)
    return result


def _is_table(sheet: Sheet, headings: Words) -> bool:
    """Say whether a sheet is a table of schools, whatever forms it mentions: it has headings of figures."""
    header, _ = find_header(sheet, headings, None)
    return header is not None and any(headings.fields[name].numeric for name in header.columns)


def _by_file(sheet: Sheet, known_names: Mapping[str, str]) -> dict[str, str]:
    """Return the school that a file is named after."""
    stem = key(sheet.path.stem)
    return {"name": known_names[stem]} if stem in known_names else {}


def _says(sheet: Sheet, headings: Words) -> dict[str, str]:
    """Return what a form says of its school: 学校名称：第一小学, in one cell or in two."""
    found: dict[str, str] = {}
    for row in sheet.rows[:TITLE_ROWS]:
        for column, cell in enumerate(row):
            if not isinstance(cell, str) or not cell.strip():
                continue
            label, sign, said = clean_text(cell).replace("：", ":").partition(":")
            hit = headings.find(label) if label else None
            if hit is None or hit[0] not in _SAYS:
                continue
            value = said.strip()
            if not value:
                following = next((clean_text(c) for c in row[column + 1 :] if clean_text(c)), "")
                value = (
                    ""
                    if headings.find(following.rstrip(":：")) or (not sign and hit[0] not in ("name", "code"))
                    else following
                )
            if value and value not in NO_FIGURE:
                found.setdefault(hit[0], value)
    return found


def _add(
    reports: list[Report],
    sheet: Sheet,
    layout: Layout,
    read: Mapping[str | None, Mapping[str, tuple[float | None, tuple[Place, ...]]]],
    said: Mapping[str, str],
    year: int | None,
    fields: Mapping[str, FieldForm],
) -> None:
    """Put the figures of one form with those of other forms of that school and stage; once more where they stand already."""
    texts: dict[str, str | None] = {}
    for name in _SAYS:
        value = said.get(name)
        if value is None or name == "year":
            continue
        texts[name] = choices([value], fields[name])[0][0] if fields[name].kind == "choice" else value
    if texts.get("code"):
        texts["code"] = codes([texts["code"]])[0]
    remark = Text(f"按 {layout.form.form} 的版式", f"by the layout of {layout.form.form}")
    if layout.form.compared is None:
        remark = Text(f"{remark.zh}，未经核对", f"{remark.en}, never compared")
    for stage, entries in read.items():
        own = {**texts, "stage": stage}
        into = next(
            (
                r
                for r in reports
                if r.year == year and not r.figures.keys() & entries.keys() and _one_school(r.texts, own)
            ),
            None,
        )
        if into is None:
            into = Report(sheet.place(), own, {}, {}, year, floating=stage is None)
            reports.append(into)
        into.texts |= {name: word for name, word in own.items() if word is not None}
        for name, (number, cells) in entries.items():
            into.figures[name], into.cells[name], into.remarks[name] = number, cells, remark


def _one_school(one: Mapping[str, str | None], other: Mapping[str, str | None]) -> bool:
    same = [one.get(name) == other.get(name) for name in ("code", "name") if one.get(name) and other.get(name)]
    return bool(same) and all(same) and one.get("stage") == other.get("stage")


# -------------------------------------------------------------------------------------------------- one sheet


def _read_sheet(
    sheet: Sheet, layout: Layout, headings: Words, problems: list[Problem]
) -> dict[str | None, dict[str, tuple[float | None, tuple[Place, ...]]]]:
    """Return the figures of a form by stage and field; nothing where a label is not where its layout says."""
    form = layout.form
    unread = [figure for figure in form.figures if not figure.known]
    if unread:
        names = [headings.fields[figure.field] for figure in unread]
        said = Text("、".join(n.zh for n in names), ", ".join(n.en for n in names))
        problems.append(kinds.FORM_PARTLY_KNOWN.at(sheet.place(), form=form.form, fields=said))
    found: dict[str | None, dict[str, tuple[float | None, tuple[Place, ...]]]] = {}
    differing: list[Problem] = []
    faulty: list[Problem] = []
    only: dict[int, str] = {}
    for figure in form.figures:
        if not figure.known:
            continue
        try:
            number, cells = _figure(sheet, figure, headings, only, faulty)
        except _Differs as error:
            differing.append(kinds.FORM_DIFFERS.at(sheet.place(), form=form.form, reason=error.reason))
            continue
        found.setdefault(figure.stage, {})[figure.field] = number, cells
    if len(only) > 1 and not differing:
        labels = "、".join(only.values())
        reason = Text(f"“{labels}”的数不在同一列", f"the figures of “{labels}” do not stand in one column")
        differing.append(kinds.FORM_DIFFERS.at(sheet.place(), form=form.form, reason=reason))
    problems += list(dict.fromkeys(differing)) or faulty
    return {} if differing else found


def _figure(
    sheet: Sheet, figure: FormFigure, headings: Words, only: dict[int, str], problems: list[Problem]
) -> tuple[float | None, tuple[Place, ...]]:
    """Return the sum of the cells of a figure, None where one is blank or faulty."""
    form = headings.fields[figure.field]
    numbers: list[float | None] = []
    places = []
    for anchor in figure.cells:
        row, column, unit = _locate(sheet, anchor, headings.units, only)
        if column is None:
            numbers.append(None)
            places.append(sheet.place(row))
            continue
        times = _times(form, figure, unit)
        cells, faults = figures([sheet.rows[row][column]], form, times)
        place = sheet.place(row, column)
        problems += [kind.at(place, **facts) for _, kind, facts in faults]
        numbers += cells
        places.append(place)
    total = None if None in numbers else sum(number for number in numbers if number is not None)
    return total, tuple(places)


def _times(form: FieldForm, figure: FormFigure, written: str | None) -> float:
    """Return how many of a field's unit one of the form's is; what the label says and what the layout says must agree."""
    said = factor(form, key(written)) if written is not None else None
    laid = factor(form, key(figure.unit)) if figure.unit is not None else None
    if written is not None and (said is None or (laid is not None and said != laid)):
        expected = figure.unit or form.unit or "—"
        raise _Differs(
            Text(f"“{form.zh}”的单位是{written}，应为{expected}", f"“{form.en}” is in {written}, not in {expected}")
        )
    return said or laid or 1.0


def _locate(
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
            raise _Differs(
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
        raise _Differs(Text(f"找不到“{label}”", f"there is no “{label}”"))
    if len(found) > 1:
        raise _Differs(Text(f"“{label}”出现了 {len(found)} 次", f"“{label}” stands there {len(found)} times"))
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
