"""The verdict on a county: its schools, and the differences between them."""

from collections.abc import Mapping, Sequence

from junheng.engine.model import Assessment, CountyVerdict, Stage, all_of
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


def _withheld(verdict: CountyVerdict) -> CountyVerdict:
    """Return the verdict over sections whose county is not known: nothing is decided in their favour."""
    parts = {name: None if passed else passed for name, passed in verdict.parts.items()}
    return verdict._replace(parts=parts, passed=all_of(list(parts.values())))


def judge_counties(assessment: Assessment, by: str = "county", *, withheld: bool = False) -> list[CountyVerdict]:
    """Judge every county of a table, or with `by` every town or group inside its county.

    Nothing is decided in favour of sections whose county, town or group is not known where there are several, nor
    of any where the verdict is `withheld`.
    """
    groups = grouped(assessment, by)
    several = len({county for county, _ in groups}) > 1
    verdicts = []
    for (county, place), sections in groups.items():
        verdict = judge_county(assessment, place, county if by != "county" else None, sections)
        homeless = (county is None and several) or (by != "county" and place is None)
        verdicts.append(_withheld(verdict) if homeless or withheld else verdict)
    return verdicts
