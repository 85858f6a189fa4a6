"""Map of gaps (缺口图): school by indicator, how much of the bar is reached, what is unmet by sign and colour."""

import textwrap
from collections.abc import Sequence
from math import ceil, floor
from typing import TYPE_CHECKING, NamedTuple

from junheng.documents.charts.altair_api import altair, chart_of
from junheng.documents.charts.readings import Reading, of_stage, readings, short
from junheng.documents.charts.style import CROSS
from junheng.documents.submission import Submission
from junheng.engine.model import Indicator, Outcome
from junheng.number import exact
from junheng.report import words
from junheng.report.county_tables import CountyReport
from junheng.report.model import SIGNS
from junheng.text import Text

if TYPE_CHECKING:
    import altair as alt

ROWS = 40  # sections on one map, so that a page of print holds it
CELL, ROW = 70, 19
HALF = 0.5
HEADING_ZH, HEADING_EN = 6, 11  # characters of a heading in one line


class _Class(NamedTuple):
    """A class of cells, its colour and that of the text on it."""

    name: Text
    colour: str
    ink: str = "#1f2933"


_CLASSES = {
    "met": _Class(Text("达标", "met"), "#d6e6f5"),
    "close": _Class(Text("未达标（不低于余项要求）", "not met (above the floor)"), "#fbe3a6"),
    "half": _Class(Text("未达标，达到一半以上", "not met, half or more"), "#f0a04b"),
    "below": _Class(Text("未达标，不到一半", "not met, less than half"), "#9c1c2e", "#ffffff"),
    "unmet": _Class(Text("未达标", "not met"), "#f0a04b"),
    "missing": _Class(Text("无法判定", "cannot be decided"), "#c3cad3"),
    "exempt": _Class(Text("不适用", "not applicable"), "#f3f4f6"),
}


def attained(reading: Reading, *, at_most: bool) -> int | None:
    """Return the share of its bar that a value reaches, in whole per cent, never rounded across the bar.

    Under a ceiling it is the share of the ceiling that is used. None where there is no value, or no bar above 0.
    """
    if reading.value is None or reading.bar is None or reading.bar.amount <= 0:
        return None
    share = exact(reading.value) / reading.bar.amount * 100
    return ceil(share) if at_most else floor(share)


def gap_map(submission: Submission, stage: str, *, report: CountyReport | None = None) -> "list[alt.LayerChart]":
    """Return the map of gaps of one stage, in parts of at most 40 sections, in the order of all tables."""
    told = report or CountyReport(submission.run, submission.lang)
    sections = of_stage(submission, stage)
    parts = ceil(len(sections) / ROWS)
    size = ceil(len(sections) / parts) if parts else 0
    pieces = [sections[at : at + size] for at in range(0, len(sections), size or 1)]
    return [_part(submission, told, stage, piece, (at, parts)) for at, piece in enumerate(pieces, 1)]


def _part(
    submission: Submission, report: CountyReport, stage: str, sections: Sequence[int], number: tuple[int, int]
) -> "alt.LayerChart":
    alt = altair()
    indicators = submission.run.assessment.method.indicators
    cells = [
        _cell(submission, indicator, reading, (row, column))
        for column, indicator in enumerate(indicators)
        for row, reading in enumerate(readings(submission, report, indicator, sections))
    ]
    there = [c for c in _CLASSES.values() if any(cell["class"] == c.name.say(submission.lang) for cell in cells)]
    names = chart_of([{"row": row, "name": short(report.school(i))} for row, i in enumerate(sections)])
    heads = chart_of(
        [{"column": at, "name": _heading(report.indicator(i.id), submission)} for at, i in enumerate(indicators)]
    )
    x = alt.X("column:O", axis=None, scale=alt.Scale(domain=list(range(len(indicators)))))
    y = alt.Y("row:O", axis=None, scale=alt.Scale(domain=list(range(len(sections)))))
    colour = alt.Color(
        "class:N",
        scale=alt.Scale(domain=[c.name.say(submission.lang) for c in there], range=[c.colour for c in there]),
        legend=alt.Legend(title=None, orient="bottom", columns=3),
    )
    base = chart_of(cells)
    lines = max((_heading(report.indicator(i.id), submission).count("\n") for i in indicators), default=0)
    layers = [
        names.mark_text(align="right", dx=-8, aria=False).encode(x=alt.XValue(0), y=y, text=alt.Text("name:N")),
        heads.mark_text(baseline="bottom", dy=-6 - 13 * lines, lineBreak="\n", lineHeight=13, aria=False).encode(
            x=x, y=alt.YValue(0), text=alt.Text("name:N")
        ),
        base.mark_rect(stroke="white").encode(x=x, y=y, color=colour, description=alt.Description("said:N")),
        base.mark_text(aria=False, fontSize=11).encode(
            x=x, y=y, text=alt.Text("text:N"), color=alt.Color("ink:N", scale=None, legend=None)
        ),
    ]
    at, of = number
    title = submission.say(f"缺口图（{report.stage(stage)}）", f"Map of gaps ({report.stage(stage)})")
    title += f" {at}/{of}" if of > 1 else ""
    note = submission.say("百分数为达到标准值的比例", "per cent of the bar reached")
    chart = alt.layer(*layers).resolve_scale(color="independent")
    return chart.properties(  # type: ignore[no-any-return]
        title={"text": title, "subtitle": note},
        width=alt.Step(CELL) if len(indicators) > 1 else CELL,
        height=alt.Step(ROW) if len(sections) > 1 else ROW,
    )


def _cell(submission: Submission, indicator: Indicator, reading: Reading, place: tuple[int, int]) -> dict[str, object]:
    in_words = indicator.flag or bool(indicator.words)  # no share of a yes
    share = None if in_words else attained(reading, at_most=indicator.at_most)
    kind = reading.outcome.value
    if reading.outcome is Outcome.UNMET and share is not None and reading.bar is not None and reading.value:
        ratio = (
            float(reading.bar.amount) / reading.value
            if indicator.at_most
            else reading.value / float(reading.bar.amount)
        )
        kind = "half" if ratio >= HALF else "below"
    elif reading.outcome is Outcome.UNMET and share is not None:
        kind = "below"
    sign = SIGNS[words.OUTCOME_MOODS[reading.outcome]].replace("✗", CROSS)
    told = share is not None and reading.outcome in (Outcome.CLOSE, Outcome.UNMET)
    of_class = _CLASSES[kind]
    return {
        "row": place[0],
        "column": place[1],
        "class": of_class.name.say(submission.lang),
        "ink": of_class.ink,
        "text": f"{sign} {share}%" if told else sign,
        "said": reading.said,
    }


def _heading(name: str, submission: Submission) -> str:
    """Return the name of an indicator in lines that fit over a column."""
    if submission.lang == "zh":
        lines = ceil(len(name) / HEADING_ZH)
        each = ceil(len(name) / lines) if lines else 1
        return "\n".join(name[at : at + each] for at in range(0, len(name), each))
    return "\n".join(textwrap.wrap(name, HEADING_EN))
