"""Which cells a judgement lacks: for every indicator that cannot be decided, the blank cell or the absent column."""

from collections.abc import Mapping, Sequence

from junheng import kinds
from junheng.engine.model import Assessment, Outcome
from junheng.engine.values import terms
from junheng.problems import Place, Problem
from junheng.standard.grammar import FieldForm
from junheng.text import Text
from junheng.workbook.cells import second_look
from junheng.workbook.origin import Origin


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
    absent: dict[tuple[int, str], set[str]] = {}
    blank: dict[tuple[int, str], set[str]] = {}
    indicators = assessment.method.indicators
    outcomes = [assessment.outcomes[indicator.id] for indicator in indicators]
    given = [assessment.values[indicator.id] for indicator in indicators]
    for section in assessment.judged:
        for indicator, outcome, value in zip(indicators, outcomes, given, strict=True):
            if outcome[section] is not Outcome.MISSING or value[section] is not None:
                continue
            needed = [name for _, name in terms(assessment.divisions, indicator, section)]
            for name in [*needed, *([indicator.to] if indicator.to else [])]:
                if name in table.figures and table.figures[name][section] is not None:
                    continue
                for part in _lacking(section, name, origin, fields):
                    if (section, part) in origin.unused or origin.doubtful(section, part):
                        continue
                    where = absent if not origin.column(section, part) else blank
                    key = origin.sheet_of[section] if where is absent else section
                    where.setdefault((key, part), set()).add(indicator.id)
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

    problems = []
    for (number, name), ids in absent.items():
        place = origin.sheets[number].place(origin.headers[number].row)
        problems.append(kinds.COLUMN_ABSENT.at(place, field=fields[name].text, indicators=said(ids)))
    reported = {problem.place for problem in known}
    cells = {(section, name): origin.cells(section, name) for section, name in blank}
    seen = _second_look(cells, origin)
    for (section, name), ids in blank.items():
        place = next(iter(cells[section, name]), origin.place(section, name))
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
    return problems


def _lacking(section: int, name: str, origin: Origin, fields: Mapping[str, FieldForm]) -> list[str]:
    """Return the field itself, or the parts that would stand for it where the table has no column of its own."""
    parts = fields[name].otherwise
    if not parts or origin.column(section, name):
        return [name]
    given = [part for part in parts if origin.column(section, part)]
    return [part for part in given if not fields[part].optional or len(given) > 1] or [name]


def _second_look(cells: Mapping[tuple[int, str], Sequence[Place]], origin: Origin) -> dict[Place, tuple[str, str]]:
    """Return the blank cells that hold a formula without a result or an error value."""
    by_sheet: dict[int, dict[tuple[int, int], Place]] = {}
    for section, name in cells:
        row = origin.taken_from.get((section, name), section)
        number = origin.sheet_of[row]
        for column in origin.headers[number].columns.get(name, []):
            at = (origin.row_of[row], column.index)
            by_sheet.setdefault(number, {})[at] = origin.sheets[number].place(*at)
    found = {}
    for number, places in by_sheet.items():
        found.update({places[at]: what for at, what in second_look(origin.sheets[number], places).items()})
    return found
