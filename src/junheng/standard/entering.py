"""What of a standards file enters each rule: its own text and the settings it chooses by, so that runs can be compared."""

import json
from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from typing import Any, NamedTuple

import yaml

from junheng.standard.load import Standard, tree
from junheng.standard.source import construct

SAID = frozenset({"name", "short", "cite", "quote", "note", "reading", "zh", "en", "reason"})
"""Keys that say something of a rule and decide nothing."""
COMMON = ("divisions", "school_classes", "parameters")
"""What stands beside the rules and enters every one of them."""
VERDICT, VARIATION, SCOPE = "school_rule", "variation", "scope"
"""What decides a school from its findings, what judges coefficients, what leaves schools out: under these names beside the rules."""


class Law(NamedTuple):
    """What enters a rule: the hash of its text, without what only explains it, and the settings and switches it asks for."""

    text: str
    settings: Sequence[str]


def _bare(data: Any) -> Any:  # noqa: ANN401 - YAML holds anything
    """Return data without what only explains; the choices of a setting stay, whatever they are called."""
    if isinstance(data, Mapping):
        choosing = "setting" in data
        return {key: _bare(value) for key, value in sorted(data.items()) if choosing or key not in SAID}
    if isinstance(data, list):
        return [_bare(entry) for entry in data]
    return data if data is None or isinstance(data, bool) else str(data)


def _asked(data: Any) -> Iterator[str]:  # noqa: ANN401
    """Yield the settings that data chooses by."""
    if isinstance(data, Mapping):
        if isinstance(data.get("setting"), str):
            yield data["setting"]
        for value in data.values():
            yield from _asked(value)
    elif isinstance(data, list):
        for entry in data:
            yield from _asked(entry)


def _ids(data: Any) -> set[str]:  # noqa: ANN401
    """Return the ids of a rule and of the rules within it, whichever choice they belong to."""
    if isinstance(data, list):
        return set().union(*map(_ids, data))
    if not isinstance(data, Mapping):
        return set()
    own = {data["id"]} if isinstance(data.get("id"), str) else set()
    return own.union(*map(_ids, data.values()))


def laws(standard: Standard) -> dict[str, Law]:
    """Return what enters every indicator and item by its id, and the verdicts on schools and coefficients and the scope.

    A transitional rule is part of those it eases, and its switch one of their settings.
    """
    node: yaml.Node = tree(standard.file, standard.id)
    data = construct(node).data
    common = {key: data[key] for key in COMMON if key in data}
    relaxations = [entry for entry in data.get("relaxations", ()) if isinstance(entry, Mapping)]
    found: dict[str, Law] = {}

    def add(name: str, *of: Any) -> None:  # noqa: ANN401
        ids = _ids(list(of))
        eased = [r for r in relaxations if r.get("indicator") in ids]
        whole = [*of, eased, common]
        text = json.dumps(_bare(whole), ensure_ascii=False, sort_keys=True)
        settings = [*_asked(whole), *(str(r["id"]) for r in eased)]
        found[name] = Law(sha256(text.encode()).hexdigest(), list(dict.fromkeys(settings)))

    for rule in data.get("indicators", ()):
        add(rule["id"], rule)
    for part in data.get("checklist", ()):
        around = {key: value for key, value in part.items() if key not in ("items", "part")}
        for rule in part.get("items", ()):
            add(rule["id"], rule, around)
    for name in (VERDICT, VARIATION, SCOPE):
        if name in data:
            add(name, data[name], data.get("award"))
    return found
