"""Sections of one coefficient in groups: by area, owner, size and town, and what lies between and within these."""

from collections.abc import Sequence
from fractions import Fraction
from typing import NamedTuple

from junheng.advice.inequality import (
    Parts,
    TheilParts,
    Weighted,
    gini_parts,
    mean,
    square_parts,
    summed,
    theil_parts,
)
from junheng.engine.model import Assessment
from junheng.number import exact

AREA, OWNER, SIZE, TOWN = "area", "owner", "size", "town"
GROUPINGS = (AREA, OWNER, SIZE, TOWN)
PRIVATE, ENTERPRISE, PUBLIC = "private", "enterprise", "public"
QUARTERS = 4


class Member(NamedTuple):
    """One section of a coefficient: its exact value and its pupils."""

    section: int
    value: Fraction
    pupils: Fraction


class Group(NamedTuple):
    """Some sections: `name` is the word that they have in common (for sizes None), None where they have none.

    `span` is the least and the most pupils of a band of sizes.
    """

    name: str | None
    sections: tuple[int, ...]
    pupils: Fraction
    mean: Fraction | None
    square: Fraction | None
    span: tuple[Fraction, Fraction] | None = None


class Grouping(NamedTuple):
    """The sections of one coefficient in groups.

    `square` divides the squared coefficient, weighted as the method does; `theil` and `gini` are weighted by pupils.
    Each is None where it cannot be computed.
    """

    by: str
    groups: tuple[Group, ...]
    square: Parts | None
    theil: TheilParts | None
    gini: Parts | None


def size_bands(assessment: Assessment, sections: Sequence[int]) -> dict[int, tuple[Fraction, Fraction]]:
    """Return for sections of one stage the band of sizes of each: the least and the most pupils of its quarter.

    Quarters of the sections by their pupils, our own grouping and no law. Sections alike are never parted, so that a
    band may hold more or fewer than a quarter.
    """
    students = assessment.divisions.column("students")
    sizes = sorted(exact(n) for i in sections if (n := students[i]))
    if not sizes:
        return {}
    tops = [sizes[-(-len(sizes) * quarter // QUARTERS) - 1] for quarter in range(1, QUARTERS + 1)]
    of_top: dict[Fraction, list[Fraction]] = {}
    for size in sizes:
        of_top.setdefault(next(top for top in tops if size <= top), []).append(size)
    band = {size: (members[0], members[-1]) for members in of_top.values() for size in members}
    return {i: band[exact(n)] for i in sections if (n := students[i])}


def owner_of(word: str | None) -> str | None:
    """Return who runs a school in three words: public (公办), private (民办) or an enterprise; None where not said.

    >>> [owner_of(word) for word in ("county_education", "private", "enterprise", None)]
    ['public', 'private', 'enterprise', None]
    """
    return word if word in (None, PRIVATE, ENTERPRISE) else PUBLIC


def grouping(
    assessment: Assessment,
    by: str,
    members: Sequence[Member],
    bands: dict[int, tuple[Fraction, Fraction]],
    *,
    weighted: bool,
) -> Grouping:
    """Return sections in groups by one of GROUPINGS; those of which it is not said are a group of their own, the last."""
    found: dict[str | tuple[Fraction, Fraction] | None, list[Member]] = {}
    words = assessment.divisions.table.text(by) if by != SIZE else ()
    for member in members:
        if by == SIZE:
            found.setdefault(bands.get(member.section), []).append(member)
        else:
            word = words[member.section] or None
            found.setdefault(owner_of(word) if by == OWNER else word, []).append(member)
    keys = sorted(found, key=lambda key: (key is None, key if isinstance(key, tuple) else ()))
    by_pupils = [[Weighted(m.value, m.pupils) for m in found[key]] for key in keys]
    as_judged = by_pupils if weighted else [[Weighted(m.value, Fraction(1)) for m in found[key]] for key in keys]
    groups = []
    for key, own, judged in zip(keys, by_pupils, as_judged, strict=True):
        name, span = (None, key) if isinstance(key, tuple) else (key, None)
        sections = tuple(m.section for m in found[key])
        square = summed([judged])[0].square
        groups.append(Group(name, sections, sum((m.weight for m in own), Fraction(0)), mean(judged), square, span))
    return Grouping(by, tuple(groups), square_parts(as_judged), theil_parts(by_pupils), gini_parts(by_pupils))
