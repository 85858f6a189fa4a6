"""What every rule of a checks file has, in pydantic: its id and name, when it applies, how much it weighs."""

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from junheng.problems import Severity
from junheng.standard.rule_forms import Id, When, Wording
from junheng.text import Text

Positive = Annotated[Decimal, Field(gt=0)]
Amount = Annotated[Decimal, Field(ge=0)]
Share = Annotated[Decimal, Field(ge=0, le=1)]


class Form(BaseModel):
    """Part of a file: nothing but what it names."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def as_list(value: object) -> object:
    """Read a single value as a list of one."""
    return value if isinstance(value, list) else [value]


Names = Annotated[list[str], BeforeValidator(as_list, json_schema_input_type=str | list[str]), Field(min_length=1)]
Whens = Annotated[list[When], BeforeValidator(as_list, json_schema_input_type=When | list[When])]


class Tolerance(Form):
    """How far two figures may be apart: in their own unit, or as a share of the larger one; the wider of the two."""

    absolute: Amount = Decimal(0)
    relative: Share = Decimal(0)


class Rule(Form):
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


def with_basis(rule: "Rule") -> None:
    """Demand that a threshold says what it rests on."""
    if rule.basis is None:
        raise PydanticCustomError("basis", "basis", {"expected": "basis: {zh: …, en: …}"})
