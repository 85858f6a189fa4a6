"""The grammar of standards files and of fields.yaml, in pydantic."""

from collections.abc import Container, Iterator
from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from junheng.standard.rule_forms import (
    AnyRule,
    Bars,
    Cited,
    Form,
    GroupRule,
    Id,
    Indicator,
    Points,
    Range,
    Rule,
    StageName,
    When,
    Wording,
    listed,
    within,
)
from junheng.text import Text

Standing = Literal["official", "restated", "form", "mirror", "inferred"]


class Source(Form):
    """A document that numbers are taken from, and how near to the official print it stands."""

    title: str
    url: str | None = None
    standing: Standing = "mirror"
    note: str | None = None


Year = Annotated[int, Field(strict=True, ge=1949, le=2200)]


class InForce(Form):
    """Since when, and until when, a document is in force; a year, or a day."""

    from_: Annotated[Year | date, Field(alias="from")]
    to: Year | date | None = None

    @model_validator(mode="after")
    def _in_order(self) -> "InForce":
        if self.to is not None and last_day(self) < first_day(self):
            raise PydanticCustomError("in_order", "in_order", {"expected": f"≥ {self.from_}"})
        return self


def _day(when: int | date, *, end: bool) -> date:
    if isinstance(when, date):
        return when
    return date(when, 12, 31) if end else date(when, 1, 1)


def first_day(in_force: InForce) -> date:
    """Return the first day in force."""
    return _day(in_force.from_, end=False)


def last_day(in_force: InForce) -> date:
    """Return the last day in force; the end of time where none is given."""
    return date.max if in_force.to is None else _day(in_force.to, end=True)


class Checked(Form):
    """When the file was last compared with its sources, and by whom."""

    on: date
    by: str | None = None


class Setting(Form):
    """An open question of measurement, its answers, and the one that is taken unless another is asked for."""

    question: Wording
    choices: dict[Id, Wording]
    default: str
    note: Wording | None = None
    cite: str | None = None
    concerns: str | None = None


class Exclusion(Cited):
    """A kind of section that is not judged: of a type, of an owner, in an area, of a size."""

    reason: Id | None = None
    name: Wording | None = None
    school_type: listed(str) | None = None  # type: ignore[valid-type]
    owner: listed(str) | None = None  # type: ignore[valid-type]
    area: listed(str) | None = None  # type: ignore[valid-type]
    students: Range | None = None
    when: When = {}
    applied: bool = True


class Scope(Form):
    """Which sections are judged."""

    leaves_out: list[Exclusion] = []
    no_students: Literal["left_out", "undecided"] = "left_out"


class Divisions(Cited):
    """How a through-school's shared resources are divided: by pupils, weighted by stage."""

    pupil_weight: dict[StageName, Annotated[Decimal, Field(gt=0)]]
    fields: list[str] | None = None


class GradeRule(Cited):
    """What a school must fulfil: all that is given. The first grade of a list that holds is the school's."""

    grade: str | None = None
    passes: bool = True
    meet_at_least: Annotated[int, Field(ge=0)] | Literal["all"] | None = None
    unmet_at_most: Annotated[int, Field(ge=0)] | None = None
    others_reach: Annotated[Decimal, Field(gt=0, le=1)] | None = None
    points_at_least: Points | None = None
    points_in_all: Annotated[Decimal, Field(gt=0)] | None = None
    levels: dict[str, Range] = {}
    exempt: Literal["met", "not_counted"] = "met"

    @model_validator(mode="after")
    def _something(self) -> "GradeRule":
        given = (self.meet_at_least, self.unmet_at_most, self.points_at_least, self.levels or None, self.others_reach)
        if all(entry is None for entry in given):
            raise PydanticCustomError("grade", "grade", {"expected": "meet_at_least, unmet_at_most, points_at_least"})
        return self


class Award(Cited):
    """The share of its points that an indicator earns where so much of its bar is reached."""

    reach: Annotated[Decimal, Field(ge=0, le=1)]
    share: Annotated[Decimal, Field(ge=0, le=1)]


class SchoolClass(Cited):
    """A class of schools (A类 …) and what puts a school into it; the first that holds."""

    id: Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_]*$")]
    name: Wording | None = None
    when: When


class Parameter(Cited):
    """A number of the county or province that is set for each year."""

    name: Wording
    unit: str | None = None
    by_year: dict[Annotated[str, Field(pattern=r"^(19|20|21)\d\d$")], Bars] = {}


class Rounding(Form):
    """A rounding that a document prescribes."""

    digits: Annotated[int, Field(ge=0, le=9)]
    mode: Literal["half_up"] = "half_up"


BarNumber = Annotated[Decimal, Field(ge=0)]


class Variation(Cited):
    """How the differences between schools are judged."""

    weight: Literal["students", "none"] = "students"
    judge: Literal["each", "composite"] = "each"
    at_most: BarNumber | dict[StageName, BarNumber]
    rounding: Rounding | None = None
    parts_rounding: Rounding | None = None
    one_school: Literal["zero", "undecided"] = "zero"


class Relaxation(Cited):
    """A rule that eases an indicator where `when` holds: lasting and on, or transitional and off unless switched on.

    `adds` counts toward the numerator as well, `instead` stands for it, `by` takes a share off the bar, `to` is the
    bar instead.
    """

    id: Id
    name: Wording
    years: Range | None = None
    applied: bool = False
    when: When = {}
    indicator: str | None = None
    adds: str | None = None
    instead: str | None = None
    by: Annotated[Decimal, Field(gt=0, lt=1)] | None = None
    to: Bars | None = None
    concerns: str | None = None


class OtherPart(Form):
    """A part of the assessment that rests on questions to the county."""

    id: Id
    zh: str
    en: str
    cite: str | None = None


class PointsRule(Cited):
    """How many points the items of a part must earn, of how many in all; `score` is the field that states them."""

    points_at_least: Annotated[Decimal, Field(ge=0)]
    points_in_all: Annotated[Decimal, Field(gt=0)] | None = None
    score: Id | None = None


class ChecklistPart(Form):
    """A part of the assessment that is judged item by item: each must be met, or they must earn so many points."""

    part: OtherPart
    rule: Literal["all"] | PointsRule = "all"
    leaves_out: list[Exclusion] = []
    items: Annotated[list[Indicator], Field(min_length=1)]


class PointsTable(Cited):
    """The points of the items of one part, which a province sets."""

    part: Id
    items: Annotated[dict[Id, Annotated[Decimal, Field(ge=0)]], Field(min_length=1)]


class Choice(Form):
    """One word that a column of words may hold."""

    zh: str
    en: str
    aliases: list[str] = []
    stages: list[StageName] = []


class FieldForm(Form):
    """One column of the workbook."""

    zh: str
    en: str
    kind: Literal["text", "choice", "year", "count", "amount", "flag"]
    unit: str | None = None
    share: Literal["reported", "split", "common"] = "reported"
    level: Literal["school", "county"] = "school"
    whole: bool = False
    headers: list[str] = []
    otherwise: list[str] = []
    part_of: Id | None = None
    optional: bool = False
    choices: dict[str, Choice] = {}

    @property
    def text(self) -> Text:
        """Its name."""
        return Text(self.zh, self.en)

    @property
    def numeric(self) -> bool:
        """Whether it holds figures."""
        return self.kind in {"count", "amount", "flag"}


class StandardForm(Form):
    """One standards file: one document, one version."""

    title: Wording
    short: Wording | None = None
    family: str | None = None
    issuer: Wording | None = None
    document: str | None = None
    in_force: InForce | None = None
    checked: Checked | None = None
    extends: str | None = None
    sources: dict[str, Source] = {}
    settings: dict[Id, Setting] = {}
    fields: dict[Id, FieldForm] = {}
    scope: Scope = Scope()
    divisions: Divisions | None = None
    parameters: dict[Id, Parameter] = {}
    school_classes: list[SchoolClass] = []
    indicators: Annotated[list[Indicator], Field(min_length=1)]
    school_rule: GradeRule | Annotated[list[GradeRule], Field(min_length=1)] | Literal["unknown"] | None = None
    award: list[Award] = []
    variation: Variation | None = None
    relaxations: list[Relaxation] = []
    other_parts: list[OtherPart] = []
    checklist: list[ChecklistPart] = []
    points: list[PointsTable] = []
    serves: str | None = None
    stages: list[StageName] = []

    @property
    def grades(self) -> list[GradeRule]:
        """The grades of a school, best first; none where no school is judged, or the rule is not known."""
        rule = self.school_rule
        return rule if isinstance(rule, list) else [rule] if isinstance(rule, GradeRule) else []

    def rules(self) -> Iterator["tuple[tuple[str | int, ...], AnyRule, Rule]"]:
        """Yield every rule with the path to it and the indicator or item it is part of, groups before what is in them."""
        for at, indicator in enumerate(self.indicators):
            for path, rule in within(indicator):
                yield ("indicators", at, *path), rule, indicator
        for number, part in enumerate(self.checklist):
            for at, item in enumerate(part.items):
                for path, rule in within(item):
                    yield ("checklist", number, "items", at, *path), rule, item

    def named_rules(self) -> dict[str, "tuple[AnyRule, Rule]"]:
        """Return every rule by the id it is judged under, with the indicator it is part of."""
        found: dict[str, tuple[AnyRule, Rule]] = {}

        def add(rule: AnyRule, above: str, top: Rule) -> None:
            id_ = f"{above}.{rule.id}" if above else rule.id
            found[id_] = rule, top
            for part in rule.of if isinstance(rule, GroupRule) else ():
                add(part, id_, top)

        for indicator in [*self.indicators, *self.items]:
            add(indicator, "", indicator)
        return found

    @property
    def items(self) -> list[Indicator]:
        """The items of all parts that are judged item by item."""
        return [item for part in self.checklist for item in part.items]

    def parts_not_assessed(self, judged: Container[str] = ()) -> list[OtherPart]:
        """Return the parts that rest on other questions than the schools' figures, without those that were judged."""
        parts = [*self.other_parts, *(entry.part for entry in self.checklist)]
        return [part for part in parts if part.id not in judged]
