"""Circumstances: whether a condition holds for each section, and which bar stands there."""

from collections.abc import Sequence

from junheng.engine.model import Bar, Case, Condition, Divisions, Span

Entry = str | float | None


def column(divisions: Divisions, name: str) -> Sequence[Entry]:
    """Return the words or the figures of a field, whichever it has."""
    words = divisions.table.texts.get(name)
    return words if words is not None else divisions.column(name)


def _holds(condition: Condition, entries: dict[str, Entry]) -> bool | None:
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


def _in_span(wanted: Span, entry: Entry) -> bool | None:
    return None if entry is None else not isinstance(entry, str) and wanted.holds(entry)


def _both(left: bool | None, right: bool | None) -> bool | None:
    if left is False or right is False:
        return False
    return None if left is None or right is None else True


def bars(divisions: Divisions, cases: Sequence[Case]) -> list[Bar | None]:
    """Return the bar that stands for each section; None where no case holds or a missing entry leaves it open."""
    names = tuple(sorted({name for case in cases for name in case.when}))
    if not names:
        return [cases[0].bar if cases else None] * divisions.table.size
    if len(names) == 1:
        words = column(divisions, names[0])
        by_word = {word: _bar_of(cases, names, (word,)) for word in set(words)}
        return [by_word[word] for word in words]
    known: dict[tuple[Entry, ...], Bar | None] = {}
    result = []
    for entries in zip(*(column(divisions, name) for name in names), strict=True):
        if entries not in known:
            known[entries] = _bar_of(cases, names, entries)
        result.append(known[entries])
    return result


def _bar_of(cases: Sequence[Case], names: Sequence[str], entries: Sequence[Entry]) -> Bar | None:
    """Return the bar in one circumstance: of the first case that holds, if none before the end is left open."""
    given = dict(zip(names, entries, strict=True))
    held = [(case, _holds(case.when, given)) for case in cases]
    if any(holds is None for _, holds in held):
        return None
    return next((case.bar for case, holds in held if holds), None)
