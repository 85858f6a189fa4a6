"""Headings become fields: which row is the header, which column is which field, and in what unit."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches

from junheng import kinds
from junheng.problems import Problem
from junheng.text import Text
from junheng.workbook.cells import Sheet
from junheng.workbook.columns import NO_FIGURE, clean_text
from junheng.workbook.heading_paths import Heading, block, narrowed, paths
from junheng.workbook.headings import Words, factor, key, path_key, split_unit
from junheng.workbook.mapping import Mapped

HEADER_WITHIN = 40  # a header stands within this many rows of the top
UNITS_HEADING = ("单位", "计量单位")
SERIALS = frozenset({"序号", "序", "编号", "no", "no."})
NUMBERING = re.compile(r"[甲乙丙丁戊己庚辛]|\(?[a-z]?\d{1,3}\)?")  # the number of a column
MONEY_IN_TITLE = re.compile(r"单位\)?:?\(?[^,。;]*(?:万元|千元)")
HEADING_ROWS = 8  # that a heading has at most, and the first row of figures below it
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
    headings: list[object] = field(default_factory=list)
    serials: list[int] = field(default_factory=list)  # columns that number the rows
    doubtful: set[str] = field(default_factory=set)  # fields with a column that could not be used, and is reported


def _recognised(row: Sequence[object], words: Words, mapped: Mapped | None) -> set[str]:
    found = set()
    for cell in row:
        if isinstance(cell, str) and cell.strip():
            hit = words.find(cell)
            if hit is not None:
                found.add(hit[0])
            if mapped is not None:
                found |= mapped.fields_of(path_key(cell))
    return found


def _recognised_paths(headings: Sequence[Heading], words: Words, mapped: Mapped | None) -> set[str]:
    found = {hit[0] for heading in headings if (hit := find_path(heading, words)) is not None}
    if mapped is not None:
        for heading in headings:
            for ending in _endings(heading):
                found |= mapped.fields_of(ending)
    return found


def find_path(heading: Heading, words: Words) -> tuple[str, str | None, int] | None:
    """Return the field of a heading, its unit, and how many of its steps say so: by its longest ending that is known."""
    if len(heading.steps) == 1:
        hit = words.find(heading.steps[0])
        return None if hit is None else (*hit, 1)
    for ending in heading.endings():
        hit = words.find("/".join(ending)) if len(ending) > 1 else words.find(ending[0])
        if hit is not None:
            return *hit, len(ending)
    return None


def _endings(heading: Heading) -> list[str]:
    """Return the keys that a columns file may name a heading by: its whole path, and its endings."""
    steps = [path_key(step) for step in heading.steps]
    return ["/".join(steps[at:]) for at in range(len(steps))]


def headings_of(sheet: Sheet, words: Words, mapped: Mapped | None) -> tuple[list[Heading], int, set[str]]:
    """Return the headings of a sheet, the row in which the lowest stand, and the fields that are known by them.

    Nothing where no row knows any field.
    """
    best: tuple[int, set[str]] = (-1, set())
    for index, row in enumerate(sheet.rows[:HEADER_WITHIN]):
        found = _recognised(row, words, mapped)
        if len(found) > len(best[1]):
            best = (index, found)
    index, found = best
    row = sheet.rows[index] if found else []
    written = [Heading(at, (cell,), index) for at, cell in enumerate(row) if isinstance(cell, str) and cell.strip()]
    rows = block(sheet)
    if rows is not None and rows[0] <= index <= rows[1]:
        last = _last_of_the_heading(sheet, words, index, rows[1])
        deep = paths(sheet, rows[0], last)
        by_path = _recognised_paths(deep, words, mapped)
        # a heading read without those above and below it would be taken for more than it says
        if rows[0] < last and by_path and any(len(heading.steps) > 1 for heading in deep):
            index, found, written = last, by_path, deep
    return written, index, found


def _last_of_the_heading(sheet: Sheet, words: Words, index: int, end: int) -> int:
    """Return the last row of a heading: before the first row that names a school, and before the units of columns."""
    name = next((at for at, cell in enumerate(sheet.rows[index]) if _names_schools(cell, words)), None)
    for row in range(index + 1, end + 1):
        cells = [key(clean_text(cell)).strip("()") for cell in sheet.rows[row] if cell not in ("", None)]
        of_units = all(cell in words.units or cell in NO_FIGURE or cell in UNITS_HEADING for cell in cells)
        below = clean_text(sheet.rows[row][name]) if name is not None else ""
        if of_units or (name is not None and below and key(below) != key(clean_text(sheet.rows[index][name]))):
            return row - 1
    return end


def _names_schools(cell: object, words: Words) -> bool:
    hit = words.find(cell) if isinstance(cell, str) and cell.strip() else None
    return hit is not None and hit[0] == "name"


def find_header(sheet: Sheet, words: Words, mapped: Mapped | None) -> tuple[Header | None, set[str]]:
    """Return the header of a sheet, or None, with the known headings of the row that comes nearest to one."""
    written, index, found = headings_of(sheet, words, mapped)
    if not _is_header(found, mapped):
        return None, found
    header = Header(index, headings=list(sheet.rows[index]))
    for heading in written:
        if len(heading.steps) > 1 or heading.row != index:
            header.headings[heading.column] = heading.text
    header.serials = [heading.column for heading in written if key(heading.steps[-1]) in SERIALS]
    _map_columns(sheet, words, mapped, header, written)
    _rows_of_the_heading(sheet, words, header)
    _unit_in_title(sheet, words, header)
    return header, found


def _is_header(found: set[str], mapped: Mapped | None) -> bool:
    fixed = set(mapped.values) if mapped is not None else set()
    return "name" in found and len((found | fixed) - {"name"}) >= OTHER_HEADINGS


def _begins_a_heading(sheet: Sheet, index: int, words: Words, mapped: Mapped | None) -> bool:
    """Say whether a heading of several rows begins at a row."""
    rows = sheet.rows[index : index + HEADING_ROWS]
    part = Sheet(sheet.path, sheet.file, sheet.name, rows, sheet.top + index, sheet.left)
    found = block(part)
    return (
        found is not None and not found[0] and _is_header(_recognised_paths(paths(part, *found), words, mapped), mapped)
    )


def tables(sheet: Sheet, words: Words, mapped: Mapped | None) -> list[Sheet]:
    """Return the tables that stand below each other on a sheet, each with its own header.

    The same header once more, as on a new page, begins no new table.
    """
    form = words.fields["name"]
    signs = {form.zh, form.en, "name", *form.headers} | set(
        mapped.sums["name"].headings if mapped and "name" in mapped.sums else ()
    )
    for row in sheet.rows[:HEADER_WITHIN]:
        hits = ((cell, words.find(cell)) for cell in row if isinstance(cell, str) and cell.strip())
        signs.update(cell for cell, hit in hits if hit is not None and hit[0] == "name")
    starts: list[int] = []
    for index, row in enumerate(sheet.rows):
        if signs.isdisjoint(row):
            continue
        if not _is_header(_recognised(row, words, mapped), mapped) and not _begins_a_heading(
            sheet, index, words, mapped
        ):
            continue
        if not starts or row != sheet.rows[starts[-1]]:
            starts.append(index)
    if len(starts) < 2:  # noqa: PLR2004 - one table
        return [sheet]
    ends = [*starts[1:], len(sheet.rows)]
    return [
        Sheet(
            sheet.path,
            sheet.file,
            sheet.name,
            sheet.rows[start:end],
            sheet.top + start,
            sheet.left,
            last=end == len(sheet.rows),
            widths=None if sheet.widths is None else sheet.widths[start:end],
            formulas=sheet.formulas,
        )
        for start, end in zip([0, *starts[1:]], ends, strict=True)
    ]


def _unit_in_title(sheet: Sheet, words: Words, header: Header) -> None:
    """Leave columns of money without a unit of their own unused where a title says that money is in 万元."""
    said = [
        c.strip()
        for row in sheet.rows[: header.row]
        for c in row
        if isinstance(c, str) and MONEY_IN_TITLE.search(key(c))
    ]
    if not said:
        return
    for name, columns in list(header.columns.items()):
        form = words.fields[name]
        bare = [c for c in columns if c.times == 1 and split_unit(c.heading, words.units)[1] is None]
        if form.unit == "元" and bare:
            place = sheet.place(header.row, bare[0].index)
            header.problems.append(kinds.UNIT_IN_TITLE.at(place, found=said[0][:40], field=form.text))
            header.doubtful.add(name)
            del header.columns[name]


def _rows_of_the_heading(sheet: Sheet, words: Words, header: Header) -> None:
    """Take rows below the heading that belong to it: the units of the columns, the numbers of the columns."""
    below = sheet.rows[header.row + 1] if header.row + 1 < len(sheet.rows) else []
    said = {i: key(str(cell)).strip("()") for i, cell in enumerate(below) if cell not in ("", None)}
    given = {i: unit for i, unit in said.items() if unit not in NO_FIGURE and unit not in UNITS_HEADING}
    if len(given) >= OTHER_HEADINGS and all(unit in words.units for unit in given.values()):
        header.row += 1
        for name, columns in list(header.columns.items()):
            form = words.fields[name]
            for at, column in enumerate(columns):
                unit = given.get(column.index)
                if unit is None or not form.numeric or column.times != 1:
                    continue
                times = factor(form, unit)
                if times is None:
                    place, expected = sheet.place(header.row, column.index), form.unit or "—"
                    header.problems.append(kinds.UNIT_UNKNOWN.at(place, field=form.text, unit=unit, expected=expected))
                    header.doubtful.add(name)
                    header.columns.pop(name, None)
                else:
                    columns[at] = Column(column.index, column.heading, times, column.written)
    below = sheet.rows[header.row + 1] if header.row + 1 < len(sheet.rows) else []
    numbers = [key(clean_text(cell)) for cell in below if cell not in ("", None)]
    if len(numbers) > OTHER_HEADINGS and all(NUMBERING.fullmatch(number) for number in numbers):
        name_at = header.columns["name"][0].index
        if NUMBERING.fullmatch(key(clean_text(below[name_at]))):
            header.row += 1


def _map_columns(
    sheet: Sheet, words: Words, mapped: Mapped | None, header: Header, headings: Sequence[Heading]
) -> None:
    by_key: dict[str, list[int]] = {}
    whole: dict[str, list[int]] = {}
    for heading in headings:
        endings = _endings(heading)
        whole.setdefault(endings[0], []).append(heading.column)
        for ending in endings:
            by_key.setdefault(ending, []).append(heading.column)
    by_key |= whole  # a whole path names its column even where it is the ending of another
    if mapped is not None:
        _apply_mapping(sheet, words, mapped, header, by_key)
    taken = {column.index for columns in header.columns.values() for column in columns}
    given = set(header.columns) | set(header.values)
    exact = _whole_matches(headings, words)
    for heading in headings:
        index, cell = heading.column, heading.text
        if index in taken:
            continue
        hit = find_path(heading, words)
        place = sheet.place(heading.row, index)
        if hit is None:
            near = words.nearest(heading.steps[-1])
            if near is not None and near not in given:
                header.problems.append(
                    kinds.HEADING_NEAR_MISS.at(place, heading=cell.strip(), near=words.fields[near].zh)
                )
            continue
        name, unit, steps = hit
        if name in given or (name in exact and index not in exact[name]):
            continue
        form = words.fields[name]
        if len(heading.steps) > 1 and narrowed(heading.endings()[0], steps):
            header.problems.append(kinds.HEADING_DOUBTFUL.at(place, heading=cell, field=form.text))
            continue
        times = 1.0
        if unit is None and form.numeric:
            above = (split_unit(step, words.units)[1] for step in reversed(heading.steps[:-1]))
            unit = next((said for said in above if said is not None), None)
        if unit is not None and form.numeric:
            known = factor(form, unit)
            if known is None:
                expected = form.unit or "—"
                header.problems.append(kinds.UNIT_UNKNOWN.at(place, field=form.text, unit=unit, expected=expected))
                header.doubtful.add(name)
                continue
            times = known
        written = sheet.rows[header.row][index]
        told = isinstance(written, str) and written.strip()
        column = Column(index, cell.strip(), times, str(written) if told else heading.steps[-1])
        first = header.columns.get(name)
        if first is None:
            header.columns[name] = [column]
        elif form.numeric and sheet_columns_alike(sheet, header.row, first[0].index, index):
            continue  # the same figures twice
        else:
            header.doubtful.add(name)
            other = sheet.address(header.row, first[0].index)
            header.problems.append(
                kinds.HEADING_TWICE.at(
                    place, heading=cell.strip(), other=other, heading_other=first[0].heading, field=form.text
                )
            )
    for name in header.doubtful:
        header.columns.pop(name, None)


def _whole_matches(headings: Sequence[Heading], words: Words) -> dict[str, list[int]]:
    """Return the columns whose whole heading is a field's: where there are any, longer paths that end in it are others."""
    found: dict[str, list[int]] = {}
    for heading in headings:
        hit = find_path(heading, words)
        if hit is not None and hit[2] == len(heading.endings()[0]):
            found.setdefault(hit[0], []).append(heading.column)
    return found


def sheet_columns_alike(sheet: Sheet, row: int, one: int, other: int) -> bool:
    """Say whether two columns hold the same below a row."""
    return all(cells[one] == cells[other] for cells in sheet.rows[row + 1 :])


def _apply_mapping(sheet: Sheet, words: Words, mapped: Mapped, header: Header, by_key: Mapping[str, list[int]]) -> None:
    header.values.update(mapped.values)
    for name, entry in mapped.sums.items():
        columns = []
        for heading in entry.headings:
            at = by_key.get(path_key(heading), [])
            if len(at) != 1:
                close = get_close_matches(path_key(heading), list(by_key), 1, 0.6)
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
            times = entry.times
            if times is None:
                form, unit = words.fields[name], split_unit(heading, words.units)[1]
                times = 1.0 if unit is None or not form.numeric else factor(form, unit)
                if times is None:
                    place, expected = sheet.place(header.row, at[0]), form.unit or "—"
                    header.problems.append(kinds.UNIT_UNKNOWN.at(place, field=form.text, unit=unit, expected=expected))
                    header.doubtful.add(name)
                    continue
            columns.append(Column(at[0], heading, times, str(sheet.rows[header.row][at[0]])))
        if len(columns) == len(entry.headings):
            header.columns[name] = columns
