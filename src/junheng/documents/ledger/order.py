"""The order of work: easy first, hardware before software, as a county can set it."""

from collections.abc import Sequence
from fractions import Fraction
from typing import NamedTuple

from junheng.documents.costs import YUAN_OF_A_UNIT, Costs
from junheng.documents.ledger.line import Line


class Effort(NamedTuple):
    """What an item sorts by: its place in the order, whether it has a price, what it costs, what part is lacking.

    Items with a price stand before those without; of these the one that lacks the smaller part of what is required is
    the easier; what cannot be measured stands last.
    """

    place: int
    unpriced: bool
    yuan: Fraction
    unmeasured: bool
    share: Fraction


def cost(line: Line, costs: Costs) -> Fraction | None:
    """Return what a line costs in 万元 (10,000 yuan); None where it has no price or lacks nothing that is counted."""
    if line.lacking is None or line.at_most or not line.counted:
        return None
    yuan = costs.yuan(line.field, "元" if line.money else line.unit, line.lacking)
    return None if yuan is None else yuan / YUAN_OF_A_UNIT


def effort(line: Line, costs: Costs) -> Effort:
    """Return what a line sorts by; the first name of the order that fits is its place, none the last."""
    id_ = line.key.item.rpartition("/")[2]
    names = {line.work, id_, id_.split(".")[0], line.field}
    place = next((at for at, name in enumerate(costs.order) if name in names), len(costs.order))
    price = cost(line, costs)
    return Effort(place, price is None, price or Fraction(0), line.share is None, line.share or Fraction(0))


def in_order(lines: Sequence[Line], costs: Costs) -> list[Line]:
    """Return lines in the order of work; alike ones as they stood, rules behind the group that they are part of."""
    efforts: dict[tuple[object, ...], Effort] = {}
    for line in lines:
        top = (line.key[:5], line.key.item.split(".")[0])
        efforts[top] = min(efforts.get(top, effort(line, costs)), effort(line, costs))
    return sorted(lines, key=lambda line: efforts[line.key[:5], line.key.item.split(".")[0]])
