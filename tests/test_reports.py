"""Reports in Word: every figure is that of the run, a county's own template is filled, text stays text."""

import json
import zipfile

import openpyxl
import pytest
from docx import Document
from typer.testing import CliRunner

from junheng import kinds
from junheng.cli import app
from junheng.documents.catalogue import DOCUMENTS, chosen
from junheng.documents.narrative import Narrative
from junheng.documents.record import record_of_run
from junheng.documents.school_plan import write_school_plans
from junheng.documents.self_report import self_report_context, write_self_report
from junheng.documents.submission import Submission
from junheng.documents.word import fill, opened
from junheng.problems import Unusable
from junheng.run import judge
from junheng.workbook.cells import workbooks
from tests.workbooks import school_row, table, write_xlsx


@pytest.fixture(scope="module")
def make(root):
    """Return a function that makes the submission of the example county."""

    def submission(year=2023, standard="quality-balance", lang="zh", path=None, template=None):
        paths = [path or root / "examples" / "shili" / f"{year}.xlsx"]
        run = judge(paths, standard, year=year, by="county")
        record = record_of_run(run, run.counties[0], workbooks(paths)[0])
        return Submission(run, run.counties[0], record, lang, template=template)

    return submission


@pytest.fixture(autouse=True)
def no_pictures(monkeypatch):
    """Charts have tests of their own; here they would take most of the time."""
    monkeypatch.setattr("junheng.documents.charts.pictures.pictures", lambda _: [])


def text_of(path):
    """Return all text of a document, tables included, one line for each paragraph and cell."""
    made = Document(path)
    lines = [p.text for p in made.paragraphs]
    return [*lines, *(cell.text for table in made.tables for row in table.rows for cell in row.cells)]


def county_json(path, year=2023):
    """Return the county as `county --format json` has it."""
    done = CliRunner().invoke(app, ["county", str(path), "--year", str(year), "--format", "json"])
    return json.loads(done.stdout)["counties"][0]


def test_the_counts_of_the_self_report_are_those_of_the_json(make, root, tmp_path):
    """Sections in the table, judged, met, not met and left out, in words and in the table by stage."""
    out = tmp_path / "自评报告.docx"
    write_self_report(make(), out)
    county = county_json(root / "examples" / "shili" / "2023.xlsx")
    judged = [s for s in county["schools"] if s["left_out"] is None]
    met = sum(s["passed"] is True for s in judged)
    text = "\n".join(text_of(out))
    assert f"学校表中有学校（学部）{len(county['schools'])}个，纳入评估{len(judged)}个" in text
    assert f"达标{met}个，未达标{sum(s['passed'] is False for s in judged)}个" in text
    stages = {s["stage"]: [x for x in judged if x["stage"] == s["stage"]] for s in judged}
    by_stage = next(t for t in Document(out).tables if t.rows[0].cells[0].text == "学段")
    rows = [[c.text for c in row.cells] for row in by_stage.rows[1:]]
    expected = [
        [{"primary": "小学", "junior": "初中"}[name], str(len(found)), str(sum(s["passed"] is True for s in found))]
        for name, found in stages.items()
    ]
    assert expected == [row[:3] for row in rows]


def test_every_coefficient_of_the_self_report_is_that_of_the_json(make, root, tmp_path):
    """Printed to as many decimals as the report has, each rounds from the exact one."""
    out = tmp_path / "自评报告.docx"
    write_self_report(make(), out)
    county = county_json(root / "examples" / "shili" / "2023.xlsx")
    table = next(t for t in Document(out).tables if "差异系数" in [c.text for c in t.rows[0].cells])
    printed = [row.cells[4].text for row in table.rows[1:]]
    exact = [v["cv"] for v in county["variations"]]
    assert len(exact) == len(printed)
    for value, shown in zip(exact, printed, strict=True):
        assert abs(value - float(shown)) <= 0.5 * 10 ** -len(shown.split(".")[1]) * (1 + 1e-9)


def test_the_plans_have_a_page_for_every_school_and_the_gaps_of_the_json(make, root, tmp_path):
    """A school with two sections has one page; what is lacking is what the JSON says.

    So has a small teaching point that is not judged, where an item over schools asks something of it.
    """
    out = tmp_path / "一校一策.docx"
    write_school_plans(make(), out)
    county = county_json(root / "examples" / "shili" / "2023.xlsx")
    judged = [s for s in county["schools"] if s["left_out"] is None]
    made = Document(out)
    headings = [p.text for p in made.paragraphs if p.text.endswith("一校一策")]
    over_schools = [item["schools"]["unmet"] for item in county["items"] if "schools" in item]
    asked = {(entry["code"], entry["stage"]) for unmet in over_schools for entry in unmet}
    told = [s for s in county["schools"] if s["left_out"] is None or (s["code"], s["stage"]) in asked]
    assert len(told) == len(judged) + 1
    assert list(dict.fromkeys(s["name"] for s in told)) == [h.removesuffix(" 一校一策") for h in headings]
    gaps = [i["gap"] for s in judged for i in s["indicators"] if i["gap"]]
    printed = [
        float(row.cells[3].text.split()[0])
        for table in made.tables
        if table.rows[0].cells[0].text == "指标"
        for row in table.rows[1:]
        if row.cells[3].text
    ]
    assert gaps == pytest.approx(printed, abs=0.0051)


def test_an_item_over_schools_is_told_by_what_has_to_be_done(make, tmp_path):
    """A size of 2300 has to come down by 300; a class of 47 by 2; what is left out has its reason, not a verdict."""
    sized = school_row(students=2300, classes=50)
    point = school_row(code="3137000009", name="教学点", type="教学点", students=49, classes=2)
    rows = table(sized, point)
    own = {"最大班额": [47, 45], "音乐教室间数": [5, 1], "美术教室间数": [5, 0]}
    rows = [[*row, *(own if n == 0 else [figures[n - 1] for figures in own.values()])] for n, row in enumerate(rows)]
    path = write_xlsx(
        tmp_path / "2023.xlsx",
        {"学校": rows, "县级": [["项目", "填报"], ["所有学校制定章程并实现学校管理与教学信息化", "是"]]},
    )
    out = tmp_path / "一校一策.docx"
    write_school_plans(make(path=path), out)
    text = "\n".join(text_of(out))
    assert "政府保障程度·学校规模：在校生数需减少 300 人" in text
    assert "最大班额需减少 2 人" in text
    assert "小学：在校生 49 人，不纳入评估（不足50人的教学点）" in text
    assert "美术专用教室间数：美术教室间数需增加 1 间" in text


def test_a_school_that_cannot_be_told_has_its_reason(make, tmp_path):
    """Its figures are all there: what is lacking is which kind of school it is. No coefficient is said to be kept."""
    path = write_xlsx(
        tmp_path / "2023.xlsx", table(school_row(), school_row(code="3137000002", name="二小", type="某类"))
    )
    out = tmp_path / "自评报告.docx"
    for lang, said, open_ones in (
        ("zh", "二小（小学）无法判定：学校、学段或办学类型无法确定。", "0项符合要求，7项无法判定。"),
        ("en", "which school it is, its stage or its type cannot be told.", "0 are within it, 7 cannot be decided."),
    ):
        write_self_report(make(path=path, lang=lang), out)
        text = "\n".join(text_of(out))
        assert said in text
        assert open_ones in text
    plans = tmp_path / "一校一策.docx"
    write_school_plans(make(path=path), plans)
    tables = [[[cell.text for cell in row.cells] for row in t.rows] for t in Document(plans).tables]
    assert [8, 1] == [len(rows) for rows in tables if rows[0][0] == "指标"]  # no verdict on its indicators
    assert ["学校、学段或办学类型无法确定"] == [rows[1][0] for rows in tables if rows[0][0] == "需要解决的问题"]


def test_the_method_of_2012_judges_no_single_school(make, tmp_path):
    """The report says so, and lists none as undecided."""
    out = tmp_path / "自评报告.docx"
    write_self_report(make(standard="basic-balance"), out)
    text = "\n".join(text_of(out))
    assert "本办法不逐校判定" in text
    assert "无法判定：" not in text


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_nothing_of_the_template_is_left(make, tmp_path, lang):
    """No tag remains in either language, and English has no Chinese but names, clauses and settings."""
    for write in (write_self_report, write_school_plans):
        out = tmp_path / f"{write.__name__}.docx"
        write(make(lang=lang), out)
        text = "\n".join(text_of(out))
        assert "{{" not in text
        assert "{%" not in text


def test_every_document_carries_the_record_of_its_run(make, root, tmp_path):
    """Hash of the input, standard, settings and counts stand in the file."""
    import hashlib

    sha = hashlib.sha256((root / "examples" / "shili" / "2023.xlsx").read_bytes()).hexdigest()
    for write in (write_self_report, write_school_plans):
        out = tmp_path / f"{write.__name__}.docx"
        write(make(), out)
        text = "\n".join(text_of(out))
        assert sha in text
        assert "national/2017-quality-balance" in text
        assert Document(out).core_properties.author.startswith("junheng ")


def own_template(tmp_path, *lines):
    """Return a template of a county's own."""
    made = Document()
    for line in lines:
        made.add_paragraph(line)
    path = tmp_path / "template.docx"
    made.save(path)
    return path


def test_a_county_brings_its_own_template(make, tmp_path):
    """It is filled by the same names."""
    template = own_template(
        tmp_path, "{{ 县名 }}：{{ 结论 }}", "{%p for 段 in 系数范围 %}", "{{ 段.学段 }}", "{%p endfor %}"
    )
    out = tmp_path / "out.docx"
    write_self_report(make(template=template), out)
    assert ["示例县：未达标", "小学", "初中"] == text_of(out)


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("{{ 县各 }}", kinds.TEMPLATE_NAME_UNKNOWN),
        ("{{ 学校情况.没有 }}", kinds.TEMPLATE_FAULTY),
        ("{{ 县名", kinds.TEMPLATE_FAULTY),
        ("{% for %}", kinds.TEMPLATE_FAULTY),
        ("{{ 县名.__class__.__mro__ }}", kinds.TEMPLATE_FAULTY),
        ("{{ ''.__class__.__base__.__subclasses__() }}", kinds.TEMPLATE_FAULTY),
    ],
)
def test_a_faulty_template_is_named_and_nothing_is_written(make, tmp_path, line, kind):
    """A misspelt name, a broken tag, and an attempt to run code."""
    template = own_template(tmp_path, line)
    out = tmp_path / "out.docx"
    with pytest.raises(Unusable) as unusable:
        write_self_report(make(template=template), out)
    assert [kind] == [p.kind for p in unusable.value.problems]
    assert not out.exists()


def test_what_is_no_document_is_refused(make, tmp_path):
    """A text file and a broken archive are no templates."""
    for content in (b"text", b"PK\x03\x04 broken"):
        template = tmp_path / "template.docx"
        template.write_bytes(content)
        with pytest.raises(Unusable) as unusable:
            write_self_report(make(template=template), tmp_path / "out.docx")
        assert [kinds.TEMPLATE_FAULTY] == [p.kind for p in unusable.value.problems]


HOSTILE = (
    "=1+1",
    "{{ 县名 }}",
    "{% raw %}",
    "<w:t>x</w:t>",
    "a & b <b>",
    "]]>",
    "\x0b\x01bell",
    "MERGEFIELD x",
    '"DDEAUTO"',
)


@pytest.mark.parametrize("text", HOSTILE)
def test_text_stays_text(make, tmp_path, text):
    """A name that looks like markup, a tag or a field is printed as it is, less what no document can hold."""
    submission = make()
    context = self_report_context(submission) | {"县名": text}
    template = own_template(tmp_path, "{{ 县名 }}")
    out = tmp_path / "out.docx"
    fill(opened(template), template, context, submission.record, out)
    assert ["".join(c for c in text if c.isprintable())] == text_of(out)
    with zipfile.ZipFile(out) as made:
        body = made.read("word/document.xml").decode()
    assert "fldChar" not in body
    assert "fldSimple" not in body


def test_the_sentence_on_problems_names_what_is_not_met(make):
    """Each indicator above its limit and each school below the standard is named once."""
    words = Narrative(make())
    county = words.county
    above = sum(v.passed is False for v in county.variations)
    lines = words.faults()
    assert above == sum("差异系数" in line for line in lines)
    assert "城关镇中心小学" in lines[0]


def problems_of(make, tmp_path, sheets, **more):
    """Return the lines of 存在的主要问题 for a table, and the county's verdict."""
    words = Narrative(make(path=write_xlsx(tmp_path / "2023.xlsx", sheets), **more))
    return words.faults(), words.county.passed


def test_no_county_without_schools_has_no_problems(make, tmp_path):
    """Nothing could be judged: the report says so, and does not say that nothing is lacking."""
    lines, passed = problems_of(make, tmp_path, table(school_row(students=0)))
    assert (["没有纳入评估的学校（学部），学校达标情况和校际均衡无法判定。"], None) == (lines, passed)
    out = tmp_path / "自评报告.docx"
    write_self_report(make(path=tmp_path / "2023.xlsx"), out)
    text = "\n".join(text_of(out))
    assert "各项指标没有缺口" not in text
    assert "未发现不达标的项目" not in text


def test_a_coefficient_of_nothing_lacks_no_schools(make, tmp_path):
    """Two schools have not one backbone teacher: there is nothing to divide by, and no figure is missing."""
    rows = [school_row(backbone_teachers=0), school_row(code="2", name="二小", backbone_teachers=0)]
    lines, _ = problems_of(make, tmp_path, table(*rows))
    assert ["小学骨干教师各校合计为0，差异系数无法计算。"] == [line for line in lines if "差异系数" in line]
    rows[0]["backbone_teachers"], rows[1]["backbone_teachers"] = None, 12
    lines, _ = problems_of(make, tmp_path, table(*rows))
    assert ["小学骨干教师差异系数有1个学校缺数据，无法判定。"] == [line for line in lines if "差异系数" in line]


def test_a_composite_that_cannot_be_decided_says_for_want_of_what(make, tmp_path):
    """Of two schools one has no books: the composite of eight is open."""
    more = {"computers": 100, "teachers": 60, "titled_teachers": 30}
    rows = [school_row(books=20_000, **more), school_row(code="2", name="二小", books=None, **more)]
    lines, _ = problems_of(make, tmp_path, table(*rows), standard="basic-balance")
    assert ["小学综合差异系数无法判定，缺数据或无法计算的指标：图书。"] == [line for line in lines if "综合" in line]


def test_what_was_not_read_is_a_problem_of_the_county(make, tmp_path, root):
    """Schools on a sheet that could not be read, and a line of the sheet 县级 that was not understood."""
    unread = {
        "学校": table(school_row(), school_row(code="2", name="二小")),
        "初中": [["学校名", "类别", "人数"], ["第九初中", "初级中学", 500]],
    }
    lines, passed = problems_of(make, tmp_path, unread)
    assert (1, None) == (len(lines), passed)
    assert "有学校没有读入" in lines[0]
    met = openpyxl.load_workbook(root / "examples" / "shili" / "2023.xlsx")
    met["县级"].append(["没有这一项", "是"])
    met.save(tmp_path / "2023.xlsx")
    lines = Narrative(make(path=tmp_path / "2023.xlsx")).faults()
    assert [
        part for part in ("教育质量", "社会认可度", "一票否决") if any(line.startswith(part) for line in lines)
    ] == [
        "教育质量",
        "社会认可度",
        "一票否决",
    ]


def test_names_of_documents_are_recognised_however_they_are_typed():
    """表Ⅲ, 表III and 表3 are one table; several stand in one text."""
    for name in ("表Ⅲ", "表III", "表iii", "表3", "table 3", " 表 Ⅲ "):
        (wanted,) = chosen([name])
        assert ("application", ("表Ⅲ",)) == (wanted.document.id, wanted.tables)
    assert ["application", "ledger", "self_report"] == [w.document.id for w in chosen(["自评报告，表Ⅲ、台账"])]
    assert ("表Ⅱ-1", "表Ⅱ-2") == chosen(["表2-1,表Ⅱ－2"])[0].tables
    assert [d.id for d in DOCUMENTS] == [w.document.id for w in chosen([])]
    assert () == chosen(["申报表,表Ⅲ"])[0].tables


def test_a_list_is_asked_for_by_the_name_that_counties_give_it():
    """大班额/超规模清单 is a sheet of the ledgers, with the stroke or without."""
    assert ["台账"] == [e.document.name.zh for e in chosen(["大班额/超规模清单,大班额超规模清单"])]


def test_all_unknown_names_of_documents_are_reported_at_once():
    """With what is near each."""
    with pytest.raises(Unusable) as unusable:
        chosen(["台帐,表Ⅸ"])
    assert [kinds.DOCUMENT_UNKNOWN] * 2 == [p.kind for p in unusable.value.problems]
    assert "台账" in unusable.value.problems[0].message("zh")


def test_the_reports_open_in_libreoffice(make, tmp_path, convert):
    """Where its word processor is installed."""
    plain = tmp_path / "plain.docx"
    Document().save(plain)
    writers = {tmp_path / f"{write.__name__}.docx": write for write in (write_self_report, write_school_plans)}
    for out, write in writers.items():
        write(make(), out)
    convert("pdf", tmp_path, plain, *writers)
    if not plain.with_suffix(".pdf").exists():
        pytest.skip("LibreOffice without its word processor")
    assert all(out.with_suffix(".pdf").exists() for out in writers)


@pytest.mark.parametrize("installed", [(), ("docx", "docxtpl", "jinja2", "lxml"), ("altair", "vl_convert")])
def test_without_what_documents_are_made_with_the_others_are_written(root, tmp_path, monkeypatch, installed):
    """Tables, ledgers and the record need none of it; each of the others is said to need it, in one line."""
    import sys

    for name in {"docx", "docxtpl", "jinja2", "altair", "vl_convert"} - set(installed):
        for loaded in [n for n in sys.modules if n == name or n.startswith(f"{name}.")]:
            monkeypatch.delitem(sys.modules, loaded)
        monkeypatch.setitem(sys.modules, name, None)
    out = tmp_path / "out"
    table = root / "examples" / "school.xlsx"
    done = CliRunner().invoke(app, ["report", str(table), "-o", str(out)])
    assert 2 == done.exit_code, done.output
    assert done.exception is None or isinstance(done.exception, SystemExit)
    assert "C130" in done.stderr
    assert {"申报表.xlsx", "台账.xlsx", "run.json"} <= {file.name for file in out.iterdir()}
