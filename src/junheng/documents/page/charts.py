"""The charts of the county page, drawn as SVG."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from junheng.documents.charts.coefficients import coefficients, coefficients_over_years, entries
from junheng.documents.charts.dot_plot import dot_plot
from junheng.documents.charts.drawing import svg
from junheng.documents.charts.gap_map import gap_map
from junheng.documents.charts.lorenz import lorenz_curves
from junheng.documents.charts.readings import drawable, stages
from junheng.documents.submission import Submission
from junheng.report.county_tables import CountyReport

if TYPE_CHECKING:
    import altair as alt


class Drawings(NamedTuple):
    """The charts of a page, by what they show."""

    coefficients: Sequence[str]
    years: Sequence[str]
    dots: Sequence[str]
    gaps: Sequence[str]
    lorenz: Sequence[str]


def drawings_of(submission: Submission, report: CountyReport, safe: Callable[[str], str]) -> Drawings:
    """Return all charts of a county as SVG, each with ids of its own; `safe` marks them as markup."""

    def drawn(name: str, charts: "Sequence[alt.TopLevelMixin | None]") -> list[str]:
        return [safe(svg(chart, f"{name}{at}")) for at, chart in enumerate(charts) if chart is not None]

    there = stages(submission)
    judged = {entry.stage for entry in entries(submission.county)}
    return Drawings(
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
