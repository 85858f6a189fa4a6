"""A foreign table becomes a proposal: which heading feeds which field, why, and how certain that is."""

from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher
from pathlib import Path
from typing import NamedTuple

from junheng import kinds
from junheng.engine.model import SCHOOL_CLASS
from junheng.problems import Place, Problem, Unusable
from junheng.standard.grammar import FieldForm
from junheng.standard.load import Standard, needed_fields, needed_words, shipped_fields
from junheng.workbook.candidates import (
    Confidence,
    Proposed,
    Why,
    by_cells,
    by_heading,
    by_likeness,
    by_parts,
    columns_of,
    type_of_all,
)
from junheng.workbook.cells import read_sheets, workbooks
from junheng.workbook.columns import clean_text
from junheng.workbook.doubts import doubted, small_money, tried
from junheng.workbook.foreign_table import ForeignTable, Named, foreign_table, numbers_rows
from junheng.workbook.group_headings import narrowed
from junheng.workbook.header_row import find_path, is_header
from junheng.workbook.headers import find_header
from junheng.workbook.heading_paths import Heading
from junheng.workbook.headings import Words, split_unit
from junheng.workbook.part_columns import bare_steps, part_of
from junheng.workbook.stacked_tables import tables
from junheng.workbook.traditional import WiderWords, simplified

IDENTITY = ("county", "town", "group", "year", "code", "name", "type", "stage", "area", "owner", "basis")
REQUIRED = ("name", "type", "students")  # without these no school is judged
NEAR = 0.45  # how alike a heading must be to be named where nothing was found
NEAREST = 3


class Absent(NamedTuple):
    """A needed field that nothing was found for, and the headings that come nearest."""

    field: str
    nearest: tuple[Named, ...]


class Unused(NamedTuple):
    """A column that is not used, and the field of which it is a part or another figure, where it is of one."""

    named: Named
    field: str | None


class OfStage(NamedTuple):
    """A column of one stage of schools that have several; it is read without a columns file."""

    stage: str
    field: str
    named: Named


class Proposal(NamedTuple):
    """What is proposed for one form of table: the tables of that form, and every column and needed field of it."""

    tables: tuple[tuple[str, str | None, int], ...]  # file, sheet, row of the lowest heading from 1
    fields: Mapping[str, FieldForm]
    proposed: tuple[Proposed, ...]
    absent: tuple[Absent, ...]
    unused: tuple[Unused, ...]
    problems: tuple[Problem, ...]
    of_stages: tuple[OfStage, ...] = ()


def propose(paths: Sequence[Path], standards: Sequence[Standard], sheets: Sequence[str] = ()) -> list[Proposal]:
    """Return a proposal for every form of table, that of most tables first; raise Unusable where there are none.

    Needed are the fields that the standards read; all others that are known are proposed too. Where `sheets` are named,
    others are not looked at. Tables that are hardly tables of schools are among the problems of the first proposal,
    where there are others that are.
    """
    workbooks_found, faults = workbooks(paths, folders=False)
    known = {name: form for standard in reversed(standards) for name, form in standard.fields.items()}
    fields = {name: known[name] for name in (*shipped_fields(), *known) if name in known and name != SCHOOL_CLASS}
    needed = {n for standard in standards for n in (*needed_fields(standard), *needed_words(standard))}
    needed |= {part for name in needed for part in fields[name].otherwise}
    words = WiderWords(fields)
    found: list[ForeignTable] = []
    problems: list[Problem] = []
    for path, shown in workbooks_found:
        try:
            whole_sheets = read_sheets(path, shown)
        except Unusable as error:
            faults += error.problems
            continue
        for whole in whole_sheets:
            if not sheets or whole.name is None or whole.name in sheets:
                found += [t for sheet in tables(whole, words, None) if (t := foreign_table(sheet, words)) is not None]
    if faults:
        raise Unusable(faults)
    if not found:  # no sheet has anything like headings
        place = Place(workbooks_found[0][1] if workbooks_found else ".")
        lacking = "、".join(fields[name].zh for name in REQUIRED)
        raise Unusable([kinds.HEADER_NOT_FOUND.at(place, lacking=lacking)])
    schools = [table for table in found if "name" in table.known] or found
    forms: dict[tuple[str, ...], list[ForeignTable]] = {}
    for table in schools:
        forms.setdefault(table.form(), []).append(table)
    first, *others = sorted(forms.values(), key=lambda of: (len(of), len(of[0].known)), reverse=True)
    further = [of for of in others if is_header(set(of[0].known), None)]
    problems += [
        kinds.HEADINGS_OTHER.at(t.sheet.place(), other=str(first[0].sheet.place()))
        for of in others
        if of not in further
        for t in of
    ]
    return [
        _proposal(of, words, needed, [*(problems if of is first else []), *_without_schools(of)])
        for of in (first, *further)
    ]


def _without_schools(found: Sequence[ForeignTable]) -> list[Problem]:
    """Report tables of one form that have nothing below their headings."""
    filled = any(clean_text(cell) for table in found for row in table.below() for cell in row)
    return [] if filled else [kinds.NO_SCHOOLS.at(found[0].sheet.place())]


def _proposal(
    found: Sequence[ForeignTable], words: WiderWords, needed: set[str], problems: Sequence[Problem]
) -> Proposal:
    table = found[0]
    fields = words.fields
    by_column = {heading.column: heading for heading in table.headings}
    proposed = by_heading(table, words)
    free = [h for h in table.headings if h.column not in columns_of(proposed.values()) and not numbers_rows(h)]
    for name, confidence, candidates in by_parts(table, words, by_column):
        if name not in proposed or any(Why.NARROWED in c.why for c in proposed[name].candidates):
            proposed[name] = Proposed(name, needed=False, confidence=confidence, candidates=candidates)
    of_stages = _of_stages(table, words)
    for column in of_stages:
        proposed.pop(column.field, None)
    free = [h for h in free if h.column not in {column.named.column for column in of_stages}]
    by_likeness(table, words, free, proposed)
    by_cells(table, fields, free, proposed)
    type_of_all(found, fields, proposed)
    for name, entry in list(proposed.items()):
        proposed[name] = doubted(table, fields[name], entry)
    small_money(table, fields, proposed)
    tried(table, fields, proposed)
    wanted = {*needed, *REQUIRED}
    ordered = tuple(
        proposed[name]._replace(needed=name in wanted or name in IDENTITY) for name in fields if name in proposed
    )
    return Proposal(
        tuple((t.sheet.file, t.sheet.name, t.row + t.sheet.top + 1) for t in found),
        fields,
        ordered,
        tuple(_absent(table, fields, wanted - {column.field for column in of_stages}, proposed, words)),
        tuple(_unused(table, words, ordered, {column.named.column for column in of_stages})),
        tuple(problems),
        of_stages,
    )


def _of_stages(table: ForeignTable, words: WiderWords) -> tuple[OfStage, ...]:
    """Return the columns that are read for one stage each; none where they are not all that is needed for it."""
    header, _ = find_header(table.sheet, Words(words.fields), None)
    if header is None:
        return ()
    by_column = {heading.column: heading for heading in table.headings}
    return tuple(
        OfStage(stage, name, table.named(by_column[columns[0].index]))
        for stage, of_stage in header.stages.items()
        for name, columns in of_stage.items()
    )


def _absent(
    table: ForeignTable,
    fields: Mapping[str, FieldForm],
    wanted: set[str],
    proposed: Mapping[str, Proposed],
    words: WiderWords,
) -> list[Absent]:
    """Return the needed fields that nothing was found for; a field is not missed where what stands for it was found."""
    missed = []
    for name, form in fields.items():
        if name not in wanted or name in proposed or form.level == "county":
            continue
        parts = form.otherwise
        whole = [other for other in fields if name in fields[other].otherwise]
        if (parts and all(part in proposed or fields[part].optional for part in parts)) or any(
            other in proposed for other in whole
        ):
            continue
        missed.append(name)
    taken = columns_of(entry for entry in proposed.values() if entry.confidence is not Confidence.OPEN)
    free = [h for h in table.headings if h.column not in taken and not numbers_rows(h)]
    spoken: dict[str, list[str]] = {}
    for word, name in words.by_key.items():
        if name in missed:
            spoken.setdefault(name, []).append(word)
    return [Absent(name, _nearest(table, spoken[name], free)) for name in missed]


def _nearest(table: ForeignTable, spoken: Sequence[str], free: Sequence[Heading]) -> tuple[Named, ...]:
    """Return the headings that come nearest to one of the words of a field, the nearest first."""
    known: dict[str, float] = {}
    found = []
    for heading in free:
        bare = split_unit(simplified(bare_steps(heading)[-1]))[0] if bare_steps(heading) else ""
        if bare not in known:
            known[bare] = 0.0
            match = SequenceMatcher(b=bare)
            for word in spoken:
                match.set_seq1(word)
                if match.real_quick_ratio() >= NEAR and match.quick_ratio() >= NEAR:
                    known[bare] = max(known[bare], match.ratio())
        if known[bare] >= NEAR:
            found.append((-known[bare], heading.column, heading))
    return tuple(table.named(heading) for _, _, heading in sorted(found, key=lambda f: f[:2])[:NEAREST])


def _unused(table: ForeignTable, words: WiderWords, proposed: Sequence[Proposed], of_stages: set[int]) -> list[Unused]:
    """Return the columns that are in no proposal, each with the field of which it may be a part."""
    taken = columns_of(proposed) | of_stages
    result = []
    for heading in table.headings:
        if heading.column in taken or numbers_rows(heading):
            continue
        hit = find_path(heading, words)
        if hit is None:
            part = part_of(heading)
            left = Heading(heading.column, part.stem, heading.row)
            hit = find_path(left, words) if part.stem and (part.sex or part.grade) else None
            if hit is not None and narrowed(bare_steps(left), hit[2], hit[0], words):
                hit = None
        result.append(Unused(table.named(heading), None if hit is None else hit[0]))
    return result
