"""A blank workbook made from standards: the columns they need, with drop-downs, notes and units."""

from collections.abc import Sequence
from pathlib import Path

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from junheng.report.write import write_book
from junheng.standard.grammar import FieldForm
from junheng.standard.load import Standard, needed_fields, needed_of_items, needed_words
from junheng.text import Lang, Text
from junheng.workbook.county_template import county_sheet

ROWS = 300
IDENTITY = ("county", "town", "group", "year", "code", "name", "type", "stage", "area", "owner", "basis")
_SHARED = PatternFill("solid", fgColor="E2EFDA")
_OWN = PatternFill("solid", fgColor="DDEBF7")
_IDENTITY = PatternFill("solid", fgColor="F2F2F2")
_SIDE = Side("thin", color="A6A6A6")
_BORDER = Border(_SIDE, _SIDE, _SIDE, _SIDE)

NOTES: dict[str, Text] = {
    "year": Text("学年开始的一年，如 2023", "the year in which the school year begins, such as 2023"),
    "code": Text("按文本填写，保留开头的 0", "entered as text, leading zeros kept"),
    "name": Text("必填。多学段学校每个学段一行，各行同名同码", "required; a through-school has one row for each stage"),
    "type": Text("必填，从下拉列表选择", "required; choose from the list"),
    "stage": Text("多学段学校必填；单一学段的学校可不填", "required for through-schools"),
    "basis": Text(
        "共用数据已拆分到学部时选“本学部”，否则留空", "本学部 where shared figures are already divided; else blank"
    ),
}
REPORTED = Text("按本学段（学部）填写", "for this stage only")
SPLIT = Text(
    "按全校填写，写在任意一行或各行相同，程序自动拆分",
    "for the whole school, on one of its rows or alike on all; it is divided for you",
)
COMMON = Text(
    "按全校填写，写在任意一行或各行相同，各学段共用",
    "for the whole school, on one of its rows or alike on all; it holds for each of its stages",
)
BLANK = Text("没有数据留空；确实为零填 0", "leave it blank where there is no figure; enter 0 for none")


def columns_of(standards: Sequence[Standard]) -> list[tuple[str, FieldForm]]:
    """Return the columns a workbook needs: identity, then the figures, a sum's parts in place of the sum."""
    fields = standards[0].fields
    names: list[str] = list(IDENTITY)
    for standard in standards:
        fields = {**fields, **standard.fields}
        names += sorted(needed_words(standard))
        for name in dict.fromkeys([*needed_fields(standard), *needed_of_items(standard)]):
            names += standard.fields[name].otherwise or [name]
    return [(name, fields[name]) for name in dict.fromkeys(names)]


def heading(form: FieldForm, lang: Lang) -> str:
    """Return a column's heading with its unit."""
    name = form.text.say(lang)
    return f"{name}（{form.unit}）" if form.unit and form.numeric and lang == "zh" else name


def _note(name: str, form: FieldForm, lang: Lang) -> str:
    if not form.numeric:
        return NOTES[name].say(lang) if name in NOTES else form.text.say(lang)
    belongs = {"split": SPLIT, "common": COMMON, "reported": REPORTED}[form.share]
    unit = f"{'单位' if lang == 'zh' else 'unit'}：{form.unit}" if form.unit else ""
    return "\n".join(filter(None, [unit, belongs.say(lang), BLANK.say(lang)]))


def write_template(path: Path, standards: Sequence[Standard], lang: Lang) -> None:
    """Write the workbook; raise Unusable where it cannot be written."""
    book = Workbook()
    sheet = book.active
    if not isinstance(sheet, Worksheet):
        raise TypeError(sheet)
    sheet.title = "学校" if lang == "zh" else "Schools"
    columns = columns_of(standards)
    lists = book.create_sheet("选项" if lang == "zh" else "Choices")
    lists.sheet_state = "hidden"
    listed = 0
    for at, (name, form) in enumerate(columns, 1):
        letter = get_column_letter(at)
        cell = sheet.cell(1, at, heading(form, lang))
        cell.font, cell.border = Font(bold=True), _BORDER
        cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
        cell.fill = _IDENTITY if not form.numeric else _OWN if form.share == "reported" else _SHARED
        cell.comment = Comment(_note(name, form, lang), "junheng", width=260, height=110)
        sheet.column_dimensions[letter].width = 22 if name == "name" else 16 if form.numeric else 14
        cells = f"{letter}2:{letter}{ROWS + 1}"
        if form.kind == "choice":
            listed += 1
            words = [choice.zh if lang == "zh" else choice.en for choice in form.choices.values()]
            for row, word in enumerate(words, 1):
                lists.cell(row, listed, word)
            source = f"'{lists.title}'!${get_column_letter(listed)}$1:${get_column_letter(listed)}${len(words)}"
            rule = DataValidation(type="list", formula1=f"={source}", allow_blank=True, showErrorMessage=True)
            rule.error = "请从列表中选择" if lang == "zh" else "choose from the list"
        elif form.kind == "flag":
            rule = DataValidation(type="list", formula1='"是,否"' if lang == "zh" else '"yes,no"', allow_blank=True)
            rule.showErrorMessage = True
            rule.error = "请选择是或否" if lang == "zh" else "choose yes or no"
        elif form.numeric:
            rule = DataValidation(
                type="whole" if form.whole else "decimal",
                operator="greaterThanOrEqual",
                formula1="0",
                allow_blank=True,
                showErrorMessage=True,
            )
            rule.error = (
                "请填不小于 0 的" + ("整数" if form.whole else "数") if lang == "zh" else "enter a number not below 0"
            )
        else:
            rule = None
        if rule is not None:
            rule.add(cells)
            sheet.add_data_validation(rule)
        for row in range(2, ROWS + 2):
            body = sheet.cell(row, at)
            body.border, body.protection = _BORDER, Protection(locked=False)
            if name in ("code", "year"):
                body.number_format = "@"
    sheet.row_dimensions[1].height = 48
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", sheet.PAPERSIZE_A3
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_title_rows = "1:1"
    sheet.freeze_panes = "H2"
    sheet.protection.formatColumns = sheet.protection.formatRows = False
    sheet.protection.insertRows = sheet.protection.deleteRows = sheet.protection.sort = False
    sheet.protection.enable()
    if any(standard.method.parts for standard in standards):
        county_sheet(book.create_sheet("县级"), standards, lang)
    _instructions(book.create_sheet("填表说明" if lang == "zh" else "Instructions"), standards, columns, lang)
    write_book(path, book)


def _instructions(
    sheet: Worksheet, standards: Sequence[Standard], columns: Sequence[tuple[str, FieldForm]], lang: Lang
) -> None:
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 34, 90
    row = 1
    for standard in standards:
        document = f"（{standard.form.document}）" if standard.form.document else ""
        sheet.cell(row, 1, f"{standard.form.title.text.say(lang)}{document}").font = Font(bold=True, size=12)
        row += 1
    general = [
        Text(
            "每所学校每个学段一行；蓝色列按学段填，绿色列按全校填。",
            "One row for each school and stage; blue columns are for the stage, green ones for the whole school.",
        ),
        Text(
            "空白表示没有数据，不等于 0；不要合并单元格，不要在数字后写单位。",
            "Blank means no figure and is not 0; do not merge cells or write units behind numbers.",
        ),
        Text("填好后运行：junheng check 本文件", "When it is filled in, run: junheng check THIS-FILE"),
    ]
    for text in general:
        sheet.cell(row, 1, text.say(lang))
        row += 1
    row += 1
    for name, form in columns:
        sheet.cell(row, 1, heading(form, lang)).font = Font(bold=True)
        cell = sheet.cell(row, 2, _note(name, form, lang).replace("\n", "；"))
        if form.choices:
            cell.value = f"{cell.value}：{'、'.join(c.zh if lang == 'zh' else c.en for c in form.choices.values())}"
        cell.alignment = Alignment(wrap_text=True)
        row += 1
