"""The list of pupils by school (学生数名单) that a scenario names: a table of school, stage and students."""

from collections.abc import Collection
from fractions import Fraction
from pathlib import Path

from junheng import kinds
from junheng.number import exact
from junheng.problems import Unusable
from junheng.scenario.draft import Draft
from junheng.scenario.form import STAGES
from junheng.scenario.schools import school_rows, staged, stages_said
from junheng.text import Text
from junheng.workbook.cells import Sheet, read_sheets
from junheng.workbook.columns import clean_text, parse_number
from junheng.workbook.headings import key

SCHOOL, STAGE, STUDENTS = "school", "stage", "students"
_WORDS = {SCHOOL: Text("学校", "school"), STUDENTS: Text("在校生数", "students")}


def read_cohort(file: Path, draft: Draft, chosen: Collection[int]) -> dict[int, Fraction]:
    """Return the numbers of pupils that a file gives, by section; its faults are noted in the draft.

    Sections that it does not name keep their pupils. `chosen` are those that it may name.
    """
    try:
        sheets = read_sheets(file, str(file))
    except Unusable as error:
        draft.problems += error.problems
        return {}
    sheet = next((sheet for sheet in sheets if sheet.rows), sheets[0])
    columns = _columns(sheet, draft)
    lacking = [text for name, text in _WORDS.items() if name not in columns]
    if lacking:
        said = Text("、".join(t.zh for t in lacking), ", ".join(t.en for t in lacking))
        draft.problems.append(kinds.SCENARIO_COHORT_COLUMNS.at(sheet.place(), lacking=said))
        return {}
    found: dict[int, Fraction] = {}
    first: dict[int, int] = {}
    for at, cells in enumerate(sheet.rows[1:], 1):
        entry = {name: cells[column] if column < len(cells) else None for name, column in columns.items()}
        if not any(clean_text(cell) for cell in entry.values()):
            continue
        row = _row(sheet, at, columns, entry, draft)
        figure = _figure(sheet, at, columns[STUDENTS], entry[STUDENTS], draft)
        if row is None or figure is None:
            continue
        if row in first:
            facts = {"school": draft.name(row), "other": sheet.address(first[row], columns[SCHOOL])}
            draft.problems.append(kinds.SCENARIO_COHORT_TWICE.at(sheet.place(at, columns[SCHOOL]), **facts))
        elif row not in chosen:
            place, words = sheet.place(at, columns[SCHOOL]), clean_text(entry[SCHOOL])
            draft.problems.append(kinds.SCENARIO_SCHOOL_UNKNOWN.at(place, school=words, near=Text("", "")))
        else:
            found[row] = figure
        first.setdefault(row, at)
    return found


def _columns(sheet: Sheet, draft: Draft) -> dict[str, int]:
    """Return the columns of the list by their headings: those of the table of schools, or the ids of its fields."""
    words: dict[str, str] = {}
    for name, fields in {SCHOOL: ("code", "name"), STAGE: ("stage",), STUDENTS: ("students",)}.items():
        words[name] = name
        for field in fields:
            form = draft.fields[field]
            words.update(dict.fromkeys(map(key, (field, form.zh, form.en, *form.headers)), name))
    found: dict[str, int] = {}
    for column, heading in enumerate(sheet.rows[0] if sheet.rows else ()):
        of = words.get(key(clean_text(heading)))
        if of is not None:
            found.setdefault(of, column)
    return found


def _row(sheet: Sheet, at: int, columns: dict[str, int], entry: dict[str, object], draft: Draft) -> int | None:
    """Return the section that a row of the list is of."""
    place, words = sheet.place(at, columns[SCHOOL]), clean_text(entry[SCHOOL])
    rows = school_rows(draft.table, words, place, draft.problems)
    if rows is None:
        return None
    said = clean_text(entry.get(STAGE))
    stage = None
    if said:
        choices = draft.fields["stage"].choices
        known = {key(word): name for name, c in choices.items() for word in (name, c.zh, c.en, *c.aliases)}
        stage = known.get(key(said))
        if stage is None:
            expected = Text(" 或 ".join(STAGES), " or ".join(STAGES.values()))
            where = sheet.place(at, columns[STAGE])
            draft.problems.append(kinds.VALUE_WRONG.at(where, key=STAGE, found=said, expected=expected))
            return None
    found = staged(draft.table, rows, stage, words, place, draft.problems)
    if found is not None and len(found) > 1:
        facts = {"school": words, "stages": stages_said(draft.table, rows), "field": draft.text("students")}
        draft.problems.append(kinds.SCENARIO_STAGE_NEEDED.at(place, **facts))
        return None
    return None if found is None else found[0]


def _figure(sheet: Sheet, at: int, column: int, cell: object, draft: Draft) -> Fraction | None:
    """Return a number of pupils: whole, and not below zero."""
    read = parse_number(cell) if isinstance(cell, str) else cell
    if isinstance(read, int | float) and not isinstance(read, bool) and read >= 0 and float(read).is_integer():
        return exact(float(read))
    expected = Text("整数", "a whole number")
    place, found = sheet.place(at, column), clean_text(cell) or "—"
    draft.problems.append(kinds.VALUE_WRONG.at(place, key=STUDENTS, found=found, expected=expected))
    return None
