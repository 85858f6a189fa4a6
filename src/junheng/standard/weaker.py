"""A standard laid over another should not ask less: which of its bars, or its rules for schools, are weaker."""

from collections.abc import Iterator
from fractions import Fraction
from typing import NamedTuple

from junheng import kinds
from junheng.engine.model import Grade, Indicator, Method
from junheng.number import plain
from junheng.problems import Problem, Unusable
from junheng.standard.bars_compared import NOTHING, differences
from junheng.standard.load import SUFFIXES, Standard, load
from junheng.standard.source import Path_
from junheng.standard.totality import said
from junheng.text import Text

EVERYWHERE = Text("各种情形", "every circumstance")


def parent_of(standard: Standard, year: int | None = None) -> Standard | None:
    """Return the standard that another extends, with the same settings taken; None where it extends none.

    None too where it cannot be read: what is wrong with it is found when it is checked itself.
    """
    name = standard.form.extends
    if name is None:
        return None
    where = str(standard.file.parent / name) if name.endswith(SUFFIXES) else name
    try:
        parent = load(where, year)
        shared = {
            setting: choice
            for setting, choice in standard.settings.items()
            if setting in parent.form.settings and choice in parent.form.settings[setting].choices
        }
        same = all(parent.settings[name] == choice for name, choice in shared.items())
        return parent if same else load(where, year, shared)
    except Unusable:
        return None


def preorder(rules: tuple[Indicator, ...]) -> Iterator[Indicator]:
    """Yield every rule, groups before what is in them: the order in which a file writes them."""
    for rule in rules:
        yield rule
        yield from preorder(rule.rules)


def paths(standard: Standard) -> dict[str, Path_]:
    """Return where each rule stands in its file, by the id it is judged under."""
    judged = preorder(tuple(standard.method.indicators_and_items()))
    return {rule.id: path for (path, _, _), rule in zip(standard.form.rules(), judged, strict=True)}


def lint_weaker(standard: Standard, year: int | None = None) -> list[Problem]:
    """Return what a standard asks less of than the one it extends, each in the first circumstance where it does.

    A rule whose own note says why is not reported.
    """
    parent = parent_of(standard, year)
    if parent is None:
        return []
    problems = [*_indicators(standard, parent), *_school_rule(standard, parent), *_variation(standard, parent)]
    return list(dict.fromkeys(problems))


def _indicators(standard: Standard, parent: Standard) -> Iterator[Problem]:
    fields = {**parent.fields, **standard.fields}
    above = {rule.id: rule for rule in parent.method.indicators}
    forms, places = standard.form.named_rules(), paths(standard)
    notes = {id_: rule.note for id_, (rule, _) in parent.form.named_rules().items()}
    for rule in standard.method.indicators:
        if rule.id not in above:
            continue
        seen: set[tuple[str, Text]] = set()
        for found in differences(above[rule.id], rule, fields):
            if not found.weaker or (found.rule, found.part) in seen:
                continue
            seen.add((found.rule, found.part))
            form, top = forms[found.rule]
            if any(e.note is not None and e.note != notes.get(id_) for e, id_ in ((form, found.rule), (top, top.id))):
                continue
            yield kinds.WEAKER.at(
                standard.document.place(places[found.rule]),
                what=Text(f"{form.name.zh}的{found.part.zh}", f"{form.name.en}, {found.part.en}"),
                circumstance=EVERYWHERE if found.given is None else said(found.given, standard),
                found=found.after,
                parent=parent.id,
                above=found.before,
            )


class Asked(NamedTuple):
    """What passing asks of a school: how many rules may be missed, what the others must reach, and points."""

    unmet: int | None = None
    others_reach: Fraction | None = None
    points: Fraction | None = None


def asked_of_schools(method: Method) -> Asked | None:
    """Return what the lowest grade that passes asks; None where no school is judged or the rule is not known."""
    rule = method.school_rule
    passing: list[Grade] = [grade for grade in rule.grades if grade.passes] if rule is not None else []
    if not passing or not passing[-1].known:
        return None
    grade = passing[-1]
    unmet = [grade.unmet_at_most] if grade.unmet_at_most is not None else []
    unmet += [len(method.indicators) - grade.meet_at_least] if grade.meet_at_least is not None else []
    return Asked(
        min(unmet) if unmet else None,
        None if grade.others_reach is None else grade.others_reach.amount,
        None if grade.points_at_least is None else grade.points_at_least.amount,
    )


def _school_rule(standard: Standard, parent: Standard) -> Iterator[Problem]:
    above, own = asked_of_schools(parent.method), asked_of_schools(standard.method)
    grades, grades_above = standard.form.grades, parent.form.grades
    if above is None or (own is None and standard.form.school_rule is not None):
        return
    if grades != grades_above and any(g.note is not None for g in grades):
        return
    asked = own or Asked()
    if asked.unmet == 0:  # there are no others
        above = above._replace(others_reach=None)
    compared = (
        (Text("允许不达标的项数", "rules that may be missed"), above.unmet, asked.unmet, True),
        (Text("余项要求", "the share that the others must reach"), above.others_reach, asked.others_reach, False),
        (Text("得分要求", "points"), above.points, asked.points, False),
    )
    for name, old, new, ceiling in compared:
        if old is None or (new is not None and (new <= old if ceiling else new >= old)):
            continue
        yield kinds.WEAKER.at(
            standard.document.place(("school_rule",)),
            what=Text("学校合格规则", "the rule for schools"),
            circumstance=name,
            found=NOTHING if new is None else plain(new),
            parent=parent.id,
            above=plain(old),
        )


def _variation(standard: Standard, parent: Standard) -> Iterator[Problem]:
    above, own = parent.method.variation, standard.method.variation
    if above is None or own is None or above.composite != own.composite:
        return
    note = standard.form.variation.note if standard.form.variation is not None else None
    if note is not None and (parent.form.variation is None or note != parent.form.variation.note):
        return
    choices = standard.fields["stage"].choices
    for stage, bar in own.at_most.items():
        old = above.at_most.get(stage)
        if old is not None and bar.amount > old.amount:
            yield kinds.WEAKER.at(
                standard.document.place(("variation", "at_most")),
                what=Text("校际差异系数", "the differences between schools"),
                circumstance=Text(choices[stage.value].zh, choices[stage.value].en),
                found=plain(bar.amount),
                parent=parent.id,
                above=plain(old.amount),
            )
