"""A county over the years: who turned, what falls or is near, gaps left open, schools followed through changes."""

import json
import re
from fractions import Fraction
from pathlib import Path

import pytest
from rich.cells import cell_len
from typer.testing import CliRunner

from junheng import kinds
from junheng.advice.trend import Link, Over, Rule, Turn, YearOf, continued, counts, warned
from junheng.cli import app
from junheng.cli.handing_in import earlier_runs
from junheng.engine.county import judge_counties
from junheng.engine.divisions import divide
from junheng.engine.school import assess
from junheng.problems import Place, Unusable
from junheng.report.sparkline import sparkline
from junheng.standard.load import load
from tests.workbooks import school_row, table, write_xlsx

GOOD = {
    "overqualified_teachers": [60.0],
    "backbone_teachers": [15.0],
    "pe_art_teachers": [14.0],
    "teaching_area": [7000.0],
    "indoor_sports_area": [0.0],
    "sports_area": [12000.0],
    "equipment_value": [3_000_000.0],
    "multimedia_classrooms": [30.0],
}


def _year(make_table, quality, year, *, students=1000, **changes):
    """Return one school of 1,000 pupils, well above every bar, as the only one of a county in a year."""
    columns = {**GOOD, **{name: [None if v is None else float(v)] for name, v in changes.items()}}
    method = quality.method
    made = make_table(["primary"], [students], **columns)
    assessment = assess(method, divide(made, method.pupil_weight, method.divided), whole_county=True)
    return YearOf(year, (assessment,), judge_counties(assessment, "county")[0])


def _over(*years):
    return Over(tuple(years), tuple([Link((0,), (0,))] for _ in years[1:]))


def _ids(over, rule):
    found, untold = warned(over, len(over.years) - 1, [rule])
    return [(w.indicator or w.part or "school") for w in found], [(u.indicator, u.why) for u in untold]


# ------------------------------------------------------------------------------------------------- rules, on the line


@pytest.mark.parametrize(("now", "warns"), [(10800, False), (10799, True), (13000, False)])
def test_a_fall_by_more_than_a_tenth(make_table, quality, now, warns):
    """From 12 ㎡ a fall to 10.8 is a tenth and no more; to 10.799 it is more."""
    over = _over(_year(make_table, quality, 2021), _year(make_table, quality, 2022, sports_area=now))
    assert (["sports_area"] if warns else [], []) == _ids(over, Rule("a", "value_fell", Fraction(1, 10)))
    elsewhere = Rule("a", "value_fell", Fraction(1, 10), of=frozenset({"backbone_teachers"}))
    assert ([], []) == _ids(over, elsewhere)


@pytest.mark.parametrize(("area", "warns"), [(7500, True), (7875, True), (7876, False), (7499, False)])
def test_near_its_bar(make_table, quality, area, warns):
    """The bar is 7.5: up to 7.875 is within 5 % above it, on both lines; below it the school misses it, and is not near."""
    over = _over(_year(make_table, quality, 2022, sports_area=area))
    assert (["sports_area"] if warns else [], []) == _ids(over, Rule("a", "value_near_bar", Fraction(1, 20)))


def test_falling_two_years_in_a_row(make_table, quality):
    """12, 11.9, 11.8 falls twice; 12, 11.9, 11.9 does not; two years are too few to say; a year left out is told."""
    rule = Rule("a", "value_falling", years=2)
    years = [_year(make_table, quality, 2021 + n, sports_area=12000 - 100 * n) for n in range(3)]
    assert (["sports_area"], []) == _ids(_over(*years), rule)
    same = _over(*years[:2], _year(make_table, quality, 2023, sports_area=11900))
    assert ([], []) == _ids(same, rule)
    assert ([], []) == _ids(_over(*years[:2]), rule)
    gap = _over(years[0], years[1], _year(make_table, quality, 2024, sports_area=11000))
    found, untold = _ids(gap, rule)
    assert [] == found
    assert {"no_year"} == {why for _, why in untold}


def test_what_is_missing_is_listed(make_table, quality):
    """A figure that is missing now, or was, is no fall: it is told that nothing can be said."""
    rule = Rule("a", "value_fell", Fraction(1, 10), of=frozenset({"sports_area"}))
    there, gone = _year(make_table, quality, 2021), _year(make_table, quality, 2022, sports_area=None)
    assert ([], [("sports_area", "missing_now")]) == _ids(_over(there, gone), rule)
    later = _year(make_table, quality, 2023)
    assert ([], [("sports_area", "missing_before")]) == _ids(_over(there, gone, later), rule)


def test_a_school_falls_back(make_table, quality):
    """Met before and failing now is a warning; failing twice is none; undecided before is newly failing, no warning."""
    rule = Rule("a", "school_fell_back")
    good = _year(make_table, quality, 2021)
    bad, worse = (_year(make_table, quality, y, sports_area=100) for y in (2022, 2023))
    open_ = _year(make_table, quality, 2021, sports_area=None)
    assert (["school"], []) == _ids(_over(good, bad), rule)
    assert ([], []) == _ids(_over(bad, worse), rule)
    assert ([], []) == _ids(_over(open_, bad), rule)
    assert [Turn.NEWLY_FAILING] == [t.turn for t in _over(open_, bad).turns(1)]
    assert (["schools"], []) == _ids(_over(good, bad), Rule("a", "part_fell_back"))
    assert [Turn.NEWLY_MET] == [t.turn for t in _over(bad, good._replace(year=2023)).turns(1)]
    assert [Turn.NOW_UNDECIDED] == [t.turn for t in _over(good, open_._replace(year=2022)).turns(1)]
    assert (1, 1, 0, 0) == counts(good)
    # merged of two: nothing is said by indicator
    merged = Over((good, bad), ([Link((0, 0), (0,))],))
    assert {"regrouped"} == {why for _, why in _ids(merged, Rule("a", "value_fell", Fraction(1, 10)))[1]}


def test_a_straight_line():
    """1, 2, 4 in three years: slope 1.5, mean 7/3 in the middle year; one year is no line."""
    points = [(2021, 1.0), (2022, 2.0), (2023, 4.0)]
    assert continued(points, 2025) == pytest.approx(7 / 3 + 1.5 * 3)
    assert continued([(2021, 1.0), (2023, 2.0)], 2022) == 1.5
    assert continued(points[:1], 2025) is None


def test_small_charts():
    """Eighths of the largest, a gap for a missing year, and the limit's height behind the stroke."""
    assert "▁▄█" == sparkline([1, 4, 8])
    assert "▄·█│▄" == sparkline([0.5, None, 1.0], 0.5)
    assert "█!│█" == sparkline([0.501], 0.5)
    assert "·" == sparkline([None])


# ------------------------------------------------------------------------------------------------------ the command


def _county(folder, years):
    for year, schools in years.items():
        write_xlsx(folder / f"{year}.xlsx", table(*(school_row(year=year, **school) for school in schools)))


def _run(*words, width="120"):
    wide = {"NO_COLOR": "1", "COLUMNS": width, "JUNHENG_LANG": None}
    return CliRunner(env=wide).invoke(app, ["trend", *map(str, words)])


def _names(turns, turn):
    return sorted(s["name"] for t in turns if t["turn"] == turn for s in (t["schools"] or t["before_schools"]))


@pytest.fixture
def county(tmp_path):
    """Three years with one left out: one school falls back, one is renamed with another code, one goes, one comes."""
    one, two, three, four = "3137000001", "3137000002", "3137000003", "3137000004"
    _county(
        tmp_path,
        {
            2020: [{"code": one, "name": "甲"}, {"code": two, "name": "乙"}, {"code": three, "name": "丙"}],
            2022: [
                {"code": one, "name": "甲", "sports_ground_area": 100},
                {"code": "3137000009", "name": "乙新"},
                {"code": four, "name": "丁"},
            ],
        },
    )
    (tmp_path / "identity.yaml").write_text(
        f"renamed:\n  - {{year: 2021, from: '{two}', to: {{code: '3137000009', name: 乙新}}}}\n", "utf-8"
    )
    return tmp_path


def test_schools_are_followed_and_years_left_open(county):
    """Without the identity file the renamed school vanishes and another appears; with it, it is one. 2021 is a gap."""
    words = ("--from", 2020, "--to", 2022, "--target-year", 2026, "-f", "json")
    alone = json.loads(_run(county, *words).stdout)["counties"][0]["years"][1]
    assert ["丁", "乙新"] == _names(alone["turns"], "appeared")
    assert ["丙", "乙"] == _names(alone["turns"], "vanished")
    result = _run(county, *words, "--identity", county / "identity.yaml")
    document = json.loads(result.stdout)
    assert ("junheng.trend/1", 1, "own") == (document["schema"], result.exit_code, document["standing"])
    assert [2020, 2021, 2022] == [year["year"] for year in document["years"]]
    assert ["national/2017-quality-balance", None, "national/2017-quality-balance"] == [
        year["standard"] for year in document["years"]
    ]
    assert ["W109"] == [p["code"] for p in document["years"][1]["problems"] if p["severity"] == "error"]
    found = document["counties"][0]
    assert [2020, 2022] == [year["year"] for year in found["years"]]
    last = found["years"][1]
    assert (["丁"], ["丙"], ["甲"]) == tuple(
        _names(last["turns"], turn) for turn in ("appeared", "vanished", "newly_failing")
    )
    assert {"judged": 3, "met": 2, "unmet": 1, "undecided": 0} == last["schools"]
    assert {"school_fell_back", "value_fell"} <= {w["rule"] for w in last["warnings"]}
    assert 2020 == last["compared_with"]
    assert (2026, 4) == (found["target"]["year"], found["target"]["years_left"])
    share = found["target"]["extrapolated"][0]
    # 3 of 3 in 2020, 2 of 3 in 2022: a sixth less each year, so four years on it is 0
    assert share["straight_line"] == pytest.approx(0)
    assert "passed" not in share


def test_text_fits_and_says_what_is_no_law(county):
    """In 80 columns nothing is cut; the gap is a dot, the warnings are our own, the straight line is no verdict."""
    words = (county, "--from", 2020, "--to", 2022, "--target-year", 2026, "--identity", county / "identity.yaml")
    text = _run(*words, width="80").stdout
    joined = "".join(text.split())
    assert all(cell_len(line) <= 80 for line in text.splitlines())
    for said in (
        "无表",
        "█·▅",
        "规则及其数值是自定的，不是规定",
        "不是预测，更不是结论",
        "距2022年还有4年",
        "✗新出现未达标",
    ):
        assert said in joined, said
    english = _run(*words, "--lang", "en").stdout
    assert "no forecast, and no verdict" in " ".join(english.split())
    assert not [c for c in english if "达标" in c]


def test_own_warnings(county):
    """A county's file changes a share, switches a rule off, and adds one; an indicator nobody has is told by its line."""
    own = county / "own.yaml"
    own.write_text(
        "standing: own\nwarnings:\n  - {id: value_fell, by: 0.99}\n  - {id: school_fell_back, applied: false}\n",
        "utf-8",
    )
    words = (county, "--from", 2020, "--to", 2022, "-f", "json", "--warnings", own)
    rules = {w["rule"] for w in json.loads(_run(*words).stdout)["counties"][0]["years"][1]["warnings"]}
    assert not {"value_fell", "school_fell_back"} & rules
    own.write_text("standing: own\nwarnings:\n  - {id: value_fell, of: backbone_teacher}\n", "utf-8")
    result = _run(*words)
    assert 2 == result.exit_code
    assert "C151" in result.stderr
    assert "backbone_teachers" in result.stderr


def test_target_year_of_a_county_in_the_project(county, monkeypatch):
    """junheng.yaml gives a target year for each county, the rules and the changes."""
    (county / "junheng.yaml").write_text("data: .\nidentity: identity.yaml\ntarget_year: {示例县: 2030}\n", "utf-8")
    monkeypatch.chdir(county)
    document = json.loads(_run("--from", 2020, "--to", 2022, "-f", "json").stdout)
    assert 2030 == document["counties"][0]["target"]["year"]
    assert 1 == len(document["changes_on_record"])
    (county / "junheng.yaml").write_text("target_year: soon\n", "utf-8")
    assert "C105" in _run("--from", 2020, "--to", 2022).stderr


def test_each_year_by_the_standard_in_force(quality):
    """The family is asked for by year: the same file in each of these, and the years say so."""
    assert {quality.id} == {load("quality-balance", year).id for year in (2020, 2021, 2022, 2023)}


def test_no_year_at_all(county):
    """Where no year has a table nothing can be said: exit 2, and every year's reason."""
    result = _run(county, "--from", 2010, "--to", 2011)
    assert 2 == result.exit_code
    assert result.stderr.count("W109") >= 2 or "S105" in result.stderr


def test_a_last_year_without_table_is_undecided(county):
    """The exit code is that of the last year asked for."""
    assert 3 == _run(county, "--from", 2020, "--to", 2021, "-f", "csv").exit_code
    out = county / "out.xlsx"
    assert 1 == _run(county, "--from", 2020, "--to", 2022, "-o", out).exit_code
    assert out.is_file()


def test_the_charts_of_the_page_break_where_a_year_has_no_table(county):
    """2020 and 2022: two points for each verdict, no line between them, and 2021 on the axis; the page lists the warnings."""
    from junheng.documents.charts.drawing import svg
    from junheng.documents.charts.schools_over_years import schools_over_years
    from junheng.documents.over_years import trend_of_county
    from junheng.documents.page.content import content_of
    from junheng.documents.record import record_of_run
    from junheng.documents.submission import Submission
    from junheng.run import judge

    earlier, run = (judge([county], year=year, by="county") for year in (2020, 2022))
    made = Submission(run, run.counties[0], record_of_run(run, None, []), "zh", [earlier])
    made = made._replace(identity=county / "identity.yaml", target_years={None: 2026})
    _, found = trend_of_county(made)
    drawn = svg(schools_over_years(made, found))
    lines = re.findall(r' d="(M\d\d[^"Ah]*)"', drawn)  # across the chart; the shapes of points begin beside 0
    assert 3 == len(lines)
    assert {2} == {d.count("M") for d in lines}  # a point on either side, and nothing between
    assert not any("L" in d for d in lines)
    assert ">2021<" in drawn
    section = next(s for s in content_of(made, str).sections if s.id == "years")
    said = " ".join(cell.text for table in section.tables for row in table.rows for cell in row)
    for words in ("无表", "新出现未达标", "学校滑坡", "达标学校比例"):
        assert words in said, words
    assert "乙新" not in [row[1].text for table in section.tables if "变化" in table.title for row in table.rows]
    assert trend_of_county(made._replace(earlier=())) is None


def test_a_report_finds_the_years_before_a_gap():
    """With tables of 2021 and 2023 only, 2022 is a gap and 2021 is still there; nothing is asked of other years."""
    asked = []

    def judged(_, year):
        asked.append(year)
        if year != 2021:
            raise Unusable([kinds.YEAR_NOT_THERE.at(Place("shili"), year=year, years="2021, 2023")])
        return year

    assert earlier_runs([Path("shili")], 2023, judged, given=False) == [2021]
    assert asked == [2022, 2021, 2020, 2019, 2018]
