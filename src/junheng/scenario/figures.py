"""Changes of figures: of one school, between two, and of pupils everywhere."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from pathlib import Path

from junheng import kinds
from junheng.advice.changes import Add, Put, apportioned, hired, moved
from junheng.number import exact
from junheng.run import counts_staff
from junheng.scenario.cohort import read_cohort
from junheng.scenario.draft import Draft
from junheng.scenario.form import EnrolmentChange, MoveChange, Persons, SchoolChange
from junheng.scenario.schools import Rows, school_rows, staged, stages_said
from junheng.text import Text

_IN_ORDER = ("set", "add", "hire", "build", "buy")


def change_school(draft: Draft, change: SchoolChange) -> None:
    """Change the figures of one school: first what is set, then what is added, hired, built and bought."""
    rows = school_rows(draft.table, change.school, draft.place("school"), draft.problems)
    if rows is None:
        return
    sections = staged(draft.table, rows, change.stage, change.school, draft.place("stage"), draft.problems)
    if sections is None:
        return
    for verb in _IN_ORDER:
        entry = getattr(change, verb)
        if isinstance(entry, dict):
            for name, amount in entry.items():
                _one(draft, verb, name, amount, rows, sections)
        for nth, persons in enumerate(entry if isinstance(entry, list) else ()):
            _hire(draft, persons, rows, sections, (verb, nth, "as"))


def _one(draft: Draft, verb: str, name: str, amount: Fraction, rows: Rows, sections: Rows) -> None:
    """Change one figure by its name as it is written."""
    path = (verb, name)
    for field in draft.read([name], verb):
        if verb in ("build", "buy") and counts_staff(draft.fields[field]):
            expected = Text("物；人用 hire", "a thing; persons are hired")
            draft.problem(kinds.VALUE_WRONG, *path, key=verb, found=name, expected=expected)
            continue
        for row in _stating(draft, field, rows, sections, path):
            if verb == "set":
                _set(draft, row, field, amount, path)
            elif verb == "add":
                if draft.add([Add(row, field, amount)], [field], *path):
                    draft.buy(row, [field], amount)
            elif draft.add(hired(draft.table, row, [field], amount, draft.part_of), [field], *path):
                draft.buy(row, [field], amount)


def _set(draft: Draft, row: int, field: str, figure: Fraction, path: tuple[str, ...]) -> None:
    was = draft.table.column(field)[row]
    if figure < 0 or (draft.fields[field].kind == "flag" and figure not in (0, 1)):
        low = Text("0 或 1", "0 or 1") if draft.fields[field].kind == "flag" else Text("≥ 0 的数", "a number ≥ 0")
        draft.problem(kinds.VALUE_WRONG, *path, key=field, found=float(figure), expected=low)
    elif draft.put([Put(row, field, figure)], *path) and was is not None:
        draft.buy(row, [field], figure - exact(was))


def _hire(draft: Draft, persons: Persons, rows: Rows, sections: Rows, path: tuple[str | int, ...]) -> None:
    """Hire persons, each counted in every one of some figures."""
    fields = draft.read(persons.as_, *path)
    others = [field for field in fields if not counts_staff(draft.fields[field])]
    for field in others:
        expected = Text("教职工的人数", "a count of staff")
        draft.problem(kinds.VALUE_WRONG, *path, key="as", found=field, expected=expected)
    stating = [_stating(draft, field, rows, sections, path) for field in fields]
    if others or not fields or not all(stating):
        return
    row = stating[0][0]
    if draft.add(hired(draft.table, row, fields, persons.count, draft.part_of), fields, *path):
        draft.buy(row, fields, persons.count)


def _stating(draft: Draft, field: str, rows: Rows, sections: Rows, path: tuple[str | int, ...]) -> Sequence[int]:
    """Return the rows by which a figure of a school is changed; none, and why, where it cannot be told which.

    `rows` are those of the school, `sections` those of the stage that was named. A figure of the whole school is
    changed once; one that was reported divided, or is a section's own, needs its stage.
    """
    share = draft.fields[field].share
    if share == "common":
        together = set(draft.table.through) & set(rows)
        return [*sorted(together)[:1], *(row for row in rows if row not in together)]
    if share == "split":
        stating = [row for row in sections if row in draft.table.through]
        if stating and (len(stating) == len(sections) or len(sections) == 1):
            return stating[:1]
    if len(sections) == 1:
        return sections
    facts = {"school": draft.name(rows[0]), "stages": stages_said(draft.table, rows), "field": draft.text(field)}
    draft.problem(kinds.SCENARIO_STAGE_NEEDED, *path, **facts)
    return []


def move(draft: Draft, change: MoveChange) -> None:
    """Move persons from one school to another."""
    ends: list[tuple[str, Rows, Rows]] = []
    for end, words, stage in (("from", change.from_, change.from_stage), ("to", change.to, change.to_stage)):
        rows = school_rows(draft.table, words, draft.place(end), draft.problems)
        found = rows and staged(draft.table, rows, stage, words, draft.place(f"{end}_stage"), draft.problems)
        if rows and found:
            ends.append((end, rows, found))
    fields = draft.read(change.move.as_, "move", "as")
    if len(ends) != 2 or not fields:  # noqa: PLR2004 - from and to
        return
    stating = [[_stating(draft, field, rows, found, (end,)) for field in fields] for end, rows, found in ends]
    if not all(map(all, stating)):
        return
    giving, taking = stating[0][0][0], stating[1][0][0]
    if giving == taking:
        expected = Text("另一所学校或学段", "another school or stage")
        draft.problem(kinds.VALUE_WRONG, "to", key="to", found=change.to, expected=expected)
        return
    draft.add(moved(draft.table, giving, taking, fields, change.move.count, draft.part_of), fields, "move")


def enrol(draft: Draft, change: EnrolmentChange, folder: Path) -> None:
    """Change numbers of pupils: by per cent, or as a file says.

    By per cent the total is rounded to whole pupils, and shared out by the largest remainder. What has no number keeps
    none.
    """
    before = len(draft.problems)
    chosen = _chosen(draft, change)
    if len(draft.problems) > before:
        return
    if change.enrolment.file is not None:
        found = read_cohort(folder / change.enrolment.file, draft, chosen)
        draft.put([Put(row, "students", figure) for row, figure in found.items()], "enrolment", "file")
        return
    figures = draft.table.column("students")
    counted = {row: exact(figure) for row in chosen if (figure := figures[row]) is not None}
    factor = 1 + (change.enrolment.percent or Fraction(0)) / 100
    after = apportioned(list(counted.values()), factor)
    draft.put([Put(row, "students", n) for row, n in zip(counted, after, strict=True)], "enrolment", "percent")


def _chosen(draft: Draft, change: EnrolmentChange) -> list[int]:
    """Return the sections whose pupils change; a place that no section is in is a fault."""
    table = draft.table
    chosen = list(range(table.size))
    if change.school is not None:
        rows = school_rows(table, change.school, draft.place("school"), draft.problems)
        chosen = list(rows or ())
        if rows is None:
            return []
    wanted: Mapping[str, str | None] = {
        "stage": change.stage,
        "county": change.county,
        "town": change.town,
        "group": change.group,
        "area": change.area,
    }
    for name, word in wanted.items():
        if word is None:
            continue
        known = table.text(name)
        chosen = [row for row in chosen if known[row] == word]
        if not chosen:
            words = [w for w in dict.fromkeys(known) if w]
            expected = Text("表中的 " + "、".join(words), "one in the table: " + ", ".join(words))
            draft.problem(kinds.VALUE_WRONG, name, key=name, found=word, expected=expected)
            return []
    return chosen
