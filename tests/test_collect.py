"""Many workbooks become one table: nothing is lost, nothing is counted twice, and what is lacking is said."""

import json
import struct

import pytest
from openpyxl import load_workbook
from typer.testing import CliRunner

from junheng import judge
from junheng.cli import app
from junheng.collect.forms import form_number
from junheng.collect.layouts import read_layouts, shipped_files
from junheng.standard.load import ids, shipped_fields
from junheng.workbook.cells import Sheet
from tests.workbooks import (
    HEADINGS,
    SHARED,
    nine_year,
    school_row,
    table,
    write_csv,
    write_ods,
    write_xls,
    write_xlsb,
    write_xlsx,
)

YEAR = 2023
FIGURES = [name for name in HEADINGS if name not in ("county", "code", "name", "type", "stage")]


def code(number):
    return f"31370{number:05d}"


def school(number, **changes):
    """One school; its figures are its own, so that none can be mistaken for another's."""
    own = {
        "code": code(number),
        "name": f"示例镇第{number:02d}小学",
        "year": YEAR,
        "students": 1000 + number,
        "overqualified_teachers": 50 + number,
        "teaching_area": 5000 + number * 1.37,
        "equipment_value": 2_100_000 + number * 0.1,
    }
    return school_row(**{**own, **changes})


def write_roster(path, numbers, *more, headings=("学校标识码", "学校名称")):
    rows = [["示例县学校名册"], list(headings)]
    rows += [[code(n), f"示例镇第{n:02d}小学"] for n in numbers]
    return write_xlsx(path, [*rows, *more], "名册")


def encrypted(path):
    """What a workbook with a password begins with and contains."""
    start = bytes.fromhex("d0cf11e0a1b11ae1") + struct.pack("<504x")
    path.write_bytes(start + "EncryptedPackage".encode("utf-16-le").ljust(512, b"\0"))


@pytest.fixture
def place(tmp_path, monkeypatch):
    """A folder with an empty folder 报送 in it, and commands run in it."""
    (tmp_path / "报送").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*options, output="2023.xlsx", roster="名册.xlsx"):
    env = {"COLUMNS": "2000", "NO_COLOR": "1", "JUNHENG_LANG": None}
    words = ["collect", "报送", "--roster", roster, "--output", output, *map(str, options)]
    return CliRunner(env=env).invoke(app, words)


def rows_of(sheet, file="2023.xlsx"):
    """The rows of a sheet, each by its headings."""
    head, *rows = load_workbook(file)[sheet].iter_rows(values_only=True)
    return [dict(zip(head, row, strict=True)) for row in rows]


def codes_of(result):
    return [
        word
        for line in result.stderr.splitlines()
        for word in line.split()
        if word[:1] in "SWAC" and word[1:].isdigit()
    ]


def figures_read(paths):
    """Every figure that a judgement reads from workbooks, by code, stage and field."""
    table_ = judge(paths, "national/2017-quality-balance", year=YEAR).assessment.divisions.table
    return {
        (table_.text("code")[i], table_.text("stage")[i], name): column[i]
        for name, column in table_.figures.items()
        for i in range(table_.size)
    }


# --------------------------------------------------------------------------------------------------- sixty workbooks


@pytest.fixture
def sixty(place):
    """Sixty workbooks: 1–54 and 61–62 good, 55 empty, 56 encrypted, 57 last year's, 3 twice; 61 and 62 are not in the roster."""
    folder = place / "报送"
    for number in (*range(1, 55), 61, 62):
        write = (write_xlsx, write_xls)[number % 2]
        write(folder / f"{number:02d}.{'xls' if number % 2 else 'xlsx'}", table(school(number)))
    (folder / "55.xlsx").write_bytes(b"")
    encrypted(folder / "56.xlsx")
    write_xlsx(folder / "57.xlsx", table(school(57, year=YEAR - 1)))
    write_csv(folder / "03再报.csv", table(school(3)))
    write_roster(place / "名册.xlsx", range(1, 61))
    return folder


def test_sixty_workbooks_are_one_table_and_everything_amiss_is_reported(sixty):
    """One run reads what can be read, and says which files could not be, who is missing, who is twice and who is unknown."""
    assert len(list(sixty.iterdir())) == 60
    result = run()
    assert result.exit_code == 1, result.output
    assert len(rows_of("学校")) == 56
    assert {code(n) for n in (*range(1, 55), 61, 62)} == {row["学校标识码"] for row in rows_of("学校")}
    missing = [row["标识码"] for row in rows_of("未报送名单")]
    assert [code(n) for n in (55, 56, 57, 58, 59, 60)] == missing
    assert {code(57): "只报了2022年度"} == {r["标识码"]: r["说明"] for r in rows_of("未报送名单") if r["说明"]}
    assert [code(61), code(62)] == [row["标识码"] for row in rows_of("不在名册")]
    (twice,) = rows_of("重复与冲突")
    assert (code(3), "完全相同，计一次") == (twice["标识码"], twice["说明"])
    assert {"03.xls", "03再报.csv"} == {twice["文件"], twice["另一处文件"]}
    found = {(row["文件"], row["代码"]) for row in rows_of("问题清单") if row["代码"].startswith("W1")}
    assert {("55.xlsx", "W104"), ("56.xlsx", "W105"), ("57.xlsx", "W109")} == found
    for said in ("55.xlsx", "56.xlsx", "57.xlsx", "未报送（6）", "不在名册（2）", "没有采用的文件（3）"):
        assert said in result.stdout


def test_the_table_reads_back_to_the_figures_of_its_sources(sixty, place):
    """Every figure judged from the collected table is the one that is judged from the workbooks themselves."""
    run()
    sources = [f for f in sorted(sixty.iterdir()) if f.stem[:2] not in ("55", "56", "57")]
    assert figures_read(sources) == figures_read([place / "2023.xlsx"])


@pytest.mark.usefixtures("sixty")
def test_a_table_that_lacks_schools_passes_nothing():
    """Read again, an incomplete table says so, and the county is not found to meet the standard."""
    run()
    again = CliRunner().invoke(app, ["county", "2023.xlsx", "--year", "2023", "--format", "json"])
    document = json.loads(again.stdout)
    assert "W421" in {problem["code"] for problem in document["problems"]}
    assert document["counties"][0]["passed"] is not True
    assert again.exit_code in (1, 3)


def test_every_entry_knows_its_cell(sixty):
    """The sheet of sources names file, sheet and cell of every entry, and that cell holds the number."""
    run()
    sources = rows_of("来源")
    page = load_workbook("2023.xlsx")["学校"]
    figures = [row for row in sources if row["项目"] in {"在校生数", "教学仪器设备值"}]
    assert len(figures) == 2 * 56
    for row in figures:
        assert page[row["本表单元格"]].value == row["数值"]
        if row["文件"].endswith(".xlsx"):
            assert load_workbook(sixty / row["文件"])[row["工作表"]][row["单元格"]].value == row["数值"]


@pytest.mark.usefixtures("sixty")
def test_a_second_run_replaces_the_table_and_never_reads_it():
    """The output may stand in the folder itself; run again, nothing changes."""
    first = run(output="报送/2023.xlsx")
    rows = rows_of("学校", "报送/2023.xlsx")
    second = run(output="报送/2023.xlsx")
    assert (first.exit_code, first.stdout) == (second.exit_code, second.stdout)
    assert rows == rows_of("学校", "报送/2023.xlsx")


def test_a_workbook_that_is_no_collected_table_is_not_overwritten(place):
    """Somebody's own workbook in the place of the output stays as it is."""
    write_xlsx(place / "报送" / "01.xlsx", table(school(1)))
    write_roster(place / "名册.xlsx", [1])
    before = write_xlsx(place / "2023.xlsx", table(school(9))).read_bytes()
    assert run().exit_code == 2
    assert run(output="名册.xlsx").exit_code == 2
    assert (place / "2023.xlsx").read_bytes() == before


def test_a_complete_collection_exits_0(place):
    """Where all have reported and nothing contradicts anything, the exit code is 0, and the table judges as its sources."""
    write_xlsx(place / "报送" / "01.xlsx", table(school(1), school(2)))
    write_xlsx(place / "报送" / "03.xlsx", table(*nine_year(year=YEAR, code=code(3))))
    write_roster(place / "名册.xlsx", [1, 2], [code(3), "实验学校"])
    result = run()
    assert (0, "") == (result.exit_code, "".join(codes_of(result)))
    assert rows_of("未报送名单") == rows_of("重复与冲突") == rows_of("不在名册") == []
    assert figures_read(sorted((place / "报送").iterdir())) == figures_read([place / "2023.xlsx"])


def test_english_is_complete(sixty, place):
    """With --lang en sheets, headings and lists are English, and the table reads back."""
    result = run("--lang", "en", output="e2023.xlsx")
    assert "Not reported (6)" in result.stdout
    names = load_workbook("e2023.xlsx").sheetnames
    assert names[:3] == ["Schools", "Sources", "Not reported"]
    sources = [f for f in sorted(sixty.iterdir()) if f.stem[:2] not in ("55", "56", "57")]
    assert figures_read(sources) == figures_read([place / "e2023.xlsx"])


# ------------------------------------------------------------------------------------------- conflicts and identity


def test_of_two_versions_neither_is_used_where_they_differ(place):
    """Both files and both values are listed; the figures on which they agree are kept."""
    write_xlsx(place / "报送" / "01.xlsx", table(school(1)))
    write_xlsx(place / "报送" / "01（新）.xlsx", table(school(1, students=1234, backbone_teachers=None)))
    write_roster(place / "名册.xlsx", [1])
    result = run()
    assert (1, ["W402"]) == (result.exit_code, codes_of(result))
    students, backbone = rows_of("重复与冲突")
    assert (1001, "01.xlsx", "F2") == tuple(students[k] for k in ("数值", "文件", "单元格"))
    assert (1234, "01（新）.xlsx", "F2") == tuple(students[f"另一处{k}"] for k in ("数值", "文件", "单元格"))
    assert (12, "（空白）") == (backbone["数值"], backbone["另一处数值"])
    (row,) = rows_of("学校")
    assert (None, None, 51) == tuple(
        row[k] for k in ("在校生数（人）", "县级以上骨干教师数（人）", "高于规定学历教师数（人）")
    )


def test_a_type_on_which_versions_differ_is_not_used(place):
    """The school stays in the table without a type."""
    write_xlsx(place / "报送" / "a.xlsx", table(school(1)))
    write_xlsx(place / "报送" / "b.xlsx", table(school(1, type="教学点")))
    write_roster(place / "名册.xlsx", [1])
    assert run().exit_code == 1
    assert [None] == [row["办学类型"] for row in rows_of("学校")]
    assert ["办学类型"] == [row["项目"] for row in rows_of("重复与冲突")]


def test_a_code_that_is_another_schools_is_not_taken_for_it(place):
    """A school that copied the code of its neighbour is listed with the reason, and the neighbour is not disputed."""
    write_xlsx(place / "报送" / "1.xlsx", table(school(1)))
    write_xlsx(place / "报送" / "2.xlsx", table(school(1, name="示例镇第02小学", students=99)))
    write_roster(place / "名册.xlsx", [1, 2])
    assert run().exit_code == 1
    assert ["名册中这个标识码是 示例镇第01小学 的"] == [row["说明"] for row in rows_of("不在名册")]
    assert [code(2)] == [row["标识码"] for row in rows_of("未报送名单")]
    assert rows_of("重复与冲突") == []


def test_a_roster_of_names_completes_what_a_report_lacks(place):
    """Matched by name within its town, a school gets code, town and type of the roster, and the source says so."""
    rows = table(school(1), without=("code", "type", "stage"))
    write_xlsx(place / "报送" / "1.xlsx", rows)
    write_xlsx(
        place / "名册.xlsx",
        [
            ["校名", "标识码", "所属乡镇", "学校类别"],
            ["示例镇第01小学", code(1), "示例镇", "小学"],
            ["合计", None, None, None],
        ],
    )
    result = run()
    assert result.exit_code == 0, result.output
    (row,) = rows_of("学校")
    assert (code(1), "示例镇", "小学", "小学") == tuple(row[k] for k in ("学校标识码", "乡镇", "办学类型", "学段"))
    taken = {r["项目"]: (r["文件"], r["单元格"], r["说明"]) for r in rows_of("来源")}
    assert ("名册.xlsx", "B2", "名册") == taken["学校标识码"]


def test_a_roster_of_codes_alone_is_enough(place):
    """A list of codes is a roster; its total is no school."""
    write_xlsx(place / "报送" / "1.xlsx", table(school(1)))
    write_xlsx(place / "名册.xlsx", [["标识码"], [int(code(1))], [int(code(2))], ["合计"]])
    result = run()
    assert (1, ["W422"]) == (result.exit_code, codes_of(result))
    assert [code(2)] == [row["标识码"] for row in rows_of("未报送名单")]


def test_the_sections_of_a_school_may_come_in_two_files(place):
    """小学部 and 初中部 that report apart, in other kinds of files, are one school, and nothing is twice."""
    primary, junior = nine_year(year=YEAR)
    write_ods(place / "报送" / "小学部.ods", table(primary))
    write_xlsb(place / "报送" / "初中部.xlsb", table(junior))
    write_roster(place / "名册.xlsx", [], [primary["code"], primary["name"]])
    result = run()
    assert (0, []) == (result.exit_code, codes_of(result))
    assert ["小学", "初中"] == [row["学段"] for row in rows_of("学校")]
    assert figures_read(sorted((place / "报送").iterdir())) == figures_read([place / "2023.xlsx"])


def test_a_table_of_a_town_is_read_with_its_title_and_without_its_total(place):
    """A workbook of several schools has a title, a total and a note; none of them is a school."""
    rows = [["示例镇2023学年学校情况表"], *table(school(1), school(2)), ["合计", *[None] * 4, 2003], ["注：截至9月"]]
    write_xlsx(place / "报送" / "示例镇.xlsx", rows)
    write_roster(place / "名册.xlsx", [1, 2])
    assert run().exit_code == 0
    assert [code(1), code(2)] == [row["学校标识码"] for row in rows_of("学校")]


def test_a_lost_zero_is_found_by_the_roster(place):
    """A code that lost its leading zero is completed, with a warning."""
    write_xlsx(place / "报送" / "1.xlsx", table(school(1, code="137000001", name="第一小学")))
    write_xlsx(place / "名册.xlsx", [["学校标识码", "学校名称"], ["0137000001", "第一小学"], ["0137000002", "二小"]])
    result = run()
    assert "W406" in codes_of(result)
    assert ["0137000001"] == [row["学校标识码"] for row in rows_of("学校")]


def test_several_years_need_to_be_told_which(place):
    """Without --year and a year in the name of the output, files of two years are not mixed."""
    write_xlsx(place / "报送" / "1.xlsx", table(school(1)))
    write_xlsx(place / "报送" / "2.xlsx", table(school(2, year=2022)))
    write_roster(place / "名册.xlsx", [1, 2])
    assert run(output="合并.xlsx").exit_code == 2
    assert run("--year", "2023", output="合并.xlsx").exit_code == 1
    assert [code(1)] == [row["学校标识码"] for row in rows_of("学校", "合并.xlsx")]


def test_an_optional_column_that_one_school_lacks_reads_back_as_it_was_read(place):
    """Without the column of gyms a school is taken as in its own workbook: as nothing, with the same warning."""
    write_xlsx(place / "报送" / "1.xlsx", table(school(1)))
    write_xlsx(place / "报送" / "2.xlsx", table(school(2), without=("indoor_sports_area",)))
    write_roster(place / "名册.xlsx", [1, 2])
    result = run()
    assert (0, ["W114"]) == (result.exit_code, codes_of(result))
    assert figures_read(sorted((place / "报送").iterdir())) == figures_read([place / "2023.xlsx"])


def test_what_is_sent_and_is_no_workbook_is_reported(place):
    """A document, a picture or an archive is not passed over in silence."""
    write_xlsx(place / "报送" / "1.xlsx", table(school(1)))
    (place / "报送" / "第二小学.docx").write_bytes(b"PK")
    (place / "报送" / "~$1.xlsx").write_bytes(b"")
    write_roster(place / "名册.xlsx", [1])
    result = run()
    assert (1, ["W103"]) == (result.exit_code, codes_of(result))
    assert "第二小学.docx" in result.stdout


def test_a_formula_without_a_saved_result_is_no_blank(place):
    """A figure that was never calculated is reported at its cell, and so is an error value."""
    write_xlsx(place / "报送" / "1.xlsx", table(school(1, students="=500+500", multimedia_classrooms="#N/A")))
    write_roster(place / "名册.xlsx", [1])
    result = run()
    assert (1, {"W204", "W212"}) == (result.exit_code, set(codes_of(result)))
    assert "1.xlsx › 学校!F2" in result.stderr


def test_a_filled_in_template_is_collected(place):
    """The workbook of `junheng template` is what schools fill in; its hidden lists are no schools."""
    CliRunner().invoke(app, ["template", "--output", "报送/1.xlsx"])
    book = load_workbook("报送/1.xlsx")
    page = book["学校"]
    own = school(1, type="小学")
    for cell in page[1]:
        form = next((n for n, f in shipped_fields().items() if cell.value.partition("（")[0] == f.zh), None)
        page.cell(2, cell.column, own.get(form))
    book.save("报送/1.xlsx")
    write_roster(place / "名册.xlsx", [1])
    result = run()
    assert (0, []) == (result.exit_code, codes_of(result)), result.output
    assert figures_read([place / "报送" / "1.xlsx"]) == figures_read([place / "2023.xlsx"])


def test_units_are_converted_once_and_said(place):
    """万元 becomes 元 in the table; the source says by what it was multiplied."""
    rows = table(school(1, equipment_value=210.55), headings={"equipment_value": "教学仪器设备值（万元）"})
    write_xlsx(place / "报送" / "1.xlsx", rows)
    write_roster(place / "名册.xlsx", [1])
    assert run().exit_code == 0
    assert figures_read([place / "报送" / "1.xlsx"]) == figures_read([place / "2023.xlsx"])
    assert ["×10000"] == [row["说明"] for row in rows_of("来源") if row["项目"] == "教学仪器设备值"]


def test_a_columns_file_reads_foreign_headings(place):
    """Columns that are added up are named one by one in the sheet of sources."""
    (place / "列.yaml").write_text("name: 校\ntype: {value: 小学}\nstudents: [男, 女]\n", "utf-8")
    write_xlsx(place / "报送" / "1.xlsx", [["校", "男", "女", "图书册数"], ["示例镇第01小学", 500, 480, 20000]])
    write_roster(place / "名册.xlsx", [1])
    assert run("--columns", "列.yaml").exit_code == 0
    assert [980] == [row["在校生数（人）"] for row in rows_of("学校")]
    assert ["B2+C2"] == [row["单元格"] for row in rows_of("来源") if row["项目"] == "在校生数"]


def test_text_that_looks_like_a_formula_stays_text(place):
    """A name that begins with = is written as text."""
    write_csv(place / "报送" / "1.csv", table(school(1, town="=1+1")))
    write_roster(place / "名册.xlsx", [1])
    run()
    cell = load_workbook("2023.xlsx")["学校"]["B2"]
    assert ("=1+1", "s") == (cell.value, cell.data_type)


# ------------------------------------------------------------------------------------------------------- merge file


def children(place, text, **changes):
    """A central school, and a teaching point that is not counted as a school; a merge file."""
    rows = table(school(1), school(2, name="柳树教学点", type="教学点", students=30, **changes))
    rows = [[*row, counted] for row, counted in zip(rows, ("是否计校数", 1, 0), strict=True)]
    write_xlsx(place / "报送" / "1.xlsx", rows)
    write_roster(place / "名册.xlsx", [1])
    (place / "merge.yaml").write_text(text, "utf-8")
    return run("--merge", "merge.yaml")


def test_what_is_not_counted_as_a_school_is_added_to_its_parent(place):
    """Figures are added up, the sources name both cells, and the child is no school of the table."""
    result = children(place, "3137000001: [柳树教学点]\n")
    assert (0, "") == (result.exit_code, "".join(codes_of(result)))
    (row,) = rows_of("学校")
    assert (1031, 103, 5001.37 + 5002.74) == tuple(
        row[k] for k in ("在校生数（人）", "高于规定学历教师数（人）", "教学及辅助用房面积（㎡）")
    )
    (source,) = [r for r in rows_of("来源") if r["项目"] == "在校生数"]
    assert ("F2+F3", "并入 柳树教学点") == (source["单元格"], source["说明"])


def test_without_a_merge_file_it_is_reported_and_is_no_school(place):
    """It is neither a school of its own nor deleted: it stands on a sheet of its own, and the table passes nothing."""
    result = children(place, "别的学校: [另一教学点]\n")
    assert (1, {"W427", "W428"}) == (result.exit_code, set(codes_of(result)))
    assert ["示例镇第01小学"] == [row["学校名称"] for row in rows_of("学校")]
    assert [("柳树教学点", 30)] == [(row["校名"], row["在校生数（人）"]) for row in rows_of("未并入主校")]
    assert judge([place / "2023.xlsx"], year=YEAR).withheld


def test_a_figure_that_one_of_them_lacks_is_no_sum(place):
    """Blank is not zero: the sum is blank, and reported."""
    result = children(place, "示例镇第01小学: 柳树教学点\n", equipment_value=None)
    assert (1, ["W429"]) == (result.exit_code, codes_of(result))
    assert [None] == [row["教学仪器设备值（元）"] for row in rows_of("学校")]


@pytest.mark.parametrize(
    "text",
    ["甲: [甲]", "甲: [乙]\n乙: [丙]", "甲: [丙]\n乙: [丙]", "甲: []", "甲: {乙: 丙}", "- 甲"],
    ids=["itself", "chain", "two parents", "nobody", "mapping", "list"],
)
def test_a_merge_file_that_contradicts_itself_stops_the_run(place, text):
    """Faults of the merge file are named at their line, and nothing is written."""
    result = children(place, text)
    assert result.exit_code == 2
    assert "merge.yaml:" in result.stderr
    assert not (place / "2023.xlsx").exists()


def test_a_whole_school_figure_of_a_through_school_grows_once(place):
    """The child's rooms are added to the row on which the parent's stand."""
    rows = table(*nine_year(year=YEAR, code=code(1)), school(2, name="柳树教学点", type="教学点"))
    write_xlsx(place / "报送" / "1.xlsx", rows)
    write_roster(place / "名册.xlsx", [], [code(1), "实验学校"])
    (place / "merge.yaml").write_text(f"实验学校: [{code(2)}]\n", "utf-8")
    assert run("--merge", "merge.yaml").exit_code == 0
    assert [(1602, 50), (400, None)] == [(r["在校生数（人）"], r["网络多媒体教室数（间）"]) for r in rows_of("学校")]


# ------------------------------------------------------------------------------------------------- statistics forms

LAYOUT = """
form: 教基9101
title: {zh: 一张编的表, en: A made-up form}
years: {from: 2021}
compared: null
sources: {test: {title: 本测试, standing: inferred}}
figures:
  - {field: students, stage: primary, source: test, cite: 测试, cells: [{row: 在校生, column: 学生/计}]}
  - field: multimedia_classrooms
    source: test
    cite: 测试
    cells: [{row: 网络多媒体教室, column: 自有}, {row: 网络多媒体教室, column: 租用}]
  - {field: equipment_value, unit: 万元, source: test, cite: 测试, cells: [{row: 资产/仪器设备, column: 自有}]}
"""


def form(name="示例镇第01小学", *, shift=0, label="网络多媒体教室", unit="万元", twice=False):
    """A form: title, whose it is, two rows of headings, a row that numbers the columns, and its figures."""
    rows = [["表号：教基9101", None, None, None, None, None], [f"学校名称：{name}", None, None, "2023学年", None, None]]
    rows += [[None] * 6] * shift
    rows += [
        ["项目", None, "编号", "学生", "条件", None],
        [None, None, None, "计", "自有", "租用"],
        ["甲", "乙", "丙", "1", "2", "3"],
        ["在校生", None, "01", 812, None, None],
        [label, None, "02", None, 20, 4],
        ["资产", f"其中：仪器设备（{unit}）", "03", None, 210.5, None],
    ]
    return [*rows, [label, None, "04", None, 1, 1]] if twice else rows


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
    result = run("--forms", "版式")
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
    result = run("--forms", "版式")
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
    result = run("--forms", "版式")
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
    result = run()
    assert "W434" in codes_of(result)
    assert [1001] == [row["在校生数（人）"] for row in rows_of("学校")]


def test_a_table_that_mentions_a_form_is_a_table(forms):
    """The number of a form in a title does not make a table of schools a form."""
    write_xlsx(forms / "报送" / "1.xlsx", [["学校表（取自教基3112）"], *table(school(1))])
    result = run()
    assert (0, []) == (result.exit_code, codes_of(result)), result.output


def test_a_form_and_a_table_that_differ_are_in_conflict(forms):
    """What a form says is one version among others."""
    write_xlsx(forms / "报送" / "1.xlsx", form(), "教基9101")
    write_xlsx(forms / "报送" / "2.xlsx", table(school(1)))
    result = run("--forms", "版式")
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
    result = run()
    assert "“运动场地”一行有 2 个数" in result.stderr
    assert result.exit_code == 2


def test_the_numbers_of_rows_and_columns_are_labels_too(forms):
    """基础基312 is read by the numbers that the form itself gives its rows and columns."""
    rows = [["基础基312", *[None] * 5], ["学校名称", "示例镇第01小学", *[None] * 4], ["2019学年初", *[None] * 5]]
    rows += [["甲", "乙", "1", "2", "3", "4"], ["总计", "01", 1, 2, 3, 812], ["其中：女", "02", 1, 2, 3, 400]]
    write_xlsx(forms / "报送" / "1.xlsx", rows)
    result = run(output="2019.xlsx")
    assert result.exit_code == 0, result.output
    assert [812] == [row["在校生数（人）"] for row in rows_of("学校", "2019.xlsx")]


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
def test_a_layout_that_cannot_be_right_stops_the_run(forms, change, said):
    """Faults of a layout are named at their line."""
    (forms / "版式" / "9101.yaml").write_text(LAYOUT.replace(*change, 1), "utf-8")
    write_xlsx(forms / "报送" / "1.xlsx", form())
    result = run("--forms", "版式")
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


def test_shared_figures_are_the_ones_that_are_divided():
    """The figures of a whole school that these tests write are split by their field."""
    assert {"split"} == {shipped_fields()[name].share for name in SHARED}
