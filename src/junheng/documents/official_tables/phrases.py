"""The phrases that table Ⅳ asks to be filled in: schools above their size, classes above theirs, training finished."""

from collections.abc import Sequence

from junheng.documents.official_tables.page import Book
from junheng.engine.model import ItemVerdict
from junheng.number import plain
from junheng.report.items import item_situation

THROUGH = ("nine_year", "twelve_year")
BANDS = ("classes_46_50", "classes_51_55", "classes_56_60", "classes_61_65", "classes_66_up")
BANDS_OF = {"primary": BANDS, "junior": BANDS[1:]}  # above 45, above 50


def situation(book: Book, item: ItemVerdict) -> str:
    """Return what an item rests on, with the phrase of the form before it where that has one."""
    made = {"school_size": _school_size, "class_size": _class_size}.get(item.item.indicator.id)
    said = [made(book, item)] if made is not None and item.item.over_schools else []
    return book.say("；", "; ").join(filter(None, (*said, item_situation(book.report, item))))


def _school_size(book: Book, item: ItemVerdict) -> str:
    """Say how many schools of each kind are above their size; a through-school is counted once."""
    table = book.report.table
    types, stages, codes, names = (table.text(name) for name in ("type", "stage", "code", "name"))
    schools = {(codes[i] or names[i]): i for i in item.unmet}.values()
    through = sum(types[i] in THROUGH for i in schools)
    primary = sum(types[i] not in THROUGH and stages[i] == "primary" for i in schools)
    junior = sum(types[i] not in THROUGH and stages[i] == "junior" for i in schools)
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
