"""Two standards side by side: what one changes of the other, and which schools change their verdict."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from junheng.engine.model import Indicator
from junheng.number import plain
from junheng.report import words
from junheng.report.model import Block, Column, Line, Mood, Shown, Table
from junheng.report.standards import bar_text, bars_text, formula_text, grade_text, part_text
from junheng.run import Run
from junheng.standard.bars_compared import differences, same_measure
from junheng.standard.load import Standard
from junheng.standard.rule_forms import AnyRule
from junheng.standard.rules import reason_of
from junheng.text import Lang, Text

WORDS = ("cite", "quote", "reading", "note", "name", "short")  # keys that say where a number is from, not what it is
ADDED, REMOVED = Text("增加", "added"), Text("删去", "removed")
CHANGED, STRICTER = Text("改变", "changed"), Text("收紧", "stricter")
WEAKER, BOTH = Text("放宽", "weaker"), Text("有宽有严", "stricter and weaker")
MOODS = {ADDED: Mood.GOOD, REMOVED: Mood.BAD}


class Change(NamedTuple):
    """One thing that differs: what it is, its id, how it changes, and what it was and is; `key` names the part in JSON."""

    key: str
    id: str
    part: Text
    how: Text
    before: Text | None
    after: Text | None


def _both(say: Any) -> Text:  # noqa: ANN401 - a function of a language
    return Text(say("zh"), say("en"))


def _law(form: Any) -> Any:  # noqa: ANN401 - a form of any shape
    """Return what a form says without its wordings, citations and notes."""
    if isinstance(form, dict):
        return {key: _law(value) for key, value in form.items() if key not in WORDS}
    return [_law(item) for item in form] if isinstance(form, list) else form


def _law_of(form: Any) -> Any:  # noqa: ANN401 - a form of any shape
    return None if form is None else _law(form.model_dump())


def direction(before: Indicator, after: Indicator, standard: Standard) -> Text | None:
    """Return whether bars became stricter or weaker; None where they ask the same in every circumstance."""
    found = [difference.weaker for difference in differences(before, after, standard.fields)]
    if not found:
        return None
    if None in found:
        return CHANGED
    return BOTH if True in found and False in found else WEAKER if True in found else STRICTER


def _bars(rule: AnyRule, standard: Standard) -> Text:
    return _both(lambda lang: bar_text(standard, rule, lang))


def _indicators(before: Standard, after: Standard) -> Iterator[Change]:
    old, new = ({i.id: i for i in [*s.form.indicators, *s.form.items]} for s in (before, after))
    judged_old, judged_new = ({i.id: i for i in s.method.indicators_and_items()} for s in (before, after))
    fields = {**before.fields, **after.fields}
    for id_, rule in old.items():
        other = new.get(id_)
        if other is None:
            yield Change("indicator", id_, rule.name.text, REMOVED, _bars(rule, before), None)
            continue
        name = other.name.text
        same = same_measure(judged_old[id_], judged_new[id_]) and judged_old[id_].per == judged_new[id_].per
        if not same and _law_of(rule) != _law_of(other):
            yield Change(
                "formula",
                id_,
                Text(f"{name.zh}的算法", f"{name.en}, how it is reckoned"),
                CHANGED,
                _both(lambda lang, r=rule: formula_text(before, r, lang)),
                _both(lambda lang, r=other: formula_text(after, r, lang)),
            )
        how = direction(judged_old[id_], judged_new[id_], after._replace(fields=fields))
        if how is not None:
            yield Change("bar", id_, name, how, _bars(rule, before), _bars(other, after))
        earned = [judged[id_].points for judged in (judged_old, judged_new)]
        if earned[0] != earned[1]:
            points = [None if p is None else Text(*[plain(float(p))] * 2) for p in earned]
            yield Change("points", id_, Text(f"{name.zh}的分值", f"{name.en}, points"), CHANGED, *points)
    for id_, rule in new.items():
        if id_ not in old:
            yield Change("indicator", id_, rule.name.text, ADDED, None, _bars(rule, after))


def _school_rule(standard: Standard) -> Text | None:
    form = standard.form
    if form.school_rule is None:
        return None
    if form.school_rule == "unknown":
        return Text("未收录", "not on record")
    return _both(lambda lang: ("；" if lang == "zh" else "; ").join(grade_text(grade, lang) for grade in form.grades))


class _Whole(NamedTuple):
    """A part that stands once in a standard: its key and title, its law, and how it is said."""

    key: str
    title: Text
    law: Any
    said: Text | None


def _wholes(standard: Standard) -> list[_Whole]:
    """Return the parts that stand once in a standard, always the same ones in the same order."""
    form = standard.form

    def bars(written: Any, sign: str) -> Text:  # noqa: ANN401 - a bar of any shape
        return _both(lambda lang: bars_text(standard, written, sign, lang))

    def same(text: str) -> Text | None:
        return Text(text, text) if text else None

    rule = form.school_rule if form.school_rule == "unknown" else [_law_of(grade) for grade in form.grades]
    variation, divisions, period = form.variation, form.divisions, form.in_force
    limits = None if variation is None else bars(variation.at_most, "≤")
    weights = None if divisions is None else bars(divisions.pupil_weight, "")
    award = same(", ".join(f"≥{tier.reach}: {tier.share}" for tier in form.award))
    return [
        _Whole("school_rule", Text("学校合格规则", "rule for schools"), rule, _school_rule(standard)),
        _Whole("variation", Text("校际差异系数", "differences between schools"), _law_of(variation), limits),
        _Whole("divisions", Text("拆分", "division"), _law_of(divisions), weights),
        _Whole("award", Text("得分", "award"), [_law_of(tier) for tier in form.award], award),
        _Whole("in_force", Text("施行", "in force"), _law_of(period), same(_period(period))),
    ]


def _period(in_force: Any) -> str:  # noqa: ANN401 - a period or none
    return "" if in_force is None else f"{in_force.from_}–{in_force.to or ''}"


def _named(standard: Standard) -> dict[tuple[str, str], tuple[Text, Any, Text]]:
    """Return the parts that stand under a name: their title, their law and how it is said."""
    form = standard.form
    found: dict[tuple[str, str], tuple[Text, Any, Text]] = {}
    for name, setting in form.settings.items():
        taken = setting.choices[standard.settings[name]].text
        law = (standard.settings[name], sorted(setting.choices))
        found["setting", name] = (setting.question.text, law, taken)
    for relaxation in form.relaxations:
        on = Text("启用", "on") if relaxation in standard.relaxations else Text("未启用", "off")
        found["relaxation", relaxation.id] = (relaxation.name.text, _law_of(relaxation), on)
    for name, parameter in form.parameters.items():
        years = ", ".join(parameter.by_year)
        found["parameter", name] = (parameter.name.text, _law_of(parameter), Text(years, years))
    for exclusion in form.scope.leaves_out:
        name = reason_of(exclusion)
        applied = Text("不纳入", "left out") if exclusion.applied else Text("纳入", "included")
        found["scope", name] = (words.reason(name, standard), _law_of(exclusion), applied)
    for entry in form.checklist:
        rule = entry.rule if isinstance(entry.rule, str) else _law_of(entry.rule)
        of_part = (rule, [item.id for item in entry.items], [_law_of(exclusion) for exclusion in entry.leaves_out])
        title = Text(entry.part.zh, entry.part.en)
        found["part", entry.part.id] = (title, of_part, _both(lambda lang, e=entry: part_text(e, lang)))
    for school_class in form.school_classes:
        title = school_class.name.text if school_class.name is not None else Text(school_class.id, school_class.id)
        found["school_class", school_class.id] = (title, _law_of(school_class), title)
    return found


def changes(before: Standard, after: Standard) -> list[Change]:
    """Return what a standard changes of another: indicators, bars, rules, settings; wordings and sources aside."""
    found = list(_indicators(before, after))
    for old, new in zip(_wholes(before), _wholes(after), strict=True):
        if old.law != new.law:
            how = ADDED if not old.law else REMOVED if not new.law else CHANGED
            found.append(Change(new.key, new.key, new.title, how, old.said, new.said))
    one, other = _named(before), _named(after)
    for key, (name, law, text) in one.items():
        if key not in other:
            found.append(Change(*key, name, REMOVED, text, None))
        elif law != other[key][1]:
            found.append(Change(*key, name, CHANGED, text, other[key][2]))
    return found + [Change(*key, name, ADDED, None, text) for key, (name, _, text) in other.items() if key not in one]


class Verdict(NamedTuple):
    """What a run says of a section: passed, the name of its grade, and why it is left out."""

    passed: bool | None
    grade: str | None
    left_out: str | None

    def said(self, standard: Standard) -> Text:
        """Return the verdict in words."""
        if self.left_out is not None:
            reason = words.reason(self.left_out, standard)
            return Text(f"不纳入（{reason.zh}）", f"left out ({reason.en})")
        text = words.PASSED[self.passed]
        return text if self.grade is None else Text(f"{self.grade}（{text.zh}）", f"{self.grade} ({text.en})")


class Changed(NamedTuple):
    """A section whose verdict the standards differ in."""

    name: str
    code: str | None
    stage: str | None
    before: Verdict | None
    after: Verdict | None


Key = tuple[str | None, str | None, str | None, str | None, int]


def _verdicts(run: Run) -> Mapping[Key, Verdict]:
    """Return the verdict on every section by county, code, name and stage; the last part counts what repeats them."""
    assessment = run.assessment
    table = assessment.divisions.table
    found: dict[Key, Verdict] = {}
    for at, names in enumerate(zip(*(table.text(n) for n in ("county", "code", "name", "stage")), strict=True)):
        again = 0
        while (*names, again) in found:
            again += 1
        found[(*names, again)] = Verdict(assessment.passed[at], assessment.grades[at], assessment.left_out[at])
    return found


def changed_schools(before: Run, after: Run) -> list[Changed]:
    """Return the sections whose verdict differs between two runs over the same schools."""
    one, other = _verdicts(before), _verdicts(after)
    return [
        Changed(key[2] or "—", key[1], key[3], one.get(key), other.get(key))
        for key in dict.fromkeys([*one, *other])
        if one.get(key) != other.get(key)
    ]


def change_blocks(before: Standard, after: Standard, found: Sequence[Change], lang: Lang) -> list[Block]:
    """Return the changes as a table."""

    def say(zh: str, en: str) -> str:
        return zh if lang == "zh" else en

    head = Line(Shown(f"{before.id} → {after.id}"), strong=True)
    if not found:
        return [head, Line(Shown(say("没有不同", "no difference")))]
    columns = (
        Column(say("条目", "What")),
        Column(say("变化", "How")),
        Column(say("原为", "Before")),
        Column(say("现为", "After")),
    )
    rows = tuple(
        (
            Shown(change.part.say(lang)),
            Shown(change.how.say(lang), MOODS.get(change.how, Mood.PLAIN)),
            Shown(change.before.say(lang) if change.before is not None else "—"),
            Shown(change.after.say(lang) if change.after is not None else "—"),
        )
        for change in found
    )
    return [head, Table(say("标准的不同", "Differences"), columns, rows)]


def school_blocks(before: Run, after: Run, found: Sequence[Changed], lang: Lang) -> list[Block]:
    """Return the schools whose verdict changes, and how many there are of all."""

    def say(zh: str, en: str) -> str:
        return zh if lang == "zh" else en

    size = before.assessment.divisions.table.size
    count = say(
        f"{size} 个学校（学部）中 {len(found)} 个结论不同",
        f"{len(found)} of {size} school sections have another verdict",
    )
    if not found:
        return [Line(Shown(count))]

    def shown(verdict: Verdict | None, standard: Standard) -> Shown:
        if verdict is None:
            return Shown("—")
        mood = Mood.QUIET if verdict.left_out is not None else words.MOODS[verdict.passed]
        return Shown(verdict.said(standard).say(lang), mood, signed=True)

    columns = (
        Column(say("学校", "School")),
        Column(say("学段", "Stage")),
        Column(say("原结论", "Before")),
        Column(say("现结论", "After")),
    )
    rows = tuple(
        (
            Shown(entry.name),
            Shown(words.choice(before.standard, "stage", entry.stage).say(lang) or "—"),
            shown(entry.before, before.standard),
            shown(entry.after, after.standard),
        )
        for entry in found
    )
    return [Table(say("结论不同的学校", "Schools whose verdict changes"), columns, rows, count)]


def comparison_json(
    before: Standard, after: Standard, found: Sequence[Change], schools: Sequence[Changed] | None, lang: Lang
) -> str:
    """Return the document junheng.standards-diff/1; `schools` is null where none were judged."""

    def verdict(entry: Verdict | None) -> object:
        return None if entry is None else entry._asdict()

    document = {
        "schema": "junheng.standards-diff/1",
        "before": before.id,
        "after": after.id,
        "changes": [
            {
                "part": change.key,
                "id": change.id,
                "name": change.part.say(lang),
                "change": change.how.en,
                "before": change.before.say(lang) if change.before is not None else None,
                "after": change.after.say(lang) if change.after is not None else None,
            }
            for change in found
        ],
        "schools": None
        if schools is None
        else [
            {
                "name": entry.name,
                "code": entry.code,
                "stage": entry.stage,
                "before": verdict(entry.before),
                "after": verdict(entry.after),
            }
            for entry in schools
        ],
    }
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"
