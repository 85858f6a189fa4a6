"""A whole province: each county as it is judged alone, ranked; bad files told, broken-off runs gone on with."""

import json
import os
import pickle
import random
import shutil
import subprocess
import sys
import time
from fractions import Fraction

import pytest
from openpyxl import load_workbook
from typer.testing import CliRunner

import junheng
from junheng.advice.distance import excess, tally
from junheng.cli import app
from junheng.problems import Unusable
from junheng.province import run as province_run
from junheng.province import state as province_state
from junheng.province.gathering import county_files
from junheng.province.judging import judge_files, terms_of
from junheng.province.model import Judged
from junheng.province.ranking import ranked, ranks
from junheng.province.state import State, key_of
from junheng.report.province_data import county_entry
from tests.workbooks import nine_year, school_row, table, write_csv, write_xlsx

YEAR = 2023
WIDE = {"COLUMNS": "200", "NO_COLOR": "1", "FORCE_COLOR": None, "JUNHENG_LANG": None}


def schools(county, *pupils, **changes):
    """Return the schools of a county, alike but for their pupils."""
    return [
        school_row(county=county, code=f"{hash_of(county)}{at:04d}", name=f"第{at}小学", students=count, **changes)
        for at, count in enumerate(pupils, 1)
    ]


def hash_of(county):
    """Return six digits that no two of the counties here share."""
    return f"{sum(ord(sign) * 31**at for at, sign in enumerate(county)) % 900_000 + 100_000}"


def write(folder, county, *pupils, name=None, **changes):
    """Write the workbook of a county, by default named after it."""
    folder.mkdir(parents=True, exist_ok=True)
    return write_xlsx(folder / f"{name or county}.xlsx", table(*schools(county, *pupils, **changes)))


def judged(*paths, **options):
    """Return a province judged in this process."""
    return junheng.judge_province(paths, year=YEAR, jobs=1, **options)


def invoke(*options):
    """Run the command."""
    return CliRunner(env=WIDE).invoke(app, ["province", *map(str, options)])


@pytest.fixture
def three(tmp_path):
    """Three counties: one that passes, one with a school too many, one of which a figure is missing."""
    folder = tmp_path / "三县"
    write(folder, "甲县", 1000, 1000)
    write(folder, "乙县", 1000, 1100)
    rows = schools("丙县", 1000, 1000)
    rows[0]["backbone_teachers"] = None
    rows[0]["overqualified_teachers"] = 41  # 4.1 of 4.2: above the floor, and one of seven may be
    write_xlsx(folder / "丙县.xlsx", table(*rows))
    return folder


# ------------------------------------------------------------------------------------------------------- verdicts


def test_every_county_is_judged_as_it_is_alone(three):
    """Verdict, parts and coefficients of each county are those of `judge` over its workbook."""
    found = {county.name: county for county in judged(three).judged}
    assert {"甲县", "乙县", "丙县"} == found.keys()
    for name, county in found.items():
        alone = junheng.judge([three / f"{name}.xlsx"], year=YEAR, by="county").counties[0]
        assert alone.passed is county.passed
        assert alone.parts == county.parts
        expected = {(v.stage, v.indicator): (v.cv, v.passed, v.missing) for v in alone.variations}
        assert expected == {(i.stage, i.indicator): (i.cv, i.within, i.lacking) for i in county.indicators}


def test_the_distance_by_hand(three):
    """One school of two not met is 0.5; coefficients within their limits add nothing; what passes is at 0.

    乙县: with 1100 pupils backbone teachers are 12 ÷ 11 ≥ 1, but sports area is 8000 ÷ 1100 = 7.27 of 7.5 and equipment
    2,100,000 ÷ 1100 = 1909 of 2000: two indicators of seven not met.
    """
    found = {county.name: county for county in judged(three).judged}
    assert (True, 0.0, False) == found["甲县"][3:6]
    assert (False, 0.5, False) == found["乙县"][3:6]
    assert (2, 1, 0) == found["乙县"].schools
    assert (None, 0.0, True) == found["丙县"][3:6]
    assert (7, 0, 1) == found["丙县"].coefficients


def test_the_distance_adds_what_is_above_a_limit(tmp_path):
    """Two schools whose values are as 1 and 5: the coefficient is 2 ÷ 3, a third above 0.5.

    Of 500 pupils each, mean (1 + 5) ÷ 2 = 3, deviation 2: 2/3 ÷ 1/2 − 1 = 1/3. Both reach the bar of 2.3 for 100 pupils:
    2.5 and 12.5 for 100 are 12.5 rooms and 62.5, so 13 and 65 (2.6 and 13): as 1 to 5.
    """
    rows = schools("甲县", 500, 500)
    for row, rooms in zip(rows, (13, 65), strict=True):
        row["multimedia_classrooms"] = rooms
    write_xlsx(tmp_path / "甲县.xlsx", table(*rows))
    (county,) = judged(tmp_path).judged
    assert (2, 0, 0) == county.schools
    assert (7, 1, 0) == county.coefficients
    assert pytest.approx(float(Fraction(1, 3)), rel=1e-12) == county.distance


def test_excess_and_tally():
    """On the limit is no excess; nothing is counted twice."""
    assert (0.0, 0.0, 1.0) == (excess(0.5, 0.5), excess(0.4, 0.5), excess(1.0, 0.5))
    assert (3, 1, 1) == tally([True, False, None])


def test_the_order_is_passing_then_distance_and_the_undecided_stand_apart(three):
    """Who passes is first; ties share a rank; what cannot be decided has none and is in no ranking."""
    write(three, "丁县", 1000, 1100)  # as far as 乙县
    write(three, "戊县", 1100, 1100)  # both schools: 1.0
    province = judged(three)
    assert ["甲县", "丁县", "乙县", "戊县"] == [county.name for county in province.ranked]
    assert [1, 2, 2, 4] == ranks(province)
    assert ["丙县"] == [county.name for county in province.undecided]
    assert province.passed is False


def test_one_table_gives_the_same_as_its_counties_apart(three, tmp_path):
    """Several workbooks, and one table with all their rows, give the same counties."""
    rows = [*schools("甲县", 1000, 1000), *schools("乙县", 1000, 1100), *schools("丁县", 900, 1000)]
    write(three, "丁县", 900, 1000)
    (three / "丙县.xlsx").unlink()
    whole = write_xlsx(tmp_path / "全省.xlsx", table(*rows))

    def plain(province):
        return [county._replace(files=()) for county in province.judged]

    assert plain(judged(three)) == plain(judged(whole))


def test_the_gate_of_the_province_judges_the_schools(three):
    """By the method of 2012 the schools are those of the province's standard, as `county --province` has them."""
    options = {"standard": "basic-balance", "province": "陕西"}
    (county,) = [c for c in judged(three, **options).judged if c.name == "甲县"]
    alone = junheng.judge([three / "甲县.xlsx"], "basic-balance", year=YEAR, by="county", province="陕西")
    assert alone.counties[0].parts == county.parts
    assert alone.counties[0].passed is county.passed
    assert [c.cv for c in alone.counties[0].composites] == [c.cv for c in county.composites]


# ---------------------------------------------------------------------------------------- which files are of one county


def test_files_of_a_subfolder_are_one_county(tmp_path):
    """Two files of a subfolder give the county of the table with the rows of both, named by its column."""
    rows = schools("甲县", 1000, 1100, 900, 1000)
    home = tmp_path / "省" / "甲县材料"
    home.mkdir(parents=True)
    write_xlsx(home / "a.xlsx", table(*rows[:2]))
    write_xlsx(home / "b.xlsx", table(*rows[2:]))
    whole = write_xlsx(tmp_path / "甲县.xlsx", table(*rows))
    (apart,), (together,) = judged(tmp_path / "省").judged, judged(whole).judged
    assert ("甲县材料/a.xlsx", "甲县材料/b.xlsx") == apart.files
    assert together._replace(files=()) == apart._replace(files=())


def test_a_nine_year_school_in_two_files_of_a_subfolder_is_divided(tmp_path):
    """Sections of one school in two files of a county are divided as in one table."""
    home = tmp_path / "省" / "甲县"
    home.mkdir(parents=True)
    primary, junior = nine_year(county="甲县")
    write_xlsx(home / "小学.xlsx", table(primary))
    write_xlsx(home / "初中.xlsx", table(junior))
    (county,) = judged(tmp_path / "省").judged
    assert (2, 0, 0) == county.schools
    assert county.passed is True


def test_a_table_without_county_column_is_named_by_its_file(tmp_path):
    """Without 县(市、区) the name comes from the file, without its year, and a warning says so."""
    write_xlsx(tmp_path / "甲县2023.xlsx", table(*schools("甲县", 1000, 1000), without=["county"]))
    province = judged(tmp_path)
    assert [("甲县", False)] == [(county.name, county.named) for county in province.judged]
    assert ["C182"] == [p.code for p in province.problems if p.code.startswith("C")]


def test_a_county_in_two_places_is_never_two_half_counties(three):
    """The same county in two files of a folder is not judged: both files are named, and nobody is ranked by a half."""
    write(three, "甲县", 1000, 1000, name="甲县续")
    province = judged(three)
    assert "甲县" not in {county.name for county in province.judged}
    assert [("甲县", ("甲县.xlsx", "甲县续.xlsx"), "twice")] == [tuple(one) for one in province.not_judged]
    assert province.passed is None
    assert ["C181"] == [p.code for p in province.problems if p.code.startswith("C")]


def test_a_county_beside_a_bad_file_of_its_name_is_not_judged(three):
    """A file that cannot be read and is called after a county may hold a part of it."""
    (three / "甲县初中.xlsx").write_bytes(b"PK\x03\x04 broken")
    province = judged(three)
    assert {"乙县", "丙县"} == {county.name for county in province.judged}
    assert {("甲县", "twice"), ("甲县初中", "unreadable")} == {(o.name, o.reason) for o in province.not_judged}


def test_a_subfolder_with_a_bad_file_is_not_judged_by_the_rest(tmp_path):
    """A county of several files of which one cannot be read is told, under its name, and not judged."""
    home = tmp_path / "甲县材料"
    write(home, "甲县", 1000, 1000, name="a")
    (home / "b.xlsx").write_bytes(b"")
    province = judged(tmp_path)
    assert [("甲县", ("甲县材料/a.xlsx", "甲县材料/b.xlsx"), "unreadable")] == [tuple(o) for o in province.not_judged]
    assert [] == list(province.judged)


def test_a_subfolder_of_several_counties_loses_only_the_bad_one(tmp_path):
    """In a folder of a prefecture a bad file is told; a county in one file stands, one in several does not."""
    home = tmp_path / "某市"
    write(home, "甲县", 1000, 1000)
    write(home, "乙县", 1000, 1100, name="乙县小学")
    rows = [school_row(county="乙县", code="3137999999", name="乙县中心小学")]
    write_xlsx(home / "乙县其他.xlsx", table(*rows))
    (home / "丙县.xlsx").write_bytes(b"broken")
    province = judged(tmp_path)
    assert ["甲县"] == [county.name for county in province.judged]
    assert {("乙县", "beside_unreadable"), ("丙县", "unreadable")} == {(o.name, o.reason) for o in province.not_judged}
    assert {"C184"} == {p.code for p in province.problems if p.code.startswith("C")}


def test_nameless_tables_of_nested_folders_are_not_guessed(tmp_path):
    """Tables in several folders below a subfolder that name no county: one county or several, it is not said which."""
    for place in ("某市/甲县", "某市/乙县"):
        (tmp_path / place).mkdir(parents=True)
        name = place[-2:]
        write_xlsx(tmp_path / place / "表.xlsx", table(*schools(name, 1000, 1000), without=["county"]))
    province = judged(tmp_path)
    assert [("某市", "untold")] == [(one.name, one.reason) for one in province.not_judged]
    assert [] == list(province.judged)


def test_tables_of_other_years_are_left_aside_and_their_counties_do_not_vanish(three):
    """A table of last year is left aside; a county that has no other is named and keeps the province undecided."""
    write(three, "甲县", 1000, 900, name="甲县2022")
    write(three, "己县", 1000, 900, name="己县2022")
    province = judged(three)
    assert {("甲县2022.xlsx",), ("己县2022.xlsx",)} == {one.files for one in province.aside}
    assert [("己县", ("己县2022.xlsx",), "other_year")] == [tuple(one) for one in province.not_judged]
    assert "甲县" in {county.name for county in province.judged}
    assert ["C185"] == [p.code for p in province.problems if p.code.startswith("C")]


def test_what_junheng_wrote_into_the_folder_is_no_county(three):
    """The summary workbook of an earlier run, in the same folder, is left aside."""
    assert invoke(three, "--year", YEAR, "-o", three / "全省.xlsx").exit_code == 1
    province = judged(three)
    assert [(("全省.xlsx",), "own_document")] == [(one.files, one.reason) for one in province.aside]
    assert () == province.not_judged
    assert 3 == len(list(province.judged))


@pytest.mark.parametrize("suffix", ["xlsx", "csv"])
def test_a_summary_is_written_over_an_earlier_one_and_over_nothing_else(three, suffix):
    """An output in the folder of tables replaces what an earlier run wrote; a county's table is never written over."""
    out = three / f"全省.{suffix}"
    first, second = (invoke(three, "--year", YEAR, "--jobs", 1, "-o", out) for _ in range(2))
    assert (1, 1) == (first.exit_code, second.exit_code)
    victim = three / f"丁县.{suffix}"
    (write_csv if suffix == "csv" else write_xlsx)(victim, table(*schools("丁县", 1000, 1000)))
    before = victim.read_bytes()
    refused = invoke(three, "--year", YEAR, "--jobs", 1, "-o", victim)
    assert 2 == refused.exit_code
    assert "C122" in refused.stderr
    assert before == victim.read_bytes()


def test_a_file_given_by_itself_and_with_its_folder_is_one(three):
    """Nothing is read twice."""
    assert 3 == len(county_files([three, three / "甲县.xlsx", three]))


def test_folders_that_are_not_there_or_hold_nothing_are_refused(tmp_path):
    """Every such path is told at once."""
    (tmp_path / "空").mkdir()
    with pytest.raises(Unusable) as refused:
        county_files([tmp_path / "空", tmp_path / "没有"])
    assert ["W122", "W101"] == [problem.kind.code for problem in refused.value.problems]
    assert 2 == invoke(tmp_path / "没有", "--year", YEAR).exit_code


# ----------------------------------------------------------------------------------------------- bad files, going on


@pytest.fixture(scope="module")
def hundred(tmp_path_factory):
    """A hundred small counties."""
    return counties(tmp_path_factory.mktemp("province") / "百县", 100)


def counties(folder, count):
    """Write so many small counties."""
    draw = random.Random(7)  # noqa: S311 - invented figures, the same each time
    folder.mkdir()
    for number in range(count):
        county = f"第{number:02d}县"
        rows = schools(county, *(draw.randint(600, 1300) for _ in range(3)))
        write_csv(folder / f"{county}.csv", table(*rows))
    return folder
    return folder


def test_one_corrupted_workbook_in_a_hundred_changes_nothing_else(hundred, tmp_path):
    """The other 99 are as they were, to the last digit; the bad one is named, and the exit code says undecided."""
    before = {county.name: county for county in judged(hundred).judged}
    assert 100 == len(before)
    folder = shutil.copytree(hundred, tmp_path / "百县")
    (folder / "第42县.csv").write_bytes(b"PK\x03\x04" + bytes(range(256)))
    out = tmp_path / "out.json"
    result = invoke(folder, "--year", YEAR, "--jobs", 1, "-o", out)
    assert 3 == result.exit_code
    assert "第42县.csv" in result.stderr
    document = json.loads(out.read_text("utf-8"))
    assert [["第42县", ["第42县.csv"], "unreadable"]] == [list(o.values()) for o in document["not_judged"]]
    after = {county["name"]: {**county, "rank": None} for county in document["counties"]}
    del before["第42县"]
    assert json.loads(json.dumps({name: county_entry(county, None) for name, county in before.items()})) == after


def test_every_output_names_what_was_not_judged(three, tmp_path):
    """Text, JSON, CSV, Markdown, workbook and page all name the county and its file."""
    (three / "庚县.xlsx").write_bytes(b"broken")
    outputs = [tmp_path / f"全省.{suffix}" for suffix in ("txt", "json", "csv", "md", "xlsx", "html")]
    result = invoke(three, "--year", YEAR, "--jobs", 1, *(part for o in outputs for part in ("-o", o)))
    assert 3 == result.exit_code
    for output in outputs:
        if output.suffix == ".xlsx":
            cells = [c.value for sheet in load_workbook(output) for row in sheet.iter_rows() for c in row]
            said = " ".join(map(str, cells))
        else:
            said = output.read_text("utf-8-sig")
        assert "庚县" in said, output
        assert "庚县.xlsx" in said, output
        assert all(name in said for name in ("甲县", "乙县", "丙县")), output
    assert "庚县.xlsx" in invoke(three, "--year", YEAR, "--jobs", 1).stdout


def test_killed_half_way_and_started_again_it_finishes_the_rest_only(tmp_path, monkeypatch):
    """The program is killed while it writes; started again, it judges only what is not in the state file, and all agrees."""
    folder, state, out = counties(tmp_path / "县", 30), tmp_path / "s.jsonl", tmp_path / "out.json"
    script = "from junheng.__main__ import main; main()"
    command = [sys.executable, "-c", script, "province", str(folder), "--year", str(YEAR), "--jobs", "1"]
    command += ["--state", str(state), "-o", str(out)]
    # so slow that it is met half-way, whatever the machine
    slow = "import time, junheng.province.run as r, junheng.province.state as s; j = r.judge_files\n"
    slow += "s._program = lambda: b'the same'\n"  # of two runs of one program, whoever edits it meanwhile
    slow += "def wait(*a):\n    time.sleep(0.05)\n    return j(*a)\nr.judge_files = wait\n"
    command[2] = slow + script
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while child.poll() is None and (not state.exists() or state.read_bytes().count(b"\n") < 10):
        time.sleep(0.01)
    child.kill()
    child.wait()
    done = state.read_bytes().count(b"\n") - 1
    assert 9 <= done < 30
    assert not out.exists()
    with state.open("ab") as file:
        file.write(b'{"key": "cut off')  # as a kill within a line leaves it
    judging = []
    monkeypatch.setattr(province_state, "_program", lambda: b"the same")
    monkeypatch.setattr(
        province_run, "judge_files", lambda files, terms: judging.append(files.name) or judge_files(files, terms)
    )
    province = judged(folder, state=state)
    assert 30 - done == len(judging) == len(set(judging))
    assert list(judged(folder).judged) == list(province.judged)
    assert 31 == state.read_bytes().count(b"\n")  # cleaned of what was cut off


def test_a_changed_file_is_judged_again_and_nothing_else(three, tmp_path, monkeypatch):
    """Content decides, not time: a changed table is done again, an untouched or touched one is not; so other terms."""
    state = tmp_path / "s.jsonl"
    judging = []
    monkeypatch.setattr(
        province_run, "judge_files", lambda files, terms: judging.append(files.name) or judge_files(files, terms)
    )

    def again(**options):
        judging.clear()
        province = judged(three, state=state, **options)
        return sorted(judging), province

    assert ["丙县", "乙县", "甲县"] == again()[0]
    assert [] == again()[0]
    os.utime(three / "甲县.xlsx", (1, 1))
    assert [] == again()[0]
    write(three, "乙县", 1000, 1000)
    names, province = again()
    assert ["乙县"] == names
    assert {"甲县", "乙县"} == {county.name for county in province.ranked if county.passed}
    assert ["丙县", "乙县", "甲县"] == again(settings={"tested_coefficient": "rounded"})[0]
    assert ["丙县", "乙县", "甲县"] == again()[0]  # what was of other terms is kept no longer
    assert ["丙县", "乙县", "甲县"] == again(resume=False)[0]
    (three / "丙县.xlsx").unlink()
    assert [] == again()[0]
    assert 3 == state.read_bytes().count(b"\n")


def test_a_stored_result_is_the_same(three, tmp_path):
    """What comes back from the state file equals what went in, problems and all."""
    terms = terms_of(year=YEAR)
    (three / "辛县.xlsx").write_bytes(b"broken")
    every = county_files([three])
    results = {key_of(files, terms): judge_files(files, terms) for files in every}
    with State(tmp_path / "s") as state:
        for key, result in results.items():
            state.add(key, result)
    assert results == State(tmp_path / "s").done
    assert all(isinstance(result, Judged) for result in State(tmp_path / "s").done.values())


def test_a_file_that_is_no_state_file_is_left_alone(three, tmp_path):
    """Nothing is added to a file that is something else."""
    other = tmp_path / "notes.txt"
    other.write_text("my notes\n", "utf-8")
    result = invoke(three, "--year", YEAR, "--state", other)
    assert 2 == result.exit_code
    assert "C186" in result.stderr
    assert "my notes\n" == other.read_text("utf-8")


def test_the_state_lies_beside_the_first_output(three, tmp_path):
    """With an output the run can be gone on with, without a word; without one, nothing is written."""
    invoke(three, "--year", YEAR, "--jobs", 1)
    assert [] == list(tmp_path.glob("*.jsonl"))
    invoke(three, "--year", YEAR, "--jobs", 1, "-o", tmp_path / "全省.json")
    assert ["全省.state.jsonl"] == [file.name for file in tmp_path.glob("*.jsonl")]


def test_several_processes_give_the_same(tmp_path):
    """Two processes and one give the same province."""
    folder = counties(tmp_path / "县", 10)
    alone, together = (junheng.judge_province([folder], year=YEAR, jobs=jobs) for jobs in (1, 2))
    assert alone == together


def _lost(files, terms):
    """End the process as the system does, for one county."""
    if files.name == "第02县":
        os._exit(9)
    return judge_files(files, terms)


def test_a_process_that_is_lost_loses_one_county(tmp_path, monkeypatch):
    """Where the system ends a process, its county is told, the others are judged, and it is tried again the next time."""
    folder = counties(tmp_path / "县", 4)
    monkeypatch.setattr(province_run, "_work", _lost)
    state = tmp_path / "s.jsonl"
    province = junheng.judge_province([folder], year=YEAR, jobs=2, state=state)
    assert [("第02县", "broken_off")] == [(one.name, one.reason) for one in province.not_judged]
    assert 3 == len(list(province.judged))
    monkeypatch.undo()
    assert 4 == len(list(judged(folder, state=state).judged))


def test_what_nobody_foresaw_in_one_county_does_not_end_the_others(three, monkeypatch):
    """An error of the program in one county is told with its name; the others are judged."""

    def fail(files, terms):
        if files.name == "乙县":
            raise RuntimeError("unforeseen")
        return judge_files(files, terms)

    monkeypatch.setattr(province_run, "judge_files", fail)
    province = judged(three)
    assert [("乙县", "broken_off")] == [(one.name, one.reason) for one in province.not_judged]
    assert [True] == ["RuntimeError: unforeseen" in p.en for p in province.problems if p.code == "C187"]


def test_what_is_kept_of_a_county_is_small(hundred):
    """A county of 3,000 schools is kept in as little as one of three: no table is held."""
    terms = terms_of(year=YEAR)
    (small,) = judge_files(county_files([hundred / "第00县.csv"])[0], terms).counties
    large = hundred.parent / "大县.csv"
    write_csv(large, table(*schools("大县", *range(500, 3500))))
    (big,) = judge_files(county_files([large])[0], terms).counties
    assert 3000 == big.sections
    assert len(pickle.dumps(big)) < len(pickle.dumps(small)) + 300


# ---------------------------------------------------------------------------------------------------------- outputs


def test_the_json_and_its_numbers(three):
    """The document has every county with unrounded numbers, and null where there is none."""
    result = invoke(three, "--year", YEAR, "--jobs", 1, "--format", "json")
    document = json.loads(result.stdout)
    assert ("junheng.province/1", "national/2017-quality-balance", YEAR, False) == tuple(
        document[key] for key in ("schema", "standard", "year", "passed")
    )
    assert {"counties": 3, "passed": 1, "failed": 1, "undecided": 1, "not_judged": 0} == document["counts"]
    assert [(1, "甲县", True), (2, "乙县", False), (None, "丙县", None)] == [
        (c["rank"], c["name"], c["passed"]) for c in document["counties"]
    ]
    alone = junheng.judge([three / "乙县.xlsx"], year=YEAR, by="county").counties[0]
    assert [v.cv for v in alone.variations] == [i["cv"] for i in document["counties"][1]["indicators"]]
    assert {"schools", "variation"} == document["counties"][0]["parts"].keys()


@pytest.mark.parametrize(("removed", "code"), [((), 1), (("乙县",), 3), (("乙县", "丙县"), 0)])
def test_exit_codes(three, removed, code):
    """1 where one does not meet, 3 where one cannot be decided, 0 where all meet; --exit-zero whatever the verdict."""
    for name in removed:
        (three / f"{name}.xlsx").unlink()
    assert code == invoke(three, "--year", YEAR, "--jobs", 1).exit_code
    assert 0 == invoke(three, "--year", YEAR, "--jobs", 1, "--exit-zero").exit_code


def test_nothing_but_bad_files_could_not_run(tmp_path):
    """Where no county at all could be judged the exit code is 2."""
    (tmp_path / "甲县.xlsx").write_bytes(b"broken")
    assert 2 == invoke(tmp_path, "--year", YEAR, "--exit-zero").exit_code


@pytest.mark.parametrize("width", [80, 120])
def test_tables_fit(three, width):
    """No line is wider than the terminal."""
    env = {**WIDE, "COLUMNS": str(width)}
    from rich.cells import cell_len

    lines = CliRunner(env=env).invoke(app, ["province", str(three), "--year", "2023", "--jobs", "1"]).stdout
    assert all(cell_len(line) <= width for line in lines.splitlines())


def test_hostile_names_stay_text(tmp_path):
    """A county's name is no formula, no markup and no HTML in any output."""
    hostile = "=1+1<script>alert(1)</script>"
    rows = [row | {"county": hostile} for row in schools("甲县", 1000, 1000)]
    folder = tmp_path / "表"
    folder.mkdir()
    write_csv(folder / "甲县.csv", table(*rows))
    outputs = [tmp_path / f"全省.{suffix}" for suffix in ("csv", "xlsx", "html")]
    invoke(folder, "--year", YEAR, "--jobs", 1, *(part for o in outputs for part in ("-o", o)))
    csv_, xlsx, html = outputs
    assert f"'{hostile}" in csv_.read_text("utf-8-sig")
    cells = [c for sheet in load_workbook(xlsx) for row in sheet.iter_rows() for c in row if c.value == hostile]
    assert cells
    assert all(cell.data_type == "s" for cell in cells)
    assert "<script>alert" not in html.read_text("utf-8")
    assert "&lt;script&gt;alert" in html.read_text("utf-8")


def test_the_workbook_has_every_county_with_every_indicator(three, tmp_path):
    """The heat table of the workbook holds the coefficients as numbers."""
    out = tmp_path / "全省.xlsx"
    invoke(three, "--year", YEAR, "--jobs", 1, "-o", out)
    sheet = load_workbook(out)["各县各指标"]
    assert ["甲县", "乙县", "丙县"] == [sheet.cell(row, 1).value for row in (3, 4, 5)]
    alone = junheng.judge([three / "乙县.xlsx"], year=YEAR, by="county").counties[0]
    found = [sheet.cell(4, column).value for column in range(4, 11)]
    assert pytest.approx([v.cv for v in alone.variations], rel=1e-14) == found


def test_two_standards_of_the_project_are_refused(three):
    """A province is ranked by one standard."""
    (three / "junheng.yaml").write_text("standard: [quality-balance, basic-balance]\n", "utf-8")
    result = invoke(three, "--year", YEAR)
    assert 2 == result.exit_code
    assert "C188" in result.stderr
    assert 1 == invoke(three, "--year", YEAR, "--jobs", 1, "-s", "quality-balance").exit_code


def test_order_of_results_does_not_matter(three):
    """Results may come in any order."""
    terms = terms_of(year=YEAR)
    every = [judge_files(files, terms) for files in county_files([three])]
    assert ranked(every, terms) == ranked(every[::-1], terms)


def test_the_page_sorts_filters_and_asks_for_nothing(three, tmp_path):
    """In a browser: the counties in order, those not judged among them; a click sorts, a choice filters, no request is made."""
    program = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if program is None:
        pytest.skip("no Chromium is installed: the page is not opened")
    from playwright.sync_api import sync_playwright

    (three / "庚县.xlsx").write_bytes(b"broken")
    out = tmp_path / "全省.html"
    invoke(three, "--year", YEAR, "--jobs", 1, "-o", out)
    heard = []
    flags = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=flags)
        page = browser.new_page()
        page.on("console", lambda message: heard.append(message.text))
        page.on("pageerror", lambda error: heard.append(str(error)))
        page.on("request", lambda request: heard.append(request.url))
        page.goto(out.as_uri())
        names = "#counties-table tbody tr:not([hidden]) th"
        assert ["甲县", "乙县", "丙县", "庚县"] == page.locator(names).all_inner_texts()
        distance = page.locator("#counties-table thead button").nth(3)
        distance.click()
        distance.click()
        assert "乙县" == page.locator(names).first.inner_text()
        page.locator("form.filters select").select_option("未能判定")
        assert ["庚县"] == page.locator(names).all_inner_texts()
        page.locator("form.filters button").click()
        page.locator("form.filters input").fill("丙")
        page.wait_for_function(f"document.querySelectorAll('{names}').length === 1")
        assert ["丙县"] == page.locator(names).all_inner_texts()
        browser.close()
    assert [out.as_uri()] == heard
