"""What is done in which year: the steps of a plan spread over years, each within its budget, the first things first."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from math import inf
from typing import NamedTuple

from junheng.advice.plan.matrix import Line
from junheng.advice.plan.rounding import STEP
from junheng.advice.plan.solver import Solver


class Step(NamedTuple):
    """So much of one thing to do: yuan for one unit, and whether it is done in whole units. `rank`: 0 is done first."""

    amount: Fraction
    price: Fraction
    whole: bool
    rank: int = 0


class _Table:
    """The matrix of the budgets, as the solver takes it."""

    def __init__(self, steps: Sequence[Step], years: Sequence[int], budgets: Mapping[int, Fraction | None]) -> None:
        self.cost: list[float] = []
        self.low: list[float] = []
        self.high: list[float] = []
        self.whole: list[bool] = []
        self.lines: list[Line] = []
        ranks = 1 + max((step.rank for step in steps), default=0)
        money = max([float(s.price * s.amount) for s in steps] or [1.0]) or 1.0
        for step in steps:
            first = len(self.cost)
            scale = 1.0 if step.whole else float(step.amount)
            paid = float(step.price) * scale / money
            for at, _ in enumerate(years):
                self.cost.append(at * (paid + 1e-6) * (ranks - step.rank) / ranks)
                self.low.append(0.0)
                self.high.append(float(step.amount) / scale)
                self.whole.append(step.whole)
            self.lines.append(
                Line(
                    [(first + at, 1.0) for at in range(len(years))],
                    float(step.amount) / scale,
                    float(step.amount) / scale,
                )
            )
        for at, year in enumerate(years):
            budget = budgets.get(year)
            if budget is not None:
                terms = [
                    (n * len(years) + at, float(s.price) * (1.0 if s.whole else float(s.amount)) / money)
                    for n, s in enumerate(steps)
                ]
                self.lines.append(Line(terms, -inf, float(budget) / money))


def spread_over(
    steps: Sequence[Step], years: Sequence[int], budgets: Mapping[int, Fraction | None], *, seconds: float = 20.0
) -> list[dict[int, Fraction]] | None:
    """Return for every step how much of it is done in which year; None where the budgets do not hold it.

    Amounts of a step add up to it exactly, and no year costs more than its budget; a year without a budget is not
    limited. Whole units stay whole.

    >>> steps = [Step(Fraction(3), Fraction(10), whole=True)]
    >>> spread_over(steps, [2024, 2025], {2024: Fraction(25), 2025: Fraction(10)})
    [{2024: Fraction(2, 1), 2025: Fraction(1, 1)}]
    """
    if not steps:
        return []
    table = _Table(steps, years, budgets)
    found = Solver(table, whole=True, seconds=seconds, gap=0.001).run()
    if found.x is None:
        return None
    result: list[dict[int, Fraction]] = []
    left = {year: budgets.get(year) for year in years}
    for n, step in enumerate(steps):
        parts: dict[int, Fraction] = {}
        rest = step.amount
        for at, year in enumerate(years):
            x = float(found.x[n * len(years) + at])
            part = Fraction(round(x)) if step.whole else round(x * float(step.amount) / float(STEP)) * STEP
            part = min(part, rest)
            parts[year] = part
            rest -= part
        last = max((year for year in years if parts[year]), default=years[-1])
        parts[last] += rest
        for year, part in parts.items():
            budget = left[year]
            if budget is not None:
                left[year] = budget - part * step.price
        result.append({year: part for year, part in parts.items() if part})
    return _within(result, steps, left)


def _within(
    done: list[dict[int, Fraction]], steps: Sequence[Step], left: dict[int, Fraction | None]
) -> list[dict[int, Fraction]] | None:
    """Move what rounding put above a budget into a year that has room; None where there is none."""
    for year, rest in left.items():
        over = -(rest or Fraction(0))
        if over <= 0:
            continue
        for n, step in enumerate(steps):
            if over <= 0 or step.whole or not step.price or year not in done[n]:
                continue
            for other, room in left.items():
                free = room is None or room > 0
                if other == year or not free:
                    continue
                units = min(done[n][year], -(-over // (step.price * STEP)) * STEP)
                if room is not None:
                    units = min(units, room // (step.price * STEP) * STEP)
                    left[other] = room - units * step.price
                done[n][year] -= units
                done[n][other] = done[n].get(other, Fraction(0)) + units
                over -= units * step.price
        left[year] = -over
    return done if all(rest is None or rest >= 0 for rest in left.values()) else None
