"""What is lacking in all, by indicator and by place; what a school shares is counted once."""

from collections.abc import Callable, Hashable, Iterable, Mapping
from fractions import Fraction
from typing import NamedTuple, TypeVar

from junheng.advice.gaps import Bill, Gaps, sum_of
from junheng.advice.lacks import Lack, Place

Key = TypeVar("Key", bound=Hashable)


class IndicatorTotal(NamedTuple):
    """One indicator over all sections: how many are below the bar, and what is to be added in all.

    `not_by_adding` of the sections are not served by adding and are in no amount. `to_bar` brings all others to the
    bar, `to_floor` to the share of it that the others must reach (None where the method asks for none); `chosen` is its
    part of the choices. `yuan_to_bar` and `yuan_chosen` are None where the field has no price.
    """

    indicator: str
    field: str | None
    sections: int
    not_by_adding: int
    to_bar: Fraction
    to_floor: Fraction | None
    chosen: Fraction
    yuan_to_bar: Fraction | None
    yuan_chosen: Fraction | None


def by_indicator(gaps: Gaps, prices: Mapping[str, Fraction]) -> list[IndicatorTotal]:
    """Return the totals of every indicator that some section misses, in the order in which they are first missed.

    One teacher may serve several indicators, so that their amounts do not add up to the number to hire.
    """
    found: dict[str, list[Lack]] = {}
    for section in gaps.sections:
        for lack in section.lacks:
            found.setdefault(lack.indicator.id, []).append(lack)
    result = []
    for name, lacks in found.items():
        served = [lack for lack in lacks if lack.place is not None]
        field = served[0].place.field if served and served[0].place is not None else None
        to_bar = _most(served, lambda lack: lack.to_bar)
        to_floor = None if any(k.to_floor is None for k in served) else _most(served, lambda lack: lack.to_floor)
        chosen = {a.place: a.amount for a in gaps.chosen.additions if any(k.indicator.id == name for k in a.lacks)}
        result.append(
            IndicatorTotal(
                name,
                field,
                len(lacks),
                len(lacks) - len(served),
                sum(to_bar.values(), Fraction(0)),
                None if to_floor is None else sum(to_floor.values(), Fraction(0)),
                sum(chosen.values(), Fraction(0)),
                _yuan(to_bar, prices),
                _yuan(chosen, prices),
            )
        )
    return result


def _most(lacks: Iterable[Lack], amount: Callable[[Lack], Fraction | None]) -> dict[Place, Fraction]:
    """Return for every place the most that any section needs there."""
    most: dict[Place, Fraction] = {}
    for lack in lacks:
        if lack.place is not None:
            most[lack.place] = max(most.get(lack.place, Fraction(0)), amount(lack) or Fraction(0))
    return most


def _yuan(amounts: Mapping[Place, Fraction], prices: Mapping[str, Fraction]) -> Fraction | None:
    """Return what amounts cost; None where there is a field without a price."""
    if any(place.field not in prices for place in amounts):
        return None
    return sum((prices[place.field] * amount for place, amount in amounts.items()), Fraction(0))


class PlaceTotal(NamedTuple):
    """What is added in one place (a town, a county): to bring all to the bar, and by the choices."""

    to_bars: Bill
    chosen: Bill


def by_place(gaps: Gaps, place_of: Callable[[int], Key]) -> dict[Key, PlaceTotal]:
    """Return the totals of every place that `place_of` a section gives, in the order of the sections.

    A place where nothing is lacking is there too. A school belongs to the place of its first section.
    """
    keys = list(dict.fromkeys(place_of(one.section) for one in gaps.sections))
    result = {}
    for key in keys:
        bills = [
            sum_of(addition for addition in bill.additions if place_of(addition.place.rows[0]) == key)
            for bill in (gaps.to_bars, gaps.chosen)
        ]
        result[key] = PlaceTotal(*bills)
    return result
