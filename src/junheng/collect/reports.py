"""The tables of one workbook become reports: what one file says of one school section, cell by cell."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from junheng import kinds
from junheng.problems import Place, Problem, Unusable
from junheng.standard.grammar import FieldForm
from junheng.text import Text
from junheng.workbook.cells import Sheet, second_look
from junheng.workbook.columns import parse_number
from junheng.workbook.header import Header
from junheng.workbook.header_row import OTHER_HEADINGS
from junheng.workbook.headers import find_header
from junheng.workbook.headings import Words
from junheng.workbook.mapping import Mapped
from junheng.workbook.one_sheet import CHOICES, SheetRows, read_rows
from junheng.workbook.schools import IDENTITY, is_county_sheet, year_of_path, year_of_sheet
from junheng.workbook.stacked_tables import tables

_UNDATED = (kinds.YEAR_UNREADABLE, kinds.YEAR_DOUBTFUL)


@dataclass(slots=True)
class Report:
    """What one row, or one set of forms, says of one school section.

    `figures` has an entry for every field that its table has a column for, None where the cell is blank or faulty;
    `cells` are the cells that words and figures were read from, `remarks` say what was done to them on the way.
    """

    at: Place
    texts: dict[str, str | None]
    figures: dict[str, float | None]
    cells: dict[str, tuple[Place, ...]]
    year: int | None = None
    head: Place | None = None  # the header that it stands under
    remarks: dict[str, Text] = field(default_factory=dict)
    floating: bool = False  # figures of the whole school, of no stage: they belong to any of its sections
    completed: set[Place] = field(default_factory=set)  # its blank cells that the roster completes


class FileReports(NamedTuple):
    """The reports of one workbook, and what is wrong with it."""

    reports: list[Report]
    problems: list[Problem]


def read_reports(
    path: Path,
    shown: str,
    sheets: Sequence[Sheet],
    headings: Words,
    mapped: Mapped | None,
    *,
    with_forms: bool = False,
) -> FileReports:
    """Return the reports of the tables of a workbook; raise Unusable where it has none that can be read.

    Beside statistics forms (`with_forms`) there need not be a table; one that is there and cannot be read is reported.
    """
    problems: list[Problem] = []
    reports: list[Report] = []
    aside: list[tuple[Sheet, set[str]]] = []
    words = frozenset(n for n, form in headings.fields.items() if form.kind == "choice" and n not in CHOICES)
    headed = False
    file_year = year_of_path(path)
    for sheet in [table for whole in sheets for table in tables(whole, headings, mapped)]:
        if not sheet.rows or is_county_sheet(sheet):
            continue
        header, found = find_header(sheet, headings, mapped)
        if header is None:
            aside.append((sheet, found))
            continue
        if header.doubtful & IDENTITY or header.mapped_wrongly:
            raise Unusable([*problems, *header.problems])
        headed = True
        table_year = year_of_sheet(sheet, header.row, file_year)
        needed = [n for n, form in headings.fields.items() if form.numeric and _given(header, n)]
        rows = read_rows(sheet, header, headings.fields, needed, words, frozenset())
        if rows is not None:
            problems += rows.problems
            own = _reports(rows, needed, table_year)
            problems += _looked_at_again(rows, own, headings.fields)
            reports += own
    if not headed and not with_forms:
        raise Unusable([*problems, _no_table(shown, aside, headings)])
    problems += [kinds.SHEET_LEFT_ASIDE.at(sheet.place()) for sheet, found in aside if _may_hold_schools(sheet, found)]
    if headed and not reports:
        raise Unusable([*problems, kinds.NO_SCHOOLS.at(Place(shown))])
    return FileReports(reports, problems)


def _no_table(shown: str, aside: Sequence[tuple[Sheet, set[str]]], headings: Words) -> Problem:
    """Return why a workbook has no table of schools: it is empty, or the headings of the nearest sheet are not known."""
    if not aside:
        return kinds.FILE_EMPTY.at(Place(shown))
    sheet, found = max(aside, key=lambda entry: len(entry[1]))
    lacking = "、".join(headings.fields[n].zh for n in ("name", "type", "students") if n not in found)
    return kinds.HEADER_NOT_FOUND.at(sheet.place(), lacking=lacking or "—")


def _may_hold_schools(sheet: Sheet, found: set[str]) -> bool:
    """Say whether a sheet that is not read may hold schools: by a heading that is known, or a row of words and figures."""
    return (
        "name" in found
        or len(found) > OTHER_HEADINGS
        or any(
            any(isinstance(cell, str) and not _figure(cell) and cell.strip() for cell in row) and any(map(_figure, row))
            for row in sheet.rows
        )
    )


def _figure(cell: object) -> bool:
    """Say whether a cell is a number, be it written as text."""
    return isinstance(parse_number(cell) if isinstance(cell, str) else cell, int | float)


def _given(header: Header, name: str) -> bool:
    return name in header.columns or name in header.values


def _reports(rows: SheetRows, needed: Sequence[str], table_year: int | None) -> list[Report]:
    """Return a report for every row whose year can be told."""
    sheet, header = rows.sheet, rows.header
    year_at = header.columns["year"][0].index if "year" in header.columns else 0
    undated = {p.place for p in rows.problems if p.kind in _UNDATED}
    shifted = {p.place for p in rows.problems if p.kind is kinds.ROW_TOO_LONG}
    name_at = header.columns["name"][0].index
    dated = rows.years is not None and any(y is not None for y in rows.years)
    head = sheet.place(header.row)
    reports = []
    for entry, row in enumerate(rows.rows):
        if sheet.place(row, year_at) in undated:
            continue
        texts = {name: column[entry] or None for name, column in rows.texts.items()}
        figures = {name: rows.figures[name][entry] for name in needed}
        at = sheet.place(row, name_at)
        if at in shifted:  # nothing in it can be trusted to stand where it belongs
            figures = dict.fromkeys(figures)
        cells = {
            name: tuple(sheet.place(row, column.index) for column in header.columns[name])
            for name in (*texts, *figures)
            if name in header.columns
        }
        remarks = _remarks(header, [*texts, *figures])
        year = rows.years[entry] if dated and rows.years is not None else table_year
        reports.append(Report(at, texts, figures, cells, year, head, remarks))
    return reports


def _looked_at_again(rows: SheetRows, reports: Sequence[Report], fields: Mapping[str, FieldForm]) -> list[Problem]:
    """Say which blank figures are formulas without a saved result, or error values."""
    sheet, header = rows.sheet, rows.header
    known = {problem.place for problem in rows.problems}
    at_cell: dict[tuple[int, int], str] = {}
    row_of = dict(zip((sheet.place(row, header.columns["name"][0].index) for row in rows.rows), rows.rows, strict=True))
    for report in reports:
        for name, number in report.figures.items():
            for column in header.columns.get(name, ()) if number is None else ():
                if sheet.place(row_of[report.at], column.index) not in known:
                    at_cell[row_of[report.at], column.index] = name
    problems = []
    for at, (what, text) in second_look(sheet, at_cell).items():
        if what == "formula":
            problems.append(kinds.FORMULA_NOT_CALCULATED.at(sheet.place(*at), formula=text))
        else:
            problems.append(kinds.CELL_ERROR.at(sheet.place(*at), field=fields[at_cell[at]].text, found=text))
    return problems


def _remarks(header: Header, names: Sequence[str]) -> dict[str, Text]:
    """Return what was done to the words and figures of a row on the way: a unit converted, a fixed value taken."""
    found = {}
    for name in names:
        if name in header.values:
            found[name] = Text("列标题文件写明的固定值", "a fixed value of the columns file")
        factors = {column.times for column in header.columns.get(name, ())}
        if len(factors) == 1 and (times := factors.pop()) != 1:
            found[name] = Text(f"×{times:g}", f"×{times:g}")
    return found
