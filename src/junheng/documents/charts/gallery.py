"""All charts of a county, drawn once for the page and the reports."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from junheng.documents.charts.coefficients import coefficients, coefficients_over_years, entries
from junheng.documents.charts.dot_plot import dot_plot
from junheng.documents.charts.drawing import svg, title_of
from junheng.documents.charts.gap_map import gap_map
from junheng.documents.charts.lorenz import lorenz_curves
from junheng.documents.charts.readings import drawable, stages
from junheng.documents.submission import Submission
from junheng.report.county_tables import CountyReport

if TYPE_CHECKING:
    import altair as alt


class Drawing(NamedTuple):
    """A chart as SVG, with its title."""

    title: str
    svg: str


class Gallery(NamedTuple):
    """The charts of a county, by what they show."""

    coefficients: Sequence[Drawing]
    years: Sequence[Drawing]
    dots: Sequence[Drawing]
    gaps: Sequence[Drawing]
    lorenz: Sequence[Drawing]


_last: list[tuple[Submission, Gallery]] = []  # the documents of one submission are written one after the other


def gallery_of(submission: Submission) -> Gallery:
    """Return the charts of a county, each with ids of its own; those of the last county asked for are kept."""
    if not _last or _last[0][0] is not submission:
        _last[:] = [(submission, _drawn(submission))]
    return _last[0][1]


def _drawn(submission: Submission) -> Gallery:
    report = CountyReport(submission.run, submission.lang)

    def drawn(name: str, charts: "Sequence[alt.TopLevelMixin | None]") -> list[Drawing]:
        there = [chart for chart in charts if chart is not None]
        return [Drawing(title_of(chart), svg(chart, f"{name}{at}")) for at, chart in enumerate(there)]

    there = stages(submission)
    judged = {entry.stage for entry in entries(submission.county)}
    return Gallery(
        drawn("cv", [coefficients(submission, stage, report=report) for stage in there if stage in judged]),
        drawn("years", [coefficients_over_years(submission, report=report)]),
        drawn(
            "dots",
            [
                dot_plot(submission, indicator.id, stage, report=report)
                for indicator in drawable(submission)
                for stage in there
            ],
        ),
        drawn("gaps", [chart for stage in there for chart in gap_map(submission, stage, report=report)]),
        drawn("lorenz", [lorenz_curves(submission, report=report)]),
    )
