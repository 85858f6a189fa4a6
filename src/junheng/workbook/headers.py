"""Headings become fields: which column is which field, and in what unit."""

import re
from collections.abc import Sequence

from junheng import kinds
from junheng.problems import Problem
from junheng.text import Text
from junheng.workbook.cells import Sheet
from junheng.workbook.columns import NO_FIGURE, choice_words, clean_text
from junheng.workbook.group_headings import narrowed
from junheng.workbook.header import Column, Header
from junheng.workbook.header_row import OTHER_HEADINGS, UNITS_HEADING, find_path, headings_of, is_header, keys_of
from junheng.workbook.heading_paths import Heading, figures_in
from junheng.workbook.headings import Words, factor, key, split_unit
from junheng.workbook.mapped_columns import apply_mapping
from junheng.workbook.mapping import Mapped
from junheng.workbook.stage_headings import stage_of

SERIALS = frozenset({"序号", "序", "编号", "no", "no."})
NUMBERING = re.compile(r"[甲乙丙丁戊己庚辛]|\(?[a-z]?\d{1,3}\)?")  # the number of a column
MONEY_IN_TITLE = re.compile(r"单位\)?:?\(?[^,。;]*(?:万元|千元)")
LIKE_A_SCHOOL = re.compile(r"[学學校点點部园園班院区區幼][)）]?\s*$")  # how nearly every name of a school ends
YEAR_STEP = re.compile(r"(?:19|20)\d\d")
MOST_ASKED = 3  # headings that a field is asked about for, where only parts of it were found


def find_header(sheet: Sheet, words: Words, mapped: Mapped | None) -> tuple[Header | None, set[str]]:
    """Return the header of a sheet, or None, with the known headings of the row that comes nearest to one."""
    written, index, found = headings_of(sheet, words, mapped)
    if not is_header(found, mapped):
        return None, found
    header = Header(index, headings=list(sheet.rows[index]))
    for heading in written:
        if len(heading.steps) > 1 or heading.row != index:
            header.headings[heading.column] = heading.text
    above = [[clean_text(cell) for cell in row if cell not in ("", None)] for row in sheet.rows[:index]]
    header.titles = frozenset(row[0] for row in above if len(set(row)) == 1)
    header.serials = [heading.column for heading in written if key(heading.steps[-1]) in SERIALS]
    _map_columns(sheet, words, mapped, header, written)
    _rows_of_the_heading(sheet, words, header)
    _unit_in_title(sheet, words, header)
    return header, found


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
    below = sheet.rows[header.row + 1] if header.row + 1 < len(sheet.rows) else []
    if _tells_how_to_fill_in(below, words, header):
        header.row += 1
        number = header.row + sheet.top + 1
        remarks = Text(f"填写说明第 {number} 行", f"remarks on filling in, in row {number}")
        header.problems.append(kinds.ROWS_NOT_SCHOOLS.at(sheet.place(), rows=remarks))


def _tells_how_to_fill_in(row: Sequence[object], words: Words, header: Header) -> bool:
    """Say whether a row below the headings says how to fill in the columns, and is no school.

    It has words where figures belong and no figure anywhere, is of no type, and is not named like a school.
    """
    if not row or "name" not in header.columns or figures_in(row):
        return False
    said = {at: text for at, cell in enumerate(row) if (text := clean_text(cell)) not in NO_FIGURE}
    name_column = header.columns["name"][0]
    name = said.get(name_column.index, "")
    typed = [said.get(column.index, "") for column in header.columns.get("type", [])]
    if LIKE_A_SCHOOL.search(name) or key(name) == key(name_column.heading):
        return False
    if any(key(word) in choice_words(words.fields["type"]) for word in typed):
        return False
    counted = {c.index for name, columns in header.columns.items() if words.fields[name].numeric for c in columns}
    return len(counted & said.keys()) >= OTHER_HEADINGS


def _map_columns(
    sheet: Sheet, words: Words, mapped: Mapped | None, header: Header, headings: Sequence[Heading]
) -> None:
    by_key: dict[str, list[int]] = {}
    whole: dict[str, list[int]] = {}
    for heading in headings:
        known_by = keys_of(heading)
        whole.setdefault(known_by[0], []).append(heading.column)
        for ending in known_by:
            by_key.setdefault(ending, []).append(heading.column)
    by_key |= whole  # a whole path names its column even where it is the ending of another
    if mapped is not None:
        apply_mapping(sheet, words, mapped, header, by_key)
    taken = {column.index for columns in header.columns.values() for column in columns}
    given = set(header.columns) | set(header.values)
    exact = _whole_matches(headings, words)
    harmless = _years_of_all(headings, words)
    asked: dict[str, Problem] = {}  # fields with a heading that may mean less
    staged: list[tuple[Heading, str, str, Problem]] = []
    for heading in headings:
        if heading.column in taken:
            continue
        hit = find_path(heading, words)
        place = sheet.place(heading.row, heading.column)
        narrow = hit is not None and narrowed(heading.endings()[0], hit[2], hit[0], words, harmless)
        of_stage = stage_of(heading, words) if hit is None or narrow else None
        if of_stage is not None:
            stage, rest = of_stage
            told = find_path(rest, words)
            if (
                told is not None
                and words.fields[told[0]].numeric
                and told[0] not in given
                and not narrowed(rest.endings()[0], told[2], told[0], words, harmless)
            ):
                form = words.fields[told[0]]
                problem = kinds.HEADING_DOUBTFUL.at(place, heading=heading.text, field=form.text)
                staged.append((heading, stage, told[0], problem))
                continue
        if hit is None:
            near = words.nearest(heading.steps[-1])
            if near is not None and near not in given:
                header.problems.append(
                    kinds.HEADING_NEAR_MISS.at(place, heading=heading.text.strip(), near=words.fields[near].zh)
                )
            continue
        name, unit, _ = hit
        if name in given or (narrow and name in exact and heading.column not in exact[name]):
            continue
        form = words.fields[name]
        if narrow:
            problem = kinds.HEADING_DOUBTFUL.at(place, heading=heading.text, field=form.text)
            header.problems.append(problem)
            asked.setdefault(name, problem)
            continue
        column = _column(sheet, words, header, heading, name, unit)
        if column is None:
            continue
        first = header.columns.get(name)
        if first is None:
            header.columns[name] = [column]
        elif form.numeric and sheet_columns_alike(sheet, header.row, first[0].index, column.index):
            continue  # the same figures twice
        else:
            header.doubtful.add(name)
            other = sheet.address(header.row, first[0].index)
            header.problems.append(
                kinds.HEADING_TWICE.at(
                    place, heading=column.heading, other=other, heading_other=first[0].heading, field=form.text
                )
            )
    for name in header.doubtful:
        header.columns.pop(name, None)
    _ask_of_parts(sheet, words, header, headings, given | header.doubtful | set(asked) | {s[2] for s in staged})
    header.doubtful.update(name for name in asked if words.fields[name].optional and name not in header.columns)
    _by_stage(sheet, words, header, staged)


def _ask_of_parts(sheet: Sheet, words: Words, header: Header, headings: Sequence[Heading], settled: set[str]) -> None:
    """Ask about headings below one of a field that has no column of its own: 专任教师 / 编制数, 在校生数 / 2022."""
    found: dict[str, list[Heading]] = {}
    for heading in headings:
        endings = heading.endings()
        if not endings or len(endings[0]) == 1 or find_path(heading, words) is not None:
            continue
        above = find_path(Heading(heading.column, endings[0][:-1], heading.row), words)
        if above is None or above[0] in settled or above[0] in header.columns or not words.fields[above[0]].numeric:
            continue
        found.setdefault(above[0], []).append(heading)
    for name, parts in found.items():
        header.problems += [
            kinds.HEADING_DOUBTFUL.at(
                sheet.place(heading.row, heading.column), heading=heading.text, field=words.fields[name].text
            )
            for heading in parts[:MOST_ASKED]
        ]


def _by_stage(sheet: Sheet, words: Words, header: Header, staged: Sequence[tuple[Heading, str, str, Problem]]) -> None:
    """Keep the columns of stages where they are all that is needed to read each stage on its own; otherwise ask."""
    found: dict[str, dict[str, list[Column]]] = {}
    problems = []
    for heading, stage, name, problem in staged:
        hit = find_path(stage_of(heading, words)[1], words)  # type: ignore[index]
        column = _column(sheet, words, header, heading, name, hit[1]) if hit is not None else None
        problems.append(problem)
        if column is not None:
            found.setdefault(stage, {}).setdefault(name, []).append(column)
    header.problems += problems
    share = {name for columns in found.values() for name in columns if words.fields[name].share == "split"}
    divided = not share or (
        "basis" not in header.columns
        and not any(words.fields[n].share == "split" for n in header.columns if n not in share)
    )
    if (
        len(found) > 1
        and divided
        and not {"stage"} & (header.columns.keys() | header.values.keys())
        and all("students" in columns for columns in found.values())
        and all(len(c) == 1 for columns in found.values() for c in columns.values())
    ):
        header.stages = found


def _column(sheet: Sheet, words: Words, header: Header, heading: Heading, name: str, unit: str | None) -> Column | None:
    """Return the column of a heading with its unit; None where the unit is not known, which is reported."""
    form = words.fields[name]
    times = 1.0
    if unit is None and form.numeric:
        unit = unit_above(heading, words)
    if unit is not None and form.numeric:
        known = factor(form, unit)
        if known is None:
            place, expected = sheet.place(heading.row, heading.column), form.unit or "—"
            header.problems.append(kinds.UNIT_UNKNOWN.at(place, field=form.text, unit=unit, expected=expected))
            header.doubtful.add(name)
            return None
        times = known
    written = sheet.rows[header.row][heading.column]
    told = isinstance(written, str) and written.strip()
    return Column(heading.column, heading.text.strip(), times, str(written) if told else heading.steps[-1])


def unit_above(heading: Heading, words: Words) -> str | None:
    """Return the unit that the nearest heading above names, or is."""
    for step in reversed(heading.steps[:-1]):
        bare = key(step).strip("()").removeprefix("单位")
        unit = bare if bare in words.units else split_unit(step, words.units)[1]
        if unit is not None:
            return unit
    return None


def _years_of_all(headings: Sequence[Heading], words: Words) -> frozenset[str]:
    """Return the years that stand above every figure: they are the table's, not those of one column among others."""
    of_figures = [
        set(heading.endings()[0])
        for heading in headings
        if (hit := find_path(heading, words)) is not None and words.fields[hit[0]].numeric
    ]
    common = set.intersection(*of_figures) if of_figures else set()
    return frozenset(step for step in common if YEAR_STEP.match(step))


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
