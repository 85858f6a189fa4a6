"""Which cells a judgement lacks: for every indicator that cannot be decided, the blank cell or the absent column."""

import re
from collections.abc import Iterable, Mapping, Sequence

from junheng import kinds
from junheng.engine.model import SCHOOL_CLASS, Assessment, Indicator, Outcome, SchoolTable, fields_of
from junheng.engine.values import terms
from junheng.problems import Place, Problem
from junheng.standard.grammar import FieldForm
from junheng.text import Text
from junheng.workbook.cells import second_look
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
    absent: dict[tuple[int, str], set[str]] = {}
    blank: dict[tuple[int, str], set[str]] = {}
    beyond: dict[str, bytearray] = {}  # blanks that are only counted, by field and section
    indicators = list(assessment.method.leaves())
    outcomes = [assessment.outcomes[indicator.id] for indicator in indicators]
    of_classes = fields_of([when for _, when in assessment.method.school_classes])
    chosen_by = {
        i.id: [
            part
            for name in (*i.circumstances(), *(term.of for term in i.terms()))
            for part in (of_classes if name == SCHOOL_CLASS else [name])
        ]
        for i in indicators
    }
    for section in assessment.judged:
        for indicator, outcome in zip(indicators, outcomes, strict=True):
            if outcome[section] is not Outcome.MISSING:
                continue
            for name in _needed(assessment, indicator, section, chosen_by[indicator.id]):
                if name not in fields or _given(table, name, section):
                    continue
                for part in _lacking(section, name, table, origin, fields):
                    if (section, part) in origin.unused or origin.doubtful(section, part):
                        continue
                    if not origin.column(section, part):
                        absent.setdefault((origin.sheet_of[section], part), set()).add(indicator.id)
                    elif (head := _head(section, part, table, origin, fields, reported, rows_reported)) is not None:
                        if len(blank) < MOST_LISTED or (head, part) in blank:
                            blank.setdefault((head, part), set()).add(indicator.id)
                        else:
                            beyond.setdefault(part, bytearray(table.size))[head] = 1
    for section, siblings in table.through.items():
        if assessment.left_out[section] is None:
            for sibling in siblings:
                if table.column("students")[sibling] is None and origin.column(sibling, "students"):
                    blank.setdefault((sibling, "students"), set()).update(i.id for i in indicators)

    def said(ids: set[str]) -> Text:
        found = [names[i.id] for i in indicators if i.id in ids]
        every = len(found) == len(indicators) > 1
        zh = f"全部 {len(found)} 项指标" if every else "、".join(f"“{t.zh}”" for t in found)
        en = f"all {len(found)} indicators" if every else ", ".join(f"“{t.en}”" for t in found)
        return Text(zh, en)

    problems = Listed()
    for (number, name), ids in absent.items():
        place = origin.sheets[number].place(origin.headers[number].row)
        problems.append(kinds.COLUMN_ABSENT.at(place, field=fields[name].text, indicators=said(ids)))
    seen = _second_look(blank, origin)
    for (section, name), ids in blank.items():
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
    problems.unlisted[kinds.FIGURE_BLANK.code] += sum(map(sum, beyond.values()))
    return problems.all_said()


def _given(table: SchoolTable, name: str, section: int) -> bool:
    """Say whether a section has a figure, or the words, of a field; those told from others are not asked for."""
    if not name or name in table.texts:
        return table.text(name)[section] is not None
    return name in table.figures and table.figures[name][section] is not None


def _needed(assessment: Assessment, indicator: Indicator, section: int, chosen_by: Sequence[str]) -> list[str]:
    """Return the fields of figures that the outcome of one section rests on: of its value, its bar, its circumstances."""
    if indicator.words or indicator.pooled:
        return []
    names = [name for name in (indicator.to, indicator.each, indicator.times) if name is not None]
    if assessment.values[indicator.id][section] is None:
        names = [name for _, name in terms(assessment.divisions, indicator, section)] + names
    names += chosen_by
    return list(dict.fromkeys(names))


def _head(
    section: int,
    name: str,
    table: SchoolTable,
    origin: Origin,
    fields: Mapping[str, FieldForm],
    reported: set[Place],
    rows_reported: set[int],
) -> int | None:
    """Return the section at whose cell a blank is reported: the school's first one for a figure that it shares.

    None where that figure is faulty on one of the school's rows, which is reported already.
    """
    through = {"split": table.through, "common": table.siblings}.get(fields[name].share, {})
    siblings = through.get(section, (section,))
    faulty = any(
        origin.row_of[sibling] + origin.sheets[origin.sheet_of[sibling]].top + 1 in rows_reported
        and origin.blank_cell(sibling, name) in reported
        for sibling in siblings
    )
    return None if faulty else min(siblings)


def _lacking(section: int, name: str, table: SchoolTable, origin: Origin, fields: Mapping[str, FieldForm]) -> list[str]:
    """Return the field itself, or the parts that would stand for it where the table has no column of its own."""
    parts = fields[name].otherwise
    if not parts or origin.column(section, name):
        return [name]
    given = [part for part in parts if origin.column(section, part)]
    blank = [part for part in given if part not in table.figures or table.figures[part][section] is None]
    return blank if any(not fields[part].optional for part in given) else [name]


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
