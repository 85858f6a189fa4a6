"""The collected table as a workbook: schools, where every entry comes from, and the lists of what is wrong."""

import re
from collections.abc import Sequence
from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet
from rich.cells import cell_len

from junheng.collect.lists import HEADINGS, Entry, figure, lists, named, of_all, word
from junheng.collect.run import Collected
from junheng.report.to_xlsx import page, put
from junheng.report.write import write_book
from junheng.standard.grammar import FieldForm
from junheng.text import Lang
from junheng.workbook import collected as sheets
from junheng.workbook.counted import COUNTED
from junheng.workbook.template import IDENTITY, heading

ALWAYS = ("code", "name", "type", "stage")  # columns that stand even where nobody filled them in
NARROWEST, WIDEST = 8, 60  # of a column, in letters
MEASURED = 500  # rows that the width of a column is taken from
HALF = 6  # letters that a heading in two lines is wider than its half
LONG = 30  # letters; a shorter text, be it Chinese, is not broken
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
    head = ("code", "name", "stage", "item", "value", "file", "sheet", "cell", "remark")
    _sheet(book, sheets.SOURCES.say(lang), [sheets.MARK.say(lang), *(HEADINGS[n].say(lang) for n in head)], sources)
    for listed in lists(collected, lang):
        names = [HEADINGS[column].say(lang) for column in listed.columns]
        rows: list[list[Entry]] = listed.rows
        if listed.name == sheets.NOT_MERGED:  # with their figures, for they stand nowhere else
            figures = [(name, form) for name, form in columns if form.numeric]
            aside = [section for school in collected.aside for section in school]
            names += [heading(form, lang) for _, form in figures]
            rows = [
                [*row, *(figure(section, name, form, lang)[0] for name, form in figures)]
                for row, section in zip(rows, aside, strict=True)
            ]
        _sheet(book, listed.name.say(lang), names, rows)
    write_book(path, book)


def _sheet(book: Workbook, name: str, headings: Sequence[str], rows: Sequence[Sequence[Entry | PatternFill]]) -> None:
    """Write one sheet: a text stays text, whatever it begins with; a fill is a blank that is shaded."""
    sheet: Worksheet = book.create_sheet(name)
    sheet.freeze_panes = "A2"
    sheet.print_title_rows = "1:1"
    page(sheet)
    sheet.append(list(headings))
    for at, text in enumerate(headings, 1):
        cell = sheet.cell(1, at)
        cell.font, cell.fill = Font(bold=True), _HEAD
        cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
        sample = [cell_len(str(row[at - 1])) for row in rows[:MEASURED] if _said(row[at - 1])]
        wide = max([min(cell_len(text), cell_len(text) // 2 + HALF), *sample])
        sheet.column_dimensions[get_column_letter(at)].width = max(NARROWEST, min(WIDEST, wide + 3))
    for number, row in enumerate(rows, 2):
        odd = {at: entry for at, entry in enumerate(row, 1) if _is_odd(entry)}
        sheet.append([None if at in odd else entry for at, entry in enumerate(row, 1)])
        for at, entry in odd.items():
            cell = sheet.cell(number, at)
            if isinstance(entry, PatternFill):
                cell.fill = entry
            else:
                put(cell, str(entry))
        for at, entry in enumerate(row, 1):
            if isinstance(entry, str) and len(entry) > LONG and cell_len(entry) > WIDEST:
                sheet.cell(number, at).alignment = Alignment(wrap_text=True, vertical="top")


def _said(entry: Entry | PatternFill) -> bool:
    return entry is not None and not isinstance(entry, PatternFill)


def _is_odd(entry: Entry | PatternFill) -> bool:
    """Say whether an entry cannot simply be appended: a fill, and a text that a spreadsheet would not take as it is."""
    return isinstance(entry, PatternFill) or (isinstance(entry, str) and _ODD.search(entry) is not None)


def _schools(
    collected: Collected, columns: Sequence[tuple[str, FieldForm]], lang: Lang
) -> tuple[list[list[Entry | PatternFill]], list[list[Entry]]]:
    """Return the rows of the table, and those of the sheet of sources: one for every entry."""
    rows: list[list[Entry | PatternFill]] = []
    sources: list[list[Entry]] = []
    for number, section in enumerate(collected.joined.sections, 2):
        row: list[Entry | PatternFill] = []
        who = named(section, collected, lang)
        for at, (name, form) in enumerate(columns, 1):
            if form.numeric:
                found = section.figures.get(name)
                entry, remark = figure(section, name, form, lang)
                cells = found.cells if found is not None else ()
                row.append(_DISPUTED if found is not None and found.disputed else entry)
            else:
                entry = collected.year if name == "year" else word(section.texts.get(name), form, lang)
                cells, remark = section.cells.get(name, ()), section.remarks.get(name)
                row.append(entry)
            if entry is not None and name != "year" and (cells or remark):
                address = f"{get_column_letter(at)}{number}"
                sources.append(
                    [address, *who, form.text.say(lang), entry, *of_all(cells), remark.say(lang) if remark else None]
                )
        rows.append(row)
    return rows, sources
