"""How small an error changes a verdict: against a brute-force search by single changes, by hand, and on the lines."""

import json
from fractions import Fraction

import pytest
from typer.testing import CliRunner

from junheng.advice.coefficient_errors import coefficients
from junheng.advice.reporting_errors import Figures, least
from junheng.advice.sensitivity import schools
from junheng.advice.stability import Judging, drawn, intervals
from junheng.cli import app
from junheng.engine.county import judge_counties
from junheng.engine.divisions import divide
from junheng.engine.model import Bar, Outcome, Stage, VariationRule
from junheng.engine.school import assess
from junheng.engine.variation import squared_variation

SHILI = "examples/shili/2023.xlsx"
BOOKS, PUPILS = [279, 137, 935, 160, 402], [45, 37, 89, 76, 55]  # the published example of five schools
GOOD = {  # of 1,000 pupils: well above every bar of the 2017 method, primary and junior
    "overqualified_teachers": 60,
    "backbone_teachers": 15,
    "pe_art_teachers": 14,
    "teaching_area": 7000,
    "indoor_sports_area": 0,
    "sports_area": 12000,
    "equipment_value": 3_000_000,
    "multimedia_classrooms": 30,
}
COUNTED = frozenset(
    {"students", "overqualified_teachers", "backbone_teachers", "pe_art_teachers", "multimedia_classrooms", "books"}
)
AMOUNTS = frozenset({"teaching_area", "indoor_sports_area", "sports_area", "equipment_value"})
SHARED = frozenset({"teaching_area", "indoor_sports_area", "sports_area", "equipment_value", "multimedia_classrooms"})


def _figures(table, part_of=None):
    return Figures(table, COUNTED, AMOUNTS, SHARED, {}, part_of or {})


def _table(make_table, students, *, stages=None, through=None, **changes):
    columns = {name: [float(n * s / 1000) for s in students] for name, n in GOOD.items()}
    columns |= {name: [float(v) for v in values] for name, values in changes.items()}
    return make_table(stages or ["primary"] * len(students), students, through=through or {}, **columns)


def _assessed(standard, table):
    method = standard.method
    return assess(method, divide(table, method.pupil_weight, method.divided), whole_county=True)


def _first(standard, table, at, rows, field, sign, most):
    """Find, one step after another, the first at which each verdict is another one: the count by section."""
    before = _assessed(standard, table)
    found = {}
    step = 1.0 if field in COUNTED else table.figures[field][at] / 10000
    for count in range(1, most + 1):
        column = list(table.figures[field])
        for row in rows:
            column[row] = round(column[row] + sign * count * step, 9)
        if column[at] < 0:
            break
        after = _assessed(standard, table._replace(figures={**table.figures, field: column}))
        for i in before.judged:
            if before.passed[i] is not after.passed[i] or after.left_out[i] is not None:
                found.setdefault((i, None), count)
            for indicator in standard.method.indicators:
                if before.outcomes[indicator.id][i] is not after.outcomes[indicator.id][i]:
                    found.setdefault((i, indicator.id), count)
    return found


# ------------------------------------------------------------------------------------------- against brute force


def test_the_least_change_is_that_of_a_search_one_by_one(make_table, quality):
    """Every flip within 25 steps is the first that single changes find, and none is forgotten; a through-school too."""
    students = [100, 213, 160, 210, 400]
    table = _table(
        make_table,
        students,
        stages=["primary", "primary", "primary", "junior", "junior"],
        through={2: (2, 3), 3: (2, 3)},
        backbone_teachers=[1, 3, 2, 3, 4],
        pe_art_teachers=[1, 2, 2, 2, 4],
        sports_area=[751, 1380, 3360, 3360, 4090],
        multimedia_classrooms=[3, 5, 9, 9, 10],
    )
    most = 25
    assessment = _assessed(quality, table)
    found = {
        (f.section, f.indicator, f.at, f.field, f.steps): f
        for f in schools(assessment, _figures(table)).flips
        if abs(f.steps) <= most
    }
    expected = set()
    for field in (*COUNTED - {"books"}, *AMOUNTS):
        for at in range(table.size):
            rows = (2, 3) if field in SHARED and at in (2, 3) else (at,)
            if at == 3 and len(rows) > 1:
                continue  # the figure of the school, changed once
            for sign in (1, -1):
                for (section, indicator), count in _first(quality, table, at, rows, field, sign, most).items():
                    expected.add((section, indicator, at, field, sign * count))
    assert expected == set(found)
    assert len(expected) > 20
    assert {True} == {f.certain for f in found.values()}


@pytest.mark.parametrize("weighted", [True, False])
@pytest.mark.parametrize("field", ["books", "students"])
def test_a_coefficient_flips_at_the_first_single_change(make_table, basic, field, weighted):
    """The published example, 0.52 above 0.50: each school's least change is that of a search with the bare formula."""
    alike = {
        n: [10.0 * p for p in PUPILS]
        for n in ("teaching_area", "sports_area", "equipment_value", "computers", "teachers")
    }
    alike |= {n: [float(p) for p in PUPILS] for n in ("overqualified_teachers", "titled_teachers")}
    table = make_table(["primary"] * 5, PUPILS, **{**alike, "books": [float(b) for b in BOOKS]})
    rule = VariationRule({Stage.PRIMARY: Bar(Fraction(1, 2), 2)}, weighted=weighted)
    indicators = tuple(i for i in basic.method.indicators if i.id == "books")
    method = basic.method._replace(exclusions=(), variation=rule, school_rule=None, indicators=indicators, parts=())
    assessment = assess(method, divide(table, method.pupil_weight, method.divided), whole_county=True)
    county = judge_counties(assessment, "county")[0]
    flips = {(f.at, f.steps) for f in coefficients(assessment, county, _figures(table)) if f.field == field}

    def square(books, pupils):
        values = [Fraction(b, p) for b, p in zip(books, pupils, strict=True)]
        return squared_variation(values, pupils if weighted else [1] * 5)

    above = square(BOOKS, PUPILS) > Fraction(1, 4)
    expected = set()
    for at in range(5):
        for sign in (1, -1):
            own = (BOOKS if field == "books" else PUPILS)[at]
            most = min(own if field == "books" else own - 1, 10**6) if sign < 0 else max(own, 100)
            for count in range(1, most + 1):
                books, pupils = list(BOOKS), list(PUPILS)
                (books if field == "books" else pupils)[at] += sign * count
                if (square(books, pupils) > Fraction(1, 4)) is not above:
                    expected.add((at, sign * count))
                    break
    assert expected == flips
    assert expected


def test_a_search_that_is_not_steady_says_so():
    """What differs at 3 only is found one by one; what differs from 30 on is found, and not called certain."""
    only_three = least({0: 100}, lambda steps: {r: n == 3 for r, n in steps.items()}, steady=False)
    assert (3, True) == only_three[0]
    late = least({0: 100, 1: 10}, lambda steps: {r: n >= 30 for r, n in steps.items()}, steady=False)
    assert {0: (30, False)} == late
    assert {0: (30, True)} == least({0: 100}, lambda steps: {r: n >= 30 for r, n in steps.items()}, steady=True)
    assert {} == least({0: 29}, lambda steps: {r: n >= 30 for r, n in steps.items()}, steady=True)
    assert {0: (1, True)} == least({0: 1}, lambda steps: {r: n >= 1 for r, n in steps.items()}, steady=True)


# ----------------------------------------------------------------------------------------------------- by hand


def test_one_pupil_more(make_table, quality):
    """7,500 ㎡ for 1,000 pupils is on the bar, and backbone teachers are one short: the 1,001st pupil fails the school."""
    table = _table(make_table, [1000], sports_area=[7500], backbone_teachers=[9])
    found = schools(_assessed(quality, table), _figures(table)).flips
    verdicts = {(f.field, f.steps): f for f in found if f.indicator is None}
    assert (True, False) == (verdicts["students", 1].before, verdicts["students", 1].after)
    # backbone teachers: 9 ÷ 1,000 is 0.9; 8 is 0.8 < 0.85, so one fewer fails the school; area by 0.01 % likewise
    assert ("backbone_teachers", -1) in verdicts
    assert Fraction(-3, 4) == verdicts["sports_area", -1].amount
    sports = {(f.field, f.steps): f for f in found if f.indicator == "sports_area"}
    assert (Outcome.MET, Outcome.CLOSE) == (sports["students", 1].before, sports["students", 1].after)


def test_a_teaching_point_leaves_the_table(make_table, quality):
    """Of 50 pupils one fewer: the teaching point is not judged any more; of 51 it takes two."""
    table = _table(make_table, [50, 51], stages=["primary"] * 2)
    table = table._replace(texts={**table.texts, "type": ["teaching_point"] * 2})
    found = [f for f in schools(_assessed(quality, table), _figures(table)).flips if f.left_out]
    assert {(0, -1), (1, -2)} == {(f.section, f.steps) for f in found if f.field == "students"}
    assert {None} == {f.after for f in found}


def test_a_part_is_not_put_above_its_whole(make_table, quality):
    """Backbone teachers, a part of the teachers, cannot become more than these; teachers not fewer than backbone."""
    table = _table(make_table, [1000], backbone_teachers=[8], teachers=[9])
    figures = _figures(table, {"backbone_teachers": "teachers"})
    figures = figures._replace(counted=COUNTED | {"teachers"})
    assert (1, 8) == (figures.room(0, "backbone_teachers", 1), figures.room(0, "backbone_teachers", -1))
    assert 1 == figures.room(0, "teachers", -1)
    # 0.8 % is below the floor; 0.9 reaches it but not the bar, and the tenth is out of reach
    flips = [f for f in schools(_assessed(quality, table), figures).flips if f.field == "backbone_teachers"]
    assert {("backbone_teachers", 1, Outcome.CLOSE), (None, 1, True)} == {
        (f.indicator, f.steps, f.after) for f in flips
    }


def test_what_is_missing_is_told(make_table, quality):
    """A missing figure leaves its outcome and the verdict open; both are listed, and no flip of them is made up."""
    table = _table(make_table, [1000, 1000])
    figures = {**table.figures, "sports_area": [None, 12000.0]}
    table = table._replace(figures=figures)
    found = schools(_assessed(quality, table), _figures(table))
    assert {(0, "sports_area"), (0, None)} == {(o.section, o.indicator) for o in found.open_}
    assert not [f for f in found.flips if f.section == 0 and f.indicator in ("sports_area", None)]
    county = judge_counties(_assessed(quality, table), "county")[0]
    flips = list(coefficients(_assessed(quality, table), county, _figures(table)))
    assert "sports_area" not in {f.indicator for f in flips}


# ----------------------------------------------------------------------------------------------------- stability


@pytest.mark.parametrize(("area", "stable"), [(1250, True), (1249.99, False)])
def test_worst_and_best_case(make_table, quality, area, stable):
    """±25 %: 1,250 ㎡ for 100 pupils is 937.5 ÷ 125 = 7.5 at worst, on the bar; a hair less is below it.

    With sports area at 50 % of its bar already too low otherwise, the verdict hangs on it: eleven others are far above.
    """
    high = {n: [100 * v / 1000 * 4] for n, v in GOOD.items() if n != "indoor_sports_area"}
    high |= {"sports_area": [area], "backbone_teachers": [0.95]}  # the one that may be below its bar: 0.95 of 1
    table = _table(make_table, [100], **high)
    assessment = _assessed(quality, table)
    assert [True] == assessment.passed
    worst = intervals(assessment, _figures(table), Fraction(1, 4))[0]
    assert worst.stable is False  # backbone teachers fall below 0.85 of their bar
    high["backbone_teachers"] = [40]
    high["overqualified_teachers"] = [4.1]  # below 4.2: the one; at worst 4.1 × 0.6 = 2.46 < 3.57
    table = _table(make_table, [100], **{**high, "overqualified_teachers": [40]})
    assert intervals(_assessed(quality, table), _figures(table), Fraction(1, 4))[0].stable is True
    outcomes = {}
    method = quality.method._replace(
        school_rule=quality.method.school_rule._replace(
            grades=tuple(g._replace(meet_at_least=7) for g in quality.method.school_rule.grades)
        )
    )
    strict = assess(method, divide(table, method.pupil_weight, method.divided), whole_county=True)
    outcomes = intervals(strict, _figures(table), Fraction(1, 4))[0]
    assert (stable, True) == (outcomes.worst, outcomes.best)
    assert stable is outcomes.stable


def test_no_error_changes_nothing(make_table, quality):
    """±0 %: worst is best is what is, and every draw is the same; and the same seed gives the same draws."""
    table = _table(make_table, [100, 200, 300], sports_area=[700, 1600, 2200], backbone_teachers=[1, 2, 2])
    assessment = _assessed(quality, table)
    counties = judge_counties(assessment, "county")
    judging = Judging(assessment, None, counties)
    found = intervals(assessment, _figures(table), Fraction(0))
    assert {i: (p, p) for i, p in enumerate(assessment.passed)} == {i: (v.worst, v.best) for i, v in found.items()}
    still = drawn(judging, _figures(table), Fraction(0), draws=5, seed=3)
    assert {5} == {*still.sections.values(), *still.coefficients[0].values(), *still.parts[0].values()}
    one, again, other = (drawn(judging, _figures(table), Fraction(1, 10), draws=60, seed=seed) for seed in (7, 7, 8))
    assert one == again
    assert one.sections != other.sections or one.coefficients != other.coefficients
    for section, interval in intervals(assessment, _figures(table), Fraction(1, 10)).items():
        assert interval.stable is not True or one.sections[section] == 60  # what is certain is so in every draw


# ------------------------------------------------------------------------------------------------------ the command


def _run(*words):
    wide = {"NO_COLOR": "1", "COLUMNS": "120", "JUNHENG_LANG": None}
    return CliRunner(env=wide).invoke(app, ["sensitivity", *map(str, words)])


def test_the_command(root):
    """The example county: a county head sees what one teacher changes; JSON, CSV and text say the same."""
    result = _run(root / SHILI, "--draws", 20, "-f", "json")
    document = json.loads(result.stdout)
    assert (1, "junheng.sensitivity/1", 1.0, 20) == (
        result.exit_code,
        document["schema"],
        document["error_percent"],
        document["draws"],
    )
    near = [f for f in document["schools"][0]["flips"] if f["near"] and f["indicator"] is None]
    fails = next(f for f in near if f["school"]["name"] == "西岭镇初级中学" and f["field"] == "backbone_teachers")
    assert (1, False, True) == (fails["change"], fails["before"], fails["after"])
    assert ["2023.xlsx › 学校!" in fails["cells"][0], True] == [True, fails["certain"]]
    backbone = next(c for c in document["counties"][0]["coefficients"] if c["indicator"] == "backbone_teachers")
    assert [c["passed"] for c in document["counties"][0]["coefficients"]].count(False) == 1
    assert any(f["near"] and f["after"] for f in backbone["flips"])


def test_csv_and_text_of_a_small_county(root, tmp_path):
    """Rows of CSV have a cell for every heading; text names figure, change and limits of what it says."""
    file = tmp_path / "a.csv"
    five = root / "examples" / "five-schools.xlsx"
    written = _run(five, "--draws", 5, "-s", "basic-balance", "-o", file)
    rows = file.read_text("utf-8-sig").splitlines()
    assert {17} == {len(row.split(",")) for row in rows}
    assert written.exit_code in (1, 3)
    text = _run(five, "--draws", 5, "-s", "basic-balance", "--lang", "en").stdout
    assert "no single school is judged" in text
    assert "Draws: each figure by itself" in " ".join(text.split())
