"""Sections looked at together: the sections of one school, or all of one stage in a county, with their figures added."""

from collections.abc import Mapping, Sequence

from junheng.engine.bars import members
from junheng.engine.model import Divisions, Figure, Indicator, Method, Through


def pooled(divisions: Divisions, pools: Mapping[int, tuple[int, ...]]) -> Divisions:
    """Return the sections with every figure added up over those that each is looked at with.

    A sum is missing where one of its figures is. Sections that stand in no pool keep their own figures, and so do
    figures that hold for every section of a school alike.
    """
    figures: dict[str, Sequence[Figure]] = {}
    groups = set(pools.values())
    for name, own in divisions.figures.items():
        if name in divisions.common:
            figures[name] = own
            continue
        sums: dict[tuple[int, ...], Figure] = {}
        for group in groups:
            parts = [own[section] for section in group]
            sums[group] = None if None in parts else sum(part for part in parts if part is not None)
        column = list(own)
        for section, group in pools.items():
            column[section] = sums[group]
        figures[name] = column
    return divisions._replace(figures=figures, pools=pools)


def views(method: Method, divisions: Divisions, judged: Sequence[int], *, whole_county: bool) -> dict[str, Divisions]:
    """Return, by id, how each rule looks at the sections where that is not each by its own.

    A rule that is measured over a county has no figures unless the table holds the whole county.
    """
    made: dict[str, Divisions] = {}
    result: dict[str, Divisions] = {}
    for rule in method.nodes():
        mode = "county" if rule.pooled else rule.through.value
        if mode == Through.DIVIDED.value:
            continue
        if mode not in made:
            made[mode] = _view(mode, divisions, judged, whole_county=whole_county)
        result[rule.id] = made[mode]
    return result


def _view(mode: str, divisions: Divisions, judged: Sequence[int], *, whole_county: bool) -> Divisions:
    if mode in (Through.SUM.value, Through.COMPULSORY.value):
        return pooled(divisions, members(divisions))
    if mode == Through.WHOLE.value:
        return pooled(divisions, divisions.table.siblings)
    if not whole_county:
        return divisions._replace(figures={})
    counties, stages = divisions.table.text("county"), divisions.table.text("stage")
    groups: dict[tuple[str | None, str | None], list[int]] = {}
    for section in judged:
        groups.setdefault((counties[section], stages[section]), []).append(section)
    return pooled(divisions, {section: tuple(group) for group in groups.values() for section in group})


def circumstances_of(indicator: Indicator, divisions: Divisions, view: Divisions) -> Divisions:
    """Return the sections by whose figures the bars are chosen: those of the whole school where it is one."""
    return view if indicator.through in (Through.WHOLE, Through.COMPULSORY) else divisions
