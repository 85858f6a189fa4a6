"""What a wrong entry in a table would do: every figure changed a little, by itself, and the table judged again. Pure.

All schools are changed at once, each in one figure: a school's verdict rests on its own figures, so that one judgement
of the table answers for all of them.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import NamedTuple

from junheng.advice.changes import Add, rows_of, sections_changed, wholes_of
from junheng.engine.divisions import divide
from junheng.engine.model import Assessment, Indicator, Method, SchoolTable, Span, fields_of
from junheng.engine.school import assess
from junheng.number import exact

PER_CENT = 100  # steps of one per cent, where a figure is no count
MOST = 100 * PER_CENT  # an amount is looked at up to as much again, and down to nothing
SCANNED = 20  # steps that are tried one by one, where more of a figure need not always help, or always hurt


class Figures(NamedTuple):
    """The figures of a table that may have been reported wrongly, and what hangs together among them.

    `counted` are whole numbers (the others go by hundredths of a per cent), `shared` belong to a whole school, `sums`
    follow their parts, and no part is larger than its whole (`part_of`).
    """

    table: SchoolTable
    counted: frozenset[str]
    amounts: frozenset[str]
    shared: frozenset[str]
    sums: Mapping[str, tuple[str, ...]]
    part_of: Mapping[str, str]

    def varied(self, name: str) -> bool:
        """Say whether a field is a figure that may be wrong by a little: no yes-or-no, no word."""
        return name in self.counted or name in self.amounts

    def sources(self, names: Sequence[str]) -> list[str]:
        """Return the figures that are reported for some: of a sum, its parts where the table has them."""
        found: list[str] = []
        for name in names:
            parts = self.sums.get(name, ())
            there = [part for part in parts if any(f is not None for f in self.table.column(part))]
            found += there if there and len(there) == len(parts) else [name]
        return [name for name in dict.fromkeys(found) if self.varied(name)]

    def step(self, row: int, name: str) -> Fraction:
        """Return the smallest change of a figure: 1, or a hundredth of a per cent of it."""
        figure = self.table.column(name)[row]
        if name in self.counted:
            return Fraction(1)
        return Fraction(0) if figure is None else exact(figure) / (100 * PER_CENT)

    def room(self, row: int, name: str, sign: int) -> int:
        """Return how many steps a figure can go: not below zero, no part above its whole, no amount beyond twice."""
        figure = self.table.column(name)[row]
        step = self.step(row, name)
        if figure is None or not step:
            return 0
        own = exact(figure)
        most = own if sign < 0 else own if name in self.amounts else max(own, Fraction(100))
        found = self._least_whole(row, name, own) if sign > 0 else self._largest_part(row, name, own)
        return max(0, int(min(most, found if found is not None else most) // step))

    def _least_whole(self, row: int, name: str, own: Fraction) -> Fraction | None:
        wholes = [self.table.column(whole)[row] for whole in wholes_of(name, self.part_of)]
        left = [exact(whole) - own for whole in wholes if whole is not None]
        return min(left) if left else None

    def _largest_part(self, row: int, name: str, own: Fraction) -> Fraction | None:
        parts = [self.table.column(part)[row] for part, whole in self.part_of.items() if whole == name]
        left = [own - exact(part) for part in parts if part is not None]
        return min(left) if left else None

    def changed(self, name: str, steps: Mapping[int, int]) -> SchoolTable:
        """Return the table with one figure of some rows changed by so many steps each."""
        adds = [Add(row, name, self.step(row, name) * count) for row, count in steps.items() if count]
        return sections_changed(self.table, adds, self.shared, self.sums)


class Unit(NamedTuple):
    """One reported figure: the row whose figure it is, and the rows of its school, all of which it may decide."""

    row: int
    school: tuple[int, ...]


def units(figures: Figures, name: str) -> Iterator[list[Unit]]:
    """Yield the figures of one field in groups that can be changed at once: one of each school."""
    table = figures.table
    slots: dict[int, list[Unit]] = {}
    done: set[int] = set()
    place: dict[tuple[int, ...], int] = {}
    for row in range(table.size):
        if row in done or table.column(name)[row] is None:
            continue
        done.update(rows_of(table, row, name, figures.shared))
        school = tuple(table.siblings.get(row) or table.through.get(row) or (row,))
        slot = place.get(school, 0)
        place[school] = slot + 1
        slots.setdefault(slot, []).append(Unit(row, school))
    yield from slots.values()


def judged(method: Method, table: SchoolTable) -> Assessment:
    """Judge a changed table."""
    return assess(method, divide(table, method.pupil_weight, method.divided), whole_county=True)


def alone(method: Method, indicator: Indicator) -> Method:
    """Return a method of one indicator only, which judges it alike."""
    return method._replace(indicators=(indicator,), parts=())


# ------------------------------------------------------------------------------------------------ what is read


def read_by(indicator: Indicator) -> list[str]:
    """Return the figures that an indicator rests on: its values, its bars, where it applies."""
    names: list[str] = []
    for node in indicator.nodes():
        names += [*node.of, *node.less, *node.to_less]
        names += [name for name in (node.to, node.times, node.each) if name is not None]
        names += [r.adds or r.instead or "" for r in node.relaxations]
        names += [part for term in node.terms() for part in (term.of, term.over) if part is not None]
        names += node.circumstances()
    return [name for name in dict.fromkeys(names) if name]


def scope_fields(method: Method) -> list[str]:
    """Return the fields by which sections are left out, or put into classes."""
    return fields_of([*(e.when for e in method.exclusions), *(when for _, when in method.school_classes)])


def steady_scope(method: Method, name: str) -> bool:
    """Say whether more of a figure, or less, leaves sections out once and for all, or never."""
    if name in fields_of(when for _, when in method.school_classes):
        return False
    for exclusion in method.exclusions:
        for key, wanted in exclusion.when.items():
            own = key == name
            inside = isinstance(wanted, Span) and wanted.low is not None and wanted.high is not None
            if name in fields_of([{key: wanted}]) and (inside or not own):
                return False
    return True


def side(indicator: Indicator, name: str) -> int | None:
    """Return 1 where more of a figure can only help an indicator, −1 where it can only hurt, 0 where it plays no part.

    None where it may do either, or moves the bar.
    """
    sides: set[int] = set()
    for node in indicator.leaves():
        bar = {part for term in node.terms() for part in (term.of, term.over)}
        eased = {r.adds for r in node.relaxations} | {r.instead for r in node.relaxations}
        if name in bar or name in eased:
            return None
        helps = -1 if node.at_most else 1
        sides |= {helps for part in (*node.of, *node.to_less) if part == name}
        sides |= {-helps for part in node.less if part == name}
        sides |= {helps} if node.times == name else set()
        sides |= {-helps for part in (node.to, node.each) if part == name}
    if any(name in node.circumstances() for node in indicator.nodes()):
        return None
    return None if len(sides) > 1 else next(iter(sides), 0)


def clear_side(figures: Figures, method: Method, indicator: Indicator, name: str) -> int | None:
    """Return `side` of a reported figure, the sums that follow it and the division by pupils included."""
    through = [wholes for wholes, parts in figures.sums.items() if name in parts]
    found = {side(indicator, part) for part in (name, *through)}
    if name == "students" and figures.table.through:
        # of what a school shares a section has more by more pupils: per pupil it is still less for all of them
        leaves = [n for n in indicator.leaves() if method.divided.intersection((*n.of, *n.less))]
        found |= {-1 if n.to == "students" and not n.at_most else None for n in leaves}
    found.discard(0)
    return None if len(found) > 1 else next(iter(found), 0)


# ------------------------------------------------------------------------------------------------ the least change


class Least(NamedTuple):
    """The fewest steps that change what is asked about, and whether fewer are certain not to."""

    steps: int
    certain: bool


def least(
    room: Mapping[int, int], differs: Callable[[Mapping[int, int]], Mapping[int, bool]], *, steady: bool
) -> dict[int, Least]:
    """Return, for each row, the fewest steps within its room that make a difference; rows that none makes are not there.

    `differs` says for so many steps of each row whether it does. Steps are doubled and then halved where what differs
    once differs from there on (`steady`); else the first are tried one by one, and what is found beyond is not certain.
    """
    found: dict[int, Least] = {}
    low = {row: 0 for row, most in room.items() if most > 0}
    if not steady:
        for count in range(1, SCANNED + 1):
            tried = {row: count for row in low if room[row] >= count}
            hits = [row for row, yes in differs(tried).items() if yes] if tried else []
            found |= {row: Least(count, certain=True) for row in hits}
            low = {row: count for row in tried if row not in found}
    high: dict[int, int] = {}
    while low.keys() - high.keys():
        # the last step may leave nothing to divide by, so the one before it is never passed over
        ends = {row: max(1, room[row] - (low[row] < room[row] - 1)) for row in low if row not in high}
        tried = {row: min(end, max(1, 2 * low[row])) for row, end in ends.items() if end > low[row]}
        yes = differs(tried) if tried else {}
        high |= {row: count for row, count in tried.items() if yes.get(row)}
        low = {row: (at if row in high else tried[row]) for row, at in low.items() if row in high or row in tried}
    while open_ := {row: (low[row] + count) // 2 for row, count in high.items() if count - low[row] > 1}:
        yes = differs(open_)
        high |= {row: count for row, count in open_.items() if yes.get(row)}
        low |= {row: count for row, count in open_.items() if not yes.get(row)}
    return found | {row: Least(count, certain=steady) for row, count in high.items()}
