"""No citation, no number: every number of a standard stands in the wording it cites, in the order of its words."""

import re
import unicodedata
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from junheng import kinds
from junheng.number import plain
from junheng.problems import Problem
from junheng.standard.grammar import Exclusion, GradeRule, PointsRule
from junheng.standard.load import Standard
from junheng.standard.rule_forms import Cited, FieldBar, GroupRule, Rule
from junheng.standard.rules import BAR_KEYS
from junheng.standard.source import Path_

_NUMBER = re.compile(r"(\d+(?:\.\d+)?)(%|万)?")
_CHINESE = re.compile(r"(?:百分之)?[一二两三四五六七八九十]+")
_DIGITS = {sign: value for value, sign in enumerate("一二三四五六七八九", 1)} | {"两": 2}
TEN, HUNDRED = 10, 100


def _chinese(text: str) -> Fraction | None:
    """Return the number that Chinese digits write, up to 99; None where they write none."""
    share = text.startswith("百分之")
    tens, ten, ones = text.removeprefix("百分之").partition("十")
    if len(tens) > 1 or len(ones) > 1 or "十" in ones:
        return None
    value = (_DIGITS[tens] if tens else 1) * TEN * bool(ten) + (_DIGITS[ones] if ones else 0)
    return Fraction(value if ten else _DIGITS[tens], 100 if share else 1)


def numbers(quote: str) -> list[Fraction]:
    """Return the numbers of a quote in order; 85% is 0.85, 3.5万 is 35000, 七 is 7.

    >>> numbers("小学、初中分别达到４.2人以上，余项不能低于85％")
    [Fraction(21, 5), Fraction(17, 20)]
    >>> numbers("3.5万元，十二个班")
    [Fraction(35000, 1), Fraction(12, 1)]
    """
    text = unicodedata.normalize("NFKC", quote.replace("㎡", "平方米"))  # else it becomes m2
    text = re.sub(r"(?<=\d),(?=\d{3}(?!\d))", "", text)  # thousands
    scale = {"%": Fraction(1, 100), "万": Fraction(10000), None: Fraction(1)}
    found = [(m.start(), Fraction(m[1]) * scale[m[2]]) for m in _NUMBER.finditer(text)]
    found += [(m.start(), value) for m in _CHINESE.finditer(text) if (value := _chinese(m[0])) is not None]
    return [value for _, value in sorted(found)]


def source_of(cite: str) -> str:
    """Return the key of the source that a citation begins with."""
    return (cite.split() or [""])[0]


class Claim(NamedTuple):
    """A number of law: where it stands, and its parts (a ratio 1:21 has two); `stage` where it is of one stage.

    `of_hundred` says that it is a count per hundred, which the text may write as a percentage.
    """

    path: Path_
    parts: tuple[Fraction, ...]
    stage: str | None = None
    of_hundred: bool = False

    def stands_in(self, quoted: list[Fraction]) -> bool:
        """Say whether all its parts are among the numbers of a quote."""
        return all(part in quoted or (self.of_hundred and part / HUNDRED in quoted) for part in self.parts)


def _claim(path: Path_, value: object, stage: str | None = None) -> Iterator[Claim]:
    if isinstance(value, Decimal):
        yield Claim(path, (Fraction(value),), stage)
    elif isinstance(value, str) and ":" in value:
        yield Claim(path, tuple(Fraction(part) for part in value.split(":")), stage)
    elif isinstance(value, FieldBar) and value.times != 1:
        yield Claim((*path, "times"), (Fraction(value.times),), stage)


def of_bars(path: Path_, written: object) -> Iterator[Claim]:
    """Yield the numbers of bars of any shape."""
    if isinstance(written, dict):
        for stage, value in written.items():
            yield from _claim((*path, stage), value, stage)
    elif isinstance(written, list):
        for at, case in enumerate(written):
            stage = case.when.get("stage")
            yield from _claim((*path, at, "is"), case.is_, stage if isinstance(stage, str) else None)
    else:
        yield from _claim(path, written)


def _of_rule(rule: Rule) -> Iterator[Claim]:
    if isinstance(rule, GroupRule):
        if isinstance(rule.meet_at_least, int):
            yield Claim(("meet_at_least",), (Fraction(rule.meet_at_least),))
        return
    of_hundred = getattr(rule, "per", 1) == HUNDRED
    for key in (*BAR_KEYS, "one_for_every"):
        yield from (c._replace(of_hundred=of_hundred) for c in of_bars((key,), getattr(rule, key, None)))
    for at, level in enumerate(getattr(rule, "levels", ())):
        for key in ("at_least", "at_most"):
            yield from of_bars(("levels", at, key), getattr(level, key))
    yield from _claim(("points",), rule.points)


def _of_grade(grade: GradeRule) -> Iterator[Claim]:
    for key in ("meet_at_least", "unmet_at_most", "others_reach", "points_at_least", "points_in_all"):
        value = getattr(grade, key)
        if isinstance(value, int | Decimal):
            yield Claim((key,), (Fraction(value),))
    for name, span in grade.levels.items():
        for end in (span.low, span.high):
            if end:  # none at all is said without a number
                yield Claim(("levels", name), (Fraction(end),))


class Statement(NamedTuple):
    """Something that rests on a document: where it stands, its name, citation and wording, and its numbers."""

    path: Path_
    name: str
    cite: str | None
    wording: str | None
    claims: tuple[Claim, ...]

    @classmethod
    def of(
        cls, path: Path_, name: str, cited: Cited, claims: Iterator[Claim], above: Cited | None = None
    ) -> "Statement":
        """Return what is cited; a rule within a group stands by the group's citation where it has none of its own."""
        own = cited.cite is not None or above is None
        cite = cited.cite if own or above is None else above.cite
        wording = cited.wording if cited.wording is not None or above is None else above.wording
        return cls(path, name, cite, wording, tuple(claims))


def statements(standard: Standard) -> Iterator[Statement]:
    """Yield everything of a standard that rests on a document."""
    form = standard.form
    for path, rule, top in form.rules():
        above = None if rule is top else top
        yield Statement.of(path, rule.id, rule, _of_rule(rule), above)
        for at, increment in enumerate(getattr(rule, "plus", ())):
            claims = [*of_bars(("is",), increment.is_)]
            claims += [
                Claim((key,), (Fraction(value),))
                for key, value in (("every", increment.every), ("beyond", increment.beyond))
                if value not in (0, 1)
            ]
            yield Statement.of((*path, "plus", at), rule.id, increment, iter(claims), rule)
    grades = form.grades
    for at, grade in enumerate(grades):
        path = ("school_rule", at) if isinstance(form.school_rule, list) else ("school_rule",)
        yield Statement.of(path, "school_rule", grade, _of_grade(grade))
    for at, tier in enumerate(form.award):
        parts = [
            Claim((key,), (Fraction(getattr(tier, key)),)) for key in ("reach", "share") if 0 < getattr(tier, key) < 1
        ]
        yield Statement.of(("award", at), "award", tier, iter(parts))
    if form.variation is not None:
        yield Statement.of(("variation",), "variation", form.variation, of_bars(("at_most",), form.variation.at_most))
    if form.divisions is not None:
        weights = of_bars(("pupil_weight",), form.divisions.pupil_weight)
        yield Statement.of(("divisions",), "divisions", form.divisions, weights)
    for name, parameter in form.parameters.items():
        found = [c for year, bars in parameter.by_year.items() for c in of_bars(("by_year", year), bars)]
        yield Statement.of(("parameters", name), name, parameter, iter(found))
    for at, school_class in enumerate(form.school_classes):
        yield Statement.of(("school_classes", at), school_class.id, school_class, iter(()))
    yield from _exclusions(standard)
    for number, part in enumerate(form.checklist):
        if isinstance(part.rule, PointsRule):
            parts = [*_claim(("points_at_least",), part.rule.points_at_least)]
            parts += _claim(("points_in_all",), part.rule.points_in_all)
            yield Statement.of(("checklist", number, "rule"), part.part.id, part.rule, iter(parts))
    for at, table in enumerate(form.points):
        parts = [c for id_, earned in table.items.items() for c in _claim(("items", id_), earned)]
        yield Statement.of(("points", at), table.part, table, iter(parts))
    for at, relaxation in enumerate(form.relaxations):
        parts = [*of_bars(("to",), relaxation.to), *_claim(("by",), relaxation.by)]
        yield Statement.of(("relaxations", at), relaxation.id, relaxation, iter(parts))


def _exclusions(standard: Standard) -> Iterator[Statement]:
    leaves_out: list[tuple[Path_, Exclusion]] = [
        (("scope", "leaves_out", at), exclusion) for at, exclusion in enumerate(standard.form.scope.leaves_out)
    ]
    for number, part in enumerate(standard.form.checklist):
        leaves_out += [(("checklist", number, "leaves_out", at), e) for at, e in enumerate(part.leaves_out)]
    for path, exclusion in leaves_out:
        found: list[Claim] = []
        if exclusion.students is not None and exclusion.applied:  # one that is off claims nothing
            wording = exclusion.wording or ""
            for end, limit in (("low", exclusion.students.low), ("high", exclusion.students.high)):
                if limit is not None:
                    shown = limit + 1 if end == "high" and "不足" in wording else limit
                    found.append(Claim(("students",), (Fraction(shown),)))
        yield Statement.of(path, exclusion.reason or "leaves_out", exclusion, iter(found))


def lint_citations(standard: Standard) -> list[Problem]:
    """Return what is said without a source, and every number that its wording does not have."""
    form, document = standard.form, standard.document
    problems: list[Problem] = []
    for statement in statements(standard):
        place = document.place(statement.path)
        if statement.cite is None:
            problems.append(kinds.CITE_MISSING.at(place, what=statement.name, key="cite"))
        elif source_of(statement.cite) not in form.sources:
            problems.append(
                kinds.CITE_WITHOUT_SOURCE.at(document.place((*statement.path, "cite")), cite=statement.cite)
            )
        if not statement.claims:
            continue
        if statement.wording is None:
            problems.append(kinds.CITE_MISSING.at(place, what=statement.name, key="quote"))
            continue
        quoted = numbers(statement.wording)
        problems += [
            kinds.NUMBER_NOT_QUOTED.at(
                document.place((*statement.path, *claim.path)), number=_shown(claim), quote=statement.wording
            )
            for claim in statement.claims
            if not claim.stands_in(quoted)
        ]
        problems += _swapped(standard, statement)
    for at, part in enumerate(form.other_parts):
        if part.cite is not None and source_of(part.cite) not in form.sources:
            problems.append(kinds.CITE_WITHOUT_SOURCE.at(document.place(("other_parts", at)), cite=part.cite))
    for at, entry in enumerate(form.checklist):
        if entry.part.cite is not None and source_of(entry.part.cite) not in form.sources:
            place = document.place(("checklist", at, "part"))
            problems.append(kinds.CITE_WITHOUT_SOURCE.at(place, cite=entry.part.cite))
    return problems


def _shown(claim: Claim) -> str:
    return ":".join(plain(part) for part in claim.parts)


def _swapped(standard: Standard, statement: Statement) -> list[Problem]:
    """Report bars that stand in the quote as junior, primary where its words say primary, junior."""
    wording = statement.wording or ""
    of_stage = {s: [c for c in statement.claims if c.stage == s] for s in ("primary", "junior")}
    if any(len(claims) != 1 for claims in of_stage.values()) or not 0 <= wording.find("小学") < wording.find("初中"):
        return []
    (first,), (second,) = of_stage["primary"], of_stage["junior"]
    primary, junior = first.parts[-1], second.parts[-1]
    quoted = numbers(wording)
    if primary == junior or not {primary, junior} <= set(quoted) or quoted.index(primary) < quoted.index(junior):
        return []
    facts = {"first": plain(junior), "second": plain(primary), "primary": plain(primary), "junior": plain(junior)}
    place = standard.document.place((*statement.path, *first.path))
    return [kinds.STAGES_SWAPPED.at(place, quote=wording, **facts)]
