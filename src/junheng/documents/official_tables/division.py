"""拆分计算表: what each through-school shares, divided among its sections, with formulas that divide it again."""

from collections.abc import Sequence

from openpyxl.utils import get_column_letter

from junheng.documents.official_tables.page import Book, Entry, Form, Head
from junheng.engine.divisions import exact_figure
from junheng.engine.model import Stage
from junheng.number import exact, plain
from junheng.report import words
from junheng.report.model import Mood

FIRST = 7  # columns before the shared figures: number, school, stage, students, weight, weighted students, share
STUDENTS, WEIGHT, WEIGHTED = "D", "E", "F"
SHARE_DIGITS, AMOUNT_DIGITS = 4, 2


def write_division(book: Book, name: str) -> None:
    """Write the 拆分计算表: values as the engine has them, and beside the printed part the same by live formulas."""
    assessment = book.submission.run.assessment
    divisions, table = assessment.divisions, book.report.table
    schools = _schools(book)
    fields = [f for f in table.figures if f in divisions.divided and any(_has(book, f, s) for s in schools)]
    title = book.say("一贯制学校、完全中学共用资源拆分计算表", "Division of what through-schools share")
    columns = FIRST + 2 * len(fields)
    widths = (6.0, 26.0, 8.0, 10.0, 8.0, 11.0, 9.0, *[12.0] * (2 * len(fields)), 3.0, *[12.0] * (len(fields) + 3))
    form = book.sheet(name, title, widths, printed=columns)
    form.header(_heads(book, fields))
    for number, sections in enumerate(schools, 1):
        _school(book, form, number, sections, fields)
    if not schools:
        form.note(
            book.say("本县没有需要拆分共用资源的学校。", "No school shares anything between stages."), strong=True
        )
    weights = assessment.method.pupil_weight
    ratio = " : ".join(plain(weights[s]) for s in Stage if s in weights)
    if weights:
        form.note(
            book.say(
                f"小学、初中、高中学生按 {ratio} 折算：加权学生数＝在校生数×系数，份额＝本学部加权学生数÷全校加权学生数，"
                "本学部数＝全校数×份额。教师类指标取分学段报表，不拆分。右侧校验栏为公式，差应为 0（浮点误差除外）。",
                f"Pupils weigh {ratio}: a section's share is its weighted pupils over those of the school. Teachers are not divided. "
                "The checks on the right are formulas; differences should be 0 but for floating point.",
            )
        )
    else:
        form.note(book.say("本标准没有规定拆分。", "This standard does not divide."))
    form.note(
        book.say(
            "拆分公式据《测算均衡系数拆分公式》（转载）；版式未见正式表样。",
            "Formula after a mirrored document; no official form was seen.",
        )
    )
    form.finish()


def _schools(book: Book) -> list[tuple[int, ...]]:
    """Return the schools of the county that are divided, each as its sections in the order of the table."""
    here = set(book.submission.county.sections)
    through = book.report.table.through
    found = {tuple(sorted(siblings)) for section, siblings in through.items() if section in here}
    return sorted(sections for sections in found)


def _has(book: Book, field: str, sections: Sequence[int]) -> bool:
    return any(book.report.table.column(field)[i] is not None for i in sections)


def _heads(book: Book, fields: Sequence[str]) -> list[list[Head]]:
    def named(field: str) -> str:
        form = book.submission.run.standard.fields[field]
        unit = words.unit(form.unit, book.submission.lang)
        return form.text.say(book.submission.lang) + (book.say(f"（{unit}）", f" ({unit})") if unit else "")

    texts = (
        ("序号", "No."),
        ("学校名称", "School"),
        ("学段", "Stage"),
        ("在校生数", "Students"),
        ("系数", "Weight"),
        ("加权学生数", "Weighted students"),
        ("份额", "Share"),
    )
    checks = book.say("加权学生数", "Weighted students"), book.say("份额", "Share")
    ends = [*checks, *map(named, fields), book.say("最大差", "Largest difference")]
    pair = [Head(book.say("全校", "School")), Head(book.say("本学部", "Section"))]
    top = [*(Head(book.say(zh, en), down=2) for zh, en in texts), *(Head(named(f), 2) for f in fields)]
    check = Head(book.say("校验（公式）", "Checks (formulas)"), len(ends))
    return [[*top, Head("", down=2), check], [*pair * len(fields), *map(Head, ends)]]


def _school(book: Book, form: Form, number: int, sections: Sequence[int], fields: Sequence[str]) -> None:
    top, bottom = form.at, form.at + len(sections) - 1
    for section in sections:
        entries = _values(book, number if form.at == top else None, section, fields)
        checks = _checks(book, form.at, (top, bottom), section, len(fields))
        form.row(entries, step=False)
        form.row(checks, start=len(entries) + 2)
    for column in (1, 2):
        form.merge(top, bottom, column)
    if any(
        i not in book.submission.run.assessment.divisions.shares for i in sections if i in book.report.table.through
    ):
        name = book.report.table.text("name")[sections[0]]
        form.note(
            book.say(
                f"{name}：缺学部或其在校生数，不能拆分，共用资源各项按缺数据处理。",
                f"{name}: a section or its pupils are missing; nothing can be divided and shared figures count as missing.",
            )
        )


def _values(book: Book, number: int | None, section: int, fields: Sequence[str]) -> list[Entry]:
    assessment, table = book.submission.run.assessment, book.report.table
    stage, students = table.text("stage")[section], table.column("students")[section]
    weight = assessment.method.pupil_weight.get(Stage(stage)) if stage else None
    share = assessment.divisions.shares.get(section)
    weighted = None if students is None or weight is None else exact(students) * weight
    entries = [
        Entry(number) if number is not None else Entry(),
        Entry(table.text("name")[section] or "", left=True) if number is not None else Entry(),
        Entry(book.report.stage(stage)),
        book.missing() if students is None else Entry(students, 0),
        Entry() if weight is None else Entry(weight),
        Entry() if weighted is None else Entry(weighted, AMOUNT_DIGITS),
        Entry(mood=Mood.UNKNOWN) if share is None else Entry(share, SHARE_DIGITS),
    ]
    for field in fields:
        whole = table.column(field)[section]
        part = exact_figure(assessment.divisions, field, section) if share is not None else None
        entries.append(book.missing() if whole is None else Entry(whole, AMOUNT_DIGITS))
        entries.append(Entry(mood=Mood.UNKNOWN) if part is None else Entry(part, AMOUNT_DIGITS))
    return entries


def _checks(book: Book, row: int, rows: tuple[int, int], section: int, count: int) -> list[Entry]:
    """Return the formulas of one section; none where its school could not be divided."""
    top, bottom = rows
    if section not in book.submission.run.assessment.divisions.shares:
        return [Entry()] * (count + 3)
    start = FIRST + 2 * count + 2  # the first column of the checks
    weighted, share = get_column_letter(start), get_column_letter(start + 1)
    everyone = f"SUMPRODUCT({STUDENTS}${top}:{STUDENTS}${bottom},{WEIGHT}${top}:{WEIGHT}${bottom})"
    formulas = [f"={STUDENTS}{row}*{WEIGHT}{row}", f"={weighted}{row}/{everyone}"]
    differences = [f"ABS({weighted}{row}-{WEIGHTED}{row})", f"ABS({share}{row}-G{row})"]
    for at in range(count):
        whole, part = (get_column_letter(FIRST + 1 + 2 * at + side) for side in (0, 1))
        check = get_column_letter(start + 2 + at)
        formulas.append(f'=IF(ISNUMBER({whole}{row}),{whole}{row}*{share}{row},"")')
        differences.append(f"IF(ISNUMBER({part}{row}),ABS({check}{row}-{part}{row}),0)")
    formulas.append(f"=MAX({','.join(differences)})")
    digits = [AMOUNT_DIGITS, SHARE_DIGITS, *[AMOUNT_DIGITS] * count, None]
    return [Entry(text, d, formula=True) for text, d in zip(formulas, digits, strict=True)]
