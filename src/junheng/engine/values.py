"""The value of an indicator for every section: numerator ÷ denominator × per."""

from collections.abc import Iterator, Sequence
from fractions import Fraction

from junheng.engine.circumstances import holding
from junheng.engine.divisions import exact_figure
from junheng.engine.model import Divisions, Figure, Indicator

CANCELLED = 1e-5  # a difference this small beside its minuend is computed exactly


def _plus(left: Sequence[Figure], right: Sequence[Figure], sign: int = 1) -> list[Figure]:
    return [None if a is None or b is None else a + sign * b for a, b in zip(left, right, strict=True)]


def terms(divisions: Divisions, indicator: Indicator, section: int) -> Iterator[tuple[int, str]]:
    """Yield the fields of one section's numerator, each with its sign, relaxations that hold included."""
    instead = [r for r in indicator.relaxations if r.instead is not None and holding(divisions, r.when)[section]]
    yield from ((1, r.instead) for r in instead[:1] if r.instead is not None)
    if not instead:
        yield from ((1, name) for name in indicator.of)
        yield from ((-1, name) for name in indicator.less)
    for relaxation in indicator.relaxations:
        if relaxation.adds is not None and holding(divisions, relaxation.when)[section]:
            yield 1, relaxation.adds


def rank(indicator: Indicator, word: str | None) -> int | None:
    """Return how many steps a level given in words is above the last; None where it is none."""
    return None if word not in indicator.words else len(indicator.words) - 1 - indicator.words.index(word)


def exact_numerator(divisions: Divisions, indicator: Indicator, section: int) -> Fraction | None:
    """Return the numerator of one section, exact; None where a figure is missing."""
    if indicator.words:
        steps = rank(indicator, divisions.table.text(indicator.of[0])[section])
        return None if steps is None else Fraction(steps)
    total = Fraction(0)
    for sign, name in terms(divisions, indicator, section):
        figure = exact_figure(divisions, name, section)
        if figure is None:
            return None
        total += sign * figure
    return total


def exact_scale(divisions: Divisions, indicator: Indicator, section: int) -> Fraction | None:
    """Return what the numerator is divided by, exact: (`each` × (`to` − `to_less`)) ÷ (`per` × `times`), which may be 0.

    None where a figure is missing, `times` is 0, or what is taken off leaves nothing.
    """
    scale = Fraction(1, indicator.per)
    for name in (indicator.each, indicator.to):
        if name is not None:
            figure = exact_figure(divisions, name, section)
            if figure is None:
                return None
            scale *= figure
    for name in indicator.to_less:
        figure = exact_figure(divisions, name, section)
        if figure is None:
            return None
        scale -= figure / indicator.per
    if indicator.to_less and scale <= 0:
        return None
    if indicator.times is not None:
        figure = exact_figure(divisions, indicator.times, section)
        if not figure:
            return None
        scale /= figure
    return scale


def exact_value(divisions: Divisions, indicator: Indicator, section: int) -> Fraction | None:
    """Return the value of one section, exact; None where a figure is missing or the denominator is zero.

    Where there are no rooms and they have no area, each has none: 0.
    """
    numerator = exact_numerator(divisions, indicator, section)
    if numerator is None or not (indicator.to or indicator.each or indicator.times):
        return numerator
    if numerator == 0 and indicator.each is not None and exact_figure(divisions, indicator.each, section) == 0:
        return numerator
    scale = exact_scale(divisions, indicator, section)
    return numerator / scale if scale else None


def numerators(divisions: Divisions, indicator: Indicator) -> Sequence[Figure]:
    """Return the numerator of every section, in floats; None where a figure is missing."""
    if indicator.words:
        steps = {word: rank(indicator, word) for word in set(divisions.table.text(indicator.of[0]))}
        return [steps[word] for word in divisions.table.text(indicator.of[0])]
    result: Sequence[Figure] = divisions.column(indicator.of[0])
    for name in indicator.of[1:]:
        result = _plus(result, divisions.column(name))
    if indicator.less:
        whole = result
        for name in indicator.less:
            result = _plus(result, divisions.column(name), -1)
        rest = list(result)
        for section, (left, minuend) in enumerate(zip(result, whole, strict=True)):
            if left is not None and minuend is not None and left and abs(left) < CANCELLED * abs(minuend):
                precise = exact_numerator(divisions, indicator, section)
                rest[section] = None if precise is None else float(precise)
        result = rest
    for relaxation in indicator.relaxations:
        if relaxation.instead is not None:
            planned = divisions.column(relaxation.instead)
            holds = holding(divisions, relaxation.when)
            result = [plan if held else figure for figure, plan, held in zip(result, planned, holds, strict=True)]
    for relaxation in indicator.relaxations:
        if relaxation.adds is not None:
            added = divisions.column(relaxation.adds)
            result = [
                figure if not holds else None if figure is None or more is None else figure + more
                for figure, more, holds in zip(result, added, holding(divisions, relaxation.when), strict=True)
            ]
    return result


def values(divisions: Divisions, indicator: Indicator) -> Sequence[Figure]:
    """Return the value of every section, in floats; None where a figure is missing or the denominator is zero."""
    top = numerators(divisions, indicator)
    per = indicator.per
    if indicator.times is not None:
        factor = divisions.column(indicator.times)
        top = [a * b if a is not None and b else None for a, b in zip(top, factor, strict=True)]
    if indicator.each is not None:
        count = divisions.column(indicator.each)
        top = [
            a / b if a is not None and b else 0.0 if a == 0 and b == 0 else None
            for a, b in zip(top, count, strict=True)
        ]
    if indicator.to is None:
        return top
    bottom = divisions.column(indicator.to)
    for name in indicator.to_less:
        bottom = [b if b is None or b > 0 else None for b in _plus(bottom, divisions.column(name), -1)]
    return [a * per / b if a is not None and b else None for a, b in zip(top, bottom, strict=True)]
