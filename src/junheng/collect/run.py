"""One collection: a folder, a roster and what else is known in; one table and everything that has to be said out."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from junheng import kinds
from junheng.collect.forms import read_forms
from junheng.collect.joining import join, settle_absent
from junheng.collect.layouts import STANDINGS, Layout, read_layouts
from junheng.collect.merging import NOT_SENT, Merging, merge, read_merging
from junheng.collect.reports import Report, read_reports
from junheng.collect.roster import Roster, read_roster
from junheng.collect.sections import Joined, Section
from junheng.problems import Place, Problem, Unusable, errors
from junheng.standard.grammar import FieldForm
from junheng.standard.load import SUFFIXES as YAML
from junheng.text import Text
from junheng.workbook.cells import SUFFIXES, read_sheets, workbooks
from junheng.workbook.collected import lists_of
from junheng.workbook.counted import with_counted
from junheng.workbook.headings import Words, key
from junheng.workbook.mapping import Mapped, read_mapping
from junheng.workbook.schools import year_of_path


@dataclass(slots=True)
class Collected:
    """The table of a folder, what is not in it, and what is wrong.

    `aside` are schools that are not counted and were not merged, `skipped` the files of which nothing could be used,
    `unsent` the children of the merge file that no table holds, `of_other_years` the years that schools did report.
    """

    joined: Joined
    aside: list[list[Section]]
    roster: Roster
    fields: Mapping[str, FieldForm]
    year: int | None
    files: int
    skipped: list[str]
    unsent: list[str]
    of_other_years: Mapping[Place, int]
    problems: list[Problem]

    @property
    def complete(self) -> bool:
        """Whether every school is there and nothing contradicts anything."""
        return not errors(self.problems)


def collect(
    folder: Path,
    roster: Path,
    output: Path,
    *,
    fields: Mapping[str, FieldForm],
    year: int | None = None,
    columns: Path | None = None,
    merging: Path | None = None,
    layouts: Sequence[Path] = (),
    progress: Callable[[Text], None] | None = None,
) -> Collected:
    """Collect the workbooks of a folder; raise Unusable where nothing can be collected.

    The year is the one asked for, else that in the name of `output`, else the only one that the files say.
    """
    say = progress or (lambda _: None)
    fields = with_counted(fields)
    mapped: Mapped | None = None if columns is None else read_mapping(columns, str(columns), fields)
    children = Merging() if merging is None else read_merging(merging, str(merging))
    forms = read_layouts(layouts, fields)
    expected, problems = read_roster(roster, roster.name, fields)
    found, faults = workbooks([folder])
    files = [(path, shown) for path, shown in found if not _same(path, roster) and not _same(path, output)]
    if faults or not files:
        raise Unusable(faults or [kinds.NO_WORKBOOKS.at(Place(str(folder)))])
    reading = _Reading(
        Words(fields), mapped, forms, _names(expected), year or year_of_path(Path(output.name)), problems
    )
    for name in _of_other_types(folder):
        problems.append(kinds.FILE_TYPE_UNKNOWN.at(Place(name), suffix=Path(name).suffix or "—"))
        reading.skipped.append(name)
    for path, shown in files:
        say(Text(f"读取 {shown}", f"reading {shown}"))
        reading.read(path, shown)
    wanted = reading.asked if reading.asked is not None else _year(reading.by_file)
    reports, of_other_years = _of_year(reading, wanted, expected)
    if not reports:
        raise Unusable([*problems, kinds.NO_SCHOOLS.at(Place(str(folder)))])
    problems += [
        kinds.FORM_NOT_COMPARED.at(place, form=layout.form.form, standing=STANDINGS[layout.form.standing])
        for layout, place in reading.used.values()
        if layout.form.compared is None
    ]
    say(Text("合并", "collecting"))
    joined = join(reports, expected, fields)
    problems += settle_absent(joined.sections, fields)
    aside = merge(joined, children, fields)
    problems = [*_without_completed(problems, reports), *joined.problems, *_typeless(joined, fields)]
    problems += [kinds.NOT_REPORTED.at(school.at, school=school.said) for school in joined.missing]
    problems += [
        kinds.NOT_IN_ROSTER.at(s.at, school=s.name, code=s.texts.get("code") or "—", reason=reason)
        for s, reason in joined.outside
    ]
    unsent = [str(dict(p.facts)["child"]) for p in joined.problems if p.kind is kinds.MERGE_NOT_DONE and _unsent(p)]
    problems = list(dict.fromkeys(problems))
    return Collected(
        joined, aside, expected, fields, wanted, len(files), reading.skipped, unsent, of_other_years, problems
    )


@dataclass(slots=True)
class _Reading:
    """What is known before a file is read, and what has been read: reports by file, files not used, layouts used."""

    headings: Words
    mapped: Mapped | None
    layouts: Sequence[Layout]
    names: Mapping[str, str]
    asked: int | None
    problems: list[Problem]
    by_file: dict[str, list[Report]] = field(default_factory=dict)
    skipped: list[str] = field(default_factory=list)
    used: dict[str, tuple[Layout, Place]] = field(default_factory=dict)

    def read(self, path: Path, shown: str) -> None:
        """Read one workbook; one that cannot be used is reported and left."""
        try:
            self.by_file[shown] = self._reports(path, shown)
        except Unusable as error:
            self.problems += error.problems
        if not self.by_file.get(shown):
            self.skipped.append(shown)

    def _reports(self, path: Path, shown: str) -> list[Report]:
        """Return the reports of a workbook, of its forms and of its tables."""
        sheets = read_sheets(path, shown)
        lists, incomplete = lists_of(sheets)
        self.problems += incomplete
        kept = [sheet for sheet in sheets if sheet.name not in lists]
        forms = read_forms(kept, self.layouts, self.headings, self.names, self.asked)
        self.problems += forms.problems
        for layout, place in forms.layouts:
            self.used.setdefault(layout.file, (layout, place))
        try:
            tables = read_reports(path, shown, forms.others, self.headings, self.mapped, with_forms=forms.any)
        except Unusable as error:
            if not forms.reports:
                raise
            self.problems += error.problems
            return forms.reports
        self.problems += tables.problems
        return [*forms.reports, *tables.reports]


def _names(expected: Roster) -> dict[str, str]:
    """Return the names of the roster by what a file may be named after: a code, or the name."""
    names = {key(school.code or school.name): school.name for school in expected.schools}
    return names | {key(school.name): school.name for school in expected.schools if school.name}


def _of_year(reading: _Reading, wanted: int | None, expected: Roster) -> tuple[list[Report], dict[Place, int]]:
    """Return the reports of a year, and the years in which schools of the roster did report, by their place in it."""
    reports: list[Report] = []
    other_years: dict[Place, int] = {}
    for shown, own in reading.by_file.items():
        of_year = [report for report in own if wanted is None or report.year in (None, wanted)]
        if own and not of_year:
            said = "、".join(str(y) for y in sorted({r.year for r in own if r.year is not None}))
            reading.problems.append(kinds.YEAR_NOT_THERE.at(Place(shown), year=wanted, found=said))
            reading.skipped.append(shown)
        reports += of_year
        for report in own:
            school = expected.find(report.texts, report.at).school
            if school is not None and report.year not in (None, wanted):
                other_years[school.at] = max(report.year or 0, other_years.get(school.at, 0))
    return reports, other_years


def _same(one: Path, other: Path) -> bool:
    return other.exists() and one.samefile(other)


def _unsent(problem: Problem) -> bool:
    """Say whether a merge was not done because the child has not reported."""
    return dict(problem.facts).get("reason") == NOT_SENT


def _of_other_types(folder: Path) -> list[str]:
    """Return the files of a folder that are sent but are no workbooks: documents, pictures, archives."""
    known = {*SUFFIXES, *YAML, ".db", ".ini"}
    files = (f for f in folder.rglob("*") if f.is_file() and not f.name.startswith((".", "~$")))
    return sorted(f.relative_to(folder).as_posix() for f in files if f.suffix.lower() not in known)


def _year(by_file: Mapping[str, Sequence[Report]]) -> int | None:
    """Return the year that all files say; raise Unusable where they say several, for nobody says which."""
    found = sorted({report.year for own in by_file.values() for report in own if report.year is not None})
    if len(found) > 1:
        raise Unusable([kinds.YEARS_SEVERAL.at(Place(next(iter(by_file))), found="、".join(map(str, found)))])
    return found[0] if found else None


def _without_completed(problems: Sequence[Problem], reports: Sequence[Report]) -> list[Problem]:
    """Return problems without those of blank names and types that the roster completes."""
    completed = {place for report in reports for place in report.completed}
    blank = (kinds.TYPE_UNKNOWN, kinds.NAME_BLANK)
    return [p for p in problems if not (p.kind in blank and p.place in completed and not dict(p.facts).get("found"))]


def _typeless(joined: Joined, fields: Mapping[str, FieldForm]) -> list[Problem]:
    """Say whose type neither a table nor the roster gives."""
    without = [s for s in joined.sections if s.texts.get("type") is None and "type" not in s.reports[0].cells]
    return [kinds.COLUMN_REQUIRED.at(s.reports[0].head or s.at, field=fields["type"].text) for s in without]
