"""The file of conditions (条件文件) of a plan: budgets by year, what must not change, how much at most, who may move."""

from typing import Annotated

from pydantic import BeforeValidator, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from junheng.scenario.form import Code, Form, NotLess, Said, StageWord, as_list

Year = Annotated[int, Field(ge=1900, le=9999)]


class FixedForm(Form):
    """What must not change: everything of a school, a figure everywhere, or a figure of a school."""

    school: Code | None = None
    stage: StageWord | None = None
    field: Said | None = None
    reason: Said | None = None

    model_config = ConfigDict(
        **Form.model_config, json_schema_extra={"anyOf": [{"required": [key]} for key in ("school", "field")]}
    )

    @model_validator(mode="after")
    def _something(self) -> "FixedForm":
        if self.school is None and self.field is None:
            raise PydanticCustomError("nothing", "nothing", {"expected": "school, field"})
        return self


class MostForm(Form):
    """How much of a figure may be added at most: at one school, or at each."""

    field: Said
    add: NotLess
    school: Code | None = None
    stage: StageWord | None = None
    reason: Said | None = None


class TransfersForm(Form):
    """Which teachers may move between schools of the county, what a move costs, and how many may leave one school."""

    as_: Annotated[
        list[Said], Field(alias="as", min_length=1), BeforeValidator(as_list, json_schema_input_type=Said | list[Said])
    ]
    yuan: NotLess
    source: Said
    at_most_leaving: Annotated[int, Field(ge=0)] | None = None


class ConditionsForm(Form):
    """A file of conditions. Budgets are yuan for each year; without any, everything is done in one year."""

    name: Said | None = None
    note: Said | None = None
    budgets: Annotated[dict[Year, NotLess], Field(min_length=1)] | None = None
    target_year: Year | None = None
    fixed: tuple[FixedForm, ...] = ()
    at_most: tuple[MostForm, ...] = ()
    transfers: TransfersForm | None = None
