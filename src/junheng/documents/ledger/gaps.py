"""What is lacking in all: by indicator, by school and by town, in units and in money."""

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import NamedTuple

from junheng.documents.costs import Costs
from junheng.documents.ledger.line import Line
from junheng.documents.ledger.order import cost
from junheng.documents.ledger.words import Standing

UNITS = ("人", "间", "㎡", "台", "册", "元")  # in this order; any others after them


class Lack(NamedTuple):
    """What is lacking under one heading: how many items, how much by unit, and the money for what has a price."""

    heading: tuple[str, ...]
    items: int
    amounts: dict[str, Fraction]
    floors: dict[str, Fraction]
    money: Fraction | None
    unpriced: int


def counted(lines: Sequence[Line]) -> list[Line]:
    """Return the lines whose gap is part of the totals: something is lacking, and it is not counted elsewhere."""
    return [line for line in lines if line.standing is Standing.BELOW and line.counted]


def units_of(lines: Sequence[Line]) -> list[str]:
    """Return the units of lines, each once, as they stand in the table."""
    found = list(dict.fromkeys(line.unit for line in lines))
    return sorted(found, key=lambda unit: UNITS.index(unit) if unit in UNITS else len(UNITS))


def totals(lines: Sequence[Line], heading: Callable[[Line], tuple[str, ...]], costs: Costs) -> list[Lack]:
    """Return what is lacking under each heading, in the order in which headings first stand."""
    groups: dict[tuple[str, ...], list[Line]] = {}
    for line in lines:
        groups.setdefault(heading(line), []).append(line)
    return [_lack(name, group, costs) for name, group in groups.items()]


def _lack(heading: tuple[str, ...], lines: Sequence[Line], costs: Costs) -> Lack:
    amounts: dict[str, Fraction] = {}
    floors: dict[str, Fraction] = {}
    prices = [cost(line, costs) for line in lines]
    for line in lines:
        amounts[line.unit] = amounts.get(line.unit, Fraction(0)) + (line.lacking or 0)
        floors[line.unit] = floors.get(line.unit, Fraction(0)) + Fraction(line.floor.raw or 0)
    known = [price for price in prices if price is not None]
    money = sum(known, Fraction(0)) if known else None
    return Lack(heading, len(lines), amounts, floors, money, len(prices) - len(known))
