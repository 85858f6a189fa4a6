"""From the name of a standard to the standard: which file, what it extends, which settings are taken."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from difflib import get_close_matches
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

import yaml
from pydantic import TypeAdapter, ValidationError

from junheng import kinds
from junheng.engine.model import SCHOOL_CLASS, Indicator, Method, fields_of
from junheng.problems import Place, Problem, Unusable
from junheng.standard.extending import merge
from junheng.standard.faults import faults, near, written
from junheng.standard.grammar import (
    Choice,
    Exclusion,
    FieldForm,
    InForce,
    PointsRule,
    Relaxation,
    StandardForm,
    first_day,
    last_day,
)
from junheng.standard.rule_forms import AnyRule, FlagRule, GroupRule, LevelRule, ParameterBar, within
from junheng.standard.rules import BAR_KEYS, ConditionError, axes, bar_values, compile_method, condition, named_fields
from junheng.standard.source import Document, Path_, children, compose, construct, place_of, read, resolve
from junheng.text import Text

SUFFIXES = (".yaml", ".yml")
MOST_KEPT = 64  # shipped standards, each with a year and settings, that are kept once they were read
FORMS = "forms"  # the folder of layouts of statistics forms, which are no standards


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
    settings_used: frozenset[str] = frozenset()


@cache
def root() -> Path:
    """Return the folder of the shipped standards: inside the package, or at the root of a checkout."""
    here = Path(__file__).resolve()
    inside = here.parents[1] / "standards"
    return inside if inside.is_dir() else here.parents[3] / "standards"


def ids() -> list[str]:
    """Return the ids of all shipped standards: their paths without ending."""
    return [*_ids()]


@cache
def _ids() -> tuple[str, ...]:
    base = root()
    files = (f for f in base.rglob("*.yaml") if f.parent != base and f.parent.name != FORMS)
    return tuple(sorted(f.relative_to(base).with_suffix("").as_posix() for f in files))


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
    return "" if relaxation.years is None else f"{relaxation.years.low or ''}–{relaxation.years.high or ''}"


@cache
def _in_family(family: str) -> Mapping[str, Path]:
    pattern = re.compile(rf"^family:\s*['\"]?{re.escape(family)}['\"]?\s*(?:#.*)?$", re.MULTILINE)
    files = {name: root() / f"{name}.yaml" for name in ids()}
    return {name: file for name, file in files.items() if pattern.search(file.read_text("utf-8"))}


@cache
def _period(id_: str, file: Path) -> InForce | None:
    """Return when a shipped file is in force; None where it does not say."""
    entry = read(file, f"{id_}.yaml").data.get("in_force")
    return None if entry is None else TypeAdapter(InForce).validate_python(entry)


def locate(name: str, year: int | None) -> tuple[str, Path, bool]:
    """Return id, file and whether it is the user's own, for an id, a family or a path; raise Unusable for none."""
    if name.endswith(SUFFIXES):
        return name, Path(name), True
    if name in ids():
        return name, root() / f"{name}.yaml", False
    family = _in_family(name)
    if not family:
        known = ", ".join(get_close_matches(name, ids(), 3, 0.7) or ids())
        raise Unusable([kinds.STANDARD_UNKNOWN.at(Place(name), name=name, known=known)])
    day = school_year_day(year)
    began = {}
    undated = []
    for id_, file in family.items():
        period = _period(id_, file)
        if period is None:
            undated.append((id_, file))
            continue
        if first_day(period) <= day <= last_day(period):
            began[first_day(period)] = (id_, file)
    if not began and len(undated) == 1:  # its dates are not known to us
        return *undated[0], False
    if not began:
        raise Unusable([kinds.STANDARD_NOT_IN_FORCE.at(Place(name), family=name, year=day.year)])
    return *began[max(began)], False


def tree(file: Path, shown: str, above: tuple[Path, ...] = ()) -> yaml.Node:
    """Return the node tree of a file laid over what it extends; raise Unusable for a key that stands twice in one."""
    node = compose(file, shown)
    construct(node)  # before anything is merged or chosen, where one of two keys would be lost
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


def files_of(standard: Standard) -> list[tuple[str, Path]]:
    """Return the file of a standard and those it is laid over, each with its id or path."""
    found, file, name = [(standard.id, standard.file)], standard.file, standard.form.extends
    while name is not None:
        file = file.parent / name if name.endswith(SUFFIXES) else root() / f"{name}.yaml"
        found.append((name, file))
        name = read(file).data.get("extends")
    return found


# -------------------------------------------------------------------------------------------------------- reading


def _taken(node: yaml.Node, settings: Mapping[str, str]) -> dict[str, str]:
    """Return the choice taken in every setting of a tree: the one asked for, else its default."""
    written = children(node).get("settings")
    taken = {}
    for name, (_, entry) in children(written[1]).items() if written is not None else ():
        default = children(entry).get("default")
        taken[name] = settings.get(name, str(default[1].value) if default is not None else "")
    return taken


def validate(document: Document) -> StandardForm:
    """Return the form of a document; raise Unusable with every fault."""
    if not isinstance(document.data, dict):
        raise Unusable([kinds.KEY_MISSING.at(document.place(()), key="title, indicators")])
    try:
        return StandardForm.model_validate(document.data)
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
        if field.part_of is not None:
            known(field.part_of, "fields", name, "part_of")
        if name in shipped_fields() and not shipped_fields()[name].numeric:
            wrong(
                name,
                Text("新的字段名：这是识别学校所用的字段", "a new name: this field identifies schools"),
                name,
                "fields",
                name,
            )
    for path, rule, _ in form.rules():
        for key, name in named_fields(rule):
            known(name, *path, key)
            if name in fields and not fields[name].numeric:
                wrong(name, Text("一个数的字段", "a field of figures"), key, *path, key)
        problems += _check_rule(rule, path, form, fields, document)
    tops = [indicator.id for indicator in [*form.indicators, *form.items]]
    ids_of = [*tops, *(rule.id for _, rule, _ in form.rules() if rule.id not in tops)]
    ids_of += [f"{top.id}.{rule.id}" for _, rule, top in form.rules() if rule is not top]
    for i, relaxation in enumerate(form.relaxations):
        if relaxation.indicator is not None and relaxation.indicator not in ids_of:
            wrong(relaxation.indicator, ", ".join(ids_of), "indicator", "relaxations", i, "indicator")
        for key in ("adds", "instead"):
            name = getattr(relaxation, key)
            if name is not None:
                known(name, "relaxations", i, key)
    for number, entry in enumerate(form.checklist):
        score = entry.rule.score if isinstance(entry.rule, PointsRule) else None
        if score is not None:
            known(score, "checklist", number, "rule", "score")
        for at, item in enumerate(entry.items):
            once = {_asked_once(rule, fields) for _, rule in within(item) if not isinstance(rule, GroupRule)}
            if len(once) > 1:
                expected = Text("只由学校填报，或只由县级填报", "asked of the schools only, or of the county only")
                wrong(item.id, expected, "items", "checklist", number, "items", at, "id")
    for at, table in enumerate(form.points):
        items = {entry.part.id: [item.id for item in entry.items] for entry in form.checklist}
        if table.part not in items:
            wrong(table.part, ", ".join(items), "part", "points", at, "part")
        for name in table.items:
            if name not in items.get(table.part, [name]):
                wrong(name, ", ".join(items[table.part]), "items", "points", at, "items", name)
    for name in (form.divisions.fields if form.divisions else None) or []:
        known(name, "divisions", "fields")
    for path, when in _circumstances(form):
        try:
            condition(when, fields, 0)
        except ConditionError as error:
            known(error.name, *path)
            if error.name in fields:
                key = "school_type" if error.name == "type" else error.name
                wrong(error.found, _words(fields[error.name]), key, *path)
    return problems


def _asked_once(rule: AnyRule, fields: Mapping[str, FieldForm]) -> bool:
    """Say whether a rule with values is judged once for the county."""
    of_county = any(fields[name].level == "county" for _, name in named_fields(rule) if name in fields)
    return of_county or getattr(rule, "over", "") == "county"


def _circumstances(form: StandardForm) -> Iterator[tuple[Path_, Mapping[str, object]]]:
    """Yield every circumstance of a standard with its path."""
    for i, relaxation in enumerate(form.relaxations):
        yield ("relaxations", i), relaxation.when
        yield from _of_bars(("relaxations", i, "to"), relaxation.to)
    leaves_out: list[tuple[Path_, Exclusion]] = [
        (("scope", "leaves_out", i), exclusion) for i, exclusion in enumerate(form.scope.leaves_out)
    ]
    for number, part in enumerate(form.checklist):
        leaves_out += [(("checklist", number, "leaves_out", i), e) for i, e in enumerate(part.leaves_out)]
    for path, exclusion in leaves_out:
        given = {"type": exclusion.school_type, "owner": exclusion.owner, "area": exclusion.area}
        yield path, {**{k: v for k, v in given.items() if v is not None}, **exclusion.when}
    for i, school_class in enumerate(form.school_classes):
        yield ("school_classes", i, "when"), school_class.when
    for path, rule, _ in form.rules():
        for i, when in enumerate(rule.applies or ()):
            yield (*path, "applies", i), when
        yield (*path, "applies_where"), rule.applies_where
        for key in (*BAR_KEYS, "one_for_every"):
            yield from _of_bars((*path, key), getattr(rule, key, None))
        for i, level in enumerate(getattr(rule, "levels", ())):
            yield from _of_bars((*path, "levels", i), level.at_least)
            yield from _of_bars((*path, "levels", i), level.at_most)
        for i, increment in enumerate(getattr(rule, "plus", ())):
            yield from _of_bars((*path, "plus", i, "is"), increment.is_)


def _of_bars(path: Path_, written: object) -> Iterator[tuple[Path_, Mapping[str, object]]]:
    if isinstance(written, list):
        for i, case in enumerate(written):
            yield (*path, i), case.when


def _check_rule(
    rule: AnyRule, path: Path_, form: StandardForm, fields: Mapping[str, FieldForm], document: Document
) -> list[Problem]:
    """Return what one rule names that is not there: dated numbers, words of levels, the field its bands lie on."""
    problems = []

    def wrong(found: object, expected: object, key: str) -> None:
        place = document.place((*path, key))
        problems.append(kinds.VALUE_WRONG.at(place, key=key, found=written(found), expected=expected))

    if isinstance(rule, FlagRule) and rule.of in fields and fields[rule.of].kind != "flag":
        wrong(rule.of, Text("一个是非字段", "a yes-or-no field"), "of")
    if isinstance(rule, LevelRule):
        choices = fields[rule.of].choices if rule.of in fields else {}
        if not choices:
            wrong(rule.of, Text("一个选项字段", "a field of choices"), "of")
        elif rule.at_least is not None and rule.at_least not in choices:
            wrong(rule.at_least, " / ".join(choices), "at_least")
    for key in (*BAR_KEYS, "one_for_every"):
        for value in bar_values(getattr(rule, key, None)):
            if isinstance(value, ParameterBar) and value.parameter not in form.parameters:
                wrong(value.parameter, ", ".join(form.parameters) or "parameters", key)
    between = getattr(rule, "between", None)
    bars = getattr(rule, "at_least", None) or getattr(rule, "at_most", None)
    if between is not None and len(axes(bars, fields)) != 1:
        wrong(between, Text("只有一个字段分档的标准值", "bars in bands of exactly one field"), "between")
    return problems


def _words(form: FieldForm) -> str:
    return " / ".join(form.choices) if form.choices else "7..12"


def _relaxations(
    form: StandardForm, settings: Mapping[str, str], year: int | None, id_: str
) -> tuple[list[Relaxation], list[Problem]]:
    """Return the transitional rules switched on, and those asked for outside their years or without effect."""
    taken, problems = [], []
    for relaxation in form.relaxations:
        wanted = settings.get(relaxation.id, "on" if relaxation.applied else "off")
        if wanted != "on":
            continue
        low, high = (None, None) if relaxation.years is None else (relaxation.years.low, relaxation.years.high)
        if year is not None and ((low is not None and year < low) or (high is not None and year > high)):
            name, years = relaxation.name.text, years_of(relaxation)
            problems.append(kinds.RELAXATION_EXPIRED.at(Place(id_), relaxation=name, years=years, year=year))
        if not any((relaxation.adds, relaxation.instead, relaxation.by, relaxation.to)):
            problems.append(kinds.RELAXATION_NOT_COMPUTED.at(Place(id_), relaxation=relaxation.name.text))
        taken.append(relaxation)
    return taken, problems


def load(name: str, year: int | None = None, settings: Mapping[str, str] | None = None) -> Standard:
    """Return the standard of an id, a family (the file in force in `year`) or a path.

    `settings` takes other choices than the file's own in its open questions, and switches relaxations on or off. A
    shipped file is read once. Raise Unusable with every problem where it cannot be judged by.
    """
    id_, file, own = locate(name, year)
    if own:
        return build(id_, file, tree(file, name), year, settings or {}, own=True)
    return _shipped(id_, file, year, tuple(sorted((settings or {}).items())))


@lru_cache(maxsize=MOST_KEPT)
def _shipped(id_: str, file: Path, year: int | None, settings: tuple[tuple[str, str], ...]) -> Standard:
    return build(id_, file, tree(file, f"{id_}.yaml"), year, dict(settings), own=False)


def depends_on_year(name: str, standard: Standard) -> bool:
    """Say whether another year could give another method under a name: a family's, or one with dated numbers or rules."""
    return bool(standard.form.parameters or standard.relaxations) or (name != standard.id and not standard.own)


def build(
    id_: str, file: Path, node: yaml.Node, year: int | None, settings: Mapping[str, str], *, own: bool
) -> Standard:
    """Return the standard of a node tree already read."""
    used: set[str] = set()
    document = construct(resolve(node, _taken(node, settings), used))
    form = validate(document)
    fields = dict(form.fields)  # a file's own words come first
    fields.update((name, field) for name, field in shipped_fields().items() if name not in fields)
    if form.school_classes:
        choices = {
            c.id: Choice(zh=c.name.zh if c.name else c.id, en=c.name.en if c.name else c.id)
            for c in form.school_classes
        }
        fields[SCHOOL_CLASS] = FieldForm(zh="学校类别", en="Class of school", kind="choice", choices=choices)
    taken, problems = _check_settings(form, document, settings, id_)
    problems += _check_fields(form, fields, document)
    relaxations, expired = _relaxations(form, settings, year, id_)
    problems += expired
    if problems:
        raise Unusable(problems)
    method = compile_method(form, fields, relaxations, year)
    return Standard(id_, file, form, fields, document, taken, tuple(relaxations), method, own, frozenset(used))


def needed_of_items(standard: Standard) -> Sequence[str]:
    """Return the fields of figures of schools that the parts judged item by item read, without repetition."""
    items = [item.indicator for part in standard.method.parts for item in part.items]
    names = _read_by(items)
    names += [n for item in items for rule in item.nodes() for n in rule.circumstances() if standard.fields[n].numeric]
    conditions = [exclusion.when for part in standard.method.parts for exclusion in part.exclusions]
    names += [name for name in fields_of(conditions) if standard.fields[name].numeric]
    return [name for name in dict.fromkeys(names) if name not in standard.method.county_fields]


def needed_fields(standard: Standard) -> Sequence[str]:
    """Return the fields of figures that schools are judged by, without repetition, pupils first."""
    names = ["students", *_read_by(standard.method.indicators)]
    names += [name for name in _conditioned(standard) if standard.fields[name].numeric]
    return list(dict.fromkeys(names))


def _read_by(rules: Sequence[Indicator]) -> list[str]:
    """Return the fields of figures that rules read for their values and bars."""
    names: list[str] = []
    for rule in [leaf for top in rules for leaf in top.leaves()]:
        names += [] if rule.words else [*rule.of, *rule.less]
        names += [*rule.to_less, *(name for name in (rule.to, rule.times, rule.each) if name is not None)]
        names += [n for r in rule.relaxations for n in (r.adds, r.instead) if n is not None]
        names += [name for term in rule.terms() for name in (term.of, term.over) if name is not None]
    return names


def needed_words(standard: Standard) -> frozenset[str]:
    """Return the columns of words that a standard reads, besides type and stage."""
    levels = [rule.of[0] for rule in standard.method.leaves() if rule.words]
    return frozenset(n for n in [*levels, *_conditioned(standard)] if not standard.fields[n].numeric) - {SCHOOL_CLASS}


def parts_of_wholes(standard: Standard) -> list[tuple[str, str]]:
    """Return figures of which one is a part of the other: what is taken off, shares, persons among teachers or staff."""
    pairs: list[tuple[str, str]] = []
    pairs += [(rule.to, rule.of[0]) for rule in _shares(standard) if rule.to is not None]
    for rule in standard.method.leaves():
        if len(rule.of) == 1:
            pairs += [(rule.of[0], part) for part in rule.less]
            of_persons = rule.to in ("teachers", "staff") and standard.fields[rule.of[0]].unit == "人"
            pairs += [(rule.to, rule.of[0])] if of_persons and rule.to is not None else []
    return list(dict.fromkeys(pairs))


def _shares(standard: Standard) -> list[Indicator]:
    """Return the rules of schools, and of sums over them, whose numerator is one figure and part of the denominator."""
    rules = [leaf for top in standard.method.indicators_and_items() for leaf in top.leaves()]
    once = standard.method.county_fields
    return [rule for rule in rules if rule.share and len(rule.of) == 1 and rule.of[0] not in once]


def scope_words(standard: Standard) -> frozenset[str]:
    """Return the columns of words by which a standard leaves schools out, besides type and stage."""
    names = fields_of([exclusion.when for exclusion in standard.method.exclusions])
    return frozenset(name for name in names if not standard.fields[name].numeric)


def _conditioned(standard: Standard) -> list[str]:
    """Return the fields that circumstances ask for."""
    method = standard.method
    names = fields_of([*(e.when for e in method.exclusions), *(when for _, when in method.school_classes)])
    return list(dict.fromkeys([*names, *(name for rule in method.nodes() for name in rule.circumstances())]))
