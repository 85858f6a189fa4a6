"""The rules that look at one section or one school at a time."""

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from operator import gt, ne
from typing import cast

from junheng.audit import wording
from junheng.audit.comparing import (
    above,
    apart,
    may_be_above,
    may_be_above_quotient,
    outside,
    quotient,
    slip,
    surely_within,
)
from junheng.audit.finding import Finding
from junheng.audit.grammar import (
    AnyRule,
    AtMost,
    BothOrNeither,
    Equal,
    Given,
    Needs,
    Range,
    RatioRange,
    Sum,
    Whole,
)
from junheng.audit.load import Checks
from junheng.audit.roll import Roll, Rows
from junheng.number import exact, plain
from junheng.problems import Place, Severity
from junheng.text import Text


def found_at(
    roll: Roll,
    rule: AnyRule,
    rows: Rows,
    names: Sequence[str],
    message: Text,
    *,
    severity: Severity | None = None,
    hint: Text | None = None,
    place: Place | None = None,
) -> Finding:
    """Return the finding of a rule at a section or a school, with the cells of the figures named.

    It stands at `place`, or else at the first of these cells.
    """
    seen = roll.seen(rows, names)
    if place is None:
        place = next((cell for entry in seen for cell in entry.cells), None) or roll.place(rows)
    return Finding(
        rule.id,
        rule.kind,
        rule.text,
        rule.severity if severity is None else severity,
        roll.subject(rows),
        place,
        seen,
        message,
        hint or rule.hint.text,
        rule.basis is not None,
    )


def within_schools(roll: Roll, checks: Checks) -> Iterator[Finding]:
    """Yield what is wrong within single sections and schools, rule by rule."""
    for rule in checks.rules:
        look = _LOOKS.get(rule.kind)
        if look is not None:
            yield from look(roll, rule, checks)
            if rule.missing == "report":
                yield from _unchecked(roll, rule, checks)


def _names(roll: Roll, **fields: str) -> dict[str, object]:
    return {key: roll.fields[name].text for key, name in fields.items()}


def _whole_units(roll: Roll, names: Sequence[str]) -> Callable[[Rows], bool] | None:
    """Return what says whether the figures of a section or school can be told apart; None where all can."""
    mixed = {roll.fields[name].share for name in names} >= {"split", "reported"}
    return roll.divisible if mixed and roll.table.incomplete else None


def _units(roll: Roll, names: Sequence[str]) -> Iterator[tuple[Rows, tuple[float | None, ...]]]:
    """Return what a rule looks at, with its figures: the sections or schools whose figures can be told apart."""
    units, columns = roll.columns(names)
    found = zip(units, zip(*columns, strict=True), strict=True)
    divisible = _whole_units(roll, names)
    return found if divisible is None else (entry for entry in found if divisible(entry[0]))


def _suspects(
    roll: Roll, names: Sequence[str], breaks: Callable[..., bool]
) -> Iterator[tuple[Rows, tuple[float, ...]]]:
    """Return the sections or schools that have all of some figures and may break a rule, with these figures.

    `breaks` looks at one float for each name, and is the only thing that is asked of all of them: it must say yes
    wherever an exact comparison could.
    """
    if not all(map(roll.gives, names)):
        return iter(())
    units, columns = roll.columns(names)
    odd = [at for at, figures in enumerate(zip(*columns, strict=True)) if None not in figures and breaks(*figures)]
    divisible = _whole_units(roll, names)
    found = ((units[at], tuple(column[at] for column in columns)) for at in odd)
    whole = found if divisible is None else (entry for entry in found if divisible(entry[0]))
    return cast(Iterator[tuple[Rows, tuple[float, ...]]], whole)


def _applies(roll: Roll, rule: AnyRule, checks: Checks, rows: Rows) -> bool:
    """Say whether a rule applies; asked last, for few figures break a rule."""
    return roll.holds(rows, checks.circumstances[rule.id])


def _unchecked(roll: Roll, rule: AnyRule, checks: Checks) -> Iterator[Finding]:
    """Yield where a rule could not be checked because one of its figures is blank."""
    if isinstance(rule, Whole | Given):
        return
    together = [[name] for name in rule.of] if isinstance(rule, Range) else [rule.fields()]
    for names in together:
        for rows, figures in _units(roll, names):
            if None not in figures or (isinstance(rule, Sum) and not roll.own(rows, rule.whole)):
                continue
            blank = next((name for name in names if roll.blank(rows, name)), None)
            if blank is not None and _applies(roll, rule, checks, rows):
                message = wording.UNCHECKED.fill(of=roll.fields[blank].text)
                fill_in = Text("补上这个数", "fill in the figure")
                yield found_at(roll, rule, rows, [blank], message, severity=Severity.NOTE, hint=fill_in)


def _at_most(roll: Roll, rule: AtMost, checks: Checks) -> Iterator[Finding]:
    names = rule.fields()
    for rows, figures in _suspects(roll, names, gt if rule.over is None else may_be_above_quotient):
        found, *over, bound = figures
        value = quotient(found, over[0]) if over else exact(found)
        if value is None or not above(value, exact(bound), rule.tolerance) or not _applies(roll, rule, checks, rows):
            continue
        facts: dict[str, object] = {
            "found": plain(found),
            "bound": plain(bound),
            **_names(roll, of=rule.of, to=rule.to),
        }
        message = wording.AT_MOST.fill(**facts)
        if rule.over is not None:
            facts |= {"divisor": plain(over[0]), "value": wording.rounded(value), **_names(roll, over=rule.over)}
            message = wording.QUOTIENT_AT_MOST.fill(**facts)
        yield found_at(roll, rule, rows, names, message)


def _equal(roll: Roll, rule: Equal, checks: Checks) -> Iterator[Finding]:
    names = rule.fields()
    for rows, figures in _suspects(roll, names, ne):
        if apart(exact(figures[0]), exact(figures[1]), rule.tolerance) and _applies(roll, rule, checks, rows):
            facts = _names(roll, of=rule.of, to=rule.to)
            message = wording.EQUAL.fill(found=plain(figures[0]), bound=plain(figures[1]), **facts)
            yield found_at(roll, rule, rows, names, message)


def _breaks(rule: Sum, total: Fraction, whole: Fraction) -> bool:
    if rule.operator == "equal":
        return apart(total, whole, rule.tolerance)
    if rule.operator == "at_most":
        return above(total, whole, rule.tolerance)
    return above(whole, total, rule.tolerance)


def _may_break(rule: Sum) -> Callable[..., bool]:
    """Return what says of figures, the whole last, whether an exact sum of the others may break a rule."""
    if rule.operator == "at_most":
        return lambda *figures: may_be_above(sum(figures[:-1]), figures[-1])
    if rule.operator == "at_least":
        return lambda *figures: may_be_above(figures[-1], sum(figures[:-1]))
    return lambda *_: True


def _sum(roll: Roll, rule: Sum, checks: Checks) -> Iterator[Finding]:
    names = rule.fields()
    for rows, (*parts, whole) in _suspects(roll, names, _may_break(rule)):
        if not roll.own(rows, rule.whole):
            continue
        total = sum((exact(part) for part in parts), Fraction(0))
        if not _breaks(rule, total, exact(whole)) or not _applies(roll, rule, checks, rows):
            continue
        named = [
            Text(f"{roll.fields[name].zh} {plain(part)}", f"{roll.fields[name].en} {plain(part)}")
            for name, part in zip(rule.parts, parts, strict=True)
        ]
        message = wording.SUM[rule.operator].fill(
            sum=plain(total),
            parts=wording.joined(named),
            whole=roll.fields[rule.whole].text,
            bound=plain(whole),
            difference=plain(abs(total - exact(whole))),
        )
        yield found_at(roll, rule, rows, [rule.whole, *rule.parts], message)


def _with_slip(rule: Range | RatioRange, value: Fraction, side: str, message: Text) -> Text:
    """Return the message, with what the figure would be in the other unit where that is within the bounds."""
    other = None if rule.factor is None else slip(value, rule.factor, rule.at_least, rule.at_most)
    if other is None or rule.factor is None:
        return message
    said = wording.SLIP[side].fill(factor=plain(Fraction(rule.factor)), value=wording.rounded(other))
    return wording.followed(message, said)


def _range(roll: Roll, rule: Range, checks: Checks) -> Iterator[Finding]:
    low, high = surely_within(rule.at_least, rule.at_most)
    for name in rule.of:
        for rows, (figure,) in _suspects(roll, [name], lambda figure: not low <= figure <= high):
            value = exact(figure)
            side = outside(value, rule.at_least, rule.at_most)
            if side is None or (rule.factor is not None and not value) or not _applies(roll, rule, checks, rows):
                continue
            bound = rule.at_least if side == "below" else rule.at_most
            message = wording.RANGE[side].fill(found=plain(value), bound=bound, **_names(roll, of=name))
            yield found_at(roll, rule, rows, [name], _with_slip(rule, value, side, message))


def _ratio_range(roll: Roll, rule: RatioRange, checks: Checks) -> Iterator[Finding]:
    names = rule.fields()
    low, high = surely_within(rule.at_least, rule.at_most)
    for rows, figures in _suspects(roll, names, lambda top, over: over and not low <= top / over <= high):
        value = exact(figures[0]) / exact(figures[1])
        if rule.factor is not None and not value:
            continue
        side = outside(value, rule.at_least, rule.at_most)
        if side is None or not _applies(roll, rule, checks, rows):
            continue
        message = wording.RATIO[side].fill(
            found=plain(figures[0]),
            divisor=plain(figures[1]),
            value=wording.rounded(value),
            bound=rule.at_least if side == "below" else rule.at_most,
            **_names(roll, of=rule.of, over=rule.over),
        )
        yield found_at(roll, rule, rows, names, _with_slip(rule, value, side, message))


def _lacks(roll: Roll, rule: AnyRule, checks: Checks, of: str, needs: str) -> Iterator[Finding]:
    for rows, (found, _) in _suspects(roll, [of, needs], lambda found, needed: found > 0 and not needed):
        if _applies(roll, rule, checks, rows):
            message = wording.NEEDS.fill(found=plain(found), **_names(roll, of=of, needs=needs))
            yield found_at(roll, rule, rows, [of, needs], message)


def _needs(roll: Roll, rule: Needs, checks: Checks) -> Iterator[Finding]:
    yield from _lacks(roll, rule, checks, rule.of, rule.needs)


def _both_or_neither(roll: Roll, rule: BothOrNeither, checks: Checks) -> Iterator[Finding]:
    first, second = rule.of
    yield from _lacks(roll, rule, checks, first, second)
    yield from _lacks(roll, rule, checks, second, first)


def _whole(roll: Roll, rule: Whole, checks: Checks) -> Iterator[Finding]:
    for name in rule.of:
        for rows, (figure,) in _suspects(roll, [name], lambda figure: figure % 1 != 0):
            if _applies(roll, rule, checks, rows):
                message = wording.WHOLE.fill(found=plain(figure), **_names(roll, of=name))
                yield found_at(roll, rule, rows, [name], message)


def _given(roll: Roll, rule: Given, checks: Checks) -> Iterator[Finding]:
    for name in rule.of:
        sheets = {roll.origin.sheet_of[rows[0]]: rows for rows in reversed(roll.sections)}
        absent = {number for number, rows in sheets.items() if not roll.origin.column(rows[0], name)}
        absent &= {n for n, rows in sheets.items() if not roll.origin.doubtful(rows[0], name)}
        for number in sorted(absent) if rule.absent == "report" else ():
            message = wording.COLUMN_ABSENT.fill(**_names(roll, of=name))
            place = roll.origin.sheets[number].place(roll.origin.headers[number].row)
            finding = found_at(roll, rule, sheets[number], [], message)
            yield finding._replace(place=place, subject=finding.subject._replace(code=None, name=None, stage=None))
        texts = roll.table.texts.get(name)
        message = wording.GIVEN.fill(**_names(roll, of=name))
        for rows in roll.units([name]):
            if roll.origin.sheet_of[rows[0]] in absent or not roll.origin.column(rows[0], name):
                continue
            lacks = texts[rows[0]] is None or not texts[rows[0]] if texts is not None else roll.blank(rows, name)
            if lacks and _applies(roll, rule, checks, rows):
                place = roll.origin.place(rows[0], name)
                yield found_at(roll, rule, rows, [name], message, place=place)


_LOOKS: dict[str, Callable[[Roll, AnyRule, Checks], Iterator[Finding]]] = {
    "at_most": _at_most,  # type: ignore[dict-item]  # each look is for the rule of its kind
    "equal": _equal,  # type: ignore[dict-item]
    "sum": _sum,  # type: ignore[dict-item]
    "range": _range,  # type: ignore[dict-item]
    "ratio_range": _ratio_range,  # type: ignore[dict-item]
    "needs": _needs,  # type: ignore[dict-item]
    "both_or_neither": _both_or_neither,  # type: ignore[dict-item]
    "whole": _whole,  # type: ignore[dict-item]
    "given": _given,  # type: ignore[dict-item]
}
