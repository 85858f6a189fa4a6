"""Lorenz curves (洛伦兹曲线): pupils cumulated against the resource they have, from the poorest school on."""

from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from junheng.documents.charts.altair_api import altair, chart_of
from junheng.documents.charts.readings import drawable, of_stage, stages
from junheng.documents.charts.style import LINE, QUIET, STAGE_COLOURS, STAGE_DASHES
from junheng.documents.submission import Submission
from junheng.engine.model import Indicator, Outcome
from junheng.report.county_tables import CountyReport

if TYPE_CHECKING:
    import altair as alt

SIDE, SMALL_SIDE, ACROSS = 260, 130, 4


def lorenz_points(values: Sequence[float], pupils: Sequence[float]) -> list[tuple[float, float]]:
    """Return the cumulated shares of pupils and of resource, poorest school first; both run from 0 to 1.

    The resource of a school is its value × its pupils, the weight with which it enters the coefficient. Nothing where
    there are no pupils or there is no resource.

    >>> lorenz_points([3, 1], [1, 1])
    [(0.0, 0.0), (0.5, 0.25), (1.0, 1.0)]
    >>> lorenz_points([0, 0], [5, 5])
    []
    """
    order = sorted(range(len(values)), key=lambda i: values[i])
    weights = [Fraction(pupils[i]) for i in order]
    amounts = [Fraction(values[i]) * Fraction(pupils[i]) for i in order]
    everyone, everything = sum(weights), sum(amounts)
    if not everyone or not everything:
        return []
    points, people, amount = [(0.0, 0.0)], Fraction(0), Fraction(0)
    for weight, share in zip(weights, amounts, strict=True):
        people, amount = people + weight, amount + share
        points.append((float(people / everyone), float(amount / everything)))
    return points


def counted_sections(submission: Submission, indicator: Indicator, stage: str) -> list[int]:
    """Return the sections that the coefficient of an indicator is computed from."""
    assessment = submission.run.assessment
    values, students = assessment.values[indicator.id], assessment.divisions.column("students")
    outcomes = assessment.outcomes[indicator.id]
    return [
        i
        for i in of_stage(submission, stage)
        if values[i] is not None and students[i] and not (indicator.applies and outcomes[i] is Outcome.EXEMPT)
    ]


def _rows(submission: Submission, report: CountyReport, indicator: Indicator) -> list[dict[str, object]]:
    values = submission.run.assessment.values[indicator.id]
    students = submission.run.assessment.divisions.column("students")
    rows: list[dict[str, object]] = []
    for stage in stages(submission):
        there = counted_sections(submission, indicator, stage)
        points = lorenz_points([values[i] or 0.0 for i in there], [students[i] or 0.0 for i in there])
        rows += [
            {"stage": stage, "pupils": x, "resource": y, "order": at, "said": report.stage(stage)}
            for at, (x, y) in enumerate(points)
        ]
    return rows


def _curve(submission: Submission, report: CountyReport, indicator: Indicator, side: int) -> Any:  # noqa: ANN401 - altair
    """Return one curve for each stage, and the line of equality."""
    alt = altair()
    rows = _rows(submission, report, indicator)
    there = list(dict.fromkeys(str(row["stage"]) for row in rows))
    scale, axis = alt.Scale(domain=[0, 1], nice=False), alt.Axis(title=None, format="%", values=[0, 0.5, 1])
    x, y = alt.X("pupils:Q", scale=scale, axis=axis), alt.Y("resource:Q", scale=scale, axis=axis)
    equal = chart_of([{"pupils": 0, "resource": 0}, {"pupils": 1, "resource": 1}])
    curves = (
        chart_of(rows)
        .mark_line(strokeWidth=2)
        .encode(
            x=x,
            y=y,
            order=alt.Order("order:Q"),
            color=alt.Color(
                "stage:N", scale=alt.Scale(domain=there, range=[STAGE_COLOURS.get(s, LINE) for s in there]), legend=None
            ),
            strokeDash=alt.StrokeDash(
                "stage:N",
                scale=alt.Scale(domain=there, range=[STAGE_DASHES.get(s, [1, 0]) for s in there]),
                legend=None,
            ),
            description=alt.Description("said:N"),
        )
    )
    straight = equal.mark_line(color=QUIET, strokeWidth=1, aria=False).encode(x=x, y=y)
    return alt.layer(straight, curves).properties(title=report.indicator(indicator.id), width=side, height=side)


def _note(submission: Submission, report: CountyReport) -> list[str]:
    dashes = {"primary": submission.say("实线", "solid"), "junior": submission.say("虚线", "dashed")}
    lines = "　".join(f"{dashes.get(s, '')} {report.stage(s)}".strip() for s in stages(submission))
    return [
        submission.say("横轴：学生累计比例；纵轴：资源累计比例", "across: share of pupils; up: share of the resource"),
        lines + submission.say("　斜线：完全均等", "　diagonal: equality"),
    ]


def lorenz(submission: Submission, indicator: str, *, report: CountyReport | None = None) -> "alt.LayerChart":
    """Return the Lorenz curves of one indicator, one for each stage, with the line of equality."""
    told = report or CountyReport(submission.run, submission.lang)
    node = next(i for i in drawable(submission) if i.id == indicator)
    name = told.indicator(indicator)
    title = {
        "text": submission.say(f"洛伦兹曲线：{name}", f"Lorenz curve: {name}"),
        "subtitle": _note(submission, told),
    }
    return _curve(submission, told, node, SIDE).properties(title=title)  # type: ignore[no-any-return]


def lorenz_curves(submission: Submission, *, report: CountyReport | None = None) -> "alt.ConcatChart | None":
    """Return the Lorenz curves of all indicators side by side; None where there is nothing to cumulate."""
    told = report or CountyReport(submission.run, submission.lang)
    drawn = [i for i in drawable(submission) if _rows(submission, told, i)]
    if not drawn:
        return None
    charts = [_curve(submission, told, indicator, SMALL_SIDE) for indicator in drawn]
    title = {"text": submission.say("洛伦兹曲线", "Lorenz curves"), "subtitle": _note(submission, told)}
    return altair().concat(*charts, columns=ACROSS).properties(title=title)  # type: ignore[no-any-return]
