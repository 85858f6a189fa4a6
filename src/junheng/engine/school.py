"""The verdict on a section: each indicator against its bar, and how many of them must be met."""

from collections.abc import Callable, Sequence
from fractions import Fraction
from math import ceil
from typing import NamedTuple

from junheng.engine import circumstances
from junheng.engine.divisions import exact_figure
from junheng.engine.model import (
    Assessment,
    Bar,
    Divisions,
    Figure,
    Finding,
    Indicator,
    Method,
    Outcome,
    SchoolRule,
)
from junheng.engine.values import exact_numerator, exact_value, values
from junheng.number import NEARNESS, rounded


class _Line(NamedTuple):
    """A bar and its floor, with the floats between which only exact arithmetic decides: taken by their position."""

    bar: Fraction
    floor: Fraction | None
    met: float
    unmet: float
    close: float
    far: float


def floor_of(bar: Bar, rule: SchoolRule | None, *, at_most: bool) -> Fraction | None:
    """Return what an indicator below its bar must still reach, or None where the method asks for nothing."""
    if rule is None or rule.others_reach is None or at_most:
        return None
    return bar.amount * rule.others_reach.amount


def compare(value: Fraction, bar: Fraction, floor: Fraction | None, *, at_most: bool) -> Outcome:
    """Compare one exact value with its bar and its floor. On the line is met.

    >>> compare(Fraction(9, 1000) * 100, Fraction("0.9"), None, at_most=False)
    <Outcome.MET: 'met'>
    """
    if (value <= bar) if at_most else (value >= bar):
        return Outcome.MET
    return Outcome.CLOSE if floor is not None and value >= floor else Outcome.UNMET


def _line(bar: Bar, floor: Fraction | None) -> _Line:
    top, bottom = float(bar.amount), float(floor) if floor is not None else None
    blur, blur_below = abs(top) * NEARNESS, abs(bottom or 0) * NEARNESS
    return _Line(
        bar.amount,
        floor,
        top + blur,
        top - blur,
        float("inf") if bottom is None else bottom + blur_below,
        float("inf") if bottom is None else bottom - blur_below,
    )


def judge(
    figures: Sequence[Figure],
    bars: Sequence[Bar | None],
    rule: SchoolRule | None,
    exact_of: Callable[[int], Fraction | None],
    *,
    at_most: bool = False,
    barred: bool = True,
) -> list[Outcome]:
    """Return the outcome of every value: decided in floats where they are clear, exactly where they are near a line.

    `barred` says whether the method has any bar for this indicator: without one a value is exempt, while a bar that is
    not known, or that cannot be told for a section, leaves it missing.
    """
    # keyed by identity: a column repeats a few Bar objects, and hashing fractions 200,000 times would cost seconds
    distinct = dict(zip(map(id, bars), bars, strict=True))
    lines = {at: _line(bar, floor_of(bar, rule, at_most=at_most)) for at, bar in distinct.items() if bar is not None}
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
                put(above)
            elif value >= line[3] or line[4] >= value >= line[5]:  # too near the bar or the floor for floats
                precise = exact_of(section)
                put(missing if precise is None else compare(precise, line[0], line[1], at_most=at_most))
            else:
                put(close if value > line[4] else below)
    return result


def school_passes(outcomes: Sequence[Outcome], rule: SchoolRule) -> bool | None:
    """Say whether a section passes: False only where no figure for its missing ones could save it.

    An indicator that is exempt counts as met.

    >>> six = [Outcome.MET] * 6
    >>> rule = SchoolRule(6, Bar(Fraction("0.85"), 2))
    >>> [school_passes([*six, last], rule) for last in (Outcome.CLOSE, Outcome.UNMET, Outcome.MISSING)]
    [True, False, None]
    """
    met = sum(o in (Outcome.MET, Outcome.EXEMPT) for o in outcomes)
    missing = sum(o is Outcome.MISSING for o in outcomes)
    if met + missing < rule.meet_at_least:
        return False
    if rule.others_reach is not None and any(o is Outcome.UNMET for o in outcomes):
        return False
    # what is missing may come out below every floor, so it must not be needed and must not be able to hurt
    if missing and (rule.others_reach is not None or met < rule.meet_at_least):
        return None
    return True


def scope(method: Method, divisions: Divisions) -> list[str | None]:
    """Return for every section the reason why it is not judged, or None where it is."""
    table = divisions.table
    reasons: list[str | None] = [None] * table.size
    assessed = {"primary", "junior"}
    students = table.column("students")
    found = [(exclusion.reason, circumstances.holding(divisions, exclusion.when)) for exclusion in method.exclusions]
    for reason, holds in reversed(found):  # the first reason of the method wins
        for section, yes in enumerate(holds):
            if yes and section not in table.unplaced:
                reasons[section] = reason
    for section, (stage, count) in enumerate(zip(table.text("stage"), students, strict=True)):
        if reasons[section] is not None or section in table.unplaced:
            continue
        if stage not in assessed:
            reasons[section] = "stage_not_assessed"
        elif count == 0 and method.zero_students_left_out:
            reasons[section] = "no_students"
    return reasons


def assess(method: Method, divisions: Divisions) -> Assessment:
    """Judge every section of a table by a method."""
    size = divisions.table.size
    left_out = scope(method, divisions)
    judged = [i for i, reason in enumerate(left_out) if reason is None and i not in divisions.table.unplaced]
    figures, bars, outcomes = {}, {}, {}
    for indicator in method.indicators:
        value = values(divisions, indicator)
        bar = circumstances.bars(divisions, indicator.bars)

        def precise(section: int, indicator: Indicator = indicator) -> Fraction | None:
            return exact_value(divisions, indicator, section)

        figures[indicator.id] = value
        bars[indicator.id] = bar
        outcomes[indicator.id] = judge(
            value, bar, method.school_rule, precise, at_most=indicator.at_most, barred=bool(indicator.bars)
        )
    passed: list[bool | None] = [None] * size
    rule = method.school_rule
    if rule is not None:
        known: dict[tuple[Outcome, ...], bool | None] = {}
        rows = list(zip(*outcomes.values(), strict=True))
        for section in judged:
            row = rows[section]
            if row not in known:
                known[row] = school_passes(row, rule)
            passed[section] = known[row]
    return Assessment(method, divisions, left_out, judged, figures, bars, outcomes, passed)


def gap(missing: Fraction, indicator: Indicator) -> Fraction:
    """Return how much of the numerator is lacking, whole where it is counted in persons or things."""
    if missing <= 0:
        return Fraction(0)
    return Fraction(ceil(missing)) if indicator.counts else missing


def finding(assessment: Assessment, indicator: Indicator, section: int) -> Finding:
    """Return the finding on one indicator of one section, exact, with its gaps and whether it is near the line."""
    divisions = assessment.divisions
    outcome = assessment.outcomes[indicator.id][section]
    bar = assessment.bars[indicator.id][section]
    value = exact_value(divisions, indicator, section)
    if value is None or bar is None:
        return Finding(indicator, value, bar, outcome, None, None, near=False)
    rule = assessment.method.school_rule
    floor = floor_of(bar, rule, at_most=indicator.at_most)
    numerator = exact_numerator(divisions, indicator, section) or Fraction(0)
    to = exact_figure(divisions, indicator.to, section) if indicator.to else None
    scale = Fraction(1) if to is None else to / indicator.per
    sign = -1 if indicator.at_most else 1
    lacking = gap(sign * (bar.amount * scale - numerator), indicator)
    to_floor = None if floor is None else gap(floor * scale - numerator, indicator)
    seen = compare(rounded(value, bar.digits), bar.amount, floor, at_most=indicator.at_most)
    return Finding(indicator, value, bar, outcome, lacking, to_floor, near=seen is not outcome)
