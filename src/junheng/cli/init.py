"""`junheng init`: a folder to begin in, with a project file and a blank workbook."""

from pathlib import Path
from typing import Annotated

import typer

from junheng.cli.options import Lang, Language, Standards, Year, say, words_of

HELP = say(
    "建一个项目文件夹：junheng.yaml 和空白学校表。\n\n例：junheng init 示例县 --standard quality-balance",
    "Make a project folder: junheng.yaml and a blank workbook.\n\nExample: junheng init 示例县 --standard quality-balance",
)
WORKBOOK = "学校表{year}.xlsx"


def init(
    folder: Annotated[
        Path, typer.Argument(metavar="FOLDER", help=say("文件夹，名称即县名", "The folder; its name is the county."))
    ],
    standard: Standards = None,
    year: Year = None,
    lang: Lang = Language.zh,
) -> None:
    from junheng import kinds
    from junheng.cli.judging import stop
    from junheng.cli.project import NAME
    from junheng.problems import Place, Unusable
    from junheng.report.write import write_text
    from junheng.run import DEFAULT_STANDARD
    from junheng.standard.load import load
    from junheng.system import reason
    from junheng.workbook.template import write_template

    said = words_of(lang)
    chosen = standard or [DEFAULT_STANDARD]
    workbook = folder / WORKBOOK.format(year=year or "")
    try:
        loaded = [load(name, year) for name in chosen]
        there = [file for file in (folder / NAME, workbook) if file.exists()]
        if there:
            raise Unusable([kinds.ALREADY_THERE.at(Place(str(file))) for file in there])
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise Unusable([kinds.OUTPUT_UNWRITABLE.at(Place(str(folder)), reason=reason(error))]) from error
        write_text(folder / NAME, [project_text(folder.resolve().name, chosen, said)])
        write_template(workbook, loaded, said)
    except Unusable as error:
        raise stop(error, said) from error
    done = (
        f"已建立 {folder}：填好 {workbook.name}，再运行 junheng county {folder} --year 年度"
        if said == "zh"
        else f"{folder} is ready: fill in {workbook.name}, then run junheng county {folder} --year YEAR"
    )
    typer.echo(done, err=True)


def project_text(county: str, standards: list[str], lang: str) -> str:
    """Return the project file."""
    import json

    comments = (
        ("县名：表中没有“县”一列时使用", "标准：编号、类别或 YAML 文件", "学校表，或其所在文件夹")
        if lang == "zh"
        else (
            "the county, where the table has no such column",
            "standards: id, family or YAML file",
            "workbooks, or their folder",
        )
    )
    values = (
        f"county: {json.dumps(county, ensure_ascii=False)}",
        f"standard: {json.dumps(standards, ensure_ascii=False)}",
        "data: .",
    )
    return "".join(f"{value} # {comment}\n" for value, comment in zip(values, comments, strict=True))
