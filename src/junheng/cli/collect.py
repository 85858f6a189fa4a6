"""`junheng collect`: the workbooks of many schools become one table."""

from pathlib import Path
from typing import Annotated

import typer

from junheng.cli.options import Columns, Lang, Language, Standards, Year, say, words_of

HELP = say(
    "把各校或各乡镇报送的工作簿合并为一张学校表，列出未报送、重复、冲突和不在名册的学校，每个数都记着来自哪个单元格。\n\n"
    "例：junheng collect 报送 --roster 名册.xlsx --output 2023.xlsx",
    "Collect the workbooks of schools or towns into one table; list who has not reported, duplicates, conflicts and schools "
    "that are not in the roster. Every figure keeps the cell it came from.\n\n"
    "Example: junheng collect reports --roster roster.xlsx --output 2023.xlsx",
)


def collect(
    folder: Annotated[
        Path, typer.Argument(metavar="FOLDER", help=say("报送的工作簿所在文件夹", "The folder of the workbooks."))
    ],
    roster: Annotated[
        Path,
        typer.Option(
            "--roster",
            help=say(
                "名册：有“学校标识码”或“学校名称”一列的工作簿",
                "The roster: a workbook with a column 学校标识码 or 学校名称.",
            ),
        ),
    ],
    output: Annotated[
        Path, typer.Option("--output", "-o", help=say("要写入的 .xlsx 文件", "The .xlsx file to write."))
    ],
    year: Year = None,
    columns: Columns = None,
    merge: Annotated[
        Path | None,
        typer.Option(
            "--merge", help=say("合并文件：不计校数的教学点、校区并入哪所学校", "A merge file: who belongs to whom.")
        ),
    ] = None,
    forms: Annotated[
        list[Path] | None,
        typer.Option(
            "--forms",
            help=say(
                "统计表版式的 YAML 文件或文件夹，先于收录的版式；可重复",
                "Layouts of statistics forms, files or folders, before those on record; may be repeated.",
            ),
        ),
    ] = None,
    standard: Standards = None,
    lang: Lang = Language.zh,
) -> None:
    from junheng import kinds
    from junheng.cli import judging
    from junheng.cli.project import read_project
    from junheng.collect.run import collect as collect_all
    from junheng.collect.summary import blocks
    from junheng.collect.writing import write
    from junheng.problems import Place, Unusable
    from junheng.report import to_terminal
    from junheng.standard.load import load, shipped_fields
    from junheng.workbook.cells import read_sheets
    from junheng.workbook.collected import is_collected

    said = words_of(lang)
    try:
        if output.suffix.lower() != ".xlsx":
            raise Unusable([kinds.FORMAT_UNKNOWN.at(Place(str(output)), found=output.suffix or "—", known=".xlsx")])
        if output.exists() and not is_collected(read_sheets(output, str(output))):
            raise Unusable([kinds.ALREADY_THERE.at(Place(str(output)))])
        project = read_project(Path())
        fields = dict(shipped_fields())
        for name in standard or project.standards:
            fields |= load(name, year).fields
        with judging.progress([folder], said) as report:
            collected = collect_all(
                folder,
                roster,
                output,
                fields=fields,
                year=year,
                columns=columns or project.columns,
                merging=merge,
                layouts=forms or (),
                progress=report,
            )
        write(output, collected, said)
    except Unusable as error:
        raise judging.stop(error, said) from error
    to_terminal.draw(blocks(collected, said), to_terminal.console())
    judging.complain(collected.problems, said)
    typer.echo(f"已写入 {output}" if said == "zh" else f"written: {output}", err=True)
    raise typer.Exit(0 if collected.complete else 1)
