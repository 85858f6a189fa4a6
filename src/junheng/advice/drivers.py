"""What drives a coefficient of variation (差异系数): each section's share of it, and the coefficient without it. Exact."""

from collections.abc import Sequence
from fractions import Fraction
from typing import NamedTuple

from junheng.advice.grouping import GROUPINGS, Grouping, Member, grouping, size_bands
from junheng.advice.inequality import Sums, Weighted, mean, square_of, summed
from junheng.engine.model import Assessment, Composite, CountyVerdict, Indicator, Stage, Variation, VariationRule
from junheng.engine.values import exact_value
from junheng.engine.variation import composite_of, counted_in, precise_root, within
from junheng.number import exact


class Driver(NamedTuple):
    """One section in one coefficient.

    `share` is its part of the squared coefficient, w (v − mean)² over the sum of the same: from 0 to 1, all adding up
    to exactly 1; None where all sections are alike. `above` says on which side of the mean it lies, None on it.
    `square` is the squared coefficient without it, None where that cannot be computed; `passed` the verdict without it,
    None where nothing is decided.
    """

    section: int
    value: Fraction
    weight: Fraction
    share: Fraction | None
    above: bool | None
    square: Fraction | None
    passed: bool | None


class Drivers(NamedTuple):
    """One coefficient of one stage: its exact mean and square, its sections by their share, and groups of them.

    Mean and square are None where there is nothing to compute from. `groupings` are those of `grouping.GROUPINGS`.
    """

    variation: Variation
    mean: Fraction | None
    square: Fraction | None
    drivers: tuple[Driver, ...]
    groupings: tuple[Grouping, ...]


class CompositeDriver(NamedTuple):
    """One section in a composite: the composite without it, and its verdict; None where there is none."""

    section: int
    cv: Fraction | None
    passed: bool | None


class CompositeDrivers(NamedTuple):
    """One composite of one stage, and its sections by how far it falls without them."""

    composite: Composite
    drivers: tuple[CompositeDriver, ...]


class CountyDrivers(NamedTuple):
    """All coefficients and composites of one county; `without` are the indicators that have no coefficient."""

    county: CountyVerdict
    coefficients: tuple[Drivers, ...]
    composites: tuple[CompositeDrivers, ...]
    without: tuple[str, ...]


def left_out_squares(of: Sums) -> list[Fraction | None]:
    """Return the squared coefficient without each section in turn, exact, from the sums over all of them.

    None where no pupils or no mean are left.

    >>> one, two, far = (Weighted(Fraction(v), Fraction(1)) for v in (1, 1, 4))
    >>> [str(square) for square in left_out_squares(summed([[one, two, far]])[0])]
    ['9/25', '9/25', '0']
    """
    return [square_of(of.weight - w, of.amount - w * v, of.second - w * v * v) for v, w in of.pairs]


def shares(of: Sums) -> list[Fraction] | None:
    """Return each section's part of the squared coefficient; None where all are alike, or there is no weight.

    >>> [str(share) for share in shares(summed([[Weighted(Fraction(v), Fraction(1)) for v in (1, 2, 6)]])[0])]
    ['2/7', '1/14', '9/14']
    """
    parts = [w * (v * of.weight - of.amount) ** 2 for v, w in of.pairs]
    whole = sum(parts)
    return [Fraction(part, whole) for part in parts] if whole else None


def drive(
    assessment: Assessment,
    variation: Variation,
    sections: Sequence[int],
    rule: VariationRule,
    bands: dict[int, tuple[Fraction, Fraction]],
) -> Drivers:
    """Return what drives one coefficient over the sections of its stage; `bands` are their size bands."""
    indicator = next(i for i in assessment.method.indicators if i.id == variation.indicator)
    members = _members(assessment, indicator, sections)
    weighted = [Weighted(m.value, m.pupils if rule.weighted else Fraction(1)) for m in members]
    sums = summed([weighted])[0]
    average = mean(weighted)
    parts: Sequence[Fraction | None] = shares(sums) or [None] * len(members)
    drivers = [
        Driver(
            member.section,
            member.value,
            own.weight,
            part,
            None if average is None or member.value == average else member.value > average,
            without,
            _passed(without, variation, len(members) - 1, rule),
        )
        for member, own, part, without in zip(members, weighted, parts, left_out_squares(sums), strict=True)
    ]
    drivers.sort(key=lambda d: d.share or Fraction(0), reverse=True)
    groupings = tuple(grouping(assessment, by, members, bands, weighted=rule.weighted) for by in GROUPINGS)
    return Drivers(variation, average, sums.square, tuple(drivers), groupings)


def _members(assessment: Assessment, indicator: Indicator, sections: Sequence[int]) -> list[Member]:
    students = assessment.divisions.column("students")
    found = []
    for section in counted_in(assessment, indicator, sections):
        value = exact_value(assessment.divisions, indicator, section)
        found.append(Member(section, value or Fraction(0), exact(students[section] or 0.0)))
    return found


def _passed(square: Fraction | None, variation: Variation, count: int, rule: VariationRule) -> bool | None:
    """Return the verdict on a coefficient over `count` sections; a figure that is missing leaves it open as before."""
    if square is None or variation.limit is None or variation.missing or (count == 1 and not rule.single_decided):
        return None
    return within(square, variation.limit, rule.rounding)


def drive_composite(composite: Composite, coefficients: Sequence[Drivers], rule: VariationRule) -> CompositeDrivers:
    """Return what drives the composite of one stage: that over the coefficients of all its indicators."""
    open_ = any(c.variation.missing for c in coefficients)
    whole = [None if c.square is None else precise_root(c.square) for c in coefficients]
    without = [{d.section: d.square for d in c.drivers} for c in coefficients]
    found = []
    for section in dict.fromkeys(d.section for c in coefficients for d in c.drivers):
        roots = []
        for own, squares in zip(whole, without, strict=True):
            square = squares.get(section)
            roots.append(own if section not in squares else None if square is None else precise_root(square))
        known = [root for root in roots if root is not None]
        if not roots or len(known) < len(roots):
            found.append(CompositeDriver(section, None, None))
            continue
        cv = composite_of(known, rule.parts_rounding)
        alone = any(len(c.drivers) - (section in s) == 1 for c, s in zip(coefficients, without, strict=True))
        undecided = open_ or (alone and not rule.single_decided)
        passed = None if undecided else within(cv**2, composite.limit, rule.rounding)
        found.append(CompositeDriver(section, cv, passed))
    found.sort(key=lambda d: (d.cv is None, d.cv or Fraction(0)))
    return CompositeDrivers(composite, tuple(found))


def drivers_of(assessment: Assessment, county: CountyVerdict) -> CountyDrivers:
    """Return what drives every coefficient and every composite of one county, in the order of its verdict."""
    rule, method = assessment.method.variation, assessment.method
    without = tuple(i.id for i in method.indicators if rule is None or not i.simple)
    if rule is None:
        return CountyDrivers(county, (), (), without)
    stages = assessment.divisions.table.text("stage")
    found: list[Drivers] = []
    by_stage: dict[Stage, list[int]] = {}
    for variation in county.variations:
        stage = variation.stage
        of_stage = by_stage.setdefault(stage, [i for i in county.judged if stages[i] == stage])
        found.append(drive(assessment, variation, of_stage, rule, size_bands(assessment, of_stage)))
    composites = [
        drive_composite(c, [d for d in found if d.variation.stage == c.stage], rule) for c in county.composites
    ]
    return CountyDrivers(county, tuple(found), tuple(composites), without)
