"""How small a wrong figure would change a verdict: of a section's indicator, of a section, of a coefficient. Exact."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import NamedTuple

from junheng.advice.reporting_errors import (
    Figures,
    Least,
    Unit,
    alone,
    clear_side,
    judged,
    least,
    read_by,
    scope_fields,
    steady_scope,
    units,
)
from junheng.engine.divisions import divide
from junheng.engine.model import (
    OF_SCHOOL,
    Assessment,
    Condition,
    Indicator,
    Method,
    Outcome,
    SchoolRule,
    SchoolTable,
    Through,
)
from junheng.engine.school import graded, scope

DECIDED = (Outcome.MET, Outcome.CLOSE, Outcome.UNMET)


class Flip(NamedTuple):
    """The least change of one figure, in the row `at`, that makes the outcome of a section another one.

    `indicator` None: its verdict. `steps` are signed: persons or things, or hundredths of a per cent. `left_out`: after
    it the section is not judged any more. `certain`: no smaller change of this figure in this direction does.
    """

    section: int
    indicator: str | None
    at: int
    field: str
    steps: int
    amount: Fraction
    before: Outcome | bool
    after: Outcome | bool | None
    certain: bool
    left_out: bool = False


class State(NamedTuple):
    """What is said of a section after a change; `out`: it is not judged any more."""

    state: Outcome | bool | None
    out: bool = False


class Open(NamedTuple):
    """What cannot be told: an outcome, or the verdict (None), of a section for which a figure is missing."""

    section: int
    indicator: str | None


class SchoolSensitivity(NamedTuple):
    """The flips of all sections by one method; `open_` cannot be told, `unvaried` are figures that were not changed."""

    flips: Sequence[Flip]
    open_: Sequence[Open]
    unvaried: Sequence[str]


def schools(assessment: Assessment, figures: Figures) -> SchoolSensitivity:
    """Return the least changes that make the outcomes and verdicts of a judged table other ones.

    What is measured over a whole county is left as it is.
    """
    method = assessment.method
    own = [i for i in method.indicators if not any(leaf.pooled for leaf in i.leaves())]
    flips: list[Flip] = []
    for indicator in own:
        flips += _of_indicator(assessment, figures, indicator)
    if method.school_rule is not None:
        flips += _of_verdict(assessment, figures, method.school_rule, own)
    open_ = [
        Open(section, indicator.id)
        for indicator in method.indicators
        for section in assessment.judged
        if assessment.outcomes[indicator.id][section] is Outcome.MISSING
    ]
    if method.school_rule is not None:
        open_ += [Open(section, None) for section in assessment.judged if assessment.passed[section] is None]
    read = dict.fromkeys(name for i in method.indicators for name in read_by(i))
    pooled = [name for i in method.indicators if i not in own for name in read_by(i)]
    unvaried = [name for name in read if not figures.varied(name)]
    return SchoolSensitivity(flips, open_, list(dict.fromkeys([*unvaried, *pooled])))


def _of_indicator(assessment: Assessment, figures: Figures, indicator: Indicator) -> Iterator[Flip]:
    whole = alone(assessment.method, indicator)
    method = whole._replace(exclusions=(), zero_students_left_out=False)  # who leaves the table is told by the verdicts
    outcomes = assessment.outcomes[indicator.id]
    judges = {i for i in assessment.judged if outcomes[i] in DECIDED}

    def states(table: SchoolTable) -> list[State]:
        found = judged(method, table).outcomes[indicator.id]
        return [State(was if now is Outcome.MISSING else now) for was, now in zip(outcomes, found, strict=True)]

    for name in _sources(figures, method, read_by(indicator)):
        steady = clear_side(figures, method, indicator, name) is not None and steady_scope(method, name)
        across = _across(figures, [indicator], name)
        every = _flips(figures, indicator.id, name, judges, states, outcomes, steady=steady, across=across)
        yield from _still_judged(whole, figures, name, list(every)) if name in scope_fields(whole) else every


def _still_judged(method: Method, figures: Figures, name: str, flips: Sequence[Flip]) -> Iterator[Flip]:
    """Yield the flips after which the section is still judged."""
    for flip in flips:
        table = figures.changed(name, {flip.at: flip.steps})
        if scope(method, divide(table, method.pupil_weight, method.divided))[flip.section] is None:
            yield flip


def _of_verdict(assessment: Assessment, figures: Figures, rule: SchoolRule, own: Sequence[Indicator]) -> Iterator[Flip]:
    method = assessment.method
    by_outcome = not (rule.award or any(g.points_at_least is not None or g.levels for g in rule.grades))
    judges = {i for i in assessment.judged if assessment.passed[i] is not None}
    reads = {i.id: _sources(figures, method, read_by(i)) for i in own}
    everything = list(dict.fromkeys([*(name for i in own for name in reads[i.id]), *scope_fields(method)]))
    for name in figures.sources(everything):
        moved = [i for i in own if name in reads[i.id]]
        sides = {clear_side(figures, method, i, name) for i in moved} - {0}
        steady = by_outcome and len(sides) <= 1 and None not in sides and steady_scope(method, name)
        part = method._replace(indicators=tuple(moved), parts=()) if by_outcome else method._replace(parts=())

        def states(table: SchoolTable, part: Method = part) -> list[State]:
            """Judge again the indicators that read the figure; the others are as they were."""
            found = judged(part, table)
            passed = found.passed
            if by_outcome:
                merged = assessment._replace(outcomes={**assessment.outcomes, **found.outcomes})
                passed = graded(merged, rule).passed
            return [
                State(None, out=True) if out is not None else State(was if now is None else now)
                for was, now, out in zip(assessment.passed, passed, found.left_out, strict=True)
            ]

        across = _across(figures, own, name)
        yield from _flips(figures, None, name, judges, states, assessment.passed, steady=steady, across=across)


def _across(figures: Figures, indicators: Sequence[Indicator], name: str) -> bool:
    """Say whether a figure that one section of a school states may decide another of its sections."""
    if name in figures.shared or (name == "students" and figures.table.through):
        return True
    nodes = [node for indicator in indicators for node in indicator.nodes()]
    names = {name for node in nodes for condition in _conditions(node) for name in condition}
    return any(node.through is not Through.DIVIDED for node in nodes) or any(OF_SCHOOL in n for n in names)


def _conditions(node: Indicator) -> list[Condition]:
    return [*node.applies, *(r.when for r in node.relaxations), *(case.when for case in node.cases())]


def _sources(figures: Figures, method: Method, names: Sequence[str]) -> list[str]:
    """Return the reported figures among some, and the pupils where what a school shares is divided by them."""
    shared = method.divided.intersection(names) and figures.table.through
    return figures.sources([*names, *(["students"] if shared else [])])


def _flips(
    figures: Figures,
    indicator: str | None,
    name: str,
    judges: set[int],
    states: Callable[[SchoolTable], Sequence[State]],
    before: Sequence[Outcome | bool | None],
    *,
    steady: bool,
    across: bool,
) -> Iterator[Flip]:
    """Yield the flips by one figure: of the section that states it, and of the others of its school (`across`)."""
    for group in units(figures, name):
        for place in range(max(len(unit.school) for unit in group) if across else 1):
            targets = _targets(group, place, judges)
            for sign in (1, -1):
                room = {unit.row: figures.room(unit.row, name, sign) for unit in targets}

                def seen(steps: Mapping[int, int], sign: int = sign) -> Sequence[State]:
                    return states(figures.changed(name, {row: sign * n for row, n in steps.items()}))

                def differs(steps: Mapping[int, int], targets: Mapping[Unit, int] = targets) -> dict[int, bool]:
                    found = seen(steps)
                    return {
                        u.row: found[t].out or found[t].state is not before[t]
                        for u, t in targets.items()
                        if u.row in steps
                    }

                result = least(room, differs, steady=steady)
                after = seen({row: of.steps for row, of in result.items()}) if result else ()
                for unit, section in targets.items():
                    if unit.row in result:
                        yield _flip(figures, unit, section, indicator, name, sign, result, before, after)


def _flip(
    figures: Figures,
    unit: Unit,
    section: int,
    indicator: str | None,
    name: str,
    sign: int,
    found: Mapping[int, Least],
    before: Sequence[Outcome | bool | None],
    after: Sequence[State],
) -> Flip:
    of = found[unit.row]
    amount = figures.step(unit.row, name) * sign * of.steps
    then, was = after[section], before[section]
    return Flip(
        section,
        indicator,
        unit.row,
        name,
        sign * of.steps,
        amount,
        was if was is not None else Outcome.MISSING,
        then.state,
        of.certain,
        then.out,
    )


def _targets(group: Sequence[Unit], place: int, judges: set[int]) -> dict[Unit, int]:
    """Return the section of each school that stands at a place, counted from the one whose figure it is."""
    targets = {}
    for unit in group:
        if place < len(unit.school):
            at = unit.school.index(unit.row) if unit.row in unit.school else 0
            section = unit.school[(at + place) % len(unit.school)]
            if section in judges:
                targets[unit] = section
    return targets
