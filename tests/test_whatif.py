"""What if: changes do what they say and nothing more, and the table after them is judged as if it had been reported so."""

import csv
import io
import json
import re
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from openpyxl import load_workbook
from typer.testing import CliRunner

from junheng.advice.changes import Add, apportioned, hired, moved, sections_changed
from junheng.cli import app
from junheng.problems import Unusable
from junheng.report.to_json import county_json
from junheng.run import judge, judge_again, shared_fields, sums_of
from junheng.scenario.applying import applied, apply_scenarios
from junheng.scenario.form import (
    Enrolment,
    EnrolmentChange,
    MergeChange,
    MoveChange,
    NewSchool,
    Persons,
    SchoolChange,
    SettingChange,
    SplitChange,
    StandardChange,
)
from junheng.scenario.reading import Scenario, read_scenario
from junheng.scenario.short import scenario_of
from junheng.scenario.writing import called, scenario_yaml
from junheng.standard.data_files import check_data
from junheng.standard.load import shipped_fields
from tests.workbooks import nine_year, school_row, table, write_csv

OTHER = {"code": "3137000005", "name": "第五小学"}


def document(run):
    """What `junheng county` prints of a run, without what is said of single cells."""
    return {**json.loads("".join(county_json(run, "zh"))), "problems": []}


def judged(folder, *rows, name="2023.csv", standard="quality-balance", **options):
    """A county judged from rows."""
    file = write_csv(folder / name, table(*rows))
    return judge([file], standard, by="county", **options)


def changed(run, *changes):
    """The run after changes."""
    return apply_scenarios(run, [Scenario("测试", changes)])


def figure(run, field, row=0):
    return run.reading.table.column(field)[row]


def faults(run, *changes):
    """The codes of what is wrong with changes."""
    with pytest.raises(Unusable) as raised:
        changed(run, *changes)
    return [problem.kind.code for problem in raised.value.problems]


def command(*arguments, code=None):
    result = CliRunner(env={"COLUMNS": "120", "NO_COLOR": "1", "JUNHENG_LANG": None}).invoke(
        app, list(map(str, arguments))
    )
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    if code is not None:
        assert code == result.exit_code, result.output + result.stderr
    return result


@pytest.fixture
def county(root):
    """The example county."""
    return judge([root / "examples" / "shili"], year=2023, by="county")


# ---------------------------------------------------------------------------------------------------- nothing changed


@pytest.mark.parametrize(
    ("standard", "options"),
    [
        ("quality-balance", {}),
        ("basic-balance", {}),
        ("basic-balance", {"province": "陕西"}),
        ("quality-balance", {"by": "town"}),
    ],
    ids=str,
)
def test_nothing_changed_changes_nothing(root, standard, options):
    """No change, and changes that take back what they did, give the same document to the last digit, problems included."""
    run = judge([root / "examples" / "shili"], standard, **{"year": 2023, "by": "county", **options})
    before = "".join(county_json(run, "zh"))
    assert before == "".join(county_json(changed(run), "zh"))
    there = SchoolChange(school="示例县第一小学", add={"students": Fraction(7)})
    back = SchoolChange(school="示例县第一小学", add={"students": Fraction(-7)})
    assert before == "".join(county_json(changed(run, there, back), "zh"))
    assert before == "".join(county_json(changed(run, EnrolmentChange(enrolment=Enrolment(percent=0))), "zh"))


def test_the_command_of_nothing_has_equal_sides(root):
    """`before` and `after` are the document of `junheng county`, problems included; nothing is flipped."""
    shili = root / "examples" / "shili"
    found = json.loads(command("whatif", shili, "--year", "2023", "-f", "json", code=1).stdout)
    alone = json.loads(command("county", shili, "--year", "2023", "-f", "json", code=1).stdout)
    assert alone == found["before"] == found["after"]
    assert {name: [] for name in found["flipped"]} == found["flipped"]
    assert ([], None, "junheng.whatif/1") == (found["changes"], found["cost"], found["schema"])


# ------------------------------------------------------------------------------------------------------------ figures


def test_who_is_hired_is_counted_once_in_everything(make_table):
    """One person who is two things at once: each of these grows, and teachers and staff by one, not by two."""
    here = make_table(["primary"], [100], backbone_teachers=[1.0], pe_art_teachers=[2.0], teachers=[20.0], staff=[None])
    part_of = {"backbone_teachers": "teachers", "pe_art_teachers": "teachers", "teachers": "staff"}
    adds = hired(here, 0, ["backbone_teachers", "pe_art_teachers"], Fraction(1), part_of)
    assert [Add(0, name, Fraction(1)) for name in ("backbone_teachers", "pe_art_teachers", "teachers")] == adds


def test_what_is_moved_is_neither_made_nor_lost(make_table):
    """Every figure of staff adds up to the same over both schools; where all hold a certificate, so does who goes."""
    here = make_table(
        ["primary", "junior"],
        [100, 100],
        backbone_teachers=[3.0, 1.0],
        teachers=[10.0, 9.0],
        certified_teachers=[10.0, 8.0],
        trained_teachers=[9.0, 9.0],
    )
    part_of = dict.fromkeys(("backbone_teachers", "certified_teachers", "trained_teachers"), "teachers")
    after = sections_changed(here, moved(here, 0, 1, ["backbone_teachers"], Fraction(2), part_of), frozenset(), {})
    expected = {
        "backbone_teachers": [1, 3],
        "teachers": [8, 11],
        "certified_teachers": [8, 10],
        "trained_teachers": [9, 9],  # nobody can tell which of the ten was not trained
    }
    assert expected == {name: after.figures[name] for name in expected}


@pytest.mark.parametrize(
    ("counts", "factor", "expected"),
    [
        ([10, 10, 10], "0.95", [10, 10, 9]),  # 28.5, rounded to 29; the first of equal remainders come first
        ([101, 52, 47], "0.95", [96, 49, 45]),  # 95.95 + 49.4 + 44.65 = 190: remainders .95 and .65 get one more
        ([100], "1.005", [101]),  # 100.5, rounded up
        ([3, 0, 5], "1", [3, 0, 5]),
        ([3, 2], "0", [0, 0]),
        ([], "0.5", []),
    ],
)
def test_pupils_are_shared_out_so_that_the_total_is_right(counts, factor, expected):
    """Whole pupils by the largest remainder."""
    assert expected == apportioned([Fraction(n) for n in counts], Fraction(factor))


def test_a_whole_school_figure_is_added_once(tmp_path):
    """20 rooms more for a nine-year school are 46, divided between both sections; the same school reported so."""
    more = SchoolChange(school="实验学校", buy={"multimedia_classrooms": Fraction(20)})
    after = changed(judged(tmp_path, *nine_year()), more)
    reported = judged(tmp_path, *nine_year(multimedia_classrooms=46), name="b.csv", year=2023)
    assert document(reported)["counties"] == document(after)["counties"]


def test_what_is_built_grows_with_its_wholes(tmp_path):
    """300 ㎡ of gym are 300 ㎡ of teaching area and of sports area; what is added stands alone."""
    run = judged(tmp_path, school_row())
    built = changed(run, SchoolChange(school="第一小学", build={"indoor_sports_area": Fraction(300)}))
    reported = judged(tmp_path, school_row(indoor_sports_area=700, teaching_area=5300), name="b.csv", year=2023)
    assert document(reported)["counties"] == document(built)["counties"]
    added = changed(run, SchoolChange(school="第一小学", add={"indoor_sports_area": Fraction(300)}))
    assert (700, 5000, 8300) == tuple(
        figure(added, name) for name in ("indoor_sports_area", "teaching_area", "sports_area")
    )


def test_a_figure_can_be_put_where_none_was(tmp_path):
    """A blank that is filled by `set` decides the school as a reported figure would, and its sum follows."""
    run = judged(tmp_path, school_row(backbone_teachers=None, sports_ground_area=None))
    assert None is run.counties[0].passed
    after = changed(
        run,
        SchoolChange(
            school="3137000001", set={"县级以上骨干教师数": Fraction(12), "sports_ground_area": Fraction(7600)}
        ),
    )
    assert document(judged(tmp_path, school_row(), name="b.csv", year=2023))["counties"] == document(after)["counties"]


def test_faults_are_all_reported_and_nothing_is_judged(tmp_path):
    """Below zero, unknown names, a half pupil, persons that are none: each is one problem of one run."""
    run = judged(tmp_path, school_row(), *nine_year())
    found = faults(
        run,
        SchoolChange(school="第一小学", add={"books_": Fraction(1)}),
        SchoolChange(school="第一小学", add={"students": Fraction(1, 2)}),
        SchoolChange(school="第一小学", add={"backbone_teachers": Fraction(-13)}),
        SchoolChange(school="第一小学", hire=[Persons(count=1, as_=["students"])]),
        SchoolChange(school="第一小学", buy={"backbone_teachers": Fraction(1)}),
        SchoolChange(school="第一小学", set={"backbone_teachers": Fraction(-1)}),
        SchoolChange(school="第一小学", set={"name": Fraction(1)}),
        MoveChange(move=Persons(count=1, as_=["backbone_teachers"]), from_="第一小学", to="第一小学"),
        MoveChange(move=Persons(count=1, as_=["backbone_teachers"]), from_="第一小学", to="实验学校"),
        EnrolmentChange(enrolment=Enrolment(percent=1), town="无此乡"),
        MergeChange(merge=["第一小学", "实验学校"], into="第三小学"),
        MergeChange(merge=["第一小学", "3137000001"], into="第一小学"),
    )
    assert ["C161", "C163", "C164", "S203", "S203", "S203", "S203", "S203", "S203", "S203", "S203", "S303"] == sorted(
        found
    )


def test_a_part_may_grow_with_its_whole_in_another_change(tmp_path):
    """Only what stands at the end is held against its whole: on the line it is right, beyond it is not."""
    run = judged(tmp_path, school_row())
    gym = SchoolChange(school="第一小学", add={"indoor_sports_area": Fraction(4700)})  # 5100 of 5000
    assert ["C167"] == faults(run, gym)
    assert changed(run, gym, SchoolChange(school="第一小学", add={"teaching_area": Fraction(100)}))


def test_schools_are_found_by_code_name_or_place(tmp_path):
    """Two of one name are told apart by town; what a plan calls a school finds exactly that school."""
    rows = [school_row(code=None, town=town, students=900 + n) for n, town in enumerate(("东河镇", "西岭镇"))]
    run = judged(tmp_path, *rows, school_row(**OTHER))
    assert ["C162"] == faults(run, SchoolChange(school="第一小学", add={"students": Fraction(1)}))
    after = changed(run, SchoolChange(school="西岭镇第一小学", add={"students": Fraction(1)}))
    assert [900, 902, 1000] == list(after.reading.table.column("students"))
    here = run.reading.table
    names = [called(here, row) for row in range(here.size)]
    assert ["东河镇 第一小学", "西岭镇 第一小学", "3137000005"] == names
    for row, name in enumerate(names):
        grown = changed(run, SchoolChange(school=name, add={"students": Fraction(1)}))
        assert figure(grown, "students", row) == figure(run, "students", row) + 1


# ---------------------------------------------------------------------------------------------------------- enrolment


def test_per_cent_holds_where_it_says(tmp_path):
    """Five per cent fewer pupils in one town: 1000 × 0.95; elsewhere nothing; what has no number keeps none."""
    rows = [
        school_row(town="东河镇", area="镇区"),
        school_row(town="西岭镇", area="乡村", **OTHER),
        school_row(code="3137000006", name="第六小学", town="东河镇", area="镇区", students=None),
    ]
    run = judged(tmp_path, *rows)
    for where in ({"town": "东河镇"}, {"area": "镇区"}, {"school": "第一小学"}):
        after = changed(run, EnrolmentChange(enrolment=Enrolment(percent=-5), **where))
        assert [950, 1000, None] == list(after.reading.table.column("students"))


@pytest.mark.parametrize(
    "lines",
    [
        "学校,学段,在校生数\n实验学校,初中,420\n3137000001,,900\n",
        "school,stage,students\n3137000003,junior,420\n第一小学,primary,900\n",
        "在校生数,学段,学校名称\n420,初中部,实验学校\n900,小学,第一小学\n,,\n",
    ],
)
def test_a_list_gives_the_pupils(tmp_path, lines):
    """Schools by code or name, stages in either language, columns in any order; who is not listed keeps its pupils."""
    run = judged(tmp_path, school_row(), *nine_year(code="3137000003"))
    (tmp_path / "cohort").mkdir()
    (tmp_path / "cohort" / "list.csv").write_text(lines, "utf-8")
    file = tmp_path / "cohort" / "scenario.yaml"
    file.write_text("changes:\n  - {enrolment: {file: list.csv}}\n", "utf-8")
    after = apply_scenarios(run, [read_scenario(file)])
    assert [900, 600, 420] == list(after.reading.table.column("students"))


def test_every_fault_of_a_list_has_its_cell(tmp_path):
    """No such school, no such stage, no number, a half pupil, a stage that is needed."""
    run = judged(tmp_path, school_row(), *nine_year(code="3137000003"))
    lines = "学校,学段,在校生数\n第九小学,,1\n实验学校,幼儿园,1\n第一小学,,—\n第一小学,小学,1.5\n实验学校,,3\n"
    (tmp_path / "list.csv").write_text(lines, "utf-8")
    change = EnrolmentChange(enrolment=Enrolment(file="list.csv"))
    with pytest.raises(Unusable) as raised:
        apply_scenarios(run, [Scenario("测试", (change,), folder=tmp_path)])
    found = [(p.kind.code, p.place.cell) for p in raised.value.problems]
    assert [("C161", "A2"), ("S203", "B3"), ("S203", "C4"), ("S203", "C5"), ("C163", "A6")] == found
    missing = EnrolmentChange(enrolment=Enrolment(file="no.csv"))
    with pytest.raises(Unusable) as raised:
        apply_scenarios(run, [Scenario("测试", (missing,), folder=tmp_path)])
    assert ["W101"] == [p.kind.code for p in raised.value.problems]


# ------------------------------------------------------------------------------------------------------------ schools


def test_two_primary_schools_are_one(tmp_path):
    """Their figures add up; the result is judged as one school that reports the sums."""
    sums = ("students", "overqualified_teachers", "backbone_teachers", "pe_art_teachers", "teaching_area")
    sums += ("indoor_sports_area", "sports_ground_area", "equipment_value", "multimedia_classrooms")
    other = school_row(students=500, backbone_teachers=3, **OTHER)
    one = school_row()
    after = changed(
        judged(tmp_path, one, *nine_year(), other), MergeChange(merge=["第一小学", "第五小学"], into="第一小学")
    )
    whole = school_row(**{name: one[name] + other[name] for name in sums})
    reported = judged(tmp_path, whole, *nine_year(), name="b.csv", year=2023)
    assert document(reported)["counties"] == document(after)["counties"]


def test_sections_of_different_stages_make_a_through_school(tmp_path):
    """A primary and a junior school become a nine-year school, whose shared figures are divided 1:1.1 by pupils."""
    primary = school_row(students=600)
    junior = school_row(code="3137000009", name="第一初级中学", type="初级中学", stage="初中", students=400)
    after = changed(judged(tmp_path, primary, junior), MergeChange(merge=["第一初级中学", "第一小学"], into="第一小学"))
    both = {"type": "九年一贯制学校", **{name: 2 * primary[name] for name in ("teaching_area", "indoor_sports_area")}}
    both |= {name: 2 * primary[name] for name in ("sports_ground_area", "equipment_value", "multimedia_classrooms")}
    rows = [{**primary, **both}, {**junior, **both, "code": primary["code"], "name": primary["name"]}]
    reported = judged(tmp_path, *rows, name="b.csv", year=2023)
    assert document(reported)["counties"] == document(after)["counties"]
    here = after.reading.table
    assert ({0: (0, 1), 1: (0, 1)},) * 2 == (here.through, here.siblings)


def test_a_primary_school_joins_a_nine_year_school(tmp_path):
    """Its pupils and teachers join the primary section, its shared figures those of the whole school, stated on every row."""
    merged = MergeChange(merge=["实验学校", "第一小学"], into="实验学校")
    after = changed(judged(tmp_path, school_row(), *nine_year()), merged)
    primary, junior = nine_year(teaching_area=11760, indoor_sports_area=920, sports_ground_area=17480)
    added = {"students": 1600, "overqualified_teachers": 80, "backbone_teachers": 21, "pe_art_teachers": 16}
    shared = {"equipment_value": 4_700_000, "multimedia_classrooms": 50}
    reported = judged(tmp_path, {**primary, **added, **shared}, {**junior, **shared}, name="b.csv", year=2023)
    assert document(reported)["counties"] == document(after)["counties"]


def test_shared_figures_that_were_reported_divided_come_together(tmp_path):
    """A school that states each section's own part has the sum of the parts when another joins it."""
    own = {"basis": "本学部", "type": "九年一贯制学校", "code": "3137000002", "name": "实验学校"}
    rows = [
        school_row(**own),
        school_row(**{**own, "stage": "初中", "students": 400, "teaching_area": 3000}),
    ]
    run = judged(tmp_path, *rows, school_row())
    assert {} == run.reading.table.through
    after = changed(run, MergeChange(merge=["实验学校", "第一小学"], into="实验学校"))
    assert [5000 + 3000 + 5000] * 2 == list(after.reading.table.column("teaching_area"))
    assert {0: (0, 1), 1: (0, 1)} == after.reading.table.through


def test_a_section_leaves_a_nine_year_school(tmp_path):
    """The junior section becomes a school with what it takes; the primary section keeps the rest."""
    change = SplitChange(
        split="实验学校",
        new=NewSchool(name="第一初级中学", code="3137000009"),
        sections=["junior"],
        takes={"teaching_area": Fraction(2760), "multimedia_classrooms": Fraction(11)},
        others="by_pupils",
    )
    after = changed(judged(tmp_path, *nine_year()), change)
    primary, junior = nine_year()
    rest = {"indoor_sports_area": 312, "sports_ground_area": 5928, "equipment_value": 1_560_000}  # 600 of 1000 pupils
    taken = {"indoor_sports_area": 208, "sports_ground_area": 3952, "equipment_value": 1_040_000}
    rows = [
        {**primary, **rest, "type": "小学", "teaching_area": 4000, "multimedia_classrooms": 15},
        {
            **junior,
            **taken,
            "type": "初级中学",
            "code": "3137000009",
            "name": "第一初级中学",
            "teaching_area": 2760,
            "multimedia_classrooms": 11,
        },
    ]
    reported = judged(tmp_path, *rows, name="b.csv", year=2023)
    assert document(reported)["counties"] == document(after)["counties"]
    assert ({}, {}) == (after.reading.table.through, after.reading.table.siblings)


def test_part_of_a_section_becomes_a_school(tmp_path):
    """400 of 1000 pupils and what is said go; of the rest four tenths, whole where it is counted; the sum stays."""
    change = SplitChange(
        split="第一小学",
        new=NewSchool(name="第七小学", code="3137000007"),
        takes={"students": Fraction(400), "backbone_teachers": Fraction(7)},
        others="by_pupils",
    )
    run = judged(tmp_path, school_row(pe_art_teachers=11))
    after = changed(run, change)
    old = school_row(
        students=600, backbone_teachers=5, pe_art_teachers=7, overqualified_teachers=30, teaching_area=3000
    )
    old |= {"indoor_sports_area": 240, "sports_ground_area": 4560, "equipment_value": 1_260_000}
    new = school_row(code="3137000007", name="第七小学", students=400, backbone_teachers=7, pe_art_teachers=4)
    new |= {"overqualified_teachers": 20, "teaching_area": 2000, "indoor_sports_area": 160, "sports_ground_area": 3040}
    new |= {"equipment_value": 840_000, "multimedia_classrooms": 10}  # 24 × 0.4 = 9.6
    reported = judged(tmp_path, {**old, "multimedia_classrooms": 14}, new, name="b.csv", year=2023)
    assert document(reported)["counties"] == document(after)["counties"]
    assert [0, 0] == list(after.origin.sheet_of)
    assert after.origin.row_of[0] == after.origin.row_of[1]


def test_the_rest_stays_where_nothing_else_is_said(tmp_path):
    """A new school without rooms or teachers is not met: it has none, which is known."""
    change = SplitChange(split="第一小学", new=NewSchool(name="第七小学"), takes={"students": Fraction(400)})
    after = changed(judged(tmp_path, school_row()), change)
    assert (24, 0) == tuple(after.reading.table.column("multimedia_classrooms"))
    assert [True, False] == list(after.assessment.passed)


@pytest.mark.parametrize(
    ("change", "codes"),
    [
        ({"takes": {"students": Fraction(1001)}}, ["C164"]),
        ({"takes": {"backbone_teachers": Fraction(1)}}, ["S202"]),
        ({"takes": {"students": Fraction(1, 2)}}, ["S203"]),
        ({"split": "实验学校", "takes": {"students": Fraction(1)}}, ["C163"]),
        ({"split": "实验学校", "sections": ["senior"]}, ["C161"]),
        ({"split": "实验学校", "sections": ["junior"], "takes": {"students": Fraction(1)}}, ["S203"]),
        ({"split": "第一小学", "sections": ["primary"]}, ["C175"]),
        ({"new": NewSchool(name="第九小学", code="3137000002"), "takes": {"students": Fraction(1)}}, ["C174"]),
    ],
    ids=str,
)
def test_a_split_that_cannot_be_made(tmp_path, change, codes):
    """More than there is, no pupils, a stage that is needed or not there, the code of another school."""
    run = judged(tmp_path, school_row(), *nine_year())
    assert codes == faults(run, SplitChange(**{"split": "第一小学", "new": NewSchool(name="第九小学"), **change}))


def test_after_a_merger_problems_still_stand_at_their_cells(tmp_path):
    """A blank of a school below the one that went is reported in its own row; what nobody can tell is said once."""
    blank = school_row(code="3137000008", name="第八小学", backbone_teachers=None)
    run = judged(tmp_path, school_row(), school_row(**OTHER, teaching_area=None), blank)
    assert ["J3", "H4"] == [p.place.cell for p in run.problems if p.kind.code == "W205"]
    after = changed(run, MergeChange(merge=["第一小学", "第五小学"], into="第一小学"))
    assert ["H4"] == [p.place.cell for p in after.problems if p.kind.code == "W205"]
    assert ["第一小学"] == [dict(p.facts)["school"] for p in after.problems if p.kind.code == "C169"]
    told = changed(
        run,
        MergeChange(merge=["第一小学", "第五小学"], into="第一小学"),
        SchoolChange(school="第一小学", set={"teaching_area": Fraction(9000)}),
    )
    assert [] == [p for p in told.problems if p.kind.code == "C169"]
    assert True is told.assessment.passed[0]  # (9000 − 800) ÷ 2000 = 4.1, not below 85 % of 4.5


def test_changes_after_a_merger_find_the_rows_that_are_there(tmp_path):
    """A change of a school below one that went changes that school; merging back and forth keeps rows and cells apart."""
    rows = [school_row(), school_row(**OTHER), school_row(code="3137000008", name="第八小学")]
    after = changed(
        judged(tmp_path, *rows),
        MergeChange(merge=["第一小学", "第五小学"], into="第一小学"),
        SchoolChange(school="第八小学", add={"backbone_teachers": Fraction(1)}),
        SplitChange(split="第一小学", new=NewSchool(name="第九小学"), takes={"students": Fraction(900)}),
    )
    assert ["第一小学", "第八小学", "第九小学"] == list(after.reading.table.texts["name"])
    assert [24, 13, 0] == list(after.reading.table.column("backbone_teachers"))
    assert [1, 3, 1] == after.origin.row_of


# -------------------------------------------------------------------------------------------------- standard, setting


def test_another_standard_judges_what_it_reads_itself(root, county):
    """The files are read anew for it: books and computers too. The changes of schools hold under it as well."""
    after = changed(county, StandardChange(standard="basic-balance"))
    alone = judge([root / "examples" / "shili"], "basic-balance", year=2023, by="county")
    assert document(alone)["counties"] == document(after)["counties"]
    books = SchoolChange(school="示例县第一小学", buy={"books": Fraction(300)})
    assert ["C166"] == [p.kind.code for p in changed(county, books).problems if p.kind.code.startswith("C")]
    both = changed(county, books, StandardChange(standard="basic-balance"))
    assert figure(both, "books") == figure(alone, "books") + 300


def test_another_setting_decides(tmp_path, county, root):
    """0.503 against 0.50 is above it; what is rounded to three digits still is, as in a run asked so."""
    after = changed(county, SettingChange(setting={"tested_coefficient": "rounded"}))
    asked = judge([root / "examples" / "shili"], year=2023, by="county", settings={"tested_coefficient": "rounded"})
    assert document(asked) == document(after)
    file = tmp_path / "s.yaml"
    file.write_text("changes:\n  - {setting: {tested_coefficient: half}}\n  - {setting: {no_such: x}}\n", "utf-8")
    with pytest.raises(Unusable) as raised:
        apply_scenarios(county, [read_scenario(file)])
    assert [("S314", 2), ("S314", 3)] == [(p.kind.code, p.place.line) for p in raised.value.problems]
    file.write_text("changes:\n  - {standard: no-such}\n", "utf-8")
    with pytest.raises(Unusable) as raised:
        apply_scenarios(county, [read_scenario(file)])
    assert [("S104", 2)] == [(p.kind.code, p.place.line) for p in raised.value.problems]


def test_scenarios_stack_in_order(tmp_path):
    """Ten per cent more and then 10 pupils is not 10 pupils and then ten per cent more."""
    run = judged(tmp_path, school_row())
    more = Scenario("一", (EnrolmentChange(enrolment=Enrolment(percent=10)),))
    ten = Scenario("二", (SchoolChange(school="第一小学", add={"students": Fraction(10)}),))
    assert (1110, 1111) == tuple(figure(apply_scenarios(run, s), "students") for s in ([more, ten], [ten, more]))


# ------------------------------------------------------------------------------------------------- files, short forms

EVERY = (
    SchoolChange(school="0137000001", stage="primary", add={"books": Fraction(1, 3)}, set={"students": Fraction(5)}),
    SchoolChange(school="东河镇 第一：小学 #1", hire=[Persons(count=Fraction("0.5"), as_=["teachers"])]),
    SchoolChange(school="true", build={"teaching_area": Fraction("0.0001")}, buy={"computers": Fraction(10**15)}),
    MoveChange(move=Persons(count=2, as_=["backbone_teachers"]), from_='a"b\\c', to="-", from_stage="junior"),
    EnrolmentChange(enrolment=Enrolment(percent=Fraction("-2.5")), stage="junior", town="示例镇"),
    EnrolmentChange(enrolment=Enrolment(file="名单, 一.csv")),
    MergeChange(merge=["甲校", "乙校"], into="甲校"),
    SplitChange(
        split="甲校", new=NewSchool(name="丙校", area="town"), takes={"students": Fraction(3)}, others="by_pupils"
    ),
    StandardChange(standard="basic-balance"),
    SettingChange(setting={"relaxed": "on", "of": "1"}),
)


def test_what_is_written_reads_back_the_same(tmp_path):
    """Every change, whatever its names and however fine its numbers, is the same after writing and reading."""
    file = tmp_path / "written.yaml"
    file.write_text(scenario_yaml(EVERY, "名 称: x", "注\n第二行"), "utf-8")
    read = read_scenario(file)
    assert (EVERY, "名 称: x") == (read.changes, read.name)
    file.write_text(scenario_yaml([]), "utf-8")
    assert () == read_scenario(file).changes


def test_a_plan_replays_exactly(tmp_path, county):
    """Amounts added by a program, and the same written and read, give the same document to the last digit."""
    here, standard = county.reading.table, county.standard
    adds = [Add(3, "backbone_teachers", Fraction(2)), Add(23, "equipment_value", Fraction("12345.67"))]
    adds += [Add(5, "teaching_area", Fraction(1633, 3)), Add(30, "sports_ground_area", Fraction("0.1"))]
    direct = judge_again(county, sections_changed(here, adds, shared_fields(standard), sums_of(standard)))
    stages = [None if add.section in here.through else here.text("stage")[add.section] for add in adds]
    changes = [
        SchoolChange(school=called(here, add.section), stage=stage, add={add.field: add.amount})
        for add, stage in zip(adds, stages, strict=True)
    ]
    file = tmp_path / "plan.yaml"
    file.write_text(scenario_yaml(changes, "方案"), "utf-8")
    replayed = apply_scenarios(county, [read_scenario(file, standard.fields)])
    assert "".join(county_json(direct, "zh")) == "".join(county_json(replayed, "zh"))


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("第一小学.books+=2", SchoolChange(school="第一小学", add={"books": Fraction(2)})),
        ("第一小学.books -= 2.5", SchoolChange(school="第一小学", add={"books": Fraction("-2.5")})),
        (
            "实验学校.初中.students=300",
            SchoolChange(school="实验学校", stage="junior", set={"students": Fraction(300)}),
        ),
        ("No.1 小学.图书册数=0", SchoolChange(school="No.1 小学", set={"图书册数": Fraction(0)})),
        ("junior.students*=0.95", EnrolmentChange(enrolment=Enrolment(percent=-5), stage="junior")),
        ("镇区.在校生数*=1.02", EnrolmentChange(enrolment=Enrolment(percent=2), area="town")),
        ("all.students*=1", EnrolmentChange(enrolment=Enrolment(percent=0))),
        (
            "实验学校.初中.students*=2",
            EnrolmentChange(enrolment=Enrolment(percent=100), school="实验学校", stage="junior"),
        ),
        ("setting.tested_coefficient=rounded", SettingChange(setting={"tested_coefficient": "rounded"})),
        ("standard=basic-balance", StandardChange(standard="basic-balance")),
    ],
)
def test_the_short_form(written, expected):
    """Each form says what the file form says."""
    assert (expected,) == scenario_of([written]).changes


@pytest.mark.parametrize(
    "written",
    [
        "",
        "第一小学",
        "第一小学.books",
        "第一小学.books+=",
        "第一小学.books+=two",
        "books+=2",
        ".books+=2",
        "第一小学.+=2",
        "第一小学.books*=2",
        "all.students*=-1",
        "第一小学.books+=1e3",
        "第一小学.books+=__import__('os')",
        "setting.=x",
        "第一小学.books+=２",
    ],
)
def test_what_is_no_short_form(written):
    """Nothing is evaluated or guessed."""
    with pytest.raises(Unusable) as raised:
        scenario_of([written, "第一小学.books+=1", written])
    assert ["C171", "C171"] == [p.kind.code for p in raised.value.problems]


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("{school: 第一小学, ad: {books: 1}}", [("S201", 3)]),
        ("{school: 第一小学}", [("S202", 3)]),
        ("{school: 第一小学, add: {bookss: 1}}", [("S303", 3)]),
        ("{school: 第一小学, add: {name: 1}}", [("S203", 3)]),
        ("{school: 第一小学, add: {}}", [("S203", 3)]),
        ("{school: 第一小学, add: {books: 1/0}}", [("S203", 3)]),
        ("{school: 第一小学, hire: {count: 1}}", [("S202", 3)]),
        ("{merge: [甲], into: 甲}", [("S203", 3)]),
        ("{merge: [甲, 乙], move: {count: 1, as: books}, into: 甲}", [("S203", 3)]),
        ("{enrolment: {percent: 1, file: a.csv}}", [("S203", 3)]),
        ("{enrolment: {percent: 1}, stage: 大学}", [("S203", 3)]),
        ("第一小学.books+=1", [("S203", 3)]),
        ("{standard: a}\nnmae: x", [("S201", 4)]),
        ("{standard: 1}\nname: []", [("S203", 3), ("S203", 4)]),
    ],
)
def test_faults_of_a_file_have_their_lines(tmp_path, quality, line, found):
    """Whatever is wrong with the form of a scenario is a problem at its line."""
    file = tmp_path / "s.yaml"
    file.write_text(f"# 情景\nchanges:\n  - {line}\n", "utf-8")
    with pytest.raises(Unusable) as raised:
        read_scenario(file, quality.fields)
    assert found == sorted((p.kind.code, p.place.line) for p in raised.value.problems)


def test_other_documents_are_no_scenarios(tmp_path, quality):
    """A list, a blank file, changes that are none."""
    for text, code in (("- a\n", "S202"), ("", "S202"), ("changes: x\n", "S203"), ("changes:\n  a: 1\n", "S203")):
        file = tmp_path / "s.yaml"
        file.write_text(text, "utf-8")
        with pytest.raises(Unusable) as raised:
            read_scenario(file, quality.fields)
        assert [code] == [p.kind.code for p in raised.value.problems]


# -------------------------------------------------------------------------------------------------------- the command


@pytest.fixture
def files(tmp_path, root):
    """A scenario and prices for the example county."""
    (tmp_path / "s.yaml").write_text(
        "name: 补短板\nchanges:\n"
        "  - {school: 城关镇中心小学, build: {teaching_area: 544}}\n"
        "  - {school: 西岭镇初级中学, hire: {count: 1, as: [backbone_teachers, pe_art_teachers]}}\n"
        "  - {move: {count: 1, as: backbone_teachers}, from: 示例县第一小学, to: 示例县第三小学}\n",
        "utf-8",
    )
    (tmp_path / "p.yaml").write_text(
        "prices:\n"
        "  teaching_area: {yuan: 1000.5, per: ㎡, source: 编造}\n"
        "  backbone_teachers: {yuan: 300, per: 人, source: 编造}\n"
        "  pe_art_teachers: {yuan: 200, per: 人, source: 编造}\n",
        "utf-8",
    )
    return ["whatif", root / "examples" / "shili", "--year", "2023", "--scenario", tmp_path / "s.yaml"]


def test_what_flips_is_told(tmp_path, files):
    """Two schools come to meet the standard, coefficients pass their limit, and the exit code is that of after."""
    costs = ["--costs", tmp_path / "p.yaml"]
    found = json.loads(command(*files, *costs, "-f", "json", code=1).stdout)
    flips = [(s["name"], s["before"]["passed"], s["after"]["passed"]) for s in found["flipped"]["schools"]]
    assert [("城关镇中心小学", False, True), ("西岭镇初级中学", False, True)] == flips
    outcomes = {(i["name"], i["indicator"]): (i["before"], i["after"]) for i in found["flipped"]["indicators"]}
    # 2516 − gym, 3.70 ㎡ a pupil with a gap of exactly 544 ㎡; one teacher more closes both gaps of the other school
    assert outcomes == {
        ("城关镇中心小学", "teaching_area"): ("unmet", "met"),
        ("西岭镇初级中学", "backbone_teachers"): ("close", "met"),
        ("西岭镇初级中学", "pe_art_teachers"): ("close", "met"),
    }
    # 544 × 1000.5; one person is paid once, at the higher of two prices; who moves costs nothing
    assert (544272 + 300, False) == (found["cost"]["yuan"], found["cost"]["lower_bound"])
    assert ["teaching_area", "backbone_teachers"] == [entry["priced_as"] for entry in found["cost"]["items"]]
    assert [["补短板", 3], ["补短板", 4], ["补短板", 5]] == [[c["scenario"], c["line"]] for c in found["changes"]]


def test_what_has_no_price_makes_the_sum_a_lower_bound(tmp_path, files):
    """It is named, and nothing is taken for 0."""
    extra = ["--costs", tmp_path / "p.yaml", "--set", "示例县第一小学.multimedia_classrooms+=3"]
    found = json.loads(command(*files, *extra, "-f", "json").stdout)["cost"]
    assert (544572, True, None) == (found["yuan"], found["lower_bound"], found["items"][-1]["yuan"])
    said = command(*files, *extra).stdout
    assert "费用：至少 544572.00 元" in said
    assert "无单价" in said


def test_money_costs_itself(tmp_path, root):
    """Equipment is bought for its value, where prices are given at all."""
    (tmp_path / "p.yaml").write_text("prices: {}\n", "utf-8")
    words = ["whatif", root / "examples" / "shili", "--year", "2023", "--set", "示例县第一小学.equipment_value+=1234.5"]
    found = json.loads(command(*words, "--costs", tmp_path / "p.yaml", "-f", "json").stdout)
    assert 1234.5 == found["cost"]["yuan"]
    assert None is json.loads(command(*words, "-f", "json").stdout)["cost"]


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("ending", ["xlsx", "json", "csv", "md", "txt"])
def test_every_format_tells_it(tmp_path, files, lang, ending):
    """The same flips stand in every file, in both languages."""
    output = tmp_path / f"out.{ending}"
    command(*files, "--set", "示例县第一小学.students-=10", "--lang", lang, "--output", output, code=1)
    if ending == "xlsx":
        text = "\n".join(
            str(cell) for sheet in load_workbook(output) for row in sheet.values for cell in row if cell is not None
        )
    else:
        text = output.read_text("utf-8-sig")
    assert "城关镇中心小学" in text
    assert "{" not in text or ending == "json"


def test_csv_has_one_shape(files):
    """Every line has as many cells as the heading; every coefficient of the county is there before and after."""
    heading, *lines = csv.reader(io.StringIO(command(*files, "-f", "csv").stdout))
    assert {len(heading)} == {len(entry) for entry in lines}
    kind = heading.index("类别")
    assert 14 == sum(entry[kind] == "variation" for entry in lines)
    assert 2 == sum(entry[kind] == "school" for entry in lines)


@pytest.mark.parametrize("width", [80, 120])
def test_tables_fit_the_terminal(files, width):
    """No line is wider than the page."""
    from rich.cells import cell_len

    result = CliRunner(env={"COLUMNS": str(width), "NO_COLOR": "1"}).invoke(app, list(map(str, files)))
    assert [] == [line for line in result.stdout.splitlines() if cell_len(line.rstrip()) > width]


def test_several_counties_are_told_apart(tmp_path):
    """One line for each county, and a school that changes is named with its county."""
    rows = [school_row(county="甲县"), school_row(county="乙县", backbone_teachers=8)]
    file = write_csv(tmp_path / "2023.csv", table(*rows))
    words = ["whatif", file, "--set", "乙县第一小学.backbone_teachers+=4"]
    found = json.loads(command(*words, "-f", "json", code=0).stdout)
    assert [{"name": "乙县", "before": False, "after": True}] == found["flipped"]["counties"]
    assert ["乙县"] == [flip["county"] for flip in found["flipped"]["schools"]]
    assert "乙县 第一小学" in command(*words).stdout


def test_several_standards_are_compared_each(tmp_path):
    """Each standard has its own before and after; what one does not read is said for that one."""
    file = write_csv(tmp_path / "2023.csv", table(school_row()))
    words = ["whatif", file, "-s", "quality-balance", "-s", "basic-balance", "--set", "第一小学.books=9", "-f", "json"]
    result = command(*words)
    found = json.loads(result.stdout)
    assert ("junheng.runs/1", 2) == (found["schema"], len(found["runs"]))
    assert 1 == result.stderr.count("C166")


def test_faults_stop_the_command(tmp_path, files):
    """Every fault of every file at once, exit 2, JSON with the problems where that was asked for."""
    for name in ("a", "b"):
        (tmp_path / f"{name}.yaml").write_text("changes:\n  - {standard: []}\n", "utf-8")
    more = [*files, "--scenario", tmp_path / "a.yaml", "--scenario", tmp_path / "b.yaml", "-f", "json"]
    result = command(*more, code=2)
    assert ["S203", "S203"] == [p["code"] for p in json.loads(result.stdout)["problems"]]
    result = command(*files, "--set", "无此校.books+=1", "--set", "示例县第一小学.students-=99999", code=2)
    assert ("C161" in result.stderr, "C164" in result.stderr, "") == (True, True, result.stdout)


def test_waivers_and_the_province_hold_before_and_after(tmp_path):
    """The verdict with waivers stands beside both; a project's province is not spoken of where it is not asked for."""
    file = write_csv(tmp_path / "2023.csv", table(school_row(backbone_teachers=8)))
    (tmp_path / "waivers.yaml").write_text(
        "waivers:\n  - {school: 第一小学, rule: backbone_teachers, reason: 示例, evidence: 示例, expiry: 2999-08-31}\n",
        "utf-8",
    )
    (tmp_path / "junheng.yaml").write_text("data: 2023.csv\nprovince: 陕西\n", "utf-8")
    found = json.loads(command("whatif", tmp_path, "-f", "json").stdout)
    assert found["before"] == found["after"]
    words = ["whatif", file, "--waivers", tmp_path / "waivers.yaml"]
    assert "计入豁免：" in command(*words, code=1).stdout
    command(*words, "--apply-waivers", code=0)


def test_schools_flip_by_the_standard_of_the_province(tmp_path):
    """Where the method leaves schools to the province, its standard says which of them flip, and by which indicator."""
    (tmp_path / "gate.yaml").write_text(
        "title: {zh: 示例省办学基本标准, en: School standard of an invented province}\n"
        "sources: {own: {title: 示例省〔2013〕1号, standing: official}}\n"
        "indicators:\n"
        "  - {id: books, name: {zh: 生均图书, en: Books per student}, kind: ratio, of: books, unit: 册, at_least: 25,\n"
        "     cite: own 2, quote: 25册}\n"
        "school_rule: {meet_at_least: all, cite: own 3}\n",
        "utf-8",
    )
    file = write_csv(tmp_path / "2023.csv", table(school_row(books=24_999)))
    words = ["whatif", file, "-s", "basic-balance", "--province", tmp_path / "gate.yaml"]
    result = command(*words, "--set", "第一小学.books+=1", "-f", "json")
    found = json.loads(result.stdout)["flipped"]
    assert [("books", "unmet", "met")] == [(i["indicator"], i["before"], i["after"]) for i in found["indicators"]]
    assert [(False, True)] == [(s["before"]["passed"], s["after"]["passed"]) for s in found["schools"]]


def test_the_page_and_the_example_are_right(root, tmp_path, monkeypatch, capsys):
    """The file shown in docs/whatif.md can be read, its Python runs, and the example makes every school meet the rule."""
    page = (root / "docs" / "whatif.md").read_text("utf-8")
    (tmp_path / "s.yaml").write_text(re.search(r"```yaml\n(.*?)```", page, re.DOTALL)[1], "utf-8")
    assert 12 == len(read_scenario(tmp_path / "s.yaml", shipped_fields()).changes)
    assert [] == check_data([(root / "examples" / "scenario" / "scenario.yaml", "scenario")], shipped_fields())
    monkeypatch.chdir(root)
    exec(re.search(r"```python\n(.*?)```", page, re.DOTALL)[1], {})  # noqa: S102 - our own page
    assert "False True\n" == capsys.readouterr().out


def test_numbers_are_never_rounded(tmp_path):
    """A third of a book is a third, exactly, until it stands in the table."""
    run = judged(tmp_path, school_row())
    done = applied(run, [Scenario("x", (SchoolChange(school="第一小学", add={"equipment_value": Fraction(1, 3)}),))])
    assert Fraction(1, 3) == done.purchases[0].amount
    assert 2_100_000 + 1 / 3 == pytest.approx(figure(done.run, "equipment_value"), rel=1e-15)
    assert Decimal("0.25") == SchoolChange(school="x", add={"books": Fraction(1, 4)}).model_dump()["add"]["books"]
    assert Path(done.run.origin.sheets[0].file).name == "2023.csv"
