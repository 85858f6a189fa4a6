"""What the commands of advice share: blocks, one JSON document or rows of CSV, printed or written to a file."""

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import typer

from junheng.cli.judging import Failed, complain
from junheng.problems import Problem
from junheng.report.model import Block, Table
from junheng.run import Run
from junheng.text import Lang

PAGE = 120  # columns of a text file


class Told(NamedTuple):
    """What a command has to say: `blocks` for people, `document` for programs, `rows` of CSV with their heading first."""

    blocks: Sequence[Block]
    document: Mapping[str, object]
    rows: Sequence[Sequence[object]]


def told_of_failed(failed: Failed, schema: str, lang: Lang) -> Told:
    """Return what there is to say of a standard that could not be judged by: nothing, and why, for programs."""
    from junheng.report.to_json import problem_dict

    problems = [problem_dict(problem, lang) for problem in failed.problems]
    document = {"schema": schema, "standard": failed.standard, "year": None, "counties": [], "problems": problems}
    return Told([], document, [])


def told_of_runs(
    runs: Sequence[Run | Failed], schema: str, lang: Lang, of: Callable[[Run], Told]
) -> tuple[Told, list[Problem]]:
    """Return what there is to say of several runs as one, and their problems, each once."""
    told = [of(run) if isinstance(run, Run) else told_of_failed(run, schema, lang) for run in runs]
    return several(told), list(dict.fromkeys(problem for run in runs for problem in run.problems))


def several(told: Sequence[Told]) -> Told:
    """Return what several runs have to say as one: JSON as junheng.runs/1, CSV under the first heading."""
    if len(told) == 1:
        return told[0]
    blocks = [block for one in told for block in one.blocks]
    document = {"schema": "junheng.runs/1", "runs": [one.document for one in told]}
    headings = [one.rows[0] for one in told if one.rows]
    return Told(blocks, document, [*headings[:1], *(row for one in told for row in one.rows[1:])])


def show(
    told: Told,
    wanted: str,
    output: Path | None,
    lang: Lang,
    problems: Sequence[Problem] = (),
    records: Sequence[Table] = (),
) -> None:
    """Print it, or write it to a file; problems, and what was written, go to stderr.

    `wanted` is text, json, csv, markdown, or (with `output`) xlsx. `records` are those of the runs, for a file that is
    written and holds tables. Raise Unusable where the file cannot be written.
    """
    from junheng.report import to_terminal

    if wanted == "text" and output is None:
        to_terminal.draw(told.blocks, to_terminal.console())
    elif wanted == "xlsx" and output is not None:
        from junheng.report import to_xlsx

        to_xlsx.write(output, told.blocks, problems, lang, records=records)
    elif output is None:
        for piece in _pieces(told, wanted, lang, problems):
            sys.stdout.write(piece)
    else:
        from junheng.report.write import write_text

        told = told._replace(blocks=[*told.blocks, *records])
        write_text(output, _pieces(told, wanted, lang, problems), encoding="utf-8-sig" if wanted == "csv" else "utf-8")
    if output is not None:
        typer.echo(f"已写入 {output}" if lang == "zh" else f"written: {output}", err=True)
    complain(problems, lang)


def _pieces(told: Told, wanted: str, lang: Lang, problems: Sequence[Problem]) -> Iterable[str]:
    if wanted == "json":
        return [json.dumps(told.document, ensure_ascii=False, indent=1), "\n"]
    if wanted == "csv":
        from junheng.report.to_csv import inert, line

        return (line([inert(cell) if isinstance(cell, str) else cell for cell in row]) for row in told.rows)
    if wanted == "markdown":
        return _markdown(told, lang, problems)
    return _text(told)


def _markdown(told: Told, lang: Lang, problems: Sequence[Problem]) -> Iterator[str]:
    from junheng.report import to_markdown

    yield from (f"{line}\n" for line in to_markdown.draw(told.blocks))
    yield from (f"{line}\n" for line in to_markdown.draw_problems(problems, lang))


def _text(told: Told) -> Iterator[str]:
    from io import StringIO

    from rich.console import Console

    from junheng.report import to_terminal

    out = StringIO()
    to_terminal.draw(told.blocks, Console(file=out, width=PAGE, highlight=False, markup=False, emoji=False))
    yield out.getvalue()
