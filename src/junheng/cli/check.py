"""`junheng check`: which school misses which indicator, and by how much."""

from pathlib import Path
from typing import Annotated

import typer

from junheng.cli.options import (
    Annotate,
    ApplyWaivers,
    Columns,
    Everything,
    ExitZero,
    Format,
    Formats,
    Lang,
    Language,
    Output,
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
    "核查学校：哪所学校哪项指标没有达标、差多少。\n\n例：junheng check examples/school.xlsx",
    "Check schools: which misses which indicator, and by how much.\n\nExample: junheng check examples/school.xlsx",
)


def check(
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE", help=say("学校表 .xlsx .xls .xlsb .ods .csv", "Workbooks."))
    ],
    standard: Standards = None,
    year: Year = None,
    format_: Formats = None,
    output: Output = None,
    columns: Columns = None,
    setting: Settings = None,
    sheet: Sheets = None,
    why: Why = False,
    everything: Everything = False,
    lang: Lang = Language.zh,
    annotate: Annotate = None,
    waivers: Waivers = None,
    apply_waivers: ApplyWaivers = False,
    exit_zero: ExitZero = False,
) -> None:
    from junheng.cli import handing_back, judging
    from junheng.cli.project import read_project
    from junheng.problems import Unusable

    said = words_of(lang)
    wanted = (format_ or Format.text).value
    copies: handing_back.Copies = {}
    try:
        wanted = judging.format_of(format_, output)
        judging.keep_apart(output, *files, columns)
        judging.keep_apart(annotate, output)
        copies = {} if annotate is None else handing_back.copies_of(files, annotate)
        project = read_project(Path())
        runs = judging.run_all(
            files,
            standard,
            project,
            year=year,
            columns=columns,
            settings=setting,
            sheets=sheet or (),
            by=None,
            lang=said,
            waivers=waivers,
        )
        lost = handing_back.hand_back(copies, runs, said)
        judging.emit(
            runs,
            wanted,
            output,
            said,
            everything=everything,
            why=why,
            counties=False,
            further=lost,
            files=lambda: judging.inputs(files, columns or project.columns, waivers or project.waivers, folders=False),
        )
    except Unusable as error:
        handing_back.hand_back_unjudged(copies, error, said)
        raise judging.stop(error, said, schema="junheng.check/1", wanted=wanted) from error
    raise typer.Exit(judging.exit_code(runs, counties=False, exit_zero=exit_zero, waived=apply_waivers))
