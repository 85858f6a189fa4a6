"""The coefficient against independent computations, and what must hold whatever the figures are."""

from fractions import Fraction
from math import isclose, sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.weightstats import DescrStatsW

from junheng.engine.county import judge_counties
from junheng.engine.divisions import divide
from junheng.engine.model import Outcome
from junheng.engine.school import assess
from junheng.engine.variation import spread, squared_variation

FIELDS = (
    "overqualified_teachers",
    "backbone_teachers",
    "pe_art_teachers",
    "teaching_area",
    "indoor_sports_area",
    "sports_area",
    "equipment_value",
    "multimedia_classrooms",
)
SHARED = FIELDS[3:]


def _random_county(seed):
    """Return columns of a county with ordinary schools, nine-year schools and a complete secondary school."""
    rng = np.random.default_rng(seed)
    stages, types, through = [], [], {}
    for _ in range(int(rng.integers(4, 30))):
        kind = rng.choice(
            ["primary", "junior", "nine_year", "twelve_year", "complete"], p=[0.5, 0.25, 0.15, 0.05, 0.05]
        )
        parts = {
            "primary": ["primary"],
            "junior": ["junior"],
            "nine_year": ["primary", "junior"],
            "twelve_year": ["primary", "junior", "senior"],
            "complete": ["junior", "senior"],
        }[kind]
        rows = tuple(range(len(stages), len(stages) + len(parts)))
        if len(rows) > 1:
            through.update(dict.fromkeys(rows, rows))
        stages += parts
        types += [kind] * len(parts)
    size = len(stages)
    figures = {"students": rng.integers(30, 2500, size).astype(float)}
    for name in FIELDS:
        figures[name] = np.round(rng.gamma(2.0, 400.0, size), int(rng.integers(0, 3))) + 1
    figures["teaching_area"] = figures["teaching_area"] + figures["indoor_sports_area"]
    for rows in through.values():
        for name in SHARED:
            figures[name][list(rows)] = figures[name][rows[0]]
    return stages, types, through, figures


def _independent(stages, through, figures, indicator, stage):
    """Return values and pupils of one stage by numpy: shared figures divided by weighted pupils."""
    weight = {"primary": 1.0, "junior": 1.1, "senior": 1.32}
    pupils = figures["students"]
    share = np.ones(len(stages))
    for row, rows in through.items():
        weighted = np.array([pupils[r] * weight[stages[r]] for r in rows])
        share[row] = pupils[row] * weight[stages[row]] / weighted.sum()
    top = figures[indicator].copy()
    if indicator == "teaching_area":
        top = top - figures["indoor_sports_area"]
    if indicator in SHARED:
        top = top * share
    at = np.array([s == stage for s in stages])
    return (top / pupils)[at], pupils[at]


@pytest.mark.parametrize("seed", range(40))
def test_coefficients_agree_with_numpy_and_statsmodels(quality, make_table, seed):
    """On random counties with divided schools, every coefficient agrees to 1e-12 with two independent computations."""
    stages, types, through, figures = _random_county(seed)
    lists = {name: column.tolist() for name, column in figures.items()}
    table = make_table(stages, lists.pop("students"), type=types, through=through, **lists)
    method = quality.method
    county = judge_counties(assess(method, divide(table, method.pupil_weight, method.divided)))[0]
    compared = 0
    for v in county.variations:
        values, pupils = _independent(stages, through, figures, v.indicator, v.stage.value)
        mean = np.average(values, weights=pupils)
        by_numpy = np.sqrt(np.average((values - mean) ** 2, weights=pupils)) / mean
        described = DescrStatsW(values, weights=pupils, ddof=0)
        assert abs(v.cv - by_numpy) <= 1e-12 * max(1, by_numpy)
        assert abs(v.cv - described.std / described.mean) <= 1e-12 * max(1, by_numpy)
        assert v.missing == 0
        compared += 1
    assert compared == 7 * len({s for s in stages if s != "senior"})


@pytest.mark.parametrize("seed", range(10))
def test_composites_agree_with_numpy(basic, make_table, seed):
    """The composite of the 2012 method is the plain mean of eight coefficients computed independently."""
    rng = np.random.default_rng(seed)
    size = int(rng.integers(3, 25))
    names = [*basic.method.indicators[0].of, "sports_area", "equipment_value", "computers", "books"]
    names += ["teachers", "overqualified_teachers", "titled_teachers"]
    pupils = rng.integers(30, 2500, size).astype(float)
    columns = {name: rng.integers(1, 5000, size).astype(float) for name in names}
    table = make_table(["primary"] * size, pupils.tolist(), **{n: c.tolist() for n, c in columns.items()})
    method = basic.method
    county = judge_counties(assess(method, divide(table, method.pupil_weight, method.divided)))[0]
    cvs = []
    for column in columns.values():
        values = column / pupils
        mean = np.average(values, weights=pupils)
        cvs.append(np.sqrt(np.average((values - mean) ** 2, weights=pupils)) / mean)
    assert abs(county.composites[0].cv - np.mean(cvs)) < 1e-12
    assert county.composites[0].passed == bool(np.mean(cvs) <= 0.65)


counties = st.lists(st.tuples(st.integers(1, 3000), st.integers(0, 100_000)), min_size=2, max_size=30).filter(
    lambda rows: sum(x for _, x in rows) > 0
)


def _square(rows):
    return squared_variation([Fraction(x, p) for p, x in rows], [p for p, _ in rows])


@given(counties, st.integers(1, 1000))
def test_scaling_every_value_changes_nothing(rows, factor):
    """The coefficient does not change when every value is multiplied."""
    assert _square(rows) == _square([(p, x * factor) for p, x in rows])


@given(counties, st.data())
def test_cutting_a_school_into_equal_halves_changes_nothing(rows, data):
    """The coefficient does not change when a school is cut into two equal halves."""
    at = data.draw(st.integers(0, len(rows) - 1))
    doubled = [(2 * p, 2 * x) for p, x in rows]
    p, x = rows[at]
    cut = [*doubled[:at], (p, x), (p, x), *doubled[at + 1 :]]
    assert _square(rows) == _square(cut)


@given(counties)
def test_floats_agree_with_exact_arithmetic(rows):
    """The coefficient in floats is that of exact arithmetic to 1e-12, and never negative."""
    _, _, cv = spread([x / p for p, x in rows], [p for p, _ in rows])
    assert cv >= 0
    assert isclose(cv, sqrt(_square(rows)), rel_tol=1e-12, abs_tol=1e-12)


@given(counties)
def test_all_alike_is_zero(rows):
    """The coefficient is 0 exactly when all schools are alike."""
    rate = [Fraction(x, p) for p, x in rows]
    assert (_square(rows) == 0) == (len(set(rate)) == 1)


ORDER = [Outcome.UNMET, Outcome.CLOSE, Outcome.MET]


@settings(max_examples=60)
@given(students=st.integers(1, 3000), teachers=st.integers(0, 200))
def test_adding_a_teacher_never_lowers_an_outcome(quality, make_table, students, teachers):
    """One more teacher leaves the outcome or betters it."""
    counts = [float(teachers), float(teachers + 1)]
    table = make_table(["junior"] * 2, [float(students)] * 2, overqualified_teachers=counts)
    method = quality.method
    before, after = assess(method, divide(table, method.pupil_weight, method.divided)).outcomes[
        "overqualified_teachers"
    ]
    assert ORDER.index(after) >= ORDER.index(before)
