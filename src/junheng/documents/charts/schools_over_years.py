"""How many schools of a county meet the standard, by year."""

from typing import TYPE_CHECKING

from junheng.advice.trend import counts
from junheng.documents.charts.altair_api import altair, chart_of
from junheng.documents.charts.style import COLOURS, MARKS, SHAPES
from junheng.documents.submission import Submission
from junheng.engine.model import Outcome
from junheng.report import words
from junheng.trend.run import CountyTrend

if TYPE_CHECKING:
    import altair as alt

WIDTH, HEIGHT = 380, 150
STATES = {"met": Outcome.MET, "unmet": Outcome.UNMET, "undecided": Outcome.MISSING}


def schools_over_years(submission: Submission, found: CountyTrend) -> "alt.LayerChart | None":
    """Return the schools that are met, not met and undecided by year; None where no single school is judged.

    A year without a table has no point, and the line is broken there.
    """
    tallies = {of.year: counts(of) for of in found.over.years}
    if not any(tallies.values()):
        return None
    alt = altair()
    years = range(min(tallies), max(tallies) + 1)
    rows: list[dict[str, object]] = []
    for year in years:
        tally = tallies.get(year)
        for name, outcome in STATES.items():
            number = None if tally is None else int(getattr(tally, name))
            said = words.OUTCOMES[outcome].say(submission.lang)
            rows.append({"year": str(year), "state": name, "number": number, "said": f"{year} {said} {number}"})
    base = chart_of(rows)
    x = alt.X(
        "year:O", axis=alt.Axis(title=None, labelAngle=0, grid=False), scale=alt.Scale(domain=[str(y) for y in years])
    )
    y = alt.Y("number:Q", axis=alt.Axis(title=None, tickMinStep=1), scale=alt.Scale(zero=True))
    domain = list(STATES)
    colour = alt.Color(
        "state:N", scale=alt.Scale(domain=domain, range=[COLOURS[o] for o in STATES.values()]), legend=None
    )
    shape = alt.Shape(
        "state:N", scale=alt.Scale(domain=domain, range=[SHAPES[o] for o in STATES.values()]), legend=None
    )
    there = base.transform_filter("datum.number !== null")
    layers = [
        base.mark_line(strokeWidth=2, aria=False, invalid="break-paths-show-path-domains").encode(
            x=x, y=y, color=colour
        ),
        there.mark_point(filled=True, size=60, opacity=1).encode(
            x=x, y=y, color=colour, shape=shape, description=alt.Description("said:N")
        ),
        *(
            there.transform_filter(f"datum.state === '{name}'")
            .mark_text(dx=dx, dy=-10, aria=False)
            .encode(x=x, y=y, text=alt.Text("number:Q"))
            for name, dx in (("met", 0), ("unmet", 14))
        ),
    ]
    lines = "　".join(f"{MARKS[o]} {words.OUTCOMES[o].say(submission.lang)}" for o in STATES.values())
    title = submission.say("历年学校(学部)达标数", "Schools by verdict over the years")
    return alt.layer(*layers).properties(  # type: ignore[no-any-return]
        title={"text": title, "subtitle": [lines]}, width=WIDTH, height=HEIGHT
    )
