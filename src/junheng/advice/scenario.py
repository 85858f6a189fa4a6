"""Schools merged and split (合并、分设): what becomes of their sections and figures. Pure."""

from collections.abc import Collection, Mapping, Sequence
from fractions import Fraction
from typing import NamedTuple

from junheng.advice.changes import Add, ImpossibleError
from junheng.engine.model import Figure, SchoolTable
from junheng.number import exact, rounded

IDENTITY = ("county", "town", "group", "code", "name", "type", "area", "owner")  # words that a school has as a whole


class Roles(NamedTuple):
    """How the figures of schools come together; those that are named nowhere here are added up for each stage.

    `split` belong to the whole school and are divided between its sections, `common` hold for each of them, of
    `greatest` the greatest counts (最大班额), `rates` are no totals (生均公用经费, yes or no): they stay only where they
    are the same. `sums` stand for the sum of others, `counted` are whole numbers.
    """

    split: frozenset[str] = frozenset()
    common: frozenset[str] = frozenset()
    greatest: frozenset[str] = frozenset()
    rates: frozenset[str] = frozenset()
    sums: Mapping[str, tuple[str, ...]] = {}
    counted: frozenset[str] = frozenset()


class Regrouped(NamedTuple):
    """A table whose schools were merged or split.

    `came_from` names for every row the row of the former table that it comes from; `untold` are the figures, by row and
    field, that cannot be told although something was reported.
    """

    table: SchoolTable
    came_from: tuple[int, ...]
    untold: frozenset[tuple[int, str]]


def whole_figure(table: SchoolTable, rows: Sequence[int], field: str) -> Figure:
    """Return a shared figure of a whole school: as its rows state it, or the sum where it was reported divided."""
    column = table.column(field)
    stated = [row for row in rows if row in table.through]
    return column[stated[0]] if stated else _sum([column[row] for row in rows])


def merged(
    table: SchoolTable, staying: Sequence[int], others: Sequence[Sequence[int]], type_: str, roles: Roles
) -> Regrouped:
    """Return the table in which schools, each given by its rows, are one: `staying`, with its words and of a type.

    Figures of sections of one stage add up; a stage that only another school has becomes a section of the one that
    stays. What is missing of one of them is missing of all.
    """
    schools = [tuple(staying), *(tuple(rows) for rows in others)]
    stages = table.text("stage")
    members: dict[str | None, list[int]] = {}
    for row in (row for rows in schools for row in rows):
        members.setdefault(stages[row], []).append(row)
    heads = [rows[0] for rows in members.values()]
    gone = {row for rows in schools for row in rows} - set(heads)
    texts = {name: list(words) for name, words in table.texts.items() if words}
    for name in [name for name in IDENTITY if name in texts]:
        for head in heads:
            texts[name][head] = type_ if name == "type" else texts[name][staying[0]]
    figures: dict[str, list[Figure]] = {}
    untold: set[tuple[int, str]] = set()
    for name, own in table.figures.items():
        column = list(own)
        for rows in members.values():
            if name in roles.split:
                figure = _sum([whole_figure(table, school, name) for school in schools])
            elif name in roles.common:
                figure = _same([own[row] for school in schools for row in school])
            elif name in roles.greatest:
                figure = _greatest([own[row] for row in rows])
            elif name in roles.rates:
                figure = _same([own[row] for row in rows])
            else:
                figure = _sum([own[row] for row in rows])
            if figure is None and own[rows[0]] is not None:
                untold.add((rows[0], name))
            column[rows[0]] = figure
        figures[name] = column
    whole = table._replace(texts={**table.texts, **texts}, figures=figures)
    return _taking(
        _grouped(whole, [row for rows in schools for row in rows], [heads]),  # what was divided is now of the whole
        [row for row in range(table.size) if row not in gone],
        untold,
    )


def parted(
    table: SchoolTable,
    school: Sequence[int],
    leaving: Sequence[int],
    types: tuple[str, str],
    words: Mapping[str, str | None],
    takes: Mapping[str, Fraction],
    roles: Roles,
    *,
    by_pupils: bool = False,
) -> Regrouped:
    """Return the table in which some sections of a school are a school of their own; `types` are of it and of the rest.

    Each section keeps its figures. Of what the school shares the new one takes what `takes` says, or else its part by
    pupils, or nothing. Raise ImpossibleError where it would take more than there is.
    """
    staying = [row for row in school if row not in leaving]
    texts = {name: list(column) for name, column in table.texts.items() if column}
    for name, word in words.items():
        spoken = texts.setdefault(name, list(table.text(name)))
        for row in leaving:
            spoken[row] = word
    for type_, rows in zip(types, (leaving, staying), strict=True):
        for row in rows:
            texts["type"][row] = type_
    figures = dict(table.figures)
    untold: set[tuple[int, str]] = set()
    part = _part([table.column("students")[row] for row in leaving], [table.column("students")[row] for row in school])
    shared = [row for row in school if row in table.through]
    for name in [name for name in table.figures if name in roles.split and shared]:
        figure = table.column(name)[shared[0]]
        share = _share(shared[0], name, part if by_pupils else Fraction(0), takes, roles)
        new, old = _divided(share, figure)
        column = list(figures[name])
        for row in shared:
            column[row] = new if row in leaving else old
            untold |= {(row, name)} if column[row] is None and figure is not None else set()
        figures[name] = column
    whole = _sums_followed(table, table._replace(texts={**table.texts, **texts}, figures=figures), shared, takes, roles)
    divided = frozenset(row for row in school if row not in table.through)
    return _taking(_grouped(whole, school, [list(leaving), staying], divided), range(table.size), untold)


def halved(
    table: SchoolTable,
    school: Sequence[int],
    section: int,
    type_: str,
    words: Mapping[str, str | None],
    takes: Mapping[str, Fraction],
    roles: Roles,
    *,
    by_pupils: bool = False,
) -> Regrouped:
    """Return the table in which a new school takes part of one section; it is the last row.

    It takes of each figure what `takes` says, or else its part by pupils, or nothing; the rest stays. What is no total,
    and holds for a whole school or for a class, is known of the new school only where it is said. Raise ImpossibleError
    where it would take more than there is.
    """
    rows = range(table.size)
    texts = {name: [*table.text(name), table.text(name)[section]] for name, column in table.texts.items() if column}
    for name, word in {**words, "type": type_}.items():
        texts.setdefault(name, [None] * (table.size + 1))[-1] = word
    taken = takes.get("students")
    part = _part([float(taken) if taken is not None else None], [table.column("students")[section]])
    figures: dict[str, list[Figure]] = {}
    untold: set[tuple[int, str]] = set()
    kept = roles.common | roles.greatest | roles.rates
    for name, own in table.figures.items():
        column: list[Figure] = [*own, None]
        told = takes.get(name)
        if name in kept:
            column[-1] = None if told is None else float(told)
        else:
            new, old = _divided(_share(section, name, part if by_pupils else Fraction(0), takes, roles), own[section])
            sharing = [row for row in school if row in table.through] if name in roles.split else []
            for row in sharing if section in sharing else [section]:
                column[row] = old
            column[-1] = new
            untold |= {(section, name)} if old is None and own[section] is not None else set()
        untold |= {(table.size, name)} if column[-1] is None else set()
        figures[name] = column
    whole = table._replace(
        size=table.size + 1, texts={name: texts.get(name, ()) for name in {**table.texts, **texts}}, figures=figures
    )
    sharing = [row for row in school if row in table.through] if section in table.through else [section]
    whole = _sums_followed(table, whole, [*sharing, table.size], takes, roles, section)
    return Regrouped(whole, (*rows, section), frozenset(untold))


# ------------------------------------------------------------------------------------------------------ figures


def _sum(figures: Sequence[Figure]) -> Figure:
    if None in figures:
        return None
    return float(sum((exact(f) for f in figures if f is not None), Fraction(0)))


def _same(figures: Sequence[Figure]) -> Figure:
    return figures[0] if len(set(figures)) == 1 else None


def _greatest(figures: Sequence[Figure]) -> Figure:
    return None if None in figures else max(f for f in figures if f is not None)


def _part(some: Sequence[Figure], every: Sequence[Figure]) -> Fraction | None:
    """Return the share of some pupils in all; None where it is not known."""
    few, all_ = _sum(some), _sum(every)
    return None if few is None or not all_ else exact(few) / exact(all_)


class _Share(NamedTuple):
    """What a new school takes of a figure: so much, or a part of it; `whole` rounds that part to a whole number."""

    section: int
    field: str
    told: Fraction | None
    part: Fraction | None
    whole: bool


def _share(section: int, field: str, part: Fraction | None, takes: Mapping[str, Fraction], roles: Roles) -> _Share:
    return _Share(section, field, takes.get(field), part, field in roles.counted)


def _divided(share: _Share, figure: Figure) -> tuple[Figure, Figure]:
    """Return what a new school has of a figure, and what is left; None for what cannot be told."""
    if share.told is not None:
        left = None if figure is None else exact(figure) - share.told
        if left is not None and left < 0:
            raise ImpossibleError(Add(share.section, share.field, -share.told), left)
        return float(share.told), None if left is None else float(left)
    if figure is None or share.part is None:
        return None, None
    new = exact(figure) * share.part
    if share.whole and exact(figure).denominator == 1:
        new = rounded(new, 0)
    return float(new), float(exact(figure) - new)


def _sums_followed(
    before: SchoolTable,
    after: SchoolTable,
    rows: Sequence[int],
    takes: Mapping[str, Fraction],
    roles: Roles,
    source: int | None = None,
) -> SchoolTable:
    """Return the table in which a figure that was the sum of others is their sum again, where nothing else was said."""
    figures = dict(after.figures)
    for whole, parts in roles.sums.items():
        if whole not in figures or whole in takes or not rows:
            continue
        origin = rows[0] if source is None else source
        was = before.column(whole)[origin]
        if was is None or was != _sum([before.column(part)[origin] for part in parts]):
            continue
        column = list(figures[whole])
        for row in rows:
            column[row] = _sum([after.column(part)[row] for part in parts])
        figures[whole] = column
    return after._replace(figures=figures)


# --------------------------------------------------------------------------------------------------------- rows


def _grouped(
    table: SchoolTable, former: Sequence[int], schools: Sequence[Sequence[int]], divided: Collection[int] = ()
) -> SchoolTable:
    """Return the table in which the rows of former schools make up others.

    One row alone shares with none, and those whose shared figures were reported `divided` keep their own.
    """
    gone = set(former)
    through = {row: rows for row, rows in table.through.items() if row not in gone}
    siblings = {row: rows for row, rows in table.siblings.items() if row not in gone}
    for rows in schools:
        if len(rows) > 1:
            siblings.update(dict.fromkeys(rows, tuple(rows)))
            through.update({row: tuple(rows) for row in rows if row not in divided})
    return table._replace(through=through, siblings=siblings)


def _taking(table: SchoolTable, rows: Sequence[int], untold: Collection[tuple[int, str]]) -> Regrouped:
    """Return the table with some of its rows."""
    at = {row: entry for entry, row in enumerate(rows)}
    made = SchoolTable(
        len(rows),
        {name: [words[row] for row in rows] if words else words for name, words in table.texts.items()},
        {name: [column[row] for row in rows] for name, column in table.figures.items()},
        {at[row]: tuple(at[r] for r in group) for row, group in table.through.items() if row in at},
        frozenset(at[row] for row in table.incomplete if row in at),
        frozenset(at[row] for row in table.unplaced if row in at),
        {at[row]: tuple(at[r] for r in group) for row, group in table.siblings.items() if row in at},
    )
    return Regrouped(made, tuple(rows), frozenset((at[row], name) for row, name in untold if row in at))
