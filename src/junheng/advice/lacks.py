"""What a section lacks in one indicator, and where it is added: to the section, or to the school that shares it."""

from collections.abc import Iterator
from enum import StrEnum
from fractions import Fraction
from math import ceil, floor
from typing import NamedTuple

from junheng.engine.findings import finding
from junheng.engine.model import Assessment, Divisions, Finding, Indicator, Outcome
from junheng.engine.values import exact_scale, terms

BELOW = (Outcome.CLOSE, Outcome.UNMET)


class Obstacle(StrEnum):
    """Why an indicator is not brought to its bar by adding a figure."""

    CEILING = "ceiling"  # there is too much, not too little
    FLAG = "flag"  # a yes-or-no
    GROUP = "group"  # a group of rules
    LEVEL = "level"  # a level in words
    COUNTY = "county"  # measured over all sections of the county
    BOUND = "bound"  # the figure is also what its value is measured by
    STRICT = "strict"  # on the line is not enough, and there is no least amount beyond it


class Place(NamedTuple):
    """Where a figure is added: the field, and the rows that state it together (all of a school that shares it)."""

    rows: tuple[int, ...]
    field: str


class Lack(NamedTuple):
    """One indicator of one section that misses its bar.

    `to_bar` and `to_floor` are what has to be added at `place`, in the unit of its field, so that this section reaches
    its bar, or the share of it that the others must reach (None where the method asks for none): of a shared figure
    more than the section itself lacks, for it gets its share only. Whole where the figure is counted in persons or
    things, else exact. `required` is what this section needs there in all. `obstacle`: it is not served by adding, and
    there is neither place nor amount.
    """

    section: int
    finding: Finding
    place: Place | None = None
    to_bar: Fraction | None = None
    to_floor: Fraction | None = None
    required: Fraction | None = None
    obstacle: Obstacle | None = None

    @property
    def indicator(self) -> Indicator:
        """The indicator."""
        return self.finding.indicator


def lacks(assessment: Assessment, section: int) -> Iterator[Lack]:
    """Yield what a section lacks, in the order of the indicators."""
    for indicator in assessment.method.indicators:
        if assessment.outcomes[indicator.id][section] in BELOW:
            yield _lack(assessment, indicator, section)


def _lack(assessment: Assessment, indicator: Indicator, section: int) -> Lack:
    found = finding(assessment, indicator, section)
    view = assessment.view(indicator)
    field = (
        None if indicator.rules else next((name for sign, name in terms(view, indicator, section) if sign > 0), None)
    )
    obstacle = _obstacle(indicator, field)
    if obstacle is not None or field is None or found.bar is None or found.value is None:
        return Lack(section, found, obstacle=obstacle or Obstacle.GROUP)
    rows, share = _whose(assessment, view, section, field)
    scale = exact_scale(view, indicator, section) or Fraction(1)
    numerator = found.value * scale
    required = found.bar.amount * scale

    def amount(line: Fraction, *, beyond: bool = False) -> Fraction:
        missing = (line * scale - numerator) / share
        if not indicator.counts:
            return max(missing, Fraction(0))
        return Fraction(max(floor(missing) + 1 if beyond else ceil(missing), 0))

    lowest = found.bar.floor
    return Lack(
        section,
        found,
        Place(rows, field),
        amount(found.bar.amount, beyond=indicator.strict),
        None if lowest is None else amount(lowest),
        required / share,
    )


def _obstacle(indicator: Indicator, field: str | None) -> Obstacle | None:
    measured_by = (indicator.to, indicator.each, indicator.times, *indicator.to_less)
    return next(
        (
            obstacle
            for obstacle, there in (
                (Obstacle.GROUP, bool(indicator.rules)),
                (Obstacle.FLAG, indicator.flag),
                (Obstacle.LEVEL, bool(indicator.words)),
                (Obstacle.CEILING, indicator.at_most),
                (Obstacle.COUNTY, indicator.pooled),
                (Obstacle.BOUND, field is None or field in measured_by),
                (Obstacle.STRICT, indicator.strict and not indicator.counts),
            )
            if there
        ),
        None,
    )


def _whose(assessment: Assessment, view: Divisions, section: int, field: str) -> tuple[tuple[int, ...], Fraction]:
    """Return the rows that a figure is added to, and the share of it that counts for the section."""
    divisions = assessment.divisions
    table = divisions.table
    pool = view.pools.get(section, (section,))
    school = tuple(row for row in table.through.get(section, ()) if row in table.through) or (section,)
    if field in divisions.common:
        return school, Fraction(1)
    if field in divisions.divided and section in divisions.shares:
        return school, sum((divisions.shares.get(member, Fraction(0)) for member in pool), Fraction(0))
    return pool, Fraction(1)
