"""`junheng report`: the documents that a county hands in, written into a folder."""

from pathlib import Path
from typing import Annotated

import typer

from junheng.cli.options import (
    Columns,
    Lang,
    Language,
    Paths,
    Province,
    Settings,
    Standards,
    Waivers,
    Year,
    say,
    words_of,
)

HELP = say(
    "生成报送材料：申报表、台账、自评报告、一校一策、县情页。\n\n例：junheng report examples/shili --year 2023 -o 报送材料",
    "Write what a county hands in: application tables, ledgers, self-assessment, school plans, a page.\n\n"
    "Example: junheng report examples/shili --year 2023 -o submission",
)


def report(
    paths: Paths = None,
    year: Year = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help=say("写入的文件夹", "The folder to write into."))
    ] = None,
    only: Annotated[
        list[str] | None,
        typer.Option(
            "--only",
            help=say(
                "只写这些，如 表Ⅲ,台账,自评报告；可重复",
                "Write these only, such as 表Ⅲ,台账,自评报告; may be repeated.",
            ),
        ),
    ] = None,
    template: Annotated[
        Path | None,
        typer.Option("--template", help=say("本县的自评报告模板（.docx）", "A .docx template of the county's own.")),
    ] = None,
    costs: Annotated[
        Path | None, typer.Option("--costs", help=say("单价文件（.yaml）", "A file of prices (.yaml)."))
    ] = None,
    earlier: Annotated[
        list[Path] | None,
        typer.Option(
            "--earlier",
            help=say(
                "往年的学校表或其文件夹；默认在 PATH 中找", "Tables of earlier years; by default looked for in PATH."
            ),
        ),
    ] = None,
    standard: Standards = None,
    province: Province = None,
    columns: Columns = None,
    setting: Settings = None,
    waivers: Waivers = None,
    lang: Lang = Language.zh,
) -> None:
    from junheng.cli import judging
    from junheng.cli.handing_in import write_all
    from junheng.cli.project import Project, read_project
    from junheng.problems import Unusable

    said = words_of(lang)
    try:
        project = read_project(Path())
        if project == Project() and paths and len(paths) == 1 and paths[0].is_dir():
            project = read_project(paths[0])
        failed = write_all(
            paths or list(project.data) or [Path()],
            project,
            year=year,
            output=output,
            only=only or (),
            template=template,
            costs=costs,
            earlier=earlier or (),
            standards=standard,
            columns=columns,
            settings=setting,
            waivers=waivers,
            province=province,
            lang=said,
        )
    except Unusable as error:
        raise judging.stop(error, said) from error
    raise typer.Exit(2 if failed else 0)
