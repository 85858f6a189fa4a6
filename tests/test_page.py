"""The county page in a browser: it sorts and filters, asks for nothing, runs nothing but its own, and agrees with the JSON."""

import json
import re
import shutil
from decimal import ROUND_HALF_UP, Decimal
from html.parser import HTMLParser

import pytest
from openpyxl import load_workbook
from playwright.sync_api import sync_playwright

from junheng.documents.charts.gallery import Gallery
from junheng.documents.page import write_page
from junheng.documents.record import record_of_run
from junheng.documents.submission import Submission
from junheng.report.to_json import county_json
from junheng.run import judge

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
HOSTILE = (
    "</text><script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "]]>",
    "</script><script>alert(2)</script>",
    '"><svg onload=alert(3)>',
    "{{7*7}}",
    "javascript:alert(1)",
    "<!--",
    "&lt;b&gt;",
    "=1+1",
)
TOWN = '"onmouseover="alert(4)" x="'
LIMIT = 1_500_000  # bytes of the page of the example county


def submit(path, earlier=(), lang="zh"):
    """Return the county of a workbook."""
    run = judge([path], by="county")
    before = [judge([other], by="county") for other in earlier]
    return Submission(run, run.counties[0], record_of_run(run, run.counties[0], [(path, path.name)]), lang, before)


@pytest.fixture(scope="module")
def example(root):
    """The example county over its three years."""
    folder = root / "examples" / "shili"
    return submit(folder / "2023.xlsx", [folder / "2021.xlsx", folder / "2022.xlsx"])


@pytest.fixture(scope="module")
def written(example, tmp_path_factory):
    """The page of the example county."""
    path = tmp_path_factory.mktemp("page") / "县情页.html"
    write_page(example, path)
    return path


@pytest.fixture(scope="module")
def hostile(root, tmp_path_factory):
    """The page of a county whose names are hostile, the name of its file too."""
    book = load_workbook(root / "examples" / "shili" / "2023.xlsx")
    sheet = book["学校"]
    head = next(row for row in sheet.iter_rows() if "学校名称" in [cell.value for cell in row])
    at = {cell.value: cell.column for cell in head}
    for row, name in enumerate(HOSTILE, head[0].row + 1):
        sheet.cell(row, at["学校名称"], name).data_type = "s"
        sheet.cell(row, at["乡镇"], TOWN)
    path = tmp_path_factory.mktemp("hostile") / "<script>alert(5)<&script>.xlsx"
    book.save(path)
    write_page(submit(path), path.with_suffix(".html"))
    return path.with_suffix(".html")


@pytest.fixture(scope="module")
def browser():
    """A browser that is installed already."""
    program = next(filter(None, map(shutil.which, BROWSERS)), None)
    if program is None:
        pytest.skip("no Chromium is installed: the page is not opened")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=program, args=list(FLAGS))
        yield opened
        opened.close()


@pytest.fixture
def visit(browser):
    """Return a function that opens a page, and what it said and asked for."""
    opened = []

    def go(path, **settings):
        context = browser.new_context(**settings)
        opened.append(context)
        page = context.new_page()
        heard = []
        page.on("console", lambda message: heard.append(f"console {message.text}"))
        page.on("pageerror", lambda error: heard.append(f"error {error}"))
        page.on("dialog", lambda dialog: (heard.append(f"dialog {dialog.message}"), dialog.dismiss()))
        page.on("request", lambda request: heard.append(f"request {request.url}"))
        page.goto(path.as_uri())
        return page, heard

    yield go
    for context in opened:
        context.close()


def column(page, heading):
    """Return the visible entries of a column of the table of schools, from top to bottom."""
    headings = page.locator("#schools-table thead th").all_inner_texts()
    at = next(i for i, text in enumerate(headings) if text.strip().startswith(heading))
    return page.eval_on_selector_all(
        "#schools-table tbody tr:not([hidden])", "(rows, at) => rows.map(row => row.cells[at].textContent)", at
    )


def test_the_page_asks_for_nothing_and_says_nothing(visit, written):
    """Opened from disk: the file itself is the only request, the console stays empty, charts have marks."""
    page, heard = visit(written)
    assert [f"request {written.as_uri()}"] == heard
    assert written.stat().st_size < LIMIT
    sections = 34
    dots = page.locator("#dots svg")
    assert 14 == dots.count()
    assert 7 * sections == page.locator("#dots svg .mark-symbol path title").count()
    assert 7 * sections == page.locator("#gaps svg .mark-rect path title").count()
    assert all(box["width"] > 100 for box in (dots.nth(i).bounding_box() for i in range(14)))
    assert 2 == page.locator("#gaps svg").count()
    assert 1 == page.locator("#lorenz svg").count()
    assert page.locator("#coefficients svg").count() == 3


def test_a_column_sorts_by_its_numbers_up_and_down(visit, written):
    """A click on a heading sorts by number, another one the other way round; aria-sort tells."""
    page, _ = visit(written)
    heading = page.locator("#schools-table thead th", has_text="在校生")
    numbers = [float(text) for text in column(page, "在校生")]
    assert sorted(numbers) != numbers
    heading.locator("button").click()
    assert sorted(numbers) == [float(text) for text in column(page, "在校生")]
    assert "ascending" == heading.get_attribute("aria-sort")
    heading.locator("button").click()
    assert sorted(numbers, reverse=True) == [float(text) for text in column(page, "在校生")]
    assert "descending" == heading.get_attribute("aria-sort")


def test_headings_sort_by_keyboard(visit, written):
    """The focus reaches a heading, the enter key sorts, and only one heading is the sorted one."""
    page, _ = visit(written)
    page.locator("#schools-table thead button").first.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    towns = column(page, "乡镇")
    assert towns == page.evaluate(
        "(all) => [...all].sort((a, b) => a.localeCompare(b, 'zh-CN', {numeric: true}))", towns
    )
    assert 1 == page.locator("#schools-table [aria-sort]").count()


def test_filters_by_text_stage_outcome_and_town(visit, written, example):
    """Each filter leaves the rows that fit, the count tells how many, clearing brings all back."""
    page, _ = visit(written)
    assessment = example.run.assessment
    table = assessment.divisions.table
    kept = [i for i in range(table.size) if assessment.left_out[i] is None]
    junior = [i for i in kept if table.text("stage")[i] == "junior"]
    failing = [i for i in junior if assessment.passed[i] is False]
    page.select_option("#schools-filters select[name=stage]", "初中")
    assert len(junior) == len(column(page, "学校"))
    page.select_option("#schools-filters select[name=outcome]", "未达标")
    assert [table.text("name")[i] for i in failing] == column(page, "学校")
    assert f"显示 {len(failing)} / {len(kept)}" == page.locator("#schools-filters output").inner_text()
    page.click("#schools-filters button[type=reset]")
    # a locator polls from outside: the page's own policy lets no text run as script
    page.locator("#schools-filters output", has_text="显示 34 / 34").wait_for()
    town = next(filter(None, table.text("town")))
    page.select_option("#schools-filters select[name=town]", town)
    assert sum(table.text("town")[i] == town for i in kept) == len(column(page, "学校"))
    page.select_option("#schools-filters select[name=town]", "")
    page.fill("#schools-filters input", "九年一贯")
    assert {"南坪乡九年一贯制学校", "北山乡九年一贯制学校"} == set(column(page, "学校"))


def test_hostile_names_are_text(visit, hostile):
    """Names with markup and script are read as they are: no dialog, no element of theirs, no console error."""
    page, heard = visit(hostile)
    assert [f"request {hostile.as_uri()}"] == heard
    page.mouse.move(300, 300)
    names = [text.strip() for text in column(page, "学校")]
    assert set(HOSTILE) <= set(names)
    assert 2 == page.locator("script").count()
    assert 0 == page.locator("img, svg[onload], [onmouseover]").count()
    page.select_option("#schools-filters select[name=town]", TOWN)
    assert len(HOSTILE) == len(column(page, "学校"))
    record = json.loads(page.locator("#record").text_content())
    assert "<script>alert(5)<&script>.xlsx" == record["inputs"][0]["name"]
    assert heard[1:] == []


def test_the_policy_stops_what_is_not_ours(visit, hostile):
    """A script that got into the page all the same would not run, and a picture would not be asked for."""
    page, heard = visit(hostile)
    page.evaluate(
        "document.body.append(Object.assign(document.createElement('script'), {textContent: 'window.ran = 1'}))"
    )
    page.evaluate(
        "document.body.append(Object.assign(document.createElement('img'), {src: 'https://example.org/x.png'}))"
    )
    page.wait_for_timeout(100)
    assert page.evaluate("window.ran") is None
    assert sum(text.startswith("console") for text in heard) == 2
    assert not [text for text in heard if text.startswith("dialog")]


def test_the_page_is_complete_without_scripts(visit, written):
    """Tables, charts and record are there; what needs the script does not show."""
    page, _ = visit(written, java_script_enabled=False)
    assert 34 == page.locator("#schools-table tbody tr").count()
    assert page.locator("#schools-filters").is_hidden()
    assert 0 == page.locator("thead button").count()
    assert page.locator("footer dl").is_visible()


def test_a_phone_does_not_scroll_sideways(visit, written):
    """At a width of 390 only tables and maps scroll within themselves."""
    page, _ = visit(written, viewport={"width": 390, "height": 844})
    assert 390 == page.evaluate("document.documentElement.scrollWidth")


def test_print_hides_what_is_for_the_screen(visit, written):
    """In print there are no filters and no contents, and it makes a PDF."""
    page, _ = visit(written)
    page.emulate_media(media="print")
    assert page.locator("#schools-filters").is_hidden()
    assert page.locator("nav").is_hidden()
    assert page.pdf(prefer_css_page_size=True).startswith(b"%PDF")


def test_tables_are_told_to_readers_of_the_screen(visit, written):
    """Every table has a caption, every heading its scope, every chart a role and a name; the language is given."""
    page, _ = visit(written)
    assert page.locator("table").count() == page.locator("table > caption").count()
    assert 0 == page.locator("th:not([scope])").count()
    assert page.locator("svg").count() == page.locator("svg[role=img][aria-label]").count()
    assert "zh-CN" == page.locator("html").get_attribute("lang")


class _Tables(HTMLParser):
    """Rows of every table, each cell with its text and its number."""

    def __init__(self):
        super().__init__()
        self.tables, self.cell = {}, None

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag == "table":
            self.rows = self.tables.setdefault(given["id"], [])
        elif tag == "tr":
            self.rows.append([])
        elif tag in ("td", "th"):
            self.cell = [None if "data-value" not in given else json.loads(given["data-value"]), ""]
            self.rows[-1].append(self.cell)

    def handle_endtag(self, tag):
        if tag in ("td", "th"):
            self.cell = None

    def handle_data(self, data):
        if self.cell is not None:
            self.cell[1] += data


@pytest.fixture(scope="module")
def read_back(written, example):
    """The tables of the page, and the JSON of the same run."""
    reader = _Tables()
    reader.feed(written.read_text("utf-8"))
    return reader.tables, json.loads("".join(county_json(example.run, "zh")))["counties"][0]


def agrees(cell, expected):
    """Say whether a cell is a number of the JSON, rounded as a person rounds to the decimals that are shown."""
    value, text = cell
    if expected is None:
        return value is None and "—" in text
    digits = re.search(r"-?\d+(?:\.(\d+))?", text)
    step = Decimal(1).scaleb(-len(digits[1] or ""))
    rounded = Decimal(repr(expected)).quantize(step, ROUND_HALF_UP)
    return value == pytest.approx(expected, rel=1e-14) and rounded == Decimal(digits[0])


def test_every_number_of_the_schools_is_that_of_the_json(read_back):
    """Pupils and all values of every section that is judged, in the order of the table."""
    tables, county = read_back
    rows = tables["schools-table"][1:]
    judged = [school for school in county["schools"] if school["left_out"] is None]
    assert len(judged) == len(rows)
    for row, school in zip(rows, judged, strict=True):
        name, _, _, pupils, *values, verdict = row
        assert school["name"] == name[1]
        assert agrees(pupils, school["students"])
        assert len(school["indicators"]) == len(values)
        for cell, found in zip(values, school["indicators"], strict=True):
            assert agrees(cell, found["value"]), (school["name"], found, cell)
            assert (found["outcome"] in ("unmet", "close")) == cell[1].startswith(("✗", "△"))
        assert {True: "✓ 达标", False: "✗ 未达标", None: "？ 无法判定"}[school["passed"]] == verdict[1]


def test_every_number_of_the_coefficients_is_that_of_the_json(read_back):
    """Counts, means, deviations, coefficients and limits, in the order of the JSON."""
    tables, county = read_back
    rows = tables["coefficients-table"][1:]
    assert len(county["variations"]) == len(rows)
    for (_, _, count, mean, sd, cv, limit, verdict), found in zip(rows, county["variations"], strict=True):
        for cell, name in ((count, "divisions"), (mean, "mean"), (sd, "sd"), (cv, "cv"), (limit, "limit")):
            assert agrees(cell, found[name]), (found, name, cell)
        assert found["passed"] is verdict[1].startswith("✓")


def test_every_gap_is_that_of_the_json(read_back):
    """Value, bar and gap of each finding that is not met; gaps rounded up, never below what is lacking."""
    tables, county = read_back
    rows = tables["findings-table"][1:]
    judged = [school for school in county["schools"] if school["left_out"] is None]
    lacking = [
        (school["name"], found)
        for school in judged
        for found in school["indicators"]
        if found["outcome"] in ("unmet", "close", "missing")
    ]
    assert len(lacking) == len(rows)
    for row, (name, found) in zip(rows, lacking, strict=True):
        assert name == row[0][1]
        assert agrees(row[3], found["value"])
        assert agrees(row[4], found["bar"])
        assert 0 <= row[5][0] - found["gap"] < 0.01 + 1e-9


def test_what_is_left_out_is_that_of_the_json(read_back):
    """Every section that is not judged stands with its reason."""
    tables, county = read_back
    rows = tables["left-out-table"][1:]
    assert [entry["name"] for entry in county["left_out"]] == [row[0][1] for row in rows]
    assert all(row[-1][1] for row in rows)


def test_items_stand_with_verdict_and_evidence(read_back):
    """Every item of every part has a row; what the county gave as evidence stands in it."""
    tables, county = read_back
    rows = [row for name, table in tables.items() if name.startswith("items-") for row in table[1:]]
    assert len(county["items"]) == len(rows)
    for row, item in zip(rows, county["items"], strict=True):
        assert (item["evidence"] or "") == row[-1][1]


def test_the_page_is_there_in_english(root, tmp_path, monkeypatch):
    """Headings, filters and verdict are English; Chinese is left in names, evidence and document numbers only."""
    monkeypatch.setattr("junheng.documents.page.content.gallery_of", lambda _: Gallery([], [], [], [], []))
    path = tmp_path / "page.html"
    write_page(submit(root / "examples" / "shili" / "2023.xlsx", lang="en"), path)
    text = path.read_text("utf-8")
    assert '<html lang="en">' in text
    headings = re.findall(r"<(?:h2[^>]*|caption|th scope=\"col\"[^>]*|label)>([^<]+)", text)
    assert headings
    assert not [heading for heading in headings if re.search(r"[\u4e00-\u9fff]", heading)]
