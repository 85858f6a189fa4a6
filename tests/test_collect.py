"""Many workbooks become one table: nothing is lost, nothing is counted twice, and what is lacking is said."""

import csv
import io
import json
import struct

import pytest
from openpyxl import load_workbook
from typer.testing import CliRunner

from junheng import judge
from junheng.cli import app
from junheng.cli.judging import progress
from junheng.standard.load import shipped_fields
from tests.collecting import YEAR, begin_in, code, codes_of, collect, rows_of, school, write_roster
from tests.workbooks import (
    SHARED,
    nine_year,
    table,
    write_csv,
    write_ods,
    write_xls,
    write_xlsb,
    write_xlsx,
)


def encrypted(path):
    """What a workbook with a password begins with and contains."""
    start = bytes.fromhex("d0cf11e0a1b11ae1") + struct.pack("<504x")
    path.write_bytes(start + "EncryptedPackage".encode("utf-16-le").ljust(512, b"\0"))


@pytest.fixture
def place(tmp_path, monkeypatch):
    """A folder with an empty folder 报送 in it, and commands run in it."""
    return begin_in(tmp_path, monkeypatch)


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
    result = collect()
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
    collect()
    sources = [f for f in sorted(sixty.iterdir()) if f.stem[:2] not in ("55", "56", "57")]
    assert figures_read(sources) == figures_read([place / "2023.xlsx"])


@pytest.mark.usefixtures("sixty")
def test_a_table_that_lacks_schools_passes_nothing():
    """Read again, an incomplete table says so, and the county is not found to meet the standard."""
    collect()
    again = CliRunner().invoke(app, ["county", "2023.xlsx", "--year", "2023", "--format", "json"])
    document = json.loads(again.stdout)
    assert "W421" in {problem["code"] for problem in document["problems"]}
    assert document["counties"][0]["passed"] is not True
    assert again.exit_code in (1, 3)


def test_every_entry_knows_its_cell(sixty):
    """The sheet of sources names file, sheet and cell of every entry, and that cell holds the number."""
    collect()
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
    first = collect(output="报送/2023.xlsx")
    rows = rows_of("学校", "报送/2023.xlsx")
    second = collect(output="报送/2023.xlsx")
    assert (first.exit_code, first.stdout) == (second.exit_code, second.stdout)
    assert rows == rows_of("学校", "报送/2023.xlsx")


def test_a_workbook_that_is_no_collected_table_is_not_overwritten(place):
    """Somebody's own workbook in the place of the output stays as it is."""
    write_xlsx(place / "报送" / "01.xlsx", table(school(1)))
    write_roster(place / "名册.xlsx", [1])
    before = write_xlsx(place / "2023.xlsx", table(school(9))).read_bytes()
    assert collect().exit_code == 2
    assert collect(output="名册.xlsx").exit_code == 2
    assert (place / "2023.xlsx").read_bytes() == before


def test_a_complete_collection_exits_0(place):
    """Where all have reported and nothing contradicts anything, the exit code is 0, and the table judges as its sources."""
    write_xlsx(place / "报送" / "01.xlsx", table(school(1), school(2)))
    write_xlsx(place / "报送" / "03.xlsx", table(*nine_year(year=YEAR, code=code(3))))
    write_roster(place / "名册.xlsx", [1, 2], [code(3), "实验学校"])
    result = collect()
    assert (0, "") == (result.exit_code, "".join(codes_of(result)))
    assert rows_of("未报送名单") == rows_of("重复与冲突") == rows_of("不在名册") == []
    assert figures_read(sorted((place / "报送").iterdir())) == figures_read([place / "2023.xlsx"])


def test_english_is_complete(sixty, place):
    """With --lang en sheets, headings and lists are English, and the table reads back."""
    result = collect("--lang", "en", output="e2023.xlsx")
    assert "Not reported (6)" in result.stdout
    names = load_workbook("e2023.xlsx").sheetnames
    assert names[:3] == ["Schools", "Sources", "Not reported"]
    sources = [f for f in sorted(sixty.iterdir()) if f.stem[:2] not in ("55", "56", "57")]
    assert figures_read(sources) == figures_read([place / "e2023.xlsx"])


# ---------------------------------------------------------------------------------- schools of several stages, blanks

OWN = ("students", "overqualified_teachers", "backbone_teachers", "pe_art_teachers")  # of each stage


def through_school(place, *rows):
    """Collect one nine-year school; return the codes of the errors, and the rows of its table."""
    write_xlsx(place / "报送" / "1.xlsx", table(*rows))
    write_roster(place / "名册.xlsx", [], [rows[0]["code"], rows[0]["name"]])
    result = collect()
    assert ("✓ 完整" in result.stdout) == (result.exit_code == 0)
    return result, codes_of(result), rows_of("学校")


def test_a_nine_year_school_without_one_of_its_stages_is_not_complete(place):
    """Its junior row is missing: what it shares cannot be divided, and the place and the stage are named."""
    primary, _ = nine_year(year=YEAR)
    result, codes, _ = through_school(place, primary)
    assert (1, ["W405"]) == (result.exit_code, codes)
    assert "表中没有它的初中一行" in result.stderr
    assert "报送不全或前后不一（1）" in result.stdout
    divided = {**primary, "basis": "本学部"}
    assert ["W409"] == through_school(place, divided)[1]


def test_a_stage_whose_row_is_blank_is_not_complete(place):
    """Its junior row has no figure of its own; with 0 students it has one."""
    primary, junior = nine_year(year=YEAR)
    result, codes, _ = through_school(place, primary, {**junior, **dict.fromkeys(OWN)})
    assert (1, ["W437"]) == (result.exit_code, codes)
    assert "实验学校（初中）" in result.stderr
    result, codes, _ = through_school(place, primary, {**junior, **dict.fromkeys(OWN), "students": 0})
    assert (0, []) == (result.exit_code, codes)


def test_a_whole_school_figure_that_its_rows_give_differently_is_used_of_neither(place):
    """26 rooms on one row and 30 on the other: both are listed, and neither stands in the table; the same on both is none."""
    primary, junior = nine_year(year=YEAR)
    result, codes, rows = through_school(place, primary, {**junior, "multimedia_classrooms": 30})
    assert (1, ["W403"]) == (result.exit_code, codes)
    assert [None, None] == [row["网络多媒体教室数（间）"] for row in rows]
    (twice,) = rows_of("重复与冲突")
    assert (26, 30, "都不采用") == tuple(twice[k] for k in ("数值", "另一处数值", "说明"))
    assert "重复与冲突（1）" in result.stdout
    assert [] == through_school(place, primary, {**junior, "multimedia_classrooms": 26})[1]
    own = [{**primary, "basis": "本学部"}, {**junior, "basis": "本学部", "multimedia_classrooms": 30}]
    assert [] == through_school(place, *own)[1]


def test_the_stages_of_a_school_may_contradict_each_other_in_no_word(place):
    """Two types, a row of no stage, and a stage that the type has not: each is an error."""
    primary, junior = nine_year(year=YEAR)
    assert ["W407"] == through_school(place, primary, {**junior, "type": "十二年一贯制学校"})[1]
    assert ["W303"] == through_school(place, {**primary, "stage": None})[1]
    assert ["W302"] == through_school(place, {**junior, "type": "小学"})[1]


def test_a_school_that_sent_its_name_and_nothing_more_is_not_complete(place):
    """A workbook whose figures are all blank is no report."""
    write_xlsx(place / "报送" / "1.xlsx", table({**school(1), **dict.fromkeys((*OWN, *SHARED))}))
    write_roster(place / "名册.xlsx", [1])
    result = collect()
    assert (1, ["W437"]) == (result.exit_code, codes_of(result))


def test_a_sheet_of_unknown_headings_beside_a_good_one_is_named(place):
    """What holds words and figures under unknown headings may be schools; a sheet of words alone is none."""
    other = [["单位", "甲"], ["柳树小学", 120]]
    words = [["填报说明"], ["请如实填报"]]
    write_xlsx(place / "报送" / "1.xlsx", {"学校": table(school(1)), "补充": other, "说明": words})
    write_roster(place / "名册.xlsx", [1])
    result = collect()
    assert ["W116"] == codes_of(result)
    assert "1.xlsx › 补充" in result.stderr


# ----------------------------------------------------------------------------------------------- for other programs


def test_as_json_a_collection_names_every_list_and_every_cell(sixty):
    """Everything that the workbook holds; run again, the same text."""
    result = collect("--format", "json")
    document = json.loads(result.stdout)
    assert ("junheng.collect/1", False, YEAR) == tuple(document[k] for k in ("schema", "complete", "year"))
    assert ({"schools": 60, "reported": 54}, 60) == (document["roster"], document["files"])
    assert ["55.xlsx", "56.xlsx", "57.xlsx"] == document["not_used"]
    assert [code(n) for n in range(55, 61)] == [entry["code"] for entry in document["not_reported"]]
    assert [2022] == [y for entry in document["not_reported"] if (y := entry["reported_year"])]
    assert [code(61), code(62)] == [entry["code"] for entry in document["outside"]]
    assert [(code(3), None)] == [(entry["code"], entry["field"]) for entry in document["twice"]]
    assert 56 == len(document["schools"])
    of_2 = next(entry for entry in document["schools"] if entry["code"] == code(2))
    assert (1002, 5002.74) == tuple(of_2["figures"][k] for k in ("students", "teaching_area"))
    assert {"cells": [{"file": "02.xlsx", "sheet": "学校", "cell": "F2"}], "remark": None} == of_2["sources"][
        "students"
    ]
    assert [True, False] == [document["schools"][at]["in_roster"] for at in (0, -1)]
    assert {"W104", "W105", "W109", "W401", "W422", "W423"} == {p["code"] for p in document["problems"]}
    assert result.stdout == collect("--format", "json").stdout
    (sixty.parent / "名册.xlsx").unlink()
    failed = collect("--format", "json")
    assert (2, None, "W101") == (
        failed.exit_code,
        json.loads(failed.stdout)["complete"],
        json.loads(failed.stdout)["problems"][0]["code"],
    )


def test_as_csv_every_list_is_one_table(place):
    """A line for every entry, its list in the first column; no text becomes a formula."""
    write_xlsx(place / "报送" / "a.xlsx", table(school(1)))
    write_csv(place / "报送" / "b.csv", table(school(1, students=999), school(9, name="=1+1")))
    write_roster(place / "名册.xlsx", [1, 2])
    rows = list(csv.DictReader(io.StringIO(collect("--format", "csv").stdout)))
    found = [(row["清单"], row["校名"], row["数值"], row["另一处数值"]) for row in rows if row["清单"] != "问题清单"]
    assert [
        ("未报送名单", "示例镇第02小学", "", ""),
        ("重复与冲突", "示例镇第01小学", "1001", "999"),
        ("不在名册", "'=1+1", "", ""),
    ] == found
    assert ["W402", "W422", "W423"] == [row["代码"] for row in rows if row["清单"] == "问题清单"]


def test_the_project_file_names_everything(place):
    """With folder, roster, merge file and table in junheng.yaml the command needs no word more."""
    (place / "junheng.yaml").write_text(
        "reports: 报送\nroster: 名册.xlsx\nmerge: merge.yaml\ncollected: 2023.xlsx\n", "utf-8"
    )
    children(place, "merge:\n  示例镇第01小学: [柳树教学点]\n")
    (place / "2023.xlsx").unlink()
    result = CliRunner().invoke(app, ["collect"])
    assert 0 == result.exit_code, result.output
    assert [1031] == [row["在校生数（人）"] for row in rows_of("学校")]
    (place / "junheng.yaml").write_text("roster: 名册.xlsx\n", "utf-8")
    result = CliRunner().invoke(app, ["collect"])
    assert (2, ["C111", "C111"]) == (result.exit_code, codes_of(result))
    assert "--output" in result.stderr


class Terminal(io.StringIO):
    """A stderr that somebody watches."""

    def isatty(self):
        return True


@pytest.mark.parametrize(("files", "shown"), [(19, False), (20, True)])
def test_many_small_files_have_a_progress_bar(tmp_path, monkeypatch, files, shown):
    """From twenty files on, however small; not where nobody watches."""
    for number in range(files):
        (tmp_path / f"{number}.csv").write_text("a", "utf-8")
    with progress([tmp_path], "zh") as report:
        assert report is None
    monkeypatch.setattr("sys.stderr", Terminal())
    with progress([tmp_path], "zh") as report:
        assert (report is not None) == shown


# ------------------------------------------------------------------------------------------- conflicts and identity


def test_of_two_versions_neither_is_used_where_they_differ(place):
    """Both files and both values are listed; the figures on which they agree are kept."""
    write_xlsx(place / "报送" / "01.xlsx", table(school(1)))
    write_xlsx(place / "报送" / "01（新）.xlsx", table(school(1, students=1234, backbone_teachers=None)))
    write_roster(place / "名册.xlsx", [1])
    result = collect()
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
    assert collect().exit_code == 1
    assert [None] == [row["办学类型"] for row in rows_of("学校")]
    assert ["办学类型"] == [row["项目"] for row in rows_of("重复与冲突")]


def test_a_code_that_is_another_schools_is_not_taken_for_it(place):
    """A school that copied the code of its neighbour is listed with the reason, and the neighbour is not disputed."""
    write_xlsx(place / "报送" / "1.xlsx", table(school(1)))
    write_xlsx(place / "报送" / "2.xlsx", table(school(1, name="示例镇第02小学", students=99)))
    write_roster(place / "名册.xlsx", [1, 2])
    assert collect().exit_code == 1
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
    result = collect()
    assert result.exit_code == 0, result.output
    (row,) = rows_of("学校")
    assert (code(1), "示例镇", "小学", "小学") == tuple(row[k] for k in ("学校标识码", "乡镇", "办学类型", "学段"))
    taken = {r["项目"]: (r["文件"], r["单元格"], r["说明"]) for r in rows_of("来源")}
    assert ("名册.xlsx", "B2", "名册") == taken["学校标识码"]


def test_a_roster_of_codes_alone_is_enough(place):
    """A list of codes is a roster; its total is no school."""
    write_xlsx(place / "报送" / "1.xlsx", table(school(1)))
    write_xlsx(place / "名册.xlsx", [["标识码"], [int(code(1))], [int(code(2))], ["合计"]])
    result = collect()
    assert (1, ["W422"]) == (result.exit_code, codes_of(result))
    assert [code(2)] == [row["标识码"] for row in rows_of("未报送名单")]


def test_the_sections_of_a_school_may_come_in_two_files(place):
    """小学部 and 初中部 that report apart, in other kinds of files, are one school, and nothing is twice."""
    primary, junior = nine_year(year=YEAR)
    write_ods(place / "报送" / "小学部.ods", table(primary))
    write_xlsb(place / "报送" / "初中部.xlsb", table(junior))
    write_roster(place / "名册.xlsx", [], [primary["code"], primary["name"]])
    result = collect()
    assert (0, []) == (result.exit_code, codes_of(result))
    assert ["小学", "初中"] == [row["学段"] for row in rows_of("学校")]
    assert figures_read(sorted((place / "报送").iterdir())) == figures_read([place / "2023.xlsx"])


def test_a_table_of_a_town_is_read_with_its_title_and_without_its_total(place):
    """A workbook of several schools has a title, a total and a note; none of them is a school."""
    rows = [["示例镇2023学年学校情况表"], *table(school(1), school(2)), ["合计", *[None] * 4, 2003], ["注：截至9月"]]
    write_xlsx(place / "报送" / "示例镇.xlsx", rows)
    write_roster(place / "名册.xlsx", [1, 2])
    assert collect().exit_code == 0
    assert [code(1), code(2)] == [row["学校标识码"] for row in rows_of("学校")]


def test_a_lost_zero_is_found_by_the_roster(place):
    """A code that lost its leading zero is completed, with a warning."""
    write_xlsx(place / "报送" / "1.xlsx", table(school(1, code="137000001", name="第一小学")))
    write_xlsx(place / "名册.xlsx", [["学校标识码", "学校名称"], ["0137000001", "第一小学"], ["0137000002", "二小"]])
    result = collect()
    assert "W406" in codes_of(result)
    assert ["0137000001"] == [row["学校标识码"] for row in rows_of("学校")]


def test_several_years_need_to_be_told_which(place):
    """Without --year and a year in the name of the output, files of two years are not mixed."""
    write_xlsx(place / "报送" / "1.xlsx", table(school(1)))
    write_xlsx(place / "报送" / "2.xlsx", table(school(2, year=2022)))
    write_roster(place / "名册.xlsx", [1, 2])
    assert collect(output="合并.xlsx").exit_code == 2
    assert collect("--year", "2023", output="合并.xlsx").exit_code == 1
    assert [code(1)] == [row["学校标识码"] for row in rows_of("学校", "合并.xlsx")]


def test_an_optional_column_that_one_school_lacks_reads_back_as_it_was_read(place):
    """Without the column of gyms a school is taken as in its own workbook: as nothing, with the same warning."""
    write_xlsx(place / "报送" / "1.xlsx", table(school(1)))
    write_xlsx(place / "报送" / "2.xlsx", table(school(2), without=("indoor_sports_area",)))
    write_roster(place / "名册.xlsx", [1, 2])
    result = collect()
    assert (0, ["W114"]) == (result.exit_code, codes_of(result))
    assert figures_read(sorted((place / "报送").iterdir())) == figures_read([place / "2023.xlsx"])


def test_what_is_sent_and_is_no_workbook_is_reported(place):
    """A document, a picture or an archive is not passed over in silence."""
    write_xlsx(place / "报送" / "1.xlsx", table(school(1)))
    (place / "报送" / "第二小学.docx").write_bytes(b"PK")
    (place / "报送" / "~$1.xlsx").write_bytes(b"")
    write_roster(place / "名册.xlsx", [1])
    result = collect()
    assert (1, ["W103"]) == (result.exit_code, codes_of(result))
    assert "第二小学.docx" in result.stdout


def test_a_formula_without_a_saved_result_is_no_blank(place):
    """A figure that was never calculated is reported at its cell, and so is an error value."""
    write_xlsx(place / "报送" / "1.xlsx", table(school(1, students="=500+500", multimedia_classrooms="#N/A")))
    write_roster(place / "名册.xlsx", [1])
    result = collect()
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
    result = collect()
    assert (0, []) == (result.exit_code, codes_of(result)), result.output
    assert figures_read([place / "报送" / "1.xlsx"]) == figures_read([place / "2023.xlsx"])


def test_units_are_converted_once_and_said(place):
    """万元 becomes 元 in the table; the source says by what it was multiplied."""
    rows = table(school(1, equipment_value=210.55), headings={"equipment_value": "教学仪器设备值（万元）"})
    write_xlsx(place / "报送" / "1.xlsx", rows)
    write_roster(place / "名册.xlsx", [1])
    assert collect().exit_code == 0
    assert figures_read([place / "报送" / "1.xlsx"]) == figures_read([place / "2023.xlsx"])
    assert ["×10000"] == [row["说明"] for row in rows_of("来源") if row["项目"] == "教学仪器设备值"]


def test_a_columns_file_reads_foreign_headings(place):
    """Columns that are added up are named one by one in the sheet of sources."""
    (place / "列.yaml").write_text("name: 校\ntype: {value: 小学}\nstudents: [男, 女]\n", "utf-8")
    write_xlsx(place / "报送" / "1.xlsx", [["校", "男", "女", "图书册数"], ["示例镇第01小学", 500, 480, 20000]])
    write_roster(place / "名册.xlsx", [1])
    assert collect("--columns", "列.yaml").exit_code == 0
    assert [980] == [row["在校生数（人）"] for row in rows_of("学校")]
    assert ["B2+C2"] == [row["单元格"] for row in rows_of("来源") if row["项目"] == "在校生数"]


def test_text_that_looks_like_a_formula_stays_text(place):
    """A name that begins with = is written as text."""
    write_csv(place / "报送" / "1.csv", table(school(1, town="=1+1")))
    write_roster(place / "名册.xlsx", [1])
    collect()
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
    return collect("--merge", "merge.yaml")


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
def test_a_merge_file_that_contradicts_itself_stops_the_collect(place, text):
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
    assert collect("--merge", "merge.yaml").exit_code == 0
    assert [(1602, 50), (400, None)] == [(r["在校生数（人）"], r["网络多媒体教室数（间）"]) for r in rows_of("学校")]


def test_shared_figures_are_the_ones_that_are_divided():
    """The figures of a whole school that these tests write are split by their field."""
    assert {"split"} == {shipped_fields()[name].share for name in SHARED}
