"""One run: workbooks and a standard in, verdicts and problems out. What commands, tests and notebooks call."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import NamedTuple

from junheng import kinds
from junheng.engine.county import behind_gate, judge_counties
from junheng.engine.divisions import divide
from junheng.engine.model import Answers, Assessment, CountyVerdict, Indicator, Method, Outcome, all_of
from junheng.engine.school import assess
from junheng.gate import fields_of_all, with_gate
from junheng.problems import Place, Problem, Unusable
from junheng.standard.load import (
    Standard,
    depends_on_year,
    in_force,
    needed_fields,
    needed_of_items,
    needed_words,
    parts_of_wholes,
    scope_words,
    years_of,
)
from junheng.standard.rule_forms import AnyRule, Rule
from junheng.text import Text
from junheng.waivers import Waived, apply_waivers, day_of, read_waivers
from junheng.workbook.cells import workbooks
from junheng.workbook.county_doubts import county_problems
from junheng.workbook.county_sheet import Answered, Asked, answers_of, asked_of, read_answers
from junheng.workbook.doubtful_units import doubtful_units
from junheng.workbook.mapping import Mapped, read_mapping
from junheng.workbook.missing import missing_figures
from junheng.workbook.origin import Origin
from junheng.workbook.schools import Reading, read_schools

DEFAULT_STANDARD = "quality-balance"


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
) -> Run:
    """Judge the schools of workbooks by a standard; with `by` (county, town, group) their counties too.

    `columns` is a columns file for foreign headings, `settings` the choices taken in the standard's open questions,
    `county` the county's name where the table has none, `waivers` a file of waivers, which expire by the
    first day of the school year, by `today` where the table has none; `province` the one whose standard decides whether
    the schools of a county meet what the method asks first, or the path of that standard. Raise Unusable where nothing
    can be judged.
    """
    say = progress or (lambda _: None)
    province = None if by is None else province
    loaded, gate, of_gate = with_gate(standard, province, year, settings or {})
    every = [loaded, *(gate.standards if gate is not None else ())]
    given = None if waivers is None else read_waivers(waivers)
    of_items = [*needed_of_items(loaded)] if by == "county" else []
    needed = list(dict.fromkeys([*(name for s in every for name in needed_fields(s)), *of_items]))
    fields = fields_of_all(every, needed)
    mapped: Mapped | None = None if columns is None else read_mapping(columns, str(columns), fields)
    files, problems = workbooks(paths, folders=by is not None)
    pairs = [pair for s in every for pair in parts_of_wholes(s) if set(pair) <= set(needed)]
    try:
        reading = read_schools(
            files,
            fields,
            needed,
            frozenset().union(*map(needed_words, every)),
            frozenset().union(*map(scope_words, every)),
            list(dict.fromkeys(pairs)),
            mapped,
            year,
            frozenset(sheets),
            lambda shown: say(Text(f"读取 {shown}", f"reading {shown}")),
        )
    except Unusable as error:
        raise Unusable([*problems, *(error.problems if files else ())]) from error
    if problems:
        raise Unusable([*problems, *reading.problems])
    dated = year is None and reading.year is not None and (gate is not None or depends_on_year(standard, loaded))
    if dated and _methods(standard, province, reading.year, settings or {}) != [s.method for s in every]:
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
        )
    if reading.year is None and any(r.years is not None for r in loaded.relaxations):
        raise Unusable(_undated(loaded))
    if county is not None and not any(reading.table.text("county")):
        reading.table.texts["county"][:] = [county] * reading.table.size  # type: ignore[index]
    say(Text("判定", "judging"))
    method = loaded.method
    divisions = divide(reading.table, method.pupil_weight, method.divided)
    assessment = assess(method, divisions, whole_county=by is not None)
    names = {id_: _name(rule, top) for id_, (rule, top) in loaded.form.named_rules().items()}
    problems = [*(_own_faults(loaded, year) if loaded.own else []), *reading.problems]
    asked = asked_of(method, loaded.fields, names)
    answered, unread = _answers(loaded, asked, reading, by, problems)
    answers = {name: answers_of(given, asked) for name, given in answered.items()}
    answers |= {name: answers.get(name, Answers())._replace(faulty=True) for name in unread}
    counties = judge_counties(assessment, by, withheld=reading.withheld, answers=answers) if by is not None else []
    problems += missing_figures(assessment, reading.origin, loaded.fields, names, reading.problems)
    problems += doubtful_units(assessment, reading.origin, loaded.fields, names)
    problems += _judging_problems(loaded, assessment, counties, reading.origin, reading.year, by)
    problems += county_problems(loaded, asked, counties, answered)
    problems += _place_problems(loaded, assessment, by)
    gates = [] if gate is None or by is None else [_by_gate(s, reading, by, year) for s in gate.standards]
    problems += of_gate + [problem for run in gates for problem in run.problems]
    waived, waiving = Waived(), counties
    if given is not None:
        day = day_of(reading.year, today)
        waived = apply_waivers(given, assessment, reading.origin, problems, day, whole=by is not None)
        problems += waived.faults
        if by is not None and waived.outcomes:
            eased = assessment._replace(passed=waived.passed)
            waiving = judge_counties(eased, by, withheld=reading.withheld, answers=answers)
    if gate is not None:
        counties, waiving = ([_behind(c, gates, at) for at, c in enumerate(found)] for found in (counties, waiving))
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
    )


def _methods(standard: str, province: str | None, year: int | None, settings: Mapping[str, str]) -> list[Method]:
    """Return the methods of a standard and of the gate before it, as they are in a year."""
    loaded, gate, _ = with_gate(standard, province, year, settings)
    return [s.method for s in (loaded, *(gate.standards if gate is not None else ()))]


def _by_gate(standard: Standard, reading: Reading, by: str, year: int | None) -> Run:
    """Return the table already read, judged by a standard of the province."""
    method = standard.method
    divisions = divide(reading.table, method.pupil_weight, method.divided)
    assessment = assess(method, divisions, whole_county=True)
    names = {id_: _name(rule, top) for id_, (rule, top) in standard.form.named_rules().items()}
    problems = _own_faults(standard, year) if standard.own else []
    problems += missing_figures(assessment, reading.origin, standard.fields, names, reading.problems)
    problems += doubtful_units(assessment, reading.origin, standard.fields, names)
    problems += _judging_problems(standard, assessment, [], reading.origin, reading.year, by)
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


def _behind(county: CountyVerdict, gates: Sequence[Run], at: int) -> CountyVerdict:
    """Return the verdict on a county behind its gate; the counties of a table stand in the same order in every run."""
    return behind_gate(county, [run.counties[at] for run in gates])


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


def _name(rule: AnyRule, top: Rule, *, short: bool = True) -> Text:
    """Return the name of a rule, after that of the indicator it is part of."""
    own = ((rule.short or rule.name) if short else rule.name).text
    if rule is top:
        return own
    above = ((top.short or top.name) if short else top.name).text
    return Text(f"{above.zh}·{own.zh}", f"{above.en}: {own.en}")


def _place_problems(standard: Standard, assessment: Assessment, by: str | None) -> list[Problem]:
    """Return how many sections belong to no town or group, where coefficients are computed over these."""
    if by is None or by == "county":
        return []
    blank = sum(place is None for place in assessment.divisions.table.text(by))
    return [kinds.PLACE_BLANK.at(Place(standard.id), count=blank, field=standard.fields[by].text)] if blank else []


def _undated(standard: Standard) -> list[Problem]:
    """Return the transitional rules that are switched on where no year is known: each is for its years only."""
    unknown = Text("未知", "an unknown year")
    return [
        kinds.RELAXATION_EXPIRED.at(Place(standard.id), relaxation=r.name.text, years=years_of(r), year=unknown)
        for r in standard.relaxations
        if r.years is not None
    ]


def _own_faults(standard: Standard, year: int | None) -> list[Problem]:
    """Return what is to be said of a standard of the user's own: the shipped ones are clean."""
    from junheng.standard.lint import lint
    from junheng.standard.weaker import lint_weaker

    return [*lint(standard), *lint_weaker(standard, year)]


def _lacks_bar(assessment: Assessment, indicator: Indicator) -> bool:
    """Say whether a section is not decided by an indicator although it has the figure: for want of a bar."""
    values, bars = assessment.values[indicator.id], assessment.bars[indicator.id]
    outcomes = assessment.outcomes[indicator.id.split(".")[0]]  # of the whole, where it is a rule within a group
    return any(bars[i] is None and values[i] is not None and outcomes[i] is Outcome.MISSING for i in assessment.judged)


def _judging_problems(
    standard: Standard,
    assessment: Assessment,
    counties: Sequence[CountyVerdict],
    origin: Origin,
    year: int | None,
    by: str | None,
) -> list[Problem]:
    """Return what has to be said about the judgement itself."""
    place = Place(standard.id)
    problems: list[Problem] = []
    if year is not None and not in_force(standard, year):
        problems.append(kinds.NOT_IN_FORCE.at(place, standard=standard.id, year=year))
    method, table = assessment.method, assessment.divisions.table
    names = {id_: _name(rule, top, short=False) for id_, (rule, top) in standard.form.named_rules().items()}
    stages = {name: Text(choice.zh, choice.en) for name, choice in standard.fields["stage"].choices.items()}
    problems += [
        kinds.BAR_UNKNOWN.at(place, indicator=names[indicator.id])
        for indicator in method.leaves()
        if any(case.bar is None for case in indicator.bars) and _lacks_bar(assessment, indicator)
    ]
    if not counties and method.school_rule is None:
        problems.append(kinds.NO_SCHOOL_RULE.at(place, standard=standard.id))
    if method.school_rule is not None and not all(grade.known for grade in method.school_rule.grades):
        problems.append(kinds.SCHOOL_RULE_UNKNOWN.at(place, standard=standard.id))
    if not counties and by is None:
        problems += [
            kinds.COUNTY_MEASURED.at(place, indicator=names[rule.id]) for rule in method.leaves() if rule.pooled
        ]
    if not method.pupil_weight and method.divided.intersection(needed_fields(standard)):
        schools = {rows for rows in table.through.values() if len(rows) > 1}
        problems += [
            kinds.DIVISION_NOT_GIVEN.at(origin.place(rows[0], "name"), school=table.text("name")[rows[0]])
            for rows in sorted(schools)
        ]
    for county in counties:
        name = county.name or Text("本表", "the table")
        if not county.judged:
            problems.append(kinds.NO_SECTIONS.at(origin.place(county.sections[0], "name"), county=name))
            continue
        where = origin.place(county.judged[0], "name")
        alone = {v.stage for v in county.variations if v.divisions == 1 and not v.missing}
        for stage in sorted(alone):
            decided = method.variation is None or method.variation.single_decided
            decision = (
                Text("差异系数按公式为 0", "the coefficients are 0 by the formula")
                if decided
                else Text("差异系数无法判定", "the coefficients cannot be decided")
            )
            problems.append(
                kinds.ONE_SCHOOL.at(Place(where.file, where.sheet), county=name, stage=stages[stage], decision=decision)
            )
        problems += [
            kinds.NO_RESOURCE.at(
                Place(where.file, where.sheet), county=name, stage=stages[v.stage], indicator=names[v.indicator]
            )
            for v in county.variations
            if v.divisions and v.cv is None
        ]
    return problems
