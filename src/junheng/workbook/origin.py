"""Where every figure of a table comes from, so that any number of a report can be followed back to its cell."""

import re
from dataclasses import dataclass, field

from junheng.number import plain
from junheng.problems import Place
from junheng.workbook.cells import Sheet
from junheng.workbook.header import Header
from junheng.workbook.headings import key

_SECTION = re.compile(r"[(-]?(?:小学|初中|高中|中学)部\)?$")


@dataclass(slots=True)
class Origin:
    """Sheet and row of every section of a table.

    `taken_from` names the row that a whole-school figure stands in; `unused` holds figures that were read and not
    used, because of a problem that says so; `blank_part` is the column that lacks a figure where several are added up.
    """

    sheets: list[Sheet]
    headers: list[Header]
    sheet_of: list[int]
    row_of: list[int]
    blank_part: dict[tuple[int, str], int] = field(default_factory=dict)
    taken_from: dict[tuple[int, str], int] = field(default_factory=dict)
    unused: set[tuple[int, str]] = field(default_factory=set)

    def column(self, section: int, name: str) -> bool:
        """Say whether the section's sheet gives a field, by a column or a fixed value."""
        header = self.headers[self.sheet_of[section]]
        return name in header.columns or name in header.values

    def doubtful(self, section: int, name: str) -> bool:
        """Say whether the section's sheet has a column for a field that could not be used, as a problem says."""
        return name in self.headers[self.sheet_of[section]].doubtful

    def blank_cell(self, section: int, name: str) -> Place:
        """Return the cell that lacks a figure."""
        column = self.blank_part.get((section, name))
        if column is None:
            return self.place(section, name)
        return self.sheets[self.sheet_of[section]].place(self.row_of[section], column)

    def cells(self, section: int, name: str) -> list[Place]:
        """Return the cells that a figure was read from, one for each column that was added up; none where absent."""
        row = self.taken_from.get((section, name), section)
        sheet = self.sheets[self.sheet_of[row]]
        columns = self.headers[self.sheet_of[row]].columns.get(name, [])
        return [sheet.place(self.row_of[row], column.index) for column in columns]

    def place(self, section: int, name: str | None = None) -> Place:
        """Return the cell of a field in a section's row, or the start of the row."""
        sheet = self.sheets[self.sheet_of[section]]
        columns = self.headers[self.sheet_of[section]].columns.get(name or "")
        return sheet.place(self.row_of[section], columns[0].index if columns else 0)

    def address(self, section: int, name: str = "name") -> str:
        """Return a cell as a message about another row names it."""
        return str(self.place(section, name))


def shown_figure(number: float | None) -> str:
    """Return a figure as a message shows it."""
    return "—" if number is None else plain(number)


def row_key(place: Place) -> tuple[str, str | None, str]:
    """Return what names the row of a sheet that a cell stands in.

    >>> row_key(Place("a.xlsx", "学校", "AB12"))
    ('a.xlsx', '学校', '12')
    """
    return place.file, place.sheet, (place.cell or "").lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")


def section_name(name: str) -> str:
    """Return a school's name without the section it may end in, for comparison.

    >>> section_name("实验学校（小学部）") == section_name("实验学校")
    True
    """
    return _SECTION.sub("", key(name))
