"""One columns file serves workbooks of several forms: each sheet is read by the form whose headings it has."""

import json

import pytest
from typer.testing import CliRunner

from junheng.cli import app
from junheng.standard.load import shipped_fields
from junheng.workbook.mapping import read_mapping
from tests.workbooks import write_csv, write_xlsx

# three generations of one county's forms; the foreign words are of no standard
OLD = ["校名", "校别", "学生人头", "骨干老师人头"]
MIDDLE = ["学校全称", "校别", "学生人头", "骨干老师总数", "县名"]
NEW = ["学校名称", "办学类型", "在校生数", "县级以上骨干教师数"]
COLUMNS = """\
name: 校名
type: 校别
students: 学生人头
backbone_teachers: 骨干老师人头
---
# 第二种
name: 学校全称
type: 校别
county: 县名
students: 学生人头
backbone_teachers: 骨干老师总数
---
{name: 学校名称, type: 办学类型, students: 在校生数, backbone_teachers: 县级以上骨干教师数}
"""


def _run(*arguments, code):
    result = CliRunner(env={"NO_COLOR": "1", "COLUMNS": "80"}).invoke(app, [str(a) for a in arguments])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert code == result.exit_code, result.output
    return result


@pytest.fixture
def folder(tmp_path):
    """A folder with a workbook of each form: 1,000 pupils and 12, 9, 10 backbone teachers."""
    data = tmp_path / "data"
    data.mkdir()
    write_csv(data / "1.csv", [OLD, ["东小学", "小学", 1000, 12]])
    write_xlsx(data / "2.xlsx", {"学校": [["某县学校表"], MIDDLE, ["西小学", "小学", 1000, 9, "示例县"]]})
    write_csv(data / "3.csv", [NEW, ["北小学", "小学", 1000, 10]])
    return data


def _columns(tmp_path, text=COLUMNS):
    file = tmp_path / "columns.yaml"
    file.write_text(text, "utf-8")
    return file


def _backbone(document):
    """Return for each school its share of backbone teachers for 100 pupils."""
    return {
        school["name"]: next(i["value"] for i in school["indicators"] if i["id"] == "backbone_teachers")
        for county in document["counties"]
        for school in county["schools"]
    }


def _county(folder, columns, code=3):
    found = _run("county", folder, "--year", 2023, "--columns", columns, "--format", "json", code=code)
    return json.loads(found.stdout)


def test_each_sheet_is_read_by_the_form_whose_headings_it_has(folder, tmp_path):
    """Three generations of forms in one folder are read by one columns file: 12, 9 and 10 for 1,000 pupils."""
    document = _county(folder, _columns(tmp_path))
    assert {"东小学": 1.2, "西小学": 0.9, "北小学": 1.0} == _backbone(document)
    county = {school["name"]: school["county"] for c in document["counties"] for school in c["schools"]}
    assert {"东小学": None, "西小学": "示例县", "北小学": None} == county


def test_a_sheet_of_no_form_is_named_with_what_it_lacks(folder, tmp_path):
    """W130 names the form that comes nearest, its line, and the heading that the sheet lacks; nothing is guessed."""
    write_csv(folder / "4.csv", [[*OLD[:3], "骨干教师几人"], ["南小学", "小学", 1000, 10]])
    document = _county(folder, _columns(tmp_path), code=2)
    problems = [(p["code"], p["file"], p["cell"]) for p in document["problems"]]
    assert [("W130", "4.csv", "A1")] == problems
    message = document["problems"][0]["message"]
    assert "3 种表式" in message
    assert "第 1 种（第 1 行起）" in message
    assert "骨干老师人头" in message


def test_a_sheet_without_a_type_says_that_no_form_fits(folder, tmp_path):
    """Where the heading that differs is that of the type, the sheet is of no form; it is not asked for a type."""
    write_csv(folder / "4.csv", [["校名", "类", "学生人头", "骨干老师人头"], ["南小学", "小学", 1000, 10]])
    document = _county(folder, _columns(tmp_path), code=2)
    assert ["W130"] == [p["code"] for p in document["problems"]]
    assert "校别" in document["problems"][0]["message"]


def test_a_form_that_says_more_is_taken_before_one_that_says_less(folder, tmp_path):
    """A form whose columns are all among those of another gives way to it: forms grow by columns over the years."""
    grown = "---\nname: 校名\ntype: 校别\nstudents: 学生人头\nbackbone_teachers: 骨干老师人头\ntown: 所在乡镇\n"
    write_csv(folder / "4.csv", [[*OLD, "所在乡镇"], ["南小学", "小学", 1000, 11, "甲镇"]])
    document = _county(folder, _columns(tmp_path, COLUMNS + grown))
    schools = {school["name"]: school for c in document["counties"] for school in c["schools"]}
    assert 1.1 == _backbone(document)["南小学"]
    assert {"东小学": None, "南小学": "甲镇"} == {name: schools[name]["town"] for name in ("东小学", "南小学")}


def test_two_forms_that_read_a_sheet_differently_are_named(folder, tmp_path):
    """W131 names the lines of both forms and the field that they read differently."""
    other = "---\nname: 校名\ntype: 校别\nstudents: 学生人头\nbackbone_teachers: {heading: 骨干老师人头, times: 2}\n"
    document = _county(folder, _columns(tmp_path, COLUMNS + other), code=2)
    assert [("W131", "1.csv")] == [(p["code"], p["file"]) for p in document["problems"]]
    message = document["problems"][0]["message"]
    assert "第 1 行起和第 15 行起" in message
    assert message.endswith("县级以上骨干教师数")


def test_the_same_form_twice_is_one(folder, tmp_path):
    """Two forms that read a sheet alike do not contradict each other."""
    document = _county(folder, _columns(tmp_path, COLUMNS + "---\n" + COLUMNS.split("---", maxsplit=1)[0]))
    assert 3 == len(_backbone(document))


def test_an_empty_form_is_for_headings_that_are_known(folder, tmp_path):
    """A form {} reads tables as they are; one of comments alone is none."""
    two = "---".join(COLUMNS.split("---")[:2])
    assert 3 == len(_backbone(_county(folder, _columns(tmp_path, two + "---\n{}\n"))))
    _county(folder, _columns(tmp_path, two + "---\n# nothing\n"), code=2)
    fields = shipped_fields()
    assert [2, 3] == [
        len(read_mapping(_columns(tmp_path, two + end), "", fields).forms) for end in ("---\n# nothing\n", "---\n{}\n")
    ]


def test_faults_of_every_form_are_told_with_their_lines(folder, tmp_path):
    """Every form is looked through, and each fault is named by its line."""
    text = "name: 校名\nstudnets: 学生人头\n---\n- 校别\n---\nname: 校名\nstudents: [学生人头, 学生人头]\n"
    result = _run("check", folder / "1.csv", "--columns", _columns(tmp_path, text), code=2)
    for place in ("columns.yaml:2:1", "columns.yaml:4:1", "columns.yaml:7:1"):
        assert place in result.stderr.replace("\n", "")


def test_audit_reads_every_form(folder, tmp_path):
    """Data checks read by the same file: more backbone teachers than teachers is found in the sheet of its form."""
    write_csv(folder / "1.csv", [[*OLD, "专任教师数"], ["东小学", "小学", 1000, 12, 11]])
    columns = _columns(tmp_path, COLUMNS.replace("老师人头\n", "老师人头\nteachers: 专任教师数\n", 1))
    found = _run("audit", folder, "--year", 2023, "--columns", columns, "--format", "json", code=1)
    places = [f["place"] for f in json.loads(found.stdout)["findings"] if f["rule"] == "backbone_within_teachers"]
    assert [("1.csv", "D2")] == [(place["file"], place["cell"]) for place in places]


def test_a_proposal_has_a_part_for_every_form(tmp_path):
    """`junheng columns` proposes every form; the file it writes reads all of the tables, and the JSON has them all."""
    head = {
        "a": ["学校名称", "办学类型", "在校生数", "骨干教师数"],
        "b": ["学校", "学校类型", "学生数", "县级及以上骨干教师数"],
    }
    for name, count in (("a", 12), ("b", 9)):
        write_csv(tmp_path / f"{name}.csv", [head[name], [f"{name}小学", "小学", 1000, count]])
    output = tmp_path / "columns.yaml"
    files = [tmp_path / "a.csv", tmp_path / "b.csv"]
    found = _run("columns", *files, "--format", "json", "--output", output, code=0)
    document = json.loads(found.stdout)
    assert ["a.csv"] == [t["file"] for t in document["tables"]]
    assert [["b.csv"]] == [[t["file"] for t in form["tables"]] for form in document["further_forms"]]
    assert [] == [*document["problems"], *document["further_forms"][0]["problems"]]
    forms = read_mapping(output, "", shipped_fields()).forms
    assert [("学校名称",), ("学校",)] == [form.sums["name"].headings for form in forms]
    text = output.read_text("utf-8")
    assert "第 2 种表式：b.csv" in text
    assert 1 == text.count("\n---\n")
    for file in files:
        judged = _run("check", file, "--columns", output, "--format", "json", code=3)
        assert file.stem + "小学" == json.loads(judged.stdout)["schools"][0]["name"]


HEAD = ["学校名称", "办学类型", "在校生数", "县级以上骨干教师数", "网络多媒体教室数"]


@pytest.mark.parametrize(
    "remark",
    [
        ["填学校全称", "见说明", "单位：人", "人", "间"],
        ["必填", "必填", "必填", "必填", "选填"],
        ["填写说明", "", "9月1日的在籍学生", "县级及以上", "——"],
    ],
)
def test_a_row_of_remarks_below_the_headings_is_no_school(remark, tmp_path):
    """A row that says how to fill in the columns is passed over, and that is said."""
    path = write_csv(tmp_path / "a.csv", [HEAD, remark, ["第一小学", "小学", 1000, 12, 25]])
    document = json.loads(_run("check", path, "--format", "json", code=3).stdout)
    assert ["第一小学"] == [school["name"] for school in document["schools"]]
    (said,) = [p["message"] for p in document["problems"] if p["code"] == "W306"]
    assert "填写说明第 2 行" in said
    assert [] == [p for p in document["problems"] if p["code"] in ("W201", "W206", "W214")]


@pytest.mark.parametrize(
    "row",
    [
        ["第二小学", "待定", "待报", "待报", "待报"],  # named like a school
        ["第二", "小学", "待报", "待报", "待报"],  # of a type
        ["第二", "待定", "待报", "待报", 20],  # with a figure
        ["第二", "待定", "待报", "", ""],  # words in one place only
    ],
)
def test_a_school_with_words_for_figures_is_not_passed_over(row, tmp_path):
    """What may be a school is read, with every faulty cell reported, though it stands right below the headings."""
    path = write_csv(tmp_path / "a.csv", [HEAD, row, ["第一小学", "小学", 1000, 12, 25]])
    document = json.loads(_run("check", path, "--format", "json", code=3).stdout)
    assert [row[0], "第一小学"] == [school["name"] for school in document["schools"]]
    assert "W201" in [p["code"] for p in document["problems"]]


def test_a_note_in_brackets_is_a_note(tmp_path):
    """（填写说明：……） alone in a row is passed over as a note."""
    rows = [HEAD, ["（填写说明：学校名称要与公章一致）", "", "", "", ""], ["第一小学", "小学", 1000, 12, 25]]
    document = json.loads(_run("check", write_csv(tmp_path / "a.csv", rows), "--format", "json", code=3).stdout)
    assert ["第一小学"] == [school["name"] for school in document["schools"]]
    assert ["W306"] == [p["code"] for p in document["problems"] if p["code"].startswith("W3")]
