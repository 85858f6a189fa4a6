"""One little county in every kind of file gives the same verdicts."""

import shutil
from math import sqrt

import pytest

from junheng.engine.values import exact_value
from junheng.problems import Unusable
from junheng.run import judge
from tests.workbooks import (
    nine_year,
    school_row,
    table,
    write_csv,
    write_ods,
    write_xls,
    write_xlsb,
    write_xlsx,
)

JUNIOR = school_row(
    code="3137000003",
    name="第二中学",
    type="初级中学",
    stage=None,
    students=800,
    overqualified_teachers=48,  # 6.0 for 100 pupils, at least 5.3
    backbone_teachers=10,  # 1.25, at least 1
    pe_art_teachers=8,  # 1.0, at least 0.9
    teaching_area=5000,  # (5000 − 200) ÷ 800 = 6.0, at least 5.8
    indoor_sports_area=200,
    sports_ground_area=8200,  # (8200 + 200) ÷ 800 = 10.5, at least 10.2
    equipment_value=2_160_000,  # 2700, at least 2500
    multimedia_classrooms=20,  # 2.5, at least 2.4
)
COUNTY = table(school_row(), *nine_year(), JUNIOR)

# the good primary school, the two sections of the nine-year school, the junior school; the arithmetic stands with them
VALUES = {
    "overqualified_teachers": [5.0, 5.0, 6.0, 6.0],
    "backbone_teachers": [1.2, 1.5, 1.5, 1.25],
    "pe_art_teachers": [1.0, 1.0, 1.0, 1.0],
    "teaching_area": [4.6, 6.0, 6.6, 6.0],
    "sports_area": [8.0, 10.0, 11.0, 10.5],
    "equipment_value": [2100.0, 2500.0, 2750.0, 2700.0],
    "multimedia_classrooms": [2.4, 2.5, 2.75, 2.5],
}


def coefficient(left, right, pupils_left, pupils_right):
    """Two schools with shares p and q of the pupils: deviation √(pq) × difference, over the mean."""
    everyone = pupils_left + pupils_right
    p, q = pupils_left / everyone, pupils_right / everyone
    return sqrt(p * q) * abs(left - right) / (p * left + q * right)


COEFFICIENTS = [
    *[coefficient(column[0], column[1], 1000, 600) for column in VALUES.values()],  # primary
    *[coefficient(column[2], column[3], 400, 800) for column in VALUES.values()],  # junior
]

FORMATS = {
    "xlsx": ("school.xlsx", write_xlsx),
    "xls": ("school.xls", write_xls),
    "xlsb": ("school.xlsb", write_xlsb),
    "ods": ("school.ods", write_ods),
    "csv": ("school.csv", write_csv),
}
TEXTS = {
    "utf-8": ("utf-8", ","),
    "utf-8 with its mark": ("utf-8-sig", ","),
    "gb18030": ("gb18030", ","),
    "utf-16": ("utf-16", ","),
    "utf-16 as Excel's Unicode text": ("utf-16", "\t"),
    "semicolons": ("utf-8", ";"),
    "semicolons, gb18030": ("gb18030", ";"),
    "tabs": ("utf-8", "\t"),
}


@pytest.fixture
def folder(tmp_path):
    """A folder whose name holds no year, whatever the test is called."""
    path = tmp_path / "county"
    path.mkdir()
    return path


def values(run):
    """Return the exact values of every indicator, as numbers."""
    divisions = run.assessment.divisions
    rows = range(divisions.table.size)
    return {i.id: [float(exact_value(divisions, i, row)) for row in rows] for i in run.assessment.method.indicators}


def is_the_county(run):
    """Assert what holds for the little county whatever file it stands in."""
    assert [] == [(p.kind.code, str(p.place)) for p in run.problems]
    assert ["第一小学", "实验学校", "实验学校", "第二中学"] == list(run.assessment.divisions.table.text("name"))
    assert VALUES == values(run)
    assert {"met"} == {outcome.value for column in run.assessment.outcomes.values() for outcome in column}
    assert [True] * 4 == list(run.assessment.passed)
    (county,) = run.counties
    assert ("示例县", True) == (county.name, county.passed)
    assert pytest.approx(COEFFICIENTS, rel=1e-12) == [v.cv for v in county.variations]
    assert [(2, 1600.0)] * 7 + [(2, 1200.0)] * 7 == [(v.divisions, v.students) for v in county.variations]


@pytest.mark.parametrize("kind", FORMATS)
def test_every_format_gives_the_same_verdicts(folder, kind):
    """A workbook of any format gives the values, outcomes and coefficients that the county has."""
    name, write = FORMATS[kind]
    is_the_county(judge([write(folder / name, COUNTY)], year=2023, by="county"))


@pytest.mark.parametrize("kind", TEXTS)
def test_every_encoding_and_separator_gives_the_same_verdicts(folder, kind):
    """A text file is read in the encodings and with the separators that offices use."""
    encoding, separator = TEXTS[kind]
    path = write_csv(folder / "school.csv", COUNTY, encoding, separator)
    is_the_county(judge([path], year=2023, by="county"))


def test_all_files_agree_to_the_last_digit(folder):
    """Coefficients, means and values are the same numbers whatever file they were read from."""
    paths = [write(folder / name, COUNTY) for name, write in FORMATS.values()]
    paths += [
        write_csv(folder / f"{number}.csv", COUNTY, encoding, separator)
        for number, (encoding, separator) in enumerate(TEXTS.values())
    ]
    runs = [judge([path], year=2023, by="county") for path in paths]
    assert 13 == len(runs)  # five formats and eight ways to write text
    assert [runs[0].counties] * 13 == [run.counties for run in runs]
    assert [runs[0].assessment.values] * 13 == [run.assessment.values for run in runs]
    assert [runs[0].assessment.outcomes] * 13 == [run.assessment.outcomes for run in runs]


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_both_byte_orders_of_utf_16(folder, encoding):
    """UTF-16 is read in either byte order that its mark tells."""
    text = "\ufeff" + "\r\n".join("\t".join("" if c is None else str(c) for c in row) for row in COUNTY)
    path = folder / "school.csv"
    path.write_bytes(text.encode(encoding))
    is_the_county(judge([path], year=2023, by="county"))


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_every_line_ending(folder, ending):
    """A text file may end its lines as any system does."""
    path = folder / "school.csv"
    lines = [",".join('"' + ("" if c is None else str(c)) + '"' for c in row) for row in COUNTY]
    path.write_bytes(ending.join(lines).encode())
    is_the_county(judge([path], year=2023, by="county"))


@pytest.mark.parametrize("separator", [";", "\t"])
def test_commas_inside_cells_are_not_separators(folder, separator):
    """A title and figures full of commas do not hide that another sign separates the columns."""
    titles = [["小学, 初中, 九年一贯制学校, 单位: 人, 元, 平方米"], ["2,100,000"]]
    row = school_row(students="1,000", equipment_value="2,100,000", teaching_area="5,000", sports_ground_area="7,600")
    path = write_csv(folder / "school.csv", [*titles, *table(row)], separator=separator)
    run = judge([path], year=2023)
    assert [] == run.problems
    assert [2100.0] == list(run.assessment.values["equipment_value"])  # 2,100,000 ÷ 1000


def test_characters_that_only_gb18030_has(folder):
    """A name with a character of four bytes, which GBK lacks, is read from GB18030."""
    path = write_csv(folder / "school.csv", table(school_row(name="䶮㵲小学")), "gb18030")
    run = judge([path], year=2023)
    assert (["䶮㵲小学"], [True]) == (list(run.assessment.divisions.table.text("name")), list(run.assessment.passed))


def test_codes_of_digits_are_the_same_as_numbers_and_as_text(folder):
    """A code that a workbook keeps as a number is the code that a text file spells."""
    rows = [[int(cell) if str(cell).startswith("3137") else cell for cell in row] for row in COUNTY]
    for kind in ("xlsx", "xls", "xlsb", "ods"):
        name, write = FORMATS[kind]
        run = judge([write(folder / name, rows)], year=2023, by="county")
        is_the_county(run)
        expected = ["3137000001", "3137000002", "3137000002", "3137000003"]
        assert expected == list(run.assessment.divisions.table.text("code"))


@pytest.mark.parametrize(
    ("kind", "renamed"), [("xls", "xlsx"), ("xlsx", "xls"), ("xlsb", "xlsx"), ("ods", "xlsx"), ("xlsx", "csv")]
)
def test_a_renamed_workbook_is_read_by_its_content(folder, kind, renamed):
    """A workbook under another format's ending is what its content says."""
    name, write = FORMATS[kind]
    path = write(folder / name, COUNTY).rename(folder / f"renamed.{renamed}")
    is_the_county(judge([path], year=2023, by="county"))


@pytest.mark.parametrize("ending", ["XLSX", "Xls", "CSV"])
def test_the_ending_may_be_in_capitals(folder, ending):
    """Old systems write their endings in capitals; a folder's workbooks are found all the same."""
    name, write = FORMATS[ending.lower()]
    write(folder / name, COUNTY).rename(folder / f"SCHOOL.{ending}")
    is_the_county(judge([folder], year=2023, by="county"))


@pytest.mark.parametrize("kind", FORMATS)
def test_addresses_count_empty_rows_and_columns(folder, kind):
    """A table that begins in C4 has its faults at the addresses that the spreadsheet shows."""
    name, write = FORMATS[kind]
    rows = [[None] * 2 + row for row in table(school_row(students="45人"))]
    run = judge([write(folder / name, [[None], [None], [None], *rows])], year=2023)
    # pupils are the sixth column: C + 5 = H; the header stands in row 4, the school in row 5
    where = f"{name}!H5" if kind == "csv" else f"{name} › 学校!H5"
    assert [("W201", where)] == [(p.kind.code, str(p.place)) for p in run.problems]


@pytest.mark.parametrize("kind", FORMATS)
def test_a_blank_is_a_blank_in_every_format(folder, kind):
    """A blank cell is no figure, whatever the file."""
    name, write = FORMATS[kind]
    run = judge([write(folder / name, table(school_row(backbone_teachers=None)))], year=2023)
    where = f"{name}!H2" if kind == "csv" else f"{name} › 学校!H2"
    assert [("W205", where)] == [(p.kind.code, str(p.place)) for p in run.problems]
    assert ([None], [None]) == (list(run.assessment.values["backbone_teachers"]), list(run.assessment.passed))


@pytest.mark.parametrize("kind", ["xlsx", "xls", "xlsb", "ods"])
def test_several_sheets_in_every_format(folder, kind):
    """The sheets of a workbook are one table: the sections of a school may stand on two of them."""
    name, write = FORMATS[kind]
    primary, junior = nine_year()
    sheets = {"小学": table(school_row(), primary), "初中": table(junior, JUNIOR)}
    is_the_county(judge([write(folder / name, sheets)], year=2023, by="county"))


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("page.xls", b"<html><table><tr><td>\xe5\xad\xa6\xe6\xa0\xa1</td></tr></table></html>", "W106"),
        ("picture.xlsx", b"\x89PNG\r\n\x1a\n" + b"\0" * 64, "W106"),
        ("cut.xlsx", b"PK\x03\x04" + b"\0" * 64, "W106"),
        ("cut.xls", bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 64, "W106"),
        ("text.csv", bytes(range(128, 256)) * 4, "W108"),
        ("empty.xlsx", b"", "W104"),
        ("blank.csv", b"\xef\xbb\xbf\r\n \r\n", "W104"),
        ("words.docx", b"PK\x03\x04", "W103"),
    ],
)
def test_what_is_no_workbook_is_said_to_be_none(folder, name, content, code):
    """A file that cannot be a workbook is one problem at its name, never a crash and never an empty table."""
    path = folder / name
    path.write_bytes(content)
    with pytest.raises(Unusable) as unusable:
        judge([path], year=2023)
    assert [(code, name)] == [(p.kind.code, str(p.place)) for p in unusable.value.problems]


def test_workbooks_of_all_formats_side_by_side(folder):
    """A folder may mix formats; copies of one county count once, each row with a warning."""
    for name, write in FORMATS.values():
        write(folder / f"{name.split('.')[1]}-{name}", COUNTY)
    run = judge([folder], year=2023, by="county")
    assert ["W401"] * 16 == [p.kind.code for p in run.problems]  # four rows in four further files
    assert VALUES == values(run)
    assert [True] == [county.passed for county in run.counties]


def test_locks_and_hidden_files_of_a_folder_are_no_workbooks(folder):
    """The file that Excel leaves beside an open workbook is not read."""
    path = write_xlsx(folder / "school.xlsx", COUNTY)
    shutil.copy(path, folder / "~$school.xlsx")
    shutil.copy(path, folder / ".school.xlsx")
    is_the_county(judge([folder], year=2023, by="county"))
