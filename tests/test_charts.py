"""Charts show every section once, with the outcome that was judged, and no name of a school becomes markup."""

from fractions import Fraction
from itertools import pairwise
from xml.etree import ElementTree as ET

import pytest
from openpyxl import load_workbook

from junheng.documents.charts import drawing
from junheng.documents.charts.coefficients import coefficients, coefficients_over_years, entries, years
from junheng.documents.charts.dot_plot import NAMED_UP_TO, dot_plot
from junheng.documents.charts.drawing import chinese_font, png, svg
from junheng.documents.charts.gallery import gallery_of
from junheng.documents.charts.gap_map import ROWS, attained, gap_map
from junheng.documents.charts.lorenz import lorenz, lorenz_points
from junheng.documents.charts.pictures import pictures
from junheng.documents.charts.readings import Reading
from junheng.documents.charts.style import COLOURS
from junheng.documents.record import record_of_run
from junheng.documents.submission import Submission
from junheng.engine.model import Bar, Outcome
from junheng.problems import Unusable
from junheng.run import judge
from tests.workbooks import school_row, table, write_xlsx

HOSTILE = (
    "</text><script>alert(1)</script>",
    "& < > \" '",
    "]]>",
    "<!--",
    "~0~1_",
    "datum.value !== null",
    "value:Q",
    "\u202eabc",
    "constructor",
    "met",
)
SVG = "{http://www.w3.org/2000/svg}"


def submit(*paths, lang="zh", standard="quality-balance"):
    """Return the county of the last workbook, the others as its earlier years."""
    runs = [judge([path], standard, by="county") for path in paths]
    run = runs[-1]
    return Submission(
        run, run.counties[0], record_of_run(run, run.counties[0], [(paths[-1], paths[-1].name)]), lang, runs[:-1]
    )


@pytest.fixture(scope="module")
def example(root):
    """The example county over its three years."""
    return submit(*(root / "examples" / "shili" / f"{year}.xlsx" for year in (2021, 2022, 2023)))


@pytest.fixture(scope="module")
def hostile(root, tmp_path_factory):
    """The example county with schools of hostile names."""
    book = load_workbook(root / "examples" / "shili" / "2023.xlsx")
    sheet = book["学校"]
    head = next(row for row in sheet.iter_rows() if "学校名称" in [cell.value for cell in row])
    column = next(cell.column for cell in head if cell.value == "学校名称")
    for at, name in enumerate(HOSTILE, head[0].row + 1):
        cell = sheet.cell(at, column, name)
        cell.data_type = "s"
    path = tmp_path_factory.mktemp("hostile") / "2023.xlsx"
    book.save(path)
    return submit(path)


def titles(drawn):
    """Return the tooltips of a drawing."""
    return [element.text for element in ET.fromstring(drawn).iter(f"{SVG}title")]


def texts(drawn):
    """Return the texts of a drawing."""
    return ["".join(element.itertext()) for element in ET.fromstring(drawn).iter(f"{SVG}text")]


def schools(submission, stage):
    """Return name and outcomes of the sections of a stage that are judged, independently of the charts."""
    assessment = submission.run.assessment
    table = assessment.divisions.table
    return [
        (table.text("name")[i], {name: column[i] for name, column in assessment.outcomes.items()})
        for i in range(table.size)
        if assessment.left_out[i] is None and table.text("stage")[i] == stage
    ]


@pytest.mark.parametrize("stage", ["primary", "junior"])
def test_a_dot_plot_has_every_section_once_in_the_colour_of_its_outcome(example, stage):
    """Every section that is judged is one mark of the plot, named in its tooltip, coloured as it was judged."""
    drawn = svg(dot_plot(example, "backbone_teachers", stage))
    found = schools(example, stage)
    assert sorted(name for name, _ in found) == sorted(title.partition("：")[0] for title in titles(drawn))
    marks = [e for e in ET.fromstring(drawn).iter(f"{SVG}path") if e.find(f"{SVG}title") is not None]
    by_name = {mark.find(f"{SVG}title").text.partition("：")[0]: mark.get("fill") for mark in marks}
    assert {name: COLOURS[outcomes["backbone_teachers"]] for name, outcomes in found} == by_name
    assert {name for name, _ in found} <= set(texts(drawn))


def test_a_section_without_a_figure_stays_in_the_plot(root, tmp_path):
    """A school whose figure is missing is drawn as ？ with its name, not left out and not at 0."""
    book = load_workbook(root / "examples" / "shili" / "2023.xlsx")
    sheet = book["学校"]
    head = next(row for row in sheet.iter_rows() if "学校名称" in [cell.value for cell in row])
    at = {cell.value: cell.column for cell in head}
    sheet.cell(head[0].row + 1, at["县级以上骨干教师数"]).value = None
    name = sheet.cell(head[0].row + 1, at["学校名称"]).value
    book.save(tmp_path / "2023.xlsx")
    submission = submit(tmp_path / "2023.xlsx")
    drawn = svg(dot_plot(submission, "backbone_teachers", "primary"))
    marks = {
        t.find(f"{SVG}title").text.partition("：")[0]: t.text
        for t in ET.fromstring(drawn).iter(f"{SVG}text")
        if t.find(f"{SVG}title") is not None
    }
    assert [name] == list(marks)
    assert "？" == marks[name]
    assert any("？ 无法判定 1" in text for text in texts(drawn))


def test_a_section_that_cannot_be_placed_meets_no_bar(tmp_path):
    """Its figures are all there, but not what kind of school it is: it is drawn as ？, as 表Ⅱ-1 counts it."""
    rows = [school_row(), school_row(code="2", name="二小"), school_row(code="3", name="三小", type="某类")]
    submission = submit(write_xlsx(tmp_path / "2023.xlsx", table(*rows)))
    drawn = texts(svg(dot_plot(submission, "backbone_teachers", "primary")))
    assert any("达标 2" in text and "？ 无法判定 1" in text for text in drawn)


@pytest.mark.parametrize(
    ("value", "at_most", "percent"),
    [
        ("0.9999", False, 99),
        ("1", False, 100),
        ("0.5", False, 50),
        ("0", False, 0),
        ("1.0001", True, 101),
        ("1", True, 100),
    ],
)
def test_the_share_of_a_bar_is_never_rounded_across_it(value, at_most, percent):
    """A value below its bar shows at most 99 %, one above a ceiling at least 101 %; on the line 100 %."""
    reading = Reading(0, "", float(value), Bar(Fraction(1), 0), Outcome.UNMET, "")
    assert percent == attained(reading, at_most=at_most)


def test_the_map_of_gaps_signs_what_is_unmet(example):
    """As many cells carry △ and × as there are findings close to and below their bar; every section is in it."""
    for stage in ("primary", "junior"):
        drawn = [svg(chart) for chart in gap_map(example, stage)]
        cells = [text for one in drawn for text in texts(one)]
        found = [outcome for _, outcomes in schools(example, stage) for outcome in outcomes.values()]
        assert found.count(Outcome.CLOSE) == sum(text.startswith("△") for text in cells)
        assert found.count(Outcome.UNMET) == sum(text.startswith("×") for text in cells)
        assert found.count(Outcome.MET) == cells.count("✓")
        assert {name for name, _ in schools(example, stage)} <= set(cells)
        assert len(drawn) == 1


def test_the_map_of_gaps_is_coloured_in_english_too(root):
    """Words of the classes may hold spaces: the cells keep their colours."""
    submission = submit(root / "examples" / "shili" / "2023.xlsx", lang="en")
    drawn = svg(gap_map(submission, "primary")[0])
    fills = {e.get("fill") for e in ET.fromstring(drawn).iter(f"{SVG}path") if e.find(f"{SVG}title") is not None}
    assert {"#d6e6f5", "#fbe3a6", "#f0a04b", "#9c1c2e"} == fills


def test_coefficients_stand_with_their_limits(example):
    """Every coefficient of the stage is a dot that tells its figure, limit and verdict."""
    told = titles(svg(coefficients(example, "primary")))
    judged = [v for v in example.county.variations if v.stage == "primary"]
    assert len(judged) == len(told)
    assert [v.passed is False for v in judged] == ["超过限值" in text for text in told]
    assert all(f"{v.cv:.3f} ≤0.50" in text for v, text in zip(judged, told, strict=True))


def test_composites_are_judged_where_the_standard_judges_them(root):
    """By the 2012 method eight coefficients without a limit and the composite with its own are drawn."""
    submission = submit(root / "examples" / "shili" / "2023.xlsx", standard="basic-balance")
    told = titles(svg(coefficients(submission, "primary")))
    expected = 9
    assert expected == len(told)
    assert "综合差异系数" in told[-1]
    assert "≤0.65" in told[-1]
    assert not any("≤" in text for text in told[:-1])


def test_years_stand_in_order_each_with_its_own_run(example):
    """Three years, the oldest first; every coefficient of every year is a point."""
    drawn = svg(coefficients_over_years(example))
    assert [2021, 2022, 2023] == [year for year, _ in years(example)]
    expected = {
        (str(year), f"{entry.cv:.3f}") for year, verdict in years(example) for entry in entries(verdict) if entry.cv
    }
    assert expected == {(text.split()[0], text.split()[-1]) for text in titles(drawn)}
    ticks = [text for text in texts(drawn) if text in ("2021", "2022", "2023")]
    assert ["2021", "2022", "2023"] * 7 == ticks


def test_one_year_alone_has_no_chart_over_the_years(example):
    """Without earlier runs nothing is drawn over the years."""
    assert coefficients_over_years(example._replace(earlier=())) is None


def test_a_lorenz_curve_is_that_of_the_textbook():
    """Three schools of 10, 20 and 70 pupils with 1, 2 and 3 things each pupil: worked out by hand, 260 in all."""
    found = lorenz_points([3.0, 1.0, 2.0], [70.0, 10.0, 20.0])
    expected = [(0, 0), (0.1, 10 / 260), (0.3, 50 / 260), (1, 1)]
    assert [pytest.approx(point) for point in expected] == found


def test_lorenz_curves_bend_below_equality(example):
    """Each curve of the example runs from corner to corner, rises, and never lies above the diagonal."""
    values = example.run.assessment.values["backbone_teachers"]
    students = example.run.assessment.divisions.column("students")
    points = lorenz_points(
        [v for v in values if v is not None], [s for v, s in zip(values, students, strict=True) if v is not None]
    )
    assert ((0.0, 0.0), (1.0, 1.0)) == (points[0], points[-1])
    assert all(b[1] >= a[1] and b[1] <= b[0] + 1e-12 for a, b in pairwise(points))
    assert "洛伦兹曲线：骨干教师" in texts(svg(lorenz(example, "backbone_teachers")))


def test_hostile_names_stay_text_in_every_chart(hostile):
    """Names with markup, with placeholders of ours, and with words of the charts' own language stand as they are."""
    drawn = [one.svg for kind in gallery_of(hostile) for one in kind]
    for one in drawn:
        root_element = ET.fromstring(one)
        assert not [e for e in root_element.iter() if e.tag.rpartition("}")[2] in ("script", "image", "foreignObject")]
        assert not [name for e in root_element.iter() for name in e.attrib if name.startswith("on") or name == "style"]
    told = {title.partition("：")[0] for one in drawn for title in titles(one)}
    assert {"".join(c if c.isprintable() else " " for c in name).strip() for name in HOSTILE} <= {
        t.strip() for t in told
    }


def test_ids_of_two_charts_do_not_meet(hostile):
    """All charts stand on one page: no id stands twice."""
    drawn = [one.svg for kind in gallery_of(hostile) for one in kind]
    found = [e.get("id") for one in drawn for e in ET.fromstring(one).iter() if e.get("id")]
    assert len(found) == len(set(found))


def test_many_schools_stay_legible(root, tmp_path):
    """Where names do not fit, dots stand in the order of their values; maps of gaps come in parts of at most 40."""
    book = load_workbook(root / "examples" / "shili" / "2023.xlsx")
    sheet = book["学校"]
    head = next(row for row in sheet.iter_rows() if "学校名称" in [cell.value for cell in row])
    at = {cell.value: cell.column - 1 for cell in head}
    model = [cell.value for cell in sheet[head[0].row + 1]]
    sheet.delete_rows(head[0].row + 1, sheet.max_row)
    count = 95
    for number in range(count):
        row = list(model)
        row[at["学校名称"]], row[at["学校标识码"]] = f"第{number + 1}小学", str(3137100000 + number)
        row[at["县级以上骨干教师数"]] = 10 + number % 20
        sheet.append(row)
    book.save(tmp_path / "2023.xlsx")
    submission = submit(tmp_path / "2023.xlsx")
    assert count > NAMED_UP_TO
    drawn = svg(dot_plot(submission, "backbone_teachers", "primary"))
    assert count == len(titles(drawn)) == len(set(titles(drawn)))
    assert "第1小学" not in texts(drawn)
    parts = gap_map(submission, "primary")
    rows = [sum(text.startswith("第") for text in texts(svg(part))) for part in parts]
    assert [32, 32, 31] == rows
    assert max(rows) <= ROWS


def test_pictures_need_a_chinese_font(example, monkeypatch):
    """Without one no picture is drawn, and a warning says so; with one a PNG is."""
    if chinese_font() is not None:
        assert png(coefficients(example, "junior")).startswith(b"\x89PNG")
    monkeypatch.setattr(drawing, "chinese_font", lambda: None)
    monkeypatch.setattr("junheng.documents.charts.pictures.chinese_font", lambda: None)
    assert [] == pictures(example)
    with pytest.raises(Unusable) as raised:
        png(coefficients(example, "junior"))
    assert ["C139"] == [problem.kind.code for problem in raised.value.problems]
