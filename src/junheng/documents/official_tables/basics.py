"""表Ⅰ 基本情况: what kind of county it is, and how many schools, classes, pupils and teachers it has."""

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from junheng.documents.official_tables.page import BASIC, Book, Entry, Form, Head
from junheng.number import plain

NEVER_COUNTED = ("special", "vocational")  # they have a column of their own, or none


class Answered(NamedTuple):
    """A column that the county answers: its code, heading in both languages, unit, and the decimals it is shown with."""

    code: str
    zh: str
    en: str
    digits: int


NATURAL = (
    Answered("L1", "人口总数（万人）", "Population (10,000)", 2),
    Answered("L2", "农业人口数（万人）", "Rural population (10,000)", 2),
    Answered("L3", "乡镇数（个）", "Towns", 0),
    Answered("L4", "行政村数（个）", "Administrative villages", 0),
)
ECONOMIC = (
    Answered("L5", "年人均国内生产总值（元）", "GDP per head (yuan)", 0),
    Answered("L6", "年人均地方财政收入（元）", "Local revenue per head (yuan)", 0),
    Answered("L7", "农民年人均纯收入（元）", "Net income of a farmer (yuan)", 0),
    Answered("L8", "城镇居民年人均可支配收入（元）", "Disposable income of a townsperson (yuan)", 0),
)
SCHOOLS = (  # code, heading, the types counted
    ("L9", "小学（所）", "Primary", ("primary",)),
    ("L10", "一贯制学校（所）", "Through-schools", ("nine_year", "twelve_year")),
    ("L11", "初中（所）", "Junior", ("junior",)),
    ("L12", "完中（所）", "Complete secondary", ("complete",)),
    ("L13", "特殊教育学校数（所）", "Special schools", ("special",)),
    ("L14", "小学教学点数（个）", "Teaching points", ("teaching_point",)),
)
FIGURES = (  # codes of primary and junior, heading, field
    ("L15", "L16", "教学班数（个）", "Classes", "classes"),
    ("L17", "L18", "在校学生数（人）", "Students", "students"),
    ("L19", "L21", "教职工数（人）", "Staff", "staff"),
    ("L20", "L22", "其中：专任教师数（人）", "Full-time teachers", "teachers"),
)
STAGES = (("primary", "小学", "Primary"), ("junior", "初中", "Junior"))


def write_basics(book: Book, name: str) -> None:
    """Write 表Ⅰ. Figures of the county come from its schools; what only the county knows is marked where not given."""
    basic = book.family == BASIC
    kind = book.say("义务教育发展基本均衡县", "Balanced county") if basic else ""
    kind = kind or book.say("义务教育优质均衡发展县", "County of high-quality balance")
    title = book.say(f"表Ⅰ：{kind}（市、区）基本情况", f"Table I: {kind}, basic figures")
    form = book.sheet(name, title, (9.0, *[9.0] * 22))
    form.header(_heads(book))
    entries = [Entry(book.say("全县总计", "County"))]
    entries += [_answer(book, column) for column in (*NATURAL, *ECONOMIC)]
    schools = _schools(book)
    entries += [Entry(sum(schools[t] for t in types), 0) for _, _, _, types in SCHOOLS]
    notes: list[str] = []
    by_code: dict[str, Entry] = {}
    for primary, junior, zh, en, field in FIGURES:
        for code, (stage, said_zh, said_en) in zip((primary, junior), STAGES, strict=True):
            by_code[code] = _total(book, field, stage, book.say(f"{said_zh}{zh}", f"{en}, {said_en}"), notes)
    entries += [by_code[f"L{at}"] for at in range(15, 23)]
    form.row(entries)
    _notes(book, form, notes)
    form.finish()


def _heads(book: Book) -> list[list[Head]]:
    def say(column: Answered) -> str:
        return _broken(book.say(column.zh, column.en))

    stages = [book.say(zh, en) for _, zh, en in STAGES]
    top = [
        Head("", down=4),
        Head(book.say("自然情况", "Nature"), 4),
        Head(book.say("经济情况", "Economy"), 4),
        Head(book.say("普通中小学校数", "Ordinary schools"), 4),
        *(Head(_broken(book.say(zh, en)), down=3) for _, zh, en, _ in SCHOOLS[4:]),
        *(Head(book.say(zh, en), 2) for _, _, zh, en, _ in FIGURES[:2]),
        Head(book.say("教职工数（人）", "Staff"), 4),
    ]
    second = [Head(say(c), down=2) for c in (*NATURAL, *ECONOMIC)]
    second += [Head(_broken(book.say(zh, en)), down=2) for _, zh, en, _ in SCHOOLS[:4]]
    second += [Head(stage, down=2) for stage in stages * 2] + [Head(stage, 2) for stage in stages]
    total, teachers = book.say("合计", "All"), book.say("其中专任教师数", "Full-time teachers")
    third = [Head(text) for text in (total, teachers, total, teachers)]
    return [top, second, third, [Head(f"L{at}") for at in range(1, 23)]]


def _broken(heading: str) -> str:
    """Return a heading with its unit on a line of its own."""
    return heading.replace("（", "\n（").replace(" (", "\n(")


def _answer(book: Book, column: Answered) -> Entry:
    """Return what the county answered under this heading; a standard of one's own may ask for it."""
    run = book.submission.run
    bare = column.zh.split("（")[0]
    for field, answer in run.answered.get(book.submission.county.name, {}).items():
        form = run.standard.fields.get(field)
        if form is not None and form.zh == bare and answer.figure is not None:
            return Entry(answer.figure, column.digits)
    return book.missing()


def _counted(book: Book) -> list[int]:
    """Return the sections that count as ordinary schools of compulsory education."""
    types = book.report.table.text("type")
    return [i for i in book.submission.in_order() if types[i] not in NEVER_COUNTED]


def _schools(book: Book) -> Counter[str | None]:
    """Return how many schools there are of each type, a through-school counted once."""
    table = book.report.table
    codes, names, towns, types = (table.text(name) for name in ("code", "name", "town", "type"))
    schools = {(codes[i] or (towns[i], names[i])): types[i] for i in book.submission.in_order()}
    return Counter(schools.values())


def _total(book: Book, field: str, stage: str, name: str, notes: list[str]) -> Entry:
    """Return the sum of a figure over a stage; where one section lacks it there is no sum, and a note says so."""
    table = book.report.table
    if field not in table.figures:
        notes.append(book.say(f"{name}：{_UNREAD[0]}", f"{name}: {_UNREAD[1]}"))
        return book.missing()
    figures = [table.column(field)[i] for i in _counted(book) if table.text("stage")[i] == stage]
    lacking = sum(figure is None for figure in figures)
    if not lacking:
        return Entry(sum(figure or 0.0 for figure in figures), 0)
    if lacking == len(figures):
        notes.append(book.say(f"{name}：学校表没有填报", f"{name}: not given in the table of schools"))
        return book.missing()
    known = plain(sum(figure or 0.0 for figure in figures))
    said = f"{name}：{lacking} 个学校（学部）未填报，其余合计 {known}"
    notes.append(book.say(said, f"{name}: not given by {lacking} sections, the others add up to {known}"))
    return book.missing()


_UNREAD = "没有从学校表读取，请填写", "not read from the table of schools; to be filled in"
_OWNERS: Sequence[tuple[str, str, tuple[str | None, ...]]] = (
    (
        "省直属、市直属的",
        "run by province or city",
        tuple(f"{a}_{b}" for a in ("provincial", "prefectural") for b in ("education", "other")),
    ),
    ("企业办学的", "run by enterprises", ("enterprise",)),
    ("民办的", "private", ("private",)),
    ("举办者未填的", "without owner", (None,)),
)


def _notes(book: Book, form: Form, notes: Sequence[str]) -> None:
    table = book.report.table
    owners, stages = table.text("owner"), table.text("stage")
    for stage, zh, en in STAGES:
        here = [owners[i] for i in _counted(book) if stages[i] == stage]
        counts = [(sum(o in kinds for o in here), a, b) for a, b, kinds in _OWNERS]
        said = "，".join(f"{a}有 {n} 所" for n, a, _ in counts)
        form.note(
            book.say(
                f"注：{zh}（含一贯制学校学部）中：{said}。", f"{en}: " + ", ".join(f"{n} {b}" for n, _, b in counts)
            )
        )
    unknown = [i for i in _counted(book) if stages[i] is None]
    if unknown:
        said = f"学段无法确定的 {len(unknown)} 个学校没有计入各学段。"
        form.note(book.say(said, f"{len(unknown)} schools whose stage cannot be told are in no stage."))
    for note in notes:
        form.note(note)
    form.note(
        book.say(
            "自然情况、经济情况按评估前一年统计部门公布的数据填写；其他数据取自学校表。小学含一贯制学校小学部和教学点，"
            "初中含一贯制学校和完全中学初中部；特殊教育学校、职业学校不计入小学、初中各栏。“未填报”为没有数据，不是 0。",
            "Nature and economy: published figures of the year before. Primary includes primary sections and teaching points, "
            "junior the junior sections; special and vocational schools are not counted there. “Not given” is not 0.",
        )
    )
    source = "版式据 2012 年申报表及填报说明的公开转录（表格转录）"
    unseen = "" if book.family == BASIC else "；2017 年表Ⅰ未见正式表样，沿用同一栏目"
    form.note(
        book.say(
            f"{source}{unseen}。",
            "Layout after a public transcript of the form of 2012."
            + ("" if book.family == BASIC else " The form of 2017 was not seen; the same columns are used."),
        )
    )
