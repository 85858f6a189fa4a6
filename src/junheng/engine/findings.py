"""One finding: an indicator of one section, exact, with what is lacking and what rounding would change."""

from collections.abc import Sequence
from fractions import Fraction
from math import ceil

from junheng.engine.bars import of_cases
from junheng.engine.model import Assessment, Bar, Finding, Indicator, Outcome
from junheng.engine.outcomes import compare, together
from junheng.engine.pools import circumstances_of
from junheng.engine.values import exact_numerator, exact_scale, exact_value
from junheng.number import rounded

FULL, NONE = Fraction(1), Fraction(0)


def gap(missing: Fraction, indicator: Indicator) -> Fraction:
    """Return how much of the numerator is lacking, whole where it is counted in persons or things."""
    if missing <= 0:
        return Fraction(0)
    return Fraction(ceil(missing)) if indicator.counts else missing


def seen(value: Fraction, bar: Bar) -> Fraction:
    """Return a value rounded as its bar is written: to its decimals, of N where the law writes 1:N."""
    if not bar.inverse:
        return rounded(value, bar.digits)
    turned = rounded(1 / value, bar.digits) if value else Fraction(0)
    return 1 / turned if turned else value


def finding(assessment: Assessment, indicator: Indicator, section: int) -> Finding:
    """Return the finding on one indicator of one section, with its gaps and whether it is near the line."""
    return _finding(assessment, indicator, section)[0]


def _finding(assessment: Assessment, indicator: Indicator, section: int) -> tuple[Finding, Outcome]:
    """Return a finding, and the outcome that rounded figures would give."""
    outcome = assessment.outcomes[indicator.id][section]
    award = award_of(assessment, indicator, section)
    level = level_of(assessment, indicator, section)
    if indicator.rules:
        found = [_finding(assessment, rule, section) for rule in indicator.rules]
        rules = tuple(rule for rule, _ in found)
        if outcome in (Outcome.EXEMPT, Outcome.MISSING):
            return Finding(indicator, None, None, outcome, None, None, False, award, level, rules), outcome
        shown = together(indicator, [outcome for _, outcome in found])
        return Finding(indicator, None, None, outcome, None, None, shown is not outcome, award, level, rules), shown
    view = assessment.view(indicator)
    bar = assessment.bars[indicator.id][section]
    value = exact_value(view, indicator, section)
    if value is None or bar is None:
        return Finding(indicator, value, bar, outcome, None, None, False, award, level), outcome
    if outcome in (Outcome.EXEMPT, Outcome.MISSING):
        bar = None if outcome is Outcome.EXEMPT else bar
        return Finding(indicator, value, bar, outcome, None, None, False, award, level), outcome
    numerator = exact_numerator(view, indicator, section) or Fraction(0)
    scale = exact_scale(view, indicator, section) or Fraction(1)
    sign = -1 if indicator.at_most else 1
    lacking: Fraction | None = gap(sign * (bar.amount * scale - numerator), indicator)
    to_floor = None if bar.floor is None else gap(sign * (bar.floor * scale - numerator), indicator)
    if indicator.strict and outcome is Outcome.UNMET and not lacking:
        lacking = Fraction(1) if indicator.counts else None  # on the line: anything more, and no least amount of it
    shown = compare(seen(value, bar), bar.amount, bar.floor, at_most=indicator.at_most, strict=indicator.strict)
    return Finding(indicator, value, bar, outcome, lacking, to_floor, shown is not outcome, award, level), shown


def reached(value: Fraction, bar: Bar, *, at_most: bool) -> Fraction:
    """Return the share of its bar that a value reaches; of a ceiling, the ceiling as a share of the value.

    >>> reached(Fraction(4), Bar(Fraction(5), 0), at_most=False), reached(Fraction(50), Bar(Fraction(45), 0), at_most=True)
    (Fraction(4, 5), Fraction(9, 10))
    """
    if at_most:
        return bar.amount / value if value else FULL
    return value / bar.amount if bar.amount else FULL


def tier(share: Fraction, award: Sequence[tuple[Fraction, Fraction]]) -> Fraction:
    """Return what share of the points a share of the bar earns: of the first tier that is reached, else none.

    >>> tiers = ((FULL, FULL), (Fraction("0.8"), Fraction("0.8")), (Fraction("0.6"), Fraction("0.5")))
    >>> [str(tier(Fraction(s), tiers)) for s in ("1", "0.99", "0.8", "0.79", "0.6", "0.59")]
    ['1', '4/5', '4/5', '1/2', '1/2', '0']
    """
    return next((earned for least, earned in award if share >= least), NONE)


def award_of(assessment: Assessment, indicator: Indicator, section: int) -> Fraction | None:
    """Return the share of its points that an indicator earns; None where that is open, or the method gives no points.

    One that does not apply earns all; a group and a yes-or-no earn all or nothing, and what is beyond its hard limit
    nothing.
    """
    rule = assessment.method.school_rule
    if rule is None or not (rule.award or any(grade.points_at_least is not None for grade in rule.grades)):
        return None
    outcome = assessment.outcomes[indicator.id][section]
    if outcome is Outcome.MISSING:
        return None
    if outcome in (Outcome.MET, Outcome.EXEMPT):
        return FULL
    beyond_limit = bool(indicator.limits) and outcome is Outcome.UNMET
    if not rule.award or indicator.rules or indicator.flag or beyond_limit:
        return NONE
    bar = assessment.bars[indicator.id][section]
    value = exact_value(assessment.view(indicator), indicator, section)
    if bar is None or value is None:
        return None
    return tier(reached(value, bar, at_most=indicator.at_most), rule.award)


def level_of(assessment: Assessment, indicator: Indicator, section: int) -> str | None:
    """Return the level of one indicator of one section; None where it has none, or it cannot be told."""
    outcome = assessment.outcomes[indicator.id][section]
    if outcome in (Outcome.MISSING, Outcome.EXEMPT):
        return None
    if indicator.words:
        return assessment.divisions.table.text(indicator.of[0])[section]
    if not indicator.levels:
        return None
    view = assessment.view(indicator)
    here = circumstances_of(indicator, assessment.divisions, view)
    value = exact_value(view, indicator, section)
    for level in indicator.levels:
        if not level.bars:
            return level.name
        bar = of_cases(here, indicator, level.bars)[section]
        if bar is None or value is None:
            return None
        if compare(value, bar.amount, None, at_most=indicator.at_most) is Outcome.MET:
            return level.name
    return None
