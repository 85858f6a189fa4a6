"""The grammar of a rule, in pydantic: bars of every shape, and the kinds of indicators that have them."""

from collections.abc import Iterator
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


class Form(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)  # built once, as a whole


class Wording(Form):
    """A wording in both languages."""

    zh: str
    en: str

    @property
    def text(self) -> Text:
        """The wording as a Text."""
        return Text(self.zh, self.en)


def _as_list(value: object) -> object:
    return value if isinstance(value, list) else [value]


def listed(item: object) -> Any:  # noqa: ANN401 - a type made from a type
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


class Span_(Form):  # noqa: N801 - the engine has the Span, this is its written form
    """A range of numbers, both ends included."""

    low: Decimal | None
    high: Decimal | None


Range = Annotated[Span_, BeforeValidator(_span, json_schema_input_type=str | float)]


class Cited(Form):
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

RATIO = r"^\d+(\.\d+)?:\d+(\.\d+)?$"


def _quoted(value: object) -> object:
    if isinstance(value, Unquoted):
        raise PydanticCustomError("ratio", "ratio", {})
    return value


Ratio = Annotated[str, BeforeValidator(_quoted, json_schema_input_type=str), Field(pattern=RATIO)]
"""A number that the law writes as a ratio, in quotation marks: `"1:21"` is 1/21."""

Number = Annotated[Decimal, Field(ge=0)] | Ratio | Literal["unknown"]


class FieldBar(Form):
    """A bar that is another figure of the section: computers not fewer than the pupils of the largest class."""

    field: str
    times: Annotated[Decimal, Field(gt=0)] = Decimal(1)


class ParameterBar(Form):
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


class BarCase(Form):
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


class LevelForm(Form):
    """A level and the bars that reach it; the last level has none."""

    level: str
    at_least: Bars | None = None
    at_most: Bars | None = None


class Rule(Cited):
    """What every indicator has, whatever its kind."""

    id: Id
    name: Wording
    short: Wording | None = None
    applies: listed(When) | None = None  # type: ignore[valid-type]
    points: Points | None = None
    through: Literal["divided", "sum", "whole", "compulsory"] = "divided"
    may_not_apply: bool = False
    applies_where: When = {}


class _Barred(Rule):
    unit: str | None = None
    digits: Annotated[int, Field(ge=0, le=9)] | None = None
    at_least: Bars | None = None
    at_most: Bars | None = None
    more_than: Bars | None = None
    less_than: Bars | None = None
    limit: Bars | None = None
    between: Literal["lower", "upper", "nearest", "interpolate"] | None = None
    plus: list[Increment] = []
    levels: list[LevelForm] = []
    over: Literal["section", "county"] = "section"

    @model_validator(mode="after")
    def _one_side(self) -> "_Barred":
        if sum(bars is not None for bars in (self.at_least, self.at_most, self.more_than, self.less_than)) > 1:
            raise PydanticCustomError("one_side", "one_side", {"expected": "at_least, at_most, more_than, less_than"})
        return self

    @property
    def bars(self) -> Any:  # noqa: ANN401 - a bar of any shape
        """Its bars, on whichever side."""
        return next((b for b in (self.at_least, self.at_most, self.more_than, self.less_than) if b is not None), None)

    @property
    def strict(self) -> bool:
        """Whether a value on the line misses the bar."""
        return self.more_than is not None or self.less_than is not None

    @property
    def ceiling(self) -> bool:
        """Whether its bars are ceilings."""
        below = self.at_most is not None or self.less_than is not None
        return below or any(level.at_most is not None for level in self.levels)


class RatioRule(_Barred):
    """A ratio: (of − less) × times ÷ (each × (to − to_less)) × per; a share cannot be above the whole."""

    kind: Literal["ratio"]
    of: listed(str)  # type: ignore[valid-type]
    less: listed(str) = []  # type: ignore[valid-type]
    to: str = "students"
    to_less: listed(str) = []  # type: ignore[valid-type]
    per: Annotated[int, Field(gt=0)] = 1
    times: str | None = None
    each: str | None = None
    share: bool = False


class AmountRule(_Barred):
    """An amount as it stands, or its share in each of another figure."""

    kind: Literal["amount"]
    of: listed(str)  # type: ignore[valid-type]
    less: listed(str) = []  # type: ignore[valid-type]
    times: str | None = None
    each: str | None = None


class QuotaRule(Rule):
    """One of a thing for every so many of another."""

    kind: Literal["quota"]
    of: listed(str)  # type: ignore[valid-type]
    less: listed(str) = []  # type: ignore[valid-type]
    one_for_every: Bars
    to: str
    round: Literal["up", "down"] | None = None
    unit: str | None = None


Required = Literal[True, "unknown"]


class FlagRule(Rule):
    """A yes-or-no field and the answer it must have; `required` says of what stages the text at hand does not speak."""

    kind: Literal["flag"]
    of: str
    answer: Literal["yes", "no"] = "yes"
    required: Required | dict[StageName, Required] = True


class LevelRule(Rule):
    """A level that inspectors gave, in a field of words; the words stand best first."""

    kind: Literal["level"]
    of: str
    at_least: str | None = None


class GroupRule(Rule):
    """Rules of which so many must be met: one of two is either … or; `given`: those whose figures are given."""

    kind: Literal["group"]
    meet_at_least: Annotated[int, Field(ge=1)] | Literal["all", "given"] = "all"
    of: Annotated[list["Indicator"], Field(min_length=1)]


Indicator = TypeAliasType(
    "Indicator",
    Annotated[RatioRule | AmountRule | QuotaRule | FlagRule | LevelRule | GroupRule, Field(discriminator="kind")],
)

Measured = RatioRule | AmountRule

GroupRule.model_rebuild()

AnyRule = RatioRule | AmountRule | QuotaRule | FlagRule | LevelRule | GroupRule


def within(rule: AnyRule) -> Iterator[tuple[tuple[str | int, ...], AnyRule]]:
    yield (), rule
    if isinstance(rule, GroupRule):
        for at, part in enumerate(rule.of):
            for path, inner in within(part):
                yield ("of", at, *path), inner
