"""Results as tables for pandas and polars, and as plain rows for whoever has neither: one row for each thing."""

from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from typing import Any, Literal, NamedTuple

from junheng.advice.distance import schools_of
from junheng.engine.findings import finding
from junheng.engine.school_counts import kept_of
from junheng.province.model import Province
from junheng.province.ranking import ranks
from junheng.run import Run

Library = Literal["pandas", "polars"]
Of = Literal["schools", "findings", "variations", "composites", "counties", "not_judged", "problems"]
Row = Mapping[str, object]

_TEXT, _NUMBER, _COUNT, _TRUTH = "text", "number", "count", "truth"
_PANDAS = {_TEXT: "string", _NUMBER: "float64", _COUNT: "Int64", _TRUTH: "boolean"}
_POLARS = {_TEXT: "String", _NUMBER: "Float64", _COUNT: "Int64", _TRUTH: "Boolean"}


class Layout(NamedTuple):
    """The columns of a table, each with what it holds, and what yields its rows."""

    columns: Mapping[str, str]
    rows: Callable[[Any], Iterator[tuple[object, ...]]]


def rows(result: Run | Province, of: Of = "schools") -> Iterator[Row]:
    """Yield the rows of a table as `to_frame` has them. Raise ValueError where the result has no such table."""
    layout = _layout(result, of)
    names = tuple(layout.columns)
    yield from (dict(zip(names, row, strict=True)) for row in layout.rows(result))


def to_frame(result: Run | Province, of: Of = "schools", library: Library = "pandas") -> Any:  # noqa: ANN401 - a DataFrame of either
    """Return a table as a DataFrame of pandas or polars, which must be installed.

    A run has `schools`, `findings` (every indicator of every section), `variations`, `composites`, `counties` and `problems`; a
    province all of these but `schools` and `findings`, and `not_judged`. Nothing is rounded. What is not known is missing
    (NaN, NA, null), never 0 or False: `passed` is nullable. The columns are there where there is no row.
    Raise ValueError where the result has no such table, ModuleNotFoundError where the library is not there.
    """
    layout = _layout(result, of)
    if library not in ("pandas", "polars"):
        raise ValueError(f"no library {library!r}: pandas or polars")
    module = import_module(library)
    columns: dict[str, list[object]] = {name: [] for name in layout.columns}
    held = list(columns.values())
    for row in layout.rows(result):
        for column, value in zip(held, row, strict=True):
            column.append(value)
    if library == "polars":
        schema = {name: getattr(module, _POLARS[kind]) for name, kind in layout.columns.items()}
        return module.DataFrame(columns, schema=schema)
    series = {name: module.Series(columns[name], dtype=_PANDAS[kind]) for name, kind in layout.columns.items()}
    return module.DataFrame(series)


def _layout(result: Run | Province, of: str) -> Layout:
    layouts = RUN if isinstance(result, Run) else PROVINCE
    if of not in layouts:
        raise ValueError(f"no table {of!r}: {', '.join(layouts)}")
    return layouts[of]


# --------------------------------------------------------------------------------------------------------- a run


def _float(number: Any) -> float | None:  # noqa: ANN401 - a figure or a Fraction
    return None if number is None else float(number)


def _head(run: Run) -> Callable[[int], tuple[object, ...]]:
    table = run.assessment.divisions.table
    texts = [table.text(name) for name in ("county", "town", "code", "name", "type", "stage")]
    return lambda section: tuple(column[section] for column in texts)


def _schools(run: Run) -> Iterator[tuple[object, ...]]:
    assessment, head = run.assessment, _head(run)
    students = assessment.divisions.table.column("students")
    for i in range(assessment.divisions.table.size):
        yield (*head(i), _float(students[i]), assessment.passed[i], assessment.grades[i], assessment.left_out[i])


def _findings(run: Run) -> Iterator[tuple[object, ...]]:
    assessment, head = run.assessment, _head(run)
    unplaced = assessment.divisions.table.unplaced
    for i in assessment.judged:
        for indicator in assessment.method.indicators if i not in unplaced else ():
            found = finding(assessment, indicator, i)
            bar = None if found.bar is None else float(found.bar.amount)
            figures = (_float(found.value), bar, found.outcome.value, _float(found.gap), _float(found.gap_to_floor))
            yield (*head(i), indicator.id, *figures, found.near)


def _variations(run: Run) -> Iterator[tuple[object, ...]]:
    for county in run.counties:
        for v in county.variations:
            limit = None if v.limit is None else float(v.limit.amount)
            figures = (v.divisions, v.students, v.missing, v.mean, v.sd, v.cv, limit)
            yield (county.county or county.name, county.name, v.stage.value, v.indicator, *figures, v.passed, v.near)


def _composites(run: Run) -> Iterator[tuple[object, ...]]:
    for county in run.counties:
        for c in county.composites:
            limit = float(c.limit.amount)
            yield (county.county or county.name, county.name, c.stage.value, c.cv, limit, c.passed, c.near)


def _counties(run: Run) -> Iterator[tuple[object, ...]]:
    judging = [run] if run.gate_of is None else run.gate
    for at, county in enumerate(run.counties):
        schools = schools_of([(one.assessment, one.counties[at]) for one in judging])
        met = schools.judged - schools.unmet - schools.undecided
        coefficients = county.composites or county.variations
        yield (
            county.county or county.name,
            county.name,
            county.passed,
            len(county.sections),
            len(kept_of(run.assessment, county.sections)),
            *((met, schools.unmet) if "schools" in county.parts else (None, None)),
            len(coefficients),
            sum(c.passed is False for c in coefficients),
            " ".join(part for part, passed in county.parts.items() if passed is False),
        )


def _problems(run: Run) -> Iterator[tuple[object, ...]]:
    for problem in run.problems:
        place = problem.place
        words = (problem.message("zh"), problem.message("en"))
        yield (problem.kind.code, problem.severity.value, place.file, place.sheet, place.cell, *words)


_SECTION = dict.fromkeys(("county", "town", "code", "name", "type", "stage"), _TEXT)
_PROBLEM = dict.fromkeys(("code", "severity", "file", "sheet", "cell", "message_zh", "message_en"), _TEXT)
RUN: Mapping[str, Layout] = {
    "schools": Layout({**_SECTION, "students": _NUMBER, "passed": _TRUTH, "grade": _TEXT, "left_out": _TEXT}, _schools),
    "findings": Layout(
        {
            **_SECTION,
            "indicator": _TEXT,
            "value": _NUMBER,
            "bar": _NUMBER,
            "outcome": _TEXT,
            "gap": _NUMBER,
            "gap_to_floor": _NUMBER,
            "near": _TRUTH,
        },
        _findings,
    ),
    "variations": Layout(
        {
            **dict.fromkeys(("county", "name", "stage", "indicator"), _TEXT),
            "divisions": _COUNT,
            "students": _NUMBER,
            "missing": _COUNT,
            **dict.fromkeys(("mean", "sd", "cv", "limit"), _NUMBER),
            "passed": _TRUTH,
            "near": _TRUTH,
        },
        _variations,
    ),
    "composites": Layout(
        {
            **dict.fromkeys(("county", "name", "stage"), _TEXT),
            "cv": _NUMBER,
            "limit": _NUMBER,
            "passed": _TRUTH,
            "near": _TRUTH,
        },
        _composites,
    ),
    "counties": Layout(
        {
            "county": _TEXT,
            "name": _TEXT,
            "passed": _TRUTH,
            **dict.fromkeys(("sections", "judged", "met", "unmet", "coefficients", "above"), _COUNT),
            "failing_parts": _TEXT,
        },
        _counties,
    ),
    "problems": Layout(_PROBLEM, _problems),
}


# --------------------------------------------------------------------------------------------------- a province


def _of_counties(province: Province) -> Iterator[tuple[object, ...]]:
    places = [*ranks(province), *[None] * len(province.undecided)]
    for county, rank in zip(province.judged, places, strict=True):
        parts = [part for part, passed in county.parts.items() if passed is False]
        tallies = (*county.schools, *county.coefficients, *county.items)
        size = (county.sections, county.left_out)
        files = " ".join(county.files)
        yield (rank, county.name, county.passed, county.distance, county.least, *size, *tallies, " ".join(parts), files)


def _of_variations(province: Province) -> Iterator[tuple[object, ...]]:
    for county in province.judged:
        for result in county.indicators:
            yield (county.name, *result)


def _of_composites(province: Province) -> Iterator[tuple[object, ...]]:
    for county in province.judged:
        for result in county.composites:
            yield (county.name, *result)


def _of_not_judged(province: Province) -> Iterator[tuple[object, ...]]:
    yield from ((one.name, one.reason, " ".join(one.files)) for one in province.not_judged)


def _of_problems(province: Province) -> Iterator[tuple[object, ...]]:
    yield from ((p.code, p.severity, p.file, p.sheet, p.cell, p.zh, p.en) for p in province.problems)


PROVINCE: Mapping[str, Layout] = {
    "counties": Layout(
        {
            "rank": _COUNT,
            "name": _TEXT,
            "passed": _TRUTH,
            "distance": _NUMBER,
            "least": _TRUTH,
            "sections": _COUNT,
            "left_out": _COUNT,
            **{
                f"{what}_{how}": _COUNT
                for what in ("schools", "coefficients", "items")
                for how in ("judged", "unmet", "undecided")
            },
            "failing_parts": _TEXT,
            "files": _TEXT,
        },
        _of_counties,
    ),
    "variations": Layout(
        {
            **dict.fromkeys(("name", "stage", "indicator"), _TEXT),
            **dict.fromkeys(("judged", "unmet", "missing"), _COUNT),
            "cv": _NUMBER,
            "limit": _NUMBER,
            "within": _TRUTH,
            "near": _TRUTH,
            "lacking": _COUNT,
        },
        _of_variations,
    ),
    "composites": Layout(
        {"name": _TEXT, "stage": _TEXT, "cv": _NUMBER, "limit": _NUMBER, "within": _TRUTH, "near": _TRUTH},
        _of_composites,
    ),
    "not_judged": Layout({"name": _TEXT, "reason": _TEXT, "files": _TEXT}, _of_not_judged),
    "problems": Layout(_PROBLEM, _of_problems),
}
