"""Which numbers of a standard are on record and which are not, and how near to the official print they stand."""

from collections.abc import Iterator
from typing import NamedTuple

import yaml

from junheng.standard.citations import source_of
from junheng.standard.load import Standard
from junheng.standard.rule_forms import AnyRule, FlagRule, GroupRule, LevelRule, ParameterBar, Rule
from junheng.standard.rules import BAR_KEYS, bar_values
from junheng.standard.source import children

STANDINGS = ("official", "restated", "form", "mirror", "inferred")  # nearest to the official print first
BARS = (*BAR_KEYS, "one_for_every", "required")
COUNTS = ("meet_at_least", "unmet_at_most", "others_reach", "points_at_least", "points_in_all")
NUMBERS = (*BARS, *COUNTS, "levels", "points", "is", "by_year", "to")  # the keys that numbers stand under
WORDS = ("when", "setting", "level", "field", "parameter", "years_before")  # keys below them that hold none
UNKNOWN = "unknown"


class Record(NamedTuple):
    """How much of a standard is on record.

    `given` and `unknown` count the numbers of rules, points and parameters included; `lowest` is the lowest standing
    among the sources of what is given, None where nothing is. `school_rule` is None where it judges no single school.
    """

    rules: int
    given: int
    unknown: int
    lowest: str | None
    school_rule: bool | None

    @property
    def outline(self) -> bool:
        """Whether something is not on record, so that not everything can be judged by it (提纲)."""
        return self.unknown > 0 or self.school_rule is False


class FieldRecord(NamedTuple):
    """What a standard has for one field: how many rules ask for it, whether all numbers are there, and their standing.

    `standing` is the lowest of the rules that have a number; None where none has.
    """

    rules: int
    known: bool
    standing: str | None


def numbers(rule: AnyRule) -> Iterator[object]:
    """Yield what is written as a number of one rule, without those of rules within it."""
    for key in BARS:
        yield from (value for value in bar_values(getattr(rule, key, None)) if value is not True)
    for level in getattr(rule, "levels", ()):
        yield from bar_values(level.at_least)
        yield from bar_values(level.at_most)
    for increment in getattr(rule, "plus", ()):
        yield from bar_values(increment.is_)
    if rule.points is not None:
        yield rule.points


def lowest(standings: list[str]) -> str | None:
    """Return the lowest of standings; None of none."""
    return max(standings, key=STANDINGS.index, default=None)


def standing_of(standard: Standard, rule: Rule, top: Rule) -> str | None:
    """Return the standing of the source that a rule cites, or the indicator it is part of; None without one."""
    source = standard.form.sources.get(source_of(rule.cite or top.cite or ""))
    return None if source is None else source.standing


def _known(standard: Standard, value: object) -> bool:
    if isinstance(value, ParameterBar):
        years = standard.form.parameters[value.parameter].by_year.values()
        return any(number != "unknown" for bars in years for number in bar_values(bars))
    return value != "unknown"


def record_of(standard: Standard) -> Record:
    """Return how much of a standard is on record, under the settings taken."""
    form = standard.form
    known: list[bool] = []
    standings: list[str] = []
    for _, rule, top in form.rules():
        found = [_known(standard, value) for value in numbers(rule)]
        known += found
        standing = standing_of(standard, rule, top)
        if standing is not None and (any(found) or (not found and not isinstance(rule, GroupRule))):
            standings.append(standing)
    known += [grade.points_at_least != "unknown" for grade in form.grades if grade.points_at_least is not None]
    cited = [*(g for g in form.grades if g.points_at_least != "unknown"), *form.award]
    cited += [form.variation] if form.variation is not None else []
    sources = (form.sources.get(source_of(entry.cite or "")) for entry in cited)
    standings += [source.standing for source in sources if source is not None]
    rule_known = None if form.school_rule is None else form.school_rule != "unknown"
    return Record(sum(1 for _ in form.rules()), sum(known), known.count(False), lowest(standings), rule_known)


def fields_of(rule: AnyRule) -> list[str]:
    """Return the fields whose figures a rule looks at: what it counts or measures, not what it divides by."""
    if isinstance(rule, GroupRule):
        return []
    return [rule.of] if isinstance(rule, FlagRule | LevelRule) else list(rule.of)


def by_field(standard: Standard) -> dict[str, FieldRecord]:
    """Return what a standard has for every field that a rule with a bar looks at."""
    found: dict[str, list[tuple[list[bool], str | None]]] = {}
    for _, rule, top in standard.form.rules():
        values = [_known(standard, value) for value in numbers(rule)]
        known = values or [True] * isinstance(rule, FlagRule | LevelRule)
        for name in fields_of(rule) if known else ():  # a figure that is only compared has no bar
            found.setdefault(name, []).append((known, standing_of(standard, rule, top)))
    return {
        name: FieldRecord(
            len(entries),
            all(all(known) for known, _ in entries),
            lowest([standing for known, standing in entries if any(known) and standing is not None]),
        )
        for name, entries in found.items()
    }


# -------------------------------------------------------------------------------- as written, every setting included


def figures(node: yaml.Node) -> Iterator[yaml.ScalarNode]:
    """Yield the scalars of bars of any shape that are numbers, or `unknown` in the place of one."""
    if isinstance(node, yaml.ScalarNode):
        yield node
    elif isinstance(node, yaml.SequenceNode):
        for item in node.value:
            yield from figures(item)
    else:
        for name, (_, value) in children(node).items():
            if name not in WORDS:
                yield from figures(value)


def own_figures(node: yaml.Node) -> list[yaml.ScalarNode]:
    """Return the numbers of a rule, an increment, a grade or a parameter, without those of rules within it."""
    entries = children(node)
    # `to` is the bar of a relaxation, and what a ratio is divided by
    names = [name for name in NUMBERS if name in entries and not (name == "to" and "kind" in entries)]
    return [figure for name in names for figure in figures(entries[name][1])]


def unknown(node: yaml.ScalarNode) -> bool:
    """Say whether a number is not on record."""
    return str(node.value) == UNKNOWN


def undated(node: yaml.Node) -> bool:
    """Say whether a parameter has no year at all."""
    years = children(node).get("by_year")
    return years is None or (isinstance(years[1], yaml.MappingNode) and not years[1].value)


def unknowns(node: yaml.Node) -> int:
    """Return how many numbers are not on record in any part of a file, whatever settings are taken.

    The rule for schools counts as one where it is not known, and a parameter without any year.
    """
    entries = children(node)
    rule = entries.get("school_rule")
    count = 0
    if rule is not None and isinstance(rule[1], yaml.ScalarNode):
        count += unknown(rule[1])
    elif rule is not None:
        count += unknown_within(rule[1])
    for name in ("indicators", "relaxations", "checklist"):
        count += unknown_within(entries[name][1]) if name in entries else 0
    count += len(without_points(node))
    parameters = children(entries["parameters"][1]) if "parameters" in entries else {}
    return count + sum(undated(entry) or unknown_within(entry) for _, entry in parameters.values())


def without_points(node: yaml.Node) -> list[yaml.Node]:
    """Return the parts of a file that are judged by points although an item of theirs has none."""
    entries = children(node)
    parts = entries["checklist"][1].value if "checklist" in entries else []
    tables = [children(table) for table in (entries["points"][1].value if "points" in entries else [])]
    given = {str(table["part"][1].value): children(table["items"][1]) for table in tables if "items" in table}
    found = []
    for part in parts:
        keys = children(part)
        id_ = str(children(keys["part"][1])["id"][1].value)
        items = [children(item) for item in keys["items"][1].value]
        lacking = [i for i in items if "points" not in i and str(i["id"][1].value) not in given.get(id_, {})]
        if lacking and "rule" in keys and isinstance(keys["rule"][1], yaml.MappingNode):
            found.append(part)
    return found


def unknown_within(node: yaml.Node) -> int:
    """Return how many numbers are not on record in a rule, its increments and the rules within it."""
    if isinstance(node, yaml.SequenceNode):
        return sum(unknown_within(item) for item in node.value)
    if not isinstance(node, yaml.MappingNode):
        return 0
    below = [value for name, (_, value) in children(node).items() if name not in (*NUMBERS, *WORDS)]
    return sum(map(unknown, own_figures(node))) + sum(map(unknown_within, below))
