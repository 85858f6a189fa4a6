"""The provincial gate of 2012: the standard of the county's province decides the part `schools`, on both sides."""

import json

import pytest
from openpyxl import Workbook, load_workbook
from typer.testing import CliRunner

from junheng import run as run_module
from junheng.cli import app
from junheng.gate import PROVINCES, fields_of_all, province_of
from junheng.problems import Unusable
from junheng.run import judge
from junheng.standard.load import ids, load, needed_fields

BASIC = "national/2012-basic-balance"
SHAANXI = "provinces/shaanxi/basic-standard"
OK, NOT_MET, UNUSABLE, UNDECIDED = 0, 1, 2, 3
HEADINGS = "县(市、区),学校名称,办学类型,举办者,在校生数,教学及辅助用房面积,体育运动场馆面积,教学仪器设备值,教学用计算机台数,图书册数,专任教师数,高于规定学历教师数,中级及以上专业技术职务教师数"
ALIKE = "小学,公办,1000,5000,8000,2500000,150,{books},60,50,30"
OWN = """\
title: {zh: 示例省办学基本标准, en: School standard of an invented province}
sources: {own: {title: 示例省〔2013〕1号, standing: official}}
settings:
  horizon:
    question: {zh: 近期还是远期, en: Near or long}
    choices: {near: {zh: 近期, en: near}, long: {zh: 远期, en: long}}
    default: near
scope:
  leaves_out:
    - {reason: teaching_point, school_type: teaching_point, cite: own 1}
indicators:
  - {id: books, name: {zh: 生均图书, en: Books per student}, kind: ratio, of: books, unit: 册, at_least: {setting: horizon, near: 25, long: 30}, cite: own 2, quote: 近期25册，远期30册}
school_rule: {meet_at_least: all, cite: own 3}
"""


@pytest.fixture
def county(tmp_path, monkeypatch):
    """Return a function that judges a table of schools, each (county, name, books), as `junheng county` does."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "province.yaml").write_text(OWN, "utf-8")

    def judged(schools, *options, year="2023", province="province.yaml", standard="basic-balance", more=(), dated=None):
        rows = [f"{place},{name},{ALIKE.format(books=books)}" for place, name, books in schools]
        lines = [HEADINGS, *rows, *more]
        if dated is not None:
            lines = [f"{line},{dated if at else '年度'}" for at, line in enumerate(lines)]
        (tmp_path / "school.csv").write_text("\n".join(lines) + "\n", "utf-8")
        command = ["county", "school.csv", "--standard", standard]
        command += [] if year is None else ["--year", year]
        command += [] if province is None else ["--province", province]
        env = {"COLUMNS": "200", "NO_COLOR": "1"}
        return CliRunner(env=env).invoke(app, [*command, *options])

    return judged


def _counties(result):
    return json.loads(result.stdout)["counties"]


TWO = [("示例县", "第一小学", 25000), ("示例县", "第二小学", 25000)]  # exactly 25 books a pupil
ONE_BELOW = [TWO[0], ("示例县", "第二小学", 24999)]
ONE_BLANK = [TWO[0], ("示例县", "第二小学", "")]


@pytest.mark.parametrize(
    ("schools", "passed", "each", "code"),
    [
        (TWO, True, [True, True], OK),
        (ONE_BELOW, False, [True, False], NOT_MET),
        (ONE_BLANK, None, [True, None], UNDECIDED),
    ],
)
def test_the_schools_of_a_county_decide_its_gate(county, schools, passed, each, code):
    """On the bar every school passes; one book fewer fails the county, a blank leaves it undecided."""
    result = county(schools, "--format", "json")
    (found,) = _counties(result)
    (gate,) = found["gate"]
    assert (passed, passed) == (found["parts"]["schools"], gate["passed"])
    assert each == [school["passed"] for school in gate["schools"]]
    assert [("books", 25)] == [(i["id"], i["bar"]) for i in gate["schools"][0]["indicators"]]
    assert code == result.exit_code
    assert found["passed"] is passed


def test_the_report_says_which_standard_decided_and_names_the_school(county):
    """The text has the part with its count, the standard's title, and the school below with its gap."""
    text = county(ONE_BELOW).stdout
    assert "1/2 达标" in text
    assert "办学基本标准：示例省办学基本标准 ✗ 未达标" in text
    row = next(line for line in text.splitlines() if line.startswith("第二小学"))
    assert "1 册" in row


def test_the_workbook_says_the_same(county, tmp_path):
    """The workbook written has the standard and the school."""
    county(ONE_BELOW, "--output", "county.xlsx")
    cells = [str(c.value) for s in load_workbook(tmp_path / "county.xlsx") for r in s.iter_rows() for c in r if c.value]
    assert any("示例省办学基本标准" in cell for cell in cells)
    assert any("第二小学" in cell for cell in cells)


def test_schools_that_the_gate_does_not_judge_are_listed(county):
    """A teaching point without books is left out by name, and the county passes without it."""
    point = ["示例县,东河教学点,教学点,公办,30,150,300,60000,5,,3,2,1"]
    (found,) = _counties(county(TWO, "--format", "json", more=point))
    (gate,) = found["gate"]
    assert [("东河教学点", "teaching_point")] == [(s["name"], s["reason"]) for s in gate["left_out"]]
    assert gate["passed"] is True
    assert "东河教学点" in county(TWO, more=point).stdout.partition("办学基本标准")[2]


def test_every_county_has_its_own_gate(county):
    """Of two counties in one table only that with the school below fails."""
    schools = [(place, name, books) for place, name, books in TWO]
    schools += [("另一县", "第三小学", 25000), ("另一县", "第四小学", 24999)]
    found = _counties(county(schools, "--format", "json"))
    assert {"示例县": True, "另一县": False} == {c["name"]: c["parts"]["schools"] for c in found}
    assert "第四小学" in county(schools).stdout


def test_a_setting_of_the_gate_reaches_it(county):
    """A choice that only the province's standard has is taken there: 25 books are below the 30 of the long run."""
    (found,) = _counties(county(TWO, "--setting", "horizon=long", "--format", "json"))
    assert found["parts"]["schools"] is False
    unknown = county(TWO, "--setting", "horizont=long")
    assert UNUSABLE == unknown.exit_code
    assert "horizont" in unknown.stderr


def test_without_a_province_the_part_is_not_assessed(county):
    """As long as nobody names the province, the part is shown as not assessed and is absent from the JSON."""
    result = county(ONE_BELOW, "--format", "json", province=None)
    (found,) = _counties(result)
    assert "schools" not in found["parts"]
    assert "gate" not in found
    assert OK == result.exit_code
    assert "义务教育学校办学基本标准（省定）  · 未评估" in county(ONE_BELOW, province=None).stdout


def test_an_outline_withholds_the_verdict(county):
    """Sichuan's bars are not on record: no school passes, the county is not decided."""
    result = county(TWO, "--format", "json", province="四川")
    (found,) = _counties(result)
    (gate,) = found["gate"]
    assert ("provinces/sichuan/basic-standard", None) == (gate["standard"], gate["passed"])
    assert {None} == {school["passed"] for school in gate["schools"]}
    assert {"schools": None, "variation": True} == found["parts"]
    assert UNDECIDED == result.exit_code


def test_a_province_without_a_standard_on_record_withholds_it_too(county):
    """Nothing serves for Beijing: said as a warning, and never a pass."""
    result = county(TWO, "--format", "json", province="北京")
    (found,) = _counties(result)
    assert (None, [], UNDECIDED) == (found["parts"]["schools"], found["gate"], result.exit_code)
    assert "没有收录北京" in result.stderr


def test_both_standards_of_a_province_judge(county):
    """Shandong has one for each stage: both are in the gate."""
    (found,) = _counties(county(TWO, "--format", "json", province="山东"))
    assert ["basic-conditions-junior", "basic-conditions-primary"] == [
        gate["standard"].rpartition("/")[2] for gate in found["gate"]
    ]


@pytest.mark.parametrize(("year", "edition"), [("2016", "2007"), ("2023", "2018")])
@pytest.mark.parametrize("said", [True, False], ids=["by the option", "by the table"])
def test_the_edition_in_force_judges(county, year, edition, said):
    """Of Anhui's two editions that of the year stands in the gate, whether the year is asked for or read."""
    result = county(TWO, "--format", "json", province="安徽", year=year if said else None, dated=year)
    (found,) = _counties(result)
    assert [f"provinces/anhui/{edition}-basic-standard"] == [gate["standard"] for gate in found["gate"]]


def test_the_quality_method_has_no_gate(root, monkeypatch):
    """The method of 2017 asks for no standard of the province: a note, and no part more."""
    monkeypatch.chdir(root / "examples" / "shili")
    command = ["county", "2023.xlsx", "--year", "2023", "--standard", "quality-balance", "--format", "json"]
    plain = json.loads(CliRunner().invoke(app, command).stdout)
    asked = json.loads(CliRunner().invoke(app, [*command, "--province", "陕西"]).stdout)
    assert ["A132"] == [p["code"] for p in asked["problems"] if p not in plain["problems"]]
    assert plain["counties"] == asked["counties"]


def test_shaanxi_decides_the_example_county(root, monkeypatch):
    """The gate says of each school what `junheng check` says by the same standard; the coefficients stay as they are."""
    monkeypatch.chdir(root / "examples" / "shili")
    runner = CliRunner(env={"COLUMNS": "120", "NO_COLOR": "1"})
    command = ["county", "2023.xlsx", "--year", "2023", "--standard", BASIC, "--format", "json"]
    without = _counties(runner.invoke(app, command))[0]
    (found,) = _counties(runner.invoke(app, [*command, "--province", "陕西"]))
    checked = runner.invoke(app, ["check", "2023.xlsx", "--standard", SHAANXI, "--format", "json"])
    by_check = {(s["name"], s["stage"]): s["passed"] for s in json.loads(checked.stdout)["schools"]}
    (gate,) = found["gate"]
    assert by_check == {(s["name"], s["stage"]): s["passed"] for s in gate["schools"]}
    assert ["北山乡第二小学"] == [s["name"] for s in gate["schools"] if s["passed"] is False]
    assert without["variations"] == found["variations"]
    assert {**without["parts"], "schools": False} == found["parts"]


def test_the_table_is_read_once(root, monkeypatch):
    """Reading is the cost: the gate judges the table that was read already."""
    calls = []
    read = run_module.read_schools
    monkeypatch.setattr(run_module, "read_schools", lambda *a, **k: calls.append(1) or read(*a, **k))
    judge([root / "examples" / "shili" / "2023.xlsx"], BASIC, year=2023, by="county", province="陕西")
    assert [1] == calls


def test_the_project_file_names_the_province(county, tmp_path):
    """`province:` stands for the option, a path from its folder; the method of 2017 is not told of it each time."""
    (tmp_path / "junheng.yaml").write_text("province: province.yaml\n", "utf-8")
    (found,) = _counties(county(ONE_BELOW, "--format", "json", province=None))
    assert found["parts"]["schools"] is False
    result = county(ONE_BELOW, "--format", "json", province=None, standard="quality-balance")
    assert "A132" not in {problem["code"] for problem in json.loads(result.stdout)["problems"]}
    (tmp_path / "junheng.yaml").write_text("province: [陕西]\n", "utf-8")
    assert UNUSABLE == county(TWO, province=None).exit_code


def test_a_misspelt_province_names_the_near_ones(county):
    """A typo stops the run, and the names that are meant are offered."""
    result = county(TWO, province="陕希省")
    assert UNUSABLE == result.exit_code
    assert "陕西省" in result.stderr
    assert "shaanxi" in county(TWO, province="shanxii").stderr


@pytest.mark.parametrize("province", PROVINCES, ids=lambda province: province.id)
def test_a_province_is_known_by_all_its_names(province):
    """Id, full, short and English name, in capitals or with spaces around, are one province."""
    assert {province} == {province_of(f" {name.upper()} ") for name in province}


def test_every_folder_of_provinces_is_a_province():
    """The gate finds every province that has standards."""
    folders = {name.split("/")[1] for name in ids() if name.startswith("provinces/")}
    assert not folders - {province.id for province in PROVINCES}


SERVING = [name for name in ids() if name.startswith("provinces/") and load(name).form.serves is not None]


def test_what_serves_names_a_method_and_is_told_apart_from_it():
    """`serves` names the family of a national method, and no gate means another figure by one of its names."""
    assert SERVING
    basic = load(BASIC)
    for name in SERVING:
        standard = load(name)
        assert standard.form.serves == basic.form.family
        fields_of_all([basic, standard], [*needed_fields(basic), *needed_fields(standard)])


def test_two_meanings_of_one_name_stop_the_run(county, tmp_path):
    """A gate that means yuan where the method means volumes cannot be read beside it."""
    fields = "fields:\n  books: {zh: 图书金额, en: Value of books, kind: amount, unit: 元}\n"
    text = OWN.replace("unit: 册", "unit: 元").replace("indicators:", f"{fields}indicators:")
    (tmp_path / "province.yaml").write_text(text, "utf-8")
    result = county(TWO)
    assert UNUSABLE == result.exit_code
    assert "books" in result.stderr


def test_all_parts_together(tmp_path):
    """A county that meets gate, coefficients, score and satisfaction passes; a veto fails it whatever else."""
    answers = [
        ("县级政府推进工作得分", 85),
        ("公众满意度有效问卷数", 1000),
        ("公众满意度满意问卷数", 850),
        ("存在一票否决情形", "否"),
    ]
    book = Workbook()
    sheet = book.active
    for row in [
        HEADINGS.split(","),
        *([*f"示例县,{n},{ALIKE.format(books=25000)}".split(",")] for n in ("甲校", "乙校")),
    ]:
        sheet.append([int(cell) if cell.isdigit() else cell for cell in row])
    county_sheet = book.create_sheet("县级")
    for row in [("项目", "填报"), *answers]:
        county_sheet.append(row)
    file = tmp_path / "2023.xlsx"
    province = tmp_path / "province.yaml"
    province.write_text(OWN, "utf-8")

    def verdict():
        book.save(file)
        (found,) = judge([file], BASIC, year=2023, by="county", province=str(province)).counties
        return dict(found.parts), found.passed

    parts = dict.fromkeys(("schools", "variation", "government", "recognition", "veto"), True)
    assert (parts, True) == verdict()
    county_sheet["B5"] = "是"
    assert ({**parts, "veto": False}, False) == verdict()
    county_sheet["B5"] = None
    assert ({**parts, "veto": None}, None) == verdict()


def test_a_faulty_standard_of_the_province_stops_the_run(tmp_path):
    """A path that is no file is said."""
    with pytest.raises(Unusable):
        judge([tmp_path], BASIC, year=2023, by="county", province=str(tmp_path / "none.yaml"))
