"""What is printed and written: contract, formats, languages, hostile text, whole files."""

import csv
import io
import json
import re
import signal
import subprocess
import sys

import pytest
from openpyxl import Workbook, load_workbook
from rich.cells import cell_len
from typer.testing import CliRunner

from junheng.cli import app

runner = CliRunner()
HOSTILE = ['=HYPERLINK("x")', "[red]x[/red]", "<script>alert(1)</script>", "|x|**y**", "+1+1", "@SUM(A1)", "\x1b[31mx"]


def _run(*arguments, code=None):
    result = runner.invoke(app, [str(a) for a in arguments])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    if code is not None:
        assert code == result.exit_code, result.output
    return result


@pytest.fixture(scope="module")
def year_2023(root):
    """The example county's workbook of 2023."""
    return root / "examples" / "shili" / "2023.xlsx"


def _hostile_workbook(path):
    book = Workbook()
    sheet = book.active
    sheet.append(
        ["县(市、区)", "学校标识码", "学校名称", "办学类型", "在校生数", "高于规定学历教师数", "县级以上骨干教师数"]
    )
    for at, name in enumerate(HOSTILE):
        sheet.append(["示例县", f"{3137000001 + at}", "", "小学", 1000, 42, 8])
        cell = sheet.cell(at + 2, 3, name.replace("\x1b", ""))
        cell.data_type = "s"
    book.save(path)
    return path


def test_check_json_keeps_the_contract(root):
    """The keys of a school, of an indicator and of the document are those of the contract."""
    document = json.loads(_run("check", root / "examples" / "school.xlsx", "--format", "json", code=0).stdout)
    assert "junheng.check/1" == document["schema"]
    assert {"schema", "standard", "year", "schools", "counts", "problems"} == set(document)
    school = document["schools"][0]
    assert (2023, "national/2017-quality-balance") == (document["year"], document["standard"])
    keys = ["county", "town", "code", "name", "type", "stage", "students", "passed", "grade", "left_out", "indicators"]
    assert keys == list(school)
    assert (["示例县第一小学", "小学", "primary", 1800, True]) == [
        school[k] for k in ("name", "type", "stage", "students", "passed")
    ]
    assert {"id", "value", "bar", "outcome", "gap", "gap_to_floor", "near"} == set(school["indicators"][0])
    sports = next(i for i in school["indicators"] if i["id"] == "sports_area")
    # 7.1 ㎡ against 7.5 for 1,800 pupils: 0.4 × 1,800 = 720 ㎡ lacking, the floor of 6.375 reached
    assert (7.1, 7.5, "close", 720, 0, False) == tuple(
        sports[k] for k in ("value", "bar", "outcome", "gap", "gap_to_floor", "near")
    )


def test_county_json_keeps_the_contract(year_2023):
    """Parts, coefficients, schools and those left out are where the contract has them."""
    document = json.loads(_run("county", year_2023, "--year", 2023, "--format", "json", code=1).stdout)
    assert ("junheng.county/1", 2023) == (document["schema"], document["year"])
    (county,) = document["counties"]
    keys = {"name", "passed", "parts", "counts", "variations", "composites", "points", "items", "schools", "left_out"}
    assert keys == set(county)
    # a class of 46, two schools without proper rooms; the sheet 县级 answers all else
    parts = {"schools": False, "variation": False, "government": False, "quality": True, "recognition": True}
    assert {**parts, "veto": True} == county["parts"]
    assert ("示例县", False, []) == (county["name"], county["passed"], county["composites"])
    assert 14 == len(county["variations"])
    v = county["variations"][1]
    assert ("primary", "backbone_teachers", 0.5, False, True) == tuple(
        v[k] for k in ("stage", "indicator", "limit", "passed", "near")
    )
    assert abs(v["sd"] / v["mean"] - v["cv"]) < 1e-15
    assert {"code", "name", "stage", "reason"} == set(county["left_out"][0])
    assert {"teaching_point_under_50", "special_school", "stage_not_assessed"} == {
        e["reason"] for e in county["left_out"]
    }
    assert len(county["schools"]) == 39


def test_basic_balance_judges_the_composite(year_2023):
    """The 2012 method has no limit for a single coefficient, a composite for each stage, and no part on schools."""
    document = json.loads(
        _run("county", year_2023, "--year", 2023, "--standard", "basic-balance", "--format", "json", code=0).stdout
    )
    (county,) = document["counties"]
    assert {"variation": True} == county["parts"]
    assert {None} == {v["limit"] for v in county["variations"]} == {v["passed"] for v in county["variations"]}
    for composite in county["composites"]:
        parts = [v["cv"] for v in county["variations"] if v["stage"] == composite["stage"]]
        assert abs(composite["cv"] - sum(parts) / 8) < 1e-12
        assert composite["passed"] is True


def test_several_standards_give_several_runs(year_2023):
    """With two standards the documents come as junheng.runs/1, and the exit code is the worst."""
    result = _run("county", year_2023, "-y", 2023, "-s", "basic-balance", "-s", "quality-balance", "-f", "json", code=1)
    document = json.loads(result.stdout)
    assert ("junheng.runs/1", 2) == (document["schema"], len(document["runs"]))


def test_fast_and_exact_json_agree(root):
    """Findings written from floats are those of exact arithmetic, in all three years."""
    for year in (2021, 2022, 2023):
        file = root / "examples" / "shili" / f"{year}.xlsx"
        fast = json.loads(_run("check", file, "-f", "json").stdout)
        slow = json.loads(_run("check", file, "-f", "json", "--why").stdout)
        for one, other in zip(fast["schools"], slow["schools"], strict=True):
            for found, expected in zip(one["indicators"], other["indicators"], strict=True):
                chain = expected.pop("why")
                assert chain["quote"]
                value = expected.pop("value")
                assert (
                    found.pop("value") == pytest.approx(value, rel=1e-15)
                    if value is not None
                    else found.pop("value") is None
                )
                assert expected == found


def test_missing_figure_withholds_the_verdict(root):
    """2022 lacks one figure: that school is undecided, its coefficient counts it, the cell is named."""
    file = root / "examples" / "shili" / "2022.xlsx"
    document = json.loads(_run("county", file, "--year", 2022, "-f", "json", code=1).stdout)
    (county,) = document["counties"]
    undecided = [s["name"] for s in county["schools"] if s["passed"] is None and s["left_out"] is None]
    assert ["西岭镇中心小学"] == undecided
    missing = [(v["indicator"], v["missing"], v["passed"]) for v in county["variations"] if v["missing"]]
    assert [("backbone_teachers", 1, None)] == missing
    found = [(p["code"], p["cell"]) for p in document["problems"] if p["severity"] == "error"]
    assert [("W205", "S12")] == found


@pytest.mark.parametrize("width", [80, 120])
@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("command", ["check", "county"])
def test_tables_fit_the_page(year_2023, monkeypatch, width, lang, command):
    """No line is wider than the terminal, Chinese counted as two columns."""
    monkeypatch.setenv("COLUMNS", str(width))
    output = _run(command, year_2023, "--year", 2023, "--all", "--why", "--lang", lang).output
    assert [] == [line for line in output.splitlines() if cell_len(line) > width]


def test_summary_stands_first(year_2023):
    """The verdict is in the first lines, the failing schools before those left out."""
    lines = _run("county", year_2023, "--year", 2023).stdout.splitlines()
    assert "结论：示例县 ✗ 未达标" == lines[1]
    text = "\n".join(lines)
    assert text.index("31/34 达标") < text.index("13/14 符合") < text.index("未达标的学校") < text.index("不纳入评估")


def test_english_is_complete(year_2023, monkeypatch):
    """With --lang en only names from the workbook and the quoted law are Chinese."""
    monkeypatch.setenv("COLUMNS", "240")
    output = _run("county", year_2023, "--year", 2023, "--lang", "en").stdout
    output = output.replace("教督〔2017〕6号", "")
    names = {
        str(c.value) for row in load_workbook(year_2023).active.iter_rows() for c in row if isinstance(c.value, str)
    }
    for name in sorted(names, key=len, reverse=True):
        output = output.replace(name, "")
    assert [] == re.findall(r"[\u4e00-\u9fff]+", output)


def test_why_shows_the_chain(root):
    """--why names the cell, the division, the calculation, the bar and the clause."""
    output = _run("check", root / "examples" / "divided-school.xlsx", "-s", "basic-balance", "--why").stdout
    assert "图书册数 23226 册（divided-school.xlsx › 学校!" in output
    assert "23226 × 166×1 ÷ (166×1 + 210×1.1) = 9711.627" in output
    output = _run("check", root / "examples" / "school.xlsx", "--why").stdout
    assert "12780 ÷ 1800 = 7.1" in output
    assert "≥ 7.5（余项不低于 6.375）" in output
    assert "“小学、初中分别达到7.5平方米以上、10.2平方米以上”" in output.replace("\n", "")


@pytest.mark.parametrize("command", ["check", "county"])
@pytest.mark.parametrize("format_", ["text", "json", "csv", "markdown"])
def test_hostile_names_stay_text_on_stdout(tmp_path, command, format_):
    """A school named like a formula, markup or HTML is text in every format."""
    file = _hostile_workbook(tmp_path / "hostile.xlsx")
    out = _run(command, file, "--format", format_, "--all").stdout
    assert "\x1b" not in out
    if format_ == "text":
        assert "[red]x[/red]" in out
    elif format_ == "json":
        document = json.loads(out)
        schools = document["schools"] if command == "check" else document["counties"][0]["schools"]
        assert [name.replace("\x1b", "") for name in HOSTILE] == [s["name"] for s in schools]
    elif format_ == "csv":
        cells = [cell for row in csv.reader(io.StringIO(out)) for cell in row]
        assert [] == [
            c for c in cells if c[:1] in ("=", "+", "@") or (c[:1] == "-" and not re.fullmatch(r"-[\d.]+", c))
        ]
    else:
        assert "<script>" not in out
        assert "[red]" not in out


@pytest.mark.parametrize("command", ["check", "county"])
def test_hostile_names_stay_text_in_xlsx(tmp_path, command):
    """In a written workbook no cell is a formula, and every name stands there as it is."""
    file = _hostile_workbook(tmp_path / "hostile.xlsx")
    _run(command, file, "--output", tmp_path / "out.xlsx")
    cells = [c for sheet in load_workbook(tmp_path / "out.xlsx") for row in sheet.iter_rows() for c in row]
    assert [] == [c.value for c in cells if c.data_type == "f"]
    assert {n.replace("\x1b", "") for n in HOSTILE} <= {c.value for c in cells}


def test_xlsx_shades_what_fails(tmp_path, year_2023):
    """Failing values have the dark background that the national form asks for, met ones none."""
    _run("county", year_2023, "--year", 2023, "--output", tmp_path / "out.xlsx")
    sheet = load_workbook(tmp_path / "out.xlsx")["全部学校"]
    rows = {row[0].value: row for row in sheet.iter_rows(min_row=3) if row[0].value}
    heading = [c.value for c in sheet[2]]
    at = heading.index("教学用房")
    failing, passing = rows["城关镇中心小学"][at], rows["示例县第二小学"][at]
    assert abs(failing.value - 3.7) < 1e-9
    assert "00A6A6A6" == failing.fill.fgColor.rgb
    assert passing.fill.fill_type is None


@pytest.mark.parametrize(("name", "start"), [("a.json", "{"), ("a.csv", "\ufeff"), ("a.md", "# "), ("a.txt", "2023")])
def test_output_by_ending(tmp_path, year_2023, name, start):
    """The ending of --output decides the format; stdout stays empty, stderr says what was written."""
    result = _run("county", year_2023, "--year", 2023, "--output", tmp_path / name)
    assert "" == result.stdout
    assert "已写入" in result.stderr
    assert (tmp_path / name).read_text("utf-8").startswith(start)


@pytest.mark.parametrize(
    ("output", "code"), [("missing/a.xlsx", "C101"), ("a.html", "C102"), ("a", "C102"), (".", "C102")]
)
def test_output_that_cannot_be_written(tmp_path, year_2023, output, code):
    """An ending or a place that cannot be written to is one clear line and exit code 2; nothing is left behind."""
    result = _run("county", year_2023, "--output", tmp_path / output, code=2)
    assert code in result.stderr
    assert [] == list(tmp_path.iterdir())


def test_a_failed_write_leaves_the_earlier_file(tmp_path):
    """What was there before stays whole when writing fails half-way."""
    from junheng.report import write

    target = tmp_path / "a.json"
    target.write_text("earlier", "utf-8")

    def broken():
        yield "half"
        raise OSError(28, "No space left on device")

    with pytest.raises(write.Unusable):
        write.write_text(target, broken())
    assert "earlier" == target.read_text("utf-8")
    assert [target] == list(tmp_path.iterdir())


def test_exit_zero(year_2023):
    """--exit-zero exits 0 whatever the verdict."""
    _run("county", year_2023, "--year", 2023, "--exit-zero", code=0)
    _run("county", year_2023, "--year", 2023, code=1)


def test_by_town(year_2023):
    """--by town gives one result for each town of the county."""
    document = json.loads(_run("county", year_2023, "--year", 2023, "--by", "town", "-f", "json").stdout)
    assert {"示例县"} == {c["county"] for c in document["counties"]}
    assert len(document["counties"]) == len({c["name"] for c in document["counties"]}) >= 4
    assert 39 == sum(len(c["schools"]) for c in document["counties"])


def test_settings_change_the_method(year_2023):
    """A setting takes another choice; an unknown one is refused with those that are known."""
    one = json.loads(_run("county", year_2023, "-y", 2023, "-s", "basic-balance", "-f", "json").stdout)
    other = json.loads(
        _run(
            "county", year_2023, "-y", 2023, "-s", "basic-balance", "--setting", "teacher_ratio_of=staff", "-f", "json"
        ).stdout
    )
    means = [[v["mean"] for v in d["counties"][0]["variations"] if v["indicator"] == "teachers"] for d in (one, other)]
    assert means[0] != means[1]
    result = _run("county", year_2023, "--setting", "teacher_ratio=staff", code=2)
    assert "S314" in result.stderr


def test_a_relaxation_outside_its_years_is_refused(year_2023):
    """A transitional rule is for its years only."""
    result = _run("county", year_2023, "-y", 2023, "--setting", "visiting_pe_art_teachers=on", code=2)
    assert "A107" in result.stderr


OWN = """
title: {zh: 师生比监测, en: Teachers per pupil}
sources: {own: {title: 本县文件, standing: official}}
indicators:
  - id: teachers
    name: {zh: 师生比, en: Teacher-pupil ratio}
    kind: ratio
    of: teachers
    to: students
    per: 1
    unit: 人
    cite: own 一
variation:
  weight: students
  judge: each
  at_most: 0.65
  cite: own 一
  quote: 差异系数不大于0.65
"""


def test_a_standard_of_ones_own(tmp_path, year_2023):
    """A path to --standard judges by a file of the user's: here only coefficients."""
    file = tmp_path / "own.yaml"
    file.write_text(OWN, "utf-8")
    document = json.loads(_run("county", year_2023, "-y", 2023, "-s", file, "-f", "json", code=0).stdout)
    (county,) = document["counties"]
    assert [("primary", 0.65, True), ("junior", 0.65, True)] == [
        (v["stage"], v["limit"], v["passed"]) for v in county["variations"]
    ]
    assert {"variation": True} == county["parts"]


FIELD_OF_OWN = """
title: {zh: 饮水, en: Water}
sources: {own: {title: 本县文件, standing: official}}
fields:
  water_taps: {zh: 饮水龙头数, en: Water taps, kind: count, unit: 个, headers: [水龙头]}
indicators:
  - id: water_taps
    name: {zh: 每百名学生饮水龙头数, en: Water taps per 100 students}
    kind: ratio
    of: water_taps
    to: students
    per: 100
    unit: 个
    at_least: 2.5
    cite: own 二
    quote: 每百名学生不少于2.5个
  - id: students
    name: {zh: 学校规模, en: School size}
    kind: amount
    of: students
    unit: 人
    at_most: {primary: 2000, junior: 2000}
    cite: own 三
    quote: 小学、初中均不超过2000人，即2000人
school_rule: {meet_at_least: all, cite: own 四}
"""


def test_a_field_of_ones_own(tmp_path):
    """Figures junheng has never heard of are read by their heading and judged; a ceiling is judged from above."""
    (tmp_path / "own.yaml").write_text(FIELD_OF_OWN, "utf-8")
    rows = "学校名称,办学类型,在校生数,水龙头\n甲,小学,1000,25\n乙,小学,1000,24\n丙,小学,2001,60\n丁,小学,1000,\n"
    (tmp_path / "a.csv").write_text(rows, "utf-8")
    result = _run("check", tmp_path / "a.csv", "-s", tmp_path / "own.yaml", "-f", "json", code=1)
    schools = json.loads(result.stdout)["schools"]
    assert [True, False, False, None] == [s["passed"] for s in schools]
    assert ["met", "unmet", "met", "missing"] == [s["indicators"][0]["outcome"] for s in schools]
    # 乙 lacks 1 tap; 丙 is 1 pupil above the ceiling
    assert (1, 1) == (schools[1]["indicators"][0]["gap"], schools[2]["indicators"][1]["gap"])


def test_extends_takes_another_choice(tmp_path, year_2023):
    """A local file that extends a standard replaces whole rules and takes other choices."""
    (tmp_path / "mine.yaml").write_text(
        "extends: national/2017-quality-balance\n"
        "sources: {county: {title: 县文件, standing: official}}\n"
        "settings: {tested_coefficient: rounded}\n"
        "variation: {weight: students, judge: each, at_most: 0.51, cite: county 一, quote: 不大于0.51}\n",
        "utf-8",
    )
    document = json.loads(_run("county", year_2023, "-y", 2023, "-s", tmp_path / "mine.yaml", "-f", "json").stdout)
    variations = document["counties"][0]["variations"]
    assert {0.51} == {v["limit"] for v in variations}
    assert {True} == {v["passed"] for v in variations}


def test_project_file_names_what_is_typed_every_year(tmp_path, year_2023, monkeypatch):
    """junheng.yaml gives workbooks, standard and county; county --year is enough then."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "junheng.yaml").write_text(
        f"county: 示例县\nstandard: basic-balance\ndata: [{json.dumps(str(year_2023))}]\n", "utf-8"
    )
    result = _run("county", "--year", 2023, code=0)
    assert "均衡发展督导评估暂行办法" in result.stdout


def test_init_makes_a_folder_that_runs(tmp_path, monkeypatch):
    """init writes a project file and a workbook that the reader recognises; it never overwrites."""
    monkeypatch.chdir(tmp_path)
    _run("init", "样例县", "--year", 2023, code=0)
    assert {"junheng.yaml", "学校表2023.xlsx"} == {f.name for f in (tmp_path / "样例县").iterdir()}
    result = _run("county", "样例县", "--year", 2023, code=2)
    assert "W123" in result.stderr
    assert "C106" in _run("init", "样例县", "--year", 2023, code=2).stderr


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("standard", ["quality-balance", "basic-balance"])
def test_template_filled_in_is_read(tmp_path, standard, lang):
    """A template filled in with good figures is read without a problem, in both languages."""
    file = tmp_path / "t.xlsx"
    _run("template", "-s", standard, "-o", file, "--lang", lang, code=0)
    book = load_workbook(file)
    sheet = book.worksheets[0]
    choices = {"办学类型": "小学", "School type": "primary school", "学段": "小学", "Stage": "primary"}
    for cell in sheet[1]:
        assert cell.comment is not None
        heading = str(cell.value)
        if heading in choices:
            sheet.cell(2, cell.column, choices[heading])
        elif heading in ("年度", "School year"):
            sheet.cell(2, cell.column, "2023")
        elif heading in ("学校名称", "School"):
            sheet.cell(2, cell.column, "示例小学")
        elif heading in ("举办者", "Run by"):
            sheet.cell(2, cell.column, "公办" if lang == "zh" else "public")
        elif heading.startswith(("教学仪器设备值", "Value of teaching equipment")):
            sheet.cell(2, cell.column, 2_500_000)  # 2500 for each of 1000: 1 would be doubted
        elif heading not in ("城乡分类", "Area", "资源口径", "Basis of shared figures"):
            sheet.cell(2, cell.column, 1000)
    book.save(file)
    document = json.loads(_run("check", file, "-s", standard, "-f", "json").stdout)
    assert [] == [p for p in document["problems"] if p["severity"] != "note"]
    assert "missing" not in {i["outcome"] for i in document["schools"][0]["indicators"]}


@pytest.mark.parametrize(
    "term", ["W204", "差异系数", "backbone_teachers", "骨干教师", "生均图书册数", "拆分", "w101", "one_school"]
)
def test_explain(term):
    """Codes, terms, fields, indicators and settings are explained."""
    assert len(_run("explain", term, code=0).stdout) > 10


def test_explain_suggests():
    """An unknown term is answered with the nearest known ones."""
    result = _run("explain", "差异系", code=2)
    assert "C104" in result.stderr
    assert "差异系数" in result.stderr


def test_taiwan_headings_are_mapped(tmp_path, root):
    """A columns file sums foreign headings: two schools in two counties, one without pupils left out."""
    heads = ["學年度", "縣市代碼", "縣市名稱", "鄉鎮市區", "學校代碼", "學校名稱"]
    heads += [f"{g}年級班級數" for g in range(1, 7)]
    heads += [f"{g}年級{s}學生數" for g in range(1, 7) for s in "男女"]
    heads += ["上學年男畢業生", "上學年女畢業生", "男專任教師", "女專任教師", "男職員", "女職員"]

    def row(county, code, pupils, teachers):
        return [
            "114",
            "01",
            county,
            "某區",
            code,
            f"示例國小{code}",
            *["2"] * 6,
            *[pupils] * 12,
            "1",
            "1",
            *[teachers] * 2,
            "0",
            "1",
        ]

    rows = [heads, row("甲市", "011301", "10", "6"), row("乙縣", "021301", "20", "8"), row("乙縣", "021302", "0", "1")]
    file = tmp_path / "table-114.csv"
    file.write_text("\ufeff" + "\n".join(",".join(r) for r in rows) + "\n", "utf-8")
    result = _run(
        "county",
        file,
        "-y",
        2025,
        "-s",
        "basic-balance",
        "--columns",
        root / "examples" / "taiwan-columns.yaml",
        "-f",
        "json",
        code=3,
    )
    counties = json.loads(result.stdout)["counties"]
    assert ["甲市", "乙縣"] == [c["name"] for c in counties]
    assert [120, 240, 0] == [s["students"] for c in counties for s in c["schools"]]
    assert [("021302", "no_students")] == [(e["code"], e["reason"]) for c in counties for e in c["left_out"]]
    teachers = [v for v in counties[0]["variations"] if v["indicator"] == "teachers"]
    assert [0.1] == [v["mean"] for v in teachers]  # 12 teachers for 120 pupils
    others = [v for c in counties for v in c["variations"] if v["indicator"] != "teachers"]
    assert {(0, 1, None)} == {(v["divisions"], v["missing"], v["passed"]) for v in others}


@pytest.mark.skipif(not hasattr(signal, "SIGPIPE"), reason="a system without this signal")
def test_a_reader_that_goes_away_is_no_verdict(root):
    """Piped into a command that closes early, the program ends by the signal and by no exit code of a verdict."""
    command = [sys.executable, "-m", "junheng", "standards", "show", "provinces/shandong/basic-conditions-primary"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=root) as running:
        running.stdout.close()
        said = running.stderr.read()
    assert -signal.SIGPIPE == running.returncode
    assert not said
