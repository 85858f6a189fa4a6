"""A figure in another unit than its column is warned of, never changed, and never silent in check and county."""

import json
from fractions import Fraction

import pytest
from typer.testing import CliRunner

from junheng.cli import app
from junheng.run import judge

HEADINGS = "学校标识码,学校名称,办学类型,学段,在校生数,高于规定学历教师数,县级以上骨干教师数,体育、艺术专任教师数,教学及辅助用房面积,室内体育用房面积,运动场地面积,教学仪器设备值,网络多媒体教室数"


def _table(folder, *values, students=1000):
    lines = [
        f"31370000{at:02},第{at}小学,小学,小学,{students},50,12,10,5000,0,8000,{value},25"
        for at, value in enumerate(values, 1)
    ]
    (folder / "2023.csv").write_text("\n".join((HEADINGS, *lines)) + "\n", "utf-8")
    return folder / "2023.csv"


@pytest.mark.parametrize(
    ("value", "warned"),
    [  # the bar is 2000 yuan for each of 1000 pupils: a hundredth is 20,000, the hundredfold 200,000,000
        ("19999.99", True),
        ("20000", False),
        ("20000.01", False),
        ("0", False),
        ("", False),
        ("199999999.99", False),
        ("200000000", False),
        ("200000000.01", True),
    ],
)
def test_a_hundredth_and_the_hundredfold_are_the_lines(tmp_path, value, warned):
    """Below a hundredth of the bar or above a hundred times it a warning stands at the cell; on the lines none."""
    run = judge([_table(tmp_path, value)])
    found = [(p.kind.code, p.place.cell) for p in run.problems if p.kind.code == "A113"]
    assert ([("A113", "L2")] if warned else []) == found


def test_a_column_is_warned_of_once_and_no_figure_changes(tmp_path):
    """A column in 万元 gives one warning with the count of its schools; the values stay what was written."""
    run = judge([_table(tmp_path, 210, 220, 230)])
    (problem,) = [p for p in run.problems if p.kind.code == "A113"]
    assert 3 == dict(problem.facts)["count"]
    values = [Fraction(run.assessment.values["equipment_value"][i]).limit_denominator(1000) for i in range(3)]
    assert [Fraction(21, 100), Fraction(22, 100), Fraction(23, 100)] == values


@pytest.mark.parametrize("command", ["check", "county"])
def test_both_commands_warn(tmp_path, command):
    """`check` and `county` say so on stderr and in JSON, and the exit code stays that of the verdict."""
    result = CliRunner().invoke(app, [command, str(_table(tmp_path, 210)), "--format", "json"])
    assert 1 == result.exit_code
    assert ["warning"] == [p["severity"] for p in json.loads(result.stdout)["problems"] if p["code"] == "A113"]


def test_persons_are_counted_in_no_other_unit(tmp_path):
    """Very few teachers are few teachers, not a slip of unit."""
    run = judge([_table(tmp_path, 2_500_000_000, students=1_000_000)])
    assert "A113" not in {p.kind.code for p in run.problems if "教师" in p.message("zh")}
