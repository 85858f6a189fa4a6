"""Dot plot (点图): every section of one stage a dot, with the line of the bar and that of its floor."""

from collections import Counter
from typing import TYPE_CHECKING, Any

from junheng.documents.charts.altair_api import altair, chart_of
from junheng.documents.charts.readings import Reading, drawable, of_stage, readings, short
from junheng.documents.charts.style import COLOURS, GUIDE, LINE, QUIET, SHAPES, counted
from junheng.documents.submission import Submission
from junheng.engine.model import Indicator, Outcome
from junheng.number import shown
from junheng.report.county_tables import CountyReport

if TYPE_CHECKING:
    import altair as alt

NAMED_UP_TO = 45  # sections whose names fit beside their dots
ROW, WIDTH, HEIGHT = 17, 420, 260


def dot_plot(
    submission: Submission, indicator: str, stage: str, *, report: CountyReport | None = None, width: int = WIDTH
) -> "alt.LayerChart":
    """Return the dot plot of one indicator at one stage.

    The lowest value comes first (the highest, under a ceiling), missing ones before it, marked ？. Up to 45 sections
    have their names; more stand side by side in the order of their values. Where sections have different bars, each has
    its own line.
    """
    told = report or CountyReport(submission.run, submission.lang)
    node = next(i for i in drawable(submission) if i.id == indicator)
    found = readings(submission, told, node, of_stage(submission, stage))
    direction = -1 if node.at_most else 1
    found.sort(key=lambda r: (r.value is not None, direction * (r.value or 0)))
    named = len(found) <= NAMED_UP_TO
    chart = _named(node, found, width) if named else _ranked(submission, node, found, width)
    note = _lines(submission, told, node, found)
    subtitle = [counted(Counter(r.outcome for r in found), submission.lang), *([note] if note else [])]
    title = submission.say(
        f"{told.indicator(indicator)}（{told.stage(stage)}）", f"{told.indicator(indicator)} ({told.stage(stage)})"
    )
    return chart.properties(title={"text": title, "subtitle": subtitle})  # type: ignore[no-any-return]


def _rows(found: list[Reading]) -> list[dict[str, object]]:
    return [
        {
            "row": at,
            "name": short(r.name),
            "value": r.value,
            "outcome": r.outcome.value,
            "said": r.said,
            "bar": None if r.bar is None else float(r.bar.amount),
            "floor": None if r.bar is None or r.bar.floor is None else float(r.bar.floor),
            "low": at - 0.45,
            "high": at + 0.45,
        }
        for at, r in enumerate(found)
    ]


def _points(base: Any, **places: object) -> Any:  # noqa: ANN401 - altair
    alt = altair()
    there = list(Outcome)
    return (
        base.transform_filter("datum.value !== null")
        .mark_point(filled=True, size=60, opacity=0.9)
        .encode(
            **places,
            color=alt.Color(
                "outcome:N",
                scale=alt.Scale(domain=[o.value for o in there], range=[COLOURS[o] for o in there]),
                legend=None,
            ),
            shape=alt.Shape(
                "outcome:N",
                scale=alt.Scale(domain=[o.value for o in there], range=[SHAPES[o] for o in there]),
                legend=None,
            ),
            description=alt.Description("said:N"),
        )
    )


def _value_axis(node: Indicator, found: list[Reading]) -> Any:  # noqa: ANN401 - altair
    """Return the axis of values; 1:N where the law writes the bar so."""
    alt = altair()
    if any(r.bar is not None and r.bar.inverse for r in found):
        return alt.Axis(
            title=None, tickCount=6, labelExpr="datum.value > 0 ? '1:' + format(1 / datum.value, '.1f') : ''"
        )
    return alt.Axis(title=None, tickCount=6, labelFlush=not node.at_most)


def _one(found: list[Reading], line: str) -> list[float]:
    """Return the bars of all sections without repetition, or their floors."""
    lines = [r.bar.amount if line == "bar" else r.bar.floor for r in found if r.bar is not None]
    return [float(x) for x in dict.fromkeys(lines) if x is not None]


def _guides(base: Any, found: list[Reading], across: str, along: str) -> list[Any]:  # noqa: ANN401 - altair
    """Return the lines of the bars and floors, on the axis `across`; along the other one, one for all or each its own."""
    alt = altair()
    channels, ends = {"x": alt.X, "y": alt.Y}, {"x": alt.X2, "y": alt.Y2}

    def at(line: str) -> object:
        return channels[across](f"{line}:Q", title=None)

    layers = []
    for line, look in (
        ("floor", {"strokeDash": [4, 3], "color": QUIET, "strokeWidth": 1.2}),
        ("bar", {"color": LINE, "strokeWidth": 1.6}),
    ):
        lines = _one(found, line)
        if len(lines) == 1:
            layers.append(chart_of([{line: lines[0]}]).mark_rule(aria=False, **look).encode(**{across: at(line)}))
        elif lines:
            each = base.transform_filter(f"datum.{line} !== null").mark_rule(aria=False, **look)
            own = channels[along]("low:Q", axis=None)
            layers.append(each.encode(**{across: at(line), along: own, f"{along}2": ends[along]("high")}))
    return layers


def _named(node: Indicator, found: list[Reading], width: int) -> Any:  # noqa: ANN401 - altair
    alt = altair()
    base = chart_of(_rows(found))
    y = alt.Y("row:Q", axis=None, scale=alt.Scale(domain=[-0.7, len(found) - 0.3], reverse=True, nice=False))
    x = alt.X("value:Q", axis=_value_axis(node, found), scale=alt.Scale(zero=True))
    layers = [
        base.mark_rule(color=GUIDE, aria=False).encode(y=y, x=alt.XValue(0), x2=alt.X2Value(width)),
        base.mark_text(align="right", dx=-8, aria=False).encode(y=y, x=alt.XValue(0), text=alt.Text("name:N")),
        *_guides(base, found, "x", "y"),
        _points(base, x=x, y=y),
        base.transform_filter("datum.value === null")
        .mark_text(align="left", dx=4, color=COLOURS[Outcome.MISSING], fontWeight="bold")
        .encode(y=y, x=alt.XValue(0), text=alt.TextValue("？"), description=alt.Description("said:N")),
    ]
    return alt.layer(*layers).properties(width=width, height=ROW * max(1, len(found)))


def _ranked(submission: Submission, node: Indicator, found: list[Reading], width: int) -> Any:  # noqa: ANN401 - altair
    alt = altair()
    base = chart_of(_rows(found))
    title = submission.say(f"{len(found)} 个学校（学部），按数值排列", f"{len(found)} sections in order of value")
    axis = alt.Axis(title=title, labels=False, ticks=False, grid=False)
    x = alt.X("row:Q", axis=axis, scale=alt.Scale(domain=[-1, len(found)], nice=False))
    y = alt.Y("value:Q", axis=_value_axis(node, found), scale=alt.Scale(zero=True))
    layers = [
        *_guides(base, found, "y", "x"),
        _points(base, x=x, y=y),
        base.transform_filter("datum.value === null")
        .mark_text(baseline="bottom", dy=-4, color=COLOURS[Outcome.MISSING], fontWeight="bold")
        .encode(x=x, y=alt.YValue(HEIGHT), text=alt.TextValue("？"), description=alt.Description("said:N")),
    ]
    return alt.layer(*layers).properties(width=width, height=HEIGHT)


def _lines(submission: Submission, report: CountyReport, node: Indicator, found: list[Reading]) -> str:
    """Say what the lines are; nothing where there is none."""
    bars = list(dict.fromkeys(r.bar for r in found if r.bar is not None))
    if not bars:
        return submission.say("未设标准值", "no bar")
    text = report.bar(bars[0], at_most=node.at_most).text if len(bars) == 1 else ""
    said = (
        submission.say(f"实线：标准 {text}", f"solid: bar {text}")
        if text
        else submission.say("实线：各校标准", "solid: its bar")
    )
    if any(bar.floor is not None for bar in bars):
        rule = submission.run.assessment.method.school_rule
        share = None if rule is None or node.at_most or node.limits else rule.others_reach
        percent = "" if share is None else f"{shown(share.amount * 100, 0)}%"
        said += submission.say(
            f"；虚线：标准的 {percent}" if percent else "；虚线：限值",
            f"; dashed: {percent} of the bar" if percent else "; dashed: limit",
        )
    return said
