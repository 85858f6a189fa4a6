"""The 17 items of 2012, public satisfaction and vetoes: each on both sides of its line, by points, and undecided."""

import re
from fractions import Fraction

import pytest
from openpyxl import Workbook
from typer.testing import CliRunner

from junheng.cli import app
from junheng.engine.county import judge_counties
from junheng.engine.divisions import divide
from junheng.engine.model import Answers
from junheng.engine.school import assess
from junheng.run import judge as judge_workbook
from junheng.standard.lint import lint
from junheng.standard.load import ids, load, shipped_fields, tree
from junheng.standard.on_record import unknowns

NATIONAL = "national/2012-basic-balance"

# What an invented province would add: a line where the national text leaves it to the province, and the points.
ITEMS = (
    "migrant_children",
    "left_behind_children",
    "disabled_children",
    "elite_senior_places",
    "accountability",
    "funding",
    "weak_schools",
    "transfer_payments",
    "performance_pay",
    "staffing",
    "exchange",
    "training",
    "curriculum",
    "retention",
    "fitness",
    "key_schools",
    "load",
)
POINTS = {**dict.fromkeys(ITEMS, "5.6"), "funding": "15", "load": "1"}  # 15 × 5.6 + 15 + 1 = 100
OWN = """\
title: {zh: 示例省细则, en: Rules of an invented province}
extends: national/2012-basic-balance
sources: {own: {title: 示例省〔2013〕1号, standing: official}}
checklist:
  - part: {id: government, zh: 县级政府推进工作, en: Work of the county government}
    items:
      - {id: transfer_payments, name: {zh: 转移支付, en: Transfers}, kind: ratio, of: transfer_payments_to_schools, to: transfer_payments, per: 100, unit: 万元, at_least: 50, may_not_apply: true, cite: own 1, quote: 不低于50%}
      - id: staffing
        name: {zh: 教师配备, en: Staffing}
        kind: group
        of:
          - {id: subjects, name: {zh: 学科, en: Subjects}, kind: flag, of: subject_teachers}
          - {id: primary, name: {zh: 小学, en: Primary}, kind: ratio, over: county, of: students, to: teachers, unit: 人, at_most: 20, applies: {stage: primary}}
          - {id: junior, name: {zh: 初中, en: Junior}, kind: ratio, over: county, of: students, to: teachers, unit: 人, at_most: 15, applies: {stage: junior}}
        cite: own 2
        quote: 生师比小学20、初中15以内
      - id: retention
        name: {zh: 巩固率, en: Retention}
        kind: group
        of:
          - {id: primary, name: {zh: 小学, en: Primary}, kind: amount, of: primary_retention, unit: "%", at_least: 99}
          - {id: junior, name: {zh: 初中, en: Junior}, kind: ratio, over: county, of: [graduates, transferred_out], less: [transferred_in], to: entered_three_years_before, to_less: [died], per: 100, unit: 人, at_least: 97, applies: {stage: junior}}
        cite: own 3
        quote: 小学99%、初中97%以上
      - {id: fitness, name: {zh: 及格率, en: Fitness}, kind: ratio, over: county, of: fit_students, to: tested_students, per: 100, unit: 人, at_least: 90, cite: own 4, quote: 90%以上}
points:
  - {part: government, cite: own 附表, reading: 保障机制经费15分，课业负担1分，其余各5.6分, items: {POINTS}}
"""
YES = (
    "migrants_in_plan",
    "migrants_in_budget",
    "left_behind_system",
    "elite_places_rising",
    "accountability",
    "separate_budget",
    "standardised_schools",
    "weak_schools_rebuilt",
    "funds_to_weak_schools",
    "performance_pay",
    "subject_teachers",
    "regular_exchange",
    "training_funded",
    "curriculum_taught",
    "choosing_contained",
    "load_reduced",
)
GOOD = {
    **dict.fromkeys(YES, 1),
    "three_kinds_disabled": 100,
    "three_kinds_disabled_enrolled": 80,  # exactly 80 %
    # revenue grows by 10 % twice, the appropriation by 11 % and 12 %
    "revenue_two_before": 10000,
    "revenue_before": 11000,
    "revenue": 12100,
    "appropriation_two_before": 5000,
    "appropriation_before": 5550,
    "appropriation": 6216,
    "spending_per_student_two_before": 8000,
    "spending_per_student_before": 8001,
    "spending_per_student": 8002,
    "teacher_pay_two_before": 60000,
    "teacher_pay_before": 60001,
    "teacher_pay": 60002,
    "running_cost_per_student_two_before": 600,
    "running_cost_per_student_before": 601,
    "running_cost_per_student": 602,
    "transfer_payments": 200,
    "transfer_payments_to_schools": 100,  # exactly 50 %
    "primary_retention": 99,
    "key_schools_there": 0,
    "satisfaction_questionnaires_valid": 1000,
    "satisfaction_questionnaires_satisfied": 850,  # exactly 85 %
    "satisfaction_questionnaires_fairly_satisfied": 0,
    "veto_found": 0,
}
SCHOOLS = {  # two primary schools and a junior one; each sum lies exactly on the line of the invented province
    "stages": ["primary", "primary", "junior"],
    "students": [150, 250, 300],  # 400 ÷ 20 and 300 ÷ 20
    "teachers": [10, 10, 20],
    "graduates": [None, None, 95],  # (95 + 4 − 2) ÷ (101 − 1) = 97 %
    "transferred_out": [None, None, 4],
    "transferred_in": [None, None, 2],
    "entered_three_years_before": [None, None, 101],
    "died": [None, None, 1],
    "tested_students": [100, 200, 300],
    "fit_students": [80, 190, 270],  # 540 ÷ 600 = 90 %
}


@pytest.fixture(scope="module")
def own(tmp_path_factory):
    """The national method with the lines and points of an invented province."""
    file = tmp_path_factory.mktemp("own") / "own.yaml"
    points = ", ".join(f"{name}: {number}" for name, number in POINTS.items())
    file.write_text(OWN.replace("{POINTS}", f"{{{points}}}"), "utf-8")
    return load(str(file))


@pytest.fixture
def judge(make_table):
    """Return a function that judges one county by a standard, with changes to what is good."""

    def judged(standard, answers=None, schools=None, scores=None):
        changed = {**SCHOOLS, **(schools or {})}
        table = make_table(changed.pop("stages"), changed.pop("students"), **changed)
        divisions = divide(table, standard.method.pupil_weight, standard.method.divided)
        given = {name: figure for name, figure in {**GOOD, **(answers or {})}.items() if figure is not None}
        assessment = assess(standard.method, divisions, whole_county=True)
        (verdict,) = judge_counties(assessment, answers={"示例县": Answers(given, scores or {})})
        parts = verdict.by_item
        return {part.part.id: part for part in parts}

    return judged


def outcome(parts, id_):
    """Return the outcome of one item."""
    return next(i for part in parts.values() for i in part.items if i.item.indicator.id == id_).outcome.value


def test_there_are_seventeen_items_in_four_groups():
    """Four items of access, four of support, four of teachers, five of quality, in this order."""
    form = load(NATIONAL).form
    government = form.checklist[0]
    assert list(ITEMS) == [item.id for item in government.items]
    groups = [item.name.zh.partition("·")[0] for item in government.items]
    assert ["入学机会"] * 4 + ["保障机制"] * 4 + ["教师队伍"] * 4 + ["质量与管理"] * 5 == groups
    assert all(item.points is None for item in government.items)


def test_what_was_not_read_is_said_to_be_inferred():
    """Items whose wording nobody read cite an inferred source, and those whose line is the province's have none."""
    form = load(NATIONAL).form
    standing = {item.id: form.sources[item.cite.split()[0]].standing for item in form.checklist[0].items}
    assert set(ITEMS[7:]) == {name for name, said in standing.items() if said == "inferred"}
    growths = form.checklist[0].items[5].of[1:]
    assert {"inferred"} == {form.sources[rule.cite.split()[0]].standing for rule in growths}


def test_on_every_line_everything_is_met(own, judge):
    """A county that lies on every line, and grows by one yuan, has all 100 points and passes every part."""
    parts = judge(own)
    assert {"met"} == {item.outcome.value for part in parts.values() for item in part.items}
    assert (Fraction(100), Fraction(100)) == parts["government"].points
    assert [True, True, True] == [part.passed for part in parts.values()]


BELOW = [
    ("migrant_children", {"migrants_in_plan": 0}),
    ("migrant_children", {"migrants_in_budget": 0}),
    ("left_behind_children", {"left_behind_system": 0}),
    ("disabled_children", {"three_kinds_disabled_enrolled": 79}),
    ("elite_senior_places", {"elite_places_rising": 0}),
    ("accountability", {"accountability": 0}),
    ("funding", {"separate_budget": 0}),
    ("funding", {"appropriation": 6105}),  # 5550 × 1.1: as fast as revenue is not faster
    ("funding", {"appropriation_before": 5500, "appropriation": 6160}),  # 5000 × 1.1 last year, this year 1.12
    ("funding", {"spending_per_student": 8001}),  # no growth this year
    ("funding", {"spending_per_student_before": 8000}),  # no growth last year
    ("funding", {"teacher_pay": 60001}),
    ("funding", {"teacher_pay_before": 60000}),
    ("funding", {"running_cost_per_student": 601}),
    ("funding", {"running_cost_per_student_before": 600}),
    ("weak_schools", {"standardised_schools": 0}),
    ("weak_schools", {"weak_schools_rebuilt": 0}),
    ("weak_schools", {"funds_to_weak_schools": 0}),
    ("transfer_payments", {"transfer_payments_to_schools": 99.99}),
    ("performance_pay", {"performance_pay": 0}),
    ("staffing", {"subject_teachers": 0}),
    ("exchange", {"regular_exchange": 0}),
    ("training", {"training_funded": 0}),
    ("curriculum", {"curriculum_taught": 0}),
    ("retention", {"primary_retention": 98.99}),
    ("key_schools", {"key_schools_there": 1}),
    ("key_schools", {"choosing_contained": 0}),
    ("load", {"load_reduced": 0}),
    ("questionnaire", {"satisfaction_questionnaires_satisfied": 849}),
    ("veto", {"veto_found": 1}),
]


@pytest.mark.parametrize(("item", "answers"), BELOW, ids=lambda v: v if isinstance(v, str) else "-".join(v))
def test_one_answer_below_the_line_fails_that_item_alone(own, judge, item, answers):
    """The item whose answer falls short is not met, every other one stays met."""
    parts = judge(own, answers)
    assert outcome(parts, item) == "unmet"
    others = {i.outcome.value for part in parts.values() for i in part.items if i.item.indicator.id != item}
    assert {"met"} == others


@pytest.mark.parametrize(
    ("item", "schools"),
    [
        ("staffing", {"students": [151, 250, 300]}),  # 401 ÷ 20
        ("staffing", {"students": [150, 250, 301]}),  # 301 ÷ 20
        ("retention", {"graduates": [None, None, 94]}),  # 96 %
        ("retention", {"transferred_in": [None, None, 3]}),
        ("retention", {"died": [None, None, 0]}),  # 97 ÷ 101
        ("fitness", {"fit_students": [80, 190, 269]}),  # 539 ÷ 600
    ],
)
def test_what_the_schools_add_up_to_is_judged_on_both_sides(own, judge, item, schools):
    """One pupil more or less in one school takes the sum of the county across the line."""
    assert outcome(judge(own), item) == "met"
    assert outcome(judge(own, schools=schools), item) == "unmet"


@pytest.mark.parametrize("field", sorted(set(GOOD) - {"satisfaction_questionnaires_fairly_satisfied"}))
def test_a_missing_answer_leaves_its_item_undecided_and_names_itself(own, judge, field):
    """Blank is not zero: the item is undecided, and the field is named."""
    parts = judge(own, {field: None})
    missing = [i for part in parts.values() for i in part.items if i.outcome.value == "missing"]
    assert [(field,)] == [item.unanswered for item in missing]


def test_points_are_judged_at_85(own, judge):
    """Without the 15 points of funding 85 are left, which pass; without the one point of load too, 84 do not."""
    passing = judge(own, {"separate_budget": 0})["government"]
    failing = judge(own, {"separate_budget": 0, "load_reduced": 0})["government"]
    open_ = judge(own, {"separate_budget": 0, "load_reduced": None})["government"]
    assert [(85, 85, True), (84, 84, False), (84, 85, None)] == [
        (*part.points, part.passed) for part in (passing, failing, open_)
    ]


def test_points_given_in_part_count_as_given(own, judge):
    """A county that gives itself 0.1 points for load loses 0.9: with funding lost, 84.1 fail."""
    part = judge(own, {"separate_budget": 0}, scores={"load": Fraction("0.1")})["government"]
    assert (Fraction("84.1"), Fraction("84.1"), False) == (*part.points, part.passed)


def test_without_points_the_total_decides_or_nobody_does(judge):
    """Nationally the items have no points: the total that the county states is judged at 85, and without it nothing."""
    national = load(NATIONAL)
    found = [judge(national, {"government_score": score})["government"].passed for score in (85, 84.99, None)]
    assert [True, False, None] == found


def test_where_the_line_is_the_provinces_nothing_is_decided(judge):
    """Four items whose line the province sets stay undecided by the national file, whatever the figures."""
    parts = judge(load(NATIONAL))
    missing = [i.item.indicator.id for i in parts["government"].items if i.outcome.value == "missing"]
    assert ["transfer_payments", "staffing", "retention", "fitness"] == missing


def test_a_county_without_transfer_payments_says_so(make_table):
    """不适用 is an answer where there is no such money."""
    standard = load(NATIONAL)
    divisions = divide(make_table(["primary"], [100]), {}, frozenset())
    answers = Answers({"veto_found": 0}, {}, frozenset({"transfer_payments"}))
    (verdict,) = judge_counties(assess(standard.method, divisions, whole_county=True), answers={"示例县": answers})
    assert outcome({part.part.id: part for part in verdict.by_item}, "transfer_payments") == "exempt"


def test_who_is_fairly_satisfied_is_a_setting(judge):
    """800 satisfied and 50 fairly satisfied of 1000 are 80 %, or 85 % where the latter count."""
    answers = {"satisfaction_questionnaires_satisfied": 800, "satisfaction_questionnaires_fairly_satisfied": 50}
    found = [
        judge(load(NATIONAL, None, {"basically_satisfied": choice}), answers)["recognition"].passed
        for choice in ("not_counted", "counted")
    ]
    assert [False, True] == found


@pytest.mark.parametrize(
    ("population", "least"),
    [(400_000, 600), (500_000, 750), (200_000, 600)],  # 1.5 ‰ of them, and 600 below 400,000
)
def test_hainan_asks_for_a_sample(judge, population, least):
    """As many questionnaires as the rule asks for are enough, one fewer is not."""
    standard = load("provinces/hainan/satisfaction-survey")
    survey = {"resident_population": population, "satisfaction_questionnaires_by_parents": 500}
    found = [
        outcome(judge(standard, {**survey, "satisfaction_questionnaires": n}), "sample") for n in (least, least - 1)
    ]
    assert ["met", "unmet"] == found


def test_hainan_asks_for_parents(judge):
    """500 of 1000 questionnaires by parents are one half, 499 are not."""
    standard = load("provinces/hainan/satisfaction-survey")
    found = [outcome(judge(standard, {"satisfaction_questionnaires_by_parents": n}), "parents") for n in (500, 499)]
    assert ["met", "unmet"] == found


def test_sichuan_is_an_outline(judge):
    """Whatever a county answers, its 23 indicators are not decided; the total of their points is, where it is stated."""
    standard = load("provinces/sichuan/government-items")
    parts = judge(standard, {"provincial_items_met": 1})
    assert outcome(parts, "provincial_items") == "missing"
    assert parts["government"].passed is None
    assert judge(standard, {"government_score": 85})["government"].passed is True


def test_points_that_do_not_add_up_are_reported(own, tmp_path):
    """A table of points that make 99 is a fault of the file, one that makes 100 is none."""
    assert [] == [p for p in lint(own) if p.kind.code == "S320"]
    file = tmp_path / "short.yaml"
    points = ", ".join(f"{name}: {0 if name == 'load' else number}" for name, number in POINTS.items())
    file.write_text(OWN.replace("{POINTS}", f"{{{points}}}"), "utf-8")
    assert ["S320"] == [p.kind.code for p in lint(load(str(file))) if p.kind.code == "S320"]


def test_no_name_means_two_things():
    """A field that the 2012 file brings is no other field of fields.yaml."""
    assert not set(load(NATIONAL).form.fields) & set(shipped_fields())
    assert NATIONAL in ids()


def test_the_two_methods_ask_under_different_names():
    """Their surveys and wordings are not the same: no answer to the one is taken for the other."""
    quality = load("national/2017-quality-balance").form.fields
    basic = load(NATIONAL).form.fields
    for spoken in ("zh", "en"):
        assert not {getattr(f, spoken) for f in basic.values()} & {getattr(f, spoken) for f in quality.values()}
    assert not basic.keys() & quality.keys()


def test_one_sheet_answers_both_methods(tmp_path):
    """On a sheet with lines of both methods each reads its own, and finds no fault in those of the other.

    A line that neither knows may have been of any part: none passes.
    """
    file = tmp_path / "2023.xlsx"
    book = Workbook()
    book.active.append(["县(市、区)", "学校名称", "办学类型", "在校生数"])
    book.active.append(["示例县", "甲校", "小学", 100])
    sheet = book.create_sheet("县级")
    for row in (("项目", "填报"), ("存在弄虚作假行为", "是"), ("县级政府推进工作得分", 85), ("不相干的一项", 1)):
        sheet.append(row)
    book.save(file)
    found = {}
    for name in (NATIONAL, "national/2017-quality-balance"):
        run = judge_workbook([file], name, year=2023, by="county")
        parts = run.counties[0].parts
        found[name] = [p.place.cell for p in run.problems if p.kind.code == "W501"], parts["government"], parts["veto"]
    assert {NATIONAL: (["A4"], None, None), "national/2017-quality-balance": (["A4"], None, False)} == found


def test_a_completion_has_room_for_the_lines_and_the_points(tmp_path):
    """The file that `standards complete` writes names six lines and the points; filled in, all of it is on record."""
    file = tmp_path / "mine.yaml"
    done = CliRunner().invoke(app, ["standards", "complete", NATIONAL, "--output", str(file)])
    assert "7 处待填" in done.stderr
    text = file.read_text("utf-8")
    marks = re.findall("待填 ([0-9])", text)
    assert list("1234567") == marks
    assert load(str(file)).method.parts[0].items[0].indicator.points is None
    head, _, table = text.partition("# points:")
    lines = [line.removeprefix("# ") for line in f"points:{table}".splitlines()]
    lines = [re.sub(r"(\w+): unknown.*", lambda m: f"{m[1]}: {POINTS[m[1]]}", line) for line in lines]
    filled = "\n".join(lines).replace('reading: ""', "reading: 经费15分，课业负担1分，其余各5.6分")
    head = re.sub(r"unknown #.*", "90", head)
    file.write_text(re.sub(r'quote: "".*', "quote: 标准为90", head) + filled + "\n", "utf-8")
    standard = load(str(file))
    assert {name: Fraction(number) for name, number in POINTS.items()} == {
        item.indicator.id: item.indicator.points for item in standard.method.parts[0].items
    }
    assert [] == lint(standard)
    assert unknowns(tree(file, "mine.yaml")) == 0
