"""Two judgements of a county side by side: which verdicts, coefficients, outcomes and items are otherwise. Pure."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from junheng.engine.model import (
    Assessment,
    Bar,
    Composite,
    CountyVerdict,
    Figure,
    ItemVerdict,
    Outcome,
    Stage,
    Variation,
)

Pair = tuple[CountyVerdict | None, CountyVerdict | None]
_GONE = "gone"


class State(NamedTuple):
    """What is said of a section: passed, the name of its grade, and why it is left out; `row` is its row."""

    passed: bool | None
    grade: str | None
    left_out: str | None
    row: int


class SchoolFlip(NamedTuple):
    """A section whose verdict is otherwise; None where there is no such section before, or after."""

    county: str | None
    code: str | None
    name: str | None
    stage: str | None
    before: State | None
    after: State | None


class IndicatorFlip(NamedTuple):
    """An indicator of a section whose outcome is otherwise, with its values."""

    county: str | None
    code: str | None
    name: str | None
    stage: str | None
    indicator: str
    before: Outcome
    after: Outcome
    values: tuple[Figure, Figure]
    rows: tuple[int, int]


class Coefficient(NamedTuple):
    """A coefficient, or the composite of a stage (`indicator` None), before and after; None where there is none."""

    stage: Stage
    indicator: str | None
    before: Variation | Composite | None
    after: Variation | Composite | None

    @property
    def flipped(self) -> bool:
        """Whether its verdict is otherwise."""
        return (None if self.before is None else self.before.passed) != (
            None if self.after is None else self.after.passed
        )

    @property
    def limit(self) -> Bar | None:
        """The limit: that of after where there is one."""
        held = self.after or self.before
        return None if held is None else held.limit


class ItemFlip(NamedTuple):
    """An item judged item by item whose outcome is otherwise; None where it is not judged before, or after."""

    part: str
    item: str
    before: Outcome | None
    after: Outcome | None


def paired(before: Sequence[CountyVerdict], after: Sequence[CountyVerdict]) -> list[Pair]:
    """Return counties (towns, groups) of two judgements side by side; those of one only stand alone, last."""
    others = {(county.county, county.name): county for county in after}
    pairs: list[Pair] = [(county, others.pop((county.county, county.name), None)) for county in before]
    return [*pairs, *((None, county) for county in others.values())]


def _sections(assessment: Assessment) -> dict[tuple[str | None, str | None, str | None, str | None, int], int]:
    """Return the rows of an assessment by county, code, name and stage; the last part counts what repeats them."""
    table = assessment.divisions.table
    found: dict[tuple[str | None, str | None, str | None, str | None, int], int] = {}
    columns = (table.text(name) for name in ("county", "code", "name", "stage"))
    for row, (county, code, name, stage) in enumerate(zip(*columns, strict=True)):
        again = 0
        while (county, code, name, stage, again) in found:
            again += 1
        found[county, code, name, stage, again] = row
    return found


def _state(assessment: Assessment, row: int | None) -> State | None:
    if row is None:
        return None
    return State(assessment.passed[row], assessment.grades[row], assessment.left_out[row], row)


def school_flips(before: Assessment, after: Assessment) -> list[SchoolFlip]:
    """Return the sections whose verdict is otherwise, or that are there in one judgement only, in their order."""
    one, other = _sections(before), _sections(after)
    flips = []
    for key in dict.fromkeys([*one, *other]):
        states = _state(before, one.get(key)), _state(after, other.get(key))
        if _said(states[0]) != _said(states[1]):
            flips.append(SchoolFlip(*key[:4], *states))
    return flips


def _said(state: State | None) -> tuple[object, ...]:
    return (_GONE,) if state is None else state[:3]


def indicator_flips(before: Assessment, after: Assessment) -> Iterator[IndicatorFlip]:
    """Yield the outcomes that are otherwise, of sections and indicators that both judgements have."""
    one, other = _sections(before), _sections(after)
    names = [i.id for i in after.method.indicators if i.id in before.outcomes]
    for key, row in one.items():
        then = other.get(key)
        if then is None or before.left_out[row] is not None or after.left_out[then] is not None:
            continue
        for name in names:
            outcomes = before.outcomes[name][row], after.outcomes[name][then]
            if outcomes[0] is not outcomes[1]:
                values = before.values[name][row], after.values[name][then]
                yield IndicatorFlip(*key[:4], name, *outcomes, values, (row, then))


def coefficients(pair: Pair) -> list[Coefficient]:
    """Return every coefficient of a county before and after, the composites last."""
    sides: list[dict[tuple[Stage, str | None], Variation | Composite]] = []
    for county in pair:
        side: dict[tuple[Stage, str | None], Variation | Composite] = {}
        if county is not None:
            side.update({(v.stage, v.indicator): v for v in county.variations})
            side.update({(c.stage, None): c for c in county.composites})
        sides.append(side)
    keys = dict.fromkeys([*sides[0], *sides[1]])
    found = [Coefficient(*key, sides[0].get(key), sides[1].get(key)) for key in keys]
    return sorted(found, key=lambda entry: entry.indicator is None)


def item_flips(pair: Pair) -> list[ItemFlip]:
    """Return the items whose outcome is otherwise."""
    sides = [_items(county) for county in pair]
    flips = []
    for key in dict.fromkeys([*sides[0], *sides[1]]):
        items = [side.get(key) for side in sides]
        outcomes = [None if item is None else item.outcome for item in items]
        if outcomes[0] is not outcomes[1]:
            flips.append(ItemFlip(*key, *outcomes))
    return flips


def _items(county: CountyVerdict | None) -> dict[tuple[str, str], ItemVerdict]:
    if county is None:
        return {}
    return {(part.part.id, item.item.indicator.id): item for part in county.by_item for item in part.items}


def parts_of(pair: Pair) -> dict[str, tuple[bool | None, bool | None]]:
    """Return the parts that are judged before and after, with their verdicts."""
    names = dict.fromkeys(name for county in pair if county is not None for name in county.parts)
    return {name: tuple(None if c is None else c.parts.get(name) for c in pair) for name in names}  # type: ignore[misc]
