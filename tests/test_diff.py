"""What changed between two runs, and why: by data, by the standard, by a setting, or by schools that came or went."""

import json
import shutil

import openpyxl
import pytest
from typer.testing import CliRunner

from junheng.cli import app
from junheng.documents.difference.causes import Cause
from junheng.documents.difference.comparing import compare
from junheng.documents.difference.recorded import read_recorded
from junheng.documents.handing_in import hand_in
from junheng.run import judge
from junheng.workbook.cells import workbooks


@pytest.fixture(scope="module")
def record(root, tmp_path_factory):
    """Return a function that judges a changed copy of the example county and records the run; one unchanged, once."""
    known = {}

    def run(change=None, standard="quality-balance", settings=None, year=2023, name="2023.xlsx", **more):
        key = repr((standard, settings, year, name, more))
        if change is None and key in known:
            return known[key]
        folder = tmp_path_factory.mktemp("run")
        table = folder / name
        shutil.copy(root / "examples" / "shili" / f"{year}.xlsx", table)
        if change is not None:
            book = openpyxl.load_workbook(table)
            change(book)
            book.save(table)
        judged = judge([table], standard, year=year, settings=settings, by="county", **more)
        hand_in(judged, [], folder / "out", "zh", workbooks([table])[0])
        if change is None:
            known[key] = folder / "out"
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
    assert [("城关镇中心小学", "teaching_area")] == [(f.name, f.field) for f in changes.moved.figures]
    assert not changes.moved.standard
    assert not changes.moved.settings
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
    assert not changes.moved.figures
    found = [v for v in changes.verdicts if v.of == "indicator"]
    assert found
    assert {(Cause.STANDARD,)} == {v.causes for v in found}
    assert {(1.0, 2.0)} == {v.bars for v in found}


def test_a_setting_is_named(record):
    """Rooms counted together instead of each: a setting, and what it decides otherwise is put down to it."""
    changes = difference(record(), record(settings={"rooms_for_music_and_art": "total"}))
    assert [("rooms_for_music_and_art", "each", "total")] == [tuple(c) for c in changes.moved.settings]
    assert not changes.moved.standard
    assert all(v.causes == (Cause.SETTING,) for v in changes.verdicts)


def test_schools_that_come_and_go_are_listed(record):
    """One row is renamed and recoded: a school went, another came, and the coefficients moved by that."""

    def renamed(book):
        cell(book, "东河镇中心小学", "学校标识码").value = "3137099999"
        cell(book, "东河镇中心小学", "学校名称").value = "东河镇新建小学"

    changes = difference(record(), record(renamed))
    assert [("3137099999", "primary")] == list(changes.moved.came)
    assert ["东河镇中心小学"] == [changes.before.names[s] for s in changes.moved.went]


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
    assert changes.moved.went
    (item,) = [v for v in changes.verdicts if v.of == "item" and v.what == "questionnaire"]
    (part,) = [v for v in changes.verdicts if v.of == "part" and v.what == "recognition"]
    assert ((Cause.DATA,), (Cause.DATA,)) == (item.causes, part.causes)


def test_a_changed_word_is_shown_and_is_a_cause(record):
    """A teaching point below 50 pupils that calls itself a primary school is judged from then on, by the data."""

    def renamed(book):
        cell(book, "东河镇第一教学点", "办学类型").value = "小学"

    changes = difference(record(), record(renamed))
    assert [("type", "teaching_point", "primary")] == [(f.field, f.before, f.after) for f in changes.moved.figures]
    (school,) = [v for v in changes.verdicts if v.of == "school"]
    assert (Cause.DATA,) == school.causes
    assert all(v.causes == (Cause.DATA,) for v in changes.verdicts if v.of == "variation")


def rooms(music, school=None):
    """Return a change: nine large music and art rooms everywhere, but so many music rooms in one school."""
    everywhere = {"音乐教室间数": 9, "美术教室间数": 9, "最小音乐专用教室面积": 96, "最小美术专用教室面积": 90}

    def change(book):
        first = cell(book, "示例县第一小学", "学校名称")
        sheet = first.parent
        for heading, figure in everywhere.items():
            column = cell(book, "示例县第一小学", heading).column
            for row in range(first.row, sheet.max_row + 1):
                if sheet.cell(row, cell(book, "示例县第一小学", "学校标识码").column).value:
                    sheet.cell(row, column).value = figure
        if school is not None:
            cell(book, school, "音乐教室间数").value = music

    return change


def test_an_item_over_schools_names_data_and_setting_where_both_enter(record):
    """Nine rooms of each kind, counted together; then no music room in one school, each kind counted: both make it fail."""
    before = record(rooms(9), settings={"rooms_for_music_and_art": "total"})
    after = record(rooms(0, "示例县第一小学"))
    changes = difference(before, after)
    (item,) = [v for v in changes.verdicts if v.what == "music_and_art_rooms"]
    assert ("met", "unmet") == (item.before, item.after)
    assert (Cause.DATA, Cause.SETTING) == item.causes
    assert {(Cause.DATA, Cause.SETTING)} == {v.causes for v in changes.verdicts}  # the part rests on it alone


def test_a_setting_that_a_rule_does_not_ask_for_is_no_cause_of_it(record):
    """Fewer backbone teachers, and rooms counted together: the finding, its school and its coefficients are by data."""

    def fewer(book):
        cell(book, "示例县第二小学", "县级以上骨干教师数").value = 1

    changes = difference(record(), record(fewer, settings={"rooms_for_music_and_art": "total"}))
    found = [v for v in changes.verdicts if v.of in ("indicator", "school", "variation")]
    assert found
    assert {(Cause.DATA,)} == {v.causes for v in found}


def test_another_standard_is_the_only_cause_where_no_figure_changed(record):
    """2017 and 2012 read and ask other things: what only one of them reads is no change of the data, nor of a setting."""
    changes = difference(record(), record(standard="basic-balance"))
    assert not changes.moved.figures
    assert not changes.moved.answers
    assert not changes.moved.settings
    assert {(Cause.STANDARD,)} == {v.causes for v in changes.verdicts}
    states = {v.what: (v.before, v.after) for v in changes.verdicts if v.of == "part"}
    assert (False, "not_assessed") == states["schools"]  # the 2012 method leaves schools to the province


def test_a_province_that_comes_to_decide_is_put_down_to_the_standard(record):
    """2012 without and with the standard of Sichuan, and with a province of which none is on record."""
    alone = record(standard="basic-balance")
    for province, gates in (("四川", 1), ("湖南", 0)):
        changes = difference(alone, record(standard="basic-balance", province=province))
        assert gates == len(changes.after.gate)
        assert (None, province) == next(c[1:] for c in changes.moved.standard if c.what == "province")
        assert {(Cause.STANDARD,)} == {v.causes for v in changes.verdicts}
        (part,) = [v for v in changes.verdicts if v.of == "part"]
        assert ("schools", "not_assessed") == (part.what, part.before)


def test_what_changed_of_the_schools_behind_the_gate_is_said(record):
    """Computers gone from one school: what the province asks changes by that figure, and names the standard."""

    def without(book):
        cell(book, "示例县第一小学", "教学用计算机台数").value = 0

    given = {"standard": "basic-balance", "province": "安徽"}
    changes = difference(record(**given), record(without, **given))
    found = [v for v in changes.verdicts if v.gate is not None]
    assert found
    assert {"provinces/anhui/2018-basic-standard"} == {v.gate for v in found}
    assert {(Cause.DATA,)} == {v.causes for v in found}
    assert {("computers",)} == {v.fields for v in found if v.of == "indicator"}


def test_a_waiver_is_the_cause_of_the_verdict_in_which_it_counts(record, tmp_path):
    """The school fails as before; with waivers it passes, by the waiver alone."""
    file = tmp_path / "waivers.yaml"
    file.write_text(
        "waivers:\n  - {school: 城关镇中心小学, rule: teaching_area, reason: 在建, evidence: 附件1, expiry: 2024-08-31}\n",
        "utf-8",
    )
    changes = difference(record(), record(waivers=file))
    assert [("城关镇中心小学 teaching_area", None, "2024-08-31")] == [tuple(c) for c in changes.moved.waivers]
    (found,) = changes.verdicts
    assert ("school", False, True, (Cause.WAIVER,)) == (found.of, found.before, found.after, found.causes)
    assert found.waived


def test_an_answer_that_does_not_apply_any_more_is_a_change(record):
    """不适用 instead of a figure on the sheet 县级 is a change of the data, shown as it was written."""

    def none(book):
        sheet = book["县级"]
        next(row for row in sheet.iter_rows() if row[0].value == "走访人数")[1].value = "不适用"

    changes = difference(record(), record(none))
    assert ["不适用"] == [c.after for c in changes.moved.answers if c.what == "interviews"]
    assert all(v.causes == (Cause.DATA,) for v in changes.verdicts)


def test_a_run_recorded_before_laws_were_kept_is_compared_as_before(record, tmp_path):
    """Without them every change of standard or setting may be the cause of what no figure explains."""
    (old,) = [tmp_path / "run.json"]
    found = json.loads((record() / "run.json").read_text("utf-8"))
    old.write_text(
        json.dumps({k: v for k, v in found.items() if k not in ("laws", "gate", "fields", "asked")}), "utf-8"
    )
    changes = difference(old, record(rooms(0, "示例县第一小学"), settings={"rooms_for_music_and_art": "total"}))
    assert changes.moved.figures
    assert all(v.causes for v in changes.verdicts)
