"""Statistics forms are read by their labels; one that is laid out otherwise gives an error, never a wrong number."""

import pytest

from junheng.collect.forms import form_number
from junheng.collect.layouts import read_layouts, shipped_files
from junheng.standard.load import ids, shipped_fields
from junheng.workbook.cells import Sheet
from tests.collecting import LAYOUT, begin_in, code, codes_of, collect, form, rows_of, school, write_roster
from tests.workbooks import table, write_xlsx


@pytest.fixture
def place(tmp_path, monkeypatch):
    """A folder with an empty folder 报送 in it, and commands run in it."""
    return begin_in(tmp_path, monkeypatch)


@pytest.fixture
def forms(place):
    (place / "版式").mkdir()
    (place / "版式" / "9101.yaml").write_text(LAYOUT, "utf-8")
    write_xlsx(place / "名册.xlsx", [["标识码", "校名", "学校类别"], [code(1), "示例镇第01小学", "小学"]])
    return place


@pytest.mark.parametrize("shift", [0, 1, 5])
def test_a_form_is_read_by_its_labels_wherever_they_stand(forms, shift):
    """A form that is shifted by rows gives the same figures, each with its own cell."""
    write_xlsx(forms / "报送" / "1.xlsx", form(shift=shift), "教基9101")
    result = collect("--forms", "版式")
    assert (0, ["W432"]) == (result.exit_code, codes_of(result)), result.output
    (row,) = rows_of("学校")
    assert (812, 24, 2_105_000) == tuple(
        row[k] for k in ("在校生数（人）", "网络多媒体教室数（间）", "教学仪器设备值（元）")
    )
    cells = {r["项目"]: (r["单元格"], r["说明"]) for r in rows_of("来源")}
    assert (f"E{7 + shift}+F{7 + shift}", "按 教基9101 的版式，未经核对") == cells["网络多媒体教室数"]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"label": "多媒体教室"}, "找不到“网络多媒体教室”"),
        ({"twice": True}, "“网络多媒体教室”出现了 2 次"),
        ({"unit": "元"}, "的单位是元，应为万元"),
    ],
    ids=["renamed", "twice", "unit"],
)
def test_a_form_that_is_laid_out_otherwise_gives_no_figure(forms, changes, said):
    """A label that is renamed or stands twice is an error that names form, label and sheet; nothing is read."""
    write_xlsx(forms / "报送" / "1.xlsx", form(**changes), "表一")
    result = collect("--forms", "版式")
    assert result.exit_code == 2  # nothing else was reported
    assert "W431" in codes_of(result)
    (line,) = [line for line in result.stderr.splitlines() if "W431" in line]
    assert "1.xlsx › 表一" in line
    assert "教基9101" in line
    assert said in line


def test_a_set_of_forms_is_one_school(forms):
    """Forms on several sheets are joined; one that names no school belongs to that of the others; unknown ones are passed over."""
    last = [["教基5176", None, None], ["项目", "编号", "数量"]]
    last += [["运动场地面积（平方米）", "01", 7600.5], ["图书（册）", "02", 20000]]
    last += [["网络多媒体教室", "03", 24], ["教学仪器设备资产值（万元）", "04", 210.5]]
    write_xlsx(
        forms / "报送" / "1.xlsx", {"教基9101": form(), "5176": last, "教基1001": [["教基1001", "其他"], ["甲", 1]]}
    )
    result = collect("--forms", "版式")
    assert (0, {"W432", "W434"}) == (result.exit_code, set(codes_of(result))), result.output
    (row,) = rows_of("学校")
    assert (812, 7600.5, 20000) == tuple(row[k] for k in ("在校生数（人）", "运动场地面积（㎡）", "图书册数（册）"))
    assert rows_of("重复与冲突") == []


def test_an_old_form_that_says_no_year_is_not_taken_for_this_years(forms):
    """A form of a series that ended in 2020 is not read into 2023."""
    rows = [["基础基312", *[None] * 5], ["学校名称", "示例镇第01小学", *[None] * 4]]
    rows += [["甲", "乙", "1", "2", "3", "4"], ["总计", "01", 1, 2, 3, 812]]
    write_xlsx(forms / "报送" / "1.xlsx", rows)
    write_xlsx(forms / "报送" / "2.xlsx", table(school(1)))
    result = collect()
    assert "W434" in codes_of(result)
    assert [1001] == [row["在校生数（人）"] for row in rows_of("学校")]


def test_a_table_that_mentions_a_form_is_a_table(forms):
    """The number of a form in a title does not make a table of schools a form."""
    write_xlsx(forms / "报送" / "1.xlsx", [["学校表（取自教基3112）"], *table(school(1))])
    result = collect()
    assert (0, []) == (result.exit_code, codes_of(result)), result.output


def test_a_form_and_a_table_that_differ_are_in_conflict(forms):
    """What a form says is one version among others."""
    write_xlsx(forms / "报送" / "1.xlsx", form(), "教基9101")
    write_xlsx(forms / "报送" / "2.xlsx", table(school(1)))
    result = collect("--forms", "版式")
    assert (1, {"W402", "W432"}) == (result.exit_code, set(codes_of(result)))
    found = {r["项目"]: (r["数值"], r["另一处数值"]) for r in rows_of("重复与冲突")}
    assert (1001, 812) == tuple(sorted(found["在校生数"], reverse=True))
    assert found.keys() == {"在校生数", "教学仪器设备值"}


def test_a_row_of_several_figures_is_no_only_one(forms):
    """Where the layout counts on one figure in a row, two are an error."""
    rows = [
        ["教基5176"],
        ["学校名称：示例镇第01小学"],
        ["运动场地", 7600, 100],
        ["图书", 20000],
        ["网络多媒体教室", 24],
    ]
    write_xlsx(forms / "报送" / "1.xlsx", [[*r, *[None] * (3 - len(r))] for r in [*rows, ["仪器设备值", 210]]])
    result = collect()
    assert "“运动场地”一行有 2 个数" in result.stderr
    assert result.exit_code == 2


def test_the_numbers_of_rows_and_columns_are_labels_too(forms):
    """基础基312 is read by the numbers that the form itself gives its rows and columns."""
    rows = [["基础基312", *[None] * 5], ["学校名称", "示例镇第01小学", *[None] * 4], ["2019学年初", *[None] * 5]]
    rows += [["甲", "乙", "1", "2", "3", "4"], ["总计", "01", 1, 2, 3, 812], ["其中：女", "02", 1, 2, 3, 400]]
    write_xlsx(forms / "报送" / "1.xlsx", rows)
    result = collect(output="2019.xlsx")
    assert result.exit_code == 0, result.output
    assert [812] == [row["在校生数（人）"] for row in rows_of("学校", "2019.xlsx")]


def test_an_unusable_table_beside_a_form_is_reported(forms):
    """A table without schools, or of unknown headings, does not vanish because its workbook holds a form too."""
    blank = table(school(2))[:1]
    write_xlsx(forms / "报送" / "1.xlsx", {"教基9101": form(), "学校": blank})
    result = collect("--forms", "版式")
    assert (1, {"W123", "W432"}) == (result.exit_code, set(codes_of(result)))
    write_xlsx(forms / "报送" / "1.xlsx", {"教基9101": form(), "其他": [["单位", "甲"], ["柳树小学", 12]]})
    result = collect("--forms", "版式")
    assert (0, {"W116", "W432"}) == (result.exit_code, set(codes_of(result)))


def test_a_file_of_forms_that_are_not_on_record_is_a_file_that_was_not_used(forms):
    """Nothing of it could be read, and the list of such files says why."""
    write_xlsx(forms / "报送" / "1.xlsx", form(), "教基9101")
    write_xlsx(forms / "报送" / "2.xlsx", [["教基1001", "其他"], ["甲", 1]], "教基1001")
    result = collect("--forms", "版式")
    assert "没有采用的文件（1）" in result.stdout
    assert "2.xlsx  没有收录 教基1001（2023） 的版式" in result.stdout


BUILDINGS = [["教基5170", *[None] * 3], ["学校名称：示例镇第01小学", *[None] * 3], ["2023学年", *[None] * 3]]
BUILDINGS += [["项目", "编号", "建筑面积", None], [None, None, "计", "其中：危房"]]
BUILDINGS += [["教学及辅助用房", "01", 5000, 0], ["室内体育用房", "02", 400, 0]]
OWN = """
form: 教基5170
title: {zh: 校舍, en: Buildings}
years: {from: 2023}
compared: 2023-10-12
sources: {ours: {title: 示例县 2023 年导出的表, standing: form}}
figures:
  - field: teaching_area
    source: ours
    cite: 教学及辅助用房一行
    cells: [{row: 教学及辅助用房, column: 建筑面积/计}]
  - field: indoor_sports_area
    source: ours
    cite: 室内体育用房一行
    cells: [{row: 室内体育用房, column: 建筑面积/计}]
"""


def test_what_is_to_be_filled_in_is_named_with_its_line(forms, root):
    """A form whose labels are not on record says which they are, in which file and line, and where one importer reads."""
    write_xlsx(forms / "报送" / "1.xlsx", BUILDINGS)
    write_xlsx(forms / "报送" / "2.xlsx", table(school(1)))
    result = collect()
    (line,) = [line for line in result.stderr.splitlines() if "W433" in line]
    written = (root / "standards" / "forms" / "jiaoji-5170.yaml").read_text("utf-8").splitlines()
    unknown = [
        (f"{part} standards/forms/jiaoji-5170.yaml:{number}:{text.index(f'{part}: unknown') + len(part) + 3}")
        for number, text in enumerate(written, 1)
        for part in ("row", "column")
        if f"{part}: unknown" in text
    ]
    assert unknown
    assert [] == [label for label in unknown if label not in line]
    assert "取自" in line


@pytest.mark.parametrize("by", ["option", "project"])
def test_a_layout_is_completed_by_a_file_of_ones_own(forms, by):
    """With its labels written down the form is read, by the user's file and not by the shipped one."""
    (forms / "版式" / "9101.yaml").unlink()
    (forms / "版式" / "5170.yaml").write_text(OWN, "utf-8")
    write_xlsx(forms / "报送" / "1.xlsx", BUILDINGS)
    if by == "project":
        (forms / "junheng.yaml").write_text("forms: 版式\n", "utf-8")
    result = collect(*(("--forms", "版式") if by == "option" else ()))
    assert (0, []) == (result.exit_code, codes_of(result)), result.output  # compared: neither W432 nor W433
    (row,) = rows_of("学校")
    assert (5000, 400) == (row["教学及辅助用房面积（㎡）"], row["室内体育用房面积（㎡）"])
    assert {"按 教基5170 的版式"} == {r["说明"] for r in rows_of("来源") if r["项目"].endswith("用房面积")}


def test_forms_of_one_stage_do_not_make_a_nine_year_school(forms):
    """A nine-year school whose forms give the primary stage alone is not complete."""
    write_roster(
        forms / "名册.xlsx", [], [code(1), "示例镇第01小学", "九年一贯制学校"], headings=("标识码", "校名", "学校类别")
    )
    write_xlsx(forms / "报送" / "1.xlsx", form(), "教基9101")
    result = collect("--forms", "版式")
    assert (1, {"W405", "W432"}) == (result.exit_code, set(codes_of(result)))


def test_shipped_layouts_say_that_they_were_never_compared(root):
    """Every shipped layout is clean, is no standard, and says in file and data that it was never compared."""
    layouts = read_layouts([], shipped_fields())
    assert len(layouts) == len(shipped_files()) > 10
    assert [] == [id_ for id_ in ids() if id_.startswith("forms")]
    for layout in layouts:
        assert layout.form.compared is None
        assert "从未与官方导出的表核对" in (root / "standards" / layout.file).read_text("utf-8").splitlines()[0]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("stage: primary, ", ""), "要写 stage"),
        (("field: students", "field: pupils"), "不是有数的已知字段"),
        (
            ("source: test, cite: 测试, cells: [{row: 在校生", "source: law, cite: 测试, cells: [{row: 在校生"),
            "不在 sources 中",
        ),
        (("unit: 万元, ", ""), "要写 unit"),
        (("from: 2021", "from: 2021, to: 2020"), "年度倒置"),
        (("cite: 测试, ", ""), "cite"),
    ],
)
def test_a_layout_that_cannot_be_right_stops_the_collect(forms, change, said):
    """Faults of a layout are named at their line."""
    (forms / "版式" / "9101.yaml").write_text(LAYOUT.replace(*change, 1), "utf-8")
    write_xlsx(forms / "报送" / "1.xlsx", form())
    result = collect("--forms", "版式")
    assert result.exit_code == 2
    assert "9101.yaml:" in result.stderr
    assert said in result.stderr


@pytest.mark.parametrize(
    ("name", "cells", "number"),
    [
        ("教基1102续", [], "教基1102续"),
        ("Sheet1", ["表 号：基础基 312"], "基础基312"),
        ("Sheet1", ["与教基3112、教基3115一致"], None),
        ("Sheet1", ["学校名称"], None),
    ],
)
def test_a_form_is_known_by_its_number(tmp_path, name, cells, number):
    """By the sheet's name, by 表号, or by the only number in its title."""
    assert number == form_number(Sheet(tmp_path / "a.xlsx", "a.xlsx", name, [[cell] for cell in cells]))
