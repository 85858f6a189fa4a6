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
        ["学校名称", "办学类型", "小学", None, "初中", None],
        [None, None, "在校生数", "图书册数", "在校生数", "图书册数"],
        ["第一小学", "小学", 900, 30000, 100, 5000],
    ]
    path = _book(tmp_path / "两段.xlsx", rows, ["A1:A2", "B1:B2", "C1:D1", "E1:F1"])
    problems = json.loads(_check(path).stdout)["problems"]
    doubtful = {p["cell"] for p in problems if p["code"] == "W127"}
    assert {"C2", "D2", "E2", "F2"} == doubtful


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
