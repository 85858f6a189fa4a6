"""One county over the years: which schools newly meet, fall back, come and go; what falls or is near its line. Exact."""

from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from fractions import Fraction
from itertools import pairwise
from typing import NamedTuple

from junheng.engine.model import Assessment, CountyVerdict, Indicator, Outcome, all_of
from junheng.engine.values import exact_value


class YearOf(NamedTuple):
    """One county in one year. `judging` are those who judge its schools: the method, or the province's standards."""

    year: int
    judging: tuple[Assessment, ...]
    county: CountyVerdict


class Link(NamedTuple):
    """The sections that are the same from one year to the next: several where schools were merged or split.

    Nothing before: new in the table; nothing now: no longer in it. `on_record`: a change on record says so.
    """

    before: tuple[int, ...]
    now: tuple[int, ...]
    on_record: bool = False

    @property
    def single(self) -> bool:
        """Whether one section was one section."""
        return len(self.before) == len(self.now) == 1


class Stand(NamedTuple):
    """What is said of sections in a year: met, not met or undecided; `judged` False where they are left out."""

    passed: bool | None
    judged: bool = True


class Turn(StrEnum):
    """What became of sections from one year to the next."""

    NEWLY_MET = "newly_met"
    NEWLY_FAILING = "newly_failing"
    NOW_UNDECIDED = "now_undecided"
    NO_LONGER_JUDGED = "no_longer_judged"
    NOW_JUDGED = "now_judged"
    VANISHED = "vanished"
    APPEARED = "appeared"
    SAME = "same"


class Turned(NamedTuple):
    """A link with what became of it; None where it is not there."""

    link: Link
    turn: Turn
    before: Stand | None
    now: Stand | None


class Counts(NamedTuple):
    """The sections of a county by their verdicts."""

    judged: int
    met: int
    unmet: int
    undecided: int


def stand(judging: Sequence[Assessment], rows: Sequence[int]) -> Stand:
    """Return the standing of sections: met where all that are judged are met by everyone who judges them."""
    found = [a.passed[i] for a in judging for i in rows if a.left_out[i] is None]
    return Stand(all_of(found), bool(found))


def counts(of: YearOf) -> Counts | None:
    """Count the sections of a county by their verdicts; None where no single school is judged."""
    if not of.judging:
        return None
    stands = [stand(of.judging, (i,)) for i in of.county.sections]
    judged = [s.passed for s in stands if s.judged]
    return Counts(len(judged), judged.count(True), judged.count(False), judged.count(None))


def turned(before: YearOf, now: YearOf, link: Link) -> Turned:
    """Say what became of sections from one year to the next."""
    then = stand(before.judging, link.before) if link.before else None
    here = stand(now.judging, link.now) if link.now else None
    return Turned(link, _turn(then, here), then, here)


def _turn(then: Stand | None, here: Stand | None) -> Turn:
    if here is None:
        return Turn.VANISHED
    if then is None:
        return Turn.APPEARED
    if then.judged is not here.judged:
        return Turn.NOW_JUDGED if here.judged else Turn.NO_LONGER_JUDGED
    if not here.judged or then.passed is here.passed:
        return Turn.SAME
    turns = {True: Turn.NEWLY_MET, False: Turn.NEWLY_FAILING, None: Turn.NOW_UNDECIDED}
    return turns[here.passed]


# ------------------------------------------------------------------------------------------------------- warnings


class Rule(NamedTuple):
    """A rule of warnings; `share` is what it asks for, `years` how many in a row, `of` the indicators (None: all)."""

    id: str
    kind: str
    share: Fraction | None = None
    years: int = 1
    of: frozenset[str] | None = None

    def looks_at(self, indicator: str | None) -> bool:
        """Say whether a rule looks at an indicator; the composite has none, and is one of all."""
        return self.of is None or indicator in self.of


class Warned(NamedTuple):
    """A warning for one year: of a section, of a part, or of a coefficient (composite where it has no indicator).

    `seen` are the figures it rests on, the oldest first; `line` is the bar or the limit.
    """

    rule: Rule
    year: int
    row: int | None = None
    part: str | None = None
    stage: str | None = None
    indicator: str | None = None
    seen: tuple[tuple[int, float], ...] = ()
    line: float | None = None


class Untold(NamedTuple):
    """What rules could not look at: `why` is missing_now, missing_before, no_year, regrouped or defined_otherwise."""

    year: int
    row: int | None
    stage: str | None
    indicator: str | None
    why: str


class Over(NamedTuple):
    """A county in the years there are, the oldest first; `links` between each and the one before it."""

    years: tuple[YearOf, ...]
    links: tuple[Sequence[Link], ...]

    def turns(self, at: int) -> list[Turned]:
        """Return what became of the sections of the county to the year at a place; nothing for the first."""
        return [turned(self.years[at - 1], self.years[at], link) for link in self.links[at - 1]] if at else []


_BY_VALUE = ("value_fell", "value_falling", "value_near_bar")


def warned(over: Over, at: int, rules: Sequence[Rule]) -> tuple[list[Warned], list[Untold]]:
    """Return the warnings for the year at a place, and what the rules could not look at."""
    found: list[Warned] = []
    untold: list[Untold] = []
    for rule in rules:
        if rule.kind == "school_fell_back":
            found += _schools(over, at, rule)
        elif rule.kind == "part_fell_back":
            found += _parts(over, at, rule)
        elif rule.kind not in _BY_VALUE:
            found += _coefficients(over, at, rule, untold)
    of_values = [rule for rule in rules if rule.kind in _BY_VALUE]
    if of_values:
        found += _values(over, at, of_values, untold)
    return found, list(dict.fromkeys(untold))


def _schools(over: Over, at: int, rule: Rule) -> Iterator[Warned]:
    for turn in over.turns(at):
        if turn.turn is Turn.NEWLY_FAILING and turn.before is not None and turn.before.passed:
            now = over.years[at]
            for row in turn.link.now:
                if stand(now.judging, (row,)).passed is False:
                    yield Warned(rule, now.year, row)


def _parts(over: Over, at: int, rule: Rule) -> Iterator[Warned]:
    if at:
        before, now = over.years[at - 1].county.parts, over.years[at].county.parts
        for name, passed in now.items():
            if passed is False and before.get(name):
                yield Warned(rule, over.years[at].year, part=name)


Key = tuple[str, str | None]  # stage and indicator; None: the composite


class Coefficient(NamedTuple):
    """A coefficient of one year; where figures are `missing` its value is that of the schools that have one."""

    cv: float | None
    limit: float | None
    passed: bool | None
    missing: int

    @property
    def known(self) -> float | None:
        """The value, where no figure is missing."""
        return None if self.missing else self.cv


def coefficients(county: CountyVerdict) -> dict[Key, Coefficient]:
    """Return the coefficients of a county, the composites last."""
    found: dict[Key, Coefficient] = {}
    for v in county.variations:
        found[v.stage.value, v.indicator] = Coefficient(
            v.cv, None if v.limit is None else float(v.limit.amount), v.passed, v.missing
        )
    for c in county.composites:
        missing = sum(v.missing for v in county.variations if v.stage is c.stage)
        found[c.stage.value, None] = Coefficient(c.cv, float(c.limit.amount), c.passed, missing)
    return found


def _coefficients(over: Over, at: int, rule: Rule, untold: list[Untold]) -> Iterator[Warned]:
    now = over.years[at]
    every = [coefficients(of.county) for of in over.years[: at + 1]]
    for key, found in every[-1].items():
        if not rule.looks_at(key[1]):
            continue
        if found.known is None:
            untold.append(Untold(now.year, None, *key, "missing_now"))
            continue
        limit = found.limit
        if rule.kind == "coefficient_near_limit":
            if limit is not None and found.passed and found.known >= limit * (1 - float(rule.share or 0)):
                yield Warned(rule, now.year, None, None, *key, ((now.year, found.known),), limit)
            continue
        length = rule.years if rule.kind == "coefficient_rising" else 1
        if at < length:
            continue
        seen = _seen(over, every, key, length)
        if seen is None:
            untold.append(Untold(now.year, None, *key, _why_not(over, at, length)))
        elif rule.kind == "coefficient_rising":
            if all(b[1] > a[1] for a, b in pairwise(seen)):
                yield Warned(rule, now.year, None, None, *key, seen, limit)
        elif found.passed is False and every[-2][key].passed:
            yield Warned(rule, now.year, None, None, *key, seen, limit)


def _seen(
    over: Over, every: Sequence[Mapping[Key, Coefficient]], key: Key, length: int
) -> tuple[tuple[int, float], ...] | None:
    """Return a coefficient in the last years, one after the other where there are several; None where one lacks."""
    years = [of.year for of in over.years[: len(every)]][-length - 1 :]
    found = [of[key].known if key in of else None for of in every[-length - 1 :]]
    if None in found or (length > 1 and years[-1] - years[0] != length):
        return None
    return tuple((year, cv) for year, cv in zip(years, found, strict=True) if cv is not None)


def _why_not(over: Over, at: int, length: int) -> str:
    gap = length > 1 and over.years[at].year - over.years[at - length].year != length
    return "no_year" if gap else "missing_before"


def _leaves(of: YearOf) -> Mapping[str, tuple[Assessment, Indicator]]:
    """Return the indicators that have a value, and who judges by them."""
    return {leaf.id: (a, leaf) for a in of.judging for leaf in a.method.leaves() if not (leaf.flag or leaf.words)}


def _defined(leaf: Indicator) -> tuple[object, ...]:
    return leaf.of, leaf.less, leaf.to, leaf.to_less, leaf.times, leaf.each, leaf.per, leaf.at_most


def _back(over: Over, at: int, row: int, length: int) -> tuple[list[tuple[int, int]], str]:
    """Return a section in the years before, the nearest first, as place and row; and why there are no more."""
    found: list[tuple[int, int]] = []
    for place in range(at, at - length, -1):
        if place <= 0:
            return found, "begins"  # the years asked for begin here
        if length > 1 and over.years[place].year - over.years[place - 1].year != 1:
            return found, "no_year"
        link = next((link for link in over.links[place - 1] if row in link.now), None)
        if link is None or not link.before:
            return found, "new"
        if not link.single:
            return found, "regrouped"
        row = link.before[0]
        found.append((place - 1, row))
    return found, ""


def _values(over: Over, at: int, rules: Sequence[Rule], untold: list[Untold]) -> Iterator[Warned]:
    now = over.years[at]
    leaves = [_leaves(of) for of in over.years]
    for name, (judged, leaf) in leaves[at].items():
        for row in now.county.sections:
            outcome = judged.outcomes[name][row]
            wanted = [rule for rule in rules if rule.looks_at(name)]
            if not wanted or judged.left_out[row] is not None or outcome is Outcome.EXEMPT:
                continue
            value = exact_value(judged.view(leaf), leaf, row)
            if value is None:
                untold.append(Untold(now.year, row, None, name, "missing_now"))
                continue
            for rule in wanted:
                if rule.kind == "value_near_bar":
                    yield from _near(now, judged, leaf, row, value, rule)
                else:
                    yield from _fell(over, at, leaves, leaf, row, value, rule, untold)


def _near(now: YearOf, judged: Assessment, leaf: Indicator, row: int, value: Fraction, rule: Rule) -> Iterator[Warned]:
    bar = judged.bars[leaf.id][row]
    if judged.outcomes[leaf.id][row] is not Outcome.MET or bar is None or not bar.amount:
        return
    room = bar.amount - value if leaf.at_most else value - bar.amount
    if 0 <= room <= bar.amount * (rule.share or 0):
        yield Warned(rule, now.year, row, None, None, leaf.id, ((now.year, float(value)),), float(bar.amount))


def _fell(
    over: Over,
    at: int,
    leaves: Sequence[Mapping[str, tuple[Assessment, Indicator]]],
    leaf: Indicator,
    row: int,
    value: Fraction,
    rule: Rule,
    untold: list[Untold],
) -> Iterator[Warned]:
    length = rule.years if rule.kind == "value_falling" else 1
    path, lacking = _back(over, at, row, length)
    year = over.years[at].year
    if lacking:
        if lacking in ("regrouped", "no_year"):
            untold.append(Untold(year, row, None, leaf.id, lacking))
        return
    seen = [(year, value)]
    for place, earlier in path:
        found = leaves[place].get(leaf.id)
        if found is None or _defined(found[1]) != _defined(leaf):
            untold.append(Untold(year, row, None, leaf.id, "defined_otherwise"))
            return
        if found[0].left_out[earlier] is not None:
            return
        before = exact_value(found[0].view(found[1]), found[1], earlier)
        if before is None:
            untold.append(Untold(year, row, None, leaf.id, "missing_before"))
            return
        seen.insert(0, (over.years[place].year, before))
    falls = [(a - b if not leaf.at_most else b - a) for (_, a), (_, b) in pairwise(seen)]
    least = seen[0][1] * rule.share if rule.share is not None else Fraction(0)
    if all(fall > least for fall in falls):
        shown = tuple((y, float(v)) for y, v in seen)
        yield Warned(rule, year, row, None, None, leaf.id, shown)


def continued(points: Sequence[tuple[int, float]], year: int) -> float | None:
    """Return where the straight line through points (least squares) stands in a year; None for fewer than two points.

    An extrapolation, not a forecast and no verdict.

    >>> continued([(2021, 10.0), (2022, 12.0), (2023, 14.0)], 2025)
    18.0
    """
    if len(points) < 2:  # noqa: PLR2004 - a line
        return None
    middle = Fraction(sum(y for y, _ in points), len(points))
    mean = sum((Fraction(v) for _, v in points), Fraction(0)) / len(points)
    spread = sum((y - middle) ** 2 for y, _ in points)
    slope = sum(((y - middle) * (Fraction(v) - mean) for y, v in points), Fraction(0)) / spread
    return float(mean + slope * (year - middle))
