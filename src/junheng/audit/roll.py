"""The roll of one year: its sections and schools, their figures as reported, and the cells these stand in."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

from junheng.audit.finding import Seen, Subject
from junheng.engine.model import Condition, Span
from junheng.number import exact
from junheng.problems import Place
from junheng.standard.grammar import FieldForm
from junheng.workbook.schools import Reading

Rows = tuple[int, ...]
"""The rows of a section (one) or of a school (all of its sections)."""


class School(NamedTuple):
    """One school of one year, by its rows."""

    rows: Rows
    code: str | None
    name: str
    county: str | None
    town: str | None


class Roll:
    """The sections and schools of one year."""

    def __init__(self, reading: Reading, fields: Mapping[str, FieldForm]) -> None:
        self.table, self.origin, self.year, self.fields = reading.table, reading.origin, reading.year, fields
        self._columns: dict[str, Sequence[float | None]] = {}
        self._of_sharing: dict[str, Sequence[float | None]] = {}
        self._given: dict[str, bool] = {}
        self.several_counties = len({*self.table.text("county")}) > 1

    @cached_property
    def sections(self) -> Sequence[Rows]:
        """Every section."""
        return [(row,) for row in range(self.table.size)]

    @cached_property
    def sharing(self) -> Sequence[Rows]:
        """Every school whose sections share figures, and every section that shares none."""
        through = self.table.through
        found = (through.get(row, (row,)) for row in range(self.table.size))
        return list(dict.fromkeys(found)) if through else self.sections

    @cached_property
    def schools(self) -> Sequence[School]:
        """Every school, with all of its sections."""
        done: set[int] = set()
        found = []
        for row in range(self.table.size):
            if row in done:
                continue
            rows = self.table.siblings.get(row) or self.table.through.get(row, (row,))
            done.update(rows)
            code = next((c for r in rows if (c := self.table.text("code")[r])), None)
            name, county, town = (self.table.text(column)[row] for column in ("name", "county", "town"))
            found.append(School(rows, code, name or "", county, town))
        return found

    def units(self, names: Sequence[str]) -> Sequence[Rows]:
        """Return what figures are compared within: the schools where one of them is shared, else the sections."""
        return self.sharing if self.shared(names) else self.sections

    def columns(self, names: Sequence[str]) -> tuple[Sequence[Rows], list[Sequence[float | None]]]:
        """Return the units of some fields, and the figures of each field in their order."""
        units = self.units(names)
        return units, [self._column(name) if units is self.sections else self._by_school(name) for name in names]

    def gives(self, name: str) -> bool:
        """Say whether a field has a figure anywhere."""
        if name not in self._given:
            self._given[name] = any(figure is not None for figure in self._column(name))
        return self._given[name]

    def _by_school(self, name: str) -> Sequence[float | None]:
        """Return the figures of what shares some."""
        column = self._of_sharing.get(name)
        if column is None:
            own = self._column(name)
            column = [own[rows[0]] if len(rows) == 1 else self.figure(rows, name) for rows in self.sharing]
            self._of_sharing[name] = column
        return column

    def shared(self, names: Sequence[str]) -> bool:
        """Say whether one of the fields is of the whole school."""
        return any(self.fields[name].share == "split" for name in names)

    def figure(self, rows: Rows, name: str) -> float | None:
        """Return the figure of a section, or of a school: what is shared once, what is reported by section added up.

        None where it is blank in one of the rows, or stands for a column that the table does not have.
        """
        column = self._column(name)
        if len(rows) == 1:
            return column[rows[0]]
        share = self.fields[name].share
        if share != "reported":
            whole = [row for row in rows if share == "common" or row in self.table.through]
            if whole:
                return column[whole[0]]
        found = [column[row] for row in rows]
        return None if None in found else sum(figure for figure in found if figure is not None)

    def _column(self, name: str) -> Sequence[float | None]:
        """Return a column of figures, none where they stand for a column that the table does not have."""
        column = self._columns.get(name)
        if column is None:
            column = self.table.column(name)
            if self.fields[name].optional:
                column = [
                    None if figure == 0 and not self._has_column(row, name) else figure
                    for row, figure in enumerate(column)
                ]
            self._columns[name] = column
        return column

    def _has_column(self, row: int, name: str) -> bool:
        return self.origin.column(self.origin.taken_from.get((row, name), row), name)

    def own(self, rows: Rows, name: str) -> bool:
        """Say whether a figure was reported as such, not completed from its parts."""
        return not self.fields[name].otherwise or any(self._has_column(row, name) for row in rows)

    def blank(self, rows: Rows, name: str) -> bool:
        """Say whether a figure is blank in a column that the table has, and nothing else was reported about it."""
        return self.figure(rows, name) is None and any(
            self.origin.column(row, name)
            and (row, name) not in self.origin.unused
            and not self.origin.doubtful(row, name)
            for row in rows
        )

    def cells(self, rows: Rows, name: str) -> tuple[Place, ...]:
        """Return the cells of a figure: those of the parts that it was completed from where it has none."""
        names = [name] if any(self._has_column(row, name) for row in rows) else self.fields[name].otherwise
        if len(rows) == 1 and len(names) == 1:
            return tuple(self.origin.cells(rows[0], names[0]))
        found = [cell for part in names for row in rows for cell in self.origin.cells(row, part)]
        if self.fields[name].share != "reported" and found:
            whole = [row for row in rows if row in self.table.through] if len(rows) > 1 else rows
            own = [c for part in names for row in whole[:1] for c in self.origin.cells(row, part)]
            found = own or found
        return tuple(dict.fromkeys(found))

    def seen(self, rows: Rows, names: Sequence[str], *, year: int | None = None) -> tuple[Seen, ...]:
        """Return figures with their cells."""
        return tuple(Seen(name, self.figure(rows, name), self.cells(rows, name), year) for name in dict.fromkeys(names))

    def subject(self, rows: Rows) -> Subject:
        """Return whose rows they are."""
        row = rows[0]
        county, town, code, name, type_, stage = (column[row] for column in self._identity)
        return Subject(county, town, code, name, type_, stage if len(rows) == 1 else None)

    @cached_property
    def _identity(self) -> Sequence[Sequence[str | None]]:
        return [self.table.text(name) for name in ("county", "town", "code", "name", "type", "stage")]

    def place(self, rows: Rows) -> Place:
        """Return the cell of the school's name."""
        return self.origin.place(rows[0], "name")

    def divisible(self, rows: Rows) -> bool:
        """Say whether all sections that share figures are there."""
        return not self.table.incomplete.intersection(rows)

    def holds(self, rows: Rows, conditions: Sequence[Condition]) -> bool:
        """Say whether one of the circumstances holds, or there are none; what is not known holds nowhere.

        A word holds of a school where it holds of one of its sections.
        """
        return not conditions or any(all(self._is(rows, *entry) for entry in when.items()) for when in conditions)

    def _is(self, rows: Rows, name: str, wanted: frozenset[str] | Span) -> bool:
        if not isinstance(wanted, Span):
            return any(self.table.text(name)[row] in wanted for row in rows)
        top, slash, bottom = name.partition("/")
        if top not in self.fields:
            return False
        figure = self.figure(rows, top)
        if not slash:
            return figure is not None and wanted.holds(exact(figure))
        below = self.figure(rows, bottom)
        return figure is not None and bool(below) and wanted.holds(exact(figure) / exact(below or 1))
