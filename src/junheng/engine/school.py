"""The verdict on a section: which sections are judged, and by what grade each passes."""

from collections.abc import Mapping, Sequence
from fractions import Fraction

from junheng.engine import circumstances
from junheng.engine.findings import award_of, level_of
from junheng.engine.model import SCHOOL_CLASS, Assessment, Divisions, Grade, Indicator, Method, Outcome, SchoolRule
from junheng.engine.outcomes import Column, groups, of_indicator
from junheng.engine.pools import circumstances_of, views

GOOD = (Outcome.MET, Outcome.EXEMPT)


def grade_holds(outcomes: Sequence[Outcome], grade: Grade, *, exempt_counts: bool = True) -> bool | None:
    """Say whether outcomes fulfil a grade as far as it counts them: False only where no missing figure could save it.

    An indicator that is exempt counts as met, or not at all; where every one is, nothing is decided.

    >>> from junheng.engine.model import Bar
    >>> six = [Outcome.MET] * 6
    >>> grade = Grade(meet_at_least=6, others_reach=Bar(Fraction("0.85"), 2))
    >>> [grade_holds([*six, last], grade) for last in (Outcome.CLOSE, Outcome.UNMET, Outcome.MISSING)]
    [True, False, None]
    """
    met = sum(o is Outcome.MET or (exempt_counts and o is Outcome.EXEMPT) for o in outcomes)
    missing = sum(o is Outcome.MISSING for o in outcomes)
    failed = sum(o in (Outcome.CLOSE, Outcome.UNMET) for o in outcomes)
    if grade.meet_at_least is not None and met + missing < grade.meet_at_least:
        return False
    if grade.unmet_at_most is not None and failed > grade.unmet_at_most:
        return False
    if grade.others_reach is not None and any(o is Outcome.UNMET for o in outcomes):
        return False
    # what is missing may come out below every floor, so it must not be needed and must not be able to hurt
    hurts = grade.others_reach is not None
    needed = grade.meet_at_least is not None and met < grade.meet_at_least
    tips = grade.unmet_at_most is not None and failed + missing > grade.unmet_at_most
    if missing and (hurts or needed or tips):
        return None
    return None if all(o is Outcome.EXEMPT for o in outcomes) else True


def within_limits(outcomes: Sequence[Outcome], indicators: Sequence[Indicator]) -> bool | None:
    """Say whether no indicator misses its hard limit."""
    limited = [o for o, i in zip(outcomes, indicators, strict=True) if i.limits]
    if any(o is Outcome.UNMET for o in limited):
        return False
    return None if any(o is Outcome.MISSING for o in limited) else True


def points_of(assessment: Assessment, section: int) -> tuple[Fraction, Fraction] | None:
    """Return the fewest and the most points a section may have; None where an indicator's points are not known.

    They differ where figures are missing. An indicator that does not apply has its full points.
    """
    low = high = Fraction(0)
    for indicator in assessment.method.indicators:
        if indicator.points is None:
            return None
        share = award_of(assessment, indicator, section)
        low += indicator.points * (share if share is not None else 0)
        high += indicator.points * (share if share is not None else 1)
    return low, high


def _points_hold(assessment: Assessment, grade: Grade, section: int) -> bool | None:
    if grade.points_at_least is None:
        return True
    points = points_of(assessment, section)
    if points is None or points[1] >= grade.points_at_least.amount > points[0]:
        return None
    return points[0] >= grade.points_at_least.amount


def _levels_hold(assessment: Assessment, grade: Grade, section: int) -> bool | None:
    """Say whether the counts of levels lie in the ranges that a grade asks for."""
    if not grade.levels:
        return True
    found = [level_of(assessment, i, section) for i in assessment.method.indicators if i.levels or i.words]
    unknown = found.count(None)
    result: bool | None = True
    for name, span in grade.levels.items():
        least = found.count(name)
        most = least + unknown
        if (span.high is not None and least > span.high) or (span.low is not None and most < span.low):
            return False
        if (span.high is not None and most > span.high) or (span.low is not None and least < span.low):
            result = None
    return result


def _both(left: bool | None, right: bool | None) -> bool | None:
    if left is False or right is False:
        return False
    return None if left is None or right is None else True


def verdict(holds: Sequence[bool | None], grades: Sequence[Grade]) -> tuple[bool | None, str | None]:
    """Return whether a section passes, and the name of its grade: of the first that holds.

    None where grades that may still hold differ in what they say.

    >>> grades = (Grade("合格"), Grade("基本合格", passes=False))
    >>> [verdict(h, grades) for h in ([True, True], [None, True], [False, True], [False, False])]
    [(True, '合格'), (None, None), (False, '基本合格'), (False, None)]
    """
    possible: list[Grade | None] = []
    for held, grade in zip(holds, grades, strict=True):
        if held is not False:
            possible.append(grade)
        if held:
            break
    else:
        possible.append(None)
    passes = {grade is not None and grade.passes for grade in possible}
    names = {None if grade is None else grade.name for grade in possible}
    return passes.pop() if len(passes) == 1 else None, names.pop() if len(names) == 1 else None


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


def with_classes(method: Method, divisions: Divisions) -> Divisions:
    """Return the sections with the class of school (A类 …) of each among their words: the first that holds."""
    if not method.school_classes:
        return divisions
    words: list[str | None] = [None] * divisions.table.size
    open_: list[bool] = [True] * divisions.table.size
    for name, condition in method.school_classes:
        for section, held in enumerate(circumstances.holding(divisions, condition)):
            if open_[section] and held is not False:
                words[section] = name if held else None
                open_[section] = False
    table = divisions.table
    return divisions._replace(table=table._replace(texts={**table.texts, SCHOOL_CLASS: words}))


def assess(method: Method, divisions: Divisions, *, whole_county: bool = False) -> Assessment:
    """Judge every section of a table by a method.

    `whole_county` says that the table holds all schools of its counties, so that what is measured over a county can be.
    """
    divisions = with_classes(method, divisions)._replace(common=method.common)
    size = divisions.table.size
    left_out = scope(method, divisions)
    judged = [i for i, reason in enumerate(left_out) if reason is None and i not in divisions.table.unplaced]
    seen = views(method, divisions, judged, whole_county=whole_county)
    rule = method.school_rule
    columns: dict[str, Column] = {}
    for indicator in method.indicators:
        _judge(indicator, divisions, seen, rule, columns, as_good=rule is None or rule.exempt_counts)
    assessment = Assessment(
        method,
        divisions,
        left_out,
        judged,
        {name: column.values for name, column in columns.items()},
        {name: column.bars for name, column in columns.items()},
        {name: column.outcomes for name, column in columns.items()},
        [None] * size,
        [None] * size,
        seen,
    )
    return assessment if rule is None else graded(assessment, rule)


def _judge(
    indicator: Indicator,
    divisions: Divisions,
    seen: Mapping[str, Divisions],
    rule: SchoolRule | None,
    columns: dict[str, Column],
    *,
    as_good: bool,
) -> None:
    """Put the outcomes of an indicator, and of every rule in it before it, into `columns`."""
    view = seen.get(indicator.id, divisions)
    if not indicator.rules:
        columns[indicator.id] = of_indicator(indicator, divisions, view, rule, as_good=as_good)
        return
    needs_all = indicator.meet_at_least == len(indicator.rules)
    for part in indicator.rules:
        _judge(part, divisions, seen, rule, columns, as_good=as_good and needs_all)
    here = circumstances_of(indicator, divisions, view)
    columns[indicator.id] = groups(indicator, here, columns, as_good=as_good)


def graded(assessment: Assessment, rule: SchoolRule) -> Assessment:
    """Return the assessment with verdict and grade of every section that is judged; equal outcomes are graded once."""
    indicators = assessment.method.indicators
    counted = [g.points_at_least is None and not g.levels for g in rule.grades]
    passed, names = list(assessment.passed), list(assessment.grades)
    rows = list(zip(*(assessment.outcomes[i.id] for i in indicators), strict=True))
    known: dict[tuple[Outcome, ...], list[bool | None]] = {}
    decided: dict[tuple[bool | None, ...], tuple[bool | None, str | None]] = {}
    for section in assessment.judged:
        row = rows[section]
        held = known.get(row)
        if held is None:
            limits = within_limits(row, indicators)
            held = known[row] = [
                _both(limits, grade_holds(row, g, exempt_counts=rule.exempt_counts)) if g.known else None
                for g in rule.grades
            ]
        if not all(counted):
            held = [
                _both(h, _both(_points_hold(assessment, g, section), _levels_hold(assessment, g, section)))
                for h, g in zip(held, rule.grades, strict=True)
            ]
        key = tuple(held)
        if key not in decided:
            decided[key] = verdict(held, rule.grades)
        passed[section], names[section] = decided[key]
    return assessment._replace(passed=passed, grades=names)
