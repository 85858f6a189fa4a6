"""Workbooks become a table of schools: the rows of every sheet, of one year, joined."""

import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from string import ascii_uppercase
from typing import NamedTuple, TypeVar

from junheng import kinds
from junheng.engine.model import SchoolTable
from junheng.problems import Place, Problem, Unusable
from junheng.standard.grammar import FieldForm
from junheng.workbook.cells import Sheet, read_sheets
from junheng.workbook.collected import lists_of
from junheng.workbook.columns import Figures, clean_text, parse_number
from junheng.workbook.counted import COUNTED, with_counted
from junheng.workbook.county_sheet import COUNTY_SHEETS
from junheng.workbook.handed_back import is_record
from junheng.workbook.header import Header
from junheng.workbook.header_row import OTHER_HEADINGS
from junheng.workbook.headers import find_header
from junheng.workbook.headings import Words, key
from junheng.workbook.listed import Listed
from junheng.workbook.mapping import Mapped
from junheng.workbook.one_sheet import CHOICES, IDENTITY_TEXTS, SheetRows, read_rows
from junheng.workbook.origin import Origin, section_name
from junheng.workbook.sections import settle
from junheng.workbook.stacked_tables import tables
from junheng.workbook.stage_columns import settle_views, stage_views
from junheng.workbook.stray_years import sections_of_year, strays

T = TypeVar("T")
IDENTITY = frozenset({*IDENTITY_TEXTS, *CHOICES, "code", "year"})  # what cannot be in doubt where schools are read
# a name that ends like a school's, with something before it: 小学 alone is a type, not a school
_SCHOOL_NAME = re.compile(
    r"[^\s、，,;；。]{2,30}(?:小学|中学|初中|学校|教学点|完小|分校|校区|中心校|附小|附中|[一二三四五六七八九十百\d][中小])(?:[（(]\S{1,6}[)）])?"
)
# kinds of schools, as a summary counts them: 城区小学, 九年一贯制学校, 农村教学点
_TYPE_NAMES = re.compile(
    r"(?:普通|完全|初级|高级|中心|独立|九年一贯制|十二年一贯制|特殊教育|职业|小学|初中|高中|中等|中学|民办|公办|一贯制|\d|所有|全部|全县|全市|全区"
    r"|每所|各类|各|等|薄弱|[一二三]类|标准化|农民工子女|规模较大的|附属|优质均衡|基本均衡|填报|阶段|镇|乡|村|县|市|区|城|城区|镇区|乡村|农村|县城|城镇|县镇|乡镇|县域|义务教育|寄宿制|小规模|其中|其他|达标|未达标|学校|教学点|[:：、（()）及和与])+"
)

_YEAR_IN_NAME = re.compile(r"(?<!\d)((?:19|20)\d{2})(?!\d)")
_YEAR_IN_TITLE = re.compile(r"(?<!\d)((?:19|20)\d{2})(?:[-—–~至](?:20)?\d{2})?学?年(?!\d{1,2}月)(?!月)")
_SCHOOL_YEAR_IN_NAME = re.compile(r"(?<!\d)((?:19|20)\d{2})\D{1,2}((?:19|20)\d{2})(?!\d)")


class Reading(NamedTuple):
    """What was read: the table, where it comes from, the year, and what is wrong with it.

    `withheld`: some schools stand on sheets that could not be read, so that nothing is decided in anyone's favour.
    `county_sheets` are what counties answer once.
    """

    table: SchoolTable
    origin: Origin
    year: int | None
    problems: list[Problem]
    withheld: bool = False
    county_sheets: Sequence[Sheet] = ()


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


def read_schools(
    workbooks: Sequence[tuple[Path, str]],
    fields: Mapping[str, FieldForm],
    needed: Sequence[str],
    words: frozenset[str] = frozenset(),
    scope: frozenset[str] = frozenset(),
    pairs: Sequence[tuple[str, str]] = (),
    mapped: Mapped | None = None,
    year: int | None = None,
    chosen: frozenset[str] = frozenset(),
    progress: Callable[[str], None] | None = None,
) -> Reading:
    """Return the schools of workbooks in one year; raise Unusable where there are none.

    `needed` are the fields a standard reads, `words` the columns of words it reads, `scope` those by which it leaves
    schools out; `pairs` the (whole, part) figures of which the part cannot be larger.
    Where sheets are `chosen` by name, others are not looked at. Every fault is in `problems`; a faulty figure is None.
    """
    problems: list[Problem] = []
    headings = Words(with_counted(fields))
    expanded = list(dict.fromkeys(n for name in needed for n in (name, *fields[name].otherwise)))
    read: list[SheetRows] = []
    unread: list[Sheet] = []
    county_sheets: list[tuple[Sheet, int | None]] = []
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
        if any(is_record(sheet.name or "", sheet.rows) for sheet in sheets):
            problems.append(kinds.OWN_DOCUMENT.at(Place(shown)))
            continue
        answers = [s for s in sheets if is_county_sheet(s) and find_header(s, headings, mapped)[0] is None]
        sheets = [sheet for sheet in sheets if not any(sheet is answer for answer in answers)]
        of_file, good, aside = _read_file(
            path, sheets, headings, mapped, expanded, words, scope, year, chosen, problems
        )
        written = {y for rows in of_file if "year" in rows.header.columns for y in rows.years or () if y is not None}
        # a year written in the table beats that of the file's name
        sheet_year = (written.pop() if len(written) == 1 else None) if written else year_of_path(path)
        county_sheets += [(sheet, sheet_year) for sheet in answers]
        read += of_file
        unread += aside
        fatal = fatal or not good
    if fatal:
        raise Unusable(problems)
    if not read:
        place = Place(workbooks[0][1]) if workbooks else Place(".")
        raise Unusable([*problems, kinds.NO_SCHOOLS.at(place) if workbooks else kinds.NO_WORKBOOKS.at(place)])
    reading = _assemble(read, fields, expanded, pairs, words, scope, year, problems)
    of_year = [sheet for sheet, found in county_sheets if None in (found, reading.year) or found == reading.year]
    reading = reading._replace(county_sheets=of_year)
    if not of_year:
        reading.problems.extend(
            kinds.FILE_OF_OTHER_YEAR.at(sheet.place(), found=found, year=reading.year) for sheet, found in county_sheets
        )
    lacking = (kinds.COLLECTION_INCOMPLETE, kinds.SCHOOLS_OMITTED, kinds.YEAR_LOST)
    incomplete = any(problem.kind in lacking for problem in reading.problems)
    return reading._replace(withheld=_unread_schools(unread, reading.table, reading.problems) or incomplete)


def is_county_sheet(sheet: Sheet) -> bool:
    """Say whether a sheet holds what the county answers once."""
    name = key(sheet.name or "")
    return name in COUNTY_SHEETS or name.startswith(COUNTY_SHEETS[0])


def _read_file(
    path: Path,
    sheets: Sequence[Sheet],
    headings: Words,
    mapped: Mapped | None,
    needed: Sequence[str],
    words: frozenset[str],
    scope: frozenset[str],
    year: int | None,
    chosen: frozenset[str],
    problems: list[Problem],
) -> tuple[list[SheetRows], bool, list[Sheet]]:
    """Return the schools of a file by sheet, whether it can be used, and the sheets that were left aside."""
    fields = headings.fields
    read: list[SheetRows] = []
    aside: list[tuple[Sheet, set[str]]] = []
    typeless: list[tuple[Sheet, Header, set[str]]] = []
    good, headed = True, False
    file_year = year_of_path(path)
    lists, incomplete = lists_of(sheets)
    problems += incomplete
    for sheet in [table for whole in sheets if whole.name not in lists for table in tables(whole, headings, mapped)]:
        if not sheet.rows:
            continue
        if chosen and sheet.name is not None and sheet.name not in chosen:
            continue
        header, found = find_header(sheet, headings, mapped)
        if header is None:
            aside.append((sheet, found))
            continue
        if header.doubtful & IDENTITY:
            problems += header.problems
            good = False
            continue
        if "type" not in header.columns and "type" not in header.values:
            typeless.append((sheet, header, found))
            continue
        if not good or header.mapped_wrongly:
            problems += header.problems
            good = False
            continue
        headed = True
        table_year = year_of_sheet(sheet, header.row, file_year)
        of_stages = [
            read_rows(*view, fields, [*needed, COUNTED], words, scope) for view in stage_views(sheet, header, fields)
        ]
        for rows in settle_views([rows for rows in of_stages if rows is not None], fields):
            _uncounted(rows)
            if rows.years is None and table_year is not None:
                rows.years = [table_year] * len(rows.rows)
                if year is not None and table_year != year:
                    problems.append(kinds.FILE_OF_OTHER_YEAR.at(sheet.place(), found=table_year, year=year))
            read.append(rows)
    if read:
        aside += [(sheet, found) for sheet, _, found in typeless]
        typeless = []
        doubtful = [sheet for sheet, found in aside if "name" in found or len(found) > OTHER_HEADINGS]
        problems += [kinds.SHEET_LEFT_ASIDE.at(sheet.place()) for sheet in doubtful]
    if typeless:
        for sheet, header, _ in typeless:
            required = kinds.COLUMN_REQUIRED.at(sheet.place(header.row), field=fields["type"].text)
            problems += header.problems if header.mapped_wrongly else [required]
        good = False
    elif not read and aside and good and not headed:
        sheet, found = max(aside, key=lambda entry: len(entry[1]))
        lacking = "、".join(fields[name].zh for name in ("name", "type", "students") if name not in found)
        problems.append(kinds.HEADER_NOT_FOUND.at(sheet.place(), lacking=lacking or "—"))
        good = False
    return read, good, [sheet for sheet, _ in aside]


def _uncounted(rows: SheetRows) -> None:
    """Report rows that are not counted as schools and belong to another: they are no schools, and nothing passes."""
    if COUNTED not in rows.header.columns:
        return
    index = rows.header.columns.pop(COUNTED)[0].index  # it is no field of a standard
    for entry, counted in enumerate(rows.figures.pop(COUNTED)):
        if counted == 0:
            rows.unplaced.add(entry)
            place = rows.sheet.place(rows.rows[entry], index)
            rows.problems.append(kinds.NOT_COUNTED.at(place, school=rows.texts["name"][entry]))


def _unread_schools(unread: Sequence[Sheet], table: SchoolTable, problems: list[Problem]) -> bool:
    """Report sheets left aside that name schools which are not in the table; return whether there are any.

    A school stands there where a row holds its name beside a figure.
    """
    known = {_bare_name(name or "") for name in table.text("name")} if unread else set()
    found = False
    for sheet in unread:
        names: set[str] = set()
        for row in sheet.rows:
            if any(isinstance(parse_number(cell) if isinstance(cell, str) else cell, int | float) for cell in row):
                names.update(
                    clean_text(cell) for cell in row if isinstance(cell, str) and _SCHOOL_NAME.fullmatch(cell.strip())
                )
        schools = sorted(
            name
            for name in names
            if not _TYPE_NAMES.fullmatch(name) and not any(_bare_name(name).endswith(k) for k in known if k)
        )
        if schools:
            found = True
            problems.append(kinds.SCHOOLS_LEFT_ASIDE.at(sheet.place(), found=schools[0], count=len(schools)))
    return found


def _bare_name(name: str) -> str:
    """Return a school's name without its section and without what stands in brackets behind it."""
    return re.sub(r"\([^()]*\)$", "", section_name(name))


def year_of_sheet(sheet: Sheet, header: int, file_year: int | None) -> int | None:
    """Return the year that a table is of: by its sheet's name, its file's, or the title above it."""
    named = year_of_path(Path(sheet.name)) if sheet.name is not None else None
    if named is not None or file_year is not None:
        return named if named is not None else file_year
    title = " ".join(cell for row in sheet.rows[:header] for cell in row if isinstance(cell, str))
    found = {int(year) for year in _YEAR_IN_TITLE.findall(key(title))}
    return found.pop() if len(found) == 1 else None


def _of_year(column: Sequence[T] | None, entries: Sequence[int] | None) -> Sequence[T] | None:
    """Return the entries of a column that are of the year; None where there is no column, all where all are."""
    return column if column is None or entries is None else [column[entry] for entry in entries]


def _assemble(
    read: Sequence[SheetRows],
    fields: Mapping[str, FieldForm],
    needed: Sequence[str],
    pairs: Sequence[tuple[str, str]],
    words: frozenset[str],
    scope: frozenset[str],
    year: int | None,
    problems: list[Problem],
) -> Reading:
    """Join the sheets, keep one year, and settle what stands between rows."""
    found = {y for rows in read for y in rows.years or () if y is not None}
    if year is None and len(found) > 1:
        said = "、".join(map(str, sorted(found)))
        raise Unusable([*problems, kinds.YEARS_SEVERAL.at(Place(read[0].sheet.file), found=said)])
    wanted = year if year is not None else next(iter(found), None)
    texts: dict[str, list[str | None]] = {name: [] for name in (*IDENTITY_TEXTS, "code", *CHOICES, *words)}
    columns: dict[str, Figures] = {name: [] for name in needed}
    sheet_of: list[int] = []
    row_of: list[int] = []
    nameless: set[int] = set()
    unplaced: set[int] = set()
    blank_part: dict[tuple[int, str], int] = {}
    faulty: set[tuple[int, str]] = set()
    kept_sections = sections_of_year(read, wanted)
    for number, rows in enumerate(read):
        of_year = None
        if rows.years is not None and any(y not in (None, wanted) for y in set(rows.years)):
            of_year = [entry for entry, y in enumerate(rows.years) if y in (None, wanted)]
            problems += strays(rows, wanted, kept_sections)
        size = len(rows.rows) if of_year is None else len(of_year)
        if not size:
            continue
        kept = range(len(rows.rows)) if of_year is None else of_year
        start = len(sheet_of)
        if rows.unplaced or rows.blank_part or rows.faulty:
            entry_of = {row: start + entry for entry, row in enumerate(kept)}
            nameless.update(entry_of[row] for row in rows.nameless if row in entry_of)
            unplaced.update(entry_of[row] for row in rows.unplaced if row in entry_of)
            faulty.update((entry_of[row], name) for row, name in rows.faulty if row in entry_of)
            blank_part.update({(entry_of[r], name): c for (r, name), c in rows.blank_part.items() if r in entry_of})
        problems += [*_of_rows(rows, kept), *_absent(rows, fields, needed, pairs)]
        sheet_of += [number] * size
        row_of += rows.rows if of_year is None else [rows.rows[entry] for entry in of_year]
        for name, whole in texts.items():
            whole.extend(_of_year(rows.texts.get(name), of_year) or [None] * size)
        for name, column in columns.items():
            absent = 0.0 if fields[name].optional and name not in rows.header.doubtful else None
            column.extend(_of_year(rows.figures.get(name), of_year) or [absent] * size)
    if not sheet_of:
        said = "、".join(map(str, sorted(found))) or "—"
        place = Place(read[0].sheet.file)
        problems += [problem for rows in read for problem in rows.problems]
        kind = kinds.YEAR_NOT_THERE.at(place, year=wanted, found=said) if found else kinds.NO_SCHOOLS.at(place)
        raise Unusable([*problems, kind])
    origin = Origin([r.sheet for r in read], [r.header for r in read], sheet_of, row_of, blank_part, unused=faulty)
    between = Listed()
    table = settle(texts, columns, origin, fields, pairs, scope, nameless, unplaced, between)
    return Reading(table, origin, wanted, [*problems, *between.all_said()])


def _of_rows(rows: SheetRows, kept: Sequence[int]) -> list[Problem]:
    """Return the problems of a sheet without those of rows that are left aside, being of another year."""
    if len(kept) == len(rows.rows):
        return rows.problems
    aside = {str(rows.rows[entry] + rows.sheet.top + 1) for entry in set(range(len(rows.rows))) - set(kept)}
    return [p for p in rows.problems if p.place.cell is None or p.place.cell.lstrip(ascii_uppercase) not in aside]


def _absent(
    rows: SheetRows, fields: Mapping[str, FieldForm], needed: Sequence[str], pairs: Sequence[tuple[str, str]]
) -> list[Problem]:
    """Say which optional column a sheet does not have, where figures are taken without it."""
    given = rows.header.columns.keys() | rows.header.values.keys() | rows.header.doubtful
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
