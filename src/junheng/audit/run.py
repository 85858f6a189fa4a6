"""One audit: workbooks of a year, perhaps those of another to compare with, in; findings and problems out."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import NamedTuple

from junheng import kinds
from junheng.audit.finding import Finding
from junheng.audit.identity import Change, Identity, identify, lint_identity
from junheng.audit.identity_form import IdentityForm
from junheng.audit.load import Checks, load_checks, load_identity
from junheng.audit.over_years import between_years
from junheng.audit.roll import Roll
from junheng.audit.rules import within_schools
from junheng.audit.spread import between_schools
from junheng.audit.totals import totals
from junheng.audit.waiving import Accepted, accepted
from junheng.engine.divisions import divide
from junheng.engine.school import assess
from junheng.problems import Place, Problem, Severity, Unusable, errors
from junheng.run import DEFAULT_STANDARD
from junheng.standard.load import Standard, load, needed_fields, needed_words, scope_words
from junheng.text import Text
from junheng.waivers import Waiver, day_of, read_waivers
from junheng.workbook.cells import workbooks
from junheng.workbook.mapping import Mapped, read_mapping
from junheng.workbook.missing import missing_figures
from junheng.workbook.schools import Reading, read_schools

_ORDER = list(Severity)


class Audit(NamedTuple):
    """What was looked at, and what was found; `problems` are those of reading. `before` None: one year only."""

    standard: Standard
    checks: Checks
    now: Roll
    before: Roll | None
    findings: Sequence[Finding]
    changes: Sequence[Change]
    problems: Sequence[Problem]
    accepted: Accepted = Accepted()

    @property
    def faulty(self) -> bool:
        """Say whether anything found is an error, in the figures or in reading them."""
        return self.count(Severity.ERROR) > 0

    @property
    def faulty_with_waivers(self) -> bool:
        """Say whether one of these errors is not accepted by a waiver."""
        return any(map(self.accepted.weighs, self.problems)) or any(map(self.accepted.weighs, self.findings))

    def count(self, severity: Severity) -> int:
        """Return how many findings and problems of reading weigh so much."""
        found = sum(finding.severity is severity for finding in self.findings)
        return found + sum(problem.severity is severity for problem in self.problems)


class _Wanted(NamedTuple):
    """What is read from every workbook."""

    standard: Standard
    needed: Sequence[str]
    words: frozenset[str]
    mapped: Mapped | None
    sheets: frozenset[str]
    say: Callable[[Text], None]


def audit(
    paths: Sequence[Path],
    standard: str = DEFAULT_STANDARD,
    *,
    year: int | None = None,
    against: Sequence[Path] = (),
    checks: Path | None = None,
    identity: Path | None = None,
    columns: Path | None = None,
    settings: Mapping[str, str] | None = None,
    sheets: Sequence[str] = (),
    county: str | None = None,
    progress: Callable[[Text], None] | None = None,
    waivers: Path | None = None,
    today: date | None = None,
) -> Audit:
    """Check the figures of a table for what cannot be right or is unlikely; with `against`, what changed since.

    `checks` is a file of rules laid over the shipped ones, `identity` one of renames, mergers and closures, `waivers`
    one of waivers, which expire by the first day of the school year, by `today` where the table has none. The standard
    says which figures must be there. Raise Unusable where nothing can be read, or a waiver is faulty.
    """
    say = progress or (lambda _: None)
    loaded = load(standard, year, settings)
    rules = load_checks(checks, loaded.fields, year)
    given = None if waivers is None else read_waivers(waivers)
    form, document = (IdentityForm(), None) if identity is None else load_identity(identity)
    mapped = None if columns is None else read_mapping(columns, str(columns), loaded.fields)
    conditions = rules.figures()
    words = needed_words(loaded) | {n for n in conditions if loaded.fields[n].kind == "choice"} - {"type", "stage"}
    numeric = [n for n in conditions if loaded.fields[n].numeric]
    needed = list(dict.fromkeys([*needed_fields(loaded), *numeric]))
    wanted = _Wanted(loaded, needed, words, mapped, frozenset(sheets), say)
    files, problems = workbooks(paths)
    reading = _read(files, problems, wanted, year)
    if year is None and reading.year is not None and load(standard, reading.year, settings).method != loaded.method:
        return audit(
            paths,
            standard,
            year=reading.year,
            against=against,
            checks=checks,
            identity=identity,
            columns=columns,
            settings=settings,
            sheets=sheets,
            county=county,
            progress=progress,
            waivers=waivers,
            today=today,
        )
    if county is not None and not any(reading.table.text("county")):
        reading.table.texts["county"][:] = [county] * reading.table.size  # type: ignore[index]
    say(Text("核查", "checking"))
    if reading.year != year:
        rules = load_checks(checks, loaded.fields, reading.year)
    now = Roll(reading, loaded.fields)
    problems = [*([] if document is None else lint_identity(form, document)), *reading.problems]
    problems += _missing(reading, loaded)
    findings = [*within_schools(now, rules), *between_schools(now, rules)]
    findings += totals(now, rules, mapped, reading.problems)
    before, found = None, None
    if against:
        before, earlier = _before(against, files, wanted, reading, county)
        problems += earlier
        say(Text("与上年比较", "comparing the years"))
        found = identify(before, now, form, document)
        problems += found.problems
        findings += between_years(before, now, found, rules)
    reported = {problem.place for problem in problems}
    findings = [f for f in findings if f.kind != "given" or f.subject.name is None or f.place not in reported]
    done = Audit(loaded, rules, now, before, _ordered(findings, now, rules), _changes(found), problems)
    return done if given is None else _waived(done, given, today)


def _waived(done: Audit, given: Sequence[Waiver], today: date | None) -> Audit:
    """Return an audit with what waivers accept; raise Unusable where one of them is faulty."""
    rules = [rule.id for rule in done.checks.rules]
    indicators = [node.id for node in done.standard.method.nodes()]
    found = accepted(given, done.now, done.findings, done.problems, rules, indicators, day_of(done.now.year, today))
    if errors(found.faults):
        raise Unusable(found.faults)
    return done._replace(accepted=found, problems=[*done.problems, *found.faults])


def _changes(found: Identity | None) -> Sequence[Change]:
    return [] if found is None else found.changes


def _read(files: Sequence[tuple[Path, str]], problems: Sequence[Problem], wanted: _Wanted, year: int | None) -> Reading:
    """Read workbooks; raise Unusable with every problem."""
    try:
        reading = read_schools(
            files,
            wanted.standard.fields,
            wanted.needed,
            wanted.words,
            scope_words(wanted.standard),
            (),  # a part larger than its whole is for the rules to find
            wanted.mapped,
            year,
            wanted.sheets,
            lambda shown: wanted.say(Text(f"读取 {shown}", f"reading {shown}")),
        )
    except Unusable as error:
        raise Unusable([*problems, *(error.problems if files else ())]) from error
    if problems:
        raise Unusable([*problems, *reading.problems])
    return reading


def _before(
    against: Sequence[Path],
    files: Sequence[tuple[Path, str]],
    wanted: _Wanted,
    reading: Reading,
    county: str | None,
) -> tuple[Roll, list[Problem]]:
    """Read the workbooks of the earlier year: its only one, or the one before where they hold several."""
    earlier, problems = workbooks(against)
    names = {shown for _, shown in files}
    earlier = [(path, str(path) if shown in names else shown) for path, shown in earlier]
    try:
        past = _read(earlier, problems, wanted, None)
    except Unusable as error:
        if reading.year is None or all(p.kind is not kinds.YEARS_SEVERAL for p in error.problems):
            raise
        past = _read(earlier, problems, wanted, reading.year - 1)
    place = Place(earlier[0][1])
    if past.year is not None and past.year == reading.year:
        raise Unusable([kinds.AGAINST_SAME_YEAR.at(place, year=past.year)])
    if county is not None and not any(past.table.text("county")):
        past.table.texts["county"][:] = [county] * past.table.size  # type: ignore[index]
    faults = len(errors(past.problems))
    said = [kinds.EARLIER_TABLE_FAULTY.at(place, year=past.year or "？", count=faults)] if faults else []
    return Roll(past, wanted.standard.fields), said


def _missing(reading: Reading, standard: Standard) -> list[Problem]:
    """Return the cells that the standard cannot do without."""
    method = standard.method
    assessment = assess(method, divide(reading.table, method.pupil_weight, method.divided))
    rules = standard.form.named_rules()
    names = {id_: (rule.short or rule.name).text for id_, (rule, _) in rules.items()}
    return missing_figures(assessment, reading.origin, standard.fields, names, reading.problems)


def _ordered(findings: Sequence[Finding], now: Roll, checks: Checks) -> list[Finding]:
    """Return findings by school in the order of the table, then by weight, then in the order of the rules."""
    schools: dict[tuple[str | None, str | None], int] = {}
    for at in range(now.table.size):
        schools.setdefault((now.table.text("county")[at], now.table.text("name")[at]), at)
    rules = {rule.id: at for at, rule in enumerate(checks.rules)}
    last = now.table.size
    return sorted(
        findings,
        key=lambda f: (
            schools.get((f.subject.county, f.subject.name), last),
            f.subject.name or "",
            _ORDER.index(f.severity),
            rules[f.check],
        ),
    )
