"""What a collection holds: schools, their sections and figures, each with its cells; what stands twice, outside, or is missing."""

from dataclasses import dataclass, field
from typing import NamedTuple

from junheng.collect.reports import Report
from junheng.collect.roster import Expected
from junheng.problems import Place, Problem
from junheng.text import Text
from junheng.workbook.counted import COUNTED

STAGES = ("primary", "junior", "senior")
NOT_USED = Text("各处不同，不采用", "the versions differ; none is used")


@dataclass(slots=True)
class Figure:
    """One entry of the table: the number, the cells it was read from, and what was done to it on the way."""

    number: float | None
    cells: tuple[Place, ...] = ()
    remark: Text | None = None
    disputed: bool = False


@dataclass(slots=True)
class Section:
    """One school section of the table."""

    texts: dict[str, str | None]
    cells: dict[str, tuple[Place, ...]]
    figures: dict[str, Figure]
    reports: list[Report]
    expected: Expected | None = None
    remarks: dict[str, Text] = field(default_factory=dict)

    @property
    def at(self) -> Place:
        """Where it was reported first."""
        return self.reports[0].at

    @property
    def name(self) -> str:
        """The school's name, else its code, else the place it stands in."""
        return self.texts.get("name") or self.texts.get("code") or str(self.at)


class Version(NamedTuple):
    """What one file says."""

    said: float | str | None
    cells: tuple[Place, ...]
    at: Place


class Twice(NamedTuple):
    """A section that was reported again: the field on which two versions differ, None where they are alike."""

    section: Section
    field: str | None
    first: Version
    other: Version


class Outside(NamedTuple):
    """A section that is not in the roster, and why it is thought so."""

    section: Section
    reason: Text


@dataclass(slots=True)
class Joined:
    """The schools of all reports, sections of one school together."""

    schools: list[list[Section]] = field(default_factory=list)
    twice: list[Twice] = field(default_factory=list)
    outside: list[Outside] = field(default_factory=list)
    missing: list[Expected] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def sections(self) -> list[Section]:
        """All sections, school by school."""
        return [section for school in self.schools for section in school]


def counted(section: Section) -> bool:
    """Say whether a section is counted as a school; one that does not say so is."""
    figure = section.figures.get(COUNTED)
    return figure is None or figure.disputed or figure.number != 0
