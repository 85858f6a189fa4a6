"""A county over the years, for programs: JSON, schema junheng.trend/1, and rows of CSV. Nothing is rounded."""

from collections.abc import Iterator, Sequence

from junheng.advice.trend import Stand, Turn, Turned, Untold, Warned, coefficients, continued, counts
from junheng.report import words
from junheng.report.to_json import problem_dict
from junheng.report.trend import TrendReport, series_of
from junheng.report.trend_words import TURNS, UNTOLD
from junheng.run import Run
from junheng.text import Lang
from junheng.trend.run import CountyTrend, Trend

SCHEMA = "junheng.trend/1"
_HEADINGS = (
    ("县(市、区)", "county"),
    ("年度", "year"),
    ("标准", "standard"),
    ("类别", "kind"),
    ("学校标识码", "code"),
    ("学校名称", "school"),
    ("学段", "stage"),
    ("项目", "of"),
    ("值", "value"),
    ("上年值", "before"),
    ("标准值或限值", "line"),
    ("结论", "outcome"),
)


def trend_json(trend: Trend, lang: Lang) -> dict[str, object]:
    """Return the document."""
    return {
        "schema": SCHEMA,
        "from": trend.years[0].year,
        "to": trend.years[-1].year,
        "years": [
            {
                "year": entry.year,
                "standard": None if entry.run is None else entry.run.standard.id,
                "gate": [] if entry.run is None else [one.standard.id for one in entry.run.gate],
                "passed": None if entry.run is None else entry.run.counties_passed,
                "problems": [problem_dict(p, lang) for p in entry.problems],
            }
            for entry in trend.years
        ],
        "standing": "own",
        "rules": [rule.model_dump(mode="json", exclude_none=True) for rule in trend.rules.rules],
        "counties": [_county(found) for found in trend.counties],
        "changes_on_record": [change._asdict() for change in trend.changes],
        "problems": [problem_dict(p, lang) for p in every_problem(trend)],
    }


def every_problem(trend: Trend) -> list:  # type: ignore[type-arg]
    """Return the problems of every year and of the comparison, each once."""
    of_years = [p for entry in trend.years for p in (entry.run.problems if entry.run else entry.problems)]
    return list(dict.fromkeys([*of_years, *trend.problems]))


def _county(found: CountyTrend) -> dict[str, object]:
    return {
        "name": found.name,
        "years": [_year(found, at) for at in range(len(found.over.years))],
        "target": None if found.target is None else _target(found, found.target),
    }


def _school(run: Run, row: int) -> dict[str, object]:
    table = run.assessment.divisions.table
    names = ("town", "code", "name", "stage")
    return {name: table.text(name)[row] or None for name in names}


def _stand(stand: Stand | None) -> object:
    return None if stand is None else {"judged": stand.judged, "passed": stand.passed}


def _turn(found: CountyTrend, at: int, turned: Turned) -> dict[str, object]:
    return {
        "turn": turned.turn.value,
        "schools": [_school(found.runs[at], row) for row in turned.link.now],
        "before_schools": [_school(found.runs[at - 1], row) for row in turned.link.before],
        "on_record": turned.link.on_record,
        "before": _stand(turned.before),
        "now": _stand(turned.now),
    }


def _year(found: CountyTrend, at: int) -> dict[str, object]:
    of = found.over.years[at]
    run = found.runs[at]
    tally = counts(of)
    return {
        "year": of.year,
        "passed": of.county.passed,
        "parts": dict(of.county.parts),
        "schools": None if tally is None else tally._asdict(),
        "coefficients": [
            {"stage": stage, "indicator": indicator, **c._asdict()}
            for (stage, indicator), c in coefficients(of.county).items()
        ],
        "compared_with": found.over.years[at - 1].year if at else None,
        "turns": [_turn(found, at, t) for t in found.over.turns(at) if t.turn is not Turn.SAME],
        "warnings": [_warning(run, w) for w in found.warnings[at]],
        "untold": [_untold(run, u) for u in found.untold[at]],
    }


def _warning(run: Run, w: Warned) -> dict[str, object]:
    return {
        "rule": w.rule.id,
        "kind": w.rule.kind,
        "school": None if w.row is None else _school(run, w.row),
        "part": w.part,
        "stage": w.stage,
        "indicator": w.indicator,
        "seen": [{"year": year, "value": value} for year, value in w.seen],
        "line": w.line,
    }


def _untold(run: Run, u: Untold) -> dict[str, object]:
    school = None if u.row is None else _school(run, u.row)
    return {"school": school, "stage": u.stage, "indicator": u.indicator, "why": u.why}


def _target(found: CountyTrend, year: int) -> dict[str, object]:
    return {
        "year": year,
        "years_left": year - found.over.years[-1].year,
        "extrapolated": [
            {
                "of": "schools_met" if name is None else "coefficient",
                "stage": None if name is None else name[0],
                "indicator": None if name is None else name[1],
                "years": [y for y, _ in points],
                "latest": points[-1][1] if points else None,
                "straight_line": continued(points, year),
                "limit": limit,
            }
            for name, points, limit in series_of(found)
        ],
    }


def trend_rows(trend: Trend, lang: Lang) -> list[list[object]]:
    """Return one row for every number of schools, part, coefficient, turn, warning and what could not be told."""
    rows: list[list[object]] = [[zh if lang == "zh" else en for zh, en in _HEADINGS]]
    told = TrendReport(trend, lang, everything=True)
    for entry in trend.years:
        if entry.run is None:
            said = told.say("无表", "no table")
            rows.append([None, entry.year, None, said, *[None] * (len(_HEADINGS) - 4)])
    for found in trend.counties:
        for at in range(len(found.over.years)):
            rows += _rows(told, found, at, lang)
    return rows


def _rows(told: TrendReport, found: CountyTrend, at: int, lang: Lang) -> Iterator[list[object]]:
    of, run = found.over.years[at], found.runs[at]
    head = [found.name, of.year, run.standard.id]
    stage_of = told.of(run).stage
    tally = counts(of)
    if tally is not None:
        for name, number in tally._asdict().items():
            yield [*head, told.say("学校数", "schools"), None, None, None, name, number, None, None, None]
    for name, passed in of.county.parts.items():
        verdict = words.PASSED[passed].say(lang)
        yield [*head, told.say("评估部分", "part"), None, None, None, name, None, None, None, verdict]
    for (stage, indicator), c in coefficients(of.county).items():
        outcome = None if c.limit is None else words.WITHIN[c.passed].say(lang)
        name = indicator or "composite"
        yield [*head, told.say("差异系数", "cv"), None, None, stage_of(stage), name, c.cv, None, c.limit, outcome]
    for turned in found.over.turns(at):
        if turned.turn is not Turn.SAME:
            where, rows = (run, turned.link.now) if turned.link.now else (found.runs[at - 1], turned.link.before)
            for row in rows:
                said = TURNS[turned.turn][0].say(lang)
                yield [*head, told.say("变化", "turn"), *_named(told, where, row), None, None, None, None, said]
    for w in found.warnings[at]:
        whose = [None, None, stage_of(w.stage) if w.stage else None] if w.row is None else _named(told, run, w.row)
        value = w.seen[-1][1] if w.seen else None
        before = w.seen[-2][1] if len(w.seen) > 1 else None
        yield [*head, told.say("预警", "warning"), *whose, w.indicator or w.part, value, before, w.line, w.rule.id]
    for u in found.untold[at]:
        whose = [None, None, stage_of(u.stage) if u.stage else None] if u.row is None else _named(told, run, u.row)
        said = UNTOLD[u.why].say(lang)
        yield [*head, told.say("看不出", "untold"), *whose, u.indicator, None, None, None, said]


def _named(told: TrendReport, run: Run, row: int) -> Sequence[object]:
    table = run.assessment.divisions.table
    return [table.text("code")[row], table.text("name")[row], told.of(run).stage(table.text("stage")[row])]
