"""The outcome of one indicator for every section: each value against its bar, and a group by its rules."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from itertools import repeat
from typing import NamedTuple

from junheng.engine.bars import bars as bars_of
from junheng.engine.circumstances import any_holding
from junheng.engine.divisions import exact_figure
from junheng.engine.model import Bar, Divisions, Figure, Indicator, Outcome, SchoolRule
from junheng.engine.pools import circumstances_of
from junheng.engine.values import exact_value, values
from junheng.number import NEARNESS


class _Line(NamedTuple):
    """A bar and its floor, with the floats between which only exact arithmetic decides: taken by their position."""

    bar: Fraction
    floor: Fraction | None
    met: float
    unmet: float
    close: float
    far: float


def compare(value: Fraction, bar: Fraction, floor: Fraction | None, *, at_most: bool, strict: bool = False) -> Outcome:
    """Compare one exact value with its bar and its floor. On the line is met, unless the law is `strict` (高于, 小于).

    >>> compare(Fraction(9, 1000) * 100, Fraction("0.9"), None, at_most=False)
    <Outcome.MET: 'met'>
    >>> compare(Fraction("0.15"), Fraction("0.15"), None, at_most=True, strict=True)
    <Outcome.UNMET: 'unmet'>
    """
    if ((value <= bar) if at_most else (value >= bar)) and not (strict and value == bar):
        return Outcome.MET
    reached = floor is not None and (value <= floor if at_most else value >= floor)
    return Outcome.CLOSE if reached else Outcome.UNMET


def _line(bar: Bar) -> _Line:
    top, bottom = float(bar.amount), float(bar.floor) if bar.floor is not None else None
    blur, blur_below = abs(top) * NEARNESS, abs(bottom or 0) * NEARNESS
    return _Line(
        bar.amount,
        bar.floor,
        top + blur,
        top - blur,
        float("inf") if bottom is None else bottom + blur_below,
        float("inf") if bottom is None else bottom - blur_below,
    )


def judge(
    figures: Sequence[Figure],
    bars: Sequence[Bar | None],
    exact_of: Callable[[int], Fraction | None],
    *,
    at_most: bool = False,
    strict: bool = False,
    barred: bool = True,
) -> list[Outcome]:
    """Return the outcome of every value: decided in floats where they are clear, exactly where they are near a line.

    `barred` says whether the method has any bar for this indicator: without one a value is exempt, while a bar that is
    not known, or that cannot be told for a section, leaves it missing.
    """
    # keyed by identity: a column repeats a few Bar objects, and hashing fractions 200,000 times would cost seconds
    distinct = dict(zip(map(id, bars), bars, strict=True))
    lines = {at: _line(bar) for at, bar in distinct.items() if bar is not None}
    missing, close = Outcome.MISSING, Outcome.CLOSE
    above, below = (Outcome.UNMET, Outcome.MET) if at_most else (Outcome.MET, Outcome.UNMET)
    unbarred = missing if barred else Outcome.EXEMPT
    result: list[Outcome] = []
    put = result.append
    section = -1
    for value, bar in zip(figures, bars, strict=True):
        section += 1
        if value is None:
            put(missing)
        elif bar is None:
            put(unbarred)
        else:
            line = lines[id(bar)]
            if value > line[2]:  # clearly above the bar
                if not at_most or line[1] is None or value > line[4]:
                    put(above)
                    continue
                if value < line[5]:
                    put(close)
                    continue
            elif value < line[3] and not line[4] >= value >= line[5]:
                put(close if value > line[4] else below)
                continue
            precise = exact_of(section)  # too near the bar or the floor for floats
            put(missing if precise is None else compare(precise, line[0], line[1], at_most=at_most, strict=strict))
    return result


class Column(NamedTuple):
    """What is known of one rule: value, bar and outcome of every section."""

    values: Sequence[Figure]
    bars: Sequence[Bar | None]
    outcomes: Sequence[Outcome]


def of_indicator(
    indicator: Indicator, divisions: Divisions, view: Divisions, rule: SchoolRule | None, *, as_good: bool = True
) -> Column:
    """Return value, bar and outcome of every section by one rule that has values; `as_good` as in `applied`."""
    here = circumstances_of(indicator, divisions, view)
    found = values(view, indicator)
    bars, unknown = bars_of(here, indicator, rule)

    def precise(section: int) -> Fraction | None:
        return exact_value(view, indicator, section)

    outcomes = judge(
        found, bars, precise, at_most=indicator.at_most, strict=indicator.strict, barred=bool(indicator.bars)
    )
    for section in unknown:  # a figure that is missing could still ease the bar
        if outcomes[section] in (Outcome.CLOSE, Outcome.UNMET):
            outcomes[section] = Outcome.MISSING
    if indicator.share:  # more than the whole: the figures contradict each other
        outcomes = [
            Outcome.MISSING if v is not None and v > indicator.per and (precise(i) or 0) > indicator.per else o
            for i, (v, o) in enumerate(zip(found, outcomes, strict=True))
        ]
    _exceed(indicator, view, found, bars, outcomes)
    return Column(found, bars, applied(indicator, here, outcomes, as_good=as_good))


def _exceed(
    indicator: Indicator,
    view: Divisions,
    found: Sequence[Figure],
    bars: Sequence[Bar | None],
    outcomes: list[Outcome],
) -> None:
    """Put unmet where a sum misses a figure, and those that are there exceed its ceiling already."""
    plain = not (indicator.less or indicator.to or indicator.each or indicator.times or indicator.relaxations)
    if not (indicator.at_most and plain and len(indicator.of) > 1):
        return
    if all(figure is None for name in indicator.of for figure in view.column(name)):
        return
    for section, (value, bar) in enumerate(zip(found, bars, strict=True)):
        if value is None and bar is not None:
            parts = [exact_figure(view, name, section) for name in indicator.of]
            if sum((part for part in parts if part is not None), Fraction(0)) > bar.amount:
                outcomes[section] = Outcome.UNMET


def applied(
    indicator: Indicator, divisions: Divisions, outcomes: list[Outcome], *, as_good: bool = True
) -> list[Outcome]:
    """Return the outcomes, exempt where the indicator does not apply; missing where that cannot be told.

    What is met stays met where it cannot be told, if one that does not apply is as good (`as_good`). Where fewer than
    all rules of a group are needed it is not: a branch that may not apply proves nothing.
    """
    if not indicator.applies:
        return outcomes
    holds = any_holding(divisions, indicator.applies)
    return [
        outcome
        if held or (held is None and as_good and outcome is Outcome.MET)
        else Outcome.EXEMPT
        if held is False
        else Outcome.MISSING
        for outcome, held in zip(outcomes, holds, strict=True)
    ]


def of_evidences(outcomes: Sequence[Outcome], begun: Sequence[bool] = ()) -> Outcome:
    """Return the outcome of a group of evidences: of those whose figures are given, the worst; missing where none is.

    `begun` are those of which some figure is given: where one of them cannot be told, it may still be the worst.

    >>> met, unmet, missing, exempt = Outcome.MET, Outcome.UNMET, Outcome.MISSING, Outcome.EXEMPT
    >>> [of_evidences(o).value for o in ([met, missing], [met, unmet], [missing, exempt], [exempt, exempt])]
    ['met', 'unmet', 'missing', 'exempt']
    >>> of_evidences([met, missing], [True, True]).value
    'missing'
    """
    open_ = any(some and outcome is Outcome.MISSING for some, outcome in zip(begun, outcomes, strict=False))
    worst_first = (Outcome.UNMET, Outcome.CLOSE, *([Outcome.MISSING] if open_ else []), Outcome.MET, Outcome.MISSING)
    return next((outcome for outcome in worst_first if outcome in outcomes), Outcome.EXEMPT)


def together(indicator: Indicator, outcomes: Sequence[Outcome], begun: Sequence[bool] = ()) -> Outcome:
    """Return the outcome of a group from those of its rules; `begun` as in `of_evidences`."""
    return of_evidences(outcomes, begun) if indicator.given else of_group(outcomes, indicator.meet_at_least)


def begun(rule: Indicator, divisions: Divisions) -> list[bool]:
    """Say of every section whether it has a figure that a rule's value is added up from."""
    columns = [divisions.column(name) for leaf in rule.leaves() for name in (*leaf.of, *leaf.less)]
    if len(columns) == 1:
        return [figure is not None for figure in columns[0]]
    return [any(figure is not None for figure in row) for row in zip(*columns, strict=True)]


def of_group(outcomes: Sequence[Outcome], needed: int) -> Outcome:
    """Return the outcome of a group: `needed` of its rules must be met, all of those that apply where these are fewer.

    Close where it would be met if rules that reach their floor counted; exempt where no rule applies.

    >>> met, unmet, missing, exempt = Outcome.MET, Outcome.UNMET, Outcome.MISSING, Outcome.EXEMPT
    >>> [of_group(o, 1).value for o in ([met, missing], [unmet, missing], [unmet, exempt], [exempt, exempt])]
    ['met', 'missing', 'unmet', 'exempt']
    """
    count = {outcome: outcomes.count(outcome) for outcome in Outcome}
    needed = min(needed, len(outcomes) - count[Outcome.EXEMPT])
    if count[Outcome.EXEMPT] == len(outcomes):
        return Outcome.EXEMPT
    if count[Outcome.MET] >= needed:
        return Outcome.MET
    if count[Outcome.MET] + count[Outcome.MISSING] >= needed:
        return Outcome.MISSING
    return Outcome.CLOSE if len(outcomes) - count[Outcome.UNMET] - count[Outcome.EXEMPT] >= needed else Outcome.UNMET


def groups(
    indicator: Indicator, divisions: Divisions, columns: Mapping[str, Column], *, as_good: bool = True
) -> Column:
    """Return the outcome of every section by a group whose rules are judged; `as_good` as in `applied`."""
    size = divisions.table.size
    rows = zip(*(columns[rule.id].outcomes for rule in indicator.rules), strict=True)
    given: Iterable[tuple[bool, ...]]
    if indicator.given:
        given = zip(*(begun(rule, divisions) for rule in indicator.rules), strict=True)
    else:
        given = repeat((), size)
    known: dict[tuple[tuple[Outcome, ...], tuple[bool, ...]], Outcome] = {}
    result = []
    for key in zip(rows, given, strict=True):
        if key not in known:
            known[key] = together(indicator, *key)
        result.append(known[key])
    return Column([None] * size, [None] * size, applied(indicator, divisions, result, as_good=as_good))
