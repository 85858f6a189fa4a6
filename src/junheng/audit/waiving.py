"""Waivers (说明与豁免) of what data checks find: which findings of which school are accepted, and until when."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

from junheng import kinds
from junheng.audit.finding import Finding
from junheng.audit.roll import Roll
from junheng.problems import Problem, Severity
from junheng.waivers import Rows, Waiver, expired, sections_of, unknown_rule


class Accepted(NamedTuple):
    """The findings and problems that waivers accept, and what is wrong with the waivers themselves."""

    given: bool = False
    findings: Mapping[Finding, Waiver] = {}
    problems: Mapping[Problem, Waiver] = {}
    faults: Sequence[Problem] = ()

    def weighs(self, said: Finding | Problem) -> bool:
        """Say whether something found is an error that no waiver accepts."""
        return said.severity is Severity.ERROR and said not in self.findings and said not in self.problems


def accepted(
    waivers: Sequence[Waiver],
    roll: Roll,
    findings: Sequence[Finding],
    problems: Sequence[Problem],
    rules: Sequence[str],
    indicators: Sequence[str],
    day: date,
) -> Accepted:
    """Return what waivers accept of an audit. Those that name an indicator are for judging, and wait."""
    faults = expired(waivers, day)
    known = {*rules, *indicators, *kinds.ALL}
    at_rows = Rows(roll.table.size, roll.origin)
    of_findings: dict[Finding, Waiver] = {}
    of_problems: dict[Problem, Waiver] = {}
    for waiver in waivers:
        sections = sections_of(waiver, roll.table, faults, whole=False)
        faults += unknown_rule(waiver, known)
        if sections is None or waiver.rule not in known or waiver.expiry < day:
            continue
        schools = {roll.subject((row,))[:4] for row in sections}
        found = [
            finding
            for finding in findings
            if finding.check == waiver.rule
            and finding.subject[:4] in schools
            and (waiver.stage is None or finding.subject.stage in (None, waiver.stage))
        ]
        marked = at_rows.problems(waiver, sections, problems)
        of_findings |= dict.fromkeys(found, waiver)
        of_problems |= marked
        if not found and not marked and waiver.rule in rules:
            faults.append(kinds.WAIVER_NOT_NEEDED.at(waiver.place, school=waiver.school, rule=waiver.rule))
    return Accepted(True, of_findings, of_problems, faults)
