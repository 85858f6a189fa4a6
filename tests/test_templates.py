"""A template of any shipped standard is read back whole: every column it writes is found again."""

import pytest
from openpyxl import load_workbook
from typer.testing import CliRunner

from junheng.cli import app
from junheng.standard.load import ids, load
from junheng.workbook import template
from junheng.workbook.cells import read_sheets
from junheng.workbook.headers import find_header
from junheng.workbook.headings import Words
from junheng.workbook.template import columns_of, write_template


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("id_", ids())
def test_every_column_of_a_template_is_found_again(tmp_path, monkeypatch, id_, lang):
    """The headings that a template writes are the headings that are read, with their units, in both languages."""
    monkeypatch.setattr(template, "ROWS", 2)  # a short one
    standard = load(id_)
    path = tmp_path / "模板.xlsx"
    write_template(path, [standard], lang)
    header, _ = find_header(read_sheets(path, path.name)[0], Words(standard.fields), None)
    assert not header.problems
    assert {name for name, _ in columns_of([standard])} == set(header.columns) | {"year", "code"}


def test_a_yes_or_no_has_a_list(tmp_path):
    """A yes-or-no column offers 是 and 否, and a column of words that only the standard knows offers its words."""
    path = tmp_path / "模板.xlsx"
    done = CliRunner().invoke(
        app, ["template", "--standard", "provinces/shaanxi/basic-standard", "--output", str(path)]
    )
    assert done.exit_code == 0
    sheet = load_workbook(path).worksheets[0]
    headings = [cell.value for cell in sheet[1]]
    letter = sheet.cell(1, headings.index("运动场地无土操场") + 1).column_letter
    lists = {str(rule.sqref).split(":")[0]: rule.formula1 for rule in sheet.data_validations.dataValidation}
    assert '"是,否"' == lists[f"{letter}2"]
