"""What is done in which year: the steps of a plan spread over years, each within its budget, the first things first."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from math import inf
from typing import NamedTuple

from junheng.advice.plan.matrix import Line
from junheng.advice.plan.rounding import STEP
from junheng.advice.plan.solver import Solver

GAP = 0.01  # nobody minds a hundredth of what an order of work is worth
LITTLE = 1e-6  # what costs nothing is done early too, and at once


class Step(NamedTuple):
    """So much of one thing to do: yuan for one unit, and whether it is done in whole units. `rank`: 0 is done first."""

    amount: Fraction
    price: Fraction
    whole: bool
    rank: int = 0


class _Table:
    """The matrix of the budgets, as the solver takes it: for each step a column a year, and one that says whether at all.

    What is early is dear to give up, by its money and its rank; so is a step that is not done in one year, by all its
    money: no building is begun with what is left of a budget, unless there is no other way or it waited for years.
    """

    def __init__(
        self, steps: Sequence[Step], years: Sequence[int], budgets: Mapping[int, Fraction | None], *, unbroken: bool
    ) -> None:
        self.cost: list[float] = []
        self.low: list[float] = []
        self.high: list[float] = []
        self.whole: list[bool] = []
        self.lines: list[Line] = []
        self.first: list[int] = []  # of each step the column of its first year
        ranks = 1 + max((step.rank for step in steps), default=0)
        money = max([float(s.price * s.amount) for s in steps] or [1.0]) or 1.0
        spent: list[list[tuple[int, float]]] = [[] for _ in years]
        for step in steps:
            units = float(step.amount) if step.whole else 1.0
            paid = float(step.price * step.amount) / units / money
            weight = (ranks - step.rank) / ranks
            self.first.append(len(self.cost))
            here = [self._column(at * (paid + LITTLE) * weight, units, whole=step.whole) for at, _ in enumerate(years)]
            self.lines.append(Line([(column, 1.0) for column in here], units, units))
            for at, column in enumerate(here):
                spent[at].append((column, paid))
            if unbroken and len(years) > 1 and not (step.whole and step.amount == 1):
                for column in here:
                    begun = self._column((paid * units + LITTLE) * weight, 1.0, whole=True)
                    self.lines.append(Line([(begun, units), (column, -1.0)], 0.0, inf))
        for year, terms in zip(years, spent, strict=True):
            budget = budgets.get(year)
            if budget is not None:
                self.lines.append(Line(terms, -inf, float(budget) / money))

    def _column(self, cost: float, high: float, *, whole: bool) -> int:
        self.cost.append(cost)
        self.low.append(0.0)
        self.high.append(high)
        self.whole.append(whole)
        return len(self.cost) - 1


def _solved(
    steps: Sequence[Step], years: Sequence[int], budgets: Mapping[int, Fraction | None], seconds: float
) -> list[list[float]] | None:
    """Return what share of a step, or how many of its units, is done in which year; None where the budgets hold no way."""
    for unbroken in (True, False):  # where no way was found in the time, any will do
        table = _Table(steps, years, budgets, unbroken=unbroken)
        found = Solver(table, whole=True, seconds=seconds, gap=GAP).run()
        if found.x is not None:
            return [[float(found.x[first + at]) for at in range(len(years))] for first in table.first]
        if found.impossible:
            return None
    return None


def spread_over(
    steps: Sequence[Step], years: Sequence[int], budgets: Mapping[int, Fraction | None], *, seconds: float = 10.0
) -> list[dict[int, Fraction]] | None:
    """Return for every step how much of it is done in which year; None where the budgets do not hold it.

    Amounts of a step add up to it exactly, and no year costs more than its budget; a year without a budget is not
    limited. Whole units stay whole, and a step is done in one year where that can be.

    >>> steps = [Step(Fraction(3), Fraction(10), whole=True)]
    >>> spread_over(steps, [2024, 2025], {2024: Fraction(25), 2025: Fraction(10)})
    [{2024: Fraction(2, 1), 2025: Fraction(1, 1)}]
    >>> steps = [Step(Fraction(85), Fraction(25), whole=False), Step(Fraction(1), Fraction(500), whole=True)]
    >>> spread_over(steps, [2024, 2025], {2024: Fraction(2400), 2025: Fraction(2400)})
    [{2024: Fraction(85, 1)}, {2025: Fraction(1, 1)}]
    """
    if not steps:
        return []
    found = _solved(steps, years, budgets, seconds)
    if found is None:
        return None
    result: list[dict[int, Fraction]] = []
    left = {year: budgets.get(year) for year in years}
    for step, shares in zip(steps, found, strict=True):
        parts: dict[int, Fraction] = {}
        rest = step.amount
        for year, x in zip(years, shares, strict=True):
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
        result.append(parts)
    return _within(result, steps, left)


def _within(
    done: list[dict[int, Fraction]], steps: Sequence[Step], left: dict[int, Fraction | None]
) -> list[dict[int, Fraction]] | None:
    """Move what rounding put above a budget into a year that has room; None where there is none."""
    for year, rest in left.items():
        over = -(rest or Fraction(0))
        if over <= 0:
            continue
        for n in sorted(
            range(len(steps)), key=lambda n: -sum(map(bool, done[n].values()))
        ):  # what is in two years already comes first
            step = steps[n]
            if over <= 0 or step.whole or not step.price or not done[n][year]:
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
                done[n][other] += units
                over -= units * step.price
        left[year] = -over
    if any(rest is not None and rest < 0 for rest in left.values()):
        return None
    return [{year: part for year, part in parts.items() if part} for parts in done]
