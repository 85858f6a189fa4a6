"""Every file that carries a verdict carries its run: which files, by which standard and settings, over which schools."""

import hashlib
import json

import pytest
from openpyxl import load_workbook
from typer.testing import CliRunner

from junheng.cli import app
from junheng.standard.load import load

COMMANDS = {
    "check": ["check", "{table}", "--year", "2023"],
    "county": ["county", "{table}", "--year", "2023", "--setting", "rooms_rounded=down"],
    "several": ["county", "{table}", "--year", "2023", "-s", "quality-balance", "-s", "basic-balance"],
    "audit": ["audit", "{table}", "--year", "2023"],
}


@pytest.fixture
def write(root, tmp_path):
    """Return a function that runs a command with an output file and gives the file."""

    def run(command, ending, *more):
        table = root / "examples" / "shili" / "2023.xlsx"
        out = tmp_path / f"out{ending}"
        arguments = [part.format(table=table) for part in COMMANDS[command]]
        done = CliRunner().invoke(app, [*arguments, *map(str, more), "--output", str(out)])
        assert done.exception is None or isinstance(done.exception, SystemExit)
        return out

    return run


@pytest.fixture(scope="module")
def hashes(root):
    """The hashes of the table and of the standard, computed here."""
    files = (root / "examples" / "shili" / "2023.xlsx", load("quality-balance", 2023).file)
    return [hashlib.sha256(file.read_bytes()).hexdigest() for file in files]


@pytest.mark.parametrize("command", ["check", "county", "audit"])
def test_a_workbook_has_the_record_as_its_last_sheet(write, hashes, command):
    """Hashes, settings, counts; and such a workbook is not read as a table of schools."""
    out = write(command, ".xlsx")
    sheet = load_workbook(out).worksheets[-1]
    assert "运行记录" == sheet.title
    entries = {row[0]: row[1] for row in sheet.iter_rows(min_row=3, values_only=True)}
    assert hashes[0] in entries["输入文件"]
    assert "2023.xlsx" in entries["输入文件"]
    assert hashes[1] == entries["标准文件 SHA-256"]
    assert ("rooms_rounded=down" if command == "county" else "rooms_rounded=up") in entries["口径"]
    # 39 rows, of which 5 are left out: three senior sections, a teaching point below 50 pupils, a special school
    assert entries["学校（学部）"] == ("表中 39" if command == "audit" else "表中 39，纳入评估 34，不纳入 5")
    again = CliRunner().invoke(app, ["check", str(out)])
    assert 2 == again.exit_code


@pytest.mark.parametrize("command", ["check", "county", "audit"])
def test_a_json_file_has_the_record_under_run(write, hashes, command):
    """In files only: what goes to stdout says nothing of the clock."""
    document = json.loads(write(command, ".json").read_text("utf-8"))
    record = document["run"]
    assert "junheng.record/1" == record["schema"]
    assert [hashes[0]] == [entry["sha256"] for entry in record["inputs"]]
    assert hashes[1] == record["standard_sha256"]
    assert (39, None if command == "audit" else 34) == (record["sections"], record["judged"])


@pytest.mark.parametrize("ending", [".md", ".txt"])
@pytest.mark.parametrize("command", ["check", "county", "audit"])
def test_text_ends_with_the_record(write, hashes, command, ending):
    """Below the problems."""
    text = write(command, ending).read_text("utf-8")
    assert hashes[0] in text.partition("运行记录")[2].replace("\n", "").replace(" ", "")


def test_the_record_names_waivers_columns_and_the_file_beneath_a_standard(write, tmp_path, hashes):
    """A standard of one's own rests on the shipped file, whose hash stands in the record with that of the waivers."""
    own = tmp_path / "own.yaml"
    own.write_text("title: {zh: 更严, en: stricter}\nextends: national/2017-quality-balance\n", "utf-8")
    waivers = tmp_path / "waivers.yaml"
    waivers.write_text(
        "waivers:\n  - {school: 城关镇中心小学, rule: teaching_area, reason: 在建, evidence: 附件1, expiry: 2024-08-31}\n",
        "utf-8",
    )
    record = json.loads(write("county", ".json", "-s", own, "--waivers", waivers).read_text("utf-8"))["run"]
    assert {"national/2017-quality-balance": hashes[1]} == record["further_standards"]
    assert ["城关镇中心小学 teaching_area 2024-08-31"] == record["waivers"]
    assert hashlib.sha256(waivers.read_bytes()).hexdigest() in [entry["sha256"] for entry in record["inputs"]]


def test_several_standards_have_a_record_each(write):
    """On the sheet one below the other, in JSON with each run."""
    out = write("several", ".json")
    runs = json.loads(out.read_text("utf-8"))["runs"]
    assert ["national/2017-quality-balance", "national/2012-basic-balance"] == [r["run"]["standard"] for r in runs]
    sheet = load_workbook(write("several", ".xlsx")).worksheets[-1]
    found = [row[1] for row in sheet.iter_rows(values_only=True) if row[0] == "标准"]
    assert [r["run"]["standard"] for r in runs] == [text.partition("（")[0] for text in found]
