"""The phrases that table Ⅳ asks to be filled in: schools above their size, classes above theirs, training finished."""

from collections import Counter
from fractions import Fraction

from junheng.documents.official_tables.page import Book
from junheng.engine.model import Indicator, ItemVerdict
from junheng.number import plain
from junheng.report.items import item_situation

THROUGH = ("nine_year", "twelve_year")
STAGES = ("primary", "junior")  # and the types of schools of one stage


def situation(book: Book, item: ItemVerdict) -> str:
    """Return what an item rests on, with the phrase of the form before it where that has one."""
    made = {"school_size": _school_size, "class_size": _class_size}.get(item.item.indicator.id)
    said = [made(book, item)] if made is not None and item.item.over_schools and item.judged else []
    return book.say("；", "; ").join(filter(None, (*said, item_situation(book.report, item))))


def _lines(indicator: Indicator, by: str) -> dict[str, Fraction]:
    """Return the bars of an indicator that are chosen by one word alone (type, stage), what eases them left aside."""
    chosen = [
        (case.when[by], case.bar.amount) for case in indicator.bars if case.bar is not None and [*case.when] == [by]
    ]
    return {word: amount for words, amount in chosen if isinstance(words, frozenset) for word in words}


def _school_size(book: Book, item: ItemVerdict) -> str:
    """Say how many schools of each kind are above the sizes of the form, whether or not they may be; nothing if unknown.

    A through-school is counted once, by all its pupils of compulsory education.
    """
    table = book.report.table
    types, stages, codes, names = (table.text(name) for name in ("type", "stage", "code", "name"))
    students = table.column("students")
    most = _lines(item.item.indicator, "type")
    if not {*THROUGH, *STAGES} <= most.keys():
        return ""
    sizes: dict[tuple[str, str, str], float] = {}
    for i in item.judged:
        size, of_type = students[i], types[i]
        if size is None or of_type not in most or i in table.unplaced or i in item.missing:
            return ""
        kind = "through" if of_type in THROUGH else stages[i] or ""
        school = kind, of_type, codes[i] or names[i] or str(i)
        sizes[school] = sizes.get(school, 0.0) + size
    above = Counter(kind for (kind, of_type, _), size in sizes.items() if size > most[of_type])
    primary, junior, through = (above[kind] for kind in (*STAGES, "through"))
    of_one, of_through = plain(most[STAGES[0]]), plain(most[THROUGH[0]])
    return book.say(
        f"超过{of_one}人的小学 {primary} 所、初中 {junior} 所，义务教育阶段超过{of_through}人的一贯制学校 {through} 所",
        f"above {of_one}: {primary} primary, {junior} junior schools; above {of_through}: {through} through-schools",
    )


def _class_size(book: Book, item: ItemVerdict) -> str:
    """Say how many classes are above their size where the bands are given for every school."""
    table = book.report.table
    rules = item.item.indicator.rules
    most = next((lines for rule in rules if (lines := _lines(rule, "stage"))), {})
    bands = {stage: rule.of for rule in rules for stage in STAGES if {"stage": frozenset({stage})} in rule.applies}
    if not (bands.keys() == most.keys() == {*STAGES}):
        return ""
    counts: dict[str, float] = {}
    for stage in STAGES:
        here = [i for i in item.judged if table.text("stage")[i] == stage]
        figures = [table.column(band)[i] for i in here for band in bands[stage]]
        if any(figure is None for figure in figures):
            return ""
        counts[stage] = sum(figure or 0.0 for figure in figures)
    (primary, junior), (small, large) = (counts[s] for s in STAGES), (plain(most[s]) for s in STAGES)
    return book.say(
        f"超过{small}人的小学班级 {plain(primary)} 个、超过{large}人的初中班级 {plain(junior)} 个",
        f"{plain(primary)} primary classes above {small}, {plain(junior)} junior classes above {large}",
    )
