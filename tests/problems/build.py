"""Inputs that a person cannot read in the repository are written when they are tested: workbooks, damaged files."""

import csv
import datetime as dt
import sys
import zipfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from unittest.mock import patch

from docx import Document
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from junheng import kinds
from junheng.cli.planned import solvable
from junheng.documents.charts.altair_api import altair
from junheng.documents.charts.drawing import font_problems
from junheng.documents.costs import read_costs
from junheng.documents.word import fill, opened
from junheng.problems import Place, Problem, Unusable
from junheng.province.run import judge_province
from junheng.run import judge
from junheng.standard.checking import stale_schema
from junheng.standard.lint import without_cases as lint_without_cases
from junheng.standard.load import load
from junheng.workbook.listed import Listed

Cell = str | int | float | dt.date | None

HEADER: Sequence[Cell] = (
    "学校名称",
    "办学类型",
    "在校生数",
    "高于规定学历教师数",
    "县级以上骨干教师数",
    "体育、艺术专任教师数",
    "教学及辅助用房面积",
    "室内体育用房面积",
    "运动场地面积",
    "教学仪器设备值",
    "网络多媒体教室数",
)
MET: Sequence[Cell] = ("第一小学", "小学", 1000, 50, 12, 10, 5000, 0, 8000, 2500000, 25)  # all seven indicators met
FILE = "school.xlsx"
SHEET = "学校"


def _write(folder: Path, sheets: Mapping[str, Sequence[Sequence[Cell]]]) -> None:
    book = Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(folder / FILE)


def _with(cells: Mapping[str, Cell]) -> Sequence[Cell]:
    """Return the school that meets everything, with other entries in some columns."""
    return [cells.get("ABCDEFGHIJK"[at], cell) for at, cell in enumerate(MET)]


# ------------------------------------------------------------------------------------------------ files and sheets


def empty_sheet(folder: Path) -> None:
    """Write a workbook whose only sheet has no cell."""
    _write(folder, {SHEET: []})


def encrypted(folder: Path) -> None:
    """Write what a workbook with a password begins with and contains: an OLE file with a stream EncryptedPackage."""
    header = bytes.fromhex("d0cf11e0a1b11ae1").ljust(512, b"\0")
    (folder / FILE).write_bytes(header + "EncryptedPackage".encode("utf-16-le").ljust(512, b"\0"))


def picture(folder: Path) -> None:
    """Write the beginning of a PNG picture under a workbook's name."""
    (folder / FILE).write_bytes(bytes.fromhex("89504e470d0a1a0a0000000d49484452"))


def truncated(folder: Path) -> None:
    """Write the first half of a good workbook."""
    _write(folder, {SHEET: [HEADER, MET]})
    whole = (folder / FILE).read_bytes()
    (folder / FILE).write_bytes(whole[: len(whole) // 2])


def unreadable_encoding(folder: Path) -> None:
    """Write a table in which the thirteenth byte stands for no character in any encoding."""
    (folder / "school.csv").write_bytes("学校名称".encode() + b"\xff,\xff\n")


def sheet_without_header(folder: Path) -> None:
    """Write a good sheet, and a list of school names beside it."""
    _write(folder, {SHEET: [HEADER, MET], "名单": [["学校名称", "地址"], ["第二小学", "城关镇"]]})


def sheets_of_csv(folder: Path) -> None:
    """Write a workbook with a sheet for every csv of the folder, named as it is; figures become numbers."""
    sheets: dict[str, list[list[Cell]]] = {}
    for file in sorted(folder.glob("*.csv"), reverse=True):  # 学校 before 县级
        rows = csv.reader(file.read_text("utf-8").splitlines())
        sheets[file.stem] = [[float(cell) if cell.replace(".", "", 1).isdigit() else cell for cell in r] for r in rows]
        file.unlink()
    _write(folder, sheets)


# ----------------------------------------------------------------------------------------------------------- cells


def formula_without_result(folder: Path) -> None:
    """Write a formula as programs write it that do not calculate."""
    _write(folder, {SHEET: [HEADER, _with({"G": "=H2+5000"})]})


def hidden_row(folder: Path) -> None:
    """Write two schools, the second in a row that a filter has hidden."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = SHEET
    for row in (HEADER, MET, ["第二小学", *MET[1:]]):
        sheet.append(row)
    sheet.row_dimensions[3].hidden = True
    book.save(folder / FILE)


def type_formula(folder: Path) -> None:
    """Write a formula without a result where a word belongs."""
    _write(folder, {SHEET: [HEADER, _with({"B": "=A2"})]})


def error_cell(folder: Path) -> None:
    """Write an error value as a spreadsheet stores it."""
    _write(folder, {SHEET: [HEADER, _with({"F": "#N/A"})]})


def date_cell(folder: Path) -> None:
    """Write a date where a number belongs."""
    _write(folder, {SHEET: [HEADER, _with({"D": dt.date(2023, 9, 1)})]})


def ten_faults(folder: Path) -> None:
    """Write ten schools with one fault each."""
    faults: Sequence[tuple[str, Cell]] = (
        ("E", "50人"),
        ("F", -12),
        ("D", 1000.5),
        ("H", "=I5+5000"),
        ("G", None),
        ("C", "私塾"),
        ("K", "#N/A"),
        ("L", dt.date(2023, 9, 1)),
        ("M", "初中"),
        ("A", "3137000001"),
    )
    numerals = "一二三四五六七八九十"
    rows: list[list[Cell]] = [["学校标识码", *HEADER, "学段"]]
    for at, (column, fault) in enumerate(faults, 1):
        row = [f"31370000{at:02}", f"第{numerals[at - 1]}小学", *MET[1:], "小学"]
        row["ABCDEFGHIJKLM".index(column)] = fault
        rows.append(row)
    _write(folder, {SHEET: rows})


# -------------------------------------------------------------------------- what the command line does not come to


def without_charts(_: Path) -> list[Problem]:
    """Ask for a chart where the library that draws them is not installed."""
    with patch.dict(sys.modules, {"altair": None}):
        try:
            altair()
        except Unusable as error:
            return list(error.problems)
    return []


def without_solver(_: Path) -> list[Problem]:
    """Ask for a plan where what it is solved with is not installed."""
    with patch.dict(sys.modules, {"highspy": None}):
        return _of_attempt(solvable)


def plan_not_confirmed(folder: Path) -> list[Problem]:
    """Make a plan whose additions the engine is kept from seeing when it judges again."""
    from junheng.planning.conditions import Conditions, fields_of_run, ways_of
    from junheng.planning.making import Budgets, plans_of

    run = judge([folder / "school.csv"], "mine.yaml", by="county", year=2023)
    ways = ways_of(run, read_costs(folder / "costs.yaml", fields_of_run(run)), Conditions())
    with patch("junheng.planning.making.judged_after", lambda run, _: run):
        return _of_attempt(lambda: plans_of(run, ways, Budgets()))


def broken_off(_: Path) -> list[Problem]:
    """Judge a county over which the program fails in a way that nobody foresaw."""
    with patch("junheng.province.run.judge_files", side_effect=RuntimeError):
        found = judge_province([Path("a.csv")], year=2023, jobs=1)
    return [one.problem() for one in found.problems]


def text_as_template(folder: Path) -> list[Problem]:
    """Take a text for a template."""
    (folder / "template.docx").write_text("县名", "utf-8")
    return _of_attempt(lambda: opened(Path("template.docx")))


def misspelt_in_template(folder: Path) -> list[Problem]:
    """Fill a template that asks for a name there is not."""
    template = folder / "template.docx"
    made = Document()
    made.add_paragraph("{{ 县各 }}")
    made.save(template)
    shown = Path(template.name)
    return _of_attempt(lambda: fill(opened(shown), shown, {"县名": "示例县"}, None, folder / "out.docx"))


def _of_attempt(attempt: Callable[[], object]) -> list[Problem]:
    try:
        attempt()
    except Unusable as error:
        return list(error.problems)
    return []


def without_fonts(_: Path) -> list[Problem]:
    """Ask for pictures where no font has Chinese characters."""
    with patch("junheng.documents.charts.drawing.chinese_font", lambda: None):
        return font_problems()


def not_listed(_: Path) -> list[Problem]:
    """Return what is said of two blank figures beyond the ten thousand that are listed."""
    blanks = (
        kinds.FIGURE_BLANK.at(Place(FILE, SHEET, f"K{row}"), field="", school="", indicators="")
        for row in range(10_002)
    )
    problems = Listed()
    problems.extend(blanks)
    return [problem for problem in problems.all_said() if problem.kind is kinds.NOT_LISTED]


def without_cases(folder: Path) -> list[Problem]:
    """Ask for the cases of a standard in a folder that has none."""
    return lint_without_cases([load("mine.yaml")], folder)


def second_sheet(folder: Path) -> None:
    """Write a sheet of schools, and another whose headings are not known."""
    _write(folder, {SHEET: [HEADER, MET], "初中": [["学校名", "类别", "人数"], ["第九初中", "初级中学", 500]]})


def collected(folder: Path) -> None:
    """Write a collected table in which one school has not reported."""
    sources = [("本表单元格", "标识码"), ("A2", None)]
    missing = [("标识码", "校名"), ("3137000002", "第二小学")]
    _write(folder, {SHEET: [HEADER, MET], "来源": sources, "未报送名单": missing})
    (folder / FILE).rename(folder / "2023.xlsx")


def below_bar(folder: Path) -> None:
    """Write a school whose rooms miss their bar."""
    _write(folder, {SHEET: [HEADER, _with({"G": 4000})]})


def _with_part(folder: Path, name: str, change: Callable[[bytes], bytes]) -> None:
    """Write that school, and change or add one part of the file."""
    below_bar(folder)
    whole = folder / FILE
    with zipfile.ZipFile(whole) as archive:
        parts = {part: archive.read(part) for part in archive.namelist()}
    parts[name] = change(parts.get(name, b""))
    with zipfile.ZipFile(whole, "w") as archive:
        for part, data in parts.items():
            archive.writestr(part, data)


def document_type(folder: Path) -> None:
    """Write a sheet that declares a document type."""
    _with_part(folder, "xl/worksheets/sheet1.xml", lambda data: b"<!DOCTYPE worksheet>" + data)


def signed(folder: Path) -> None:
    """Write a workbook with an electronic signature."""
    _with_part(folder, "_xmlsignatures/sig1.xml", lambda _: b"<Signature/>")


def discussed(folder: Path) -> None:
    """Write a workbook with a discussion at the cell that misses its bar."""
    _with_part(
        folder,
        "xl/worksheets/_rels/sheet1.xml.rels",
        lambda _: (
            b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" '
            b'Type="http://schemas.microsoft.com/office/2017/10/relationships/threadedComment" Target="../talk.xml"/>'
            b"</Relationships>"
        ),
    )
    with zipfile.ZipFile(folder / FILE, "a") as archive:
        archive.writestr("xl/talk.xml", '<ThreadedComments><threadedComment ref="G2"/></ThreadedComments>')


# ---------------------------------------------------------------------------------------------------------- ledgers


def _ledger(folder: Path, change: Callable[[Worksheet], None] | None = None, table: str = "school.csv") -> None:
    """Write the ledger of the table in a folder, as people have changed its first sheet."""
    from junheng.documents.ledger import write_ledgers
    from junheng.documents.record import record_of_run
    from junheng.documents.submission import Submission
    from junheng.run import judge

    run = judge([folder / table], by="county", year=2023)
    record = record_of_run(run, run.counties[0], [(folder / table, table)])
    file = folder / "ledger.xlsx"
    write_ledgers([Submission(run, run.counties[0], record, "zh")], file, day=dt.date(2024, 1, 2))
    if change is not None:
        book = load_workbook(file)
        change(book.worksheets[0])
        book.save(file)


def _column(sheet: Worksheet, heading: str) -> int:
    return next(cell.column for cell in sheet[3] if cell.value == heading)


def ledger(folder: Path) -> None:
    """Write the ledger of school.csv."""
    _ledger(folder)


def ledger_of_another(folder: Path) -> None:
    """Write the ledger of another county."""
    _ledger(folder, table="before.csv")


def ledger_open(folder: Path) -> None:
    """Write a ledger, and the lock that LibreOffice puts beside a file that it has open."""
    _ledger(folder)
    (folder / ".~lock.ledger.xlsx#").write_text(",user,host,", "utf-8")


def ledger_twice(folder: Path) -> None:
    """Write a ledger in which somebody has copied a row and named another owner on it."""

    def change(sheet: Worksheet) -> None:
        owner = _column(sheet, "责任人")
        for at in range(1, sheet.max_column + 1):
            sheet.cell(5, at).value = sheet.cell(4, at).value
        sheet.cell(4, owner).value, sheet.cell(5, owner).value = "示例甲", "示例乙"

    _ledger(folder, change)


def ledger_due_in_words(folder: Path) -> None:
    """Write a ledger with a due date in words."""
    _ledger(folder, lambda sheet: sheet.cell(4, _column(sheet, "完成时限"), "年底前") and None)


def ledger_sorted_apart(folder: Path) -> None:
    """Write a ledger in which the items were moved and their hidden keys were not."""

    def change(sheet: Worksheet) -> None:
        item = _column(sheet, "项目")
        sheet.cell(4, item).value = "多媒体教室"

    _ledger(folder, change)


def no_ledger(folder: Path) -> None:
    """Write a workbook that is no ledger."""
    _write(folder, {SHEET: [HEADER, MET]})


BUILDERS: Mapping[str, Callable[[Path], None]] = {
    build.__name__: build
    for build in (
        collected,
        ledger,
        ledger_of_another,
        ledger_open,
        ledger_twice,
        ledger_due_in_words,
        ledger_sorted_apart,
        no_ledger,
        empty_sheet,
        encrypted,
        picture,
        truncated,
        unreadable_encoding,
        sheet_without_header,
        sheets_of_csv,
        formula_without_result,
        type_formula,
        hidden_row,
        error_cell,
        date_cell,
        ten_faults,
        second_sheet,
        below_bar,
        document_type,
        signed,
        discussed,
    )
}
CALLS: Mapping[str, Callable[[Path], list[Problem]]] = {
    not_listed.__name__: not_listed,
    without_cases.__name__: without_cases,
    stale_schema.__name__: stale_schema,
    without_charts.__name__: without_charts,
    without_fonts.__name__: without_fonts,
    without_solver.__name__: without_solver,
    plan_not_confirmed.__name__: plan_not_confirmed,
    broken_off.__name__: broken_off,
    text_as_template.__name__: text_as_template,
    misspelt_in_template.__name__: misspelt_in_template,
}
