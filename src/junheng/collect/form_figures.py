"""The figures of one statistics form: the cells that its layout names, added up and converted; none where a label is amiss."""

from collections.abc import Mapping

from junheng import kinds
from junheng.collect.labels import Differs, locate
from junheng.collect.layouts import FormFigure, Layout, Unknown
from junheng.problems import Place, Problem
from junheng.standard.grammar import FieldForm
from junheng.text import Text
from junheng.workbook.cells import Sheet
from junheng.workbook.columns import figures
from junheng.workbook.headings import Words, factor, key

SHIPPED = "standards/"  # the folder that the shipped layouts are named from
Figures = Mapping[str | None, Mapping[str, tuple[float | None, tuple[Place, ...]]]]
"""What a form says: by stage (None: of the whole school) and field the figure and the cells it was read from."""


def read_figures(
    sheet: Sheet, layout: Layout, headings: Words, problems: list[Problem]
) -> dict[str | None, dict[str, tuple[float | None, tuple[Place, ...]]]]:
    """Return the figures of a form by stage and field; nothing where a label is not where its layout says."""
    form = layout.form
    if layout.unknown:
        problems.append(kinds.FORM_PARTLY_KNOWN.at(sheet.place(), form=form.form, fields=_unread(layout, headings)))
    found: dict[str | None, dict[str, tuple[float | None, tuple[Place, ...]]]] = {}
    differing: list[Problem] = []
    faulty: list[Problem] = []
    only: dict[int, str] = {}
    for figure in form.figures:
        if not figure.known:
            continue
        try:
            number, cells = _figure(sheet, figure, headings, only, faulty)
        except Differs as error:
            differing.append(kinds.FORM_DIFFERS.at(sheet.place(), form=form.form, reason=error.reason))
            continue
        found.setdefault(figure.stage, {})[figure.field] = number, cells
    if len(only) > 1 and not differing:
        labels = "、".join(only.values())
        reason = Text(f"“{labels}”的数不在同一列", f"the figures of “{labels}” do not stand in one column")
        differing.append(kinds.FORM_DIFFERS.at(sheet.place(), form=form.form, reason=reason))
    problems += list(dict.fromkeys(differing)) or faulty
    return {} if differing else found


def _unread(layout: Layout, headings: Words) -> Text:
    """Return the figures that are not read, each with the labels to be filled in and the lines of the layout."""
    by_field: dict[str, list[Unknown]] = {}
    for entry in layout.unknown:
        by_field.setdefault(entry.field, []).append(entry)
    said = []
    for name, entries in by_field.items():
        labels = "; ".join(
            f"{entry.part} {SHIPPED}{entry.place}" if not layout.own else f"{entry.part} {entry.place}"
            for entry in entries
        )
        seen = "、".join(dict.fromkeys(entry.seen_at for entry in entries if entry.seen_at))
        form = headings.fields[name]
        said.append(
            Text(
                f"{form.zh}（{labels}{f'；有程序取自 {seen}' if seen else ''}）",
                f"{form.en} ({labels}{f'; one importer reads {seen}' if seen else ''})",
            )
        )
    return Text("、".join(t.zh for t in said), ", ".join(t.en for t in said))


def _figure(
    sheet: Sheet, figure: FormFigure, headings: Words, only: dict[int, str], problems: list[Problem]
) -> tuple[float | None, tuple[Place, ...]]:
    """Return the sum of the cells of a figure, None where one is blank or faulty."""
    form = headings.fields[figure.field]
    numbers: list[float | None] = []
    places = []
    for anchor in figure.cells:
        row, column, unit = locate(sheet, anchor, headings.units, only)
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
        raise Differs(
            Text(f"“{form.zh}”的单位是{written}，应为{expected}", f"“{form.en}” is in {written}, not in {expected}")
        )
    return said or laid or 1.0
