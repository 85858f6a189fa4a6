"""All charts of a county, drawn once for the page and the reports."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from junheng.documents.charts.coefficients import coefficients, coefficients_over_years, entries
from junheng.documents.charts.dot_plot import dot_plot
from junheng.documents.charts.drawing import svg, title_of
from junheng.documents.charts.gap_map import gap_map
from junheng.documents.charts.lorenz import lorenz_curves
from junheng.documents.charts.readings import drawable, has_bars, of_stage, stages
from junheng.documents.judging import judging, standard_name
from junheng.documents.submission import Submission
from junheng.engine.model import Outcome
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

    def of_schools(name: str, draw: "Callable[[Submission, CountyReport], list[alt.TopLevelMixin]]") -> list[Drawing]:
        """Return the charts of each standard that judges the schools, by its name where it is the province's."""
        found = []
        for at, one in enumerate(judging(submission)):
            charts = draw(one, CountyReport(one.run, submission.lang))
            if one is not submission:
                by = standard_name(one.run.standard, submission.lang)
                charts = [chart.properties(title=_with(chart, by)) for chart in charts]
            found += drawn(f"{name}{at}-" if one is not submission else name, charts)
        return found

    there = stages(submission)
    judged = {entry.stage for entry in entries(submission.county)}
    return Gallery(
        drawn("cv", [coefficients(submission, stage, report=report) for stage in there if stage in judged]),
        drawn("years", [coefficients_over_years(submission, report=report)]),
        of_schools("dots", _dots),
        of_schools("gaps", _maps),
        drawn("lorenz", [lorenz_curves(submission, report=report)]),
    )


def _dots(submission: Submission, report: CountyReport) -> "list[alt.TopLevelMixin]":
    outcomes = submission.run.assessment.outcomes
    return [
        dot_plot(submission, indicator.id, stage, report=report)
        for indicator in drawable(submission)
        for stage in stages(submission)
        # a standard of the province has indicators that hold for one stage only
        if not has_bars(submission)
        or {outcomes[indicator.id][i] for i in of_stage(submission, stage)} != {Outcome.EXEMPT}
    ]


def _maps(submission: Submission, report: CountyReport) -> "list[alt.TopLevelMixin]":
    there = stages(submission) if has_bars(submission) else ()
    return [chart for stage in there for chart in gap_map(submission, stage, report=report)]


def _with(chart: "alt.TopLevelMixin", name: str) -> dict[str, object]:
    """Return the title of a chart with the name of a standard."""
    title = chart.title  # type: ignore[attr-defined]
    return {**title, "text": f"{title['text']} · {name}"}
