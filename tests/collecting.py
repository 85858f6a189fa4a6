"""What the tests of collecting share: schools, a roster, a folder of reports, a made-up form and its layout."""

from openpyxl import load_workbook
from typer.testing import CliRunner

from junheng.cli import app
from tests.workbooks import school_row, write_xlsx

YEAR = 2023


def begin_in(folder, monkeypatch):
    """Make a folder 报送 in a folder, and run commands there."""
    (folder / "报送").mkdir()
    monkeypatch.chdir(folder)
    return folder


def code(number):
    """The code of a school."""
    return f"31370{number:05d}"


def school(number, **changes):
    """One school; its figures are its own, so that none can be mistaken for another's."""
    own = {
        "code": code(number),
        "name": f"示例镇第{number:02d}小学",
        "year": YEAR,
        "students": 1000 + number,
        "overqualified_teachers": 50 + number,
        "teaching_area": 5000 + number * 1.37,
        "equipment_value": 2_100_000 + number * 0.1,
    }
    return school_row(**{**own, **changes})


def write_roster(path, numbers, *more, headings=("学校标识码", "学校名称")):
    """Write a roster of schools by their numbers, and of further rows."""
    rows = [["示例县学校名册"], list(headings)]
    rows += [[code(n), f"示例镇第{n:02d}小学"] for n in numbers]
    return write_xlsx(path, [*rows, *more], "名册")


def collect(*options, output="2023.xlsx", roster="名册.xlsx"):
    """Collect the folder 报送 of the working folder."""
    env = {"COLUMNS": "2000", "NO_COLOR": "1", "JUNHENG_LANG": None}
    words = ["collect", "报送", "--roster", roster, "--output", output, *map(str, options)]
    return CliRunner(env=env).invoke(app, words, catch_exceptions=False)


def rows_of(sheet, file="2023.xlsx"):
    """The rows of a sheet, each by its headings."""
    head, *rows = load_workbook(file)[sheet].iter_rows(values_only=True)
    return [dict(zip(head, row, strict=True)) for row in rows]


def codes_of(result):
    """The codes of the problems that a command prints."""
    return [
        word
        for line in result.stderr.splitlines()
        for word in line.split()
        if word[:1] in "SWAC" and word[1:].isdigit()
    ]


LAYOUT = """
form: 教基9101
title: {zh: 一张编的表, en: A made-up form}
years: {from: 2021}
compared: null
sources: {test: {title: 本测试, standing: inferred}}
figures:
  - {field: students, stage: primary, source: test, cite: 测试, cells: [{row: 在校生, column: 学生/计}]}
  - field: multimedia_classrooms
    source: test
    cite: 测试
    cells: [{row: 网络多媒体教室, column: 自有}, {row: 网络多媒体教室, column: 租用}]
  - {field: equipment_value, unit: 万元, source: test, cite: 测试, cells: [{row: 资产/仪器设备, column: 自有}]}
"""


def form(name="示例镇第01小学", *, shift=0, label="网络多媒体教室", unit="万元", twice=False):
    """A form: title, whose it is, two rows of headings, a row that numbers the columns, and its figures."""
    rows = [["表号：教基9101", None, None, None, None, None], [f"学校名称：{name}", None, None, "2023学年", None, None]]
    rows += [[None] * 6] * shift
    rows += [
        ["项目", None, "编号", "学生", "条件", None],
        [None, None, None, "计", "自有", "租用"],
        ["甲", "乙", "丙", "1", "2", "3"],
        ["在校生", None, "01", 812, None, None],
        [label, None, "02", None, 20, 4],
        ["资产", f"其中：仪器设备（{unit}）", "03", None, 210.5, None],
    ]
    return [*rows, [label, None, "04", None, 1, 1]] if twice else rows
