"""The Python interface: its tables say what the results say, its page runs, and other engines give the same province."""

import pickle
import re
import shutil
from pathlib import Path

import pytest

import junheng
from tests.workbooks import school_row, table, write_xlsx

LIBRARIES = ["pandas", "polars"]


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """A county of two schools, one without a figure, one below a bar; a special school is left out."""
    good = school_row(students=1000)
    rows = [
        {**good, "code": "3137000001", "name": "第一小学"},
        {**good, "code": "3137000002", "name": "第二小学", "backbone_teachers": None},
        {**good, "code": "3137000003", "name": "特殊教育学校", "type": "特殊教育学校", "stage": None},
        {**good, "code": "3137000004", "name": "第四小学", "multimedia_classrooms": 20},
    ]
    file = write_xlsx(tmp_path_factory.mktemp("python") / "a.xlsx", table(*rows))
    return junheng.judge([file], year=2023, by="county")


@pytest.fixture(scope="module")
def province(root):
    """The example county, as a province of one."""
    return junheng.judge_province([root / "examples" / "shili"], year=2023, jobs=1)


def as_rows(frame, library):
    """Return the rows of a frame, what is missing as None."""
    if library == "polars":
        return frame.to_dicts()
    columns = frame.astype(object).where(frame.notna(), None)
    return columns.to_dict("records")


@pytest.mark.parametrize("library", LIBRARIES)
@pytest.mark.parametrize("of", ["schools", "findings", "variations", "composites", "counties", "problems"])
def test_a_frame_has_the_rows_of_a_run(run, of, library):
    """Both libraries hold exactly the rows that are yielded, in the same columns and order, nothing rounded."""
    expected = list(junheng.rows(run, of))
    frame = junheng.to_frame(run, of, library)
    assert expected == as_rows(frame, library)
    assert not expected or list(expected[0]) == list(frame.columns)


@pytest.mark.parametrize("library", LIBRARIES)
@pytest.mark.parametrize("of", ["variations", "composites", "counties", "not_judged", "problems"])
def test_a_frame_has_the_rows_of_a_province(province, of, library):
    """The same of a province."""
    assert list(junheng.rows(province, of)) == as_rows(junheng.to_frame(province, of, library), library)


def test_what_the_rows_say(run):
    """Verdicts, figures and gaps by hand: 20 rooms of 23 for 1000 pupils; a blank is missing, and no verdict is false for it.

    第四小学 meets six of seven and is above 85 % of the bar in the seventh: 19.55 rooms. Of 第二小学 nobody can say so.
    """
    schools = {row["name"]: row for row in junheng.rows(run, "schools")}
    assert {"第一小学": True, "第二小学": None, "特殊教育学校": None, "第四小学": True} == {
        name: row["passed"] for name, row in schools.items()
    }
    assert ("special_school", None) == (schools["特殊教育学校"]["left_out"], schools["第一小学"]["left_out"])
    findings = {(row["name"], row["indicator"]): row for row in junheng.rows(run, "findings")}
    assert 3 * 7 == len(findings)
    rooms = findings["第四小学", "multimedia_classrooms"]
    assert (2.0, 2.3, "close", 3.0, 0.0) == tuple(
        rooms[key] for key in ("value", "bar", "outcome", "gap", "gap_to_floor")
    )
    blank = findings["第二小学", "backbone_teachers"]
    assert (None, "missing", None) == (blank["value"], blank["outcome"], blank["gap"])
    (county,) = junheng.rows(run, "counties")
    assert (None, 4, 3, 2, 0) == tuple(county[key] for key in ("passed", "sections", "judged", "met", "unmet"))


@pytest.mark.parametrize("library", LIBRARIES)
def test_missing_is_neither_zero_nor_false(run, library):
    """A figure that is lacking is missing in the frame, and so are a verdict that is open and one that is not given."""
    frame = junheng.to_frame(run, "findings", library)
    values = frame["value"].is_null().sum() if library == "polars" else frame["value"].isna().sum()
    assert 1 == values
    verdicts = junheng.to_frame(run, "schools", library)["passed"]
    assert 2 == (verdicts.is_null() if library == "polars" else verdicts.isna()).sum()


@pytest.mark.parametrize("library", LIBRARIES)
def test_a_frame_without_rows_has_its_columns(run, library):
    """The method of 2017 has no composite: the table is empty and has its columns and types."""
    frame = junheng.to_frame(run, "composites", library)
    assert (0, 7) == frame.shape
    assert "cv" in frame.columns


def test_what_is_asked_wrongly(run, province):
    """An unknown table, one of the other kind of result, and an unknown library are refused."""
    for result, of in ((run, "not_judged"), (province, "findings"), (run, "nothing")):
        with pytest.raises(ValueError, match="no table"):
            junheng.to_frame(result, of)
    with pytest.raises(ValueError, match="no library"):
        junheng.to_frame(run, "schools", "numpy")


def test_what_passes_between_machines_can_be_pickled(root):
    """Terms, files and results come out of a pickle as they went in."""
    terms = junheng.terms_of(year=2023)
    (files, *_) = junheng.county_files([root / "examples" / "shili"])
    for entry in (terms, files, junheng.judge_files(files, terms)):
        assert entry == pickle.loads(pickle.dumps(entry))  # noqa: S301 - our own


def test_a_worker_with_another_law_is_refused(root):
    """Results by another version of the standard are never mixed in."""
    terms = junheng.terms_of(year=2023)._replace(version="0")
    with pytest.raises(ValueError, match="not those"):
        junheng.judge_files(junheng.county_files([root / "examples" / "shili"])[0], terms)


@pytest.mark.filterwarnings("ignore")
def test_the_page_runs_and_every_engine_gives_the_same(root, tmp_path, monkeypatch, capsys):
    """Every block of docs/python.md runs, one after another; joblib and Dask's local cluster give the province of the command."""
    shutil.copytree(root / "examples" / "shili", tmp_path / "examples" / "shili")
    monkeypatch.chdir(tmp_path)
    page = (root / "docs" / "python.md").read_text("utf-8")
    blocks = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    assert 7 == len(blocks)
    names = {"__name__": "__main__"}
    for block in blocks:
        exec(compile(block, "docs/python.md", "exec"), names)  # noqa: S102 - our own page
    assert names["province"] == names["by_joblib"] == names["by_dask"]
    assert ["示例县"] == [county.name for county in names["by_dask"].ranked]
    assert Path("state.jsonl").exists()
    assert "示例县 False" in capsys.readouterr().out
