"""Every kind of problem is raised by the smallest input that shows it, at the right place and in the right words.

Each folder of tests/problems holds that input and a case.yaml: `command` (what is run in a copy of the folder), `expect`
(every problem, as “CODE place”), `exit`, and `says` (the Chinese message). `build` names a function of build.py that
writes the input, `call` one that is called where no command comes to the problem. `xfail` says what is not yet so.
A final * of `says` stands for words that are not ours, {ids} for the ids of all shipped standards.
"""

import json
import re
import shutil
import subprocess
import sys
from functools import cache
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from string import Formatter
from types import SimpleNamespace

import pytest
import yaml
from typer.testing import CliRunner

from junheng import kinds
from junheng.cli import app
from junheng.problems import Problem
from junheng.standard.load import ids
from junheng.text import Text

HERE = Path(__file__).parent
FOLDERS = sorted(file.parent for file in (HERE / "problems").glob("*/case.yaml"))
KINDS = pytest.mark.parametrize("kind", kinds.ALL.values(), ids=kinds.ALL)
JUDGING = ("check", "county")
BAD_FILES = (
    "W102-folder",
    "W104-empty-csv",
    "W104-empty-sheet",
    "W104-empty-xlsx",
    "W105-password",
    "W106-half-an-xlsx",
    "W106-html-as-xls",
    "W106-picture-as-xlsx",
    "W106-text-as-xlsx",
    "W108-neither-encoding",
)
LINE = re.compile(r"(?P<place>.+?)  (?P<code>[SWAC]\d{3}) (?:错误|提醒|说明|error|warning|note)  (?P<message>.+)")


def _module(file: Path):
    spec = spec_from_file_location(file.stem, file)
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


build = _module(HERE / "problems" / "build.py")


@cache
def _case(folder: Path):
    written = yaml.safe_load((folder / "case.yaml").read_text("utf-8"))
    return SimpleNamespace(**{"build": None, "call": None, "command": None, "xfail": None, "exit": None} | written)


def _parameters(folders):
    """Return folders as parameters; those that are not yet so are marked."""
    return [
        pytest.param(f, id=f.name, marks=[pytest.mark.xfail(reason=reason)] if (reason := _case(f).xfail) else [])
        for f in folders
    ]


def _named(folders):
    return {"argvalues": folders, "ids": [f.name for f in folders]}


CORRECT = [f for f in FOLDERS if _case(f).command and not _case(f).xfail]
JUDGED = [f for f in CORRECT if _case(f).command[0] in JUDGING and "--output" not in _case(f).command]


@pytest.fixture
def run(tmp_path, monkeypatch):
    """Return a function that runs a command in a copy of a folder."""

    def run_in(folder, *options):
        case = _case(folder)
        shutil.copytree(folder, tmp_path, dirs_exist_ok=True, ignore=shutil.ignore_patterns("case.yaml"))
        if case.build:
            build.BUILDERS[case.build](tmp_path)
        monkeypatch.chdir(tmp_path)
        if case.call:
            return build.CALLS[case.call](tmp_path)
        # wide enough that no line is broken
        wide = {"COLUMNS": "2000", "LINES": "100", "NO_COLOR": "1", "FORCE_COLOR": None, "JUNHENG_LANG": None}
        return CliRunner(env=wide).invoke(app, [*case.command, *options])

    return run_in


def _said(result) -> list[tuple[str, str, str]]:
    """Return code, place and message of every problem that was raised, or printed on stderr."""
    if isinstance(result, list):
        return [_of(problem) for problem in result]
    found = [LINE.fullmatch(line) for line in result.stderr.splitlines()]
    return [(m["code"], m["place"], m["message"]) for m in found if m]


def _of(problem: Problem) -> tuple[str, str, str]:
    return problem.kind.code, str(problem.place), problem.message("zh")


def _in_json(entry) -> tuple[str, str, str]:
    """Return code, place and message of a problem of a JSON document."""
    if "line" in entry:
        place = f"{entry['file']}:{entry['line']}:{entry['column']}"
    elif entry["sheet"] is None:
        place = entry["file"] + (f"!{entry['cell']}" if entry["cell"] else "")
    else:
        place = f"{entry['file']} › {entry['sheet']}" + (f"!{entry['cell']}" if entry["cell"] else "")
    return entry["code"], place, entry["message"]


def _expected_messages(case) -> list[str]:
    said = [case.says] if isinstance(case.says, str) else case.says
    return [message.replace("{ids}", ", ".join(ids())) for message in said]


def _matches(message: str, expected: str) -> bool:
    """Say whether a message is the expected one."""
    return message.startswith(expected[:-1]) if expected.endswith("*") else message == expected


# ------------------------------------------------------------------------------------------------------- the folders


@pytest.mark.parametrize("folder", _parameters(FOLDERS))
def test_every_folder_raises_what_it_is_named_for(folder, run):
    """A faulty input raises exactly the problems it should, each at its place, with the right words and exit code."""
    case = _case(folder)
    result = run(folder)
    said = _said(result)
    assert sorted(case.expect) == sorted(f"{code} {place}" for code, place, _ in said)
    if case.call is None:
        assert case.exit == result.exit_code
    own = folder.name.partition("-")[0]
    messages = [message for code, _, message in said if own in (code, "ten")]
    expected = _expected_messages(case)
    assert len(expected) == len(messages)
    assert all(any(_matches(message, text) for message in messages) for text in expected), messages


@pytest.mark.parametrize("folder", **_named(JUDGED))
def test_json_names_the_same_problems(folder, run):
    """The JSON document of a judgement, or of one that could not be made, holds the problems that stderr prints."""
    result = run(folder, "--format", "json")
    problems = [_in_json(entry) for entry in json.loads(result.stdout)["problems"]]
    assert sorted(_case(folder).expect) == sorted(f"{code} {place}" for code, place, _ in problems)
    assert sorted(_said(result)) == sorted(problems)


@pytest.mark.parametrize("folder", **_named(CORRECT))
def test_english_names_the_same_problems(folder, run):
    """In English the same problems stand at the same places, each with its hint and every fact filled in."""
    result = run(folder, "--lang", "en")
    said = _said(result)
    assert sorted(_case(folder).expect) == sorted(f"{code} {place}" for code, place, _ in said)
    assert len(said) == sum(line.startswith("  Hint: ") for line in result.stderr.splitlines())
    assert not [message for _, _, message in said if re.search(r"\{\w*\}|\bNone\b", message)]


def test_ten_faults_are_reported_in_one_run(run):
    """Ten faults of ten kinds in one workbook are all reported at once, each with its own cell."""
    said = _said(run(HERE / "problems" / "ten-faults"))
    found = [len(said), len({code for code, _, _ in said}), len({place for _, place, _ in said})]
    expected = [10, 10, 10]
    assert expected == found
    assert all(re.fullmatch(r"school\.xlsx › 学校![A-M]\d+", place) for _, place, _ in said)


# --------------------------------------------------------------------------------------------------------- bad files


@pytest.mark.parametrize("folder", **_named([HERE / "problems" / name for name in BAD_FILES]))
def test_a_bad_file_gets_one_clear_line(folder, run):
    """A file that is no readable workbook gets one line and its hint, exit code 2, JSON on request, no traceback."""
    result = run(folder, "--format", "json")
    problem, *further = json.loads(result.stdout)["problems"]
    line, hint = result.stderr.splitlines()
    cannot_run = 2
    assert cannot_run == result.exit_code
    assert not further
    assert problem["message"] in line
    assert problem["hint"] in hint
    assert isinstance(result.exception, SystemExit)
    assert "Traceback" not in result.stdout + result.stderr


# --------------------------------------------------------------------------------------------------------- the kinds


def _facts(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


@KINDS
def test_every_kind_has_a_folder(kind):
    """Every kind of problem has an input that raises it."""
    raised = {f.name.partition("-")[0] for f in FOLDERS if any(e.startswith(kind.code) for e in _case(f).expect)}
    assert kind.code in raised


def test_every_folder_is_of_a_kind():
    """A folder of a kind that is no more does not stay behind."""
    others = [f.name for f in FOLDERS if f.name.partition("-")[0] not in kinds.ALL]
    expected = ["ten-faults"]
    assert expected == others


def test_codes_are_unique():
    """No two kinds share a code."""
    declared = [value for value in vars(kinds).values() if isinstance(value, kinds.Kind)]
    assert len(declared) == len({kind.code for kind in declared}) == len(kinds.ALL)


@KINDS
def test_a_code_names_its_family(kind):
    """A code is S, W, A or C and three digits."""
    assert re.fullmatch(r"[SWAC][1-9]\d\d", kind.code)


@KINDS
@pytest.mark.parametrize("part", ["message", "hint"])
def test_both_languages_give_the_same_facts(kind, part):
    """Message and hint name the same facts in both languages, and neither is empty."""
    text: Text = getattr(kind, part)
    assert _facts(text.zh) == _facts(text.en)
    assert text.zh.strip()
    assert text.en.strip()


# ---------------------------------------------------------------------------------------------------------- the page


def test_the_page_of_problems_is_fresh():
    """docs/problems.md is what scripts/make_problem_docs.py makes of the kinds now."""
    script = HERE.parent / "scripts" / "make_problem_docs.py"
    result = subprocess.run([sys.executable, script, "--check"], capture_output=True, text=True, check=False)
    assert not result.stderr
    assert not result.returncode


@KINDS
def test_every_kind_has_a_section(kind):
    """Every kind is documented, in both languages."""
    page = (HERE.parent / "docs" / "problems.md").read_text("utf-8")
    sections = dict(re.findall(r"^### ([SWAC]\d{3})\b(.*?)(?=^##|\Z)", page, re.MULTILINE | re.DOTALL))
    said = sections[kind.code].replace(r"\*", "*")
    for text in (kind.message, kind.hint):
        for wording in text:
            assert all(piece in said for piece in re.split(r"\{\w+\}", wording))
