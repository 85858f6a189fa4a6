"""数据与校验: the figures behind tables Ⅱ and Ⅲ, school by school, computed again by live formulas."""

from collections.abc import Sequence
from typing import NamedTuple

from junheng.documents.official_tables.balance import Coefficients
from junheng.documents.official_tables.page import NOTHING, Book, Entry, Form, Head
from junheng.documents.official_tables.sections import STAGES, judged_of, staged
from junheng.engine.model import Assessment, Indicator, Outcome, Stage
from junheng.engine.values import exact_numerator, exact_value
from junheng.number import plain
from junheng.report import words

TITLE_ROWS = 2  # below them stands the largest difference of all
COUNTED, STUDENTS, TOP, VALUE, FORMULA, MET = "C", "D", "E", "F", "G", "I"


class Check(NamedTuple):
    """One line below a block: its name, the figure in the tables, and the formula that computes it again."""

    name: str
    value: float | int | None
    formula: str


def write_checks(book: Book) -> None:
    """Write the sheet of checks: for every stage and indicator the sections with numerator, pupils and value.

    Column 公式 computes value, mean, standard deviation, coefficient and count again; column 差 is the difference to
    what the tables hold. No value is stored for a formula: a program that does not compute sees the tables' figures.
    """
    name = book.say("数据与校验", "Data and checks")
    form = book.sheet(name, name, (6.0, 40.0, 9.0, 11.0, 16.0, 20.0, 20.0, 16.0, 9.0))
    largest = form.at
    form.row([NOTHING, Entry(book.say("全表最大差", "Largest difference"), left=True), *[NOTHING] * 5], step=False)
    form.at += 1
    cells: list[str] = []
    coefficients = Coefficients(book)
    means: dict[str, list[str]] = {}
    for stage in STAGES:
        sections = judged_of(book, stage)
        everyone = staged(book, stage)
        for indicator in book.submission.run.assessment.method.indicators:
            if everyone and checkable(indicator):
                block = _Block(book, form, stage, indicator, everyone)
                cells.append(block.draw())
                if block.coefficient is not None:
                    means.setdefault(stage, []).append(block.coefficient)
        cells += _composite(book, form, stage, coefficients, means.get(stage, []))
        if sections:
            cells.append(_passed(book, form, stage, sections))
    if not cells:
        form.note(book.say("没有可以用公式校验的数。", "There is nothing to check by formulas."))
    _left_out(book, form)
    end = form.at
    form.at = largest
    formula = f"=MAX({','.join(cells)})" if cells else None
    form.row([NOTHING if formula is None else Entry(formula, formula=True)], start=8)
    form.at = end
    form.finish(signed=False)


def checkable(indicator: Indicator) -> bool:
    """Say whether a value is a plain quotient of pupils, which a formula can show."""
    return indicator.simple and indicator.to == "students" and not indicator.to_less


class _Block:
    """One indicator of one stage."""

    def __init__(self, book: Book, form: Form, stage: str, indicator: Indicator, sections: Sequence[int]) -> None:
        self.book, self.form, self.stage, self.indicator, self.sections = book, form, stage, indicator, sections
        self.coefficient: str | None = None

    @property
    def assessment(self) -> Assessment:
        return self.book.submission.run.assessment

    def draw(self) -> str:
        """Draw the block; return the cell of its largest difference."""
        book, form = self.book, self.form
        form.gap()
        per = plain(self.indicator.per)
        name = book.report.indicator(self.indicator.id, short=False)
        times = f" × {per}" if self.indicator.per != 1 else ""
        how = book.say(f"分子 ÷ 在校生数{times}", f"numerator ÷ students{times}")
        form.note(f"{book.report.stage(self.stage)} · {name} = {how}", strong=True)
        form.header([[Head(book.say(zh, en)) for zh, en in _COLUMNS]], repeat=False)
        self.top = form.at
        for number, section in enumerate(self.sections, 1):
            self._section(number, section)
        self.bottom = form.at - 1
        for check in self._lines():
            self._line(check)
        differences = f"H{self.top}:H{form.at - 1}"
        row = form.row(
            [
                NOTHING,
                Entry(book.say("本组最大差", "Largest difference"), left=True),
                *[NOTHING] * 5,
                Entry(f"=MAX(MAX({differences}),-MIN({differences}))", formula=True),
                NOTHING,
            ]
        )
        return f"H{row}"

    def _section(self, number: int, section: int) -> None:
        row, assessment = self.form.at, self.assessment
        students = assessment.divisions.column("students")[section]
        view = assessment.view(self.indicator)
        value = exact_value(view, self.indicator, section)
        outcome = assessment.outcomes[self.indicator.id][section]
        counted = value is not None and bool(students) and not self._exempt(outcome)
        formula = f"={TOP}{row}*{self.indicator.per}/{STUDENTS}{row}"
        self.form.row(
            [
                Entry(number),
                Entry(self.book.report.table.text("name")[section] or "", left=True),
                Entry(1) if counted else NOTHING,
                self._given(students),
                self._given(exact_numerator(view, self.indicator, section)),
                self.book.missing() if value is None else Entry(value),
                NOTHING if value is None else Entry(formula, formula=True),
                NOTHING if value is None else Entry(f"={FORMULA}{row}-{VALUE}{row}", formula=True),
                Entry(1) if self._met(section) else NOTHING,
            ]
        )

    def _met(self, section: int) -> bool:
        placed = section not in self.book.report.table.unplaced
        return placed and self.assessment.outcomes[self.indicator.id][section] is Outcome.MET

    def _exempt(self, outcome: Outcome) -> bool:
        return bool(self.indicator.applies) and outcome is Outcome.EXEMPT

    def _given(self, figure: object) -> Entry:
        return self.book.missing() if figure is None else Entry(figure)  # type: ignore[arg-type]

    def _span(self, column: str) -> str:
        return f"{column}${self.top}:{column}${self.bottom}"

    def _lines(self) -> list[Check]:
        book, county = self.book, self.book.submission.county
        met = sum(self._met(i) for i in self.sections)
        count = Check(book.say("达标学校（学部）数", "Sections that meet the bar"), met, f"=SUM({self._span(MET)})")
        lines = [count] if self.indicator.bars else []
        rule = self.assessment.method.variation
        here = [v for v in county.variations if v.stage == self.stage and v.indicator == self.indicator.id]
        if rule is None or not here or here[0].mean is None:
            return lines
        v = here[0]
        counted, students, formula = self._span(COUNTED), self._span(STUDENTS), self._span(FORMULA)
        weights = f"{counted},{students}" if rule.weighted else counted
        total = f"SUMPRODUCT({weights})"
        mean = f"=SUMPRODUCT({counted},{self._span(TOP)})*{self.indicator.per}/{total}"
        if not rule.weighted:
            mean = f"=SUMPRODUCT({counted},{formula})/{total}"
        at = self.form.at
        lines.insert(0, Check(book.say("全县平均值＝总量÷学生总数", "Mean: total ÷ pupils"), v.mean, mean))
        sd = f"=SQRT(SUMPRODUCT({weights},({formula}-{FORMULA}{at})^2)/{total})"
        lines.insert(1, Check(book.say("标准差（按学生数加权）", "Standard deviation, weighted"), v.sd, sd))
        if v.cv is not None:
            lines.insert(
                2,
                Check(
                    book.say("差异系数＝标准差÷平均值", "Coefficient: sd ÷ mean"),
                    v.cv,
                    f"={FORMULA}{at + 1}/{FORMULA}{at}",
                ),
            )
            self.coefficient = f"{FORMULA}{at + 2}"
        return lines

    def _line(self, check: Check) -> None:
        _line(self.form, check)


_COLUMNS = (
    ("序号", "No."),
    ("学校名称", "School"),
    ("计入", "Counted"),
    ("在校生数", "Students"),
    ("分子", "Numerator"),
    ("表中值", "In the tables"),
    ("公式", "Formula"),
    ("差", "Difference"),
    ("达标", "Met"),
)


def _line(form: Form, check: Check) -> None:
    row = form.at
    form.row(
        [
            NOTHING,
            Entry(check.name, left=True),
            *[NOTHING] * 3,
            Entry(check.value),
            Entry(check.formula, formula=True),
            Entry(f"={FORMULA}{row}-{VALUE}{row}", formula=True),
            NOTHING,
        ]
    )


def _composite(book: Book, form: Form, stage: str, found: Coefficients, cells: Sequence[str]) -> list[str]:
    """Draw the composite of a stage as the mean of its coefficients, where all of them are there."""
    rule = book.submission.run.assessment.method.variation
    cv, _ = found.composite(Stage(stage))
    if cv is None or not cells or len(cells) != len(found.of(Stage(stage))):
        return []
    digits = None if rule is None else rule.parts_rounding
    parts = [cell if digits is None else f"ROUND({cell},{digits})" for cell in cells]
    form.gap()
    name = book.report.stage(stage) + book.say(
        "综合差异系数＝各项差异系数的平均", ": composite, the mean of the coefficients"
    )
    _line(form, Check(name, cv, f"=AVERAGE({','.join(parts)})"))
    return [f"ABS(H{form.at - 1})"]


def _passed(book: Book, form: Form, stage: str, sections: Sequence[int]) -> str:
    """Draw the count of schools that meet the standard, from a list of their verdicts."""
    passed = book.submission.run.assessment.passed
    form.gap()
    form.note(book.report.stage(stage) + book.say(" · 综合评估", " · verdicts"), strong=True)
    top = form.at
    for number, section in enumerate(sections, 1):
        name = book.report.table.text("name")[section] or ""
        verdict = Entry(1) if passed[section] is True else NOTHING
        form.row([Entry(number), Entry(name, left=True), *[NOTHING] * 6, verdict])
    count = sum(passed[i] is True for i in sections)
    name = book.say("综合评估达标学校（学部）数", "Sections that meet the standard")
    _line(form, Check(name, count, f"=SUM({MET}{top}:{MET}{form.at - 1})"))
    return f"ABS(H{form.at - 1})"


def _left_out(book: Book, form: Form) -> None:
    """List every section that is not judged, with its reason."""
    submission = book.submission
    reasons = submission.run.assessment.left_out
    out = [(i, reason) for i in submission.in_order() if (reason := reasons[i]) is not None]
    if not out:
        return
    form.gap()
    form.note(book.say("不纳入的学校（学部）", "Sections left out"), strong=True)
    for number, (section, reason) in enumerate(out, 1):
        said = words.reason(reason, submission.run.standard).say(submission.lang)
        name = book.report.table.text("name")[section] or ""
        stage = book.report.stage(book.report.table.text("stage")[section])
        form.row([Entry(number), Entry(name, left=True), Entry(stage), Entry(said, left=True)])
