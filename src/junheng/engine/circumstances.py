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
    """Return for each section whether the condition holds; None where a missing entry leaves it open."""
    names = tuple(condition)
    if not names:
        return [True] * divisions.table.size
    known: dict[tuple[Entry, ...], bool | None] = {}
    result = []
    for entries in zip(*(column(divisions, name) for name in names), strict=True):
        if entries not in known:
            known[entries] = _holds(condition, dict(zip(names, entries, strict=True)))
        result.append(known[entries])
    return result


def bars(divisions: Divisions, cases: Sequence[Case]) -> list[Bar | None]:
    """Return the bar that stands for each section; None where no case holds or a missing entry leaves it open."""
    names = tuple(sorted({name for case in cases for name in case.when}))
    if not names:
        return [cases[0].bar if cases else None] * divisions.table.size
    known: dict[tuple[Entry, ...], Bar | None] = {}
    result = []
    for entries in zip(*(column(divisions, name) for name in names), strict=True):
        if entries not in known:
            given = dict(zip(names, entries, strict=True))
            held = [(case, _holds(case.when, given)) for case in cases]
            first = next((case for case, holds in held if holds), None)
            open_ = any(holds is None for _, holds in held)
            known[entries] = first.bar if first is not None and not open_ else None
        result.append(known[entries])
    return result
