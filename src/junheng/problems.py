"""Problems of a file: where, what, and what to do; collected as values, never thrown one by one."""

from collections.abc import Iterable
from enum import StrEnum
from typing import NamedTuple

from junheng.text import Lang, Text


class Severity(StrEnum):
    """How much a problem weighs."""

    ERROR = "error"  # the figure, row, sheet or file cannot be used as it stands
    WARNING = "warning"  # used, with a decision that the reader should know
    NOTE = "note"  # said for completeness


class Place(NamedTuple):
    """Where in a file: a cell for workbooks, a line and column for standards.

    >>> str(Place("school.xlsx", "学校", "C5")), str(Place("a.yaml", line=130, column=9))
    ('school.xlsx › 学校!C5', 'a.yaml:130:9')
    """

    file: str
    sheet: str | None = None
    cell: str | None = None
    line: int | None = None
    column: int | None = None

    def __str__(self) -> str:
        if self.line is not None:
            return f"{self.file}:{self.line}:{self.column or 1}"
        if self.sheet is None:
            return f"{self.file}!{self.cell}" if self.cell else self.file
        return f"{self.file} › {self.sheet}" + (f"!{self.cell}" if self.cell else "")


class Kind(NamedTuple):
    """One thing that can be wrong, in two languages; `message` and `hint` may name `{facts}`."""

    code: str
    message: Text
    hint: Text
    severity: Severity = Severity.ERROR

    def at(self, place: Place, **facts: object) -> "Problem":
        """Return the problem of this kind at one place."""
        return Problem(self, place, tuple(facts.items()))


class Problem(NamedTuple):
    """One fault of one file."""

    kind: Kind
    place: Place
    facts: tuple[tuple[str, object], ...] = ()

    @property
    def severity(self) -> Severity:
        """The severity of its kind."""
        return self.kind.severity

    def message(self, lang: Lang) -> str:
        """Say what was found and what was expected."""
        return self.kind.message.fill(**dict(self.facts)).say(lang)

    def hint(self, lang: Lang) -> str:
        """Say the one thing to do about it."""
        return self.kind.hint.fill(**dict(self.facts)).say(lang)


class Unusable(Exception):  # noqa: N818 - it names what the input is, not that Python failed
    """Nothing can go on: the problems that prevent it. The only exception of the project's own."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(f"{p.place} {p.kind.code}" for p in self.problems))


def errors(problems: Iterable[Problem]) -> list[Problem]:
    """Return those problems that are errors."""
    return [p for p in problems if p.severity is Severity.ERROR]
