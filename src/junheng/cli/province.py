"""`junheng province`: all counties of a province, judged and ranked by their distance to passing."""

from pathlib import Path
from typing import Annotated

import typer

from junheng.cli.options import (
    Columns,
    Everything,
    ExitZero,
    Formats,
    Lang,
    Language,
    Province,
    Settings,
    say,
    words_of,
)

HELP = say(
    "评估全省：逐县判定，按距达标远近排列；中断后再运行，只做其余的。\n\n例：junheng province 各县 --year 2023 -o 全省.xlsx -o 全省.html",
    "Judge a whole province: every county, ranked by its distance to passing; run again, it goes on where it stopped.\n\n"
    "Example: junheng province counties --year 2023 -o province.xlsx -o province.html",
)


def province(
    paths: Annotated[
        list[Path],
        typer.Argument(
            metavar="FOLDER",
            help=say(
                "各县学校表的文件夹（一县几个表时放一个子文件夹），或几个县的大表",
                "Folders of county workbooks (a subfolder where a county has several), or tables of many counties.",
            ),
        ),
    ],
    year: Annotated[
        int,
        typer.Option(
            "--year", "-y", min=1, max=9999, help=say("年度（学年开始的一年）", "School year, the year it begins in.")
        ),
    ],
    standard: Annotated[
        str | None,
        typer.Option(
            "--standard", "-s", help=say("标准的编号、类别或 YAML 文件", "A standard's id, family or YAML file.")
        ),
    ] = None,
    format_: Formats = None,
    output: Annotated[
        list[Path] | None,
        typer.Option(
            "--output",
            "-o",
            help=say(
                "写入文件，可重复：.xlsx .html .json .csv .md .txt",
                "Write a file, may be repeated: .xlsx .html .json .csv .md .txt.",
            ),
        ),
    ] = None,
    jobs: Annotated[
        int | None,
        typer.Option(
            "--jobs",
            "-j",
            min=1,
            help=say("同时判定的进程数；默认为处理器核数", "Processes; by default as many as cores."),
        ),
    ] = None,
    state: Annotated[
        Path | None,
        typer.Option(
            "--state",
            help=say(
                "进度文件；默认在输出文件旁：*.state.jsonl",
                "The state file; by default beside the output: *.state.jsonl.",
            ),
        ),
    ] = None,
    resume: Annotated[
        bool,
        typer.Option(
            "--resume/--no-resume",
            help=say(
                "接着进度文件做，没有变的表不重做", "Go on from the state file; what has not changed is not done again."
            ),
        ),
    ] = True,
    province_: Province = None,
    columns: Columns = None,
    setting: Settings = None,
    everything: Everything = False,
    lang: Lang = Language.zh,
    exit_zero: ExitZero = False,
) -> None:
    from junheng.cli import judging
    from junheng.cli.provincial import emit, exit_code, formats_of, judge, state_of
    from junheng.problems import Unusable
    from junheng.report.province_data import SCHEMA

    said = words_of(lang)
    wanted = format_.value if format_ is not None else "text"
    try:
        outputs = formats_of(format_, output or ())
        found = judge(
            paths,
            standard,
            year=year,
            jobs=jobs,
            state=state_of(state, outputs),
            resume=resume,
            province=province_,
            settings=setting,
            columns=columns,
            outputs=outputs,
            lang=said,
        )
        emit(found, wanted, outputs, said, everything=everything)
    except Unusable as error:
        raise judging.stop(error, said, schema=SCHEMA, wanted=wanted) from error
    raise typer.Exit(exit_code(found, exit_zero=exit_zero))
