"""表Ⅵ 社会认可度 (2012: 公众满意度): questionnaires and interviews, how many of each, and how many are satisfied."""

from fractions import Fraction

from junheng.documents.official_tables.items import part_of, write_part
from junheng.documents.official_tables.page import BASIC, Book, Entry, Head
from junheng.engine.model import Finding, Outcome, PartVerdict
from junheng.number import exact
from junheng.report import words
from junheng.report.items import leaves
from junheng.report.model import Mood

VALID, INTERVIEWS = "questionnaires_valid", "interviews"  # what the rates are divided by; 2012 has a word before it
PARTS = ("recognition", "satisfaction")


def write_recognition(book: Book, name: str) -> None:
    """Write 表Ⅵ with the columns of the form: what is not collected (questionnaires sent, parents) is left to fill in."""
    basic = book.family == BASIC
    title = book.say("表Ⅵ：公众满意度调查情况", "Table VI: Public satisfaction") if basic else ""
    title = title or book.say("表Ⅵ：社会认可度", "Table VI: Public recognition")
    part = part_of(book, *PARTS)
    found = _findings(part)
    if part is not None and VALID not in found:
        write_part(book, name, title, part, whole=False)
        return
    form = book.sheet(name, title, (16.0, *[13.0] * 7, 12.0))
    heads = (
        ("类别", "Of"),
        ("问卷总数（份）", "Sent"),
        ("有效问卷数（份）", "Valid"),
        ("满意问卷数（份）", "Satisfied"),
        ("问卷综合满意度（%）", "Satisfaction (%)"),
        ("走访人数（人）", "Interviewed"),
        ("满意人数（人）", "Satisfied"),
        ("走访满意度（%）", "Satisfaction (%)"),
        ("是否达标", "Met"),
    )
    form.header([[Head(book.say(zh, en)) for zh, en in heads]])
    form.row(
        [
            Entry(book.say("计", "All")),
            book.missing(),
            *_counts(book, found.get(VALID)),
            _rate(book, found.get(VALID)),
            *_counts(book, found.get(INTERVIEWS)),
            _rate(book, found.get(INTERVIEWS)),
            _met(book, part),
        ]
    )
    form.row([Entry(book.say("其中：家长", "Parents")), *[book.missing()] * 7, Entry()])
    if part is not None and part.assessed:
        verdict = words.PASSED[part.passed].say(book.submission.lang)
        form.note(book.say(f"结论：{verdict}。", f"Verdict: {verdict}."), strong=True)
    else:
        form.note(book.say("这一部分未评估。", "This part was not assessed."), strong=True)
    bars = {book.report.bar(f.bar).text for f in found.values() if f.bar is not None}
    if bars:
        form.note(book.say("标准（%）：", "Bar (%): ") + book.join(sorted(bars)))
    form.note(
        book.say(
            "满意问卷数按所取口径计（见运行记录）；问卷总数和家长一行不在县级表中，请填写。栏目据申报表的公开转录（表格转录），栏号不明。",
            "Who counts as satisfied is a setting (see the run record); questionnaires sent and the row of parents are to be filled in. "
            "Columns after a public transcript of the form.",
        )
    )
    form.finish()


def _findings(part: PartVerdict | None) -> dict[str, Finding]:
    """Return the rates by what they are divided by."""
    items = () if part is None else part.items
    found = [leaf for item in items if item.finding is not None for leaf in leaves(item.finding)]
    rates = {leaf.indicator.to: leaf for leaf in found if leaf.indicator.to is not None}
    return {name: leaf for to, leaf in rates.items() for name in (VALID, INTERVIEWS) if to.endswith(name)}


def _counts(book: Book, found: Finding | None) -> list[Entry]:
    """Return how many there are and how many of them are satisfied, by the setting that was taken."""
    if found is None or found.indicator.to is None:
        return [book.missing()] * 2
    return [_count(book, (found.indicator.to,)), _count(book, found.indicator.of)]


def _count(book: Book, fields: tuple[str, ...]) -> Entry:
    given = book.submission.run.answered.get(book.submission.county.name, {})
    figures = [given[name].figure if name in given else None for name in fields]
    known = [exact(figure) for figure in figures if figure is not None]
    return Entry(sum(known, Fraction(0)), 0) if len(known) == len(figures) else book.missing()


def _rate(book: Book, found: Finding | None) -> Entry:
    if found is None or found.value is None:
        return book.missing()
    mood = Mood.BAD if found.outcome is Outcome.UNMET else Mood.PLAIN
    return Entry(found.value, book.report.value(found.value, found.indicator.id, found.bar).digits, mood)


def _met(book: Book, part: PartVerdict | None) -> Entry:
    if part is None or not part.assessed:
        return book.missing()
    if part.passed is None:
        return Entry(words.PASSED[None].say(book.submission.lang), mood=Mood.UNKNOWN)
    return Entry(1) if part.passed else Entry(mood=Mood.BAD)
