"""Workbooks become a table of schools: the rows of every sheet, of one year, joined."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from junheng import kinds
from junheng.engine.model import SchoolTable
from junheng.problems import Kind, Place, Problem, Unusable
from junheng.standard.grammar import FieldForm
from junheng.text import Text
from junheng.workbook.cells import Sheet, read_sheets, second_look
from junheng.workbook.columns import NO_FIGURE, Fault, Figures, by_distinct, choices, clean_text, codes, figures, years
from junheng.workbook.headers import OTHER_HEADINGS, Header, find_header
from junheng.workbook.headings import Words, key
from junheng.workbook.mapping import Mapped
from junheng.workbook.origin import Origin
from junheng.workbook.rows import passed_over, sort_rows
from junheng.workbook.sections import settle

T = TypeVar("T")
IDENTITY_TEXTS = ("county", "town", "group", "name")
CHOICES = ("type", "stage", "area", "owner", "basis")
COUNTY_SHEET = "县级"

_YEAR_IN_NAME = re.compile(r"(?<!\d)((?:19|20)\d{2})(?!\d)")
_SCHOOL_YEAR_IN_NAME = re.compile(r"(?<!\d)((?:19|20)\d{2})\D{1,2}((?:19|20)\d{2})(?!\d)")


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read: the table, where it comes from, the year, and what is wrong with it."""

    table: SchoolTable
    origin: Origin
    year: int | None
    problems: list[Problem]


@dataclass(slots=True)
class _Rows:
    """The rows of one sheet that are schools, by column."""

    sheet: Sheet
    header: Header
    rows: Sequence[int]
    texts: dict[str, Sequence[str | None]]
    figures: dict[str, Figures]
    years: list[int | None] | None
    nameless: set[int]
    undated: set[int]
    problems: list[Problem]


def year_of_path(path: Path) -> int | None:
    """Return the year that a file's name contains, or its folder's name; None for none or several.

    >>> [year_of_path(Path(p)) for p in ("2023.xlsx", "学校表2023-2024.xlsx", "2023/a.xlsx", "2021和2023.xlsx")]
    [2023, 2023, 2023, None]
    """
    for name in (path.stem, path.parent.name):
        school_year = _SCHOOL_YEAR_IN_NAME.search(name)
        if school_year and int(school_year[2]) == int(school_year[1]) + 1:
            return int(school_year[1])
        found = set(_YEAR_IN_NAME.findall(name))
        if found:
            return int(found.pop()) if len(found) == 1 else None
    return None


def _read_rows(sheet: Sheet, header: Header, fields: Mapping[str, FieldForm], needed: Sequence[str]) -> _Rows | None:
    """Return the schools of a sheet by column, None where there are none; the cells themselves are let go."""
    problems = list(header.problems)
    first = header.row + 1
    columns: list[Sequence[object]] = list(zip(*sheet.rows[first:], strict=True))
    sheet.rows = []
    if not columns:
        return None
    wanted = [name for name in needed if name in header.columns]
    rows_sorted = sort_rows(header, columns, wanted)
    problems += passed_over(sheet, first, rows_sorted)
    kept, nameless = rows_sorted.kept, rows_sorted.nameless
    if kept is not None:
        used = {column.index for entry in header.columns.values() for column in entry}
        columns = [[column[row] for row in kept] if i in used else () for i, column in enumerate(columns)]
        entry_of = {row: entry for entry, row in enumerate(kept)}
        nameless = {entry_of[row] for row in nameless}
    size = len(columns[header.columns["name"][0].index])
    if not size:
        return None
    rows: Sequence[int] = range(first, first + size) if kept is None else [first + row for row in kept]

    def report(faults: Iterable[tuple[int, Kind, dict[str, object]]], index: int) -> None:
        problems.extend(kind.at(sheet.place(rows[entry], index), **facts) for entry, kind, facts in faults)

    def raw(name: str) -> tuple[Sequence[object], int] | None:
        if name in header.columns:
            index = header.columns[name][0].index
            return columns[index], index
        return ([header.values[name]] * size, 0) if name in header.values else None

    texts: dict[str, Sequence[str | None]] = {}
    for name in IDENTITY_TEXTS:
        if (found := raw(name)) is not None:
            texts[name] = by_distinct(found[0], _word)
    if (found := raw("code")) is not None:
        texts["code"] = codes(found[0])
    for name in CHOICES:
        if (found := raw(name)) is not None:
            texts[name], faults = choices(found[0], fields[name], required=name == "type")
            report(_looked_at_again(sheet, rows, found[1], faults), found[1])
    read_years: list[int | None] | None = None
    undated: set[int] = set()
    if (found := raw("year")) is not None:
        read_years, faults = years(found[0], fields["year"])
        report(faults, found[1])
        undated = _undated(sheet, rows, found[1], read_years, {entry for entry, *_ in faults}, fields, problems)
    read: dict[str, Figures] = {}
    for name in needed:
        if name in header.columns:
            parts = []
            for column in header.columns[name]:
                part, faults = figures(columns[column.index], fields[name], column.times)
                report(faults, column.index)
                parts.append(part)
            read[name] = parts[0] if len(parts) == 1 else _sums(parts)
        elif name in header.values and fields[name].numeric:
            read[name] = figures([header.values[name]], fields[name])[0] * size
    _fill_county(sheet, rows, texts, fields, problems)
    return _Rows(sheet, header, rows, texts, read, read_years, nameless, undated, problems)


def _looked_at_again(sheet: Sheet, rows: Sequence[int], column: int, faults: Sequence[Fault]) -> list[Fault]:
    """Return faults of words; a blank that is a formula without a result, or an error value, says so instead."""
    seen = second_look(sheet, [(rows[entry], column) for entry, _, facts in faults if not facts["found"]])
    result: list[Fault] = []
    for entry, kind, facts in faults:
        what, text = seen.get((rows[entry], column), ("", ""))
        if what == "formula":
            result.append((entry, kinds.FORMULA_NOT_CALCULATED, {"formula": text}))
        elif what == "error":
            result.append((entry, kinds.CELL_ERROR, {"field": facts["field"], "found": text}))
        else:
            result.append((entry, kind, facts))
    return result


def _undated(
    sheet: Sheet,
    rows: Sequence[int],
    column: int,
    years_read: list[int | None],
    faulty: set[int],
    fields: Mapping[str, FieldForm],
    problems: list[Problem],
) -> set[int]:
    """Give rows without a year the only year of their sheet; return the rows that belong to no year."""
    known = {year for year in years_read if year is not None}
    only = known.pop() if len(known) == 1 else None
    undated = set(faulty)
    for entry, year in enumerate(years_read):
        if year is None and entry not in faulty and (known or only is not None):
            place = sheet.place(rows[entry], column)
            if only is None:
                undated.add(entry)
                problems.append(kinds.YEAR_DOUBTFUL.at(place, field=fields["year"].text))
            else:
                years_read[entry] = only
                problems.append(kinds.YEAR_BLANK.at(place, field=fields["year"].text, year=only))
    return undated


def _word(cell: object) -> str | None:
    """Return the text of a cell, None where it is blank or a sign for nothing."""
    text = clean_text(cell)
    return None if text in NO_FIGURE else text


def _sums(parts: Sequence[Figures]) -> Figures:
    """Add columns up; blank where one of them is blank."""
    return [None if None in row else sum(f for f in row if f is not None) for row in zip(*parts, strict=True)]


def _fill_county(
    sheet: Sheet,
    rows: Sequence[int],
    texts: dict[str, Sequence[str | None]],
    fields: Mapping[str, FieldForm],
    problems: list[Problem],
) -> None:
    """Give rows without a county the only county of their sheet; where there are several, say that it is not known."""
    county = texts.get("county")
    if county is None:
        return
    county = by_distinct(county, lambda name: None if name is None else "".join(str(name).split()))
    texts["county"] = county
    blank = [entry for entry, name in enumerate(county) if name is None]
    known = {name for name in county if name is not None}
    if not blank or not known:
        return
    only = known.pop() if len(known) == 1 else None
    decision = (
        Text("无法归入任何县，单独列出", "it belongs to none and is listed apart")
        if only is None
        else Text(f"按本表唯一的“{only}”计", f"taken as {only}, the only one of the sheet")
    )
    problems += [
        kinds.COUNTY_BLANK.at(sheet.place(rows[entry]), field=fields["county"].text, decision=decision)
        for entry in blank
    ]
    if only is not None:
        texts["county"] = [only] * len(county)


def read_schools(
    workbooks: Sequence[tuple[Path, str]],
    fields: Mapping[str, FieldForm],
    needed: Sequence[str],
    pairs: Sequence[tuple[str, str]] = (),
    mapped: Mapped | None = None,
    year: int | None = None,
    progress: Callable[[str], None] | None = None,
) -> Reading:
    """Return the schools of workbooks in one year; raise Unusable where there are none.

    `needed` are the fields a standard reads; `pairs` the (whole, part) figures of which the part cannot be larger.
    Every fault is in `problems`; a faulty figure is None.
    """
    problems: list[Problem] = []
    words = Words(fields)
    expanded = list(dict.fromkeys(n for name in needed for n in (name, *fields[name].otherwise)))
    read: list[_Rows] = []
    fatal = False
    for path, shown in workbooks:
        if progress is not None:
            progress(shown)
        try:
            sheets = read_sheets(path, shown)
        except Unusable as error:
            problems += error.problems
            fatal = True
            continue
        of_file, good = _read_file(path, sheets, words, mapped, expanded, year, problems)
        read += of_file
        fatal = fatal or not good
    if fatal:
        raise Unusable(problems)
    if not read:
        place = Place(workbooks[0][1]) if workbooks else Place(".")
        raise Unusable([*problems, kinds.NO_SCHOOLS.at(place) if workbooks else kinds.NO_WORKBOOKS.at(place)])
    return _assemble(read, fields, expanded, pairs, year, problems)


def _read_file(
    path: Path,
    sheets: Sequence[Sheet],
    words: Words,
    mapped: Mapped | None,
    needed: Sequence[str],
    year: int | None,
    problems: list[Problem],
) -> tuple[list[_Rows], bool]:
    """Return the schools of a file by sheet, and whether it can be used."""
    fields = words.fields
    read: list[_Rows] = []
    aside: list[tuple[Sheet, set[str]]] = []
    good, headed = True, False
    file_year = year_of_path(path)
    for sheet in sheets:
        if not sheet.rows:
            continue
        if sheet.name is not None and key(sheet.name) == COUNTY_SHEET:
            problems.append(kinds.COUNTY_SHEET_UNREAD.at(sheet.place()))
            continue
        header, found = find_header(sheet, words, mapped)
        if header is None:
            aside.append((sheet, found))
            continue
        if "type" not in header.columns and "type" not in header.values:
            problems.append(kinds.COLUMN_REQUIRED.at(sheet.place(header.row), field=fields["type"].text))
            good = False
        if not good or any(p.kind is kinds.MAPPED_HEADING_ABSENT for p in header.problems):
            problems += header.problems
            good = False
            continue
        headed = True
        rows = _read_rows(sheet, header, fields, needed)
        if rows is None:
            continue
        if rows.years is None and file_year is not None:
            rows.years = [file_year] * len(rows.rows)
            if year is not None and file_year != year:
                problems.append(kinds.FILE_OF_OTHER_YEAR.at(sheet.place(), found=file_year, year=year))
        read.append(rows)
    if read:
        doubtful = [sheet for sheet, found in aside if "name" in found or len(found) > OTHER_HEADINGS]
        problems += [kinds.SHEET_LEFT_ASIDE.at(sheet.place()) for sheet in doubtful]
    elif aside and good and not headed:
        sheet, found = max(aside, key=lambda entry: len(entry[1]))
        lacking = "、".join(fields[name].zh for name in ("name", "type", "students") if name not in found)
        problems.append(kinds.HEADER_NOT_FOUND.at(sheet.place(), lacking=lacking or "—"))
        good = False
    return read, good


def _of_year(column: Sequence[T] | None, entries: Sequence[int] | None) -> Sequence[T] | None:
    """Return the entries of a column that are of the year; None where there is no column, all where all are."""
    return column if column is None or entries is None else [column[entry] for entry in entries]


def _assemble(
    read: Sequence[_Rows],
    fields: Mapping[str, FieldForm],
    needed: Sequence[str],
    pairs: Sequence[tuple[str, str]],
    year: int | None,
    problems: list[Problem],
) -> Reading:
    """Join the sheets, keep one year, and settle what stands between rows."""
    found = {y for rows in read for y in rows.years or () if y is not None}
    if year is None and len(found) > 1:
        said = "、".join(map(str, sorted(found)))
        raise Unusable([*problems, kinds.YEARS_SEVERAL.at(Place(read[0].sheet.file), found=said)])
    wanted = year if year is not None else next(iter(found), None)
    texts: dict[str, list[str | None]] = {name: [] for name in (*IDENTITY_TEXTS, "code", *CHOICES)}
    columns: dict[str, Figures] = {name: [] for name in needed}
    sheet_of: list[int] = []
    row_of: list[int] = []
    nameless: set[int] = set()
    undated: set[int] = set()
    for number, rows in enumerate(read):
        of_year = None
        if rows.years is not None and any(y not in (None, wanted) for y in set(rows.years)):
            of_year = [entry for entry, y in enumerate(rows.years) if y in (None, wanted)]
        size = len(rows.rows) if of_year is None else len(of_year)
        if not size:
            continue
        kept = range(len(rows.rows)) if of_year is None else of_year
        start = len(sheet_of)
        if rows.nameless or rows.undated:
            nameless.update(start + entry for entry, row in enumerate(kept) if row in rows.nameless)
            undated.update(start + entry for entry, row in enumerate(kept) if row in rows.undated)
        problems += [*rows.problems, *_absent(rows, fields, needed, pairs)]
        sheet_of += [number] * size
        row_of += rows.rows if of_year is None else [rows.rows[entry] for entry in of_year]
        for name, words in texts.items():
            words.extend(_of_year(rows.texts.get(name), of_year) or [None] * size)
        for name, column in columns.items():
            column.extend(_of_year(rows.figures.get(name), of_year) or [0.0 if fields[name].optional else None] * size)
    if not sheet_of:
        said = "、".join(map(str, sorted(found))) or "—"
        place = Place(read[0].sheet.file)
        problems += [problem for rows in read for problem in rows.problems]
        kind = kinds.YEAR_NOT_THERE.at(place, year=wanted, found=said) if found else kinds.NO_SCHOOLS.at(place)
        raise Unusable([*problems, kind])
    origin = Origin([r.sheet for r in read], [r.header for r in read], sheet_of, row_of)
    table = settle(texts, columns, origin, fields, pairs, nameless, undated, problems)
    return Reading(table, origin, wanted, problems)


def _absent(
    rows: _Rows, fields: Mapping[str, FieldForm], needed: Sequence[str], pairs: Sequence[tuple[str, str]]
) -> list[Problem]:
    """Say which optional column a sheet does not have, where figures are taken without it."""
    given = rows.header.columns.keys() | rows.header.values.keys()
    missed = set()
    for name in needed:
        if fields[name].optional and name not in given:
            taken_off = any(part == name and whole in given for whole, part in pairs)
            left_out = any(
                name in fields[owner].otherwise and owner not in given and given.intersection(fields[owner].otherwise)
                for owner in needed
            )
            missed |= {name} if taken_off or left_out else set()
    place = rows.sheet.place(rows.header.row)
    return [kinds.GYM_COLUMN_ABSENT.at(place, field=fields[name].text) for name in sorted(missed)]
