"""How sensitive verdicts are, for programs: JSON, schema junheng.sensitivity/1, and rows of CSV. Nothing is rounded."""

from collections.abc import Iterator, Mapping

from junheng.advice.coefficient_errors import CoefficientFlip
from junheng.advice.reporting_errors import PER_CENT
from junheng.advice.sensitivity import Flip
from junheng.engine.model import Composite, CountyVerdict, Outcome, Variation
from junheng.report.sensitivity import SensitivityReport
from junheng.report.to_json import problem_dict
from junheng.run import Run
from junheng.sensitivity import OfStandard, Sensitivity
from junheng.text import Lang

SCHEMA = "junheng.sensitivity/1"
_HEADINGS = (
    ("标准", "standard"),
    ("年度", "year"),
    ("县(市、区)", "county"),
    ("类别", "kind"),
    ("学校标识码", "code"),
    ("学校名称", "school"),
    ("学段", "stage"),
    ("指标编号", "indicator"),
    ("改动的学校", "changed at"),
    ("改动的字段", "field"),
    ("变动", "change"),
    ("变动百分比", "percent"),
    ("现在", "now"),
    ("变为", "then"),
    ("够近", "near"),
    ("最小已证", "certain"),
    ("抽样不变", "same in draws"),
)


def sensitivity_json(found: Sensitivity, lang: Lang) -> dict[str, object]:
    """Return the document of one run."""
    run, shares = found.run, found.shares
    return {
        "schema": SCHEMA,
        "standard": run.standard.id,
        "year": run.year,
        "by": run.by,
        "error_percent": float(found.error * 100),
        "draws": shares.draws,
        "seed": shares.seed,
        "schools": [_of_standard(found, of) for of in found.schools],
        "counties": [_county(found, at) for at in range(len(run.counties))],
        "problems": [problem_dict(p, lang, run.waived.problems.get(p)) for p in run.problems],
    }


def _school(run: Run, section: int) -> dict[str, object]:
    table = run.assessment.divisions.table
    names = ("county", "town", "code", "name", "stage")
    return {name: table.text(name)[section] or None for name in names}


def _state(state: Outcome | bool | None) -> object:
    return state.value if isinstance(state, Outcome) else state


def _change(found: Sensitivity, run: Run, flip: Flip | CoefficientFlip) -> dict[str, object]:
    counted = flip.field in found.figures.counted
    return {
        "at": _school(run, flip.at),
        "field": flip.field,
        "cells": [str(place) for place in run.origin.cells(flip.at, flip.field)],
        "change": float(flip.amount),
        "percent": None if counted else flip.steps / PER_CENT,
        "near": found.near(flip),
        "certain": flip.certain,
    }


def _of_standard(found: Sensitivity, of: OfStandard) -> dict[str, object]:
    return {
        "standard": of.run.standard.id,
        "flips": [
            {
                "school": _school(of.run, f.section),
                "indicator": f.indicator,
                **_change(found, of.run, f),
                "before": _state(f.before),
                "after": _state(f.after),
                "left_out": f.left_out,
            }
            for f in of.found.flips
        ],
        "intervals": [
            {
                "school": _school(of.run, section),
                "passed": of.run.assessment.passed[section],
                "worst": interval.worst,
                "best": interval.best,
                "stable": interval.stable,
                "same_in_draws": _share(found, found.shares.sections.get(section)),
            }
            for section, interval in of.intervals.items()
        ],
        "untold": [{"school": _school(of.run, o.section), "indicator": o.indicator} for o in of.found.open_],
        "unvaried": list(of.found.unvaried),
    }


def _share(found: Sensitivity, count: int | None) -> float | None:
    return None if count is None else count / found.shares.draws


def _county(found: Sensitivity, at: int) -> Mapping[str, object]:
    run, shares = found.run, found.shares
    county = run.counties[at]
    head: dict[str, object] = {"name": county.name}
    if run.by != "county":
        head["county"] = county.county
    return {
        **head,
        "passed": county.passed,
        "same_in_draws": _share(found, shares.counties[at]),
        "parts": {
            name: {"passed": passed, "same_in_draws": _share(found, shares.parts[at].get(name))}
            for name, passed in county.parts.items()
        },
        "coefficients": [
            {
                "stage": v.stage.value,
                "indicator": getattr(v, "indicator", None),
                "cv": v.cv,
                "limit": None if v.limit is None else float(v.limit.amount),
                "passed": v.passed,
                "same_in_draws": _share(found, shares.coefficients[at].get((v.stage, getattr(v, "indicator", None)))),
                "flips": [
                    {**_change(found, run, f), "cv": f.cv, "before": f.before, "after": f.after}
                    for f in found.coefficients[at]
                    if (f.stage, f.indicator) == (v.stage, getattr(v, "indicator", None))
                ],
            }
            for v in _every(county)
        ],
    }


def _every(county: CountyVerdict) -> list[Variation | Composite]:
    return [*county.variations, *county.composites]


def sensitivity_rows(found: Sensitivity, lang: Lang) -> list[list[object]]:
    """Return one row for every least change, and for every verdict with its share of draws."""
    rows: list[list[object]] = [[zh if lang == "zh" else en for zh, en in _HEADINGS]]
    told = SensitivityReport(found, lang, everything=True)
    for of in found.schools:
        rows += _school_rows(found, told, of)
    for at in range(len(found.run.counties)):
        rows += _county_rows(found, told, at)
    return rows


def _named(run: Run, section: int) -> list[object]:
    table = run.assessment.divisions.table
    return [table.text("code")[section], table.text("name")[section], table.text("stage")[section]]


def _school_rows(found: Sensitivity, told: SensitivityReport, of: OfStandard) -> Iterator[list[object]]:
    run = of.run
    table = run.assessment.divisions.table
    head = [run.standard.id, run.year]
    for f in of.found.flips:
        kind = told.say("学校结论", "verdict") if f.indicator is None else told.say("指标", "indicator")
        county = table.text("county")[f.section]
        after = told.say("不纳入评估", "left out") if f.left_out else _state(f.after)
        yield [
            *head,
            county,
            kind,
            *_named(run, f.section),
            f.indicator,
            *_moved(found, run, f, _state(f.before), after),
            None,
        ]
    for section, interval in of.intervals.items():
        share = _share(found, found.shares.sections.get(section))
        kind, county = told.say("最坏最好", "worst, best"), table.text("county")[section]
        empty = [None] * 5
        yield [
            *head,
            county,
            kind,
            *_named(run, section),
            *empty,
            interval.worst,
            interval.best,
            None,
            interval.stable,
            share,
        ]
    for o in of.found.open_:
        kind, county = told.say("不能说", "untold"), table.text("county")[o.section]
        yield [*head, county, kind, *_named(run, o.section), o.indicator, *[None] * 9]


def _moved(found: Sensitivity, run: Run, flip: Flip | CoefficientFlip, before: object, after: object) -> list[object]:
    per_cent = None if flip.field in found.figures.counted else flip.steps / PER_CENT
    name = run.assessment.divisions.table.text("name")[flip.at]
    return [
        *(
            name,
            flip.field,
            float(flip.amount),
            per_cent,
            before,
            after,
        ),
        *(found.near(flip), flip.certain),
    ]


def _county_rows(found: Sensitivity, told: SensitivityReport, at: int) -> Iterator[list[object]]:
    run, shares = found.run, found.shares
    county = run.counties[at]
    head = [run.standard.id, run.year, county.name]
    kind = told.say("差异系数", "cv")
    for f in found.coefficients[at]:
        named = [None, None, f.stage.value, f.indicator or "composite"]
        yield [*head, kind, *named, *_moved(found, run, f, f.before, f.after), None]
    kind = told.say("抽样", "draws")
    for (stage, indicator), count in shares.coefficients[at].items():
        yield [*head, kind, None, None, stage.value, indicator or "composite", *[None] * 8, _share(found, count)]
    for name, count in shares.parts[at].items():
        yield [*head, kind, None, None, None, name, *[None] * 4, county.parts[name], *[None] * 3, _share(found, count)]
    yield [
        *head,
        kind,
        None,
        None,
        None,
        "county",
        *[None] * 4,
        county.passed,
        *[None] * 3,
        _share(found, shares.counties[at]),
    ]
