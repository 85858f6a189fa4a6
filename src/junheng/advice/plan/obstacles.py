"""Why there is no plan: which sections cannot reach their rule, which coefficients their limit, and because of whom."""

from collections.abc import Sequence
from enum import StrEnum
from fractions import Fraction
from math import inf
from typing import NamedTuple

from junheng.advice.plan.matrix import Floats, Matrix
from junheng.advice.plan.programme import Programme, Reach, SchoolNeed, Spread, Variable
from junheng.advice.plan.rounding import reaches
from junheng.advice.plan.solver import relax
from junheng.engine.model import Bar

HALVINGS = 12  # of the range in which the least coefficient lies
SUSPECTS = 8  # sections tried one by one, those that weigh most first


class Hindrance(StrEnum):
    """What kind of thing prevents a plan."""

    SCHOOL = "school"  # a section cannot keep the school rule
    SPREAD = "spread"  # a coefficient cannot come within its limit
    TOGETHER = "together"  # each could be had, not all at once


class Obstacle(NamedTuple):
    """One thing that prevents a plan.

    Of a section: the `indicators` that cannot reach their line. Of a coefficient: the least it can be brought to
    (`reachable`), the `sections` without any one of which it would come within its limit, and those that weigh most in it.
    """

    kind: Hindrance
    need: SchoolNeed | None = None
    indicators: tuple[str, ...] = ()
    spread: Spread | None = None
    reachable: float | None = None
    sections: tuple[int, ...] = ()
    weighty: tuple[int, ...] = ()
    spreads: tuple[Spread, ...] = ()


def obstacles(programme: Programme) -> list[Obstacle]:
    """Return what prevents a plan of a programme that has none: each thing that does so alone, else what does together."""
    found = [o for need in programme.needs if (o := _of_need(programme, need)) is not None]
    found += [o for spread in programme.spreads if (o := _of_spread(programme, spread)) is not None]
    return found or [_together(programme)]


def _feasible(programme: Programme) -> Floats | None:
    """Return amounts that keep a programme but for whole units; None where there are none, or none is found."""
    matrix = Matrix(programme)
    found, _ = relax(matrix)
    return None if found.x is None else matrix.amounts(found.x)


def _of_need(programme: Programme, need: SchoolNeed) -> Obstacle | None:
    """Return why one section cannot keep its rule; None where it can."""
    if need.stuck:
        return Obstacle(Hindrance.SCHOOL, need, need.stuck)
    if _feasible(programme._replace(needs=(need,), spreads=())) is not None and _countable(need):
        return None
    stuck = [reach.indicator for reach in reaches(need) if _most(programme.variables, reach) < reach.bar]
    if not stuck:  # each could reach its line, but not as the lines between figures and the limits leave it
        stuck = [reach.indicator for reach in reaches(need) if reach.numerator.base < reach.bar]
    return Obstacle(Hindrance.SCHOOL, need, tuple(dict.fromkeys(stuck)))


def _countable(need: SchoolNeed) -> bool:
    """Say whether enough of a rule's nodes could be met at all."""
    return sum(node is not False for node in need.of) >= need.needed


def _most(variables: Sequence[Variable], reach: Reach) -> float:
    """Return the most that a figure can become."""
    total = float(reach.numerator.base)
    for j, c in reach.numerator.terms:
        most = variables[j].most
        if c > 0:
            total += inf if most is None else float(c * most)
    return total


def _of_spread(programme: Programme, spread: Spread) -> Obstacle | None:
    """Return why one coefficient cannot come within its limit, the other requirements aside; None where it can."""
    alone = programme._replace(needs=(), spreads=(spread,))
    if _feasible(alone) is not None:
        return None
    amounts, reachable = _least_spread(alone, spread)
    ratios = _weights(spread, amounts)
    weighty = [spread.sections[i] for i in sorted(range(len(ratios)), key=lambda i: -ratios[i])[:SUSPECTS]]
    saving = [
        section
        for section in weighty
        if len(spread.sections) > 1 and _feasible(alone._replace(spreads=(_leaving_out(spread, section),))) is not None
    ]
    return Obstacle(
        Hindrance.SPREAD, spread=spread, reachable=reachable, sections=tuple(saving), weighty=tuple(weighty[:3])
    )


def _least_spread(alone: Programme, spread: Spread) -> tuple[Floats | None, float]:
    """Return amounts that bring a coefficient as low as it goes, and how low, within one part in four thousand."""
    nothing = [Fraction(0)] * len(alone.variables)
    square = spread.square(nothing)
    low, high = float(spread.limit.amount), float(square) ** 0.5 if square is not None else inf
    best: Floats | None = None
    for _ in range(HALVINGS):
        if high == inf or high - low < low / 4096:
            break
        middle = (low + high) / 2
        limit = Bar(Fraction(middle).limit_denominator(10**9), spread.limit.digits)
        amounts = _feasible(alone._replace(spreads=(spread._replace(limit=limit, rounding=None),)))
        if amounts is None:
            low = middle
        else:
            high, best = middle, amounts
    return best, high


def _weights(spread: Spread, amounts: Floats | None) -> list[float]:
    """Return what each section adds to the variance."""
    values = [
        float(v.base) + (sum(float(c) * amounts[j] for j, c in v.terms) if amounts is not None else 0.0)
        for v in spread.values
    ]
    total = float(sum(spread.weights))
    mean = sum(float(w) * v for w, v in zip(spread.weights, values, strict=True)) / total
    return [float(w) * (v - mean) ** 2 for w, v in zip(spread.weights, values, strict=True)]


def _leaving_out(spread: Spread, section: int) -> Spread:
    keep = [i for i, other in enumerate(spread.sections) if other != section]
    return spread._replace(
        sections=tuple(spread.sections[i] for i in keep),
        weights=tuple(spread.weights[i] for i in keep),
        values=tuple(spread.values[i] for i in keep),
    )


def _together(programme: Programme) -> Obstacle:
    """Return the coefficients without any one of which there would be a plan; all where no single one is to blame."""
    saving = [
        spread
        for spread in programme.spreads
        if _feasible(programme._replace(spreads=tuple(s for s in programme.spreads if s is not spread))) is not None
    ]
    return Obstacle(Hindrance.TOGETHER, spreads=tuple(saving or programme.spreads))
