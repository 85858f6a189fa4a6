"""What the engine speaks of: the method of a standard, the table of school sections, and the verdicts.

Tables are kept by column, one list per field and one entry per section (学部), because a province has 200,000 of them:
work is per column before it is per school. A single finding is made on demand from its column entries.
"""

from collections.abc import Mapping, Sequence
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
    """A number of law, exact, and the count of decimals it is written with."""

    amount: Fraction
    digits: int


class Span(NamedTuple):
    """A range of figures, both ends included; None leaves that end open."""

    low: Fraction | None
    high: Fraction | None

    def holds(self, figure: float) -> bool:
        """Say whether a figure lies in the range."""
        return (self.low is None or figure >= self.low) and (self.high is None or figure <= self.high)


Condition = Mapping[str, frozenset[str] | Span]
"""A circumstance: a field's words (stage, area, type, owner …) or the range of a figure; all must hold."""


class Case(NamedTuple):
    """A bar and the circumstance in which it is the bar. `bar` None: the number is not known to us."""

    when: Condition
    bar: Bar | None


class Relaxation(NamedTuple):
    """A transitional rule, switched on: where `when` holds, `adds` counts toward the numerator as well."""

    id: str
    when: Condition
    adds: str


class Indicator(NamedTuple):
    """One indicator: (sum of `of` − sum of `less`) ÷ `to` × `per`, or the amount itself where `to` is None."""

    id: str
    of: tuple[str, ...]
    less: tuple[str, ...] = ()
    to: str | None = None
    per: int = 1
    bars: tuple[Case, ...] = ()
    at_most: bool = False  # the bars are ceilings, not floors
    counts: bool = True  # the numerator is counted in persons or things: a gap is rounded up
    relaxations: tuple[Relaxation, ...] = ()


class SchoolRule(NamedTuple):
    """How many indicators a section must meet, and what the others must reach (a share of their bar)."""

    meet_at_least: int
    others_reach: Bar | None = None


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


class Method(NamedTuple):
    """A standard, ready to judge by."""

    indicators: tuple[Indicator, ...]
    school_rule: SchoolRule | None = None
    variation: VariationRule | None = None
    exclusions: tuple[Exclusion, ...] = ()
    zero_students_left_out: bool = True
    pupil_weight: Mapping[Stage, Fraction] = {}
    divided: frozenset[str] = frozenset()  # the fields that are divided between the sections of a school


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

    def text(self, name: str) -> Sequence[str | None]:
        """Return a column of words; one without entries where the table has none."""
        return self.texts.get(name) or [None] * self.size

    def column(self, name: str) -> Sequence[Figure]:
        """Return a column of figures; one without figures where the table has none."""
        return self.figures.get(name) or [None] * self.size


class Divisions(NamedTuple):
    """The sections (学部) that are judged, what a school shares divided among them.

    `table.figures` are as reported, `figures` as divided; `shares` is the exact share of a section in its school.
    """

    table: SchoolTable
    figures: Mapping[str, Sequence[Figure]]
    shares: Mapping[int, Fraction]
    divided: frozenset[str]

    def column(self, name: str) -> Sequence[Figure]:
        """Return a column of divided figures; one without figures where there is none."""
        return self.figures.get(name) or [None] * self.table.size


# ---------------------------------------------------------------------------------------------- the verdicts (结论)


class Finding(NamedTuple):
    """One indicator of one section: its exact value, its bar, the outcome, and how much is lacking.

    `gap` is how much more of the numerator (less of it, where the bar is a ceiling) reaches the bar, `gap_to_floor`
    the share of it that the others must reach; 0 where reached, None where nothing can be said. `near` (临界): rounding
    the value to the decimals of its bar would change the outcome.
    """

    indicator: Indicator
    value: Fraction | None
    bar: Bar | None
    outcome: Outcome
    gap: Fraction | None
    gap_to_floor: Fraction | None
    near: bool


class Assessment(NamedTuple):
    """All sections judged by one method, by column. `passed` and `left_out` have one entry per section.

    `passed` is True, False, or None: the figures that are missing could still decide it, or the section is left out,
    or the method judges no single school.
    """

    method: Method
    divisions: Divisions
    left_out: Sequence[str | None]
    judged: Sequence[int]
    values: Mapping[str, Sequence[Figure]]
    bars: Mapping[str, Sequence[Bar | None]]
    outcomes: Mapping[str, Sequence[Outcome]]
    passed: Sequence[bool | None]


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


def all_of(verdicts: Sequence[bool | None]) -> bool | None:
    """Return the verdict over several: False if any is, else None if any is or none is there, else True.

    >>> all_of([True, None, False]), all_of([True, None]), all_of([True]), all_of([])
    (False, None, True, None)
    """
    if any(v is False for v in verdicts):
        return False
    return None if not verdicts or any(v is None for v in verdicts) else True
