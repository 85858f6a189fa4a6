"""Parts judged item by item, from workbooks: who answers, what is read from the sheet 县级, and what withholds a verdict.

The items themselves are judged on both sides of their lines in tests/cases/national/2017-quality-balance.
"""

import json

import openpyxl
import pytest
import yaml
from typer.testing import CliRunner

from junheng.cli import app
from junheng.run import judge
from junheng.standard.load import load
from tests.workbooks import school_row, table, write_xlsx

ITEMS = {  # what the items ask of a school, on the good side of every line
    "班级数": 24,
    "最大班额": 45,
    "音乐教室间数": 2,
    "美术教室间数": 2,
    "最小音乐专用教室面积": 96,
    "最小美术专用教室面积": 90,
    "教师培训经费预算": 50000,
    "公用经费预算总额": 1000000,
    "就近划片招生数": 200,
    "就近划片入学新生数": 200,
    "城乡分类": "城区",
    "举办者": "公办",
}
GIVEN = "tests/cases/national/2017-quality-balance/county-items.yaml"


@pytest.fixture(scope="module")
def answers(root):
    """Return what a county answers that meets every item on its line, by the Chinese names of the sheet."""
    given = yaml.safe_load((root / GIVEN).read_text("utf-8"))["county"]
    fields = load("national/2017-quality-balance").fields
    words = {True: "是", False: "否"}
    return {fields[name].zh: words[v] if isinstance(v, bool) else v for name, v in given.items()}


def _schools(*rows, **more):
    """Return a table of schools with the columns that items need."""
    own = {**ITEMS, **more}
    header, *lines = table(*(rows or (school_row(),)))
    return [[*header, *own], *([*line, *own.values()] for line in lines)]


def _sheet(answers, heading=("项目", "填报")):
    return [list(heading), *([name, value] for name, value in answers.items())]


@pytest.fixture
def county(tmp_path):
    """Return a function that judges a table and a sheet 县级, and gives the run and its counties."""

    def judged(sheet, schools=None, **options):
        sheets = {"学校": schools or _schools()} | ({} if sheet is None else {"县级": sheet})
        run = judge([write_xlsx(tmp_path / "a.xlsx", sheets)], year=2023, **{"by": "county", **options})
        return run, *run.counties

    return judged


def _codes(run):
    return [p.kind.code for p in run.problems if p.kind.code != "A101"]  # one school of a stage


def _outcomes(county):
    return {item.item.indicator.id: item.outcome.value for part in county.by_item for item in part.items}


def test_a_sheet_that_is_all_met_passes_every_part(county, answers):
    """Every answer on its line passes, but for the retention of juniors whom the table does not have."""
    run, found = county(_sheet(answers))
    assert [] == _codes(run)
    assert {"schools": True, "variation": True, "government": True, "quality": True} | {
        "recognition": True,
        "veto": True,
    } == dict(found.parts)
    assert found.passed is True


def test_without_a_sheet_no_part_is_there(county):
    """Nothing was asked, nothing is assessed: the verdict is that on schools and coefficients."""
    _, found = county(None)
    assert ({"schools": True, "variation": True}, True) == (dict(found.parts), found.passed)


def test_a_sheet_left_blank_is_none(county, answers):
    """An all-blank sheet, evidence aside, answers nothing."""
    blank = [["项目", "填报", "佐证"], *([name, None, "见附件"] for name in answers)]
    run, found = county(blank)
    assert ([], {"schools": True, "variation": True}, True) == (_codes(run), dict(found.parts), found.passed)


def test_one_answer_opens_every_part(county):
    """A county that answers one item answers them all: what is blank withholds the verdict."""
    _, found = county(_sheet({"存在弄虚作假行为": "否"}))
    assert {None} == {found.parts[name] for name in ("government", "quality", "recognition", "veto")}
    assert found.passed is None


def test_a_veto_fails_whatever_else(county):
    """A veto alone, with everything else blank, fails the county."""
    _, found = county(_sheet({"存在弄虚作假行为": "是"}))
    assert (False, False) == (found.parts["veto"], found.passed)


@pytest.mark.parametrize(
    "missing", ["存在弄虚作假行为", "有效问卷数", "县域内义务教育学校规划布局合理", "三年死亡学生数"]
)
def test_one_unanswered_item_withholds_and_names_itself(tmp_path, answers, missing):
    """Everything but one line is answered: exit code 3, and that line is named."""
    left = {name: value for name, value in answers.items() if name != missing}
    file = write_xlsx(tmp_path / "a.xlsx", {"学校": _schools(), "县级": _sheet(left)})
    result = CliRunner(env={"COLUMNS": "400"}).invoke(app, ["county", str(file), "-y", "2023"])
    undecided = 3
    assert undecided == result.exit_code
    assert f"尚待填报，填齐后可作结论：{missing}\n" in result.stdout
    assert CliRunner().invoke(app, ["county", str(file), "-y", "2023", "--lang", "en"]).exit_code == undecided


@pytest.mark.parametrize("word", [5, "大概", "100%", -1])
def test_yes_and_no_and_nothing_else(county, answers, word):
    """A number or another word is none of yes and no: it is reported, and the veto withholds the verdict."""
    run, found = county(_sheet({**answers, "存在弄虚作假行为": word}))
    assert (["W206"], None) == (_codes(run), found.passed)


def test_an_answer_that_cannot_be_used_is_one(county):
    """A sheet whose only answer is faulty was filled in: nothing passes for its sake."""
    run, found = county(_sheet({"存在弄虚作假行为": "大概"}))
    assert (["W206"], None, None) == (_codes(run), found.parts["veto"], found.passed)


def test_two_answers_to_one_thing(county, answers):
    """The same twice is nothing; two different ones leave the item open."""
    twice = [*_sheet(answers), ["弄虚作假", "否"]]
    assert True is county(twice)[1].passed
    run, found = county([*_sheet(answers), ["弄虚作假", "是"]])
    assert (["W505"], "missing", None) == (_codes(run), _outcomes(found)["fraud"], found.passed)


def test_evidence_on_a_line_of_its_own_is_no_second_answer(county, answers):
    """A line with evidence only adds it."""
    lines = [[*line, None] for line in _sheet(answers)]
    run, found = county([["项目", "填报", "佐证"], *lines[1:], ["存在弄虚作假行为", None, "自查报告"]])
    assert ([], True) == (_codes(run), found.passed)
    assert "自查报告" == run.answered["示例县"]["fraud"].evidence


def test_several_counties_with_a_column(county, answers):
    """Each line is of the county it names; the county that is not named on the sheet is not assessed."""
    schools = _schools(school_row(), school_row(county="乙县", code="3138000001"))
    lines = [["乙县", name, "是" if name == "存在弄虚作假行为" else value] for name, value in answers.items()]
    run, first, second = county([["县(市、区)", "项目", "填报"], *lines], schools)
    assert [] == _codes(run)
    assert ({"schools", "variation"}, True) == (set(first.parts), first.passed)
    assert (False, False) == (second.parts["veto"], second.passed)


def test_a_line_of_no_county_in_a_table_of_two(county):
    """A line that may be of either county withholds the verdict on both."""
    schools = _schools(school_row(), school_row(county="乙县", code="3138000001"))
    run, first, second = county(_sheet({"存在弄虚作假行为": "否"}), schools)
    assert ([None, None], ["W504"]) == ([first.passed, second.passed], _codes(run))


def test_a_workbook_of_its_own(tmp_path, answers):
    """The sheet may stand in another workbook than the schools; that of another year is left aside."""
    schools = write_xlsx(tmp_path / "schools.xlsx", _schools())
    own = write_xlsx(tmp_path / "county.xlsx", {"县级": _sheet(answers)})
    (found,) = judge([schools, own], year=2023, by="county").counties
    assert found.passed is True
    old = write_xlsx(tmp_path / "2022.xlsx", {"县级": _sheet({"存在弄虚作假行为": "是"})})
    (found,) = judge([schools, own, old], year=2023, by="county").counties
    assert found.passed is True


def test_towns_have_no_parts(county, answers):
    """Inside a county only schools and coefficients are judged."""
    _, found = county(_sheet({**answers, "存在弄虚作假行为": "是"}), by="town")
    assert {"schools", "variation"} == set(found.parts)


def test_a_withheld_verdict_passes_no_part(county, answers):
    """Where schools were left out of the table no part passes, in the parts' own verdicts neither."""
    rows = _schools()
    run, found = county(
        _sheet(answers),
        [*rows, ["……", *[None] * (len(rows[0]) - 1)], [*rows[1][:1], "3137000009", "第九小学", *rows[1][3:]]],
    )
    assert run.withheld
    assert not [part for part in found.by_item if part.passed]


def test_json_says_what_each_item_rests_on(tmp_path, answers):
    """An item over schools has its schools, one answered once its finding, answers and what is lacking."""
    left = {name: value for name, value in answers.items() if name != "无过重课业负担"}
    file = write_xlsx(tmp_path / "a.xlsx", {"学校": _schools(最大班额=46), "县级": _sheet(left)})
    (found,) = json.loads(CliRunner().invoke(app, ["county", str(file), "-y", "2023", "-f", "json"]).stdout)["counties"]
    items = {item["id"]: item for item in found["items"]}
    assert 15 + 9 + 2 + 7 == len(items)
    assert [{"code": "3137000001", "name": "第一小学", "stage": "primary"}] == items["class_size"]["schools"]["unmet"]
    assert (["no_excessive_load"], "missing") == (items["load"]["unanswered"], items["load"]["outcome"])
    assert 95 == items["disabled_children"]["finding"]["value"]
    assert (False, None) == (found["parts"]["government"], found["parts"]["quality"])


def _with_veto(root, path, change=None):
    """Write the example of 2023 with a veto answered yes, changed further."""
    book = openpyxl.load_workbook(root / "examples" / "shili" / "2023.xlsx")
    sheet = book["县级"]
    row = next(r for r in sheet.iter_rows() if r[0].value == "存在弄虚作假行为")
    row[1].value = "是"
    if change is not None:
        change(sheet)
    book.save(path)
    return judge([path], year=2023, by="county")


@pytest.mark.parametrize("name", ["2024年上报.xlsx", "2022表样.xlsx", "表.xlsx"])
def test_a_year_in_the_name_of_the_file_hides_no_answer(root, tmp_path, name):
    """Where the schools have a column 年度 the veto of the sheet beside them counts, whatever the file is called."""
    run = _with_veto(root, tmp_path / name)
    assert run.counties[0].parts["veto"] is False


def test_a_sheet_named_a_little_otherwise_is_read(root, tmp_path):
    """县级2023 is the sheet 县级."""

    def renamed(sheet):
        sheet.title = "县级2023"

    run = _with_veto(root, tmp_path / "表.xlsx", renamed)
    assert run.counties[0].parts["veto"] is False


def test_a_sheet_of_another_year_is_said_and_nothing_passes(root, tmp_path):
    """A column 年度 that says 2022 on every line: reported, and no part that the county answers is met."""

    def older(sheet):
        column = sheet.max_column + 1
        sheet.cell(1, column, "年度")
        for row in range(2, sheet.max_row + 1):
            sheet.cell(row, column, 2022)

    run = _with_veto(root, tmp_path / "表.xlsx", older)
    parts = run.counties[0].parts
    assert {None} == {parts[name] for name in ("government", "quality", "recognition", "veto")} - {False}
    assert "W115" in [p.kind.code for p in run.problems]


def test_a_line_that_is_not_understood_lets_no_part_pass(root, tmp_path):
    """A misspelt veto answered yes, beside the right one answered no."""

    def misspelt(sheet):
        for row in sheet.iter_rows():
            if row[0].value == "存在弄虚作假行为":
                row[1].value = "否"
        sheet.append(["存在弄虚做假行为", "是"])

    run = _with_veto(root, tmp_path / "表.xlsx", misspelt)
    assert run.counties[0].parts["veto"] is None
    assert "W501" in [p.kind.code for p in run.problems]
