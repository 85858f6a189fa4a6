"""`junheng standards coverage`: what is on record, by standard or by field."""

import sys
from enum import StrEnum
from typing import Annotated

import typer

from junheng.cli.options import Lang, Language, PrintFormat, PrintFormats, say, words_of

HELP = say(
    "收录情况：各标准有多少数、缺多少数、来源性质如何。\n\n例：junheng standards coverage --by indicator",
    "What is on record: numbers given and unknown, and their standing.\n\n"
    "Example: junheng standards coverage --by indicator",
)


class CoverageBy(StrEnum):
    """What a row of the table is."""

    standard = "standard"
    indicator = "indicator"


def coverage(
    by: Annotated[
        CoverageBy,
        typer.Option("--by", help=say("每行是一个标准，或一个字段（indicator）", "A row for each standard, or field.")),
    ] = CoverageBy.standard,
    format_: PrintFormats = PrintFormat.text,
    lang: Lang = Language.zh,
) -> None:
    from junheng.cli.judging import complain, stop
    from junheng.problems import Problem, Unusable
    from junheng.report import to_markdown, to_terminal
    from junheng.report.coverage import coverage_blocks, coverage_json, indicator_blocks, matrix_blocks
    from junheng.standard.load import Standard, ids, load

    said = words_of(lang)
    standards: list[Standard] = []
    problems: list[Problem] = []
    for id_ in ids():
        try:
            standards.append(load(id_))
        except Unusable as error:
            problems += error.problems
    if not standards:
        raise stop(Unusable(problems), said)
    complain(problems, said)
    fields = by is CoverageBy.indicator
    if format_ is PrintFormat.json:
        sys.stdout.write(coverage_json(standards, fields=fields))
    elif format_ is PrintFormat.markdown:
        blocks = (matrix_blocks if fields else coverage_blocks)(standards, said)
        sys.stdout.writelines(f"{line}\n" for line in to_markdown.draw(blocks))
    else:
        blocks = (indicator_blocks if fields else coverage_blocks)(standards, said)
        to_terminal.draw(blocks, to_terminal.console())
    raise typer.Exit(2 if problems else 0)
