"""What a county answers against its own figures, or against its table of schools: each with the cell it stands in."""

from collections.abc import Iterator, Mapping, Sequence

from junheng import kinds
from junheng.engine.model import CountyVerdict, Finding, ItemVerdict
from junheng.engine.parts import fields_of
from junheng.number import plain
from junheng.problems import Place, Problem
from junheng.standard.load import Standard
from junheng.workbook.county_sheet import Answered, Asked


def county_problems(
    standard: Standard, asked: Asked, counties: Sequence[CountyVerdict], answered: Mapping[str | None, Answered]
) -> list[Problem]:
    """Return what counties answer that cannot be: other than their schools add up to, a part above its whole, 不适用."""
    found: dict[Problem, None] = {}
    for county in counties:
        own = answered.get(county.name, {})
        for part in county.by_item:
            for item in part.items:
                found.update(dict.fromkeys(_of_item(standard, asked, item, own)))
    return list(found)


def _of_item(standard: Standard, asked: Asked, item: ItemVerdict, answered: Answered) -> Iterator[Problem]:
    fields, rule = standard.fields, item.item.indicator
    names = [rule.id, *dict.fromkeys(name for leaf in rule.leaves() for name in fields_of(leaf))]

    def place(*wanted: str) -> Place:
        return next((answered[name].place for name in (*wanted, *names) if name in answered), Place(standard.id))

    for conflict in item.conflicts:
        facts = {"answered": plain(conflict.answered), "added": plain(conflict.added)}
        yield kinds.COUNTY_CONFLICT.at(place(conflict.field), field=fields[conflict.field].text, **facts)
    if item.denied:
        said = [name for name in names if name in answered and answered[name].not_applicable]
        yield kinds.COUNTY_MUST_APPLY.at(place(*said), item=asked.items[rule.id][0])
    for found in _leaves(item.finding):
        node = found.indicator
        if not node.share or node.to is None:
            continue
        whole_of = answered.get(node.to)
        of_nothing = whole_of is not None and whole_of.figure == 0
        of_nothing = of_nothing and any(n in answered and answered[n].figure for n in node.of)
        if of_nothing or (found.value is not None and found.value > node.per):
            part, whole = fields[node.of[0]].text, fields[node.to].text
            share = "∞" if of_nothing else _percent(found)
            yield kinds.COUNTY_SHARE_ABOVE.at(place(*node.of, node.to), part=part, whole=whole, share=share)


def _leaves(found: Finding | None) -> Iterator[Finding]:
    if found is not None:
        yield from (leaf for rule in found.rules for leaf in _leaves(rule)) if found.rules else (found,)


def _percent(found: Finding) -> str:
    return plain(round(float(found.value or 0) * 100 / found.indicator.per, 2))
