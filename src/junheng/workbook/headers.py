"""Headings become fields: which row is the header, which column is which field, and in what unit."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches

from junheng import kinds
from junheng.problems import Problem
from junheng.text import Text
from junheng.workbook.cells import Sheet
from junheng.workbook.headings import UNITS, Words, key
from junheng.workbook.mapping import Mapped

HEADER_WITHIN = 40  # a header stands within this many rows of the top
OTHER_HEADINGS = 2  # known headings that a header row has besides the school's name


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a sheet that feeds a field, and how many of the field's unit one of its units is."""

    index: int
    heading: str
    times: float = 1
    written: str = ""  # the heading as it stands in the sheet, for the same header further down


@dataclass(slots=True)
class Header:
    """The header of a sheet: the row it stands in, and for every field the columns that are summed for it."""

    row: int
    columns: dict[str, list[Column]] = field(default_factory=dict)
    values: dict[str, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    doubtful: set[str] = field(default_factory=set)  # fields with a column that could not be used, and is reported


def _recognised(row: Sequence[object], words: Words, mapped: Mapped | None) -> set[str]:
    found = set()
    for cell in row:
        if isinstance(cell, str) and cell.strip():
            hit = words.find(cell)
            if hit is not None:
                found.add(hit[0])
            if mapped is not None:
                found |= mapped.fields_of(key(cell))
    return found


def find_header(sheet: Sheet, words: Words, mapped: Mapped | None) -> tuple[Header | None, set[str]]:
    """Return the header of a sheet, or None, with the known headings of the row that comes nearest to one."""
    best: tuple[int, set[str]] = (-1, set())
    fixed = set(mapped.values) if mapped is not None else set()
    for index, row in enumerate(sheet.rows[:HEADER_WITHIN]):
        found = _recognised(row, words, mapped)
        if len(found) > len(best[1]):
            best = (index, found)
    index, found = best
    others = len((found | fixed) - {"name"})
    if "name" not in found or others < OTHER_HEADINGS:
        return None, found
    header = Header(index)
    _map_columns(sheet, words, mapped, header)
    return header, found


def _map_columns(sheet: Sheet, words: Words, mapped: Mapped | None, header: Header) -> None:
    row = sheet.rows[header.row]
    by_key: dict[str, list[int]] = {}
    for index, cell in enumerate(row):
        if isinstance(cell, str) and cell.strip():
            by_key.setdefault(key(cell), []).append(index)
    if mapped is not None:
        _apply_mapping(sheet, words, mapped, header, by_key)
    taken = {column.index for columns in header.columns.values() for column in columns}
    given = set(header.columns) | set(header.values)
    for index, cell in enumerate(row):
        if not isinstance(cell, str) or not cell.strip() or index in taken:
            continue
        hit = words.find(cell)
        place = sheet.place(header.row, index)
        if hit is None:
            near = words.nearest(cell)
            if near is not None and near not in given:
                header.problems.append(
                    kinds.HEADING_NEAR_MISS.at(place, heading=cell.strip(), near=words.fields[near].zh)
                )
            continue
        name, unit = hit
        if name in given:
            continue
        form = words.fields[name]
        times = 1.0
        if unit is not None and form.numeric:
            known = UNITS.get(form.unit or "", {})
            if unit not in known:
                expected = form.unit or "—"
                header.problems.append(kinds.UNIT_UNKNOWN.at(place, field=form.text, unit=unit, expected=expected))
                header.doubtful.add(name)
                continue
            times = known[unit]
        column = Column(index, cell.strip(), times, cell)
        first = header.columns.get(name)
        if first is None or (key(cell) == key(form.zh) != key(first[0].heading)):
            header.columns[name] = [column]  # the field's own heading is never in doubt
        elif key(first[0].heading) != key(form.zh) or key(cell) == key(form.zh):
            header.doubtful.add(name)
            other = sheet.address(header.row, first[0].index)
            header.problems.append(
                kinds.HEADING_TWICE.at(
                    place, heading=cell.strip(), other=other, heading_other=first[0].heading, field=form.text
                )
            )
    for name in header.doubtful:
        header.columns.pop(name, None)


def _apply_mapping(sheet: Sheet, words: Words, mapped: Mapped, header: Header, by_key: Mapping[str, list[int]]) -> None:
    header.values.update(mapped.values)
    for name, entry in mapped.sums.items():
        columns = []
        for heading in entry.headings:
            at = by_key.get(key(heading), [])
            if len(at) != 1:
                close = get_close_matches(key(heading), list(by_key), 1, 0.6)
                near = (
                    Text(f"；最接近的是“{close[0]}”", f"; nearest: “{close[0]}”") if close and not at else Text("", "")
                )
                place = sheet.place(header.row, at[1]) if at else sheet.place(header.row)
                if at:
                    header.problems.append(
                        kinds.HEADING_TWICE.at(
                            place,
                            heading=heading,
                            other=sheet.address(header.row, at[0]),
                            heading_other=heading,
                            field=words.fields[name].text,
                        )
                    )
                else:
                    header.problems.append(
                        kinds.MAPPED_HEADING_ABSENT.at(place, field=words.fields[name].text, heading=heading, near=near)
                    )
                continue
            columns.append(Column(at[0], heading, entry.times, str(sheet.rows[header.row][at[0]])))
        if len(columns) == len(entry.headings):
            header.columns[name] = columns
