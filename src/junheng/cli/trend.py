"""`junheng trend`: a county over the years, what falls back, and what is near its line."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from junheng.cli.options import (
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
    say,
    words_of,
)

if TYPE_CHECKING:
    from junheng.cli.judging import Failed
    from junheng.cli.showing import Told
    from junheng.run import Run
    from junheng.text import Lang as SpokenIn
    from junheng.trend.run import Trend

HELP = say(
    "历年走势：各年达标学校、各部分、差异系数，新达标和滑坡的学校，预警，距目标年还有几年。"
    "\n\n例：junheng trend examples/shili --from 2021 --to 2023 --target-year 2027",
    "Over the years: schools, parts and coefficients by year, who newly meets or falls back, warnings, the target year."
    "\n\nExample: junheng trend examples/shili --from 2021 --to 2023 --target-year 2027",
)
MOST_YEARS = 30
_YEAR = {"min": 1949, "max": 2200}


def trend(
    paths: Paths = None,
    first: Annotated[
        int, typer.Option("--from", help=say("最早的年度", "The earliest year."), show_default=False, **_YEAR)
    ] = ...,  # type: ignore[assignment]
    last: Annotated[
        int, typer.Option("--to", help=say("最晚的年度", "The latest year."), show_default=False, **_YEAR)
    ] = ...,  # type: ignore[assignment]
    standard: Standards = None,
    target_year: Annotated[
        int | None,
        typer.Option(
            "--target-year",
            help=say("目标年；默认用 junheng.yaml 的 target_year", "The target year; by default that of junheng.yaml."),
            **_YEAR,
        ),
    ] = None,
    warnings: Annotated[
        Path | None,
        typer.Option(
            "--warnings", help=say("预警规则文件，按编号改动或补充", "A file of warnings: changes or adds rules.")
        ),
    ] = None,
    identity: Annotated[
        Path | None,
        typer.Option(
            "--identity", help=say("学校变动文件：更名、合并、拆分、撤销、新建", "A file of changes of schools.")
        ),
    ] = None,
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
    from junheng import kinds
    from junheng.cli import judging, showing
    from junheng.cli.options import By
    from junheng.problems import Place, Unusable
    from junheng.report.trend_data import SCHEMA
    from junheng.run import DEFAULT_STANDARD
    from junheng.trend.run import judged_years, trend_of

    said = words_of(lang)
    wanted = (format_ or Format.text).value
    try:
        wanted = judging.format_of(format_, output)
        project = judging.project_of(paths)
        judging.keep_apart(output, *(paths or ()), columns, warnings, identity, waivers)
        if not 0 <= last - first < MOST_YEARS:
            facts = {"first": first, "last": last, "most": MOST_YEARS}
            raise Unusable([kinds.TREND_YEARS.at(Place("--from"), **facts)])

        def judged(name: str, year: int) -> "Run":
            made = judging.run_all(
                paths or list(project.data) or [Path()],
                [name],
                project,
                year=year,
                columns=columns,
                settings=setting,
                sheets=sheet or (),
                by=By.county,
                lang=said,
                waivers=waivers,
                province=province,
            )
            return made[0]  # type: ignore[return-value]  # of one standard a run, or Unusable is raised

        made: list[Trend | Failed] = []
        names = standard or project.standards or (DEFAULT_STANDARD,)
        for name in names:
            try:
                years = judged_years(range(first, last + 1), lambda year, name=name: judged(name, year))  # type: ignore[misc]
            except Unusable as error:
                if len(names) == 1:
                    raise
                made.append(judging.Failed(name, error.problems))
            else:
                targets: Mapping[str | None, int]
                targets = project.target_years if target_year is None else {None: target_year}
                files = warnings or project.warnings, identity or project.identity
                made.append(trend_of(years, warnings=files[0], identity=files[1], targets=targets))
        told = [_told(entry, said, everything=everything or wanted == "xlsx") for entry in made]
        showing.show(showing.several(told), wanted, output, said, _problems(made))
    except Unusable as error:
        raise judging.stop(error, said, schema=SCHEMA, wanted=wanted) from error
    raise typer.Exit(_exit_code(made, exit_zero=exit_zero))


def _told(made: "Trend | Failed", lang: "SpokenIn", *, everything: bool) -> "Told":
    from junheng.cli.judging import Failed
    from junheng.cli.showing import Told, told_of_failed
    from junheng.report.trend import TrendReport
    from junheng.report.trend_data import SCHEMA, trend_json, trend_rows

    if isinstance(made, Failed):
        return told_of_failed(made, SCHEMA, lang)
    blocks = TrendReport(made, lang, everything=everything).blocks()
    return Told(blocks, trend_json(made, lang), trend_rows(made, lang))


def _problems(made: "Sequence[Trend | Failed]") -> list:  # type: ignore[type-arg]
    from junheng.cli.judging import Failed
    from junheng.report.trend_data import every_problem

    return list(
        dict.fromkeys(p for one in made for p in (one.problems if isinstance(one, Failed) else every_problem(one)))
    )


def _exit_code(made: "Sequence[Trend | Failed]", *, exit_zero: bool) -> int:
    """Return the exit code by the verdict of the last year; 3 where that year has no table."""
    from junheng.cli.judging import CODES, WORST_FIRST, Failed

    codes = {
        2 if isinstance(one, Failed) else CODES[run.counties_passed if (run := one.years[-1].run) else None]
        for one in made
    }
    return 0 if exit_zero and 2 not in codes else next(code for code in WORST_FIRST if code in codes)  # noqa: PLR2004
