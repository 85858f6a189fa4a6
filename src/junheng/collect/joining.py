"""Reports become schools: matched with the roster, counted once where alike, not used where they contradict each other."""

from collections.abc import Mapping, Sequence

from junheng import kinds
from junheng.collect.reports import Report
from junheng.collect.roster import WORDS, Expected, Match, Roster, code_of_other
from junheng.collect.sections import NOT_USED, STAGES, Figure, Joined, Outside, Section, Twice, Version
from junheng.collect.through import settle_school
from junheng.problems import Problem
from junheng.standard.grammar import FieldForm
from junheng.text import Text
from junheng.workbook.headings import key
from junheng.workbook.origin import section_name

FROM_ROSTER = Text("名册", "roster")
ABSENT_AS_NOTHING = Text("源表没有这一列，按 0 计", "its table has no such column; counted as 0")
_WORDS = ("type", "area", "owner", "basis", "county", "town", "group")  # words on which versions must agree


def join(reports: Sequence[Report], roster: Roster, fields: Mapping[str, FieldForm]) -> Joined:
    """Return the schools of reports in the order of the roster, those outside of it behind them."""
    joined = Joined()
    matches: dict[object, Match] = {}
    groups: dict[object, list[Report]] = {}
    for report, match in _matched(reports, roster):
        if match.problem is not None:
            joined.problems.append(match.problem)
        school = _key(report, match.school)
        matches.setdefault(school, match)
        groups.setdefault(school, []).append(report)
    order = {id(expected): at for at, expected in enumerate(roster.schools)}

    def place(school: object) -> int:
        expected = matches[school].school
        return len(order) if expected is None else order[id(expected)]

    for school in sorted(groups, key=place):
        expected, reason, _ = matches[school]
        for report in groups[school]:
            _fill(report, expected)
        sections = [_fold(same, expected, fields, joined) for same in _by_stage(groups[school], fields).values()]
        sections.sort(key=lambda s: STAGES.index(s.texts["stage"]) if s.texts.get("stage") in STAGES else len(STAGES))
        settle_school(sections, fields, joined)
        joined.schools.append(sections)
        if expected is None:
            joined.outside += [Outside(section, reason) for section in sections]
    reported = {id(matches[school].school) for school in groups}
    joined.missing = [expected for expected in roster.schools if id(expected) not in reported]
    return joined


def _matched(reports: Sequence[Report], roster: Roster) -> list[tuple[Report, Match]]:
    """Return every report with its school.

    A code under which one report has the name of the roster and another has not is the other's by mistake.
    """
    found = [(report, roster.find(report.texts, report.at)) for report in reports]
    named = {
        id(match.school) for report, match in found if match.school is not None and _same_name(report, match.school)
    }
    return [
        (report, code_of_other([match.school]))
        if match.school is not None
        and id(match.school) in named
        and match.school.name
        and report.texts.get("name")
        and not _same_name(report, match.school)
        else (report, match)
        for report, match in found
    ]


def _same_name(report: Report, school: Expected) -> bool:
    return section_name(report.texts.get("name") or "") == section_name(school.name)


def _key(report: Report, expected: Expected | None) -> object:
    """Return what makes reports those of one school."""
    if expected is not None:
        return id(expected)
    texts = report.texts
    bare = section_name(texts.get("name") or "")
    if texts.get("code"):
        return texts["code"], bare
    return (texts.get("county"), texts.get("town"), bare) if bare else report.at


def _fill(report: Report, expected: Expected | None) -> None:
    """Complete what a report does not say of its school by what the roster says."""
    if expected is None:
        return
    known = {**expected.texts, "code": expected.code or None, "name": expected.name or None}
    for name in ("code", "name", *WORDS):
        own = report.texts.get(name)
        padded = name == "code" and own is not None and known["code"] == own.zfill(len(known["code"] or ""))
        if known.get(name) is not None and (own is None or (padded and own != known["code"])):
            report.completed.update(report.cells.get(name, ()))
            report.texts[name] = known[name]
            report.cells[name] = (expected.cells[name],)
            report.remarks[name] = FROM_ROSTER


def _by_stage(reports: Sequence[Report], fields: Mapping[str, FieldForm]) -> dict[str | None, list[Report]]:
    """Return the reports of one school by stage; what is of no stage goes with the first section that there is."""
    of_type = {name: choice.stages for name, choice in fields["type"].choices.items()}
    by_stage: dict[str | None, list[Report]] = {}
    floating = [report for report in reports if report.floating]
    for report in reports:
        if report.floating or _form_of_no_stage(report, of_type):
            continue
        stages = of_type.get(report.texts.get("type") or "", [])
        if report.texts.get("stage") is None and len(stages) == 1:
            report.texts["stage"] = stages[0]
        by_stage.setdefault(report.texts.get("stage"), []).append(report)
    for report in floating:
        stages = of_type.get(report.texts.get("type") or "", [])
        first = next((stage for stage in STAGES if stage in by_stage), None)
        if first is None and len(stages) == 1:
            first = stages[0]
        report.texts["stage"] = first
        by_stage.setdefault(first, []).append(report)
    return by_stage


def _form_of_no_stage(report: Report, of_type: Mapping[str, Sequence[str]]) -> bool:
    """Say whether a report is a form that a school files blank, for it has no such stage."""
    stages = of_type.get(report.texts.get("type") or "", [])
    filed = report.head is None and bool(stages) and report.texts.get("stage") not in stages
    return filed and not any(report.figures.values())


def _fold(
    same: Sequence[Report], expected: Expected | None, fields: Mapping[str, FieldForm], joined: Joined
) -> Section:
    """Return one section of all its reports: what they agree on, nothing where they do not."""
    head = same[0]
    section = Section({}, {}, {}, list(same), expected)
    apart: dict[int, list[str]] = {}  # the reports that differ from the first that gives a field, and the fields
    differing: list[tuple[str, Version, Version]] = []

    def compare(name: str, versions: Sequence[tuple[int, Version]], *, differ: bool) -> None:
        for at, other in versions[1:]:
            first = versions[0][1]
            if differ and other.said != first.said:
                apart.setdefault(at, []).append(name)
                differing.append((name, first, other))

    for name in dict.fromkeys(name for report in same for name in report.texts):
        given = [(at, r) for at, r in enumerate(same) if r.texts.get(name) is not None]
        if name == "basis":  # blank means the whole school
            given = [(at, r) for at, r in enumerate(same) if name in r.texts and not r.floating] or given
        versions = [(at, Version(r.texts.get(name), r.cells.get(name, ()), r.at)) for at, r in given]
        said = {key(version.said) if isinstance(version.said, str) else None for _, version in versions}
        differ = name in _WORDS and len(said) > 1
        compare(name, versions, differ=differ)
        section.texts[name] = None if differ or not versions else same[versions[0][0]].texts[name]
        section.cells[name] = () if differ or not versions else versions[0][1].cells
        if versions and not differ and name in same[versions[0][0]].remarks:
            section.remarks[name] = same[versions[0][0]].remarks[name]
    for name in dict.fromkeys(name for report in same for name in report.figures):
        versions = [
            (at, Version(r.figures[name], r.cells.get(name, ()), r.at))
            for at, r in enumerate(same)
            if name in r.figures
        ]
        differ = len({version.said for _, version in versions}) > 1
        compare(name, versions, differ=differ)
        first = same[versions[0][0]]
        section.figures[name] = (
            Figure(None, (), NOT_USED, disputed=True)
            if differ
            else Figure(first.figures[name], first.cells.get(name, ()), first.remarks.get(name))
        )
    joined.twice += [Twice(section, *difference) for difference in differing]
    for at, report in enumerate(same[1:], 1):
        _say_twice(section, head, report, apart.get(at, []), fields, joined)
    return section


def _say_twice(
    section: Section,
    head: Report,
    report: Report,
    differing: Sequence[str],
    fields: Mapping[str, FieldForm],
    joined: Joined,
) -> None:
    """Say that a section was reported again, unless the two give different fields."""
    other = str(head.at)
    if differing:
        forms = [fields[name] for name in differing]
        said = Text("、".join(form.zh for form in forms), ", ".join(form.en for form in forms))
        joined.problems.append(kinds.SCHOOL_TWICE.at(report.at, school=section.name, other=other, fields=said))
    elif head.figures.keys() & report.figures.keys() or not (head.figures and report.figures):
        joined.problems.append(kinds.SCHOOL_TWICE_SAME.at(report.at, school=section.name, other=other))
        joined.twice.append(Twice(section, None, Version(None, (), head.at), Version(None, (), report.at)))


def settle_absent(sections: Sequence[Section], fields: Mapping[str, FieldForm]) -> list[Problem]:
    """Count an optional column that some tables have and others do not as nothing in these, as when they are read alone."""
    given = {name for section in sections for name in section.figures}
    problems = []
    for section in sections:
        head = next((report.head for report in section.reports if report.head is not None), None)
        for name in sorted(given - section.figures.keys()):
            if fields[name].optional and head is not None:
                section.figures[name] = Figure(0.0, (), ABSENT_AS_NOTHING)
                problems.append(kinds.GYM_COLUMN_ABSENT.at(head, field=fields[name].text))
    return list(dict.fromkeys(problems))
