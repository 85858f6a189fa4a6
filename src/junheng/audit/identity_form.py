"""The grammar of files of changes of schools (学校变动), in pydantic: renames, mergers, splits, closures, openings."""

from typing import Annotated, Any

from pydantic import BeforeValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from junheng.audit.rule import Form, as_list


class Named(Form):
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
Schools = Annotated[list[School], BeforeValidator(as_list, json_schema_input_type=str | list[str]), Field(min_length=1)]
ChangeYear = Annotated[int, Field(strict=True, ge=1949, le=2200)]


class _Change(Form):
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


class Split(_Change):
    """A school is several from a school year on: one of them may go by its name."""

    from_: Annotated[School, Field(alias="from")]
    to: Annotated[list[School], Field(min_length=2)]


class Closed(_Change):
    """A school is no more from a school year on."""

    school: School


class Opened(_Change):
    """A school is new in a school year."""

    school: School


class IdentityForm(Form):
    """A file of changes of schools (学校变动)."""

    renamed: list[Renamed] = Field(default_factory=list)
    merged: list[Merged] = Field(default_factory=list)
    split: list[Split] = Field(default_factory=list)
    closed: list[Closed] = Field(default_factory=list)
    opened: list[Opened] = Field(default_factory=list)
