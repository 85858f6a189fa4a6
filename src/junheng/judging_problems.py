"""What has to be said about a judgement itself: a standard not in force, a bar not known, one school alone."""

from collections.abc import Sequence

from junheng import kinds
from junheng.engine.model import Assessment, CountyVerdict, Indicator, Outcome
from junheng.problems import Place, Problem
from junheng.standard.load import Standard, in_force, needed_fields, years_of
from junheng.standard.rule_forms import AnyRule, Rule
from junheng.text import Text
from junheng.workbook.origin import Origin


def name_of(rule: AnyRule, top: Rule, *, short: bool = True) -> Text:
    """Return the name of a rule, after that of the indicator it is part of."""
    own = ((rule.short or rule.name) if short else rule.name).text
    if rule is top:
        return own
    above = ((top.short or top.name) if short else top.name).text
    return Text(f"{above.zh}·{own.zh}", f"{above.en}: {own.en}")


def place_problems(standard: Standard, assessment: Assessment, by: str | None) -> list[Problem]:
    """Return how many sections belong to no town or group, where coefficients are computed over these."""
    if by is None or by == "county":
        return []
    blank = sum(place is None for place in assessment.divisions.table.text(by))
    return [kinds.PLACE_BLANK.at(Place(standard.id), count=blank, field=standard.fields[by].text)] if blank else []


def undated(standard: Standard) -> list[Problem]:
    """Return the transitional rules that are switched on where no year is known: each is for its years only."""
    unknown = Text("未知", "an unknown year")
    return [
        kinds.RELAXATION_EXPIRED.at(Place(standard.id), relaxation=r.name.text, years=years_of(r), year=unknown)
        for r in standard.relaxations
        if r.years is not None
    ]


def own_faults(standard: Standard, year: int | None) -> list[Problem]:
    """Return what is to be said of a standard of the user's own: the shipped ones are clean."""
    from junheng.standard.lint import lint
    from junheng.standard.weaker import lint_weaker

    return [*lint(standard), *lint_weaker(standard, year)]


def _lacks_bar(assessment: Assessment, indicator: Indicator) -> bool:
    """Say whether a section is not decided by an indicator although it has the figure: for want of a bar."""
    values, bars = assessment.values[indicator.id], assessment.bars[indicator.id]
    outcomes = assessment.outcomes[indicator.id.split(".")[0]]  # of the whole, where it is a rule within a group
    return any(bars[i] is None and values[i] is not None and outcomes[i] is Outcome.MISSING for i in assessment.judged)


def judging_problems(
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
    names = {id_: name_of(rule, top, short=False) for id_, (rule, top) in standard.form.named_rules().items()}
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
