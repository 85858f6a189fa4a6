"""The documents are true: commands documented, pages fresh, READMEs run."""

import json
import re
import runpy
import subprocess
import sys
from html import unescape

import pytest
from jsonschema import Draft202012Validator
from openpyxl import load_workbook
from typer.main import get_command
from typer.testing import CliRunner

from junheng.cli import app
from junheng.standard.checking import check_standards
from junheng.standard.load import ids, load, shipped_fields
from junheng.standard.schema import schema_text
from junheng.standard.source import read


def _commands(command, name="junheng"):
    yield name, command
    for child, inner in getattr(command, "commands", {}).items():
        yield from _commands(inner, f"{name} {child}")


@pytest.mark.parametrize(
    ("name", "command"), list(_commands(get_command(app))), ids=lambda v: v if isinstance(v, str) else ""
)
def test_every_command_is_helped_and_documented(root, name, command):
    """Every command has a help that ends in an example, and a section in docs/cli.md; every option has a help."""
    assert f"## `{name}`\n" in (root / "docs" / "cli.md").read_text("utf-8")
    assert "例：junheng" in command.help
    assert [] == [p.name for p in command.params if not getattr(p, "help", None) and p.name != "help"]


def test_schema_is_what_the_grammar_generates(root):
    """standards/schema.json is fresh."""
    assert schema_text() == (root / "standards" / "schema.json").read_text("utf-8")


def test_the_schema_accepts_what_is_shipped_and_refuses_a_misspelt_key(root):
    """An editor that checks by the schema accepts every shipped file and underlines a bad one."""
    validator = Draft202012Validator(json.loads(schema_text()))

    def plain(value):
        if isinstance(value, dict):
            return {k: plain(v) for k, v in value.items()}
        if isinstance(value, list):
            return [plain(v) for v in value]
        return value if isinstance(value, str | int | bool | None) else float(value)

    files = [root / "standards" / f"{id_}.yaml" for id_ in ids()] + [root / "standards" / "fields.yaml"]
    for file in files:
        assert [] == [e.message for e in validator.iter_errors(plain(read(file).data))], file
    bad = plain(read(files[0]).data)
    bad["indicators"][0]["unti"] = bad["indicators"][0].pop("unit")
    assert list(validator.iter_errors(bad))


def test_shipped_standards_are_clean():
    """Every shipped file passes every lint, warnings included."""
    assert (len(ids()), []) == check_standards(None)


def test_every_number_of_the_2017_method(law):
    """The bars of the shipped file are those of the document, typed in once more here."""
    for indicator in load("national/2017-quality-balance").form.indicators:
        primary, junior, per = law[indicator.id]
        written = (
            indicator.at_least
            if isinstance(indicator.at_least, dict)
            else dict.fromkeys(("primary", "junior"), indicator.at_least)
        )
        assert (float(primary), float(junior), per) == (
            float(written["primary"]),
            float(written["junior"]),
            indicator.per,
        )


def test_fields_have_distinct_headings():
    """No two fields claim the same heading."""
    from junheng.workbook.headings import key

    seen = {}
    for name, form in shipped_fields().items():
        for heading in {key(h) for h in (form.zh, form.en, name, *form.headers)}:
            assert seen.setdefault(heading, name) == name, heading


@pytest.mark.parametrize("script", ["update_readme.py", "make_cli_docs.py"])
def test_pages_are_fresh(root, script):
    """What the pages say is printed is what is printed."""
    done = subprocess.run(
        [sys.executable, str(root / "scripts" / script), "--check"], capture_output=True, text=True, check=False
    )
    assert (0, "") == (done.returncode, done.stdout)


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        ("A | C 2", "A\n1\n2\n…\nC\n4\n…\n"),  # B is left out, and the end of C
        ("A | B | C", "A\n1\n2\n\nB\n3\n\nC\n4\n5\n"),  # nothing is: of an empty line no mark is made
        ("2 | B 1", "…\n2\n\nB\n…\n"),  # a piece may begin within a paragraph
        ("C 3", "…\nC\n4\n5\n"),
    ],
)
def test_what_is_left_out_of_a_block_is_marked(root, shown, expected):
    """Every place where lines are left out of a console block has one mark, and no other place has."""
    cut = runpy.run_path(str(root / "scripts" / "update_readme.py"))["cut"]
    assert expected == cut("A\n1\n2\n\nB\n3\n\nC\n4\n5\n", shown)


def test_a_piece_that_is_not_printed_is_an_error(root):
    """A block cannot lose what its text speaks of."""
    cut = runpy.run_path(str(root / "scripts" / "update_readme.py"))["cut"]
    with pytest.raises(SystemExit, match="not printed: D"):
        cut("A\n1\n", "A | D")


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_a_readme_leads_to_every_page_and_what_it_shows_is_there(root, name):
    """Every page of docs is linked, every link leads somewhere, every picture is there, told in words, and small."""
    text = (root / name).read_text("utf-8")
    links = set(re.findall(r"\]\(([^)#:]+)\)", text))
    assert set() == {f"docs/{page.name}" for page in (root / "docs").glob("*.md")} - links
    assert [] == [link for link in links if not (root / link).is_file()]
    pictures = re.findall(r"!\[([^\]]*)\]\(([^)]+)\)", text)
    assert pictures
    assert all(told for told, _ in pictures)
    assert max((root / file).stat().st_size for _, file in pictures) < 200_000


def test_pictures_in_svg_ask_for_nothing_and_run_nothing(root):
    """A picture of the terminal names no other place, and has no script."""
    for file in (root / "docs" / "images").glob("*.svg"):
        text = file.read_text("utf-8").replace("http://www.w3.org/2000/svg", "")
        assert [] == re.findall(r"https?:|<script|@import|@font-face", text), file


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_picture_of_the_terminal_shows_what_is_printed(root, monkeypatch, lang):
    """Every word of it, every number too, is printed by the command that stands above it."""
    monkeypatch.chdir(root)
    options = "--year 2023 --indicator backbone_teachers --stage primary --lang"
    result = CliRunner(env={"COLUMNS": "80"}).invoke(app, ["drivers", "examples/shili", *options.split(), lang])
    printed = set(result.stdout.split())
    text = (root / "docs" / "images" / f"drivers.{lang}.svg").read_text("utf-8")
    told = re.findall(r"<text[^>]*terminal-line[^>]*>([^<]*)<", text)
    words = {word for piece in told for word in unescape(piece).split()} - {"…"}
    assert "38.0%" in words
    assert set() == words - printed


def test_cases_of_the_standards_hold(root):
    """Every YAML case holds."""
    from junheng.standard.cases import run_cases

    held, problems = run_cases([root / "tests" / "cases"])
    assert [] == [str(p.place) for p in problems]
    assert held >= 50


def test_a_case_can_fail(tmp_path):
    """A case whose expectation is wrong is reported at its line."""
    from junheng.standard.cases import run_cases

    file = tmp_path / "cases" / "national" / "2017-quality-balance" / "wrong.yaml"
    file.parent.mkdir(parents=True)
    file.write_text(
        "given: {stage: primary, students: 1000, backbone_teachers: 9}\ncases:\n  - {name: 少1人, expect: {backbone_teachers: met}}\n",
        "utf-8",
    )
    held, problems = run_cases([tmp_path])
    assert (0, [("S318", 3)]) == (held, [(p.kind.code, p.place.line) for p in problems])


@pytest.mark.parametrize("year", [2021, 2022, 2023])
def test_examples_are_what_their_script_makes(root, tmp_path, year):
    """Every cell of the example county's workbooks is what scripts/make_examples.py writes."""
    written = tmp_path / f"{year}.xlsx"
    runpy.run_path(str(root / "scripts" / "make_examples.py"))["write_county"](written, year)

    def cells(file):
        return [[cell.value for cell in row] for row in load_workbook(file).active.iter_rows()]

    assert cells(written) == cells(root / "examples" / "shili" / f"{year}.xlsx")
