"""The grammar of files of warnings (滑坡预警), in pydantic: one entry for each rule, told apart by its kind."""

from typing import Annotated, Literal

from pydantic import Field

from junheng.audit.rule import Form, Names, Share
from junheng.standard.rule_forms import Id, Wording
from junheng.text import Text

Part = Annotated[Share, Field(gt=0)]
Years = Annotated[int, Field(strict=True, ge=2, le=10)]


class _Rule(Form):
    """What every rule has: `basis` says where its numbers come from, for none of them is law."""

    id: Id
    name: Wording
    hint: Wording
    basis: Wording
    severity: Literal["warning", "note"] = "warning"
    applied: bool = True

    @property
    def text(self) -> Text:
        """Its name."""
        return self.name.text


class _OfIndicators(_Rule):
    of: Names | None = None  # the indicators it looks at; all where none is named


class SchoolFellBack(_Rule):
    """A school that met the standard the year before does not meet it now."""

    kind: Literal["school_fell_back"]


class PartFellBack(_Rule):
    """A part of the county's assessment that was met the year before is not met now."""

    kind: Literal["part_fell_back"]


class CoefficientFellBack(_OfIndicators):
    """A coefficient that was within its limit the year before is above it now."""

    kind: Literal["coefficient_fell_back"]


class ValueFell(_OfIndicators):
    """The value of a school is worse than the year before by more than a share of what it was."""

    kind: Literal["value_fell"]
    by: Part


class ValueFalling(_OfIndicators):
    """The value of a school has become worse so many years in a row."""

    kind: Literal["value_falling"]
    years: Years


class ValueNearBar(_OfIndicators):
    """The value of a school meets its bar by no more than a share of the bar."""

    kind: Literal["value_near_bar"]
    within: Part


class CoefficientNearLimit(_OfIndicators):
    """A coefficient is within its limit by no more than a share of the limit."""

    kind: Literal["coefficient_near_limit"]
    within: Part


class CoefficientRising(_OfIndicators):
    """A coefficient has become larger so many years in a row."""

    kind: Literal["coefficient_rising"]
    years: Years


AnyRule = Annotated[
    SchoolFellBack
    | PartFellBack
    | CoefficientFellBack
    | ValueFell
    | ValueFalling
    | ValueNearBar
    | CoefficientNearLimit
    | CoefficientRising,
    Field(discriminator="kind"),
]


class WarningsForm(Form):
    """A file of warnings. `standing: own` says that its numbers are whoever's who wrote it, and no law."""

    standing: Literal["own"]
    warnings: list[AnyRule]
