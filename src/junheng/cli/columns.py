"""`junheng columns`: a proposal which heading of a foreign table feeds which field, written for a person to correct."""

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from junheng.cli.options import Lang, Language, Sheets, Standards, say, words_of

HELP = say(
    "提出列标题的对应：外来表的哪一列是哪个字段、依据和把握；写成列标题文件，核对后用于 --columns。"
    "几个表的列标题不同时，每种表式各写一段。\n\n"
    "例：junheng columns 学校表.xlsx --output columns.yaml",
    "Propose which heading of a foreign table feeds which field, why, and how certain; written as a columns file, "
    "with a part for every form of table.\n\n"
    "Example: junheng columns schools.xlsx --output columns.yaml",
)
SUFFIXES = (".yaml", ".yml")


class ColumnsFormat(StrEnum):
    """What the command can print."""

    text = "text"
    json = "json"


def columns(
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE", help=say("学校表 .xlsx .xls .xlsb .ods .csv", "Workbooks."))
    ],
    standard: Standards = None,
    sheet: Sheets = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help=say("写成列标题文件（.yaml）", "Write a columns file (.yaml).")),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help=say("覆盖已有文件", "Overwrite the file."))] = False,
    format_: Annotated[
        ColumnsFormat, typer.Option("--format", "-f", help=say("输出格式：text json", "What to print: text json."))
    ] = ColumnsFormat.text,
    lang: Lang = Language.zh,
) -> None:
    from junheng import kinds
    from junheng.cli.judging import complain, stop
    from junheng.cli.project import read_project
    from junheng.problems import Place, Unusable
    from junheng.report.proposal import blocks, to_json
    from junheng.run import DEFAULT_STANDARD
    from junheng.standard.load import load
    from junheng.workbook.proposal import propose

    said = words_of(lang)
    try:
        if output is not None and output.suffix.lower() not in SUFFIXES:
            known = " ".join(SUFFIXES)
            raise Unusable([kinds.FORMAT_UNKNOWN.at(Place(str(output)), found=output.suffix or "—", known=known)])
        if output is not None and output.exists() and not force:
            raise Unusable([kinds.ALREADY_THERE.at(Place(str(output)))])
        chosen = standard or read_project(Path()).standards or (DEFAULT_STANDARD,)
        loaded = [load(name) for name in chosen]
        proposals = propose(files, loaded, sheet or ())
        ids = [one.id for one in loaded]
        if output is not None:
            from junheng.report.columns_file import columns_file
            from junheng.report.write import write_text

            write_text(output, columns_file(proposals, ids, said))
    except Unusable as error:
        raise stop(error, said, schema="junheng.columns/1", wanted=format_.value) from error
    if format_ is ColumnsFormat.json:
        sys.stdout.write(to_json(proposals, ids, said))
    else:
        from junheng.report import to_terminal

        for proposal in proposals:
            to_terminal.draw(blocks(proposal, said), to_terminal.console())
    problems = [problem for proposal in proposals for problem in proposal.problems]
    complain(problems, said)
    if output is not None:
        done = (
            f"已写入 {output}：核对后用 --columns {output}"
            if said == "zh"
            else f"written: {output}; look through it, then use --columns {output}"
        )
    else:
        done = (
            "加 --output columns.yaml 写成列标题文件"
            if said == "zh"
            else "add --output columns.yaml to write it as a columns file"
        )
    typer.echo(done, err=True)
    if any(problem.kind is kinds.NO_SCHOOLS for problem in problems):
        raise typer.Exit(3)  # nothing below the headings says whether they are what they seem
