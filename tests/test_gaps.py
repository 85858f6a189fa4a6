"""Gaps: what a school lacks, the least that makes it meet the rule, and what a through-school adds once for both sections."""

import json
import random
from fractions import Fraction
from itertools import product
from math import ceil

import pytest
from openpyxl import load_workbook
from rich.cells import cell_len
from typer.testing import CliRunner

from junheng.advice.changes import Add, sections_changed
from junheng.advice.gap_totals import by_indicator, by_place
from junheng.advice.gaps import Standing, confirm, gaps_of
from junheng.advice.lacks import Obstacle
from junheng.cli import app
from junheng.engine.divisions import divide
from junheng.engine.model import Bar, Case, Grade, Indicator, Method, Outcome, SchoolRule, SchoolTable
from junheng.engine.school import assess
from junheng.run import judge, judge_again, shared_fields, sums_of

SHILI, COSTS = "examples/shili/2023.xlsx", "examples/costs/costs.yaml"
GOOD = {  # a primary section of 1,000 pupils that has exactly what the seven bars of the 2017 method ask for
    "overqualified_teachers": 42.0,
    "backbone_teachers": 10.0,
    "pe_art_teachers": 9.0,
    "teaching_area": 4500.0,
    "indoor_sports_area": 0.0,
    "sports_area": 7500.0,
    "equipment_value": 2_000_000.0,
    "multimedia_classrooms": 23.0,
}
MUCH = {name: 100 * figure for name, figure in GOOD.items()}  # whatever the section, more than enough


def _judged(standard, table):
    method = standard.method
    return assess(method, divide(table, method.pupil_weight, method.divided), whole_county=True)


def _one(standard, make_table, **changed):
    """Return the assessment of one primary section of 1,000 pupils that has exactly enough, but for what is changed."""
    columns = {name: [figure] for name, figure in {**GOOD, **changed}.items()}
    return _judged(standard, make_table(["primary"], [1000], **columns))


def _gaps(assessment, prices=None):
    return gaps_of(assessment, range(assessment.divisions.table.size), prices or {})


def _added(choice):
    return {a.place.field: a.amount for a in choice.bill.additions}


def _left(choice):
    return [(lack.section, lack.indicator.id) for lack in choice.left]


# ------------------------------------------------------------------------------------------ one section, by hand

TWO = {"pe_art_teachers": 8.0, "teaching_area": 3600.0}  # 9 and 4,500 are asked for; 85 % of them are 7.65 and 3,825


def test_without_prices_the_smallest_share_is_added(quality, make_table):
    """Teaching area at the floor: 1/9 + 225/4500 = 0.161; the teacher left out: 900/4500 = 0.2. The first is less."""
    found = _gaps(_one(quality, make_table, **TWO))
    (choice,) = found.choices
    assert _left(choice) == [(0, "teaching_area")]
    assert _added(choice) == {"pe_art_teachers": 1, "teaching_area": 225}
    assert (choice.by_money, choice.bill.yuan, found.to_bars.yuan) == (False, None, None)
    assert {a.place.field: a.amount for a in found.to_bars.additions} == {"pe_art_teachers": 1, "teaching_area": 900}


@pytest.mark.parametrize(
    ("teacher", "left", "yuan"),
    [(674, "teaching_area", 674 + 225), (675, "pe_art_teachers", 900), (676, "pe_art_teachers", 900)],
)
def test_with_prices_the_least_money_is_spent(quality, make_table, teacher, left, yuan):
    """One teacher and 225 ㎡ against 900 ㎡ at 1 yuan: the line is a teacher of 675 yuan; on it the first indicator stays."""
    prices = {"pe_art_teachers": Fraction(teacher), "teaching_area": Fraction(1)}
    (choice,) = _gaps(_one(quality, make_table, **TWO), prices).choices
    assert ([name for _, name in _left(choice)], choice.bill.yuan, choice.by_money) == ([left], yuan, True)


def test_a_field_without_a_price_makes_the_sum_a_lower_bound(quality, make_table):
    """The choice is by shares then, its sum that of what has a price, and the field is named."""
    (choice,) = _gaps(_one(quality, make_table, **TWO), {"teaching_area": Fraction(2)}).choices
    assert (choice.by_money, choice.bill.yuan, choice.bill.unpriced) == (False, 450, ("pe_art_teachers",))


@pytest.mark.parametrize(
    ("area", "standing", "added"),
    [
        (4500.0, Standing.MET, None),
        (3825.0, Standing.MET, None),  # exactly 85 % beside six that are met
        (3824.99, Standing.CHOSEN, Fraction(1, 100)),
        (0.0, Standing.CHOSEN, Fraction(3825)),
    ],
)
def test_one_indicator_may_stay_at_the_floor(quality, make_table, area, standing, added):
    """Six of seven met: what is lacking is lacking to 85 % only, on both sides of it."""
    found = _gaps(_one(quality, make_table, teaching_area=area))
    assert found.sections[0].standing is standing
    assert [_added(choice) for choice in found.choices] == ([] if added is None else [{"teaching_area": added}])


def test_three_below_their_bars_above_the_floor(quality, make_table):
    """Two must reach the bar, the one that takes most stays where it is and gets nothing."""
    lacking = {"overqualified_teachers": 40.0, "sports_area": 7400.0, "equipment_value": 1_800_000.0}
    (choice,) = _gaps(_one(quality, make_table, **lacking)).choices
    assert _left(choice) == [(0, "equipment_value")]  # lacks 10 %, the others 2/42 and 100/7500
    assert _added(choice) == {"overqualified_teachers": 2, "sports_area": 100}


def test_a_missing_figure_is_told_and_nothing_chosen(quality, make_table):
    """A section without a figure has no choice; what it is known to lack is still told."""
    (section,) = _gaps(_one(quality, make_table, books=1.0, backbone_teachers=None, pe_art_teachers=8.0)).sections
    assert (section.standing, section.missing) == (Standing.UNDECIDED, ("backbone_teachers",))
    assert [lack.indicator.id for lack in section.lacks] == ["pe_art_teachers"]


# ---------------------------------------------------------------------------------------------- through-schools


def _nine_year(standard, make_table, primary=None, junior=None, **school):
    """Return a nine-year school of 500 and 500 pupils, its shared figures as given, everything else more than enough.

    The shares are 10/21 and 11/21 (1 : 1.1).
    """
    own = ("overqualified_teachers", "backbone_teachers", "pe_art_teachers")
    columns = {name: [(primary or {}).get(name, MUCH[name]), (junior or {}).get(name, MUCH[name])] for name in own}
    columns |= {name: [school.get(name, figure)] * 2 for name, figure in MUCH.items() if name not in own}
    columns["indoor_sports_area"] = [0.0, 0.0]
    table = make_table(["primary", "junior"], [500, 500], through={0: (0, 1), 1: (0, 1)}, **columns)
    return _judged(standard, table)


def test_rooms_of_a_through_school_are_added_once(quality, make_table):
    """20 rooms: the primary section needs 11.5 × 2.1 = 24.15, the junior 12 × 21/11 = 22.91; 5 more serve both.

    At the floor the primary needs 20.53, the junior 19.47: one room is enough, for both may stay at the floor.
    """
    found = _gaps(_nine_year(quality, make_table, multimedia_classrooms=20.0))
    assert [(a.place.rows, a.amount) for a in found.to_bars.additions] == [((0, 1), 5)]
    assert [[(k.section, k.to_bar, k.to_floor) for k in one.lacks] for one in found.sections] == [
        [(0, 5, 1)],
        [(1, 3, 0)],
    ]
    # the junior section passes as it is (85 % of 12 are 10.2, it has 10.476): only the primary has to be helped
    assert [one.standing for one in found.sections] == [Standing.CHOSEN, Standing.MET]
    (choice,) = found.choices
    assert (_added(choice), _left(choice)) == ({"multimedia_classrooms": 1}, [(0, "multimedia_classrooms")])


def test_area_of_a_through_school_is_exact(quality, make_table):
    """4,000 ㎡: 4.5 × 500 × 2.1 = 4725 and 5.8 × 500 × 21/11 = 5536.36…; 85 % of these are 4016.25 and 4705.90…."""
    (choice,) = _gaps(_nine_year(quality, make_table, teaching_area=4000.0)).choices
    need = Fraction("5.8") * 500 * Fraction(21, 11) * Fraction("0.85") - 4000
    assert _added(choice) == {"teaching_area": need}
    assert _left(choice) == [(0, "teaching_area"), (1, "teaching_area")]
    found = _gaps(_nine_year(quality, make_table, teaching_area=4000.0))
    assert found.to_bars.additions[0].amount == Fraction("5.8") * 500 * Fraction(21, 11) - 4000
    assert len(found.to_bars.additions) == 1


def test_where_one_section_cannot_stay_at_the_floor(quality, make_table):
    """The primary section lacks teachers too: with dear teachers it leaves those, and rooms go up to the bar of both."""
    lacking = {"overqualified_teachers": 17.0}  # 21 are asked for, 17.85 the floor: 4 more, or 1 more
    assessment = _nine_year(quality, make_table, primary=lacking, multimedia_classrooms=20.0)
    dear = {"overqualified_teachers": Fraction(1000), "multimedia_classrooms": Fraction(1)}
    (choice,) = _gaps(assessment, dear).choices
    assert _added(choice) == {"overqualified_teachers": 1, "multimedia_classrooms": 5}
    assert (_left(choice), choice.bill.yuan) == ([(0, "overqualified_teachers")], 1005)
    cheap = {"overqualified_teachers": Fraction(1), "multimedia_classrooms": Fraction(1000)}
    (choice,) = _gaps(assessment, cheap).choices
    assert _added(choice) == {"overqualified_teachers": 4, "multimedia_classrooms": 1}
    assert choice.bill.yuan == 1004


def test_reported_divided_each_section_adds_its_own(quality, make_table):
    """Where the sheet holds divided figures (资源口径: 本学部) nothing is shared: two rooms here are two rooms here."""
    columns = {name: [figure, figure] for name, figure in MUCH.items()}
    columns["indoor_sports_area"] = [0.0, 0.0]
    columns["multimedia_classrooms"] = [9.0, 9.0]  # the floors are 9.775 and 10.2
    found = _gaps(_judged(quality, make_table(["primary", "junior"], [500, 500], **columns)))
    assert [_added(choice) for choice in found.choices] == [{"multimedia_classrooms": 1}, {"multimedia_classrooms": 2}]


@pytest.mark.parametrize("seed", range(25))
def test_the_least_is_that_of_trying_everything(quality, make_table, seed):
    """Against every combination of nothing, floor and bar at each place, each judged by the method itself."""
    random_ = random.Random(seed)  # noqa: S311 - invented schools
    shared = random_.sample(["teaching_area", "sports_area", "multimedia_classrooms", "equipment_value"], 2)
    need = {"teaching_area": 5536, "sports_area": 9736, "multimedia_classrooms": 24, "equipment_value": 2386363}
    school = {name: float(round(need[name] * random_.uniform(0.6, 1.05))) for name in shared}
    primary = {"overqualified_teachers": float(random_.randrange(14, 23))}
    junior = {"backbone_teachers": float(random_.randrange(2, 7)), "pe_art_teachers": float(random_.randrange(3, 6))}
    assessment = _nine_year(quality, make_table, primary, junior, **school)
    prices = {name: Fraction(random_.randrange(1, 900), 7) for name in (*need, *primary, *junior)}
    found = _gaps(assessment, prices)
    amounts = {}
    for one in found.sections:
        for lack in one.lacks:
            amounts.setdefault(lack.place, {Fraction(0)}).update((lack.to_bar, lack.to_floor))
    costs = []
    table, method = assessment.divisions.table, quality.method
    for tried in product(*map(sorted, amounts.values())):
        given = dict(zip(amounts, tried, strict=True))
        adds = [Add(p.rows[0], p.field, Fraction(ceil(n * 10**6), 10**6)) for p, n in given.items() if n]
        changed = sections_changed(table, adds, shared_fields(quality), {})
        if all(assess(method, divide(changed, method.pupil_weight, method.divided)).passed):
            costs.append(sum(prices[p.field] * n for p, n in given.items()))
    assert min(costs) == (found.chosen.yuan or 0)


# ------------------------------------------------------------------------------------------------- other rules


def _bar(amount):
    return (Case({}, Bar(Fraction(amount), 0)),)


def _own(rule, indicators, **figures):
    table = SchoolTable(1, {"stage": ["primary"]}, {"students": [100.0], **{k: [v] for k, v in figures.items()}})
    method = Method(tuple(indicators), rule)
    return assess(method, divide(table, {}, frozenset()))


PLAIN = [Indicator(name, (name,), bars=_bar(10)) for name in ("a", "b", "c")]


def test_so_many_may_miss_their_bar_without_a_floor():
    """At most one may be missed, and nothing is asked of it: the dearest gets nothing."""
    judged = _own(SchoolRule((Grade(unmet_at_most=1),)), PLAIN, a=0.0, b=8.0, c=4.0)
    (choice,) = _gaps(judged, {"a": Fraction(1), "b": Fraction(9), "c": Fraction(2)}).choices
    assert (_added(choice), [name for _, name in _left(choice)]) == ({"a": 10, "c": 6}, ["b"])


def test_all_must_be_met():
    """Nothing may stay below."""
    judged = _own(SchoolRule((Grade(meet_at_least=3),)), PLAIN, a=0.0, b=8.0, c=10.0)
    (choice,) = _gaps(judged).choices
    assert (_added(choice), choice.left) == ({"a": 10, "b": 2}, ())


def test_the_cheaper_of_two_grades_that_pass():
    """A better grade is not asked for where a lower one passes and takes less."""
    rule = SchoolRule((Grade("优", meet_at_least=3), Grade("合格", meet_at_least=2), Grade("差", passes=False)))
    (choice,) = _gaps(_own(rule, PLAIN, a=9.0, b=0.0, c=0.0)).choices
    assert (choice.grades, sum(_added(choice).values())) == (("合格",), 11)


def test_what_no_addition_serves_is_listed():
    """Ceilings, flags, groups, levels, lines that must be exceeded: named, with why, and in no sum."""
    indicators = [
        Indicator("ceiling", ("a",), bars=_bar(5), at_most=True),
        Indicator("flag", ("b",), bars=_bar(1), flag=True),
        Indicator("group", rules=(Indicator("inner", ("c",), bars=_bar(10)),), meet_at_least=1),
        Indicator("strict", ("c",), bars=_bar(10), strict=True, counts=False),
        Indicator("bound", ("c",), to="c", bars=_bar(2)),
    ]
    judged = _own(SchoolRule((Grade(meet_at_least=5),)), indicators, a=9.0, b=0.0, c=8.0)
    found = _gaps(judged, {"c": Fraction(1)})
    assert [lack.obstacle for lack in found.sections[0].lacks] == [
        Obstacle.CEILING,
        Obstacle.FLAG,
        Obstacle.GROUP,
        Obstacle.STRICT,
        Obstacle.BOUND,
    ]
    assert (found.sections[0].standing, found.choices, found.to_bars.additions) == (Standing.NOT_BY_ADDING, (), ())
    assert {total.indicator: total.not_by_adding for total in by_indicator(found, {})} == dict.fromkeys(
        ("ceiling", "flag", "group", "strict", "bound"), 1
    )


def test_a_line_that_must_be_exceeded_takes_one_more():
    """More than 10 where 8 are there: two would be on the line, so three."""
    judged = _own(SchoolRule((Grade(meet_at_least=1),)), [Indicator("a", ("a",), bars=_bar(10), strict=True)], a=8.0)
    assert _added(_gaps(judged).choices[0]) == {"a": 3}


def test_what_fails_otherwise_may_be_the_one_that_is_left():
    """A ceiling that is missed takes the place of the indicator that may be missed."""
    indicators = [Indicator("ceiling", ("d",), bars=_bar(5), at_most=True), *PLAIN]
    judged = _own(SchoolRule((Grade(unmet_at_most=1),)), indicators, a=9.0, b=8.0, c=10.0, d=7.0)
    (choice,) = _gaps(judged).choices
    assert (_added(choice), choice.left) == ({"a": 1, "b": 2}, ())


def test_points_and_levels_are_not_reckoned():
    """A rule of points says so; the gaps are there."""
    points = [indicator._replace(points=Fraction(50)) for indicator in PLAIN[:2]]
    judged = _own(SchoolRule((Grade(points_at_least=Bar(Fraction(90), 0)),)), points, a=9.0, b=10.0)
    (section,) = _gaps(judged).sections
    assert (section.standing, len(section.lacks)) == (Standing.BY_RULE, 1)


def test_a_figure_that_two_indicators_need_is_added_once():
    """Ten and fifteen books asked of the same shelf: fifteen, not twenty-five."""
    indicators = [Indicator("ten", ("a",), bars=_bar(10)), Indicator("fifteen", ("a",), bars=_bar(15))]
    found = _gaps(_own(SchoolRule((Grade(meet_at_least=2),)), indicators, a=4.0), {"a": Fraction(3)})
    assert (_added(found.choices[0]), found.chosen.yuan, found.to_bars.yuan) == ({"a": 11}, 33, 33)


def test_an_addition_that_spoils_another_indicator_is_not_confirmed():
    """Teachers raise their own number and lower the share of the qualified: judged again, the section still fails."""
    indicators = [
        Indicator("teachers", ("teachers",), bars=_bar(10)),
        Indicator("qualified", ("qualified",), to="teachers", per=100, bars=_bar(90)),
    ]
    judged = _own(SchoolRule((Grade(meet_at_least=2),)), indicators, teachers=8.0, qualified=8.0)
    (found,) = confirm(judged, [_gaps(judged)], frozenset(), {}, whole_county=False)
    assert [choice.confirmed for choice in found.choices] == [False]
    fine = _own(SchoolRule((Grade(meet_at_least=2),)), indicators, teachers=8.0, qualified=9.0)
    (found,) = confirm(fine, [_gaps(fine)], frozenset(), {}, whole_county=False)
    assert [choice.confirmed for choice in found.choices] == [True]


def test_no_school_rule_no_choice():
    """A method that judges no single school has gaps at most, and no choice."""
    (section,) = _gaps(_own(None, PLAIN, a=1.0, b=10.0, c=10.0)).sections
    assert section.standing is Standing.NO_RULE


# ------------------------------------------------------------------------------------------------- the example


@pytest.fixture(scope="module")
def county(root):
    """The example county of 2023, judged by the 2017 method."""
    return judge([root / SHILI], year=2023, by="county")


def test_totals_agree_with_the_sections(county):
    """Totals by indicator and by town add up to the same; every judged section is there."""
    prices = {"teaching_area": Fraction(1000), "sports_area": Fraction(100)}
    found = gaps_of(county.assessment, county.counties[0].sections, prices)
    assert [one.section for one in found.sections] == list(county.counties[0].judged)
    totals = by_indicator(found, prices)
    assert sum(t.to_bar for t in totals) == sum(a.amount for a in found.to_bars.additions)
    assert sum(t.yuan_to_bar or 0 for t in totals) == found.to_bars.yuan
    towns = by_place(found, lambda i: county.assessment.divisions.table.text("town")[i])
    assert sum(t.to_bars.yuan or 0 for t in towns.values()) == found.to_bars.yuan
    assert sum(len(t.chosen.additions) for t in towns.values()) == len(found.chosen.additions)
    below = sum(
        county.assessment.outcomes[i.id][s] in (Outcome.CLOSE, Outcome.UNMET)
        for i in county.assessment.method.indicators
        for s in county.counties[0].judged
    )
    assert sum(t.sections for t in totals) == below == 9


def test_what_is_told_makes_every_school_pass(county, root):
    """The additions of the JSON, put into the table and judged by the engine: every school that failed passes."""
    result = _run(root, "--costs", str(root / COSTS), "--format", "json")
    choices = json.loads(result.stdout)["counties"][0]["choices"]
    table = county.reading.table
    failing = {i for i in county.assessment.judged if county.assessment.passed[i] is False}
    rows = {
        (code, stage): i for i, (code, stage) in enumerate(zip(table.text("code"), table.text("stage"), strict=True))
    }
    adds = [
        Add(rows[choice["code"], a["stages"][0]], a["field"], Fraction(a["add"]))
        for choice in choices
        for a in choice["additions"]
    ]
    changed = sections_changed(table, adds, shared_fields(county.standard), sums_of(county.standard))
    again = judge_again(county, changed)
    assert len(failing) == 3
    assert all(again.assessment.passed[i] for i in failing)
    assert again.counties[0].parts["schools"] is True


# ------------------------------------------------------------------------------------------------- the command


def _run(root, *options, columns="80"):
    env = {"COLUMNS": columns, "NO_COLOR": "1"}
    return CliRunner(env=env).invoke(app, ["gaps", str(root / SHILI), "--year", "2023", *options])


def test_the_money_of_the_example(root):
    """85 ㎡ at 1,000 yuan; 566.4 ㎡ and 1,800 ㎡ to all bars; teachers have no price, and both sums say so."""
    result = _run(root, "--costs", str(root / COSTS), "--format", "json")
    document = json.loads(result.stdout)
    assert (result.exit_code, document["schema"], document["priced"]) == (1, "junheng.gaps/1", True)
    totals = document["counties"][0]["totals"]
    teachers = {"overqualified_teachers", "backbone_teachers", "pe_art_teachers"}
    assert totals["to_bars"]["yuan"] == 566.4 * 1000 + 1800 * 100
    assert set(totals["to_bars"]["unpriced"]) == teachers
    assert totals["chosen"]["yuan"] == 85 * 1000
    text = _run(root, "--costs", str(root / COSTS)).stdout
    assert "至少 8.50 万元" in text
    assert "至少 74.64 万元" in text
    assert "没有单价，不在金额内：" in text


def test_money_costs_itself(root, tmp_path):
    """What is lacking of 教学仪器设备值 in 2021 is as many yuan, though only books have a price in the file."""
    prices = tmp_path / "costs.yaml"
    prices.write_text("prices: {books: {yuan: 1, per: 册, source: 编造}}\n", "utf-8")
    command = ["gaps", str(root / "examples/shili/2021.xlsx"), "--year", "2021", "--format", "json"]
    priced = json.loads(CliRunner().invoke(app, [*command, "--costs", str(prices)]).stdout)["counties"][0]["totals"]
    equipment = next(t for t in priced["indicators"] if t["indicator"] == "equipment_value")
    assert equipment["to_bar"] > 0
    assert equipment["yuan_to_bar"] == priced["to_bars"]["yuan"] == equipment["to_bar"]
    assert "equipment_value" not in priced["to_bars"]["unpriced"]
    plain = json.loads(CliRunner().invoke(app, command).stdout)["counties"][0]["totals"]
    assert (plain["to_bars"]["yuan"], "equipment_value" in plain["to_bars"]["unpriced"]) == (None, True)


def test_without_prices_it_says_what_is_least(root):
    """Amounts only, and that the choice is by shares, not by money."""
    text = _run(root).stdout
    assert "哪种补法最省钱无从说起" in text
    assert "万元" not in text


@pytest.mark.parametrize("columns", ["80", "120"])
@pytest.mark.parametrize(
    "options", [(), ("--lang", "en"), ("--all", "--by", "town"), ("-s", "provinces/shaanxi/basic-standard")]
)
def test_tables_fit_the_page(root, options, columns):
    """No line is wider than the terminal."""
    for costs in ((), ("--costs", str(root / COSTS))):
        result = _run(root, *options, *costs, columns=columns)
        assert max(cell_len(line) for line in result.stdout.splitlines()) <= int(columns)


def test_every_format_is_written(root, tmp_path):
    """xlsx, csv and Markdown hold every gap; a section without one has a row of its own in csv."""
    book, flat = tmp_path / "g.xlsx", tmp_path / "g.csv"
    assert _run(root, "-o", str(book)).exit_code == 1
    assert {"最省的补法", "按指标合计", "按乡镇", "各校缺口"} <= set(load_workbook(book).sheetnames)
    _run(root, "-o", str(flat))
    lines = flat.read_text("utf-8-sig").splitlines()
    assert len(lines) == 1 + 9 + (34 - 7)  # nine gaps in seven sections
    assert (
        "| 城关镇中心小学 | 小学 | 教学用房 | 544.00 ㎡ | 85% | 85.00 ㎡ |" in _run(root, "--format", "markdown").stdout
    )


def test_the_standard_of_a_province_judges_the_schools(root):
    """By the method of 2012 alone there is no bar; with a province its standard has the gaps."""
    alone = _run(root, "-s", "basic-balance")
    assert "没有缺口可算" in alone.stdout
    gated = json.loads(_run(root, "-s", "basic-balance", "--province", "陕西", "--format", "json").stdout)
    assert gated["counties"] == []
    (gate,) = gated["gate"]
    assert gate["standard"] == "provinces/shaanxi/basic-standard"
    assert sum(gate["counties"][0]["counts"].values()) == len(gate["counties"][0]["sections"]) == 36
    obstacles = {gap["obstacle"] for s in gate["counties"][0]["sections"] for gap in s["gaps"]}
    assert {"group", "flag", None} <= obstacles
