"""`junheng standards diff`: what differs between two standards, and which schools change their verdict."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from junheng.cli.options import Lang, Language, PrintFormat, PrintFormats, Year, say, words_of

HELP = say(
    "比较两个标准：指标、标准值、规则和口径的不同；加学校表则列出结论不同的学校。\n\n"
    "例：junheng standards diff basic-balance quality-balance",
    "Compare two standards: indicators, bars, rules, settings; with a table, the schools whose verdict changes.\n\n"
    "Example: junheng standards diff basic-balance quality-balance",
)


def diff(
    before: Annotated[
        str, typer.Argument(metavar="A", help=say("原标准：编号、类别或 YAML 文件", "The standard before."))
    ],
    after: Annotated[
        str, typer.Argument(metavar="B", help=say("现标准：编号、类别或 YAML 文件", "The standard after."))
    ],
    schools: Annotated[
        list[Path] | None,
        typer.Option("--schools", help=say("学校表：用两个标准各判一次；可重复", "A workbook to judge by both.")),
    ] = None,
    year: Year = None,
    format_: PrintFormats = PrintFormat.text,
    lang: Lang = Language.zh,
) -> None:
    from junheng.cli.judging import complain, stop
    from junheng.problems import Unusable
    from junheng.report import comparison, to_markdown, to_terminal
    from junheng.run import judge
    from junheng.standard.load import load

    said = words_of(lang)
    runs = None
    try:
        one, other = load(before, year), load(after, year)
        if schools:
            runs = judge(schools, before, year=year), judge(schools, after, year=year)
            one, other = runs[0].standard, runs[1].standard
    except Unusable as error:
        raise stop(error, said) from error
    found = comparison.changes(one, other)
    changed = None if runs is None else comparison.changed_schools(*runs)
    if format_ is PrintFormat.json:
        sys.stdout.write(comparison.comparison_json(one, other, found, changed, said))
    else:
        blocks = comparison.change_blocks(one, other, found, said)
        if runs is not None and changed is not None:
            blocks += comparison.school_blocks(*runs, changed, said)
        if format_ is PrintFormat.markdown:
            sys.stdout.writelines(f"{line}\n" for line in to_markdown.draw(blocks))
        else:
            to_terminal.draw(blocks, to_terminal.console())
    if runs is not None:
        complain(list(dict.fromkeys(problem for run in runs for problem in run.problems)), said)
