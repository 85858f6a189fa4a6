"""How small a wrong figure of a single section puts a coefficient of variation on the other side of its limit."""

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from math import inf, sqrt
from typing import NamedTuple

from junheng.advice.reporting_errors import (
    Figures,
    Unit,
    clear_side,
    judged,
    least,
    read_by,
    scope_fields,
    steady_scope,
    units,
)
from junheng.engine.county import judge_county
from junheng.engine.divisions import divide
from junheng.engine.model import Assessment, CountyVerdict, Figure, Indicator, SchoolTable, Stage
from junheng.engine.school import scope, with_classes
from junheng.engine.values import values
from junheng.engine.variation import concerned

CLEAR = 1e-7  # a coefficient further from its line than this is on the side that floats say


class CoefficientFlip(NamedTuple):
    """The least change of one figure, in the row `at`, that makes the verdict on a coefficient another one.

    `indicator` None: the composite of the stage. `cv` is the coefficient after it; `steps`, `amount` and `certain` as
    for a flip of a section.
    """

    stage: Stage
    indicator: str | None
    at: int
    field: str
    steps: int
    amount: Fraction
    before: bool
    after: bool
    cv: float
    certain: bool


class _Sums(NamedTuple):
    """Weights, weighted values and weighted squares, added up."""

    weight: float
    value: float
    square: float

    def plus(self, other: "_Sums", sign: int = 1) -> "_Sums":
        return _Sums(*(a + sign * b for a, b in zip(self, other, strict=True)))

    @property
    def cv(self) -> float | None:
        """The coefficient; None where there is nothing."""
        if self.weight <= 0 or self.value <= 0:
            return None
        return sqrt(max(0.0, self.weight * self.square / self.value**2 - 1))


_NONE = _Sums(0.0, 0.0, 0.0)


class _Column(NamedTuple):
    """The values of one indicator in a table, the pupils, and which sections are judged."""

    values: Sequence[Figure]
    students: Sequence[Figure]
    left_out: Sequence[str | None]

    def sums(self, rows: Sequence[int], *, weighted: bool) -> _Sums | None:
        """Add up the sections that are judged; None where one of them has no value."""
        total = _NONE
        for row in rows:
            if self.left_out[row] is None:
                value, pupils = self.values[row], self.students[row]
                if value is None or not pupils:
                    return None
                weight = pupils if weighted else 1.0
                total = total.plus(_Sums(weight, weight * value, weight * value * value))
        return total


class _County:
    """The coefficients of one stage of a county, each of which one figure may change."""

    def __init__(self, assessment: Assessment, county: CountyVerdict, figures: Figures, stage: Stage) -> None:
        self.assessment, self.county, self.figures, self.stage = assessment, county, figures, stage
        self.method = assessment.method
        stages = assessment.divisions.table.text("stage")
        self.rows = frozenset(i for i in county.sections if stages[i] == stage)
        rule = self.method.variation
        self.weighted = rule is not None and rule.weighted
        self.rounding = None if rule is None else rule.rounding
        self.by_id = {i.id: i for i in self.method.indicators}
        self._before: dict[str, _Column] = {}

    def before(self, indicator: Indicator) -> _Column:
        """Return the values of one indicator as they are."""
        if indicator.id not in self._before:
            self._before[indicator.id] = self.column(self.figures.table, indicator, scoped=False)
        return self._before[indicator.id]

    def column(self, table: SchoolTable, indicator: Indicator, *, scoped: bool) -> _Column:
        """Return the values of one indicator in a changed table."""
        method, before = self.method, self.assessment
        divisions = with_classes(method, divide(table, method.pupil_weight, method.divided))
        out = scope(method, divisions) if scoped else before.left_out
        if indicator.applies:
            kept = set(concerned(before, indicator, sorted(self.rows)))
            out = [r if i in kept else r or "" for i, r in enumerate(out)]
        return _Column(values(divisions._replace(common=method.common), indicator), divisions.column("students"), out)

    def concerns(self, unit: Unit, field: str) -> bool:
        """Say whether a figure can play a part: that of a section in its own stage only, but for the pupils."""
        if field in self.figures.shared or field == "students":
            return bool(self.rows.intersection(unit.school))
        return unit.row in self.rows

    def line(self, limit: Fraction) -> float:
        """Return the line in floats: beyond the limit by half a unit where the coefficient is rounded first."""
        return float(limit) + (0.5 * 10.0**-self.rounding if self.rounding is not None else 0.0)


def coefficients(assessment: Assessment, county: CountyVerdict, figures: Figures) -> Iterator[CoefficientFlip]:
    """Yield the least change of every single figure that makes the verdict on a coefficient of a county another one.

    A coefficient that is undecided, or without a limit of its own, has none; where composites are judged, they have.
    """
    rule = assessment.method.variation
    for stage in dict.fromkeys(v.stage for v in county.variations):
        here = _County(assessment, county, figures, stage)
        for composite in county.composites:
            if composite.stage is stage and composite.passed is not None and composite.cv is not None:
                names = [v.indicator for v in county.variations if v.stage is stage]
                rounded = rule is not None and rule.parts_rounding is not None
                yield from _flips(here, names, None, composite.limit.amount, composite.passed, rounded=rounded)
        for v in county.variations:
            if v.stage is stage and v.limit is not None and v.passed is not None:
                yield from _flips(here, [v.indicator], v.indicator, v.limit.amount, v.passed, rounded=False)


def _flips(
    here: _County, names: Sequence[str], indicator: str | None, limit: Fraction, passed: bool, *, rounded: bool
) -> Iterator[CoefficientFlip]:
    method, figures = here.method, here.figures
    nodes = [here.by_id[name] for name in names]
    reads = [name for node in nodes for name in read_by(node)]
    for field in figures.sources([*reads, "students"]):
        moved = [n for n in nodes if field == "students" or field in figures.sources(read_by(n))]
        steady = not rounded and len(moved) == 1 and _steady(here, moved[0], field) and steady_scope(method, field)
        for group in units(figures, field):
            mine = [unit for unit in group if here.concerns(unit, field)]
            for sign in (1, -1) if mine else ():
                yield from _of_group(here, nodes, moved, indicator, limit, passed, field, mine, sign, steady=steady)


def _steady(here: _County, indicator: Indicator, field: str) -> bool:
    """Say whether a coefficient first falls and then rises as a figure changes, or only one of these.

    So it does where the value of one section changes and its weight does not: with the weights n and the values x, the
    derivative of Σn Σnx² ÷ (Σnx)² by one x has the sign of x ΣS' − ΣQ', sums over the others. And where the pupils
    change that a value is divided by: Σnx stays, and (N + m)(Q + c ÷ m) has one minimum.
    """
    if clear_side(here.figures, here.method, indicator, field) is None:
        return False
    if field != "students":
        return True
    divided = bool(here.figures.table.through and here.method.divided.intersection((*indicator.of, *indicator.less)))
    return indicator.to == "students" and not divided


def _of_group(
    here: _County,
    nodes: Sequence[Indicator],
    moved: Sequence[Indicator],
    indicator: str | None,
    limit: Fraction,
    passed: bool,
    field: str,
    mine: Sequence[Unit],
    sign: int,
    *,
    steady: bool,
) -> Iterator[CoefficientFlip]:
    figures = here.figures
    line = here.line(limit)
    scoped = field in scope_fields(here.method)
    before = {n.id: here.before(n) for n in nodes}
    whole = {n.id: before[n.id].sums(sorted(here.rows), weighted=here.weighted) for n in nodes}
    still = [s.cv for n in nodes if n not in moved and (s := whole[n.id]) is not None]
    by_row = {unit.row: unit for unit in mine}

    def cvs(steps: Mapping[int, int]) -> dict[int, float | None]:
        """Return the coefficient as it is where one figure is changed by so many steps, for each figure alone."""
        changed = figures.changed(field, {row: sign * n for row, n in steps.items()})
        columns = {n.id: here.column(changed, n, scoped=scoped) for n in moved}
        found: dict[int, float | None] = {}
        for row in steps:
            rows = sorted(here.rows.intersection(by_row[row].school))
            parts: list[float | None] = list(still)
            for node in moved:
                total, old = whole[node.id], before[node.id].sums(rows, weighted=here.weighted)
                new = columns[node.id].sums(rows, weighted=here.weighted)
                lost = total is None or old is None or new is None
                parts.append(None if lost else total.plus(old, -1).plus(new).cv)  # type: ignore[union-attr,arg-type]
            known = [part for part in parts if part is not None]
            found[row] = sum(known) / len(parts) if len(known) == len(parts) else None
        return found

    def verdict(row: int, count: int) -> tuple[bool | None, float | None]:
        """Return the verdict by the engine, where one figure is changed by so many steps."""
        method = here.method
        found = judged(method._replace(school_rule=None, parts=()), figures.changed(field, {row: sign * count}))
        county = judge_county(found, here.county.name, here.county.county, here.county.sections)
        judgements = county.composites if indicator is None else county.variations
        of = next((v for v in judgements if v.stage is here.stage and getattr(v, "indicator", None) == indicator), None)
        return (None, None) if of is None else (of.passed, of.cv)

    def differs(steps: Mapping[int, int]) -> dict[int, bool]:
        found = {}
        for row, cv in cvs(steps).items():
            if cv is not None and abs(cv - line) > CLEAR:
                found[row] = (cv < line) is not passed
            else:
                then = verdict(row, steps[row])[0]
                found[row] = then is not None and then is not passed
        return found

    room = {unit.row: figures.room(unit.row, field, sign) for unit in mine}
    if not passed and steady:
        room = _lowest(room, cvs)
    for row, result in least(room, differs, steady=steady).items():
        then, cv = verdict(row, result.steps)
        if then is not None and cv is not None and then is not passed:
            steps = sign * result.steps
            amount = figures.step(row, field) * steps
            yield CoefficientFlip(here.stage, indicator, row, field, steps, amount, passed, then, cv, result.certain)


def _lowest(room: Mapping[int, int], cvs) -> dict[int, int]:  # type: ignore[no-untyped-def]  # noqa: ANN001
    """Return, for each row, the steps within its room at which a coefficient that first falls is lowest."""
    low = dict.fromkeys(room, 0)
    high = dict(room)
    while wide := [row for row in room if high[row] - low[row] > 2]:  # noqa: PLR2004 - thirds
        third = {row: (high[row] - low[row]) // 3 for row in wide}
        first = cvs({row: low[row] + third[row] for row in wide})
        second = cvs({row: high[row] - third[row] for row in wide})
        for row in wide:
            a, b = first[row], second[row]
            if a is not None and (b is None or a <= b):
                high[row] -= third[row]
            else:
                low[row] += third[row]
    best = dict(low)
    least_of: dict[int, float] = {}
    for more in range(3):
        found = cvs({row: low[row] + more for row in room if low[row] + more <= room[row]})
        for row, cv in found.items():
            if cv is not None and cv < least_of.get(row, inf):
                best[row], least_of[row] = low[row] + more, cv
    return best
