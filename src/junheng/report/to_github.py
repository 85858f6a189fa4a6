"""Problems as annotations that GitHub shows on the line of a pull request."""

from collections.abc import Iterator, Sequence

from junheng.problems import Problem, Severity
from junheng.text import Lang

_LEVEL = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}


def _escaped(text: str, *, within: bool = False) -> str:
    text = text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    return text.replace(":", "%3A").replace(",", "%2C") if within else text


def lines(problems: Sequence[Problem], lang: Lang) -> Iterator[str]:
    """Yield one workflow command for each problem."""
    for p in problems:
        place = p.place
        where = f"file={_escaped(place.file, within=True)}"
        if place.line is not None:
            where += f",line={place.line},col={place.column or 1}"
        message = _escaped(f"{p.message(lang)} — {p.hint(lang)}")
        yield f"::{_LEVEL[p.severity]} {where},title={p.kind.code}::{message}\n"
