"""What is lacking, and the least that makes every section meet the school rule: which indicators may stay at the floor."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from fractions import Fraction
from math import ceil
from typing import NamedTuple

from junheng.advice.changes import Add, sections_changed
from junheng.advice.lacks import Lack, Place, lacks
from junheng.advice.least import Need, least
from junheng.engine.divisions import divide
from junheng.engine.model import Assessment, Grade, Outcome
from junheng.engine.school import assess, grade_holds, within_limits

HUNDREDTHS = 100  # the cent of a yuan, the hundredth of a square metre


class Standing(StrEnum):
    """How a section stands to the school rule."""

    MET = "met"  # it meets it
    CHOSEN = "chosen"  # it does not, and what is added makes it
    UNDECIDED = "undecided"  # figures are missing, or its stage or type cannot be told
    NOT_BY_ADDING = "not_by_adding"  # what fails it is not served by adding
    BY_RULE = "by_rule"  # the rule counts points or levels, or is not known: no choice is reckoned
    NO_RULE = "no_rule"  # the method judges no single school


class SectionGaps(NamedTuple):
    """One section: how it stands, what it lacks, and the indicators without usable figures."""

    section: int
    standing: Standing
    lacks: tuple[Lack, ...] = ()
    missing: tuple[str, ...] = ()


class Addition(NamedTuple):
    """So much more of a figure at one place, once for all indicators and sections that need it there.

    `lacks` are those that it serves. `yuan` is what it costs, None where its field has no price.
    """

    place: Place
    amount: Fraction
    lacks: tuple[Lack, ...]
    yuan: Fraction | None


class Bill(NamedTuple):
    """What is added. `yuan` adds up what has a price, None where nothing has; `unpriced` are the fields without one.

    With such a field the sum is a lower bound.
    """

    additions: tuple[Addition, ...] = ()
    yuan: Fraction | None = None
    unpriced: tuple[str, ...] = ()


class Choice(NamedTuple):
    """The least that makes all its sections of one school meet the rule.

    `left` are the lacks that stay below their bar (at the floor where one must be reached), `grades` the names of the
    grades reached. `by_money`: least in money; otherwise, for want of prices, in shares of what is required.
    `confirmed` says that the method, asked again with the additions made, passes every one of the sections.
    """

    sections: tuple[int, ...]
    left: tuple[Lack, ...]
    bill: Bill
    grades: tuple[str | None, ...]
    by_money: bool
    confirmed: bool = True


class Gaps(NamedTuple):
    """All sections that are judged, the choice for every school that needs one, and what all bars would take."""

    sections: tuple[SectionGaps, ...]
    choices: tuple[Choice, ...]
    to_bars: Bill
    chosen: Bill


def gaps_of(assessment: Assessment, sections: Sequence[int], prices: Mapping[str, Fraction]) -> Gaps:
    """Return the gaps of some sections, which hold every school whole; `prices` are yuan for one more of a field.

    What all bars would take covers every gap that is served by adding, of sections that pass and of undecided ones too.
    """
    found = tuple(_section(assessment, i) for i in sections if assessment.left_out[i] is None)
    by_section = {one.section: one for one in found}
    failing = [one.section for one in found if one.standing is Standing.CHOSEN]
    schools = _schools(assessment, failing)
    choices = [_choice(assessment, [by_section[i] for i in school], prices) for school in schools]
    every = [lack for one in found for lack in one.lacks if lack.place is not None]
    to_bars = _bill(((lack, lack.to_bar or Fraction(0)) for lack in every), prices)
    additions = tuple(addition for choice in choices for addition in choice.bill.additions)
    return Gaps(found, tuple(choices), to_bars, sum_of(additions))


def sum_of(additions: Iterable[Addition]) -> Bill:
    """Return additions with their sum in money."""
    all_of_them = tuple(additions)
    known = [addition.yuan for addition in all_of_them if addition.yuan is not None]
    unpriced = dict.fromkeys(addition.place.field for addition in all_of_them if addition.yuan is None)
    return Bill(all_of_them, sum(known, Fraction(0)) if known else None, tuple(unpriced))


def _section(assessment: Assessment, section: int) -> SectionGaps:
    if section in assessment.divisions.table.unplaced:
        return SectionGaps(section, Standing.UNDECIDED)
    found = tuple(lacks(assessment, section))
    outcomes = {i.id: assessment.outcomes[i.id][section] for i in assessment.method.indicators}
    missing = tuple(name for name, outcome in outcomes.items() if outcome is Outcome.MISSING)
    return SectionGaps(section, _standing(assessment, section, found), found, missing)


def _standing(assessment: Assessment, section: int, found: Sequence[Lack]) -> Standing:
    if assessment.method.school_rule is None:
        return Standing.NO_RULE
    passed = assessment.passed[section]
    if passed:
        return Standing.MET
    grades = _passing(assessment)
    if not any(_counts(grade) for grade in grades):
        return Standing.BY_RULE
    if passed is None:
        return Standing.UNDECIDED
    if any(_most_left(assessment, section, found, grade) is not None for grade in grades if _counts(grade)):
        return Standing.CHOSEN
    if any(assessment.outcomes[i.id][section] is Outcome.MISSING for i in assessment.method.indicators):
        return Standing.UNDECIDED  # it fails, and what would make it pass cannot be told without the figure
    return Standing.NOT_BY_ADDING if all(map(_counts, grades)) else Standing.BY_RULE


def _passing(assessment: Assessment) -> list[Grade]:
    rule = assessment.method.school_rule
    return [] if rule is None else [grade for grade in rule.grades if grade.passes]


def _counts(grade: Grade) -> bool:
    """Say whether a grade asks for nothing but outcomes."""
    return grade.known and grade.points_at_least is None and not grade.levels


def _most_left(assessment: Assessment, section: int, found: Sequence[Lack], grade: Grade) -> int | None:
    """Return how many of the indicators that can be brought to their bar may stay below it; None where all is too few."""
    rule, indicators = assessment.method.school_rule, assessment.method.indicators
    served = {lack.indicator.id for lack in found if lack.place is not None}
    fixed = [i for i in indicators if i.id not in served]
    outcomes = [assessment.outcomes[i.id][section] for i in fixed]
    if rule is None or within_limits(outcomes, fixed) is not True:
        return None
    for left in range(len(served), -1, -1):
        reached = [*outcomes, *[Outcome.MET] * (len(served) - left), *[Outcome.CLOSE] * left]
        if grade_holds(reached, grade, exempt_counts=rule.exempt_counts) is True:
            return left
    return None


def _schools(assessment: Assessment, sections: Sequence[int]) -> Iterator[tuple[int, ...]]:
    """Yield sections by the school that they are of, or are looked at together with."""
    table = assessment.divisions.table
    wanted, taken = set(sections), set()
    for section in sections:
        if section in taken:
            continue
        school = {section, *table.siblings.get(section, ()), *table.through.get(section, ())} & wanted
        taken |= school
        yield tuple(sorted(school))


def _choice(assessment: Assessment, school: Sequence[SectionGaps], prices: Mapping[str, Fraction]) -> Choice:
    """Return the least for one school: over the grades that each of its sections may reach, by money where it can be."""
    served = [[lack for lack in one.lacks if lack.place is not None] for one in school]
    places = {lack.place for own in served for lack in own if lack.place is not None}
    by_money = all(place.field in prices for place in places)
    weights = {place: prices[place.field] if by_money else _by_share(served, place) for place in places}
    ways: list[list[tuple[Grade, tuple[Need, ...], int]]] = []
    for one, own in zip(school, served, strict=True):
        ways.append([])
        for grade in filter(_counts, _passing(assessment)):
            most = _most_left(assessment, one.section, one.lacks, grade)
            if most is not None:
                ways[-1].append((grade, tuple(_need(lack, grade) for lack in own), most))
    best = least(ways, weights)
    amounts = [
        (lack, need.left or Fraction(0) if at in best.left[nth] else need.bar)
        for nth, (own, (_, needs, _)) in enumerate(zip(served, best.ways, strict=True))
        for at, (lack, need) in enumerate(zip(own, needs, strict=True))
    ]
    left = tuple(own[at] for nth, own in enumerate(served) for at in sorted(best.left[nth]))
    grades = tuple(grade.name for grade, _, _ in best.ways)
    return Choice(tuple(one.section for one in school), left, _bill(amounts, prices), grades, by_money)


def _need(lack: Lack, grade: Grade) -> Need:
    """Return what a lack takes at its place: to its bar, and where it may stay below that (None where it may not)."""
    if lack.place is None:
        raise ValueError(lack)
    at_floor = grade.others_reach is not None or bool(lack.indicator.limits)
    return Need(lack.place, lack.to_bar or Fraction(0), lack.to_floor if at_floor else Fraction(0))


def _by_share(served: Sequence[Sequence[Lack]], place: Place) -> Fraction:
    """Return the weight of one more at a place: its share of what is required there."""
    required = max((lack.required or Fraction(0) for own in served for lack in own if lack.place == place), default=0)
    return 1 / Fraction(required) if required else Fraction(0)


def _bill(amounts: Iterable[tuple[Lack, Fraction]], prices: Mapping[str, Fraction]) -> Bill:
    """Return what is added at each place: the most that any section or indicator needs there."""
    by_place: dict[Place, list[tuple[Lack, Fraction]]] = {}
    for lack, amount in amounts:
        if lack.place is not None and amount:
            by_place.setdefault(lack.place, []).append((lack, amount))
    additions = []
    for place, needs in by_place.items():
        most = max(amount for _, amount in needs)
        price = prices.get(place.field)
        additions.append(Addition(place, most, tuple(n for n, _ in needs), None if price is None else price * most))
    return sum_of(additions)


def confirm(
    assessment: Assessment,
    counties: Sequence[Gaps],
    shared: frozenset[str],
    sums: Mapping[str, tuple[str, ...]],
    *,
    whole_county: bool,
) -> list[Gaps]:
    """Return the gaps of counties whose choices are confirmed, or not, by judging the table with everything added.

    Amounts that are not counted are added rounded up to hundredths: no table holds a third of a square metre. `shared`
    and `sums` are as in `sections_changed`. Not confirmed is a choice whose additions change another figure's outcome.
    """
    adds = [
        Add(addition.place.rows[0], addition.place.field, Fraction(ceil(addition.amount * HUNDREDTHS), HUNDREDTHS))
        for gaps in counties
        for choice in gaps.choices
        for addition in choice.bill.additions
    ]
    if not adds:
        return list(counties)
    method, table = assessment.method, assessment.divisions.table
    changed = sections_changed(table, adds, shared, sums)
    passed = assess(method, divide(changed, method.pupil_weight, method.divided), whole_county=whole_county).passed

    def confirmed(choice: Choice) -> Choice:
        return choice._replace(confirmed=all(passed[i] is True for i in choice.sections))

    return [gaps._replace(choices=tuple(map(confirmed, gaps.choices))) for gaps in counties]
