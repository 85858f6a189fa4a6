"""What the grammar cannot say of one file, and of files together: units, ids, counts, periods, what is weaker."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from itertools import combinations
from pathlib import Path

from junheng import kinds
from junheng.engine.model import OF_SCHOOL
from junheng.number import plain
from junheng.problems import Problem
from junheng.standard.citations import lint_citations
from junheng.standard.grammar import Exclusion, PointsRule, first_day, last_day
from junheng.standard.load import Standard
from junheng.standard.rule_forms import AmountRule, GroupRule, QuotaRule, RatioRule, Span_
from junheng.standard.rules import BAR_KEYS, span, written_range
from junheng.standard.source import Path_
from junheng.standard.totality import lint_totality

CHECKED_WITHIN_DAYS = 2 * 365


def lint(standard: Standard) -> list[Problem]:
    """Return what is wrong with one standards file beyond its grammar."""
    form, document = standard.form, standard.document
    problems = lint_citations(standard)
    problems += lint_totality(standard)
    problems += _ids(standard)
    problems += _units(standard)
    problems += _counts(standard)
    problems += _whole(standard)
    problems += [
        kinds.SETTING_UNUSED.at(document.place(("settings", name)), setting=name)
        for name, setting in form.settings.items()
        if name not in standard.settings_used and setting.concerns is None
    ]
    if form.checked is not None and (datetime.now(UTC).date() - form.checked.on).days > CHECKED_WITHIN_DAYS:
        problems.append(kinds.CHECKED_LONG_AGO.at(document.place(("checked", "on")), date=form.checked.on))
    return problems


def _ids(standard: Standard) -> list[Problem]:
    """Return the ids that stand twice: among indicators, within one group, among relaxations, parts and classes."""
    form = standard.form
    places: list[tuple[str, Path_]] = [
        (f"indicators {path[:-1]} {rule.id}", (*path, "id")) for path, rule, _ in form.rules()
    ]
    for key in ("relaxations", "other_parts", "school_classes"):
        places += [(f"{key} {entry.id}", (key, at, "id")) for at, entry in enumerate(getattr(form, key))]
    problems, seen = [], set()
    for name, path in places:
        if name in seen:
            problems.append(kinds.ID_TWICE.at(standard.document.place(path), id=name.split()[-1]))
        seen.add(name)
    return problems


def _units(standard: Standard) -> list[Problem]:
    problems = []
    for path, rule, _ in standard.form.rules():
        if not isinstance(rule, RatioRule | AmountRule | QuotaRule) or rule.unit is None:
            continue
        units = {standard.fields[name].unit for name in rule.of}
        if units != {rule.unit}:
            expected = next(iter(units - {rule.unit}), None) or "—"
            place = standard.document.place((*path, "unit"))
            facts = {"unit": rule.unit, "field": ", ".join(rule.of), "expected": expected}
            problems.append(kinds.UNIT_CONTRADICTS.at(place, **facts))
    return problems


def _counts(standard: Standard) -> list[Problem]:
    """Return counts of rules that are more than there are, and points that do not add up."""
    form, document = standard.form, standard.document
    problems = []
    for path, rule, _ in form.rules():
        if isinstance(rule, GroupRule) and isinstance(rule.meet_at_least, int) and rule.meet_at_least > len(rule.of):
            place = document.place((*path, "meet_at_least"))
            facts = {"key": "meet_at_least", "found": rule.meet_at_least, "count": len(rule.of)}
            problems.append(kinds.MEET_OUT_OF_RANGE.at(place, **facts))
    shares = {grade.others_reach for grade in form.grades if grade.others_reach is not None}
    for at, grade in enumerate(form.grades):
        path = ("school_rule", at) if isinstance(form.school_rule, list) else ("school_rule",)
        for key in ("meet_at_least", "unmet_at_most"):
            count = getattr(grade, key)
            if isinstance(count, int) and count > len(form.indicators):
                facts = {"key": key, "found": count, "count": len(form.indicators)}
                problems.append(kinds.MEET_OUT_OF_RANGE.at(document.place((*path, key)), **facts))
        if len(shares) > 1 and grade.others_reach is not None:
            facts = {"shares": ", ".join(map(str, sorted(shares)))}
            problems.append(kinds.FLOORS_DIFFER.at(document.place((*path, "others_reach")), **facts))
            shares = set()
        if grade.points_in_all is not None:
            points = [indicator.points for indicator in form.indicators]
            known = [p for p in points if p is not None and p != "unknown"]
            total = sum(known)
            if "unknown" not in points and total != grade.points_in_all:
                place = document.place((*path, "points_in_all"))
                facts = {"total": plain(float(total)), "expected": grade.points_in_all}
                problems.append(kinds.POINTS_DIFFER.at(place, **facts))
    return [*problems, *_points_of_parts(standard)]


def _points_of_parts(standard: Standard) -> Iterator[Problem]:
    """Yield the parts whose items' points, all of them known, do not add up to what there are in all."""
    for number, (part, judged) in enumerate(zip(standard.form.checklist, standard.method.parts, strict=True)):
        in_all = part.rule.points_in_all if isinstance(part.rule, PointsRule) else None
        points = [item.indicator.points for item in judged.items]
        known = [p for p in points if p is not None]
        if in_all is not None and len(known) == len(points) and sum(known) != in_all:
            place = standard.document.place(("checklist", number, "rule", "points_in_all"))
            yield kinds.POINTS_DIFFER.at(place, total=plain(float(sum(known))), expected=in_all)


def _ranges(standard: Standard) -> Iterator[tuple[Path_, str, object]]:
    """Yield every range that a circumstance gives for a field, with its path."""
    form = standard.form

    def within(path: Path_, when: object) -> Iterator[tuple[Path_, str, object]]:
        if isinstance(when, dict):
            yield from (((*path, name), name, wanted) for name, wanted in when.items())

    def bars(path: Path_, written: object) -> Iterator[tuple[Path_, str, object]]:
        if isinstance(written, list):
            for at, case in enumerate(written):
                yield from within((*path, at, "when"), case.when)

    for path, rule, _ in form.rules():
        for at, when in enumerate(rule.applies or ()):
            yield from within((*path, "applies", at), when)
        for key in (*BAR_KEYS, "one_for_every"):
            yield from bars((*path, key), getattr(rule, key, None))
        for at, level in enumerate(getattr(rule, "levels", ())):
            yield from bars((*path, "levels", at, "at_least"), level.at_least)
            yield from bars((*path, "levels", at, "at_most"), level.at_most)
        for at, increment in enumerate(getattr(rule, "plus", ())):
            yield from bars((*path, "plus", at, "is"), increment.is_)
    for at, relaxation in enumerate(form.relaxations):
        yield from within(("relaxations", at, "when"), relaxation.when)
        yield from bars(("relaxations", at, "to"), relaxation.to)
        if relaxation.years is not None:
            yield ("relaxations", at, "years"), "year", relaxation.years
    for at, school_class in enumerate(form.school_classes):
        yield from within(("school_classes", at, "when"), school_class.when)
    leaves_out: list[tuple[Path_, Exclusion]] = [
        (("scope", "leaves_out", at), exclusion) for at, exclusion in enumerate(form.scope.leaves_out)
    ]
    for number, part in enumerate(form.checklist):
        leaves_out += [(("checklist", number, "leaves_out", at), e) for at, e in enumerate(part.leaves_out)]
    for path, exclusion in leaves_out:
        yield from within((*path, "when"), exclusion.when)
        if exclusion.students is not None:
            yield (*path, "students"), "students", exclusion.students


def _whole(standard: Standard) -> list[Problem]:
    """Return ends of ranges that are no whole number where the field is counted in whole numbers."""
    problems = []
    for path, name, wanted in _ranges(standard):
        form = standard.fields.get(name.removeprefix(OF_SCHOOL))
        if "/" in name or form is None or not (form.whole or form.kind == "year"):
            continue
        found = span(wanted) if isinstance(wanted, Span_) else written_range(wanted)
        ends = [] if found is None else [end for end in (found.low, found.high) if end is not None]
        if any(end.denominator != 1 for end in ends):
            place = standard.document.place(path)
            problems.append(kinds.RANGE_NOT_WHOLE.at(place, field=form.text, found=_written(wanted)))
    return problems


def _written(wanted: object) -> str:
    return f"{wanted.low or ''}..{wanted.high or ''}" if isinstance(wanted, Span_) else str(wanted)


def lint_together(standards: Iterable[Standard]) -> list[Problem]:
    """Return files of one family that are in force at the same time."""
    problems = []
    dated = [s for s in standards if s.form.family is not None and s.form.in_force is not None]
    for one, other in combinations(dated, 2):
        if one.form.family != other.form.family or one.form.in_force is None or other.form.in_force is None:
            continue
        first, second = one.form.in_force, other.form.in_force
        if first_day(first) <= last_day(second) and first_day(second) <= last_day(first):
            newer = one if first_day(first) >= first_day(second) else other
            older = other if newer is one else one
            if older.form.in_force is not None and older.form.in_force.to is None:
                place = older.document.place(("in_force",))
                problems.append(kinds.IN_FORCE_OVERLAP.at(place, other=newer.id))
    return problems


def without_cases(standards: Iterable[Standard], cases: Path) -> list[Problem]:
    """Return the standards that have no test case in a folder of cases."""
    return [
        kinds.CASES_MISSING.at(standard.document.place(()))
        for standard in standards
        if not any((cases / standard.id).glob("*.yaml"))
    ]
