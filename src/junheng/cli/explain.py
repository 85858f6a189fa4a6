"""`junheng explain`: what a code, a field, an indicator or a term means."""

from typing import Annotated

import typer

from junheng.cli.options import Lang, Language, say, words_of

HELP = say(
    "解释问题代码、字段、指标或术语。\n\n例：junheng explain W204",
    "Explain a problem code, a field, an indicator or a term.\n\nExample: junheng explain W204",
)


def explain(
    term: Annotated[
        str, typer.Argument(metavar="CODE-OR-TERM", help=say("如 W204、差异系数", "Such as W204 or 差异系数."))
    ],
    lang: Lang = Language.zh,
) -> None:
    from junheng.cli.judging import stop
    from junheng.explanation import explained
    from junheng.problems import Unusable

    try:
        typer.echo("\n".join(explained(term, words_of(lang))))
    except Unusable as error:
        raise stop(error, words_of(lang)) from error
