"""一校一策 supplement: what a plan does at each school in Word, a page for each that it touches, the totals before them."""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

from junheng.documents.judging import assessment_of_schools, of_gate
from junheng.documents.record import Record, record_lines, record_of_run
from junheng.documents.school_words import SchoolWords, words_of_judging
from junheng.documents.submission import Submission
from junheng.documents.word import fill, opened, template_of
from junheng.engine.findings import finding
from junheng.engine.model import Finding, Outcome
from junheng.number import plain, shown
from junheng.planning.making import CountyPlan, Plans
from junheng.report.items import leaves
from junheng.report.model import Table
from junheng.report.plan import PlanReport
from junheng.scenario.schools import schools_of
from junheng.text import Lang

NAME = "plan-supplement"
SETTLED = (Outcome.MET, Outcome.EXEMPT)
Entry = dict[str, Any]


def supplement_context(
    plans: Sequence[Plans], lang: Lang, files: Sequence[tuple[Path, str]] = ()
) -> tuple[Entry, Record]:
    """Return what the template of the supplement is filled with, and the record of the first run.

    `files` are those that were read, each with the name it is shown by.
    """
    records = [record_of_run(one.run, None, files) for one in plans]
    counties = [
        _County(one, at, lang, record).entry()
        for one, record in zip(plans, records, strict=True)
        for at in range(len(one.counties))
    ]
    runs = [
        {
            "标准": one.run.standard.form.title.text.say(lang),
            "内容": [{"名称": name, "内容": text} for name, text in record_lines(record, lang)],
        }
        for one, record in zip(plans, records, strict=True)
    ]
    return {"各县": counties, "运行": runs}, records[0]


def write_supplement(plans: Sequence[Plans], path: Path, lang: Lang, files: Sequence[tuple[Path, str]] = ()) -> None:
    """Write the supplement of all plans into one document; raise Unusable where it cannot be written."""
    template = template_of(NAME, lang)
    made = opened(template)
    context, record = supplement_context(plans, lang, files)
    fill(made, template, context, record, path)


def _texts(table: Table | None, names: Sequence[str]) -> list[Entry]:
    """Return the rows of a table as texts with their signs, under the names that the template knows."""
    rows = [] if table is None else table.rows
    return [{name: cell.with_sign for name, cell in zip(names, row, strict=False)} for row in rows]


class _County:
    """The plan of one county in words."""

    def __init__(self, plans: Plans, at: int, lang: Lang, record: Record) -> None:
        self.plan: CountyPlan = plans.counties[at]
        self.at, self.lang = at, lang
        self.report = PlanReport(plans, lang, everything=True)
        self.table = plans.run.assessment.divisions.table
        self.before = Submission(plans.run, self.plan.before, record, lang)
        self.after = (
            None
            if self.plan.run_after is None or self.plan.after is None
            else Submission(self.plan.run_after, self.plan.after, record, lang)
        )
        self.passed = [assessment_of_schools(one).passed for one in (self.before, self.after or self.before)]
        self.judges = [] if self.after is None else list(zip(_words(self.before), _words(self.after), strict=True))

    def entry(self) -> Entry:
        """Return everything that is said of the county."""
        run, plan, report = self.before.run, self.plan, self.report
        form = run.standard.form
        before_and_after = None if plan.run_after is None else report.parts_after(self.at, plan, plan.run_after)
        return {
            "县名": self.before.name,
            "学年": str(run.year) if run.year is not None else "—",
            "标准": form.title.text.say(self.lang),
            "文号": form.document or "",
            "结论": [line.with_sign for line in report.said_of(plan)],
            "合计": _texts(report.totals(plan), ("增加", "数量", "单位", "校数", "费用")),
            "分年度": [
                {
                    "年度": str(y.year),
                    "费用": report.in_wan(y.cost).text,
                    "预算": report.budget(y).text,
                    "结论": report.verdicts_of(y),
                }
                for y in plan.years
            ],
            "前后": _texts(before_and_after, ("部分", "现在", "现在情况", "之后", "之后情况")),
            "系数": _texts(report.coefficients_after(plan), ("学段", "指标", "现在", "之后", "限值")),
            "缺数据": _texts(report.undecided(plan), ("学校", "学段", "缺")),
            "原因": _texts(report.obstacles(plan), ("什么", "原因")),
            "学校": list(self.schools()) if self.after is not None else [],
        }

    def schools(self) -> Iterator[Entry]:
        """Yield the schools that the plan touches, in the order of the table."""
        for rows in schools_of(self.table):
            measures = [measure for row in rows for measure in self.measures(row)]
            if not measures:
                continue
            cost = sum((a.cost for a in self.plan.actions if a.section in rows), Fraction(0))
            cost += sum((t.cost for t in self.plan.transfers if t.to in rows), Fraction(0))
            sections = [row for row in rows if any(one.judges(row) for one, _ in self.judges)]
            yield {
                "学校": self.report.school(rows[0]),
                "费用": self.report.in_wan(cost).text if cost else "",
                "学部": [self.section(row) for row in sections],
                "措施": measures,
                "指标": [entry for row in sections for entry in self.indicators(row)],
            }

    def section(self, row: int) -> Entry:
        """Return a section with its pupils and its verdict before and after."""
        students = self.table.column("students")[row]
        decides = any(one.decides and one.judges(row) for one, _ in self.judges)
        none = self.before.say("不逐校判定", "not judged school by school")
        verdicts = [self.report.verdict(passed[row]).with_sign if decides else none for passed in self.passed]
        return {
            "学段": self._stage(row),
            "在校生": "—" if students is None else shown(students, 0),
            "现在": verdicts[0],
            "之后": verdicts[1],
        }

    def measures(self, row: int) -> Iterator[Entry]:
        """Yield what the plan adds to a section, and who comes and goes."""
        report, say = self.report, self.before.say
        for a in self.plan.actions:
            if a.section == row:
                follows = say("（随之）", " (follows)") if a.follows else ""
                yield {
                    "学段": self._stage(row),
                    "措施": say("增加", "Add: ") + report.field_name(a.field) + follows,
                    "数量": f"{plain(a.add)} {report.unit_of(a.field)}".strip(),
                    "费用": report.in_wan(a.cost).text,
                    "年度": str(a.year or ""),
                }
        for t in self.plan.transfers:
            if row in (t.from_, t.to):
                comes = row == t.to
                other = report.school(t.from_ if comes else t.to)
                who = report.moving(t)
                told = (
                    say(f"调入，自{other}：{who}", f"Come from {other}: {who}")
                    if comes
                    else say(f"调出，到{other}：{who}", f"Go to {other}: {who}")
                )
                yield {
                    "学段": self._stage(row),
                    "措施": told,
                    "数量": f"{t.number} {report.unit_of(t.field)}".strip(),
                    "费用": report.in_wan(t.cost).text if comes else "—",
                    "年度": str(t.year or ""),
                }

    def indicators(self, row: int) -> Iterator[Entry]:
        """Yield the indicators of a section that the plan changes, or that are not met before it."""
        for before, after in self.judges:
            if not before.judges(row):
                continue
            for indicator in before.assessment.method.indicators:
                pair = [finding(one.assessment, indicator, row) for one in (before, after)]
                for was, now in zip(*map(leaves, pair), strict=True):
                    if (was.value, was.outcome) != (now.value, now.outcome) or was.outcome not in SETTLED:
                        yield self._indicator(row, (before, was), (after, now))

    def _indicator(self, row: int, was: tuple[SchoolWords, Finding], now: tuple[SchoolWords, Finding]) -> Entry:
        *_, name, value, bar, _gap, _outcome = was[0].report.finding_row(row, was[1])
        *_, other, _bar, _none, outcome = now[0].report.finding_row(row, now[1])
        several = len({before.name for before, _ in self.judges}) > 1
        return {
            "学段": self._stage(row),
            "名称": f"{was[0].name} · {name.text}" if several else name.text,
            "现在": value.with_sign,
            "标准": bar.text or "—",
            "之后": other.with_sign,
            "结论": outcome.with_sign,
        }

    def _stage(self, row: int) -> str:
        return self.report.stage(self.table.text("stage")[row])


def _words(submission: Submission) -> list[SchoolWords]:
    """Return the words of the standards that judge the schools, and of the method whose coefficients they enter."""
    own = [SchoolWords(submission)] if of_gate(submission) else []
    return [*words_of_judging(submission), *own]
