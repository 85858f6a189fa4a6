"""Standards as tables: the list of them, and one with its bars, quotes, standing and settings."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from junheng.number import shown
from junheng.report import words
from junheng.report.model import Block, Column, Line, Mood, Shown, Table
from junheng.standard.grammar import Indicator
from junheng.standard.load import Standard
from junheng.standard.rules import reason_of
from junheng.text import Lang


def _pick(zh: str, en: str, lang: Lang) -> str:
    return zh if lang == "zh" else en


def _period(standard: Standard, lang: Lang) -> str:
    in_force = standard.form.in_force
    if in_force is None:
        return "—"
    return f"{in_force.from_}–{in_force.to or _pick('今', 'now', lang)}"


def standing(standard: Standard, cite: str | None, lang: Lang) -> str:
    """Return the standing of the source that a citation names."""
    source = standard.form.sources.get((cite or "").split(" ")[0])
    return "—" if source is None else words.STANDINGS[source.standing].say(lang)


def list_blocks(standards: Sequence[Standard], lang: Lang) -> list[Block]:
    """Return the list of standards."""
    columns = (
        Column(_pick("编号", "Id", lang)),
        Column(_pick("名称", "Title", lang)),
        Column(_pick("类别", "Family", lang)),
        Column(_pick("施行", "In force", lang)),
        Column(_pick("指标", "Indicators", lang), number=True),
    )
    rows = tuple(
        (
            Shown(s.id),
            Shown((s.form.short or s.form.title).text.say(lang)),
            Shown(s.form.family or "—"),
            Shown(_period(s, lang)),
            Shown(str(len(s.form.indicators))),
        )
        for s in standards
    )
    return [Table(_pick("标准", "Standards", lang), columns, rows)]


def _number(number: object) -> str:
    if not isinstance(number, Decimal):
        return "unknown"
    exponent = number.as_tuple().exponent
    return shown(Fraction(number), max(0, -exponent) if isinstance(exponent, int) else 0)


def bar_text(standard: Standard, indicator: Indicator, lang: Lang) -> str:
    """Return an indicator's bars as text, such as `小学 ≥4.2，初中 ≥5.3`."""
    written = indicator.at_least if indicator.at_least is not None else indicator.at_most
    sign = "≥" if indicator.at_least is not None else "≤"
    if written is None:
        return _pick("未规定", "none", lang)
    if isinstance(written, dict):
        comma = _pick("，", ", ", lang)
        return comma.join(
            f"{words.choice(standard, 'stage', s).say(lang)} {sign}{_number(n)}" for s, n in written.items()
        )
    if isinstance(written, list):
        return "；".join(f"{case.when}: {sign}{_number(case.is_)}" for case in written)
    return f"{sign}{_number(written)}"


def show_blocks(standard: Standard, lang: Lang) -> list[Block]:
    """Return one standard in full."""
    form = standard.form

    def say(zh: str, en: str) -> str:
        return _pick(zh, en, lang)

    document = f"（{form.document}）" if form.document else ""
    blocks: list[Block] = [
        Line(Shown(f"{form.title.text.say(lang)}{document}"), strong=True),
        Line(Shown(f"{standard.id} · {say('施行', 'in force')} {_period(standard, lang)}")),
    ]
    columns = (
        Column(say("指标", "Indicator")),
        Column(say("标准值", "Bar")),
        Column(say("出处", "Clause")),
        Column(say("引文", "Quote"), spare=True),
        Column(say("来源性质", "Standing")),
    )
    rows = [
        (
            Shown(i.name.text.say(lang)),
            Shown(bar_text(standard, i, lang)),
            Shown(i.cite or "—"),
            Shown(i.quote or "—"),
            Shown(standing(standard, i.cite, lang)),
        )
        for i in form.indicators
    ]
    blocks.append(Table(say("指标", "Indicators"), columns, tuple(rows)))
    rules = []
    if form.school_rule is not None:
        rule = form.school_rule
        rules.append((say("学校", "School"), rule.quote or "", rule.cite))
    if form.variation is not None:
        rules.append((say("校际差异", "Differences"), form.variation.quote or "", form.variation.cite))
    if form.divisions is not None:
        rules.append((say("拆分", "Division"), form.divisions.quote or "", form.divisions.cite))
    rules += [
        (
            say("不纳入：", "left out: ") + words.reason(reason_of(e), standard).say(lang),
            (e.quote or "") + ("" if e.applied else say("（未启用）", " (off)")),
            e.cite,
        )
        for e in form.scope.leaves_out
    ]
    rules += [
        (part.zh if lang == "zh" else part.en, say("未收录条目", "items not on record"), part.cite)
        for part in form.parts_not_assessed
    ]
    rule_columns = (
        Column(say("规则", "Rule")),
        Column(say("引文", "Quote")),
        Column(say("出处", "Clause")),
        Column(say("来源性质", "Standing")),
    )
    blocks.append(
        Table(
            say("规则", "Rules"),
            rule_columns,
            tuple((Shown(a), Shown(b), Shown(c or "—"), Shown(standing(standard, c, lang))) for a, b, c in rules),
        )
    )
    blocks += _settings(standard, lang)
    sources = tuple(
        (Shown(name), Shown(s.title), Shown(words.STANDINGS[s.standing].say(lang)), Shown(s.url or "—"))
        for name, s in form.sources.items()
    )
    source_columns = (
        Column(say("代号", "Key")),
        Column(say("来源", "Source")),
        Column(say("性质", "Standing")),
        Column(say("网址", "Address"), spare=True),
    )
    blocks.append(Table(say("来源", "Sources"), source_columns, sources))
    return blocks


def _settings(standard: Standard, lang: Lang) -> list[Block]:
    form = standard.form
    rows = []
    for name, setting in form.settings.items():
        taken = standard.settings[name]
        others = "、".join(f"{c}" for c in setting.choices if c != taken)
        rows.append(
            (
                Shown(name),
                Shown(setting.question.text.say(lang)),
                Shown(f"{taken}（{setting.choices[taken].text.say(lang)}）"),
                Shown(others),
            )
        )
    switched = {r.id for r in standard.relaxations}
    for relaxation in form.relaxations:
        on = relaxation.id in switched
        years = f"{relaxation.years.low or ''}–{relaxation.years.high or ''}"
        rows.append(
            (
                Shown(relaxation.id),
                Shown(f"{relaxation.name.text.say(lang)}（{years}）"),
                Shown("on" if on else "off", Mood.CLOSE if on else Mood.PLAIN),
                Shown("off" if on else "on"),
            )
        )
    if not rows:
        return []
    columns = (
        Column(_pick("设定", "Setting", lang)),
        Column(_pick("问题", "Question", lang)),
        Column(_pick("采用", "Taken", lang)),
        Column(_pick("其他选项", "Other choices", lang)),
    )
    return [Table(_pick("口径设定与过渡口径", "Settings and transitional rules", lang), columns, tuple(rows))]
