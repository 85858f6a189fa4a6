"""The tables that only the county page has: schools with their town, items with their evidence, problems."""

from collections.abc import Mapping

from junheng.documents.submission import Submission
from junheng.engine.model import CountyVerdict
from junheng.problems import Severity
from junheng.report import words
from junheng.report.county_tables import CountyReport
from junheng.report.items import item_situation, outcome_text, part_name, points_text
from junheng.report.items_json import items_json
from junheng.report.model import Column, Mood, Shown, Table

_SEVERITIES = {
    Severity.ERROR: ("错误", "error", Mood.BAD),
    Severity.WARNING: ("提醒", "warning", Mood.CLOSE),
    Severity.NOTE: ("说明", "note", Mood.QUIET),
}


def _kept(submission: Submission) -> list[int]:
    left_out = submission.run.assessment.left_out
    return [i for i in submission.in_order() if left_out[i] is None]


def _town(submission: Submission, section: int) -> str:
    return submission.run.assessment.divisions.table.text("town")[section] or ""


def decides(submission: Submission) -> bool:
    """Say whether the method of a run judges single schools."""
    return submission.run.assessment.method.school_rule is not None


def school_table(submission: Submission, report: CountyReport) -> Table:
    """Return all sections that are judged with all their values; with their towns where there are any.

    Without verdicts where the method judges no single school.
    """
    kept = _kept(submission)
    table = report.matrix(kept)
    if not decides(submission):
        title = submission.say("各校指标值（本办法不逐校判定）", "Figures of the schools (not judged one by one)")
        table = Table(title, table.columns[:-1], tuple(row[:-1] for row in table.rows))
    if not any(_town(submission, i) for i in kept):
        return table
    town = Column(submission.say("乡镇", "Town"))
    rows = tuple((row[0], Shown(_town(submission, i)), *row[1:]) for i, row in zip(kept, table.rows, strict=True))
    return table._replace(columns=(table.columns[0], town, *table.columns[1:]), rows=rows)


def school_rows(submission: Submission, report: CountyReport) -> list[Mapping[str, str]]:
    """Return what the rows of the table of schools are filtered by."""
    assessment = submission.run.assessment
    stage = assessment.divisions.table.text("stage")
    return [
        {
            "stage": report.stage(stage[i]),
            "outcome": words.PASSED[assessment.passed[i]].say(submission.lang) if decides(submission) else "",
            "town": _town(submission, i),
        }
        for i in _kept(submission)
    ]


def evidence_tables(report: CountyReport, county: CountyVerdict) -> list[Table]:
    """Return a table for every part that is judged item by item: every item, what it rests on, and its evidence."""
    entries = iter(items_json(report.run, county))
    tables = []
    for part in county.by_item:
        scored = any(item.item.indicator.points is not None for item in part.items)
        rows = []
        for item, entry in zip(part.items, entries, strict=False):
            points = Shown("" if item.earned is None else points_text(report, item.earned))
            rows.append(
                (
                    Shown(report.indicator(item.item.indicator.id, short=False)),
                    Shown(item_situation(report, item)),
                    Shown(outcome_text(report, part, item), words.OUTCOME_MOODS[item.outcome], signed=True),
                    *([points] if scored else []),
                    Shown(str(entry["evidence"] or "")),
                )
            )
        columns = (
            Column(report.say("项目", "Item")),
            Column(report.say("情况", "Figures")),
            Column(report.say("结论", "Outcome")),
            *([Column(report.say("得分", "Points"))] if scored else []),
            Column(report.say("佐证", "Evidence")),
        )
        note = "" if part.assessed else report.say("（未评估，仅供参考）", " (not assessed, for information)")
        tables.append(Table(part_name(report, part.part.id) + note, columns, tuple(rows)))
    return tables


def problem_table(submission: Submission) -> Table | None:
    """Return the problems of the run with their places; None where there is none."""
    lang, say = submission.lang, submission.say
    rows = []
    for problem in submission.run.problems:
        zh, en, mood = _SEVERITIES[problem.severity]
        waiver = submission.run.waived.problems.get(problem)
        message = problem.message(lang) + (f" — {words.waived(waiver).say(lang)}" if waiver else "")
        rows.append(
            (
                Shown(str(problem.place)),
                Shown(problem.kind.code),
                Shown(say(zh, en), mood, signed=True),
                Shown(message),
                Shown(problem.hint(lang)),
            )
        )
    if not rows:
        return None
    columns = (
        Column(say("位置", "Place")),
        Column(say("代码", "Code")),
        Column(say("程度", "Severity")),
        Column(say("问题", "Problem")),
        Column(say("提示", "Hint")),
    )
    return Table(say(f"问题清单（{len(rows)}）", f"Problems ({len(rows)})"), columns, tuple(rows))
