"""What drives a coefficient: shares are exact, parts add up to the whole, and all agrees with independent computations."""

import json
import random
import subprocess
import sys
from fractions import Fraction
from math import log

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from inequalipy import gini as other_gini
from openpyxl import load_workbook
from scipy.stats import entropy
from typer.testing import CliRunner

from junheng.advice.drivers import drivers_of
from junheng.advice.grouping import owner_of
from junheng.advice.inequality import Weighted, gini, gini_parts, square_parts, theil, theil_parts
from junheng.cli import app
from junheng.engine.county import judge_counties
from junheng.engine.divisions import divide
from junheng.engine.model import Bar, Stage, VariationRule
from junheng.engine.school import assess

SHILI = "examples/shili/2023.xlsx"
BOOKS, PUPILS = [279, 137, 935, 160, 402], [45, 37, 89, 76, 55]  # the published example of five schools
NEAR = 1e-9


def _five(make_table, basic, **columns):
    """Return the assessment of the five schools of the published example; every other indicator is alike."""
    alike = {
        name: [10 * n for n in PUPILS]
        for name in ("teaching_area", "sports_area", "equipment_value", "computers", "teachers")
    }
    alike |= {name: [float(n) for n in PUPILS] for name in ("overqualified_teachers", "titled_teachers")}
    table = make_table(["primary"] * 5, PUPILS, **{**alike, "books": [float(b) for b in BOOKS], **columns})
    method = basic.method._replace(exclusions=())
    return assess(method, divide(table, method.pupil_weight, method.divided), whole_county=True)


def _books(assessment):
    county = judge_counties(assessment, "county")[0]
    return next(d for d in drivers_of(assessment, county).coefficients if d.variation.indicator == "books")


def _expand(groups):
    """Return the value of every single pupil, and the number of the group of each."""
    pairs = [(float(s.value), at, int(s.weight)) for at, group in enumerate(groups) for s in group]
    values = np.repeat([p[0] for p in pairs], [p[2] for p in pairs])
    return values, np.repeat([p[1] for p in pairs], [p[2] for p in pairs])


def _county(seed, zeros):
    random_ = random.Random(seed)  # noqa: S311 - invented schools
    groups = [
        [
            Weighted(Fraction(random_.randrange(0 if zeros else 1, 4000), 8), Fraction(random_.randrange(1, 90)))
            for _ in range(random_.randrange(1, 6))
        ]
        for _ in range(random_.randrange(1, 5))
    ]
    if zeros:
        groups[0][0] = groups[0][0]._replace(value=Fraction(0))
    groups[-1].append(Weighted(Fraction(5), Fraction(7)))
    return groups


# --------------------------------------------------------------------------------------------- against other libraries


@pytest.mark.parametrize("zeros", [False, True])
@pytest.mark.parametrize("seed", range(12))
def test_theil_is_that_of_every_single_pupil(seed, zeros):
    """Theil's T, between and within, agree with scipy's relative entropy over the list of all pupils to 1e-9, zeros included."""
    groups = _county(seed, zeros)
    found = theil_parts(groups)
    values, of_group = _expand(groups)
    # Theil's T is the entropy of what pupils have relative to every pupil having the same
    assert found.whole == pytest.approx(float(entropy(values, np.ones(len(values)))), abs=NEAR)
    own = [values[of_group == at] for at in range(len(groups))]
    between = float(entropy([v.sum() for v in own], [len(v) for v in own]))
    assert found.between == pytest.approx(between, abs=NEAR)
    within = sum(v.sum() / values.sum() * float(entropy(v, np.ones(len(v)))) for v in own if v.sum())
    assert found.within == pytest.approx(within, abs=NEAR)
    assert found.between + found.within == pytest.approx(found.whole, abs=1e-12)


@pytest.mark.parametrize("zeros", [False, True])
@pytest.mark.parametrize("seed", range(12))
def test_gini_is_that_of_every_single_pupil(seed, zeros):
    """Gini, between and within, agree with inequalipy's over the list of all pupils to 1e-9, zeros included."""
    groups = _county(seed, zeros)
    values, of_group = _expand(groups)
    found = gini_parts(groups)
    assert float(found.whole) == pytest.approx(other_gini(values), abs=NEAR)
    means = np.array([values[of_group == at].mean() for at in range(len(groups))])[of_group]
    assert float(found.between) == pytest.approx(other_gini(means), abs=NEAR)
    within = 0.0
    for at in range(len(groups)):
        own = values[of_group == at]
        inside = other_gini(own) if own.sum() else 0.0
        within += len(own) / len(values) * own.sum() / values.sum() * inside
    assert float(found.within) == pytest.approx(within, abs=NEAR)
    assert found.overlap >= 0


# -------------------------------------------------------------------------------------------- exact, by hand

weighted = st.builds(
    Weighted,
    st.fractions(0, 100, max_denominator=60),
    st.fractions(Fraction(1, 2), 500, max_denominator=3),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(weighted, min_size=1, max_size=5), min_size=1, max_size=4))
def test_parts_add_up_exactly(groups):
    """Between and within of a squared coefficient are all of it, exactly; a Gini has its overlap beside them."""
    everyone = [s for group in groups for s in group]
    square, parts = square_parts(groups), gini_parts(groups)
    if square is None:
        assert parts is None
        return
    weight = sum(s.weight for s in everyone)
    mean = sum(s.weight * s.value for s in everyone) / weight
    assert square.whole == sum(s.weight * (s.value - mean) ** 2 for s in everyone) / weight / mean**2
    assert square.between + square.within == square.whole
    assert parts.between + parts.within + parts.overlap == parts.whole
    assert 0 <= parts.overlap <= parts.whole < 1
    pairs = sum(a.weight * b.weight * abs(a.value - b.value) for a in everyone for b in everyone)
    assert parts.whole == pairs / (2 * weight**2 * mean)


def test_gini_of_groups_apart_has_no_overlap():
    """Groups whose ranges do not overlap leave nothing over."""
    low, high = [[Weighted(Fraction(v), Fraction(2)) for v in values] for values in ((1, 2), (5, 9))]
    assert gini_parts([low, high]).overlap == 0
    assert gini_parts([[low[0], high[0]], [low[1], high[1]]]).overlap > 0


@pytest.mark.parametrize(
    ("values", "expected"),
    [([0, 0], (None, None)), ([], (None, None)), ([-1, 3], (None, None)), ([3, 3], (0.0, 0)), ([7], (0.0, 0))],
)
def test_degenerate_counties(values, expected):
    """Nobody has anything, nobody is there, less than nothing: no measure. All alike, or one alone: 0."""
    sections = [Weighted(Fraction(v), Fraction(10)) for v in values]
    assert (theil(sections), gini(sections)) == expected


def test_a_school_with_nothing_adds_nothing():
    """x ln x goes to 0: one of two equal schools has nothing, so T is ln 2 and Gini one half."""
    two = [Weighted(Fraction(0), Fraction(50)), Weighted(Fraction(8), Fraction(50))]
    assert theil(two) == pytest.approx(log(2), abs=1e-15)
    assert gini(two) == Fraction(1, 2)


def test_no_pupils_count_for_nothing():
    """A section without pupils changes no measure."""
    some = [Weighted(Fraction(1), Fraction(3)), Weighted(Fraction(4), Fraction(5))]
    ghost = Weighted(Fraction(1000), Fraction(0))
    assert theil([*some, ghost]) == theil(some)
    assert gini_parts([some, [ghost]]) == gini_parts([some])
    assert square_parts([some, [ghost]]) == square_parts([some])


# --------------------------------------------------------------------------------------------- of a coefficient


def test_shares_of_the_published_example(make_table, basic):
    """Shares of the five schools are w (v − m)² over their sum, add up to exactly 1, and the square is the published."""
    found = _books(_five(make_table, basic))
    mean = Fraction(sum(BOOKS), sum(PUPILS))
    parts = {i: n * (Fraction(b, n) - mean) ** 2 for i, (b, n) in enumerate(zip(BOOKS, PUPILS, strict=True))}
    whole = sum(parts.values())
    assert {d.section: d.share for d in found.drivers} == {i: part / whole for i, part in parts.items()}
    assert sum(d.share for d in found.drivers) == 1
    assert found.square == whole / sum(PUPILS) / mean**2
    assert round(float(found.square) ** 0.5, 2) == 0.52  # as published
    assert [d.section for d in found.drivers][:2] == [2, 3]  # the richest, then 160 books for 76 pupils
    assert [d.above for d in sorted(found.drivers)] == [False, False, True, False, True]


def test_without_each_school_as_if_it_were_not_there(make_table, basic):
    """The square without a school is that of the other four, computed anew."""
    found = _books(_five(make_table, basic))
    for driver in found.drivers:
        rest = [i for i in range(5) if i != driver.section]
        mean = Fraction(sum(BOOKS[i] for i in rest), sum(PUPILS[i] for i in rest))
        var = sum(PUPILS[i] * (Fraction(BOOKS[i], PUPILS[i]) - mean) ** 2 for i in rest)
        assert driver.square == var / sum(PUPILS[i] for i in rest) / mean**2


@pytest.mark.parametrize(
    ("limit", "before", "without"), [("0.60", True, True), ("0.50", False, True), ("0.20", False, False)]
)
def test_the_verdict_without_the_richest(make_table, basic, limit, before, without):
    """0.515 with all five; without the richest 0.3…: limits on both sides of both."""
    assessment = _five(make_table, basic)
    rule = VariationRule({Stage.PRIMARY: Bar(Fraction(limit), 2)})
    found = _books(assessment._replace(method=assessment.method._replace(variation=rule)))
    assert found.variation.passed is before
    assert found.drivers[0].section == 2
    assert found.drivers[0].passed is without


def test_the_verdict_on_the_line_without_one(make_table, basic):
    """Two schools left with 1 and 3 of equal size have a coefficient of exactly 0.5: within 0.50, not within less."""
    table = make_table(["primary"] * 3, [100, 100, 100], books=[100.0, 300.0, 900.0])
    method = basic.method._replace(indicators=tuple(i for i in basic.method.indicators if i.id == "books"))
    for limit, within in (("0.50", True), ("0.4999999999", False)):
        rule = VariationRule({Stage.PRIMARY: Bar(Fraction(limit), 2)})
        judged = assess(method._replace(variation=rule), divide(table, method.pupil_weight, method.divided))
        last = next(d for d in _books(judged).drivers if d.section == 2)
        assert (last.square, last.passed) == (Fraction(1, 4), within)


def test_a_missing_figure_leaves_every_verdict_open(make_table, basic):
    """A section without a figure has no share, and neither with nor without another is anything decided."""
    assessment = _five(make_table, basic, books=[279.0, 137.0, 935.0, None, 402.0])
    rule = VariationRule({Stage.PRIMARY: Bar(Fraction("0.90"), 2)})
    found = _books(assessment._replace(method=assessment.method._replace(variation=rule)))
    assert sorted(d.section for d in found.drivers) == [0, 1, 2, 4]
    assert sum(d.share for d in found.drivers) == 1
    assert (found.variation.missing, {d.passed for d in found.drivers}) == (1, {None})


def test_all_alike_have_no_shares(make_table, basic):
    """Where all schools are alike there is nothing to divide; one school alone has nothing without it."""
    alike = _books(_five(make_table, basic, books=[float(2 * n) for n in PUPILS]))
    assert (alike.square, {d.share for d in alike.drivers}, {d.above for d in alike.drivers}) == (0, {None}, {None})
    one = make_table(["primary"], [100], books=[200.0])
    method = basic.method
    alone = _books(assess(method, divide(one, method.pupil_weight, method.divided)))
    assert (alone.drivers[0].share, alone.drivers[0].square, alone.drivers[0].passed) == (None, None, None)


def test_a_composite_without_each_school(root):
    """The composite without a school is the mean of the coefficients of the others, computed with numpy."""
    from junheng.run import judge

    run = judge([root / SHILI], "basic-balance", year=2023, by="county")
    found = drivers_of(run.assessment, run.counties[0])
    students = run.assessment.divisions.column("students")
    for composite in found.composites:
        of_stage = [d for d in found.coefficients if d.variation.stage == composite.composite.stage]
        assert len(of_stage) == 8
        for driver in composite.drivers:
            cvs = []
            for d in of_stage:
                rest = [one for one in d.drivers if one.section != driver.section]
                values = np.array([float(one.value) for one in rest])
                pupils = np.array([students[one.section] for one in rest])
                mean = np.average(values, weights=pupils)
                cvs.append(np.sqrt(np.average((values - mean) ** 2, weights=pupils)) / mean)
            assert float(driver.cv) == pytest.approx(np.mean(cvs), abs=1e-12)
            assert driver.passed is bool(np.mean(cvs) <= float(composite.composite.limit.amount))


def test_groups_hold_every_section(make_table, basic):
    """Every section stands in one group of each kind; those of which it is not said are a group of their own, last."""
    assessment = _five(
        make_table,
        basic,
        area=["urban", None, "rural", "urban", None],
        owner=["public", "private", "county_education", None, "enterprise"],
        town=["东镇", "西镇", "东镇", "西镇", "西镇"],
    )
    found = {g.by: g for g in _books(assessment).groupings}
    assert {by: [(g.name, g.sections) for g in found[by].groups] for by in ("area", "owner", "town")} == {
        "area": [("urban", (0, 3)), ("rural", (2,)), (None, (1, 4))],
        "owner": [("public", (0, 2)), ("private", (1,)), ("enterprise", (4,)), (None, (3,))],
        "town": [("东镇", (0, 2)), ("西镇", (1, 3, 4))],
    }
    assert owner_of("provincial_other") == "public"
    for grouping in found.values():
        assert sorted(i for g in grouping.groups for i in g.sections) == list(range(5))
        assert grouping.square.between + grouping.square.within == grouping.square.whole


def test_sizes_are_quarters_and_alike_stay_together(make_table, basic):
    """Of 37, 45, 55, 76, 89 pupils the quarters end at 45, 55, 76, 89; equal sizes are never parted."""
    found = _books(_five(make_table, basic))
    sizes = next(g for g in found.groupings if g.by == "size")
    assert [(tuple(map(int, g.span)), g.sections) for g in sizes.groups] == [
        ((37, 45), (0, 1)),
        ((55, 55), (4,)),
        ((76, 76), (3,)),
        ((89, 89), (2,)),
    ]
    table = make_table(["primary"] * 5, [50, 50, 50, 50, 80], books=[1.0, 2.0, 3.0, 4.0, 5.0])
    method = basic.method
    alike = _books(assess(method, divide(table, method.pupil_weight, method.divided)))
    bands = next(g for g in alike.groupings if g.by == "size").groups
    assert [tuple(map(int, g.span)) for g in bands] == [(50, 50), (80, 80)]


def test_advice_knows_no_files_and_no_words():
    """Importing the mathematics loads neither pydantic, yaml, workbooks nor reports."""
    code = "import sys, junheng.advice.drivers, junheng.advice.gaps, junheng.advice.gap_totals\nprint(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert [] == [m for m in loaded if m.split(".")[0] in ("pydantic", "yaml", "rich", "openpyxl", "numpy")]
    own = ("junheng.workbook", "junheng.report", "junheng.standard", "junheng.documents", "junheng.text")
    assert [] == [m for m in loaded if m.startswith(own)]


# ----------------------------------------------------------------------------------------------- the command


def _run(root, *options, columns="80"):
    env = {"COLUMNS": columns, "NO_COLOR": "1"}
    return CliRunner(env=env).invoke(app, ["drivers", str(root / SHILI), "--year", "2023", *options])


@pytest.mark.parametrize("standard", ["quality-balance", "basic-balance"])
def test_json_has_every_coefficient_of_the_county(root, standard):
    """Coefficients are those of `junheng county`; shares add up to 1; parts to their whole."""
    env = {"COLUMNS": "80"}
    judged = CliRunner(env=env).invoke(
        app, ["county", str(root / SHILI), "--year", "2023", "-s", standard, "--format", "json"]
    )
    result = _run(root, "-s", standard, "--format", "json")
    assert result.exit_code == judged.exit_code
    county = json.loads(judged.stdout)["counties"][0]
    document = json.loads(result.stdout)
    assert document["schema"] == "junheng.drivers/1"
    found = document["counties"][0]
    asked = [(v["stage"], v["indicator"]) for v in county["variations"]]
    assert [(c["stage"], c["indicator"]) for c in found["coefficients"]] == asked
    for variation, coefficient in zip(county["variations"], found["coefficients"], strict=True):
        assert coefficient["cv"] == pytest.approx(variation["cv"], abs=1e-12)
        assert (coefficient["passed"], len(coefficient["sections"])) == (variation["passed"], variation["divisions"])
        assert sum(s["share"] for s in coefficient["sections"]) == pytest.approx(1, abs=1e-12)
        assert [g["by"] for g in coefficient["groups"]] == ["area", "owner", "size", "town"]
        for group in coefficient["groups"]:
            assert group["theil"]["between"] + group["theil"]["within"] == pytest.approx(group["theil"]["whole"])
            assert sum(len(g["sections"]) for g in group["groups"]) == variation["divisions"]
    assert [(c["stage"], c["passed"]) for c in found["composites"]] == [
        (c["stage"], c["passed"]) for c in county["composites"]
    ]


def test_what_flips_a_verdict_is_said(root):
    """小学骨干教师 is above its limit, and within it without 示例县第一小学."""
    found = json.loads(_run(root, "--format", "json", "--indicator", "backbone_teachers").stdout)["counties"][0]
    primary, junior = found["coefficients"]
    assert (primary["passed"], primary["sections"][0]["name"]) == (False, "示例县第一小学")
    assert (primary["sections"][0]["flips"], primary["sections"][0]["passed_without"]) == (True, True)
    assert (junior["passed"], any(s["flips"] for s in junior["sections"])) == (True, False)


@pytest.mark.parametrize("columns", ["80", "120"])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_tables_fit_the_page(root, lang, columns):
    """No line is wider than the terminal."""
    from rich.cells import cell_len

    result = _run(root, "--lang", lang, "--all", columns=columns)
    assert max(cell_len(line) for line in result.stdout.splitlines()) <= int(columns)


def test_text_shows_the_largest_and_the_rest(root):
    """The sections asked for are drawn with a bar, the others stand in one row."""
    result = _run(root, "--indicator", "backbone_teachers", "--stage", "primary", "--top", "2", "--exit-zero")
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert any("示例县第一小学" in line and "██████████" in line and "✓ 符合" in line for line in lines)
    assert any("其余 21 个学部" in line for line in lines)
    assert "初中" not in result.stdout.split("标准：")[0]


def test_every_format_is_written(root, tmp_path):
    """xlsx, csv and Markdown hold all coefficients; a standard without coefficients says so."""
    book, flat = tmp_path / "d.xlsx", tmp_path / "d.csv"
    assert _run(root, "-o", str(book)).exit_code == 1
    sheets = load_workbook(book)
    assert ["各差异系数由谁拉大", "各校占比", "组间与组内", "分组均值"] == sheets.sheetnames[1:5]
    assert sheets["各校占比"].max_row == 2 + 7 * (23 + 11)
    _run(root, "-o", str(flat))
    assert len(flat.read_text("utf-8-sig").splitlines()) == 1 + 7 * (23 + 11)
    assert "| 小学 | 骨干教师 | ✗ 0.503 |" in _run(root, "--format", "markdown").stdout
    none = _run(root, "-s", "provinces/shaanxi/basic-standard")
    assert "没有差异系数可分解" in none.stdout
    assert "没有差异系数的指标：" in none.stdout
