"""The grammar of standards files and of fields.yaml, in pydantic."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    ValidationInfo,
    model_validator,
)
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from junheng.text import Text

Id = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
StageName = Literal["primary", "junior", "senior"]
Standing = Literal["official", "restated", "form", "mirror", "inferred"]


class _Switch:
    """A value that a setting chooses: `{setting: NAME, CHOICE: value, …}` stands for the value of the choice taken.

    The choices taken come in the validation context under `settings`.
    """

    def __get_pydantic_core_schema__(self, source: type, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.with_info_before_validator_function(self._choose, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        switch = {"type": "object", "required": ["setting"], "properties": {"setting": {"type": "string"}}}
        return {"anyOf": [handler(schema), switch]}

    @staticmethod
    def _choose(value: object, info: ValidationInfo) -> object:
        if not (isinstance(value, dict) and "setting" in value):
            return value
        name = value["setting"]
        taken: dict[str, str] = (info.context or {}).get("settings", {})
        choice = taken.get(name) if isinstance(name, str) else None
        if choice is None or choice not in value:
            known = ", ".join(str(k) for k in value if k != "setting")
            raise PydanticCustomError(
                "setting_unknown", "setting", {"setting": str(name), "choice": str(choice), "known": known}
            )
        return value[choice]


SWITCH = _Switch()


class _Form(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


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
    """Whatever rests on a document."""

    cite: str | None = None
    quote: str | None = None
    note: Wording | None = None


def _condition(value: object) -> object:
    if not isinstance(value, dict):
        raise PydanticCustomError("condition", "condition", {})
    return value


class Exclusion(Cited):
    """A kind of section that is not judged: of a type, of an owner, in an area, of a size."""

    reason: Id | None = None
    name: Wording | None = None
    school_type: _listed(str) | None = None  # type: ignore[valid-type]
    owner: _listed(str) | None = None  # type: ignore[valid-type]
    area: _listed(str) | None = None  # type: ignore[valid-type]
    students: Range | None = None
    applied: Annotated[bool, SWITCH] = True


class Scope(_Form):
    """Which sections are judged."""

    leaves_out: list[Exclusion] = []
    no_students: Annotated[Literal["left_out", "undecided"], SWITCH] = "left_out"


class Divisions(Cited):
    """How a through-school's shared resources are divided: by pupils, weighted by stage."""

    pupil_weight: dict[StageName, Annotated[Decimal, Field(gt=0)]]
    fields: list[str] | None = None


BarNumber = Annotated[Decimal, Field(ge=0)]


class BarCase(_Form):
    """A bar in one circumstance."""

    when: dict[str, Any]
    is_: Annotated[BarNumber | Literal["unknown"], Field(alias="is")]


Bars = (
    BarNumber
    | Literal["unknown"]
    | Annotated[dict[StageName, BarNumber | Literal["unknown"]], Field(min_length=1)]
    | Annotated[list[BarCase], Field(min_length=1)]
)


class Indicator(Cited):
    """One indicator: a ratio (of − less) ÷ to × per, or an amount as it stands."""

    id: Id
    name: Wording
    short: Wording | None = None
    kind: Literal["ratio", "amount"]
    of: Annotated[_listed(str), SWITCH]  # type: ignore[valid-type]
    less: Annotated[_listed(str), SWITCH] = []  # type: ignore[valid-type]
    to: str | None = None
    per: Annotated[int, Field(gt=0)] = 1
    unit: str | None = None
    digits: Annotated[int, Field(ge=0, le=9)] | None = None
    at_least: Bars | None = None
    at_most: Bars | None = None

    @model_validator(mode="after")
    def _one_side(self) -> "Indicator":
        if self.at_least is not None and self.at_most is not None:
            raise PydanticCustomError("one_side", "one_side", {"expected": "at_least, at_most"})
        return self


class SchoolRule(Cited):
    """How many indicators a school must meet, and what share of their bar the others must reach."""

    meet_at_least: Annotated[int, Field(ge=0)] | Literal["all"]
    others_reach: Annotated[Decimal, Field(gt=0, le=1)] | None = None


class Rounding(_Form):
    """A rounding that a document prescribes."""

    digits: Annotated[int, Field(ge=0, le=9)]
    mode: Literal["half_up"] = "half_up"


class Variation(Cited):
    """How the differences between schools are judged."""

    weight: Literal["students", "none"] = "students"
    judge: Literal["each", "composite"] = "each"
    at_most: BarNumber | dict[StageName, BarNumber]
    rounding: Annotated[Rounding | None, SWITCH] = None
    parts_rounding: Annotated[Rounding | None, SWITCH] = None
    one_school: Annotated[Literal["zero", "undecided"], SWITCH] = "zero"


class Relaxation(Cited):
    """A transitional rule: for the years given only, and off unless it is switched on."""

    id: Id
    name: Wording
    years: Range
    applied: bool = False
    when: Annotated[dict[str, Any], BeforeValidator(_condition, json_schema_input_type=dict[str, Any])] = {}
    indicator: str | None = None
    adds: str | None = None
    concerns: str | None = None


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
    share: Literal["reported", "split"] = "reported"
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
    indicators: Annotated[list[Indicator], Field(min_length=1)]
    school_rule: SchoolRule | None = None
    variation: Variation | None = None
    relaxations: list[Relaxation] = []
    other_parts: list[OtherPart] = []
    checklist: list[ChecklistPart] = []

    @property
    def parts_not_assessed(self) -> list[OtherPart]:
        """The parts that rest on questions to the county."""
        return [*self.other_parts, *(entry.part for entry in self.checklist)]
