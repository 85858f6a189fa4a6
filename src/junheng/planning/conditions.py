"""Conditions of a plan read from their file, and turned into what a plan may do at the schools of a table."""

from collections.abc import Iterator, Mapping
from fractions import Fraction
from pathlib import Path
from typing import NamedTuple

from pydantic import ValidationError

from junheng import kinds
from junheng.advice.plan.requirements import Ways
from junheng.documents.costs import Costs
from junheng.engine.model import SchoolTable
from junheng.planning.form import ConditionsForm
from junheng.planning.order import PERSON
from junheng.problems import Problem, Unusable
from junheng.run import Run, fields_of_run, shared_fields, sums_of, wholes
from junheng.scenario.schools import school_rows, staged
from junheng.standard.faults import faults, near
from junheng.standard.grammar import FieldForm
from junheng.standard.source import Document, read
from junheng.text import Text


class Conditions(NamedTuple):
    """A file of conditions as read; without a file nothing is forbidden and nobody moves."""

    form: ConditionsForm = ConditionsForm()
    document: Document | None = None


def read_conditions(file: Path | None) -> Conditions:
    """Return the conditions of a file; raise Unusable with every fault and its line."""
    if file is None:
        return Conditions()
    document = read(file, str(file))
    if document.data is None:
        return Conditions(ConditionsForm(), document)
    if not isinstance(document.data, dict):
        raise Unusable([kinds.KEY_MISSING.at(document.place(()), key="budgets / fixed / at_most / transfers")])
    try:
        form = ConditionsForm.model_validate(document.data)
    except ValidationError as error:
        raise Unusable(faults(error, document, ConditionsForm)) from error
    late = [year for year in form.budgets or {} if form.target_year is not None and year > form.target_year]
    if late:
        expected = Text(f"不晚于 target_year {form.target_year}", f"not after target_year {form.target_year}")
        places = [(document.key_place(("budgets", year)), str(year)) for year in late]
        raise Unusable([kinds.VALUE_WRONG.at(p, key="budgets", found=y, expected=expected) for p, y in places])
    return Conditions(form, document)


def check_conditions(file: Path, fields: Mapping[str, FieldForm]) -> None:
    """Raise Unusable with every fault of a file of conditions, fields that there are not included."""
    conditions = read_conditions(file)
    problems: list[Problem] = []
    for path, name in _named(conditions.form):
        _field(name, path, conditions.document, fields, problems)
    if problems:
        raise Unusable(problems)


def _named(form: ConditionsForm) -> Iterator[tuple[tuple[str | int, ...], str | None]]:
    """Yield every field that conditions name, with where they do."""
    yield from ((("fixed", at, "field"), entry.field) for at, entry in enumerate(form.fixed))
    yield from ((("at_most", at, "field"), limit.field) for at, limit in enumerate(form.at_most))
    if form.transfers is not None:
        yield from ((("transfers", "as", at), name) for at, name in enumerate(form.transfers.as_))


def ways_of(run: Run, costs: Costs, conditions: Conditions) -> Ways:
    """Return what a plan may do at the schools of a run; raise Unusable where conditions name what is not there."""
    fields = fields_of_run(run)
    table = run.assessment.divisions.table
    problems: list[Problem] = []
    fixed: set[tuple[int | None, str | None]] = set()
    most: dict[tuple[int | None, str], Fraction] = {}
    form, document = conditions.form, conditions.document
    for at, entry in enumerate(form.fixed):
        field = _field(entry.field, ("fixed", at, "field"), document, fields, problems)
        rows = _rows(table, entry.school, entry.stage, ("fixed", at, "school"), document, problems)
        fixed |= {(row, field) for row in rows}
    for at, limit in enumerate(form.at_most):
        field = _field(limit.field, ("at_most", at, "field"), document, fields, problems)
        rows = _rows(table, limit.school, limit.stage, ("at_most", at, "school"), document, problems)
        if field is not None:
            most |= {(row, field): min(limit.add, most.get((row, field), limit.add)) for row in rows}
    moved: list[str] = []
    if form.transfers is not None:
        for nth, name in enumerate(form.transfers.as_):
            path = ("transfers", "as", nth)
            field = _field(name, path, document, fields, problems)
            if field is not None and fields[field].unit != PERSON and document is not None:
                expected = Text("以人计的字段", "a field of persons")
                problems.append(kinds.VALUE_WRONG.at(document.place(path), key="as", found=name, expected=expected))
            moved += [] if field is None else [field]
    if problems:
        raise Unusable(problems)
    return Ways(
        prices=costs.of_one(fields),
        counted=frozenset(name for name, field in fields.items() if field.kind == "count"),
        shared=frozenset().union(*(shared_fields(each.standard) for each in (*run.gate, run))),
        sums={name: parts for each in (*run.gate, run) for name, parts in sums_of(each.standard).items()},
        part_of={name: whole for each in (*run.gate, run) for name, whole in wholes(each.standard).items()},
        fixed=frozenset(fixed),
        most=most,
        moved=tuple(dict.fromkeys(moved)),
        fare=form.transfers.yuan if form.transfers is not None else Fraction(0),
        most_leaving=None if form.transfers is None else form.transfers.at_most_leaving,
    )


def _field(
    name: str | None,
    path: tuple[str | int, ...],
    document: Document | None,
    fields: Mapping[str, FieldForm],
    problems: list[Problem],
) -> str | None:
    """Return the field that is called so, by id or by its Chinese name; None, and why, where there is none."""
    if name is None or name in fields:
        return name
    found = next((id_ for id_, field in fields.items() if field.zh == name), None)
    if found is None and document is not None:
        known = [other for other, field in fields.items() if field.numeric]
        problems.append(kinds.FIELD_UNKNOWN.at(document.place(path), field=name, near=near(name, known)))
    return found


def _rows(
    table: SchoolTable,
    school: str | None,
    stage: str | None,
    path: tuple[str | int, ...],
    document: Document | None,
    problems: list[Problem],
) -> list[int | None]:
    """Return the rows of a school, those of a stage where none is named, or None for everywhere."""
    if document is None:
        return []
    if school is None:
        if stage is None:
            return [None]
        return [row for row, name in enumerate(table.text("stage")) if name == stage]
    place = document.place(path)
    found = school_rows(table, school, place, problems)
    rows = None if found is None else staged(table, found, stage, school, place, problems)
    return list(rows or ())
