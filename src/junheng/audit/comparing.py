"""The comparisons of data checks: exact where two figures are close, with the tolerance of a rule."""

from decimal import Decimal
from fractions import Fraction
from math import inf

from junheng.audit.rule import Tolerance
from junheng.number import NEARNESS, exact

_JUST_BELOW = 1 - NEARNESS


def above(left: Fraction, right: Fraction, tolerance: Tolerance) -> bool:
    """Say whether a figure is larger than another by more than the tolerance.

    >>> above(Fraction(31), Fraction(30), Tolerance()), above(Fraction(31), Fraction(30), Tolerance(absolute=1))
    (True, False)
    """
    return left - right > _slack(left, right, tolerance)


def apart(left: Fraction, right: Fraction, tolerance: Tolerance) -> bool:
    """Say whether two figures differ by more than the tolerance."""
    return abs(left - right) > _slack(left, right, tolerance)


def _slack(left: Fraction, right: Fraction, tolerance: Tolerance) -> Fraction:
    return max(Fraction(tolerance.absolute), Fraction(tolerance.relative) * max(abs(left), abs(right)))


def may_be_above(left: float, right: float) -> bool:
    """Say whether one float is above another, or so near below it that an exact comparison is needed; both from 0 on.

    >>> may_be_above(30.0, 30.0), may_be_above(29.0, 30.0), may_be_above(0.0, 0.0)
    (True, False, False)
    """
    return left > right * _JUST_BELOW


def may_be_above_quotient(top: float, bottom: float, right: float) -> bool:
    """Say the same of the quotient of two; it is none where the second is 0."""
    return bottom > 0 and top > right * bottom * _JUST_BELOW


def surely_within(low: Decimal | None, high: Decimal | None) -> tuple[float, float]:
    """Return the floats between which a value is within its bounds, without any exact comparison.

    >>> surely_within(None, Decimal(0)), surely_within(Decimal(2), None)
    ((-inf, 0.0), (2.000000002, inf))
    """
    return (-inf if low is None else float(low) * (1 + NEARNESS), inf if high is None else float(high) * _JUST_BELOW)


def outside(value: Fraction, low: Decimal | None, high: Decimal | None) -> str | None:
    """Return below or above for a value beyond its bounds, None for one within; the bounds themselves are within."""
    if low is not None and value < Fraction(low):
        return "below"
    if high is not None and value > Fraction(high):
        return "above"
    return None


def quotient(top: float, bottom: float) -> Fraction | None:
    """Return the exact quotient of two figures; None where nothing can be divided."""
    return exact(top) / exact(bottom) if bottom else None


def slip(value: Fraction, factor: Decimal, low: Decimal | None, high: Decimal | None) -> Fraction | None:
    """Return what a value would be in the other unit, where it then lies within the bounds; None where it does not.

    >>> slip(Fraction(1, 5), Decimal(10000), Decimal(50), Decimal(100000))
    Fraction(2000, 1)
    >>> slip(Fraction(60), Decimal(10000), Decimal(50), Decimal(100000)) is None
    True
    """
    side = outside(value, low, high)
    tried = value * Fraction(factor) if side == "below" else value / Fraction(factor)
    if side is None or outside(tried, low, high) is not None:
        return None
    return tried
