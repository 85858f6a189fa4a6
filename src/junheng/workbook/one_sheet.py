"""The rows of one table become columns: schools of one sheet, with what is wrong with their cells."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from string import ascii_uppercase

from junheng import kinds
from junheng.problems import Kind, Problem, Unusable
from junheng.standard.grammar import FieldForm
from junheng.text import Text
from junheng.workbook.cells import Sheet, rows_below, second_look
from junheng.workbook.columns import (
    NO_FIGURE,
    Fault,
    Figures,
    by_distinct,
    choices,
    clean_text,
    codes,
    figures,
    parse_number,
    years,
)
from junheng.workbook.header import Header
from junheng.workbook.hidden import hidden_cells
from junheng.workbook.listed import MOST_LISTED, Listed
from junheng.workbook.rows import Sorted, passed_over, sort_rows

IDENTITY_TEXTS = ("county", "town", "group", "name")
CHOICES = ("type", "stage", "area", "owner", "basis")
MOST_FAULTS = 100_000  # a sheet of more is no table of schools; rows with figures and no name are faults too
MOST_ROWS = 500_000  # schools and sections of a sheet: more than a nation has
_AT_ONCE = 50_000  # rows whose figures are read at once: faults take a hundred times the memory of figures
_NUMBERED = re.compile(r"^[\[【［]\d+[\]】］]")  # the number before a county's name, as lists of schools write it
_PLACE_ENDS = ("镇", "乡", "街道", "县", "办事处")
_PLACE = re.compile(r"[^学校园部班点]{2,12}")
UNDOUBTED = frozenset({"type", "stage", "basis"})  # a word there that is not known leaves a row without its place


@dataclass(slots=True)
class SheetRows:
    """The rows of one sheet that are schools, by column.

    `unplaced` are rows whose name, type, stage or year cannot be told, `nameless` those of them without a name;
    `blank_part` is the column that lacks a figure where columns are added up.
    """

    sheet: Sheet
    header: Header
    rows: Sequence[int]
    texts: dict[str, Sequence[str | None]]
    figures: dict[str, Figures]
    years: list[int | None] | None
    unplaced: set[int]
    nameless: set[int]
    problems: list[Problem]
    blank_part: dict[tuple[int, str], int] = field(default_factory=dict)
    faulty: set[tuple[int, str]] = field(default_factory=set)

    def only(self, entries: Sequence[int]) -> "SheetRows":
        """Return these entries alone, without the problems of cells in the rows of others."""
        if len(entries) == len(self.rows):
            return self
        at = {entry: number for number, entry in enumerate(entries)}
        aside = {str(self.rows[e] + self.sheet.top + 1) for e in range(len(self.rows)) if e not in at}
        return replace(
            self,
            rows=[self.rows[entry] for entry in entries],
            texts={name: [words[entry] for entry in entries] for name, words in self.texts.items()},
            figures={name: [column[entry] for entry in entries] for name, column in self.figures.items()},
            years=None if self.years is None else [self.years[entry] for entry in entries],
            unplaced={at[entry] for entry in self.unplaced if entry in at},
            nameless={at[entry] for entry in self.nameless if entry in at},
            problems=[
                p for p in self.problems if p.place.cell is None or p.place.cell.lstrip(ascii_uppercase) not in aside
            ],
            blank_part={(at[entry], name): c for (entry, name), c in self.blank_part.items() if entry in at},
            faulty={(at[entry], name) for entry, name in self.faulty if entry in at},
        )


def read_rows(
    sheet: Sheet,
    header: Header,
    fields: Mapping[str, FieldForm],
    needed: Sequence[str],
    words: frozenset[str],
    scope: frozenset[str],
) -> SheetRows | None:
    """Return the schools of a sheet by column, None where there are none; the cells themselves are let go.

    `words` are the columns of words that a standard reads, `scope` those by which it leaves schools out, besides type
    and stage.
    """
    problems, assumed = list(header.problems), Listed()
    first = header.row + 1
    width = len(sheet.rows[header.row])
    sheet.rows.extend([""] * width for _ in range(rows_below(sheet) if sheet.last else 0))
    columns: list[Sequence[object]] = list(zip(*sheet.rows[first:], strict=True))
    sheet.rows = []
    if not columns:
        return None
    beyond = _beyond(sheet, header, columns, first)
    wanted = [name for name in needed if name in header.columns]
    rows_sorted = _with_formulas(sheet, header, first, sort_rows(header, columns, wanted))
    problems += passed_over(sheet, first, rows_sorted)
    kept, nameless = rows_sorted.kept, rows_sorted.nameless
    count = len(nameless)
    if count > MOST_FAULTS:
        said = Text(f"{count} 行有数据而没有学校名称", f"{count} rows have data and no name of a school")
        raise _refusal(sheet, problems, said)
    if kept is not None:
        used = {column.index for entry in header.columns.values() for column in entry}
        columns = [[column[row] for row in kept] if i in used else () for i, column in enumerate(columns)]
        entry_of = {row: entry for entry, row in enumerate(kept)}
        nameless = {entry_of[row] for row in nameless}
    size = len(columns[header.columns["name"][0].index])
    if not size:
        return None
    if size > MOST_ROWS:
        raise _refusal(sheet, problems, Text(f"学校太多（{size} 行）", f"there are too many schools ({size} rows)"))
    rows: Sequence[int] = range(first, first + size) if kept is None else [first + row for row in kept]

    def report(faults: Iterable[tuple[int, Kind, dict[str, object]]], index: int) -> None:
        room = max(MOST_FAULTS - len(problems), 0)
        found = (kind.at(sheet.place(rows[entry], index), **facts) for entry, kind, facts in faults)
        problems.extend(islice(found, room + 1))
        _refuse_many(sheet, problems)

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
    problems += hidden_cells(sheet, rows, [column.index for entry in header.columns.values() for column in entry])
    unplaced = nameless | _too_long(sheet, header, rows, beyond, problems)
    unplaced |= _places(sheet, header, rows, texts.get("name", ()), problems)
    for name in (*CHOICES, *sorted(words.difference(CHOICES))):
        if (found := raw(name)) is not None:
            texts[name], faults = choices(found[0], fields[name], required=name == "type")
            report(_looked_at_again(sheet, rows, found[1], faults), found[1])
            if name in UNDOUBTED | scope:
                unplaced.update(entry for entry, *_ in faults)
    _name_blanks(sheet, header, rows, nameless, problems)
    read_years: list[int | None] | None = None
    if (found := raw("year")) is not None:
        read_years, faults = years(found[0], fields["year"])
        report(faults, found[1])
        unplaced |= _undated(
            sheet, rows, found[1], read_years, {entry for entry, *_ in faults}, fields, problems, assumed
        )
    read: dict[str, Figures] = {}
    blank_part: dict[tuple[int, str], int] = {}
    faulty: set[tuple[int, str]] = set()
    for name in needed:
        if name in header.columns:
            parts = []
            for column in header.columns[name]:
                part: Figures = []
                for start in range(0, size, _AT_ONCE):
                    piece, faults = figures(columns[column.index][start : start + _AT_ONCE], fields[name], column.times)
                    report(((start + entry, kind, facts) for entry, kind, facts in faults), column.index)
                    faulty.update((start + entry, name) for entry, *_ in faults)
                    part += piece
                parts.append(part)
            read[name] = parts[0] if len(parts) == 1 else _sums(parts)
            if len(parts) > 1:
                for entry in [entry for entry, figure in enumerate(read[name]) if figure is None]:
                    lacking = next(at for at, part in enumerate(parts) if part[entry] is None)
                    blank_part[entry, name] = header.columns[name][lacking].index
        elif name in header.values and fields[name].numeric:
            read[name] = figures([header.values[name]], fields[name])[0] * size
    _fill_county(sheet, rows, texts, fields, problems, assumed)
    _refuse_many(sheet, problems)
    problems += assumed.all_said()
    return SheetRows(sheet, header, rows, texts, read, read_years, unplaced, nameless, problems, blank_part, faulty)


def _refusal(sheet: Sheet, problems: Sequence[Problem], found: Text) -> Unusable:
    """Return what says that a sheet is none of schools, after the first problems of it."""
    return Unusable([*problems[:MOST_LISTED], kinds.FILE_DAMAGED.at(sheet.place(), found=found)])


def _refuse_many(sheet: Sheet, problems: Sequence[Problem]) -> None:
    """Raise Unusable where a sheet has too many faults."""
    if len(problems) > MOST_FAULTS:
        said = Text(f"错误超过 {MOST_FAULTS} 处", f"there are more than {MOST_FAULTS} faults")
        raise _refusal(sheet, problems, said)


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
    assumed: Listed,
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
                assumed.append(kinds.YEAR_BLANK.at(place, field=fields["year"].text, year=only))
    return undated


def _beyond(sheet: Sheet, header: Header, columns: Sequence[Sequence[object]], first: int) -> dict[int, str]:
    """Return the rows of a csv that have more cells than the header, with what stands beyond it."""
    if sheet.widths is None:
        return {}
    headings = header.headings
    width = max((at + 1 for at, cell in enumerate(headings) if str(cell).strip()), default=0)
    longer = [row for row, count in enumerate(sheet.widths[first:]) if count > width]
    found = {row: [str(column[row]) for column in columns[width:] if str(column[row]).strip()] for row in longer}
    shifted = {row: cells for row, cells in found.items() if any(isinstance(parse_number(c), float) for c in cells)}
    return {first + row: " ".join(cells) for row, cells in shifted.items()}


def _too_long(
    sheet: Sheet, header: Header, rows: Sequence[int], beyond: Mapping[int, str], problems: list[Problem]
) -> set[int]:
    """Report rows with cells beyond the header: nothing in them can be trusted to stand where it belongs."""
    found = [(entry, row) for entry, row in enumerate(rows) if row in beyond] if beyond else []
    index = header.columns["name"][0].index
    problems += [kinds.ROW_TOO_LONG.at(sheet.place(row, index), found=beyond[row][:40]) for _, row in found]
    return {entry for entry, _ in found}


def _places(
    sheet: Sheet, header: Header, rows: Sequence[int], names: Sequence[str | None], problems: list[Problem]
) -> set[int]:
    """Report rows that are named like a town or a county: totals that do not say so, more likely than schools."""
    places = {name for name in set(names) if name is not None and name.endswith(_PLACE_ENDS) and _PLACE.fullmatch(name)}
    if not places:
        return set()
    index = header.columns["name"][0].index
    found = [(entry, name) for entry, name in enumerate(names) if name in places]
    problems += [kinds.PLACE_NOT_SCHOOL.at(sheet.place(rows[entry], index), found=name) for entry, name in found]
    return {entry for entry, _ in found}


def _with_formulas(sheet: Sheet, header: Header, first: int, rows: Sorted) -> Sorted:
    """Keep rows that came out blank and hold formulas without a saved result, or error values."""
    if not rows.blank or rows.kept is None:
        return rows
    at = {header.columns[name][0].index for name in ("name", "type", "code", "students") if name in header.columns}
    seen = second_look(sheet, [(first + row, column) for row in rows.blank for column in at])
    held = {row - first for row, _ in seen}
    rows.nameless |= held
    rows.kept = sorted({*rows.kept, *held})
    return rows


def _name_blanks(
    sheet: Sheet, header: Header, rows: Sequence[int], nameless: set[int], problems: list[Problem]
) -> None:
    """Report rows without a name: a blank, a formula without a saved result, or an error value."""
    column = header.columns["name"][0].index
    blank: list[Fault] = [
        (entry, kinds.NAME_BLANK, {"found": "", "field": Text("学校名称", "School")}) for entry in sorted(nameless)
    ]
    for entry, kind, facts in _looked_at_again(sheet, rows, column, blank):
        problems.append(kind.at(sheet.place(rows[entry], column), **facts))


def _word(cell: object) -> str | None:
    """Return the text of a cell, None where it is blank or a sign for nothing."""
    text = clean_text(cell)
    return None if text in NO_FIGURE else text


def _county(name: object) -> str | None:
    """Return a county's name without spaces, line breaks and the number before it."""
    return None if name is None else _NUMBERED.sub("", "".join(str(name).split())) or None


def _sums(parts: Sequence[Figures]) -> Figures:
    """Add columns up; blank where one of them is blank."""
    return [None if None in row else sum(f for f in row if f is not None) for row in zip(*parts, strict=True)]


def _fill_county(
    sheet: Sheet,
    rows: Sequence[int],
    texts: dict[str, Sequence[str | None]],
    fields: Mapping[str, FieldForm],
    problems: list[Problem],
    assumed: Listed,
) -> None:
    """Give rows without a county the only county of their sheet; report those that could be of several."""
    county = texts.get("county")
    if county is None:
        return
    county = by_distinct(county, _county)
    texts["county"] = county
    blank = [entry for entry, name in enumerate(county) if name is None]
    known = {name for name in county if name is not None}
    if not blank or not known:
        return
    only = known.pop() if len(known) == 1 else None
    field_said = fields["county"].text
    if only is None:
        problems += [kinds.COUNTY_DOUBTFUL.at(sheet.place(rows[entry]), field=field_said) for entry in blank]
        return
    assumed += (kinds.COUNTY_BLANK.at(sheet.place(rows[entry]), field=field_said, only=only) for entry in blank)
    texts["county"] = [only] * len(county)
