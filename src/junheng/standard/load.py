"""From the name of a standard to the standard: which file, what it extends, which settings are taken."""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import NamedTuple

import yaml
from pydantic import TypeAdapter, ValidationError

from junheng import kinds
from junheng.engine.model import Method
from junheng.problems import Place, Problem, Unusable
from junheng.standard.faults import faults, near, written
from junheng.standard.grammar import Exclusion, FieldForm, InForce, Relaxation, StandardForm, first_day, last_day
from junheng.standard.rules import ConditionError, cases, compile_method, condition, exclusion_condition
from junheng.standard.source import Document, Path_, children, compose, construct, place_of, read
from junheng.text import Text

SUFFIXES = (".yaml", ".yml")


class Standard(NamedTuple):
    """A standard, ready to judge by, and everything that has to be said about it."""

    id: str
    file: Path
    form: StandardForm
    fields: Mapping[str, FieldForm]
    document: Document
    settings: Mapping[str, str]
    relaxations: tuple[Relaxation, ...]
    method: Method
    own: bool  # not shipped: a file of the user's


@cache
def root() -> Path:
    """Return the folder of the shipped standards: inside the package, or at the root of a checkout."""
    here = Path(__file__).resolve()
    inside = here.parents[1] / "standards"
    return inside if inside.is_dir() else here.parents[3] / "standards"


def ids() -> list[str]:
    """Return the ids of all shipped standards: their paths without ending."""
    base = root()
    files = (f for f in base.rglob("*.yaml") if f.parent != base)
    return sorted(f.relative_to(base).with_suffix("").as_posix() for f in files)


@cache
def shipped_fields() -> Mapping[str, FieldForm]:
    """Return the words of fields.yaml."""
    document = read(root() / "fields.yaml", "fields.yaml")
    return _fields(document, ())


def _fields(document: Document, prefix: tuple[str, ...]) -> dict[str, FieldForm]:
    data = document.data
    for step in prefix:
        data = data[step]
    problems: list[Problem] = []
    result = {}
    for name, entry in data.items():
        try:
            result[name] = FieldForm.model_validate(entry)
        except ValidationError as error:
            problems += faults(error, document, FieldForm, (*prefix, name))
    if problems:
        raise Unusable(problems)
    return result


def school_year_day(year: int | None) -> date:
    """Return the day that decides which file is in force: 1 September, when the school year begins; else today."""
    return datetime.now(UTC).date() if year is None else date(year, 9, 1)


def in_force(standard: Standard, year: int) -> bool:
    """Say whether a standard is in force in a school year; a file that gives no period always is."""
    period = standard.form.in_force
    return period is None or first_day(period) <= school_year_day(year) <= last_day(period)


def years_of(relaxation: Relaxation) -> str:
    """Return the years that a transitional rule is for, as text."""
    return f"{relaxation.years.low or ''}–{relaxation.years.high or ''}"


def _in_family(family: str) -> dict[str, Path]:
    pattern = re.compile(rf"^family:\s*['\"]?{re.escape(family)}['\"]?\s*(?:#.*)?$", re.MULTILINE)
    files = {name: root() / f"{name}.yaml" for name in ids()}
    return {name: file for name, file in files.items() if pattern.search(file.read_text("utf-8"))}


def locate(name: str, year: int | None) -> tuple[str, Path, bool]:
    """Return id, file and whether it is the user's own, for an id, a family or a path; raise Unusable for none."""
    if name.endswith(SUFFIXES):
        return name, Path(name), True
    if name in ids():
        return name, root() / f"{name}.yaml", False
    family = _in_family(name)
    if not family:
        known = ", ".join(ids())
        raise Unusable([kinds.STANDARD_UNKNOWN.at(Place(name), name=name, known=known)])
    day = school_year_day(year)
    adapter = TypeAdapter(InForce)
    began = {}
    for id_, file in family.items():
        entry = read(file, f"{id_}.yaml").data.get("in_force")
        period = adapter.validate_python(entry) if entry else None
        if period is not None and first_day(period) <= day <= last_day(period):
            began[first_day(period)] = (id_, file)
    if not began:
        raise Unusable([kinds.STANDARD_NOT_IN_FORCE.at(Place(name), family=name, year=day.year)])
    return *began[max(began)], False


# ------------------------------------------------------------------------------------------------------- extends

_BY_KEY = ("sources", "fields")
_BY_ID = ("indicators", "relaxations", "other_parts")


def _id_of(node: yaml.Node) -> str:
    found = children(node).get("id")
    return str(found[1].value) if found else ""


def _merge_settings(parent: yaml.Node, child: yaml.Node) -> yaml.Node:
    """Merge settings: `name: choice` takes another choice of the parent's setting, a whole entry replaces it."""
    merged = dict(children(parent))
    for name, (key, value) in children(child).items():
        above = merged.get(name)
        entries = dict(children(above[1])) if above is not None else {}
        if above is not None and isinstance(value, yaml.ScalarNode) and "default" in entries:
            entries["default"] = (entries["default"][0], value)
            old = above[1]
            merged[name] = (key, yaml.MappingNode(old.tag, list(entries.values()), old.start_mark, old.end_mark))
        else:
            merged[name] = (key, value)
    return yaml.MappingNode(child.tag, list(merged.values()), child.start_mark, child.end_mark)


def merge(parent: yaml.Node, child: yaml.Node) -> yaml.Node:
    """Lay a file over the one it extends: whole rules by their id, sources and fields by key, other keys whole."""
    merged = dict(children(parent))
    for name, (key, value) in children(child).items():
        above = merged.get(name)
        if above is None:
            merged[name] = (key, value)
        elif name in _BY_KEY:
            entries = {**children(above[1]), **children(value)}
            merged[name] = (key, yaml.MappingNode(value.tag, list(entries.values()), value.start_mark, value.end_mark))
        elif name == "settings":
            merged[name] = (key, _merge_settings(above[1], value))
        elif name in _BY_ID and isinstance(value, yaml.SequenceNode) and isinstance(above[1], yaml.SequenceNode):
            rules = {_id_of(item): item for item in above[1].value}
            rules.update((_id_of(item), item) for item in value.value)
            merged[name] = (key, yaml.SequenceNode(value.tag, list(rules.values()), value.start_mark, value.end_mark))
        else:
            merged[name] = (key, value)
    return yaml.MappingNode(child.tag, list(merged.values()), child.start_mark, child.end_mark)


def tree(file: Path, shown: str, above: tuple[Path, ...] = ()) -> yaml.Node:
    """Return the node tree of a file laid over what it extends."""
    node = compose(file, shown)
    entry = children(node).get("extends")
    if entry is None or not isinstance(entry[1], yaml.ScalarNode):
        return node
    name = str(entry[1].value)
    own = name.endswith(SUFFIXES)
    parent = file.parent / name if own else root() / f"{name}.yaml"
    if not (parent.is_file() if own else name in ids()) or parent.resolve() in (*above, file.resolve()):
        raise Unusable([kinds.EXTENDS_UNKNOWN.at(place_of(entry[1]), name=name)])
    shown_parent = name if name.endswith(SUFFIXES) else f"{name}.yaml"
    return merge(tree(parent, shown_parent, (*above, file.resolve())), node)


# -------------------------------------------------------------------------------------------------------- reading


def validate(document: Document, settings: Mapping[str, str]) -> StandardForm:
    """Return the form of a document with the choices taken; raise Unusable with every fault."""
    data = document.data
    if not isinstance(data, dict):
        raise Unusable([kinds.KEY_MISSING.at(document.place(()), key="title, indicators")])
    written = data.get("settings")
    taken = {}
    for name, entry in (written if isinstance(written, dict) else {}).items():
        default = entry.get("default") if isinstance(entry, dict) else None
        taken[name] = settings.get(name, default)
    try:
        return StandardForm.model_validate(data, context={"settings": taken})
    except ValidationError as error:
        raise Unusable(faults(error, document, StandardForm)) from error


def _check_settings(
    form: StandardForm, document: Document, settings: Mapping[str, str], id_: str
) -> tuple[dict[str, str], list[Problem]]:
    """Return the choice taken in every setting, and what is wrong with the choices or with those asked for."""
    problems = []
    for name, setting in form.settings.items():
        if setting.default not in setting.choices:
            place = document.place(("settings", name, "default"))
            known = ", ".join(setting.choices)
            problems.append(kinds.SETTING_UNKNOWN.at(place, setting=name, choice=setting.default, known=known))
    switches = [relaxation.id for relaxation in form.relaxations]
    for name, choice in settings.items():
        choices = (
            {"on", "off"} if name in switches else set(form.settings[name].choices if name in form.settings else ())
        )
        if choice not in choices:
            known = ", ".join(sorted(choices) or [*form.settings, *switches])
            problems.append(kinds.SETTING_UNKNOWN.at(Place(id_), setting=name, choice=choice, known=known))
    taken = {name: settings.get(name, setting.default) for name, setting in form.settings.items()}
    return taken, problems


def _check_fields(form: StandardForm, fields: Mapping[str, FieldForm], document: Document) -> list[Problem]:
    """Return every name of a field that is no field, and every circumstance that cannot be read."""
    problems = []

    def known(name: str, *path: str | int) -> None:
        if name not in fields:
            place = document.place(path)
            problems.append(kinds.FIELD_UNKNOWN.at(place, field=name, near=near(name, list(fields))))

    def wrong(found: object, expected: object, key: str, *path: str | int) -> None:
        problems.append(kinds.VALUE_WRONG.at(document.place(path), key=key, found=written(found), expected=expected))

    for name, field in form.fields.items():
        for part in field.otherwise:
            known(part, "fields", name, "otherwise")
        if name in shipped_fields() and not shipped_fields()[name].numeric:
            wrong(
                name,
                Text("新的字段名：这是识别学校所用的字段", "a new name: this field identifies schools"),
                name,
                "fields",
                name,
            )
    for i, indicator in enumerate(form.indicators):
        for key, names in (("of", indicator.of), ("less", indicator.less), ("to", [indicator.to or "students"])):
            for name in names:
                known(name, "indicators", i, key)
                if name in fields and not fields[name].numeric:
                    wrong(name, Text("一个数的字段", "a field of figures"), key, "indicators", i, key)
        try:
            cases(indicator, fields)
        except ConditionError as error:
            known(error.name, "indicators", i, "at_least", "at_most")
            if error.name in fields:
                wrong(error.found, _words(fields[error.name]), error.name, "indicators", i)
    ids_of = [indicator.id for indicator in form.indicators]
    for i, relaxation in enumerate(form.relaxations):
        if relaxation.indicator is not None and relaxation.indicator not in ids_of:
            wrong(relaxation.indicator, ", ".join(ids_of), "indicator", "relaxations", i, "indicator")
    for i, relaxation in enumerate(form.relaxations):
        if relaxation.adds is not None:
            known(relaxation.adds, "relaxations", i, "adds")
    for name in (form.divisions.fields if form.divisions else None) or []:
        known(name, "divisions", "fields")
    circumstances: list[tuple[Path_, Relaxation | Exclusion]] = [
        *((("relaxations", i), relaxation) for i, relaxation in enumerate(form.relaxations)),
        *((("scope", "leaves_out", i), exclusion) for i, exclusion in enumerate(form.scope.leaves_out)),
    ]
    for path, entry in circumstances:
        try:
            if isinstance(entry, Relaxation):
                condition(entry.when, fields)
            else:
                exclusion_condition(entry, fields)
        except ConditionError as error:
            known(error.name, *path)
            if error.name in fields:
                key = "school_type" if error.name == "type" else error.name
                wrong(error.found, _words(fields[error.name]), key, *path)
    return problems


def _words(form: FieldForm) -> str:
    return " / ".join(form.choices) if form.choices else "7..12"


def _relaxations(
    form: StandardForm, settings: Mapping[str, str], year: int | None, id_: str
) -> tuple[list[Relaxation], list[Problem]]:
    """Return the transitional rules switched on, and those asked for outside their years."""
    taken, problems = [], []
    for relaxation in form.relaxations:
        wanted = settings.get(relaxation.id, "on" if relaxation.applied else "off")
        if wanted != "on":
            continue
        low, high = relaxation.years.low, relaxation.years.high
        if year is not None and ((low is not None and year < low) or (high is not None and year > high)):
            name, years = relaxation.name.text, years_of(relaxation)
            problems.append(kinds.RELAXATION_EXPIRED.at(Place(id_), relaxation=name, years=years, year=year))
        taken.append(relaxation)
    return taken, problems


def load(name: str, year: int | None = None, settings: Mapping[str, str] | None = None) -> Standard:
    """Return the standard of an id, a family (the file in force in `year`) or a path.

    `settings` takes other choices than the file's own in its open questions, and switches relaxations on or off.
    Raise Unusable with every problem where it cannot be judged by.
    """
    id_, file, own = locate(name, year)
    document = construct(tree(file, name if own else f"{id_}.yaml"))
    return build(id_, file, document, year, settings or {}, own=own)


def build(
    id_: str, file: Path, document: Document, year: int | None, settings: Mapping[str, str], *, own: bool
) -> Standard:
    """Return the standard of a document already read."""
    form = validate(document, settings)
    fields = {**shipped_fields(), **form.fields}
    taken, problems = _check_settings(form, document, settings, id_)
    problems += _check_fields(form, fields, document)
    relaxations, expired = _relaxations(form, settings, year, id_)
    problems += expired
    if problems:
        raise Unusable(problems)
    method = compile_method(form, fields, relaxations)
    return Standard(id_, file, form, fields, document, taken, tuple(relaxations), method, own)


def needed_fields(standard: Standard) -> Sequence[str]:
    """Return the fields a standard reads for its indicators, without repetition, pupils first."""
    names = ["students"]
    for indicator in standard.method.indicators:
        names += [*indicator.of, *indicator.less, *([indicator.to] if indicator.to else [])]
        names += [relaxation.adds for relaxation in indicator.relaxations]
    names += [name for name in _conditioned(standard) if standard.fields[name].numeric]
    return list(dict.fromkeys(names))


def needed_words(standard: Standard) -> frozenset[str]:
    """Return the columns of words that a verdict of the standard depends on, besides type and stage."""
    return frozenset(name for name in _conditioned(standard) if not standard.fields[name].numeric)


def _conditioned(standard: Standard) -> list[str]:
    """Return the fields that circumstances ask for."""
    method = standard.method
    conditions = [exclusion.when for exclusion in method.exclusions]
    for indicator in method.indicators:
        conditions += [case.when for case in indicator.bars]
        conditions += [relaxation.when for relaxation in indicator.relaxations]
    return list(dict.fromkeys(name for condition in conditions for name in condition))
