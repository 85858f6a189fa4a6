"""What changed between two runs, and why: by data, by the standard, by a setting, or by schools that came or went."""

import json
import shutil

import openpyxl
import pytest
from typer.testing import CliRunner

from junheng.cli import app
from junheng.documents.difference.comparing import Cause, compare
from junheng.documents.difference.recorded import read_recorded
from junheng.documents.handing_in import hand_in
from junheng.run import judge
from junheng.workbook.cells import workbooks


@pytest.fixture
def record(root, tmp_path):
    """Return a function that judges a changed copy of the example county and records the run."""
    made = iter(range(9))

    def run(change=None, standard="quality-balance", settings=None, year=2023, name="2023.xlsx"):
        folder = tmp_path / str(next(made))
        folder.mkdir()
        table = folder / name
        shutil.copy(root / "examples" / "shili" / f"{year}.xlsx", table)
        if change is not None:
            book = openpyxl.load_workbook(table)
            change(book)
            book.save(table)
        judged = judge([table], standard, year=year, settings=settings, by="county")
        hand_in(judged, [], folder / "out", "zh", workbooks([table])[0])
        return folder / "out"

    return run


def cell(book, school, heading):
    """Return the cell of a school under a heading of the example table."""
    for sheet in book.worksheets:
        rows = list(sheet.iter_rows())
        head = next((row for row in rows if any(c.value == "学校名称" for c in row)), None)
        if head is None:
            continue
        column = next(c.column for c in head if str(c.value).startswith(heading))
        name = next(c.column for c in head if c.value == "学校名称")
        for row in rows[head[0].row :]:
            if row[name - 1].value == school:
                return row[column - 1]
    raise AssertionError(heading)


def difference(old, new):
    """Return what changed between two recorded runs."""
    (before,), (after,) = read_recorded(old).values(), read_recorded(new).values()
    return compare(before, after)


def test_the_same_run_twice_is_no_difference(record):
    """Nothing at all is reported."""
    assert difference(record(), record()).nothing


def test_a_changed_figure_is_the_cause_of_what_it_changes(record):
    """城关镇中心小学 gets the rooms it lacks: the indicator is met by the data, and only that field is named."""

    def more(book):
        found = cell(book, "城关镇中心小学", "教学及辅助用房面积")
        found.value = found.value * 2

    changes = difference(record(), record(more))
    assert [("城关镇中心小学", "teaching_area")] == [(f.name, f.field) for f in changes.figures]
    assert not changes.standard
    assert not changes.settings
    (indicator,) = [v for v in changes.verdicts if v.of == "indicator"]
    assert ("teaching_area", "unmet", "met", (Cause.DATA,)) == (
        indicator.what,
        indicator.before,
        indicator.after,
        indicator.causes,
    )
    assert ("teaching_area",) == indicator.fields
    (school,) = [v for v in changes.verdicts if v.of == "school"]
    assert (False, True, (Cause.DATA,)) == (school.before, school.after, school.causes)
    moved = {v.what for v in changes.verdicts if v.of == "variation"}
    assert {"primary/teaching_area"} == moved


def test_another_bar_is_put_down_to_the_standard(record, tmp_path):
    """A standard of one's own with a higher bar: no figure changed, so it is the standard."""
    own = tmp_path / "own.yaml"
    own.write_text(
        """title: {zh: 更严, en: stricter}
extends: national/2017-quality-balance
sources:
  ours: {title: 本县要求, standing: official}
indicators:
  - id: backbone_teachers
    name: {zh: 骨干教师, en: Backbone teachers}
    kind: ratio
    of: backbone_teachers
    per: 100
    unit: 人
    at_least: 2
    cite: ours 一
    quote: 不少于2人
""",
        "utf-8",
    )
    changes = difference(record(), record(standard=str(own)))
    assert not changes.figures
    found = [v for v in changes.verdicts if v.of == "indicator"]
    assert found
    assert {(Cause.STANDARD,)} == {v.causes for v in found}
    assert {(1.0, 2.0)} == {v.bars for v in found}


def test_a_setting_is_named(record):
    """Rooms counted together instead of each: a setting, and what it decides otherwise is put down to it."""
    changes = difference(record(), record(settings={"rooms_for_music_and_art": "total"}))
    assert [("rooms_for_music_and_art", "each", "total")] == [tuple(c) for c in changes.settings]
    assert not changes.standard
    assert all(v.causes == (Cause.SETTING,) for v in changes.verdicts)


def test_schools_that_come_and_go_are_listed(record):
    """One row is renamed and recoded: a school went, another came, and the coefficients moved by that."""

    def renamed(book):
        cell(book, "东河镇中心小学", "学校标识码").value = "3137099999"
        cell(book, "东河镇中心小学", "学校名称").value = "东河镇新建小学"

    changes = difference(record(), record(renamed))
    assert [("3137099999", "primary")] == list(changes.came)
    assert ["东河镇中心小学"] == [changes.before.names[s] for s in changes.went]


def test_both_causes_are_said_where_data_and_bar_changed(record):
    """A figure and a setting at once: the finding that rests on the figure names the data."""

    def fewer(book):
        cell(book, "示例县第二小学", "县级以上骨干教师数").value = 1

    changes = difference(record(), record(fewer, settings={"rooms_for_music_and_art": "total"}))
    (found,) = [v for v in changes.verdicts if v.of == "indicator"]
    assert Cause.DATA in found.causes
    assert ("backbone_teachers",) == found.fields


def test_the_command_prints_json_text_and_markdown_in_both_languages(record):
    """The same difference in every form."""
    old, new = record(), record(year=2022)
    runner = CliRunner()
    done = runner.invoke(app, ["diff", str(old), str(new), "--format", "json"])
    assert done.exit_code == 0
    found = json.loads(done.stdout)
    assert "junheng.diff/1" == found["schema"]
    assert [2023, 2022] == [found[side]["record"]["year"] for side in ("before", "after")]
    for arguments in ([], ["--lang", "en"], ["--format", "markdown"], ["--all"]):
        done = runner.invoke(app, ["diff", str(old), str(new / "run.json"), *arguments])
        assert done.exit_code == 0
        assert "2023" in done.stdout


@pytest.mark.parametrize(
    "content",
    [b"", b"[]", b"{}", b'{"schema": "junheng.run/1"}', b"\xff\xfe", b"[" * 100_000, b'{"schema": "junheng.county/1"}'],
)
def test_what_is_no_record_of_a_run_is_refused(record, tmp_path, content):
    """In one line, with exit 2."""
    bad = tmp_path / "bad.json"
    bad.write_bytes(content)
    done = CliRunner().invoke(app, ["diff", str(record()), str(bad)])
    assert done.exit_code == 2
    assert "C134" in done.stderr


def test_both_runs_that_cannot_be_read_are_reported_at_once(tmp_path):
    """One problem for each."""
    done = CliRunner().invoke(app, ["diff", str(tmp_path / "a.json"), str(tmp_path)])
    assert done.exit_code == 2
    assert 2 == done.stderr.count("C134")


def test_the_record_has_the_hash_of_its_input_and_of_its_standard(record, root):
    """Computed here by hashlib; a folder of several years names the file of its year only."""
    import hashlib

    from junheng.standard.load import load

    (made,) = read_recorded(record()).values()
    (entry,) = made.record["inputs"]
    assert hashlib.sha256((root / "examples" / "shili" / "2023.xlsx").read_bytes()).hexdigest() == entry["sha256"]
    standard = load("national/2017-quality-balance").file
    assert hashlib.sha256(standard.read_bytes()).hexdigest() == made.record["standard_sha256"]


def test_a_setting_is_no_cause_of_a_coefficient_that_figures_moved(record):
    """Fewer pupils and another choice about rooms: the coefficients moved by the data alone."""

    def fewer(book):
        cell(book, "示例县第一小学", "在校生数").value = 1700

    changes = difference(record(), record(fewer, settings={"rooms_for_music_and_art": "total"}))
    assert {(Cause.DATA,)} == {v.causes for v in changes.verdicts if v.of == "variation"}


def test_schools_are_no_cause_of_what_the_county_answers(record):
    """A school that went, and fewer satisfied: recognition changed by the data alone."""

    def other(book):
        sheet = book["县级"]
        next(row for row in sheet.iter_rows() if row[0].value == "问卷满意数")[1].value = 1000
        found = cell(book, "示例县第二小学", "学校名称")
        found.parent.delete_rows(found.row)

    changes = difference(record(), record(other))
    assert changes.went
    (item,) = [v for v in changes.verdicts if v.of == "item" and v.what == "questionnaire"]
    (part,) = [v for v in changes.verdicts if v.of == "part" and v.what == "recognition"]
    assert ((Cause.DATA,), (Cause.DATA,)) == (item.causes, part.causes)


def test_a_changed_word_is_shown_and_is_a_cause(record):
    """A teaching point below 50 pupils that calls itself a primary school is judged from then on, by the data."""

    def renamed(book):
        cell(book, "东河镇第一教学点", "办学类型").value = "小学"

    changes = difference(record(), record(renamed))
    assert [("type", "teaching_point", "primary")] == [(f.field, f.before, f.after) for f in changes.figures]
    (school,) = [v for v in changes.verdicts if v.of == "school"]
    assert (Cause.DATA,) == school.causes
    assert all(v.causes == (Cause.DATA,) for v in changes.verdicts if v.of == "variation")
