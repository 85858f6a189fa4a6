"""How far a county is from passing: what is known to fail, counted, and added up to one number to rank by."""

from collections.abc import Sequence
from typing import NamedTuple

from junheng.engine.model import Assessment, CountyVerdict, Outcome, PartVerdict, all_of

_UNMET = (Outcome.UNMET, Outcome.CLOSE)


class Tally(NamedTuple):
    """How many of something are judged, and how many of these do not meet what is asked, or cannot be decided."""

    judged: int
    unmet: int
    undecided: int


class Distance(NamedTuple):
    """What keeps a county from passing. `parts`, `schools`, `coefficients` and `items` are tallies.

    `total` has no unit and is the sum of: the share of the judged sections that do not meet the standard; for every
    coefficient (or composite, where that is judged) above its limit, by what share of the limit it is above; for every
    part judged item by item that is not met, the share of its items that are not, or of the points asked for that it
    certainly lacks. 0 where nothing is known to fail, no upper limit. `least`: something is undecided, and the total
    can only be more once it is known. It orders counties and is no measure of law or of money.
    """

    total: float
    least: bool
    parts: Tally
    schools: Tally
    coefficients: Tally
    items: Tally


def excess(coefficient: float, limit: float) -> float:
    """Return by what share of its limit a coefficient is above it; 0 where it is not.

    >>> excess(0.75, 0.5), excess(0.5, 0.5)
    (0.5, 0.0)
    """
    return max(0.0, coefficient / limit - 1) if limit else 0.0


def tally(verdicts: Sequence[bool | None]) -> Tally:
    """Count verdicts.

    >>> tally([True, False, None, False])
    Tally(judged=4, unmet=2, undecided=1)
    """
    return Tally(len(verdicts), sum(v is False for v in verdicts), sum(v is None for v in verdicts))


def schools_of(judging: Sequence[tuple[Assessment, CountyVerdict]]) -> Tally:
    """Count the sections of a county by their verdicts: met where all who judge schools say so, unmet where one denies it.

    `judging` are those who judge schools, each with its own view of the county: the method, or the standards of the
    province where the method leaves schools to these.
    """
    verdicts: dict[int, list[bool | None]] = {}
    for assessment, county in judging:
        for section in county.judged:
            verdicts.setdefault(section, []).append(assessment.passed[section])
    return tally([all_of(found) for found in verdicts.values()])


def _short_of(part: PartVerdict) -> float:
    """Return the share of a part that is not met: of the points asked for, else of its items."""
    if part.passed is not False:
        return 0.0
    asked = part.part.points_at_least
    if asked is not None and part.points is not None and asked.amount:
        return max(0.0, float(1 - part.points[1] / asked.amount))
    unmet = sum(item.outcome in _UNMET for item in part.items)
    return unmet / len(part.items) if part.items else 0.0


def distance(county: CountyVerdict, schools: Tally) -> Distance:
    """Return how far a county is from passing; `schools` are its sections by their verdicts.

    Only parts that were judged count: what nobody filled in is neither far nor near.
    """
    judged = county.composites or county.variations if "variation" in county.parts else ()
    assessed = [part for part in county.by_item if part.assessed]
    asked = "schools" in county.parts
    total = schools.unmet / schools.judged if asked and schools.judged else 0.0
    total += sum(
        excess(found.cv, float(found.limit.amount))
        for found in judged
        if found.passed is False and found.cv is not None and found.limit is not None
    )
    total += sum(map(_short_of, assessed))
    outcomes = [item.outcome for part in assessed for item in part.items]
    items = Tally(
        len(outcomes), sum(o in _UNMET for o in outcomes), sum(outcome is Outcome.MISSING for outcome in outcomes)
    )
    parts = tally(list(county.parts.values()))
    coefficients = tally([found.passed for found in judged])
    of_schools = schools if asked else Tally(schools.judged, 0, 0)
    least = any(t.undecided for t in (parts, of_schools, coefficients, items))
    return Distance(total, least, parts, of_schools, coefficients, items)
