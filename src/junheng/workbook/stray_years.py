"""Rows of another year beside those of the year judged: a table over several years, or a slip that would lose a school."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from collections.abc import Set as AbstractSet

from junheng import kinds
from junheng.problems import Problem
from junheng.workbook.one_sheet import SheetRows

FEW_OF = 10  # rows of the year judged for each of another, where that may be a slip
Section = tuple[str | None, ...]
"""A section by its code, else by county, town and name; and its stage as it is written."""


def _sections(rows: SheetRows) -> list[Section]:
    size = len(rows.rows)
    codes, counties, towns, names, stages = (
        rows.texts.get(column) or [None] * size for column in ("code", "county", "town", "name", "stage")
    )
    return [
        (code, stage) if code else (county, town, name, stage)
        for code, county, town, name, stage in zip(codes, counties, towns, names, stages, strict=True)
    ]


def sections_of_year(read: Sequence[SheetRows], year: int | None) -> frozenset[Section]:
    """Return the sections of all sheets that have a row of a year; none where no sheet has rows of several years."""
    if year is None or not any(len(set(rows.years or ())) > 1 for rows in read):
        return frozenset()
    found: set[Section] = set()
    for rows in read:
        years = rows.years or [None] * len(rows.rows)
        found.update(s for s, own in zip(_sections(rows), years, strict=True) if own in (None, year))
    return frozenset(found)


def strays(rows: SheetRows, wanted: int | None, kept: AbstractSet[Section]) -> list[Problem]:
    """Report the years of a sheet that its rows may be of by a slip, beside rows of the year judged.

    A school is lost by that where its section has no row of the year judged (`kept` has those) and either no row of that
    other year is of a section that has one, or the section stands in that other year twice: an error, and nothing passes.
    Where nothing is lost, very few rows beside many are only said.
    """
    if wanted is None or rows.years is None:
        return []
    counts = Counter(year for year in rows.years if year is not None)
    if not counts[wanted]:
        return []
    entries: dict[int, list[int]] = defaultdict(list)
    for entry, year in enumerate(rows.years):
        if year is not None and year != wanted:
            entries[year].append(entry)
    sections = _sections(rows)
    column = rows.header.columns.get("year")
    index = column[0].index if column else 0
    problems = []
    for year, own in entries.items():
        lost = _lost([(entry, sections[entry]) for entry in own], kept)
        facts = {"count": counts[wanted], "year": wanted, "found": year}
        if lost:
            school = (rows.texts.get("name") or [])[lost[0]]
            place = rows.sheet.place(rows.rows[lost[0]], index)
            problems.append(kinds.YEAR_LOST.at(place, few=len(lost), school=school, **facts))
        elif len(own) * FEW_OF <= counts[wanted]:
            place = rows.sheet.place(rows.rows[own[0]], index)
            problems.append(kinds.YEAR_STRAY.at(place, few=len(own), **facts))
    return problems


def _lost(own: Sequence[tuple[int, Section]], kept: AbstractSet[Section]) -> list[int]:
    """Return the rows of one other year whose sections are lost to the year judged by what looks like a slip."""
    gone = [(entry, section) for entry, section in own if section not in kept]
    if len(gone) == len(own):
        return [entry for entry, _ in gone]
    twice = {section for section, count in Counter(section for _, section in own).items() if count > 1}
    return [entry for entry, section in gone if section in twice]
