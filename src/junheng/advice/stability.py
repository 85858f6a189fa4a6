"""Whether verdicts stay the same when every figure may be wrong by a share: in the worst and best case, and by draws.

The worst and the best case are exact where more of a figure only helps or only hurts. Coefficients have no such case,
for what is more in one school is not better or worse for all: they are drawn, with a seed.
"""

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from random import Random
from typing import NamedTuple

from junheng.advice.changes import rows_of
from junheng.advice.reporting_errors import Figures, alone, clear_side, judged, read_by, scope_fields
from junheng.engine.county import judge_county
from junheng.engine.divisions import divide
from junheng.engine.model import (
    Assessment,
    CountyVerdict,
    Figure,
    Indicator,
    Method,
    Outcome,
    SchoolTable,
    Stage,
    all_of,
)
from junheng.engine.school import graded, scope
from junheng.number import exact

_OPEN = (Outcome.MISSING, Outcome.EXEMPT)
Factor = Callable[[str, int], Fraction | float]


class Interval(NamedTuple):
    """The verdict on a section in the worst and the best case of errors, each indicator at its own.

    Where they are the same no error within the bounds changes the verdict; where it is `witnessed`, errors within the
    bounds that do were found; else it is not told, for what hurts one indicator may help another. `best` None: it may
    be left out.
    """

    worst: bool | None
    best: bool | None
    witnessed: bool

    @property
    def stable(self) -> bool | None:
        """Whether no error changes the verdict; None where it is not told."""
        if self.worst is self.best and self.worst is not None:
            return True
        return False if self.witnessed else None


def otherwise(figures: Figures, factor: Factor) -> SchoolTable:
    """Return the table in which every figure is multiplied by a factor, by field and row.

    A figure of a whole school is multiplied once; what is the sum of others is their sum again; and a part that would
    be more than its whole is as much as it.
    """
    table = figures.table
    columns: dict[str, list[Figure]] = {}
    for name, column in table.figures.items():
        if not figures.varied(name):
            continue
        made = list(column)
        done: set[int] = set()
        for row, figure in enumerate(column):
            if figure is None or row in done:
                continue
            by = factor(name, row)
            rows = rows_of(table, row, name, figures.shared)
            done.update(rows)
            for other in rows:
                own = column[other]
                if own is not None:
                    made[other] = float(exact(own) * by) if isinstance(by, Fraction) else own * by
        columns[name] = made
    for whole, parts in figures.sums.items():
        if whole in columns and all(part in columns for part in parts):
            for row in range(table.size):
                old = [table.column(part)[row] for part in parts]
                if None not in old and table.column(whole)[row] == sum(f for f in old if f is not None):
                    columns[whole][row] = sum(f for part in parts if (f := columns[part][row]) is not None)
    for part, whole in sorted(figures.part_of.items(), key=lambda pair: pair[1] in figures.part_of):
        if part in columns and whole in columns:
            pairs = zip(columns[part], columns[whole], table.column(part), table.column(whole), strict=True)
            columns[part] = [
                b if a is not None and b is not None and c is not None and d is not None and a > b and c <= d else a
                for a, b, c, d in pairs
            ]
    return table._replace(figures={**table.figures, **columns})


# --------------------------------------------------------------------------------------------- worst and best case


def intervals(assessment: Assessment, figures: Figures, error: Fraction) -> dict[int, Interval]:
    """Return the verdicts on the sections in the worst and the best case, every figure within ±`error` of itself.

    Sections whose verdict is open, or rests on points or levels, have none.
    """
    method = assessment.method
    rule = method.school_rule
    if rule is None or rule.award or any(g.points_at_least is not None or g.levels for g in rule.grades):
        return {}
    extremes: list[dict[str, Sequence[Outcome]]] = [{}, {}]
    witnessed: set[int] = set()
    for indicator in method.indicators:
        sides = _sides(figures, method, indicator)
        for found, sign in zip(extremes, (-1, 1), strict=True):
            if sides is None:
                utmost = Outcome.MET if sign > 0 else Outcome.UNMET
                outcomes = assessment.outcomes[indicator.id]
                found[indicator.id] = [o if o in _OPEN else utmost for o in outcomes]
                continue
            table = otherwise(figures, lambda name, _, by=sides, to=sign: 1 + to * by.get(name, 0) * error)  # type: ignore[misc]
            found[indicator.id] = _outcomes(assessment, indicator, table)
            then = judged(_bare(assessment), table).passed
            witnessed |= {i for i in assessment.judged if then[i] is not None and then[i] is not assessment.passed[i]}
    verdicts = [
        graded(assessment._replace(outcomes={**assessment.outcomes, **found}), rule).passed for found in extremes
    ]
    leaving = _leaving(assessment, figures, error)
    return {
        i: Interval(verdicts[0][i], verdicts[1][i] if i not in leaving else None, i in witnessed or i in leaving)
        for i in assessment.judged
        if assessment.passed[i] is not None
    }


def _sides(figures: Figures, method: Method, indicator: Indicator) -> dict[str, int] | None:
    """Return which way each reported figure moves an indicator; None where that cannot be said of all of them."""
    if any(leaf.pooled for leaf in indicator.leaves()):
        return None
    names = figures.sources([*read_by(indicator), *(["students"] if figures.table.through else [])])
    found = {name: clear_side(figures, method, indicator, name) for name in names}
    return None if None in found.values() else {name: side for name, side in found.items() if side}


def _outcomes(assessment: Assessment, indicator: Indicator, table: SchoolTable) -> list[Outcome]:
    """Return the outcomes of an indicator in a changed table; those that are open stay so."""
    before = assessment.outcomes[indicator.id]
    method = alone(assessment.method, indicator)._replace(exclusions=(), zero_students_left_out=False)
    after = judged(method, table).outcomes[indicator.id]
    return [old if old in _OPEN or new is Outcome.MISSING else new for old, new in zip(before, after, strict=True)]


def _leaving(assessment: Assessment, figures: Figures, error: Fraction) -> frozenset[int]:
    """Return the sections that are judged, and might be left out, as too small, with figures a little otherwise."""
    method = assessment.method
    names = [name for name in scope_fields(method) if figures.varied(name)]
    found: set[int] = set()
    for sign in (1, -1):
        table = otherwise(figures, lambda name, _, sign=sign: 1 + sign * error if name in names else Fraction(1))  # type: ignore[misc]
        reasons = scope(method, divide(table, method.pupil_weight, method.divided))
        found |= {i for i in assessment.judged if reasons[i] is not None}
    return frozenset(found)


# -------------------------------------------------------------------------------------------------------- by draws


class Judging(NamedTuple):
    """What is judged in every draw: the method's assessment, those of the province's standards, and the counties."""

    assessment: Assessment
    gate: Sequence[Assessment] | None
    counties: Sequence[CountyVerdict]


class Shares(NamedTuple):
    """In how many draws each verdict was the one of the figures as they are; by county where it is of one.

    Verdicts that are open as they are stay out of it: what is missing stays missing in every draw.
    """

    draws: int
    seed: int
    error: Fraction
    sections: Mapping[int, int]
    coefficients: Sequence[Mapping[tuple[Stage, str | None], int]]
    parts: Sequence[Mapping[str, int]]
    counties: Sequence[int | None]


class _Drawn(NamedTuple):
    sections: Mapping[int, bool | None]
    coefficients: Sequence[Mapping[tuple[Stage, str | None], bool | None]]
    parts: Sequence[Mapping[str, bool | None]]
    counties: Sequence[bool | None]


def drawn(judging: Judging, figures: Figures, error: Fraction, *, draws: int, seed: int) -> Shares:
    """Return in how many draws the verdicts are the same, every figure independently and evenly within ±`error`.

    Figures are not rounded to whole ones. Parts judged item by item are kept as they are. The same seed gives the same
    draws.
    """
    random = Random(seed)  # noqa: S311 - draws, no secrets
    low, high = 1 - float(error), 1 + float(error)
    own = _seen(judging, judging.assessment, judging.gate)
    sections = {i: 0 for i, passed in own.sections.items() if passed is not None}
    coefficients = [{key: 0 for key, passed in of.items() if passed is not None} for of in own.coefficients]
    parts = [{name: 0 for name, passed in of.items() if passed is not None} for of in own.parts]
    counties = [0] * len(judging.counties)
    for _ in range(draws):
        table = otherwise(figures, lambda *_: random.uniform(low, high))
        assessment = judged(_bare(judging.assessment), table)
        gate = None if judging.gate is None else [judged(_bare(one), table) for one in judging.gate]
        found = _seen(judging, assessment, gate)
        for i in sections:
            sections[i] += found.sections.get(i) is own.sections[i]
        for at in range(len(judging.counties)):
            for key in coefficients[at]:
                coefficients[at][key] += found.coefficients[at].get(key) is own.coefficients[at][key]
            for name in parts[at]:
                parts[at][name] += found.parts[at].get(name) is own.parts[at][name]
            counties[at] += found.counties[at] is own.counties[at]
    decided = [
        None if county.passed is None else count for county, count in zip(judging.counties, counties, strict=True)
    ]
    return Shares(draws, seed, error, sections, coefficients, parts, decided)


def _bare(assessment: Assessment) -> Method:
    return assessment.method._replace(parts=())


def _seen(judging: Judging, assessment: Assessment, gate: Sequence[Assessment] | None) -> _Drawn:
    """Return the verdicts of one judgement of the table."""
    schools = [assessment] if gate is None else gate
    every = range(assessment.divisions.table.size)
    sections = {
        i: all_of([a.passed[i] for a in schools if a.left_out[i] is None])
        for i in every
        if any(a.left_out[i] is None and a.method.school_rule is not None for a in schools)
    }
    coefficients, parts, counties = [], [], []
    for county in judging.counties:
        found = judge_county(assessment, county.name, county.county, county.sections)
        own = dict(found.parts)
        if gate is not None:
            here = [judge_county(one, county.name, county.county, county.sections) for one in gate]
            own = {"schools": all_of([one.parts.get("schools") for one in here]), **own}
        of: dict[tuple[Stage, str | None], bool | None] = {
            (v.stage, v.indicator): v.passed for v in found.variations if v.limit is not None
        }
        coefficients.append(of | {(c.stage, None): c.passed for c in found.composites})
        kept = {name: own.get(name, passed) for name, passed in county.parts.items()}
        parts.append({name: passed for name, passed in kept.items() if name in own})
        counties.append(all_of(list(kept.values())))
    return _Drawn(sections, coefficients, parts, counties)
