"""What the additions of scenarios cost, by the prices of a county: nothing is shipped with a price."""

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import NamedTuple

from junheng.scenario.draft import Purchase

Yuan = Callable[[str, Fraction], Fraction | None]
"""What so much of a figure costs, in yuan; None where it has no price."""


class Paid(NamedTuple):
    """A purchase, what it costs, and by the price of which figure; None where no price holds for it."""

    purchase: Purchase
    field: str | None
    yuan: Fraction | None


class Bill(NamedTuple):
    """What all additions cost. `lower_bound`: some of them have no price, so that the sum is only part of it."""

    paid: tuple[Paid, ...]
    yuan: Fraction
    lower_bound: bool


def priced(purchases: Sequence[Purchase], yuan: Yuan) -> Bill:
    """Return what purchases cost.

    A person or a thing is paid for once: at the highest price of what it is counted as, or, where that has none, at
    that of the nearest figure which these are part of.
    """
    paid = tuple(_paid(purchase, yuan) for purchase in purchases)
    total = sum((entry.yuan for entry in paid if entry.yuan is not None), Fraction(0))
    return Bill(paid, total, any(entry.yuan is None for entry in paid))


def _paid(purchase: Purchase, yuan: Yuan) -> Paid:
    own = [(cost, field) for field in purchase.fields if (cost := yuan(field, purchase.amount)) is not None]
    if own:
        cost, field = max(own, key=lambda entry: entry[0])
        return Paid(purchase, field, cost)
    for field in purchase.wholes:
        whole = yuan(field, purchase.amount)
        if whole is not None:
            return Paid(purchase, field, whole)
    return Paid(purchase, None, None)
