"""`junheng diff`: what changed between two runs, and why."""

from pathlib import Path
from typing import Annotated

import typer

from junheng.cli.options import Everything, Format, Formats, Lang, Language, say, words_of

HELP = say(
    "比较两次运行：哪些结论变了，是数据、标准还是口径所致。\n\n例：junheng diff 报送材料2022 报送材料2023",
    "Compare two runs: which verdicts changed, and whether by data, standard or setting.\n\n"
    "Example: junheng diff submission-2022 submission-2023",
)
RUN = say("junheng report 写入的文件夹，或其中的 run.json", "A folder that junheng report wrote, or its run.json.")


def diff(
    before: Annotated[Path, typer.Argument(metavar="RUN1", help=RUN)],
    after: Annotated[Path, typer.Argument(metavar="RUN2", help=RUN)],
    format_: Formats = None,
    everything: Everything = False,
    lang: Lang = Language.zh,
) -> None:
    from junheng import kinds
    from junheng.cli import judging
    from junheng.documents.difference.comparing import compare
    from junheng.documents.difference.recorded import read_recorded
    from junheng.problems import Place, Problem, Unusable

    said = words_of(lang)
    problems: list[Problem] = []
    try:
        if format_ is Format.csv:
            raise Unusable([kinds.FORMAT_UNKNOWN.at(Place("--format"), found="csv", known="text json markdown")])
        runs = []
        for path in (before, after):
            try:
                runs.append(read_recorded(path))
            except Unusable as error:
                problems += error.problems
        if problems:
            raise Unusable(problems)
        old, new = runs
        alone = len(old) == len(new) == 1
        pairs = [(next(iter(old)), next(iter(new)))] if alone else [(name, name) for name in new if name in old]
        if not pairs:
            found = ", ".join(dict.fromkeys([*old, *new])) or "—"
            raise Unusable([kinds.RUN_UNREADABLE.at(Place(str(after)), found=found)])
    except Unusable as error:
        raise judging.stop(error, said) from error
    _print([compare(old[a], new[b]) for a, b in pairs], (format_ or Format.text), said, everything=everything)


def _print(changes: list, form: Format, lang: str, *, everything: bool) -> None:  # type: ignore[type-arg]
    import json

    from junheng.documents.difference.tables import difference_blocks, difference_json

    if form is Format.json:
        documents = [difference_json(entry) for entry in changes]
        whole = documents[0] if len(documents) == 1 else {"schema": "junheng.diffs/1", "counties": documents}
        typer.echo(json.dumps(whole, ensure_ascii=False, indent=1))
        return
    blocks = [block for entry in changes for block in difference_blocks(entry, lang, everything=everything)]  # type: ignore[arg-type]
    if form is Format.markdown:
        from junheng.report import to_markdown

        typer.echo("\n".join(to_markdown.draw(blocks)))
    else:
        from junheng.report import to_terminal

        to_terminal.draw(blocks, to_terminal.console())
