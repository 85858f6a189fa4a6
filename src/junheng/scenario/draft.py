"""The table that scenarios are worked into: what has become of it so far, what was changed, and what is wrong."""

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import NamedTuple

from junheng import kinds
from junheng.advice.changes import Add, ImpossibleError, Put, figures_put, rows_of, sections_changed, wholes_of
from junheng.advice.scenario import Regrouped, Roles
from junheng.engine.model import Figure, SchoolTable
from junheng.number import plain
from junheng.problems import Kind, Place, Problem
from junheng.run import Run, sums_of, wholes
from junheng.scenario.reading import Scenario, field_of
from junheng.standard.grammar import FieldForm
from junheng.standard.load import parts_of_wholes
from junheng.text import Text

GREATEST = frozenset({"largest_class"})  # of two schools the larger one
RATES = frozenset({"running_cost"})  # for each pupil: not a total


class Effect(NamedTuple):
    """What one change did: of a figure before and after, or to schools as a whole.

    `change` counts the changes of all scenarios, `stage` is None for a figure of the whole school. `told` says whether
    the change names the figure, or whether it followed. `schools` are those that were merged or split, the one that
    stays first.
    """

    change: int
    school: str = ""
    code: str | None = None
    stage: str | None = None
    field: str | None = None
    before: Figure = None
    after: Figure = None
    told: bool = True
    schools: tuple[str, ...] = ()
    county: str | None = None


class Purchase(NamedTuple):
    """Something more that a school has after a change, and has to pay for: so many of what counts as any of `fields`.

    `wholes` are the figures that these are part of, the nearest first: their price holds where these have none.
    """

    change: int
    school: str
    code: str | None
    stage: str | None
    fields: tuple[str, ...]
    wholes: tuple[str, ...]
    amount: Fraction


class Draft:
    """A table in the making. Every fault is collected in `problems`; a change that is faulty is not made."""

    def __init__(self, run: Run) -> None:
        """Begin with the table that a run judged."""
        if run.reading is None:
            raise ValueError("a run over no table")
        standard = run.standard
        self.run = run
        self.table: SchoolTable = run.reading.table
        self.came_from: tuple[int, ...] = tuple(range(self.table.size))
        self.untold: frozenset[tuple[int, str]] = frozenset()
        self.unused = frozenset(run.reading.origin.unused)
        standards = (standard, *(gate.standard for gate in run.gate))
        self.fields: Mapping[str, FieldForm] = {
            name: form for each in reversed(standards) for name, form in each.fields.items()
        }
        self.part_of = {name: whole for each in reversed(standards) for name, whole in wholes(each).items()}
        self.pairs = dict.fromkeys(
            [
                *(pair for each in standards for pair in parts_of_wholes(each)),
                *((w, p) for p, w in self.part_of.items()),
            ]
        )
        self.shared = frozenset(name for name, form in self.fields.items() if form.share != "reported")
        self.sums = {name: parts for each in reversed(standards) for name, parts in sums_of(each).items()}
        self.roles = Roles(
            frozenset(name for name, form in self.fields.items() if form.share == "split"),
            frozenset(name for name, form in self.fields.items() if form.share == "common"),
            GREATEST,
            RATES | {name for name, form in self.fields.items() if form.kind == "flag"},
            self.sums,
            frozenset(name for name, form in self.fields.items() if form.kind == "count"),
        )
        self.effects: list[Effect] = []
        self.purchases: list[Purchase] = []
        self.problems: list[Problem] = []
        self.change = -1
        self.scenario: Scenario | None = None
        self.at = 0
        self.touched: dict[tuple[int, str], Place] = {}
        self.regroupings: list[tuple[Place, frozenset[tuple[int, str]]]] = []

    def begin(self, scenario: Scenario, at: int) -> None:
        """Turn to the next change."""
        self.scenario, self.at = scenario, at
        self.change += 1

    def place(self, *path: str | int) -> Place:
        """Return where a key of the change is written."""
        return Place("—") if self.scenario is None else self.scenario.place(self.at, *path)

    def problem(self, kind: Kind, *path: str | int, **facts: object) -> None:
        """Note what is wrong with the change."""
        self.problems.append(kind.at(self.place(*path), **facts))

    def name(self, row: int) -> str:
        """Return the name of a section's school."""
        return self.table.text("name")[row] or self.table.text("code")[row] or "—"

    def text(self, field: str) -> Text:
        """Return the name of a figure."""
        return self.fields[field].text

    # --------------------------------------------------------------------------------------------------- figures

    def read(self, names: Iterable[str], *path: str | int) -> list[str]:
        """Return the figures that are named, those that the standard reads; the others are said to change nothing."""
        found = []
        for name in names:
            field = field_of(name, self.fields)
            if field is None:
                continue  # a problem says so already
            if field in self.table.figures:
                found.append(field)
            else:
                at = (*path, name) if path and path[-1] != "as" else path
                self.problem(
                    kinds.SCENARIO_FIELD_UNREAD, *at, standard=self.run.standard.id, field=self.fields[field].text
                )
        return found

    def add(self, adds: Sequence[Add], told: Iterable[str], *path: str | int) -> bool:
        """Add to figures; return whether that could be done."""
        try:
            after = sections_changed(self.table, adds, self.shared, self.sums)
        except ImpossibleError as error:
            self.impossible(error, *path)
            return False
        return self._changed(after, told, *path)

    def put(self, puts: Sequence[Put], *path: str | int) -> bool:
        """Put figures in the place of others; return whether that could be done."""
        kept = {(row, name) for row, before in enumerate(self.came_from) for b, name in self.unused if b == before}
        after = figures_put(self.table, puts, self.shared, self.sums, kept)
        return self._changed(after, [put.field for put in puts], *path)

    def impossible(self, error: ImpossibleError, *path: str | int) -> None:
        """Note a change that no school can make."""
        add, row = error.add, error.add.section
        figure = self.table.column(add.field)[row]
        if figure is None:
            self.problem(kinds.SCENARIO_FIGURE_BLANK, *path, school=self.name(row), field=self.text(add.field))
        else:
            facts = {"found": plain(figure), "less": plain(-add.amount)}
            self.problem(kinds.SCENARIO_BELOW_ZERO, *path, school=self.name(row), field=self.text(add.field), **facts)

    def _changed(self, after: SchoolTable, told: Iterable[str], *path: str | int) -> bool:
        """Take a changed table of the same rows; note what changed in it, each figure of a whole school once."""
        before, said = self.table, frozenset(told)
        wrong = False
        effects = []
        for field, column in after.figures.items():
            own = before.column(field)
            if column is own:
                continue
            done: set[int] = set()
            for row, (was, now) in enumerate(zip(own, column, strict=True)):
                if was == now or row in done:
                    continue
                rows = rows_of(before, row, field, self.shared)
                done.update(rows)
                if self.fields[field].whole and now is not None and not now.is_integer():
                    expected = Text("整数", "a whole number")
                    self.problem(kinds.VALUE_WRONG, *path, key=field, found=plain(now), expected=expected)
                    wrong = True
                for each in rows:
                    self.touched[each, field] = self.place(*path)
                stage = None if len(rows) > 1 else before.text("stage")[row]
                effects.append(self._effect(row, stage, field, was, now, told=field in said))
        if not wrong:
            self.table = after
            self.untold = frozenset((row, name) for row, name in self.untold if after.column(name)[row] is None)
            self.effects += sorted(effects, key=lambda effect: not effect.told)
        return not wrong

    def _effect(self, row: int, stage: str | None, field: str, was: Figure, now: Figure, *, told: bool) -> Effect:
        words = (self.name(row), self.table.text("code")[row] or None, stage)
        return Effect(self.change, *words, field, was, now, told, county=self.table.text("county")[row])

    def buy(self, row: int, fields: Sequence[str], amount: Fraction) -> None:
        """Note that a school has something more that is to be paid for."""
        if amount <= 0 or not fields:
            return
        over = dict.fromkeys(whole for field in fields for whole in wholes_of(field, self.part_of))
        stage = None if all(field in self.shared for field in fields) else self.table.text("stage")[row]
        words = (self.name(row), self.table.text("code")[row] or None, stage)
        self.purchases.append(Purchase(self.change, *words, tuple(fields), tuple(over), amount))

    # --------------------------------------------------------------------------------------------------- schools

    def regroup(self, regrouped: Regrouped, schools: Sequence[str]) -> None:
        """Take a table whose schools were merged or split."""
        rows: dict[int, list[int]] = {}
        for row, before in enumerate(regrouped.came_from):
            rows.setdefault(before, []).append(row)
        told = {(row, f) for (b, f) in self.untold for row in rows.get(b, ()) if regrouped.table.column(f)[row] is None}
        self.touched = {(row, f): place for (b, f), place in self.touched.items() for row in rows.get(b, ())}
        self.regroupings = [
            (place, frozenset((row, f) for b, f in found for row in rows.get(b, ())))
            for place, found in self.regroupings
        ]
        self.regroupings.append((self.place(), regrouped.untold))
        self.untold = frozenset(told) | regrouped.untold
        self.came_from = tuple(self.came_from[before] for before in regrouped.came_from)
        self.table = regrouped.table
        self.effects.append(Effect(self.change, schools=tuple(schools)))

    # -------------------------------------------------------------------------------------------------- at the end

    def untold_said(self) -> list[Problem]:
        """Return which figures cannot be told after merging and splitting, as far as the standard reads them."""
        problems = []
        for place, found in self.regroupings:
            by_row: dict[int, list[str]] = {}
            for row, field in sorted(found & self.untold):
                by_row.setdefault(row, []).append(field)
            by_fields: dict[tuple[str, ...], list[int]] = {}
            for row, fields in by_row.items():
                by_fields.setdefault(tuple(fields), []).append(row)
            for fields_, rows in by_fields.items():
                texts = [self.text(field) for field in fields_]
                said = Text("、".join(t.zh for t in texts), ", ".join(t.en for t in texts))
                school = "、".join(dict.fromkeys(self.name(row) for row in rows))
                problems.append(kinds.SCENARIO_UNTOLD.at(place, school=school, fields=said))
        return problems

    def contradictions(self) -> list[Problem]:
        """Return every part that is larger than its whole after the changes, where one of the two was changed.

        Nothing is said where the table read had it so: no check of the standard asks for it.
        """
        problems: dict[tuple[Place, str, str, str], Problem] = {}
        for whole, part in self.pairs:
            for row, field in self.touched:
                if field not in (whole, part) or whole not in self.table.figures or part not in self.table.figures:
                    continue
                of_whole, of_part = self.table.column(whole)[row], self.table.column(part)[row]
                if self._exceeded(row, whole, part):
                    continue
                if of_whole is not None and of_part is not None and of_part > of_whole:
                    place = self.touched[row, field]
                    facts = {"found": plain(of_part), "found_whole": plain(of_whole)}
                    words = {"part": self.text(part), "whole": self.text(whole)}
                    key = (place, self.name(row), whole, part)
                    problems[key] = kinds.SCENARIO_PART_EXCEEDS.at(place, school=self.name(row), **words, **facts)
        by_pair = {key[1:]: problem for key, problem in problems.items()}
        return list(by_pair.values())

    def _exceeded(self, row: int, whole: str, part: str) -> bool:
        """Say whether the part was larger than the whole in the table that was read."""
        reading = self.run.reading
        if reading is None:
            return False
        of_whole, of_part = (reading.table.column(name)[self.came_from[row]] for name in (whole, part))
        return of_whole is not None and of_part is not None and of_part > of_whole
