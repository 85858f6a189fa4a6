"""表Ⅱ-1: of each stage how many schools there are, and how many of them meet each item and the standard."""

from collections.abc import Sequence
from fractions import Fraction

from junheng.documents.judging import UNPLACED
from junheng.documents.official_tables.numbering import FIRST_PER_SCHOOL, codes, heading, items_of_schools
from junheng.documents.official_tables.page import Book, Entry, Form, Head
from junheng.documents.official_tables.schools import DIGITS, closing_notes
from junheng.documents.official_tables.sections import STAGES, staged, unplaced_of, unstaged
from junheng.engine.model import Indicator, Outcome
from junheng.engine.school_counts import outcomes_of, school_counts
from junheng.report import words
from junheng.report.model import Mood


def write_counts(book: Book, name: str) -> None:
    """Write 表Ⅱ-1: of each stage the schools, those that meet each item with their share, and those that meet all."""
    title = book.say("表Ⅱ-1：小学、初中达标情况", "Table II-1: Schools that meet the standard")
    for seen, sheet, headed in book.sheets_of_schools(name, title):
        _write(seen, sheet, headed)


def _write(book: Book, name: str, title: str) -> None:
    items, left_off = items_of_schools(book)
    form = book.sheet(name, title, (11.0, 9.0, *[9.0] * (2 * len(items) + 2)), book.say("单位：所、%", "schools, %"))
    numbers = codes(book, items, FIRST_PER_SCHOOL)
    top = [Head(book.say("学校类别", "Stage"), down=2), Head(book.say("学校（学部）数", "Sections"), down=2)]
    top += [Head(heading(book, item) + f"\n{number}", 2) for item, number in zip(items, numbers, strict=True)]
    top += [Head(book.say("综合评估", "Overall"), 2)]
    pair = [Head(book.say("达标校数", "Met")), Head(book.say("达标比例", "Share"))]
    form.header([top, pair * (len(items) + 1)])
    everyone: list[int] = []
    for stage in STAGES:
        sections = staged(book, stage)
        everyone += sections
        form.row(_counts(book, book.report.stage(stage), sections, items))
    unknown = unstaged(book)
    if unknown:
        everyone += unknown
        form.row(_counts(book, book.report.stage_counted(None), unknown, items))
    form.row(_counts(book, book.say("合计", "All"), everyone, items))
    _open(book, form, everyone, items)
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
    whole = school_counts(assessment, sections).whole
    entries = [Entry(name), Entry(whole.judged, 0)]
    for item in items:
        applying = [outcome for outcome in outcomes_of(assessment, item, sections) if outcome is not Outcome.EXEMPT]
        met = sum(outcome is Outcome.MET for outcome in applying)
        entries += _share(book, met, len(applying), applying.count(Outcome.MISSING))
    if assessment.method.school_rule is None:
        return [*entries, Entry(), Entry()]
    return [*entries, *_share(book, whole.met, whole.judged, whole.undecided)]


def _share(book: Book, met: int, of: int, undecided: int) -> list[Entry]:
    """Return how many meet it and their share; words where not one of them could be decided: that is not none."""
    if not of:
        return [Entry("—"), Entry("—")]
    if undecided == of:
        return [Entry(words.PASSED[None].say(book.report.lang), mood=Mood.UNKNOWN, faint=True)] * 2
    mood = Mood.UNKNOWN if undecided else Mood.PLAIN
    return [Entry(met, 0, mood), Entry(Fraction(100 * met, of), DIGITS, mood)]


def _open(book: Book, form: Form, sections: Sequence[int], items: Sequence[Indicator]) -> None:
    """Say of how many schools something cannot be decided."""
    assessment = book.submission.run.assessment
    lacking = [
        f"{book.report.indicator(item.id)} {count}"
        for item in items
        if (count := outcomes_of(assessment, item, sections).count(Outcome.MISSING))
    ]
    unplaced = len(unplaced_of(book))
    if unplaced:
        said = f"其中 {unplaced} 个学校（学部）{UNPLACED.zh}，计入学校数，各项和综合评估都无法判定，不计为达标。"
        english = f"Of {unplaced} of them {UNPLACED.en}: counted, and undecided in every column."
        form.note(book.say(said, english))
    if lacking:
        form.note(book.say("缺数据、无法判定的学校（学部）数：", "Sections that lack data: ") + book.join(lacking))
