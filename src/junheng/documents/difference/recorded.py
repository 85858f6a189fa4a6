"""Recorded runs are read back: run.json, or a folder that holds one, or one for each county."""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from junheng import kinds
from junheng.documents.run_file import RUN_FILE, SCHEMA
from junheng.problems import Place, Problem, Unusable
from junheng.system import reason
from junheng.text import Text

Section = tuple[str, str]
"""A section as runs know it: the code of its school, else its name, and its stage."""


class Rules(NamedTuple):
    """What the rules of one standard rest on: the fields each reads, and of the standard its text's hash and settings.

    Without `laws` the run was recorded before they were kept.
    """

    reads: Mapping[str, Sequence[str]]
    laws: Mapping[str, Mapping[str, Any]]


class Recorded(NamedTuple):
    """One county of a recorded run, as run.json has it."""

    file: str
    record: Mapping[str, Any]
    county: Mapping[str, Any]
    figures: Mapping[Section, Mapping[str, float | str]]
    names: Mapping[Section, str]
    fields: frozenset[str]  # those that were read
    asked: Mapping[str, Sequence[str]]  # what the county may answer: `fields`, and `items` by their id
    answers: Mapping[str, Mapping[str, Any]]
    rules: Rules
    gate: Mapping[str, Rules]  # those of every standard of the province

    def sections(self, gate: str | None = None) -> dict[Section, Mapping[str, Any]]:
        """Return the sections with their findings, as the standard judged them, or one of the province (`gate`)."""
        entries = self.county["schools"] if gate is None else self.gates().get(gate, ())
        return {section_of(entry): entry for entry in entries}

    def gates(self) -> dict[str, Sequence[Mapping[str, Any]]]:
        """Return the sections that each standard of the province judged."""
        return {entry["standard"]: entry["schools"] for entry in self.county.get("gate", ())}


def section_of(entry: Mapping[str, Any]) -> Section:
    """Return the section that an entry of a run is of."""
    return str(entry["code"] or entry["name"]), str(entry["stage"])


def _read(file: Path) -> Recorded:
    def refused(found: str | Text) -> Unusable:
        return Unusable([kinds.RUN_UNREADABLE.at(Place(str(file)), found=found)])

    try:
        data = json.loads(file.read_text("utf-8"))
    except OSError as error:
        raise refused(reason(error)) from error
    except (ValueError, RecursionError) as error:
        raise refused("JSON") from error
    if not isinstance(data, dict) or data.get("schema") != SCHEMA:
        raise refused(str(data.get("schema"))[:60] if isinstance(data, dict) else "JSON")
    try:
        figures = {section_of(entry): dict(entry["figures"]) for entry in data["figures"]}
        names = {section_of(entry): str(entry["name"]) for entry in data["figures"]}
        county = data["county"]
        made = Recorded(
            str(file),
            dict(data["record"]),
            dict(county),
            figures,
            names,
            frozenset(data["fields"] if "fields" in data else [n for entry in figures.values() for n in entry]),
            dict(data.get("asked", {"fields": list(data["answers"]), "items": []})),
            dict(data["answers"]),
            _rules(data),
            {str(name): _rules(rules) for name, rules in data.get("gate", {}).items()},
        )
        made.sections()
        _shape(made)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise refused(f"{type(error).__name__} {error}"[:60]) from error
    return made


def _rules(data: Mapping[str, Any]) -> Rules:
    return Rules(dict(data["reads"]), dict(data.get("laws", {})))


def _shape(made: Recorded) -> None:
    """Touch what is compared, so that a file that lacks some of it is refused as a whole."""
    for key in ("standard", "standard_sha256", "settings", "relaxations", "inputs", "county", "year"):
        made.record[key]
    for variation in made.county["variations"]:
        variation["stage"], variation["indicator"], variation["cv"], variation["limit"], variation["passed"]
    for name in (None, *made.gates()):
        for entry in made.sections(name).values():
            entry["name"], entry["passed"], entry["left_out"]
            for finding in entry["indicators"]:
                finding["id"], finding["value"], finding["bar"], finding["outcome"]
    for rules in (made.rules, *made.gate.values()):
        for law in rules.laws.values():
            law["text"], law["settings"]
    made.asked["fields"], made.asked["items"]


def _files(path: Path) -> Iterator[tuple[str, Path]]:
    if path.is_dir() and not (path / RUN_FILE).is_file():
        yield from (
            (folder.name, folder / RUN_FILE) for folder in sorted(path.iterdir()) if (folder / RUN_FILE).is_file()
        )
    else:
        yield "", path / RUN_FILE if path.is_dir() else path


def read_recorded(path: Path) -> dict[str, Recorded]:
    """Return the counties of a recorded run, by the name of their folder; raise Unusable where there is none."""
    found = dict(_files(path))
    if not found:
        raise Unusable([kinds.RUN_UNREADABLE.at(Place(str(path)), found="—")])
    problems: list[Problem] = []
    made = {}
    for name, file in found.items():
        try:
            made[name] = _read(file)
        except Unusable as error:
            problems += error.problems
    if problems:
        raise Unusable(problems)
    return made
