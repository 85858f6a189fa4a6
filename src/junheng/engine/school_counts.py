"""How many sections of a county there are, are judged, meet the standard, and cannot be decided: counted once for all."""

from collections.abc import Sequence
from typing import NamedTuple

from junheng.engine.model import Assessment, Indicator, Outcome


class Count(NamedTuple):
    """How many sections are assessed, and how many of them meet the standard, do not, and cannot be decided.

    `unplaced` are those of the undecided whose type or stage cannot be told. Where the method judges no single school,
    none is met, missed or undecided.
    """

    judged: int
    met: int
    unmet: int
    undecided: int
    unplaced: int


class SchoolCounts(NamedTuple):
    """The sections of a county: all of them, those left out, those assessed, and these by stage.

    A section whose stage cannot be told stands under None. The stages add up to `whole`, and `whole.judged` with
    `left_out` to `sections`.
    """

    sections: int
    left_out: int
    whole: Count
    stages: dict[str | None, Count]


def kept_of(assessment: Assessment, sections: Sequence[int]) -> list[int]:
    """Return the sections that are assessed: none that is left out, and those that cannot be placed too."""
    return [i for i in sections if assessment.left_out[i] is None]


def _count(assessment: Assessment, kept: Sequence[int]) -> Count:
    passed = [assessment.passed[i] for i in kept]
    unplaced = assessment.divisions.table.unplaced
    decides = assessment.method.school_rule is not None
    return Count(
        len(kept),
        sum(p is True for p in passed),
        sum(p is False for p in passed),
        sum(p is None for p in passed) if decides else 0,
        sum(i in unplaced for i in kept),
    )


def school_counts(assessment: Assessment, sections: Sequence[int]) -> SchoolCounts:
    """Count some sections, which are those of a county, or of a whole table."""
    kept = kept_of(assessment, sections)
    stages = assessment.divisions.table.text("stage")
    by_stage: dict[str | None, list[int]] = {}
    for section in kept:
        by_stage.setdefault(stages[section], []).append(section)
    return SchoolCounts(
        len(sections),
        len(sections) - len(kept),
        _count(assessment, kept),
        {stage: _count(assessment, of_stage) for stage, of_stage in by_stage.items()},
    )


def outcomes_of(assessment: Assessment, indicator: Indicator, sections: Sequence[int]) -> list[Outcome]:
    """Return the outcomes of an indicator; missing for a section whose type or stage cannot be told."""
    unplaced, outcomes = assessment.divisions.table.unplaced, assessment.outcomes[indicator.id]
    return [Outcome.MISSING if i in unplaced else outcomes[i] for i in sections]
