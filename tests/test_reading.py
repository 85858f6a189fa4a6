"""Workbooks as people make them: what is read from them, what is said about them, and at which cell."""

import datetime as dt

import pytest
from openpyxl import load_workbook
from typer.testing import CliRunner

from junheng.cli import app
from junheng.engine.values import exact_value
from junheng.problems import Severity, Unusable
from junheng.run import judge
from junheng.standard.load import shipped_fields
from junheng.workbook.headings import Words
from junheng.workbook.template import heading
from tests.workbooks import GOOD, HEADINGS, SHARED, nine_year, school_row, table, write_csv, write_xlsx

VALUES = {  # of the good primary school; the arithmetic stands beside its figures
    "overqualified_teachers": 5.0,
    "backbone_teachers": 1.2,
    "pe_art_teachers": 1.0,
    "teaching_area": 4.6,
    "sports_area": 8.0,
    "equipment_value": 2100.0,
    "multimedia_classrooms": 2.4,
}
NINE_YEAR_VALUES = {  # of the two sections of the nine-year school
    "overqualified_teachers": [5.0, 6.0],
    "backbone_teachers": [1.5, 1.5],
    "pe_art_teachers": [1.0, 1.0],
    "teaching_area": [6.0, 6.6],
    "sports_area": [10.0, 11.0],
    "equipment_value": [2500.0, 2750.0],
    "multimedia_classrooms": [2.5, 2.75],
}


def each(words):
    """Return the words between strokes."""
    return words.split("|")


@pytest.fixture
def folder(tmp_path):
    """A folder whose name holds no year, whatever the test is called."""
    path = tmp_path / "county"
    path.mkdir()
    return path


@pytest.fixture
def judged(folder):
    """Write rows, or sheets of rows, to school.xlsx and judge them as the school year 2023."""

    def run(rows, *, merge=(), **options):
        path = write_xlsx(folder / "school.xlsx", rows, merge=merge)
        return judge([path], **{"year": 2023, **options})

    return run


@pytest.fixture
def refused(folder):
    """Write rows to school.xlsx, which cannot be used; return what is said."""

    def run(rows, **options):
        path = write_xlsx(folder / "school.xlsx", rows)
        with pytest.raises(Unusable) as unusable:
            judge([path], **{"year": 2023, **options})
        return list(unusable.value.problems)

    return run


@pytest.fixture
def mapping(folder):
    """Write a columns file."""

    def write(text):
        path = folder / "columns.yaml"
        path.write_text(text, "utf-8")
        return path

    return write


def said(run):
    """Return what is said about a run, or a list of problems: codes and places."""
    return [(p.kind.code, str(p.place)) for p in getattr(run, "problems", run)]


def at(code, cell=None, sheet="学校"):
    """Return one problem of school.xlsx as `said` gives it."""
    return code, f"school.xlsx › {sheet}" + (f"!{cell}" if cell else "")


def names(run):
    """Return the names of the rows that are schools."""
    return list(run.assessment.divisions.table.text("name"))


def text(run, field):
    """Return a column of words as it was read."""
    return list(run.assessment.divisions.table.text(field))


def figures(run, field):
    """Return a column of figures as it was read."""
    return list(run.assessment.divisions.table.column(field))


def values(run, indicator):
    """Return the exact values of an indicator, as numbers."""
    assessment = run.assessment
    (found,) = (i for i in assessment.method.indicators if i.id == indicator)
    exact = [exact_value(assessment.divisions, found, row) for row in range(assessment.divisions.table.size)]
    result = [None if value is None else float(value) for value in exact]
    in_floats = [None if value is None else pytest.approx(value, rel=1e-12) for value in result]
    assert in_floats == list(assessment.values[indicator])
    return result


def outcomes(run, indicator):
    """Return the outcomes of an indicator."""
    return [outcome.value for outcome in run.assessment.outcomes[indicator]]


def passed(run):
    """Return the verdict on every row."""
    return list(run.assessment.passed)


def is_good(run):
    """Assert that the good primary school was read, and nothing else."""
    assert {name: [value] for name, value in VALUES.items()} == {name: values(run, name) for name in VALUES}
    assert ([True], True) == (passed(run), run.schools_passed)


def is_nine_year(run):
    """Assert that the nine-year school was read and divided."""
    assert NINE_YEAR_VALUES == {name: values(run, name) for name in NINE_YEAR_VALUES}
    assert [True, True] == passed(run)


def own(codes):
    """Return rows of the good school under several codes and names."""
    return [school_row(code=code, name=f"第{number}小学") for number, code in enumerate(codes, 1)]


def without_notes(run):
    """Return what is said, notes left out."""
    return said([p for p in run.problems if p.severity is not Severity.NOTE])


# ---------------------------------------------------------------------------------------------- where the table begins


def test_a_plain_table(judged):
    """A table without any dirt is read without a word."""
    run = judged(table(school_row()))
    assert [] == said(run)
    is_good(run)


@pytest.mark.parametrize("merge", [(), ("A1:N1", "A2:N2")], ids=["plain", "merged"])
def test_title_rows_above_the_header(judged, merge):
    """Title rows are no header, and the addresses below them are the spreadsheet's."""
    titles = [["示例县义务教育学校基本情况表"], ["填报单位：示例县教育局"], []]
    is_good(judged([*titles, *table(school_row())], merge=merge))
    run = judged([*titles, *table(school_row(students="45人"))], merge=merge)
    assert [at("W201", "F5")] == said(run)  # three rows, the header in row 4


def test_a_header_far_down_and_to_the_right(judged):
    """Empty rows and columns before the table do not shift an address."""
    offset = [[None], [None], [None, None, "附件"], *([None, None, *row] for row in table(school_row()))]
    is_good(judged(offset))
    rows = table(school_row(students="45人", backbone_teachers=None))
    run = judged([[None], [None], *([None, None, *row] for row in rows)])
    # two columns to the right: pupils F → H, backbone teachers H → J; header in row 3, school in row 4
    assert [at("W201", "H4"), at("W205", "J4")] == said(run)


def test_a_table_on_csv_lines(folder):
    """A fault of a text file is at the row and column that a spreadsheet shows for it."""
    rows = [["示例县"], [], *table(school_row(students="45人"))]
    run = judge([write_csv(folder / "school.csv", rows)], year=2023)
    assert [("W201", "school.csv!F4")] == said(run)


def test_a_stray_quotation_mark_on_csv_lines(folder):
    """A quotation mark that is never closed swallows no school silently: it is read, or the file is refused."""
    rows = [[*row, more] for row, more in zip(table(*own(["1", "2"])), ["备注", "12“", ""], strict=True)]
    path = write_csv(folder / "school.csv", rows)
    path.write_text(path.read_text("utf-8").replace("12“", '"12'), "utf-8")
    try:
        assert ["第1小学", "第2小学"] == names(judge([path], year=2023))
    except Unusable as unusable:
        assert [] != said(unusable.problems)  # noqa: PT017 - either is right


def test_empty_rows_and_columns_behind_the_table(judged):
    """Blank cells far below and far to the right are nothing."""
    rows = [[*row, None, " ", "　"] for row in table(school_row())]
    run = judged([*rows, [None], *[[" "] * 17] * 20])
    assert [] == said(run)
    is_good(run)


def test_empty_rows_between_schools(judged):
    """An empty row between two schools is no school and ends nothing."""
    head, first, second = table(*own(["3137000001", "3137000002"]))
    run = judged([head, [None], first, [None], [""] * 14, second])
    assert ([], ["第1小学", "第2小学"]) == (said(run), names(run))


def test_the_header_once_more_half_way(judged):
    """A header repeated for the next printed page is no school."""
    head, first, second = table(*own(["3137000001", "3137000002"]))
    run = judged([head, first, ["示例县义务教育学校基本情况表（续）"], head, second])
    assert ([], ["第1小学", "第2小学"]) == (without_notes(run), names(run))


@pytest.mark.parametrize(
    "second",
    [
        pytest.param({"more": ["classes"]}),
        pytest.param({"without": ["county"]}),
        pytest.param({"swapped": (5, 7)}),
        {},
    ],
    ids=["more columns", "fewer columns", "other order", "alike"],
)
def test_two_tables_below_each_other(judged, second):
    """Of two tables on one sheet, first 小学, then 初中, no school vanishes and no column is mistaken for another."""
    row = school_row(code="3137000002", name="第二小学", **dict.fromkeys(second.get("more", ()), 20))
    lines = table(row, without=second.get("without", ()))
    if "swapped" in second:  # pupils and backbone teachers
        left, right = second["swapped"]
        for line in lines:
            line[left], line[right] = line[right], line[left]
    run = judged([*table(school_row()), [None], ["表二"], *lines])
    assert ["第一小学", "第二小学"] == names(run)
    assert ([1.2, 1.2], [1000.0, 1000.0]) == (values(run, "backbone_teachers"), figures(run, "students"))
    assert [True, True] == passed(run)


def test_labels_of_groups_above_the_header(judged):
    """A row of merged labels above the header is no header though it holds known words."""
    labels = [
        "学校基本情况",
        None,
        None,
        None,
        None,
        None,
        "专任教师",
        None,
        None,
        "校舍",
        None,
        None,
        "教学仪器设备",
        None,
    ]
    run = judged([labels, *table(school_row())], merge=["A1:F1", "G1:I1", "J1:L1"])
    assert [] == said(run)
    is_good(run)


def test_a_header_in_two_rows(judged):
    """A header whose headings stand in two rows is read whole, not by half."""
    head, row = table(school_row())
    is_good(judged([[*head[:6], *[None] * (len(head) - 6)], [None] * 6 + head[6:], row]))


def test_no_header(refused):
    """A workbook without a school table is one problem that says what is lacking."""
    assert [at("W107")] == said(refused([["第一小学", 1000], ["第二小学", 900]]))


def test_no_school_below_the_header(refused):
    """A header alone is not a county that passes."""
    assert ["W123"] == [p.kind.code for p in refused(table(school_row())[:1])]


# -------------------------------------------------------------------------------------------------------------- headings


STYLES = {
    "spaces": {"name": " 学 校\n名　称 ", "students": "在校\r\n生数", "pe_art_teachers": "体育、艺术\n专任 教师数"},
    "full-width": {"county": "县（市、区）", "code": "学校（机构）标识码", "name": "学校（机构）名称"},
    "brackets": {"county": "县【市、区】", "code": "学校[机构]标识码", "name": "学校〔机构〕名称"},
    "brackets within": {"type": "学校（机构）办学类型", "pe_art_teachers": "体育、艺术（美术、音乐）专任教师数"},
    "marks": {"name": "*学校名称", "type": "办学类型：", "students": "＊在校生数", "code": "\ufeff学校标识码"},
    "other words": {"county": "县区", "code": "学校代码", "name": "校名", "type": "学校类别", "stage": "学部"},
    "units": {"teaching_area": "教学及辅 助用房\n面积（ ㎡）", "sports_ground_area": "运动场地面积（m２）"},
    "English": {name: shipped_fields()[name].en for name in HEADINGS},
    "ids": {name: name for name in HEADINGS},
    "template": {name: heading(shipped_fields()[name], "zh") for name in HEADINGS},
    "English template": {name: heading(shipped_fields()[name], "en") for name in HEADINGS},
}


@pytest.mark.parametrize("style", STYLES)
def test_headings_as_people_write_them(judged, style):
    """Spaces, line breaks, kinds of brackets, marks and units in a heading do not matter."""
    run = judged(table(school_row(), headings=STYLES[style]))
    assert [] == said(run)
    is_good(run)


def test_every_heading_of_the_template_is_read():
    """What the blank workbook says in its header is what is looked for, in both languages."""
    fields = shipped_fields()
    words = Words(fields)
    for lang in ("zh", "en"):
        found = {name: (words.find(heading(form, lang)) or [None])[0] for name, form in fields.items()}
        assert {name: name for name in fields} == found


@pytest.mark.parametrize(
    ("field", "written", "cell"),
    [
        ("equipment_value", "教学仪器设备值（元）", 2_100_000),
        ("equipment_value", "教学仪器设备值（千元）", 2100),
        *(
            ("equipment_value", written, 210)
            for written in each("教学仪器设备值（万元）|教学仪器设备值(万元)|教学仪器设备值/万元")
        ),
        *(("equipment_value", written, 210) for written in each("教学仪器设备值（ 万\n元 ）|教学仪器设备值［万元］")),
        *(
            ("equipment_value", written, 210)
            for written in each("教学仪器设备值（单位：万元）|教学仪器设备值（单位:万元）")
        ),
        *(("equipment_value", "教学仪器设备资产值（万元）", cell) for cell in [210, 210.0, "210.00", "２１０"]),
        ("equipment_value", "教学仪器设备值（亿元）", 0.021),
        *(
            ("sports_ground_area", written, 7600)
            for written in each("运动场地面积（平方米）|运动场地面积（㎡）|运动场地面积/㎡")
        ),
        *(
            ("sports_ground_area", written, 7600)
            for written in each("运动场地面积（m²）|运动场地面积(M2)|运动场地面积（平米）")
        ),
        ("sports_ground_area", "运动场地面积（单位：平方米）", "7,600"),
        ("sports_ground_area", "运动场地面积（公顷）", 0.76),
        *(("students", written, 1000) for written in each("在校生数（人）|在校生数/名")),
        ("multimedia_classrooms", "网络多媒体教室数（间）", 24),
    ],
)
def test_units_in_headings(judged, field, written, cell):
    """A unit in a heading is converted to the field's own: the good school's figures come out."""
    run = judged(table(school_row(**{field: cell}), headings={field: written}))
    assert ([], [GOOD[field]]) == (said(run), figures(run, field))
    is_good(run)


def test_units_in_a_row_of_their_own(judged):
    """Units below the headings are not lost: converted, or the column not used."""
    head, row = table(school_row(equipment_value=210))
    run = judged([head, [*[None] * 5, "人", "人", "人", "人", "㎡", "㎡", "㎡", "万元", "间"], row])
    assert values(run, "equipment_value") in ([2100.0], [None])


def test_books_in_ten_thousands(judged):
    """The fields of the 2012 method are converted too: 2.5 万册 for 1000 pupils are 25 books each."""
    run = judged(table(school_row(books=2.5), headings={"books": "图书册数（万册）"}), standard="basic-balance")
    assert [25.0] == values(run, "books")


def test_conversion_is_exact_on_the_bar(judged):
    """1013 pupils × 2000 元 = 202.6 万元 is on the bar, though 202.6 × 10,000 in binary may fall short of it."""
    row = school_row(students=1013, equipment_value=202.6)
    run = judged(table(row, headings={"equipment_value": "教学仪器设备值（万元）"}))
    assert ["met"] == outcomes(run, "equipment_value")


@pytest.mark.parametrize(
    ("field", "written", "indicator", "cell"),
    [
        ("sports_ground_area", "运动场地面积（亩）", "sports_area", "L1"),
        ("equipment_value", "教学仪器设备值（美元）", "equipment_value", "M1"),
        ("equipment_value", "教学仪器设备值（百万元）", "equipment_value", "M1"),
        ("multimedia_classrooms", "网络多媒体教室数（台）", "multimedia_classrooms", "N1"),
        ("students", "在校生数（万人）", "teaching_area", "F1"),
        ("teaching_area", "教学及辅助用房面积（平方厘米）", "teaching_area", "J1"),
    ],
)
def test_a_unit_that_cannot_be_converted(judged, field, written, indicator, cell):
    """A unit that is not known is said at its heading, and the column is not used: no value beats a wrong one."""
    run = judged(table(school_row(), headings={field: written}))
    assert at("W121", cell) == said(run)[0]
    assert ([None], ["missing"], [None]) == (values(run, indicator), outcomes(run, indicator), passed(run))


def test_two_headings_for_one_field(judged):
    """Two columns that could both be a field: neither is guessed."""
    rows = table(school_row(), headings={"students": "学生数"})
    run = judged([[*row, more] for row, more in zip(rows, ["学生人数", 900], strict=True)])
    assert at("W111", "O1") == said(run)[0]
    assert ([None], [None]) == (values(run, "teaching_area"), passed(run))


def test_another_word_for_the_same_figures(judged):
    """A column that repeats a field under another word is passed over; with other figures it is a question."""
    rows = table(school_row())
    same = rows[1][rows[0].index("在校生数")]
    run = judged([[more, *row] for row, more in zip(rows, ["学生数", same], strict=True)])
    assert [] == said(run)
    is_good(run)
    run = judged([[more, *row] for row, more in zip(rows, ["学生数", same + 1], strict=True)])
    assert "W111" in [code for code, _ in said(run)]
    assert [None] == passed(run)


def test_the_same_heading_twice(judged):
    """The same heading over two columns: neither is guessed."""
    run = judged([[*row, more] for row, more in zip(table(school_row()), ["在校生数", 900], strict=True)])
    assert at("W111", "O1") == said(run)[0]
    assert ([None], [None]) == (values(run, "teaching_area"), passed(run))


def test_a_heading_that_is_nearly_known(judged):
    """A slip in a heading is named with the heading that is probably meant; the column is not read."""
    run = judged(table(school_row(), headings={"equipment_value": "教学仪器设备值额"}))
    assert [at("W118", "M1"), at("W113", "A1")] == said(run)
    assert "教学仪器设备值" in run.problems[0].message("zh")
    assert ([None], [None]) == (values(run, "equipment_value"), passed(run))


def test_a_column_that_is_not_there(judged):
    """Without a column its indicator is missing for every school, which is said once, at the header."""
    run = judged(table(*own(["3137000001", "3137000002"]), without=["backbone_teachers"]))
    assert [at("W113", "A1")] == said(run)
    assert ([None, None], [None, None]) == (values(run, "backbone_teachers"), passed(run))


def test_further_columns_do_not_matter(judged):
    """Columns that no standard reads may hold anything."""
    rows = [[*row, "合计", "#REF!", dt.date(2023, 9, 1), -5] for row in table(school_row())]
    rows[0][-4:] = ["备注", "校长", "建校时间", "差额"]
    run = judged(rows)
    assert [] == said(run)
    is_good(run)


# ---------------------------------------------------------------------------------------------------------------- cells


@pytest.mark.parametrize(
    "cell",
    each(
        "1000| 1000 |1,000|1，000|１０００|１，０００|1 000|　1000|1000.0|1000.|+1000|'1000|‘1000|1e3|１０００．０|\n1000\n"
    ),
)
def test_numbers_kept_as_text(judged, cell):
    """A number is a number in whatever digits and with whatever thousands separators it is typed."""
    run = judged(table(school_row(students=cell)))
    assert ([], [1000.0]) == (said(run), figures(run, "students"))
    is_good(run)


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("45人", "W201"),
        ("约1000", "W201"),
        ("1000-1100", "W201"),
        ("10,00", "W201"),
        ("1,0000", "W201"),
        ("1.000.000", "W201"),
        ("一千", "W201"),
        ("1000㎡", "W201"),
        ("210万", "W201"),
        ("100%", "W201"),
        ("nan", "W201"),
        ("inf", "W201"),
        ("∞", "W201"),
        ("1e999", "W201"),
        ("0x10", "W201"),
        ("1_000", "W201"),
        ("未填", "W201"),
        ("?", "W201"),
        (True, "W201"),
        (False, "W201"),
        (-5, "W202"),
        ("-5", "W202"),
        ("－５", "W202"),
        (1000.5, "W203"),
        ("1000.5", "W203"),
        ("#N/A", "W212"),
        ("#DIV/0!", "W212"),
        ("#REF!", "W212"),
        (dt.date(2023, 9, 1), "W213"),
        (dt.datetime(2023, 9, 1, 12, 30), "W213"),  # noqa: DTZ001 - a cell knows no time zone
        (dt.time(12, 30), "W213"),
    ],
)
def test_what_is_no_number(judged, cell, code):
    """Whatever is not a number is said at its cell and taken as no figure: nothing is decided by it."""
    run = judged(table(school_row(students=cell)))
    assert [at(code, "F2")] == said(run)
    assert ([None], [None]) == (figures(run, "students"), passed(run))


@pytest.mark.parametrize("cell", [None, "", " ", "　", "-", "－", "—", "——", "———", "–", "/", "／", "无", " — ", "— —"])
def test_dashes_and_blanks_are_no_figure(judged, cell):
    """A dash, a stroke, 无 and a blank mean that there is no figure, never 0: the school is not decided."""
    run = judged(table(school_row(backbone_teachers=cell)))
    assert [at("W205", "H2")] == said(run)
    assert ([None], ["missing"]) == (values(run, "backbone_teachers"), outcomes(run, "backbone_teachers"))
    assert ([None], None) == (passed(run), run.schools_passed)


@pytest.mark.parametrize("cell", [0, 0.0, "0", "０", "0.00"])
def test_zero_is_a_figure(judged, cell):
    """0 backbone teachers are known to be none, and fail: below 85 % of the bar."""
    run = judged(table(school_row(backbone_teachers=cell)))
    assert [] == said(run)
    assert ([0.0], ["unmet"]) == (values(run, "backbone_teachers"), outcomes(run, "backbone_teachers"))
    assert ([False], False) == (passed(run), run.schools_passed)


def test_teachers_may_be_parts_of_a_person(judged):
    """Part-time teachers count in parts: 9.5 for 1000 pupils are 0.95 for 100."""
    run = judged(table(school_row(pe_art_teachers=9.5)))
    assert ([], [0.95], [True]) == (said(run), values(run, "pe_art_teachers"), passed(run))


def test_a_formula_without_a_result(judged):
    """A formula that was never calculated is not a blank: it is said at its cell, with the formula."""
    run = judged(table(school_row(backbone_teachers="=G2-38")))
    assert [at("W204", "H2")] == said(run)
    assert "=G2-38" in run.problems[0].message("zh")
    assert ([None], [None]) == (values(run, "backbone_teachers"), passed(run))


def test_a_formula_below_titles_and_to_the_right(judged):
    """The second look finds a formula where the table does not begin in A1."""
    rows = table(school_row(), school_row(code="3137000002", name="第二小学", students="=SUM(A1:B1)"))
    run = judged([[None], ["示例县"], *([None, None, *row] for row in rows)])
    assert [at("W204", "H5")] == said(run)  # pupils F → H; header in row 3, second school in row 5
    assert [True, None] == passed(run)


def test_formulas_on_several_sheets(judged):
    """Each sheet is looked at for its own formulas."""
    second = school_row(code="3137000002", name="第二小学", equipment_value="=1+1")
    run = judged({"一": table(school_row(students="=500*2")), "二": table(second)})
    assert [at("W204", "F2", "一"), at("W204", "M2", "二")] == said(run)


@pytest.mark.parametrize(
    ("cell", "code"), [("=200*13000", "W204"), ("约260万", "W201"), (-1, "W202"), ("#REF!", "W212")]
)
def test_a_fault_in_a_shared_figure(judged, cell, code):
    """A fault in a figure of the whole school is said once, at the row that it stands in."""
    primary, junior = nine_year()
    run = judged(table({**primary, "equipment_value": cell}, junior))
    assert [at(code, "M2")] == said(run)
    assert ([None, None], [None, None]) == (values(run, "equipment_value"), passed(run))


@pytest.mark.parametrize(
    ("field", "cell"),
    [("type", "D2"), pytest.param("name", "C2")],
)
def test_a_formula_in_a_word(judged, field, cell):
    """A formula without a result in a word that is needed is said at its cell, and nothing is decided."""
    run = judged(table(school_row(**{field: "=Z1"})))
    assert at("W204", cell) in said(run)
    assert None is run.schools_passed


def test_a_formula_in_a_renamed_workbook(folder):
    """A formula without a result is one whatever the ending of the file."""
    path = write_xlsx(folder / "school.xlsx", table(school_row(backbone_teachers="=G2-38")))
    run = judge([path.rename(folder / "school.xls")], year=2023)
    assert [("W204", "school.xls › 学校!H2")] == said(run)


@pytest.mark.parametrize("cell", ["=Z1", "#REF!"])
def test_a_row_of_formulas_is_not_blank(judged, cell):
    """A school that is nothing but formulas without results, or error values, does not vanish."""
    run = judged(table(school_row(), dict.fromkeys(HEADINGS, cell)))
    assert [] != said(run)
    assert None is run.schools_passed


@pytest.mark.parametrize("error", ["#N/A", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?"])
def test_an_error_value(judged, error):
    """An error value is said at its cell."""
    run = judged(table(school_row(multimedia_classrooms=error)))
    assert [at("W212", "N2")] == said(run)
    assert error in run.problems[0].message("zh")
    assert [None] == passed(run)


def test_one_fault_is_said_once(judged):
    """A cell with a fault is not reported as blank as well; every other fault is reported at once."""
    rows = table(school_row(students="45人", backbone_teachers=-1, teaching_area="#N/A", equipment_value=None))
    expected = [at("W201", "F2"), at("W202", "H2"), at("W205", "M2"), at("W212", "J2")]
    assert expected == sorted(said(judged(rows)))


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        *(pytest.param(cell, 9.0) for cell in ["是", "有", "√", "Y", 1, True]),
        *((cell, 8.0) for cell in ["否", "没有", "×", "N", 0, False, None]),
    ],
)
def test_yes_and_no(judged, cell, value):
    """A school that says it is over-dense counts 1000 ㎡ near by, where the rule is on: 8000 + 1000 for 1000 pupils."""
    more = ["中心城区高密度学校", cell], ["地下楼顶及校外就近运动场地面积", 1000]
    rows = [[*row, *(column[at_] for column in more)] for at_, row in enumerate(table(school_row()))]
    run = judged(rows, year=2020, settings={"nearby_sports_area": "on"})
    assert ([], [value]) == (said(run), values(run, "sports_area"))


def test_what_is_neither_yes_nor_no(judged):
    """An answer that is neither is said at its cell."""
    more = ["中心城区高密度学校", "地下楼顶及校外就近运动场地面积"], ["大概", 1000]
    rows = [[*row, *cells] for row, cells in zip(table(school_row()), more, strict=True)]
    run = judged(rows, year=2020, settings={"nearby_sports_area": "on"})
    assert [at("W206", "O2")] == said(run)


# --------------------------------------------------------------------------------------- rows that are no schools


def _total(**cells):
    """A row of sums: no code, no type, no stage."""
    sums = {name: GOOD[name] * 2 for name in list(HEADINGS)[5:]}
    return {**dict.fromkeys(HEADINGS), **sums, **cells}


@pytest.mark.parametrize("field", ["number", "county", "town", "name"])
@pytest.mark.parametrize(
    "label", each("合计|总计|小计|合 计|总　计|合计：|小学合计|初中小计|全县合计|共计|城关镇小计|平均")
)
def test_totals_are_no_schools(judged, label, field):
    """A row of sums is passed over, wherever its label stands, and a note says so."""
    rows = [school_row(number=1, town="城关镇"), _total(**{field: label})]
    run = judged(table(*rows))
    assert [at("W306")] == said(run)
    assert "3" in run.problems[0].message("zh")  # the total stands in row 3
    assert ["第一小学"] == names(run)
    is_good(run)


def test_totals_between_the_schools(judged):
    """Sums after each town and at the end: only the schools are counted."""
    first, second, third = own(["3137000001", "3137000002", "3137000003"])
    rows = table(first, second, _total(name="小计"), third, _total(name="小计"), _total(name="总计"))
    run = judged(rows, by="county")
    assert ["第1小学", "第2小学", "第3小学"] == names(run)
    assert [at("W306")] == said(run)
    assert [3] * 7 == [v.divisions for v in run.counties[0].variations]


def test_a_label_in_a_number_column_that_is_not_the_first(judged):
    """序号 may stand behind the county: the sum's label is found there too."""
    rows = [[row[1], row[0], *row[2:]] for row in table(school_row(number=1), _total(number="合计"))]
    run = judged(rows)
    assert ([at("W306")], ["第一小学"]) == (said(run), names(run))


@pytest.mark.parametrize(
    "name",
    [
        *each(
            "小计村小学|总部小学|全县第一小学|合计小学|共计桥学校|小计幼小部|其中堂小学|计小学|均安小学|总计中心校|小计教学点"
        ),
        *each("全区实验小学|注溪小学|说明小学|联系小学|无为小学|平均村完全小学|实验小学（其中校区）"),
        pytest.param("合计路小学（东校区）"),
        pytest.param("小计村中心完小"),
    ],
)
def test_schools_whose_names_are_like_a_total(judged, name):
    """A school is kept though its name begins or ends like the label of a sum or of a note."""
    run = judged(table(school_row(name=name)))
    assert ([], [name]) == (said(run), names(run))
    is_good(run)


@pytest.mark.parametrize(
    ("field", "place"),
    [
        *(("town", place) for place in each("小计镇|小计村|合计乡|全县")),
        *(("group", place) for place in each("全区|其中联盟")),
        ("county", "共计县"),
    ],
)
def test_schools_in_places_named_like_a_total(judged, field, place):
    """A row with a school's code, name and type is a school, whatever its town or group is called."""
    run = judged(table(school_row(**{field: place})))
    assert ["第一小学"] == names(run)
    is_good(run)


@pytest.mark.parametrize(
    "note",
    [
        *each(
            "注：全县平均值保留两位小数，差异系数保留三位小数。|注: 1.数据截至9月1日|说明：本表由学校填报|备注|填表人：张三"
        ),
        *each("填报日期：2023年9月30日|审核人：|单位负责人（签章）：|以上数据来自教育事业统计"),
    ],
)
def test_notes_below_the_table(judged, note):
    """What stands below the table in its first column is no school."""
    run = judged([*table(school_row()), [None], [note]])
    assert [] == without_notes(run)
    is_good(run)


def test_a_line_of_signatures_below_the_table(judged):
    """Names, a telephone number and a date in one line below the table are no school."""
    line = ["单位负责人：张三", None, None, None, None, "联系电话：12345678", None, None, "填表日期：2023年9月30日"]
    run = judged([*table(school_row()), [None], line])
    assert [] == without_notes(run)
    is_good(run)


@pytest.mark.parametrize("note", ["注：数据截至9月1日", "说明：本表由学校填报", "备注：无", "填表人：张三"])
def test_notes_in_the_column_of_names(judged, note):
    """A note is no school where the table begins with the names, either."""
    run = judged([*table(school_row(), without=["county", "code"]), [note]])
    assert ([at("W306")], ["第一小学"]) == (said(run), names(run))


def test_a_row_without_a_name(judged):
    """A row with figures and no name may be a school: it is said, and nothing is decided without it."""
    run = judged(table(school_row(), school_row(code="3137000002", name=None)), by="county")
    assert [at("W301", "C3")] == said(run)
    assert (2, None) == (len(names(run)), run.schools_passed)
    assert [None] == [county.passed for county in run.counties]


def test_a_school_with_nothing_but_its_name_and_type(judged):
    """A school without any figure is still a school that has to be judged."""
    row = {**dict.fromkeys(HEADINGS), "name": "第二小学", "type": "小学", "county": "示例县", "code": "3137000002"}
    run = judged(table(school_row(), row))
    assert (["第一小学", "第二小学"], [True, None], None) == (names(run), passed(run), run.schools_passed)


# ---------------------------------------------------------------------------------------------------------------- sheets


def test_several_sheets_are_one_table(judged):
    """The sections of a school may stand on two sheets, with their columns in another order."""
    primary, junior = nine_year()
    run = judged({"小学": table(primary), "初中": [row[::-1] for row in table(junior)]})
    assert [] == said(run)
    is_nine_year(run)


def test_a_sheet_without_the_column_of_indoor_sports(judged):
    """A sheet that lacks a column which may be absent does not contradict the sheet that has it."""
    primary, junior = nine_year()
    run = judged({"小学": table(primary), "初中": table(junior, without=["indoor_sports_area"])})
    assert [at("W114", "A1", "初中")] == said(run)
    is_nine_year(run)


def test_a_sheet_without_a_table_is_left_aside(judged):
    """A cover sheet and an empty one are left aside without a word."""
    run = judged({"封面": [["示例县义务教育学校数据"], ["2023年9月"]], "学校": table(school_row()), "Sheet3": []})
    assert [] == said(run)
    is_good(run)


@pytest.mark.parametrize(
    "head",
    [["县(市、区)", "学段", "在校生数", "图书册数"], ["学校名称", "校长", "电话"], ["乡镇", "班级数", "专任教师数"]],
)
def test_a_sheet_that_looks_like_a_table_is_left_aside_with_a_warning(judged, head):
    """Where a sheet left aside has headings of a school table, a warning says so."""
    run = judged({"学校": table(school_row()), "汇总": [head, ["城关镇", "小学", 1000, 2000]]})
    assert [at("W116", sheet="汇总")] == said(run)
    assert Severity.WARNING is run.problems[0].severity
    is_good(run)


def test_a_sheet_of_charts(folder):
    """A sheet that is a chart has no cells and does not matter."""
    path = write_xlsx(folder / "school.xlsx", table(school_row()))
    book = load_workbook(path)
    book.create_chartsheet("图")
    book.save(path)
    run = judge([path], year=2023)
    assert [] == said(run)
    is_good(run)


def test_answers_of_the_county_are_no_schools(judged):
    """The sheet 县级 is not taken for schools; where only schools are judged it is not looked at."""
    run = judged({"学校": table(school_row()), "县级": [["项目", "答案"], ["义务教育巩固率", 99.1]]})
    assert [] == [p.kind.code for p in run.problems]
    is_good(run)


# -------------------------------------------------------------------------------------------------------------- counties


def test_several_counties_in_one_table(judged):
    """A table of several counties gives one result for each, in the order of the table."""
    first, second, third = own(["3137000001", "3137000002", "3138000001"])
    run = judged(table(first, {**third, "county": "乙县", "backbone_teachers": 1}, second), by="county")
    assert [("示例县", 2, True), ("乙县", 1, False)] == [(c.name, len(c.sections), c.passed) for c in run.counties]


def test_a_county_name_broken_into_lines(judged):
    """庐阳区 in upright letters is the same county."""
    first, second = own(["3137000001", "3137000002"])
    run = judged(table({**first, "county": "庐\n阳\n区"}, {**second, "county": "庐 阳 区"}), by="county")
    assert ["庐阳区"] == [county.name for county in run.counties]


def test_a_blank_county_where_the_sheet_has_one(judged):
    """A blank county is the only county of its sheet, and a warning says so at the cell."""
    first, second = own(["3137000001", "3137000002"])
    run = judged(table(first, {**second, "county": None}), by="county")
    assert [at("W305", "A3")] == said(run)
    assert Severity.WARNING is run.problems[0].severity
    assert [("示例县", 2, True)] == [(c.name, len(c.sections), c.passed) for c in run.counties]


def test_a_blank_county_where_there_are_several(judged):
    """A school that could belong to any of several counties is guessed into none and does not vanish."""
    rows = own(["3137000001", "3137000002", "3138000001", "3138000002"])
    counties = ["甲县", None, "乙县", "乙县"]
    run = judged(table(*({**row, "county": county} for row, county in zip(rows, counties, strict=True))), by="county")
    assert at("W307", "A3") in said(run)
    assert None is run.counties_passed
    assert [("甲县", 1), (None, 1), ("乙县", 2)] == [(c.name, len(c.sections)) for c in run.counties]
    assert 4 == len(names(run))


def test_a_table_without_a_county_column(judged):
    """Without the column all schools are one county, whose name may be given."""
    run = judged(table(*own(["3137000001", "3137000002"]), without=["county"]), by="county", county="示例县")
    assert ([], [("示例县", 2)]) == (said(run), [(c.name, len(c.sections)) for c in run.counties])


# ----------------------------------------------------------------------------------------------------------------- codes


def test_codes_that_lost_their_zeros(judged):
    """A code shorter than the others is warned of at its cell."""
    rows = own(["0137000001", "0137000002", 137000003])
    run = judged(table(*rows))
    assert ([at("W406", "B4")], [True] * 3) == (said(run), passed(run))
    assert Severity.WARNING is run.problems[0].severity


def test_a_lost_zero_does_not_tear_a_school_apart(judged):
    """A code that lost its zero on one row of a nine-year school is warned of, and its rows stay one school."""
    primary, junior = nine_year(code="0137000002")
    run = judged(table(*own(["0137000001", "0137000003"]), primary, {**junior, "code": 137000002}))
    assert at("W406", "B5") in said(run)
    assert [True, True, True, True] == passed(run)


@pytest.mark.parametrize(
    "code",
    [3137000002, 3137000002.0, " 3137000002 ", "３１３７０００００２", "'3137000002", "3137 000 002", "\t3137000002"],
)
def test_codes_as_numbers_and_as_text(judged, code):
    """The rows of one school belong together however its code is kept."""
    primary, junior = nine_year()
    run = judged(table(primary, {**junior, "code": code}))
    assert ([], ["3137000002"] * 2) == (said(run), text(run, "code"))
    is_nine_year(run)


def test_codes_keep_their_zeros(judged):
    """A code kept as text is not a number."""
    assert ["0137000001"] == text(judged(table(school_row(code="0137000001"))), "code")


def test_codes_may_hold_letters(judged):
    """A code with letters is the same in either case."""
    primary, junior = nine_year(code="A137000002")
    run = judged(table(primary, {**junior, "code": "a137000002"}))
    assert [] == said(run)
    is_nine_year(run)


@pytest.mark.parametrize("code", [None, "—", "无"])
def test_a_code_on_one_row_only(judged, code):
    """A row without a code belongs to the school of that county and name."""
    primary, junior = nine_year()
    run = judged(table(primary, {**junior, "code": code}))
    assert [] == said(run)
    is_nine_year(run)


@pytest.mark.parametrize("name", ["实验学校", "实验学校初中部", "实验学校（初中部）", "实验 学校", "实验学校－初中部"])
def test_no_codes_at_all(judged, name):
    """Without codes county, town and name tell which rows are one school; the section in a name does not matter."""
    primary, junior = nine_year(town="城关镇")
    run = judged(table(primary, {**junior, "name": name}, without=["code"]))
    assert [] == said(run)
    is_nine_year(run)


def test_names_alike_in_two_towns(judged):
    """Without codes, schools of one name in two towns are two schools."""
    rows = [school_row(town="东镇", name="中心小学"), school_row(town="西镇", name="中心小学", students=900)]
    run = judged(table(*rows, without=["code"]))
    assert ([], [1000.0, 900.0]) == (said(run), figures(run, "students"))


def test_names_alike_in_two_counties(judged):
    """Without codes, schools of one name in two counties are two schools, each in its county."""
    rows = [school_row(county="甲县", name="中心小学"), school_row(county="乙县", name="中心小学", students=900)]
    run = judged(table(*rows, without=["code"]), by="county")
    assert [("甲县", 1), ("乙县", 1)] == [(c.name, len(c.sections)) for c in run.counties]


def test_a_code_used_by_two_schools(judged):
    """Two names under one code are two schools, and a problem at the second code."""
    run = judged(table(school_row(), school_row(name="第二小学", students=900)))
    assert [at("W404", "B3")] == said(run)
    assert [1000.0, 900.0] == figures(run, "students")


# ------------------------------------------------------------------------------------------------- schools that stand twice


def test_a_school_twice_and_alike(judged):
    """The same row twice counts once, with a warning at the second."""
    run = judged(table(school_row(), school_row()), by="county")
    assert at("W401", "C3") in said(run)
    assert (["第一小学"], [1] * 7) == (names(run), [v.divisions for v in run.counties[0].variations])
    is_good(run)


def test_a_school_twice_with_other_figures(judged):
    """Where the rows differ, the figures on which they differ are not used, and the school stays."""
    run = judged(table(school_row(), school_row(backbone_teachers=20)))
    assert [("W402", "school.xlsx › 学校!C3")] == [p for p in said(run) if p[0] != "W205"]
    assert (["第一小学"], [None]) == (names(run), values(run, "backbone_teachers"))
    assert ([1.0], [None], None) == (values(run, "pe_art_teachers"), passed(run), run.schools_passed)


@pytest.mark.parametrize("third", [12, 20])
def test_a_school_three_times(judged, third):
    """A third row cannot outvote the other two."""
    rows = [school_row(), school_row(backbone_teachers=20), school_row(backbone_teachers=third)]
    run = judged(table(*rows))
    assert (["第一小学"], [None], [None]) == (names(run), values(run, "backbone_teachers"), passed(run))
    assert {at("W402", "C3"), at("W402", "C4")} <= set(said(run))


def test_a_school_twice_once_with_a_blank(judged):
    """A blank beside a figure is a difference too: neither is used."""
    run = judged(table(school_row(), school_row(backbone_teachers=None)))
    assert at("W402", "C3") in said(run)
    assert ([None], [None]) == (values(run, "backbone_teachers"), passed(run))


def test_a_blank_and_a_missing_county_do_not_hide_a_double(judged):
    """The second row of a school is found where it lacks its code."""
    run = judged(table(school_row(), school_row(code=None)))
    assert ([at("W401", "C3")], ["第一小学"]) == (said(run), names(run))


@pytest.mark.parametrize(
    "types", [("小学", "教学点"), ("教学点", "小学")], ids=["primary first", "teaching point first"]
)
def test_a_school_twice_under_two_types(judged, types):
    """Rows that differ in the type of school are not alike: 40 pupils are left out in a teaching point only."""
    figures_ = {name: GOOD[name] / 25 for name in list(HEADINGS)[5:]}  # a 25th of everything: 40 pupils
    run = judged(table(*(school_row(**figures_, type=type_, stage=None) for type_ in types)))
    assert [] != [p for p in run.problems if p.severity is Severity.ERROR]
    assert ([None], None) == (passed(run), run.schools_passed)


@pytest.mark.parametrize("owners", [("公办", "民办"), ("民办", "公办")], ids=["public first", "private first"])
def test_a_school_twice_under_two_owners(judged, owners):
    """Rows that differ in who runs the school are not alike: the 2012 method leaves private schools out."""
    rows = [school_row(owner=owner, teachers=60, titled_teachers=30, computers=100, books=25000) for owner in owners]
    run = judged(table(*rows), standard="basic-balance")
    assert [] != [p for p in run.problems if p.severity is Severity.ERROR]


def test_a_nine_year_school_twice(judged):
    """A nine-year school copied whole counts once."""
    run = judged(table(*nine_year(), *nine_year()))
    assert [at("W401", "C4"), at("W401", "C5")] == said(run)
    is_nine_year(run)


def test_a_school_in_two_workbooks(folder):
    """A copy of a workbook in the same folder does not count twice."""
    write_xlsx(folder / "school.xlsx", table(school_row()))
    write_xlsx(folder / "school - 副本.xlsx", table(school_row()))
    run = judge([folder], year=2023, by="county")
    assert ["W401"] == [p.kind.code for p in run.problems if p.kind.code[0] == "W"]
    is_good(run)


# -------------------------------------------------------------------------------------------------------- types and stages


@pytest.mark.parametrize("word", ["小学", " 小 学", "完全小学", "primary", "Primary School"])
def test_words_for_a_type(judged, word):
    """A type is known by its usual names, in both languages."""
    run = judged(table(school_row(type=word, stage=None)))
    assert ([], ["primary"]) == (said(run), text(run, "type"))
    is_good(run)


@pytest.mark.parametrize(
    "word", ["九年一贯制学校", "九年一贯制", "９年一贯制", "九 年\n一贯 制 学 校", "9年一贯制学校", "九年制学校"]
)
def test_words_for_a_nine_year_school(judged, word):
    """A nine-year school is one by any of its names."""
    run = judged(table(*nine_year(type=word)))
    assert [] == said(run)
    is_nine_year(run)


@pytest.mark.parametrize("word", [None, "", "—", "幼儿园", "学校", "中学"])
def test_a_type_that_is_missing_or_unknown(judged, word):
    """Without a type a school is said at its cell, still listed, and nothing passes without it."""
    run = judged(table(school_row(), school_row(code="3137000002", name="第二小学", type=word)), by="county")
    assert at("W206", "D3") in said(run)
    assert (["第一小学", "第二小学"], [True, None], None) == (names(run), passed(run), run.schools_passed)
    assert [None] == [county.passed for county in run.counties]


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ({}, 0),
        ({"backbone_teachers": 0}, 1),
        ({"backbone_teachers": None}, 3),
        ({"type": None}, 3),
        ({"type": "幼儿园"}, 3),
        ({"stage": "初中"}, 3),
        ({"type": "九年一贯制学校", "stage": None}, 3),
        ({"students": "1000人"}, 3),
    ],
)
def test_exit_codes(folder, monkeypatch, row, code):
    """0 meets, 1 does not, 3 cannot be decided: a row that cannot be placed is never a pass."""
    monkeypatch.chdir(folder)
    path = write_xlsx(folder / "school.xlsx", table(school_row(**row)))
    result = CliRunner().invoke(app, ["check", str(path), "--year", "2023"])
    assert (code, None) == (result.exit_code, result.exception if code == 0 else None)
    assert "第一小学" in result.output


def test_no_column_of_types(refused):
    """Without any column of types nothing can be classified, and nothing is."""
    assert [at("W112", "A1")] == said(refused(table(school_row(), without=["type"])))


@pytest.mark.parametrize(
    ("type_", "stage"),
    [("小学", "初中"), ("初级中学", "小学"), ("九年一贯制学校", "高中"), ("完全中学", "小学"), ("教学点", "初中部")],
)
def test_a_stage_that_contradicts_the_type(judged, type_, stage):
    """A stage that its type cannot have is said at the stage; the row is listed and not decided."""
    run = judged(table(school_row(type=type_, stage=stage)), by="county")
    assert at("W302", "E2") in said(run)
    assert (["第一小学"], [None], None) == (names(run), passed(run), run.schools_passed)


@pytest.mark.parametrize(("type_", "reason"), [("特殊教育学校", "special_school"), ("职业学校", "vocational_school")])
def test_a_school_that_is_left_out_needs_no_stage(judged, type_, reason):
    """A school that is not assessed is listed with its reason, and lacks nothing."""
    row = {**dict.fromkeys(HEADINGS), "county": "示例县", "code": "3137000009", "name": "特教学校", "type": type_}
    run = judged(table(school_row(), row))
    assert ([], ["第一小学", "特教学校"]) == (said(run), names(run))
    assert ([None, reason], True) == (list(run.assessment.left_out), run.schools_passed)


@pytest.mark.parametrize("type_", ["九年一贯制学校", "十二年一贯制学校", "完全中学"])
def test_a_through_school_without_a_stage(judged, type_):
    """A row of a through-school that does not say its stage is said at the stage, listed and not decided."""
    run = judged(table(school_row(type=type_, stage=None)), by="county")
    assert at("W303", "E2") in said(run)
    assert (["第一小学"], [None], None) == (names(run), passed(run), run.schools_passed)


def test_a_through_school_in_a_table_without_stages(judged):
    """Without a column of stages the row itself is named; the single-stage school is judged all the same."""
    run = judged(table(school_row(type="九年一贯制学校"), school_row(code="3137000002"), without=["stage"]))
    assert [at("W303", "A2")] == said(run)
    assert [None, True] == passed(run)


def test_a_stage_that_is_no_stage(judged):
    """A word that is no stage is said at its cell, and the school is not passed on a guess."""
    run = judged(table(school_row(stage="中学")))
    assert [at("W206", "E2")] == said(run)
    assert ([None], None) == (passed(run), run.schools_passed)


@pytest.mark.parametrize("word", ["小学", "小学部", "小学段", "Primary", " 小\n学 "])
def test_words_for_a_stage(judged, word):
    """A stage is known by its usual names."""
    run = judged(table(school_row(stage=word)))
    assert [] == said(run)
    is_good(run)


@pytest.mark.parametrize(
    ("cell", "owner"),
    [
        *enumerate(
            each(
                "central_education|central_other|provincial_education|provincial_other|prefectural_education"
                "|prefectural_other|county_education|county_other|enterprise|private"
            ),
            1,
        ),
        *[("10", "private"), ("１０", "private"), ("7", "county_education"), (10.0, "private")],
        *[("公办", "public"), ("民办", "private"), (None, None)],
    ],
)
def test_who_runs_a_school(judged, cell, owner):
    """The national form's codes 1 to 10, and 公办 and 民办."""
    run = judged(table(school_row(owner=cell)))
    assert ([], [owner]) == (said(run), text(run, "owner"))


# ----------------------------------------------------------------------------------------- figures of the whole school


def test_shared_figures_on_the_first_row(judged):
    """Whole-school figures on the first row are divided among the sections."""
    run = judged(table(*nine_year()))
    assert [] == said(run)
    is_nine_year(run)


def test_shared_figures_on_the_last_row(judged):
    """Whole-school figures on the last row are divided among the sections."""
    primary, junior = nine_year()
    moved = {name: primary[name] for name in SHARED}
    run = judged(table({**primary, **dict.fromkeys(SHARED)}, {**junior, **moved}))
    assert [] == said(run)
    is_nine_year(run)


def test_shared_figures_on_all_rows(judged):
    """The same whole-school figures on every row are those of one school, not of two."""
    primary, junior = nine_year()
    run = judged(table(primary, {**junior, **{name: primary[name] for name in SHARED}}))
    assert [] == said(run)
    is_nine_year(run)


def test_shared_figures_here_and_there(judged):
    """Each whole-school figure may stand on a row of its own."""
    primary, junior = nine_year()
    moved = {name: primary[name] for name in SHARED[::2]}
    run = judged(table({**primary, **dict.fromkeys(moved)}, {**junior, **moved}))
    assert [] == said(run)
    is_nine_year(run)


@pytest.mark.parametrize("other", [2_500_000, 0, "0"])
def test_shared_figures_that_differ(judged, other):
    """Two different whole-school figures are a problem at the second, and none of them is used."""
    primary, junior = nine_year()
    run = judged(table(primary, {**junior, "equipment_value": other}))
    assert [at("W403", "M3")] == [entry for entry in said(run) if entry[0] != "W205"]
    assert [None, None] == values(run, "equipment_value")
    assert ([6.0, 6.6], [None, None]) == (values(run, "teaching_area"), passed(run))


def test_figures_divided_already(judged):
    """With 资源口径 本学部 every row keeps its own figures."""
    primary, junior = nine_year(basis="本学部")
    # the shares by hand, of the figures in the docstring of nine_year: 15/26 and 11/26
    divided = [(3900, 300, 5700, 1_500_000, 15), (2860, 220, 4180, 1_100_000, 11)]
    rows = [
        {**row, **dict(zip(SHARED, own_, strict=True))} for row, own_ in zip((primary, junior), divided, strict=True)
    ]
    run = judged(table(*rows))
    assert [] == said(run)
    is_nine_year(run)


def test_the_basis_may_say_the_whole_school(judged):
    """资源口径 全校 is what is taken without it."""
    run = judged(table(*nine_year(basis="全校")))
    assert [] == said(run)
    is_nine_year(run)


@pytest.mark.parametrize("kept", [0, 1], ids=["primary only", "junior only"])
def test_a_missing_section(judged, kept):
    """Where the row of a section is missing, what the school shares cannot be divided: never a pass."""
    primary, junior = nine_year()
    shared = {name: primary[name] for name in SHARED}
    run = judged(table({**(primary, junior)[kept], **shared}), by="county")
    assert at("W405", "C2") in said(run)
    assert ([None], [None], None) == (values(run, "teaching_area"), passed(run), run.schools_passed)
    assert [None] == [county.passed for county in run.counties]


def test_a_missing_section_whose_figures_are_divided_already(judged):
    """Nothing has to be divided where the figures are the section's own, and yet the other section is missing."""
    run = judged(table(school_row(type="九年一贯制学校", basis="本学部")))
    assert ["W409"] == [code for code, _ in said(run)]
    assert [None] == passed(run)


def test_a_section_without_pupils(judged):
    """A section that has no pupils yet leaves everything to the other."""
    primary, junior = nine_year()
    run = judged(table(primary, {**junior, "students": 0}))
    # 6240 ÷ 600 and 10,400 ÷ 600
    assert ([], 10.4) == (said(run), values(run, "teaching_area")[0])
    assert ([None, "no_students"], [True, None]) == (list(run.assessment.left_out), passed(run))


def test_a_section_whose_pupils_are_blank(judged):
    """Without the pupils of one section nothing shared can be divided, and the blank is named."""
    primary, junior = nine_year()
    run = judged(table(primary, {**junior, "students": None}))
    assert [at("W205", "F3")] == said(run)
    assert ([None, None], [None, None]) == (values(run, "teaching_area"), passed(run))
    assert [5.0, None] == values(run, "overqualified_teachers")


def test_a_complete_secondary_school(judged):
    """A 完全中学 is divided with its 高中 pupils, who are not judged.

    600 junior pupils × 1.1 = 660 and 300 senior × 1.32 = 396 weigh 1056: junior has 660 ÷ 1056 = 5/8.
    """
    both = {"code": "3137000004", "name": "第三中学", "type": "完全中学"}
    shared = {
        "teaching_area": 7520,  # without the gym 6720, × 5/8 = 4200, ÷ 600 = 7
        "indoor_sports_area": 800,
        "sports_ground_area": 9760,  # with the gym 10,560, × 5/8 = 6600, ÷ 600 = 11
        "equipment_value": 2_592_000,  # × 5/8 = 1,620,000, ÷ 600 = 2700
        "multimedia_classrooms": 24,  # × 5/8 = 15, ÷ 600 × 100 = 2.5
    }
    teachers = {"overqualified_teachers": 36, "backbone_teachers": 9, "pe_art_teachers": 6}  # 6.0, 1.5, 1.0
    senior = {**dict.fromkeys(HEADINGS), "county": "示例县", **both, "stage": "高中", "students": 300}
    junior = school_row(**both, stage="初中", students=600, **teachers, **dict.fromkeys(SHARED))
    for rows in ([{**junior, **shared}, senior], [{**senior, **shared}, junior]):
        run = judged(table(*rows))
        at_ = text(run, "stage").index("junior")
        assert [] == said(run)
        assert [6.0, 1.5, 1.0, 7.0, 11.0, 2700.0, 2.5] == [values(run, indicator)[at_] for indicator in VALUES]
        assert (True, "stage_not_assessed") == (passed(run)[at_], run.assessment.left_out[1 - at_])
        assert True is run.schools_passed


def test_a_twelve_year_school(judged):
    """A 十二年一贯制学校 is divided by 1 : 1.1 : 1.32.

    1320 primary, 1200 junior × 1.1 = 1320 and 1000 senior × 1.32 = 1320: a third each.
    """
    both = {"code": "3137000005", "name": "外国语学校", "type": "十二年一贯制学校"}
    shared = {
        "teaching_area": 24060,  # without the gym 23,760, ÷ 3 = 7920, ÷ 1320 = 6.0 and ÷ 1200 = 6.6
        "indoor_sports_area": 300,
        "sports_ground_area": 39300,  # with the gym 39,600, ÷ 3 = 13,200, ÷ 1320 = 10 and ÷ 1200 = 11
        "equipment_value": 9_900_000,  # ÷ 3 = 3,300,000, ÷ 1320 = 2500 and ÷ 1200 = 2750
        "multimedia_classrooms": 99,  # ÷ 3 = 33, for 100 pupils 2.5 and 2.75
    }
    primary = school_row(
        **both,
        stage="小学",
        students=1320,
        overqualified_teachers=66,
        backbone_teachers=33,
        pe_art_teachers=33,
        **shared,
    )  # 5.0, 2.5, 2.5
    junior = school_row(
        **both,
        stage="初中",
        students=1200,
        overqualified_teachers=72,
        backbone_teachers=30,
        pe_art_teachers=24,
        **dict.fromkeys(SHARED),
    )  # 6.0, 2.5, 2.0
    senior = {**dict.fromkeys(HEADINGS), "county": "示例县", **both, "stage": "高中", "students": 1000}
    run = judged(table(primary, junior, senior))
    assert [] == said(run)
    assert [5.0, 2.5, 2.5, 6.0, 10.0, 2500.0, 2.5] == [values(run, indicator)[0] for indicator in VALUES]
    assert [6.0, 2.5, 2.0, 6.6, 11.0, 2750.0, 2.75] == [values(run, indicator)[1] for indicator in VALUES]
    assert ([True, True, None], True) == (passed(run), run.schools_passed)
    run = judged(table(primary, junior))  # without the senior row nothing can be divided
    assert at("W405", "C2") in said(run)
    assert [None, None] == passed(run)


def test_merged_words_of_a_school_in_two_rows(judged):
    """Where code, name and type are merged over the two rows of a school, its second row does not vanish."""
    primary, junior = nine_year()
    run = judged(table(primary, {**junior, "code": None, "name": None, "type": None}))
    assert at("W301", "C3") in said(run)
    assert (2, None) == (len(names(run)), run.schools_passed)


def test_one_school_under_two_types(judged):
    """The rows of one school have one type; where they do not, what it shares is not used."""
    primary, junior = nine_year()
    run = judged(table({**primary, "type": "小学"}, junior))
    assert "W407" in [p.kind.code for p in run.problems]
    assert ([None, None], [None, None]) == (values(run, "teaching_area"), passed(run))


# ------------------------------------------------------------------------------------------------- the indoor sports area


def test_no_column_of_indoor_sports(judged):
    """Without the column the teaching area counts as it is, sports without a gym, and a warning says so."""
    run = judged(table(school_row(), without=["indoor_sports_area"]))
    assert [at("W114", "A1")] == said(run)
    assert Severity.WARNING is run.problems[0].severity
    # 5000 ÷ 1000 and 7600 ÷ 1000
    assert ([5.0], [7.6], [True]) == (values(run, "teaching_area"), values(run, "sports_area"), passed(run))


def test_a_blank_indoor_sports_area_is_said_at_its_cell(judged):
    """Only the blank cell is blank: the sports ground beside it is filled in."""
    assert [at("W205", "K2")] == said(judged(table(school_row(indoor_sports_area=None))))


def test_a_blank_indoor_sports_area(judged):
    """Where the column is there, a blank in it is no figure: neither area can be told."""
    run = judged(table(school_row(indoor_sports_area=None)))
    assert at("W205", "K2") in said(run)
    assert ([None], [None], [None]) == (values(run, "teaching_area"), values(run, "sports_area"), passed(run))


def test_a_sports_area_that_is_given(judged):
    """A given 体育运动场馆面积 is taken as it is, and the gym is still taken off the teaching area."""
    run = judged(table(school_row(sports_area=9000)))
    assert ([], [9.0], [4.6]) == (said(run), values(run, "sports_area"), values(run, "teaching_area"))


def test_a_sports_area_that_is_blank(judged):
    """Where 体育运动场馆面积 is blank and its parts are given, their sum stands for it."""
    run = judged(table(school_row(sports_area=None)))
    assert ([], [8.0]) == (said(run), values(run, "sports_area"))


def test_a_gym_larger_than_the_teaching_area(judged):
    """A gym larger than the area that includes it is a problem at the gym; the teaching area is not used."""
    run = judged(table(school_row(indoor_sports_area=6000)))
    assert at("W304", "K2") == said(run)[0]
    assert ([None], [None]) == (values(run, "teaching_area"), passed(run))


def test_a_gym_in_doubt_is_not_counted_as_sports_area(judged):
    """A gym that cannot be right does not help the sports area either: 1600 + 6000 would meet the bar."""
    run = judged(table(school_row(indoor_sports_area=6000, sports_ground_area=1600)))
    assert [None] == values(run, "sports_area")


def test_a_gym_as_large_as_the_teaching_area(judged):
    """A gym as large as the whole leaves 0, which is a figure."""
    run = judged(table(school_row(indoor_sports_area=5000)))
    assert ([], [0.0], [False]) == (said(run), values(run, "teaching_area"), passed(run))


def test_a_shared_gym_larger_than_the_teaching_area(judged):
    """For a school of two rows the fault is said once, at the row that the figures stand in."""
    primary, junior = nine_year()
    run = judged(table({**primary, "indoor_sports_area": 7000}, junior))
    assert [at("W304", "K2")] == [entry for entry in said(run) if entry[0] == "W304"]
    assert [None, None] == passed(run)


# ----------------------------------------------------------------------------------------------------------------- years


@pytest.mark.parametrize(
    "cell",
    [
        2023,
        dt.date(2023, 9, 1),
        *each("2023|2023-2024|2023—2024|2023–2024学年|2023-2024学年度|2023学年|2023年|2023学年度|２０２３|2023/2024"),
        *each("2023~2024|2023～2024|2023至2024学年|2023-24| 2023 年 |2023年度|2023学年初"),
    ],
)
def test_school_years(judged, cell):
    """A school year is read in every usual spelling, by the year in which it begins."""
    run = judged(table(school_row(year=cell)), year=None)
    assert ([], 2023) == (said(run), run.year)
    is_good(run)


@pytest.mark.parametrize(
    "cell",
    [
        *each("二〇二三|去年|23|20233|1"),
        pytest.param("2023-2025"),
    ],
)
def test_what_is_no_school_year(judged, cell):
    """A year that cannot be read is said at its cell."""
    run = judged(table(school_row(year=cell)))
    assert at("W210", "O2") in said(run)


@pytest.mark.parametrize(
    ("name", "year"),
    [
        ("2023.xlsx", 2023),
        ("学校表2023.xlsx", 2023),
        ("学校表2023-2024.xlsx", 2023),
        ("2022-2023学年学校.xlsx", 2022),
        ("2023/学校.xlsx", 2023),
        ("2023年/学校.xlsx", 2023),
        ("2022/学校2023.xlsx", 2023),
        ("学校20230901.xlsx", None),
        ("2021和2023.xlsx", None),
        ("学校.xlsx", None),
    ],
)
def test_the_year_of_a_file(folder, name, year):
    """Without a column of years the year is in the file's name, else in its folder's; else every row counts."""
    path = folder / name
    path.parent.mkdir(exist_ok=True)
    run = judge([write_xlsx(path, table(school_row()))])
    assert year == run.year
    is_good(run)


def test_the_column_of_years_goes_before_the_name(folder):
    """A column of years says more than the name of the file."""
    path = write_xlsx(folder / "2021.xlsx", table(school_row(year=2023)))
    run = judge([path], year=2023)
    assert [] == said(run)
    is_good(run)


def test_the_year_picks_its_rows(judged):
    """Only the rows of the year asked for are schools of it."""
    rows = [school_row(year=2022, students=2000), school_row(year=2023), school_row(year="2024-2025", students=3000)]
    run = judged(table(*rows))
    assert ([], [1000.0], 2023) == (said(run), figures(run, "students"), run.year)
    is_good(run)


def test_several_years_and_none_asked_for(refused):
    """Several years cannot be judged as one."""
    problems = refused(table(school_row(year=2022), school_row(year=2023)), year=None)
    assert ["W110"] == [p.kind.code for p in problems]
    assert "2022、2023" in problems[0].message("zh")


def test_several_files_of_several_years_and_none_asked_for(folder):
    """The years of file names cannot be judged as one either."""
    for year in (2022, 2023):
        write_xlsx(folder / f"{year}.xlsx", table(school_row()))
    with pytest.raises(Unusable) as unusable:
        judge([folder], by="county")
    assert ["W110"] == [p.kind.code for p in unusable.value.problems]


def test_no_rows_of_the_year(refused):
    """A year that no row has is refused, and the years that are there are named."""
    problems = refused(table(school_row(year=2022)))
    assert ["W109"] == [p.kind.code for p in problems]
    assert "2022" in problems[0].message("zh")


def test_no_file_of_the_year(folder):
    """A year that no file has is refused."""
    path = write_xlsx(folder / "2022.xlsx", table(school_row()))
    with pytest.raises(Unusable) as unusable:
        judge([path], year=2023)
    assert "W109" in [p.kind.code for p in unusable.value.problems]


def test_problems_of_another_years_file_are_not_shown(folder):
    """Of a file of another year it is only said that it was left aside."""
    write_xlsx(folder / "2022.xlsx", table(school_row(students="45人", type="幼儿园", backbone_teachers=None)))
    write_xlsx(folder / "2023.xlsx", table(school_row()))
    run = judge([folder], year=2023, by="county")
    assert [("W115", "2022.xlsx › 学校")] == [entry for entry in said(run) if entry[0][0] == "W"]
    is_good(run)


def test_problems_of_another_years_rows_are_not_shown(judged):
    """Rows of another year are left aside with their problems."""
    rows = [school_row(year=2022, students="45人", type="幼儿园"), school_row(year=2023)]
    run = judged(table(*rows))
    assert [] == said(run)
    is_good(run)


@pytest.mark.parametrize(("cell", "code"), [(None, "W214"), ("去年", "W210")])
def test_a_row_whose_year_is_not_known(judged, cell, code):
    """Among rows of several years, one whose year cannot be told is said, and nothing passes without it."""
    rows = [school_row(year=2022), school_row(year=cell, code="3137000002", name="第二小学"), school_row(year=2023)]
    run = judged(table(*rows), by="county")
    assert at(code, "O3") in said(run)
    assert {"第一小学": True, "第二小学": None} == dict(zip(names(run), passed(run), strict=True))
    assert (None, [None]) == (run.schools_passed, [county.passed for county in run.counties])


def test_a_blank_year_where_the_sheet_has_one(judged):
    """A blank year is the only year of its sheet, and a warning says so at the cell."""
    run = judged(table(school_row(year=2023), school_row(year=None, code="3137000002", name="第二小学")))
    assert [at("W211", "O3")] == said(run)
    assert Severity.WARNING is run.problems[0].severity
    assert [True, True] == passed(run)


# --------------------------------------------------------------------------------------------------------- a columns file


def test_a_columns_file(judged, mapping):
    """A heading, a sum, a factor and a fixed value feed their fields."""
    rows = [
        ["单位", "男生", "女生", "设备值(万元)", "高学历", "骨干", "体艺", "教学房", "馆", "操场", "班班通"],
        ["第一小学", 520, 480, 210, 50, 12, 10, 5000, 400, 7600, 24],
    ]
    columns = mapping(
        """
name: 单位
type: {value: 小学}
county: {value: 示例县}
students: [男生, 女生]
equipment_value: {heading: 设备值(万元), times: 10000}
overqualified_teachers: 高学历
backbone_teachers: {heading: 骨干}
pe_art_teachers: [体艺]
teaching_area: 教学房
indoor_sports_area: 馆
sports_ground_area: {headings: 操场, times: 1}
multimedia_classrooms: 班班通
"""
    )
    run = judged(rows, columns=columns)
    assert ([], ["示例县"], [1000.0]) == (said(run), text(run, "county"), figures(run, "students"))
    is_good(run)


@pytest.mark.parametrize("written", ["設備（ 萬元 ）", "設備\n(萬元)"])
def test_mapped_headings_are_found_through_spaces_and_brackets(judged, mapping, written):
    """What does not matter in a heading does not matter in a columns file."""
    columns = mapping("equipment_value: {heading: 設備(萬元), times: 10000}")
    row = school_row(equipment_value="２１０")
    is_good(judged(table(row, headings={"equipment_value": written}), columns=columns))


def test_a_sum_under_full_width_digits(judged, mapping):
    """Digits of either width are the same digits in the headings of a sum."""
    rows = _boys_and_girls(520, "４８０")
    rows[0][-2:] = ["１年級男學生數", "1年級女學生數"]
    is_good(judged(rows, columns=mapping("students: [1年級男學生數, １年級女學生數]")))


def test_a_mapped_heading_goes_before_a_known_one(judged, mapping):
    """What the columns file says holds against a heading that would be known."""
    rows = [[*row, more] for row, more in zip(table(school_row(students=5)), ["九月在校生", 1000], strict=True)]
    is_good(judged(rows, columns=mapping("students: 九月在校生")))


def test_a_factor_below_one(judged, mapping):
    """times may be a fraction: 21,000,000 角 × 0.1 = 2,100,000 元."""
    row = school_row(equipment_value=21_000_000)
    run = judged(
        table(row, headings={"equipment_value": "设备"}),
        columns=mapping("equipment_value: {heading: 设备, times: 0.1}"),
    )
    is_good(run)


def test_a_mapped_heading_that_says_ten_thousand(judged, mapping):
    """A heading that says 万元 is converted, as everywhere, where the columns file gives no factor of its own."""
    row = school_row(equipment_value=210)
    run = judged(
        table(row, headings={"equipment_value": "设备总额（万元）"}),
        columns=mapping("equipment_value: 设备总额（万元）"),
    )
    is_good(run)


def _boys_and_girls(boys, girls):
    rows = table(school_row(), without=["students"])
    return [[*row, *more] for row, more in zip(rows, [["男生", "女生"], [boys, girls]], strict=True)]


@pytest.mark.parametrize(
    ("boys", "girls", "expected"),
    [
        (None, 480, [at("W205", "N2")]),
        pytest.param(520, None, [at("W205", "O2")]),
        pytest.param(520, "45人", [at("W201", "O2")]),
        pytest.param(520, "=N2-40", [at("W204", "O2")]),
        pytest.param(520, "#N/A", [at("W212", "O2")]),
    ],
)
def test_a_part_of_a_sum_that_is_no_figure(judged, mapping, boys, girls, expected):
    """A sum with a part that is no figure is none, and the cell that lacks it is named."""
    run = judged(_boys_and_girls(boys, girls), columns=mapping("students: [男生, 女生]"))
    assert expected == said(run)  # without pupils the table ends in M: boys in N, girls in O
    assert ([None], [None]) == (figures(run, "students"), passed(run))


def test_a_mapped_heading_that_is_not_there(refused, mapping):
    """A heading that the table does not have is refused, and the nearest one is named."""
    problems = refused(_boys_and_girls(520, 480), columns=mapping("students: [男生, 女生数]"))
    assert [at("W119", "A1")] == said(problems)
    assert "“女生”" in problems[0].message("zh")


def test_a_mapped_heading_that_stands_twice(judged, mapping):
    """A mapped heading over two columns is not guessed."""
    rows = [[*row, more] for row, more in zip(_boys_and_girls(520, 480), ["女生", 400], strict=True)]
    run = judged(rows, columns=mapping("students: [男生, 女生]"))
    assert at("W111", "P1") in said(run)
    assert ([None], [None]) == (figures(run, "students"), passed(run))


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("studnets: 男生", "students"),
        ("students:", "heading"),
        ("students: {}", "heading"),
        ("students: {heading: 男生, factor: 2}", "heading"),
        ("students: []", "heading"),
        ("students: {heading: 男生, times: -1}", "times"),
        ("students: {heading: 男生, times: 0}", "times"),
        ("students: {heading: 男生, times: 一万}", "times"),
        ("students: {heading: 男生, times: true}", "times"),
        ("students: {value: 1000, times: 2}", "heading"),
        ("students: {value: 很多}", "students"),
        ("students: {value: -5}", "students"),
        ("name: [男生, 女生]", "name"),
        ("type: {value: 幼儿园}", "小学"),
        ("students: {heading: {a: b}}", "heading"),
    ],
)
def test_a_columns_file_with_a_fault(refused, mapping, line, told):
    """A fault of the columns file is told with its line, and what would be right."""
    path = mapping(f"county: 县(市、区)\n{line}\n")
    problems = refused(table(school_row()), columns=path)
    assert [("W120", 2)] == [(p.kind.code, p.place.line) for p in problems]
    assert told in problems[0].message("zh")


@pytest.mark.parametrize("text_", ["- 男生\n", "男生\n"])
def test_a_columns_file_that_is_no_mapping(refused, mapping, text_):
    """A columns file that holds something else is refused."""
    assert {"W120"} == {p.kind.code for p in refused(table(school_row()), columns=mapping(text_))}


def test_every_fault_of_a_columns_file_at_once(refused, mapping):
    """All faults of a columns file are told together."""
    problems = refused(table(school_row()), columns=mapping("a: b\nstudents: {}\nname: [c, d]\n"))
    assert [1, 2, 3] == [p.place.line for p in problems]


def test_fixed_words(judged, mapping):
    """A year, an owner and a stage may be fixed too."""
    columns = mapping("year: {value: 2023}\nowner: {value: 民办}\nstage: {value: 小学}")
    run = judged(table(school_row(), without=["stage"]), columns=columns, year=None)
    assert ([], 2023, ["private"]) == (said(run), run.year, text(run, "owner"))
    is_good(run)


def test_a_fixed_number(judged, mapping):
    """A fixed value may stand for a figure."""
    run = judged(
        table(school_row(), without=["indoor_sports_area"]), columns=mapping("indoor_sports_area: {value: 400}")
    )
    assert [] == said(run)
    is_good(run)


# ------------------------------------------------------------------------------------------------- fields of one's own

OWN = """
title: {{zh: 示例县实验室标准, en: Laboratories of a county}}
sources:
  own: {{title: 示例县的办法}}
fields:
  laboratories: {{zh: 实验室数, en: Laboratories, kind: count, unit: {unit}, share: split, whole: true, headers: [实验用房]}}
divisions: {{pupil_weight: {{primary: 1, junior: 1.1, senior: 1.32}}, fields: [laboratories], cite: own, quote: "1:1.1:1.32"}}
indicators:
  - id: laboratories
    name: {{zh: 每百名学生实验室数, en: Laboratories per 100 students}}
    kind: ratio
    of: laboratories
    to: students
    per: 100
    unit: {unit}
    at_least: 2.6
    cite: own
    quote: 每百名学生2.6{unit}以上
school_rule: {{meet_at_least: all, cite: own, quote: 全部达标}}
"""


@pytest.mark.parametrize("unit", ["间", "辆", "套"])
@pytest.mark.parametrize("form", ["实验室数", "实验用房", "laboratories"])
def test_a_field_that_a_standard_brings(judged, folder, unit, form):
    """A column that only the user's standard knows is found under its heading, with its own unit, divided and judged.

    26 for the whole nine-year school: 15 for 600 pupils, 2.5 for 100, and 11 for 400, 2.75.
    """
    standard = folder / "own.yaml"
    standard.write_text(OWN.format(unit=unit), "utf-8")
    rows = table(*nine_year(), without=SHARED)
    run = judged(
        [[*row, more] for row, more in zip(rows, [form.format(unit), 26, None], strict=True)], standard=str(standard)
    )
    assert [] == [entry for entry in said(run) if entry[0][0] == "W"]
    assert ([2.5, 2.75], ["unmet", "met"]) == (values(run, "laboratories"), outcomes(run, "laboratories"))
    assert [False, True] == passed(run)


@pytest.mark.parametrize(
    "unit",
    [
        "间",
        *(pytest.param(unit) for unit in "辆套"),
        "册",
    ],
)
def test_the_unit_of_a_field_that_a_standard_brings(judged, folder, unit):
    """The template heads such a column with its unit, so that unit is known in the heading, whatever it is."""
    standard = folder / "own.yaml"
    standard.write_text(OWN.format(unit=unit), "utf-8")
    rows = table(school_row(), without=SHARED)
    run = judged(
        [[*row, more] for row, more in zip(rows, [f"实验室数（{unit}）", 26], strict=True)], standard=str(standard)
    )
    assert ([], [2.6]) == ([entry for entry in said(run) if entry[0][0] == "W"], values(run, "laboratories"))


def test_a_fault_in_a_field_that_a_standard_brings(judged, folder):
    """A field of one's own is checked as the others are: half a laboratory is none."""
    standard = folder / "own.yaml"
    standard.write_text(OWN.format(unit="间"), "utf-8")
    rows = [[*row, more] for row, more in zip(table(school_row(), without=SHARED), ["实验室数", 2.5], strict=True)]
    run = judged(rows, standard=str(standard))
    assert [at("W203", "J2")] == [entry for entry in said(run) if entry[0][0] == "W"]
    assert [None] == passed(run)


GOOD_SCHOOL = "1000,50,12,10,5000,0,8000,2500000,25"  # meets every bar of 2017


def _dated(folder, *rows):
    """Return the run of 2023 over a csv whose rows are a school, its stage and a year."""
    head = "学校名称,办学类型,学段,年度,在校生数,高于规定学历教师数,县级以上骨干教师数,体育、艺术专任教师数,教学及辅助用房面积,室内体育用房面积,运动场地面积,教学仪器设备值,网络多媒体教室数"
    lines = [
        f"{name},{'完全中学' if stage != '小学' else '小学'},{stage},{year},{GOOD_SCHOOL}" for name, stage, year in rows
    ]
    (folder / "a.csv").write_text("\n".join([head, *lines]) + "\n", "utf-8")
    return judge([folder / "a.csv"], year=2023)


@pytest.mark.parametrize(("of_year", "said"), [(10, True), (9, False)])
def test_one_row_of_another_year_among_ten_is_said(folder, of_year, said):
    """Ten beside one of a school that has its row is a likely slip, nine beside one may be a table over years."""
    rows = [(f"第{i}小学", "小学", 2023) for i in range(1, of_year + 1)]
    run = _dated(folder, *rows, ("第1小学", "小学", 2032))
    assert of_year == run.assessment.divisions.table.size
    assert said == ("W316" in [p.kind.code for p in run.problems])
    assert run.schools_passed is True


@pytest.mark.parametrize("of_year", [1, 2, 9, 10, 30])
def test_a_school_that_a_slip_of_the_year_would_lose_lets_nothing_pass(folder, of_year):
    """However many stand beside it: its only row is of 2032, so the table of 2023 may lack it."""
    rows = [(f"第{i}小学", "小学", 2023) for i in range(1, of_year + 1)]
    run = _dated(folder, *rows, ("城北小学", "小学", 2032))
    (found,) = [p for p in run.problems if p.kind.code == "W317"]
    assert f"D{of_year + 2}" == found.place.cell
    assert run.schools_passed is None


@pytest.mark.parametrize(
    ("rows", "lost"),
    [
        # a table over two years: 丙 was closed after 2022, 丁 opened in 2023
        (
            [
                ("甲", "小学", 2022),
                ("乙", "小学", 2022),
                ("丙", "小学", 2022),
                ("甲", "小学", 2023),
                ("丁", "小学", 2023),
            ],
            0,
        ),
        # the second row of 乙 was meant to be of 2023
        ([("甲", "小学", 2022), ("乙", "小学", 2022), ("乙", "小学", 2022), ("甲", "小学", 2023)], 2),
        # the junior section of 乙 is of another year than its senior one
        ([("甲", "小学", 2023), ("乙中学", "初中", 2032), ("乙中学", "高中", 2023)], 1),
        # both are of years that no other row is of
        ([("甲", "小学", 2023), ("乙", "小学", 2032), ("丙", "小学", 2203)], 2),
    ],
)
def test_a_table_over_years_is_told_from_a_slip(folder, rows, lost):
    """Schools that came and went lose nothing; rows of a year that none of the others is of, or twice in it, do."""
    run = _dated(folder, *rows)
    found = [p for p in run.problems if p.kind.code == "W317"]
    assert lost == sum(dict(p.facts)["few"] for p in found)
    assert (None if lost else True) is run.schools_passed
