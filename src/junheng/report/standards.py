"""Standards as tables: the list of them, and one with its bars, quotes, standing and settings."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from junheng.engine.model import OF_SCHOOL
from junheng.number import plain
from junheng.report import words
from junheng.report.model import Block, Column, Line, Mood, Shown, Table
from junheng.standard.grammar import ChecklistPart, GradeRule, PointsRule
from junheng.standard.load import Standard, in_force, years_of
from junheng.standard.on_record import Record, record_of
from junheng.standard.rule_forms import (
    AmountRule,
    AnyRule,
    FieldBar,
    FlagRule,
    GroupRule,
    LevelRule,
    ParameterBar,
    QuotaRule,
    RatioRule,
)
from junheng.standard.rules import reason_of
from junheng.text import Lang, Text


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


def standing_entry(record: Record, lang: Lang) -> Shown:
    """Return the lowest standing of a standard in a word, with a sign where it is an outline."""
    text = "—" if record.lowest is None else words.STANDINGS_SHORT[record.lowest].say(lang)
    return Shown(text, Mood.CLOSE, signed=True) if record.outline else Shown(text)


def group_of(id_: str) -> Text:
    """Return what a standard is of: the nation or a province; other places under one heading."""
    return GROUPS.get(id_.partition("/")[0], OTHERS)


GROUPS = {"national": Text("国家", "National"), "provinces": Text("省", "Provinces")}
OTHERS = Text("其他", "Others")
STANDING_NOTE = Text(
    "来源性质为其中最低者：官方文本、复述、表格转录、转载、推断。△ 提纲：有数或学校合格规则没有收录",
    "Standing: the lowest of its sources. △ outline: some numbers, or the rule for schools, are not on record",
)


def list_blocks(standards: Sequence[Standard], lang: Lang) -> list[Block]:
    """Return the list of standards, those of the nation before those of provinces."""
    columns = (
        Column(_pick("编号", "Id", lang), whole=True),
        Column(_pick("名称", "Title", lang)),
        Column(_pick("类别", "Family", lang), spare=True),
        Column(_pick("施行", "In force", lang), spare=True),
        Column(_pick("指标", "Rules", lang), number=True),
        Column(_pick("来源性质", "Standing", lang)),
    )
    groups: dict[Text, list[tuple[Shown, ...]]] = {group: [] for group in (*GROUPS.values(), OTHERS)}
    for s in standards:
        groups[group_of(s.id)].append(
            (
                Shown(s.id),
                Shown((s.form.short or s.form.title).text.say(lang)),
                Shown(s.form.family or "—"),
                Shown(_period(s, lang)),
                Shown(str(len(s.form.indicators))),
                standing_entry(record_of(s), lang),
            )
        )
    filled = [(group, rows) for group, rows in groups.items() if rows]
    return [
        Table(
            f"{group.say(lang)}{_pick(f'（{len(rows)} 份）', f' ({len(rows)})', lang)}",
            columns,
            tuple(rows),
            STANDING_NOTE.say(lang) if at == len(filled) - 1 else "",
        )
        for at, (group, rows) in enumerate(filled)
    ]


def field(standard: Standard, name: str, lang: Lang) -> str:
    """Return the name of a field, or of the quotient of two."""
    said = " ÷ ".join(standard.fields[part].text.say(lang) for part in name.removeprefix(OF_SCHOOL).split("/"))
    return _pick("全校", "whole school: ", lang) + said if name.startswith(OF_SCHOOL) else said


def _figure(standard: Standard, value: Any, lang: Lang) -> str:  # noqa: ANN401 - a bar of any shape
    """Return one bar as it is written."""
    if isinstance(value, FieldBar):
        times = "" if value.times == 1 else f" × {value.times}"
        return field(standard, value.field, lang) + times
    if isinstance(value, ParameterBar):
        name = standard.form.parameters[value.parameter].name.text.say(lang)
        before = _pick(f"（前{value.years_before}年）", f" ({value.years_before} years before)", lang)
        return name + (before if value.years_before else "")
    return _pick("未收录", "not on record", lang) if value == "unknown" else str(value)


def when_text(standard: Standard, when: Mapping[str, Any], lang: Lang) -> str:
    """Return a circumstance in words, such as 初中、班级数 19–30."""
    parts = []
    for name, wanted in when.items():
        form = standard.fields[name.removeprefix(OF_SCHOOL).split("/")[0]]
        if isinstance(wanted, bool):
            no = _pick("非", "not ", lang)
            parts.append(("" if wanted else no) + form.text.say(lang))
        elif "/" not in name and form.kind == "choice":
            named = [
                words.choice(standard, name, str(w)).say(lang)
                for w in (wanted if isinstance(wanted, list) else [wanted])
            ]
            parts.append(_pick("或", " or ", lang).join(named))
        else:
            low, dots, high = str(wanted).partition("..")
            unit = form.unit or "" if "/" not in name and lang == "zh" else ""
            span = low if not dots else f"{low}–{high}" if low and high else f"≥{low}" if low else f"≤{high}"
            parts.append(f"{field(standard, name, lang)} {span}{unit}")
    return _pick("、", ", ", lang).join(parts)


def bars_text(standard: Standard, written: Any, sign: str, lang: Lang) -> str:  # noqa: ANN401 - a bar of any shape
    """Return bars of any shape as text."""
    if isinstance(written, dict):
        return _pick("，", ", ", lang).join(
            f"{words.choice(standard, 'stage', s).say(lang)} {_signed(standard, n, sign, lang)}"
            for s, n in written.items()
        )
    if isinstance(written, list):
        return _pick("；", "; ", lang).join(
            f"{when_text(standard, case.when, lang)} {_signed(standard, case.is_, sign, lang)}".strip()
            for case in written
        )
    return _signed(standard, written, sign, lang)


def _signed(standard: Standard, value: Any, sign: str, lang: Lang) -> str:  # noqa: ANN401 - a bar of any shape
    """Return one bar behind its sign; what is not on record has none."""
    said = _figure(standard, value, lang)
    return said if value == "unknown" else f"{sign}{said}"


def _percent(share: Decimal) -> str:
    return f"{plain(float(share * 100))}%"


BETWEEN = {
    "lower": ("两档之间按低一档", "between bands the one below"),
    "upper": ("两档之间按高一档", "between bands the one above"),
    "nearest": ("两档之间按相近一档", "between bands the nearer one"),
    "interpolate": ("两档之间用插入法", "between bands by interpolation"),
}
THROUGH = {
    "sum": ("多学段学校按各学段所需之和", "through-schools by the sum of what their stages need"),
    "whole": ("多学段学校按全校计", "through-schools as a whole"),
    "compulsory": ("多学段学校按义务教育阶段合计", "through-schools by their primary and junior sections together"),
}


def bar_text(standard: Standard, rule: AnyRule, lang: Lang) -> str:
    """Return the bars of a rule as text, such as `小学 ≥4.2，初中 ≥5.3`; of a group those of its rules."""
    if isinstance(rule, GroupRule):
        head = group_text(rule).say(lang)
        parts = [f"{part.name.text.say(lang)}（{bar_text(standard, part, lang)}）" for part in rule.of]
        text = f"{head}：" + "；".join(parts) if lang == "zh" else f"{head}: " + "; ".join(parts)
    elif isinstance(rule, FlagRule):
        text = _required(standard, rule, lang)
    elif isinstance(rule, LevelRule):
        text = rule.at_least or next(iter(standard.fields[rule.of].choices))
    elif isinstance(rule, QuotaRule):
        every = bars_text(standard, rule.one_for_every, "", lang)
        to = field(standard, rule.to, lang)
        text = _pick(f"每 {every}（{to}）1，", f"one for every {every} ({to})", lang).rstrip("，")
    else:
        text = _barred(standard, rule, lang)
    if rule.applies:
        when = _pick("；或", "; or ", lang).join(when_text(standard, w, lang) for w in rule.applies)
        text += _pick(f"（适用：{when}）", f" (applies: {when})", lang)
    return text


def group_text(rule: GroupRule) -> Text:
    """Return how many rules of a group must be met."""
    count = len(rule.of)
    if rule.meet_at_least == "given":
        return Text(f"{count}项依据中凡有数据的均须达到", f"those of {count} for which there are figures")
    if rule.meet_at_least in ("all", count):
        return Text(f"{count}项均须达到", f"all {count}")
    return Text(f"{count}项中至少{rule.meet_at_least}项", f"{rule.meet_at_least} of {count}")


def sign_of(rule: AnyRule) -> str:
    """Return the sign that stands before the bars of a rule: a strict one where a value on the line misses it."""
    if not isinstance(rule, RatioRule | AmountRule):
        return ""
    return ("<" if rule.ceiling else ">") if rule.strict else "≤" if rule.ceiling else "≥"


def _required(standard: Standard, rule: FlagRule, lang: Lang) -> str:
    answer = _pick("是", "yes", lang) if rule.answer == "yes" else _pick("否", "no", lang)
    said = {True: answer, "unknown": _pick("未收录", "not on record", lang)}
    if not isinstance(rule.required, dict):
        return said[rule.required]
    return _pick("，", ", ", lang).join(
        f"{words.choice(standard, 'stage', stage).say(lang)} {said[required]}"
        for stage, required in rule.required.items()
    )


def _barred(standard: Standard, rule: RatioRule | AmountRule, lang: Lang) -> str:
    sign, written = sign_of(rule), rule.bars
    if rule.levels:
        bars = [(level.level, level.at_least if level.at_least is not None else level.at_most) for level in rule.levels]
        text = "；".join(f"{name} {bars_text(standard, b, sign, lang)}" if b is not None else name for name, b in bars)
    elif written is None:
        return _pick("未规定", "none", lang)
    else:
        text = bars_text(standard, written, sign, lang)
    for increment in rule.plus:
        each = f"{plain(float(increment.every))} " if increment.every != 1 else ""
        beyond = f"{_pick('超过', 'beyond ', lang)}{increment.beyond} " if increment.beyond else ""
        grown = bars_text(standard, increment.is_, "+", lang)
        name = field(standard, increment.for_each, lang)
        text += _pick(f"；{beyond}每{each}{name} {grown}", f"; {grown} for each {each}{name} {beyond}".rstrip(), lang)
    if rule.limit is not None:
        text += _pick("；限值 ", "; limit ", lang) + bars_text(standard, rule.limit, sign, lang)
    if rule.between is not None:
        text += _pick("；", "; ", lang) + _pick(*BETWEEN[rule.between], lang)
    if rule.through != "divided":
        text += _pick("；", "; ", lang) + _pick(*THROUGH[rule.through], lang)
    return text


def formula_text(standard: Standard, rule: AnyRule, lang: Lang) -> str:
    """Return how the value of a rule is reckoned."""
    if isinstance(rule, GroupRule):
        return "；".join(f"{part.name.text.say(lang)} = {formula_text(standard, part, lang)}" for part in rule.of)
    if isinstance(rule, FlagRule | LevelRule):
        return field(standard, rule.of, lang)
    text = " + ".join(field(standard, name, lang) for name in rule.of)
    text += "".join(f" − {field(standard, name, lang)}" for name in rule.less)
    if isinstance(rule, QuotaRule):
        return text
    text = f"({text})" if len(rule.of) + len(rule.less) > 1 else text
    for name, sign in ((rule.each, "÷"), (rule.times, "×")):
        text += f" {sign} {field(standard, name, lang)}" if name is not None else ""
    if isinstance(rule, RatioRule):
        below = " − ".join(field(standard, name, lang) for name in (rule.to, *rule.to_less))
        text += f" ÷ {f'({below})' if rule.to_less else below}" + (f" × {rule.per}" if rule.per != 1 else "")
    return text + (_pick("（全县合计）", " (over the county)", lang) if rule.over == "county" else "")


def grade_text(grade: GradeRule, lang: Lang) -> str:
    """Return what a grade asks for."""
    parts = []
    if grade.meet_at_least is not None:
        every = grade.meet_at_least == "all"
        parts.append(
            _pick("各项均达标", "all met", lang)
            if every
            else _pick(f"至少{grade.meet_at_least}项达标", f"at least {grade.meet_at_least} met", lang)
        )
    if grade.unmet_at_most is not None:
        parts.append(_pick(f"至多{grade.unmet_at_most}项不达标", f"at most {grade.unmet_at_most} not met", lang))
    if grade.others_reach is not None:
        share = f"{plain(float(grade.others_reach * 100))}%"
        parts.append(_pick(f"余项不低于标准的{share}", f"the others at least {share} of their bar", lang))
    if grade.points_at_least is not None:
        points = (
            _pick("未收录", "not on record", lang) if grade.points_at_least == "unknown" else str(grade.points_at_least)
        )
        parts.append(_pick(f"得分不低于{points}", f"at least {points} points", lang))
    for name, span in grade.levels.items():
        counted = f"{span.low if span.low is not None else ''}–{span.high if span.high is not None else ''}"
        parts.append(_pick(f"{name}级{counted}项", f"{counted} of level {name}", lang))
    text = _pick("，", ", ", lang).join(parts)
    return f"{grade.grade}：{text}" if grade.grade else text


def _parameters(standard: Standard, year: int | None, lang: Lang) -> list[Block]:
    """Return the dated numbers, of every year or of those that judging one year may need."""
    rows = [
        (
            Shown(parameter.name.text.say(lang)),
            Shown(at),
            Shown(bars_text(standard, bars, "", lang) + (parameter.unit or "" if lang == "zh" else "")),
            Shown(parameter.cite or "—"),
            Shown(standing(standard, parameter.cite, lang)),
        )
        for parameter in standard.form.parameters.values()
        for at, bars in parameter.by_year.items()
        if year is None or int(at) <= year
    ]
    names = (("逐年的数", "Number"), ("年", "Year"), ("数", "Amount"), ("出处", "Clause"), ("来源性质", "Standing"))
    columns = tuple(Column(_pick(*name, lang)) for name in names)
    return [Table(_pick("逐年公布的数", "Dated numbers", lang), columns, tuple(rows))] if rows else []


def _with_unit(rule: AnyRule, lang: Lang) -> str:
    """Return the name of a rule with its unit."""
    unit = words.unit(getattr(rule, "unit", None), lang)
    name = rule.name.text.say(lang)
    return name if not unit else f"{name}（{unit}）" if lang == "zh" else f"{name} ({unit})"


def show_blocks(standard: Standard, lang: Lang, year: int | None = None) -> list[Block]:
    """Return one standard in full, as it is in a year where one is given."""
    form = standard.form

    def say(zh: str, en: str) -> str:
        return _pick(zh, en, lang)

    document = f"（{form.document}）" if form.document else ""
    blocks: list[Block] = [
        Line(Shown(f"{form.title.text.say(lang)}{document}"), strong=True),
        Line(Shown(f"{standard.id} · {say('施行', 'in force')} {_period(standard, lang)}")),
    ]
    if year is not None and not in_force(standard, year):
        blocks.append(Line(Shown(say(f"{year} 年度不在施行期内", f"not in force in {year}"), Mood.CLOSE, signed=True)))
    blocks.append(_rules(standard, say("指标", "Indicators"), form.indicators, {}, lang))
    for entry, judged in zip(form.checklist, standard.method.parts, strict=True):
        points = {item.indicator.id: item.indicator.points for item in judged.items}
        given = points if isinstance(entry.rule, PointsRule) else {}
        name = entry.part.zh if lang == "zh" else entry.part.en
        blocks.append(_rules(standard, name, entry.items, given, lang))
    rules: list[tuple[str, str, str | None]] = []
    if form.school_rule == "unknown":
        rules.append((say("学校", "School"), say("未收录", "not on record"), None))
    rules += [(f"{say('学校：', 'School: ')}{grade_text(g, lang)}", g.wording or "", g.cite) for g in form.grades]
    rules += [
        (
            say(
                f"达到标准{_percent(t.reach)}得{_percent(t.share)}分",
                f"{_percent(t.reach)} of the bar: {_percent(t.share)}",
            ),
            t.wording or "",
            t.cite,
        )
        for t in form.award
    ]
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
        (f"{e.part.zh if lang == 'zh' else e.part.en}{say('：', ': ')}{part_text(e, lang)}", _quoted(e), e.part.cite)
        for e in form.checklist
    ]
    rules += [
        (part.zh if lang == "zh" else part.en, say("未收录条目", "items not on record"), part.cite)
        for part in form.other_parts
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
    blocks += _parameters(standard, year, lang)
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


def part_text(entry: ChecklistPart, lang: Lang) -> str:
    """Return what a part that is judged item by item asks for."""
    if isinstance(entry.rule, PointsRule):
        least, of = entry.rule.points_at_least, entry.rule.points_in_all
        in_all = "" if of is None else _pick(f"（满分{of}）", f" of {of}", lang)
        return _pick(f"得分不低于{least}", f"at least {least} points", lang) + in_all
    return _pick(f"{len(entry.items)}项均须满足", f"all {len(entry.items)} items", lang)


def _quoted(entry: ChecklistPart) -> str:
    return (entry.rule.wording or "") if isinstance(entry.rule, PointsRule) else ""


def _rules(
    standard: Standard, title: str, rules: Sequence[AnyRule], points: Mapping[str, Fraction | None], lang: Lang
) -> Table:
    """Return rules with bar, clause, wording and standing; with the points of each where `points` are given."""
    names = (("标准值", "Bar"), ("出处", "Clause"), ("引文", "Quote"), ("来源性质", "Standing"))
    first = ("指标", "Indicator") if rules is standard.form.indicators else ("项目", "Item")
    columns = [Column(_pick(*name, lang), spare=name[0] == "引文") for name in (first, *names)]
    columns += [Column(_pick("分值", "Points", lang), number=True)] if points else []

    def row(rule: AnyRule) -> tuple[Shown, ...]:
        cells = [_with_unit(rule, lang), bar_text(standard, rule, lang), rule.cite or "—", rule.wording or "—"]
        cells += [standing(standard, rule.cite, lang)]
        if points:
            known = points.get(rule.id)
            cells.append(_pick("未收录", "not on record", lang) if known is None else plain(float(known)))
        return tuple(Shown(cell) for cell in cells)

    return Table(title, tuple(columns), tuple(row(rule) for rule in rules))


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
        years = years_of(relaxation)
        rows.append(
            (
                Shown(relaxation.id),
                Shown(relaxation.name.text.say(lang) + (f"（{years}）" if years else "")),
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
