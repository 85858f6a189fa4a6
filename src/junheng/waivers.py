"""Waivers (说明与豁免): which miss of which school is accepted, why, on what evidence, and until when."""

import re
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Annotated, Literal, NamedTuple

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from pydantic_core import PydanticCustomError

from junheng import kinds
from junheng.engine.model import Assessment, SchoolTable
from junheng.engine.waiving import WAIVABLE, passed_waiving
from junheng.problems import Place, Problem, Unusable
from junheng.standard.faults import faults, near
from junheng.standard.load import root
from junheng.standard.source import read
from junheng.text import Text
from junheng.workbook.headings import key
from junheng.workbook.origin import Origin, row_key, section_name

NAME = "waivers.yaml"
SCHOOL_YEAR_BEGINS = 9  # September; figures are those of the beginning of the school year (学年初)
STAGES = {"小学": "primary", "初中": "junior"}
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def _as_text(value: object) -> object:
    """Read a code that is written without quotation marks; YAML keeps what begins with 0 as text."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _as_stage(value: object) -> object:
    return STAGES.get(value, value) if isinstance(value, str) else value


def _as_day(value: object) -> object:
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        raise PydanticCustomError("date_written", "2024-08-31", {})
    return value


Said = Annotated[str, Field(min_length=1)]


class _Form(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class WaiverForm(_Form):
    """One waiver as written. `school` is a code or a name, `rule` the id of an indicator or a problem code."""

    school: Annotated[Said, BeforeValidator(_as_text)]
    stage: Annotated[Literal["primary", "junior"] | None, BeforeValidator(_as_stage)] = None
    rule: Said
    reason: Said
    evidence: Said
    expiry: Annotated[date, BeforeValidator(_as_day)]


class WaiversForm(_Form):
    """A file of waivers."""

    waivers: list[WaiverForm]


class Waiver(NamedTuple):
    """One waiver: whose miss of what is accepted, why, on what evidence, up to which day (that day included).

    `stage` None: every section of the school.
    """

    school: str
    stage: str | None
    rule: str
    reason: str
    evidence: str
    expiry: date
    place: Place
    rule_place: Place
    expiry_place: Place


class Waived(NamedTuple):
    """What waivers do to one judgement.

    `outcomes` holds those in use by section and indicator, `problems` by problem; `passed` is the verdict of every
    section where waived indicators count as met, `faults` what is wrong with waivers by this table and standard.
    """

    given: bool = False
    outcomes: Mapping[int, Mapping[str, Waiver]] = {}
    problems: Mapping[Problem, Waiver] = {}
    passed: Sequence[bool | None] = ()
    faults: Sequence[Problem] = ()

    def of(self, section: int, indicator: str) -> Waiver | None:
        """Return the waiver of one outcome; None where there is none."""
        return self.outcomes.get(section, {}).get(indicator)

    def at(self, section: int) -> Mapping[str, Waiver]:
        """Return the waivers of one section by indicator."""
        return self.outcomes.get(section, {})


def read_waivers(file: Path) -> list[Waiver]:
    """Return the waivers of a file; raise Unusable with every fault: of form, or stated twice."""
    document = read(file, str(file))
    if not isinstance(document.data, dict):
        raise Unusable([kinds.KEY_MISSING.at(document.place(()), key="waivers")])
    try:
        form = WaiversForm.model_validate(document.data)
    except ValidationError as error:
        raise Unusable(faults(error, document, WaiversForm)) from error
    found = [
        Waiver(
            *(w.school, w.stage, w.rule, w.reason, w.evidence, w.expiry),
            *(document.place(("waivers", at, key_)) for key_ in ("school", "rule", "expiry")),
        )
        for at, w in enumerate(form.waivers)
    ]
    problems = _twice(found)
    if problems:
        raise Unusable(problems)
    return found


def _twice(waivers: Sequence[Waiver]) -> list[Problem]:
    """Return every waiver that says again what an earlier one says; one for all stages says it for each."""
    problems = []
    for at, waiver in enumerate(waivers):
        for other in waivers[:at]:
            same = (key(other.school), other.rule) == (key(waiver.school), waiver.rule)
            if same and (None in (other.stage, waiver.stage) or other.stage == waiver.stage):
                line = other.place.line
                problems.append(
                    kinds.WAIVER_TWICE.at(waiver.rule_place, school=waiver.school, rule=waiver.rule, line=line)
                )
                break
    return problems


def day_of(year: int | None, today: date | None = None) -> date:
    """Return the day by which waivers expire: that of the figures, the first of the school year; else the day it is.

    >>> day_of(2023)
    datetime.date(2023, 9, 1)
    """
    if year is not None:
        return date(year, SCHOOL_YEAR_BEGINS, 1)
    return today or date.today()  # noqa: DTZ011 - a day of the calendar on the wall


def expired(waivers: Sequence[Waiver], day: date) -> list[Problem]:
    """Return the waivers that do not hold on a day any more."""
    return [
        kinds.WAIVER_EXPIRED.at(w.expiry_place, school=w.school, rule=w.rule, date=w.expiry, day=day)
        for w in waivers
        if w.expiry < day
    ]


def apply_waivers(
    waivers: Sequence[Waiver],
    assessments: Sequence[Assessment],
    origin: Origin,
    problems: Sequence[Problem],
    day: date,
    *,
    whole: bool,
) -> list[Waived]:
    """Return what waivers do to each of several judgements of one table, and to its problems; nothing judged is changed.

    The first judgement is that of the standard, the others those of the gate before it; the problems and what is wrong
    with waivers stand with the first. `day` is that by which they expire; `whole` says that the table holds every
    school, so that one which it does not hold is an error.
    """
    first = assessments[0].divisions.table
    ids = [frozenset(node.id for node in assessment.method.nodes()) for assessment in assessments]
    indicators = frozenset().union(*ids)
    known = indicators | kinds.ALL.keys() | _checks()
    faults = expired(waivers, day)
    outcomes: list[dict[int, dict[str, Waiver]]] = [{} for _ in assessments]
    at_rows = Rows(first.size, origin)
    waived: dict[Problem, Waiver] = {}
    for waiver in waivers:
        sections = sections_of(waiver, first, faults, whole=whole)
        faults += unknown_rule(waiver, known)
        if sections is None or waiver.rule not in known or waiver.expiry < day:
            continue
        missed = False
        for assessment, own, waived_there in zip(assessments, ids, outcomes, strict=True):
            for section in _missed(waiver, assessment, sections) if waiver.rule in own else ():
                waived_there.setdefault(section, {})[waiver.rule] = waiver
                missed = True
        marked = at_rows.problems(waiver, sections, problems)
        waived |= marked
        if not missed and not marked and (waiver.rule in indicators or waiver.rule in kinds.ALL):
            faults.append(kinds.WAIVER_NOT_NEEDED.at(waiver.place, school=waiver.school, rule=waiver.rule))
    passed = [passed_waiving(assessment, own) for assessment, own in zip(assessments, outcomes, strict=True)]
    return [
        Waived(True, own, {} if at else waived, eased, () if at else faults)
        for at, (own, eased) in enumerate(zip(outcomes, passed, strict=True))
    ]


def _missed(waiver: Waiver, assessment: Assessment, sections: Sequence[int]) -> list[int]:
    """Return the sections of a waiver that are judged and miss what it waives."""
    outcomes = assessment.outcomes[waiver.rule]
    return [i for i in {*sections}.intersection(assessment.judged) if outcomes[i] in WAIVABLE]


class Rows:
    """Which sections stand in each row of the sheets that were read."""

    def __init__(self, size: int, origin: Origin) -> None:
        self.sections: dict[tuple[str, str | None, str], set[int]] = {}
        for section in range(size):
            self.sections.setdefault(row_key(origin.place(section)), set()).add(section)

    def problems(self, waiver: Waiver, sections: Sequence[int], problems: Sequence[Problem]) -> dict[Problem, Waiver]:
        """Return the problems of some sections that a waiver names by their code."""
        return {
            problem: waiver
            for problem in problems
            if problem.kind.code == waiver.rule
            and not self.sections.get(row_key(problem.place), set()).isdisjoint(sections)
        }


def unknown_rule(waiver: Waiver, known: Collection[str]) -> list[Problem]:
    """Return that a waiver names a rule which is none of those known."""
    if waiver.rule in known:
        return []
    return [kinds.WAIVER_RULE_UNKNOWN.at(waiver.rule_place, rule=waiver.rule, near=near(waiver.rule, [*known]))]


def sections_of(waiver: Waiver, table: SchoolTable, faults: list[Problem], *, whole: bool) -> list[int] | None:
    """Return the sections that a waiver is for; None, and why, where it is for none or it cannot be told for which."""
    codes, names, counties = table.text("code"), table.text("name"), table.text("county")
    found = [i for i in range(table.size) if codes[i] and codes[i] == waiver.school]
    if not found:
        found = [i for i in range(table.size) if section_name(names[i] or "") == section_name(waiver.school)]
        schools = {(counties[i], codes[i]) for i in found}
        if len(schools) > 1:
            said = "、".join(sorted(code or "—" for _, code in schools))
            faults.append(kinds.WAIVER_SCHOOL_SEVERAL.at(waiver.place, school=waiver.school, codes=said))
            return None
    staged = [i for i in found if waiver.stage is None or table.text("stage")[i] == waiver.stage]
    if not staged:
        stage = next((zh for zh, name in STAGES.items() if name == waiver.stage), None)
        what = Text(f"{waiver.school}（{stage}）", f"{waiver.school} ({waiver.stage})") if stage else waiver.school
        kind = kinds.WAIVER_SCHOOL_UNKNOWN if whole or found else kinds.WAIVER_SCHOOL_ELSEWHERE
        facts = {"school": what, "near": near(waiver.school, [name for name in names if name])}
        faults.append(kind.at(waiver.place, **facts))
        return None
    return staged


def _checks() -> set[str]:
    """Return the ids of the shipped data checks, which a waiver may name too."""
    file = root() / "checks.yaml"
    listed = read(file, file.name).data.get("checks", []) if file.is_file() else []
    return {str(entry["id"]) for entry in listed if isinstance(entry, dict) and "id" in entry}
