"""A table with columns of each stage becomes one reading for each stage: one row gives the sections of a school."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from junheng import kinds
from junheng.standard.grammar import FieldForm
from junheng.workbook.cells import Sheet
from junheng.workbook.header import Header
from junheng.workbook.one_sheet import SheetRows

UNSTAGED = frozenset({"special", "vocational"})  # types whose rows are not divided into stages


def stage_views(sheet: Sheet, header: Header, fields: Mapping[str, FieldForm]) -> list[tuple[Sheet, Header]]:
    """Return a sheet with its header once for each stage that has columns of its own; as it is where none has.

    Whole-school figures that are given for each stage are divided already.
    """
    if not header.stages:
        return [(sheet, header)]
    own = {name for columns in header.stages.values() for name in columns}
    staged = {c.index for columns in header.stages.values() for found in columns.values() for c in found}
    places = {sheet.place(row, index) for row in range(header.row + 1) for index in staged}
    problems = [p for p in header.problems if p.kind is not kinds.HEADING_DOUBTFUL or p.place not in places]
    rest = {name: found for name, found in header.columns.items() if name not in own}
    values = dict(header.values)
    if any(fields[name].share == "split" for name in own if name in fields):
        values["basis"] = fields["basis"].choices["division"].zh
    return [
        (
            replace(sheet, rows=list(sheet.rows)),
            replace(
                header,
                columns={**rest, **header.stages[stage]},
                values={**values, "stage": choice.zh},
                problems=list(problems),
            ),
        )
        for stage, choice in fields["stage"].choices.items()
        if stage in header.stages
    ]


def settle_views(views: Sequence[SheetRows], fields: Mapping[str, FieldForm]) -> list[SheetRows]:
    """Return the views of a sheet, each with the rows that have its stage, and without figures of all stages together.

    A row is of a stage that its type has, or that it gives a figure of; one that is of none stays in the first view. Each
    problem is said once.
    """
    if len(views) < 2:  # noqa: PLR2004 - a sheet without columns of stages
        return list(views)
    of_type = {name: choice.stages for name, choice in fields["type"].choices.items()}
    kept = [_of_stage(rows, of_type) for rows in views]
    placed = {rows.rows[entry] for rows, keep in zip(views, kept, strict=True) for entry in keep}
    result = []
    said: set[str] = set()
    for rows, keep in zip(views, kept, strict=True):
        stray = {entry for entry, row in enumerate(rows.rows) if row not in placed}
        placed.update(rows.rows[entry] for entry in stray)
        view = rows.only(sorted(keep | stray))
        _undivided(view, of_type, fields)
        view.problems = [p for p in view.problems if repr(p) not in said]
        said.update(map(repr, view.problems))
        result.append(view)
    return result


def _of_stage(rows: SheetRows, of_type: Mapping[str, Sequence[str]]) -> set[int]:
    """Return the entries of a view that are of its stage."""
    (stage,) = set(rows.texts["stage"])
    own = [name for name in rows.header.stages[stage or ""] if name in rows.figures]
    return {
        entry
        for entry, kind in enumerate(rows.texts["type"])
        if stage in of_type.get(kind or "", ())
        or any(rows.figures[name][entry] or (entry, name) in rows.faulty for name in own)
    }


def _undivided(view: SheetRows, of_type: Mapping[str, Sequence[str]], fields: Mapping[str, FieldForm]) -> None:
    """Report figures of all stages of a school together where each stage needs its own; they are not used."""
    stage = next(iter(view.texts["stage"]), None)
    own = view.header.stages.get(stage or "", {})
    for name in view.figures:
        if name in own or name not in view.header.columns or fields[name].share != "reported":
            continue
        index = view.header.columns[name][0].index
        for entry, kind in enumerate(view.texts["type"]):
            several = kind not in UNSTAGED and len(of_type.get(kind or "", ())) > 1
            if several and view.figures[name][entry] is not None:
                place = view.sheet.place(view.rows[entry], index)
                school = view.texts["name"][entry]
                view.problems.append(kinds.FIGURE_OF_ALL_STAGES.at(place, school=school, field=fields[name].text))
                view.figures[name] = [None if at == entry else f for at, f in enumerate(view.figures[name])]
                view.faulty.add((entry, name))
