"""表Ⅱ-2: every school (学部) with its figures and its verdict."""

from collections.abc import Sequence
from fractions import Fraction

from junheng.documents.judging import UNPLACED
from junheng.documents.official_tables.numbering import FIRST_PER_SCHOOL, codes, heading, items_of_schools
from junheng.documents.official_tables.page import QUALITY, Book, Entry, Form, Head, shade
from junheng.documents.official_tables.sections import STAGES, judged_of, unplaced_of
from junheng.engine.findings import finding
from junheng.engine.model import Finding, Indicator, Outcome
from junheng.engine.outcomes import compare
from junheng.number import rounded, shown
from junheng.report import words
from junheng.report.model import Mood
from junheng.report.tables import MOST_DIGITS

DIGITS = 2  # 数值均保留两位小数
OWNER_CODES = {  # 举办者类型, codes of the national form
    "central_education": 1,
    "central_other": 2,
    "provincial_education": 3,
    "provincial_other": 4,
    "prefectural_education": 5,
    "prefectural_other": 6,
    "county_education": 7,
    "county_other": 8,
    "enterprise": 9,
    "private": 10,
}
LEAST_OF_A_POINT = 50  # 50 人及以上教学点有＿＿个
MOST_NAMES = 20


def write_schools(book: Book, name: str) -> None:
    """Write 表Ⅱ-2: a row for each section; a figure below its bar is dark, a school that meets the standard has 1."""
    title = book.say("表Ⅱ-2：小学、初中达标情况（分学校）", "Table II-2: Schools that meet the standard, by school")
    for seen, sheet, headed in book.sheets_of_schools(name, title):
        _write(seen, sheet, headed)


def _write(book: Book, name: str, title: str) -> None:
    items, left_off = items_of_schools(book)
    with_bars = any(item.bars or item.rules for item in items)
    paired = with_bars and book.family != QUALITY  # the province's bars stand beside the figures, school by school
    count = len(items) * (2 if paired else 1)
    widths = (6.0, 26.0, 13.0, 18.0, 9.0, 8.0, 9.0, *[11.0] * count, 11.0, 46.0)
    form = book.sheet(name, title, widths)
    numbers = codes(book, items, FIRST_PER_SCHOOL)
    form.header(_school_heads(book, items, numbers, paired=paired))
    number = 1
    for stage in STAGES:
        sections = judged_of(book, stage)
        if with_bars and not paired and sections:
            form.row(_bars_row(book, stage, items, sections))
        for section in sections:
            form.row(_school_row(book, number, section, items, numbers, paired=paired))
            number += 1
    unplaced = unplaced_of(book)
    if unplaced and with_bars and not paired:  # else they would stand below the last stage as of it
        form.row([Entry(), Entry(book.say("无法确定", "unknown")), *[Entry()] * (count + 7)])
    for section in unplaced:
        form.row(_unplaced_row(book, number, section, count))
        number += 1
    _explain(book, form)
    _left_out(book, form)
    closing_notes(book, form, left_off)
    form.finish()


def _school_heads(book: Book, items: Sequence[Indicator], numbers: Sequence[str], *, paired: bool) -> list[list[Head]]:
    columns = (
        ("序号", "No."),
        ("学校名称", "School"),
        ("学校标识码", "Code"),
        ("办学类型", "Type"),
        ("举办者类型", "Run by"),
        ("教学班数", "Classes"),
        ("在校学生数", "Students"),
    )
    last = ("该校综合评估是否达标", "Meets the standard"), ("备注", "Remarks")
    down = 3 if paired else 2
    first = [Head(book.say(zh, en), down=down) for zh, en in columns]
    ends = [Head(book.say(zh, en), down=down) for zh, en in last]
    if not paired:
        return [[*first, *(Head(heading(book, item)) for item in items), *ends], [Head(code) for code in numbers]]
    pair = [Head(book.say("指标值", "Value")), Head(book.say("标准", "Bar"))]
    return [
        [*first, *(Head(heading(book, item), 2) for item in items), *ends],
        [Head(code, 2) for code in numbers],
        pair * len(items),
    ]


def _bars_row(book: Book, stage: str, items: Sequence[Indicator], sections: Sequence[int]) -> list[Entry]:
    """Return the row of a stage with its bars, where all its schools have the same."""
    bars = book.submission.run.assessment.bars
    entries = [Entry(), Entry(book.report.stage(stage)), *[Entry()] * 5]
    for item in items:
        here = {bars[item.id][i] for i in sections}
        bar = next(iter(here)) if len(here) == 1 else None
        entries.append(Entry(book.report.bar(bar, at_most=item.at_most, node=item).text))
    return [*entries, Entry(), Entry(book.say("标准", "bars"))]


def _identity(book: Book, number: int, section: int) -> list[Entry]:
    table, report = book.report.table, book.report
    owner = table.text("owner")[section]
    code = OWNER_CODES.get(owner or "")
    kind = words.choice(book.submission.run.standard, "type", table.text("type")[section]).say(report.lang)
    said = words.choice(book.submission.run.standard, "owner", owner).say(report.lang)
    return [
        Entry(number),
        Entry(table.text("name")[section] or "", left=True),
        Entry(table.text("code")[section] or ""),
        Entry(kind),
        Entry(code) if code is not None else Entry(said) if owner else book.missing(),
        _figure(book, "classes", section),
        _figure(book, "students", section),
    ]


def _figure(book: Book, field: str, section: int) -> Entry:
    table = book.report.table
    figure = table.column(field)[section]
    if figure is None:
        return Entry() if field not in table.figures else book.missing()
    return Entry(figure, 0)


def _school_row(
    book: Book, number: int, section: int, items: Sequence[Indicator], numbers: Sequence[str], *, paired: bool
) -> list[Entry]:
    assessment = book.submission.run.assessment
    entries = _identity(book, number, section)
    found = [finding(assessment, item, section) for item in items]
    for entry in found:
        entries.append(_value(book, entry))
        if paired:
            node = entry.indicator
            entries.append(Entry(book.report.bar(entry.bar, at_most=node.at_most, node=node).text))
    verdict = _verdict(book, section)
    return [*entries, verdict, Entry(_remark(book, found, numbers), left=True)]


def _value(book: Book, found: Finding) -> Entry:
    node, mood = found.indicator, shade(found.outcome)
    if found.outcome is Outcome.EXEMPT and found.value is None:
        return Entry("—")
    if node.rules:
        return Entry(words.outcome(found).say(book.report.lang), mood=mood)
    if found.value is None:
        return Entry(book.say("缺数据", "no data"), mood=Mood.UNKNOWN, faint=True)
    as_shown = book.report.value(found.value, node.id, found.bar)
    if as_shown.raw is None:  # a yes-or-no, a level, 1:N
        return Entry(as_shown.text, mood=mood)
    return Entry(found.value, _digits(book, found), mood)


def _digits(book: Book, found: Finding) -> int:
    """Return the decimals of a figure: two by the form of 2017, as many as a report shows under another standard."""
    if book.family == QUALITY:
        return DIGITS
    return book.report.value(found.value, found.indicator.id, found.bar).digits or 0


def _verdict(book: Book, section: int) -> Entry:
    """Return 1 where the school meets the standard, nothing where it does not, and words where that is open."""
    assessment = book.submission.run.assessment
    if assessment.method.school_rule is None:
        return Entry()
    passed = assessment.passed[section]
    if passed is None:
        return Entry(words.PASSED[None].say(book.report.lang), mood=Mood.UNKNOWN)
    return Entry(1) if passed else Entry(mood=Mood.BAD)


def _remark(book: Book, found: Sequence[Finding], numbers: Sequence[str]) -> str:
    """Say which items meet their bar in full, which only the share that the others must reach, and what is near."""
    if all(f.bar is None and not f.indicator.rules for f in found):
        return ""
    rule = book.submission.run.assessment.method.school_rule
    share_of = None if rule is None else rule.others_reach
    share = "" if share_of is None else f"{shown(share_of.amount * 100, 0)}%"
    below = book.say(f"低于{share}", f"below {share}") if share else book.say("未达标", "not met")
    groups = (
        (book.say("达到100%", "100 %") if share else book.say("达标", "met"), (Outcome.MET,)),
        (book.say(f"达到{share}", share) if share else book.say("未超限值", "within the limit"), (Outcome.CLOSE,)),
        (below, (Outcome.UNMET,)),
        (book.say("缺数据", "no data"), (Outcome.MISSING,)),
        (book.say("不适用", "not applicable"), (Outcome.EXEMPT,)),
    )
    said = []
    for name, outcomes in groups:
        here = [number for f, number in zip(found, numbers, strict=True) if f.outcome in outcomes]
        if here:
            said.append(f"{name}{book.say('：', ': ')}{' '.join(here)}")
    near = [
        f"{number} {plain_value(f)}" for f, number in zip(found, numbers, strict=True) if crosses(f, _digits(book, f))
    ]
    if near:
        said.append(book.say("临界（未取整）：", "near (unrounded): ") + book.join(near))
    return book.say("；", "; ").join(said)


def plain_value(found: Finding) -> str:
    """Return a value with as many decimals as show on which side of its bar and its floor it lies."""
    if found.value is None:
        return ""
    digits = DIGITS
    while digits < MOST_DIGITS and crosses(found, digits):
        digits += 1
    return shown(found.value, digits)


def crosses(found: Finding, digits: int) -> bool:
    """Say whether a value that is rounded for display would be judged otherwise than the value itself."""
    if found.value is None or found.bar is None:
        return False
    node, bar = found.indicator, found.bar

    def judged(value: Fraction) -> Outcome:
        return compare(value, bar.amount, bar.floor, at_most=node.at_most, strict=node.strict)

    return judged(rounded(found.value, digits)) is not judged(found.value)


def _unplaced_row(book: Book, number: int, section: int, count: int) -> list[Entry]:
    verdict = Entry(words.PASSED[None].say(book.report.lang), mood=Mood.UNKNOWN)
    remark = UNPLACED.say(book.report.lang)
    return [*_identity(book, number, section), *[Entry()] * count, verdict, Entry(remark, left=True)]


# ------------------------------------------------------------------------------------------------------------- notes


def _explain(book: Book, form: Form) -> None:
    form.note(
        book.say(
            "综合评估达标的填“1”，不达标的不填；未达到标准的指标值以深色背景标出；“无法判定”“缺数据”不等于不达标。"
            "举办者类型：1 中央教育部门，2 中央其他部门，3 省级教育部门，4 省级其他部门，5 地级教育部门，6 地级其他部门，"
            "7 县级教育部门，8 县级其他部门，9 地方企业，10 民办；学校表只填公办的照写。",
            "1: meets the standard; empty: does not. Figures below their bar are dark; “no data” is not “not met”. Run by: 1 central education, "
            "2 central other, 3 provincial education, 4 provincial other, 5 prefectural education, 6 prefectural other, 7 county education, "
            "8 county other, 9 enterprise, 10 private.",
        )
    )
    if book.family == QUALITY:
        types, students = book.report.table.text("type"), book.report.table.column("students")
        points = [i for i in judged_of(book, "primary") if types[i] == "teaching_point"]
        large = sum((students[i] or 0) >= LEAST_OF_A_POINT for i in points)
        said = f"小学中，50 人及以上教学点有 {large} 个。"
        form.note(book.say(said, f"Among the primary rows, {large} are teaching points of 50 or more."))
    form.note(
        book.say(
            "一贯制学校的小学部、初中部，完全中学的初中部各为一行；各表学校次序与学校表一致。",
            "Each section of a through-school has a row; schools stand in the order of the table of schools.",
        )
    )
    if book.submission.run.waived.outcomes:
        form.note(book.say("豁免不计入本表的结论。", "Waivers do not count in this table."))


def _left_out(book: Book, form: Form) -> None:
    """Name the sections that are not judged, by reason."""
    submission = book.submission
    reasons: dict[str, list[int]] = {}
    for section in submission.in_order():
        reason = submission.run.assessment.left_out[section]
        if reason is not None:
            reasons.setdefault(reason, []).append(section)
    for reason, sections in reasons.items():
        names = [
            f"{book.report.school(i)}{book.say('（', ' (')}{book.report.stage(book.report.table.text('stage')[i])}{book.say('）', ')')}"
            for i in sections[:MOST_NAMES]
        ]
        more = book.say(f" 等 {len(sections)} 个", f" … {len(sections)} in all") if len(sections) > MOST_NAMES else ""
        said = words.reason(reason, submission.run.standard).say(submission.lang)
        form.note(book.say(f"未列入（{said}）：", f"Not listed ({said}): ") + book.join(names) + more)


def closing_notes(book: Book, form: Form, left_off: Sequence[Indicator]) -> None:
    """Draw what both tables of schools say at their foot: items left off, bars not given, where the layout is from."""
    _left_off(book, form, left_off)
    _no_bars(book, form)
    _foot(book, form)


def _left_off(book: Book, form: Form, left_off: Sequence[Indicator]) -> None:
    if left_off:
        names = book.join([book.report.indicator(item.id) for item in left_off])
        form.note(
            book.say(
                f"填报说明规定所列指标不超过十项，未列出的：{names}；综合评估仍按全部指标。",
                f"The form lists at most ten items; left off: {names}. The verdict still rests on all of them.",
            )
        )


def _no_bars(book: Book, form: Form) -> None:
    if book.submission.run.assessment.method.school_rule is None:
        form.note(
            book.say(
                "本标准对单个学校没有达标规定；表头指标和标准须按省级实施办法（办学基本标准）填列，本表只列指标值。",
                "This standard has no rule for a single school; bars are the province's. Only the figures are listed.",
            )
        )


def _foot(book: Book, form: Form) -> None:
    if book.family == QUALITY:
        form.note(
            book.say(
                "L7—L13 及填写规则据 2017 年申报表的公开转录（表格转录）；其余栏目未见正式表样，不标栏号。",
                "L7 to L13 and the rules of filling in after a public transcript of the form of 2017; the other columns were not seen.",
            )
        )
    else:
        standard = book.submission.run.standard
        title = standard.form.title.text.say(book.submission.lang)
        form.note(
            book.say(f"所列指标和标准据：{title}（{standard.id}）。", f"Items and bars after {title} ({standard.id}).")
        )
        form.note(
            book.say(
                "填写规则据 2012 年申报表填报说明的公开转录（表格转录）；未见正式表样的栏目用指标名称，不标栏号。",
                "Rules of filling in after a public transcript of the form of 2012; columns not seen bear the names of the indicators.",
            )
        )
