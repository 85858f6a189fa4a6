"""What is kept of a county, small enough that a whole province is held at once: typed, and the same after it was stored."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from junheng.problems import Kind, Place, Problem, Severity
from junheng.text import Text


class CountyFiles(NamedTuple):
    """Workbooks that are judged together: those of one subfolder, or one alone.

    `name` is that of the subfolder or of the file, without year: the county's where its tables name none. Each file has
    the name it is shown by.
    """

    name: str
    files: tuple[tuple[Path, str], ...]

    @property
    def shown(self) -> tuple[str, ...]:
        """The names that the files are shown by."""
        return tuple(shown for _, shown in self.files)


class Terms(NamedTuple):
    """By what all counties are judged: as `junheng.judge` takes it, the id of the standard in force, and the version.

    `version` is a hash of the standard, those it is laid over, the standards of the province, the columns file and the
    program: results of other terms are never taken for these.
    """

    standard: str
    id: str
    year: int
    province: str | None
    settings: tuple[tuple[str, str], ...]
    columns: Path | None
    version: str


class Said(NamedTuple):
    """One problem, in words of both languages."""

    code: str
    severity: str
    file: str
    sheet: str | None
    cell: str | None
    zh: str
    en: str
    hint_zh: str
    hint_en: str

    def problem(self) -> Problem:
        """Return it as a problem, for whatever shows problems."""

        def inert(text: str) -> str:
            return text.replace("{", "{{").replace("}", "}}")

        message = Text(inert(self.zh), inert(self.en))
        hint = Text(inert(self.hint_zh), inert(self.hint_en))
        return Problem(Kind(self.code, message, hint, Severity(self.severity)), Place(self.file, self.sheet, self.cell))


def said(problem: Problem) -> Said:
    """Return a problem in words; one of a standards file stands at its line."""
    place = problem.place
    cell = place.cell if place.line is None else f"{place.line}:{place.column or 1}"
    words = (problem.message("zh"), problem.message("en"), problem.hint("zh"), problem.hint("en"))
    return Said(problem.kind.code, problem.severity.value, place.file, place.sheet, cell, *words)


class IndicatorResult(NamedTuple):
    """One indicator of one stage of a county: how its sections fare, and the differences between them.

    `cv`, `limit` and `within` are None where no coefficient is computed, or it is not judged by itself; `lacking` are
    sections without a usable figure.
    """

    stage: str
    indicator: str
    judged: int
    unmet: int
    missing: int
    cv: float | None
    limit: float | None
    within: bool | None
    near: bool
    lacking: int


class CompositeResult(NamedTuple):
    """The composite coefficient of one stage (综合差异系数)."""

    stage: str
    cv: float | None
    limit: float
    within: bool | None
    near: bool


class Counts(NamedTuple):
    """How many are judged, do not meet what is asked, and cannot be decided."""

    judged: int
    unmet: int
    undecided: int


class CountyResult(NamedTuple):
    """One county, judged. `passed` is None where it cannot be decided.

    `sections` are those of the table, `left_out` those of them that are not judged. `distance` is what is known to fail
    (see `junheng.advice.distance`), `least` that it can only be more. A part that nobody filled in is not in `parts`.
    """

    name: str
    named: bool  # by its own table; else by its file or folder
    files: tuple[str, ...]
    passed: bool | None
    distance: float
    least: bool
    parts: dict[str, bool | None]
    sections: int
    left_out: int
    schools: Counts
    coefficients: Counts
    items: Counts
    indicators: tuple[IndicatorResult, ...]
    composites: tuple[CompositeResult, ...]


class NotJudged(NamedTuple):
    """A county, or what its files are called, that could not be judged, and why.

    `reason`: `unreadable`, `twice`, `untold`, `beside_unreadable`, `other_year` or `broken_off`.
    """

    name: str
    files: tuple[str, ...]
    reason: str


class Aside(NamedTuple):
    """Files that are no tables of the year: of another year, with their counties, or written by junheng itself."""

    files: tuple[str, ...]
    counties: tuple[str, ...]
    reason: str


class Judged(NamedTuple):
    """What came of workbooks that were judged together: counties, what was not judged, what was left aside.

    `problems` are at most twenty of a kind, `counts` all of them by code.
    """

    name: str
    files: tuple[str, ...]
    counties: tuple[CountyResult, ...] = ()
    not_judged: tuple[NotJudged, ...] = ()
    aside: tuple[Aside, ...] = ()
    problems: tuple[Said, ...] = ()
    counts: dict[str, int] = {}  # noqa: RUF012 - a tuple's default, never changed


class Province(NamedTuple):
    """A province: `ranked` counties are decided, those that pass first, then by distance; the others stand apart.

    `undecided` were judged, and figures that are missing could still decide; `not_judged` could not be judged at all.
    None of these is ever ranked.
    """

    terms: Terms
    ranked: tuple[CountyResult, ...]
    undecided: tuple[CountyResult, ...]
    not_judged: tuple[NotJudged, ...]
    aside: tuple[Aside, ...]
    problems: tuple[Said, ...]
    counts: Mapping[str, int]

    @property
    def judged(self) -> Iterator[CountyResult]:
        """All counties that were judged, the undecided after the others."""
        yield from (*self.ranked, *self.undecided)

    @property
    def passed(self) -> bool | None:
        """Whether every county passes; None where that cannot be said, and always where one was not judged."""
        if self.not_judged or not (self.ranked or self.undecided):
            return None
        if any(county.passed is False for county in self.ranked):
            return False
        return None if self.undecided else True
