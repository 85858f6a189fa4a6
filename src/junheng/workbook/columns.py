"""Columns of cells become columns of figures, words and years; one compiled validator for a whole column."""

import datetime as dt
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, TypeVar

from pydantic import Field, TypeAdapter, ValidationError

from junheng import kinds
from junheng.problems import Kind
from junheng.standard.grammar import FieldForm
from junheng.text import Text
from junheng.workbook.traditional import simplified

T = TypeVar("T")
Figures = list[float | None]
Fault = tuple[int, Kind, dict[str, object]]
"""The entry of a column that is faulty, what is wrong with it, and the facts."""

_AMOUNTS = TypeAdapter(list[Annotated[float, Field(ge=0, le=1e12, allow_inf_nan=False, strict=True)] | None])
_WHOLE = TypeAdapter(
    list[Annotated[float, Field(ge=0, le=1e12, multiple_of=1, allow_inf_nan=False, strict=True)] | None]
)
_FAULTS = {
    "greater_than_equal": kinds.NUMBER_NEGATIVE,
    "less_than_equal": kinds.NUMBER_IMPLAUSIBLE,
    "multiple_of": kinds.NUMBER_NOT_WHOLE,
}

NO_FIGURE = frozenset(
    {"", "-", "--", "---", "—", "——", "———", "–", "―", "─", "/", "\\", "无", "無", "…", "……", "......"}
)
_HALF_WIDTH = str.maketrans("０１２３４５６７８９．，＋－／", "0123456789.,+-/")
_PLAIN = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_THOUSANDS = re.compile(r"[+-]?\d{1,3}(?:(?:,\d{3})+|(?:[ \u00a0\u2009\u202f]\d{3})+)(\.\d+)?")
_YES = {"是", "有", "对", "√", "yes", "y", "true", "1"}
_NO = {"否", "没有", "×", "x", "no", "n", "false", "0"}
_YEAR = re.compile(r"(\d{3,4})(?:[-—–~/至](\d{2}|\d{4}))?(?:学年度?|年度?)?(?:初|末)?")


def clean_text(cell: object) -> str:
    """Return the text of a cell on one line, without control characters and outer spaces; a whole number as digits."""
    if isinstance(cell, str):
        text = cell.strip()
        if not text.isprintable():
            text = "".join(c if c.isprintable() else " " if c.isspace() else "" for c in text)
            text = " ".join(text.split())
        return text
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)


def parse_number(text: str) -> float | str | None:
    """Return the number in a text, None for a sign that there is none, the text itself where it is neither.

    Only full-width figures are taken for others: a footnote mark such as ① or ² is none of the number.

    >>> parse_number("１，２３４.5"), parse_number("——"), parse_number("45人"), parse_number("1①"), parse_number("4 5")
    (1234.5, None, '45人', '1①', '4 5')
    """
    bare = text.translate(_HALF_WIDTH).strip().lstrip("'‘’")
    if "".join(bare.split()) in NO_FIGURE:
        return None
    if _PLAIN.fullmatch(bare):
        return float(bare)
    if _THOUSANDS.fullmatch(bare):
        return float("".join(sign for sign in bare if sign.isdigit() or sign in "+-."))
    return text


def _prepare(cell: object) -> object:
    if isinstance(cell, str):
        return None if not cell else parse_number(cell)
    return cell


def _flag(cell: object) -> object:
    if isinstance(cell, bool):
        return float(cell)
    if isinstance(cell, str):
        word = cell.strip().lower()
        return 1.0 if word in _YES else 0.0 if word in _NO else None if word in NO_FIGURE else cell
    return str(cell) if isinstance(cell, int | float) and cell not in (0, 1) else cell


def figures(column: Sequence[object], form: FieldForm, times: float = 1) -> tuple[Figures, list[Fault]]:
    """Return the figures of a column, None where there is none or a faulty one, and the faults."""
    types = set(map(type, column))
    cells: Sequence[object] = column
    if form.kind == "flag":
        cells = [_flag(cell) for cell in column]
    elif not types <= {float, int}:
        cells = [cell if type(cell) is float else _prepare(cell) for cell in column]
    adapter = _WHOLE if form.whole else _AMOUNTS
    faulty: list[Fault] = []
    try:
        result = adapter.validate_python(cells)
    except ValidationError as error:
        mended = list(cells)
        for fault in error.errors(include_url=False, include_context=False, include_input=False):
            entry = fault["loc"][0]
            if isinstance(entry, int) and mended[entry] is not None:
                faulty.append((entry, *_fault(column[entry], fault["type"], form)))
                mended[entry] = None
        result = adapter.validate_python(mended)
    if times != 1:
        result = [None if figure is None else figure * times for figure in result]
    return result, faulty


def _fault(cell: object, kind: str, form: FieldForm) -> tuple[Kind, dict[str, object]]:
    facts: dict[str, object] = {"field": form.text, "found": clean_text(cell)[:60]}
    if kind in _FAULTS:
        return _FAULTS[kind], facts
    if isinstance(cell, (dt.date, dt.datetime, dt.time, dt.timedelta)):
        return kinds.CELL_DATE, facts
    if isinstance(cell, str) and re.fullmatch(r"#[A-Z/0!?]+", cell.strip()):
        return kinds.CELL_ERROR, facts
    if form.kind == "flag":
        return kinds.TYPE_UNKNOWN, {**facts, "expected": Text("是、否", "yes, no")}
    return kinds.NOT_A_NUMBER, facts


def by_distinct(column: Sequence[object], read: Callable[[object], T]) -> list[T]:
    """Return a column read entry by entry, each distinct cell once."""
    try:
        known = {cell: read(cell) for cell in set(column)}
    except TypeError:  # a cell that cannot stand in a set
        return [read(cell) for cell in column]
    return [known[cell] for cell in column]


def choice_words(form: FieldForm) -> Mapping[str, str]:
    """Return every word that stands for a choice, without spaces and in half-width form."""
    words = {}
    for name, choice in form.choices.items():
        for word in (choice.zh, choice.en, name, *choice.aliases):
            words[_bare(word)] = name
    return words


def _bare(word: str) -> str:
    return "".join(unicodedata.normalize("NFKC", word).split()).lower()


def choices(
    column: Sequence[object], form: FieldForm, *, required: bool = False
) -> tuple[list[str | None], list[Fault]]:
    """Return the choices of a column of words, None where blank or unknown, and the unknown ones.

    Where a choice is required, a blank is reported too.
    """
    words = choice_words(form)
    expected = Text(
        "、".join(c.zh for c in form.choices.values()), ", ".join(f"{c.zh} ({c.en})" for c in form.choices.values())
    )

    def read(cell: object) -> str | None:
        text = _bare(clean_text(cell))
        if text in NO_FIGURE and not required:
            return None
        return words.get(text) or words.get(simplified(text), "?")

    found = by_distinct(column, read)
    faults: list[Fault] = []
    if "?" in found:
        for entry, name in enumerate(found):
            if name == "?":
                facts: dict[str, object] = {
                    "field": form.text,
                    "found": clean_text(column[entry])[:60],
                    "expected": expected,
                }
                faults.append((entry, kinds.TYPE_UNKNOWN, facts))
        found = [None if name == "?" else name for name in found]
    return found, faults


def read_year(text: str) -> int | None:
    """Return the year in which a school year begins.

    >>> [read_year(t) for t in ("2023", "2023-2024", "2023学年", "2023—24学年度", "2023-2025", "二〇二三")]
    [2023, 2023, 2023, 2023, None, None]
    """
    match = _YEAR.fullmatch(_bare(text))
    if match is None:
        return None
    first, second = int(match[1]), match[2]
    following = second is None or int(second) == (first + 1) % 10 ** len(second)
    return first if following else None


def years(column: Sequence[object], form: FieldForm) -> tuple[list[int | None], list[Fault]]:
    """Return the years of a column, None where blank or unreadable, and the unreadable ones."""

    def read(cell: object) -> int | None:
        if isinstance(cell, dt.date):
            return cell.year
        text = clean_text(cell)
        return None if text in NO_FIGURE else read_year(text) or 0

    found = by_distinct(column, read)
    faults: list[Fault] = [
        (entry, kinds.YEAR_UNREADABLE, {"field": form.text, "found": clean_text(column[entry])[:60]})
        for entry, year in enumerate(found)
        if year == 0
    ]
    return [year or None for year in found], faults


def codes(column: Sequence[object]) -> list[str]:
    """Return school codes as text: digits of a number, half-width, without spaces and leading apostrophe."""
    if set(map(type, column)) == {str} and all(map(str.isdecimal, column)) and all(map(str.isascii, column)):  # type: ignore[arg-type]
        return list(column)  # type: ignore[arg-type]
    return [_code(cell) for cell in column]


def _code(cell: object) -> str:
    code = _bare(clean_text(cell)).lstrip("'‘’").upper()
    if code in NO_FIGURE:
        return ""
    return code[:-2] if code.endswith(".0") and code[:-2].isdecimal() else code
