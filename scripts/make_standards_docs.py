"""Write docs/standards: a page for every shipped standard and an index. With --check, fail where a page is not fresh.

A page shows every bar beside the clause it is taken from, in both languages; wordings stay as they are quoted.
"""

import re
import sys
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import quote

from junheng.engine.model import Item
from junheng.number import plain
from junheng.problems import Unusable
from junheng.report import words
from junheng.report.comparison import changes
from junheng.report.standards import (
    bar_text,
    bars_text,
    field,
    formula_text,
    grade_text,
    group_text,
    part_text,
    sign_of,
    standing,
    when_text,
)
from junheng.report.to_markdown import escape
from junheng.standard.citations import source_of
from junheng.standard.grammar import Exclusion, GradeRule, PointsRule, Relaxation, Variation, first_day
from junheng.standard.load import Standard, ids, load, years_of
from junheng.standard.on_record import record_of
from junheng.standard.rule_forms import AmountRule, AnyRule, Cited, GroupRule, LevelRule, QuotaRule, RatioRule, Rule
from junheng.standard.rules import BAR_KEYS, bar_values, reason_of
from junheng.text import Lang, Text

ROOT = Path(__file__).resolve().parents[1]
PAGES = ROOT / "docs" / "standards"
MADE = "<!-- made by scripts/make_standards_docs.py from {} -->"
BARS = (*BAR_KEYS, "one_for_every")
NATION = "national"
NOT_ON_RECORD = Text("未收录", "not on record")

Lines = Iterator[str]
Row = Sequence[str]


def say(text: Text) -> str:
    """Return a wording in both languages, once where they are alike; nothing in it is markup."""
    return escape(text.zh) if text.zh == text.en else f"{escape(text.zh)} · {escape(text.en)}"


def told(tell: Callable[[Lang], str]) -> Text:
    """Return what a function tells in each language."""
    return Text(tell("zh"), tell("en"))


def table(columns: Row, rows: Sequence[Row]) -> Lines:
    """Yield a table; nothing where it has no row. Its entries are escaped already."""
    if rows:
        yield "| " + " | ".join(columns) + " |"
        yield "|" + "---|" * len(columns)
        yield from ("| " + " | ".join(entry or "—" for entry in row) + " |" for row in rows)
        yield ""


def section(title: str, body: Lines) -> Lines:
    """Yield a section under its title; nothing where it is empty."""
    lines = list(body)
    if lines:
        yield f"## {title}"
        yield ""
        yield from lines


def link(title: str, url: str | None) -> str:
    """Return a title that leads to an address; the title alone where the address is none of the web."""
    if url is None or not re.match(r"https?://", url):
        return escape(title)
    return f"[{escape(title)}]({quote(url, safe=':/?#@!$&*+,;=%~')})"


def page_name(id_: str) -> str:
    """Return the name of the page of a standard.

    >>> page_name("national/2017-quality-balance")
    'national-2017-quality-balance.md'
    """
    return id_.replace("/", "-") + ".md"


def page_link(standard: Standard) -> str:
    """Return a link to the page of a standard."""
    return f"[{say(standard.form.title.text)}]({page_name(standard.id)})"


def period(standard: Standard) -> str:
    """Return when a standard is in force."""
    given = standard.form.in_force
    return "—" if given is None else f"{given.from_}–{given.to or '今 now'}"


# --------------------------------------------------------------------------------------------------- what is quoted


def clause(standard: Standard, cited: Cited, *, above: Cited | None = None) -> Lines:
    """Yield the wording something rests on, with its citation and the standing of its source."""
    own = cited if cited.cite is not None or cited.wording is not None or above is None else above
    lines = []
    if own.quote:
        lines.append(f"“{escape(own.quote)}”")
    if own.reading:
        lines.append(f"读表 reading: {escape(own.reading)}")
    if own.cite is not None:
        lines.append(f"—— {cite(standard, own)}")
    for line in lines:
        yield f"> {line}" + ("" if line is lines[-1] else "  ")
    if lines:
        yield ""
    if cited.note is not None:
        yield f"注 note: {say(cited.note.text)}"
        yield ""


def cite(standard: Standard, cited: Cited) -> str:
    """Return a citation with the standing of its source."""
    if cited.cite is None:
        return ""
    return f"{escape(cited.cite)}（{say(told(lambda lang: standing(standard, cited.cite, lang)))}）"


def quoted(cited: Cited) -> str:
    """Return quote and reading for an entry of a table."""
    parts = [
        f"“{escape(cited.quote)}”" if cited.quote else "",
        escape(f"读表 {cited.reading}") if cited.reading else "",
    ]
    return "；".join(filter(None, parts))


# ------------------------------------------------------------------------------------------------------- indicators


def bands(standard: Standard, written: Any, sign: str) -> list[tuple[Text, Text]]:  # noqa: ANN401 - a bar of any shape
    """Return bars, each with its circumstance."""

    def one(value: Any) -> Text:  # noqa: ANN401 - a single bar
        return NOT_ON_RECORD if value == "unknown" else told(lambda lang: bars_text(standard, value, sign, lang))

    if isinstance(written, dict):
        return [(words.choice(standard, "stage", stage), one(value)) for stage, value in written.items()]
    if isinstance(written, list):
        return [(told(lambda lang, w=case.when: when_text(standard, w, lang)), one(case.is_)) for case in written]
    return [(Text("", ""), one(written))]


def bar_of(standard: Standard, rule: AnyRule, lang: Lang) -> str:
    """Return the bars of a rule as text, without a sign before a bar that is not on record."""
    return re.sub(rf"[≥≤<>](?={NOT_ON_RECORD.say(lang)})", "", bar_text(standard, rule, lang))


def bar_lines(standard: Standard, rule: AnyRule) -> Lines:
    """Yield the bars of a rule: in a table where they stand in bands, with what else belongs to them below."""
    key = next((k for k in (*BAR_KEYS[:-1], "one_for_every") if getattr(rule, k, None) is not None), None)
    written = None if key is None else getattr(rule, key)
    if isinstance(rule, GroupRule):
        count = len(rule.of) if rule.meet_at_least == "all" else rule.meet_at_least
        needed = Text(f"下列{len(rule.of)}项中至少{count}项", f"at least {count} of these {len(rule.of)}")
        if count == len(rule.of):
            needed = Text(f"下列{count}项均须达到", f"all of these {count}")
        if count == "given":
            needed = group_text(rule)
        yield f"标准值 bar: {say(needed)}"
        yield ""
        return
    if isinstance(rule, RatioRule | AmountRule) and rule.levels:
        named = [(lv.level, lv.at_least if lv.at_least is not None else lv.at_most) for lv in rule.levels]
        rows = [
            (escape(level), say(when), say(bar))
            for level, bars in named
            for when, bar in (bands(standard, bars, sign_of(rule)) if bars is not None else [(Text("", ""),) * 2])
        ]
        yield from table(("等级 level", "情形 circumstance", "标准值 bar"), rows)
        rest = rule.model_copy(update={"levels": [], "at_least": "unknown"})
    elif key is not None and isinstance(written, dict | list):
        rows = [(say(when), say(bar)) for when, bar in bands(standard, written, sign_of(rule))]
        heading = "标准值 bar" if key != "one_for_every" else "每多少配 1 · one for every"
        yield from table(("情形 circumstance", heading), rows)
        rest = rule.model_copy(update={key: "unknown"})
    else:
        yield f"标准值 bar: {say(told(lambda lang: bar_of(standard, rule, lang)))}"
        yield ""
        return

    def below(lang: Lang) -> str:
        bare = NOT_ON_RECORD.say(lang)
        text = bar_text(standard, rest, lang)
        return text.partition(bare)[2].lstrip("；; ") if not isinstance(rest, QuotaRule) else ""

    tail = told(below)
    if isinstance(rest, QuotaRule):
        yield f"以此计 counted in: {say(told(lambda lang: field(standard, rest.to, lang)))}"
        yield ""
    elif tail.zh:
        yield f"另 also: {say(tail)}"
        yield ""


def applies(standard: Standard, rule: AnyRule) -> Lines:
    """Yield where a rule applies; nothing where it always does."""
    if rule.applies:
        zh = "；或".join(when_text(standard, when, "zh") for when in rule.applies)
        en = "; or ".join(when_text(standard, when, "en") for when in rule.applies)
        yield f"适用 applies: {say(Text(zh, en))}"
        yield ""


def rule_lines(standard: Standard, others: dict[tuple[str, str], Standard], rule: AnyRule, id_: str) -> Lines:
    """Yield one rule: formula, bars, what another choice of a setting makes of it."""
    facts = [f"`{id_}`"]
    unit = getattr(rule, "unit", None)
    facts += [f"单位 unit {say(Text(unit, words.unit(unit, 'en') or unit))}"] if unit else []
    if rule.points is not None:
        facts.append(f"分值 points {say(NOT_ON_RECORD) if rule.points == 'unknown' else rule.points}")
    yield "，".join(facts)
    yield ""
    if not isinstance(rule, GroupRule):
        yield f"值 value: {say(told(lambda lang: formula_text(standard, rule, lang)))}"
        yield ""
    yield from applies(standard, rule)
    yield from bar_lines(standard, rule.model_copy(update={"applies": None}))
    for (setting, choice), other in others.items():
        found = other.form.named_rules().get(id_)
        if found is None or isinstance(rule, GroupRule):
            continue
        for tell, label in ((formula_text, "值 value"), (bar_of, "标准值 bar")):
            now = told(lambda lang, t=tell, o=other, r=found[0]: t(o, r, lang))
            if now != told(lambda lang, t=tell: t(standard, rule, lang)):
                yield f"设定 setting `{setting}={choice}`，{label}: {say(now)}"
                yield ""


def indicator_lines(standard: Standard, others: dict[tuple[str, str], Standard]) -> Lines:
    """Yield every indicator with its bars beside the clause, and the rules within it."""
    for indicator in standard.form.indicators:
        yield from one_rule(standard, others, indicator, indicator.id, indicator, 0)


def one_rule(
    standard: Standard, others: dict[tuple[str, str], Standard], rule: AnyRule, id_: str, top: Rule, depth: int
) -> Lines:
    """Yield one rule under a title of its depth, and the rules within it."""
    yield f"{'#' * min(3 + depth, 6)} {say(rule.name.text)}"
    yield ""
    yield from rule_lines(standard, others, rule, id_)
    if rule is top or rule.cite is not None or rule.wording is not None or rule.note is not None:
        yield from clause(standard, rule)
    for at, more in enumerate(getattr(rule, "plus", ())):
        if more.wording is not None:
            yield f"增加值 {at + 1} · increment {at + 1}"
            yield ""
            yield from clause(standard, more)
    for part in rule.of if isinstance(rule, GroupRule) else ():
        yield from one_rule(standard, others, part, f"{id_}.{part.id}", top, depth + 1)


def checklist_lines(standard: Standard, others: dict[tuple[str, str], Standard]) -> Lines:
    """Yield the parts that are judged item by item: what each asks for, whom it leaves out, and its items."""
    for entry, judged in zip(standard.form.checklist, standard.method.parts, strict=True):
        yield f"### {say(Text(entry.part.zh, entry.part.en))}"
        yield ""
        yield f"`{entry.part.id}`，{say(told(lambda lang, e=entry: part_text(e, lang)))}"
        yield ""
        if entry.part.cite is not None:
            yield f"出处 clause: {cite(standard, Cited(cite=entry.part.cite))}"
            yield ""
        if isinstance(entry.rule, PointsRule):
            yield from clause(standard, entry.rule)
        if entry.leaves_out:
            left = [words.reason(reason_of(e), standard) for e in entry.leaves_out]
            yield f"不计入 left out: {say(Text('、'.join(t.zh for t in left), ', '.join(t.en for t in left)))}"
            yield ""
        for rule, item in zip(entry.items, judged.items, strict=True):
            yield from one_rule(standard, others, rule, rule.id, rule, 1)
            said = judged_by(item)
            points = item.indicator.points
            if points is not None and rule.points is None:
                said.append(Text(f"分值{plain(float(points))}", f"{plain(float(points))} points"))
            yield f"判定 judged: {'；'.join(say(text) for text in said)}"
            yield ""


def judged_by(item: Item) -> list[Text]:
    """Return from what an item is judged."""
    rule = item.indicator
    if item.over_schools:
        return [Text("逐校判定，每所都须满足", "for every school, all of which must meet it")]
    found = [Text("县级填报一次", "answered once by the county")]
    if any(leaf.pooled for leaf in rule.leaves()):
        found = [Text("由各校合计", "added up over schools")]
    if any(leaf.may_not_apply for leaf in rule.nodes()):
        found.append(Text("可填“不适用”", "may be answered not to apply"))
    return found


# ------------------------------------------------------------------------------------------------------------ rules


def grade_lines(standard: Standard) -> Lines:
    """Yield how a school passes."""
    form = standard.form
    if form.school_rule is None:
        yield "本文件不对单所学校下结论。This document judges no single school."
        yield ""
    elif form.school_rule == "unknown":
        yield "未收录：不下学校结论。Not on record: no school is judged."
        yield ""
    for grade in form.grades:
        yield f"- {say(told(lambda lang, g=grade: grade_text(g, lang)))}{beside(grade)}"
        yield ""
        yield from clause(standard, grade)


def beside(grade: GradeRule) -> str:
    """Return what else holds for a grade, in brackets."""
    found = []
    if grade.points_in_all is not None:
        found.append(Text(f"满分{grade.points_in_all}", f"of {grade.points_in_all} points"))
    if not grade.passes:
        found.append(Text("不算达标", "does not pass"))
    if grade.exempt == "not_counted":
        found.append(Text("不适用的指标不计入", "what does not apply is not counted"))
    return "".join(f"（{say(text)}）" for text in found)


def percent(share: object) -> str:
    """Return a share as a percentage."""
    return f"{plain(float(str(share)) * 100)}%"


def award_lines(standard: Standard) -> Lines:
    """Yield the share of its points that an indicator earns."""
    rows = [(percent(t.reach), percent(t.share), quoted(t), cite(standard, t)) for t in standard.form.award]
    yield from table(("达到标准的 reached of the bar", "得分 share of points", "引文 quote", "出处 clause"), rows)


JUDGED = {
    "each": Text("每项指标的差异系数", "the coefficient of every indicator"),
    "composite": Text("各项差异系数的平均（综合差异系数）", "the mean of the coefficients (the composite)"),
}
WEIGHTED = {
    "students": Text("以在校生数加权", "weighted by students"),
    "none": Text("不加权", "unweighted"),
}


def limits(variation: Variation) -> Text:
    """Return the limits of the coefficients."""
    if not isinstance(variation.at_most, dict):
        return Text(f"≤{variation.at_most}", f"≤{variation.at_most}")
    stage = {"primary": Text("小学", "primary"), "junior": Text("初中", "junior"), "senior": Text("高中", "senior")}
    by_stage = variation.at_most.items()
    return told(lambda lang: ", ".join(f"{stage[s].say(lang)} ≤{n}" for s, n in by_stage))


def variation_lines(standard: Standard) -> Lines:
    """Yield how the differences between schools are judged."""
    variation = standard.form.variation
    if variation is not None:
        yield f"- {say(JUDGED[variation.judge])}：{say(limits(variation))}"
        yield f"- {say(WEIGHTED[variation.weight])}"
        for rounding, what in (
            (variation.rounding, Text("与限值比较前取小数", "decimals kept before the limit is applied")),
            (variation.parts_rounding, Text("平均前取小数", "decimals kept before the mean is taken")),
        ):
            if rounding is not None:
                yield f"- {say(what)}：{rounding.digits}"
        yield ""
        yield from clause(standard, variation)


def left_out(standard: Standard, exclusion: Exclusion) -> Text:
    """Return in words which schools are left out."""
    given: dict[str, Any] = {"type": exclusion.school_type, "owner": exclusion.owner, "area": exclusion.area}
    given = {name: wanted for name, wanted in given.items() if wanted is not None} | exclusion.when
    if (span := exclusion.students) is not None:
        given["students"] = f"{'' if span.low is None else span.low}..{'' if span.high is None else span.high}"
    return told(lambda lang: when_text(standard, given, lang))


def scope_lines(standard: Standard) -> Lines:
    """Yield which schools are not judged."""
    form = standard.form
    rows = [
        (
            say(words.reason(reason_of(e), standard)) + ("" if e.applied else "（未启用 off）"),
            say(left_out(standard, e)),
            quoted(e),
            cite(standard, e),
            say(e.note.text) if e.note else "",
        )
        for e in form.scope.leaves_out
    ]
    yield from table(("不纳入 left out", "情形 circumstance", "引文 quote", "出处 clause", "注 note"), rows)
    if form.scope.no_students == "undecided":
        yield "在校生数为0的学校（学部）无法判定。A section without students cannot be decided."
        yield ""
    if form.divisions is not None:
        yield "多学段学校的共用资源按加权学生数拆分，各学段学生的权重为："
        yield "What a through-school shares is divided by weighted students; the weights are:"
        yield ""
        weights = form.divisions.pupil_weight.items()
        yield from table(
            ("学段 stage", "权重 weight"), [(say(words.choice(standard, "stage", s)), str(w)) for s, w in weights]
        )
        if form.divisions.fields:
            names = [told(lambda lang, n=name: field(standard, n, lang)) for name in form.divisions.fields]
            yield f"拆分的数 divided: {say(Text('、'.join(n.zh for n in names), ', '.join(n.en for n in names)))}"
            yield ""
        yield from clause(standard, form.divisions)


def class_lines(standard: Standard) -> Lines:
    """Yield the classes of schools."""
    rows = [
        (
            f"`{c.id}`" + (f" {say(c.name.text)}" if c.name else ""),
            say(told(lambda lang, w=c.when: when_text(standard, w, lang))),
            quoted(c),
            cite(standard, c),
        )
        for c in standard.form.school_classes
    ]
    yield from table(("类别 class", "情形 circumstance", "引文 quote", "出处 clause"), rows)
    if rows:
        yield "取第一个成立的。The first that holds is the school's."
        yield ""


def setting_lines(standard: Standard) -> Lines:
    """Yield the open questions with their choices."""
    for name, setting in standard.form.settings.items():
        yield f"- `{name}` {say(setting.question.text)}"
        for choice, text in setting.choices.items():
            taken = "（默认 default）" if choice == setting.default else ""
            yield f"  - `{choice}` {say(text.text)}{taken}"
        if setting.concerns is not None:
            yield f"  - 关系到尚未评估的部分 concerns a part that is not assessed: `{escape(setting.concerns)}`"
        if setting.note is not None:
            yield f"  - 注 note: {say(setting.note.text)}"
        if setting.cite is not None:
            yield f"  - {cite(standard, Cited(cite=setting.cite))}"
    if standard.form.settings:
        yield ""


def eases(standard: Standard, relaxation: Relaxation) -> Text:
    """Return in words what a relaxation changes."""
    found = []
    if relaxation.indicator is not None:
        rule = next((rule for _, rule, _ in standard.form.rules() if rule.id == relaxation.indicator), None)
        rule = standard.form.named_rules().get(relaxation.indicator, (rule,))[0]
        found.append(rule.name.text if rule is not None else Text(relaxation.indicator, relaxation.indicator))
        sign = sign_of(rule) if rule is not None else ""
    else:
        sign = ""
    for name, zh, en in ((relaxation.adds, "加计", "also counts"), (relaxation.instead, "改用", "uses instead")):
        if name is not None:
            found.append(Text(f"{zh}{field(standard, name, 'zh')}", f"{en} {field(standard, name, 'en')}"))
    if relaxation.by is not None:
        found.append(Text(f"标准降低{percent(relaxation.by)}", f"bar lower by {percent(relaxation.by)}"))
    if relaxation.to is not None:
        bars = told(lambda lang: bars_text(standard, relaxation.to, sign, lang))
        found.append(Text(f"标准值改为{bars.zh}", f"bar instead {bars.en}"))
    return Text("；".join(text.zh for text in found), "; ".join(text.en for text in found))


def relaxation_lines(standard: Standard) -> Lines:
    """Yield what eases a rule, and when."""
    for relaxation in standard.form.relaxations:
        on = "常设 always on" if relaxation.applied else "须打开 off unless switched on"
        years = f"，年度 years {years_of(relaxation)}" if relaxation.years else ""
        yield f"### {say(relaxation.name.text)}"
        yield ""
        yield f"`{relaxation.id}`，{on}{years}"
        yield ""
        if relaxation.when:
            yield f"情形 circumstance: {say(told(lambda lang, w=relaxation.when: when_text(standard, w, lang)))}"
            yield ""
        if (text := eases(standard, relaxation)).zh:
            yield f"放宽 eases: {say(text)}"
            yield ""
        yield from clause(standard, relaxation)


def parameter_lines(standard: Standard) -> Lines:
    """Yield the numbers set for each year."""
    for name, parameter in standard.form.parameters.items():
        unit = f"，单位 unit {escape(parameter.unit)}" if parameter.unit else ""
        yield f"### {say(parameter.name.text)}"
        yield ""
        yield f"`{name}`{unit}"
        yield ""
        rows = [
            (year, say(when), say(bar))
            for year, written in parameter.by_year.items()
            for when, bar in bands(standard, written, "")
        ]
        yield from table(("年度 year", "情形 circumstance", "数 number"), rows)
        yield from clause(standard, parameter)


def field_lines(standard: Standard) -> Lines:
    """Yield the fields that a document brings itself."""
    rows = [(f"`{name}`", say(f.text), escape(f.unit or "")) for name, f in standard.form.fields.items()]
    yield from table(("字段 field", "名称 name", "单位 unit"), rows)


def source_lines(standard: Standard) -> Lines:
    """Yield the sources with address and standing."""
    rows = [
        (f"`{name}`", link(s.title, s.url), say(words.STANDINGS[s.standing]), escape(s.note or ""))
        for name, s in standard.form.sources.items()
    ]
    yield from table(("代号 key", "来源 source", "性质 standing", "注 note"), rows)


# --------------------------------------------------------------------------------------------- what is not on record


def unknown(standard: Standard) -> list[Text]:
    """Return, in words, everything that is not on record."""
    form = standard.form
    found = []

    def add(name: Text, written: Any) -> None:  # noqa: ANN401 - a bar of any shape
        if written is not None and "unknown" in list(bar_values(written)):
            for when, _ in (
                b for b, v in zip(bands(standard, written, ""), bar_values(written), strict=True) if v == "unknown"
            ):
                of = Text(f"（{when.zh}）", f" ({when.en})") if when.zh else Text("", "")
                found.append(Text(f"{name.zh}{of.zh}：标准值", f"{name.en}{of.en}: the bar"))

    for _, rule, top in form.rules():
        name = rule.name.text
        if rule is not top:
            name = Text(f"{top.name.zh}·{name.zh}", f"{top.name.en}, {name.en}")
        for key in BARS if not isinstance(rule, LevelRule) else ():
            add(name, getattr(rule, key, None))
        for level in getattr(rule, "levels", ()):
            add(name, level.at_least)
            add(name, level.at_most)
        for more in getattr(rule, "plus", ()):
            add(name, more.is_)
        if rule.points == "unknown":
            found.append(Text(f"{name.zh}：分值", f"{name.en}: its points"))
    for parameter in form.parameters.values():
        name = parameter.name.text
        if not parameter.by_year:
            found.append(Text(f"{name.zh}：各年的数", f"{name.en}: the number of any year"))
        for year, written in parameter.by_year.items():
            add(Text(f"{year}年{name.zh}", f"{name.en} of {year}"), written)
    if form.school_rule == "unknown":
        found.append(Text("学校合格规则", "how a school passes"))
    if any(grade.points_at_least == "unknown" for grade in form.grades):
        found.append(Text("合格分数", "the points of a pass"))
    return found


def missing_lines(standard: Standard) -> Lines:
    """Yield what is not on record, and the parts that are not assessed."""
    lines = [f"- {say(text)}" for text in unknown(standard)]
    lines += [
        f"- {say(Text(part.zh, part.en))}：尚未评估的部分 a part that is not assessed"
        + (f"，{cite(standard, Cited(cite=part.cite))}" if part.cite else "")
        for part in standard.form.other_parts
    ]
    yield from [*lines, ""] if lines else []


def on_record(standard: Standard) -> str:
    """Say how many of its numbers are on record, and whether it is an outline: whether something is not."""
    record = record_of(standard)
    count = record.given + record.unknown
    known = f"{record.given}/{count}" if count else "—"
    return f"{known} **提纲 outline**" if record.outline else known


# --------------------------------------------------------------------------------------------------------- editions


def change_lines(old: Standard, new: Standard) -> Lines:
    """Yield what one document changes of another."""
    rows = [
        (say(c.part), say(c.how), say(c.before) if c.before else "", say(c.after) if c.after else "")
        for c in changes(old, new)
    ]
    yield from table(("项目 item", "变化 change", "原 before", "现 now"), rows)
    if not rows:
        yield "没有不同。No difference."
        yield ""


def edition_lines(standard: Standard, editions: Sequence[Standard], parent: Standard | None) -> Lines:
    """Yield the other files of the family with their periods, and what changed from one to the next."""
    if parent is not None:
        yield f"以 {page_link(parent)} 为底，所改如下。Laid over it; what it changes:"
        yield ""
        yield from change_lines(parent, standard)
    if len(editions) < 2:  # noqa: PLR2004 - itself alone
        return
    for other in editions:
        yield f"- {period(other)} " + (
            f"**{say(other.form.title.text)}**" if other.id == standard.id else page_link(other)
        )
    yield ""
    for old, new in pairwise(editions):
        if standard.id in (old.id, new.id):
            yield f"### {escape(period(old))} → {escape(period(new))}"
            yield ""
            yield from change_lines(old, new)


# ------------------------------------------------------------------------------------------------------------ pages


def other_choices(standard: Standard) -> dict[tuple[str, str], Standard]:
    """Return the standard as it is under every choice that is not taken by default."""
    return {
        (name, choice): load(standard.id, None, {name: choice})
        for name, setting in standard.form.settings.items()
        for choice in setting.choices
        if choice != setting.default
    }


def under_choices(
    lines_of: Callable[[Standard], Lines], standard: Standard, others: dict[tuple[str, str], Standard]
) -> Lines:
    """Yield a part of the page, then what stands in it instead where another choice is taken."""
    usual = list(lines_of(standard))
    yield from usual
    for (setting, choice), other in others.items():
        lines = list(lines_of(other))
        new = [line for line in lines if line and line not in usual]
        if new:
            yield f"设定 setting `{setting}={choice}`:"
            yield ""
            paragraphs = not any(line.startswith(("|", ">", "-", "#")) for line in new)
            yield from [*new, ""] if paragraphs else lines


def page(standard: Standard, all_: Sequence[Standard]) -> str:
    """Return the page of one standard."""
    form = standard.form
    file = f"standards/{standard.id}.yaml"
    family = [s for s in all_ if form.family is not None and s.form.family == form.family]
    facts = [
        ("编号 id", f"`{standard.id}`"),
        ("类别 family", f"`{form.family}`" if form.family else ""),
        ("印发 issued by", say(form.issuer.text) if form.issuer else ""),
        ("文号 document", escape(form.document or "")),
        ("施行 in force", escape(period(standard))),
        (
            "核对 checked",
            "" if form.checked is None else f"{form.checked.on}" + escape(f" {form.checked.by or ''}").rstrip(),
        ),
        ("收录 on record", on_record(standard)),
        ("文件 file", f"[{file}](../../{file})"),
    ]
    lines = [MADE.format(file), f"# {escape(form.title.zh)}", "", escape(form.title.en), ""]
    lines += table(("", ""), [row for row in facts if row[1]])
    others = other_choices(standard)

    def part(lines_of: Callable[[Standard], Lines]) -> Lines:
        return under_choices(lines_of, standard, others)

    parent = next((s for s in all_ if s.id == form.extends), None)
    for title, body in (
        ("指标 · Indicators", indicator_lines(standard, others)),
        ("逐项评估 · Judged item by item", checklist_lines(standard, others)),
        ("学校合格规则 · How a school passes", part(grade_lines)),
        ("得分 · Points", part(award_lines)),
        ("校际差异 · Differences between schools", part(variation_lines)),
        ("范围和拆分 · Scope and division", part(scope_lines)),
        ("学校类别 · Classes of schools", part(class_lines)),
        ("口径设定 · Settings", setting_lines(standard)),
        ("放宽和过渡 · Relaxations", part(relaxation_lines)),
        ("逐年公布的数 · Dated numbers", part(parameter_lines)),
        ("自己的字段 · Fields of its own", field_lines(standard)),
        ("未收录 · Not on record", missing_lines(standard)),
        ("来源 · Sources", source_lines(standard)),
        ("沿革 · Editions", edition_lines(standard, sorted(family, key=began), parent)),
    ):
        lines += section(title, body)
    return "\n".join(lines).rstrip() + "\n"


def began(standard: Standard) -> str:
    """Return the day a standard came into force, for sorting; the id decides between two of one day."""
    given = standard.form.in_force
    return f"{'' if given is None else first_day(given)} {standard.id}"


def standings(standard: Standard) -> Text:
    """Return the standings of the sources that the indicators are taken from, the best first."""
    form = standard.form
    cited = {source_of(rule.cite) for _, rule, _ in form.rules() if rule.cite is not None}
    found = {form.sources[key].standing for key in cited if key in form.sources}
    named = [words.STANDINGS[name] for name in words.STANDING_ORDER if name in found]
    return Text("、".join(t.zh for t in named), ", ".join(t.en for t in named))


def index(all_: Sequence[Standard]) -> str:
    """Return the index."""
    lines = [
        MADE.format("standards/"),
        "# 标准 · Standards",
        "",
        "每个标准值都列在所据条文旁边。“性质”说明所据文本与官方印本的距离；“收录”是已收录的数与全部的数；",
        "“提纲”表示还有没有收录的数或合格规则，涉及之处无法判定。",
        "Every bar stands beside the clause it is taken from. The standing says how near that text is to the official print.",
        "On record are so many of its numbers; of an outline some number, or how a school passes, is not, and nothing that rests on it is decided.",
        "",
        "怎样写一个标准：[standards/README.md](../../standards/README.md)。How to write one: the same page.",
        "",
    ]
    for title, national in (("国家 · The nation", True), ("省 · Provinces", False)):
        rows = [
            (
                page_link(s),
                escape(s.form.document or ""),
                escape(period(s)),
                str(len(s.form.indicators)),
                say(standings(s)),
                on_record(s),
            )
            for s in sorted(all_, key=lambda s: (s.id.rpartition("/")[0], began(s)))
            if (s.id.split("/")[0] == NATION) is national
        ]
        columns = (
            "标准 standard",
            "文号 document",
            "施行 in force",
            "指标 indicators",
            "性质 standing",
            "收录 on record",
        )
        lines += section(title, table(columns, rows))
    return "\n".join(lines).rstrip() + "\n"


def pages() -> dict[str, str]:
    """Return every page by its name."""
    all_ = [load(id_) for id_ in ids()]
    return {"README.md": index(all_), **{page_name(s.id): page(s, all_) for s in all_}}


def main() -> None:
    """Write the pages, or with --check compare them; pages of standards that are gone are removed, or reported."""
    try:
        new = pages()
    except Unusable as error:
        sys.exit(f"a standards file cannot be read: {error}")
    there = {file.name: file.read_text("utf-8") for file in PAGES.glob("*.md")}
    stale = sorted(name for name in {*new, *there} if new.get(name) != there.get(name))
    if sys.argv[1:] == ["--check"]:
        if stale:
            sys.exit(f"stale in docs/standards: {', '.join(stale)}: run scripts/{Path(__file__).name}")
        return
    PAGES.mkdir(parents=True, exist_ok=True)
    for name in stale:
        if name in new:
            (PAGES / name).write_text(new[name], encoding="utf-8")
        else:
            (PAGES / name).unlink()


if __name__ == "__main__":
    main()
