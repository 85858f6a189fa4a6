"""Two rules compared bar by bar: in which circumstances one asks more than the other, by their compiled methods."""

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import NamedTuple

from junheng.engine.circumstances import banded, first
from junheng.engine.model import UNDATED, Bar, Case, Condition, Indicator, Span, Term
from junheng.number import plain
from junheng.standard.grammar import FieldForm
from junheng.standard.totality import Entry, circumstances
from junheng.text import Text

NOTHING = Text("无", "nothing")
APPLICABLE = Text("适用", "applicable")
NOT_APPLICABLE = Text("不适用", "not applicable")
UNKNOWN = Text("未收录", "not on record")
WHOLE = Text("整项", "the rule as a whole")


class Difference(NamedTuple):
    """One thing that two rules ask differently in one circumstance (None: in all of them).

    `rule` is the id of the rule or of one within it, `part` what of it differs. `weaker` says whether the second asks
    less; None where that cannot be told: a number is not on record, or the two measure different things.
    """

    rule: str
    part: Text
    given: Mapping[str, Entry] | None
    before: Text
    after: Text
    weaker: bool | None


class _Asked(NamedTuple):
    """What a list of cases asks in one circumstance: an amount of something; None where it is not known."""

    amount: Fraction | None
    of: tuple[object, ...]  # what the amount is a multiple of; empty for a plain number
    text: Text


class _Part(NamedTuple):
    """Bars of a rule that are chosen together: its bar, its limit, a level, an increment."""

    name: Text
    cases: tuple[Case, ...]
    scale: Fraction = Fraction(1)
    otherwise: _Asked | None = None  # what is asked where the other rule has such a part and this one has none


NONE = _Asked(Fraction(0), (), NOTHING)


def _parts(rule: Indicator) -> dict[str, _Part]:
    per = Fraction(1, rule.per)
    found: dict[str, _Part] = {}
    if rule.levels:
        for level in rule.levels:
            if level.bars:
                name = Text(f"{level.name}级标准值", f"bar of level {level.name}")
                found[f"level {level.name}"] = _Part(name, level.bars, per)
    elif rule.bars:
        found["bar"] = _Part(Text("标准值", "bar"), rule.bars, per)
    if rule.limits:
        found["limit"] = _Part(Text("限值", "limit"), rule.limits, per)
    for increment in rule.plus:
        term = increment.term
        key = f"plus {term.of} {term.over} {term.beyond} {term.rounding}"
        found[key] = _Part(Text("增量", "increment"), increment.bars, 1 / term.every, NONE)
    return found


def same_measure(before: Indicator, after: Indicator) -> bool:
    """Say whether two rules measure the same thing, in the same direction, so that their bars can be compared."""

    def measure(rule: Indicator) -> tuple[object, ...]:
        kind = (rule.at_most, rule.words, rule.flag, rule.pooled, bool(rule.rules))
        return (set(rule.of), set(rule.less), rule.to, rule.times, rule.each, *kind)

    return measure(before) == measure(after)


def _dated(condition: Condition) -> Condition:
    """Return a condition without what cannot be told, because it needs a year and none is known."""
    return {name: wanted for name, wanted in condition.items() if name != UNDATED}


def _holds(condition: Condition, given: Mapping[str, Entry]) -> bool:
    for name, wanted in condition.items():
        entry = given.get(name)
        if isinstance(wanted, Span):
            if not isinstance(entry, Fraction) or not wanted.holds(entry):
                return False
        elif name != UNDATED and entry not in wanted:
            return False
    return True


def _shown(bar: Bar, terms: Sequence[Term], words: Sequence[str], fields: Mapping[str, FieldForm]) -> Text:
    if words:
        word = words[len(words) - 1 - int(bar.amount)]
        return Text(word, word)
    number = f"1:{plain(1 / bar.amount)}" if bar.inverse and bar.amount else plain(bar.amount)
    if not terms:
        return Text(number, number)
    zh = " + ".join(f"{fields[t.of].zh}×{plain(t.amount / t.every)}" for t in terms)
    en = " + ".join(f"{fields[t.of].en} × {plain(t.amount / t.every)}" for t in terms)
    return Text(zh, en) if not bar.amount else Text(f"{number} + {zh}", f"{number} + {en}")


def _asked(rule: Indicator, part: _Part, given: Mapping[str, Entry], fields: Mapping[str, FieldForm]) -> _Asked | None:
    """Return what a part of a rule asks in a circumstance; None where it asks nothing there."""
    held = [case for case in part.cases if _holds(_dated(case.when), given)]
    if not held:
        return None
    axis = next((case.at[0] for case in held if case.at is not None), None)
    pick = first if rule.between is None else banded(rule.between, at_most=rule.at_most)
    bar = pick(held, given[axis] if axis else None)
    if bar is None:
        return _Asked(None, (), UNKNOWN)
    terms = next((case.terms for case in held if case.bar is bar), ())
    text = _shown(bar, terms, rule.words, fields)
    if not terms:
        return _Asked(bar.amount * part.scale, (), text)
    if len(terms) > 1 or bar.amount:
        return _Asked(None, (bar, terms), text)
    (term,) = terms
    return _Asked(term.amount / term.every, (term.of, term.beyond, term.over, term.rounding), text)


def _weaker(before: _Asked, after: _Asked, *, at_most: bool) -> bool | None:
    if before.amount is None or after.amount is None or before.of != after.of:
        return None
    return after.amount > before.amount if at_most else after.amount < before.amount


def _applies(rule: Indicator, given: Mapping[str, Entry]) -> bool:
    return not rule.applies or any(_holds(_dated(condition), given) for condition in rule.applies)


def _cases(rule: Indicator) -> Iterator[Case]:
    for case in (*rule.bars, *rule.limits, *(c for level in rule.levels for c in level.bars)):
        yield case._replace(when=_dated(case.when))
    yield from (case._replace(when=_dated(case.when)) for increment in rule.plus for case in increment.bars)
    yield from (Case(_dated(condition), None) for condition in rule.applies)


def differences(before: Indicator, after: Indicator, fields: Mapping[str, FieldForm]) -> Iterator[Difference]:
    """Yield what two rules of one id ask differently, in every circumstance that their bars tell apart.

    Of groups the rules within them are compared by id, and how many of them must be met.
    """
    if before == after:
        return
    if not same_measure(before, after):
        yield Difference(after.id, WHOLE, None, WHOLE, WHOLE, None)
        return
    if before.rules:
        yield from _of_groups(before, after, fields)
        if not (before.applies or after.applies):
            return
    of_before, of_after = _parts(before), _parts(after)
    for given in circumstances([*_cases(before), *_cases(after)], (), fields):
        asked, asks = _applies(before, given), _applies(after, given)
        if asked != asks:
            old, new = (APPLICABLE, NOT_APPLICABLE) if asked else (NOT_APPLICABLE, APPLICABLE)
            yield Difference(after.id, Text("适用情形", "where it applies"), given, old, new, weaker=asked)
        if not (asked and asks):
            continue
        for key in dict.fromkeys([*of_before, *of_after]):
            yield from _of_part(before, after, (of_before.get(key), of_after.get(key)), given, fields)


def _of_part(
    before: Indicator,
    after: Indicator,
    parts: tuple[_Part | None, _Part | None],
    given: Mapping[str, Entry],
    fields: Mapping[str, FieldForm],
) -> Iterator[Difference]:
    there = parts[0] or parts[1]
    if there is None:
        return
    old, new = (
        there.otherwise if part is None else _asked(rule, part, given, fields)
        for rule, part in zip((before, after), parts, strict=True)
    )
    if old is None or new is None:
        if old is not None or new is not None:
            said = (NOTHING if old is None else old.text, NOTHING if new is None else new.text)
            yield Difference(after.id, there.name, given, *said, weaker=new is None)
        return
    if (old.amount, old.of) == (new.amount, new.of) and (old.amount is not None or old.text == new.text):
        return
    weaker = _weaker(old, new, at_most=after.at_most)
    yield Difference(after.id, there.name, given, old.text, new.text, weaker)


def _of_groups(before: Indicator, after: Indicator, fields: Mapping[str, FieldForm]) -> Iterator[Difference]:
    rules, others = ({rule.id: rule for rule in group.rules} for group in (before, after))
    for id_, rule in rules.items():
        if id_ in others:
            yield from differences(rule, others[id_], fields)
    unmet, allowed = (len(group.rules) - group.meet_at_least for group in (before, after))
    if unmet == allowed and set(rules) == set(others):
        return
    weaker: bool | None = None
    if set(rules) == set(others):
        weaker = allowed > unmet
    elif not unmet:  # all of them had to be met
        weaker = bool(allowed or set(rules) - set(others))
    old, new = (
        Text(f"{len(group.rules)}项中{group.meet_at_least}项", f"{group.meet_at_least} of {len(group.rules)}")
        for group in (before, after)
    )
    yield Difference(after.id, Text("组内各项", "rules within it"), None, old, new, weaker)
