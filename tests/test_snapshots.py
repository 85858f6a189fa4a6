"""One county in every format and both languages, as it is printed: a change of any wording or layout shows here.

`UPDATE_SNAPSHOTS=1 pytest tests/test_snapshots.py` writes them anew; what changed is then read in the diff.
"""

import os

import pytest
from typer.testing import CliRunner

from junheng.cli import app

CASES = [
    (command, format_, lang)
    for command in ("check", "county")
    for format_ in ("text", "json", "csv", "markdown")
    for lang in ("zh", "en")
]


@pytest.mark.parametrize(("command", "format_", "lang"), CASES)
def test_output_is_the_one_on_record(root, monkeypatch, command, format_, lang):
    """The example county of 2022, which lacks a figure, is printed as it was when somebody last looked."""
    monkeypatch.chdir(root / "examples" / "shili")
    monkeypatch.setenv("COLUMNS", "100")
    arguments = [command, "2022.xlsx", "--year", "2022", "--format", format_, "--lang", lang]
    result = CliRunner().invoke(app, arguments)
    found = "\n".join(line.rstrip() for line in (result.stdout + "\n---\n" + result.stderr).splitlines()) + "\n"
    file = root / "tests" / "snapshots" / f"{command}-{lang}.{format_}"
    if os.environ.get("UPDATE_SNAPSHOTS"):
        file.write_text(found, "utf-8")
    assert file.read_text("utf-8") == found
