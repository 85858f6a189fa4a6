"""The header of a sheet as it was read: its row, and the columns that feed each field."""

from dataclasses import dataclass, field

from junheng import kinds
from junheng.problems import Problem

MAPPED_WRONGLY = frozenset(
    {kinds.MAPPED_HEADING_ABSENT.code, kinds.MAPPING_FITS_NONE.code, kinds.MAPPING_FITS_SEVERAL.code}
)


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a sheet that feeds a field, and how many of the field's unit one of its units is."""

    index: int
    heading: str
    times: float = 1
    written: str = ""  # the heading as it stands in the sheet, for the same header further down


@dataclass(slots=True)
class Header:
    """The header of a sheet: the row it stands in, and for every field the columns that are summed for it."""

    row: int
    columns: dict[str, list[Column]] = field(default_factory=dict)
    values: dict[str, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    headings: list[object] = field(default_factory=list)
    serials: list[int] = field(default_factory=list)  # columns that number the rows
    doubtful: set[str] = field(default_factory=set)  # fields with a column that could not be used, and is reported
    titles: frozenset[str] = frozenset()  # what stands alone in a row above the headings
    stages: dict[str, dict[str, list[Column]]] = field(default_factory=dict)  # columns of one stage each, by stage

    @property
    def mapped_wrongly(self) -> bool:
        """Say whether a columns file names headings that the sheet does not have, so that it cannot be read."""
        return any(problem.kind.code in MAPPED_WRONGLY for problem in self.problems)
