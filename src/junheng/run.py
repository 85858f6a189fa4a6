"""One run: workbooks and a standard in, verdicts and problems out. What commands, tests and notebooks call."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import NamedTuple

from junheng import kinds
from junheng.engine.county import behind_gate, judge_counties
from junheng.engine.divisions import divide
from junheng.engine.model import Answers, Assessment, CountyVerdict, Exclusion, Method, SchoolTable, all_of
from junheng.engine.school import assess
from junheng.gate import OTHER_STAGE, Gate, choices_of, fields_of_all, judged_elsewhere, judged_nowhere, with_gate
from junheng.judging_problems import judging_problems, name_of, own_faults, place_problems, undated
from junheng.problems import Problem, Unusable
from junheng.standard.grammar import FieldForm
from junheng.standard.load import (
    Standard,
    depends_on_year,
    needed_fields,
    needed_of_items,
    needed_words,
    parts_of_wholes,
    scope_words,
)
from junheng.text import Text
from junheng.waivers import Waived, Waiver, apply_waivers, day_of, read_waivers
from junheng.workbook.cells import workbooks
from junheng.workbook.county_doubts import county_problems
from junheng.workbook.county_sheet import Answered, Asked, answers_of, asked_of, read_answers
from junheng.workbook.doubtful_units import doubtful_units
from junheng.workbook.mapping import Mapped, read_mapping
from junheng.workbook.missing import missing_figures
from junheng.workbook.origin import Origin
from junheng.workbook.schools import Reading, read_schools

DEFAULT_STANDARD = "quality-balance"
PERSONS = "人"


class Basis(NamedTuple):
    """What a table is judged by: the standard, the gate before it, over what counties are formed, and the waivers.

    `year` is the one asked for, None where the table's own holds; `today` decides expiry where the table has no year.
    """

    standard: Standard
    gate: Gate | None = None
    of_gate: tuple[Problem, ...] = ()
    by: str | None = None
    waivers: Sequence[Waiver] | None = None
    year: int | None = None
    today: date | None = None


class Request(NamedTuple):
    """What `judge` was asked: the same files can be judged by another standard or setting."""

    paths: tuple[Path, ...]
    standard: str
    year: int | None
    columns: Path | None
    settings: Mapping[str, str]
    by: str | None
    sheets: tuple[str, ...]
    county: str | None
    waivers: Path | None
    today: date | None
    province: str | None
    also: tuple[str, ...] = ()


class Run(NamedTuple):
    """The result of judging workbooks by one standard. `counties` is empty where only schools were asked for."""

    standard: Standard
    year: int | None
    assessment: Assessment
    origin: Origin
    counties: Sequence[CountyVerdict]
    by: str
    problems: Sequence[Problem]
    withheld: bool = False  # some schools could not be read at all: nothing passes
    waived: Waived = Waived()
    counties_waiving: Sequence[CountyVerdict] = ()
    asked: Asked = Asked({}, {})
    answered: Mapping[str | None, Answered] = {}  # what each county answers once, with evidence and place
    gate: Sequence["Run"] = ()  # the same table by each standard of the province, its counties in the same order
    gate_of: Text | None = None  # the province whose gate was asked for
    reading: Reading | None = None  # what was judged, and by what: to judge a changed table in the same way
    basis: Basis | None = None
    request: Request | None = None  # what was asked, where files were read for it

    @property
    def schools_passed(self) -> bool | None:
        """The verdict over all sections that are judged, rows that could not be placed included."""
        return self._all_schools(self.assessment.passed)

    def _all_schools(self, passed: Sequence[bool | None]) -> bool | None:
        unplaced = self.assessment.divisions.table.unplaced
        return all_of([passed[i] for i in self.assessment.judged] + [None] * (len(unplaced) + self.withheld))

    @property
    def schools_passed_with_waivers(self) -> bool | None:
        """The same where waived indicators count as met."""
        return self._all_schools(self.waived.passed) if self.waived.given else self.schools_passed

    @property
    def waives(self) -> bool:
        """Whether any waiver is in use, by the standard or by one of the gate before it."""
        return any(run.waived.outcomes for run in (self, *self.gate))

    @property
    def counties_passed(self) -> bool | None:
        """The verdict over all counties."""
        return all_of([county.passed for county in self.counties])

    @property
    def counties_passed_with_waivers(self) -> bool | None:
        """The same where waived indicators count as met; coefficients are not waived."""
        return all_of([county.passed for county in self.counties_waiving or self.counties])


def judge(
    paths: Sequence[Path],
    standard: str = DEFAULT_STANDARD,
    *,
    year: int | None = None,
    columns: Path | None = None,
    settings: Mapping[str, str] | None = None,
    by: str | None = None,
    sheets: Sequence[str] = (),
    county: str | None = None,
    progress: Callable[[Text], None] | None = None,
    waivers: Path | None = None,
    today: date | None = None,
    province: str | None = None,
    also: Sequence[str] = (),
) -> Run:
    """Judge the schools of workbooks by a standard; with `by` (county, town, group) their counties too.

    `columns` is a columns file for foreign headings, `settings` the choices taken in the standard's open questions,
    `county` the county's name where the table has none, `waivers` a file of waivers, which expire by the
    first day of the school year, by `today` where the table has none; `province` the one whose standard decides whether
    the schools of a county meet what the method asks first, or the path of that standard; `also` are figures of schools that are read
    where the table has them, though nothing is judged by them. Raise Unusable where nothing can be judged.
    """
    prepared = prepare(
        standard,
        year=year,
        columns=columns,
        settings=settings,
        by=by,
        waivers=waivers,
        today=today,
        province=province,
        also=also,
    )
    files, problems = workbooks(paths, folders=by is not None)
    try:
        reading = read_for(files, prepared, sheets, progress)
    except Unusable as error:
        raise Unusable([*problems, *(error.problems if files else ())]) from error
    if problems:
        raise Unusable([*problems, *reading.problems])
    gate, province = prepared.basis.gate, None if by is None else province
    dated = year is None and reading.year is not None
    dated = dated and (gate is not None or depends_on_year(standard, prepared.basis.standard))
    every = [s.method for s in prepared.standards]
    if dated and _methods(standard, province, reading.year, settings or {}) != every:
        # the table is of a year in which another file of the family, or another dated number, is in force
        return judge(
            paths,
            standard,
            year=reading.year,
            columns=columns,
            settings=settings,
            by=by,
            sheets=sheets,
            county=county,
            progress=progress,
            waivers=waivers,
            today=today,
            province=province,
            also=also,
        )
    if county is not None and not any(reading.table.text("county")):
        texts = {**reading.table.texts, "county": [county] * reading.table.size}
        reading = reading._replace(table=reading.table._replace(texts=texts))
    if progress is not None:
        progress(Text("判定", "judging"))
    request = Request(
        *(tuple(paths), standard, year, columns, dict(settings or {}), by, tuple(sheets), county, waivers, today),
        *(province, tuple(also)),
    )
    return judge_table(reading, prepared.basis)._replace(request=request)


class Prepared(NamedTuple):
    """What tables are read and judged by, once for any number of them.

    `needed` are the figures that the standards read, `fields` the words of their columns, `mapped` foreign headings.
    """

    basis: Basis
    fields: Mapping[str, FieldForm]
    needed: Sequence[str]
    mapped: Mapped | None

    @property
    def standards(self) -> list[Standard]:
        """The standard, and those of the gate before it."""
        return [self.basis.standard, *(self.basis.gate.standards if self.basis.gate is not None else ())]


def prepare(
    standard: str = DEFAULT_STANDARD,
    *,
    year: int | None = None,
    columns: Path | None = None,
    settings: Mapping[str, str] | None = None,
    by: str | None = None,
    waivers: Path | None = None,
    today: date | None = None,
    province: str | None = None,
    also: Sequence[str] = (),
) -> Prepared:
    """Read everything that `judge` judges by; the parameters are its own. Raise Unusable for what cannot be used."""
    loaded, gate, of_gate = with_gate(standard, None if by is None else province, year, settings or {})
    every = [loaded, *(gate.standards if gate is not None else ())]
    given = None if waivers is None else read_waivers(waivers)
    of_items = [*needed_of_items(loaded)] if by == "county" else []
    needed = list(
        dict.fromkeys(
            [
                *(name for s in every for name in needed_fields(s)),
                *of_items,
                *(name for name in also if name in loaded.fields),
            ]
        )
    )
    fields = fields_of_all(every, needed)
    mapped: Mapped | None = None if columns is None else read_mapping(columns, str(columns), fields)
    return Prepared(Basis(loaded, gate, tuple(of_gate), by, given, year, today), fields, needed, mapped)


def read_for(
    files: Sequence[tuple[Path, str]],
    prepared: Prepared,
    sheets: Sequence[str] = (),
    progress: Callable[[Text], None] | None = None,
) -> Reading:
    """Read workbooks, each with the name it is shown by, for what is judged by. Raise Unusable where none can be read."""
    say = progress or (lambda _: None)
    every, needed = prepared.standards, prepared.needed
    pairs = [pair for s in every for pair in parts_of_wholes(s) if set(pair) <= set(needed)]
    return read_schools(
        files,
        prepared.fields,
        needed,
        frozenset().union(*map(needed_words, every)),
        frozenset().union(*map(scope_words, every)),
        list(dict.fromkeys(pairs)),
        prepared.mapped,
        prepared.basis.year,
        frozenset(sheets),
        lambda shown: say(Text(f"读取 {shown}", f"reading {shown}")),
    )


def judge_table(reading: Reading, basis: Basis) -> Run:
    """Judge a table already read. Raise Unusable where a transitional rule needs a year and none is known."""
    loaded, gate, of_gate, by, given, year, today = basis
    if reading.year is None and any(r.years is not None for r in loaded.relaxations):
        raise Unusable(undated(loaded))
    method = loaded.method
    divisions = divide(reading.table, method.pupil_weight, method.divided)
    assessment = assess(method, divisions, whole_county=by is not None)
    names = {id_: name_of(rule, top) for id_, (rule, top) in loaded.form.named_rules().items()}
    problems = [*(own_faults(loaded, year) if loaded.own else []), *reading.problems]
    asked = asked_of(method, loaded.fields, names)
    answered, unread = _answers(loaded, asked, reading, by, problems)
    answers = {name: answers_of(given, asked) for name, given in answered.items()}
    answers |= {name: answers.get(name, Answers())._replace(faulty=True) for name in unread}
    counties = judge_counties(assessment, by, withheld=reading.withheld, answers=answers) if by is not None else []
    problems += missing_figures(assessment, reading.origin, loaded.fields, names, reading.problems)
    problems += doubtful_units(assessment, reading.origin, loaded.fields, names)
    problems += judging_problems(loaded, assessment, counties, reading.origin, reading.year, by)
    problems += county_problems(loaded, asked, counties, answered)
    problems += place_problems(loaded, assessment, by)
    gates = [] if gate is None or by is None else [_by_gate(s, gate, reading, by, year) for s in gate.standards]
    problems += [*of_gate, *(problem for run in gates for problem in run.problems)]
    waived, waiving = Waived(), counties
    if given is not None:
        day = day_of(reading.year, today)
        judged = [assessment, *(run.assessment for run in gates)]
        waived, *of_gates = apply_waivers(given, judged, reading.origin, problems, day, whole=by is not None)
        problems += waived.faults
        gates = [_waiving(run, own) for run, own in zip(gates, of_gates, strict=True)]
        if by is not None and waived.outcomes:
            eased = assessment._replace(passed=waived.passed)
            waiving = judge_counties(eased, by, withheld=reading.withheld, answers=answers)
    if gate is not None:
        counties = [behind_gate(c, [run.counties[at] for run in gates]) for at, c in enumerate(counties)]
        waiving = [behind_gate(c, [run.counties_waiving[at] for run in gates]) for at, c in enumerate(waiving)]
    return Run(
        loaded,
        reading.year,
        assessment,
        reading.origin,
        counties,
        by or "county",
        problems,
        reading.withheld,
        waived,
        waiving,
        asked,
        answered,
        gates,
        None if gate is None else gate.name,
        reading,
        basis,
    )


def _methods(standard: str, province: str | None, year: int | None, settings: Mapping[str, str]) -> list[Method]:
    """Return the methods of a standard and of the gate before it, as they are in a year."""
    loaded, gate, _ = with_gate(standard, province, year, settings)
    return [s.method for s in (loaded, *(gate.standards if gate is not None else ()))]


def _by_gate(standard: Standard, gate: Gate, reading: Reading, by: str, year: int | None) -> Run:
    """Return the table already read, judged by a standard of the province."""
    method = standard.method
    elsewhere = judged_elsewhere(standard, gate.standards)
    if elsewhere:
        exclusions = (*method.exclusions, Exclusion(OTHER_STAGE, {"stage": elsewhere}))
        method = method._replace(exclusions=exclusions)
    divisions = divide(reading.table, method.pupil_weight, method.divided)
    assessment = assess(method, divisions, whole_county=True)
    nowhere, stages = judged_nowhere(gate.standards), reading.table.text("stage")
    if nowhere.intersection(filter(None, stages)):
        decided = [
            None if stage in nowhere else passed for stage, passed in zip(stages, assessment.passed, strict=True)
        ]
        assessment = assessment._replace(passed=decided)
    names = {id_: name_of(rule, top) for id_, (rule, top) in standard.form.named_rules().items()}
    problems = own_faults(standard, year) if standard.own else []
    problems += missing_figures(assessment, reading.origin, standard.fields, names, reading.problems)
    problems += doubtful_units(assessment, reading.origin, standard.fields, names)
    problems += judging_problems(standard, assessment, [], reading.origin, reading.year, by)
    counties = judge_counties(assessment, by, withheld=reading.withheld)
    return Run(
        standard,
        reading.year,
        assessment,
        reading.origin,
        counties,
        by,
        problems,
        reading.withheld,
        counties_waiving=counties,
    )


def _waiving(run: Run, waived: Waived) -> Run:
    """Return what a standard of the province says with what waivers do to it.

    The counties of a table stand in the same order in every run, with waivers and without.
    """
    if not waived.outcomes:
        return run._replace(waived=waived)
    eased = run.assessment._replace(passed=waived.passed)
    return run._replace(waived=waived, counties_waiving=judge_counties(eased, run.by, withheld=run.withheld))


def _answers(
    standard: Standard, asked: Asked, reading: Reading, by: str | None, problems: list[Problem]
) -> tuple[dict[str | None, Answered], frozenset[str | None]]:
    """Return what each county answers once, and the counties some of whose answers could not be read.

    Points above those of their item are reported and left out.
    """
    if by != "county" or not reading.county_sheets:
        return {}, frozenset()
    if not standard.method.parts:
        problems += [
            kinds.COUNTY_SHEET_UNREAD.at(sheet.place(), standard=standard.id) for sheet in reading.county_sheets
        ]
        return {}, frozenset()
    counties = reading.table.text("county")
    counties_of: dict[str, list[str | None]] = {}
    for number, county in dict.fromkeys(zip(reading.origin.sheet_of, counties, strict=True)):
        of_file = counties_of.setdefault(reading.origin.sheets[number].file, [])
        of_file += [county] if county not in of_file else []
    everyone = list(dict.fromkeys(counties))
    answered, unread = read_answers(reading.county_sheets, asked, counties_of, everyone, reading.year, problems)
    items = {item.indicator.id: item.indicator for part in standard.method.parts for item in part.items}
    by_field = {fields[0]: items[id_] for id_, (_, fields) in asked.items.items() if len(fields) == 1}
    kept: dict[str | None, Answered] = {}
    for county, given in answered.items():
        own = dict(given)
        for name, answer in given.items():
            item = items.get(name) or by_field.get(name)
            points = item.points if item is not None else None
            if item is not None and answer.score is not None and points is not None and answer.score > points:
                facts = {"item": asked.items[item.id][0], "score": float(answer.score), "points": float(points)}
                problems.append(kinds.COUNTY_SCORE_ABOVE.at(answer.place, **facts))
                own[name] = answer._replace(score=None)
        kept[county] = own
    return kept, unread


def judge_again(
    run: Run,
    table: SchoolTable,
    came_from: Sequence[int] | None = None,
    untold: Collection[tuple[int, str]] = (),
) -> Run:
    """Judge a changed table as a run was judged: by the same standard, gate, answers and waivers.

    Nothing changed gives the same verdicts. `came_from` names for every row the row of the run's table that it comes
    from, where schools were merged or split; without it the table has the same sections. `untold` are figures, by row
    and field, that nobody can tell after that: no cell lacks them. Raise ValueError for a table of other sections.
    """
    if run.reading is None or run.basis is None:
        raise ValueError("not the table of this run")
    if table.size != (run.reading.table.size if came_from is None else len(came_from)):
        raise ValueError("not the table of this run")
    reading = run.reading._replace(table=table)
    if came_from is not None or untold:
        rows = range(table.size) if came_from is None else came_from
        reading = reading._replace(origin=_origin_of(run.reading.origin, rows, untold))
    return judge_table(reading, run.basis)._replace(request=run.request)


def _origin_of(origin: Origin, came_from: Sequence[int], untold: Collection[tuple[int, str]]) -> Origin:
    """Return where the rows of a regrouped table come from."""
    rows: dict[int, list[int]] = {}
    for row, before in enumerate(came_from):
        rows.setdefault(before, []).append(row)
    return Origin(
        origin.sheets,
        origin.headers,
        [origin.sheet_of[before] for before in came_from],
        [origin.row_of[before] for before in came_from],
        {(row, name): column for (b, name), column in origin.blank_part.items() for row in rows.get(b, ())},
        {
            (row, name): rows[head][0]
            for (b, name), head in origin.taken_from.items()
            if head in rows
            for row in rows.get(b, ())
        },
        {*untold, *((row, name) for b, name in origin.unused for row in rows.get(b, ()))},
    )


def judge_otherwise(run: Run, standard: str | None = None, settings: Mapping[str, str] | None = None) -> Run:
    """Judge the files of a run again by another standard, or with other choices in its open questions.

    Choices that were taken for the former standard and that the new one does not ask for are left out. Raise Unusable
    as `judge` does, and ValueError for a run over no files.
    """
    if run.request is None:
        raise ValueError("a run over no files")
    asked = run.request
    name = asked.standard if standard is None else standard
    taken = {**asked.settings}
    if standard is not None:
        loaded, gate, _ = with_gate(name, asked.province if asked.by is not None else None, run.year, {})
        known = frozenset[str]().union(*map(choices_of, (loaded, *(gate.standards if gate is not None else ()))))
        taken = {choice: value for choice, value in taken.items() if choice in known}
    changed = asked._replace(standard=name, settings={**taken, **(settings or {})})
    return judge(**changed._asdict())


def shared_fields(standard: Standard) -> frozenset[str]:
    """Return the figures that belong to a whole school."""
    return frozenset(name for name, form in standard.fields.items() if form.share != "reported")


def sums_of(standard: Standard) -> dict[str, tuple[str, ...]]:
    """Return the figures that stand for a sum of others where they are not given, each with its parts."""
    return {name: tuple(form.otherwise) for name, form in standard.fields.items() if form.otherwise}


def wholes(standard: Standard) -> dict[str, str]:
    """Return the figures that are part of another (骨干教师 of 专任教师), each with that other.

    By the words of the fields, and else by the rules of the standard for members of staff (持证教师 of 专任教师).
    """
    fields = standard.fields
    pairs = [
        (part, whole)
        for whole, part in parts_of_wholes(standard)
        if counts_staff(fields[part]) and counts_staff(fields[whole])
    ]
    return dict(pairs) | {name: form.part_of for name, form in fields.items() if form.part_of is not None}


def counts_staff(form: FieldForm) -> bool:
    """Say whether a figure counts members of staff: persons, of whom a part may be employed; pupils are whole."""
    return form.kind == "count" and form.unit == PERSONS and not form.whole


def fields_of_run(run: Run) -> dict[str, FieldForm]:
    """Return the fields of the standard of a run and of those of the gate before it."""
    return {name: form for each in (*run.gate, run) for name, form in each.standard.fields.items()}
