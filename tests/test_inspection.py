"""Ways in which a verdict could go wrong in a county's favour: each is withheld, or said."""

import json

import pytest
from openpyxl import load_workbook
from typer.testing import CliRunner

from junheng.cli import app
from junheng.engine.model import Outcome
from junheng.run import judge
from tests.workbooks import HEADINGS, nine_year, school_row, table, write_csv, write_xlsx


def _codes(run):
    return [p.kind.code for p in run.problems]


@pytest.mark.parametrize("cell", ["1①", "2²", "4 5", "1\n2", "1e999", "١٢"])
def test_what_only_looks_like_a_number_is_none(tmp_path, cell):
    """A footnote mark, two numbers in a cell or figures of another script are reported, never read."""
    file = write_xlsx(tmp_path / "school.xlsx", table(school_row(backbone_teachers=cell)))
    run = judge([file], year=2023)
    assert (["W201"], [None]) == (_codes(run), list(run.assessment.passed)) or ["W215"] == _codes(run)
    assert Outcome.MISSING is run.assessment.outcomes["backbone_teachers"][0]


def test_a_comma_in_a_csv_number_does_not_shift_the_pupils(tmp_path):
    """1,500 pupils without quotation marks are not one pupil: the row is reported and not judged."""
    rows = "学校名称,办学类型,县级以上骨干教师数,在校生数\n第一小学,小学,30,1,500\n"
    (tmp_path / "a.csv").write_text(rows, "utf-8")
    run = judge([tmp_path / "a.csv"], year=2023)
    assert "W308" in _codes(run)
    assert [None] == list(run.assessment.passed)


OWN = """
title: {zh: 试, en: Try}
extends: national/2017-quality-balance
fields:
  lab_area: {zh: 实验室面积, en: Lab area, kind: amount, unit: ㎡, share: split}
indicators:
  - {id: lab_area, name: {zh: 生均实验室面积, en: Lab}, kind: ratio, of: lab_area, to: students, per: 1, unit: ㎡,
     at_least: 1.00, cite: article6 第六条, quote: "1"}
"""


def test_a_shared_field_of_ones_own_is_divided_too(tmp_path):
    """1,000 ㎡ of laboratories of 500 + 500 pupils: 1000 ÷ (1 + 1.1) = 476.19 and 523.81, 0.952 and 1.048 a pupil."""
    (tmp_path / "own.yaml").write_text(OWN, "utf-8")
    rows = (
        "学校名称,办学类型,学段,在校生数,实验室面积\n实验,九年一贯制学校,小学,500,1000\n实验,九年一贯制学校,初中,500,\n"
    )
    (tmp_path / "a.csv").write_text(rows, "utf-8")
    run = judge([tmp_path / "a.csv"], str(tmp_path / "own.yaml"))
    values = run.assessment.values["lab_area"]
    assert [1000 / 2.1 / 500, 1100 / 2.1 / 500] == pytest.approx(list(values), rel=1e-14)
    assert [Outcome.CLOSE, Outcome.MET] == list(run.assessment.outcomes["lab_area"])  # 0.952 is above 85 % of 1


@pytest.mark.parametrize("types", [("教学点", "小学"), ("小学", "教学点"), ("特殊教育学校", "小学")])
def test_a_school_twice_under_two_types_is_never_left_out(tmp_path, types):
    """Which of two types is right cannot be told, whatever their order: the school stays and nothing passes."""
    one, other = (
        school_row(type=kind, stage="小学", students=40, name="第二小学", code="3137000002") for kind in types
    )
    other["backbone_teachers"] = 0
    run = judge([write_xlsx(tmp_path / "school.xlsx", table(school_row(), one, other))], year=2023, by="county")
    assert "W402" in _codes(run)
    assert [None, None] == list(run.assessment.left_out)
    assert None is run.counties_passed


def test_the_owner_of_a_through_school_is_that_of_all_its_rows(tmp_path):
    """A private nine-year school whose owner stands on its first row is left out whole by the 2012 method."""
    primary, junior = nine_year()
    file = write_xlsx(tmp_path / "a.xlsx", table({**primary, "owner": "民办"}, {**junior, "owner": None}))
    run = judge([file], "basic-balance", year=2023)
    assert ["private_school"] * 2 == list(run.assessment.left_out)


@pytest.mark.parametrize("given", ["约8000", "-5", "5000㎡"])
def test_a_faulty_sum_is_not_replaced_by_its_parts(tmp_path, given):
    """A sports area that was given and cannot be read is missing, though its parts would add up."""
    headings = {**HEADINGS, "sports_area": "体育运动场馆面积"}
    row = {**school_row(), "sports_area": given}
    file = write_xlsx(tmp_path / "a.xlsx", table(row, headings=headings))
    run = judge([file], year=2023)
    assert Outcome.MISSING is run.assessment.outcomes["sports_area"][0]


def test_schools_of_a_sheet_that_could_not_be_read_withhold_the_verdict(tmp_path):
    """A second sheet whose headings are not known names a school: it is reported, and nothing passes."""
    sheets = {"小学": table(school_row()), "初中": [["学校名", "类别", "人数"], ["第九初中", "初级中学", 500]]}
    run = judge([write_xlsx(tmp_path / "a.xlsx", sheets)], year=2023, by="county")
    assert "W126" in _codes(run)
    assert (None, None) == (run.schools_passed, run.counties_passed)


def test_a_sheet_that_repeats_the_schools_read_says_nothing(tmp_path):
    """A summary of the same schools is no second table of schools."""
    name = school_row()["name"]
    sheets = {"学校": table(school_row()), "汇总": [["学校名", "分数"], [name, 5]]}
    assert "W126" not in _codes(judge([write_xlsx(tmp_path / "a.xlsx", sheets)], year=2023))


def test_no_town_is_no_town(tmp_path):
    """Sections without a town are judged as none: nothing is decided in their favour, and their number is said."""
    rows = [school_row(), school_row(name="第二小学", code="3137000002", town=None)]
    run = judge([write_xlsx(tmp_path / "a.xlsx", table(*rows))], year=2023, by="town")
    assert "A108" in _codes(run)
    assert None is next(c for c in run.counties if c.name is None).passed


def test_a_divided_section_keeps_its_figures_beside_one_that_is_not(tmp_path):
    """本学部 on one row: 5,000 ㎡ of its own for 1,000 pupils stay 5,000, whatever its sibling's row says."""
    primary, junior = nine_year()
    rows = ({**primary, "basis": "本学部", "students": 1000, "teaching_area": 5000}, {**junior, "students": 1000})
    headings = {**HEADINGS, "basis": "资源口径"}
    run = judge([write_xlsx(tmp_path / "a.xlsx", table(*rows, headings=headings))], year=2023)
    assert 5000 == run.assessment.divisions.figures["teaching_area"][0]


def test_a_relaxation_needs_a_year(tmp_path):
    """A transitional rule is refused where no year is known, for it is for its years only."""
    rows = "学校名称,办学类型,在校生数,体育、艺术专任教师数\n第一小学,小学,60,0\n"
    (tmp_path / "a.csv").write_text(rows, "utf-8")
    result = CliRunner().invoke(app, ["check", str(tmp_path / "a.csv"), "--setting", "visiting_pe_art_teachers=on"])
    assert (2, True) == (result.exit_code, "A107" in result.stderr)


def test_one_of_several_standards_fails(tmp_path):
    """With two standards of which one cannot be read, the other's result is kept, and the exit code is 2."""
    file = write_csv(tmp_path / "a.csv", table(school_row()))
    arguments = [
        "county",
        str(file),
        "-y",
        "2023",
        "-s",
        "quality-balance",
        "-s",
        str(tmp_path / "no.yaml"),
        "-f",
        "json",
    ]
    result = CliRunner().invoke(app, arguments)
    document = json.loads(result.stdout)
    assert (2, "junheng.runs/1") == (result.exit_code, document["schema"])
    assert [1, 0] == [len(run["counties"]) for run in document["runs"]]
    assert "S103" == document["runs"][1]["problems"][0]["code"]


def test_two_name_columns_are_asked_about(tmp_path):
    """Two columns that could both be the name are a question, and no traceback."""
    (tmp_path / "a.csv").write_text("学校,单位名称,办学类型,在校生数\na小学,教育局,小学,3\n", "utf-8")
    result = CliRunner().invoke(app, ["check", str(tmp_path / "a.csv")])
    assert (2, True) == (result.exit_code, "W111" in result.stderr)


def test_two_columns_of_one_field_that_differ_are_not_chosen_between(tmp_path):
    """学生总数 beside 在校生数 with other figures: neither is used; with the same figures one is."""
    for other, outcome in ((2000, Outcome.MISSING), (1000, Outcome.MET)):
        rows = f"学校名称,办学类型,在校生数,学生总数,县级以上骨干教师数\n第一小学,小学,1000,{other},30\n"
        (tmp_path / "a.csv").write_text(rows, "utf-8")
        run = judge([tmp_path / "a.csv"], year=2023)
        assert outcome is run.assessment.outcomes["backbone_teachers"][0]


def test_a_through_school_with_one_row_never_passes(tmp_path):
    """A nine-year school whose junior row is missing is withheld, whatever its 资源口径."""
    headings = {**HEADINGS, "basis": "资源口径"}
    row = {**nine_year()[0], "basis": "本学部"}
    run = judge([write_xlsx(tmp_path / "a.xlsx", table(row, headings=headings))], year=2023, by="county")
    assert "W409" in _codes(run)
    assert (None, None) == (run.schools_passed, run.counties_passed)


def test_contradicting_types_do_not_depend_on_their_order(tmp_path):
    """A special school's row and a nine-year school's row under one code: neither is left out, nothing passes."""
    primary, junior = nine_year()
    for rows in (({**primary, "type": "特殊教育学校"}, junior), ({**primary}, {**junior, "type": "特殊教育学校"})):
        run = judge([write_xlsx(tmp_path / "a.xlsx", table(*rows))], year=2023)
        assert [None, None] == list(run.assessment.left_out)
        assert None is run.schools_passed


def test_one_school_under_two_codes_is_not_counted_twice(tmp_path):
    """The same county, town, name, stage and pupils under two codes are reported, and nothing passes."""
    rows = (school_row(), school_row(code="3137000077"))
    run = judge([write_xlsx(tmp_path / "a.xlsx", table(*rows))], year=2023)
    assert "W408" in _codes(run)
    assert None is run.schools_passed


def test_a_named_school_is_no_total_for_its_county(tmp_path):
    """A school with a name and figures stays, though its county is written 全县 and its type is blank."""
    rows = (school_row(), school_row(code="3137000002", name="第二小学", county="全县", type=None))
    run = judge([write_xlsx(tmp_path / "a.xlsx", table(*rows))], year=2023)
    assert 2 == run.assessment.divisions.table.size
    assert None is run.schools_passed


def test_years_of_sheets_are_those_of_their_names(tmp_path):
    """A workbook with a sheet for each year is judged by the sheet of the year asked for."""
    closed = school_row(name="第三小学", code="3137000003")
    sheets = {"2022年": table(school_row(), closed), "2023年": table(school_row())}
    run = judge([write_xlsx(tmp_path / "a.xlsx", sheets)], year=2023)
    assert 1 == run.assessment.divisions.table.size


def test_a_school_table_on_the_county_sheet_is_read(tmp_path):
    """A sheet named 县级 that holds schools is read like any other."""
    failing = school_row(name="第三小学", code="3137000003", backbone_teachers=0)
    sheets = {"学校": table(school_row()), "县级": table(failing)}
    run = judge([write_xlsx(tmp_path / "a.xlsx", sheets)], year=2023)
    assert False is run.schools_passed


def test_a_summary_without_types_is_left_aside(tmp_path):
    """A second table without 办学类型 that names the same schools prevents nothing; --sheet reads one sheet only."""
    name = school_row()["name"]
    sheets = {"学校": table(school_row()), "汇总": [["学校名称", "在校生数", "班级数"], [name, 1000, 25]]}
    file = write_xlsx(tmp_path / "a.xlsx", sheets)
    assert True is judge([file], year=2023).schools_passed
    assert True is judge([file], year=2023, sheets=["学校"]).schools_passed


def test_a_cell_far_away_from_the_data_is_said(tmp_path):
    """A workbook with a cell at XFD1048576 is one clear line, and not all the memory there is."""
    file = write_xlsx(tmp_path / "a.xlsx", table(school_row()))
    book = load_workbook(file)
    book.worksheets[0]["XFD1048576"] = "x"
    book.save(file)
    result = CliRunner().invoke(app, ["check", str(file)])
    assert (2, True) == (result.exit_code, "W106" in result.stderr)
