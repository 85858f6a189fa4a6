"""Schools merged and split by a scenario: which they are, of what type, and whether their rows allow it."""

from collections.abc import Iterable, Sequence
from fractions import Fraction

from junheng import kinds
from junheng.advice.changes import ImpossibleError
from junheng.advice.scenario import halved, merged, parted
from junheng.scenario.draft import Draft
from junheng.scenario.form import MergeChange, SplitChange
from junheng.scenario.reading import field_of
from junheng.scenario.schools import STAGE_WORDS, Rows, found_by, school_rows, staged, stages_said
from junheng.text import Text
from junheng.workbook.sections import LEFT_OUT_TYPES


def merge(draft: Draft, change: MergeChange) -> None:
    """Merge schools into one of them."""
    found = [
        school_rows(draft.table, words, draft.place("merge", nth), draft.problems)
        for nth, words in enumerate(change.merge)
    ]
    into = school_rows(draft.table, change.into, draft.place("into"), draft.problems)
    if into is None or None in found:
        return
    schools = [rows for rows in dict.fromkeys(found) if rows is not None]
    if into not in schools or len(schools) != len(found):
        expected = Text("merge 中的一所，各写一次", "one of those under merge, each named once")
        draft.problem(kinds.VALUE_WRONG, "into", key="into", found=change.into, expected=expected)
        return
    others = [rows for rows in schools if rows != into]
    if [rows for rows in schools if not _clear(draft, rows, ("merge",))]:
        return
    stages = [draft.table.text("stage")[row] for rows in (into, *others) for row in rows]
    type_ = _type(draft, stages, draft.table.text("type")[into[0]])
    if type_ is None:
        draft.problem(kinds.SCENARIO_NO_TYPE, "merge", stages=_said(stages))
        return
    names = [draft.name(rows[0]) for rows in (into, *others)]
    draft.regroup(merged(draft.table, into, others, type_, draft.roles), names)


def split(draft: Draft, change: SplitChange) -> None:
    """Split a school in two: sections leave it, or part of one does."""
    rows = school_rows(draft.table, change.split, draft.place("split"), draft.problems)
    new = change.new
    for key, called in (("name", new.name), ("code", new.code)):
        if called is not None and _taken(draft, rows, called):
            draft.problem(kinds.SCENARIO_SCHOOL_EXISTS, "new", key, school=called)
            return
    if rows is None or not _clear(draft, rows, ("split",)):
        return
    takes = _takes(draft, change)
    words: dict[str, str | None] = {"name": new.name, "code": new.code}
    words |= {key: word for key in ("town", "group", "area") if (word := getattr(new, key)) is not None}
    names = (draft.name(rows[0]), new.name)
    by_pupils = change.others == "by_pupils"
    try:
        if change.sections is not None:
            _part(draft, change, rows, words, takes, names, by_pupils=by_pupils)
        else:
            _halve(draft, change, rows, words, takes, names, by_pupils=by_pupils)
    except ImpossibleError as error:
        draft.impossible(error, "takes")


def _part(
    draft: Draft,
    change: SplitChange,
    rows: Rows,
    words: dict[str, str | None],
    takes: dict[str, Fraction],
    names: Sequence[str],
    *,
    by_pupils: bool,
) -> None:
    table = draft.table
    wanted = change.sections or []
    found = [
        staged(table, rows, stage, change.split, draft.place("sections", nth), draft.problems)
        for nth, stage in enumerate(wanted)
    ]
    if None in found:
        return
    leaving = [row for row in rows if table.text("stage")[row] in wanted]
    staying = [row for row in rows if row not in leaving]
    if not staying:
        draft.problem(kinds.SCENARIO_NOTHING_LEFT, "sections", school=draft.name(rows[0]))
        return
    own = [name for name in takes if name not in draft.roles.split or rows[0] not in table.through]
    for name in own:
        expected = Text("全校的数；分学段的数随学段走", "a figure of the whole school; those of a section go with it")
        draft.problem(kinds.VALUE_WRONG, "takes", key="takes", found=name, expected=expected)
    if own or change.stage is not None:
        if change.stage is not None:
            draft.problem(kinds.KEY_UNKNOWN, "stage", key="stage", near=Text("", ""))
        return
    kinds_of = [_type(draft, [table.text("stage")[row] for row in part], None) for part in (leaving, staying)]
    if kinds_of[0] is None or kinds_of[1] is None:
        part = leaving if kinds_of[0] is None else staying
        draft.problem(kinds.SCENARIO_NO_TYPE, "sections", stages=stages_said(table, part))
        return
    types = (kinds_of[0], kinds_of[1])
    draft.regroup(parted(table, rows, leaving, types, words, takes, draft.roles, by_pupils=by_pupils), names)


def _halve(
    draft: Draft,
    change: SplitChange,
    rows: Rows,
    words: dict[str, str | None],
    takes: dict[str, Fraction],
    names: Sequence[str],
    *,
    by_pupils: bool,
) -> None:
    table = draft.table
    if "students" not in takes:
        draft.problem(kinds.KEY_MISSING, "takes", key="takes.students")
        return
    found = staged(table, rows, change.stage, change.split, draft.place("stage"), draft.problems)
    if found is None:
        return
    if len(found) > 1:
        facts = {"school": draft.name(rows[0]), "stages": stages_said(table, rows), "field": draft.text("students")}
        draft.problem(kinds.SCENARIO_STAGE_NEEDED, "split", **facts)
        return
    stage = table.text("stage")[found[0]]
    type_ = _type(draft, [stage], table.text("type")[found[0]])
    if type_ is None:
        draft.problem(kinds.SCENARIO_NO_TYPE, "split", stages=stages_said(table, found))
        return
    whole = [n for n in takes if draft.fields[n].whole and takes[n].denominator != 1]
    for name in whole:
        expected = Text("整数", "a whole number")
        draft.problem(kinds.VALUE_WRONG, "takes", name, key=name, found=float(takes[name]), expected=expected)
    if whole:
        return
    draft.regroup(halved(table, rows, found[0], type_, words, takes, draft.roles, by_pupils=by_pupils), names)


def _takes(draft: Draft, change: SplitChange) -> dict[str, Fraction]:
    """Return what the new school takes by the ids of figures, without those that the standard does not read."""
    found = {}
    for name, amount in (change.takes or {}).items():
        for field in draft.read([name], "takes"):
            found[field_of(name, draft.fields) or field] = amount
    return found


def _taken(draft: Draft, rows: Rows | None, words: str) -> bool:
    """Say whether a school of the same county is called so already."""
    counties = draft.table.text("county")
    here = None if rows is None else counties[rows[0]]
    return any(counties[found[0]] == here for found in found_by(draft.table, words))


def _clear(draft: Draft, rows: Rows, path: tuple[str, ...]) -> bool:
    """Say whether a school can be merged or split: all of its sections are there, placed, and state figures alike."""
    table = draft.table
    stages = [table.text("stage")[row] for row in rows]
    faulty = any(row in table.incomplete or row in table.unplaced for row in rows)
    mixed = len({row in table.through for row in rows}) > 1
    other = any(table.text("type")[row] in LEFT_OUT_TYPES for row in rows)
    if faulty or mixed or other or None in stages or len(set(stages)) != len(stages):
        draft.problem(kinds.SCENARIO_ROWS_UNCLEAR, *path, school=draft.name(rows[0]))
        return False
    return True


def _type(draft: Draft, stages: Iterable[str | None], now: str | None) -> str | None:
    """Return a type of school that has just these stages: the one it is now where that fits; None for none."""
    choices = draft.fields["type"].choices
    wanted = {stage for stage in stages if stage is not None}
    fitting = [name for name, c in choices.items() if set(c.stages) == wanted and name not in LEFT_OUT_TYPES]
    return now if now in fitting else next(iter(fitting), None)


def _said(stages: Iterable[str | None]) -> Text:
    found = [stage for stage in dict.fromkeys(stages) if stage]
    return Text("、".join(STAGE_WORDS.get(stage, stage) for stage in found), ", ".join(found))
