"""Statistics forms become reports: labels are found, not positions; what does not fit its layout is not read."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from junheng import kinds
from junheng.collect.form_figures import Figures, read_figures
from junheng.collect.layouts import Layout
from junheng.collect.reports import Report
from junheng.problems import Place, Problem
from junheng.standard.grammar import FieldForm
from junheng.text import Text
from junheng.workbook.cells import Sheet
from junheng.workbook.columns import NO_FIGURE, choices, clean_text, codes, read_year
from junheng.workbook.headers import find_header
from junheng.workbook.headings import Words, key
from junheng.workbook.schools import year_of_path, year_of_sheet

TITLE_ROWS = 12  # the form's number and whose it is stand within this many rows
_NUMBER = re.compile(r"(?:基础基|教基)\d{3,4}(?:续表?\d*)?")
_FORM_NUMBER = "表号"
_SAYS = ("name", "code", "year", "type", "county", "town", "area", "owner")  # what a form may say of its school


@dataclass(slots=True)
class FormSheets:
    """The forms of one workbook: reports by school and stage, the sheets that are no forms, and what is wrong."""

    reports: list[Report] = field(default_factory=list)
    others: list[Sheet] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    layouts: list[tuple[Layout, Place]] = field(default_factory=list)  # those used, and on which sheet first
    any: bool = False


def form_number(sheet: Sheet, own: Sequence[str] = ()) -> str | None:
    """Return the number of the form that a sheet is: by its name, by 表号, or by the only number in its title.

    `own` are numbers of another style that a user's layouts bring.
    """

    def numbers(text: str) -> list[str]:
        said = key(text)
        found = [match.replace("续表", "续") for match in _NUMBER.findall(said)]
        return found or [number for number in own if key(number) in said]

    named = numbers(sheet.name or "")
    if named:
        return named[0]
    texts = [cell for row in sheet.rows[:TITLE_ROWS] for cell in row if isinstance(cell, str)]
    for cells in ([text for text in texts if _FORM_NUMBER in key(text)], texts):
        found = {number for text in cells for number in numbers(text)}
        if len(found) == 1:
            return found.pop()
    return None


class _Page(NamedTuple):
    """A sheet that is a form: its number, and what it says of its school."""

    sheet: Sheet
    number: str
    said: Mapping[str, str]

    @property
    def named(self) -> bool:
        """Whether it says whose it is."""
        return bool(self.said.get("name") or self.said.get("code"))


def read_forms(
    sheets: Sequence[Sheet],
    layouts: Sequence[Layout],
    headings: Words,
    known_names: Mapping[str, str],
    asked: int | None = None,
) -> FormSheets:
    """Return what the forms of a workbook say; a form that says no year is of the year that is asked for.

    `known_names` are codes and names of schools that a file may be named after.
    """
    result = FormSheets()
    own = [layout.form.form for layout in layouts if layout.own]
    pages: list[_Page] = []
    for sheet in sheets:
        number = form_number(sheet, own) if sheet.rows and not _is_table(sheet, headings) else None
        if number is None:
            result.others.append(sheet)
        else:
            pages.append(_Page(sheet, number, _says(sheet, headings)))
    result.any = bool(pages)
    schools = {(page.said.get("code"), page.said.get("name")) for page in pages if page.named}
    only = next((page.said for page in pages if page.named), {}) if len(schools) == 1 else {}
    for page in pages:
        said = page.said.get("year", "")
        year = read_year(said) or year_of_sheet(page.sheet, TITLE_ROWS, year_of_path(page.sheet.path)) or asked
        layout = _layout(page, year, layouts, result.problems)
        if layout is None:
            continue
        texts = page.said if page.named else {**only, **page.said}
        if not page.named and not only:
            texts = {**texts, **_by_file(page.sheet, known_names)}
        if not (texts.get("name") or texts.get("code")):
            reason = (
                Text("工作簿中有几所学校的表", "the workbook holds forms of several schools")
                if len(schools) > 1
                else Text("表上没有校名或标识码", "no name or code stands on it")
            )
            result.problems.append(kinds.FORM_SCHOOL_UNKNOWN.at(page.sheet.place(), form=page.number, reason=reason))
            continue
        result.layouts.append((layout, page.sheet.place()))
        read = read_figures(page.sheet, layout, headings, result.problems)
        if read:
            _add(result.reports, page.sheet, layout, read, texts, year, headings.fields)
    result.problems = list(dict.fromkeys(result.problems))
    return result


def _layout(page: _Page, year: int | None, layouts: Sequence[Layout], problems: list[Problem]) -> Layout | None:
    """Return the layout of a form in a year; None, and why, where there is none or it cannot be told which."""
    fitting = [la for la in layouts if key(la.form.form) == key(page.number) and la.form.of_year(year)]
    if len(fitting) > 1:
        reason = Text("看不出是哪个年度的", "it cannot be told of which year it is")
        problems.append(kinds.FORM_DIFFERS.at(page.sheet.place(), form=page.number, reason=reason))
    elif not fitting:
        name = page.number if year is None else f"{page.number}（{year}）"
        if not any(p.kind is kinds.FORM_NOT_ON_RECORD and ("form", name) in p.facts for p in problems):
            problems.append(kinds.FORM_NOT_ON_RECORD.at(page.sheet.place(), form=name))
    return fitting[0] if len(fitting) == 1 else None


def _is_table(sheet: Sheet, headings: Words) -> bool:
    """Say whether a sheet is a table of schools, whatever forms it mentions: it has headings of figures."""
    header, _ = find_header(sheet, headings, None)
    return header is not None and any(headings.fields[name].numeric for name in header.columns)


def _by_file(sheet: Sheet, known_names: Mapping[str, str]) -> dict[str, str]:
    """Return the school that a file is named after."""
    stem = key(sheet.path.stem)
    return {"name": known_names[stem]} if stem in known_names else {}


def _says(sheet: Sheet, headings: Words) -> dict[str, str]:
    """Return what a form says of its school: 学校名称：第一小学, in one cell or in two."""
    found: dict[str, str] = {}
    for row in sheet.rows[:TITLE_ROWS]:
        for column, cell in enumerate(row):
            if not isinstance(cell, str) or not cell.strip():
                continue
            label, sign, said = clean_text(cell).replace("：", ":").partition(":")
            hit = headings.find(label) if label else None
            if hit is None or hit[0] not in _SAYS:
                continue
            value = said.strip()
            if not value:
                following = next((clean_text(c) for c in row[column + 1 :] if clean_text(c)), "")
                value = (
                    ""
                    if headings.find(following.rstrip(":：")) or (not sign and hit[0] not in ("name", "code"))
                    else following
                )
            if value and value not in NO_FIGURE:
                found.setdefault(hit[0], value)
    return found


def _add(
    reports: list[Report],
    sheet: Sheet,
    layout: Layout,
    read: Figures,
    said: Mapping[str, str],
    year: int | None,
    fields: Mapping[str, FieldForm],
) -> None:
    """Put the figures of one form with those of other forms of that school and stage; once more where they stand already."""
    texts: dict[str, str | None] = {}
    for name in _SAYS:
        value = said.get(name)
        if value is None or name == "year":
            continue
        texts[name] = choices([value], fields[name])[0][0] if fields[name].kind == "choice" else value
    if texts.get("code"):
        texts["code"] = codes([texts["code"]])[0]
    remark = Text(f"按 {layout.form.form} 的版式", f"by the layout of {layout.form.form}")
    if layout.form.compared is None:
        remark = Text(f"{remark.zh}，未经核对", f"{remark.en}, never compared")
    for stage, entries in read.items():
        own = {**texts, "stage": stage}
        into = next(
            (
                r
                for r in reports
                if r.year == year and not r.figures.keys() & entries.keys() and _one_school(r.texts, own)
            ),
            None,
        )
        if into is None:
            into = Report(sheet.place(), own, {}, {}, year, floating=stage is None)
            reports.append(into)
        into.texts |= {name: word for name, word in own.items() if word is not None}
        for name, (number, cells) in entries.items():
            into.figures[name], into.cells[name], into.remarks[name] = number, cells, remark


def _one_school(one: Mapping[str, str | None], other: Mapping[str, str | None]) -> bool:
    same = [one.get(name) == other.get(name) for name in ("code", "name") if one.get(name) and other.get(name)]
    return bool(same) and all(same) and one.get("stage") == other.get("stage")
