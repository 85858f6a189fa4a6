"""The page of a province is written, with the style and the script of the county page, and a policy that forbids all else."""

from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import NamedTuple

from junheng import kinds
from junheng.documents.page.writing import policy
from junheng.number import shown
from junheng.problems import Place, Unusable
from junheng.province.model import CountyResult, NotJudged, Province
from junheng.province.ranking import ranks
from junheng.report import words
from junheng.report.model import Column, Mood, Shown, Table
from junheng.report.province import NOT_JUDGED, ProvinceReport, heat_class
from junheng.report.write import write_text
from junheng.standard.load import Standard
from junheng.text import Lang


class Cell(NamedTuple):
    """One entry of the heat table: what is shown, the number to sort by, the shade, and the schools behind it."""

    shown: Shown
    shade: str = ""
    schools: str = ""


class Row(NamedTuple):
    """One county: what it is filtered by, and its cells."""

    outcome: str
    name: str
    cells: tuple[Cell, ...]


class Page(NamedTuple):
    """The page, ready to be put into HTML."""

    html_lang: str
    title: str
    heading: str
    counted: Shown
    filters: tuple[str, ...]
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    tables: tuple[Table, ...]
    record: Table
    basis: tuple[str, ...]
    words: dict[str, str]


def write_page(province: Province, standard: Standard, path: Path, lang: Lang) -> None:
    """Write the page of a province as one HTML file.

    Raise Unusable where the file cannot be written, or what escapes its texts is not installed.
    """
    try:
        from jinja2 import Environment, StrictUndefined
        from markupsafe import Markup
    except ImportError as error:
        raise Unusable([kinds.DOCUMENTS_EXTRA.at(Place(str(path)), found="jinja2")]) from error
    own, county = files("junheng.province.page"), files("junheng.documents.page")
    style = (county / "county.css").read_text("utf-8") + (own / "province.css").read_text("utf-8")
    script = (county / "county.js").read_text("utf-8")
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    template = environment.from_string((own / "province.html").read_text("utf-8"))
    pieces = template.generate(
        page=_page(ProvinceReport(province, standard, lang, everything=True)),
        policy=policy(style, script),
        style=Markup(style),  # noqa: S704 - our own file
        script=Markup(script),  # noqa: S704 - our own file
    )
    write_text(path, pieces)


def _page(report: ProvinceReport) -> Page:
    heading = report.heading().shown.text
    tables = (report.not_judged(), report.by_indicator(), report.aside(), _problems(report))
    outcomes = [words.PASSED[passed].say(report.lang) for passed in (True, False, None)]
    return Page(
        "zh-CN" if report.lang == "zh" else "en",
        report.say("全省各县", "Counties of the province"),
        heading,
        report.counted().shown,
        (*outcomes, NOT_JUDGED.say(report.lang)),
        _columns(report),
        tuple(_rows(report)),
        tuple(table for table in tables if table is not None),
        report.record(),
        tuple(line.shown.text for line in report.basis()),
        {
            "search": report.say("查找", "Search"),
            "verdict": report.say("结论", "Verdict"),
            "all": report.say("全部", "all"),
            "reset": report.say("清除", "Clear"),
            "shown": report.say("显示 {n} / {all}", "{n} of {all} shown"),
            "heat": report.say("热力表：县 × 指标 × 学段", "Heat table: county × indicator × stage"),
            "legend": report.say(
                "数为差异系数（限值以上 ✗，越深超得越多；？ 缺数据；△ 临界），其下为未达标校数/纳入评估校数。点列标题排序。",
                "Figures are coefficients (✗ above the limit, the darker the further; ？ figures missing; △ near), below them "
                "sections not met / assessed. Click a heading to sort.",
            ),
            "record": report.record().title,
        },
    )


def _columns(report: ProvinceReport) -> tuple[Column, ...]:
    heat = report.heat()
    own = heat.columns if heat is not None else (Column(report.say("县(市、区)", "County")),)
    schools = Column(report.say("学校未达标%", "Schools not met %"), number=True)
    return (own[0], Column(report.say("名次", "Rank"), number=True), *own[1:3], schools, *own[3:])


def _rows(report: ProvinceReport) -> Iterator[Row]:
    province = report.province
    cells = report.cells()
    stages = list(dict.fromkeys(c.stage for county in province.judged for c in county.composites))
    places = [*ranks(province), *[None] * len(province.undecided)]
    for county, rank in zip(province.judged, places, strict=True):
        yield _row(report, county, rank, stages, cells)
    width = 5 + len(stages) + len(cells) if report.heat() is not None else 2
    for one in province.not_judged:
        yield _row_not_judged(report, one, width)


def _row(
    report: ProvinceReport, county: CountyResult, rank: int | None, stages: list[str], cells: list[tuple[str, str]]
) -> Row:
    own = {(result.stage, result.indicator): result for result in county.indicators}
    composites = {result.stage: result for result in county.composites}
    share = county.schools.unmet / county.schools.judged * 100 if county.schools.judged else None
    if "schools" not in county.parts or share is None:
        schools = Shown("—", Mood.QUIET)
    else:
        schools = Shown(shown(share, 1), Mood.PLAIN, share)
    found = [
        Cell(Shown(str(rank), Mood.PLAIN, rank) if rank is not None else Shown("—", Mood.QUIET)),
        Cell(report.verdict(county.passed)),
        Cell(report.distance(county)),
        Cell(schools, "", f"{county.schools.unmet}/{county.schools.judged}" if share is not None else ""),
    ]
    for stage in stages:
        composite = composites.get(stage)
        found.append(Cell(report.composite(composite), heat_class(composite)))
    for key in cells:
        result = own.get(key)
        behind = f"{result.unmet}/{result.judged}" if result is not None and result.judged else ""
        found.append(Cell(report.cell(result), heat_class(result), behind))
    return Row(words.PASSED[county.passed].say(report.lang), county.name, tuple(found))


def _row_not_judged(report: ProvinceReport, one: NotJudged, width: int) -> Row:
    """Return a county that could not be judged, in its place among the others, without a figure."""
    said = NOT_JUDGED.say(report.lang)
    verdict = Cell(Shown(said, Mood.UNKNOWN, signed=True))
    rest = [Cell(Shown("", Mood.QUIET))] * (width - 3)
    return Row(said, one.name, (Cell(Shown("—", Mood.QUIET)), verdict, *rest))


def _problems(report: ProvinceReport) -> Table | None:
    """Return the errors: of each county that has one, and of what could not be judged; None where there is none."""
    found = [one for one in report.province.problems if one.severity == "error"]
    rows = tuple(
        (
            Shown(" › ".join(filter(None, (one.file, one.sheet, one.cell)))),
            Shown(one.code),
            Shown(one.zh if report.lang == "zh" else one.en),
            Shown(one.hint_zh if report.lang == "zh" else one.hint_en),
        )
        for one in found
    )
    columns = (
        Column(report.say("位置", "Place")),
        Column(report.say("代码", "Code")),
        Column(report.say("问题", "Problem")),
        Column(report.say("提示", "Hint")),
    )
    return Table(report.say(f"错误（{len(rows)}）", f"Errors ({len(rows)})"), columns, rows) if rows else None
