"""Text of a cell never becomes formula, field code, markup or script, in any file that is written."""

import re
import zipfile
from html.parser import HTMLParser

import openpyxl
import pytest
from docx import Document
from typer.testing import CliRunner

from junheng.cli import app

HOSTILE = [
    "=1+1",
    '=HYPERLINK("http://x.invalid","点")',
    "=cmd|' /C calc'!A0",
    "+1+1",
    "-1+1",
    "@SUM(1+1)",
    "\t=1+1",
    "'=1+1",
    "＝1+1",
    '=IMPORTXML("http://x.invalid")',
    "<script>alert(1)</script>",
    "</script><script>alert(2)</script>",
    "<img src=x onerror=alert(3)>",
    "<svg/onload=alert(4)>",
    "</title><h1>x",
    '"><b>x</b>',
    "' onmouseover='alert(5)",
    "javascript:alert(6)",
    "&lt;b&gt;",
    "&#x3c;b",
    "<!-- x",
    "]]>",
    "<![CDATA[x",
    "{{ 7*7 }}",
    "{% for x in y %}",
    "${7*7}",
    "[red]x[/red]",
    "[link=http://x.invalid]x",
    "**x** _y_ | `z`",
    "[x](http://x.invalid)",
    "![x](http://x.invalid)",
    "| a | b |",
    "\u202exobni",
    "MERGEFIELD x",
    "DDEAUTO c:\\\\x",
    '<w:fldSimple w:instr="DATE"/>',
]
OWN_FORMULA = re.compile(r"=[A-Z(\d'数-]")


@pytest.fixture(scope="module")
def written(root, tmp_path_factory):
    """Return the files of a report on a county whose schools and evidence have hostile names."""
    folder = tmp_path_factory.mktemp("hostile")
    table = folder / "2023.xlsx"
    book = openpyxl.load_workbook(root / "examples" / "shili" / "2023.xlsx")
    sheet = book["学校"] if "学校" in book.sheetnames else book.worksheets[0]
    head = next(row for row in sheet.iter_rows() if any(c.value == "学校名称" for c in row))
    name = next(c.column for c in head if c.value == "学校名称")
    code = next(c.column for c in head if c.value == "学校标识码")
    names: dict[str, str] = {}
    texts = iter(HOSTILE * 3)
    for row in range(head[0].row + 1, sheet.max_row + 1):
        key = str(sheet.cell(row, code).value or "")
        if not key.isdigit():
            continue
        if key not in names:
            names[key] = f"{next(texts)} 示例{len(names)}校"
        cell = sheet.cell(row, name)
        cell.value, cell.data_type = names[key], "s"
    if "县级" in book.sheetnames:
        for row in book["县级"].iter_rows(min_row=2):
            if row[1].value is not None:
                row[2].value, row[2].data_type = next(texts, "=1+1"), "s"
    book.save(table)
    out = folder / "out"
    done = CliRunner().invoke(app, ["report", str(table), "--year", "2023", "-o", str(out)])
    assert done.exit_code == 0, done.stderr
    return out, set(names.values())


def test_there_are_enough_of_them():
    """At least thirty, all different."""
    assert len(set(HOSTILE)) >= 30


def test_no_text_of_a_cell_is_a_formula(written):
    """Every formula of the workbooks is one of ours: none has the text of a cell in it."""
    out, names = written
    seen = 0
    for file in out.glob("*.xlsx"):
        for sheet in openpyxl.load_workbook(file).worksheets:
            for row in sheet.iter_rows():
                for cell in row:
                    if cell.data_type == "f":
                        formula = str(getattr(cell.value, "text", cell.value))
                        assert "示例" not in re.sub(r"'[^']*'!", "", formula), (file.name, sheet.title, cell.coordinate)
                        assert "cmd" not in formula
                        assert 'HYPERLINK("http' not in formula
                        assert OWN_FORMULA.match(formula), formula
                    seen += isinstance(cell.value, str) and any(n.strip() in cell.value for n in names)
    assert seen > len(names)


def test_no_workbook_links_to_the_outside(written):
    """No external link part, no hyperlink to the network."""
    out, _ = written
    for file in out.glob("*.xlsx"):
        with zipfile.ZipFile(file) as made:
            for part in made.namelist():
                assert "externalLink" not in part
                if part.endswith(".rels"):
                    assert b"x.invalid" not in made.read(part)


def test_no_text_of_a_cell_is_a_field_or_a_tag_in_word(written):
    """The only fields are the page numbers of the footer; no markup, no relation to the outside."""
    out, names = written
    for file in out.glob("*.docx"):
        with zipfile.ZipFile(file) as made:
            body = made.read("word/document.xml").decode()
            relations = made.read("word/_rels/document.xml.rels").decode()
        assert "<w:fldSimple" not in body
        assert "<w:fldChar" not in body
        assert "<w:instrText" not in body
        assert "x.invalid" not in relations
        text = "\n".join(p.text for p in Document(file).paragraphs)
        text += "\n".join(c.text for t in Document(file).tables for row in t.rows for c in row.cells)
        assert "49 示例" not in text
        assert any("{{ 7*7 }}" in name for name in names)
        assert "{{ 7*7 }}" in text or "一校一策" not in file.name


class _Page(HTMLParser):
    """Collects the elements of a page, and the attributes that run or load something."""

    def __init__(self):
        super().__init__()
        self.elements, self.active = [], []

    def handle_starttag(self, tag, attrs):
        self.elements.append(tag)
        for name, value in attrs:
            if name.startswith("on") or (name in ("href", "src") and not (value or "").startswith("#")):
                self.active.append((tag, name, value))


def test_no_text_of_a_cell_is_markup_or_script_in_the_page(written):
    """The page has the scripts that it is written with, and no element, handler or address from a name."""
    out, _ = written
    (file,) = out.glob("*.html")
    page = _Page()
    page.feed(file.read_text("utf-8"))
    assert [] == page.active
    assert not {"img", "iframe", "object", "embed", "link", "base"} & set(page.elements)
    assert page.elements.count("script") <= 3


@pytest.mark.parametrize("command", ["check", "county"])
@pytest.mark.parametrize("form", ["text", "markdown", "csv", "json"])
def test_no_text_of_a_cell_is_markup_in_what_is_printed(written, command, form):
    """Brackets are no styles of the terminal, pipes no columns, and a csv cell begins with no sign of a formula."""
    import csv
    import io

    out, _ = written
    table = out.parent / "2023.xlsx"
    arguments = [command, str(table), "--year", "2023", "--format", form, "--all"]
    done = CliRunner().invoke(app, arguments)
    assert done.exit_code in (1, 3)
    if form == "csv":
        for row in csv.reader(io.StringIO(done.stdout)):
            assert not any(cell.startswith(("=", "+", "@", "\t")) for cell in row)
    if form == "text":
        assert "[red]" in done.stdout
    if form == "markdown":
        assert "<script>" not in done.stdout
        assert "](http" not in done.stdout.replace("\\](", "")
