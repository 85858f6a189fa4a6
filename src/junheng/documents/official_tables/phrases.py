"""The phrases that table Ⅳ asks to be filled in: schools above their size, classes above theirs, training finished."""

from collections.abc import Sequence

from junheng.documents.official_tables.page import Book
from junheng.engine.model import ItemVerdict
from junheng.number import plain
from junheng.report.items import item_situation

THROUGH = ("nine_year", "twelve_year")
LARGEST = {"primary": 2000, "junior": 2000, "through": 2500}  # the sizes that the form names
BANDS = ("classes_46_50", "classes_51_55", "classes_56_60", "classes_61_65", "classes_66_up")
BANDS_OF = {"primary": BANDS, "junior": BANDS[1:]}  # above 45, above 50


def situation(book: Book, item: ItemVerdict) -> str:
    """Return what an item rests on, with the phrase of the form before it where that has one."""
    made = {"school_size": _school_size, "class_size": _class_size}.get(item.item.indicator.id)
    said = [made(book, item)] if made is not None and item.item.over_schools and item.judged else []
    return book.say("；", "; ").join(filter(None, (*said, item_situation(book.report, item))))


def _school_size(book: Book, item: ItemVerdict) -> str:
    """Say how many schools of each kind are above the sizes of the form, whether or not they may be; nothing if unknown.

    A through-school is counted once, by all its pupils of compulsory education.
    """
    table = book.report.table
    types, stages, codes, names = (table.text(name) for name in ("type", "stage", "code", "name"))
    students = table.column("students")
    sizes: dict[tuple[str, str], float] = {}
    for i in item.judged:
        size = students[i]
        if size is None or i in table.unplaced or i in item.missing:
            return ""
        kind = "through" if types[i] in THROUGH else stages[i] or ""
        school = kind, codes[i] or names[i] or str(i)
        sizes[school] = sizes.get(school, 0.0) + size
    primary, junior, through = (
        sum(size > LARGEST[kind] for (of, _), size in sizes.items() if of == kind) for kind in LARGEST
    )
    return book.say(
        f"超过2000人的小学 {primary} 所、初中 {junior} 所，义务教育阶段超过2500人的一贯制学校 {through} 所",
        f"above 2000: {primary} primary, {junior} junior schools; above 2500: {through} through-schools",
    )


def _class_size(book: Book, item: ItemVerdict) -> str:
    """Say how many classes are above their size where the bands are given for every school."""
    table = book.report.table
    here: dict[str, Sequence[int]] = {
        stage: [i for i in item.judged if table.text("stage")[i] == stage] for stage in BANDS_OF
    }
    counts: dict[str, float] = {}
    for stage, bands in BANDS_OF.items():
        figures = [table.column(band)[i] for i in here[stage] for band in bands]
        if any(figure is None for figure in figures):
            return ""
        counts[stage] = sum(figure or 0.0 for figure in figures)
    return book.say(
        f"超过45人的小学班级 {plain(counts['primary'])} 个、超过50人的初中班级 {plain(counts['junior'])} 个",
        f"{plain(counts['primary'])} primary classes above 45, {plain(counts['junior'])} junior classes above 50",
    )
