"""The sheets of a ledger that are reckoned anew each time: gaps, large classes and schools, evidence."""

import re
from collections.abc import Sequence
from fractions import Fraction

from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from junheng.documents.costs import Costs
from junheng.documents.judging import fields_of_judging
from junheng.documents.ledger import drawing
from junheng.documents.ledger.entered import BLANK, Entered, number
from junheng.documents.ledger.gaps import Lack, counted, totals, units_of
from junheng.documents.ledger.line import Line
from junheng.documents.ledger.lines import Ledger
from junheng.documents.ledger.sheets import letter_of
from junheng.documents.ledger.words import BY_STANDARD, TITLES, Standing
from junheng.documents.submission import Submission
from junheng.report.items import item_situation, outcome_text, part_name
from junheng.report.model import Mood
from junheng.text import Lang, Text

CROWDED = ("class_size", "school_size")
SECOND = 0.005  # what two sums of figures with two decimals may differ by
GAPS_WIDTHS = (24.0, 24.0, 10.0, *(13.0,) * 10)
PEOPLE_TWICE = Text(
    "教师缺口按指标分别计算，一名教师可同时补上几项，合计不是要增加的人数。需减少的（班额、规模等）不计入，见“大班额超规模清单”。",
    "Teachers are counted by indicator; one may fill several gaps, so that the sum is not the number to hire. "
    "What has to be reduced (classes, schools) is not counted here.",
)
NO_COSTS = Text(
    "未给出单价文件，概算一列留空（用 --costs 给出）。",
    "No costs file was given; the column of costs is blank (--costs).",
)
SOME_UNPRICED = Text("没有单价的不计入概算。", "What has no price is not part of the costs.")


class Gaps:
    """缺口统计表: three tables on one sheet, each with its sum, and beside it the same reckoned by the spreadsheet."""

    def __init__(
        self, sheet: Worksheet, lines: Sequence[Line], costs: Costs, extras: Sequence[str], submission: Submission
    ) -> None:
        lang = submission.lang
        self.fields = fields_of_judging(submission)
        self.sheet, self.lines, self.costs, self.lang = sheet, counted(lines), costs, lang
        self.extras, self.row = extras, drawing.HEADER
        self.ledger = f"'{TITLES['below'].say(lang)}'!"

    def _say(self, zh: str, en: str) -> str:
        return Text(zh, en).say(self.lang)

    def _column(self, name: str) -> str:
        letter = letter_of(name, self.extras)
        return f"{self.ledger}${letter}:${letter}"

    def write(self) -> None:
        """Write all three tables."""
        note = PEOPLE_TWICE.say(self.lang) + (SOME_UNPRICED if self.costs.given else NO_COSTS).say(self.lang)
        drawing.title(self.sheet, TITLES["gaps"].say(self.lang), note)
        self.sheet.cell(2, 1).alignment = drawing.LEFT
        self.sheet.merge_cells(start_row=2, start_column=1, end_row=2, end_column=10)
        self.sheet.row_dimensions[2].height = 30
        drawing.widths(self.sheet, GAPS_WIDTHS)
        self._by_indicator()
        school = self._say("按学校", "By school"), (self._say("学校", "School"), self._say("乡镇", "Town"))
        self._by_place(
            *school, totals(self.lines, lambda line: (line.school, line.town, line.code, line.county), self.costs)
        )
        town = self._say("按乡镇", "By town"), (self._say("乡镇", "Town"), self._say("县(市、区)", "County"))
        self._by_place(*town, totals(self.lines, lambda line: (line.town, line.county), self.costs))
        self._prices()
        drawing.finish(self.sheet, drawing.TITLE_ROWS, self.row, 10, "A3", filters=False)

    def _prices(self) -> None:
        """Write the prices that the costs rest on, each with its source."""
        if not self.costs.prices:
            return
        names = [
            self._say("字段", "Field"),
            self._say("来源", "Source"),
            self._say("单价(元)", "Yuan"),
            self._say("每", "Per"),
        ]
        self._heading(self._say("单价", "Prices"), [*names, self._say("说明", "Note")])
        for field, price in self.costs.prices.items():
            self.row += 1
            name = self.fields[field].text.say(self.lang)
            entries = [
                Entered(name),
                Entered(price.source),
                number(price.yuan),
                Entered(price.per),
                Entered(price.note),
            ]
            for at, entry in enumerate(entries, 1):
                drawing.enter(self.sheet.cell(self.row, at), entry)

    def _heading(self, text: str, names: Sequence[str]) -> None:
        drawing.enter(self.sheet.cell(self.row, 1), Entered(text), plain=True)
        self.sheet.cell(self.row, 1).font = Font(bold=True, size=12)
        self.row += 1
        drawing.head(self.sheet, self.row, names)

    def _money(self) -> str:
        return self._say("概算(万元)", "Cost (10,000 yuan)")

    def _by_indicator(self) -> None:
        check = self._say("台账合计（公式）", "Sum of the ledger (formula)")
        self._heading(
            self._say("按指标", "By indicator"),
            [
                *(self._say("指标", "Indicator"), self._say("学段", "Stage"), self._say("条数", "Items")),
                *(self._say("缺口合计", "Gap"), self._say("单位", "Unit"), self._say("到余项要求", "To the floor")),
                *(self._money(), check, self._say("核对", "Check"), BY_STANDARD.say(self.lang)),
            ],
        )
        found = totals(
            self.lines,
            lambda line: (line.item.strip("　"), line.stage, line.key.item, line.unit, line.standard),
            self.costs,
        )
        for lack in found:
            self.row += 1
            name, stage, id_, unit, standard = lack.heading
            gap, floor = lack.amounts[unit], lack.floors[unit]
            entries = [
                *(Entered(name), Entered(stage), Entered(lack.items), _amount(gap), Entered(unit)),
                *(_amount(floor) if floor else BLANK, _price(lack)),
            ]
            for at, entry in enumerate(entries, 1):
                drawing.enter(self.sheet.cell(self.row, at), entry)
            same = f'{self._column("item_id")},"{id_}",{self._column("stage")},B{self.row}'
            formula = f'=SUMIFS({self._column("gap")},{same},{self._column("counted")},"?*")'
            self._check(8, formula, 4)
            drawing.enter(self.sheet.cell(self.row, 10), Entered(standard))
        self.row += 2

    def _check(self, at: int, formula: str, beside: int) -> None:
        """Write a formula made here, and whether it gives the figure in a column beside it."""
        cell = self.sheet.cell(self.row, at, formula)
        cell.number_format, cell.border = "0.##", drawing.BORDER
        verdict = self.sheet.cell(self.row, at + 1)
        letter, other = get_column_letter(at), get_column_letter(beside)
        good, bad = self._say("一致", "agrees"), self._say("不一致", "differs")
        verdict.value = f'=IF(ABS({letter}{self.row}-{other}{self.row})<{SECOND},"{good}","{bad}")'
        verdict.border = drawing.BORDER

    def _by_place(self, title: str, names: tuple[str, str], found: Sequence[Lack]) -> None:
        units = units_of(self.lines)
        shown = [self._say(f"缺口（{unit}）", f"Gap ({unit})") if unit else self._say("缺口", "Gap") for unit in units]
        self._heading(title, [*names, self._say("条数", "Items"), *shown, self._money()])
        first = self.row + 1
        for lack in found:
            self.row += 1
            amounts = [_amount(lack.amounts[unit]) if unit in lack.amounts else BLANK for unit in units]
            entries = [Entered(lack.heading[0]), Entered(lack.heading[1]), Entered(lack.items), *amounts, _price(lack)]
            for at, entry in enumerate(entries, 1):
                drawing.enter(self.sheet.cell(self.row, at), entry)
        last = self.row
        if found:
            self._sums(first, last, units)
        self.row += 2

    def _sums(self, first: int, last: int, units: Sequence[str]) -> None:
        """Write the sum of each column as the spreadsheet adds it up, and below it that of the ledger itself."""
        self.row += 1
        drawing.enter(self.sheet.cell(self.row, 1), Entered(self._say("合计（公式）", "Sum (formula)")))
        for at in range(3, 4 + len(units) + bool(self.costs.given)):
            letter = get_column_letter(at)
            cell = self.sheet.cell(self.row, at, f"=SUM({letter}{first}:{letter}{last})")
            cell.font, cell.border, cell.number_format = Font(bold=True), drawing.BORDER, "0.##"
        self.row += 1
        drawing.enter(
            self.sheet.cell(self.row, 1), Entered(self._say("台账合计（公式）", "Sum of the ledger (formula)"))
        )
        for at, unit in enumerate(units, 4):
            formula = f'=SUMIFS({self._column("gap")},{self._column("counted")},"{_criterion(unit)}")'
            cell = self.sheet.cell(self.row, at, formula)
            cell.border, cell.number_format = drawing.BORDER, "0.##"


def _criterion(text: str) -> str:
    """Return a text as a criterion of a formula: none of its signs stands for others."""
    return re.sub(r"([~*?])", r"~\1", text).replace('"', '""')


def _amount(value: Fraction) -> Entered:
    return number(value, "0" if value.denominator == 1 else "0.00")


def _price(lack: Lack) -> Entered:
    return BLANK if lack.money is None else number(lack.money, "0.00")


def crowded_sheet(sheet: Worksheet, ledgers: Sequence[tuple[Ledger, Sequence[Line]]], lang: Lang) -> None:
    """Write the classes and schools that are too large: figure, bar, and by how much."""

    def say(zh: str, en: str) -> str:
        return Text(zh, en).say(lang)

    every = [
        line
        for _, lines in ledgers
        for line in lines
        if line.key.item.rpartition("/")[2].split(".")[0] in CROWDED and not line.key.of_county
    ]
    rules = {line.key.item for line in every}
    if rules:
        note = say(
            "班额、学校规模中不满足的；一所学校几个学段共用的规模各列一行。", "Classes and schools above their bar."
        )
    else:
        note = say("所用标准没有班额、学校规模两项。", "The standard has no item on the size of classes and schools.")
    drawing.title(sheet, say("大班额、超规模清单", "Large classes and schools"), note)
    names = [
        *(say("县(市、区)", "County"), say("乡镇", "Town"), say("学校标识码", "School code"), say("学校", "School")),
        *(say("学段", "Stage"), say("项目", "Item"), say("实际值", "Figure"), say("标准值", "Bar")),
        *(say("超出", "Over by"), say("单位", "Unit"), say("结论", "Outcome"), BY_STANDARD.say(lang)),
    ]
    sizes = (10, 9, 13, 24, 8, 26, 12, 12, 10, 7, 14, 14)
    drawing.head(sheet, drawing.HEADER, names)
    drawing.widths(sheet, sizes)
    row = drawing.HEADER
    groups = {line.key.item.rpartition(".")[0] for line in every if "." in line.key.item}
    for line in every:
        below = line.standing is Standing.BELOW and line.key.item not in groups
        unknown = line.standing is Standing.OPEN and line.listed and "." not in line.key.item
        if not (below or unknown):
            continue
        row += 1
        over = BLANK if line.gap.raw is None else number(line.gap.raw)
        entries = [
            *(Entered(line.county), Entered(line.town), Entered(line.code), Entered(line.school), Entered(line.stage)),
            *(Entered(line.item.strip("　")), _figure(line.figure.raw, line.figure.text), Entered(line.bar.text)),
            *(over, Entered(line.unit), Entered(line.outcome), Entered(line.standard)),
        ]
        for at, entry in enumerate(entries, 1):
            drawing.enter(sheet.cell(row, at), entry)
    drawing.finish(sheet, drawing.HEADER, row, len(names), f"E{drawing.HEADER + 1}")


def _figure(raw: float | Fraction | None, text: str) -> Entered:
    return Entered(text) if raw is None else number(raw, "General")


def evidence_sheet(sheet: Worksheet, ledgers: Sequence[Ledger], lang: Lang) -> None:
    """Write every item of the parts judged item by item, with the evidence that the county names for it."""

    def say(zh: str, en: str) -> str:
        return Text(zh, en).say(lang)

    note = say(
        "佐证取自工作表“县级”；没有写的标“未提供”。", "As named on the sheet 县级; “not given” where it names none."
    )
    drawing.title(sheet, TITLES["evidence"].say(lang), note)
    names = [
        *(say("县(市、区)", "County"), say("编号", "No."), say("评估部分", "Part"), say("项目", "Item")),
        *(say("填报情况", "Answer"), say("结论", "Outcome"), say("佐证材料", "Evidence"), say("提供情况", "Given")),
    ]
    sizes = (10, 7, 14, 40, 34, 14, 46, 10)
    drawing.head(sheet, drawing.HEADER, names)
    drawing.widths(sheet, sizes)
    row = drawing.HEADER
    for ledger in ledgers:
        for part_at, part in enumerate(ledger.county.by_item, 1):
            for item_at, item in enumerate(part.items, 1):
                row += 1
                found = evidence_of(ledger.submission, item.item.indicator.id)
                entries = [
                    *(Entered(ledger.submission.name), Entered(f"{part_at}.{item_at}")),
                    *(
                        Entered(part_name(ledger, part.part.id)),
                        Entered(ledger.indicator(item.item.indicator.id, short=False)),
                    ),
                    *(Entered(item_situation(ledger, item)), Entered(outcome_text(ledger, part, item))),
                    *(Entered(found), Entered(say("已提供", "given") if found else say("未提供", "not given"))),
                ]
                for at, entry in enumerate(entries, 1):
                    drawing.enter(sheet.cell(row, at), entry)
                if not found:
                    sheet.cell(row, len(names)).fill = drawing.FILLS[Mood.UNKNOWN]
                drawing.height(sheet, row, [entry.text for entry in entries], sizes)
    drawing.finish(sheet, drawing.HEADER, row, len(names), f"A{drawing.HEADER + 1}")


def evidence_of(submission: Submission, item: str) -> str:
    """Return the evidence that a county names for an item and for the figures it rests on."""
    run = submission.run
    answered = run.answered.get(submission.county.name, {})
    names = [item, *run.asked.items[item][1]]
    given = (answered[name].evidence for name in dict.fromkeys(names) if name in answered)
    return submission.say("；", "; ").join(dict.fromkeys(filter(None, given)))
