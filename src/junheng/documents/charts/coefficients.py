"""Coefficients of variation against their limits: of one year by stage, and over the years."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from junheng.documents.charts.altair_api import altair, chart_of
from junheng.documents.charts.style import (
    COLOURS,
    GUIDE,
    LINE,
    MARKS,
    PASSED,
    SHAPES,
    STAGE_COLOURS,
    STAGE_DASHES,
    STAGE_SHAPES,
)
from junheng.documents.submission import Submission
from junheng.engine.model import Bar, Composite, CountyVerdict, Outcome, Variation
from junheng.report import words
from junheng.report.county_tables import CountyReport
from junheng.report.model import Mood
from junheng.run import Run

if TYPE_CHECKING:
    import altair as alt

ROW, WIDTH = 22, 380
SMALL_WIDTH, SMALL_HEIGHT, ACROSS = 130, 100, 4
COMPOSITE = "composite"
MARGIN = 1.05  # room right of the last dot


class Entry(NamedTuple):
    """A coefficient of one year, or the composite of several, whose indicator is `composite`."""

    stage: str
    indicator: str
    cv: float | None
    limit: Bar | None
    passed: bool | None
    judged: bool


def entries(county: CountyVerdict) -> list[Entry]:
    """Return the coefficients of a county, the composites after them."""

    def entry(of: Variation | Composite, name: str) -> Entry:
        return Entry(of.stage.value, name, of.cv, of.limit, of.passed, of.limit is not None)

    return [
        *(entry(v, v.indicator) for v in county.variations),
        *(entry(c, COMPOSITE) for c in county.composites),
    ]


def _name(submission: Submission, report: CountyReport, indicator: str) -> str:
    return submission.say("综合差异系数", "Composite") if indicator == COMPOSITE else report.indicator(indicator)


def coefficients(submission: Submission, stage: str, *, report: CountyReport | None = None) -> "alt.LayerChart":
    """Return the coefficients of one stage against their limits; those judged together only have no limit."""
    alt = altair()
    told = report or CountyReport(submission.run, submission.lang)
    found = [e for e in entries(submission.county) if e.stage == stage]
    rows = [_row(submission, told, at, entry) for at, entry in enumerate(found)]
    base = chart_of(rows)
    ends = [x for e in found for x in (e.cv, None if e.limit is None else float(e.limit.amount)) if x is not None]
    x = alt.X(
        "cv:Q",
        axis=alt.Axis(title=None, tickCount=6),
        scale=alt.Scale(domain=[0, max(ends, default=1) * MARGIN or 1], nice=False),
    )
    y = alt.Y("row:Q", axis=None, scale=alt.Scale(domain=[-0.7, len(found) - 0.3], reverse=True, nice=False))
    outcomes = [Outcome.MET, Outcome.UNMET, Outcome.MISSING, Outcome.EXEMPT]
    there = base.transform_filter("datum.cv !== null")
    layers = [
        base.mark_rule(color=GUIDE, aria=False).encode(y=y, x=alt.XValue(0), x2=alt.X2Value(WIDTH)),
        base.mark_text(align="right", dx=-8, aria=False).encode(y=y, x=alt.XValue(0), text=alt.Text("name:N")),
        base.transform_filter("datum.limit !== null")
        .mark_rule(color=LINE, strokeWidth=2, aria=False)
        .encode(x=alt.X("limit:Q", title=None), y=alt.Y("low:Q", axis=None), y2=alt.Y2("high")),
        there.mark_point(filled=True, size=70, opacity=1).encode(
            x=x,
            y=y,
            color=alt.Color(
                "outcome:N",
                scale=alt.Scale(domain=[o.value for o in outcomes], range=[COLOURS[o] for o in outcomes]),
                legend=None,
            ),
            shape=alt.Shape(
                "outcome:N",
                scale=alt.Scale(domain=[o.value for o in outcomes], range=[SHAPES[o] for o in outcomes]),
                legend=None,
            ),
            description=alt.Description("said:N"),
        ),
        there.mark_text(align="left", dx=8, aria=False).encode(x=alt.XValue(WIDTH), y=y, text=alt.Text("text:N")),
        base.transform_filter("datum.cv === null")
        .mark_text(align="left", dx=4, color=COLOURS[Outcome.MISSING])
        .encode(y=y, x=alt.XValue(0), text=alt.Text("text:N"), description=alt.Description("said:N")),
    ]
    title = submission.say(f"校际差异系数（{told.stage(stage)}）", f"Coefficients of variation ({told.stage(stage)})")
    return alt.layer(*layers).properties(  # type: ignore[no-any-return]
        title={"text": title, "subtitle": [submission.say("竖线：限值", "line: limit")]},
        width=WIDTH,
        height=ROW * max(1, len(found)),
    )


def _row(submission: Submission, report: CountyReport, at: int, entry: Entry) -> dict[str, object]:
    text = report.coefficient(entry.cv, entry.limit, Mood.PLAIN).text
    open_ = entry.passed is None and (entry.judged or entry.cv is None)
    outcome = PASSED[entry.passed] if entry.judged or open_ else Outcome.EXEMPT
    name = _name(submission, report, entry.indicator)
    limit = "" if entry.limit is None else report.bar(entry.limit, at_most=True).text
    verdict = words.WITHIN[entry.passed].say(submission.lang) if outcome is not Outcome.EXEMPT else ""
    sign = f" {MARKS[outcome]}" if outcome in (Outcome.UNMET, Outcome.MISSING) else ""
    return {
        "row": at,
        "name": name,
        "cv": entry.cv,
        "limit": None if entry.limit is None else float(entry.limit.amount),
        "outcome": outcome.value,
        "text": text + sign,
        "said": " ".join(filter(None, (name, text, limit, verdict))),
        "low": at - 0.5,
        "high": at + 0.5,
    }


def same_county(run: Run, county: CountyVerdict) -> CountyVerdict | None:
    """Return the verdict of another run on the same county; None where it has none."""
    return next((c for c in run.counties if (c.name, c.county) == (county.name, county.county)), None)


def years(submission: Submission) -> list[tuple[int, CountyVerdict]]:
    """Return the years there are, oldest first, each with the county's verdict; this run's stands for its own year."""
    found = {
        run.year: verdict
        for run in submission.earlier
        if run.year is not None and (verdict := same_county(run, submission.county)) is not None
    }
    if submission.run.year is not None:
        found[submission.run.year] = submission.county
    return sorted(found.items())


def coefficients_over_years(submission: Submission, *, report: CountyReport | None = None) -> "alt.ConcatChart | None":
    """Return the coefficients over the years, one small chart for each indicator; None for fewer than two years.

    Each year is measured against its own limits, by the standard that its run was judged by.
    """
    alt = altair()
    told = report or CountyReport(submission.run, submission.lang)
    over = years(submission)
    if len(over) < 2:  # noqa: PLR2004 - two years
        return None
    shown_names = dict.fromkeys(e.indicator for e in entries(submission.county))
    rows = [
        {"year": str(year), **entry._asdict(), "limit": None if entry.limit is None else float(entry.limit.amount)}
        for year, verdict in over
        for entry in entries(verdict)
        if entry.indicator in shown_names
    ]
    there = {str(year) for year, _ in over}
    gaps = [str(y) for y in range(over[0][0], over[-1][0] + 1) if str(y) not in there]  # the lines are broken there
    none = {"cv": None, "limit": None}
    rows += [
        {"year": year, "stage": stage, "indicator": name, **none}
        for year in gaps
        for stage, name in dict.fromkeys((str(row["stage"]), str(row["indicator"])) for row in rows)
    ]
    charts = [
        _small(submission, told, indicator, [r for r in rows if r["indicator"] == indicator])
        for indicator in shown_names
    ]
    if not charts:
        return None
    stages = list(dict.fromkeys(str(r["stage"]) for r in rows))
    lines = "　".join(f"{'●' if stage == 'primary' else '▲'} {told.stage(stage)}" for stage in stages) + submission.say(
        "　细线：限值", "　thin: limit"
    )
    title = submission.say("历年校际差异系数", "Coefficients of variation over the years")
    return alt.concat(*charts, columns=ACROSS).properties(  # type: ignore[no-any-return]
        title={"text": title, "subtitle": [lines]}
    )


def _small(submission: Submission, report: CountyReport, indicator: str, rows: Sequence[dict[str, object]]) -> Any:  # noqa: ANN401 - altair
    alt = altair()
    told = [
        {
            **{name: row[name] for name in ("year", "stage", "cv", "limit")},
            "said": " ".join(
                (str(row["year"]), report.stage(str(row["stage"])), report.coefficient(_cv(row), None, Mood.PLAIN).text)
            ),
        }
        for row in rows
    ]
    there = list(dict.fromkeys(str(r["stage"]) for r in rows))
    colour = alt.Color(
        "stage:N", scale=alt.Scale(domain=there, range=[STAGE_COLOURS.get(s, LINE) for s in there]), legend=None
    )
    dash = alt.StrokeDash(
        "stage:N", scale=alt.Scale(domain=there, range=[STAGE_DASHES.get(s, [1, 0]) for s in there]), legend=None
    )
    shape = alt.Shape(
        "stage:N", scale=alt.Scale(domain=there, range=[STAGE_SHAPES.get(s, "square") for s in there]), legend=None
    )
    x = alt.X(
        "year:O",
        axis=alt.Axis(title=None, labelAngle=0, grid=False),
        scale=alt.Scale(domain=sorted({str(row["year"]) for row in rows})),
    )
    y = alt.Y("cv:Q", axis=alt.Axis(title=None, tickCount=4), scale=alt.Scale(zero=True))
    base = chart_of(told)
    known = base.transform_filter("datum.cv !== null")
    layers = [
        base.transform_filter("datum.limit !== null")
        .mark_line(strokeWidth=1, opacity=0.6, aria=False)
        .encode(x=x, y=alt.Y("limit:Q", title=None), color=colour, detail=alt.Detail("stage:N")),
        base.mark_line(strokeWidth=2, aria=False, invalid="break-paths-show-path-domains").encode(
            x=x, y=y, color=colour, strokeDash=dash
        ),
        known.mark_point(filled=True, size=45, opacity=1).encode(
            x=x, y=y, color=colour, shape=shape, description=alt.Description("said:N")
        ),
    ]
    return alt.layer(*layers).properties(
        title=_name(submission, report, indicator), width=SMALL_WIDTH, height=SMALL_HEIGHT
    )


def _cv(row: dict[str, object]) -> float | None:
    found = row["cv"]
    return found if isinstance(found, float) else None
