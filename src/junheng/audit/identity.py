"""Which school of one year is which of another: by code first, then by name, with the changes on record."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from junheng import kinds
from junheng.audit.identity_form import Closed, IdentityForm, Merged, Named, Opened, Renamed, Split
from junheng.audit.roll import Roll, School
from junheng.problems import Problem
from junheng.standard.source import Document, Path_
from junheng.text import Text
from junheng.workbook.origin import section_name

NOT_FOUND = Text("找不到", "it is not there")
SEVERAL = Text("不止一所，请写代码或县名", "there are several; write its code or county")
STILL_THERE = Text("仍在表中", "it is still in the table")
NOT_YET_GONE = Text("变动后的学校不在表中", "the school after the change is not in the table")
ALREADY_THERE = Text("变动以前已在表中", "it is in the table before the change")
TWICE = Text("同一年度写了两次去向", "two things happen to it in one year")


AnyChange = Renamed | Merged | Split | Closed | Opened


class Pair(NamedTuple):
    """A school of the later year and what it was in the earlier one; several where they were merged or split."""

    now: tuple[School, ...]
    before: tuple[School, ...]
    on_record: bool  # a change of it is on record


class Change(NamedTuple):
    """A change on record that was found in the tables, for the list of changes."""

    kind: str
    year: int
    before: tuple[str, ...]
    now: tuple[str, ...]
    evidence: str | None


class Identity(NamedTuple):
    """The schools of two years laid side by side."""

    pairs: Sequence[Pair]
    vanished: Sequence[School]
    appeared: Sequence[School]
    changes: Sequence[Change]
    problems: Sequence[Problem]


@dataclass(slots=True)
class _Line:
    """A school as it is called at a point in time; of one `kin` are all that come from the same schools."""

    code: str | None
    name: str
    county: str | None
    town: str | None
    kin: int
    on_record: list[Path_] = field(default_factory=list)


def code_key(code: str | None) -> str | None:
    """Return a code for comparison: without the zeros at its beginning, which spreadsheets lose.

    >>> code_key("011301") == code_key("11301"), code_key(None)
    (True, None)
    """
    return (code.lstrip("0") or "0") if code else None


def _is(named: Named, school: School | _Line) -> bool:
    """Say whether a school is the one named."""
    if named.county is not None and named.county != school.county:
        return False
    if named.code is not None and code_key(named.code) != code_key(school.code):
        return False
    return named.name is None or section_name(named.name) == section_name(school.name)


class _Tracing:
    """The changes on record applied one after another to the schools of the earlier year."""

    def __init__(self, before: Roll, now: Roll, form: IdentityForm, document: Document | None) -> None:
        self.before, self.now, self.document = before, now, document
        self.lines = [_Line(s.code, s.name, s.county, s.town, at) for at, s in enumerate(before.schools)]
        self.origins = [[school] for school in before.schools]  # the schools of the earlier year, by kin
        self.of_now = now.schools
        self.problems: list[Problem] = []
        self.changes: list[Change] = []
        self.opened: list[School] = []
        self.expected: dict[int, tuple[Path_, Named]] = {}
        for change, path in sorted(self._dated(form), key=lambda entry: entry[0].year):
            self._apply(change, path)

    def _dated(self, form: IdentityForm) -> Iterator[tuple[AnyChange, Path_]]:
        """Yield the changes between the two years, with their places in the file."""
        low, high = self.before.year, self.now.year
        for key in ("renamed", "merged", "split", "closed", "opened"):
            for at, change in enumerate(getattr(form, key)):
                if (low is None or change.year > low) and (high is None or change.year <= high):
                    yield change, (key, at)

    def _wrong(self, path: Path_, named: Named, reason: Text) -> None:
        if self.document is not None:
            place = self.document.place(path)
            self.problems.append(kinds.CHANGE_DOUBTFUL.at(place, school=str(named), reason=reason))

    def _line(self, named: Named, path: Path_, *, needed: bool = True) -> _Line | None:
        """Return the only school named; report one that is not found, or not the only one."""
        found = [line for line in self.lines if _is(named, line)]
        if len(found) > 1 or (not found and needed):
            self._wrong(path, named, SEVERAL if found else NOT_FOUND)
        return found[0] if len(found) == 1 else None

    def _apply(self, change: AnyChange, path: Path_) -> None:
        if isinstance(change, Renamed):
            line = self._line(change.from_, (*path, "from"))
            if line is not None:
                self._record(change, "renamed", (line.name,), (str(change.to),))
                line.code, line.name = change.to.code or line.code, change.to.name or line.name
                line.on_record.append((*path, "to"))
        elif isinstance(change, Merged):
            self._merge(change, path)
        elif isinstance(change, Split):
            self._split(change, path)
        elif isinstance(change, Closed):
            line = self._line(change.school, (*path, "school"))
            if line is None:
                return
            if any(_is(Named(code=line.code, name=line.name), school) for school in self.of_now):
                self._wrong((*path, "school"), change.school, STILL_THERE)
                return
            self.lines.remove(line)
            self._record(change, "closed", (line.name,), ())
        else:
            found = [school for school in self.of_now if _is(change.school, school)]
            if len(found) != 1:
                self._wrong((*path, "school"), change.school, SEVERAL if found else NOT_FOUND)
            elif any(_is(change.school, line) for line in self.lines):
                self._wrong((*path, "school"), change.school, ALREADY_THERE)
            else:
                self.opened.append(found[0])
                self._record(change, "opened", (), (found[0].name,))

    def _merge(self, change: Merged, path: Path_) -> None:
        parts = [self._line(named, (*path, "from", at)) for at, named in enumerate(change.from_)]
        lines = [line for line in parts if line is not None]
        into = self._line(change.to, (*path, "to"), needed=False)
        every = list({id(line): line for line in [*([into] if into else []), *lines]}.values())
        if len(lines) < len(parts) or not every:
            return
        head = into or every[0]
        merged = _Line(
            into.code if into else change.to.code,
            into.name if into else change.to.name or "",
            head.county,
            head.town,
            self._one_kin([line.kin for line in every]),
            [(*path, "to")],
        )
        self._record(change, "merged", tuple(line.name for line in every), (str(change.to),))
        self.lines = [line for line in self.lines if all(line is not other for other in every)] + [merged]

    def _one_kin(self, kins: Sequence[int]) -> int:
        """Make the lines of several kins one kin; return it."""
        first, *others = dict.fromkeys(kins)
        for kin in others:
            self.origins[first] += self.origins[kin]
        for line in self.lines:
            line.kin = first if line.kin in others else line.kin
        return first

    def _split(self, change: Split, path: Path_) -> None:
        line = self._line(change.from_, (*path, "from"))
        if line is None:
            return
        parts = [
            _Line(named.code, named.name or "", named.county or line.county, line.town, line.kin, [(*path, "to", at)])
            for at, named in enumerate(change.to)
        ]
        for part, named in zip(parts, change.to, strict=True):
            if _is(named, line):  # one of them keeps name and code
                part.code, part.name = line.code, line.name
            elif any(_is(named, other) for other in self.lines):
                self._wrong(part.on_record[0], named, ALREADY_THERE)
                return
        self._record(change, "split", (line.name,), tuple(map(str, change.to)))
        self.lines = [other for other in self.lines if other is not line] + parts

    def _record(self, change: AnyChange, kind: str, before: tuple[str, ...], now: tuple[str, ...]) -> None:
        self.changes.append(Change(kind, change.year, before, now, change.evidence))

    def result(self) -> Identity:
        """Return the schools that are the same, by code, then by county and name, then by county, town and name."""
        left = list(self.of_now)
        found: list[tuple[_Line, School]] = []
        lines = self.lines
        for keys in (_by_code, _by_name, _by_town):
            lines = _match(lines, left, keys, found)
            taken = {id(school) for _, school in found}
            left = [school for school in left if id(school) not in taken]
        for line in lines:
            for path in line.on_record[-1:]:
                self._wrong(path, Named(code=line.code, name=line.name or None), NOT_YET_GONE)
        opened = {id(school) for school in self.opened}
        appeared = [school for school in left if id(school) not in opened]
        vanished = [school for line in lines if not line.on_record for school in self.origins[line.kin]]
        return Identity(
            self._pairs(found, {line.kin for line in lines}), vanished, appeared, self.changes, self.problems
        )

    def _pairs(self, found: Sequence[tuple[_Line, School]], lacking: set[int]) -> list[Pair]:
        """Return the schools found by kin; none of a kin of which a school is lacking, for sums would not compare."""
        by_kin: dict[int, list[tuple[_Line, School]]] = {}
        for line, school in found:
            by_kin.setdefault(line.kin, []).append((line, school))
        return [
            Pair(
                tuple(school for _, school in of_kin),
                tuple(self.origins[kin]),
                any(line.on_record for line, _ in of_kin),
            )
            for kin, of_kin in by_kin.items()
            if kin not in lacking
        ]


def _by_code(school: School | _Line) -> object:
    return code_key(school.code)


def _by_name(school: School | _Line) -> object:
    return (school.county, section_name(school.name)) if school.name else None


def _by_town(school: School | _Line) -> object:
    return (school.county, school.town, section_name(school.name)) if school.name else None


def _match(
    lines: Sequence[_Line],
    left: Sequence[School],
    key: Callable[[School | _Line], object],
    found: list[tuple[_Line, School]],
) -> list[_Line]:
    """Put together what has the same key once on either side; return the lines that remain."""
    counts = Counter(map(key, left)), Counter(map(key, lines))
    by_key = {k: school for school in left if (k := key(school)) is not None and counts[0][k] == 1}
    remaining = []
    for line in lines:
        k = key(line)
        if counts[1][k] == 1 and k in by_key:
            found.append((line, by_key[k]))
        else:
            remaining.append(line)
    return remaining


def identify(before: Roll, now: Roll, form: IdentityForm, document: Document | None) -> Identity:
    """Lay the schools of two years side by side."""
    return _Tracing(before, now, form, document).result()


def lint_identity(form: IdentityForm, document: Document) -> list[Problem]:
    """Return what is wrong with a file of changes in itself: a school to which two things happen in one year."""
    problems = []
    seen: set[tuple[int, str]] = set()
    gone: list[tuple[int, Named, Path_]] = [
        *((c.year, c.from_, ("renamed", at, "from")) for at, c in enumerate(form.renamed)),
        *((c.year, n, ("merged", at, "from", i)) for at, c in enumerate(form.merged) for i, n in enumerate(c.from_)),
        *((c.year, c.from_, ("split", at, "from")) for at, c in enumerate(form.split)),
        *((c.year, c.school, ("closed", at, "school")) for at, c in enumerate(form.closed)),
    ]
    for year, named, path in gone:
        labels = {(year, label) for label in (code_key(named.code), named.name) if label}
        if labels & seen:
            problems.append(kinds.CHANGE_DOUBTFUL.at(document.place(path), school=str(named), reason=TWICE))
        seen |= labels
    for at, change in enumerate(form.renamed):
        if change.from_ == change.to:
            place = document.place(("renamed", at, "to"))
            reason = Text("变动前后相同", "it is the same before and after")
            problems.append(kinds.CHANGE_DOUBTFUL.at(place, school=str(change.to), reason=reason))
    return problems
