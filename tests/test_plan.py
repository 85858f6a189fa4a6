"""The plan: as cheap as another solver finds, passing the engine, losing no teacher, and saying why there is none."""

import itertools
import json
import re
import zipfile
from fractions import Fraction
from functools import cache
from pathlib import Path
from time import monotonic

import pytest
import yaml
from docx import Document
from docx.oxml.ns import qn
from openpyxl import load_workbook
from typer.testing import CliRunner

from junheng.advice.plan.least import Status, least
from junheng.advice.plan.obstacles import Hindrance, obstacles
from junheng.advice.plan.programme import Affine, AtLeast, Doing, Programme, Reach, SchoolNeed, Spread, Variable
from junheng.advice.plan.requirements import UnplannableError, programme_of
from junheng.advice.plan.years import Step, spread_over
from junheng.cli import app
from junheng.engine.county import judge_counties
from junheng.engine.model import Bar, Stage
from tests.other_solver import least_by_scip
from tests.random_counties import METHOD, after, judged, programme, table_of, ways

EXAMPLES = Path(__file__).resolve().parents[1] / "examples"
RUN = CliRunner()


def solved(made: Programme, gap: float = 1e-4):
    return least(made, gap=gap, seconds=60, now=monotonic)


# ------------------------------------------------------------------------------------------------ the least cost


@cache
def county(seed: int):
    """Return a made-up county of 10 to 18 schools, its programme, and its plan: several tests look at the same."""
    table = table_of(10 + 2 * seed, seed)
    made = programme(table)
    return table, made, solved(made)


@pytest.mark.parametrize("seed", range(5))
def test_the_cost_is_what_another_solver_finds(seed):
    """On made-up counties the plan costs what SCIP, which knows cones itself, finds; fifty of them in benchmarks/plan.py."""
    _, made, found = county(seed)
    cost, bound = least_by_scip(made, gap=1e-4)
    assert found.status is Status.OPTIMAL
    assert found.bound <= found.cost
    # two intervals that each hold the least cost must meet; amounts of ㎡ and yuan are rounded up to a hundredth
    rounding = sum(float(v.price) / 100 for v in made.variables if not v.whole)
    assert found.bound <= cost * (1 + 1e-6)
    assert bound <= float(found.cost) * (1 + 1e-6)
    assert float(found.cost) - rounding <= cost / (1 - 1e-4) / (1 - 1e-4)


@pytest.mark.parametrize("seed", range(5))
def test_a_plan_passes_the_engine(seed):
    """With what the plan adds, every school and every coefficient passes when the ordinary engine judges."""
    table, made, found = county(seed)
    before = judge_counties(judged(table), "county")[0]
    (verdict,) = judge_counties(judged(after(table, made, found.amounts)), "county")
    assert (before.passed, verdict.passed) == (False, True)
    assert (verdict.parts["schools"], verdict.parts["variation"]) == (True, True)


PUPILS = (100, 150, 80)
PRICES_OF_TWO = {"a": 3, "b": 5}


def _figures(seed: int) -> dict[str, list[int]]:
    """Return what three schools have of two things."""
    values = itertools.cycle([(seed * 7 + k * 5) % 11 for k in range(11)])
    rows = [[next(values) for _ in PRICES_OF_TWO] for _ in PUPILS]
    return {name: [row[at] for row in rows] for at, name in enumerate(PRICES_OF_TWO)}


def _tiny(seed: int) -> Programme:
    """Return three schools with two indicators in whole units, one of which may miss its bar down to a floor."""
    variables, needs, spreads = [], [], []
    figures = _figures(seed)
    ratios: dict[str, list[Affine]] = {name: [] for name in figures}
    for school, count in enumerate(PUPILS):
        nodes = []
        for name, price in PRICES_OF_TWO.items():
            number = len(variables)
            variables.append(Variable(Doing.ADD, school, name, Fraction(price), whole=True))
            affine = Affine(Fraction(figures[name][school]), ((number, Fraction(1)),))
            ratios[name].append(Affine(affine.base / count, ((number, Fraction(1, count)),)))
            nodes.append(Reach(school, name, affine, Fraction(count, 20), Fraction(count, 40)))
        needs.append(SchoolNeed(school, 1, tuple(nodes)))
    for name, affines in ratios.items():
        weights = tuple(map(Fraction, PUPILS))
        spreads.append(Spread(Stage.PRIMARY, name, Bar(Fraction("0.3"), 1), None, (0, 1, 2), weights, tuple(affines)))
    return Programme(tuple(variables), tuple(needs), tuple(spreads))


def _cheapest(having: list[int], price: int) -> dict[frozenset[int], int]:
    """Return the least cost of one thing for every set of schools that it brings to the bar, by trying 0 to 11 at each.

    What keeps no floor or no limit is left out. Computed by hand, from the definition: pupils weigh.
    """
    best: dict[frozenset[int], int] = {}
    for added in itertools.product(range(12), repeat=len(PUPILS)):
        have = [figure + more for figure, more in zip(having, added, strict=True)]
        mean = Fraction(sum(have), sum(PUPILS))
        square = sum(n * (Fraction(h, n) - mean) ** 2 for n, h in zip(PUPILS, have, strict=True)) / sum(PUPILS)
        floors = all(40 * h >= n for n, h in zip(PUPILS, have, strict=True))
        if not floors or square > Fraction(9, 100) * mean**2:
            continue
        there = frozenset(i for i, (n, h) in enumerate(zip(PUPILS, have, strict=True)) if 20 * h >= n)
        best[there] = min(best.get(there, 10**6), price * sum(added))
    return best


@pytest.mark.parametrize("seed", range(8))
def test_the_cost_is_that_of_trying_everything(seed):
    """With three schools and two indicators, no choice of 0 to 11 units at each costs less and holds."""
    figures = _figures(seed)
    of_a, of_b = (_cheapest(figures[name], price) for name, price in PRICES_OF_TWO.items())
    best = min(cost + other for a, cost in of_a.items() for b, other in of_b.items() if len(a | b) == len(PUPILS))
    found = solved(_tiny(seed), 0.0)
    assert found.cost == best
    assert found.status is Status.OPTIMAL


def test_nothing_is_added_where_everything_holds():
    """A county whose schools and coefficients pass needs nothing."""
    made = Programme((Variable(Doing.ADD, 0, "a", Fraction(1), whole=True),), (), ())
    found = solved(made)
    assert (found.status, found.cost, list(found.amounts), found.gap) == (Status.OPTIMAL, 0, [0], 0.0)


def test_a_group_is_met_by_its_cheapest_rules():
    """Two of three rules of a group are enough: the two cheapest are met."""
    variables = tuple(
        Variable(Doing.ADD, 0, name, Fraction(price), whole=True) for name, price in (("a", 9), ("b", 2), ("c", 4))
    )
    rules = tuple(
        Reach(0, v.field, Affine(Fraction(0), ((j, Fraction(1)),)), Fraction(3), None) for j, v in enumerate(variables)
    )
    made = Programme(variables, (SchoolNeed(0, 1, (AtLeast(2, rules),)),), ())
    found = solved(made, 0.0)
    assert [int(a) for a in found.amounts] == [0, 3, 3]


def test_one_indicator_may_stay_at_its_floor():
    """Six of seven must be met: the dearest to mend stays below its bar, at 85 % of it, exactly."""
    table = table_of(1, 3)
    pupils = 1000.0
    figures = {
        "students": [pupils],
        "indoor_sports_area": [0.0],
        "overqualified_teachers": [60.0],
        "backbone_teachers": [9.0],  # 10 are needed: 1 x 20,000
        "pe_art_teachers": [20.0],
        "teaching_area": [3000.0],  # 4,500 needed, 3,825 is 85 %: 825 x 2,500
        "sports_area": [9000.0],
        "equipment_value": [3e6],
        "multimedia_classrooms": [40.0],
    }
    texts = {**table.texts, "stage": ["primary"], "type": ["primary"]}
    made = programme(
        table._replace(size=1, texts={n: c[:1] for n, c in texts.items()}, figures=figures, through={}, siblings={})
    )
    found = solved(made, 0.0)
    added = {v.field: a for v, a in zip(made.variables, found.amounts, strict=True) if a}
    assert added == {"backbone_teachers": 1, "teaching_area": 825}
    assert found.cost == 20_000 + 825 * 2_500


def test_what_is_shared_is_added_once_for_both_sections():
    """A square metre of a school with two sections helps both by their shares, and is paid for once."""
    table = table_of(24, 4)
    made = programme(table)
    (first, *_), *_ = table.through.values()
    areas = [
        j for j, v in enumerate(made.variables) if v.field == "teaching_area" and v.section in table.through[first]
    ]
    assert len(areas) == 1
    spreads = [s for s in made.spreads if s.indicator == "teaching_area"]
    touched = [c for s in spreads for value in s.values for j, c in value.terms if j == areas[0]]
    # by the formula of division, 1 : 1.1 by pupils: share ÷ pupils of each section
    primary, junior = (Fraction(table.figures["students"][row]) for row in table.through[first])
    whole = primary + junior * Fraction("1.1")
    assert sorted(touched) == sorted([1 / whole, Fraction("1.1") / whole])


# ------------------------------------------------------------------------------------------------------ transfers


@pytest.mark.parametrize("seed", range(3))
def test_transfers_lose_nobody_and_leave_donors_above_their_line(seed):
    """What leaves comes, and nobody who leaves takes a school below a bar that it reaches."""
    table = table_of(12, 200 + seed)
    made = programme(table, moved=("backbone_teachers", "pe_art_teachers"), fare=Fraction(1000))
    found = solved(made, 0.001)
    moved = [
        (v, a) for v, a in zip(made.variables, found.amounts, strict=True) if a and v.doing in (Doing.GIVE, Doing.TAKE)
    ]
    assert moved
    stages = table.texts["stage"]
    for field, stage in itertools.product(("backbone_teachers", "pe_art_teachers"), ("primary", "junior")):
        of = [(v.doing, a) for v, a in moved if v.field == field and stages[v.section] == stage]
        assert sum(a for d, a in of if d is Doing.GIVE) == sum(a for d, a in of if d is Doing.TAKE)
    bars = {"backbone_teachers": Fraction(1, 100), "pe_art_teachers": Fraction(9, 1000)}
    for variable, amount in moved:
        if variable.doing is Doing.GIVE:
            left = Fraction(table.figures[variable.field][variable.section]) - amount
            assert left >= bars[variable.field] * Fraction(table.figures["students"][variable.section])
    without = solved(programme(table), 0.001)
    assert found.cost <= without.cost
    (verdict,) = judge_counties(judged(after(table, made, found.amounts)), "county")
    assert verdict.passed


def test_only_so_many_may_leave_one_school():
    """`most_leaving` holds for all fields of one school together."""
    table = table_of(12, 201)
    made = programme(table, moved=("backbone_teachers", "pe_art_teachers"), fare=Fraction(1), most_leaving=1)
    found = solved(made, 0.001)
    left = {}
    for variable, amount in zip(made.variables, found.amounts, strict=True):
        if variable.doing is Doing.GIVE:
            left[variable.section] = left.get(variable.section, 0) + amount
    assert max(left.values()) == 1


# ----------------------------------------------------------------------------------------------- where there is none


def test_a_very_rich_school_that_may_not_be_caught_up_with_is_named():
    """One school with forty times the equipment, and no other may get more than a little: no plan, because of it."""
    table = table_of(12, 300)
    figures = {name: list(column) for name, column in table.figures.items()}
    rich = next(i for i, stage in enumerate(table.texts["stage"]) if stage == "primary" and i not in table.through)
    figures["equipment_value"][rich] *= 40
    most = {(None, "equipment_value"): Fraction(3_000_000)}
    made = programme(table._replace(figures=figures), most=most)
    assert solved(made).status is Status.INFEASIBLE
    (found,) = obstacles(made)
    assert found.kind is Hindrance.SPREAD
    assert (found.spread.stage, found.spread.indicator) == (Stage.PRIMARY, "equipment_value")
    assert found.weighty[0] == rich
    assert rich in found.sections
    assert found.reachable > 0.5


def test_a_school_that_cannot_reach_is_named_with_its_indicator():
    """A school whose figures must not change and that misses two bars is named, and which."""
    table = table_of(10, 301)
    figures = {name: list(column) for name, column in table.figures.items()}
    row = next(i for i, stage in enumerate(table.texts["stage"]) if stage == "primary")
    figures["backbone_teachers"][row] = figures["pe_art_teachers"][row] = 0.0
    made = programme(table._replace(figures=figures), fixed=frozenset({(row, None)}))
    named = {o.need.section: o.indicators for o in obstacles(made) if o.kind is Hindrance.SCHOOL}
    assert set(named[row]) >= {"backbone_teachers", "pe_art_teachers"}


def test_a_rule_by_points_is_refused_by_name():
    """What a plan cannot be solved for is said, not planned past."""
    grades = (METHOD.school_rule.grades[0]._replace(points_at_least=Bar(Fraction(80), 0)),)
    table = table_of(4, 1)
    assessment = judged(table)
    assessment = assessment._replace(method=METHOD._replace(school_rule=METHOD.school_rule._replace(grades=grades)))
    with pytest.raises(UnplannableError, match="points"):
        programme_of(ways(), range(table.size), [assessment], None)


# ------------------------------------------------------------------------------------------------------------ years


def test_steps_are_spread_over_budgets_exactly():
    """Whole units stay whole, parts add up, no year costs more than its budget, what ranks first comes first."""
    steps = [
        Step(Fraction(5), Fraction(30), whole=True, rank=1),
        Step(Fraction("120.37"), Fraction(2), whole=False, rank=0),
    ]
    budgets = {2024: Fraction(200), 2025: Fraction(150), 2026: None}
    found = spread_over(steps, [2024, 2025, 2026], budgets)
    assert [sum(parts.values()) for parts in found] == [step.amount for step in steps]
    assert all(part.denominator == 1 for part in found[0].values())
    for year, budget in budgets.items():
        spent = sum(parts.get(year, 0) * step.price for parts, step in zip(found, steps, strict=True))
        assert budget is None or spent <= budget
    assert found[1].get(2024, 0) > 0


def test_a_step_is_done_in_one_year_where_that_can_be():
    """What is left of a budget does not begin a building: 85 at 25 and one of 500 in two budgets of 2,400."""
    steps = [
        Step(Fraction(1), Fraction(500), whole=True, rank=0),
        Step(Fraction(85), Fraction(25), whole=False, rank=1),
    ]
    found = spread_over(steps, [1, 2], {1: Fraction(2400), 2: Fraction(2400)})
    assert [list(parts.values()) for parts in found] == [[1], [85]]
    # 2,125 fits neither budget of 2,000: then it is done in two years, the first as far as it goes
    (parts,) = spread_over(steps[1:], [1, 2], {1: Fraction(2000), 2: Fraction(2000)})
    assert parts == {1: 80, 2: 5}


def test_whole_units_that_fit_no_year_are_refused():
    """A thing that costs 100 cannot be bought from two budgets of 60."""
    assert (
        spread_over([Step(Fraction(1), Fraction(100), whole=True)], [1, 2], {1: Fraction(60), 2: Fraction(60)}) is None
    )


# ------------------------------------------------------------------------------------------------------ the command


def plan(*words: str, code: int = 0) -> str:
    made = RUN.invoke(app, ["plan", str(EXAMPLES / "shili"), "--year", "2023", *words])
    assert made.exit_code == code, made.output
    return made.stdout


COSTS = ("--costs", str(EXAMPLES / "costs" / "plan.yaml"))


def test_the_plan_of_the_example_county():
    """By hand: 85 ㎡ to 85 % of 4.5 ㎡ for 680 pupils; 2 teachers to 85 % of 4.2 and 3 to the bar at 480 pupils; one more."""
    document = json.loads(plan(*COSTS, "--format", "json"))
    assert document["schema"] == "junheng.plan/1"
    assert document["status"] == "optimal"
    wanted = {
        ("城关镇中心小学", "teaching_area"): 85,
        ("示例县民办第一小学", "overqualified_teachers"): 2,
        ("示例县民办第一小学", "backbone_teachers"): 3,
        ("西岭镇初级中学", "backbone_teachers"): 1,
    }
    assert {(a["school"], a["field"]): a["add"] for a in document["actions"]} == wanted
    assert document["cost"] == 85 * 2_500 + 2 * 60_000 + 4 * 20_000
    assert document["after"]["parts"]["schools"] is document["after"]["parts"]["variation"] is True
    assert document["bound"] <= document["cost"]


def test_a_plan_replayed_as_a_scenario_gives_its_after_exactly(tmp_path: Path):
    """The scenario that the plan writes, put through whatif, ends in the same verdict with the same figures."""
    conditions = tmp_path / "conditions.yaml"
    conditions.write_text(
        "transfers: {as: [backbone_teachers], yuan: 3000, source: 编造, at_most_leaving: 2}\n", encoding="utf-8"
    )
    scenario = tmp_path / "plan.yaml"
    document = json.loads(plan(*COSTS, "--conditions", str(conditions), "--save", str(scenario), "--format", "json"))
    assert document["transfers"]
    made = RUN.invoke(
        app, ["whatif", str(EXAMPLES / "shili"), "--year", "2023", "--scenario", str(scenario), "--format", "json"]
    )
    assert json.loads(made.stdout)["after"]["counties"] == [document["after"]]


ALIKE = """学校名称,办学类型,学段,在校生数,专任教师数,高于规定学历教师数,县级以上骨干教师数,体育、艺术专任教师数,教学及辅助用房面积,室内体育用房面积,运动场地面积,教学仪器设备值（元）,网络多媒体教室数
甲小学,小学,小学,1000,{all},{all},20,12,8000,0,15000,4000000,40
乙初中,初级中学,初中,1000,60,60,20,12,8000,0,15000,4000000,40
丙初中,初级中学,初中,1000,60,55,8,12,8000,0,15000,4000000,40
丁小学,小学,小学,1000,60,50,8,12,8000,0,15000,4000000,40
"""


@pytest.mark.parametrize(("everyone", "moves"), [(60, True), (43, True), (42, False)])
def test_who_leaves_a_school_where_everyone_is_overqualified_is_so_too(tmp_path: Path, everyone, moves):
    """丙 and 丁 lack one backbone teacher; who comes from 甲 or 乙 is overqualified, so 甲 with its 42 keeps all of them.

    Nobody changes stage, nobody is hired in the place of one who leaves, and what the plan says is what whatif finds.
    """
    table, conditions, scenario = (tmp_path / name for name in ("a.csv", "conditions.yaml", "plan.yaml"))
    table.write_text(ALIKE.format(all=everyone), encoding="utf-8")
    conditions.write_text("transfers: {as: [backbone_teachers], yuan: 100, source: 编造}\n", encoding="utf-8")
    common = [str(table), "--year", "2023"]
    options = [*COSTS, "--conditions", str(conditions), "--save", str(scenario), "--format", "json"]
    made = json.loads(RUN.invoke(app, ["plan", *common, *options]).stdout)
    wanted = [("乙初中", "丙初中", "junior")] + ([("甲小学", "丁小学", "primary")] if moves else [])
    assert sorted((t["from"], t["to"], t["stage"]) for t in made["transfers"]) == sorted(wanted)
    assert all((t["count"], t["also"]) == (1, ["overqualified_teachers"]) for t in made["transfers"])
    assert [(a["school"], a["field"], a["add"]) for a in made["actions"]] == (
        [] if moves else [("丁小学", "backbone_teachers", 1)]
    )
    assert made["cost"] == (200 if moves else 20_100)
    values = {
        s["name"]: next(i["value"] for i in s["indicators"] if i["id"] == "overqualified_teachers")
        for s in made["after"]["schools"]
    }
    left = everyone - 1 if moves else everyone
    assert values == pytest.approx(
        {"甲小学": left / 10, "乙初中": 5.9, "丙初中": 5.6, "丁小学": 5.1 if moves else 5.0}, abs=1e-12
    )
    again = RUN.invoke(app, ["whatif", *common, "--scenario", str(scenario), "--format", "json"])
    assert json.loads(again.stdout)["after"]["counties"] == [made["after"]]


def test_nobody_is_made_up_for_one_who_leaves(tmp_path: Path):
    """Of 60 teachers of 甲 59 are overqualified: one who is not may leave, and no second one."""
    table = tmp_path / "a.csv"
    text = ALIKE.format(all=60).replace("甲小学,小学,小学,1000,60,60,20", "甲小学,小学,小学,1000,60,59,20")
    table.write_text(text.replace("丁小学,小学,小学,1000,60,50,8", "丁小学,小学,小学,1000,60,50,7"), encoding="utf-8")
    conditions = tmp_path / "conditions.yaml"
    conditions.write_text("transfers: {as: [backbone_teachers], yuan: 100, source: 编造}\n", encoding="utf-8")
    options = [*COSTS, "--conditions", str(conditions), "--format", "json"]
    made = json.loads(RUN.invoke(app, ["plan", str(table), "--year", "2023", *options]).stdout)
    assert {(t["from"], t["count"], tuple(t["also"])) for t in made["transfers"]} == {
        ("甲小学", 1, ()),
        ("乙初中", 1, ("overqualified_teachers",)),
    }
    assert [(a["school"], a["field"], a["add"]) for a in made["actions"]] == [("丁小学", "backbone_teachers", 1)]


def test_budgets_too_small_are_said_with_what_is_lacking():
    """The least is 412,500 yuan; with 400,000 in all, 12,500 are lacking, and there is no plan."""
    document = json.loads(
        plan(*COSTS, "--budget", "2024=250000", "--budget", "2025=150000", "--format", "json", code=1)
    )
    assert (document["status"], document["short"], document["actions"]) == ("infeasible", 12_500, [])


def test_budgets_spread_the_plan_over_years():
    """No year costs more than its budget, and the last year ends where the plan ends."""
    document = json.loads(plan(*COSTS, "--budget", "2024=250000", "--budget", "2025=200000", "--format", "json"))
    assert [y["year"] for y in document["years"]] == [2024, 2025]
    for entry in document["years"]:
        spent = sum(a["cost"] for a in document["actions"] if a["year"] == entry["year"])
        assert spent == entry["cost"] <= entry["budget"]
    assert document["years"][-1]["passed"] == {"schools": True, "variation": True}


def test_without_prices_there_is_no_plan():
    """Least cost needs prices: what to do is said, with exit code 2."""
    made = RUN.invoke(app, ["plan", str(EXAMPLES / "shili"), "--year", "2023"])
    assert made.exit_code == 2
    assert "C191" in made.stderr


def test_a_missing_figure_makes_no_plan(tmp_path: Path):
    """A blank cell is not zero: which school lacks what is said, with exit code 3."""
    head = "县,学校标识码,学校名称,办学类型,在校生数,高于规定学历教师数,县级以上骨干教师数,体育、艺术专任教师数,教学及辅助用房面积,室内体育用房面积,运动场地面积,教学仪器设备值,网络多媒体教室数"
    rows = [
        "样县,1,甲小学,小学,500,30,6,5,2500,0,4000,1200000,12",
        "样县,2,乙小学,小学,500,30,,5,2500,0,4000,1200000,12",
    ]
    file = tmp_path / "county.csv"
    file.write_text("\n".join([head, *rows]), encoding="utf-8")
    made = RUN.invoke(app, ["plan", str(file), *COSTS, "--format", "json"])
    assert made.exit_code == 3
    document = json.loads(made.stdout)
    assert document["status"] == "undecided"
    assert [(u["school"], u["indicator"]) for u in document["undecided"]] == [("乙小学", "backbone_teachers")]


def test_conditions_hold(tmp_path: Path):
    """What is fixed does not change, and no more is added than allowed."""
    conditions = tmp_path / "conditions.yaml"
    conditions.write_text(
        yaml.safe_dump(
            {
                "at_most": [{"field": "backbone_teachers", "add": 3}],
                "fixed": [{"school": "示例县民办第一小学", "field": "overqualified_teachers"}],
            },
            allow_unicode=True,
        ),
        encoding="utf-8",
    )
    document = json.loads(plan(*COSTS, "--conditions", str(conditions), "--format", "json", code=1))
    # 16 for 480 pupils are 3.33, the floor is 3.57: without more of them the school cannot reach its rule
    (found,) = document["obstacles"]
    assert (found["kind"], found["school"]["school"], found["indicators"]) == (
        "school",
        "示例县民办第一小学",
        ["overqualified_teachers"],
    )


FAULTY = """target_year: 2025
budgets: {2024: -5}
fixd: []
fixed:
  - {reason: 无}
at_most:
  - {field: backbone_teachers, add: -1}
transfers: {as: [backbone_teachers], yuan: 3000}
"""
UNKNOWN = """fixed:
  - {school: 示例县第九小学}
  - {school: 城关镇中心小学, stage: 初中}
  - {field: backbone_teacher}
transfers: {as: [teaching_area], yuan: 3000, source: 编造}
"""
LATE = "target_year: 2025\nbudgets: {2024: 5, 2027: 5}\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (FAULTY, ["2:17 S203", "3:1 S201", "5:5 S203", "7:37 S203", "8:1 S202"]),
        (UNKNOWN, ["2:14 C161", "3:14 C161", "4:13 S303", "5:18 S203"]),
        (LATE, ["2:20 S203"]),
        ("- 2024\n", ["1:1 S202"]),
    ],
    ids=["faulty", "unknown", "late", "list"],
)
def test_every_fault_of_conditions_has_its_line(tmp_path: Path, monkeypatch, text, expected):
    """Misspelt keys, numbers below zero, schools and fields that there are not: all at once, each at its place."""
    (tmp_path / "conditions.yaml").write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "2000")
    made = RUN.invoke(
        app, ["plan", str(EXAMPLES / "shili"), "--year", "2023", *COSTS, "--conditions", "conditions.yaml"]
    )
    assert made.exit_code == 2
    lines = [line.split() for line in made.stderr.splitlines() if line.startswith("conditions.yaml:")]
    assert sorted(expected) == sorted(f"{place.partition(':')[2]} {code}" for place, code, *_ in lines)


@pytest.mark.parametrize(
    ("text", "options", "expected"),
    [
        ("budgets: {2022: 9000000}\n", (), ["conditions.yaml:1:17 S203"]),
        ("target_year: 2022\n", (), ["conditions.yaml:1:14 S203"]),
        ("fixed: []\n", ("--target-year", "2022"), ["--target-year S203"]),
        ("fixed: []\n", ("--target-year", "2024", "--budget", "2024=1", "--budget", "2025=9000000"), ["--budget S203"]),
        ("fixed: []\n", ("--budget", "2022=9000000"), ["--budget S203"]),
    ],
    ids=["early", "early target", "early target option", "late", "early option"],
)
def test_no_year_lies_before_the_figures_or_after_the_target(tmp_path: Path, monkeypatch, text, options, expected):
    """What is done in 2022 cannot change the figures of 2023; a budget after the target year would do nothing."""
    (tmp_path / "conditions.yaml").write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "2000")
    words = ["plan", str(EXAMPLES / "shili"), "--year", "2023", *COSTS, "--conditions", "conditions.yaml", *options]
    made = RUN.invoke(app, words)
    assert made.exit_code == 2
    lines = [line.split() for line in made.stderr.splitlines() if "S203" in line]
    assert [f"{place} {code}" for place, code, *_ in lines] == expected


def test_the_year_of_the_figures_and_the_target_year_may_have_budgets():
    """On both lines: 2023 itself, and the target year itself."""
    words = ("--budget", "2023=0", "--budget", "2024=9000000", "--target-year", "2024")
    assert [y["year"] for y in json.loads(plan(*COSTS, *words, "--format", "json"))["years"]] == [2023, 2024]


def test_the_project_names_conditions_and_costs(tmp_path: Path, monkeypatch):
    """`costs:` and `conditions:` of junheng.yaml hold where the command line names none; with it, its own hold."""
    for name in ("plan", "conditions"):
        (tmp_path / f"{name}.yaml").write_text((EXAMPLES / "costs" / f"{name}.yaml").read_text("utf-8"), "utf-8")
    (tmp_path / "junheng.yaml").write_text("costs: plan.yaml\nconditions: conditions.yaml\n", encoding="utf-8")
    (tmp_path / "none.yaml").write_text("fixed: []\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert json.loads(plan("--format", "json"))["transfers"]
    assert not json.loads(plan("--conditions", "none.yaml", "--format", "json"))["transfers"]


@pytest.mark.parametrize(
    "words", [("--save", "x.txt"), ("--school-plan", "x.pdf"), ("--budget", "24=5"), ("--budget", "2024=-5")]
)
def test_what_cannot_be_meant_is_refused(words, tmp_path: Path, monkeypatch):
    """A file of another kind, a year or a sum that is none: exit code 2, and nothing is written."""
    monkeypatch.chdir(tmp_path)
    plan(*COSTS, *words, code=2)
    assert not list(tmp_path.iterdir())


def test_a_workbook_of_plans_carries_its_run(tmp_path: Path):
    """The last sheet is the record, with the hashes of table and costs; JSON that is written has it too."""
    book, data = tmp_path / "plan.xlsx", tmp_path / "plan.json"
    plan(*COSTS, "-o", str(book))
    plan(*COSTS, "-o", str(data))
    last = load_workbook(book).worksheets[-1]
    assert last.title == "运行记录"
    told = " ".join(str(cell) for row in last.values for cell in row)
    inputs = json.loads(data.read_text("utf-8"))["record"]["inputs"]
    assert [Path(entry["name"]).name for entry in inputs] == ["2023.xlsx", "plan.yaml"]
    assert all(entry["sha256"] in told for entry in inputs)


# -------------------------------------------------------------------------------------------------- the supplement


def _text(file: Path) -> list[str]:
    """Return the paragraphs and cells of a document in their order."""
    body = Document(str(file)).element.body
    return ["".join(t.text or "" for t in p.iter(qn("w:t"))) for p in body.iter(qn("w:p"))]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_supplement_has_a_page_for_each_school_that_the_plan_touches(tmp_path: Path, lang):
    """The totals stand first; each school has what is added, its cost, and its indicators before and after."""
    file = tmp_path / "plan.docx"
    plan(*COSTS, "--school-plan", str(file), "--lang", lang)
    text = _text(file)
    heads = [p.text for p in Document(str(file)).paragraphs if p.style.name == "Heading 1"]
    schools = ["城关镇中心小学", "示例县民办第一小学", "西岭镇初级中学"]
    assert [name for name in schools if any(head.startswith(name) for head in heads)] == schools
    assert len(heads) == 1 + len(schools) + 1  # the county, the schools, the record
    # by hand: 2,516 ㎡ for 680 pupils are 3.70; with 85 more 3.825, which is 85 % of 4.5
    assert {"21.25", "3.70", "≥4.5", "3.83"} < set(text)
    assert any("SHA-256" in cell for cell in text)
    assert not any("{{" in cell or "{%" in cell for cell in text)


def test_text_of_cells_is_text_in_the_supplement(tmp_path: Path):
    """Names that look like tags, fields or code stand in the document as they are."""
    hostile = ["{{ 7*7 }}", "<w:p/>", "{% for x in y %}", "]]>", "MERGEFIELD x"]
    table = tmp_path / "county.csv"
    head = "县,学校标识码,学校名称,办学类型,在校生数,高于规定学历教师数,县级以上骨干教师数,体育、艺术专任教师数,教学及辅助用房面积,室内体育用房面积,运动场地面积,教学仪器设备值,网络多媒体教室数"
    rows = [f"样县,{at},{name},小学,500,30,{at},5,2500,0,4000,1200000,12" for at, name in enumerate(hostile)]
    table.write_text("\n".join([head, *rows]), encoding="utf-8")
    file = tmp_path / "plan.docx"
    made = RUN.invoke(app, ["plan", str(table), "--year", "2023", *COSTS, "--school-plan", str(file)])
    assert made.exit_code == 0, made.output
    heads = [p.text for p in Document(str(file)).paragraphs if p.style.name == "Heading 1"]
    assert all(any(head.startswith(name) for head in heads) for name in hostile)
    with zipfile.ZipFile(file) as parts:
        assert b"MERGEFIELD" not in b"".join(
            re.findall(rb"<w:instrText.*?</w:instrText>", parts.read("word/document.xml"))
        )


def test_without_a_plan_the_supplement_says_why(tmp_path: Path):
    """Budgets too small: the first page says so, and there is no page of a school."""
    file = tmp_path / "plan.docx"
    plan(*COSTS, "--budget", "2024=1000", "--school-plan", str(file), code=1)
    assert any("41.15" in cell for cell in _text(file))  # 412,500 - 1,000 yuan
    assert len([p for p in Document(str(file)).paragraphs if p.style.name == "Heading 1"]) == 2


def test_without_a_plan_no_scenario_is_written(tmp_path: Path):
    """A scenario of nothing would replay as if nothing had to be done."""
    scenario = tmp_path / "plan.yaml"
    plan(*COSTS, "--budget", "2024=1", "--save", str(scenario), code=1)
    assert not scenario.exists()
