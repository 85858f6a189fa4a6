"""Problems of standards as SARIF 2.1.0, which code scanning and editors read."""

import json
from collections.abc import Sequence
from urllib.parse import quote

from junheng import __version__, kinds
from junheng.problems import Kind, Problem, Severity
from junheng.text import Lang

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/schemas/sarif-schema-2.1.0.json"
_LEVEL = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "note"}


def _rule(kind: Kind, lang: Lang) -> dict[str, object]:
    """Return a kind of problem; its message with the names of the facts that each problem fills in."""
    return {
        "id": kind.code,
        "shortDescription": {"text": kind.message.say(lang)},
        "help": {"text": kind.hint.say(lang)},
        "defaultConfiguration": {"level": _LEVEL[kind.severity]},
    }


def _result(problem: Problem, index: int, lang: Lang) -> dict[str, object]:
    place = problem.place
    where: dict[str, object] = {"artifactLocation": {"uri": quote(place.file.replace("\\", "/"))}}
    if place.line is not None:
        where["region"] = {"startLine": place.line, "startColumn": place.column or 1}
    return {
        "ruleId": problem.kind.code,
        "ruleIndex": index,
        "level": _LEVEL[problem.severity],
        "message": {"text": f"{problem.message(lang)} — {problem.hint(lang)}"},
        "locations": [{"physicalLocation": where}],
    }


def sarif(problems: Sequence[Problem], lang: Lang) -> str:
    """Return the log of one run: every kind of problem as a rule with its help, every problem with line and column.

    Columns count characters.
    """
    index = {code: at for at, code in enumerate(kinds.ALL)}
    driver = {
        "name": "junheng",
        "version": __version__,
        "rules": [_rule(kind, lang) for kind in kinds.ALL.values()],
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_result(problem, index[problem.kind.code], lang) for problem in problems],
    }
    document = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"
