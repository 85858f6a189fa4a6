"""Flat tables as CSV: one row for every finding, or for every coefficient. Text that a spreadsheet would run is quoted."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

from junheng.engine.findings import finding
from junheng.engine.model import Finding
from junheng.report import words
from junheng.run import Run
from junheng.text import Lang


def inert(text: str | None) -> str:
    r"""Return a text that no spreadsheet takes for a formula: an apostrophe stands before the signs that start one.

    >>> inert('=HYPERLINK("x")'), inert("第一小学")
    ('\'=HYPERLINK("x")', '第一小学')
    """
    text = "".join(c if c.isprintable() else " " for c in text or "")
    return f"'{text}" if text.lstrip()[:1] in ("=", "+", "-", "@", "|") else text


def line(cells: Sequence[object]) -> str:
    """Return cells as one line of CSV."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerow(["" if c is None else c for c in cells])
    return out.getvalue()


def _with_rules(findings: Iterable[Finding]) -> Iterator[Finding]:
    """Yield findings, each group followed by the rules in it."""
    for found in findings:
        yield found
        yield from _with_rules(found.rules)


def check_csv(run: Run, lang: Lang) -> Iterator[str]:
    """Yield one line for every indicator of every section; a section that is not judged has one line."""
    assessment, standard = run.assessment, run.standard
    table = assessment.divisions.table
    zh = "标准,年度,县(市、区),乡镇,学校标识码,学校名称,办学类型,学段,在校生数,学校结论,等次,不纳入原因,指标编号,指标,值,标准值,结论,缺口,到余项缺口,临界"
    en = "standard,year,county,town,code,school,type,stage,students,school verdict,grade,left out,indicator,name,value,bar,outcome,gap,gap to floor,near"
    given = run.waived.given  # with waivers there are four columns more
    further = (
        ",含豁免的学校结论,豁免原因,豁免依据,豁免至",
        ",school verdict with waivers,waived for,evidence,waived until",
    )
    yield line(((zh if lang == "zh" else en) + (further[lang == "en"] if given else "")).split(","))
    names = {id_: form.name.text.say(lang) for id_, (form, _) in standard.form.named_rules().items()}
    for i in range(table.size):
        reason = assessment.left_out[i]
        head = [
            standard.id,
            run.year,
            *(inert(table.text(name)[i]) for name in ("county", "town", "code", "name")),
            words.choice(standard, "type", table.text("type")[i]).say(lang),
            words.choice(standard, "stage", table.text("stage")[i]).say(lang),
            _plain(table.column("students")[i]),
            "" if reason else words.PASSED[assessment.passed[i]].say(lang),
            inert(assessment.grades[i]),
            words.reason(reason, standard).say(lang) if reason else "",
        ]
        if reason is not None or i in table.unplaced:
            yield line([*head, *[""] * (12 if given else 8)])
            continue
        waiving = words.PASSED[run.waived.passed[i]].say(lang) if given else None
        for found in _with_rules(finding(assessment, indicator, i) for indicator in assessment.method.indicators):
            indicator = found.indicator
            waiver = run.waived.of(i, indicator.id)
            said = (inert(waiver.reason), inert(waiver.evidence), waiver.expiry) if waiver else ("", "", "")
            yield line(
                [
                    *head,
                    indicator.id,
                    names[indicator.id],
                    None if found.value is None else float(found.value),
                    None if found.bar is None else float(found.bar.amount),
                    words.outcome(found).say(lang),
                    _plain(found.gap),
                    _plain(found.gap_to_floor),
                    ("是" if lang == "zh" else "yes") if found.near else "",
                    *((waiving, *said) if given else ()),
                ]
            )


def county_csv(run: Run, lang: Lang) -> Iterator[str]:
    """Yield one line for every coefficient of every county, the composites after them."""
    standard = run.standard
    zh = "标准,年度,县(市、区),乡镇或学区,学段,指标编号,指标,学校数,在校生数,缺数据,均值,标准差,差异系数,限值,结论,临界,全县结论"
    en = "standard,year,county,town or group,stage,indicator,name,schools,students,missing,mean,sd,cv,limit,outcome,near,county verdict"
    given = run.waived.given  # with waivers there is a column more
    further = (",含豁免的全县结论", ",county verdict with waivers")
    yield line(((zh if lang == "zh" else en) + (further[lang == "en"] if given else "")).split(","))
    names = {form.id: form.name.text.say(lang) for form in standard.form.indicators}
    yes = "是" if lang == "zh" else "yes"
    for county, waiving in zip(run.counties, run.counties_waiving, strict=True):
        by_county = run.by == "county"
        head = [
            standard.id,
            run.year,
            inert(county.name if by_county else county.county),
            "" if by_county else inert(county.name),
        ]
        tail = [words.PASSED[county.passed].say(lang)]
        tail += [words.PASSED[waiving.passed].say(lang)] if given else []
        for v in county.variations:
            outcome = words.WITHIN[v.passed].say(lang) if v.limit is not None else ""
            stage = words.choice(standard, "stage", v.stage).say(lang)
            limit = None if v.limit is None else float(v.limit.amount)
            figures = [v.divisions, _plain(v.students), v.missing, v.mean, v.sd, v.cv, limit]
            yield line([*head, stage, v.indicator, names[v.indicator], *figures, outcome, yes if v.near else "", *tail])
        for c in county.composites:
            stage = words.choice(standard, "stage", c.stage).say(lang)
            name = "综合差异系数" if lang == "zh" else "composite"
            outcome = words.WITHIN[c.passed].say(lang)
            figures = ["", "", "", "", "", c.cv, float(c.limit.amount)]
            yield line([*head, stage, "composite", name, *figures, outcome, yes if c.near else "", *tail])


def _plain(number: object) -> object:
    if number is None:
        return None
    value = float(number)  # type: ignore[arg-type]
    return int(value) if value.is_integer() else value
