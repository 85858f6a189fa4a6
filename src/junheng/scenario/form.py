"""The grammar of scenario files (情景文件), in pydantic: what each change may say."""

import re
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, WithJsonSchema, model_validator
from pydantic_core import PydanticCustomError

STAGES = {"小学": "primary", "初中": "junior", "高中": "senior"}
AREAS = {"城区": "urban", "镇区": "town", "乡村": "rural"}
_FRACTION = r"\d+/[1-9]\d*"


def _number(value: object) -> object:
    """Take a number as YAML wrote it, or a fraction such as "1/3"."""
    if isinstance(value, Fraction | Decimal) or (isinstance(value, int) and not isinstance(value, bool)):
        return Fraction(value)
    if isinstance(value, str) and re.fullmatch(f"-?{_FRACTION}", value):
        return Fraction(value)
    raise PydanticCustomError("decimal_type", "a number", {})


def _from(least: int | None) -> tuple[BeforeValidator, WithJsonSchema]:
    """Return what reads a number that is not below another, and how the schema says it."""

    def read(value: object) -> object:
        number = _number(value)
        if least is not None and isinstance(number, Fraction) and number < least:
            raise PydanticCustomError("at_least", "a larger number", {"ge": least})
        return number

    low = {} if least is None else {"minimum": least}
    signed = "" if least == 0 else "-?"
    return BeforeValidator(read), WithJsonSchema(
        {"anyOf": [{"type": "number", **low}, {"type": "string", "pattern": f"^{signed}{_FRACTION}$"}]}
    )


def written_number(value: Fraction) -> int | Decimal | str:
    """Return a number as a scenario writes it: whole, decimal where it ends, else as a fraction.

    >>> [str(written_number(Fraction(n))) for n in ("3", "0.25", "1/3")]
    ['3', '0.25', '1/3']
    """
    if value.denominator == 1:
        return value.numerator
    rest = value.denominator
    for prime in (2, 5):
        while rest % prime == 0:
            rest //= prime
    if rest != 1:
        return f"{value.numerator}/{value.denominator}"
    digits = 1
    while (value * 10**digits).denominator != 1:
        digits += 1
    return Decimal(int(value * 10**digits)).scaleb(-digits)


def _as_text(value: object) -> object:
    """Read a code that is written without quotation marks; YAML keeps what begins with 0 as text."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def as_list(value: object) -> object:
    return value if isinstance(value, list | tuple) else [value]


def _as_choice(value: object) -> object:
    """Read a switch written as YAML's true or false."""
    return {True: "on", False: "off"}.get(value, value) if isinstance(value, bool) else _as_text(value)


def _worded(words: dict[str, str]) -> BeforeValidator:
    return BeforeValidator(
        lambda value: words.get(value, value) if isinstance(value, str) else value,
        json_schema_input_type=Literal[(*words, *words.values())],
    )


Said = Annotated[str, Field(min_length=1)]
Code = Annotated[Said, BeforeValidator(_as_text, json_schema_input_type=Said | int)]
StageWord = Annotated[Literal["primary", "junior", "senior"], _worded(STAGES)]
AreaWord = Annotated[Literal["urban", "town", "rural"], _worded(AREAS)]
_written = PlainSerializer(written_number)
Amount = Annotated[Fraction, *_from(None), _written]
NotLess = Annotated[Fraction, *_from(0), _written]
Percent = Annotated[Fraction, *_from(-100), _written]
Figures = Annotated[dict[str, Amount], Field(min_length=1)]
NoLess = Annotated[dict[str, NotLess], Field(min_length=1)]


class Form(BaseModel):
    """What every form keeps to: no unknown key, nothing changed afterwards."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, arbitrary_types_allowed=True, populate_by_name=True, serialize_by_alias=True
    )


class Persons(Form):
    """So many persons (or things), each counted in every one of some figures."""

    count: NotLess
    as_: Annotated[
        list[Said], Field(alias="as", min_length=1), BeforeValidator(as_list, json_schema_input_type=Said | list[Said])
    ]


SeveralPersons = Annotated[
    list[Persons], Field(min_length=1), BeforeValidator(as_list, json_schema_input_type=Persons | list[Persons])
]
VERBS = ("set", "add", "hire", "build", "buy")


class SchoolChange(Form):
    """A school has other figures.

    `set` puts a figure, `add` adds exactly what it says (less, where negative); with `hire`, `build` and `buy` what the
    figure is part of follows.
    """

    school: Code
    stage: StageWord | None = None
    set: Figures | None = None
    add: Figures | None = None
    hire: SeveralPersons | None = None
    build: NoLess | None = None
    buy: NoLess | None = None

    model_config = ConfigDict(
        **Form.model_config, json_schema_extra={"anyOf": [{"required": [verb]} for verb in VERBS]}
    )

    @model_validator(mode="after")
    def _something(self) -> "SchoolChange":
        if all(getattr(self, verb) is None for verb in VERBS):
            raise PydanticCustomError("nothing", "nothing", {"expected": ", ".join(VERBS)})
        return self


class MoveChange(Form):
    """Persons, or things, go from one school to another: none is made or lost."""

    move: Persons
    from_: Annotated[Code, Field(alias="from")]
    to: Code
    from_stage: StageWord | None = None
    to_stage: StageWord | None = None


class Enrolment(Form):
    """How pupils change: by so many per cent, or as a file says."""

    percent: Percent | None = None
    file: Said | None = None

    model_config = ConfigDict(
        **Form.model_config, json_schema_extra={"oneOf": [{"required": [key]} for key in ("percent", "file")]}
    )

    @model_validator(mode="after")
    def _one(self) -> "Enrolment":
        if (self.percent is None) == (self.file is None):
            raise PydanticCustomError("one_of", "one of two", {"expected": "percent, file"})
        return self


class EnrolmentChange(Form):
    """Pupils grow or shrink by per cent, everywhere or where the other keys say; or a file gives their numbers."""

    enrolment: Enrolment
    school: Code | None = None
    stage: StageWord | None = None
    county: Said | None = None
    town: Said | None = None
    group: Said | None = None
    area: AreaWord | None = None


class MergeChange(Form):
    """Schools are one: that which stays, under its name."""

    merge: Annotated[list[Code], Field(min_length=2)]
    into: Code


class NewSchool(Form):
    """What a new school is called; what is not said is as of the school it comes from."""

    name: Said
    code: Code | None = None
    town: Said | None = None
    group: Said | None = None
    area: AreaWord | None = None


class SplitChange(Form):
    """A school becomes two: the new one takes part of a section, or whole `sections`; the rest stays."""

    split: Code
    new: NewSchool
    stage: StageWord | None = None
    sections: Annotated[list[StageWord], Field(min_length=1)] | None = None
    takes: NoLess | None = None
    others: Literal["stay", "by_pupils"] = "stay"


class StandardChange(Form):
    """Another standard judges."""

    standard: Said


class SettingChange(Form):
    """Other choices are taken in the standard's open questions."""

    setting: Annotated[
        dict[str, Annotated[str, BeforeValidator(_as_choice, json_schema_input_type=str | bool | int)]],
        Field(min_length=1),
    ]


AnyChange = SchoolChange | MoveChange | EnrolmentChange | MergeChange | SplitChange | StandardChange | SettingChange
OF_KEY: dict[str, type[Form]] = {
    "move": MoveChange,
    "enrolment": EnrolmentChange,
    "merge": MergeChange,
    "split": SplitChange,
    "standard": StandardChange,
    "setting": SettingChange,
    **dict.fromkeys(VERBS, SchoolChange),
}
"""The key that tells what a change is, each with its form."""


class ScenarioForm(Form):
    """A scenario file. The changes are made in the order in which they stand."""

    name: Said | None = None
    note: Said | None = None
    changes: list[AnyChange]
