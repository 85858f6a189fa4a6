"""`junheng columns` proposes what headings mean; only what is certain is ever applied without a person."""

import json
import re

import pytest
import yaml
from openpyxl import Workbook
from openpyxl.utils import get_column_letter
from typer.testing import CliRunner

from junheng.cli import app
from junheng.standard.load import shipped_fields
from junheng.workbook.mapping import read_mapping
from junheng.workbook.traditional import CHARACTERS, TERMS
from tests.workbooks import write_csv, write_xlsx

TAIWAN = [
    "學年度", "縣市代碼", "縣市名稱", "鄉鎮市區", "學校代碼", "學校名稱",
    *(f"{grade}年級班級數" for grade in range(1, 7)),
    *(f"{grade}年級{sex}學生數" for grade in range(1, 7) for sex in "男女"),
    "上學年男畢業生", "上學年女畢業生", "男專任教師", "女專任教師", "男職員", "女職員",
]  # fmt: skip
# invented: one class of 12 boys and 11 girls in each grade; 5 + 9 teachers, 1 + 2 clerks
TAIWAN_ROWS = [
    ["114", "99", "示例縣", "示例鎮", f"99930{n}", f"縣立{name}國小", *[1] * 6, *[12, 11] * 6, 10, 9, 5, 9, 1, 2]
    for n, name in enumerate(("東河", "西嶺", "北山"), 1)
]


def _run(*arguments, code=0):
    result = CliRunner(env={"NO_COLOR": "1", "COLUMNS": "80"}).invoke(app, [str(a) for a in arguments])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert code == result.exit_code, result.output
    return result


def _proposed(path, *options):
    """Return the document of a proposal, its fields by name."""
    document = json.loads(_run("columns", path, "--format", "json", *options).stdout)
    assert "junheng.columns/1" == document["schema"]
    return document | {"fields": {entry["field"]: entry for entry in document["fields"]}}


def _headings(entry):
    """Return for each candidate of a field the headings that are added up."""
    return [[named["heading"] for named in candidate["columns"]] for candidate in entry["candidates"]]


def _uncommented(text):
    """Return a columns file with every proposal in use."""
    return re.sub(r"^# (?=[a-z_]+:|  - |  headings:|    - |  times:)", "", text, flags=re.MULTILINE)


@pytest.fixture
def taiwan(tmp_path):
    """A table with the headings of the 國民小學校別資料 and invented figures."""
    return write_csv(tmp_path / "schools.csv", [TAIWAN, *TAIWAN_ROWS])


def test_the_headings_of_taiwan_need_a_person_only_where_they_leave_a_choice(taiwan, root):
    """What one column says is certain; what several add up to is likely, and is what the shipped columns file says."""
    output = taiwan.with_name("columns.yaml")
    _run("columns", taiwan, "--standard", "basic-balance", "--output", output)
    fields = shipped_fields()
    (written,) = read_mapping(output, "columns.yaml", fields).forms
    assert {"county", "town", "code", "name"} == set(written.sums)
    assert {} == written.values
    output.write_text(_uncommented(output.read_text("utf-8")), "utf-8")
    (corrected,) = read_mapping(output, "columns.yaml", fields).forms
    (shipped,) = read_mapping(root / "examples" / "taiwan-columns.yaml", "shipped", fields).forms
    assert shipped.sums == corrected.sums
    assert {**shipped.values, "year": "2025"} == corrected.values  # 114 + 1911


def test_a_corrected_proposal_judges(taiwan):
    """With its comments taken away the proposal reads 6 × (12 + 11) = 138 pupils and 14 teachers of each school."""
    output = taiwan.with_name("columns.yaml")
    _run("columns", taiwan, "--standard", "basic-balance", "--output", output)
    output.write_text(_uncommented(output.read_text("utf-8")), "utf-8")
    run = _run("check", taiwan, "--columns", output, "--standard", "basic-balance", "--format", "json", "--exit-zero")
    document = json.loads(run.stdout)
    found = {i["id"]: i["value"] for i in document["schools"][0]["indicators"]}
    assert (2025, [138] * 3, 14 / 138) == (
        document["year"],
        [school["students"] for school in document["schools"]],
        found["teachers"],
    )


def test_a_sum_is_likely_and_never_certain(taiwan):
    """Grades, and men and women, are proposed as sums with their parts named, and stay comments until a person agrees."""
    fields = _proposed(taiwan, "--standard", "basic-balance")["fields"]
    sums = {"students": 12, "classes": 6, "teachers": 2, "staff": 4}
    assert dict.fromkeys(sums, "likely") == {name: fields[name]["confidence"] for name in sums}
    assert sums == {name: len(_headings(fields[name])[0]) for name in sums}
    assert [False, True, True] == [fields[name]["needed"] for name in ("classes", "teachers", "students")]


@pytest.mark.parametrize(
    "headings",
    [
        ["女专任教师"],
        ["1年级学生数", "2年级学生数", "4年级学生数", "5年级学生数"],
        ["1年级男学生数", "1年级女学生数", "2年级男学生数", "3年级女学生数"],
        ["2年级学生数", "3年级学生数", "4年级学生数"],
    ],
)
def test_parts_that_are_not_all_are_no_sum(tmp_path, headings):
    """Women alone, a grade that lacks, or a sex that lacks in one grade, add up to nothing."""
    path = write_csv(
        tmp_path / "a.csv", [["学校名称", "办学类型", *headings], ["第一小学", "小学", *[9] * len(headings)]]
    )
    document = _proposed(path)
    assert {"name", "type"} == set(document["fields"])
    assert headings == [entry["heading"] for entry in document["not_used"]]


def test_the_same_lowest_heading_under_two_paths_is_a_choice(tmp_path):
    """Both paths are named with their columns, and neither is in use."""
    rows = [
        ["学校名称", "办学类型", "城区", "", "乡村", ""],
        ["", "", "在校生数", "图书册数", "在校生数", "图书册数"],
        ["实验学校", "九年一贯制学校", 900, 30000, 100, 5000],
    ]
    path = _book(tmp_path / "城乡.xlsx", rows, ["A1:A2", "B1:B2", "C1:D1", "E1:F1"])
    fields = _proposed(path, "--standard", "basic-balance")["fields"]
    assert "open" == fields["students"]["confidence"]
    assert [["城区 / 在校生数"], ["乡村 / 在校生数"]] == _headings(fields["students"])
    assert ["C", "E"] == [c["columns"][0]["column"] for c in fields["students"]["candidates"]]
    output = tmp_path / "columns.yaml"
    _run("columns", path, "--standard", "basic-balance", "--output", output)
    assert {"name", "type"} == set(read_mapping(output, "", shipped_fields()).forms[0].sums)
    assert "# students: 城区 / 在校生数\n" in output.read_text("utf-8")


def test_columns_of_each_stage_are_named_and_not_mapped(tmp_path):
    """小学 and 初中 above the same headings need no columns file: they are listed as read, and with the file they are."""
    rows = [
        ["学校名称", "办学类型", "小学", "", "初中", ""],
        ["", "", "在校生数", "专任教师数", "在校生数", "专任教师数"],
        ["实验学校", "九年一贯制学校", 900, 45, 100, 9],
    ]
    path = _book(tmp_path / "两段.xlsx", rows, ["A1:A2", "B1:B2", "C1:D1", "E1:F1"])
    output = tmp_path / "columns.yaml"
    document = _proposed(path, "--standard", "basic-balance", "--output", output)
    assert [
        ("primary", "students", "C"),
        ("primary", "teachers", "D"),
        ("junior", "students", "E"),
        ("junior", "teachers", "F"),
    ] == [(entry["stage"], entry["field"], entry["column"]) for entry in document["of_stages"]]
    assert [] == document["not_used"]
    assert not {"students", "teachers"} & (
        document["fields"].keys() | {entry["field"] for entry in document["not_found"]}
    )
    run = _run("check", path, "--columns", output, "--standard", "basic-balance", "--format", "json", "--exit-zero")
    assert [900, 100] == [school["students"] for school in json.loads(run.stdout)["schools"]]


def test_degrees_add_up_to_what_a_person_chooses(tmp_path):
    """本科 and more, or 专科 and more, may be above the required degree: both sums are offered, and neither is in use."""
    rows = [
        ["学校名称", "办学类型", "在校生数", "专任教师", "", "", "", ""],
        ["", "", "", "计", "#按学历分", "", "", ""],
        ["", "", "", "", "硕士研究生", "本科", "专科", "高中阶段"],
        ["第一小学", "小学", 1000, 50, 1, 30, 15, 4],
    ]
    merges = ["A1:A3", "B1:B3", "C1:C3", "D1:H1", "D2:D3", "E2:H2"]
    path = _book(tmp_path / "学历.xlsx", rows, merges)
    output = tmp_path / "columns.yaml"
    entry = _proposed(path, "--output", output)["fields"]["overqualified_teachers"]
    under = "专任教师 / #按学历分 / "
    degrees = [[under + "硕士研究生", under + "本科"], [under + "硕士研究生", under + "本科", under + "专科"]]
    assert ("open", degrees) == (entry["confidence"], _headings(entry))
    assert "overqualified_teachers" not in read_mapping(output, "", shipped_fields()).forms[0].sums
    output.write_text(
        "name: 学校名称\noverqualified_teachers: [按学历分/硕士研究生, 按学历分/本科, 按学历分/专科]\n", "utf-8"
    )
    run = _run("check", path, "--columns", output, "--format", "json", "--exit-zero")
    found = {i["id"]: i["value"] for i in json.loads(run.stdout)["schools"][0]["indicators"]}
    assert 4.6 == pytest.approx(found["overqualified_teachers"])  # 100 × (1 + 30 + 15) ÷ 1000


def test_a_table_without_data_says_so(tmp_path):
    """Headings alone are proposed for, and the run says that nothing stands below them and exits with 3."""
    path = write_xlsx(tmp_path / "a.xlsx", [["学校名称", "办学类型", "在校生数"]])
    result = _run("columns", path, "--format", "json", code=3)
    document = json.loads(result.stdout)
    assert (["W123"], {"name", "type", "students"}) == (
        [p["code"] for p in document["problems"]],
        {entry["field"] for entry in document["fields"]},
    )


def test_three_hundred_columns_under_six_rows_are_proposed_by_path(tmp_path):
    """Under six merged rows, where 计, 女 and 合计 repeat a hundred times, each field is proposed by its whole path."""
    path = tmp_path / "三百列.xlsx"
    rows, merges = _three_hundred()
    _book(path, rows, merges)
    output = tmp_path / "columns.yaml"
    result = _run("columns", path, "--standard", "basic-balance", "--output", output)
    assert max(map(_width, result.stdout.splitlines())) <= 80
    mapped = read_mapping(output, "", shipped_fields()).forms[0].sums
    expected = {
        "students": ("学生 / 在校生数 / 计",),
        "books": ("办学条件 / 图书（册） / 计",),
        "teachers": ("办学条件 / 专任教师 / 计",),
        "computers": ("办学条件 / 教学用计算机（台） / 计",),
    }
    assert expected == {name: mapped[name].headings for name in expected}
    assert 303 == sum(len(entry["candidates"][0]["columns"]) for entry in _proposed(path)["fields"].values()) + len(
        _proposed(path)["not_used"]
    )


def _three_hundred():
    names = ["在校生数", "图书（册）", "专任教师", "教学用计算机（台）", *(f"统计指标{n}" for n in range(96))]
    rows = [[""] * 303 for _ in range(6)]
    merges = [f"{get_column_letter(at)}1:{get_column_letter(at)}6" for at in (1, 2, 3)]
    rows[0][:3] = ["学校名称", "办学类型", "学段"]
    for number, name in enumerate(names):
        at = 3 + 3 * number
        rows[0][at] = "办学条件" if number else "学生"
        rows[1][at], rows[2][at] = name, "计"
        rows[2][at + 1], rows[3][at + 1], rows[4][at + 1] = "其中", "女", "计"
        rows[3][at + 2], rows[4][at + 2], rows[5][at + 2] = "其他", "合计", "小计"
        left, last, right = (get_column_letter(at + n) for n in (1, 2, 3))
        merges += [f"{left}1:{right}1", f"{left}2:{right}2", f"{left}3:{left}6", f"{last}3:{right}3"]
    figures = (n for number in range(100) for n in (1000 + number, 500, 7))
    return [*rows, ["第一小学", "小学", "", *figures]], merges


def _book(path, rows, merges=()):
    book = Workbook()
    for row in rows:
        book.active.append([cell if cell != "" else None for cell in row])
    for cells in merges:
        book.active.merge_cells(cells)
    book.save(path)
    return path


def _width(line):
    from rich.cells import cell_len

    return cell_len(line)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_file_loads_as_it_is_whatever_the_headings_are(tmp_path, lang):
    """Headings that are YAML, numbers or have signs of comments are written so that the same headings are read back."""
    odd = [
        "学校名称",
        "办学类型",
        "在校生数: {a} # b",
        "- 班级数",
        "010",
        "yes",
        "'图书册数",
        "@教师",
        "学\n段",
        "*班级数",
    ]
    path = _book(tmp_path / "odd.xlsx", [odd, ["第一小学", "小学", *range(1, 9)]])
    output = tmp_path / "columns.yaml"
    result = _run("columns", path, "--output", output, "--lang", lang)
    assert max(map(_width, result.stdout.splitlines())) <= 80
    text = output.read_text("utf-8")
    assert {"name", "type", "classes"} == set(read_mapping(output, "", shipped_fields()).forms[0].sums)
    assert {"name", "type", "classes", "stage", "books"} >= set(yaml.safe_load(_uncommented(text)))


def test_what_is_certain_is_read_as_without_the_file(root, tmp_path):
    """The example county is judged alike with the proposal for its own headings and without it."""
    workbook = root / "examples" / "shili" / "2023.xlsx"
    output = tmp_path / "columns.yaml"
    _run("columns", workbook, "--output", output)
    plain, mapped = (
        json.loads(_run("check", workbook, "--format", "json", "--exit-zero", *more).stdout)["schools"]
        for more in ((), ("--columns", output))
    )
    assert plain == mapped


def test_the_same_table_gives_the_same_file(taiwan):
    """Nothing in the file depends on time or chance."""
    files = [taiwan.with_name(f"{n}.yaml") for n in (1, 2)]
    for file in files:
        _run("columns", taiwan, "--output", file)
    assert files[0].read_bytes() == files[1].read_bytes()


def test_a_file_there_is_kept(taiwan):
    """An existing file is overwritten only with --force; a file that is no YAML is refused."""
    output = taiwan.with_name("columns.yaml")
    output.write_text("name: 學校名稱\n", "utf-8")
    assert "C106" in _run("columns", taiwan, "--output", output, code=2).stderr
    assert "name: 學校名稱\n" == output.read_text("utf-8")
    _run("columns", taiwan, "--output", output, "--force")
    assert "county: 縣市名稱\n" in output.read_text("utf-8")
    assert "C102" in _run("columns", taiwan, "--output", taiwan.with_name("columns.txt"), code=2).stderr


def test_the_project_file_names_the_columns_file(taiwan, monkeypatch):
    """Named in junheng.yaml, beside it, the file is used by later runs without a word."""
    monkeypatch.chdir(taiwan.parent)
    project = taiwan.with_name("junheng.yaml")
    project.write_text("standard: basic-balance\ncolumns: columns.yaml\n", "utf-8")
    output = taiwan.with_name("columns.yaml")
    _run("columns", taiwan, "--output", output)  # the standard of the project
    output.write_text(_uncommented(output.read_text("utf-8")), "utf-8")
    document = json.loads(_run("check", taiwan, "--format", "json", "--exit-zero").stdout)
    assert [138] * 3 == [school["students"] for school in document["schools"]]


def test_what_only_looks_right_is_never_applied(tmp_path):
    """Cells that look like names and types, a heading nearly alike, and money in a title's unit are likely at most."""
    rows = [
        ["某县各校情况（单位：万元）"],
        ["单位", "类别", "在校学生数", "仪器设备总值", "班级数"],
        *[[f"第{n}小学", "小学", 100, 20 + at, "六个"] for at, n in enumerate("一二三四")],
    ]
    path = _book(tmp_path / "外来.xlsx", rows)
    fields = _proposed(path)["fields"]
    expected = {
        "name": "likely",
        "type": "likely",
        "students": "certain",
        "equipment_value": "likely",
        "classes": "open",
    }
    assert expected == {name: entry["confidence"] for name, entry in fields.items()}
    assert (["near", "unit_in_title"], 10000) == tuple(
        fields["equipment_value"]["candidates"][0][key] for key in ("why", "times")
    )
    output = tmp_path / "columns.yaml"
    _run("columns", path, "--output", output)
    assert {"students"} == set(read_mapping(output, "", shipped_fields()).forms[0].sums)
    assert "# equipment_value: {heading: 仪器设备总值, times: 10000}\n" in output.read_text("utf-8")


def test_small_money_leaves_its_unit_open(tmp_path):
    """Equipment of 0.2 for each pupil is 万元 or a poor school: both are offered."""
    rows = [
        ["学校名称", "办学类型", "在校生数", "教学仪器设备值"],
        *[[f"第{n}小学", "小学", 100, 20] for n in "一二三四"],
    ]
    entry = _proposed(write_xlsx(tmp_path / "a.xlsx", rows))["fields"]["equipment_value"]
    assert ("open", [10000, None]) == (entry["confidence"], [c["times"] for c in entry["candidates"]])


def test_a_unit_that_cannot_be_converted_is_left_open(tmp_path):
    """亩 in a heading, or in a row of units below it, is said; the field is open until a person gives times."""
    head = ["学校名称", "办学类型", "在校生数", "图书册数"]
    data = ["第一小学", "小学", 100, 20, 3000]
    tables_ = ([[*head, "运动场地面积（亩）"], data], [[*head, "运动场地面积"], ["", "", "人", "册", "公顷"], data])
    found = [
        _proposed(write_xlsx(tmp_path / f"{at}.xlsx", rows))["fields"]["sports_ground_area"]
        for at, rows in enumerate(tables_)
    ]
    assert [("open", True), ("certain", False)] == [
        (entry["confidence"], "unit_unknown" in entry["candidates"][0]["why"]) for entry in found
    ]


def test_a_unit_above_a_path_is_written_into_the_file(tmp_path):
    """万元 in a heading above counts for the columns below it: 25 becomes 250,000 元, 2,500 for each of 100 pupils."""
    rows = [
        ["学校名称", "办学类型", "在校生数", "固定资产（万元）", ""],
        ["", "", "", "教学仪器设备值", "其他资产"],
        ["第一小学", "小学", 100, 25, 3],
    ]
    path = _book(tmp_path / "a.xlsx", rows, ["A1:A2", "B1:B2", "C1:C2", "D1:E1"])
    output = tmp_path / "columns.yaml"
    _run("columns", path, "--output", output)
    run = _run("check", path, "--columns", output, "--format", "json", "--exit-zero")
    found = {i["id"]: i["value"] for i in json.loads(run.stdout)["schools"][0]["indicators"]}
    assert 2500 == found["equipment_value"]


def test_women_above_a_heading_are_named_and_not_used(tmp_path):
    """A heading that its path narrows down is left to choose; with its counterpart it becomes a sum."""
    data = ["第一小学", "小学", 9, 5]
    one = [["学校名称", "办学类型", "女", "其他"], ["", "", "专任教师数", "代码"], data]
    two = [["学校名称", "办学类型", "女", "男"], ["", "", "专任教师数", "专任教师数"], data]
    found = [
        _proposed(_book(tmp_path / f"{at}.xlsx", rows, ["A1:A2", "B1:B2"]), "--standard", "basic-balance")["fields"]
        for at, rows in enumerate((one, two))
    ]
    assert [("open", [["女 / 专任教师数"]]), ("likely", [["女 / 专任教师数", "男 / 专任教师数"]])] == [
        (fields["teachers"]["confidence"], _headings(fields["teachers"])) for fields in found
    ]


def test_a_heading_twice_cannot_be_named(tmp_path):
    """Where a heading stands there twice with other figures, both columns are shown and none is used."""
    rows = [["学校名称", "办学类型", "在校生数", "在校生数"], ["第一小学", "小学", 9, 5]]
    entry = _proposed(write_csv(tmp_path / "a.csv", rows))["fields"]["students"]
    assert ("open", ["C", "D"]) == (entry["confidence"], [c["columns"][0]["column"] for c in entry["candidates"]])


def test_nearest_headings_are_named_for_what_is_not_found(tmp_path):
    """A needed field without a column is listed with the headings that come nearest, and what is not used is listed."""
    rows = [["学校名称", "办学类型", "在校生数", "骨干教师人数合计", "备用"], ["第一小学", "小学", 9, 5, 1]]
    document = _proposed(write_csv(tmp_path / "a.csv", rows))
    absent = {entry["field"]: [named["heading"] for named in entry["nearest"]] for entry in document["not_found"]}
    assert ["骨干教师人数合计"] == absent["backbone_teachers"]
    assert [] == absent["multimedia_classrooms"]
    assert ["骨干教师人数合计", "备用"] == [entry["heading"] for entry in document["not_used"]]


def test_a_file_without_headings_is_refused(tmp_path):
    """A sheet without headings, a file that is none, and a sheet that is not there end with exit code 2."""
    numbers = write_csv(tmp_path / "numbers.csv", [[1, 2, 3], [4, 5, 6]])
    assert "W107" in _run("columns", numbers, code=2).stderr
    assert "W101" in _run("columns", tmp_path / "none.xlsx", code=2).stderr
    book = write_xlsx(tmp_path / "a.xlsx", [["学校名称", "办学类型", "在校生数"], ["第一小学", "小学", 9]])
    assert "W107" in _run("columns", book, "--sheet", "没有", code=2).stderr


def test_several_tables_of_one_form_are_one_proposal(tmp_path):
    """Tables with the same headings are named together; --sheet leaves others out."""
    head = ["学校名称", "办学类型", "在校生数"]
    sheets = {
        "甲": [head, ["第一小学", "小学", 9]],
        "乙": [head, ["第二小学", "小学", 8]],
        "丙": [["学校", "类型", "生数"], ["第三小学", "小学", 7]],
    }
    path = write_xlsx(tmp_path / "a.xlsx", sheets)
    document = _proposed(path)
    assert ["甲", "乙"] == [table["sheet"] for table in document["tables"]]
    assert [("W128", "丙")] == [(p["code"], p["sheet"]) for p in document["problems"]]
    assert [] == _proposed(path, "--sheet", "甲", "--sheet", "乙")["problems"]


def test_the_words_of_taiwan_are_simplified_and_of_known_fields():
    """Every traditional character has one other, simplified form, and every term belongs to a field of fields.yaml."""
    assert set(TERMS) <= set(shipped_fields())
    assert [] == [term for terms in TERMS.values() for term in terms if term != term.translate(CHARACTERS)]
    assert all(len(simple) == 1 for simple in CHARACTERS.values())


def test_help_shows_an_example():
    """The help ends in an example that can be typed."""
    assert "例：junheng columns" in _run("columns", "--help").stdout
