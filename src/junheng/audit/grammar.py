"""The grammar of checks files, in pydantic: one entry for each rule, told apart by its kind."""

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from junheng.audit.rule import Amount, Form, Names, Positive, Rule, Tolerance, with_basis


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
        with_basis(self)
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
        with_basis(self)
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
        with_basis(self)
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
        with_basis(self)
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


class ChecksForm(Form):
    """A checks file. Entries of a file of one's own are laid over the shipped ones by id, key by key."""

    checks: list[AnyRule]
