"""A province as JSON, schema junheng.province/1, and as CSV, one line for each county: whatever was not judged included."""

import json
from collections.abc import Iterator

from junheng.province.model import CountyResult, Province, Said
from junheng.province.ranking import ranks
from junheng.report import words
from junheng.report.province import NOT_JUDGED, ProvinceReport
from junheng.report.to_csv import inert, line
from junheng.standard.load import Standard
from junheng.text import Lang, Text

SCHEMA = "junheng.province/1"
HEADINGS = Text(
    "标准,年度,名次,县(市、区),结论,原因,距离,距离为下限,学校(学部),不纳入,纳入评估,未达标学校,无法判定学校,系数,超限系数,未定系数,项目,未满足项目,未定项目,文件",
    "standard,year,rank,county,verdict,reason,distance,distance is least,sections,left out,assessed,schools unmet,schools undecided,coefficients,coefficients above,coefficients undecided,items,items unmet,items undecided,files",
)
"""The first columns of the CSV."""


def county_entry(county: CountyResult, rank: int | None) -> dict[str, object]:
    """Return one county as an object; `rank` None where it is not ranked."""
    return {
        "rank": rank,
        **county._asdict(),
        "schools": county.schools._asdict(),
        "coefficients": county.coefficients._asdict(),
        "items": county.items._asdict(),
        "indicators": [result._asdict() for result in county.indicators],
        "composites": [result._asdict() for result in county.composites],
    }


def _problem(one: Said, lang: Lang) -> dict[str, object]:
    message, hint = (one.zh, one.hint_zh) if lang == "zh" else (one.en, one.hint_en)
    place = {"file": one.file, "sheet": one.sheet, "cell": one.cell}
    return {"code": one.code, "severity": one.severity, **place, "message": message, "hint": hint}


def province_json(province: Province, standard: Standard, lang: Lang) -> Iterator[str]:
    """Yield the document in pieces, one for each county; numbers are never rounded."""
    passing = sum(county.passed is True for county in province.ranked)
    head = {
        "schema": SCHEMA,
        "standard": standard.id,
        "year": province.terms.year,
        "province": province.terms.province,
        "settings": dict(standard.settings),
        "passed": province.passed,
        "counts": {
            "counties": len(province.ranked) + len(province.undecided) + len(province.not_judged),
            "passed": passing,
            "failed": len(province.ranked) - passing,
            "undecided": len(province.undecided),
            "not_judged": len(province.not_judged),
        },
    }
    yield json.dumps(head, ensure_ascii=False)[:-1] + ',\n"counties": [\n'
    places = [*ranks(province), *[None] * len(province.undecided)]
    for at, (county, rank) in enumerate(zip(province.judged, places, strict=True)):
        yield (",\n" if at else "") + json.dumps(county_entry(county, rank), ensure_ascii=False)
    tail = {
        "not_judged": [one._asdict() for one in province.not_judged],
        "aside": [one._asdict() for one in province.aside],
        "problem_counts": dict(sorted(province.counts.items())),
        "problems": [_problem(one, lang) for one in province.problems],
    }
    yield "\n],\n" + json.dumps(tail, ensure_ascii=False)[1:] + "\n"


def province_csv(province: Province, standard: Standard, lang: Lang) -> Iterator[str]:
    """Yield one line for each county, its coefficients and shares of sections that are not met in columns of their own."""
    report = ProvinceReport(province, standard, lang)
    cells = report.cells()
    stages = list(dict.fromkeys(c.stage for county in province.judged for c in county.composites))
    cv, unmet = report.say("差异系数", "CV"), report.say("未达标校数", "sections unmet")
    composite = report.say("综合差异系数", "composite CV")
    names = [f"{report.stage(stage)} {report.indicator(name)}" for stage, name in cells]
    head = HEADINGS.say(lang).split(",")
    head += [f"{report.stage(stage)} {composite}" for stage in stages]
    yield line([*head, *(f"{name} {what}" for name in names for what in (cv, unmet))])
    places = [*ranks(province), *[None] * len(province.undecided)]
    start = [standard.id, province.terms.year]
    for county, rank in zip(province.judged, places, strict=True):
        own = {(i.stage, i.indicator): i for i in county.indicators}
        composites = {c.stage: c.cv for c in county.composites}
        yes = report.say("是", "yes") if county.least else ""
        counts = [*county.schools, *county.coefficients, *county.items]
        figures = [
            figure for key in cells for figure in ((own[key].cv, own[key].unmet) if key in own else (None, None))
        ]
        yield line(
            [
                *start,
                rank,
                inert(county.name),
                words.PASSED[county.passed].say(lang),
                "",
                county.distance,
                yes,
                county.sections,
                county.left_out,
                *counts,
                inert("; ".join(county.files)),
                *(composites.get(stage) for stage in stages),
                *figures,
            ]
        )
    for one in province.not_judged:
        blank = [""] * 13
        verdict = NOT_JUDGED.say(lang)
        files = inert("; ".join(one.files))
        yield line([*start, "", inert(one.name), verdict, report.reason(one), *blank, files])
