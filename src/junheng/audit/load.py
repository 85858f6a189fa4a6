"""Checks files become rules: the shipped ones, and a file of one's own laid over them by id."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import yaml
from pydantic import ValidationError

from junheng import kinds
from junheng.audit.grammar import AnyRule, ChecksForm, Given
from junheng.audit.identity_form import IdentityForm
from junheng.engine.model import Condition, fields_of
from junheng.problems import Problem, Unusable
from junheng.standard.faults import faults, near, written
from junheng.standard.grammar import FieldForm
from junheng.standard.load import root, shipped_fields
from junheng.standard.rules import ConditionError, condition
from junheng.standard.source import Document, Path_, children, compose, construct, read
from junheng.text import Text

SHIPPED = "checks.yaml"


class Checks(NamedTuple):
    """The rules that are applied, and the circumstances in which each is."""

    rules: Sequence[AnyRule]
    circumstances: Mapping[str, Sequence[Condition]]

    def figures(self) -> list[str]:
        """Return the fields that the rules and their circumstances read, without repetition."""
        conditions = [when for rule in self.rules for when in self.circumstances[rule.id]]
        return list(dict.fromkeys([*(f for rule in self.rules for f in rule.fields()), *fields_of(conditions)]))


def laid_over(shipped: yaml.Node, own: yaml.Node, listed_in: str = "checks") -> yaml.Node:
    """Lay the entries of a file over the shipped ones by id, key by key; new ones stand at the end.

    `listed_in` is the key that lists them.
    """
    entries: dict[str, yaml.Node] = {}
    for file in (shipped, own):
        listed = children(file).get(listed_in)
        if listed is None or not isinstance(listed[1], yaml.SequenceNode):
            continue
        for at, item in enumerate(listed[1].value):
            keys = children(item)
            id_ = str(keys["id"][1].value) if "id" in keys else f"?{at}"
            above = entries.get(id_)
            if above is not None:
                merged = list({**children(above), **keys}.values())
                item = yaml.MappingNode(item.tag, merged, item.start_mark, item.end_mark)  # noqa: PLW2901 - the entry as it stands now
            entries[id_] = item
    others = [pair for name, pair in children(own).items() if name != listed_in]
    key = children(shipped)[listed_in][0]
    start, end = own.start_mark, own.end_mark
    listed_node = yaml.SequenceNode("tag:yaml.org,2002:seq", list(entries.values()), start, end)
    return yaml.MappingNode("tag:yaml.org,2002:map", [*others, (key, listed_node)], start, end)


def load_checks(
    own: Path | None = None, fields: Mapping[str, FieldForm] | None = None, year: int | None = None
) -> Checks:
    """Return the rules that are applied, those of `own` laid over the shipped ones.

    `fields` are the words they speak in, `year` the one that `year` stands for in a circumstance. Raise Unusable with
    every fault.
    """
    known = fields or shipped_fields()
    document = read(root() / SHIPPED, SHIPPED)
    if own is not None:
        node = compose(own, str(own))
        construct(node)  # a key that stands twice is found before anything is merged
        with_ids(construct(node), node)
        document = construct(laid_over(document.root, node))
    try:
        form = ChecksForm.model_validate(document.data)
    except ValidationError as error:
        raise Unusable(faults(error, document, ChecksForm)) from error
    problems = twice([rule.id for rule in form.checks], document)
    circumstances: dict[str, list[Condition]] = {}
    for at, rule in enumerate(form.checks):
        problems += _unknown_fields(rule, ("checks", at), known, document)
        circumstances[rule.id] = []
        for i, when in enumerate(rule.applies):
            try:
                circumstances[rule.id].append(condition(when, known, year or 0))
            except ConditionError as error:
                problems.append(_condition_fault(error, ("checks", at, "applies", i), known, document))
    if problems:
        raise Unusable(problems)
    return Checks([rule for rule in form.checks if rule.applied], circumstances)


def with_ids(document: Document, node: yaml.Node, listed_in: str = "checks") -> None:
    """Raise Unusable where a file of one's own has no list of entries under a key, each with an id of its own."""
    data = document.data
    if not isinstance(data, dict) or not isinstance(data.get(listed_in), list):
        raise Unusable([kinds.KEY_MISSING.at(document.place(()), key=listed_in)])
    problems: list[Problem] = []
    listed = children(node)[listed_in][1].value
    seen: dict[str, int] = {}
    for at, (item, entry) in enumerate(zip(listed, data[listed_in], strict=True)):
        id_ = entry.get("id") if isinstance(entry, dict) else None
        if id_ is None:
            problems.append(kinds.KEY_MISSING.at(document.place((listed_in, at)), key="id"))
        elif id_ in seen:
            expected = Text("没有用过的编号", "an id that is not used yet")
            place = document.place((listed_in, at, "id"))
            problems.append(kinds.VALUE_WRONG.at(place, key="id", found=id_, expected=expected))
        seen.setdefault(str(id_), item.start_mark.line)
    if problems:
        raise Unusable(problems)


def twice(listed: Sequence[str], document: Document, listed_in: str = "checks") -> list[Problem]:
    """Return the ids that stand twice."""
    problems, seen = [], set()
    for at, id_ in enumerate(listed):
        if id_ in seen:
            expected = Text("没有用过的编号", "an id that is not used yet")
            place = document.place((listed_in, at, "id"))
            problems.append(kinds.VALUE_WRONG.at(place, key="id", found=id_, expected=expected))
        seen.add(id_)
    return problems


def _unknown_fields(rule: AnyRule, path: Path_, fields: Mapping[str, FieldForm], document: Document) -> list[Problem]:
    """Return every name of a field that is no field, or holds no figures where figures are needed."""
    problems = []
    for key in ("of", "over", "to", "whole", "parts", "needs"):
        value = getattr(rule, key, None)
        for name in value if isinstance(value, list) else [value] if value else []:
            place = document.place((*path, key))
            if name not in fields:
                problems.append(kinds.FIELD_UNKNOWN.at(place, field=name, near=near(name, list(fields))))
            elif not fields[name].numeric and not isinstance(rule, Given):
                expected = Text("一个数的字段", "a field of figures")
                problems.append(kinds.VALUE_WRONG.at(place, key=key, found=name, expected=expected))
    return problems


def _condition_fault(
    error: ConditionError, path: Path_, fields: Mapping[str, FieldForm], document: Document
) -> Problem:
    """Return what is wrong with a circumstance."""
    if error.name not in fields:
        return kinds.FIELD_UNKNOWN.at(document.place(path), field=error.name, near=near(error.name, list(fields)))
    choices = fields[error.name].choices
    expected = " / ".join(choices) if choices else "7..12"
    return kinds.VALUE_WRONG.at(document.place(path), key=error.name, found=written(error.found), expected=expected)


def load_identity(file: Path) -> tuple[IdentityForm, Document]:
    """Return a file of changes of schools, with places; raise Unusable with every fault."""
    document = read(file, str(file))
    if not isinstance(document.data, dict):
        raise Unusable([kinds.KEY_MISSING.at(document.place(()), key="renamed, merged, split, closed, opened")])
    try:
        return IdentityForm.model_validate(document.data), document
    except ValidationError as error:
        raise Unusable(faults(error, document, IdentityForm)) from error
