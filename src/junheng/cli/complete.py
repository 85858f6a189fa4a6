"""`junheng standards complete`: a local file with room for every number that a standard lacks."""

import os
from pathlib import Path
from typing import Annotated

import typer

from junheng.cli.options import Lang, Language, Standard, Year, say, words_of

HELP = say(
    "写出一个本地文件，列出标准中没有收录的数，填好即可判定。\n\n"
    "例：junheng standards complete province.yaml --output mine.yaml",
    "Write a local file that lists the numbers a standard lacks; filled in, it judges.\n\n"
    "Example: junheng standards complete province.yaml --output mine.yaml",
)


def complete(
    standard: Standard,
    output: Annotated[
        Path, typer.Option("--output", "-o", help=say("要写入的 .yaml 文件", "The .yaml file to write."))
    ],
    year: Year = None,
    force: Annotated[bool, typer.Option("--force", help=say("覆盖已有文件", "Overwrite the file."))] = False,
    lang: Lang = Language.zh,
) -> None:
    from junheng import kinds
    from junheng.cli.judging import stop
    from junheng.problems import Place, Unusable
    from junheng.report.completion import completion
    from junheng.report.write import write_text
    from junheng.standard.load import SUFFIXES, load, tree
    from junheng.standard.on_record import unknowns

    said = words_of(lang)
    try:
        if output.suffix.lower() not in SUFFIXES:
            found = output.suffix or "—"
            raise Unusable([kinds.FORMAT_UNKNOWN.at(Place(str(output)), found=found, known=" ".join(SUFFIXES))])
        loaded = load(standard, year)
        if output.exists() and (not force or output.samefile(loaded.file)):
            raise Unusable([kinds.ALREADY_THERE.at(Place(str(output)))])
        node = tree(loaded.file, loaded.id)
        count = unknowns(node)
        if not count:
            raise Unusable([kinds.NOTHING_MISSING.at(Place(loaded.id), standard=loaded.id)])
        above = os.path.relpath(loaded.file, output.parent) if loaded.own else loaded.id
        write_text(output, [completion(loaded, node, Path(above).as_posix(), output.name, said)])
    except Unusable as error:
        raise stop(error, said) from error
    done = (
        f"已写入 {output}：{count} 处待填；填好后运行 junheng standards check {output}"
        if said == "zh"
        else f"written: {output}, {count} entries to fill in; then run junheng standards check {output}"
    )
    typer.echo(done, err=True)
