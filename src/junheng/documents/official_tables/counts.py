"""表Ⅱ-1: of each stage how many schools there are, and how many of them meet each item and the standard."""

from collections.abc import Sequence
from fractions import Fraction

from junheng.documents.official_tables.numbering import FIRST_PER_SCHOOL, codes, heading, items_of_schools
from junheng.documents.official_tables.page import Book, Entry, Form, Head
from junheng.documents.official_tables.schools import DIGITS, closing_notes
from junheng.documents.official_tables.sections import STAGES, judged_of, unplaced_of
from junheng.engine.model import Indicator, Outcome
from junheng.report.model import Mood


def write_counts(book: Book, name: str) -> None:
    """Write 表Ⅱ-1: of each stage the schools, those that meet each item with their share, and those that meet all."""
    book = book.of_schools()
    items, left_off = items_of_schools(book)
    title = book.say("表Ⅱ-1：小学、初中达标情况", "Table II-1: Schools that meet the standard")
    form = book.sheet(name, title, (11.0, 9.0, *[9.0] * (2 * len(items) + 2)), book.say("单位：所、%", "schools, %"))
    numbers = codes(book, items, FIRST_PER_SCHOOL)
    top = [Head(book.say("学校类别", "Stage"), down=2), Head(book.say("学校（学部）数", "Sections"), down=2)]
    top += [Head(heading(book, item) + f"\n{number}", 2) for item, number in zip(items, numbers, strict=True)]
    top += [Head(book.say("综合评估", "Overall"), 2)]
    pair = [Head(book.say("达标校数", "Met")), Head(book.say("达标比例", "Share"))]
    form.header([top, pair * (len(items) + 1)])
    everyone: list[int] = []
    for stage in STAGES:
        sections = judged_of(book, stage)
        everyone += sections
        form.row(_counts(book, book.report.stage(stage), sections, items))
    form.row(_counts(book, book.say("合计", "All"), everyone, items))
    _open(book, form, [*everyone, *unplaced_of(book)], items)
    form.note(
        book.say(
            "表头的项目编号同表Ⅱ-2。达标比例为达标校数除以学校（学部）数，不适用的不计入分母；缺数据的不计为达标。",
            "Numbers of items as in table II-2. Shares leave out schools to which an item does not apply; missing data never counts as met.",
        )
    )
    closing_notes(book, form, left_off)
    form.finish()


def _counts(book: Book, name: str, sections: Sequence[int], items: Sequence[Indicator]) -> list[Entry]:
    assessment = book.submission.run.assessment
    entries = [Entry(name), Entry(len(sections), 0)]
    for item in items:
        outcomes = [assessment.outcomes[item.id][i] for i in sections]
        applying = [outcome for outcome in outcomes if outcome is not Outcome.EXEMPT]
        met = sum(outcome is Outcome.MET for outcome in applying)
        entries += _share(met, len(applying), open_=Outcome.MISSING in applying)
    if assessment.method.school_rule is None:
        return [*entries, Entry(), Entry()]
    passed = [assessment.passed[i] for i in sections]
    return [*entries, *_share(sum(p is True for p in passed), len(passed), open_=None in passed)]


def _share(met: int, of: int, *, open_: bool) -> list[Entry]:
    if not of:
        return [Entry("—"), Entry("—")]
    mood = Mood.UNKNOWN if open_ else Mood.PLAIN
    return [Entry(met, 0, mood), Entry(Fraction(100 * met, of), DIGITS, mood)]


def _open(book: Book, form: Form, sections: Sequence[int], items: Sequence[Indicator]) -> None:
    """Say of how many schools something cannot be decided."""
    assessment = book.submission.run.assessment
    lacking = [
        f"{book.report.indicator(item.id)} {count}"
        for item in items
        if (count := sum(assessment.outcomes[item.id][i] is Outcome.MISSING for i in sections))
    ]
    unplaced = len(unplaced_of(book))
    if unplaced:
        said = f"另有 {unplaced} 个学校（学部）学段或类型无法确定，没有计入各行，也没有结论。"
        form.note(book.say(said, f"{unplaced} more sections whose stage or type cannot be told are in no row."))
    if lacking:
        form.note(book.say("缺数据、无法判定的学校（学部）数：", "Sections that lack data: ") + book.join(lacking))
