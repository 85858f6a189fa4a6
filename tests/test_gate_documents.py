"""What the province's standard says of the schools stands in every document: figure, bar, gap, verdict, and by whose standard."""

import datetime as dt
import json
import shutil
from pathlib import Path

import pytest
from docx import Document
from openpyxl import load_workbook
from typer.testing import CliRunner

from junheng.cli import app
from junheng.documents.charts.gallery import Gallery, gallery_of
from junheng.documents.judging import assessment_of_schools, lasting_names
from junheng.documents.ledger import write_ledgers
from junheng.documents.narrative import Narrative
from junheng.documents.official_tables import write_official_tables
from junheng.documents.page import write_page
from junheng.documents.record import record_of_run
from junheng.documents.school_plan import write_school_plans
from junheng.documents.self_report import write_self_report
from junheng.documents.submission import Submission
from junheng.report.to_json import county_json
from junheng.run import judge
from tests.test_ledger import BAD, BELOW, GAPS, HISTORY, LEDGERS, MET, OPEN, expected_events, rows_of, shown_gap
from tests.test_page import _Tables, agrees

BASIC = "national/2012-basic-balance"
SHAANXI, NAME = "gate/shaanxi-basic-standard/", "陕西基本标准"
OWN = """\
title: {{zh: 示例省办学基本标准, en: School standard of an invented province}}
{more}
sources: {{own: {{title: 示例省〔2013〕1号, standing: official}}}}
indicators:
  - {{id: books, name: {{zh: 生均图书, en: Books per student}}, kind: ratio, of: books, unit: 册, at_least: {bar}, cite: own 2, quote: 每生{bar}册}}
school_rule: {{meet_at_least: all, cite: own 3}}
"""
HEADINGS = "县(市、区),乡镇,学校标识码,学校名称,办学类型,学段,举办者,在校生数,教学及辅助用房面积,体育运动场馆面积,教学仪器设备值,教学用计算机台数,图书册数,专任教师数,高于规定学历教师数,中级及以上专业技术职务教师数"
ALIKE = "公办,1000,5000,8000,2500000,150,{books},60,50,30"


def submission(paths, year, province, lang="zh", **more):
    run = judge(paths, BASIC, year=year, by="county", province=province, **more)
    record = record_of_run(run, run.counties[0], [(path, path.name) for path in paths])
    return Submission(run, run.counties[0], record, lang)


def gate_json(run):
    return json.loads("".join(county_json(run, "zh")))["counties"][0]["gate"]


@pytest.fixture(scope="module")
def shili(root, tmp_path_factory):
    """The ledgers of the example county behind Shaanxi's gate over three years, and what the gate says in each."""
    path = tmp_path_factory.mktemp("gate") / "ledger.xlsx"
    made = {}
    for year in (2021, 2022, 2023):
        given = submission([root / "examples" / "shili" / f"{year}.xlsx"], year, "陕西")
        write_ledgers([given], path, earlier=path if path.exists() else None, day=dt.date(year + 1, 3, 1))
        if year == 2021:
            book = load_workbook(path)
            head = [cell.value for cell in book[BELOW][3]]
            for number, row in enumerate(book[BELOW].iter_rows(min_row=4)):
                row[head.index("责任人")].value = f"示例责任人{number}"
            book.save(path)
        kept = path.with_name(f"{year}.xlsx")
        shutil.copy(path, kept)
        made[year] = given, kept, gate_json(given.run)
    return made


def of_json(gates):
    """The findings of the gate by code, stage and indicator; of groups the group."""
    return {
        (school["code"], school["stage"], entry["id"]): entry
        for gate in gates
        for school in gate["schools"]
        if school["left_out"] is None
        for entry in school["indicators"]
    }


def of_ledger(path, *sheets):
    """The rows of the gate's indicators, not of rules within them, by code, stage and indicator."""
    found = {}
    for row in rows_of(path, *sheets):
        _, code, *_, stage, item = json.loads(row["键（勿改）"])
        if item.startswith(SHAANXI) and "." not in item:
            found[code, stage, item.removeprefix(SHAANXI)] = row
    return found


@pytest.mark.parametrize("year", [2021, 2022, 2023])
def test_every_finding_of_the_gate_is_on_the_sheet_it_belongs_to(shili, year):
    """未达标, 已达标 and 待核实 hold exactly what the gate in the JSON calls so, with its figures, gaps and standard."""
    _, path, gates = shili[year]
    found = of_json(gates)
    below = {k: r for k, r in of_ledger(path, BELOW).items() if r["状态"] != "已销号"}
    assert below
    assert {k for k, e in found.items() if e["outcome"] in BAD} == set(below)
    assert {k for k, e in found.items() if e["outcome"] == "met"} == set(of_ledger(path, MET))
    assert {k for k, e in found.items() if e["outcome"] == "missing"} == set(of_ledger(path, OPEN))
    for key, row in below.items():
        entry = found[key]
        assert NAME == row["判定标准"]
        if key[2] == "books":  # the one with a figure; the others are groups and yes-or-no
            assert row["实际值"] == pytest.approx(entry["value"], rel=1e-15)
            assert (entry["bar"], shown_gap("books", entry["gap"])) == (row["标准值"], row["缺口"])


def test_three_years_behind_the_gate_keep_strike_off_and_reopen(shili):
    """Over three years the history of each finding is what its outcomes make it, and owners stay with their items."""
    path = shili[2023][1]
    years = {year: of_json(gates) for year, (_, _, gates) in shili.items()}
    expected = {}
    for key in set.intersection(*map(set, years.values())):
        outcomes = [(year, found[key]["outcome"]) for year, found in years.items()]
        if "exempt" not in [outcome for _, outcome in outcomes]:
            expected[key] = expected_events(outcomes)
    told = {key: [] for key in expected}
    for row in rows_of(path, HISTORY):
        _, code, *_, stage, item = json.loads(row["键（勿改）"])
        if (code, stage, item.removeprefix(SHAANXI)) in told and item.startswith(SHAANXI):
            told[code, stage, item.removeprefix(SHAANXI)].append((row["学年"], row["变动"]))
            assert NAME == row["判定标准"]
    assert expected == told
    owners = {k: r["责任人"] for k, r in of_ledger(shili[2021][1], BELOW).items()}
    assert all(owners.values())
    now = of_ledger(path, MET, OPEN, BELOW)
    assert owners == {key: now[key]["责任人"] for key in owners}


def test_the_sums_of_gaps_are_those_of_the_json(shili):
    """缺口统计表: of books as many sections, and as many volumes, as the JSON has in all; by school and town alike."""
    _, path, gates = shili[2023]
    lacking = [e for (_, stage, _), e in of_json(gates).items() if e["id"] == "books" and e["outcome"] in BAD]
    volumes = sum(shown_gap("books", entry["gap"]) for entry in lacking)
    sheet = list(load_workbook(path)[GAPS].iter_rows(values_only=True))
    books = next(row for row in sheet if row[0] == "图书")
    assert (len(lacking), volumes, "册", NAME) == (*books[2:5], books[9])
    for title in ("按学校", "按乡镇"):
        at = next(n for n, row in enumerate(sheet) if row[0] == title)
        column = sheet[at + 1].index("缺口（册）")
        rows = sheet[at + 2 : next(n for n, row in enumerate(sheet) if n > at and row[0] == "合计（公式）")]
        assert volumes == sum(row[column] or 0 for row in rows)


def judged_of(gates):
    return [school for gate in gates for school in gate["schools"] if school["left_out"] is None]


def cells_of(table):
    """The cells of the rows below the heading, read from the file and not by table.rows, which takes minutes."""
    rows = [[cell.text for cell in row.cells] for row in table.rows]
    return rows[1:]


def test_the_plans_have_every_finding_of_the_gate(shili, tmp_path):
    """Each section stands with its verdict by the province's standard, and every outcome, value and gap is the JSON's."""
    given, _, gates = shili[2023]
    out = tmp_path / "plan.docx"
    write_school_plans(given, out)
    made = Document(out)
    rows = [row for t in made.tables if t.rows[0].cells[0].text == "指标" for row in cells_of(t)]
    found = [entry for school in judged_of(gates) for entry in school["indicators"]]
    assert len(found) == len(rows)
    said = {"met": "达标", "missing": "无法判定", "exempt": "不适用"}
    for row, entry in zip(rows, found, strict=True):
        assert row[4].startswith(said.get(entry["outcome"], "未达标"))
        if entry["id"] == "books":
            assert (f"{entry['gap']} 册" if entry["gap"] else "") == row[3]
    text = [p.text for p in made.paragraphs]
    verdicts = {True: "达标", False: "未达标", None: "无法判定"}
    expected = [f"按{NAME}{verdicts[school['passed']]}" for school in judged_of(gates)]
    assert expected == [line.rpartition("，")[2] for line in text if "在校生" in line]
    assert "本办法不逐校判定" not in "".join(text)


def test_the_self_assessment_counts_names_and_adds_up_what_the_gate_says(shili, tmp_path, monkeypatch):
    """Counts, schools that fail with figure, bar and gap, and the gaps in all are those of the gate in the JSON."""
    monkeypatch.setattr("junheng.documents.charts.pictures.pictures", lambda _: [])
    given, _, gates = shili[2023]
    out = tmp_path / "report.docx"
    write_self_report(given, out)
    made = Document(out)
    text = "\n".join(p.text for p in made.paragraphs)
    judged = judged_of(gates)
    count = {state: sum(s["passed"] is state for s in judged) for state in (True, False, None)}
    counts = f"达标{count[True]}个，未达标{count[False]}个，无法判定{count[None]}个"
    assert f"纳入评估的{len(judged)}个学校（学部）中，{counts}" in text
    assert "本办法不逐校判定" not in text
    (failing,) = [s for s in judged if s["passed"] is False]
    books = next(e for e in failing["indicators"] if e["id"] == "books")
    line = next(p.text for p in made.paragraphs if p.text.startswith(f"{failing['name']}（小学）按{NAME}未达标"))
    assert f"缺 {books['gap']} 册" in line
    table = next(t for t in made.tables if "缺口合计" in [c.text for c in t.rows[0].cells])
    lacking = [e["gap"] for e in of_json(gates).values() if e["id"] == "books" and e["outcome"] in BAD]
    assert ["图书", "小学", str(len(lacking)), f"{sum(lacking)} 册", NAME] in cells_of(table)


def test_what_the_gate_alone_judges_is_no_section_left_out(shili):
    """A private school is left out of the coefficients, and judged by the province: the annex says which."""
    given, _, gates = shili[2023]
    context = Narrative(given).context()
    entry = next(e for e in context["不纳入"] if e["学校"] == "示例县民办第一小学")
    assert "民办学校（不计入差异系数）" == entry["原因"]
    assert len(judged_of(gates)) == context["学校情况"]["总数"]
    total = context["学校情况"]["总数"] + context["学校情况"]["不纳入"]
    assert total == context["学校情况"]["表中"] == len(gates[0]["schools"])


@pytest.fixture(scope="module")
def page(shili, tmp_path_factory):
    """The tables of the page, without its charts."""
    path = tmp_path_factory.mktemp("page") / "page.html"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("junheng.documents.page.content.gallery_of", lambda _: Gallery([], [], [], [], []))
        write_page(shili[2023][0], path)
    reader = _Tables()
    reader.feed(path.read_text("utf-8"))
    return reader.tables, path.read_text("utf-8")


def test_the_page_has_a_row_for_every_section_of_the_gate(shili, page):
    """Values and verdicts are those of the gate, what is not met stands with its gap, and what is left out with its reason."""
    tables, text = page
    gates = shili[2023][2]
    rows = tables["gate1-schools-table"][1:]
    verdicts = {True: "✓ 达标", False: "✗ 未达标", None: "？ 无法判定"}
    assert [verdicts[school["passed"]] for school in judged_of(gates)] == [row[-1][1] for row in rows]
    heads = [cell[1] for cell in tables["gate1-schools-table"][0]]
    for row, school in zip(rows, judged_of(gates), strict=True):
        assert school["name"] == row[0][1]
        books = next(entry for entry in school["indicators"] if entry["id"] == "books")
        assert agrees(row[heads.index("图书")], books["value"])
    findings = [row for row in tables["gate1-findings-table"][1:] if row[2][1] == "图书" and "册" in row[5][1]]
    lacking = [e["gap"] for e in of_json(gates).values() if e["id"] == "books" and e["outcome"] in BAD]
    assert sorted(lacking) == sorted(row[5][0] for row in findings)
    assert [entry["name"] for entry in gates[0]["left_out"]] == [r[0][1] for r in tables["gate1-left-out-table"][1:]]
    assert "陕西省义务教育学校办学基本标准" in text
    assert "结论" not in [cell[1] for cell in tables["schools-table"][0]]  # the method judges no single school


def test_the_charts_of_schools_are_those_of_the_gate(shili):
    """Map of gaps and dots are drawn by the province's bars and say so; dots of all sections that it judges."""
    given, _, gates = shili[2023]
    drawn = gallery_of(given)
    assert ["缺口图（小学） · 陕西基本标准", "缺口图（初中） · 陕西基本标准"] == [one.title for one in drawn.gaps]
    assert "× 0%" not in drawn.gaps[0].svg  # a yes-or-no has no share
    books = next(one for one in drawn.dots if one.title.startswith("图书（小学）"))
    primary = [school for school in judged_of(gates) if school["stage"] == "primary"]
    assert all(school["name"] in books.svg for school in primary)
    assert {True} == {one.title.endswith(NAME) for one in drawn.dots}


# ------------------------------------------------------------------------------------ several standards, several editions


@pytest.fixture(scope="module")
def shandong(root):
    """The example county behind Shandong's gate, which has a standard for each stage."""
    return submission([root / "examples" / "shili" / "2023.xlsx"], 2023, "山东")


def test_each_standard_of_the_gate_judges_the_stages_that_its_text_is_of(shandong):
    """A primary section is not held against the rooms of a junior school, and is named as judged by the other."""
    gates = gate_json(shandong.run)
    for gate, stage in zip(gates, ("junior", "primary"), strict=True):
        assert {stage} == {school["stage"] for school in judged_of([gate])}
        other = {entry["stage"] for entry in gate["left_out"] if entry["reason"] == "other_stage"}
        assert {"junior", "primary"} - {stage} == other
    assert len(judged_of(gates)) == len({(s["code"], s["stage"]) for s in judged_of(gates)})


def test_every_standard_of_the_gate_is_in_the_documents(shandong, tmp_path):
    """Tables II-1 and II-2 have a sheet for each, with its sections; plans and ledger name the one of each section."""
    gates = gate_json(shandong.run)
    names = {"junior": "山东初中条件标准", "primary": "山东小学条件标准"}
    path = tmp_path / "tables.xlsx"
    write_official_tables(shandong, path, ["表Ⅱ-1", "表Ⅱ-2"])
    book = load_workbook(path)
    for gate, at in zip(gates, ("", " (2)"), strict=True):
        sheet = book[f"表Ⅱ-2{at}"]
        stage = judged_of([gate])[0]["stage"]
        assert sheet["A1"].value.endswith(names[stage])
        listed = [row[1] for row in sheet.iter_rows(values_only=True) if isinstance(row[0], int)]
        assert [school["name"] for school in judged_of([gate])] == listed
        assert f"表Ⅱ-1{at}" in book.sheetnames
    words = Narrative(shandong)
    stages = shandong.run.assessment.divisions.table.text("stage")
    assert {(s, names[s]) for s in names} == {(stages[i], words.section(i)["判定标准"]) for i in words.judged}
    ledger = tmp_path / "ledger.xlsx"
    write_ledgers([shandong], ledger)
    by = {
        (json.loads(r["键（勿改）"])[4], r["判定标准"]) for r in rows_of(ledger, *LEDGERS) if "gate/" in r["键（勿改）"]
    }
    assert set(names.items()) == by


def table(folder, year, *books):
    rows = [
        f"示例县,甲乡,313700000{at},第{at}小学,小学,小学,{ALIKE.format(books=count)}"
        for at, count in enumerate(books, 1)
    ]
    (folder / f"{year}.csv").write_text("\n".join((HEADINGS, *rows)) + "\n", "utf-8")
    return folder / f"{year}.csv"


def own(folder, name="province.yaml", bar=25, more=""):
    (folder / name).write_text(OWN.format(bar=bar, more=more), "utf-8")
    return str(folder / name)


def test_a_standard_that_is_not_of_a_stage_decides_nothing_of_it(tmp_path):
    """A text of junior schools alone in the gate passes no primary school, and fails none."""
    for books in (25000, 24999):
        path = table(tmp_path, 2023, books)
        (found,) = judge(
            [path], BASIC, year=2023, by="county", province=own(tmp_path, more="stages: [junior]")
        ).counties
        assert None is found.parts["schools"]
    (found,) = judge([path], BASIC, year=2023, by="county", province=own(tmp_path, more="stages: [primary]")).counties
    assert False is found.parts["schools"]


def test_a_new_edition_of_the_provinces_standard_keeps_the_items(tmp_path):
    """Owners outlive an edition of the same family; the ledger says that the standard is another."""
    path = tmp_path / "ledger.xlsx"
    for year, edition in ((2021, "first"), (2022, "second")):
        province = own(tmp_path, f"{edition}.yaml", more="family: example-province-standard")
        given = submission([table(tmp_path, year, 24999, 25000)], year, province)
        said = write_ledgers([given], path, earlier=path if path.exists() else None)
        if year == 2021:
            book = load_workbook(path)
            head = [cell.value for cell in book[BELOW][3]]
            book[BELOW].cell(4, head.index("责任人") + 1).value = "张三"
            book.save(path)
    assert ["C149"] == [problem.kind.code for problem in said]
    row = next(r for r in rows_of(path, BELOW) if "gate/" in r["键（勿改）"])
    assert ("第1小学", "张三", 2021) == (row["学校"], row["责任人"], row["首次列入"])
    assert ["example-province-standard"] == lasting_names(given)


def test_the_ledger_command_takes_the_province(tmp_path, monkeypatch):
    """--province, or that of junheng.yaml, reaches the ledger and its update."""
    monkeypatch.chdir(tmp_path)
    table(tmp_path, 2022, 24999)
    table(tmp_path, 2023, 25000)
    own(tmp_path)
    runner = CliRunner(env={"NO_COLOR": "1"})
    command = [
        "ledger",
        "2022.csv",
        "--year",
        "2022",
        "-s",
        "basic-balance",
        "--province",
        "province.yaml",
        "-o",
        "l.xlsx",
    ]
    assert 0 == runner.invoke(app, command).exit_code
    (tmp_path / "junheng.yaml").write_text("standard: basic-balance\nprovince: province.yaml\n", "utf-8")
    assert 0 == runner.invoke(app, ["ledger", "update", "l.xlsx", "2023.csv", "--year", "2023"]).exit_code
    row = next(r for r in rows_of(tmp_path / "l.xlsx", BELOW) if "gate/" in r["键（勿改）"])
    assert ("生均图书", "已销号", 2023) == (row["项目"], row["状态"], row["销号学年"])


def test_a_province_without_a_standard_is_said_in_the_documents(root, tmp_path, monkeypatch):
    """Nothing is on record for Beijing: self-assessment and page say so, and nothing is said of schools."""
    monkeypatch.setattr("junheng.documents.page.content.gallery_of", lambda _: Gallery([], [], [], [], []))
    given = submission([root / "examples" / "shili" / "2023.xlsx"], 2023, "北京")
    assert any("没有收录北京" in line for line in Narrative(given).context()["问题"])
    write_page(given, tmp_path / "page.html")
    assert "办学基本标准：没有收录北京的" in (tmp_path / "page.html").read_text("utf-8")


# -------------------------------------------------------------------------------------------------------------- waivers


@pytest.fixture
def waived(tmp_path):
    """A county whose one failing school has a waiver for the province's indicator."""
    waiver = "{school: 第1小学, rule: books, reason: 新书在途, evidence: 县教发〔2023〕12号, expiry: 2999-08-31}"
    (tmp_path / "waivers.yaml").write_text(f"waivers:\n  - {waiver}\n", "utf-8")
    path = table(tmp_path, 2023, 24999, 25000)
    return submission([path], 2023, own(tmp_path), waivers=tmp_path / "waivers.yaml")


def test_a_waiver_reaches_the_gate(waived, tmp_path, monkeypatch):
    """Verdicts stay as they are; with the waiver school, gate and county pass, and that is said beside them."""
    run = waived.run
    assert (False, True) == (run.counties_passed, run.counties_passed_with_waivers)
    assert [] == list(run.waived.faults)
    (county,) = json.loads("".join(county_json(run, "zh")))["counties"]
    (gate,) = county["gate"]
    assert (False, True) == (gate["passed"], gate["passed_with_waivers"])
    assert [(False, True), (True, True)] == [(s["passed"], s["passed_with_waivers"]) for s in gate["schools"]]
    assert "新书在途" == gate["schools"][0]["indicators"][0]["waived"]["reason"]
    monkeypatch.chdir(tmp_path)
    command = ["county", "2023.csv", "--year", "2023", "-s", "basic-balance", "--province", "province.yaml"]
    command += ["--waivers", "waivers.yaml"]
    runner = CliRunner(env={"COLUMNS": "300", "NO_COLOR": "1"})
    result = runner.invoke(app, command)
    assert 1 == result.exit_code
    assert all(word in result.stdout for word in ("计入豁免：✓ 达标", "新书在途", "县教发〔2023〕12号"))
    assert 0 == runner.invoke(app, [*command, "--apply-waivers"]).exit_code


def test_a_waiver_of_the_gate_stands_in_the_documents(waived, tmp_path, monkeypatch):
    """Ledger, plan, page and tables mark what is waived; outcome and gap stay."""
    monkeypatch.setattr("junheng.documents.page.content.gallery_of", lambda _: Gallery([], [], [], [], []))
    ledger = tmp_path / "ledger.xlsx"
    write_ledgers([waived], ledger)
    row = next(r for r in rows_of(ledger, BELOW) if "gate/" in r["键（勿改）"])
    assert (1, True) == (row["缺口"], "新书在途" in row["销号条件"])
    write_page(waived, tmp_path / "page.html")
    page = (tmp_path / "page.html").read_text("utf-8")
    assert all(word in page for word in ("计入豁免：✓ 达标", 'id="gate1-waivers-table"', "新书在途"))
    assert "未达标 临界 豁免" == "".join(e["结论"] for e in Narrative(waived).short_schools()[0]["指标"])
    write_official_tables(waived, tmp_path / "tables.xlsx", ["表Ⅱ-2"])
    sheet = load_workbook(tmp_path / "tables.xlsx")["表Ⅱ-2"]
    assert any(row[0] == "豁免不计入本表的结论。" for row in sheet.iter_rows(values_only=True))


def test_a_waiver_that_neither_needs_is_a_note(tmp_path):
    """What is met by method and province alike needs none; a rule of neither is an error."""
    entries = [("第2小学", "books"), ("第1小学", "no_such_rule")]
    said = "reason: 新书在途, evidence: 县教发〔2023〕12号, expiry: 2999-08-31"
    lines = [f"  - {{school: {school}, rule: {rule}, {said}}}\n" for school, rule in entries]
    (tmp_path / "waivers.yaml").write_text("waivers:\n" + "".join(lines), "utf-8")
    path = table(tmp_path, 2023, 24999, 25000)
    given = submission([path], 2023, own(tmp_path), waivers=tmp_path / "waivers.yaml")
    assert ["A123", "A125"] == sorted(p.kind.code for p in given.run.waived.faults)


def test_several_standards_that_judge_a_section_are_one_verdict(shandong):
    """A section passes where every standard that judges it passes it, and is left out where none judges it."""
    first, second = (run.assessment for run in shandong.run.gate)
    size = first.divisions.table.size
    passed = first._replace(passed=[True] * size)
    failed = second._replace(passed=[False] * size)
    run = shandong.run
    gates = [run.gate[0]._replace(assessment=passed), run.gate[1]._replace(assessment=failed)]
    county = run.counties[0]
    seen = shandong._replace(run=run._replace(gate=gates), county=county)
    merged = assessment_of_schools(seen)
    for i in range(size):
        by = [a for a in (passed, failed) if a.left_out[i] is None]
        expected = None if not by else all(a.passed[i] for a in by)
        assert expected is merged.passed[i]
        assert (not by) is (merged.left_out[i] is not None)


def test_the_templates_fill_in_english(root, tmp_path, monkeypatch):
    """Both reports are written in English behind a gate, by the English name of the standard."""
    monkeypatch.setattr("junheng.documents.charts.pictures.pictures", lambda _: [])
    given = submission([root / "examples" / "shili" / "2023.xlsx"], 2023, "陕西", "en")
    for write in (write_self_report, write_school_plans):
        write(given, tmp_path / "out.docx")
        text = "\n".join(p.text for p in Document(Path(tmp_path / "out.docx")).paragraphs)
        assert given.run.gate[0].standard.form.short.en in text
        assert "{{" not in text
