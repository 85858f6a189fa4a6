"""Figures of a table changed: what is added to a section, or moved from one to another, and what follows from it."""

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import NamedTuple

from junheng.engine.model import Figure, SchoolTable
from junheng.number import exact


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
            follow = [whole for whole in wholes if _is_sum(column(whole)[row], [column(p)[row] for p in sums[whole]])]
            add_to(row, change)
            for whole in follow:
                add_to(row, change._replace(field=whole))
    return table._replace(figures={**table.figures, **figures})


def _is_sum(whole: Figure, parts: list[Figure]) -> bool:
    return whole is not None and None not in parts and exact(whole) == sum(exact(p) for p in parts if p is not None)
