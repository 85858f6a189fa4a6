"""How many schools there are and how they fare: counted once, the same in every output, those that cannot be placed too."""

import json

import pytest
from openpyxl import load_workbook
from typer.testing import CliRunner

from junheng.cli import app
from junheng.documents.narrative import Narrative
from junheng.documents.official_tables import write_official_tables
from junheng.documents.record import record_of_run
from junheng.documents.submission import Submission
from junheng.run import judge
from tests.workbooks import nine_year, school_row, table, write_xlsx

ROWS = [
    school_row(),
    school_row(name="第二小学", code="3137000003", backbone_teachers=8),  # 0.8 of at least 1: not met
    school_row(name="第三小学", code="3137000004", backbone_teachers=None),  # cannot be decided
    school_row(name="第四小学", code="3137000005", type="私塾", stage="小学"),  # no type there is; a primary row
    school_row(name="第五学校", code="3137000006", type="私塾", stage=None),  # neither type nor stage
    school_row(name="特教学校", code="3137000007", type="特殊教育学校", stage="小学"),  # left out
    *nine_year(),
]
# 8 rows, 1 left out; of the 7, met 第一 and both of the nine-year school, not met 第二, undecided 第三 to 第五
WHOLE = {"judged": 7, "met": 3, "unmet": 1, "undecided": 3, "unplaced": 2}
STAGES = {
    "primary": {"judged": 5, "met": 2, "unmet": 1, "undecided": 2, "unplaced": 1},
    "junior": {"judged": 1, "met": 1, "unmet": 0, "undecided": 0, "unplaced": 0},
    None: {"judged": 1, "met": 0, "unmet": 0, "undecided": 1, "unplaced": 1},
}


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    """A table with every state a section can be in."""
    return write_xlsx(tmp_path_factory.mktemp("counts") / "学校.xlsx", {"学校": table(*ROWS)})


@pytest.fixture(scope="module")
def submission(path):
    """Its county, ready to be written."""
    run = judge([path], year=2023, by="county")
    return Submission(run, run.counties[0], record_of_run(run, run.counties[0], [(path, path.name)]), "zh")


@pytest.mark.parametrize("command", ["check", "county"])
def test_the_json_has_the_counts(path, command):
    """Of a table or a county: all, left out, judged and how these fare, in all and by stage."""
    done = CliRunner().invoke(app, [command, str(path), "--year", "2023", "--format", "json"])
    document = json.loads(done.stdout)
    counts = document["counts"] if command == "check" else document["counties"][0]["counts"]
    assert {"sections": 8, "left_out": 1, **WHOLE} == {name: n for name, n in counts.items() if name != "stages"}
    assert STAGES == {entry.pop("stage"): entry for entry in counts["stages"]}


@pytest.mark.parametrize("command", ["check", "county"])
def test_the_text_has_the_counts(path, command):
    """One line of it."""
    done = CliRunner().invoke(app, [command, str(path), "--year", "2023"])
    assert "表中 8 个学校（学部），纳入评估 7：达标 3，未达标 1，无法判定 3；不纳入 1" in done.stdout.replace("\n", "")


def test_the_record_and_the_self_report_have_the_counts(submission):
    """With a row of its own for what has no stage."""
    assert (8, 7, 1) == (
        submission.record.sections,
        submission.record.judged,
        sum(submission.record.left_out.values()),
    )
    told = Narrative(submission).schools()
    assert (8, 1, 7, 3, 1, 3) == tuple(told[k] for k in ("表中", "不纳入", "总数", "达标", "未达标", "无法判定"))
    rows = {row["学段"]: tuple(row[k] for k in ("总数", "达标", "未达标", "无法判定")) for row in told["分学段"]}
    assert {"小学": (5, 2, 1, 2), "初中": (1, 1, 0, 0), "学段未定": (1, 0, 0, 1)} == rows


def test_tables_two_have_the_counts(submission, tmp_path):
    """表Ⅱ-1 counts every section that 表Ⅱ-2 lists; what cannot be placed is decided nowhere."""
    write_official_tables(submission, tmp_path / "x.xlsx", ["表Ⅱ-1", "表Ⅱ-2"])
    book = load_workbook(tmp_path / "x.xlsx")
    rows = {
        row[0].value: row for row in book["表Ⅱ-1"].iter_rows() if row[0].value in ("小学", "初中", "学段未定", "合计")
    }
    last = {name: (row[1].value, row[-2].value) for name, row in rows.items()}
    assert {"小学": (5, 2), "初中": (1, 1), "学段未定": (1, "无法判定"), "合计": (7, 3)} == last
    # backbone teachers: below in 第二, blank in 第三, and the two that cannot be placed count as met nowhere
    assert [2, 1, "无法判定", 3] == [rows[name][4].value for name in ("小学", "初中", "学段未定", "合计")]
    listed = [row for row in book["表Ⅱ-2"].iter_rows() if isinstance(row[0].value, int)]
    assert 7 == len(listed)
    assert 3 == sum(row[-2].value == 1 for row in listed)


def test_a_method_that_judges_no_school_counts_none_as_met_or_missed(path):
    """2012 leaves schools to the province: the counts say how many there are, and nothing of how they fare."""
    done = CliRunner().invoke(app, ["county", str(path), "-s", "basic-balance", "--year", "2023", "--format", "json"])
    counts = json.loads(done.stdout)["counties"][0]["counts"]
    assert {None} == {counts[name] for name in ("met", "unmet", "undecided")}
    assert 2 == counts["unplaced"]
