"""The least-cost plan: a bound from the relaxed programme, plans that hold exactly, and the gap between them closed."""

from collections.abc import Callable
from enum import StrEnum
from fractions import Fraction
from math import inf
from typing import NamedTuple

import numpy as np

from junheng.advice.plan.matrix import Floats, Matrix
from junheng.advice.plan.programme import Amounts, Programme, met
from junheng.advice.plan.rounding import held
from junheng.advice.plan.solver import Found, Solver, relax, sharpen

TOLERANCE = 1e-6  # the solver's: by so much of itself a bound may be too high
GAP = 0.001
SECONDS = 60.0


class Status(StrEnum):
    """What is known of the plan."""

    OPTIMAL = "optimal"  # proven to cost at most the gap asked for more than the least
    FEASIBLE = "feasible"  # it passes; that it is so near the least is not proven
    INFEASIBLE = "infeasible"  # proven: there is no plan
    UNKNOWN = "unknown"  # none was found in the time, and none was proven impossible


class Least(NamedTuple):
    """A plan: amounts that hold exactly, their cost in yuan, and the bound that no plan costs less than."""

    status: Status
    amounts: Amounts | None
    cost: Fraction | None
    bound: float | None

    @property
    def gap(self) -> float | None:
        """Return by what share of its cost the plan may be above the least; 0 where nothing is to be paid."""
        if self.cost is None or self.bound is None:
            return None
        return max(0.0, float(1 - Fraction(self.bound) / self.cost)) if self.cost else 0.0


def least(
    programme: Programme,
    *,
    gap: float = GAP,
    seconds: float = SECONDS,
    now: Callable[[], float],
    say: Callable[[float, float], None] = lambda _cost, _bound: None,
) -> Least:
    """Return the plan of least cost, within `gap` of it (a share of the cost), or the best found in `seconds`.

    `now` is a clock in seconds; `say` is told the cost and the bound whenever one of them gets better.
    """
    end = now() + seconds
    matrix = Matrix(programme)
    found, _ = relax(matrix)
    if found.x is None:
        return Least(Status.INFEASIBLE if found.impossible else Status.UNKNOWN, None, None, None)
    best: Amounts | None = held(programme, matrix.amounts(found.x).tolist())
    bound = found.cost * matrix.money * (1 - TOLERANCE)
    asked = gap / 2
    exact = False
    while not _closed(programme, best, bound, gap) and not exact and now() < end:
        solver = Solver(matrix, whole=True, seconds=end - now(), gap=asked)
        if best is not None:
            solver.start(_columns(matrix, best))
        found = solver.run()
        if found.impossible:
            return Least(Status.INFEASIBLE, None, None, None)
        bound = max(bound, found.bound * matrix.money * (1 - TOLERANCE))
        best = _better(programme, best, found, matrix)
        say(inf if best is None else float(programme.cost(best)), bound)
        exact = found.x is not None and not sharpen(matrix, found.x, solver) and asked <= gap / 100
        asked /= 2
    if best is None:
        return Least(Status.UNKNOWN, None, None, max(bound, 0.0))
    cost = programme.cost(best)
    done = _closed(programme, best, bound, gap)
    return Least(Status.OPTIMAL if done else Status.FEASIBLE, best, cost, min(max(bound, 0.0), float(cost)))


def _closed(programme: Programme, best: Amounts | None, bound: float, gap: float) -> bool:
    if best is None:
        return False
    cost = programme.cost(best)
    return not cost or 1 - bound / float(cost) <= max(gap, 2 * TOLERANCE)


def _better(programme: Programme, best: Amounts | None, found: Found, matrix: Matrix) -> Amounts | None:
    """Return the cheaper of the best plan and the one near the solver's."""
    if found.x is None:
        return best
    other = held(programme, matrix.amounts(found.x).tolist())
    if other is None or (best is not None and programme.cost(best) <= programme.cost(other)):
        return best
    return other


def _columns(matrix: Matrix, amounts: Amounts) -> Floats:
    """Return every column of the matrix for a plan that holds."""
    x = np.zeros(len(matrix.cost))
    for j, (amount, scale) in enumerate(zip(amounts, matrix.scales, strict=True)):
        x[j] = float(amount) / scale
    for column, node in matrix.choices.items():
        x[column] = float(met(node, amounts))
    for block in matrix.blocks.values():
        block.fill(x)
    return x
