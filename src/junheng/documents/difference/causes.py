"""Why something changed between two runs: the data, the standard, a setting, a waiver, the year, the schools there are."""

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Any, NamedTuple

from junheng.documents.difference.recorded import Recorded, Rules, Section
from junheng.standard.entering import SCOPE, VARIATION, VERDICT

__all__ = [
    "SCOPE",
    "VARIATION",
    "VERDICT",
    "Cause",
    "Causes",
    "Changed",
    "FigureChanged",
    "Moved",
    "changed",
    "ordered",
]


class Cause(StrEnum):
    """Why something changed."""

    DATA = "data"  # 数据: figures of schools, or answers of the county
    STANDARD = "standard"  # 标准: another document, another text of the rule, another gate
    SETTING = "setting"  # 口径: another choice in an open question, or a transitional rule on or off
    WAIVER = "waiver"  # 豁免: given, withdrawn, or for another time
    YEAR = "year"  # 学年: numbers that the standard dates
    SCHOOLS = "schools"  # 学校增减: schools that came or went


class Changed(NamedTuple):
    """One value before and after; None where it was not there."""

    what: str
    before: object
    after: object


class FigureChanged(NamedTuple):
    """A figure, or a word, that schools reported otherwise."""

    section: Section
    name: str
    field: str
    before: float | str | None  # words where it is a type, an area …
    after: float | str | None


class Moved(NamedTuple):
    """What is not the same in two runs, before any verdict is looked at."""

    standard: tuple[Changed, ...]
    settings: tuple[Changed, ...]
    waivers: tuple[Changed, ...]
    inputs: tuple[Changed, ...]
    figures: tuple[FigureChanged, ...]
    answers: tuple[Changed, ...]
    came: tuple[Section, ...]
    went: tuple[Section, ...]


def changed(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[Changed, ...]:
    """Return the entries of two mappings that differ."""
    names = dict.fromkeys([*before, *after])
    return tuple(Changed(n, before.get(n), after.get(n)) for n in names if before.get(n) != after.get(n))


def ordered(causes: Iterable[Cause]) -> tuple[Cause, ...]:
    """Return causes in their order, each once."""
    found = set(causes)
    return tuple(cause for cause in Cause if cause in found)


class Causes:
    """Finds the causes of a change, every one that enters, by the rules of one standard."""

    def __init__(self, before: Recorded, after: Recorded, moved: Moved, rules: tuple[Rules, Rules]) -> None:
        self.moved, self.rules = moved, rules
        self.by_school: dict[str, dict[str, None]] = {}
        for figure in moved.figures:
            self.by_school.setdefault(figure.section[0], {})[figure.field] = None
        self.fields = {figure.field for figure in moved.figures} | {change.what for change in moved.answers}
        self.settings = {change.what for change in moved.settings}
        self.of_sections = {name for run in (before, after) for entry in run.figures.values() for name in entry}
        self.schools = [Cause.SCHOOLS] * bool(moved.came or moved.went)
        self.law = [Cause.STANDARD] * bool(moved.standard) + [Cause.SETTING] * bool(moved.settings)
        self.year = [Cause.YEAR] * (before.record["year"] != after.record["year"])

    def reads(self, rule: str) -> set[str]:
        """Return the fields that an indicator or item rests on, in either run."""
        return {name for rules in self.rules for name in rules.reads.get(rule, ())}

    def fields_of(self, school: str, rule: str) -> tuple[str, ...]:
        """Return the fields of a school that changed and that a rule reads."""
        return tuple(name for name in self.by_school.get(school, {}) if name in self.reads(rule))

    def law_of(self, *names: str) -> list[Cause]:
        """Return whether the text of rules changed, and whether a setting did that one of them asks for."""
        before, after = (rules.laws for rules in self.rules)
        if not before or not after:
            return self.law
        found: list[Cause] = []
        for name in names:
            old, new = before.get(name), after.get(name)
            found += [Cause.STANDARD] * ((old and old["text"]) != (new and new["text"]))
            asked = {setting for law in (old, new) if law for setting in law["settings"]}
            found += [Cause.SETTING] * bool(asked & self.settings)
        return found

    def unexplained(self) -> list[Cause]:
        """Return what may be behind a change of a bar that no rule explains: dated numbers, else all of the law."""
        return self.year or self.law

    def of_value(
        self, section: Section, rule: str, values: Sequence[float | None], bars: Sequence[float | None]
    ) -> tuple[tuple[Cause, ...], tuple[str, ...]]:
        """Return the causes of a changed finding, and the figures of its school among them."""
        fields = self.fields_of(section[0], rule)
        found = [Cause.DATA] * bool(fields) + self.law_of(rule)
        if bars[0] != bars[1] and not found:
            found += self.unexplained()
        if values[0] != values[1] and not found:  # its figures are the same: what the others share with it is not
            found += self.schools or [Cause.DATA] * bool(self.moved.figures)
        return ordered(found or self.law), fields

    def of_rule(self, *rules: str, bars_moved: bool = False, beside: Sequence[str] = ()) -> tuple[Cause, ...]:
        """Return the causes of a change in what rules are over the county; `beside` is what judges them together."""
        reads = {*rules}.union(*map(self.reads, rules))
        found = [Cause.DATA] * bool(reads & self.fields)
        found += self.schools if reads & self.of_sections else []
        found += self.law_of(*rules, *beside)
        if bars_moved and Cause.STANDARD not in found and Cause.SETTING not in found:
            found += self.unexplained()
        return ordered(found or self.law)

    def of_scope(self, section: Section) -> tuple[Cause, ...]:
        """Return the causes for which a section is left out, or is not any more."""
        return ordered([Cause.DATA] * (section[0] in self.by_school) + self.law_of(SCOPE)) or self.anything()

    def anything(self) -> tuple[Cause, ...]:
        """Return everything that changed, where nothing nearer can be named."""
        data = bool(self.moved.figures or self.moved.answers)
        return ordered([Cause.DATA] * data + self.schools + self.law)
