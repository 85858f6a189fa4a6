"""The schools of a table as scenarios name them: by code, by name, or by county, town and name."""

from collections.abc import Sequence

from junheng import kinds
from junheng.engine.model import SchoolTable
from junheng.problems import Place, Problem
from junheng.scenario.form import STAGES
from junheng.standard.faults import near
from junheng.text import Text
from junheng.workbook.headings import key
from junheng.workbook.origin import section_name

STAGE_WORDS = {name: zh for zh, name in STAGES.items()}
Rows = tuple[int, ...]


def schools_of(table: SchoolTable) -> list[Rows]:
    """Return the schools of a table in its order, each by its rows: the sections of one school belong together."""
    group: dict[int, Rows] = {row: (row,) for row in range(table.size)}
    for rows in (*table.siblings.values(), *table.through.values()):
        whole = tuple(sorted({row for member in rows for row in group[member]}))
        group.update(dict.fromkeys(whole, whole))
    return list(dict.fromkeys(group[row] for row in range(table.size)))


def found_by(table: SchoolTable, words: str) -> list[Rows]:
    """Return the schools that are called so: by their code; else by their name, alone or after town or county."""
    every = schools_of(table)
    codes = table.text("code")
    found = [rows for rows in every if any(codes[row] and codes[row] == words for row in rows)]
    if found:
        return found
    wanted = section_name(words)
    texts = [table.text(name) for name in ("county", "town", "name")]
    return [rows for rows in every if any(wanted in _names(*(text[row] for text in texts)) for row in rows)]


def _names(county: str | None, town: str | None, name: str | None) -> set[str]:
    bare = section_name(name or "")
    before = (key(county or ""), key(town or ""))
    return {bare, before[0] + bare, before[1] + bare, before[0] + before[1] + bare} if bare else set()


def school_rows(table: SchoolTable, words: str, place: Place, problems: list[Problem]) -> Rows | None:
    """Return the rows of the school that is called so; None, and why, where there is none or there are several."""
    found = found_by(table, words)
    if len(found) == 1:
        return found[0]
    if found:
        said = "、".join(candidate(table, rows) for rows in found)
        problems.append(kinds.SCENARIO_SCHOOL_SEVERAL.at(place, school=words, candidates=said))
    else:
        known = [name for name in table.text("name") if name]
        problems.append(kinds.SCENARIO_SCHOOL_UNKNOWN.at(place, school=words, near=near(words, known)))
    return None


def candidate(table: SchoolTable, rows: Sequence[int]) -> str:
    """Return a school as a list of several of one name says it: what tells it from the others."""
    told = [table.text(name)[rows[0]] for name in ("county", "town", "name", "code")]
    return " ".join(word for word in told if word)


def staged(
    table: SchoolTable, rows: Rows, stage: str | None, words: str, place: Place, problems: list[Problem]
) -> Rows | None:
    """Return those rows of a school that are of a stage, all where none is said; None, and why, where it has none."""
    if stage is None:
        return rows
    found = tuple(row for row in rows if table.text("stage")[row] == stage)
    if not found:
        what = Text(f"{words}（{STAGE_WORDS[stage]}）", f"{words} ({stage})")
        problems.append(kinds.SCENARIO_SCHOOL_UNKNOWN.at(place, school=what, near=Text("", "")))
    return found or None


def stages_said(table: SchoolTable, rows: Sequence[int]) -> Text:
    """Return the stages of a school in words."""
    found = [stage for stage in dict.fromkeys(table.text("stage")[row] for row in rows) if stage]
    return Text("、".join(STAGE_WORDS.get(s, s) for s in found), ", ".join(found))
