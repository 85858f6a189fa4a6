"""Working on standards: completing, comparing and checking them, and what of them is on record."""

import json

import pytest
import yaml
from rich.cells import cell_len
from typer.testing import CliRunner

from junheng import kinds
from junheng.cli import app
from junheng.standard.checking import check, lint_choices
from junheng.standard.load import load, tree
from junheng.standard.on_record import by_field, record_of, unknowns
from junheng.standard.weaker import lint_weaker

OUTLINE = """
title: {zh: 示例省办学基本标准, en: Standard of the example province}
sources: {text: {title: 原文, standing: mirror}}
settings:
  horizon:
    question: {zh: 近期还是远期指标, en: Near-term or long-term}
    choices: {near: {zh: 近期, en: near}, long: {zh: 远期, en: long}}
    default: near
parameters:
  cost: {name: {zh: 公用经费, en: Running cost}, unit: 元, cite: text 一}
indicators:
  - {id: books, name: {zh: 生均图书, en: Books}, kind: ratio, of: books, unit: 册, at_least: unknown, cite: text 一}
  - id: area
    name: {zh: 用房, en: Area}
    kind: ratio
    of: teaching_area
    unit: ㎡
    at_least:
      - {when: {stage: primary}, is: 4.5}
      - {when: {stage: junior}, is: {setting: horizon, near: 5.8, long: unknown}}
    cite: text 二
    quote: 小学4.5；初中近期5.8
  - id: rooms
    name: {zh: 教室, en: Rooms}
    kind: group
    meet_at_least: 1
    of:
      - {id: each, name: {zh: 每间, en: Each}, kind: amount, of: classroom_area, each: classrooms, unit: ㎡, at_least: 61}
      - {id: pupil, name: {zh: 生均, en: Pupil}, kind: ratio, of: classroom_area, unit: ㎡, at_least: {primary: unknown, junior: 1.40}}
    cite: text 三
    quote: "每1个: 61㎡，初中1.40"
  - {id: cost, name: {zh: 经费, en: Cost}, kind: amount, of: running_cost, unit: 元, at_least: {parameter: cost}, cite: text 一}
  - {id: staff, name: {zh: 师生比, en: Staff}, kind: ratio, of: staff, unit: 人, at_least: "1:21", cite: text 一, quote: "1:21"}
school_rule: unknown
"""
MISSING = 5  # books, the long-term area, the classrooms of a pupil, the year of the cost, the rule for schools
TABLE = "学校名称,办学类型,在校生数,图书册数,教学及辅助用房面积,普通教室面积,普通教室数,教职工数,生均公用经费\n"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder with an outline in it, which is the working folder."""
    (tmp_path / "outline.yaml").write_text(OUTLINE, "utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def _run(*arguments, code=0):
    result = CliRunner(env={"COLUMNS": "80", "NO_COLOR": "1"}).invoke(app, [str(a) for a in arguments])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert code == result.exit_code, result.output
    return result


def _complete(folder, *, lang="zh"):
    _run("standards", "complete", "outline.yaml", "--output", "mine.yaml", "--lang", lang)
    return folder / "mine.yaml"


# -------------------------------------------------------------------------------------------------------- complete


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_completion_names_every_missing_number_once(folder, lang):
    """Each missing number stands on a line of its own, numbered, and nothing changes until one is filled in."""
    text = _complete(folder, lang=lang).read_text("utf-8")
    word = {"zh": "待填 ", "en": "to fill in "}[lang]
    assert MISSING == unknowns(tree(folder / "mine.yaml", "mine.yaml"))
    assert [1] * MISSING == [text.count(f"{word}{at}") for at in range(1, MISSING + 1)]
    assert load("outline.yaml").method == load("mine.yaml").method
    assert ["books", "area", "rooms"] == [rule["id"] for rule in yaml.safe_load(text)["indicators"]]


def test_a_completion_half_filled_in_passes_and_counts_what_is_left(folder):
    """A partly filled file has no fault, and the check says how many numbers are still missing."""
    file = _complete(folder)
    assert f"mine.yaml：还有 {MISSING} 处未收录" in _run("standards", "check", "mine.yaml").stdout
    text = file.read_text("utf-8")
    file.write_text(
        text.replace("at_least: unknown #", "at_least: 15 #").replace('quote: ""', 'quote: "15册"'), "utf-8"
    )
    assert f"mine.yaml：还有 {MISSING - 1} 处未收录" in _run("standards", "check", "mine.yaml").stdout


def test_a_number_filled_in_without_its_wording_is_refused(folder):
    """A number that is filled in needs its quote."""
    file = _complete(folder)
    file.write_text(file.read_text("utf-8").replace("at_least: unknown #", "at_least: 15 #"), "utf-8")
    assert [kinds.CITE_MISSING] == [p.kind for p in check([file]).problems]


def test_a_completion_filled_in_judges(folder):
    """With its numbers, quotes and rule the local file gives the verdict that the outline cannot give."""
    row = "第一小学,小学,100,1500,450,130,2,5,700\n"
    (folder / "a.csv").write_text(TABLE + row, "utf-8")
    _run("check", "a.csv", "--standard", "outline.yaml", "--year", "2023", code=3)
    file = _complete(folder)
    form = yaml.load(file.read_text("utf-8"), yaml.BaseLoader)  # noqa: S506 - the base loader makes text only
    books, area, rooms = form["indicators"]
    books |= {"at_least": 15, "quote": "15册"}
    area["at_least"][1]["is"]["long"] = 6.5
    rooms["of"][1] |= {"at_least": {"primary": 1.35, "junior": 1.4}, "cite": "own 三", "quote": "小学1.35，初中1.40"}
    form["parameters"]["cost"] |= {"by_year": {2023: {"primary": 700, "junior": 900}}, "quote": "小学700，初中900"}
    form["school_rule"] = {"meet_at_least": "all", "cite": "own 四"}
    area["quote"] += "；远期6.5"
    # as a person would: numbers are plain
    typed = yaml.safe_load(json.dumps(form, ensure_ascii=False))
    typed["indicators"][1]["at_least"][0]["is"] = 4.5
    typed["indicators"][1]["at_least"][1]["is"]["near"] = 5.8
    typed["indicators"][2]["meet_at_least"] = 1
    typed["indicators"][2]["of"][0]["at_least"] = 61
    file.write_text(yaml.safe_dump(typed, allow_unicode=True, sort_keys=False), "utf-8")
    assert (1, [], {}) == check([file])[:3]
    _run("check", "a.csv", "--standard", "mine.yaml", "--year", "2023", code=0)


def test_a_completion_overwrites_nothing_unasked(folder):
    """A file that is there stays as it is, unless --force is given; the outline itself stays in any case."""
    file = _complete(folder)
    file.write_text("kept", "utf-8")
    _run("standards", "complete", "outline.yaml", "--output", "mine.yaml", code=2)
    assert "kept" == file.read_text("utf-8")
    _run("standards", "complete", "outline.yaml", "--output", "mine.yaml", "--force")
    assert "kept" != file.read_text("utf-8")
    _run("standards", "complete", "outline.yaml", "--output", "outline.yaml", "--force", code=2)
    assert OUTLINE == (folder / "outline.yaml").read_text("utf-8")


# ------------------------------------------------------------------------------------------------------------ show

COUNTY = """
title: {zh: 示例县, en: County}
extends: national/2017-quality-balance
sources: {own: {title: 甲, standing: official}}
settings: {one_school: undecided}
indicators:
  - {id: sports_area, name: {zh: 场馆, en: Sports}, kind: ratio, of: sports_area, unit: ㎡, at_least: {primary: 7.5, junior: 10}, cite: own 一, quote: "小学7.5，初中10"}
"""


@pytest.fixture
def county(folder):
    """The name of a file that lays one rule, and one setting, over the 2017 standard."""
    (folder / "county.yaml").write_text(COUNTY, "utf-8")
    return "county.yaml"


def test_provenance_names_the_file_and_line_of_every_part(county):
    """Of a file laid over another, what it replaces stands at its own line, the rest at the lines of the nation's."""
    shown = _run("standards", "show", county, "--provenance", "--format", "markdown").stdout.replace("\\", "")
    place = {}
    for line in shown.splitlines():
        cells = [cell.strip() for cell in line.strip("| ").split(" | ")]
        if len(cells) == 4:
            place[cells[1]] = cells[3]
    document = load(county).document
    assert "county.yaml:7:5" == place["sports_area"]
    assert "county.yaml:5:12" == place["one_school"]
    assert str(document.place(("indicators", 0))) == place["overqualified_teachers"]
    assert place["school_rule"].startswith("national/2017-quality-balance.yaml:")


@pytest.mark.parametrize("option", ["--at", "--year"])
def test_a_family_is_shown_as_in_force_in_a_year(option):
    """The year decides which file of a family is shown; before the first there is none."""
    assert "national/2017-quality-balance" in _run("standards", "show", "quality-balance", option, 2020).stdout
    _run("standards", "show", "quality-balance", option, 2000, code=2)


# ------------------------------------------------------------------------------------------------------------ diff


def _changes(*arguments):
    return json.loads(_run("standards", "diff", *arguments, "--format", "json").stdout)


def test_a_standard_does_not_differ_from_itself():
    """Nothing differs between a standard and itself."""
    assert [] == _changes("quality-balance", "quality-balance")["changes"]


def test_another_way_of_writing_the_same_bar_is_no_change(folder, county):
    """A bar by stage and the same bar by circumstance are one law; 4.5 and 4.50 too."""
    same = COUNTY.replace(
        "{primary: 7.5, junior: 10}", "[{when: {stage: junior}, is: 10.0}, {when: {stage: primary}, is: 7.50}]"
    )
    (folder / "same.yaml").write_text(same, "utf-8")
    assert [] == _changes(county, "same.yaml")["changes"]


def test_a_bar_is_said_to_be_weaker_or_stricter(county):
    """The county's 10 for 10.2 is weaker one way and stricter the other, and the setting it takes is named."""
    found = {(c["part"], c["id"]): c["change"] for c in _changes("national/2017-quality-balance", county)["changes"]}
    back = {(c["part"], c["id"]): c["change"] for c in _changes(county, "national/2017-quality-balance")["changes"]}
    assert "weaker" == found["bar", "sports_area"]
    assert "stricter" == back["bar", "sports_area"]
    assert "changed" == found["setting", "one_school"]


def test_schools_whose_verdict_changes_are_listed(folder):
    """Of two schools the one whose book count lies between the two bars changes from met to not met."""
    bar = "title: {{zh: 甲, en: A}}\nsources: {{t: {{title: 原文}}}}\nindicators:\n  - {{id: books, name: {{zh: 图书, en: Books}}, kind: ratio, of: books, unit: 册, at_least: {0}, cite: t 一, quote: {0}册}}\nschool_rule: {{meet_at_least: all, cite: t 二}}\n"
    for name, number in (("a.yaml", 15), ("b.yaml", 20)):
        (folder / name).write_text(bar.format(number), "utf-8")
    rows = "学校名称,办学类型,在校生数,图书册数\n甲小学,小学,100,1500\n乙小学,小学,100,2000\n"
    (folder / "a.csv").write_text(rows, "utf-8")
    schools = _changes("a.yaml", "b.yaml", "--schools", "a.csv")["schools"]
    assert [("甲小学", "primary", True, False)] == [
        (s["name"], s["stage"], s["before"]["passed"], s["after"]["passed"]) for s in schools
    ]
    text = _run("standards", "diff", "a.yaml", "b.yaml", "--schools", "a.csv").stdout
    assert "2 个学校（学部）中 1 个结论不同" in text
    assert "| 甲小学 |" in _run("standards", "diff", "a.yaml", "b.yaml", "--schools", "a.csv", "-f", "markdown").stdout


# -------------------------------------------------------------------------------------------------------- coverage


@pytest.mark.usefixtures("folder")
def test_a_record_counts_what_is_given_and_what_is_not():
    """Under the default settings: 4.5, 5.8, 61, 1.40 and 1:21 are given; books, a pupil's room and the cost are not."""
    record = record_of(load("outline.yaml"))
    assert (7, 5, 3, "mirror", False, True) == (*record, record.outline)
    fields = by_field(load("outline.yaml"))
    assert (False, None) == (fields["books"].known, fields["books"].standing)
    assert (True, "mirror") == (fields["teaching_area"].known, fields["teaching_area"].standing)


def test_coverage_has_every_standard_and_field():
    """Table, matrix and JSON agree: the 2017 method has all of its numbers, the lowest from a transcribed form.

    7 indicators with 12 numbers, and 56 rules of items with 27: 2 + 2 of rooms, 2 of size, 4 of classes, 1 each of
    small schools, special schools, pay, training, certificates, places, migrants, retention, disabled children,
    training funds and monitoring, 2 each of exchange, neighbourhood and recognition.
    """
    document = json.loads(_run("standards", "coverage", "--by", "indicator", "--format", "json").stdout)
    found = {entry["id"]: entry for entry in document["standards"]}["national/2017-quality-balance"]
    assert (7 + 56, 12 + 27, 0, "form", True, False) == tuple(list(found.values())[2:])
    entry = document["fields"]["backbone_teachers"]["national/2017-quality-balance"]
    assert {"rules": 1, "known": True, "standing": "restated"} == entry
    for by in ("standard", "indicator"):
        assert "复述" in _run("standards", "coverage", "--by", by, "--format", "markdown").stdout
        assert all(cell_len(line) <= 80 for line in _run("standards", "coverage", "--by", by).stdout.splitlines())


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_list_fits_the_page_and_breaks_no_id(lang):
    """Every id stands whole on its line of 80 columns, so that it can be copied."""
    from junheng.standard.load import ids

    lines = _run("standards", "list", "--lang", lang).stdout.splitlines()
    assert all(cell_len(line) <= 80 for line in lines)
    assert set(ids()) <= {line.split(" ")[0] for line in lines}


# ----------------------------------------------------------------------------------------------------------- check


def test_sarif_has_every_kind_as_a_rule_and_every_problem_with_its_place(county):
    """A weaker bar is a warning at its line and column, under the rule of its code, with a help."""
    log = json.loads(_run("standards", "check", county, "--format", "sarif").stdout)
    (run,) = log["runs"]
    rules = run["tool"]["driver"]["rules"]
    (result,) = run["results"]
    assert ("2.1.0", len(kinds.ALL)) == (log["version"], len(rules))
    assert "S309" == result["ruleId"] == rules[result["ruleIndex"]]["id"]
    assert all(rule["help"]["text"] for rule in rules)
    where = result["locations"][0]["physicalLocation"]
    assert ("county.yaml", 7, "warning") == (
        where["artifactLocation"]["uri"],
        where["region"]["startLine"],
        result["level"],
    )


def test_a_fault_under_another_choice_is_found(folder):
    """A number that only another choice takes, and that its quote lacks, is reported once, at its own place."""
    (folder / "a.yaml").write_text(OUTLINE.replace("long: unknown", "long: 6.5"), "utf-8")
    problems = check([folder / "a.yaml"]).problems
    assert [("S302", 20)] == [(p.kind.code, p.place.line) for p in problems]


# ---------------------------------------------------------------------------------------------------------- weaker


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("at_least: {primary: 7.5, junior: 10.2}", []),
        ("at_least: {primary: 8, junior: 11}", []),
        ("at_least: unknown", []),
        ("at_least: {primary: 7.4, junior: 10.2}", [("小学", "7.4", "7.5")]),
        (
            "at_least: [{when: {classes: ..18}, is: 10.2}, {when: {classes: 19..}, is: 8}]",
            [("班级数 19、初中", "8", "10.2")],
        ),
        ("applies: {classes: 12..}, at_least: {primary: 7.5, junior: 10.2}", [("班级数 1、小学", "不适用", "适用")]),
        ("at_least: {primary: 7, junior: 10}, note: {zh: 省里准许, en: the province allows it}", []),
    ],
)
def test_a_bar_below_the_one_it_replaces_is_said(folder, written, said):
    """Whatever its shape, a bar that asks less in any circumstance is reported in the first of them."""
    rule = COUNTY.replace("at_least: {primary: 7.5, junior: 10}", written)
    (folder / "own.yaml").write_text(rule, "utf-8")
    found = [dict(p.facts) for p in lint_weaker(load("own.yaml"))]
    assert said == [(f["circumstance"].zh, f["found"].zh, f["above"].zh) for f in found]


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ("{meet_at_least: 6, others_reach: 0.85}", []),
        ("{meet_at_least: all}", []),
        ("{meet_at_least: 6}", [("余项要求", "无", "0.85")]),
        ("{meet_at_least: 5, others_reach: 0.90}", [("允许不达标的项数", "2", "1")]),
        ("{unmet_at_most: 2, others_reach: 0.80}", [("允许不达标的项数", "2", "1"), ("余项要求", "0.8", "0.85")]),
        ("unknown", []),
    ],
)
def test_a_rule_for_schools_that_asks_less_is_said(folder, rule, said):
    """More rules that may be missed, or a lower share for the others, is weaker than the nation's six and 85 %."""
    (folder / "own.yaml").write_text(COUNTY.replace("junior: 10}", "junior: 11}") + f"school_rule: {rule}\n", "utf-8")
    found = [dict(p.facts) for p in lint_weaker(load("own.yaml"))]
    assert said == [
        (f["circumstance"].zh, f["found"] if isinstance(f["found"], str) else f["found"].zh, f["above"]) for f in found
    ]


def test_the_shipped_files_are_linted_under_every_choice():
    """No shipped national method has a fault that only another choice of a setting shows."""
    from junheng.standard.checking import _read
    from junheng.standard.load import root

    for id_ in ("national/2012-basic-balance", "national/2017-quality-balance"):
        assert [] == lint_choices(_read(id_, root() / f"{id_}.yaml", own=False))
