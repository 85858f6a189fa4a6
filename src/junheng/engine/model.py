"""What the engine speaks of: the method of a standard, the table of school sections, and the verdicts.

Tables are kept by column, one list per field and one entry per section (学部), because a province has 200,000 of them:
work is per column before it is per school. A single finding is made on demand from its column entries.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from fractions import Fraction
from typing import NamedTuple

Figure = float | None
"""A reported figure; None where nothing usable was reported. Zero is a figure."""


class Stage(StrEnum):
    """学段."""

    PRIMARY = "primary"  # 小学
    JUNIOR = "junior"  # 初中
    SENIOR = "senior"  # 高中: counted when a school is divided, never judged


class Outcome(StrEnum):
    """The outcome of one indicator for one section."""

    MET = "met"  # 达标
    CLOSE = "close"  # 未达标，但不低于余项要求
    UNMET = "unmet"  # 未达标
    MISSING = "missing"  # 缺数据，无法判定
    EXEMPT = "exempt"  # 不适用: the standard sets no bar here


# ------------------------------------------------------------------------------------------------- the method (办法)


class Bar(NamedTuple):
    """A number of law, exact, and the count of decimals it is written with.

    `inverse` says that the law writes it as 1:N, so that it is shown and rounded as N. `floor` is what a value that
    misses the bar must still reach (not exceed, under a ceiling), where the method asks for that.
    """

    amount: Fraction
    digits: int
    inverse: bool = False
    floor: Fraction | None = None


class Span(NamedTuple):
    """A range of figures, both ends included; None leaves that end open."""

    low: Fraction | None
    high: Fraction | None

    def holds(self, figure: float | Fraction) -> bool:
        """Say whether a figure lies in the range."""
        return (self.low is None or figure >= self.low) and (self.high is None or figure <= self.high)


Condition = Mapping[str, frozenset[str] | Span]
"""A circumstance: a field's words (stage, area, type, owner …) or the range of a figure; all must hold.

A name `a/b` stands for the quotient of two figures, `school.a` for that of the whole school, `UNDATED` for one that
needs a year where none is known.
"""

UNDATED = "?"
SCHOOL_CLASS = "school_class"  # the words of a class of schools, told from other figures
OF_SCHOOL = "school."  # before a field: the figure of the whole school, its sections added up


def fields_of(conditions: Iterable[Condition]) -> list[str]:
    """Return the fields that conditions name, without repetition."""
    names = [part for condition in conditions for name in condition for part in name.split("/")]
    return [name for name in dict.fromkeys(n.removeprefix(OF_SCHOOL) for n in names) if name != UNDATED]


class Term(NamedTuple):
    """A part of a bar that grows with a figure: amount × (figure − beyond) ÷ every, ÷ `over` where that is given.

    `rounding` is up, down or blank, for the count of whole steps of `every`. Below `beyond` the term is 0.
    """

    amount: Fraction
    of: str
    every: Fraction = Fraction(1)
    beyond: Fraction = Fraction(0)
    rounding: str = ""
    over: str | None = None


class Case(NamedTuple):
    """A bar and the circumstance in which it is the bar. `bar` None: the number is not known to us.

    `at` places the bar on the axis that bars are read between: a field, and the point or band of it.
    """

    when: Condition
    bar: Bar | None
    at: tuple[str, Span] | None = None
    terms: tuple[Term, ...] = ()


class Increment(NamedTuple):
    """What a bar grows by: a term whose amount is itself a bar by circumstance."""

    bars: tuple[Case, ...]
    term: Term


class Between(StrEnum):
    """What holds between two bands; beyond the ends it is always the end value."""

    LOWER = "lower"  # the band below
    UPPER = "upper"  # the band above
    NEAREST = "nearest"  # the nearer one, the stricter of two as near
    INTERPOLATE = "interpolate"  # 插入法: by proportion


class Relaxation(NamedTuple):
    """A rule that eases an indicator where `when` holds.

    `adds` counts toward the numerator as well, `instead` stands for the numerator (planned figures), `by` takes a
    share off the bar (adds it to a ceiling), `bars` stand for the bars.
    """

    id: str
    when: Condition
    adds: str | None = None
    instead: str | None = None
    by: Fraction | None = None
    bars: tuple[Case, ...] = ()


class Through(StrEnum):
    """How the sections of a through-school (一贯制学校、完全中学) are looked at."""

    DIVIDED = "divided"  # each by its own share
    SUM = "sum"  # the whole against the sum of what the sections need
    WHOLE = "whole"  # the figures of the whole school against the section's bar
    COMPULSORY = "compulsory"  # likewise, of its primary and junior sections only


class Level(NamedTuple):
    """A level (A, B …) and the bars that reach it; the last level of an indicator has none."""

    name: str
    bars: tuple[Case, ...] = ()


class Indicator(NamedTuple):
    """One indicator, or a group of rules.

    Its value is (sum of `of` − sum of `less`) × `times` ÷ (`each` × (`to` − sum of `to_less`)) × `per`, where `times`,
    `each` and `to` are 1 where they are not given. A group has `rules` and no value: `meet_at_least` of the rules that
    apply must be met, or (`given`) all of those whose figures are given, at least one.
    """

    id: str
    of: tuple[str, ...] = ()
    less: tuple[str, ...] = ()
    to: str | None = None
    per: int = 1
    bars: tuple[Case, ...] = ()
    at_most: bool = False  # the bars are ceilings, not floors
    strict: bool = False  # on the line is not met: 高于, 小于
    counts: bool = True  # the numerator is counted in persons or things: a gap is rounded up
    relaxations: tuple[Relaxation, ...] = ()
    times: str | None = None
    each: str | None = None
    between: Between | None = None
    plus: tuple[Increment, ...] = ()
    limits: tuple[Case, ...] = ()  # the hard limit beyond the bar: what misses it fails the section
    levels: tuple[Level, ...] = ()  # best first
    words: tuple[
        str, ...
    ] = ()  # the field is a level given in words, best first; its value is the steps above the last
    applies: tuple[Condition, ...] = ()  # any of them; where none holds the indicator is exempt
    through: Through = Through.DIVIDED
    pooled: bool = False  # measured over all sections of the stage in the county
    flag: bool = False  # a yes-or-no
    rules: tuple["Indicator", ...] = ()
    meet_at_least: int = 0
    given: bool = False  # a group of evidences: only those whose figures are given count
    to_less: tuple[str, ...] = ()
    points: Fraction | None = None
    share: bool = False  # the numerator is part of the denominator: above 100 % the figures contradict each other
    may_not_apply: bool = False  # a county may answer that it has no such case
    applies_where: Mapping[str, frozenset[str] | Span] = {}  # it does have one where a section of it is such

    @property
    def simple(self) -> bool:
        """Whether its value is a plain quotient or amount of the section's own figures."""
        return not (self.rules or self.times or self.each or self.words or self.pooled or self.flag) and (
            self.through is Through.DIVIDED
        )

    def cases(self) -> Iterator[Case]:
        """Yield every case of a bar, of its limit, its levels, its increments, and of what eases it."""
        yield from (*self.bars, *self.limits)
        for bars in (
            *(level.bars for level in self.levels),
            *(increment.bars for increment in self.plus),
            *(relaxation.bars for relaxation in self.relaxations),
        ):
            yield from bars

    def terms(self) -> Iterator[Term]:
        """Yield every term that its bars grow by."""
        yield from (term for case in self.cases() for term in case.terms)
        yield from (increment.term for increment in self.plus)

    def circumstances(self) -> list[str]:
        """Return the fields, without repetition, by which its bars are chosen, it applies, and it is eased."""
        conditions = [*self.applies, *(relaxation.when for relaxation in self.relaxations)]
        conditions += [case.when for case in self.cases()]
        conditions += [dict([case.at]) for case in self.cases() if case.at is not None]
        return fields_of(conditions)

    def leaves(self) -> "Iterator[Indicator]":
        """Yield the rules that have values: itself, or those of the group."""
        if self.rules:
            for rule in self.rules:
                yield from rule.leaves()
        else:
            yield self

    def nodes(self) -> "Iterator[Indicator]":
        """Yield the rules of the group, innermost first, and itself."""
        for rule in self.rules:
            yield from rule.nodes()
        yield self


class Grade(NamedTuple):
    """What a section must fulfil to have a grade: every condition that is given.

    `known` False: the text at hand does not say what it takes.
    """

    name: str | None = None
    meet_at_least: int | None = None
    unmet_at_most: int | None = None
    others_reach: Bar | None = None
    points_at_least: Bar | None = None
    levels: Mapping[str, Span] = {}
    passes: bool = True
    known: bool = True


class SchoolRule(NamedTuple):
    """The grades of a section, best first; the first whose conditions hold is its grade.

    `award` gives the share of an indicator's points for what share of its bar is reached, best first.
    """

    grades: tuple[Grade, ...]
    exempt_counts: bool = True  # an indicator that does not apply counts as met
    award: tuple[tuple[Fraction, Fraction], ...] = ()

    @property
    def others_reach(self) -> Bar | None:
        """The share of their bar that indicators which are not met must reach; None where nothing is asked."""
        return next((grade.others_reach for grade in self.grades if grade.others_reach is not None), None)


class VariationRule(NamedTuple):
    """How the differences between schools are judged."""

    at_most: Mapping[Stage, Bar]
    composite: bool = False
    weighted: bool = True
    rounding: int | None = None  # decimals to which the tested coefficient is rounded first
    parts_rounding: int | None = None  # decimals to which the coefficients are rounded before they are averaged
    single_decided: bool = True  # one school alone: 0 by the formula (True), or cannot be decided


class Exclusion(NamedTuple):
    """A kind of section that the method does not judge, and the name of the reason."""

    reason: str
    when: Condition


class Item(NamedTuple):
    """One item of a part that is judged item by item.

    `over_schools`: it is judged for every school, and met where every school meets it; otherwise once for the county,
    from its answers and from sums over its schools.
    """

    indicator: Indicator
    over_schools: bool = False


class Part(NamedTuple):
    """A part of a county's assessment that is judged item by item (政府保障程度 …).

    Every item must be met, or together they must earn `points_at_least`; `score` is the field in which the county may
    state the points earned in all, where those of the single items are not known. `exclusions` are the sections that
    its items over schools leave out.
    """

    id: str
    items: tuple[Item, ...]
    exclusions: tuple[Exclusion, ...] = ()
    points_at_least: Bar | None = None
    score: str | None = None


class Method(NamedTuple):
    """A standard, ready to judge by."""

    indicators: tuple[Indicator, ...]
    school_rule: SchoolRule | None = None
    variation: VariationRule | None = None
    exclusions: tuple[Exclusion, ...] = ()
    zero_students_left_out: bool = True
    pupil_weight: Mapping[Stage, Fraction] = {}
    divided: frozenset[str] = frozenset()  # the fields that are divided between the sections of a school
    common: frozenset[str] = frozenset()  # the fields of a whole school that hold for each of its sections
    school_classes: tuple[tuple[str, Condition], ...] = ()  # classes of schools (A类 …), the first that holds
    parts: tuple[Part, ...] = ()  # what is judged item by item, besides schools and coefficients
    county_fields: frozenset[str] = frozenset()  # the fields that a county answers once

    def nodes(self) -> Iterator[Indicator]:
        """Yield every indicator and every rule within a group, innermost first."""
        for indicator in self.indicators:
            yield from indicator.nodes()

    def indicators_and_items(self) -> Iterator[Indicator]:
        """Yield every indicator, and after them every item of the other parts."""
        yield from self.indicators
        yield from (item.indicator for part in self.parts for item in part.items)

    def leaves(self) -> Iterator[Indicator]:
        """Yield every rule that has values."""
        for indicator in self.indicators:
            yield from indicator.leaves()


# ----------------------------------------------------------------------------------------------- the schools (学校表)


class SchoolTable(NamedTuple):
    """School sections as reported, one entry of every column for each.

    `texts` holds county, town, group, code, name, type, stage, area, owner; `figures` the numbers, a figure of the
    whole school standing on each of its sections. `through` names, for every section of a school whose shared figures
    have to be divided, all sections of that school. `incomplete` are sections of such a school where a section is not
    in the table at all, so that nothing can be divided. `unplaced` are rows that are schools but whose stage or type
    cannot be told.
    """

    size: int
    texts: Mapping[str, Sequence[str | None]]
    figures: Mapping[str, Sequence[Figure]]
    through: Mapping[int, tuple[int, ...]] = {}
    incomplete: frozenset[int] = frozenset()
    unplaced: frozenset[int] = frozenset()
    siblings: Mapping[int, tuple[int, ...]] = {}

    def text(self, name: str) -> Sequence[str | None]:
        """Return a column of words; one without entries where the table has none."""
        return self.texts.get(name) or [None] * self.size

    def column(self, name: str) -> Sequence[Figure]:
        """Return a column of figures; one without figures where the table has none."""
        return self.figures.get(name) or [None] * self.size


class Divisions(NamedTuple):
    """The sections (学部) that are judged, what a school shares divided among them.

    `table.figures` are as reported, `figures` as divided; `shares` is the exact share of a section in its school.
    `pools` names, for a section that is looked at together with others, all of them: its figures are their sums.
    """

    table: SchoolTable
    figures: Mapping[str, Sequence[Figure]]
    shares: Mapping[int, Fraction]
    divided: frozenset[str]
    pools: Mapping[int, tuple[int, ...]] = {}
    common: frozenset[str] = frozenset()

    def column(self, name: str) -> Sequence[Figure]:
        """Return a column of divided figures; one without figures where there is none."""
        return self.figures.get(name) or [None] * self.table.size


# ---------------------------------------------------------------------------------------------- the verdicts (结论)


class Finding(NamedTuple):
    """One indicator of one section: its exact value, its bar, the outcome, and how much is lacking.

    `gap` is how much more of the numerator (less of it, where the bar is a ceiling) reaches the bar, `gap_to_floor`
    the share of it that the others must reach; 0 where reached, None where nothing can be said. `near` (临界): rounding
    the value to the decimals of its bar would change the outcome. `award` is the share of the points, where the method
    gives points by attainment. A group has the findings of its rules, and neither value nor bar.
    """

    indicator: Indicator
    value: Fraction | None
    bar: Bar | None
    outcome: Outcome
    gap: Fraction | None
    gap_to_floor: Fraction | None
    near: bool
    award: Fraction | None = None
    level: str | None = None
    rules: tuple["Finding", ...] = ()


class Assessment(NamedTuple):
    """All sections judged by one method, by column. `passed`, `grades` and `left_out` have one entry per section.

    `passed` is True, False, or None: the figures that are missing could still decide it, or the section is left out,
    or the method judges no single school, or does not say how. `grades` are the names of grades, None where open.
    `values`, `bars` and `outcomes` have a column for every rule within a group too. `views` are the sections as an
    indicator looks at them where that is not each by its own.
    """

    method: Method
    divisions: Divisions
    left_out: Sequence[str | None]
    judged: Sequence[int]
    values: Mapping[str, Sequence[Figure]]
    bars: Mapping[str, Sequence[Bar | None]]
    outcomes: Mapping[str, Sequence[Outcome]]
    passed: Sequence[bool | None]
    grades: Sequence[str | None] = ()
    views: Mapping[str, Divisions] = {}

    def view(self, indicator: Indicator) -> Divisions:
        """Return the sections as an indicator looks at them."""
        return self.views.get(indicator.id, self.divisions)


class Variation(NamedTuple):
    """The differences between schools in one indicator at one stage (校际差异系数).

    `divisions` and `students` are those the coefficient is computed from, `missing` the sections in scope without a
    usable figure. `cv` is None where there is nothing to compute from: no section, or no resource anywhere.
    """

    stage: Stage
    indicator: str
    divisions: int
    students: float
    missing: int
    mean: float | None
    sd: float | None
    cv: float | None
    limit: Bar | None
    passed: bool | None
    near: bool


class Composite(NamedTuple):
    """The mean of the coefficients of one stage (综合差异系数)."""

    stage: Stage
    cv: float | None
    limit: Bar
    passed: bool | None
    near: bool


class Answers(NamedTuple):
    """What a county answers once: figures by field (yes is 1, no is 0), and by item the points earned.

    `not_applicable` are the items and fields said not to apply, `faulty` says that something was answered that could
    not be used. Where nothing at all was answered, nothing is assessed.
    """

    figures: Mapping[str, float] = {}
    scores: Mapping[str, Fraction] = {}
    not_applicable: frozenset[str] = frozenset()
    faulty: bool = False

    @property
    def given(self) -> bool:
        """Whether anything was answered, be it of use or not."""
        return bool(self.figures or self.scores or self.not_applicable or self.faulty)


class Conflict(NamedTuple):
    """A figure that the county answers otherwise than its schools add up to, or below what some of them do."""

    field: str
    answered: float
    added: float


class ItemVerdict(NamedTuple):
    """One item of one county.

    `finding` is there where it is judged once for the county; `judged`, `unmet` and `missing` are sections where it is
    judged for every school. `unanswered` are the fields that are lacking, `earned` the fewest and the most points.
    `denied`: it was answered not to apply, and that cannot be.
    """

    item: Item
    outcome: Outcome
    finding: Finding | None = None
    judged: Sequence[int] = ()
    unmet: Sequence[int] = ()
    missing: Sequence[int] = ()
    unanswered: tuple[str, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    earned: tuple[Fraction, Fraction] | None = None
    denied: bool = False


class PartVerdict(NamedTuple):
    """One part that is judged item by item. `points` are the fewest and the most that the county may have earned.

    `assessed` False: nothing was answered, and the items that schools' figures decide are shown for information.
    """

    part: Part
    passed: bool | None
    items: tuple[ItemVerdict, ...]
    points: tuple[Fraction, Fraction] | None = None
    assessed: bool = True


class CountyVerdict(NamedTuple):
    """One county (or one town or group of it). `parts` holds what was judged: a part not assessed is not there."""

    name: str | None
    county: str | None
    sections: Sequence[int]
    judged: Sequence[int]
    passed: bool | None
    parts: Mapping[str, bool | None]
    variations: tuple[Variation, ...]
    composites: tuple[Composite, ...]
    by_item: tuple[PartVerdict, ...] = ()


def all_of(verdicts: Sequence[bool | None]) -> bool | None:
    """Return the verdict over several: False if any is, else None if any is or none is there, else True.

    >>> all_of([True, None, False]), all_of([True, None]), all_of([True]), all_of([])
    (False, None, True, None)
    """
    if any(v is False for v in verdicts):
        return False
    return None if not verdicts or any(v is None for v in verdicts) else True
