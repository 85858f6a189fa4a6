"""The sheet 县级 of a template: what a county answers once, part by part, with what each answer is held against."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from junheng.engine.model import Indicator
from junheng.engine.parts import fields_of
from junheng.standard.grammar import FieldForm
from junheng.standard.load import Standard
from junheng.text import Lang, Text
from junheng.workbook.county_sheet import fields_asked

HEADINGS = (Text("项目", "Item"), Text("填报", "Answer"), Text("佐证", "Evidence"), Text("得分", "Score"))
UNIT = Text("单位", "Unit")
WIDTHS = (58, 16, 46, 10, 8)
_PART, _HEAD = PatternFill("solid", fgColor="DDEBF7"), PatternFill("solid", fgColor="F2F2F2")
_SIDE = Side("thin", color="A6A6A6")
_BORDER = Border(_SIDE, _SIDE, _SIDE, _SIDE)
ADDED_UP = Text(
    "可由学校表合计；学校表已有该列时留空",
    "added up from the schools where their table has this column; else answer it",
)
MAY_NOT_APPLY = Text(
    "没有这种情形的填“不适用”，并写明依据", "enter 不适用 where there is no such case, with the evidence"
)


class Line(NamedTuple):
    """One line of the sheet: a part's title, or something asked, with what is to be said about it."""

    text: str
    form: FieldForm | None = None
    note: str = ""


def lines(standard: Standard, lang: Lang) -> Iterator[Line]:
    """Yield the lines of one standard: each part's title, and every figure that it asks, once."""
    asked: set[str] = set()
    names = standard.form.named_rules()
    for entry, part in zip(standard.form.checklist, standard.method.parts, strict=True):
        yield Line(entry.part.zh if lang == "zh" else entry.part.en)
        scored = [part.score] if part.score is not None else []
        for name in scored:
            asked.add(name)
            yield Line(standard.fields[name].text.say(lang), standard.fields[name])
        for item in part.items:
            rule = names[item.indicator.id][0]
            may_not = {name for leaf in item.indicator.nodes() if leaf.may_not_apply for name in _fields(leaf)}
            for name in fields_asked(item, standard.method):
                if name in asked:
                    continue
                asked.add(name)
                form = standard.fields[name]
                notes = [f"{rule.name.text.say(lang)}", rule.wording or ""]
                notes += [MAY_NOT_APPLY.say(lang)] if name in may_not else []
                notes += [ADDED_UP.say(lang)] if name not in standard.method.county_fields else []
                yield Line(form.text.say(lang), form, "\n".join(filter(None, notes)))


def _fields(rule: Indicator) -> set[str]:
    return {name for leaf in rule.leaves() for name in fields_of(leaf)}


def county_sheet(sheet: Worksheet, standards: Sequence[Standard], lang: Lang) -> None:
    """Write what standards ask of a county into a sheet."""
    scored = any(part.points_at_least is not None for standard in standards for part in standard.method.parts)
    titles = [text.say(lang) for text in HEADINGS[: 4 if scored else 3]] + [UNIT.say(lang)]
    for at, (title, width) in enumerate(zip(titles, WIDTHS if scored else (*WIDTHS[:3], WIDTHS[4]), strict=True), 1):
        cell = sheet.cell(1, at, title)
        cell.font, cell.fill, cell.border = Font(bold=True), _HEAD, _BORDER
        sheet.column_dimensions[cell.column_letter].width = width
    yes_no = DataValidation(type="list", formula1='"是,否"' if lang == "zh" else '"yes,no"', allow_blank=True)
    row = 1
    seen: set[str] = set()
    for standard in standards:
        for line in lines(standard, lang):
            if line.form is not None and line.text in seen:
                continue
            row += 1
            seen.add(line.text)
            cell = sheet.cell(row, 1, line.text)
            cell.alignment, cell.border = Alignment(wrap_text=True, vertical="center"), _BORDER
            if line.form is None:
                for at in range(1, len(titles) + 1):
                    sheet.cell(row, at).fill = _PART
                cell.font = Font(bold=True)
                continue
            if line.note:
                cell.comment = Comment(line.note, "junheng", width=360, height=120)
            for at in range(2, len(titles) + 1):
                body = sheet.cell(row, at)
                body.border, body.protection = _BORDER, Protection(locked=False)
                body.alignment = Alignment(wrap_text=True, vertical="center")
            if line.form.kind == "flag":
                yes_no.add(f"B{row}")
            sheet.cell(row, len(titles), line.form.unit or "")
    sheet.add_data_validation(yes_no)
    sheet.freeze_panes = "B2"
    sheet.page_setup.orientation = "portrait"
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.print_title_rows = "1:1"
