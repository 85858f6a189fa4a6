"""One finding of a data check: which school, which cells, what is wrong and what to do."""

from typing import NamedTuple

from junheng.problems import Place, Severity
from junheng.text import Text


class Seen(NamedTuple):
    """One figure that a finding rests on, its field, and the cells that it was read from.

    `year` is that of the figure where two years are compared.
    """

    field: str
    figure: float | None
    cells: tuple[Place, ...]
    year: int | None = None


class Subject(NamedTuple):
    """The school, or the section of one, that a finding is about. `stage` None: the whole school."""

    county: str | None
    town: str | None
    code: str | None
    name: str | None
    type: str | None
    stage: str | None


class Finding(NamedTuple):
    """What one rule found at one school."""

    check: str
    kind: str
    title: Text
    severity: Severity
    subject: Subject
    place: Place
    seen: tuple[Seen, ...]
    message: Text
    hint: Text
    plausible: bool = False  # it rests on a threshold that is no law

    @property
    def cells(self) -> list[Place]:
        """The cells to look at, the first one first; the place of the row where there are none."""
        found = [cell for seen in self.seen for cell in seen.cells]
        return list(dict.fromkeys(found)) or [self.place]
