"""Exact numbers: how a figure is read, compared with a bar, rounded and shown. Nothing else compares.

A figure from a workbook is a binary float. It stands for the decimal number that the spreadsheet shows and stores,
which has 15 significant digits; `exact` returns that number. Comparisons are made in floats where the float is clearly
on one side, and decided again with exact fractions where it lies within a relative 1e-9 of the line.
"""

from fractions import Fraction
from math import sqrt

NEARNESS = 1e-9
WHOLE_BELOW = 1e15  # floats above this have no digit left behind the point


def exact(number: float) -> Fraction:
    """Return the decimal number that a cell shows, as a fraction: its 15 significant digits.

    >>> exact(0.1 + 0.2) == Fraction(3, 10)
    True
    """
    if isinstance(number, int) or number.is_integer():
        return Fraction(int(number))
    return Fraction(format(number, ".15g"))


def near(left: float, right: float) -> bool:
    """Say whether two floats are too close to be told apart without exact arithmetic."""
    return abs(left - right) <= NEARNESS * max(abs(left), abs(right))


def rounded(number: Fraction, digits: int) -> Fraction:
    """Round to decimal places, halves away from zero, as a person does.

    >>> rounded(Fraction("0.501787"), 2), rounded(Fraction("4.15"), 1)
    (Fraction(1, 2), Fraction(21, 5))
    """
    scale = 10**digits
    whole, rest = divmod(abs(number) * scale, 1)
    whole += rest >= Fraction(1, 2)
    return Fraction(whole, scale) * (1 if number >= 0 else -1)


def root(square: Fraction) -> float:
    """Return the square root of an exact number, as a float (for the eye, never for a verdict)."""
    return sqrt(square)


def shown(number: float | Fraction, digits: int) -> str:
    """Write a number with a fixed count of decimals, halves away from zero.

    >>> shown(4.505, 2), shown(Fraction(1, 3), 3), shown(2000, 0)
    ('4.51', '0.333', '2000')
    """
    part = number if isinstance(number, Fraction) else exact(number)
    units = int(rounded(part, digits) * 10**digits)
    text = str(abs(units)).rjust(digits + 1, "0")
    sign = "-" if units < 0 else ""
    return f"{sign}{text[:-digits]}.{text[-digits:]}" if digits else sign + text


def plain(number: float | Fraction) -> str:
    """Write a number with as many digits as it needs, at most 15.

    >>> plain(4500.0), plain(8.25), plain(1234567.5)
    ('4500', '8.25', '1234567.5')
    """
    value = float(number)
    return str(int(value)) if value.is_integer() and abs(value) < WHOLE_BELOW else format(value, ".15g")
