"""What is to be said of the cells of a workbook: its problems, and the figures that miss their bar."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from junheng.engine.findings import finding
from junheng.engine.model import Finding, Indicator, Outcome, SchoolTable
from junheng.problems import Place, Problem
from junheng.report import words
from junheng.report.annotated import Remark
from junheng.report.tables import Report
from junheng.run import Run
from junheng.text import Lang, Text
from junheng.waivers import Waiver
from junheng.workbook.origin import Origin, row_key

if TYPE_CHECKING:
    from junheng.audit.run import Audit

BELOW = (Outcome.UNMET, Outcome.CLOSE)
HINT = Text(
    "核对这个数；数字无误的，缺口就是要补足的数量",
    "check the figure; where it is right, the gap is what has to be supplied",
)


def remarks_of(runs: Sequence[Run], problems: Sequence[Problem], lang: Lang) -> dict[str, list[Remark]]:
    """Return the remarks on every file, by the name it is shown by."""
    found: dict[str, list[Remark]] = {}
    schools: dict[object, str] = {}
    waived: dict[Problem, Waiver] = {}
    for run in runs:
        schools |= _names(run.assessment.divisions.table, run.origin)
        waived |= run.waived.problems
    for problem in problems:
        remark = _of_problem(problem, waived.get(problem), schools, lang)
        found.setdefault(problem.place.file, []).append(remark)
    for run in runs:
        for remark in _below(run, lang, several=len(runs) > 1):
            found.setdefault(remark.cell.file, []).append(remark)
    return found


def remarks_of_audit(audit: "Audit", lang: Lang) -> dict[str, list[Remark]]:
    """Return what data checks say of every cell, by the name a file is shown by, problems of reading included."""
    found: dict[str, list[Remark]] = {}
    schools = _names(audit.now.table, audit.now.origin)
    for problem in audit.problems:
        remark = _of_problem(problem, audit.accepted.problems.get(problem), schools, lang)
        found.setdefault(problem.place.file, []).append(remark)
    for checked in audit.findings:
        text = f"{checked.title.say(lang)}：{checked.message.say(lang)}" if lang == "zh" else checked.message.say(lang)
        text += _waived(audit.accepted.findings.get(checked), lang)
        school = checked.subject.name or ""
        for cell in checked.cells:
            remark = Remark(cell, checked.severity, text, checked.hint.say(lang), checked.check, school)
            found.setdefault(cell.file, []).append(remark)
    return found


def _waived(waiver: Waiver | None, lang: Lang) -> str:
    """Return what is said behind a remark that a waiver accepts."""
    return "" if waiver is None else ("；" if lang == "zh" else "; ") + words.waived(waiver).say(lang)


def _of_problem(problem: Problem, waiver: Waiver | None, schools: Mapping[object, str], lang: Lang) -> Remark:
    school = schools.get(row_key(problem.place), "")
    remark = Remark.of(problem, lang, school)
    return remark._replace(text=remark.text + _waived(waiver, lang))


def _names(table: SchoolTable, origin: Origin) -> Mapping[object, str]:
    """Return the school of every row that was read."""
    return {row_key(origin.place(section)): name or "" for section, name in enumerate(table.text("name"))}


def _below(run: Run, lang: Lang, *, several: bool) -> Iterator[Remark]:
    """Yield a remark for every cell whose figure is below (above) its bar."""
    report = Report(run, lang)
    assessment = run.assessment
    for indicator in assessment.method.indicators:
        outcomes = assessment.outcomes[indicator.id]
        for section in assessment.judged:
            if outcomes[section] in BELOW:
                for found in _leaves(finding(assessment, indicator, section)):
                    yield from _remarks(report, section, found, several=several)


def _leaves(found: Finding) -> Iterator[Finding]:
    """Yield a finding, or those in a group that are not met."""
    if not found.rules:
        yield found
    for rule in found.rules:
        if rule.outcome in BELOW:
            yield from _leaves(rule)


def _remarks(report: Report, section: int, found: Finding, *, several: bool) -> Iterator[Remark]:
    run, lang = report.run, report.lang
    stage = report.stage(report.table.text("stage")[section])
    name = report.indicator(found.indicator.id, short=False)
    value = report.value(found.value, found.indicator.id, found.bar)
    bar = report.bar(found.bar, at_most=found.indicator.at_most, node=found.indicator)
    gap = report.gap(found).text
    outcome = words.outcome(found).say(lang)
    waived = run.waived.of(section, found.indicator.id)
    if lang == "zh":
        text = f"{name}（{stage}）为 {value.text}，标准 {bar.text}" + (f"，缺口 {gap}" if gap else "") + f"，{outcome}"
        text += _waived(waived, lang)
        text += f"（{run.standard.id}）" if several else ""
    else:
        text = f"{name} ({stage}) is {value.text}, bar {bar.text}" + (f", gap {gap}" if gap else "") + f": {outcome}"
        text += _waived(waived, lang)
        text += f" ({run.standard.id})" if several else ""
    school = report.table.text("name")[section] or ""
    for cell in _cells(run, section, found.indicator):
        yield Remark(cell, None, text, HINT.say(lang), found.indicator.id, school)


def _cells(run: Run, section: int, indicator: Indicator) -> list[Place]:
    """Return the cells of what an indicator counts; the school's name where the table has none."""
    fields = run.standard.fields
    found: list[Place] = []
    for name in indicator.of:
        cells = run.origin.cells(section, name)
        found += cells or [cell for part in fields[name].otherwise for cell in run.origin.cells(section, part)]
    return list(dict.fromkeys(found)) or [run.origin.place(section, "name")]
