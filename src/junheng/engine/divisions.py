"""Division (拆分): what a through-school shares is divided among its sections by weighted pupils."""

from collections.abc import Mapping
from fractions import Fraction

from junheng.engine.model import Divisions, Figure, SchoolTable, Stage
from junheng.number import exact


def shares(students: Mapping[Stage, Fraction], weight: Mapping[Stage, Fraction]) -> dict[Stage, Fraction]:
    """Return the exact share of each stage in what its school shares: weighted pupils over all weighted pupils.

    Between 0 and 1, adding up to 1; empty where the school has no pupils at all.
    Source: 测算均衡系数拆分公式, whose example divides 23,226 books between 166 primary and 210 junior pupils.

    >>> part = shares({Stage.PRIMARY: Fraction(166), Stage.JUNIOR: Fraction(210)},
    ...               {Stage.PRIMARY: Fraction(1), Stage.JUNIOR: Fraction("1.1")})
    >>> [round(float(23226 * share), 3) for share in part.values()]
    [9711.627, 13514.373]
    """
    weighted = {stage: count * weight[stage] for stage, count in students.items()}
    total = sum(weighted.values())
    return {stage: part / total for stage, part in weighted.items()} if total else {}


def divide(table: SchoolTable, weight: Mapping[Stage, Fraction], divided: frozenset[str]) -> Divisions:
    """Divide the shared figures of every through-school.

    A school is not divided where a section or its pupils are missing: its shared figures are then missing too, for a
    guess would credit one section with what belongs to another. A section without pupils gets nothing.
    """
    students = table.column("students")
    stages = table.text("stage")
    share_of: dict[int, Fraction] = {}
    undivided: set[int] = set(table.incomplete)
    for section, siblings in table.through.items():
        if section in share_of or section in undivided:
            continue
        pupils = {sibling: students[sibling] for sibling in siblings}
        known = {Stage(stages[s] or ""): exact(n) for s, n in pupils.items() if n is not None and stages[s]}
        parts = shares(known, weight) if len(known) == len(siblings) and weight.keys() >= known.keys() else {}
        if not parts or undivided.intersection(siblings):
            undivided.update(s for s in siblings if s in table.through)
        else:  # a section whose figures are given divided keeps them
            share_of.update((s, parts[Stage(stages[s] or "")]) for s in siblings if s in table.through)
    if not share_of and not undivided:
        return Divisions(table, table.figures, {}, divided)
    parts_of = [(section, share.numerator, share.denominator) for section, share in share_of.items()]
    figures: dict[str, list[Figure]] = {name: list(figure) for name, figure in table.figures.items()}
    for name in divided & figures.keys():
        figure = figures[name]
        for section, numerator, denominator in parts_of:
            whole = figure[section]
            figure[section] = None if whole is None else whole * numerator / denominator
        for section in undivided:
            figure[section] = None
    return Divisions(table, figures, share_of, divided)


def exact_figure(divisions: Divisions, name: str, section: int) -> Fraction | None:
    """Return one divided figure, exact; None where nothing usable was reported. That of a pool is the exact sum."""
    if name not in divisions.figures or divisions.figures[name][section] is None:
        return None
    if section in divisions.pools and name not in divisions.common:
        parts = [_own_figure(divisions, name, member) for member in divisions.pools[section]]
        return None if None in parts else sum((part for part in parts if part is not None), Fraction(0))
    return _own_figure(divisions, name, section)


def _own_figure(divisions: Divisions, name: str, section: int) -> Fraction | None:
    reported = divisions.table.figures[name][section]
    if reported is None:
        return None
    share = divisions.shares.get(section) if name in divisions.divided else None
    return exact(reported) if share is None else exact(reported) * share
