"""The roster: which schools there are, so that it can be told which has not reported."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import NamedTuple

from junheng import kinds
from junheng.problems import Place, Problem, Unusable
from junheng.standard.grammar import FieldForm
from junheng.text import Text
from junheng.workbook.cells import Sheet, read_sheets
from junheng.workbook.columns import NO_FIGURE, choices, clean_text, codes
from junheng.workbook.header_row import HEADER_WITHIN
from junheng.workbook.headings import Words, key
from junheng.workbook.origin import section_name
from junheng.workbook.rows import is_note, is_total

WORDS = ("county", "town", "group", "type", "area", "owner")  # what a roster may say of a school besides code and name
_NUMERALS = re.compile(r"\d+|[一二三四五六七八九十]+")  # 第一小学 is not 第二小学 misspelt
ENOUGH_ALIKE = 0.8  # how alike a name of the roster must be to be suggested


@dataclass(frozen=True, slots=True)
class Expected:
    """One school of the roster."""

    code: str
    name: str
    texts: Mapping[str, str | None]
    cells: Mapping[str, Place]
    at: Place

    @property
    def said(self) -> str:
        """Its name, its code where it has none."""
        return self.name or self.code


class Match(NamedTuple):
    """The school of the roster that a report is of, None with the reason where there is none."""

    school: Expected | None
    reason: Text = Text("", "")
    problem: Problem | None = None


@dataclass(slots=True)
class Roster:
    """The schools that are to report."""

    schools: list[Expected]
    by_code: dict[str, list[Expected]] = field(default_factory=dict)
    by_name: dict[str, list[Expected]] = field(default_factory=dict)
    digits: int = 0  # how many digits every code has; 0 where they differ

    def __post_init__(self) -> None:
        for school in self.schools:
            if school.code:
                self.by_code.setdefault(school.code, []).append(school)
            if school.name:
                self.by_name.setdefault(section_name(school.name), []).append(school)
        lengths = Counter(len(code) for code in self.by_code if code.isdigit())
        self.digits = next(iter(lengths)) if len(lengths) == 1 else 0

    def find(self, texts: Mapping[str, str | None], place: Place) -> Match:
        """Return the school that a report is of: by its code, else by its name where that leaves no doubt."""
        code, name = texts.get("code") or "", texts.get("name") or ""
        bare = section_name(name)
        hits = self.by_code.get(code, []) if code else []
        problem = None
        if not hits and code.isdigit() and len(code) < self.digits:
            hits = self.by_code.get(code.zfill(self.digits), [])
            if hits:
                problem = kinds.CODE_SHORT.at(place, found=code, digits=len(code), expected=self.digits)
        if hits:
            return self._by_code(hits, bare, name, code, place, problem)
        named = _of_place(self.by_name.get(bare, []), texts) if bare else []
        others = [school for school in named if school.code]
        if code and others:
            said = others[0].code
            return Match(
                None, Text(f"：名册中同名学校的标识码是 {said}", f": a school of that name has the code {said} there")
            )
        if len(named) == 1:
            return Match(named[0])
        if named:
            return Match(None, Text("：名册中有几所同名学校", ": several schools there have that name"))
        alike = [name for name in self.by_name if _NUMERALS.findall(name) == _NUMERALS.findall(bare)]
        close = get_close_matches(bare, alike, 1, ENOUGH_ALIKE) if bare else []
        if close:
            said = self.by_name[close[0]][0].name
            return Match(None, Text(f"，名称最接近的是 {said}", f"; the nearest name there is {said}"))
        return Match(None)

    def _by_code(
        self, hits: Sequence[Expected], bare: str, name: str, code: str, place: Place, problem: Problem | None
    ) -> Match:
        same = [school for school in hits if not bare or not school.name or section_name(school.name) == bare]
        if len(same) == 1:
            return Match(same[0], problem=problem)
        other = [school for school in self.by_name.get(bare, []) if school not in hits]
        if other or len(hits) > 1:
            return code_of_other(hits)
        renamed = kinds.ROSTER_NAME_DIFFERS.at(place, code=code, school=name, expected=hits[0].name)
        return Match(hits[0], problem=problem or renamed)


def code_of_other(schools: Sequence[Expected]) -> Match:
    """Return that the code of a report is that of another school of the roster."""
    said = "、".join(school.name for school in schools)
    return Match(None, Text(f"：名册中这个标识码是 {said} 的", f": there the code is that of {said}"))


def _of_place(schools: Iterable[Expected], texts: Mapping[str, str | None]) -> list[Expected]:
    """Return the schools that are of the county and the town of a report, as far as both say so."""

    def agrees(school: Expected, name: str) -> bool:
        own, other = school.texts.get(name), texts.get(name)
        return own is None or other is None or key(own) == key(other)

    return [school for school in schools if agrees(school, "county") and agrees(school, "town")]


def read_roster(path: Path, shown: str, fields: Mapping[str, FieldForm]) -> tuple[Roster, list[Problem]]:
    """Return the schools of a roster, every sheet of it; raise Unusable where it holds none."""
    words = Words(fields)
    schools: dict[object, Expected] = {}
    for sheet in read_sheets(path, shown):
        header = _header(sheet, words)
        if header is None:
            continue
        at, columns = header
        for row in range(at + 1, len(sheet.rows)):
            school = _school(sheet, row, columns, fields)
            if school is not None:  # a through-school may stand in a row for each of its stages
                bare = section_name(school.name)
                same = school.code or (school.texts.get("county"), school.texts.get("town"))
                schools.setdefault((same, bare), school)
    if not schools:
        raise Unusable([kinds.ROSTER_WITHOUT_SCHOOLS.at(Place(shown))])
    roster = Roster(list(schools.values()))
    problems = [
        kinds.ROSTER_DOUBTFUL.at(other.at, code=code, school=other.said, school_other=first.said, other=str(first.at))
        for code, (first, *rest) in roster.by_code.items()
        for other in rest
    ]
    return roster, problems


def _header(sheet: Sheet, words: Words) -> tuple[int, dict[str, int]] | None:
    """Return the row of the headings and the columns of a roster; None where a sheet names no schools."""
    best: tuple[int, dict[str, int]] | None = None
    for index, row in enumerate(sheet.rows[:HEADER_WITHIN]):
        columns: dict[str, int] = {}
        for column, cell in enumerate(row):
            hit = words.find(cell) if isinstance(cell, str) and cell.strip() else None
            if hit is not None and hit[0] in ("code", "name", *WORDS):
                columns.setdefault(hit[0], column)
        if ("code" in columns or "name" in columns) and (best is None or len(columns) > len(best[1])):
            best = index, columns
    return best


def _school(sheet: Sheet, row: int, columns: Mapping[str, int], fields: Mapping[str, FieldForm]) -> Expected | None:
    """Return the school of a row, None where it is a total, a note, blank, or the headings once more."""
    cells = sheet.rows[row]

    def text(name: str) -> str:
        found = clean_text(cells[columns[name]]) if name in columns else ""
        return "" if found in NO_FIGURE else found

    code = codes([cells[columns["code"]]])[0] if "code" in columns else ""
    name = text("name")
    first = next((cell for cell in cells if cell not in ("", None)), "")
    if not (code or name) or is_total(name) or is_total(code) or (not code and (is_total(first) or is_note(first))):
        return None
    if name and key(name) in {key(h) for h in (fields["name"].zh, *fields["name"].headers)}:
        return None
    texts: dict[str, str | None] = {}
    for word in WORDS:
        said = text(word)
        texts[word] = choices([said], fields[word])[0][0] if fields[word].kind == "choice" else said or None
    places = {word: sheet.place(row, column) for word, column in columns.items()}
    return Expected(code, name, texts, places, sheet.place(row, columns.get("name", columns.get("code", 0))))
