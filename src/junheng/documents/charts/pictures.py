"""The pictures of a report in Word: the charts of the page, as PNG."""

from collections.abc import Iterator
from typing import Any

from junheng.documents.charts.coefficients import coefficients, coefficients_over_years
from junheng.documents.charts.dot_plot import dot_plot
from junheng.documents.charts.drawing import chinese_font, png
from junheng.documents.charts.gap_map import gap_map
from junheng.documents.charts.lorenz import lorenz_curves
from junheng.documents.charts.readings import drawable, of_stage, stages
from junheng.documents.submission import Submission
from junheng.engine.model import Outcome
from junheng.report.county_tables import CountyReport

_SHORT = (Outcome.CLOSE, Outcome.UNMET)
MOST_PARTS = 2  # of a map of gaps: a longer one is for the page
SCALE = 2.0


def pictures(submission: Submission) -> list[tuple[str, bytes]]:
    """Return the titles and the pictures of a report; none where no font with Chinese characters is there.

    Dot plots are of the indicators that a section misses.
    """
    if chinese_font() is None:
        return []
    return [(title, png(chart, SCALE)) for title, chart in _charts(submission)]


def _charts(submission: Submission) -> Iterator[tuple[str, Any]]:
    report = CountyReport(submission.run, submission.lang)
    say = submission.say
    for stage in stages(submission) if submission.county.variations else []:
        name = report.stage(stage)
        yield (
            say(f"{name}校际差异系数", f"Coefficients of variation: {name}"),
            coefficients(submission, stage, report=report),
        )
    over_years = coefficients_over_years(submission, report=report)
    if over_years is not None:
        yield say("历年校际差异系数", "Coefficients of variation over the years"), over_years
    if submission.run.assessment.method.school_rule is not None:
        for stage in stages(submission):
            name = report.stage(stage)
            parts = gap_map(submission, stage, report=report)
            for part in parts if len(parts) <= MOST_PARTS else []:
                yield say(f"{name}各校缺口", f"Map of gaps: {name}"), part
    outcomes = submission.run.assessment.outcomes
    for indicator in drawable(submission):
        for stage in stages(submission):
            if any(outcomes[indicator.id][i] in _SHORT for i in of_stage(submission, stage)):
                name = f"{report.indicator(indicator.id)}（{report.stage(stage)}）"
                yield name, dot_plot(submission, indicator.id, stage, report=report)
    curves = lorenz_curves(submission, report=report)
    if curves is not None:
        yield say("洛伦兹曲线", "Lorenz curves"), curves
