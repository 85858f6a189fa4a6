"""What the grammar cannot say: every number cited and quoted, every source named, stages in their order."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction
from itertools import combinations
from pathlib import Path

from junheng import kinds
from junheng.number import plain
from junheng.problems import Problem
from junheng.standard.grammar import Cited, Indicator, first_day, last_day
from junheng.standard.load import Standard
from junheng.standard.source import Path_
from junheng.text import Text

CHECKED_WITHIN_DAYS = 2 * 365
SHARES = 2  # primary and junior


def numbers(quote: str) -> list[Fraction]:
    """Return the numbers of a quote in order; 85% is 0.85.

    >>> numbers("小学、初中分别达到４.2人以上，余项不能低于85％")
    [Fraction(21, 5), Fraction(17, 20)]
    """
    text = unicodedata.normalize("NFKC", quote).replace(",", "")
    found = re.findall(r"(\d+(?:\.\d+)?)(%?)", text)
    return [Fraction(number) / (100 if percent else 1) for number, percent in found]


def source_of(cite: str) -> str:
    """Return the key of the source that a citation begins with."""
    return (cite.split() or [""])[0]


def _numbers_of(indicator: Indicator) -> Iterator[tuple[Path_, Decimal]]:
    for key in ("at_least", "at_most"):
        written = getattr(indicator, key)
        if isinstance(written, Decimal):
            yield (key,), written
        elif isinstance(written, dict):
            for stage, number in written.items():
                if isinstance(number, Decimal):
                    yield (key, stage), number
        elif isinstance(written, list):
            for at, case in enumerate(written):
                if isinstance(case.is_, Decimal):
                    yield (key, at, "is"), case.is_


def _cited(standard: Standard) -> Iterator[tuple[Path_, str, Cited, list[tuple[Path_, Decimal]]]]:
    """Yield everything that rests on a document, with its path, its name and its numbers."""
    form = standard.form
    for at, indicator in enumerate(form.indicators):
        yield ("indicators", at), indicator.id, indicator, list(_numbers_of(indicator))
    if form.school_rule is not None:
        rule = form.school_rule
        found: list[tuple[Path_, Decimal]] = []
        if isinstance(rule.meet_at_least, int):
            found.append((("meet_at_least",), Decimal(rule.meet_at_least)))
        if rule.others_reach is not None:
            found.append((("others_reach",), rule.others_reach))
        yield ("school_rule",), "school_rule", rule, found
    if form.variation is not None:
        at_most = form.variation.at_most
        pairs = at_most.items() if isinstance(at_most, dict) else [("", at_most)]
        limits: list[tuple[Path_, Decimal]] = [
            (("at_most", stage) if stage else ("at_most",), number) for stage, number in pairs
        ]
        yield ("variation",), "variation", form.variation, limits
    if form.divisions is not None:
        weights: list[tuple[Path_, Decimal]] = [
            (("pupil_weight", stage), number) for stage, number in form.divisions.pupil_weight.items()
        ]
        yield ("divisions",), "divisions", form.divisions, weights
    for at, exclusion in enumerate(form.scope.leaves_out):
        found = []
        if exclusion.students is not None and exclusion.applied:  # one that is off claims nothing
            quote = exclusion.quote or ""
            for end, number in (("low", exclusion.students.low), ("high", exclusion.students.high)):
                if number is not None:
                    found.append((("students",), number + 1 if end == "high" and "不足" in quote else number))
        yield ("scope", "leaves_out", at), exclusion.reason or "leaves_out", exclusion, found
    for at, relaxation in enumerate(form.relaxations):
        yield ("relaxations", at), relaxation.id, relaxation, []


def lint(standard: Standard) -> list[Problem]:
    """Return what is wrong with one standards file beyond its grammar."""
    form, document = standard.form, standard.document
    problems: list[Problem] = []
    for path, what, cited, found in _cited(standard):
        place = document.place(path)
        if cited.cite is None:
            problems.append(kinds.CITE_MISSING.at(place, what=what, key="cite"))
        elif source_of(cited.cite) not in form.sources:
            problems.append(kinds.CITE_WITHOUT_SOURCE.at(document.place((*path, "cite")), cite=cited.cite))
        if not found:
            continue
        if cited.quote is None:
            problems.append(kinds.CITE_MISSING.at(place, what=what, key="quote"))
            continue
        quoted = numbers(cited.quote)
        problems += [
            kinds.NUMBER_NOT_QUOTED.at(document.place((*path, *where)), number=number, quote=cited.quote)
            for where, number in found
            if Fraction(number) not in quoted
        ]
        problems += _swapped(standard, path, found, cited.quote)
    for at, part in enumerate(form.other_parts):
        if part.cite is not None and source_of(part.cite) not in form.sources:
            problems.append(kinds.CITE_WITHOUT_SOURCE.at(document.place(("other_parts", at)), cite=part.cite))
    problems += _ids(standard)
    problems += _indicators(standard)
    problems += _settings(standard)
    if form.checked is not None and (datetime.now(UTC).date() - form.checked.on).days > CHECKED_WITHIN_DAYS:
        problems.append(kinds.CHECKED_LONG_AGO.at(document.place(("checked", "on")), date=form.checked.on))
    return problems


def _swapped(standard: Standard, path: Path_, found: list[tuple[Path_, Decimal]], quote: str) -> list[Problem]:
    """Report bars that stand in the quote as junior, primary where its words say primary, junior."""
    by_stage = {where[-1]: Fraction(number) for where, number in found if where[-1] in ("primary", "junior")}
    if len(by_stage) < SHARES or not 0 <= quote.find("小学") < quote.find("初中"):
        return []
    primary, junior = by_stage["primary"], by_stage["junior"]
    quoted = numbers(quote)
    if primary == junior or not {primary, junior} <= set(quoted) or quoted.index(primary) < quoted.index(junior):
        return []
    facts = {"first": plain(junior), "second": plain(primary), "primary": plain(primary), "junior": plain(junior)}
    return [kinds.STAGES_SWAPPED.at(standard.document.place((*path, *found[0][0])), quote=quote, **facts)]


def _ids(standard: Standard) -> list[Problem]:
    problems = []
    for key in ("indicators", "relaxations", "other_parts"):
        seen = set()
        for at, entry in enumerate(getattr(standard.form, key)):
            if entry.id in seen:
                problems.append(kinds.ID_TWICE.at(standard.document.place((key, at, "id")), id=entry.id))
            seen.add(entry.id)
    return problems


def _indicators(standard: Standard) -> list[Problem]:
    form, document = standard.form, standard.document
    problems = []
    for at, indicator in enumerate(form.indicators):
        units = {standard.fields[name].unit for name in indicator.of}
        if indicator.unit is not None and units != {indicator.unit}:
            place = document.place(("indicators", at, "unit"))
            expected = next(iter(units - {indicator.unit}), None) or "—"
            problems.append(
                kinds.UNIT_CONTRADICTS.at(place, unit=indicator.unit, field=", ".join(indicator.of), expected=expected)
            )
        for key in ("at_least", "at_most"):
            written = getattr(indicator, key)
            if isinstance(written, dict):
                for stage in [s for s in ("primary", "junior") if s not in written]:
                    choice = standard.fields["stage"].choices[stage]
                    place = document.place(("indicators", at, key))
                    problems.append(kinds.CASES_LEAVE_GAP.at(place, stage=Text(choice.zh, choice.en)))
    rule = form.school_rule
    if rule is not None and isinstance(rule.meet_at_least, int) and rule.meet_at_least > len(form.indicators):
        place = document.place(("school_rule", "meet_at_least"))
        problems.append(kinds.MEET_OUT_OF_RANGE.at(place, found=rule.meet_at_least, count=len(form.indicators)))
    return problems


def _settings(standard: Standard) -> list[Problem]:
    def used(data: object) -> Iterator[str]:
        if isinstance(data, dict):
            if isinstance(data.get("setting"), str):
                yield data["setting"]
            for entry in data.values():
                yield from used(entry)
        elif isinstance(data, list):
            for entry in data:
                yield from used(entry)

    names = set(used(standard.document.data))
    return [
        kinds.SETTING_UNUSED.at(standard.document.place(("settings", name)), setting=name)
        for name, setting in standard.form.settings.items()
        if name not in names and setting.concerns is None
    ]


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
