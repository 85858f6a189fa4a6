"""Circumstances: whether a condition holds for each section, and which bar stands there."""

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction

from junheng.engine.model import OF_SCHOOL, Bar, Between, Case, Condition, Divisions, Span
from junheng.number import exact

Entry = str | float | Fraction | None


def column(divisions: Divisions, name: str) -> Sequence[Entry]:
    """Return the words or the figures of a field, or the quotients of two; None where there is none."""
    words = divisions.table.texts.get(name)
    if words is not None:
        return words
    if name.startswith(OF_SCHOOL):
        return _of_school(divisions, name.removeprefix(OF_SCHOOL))
    top, slash, bottom = name.partition("/")
    if not slash:
        return divisions.column(name)
    return [
        exact(a) / exact(b) if a is not None and b else None
        for a, b in zip(divisions.column(top), divisions.column(bottom), strict=True)
    ]


def _of_school(divisions: Divisions, name: str) -> Sequence[Entry]:
    """Return the figure of the whole school of each section, its sections added up; None where one of them has none."""
    own = divisions.column(name)
    result: list[Entry] = list(own)
    for section, siblings in divisions.table.siblings.items():
        parts = list({divisions.pools.get(s, (s,)): own[s] for s in siblings}.values())  # each sum once
        result[section] = None if None in parts else sum(part for part in parts if part is not None)
    return result


def _holds(condition: Condition, entries: Mapping[str, Entry]) -> bool | None:
    """Say whether a condition holds: None where an entry it asks for is missing and nothing else rules it out."""
    unknown = False
    for name, wanted in condition.items():
        entry = entries[name]
        if entry is None:
            unknown = True
        elif isinstance(wanted, Span):
            if isinstance(entry, str) or not wanted.holds(entry):
                return False
        elif entry not in wanted:
            return False
    return None if unknown else True


def holding(divisions: Divisions, condition: Condition) -> list[bool | None]:
    """Return for each section whether the condition holds; None where a missing entry leaves it open.

    Words are looked at first, each distinct one once, and figures only where the words hold.
    """
    result: list[bool | None] = [True] * divisions.table.size
    for name, wanted in sorted(condition.items(), key=lambda part: isinstance(part[1], Span)):
        entries = column(divisions, name)
        if isinstance(wanted, Span):
            result = [
                held if held is False else _both(held, _in_span(wanted, entry))
                for held, entry in zip(result, entries, strict=True)
            ]
        else:
            by_word = {word: None if word is None else word in wanted for word in set(entries)}
            result = [
                by_word[word] if held is True else _both(held, by_word[word])
                for held, word in zip(result, entries, strict=True)
            ]
    return result


def any_holding(divisions: Divisions, conditions: Sequence[Condition]) -> list[bool | None]:
    """Return for each section whether one of the conditions holds; None where none does and one is left open."""
    result: list[bool | None] = [False] * divisions.table.size
    for condition in conditions:
        result = [
            True if held is True or before is True else None if held is None or before is None else False
            for before, held in zip(result, holding(divisions, condition), strict=True)
        ]
    return result


def _in_span(wanted: Span, entry: Entry) -> bool | None:
    return None if entry is None else not isinstance(entry, str) and wanted.holds(entry)


def _both(left: bool | None, right: bool | None) -> bool | None:
    if left is False or right is False:
        return False
    return None if left is None or right is None else True


def cases_holding(
    divisions: Divisions, cases: Sequence[Case], chosen: Callable[[Sequence[Case], Entry], Bar | None]
) -> list[Bar | None]:
    """Return the bar that stands for each section; None where no case holds or a missing entry leaves it open.

    `chosen` picks the bar from the cases that hold, and the section's place on the axis of the bands.
    """
    axis = next((case.at[0] for case in cases if case.at is not None), None)
    names = tuple(sorted({name for case in cases for name in case.when} | ({axis} if axis else set())))
    if not names:
        return [cases[0].bar if cases else None] * divisions.table.size

    def bar(entries: Sequence[Entry]) -> Bar | None:
        given = dict(zip(names, entries, strict=True))
        held = [(case, _holds(case.when, given)) for case in cases]
        if any(holds is None for _, holds in held):
            return None
        return chosen([case for case, holds in held if holds], given[axis] if axis else None)

    if len(names) == 1:
        words = column(divisions, names[0])
        by_word = {word: bar((word,)) for word in set(words)}
        return [by_word[word] for word in words]
    known: dict[tuple[Entry, ...], Bar | None] = {}
    result = []
    for entries in zip(*(column(divisions, name) for name in names), strict=True):
        if entries not in known:
            known[entries] = bar(entries)
        result.append(known[entries])
    return result


def first(cases: Sequence[Case], _: Entry) -> Bar | None:
    """Return the bar of the first case."""
    return cases[0].bar if cases else None


def banded(between: Between, *, at_most: bool) -> Callable[[Sequence[Case], Entry], Bar | None]:
    """Return how a bar is picked where bars are given for bands with gaps between them."""

    def pick(cases: Sequence[Case], entry: Entry) -> Bar | None:
        if not cases or cases[0].at is None:
            return first(cases, entry)
        if entry is None or isinstance(entry, str):
            return None
        place = exact(entry) if isinstance(entry, float | int) else entry
        bands = [(case.at[1], case.bar) for case in cases if case.at is not None]
        for span, bar in bands:
            if span.holds(place):
                return bar
        below = max(
            ((span.high, bar) for span, bar in bands if span.high is not None and span.high < place),
            key=lambda band: band[0],
            default=None,
        )
        above = min(
            ((span.low, bar) for span, bar in bands if span.low is not None and span.low > place),
            key=lambda band: band[0],
            default=None,
        )
        if below is None or above is None:
            end = below or above
            return end[1] if end is not None else None
        return _between(between, place, below, above, at_most=at_most)

    return pick


def _between(
    between: Between,
    place: Fraction,
    below: tuple[Fraction, Bar | None],
    above: tuple[Fraction, Bar | None],
    *,
    at_most: bool,
) -> Bar | None:
    (left, lower), (right, upper) = below, above
    if between is Between.LOWER:
        return lower
    if between is Between.UPPER:
        return upper
    if lower is None or upper is None:
        return None
    if between is Between.NEAREST:
        if place - left != right - place:
            return lower if place - left < right - place else upper
        return min(lower, upper) if at_most else max(lower, upper)
    share = (place - left) / (right - left)
    amount = lower.amount + (upper.amount - lower.amount) * share
    return Bar(amount, max(lower.digits, upper.digits), lower.inverse)
