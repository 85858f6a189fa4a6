"""Waivers: used ones are shown everywhere, figures and outcomes never change, faulty ones stop the run."""

import csv
import io
import json
from datetime import date
from pathlib import Path

import pytest
from openpyxl import load_workbook
from typer.testing import CliRunner

from junheng.cli import app
from junheng.engine.divisions import divide
from junheng.engine.model import Bar, Case, Grade, Indicator, Method, Outcome, SchoolRule
from junheng.engine.school import assess
from junheng.engine.waiving import passed_waiving
from junheng.run import judge

HEADINGS = "学校标识码,学校名称,办学类型,学段,在校生数,高于规定学历教师数,县级以上骨干教师数,体育、艺术专任教师数,教学及辅助用房面积,室内体育用房面积,运动场地面积,教学仪器设备值,网络多媒体教室数"
GOOD = "3137000001,第一小学,小学,小学,1000,50,12,10,5000,0,8000,2500000,25"
LOW = "3137000002,第二小学,小学,小学,1000,50,12,10,3000,0,8000,2500000,25"  # 3.0 ㎡ of rooms, the floor is 3.825
BLANK = "3137000003,第三小学,小学,小学,1000,50,,10,5000,0,8000,2500000,25"
TODAY = date(2026, 1, 1)
LATER = "2999-08-31"


SAID = {"reason": "新楼在建", "evidence": "县教发〔2023〕12号", "expiry": LATER}


def _table(folder, *rows):
    (folder / "2023.csv").write_text("\n".join((HEADINGS, *rows)) + "\n", "utf-8")
    return folder / "2023.csv"


def _waivers(folder, *entries, name="waivers.yaml"):
    lines = [
        "  - {"
        + ", ".join(f"{k}: {v}" for k, v in {**entry, **{k: v for k, v in SAID.items() if k not in entry}}.items())
        + "}"
        for entry in entries
    ]
    (folder / name).write_text("waivers:\n" + "\n".join(lines) + "\n", "utf-8")
    return folder / name


ROOMS = {"school": '"3137000002"', "rule": "teaching_area"}


def _run(*arguments, code=None):
    result = CliRunner(env={"COLUMNS": "300"}).invoke(app, [str(a) for a in arguments])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    if code is not None:
        assert code == result.exit_code, result.output + result.stderr
    return result


@pytest.fixture
def low(tmp_path):
    """A table in which one school fails for its rooms."""
    return _table(tmp_path, GOOD, LOW)


def test_a_waiver_leaves_figure_outcome_and_verdict(tmp_path, low):
    """With a waiver value, gap, outcome and verdict are those without it; beside them stands the verdict with it."""
    plainly = json.loads(_run("check", low, "-f", "json", code=1).stdout)["schools"]
    waived = json.loads(_run("check", low, "--waivers", _waivers(tmp_path, ROOMS), "-f", "json", code=1).stdout)[
        "schools"
    ]
    assert [True, True] == [school.pop("passed_with_waivers") for school in waived]
    said = [i.pop("waived") for school in waived for i in school["indicators"] if "waived" in i]
    expected = {
        "reason": "新楼在建",
        "evidence": "县教发〔2023〕12号",
        "expiry": LATER,
        "place": f"{tmp_path / 'waivers.yaml'}:2:14",
    }
    assert [expected] == said
    assert plainly == waived
    assert [True, False] == [school["passed"] for school in waived]


def test_the_exit_code_follows_the_verdict_without_waivers(tmp_path, low):
    """Only --apply-waivers lets the exit code follow the verdict with them, for schools and for the county's part."""
    file = _waivers(tmp_path, ROOMS)
    _run("check", low, "--waivers", file, code=1)
    _run("check", low, "--waivers", file, "--apply-waivers", code=0)
    _run("check", low, "--apply-waivers", code=1)
    county = json.loads(_run("county", low, "--waivers", file, "-f", "json", code=1).stdout)["counties"][0]
    assert (False, True) == (county["passed"], county["passed_with_waivers"])
    assert False is county["parts"]["schools"]
    _run("county", low, "--waivers", file, "--apply-waivers", code=0)


def test_coefficients_are_never_waived(tmp_path):
    """What schools differ by is computed from every school, waived or not."""
    table = _table(tmp_path, GOOD, LOW.replace(",12,10,3000", ",0,10,3000"))
    file = _waivers(tmp_path, ROOMS, {**ROOMS, "rule": "backbone_teachers"})
    one, other = (
        json.loads(_run("county", table, *options, "-f", "json").stdout)["counties"][0]
        for options in ((), ("--waivers", file))
    )
    assert one["variations"] == other["variations"]
    assert False is other["passed_with_waivers"]


@pytest.mark.parametrize("command", ["check", "county"])
@pytest.mark.parametrize(("lang", "words"), [("zh", ("豁免", "计入豁免：")), ("en", ("waived", "With waivers: "))])
def test_used_waivers_are_shown_in_every_output(tmp_path, low, command, lang, words):
    """Text, Markdown and xlsx mark the outcome, name reason, evidence and day, and give both verdicts."""
    file = _waivers(tmp_path, ROOMS)
    for name in ("out.md", "out.txt"):
        _run(command, low, "--waivers", file, "--lang", lang, "--output", tmp_path / name)
        text = (tmp_path / name).read_text("utf-8").replace("\\", "")
        assert all(word in text for word in (*words, "新楼在建", "县教发〔2023〕12号", LATER)), text
    _run(command, low, "--waivers", file, "--lang", lang, "--output", tmp_path / "out.xlsx")
    book = load_workbook(tmp_path / "out.xlsx")
    text = "\n".join(str(c.value) for sheet in book for row in sheet.iter_rows() for c in row if c.value is not None)
    assert all(word in text for word in (*words, "新楼在建", "县教发〔2023〕12号", LATER)), text


def test_csv_has_columns_for_waivers_only_where_there_are_any(tmp_path, low):
    """With a file of waivers a row has the verdict with them, and reason, evidence and day where one is used."""
    rows = list(csv.DictReader(io.StringIO(_run("check", low, "-f", "csv").stdout)))
    assert "豁免原因" not in rows[0]
    out = _run("check", low, "--waivers", _waivers(tmp_path, ROOMS), "-f", "csv").stdout
    rows = list(csv.DictReader(io.StringIO(out)))
    used = [r for r in rows if r["豁免原因"]]
    assert [("第二小学", "teaching_area", "未达标", "未达标", "达标", LATER)] == [
        (r["学校名称"], r["指标编号"], r["结论"], r["学校结论"], r["含豁免的学校结论"], r["豁免至"]) for r in used
    ]


def test_a_problem_is_waived_by_its_code(tmp_path):
    """A waiver of a problem code marks that problem of that school, and decides nothing by itself."""
    table = _table(tmp_path, GOOD, BLANK)
    file = _waivers(tmp_path, {"school": "第三小学", "rule": "W205"})
    result = _run("check", table, "--waivers", file, "--apply-waivers", code=3)
    assert "已豁免至 2999-08-31：新楼在建" in result.stderr
    document = json.loads(_run("check", table, "--waivers", file, "-f", "json").stdout)
    assert [True] == ["waived" in p for p in document["problems"] if p["code"] == "W205"]
    both = _waivers(
        tmp_path, {"school": "第三小学", "rule": "W205"}, {"school": "第三小学", "rule": "backbone_teachers"}
    )
    _run("check", table, "--waivers", both, "--apply-waivers", code=0)


def test_the_annotated_copy_says_what_is_waived(tmp_path):
    """In the workbook handed back the comment of a waived figure says until when and why."""
    from openpyxl import Workbook

    book = Workbook()
    for row in (HEADINGS, LOW):
        book.active.append([int(c) if c.isdigit() and at > 3 else c for at, c in enumerate(row.split(","))])
    book.save(tmp_path / "a.xlsx")
    _run("check", tmp_path / "a.xlsx", "--waivers", _waivers(tmp_path, ROOMS), "--annotate", tmp_path / "out.xlsx")
    assert "已豁免至 2999-08-31：新楼在建" in load_workbook(tmp_path / "out.xlsx").active["I2"].comment.text


def test_a_stage_limits_a_waiver(tmp_path):
    """A waiver for one stage of a nine-year school leaves the other as it is; without a stage it is for both."""
    rows = [
        "3137000009,实验学校,九年一贯制学校,小学,500,30,9,6,6000,0,16000,2600000,26",
        "3137000009,实验学校,九年一贯制学校,初中,500,30,0,6,,,,,",
    ]
    table = _table(tmp_path, *rows)

    def passed(**more):
        file = _waivers(tmp_path, {"school": "实验学校", "rule": "backbone_teachers", **more})
        schools = json.loads(_run("check", table, "--waivers", file, "-f", "json").stdout)["schools"]
        return [(s["passed"], s["passed_with_waivers"]) for s in schools]

    assert [(True, True), (False, False)] == passed(stage="小学")
    assert [(True, True), (False, True)] == passed(stage="初中") == passed()


@pytest.mark.parametrize(
    ("entries", "code", "at"),
    [
        ([{**ROOMS, "expiry": "2023-08-31"}], "A121", "2:"),
        ([{**ROOMS, "stage": "初中"}], "A122", "2:14"),
        ([{**ROOMS, "rule": "teaching_rooms"}], "A123", "2:34"),
        ([{**ROOMS, "rule": "W999"}], "A123", "2:34"),
        ([ROOMS, ROOMS], "A124", "3:"),
        ([ROOMS, {**ROOMS, "stage": "小学"}], "A124", "3:"),
        ([{**ROOMS, "reason": '""'}], "S203", "2:"),
        ([{**ROOMS, "expiry": "20300101"}], "S203", "2:"),
        ([{**ROOMS, "until": "2030-01-01"}], "S201", "2:"),
    ],
)
def test_a_faulty_waiver_stops_the_run_at_its_place(tmp_path, low, entries, code, at):
    """An expired, unknown, doubled or misspelt waiver is an error with line and column, and exit code 2."""
    file = _waivers(tmp_path, *entries)
    result = _run("check", low, "--waivers", file, "-f", "json", code=2)
    (problem,) = json.loads(result.stdout)["problems"]
    assert (code, "error") == (problem["code"], problem["severity"])
    assert f"{problem['file']}:{problem['line']}:{problem['column']}".startswith(f"{file}:{at}")


@pytest.mark.parametrize(("expiry", "code"), [("2023-08-31", 2), ("2023-09-01", 0), ("2023-09-02", 0)])
@pytest.mark.parametrize("command", ["check", "county"])
def test_a_waiver_expires_by_the_school_year(tmp_path, low, command, expiry, code):
    """It must hold on the first of September of the year assessed, whatever day it is run on: that day included."""
    file = _waivers(tmp_path, {**ROOMS, "expiry": expiry})
    result = _run(command, low, "--waivers", file, "--apply-waivers", "-f", "json", code=code)
    codes = [p["code"] for p in json.loads(result.stdout)["problems"]]
    assert (["A121"] if code else []) == [c for c in codes if c.startswith("A12")]


@pytest.mark.parametrize(("day", "codes"), [(date(2026, 1, 1), []), (date(2026, 1, 2), ["A121"])])
def test_without_a_year_the_last_day_counts(tmp_path, low, day, codes):
    """Where the table has no year a waiver holds on the day it names, and no longer; expired it is not used."""
    table = low.rename(tmp_path / "学校.csv")
    run = judge([table], waivers=_waivers(tmp_path, {**ROOMS, "expiry": "2026-01-01"}), today=day)
    assert run.year is None
    assert codes == [p.kind.code for p in run.waived.faults]
    assert (not codes) is run.schools_passed_with_waivers


def test_a_school_of_another_table_is_an_error_of_the_county_only(tmp_path, low):
    """One file of waivers serves the county: a school that a table of some schools lacks is a note there."""
    file = _waivers(tmp_path, ROOMS, {**ROOMS, "school": "第九小学"})
    result = _run("check", low, "--waivers", file, "--apply-waivers", "-f", "json", code=0)
    assert [("A127", "note")] == [(p["code"], p["severity"]) for p in json.loads(result.stdout)["problems"]]
    result = _run("county", low, "--waivers", file, "-f", "json", code=2)
    assert ["A122"] == [p["code"] for p in json.loads(result.stdout)["problems"]]


def test_a_waiver_that_is_not_needed_is_a_note(tmp_path, low):
    """What is met needs no waiver: said so, and nothing is marked."""
    file = _waivers(tmp_path, {**ROOMS, "rule": "equipment_value"})
    document = json.loads(_run("check", low, "--waivers", file, "-f", "json", code=1).stdout)
    assert [("A125", "note")] == [(p["code"], p["severity"]) for p in document["problems"]]
    assert not any("waived" in i for s in document["schools"] for i in s["indicators"])


def test_several_standards_share_a_file(tmp_path, low):
    """A rule need be known to one of the standards only."""
    file = _waivers(tmp_path, {**ROOMS, "rule": "multimedia_classrooms"}, ROOMS)
    result = _run("check", low, "-s", "quality-balance", "-s", "basic-balance", "--waivers", file, "-f", "json")
    codes = {p["code"] for run in json.loads(result.stdout)["runs"] for p in run["problems"]}
    assert "A123" not in codes


def test_the_project_names_its_waivers_or_has_them_beside(tmp_path, low, monkeypatch):
    """waivers.yaml beside junheng.yaml is used, another where the project file names it; alone it is not."""
    monkeypatch.chdir(tmp_path)
    _waivers(tmp_path, ROOMS)
    _run("check", low, "--apply-waivers", code=1)
    (tmp_path / "junheng.yaml").write_text("standard: quality-balance\n", "utf-8")
    _run("check", low, "--apply-waivers", code=0)
    _waivers(tmp_path, {**ROOMS, "rule": "equipment_value"}, name="other.yaml")
    (tmp_path / "junheng.yaml").write_text("waivers: other.yaml\n", "utf-8")
    _run("check", low, "--apply-waivers", code=1)


def test_judge_takes_waivers_and_a_day(tmp_path, low):
    """From Python: the day is given, and faults by table and standard are values, not exceptions."""
    run = judge([low], waivers=_waivers(tmp_path, ROOMS, {**ROOMS, "school": "第九小学"}), today=TODAY)
    assert (False, True) == (run.schools_passed, run.schools_passed_with_waivers)
    assert ["A127"] == [p.kind.code for p in run.waived.faults]
    assert Outcome.UNMET is run.assessment.outcomes["teaching_area"][1]


# ------------------------------------------------------------------------------------------------------- the engine


def _rule(name, least):
    return Indicator(name, of=(name,), to="students", bars=(Case({}, Bar(least, 0)),))


def test_waiving_is_a_function_of_the_assessment(make_table):
    """A rule of a group is waived within its group; what is met or waived elsewhere changes nothing; nothing is stored."""
    either = Indicator("either", rules=(_rule("a", 2), _rule("b", 2)), meet_at_least=2)
    method = Method((either, _rule("c", 1)), SchoolRule((Grade(meet_at_least=2),)))
    table = make_table(["primary"] * 3, [10] * 3, a=[20.0, 10.0, 10.0], b=[20.0, 20.0, 10.0], c=[10.0, 10.0, None])
    assessment = assess(method, divide(table, {}, frozenset()))
    assert [True, False, False] == list(assessment.passed)
    assert [True, True, False] == list(passed_waiving(assessment, {1: {"a"}, 2: {"a"}}))
    assert [True, True, None] == list(passed_waiving(assessment, {1: {"either"}, 2: {"a", "b"}}))
    assert [True, False, True] == list(passed_waiving(assessment, {0: {"a"}, 2: {"either", "c"}}))
    assert [True, False, False] == list(assessment.passed)
    assert Outcome.UNMET is assessment.outcomes["either"][1]


def test_the_engine_knows_no_files_of_waivers():
    """Waiving in the engine imports neither YAML, pydantic nor words."""
    source = (Path(__file__).parents[1] / "src" / "junheng" / "engine" / "waiving.py").read_text("utf-8")
    imported = {line.split()[1] for line in source.splitlines() if line.startswith(("from ", "import "))}
    assert {name for name in imported if name.startswith("junheng")} <= {
        "junheng.engine.model",
        "junheng.engine.outcomes",
        "junheng.engine.school",
    }
