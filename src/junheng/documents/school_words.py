"""A section in the words of one standard that judges schools: its findings, what it lacks, what has to be done."""

from collections.abc import Sequence
from typing import Any

from junheng.documents.judging import UNPLACED, all_required, bar_not_on_record, judging, standard_name
from junheng.documents.submission import Submission
from junheng.engine.findings import finding
from junheng.engine.model import Finding, Outcome
from junheng.engine.school_counts import kept_of
from junheng.number import shown
from junheng.report.county_tables import CountyReport

Entry = dict[str, Any]
SHORT = (Outcome.CLOSE, Outcome.UNMET)
LAID_OPEN = (*SHORT, Outcome.MISSING)


class SchoolWords:
    """The words of the schools of one submission, as its standard judges them."""

    def __init__(self, submission: Submission) -> None:
        self.submission, self.run, self.assessment = submission, submission.run, submission.run.assessment
        self.report = CountyReport(submission.run, submission.lang, everything=True)
        self.name = standard_name(submission.run.standard, submission.lang)
        self.decides = self.assessment.method.school_rule is not None
        self.kept = kept_of(self.assessment, submission.in_order())
        self.stages = self.report.table.text("stage")

    def judges(self, section: int) -> bool:
        """Say whether the standard judges a section."""
        return self.assessment.left_out[section] is None

    def _say(self, zh: str, en: str) -> str:
        return self.submission.say(zh, en)

    def verdict(self, section: int) -> str:
        """Return the verdict on a section; that there is none, where the method judges no single school."""
        if not self.decides:
            return self._say("本办法不逐校判定", "not judged school by school")
        return self.report.verdict(self.assessment.passed[section], self.assessment.grades[section]).text

    def findings(self, section: int, wanted: tuple[Outcome, ...]) -> list[Finding]:
        """Return the findings of a section that have some outcomes; none of one that cannot be placed."""
        if section in self.report.table.unplaced:
            return []
        return [
            finding(self.assessment, indicator, section)
            for indicator in self.assessment.method.indicators
            if self.assessment.outcomes[indicator.id][section] in wanted
        ]

    def told(self, section: int, wanted: tuple[Outcome, ...] = tuple(Outcome)) -> list[Entry]:
        """Return findings of a section as the tables print them."""
        return [self._told(section, found) for found in self.findings(section, wanted)]

    def _told(self, section: int, found: Finding) -> Entry:
        *_, name, value, bar, gap, outcome = self.report.finding_row(section, found)
        return {
            "名称": name.text.strip(),
            "现值": value.text,
            "标准": bar.text,
            "缺口": gap.text,
            "结论": outcome.text,
            "达标": found.outcome is Outcome.MET,
            "未判定": found.outcome is Outcome.MISSING,
            "判定标准": self.name,
        }

    def measures(self, section: int) -> list[str]:
        """Return what has to be done for every indicator that misses its bar or cannot be decided."""
        if section in self.report.table.unplaced:
            return [UNPLACED.say(self.submission.lang)]
        lines = [self.measure(found) for found in self.findings(section, SHORT)]
        for found in self.findings(section, (Outcome.MISSING,)):
            name = self.report.indicator(found.indicator.id, short=False)
            if bar_not_on_record(found):
                zh, en = "标准值未收录，暂不能判定", "its bar is not on record, it cannot be judged yet"
            else:
                zh, en = "缺数据，先补报再判定", "figures are lacking, report them first"
            lines.append(self._say(f"{name}：{zh}", f"{name}: {en}"))
        return lines

    def measure(self, found: Finding) -> str:
        """Return what has to be done for one finding: of a group, for each of its rules."""
        name = self.report.indicator(found.indicator.id, short=False)
        gap = self.report.gap(found)
        if found.rules:
            unmet = [rule for rule in found.rules if rule.outcome in LAID_OPEN]
            return self._say("；", "; ").join(
                [self._say(f"{name}：未达标", f"{name}: not met"), *map(self.measure, unmet)]
            )
        if not gap.text:
            said = self._say("未达标", "not met") if found.outcome in SHORT else self._say("缺数据", "no data")
            return self._say(f"{name}：{said}", f"{name}: {said}")
        field = self.run.standard.fields[found.indicator.of[0]].text.say(self.submission.lang)
        more = self._say("减少", "reduce") if found.indicator.at_most else self._say("增加", "add")
        amount = gap.text.removeprefix("−")
        return self._say(f"{name}：{field}需{more} {amount}", f"{name}: {more} {amount} of {field}")

    def gaps(self) -> list[Entry]:
        """Return for every indicator and stage how many sections miss it, and how much they lack together."""
        entries = []
        for indicator in self.assessment.method.indicators:
            for stage in dict.fromkeys(self.stages[i] for i in self.kept):
                outcomes = self.assessment.outcomes[indicator.id]
                short = [i for i in self.kept if self.stages[i] == stage and outcomes[i] in SHORT]
                by_rule: dict[str, list[Finding]] = {}
                for section in short:
                    for found in _required(finding(self.assessment, indicator, section)):
                        by_rule.setdefault(found.indicator.id, []).append(found)
                entries += [{**self._lacking(found), "学段": self.report.stage(stage)} for found in by_rule.values()]
        return entries

    def _lacking(self, found: Sequence[Finding]) -> Entry:
        """Return how many sections miss a rule, and what they lack together."""
        total = sum((self.report.gap(f).raw or 0 for f in found), start=0)  # as they are printed, rounded up
        first = self.report.gap(found[0])
        return {
            "指标": self.report.indicator(found[0].indicator.id),
            "学校数": str(len(found)),
            "合计": f"{shown(total, first.digits or 0)} {first.unit}".strip() if first.text else "",
            "判定标准": self.name,
        }

    def complete(self) -> bool:
        """Say whether every figure that a gap is told from is there, and the schools were judged by it."""
        outcomes = self.assessment.outcomes
        missing = any(
            outcomes[i.id][n] is Outcome.MISSING for i in self.assessment.method.indicators for n in self.kept
        )
        return self.decides and bool(self.kept) and not missing


def _required(found: Finding) -> list[Finding]:
    """Return a finding that is short, and below a group all of whose rules are required those that are short."""
    rules = [rule for rule in found.rules if rule.outcome in SHORT] if all_required(found) else []
    return [found, *(one for rule in rules for one in _required(rule))]


def words_of_judging(submission: Submission) -> list[SchoolWords]:
    """Return the words of every standard that judges the schools: those of the gate, else that of the run."""
    return [SchoolWords(one) for one in judging(submission)]


def judged_by(standards: Sequence[SchoolWords], submission: Submission) -> str:
    """Return the names of standards of the province; nothing where the method itself judges."""
    return submission.say("、", ", ").join(one.name for one in standards) if submission.run.gate else ""
