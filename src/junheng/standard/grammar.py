"""The grammar of standards files and of fields.yaml, in pydantic."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    Tag,
    model_validator,
)
from pydantic_core import PydanticCustomError
from typing_extensions import TypeAliasType

from junheng.standard.source import Unquoted
from junheng.text import Text

Id = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
StageName = Literal["primary", "junior", "senior"]
Standing = Literal["official", "restated", "form", "mirror", "inferred"]


class _Form(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)  # built once, as a whole


class Wording(_Form):
    """A wording in both languages."""

    zh: str
    en: str

    @property
    def text(self) -> Text:
        """The wording as a Text."""
        return Text(self.zh, self.en)


def _as_list(value: object) -> object:
    return value if isinstance(value, list) else [value]


def _listed(item: object) -> Any:  # noqa: ANN401 - a type made from a type
    return Annotated[list[item], BeforeValidator(_as_list, json_schema_input_type=item | list[item])]  # type: ignore[valid-type]


def _span(value: object) -> object:
    """Read `7..12`, `..49`, `37..` or one number."""
    if isinstance(value, dict):
        return value
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return {"low": value, "high": value}
    if isinstance(value, str) and value.count("..") == 1:
        low, high = value.split("..")
        try:
            ordered = not (low and high) or Decimal(low) <= Decimal(high)
        except ArithmeticError:
            ordered = False
        if (low or high) and ordered:
            return {"low": low or None, "high": high or None}
    raise PydanticCustomError("span", "7..12, ..49, 37..", {})


class Span_(_Form):  # noqa: N801 - the engine has the Span, this is its written form
    """A range of numbers, both ends included."""

    low: Decimal | None
    high: Decimal | None


Range = Annotated[Span_, BeforeValidator(_span, json_schema_input_type=str | float)]


class Source(_Form):
    """A document that numbers are taken from, and how near to the official print it stands."""

    title: str
    url: str | None = None
    standing: Standing = "mirror"
    note: str | None = None


Year = Annotated[int, Field(strict=True, ge=1949, le=2200)]


class InForce(_Form):
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


class Checked(_Form):
    """When the file was last compared with its sources, and by whom."""

    on: date
    by: str | None = None


class Setting(_Form):
    """An open question of measurement, its answers, and the one that is taken unless another is asked for."""

    question: Wording
    choices: dict[Id, Wording]
    default: str
    note: Wording | None = None
    cite: str | None = None
    concerns: str | None = None


class Cited(_Form):
    """Whatever rests on a document: its clause, the wording, or our reading of a table that has no sentence to quote."""

    cite: str | None = None
    quote: str | None = None
    reading: str | None = None
    note: Wording | None = None

    @property
    def wording(self) -> str | None:
        """What the numbers are compared with: quote and reading."""
        given = [text for text in (self.quote, self.reading) if text]
        return "；".join(given) or None


def _condition(value: object) -> object:
    if not isinstance(value, dict):
        raise PydanticCustomError("condition", "condition", {})
    return value


When = Annotated[dict[str, Any], BeforeValidator(_condition, json_schema_input_type=dict[str, Any])]


class Exclusion(Cited):
    """A kind of section that is not judged: of a type, of an owner, in an area, of a size."""

    reason: Id | None = None
    name: Wording | None = None
    school_type: _listed(str) | None = None  # type: ignore[valid-type]
    owner: _listed(str) | None = None  # type: ignore[valid-type]
    area: _listed(str) | None = None  # type: ignore[valid-type]
    students: Range | None = None
    when: When = {}
    applied: bool = True


class Scope(_Form):
    """Which sections are judged."""

    leaves_out: list[Exclusion] = []
    no_students: Literal["left_out", "undecided"] = "left_out"


class Divisions(Cited):
    """How a through-school's shared resources are divided: by pupils, weighted by stage."""

    pupil_weight: dict[StageName, Annotated[Decimal, Field(gt=0)]]
    fields: list[str] | None = None


RATIO = r"^\d+(\.\d+)?:\d+(\.\d+)?$"


def _quoted(value: object) -> object:
    if isinstance(value, Unquoted):
        raise PydanticCustomError("ratio", "ratio", {})
    return value


Ratio = Annotated[str, BeforeValidator(_quoted, json_schema_input_type=str), Field(pattern=RATIO)]
"""A number that the law writes as a ratio, in quotation marks: `"1:21"` is 1/21."""

Number = Annotated[Decimal, Field(ge=0)] | Ratio | Literal["unknown"]


class FieldBar(_Form):
    """A bar that is another figure of the section: computers not fewer than the pupils of the largest class."""

    field: str
    times: Annotated[Decimal, Field(gt=0)] = Decimal(1)


class ParameterBar(_Form):
    """A bar that is a dated number of the county or province, of the year judged or of so many years before."""

    parameter: str
    years_before: Annotated[int, Field(ge=0, le=9)] = 0


def _shape(value: object) -> str:
    if isinstance(value, list):
        return "cases"
    if isinstance(value, dict):
        return next((name for name in ("field", "parameter") if name in value), "stages")
    return "number"


BarValue = TypeAliasType(
    "BarValue",
    Annotated[
        Annotated[Number, Tag("number")]
        | Annotated[FieldBar, Tag("field")]
        | Annotated[ParameterBar, Tag("parameter")],
        Discriminator(_shape),
    ],
)


class BarCase(_Form):
    """A bar in one circumstance."""

    when: When
    is_: Annotated[BarValue, Field(alias="is")]


Bars = TypeAliasType(
    "Bars",
    Annotated[
        Annotated[Number, Tag("number")]
        | Annotated[FieldBar, Tag("field")]
        | Annotated[ParameterBar, Tag("parameter")]
        | Annotated[dict[StageName, BarValue], Field(min_length=1), Tag("stages")]
        | Annotated[list[BarCase], Field(min_length=1), Tag("cases")],
        Discriminator(_shape),
    ],
)
Points = Annotated[Decimal, Field(ge=0)] | Literal["unknown"]


class Increment(Cited):
    """What a bar grows by: so much for each unit of a figure, or for every so many of it beyond a number."""

    is_: Annotated[Bars, Field(alias="is")]
    for_each: str
    every: Annotated[Decimal, Field(gt=0)] = Decimal(1)
    beyond: Annotated[Decimal, Field(ge=0)] = Decimal(0)
    round: Literal["up", "down"] | None = None


class LevelForm(_Form):
    """A level and the bars that reach it; the last level has none."""

    level: str
    at_least: Bars | None = None
    at_most: Bars | None = None


class Rule(Cited):
    """What every indicator has, whatever its kind."""

    id: Id
    name: Wording
    short: Wording | None = None
    applies: _listed(When) | None = None  # type: ignore[valid-type]
    points: Points | None = None
    through: Literal["divided", "sum", "whole", "compulsory"] = "divided"


class _Barred(Rule):
    unit: str | None = None
    digits: Annotated[int, Field(ge=0, le=9)] | None = None
    at_least: Bars | None = None
    at_most: Bars | None = None
    limit: Bars | None = None
    between: Literal["lower", "upper", "nearest", "interpolate"] | None = None
    plus: list[Increment] = []
    levels: list[LevelForm] = []
    over: Literal["section", "county"] = "section"

    @model_validator(mode="after")
    def _one_side(self) -> "_Barred":
        if self.at_least is not None and self.at_most is not None:
            raise PydanticCustomError("one_side", "one_side", {"expected": "at_least, at_most"})
        return self

    @property
    def ceiling(self) -> bool:
        """Whether its bars are ceilings."""
        return self.at_most is not None or any(level.at_most is not None for level in self.levels)


class RatioRule(_Barred):
    """A ratio: (of − less) × times ÷ (each × to) × per."""

    kind: Literal["ratio"]
    of: _listed(str)  # type: ignore[valid-type]
    less: _listed(str) = []  # type: ignore[valid-type]
    to: str = "students"
    per: Annotated[int, Field(gt=0)] = 1
    times: str | None = None
    each: str | None = None


class AmountRule(_Barred):
    """An amount as it stands, or its share in each of another figure."""

    kind: Literal["amount"]
    of: _listed(str)  # type: ignore[valid-type]
    less: _listed(str) = []  # type: ignore[valid-type]
    times: str | None = None
    each: str | None = None


class QuotaRule(Rule):
    """One of a thing for every so many of another."""

    kind: Literal["quota"]
    of: _listed(str)  # type: ignore[valid-type]
    less: _listed(str) = []  # type: ignore[valid-type]
    one_for_every: Bars
    to: str
    round: Literal["up", "down"] | None = None
    unit: str | None = None


Required = Literal[True, "unknown"]


class FlagRule(Rule):
    """A yes-or-no field that must be yes; `required` says of what stages the text at hand does not speak."""

    kind: Literal["flag"]
    of: str
    required: Required | dict[StageName, Required] = True


class LevelRule(Rule):
    """A level that inspectors gave, in a field of words; the words stand best first."""

    kind: Literal["level"]
    of: str
    at_least: str | None = None


class GroupRule(Rule):
    """Rules of which so many must be met: one of two is either … or."""

    kind: Literal["group"]
    meet_at_least: Annotated[int, Field(ge=1)] | Literal["all"] = "all"
    of: Annotated[list["Indicator"], Field(min_length=1)]


Indicator = TypeAliasType(
    "Indicator",
    Annotated[RatioRule | AmountRule | QuotaRule | FlagRule | LevelRule | GroupRule, Field(discriminator="kind")],
)
Measured = RatioRule | AmountRule


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


class Rounding(_Form):
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


GroupRule.model_rebuild()


class OtherPart(_Form):
    """A part of the assessment that rests on questions to the county."""

    id: Id
    zh: str
    en: str
    cite: str | None = None


class ChecklistPart(_Form):
    """A part of the assessment that is answered item by item: kept as written, and not assessed yet."""

    part: OtherPart
    rule: Any = "all"
    items: list[dict[str, Any]] = []


class Choice(_Form):
    """One word that a column of words may hold."""

    zh: str
    en: str
    aliases: list[str] = []
    stages: list[StageName] = []


class FieldForm(_Form):
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


AnyRule = RatioRule | AmountRule | QuotaRule | FlagRule | LevelRule | GroupRule


def _within(rule: AnyRule) -> Iterator[tuple[tuple[str | int, ...], AnyRule]]:
    yield (), rule
    if isinstance(rule, GroupRule):
        for at, part in enumerate(rule.of):
            for path, inner in _within(part):
                yield ("of", at, *path), inner


class StandardForm(_Form):
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

    @property
    def grades(self) -> list[GradeRule]:
        """The grades of a school, best first; none where no school is judged, or the rule is not known."""
        rule = self.school_rule
        return rule if isinstance(rule, list) else [rule] if isinstance(rule, GradeRule) else []

    def rules(self) -> Iterator["tuple[tuple[str | int, ...], AnyRule, Rule]"]:
        """Yield every rule with the path to it and the indicator it is part of, groups before what is in them."""
        for at, indicator in enumerate(self.indicators):
            for path, rule in _within(indicator):
                yield ("indicators", at, *path), rule, indicator

    def named_rules(self) -> dict[str, "tuple[AnyRule, Rule]"]:
        """Return every rule by the id it is judged under, with the indicator it is part of."""
        found: dict[str, tuple[AnyRule, Rule]] = {}

        def add(rule: AnyRule, above: str, top: Rule) -> None:
            id_ = f"{above}.{rule.id}" if above else rule.id
            found[id_] = rule, top
            for part in rule.of if isinstance(rule, GroupRule) else ():
                add(part, id_, top)

        for indicator in self.indicators:
            add(indicator, "", indicator)
        return found

    @property
    def parts_not_assessed(self) -> list[OtherPart]:
        """The parts that rest on questions to the county."""
        return [*self.other_parts, *(entry.part for entry in self.checklist)]
