"""Which row of a sheet is its heading, and which fields its headings are known by."""

from collections.abc import Sequence

from junheng.workbook.cells import Sheet
from junheng.workbook.columns import NO_FIGURE, clean_text
from junheng.workbook.heading_paths import Heading, block, paths
from junheng.workbook.headings import Words, key, path_key, split_unit
from junheng.workbook.mapping import Mapped

HEADER_WITHIN = 40  # a header stands within this many rows of the top
OTHER_HEADINGS = 2  # known headings that a header row has besides the school's name
UNITS_HEADING = ("单位", "计量单位")
COUNTED_IN = {"人数": "人", "总人数": "人", "册数": "册", "台数": "台", "间数": "间", "面积": "㎡", "班数": "个"}


def recognised(row: Sequence[object], words: Words, mapped: Mapped | None) -> set[str]:
    found = set()
    for cell in row:
        if isinstance(cell, str) and cell.strip():
            hit = words.find(cell)
            if hit is not None:
                found.add(hit[0])
            if mapped is not None:
                found |= mapped.fields_of(path_key(cell))
    return found


def recognised_paths(headings: Sequence[Heading], words: Words, mapped: Mapped | None) -> set[str]:
    found = {hit[0] for heading in headings if (hit := find_path(heading, words)) is not None}
    if mapped is not None:
        for heading in headings:
            for ending in keys_of(heading):
                found |= mapped.fields_of(ending)
    return found


def find_path(heading: Heading, words: Words) -> tuple[str, str | None, int] | None:
    """Return the field of a heading, its unit, and how many of its steps say so: by its longest ending that is known."""
    if len(heading.steps) == 1:
        hit = words.find(heading.steps[0])
        return None if hit is None else (*hit, 1)
    endings = heading.endings()
    for ending in endings:
        hit = words.find("/".join(ending)) if len(ending) > 1 else words.find(ending[0])
        if hit is not None:
            return *hit, len(ending)
    counted = COUNTED_IN.get(split_unit(endings[0][-1])[0]) if endings and len(endings[0]) > 1 else None
    if counted is not None:  # 图书 / 册数 is the 图书 that is counted in 册
        above = find_path(Heading(heading.column, endings[0][:-1], heading.row), words)
        if above is not None and words.fields[above[0]].unit == counted:
            return above[0], above[1], above[2] + 1
    return None


def keys_of(heading: Heading) -> list[str]:
    """Return the keys that a columns file may name a heading by: its whole path, and its endings."""
    steps = [path_key(step) for step in heading.steps]
    return ["/".join(steps[at:]) for at in range(len(steps))]


def headings_of(sheet: Sheet, words: Words, mapped: Mapped | None) -> tuple[list[Heading], int, set[str]]:
    """Return the headings of a sheet, the row in which the lowest stand, and the fields that are known by them.

    Nothing where no row knows any field.
    """
    best: tuple[int, set[str]] = (-1, set())
    for index, row in enumerate(sheet.rows[:HEADER_WITHIN]):
        found = recognised(row, words, mapped)
        if len(found) > len(best[1]):
            best = (index, found)
    index, found = best
    row = sheet.rows[index] if found else []
    written = [Heading(at, (cell,), index) for at, cell in enumerate(row) if isinstance(cell, str) and cell.strip()]
    rows = block(sheet)
    if rows is not None and rows[0] <= index <= rows[1]:
        last = _last_of_the_heading(sheet, words, index, rows[1])
        deep = paths(sheet, rows[0], last)
        by_path = recognised_paths(deep, words, mapped)
        # a heading read without those above and below it would be taken for more than it says
        if rows[0] < last and by_path and any(len(heading.steps) > 1 or heading.row != index for heading in deep):
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


def is_header(found: set[str], mapped: Mapped | None) -> bool:
    """Say whether fields known by their headings make a header: the school's name, and two more."""
    fixed = mapped.forms if mapped is not None else ()
    return "name" in found and any(
        len((found | values) - {"name"}) >= OTHER_HEADINGS for values in (set(), *(set(f.values) for f in fixed))
    )
