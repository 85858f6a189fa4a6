"""Every shape of a rule judges as worked out by hand, whatever way it is looked at: cases, tables, outputs."""

import csv
import json
from fractions import Fraction
from pathlib import Path

import pytest
from typer.testing import CliRunner

from junheng.cli import app
from junheng.engine.model import Bar, Grade, Outcome, Span
from junheng.engine.outcomes import compare, of_group
from junheng.engine.school import grade_holds
from junheng.standard.cases import run_file
from junheng.standard.checking import check_standards

SHAPES = Path(__file__).parent / "shapes"
CASES = sorted(SHAPES.glob("*-cases.yaml"))
STANDARDS = sorted(set(SHAPES.glob("*.yaml")) - set(CASES))
MET, CLOSE, UNMET, MISSING, EXEMPT = Outcome


@pytest.mark.parametrize("file", CASES, ids=lambda f: f.stem)
def test_every_case_of_a_shape_holds(file):
    """A shape judges every case as the hand calculation in the case says."""
    held, problems = run_file(file)
    assert [] == problems
    assert held > 0


@pytest.mark.parametrize("file", STANDARDS, ids=lambda f: f.stem)
def test_every_shape_passes_the_lint(file):
    """A standard that uses every shape is clean."""
    assert (1, []) == check_standards([file])


# ---------------------------------------------------------------------------------------------------- rules by hand


@pytest.mark.parametrize(
    ("outcomes", "needed", "expected"),
    [
        ([MET, UNMET, UNMET, UNMET, UNMET], 1, MET),
        ([MET, MET, MET, MET, UNMET], 4, MET),
        ([MET, MET, MET, UNMET, UNMET], 4, UNMET),
        ([MET, MET, MET, CLOSE, UNMET], 4, CLOSE),
        ([MET, MET, MET, MISSING, UNMET], 4, MISSING),
        ([MET, MET, MISSING, UNMET, UNMET], 4, UNMET),
        ([MET, MET, MET, EXEMPT, EXEMPT], 4, MET),
        ([MET, MET, UNMET, EXEMPT, EXEMPT], 4, UNMET),
        ([EXEMPT, EXEMPT], 1, EXEMPT),
        ([EXEMPT, UNMET], 1, UNMET),
        ([EXEMPT, MISSING], 1, MISSING),
    ],
)
def test_a_group_is_met_by_its_count(outcomes, needed, expected):
    """So many rules of those that apply must be met; one that does not apply never stands for one that is met."""
    assert expected is of_group(outcomes, needed)


@pytest.mark.parametrize("met", range(10))
@pytest.mark.parametrize("missing", range(4))
def test_seven_of_nine_is_decided_by_the_worst_and_the_best_that_missing_figures_allow(met, missing):
    """A verdict is the one that every way of filling the blanks gives, and open where they differ."""
    missing = min(missing, 9 - met)
    outcomes = [MET] * met + [MISSING] * missing + [UNMET] * (9 - met - missing)
    fillings = {met + filled >= 7 for filled in range(missing + 1)}
    expected = fillings.pop() if len(fillings) == 1 else None
    assert expected is grade_holds(outcomes, Grade(meet_at_least=7))


@pytest.mark.parametrize("unmet", range(6))
@pytest.mark.parametrize("missing", range(4))
def test_at_most_two_of_eleven_is_decided_the_same_way(unmet, missing):
    """At most two unmet: blanks that could be the third leave it open."""
    outcomes = [UNMET] * unmet + [MISSING] * missing + [MET] * (11 - unmet - missing)
    fillings = {unmet + failed <= 2 for failed in range(missing + 1)}
    expected = fillings.pop() if len(fillings) == 1 else None
    assert expected is grade_holds(outcomes, Grade(unmet_at_most=2))


def test_nothing_that_applies_is_no_pass():
    """A school to which no indicator applies is not decided, never passed."""
    assert grade_holds([EXEMPT] * 3, Grade(meet_at_least=3)) is None
    assert grade_holds([EXEMPT] * 3, Grade(unmet_at_most=0)) is None


@pytest.mark.parametrize(
    ("value", "expected"), [("45", MET), ("45.01", CLOSE), ("55", CLOSE), ("55.01", UNMET), ("44", MET)]
)
def test_a_ceiling_has_its_limit_above(value, expected):
    """Between a ceiling and its hard limit a value is close; on either line it is on the better side."""
    assert expected is compare(Fraction(value), Fraction(45), Fraction(55), at_most=True)


def test_a_span_is_closed_at_both_ends():
    """Both ends of a range belong to it."""
    span = Span(Fraction(7), Fraction(12))
    assert [False, True, True, False] == [span.holds(n) for n in (6, 7, 12, 13)]
    assert Bar(Fraction(1), 0).floor is None


# ------------------------------------------------------------------------------------------------------- as a user


HEADINGS = ["学校名称", "办学类型", "学段", "在校生数", "班级数", "普通教室面积（㎡）", "普通教室间数", "直跑道长度（米）",
            "篮球场块数", "运动场地面积", "音乐教室间数", "美术教室间数", "环形跑道长度", "计算机教室间数", "科学教室间数"]  # fmt: skip
ROWS = [
    ["甲小学", "小学", "", 100, 12, 122, 2, 60, 2, 0, 1, 1, 150, 0, 1],
    ["乙小学", "小学", "", 100, 12, 120, 2, 60, 1, 1709, 1, 1, 150, 0, 1],
    ["丙小学", "小学", "", 100, 12, 120, "", 60, 2, 0, 1, 1, 150, 0, 1],
]


def _table(folder, headings, rows):
    path = folder / "学校.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([headings, *rows])
    return path


def _run(*arguments):
    return CliRunner(env={"COLUMNS": "120", "NO_COLOR": "1"}).invoke(app, [str(a) for a in arguments])


def test_groups_are_told_in_every_output(tmp_path):
    """A group shows how many of its rules are met and which are not, in text, JSON, CSV and with --why."""
    table = _table(tmp_path, HEADINGS, ROWS)
    own = SHAPES / "groups.yaml"
    text = _run("check", table, "--standard", own)
    assert text.exit_code == 1
    assert "0/2项" in text.stdout
    assert "≥1项" in text.stdout
    schools = json.loads(_run("check", table, "--standard", own, "--format", "json").stdout)["schools"]
    assert [True, False, None] == [school["passed"] for school in schools]
    either = schools[1]["indicators"][0]
    assert ("either", None, None, "unmet") == tuple(either[k] for k in ("id", "value", "bar", "outcome"))
    assert [("either.each", 60.0, "unmet", 2), ("either.per_student", 1.2, "unmet", 15)] == [
        (rule["id"], rule["value"], rule["outcome"], rule["gap"]) for rule in either["rules"]
    ]
    why = json.loads(_run("check", table, "--standard", own, "--format", "json", "--why").stdout)["schools"][0]
    chain = why["indicators"][0]["rules"][0]["why"]
    assert "122 ÷ 2" == chain["formula"]
    assert "学校.csv" in chain["sources"][0]["cells"][0]
    rows = list(csv.reader(_run("check", table, "--standard", own, "--format", "csv").stdout.splitlines()))
    assert 1 + 3 * (7 + 13) == len(rows)


def test_words_of_ones_own_choose_the_bar(tmp_path):
    """A column of words that only the user's standard knows is read, and a word that it does not know is reported."""
    rows = [
        ["甲小学", "小学", 100, "老城区", 940],
        ["乙小学", "小学", 100, "新城区", 940],
        ["丙小学", "小学", 100, "?", 940],
    ]
    table = _table(tmp_path, ["学校名称", "办学类型", "在校生数", "城市位置", "占地面积"], rows)
    done = _run("check", table, "--standard", SHAPES / "bars.yaml", "--year", "2015", "--format", "json")
    found = [s["indicators"][0] for s in json.loads(done.stdout)["schools"]]
    assert [("met", 9.4), ("unmet", 15.0), ("missing", None)] == [(f["outcome"], f["bar"]) for f in found]
    assert [("W206", "D4")] == [
        (p["code"], p["cell"]) for p in json.loads(done.stdout)["problems"] if p["code"].startswith("W2")
    ]
