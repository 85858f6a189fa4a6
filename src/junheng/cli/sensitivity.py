"""`junheng sensitivity`: how small a reporting error would change a verdict."""

from fractions import Fraction
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
    "结论有多稳：一名学生、一名教师、百分之一的面积会不会改变结论；各数都有误差时结论变不变。"
    "\n\n例：junheng sensitivity examples/shili --year 2023",
    "How firm verdicts are: would one pupil, one teacher, one per cent of area change them; are they the same within errors."
    "\n\nExample: junheng sensitivity examples/shili --year 2023",
)


def sensitivity(
    paths: Paths = None,
    year: Year = None,
    standard: Standards = None,
    error: Annotated[
        float,
        typer.Option("--error", min=0, max=50, help=say("误差，百分比", "The error, in per cent.")),
    ] = 1,
    draws: Annotated[int, typer.Option("--draws", min=1, max=100_000, help=say("抽样次数", "How many draws."))] = 500,
    seed: Annotated[int, typer.Option("--seed", help=say("抽样的种子", "The seed of the draws."))] = 1,
    by: Annotated[
        By,
        typer.Option(
            "--by", help=say("计算范围：county 县 · town 乡镇 · group 学区", "Compute over: county, town or group.")
        ),
    ] = By.county,
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
    from junheng.problems import Unusable
    from junheng.report.sensitivity import SensitivityReport
    from junheng.report.sensitivity_data import SCHEMA, sensitivity_json, sensitivity_rows
    from junheng.run import Run
    from junheng.sensitivity import sensitivity_of

    said = words_of(lang)
    wanted = (format_ or Format.text).value
    try:
        wanted = judging.format_of(format_, output)
        project = judging.project_of(paths)
        judging.keep_apart(output, *(paths or ()), columns, waivers)
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

        def told_of(run: Run) -> showing.Told:
            found = sensitivity_of(run, Fraction(str(error)) / 100, draws=draws, seed=seed)
            report = SensitivityReport(found, said, everything=everything or wanted == "xlsx")
            return showing.Told(report.blocks(), sensitivity_json(found, said), sensitivity_rows(found, said))

        told, problems = showing.told_of_runs(runs, SCHEMA, said, told_of)
        showing.show(told, wanted, output, said, problems)
    except Unusable as failure:
        raise judging.stop(failure, said, schema=SCHEMA, wanted=wanted) from failure
    raise typer.Exit(judging.exit_code(runs, counties=True, exit_zero=exit_zero))
