"""The lists of a collection: who has not reported, what stands twice, what is outside the roster, every problem."""

from collections.abc import Sequence
from typing import NamedTuple

from junheng.collect.run import Collected
from junheng.collect.sections import STAGES, Section, Version
from junheng.collect.summary import why_not_used
from junheng.problems import Place
from junheng.standard.grammar import FieldForm
from junheng.text import Lang, Text
from junheng.workbook import collected as sheets

Entry = str | float | int | None
HEADINGS = {
    "cell": Text("单元格", "Cell"),
    "sheet": Text("工作表", "Sheet"),
    "file": Text("文件", "File"),
    "item": Text("项目", "Item"),
    "value": Text("数值", "Value"),
    "remark": Text("说明", "Remark"),
    "code": Text("标识码", "Code"),
    "name": Text("校名", "Name"),
    "stage": Text("学段", "Stage"),
    "county": Text("县", "County"),
    "town": Text("乡镇", "Town"),
    "other_value": Text("另一处数值", "Other value"),
    "other_file": Text("另一处文件", "Other file"),
    "other_sheet": Text("另一处工作表", "Other sheet"),
    "other_cell": Text("另一处单元格", "Other cell"),
    "severity": Text("程度", "Severity"),
    "problem": Text("问题", "Problem"),
    "hint": Text("提示", "Hint"),
    "problem_code": Text("代码", "Problem code"),
}
_ALIKE = Text("完全相同，计一次", "alike, counted once")
_NEITHER = Text("都不采用", "none is used")
_ONLY_OF = Text("只报了{year}年度", "reported {year} only")
_BLANK = Text("（空白）", "(blank)")
_SEVERITY = {"error": Text("错误", "error"), "warning": Text("提醒", "warning"), "note": Text("说明", "note")}


class Listed(NamedTuple):
    """One list: its name, the keys of its columns in `HEADINGS`, and its rows."""

    name: Text
    columns: tuple[str, ...]
    rows: list[list[Entry]]


def lists(collected: Collected, lang: Lang) -> list[Listed]:
    """Return every list of a collection; an empty one stands too."""
    place = ("file", "sheet", "cell")
    who = ("code", "name", "stage")
    versions = ("value", *place, "other_value", "other_file", "other_sheet", "other_cell", "remark")
    aside = [[*named(s, collected, lang), *_of(s.at)] for school in collected.aside for s in school]
    found = (*place, "problem_code", "severity", "problem", "hint")
    skipped: list[list[Entry]] = [list(entry) for entry in why_not_used(collected, lang).items()]
    return [
        Listed(sheets.NOT_REPORTED, ("code", "name", "county", "town", *place, "remark"), _missing(collected, lang)),
        Listed(sheets.TWICE, (*who, "item", *versions), _twice(collected, lang)),
        Listed(sheets.OUTSIDE, (*who, *place, "remark"), _outside(collected, lang)),
        Listed(sheets.NOT_MERGED, (*who, *place), aside),
        Listed(sheets.FILES, ("file", "remark"), skipped),
        Listed(sheets.PROBLEMS, found, _problems(collected, lang)),
    ]


def plain(number: float) -> float | int:
    """Return a number as a whole one where it is one."""
    return int(number) if number.is_integer() else number


def figure(section: Section, name: str, form: FieldForm, lang: Lang = "zh") -> tuple[Entry, Text | None]:
    """Return a figure as it stands in the table, and what was done to it on the way."""
    found = section.figures.get(name)
    if found is None or found.number is None:
        return None, None if found is None else found.remark
    if form.kind == "flag":
        return Text("是" if found.number else "否", "yes" if found.number else "no").say(lang), found.remark
    return plain(found.number), found.remark


def word(said: str | None, form: FieldForm, lang: Lang) -> str | None:
    """Return a word as people read it."""
    choice = form.choices.get(said or "")
    return said if choice is None else Text(choice.zh, choice.en).say(lang)


def named(section: Section, collected: Collected, lang: Lang) -> list[Entry]:
    """Return code, name and stage of a section."""
    stage = section.texts.get("stage")
    said = word(stage, collected.fields["stage"], lang) if stage in STAGES else None
    return [section.texts.get("code"), section.texts.get("name"), said]


def _of(place: Place) -> list[Entry]:
    return [place.file, place.sheet, place.cell]


def of_all(places: Sequence[Place]) -> list[Entry]:
    """Return files, sheets and cells that an entry was read from: one file and sheet where they are the same."""
    if not places:
        return [None, None, None]
    if len({(place.file, place.sheet) for place in places}) == 1:
        return [places[0].file, places[0].sheet, "+".join(place.cell or "" for place in places)]
    return [
        " + ".join(text or "" for text in texts)
        for texts in zip(*((p.file, p.sheet, p.cell) for p in places), strict=True)
    ]


def _missing(collected: Collected, lang: Lang) -> list[list[Entry]]:
    years = collected.of_other_years
    rows: list[list[Entry]] = [
        [
            school.code or None,
            school.name or None,
            school.texts.get("county"),
            school.texts.get("town"),
            *_of(school.at),
            _ONLY_OF.fill(year=years[school.at]).say(lang) if school.at in years else None,
        ]
        for school in collected.joined.missing
    ]
    rows += [[None, child, None, None, None, None, None, None] for child in collected.unsent]
    return rows


def _version(version: Version, field: FieldForm | None, lang: Lang) -> list[Entry]:
    said: Entry = version.said
    if field is not None and said is None:
        said = _BLANK.say(lang)
    elif field is not None and isinstance(said, str):
        said = word(said, field, lang)
    elif isinstance(said, float):
        said = plain(said)
    return [said, *(of_all(version.cells) if version.cells else _of(version.at))]


def _twice(collected: Collected, lang: Lang) -> list[list[Entry]]:
    rows = []
    for section, name, first, other in collected.joined.twice:
        field = None if name is None else collected.fields[name]
        item = None if field is None else field.text.say(lang)
        remark = (_ALIKE if field is None else _NEITHER).say(lang)
        versions = [*_version(first, field, lang), *_version(other, field, lang)]
        rows.append([*named(section, collected, lang), item, *versions, remark])
    return rows


def _outside(collected: Collected, lang: Lang) -> list[list[Entry]]:
    return [
        [*named(section, collected, lang), *_of(section.at), reason.say(lang).lstrip("：:，; ") or None]
        for section, reason in collected.joined.outside
    ]


def _problems(collected: Collected, lang: Lang) -> list[list[Entry]]:
    return [
        [
            *_of(p.place)[:2],
            p.place.cell or (str(p.place.line) if p.place.line else None),
            p.kind.code,
            _SEVERITY[p.severity.value].say(lang),
            p.message(lang),
            p.hint(lang),
        ]
        for p in collected.problems
    ]
