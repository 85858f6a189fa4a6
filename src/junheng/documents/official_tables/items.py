"""表Ⅳ 政府保障程度 and 表Ⅴ 教育质量: every item with what it rests on, its bar and its verdict."""

from junheng.documents.official_tables.funds import write_funds
from junheng.documents.official_tables.page import BASIC, QUALITY, Book, Entry, Form, Head
from junheng.documents.official_tables.phrases import situation
from junheng.documents.official_tables.schools import crosses
from junheng.engine.model import Answers, Finding, ItemVerdict, Outcome, PartVerdict
from junheng.engine.parts import Selections, judge_parts, over_schools
from junheng.number import shown
from junheng.report import words
from junheng.report.items import leaves, outcome_text, points_text
from junheng.report.model import Mood

PERCENT = 100
GOVERNMENT_DIGITS = {True: 1, False: 0}  # 比例保留一位小数，其余为整数


def part_of(book: Book, *names: str) -> PartVerdict | None:
    """Return the verdict on a part by one of its names; None where the standard does not judge it item by item.

    Where nothing at all was answered it is judged by no answers: all its items are there, and nothing is assessed.
    """
    county, assessment = book.submission.county, book.submission.run.assessment
    judged = list(county.by_item)
    if not judged and assessment.method.parts:
        schools = over_schools(assessment.method, assessment.divisions)
        judged = judge_parts(
            assessment.method,
            Selections(assessment.method, assessment.divisions),
            schools,
            county.sections,
            Answers(),
        )
    return next((part for part in judged if part.part.id in names), None)


def write_government(book: Book, name: str) -> None:
    """Write 表Ⅳ; ratios with one decimal, all else whole, a remark where that hides on which side a figure lies."""
    zh, en = ("政府保障程度", "Government support")
    if book.family == BASIC:
        zh, en = "县级人民政府推进义务教育均衡发展工作", "Work of the county government"
    write_part(book, name, book.say(f"表Ⅳ：{zh}", f"Table IV: {en}"), part_of(book, "government"), whole=True)


def write_quality_or_funds(book: Book, name: str) -> None:
    """Write 表Ⅴ: the quality of education, or, by the form of 2012, the funds of compulsory education."""
    if book.family == BASIC:
        write_funds(book, name)
    else:
        title = book.say("表Ⅴ：教育质量", "Table V: Quality of education")
        write_part(book, name, title, part_of(book, "quality"), whole=False)


def write_part(book: Book, name: str, title: str, part: PartVerdict | None, *, whole: bool) -> None:
    """Write one part item by item; `whole`: figures are rounded as 表Ⅳ asks."""
    form = book.sheet(name, title, (6.0, 34.0, 30.0, 40.0, 11.0, 8.0, 11.0, 12.0, 30.0))
    heads = (
        ("序号", "No."),
        ("评估内容", "Item"),
        ("项目", "Figure"),
        ("填报情况", "As reported"),
        ("数值", "Value"),
        ("单位", "Unit"),
        ("标准", "Bar"),
        ("是否达标", "Met"),
        ("佐证材料、备注", "Evidence, remarks"),
    )
    form.header([[Head(book.say(zh, en)) for zh, en in heads]])
    if part is None:
        form.note(
            book.say("本次没有逐项评估这一部分。", "This part is not judged item by item in this run."), strong=True
        )
    else:
        for number, item in enumerate(part.items, 1):
            _item(book, form, number, part, item, whole=whole)
        _verdict(book, form, part)
    rule = "；比例保留一位小数，其余为整数，只在显示时取整" if whole else ""
    form.note(
        book.say(
            f"达标的填“1”，不达标的不填并以深色背景标出；“未填报”“无法判定”不等于不达标{rule}。",
            "1: met; empty and dark: not met. “Not given” is not “not met”. Figures are rounded for display only.",
        )
    )
    source = (
        "项目据 2017 年申报表的公开转录（表格转录），栏目未见正式表样。" if book.family == QUALITY else "未见正式表样。"
    )
    form.note(book.say(source, "Items after a public transcript of the form; its columns were not seen."))
    form.finish()


def _item(book: Book, form: Form, number: int, part: PartVerdict, item: ItemVerdict, *, whole: bool) -> None:
    found = [] if item.finding is None or item.item.over_schools else leaves(item.finding)
    top = form.at
    for at, leaf in enumerate(found or [None]):
        first = at == 0
        form.row(
            [
                Entry(number) if first else Entry(),
                Entry(book.report.indicator(item.item.indicator.id, short=False), left=True) if first else Entry(),
                *_figures(book, item, leaf, whole=whole),
                _met(book, part, item) if first else Entry(),
                Entry(_remark(book, item, leaf, whole=whole, first=first), left=True),
            ]
        )
    for column in (1, 2, 8):
        form.merge(top, form.at - 1, column)


def _figures(book: Book, item: ItemVerdict, leaf: Finding | None, *, whole: bool) -> list[Entry]:
    """Return the figure, what it rests on, its value, unit and bar."""
    report = book.report
    if leaf is None:
        said = "" if item.outcome is Outcome.EXEMPT else situation(book, item)
        return [Entry(), Entry(said, left=True), Entry(), Entry(), Entry()]
    node = leaf.indicator
    own = report.rules[node.id][0]
    name = Entry((own.short or own.name).text.say(report.lang) if "." in node.id else "", left=True)
    conflict = situation(book, item) if item.conflicts else ""
    if leaf.outcome is Outcome.EXEMPT:
        return [name, Entry(words.OUTCOMES[Outcome.EXEMPT].say(report.lang)), Entry(), Entry(), Entry()]
    bar = report.bar(leaf.bar, at_most=node.at_most, node=node).text
    if node.strict:
        bar = bar.replace("≤", "<").replace("≥", ">")
    percent = node.per == PERCENT and node.to is not None
    unit = "%" if percent else "" if node.flag or node.to is not None else _unit(book, node.of[0])
    if leaf.value is None:
        return [name, Entry(conflict, left=True), book.missing(), Entry(unit), Entry(bar)]
    mood = Mood.BAD if leaf.outcome is Outcome.UNMET else Mood.PLAIN
    seen = report.value(leaf.value, node.id, leaf.bar)
    if seen.raw is None:
        value = Entry(seen.text, mood=mood)
    else:
        value = Entry(leaf.value, _digits(leaf) if whole else seen.digits, mood)
    return [name, Entry(_phrase(book, leaf), left=True), value, Entry(unit), Entry(bar)]


def _phrase(book: Book, leaf: Finding) -> str:
    """Return the fill-in phrase of the form for one figure; nothing where it has none.

    The form of 2017 has it; the item of 2012 by the same name asks whether training is funded.
    """
    if book.family == QUALITY and leaf.indicator.id == "training" and leaf.value is not None:
        rate = shown(leaf.value, 1)
        return book.say(f"教师培训完成率 {rate}%", f"training finished by {rate} %")
    return ""


def _unit(book: Book, field: str) -> str:
    return words.unit(book.submission.run.standard.fields[field].unit, book.submission.lang)


def _digits(leaf: Finding) -> int:
    return GOVERNMENT_DIGITS[leaf.indicator.to is not None]


def _met(book: Book, part: PartVerdict, item: ItemVerdict) -> Entry:
    """Return 1 where an item is met, nothing on a dark ground where it is not, words where that is open."""
    if item.outcome is Outcome.MET and (part.assessed or item.item.over_schools):
        return Entry(1)
    if item.outcome in (Outcome.UNMET, Outcome.CLOSE):
        return Entry(mood=Mood.BAD)
    said = outcome_text(book.report, part, item)
    mood = Mood.PLAIN if item.outcome is Outcome.EXEMPT else Mood.UNKNOWN
    return Entry(said, mood=mood, faint=mood is Mood.UNKNOWN)


def _remark(book: Book, item: ItemVerdict, leaf: Finding | None, *, whole: bool, first: bool) -> str:
    """Return evidence and points on the first row of an item, and what the rounded figure of a row hides."""
    evidence = _evidence(book, item) if first else ""
    said = [evidence] if evidence else []
    if whole and leaf is not None and _near(leaf):
        unrounded = book.report.value(leaf.value, leaf.indicator.id, leaf.bar).text
        said.append(book.say("临界，未取整为 ", "near, unrounded ") + unrounded)
    if first and item.earned is not None:
        said.append(book.say("得分 ", "points ") + points_text(book.report, item.earned))
    return book.say("；", "; ").join(said)


def _near(leaf: Finding) -> bool:
    return not leaf.indicator.flag and crosses(leaf, _digits(leaf))


def _evidence(book: Book, item: ItemVerdict) -> str:
    given = book.submission.run.answered.get(book.submission.county.name, {})
    rule = item.item.indicator.id
    names = dict.fromkeys((rule, *book.submission.run.asked.items.get(rule, (None, ()))[1]))
    return book.say("；", "; ").join(
        dict.fromkeys(given[n].evidence for n in names if n in given and given[n].evidence)
    )


def _verdict(book: Book, form: Form, part: PartVerdict) -> None:
    met = sum(item.outcome is Outcome.MET for item in part.items)
    if not part.assessed:
        said = book.say(
            "县级未填报，这一部分未评估；仅列由学校表可知的。",
            "Nothing was answered: not assessed; what the schools' figures tell is shown.",
        )
    else:
        verdict = words.PASSED[part.passed].say(book.submission.lang)
        said = book.say(
            f"结论：{verdict}；{len(part.items)} 项中 {met} 项达标",
            f"Verdict: {verdict}; {met} of {len(part.items)} items met",
        )
        if part.points is not None:
            said += book.say("；得分 ", "; points ") + points_text(book.report, part.points)
        said += book.say("。", ".")
    form.note(said, strong=True)
