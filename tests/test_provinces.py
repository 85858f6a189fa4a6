"""Provincial standards, used as a county would: on the example county, in every output, by family and year."""

import json

import pytest
from openpyxl import load_workbook
from typer.testing import CliRunner

from junheng.cli import app
from junheng.standard.load import ids, load
from junheng.standard.on_record import record_of

SHAANXI = "provinces/shaanxi/basic-standard"
OUTLINES = [id_ for id_ in ids() if record_of(load(id_)).school_rule is False]


@pytest.fixture
def run(root, monkeypatch):
    """Return a function that runs a command on the example county."""
    monkeypatch.chdir(root / "examples" / "shili")
    return lambda *arguments: CliRunner(env={"COLUMNS": "120", "NO_COLOR": "1"}).invoke(app, list(arguments))


def test_shaanxi_judges_the_example_county(run):
    """Seven of nine, with four of five rooms inside: the one school that misses three, and why, in text and JSON alike.

    北山乡第二小学 (62 pupils) has dirt ground, no instruments to standard, and 23 books a pupil against 30; its
    computers, which nobody could read off the text, cannot save it.
    """
    text = run("check", "2023.xlsx", "--standard", SHAANXI)
    assert text.exit_code == 1
    assert "未达标的学校（1）" in text.stdout
    schools = json.loads(run("check", "2023.xlsx", "--standard", SHAANXI, "--format", "json").stdout)["schools"]
    failing = [school for school in schools if school["passed"] is False]
    assert ["北山乡第二小学"] == [school["name"] for school in failing]
    outcomes = {found["id"]: found["outcome"] for found in failing[0]["indicators"]}
    assert {"sports_ground", "instruments", "books"} == {name for name, said in outcomes.items() if said == "unmet"}
    assert "missing" == outcomes["computers"]
    junior = [school["passed"] for school in schools if school["stage"] == "junior"]
    assert True not in junior  # most junior bars are not on record


def test_the_workbook_says_the_same(run, tmp_path):
    """The workbook written names the failing school and shades it."""
    path = tmp_path / "陕西.xlsx"
    assert run("check", "2023.xlsx", "--standard", SHAANXI, "--output", str(path)).exit_code == 1
    cells = [str(c.value) for sheet in load_workbook(path) for row in sheet.iter_rows() for c in row if c.value]
    assert any("北山乡第二小学" in cell for cell in cells)


@pytest.mark.parametrize("id_", OUTLINES)
def test_what_has_no_rule_for_schools_never_passes_one(run, id_):
    """Where the rule for schools is not on record, no school passes, and the hint says how to supply it."""
    done = run("check", "2023.xlsx", "--standard", id_, "--format", "json")
    document = json.loads(done.stdout)
    assert {None} == {school["passed"] for school in document["schools"]}
    assert "A110" in {problem["code"] for problem in document["problems"]}
    assert done.exit_code == 3


def test_a_family_is_the_edition_of_the_year(run):
    """Of Anhui's two editions the one in force in the year judges: 20 books a pupil in 2016, 25 in 2023."""
    for year, bar in (("2016", 20), ("2023", 25)):
        shown = run("standards", "show", "anhui-basic-standard", "--at", year).stdout
        assert f"小学 ≥{bar}" in shown
