"""What charts are drawn from: the sections that are judged, with value, bar and outcome of each."""

from collections.abc import Sequence
from typing import NamedTuple

from junheng.documents.submission import Submission
from junheng.engine.county import JUDGED_STAGES
from junheng.engine.model import Bar, Indicator, Outcome
from junheng.report import words
from junheng.report.county_tables import CountyReport

LONGEST_NAME = 16  # characters of a school's name beside a chart; the whole name is in the tables


class Reading(NamedTuple):
    """One section in one indicator; `said` is value, bar and outcome in words, as the tables have them."""

    section: int
    name: str
    value: float | None
    bar: Bar | None
    outcome: Outcome
    said: str


def kept(submission: Submission) -> list[int]:
    """Return the sections that are judged, in the order of the table."""
    left_out = submission.run.assessment.left_out
    return [i for i in submission.in_order() if left_out[i] is None]


def stages(submission: Submission) -> list[str]:
    """Return the stages of the sections that are judged, 小学 first."""
    stage_of = submission.run.assessment.divisions.table.text("stage")
    there = {stage_of[i] for i in kept(submission)}
    return [stage.value for stage in JUDGED_STAGES if stage.value in there]


def has_bars(submission: Submission) -> bool:
    """Say whether the standard holds schools against bars; one that judges coefficients alone does not."""
    return any(indicator.bars or indicator.rules for indicator in submission.run.assessment.method.indicators)


def drawable(submission: Submission) -> list[Indicator]:
    """Return the indicators that have a number for every section: no groups of rules, no yes-or-no, no levels."""
    method = submission.run.assessment.method
    return [i for i in method.indicators if not (i.rules or i.flag or i.words)]


def of_stage(submission: Submission, stage: str) -> list[int]:
    """Return the sections of one stage that are judged."""
    stage_of = submission.run.assessment.divisions.table.text("stage")
    return [i for i in kept(submission) if stage_of[i] == stage]


def readings(
    submission: Submission, report: CountyReport, indicator: Indicator, sections: Sequence[int]
) -> list[Reading]:
    """Return sections in one indicator, in the order given; one that cannot be placed has no value and no verdict."""
    assessment = submission.run.assessment
    values, bars = assessment.values[indicator.id], assessment.bars[indicator.id]
    outcomes = assessment.outcomes[indicator.id]
    unplaced = assessment.divisions.table.unplaced
    found = []
    for i in sections:
        outcome, value = (Outcome.MISSING, None) if i in unplaced else (outcomes[i], values[i])
        name = report.school(i)
        text = report.value(value, indicator.id, bars[i]).text if not indicator.rules else ""
        bar = report.bar(bars[i], at_most=indicator.at_most, node=indicator).text
        verdict = words.OUTCOMES[outcome].say(submission.lang)
        said = submission.say(
            f"{name}：{text}（标准 {bar}）{verdict}" if text else f"{name}：{verdict}",
            f"{name}: {text} (bar {bar}) {verdict}" if text else f"{name}: {verdict}",
        )
        found.append(Reading(i, name, value, bars[i], outcome, said))
    return found


def short(name: str) -> str:
    """Return a name that fits beside a chart.

    >>> short("示例县第一小学"), len(short("很" * 40))
    ('示例县第一小学', 16)
    """
    return name if len(name) <= LONGEST_NAME else name[: LONGEST_NAME - 1] + "…"
