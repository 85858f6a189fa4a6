"""The layouts of statistics forms, as data: which row label and column label a figure stands under, on whose word."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import Annotated, Literal, NamedTuple

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from junheng import kinds
from junheng.problems import Place, Problem, Unusable
from junheng.standard.faults import faults
from junheng.standard.grammar import FieldForm, Source, Standing, Year
from junheng.standard.load import FORMS, SUFFIXES, root
from junheng.standard.rule_forms import Id, StageName, Wording
from junheng.standard.source import Document, read
from junheng.text import Text
from junheng.workbook.headings import factor, key

STANDINGS: Mapping[str, Text] = {
    "official": Text("官方", "official"),
    "restated": Text("公开文件转述", "restated"),
    "form": Text("表样", "form"),
    "mirror": Text("镜像", "mirror"),
    "inferred": Text("推断", "inferred"),
}
_ORDER: Sequence[Standing] = ("official", "restated", "form", "mirror", "inferred")


class _Form(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Number(_Form):
    """A row or a column by the number that the form itself gives it."""

    number: Annotated[int, Field(strict=True, ge=1, le=999)]


def _as_labels(value: object) -> object:
    return [value] if isinstance(value, str) and value not in ("unknown", "only") else value


Labels = Annotated[list[str], Field(min_length=1)]
_Written = str | Labels | Number  # one label may stand without brackets
RowAnchor = Annotated[
    Labels | Number | Literal["unknown"], BeforeValidator(_as_labels, json_schema_input_type=_Written)
]
ColumnAnchor = Annotated[
    Labels | Number | Literal["unknown", "only"], BeforeValidator(_as_labels, json_schema_input_type=_Written)
]


class CellAnchor(_Form):
    """One cell: a row label × a column label.

    A label may be a path (占地面积/运动场地), or have other wordings. `only` is the only figure of its row, in one
    column for all rows of the form; `unknown` is not on record. `seen_at` is where one importer finds it, for people.
    """

    row: RowAnchor
    column: ColumnAnchor
    seen_at: str | None = None

    @property
    def known(self) -> bool:
        """Whether row and column are on record."""
        return "unknown" not in (self.row, self.column)


class FormFigure(_Form):
    """One figure of a form: the field it is, of which stage (none: of the whole school), and the cells added up for it."""

    field: Id
    stage: StageName | None = None
    cells: Annotated[list[CellAnchor], Field(min_length=1)]
    unit: str | None = None
    source: str
    cite: str
    note: Wording | None = None

    @property
    def known(self) -> bool:
        """Whether every cell is on record."""
        return all(cell.known for cell in self.cells)


class Years(_Form):
    """The school years that a layout is of, both ends included."""

    from_: Annotated[Year | None, Field(alias="from")] = None
    to: Year | None = None


class LayoutForm(_Form):
    """One form of one edition. `compared` is the day it was compared with an official export, null for never."""

    form: Annotated[str, Field(min_length=3, max_length=30)]
    title: Wording
    years: Years
    compared: date | None
    sources: Annotated[dict[str, Source], Field(min_length=1)]
    figures: Annotated[list[FormFigure], Field(min_length=1)]
    note: Wording | None = None

    @property
    def standing(self) -> Standing:
        """The lowest standing of the sources of its figures."""
        return max(
            (self.sources[f.source].standing for f in self.figures if f.source in self.sources), key=_ORDER.index
        )

    def of_year(self, year: int | None) -> bool:
        """Say whether it is the layout of a year; of any where the year is not known."""
        low, high = self.years.from_, self.years.to
        return year is None or ((low is None or low <= year) and (high is None or year <= high))


class Unknown(NamedTuple):
    """A label that is not on record: of which field, whether of its row or its column, and where it is to be written.

    `seen_at` is the cell in which one importer finds the figure, where that is known.
    """

    field: str
    part: Literal["row", "column"]
    place: Place
    seen_at: str | None


class Layout(NamedTuple):
    """A layout, where it is written, and the labels that are still to be filled in."""

    form: LayoutForm
    file: str
    own: bool
    unknown: tuple[Unknown, ...] = ()


_REASON = {
    "field": Text("不是有数的已知字段", "is not a known field of figures"),
    "source": Text("不在 sources 中", "is not among the sources"),
    "stage": Text("按学段填报，要写 stage", "is reported by stage; name the stage"),
    "whole": Text("是全校数，不写 stage", "is of the whole school; name no stage"),
    "twice": Text("在这份版式中写了两次", "stands twice in this layout"),
    "unit": Text("的 unit 不能换算成 {unit}", "has a unit that is no multiple of {unit}"),
    "money": Text("要写 unit（元或万元）", "needs a unit, 元 or 万元"),
    "years": Text("的年度倒置", "has years in the wrong order"),
    "both": Text("与 {other} 的年度重叠", "overlaps in years with {other}"),
}


def read_layout(file: Path, shown: str, fields: Mapping[str, FieldForm], *, own: bool) -> Layout:
    """Return a layout; raise Unusable with every fault of form and every contradiction."""
    document = read(file, shown)
    try:
        form = LayoutForm.model_validate(document.data)
    except ValidationError as error:
        raise Unusable(faults(error, document, LayoutForm)) from error
    problems = _lint(form, document, fields)
    if problems:
        raise Unusable(problems)
    return Layout(form, shown, own, tuple(_unknown(form, document)))


def _unknown(form: LayoutForm, document: Document) -> Iterator[Unknown]:
    for at, figure in enumerate(form.figures):
        for number, cell in enumerate(figure.cells):
            for part, anchor in (("row", cell.row), ("column", cell.column)):
                if anchor == "unknown":
                    place = document.place(("figures", at, "cells", number, part))
                    yield Unknown(figure.field, "row" if part == "row" else "column", place, cell.seen_at)


def _lint(form: LayoutForm, document: Document, fields: Mapping[str, FieldForm]) -> list[Problem]:
    problems: list[Problem] = []

    def wrong(path: tuple[str | int, ...], name: str, reason: str, **facts: str) -> None:
        said = _REASON[reason].fill(**facts)
        problems.append(kinds.LAYOUT_INVALID.at(document.place(path), key=name, reason=said))

    if form.years.from_ is not None and form.years.to is not None and form.years.to < form.years.from_:
        wrong(("years",), form.form, "years")
    seen: set[tuple[str, str | None]] = set()
    for at, figure in enumerate(form.figures):
        here = ("figures", at)
        if figure.source not in form.sources:
            wrong((*here, "source"), figure.source, "source")
        field = fields.get(figure.field)
        if field is None or not field.numeric:
            wrong((*here, "field"), figure.field, "field")
            continue
        if (field.share == "reported") != (figure.stage is not None):
            wrong((*here, "field"), figure.field, "stage" if figure.stage is None else "whole")
        if (figure.field, figure.stage) in seen:
            wrong((*here, "field"), figure.field, "twice")
        seen.add((figure.field, figure.stage))
        if figure.unit is not None and factor(field, key(figure.unit)) is None:
            wrong((*here, "unit"), figure.field, "unit", unit=field.unit or "—")
        if figure.unit is None and field.unit == "元":
            wrong((*here, "field"), figure.field, "money")
    return problems


@cache
def shipped_files() -> Sequence[Path]:
    """Return the files of the shipped layouts."""
    return sorted((root() / FORMS).glob("*.yaml"))


def read_layouts(own: Sequence[Path], fields: Mapping[str, FieldForm]) -> list[Layout]:
    """Return the user's layouts and those shipped; the user's stand for shipped ones of that number and those years."""
    problems: list[Problem] = []
    layouts: list[Layout] = []
    files = [(file, str(file), True) for path in own for file in _files(path)]
    files += [(file, f"{FORMS}/{file.name}", False) for file in shipped_files()]
    for file, shown, is_own in files:
        try:
            layout = read_layout(file, shown, fields, own=is_own)
        except Unusable as error:
            problems += error.problems
            continue
        other = next((known for known in layouts if _overlap(known.form, layout.form)), None)
        if other is None:
            layouts.append(layout)
        elif other.own == is_own:
            place = read(file, shown).place(("form",))
            reason = _REASON["both"].fill(other=other.file)
            problems.append(kinds.LAYOUT_INVALID.at(place, key=layout.form.form, reason=reason))
    if problems:
        raise Unusable(problems)
    return layouts


def _files(path: Path) -> list[Path]:
    return sorted(f for s in SUFFIXES for f in path.glob(f"*{s}")) if path.is_dir() else [path]


def _overlap(one: LayoutForm, other: LayoutForm) -> bool:
    def ends(form: LayoutForm) -> tuple[int, int]:
        return form.years.from_ or 0, form.years.to or 9999

    (low, high), (low_other, high_other) = ends(one), ends(other)
    return key(one.form) == key(other.form) and low <= high_other and low_other <= high
