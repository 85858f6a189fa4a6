"""What an audit found as one list: findings and problems of reading, by school, and what is the same at many schools."""

from collections.abc import Hashable, Mapping, Sequence
from typing import NamedTuple

from junheng.audit.finding import Finding
from junheng.audit.run import Audit
from junheng.problems import Place, Problem, Severity
from junheng.text import Text
from junheng.waivers import Waiver
from junheng.workbook.origin import row_key

SEVERITIES = {
    Severity.ERROR: Text("错误", "error"),
    Severity.WARNING: Text("提醒", "warning"),
    Severity.NOTE: Text("说明", "note"),
}
MANY = 20  # schools of which the same is said one by one
EACH = Text("各校", "each school")


class Entry(NamedTuple):
    """One line of the list: a finding, or a problem of reading. `school` None: of the whole table.

    `same` is equal where the same is said of two schools, `of_many` what is said of them together.
    """

    school: str | None
    county: str | None
    town: str | None
    code: str | None
    stage: str | None
    severity: Severity
    check: str
    title: Text
    places: Sequence[Place]
    message: Text
    hint: Text
    same: Hashable
    of_many: Text
    plausible: bool = False
    waiver: Waiver | None = None

    @property
    def at(self) -> tuple[str | None, str | None, str | None]:
        """Its school: county, name and code."""
        return (self.county, self.school, self.code) if self.school is not None else (None, None, None)


def entries(audit: Audit) -> list[Entry]:
    """Return findings and problems of reading by school, in the order of the table; those of the whole table last."""
    rows = _rows(audit) if audit.problems else {}
    waived = audit.accepted.findings
    found = [_of_finding(finding, waived.get(finding) if waived else None) for finding in audit.findings]
    found += [
        _of_problem(problem, _subject(audit, rows.get(row_key(problem.place))), audit.accepted.problems.get(problem))
        for problem in audit.problems
    ]
    table = audit.now.table
    order: dict[tuple[str | None, str | None], int] = {}
    for at, school in enumerate(zip(table.text("county"), table.text("name"), strict=True)):
        order.setdefault(school, at)
    last = table.size
    weights = list(Severity)
    return sorted(
        found,
        key=lambda e: (
            last + 1 if e.school is None else order.get((e.county, e.school), last),
            e.school or "",
            weights.index(e.severity),
        ),
    )


def at_no_school(audit: Audit) -> list[Problem]:
    """Return the problems that do not stand in the row of a school."""
    rows = _rows(audit) if audit.problems else {}
    return [
        problem
        for problem in audit.problems
        if problem.place.cell is None or _subject(audit, rows.get(row_key(problem.place)))[0] is None
    ]


def at_many(found: Sequence[Entry]) -> tuple[list[list[Entry]], list[Entry]]:
    """Return what is the same at more than twenty schools, together, and what remains."""
    alike: dict[Hashable, list[Entry]] = {}
    for entry in found:
        if entry.school is not None:
            alike.setdefault((entry.same, entry.waiver), []).append(entry)
    many = {key: same for key, same in alike.items() if len(same) > MANY and len({e.at for e in same}) > MANY}
    return list(many.values()), [e for e in found if e.school is None or (e.same, e.waiver) not in many]


def _of_finding(finding: Finding, waiver: Waiver | None) -> Entry:
    subject = finding.subject
    return Entry(
        subject.name,
        subject.county,
        subject.town,
        subject.code,
        subject.stage,
        finding.severity,
        finding.check,
        finding.title,
        list(dict.fromkeys([finding.place, *(cell for seen in finding.seen for cell in seen.cells)])),
        finding.message,
        finding.hint,
        (finding.check, finding.message),
        finding.message,
        finding.plausible,
        waiver,
    )


def _of_problem(problem: Problem, subject: Sequence[str | None], waiver: Waiver | None) -> Entry:
    school, county, town, code, stage = subject
    shared = tuple((key, str(fact)) for key, fact in problem.facts if key != "school")
    of_many = problem.kind.message.fill(
        **(dict(problem.facts) | ({"school": EACH} if "school" in dict(problem.facts) else {}))
    )
    return Entry(
        school,
        county,
        town,
        code,
        stage,
        problem.severity,
        problem.kind.code,
        Text("读取", "reading"),
        [problem.place],
        Text(problem.message("zh"), problem.message("en")),
        Text(problem.hint("zh"), problem.hint("en")),
        (problem.kind.code, shared),
        of_many,
        waiver=waiver,
    )


def _subject(audit: Audit, section: int | None) -> tuple[str | None, ...]:
    """Return school, county, town, code and stage of a section; nothing where there is none."""
    if section is None:
        return (None,) * 5
    return tuple(audit.now.table.text(name)[section] for name in ("name", "county", "town", "code", "stage"))


def _rows(audit: Audit) -> Mapping[tuple[str, str | None, str], int]:
    """Return the section that stands in each row of a sheet that a problem is in."""
    origin = audit.now.origin
    asked = {row_key(problem.place) for problem in audit.problems}
    tops = [(sheet.file, sheet.name, sheet.top + 1) for sheet in origin.sheets]
    found = {}
    for section, (number, row) in enumerate(zip(origin.sheet_of, origin.row_of, strict=True)):
        file, name, top = tops[number]
        at = (file, name, str(row + top))
        if at in asked:
            found[at] = section
    return found
