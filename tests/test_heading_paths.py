"""Headings over several merged rows are read as paths, and no figure is taken from under a heading that narrows it."""

import json

import pytest
from openpyxl import Workbook
from openpyxl.utils import get_column_letter
from typer.testing import CliRunner

from junheng.cli import app
from junheng.workbook.cells import read_sheets
from junheng.workbook.heading_paths import block, paths

MERGES = (
    *("A1:Q1", "A2:A5", "B2:B5", "C2:C5", "D2:D5", "E2:E5", "F2:H2", "F3:F5", "G4:G5", "H4:H5", "G3:H3", "I2:M2"),
    *("I3:I5", "J3:K3", "L3:M3", "J4:J5", "K4:K5", "M4:M5", "N2:Q2", "N3:O3", "N4:N5", "P3:P5", "Q3:Q5"),
)
ROWS = [
    ["2023学年教育事业统计综合表", *[None] * 16],
    ["序号", "学校名称", "办学类型", "学段", "班级数", "在校生数", None, None, "专任教师", None, None, None, None,
     "占地面积及其他办学条件", None, None, None],
    [None, None, None, None, None, "合计", "其中", "其中", "计", "#按学历分", None, "#按授课课程分", None,
     "占地面积（平方米）", None, "教学仪器设备资产值（万元）", "图书（册）"],
    [None] * 6 + ["女", "寄宿生", None, "硕士研究生", "本科", "艺术", "体育", "计", "其中", None, None],
    [None] * 11 + ["计", None, None, "运动场地面积", None, None],
    ["甲", "乙", "丙", "丁", *range(1, 14)],
    [1, "第一小学", "小学", "", 20, 900, 430, 0, 50, 3, 40, 5, 4, 20000, 7000, 180.5, 30000],
    [2, "第二小学", "小学", "", 10, 400, 190, 0, 25, 1, 20, 2, 2, 9000, 3000, 80, 12000],
]  # fmt: skip


def _book(path, rows, merges=()):
    book = Workbook()
    sheet = book.active
    for row in rows:
        sheet.append(row)
    for cells in merges:
        sheet.merge_cells(cells)
    book.save(path)
    return path


def _headings(path):
    sheet = read_sheets(path, path.name)[0]
    return {heading.text: heading.column for heading in paths(sheet, *block(sheet))}


@pytest.mark.parametrize("merged", [True, False], ids=["merged", "flattened"])
def test_merged_headings_become_paths(tmp_path, merged):
    """Each column is known by the cells above it, whether the file still knows that they are merged or not."""
    found = _headings(_book(tmp_path / "综合表.xlsx", ROWS, MERGES if merged else ()))
    expected = {
        "学校名称": 1,
        "在校生数 / 合计": 5,
        "在校生数 / 其中 / 女": 6,
        "专任教师 / #按学历分 / 本科": 10,
        "专任教师 / #按授课课程分 / 艺术 / 计": 11,
        "占地面积及其他办学条件 / 占地面积（平方米） / 其中 / 运动场地面积": 14,
        "占地面积及其他办学条件 / 教学仪器设备资产值（万元）": 15,
    }
    assert expected.items() <= found.items()


def _check(path, *options):
    return CliRunner(env={"NO_COLOR": "1"}).invoke(
        app, ["check", str(path), "--standard", "basic-balance", "--format", "json", *options]
    )


@pytest.mark.parametrize("merged", [True, False], ids=["merged", "flattened"])
def test_figures_are_read_under_their_paths(tmp_path, merged):
    """Sums, parts, units in a heading above, and the row of column numbers are understood; the figures are right."""
    path = _book(tmp_path / "综合表.xlsx", ROWS, MERGES if merged else ())
    schools = json.loads(_check(path).stdout)["schools"]
    found = {i["id"]: i["value"] for i in schools[0]["indicators"]}
    assert [900, 400] == [school["students"] for school in schools]
    expected = {"teachers": 50 / 900, "sports_area": 7000 / 900, "equipment_value": 1805000 / 900, "books": 30000 / 900}
    assert expected == {name: found[name] for name in expected}


def test_a_path_names_a_column_of_a_columns_file(tmp_path):
    """A columns file may name a column by its path, or by the end of it where that is unique."""
    path = _book(tmp_path / "综合表.xlsx", ROWS, MERGES)
    columns = tmp_path / "columns.yaml"
    columns.write_text("overqualified_teachers: [按学历分/本科, 硕士研究生]\ncomputers: 专任教师/计\n", "utf-8")
    school = json.loads(_check(path, "--columns", str(columns)).stdout)["schools"][0]
    found = {i["id"]: i["value"] for i in school["indicators"]}
    assert pytest.approx([43 / 900, 100 * 50 / 900]) == [found["overqualified_teachers"], found["computers"]]


def test_the_end_of_two_paths_is_asked_about(tmp_path):
    """An ending that two columns share is not guessed: both are named."""
    rows = [
        ["学校名称", "办学类型", "城区", None, "乡村", None],
        [None, None, "在校生数", "图书册数", "在校生数", "图书册数"],
        ["第一小学", "小学", 900, 30000, 100, 5000],
    ]
    path = _book(tmp_path / "城乡.xlsx", rows, ["A1:A2", "B1:B2", "C1:D1", "E1:F1"])
    problems = json.loads(_check(path).stdout)["problems"]
    doubtful = {p["cell"] for p in problems if p["code"] == "W127"}
    assert {"C2", "D2", "E2", "F2"} == doubtful


STAGES = [
    ["学校名称", "办学类型", "小学", None, "初中", None, "教学仪器设备值"],
    [None, None, "在校生数", "专任教师数", "在校生数", "专任教师数", None],
    ["实验学校", "九年一贯制学校", 600, 40, 400, 35, 1_040_000],
    ["第一小学", "小学", 900, 50, None, 0, 900_000],
    ["第一中学", "初级中学", None, None, 500, 45, 1_000_000],
]


def _sections(document):
    """Return name, stage, pupils, and teachers and equipment in all, as whole numbers."""
    found = []
    for school in document["schools"]:
        values = {i["id"]: i["value"] for i in school["indicators"]}
        whole = [None if values.get(n) is None else round(values[n] * school["students"]) for n in WHOLE]
        found.append((school["name"], school["stage"], school["students"], *whole))
    return sorted(found)


WHOLE = ("teachers", "equipment_value")
# 600 × 1 and 400 × 1.1 pupils weigh 600 and 440: 1,040,000 is divided into 600,000 and 440,000
SECTIONS = [
    ("实验学校", "junior", 400, 35, 440_000),
    ("实验学校", "primary", 600, 40, 600_000),
    ("第一中学", "junior", 500, 45, 1_000_000),
    ("第一小学", "primary", 900, 50, 900_000),
]


def test_stages_above_columns_give_the_sections_of_a_row(tmp_path):
    """小学 and 初中 above the same headings are read as the sections of each school, each once and of its own stage."""
    path = _book(tmp_path / "两段.xlsx", STAGES, ["A1:A2", "B1:B2", "C1:D1", "E1:F1", "G1:G2"])
    assert SECTIONS == _sections(json.loads(_check(path).stdout))
    joined = [
        [
            "学校名称",
            "办学类型",
            "小学在校生数",
            "小学部专任教师数",
            "在校生数（初中）",
            "初中专任教师数",
            "教学仪器设备值",
        ]
    ]
    found = json.loads(_check(_book(tmp_path / "一行.xlsx", [*joined, *STAGES[2:]])).stdout)
    assert SECTIONS == _sections(found)
    below = [
        ["学校名称", "办学类型", "在校生数", None, None, "专任教师数", None, "教学仪器设备值"],
        [None, None, "合计", "小学", "初中", "小学", "初中", None],
        *([*row[:2], (row[2] or 0) + (row[4] or 0), row[2], row[4], row[3], row[5], row[6]] for row in STAGES[2:]),
    ]
    path = _book(tmp_path / "在下.xlsx", below, ["A1:A2", "B1:B2", "C1:E1", "F1:G1", "H1:H2"])
    assert SECTIONS == _sections(json.loads(_check(path).stdout))


def test_what_is_given_for_each_stage_is_divided_already(tmp_path):
    """Equipment in a column of each stage is that stage's; beside another shared figure for the whole school it is asked about."""
    rows = [
        ["学校名称", "办学类型", "小学", None, "初中", None, "图书册数"],
        [None, None, "在校生数", "教学仪器设备值", "在校生数", "教学仪器设备值", None],
        ["实验学校", "九年一贯制学校", 600, 700_000, 400, 300_000, 5000],
    ]
    merges = ["A1:A2", "B1:B2", "C1:D1", "E1:F1"]
    found = json.loads(_check(_book(tmp_path / "a.xlsx", [row[:6] for row in rows], merges)).stdout)
    assert [("junior", 400, 300_000), ("primary", 600, 700_000)] == [(s[1], s[2], s[4]) for s in _sections(found)]
    found = json.loads(_check(_book(tmp_path / "b.xlsx", rows, merges)).stdout)
    assert {"C2", "D2", "E2", "F2"} == {p["cell"] for p in found["problems"] if p["code"] == "W127"}
    assert {None} == {s["students"] for s in found["schools"]}


def test_a_figure_of_both_stages_is_used_for_neither(tmp_path):
    """Teachers of a nine-year school in one column are not counted twice; those of a school of one stage are its own."""
    rows = [[*row[:3], row[4], (row[3] or 0) + (row[5] or 0)] for row in STAGES]
    rows[0][2:] = ["小学在校生数", "初中在校生数", "专任教师数"]
    del rows[1]
    found = json.loads(_check(_book(tmp_path / "a.xlsx", rows)).stdout)
    assert [None, None, 45, 50] == [section[3] for section in _sections(found)]
    assert ["E2"] == [p["cell"] for p in found["problems"] if p["code"] == "W312"]


def test_no_row_is_lost_between_the_stages(tmp_path):
    """A primary school with junior pupils, one of unknown type and one without any figure are each reported."""
    rows = [
        *STAGES[:2],
        ["甲小学", "小学", 900, 50, 100, 9, 1],
        ["乙园", "幼儿园", 10, 1, None, None, 1],
        ["丙小学", "小学", None, None, None, None, 1],
    ]
    path = _book(tmp_path / "a.xlsx", rows, ["A1:A2", "B1:B2", "C1:D1", "E1:F1", "G1:G2"])
    document = json.loads(_check(path).stdout)
    assert {"甲小学", "乙园", "丙小学"} == {s["name"] for s in document["schools"]}
    assert {("W302", "A3"), ("W206", "B4"), ("W205", "C5")} <= {(p["code"], p["cell"]) for p in document["problems"]}


@pytest.mark.parametrize(
    "step",
    [
        "基本情况",
        "一、学生及班级情况",
        "学校规模（人）",
        "教职工队伍情况",
        "二、师资配备情况",
        "办学条件",
        "学生情况（必填）",
    ],
)
def test_groups_that_only_say_where_a_column_belongs_are_harmless(tmp_path, step):
    """What county tables write above their columns changes no figure."""
    rows = [
        [step, None, None, None],
        ["学校名称", "办学类型", "在校生数", "专任教师数"],
        ["第一小学", "小学", 1000, 50],
    ]
    document = json.loads(_check(_book(tmp_path / "a.xlsx", rows, ["A1:D1"])).stdout)
    assert [("第一小学", "primary", 1000, 50)] == [s[:4] for s in _sections(document)]
    rows[0] = [None, None, step, step]
    document = json.loads(_check(_book(tmp_path / "b.xlsx", rows)).stdout)
    assert [("第一小学", "primary", 1000, 50)] == [s[:4] for s in _sections(document)]


@pytest.mark.parametrize(
    "step",
    [
        "女",
        "其中：在编",
        "城区",
        "民办",
        "走教",
        "编制",
        "临时",
        "2022年",
        "上年数",
        "应配",
        "生均",
        "随迁子女",
        "某个没有人想到的词",
    ],
)
def test_a_word_that_is_not_known_to_be_harmless_is_asked_about(tmp_path, step):
    """Whatever else stands above a figure may make it another one, also where it stands over one column alone."""
    rows = [
        [None, None, None, step],
        ["学校名称", "办学类型", "在校生数", "专任教师数"],
        ["第一小学", "小学", 1000, 50],
    ]
    document = json.loads(_check(_book(tmp_path / "a.xlsx", rows)).stdout)
    assert [("第一小学", "primary", 1000, None)] == [s[:4] for s in _sections(document)]
    assert ["D2"] == [p["cell"] for p in document["problems"] if p["code"] == "W127"]
    (tmp_path / "c.yaml").write_text(f"teachers: {step} / 专任教师数\n", "utf-8")
    document = json.loads(_check(tmp_path / "a.xlsx", "--columns", str(tmp_path / "c.yaml")).stdout)
    assert [("第一小学", "primary", 1000, 50)] == [s[:4] for s in _sections(document)]


@pytest.mark.parametrize(
    ("below", "read"),
    [
        (["上年", "本年"], 50),
        (["编制数", "实有数"], 50),
        (["人数", "占比"], 60),
        ([2022, 2023], None),
        (["在编", "外聘"], None),
        (["计", "其中"], 60),
    ],
    ids=str,
)
def test_what_stands_below_a_heading_says_which_figure_it_is(tmp_path, below, read):
    """The present one of two is taken where its heading says so; otherwise both are asked about."""
    rows = [
        ["学校名称", "办学类型", "在校生数", "专任教师数", None],
        [None, None, None, *below],
        ["第一小学", "小学", 1000, 60, 50],
    ]
    path = _book(tmp_path / "a.xlsx", rows, ["A1:A2", "B1:B2", "C1:C2", "D1:E1"])
    document = json.loads(_check(path).stdout)
    assert [("第一小学", "primary", 1000, read)] == [s[:4] for s in _sections(document)]
    asked = [p["cell"] for p in document["problems"] if p["code"] == "W127"]
    assert ([] if read else ["D2", "E2"]) == asked


def test_a_count_below_another_unit_is_not_that_field(tmp_path):
    """人数 below 班级数, and 间数 below an area, are none of these; 面积 and 册数 below what they count are."""
    rows = [
        ["学校名称", "办学类型", "在校生数", "图书", None, "运动场地", None],
        [None, None, None, "册数", "人数", "间数", "面积（㎡）"],
        ["第一小学", "小学", 1000, 9000, 7, 8, 6000],
    ]
    path = _book(tmp_path / "a.xlsx", rows, ["A1:A2", "B1:B2", "C1:C2", "D1:E1", "F1:G1"])
    school = json.loads(_check(path).stdout)["schools"][0]
    values = {i["id"]: i["value"] for i in school["indicators"]}
    assert (9.0, 6.0) == (values["books"], values["sports_area"])


def test_units_in_a_row_above_the_headings(tmp_path):
    """A row of units above the headings converts like one below them; a unit that does not fit is reported."""
    rows = [
        ["单位", None, "人", "册", "万元"],
        ["学校名称", "办学类型", "在校生数", "图书册数", "教学仪器设备值"],
        ["第一小学", "小学", 1000, 9000, 200],
    ]
    school = json.loads(_check(_book(tmp_path / "a.xlsx", rows)).stdout)["schools"][0]
    values = {i["id"]: i["value"] for i in school["indicators"]}
    assert (9.0, 2000.0) == (values["books"], values["equipment_value"])
    rows[0][3] = "万元"
    document = json.loads(_check(_book(tmp_path / "b.xlsx", rows)).stdout)
    assert ["D2"] == [p["cell"] for p in document["problems"] if p["code"] == "W121"]


def test_a_second_table_may_begin_with_a_group_or_a_title(tmp_path):
    """What stands above the second table's headings belongs to it: women are not all, and its money is in 万元."""
    head = ["学校名称", "办学类型", "在校生数", "教学仪器设备值"]
    first = [head, ["甲小学", "小学", 100, 200_000]]
    rows = [*first, [None, None, "其中：女", None], head, ["乙小学", "小学", 40, 300_000]]
    document = json.loads(_check(_book(tmp_path / "a.xlsx", rows)).stdout)
    assert [("乙小学", None), ("甲小学", 100)] == sorted((s["name"], s["students"]) for s in document["schools"])
    assert {"C4", "D4"} == {p["cell"] for p in document["problems"] if p["code"] == "W127"}
    rows = [*first, ["表二（单位：万元）"], head, ["乙小学", "小学", 40, 30]]
    document = json.loads(_check(_book(tmp_path / "b.xlsx", rows)).stdout)
    assert ["D4"] == [p["cell"] for p in document["problems"] if p["code"] == "W125"]
    groups = [None, None, "规模", "条件"]
    rows = [groups, *first, groups, head, ["乙小学", "小学", 40, 300_000], ["合计", None, 140, 500_000]]
    document = json.loads(_check(_book(tmp_path / "c.xlsx", rows)).stdout)
    assert [("乙小学", 40), ("甲小学", 100)] == sorted((s["name"], s["students"]) for s in document["schools"])


def test_a_new_page_repeats_title_headings_and_numbers(tmp_path):
    """None of the three is a school on the second page."""
    page = [["某县学校情况"], ["学校名称", "办学类型", "在校生数", "图书册数"], ["甲", "乙", 1, 2]]
    rows = [*page, ["甲小学", "小学", 100, 2000], *page, ["乙小学", "小学", 40, 900]]
    document = json.loads(_check(_book(tmp_path / "a.xlsx", rows)).stdout)
    assert ["甲小学", "乙小学"] == [s["name"] for s in document["schools"]]
    assert [] == [p for p in document["problems"] if p["severity"] == "error" and p["code"] != "W113"]


def test_a_year_above_every_figure_is_the_tables(tmp_path):
    """2023年 over all figures is no part; beside another year it is one of two, and neither is taken."""
    rows = [
        [None, None, "2023年", None],
        ["学校名称", "办学类型", "在校生数", "专任教师数"],
        ["第一小学", "小学", 1000, 50],
    ]
    path = _book(tmp_path / "a.xlsx", rows, ["C1:D1"])
    assert [("第一小学", "primary", 1000, 50)] == [s[:4] for s in _sections(json.loads(_check(path).stdout))]
    rows[0][3] = "2022年"
    document = json.loads(_check(_book(tmp_path / "b.xlsx", rows)).stdout)
    assert [("第一小学", "primary", None, None)] == [s[:4] for s in _sections(document)]
    assert {"C2", "D2"} == {p["cell"] for p in document["problems"] if p["code"] == "W127"}


UNDER = {
    "women and men": (["在校生数", None], ["女", "男"]),
    "grades": (["在校生数", None], ["一年级", "二年级"]),
    "years": (["在校生数", None], ["2022年", "2023年"]),
}


@pytest.mark.parametrize("head", UNDER.values(), ids=UNDER)
@pytest.mark.parametrize("merged", [True, False], ids=["merged", "flattened"])
def test_a_part_is_not_taken_for_the_whole(tmp_path, head, merged):
    """Columns under a known heading that say less than it are not read as if they stood alone."""
    (above, below) = head
    rows = [
        ["学校名称", "办学类型", *above, "图书册数"],
        [None, None, *below, None],
        ["第一小学", "小学", 400, 500, 9000],
    ]
    path = _book(tmp_path / "部分.xlsx", rows, ["A1:A2", "B1:B2", "C1:D1", "E1:E2"] if merged else ())
    document = json.loads(_check(path).stdout)
    assert not [s for s in document["schools"] if s["students"] is not None]
    assert [p for p in document["problems"] if p["severity"] == "error"]


@pytest.mark.parametrize("above", ["其中：女", "高中", "附设幼儿园", "租用"])
def test_a_heading_above_a_full_row_counts(tmp_path, above):
    """A known heading under one that narrows it is not used, also where every column has a heading of its own."""
    rows = [
        ["基本情况", None, None, above, None],
        ["学校名称", "办学类型", "在校生数", "专任教师数", "图书册数"],
        ["第一小学", "小学", 900, 50, 9000],
    ]
    path = _book(tmp_path / "上级.xlsx", rows, ["A1:C1", "D1:E1"])
    document = json.loads(_check(path).stdout)
    assert {"D2", "E2"} == {p["cell"] for p in document["problems"] if p["code"] == "W127"}
    assert {None} == {i["value"] for i in document["schools"][0]["indicators"]}


def test_a_unit_above_holds_below(tmp_path):
    """The unit of a heading over several columns is that of each of them."""
    rows = [
        ["学校名称", "办学类型", "在校生数", "固定资产（万元）", None],
        [None, None, None, "教学仪器设备值", "其他"],
        ["第一小学", "小学", 1000, 200, 5],
    ]
    path = _book(tmp_path / "单位.xlsx", rows, ["A1:A2", "B1:B2", "C1:C2", "D1:E1"])
    school = json.loads(_check(path).stdout)["schools"][0]
    assert 2000 == next(i["value"] for i in school["indicators"] if i["id"] == "equipment_value")


def test_three_hundred_columns_under_six_rows(tmp_path):
    """A table of 300 columns under six merged rows is mapped by path, however often a lowest heading repeats."""
    top = ["学校名称", "办学类型", "学段"]
    blocks = [("在校生数", "在校生数 / 合计"), ("图书（册）", "图书 / 计"), ("其他校舍", "")]
    rows = [[""] * 303 for _ in range(6)]
    merges = []
    for at, name in enumerate(top):
        rows[0][at] = name
        merges.append(f"{get_column_letter(at + 1)}1:{get_column_letter(at + 1)}6")
    column = 3
    for number in range(100):
        name = blocks[number][0] if number < len(blocks) else f"统计指标{number}"
        rows[0][column] = "办学条件" if number else "学生"
        rows[1][column], rows[2][column] = name, "计"
        rows[2][column + 1], rows[3][column + 1], rows[4][column + 1] = "其中", "女", "计"
        rows[3][column + 2], rows[4][column + 2], rows[5][column + 2] = "其他", "合计", "小计"
        left, right = get_column_letter(column + 1), get_column_letter(column + 3)
        merges += [f"{left}1:{right}1", f"{left}2:{right}2", f"{left}3:{left}6"]
        merges += [f"{get_column_letter(column + 2)}3:{right}3"]
        column += 3
    data = ["第一小学", "小学", "", *(n for number in range(100) for n in (1000 + number, 500, 7))]
    path = _book(tmp_path / "三百列.xlsx", [*rows, data], merges)
    headings = _headings(path)
    assert 303 == len(headings)
    assert 3 == headings["学生 / 在校生数 / 计"]
    school = json.loads(_check(path).stdout)["schools"][0]
    assert 1000 == school["students"]
    assert 1001 / 1000 == next(i["value"] for i in school["indicators"] if i["id"] == "books")


def test_a_second_table_has_a_heading_of_its_own(tmp_path):
    """Below a table with a heading of two rows another one in another order is read by its own heading."""
    rows = [
        ["学校名称", "办学类型", "规模", None, "图书册数"],
        [None, None, "在校生数", "班级数", None],
        ["甲小学", "小学", 100, 3, 2000],
        ["学校名称", "办学类型", "图书册数", "规模", None],
        [None, None, None, "班级数", "在校生数"],
        ["乙小学", "小学", 9000, 6, 300],
    ]
    path = _book(tmp_path / "两张.xlsx", rows)
    schools = json.loads(_check(path).stdout)["schools"]
    assert [("甲小学", 100), ("乙小学", 300)] == [(s["name"], s["students"]) for s in schools]
    assert [20, 30] == [next(i["value"] for i in s["indicators"] if i["id"] == "books") for s in schools]


def test_the_workbook_read_is_not_written_over(tmp_path):
    """An output that is the input is refused, and the workbook stays whole."""
    path = _book(tmp_path / "学校.xlsx", ROWS, MERGES)
    before = path.read_bytes()
    for command in ("check", "county", "audit"):
        done = CliRunner().invoke(app, [command, str(path), "--output", str(path)])
        assert done.exit_code == 2
        assert "C122" in done.stderr
    assert before == path.read_bytes()
