"""What drives the coefficients, for programs: JSON, schema junheng.drivers/1, and rows of CSV. Nothing is rounded."""

from collections.abc import Iterator, Sequence
from fractions import Fraction

from junheng.advice.drivers import CompositeDrivers, CountyDrivers, Driver, Drivers
from junheng.advice.grouping import Grouping
from junheng.number import root
from junheng.report import words
from junheng.report.drivers_tables import Asked
from junheng.report.to_json import problem_dict
from junheng.report.why import number
from junheng.run import Run
from junheng.text import Lang

SCHEMA = "junheng.drivers/1"


def _float(value: Fraction | float | None) -> float | None:
    return None if value is None else float(value)


def _root(square: Fraction | None) -> float | None:
    return None if square is None else root(square)


def _side(driver: Driver) -> str | None:
    return None if driver.above is None else "above" if driver.above else "below"


def _flips(passed: bool | None, without: bool | None) -> bool:
    """Say whether the verdict without a section is another one."""
    return without is not None and without is not passed


def drivers_json(run: Run, counties: Sequence[CountyDrivers], asked: Asked, lang: Lang) -> dict[str, object]:
    """Return the document of one run."""
    return {
        "schema": SCHEMA,
        "standard": run.standard.id,
        "year": run.year,
        "by": run.by,
        "counties": [_county(run, found, asked) for found in counties],
        "problems": [problem_dict(p, lang, run.waived.problems.get(p)) for p in run.problems],
    }


def _county(run: Run, found: CountyDrivers, asked: Asked) -> dict[str, object]:
    head: dict[str, object] = {"name": found.county.name}
    if run.by != "county":
        head["county"] = found.county.county
    composites = [c for c in found.composites if not asked.stages or c.composite.stage in asked.stages]
    return {
        **head,
        "passed": found.county.parts.get("variation"),
        "coefficients": [_coefficient(run, d) for d in found.coefficients if asked.wants(d)],
        "composites": [_composite(run, c) for c in composites],
        "without_coefficient": list(found.without),
    }


def _school(run: Run, section: int) -> dict[str, object]:
    table = run.assessment.divisions.table
    return {name: table.text(name)[section] or None for name in ("town", "code", "name")}


def _coefficient(run: Run, drivers: Drivers) -> dict[str, object]:
    v = drivers.variation
    students = run.assessment.divisions.column("students")
    return {
        "stage": v.stage.value,
        "indicator": v.indicator,
        "missing": v.missing,
        "mean": _float(drivers.mean),
        "cv": _root(drivers.square),
        "square": _float(drivers.square),
        "limit": None if v.limit is None else float(v.limit.amount),
        "passed": v.passed,
        "sections": [
            {
                **_school(run, d.section),
                "value": float(d.value),
                "students": number(students[d.section]),
                "share": _float(d.share),
                "side": _side(d),
                "cv_without": _root(d.square),
                "passed_without": d.passed,
                "flips": _flips(v.passed, d.passed),
            }
            for d in drivers.drivers
        ],
        "groups": [_grouping(run, grouping) for grouping in drivers.groupings],
    }


def _grouping(run: Run, grouping: Grouping) -> dict[str, object]:
    square, theil, gini = grouping.square, grouping.theil, grouping.gini
    return {
        "by": grouping.by,
        "square": None
        if square is None
        else {name: float(getattr(square, name)) for name in ("whole", "between", "within")},
        "theil": None if theil is None else theil._asdict(),
        "gini": None if gini is None else {name: float(part) for name, part in gini._asdict().items()},
        "groups": [
            {
                "name": group.name,
                "students_from": None if group.span is None else number(float(group.span[0])),
                "students_to": None if group.span is None else number(float(group.span[1])),
                "sections": [_school(run, section) for section in group.sections],
                "students": number(float(group.pupils)),
                "mean": _float(group.mean),
                "cv": _root(group.square),
            }
            for group in grouping.groups
        ],
    }


def _composite(run: Run, drivers: CompositeDrivers) -> dict[str, object]:
    c = drivers.composite
    return {
        "stage": c.stage.value,
        "cv": c.cv,
        "limit": float(c.limit.amount),
        "passed": c.passed,
        "sections": [
            {
                **_school(run, d.section),
                "cv_without": _float(d.cv),
                "passed_without": d.passed,
                "flips": _flips(c.passed, d.passed),
            }
            for d in drivers.drivers
        ],
    }


_HEADINGS = (
    ("标准", "standard"),
    ("年度", "year"),
    ("县(市、区)", "county"),
    ("乡镇或学区", "town or group"),
    ("学段", "stage"),
    ("指标编号", "indicator"),
    ("指标", "name"),
    ("差异系数", "cv"),
    ("限值", "limit"),
    ("结论", "outcome"),
    ("乡镇", "town"),
    ("学校标识码", "code"),
    ("学校名称", "school"),
    ("在校生数", "students"),
    ("值", "value"),
    ("均值", "mean"),
    ("与均值", "side"),
    ("占比", "share"),
    ("去掉后系数", "cv without"),
    ("去掉后结论", "outcome without"),
)


def drivers_rows(run: Run, counties: Sequence[CountyDrivers], asked: Asked, lang: Lang) -> list[list[object]]:
    """Return one row for every section of every coefficient, and of every composite; shares from 0 to 1."""
    rows: list[list[object]] = [[zh if lang == "zh" else en for zh, en in _HEADINGS]]
    for found in counties:
        rows += _rows(run, found, asked, lang)
    return rows


def _rows(run: Run, found: CountyDrivers, asked: Asked, lang: Lang) -> Iterator[list[object]]:
    table, standard = run.assessment.divisions.table, run.standard
    students = run.assessment.divisions.column("students")
    names = {form.id: form.name.text.say(lang) for form in standard.form.indicators}
    of_county = (found.county.name, "") if run.by == "county" else (found.county.county, found.county.name)
    head = [standard.id, run.year, *of_county]

    def school(section: int) -> list[object]:
        return [*(table.text(name)[section] for name in ("town", "code", "name")), number(students[section])]

    for drivers in filter(asked.wants, found.coefficients):
        v = drivers.variation
        stage = words.choice(standard, "stage", v.stage).say(lang)
        judged = v.limit is not None
        own = [stage, v.indicator, names[v.indicator], _root(drivers.square)]
        own += [float(v.limit.amount), words.WITHIN[v.passed].say(lang)] if v.limit is not None else [None, None]
        for d in drivers.drivers:
            then = words.WITHIN[d.passed].say(lang) if judged else None
            figures = [float(d.value), _float(drivers.mean), _side(d), _float(d.share), _root(d.square), then]
            yield [*head, *own, *school(d.section), *figures]
    for composite in found.composites:
        c = composite.composite
        if asked.stages and c.stage not in asked.stages:
            continue
        stage = words.choice(standard, "stage", c.stage).say(lang)
        name = "综合差异系数" if lang == "zh" else "composite"
        own = [stage, "composite", name, c.cv, float(c.limit.amount), words.WITHIN[c.passed].say(lang)]
        for one in composite.drivers:
            then = words.WITHIN[one.passed].say(lang)
            yield [*head, *own, *school(one.section), *[None] * 4, _float(one.cv), then]
