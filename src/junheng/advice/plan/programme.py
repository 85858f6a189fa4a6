"""The plan as a programme: what may be done and what it costs, and what has to hold afterwards. Linear but for spreads.

Everything is exact. What may be done is a list of variables, each zero or more of something; every figure after the
plan is an affine function of them, because what is fixed (pupils, shares of a school) divides and what is added adds.
"""

from collections.abc import Sequence
from enum import StrEnum
from fractions import Fraction
from typing import NamedTuple

from junheng.engine.model import Bar, Stage
from junheng.engine.variation import composite_of, precise_root, squared_variation, within

Amounts = Sequence[Fraction]
"""How much of every variable: zero or more."""


class Doing(StrEnum):
    """What a variable does to the figure of a section."""

    ADD = "add"  # one more of a figure
    FOLLOW = "follow"  # one more of the whole that a figure is part of, where the part outgrows it
    GIVE = "give"  # one teacher leaves for another school of the county
    TAKE = "take"  # one teacher comes from another school of the county


class Variable(NamedTuple):
    """So much of something that is done to a section: in whole units, or any amount; at most `most` where given.

    `field` is what is added or moved. `price` is yuan for one unit. Who moves counts in `also` as well: everyone in the
    school that is left does.
    """

    doing: Doing
    section: int
    field: str
    price: Fraction
    whole: bool
    most: Fraction | None = None
    also: tuple[str, ...] = ()


class Affine(NamedTuple):
    """A figure after the plan: base + sum of coefficient × variable."""

    base: Fraction
    terms: tuple[tuple[int, Fraction], ...] = ()

    def at(self, amounts: Amounts) -> Fraction:
        """Return the figure for given amounts.

        >>> Affine(Fraction(3), ((0, Fraction(1, 2)),)).at([Fraction(4)])
        Fraction(5, 1)
        """
        return self.base + sum((amounts[j] * c for j, c in self.terms), Fraction(0))


class Reach(NamedTuple):
    """One indicator of one section: its numerator, what it takes to meet the bar, and what it must have in any case.

    `floor` None: nothing is asked where the bar is not met.
    """

    section: int
    indicator: str
    numerator: Affine
    bar: Fraction
    floor: Fraction | None


class AtLeast(NamedTuple):
    """So many of several have to be met."""

    needed: int
    of: tuple["Node", ...]


Node = Reach | AtLeast | bool
"""What is met or not: an indicator that can be planned, a group of rules, or what no plan changes."""


class SchoolNeed(NamedTuple):
    """The school rule of one section: `needed` of the nodes met, and every floor kept.

    `stuck` are indicators that miss what they must reach and that nothing that may be added mends.
    """

    section: int
    needed: int
    of: tuple[Node, ...]
    stuck: tuple[str, ...] = ()


class Spread(NamedTuple):
    """A coefficient of variation that has to come within its limit: values by section, weighted (by pupils)."""

    stage: Stage
    indicator: str
    limit: Bar
    rounding: int | None
    sections: tuple[int, ...]
    weights: tuple[Fraction, ...]
    values: tuple[Affine, ...]

    def square(self, amounts: Amounts) -> Fraction | None:
        """Return the exact square of the coefficient; None where the mean is 0."""
        return squared_variation([value.at(amounts) for value in self.values], self.weights)

    def holds(self, amounts: Amounts) -> bool:
        """Say whether the coefficient is within its limit, exactly."""
        square = self.square(amounts)
        return square is not None and within(square, self.limit, self.rounding)


class Together(NamedTuple):
    """Coefficients of one stage whose plain mean (综合差异系数) has to come within a limit; their own limits mean nothing."""

    stage: Stage
    limit: Bar
    rounding: int | None
    parts_rounding: int | None
    spreads: tuple[Spread, ...]

    def holds(self, amounts: Amounts) -> bool:
        """Say whether the mean is within its limit, exactly."""
        squares = [spread.square(amounts) for spread in self.spreads]
        roots = [precise_root(square) for square in squares if square is not None]
        if len(roots) < len(squares):
            return False
        return within(composite_of(roots, self.parts_rounding) ** 2, self.limit, self.rounding)


class Row(NamedTuple):
    """A line that amounts have to keep: low <= sum of coefficient × variable <= high; None leaves that side open.

    `name` says of which kind it is, for what cannot be kept.
    """

    name: str
    terms: tuple[tuple[int, Fraction], ...]
    low: Fraction | None = None
    high: Fraction | None = None

    def holds(self, amounts: Amounts) -> bool:
        """Say whether amounts keep the line, exactly."""
        total = Affine(Fraction(0), self.terms).at(amounts)
        return (self.low is None or total >= self.low) and (self.high is None or total <= self.high)


class Programme(NamedTuple):
    """What may be done, and what has to hold afterwards."""

    variables: tuple[Variable, ...]
    needs: tuple[SchoolNeed, ...]
    spreads: tuple[Spread, ...]
    rows: tuple[Row, ...] = ()
    composites: tuple[Together, ...] = ()

    def cost(self, amounts: Amounts) -> Fraction:
        """Return what amounts cost, in yuan."""
        return sum((v.price * a for v, a in zip(self.variables, amounts, strict=True)), Fraction(0))

    def holds(self, amounts: Amounts) -> bool:
        """Say whether everything that has to hold does, exactly."""
        return (
            all(allowed(v, a) for v, a in zip(self.variables, amounts, strict=True))
            and all(row.holds(amounts) for row in self.rows)
            and all(school_holds(need, amounts) for need in self.needs)
            and all(spread.holds(amounts) for spread in self.spreads)
            and all(composite.holds(amounts) for composite in self.composites)
        )


def allowed(variable: Variable, amount: Fraction) -> bool:
    """Say whether so much of a variable may be done."""
    return (
        amount >= 0
        and (variable.most is None or amount <= variable.most)
        and (not variable.whole or amount.denominator == 1)
    )


def met(node: Node, amounts: Amounts) -> bool:
    """Say whether a node is met."""
    if isinstance(node, Reach):
        return node.numerator.at(amounts) >= node.bar
    if isinstance(node, AtLeast):
        return sum(met(part, amounts) for part in node.of) >= node.needed
    return node


def school_holds(need: SchoolNeed, amounts: Amounts) -> bool:
    """Say whether a section keeps the school rule."""
    floors = all(
        node.numerator.at(amounts) >= node.floor
        for node in need.of
        if isinstance(node, Reach) and node.floor is not None
    )
    return not need.stuck and floors and sum(met(node, amounts) for node in need.of) >= need.needed
