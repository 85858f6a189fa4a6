"""The grammar of checks files, in pydantic: one entry for each rule, told apart by its kind."""

from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from junheng.problems import Severity
from junheng.standard.grammar import Id, When, Wording
from junheng.text import Text

Positive = Annotated[Decimal, Field(gt=0)]
Amount = Annotated[Decimal, Field(ge=0)]
Share = Annotated[Decimal, Field(ge=0, le=1)]


class _Form(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


def _as_list(value: object) -> object:
    return value if isinstance(value, list) else [value]


Names = Annotated[list[str], BeforeValidator(_as_list, json_schema_input_type=str | list[str]), Field(min_length=1)]
Whens = Annotated[list[When], BeforeValidator(_as_list, json_schema_input_type=When | list[When])]


class Tolerance(_Form):
    """How far two figures may be apart: in their own unit, or as a share of the larger one; the wider of the two."""

    absolute: Amount = Decimal(0)
    relative: Share = Decimal(0)


class Rule(_Form):
    """What every rule has.

    `missing` says what happens where a figure is blank in a column that the sheet has: nothing (skip), or a finding
    that the rule could not be checked (report). `basis` says where a threshold that is no law comes from.
    """

    id: Id
    name: Wording
    severity: Severity = Severity.ERROR
    applies: Whens = []
    missing: Literal["skip", "report"] = "skip"
    hint: Wording
    basis: Wording | None = None
    applied: bool = True

    @property
    def text(self) -> Text:
        """Its name."""
        return self.name.text

    def fields(self) -> list[str]:
        """Return the fields it reads."""
        return []

    def compared(self) -> list[str]:
        """Return the fields that one finding of it compares with each other."""
        return self.fields()


def _with_basis(rule: "Rule") -> None:
    """Demand that a threshold says what it rests on."""
    if rule.basis is None:
        raise PydanticCustomError("basis", "basis", {"expected": "basis: {zh: …, en: …}"})


class AtMost(Rule):
    """A figure, or the quotient of two, is not larger than another figure."""

    kind: Literal["at_most"]
    of: str
    over: str | None = None
    to: str
    tolerance: Tolerance = Tolerance()

    def fields(self) -> list[str]:
        """Return the fields it reads."""
        return [self.of, *([self.over] if self.over else []), self.to]


class Equal(Rule):
    """Two figures are the same."""

    kind: Literal["equal"]
    of: str
    to: str
    tolerance: Tolerance = Tolerance()

    def fields(self) -> list[str]:
        """Return the fields it reads."""
        return [self.of, self.to]


class Sum(Rule):
    """Parts add up to a whole: exactly, to no more than it, or to no less."""

    kind: Literal["sum"]
    parts: Annotated[list[str], Field(min_length=2)]
    operator: Literal["equal", "at_most", "at_least"] = "equal"
    whole: str
    tolerance: Tolerance = Tolerance()

    def fields(self) -> list[str]:
        """Return the fields it reads."""
        return [*self.parts, self.whole]


class _Bounded(Rule):
    at_least: Amount | None = None
    at_most: Amount | None = None
    factor: Positive | None = None

    @model_validator(mode="after")
    def _one_bound(self) -> "_Bounded":
        if self.at_least is None and self.at_most is None:
            raise PydanticCustomError("bound", "bound", {"expected": "at_least, at_most"})
        if self.at_least is not None and self.at_most is not None and self.at_least > self.at_most:
            raise PydanticCustomError("bound", "bound", {"expected": f"at_least ≤ {self.at_most}"})
        _with_basis(self)
        return self


class Range(_Bounded):
    """A figure lies within bounds; `factor` is the slip of unit that is tried where it does not."""

    kind: Literal["range"]
    of: Names

    def fields(self) -> list[str]:
        """Return the fields it reads."""
        return list(self.of)

    def compared(self) -> list[str]:
        """Return the fields that one finding of it compares with each other."""
        return self.of[:1]


class RatioRange(_Bounded):
    """The quotient of two figures lies within bounds; 0 above the line is left to other rules where it has a factor."""

    kind: Literal["ratio_range"]
    of: str
    over: str

    def fields(self) -> list[str]:
        """Return the fields it reads."""
        return [self.of, self.over]


class Needs(Rule):
    """Where one figure is more than 0, another is too."""

    kind: Literal["needs"]
    of: str
    needs: str

    def fields(self) -> list[str]:
        """Return the fields it reads."""
        return [self.of, self.needs]


class BothOrNeither(Rule):
    """Two figures are both 0 or both more."""

    kind: Literal["both_or_neither"]
    of: Annotated[list[str], Field(min_length=2, max_length=2)]

    def fields(self) -> list[str]:
        """Return the fields it reads."""
        return list(self.of)


class Whole(Rule):
    """A figure is a whole number."""

    kind: Literal["whole"]
    of: Names

    def fields(self) -> list[str]:
        """Return the fields it reads."""
        return list(self.of)

    def compared(self) -> list[str]:
        """Return the fields that one finding of it compares with each other."""
        return self.of[:1]


class Given(Rule):
    """A figure or a word stands in every row; `absent` reports a sheet without the column too."""

    kind: Literal["given"]
    of: Names
    absent: Literal["skip", "report"] = "skip"

    def fields(self) -> list[str]:
        """Return the fields it reads."""
        return list(self.of)

    def compared(self) -> list[str]:
        """Return the fields that one finding of it compares with each other."""
        return self.of[:1]


class Change(Rule):
    """A figure, or a quotient, has not changed from one year to another by more than a share.

    `up` and `down` are shares of the earlier figure, `beyond` the change below which nothing is said.
    """

    kind: Literal["change"]
    of: Names
    over: str | None = None
    up: Positive | None = None
    down: Annotated[Decimal, Field(gt=0, le=1)] | None = None
    beyond: Amount = Decimal(0)

    @model_validator(mode="after")
    def _one_bound(self) -> "Change":
        if self.up is None and self.down is None:
            raise PydanticCustomError("bound", "bound", {"expected": "up, down"})
        _with_basis(self)
        return self

    def fields(self) -> list[str]:
        """Return the fields it reads."""
        return [*self.of, *([self.over] if self.over else [])]

    def compared(self) -> list[str]:
        """Return the fields that one finding of it compares with each other."""
        return [self.of[0], *([self.over] if self.over else [])]


class IdenticalRows(Rule):
    """No two schools have the same figures throughout; at least so many of them are given and not 0."""

    kind: Literal["identical_rows"]
    of: Annotated[list[str], Field(min_length=2)]
    least: Annotated[int, Field(ge=2)]

    @model_validator(mode="after")
    def _founded(self) -> "IdenticalRows":
        _with_basis(self)
        return self

    def fields(self) -> list[str]:
        """Return the fields it reads."""
        return list(self.of)


class Outlier(Rule):
    """An amount for each of something is not far from what it is in the schools of the same county and stage.

    Robust z of the logarithms: (ln x − median) ÷ (1.4826 × MAD), MAD being the median of the distances from the
    median; where MAD is 0, 1.2533 × their mean. `z` is how much is far, `times` how many times the median the amount
    must be besides, or it one of that part; `least` how many schools there must be.
    """

    kind: Literal["outlier"]
    of: Names
    over: str
    z: Positive
    times: Annotated[Decimal, Field(ge=1)]
    least: Annotated[int, Field(ge=3)]

    @model_validator(mode="after")
    def _founded(self) -> "Outlier":
        _with_basis(self)
        return self

    def fields(self) -> list[str]:
        """Return the fields it reads."""
        return [*self.of, self.over]

    def compared(self) -> list[str]:
        """Return the fields that one finding of it compares with each other."""
        return [self.of[0], self.over]


class Totals(Rule):
    """A row of totals (合计, 总计, 小学合计 …) is what its rows add up to."""

    kind: Literal["totals"]
    tolerance: Tolerance = Tolerance()


class SchoolGone(Rule):
    """A school of the earlier year is found again, or its change is on record."""

    kind: Literal["vanished"]


class SchoolNew(Rule):
    """A school was there in the earlier year, or its change is on record."""

    kind: Literal["appeared"]


class NameChanged(Rule):
    """A code stands for the same name in both years, or the change is on record."""

    kind: Literal["renamed"]


class CodeChanged(Rule):
    """A name has the same code in both years, or the change is on record."""

    kind: Literal["recoded"]


AnyRule = Annotated[
    AtMost
    | Equal
    | Sum
    | Range
    | RatioRange
    | Needs
    | BothOrNeither
    | Whole
    | Given
    | Change
    | IdenticalRows
    | Outlier
    | Totals
    | SchoolGone
    | SchoolNew
    | NameChanged
    | CodeChanged,
    Field(discriminator="kind"),
]


class ChecksForm(_Form):
    """A checks file. Entries of a file of one's own are laid over the shipped ones by id, key by key."""

    checks: list[AnyRule]


# ------------------------------------------------------------------------------------------- schools over the years


class Named(_Form):
    """A school as a change names it: by code, by name, or by both."""

    code: str | None = None
    name: str | None = None
    county: str | None = None

    @model_validator(mode="after")
    def _something(self) -> "Named":
        if not self.code and not self.name:
            raise PydanticCustomError("named", "named", {"expected": "code, name"})
        return self

    def __str__(self) -> str:
        return self.name or self.code or ""


def _named(value: object) -> object:
    """Read a plain text as a code where it is made of digits, else as a name."""
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if isinstance(value, str):
        return {"code": value} if value.isascii() and value.replace("-", "").isalnum() else {"name": value}
    return value


School = Annotated[Named, BeforeValidator(_named, json_schema_input_type=str | dict[str, Any])]
Schools = Annotated[
    list[School], BeforeValidator(_as_list, json_schema_input_type=str | list[str]), Field(min_length=1)
]
ChangeYear = Annotated[int, Field(strict=True, ge=1949, le=2200)]


class _Change(_Form):
    year: ChangeYear
    evidence: str | None = None


class Renamed(_Change):
    """A school has another name or another code from a school year on."""

    from_: Annotated[School, Field(alias="from")]
    to: School


class Merged(_Change):
    """Schools are one from a school year on: one of them, or a new one."""

    from_: Annotated[Schools, Field(alias="from")]
    to: School


class Closed(_Change):
    """A school is no more from a school year on."""

    school: School


class Opened(_Change):
    """A school is new in a school year."""

    school: School


class IdentityForm(_Form):
    """A file of changes of schools (学校变动)."""

    renamed: list[Renamed] = []
    merged: list[Merged] = []
    closed: list[Closed] = []
    opened: list[Opened] = []
