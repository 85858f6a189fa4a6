"""The verdict on a county: its schools, and the differences between them."""

from collections.abc import Mapping, Sequence

from junheng.engine.model import Answers, Assessment, CountyVerdict, Stage, all_of
from junheng.engine.parts import Selections, concerned, judge_parts, over_schools, with_parts
from junheng.engine.variation import compose, vary

JUDGED_STAGES = (Stage.PRIMARY, Stage.JUNIOR)


def grouped(assessment: Assessment, by: str) -> dict[tuple[str | None, str | None], list[int]]:
    """Return the sections of every county, or of every town or group of a county, in the order of the table."""
    table = assessment.divisions.table
    counties = table.text("county")
    places = counties if by == "county" else table.text(by)
    groups: dict[tuple[str | None, str | None], list[int]] = {}
    for section, key in enumerate(zip(counties, places, strict=True)):
        groups.setdefault(key, []).append(section)
    return groups


def judge_county(
    assessment: Assessment, name: str | None, county: str | None, sections: Sequence[int]
) -> CountyVerdict:
    """Judge one county over its sections.

    The part `schools` is there where the method judges schools, `variation` where it judges coefficients; a section
    whose stage cannot be told leaves both undecided.
    """
    method = assessment.method
    judged = [i for i in sections if assessment.left_out[i] is None]
    unplaced = [i for i in judged if i in assessment.divisions.table.unplaced]
    parts: dict[str, bool | None] = {}
    if method.school_rule is not None:
        parts["schools"] = all_of([assessment.passed[i] for i in judged])
    variations, composites = [], []
    rule = method.variation
    if rule is not None:
        stages = assessment.divisions.table.text("stage")
        by_stage: Mapping[Stage, list[int]] = {s: [i for i in judged if stages[i] == s] for s in JUDGED_STAGES}
        for stage, of_stage in by_stage.items():
            if not of_stage or stage not in rule.at_most:
                continue
            here = [
                vary(assessment, indicator, stage, of_stage, len(unplaced), rule)
                for indicator in method.indicators
                if indicator.simple
            ]
            variations += here
            if rule.composite:
                composites.append(compose(assessment, stage, of_stage, here, rule))
        parts["variation"] = all_of([v.passed for v in (composites if rule.composite else variations)])
    return CountyVerdict(
        name, county, sections, judged, all_of(list(parts.values())), parts, tuple(variations), tuple(composites)
    )


def behind_gate(county: CountyVerdict, gate: Sequence[CountyVerdict]) -> CountyVerdict:
    """Return the verdict on a county whose schools are judged by other methods, `gate`: the part `schools` is theirs.

    None decides where there is no such method, or where one of them judges no school of the county.
    """
    parts = {"schools": all_of([verdict.parts.get("schools") for verdict in gate]), **county.parts}
    return county._replace(parts=parts, passed=all_of(list(parts.values())))


def _withheld(verdict: CountyVerdict) -> CountyVerdict:
    """Return the verdict over sections whose county is not known: nothing is decided in their favour."""
    parts = {name: None if passed else passed for name, passed in verdict.parts.items()}
    by_item = tuple(part._replace(passed=None) if part.passed else part for part in verdict.by_item)
    return verdict._replace(parts=parts, passed=all_of(list(parts.values())), by_item=by_item)


def judge_counties(
    assessment: Assessment,
    by: str = "county",
    *,
    withheld: bool = False,
    answers: Mapping[str | None, Answers] | None = None,
) -> list[CountyVerdict]:
    """Judge every county of a table, or with `by` every town or group inside its county.

    Nothing is decided in favour of sections whose county, town or group is not known where there are several, nor
    of any where the verdict is `withheld`. `answers` are those of counties, by name, to what is asked of them once:
    the parts that are judged item by item belong to a county, not to a town.
    """
    groups = grouped(assessment, by)
    several = len({county for county, _ in groups}) > 1
    method, divisions = assessment.method, assessment.divisions
    given = answers or {}
    items = by == "county" and bool(method.parts) and (bool(given) or concerned(method, divisions))
    judged = over_schools(method, divisions, told=not given) if items else {}
    selections = Selections(method, divisions)
    verdicts = []
    for (county, place), sections in groups.items():
        verdict = judge_county(assessment, place, county if by != "county" else None, sections)
        if items:
            own = given.get(place, Answers())
            verdict = with_parts(verdict, judge_parts(method, selections, judged, sections, own, once=own.given))
        homeless = (county is None and several) or (by != "county" and place is None)
        verdicts.append(_withheld(verdict) if homeless or withheld else verdict)
    return verdicts
