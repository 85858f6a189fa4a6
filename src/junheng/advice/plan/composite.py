"""Plans under a composite (综合差异系数): how much of the mean each coefficient takes is chosen, and a bound proven.

The mean of coefficients is no convex constraint. But the least cost at which one coefficient comes down to t falls with
t, so a few points of that curve bound it between them from both sides: at the upper end of an interval from below.
"""

from bisect import insort
from collections.abc import Callable, Sequence
from fractions import Fraction
from math import ceil, floor, inf, sqrt
from typing import NamedTuple

from junheng.advice.plan.least import GAP, SECONDS, TOLERANCE, Least, Status, least
from junheng.advice.plan.matrix import Line, Matrix
from junheng.advice.plan.programme import Amounts, Programme, Spread
from junheng.advice.plan.rounding import near_amounts, polished
from junheng.advice.plan.solver import Solver, relax, sharpen
from junheng.engine.model import Bar

FIRST = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)  # of the coefficient as it is, where a curve is begun
ROUNDS = 8
TRUST = (0.0, 0.2, 0.1, 0.05, 0.02, 0.01, 0.01, 0.01)  # by what share limits may move in one turn of the joint choice
SETTLING, FIRST_MARGIN = 4, 1e-4
CHOICE = 1e-3  # how near the choice of points has to be to the cheapest
FINE = 10**6  # what a chosen coefficient is rounded down to a part of
SHARE = 0.6  # of the time that the choice may take


class Curve:
    """The least cost at which one coefficient comes down to each of a few values, the rest of its programme kept."""

    def __init__(self, programme: Programme, spread: Spread, highest: float) -> None:
        """`highest` is the coefficient that costs nothing more."""
        self.programme = programme
        self.spread = spread
        self.points: list[tuple[float, float]] = []
        for share in FIRST:
            self.look(highest * share)

    def look(self, value: float) -> None:
        """Compute the cost at one more value."""
        if any(abs(value - known) < 1 / FINE for known, _ in self.points):
            return
        limit = Bar(Fraction(value).limit_denominator(FINE), 3)
        spreads = (self.spread._replace(limit=limit, rounding=None),)
        matrix = Matrix(self.programme._replace(spreads=spreads))
        found, _ = relax(matrix)
        if found.x is not None or found.impossible:
            insort(self.points, (value, found.cost * matrix.money))

    def about(self, value: float) -> None:
        """Look between a point and its neighbours."""
        values = [known for known, _ in self.points]
        at = values.index(value)
        self.look(((values[at - 1] if at else 0.0) + value) / 2)
        if at + 1 < len(values):
            self.look((value + values[at + 1]) / 2)


class _Choice:
    """The matrix of one choice: a point of every curve, the costs added up, the means kept."""

    def __init__(self, curves: Sequence[Curve], sums: Sequence[tuple[Sequence[int], float]], *, lower: bool) -> None:
        """Take the curves, and which of them may add up to what.

        `lower`: a point stands for the interval below it, so that the cost is a bound.
        """
        self.money = max([c for curve in curves for _, c in curve.points if c < inf] or [1.0]) or 1.0
        self.cost: list[float] = []
        self.high: list[float] = []
        self.lines: list[Line] = []
        self.first: list[int] = []
        for curve in curves:
            first = len(self.cost)
            self.first.append(first)
            self.cost += [0.0 if cost == inf else cost / self.money for _, cost in curve.points]
            self.high += [0.0 if cost == inf else 1.0 for _, cost in curve.points]
            self.lines.append(Line([(first + i, 1.0) for i in range(len(curve.points))], 1.0, 1.0))
        for members, most in sums:
            terms = []
            for k in members:
                values = [value for value, _ in curves[k].points]
                ends = [0.0, *values[:-1]] if lower else values
                terms += [(self.first[k] + i, value) for i, value in enumerate(ends)]
            self.lines.append(Line(terms, -inf, most))
        self.low = [0.0] * len(self.cost)
        self.whole = [True] * len(self.cost)


class _Chosen(NamedTuple):
    cost: float
    points: list[int]


def _choose(curves: Sequence[Curve], sums: Sequence[tuple[Sequence[int], float]], *, lower: bool) -> _Chosen | None:
    """Return the cheapest choice of a point of every curve; None where there is none."""
    table = _Choice(curves, sums, lower=lower)
    found = Solver(table, whole=True, seconds=30.0, gap=CHOICE).run()
    x = found.x
    if x is None:
        return None if found.impossible else _Chosen(0.0, [len(curve.points) - 1 for curve in curves])
    points = [
        max(range(len(curve.points)), key=lambda i, f=first: x[f + i])  # type: ignore[misc]
        for curve, first in zip(curves, table.first, strict=True)
    ]
    return _Chosen(found.bound * table.money, points)


def least_together(
    programme: Programme,
    *,
    gap: float = GAP,
    seconds: float = SECONDS,
    now: Callable[[], float],
    say: Callable[[float, float], None] = lambda _cost, _bound: None,
) -> Least:
    """Return the plan of least cost of a programme that may have composites; as `least` where it has none.

    The bound adds up what each coefficient costs by itself: where they are tied to each other by the rules of schools it
    is weaker, and the gap says so.
    """
    free = programme._replace(composites=())
    if not programme.composites:
        return least(free, gap=gap, seconds=seconds, now=now, say=say)
    end = now() + seconds
    base = least(free, gap=gap, seconds=seconds / 4, now=now, say=say)
    if base.amounts is None or all(c.holds(base.amounts) for c in programme.composites):
        return base
    spreads = [spread for composite in programme.composites for spread in composite.spreads]
    *paid, rest = _shared_out(free, spreads)
    curves = [Curve(own, spread, _highest(spread, base.amounts)) for spread, own in zip(spreads, paid, strict=True)]
    choice = _bounded(programme, curves, gap, lambda: now() > end - seconds * (1 - SHARE))
    if choice is None:
        return Least(Status.INFEASIBLE, None, None, None)
    points, bound = choice
    bound = max(base.bound or 0.0, (bound + _relaxed(rest)) * (1 - TOLERANCE))
    left = max(end - now(), seconds / 4)
    found = _joint(programme, _about(programme, curves, points), gap=gap / 2, end=now() + left, now=now)
    if found is None:  # each coefficient by itself at the chosen limit is a plan too
        limits = [Bar(Fraction(floor(c.points[at][0] * FINE), FINE), 3) for c, at in zip(curves, points, strict=True)]
        limited = tuple(s._replace(limit=limit, rounding=None) for s, limit in zip(spreads, limits, strict=True))
        found = least(free._replace(spreads=limited), gap=gap, seconds=left, now=now).amounts
    if found is None or not programme.holds(found):
        return Least(Status.UNKNOWN, None, None, bound)
    amounts = polished(programme, found)
    cost = programme.cost(amounts)
    proven = min(bound, float(cost))
    done = not cost or 1 - proven / float(cost) <= gap
    return Least(Status.OPTIMAL if done else Status.FEASIBLE, amounts, cost, proven)


def _highest(spread: Spread, amounts: Amounts) -> float:
    """Return the coefficient that costs nothing more: as it is, or after what schools need in any case."""
    squares = [spread.square(amounts), spread.square([Fraction(0)] * len(amounts))]
    highest = max((sqrt(square) for square in squares if square is not None), default=0.0)
    return ceil((highest or 1.0) * FINE) / FINE


def _bounded(
    programme: Programme, curves: Sequence[Curve], gap: float, late: Callable[[], bool]
) -> tuple[list[int], float] | None:
    """Return a point of every curve at which the means are kept, and a bound; None where nothing keeps them."""
    upper: list[tuple[range, float]] = []
    lower: list[tuple[range, float]] = []
    first = 0
    for composite in programme.composites:
        members = range(first, first + len(composite.spreads))
        first = members.stop
        most = float(composite.limit.amount) * len(members)
        slack = sum(0.5 * 10.0**-r for r in (composite.rounding, composite.parts_rounding) if r is not None)
        upper.append((members, most))
        lower.append((members, most + slack * len(members)))
    points, bound = [0] * len(curves), 0.0
    for turn in range(ROUNDS):
        low, chosen = _choose(curves, lower, lower=True), _choose(curves, upper, lower=False)
        if low is None:
            return None
        bound = max(bound, low.cost)
        points = chosen.points if chosen is not None else [0] * len(curves)
        if late() or (chosen is not None and chosen.cost <= bound * (1 + gap / 2)):
            break
        if turn == ROUNDS - 1:
            break
        for curve, one, other in zip(curves, low.points, points, strict=True):
            for value in {curve.points[one][0], curve.points[other][0]}:
                curve.about(value)
    return points, bound


def _about(programme: Programme, curves: Sequence[Curve], points: Sequence[int]) -> list[list[tuple[float, float]]]:
    """Return for every composite the chosen limits of its coefficients, with the means as they are."""
    chosen = iter([curve.points[at][0] for curve, at in zip(curves, points, strict=True)])
    nothing = [Fraction(0)] * len(programme.variables)
    return [
        [(next(chosen), float(_mean(spread, nothing))) for spread in composite.spreads]
        for composite in programme.composites
    ]


def _mean(spread: Spread, amounts: Amounts) -> Fraction:
    total = sum((w * v.at(amounts) for w, v in zip(spread.weights, spread.values, strict=True)), Fraction(0))
    return total / sum(spread.weights)


def _joint(
    programme: Programme,
    about: list[list[tuple[float, float]]],
    *,
    gap: float,
    end: float,
    now: Callable[[], float],
) -> Amounts | None:
    """Return amounts that hold, all coefficients chosen at once: their limits are columns, linear about the last ones.

    Limits move less from turn to turn, and first not at all, so that what is linear stays near what is true.
    """
    margin = 0.0
    best: Amounts | None = None
    for turn, trust in enumerate(TRUST):
        matrix = Matrix(programme._replace(composites=()))
        blocks = []
        for composite, near in zip(programme.composites, about, strict=True):
            most = float(composite.limit.amount) * len(composite.spreads) * (1 - margin)
            blocks.append(matrix.open_together(composite.spreads, most, near, trust + 2 * margin))
        relaxed, _ = relax(matrix)
        if relaxed.x is None:
            break
        x = relaxed.x
        about = [[(float(x[b.limit_column]), float(x[b.mean]) * b.unit) for b in of] for of in blocks]
        if turn < SETTLING:
            continue
        solver = Solver(matrix, whole=True, seconds=max(end - now(), 1.0) / 3, gap=gap)
        for _ in range(SETTLING):
            found = solver.run()
            if found.x is None or not sharpen(matrix, found.x, solver):
                break
        other = None if found.x is None else near_amounts(programme, matrix.amounts(found.x).tolist())
        if other is not None and (best is None or programme.cost(other) < programme.cost(best)):
            best = other
        if best is not None or now() > end:
            break
        margin = max(4 * margin, FIRST_MARGIN)  # the product of limit and mean is not quite linear
    return best


def _relaxed(programme: Programme) -> float:
    matrix = Matrix(programme)
    found, _ = relax(matrix)
    return 0.0 if found.x is None else found.cost * matrix.money


def _shared_out(programme: Programme, spreads: Sequence[Spread]) -> list[Programme]:
    """Return the programme once for each coefficient, and once for what is in none, with the prices shared out.

    What a coefficient counts is paid for there, what several count in equal parts: the costs add up to the whole.
    """
    counted = [{j for value in spread.values for j, _ in value.terms} for spread in spreads]
    times = [sum(j in own for own in counted) for j in range(len(programme.variables))]
    shares = [{j: Fraction(1, times[j]) for j in own} for own in counted]
    shares.append({j: Fraction(1) for j, n in enumerate(times) if not n})
    return [
        programme._replace(
            variables=tuple(
                v._replace(price=v.price * share.get(j, Fraction(0))) for j, v in enumerate(programme.variables)
            )
        )
        for share in shares
    ]
