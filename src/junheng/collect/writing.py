"""The collected table as a workbook: schools, where every entry comes from, and the lists of what is wrong."""

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from junheng.collect.joining import STAGES, Section, Version
from junheng.collect.run import Collected
from junheng.problems import Place
from junheng.report.to_xlsx import put
from junheng.report.write import write_book
from junheng.standard.grammar import FieldForm
from junheng.text import Lang, Text
from junheng.workbook import collected as sheets
from junheng.workbook.counted import COUNTED
from junheng.workbook.template import IDENTITY, heading

Entry = str | float | int | None
ALWAYS = ("code", "name", "type", "stage")  # columns that stand even where nobody filled them in
FIELDS_OF_LISTS = {
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
_HEAD = PatternFill("solid", fgColor="DDEBF7")
_DISPUTED = PatternFill("solid", fgColor="FFF2CC")
_ODD = re.compile(r"^[=+@-]|[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|.{8000}", re.DOTALL)


def columns_of(collected: Collected) -> list[tuple[str, FieldForm]]:
    """Return the columns of the table: identity in the order of the template, then every field that some file gives."""
    sections = collected.joined.sections
    texts = {name for section in sections for name, word in section.texts.items() if word is not None} | {*ALWAYS}
    figures = {name for section in sections for name in section.figures if name != COUNTED}
    if collected.year is not None:
        texts.add("year")
    names = [name for name in IDENTITY if name in texts]
    names += [name for name in collected.fields if name in texts and name not in IDENTITY]
    names += [name for name in collected.fields if name in figures]
    return [(name, collected.fields[name]) for name in names]


def write(path: Path, collected: Collected, lang: Lang) -> None:
    """Write the workbook beside its place, then put it there; raise Unusable where that cannot be done."""
    book = Workbook()
    book.remove(book.worksheets[0])
    columns = columns_of(collected)
    schools, sources = _schools(collected, columns, lang)
    _sheet(book, sheets.SCHOOLS.say(lang), [heading(form, lang) for _, form in columns], schools)
    at = FIELDS_OF_LISTS
    head = [
        sheets.MARK,
        *(at[n] for n in ("code", "name", "stage", "item", "value", "file", "sheet", "cell", "remark")),
    ]
    _sheet(book, sheets.SOURCES.say(lang), [t.say(lang) for t in head], sources)
    _list(
        book,
        sheets.NOT_REPORTED,
        ("code", "name", "county", "town", "file", "sheet", "cell", "remark"),
        _missing(collected, lang),
        lang,
    )
    versions = ("value", "file", "sheet", "cell", "other_value", "other_file", "other_sheet", "other_cell", "remark")
    _list(book, sheets.TWICE, ("code", "name", "stage", "item", *versions), _twice(collected, lang), lang)
    place = ("code", "name", "stage", "file", "sheet", "cell")
    _list(book, sheets.OUTSIDE, (*place, "remark"), _outside(collected, lang), lang)
    figures = [(name, form) for name, form in columns if form.numeric]
    head = [*(at[name] for name in place), *(Text(heading(f, "zh"), heading(f, "en")) for _, f in figures)]
    aside = [
        [*_named(s, collected, lang), *_of(s.at), *(_figure(s, n, f)[0] for n, f in figures)]
        for school in collected.aside
        for s in school
    ]
    _sheet(book, sheets.NOT_MERGED.say(lang), [t.say(lang) for t in head], aside)
    found = ("file", "sheet", "cell", "problem_code", "severity", "problem", "hint")
    _list(book, sheets.PROBLEMS, found, _problems(collected, lang), lang)
    write_book(path, book)


def _sheet(book: Workbook, name: str, headings: Sequence[str], rows: Iterable[Sequence[Entry | PatternFill]]) -> None:
    """Write one sheet: a text stays text, whatever it begins with; a fill is a blank that is shaded."""
    sheet: Worksheet = book.create_sheet(name)
    sheet.freeze_panes = "A2"
    sheet.append(list(headings))
    for at, text in enumerate(headings, 1):
        cell = sheet.cell(1, at)
        cell.font, cell.fill = Font(bold=True), _HEAD
        cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
        sheet.column_dimensions[get_column_letter(at)].width = max(12, min(40, 2 * len(text) + 3))
    for number, row in enumerate(rows, 2):
        odd = {at: entry for at, entry in enumerate(row, 1) if _is_odd(entry)}
        sheet.append([None if at in odd else entry for at, entry in enumerate(row, 1)])
        for at, entry in odd.items():
            cell = sheet.cell(number, at)
            if isinstance(entry, PatternFill):
                cell.fill = entry
            else:
                put(cell, str(entry))


def _is_odd(entry: Entry | PatternFill) -> bool:
    """Say whether an entry cannot simply be appended: a fill, and a text that a spreadsheet would not take as it is."""
    return isinstance(entry, PatternFill) or (isinstance(entry, str) and _ODD.search(entry) is not None)


def _list(book: Workbook, name: Text, columns: Sequence[str], rows: Iterable[Sequence[Entry]], lang: Lang) -> None:
    _sheet(book, name.say(lang), [FIELDS_OF_LISTS[column].say(lang) for column in columns], rows)


def _schools(
    collected: Collected, columns: Sequence[tuple[str, FieldForm]], lang: Lang
) -> tuple[list[list[Entry | PatternFill]], list[list[Entry]]]:
    """Return the rows of the table, and those of the sheet of sources: one for every entry."""
    rows: list[list[Entry | PatternFill]] = []
    sources: list[list[Entry]] = []
    for number, section in enumerate(collected.joined.sections, 2):
        row: list[Entry | PatternFill] = []
        who = _named(section, collected, lang)
        for at, (name, form) in enumerate(columns, 1):
            if form.numeric:
                figure = section.figures.get(name)
                entry, remark = _figure(section, name, form, lang)
                cells = figure.cells if figure is not None else ()
                row.append(_DISPUTED if figure is not None and figure.disputed else entry)
            else:
                entry = collected.year if name == "year" else _word(section.texts.get(name), form, lang)
                cells, remark = section.cells.get(name, ()), section.remarks.get(name)
                row.append(entry)
            if entry is not None and name != "year" and (cells or remark):
                address = f"{get_column_letter(at)}{number}"
                sources.append(
                    [address, *who, form.text.say(lang), entry, *_of_all(cells), remark.say(lang) if remark else None]
                )
        rows.append(row)
    return rows, sources


def _figure(section: Section, name: str, form: FieldForm, lang: Lang = "zh") -> tuple[Entry, Text | None]:
    figure = section.figures.get(name)
    if figure is None or figure.number is None:
        return None, None if figure is None else figure.remark
    if form.kind == "flag":
        return Text("是" if figure.number else "否", "yes" if figure.number else "no").say(lang), figure.remark
    return (int(figure.number) if figure.number.is_integer() else figure.number), figure.remark


def _word(word: str | None, form: FieldForm, lang: Lang) -> str | None:
    choice = form.choices.get(word or "")
    return word if choice is None else Text(choice.zh, choice.en).say(lang)


def _named(section: Section, collected: Collected, lang: Lang) -> list[Entry]:
    stage = section.texts.get("stage")
    said = _word(stage, collected.fields["stage"], lang) if stage in STAGES else None
    return [section.texts.get("code"), section.texts.get("name"), said]


def _of(place: Place) -> list[Entry]:
    return [place.file, place.sheet, place.cell]


def _of_all(places: Sequence[Place]) -> list[Entry]:
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
        said = _word(said, field, lang)
    return [said, *(_of_all(version.cells) if version.cells else _of(version.at))]


def _twice(collected: Collected, lang: Lang) -> list[list[Entry]]:
    rows = []
    for section, name, first, other in collected.joined.twice:
        field = None if name is None else collected.fields[name]
        item = None if field is None else field.text.say(lang)
        remark = (_ALIKE if field is None else _NEITHER).say(lang)
        versions = [*_version(first, field, lang), *_version(other, field, lang)]
        rows.append([*_named(section, collected, lang), item, *versions, remark])
    return rows


def _outside(collected: Collected, lang: Lang) -> list[list[Entry]]:
    return [
        [*_named(section, collected, lang), *_of(section.at), reason.say(lang).lstrip("：:，; ") or None]
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
