"""`junheng drivers`: which schools make the differences, and what lies between and within groups."""

from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from junheng.cli.options import (
    By,
    Columns,
    Everything,
    ExitZero,
    Format,
    Formats,
    Lang,
    Language,
    Output,
    Paths,
    Province,
    Settings,
    Sheets,
    Standards,
    Waivers,
    Year,
    say,
    words_of,
)

if TYPE_CHECKING:
    from junheng.run import Run

HELP = say(
    "差异由谁拉大：每所学校占差异系数的多少，去掉它系数是多少，组间与组内各占多少。"
    "\n\n例：junheng drivers examples/shili --year 2023 --indicator backbone_teachers",
    "What drives the differences: each school's share of a coefficient, the coefficient without it, groups."
    "\n\nExample: junheng drivers examples/shili --year 2023 --indicator backbone_teachers",
)


class StageOf(StrEnum):
    """The stages whose differences are judged."""

    primary = "primary"
    junior = "junior"


def drivers(
    paths: Paths = None,
    year: Year = None,
    standard: Standards = None,
    indicator: Annotated[
        list[str] | None,
        typer.Option(
            "--indicator", help=say("只看这个指标（编号）；可重复", "This indicator only (id); may be repeated.")
        ),
    ] = None,
    stage: Annotated[
        list[StageOf] | None,
        typer.Option(
            "--stage",
            help=say("只看这个学段：primary junior；可重复", "This stage only: primary or junior; may be repeated."),
        ),
    ] = None,
    by: Annotated[
        By,
        typer.Option(
            "--by", help=say("计算范围：county 县 · town 乡镇 · group 学区", "Compute over: county, town or group.")
        ),
    ] = By.county,
    top: Annotated[
        int, typer.Option("--top", min=1, help=say("每个系数列出几所学校", "How many schools of each coefficient."))
    ] = 8,
    format_: Formats = None,
    output: Output = None,
    province: Province = None,
    columns: Columns = None,
    setting: Settings = None,
    sheet: Sheets = None,
    everything: Everything = False,
    lang: Lang = Language.zh,
    waivers: Waivers = None,
    exit_zero: ExitZero = False,
) -> None:
    from junheng.cli import judging, showing
    from junheng.engine.model import Stage
    from junheng.problems import Unusable
    from junheng.report.drivers import drivers_report
    from junheng.report.drivers_tables import Asked
    from junheng.run import Run

    said = words_of(lang)
    wanted = (format_ or Format.text).value
    try:
        wanted = judging.format_of(format_, output)
        project = judging.project_of(paths)
        judging.keep_apart(output, *(paths or ()), columns)
        runs = judging.run_all(
            paths or list(project.data) or [Path()],
            standard,
            project,
            year=year,
            columns=columns,
            settings=setting,
            sheets=sheet or (),
            by=by,
            lang=said,
            waivers=waivers,
            province=province,
        )
        asked = Asked(
            _known(indicator or (), [r for r in runs if isinstance(r, Run)]), frozenset(map(Stage, stage or ())), top
        )
        told, problems = showing.told_of_runs(
            runs,
            "junheng.drivers/1",
            said,
            lambda run: showing.Told(*drivers_report(run, asked, said, everything=everything, sheets=wanted == "xlsx")),
        )
        showing.show(told, wanted, output, said, problems)
    except Unusable as error:
        raise judging.stop(error, said, schema="junheng.drivers/1", wanted=wanted) from error
    raise typer.Exit(judging.exit_code(runs, counties=True, exit_zero=exit_zero))


def _known(indicators: Sequence[str], runs: "Sequence[Run]") -> frozenset[str]:
    """Return the indicators asked for; raise Unusable for those that none of the standards has."""
    from junheng import kinds
    from junheng.problems import Place, Unusable
    from junheng.standard.faults import near

    known = list(dict.fromkeys(i.id for run in runs for i in run.assessment.method.indicators))
    unknown = [name for name in indicators if name not in known]
    if unknown:
        place = Place("--indicator")
        raise Unusable([kinds.INDICATOR_UNKNOWN.at(place, found=name, near=near(name, known)) for name in unknown])
    return frozenset(indicators)
