"""Plans under a composite (综合差异系数): how much of the mean each coefficient takes is chosen, and a bound proven.

The mean of coefficients is no convex constraint. But the least cost at which one coefficient comes down to t falls with
t, so a few points of that curve bound it between them from both sides: at the upper end of an interval from below.
"""

from bisect import insort
from collections.abc import Callable, Sequence
from fractions import Fraction
from math import inf, sqrt
from typing import NamedTuple

from junheng.advice.plan.least import GAP, SECONDS, TOLERANCE, Least, Status, least
from junheng.advice.plan.matrix import Line, Matrix
from junheng.advice.plan.programme import Node, Programme, Reach, SchoolNeed, Spread, Together
from junheng.advice.plan.solver import Solver, relax
from junheng.engine.model import Bar

FIRST = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)  # of the coefficient as it is, where a curve is begun
ROUNDS = 8
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

    def about(self, at: int) -> None:
        """Look between a point and its neighbours."""
        value = self.points[at][0]
        below = self.points[at - 1][0] if at else 0.0
        above = self.points[at + 1][0] if at + 1 < len(self.points) else value
        self.look((below + value) / 2)
        self.look((value + above) / 2)


class _Choice:
    """The matrix of one choice: a point of every curve, the cost of each part counted once, the means kept."""

    def __init__(
        self,
        curves: Sequence[Curve],
        part_of: Sequence[int],
        sums: Sequence[tuple[Sequence[int], float]],
        *,
        lower: bool,
    ) -> None:
        """`part_of` names the part of the programme that a curve belongs to, `sums` curves and what they may add up to.

        `lower`: a point stands for the interval below it, so that the cost is a bound.
        """
        self.cost: list[float] = []
        self.low: list[float] = []
        self.high: list[float] = []
        self.whole: list[bool] = []
        self.lines: list[Line] = []
        top = max([c for curve in curves for _, c in curve.points if c < inf] or [1.0]) or 1.0
        self.money = top
        self.first: list[int] = []
        parts = {part: self._column(1.0, inf, whole=False) for part in dict.fromkeys(part_of)}
        for curve, part in zip(curves, part_of, strict=True):
            first = len(self.cost)
            self.first.append(first)
            for _, cost in curve.points:
                self._column(0.0, 0.0 if cost == inf else 1.0, whole=True)
            chosen = [(first + i, 1.0) for i in range(len(curve.points))]
            self.lines.append(Line(chosen, 1.0, 1.0))
            costs = [(first + i, -c / top) for i, (_, c) in enumerate(curve.points) if c < inf]
            self.lines.append(Line([(parts[part], 1.0), *costs], 0.0, inf))
        for members, most in sums:
            terms = []
            for k in members:
                values = [value for value, _ in curves[k].points]
                ends = [0.0, *values[:-1]] if lower else values
                terms += [(self.first[k] + i, value) for i, value in enumerate(ends)]
            self.lines.append(Line(terms, -inf, most))

    def _column(self, cost: float, high: float, *, whole: bool) -> int:
        self.cost.append(cost)
        self.low.append(0.0)
        self.high.append(high)
        self.whole.append(whole)
        return len(self.cost) - 1


class _Chosen(NamedTuple):
    cost: float
    points: list[int]


def _choose(
    curves: Sequence[Curve], part_of: Sequence[int], sums: Sequence[tuple[Sequence[int], float]], *, lower: bool
) -> _Chosen | None:
    """Return the cheapest choice of a point of every curve; None where there is none."""
    table = _Choice(curves, part_of, sums, lower=lower)
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

    The bound is proven where the coefficients of a composite are of different figures; else it is weaker, and the gap
    says so.
    """
    free = programme._replace(composites=())
    if not programme.composites:
        return least(free, gap=gap, seconds=seconds, now=now, say=say)
    end = now() + seconds
    base = least(free, gap=gap, seconds=seconds / 4, now=now, say=say)
    if base.amounts is None or all(c.holds(base.amounts) for c in programme.composites):
        return base
    parts = _parts(free, [s for composite in programme.composites for s in composite.spreads])
    amounts = base.amounts
    curves: list[Curve] = []
    part_of: list[int] = []
    upper: list[tuple[list[int], float]] = []
    lower: list[tuple[list[int], float]] = []
    for composite in programme.composites:
        members = list(range(len(curves), len(curves) + len(composite.spreads)))
        for spread in composite.spreads:
            part = _part_of(parts, spread)
            square = spread.square(amounts)
            highest = max(sqrt(square) if square is not None else 0.0, _now(spread)) or 1.0
            curves.append(Curve(_where(free, parts, part.__eq__), spread, highest))
            part_of.append(part)
        most = float(composite.limit.amount) * len(members)
        slack = sum(0.5 * 10.0**-r for r in (composite.rounding, composite.parts_rounding) if r is not None)
        upper.append((members, most))
        lower.append((members, most + slack * len(members)))
    # what belongs to no curve costs what it costs without the composites
    apart = _relaxed(_where(free, parts, lambda part: part not in part_of))
    chosen, bound = None, 0.0
    for _ in range(ROUNDS):
        low, chosen = _choose(curves, part_of, lower, lower=True), _choose(curves, part_of, upper, lower=False)
        if low is None:
            return Least(Status.INFEASIBLE, None, None, None)
        bound = max(bound, low.cost)
        close = chosen is not None and chosen.cost + apart <= (bound + apart) * (1 + gap / 2)
        if close or now() > end - seconds * (1 - SHARE):
            break
        for at, curve in enumerate(curves):
            for points in [low.points] + ([chosen.points] if chosen is not None else []):
                curve.about(min(points[at], len(curve.points) - 1))
    if chosen is None:
        return Least(Status.UNKNOWN, None, None, bound + apart)
    limits = _limits(programme.composites, curves, chosen.points)
    spreads = tuple(
        c.spread._replace(limit=Bar(limit, 3), rounding=None) for c, limit in zip(curves, limits, strict=True)
    )
    found = least(free._replace(spreads=spreads), gap=gap / 2, seconds=max(end - now(), seconds / 4), now=now, say=say)
    if found.amounts is None or found.cost is None or not programme.holds(found.amounts):
        return Least(Status.UNKNOWN, None, None, bound + apart)
    proven = max(base.bound or 0.0, (bound + apart) * (1 - TOLERANCE))
    proven = min(proven, float(found.cost))
    done = not found.cost or 1 - proven / float(found.cost) <= gap
    return Least(Status.OPTIMAL if done else Status.FEASIBLE, found.amounts, found.cost, proven)


def _limits(composites: Sequence[Together], curves: Sequence[Curve], points: Sequence[int]) -> list[Fraction]:
    """Return the limit of every coefficient: the chosen one, and what is left of the mean to the one it helps most."""
    limits: list[Fraction] = []
    for composite in composites:
        own = range(len(limits), len(limits) + len(composite.spreads))
        digits = FINE if composite.parts_rounding is None else 10**composite.parts_rounding
        taken = [Fraction(int(curves[k].points[points[k]][0] * digits), digits) for k in own]
        left = composite.limit.amount * len(taken) - sum(taken)
        if left > 0:
            steep = [_steepness(curves[k], points[k]) for k in own]
            taken[steep.index(max(steep))] += Fraction(int(left * digits), digits)
        limits += taken
    return limits


def _steepness(curve: Curve, at: int) -> float:
    """Return what a little more of one coefficient saves."""
    if at + 1 >= len(curve.points):
        return 0.0
    (left, dear), (right, cheap) = curve.points[at], curve.points[at + 1]
    return (dear - cheap) / (right - left)


def _now(spread: Spread) -> float:
    square = spread.square([Fraction(0)] * (1 + max((j for v in spread.values for j, _ in v.terms), default=0)))
    return sqrt(square) if square is not None else 0.0


def _relaxed(programme: Programme) -> float:
    matrix = Matrix(programme)
    found, _ = relax(matrix)
    return 0.0 if found.x is None else found.cost * matrix.money


def _parts(programme: Programme, spreads: Sequence[Spread]) -> list[int]:
    """Return for every variable the part of the programme it belongs to: those tied by a need, a row or a coefficient."""
    parts = list(range(len(programme.variables)))

    def root(j: int) -> int:
        while parts[j] != j:
            parts[j] = parts[parts[j]]
            j = parts[j]
        return j

    ties = [[j for j, _ in row.terms] for row in programme.rows]
    ties += [_of_need(need) for need in programme.needs]
    ties += [[j for value in spread.values for j, _ in value.terms] for spread in spreads]
    for tied in ties:
        for j in tied[1:]:
            parts[root(j)] = root(tied[0])
    return [root(j) for j in range(len(parts))]


def _of_need(need: SchoolNeed) -> list[int]:
    return [j for node in need.of for j in _variables(node)]


def _part_of(parts: Sequence[int], spread: Spread) -> int:
    """Return the part of a coefficient; one that nothing can change is a part of its own."""
    return next((parts[j] for value in spread.values for j, _ in value.terms), -1 - len(spread.indicator))


def _where(programme: Programme, parts: Sequence[int], wanted: Callable[[int], bool]) -> Programme:
    """Return what of a programme lies in wanted parts; its variables keep their numbers."""
    return programme._replace(
        needs=tuple(n for n in programme.needs if any(wanted(parts[j]) for j in _of_need(n)[:1])),
        rows=tuple(r for r in programme.rows if any(wanted(parts[j]) for j, _ in r.terms[:1])),
        spreads=(),
    )


def _variables(node: Node) -> list[int]:
    if isinstance(node, bool):
        return []
    if isinstance(node, Reach):
        return [j for j, _ in node.numerator.terms]
    return [j for part in node.of for j in _variables(part)]
