"""Figures of a table changed: what is added to a section, or moved from one to another, and what follows from it."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from fractions import Fraction
from typing import NamedTuple

from junheng.engine.model import Figure, SchoolTable
from junheng.number import exact, rounded


class Add(NamedTuple):
    """So much more (less, where negative) of a figure in the row of one section.

    A figure that a school shares is changed for the whole school, on all rows that state it.
    """

    section: int
    field: str
    amount: Fraction


class ImpossibleError(ValueError):
    """A change that no school can make: of a figure that is not there, or below zero."""

    def __init__(self, add: Add, left: Fraction | None) -> None:
        """`left` is what the figure would be; None where there is none to change."""
        super().__init__(add, left)
        self.add, self.left = add, left


def rows_of(table: SchoolTable, section: int, field: str, shared: frozenset[str]) -> tuple[int, ...]:
    """Return the rows that state the figure of one section: its own, or those of its school that share it.

    A section whose shared figures were reported divided (资源口径: 本学部) keeps its own.
    """
    if field not in shared:
        return (section,)
    rows = table.through.get(section)
    if rows is None:
        return (section,)
    return tuple(row for row in rows if row in table.through)


def sections_changed(
    table: SchoolTable, adds: Iterable[Add], shared: frozenset[str], sums: Mapping[str, tuple[str, ...]]
) -> SchoolTable:
    """Return the table with figures changed.

    `shared` are the fields that belong to a whole school, `sums` the fields that stand for a sum of others
    (体育运动场馆面积 = 运动场地面积 + 室内体育用房面积): where such a figure is the sum, it follows its parts.
    Nothing is done to the table given. Raise ImpossibleError for the first change that leaves less than nothing.

    >>> table = SchoolTable(2, {}, {"books": [10.0, 4.0]})
    >>> moved = [Add(0, "books", Fraction(-3)), Add(1, "books", Fraction(3))]
    >>> sections_changed(table, moved, frozenset(), {}).figures["books"]
    [7.0, 7.0]
    """
    figures: dict[str, list[Figure]] = {}

    def column(name: str) -> list[Figure]:
        if name not in figures:
            figures[name] = list(table.column(name))
        return figures[name]

    def add_to(row: int, change: Add) -> None:
        figure = column(change.field)[row]
        left = None if figure is None else exact(figure) + change.amount
        if left is None or left < 0:
            raise ImpossibleError(change, left)
        column(change.field)[row] = float(left)

    for change in adds:
        wholes = [whole for whole, parts in sums.items() if change.field in parts and whole in table.figures]
        for row in rows_of(table, change.section, change.field, shared):
            follow = [whole for whole in wholes if is_sum(column(whole)[row], [column(p)[row] for p in sums[whole]])]
            add_to(row, change)
            for whole in follow:
                add_to(row, change._replace(field=whole))
    return table._replace(figures={**table.figures, **figures})


def is_sum(whole: Figure, parts: Sequence[Figure]) -> bool:
    """Say whether a figure is the sum of others, so that it follows them."""
    return whole is not None and None not in parts and exact(whole) == sum(exact(p) for p in parts if p is not None)


class Put(NamedTuple):
    """A figure that is so much from now on, whatever it was. One that a school shares is put for the whole school."""

    section: int
    field: str
    figure: Fraction


def figures_put(
    table: SchoolTable,
    puts: Iterable[Put],
    shared: frozenset[str],
    sums: Mapping[str, tuple[str, ...]],
    kept: Collection[tuple[int, str]] = (),
) -> SchoolTable:
    """Return the table with figures put in the place of others, or of none.

    Sums follow their parts as in `sections_changed`; a sum that was missing is made where its parts are now there,
    unless it is `kept` (by row and field): one that was reported and could not be used. Raise ImpossibleError for a
    figure below zero.

    >>> table = SchoolTable(1, {}, {"books": [None]})
    >>> figures_put(table, [Put(0, "books", Fraction(5))], frozenset(), {}).figures["books"]
    [5.0]
    """
    for put in puts:
        if put.figure < 0:
            raise ImpossibleError(Add(put.section, put.field, put.figure), put.figure)
        rows = rows_of(table, put.section, put.field, shared)
        figure = table.column(put.field)[put.section]
        if figure is not None:
            more = Add(put.section, put.field, put.figure - exact(figure))
            table = sections_changed(table, [more], shared, sums)
            continue
        column = list(table.column(put.field))
        for row in rows:
            column[row] = float(put.figure)
        table = table._replace(figures={**table.figures, put.field: column})
        for whole, parts in sums.items():
            if put.field in parts and whole in table.figures:
                free = [row for row in rows if (row, whole) not in kept]
                table = _with_sum(table, whole, parts, free)
    return table


def _with_sum(table: SchoolTable, whole: str, parts: Sequence[str], rows: Sequence[int]) -> SchoolTable:
    column = list(table.column(whole))
    for row in rows:
        found = [table.column(part)[row] for part in parts]
        if column[row] is None and None not in found:
            column[row] = float(sum((exact(f) for f in found if f is not None), Fraction(0)))
    return table._replace(figures={**table.figures, whole: column})


def wholes_of(field: str, part_of: Mapping[str, str]) -> tuple[str, ...]:
    """Return every figure that one is part of, the nearest first.

    >>> wholes_of("backbone_teachers", {"backbone_teachers": "teachers", "teachers": "staff"})
    ('teachers', 'staff')
    """
    found: list[str] = []
    while field in part_of and part_of[field] not in found:
        field = part_of[field]
        found.append(field)
    return tuple(found)


def hired(
    table: SchoolTable, section: int, fields: Sequence[str], count: Fraction, part_of: Mapping[str, str]
) -> list[Add]:
    """Return what a section has more where `count` persons come who are each counted in every one of some figures.

    What these are part of follows, each once, where the table has that figure for the section. The same holds for what
    is built or bought: a room is part of all rooms.

    >>> table = SchoolTable(1, {}, {"backbone_teachers": [1.0], "teachers": [20.0], "staff": [None]})
    >>> part_of = {"backbone_teachers": "teachers", "teachers": "staff"}
    >>> [(add.field, int(add.amount)) for add in hired(table, 0, ["backbone_teachers"], Fraction(2), part_of)]
    [('backbone_teachers', 2), ('teachers', 2)]
    """
    wholes = [whole for field in fields for whole in wholes_of(field, part_of)]
    there = [whole for whole in wholes if whole in table.figures and table.figures[whole][section] is not None]
    return [Add(section, field, count) for field in dict.fromkeys([*fields, *there])]


def moved(
    table: SchoolTable, from_: int, to: int, fields: Sequence[str], count: Fraction, part_of: Mapping[str, str]
) -> list[Add]:
    """Return what changes where `count` persons go from one section to another: what one loses the other has more.

    Where all that a section has of a figure are counted in a part of it as well (every teacher holds a certificate), so
    are those who go. A figure that only one of the two has a number for is changed there alone: the other stays not
    known.

    >>> table = SchoolTable(2, {}, {"teachers": [5.0, 8.0], "certified_teachers": [5.0, 7.0]})
    >>> adds = moved(table, 0, 1, ["teachers"], Fraction(1), {"certified_teachers": "teachers"})
    >>> [(add.section, add.field, int(add.amount)) for add in adds if add.field == "certified_teachers"]
    [(0, 'certified_teachers', -1), (1, 'certified_teachers', 1)]
    """
    going = hired(table, from_, fields, -count, part_of)
    coming = hired(table, to, fields, count, part_of)
    further = also_counted(table, from_, [add.field for add in going], part_of)
    known = {add.field for add in coming}
    coming += [Add(to, f, count) for f in further if f not in known and table.column(f)[to] is not None]
    return [*going, *(Add(from_, field, -count) for field in further), *coming]


def also_counted(
    table: SchoolTable, section: int, fields: Sequence[str], part_of: Mapping[str, str]
) -> tuple[str, ...]:
    """Return what everyone who is counted in some figures of a section is certainly counted in besides: all such are.

    >>> table = SchoolTable(1, {}, {"teachers": [5.0], "overqualified_teachers": [5.0], "backbone_teachers": [2.0]})
    >>> part_of = {"overqualified_teachers": "teachers", "backbone_teachers": "teachers"}
    >>> also_counted(table, 0, ["backbone_teachers", "teachers"], part_of)
    ('overqualified_teachers',)
    """
    counted = dict.fromkeys(fields)
    found = list(fields)
    while found:
        found = [
            p
            for p, whole in part_of.items()
            if whole in counted and p not in counted and _all(table, section, p, whole)
        ]
        counted.update(dict.fromkeys(found))
    return tuple(name for name in counted if name not in fields)


def _all(table: SchoolTable, section: int, part: str, whole: str) -> bool:
    """Say whether all that a section has of a figure are counted in a part of it."""
    figures = table.column(part)[section], table.column(whole)[section]
    return part in table.figures and None not in figures and figures[0] == figures[1]


def apportioned(counts: Sequence[Fraction], factor: Fraction) -> list[Fraction]:
    """Return whole numbers in proportion to counts, whose total is the total times a factor, rounded half up.

    By the largest remainder: each has its whole part, and those with the largest remainders one more until the total is
    right; of equal remainders the first in the order given.

    >>> list(map(int, apportioned([Fraction(10)] * 3, Fraction("0.95"))))
    [10, 10, 9]
    """
    exactly = [count * factor for count in counts]
    whole = [Fraction(part // 1) for part in exactly]
    lacking = int(rounded(sum(exactly, Fraction(0)), 0) - sum(whole, Fraction(0)))
    by_remainder = sorted(range(len(exactly)), key=lambda at: (whole[at] - exactly[at], at))
    for at in by_remainder[:lacking]:
        whole[at] += 1
    return whole
