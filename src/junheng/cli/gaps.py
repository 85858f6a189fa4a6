"""`junheng gaps`: what every school lacks, and the least that makes it meet the rule."""

from pathlib import Path
from typing import Annotated

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

HELP = say(
    "缺口：每所学校每项指标到标准、到余项要求还差多少，怎样补最省，按单价要多少钱。"
    "\n\n例：junheng gaps examples/shili --year 2023 --costs examples/costs/costs.yaml",
    "Gaps: what every school lacks to the bar and to the floor, the least to add, and what it costs."
    "\n\nExample: junheng gaps examples/shili --year 2023 --costs examples/costs/costs.yaml",
)


def gaps(
    paths: Paths = None,
    year: Year = None,
    standard: Standards = None,
    by: Annotated[
        By,
        typer.Option(
            "--by", help=say("合计范围：county 县 · town 乡镇 · group 学区", "Totals by county, town or group.")
        ),
    ] = By.county,
    costs: Annotated[
        Path | None,
        typer.Option(
            "--costs",
            help=say("单价文件（.yaml）；默认用 junheng.yaml 所列", "Prices (.yaml); by default that of junheng.yaml."),
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
    from junheng.cli import judging, showing
    from junheng.documents.costs import read_costs
    from junheng.problems import Unusable
    from junheng.report.gaps import gaps_report
    from junheng.run import Run, fields_of_run

    said = words_of(lang)
    wanted = (format_ or Format.text).value
    try:
        wanted = judging.format_of(format_, output)
        project = judging.project_of(paths)
        judging.keep_apart(output, *(paths or ()), columns, costs)
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
        judged = [run for run in runs if isinstance(run, Run)]
        priced = read_costs(
            costs or project.costs, {name: form for run in judged for name, form in fields_of_run(run).items()}
        )
        full = everything or wanted == "xlsx"

        def told_of(run: Run) -> showing.Told:
            prices = priced.of_one(fields_of_run(run))
            return showing.Told(*gaps_report(run, prices, said, priced=priced.given, everything=full))

        told, problems = showing.told_of_runs(runs, "junheng.gaps/1", said, told_of)
        showing.show(told, wanted, output, said, problems)
    except Unusable as error:
        raise judging.stop(error, said, schema="junheng.gaps/1", wanted=wanted) from error
    raise typer.Exit(judging.exit_code(runs, counties=True, exit_zero=exit_zero))
