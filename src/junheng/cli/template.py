"""`junheng template`: a blank workbook made from the standard."""

from pathlib import Path
from typing import Annotated

import typer

from junheng.cli.options import Lang, Language, Standards, Year, say, words_of

HELP = say(
    "按标准生成空白学校表：下拉选项、批注和单位都在其中。\n\n例：junheng template --output 学校表.xlsx",
    "Make a blank workbook from the standard: drop-downs, notes and units.\n\n"
    "Example: junheng template --output schools.xlsx",
)


def template(
    output: Annotated[
        Path, typer.Option("--output", "-o", help=say("要写入的 .xlsx 文件", "The .xlsx file to write."))
    ],
    standard: Standards = None,
    year: Year = None,
    lang: Lang = Language.zh,
) -> None:
    from junheng import kinds
    from junheng.cli.judging import stop
    from junheng.cli.project import read_project
    from junheng.problems import Place, Unusable
    from junheng.run import DEFAULT_STANDARD
    from junheng.standard.load import load
    from junheng.workbook.template import write_template

    said = words_of(lang)
    try:
        if output.suffix.lower() != ".xlsx":
            raise Unusable([kinds.FORMAT_UNKNOWN.at(Place(str(output)), found=output.suffix or "—", known=".xlsx")])
        if output.exists():
            raise Unusable([kinds.ALREADY_THERE.at(Place(str(output)))])
        chosen = standard or read_project(Path()).standards or (DEFAULT_STANDARD,)
        write_template(output, [load(name, year) for name in chosen], said)
    except Unusable as error:
        raise stop(error, said) from error
    typer.echo(f"已写入 {output}" if said == "zh" else f"written: {output}", err=True)
