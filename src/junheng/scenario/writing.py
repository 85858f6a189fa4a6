"""Scenarios written: changes as a file that reads back as the same changes, and schools called so that they are found."""

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from junheng.engine.model import SchoolTable
from junheng.scenario.form import AnyChange
from junheng.scenario.schools import found_by

_PLAIN = re.compile(r"[^\W\d][\w（）()·\-]*")  # needs no quotation marks
_WORDS = re.compile(r"true|false|null|yes|no|on|off|y|n", re.IGNORECASE)


def scenario_yaml(changes: Sequence[AnyChange], name: str = "", note: str = "") -> str:
    r"""Return changes as a scenario file, one to a line, every number exact.

    >>> from junheng.scenario.form import SchoolChange
    >>> from fractions import Fraction
    >>> print(scenario_yaml([SchoolChange(school="3137000001", add={"books": Fraction("0.5")})], "买书"), end="")
    name: 买书
    changes:
      - {school: "3137000001", add: {books: 0.5}}
    """
    head = [f"{key}: {_flow(text)}" for key, text in (("name", name), ("note", note)) if text]
    written = [_flow(change.model_dump(by_alias=True, exclude_none=True, exclude_defaults=True)) for change in changes]
    lines = [f"  - {entry}" for entry in written]
    return "\n".join([*head, "changes:" if lines else "changes: []", *lines]) + "\n"


def _flow(value: Any) -> str:  # noqa: ANN401 - what a change holds
    """Return a value in YAML's flow style."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_flow(key)}: {_flow(entry)}" for key, entry in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_flow, value)) + "]"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, int):
        return str(value)
    text = str(value)
    return text if _PLAIN.fullmatch(text) and not _WORDS.fullmatch(text) else _quoted(text)


def _quoted(text: str) -> str:
    signs = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t"}
    return '"' + "".join(signs.get(c, c if c.isprintable() else f"\\U{ord(c):08x}") for c in text) + '"'


def called(table: SchoolTable, section: int) -> str:
    """Return the shortest words by which a scenario finds exactly the school of a section: code, name, or more.

    Where several schools have the same in everything, the code or the name.
    """
    texts = {name: table.text(name)[section] or "" for name in ("code", "name", "town", "county")}
    ways = [
        texts["code"],
        texts["name"],
        f"{texts['town']} {texts['name']}",
        f"{texts['county']} {texts['name']}",
        f"{texts['county']} {texts['town']} {texts['name']}",
    ]
    return next((way for way in ways if way.strip() and len(found_by(table, way)) == 1), ways[0] or ways[1])
