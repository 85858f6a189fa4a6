"""The comparisons of data checks: exact where two figures are close, with the tolerance of a rule."""

from decimal import Decimal
from fractions import Fraction
from math import inf

from junheng.audit.rule import Tolerance
from junheng.number import exact, near


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


def clearly_not_above(left: float, right: float) -> bool:
    """Say whether a float is so far below another that no exact comparison is needed."""
    return left < right and not near(left, right)


def floats(low: Decimal | None, high: Decimal | None) -> tuple[float, float]:
    """Return bounds as floats; infinite where there is none."""
    return (-inf if low is None else float(low), inf if high is None else float(high))


def clearly_within(value: float, low: float, high: float) -> bool:
    """Say whether a float is so far within bounds that no exact comparison is needed."""
    return (low == -inf or (low < value and not near(value, low))) and (
        high == inf or (value < high and not near(value, high))
    )


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
