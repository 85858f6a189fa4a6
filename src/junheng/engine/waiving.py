"""Verdicts as they are when some outcomes are waived (豁免): the figures and the outcomes themselves stay."""

from collections.abc import Collection, Mapping, Sequence

from junheng.engine.model import Assessment, Outcome
from junheng.engine.outcomes import of_group
from junheng.engine.school import graded

WAIVABLE = (Outcome.CLOSE, Outcome.UNMET, Outcome.MISSING)


def passed_waiving(assessment: Assessment, waived: Mapping[int, Collection[str]]) -> Sequence[bool | None]:
    """Return the verdict of every section where waived indicators count as met, by section and id.

    What is met or does not apply is not changed by a waiver. A rule of a group that is waived counts as met in its
    group; one whose group may not apply stays open. Where a method judges no single school, nothing is decided.
    """
    rule = assessment.method.school_rule
    if rule is None or not waived:
        return assessment.passed
    outcomes = {name: list(column) for name, column in assessment.outcomes.items()}
    for section, names in waived.items():
        for node in assessment.method.nodes():  # rules before the groups they are in
            column = outcomes[node.id]
            if column[section] not in WAIVABLE:
                continue
            if node.id in names:
                column[section] = Outcome.MET
            elif node.rules and not (node.applies and column[section] is Outcome.MISSING):
                column[section] = of_group([outcomes[r.id][section] for r in node.rules], node.meet_at_least)
    size = assessment.divisions.table.size
    blank = assessment._replace(outcomes=outcomes, passed=[None] * size, grades=[None] * size)
    return graded(blank, rule).passed
