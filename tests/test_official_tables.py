"""The official tables: layout and rounding of the forms, published tables reproduced, live formulas that agree."""

import re
from math import isclose

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from junheng.documents.catalogue import COUNTED
from junheng.documents.official_tables import TABLES, write_official_tables
from junheng.documents.record import record_of_run
from junheng.documents.submission import Submission
from junheng.engine.model import Bar, Composite, Stage, Variation
from junheng.number import shown
from junheng.run import judge
from tests.workbooks import nine_year, school_row, table, write_xlsx

DARK, FAINT = "00A6A6A6", "00FFF2CC"
CHECKS, RECORD = "数据与校验", "运行记录"


def as_texts(path):
    """Make texts again of what the writer of the input took for formulas."""
    book = load_workbook(path)
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                cell.data_type = "s" if cell.data_type == "f" else cell.data_type
    book.save(path)
    return path


def submission_of(path, standard="quality-balance", lang="zh"):
    """Return the only county of a table, ready to be written."""
    run = judge([path], standard, year=2023, by="county")
    return Submission(run, run.counties[0], record_of_run(run, run.counties[0], [(path, path.name)]), lang)


@pytest.fixture
def written(tmp_path):
    """Return a function that writes the tables of schools and reads the workbook again."""

    def write(rows, standard="quality-balance", lang="zh", answers=(), only=()):
        sheets = {"学校": table(*rows)}
        if answers:
            sheets["县级"] = [("项目", "填报", "佐证材料"), *answers]
        made = submission_of(as_texts(write_xlsx(tmp_path / "学校.xlsx", sheets)), standard, lang)
        write_official_tables(made, tmp_path / "申报表.xlsx", only)
        return load_workbook(tmp_path / "申报表.xlsx")

    return write


@pytest.fixture(scope="module")
def shili(root):
    """The example county of 2023 by both methods."""
    path = root / "examples" / "shili" / "2023.xlsx"
    return {name: submission_of(path, name) for name in ("quality-balance", "basic-balance")}


def texts(sheet: Worksheet):
    """Return all texts of a sheet."""
    return [str(cell.value) for row in sheet.iter_rows() for cell in row if isinstance(cell.value, str)]


def seen(cell):
    """Return what a cell shows: its number with the decimals of its format."""
    if not isinstance(cell.value, int | float):
        return cell.value
    return shown(float(cell.value), len(cell.number_format.partition(".")[2]))


def row_of(sheet, *starts):
    """Return the first row whose first cells with a value are these."""
    for row in sheet.iter_rows():
        filled = [cell.value for cell in row if cell.value is not None]
        if filled[: len(starts)] == list(starts):
            return row
    raise AssertionError(starts)


def rows_below(sheet, text):
    """Return the rows below the one that has a text."""
    rows = list(sheet.iter_rows())
    at = next(n for n, row in enumerate(rows) if any(cell.value == text for cell in row))
    return rows[at + 1 :]


def fill(cell):
    """Return the colour of a cell; None where it has none."""
    return cell.fill.fgColor.rgb if cell.fill.fill_type else None


# -------------------------------------------------------------------------------------------------- published tables

JIUJIANG = {  # 芜湖市鸠江区 2023, 小学, as published: 全县平均值, 标准差, 差异系数
    "overqualified_teachers": ("5.515273", "1.643162", "0.297929"),
    "backbone_teachers": ("0.887611", "0.445392", "0.501787"),
    "pe_art_teachers": ("0.879277", "0.353427", "0.401952"),
    "teaching_area": ("4.563288", "1.316139", "0.288419"),
    "sports_area": ("7.925946", "2.975795", "0.375450"),
    "equipment_value": ("2496.674864", "780.914372", "0.312782"),
    "multimedia_classrooms": ("2.784743", "1.097759", "0.394205"),
}


@pytest.fixture
def jiujiang(shili, tmp_path):
    """The tables of a county whose coefficients are the published ones."""
    made = shili["quality-balance"]
    limit = Bar(made.run.assessment.method.variation.at_most[Stage.PRIMARY].amount, 2)
    found = tuple(
        Variation(Stage.PRIMARY, name, 40, 40000.0, 0, *map(float, figures), limit, float(figures[2]) <= 0.5, False)
        for name, figures in JIUJIANG.items()
    )
    county = made.county._replace(variations=found, composites=())
    write_official_tables(made._replace(county=county), tmp_path / "x.xlsx", ["表Ⅲ", "校际差异系数表"])
    return load_workbook(tmp_path / "x.xlsx")


def test_the_table_of_jiujiang_is_reproduced(jiujiang):
    """Mean, standard deviation and coefficient with six decimals, L1 to L8, the composite .367503 on the last row only."""
    sheet = jiujiang["校际差异系数表"]
    rows = rows_below(sheet, "指标差异系数监测结果（小学部分）")
    assert [f"L{n}" for n in range(1, 9)] == [c.value for c in rows[1] if c.value]
    for at, name in enumerate(("全县平均值", "标准差", "差异系数")):
        cells = [c for c in rows[2 + at] if c.value is not None]
        assert [at + 1, name] == [c.value for c in cells[:2]]
        composite = ["0.367503"] if name == "差异系数" else []
        assert [figures[at] for figures in JIUJIANG.values()] + composite == [seen(c) for c in cells[2:]]


def test_table_three_rounds_as_the_form_asks_and_hides_no_verdict(jiujiang):
    """Mean two decimals, coefficient three, 综合 —— beside the mean; .501787 is dark although 2 decimals would pass it."""
    sheet = jiujiang["表Ⅲ"]
    mean, cv = row_of(sheet, "小学", "全县平均值"), row_of(sheet, "差异系数")
    assert ["5.52", "0.89", "0.88", "4.56", "7.93", "2496.67", "2.78", "——"] == [seen(c) for c in mean[2:]]
    assert ["0.298", "0.502", "0.402", "0.288", "0.375", "0.313", "0.394", "0.368"] == [seen(c) for c in cv[2:]]
    assert 0.501787 == cv[3].value
    assert [None, DARK, None] == [fill(c) for c in cv[2:5]]
    assert any("骨干教师临界，未取整为 0.501787，超过限值" in text for text in texts(sheet))
    assert any("初中：没有纳入测算的学校" in text for text in texts(sheet))


LUYANG = {  # 合肥市庐阳区, as published in the table of six districts of Anhui: 全县平均值 and 差异系数, the last is 综合
    Stage.PRIMARY: (
        ["3.042", "4.424", "1295.915", "8.296", "22.007", "0.049", "0.047", "0.030"],
        ["0.881", "1.299", "0.977", "0.379", "0.170", "0.334", "0.286", "0.408", "0.592"],
    ),
    Stage.JUNIOR: (
        ["5.099", "5.831", "1393.560", "8.109", "30.609", "0.065", "0.057", "0.043"],
        ["0.353", "0.784", "0.146", "0.491", "0.037", "0.226", "0.223", "0.253", "0.314"],
    ),
}


def test_the_table_of_anhui_is_reproduced(shili, tmp_path):
    """Two rows for each stage, three decimals, 综合 on the rows of coefficients; no single coefficient is judged."""
    made = shili["basic-balance"]
    method = made.run.assessment.method
    variations, composites = [], []
    for stage, (means, cvs) in LUYANG.items():
        for indicator, mean, cv in zip(method.indicators, means, cvs, strict=False):
            sd = float(mean) * float(cv)
            found = Variation(stage, indicator.id, 20, 9000.0, 0, float(mean), sd, float(cv), None, None, False)
            variations.append(found)
        composites.append(Composite(stage, float(cvs[-1]), method.variation.at_most[stage], True, False))
    county = made.county._replace(variations=tuple(variations), composites=tuple(composites))
    write_official_tables(made._replace(county=county), tmp_path / "x.xlsx", ["表Ⅲ", "校际差异系数表"])
    book = load_workbook(tmp_path / "x.xlsx")
    rows = list(book["校际差异系数表"].iter_rows(min_row=4, max_row=7))
    for at, (stage, name) in enumerate(((Stage.PRIMARY, "小学"), (Stage.JUNIOR, "初中"))):
        mean, cv = rows[2 * at], rows[2 * at + 1]
        means, cvs = LUYANG[stage]
        assert [name, "全县平均值", *means, "—"] == [seen(c) for c in mean[2:]]
        assert ["差异系数", *cvs] == [seen(c) for c in cv[3:]]
        assert {None} == {fill(c) for c in cv[3:]}  # 1.299 is above .65, but only the composite is judged
    assert [1, "示例县"] == [c.value for c in rows[0][:2]]
    assert "生均教学及辅助用房面积（㎡）" in texts(book["校际差异系数表"])
    assert ["0.049", "——"] == [seen(row_of(book["表Ⅲ"], "小学", "全县平均值")[c]) for c in (7, 10)]
    assert any("综合差异系数限值≤0.65；均符合" in text for text in texts(book["表Ⅲ"]))


# ------------------------------------------------------------------------------------------------------------- 表Ⅱ


def test_each_school_has_its_row_its_shades_and_its_remarks(written):
    """1 for a school that meets the standard, nothing for one that does not, words where it is open."""
    rows = [
        school_row(owner="县级教育"),
        school_row(name="第二小学", code="3137000003", sports_ground_area=6000, owner="民办"),  # 6400 ÷ 1000: 85.3 %
        school_row(name="第三小学", code="3137000004", backbone_teachers=8),  # 0.8 of at least 1: below 85 %
        school_row(name="第四小学", code="3137000005", backbone_teachers=None),
        *nine_year(),
    ]
    sheet = written(rows, only=["表Ⅱ-2"])["表Ⅱ-2"]
    first, second, third, fourth = (row_of(sheet, n) for n in (1, 2, 3, 4))
    assert [7, 10, "未填报"] == [row[4].value for row in (first, second, third)]
    assert [1, 1, None, "无法判定"] == [row[14].value for row in (first, second, third, fourth)]
    assert [None, None, DARK, FAINT] == [fill(row[14]) for row in (first, second, third, fourth)]
    assert "达到100%：L7 L8 L9 L10 L11 L12 L13" == first[15].value
    assert "达到100%：L7 L8 L9 L10 L12 L13；达到85%：L11" == second[15].value
    assert "达到100%：L7 L9 L10 L11 L12 L13；低于85%：L8" == third[15].value
    assert "达到100%：L7 L9 L10 L11 L12 L13；缺数据：L8" == fourth[15].value
    assert [DARK, DARK] == [fill(second[11]), fill(third[8])]
    assert ["5.00", "1.20", "1.00", "4.60", "8.00", "2100.00", "2.40"] == [seen(c) for c in first[7:14]]
    assert "缺数据" == fourth[8].value
    assert ["小学", "≥4.2", "≥1.0"] == [c.value for c in sheet[5] if c.value][:3]
    assert [5, 6] == [row[0].value for row in sheet.iter_rows() if row[1].value == "实验学校"]  # a row for each part


@pytest.mark.parametrize(
    ("teachers", "shown_as", "dark", "near"), [(4196, "4.20", True, True), (4200, "4.20", False, False)]
)
def test_what_rounding_would_pass_is_still_dark_and_said(written, teachers, shown_as, dark, near):
    """4.196 shows as 4.20 against a bar of 4.2."""

    row = school_row(students=100_000, overqualified_teachers=teachers)
    sheet = written([row], only=["表Ⅱ-2"])["表Ⅱ-2"]
    cells = row_of(sheet, 1)
    assert (shown_as, DARK if dark else None) == (seen(cells[7]), fill(cells[7]))
    assert near is ("临界（未取整）：L7 4.196" in cells[15].value)


def test_counts_are_those_of_the_schools(written):
    """Of three primary schools two have enough backbone teachers; the third lacks the figure and is not one that fails."""
    rows = [school_row(), school_row(name="乙", code="2"), school_row(name="丙", code="3", backbone_teachers=None)]
    sheet = written(rows, only=["表Ⅱ-1"])["表Ⅱ-1"]
    cells = row_of(sheet, "小学", 3)
    assert [3, 3, "100.00", 2, "66.67"] == [
        cells[1].value,
        cells[2].value,
        seen(cells[3]),
        cells[4].value,
        seen(cells[5]),
    ]
    assert [None, FAINT] == [fill(cells[2]), fill(cells[4])]
    assert [2, FAINT] == [cells[16].value, fill(cells[16])]
    assert ["—"] * 16 == [c.value for c in row_of(sheet, "初中", 0)[2:]]


def test_schools_stand_in_the_same_order_everywhere(shili, tmp_path):
    """That of the table of schools, in 表Ⅱ-2, in the divisions, and in the checks."""
    made = shili["quality-balance"]
    write_official_tables(made, tmp_path / "x.xlsx")
    book = load_workbook(tmp_path / "x.xlsx")
    table = made.run.assessment.divisions.table
    order = [table.text("name")[i] for i in made.in_order()]
    listed = [row[1].value for row in book["表Ⅱ-2"].iter_rows(min_row=5) if isinstance(row[0].value, int)]
    primary = [table.text("name")[i] for i in made.county.judged if table.text("stage")[i] == "primary"]
    assert primary == listed[: len(primary)]
    divided = [row[1].value for row in book["拆分计算表"].iter_rows(min_row=5) if isinstance(row[0].value, int)]
    assert sorted(divided, key=order.index) == divided
    assert primary == [row[1].value for row in rows_below(book[CHECKS], "序号")[: len(primary)]]


# --------------------------------------------------------------------------------------------------- 表Ⅰ, Ⅳ, Ⅴ, Ⅵ


def test_table_one_counts_and_marks_what_nobody_gave(written):
    """Two primary schools and a nine-year school; one lacks its classes, so there is no sum and never a 0."""
    rows = [
        school_row(classes=24, teachers=60, owner="民办"),
        school_row(name="乙", code="2", classes=None, teachers=10),
        *({**row, "classes": 9, "teachers": 30} for row in nine_year()),
    ]
    sheet = written(rows, only=["表Ⅰ"])["表Ⅰ"]
    values = dict(zip((c.value for c in sheet[6]), (c.value for c in sheet[7]), strict=True))
    assert {"未填报"} == {values[f"L{n}"] for n in (1, 2, 3, 4, 5, 6, 7, 8, 15, 19, 21)}
    assert (2, 1, 0, 0, 0, 0) == tuple(values[f"L{n}"] for n in range(9, 15))
    assert (9, 2600, 400, 100, 30) == tuple(values[f"L{n}"] for n in (16, 17, 18, 20, 22))
    assert any("小学教学班数（个）：1 个学校（学部）未填报，其余合计 33" in text for text in texts(sheet))
    assert any("小学（含一贯制学校学部）中：" in text and "民办的有 1 所" in text for text in texts(sheet))


@pytest.mark.parametrize("standard", ["quality-balance", "basic-balance"])
def test_table_one_reads_what_the_standard_does_not_need(standard, tmp_path):
    """Classes, staff and teachers stand in the table of schools: `report` reads them whatever it judges by."""
    rows = [{**row, "classes": 10, "teachers": 30} for row in (school_row(), *nine_year())]
    path = write_xlsx(tmp_path / "学校.xlsx", {"学校": table(*rows)})
    run = judge([path], standard, year=2023, by="county", also=COUNTED)
    made = Submission(run, run.counties[0], record_of_run(run, run.counties[0], [(path, path.name)]), "zh")
    write_official_tables(made, tmp_path / "x.xlsx", ["表Ⅰ", "表Ⅱ-2"])
    book = load_workbook(tmp_path / "x.xlsx")
    sheet = book["表Ⅰ"]
    values = dict(zip((c.value for c in sheet[6]), (c.value for c in sheet[7]), strict=True))
    assert (20, 10, 60, 30) == tuple(values[f"L{n}"] for n in (15, 16, 20, 22))  # two primary sections, one junior
    assert ("未填报", "未填报") == (values["L19"], values["L21"])  # the table has no column of staff, and that is said
    assert any("小学教职工数（人）：学校表没有填报" in text for text in texts(sheet))
    assert [10, 10, 10] == [row[5].value for row in book["表Ⅱ-2"].iter_rows() if isinstance(row[0].value, int)]


ANSWERS = [
    ("义务教育学校教师平均工资收入水平", 99_960, "工资表"),
    ("当地公务员平均工资收入水平", 100_000),
    ("按规定足额核定教师绩效工资总量", "是"),
    ("特殊教育学校生均公用经费", 8000),
    ("交流轮岗教师数", 100),
    ("符合交流条件教师数", 1000),
    ("交流轮岗骨干教师数", 19),
    ("国家义务教育质量监测校际差异率最大值", 0.1496),
    ("有效问卷数", 1000),
    ("问卷满意数", 849),
]


@pytest.fixture
def answered(written):
    """The tables of a county that answered some things."""
    return written([school_row()], answers=ANSWERS)


def test_table_four_shows_ratios_with_one_decimal_and_says_what_that_hides(answered):
    """Pay of 0.9996 shows as 1.0 and is not met; 10 % is met on its line, 19 % of backbone teachers is not."""
    sheet = answered["表Ⅳ"]
    pay = next(row for row in sheet.iter_rows() if row[0].value == 8)
    assert ("1.0", "≥1", None, DARK) == (seen(pay[4]), pay[6].value, pay[7].value, fill(pay[7]))
    assert "工资表；临界，未取整为 0.9996" == pay[8].value
    assert DARK == fill(pay[4])
    special = next(row for row in sheet.iter_rows() if row[0].value == 7)
    assert ("8000", "元", 1) == (seen(special[4]), special[5].value, special[7].value)
    at = next(row[0].row for row in sheet.iter_rows() if row[0].value == 11)
    assert ["10.0", "19.0"] == [seen(sheet.cell(at + n, 5)) for n in (0, 1)]
    assert [None, DARK] == [fill(sheet.cell(at + n, 5)) for n in (0, 1)]
    training = next(row for row in sheet.iter_rows() if row[0].value == 9)
    assert ("未填报", "未填报") == (training[4].value, training[7].value)
    assert 15 == max(row[0].value for row in sheet.iter_rows(min_row=4) if isinstance(row[0].value, int))


def test_tables_five_and_six_hold_what_was_answered(answered):
    """Monitoring below .15 with as many decimals as it takes; 849 of 1000 is below 85 % and dark."""
    sheet = answered["表Ⅴ"]
    at = next(row[0].row for row in sheet.iter_rows() if row[0].value == 9)
    assert ("<0.15", 0.1496) == (sheet.cell(at + 1, 7).value, sheet.cell(at + 1, 5).value)
    assert "0.15" != seen(sheet.cell(at + 1, 5))
    row = row_of(answered["表Ⅵ"], "计")
    assert ["未填报", 1000, 849, "84.90", "未填报", "未填报", "未填报"] == [
        row[1].value,
        row[2].value,
        row[3].value,
        seen(row[4]),
        *(c.value for c in row[5:8]),
    ]
    assert [DARK, DARK] == [fill(row[4]), fill(row[8])]
    assert row[8].value is None


def test_the_older_form_has_funds_and_satisfaction(written):
    """Growth of 10 % and 12.5 %; 849 of 1000 satisfied; what the form lists besides is left to fill in."""
    answers = [
        ("前年义务教育财政拨款", 800),
        ("上年义务教育财政拨款", 880),
        ("本年义务教育财政拨款", 990),
        ("公众满意度有效问卷数", 1000),
        ("公众满意度满意问卷数", 849),
    ]
    school = school_row(computers=100, books=20_000, teachers=60, titled_teachers=30)
    book = written([school], "basic-balance", answers=answers, only=["表Ⅳ", "表Ⅴ", "表Ⅵ"])
    row = row_of(book["表Ⅴ"], "义务教育财政拨款")
    assert ["万元", "800.00", "880.00", "990.00", "10.00", "12.50"] == [seen(c) for c in row[1:]]
    assert ["未填报"] * 5 == [c.value for c in row_of(book["表Ⅴ"], "财政经常性收入")[2:]]
    row = row_of(book["表Ⅵ"], "计")
    assert [1000, 849, "84.90", DARK] == [row[2].value, row[3].value, seen(row[4]), fill(row[4])]
    assert 17 == sum(isinstance(r[0].value, int) for r in book["表Ⅳ"].iter_rows(min_row=4))


def test_the_phrase_on_training_is_that_of_the_item_of_2017(written):
    """In 2012 an item of the same name asks whether training is funded: 是 is no rate of 1.0 %."""
    school = school_row(computers=100, books=20_000, teachers=60, titled_teachers=30)
    older = written([school], "basic-balance", answers=[("教师培训经费落实", "是")], only=["表Ⅳ"])
    assert not [text for text in texts(older["表Ⅳ"]) if "培训完成率" in text]
    trained = [("专任教师数", 60), ("完成5年360学时培训的专任教师数", 57)]
    assert "教师培训完成率 95.0%" in texts(written([school_row()], answers=trained, only=["表Ⅳ"])["表Ⅳ"])


def test_the_phrase_on_sizes_counts_what_is_above_them_whether_or_not_it_may_be(tmp_path):
    """2001 and 2400 are above 2000, though 2400 is allowed to a school built before 2010; 2000 is not.

    1300 + 1201 pupils are 2501 of one through-school. Where a school's pupils are not known nothing is counted.
    """
    schools = [school_row(code=str(n), name=f"校{n}", students=size) for n, size in ((1, 2000), (2, 2001), (3, 2400))]
    through = nine_year()
    through[0]["students"], through[1]["students"] = 1300, 1201
    said = "超过2000人的小学 2 所、初中 0 所，义务教育阶段超过2500人的一贯制学校 1 所；1个学校不满足：实验学校"
    for size, expected in ((2400, said), (None, "1个学校不满足：实验学校")):
        schools[2]["students"] = size
        header, *rows = table(*schools, *through)
        rows = [[*header, "建成年份", "已规划三年内达到规定标准"], *([*row, 2005, "是"] for row in rows)]
        rows[-1][-2] = rows[-2][-2] = 2012  # the through-school is younger
        path = write_xlsx(tmp_path / "2020.xlsx", rows)
        run = judge([path], year=2020, by="county", settings={"size_of_schools_built_by_2010": "on"})
        made = Submission(run, run.counties[0], record_of_run(run, run.counties[0], [(path, path.name)]), "zh")
        write_official_tables(made, tmp_path / "x.xlsx", ["表Ⅳ"])
        found = [text for text in texts(load_workbook(tmp_path / "x.xlsx")["表Ⅳ"]) if "1个学校不满足" in text]
        assert [expected] == found


def test_where_nothing_could_be_decided_no_school_is_counted(written):
    """Not 0 schools and 0 %: of none of them is it known. With one decided of two, the count says so."""
    rows = [school_row(backbone_teachers=None), school_row(name="乙", code="2", backbone_teachers=None)]
    cells = row_of(written(rows, only=["表Ⅱ-1"])["表Ⅱ-1"], "小学", 2)
    assert ["无法判定", "无法判定", FAINT] == [cells[4].value, cells[5].value, fill(cells[4])]
    assert [2, "无法判定"] == [cells[2].value, cells[16].value]
    rows[1]["backbone_teachers"] = 1  # 0.1 for 100 pupils: not met
    cells = row_of(written(rows, only=["表Ⅱ-1"])["表Ⅱ-1"], "小学", 2)
    assert [0, "0.00", FAINT] == [cells[4].value, seen(cells[5]), fill(cells[4])]


def test_a_school_that_cannot_be_told_stands_under_no_stage(written):
    """Below the last stage stands a line of its own, then the school, with words in place of a verdict."""
    rows = [school_row(), school_row(name="乙", code="2", type="某类")]
    sheet = written(rows, only=["表Ⅱ-2"])["表Ⅱ-2"]
    lines = [[cell.value for cell in row if cell.value is not None] for row in sheet.iter_rows()]
    at = next(n for n, line in enumerate(lines) if "乙" in line)
    assert ["无法确定"] == lines[at - 1]
    assert ["无法判定", "学校、学段或办学类型无法确定"] == lines[at][-2:]


def test_nothing_answered_still_lists_every_item(written):
    """All 15 and 9 items, none of them met."""
    book = written([school_row()])
    for name, count in (("表Ⅳ", 15), ("表Ⅴ", 9)):
        items = [row for row in book[name].iter_rows(min_row=4) if isinstance(row[0].value, int)]
        assert count == len(items)
        assert any("未评估" in text for text in texts(book[name]))
    assert any("未评估" in text for text in texts(book["表Ⅵ"]))


# ------------------------------------------------------------------------------------------------- 拆分计算表, formulas


def test_the_published_division_is_divided_again(written):
    """23,226 books among 166 primary and 210 junior pupils: 166 : 231, 9711.627 and 13514.373."""
    rows = nine_year(books=23226)
    rows = [{**row, "students": n} for row, n in zip(rows, (166, 210), strict=True)]
    sheet = written(rows, "basic-balance", only=["拆分计算表"])["拆分计算表"]
    at = next(c.column for c in sheet[3] if c.value == "图书册数（册）") + 1
    primary, junior = list(sheet.iter_rows(min_row=5, max_row=6))
    assert [(166, 1, 166), (210, 1.1, 231)] == [tuple(c.value for c in row[3:6]) for row in (primary, junior)]
    assert ["0.4181", "0.5819"] == [seen(row[6]) for row in (primary, junior)]
    assert [9711.627, 13514.373] == [round(row[at - 1].value, 3) for row in (primary, junior)]
    assert 23226 == primary[at - 2].value == junior[at - 2].value


def test_what_cannot_be_divided_is_not_divided(written):
    """The junior row lacks its pupils: whole-school figures stand, no share, no formula, and a note."""
    rows = nine_year()
    rows[1] = {**rows[1], "students": None}
    sheet = written(rows, only=["拆分计算表"])["拆分计算表"]
    assert not [c for row in sheet.iter_rows() for c in row if c.data_type == "f"]
    assert "未填报" == sheet["D6"].value
    assert sheet["G5"].value is None
    assert any("实验学校：缺学部或其在校生数，不能拆分" in text for text in texts(sheet))


def test_a_county_without_through_schools_says_so(written):
    """One school, nothing to divide, coefficients of 0 with a note."""
    book = written([school_row()])
    assert any("没有需要拆分" in text for text in texts(book["拆分计算表"]))
    assert any("只有一所学校（学部），按公式差异系数为 0" in text for text in texts(book["表Ⅲ"]))


def formulas(book):
    """Return sheet and address of every formula."""
    return [
        (sheet.title, c.coordinate) for sheet in book for row in sheet.iter_rows() for c in row if c.data_type == "f"
    ]


def test_libreoffice_computes_what_the_engine_computed(shili, tmp_path, written, convert):
    """Every formula, in both methods and with data missing, to 1e-9; a changed figure makes a difference."""
    for name, made in shili.items():
        write_official_tables(made, tmp_path / f"{name}.xlsx")
    rows = [
        school_row(),
        school_row(name="乙", code="2", students=300, backbone_teachers=None),
        school_row(name="丙", code="3", type="天文台"),  # a type that is none: it counts in coefficients only
        *nine_year(),
        *({**row, "students": None} for row in nine_year(code="9", name="丁")),
    ]
    book = written(rows)
    book.save(tmp_path / "missing.xlsx")
    sheet = book[CHECKS]
    sheet["E7"] = sheet["E7"].value + 1
    book.save(tmp_path / "changed.xlsx")
    names = [*shili, "missing", "changed"]
    convert("xlsx", tmp_path / "saved", *(tmp_path / f"{name}.xlsx" for name in names))
    largest = {}
    for name in names:
        found = formulas(load_workbook(tmp_path / f"{name}.xlsx"))
        saved = load_workbook(tmp_path / "saved" / f"{name}.xlsx", data_only=True)
        values = {(title, at): saved[title][at].value for title, at in found}
        assert len(found) > 100
        assert all(
            isinstance(v, int | float) or (v in (None, "") and t == "拆分计算表") for (t, _), v in values.items()
        )
        largest[name] = saved[CHECKS]["H3"].value
        if name == "changed":
            continue
        sheet = saved[CHECKS]
        pairs = [
            (sheet[f"F{at[1:]}"].value, value) for (t, at), value in values.items() if t == CHECKS and at[0] == "G"
        ]
        assert len(pairs) > 20
        assert all(isclose(stands, computed, rel_tol=1e-9, abs_tol=1e-12) for stands, computed in pairs)
        division = load_workbook(tmp_path / f"{name}.xlsx")["拆分计算表"]
        ends = [v for (t, at), v in values.items() if t == "拆分计算表" and division[at].value.startswith("=MAX")]
        assert ends
        assert all(end < 1e-3 for end in ends)  # of amounts up to 1e8
    assert all(largest[name] < 1e-9 for name in names[:-1])
    assert largest["changed"] > 0.09  # one teacher more among 1000 pupils


def test_no_formula_refers_to_the_figure_it_checks(shili, tmp_path):
    """A formula computes from numerators and pupils, never from column F where the figures of the tables stand."""
    write_official_tables(shili["quality-balance"], tmp_path / "x.xlsx", ["表Ⅲ"])
    sheet = load_workbook(tmp_path / "x.xlsx")[CHECKS]
    found = [row[6].value for row in sheet.iter_rows() if row[6].data_type == "f"]
    assert len(found) > 200
    assert not [formula for formula in found if re.search(r"\bF\$?\d", formula)]


# ------------------------------------------------------------------------------------------------- the whole workbook


def test_one_sheet_a_table_then_checks_then_the_record(shili, tmp_path):
    """Titles repeat, pages lie across, lines to sign are blank; only the tables asked for, in their order."""
    made = shili["quality-balance"]
    write_official_tables(made, tmp_path / "x.xlsx")
    book = load_workbook(tmp_path / "x.xlsx")
    assert [*(t.zh for t in TABLES), CHECKS, RECORD] == book.sheetnames
    for sheet in book:
        assert ("landscape", 1, 0) == (
            sheet.page_setup.orientation,
            sheet.page_setup.fitToWidth,
            sheet.page_setup.fitToHeight,
        )
        assert sheet.page_setup.paperSize in ("8", "9", 8, 9)
    for table_ in TABLES[:7]:
        assert book[table_.zh].print_title_rows
        assert re.fullmatch("填表人：\\s+审核人：\\s+填表日期：", texts(book[table_.zh])[-1])
    assert made.record.standard_sha256 in texts(book[RECORD])
    write_official_tables(made, tmp_path / "y.xlsx", ["表Ⅳ", "表Ⅰ"])
    assert ["表Ⅰ", "表Ⅳ", RECORD] == load_workbook(tmp_path / "y.xlsx").sheetnames
    write_official_tables(made, tmp_path / "z.xlsx", ["Table III"])
    assert ["表Ⅲ", CHECKS, RECORD] == load_workbook(tmp_path / "z.xlsx").sheetnames


@pytest.mark.parametrize("standard", ["quality-balance", "basic-balance"])
def test_english_is_complete(written, standard):
    """No Chinese but the names of county, school and files, and what the record quotes."""
    book = written([school_row(), *nine_year()], standard, "en", ANSWERS if standard == "quality-balance" else ())
    names = ("示例县", "第一小学", "实验学校", "工资表", "学校.xlsx")
    assert [t.en for t in TABLES] == book.sheetnames[: len(TABLES)]
    for sheet in book.worksheets[:-1]:
        for text in texts(sheet):
            for name in names:
                text = text.replace(name, "")  # noqa: PLW2901 - what is left must be English
            assert not re.search("[\u3400-\u9fff]", text), (sheet.title, text)


def test_texts_never_become_formulas(written):
    """Names that begin as formulas do are texts, in every sheet."""
    hostile = ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(1)", '=HYPERLINK("http://x","y")']
    rows = [school_row(name=name, code=f"={n}") for n, name in enumerate(hostile)]
    rows += [{**row, "name": "=A1*2"} for row in nine_year()]
    book = written(rows, answers=[("义务教育学校教师平均工资收入水平", 1, "=cmd()")])
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    assert sheet.title in (CHECKS, "拆分计算表")
                    assert re.fullmatch(r"=[A-Z0-9$:,()*/^\-+.\"]+", cell.value)
    listed = {c.value for row in book["表Ⅱ-2"].iter_rows() for c in row if c.data_type == "s"}
    assert {*hostile, "=A1*2", "=0"} <= listed
    assert "=cmd()" in texts(book["表Ⅳ"])


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_provinces_standard_has_its_bars_beside_the_figures_and_at_most_ten_items(root, tmp_path, lang):
    """By school, because its bars differ by school; the verdict still rests on all of them."""
    made = submission_of(root / "examples" / "shili" / "2023.xlsx", "provinces/anhui/2018-basic-standard", lang)
    write_official_tables(made, tmp_path / "x.xlsx")
    book = load_workbook(tmp_path / "x.xlsx")
    sheet = book.worksheets[2]
    pairs = sum(c.value in ("指标值", "Value") for c in sheet[5])
    assert min(10, len(made.run.assessment.method.indicators)) == pairs
    assert made.county.variations or any("系数" in t or "coefficients" in t for t in texts(book.worksheets[3]))


def test_behind_a_provinces_gate_the_schools_stand_by_its_standard(root, tmp_path):
    """Tables of schools by the province's items and bars, the coefficients still by the national method."""
    path = root / "examples" / "shili" / "2023.xlsx"
    run = judge([path], "basic-balance", year=2023, by="county", province="sichuan")
    made = Submission(run, run.counties[0], record_of_run(run, run.counties[0], [(path, path.name)]), "zh")
    write_official_tables(made, tmp_path / "x.xlsx", ["表Ⅱ-1", "表Ⅱ-2", "表Ⅲ"])
    book = load_workbook(tmp_path / "x.xlsx")
    assert run.gate
    for name in ("表Ⅱ-1", "表Ⅱ-2"):
        assert any(run.gate[0].standard.id in text for text in texts(book[name]))
    assert "师生比（人）" in texts(book["表Ⅲ"])
    assert any("指标值" == text for text in texts(book["表Ⅱ-2"]))
