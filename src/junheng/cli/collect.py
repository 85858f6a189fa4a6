"""`junheng collect`: the workbooks of many schools become one table."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from junheng.cli.options import Columns, Format, Formats, Lang, Language, Standards, Year, say, words_of

if TYPE_CHECKING:
    from junheng.cli.project import Project
    from junheng.collect.run import Collected
    from junheng.text import Lang as SpokenIn

HELP = say(
    "把各校或各乡镇报送的工作簿合并为一张学校表，列出未报送、重复、冲突和不在名册的学校，每个数都记着来自哪个单元格。\n\n"
    "例：junheng collect 报送 --roster 名册.xlsx --output 2023.xlsx",
    "Collect the workbooks of schools or towns into one table; list who has not reported, duplicates, conflicts and schools "
    "that are not in the roster. Every figure keeps the cell it came from.\n\n"
    "Example: junheng collect reports --roster roster.xlsx --output 2023.xlsx",
)


def collect(
    folder: Annotated[
        Path | None,
        typer.Argument(
            metavar="FOLDER",
            help=say(
                "报送的工作簿所在文件夹；默认用 junheng.yaml 的 reports",
                "The folder of the workbooks; by default `reports` of junheng.yaml.",
            ),
        ),
    ] = None,
    roster: Annotated[
        Path | None,
        typer.Option(
            "--roster",
            help=say(
                "名册：有“学校标识码”或“学校名称”一列的工作簿；默认用 junheng.yaml 的 roster",
                "The roster: a workbook with a column 学校标识码 or 学校名称; by default that of junheng.yaml.",
            ),
        ),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            help=say(
                "要写入的合并表 .xlsx；默认用 junheng.yaml 的 collected",
                "The .xlsx table to write; by default `collected` of junheng.yaml.",
            ),
        ),
    ] = None,
    year: Year = None,
    columns: Columns = None,
    merge: Annotated[
        Path | None,
        typer.Option(
            "--merge",
            help=say(
                "合并文件：不计校数的教学点、校区并入哪所学校；默认用 junheng.yaml 的 merge",
                "A merge file: who belongs to whom; by default that of junheng.yaml.",
            ),
        ),
    ] = None,
    forms: Annotated[
        list[Path] | None,
        typer.Option(
            "--forms",
            help=say(
                "统计表版式的 YAML 文件或文件夹，先于收录的版式；可重复；默认用 junheng.yaml 的 forms",
                "Layouts of statistics forms, files or folders, before those on record; repeatable; "
                "by default those of junheng.yaml.",
            ),
        ),
    ] = None,
    standard: Standards = None,
    format_: Formats = None,
    lang: Lang = Language.zh,
) -> None:
    from junheng.cli import judging
    from junheng.cli.project import read_project
    from junheng.collect.run import collect as collect_all
    from junheng.collect.to_json import unusable_json
    from junheng.collect.writing import write
    from junheng.problems import Unusable
    from junheng.standard.load import load, shipped_fields

    said = words_of(lang)
    try:
        project = read_project(Path())
        paths = _paths(folder, roster, output, project)
        fields = dict(shipped_fields())
        for name in standard or project.standards:
            fields |= load(name, year).fields
        with judging.progress([paths.folder], said) as report:
            collected = collect_all(
                paths.folder,
                paths.roster,
                paths.output,
                fields=fields,
                year=year,
                columns=columns or project.columns,
                merging=merge or project.merge,
                layouts=forms or project.forms,
                progress=report,
            )
        write(paths.output, collected, said)
    except Unusable as error:
        if format_ is Format.json:
            sys.stdout.write(unusable_json(error.problems, said))
        raise judging.stop(error, said) from error
    _print(collected, format_ or Format.text, said)
    judging.complain(collected.problems, said)
    typer.echo(f"已写入 {paths.output}" if said == "zh" else f"written: {paths.output}", err=True)
    raise typer.Exit(0 if collected.complete else 1)


class _Paths(NamedTuple):
    folder: Path
    roster: Path
    output: Path


def _paths(folder: Path | None, roster: Path | None, output: Path | None, project: "Project") -> _Paths:
    """Return what the command line names, else the project; raise Unusable for what neither does, or cannot be written to."""
    from junheng import kinds
    from junheng.problems import Place, Unusable
    from junheng.text import Text
    from junheng.workbook.cells import read_sheets
    from junheng.workbook.collected import is_collected

    folder, roster, output = folder or project.reports, roster or project.roster, output or project.collected
    if folder is None or roster is None or output is None:
        needed = (
            (folder, Text("报送的文件夹", "the folder of the workbooks"), "FOLDER", "reports"),
            (roster, Text("名册", "the roster"), "--roster", "roster"),
            (output, Text("要写入的合并表", "the table to write"), "--output", "collected"),
        )
        place = Place("junheng collect")
        lacking = [entry for entry in needed if entry[0] is None]
        raise Unusable(
            [kinds.OPTION_NEEDED.at(place, what=what, option=option, key=key) for _, what, option, key in lacking]
        )
    if output.suffix.lower() != ".xlsx":
        raise Unusable([kinds.FORMAT_UNKNOWN.at(Place(str(output)), found=output.suffix or "—", known=".xlsx")])
    if output.exists() and not is_collected(read_sheets(output, str(output))):
        raise Unusable([kinds.ALREADY_THERE.at(Place(str(output)))])
    return _Paths(folder, roster, output)


def _print(collected: "Collected", wanted: Format, lang: "SpokenIn") -> None:
    """Print what a collection came to: counts and lists for people, everything as JSON, the lists as CSV."""
    from junheng.collect.summary import blocks

    if wanted is Format.json:
        from junheng.collect.to_json import collect_json

        sys.stdout.write(collect_json(collected, lang))
    elif wanted is Format.csv:
        from junheng.collect.to_csv import collect_csv

        sys.stdout.writelines(collect_csv(collected, lang))
    elif wanted is Format.markdown:
        from junheng.report import to_markdown

        sys.stdout.writelines(f"{text}\n" for text in to_markdown.draw(blocks(collected, lang)))
    else:
        from junheng.report import to_terminal

        to_terminal.draw(blocks(collected, lang), to_terminal.console())
