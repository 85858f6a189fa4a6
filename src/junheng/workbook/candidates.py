"""What a foreign table's columns may be: candidates for each field, by heading, parts, likeness and cells."""

import re
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from typing import NamedTuple

from junheng.standard.grammar import FieldForm
from junheng.workbook.foreign_table import ForeignTable, Named, numbers_rows
from junheng.workbook.group_headings import narrowed
from junheng.workbook.header_row import find_path
from junheng.workbook.headers import sheet_columns_alike, unit_above
from junheng.workbook.heading_paths import Heading
from junheng.workbook.headings import UNITS, Words, factor, key, split_unit
from junheng.workbook.likeness import identifies
from junheng.workbook.part_columns import bare_steps, part_of, sums
from junheng.workbook.traditional import WiderWords, simplified

# words of a heading nearly alike to a known one that make it another figure
_OTHER_FIGURE = re.compile(
    "女|男|均|去年|往年|上年|上学年|在建|应配|需求|缺|高|职|中专|留守|退休|外聘|临聘|闲置|小学|初中|计划|标准|拟|规划|目标|比例|幼儿|学前|附设|租|借|危|当年|新增|减少|代课|兼任|少数民族|残疾|教学点|特|其他|非|毕业|招生|预计|编制"
)
FEWEST_ROWS = 3  # cells that say something by what they look like

_TYPES = {  # words of a title, and the type that every school of its table then is
    "primary": re.compile("小学|国小|国民小学"),
    "junior": re.compile("初中|初级中学|国中|国民中学"),
}
_TYPE_OF_GRADES = {(1, 2, 3, 4, 5, 6): "primary", (1, 2, 3, 4, 5): "primary", (7, 8, 9): "junior"}


class Confidence(StrEnum):
    """How certain a proposal is. Only what is certain is ever applied without a person."""

    CERTAIN = "certain"
    LIKELY = "likely"
    OPEN = "open"  # a choice is left


class Why(StrEnum):
    """Why a heading may be a field, or why that is not certain."""

    OWN = "own"  # it is the field's own heading
    KNOWN = "known"  # it is a known synonym
    TRADITIONAL = "traditional"  # it is one in traditional characters, or in the terms of Taiwan
    ENDING = "ending"  # the end of its path is one
    NEAR = "near"  # it is nearly alike
    PARTS = "parts"  # the columns are parts of it
    FIGURES = "figures"  # the cells look like it
    TITLE = "title"  # the title, the sheet's name or the grades say so
    BY_STAGE = "by_stage"  # which parts count differs by stage
    UNNAMED = "unnamed"  # the headings name grades or sexes only, not what is counted
    NARROWED = "narrowed"  # headings above narrow it down
    UNIT_UNKNOWN = "unit_unknown"  # its unit cannot be converted
    UNIT_ABOVE = "unit_above"  # a heading above names the unit
    UNIT_IN_TITLE = "unit_in_title"  # a line above the table names the unit
    UNIT_BY_SIZE = "unit_by_size"  # the figures are too small for the field's unit
    NOT_LIKE_IT = "not_like_it"  # the cells do not look like it
    MINGUO = "minguo"  # the years count from 1912, as in Taiwan
    SEVERAL = "several"  # several columns fit
    UNREADABLE = "unreadable"  # a columns file cannot name it: its heading stands there twice, or has other rows


class Candidate(NamedTuple):
    """What may feed a field: the columns that are added up, each times a factor, or one value for every row.

    `times` is None where the heading's own unit says it; `unit` is the unit that was said; `grades`, `sexes` and
    `named` say of what the columns are parts.
    """

    columns: tuple[Named, ...]
    why: tuple[Why, ...]
    times: float | None = None
    unit: str | None = None
    value: str | None = None
    grades: tuple[int, ...] = ()
    sexes: bool = False
    named: tuple[str, ...] = ()


class Proposed(NamedTuple):
    """A field with what may feed it: one candidate where certain or likely, one or several where a choice is left."""

    field: str
    needed: bool
    confidence: Confidence
    candidates: tuple[Candidate, ...]


def columns_of(entries: Iterable[Proposed]) -> set[int]:
    """Return all columns that candidates name."""
    return {named.column for entry in entries for c in entry.candidates for named in c.columns}


def by_heading(table: ForeignTable, words: WiderWords) -> dict[str, Proposed]:
    """Return the fields whose headings, or the ends of whose paths, are known."""
    plain = Words(words.fields)
    found: dict[str, list[tuple[bool, Candidate]]] = {}
    for heading in table.headings:
        hit = find_path(heading, words)
        if hit is None:
            continue
        name, unit, steps = hit
        form = words.fields[name]
        own = bare_steps(heading)
        whole = steps == len(own)
        said = key("/".join(own[-steps:]))
        if find_path(heading, plain) is None:
            why = [Why.TRADITIONAL]
        elif not whole:
            why = [Why.ENDING]
        else:
            bare = split_unit(said, words.units)[0]
            why = [Why.OWN if {said, bare} & {key(form.zh), key(form.en), key(name)} else Why.KNOWN]
        if len(heading.steps) > 1 and narrowed(own, steps, name, words):
            why.append(Why.NARROWED)
        times = None
        if form.numeric and unit is not None and factor(form, unit) is None:
            why.append(Why.UNIT_UNKNOWN)
        elif form.numeric and unit is None:
            unit, times = _unit_above(heading, form, words)
            why += [Why.UNIT_ABOVE] if times is not None else []
        elif unit is not None and split_unit(table.named(heading).heading, words.units)[1] is None:
            times = factor(form, unit)  # the unit stands above a step such as 合计, which a columns file reads alone
            times = None if times == 1 else times
        candidate = Candidate((table.named(heading),), tuple(why), times=times, unit=unit)
        found.setdefault(name, []).append((whole, candidate))
    proposed = {}
    for name, entries in found.items():
        good = [(whole, c) for whole, c in entries if Why.NARROWED not in c.why]
        fitting = [c for whole, c in good if whole] or [c for _, c in good] or [c for _, c in entries]
        first = fitting[0].columns[0].column
        others = [c for c in fitting[1:] if not sheet_columns_alike(table.sheet, table.row, first, c.columns[0].column)]
        fitting = [fitting[0], *others]
        confidence = Confidence.OPEN
        if len(fitting) > 1:
            fitting = [c._replace(why=(*c.why, Why.SEVERAL)) for c in fitting]
        elif not {Why.NARROWED, Why.UNIT_UNKNOWN} & set(fitting[0].why):
            confidence = Confidence.CERTAIN
        proposed[name] = Proposed(name, needed=False, confidence=confidence, candidates=tuple(fitting))
    return proposed


def _unit_above(heading: Heading, form: FieldForm, words: WiderWords) -> tuple[str | None, float | None]:
    """Return the unit that the headings above name, and how many of the field's unit it is where it is another."""
    unit = unit_above(heading._replace(steps=tuple(map(simplified, heading.steps))), words)
    if unit is None or unit not in UNITS.get(form.unit or "", {}):
        return None, None
    times = factor(form, unit)
    return unit, None if times == 1 else times


def by_parts(
    table: ForeignTable, words: WiderWords, by_column: Mapping[int, Heading]
) -> list[tuple[str, Confidence, tuple[Candidate, ...]]]:
    """Return the fields that columns may be added up for: likely by one way, a choice where there are several."""
    ways: dict[str, list[Candidate]] = {}
    for found in sums([h for h in table.headings if not numbers_rows(h)], words):
        columns = tuple(table.named(by_column[column]) for column in found.columns)
        why: tuple[Why, ...] = (Why.PARTS, Why.UNNAMED) if found.unnamed else (Why.PARTS,)
        why += (Why.BY_STAGE,) if found.field == "overqualified_teachers" else ()
        candidate = Candidate(columns, why, grades=found.grades, sexes=found.sexes, named=found.named)
        ways.setdefault(found.field, []).append(candidate)
    return [
        (
            name,
            Confidence.LIKELY if len(way) == 1 and not {Why.UNNAMED, Why.BY_STAGE} & {*way[0].why} else Confidence.OPEN,
            tuple(way),
        )
        for name, way in ways.items()
    ]


def by_likeness(table: ForeignTable, words: WiderWords, free: Sequence[Heading], proposed: dict[str, Proposed]) -> None:
    """Add the fields that are not found yet and that headings are nearly alike to."""
    taken = columns_of(proposed.values())
    near: dict[str, list[Candidate]] = {}
    for heading in free:
        part = part_of(heading)
        said = simplified("".join(map(key, heading.steps)))
        if heading.column in taken or part.sex or part.grade or _OTHER_FIGURE.search(said):
            continue
        name = words.nearest(heading.steps[-1])
        if name is not None and name not in proposed:
            near.setdefault(name, []).append(Candidate((table.named(heading),), (Why.NEAR,)))
    for name, found in near.items():
        confidence = Confidence.LIKELY if len(found) == 1 else Confidence.OPEN
        proposed[name] = Proposed(name, needed=False, confidence=confidence, candidates=tuple(found))


def by_cells(
    table: ForeignTable, fields: Mapping[str, FieldForm], free: Sequence[Heading], proposed: dict[str, Proposed]
) -> None:
    """Add what identifies a school and is not found yet, by columns whose cells look like it."""
    for name in ("name", "type", "stage", "county", "town", "code", "year"):
        if name in proposed or name not in fields:
            continue
        taken = columns_of(proposed.values())
        fitting = []
        for heading in free:
            cells = table.cells(heading.column)
            if heading.column not in taken and len(cells) >= FEWEST_ROWS and identifies(name, cells, fields[name]):
                fitting.append(Candidate((table.named(heading),), (Why.FIGURES,)))
        if fitting:
            confidence = Confidence.LIKELY if len(fitting) == 1 else Confidence.OPEN
            proposed[name] = Proposed(name, needed=False, confidence=confidence, candidates=tuple(fitting))


def type_of_all(found: Sequence[ForeignTable], fields: Mapping[str, FieldForm], proposed: dict[str, Proposed]) -> None:
    """Add the type of every school where no column gives it: as the grades say, or the names of files and sheets."""
    if "type" in proposed:
        return
    grades = {c.grades for entry in proposed.values() for c in entry.candidates if c.grades}
    said = {_TYPE_OF_GRADES.get(run) for run in grades} - {None}
    if not said:
        for table in found:
            title = "".join(c for row in table.sheet.rows[: table.row] for c in row if isinstance(c, str))
            names = simplified(f"{table.sheet.file}{table.sheet.name or ''}{title}")
            said |= {name for name, pattern in _TYPES.items() if pattern.search(names)}
    if len(said) == 1:
        value = fields["type"].choices[said.pop() or ""].zh
        candidate = Candidate((), (Why.TITLE,), value=value)
        proposed["type"] = Proposed("type", needed=True, confidence=Confidence.LIKELY, candidates=(candidate,))
