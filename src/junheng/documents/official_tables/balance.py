"""表Ⅲ 校际均衡情况 and the 校际差异系数表: means and coefficients of the county by stage, rounded as each is published."""

from collections.abc import Sequence
from math import fsum

from junheng.documents.official_tables.numbering import NATIONAL, heading
from junheng.documents.official_tables.page import BASIC, QUALITY, Book, Entry, Form, Head
from junheng.engine.model import Bar, Composite, Stage, Variation
from junheng.number import exact, rounded, shown
from junheng.report.model import Mood
from junheng.report.tables import CV_DIGITS, MEAN_DIGITS

STAGES = (Stage.PRIMARY, Stage.JUNIOR)
NO_COMPOSITE, NO_COMPOSITE_PUBLISHED = "——", "—"
PUBLISHED_DIGITS, LOCAL_DIGITS = 3, 6


class Coefficients:
    """The coefficients of a county by stage, in the order of its indicators."""

    def __init__(self, book: Book) -> None:
        self.book, self.county = book, book.submission.county
        self.indicators = list(dict.fromkeys(v.indicator for v in self.county.variations))
        self.nodes = {i.id: i for i in book.submission.run.assessment.method.indicators}

    def of(self, stage: Stage) -> list[Variation]:
        """Return the coefficients of a stage."""
        return [v for v in self.county.variations if v.stage is stage]

    def composite(self, stage: Stage) -> tuple[float | None, Composite | None]:
        """Return the composite, as it was judged or, where none is judged, as the plain mean of the coefficients."""
        judged = next((c for c in self.county.composites if c.stage is stage), None)
        if judged is not None:
            return judged.cv, judged
        cvs = [v.cv for v in self.of(stage)]
        known = [cv for cv in cvs if cv is not None]
        return (fsum(known) / len(known) if known and len(known) == len(cvs) else None), None

    def heads(self) -> list[str]:
        """Return the headings of the indicators."""
        return [heading(self.book, self.nodes[name]) for name in self.indicators]

    def codes(self) -> list[str]:
        """Return the codes of the indicators and of the composite: L1 to L8 as published for the national seven."""
        official = self.book.family == QUALITY and tuple(self.indicators) == NATIONAL
        return [f"L{at}" if official else f"({at})" for at in range(1, len(self.indicators) + 2)]

    def mean_digits(self, name: str) -> int:
        """Return the decimals of a mean in 表Ⅲ: two, or what the standard says of the indicator."""
        digits = getattr(self.book.report.rules[name][0], "digits", None)
        return MEAN_DIGITS if digits is None else int(digits)

    def stage(self, stage: Stage) -> str:
        """Return the name of a stage."""
        return self.book.report.stage(stage)

    def mean(self, v: Variation, digits: int) -> Entry:
        """Return a mean."""
        return _figure(v.mean, digits, Mood.UNKNOWN if v.missing else Mood.PLAIN)

    def cv(self, v: Variation, digits: int) -> Entry:
        """Return a coefficient, dark where it is above its limit."""
        return _figure(v.cv, digits, _mood(v.passed, judged=v.limit is not None, lacking=bool(v.missing)))

    def whole(self, stage: Stage, digits: int) -> Entry:
        """Return the composite, dark where it is judged and above its limit."""
        cv, judged = self.composite(stage)
        lacking = any(v.missing for v in self.of(stage))
        passed = None if judged is None else judged.passed
        return _figure(cv, digits, _mood(passed, judged=judged is not None, lacking=lacking))

    def notes(self, digits: int) -> list[str]:
        """Return what the rounded figures do not say: limits, what is above them, what lies near, what lacks data."""
        say, report = self.book.say, self.book.report
        notes = []
        for stage in STAGES:
            here, (_, judged) = self.of(stage), self.composite(stage)
            name = self.stage(stage)
            if not here:
                notes.append(say(f"{name}：没有纳入测算的学校（学部）。", f"{name}: no sections to compute from."))
                continue
            limits: list[tuple[str, float | None, Bar | None, bool | None]] = [
                (report.indicator(v.indicator), v.cv, v.limit, v.passed) for v in here
            ]
            limits += [] if judged is None else [(say("综合", "composite"), judged.cv, judged.limit, judged.passed)]
            said = [_verdict(self.book, *entry, digits) for entry in limits if entry[2] is not None]
            lacking = [f"{report.indicator(v.indicator)} {v.missing}" for v in here if v.missing]
            parts = [text for text in said if text]
            bars = {report.bar(bar, at_most=True).text for _, _, bar, _ in limits if bar is not None}
            kind = say("综合差异系数限值", "limit of the composite") if judged else say("逐项限值", "limit of each")
            line = (
                f"{name}：{kind}{self.book.join(sorted(bars))}"
                if self.book.submission.lang == "zh"
                else f"{name}: {kind} {self.book.join(sorted(bars))}"
            )
            line += say("；", "; ") + (say("；", "; ").join(parts) if parts else say("均符合", "all within"))
            if lacking:
                line += say("；缺数据的学校（学部）：", "; sections lacking data: ") + self.book.join(lacking)
            if len({v.divisions for v in here}) == 1 and here[0].divisions == 1:
                line += say("；只有一所学校（学部），按公式差异系数为 0", "; one section only: 0 by the formula")
            notes.append(line + say("。", "."))
        return notes


def _figure(value: float | None, digits: int, mood: Mood) -> Entry:
    return Entry(NO_COMPOSITE, mood=Mood.UNKNOWN) if value is None else Entry(value, digits, mood)


def _mood(passed: bool | None, *, judged: bool, lacking: bool) -> Mood:
    if judged and passed is False:
        return Mood.BAD
    return Mood.UNKNOWN if lacking or (judged and passed is None) else Mood.PLAIN


def _verdict(book: Book, name: str, cv: float | None, bar: Bar | None, passed: bool | None, digits: int) -> str:
    """Return what is to be said of one coefficient that is judged; nothing where it is plainly within its limit."""
    if cv is None or bar is None:
        return name + book.say("无法计算", " not computable")
    precise = exact(cv)
    crosses = (rounded(precise, digits) <= bar.amount) != (precise <= bar.amount)
    near = crosses or (rounded(precise, bar.digits) <= bar.amount) != (precise <= bar.amount)
    word = {True: book.say("符合", " within"), False: book.say("超过限值", " above limit")}
    said = (
        word.get(passed, book.say("无法判定", " cannot be decided"))
        if passed is not None
        else book.say("无法判定", " cannot be decided")
    )
    if near:
        return book.say(
            f"{name}临界，未取整为 {shown(precise, 6)}，{said.strip()}",
            f"{name} near: {shown(precise, 6)} unrounded,{said}",
        )
    return "" if passed is True else name + said


def write_balance(book: Book, name: str) -> None:
    """Write 表Ⅲ: mean with two decimals, coefficient with three, the composite on the row of coefficients only."""
    found = Coefficients(book)
    title = book.say("表Ⅲ：县域义务教育校际间均衡情况", "Table III: Balance between schools of the county")
    count = len(found.indicators)
    if not count:
        _nothing(book, name, title)
        return
    form = book.sheet(name, title, (11.0, 16.0, *[13.0] * count, 10.0))
    form.header(_balance_heads(book, found))
    for stage in STAGES:
        here = found.of(stage)
        if here:
            top = form.row(
                [
                    Entry(found.stage(stage)),
                    Entry(book.say("全县平均值", "County mean")),
                    *(found.mean(v, found.mean_digits(v.indicator)) for v in here),
                    Entry(NO_COMPOSITE),
                ]
            )
            form.row(
                [
                    Entry(),
                    Entry(book.say("差异系数", "Coefficient of variation")),
                    *(found.cv(v, CV_DIGITS) for v in here),
                    found.whole(stage, CV_DIGITS),
                ]
            )
            form.merge(top, top + 1, 1)
    for note in found.notes(CV_DIGITS):
        form.note(note)
    _foot(book, form)
    form.finish()


def _nothing(book: Book, name: str, title: str) -> None:
    form = book.sheet(name, title, (90.0,))
    form.note(book.say("没有可计算的校际差异系数。", "There are no coefficients to compute."), strong=True)
    form.finish()


def _balance_heads(book: Book, found: Coefficients) -> list[list[Head]]:
    first = [Head(book.say("学校类别", "Stage"), down=2), Head(book.say("项目", "Figure"), down=2)]
    heads = [Head(text) for text in (*found.heads(), book.say("综合", "Composite"))]
    return [[*first, *heads], [Head(code) for code in found.codes()]]


def _foot(book: Book, form: Form) -> None:
    judged = book.submission.county.composites
    form.note(
        book.say(
            "平均值为总量除以学生总数；差异系数为按学生数加权的标准差除以平均值，单元格存未取整的值，只在显示时取整，"
            "与限值比较用未取整的值" + ("。" if judged else "；综合为各项差异系数的算术平均，不作判定。"),
            "Means are totals over totals; coefficients are pupil-weighted. Cells hold unrounded figures, rounded only for display; "
            "limits are compared with what is unrounded"
            + ("." if judged else "; the composite is their plain mean and is not judged."),
        )
    )
    if book.family not in (QUALITY, BASIC):
        form.note(
            book.say("未见正式表样，栏目为指标名称。", "No official form was seen; the columns are the indicators.")
        )
    else:
        form.note(
            book.say(
                "版式据公开的差异系数表和填报说明转录（表格转录）。",
                "Layout after published tables of coefficients and a transcript of the form.",
            )
        )


def write_coefficients(book: Book, name: str) -> None:
    """Write the 校际差异系数表 as provinces publish it, and below it as a county publishes its own, with six decimals."""
    found = Coefficients(book)
    short = book.submission.name
    title = book.say(f"{short}义务教育学校校际差异系数表", f"Coefficients of variation between schools of {short}")
    count = len(found.indicators)
    if not count:
        _nothing(book, name, title)
        return
    form = book.sheet(name, title, (6.0, 12.0, 9.0, 15.0, *[14.0] * count, 11.0))
    heads = ("序号", "No."), ("县(市、区)", "County"), ("学校类别", "Stage"), ("指标", "Figure")
    form.header(
        [
            [
                *(Head(book.say(zh, en)) for zh, en in heads),
                *map(Head, found.heads()),
                Head(book.say("综合", "Composite")),
            ]
        ]
    )
    top = form.at
    for stage in STAGES:
        here = found.of(stage)
        if here:
            at = form.row(
                [
                    Entry(1) if form.at == top else Entry(),
                    Entry(short) if form.at == top else Entry(),
                    Entry(found.stage(stage)),
                    Entry(book.say("全县平均值", "County mean")),
                    *(found.mean(v, PUBLISHED_DIGITS) for v in here),
                    Entry(NO_COMPOSITE_PUBLISHED),
                ]
            )
            form.row(
                [
                    *[Entry()] * 3,
                    Entry(book.say("差异系数", "Coefficient")),
                    *(found.cv(v, PUBLISHED_DIGITS) for v in here),
                    found.whole(stage, PUBLISHED_DIGITS),
                ]
            )
            form.merge(at, at + 1, 3)
    if form.at > top:
        form.merge(top, form.at - 1, 1)
        form.merge(top, form.at - 1, 2)
    for note in found.notes(PUBLISHED_DIGITS):
        form.note(note)
    for stage in STAGES:
        _published(book, form, found, stage)
    _foot(book, form)
    form.finish()


def _published(book: Book, form: Form, found: Coefficients, stage: Stage) -> None:
    """Draw one stage as a county publishes it: mean, standard deviation, coefficient, six decimals."""
    here = found.of(stage)
    if not here:
        return
    form.gap()
    name = found.stage(stage)
    form.note(book.say(f"指标差异系数监测结果（{name}部分）", f"Coefficients of the indicators ({name})"), strong=True)
    first = [Head(book.say("序号", "No."), down=2), Head(book.say("项目", "Figure"), across=3, down=2)]
    texts = [*found.heads(), book.say("综合", "Composite")]
    form.header([[*first, *map(Head, texts)], [Head(code) for code in found.codes()]], repeat=False)
    rows: Sequence[tuple[tuple[str, str], list[Entry]]] = (
        (("全县平均值", "County mean"), [*(found.mean(v, LOCAL_DIGITS) for v in here), Entry()]),
        (("标准差", "Standard deviation"), [*(_figure(v.sd, LOCAL_DIGITS, Mood.PLAIN) for v in here), Entry()]),
        (
            ("差异系数", "Coefficient of variation"),
            [*(found.cv(v, LOCAL_DIGITS) for v in here), found.whole(stage, LOCAL_DIGITS)],
        ),
    )
    for number, ((zh, en), entries) in enumerate(rows, 1):
        form.row([Entry(number), Entry(book.say(zh, en), across=3), *entries])
