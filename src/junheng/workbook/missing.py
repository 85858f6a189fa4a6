"""Which cells a judgement lacks: for every indicator that cannot be decided, the blank cell or the absent column."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice

from junheng import kinds
from junheng.engine.circumstances import holding
from junheng.engine.model import SCHOOL_CLASS, Assessment, Indicator, Outcome, SchoolTable, fields_of
from junheng.engine.values import terms
from junheng.problems import Place, Problem
from junheng.standard.grammar import FieldForm
from junheng.text import Text
from junheng.workbook.cells import second_look
from junheng.workbook.header import Header
from junheng.workbook.listed import MOST_LISTED, Listed
from junheng.workbook.origin import Origin

_DIGITS = re.compile(r"\d+$")


def missing_figures(
    assessment: Assessment,
    origin: Origin,
    fields: Mapping[str, FieldForm],
    names: Mapping[str, Text],
    known: Sequence[Problem],
) -> list[Problem]:
    """Return a problem for every column that is absent and every cell that is blank, where an indicator needs it.

    `names` are the indicators' names; a cell that is in `known` already is not reported again.
    """
    table = assessment.divisions.table
    reported = {problem.place for problem in known}
    rows_reported = {int(digits[0]) for place in reported if (digits := _DIGITS.findall(place.cell or ""))}
    indicators = list(assessment.method.leaves())
    of_classes = fields_of([when for _, when in assessment.method.school_classes])
    absent: dict[tuple[int, str], int] = {}
    blank: dict[str, list[int]] = {}  # by field, for each section: the indicators that lack it, a bit for each
    for at, indicator in enumerate(indicators):
        for name, sections in _needed(assessment, indicator, of_classes).items():
            if name not in fields:
                continue
            for number, part, lacking in _lacking(_without(table, name, sections), name, table, origin, fields):
                if not _has_column(origin.headers[number], part):
                    absent[number, part] = absent.get((number, part), 0) | 1 << at
                    continue
                marks = blank.setdefault(part, [0] * table.size)
                for head in _heads(lacking, part, table, origin, fields, reported, rows_reported):
                    marks[head] |= 1 << at
    _siblings_without_students(assessment, origin, blank, (1 << len(indicators)) - 1)
    said_of: dict[int, Text] = {}

    def said(ids: int) -> Text:
        if ids not in said_of:
            found = [names[i.id] for at, i in enumerate(indicators) if ids >> at & 1]
            every = len(found) == len(indicators) > 1
            zh = f"全部 {len(found)} 项指标" if every else "、".join(f"“{t.zh}”" for t in found)
            en = f"all {len(found)} indicators" if every else ", ".join(f"“{t.en}”" for t in found)
            said_of[ids] = Text(zh, en)
        return said_of[ids]

    problems = Listed()
    for (number, name), ids in absent.items():
        place = origin.sheets[number].place(origin.headers[number].row)
        problems.append(kinds.COLUMN_ABSENT.at(place, field=fields[name].text, indicators=said(ids)))
    listed = list(islice(_in_order(blank, table.size), MOST_LISTED))
    seen = _second_look([(section, name) for section, name, _ in listed], origin)
    for section, name, ids in listed:
        place = origin.blank_cell(section, name)
        if place in reported:
            continue
        formula = seen.get(place)
        facts = {"field": fields[name].text}
        if formula is None:
            school = table.text("name")[section]
            problems.append(kinds.FIGURE_BLANK.at(place, school=school, indicators=said(ids), **facts))
        elif formula[0] == "formula":
            problems.append(kinds.FORMULA_NOT_CALCULATED.at(place, formula=formula[1]))
        else:
            problems.append(kinds.CELL_ERROR.at(place, found=formula[1], **facts))
    # the first ten thousand are listed, so that one of them tells where the others are
    every = sum(table.size - marks.count(0) for marks in blank.values())
    problems.unlisted[kinds.FIGURE_BLANK.code] += every - len(listed)
    return problems.all_said()


def _needed(assessment: Assessment, indicator: Indicator, of_classes: Sequence[str]) -> Mapping[str, list[int]]:
    """Return the fields that the outcome of an indicator rests on, with the sections that it cannot be told of.

    They are those of its bar and its circumstances, and those of its value where it has none.
    """
    outcomes = assessment.outcomes[indicator.id]
    open_ = [section for section in assessment.judged if outcomes[section] is Outcome.MISSING]
    if not open_ or indicator.words or indicator.pooled:
        return {}
    of_bar = [name for name in (indicator.to, indicator.each, indicator.times) if name is not None]
    chosen_by = [
        part
        for name in (*indicator.circumstances(), *(term.of for term in indicator.terms()))
        for part in (of_classes if name == SCHOOL_CLASS else [name])
    ]
    values = assessment.values[indicator.id]
    without = [section for section in open_ if values[section] is None]
    needed: dict[str, list[int]] = {}
    for alike in _by_relaxation(assessment, indicator, without):
        for name in dict.fromkeys(name for _, name in terms(assessment.divisions, indicator, alike[0])):
            needed.setdefault(name, []).extend(alike)
    return needed | dict.fromkeys((*of_bar, *chosen_by), open_)


def _by_relaxation(assessment: Assessment, indicator: Indicator, sections: Sequence[int]) -> list[list[int]]:
    """Return sections in groups of which the same relaxations hold, and so the same fields are counted."""
    holds = [holding(assessment.divisions, relaxation.when) for relaxation in indicator.relaxations]
    groups: dict[tuple[bool | None, ...], list[int]] = {}
    for section in sections:
        groups.setdefault(tuple(held[section] for held in holds), []).append(section)
    return list(groups.values())


def _without(table: SchoolTable, name: str, sections: Sequence[int]) -> list[int]:
    """Return the sections without a figure, or the words, of a field; those told from others are not asked for."""
    column = table.text(name) if not name or name in table.texts else table.figures.get(name)
    return list(sections) if not column else [section for section in sections if column[section] is None]


def _has_column(header: Header, name: str) -> bool:
    """Say whether a sheet gives a field, by a column or a fixed value."""
    return name in header.columns or name in header.values


def _lacking(
    sections: Sequence[int], name: str, table: SchoolTable, origin: Origin, fields: Mapping[str, FieldForm]
) -> Iterator[tuple[int, str, list[int]]]:
    """Yield for each sheet what its sections lack: the field itself, or the parts that would stand for it.

    Parts are asked for where the sheet has no column of the field's own. What a problem tells of already is left out.
    """
    by_sheet: dict[int, list[int]] = {}
    for section in sections:
        by_sheet.setdefault(origin.sheet_of[section], []).append(section)
    for number, of_sheet in by_sheet.items():
        header = origin.headers[number]
        parts = [] if _has_column(header, name) else [p for p in fields[name].otherwise if _has_column(header, p)]
        apart = any(not fields[part].optional for part in parts)
        for part in parts if apart else [name]:
            if part in header.doubtful:
                continue
            lacking = _without(table, part, of_sheet) if apart else of_sheet
            if origin.unused:
                lacking = [section for section in lacking if (section, part) not in origin.unused]
            if lacking:
                yield number, part, lacking


def _heads(
    sections: Sequence[int],
    name: str,
    table: SchoolTable,
    origin: Origin,
    fields: Mapping[str, FieldForm],
    reported: set[Place],
    rows_reported: set[int],
) -> Iterator[int]:
    """Yield the sections at whose cells blanks are reported: the school's first one for a figure that it shares.

    None for a figure that is faulty on one of the school's rows, which is reported already.
    """
    through = {"split": table.through, "common": table.siblings}.get(fields[name].share, {})
    if not through and not rows_reported:
        yield from sections
        return
    for section in sections:
        siblings = through.get(section, (section,))
        if not rows_reported or not any(
            origin.row_of[sibling] + origin.sheets[origin.sheet_of[sibling]].top + 1 in rows_reported
            and origin.blank_cell(sibling, name) in reported
            for sibling in siblings
        ):
            yield min(siblings)


def _siblings_without_students(assessment: Assessment, origin: Origin, blank: dict[str, list[int]], every: int) -> None:
    """Mark the sections without a number of pupils that stand in the way of dividing what a school shares."""
    table = assessment.divisions.table
    students = table.column("students")
    judged = (siblings for section, siblings in table.through.items() if assessment.left_out[section] is None)
    for siblings in judged:
        for sibling in siblings:
            if students[sibling] is None and origin.column(sibling, "students"):
                blank.setdefault("students", [0] * table.size)[sibling] = every


def _in_order(blank: Mapping[str, Sequence[int]], size: int) -> Iterator[tuple[int, str, int]]:
    """Yield what is blank by section: the section, the field, and the indicators that lack it."""
    for section in range(size if blank else 0):
        for name, marks in blank.items():
            if marks[section]:
                yield section, name, marks[section]


def _second_look(blank: Iterable[tuple[int, str]], origin: Origin) -> dict[Place, tuple[str, str]]:
    """Return the blank cells that hold a formula without a result or an error value."""
    by_sheet: dict[int, dict[tuple[int, int], Place]] = {}
    for section, name in blank:
        number = origin.sheet_of[section]
        columns = origin.headers[number].columns.get(name, [])
        lacking = origin.blank_part.get((section, name))
        for index in [lacking] if lacking is not None else [column.index for column in columns]:
            at = (origin.row_of[section], index)
            by_sheet.setdefault(number, {})[at] = origin.sheets[number].place(*at)
    found = {}
    for number, places in by_sheet.items():
        found.update({places[at]: what for at, what in second_look(origin.sheets[number], places).items()})
    return found
