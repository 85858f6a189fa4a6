"""表Ⅴ of 2012, 义务教育经费情况: what the county answered of its funds over three years, and their growth."""

from fractions import Fraction
from itertools import pairwise

from junheng.documents.official_tables.page import Book, Entry, Head
from junheng.number import exact
from junheng.report import words
from junheng.text import Text

ANSWERED = ("appropriation", "revenue", "spending_per_student", "teacher_pay", "running_cost_per_student")
YEARS = ("_two_before", "_before", "")  # endings of a field: two years before, the year before, this year
FURTHER = tuple(  # headings of the form that nobody is asked for
    Text(zh, en)
    for zh, en in (
        ("预算内教育经费占财政支出的比例（%）", "Share of education in public spending (%)"),
        ("生均预算内教育事业费·小学（元）", "Budget per student, primary (yuan)"),
        ("生均预算内教育事业费·初中（元）", "Budget per student, junior (yuan)"),
        ("生均预算内公用经费·小学（元）", "Running cost per student, primary (yuan)"),
        ("生均预算内公用经费·初中（元）", "Running cost per student, junior (yuan)"),
    )
)
DIGITS = 2


def write_funds(book: Book, name: str) -> None:
    """Write 表Ⅴ of 2012 in the words of the county's answers, with what the form lists besides left to fill in."""
    title = book.say("表Ⅴ：义务教育经费情况", "Table V: Funds of compulsory education")
    form = book.sheet(name, title, (46.0, 12.0, *[15.0] * 5))
    heads = (
        ("项目", "Figure"),
        ("单位", "Unit"),
        ("前年", "Two years before"),
        ("上年", "Year before"),
        ("本年", "This year"),
        ("上年比前年增长（%）", "Growth, year before (%)"),
        ("本年比上年增长（%）", "Growth, this year (%)"),
    )
    form.header([[Head(book.say(zh, en)) for zh, en in heads]])
    fields = book.submission.run.standard.fields
    for field in ANSWERED:
        if field in fields:
            said = fields[field].text.say(book.submission.lang).removeprefix("本年").removesuffix(", this year")
            figures = [_figure(book, field + year) for year in YEARS]
            growths = [_growth(before, after) for before, after in pairwise(figures)]
            unit = Entry(words.unit(fields[field].unit, book.submission.lang))
            cells = [book.missing() if f is None else Entry(f, DIGITS) for f in (*figures, *growths)]
            form.row([Entry(said, left=True), unit, *cells])
    for text in FURTHER:
        form.row([Entry(text.say(book.submission.lang), left=True), Entry(), *[book.missing()] * 5])
    form.note(
        book.say(
            "栏目据 2012 年申报表的公开转录（表格转录）和县级表的用语；转录排版散乱，栏号不明。正式表样的金额单位为千元。",
            "Rows after a disordered public transcript of the form of 2012 and the words of the county's answers; "
            "the form itself is in thousands of yuan.",
        )
    )
    form.finish()


def _figure(book: Book, field: str) -> Fraction | None:
    answer = book.submission.run.answered.get(book.submission.county.name, {}).get(field)
    return None if answer is None or answer.figure is None else exact(answer.figure)


def _growth(before: Fraction | None, after: Fraction | None) -> Fraction | None:
    """Return the growth in per cent; None where a year is missing or there was nothing to grow from."""
    return None if after is None or not before else (after / before - 1) * 100
