"""A programme as the solver takes it: columns, rows, whole columns, and the tangents of the spreads, in floats.

A spread sqrt(sum p (v - m)^2) <= T, where the reach T is the limit times the mean m, is a cone. It is written with one
further column Y for each section, Y >= (v - m)^2 / T and sum p Y <= T, and each of these small cones is replaced by
tangents, Y >= 2 r (v - m) - r^2 T, which hold everywhere and touch at (v - m) / T = r. Tangents are added where a
solution lies outside. In a composite the limit t is a column too, and T = t m is taken as linear about a point.
"""

from collections.abc import Sequence
from fractions import Fraction
from math import ceil, inf, sqrt
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from junheng.advice.plan.programme import AtLeast, Programme, Reach, SchoolNeed, Spread
from junheng.engine.variation import spread as deviation

Floats = NDArray[np.float64]
Terms = list[tuple[int, float]]
DIGITS = 4  # tangents nearer to each other than this gain nothing: their distance enters squared
TIGHT = 1e-9  # what share of Y a tangent must gain to be worth its row
OUTSIDE = 1e-7  # by what share a coefficient may be above its limit before a tangent is added
FIRST_TANGENTS = (-1.8, -1.1, -0.5, 0.0, 0.5, 1.5, 3.0)


class Line(NamedTuple):
    """One row of the matrix."""

    terms: Terms
    low: float
    high: float


class Block:
    """The columns of one spread: its mean, its reach, one Y for each section, and in a composite its limit."""

    def __init__(
        self,
        spread: Spread,
        unit: float,
        scales: Sequence[float],
        first: int,
        about: tuple[float, float] | None = None,
    ) -> None:
        """Take what values are divided by (`unit`), the units of the columns, and the first column of the block.

        `about`: limit and mean (in units) near which the product of both is taken as linear.
        """
        total = float(sum(spread.weights))
        self.spread, self.unit, self.about = spread, unit, about
        self.mean, self.reach, self.first = first, first + 1, first + 2
        self.share = [float(w) / total for w in spread.weights]
        self.limit_column = self.first + len(self.share)
        self.base = np.array([float(value.base) / unit for value in spread.values])
        self.terms: list[Terms] = [
            [(j, float(c) * scales[j] / unit) for j, c in value.terms] for value in spread.values
        ]
        self.touched: set[tuple[int, float]] = {(i, r) for i in range(len(self.share)) for r in FIRST_TANGENTS}

    @property
    def width(self) -> int:
        """How many columns it has."""
        return 2 + len(self.share) + (self.about is not None)

    def values(self, x: Floats) -> Floats:
        """Return the values of the sections."""
        return np.array([b + sum(c * x[j] for j, c in terms) for b, terms in zip(self.base, self.terms, strict=True)])

    def apart(self, x: Floats) -> Floats:
        """Return how far every section is from the mean."""
        values = self.values(x)
        return values - float(np.dot(self.share, values))

    def outside(self, x: Floats) -> bool:
        """Say whether a solution lies outside the cone."""
        deviation = sqrt(float(np.dot(self.share, self.apart(x) ** 2)))
        return deviation > float(x[self.reach]) * (1 + OUTSIDE) + OUTSIDE**2

    def lines(self) -> list[Line]:
        """Return the rows that make mean and reach and bind the Ys, and the first tangents."""
        weighted: dict[int, float] = {self.mean: -1.0}
        for p, terms in zip(self.share, self.terms, strict=True):
            for j, c in terms:
                weighted[j] = weighted.get(j, 0.0) + p * c
        base = float(np.dot(self.share, self.base))
        bound = [(self.first + i, p) for i, p in enumerate(self.share)]
        rows = [
            Line(sorted(weighted.items()), -base, -base),
            self._reach(),
            Line([*bound, (self.reach, -1.0)], -inf, 0.0),
        ]
        return rows + [self.tangent(i, r) for i in range(len(self.share)) for r in FIRST_TANGENTS]

    def _reach(self) -> Line:
        if self.about is None:
            return Line([(self.reach, 1.0), (self.mean, -limit_of(self.spread))], 0.0, 0.0)
        limit, mean = self.about
        return Line([(self.reach, 1.0), (self.mean, -limit), (self.limit_column, -mean)], -limit * mean, -limit * mean)

    def touching(self, x: Floats) -> list[Line]:
        """Return the tangents near a solution that it does not keep and that are not there yet."""
        reach = float(x[self.reach])
        ratios = self.apart(x) / reach if reach > 0 else np.zeros(len(self.share))
        new = {
            (i, round(r, DIGITS))
            for i, r in enumerate(ratios.tolist())
            if x[self.first + i] < r * r * reach * (1 - TIGHT)
        } - self.touched
        self.touched |= new
        return [self.tangent(i, r) for i, r in sorted(new)]

    def tangent(self, i: int, r: float) -> Line:
        """Return Y >= 2 r (v - m) - r^2 T for one section."""
        terms = [(self.first + i, 1.0), (self.mean, 2 * r), (self.reach, r * r)]
        terms += [(j, -2 * r * c) for j, c in self.terms[i]]
        return Line(terms, 2 * r * float(self.base[i]), inf)

    def fill(self, x: Floats) -> None:
        """Put into a solution what follows from its amounts; only where the limit is given."""
        values = self.values(x)
        mean = float(np.dot(self.share, values))
        reach = mean * limit_of(self.spread)
        x[self.mean], x[self.reach] = mean, reach
        x[self.first : self.first + len(values)] = (values - mean) ** 2 / reach if reach else 0.0


def limit_of(spread: Spread, margin: float = 0.0) -> float:
    """Return the limit as a float: where the coefficient is rounded before it is compared, what still rounds to it."""
    slack = 0.0 if spread.rounding is None else 0.5 * 10.0**-spread.rounding
    return (float(spread.limit.amount) + slack) * (1 - margin)


class Matrix:
    """Columns and rows of a programme. Columns: its variables, each in its own unit, then one for every open choice."""

    def __init__(self, programme: Programme) -> None:
        """Write the needs and rows; blocks of spreads are added when they are needed."""
        self.programme = programme
        self.scales = _units(programme)
        prices = [float(v.price) * s for v, s in zip(programme.variables, self.scales, strict=True)]
        self.money = max([p for p in prices if p] or [1.0]) / 100
        self.cost: list[float] = [p / self.money for p in prices]
        self.low: list[float] = [0.0] * len(prices)
        self.high: list[float] = [
            inf if v.most is None else float(v.most) / s for v, s in zip(programme.variables, self.scales, strict=True)
        ]
        self.whole: list[bool] = [v.whole for v in programme.variables]
        self.lines: list[Line] = []
        self.blocks: dict[int, Block] = {}
        self.together: list[Block] = []
        self.choices: dict[int, Reach | AtLeast] = {}
        for row in programme.rows:
            terms = [(j, float(c) * self.scales[j]) for j, c in row.terms]
            low, high = (inf if side is None else float(side) for side in (row.low, row.high))
            self.lines.append(Line(terms, -inf if row.low is None else low, high))
        for need in programme.needs:
            self._need(need)

    def column(self, *, cost: float = 0.0, low: float = 0.0, high: float = inf, whole: bool = False) -> int:
        """Add a column and return its number."""
        self.cost.append(cost)
        self.low.append(low)
        self.high.append(high)
        self.whole.append(whole)
        return len(self.cost) - 1

    def _need(self, need: SchoolNeed) -> None:
        """Write the rule of one section: floors, and a choice for every indicator that may be met or not."""
        sure = sum(node is True for node in need.of)
        choices = [self._choice(node) for node in need.of if not isinstance(node, bool)]
        if len(choices) <= need.needed - sure:  # all of them are needed
            for choice in choices:
                self.low[choice] = 1.0
        self.lines.append(Line([(choice, 1.0) for choice in choices], float(need.needed - sure), inf))

    def _choice(self, node: Reach | AtLeast) -> int:
        """Return the column that may be 1 only where the node is met."""
        chosen = self.column(high=1.0, whole=True)
        self.choices[chosen] = node
        if isinstance(node, AtLeast):
            sure = sum(part is True for part in node.of)
            parts = [self._choice(part) for part in node.of if not isinstance(part, bool)]
            self.lines.append(Line([*((p, 1.0) for p in parts), (chosen, float(sure - node.needed))], 0.0, inf))
            return chosen
        bar, least = self._asked(node)
        scale = max(abs(bar), 1.0)
        base = float(node.numerator.base)
        terms = [(j, float(c) * self.scales[j] / scale) for j, c in node.numerator.terms]
        self.lines.append(Line([*terms, (chosen, -(bar - least) / scale)], (least - base) / scale, inf))
        return chosen

    def _asked(self, reach: Reach) -> tuple[float, float]:
        """Return bar and least figure; whole where only whole units are added to a whole figure."""
        variables = self.programme.variables
        whole = reach.numerator.base.denominator == 1 and all(
            c.denominator == 1 and variables[j].whole for j, c in reach.numerator.terms
        )
        least = reach.floor
        if least is None:  # nothing is asked: what it may fall to
            least = reach.numerator.base + sum(
                (c * (variables[j].most or 0) for j, c in reach.numerator.terms if c < 0), Fraction(0)
            )
        return (float(ceil(reach.bar)), float(ceil(least))) if whole else (float(reach.bar), float(least))

    def open_block(self, number: int) -> list[Line]:
        """Add the columns of a spread; return its rows."""
        spread = self.programme.spreads[number]
        unit = _typical(spread)
        block = Block(spread, unit, self.scales, len(self.cost))
        for _ in range(block.width):
            self.column()
        self.blocks[number] = block
        rows = block.lines()
        self.lines += rows
        return rows

    def open_together(
        self, spreads: Sequence[Spread], most: float, about: Sequence[tuple[float, float]], trust: float
    ) -> list[Block]:
        """Add the columns of coefficients that may add up to `most`.

        `about` are limits and means (in the values' own unit) that they are near: within a share `trust` of the limit.
        """
        made = []
        for spread, (limit, mean) in zip(spreads, about, strict=True):
            unit = _typical(spread)
            block = Block(spread, unit, self.scales, len(self.cost), (limit, mean / unit))
            for _ in range(block.width):
                self.column()
            self.low[block.limit_column] = limit * (1 - trust)
            self.high[block.limit_column] = limit * (1 + trust)
            self.lines += block.lines()
            made.append(block)
        self.lines.append(Line([(block.limit_column, 1.0) for block in made], -inf, most))
        self.together += made
        return made

    def amounts(self, x: Floats) -> Floats:
        """Return the variables in their own units."""
        return np.asarray(x[: len(self.scales)] * np.array(self.scales), dtype=np.float64)

    def excess(self, x: Floats) -> list[float]:
        """Return by what share every coefficient is above its limit."""
        amounts = self.amounts(x)
        return [excess_of(spread, amounts) for spread in self.programme.spreads]


def excess_of(spread: Spread, amounts: Floats) -> float:
    """Return by what share a coefficient is above its limit, in floats."""
    values = [float(v.base) + sum(float(c) * amounts[j] for j, c in v.terms) for v in spread.values]
    found = deviation(values, list(map(float, spread.weights)))
    cv = None if found is None else found[2]
    limit = limit_of(spread)
    if cv is None:
        return inf
    return cv / limit - 1 if limit else (inf if cv > 0 else -1.0)


def _typical(spread: Spread) -> float:
    """Return what the values of a spread are measured in: their mean, or what one unit adds where they are all 0."""
    total = sum(spread.weights)
    mean = sum((w * v.base for w, v in zip(spread.weights, spread.values, strict=True)), Fraction(0)) / total
    steps = [abs(c) for v in spread.values for _, c in v.terms]
    return float(mean) or float(max(steps, default=Fraction(1)))


def _units(programme: Programme) -> list[float]:
    """Return the unit of every column: 1 for whole things; else about what the largest need of it is."""
    units = [0.0] * len(programme.variables)
    for reach in (node for need in programme.needs for node in need.of if isinstance(node, Reach)):
        for j, c in reach.numerator.terms:
            if c > 0:
                units[j] = max(units[j], float(reach.bar / c))
    return [1.0 if v.whole else unit or 1.0 for v, unit in zip(programme.variables, units, strict=True)]
