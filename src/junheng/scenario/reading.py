"""Scenario files read: their changes in order, every fault of form with its line."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import ValidationError

from junheng import kinds
from junheng.problems import Place, Problem, Unusable
from junheng.scenario.form import (
    OF_KEY,
    VERBS,
    AnyChange,
    Form,
    MoveChange,
    ScenarioForm,
    SchoolChange,
    SplitChange,
)
from junheng.standard.faults import faults, near
from junheng.standard.grammar import FieldForm
from junheng.standard.source import Document, Path_, read
from junheng.text import Text
from junheng.workbook.headings import key

_HEAD = ("name", "note")


class Scenario(NamedTuple):
    """Changes in the order in which they are made. Files that they name are found from `folder`.

    `document` is the file they stand in, `spots` where each stands, for those that stand in none.
    """

    name: str
    changes: tuple[AnyChange, ...]
    document: Document | None = None
    folder: Path = Path()
    spots: tuple[Place, ...] = ()

    def place(self, change: int, *path: str | int) -> Place:
        """Return where a change, or a key of it, is written."""
        if self.document is not None:
            return self.document.key_place(("changes", change, *path))
        return self.spots[change] if change < len(self.spots) else Place(self.name or "—")


def read_scenario(file: Path, fields: Mapping[str, FieldForm] | None = None) -> Scenario:
    """Return the scenario of a file; raise Unusable with every fault.

    With `fields` the figures that it names must be among these; without, whoever applies it looks them up.
    """
    document = read(file, str(file))
    if not isinstance(document.data, dict):
        raise Unusable([kinds.KEY_MISSING.at(document.place(()), key="changes")])
    entries = document.data.get("changes")
    problems = _head(document)
    changes: list[AnyChange] = []
    for at, entry in enumerate(entries if isinstance(entries, list) else ()):
        made = _change(document, at, entry)
        if isinstance(made, list):
            problems += made
        else:
            changes.append(made)
    name = document.data.get("name")
    scenario = Scenario(name if isinstance(name, str) else file.stem, tuple(changes), document, file.parent)
    if fields is not None and not problems:
        problems += [p for at, change in enumerate(changes) for p in unknown_fields(scenario, at, change, fields)]
    if problems:
        raise Unusable(problems)
    return scenario


def read_scenarios(files: Sequence[Path]) -> list[Scenario]:
    """Return the scenarios of several files; raise Unusable with the faults of all of them."""
    scenarios: list[Scenario] = []
    problems: list[Problem] = []
    for file in files:
        try:
            scenarios.append(read_scenario(file))
        except Unusable as error:
            problems += error.problems
    if problems:
        raise Unusable(problems)
    return scenarios


def _head(document: Document) -> list[Problem]:
    """Return what is wrong with a file besides its single changes."""
    data = document.data
    plain = {key_: value if key_ != "changes" or not isinstance(value, list) else [] for key_, value in data.items()}
    try:
        ScenarioForm.model_validate(plain)
    except ValidationError as error:
        problems = []
        for problem in faults(error, document, ScenarioForm):
            facts = dict(problem.facts)
            known = [*_HEAD, "changes"]
            other = problem.kind is kinds.KEY_UNKNOWN
            problems.append(
                problem.kind.at(problem.place, **{**facts, "near": near(str(facts["key"]), known)})
                if other
                else problem
            )
        return problems
    return []


def form_of(entry: Mapping[str, Any]) -> type[Form] | None:
    """Return the form of a change by the key that tells what it is; None where none does, or several do."""
    found = {form for name, form in OF_KEY.items() if name in entry}
    return found.pop() if len(found) == 1 else None


def _change(document: Document, at: int, entry: Any) -> AnyChange | list[Problem]:  # noqa: ANN401 - YAML holds anything
    path: Path_ = ("changes", at)
    form = form_of(entry) if isinstance(entry, dict) else None
    if form is None:
        verbs = list(dict.fromkeys(OF_KEY))
        said = [name for name in OF_KEY if isinstance(entry, dict) and name in entry]
        if isinstance(entry, dict) and not said:
            close = [problem for name in entry if (problem := _misspelt(document, path, str(name), verbs)) is not None]
            return close or [kinds.KEY_MISSING.at(document.place(path), key=" / ".join(verbs))]
        expected = Text("一种改变（" + "、".join(verbs) + " 之一）", "one change: one of " + ", ".join(verbs))
        found = ", ".join(said) or "…"
        return [kinds.VALUE_WRONG.at(document.place(path), key="changes", found=found, expected=expected)]
    try:
        return form.model_validate(entry)  # type: ignore[return-value]  # one of the forms of the union
    except ValidationError as error:
        return faults(error, document, form, path)


def _misspelt(document: Document, path: Path_, name: str, verbs: Sequence[str]) -> Problem | None:
    """Return that a key is nearly one that tells what a change is."""
    close = near(name, list(verbs))
    return kinds.KEY_UNKNOWN.at(document.key_place((*path, name)), key=name, near=close) if close.zh else None


def named_figures(change: AnyChange) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Yield the figures that a change names, as they are written, each with its path in the change."""
    if isinstance(change, SchoolChange):
        for verb in VERBS:
            entry = getattr(change, verb)
            if isinstance(entry, dict):
                yield from (((verb, name), name) for name in entry)
            for nth, persons in enumerate(entry if isinstance(entry, list) else ()):
                yield from (((verb, nth, "as"), name) for name in persons.as_)
    elif isinstance(change, MoveChange):
        yield from ((("move", "as"), name) for name in change.move.as_)
    elif isinstance(change, SplitChange):
        yield from ((("takes", name), name) for name in change.takes or ())


def field_of(name: str, fields: Mapping[str, FieldForm]) -> str | None:
    """Return the id of a figure that is named by its id or by a heading of it; None for none."""
    if name in fields:
        return name
    wanted = key(name)
    found = [id_ for id_, form in fields.items() if wanted in map(key, (form.zh, form.en, *form.headers))]
    return found[0] if found else None


def unknown_fields(
    scenario: Scenario, at: int, change: AnyChange, fields: Mapping[str, FieldForm]
) -> Iterator[Problem]:
    """Yield every name in a change that is no figure of schools."""
    for path, name in named_figures(change):
        found = field_of(name, fields)
        place = scenario.place(at, *path)
        if found is None:
            known = [*fields, *(form.zh for form in fields.values())]
            yield kinds.FIELD_UNKNOWN.at(place, field=name, near=near(name, known))
        elif not fields[found].numeric or fields[found].level == "county":
            expected = Text("学校的一个数", "a figure of schools")
            yield kinds.VALUE_WRONG.at(place, key=str(path[0]), found=name, expected=expected)
