"""Measures of inequality over school sections weighted by pupils: Theil's T, Gini, and squared coefficients, in parts.

A section counts as so many pupils who all have its value, so that each measure is that of the list of all pupils.
Whatever is rational is exact; Theil's T has logarithms and is a float. None of them changes when all values, or all
weights, are multiplied: so they are reckoned in whole numbers, which is many times faster than in fractions.
"""

from collections.abc import Sequence
from fractions import Fraction
from math import fsum, lcm, log, log1p
from typing import NamedTuple

CLOSE_TO_ONE = 0.1  # a quotient this near 1 has its logarithm taken of the difference


class Weighted(NamedTuple):
    """One section: its value, and the pupils it counts for."""

    value: Fraction
    weight: Fraction


class Parts(NamedTuple):
    """A squared coefficient or a Gini in parts, exact: `whole` = `between` + `within` + `overlap`.

    `overlap` is what is left of a Gini where the ranges of groups overlap; that of a squared coefficient is 0.
    """

    whole: Fraction
    between: Fraction
    within: Fraction
    overlap: Fraction = Fraction(0)


class TheilParts(NamedTuple):
    """Theil's T in parts: `whole` = `between` + `within`."""

    whole: float
    between: float
    within: float


class Sums(NamedTuple):
    """Sections in whole numbers: their values and weights, each times a number common to all, and the sums of them.

    `weight` adds up w, `amount` w v, and `second` w v².
    """

    pairs: tuple[tuple[int, int], ...]
    weight: int
    amount: int
    second: int

    @property
    def square(self) -> Fraction | None:
        """The square of the coefficient of variation; None where there is no weight, or the mean is 0."""
        return square_of(self.weight, self.amount, self.second)


def square_of(weight: int, amount: int, second: int) -> Fraction | None:
    """Return the square of the coefficient of variation from the sums of w, w v and w v²; None where there is none.

    >>> square_of(2, 4, 10), square_of(0, 0, 0)
    (Fraction(1, 4), None)
    """
    return Fraction(second * weight - amount**2, amount**2) if weight and amount else None


def summed(groups: Sequence[Sequence[Weighted]]) -> list[Sums]:
    """Return groups of sections in whole numbers, on one scale."""
    values = lcm(*(s.value.denominator for group in groups for s in group))
    weights = lcm(*(s.weight.denominator for group in groups for s in group))
    return [_sums([(int(s.value * values), int(s.weight * weights)) for s in group]) for group in groups]


def _sums(pairs: Sequence[tuple[int, int]]) -> Sums:
    amounts = [v * w for v, w in pairs]
    second = sum(v * amount for (v, _), amount in zip(pairs, amounts, strict=True))
    return Sums(tuple(pairs), sum(w for _, w in pairs), sum(amounts), second)


def everyone(groups: Sequence[Sums]) -> Sums:
    """Return all groups as one."""
    pairs = tuple(pair for group in groups for pair in group.pairs)
    return Sums(pairs, sum(g.weight for g in groups), sum(g.amount for g in groups), sum(g.second for g in groups))


def mean(sections: Sequence[Weighted]) -> Fraction | None:
    """Return the mean over pupils; None where there are none.

    >>> mean([Weighted(Fraction(1), Fraction(3)), Weighted(Fraction(5), Fraction(1))])
    Fraction(2, 1)
    """
    weight = sum((s.weight for s in sections), Fraction(0))
    return sum((s.value * s.weight for s in sections), Fraction(0)) / weight if weight else None


def theil(sections: Sequence[Weighted]) -> float | None:
    """Return Theil's T: the sum of x ln x over all pupils, x their value over the mean, by the number of pupils.

    0 where all have the same; at most the logarithm of the number of pupils. A value of 0 adds nothing (x ln x goes to
    0). None where there are no pupils, where nobody has anything, and where a value is below 0.

    >>> one, two = Weighted(Fraction(0), Fraction(1)), Weighted(Fraction(2), Fraction(1))
    >>> theil([one, two]) == log(2), theil([two, two]), theil([one, one])
    (True, 0.0, None)
    """
    return _theil(summed([sections])[0])


def _theil(of: Sums) -> float | None:
    if not of.weight or not of.amount or any(v < 0 for v, _ in of.pairs):
        return None
    # the quotient of whole numbers is the float nearest to it, however long they are
    return fsum(v * w / of.amount * _log(v * of.weight, of.amount) for v, w in of.pairs if v and w)


def _log(over: int, under: int) -> float:
    """Return the logarithm of a quotient, precise near 1 too."""
    rest = (over - under) / under
    return log1p(rest) if abs(rest) < CLOSE_TO_ONE else log(over / under)


def theil_parts(groups: Sequence[Sequence[Weighted]]) -> TheilParts | None:
    """Return Theil's T over all groups, between them and within them; None where there is none (see `theil`).

    Between: as if all pupils of a group had its mean. Within: the T of each group, weighted by its share of all that
    there is.
    """
    apart = summed(groups)
    together = everyone(apart)
    whole = _theil(together)
    if whole is None:
        return None
    within = fsum(group.amount / together.amount * (_theil(group) or 0.0) for group in apart)
    return TheilParts(whole, theil(_means(groups)) or 0.0, within)


def gini(sections: Sequence[Weighted]) -> Fraction | None:
    """Return the Gini coefficient over all pupils, exact: half the mean absolute difference over the mean.

    From 0 (all have the same) up to, not including, 1. None where there are no pupils, where nobody has anything, and
    where a value is below 0.

    >>> gini([Weighted(Fraction(0), Fraction(1)), Weighted(Fraction(2), Fraction(3))])
    Fraction(1, 4)
    """
    return _gini(summed([sections])[0])


def _gini(of: Sums) -> Fraction | None:
    if not of.weight or not of.amount or any(v < 0 for v, _ in of.pairs):
        return None
    below, half = 0, 0
    for value, weight in sorted(of.pairs):
        half += value * weight * (below - (of.weight - below - weight))
        below += weight
    return Fraction(half, of.weight * of.amount)


def gini_parts(groups: Sequence[Sequence[Weighted]]) -> Parts | None:
    """Return the Gini coefficient over all groups, between and within them, and what their overlap leaves.

    Between: as if all pupils of a group had its mean. Within: the Gini of each group, weighted by its share of pupils
    times its share of all that there is. The overlap is 0 where the ranges of the groups do not overlap, never below 0.
    None where there is no Gini.
    """
    apart = summed(groups)
    together = everyone(apart)
    whole = _gini(together)
    if whole is None:
        return None
    between = gini(_means(groups)) or Fraction(0)
    scale = together.weight * together.amount
    within = sum((Fraction(g.weight * g.amount, scale) * (_gini(g) or 0) for g in apart), Fraction(0))
    return Parts(whole, between, within, whole - between - within)


def square_parts(groups: Sequence[Sequence[Weighted]]) -> Parts | None:
    """Return the square of the coefficient of variation over all groups, between and within them, exact.

    The whole is the sum of both. None where there are no pupils, or the mean is 0.

    >>> near, far = Weighted(Fraction(1), Fraction(1)), Weighted(Fraction(3), Fraction(1))
    >>> [str(part) for part in square_parts([[near, near], [far, far]])], str(square_parts([[near, far]]).within)
    (['1/4', '1/4', '0', '0'], '1/4')
    """
    apart = summed(groups)
    together = everyone(apart)
    whole = together.square
    if whole is None:
        return None
    scale = Fraction(together.weight, together.amount**2)
    weighed = [group for group in apart if group.weight]
    means = sum((Fraction(group.amount**2, group.weight) for group in weighed), Fraction(0))
    inside = sum((Fraction(g.second * g.weight - g.amount**2, g.weight) for g in weighed), Fraction(0))
    return Parts(whole, means * scale - 1, inside * scale)


def _means(groups: Sequence[Sequence[Weighted]]) -> list[Weighted]:
    """Return each group as one section of its mean; groups without pupils are none."""
    found = ((mean(group), sum((s.weight for s in group), Fraction(0))) for group in groups)
    return [Weighted(average, weight) for average, weight in found if average is not None]
