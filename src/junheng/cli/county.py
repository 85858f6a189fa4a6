"""`junheng county`: are the differences between a county's schools within the limits."""

from pathlib import Path
from typing import Annotated

import typer

from junheng.cli.options import (
    ApplyWaivers,
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
    Why,
    Year,
    say,
    words_of,
)

HELP = say(
    "评估全县：学校是否达标，校际差异系数是否在限值以内。\n\n例：junheng county examples/shili --year 2023",
    "Judge a county: do its schools meet the standard, are the differences between them within the limits.\n\n"
    "Example: junheng county examples/shili --year 2023",
)


def county(
    paths: Paths = None,
    year: Year = None,
    standard: Standards = None,
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
    why: Why = False,
    everything: Everything = False,
    lang: Lang = Language.zh,
    waivers: Waivers = None,
    apply_waivers: ApplyWaivers = False,
    exit_zero: ExitZero = False,
) -> None:
    from junheng.cli import judging
    from junheng.problems import Unusable

    said = words_of(lang)
    wanted = (format_ or Format.text).value
    try:
        wanted = judging.format_of(format_, output)
        judging.keep_apart(output, *(paths or ()), columns)
        project = judging.project_of(paths)
        chosen = paths or list(project.data) or [Path()]
        runs = judging.run_all(
            chosen,
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
        judging.emit(
            runs,
            wanted,
            output,
            said,
            everything=everything,
            why=why,
            counties=True,
            files=lambda: judging.inputs(chosen, columns or project.columns, waivers or project.waivers, folders=True),
        )
    except Unusable as error:
        raise judging.stop(error, said, schema="junheng.county/1", wanted=wanted) from error
    raise typer.Exit(judging.exit_code(runs, counties=True, exit_zero=exit_zero, waived=apply_waivers))
