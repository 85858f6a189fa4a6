"""What stands on the county page: its sections, each with lines, tables and charts."""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from junheng.documents.charts.drawing import svg, title_of
from junheng.documents.charts.gallery import Drawing, Gallery, gallery_of
from junheng.documents.charts.schools_over_years import schools_over_years
from junheng.documents.judging import of_gate, standard_name
from junheng.documents.over_years import trend_of_county
from junheng.documents.page.tables import evidence_tables, problem_table, school_rows, school_table
from junheng.documents.record import record_lines
from junheng.documents.submission import Submission
from junheng.engine.model import Outcome
from junheng.report.county_tables import CountyReport
from junheng.report.gate import no_standard
from junheng.report.items import lacking
from junheng.report.model import Line, Shown, Table
from junheng.report.trend import TrendReport

Filter = tuple[str, str, Sequence[str]]
"""A choice that the table of schools is filtered by: its attribute, its label, what can be chosen."""


class Section(NamedTuple):
    """One section of the page. `rows` are the attributes of the rows of its first table."""

    id: str
    title: str
    lines: Sequence[Shown] = ()
    tables: Sequence[Table] = ()
    drawings: Sequence[Drawing] = ()
    wide: bool = False
    sortable: bool = False
    filters: Sequence[Filter] = ()
    rows: Sequence[Mapping[str, str]] = ()


class Page(NamedTuple):
    """The page of one county, ready to be put into HTML."""

    html_lang: str
    program: str
    title: str
    heading: str
    verdict: Shown
    hedge: str
    waived: Shown | None
    coverage: str
    sections: Sequence[Section]
    record: Sequence[tuple[str, str]]
    basis: Sequence[str]
    words: Mapping[str, str]


def content_of(submission: Submission, safe: Callable[[str], str]) -> Page:
    """Return what stands on the page; `safe` marks a drawing as markup that is not escaped again."""
    run, county = submission.run, submission.county
    report = CountyReport(run, submission.lang, everything=True)
    form = run.standard.form
    open_parts = bool(form.parts_not_assessed(county.parts)) and county.passed is not False
    waived = None
    if run.waives:
        eased = dict(zip(map(id, run.counties), run.counties_waiving, strict=True)).get(id(county), county)
        waived = report.verdict(eased.passed)
    drawings = Gallery(
        *([drawing._replace(svg=safe(drawing.svg)) for drawing in kind] for kind in gallery_of(submission))
    )
    say = submission.say
    title = form.title.text.say(submission.lang)
    return Page(
        "zh-CN" if submission.lang == "zh" else "en",
        submission.record.program,
        f"{submission.name} · {title}",
        report.heading().shown.text,
        report.verdict(county.passed),
        say("（仅就已评估部分）", " (of the parts assessed)") if open_parts else "",
        waived,
        report.coverage(county.sections),
        [section for section in _sections(submission, report, drawings, safe) if section is not None],
        record_lines(submission.record, submission.lang),
        [
            block.shown.text
            for told in (report, *(CountyReport(one.run, submission.lang) for one in of_gate(submission)))
            for block in told.basis()
            if isinstance(block, Line)
        ],
        _words(submission),
    )


def _words(submission: Submission) -> Mapping[str, str]:
    say = submission.say
    return {
        "verdict": say("结论：", "Verdict: "),
        "waived": say("计入豁免：", "With waivers: "),
        "contents": say("目录", "Contents"),
        "search": say("查找", "Search"),
        "all": say("全部", "all"),
        "reset": say("清除", "Clear"),
        "shown": say("显示 {n} / {all}", "{n} of {all} shown"),
        "record": say("运行记录", "Record of the run"),
    }


def _sections(
    submission: Submission, report: CountyReport, drawings: Gallery, safe: Callable[[str], str]
) -> list[Section | None]:
    county, say = submission.county, submission.say
    parts = report.parts(county)
    items = evidence_tables(report, county)
    of_province = [
        _of_standard(one, CountyReport(one.run, submission.lang, everything=True), f"gate{at}-")
        for at, one in enumerate(of_gate(submission), 1)
    ]
    lines = [block for block in lacking(report, county) if isinstance(block, Line)]
    lines += no_standard(report)
    return [
        Section(
            "parts",
            say("各部分结论", "Parts of the assessment"),
            [line.shown for line in lines],
            [parts._replace(title=say("评估部分", "Parts"))],
        ),
        _coefficients(submission, report, drawings),
        _over_years(submission, safe),
        Section("dots", say("各指标点图", "Dot plots by indicator"), drawings=drawings.dots) if drawings.dots else None,
        Section("gaps", say("缺口图", "Map of gaps"), drawings=drawings.gaps, wide=True) if drawings.gaps else None,
        Section("lorenz", say("洛伦兹曲线", "Lorenz curves"), drawings=drawings.lorenz, wide=True)
        if drawings.lorenz
        else None,
        *(section for sections in of_province for section in sections),
        *_of_standard(submission, report, ""),
        Section("items", say("各部分逐项", "Items of the parts"), tables=items) if items else None,
        _optional("problems", say("数据问题", "Problems of the data"), problem_table(submission)),
    ]


def _of_standard(submission: Submission, report: CountyReport, prefix: str) -> list[Section | None]:
    """Return what one standard says of the schools; `prefix` begins the ids, blank for the standard of the run."""
    say, county = submission.say, submission.county
    sections = [
        _schools(submission, report),
        _findings(submission, report),
        _optional("waivers", say("豁免", "Waivers"), report.waivers(county.sections)),
        _optional("left-out", say("不纳入评估的学校", "Sections left out"), report.left_out(county.sections)),
    ]
    if not prefix:
        return sections
    name = standard_name(submission.run.standard, submission.lang)
    verdict = report.verdict(county.parts.get("schools"))
    head = [Shown(f"{submission.run.standard.form.title.text.say(submission.lang)} {verdict.with_sign}", verdict.mood)]
    head.append(Shown(report.coverage(county.sections)))
    return [
        section
        and section._replace(
            id=f"{prefix}{section.id}",
            title=f"{section.title} · {name}",
            lines=[*(head if section.id == "schools" else ()), *section.lines],
        )
        for section in sections
    ]


def _optional(id_: str, title: str, table: Table | None) -> Section | None:
    return None if table is None else Section(id_, title, tables=[table], sortable=True)


def _coefficients(submission: Submission, report: CountyReport, drawings: Gallery) -> Section | None:
    if not submission.county.variations:
        return None
    table = report.variations(submission.county)
    return Section(
        "coefficients", table.title, tables=[table], drawings=[*drawings.coefficients, *drawings.years], sortable=True
    )


def _over_years(submission: Submission, safe: Callable[[str], str]) -> Section | None:
    """Return the county over the years: schools, parts, what became of schools, warnings, the target year."""
    over = trend_of_county(submission)
    if over is None:
        return None
    trend, found = over
    told = TrendReport(trend, submission.lang, everything=True)
    chart = schools_over_years(submission, found)
    drawings = [] if chart is None else [Drawing(title_of(chart), safe(svg(chart, "schools-years")))]
    target = told.target(found)
    tables = [
        told.basis(),
        *(t for t in (told.schools(found), told.parts(found), told.turns(found)) if t is not None),
        *(t for t in (told.warnings(found), told.untold(found)) if t is not None),
        *(block for block in target if isinstance(block, Table)),
    ]
    lines = [block.shown for block in target if isinstance(block, Line)]
    return Section("years", submission.say("历年走势", "Over the years"), lines, tables, drawings)


def _schools(submission: Submission, report: CountyReport) -> Section | None:
    rows = school_rows(submission, report)
    if not rows:
        return None
    table = school_table(submission, report)
    say = submission.say
    labels = {"stage": say("学段", "Stage"), "outcome": say("结论", "Verdict"), "town": say("乡镇", "Town")}
    filters: list[Filter] = []
    for name, label in labels.items():
        choices = list(dict.fromkeys(row[name] for row in rows if row[name]))
        if choices:
            filters.append((name, label, choices))
    return Section("schools", say("学校一览", "Schools"), tables=[table], sortable=True, filters=filters, rows=rows)


def _findings(submission: Submission, report: CountyReport) -> Section | None:
    left_out = submission.run.assessment.left_out
    judged = [i for i in submission.in_order() if left_out[i] is None]
    title = submission.say("未达标和无法判定的指标", "Indicators not met or not decided")
    found = report.findings(judged, (Outcome.UNMET, Outcome.CLOSE, Outcome.MISSING), title)
    return _optional("findings", submission.say("缺口", "Gaps"), found)
