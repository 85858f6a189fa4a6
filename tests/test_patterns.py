"""The ways in which real workbooks are untidy: each is read rightly, or reported at its cell, and never guessed."""

import json
import re
from types import SimpleNamespace

import pytest
from openpyxl import load_workbook
from openpyxl.styles import PatternFill
from typer.testing import CliRunner

from junheng.cli import app
from tests.collecting import LAYOUT, code, collect, form, rows_of, write_roster
from tests.workbooks import HEADINGS, SHARED, nine_year, school_row, table, write_csv, write_xlsx

GOOD = {  # of the good primary school of tests/workbooks.py, where the arithmetic stands
    "overqualified_teachers": 5.0,
    "backbone_teachers": 1.2,
    "pe_art_teachers": 1.0,
    "teaching_area": 4.6,
    "sports_area": 8.0,
    "equipment_value": 2100.0,
    "multimedia_classrooms": 2.4,
}
NOTE = "注： 全县平均值保留两位小数，差异系数保留三位小数。"
NO_TEACHERS = dict.fromkeys(("overqualified_teachers", "backbone_teachers", "pe_art_teachers"), 0)


@pytest.fixture
def place(tmp_path, monkeypatch):
    """A folder whose name holds no year, and commands run in it."""
    path = tmp_path / "county"
    path.mkdir()
    monkeypatch.chdir(path)
    return path


def run(*words, code=None):
    """Run a command line as a user does."""
    result = CliRunner(env={"NO_COLOR": "1", "COLUMNS": "2000", "JUNHENG_LANG": None}).invoke(
        app, list(map(str, words))
    )
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert code in (None, result.exit_code), result.output
    return result


def read(path, *options, command="check", code=None):
    """Return a judgement: problems as (code, sheet, cell), schools by name and stage, counties by name."""
    result = run(command, path, "--format", "json", *(() if "--year" in options else ("--year", 2023)), *options)
    assert code in (None, result.exit_code), result.output
    document = json.loads(result.stdout)
    counties = document.get("counties", [])
    schools = [*document.get("schools", []), *(s for county in counties for s in county["schools"])]
    for school in schools:
        school["values"] = {i["id"]: i["value"] for i in school["indicators"]}
    return SimpleNamespace(
        exit=result.exit_code,
        problems=[(p["code"], p.get("sheet"), p.get("cell")) for p in document["problems"]],
        messages=[p["message"] for p in document["problems"]],
        schools=schools,
        names=[school["name"] for school in schools],
        counties={county["name"]: county["passed"] for county in counties},
        left_out={s["name"]: s["reason"] for county in counties for s in county["left_out"]},
    )


def at(code, cell=None, sheet="学校"):
    """Return a problem as `read` gives it."""
    return code, sheet, cell


def errors(found):
    """Return problems without absent columns, and without what is only said of the standard."""
    return [p for p in found.problems if p[0][0] == "W" and p[0] not in ("W113", "W114", "W124", "W306")]


def beside(rows, heading, *cells):
    """Return rows with one more column."""
    return [[*row, cell] for row, cell in zip(rows, (heading, *cells), strict=True)]


def proposed(path, *options):
    """Return what `junheng columns` proposes by field, and the headings that it does not use."""
    document = json.loads(run("columns", path, "--format", "json", *options, code=0).stdout)
    unused = [(entry["column"], entry["heading"]) for entry in document["not_used"]]
    return {entry["field"]: entry for entry in document["fields"]}, unused


def test_pattern_01_headings_in_merged_rows_are_told_apart_by_their_paths(place):
    """合计, 计 and 其中 stand under several headings, and each figure is taken from under its own."""
    rows = [
        ["教育事业统计综合表", *[None] * 13],
        ["学校名称", "办学类型", "在校生数", None, None, "专任教师", None, None, None, None,
         "占地面积及其他办学条件", None, None, None],
        [None, None, "合计", "其中", None, "计", "#按学历分", None, "#按授课课程分", None,
         "占地面积（平方米）", None, "图书（册）", None],
        [None, None, None, "女", "寄宿生", None, "硕士研究生", "本科", "艺术", None,
         "计", "其中", "计", "其中"],
        [*[None] * 8, "计", "女", None, "运动场地面积", None, "当年新增"],
        ["第一小学", "小学", 800, 390, 0, 50, 3, 40, 5, 4, 20000, 6400, 24000, 500],
    ]  # fmt: skip
    merges = [
        *("A1:N1", "A2:A5", "B2:B5", "C2:E2", "C3:C5", "D3:E3", "D4:D5", "E4:E5", "F2:J2", "F3:F5", "G3:H3"),
        *("G4:G5", "H4:H5", "I3:J3", "I4:J4", "K2:N2", "K3:L3", "K4:K5", "M3:N3", "M4:M5"),
    ]
    path = write_xlsx(place / "综合表.xlsx", rows, merge=merges)
    found = read(path, "--standard", "basic-balance")
    (school,) = found.schools
    # 6400 ÷ 800 = 8 ㎡, 24,000 ÷ 800 = 30 books, 50 ÷ 800 = 0.0625 teachers
    assert (800, 8.0, 30.0, 0.0625) == (
        school["students"],
        *(school["values"][name] for name in ("sports_area", "books", "teachers")),
    )
    (place / "列.yaml").write_text("overqualified_teachers: [按学历分/硕士研究生, 按学历分/本科]\n", "utf-8")
    (school,) = read(path, "--standard", "basic-balance", "--columns", "列.yaml").schools
    assert pytest.approx(43 / 800) == school["values"]["overqualified_teachers"]


def test_pattern_02_the_gym_in_two_blocks_is_taken_off_once_or_reported(place):
    """Alike in both blocks it leaves the teaching area once; otherwise neither is used and neither area is decided."""
    gym = HEADINGS["indoor_sports_area"]
    rows = beside(table(school_row()), gym, 400)
    found = read(write_xlsx(place / "a.xlsx", rows), code=0)
    assert ([], [GOOD]) == (errors(found), [s["values"] for s in found.schools])  # (5000 − 400) and (7600 + 400) ÷ 1000
    deep = [
        ["学校名称", "办学类型", "在校生数", "校舍", None, None, "体育场地", None],
        [None, None, None, "教学及辅助用房", None, None, "室内体育用房", "运动场地面积"],
        [None, None, None, "计", "室内体育用房", "图书室", None, None],
        ["第一小学", "小学", 1000, 5000, 400, 200, 400, 7600],
    ]
    merges = ["A1:A3", "B1:B3", "C1:C3", "D1:F1", "G1:H1", "D2:F2", "G2:G3", "H2:H3"]
    found = read(write_xlsx(place / "b.xlsx", deep, merge=merges))
    assert [4.6, 8.0] == [found.schools[0]["values"][name] for name in ("teaching_area", "sports_area")]
    deep[3][6] = 500
    found = read(write_xlsx(place / "c.xlsx", deep, merge=merges), code=3)
    assert [at("W111", "G2")] == errors(found)
    assert not {"W114"} & {code for code, *_ in found.problems}
    assert [None, None] == [found.schools[0]["values"][name] for name in ("teaching_area", "sports_area")]
    found = read(write_xlsx(place / "d.xlsx", beside(table(school_row()), gym, 500)), code=3)
    assert [at("W111", "O1")] == errors(found)


def test_pattern_03_money_is_converted_by_its_heading_and_doubted_by_its_size(place):
    """万元 and 元 give the same figure; where no unit is written, what comes to less than 1 元 each is reported."""
    rows = table(school_row(equipment_value=210), headings={"equipment_value": "教学仪器设备资产值（万元）"})
    found = read(write_xlsx(place / "a.xlsx", rows), code=0)
    assert ([], 2100.0) == (found.problems, found.schools[0]["values"]["equipment_value"])
    rows = [["示例县学校情况（单位：万元）"], *table(school_row(equipment_value=210))]
    found = read(write_xlsx(place / "b.xlsx", rows), code=3)
    assert [at("W125", "M2")] == found.problems
    assert None is found.schools[0]["values"]["equipment_value"]
    rows = beside(table(school_row(), without=["equipment_value"]), "生均教学仪器设备值（元）", 2100)
    found = read(write_xlsx(place / "c.xlsx", rows), code=3)
    assert [at("W118", "N1")] == errors(found)
    assert None is found.schools[0]["values"]["equipment_value"]
    rows = table(*(school_row(code=f"313700000{n}", name=f"第{n}小学", equipment_value=200 + n) for n in (1, 2, 3)))
    path = write_xlsx(place / "d.xlsx", rows)
    entry = proposed(path)[0]["equipment_value"]
    assert ("open", [10000, None]) == (entry["confidence"], [c["times"] for c in entry["candidates"]])
    findings = json.loads(run("audit", path, "--format", "json", code=1).stdout)["findings"]
    found = [(f["place"]["cell"], f["severity"]) for f in findings if f["rule"] == "equipment_per_student"]
    assert [("M2", "error"), ("M3", "error"), ("M4", "error")] == found


def test_pattern_04_what_is_not_counted_as_a_school_is_merged_or_reported(place):
    """With a merge file its figures are added to the parent's; without one it is no school, and nothing passes."""
    rows = table(school_row(year=2023), school_row(code="3137000002", name="柳树教学点", type="教学点", students=60))
    rows = beside([row[:14] for row in rows], "是否计校数", 1, 0)
    (place / "报送").mkdir()
    path = write_xlsx(place / "报送" / "1.xlsx", rows)
    for command in ("check", "county"):
        found = read(path, command=command, code=3)
        assert [at("W428", "O3")] == found.problems
        assert [True, None] == [s["passed"] for s in found.schools]
        assert set(found.counties.values()) <= {None}
    total = write_xlsx(place / "合计.xlsx", [*rows, ["合计", *[None] * 4, 1060]])
    findings = json.loads(run("audit", total, "--year", 2023, "--format", "json", code=1).stdout)["findings"]
    assert [] == [f for f in findings if f["rule"] == "totals_add_up"]
    write_xlsx(place / "名册.xlsx", [["学校标识码", "学校名称"], ["3137000001", "第一小学"]])
    (place / "merge.yaml").write_text("3137000001: [柳树教学点]\n", "utf-8")
    run("collect", "报送", "--roster", "名册.xlsx", "--merge", "merge.yaml", "--output", "2023.xlsx", code=0)
    (school,) = read(place / "2023.xlsx", code=0).schools
    # 1000 + 60 pupils; twice 5000 − 400, 24 rooms and 50 teachers
    assert (1060, 9200 / 1060, 4800 / 1060) == pytest.approx(
        (school["students"], school["values"]["teaching_area"], school["values"]["multimedia_classrooms"])
    )
    assert pytest.approx(10000 / 1060) == school["values"]["overqualified_teachers"]


def test_pattern_05_a_through_school_on_two_sheets_is_divided_once(place):
    """The whole school's figures on both sheets are counted once and divided 1 : 1.1; a sheet that names another type is reported."""
    primary, junior = nine_year()
    shared = {name: primary[name] for name in SHARED}
    found = read(
        write_xlsx(place / "a.xlsx", {"小学表": table(primary), "初中表": table({**junior, **shared})}), code=0
    )
    assert [] == found.problems
    assert [(2500.0, 6.0, 2.5), (2750.0, 6.6, 2.75)] == [
        tuple(s["values"][name] for name in ("equipment_value", "teaching_area", "multimedia_classrooms"))
        for s in found.schools
    ]
    tables = {"小学表": table({**primary, "type": "小学"}), "初中表": table({**junior, **shared, "type": "初级中学"})}
    found = read(write_xlsx(place / "b.xlsx", tables), code=3)
    assert [at("W407", "D2", "初中表")] == found.problems
    assert [None, None] == [s["passed"] for s in found.schools]
    found = read(write_xlsx(place / "c.xlsx", table({**junior, **shared})), code=3)
    assert at("W405", "C2") in found.problems
    found = read(write_xlsx(place / "d.xlsx", table(school_row())), code=0)  # a campus with one stage is not divided
    assert [GOOD] == [s["values"] for s in found.schools]


def test_pattern_06_words_torn_by_spaces_are_whole(place):
    """Spaces and line breaks within headings and words, and brackets of either width, change no figure."""
    headings = {
        "number": "序 号",
        "name": "学 校　名 称",
        "stage": "学\n段",
        "teaching_area": "教学及辅 助用房面积（ ㎡）",
        "pe_art_teachers": "体育、艺 术(美术、音乐）专任教  师数",
        "equipment_value": "教学仪器 设备值( 万\n元 ）",
    }
    primary, junior = nine_year(type="九  年   一   贯 制 学 校", equipment_value=260)
    rows = table({**primary, "number": 1, "equipment_value": 260}, {**junior, "stage": "初 中"}, headings=headings)
    rows[2][rows[0].index(headings["equipment_value"])] = None
    found = read(write_xlsx(place / "a.xlsx", rows), code=0)
    assert [] == found.problems
    assert [(6.0, 2500.0, 1.0), (6.6, 2750.0, 1.0)] == [
        tuple(s["values"][name] for name in ("teaching_area", "equipment_value", "pe_art_teachers"))
        for s in found.schools
    ]


def test_pattern_07_title_and_numbers_of_columns_are_neither_header_nor_school(place):
    """Below a merged title and above the data, the row L1 L2 … is passed over, and addresses stay the sheet's."""
    head, row = table(school_row())
    title = ["表Ⅱ-2  小学、初中资源配置基本情况（分学校）"]
    numbers = [f"L{n}" for n in range(1, len(head) + 1)]
    found = read(write_xlsx(place / "a.xlsx", [title, head, numbers, row], merge=["A1:N1"]), code=0)
    assert ([], ["第一小学"], [GOOD]) == (found.problems, found.names, [s["values"] for s in found.schools])
    row[5] = "45人"
    found = read(write_xlsx(place / "b.xlsx", [title, head, numbers, row], merge=["A1:N1"]), code=3)
    assert [at("W201", "F4")] == found.problems


@pytest.mark.parametrize("merge", [["A2:A3", "A4:A5"], []], ids=["merged", "flattened"])
def test_pattern_08_what_a_flattened_merge_left_blank_is_told_by_the_type_or_reported(place, merge):
    """A stage on the first row only is completed where the type has one stage, and is otherwise reported at its cell."""
    rows = [
        ["学段", "学校名称", "办学类型", "在校生数", "图书册数"],
        ["小学", "第一小学", "小学", 900, 27000],
        [None, "第二小学", "小学", 400, 8000],
        ["初中", "第一中学", "初级中学", 500, 20000],
        [None, "实验学校", "九年一贯制学校", 300, 9000],
        ["差异系数", None, None, None, 0.2],
    ]
    found = read(write_xlsx(place / "a.xlsx", rows, merge=merge), "--standard", "basic-balance", code=3)
    assert [at("W303", "A5")] == errors(found)
    assert [("primary", 30.0), ("primary", 20.0), ("junior", 40.0), (None, None)] == [
        (s["stage"], s["values"].get("books")) for s in found.schools
    ]
    assert "第 6 行" in "".join(found.messages)  # the coefficient is no school
    rows = table(*(school_row(code=f"313700000{n}", name=f"第{n}小学", county=c) for n, c in enumerate(("甲县", None))))
    found = read(write_xlsx(place / "b.xlsx", rows, merge=["A2:A3"] if merge else []), command="county")
    assert ([at("W305", "A3")], {"甲县": True}) == (found.problems, found.counties)


def test_pattern_09_two_runs_of_numbers_and_a_row_of_dots_are_one_table(place):
    """Primary schools and then junior ones, numbered from 1 again, are all read; rows … mean schools left out, and keep it from passing."""
    junior = {"overqualified_teachers": 60, "teaching_area": 6400, "sports_ground_area": 10000}
    junior |= {"type": "初级中学", "stage": "初中", "equipment_value": 2_600_000}
    schools = [school_row(number=n, name=f"小学 {n}") for n in (1, 2)]
    schools += [school_row(number=n, name=f"初中 {n}", **junior) for n in (1, 2)]
    head, *rows = table(*schools, without=["code"])
    dots = ["…"] * len(head)
    found = read(write_xlsx(place / "a.xlsx", [head, *rows[:2], dots, *rows[2:], ["…"]]), command="county", code=3)
    assert ([at("W311")], ["小学 1", "小学 2", "初中 1", "初中 2"]) == (found.problems, found.names)
    assert "第 4, 7 行" in found.messages[0]
    assert {None} == set(found.counties.values())  # schools were left out: nothing passes
    found_all = read(write_xlsx(place / "b.xlsx", [head, *rows]), command="county", code=0)
    assert ([], {True}) == (found_all.problems, set(found_all.counties.values()))
    # (6400 − 400) ÷ 1000 and (10,000 + 400) ÷ 1000
    assert [(4.6, 8.0), (4.6, 8.0), (6.0, 10.4), (6.0, 10.4)] == [
        (s["values"]["teaching_area"], s["values"]["sports_area"]) for s in found.schools
    ]


@pytest.mark.parametrize("repeated", [False, True], ids=["first cell", "every cell"])
def test_pattern_10_a_merged_note_below_the_table_is_no_school(place, repeated):
    """A note over the whole row is passed over with its row named, also where it was copied into every cell."""
    rows = table(school_row(number=1))
    width = len(rows[0])
    note = [NOTE] * width if repeated else [NOTE]
    found = read(write_xlsx(place / "a.xlsx", [*rows, note], merge=() if repeated else ["A3:O3"]), code=0)
    assert ([at("W306")], ["第一小学"], [GOOD]) == (found.problems, found.names, [s["values"] for s in found.schools])
    assert "第 3 行" in found.messages[0]


def test_pattern_11_a_dash_or_a_blank_is_no_figure_and_no_zero(place):
    """—, —— and a blank are reported at their cells, and their indicators stay undecided."""
    row = school_row(backbone_teachers="——", pe_art_teachers="—", multimedia_classrooms=None)
    found = read(write_xlsx(place / "a.xlsx", table(row)), code=3)
    assert [at("W205", cell) for cell in ("H2", "I2", "N2")] == found.problems
    assert {**GOOD, "backbone_teachers": None, "pe_art_teachers": None, "multimedia_classrooms": None} == (
        found.schools[0]["values"]
    )
    mean = {**dict.fromkeys(HEADINGS), "county": "全县平均值", "students": "—", "backbone_teachers": "——"}
    found = read(write_xlsx(place / "b.xlsx", table(school_row(), mean)), code=0)
    assert ([at("W306")], ["第一小学"]) == (found.problems, found.names)


def test_pattern_12_a_value_beside_its_bar_is_not_taken_for_a_figure(place):
    """Per-pupil values and the bars beside them are named and not read; a bar or a stroke in a figure's place is no figure."""
    rows = [
        ["学校名称", "办学类型", "在校生数", "生均教学及辅助用房面积", None, "每百名学生拥有网络多媒体教室数", None],
        [None, None, None, "指标值", "省级评估标准", "指标值", "省级评估标准"],
        ["示例小学", "小学", 1000, 4.6, "≥4.5", "/", "各1"],
    ]
    path = write_xlsx(place / "a.xlsx", rows, merge=["A1:A2", "B1:B2", "C1:C2", "D1:E1", "F1:G1"])
    found = read(path, code=3)
    assert (1000, {None}) == (found.schools[0]["students"], set(found.schools[0]["values"].values()))
    assert {at("W113", "A2")} <= set(found.problems)
    assert set() == {code for code, *_ in found.problems} - {"W113", "W114"}
    halves = ["指标值", "省级评估标准"] * 2
    assert [*zip("DEFG", halves, strict=True)] == [(c, h.split(" / ")[-1]) for c, h in proposed(path)[1]]
    figures = school_row(
        backbone_teachers="≥0.043或≥0.049", pe_art_teachers="各1", teaching_area="≥省标", sports_ground_area="100%"
    )
    found = read(write_xlsx(place / "b.xlsx", table({**figures, "multimedia_classrooms": "/"})), code=3)
    expected = [*(at("W201", f"{column}2") for column in "HIJL"), at("W205", "N2")]
    assert expected == sorted(found.problems)
    assert [5.0, None, None, None, None, 2100.0, None] == list(found.schools[0]["values"].values())


def test_pattern_13_a_ratio_of_teachers_is_never_read_it_is_computed(place):
    """0.049 and 17:1 in a column of their own are left aside, and teachers ÷ pupils counts; 17:1 for teachers is an error."""
    rows = table(school_row(teachers=49), school_row(code="3137000002", name="第二小学", teachers=50))
    rows = beside(rows, "师生比", 0.076, "17:1")
    path = write_xlsx(place / "a.xlsx", rows)
    found = read(path, "--standard", "basic-balance")
    assert [0.049, 0.05] == [s["values"]["teachers"] for s in found.schools]
    assert [("P", "师生比")] == proposed(path, "--standard", "basic-balance")[1]
    rows = table(school_row(teachers="17:1"), school_row(code="3137000002", name="第二小学", teachers="13.5:1"))
    found = read(write_xlsx(place / "b.xlsx", rows), "--standard", "basic-balance", code=3)
    assert [at("W201", "O2"), at("W201", "O3")] == errors(found)
    assert [None, None] == [s["values"]["teachers"] for s in found.schools]


def test_pattern_14_figures_that_were_glued_together_are_no_figure(place):
    """Several numbers in one cell, a number with text or a page number behind it: each is reported, none is cut apart."""
    glued = ("3.556.70122911.1514.75", "0.0811 长春市 南关区", "0.3882序号")
    row = school_row(**dict(zip(NO_TEACHERS, glued, strict=True)))
    found = read(write_xlsx(place / "a.xlsx", table(row)), code=3)
    assert [at("W201", cell) for cell in ("G2", "H2", "I2")] == found.problems
    assert [text in message for text, message in zip(glued, found.messages, strict=True)] == [True] * 3
    assert {**GOOD, **dict.fromkeys(NO_TEACHERS)} == found.schools[0]["values"]
    rows = [[*row, more] for row, more in zip(table(school_row(students="1,000")), ("备注", ""), strict=True)]
    path = write_csv(place / "b.csv", rows)
    path.write_text(path.read_text("utf-8").replace('"1,000"', "1,000").replace(",备注", ""), "utf-8")
    assert at("W308", "C2", None) in read(path, code=3).problems  # a separator that a comma has become


def test_pattern_15_a_name_in_upright_letters_is_one_name(place):
    """庐, 阳 and 区 on three lines are the county 庐阳区, and a school's name so written is the same school."""
    primary, junior = nine_year(county="庐\n阳\n区")
    upright = {**primary, "name": "实\n验\n学\n校"}
    rows = table(upright, {**junior, "county": "庐阳区"}, school_row(county="蜀\n山\n区"), without=["code"])
    found = read(write_xlsx(place / "a.xlsx", rows), command="county", code=0)
    assert {"庐阳区": True, "蜀山区": True} == found.counties
    assert [6.0, 6.6, 4.6] == [s["values"]["teaching_area"] for s in found.schools]
    assert [] == errors(found)


def test_pattern_16_sums_among_the_data_are_neither_schools_nor_counties(place):
    """总计, 合计, 其中：… and #… are passed over, whatever column they stand in, also on a row that repeats a type."""
    blank = {**dict.fromkeys(HEADINGS), "students": 2000, "backbone_teachers": 24}
    labels = ("总计", "合计", "其中：城区", "其中:女", "#镇区", "# 民办")
    rows = [school_row(county="甲县")]
    rows += [{**blank, "county": label} for label in labels]
    rows += [{**blank, "county": "甲县", "type": "小学", "name": label} for label in labels]
    rows += [school_row(county="乙县", code="3138000001", name="其中堂小学", students=800)]
    found = read(write_xlsx(place / "a.xlsx", table(*rows)), command="county", code=0)
    assert ({"甲县": True, "乙县": True}, ["第一小学", "其中堂小学"]) == (found.counties, found.names)
    assert [] == errors(found)
    assert [1000, 800] == [s["students"] for s in found.schools]
    (said,) = [m for m in found.messages if "合计类" in m]
    assert "第 3, 4, 5, 6, 7, 8, 9, 10 …" in said
    rows = [school_row(), school_row(code="3137000002", name="城关镇"), school_row(code=None, name="全镇")]
    found = read(write_xlsx(place / "b.xlsx", table(*rows)), command="county", code=3)
    assert [at("W313", "C3")] == errors(found)  # a town with a type, which is more likely a total than a school
    assert "第 4 行" in "".join(found.messages)


def test_pattern_17_codes_keep_their_zeros_and_counties_lose_their_numbers(place):
    """011301 stays so, a code that lost its zero is reported, [01]新北市 is 新北市, and a byte order mark is no letter."""
    rows = [
        school_row(code=code, name=f"示例{n}小學", county=county)
        for n, (code, county) in enumerate([("011301", "新北市"), ("011302", "[01]新北市"), (11303, "新北市")])
    ]
    found = read(write_xlsx(place / "a.xlsx", table(*rows)), command="county", code=0)
    assert ([at("W406", "B4")], {"新北市": True}) == (found.problems, found.counties)
    assert ["011301", "011302", "11303"] == [s["code"] for s in found.schools]
    path = write_csv(place / "b.csv", table(*rows[:2]), encoding="utf-8-sig")
    found = read(path, command="county")
    assert ({"新北市": True}, ["011301", "011302"]) == (found.counties, [s["code"] for s in found.schools])


def test_pattern_17_words_in_cells_may_be_traditional(place):
    """國小, 國中 and 公立 are the types and owners that they are in simplified characters, and 總計 is no school."""
    head, row = table(school_row(type="國小", stage="國小", owner="公立", name="東河國小"))
    total = [None if isinstance(cell, int) else cell for cell in row]
    total[head.index("学校名称")] = "總計"
    found = read(write_xlsx(place / "a.xlsx", [head, row, total]), code=0)
    assert ([at("W306")], [("東河國小", "primary")]) == (
        found.problems,
        [(s["name"], s["stage"]) for s in found.schools],
    )


def test_pattern_18_schools_of_one_name_are_told_apart_by_county_and_town(place):
    """Without codes county, town and name tell schools apart; alike in all three, what differs is reported and not used."""
    name = "市立三和國小"
    rows = [
        school_row(county="新北市", town="甲區", name=name),
        school_row(county="新北市", town="乙區", name=name, students=960),
        school_row(county="臺中市", town="丙區", name=name, students=800),
        school_row(county="臺中市", town="丙區", name=f"{name}附設國小部", students=750),
        school_row(county="臺中市", town="丙區", name="三和國(中)小", students=640),
    ]
    found = read(write_xlsx(place / "a.xlsx", table(*rows, without=["code"])), command="county")
    assert [] == errors(found)
    assert [1000, 960, 800, 750, 640] == [s["students"] for s in found.schools]
    # 2,100,000 ÷ each
    assert [2100.0, 2187.5, 2625.0, 2800.0, 3281.25] == [s["values"]["equipment_value"] for s in found.schools]
    twice = [{**row, "town": "甲區"} for row in rows[:2]]
    found = read(write_xlsx(place / "b.xlsx", table(*twice, without=["code"])), command="county", code=3)
    assert at("W402", "B3") in found.problems
    assert [None] == [s["students"] for s in found.schools]


def test_pattern_19_zero_is_a_figure_and_blank_is_none(place):
    """No pupils leaves a school out and says why, blank pupils are reported, no teachers is a finding; all are listed."""
    rows = [
        school_row(teachers=60),
        school_row(code="3137000002", name="停办小学", students=0, teachers=2, **NO_TEACHERS),
        school_row(code="3137000003", name="缺数小学", students=None, teachers=60),
        school_row(code="3137000004", name="无师小学", students=140, teachers=0, **NO_TEACHERS),
    ]
    path = write_xlsx(place / "a.xlsx", table(*rows))
    found = read(path, command="county", code=1)
    assert ([at("W205", "F4")], {"停办小学": "no_students"}) == (errors(found), found.left_out)
    assert [True, None, None, False] == [s["passed"] for s in found.schools]
    zero = found.schools[3]["values"]
    assert (0.0, 15000.0) == (zero["overqualified_teachers"], zero["equipment_value"])  # 2,100,000 ÷ 140
    findings = json.loads(run("audit", path, "--year", 2023, "--format", "json", code=1).stdout)["findings"]
    cells = {
        f["rule"]: f["place"]["cell"] for f in findings if f["rule"] in ("shell_teachers", "students_without_teachers")
    }
    assert {"shell_teachers": "O3", "students_without_teachers": "F5"} == cells


def test_pattern_20_a_derived_column_is_not_believed(place):
    """A per-pupil column that is wrong is named and left aside: the figure is computed from its two parts."""
    rows = beside(table(school_row()), "生均运动场地面积", 0.13)  # pupils for each ㎡: 1000 ÷ 7600
    found = read(write_xlsx(place / "a.xlsx", rows), code=0)
    assert (GOOD, [at("W118", "O1")]) == (found.schools[0]["values"], errors(found))
    assert ("O", "生均运动场地面积") in proposed(place / "a.xlsx")[1]
    rows = beside(table(school_row(), without=["sports_ground_area"]), "生均运动场地面积", 0.13)
    found = read(write_xlsx(place / "b.xlsx", rows), code=3)
    assert [at("W118", "N1")] == errors(found)
    assert None is found.schools[0]["values"]["sports_area"]
    findings = json.loads(
        run(
            *("audit", write_xlsx(place / "c.xlsx", table(school_row(sports_area=9000))), "--format", "json"),
            *("--year", 2023, "--exit-zero"),
        ).stdout
    )["findings"]  # 7600 + 400 is not 9000
    assert ["sports_area_sum"] == [f["rule"] for f in findings if f["place"]["cell"] in ("K2", "L2", "O2")]


def test_pattern_21_columns_that_change_from_year_to_year_are_named_anew(place):
    """Each year's table is read by its own columns file, trailing spaces and all; by another year's it is refused."""
    old = [["縣市名稱", "學校代碼", "學校名稱", "學生數", "圖書冊數"]]
    old += [["桃園縣", "034601", "示例國小", "1000 ", " 25000 "], ["桃園縣", "034602", "東河國小", "400 ", "9000 "]]
    new = [["學年度", "縣市名稱", "鄉鎮市區", "學校代碼", "學校名稱", "學生數", "圖書冊數"]]
    new += [["110", "桃園市", "示例區", "034601", "示例國小", "800", "24000"]]
    tables = {2014: write_csv(place / "前國小.csv", old), 2021: write_csv(place / "後國小.csv", new, "utf-8-sig")}
    for path in tables.values():
        columns = path.with_suffix(".yaml")
        run("columns", path, "--standard", "basic-balance", "--output", columns, code=0)
        columns.write_text(re.sub(r"^# (?=[a-z_]+:)", "", columns.read_text("utf-8"), flags=re.MULTILINE), "utf-8")
    read_by_year = {
        year: read(path, "--year", year, "--standard", "basic-balance", "--columns", path.with_suffix(".yaml"))
        for year, path in tables.items()
    }
    assert {2014: [25.0, 22.5], 2021: [30.0]} == {
        year: [s["values"]["books"] for s in found.schools] for year, found in read_by_year.items()
    }
    assert {2014: {"桃園縣"}, 2021: {"桃園市"}} == {
        year: {s["county"] for s in found.schools} for year, found in read_by_year.items()
    }
    other = tables[2021].with_suffix(".yaml")
    found = read(tables[2014], "--year", 2014, "--standard", "basic-balance", "--columns", other, code=2)
    assert (("W119", None, "A1"), True) == (found.problems[0], "鄉鎮市區" in found.messages[0])
    (place / "报送").mkdir()
    write_roster(place / "名册.xlsx", [1])
    write_xlsx(place / "报送" / "1.xlsx", table(school_row(year=2023, code=code(1), name="示例镇第01小学")))
    ended = [["基础基522", None, None], ["学校名称", "示例镇第01小学", None], ["甲", "乙", "1"], ["图书", "01", 9]]
    write_xlsx(place / "报送" / "2.xlsx", ended, "基础基522")  # a form of a series that ended before
    assert "2.xlsx › 基础基522  W434" in collect().stderr


def test_pattern_22_a_form_of_one_school_is_read_by_its_labels(place):
    """With rows put in above it a form gives the same figures, two cells added up; with its label gone it gives none."""
    (place / "9101.yaml").write_text(LAYOUT, "utf-8")
    (place / "报送").mkdir()
    write_roster(place / "名册.xlsx", [], [code(1), "示例镇第01小学", "小学"], headings=("标识码", "校名", "学校类别"))

    def read_form(**changes):
        write_xlsx(place / "报送" / "1.xlsx", form(**changes), "教基9101")
        return collect("--forms", "9101.yaml")

    for shift in (0, 1, 4):
        assert 0 == read_form(shift=shift).exit_code
        (row,) = rows_of("学校")
        assert (812, 24) == (row["在校生数（人）"], row["网络多媒体教室数（间）"])
        assert f"E{7 + shift}+F{7 + shift}" in {entry["单元格"] for entry in rows_of("来源")}
    result = read_form(label="多媒体教室")
    assert 2 == result.exit_code
    assert "1.xlsx › 教基9101  W431" in result.stderr


def test_pattern_23_what_a_school_says_of_itself_and_colours_decide_nothing(place):
    """A 1 under 是否达标 and dark cells change no verdict, and the column is named as not used."""
    rows = table(school_row(), school_row(code="3137000002", name="第二小学", backbone_teachers=2))
    path = write_xlsx(place / "a.xlsx", beside(rows, "综合评估是否达标", None, 1))
    book = load_workbook(path)
    book["学校"]["H2"].fill = PatternFill("solid", fgColor="FF404040")
    book.save(path)
    found = read(path, code=1)
    assert ([], [True, False]) == (found.problems, [s["passed"] for s in found.schools])
    assert [1.2, 0.2] == [s["values"]["backbone_teachers"] for s in found.schools]
    assert [("O", "综合评估是否达标")] == proposed(path)[1]
