"""The chain behind one finding: source cell → division → value → bar → clause."""

from collections.abc import Mapping
from fractions import Fraction

from junheng.engine.divisions import exact_figure
from junheng.engine.findings import finding
from junheng.engine.model import Bar, Finding, Indicator, Outcome
from junheng.engine.values import terms
from junheng.number import plain, shown
from junheng.report import words
from junheng.report.model import Block, Line, Mood, Shown
from junheng.run import Run
from junheng.text import Lang
from junheng.waivers import Waiver

MOST_MEMBERS = 12  # sections whose cells are listed where figures are added up


def _reported(run: Run, section: int, name: str) -> list[tuple[str, Fraction | None, list[str]]]:
    """Return a figure as reported with its cells; the parts it is the sum of where it has no cell of its own."""
    table = run.assessment.divisions.table
    form = run.standard.fields[name]
    cells = [str(place) for place in run.origin.cells(section, name)]
    figure = table.column(name)[section]
    if form.otherwise and not cells:
        return [entry for part in form.otherwise for entry in _reported(run, section, part)]
    return [(name, None if figure is None else Fraction(plain(figure)), cells)]


def figures_of(run: Run, section: int, indicator: Indicator) -> list[str]:
    """Return the fields that the value and the bar of one section rest on, without repetition."""
    assessment = run.assessment
    names = [] if indicator.words else [name for _, name in terms(assessment.view(indicator), indicator, section)]
    names += [name for name in (indicator.each, indicator.times, indicator.to) if name is not None]
    names += [term.of for case in indicator.bars for term in case.terms]
    names += [increment.term.of for increment in indicator.plus]
    return list(dict.fromkeys(names))


def _members(run: Run, section: int, indicator: Indicator) -> tuple[int, ...]:
    """Return the sections whose figures are added up for one section."""
    return run.assessment.view(indicator).pools.get(section, (section,))


def why(run: Run, section: int, indicator: Indicator, lang: Lang) -> dict[str, object]:
    """Return a finding with the chain behind it, as JSON has it."""
    found = finding(run.assessment, indicator, section)
    entry = finding_dict(found, run.waived.at(section))
    entry["why"] = _chain(run, section, indicator, lang)
    if indicator.rules:
        entry["rules"] = [why(run, section, rule, lang) for rule in indicator.rules]
    return entry


def _chain(run: Run, section: int, indicator: Indicator, lang: Lang) -> dict[str, object]:
    """Return sources, formula, citation and wording behind one finding."""
    assessment, fields = run.assessment, run.standard.fields
    sources = []
    for name in [] if indicator.rules else figures_of(run, section, indicator):
        for member in _members(run, section, indicator):
            for part, figure, cells in _reported(run, member, name):
                sources.append(
                    {
                        "field": part,
                        "name": fields[part].text.say(lang),
                        "reported": None if figure is None else float(figure),
                        "cells": cells,
                        "divided": number(exact_figure(assessment.divisions, part, member)),
                    }
                )
    form, top = run.standard.form.named_rules()[indicator.id]
    cite, wording = form.cite or top.cite, form.wording or top.wording
    source = run.standard.form.sources.get((cite or "").split(" ")[0])
    share = assessment.divisions.shares.get(section)
    return {
        "sources": sources,
        "share": None if share is None else float(share),
        "formula": None if indicator.rules else formula(run, section, indicator),
        "cite": cite,
        "quote": wording,
        "standing": source.standing if source is not None else None,
    }


def waiver_dict(waiver: Waiver) -> dict[str, object]:
    """Return a waiver in use as the contract has it."""
    return {
        "reason": waiver.reason,
        "evidence": waiver.evidence,
        "expiry": waiver.expiry.isoformat(),
        "place": str(waiver.place),
    }


def finding_dict(found: Finding, waivers: Mapping[str, Waiver]) -> dict[str, object]:
    """Return a finding as the contract has it; `rules`, `award`, `level` and `waived` only where there are any."""
    entry: dict[str, object] = {
        "id": found.indicator.id,
        "value": None if found.value is None else float(found.value),
        "bar": None if found.bar is None else float(found.bar.amount),
        "outcome": found.outcome.value,
        "gap": number(found.gap),
        "gap_to_floor": number(found.gap_to_floor),
        "near": found.near,
    }
    if found.award is not None:
        entry["award"] = float(found.award)
    if found.level is not None:
        entry["level"] = found.level
    if found.rules:
        entry["rules"] = [finding_dict(rule, waivers) for rule in found.rules]
    waiver = waivers.get(found.indicator.id)
    if waiver is not None:
        entry["waived"] = waiver_dict(waiver)
    return entry


def number(value: Fraction | float | None) -> float | int | None:
    """Return a number as JSON has it: whole numbers without a point, others at double precision."""
    if value is None:
        return None
    as_float = float(value)
    return int(as_float) if as_float.is_integer() and abs(as_float) < 2**53 else as_float


def _plain(number: Fraction | None) -> str:
    return "？" if number is None else plain(number)


def formula(run: Run, section: int, indicator: Indicator) -> str:
    """Return the calculation with its figures, such as `8 ÷ 1000 × 100`; ？ where a figure is missing."""
    view = run.assessment.view(indicator)
    if indicator.words:
        return run.assessment.divisions.table.text(indicator.of[0])[section] or "？"
    parts = [(sign, _plain(exact_figure(view, name, section))) for sign, name in terms(view, indicator, section)]
    text = "".join((" − " if sign < 0 else " + " if at else "") + part for at, (sign, part) in enumerate(parts))
    if len(parts) > 1:
        text = f"({text})"
    for name, sign in ((indicator.each, "÷"), (indicator.times, "×"), (indicator.to, "÷")):
        text += f" {sign} {_plain(exact_figure(view, name, section))}" if name is not None else ""
    return text + (f" × {indicator.per}" if indicator.per != 1 else "")


def _share_line(run: Run, section: int, name: str, lang: Lang) -> str | None:
    """Return how a shared figure was divided, or None where it was not."""
    divisions = run.assessment.divisions
    share = divisions.shares.get(section)
    whole = divisions.table.column(name)[section]
    if share is None or name not in divisions.divided or whole is None:
        return None
    table = divisions.table
    weight = run.assessment.method.pupil_weight
    siblings = sorted(table.through[section])

    def weighted(row: int) -> str:
        factor = next(w for stage, w in weight.items() if stage == table.text("stage")[row])
        return f"{_plain(Fraction(plain(table.column('students')[row] or 0)))}×{_plain(factor)}"

    label = run.standard.fields[name].text.say(lang)
    result = _plain(exact_figure(divisions, name, section))
    return f"{label} {plain(whole)} × {weighted(section)} ÷ ({' + '.join(map(weighted, siblings))}) = {result}"


def why_blocks(run: Run, lang: Lang, sections: list[int], indicators: list[Indicator]) -> list[Block]:
    """Return the chain behind every finding on some sections, as lines of text."""
    blocks: list[Block] = []
    for section in sections:
        for indicator in indicators:
            blocks += _why_lines(run, section, indicator, lang)
    return blocks


def _why_lines(run: Run, section: int, indicator: Indicator, lang: Lang) -> list[Block]:
    assessment = run.assessment
    table, fields = assessment.divisions.table, run.standard.fields
    form, top = run.standard.form.named_rules()[indicator.id]
    found = finding(assessment, indicator, section)
    stage = words.choice(run.standard, "stage", table.text("stage")[section]).say(lang)
    mood = words.OUTCOME_MOODS[found.outcome]
    name_of = form.name.text.say(lang) if form is top else f"{top.name.text.say(lang)}·{form.name.text.say(lang)}"
    title = f"{table.text('name')[section]} · {stage} · {name_of}"
    lines: list[Block] = [Line(Shown(title, mood, signed=True), strong=True)]

    def add(zh: str, en: str, text: str, mood: Mood = Mood.PLAIN) -> None:
        lines.append(Line(Shown(f"  {zh if lang == 'zh' else en}  {text}", mood)))

    for name in [] if indicator.rules else figures_of(run, section, indicator):
        for member in _members(run, section, indicator)[:MOST_MEMBERS]:
            for part, figure, cells in _reported(run, member, name):
                where = " + ".join(cells) or ("表中无此列" if lang == "zh" else "no such column")
                unit = words.unit(fields[part].unit, lang)
                add("来源", "source  ", f"{fields[part].text.say(lang)} {_plain(figure)} {unit}（{where}）")
            divided = _share_line(run, member, name, lang)
            if divided is not None:
                add("拆分", "division", divided)
    more = len(_members(run, section, indicator)) - MOST_MEMBERS
    if not indicator.rules and more > 0:
        add("来源", "source  ", f"…（另有 {more} 个学校）" if lang == "zh" else f"… ({more} more schools)")
    if indicator.rules:
        met = sum(rule.outcome is Outcome.MET for rule in found.rules)
        asked = sum(rule.outcome is not Outcome.EXEMPT for rule in found.rules)
        needed = min(indicator.meet_at_least, asked)
        add("计算", "value   ", f"{met}/{asked}")
        add("标准", "bar     ", f"≥ {needed}")
    else:
        add("计算", "value   ", f"{formula(run, section, indicator)} = {_plain(found.value)}")
        add("标准", "bar     ", _bar_line(indicator, found.bar, lang))
    said = words.outcome(found).say(lang)
    gap = ""
    if found.gap and not indicator.flag and not indicator.words:
        unit = words.unit(fields[indicator.of[0]].unit, lang)
        over = indicator.at_most
        gap = (
            f"，{'超出' if over else '还差'} {_gap(found.gap)} {unit}"
            if lang == "zh"
            else f", {_gap(found.gap)} {unit} {'over' if over else 'lacking'}"
        )
        if found.gap_to_floor:
            gap += (
                f"（到余项要求差 {_gap(found.gap_to_floor)}）"
                if lang == "zh"
                else f" ({_gap(found.gap_to_floor)} to the floor)"
            )
    near = ("，临界" if lang == "zh" else ", near the line") if found.near else ""
    waiver = run.waived.of(section, indicator.id)
    join = "；" if lang == "zh" else "; "
    add("结论", "outcome ", said + gap + near + (join + words.waived(waiver).say(lang) if waiver else ""), mood)
    cite, wording = form.cite or top.cite, form.wording or top.wording
    source = run.standard.form.sources.get((cite or "").split(" ")[0])
    clause = " ".join((cite or "").split(" ")[1:])
    title = source.title if source is not None else "—"
    quote = f"：“{wording}”" if wording else ""
    standing = f"〔{words.STANDINGS[source.standing].say(lang)}〕" if source is not None else ""
    add("依据", "clause  ", f"{title} {clause}{quote}{standing}", Mood.QUIET)
    for rule in indicator.rules:
        lines += _why_lines(run, section, rule, lang)
    return lines


def _gap(number: Fraction) -> str:
    return str(int(number)) if number.denominator == 1 else shown(number, 2)


def _bar_line(indicator: Indicator, bar: Bar | None, lang: Lang) -> str:
    if bar is None:
        return "未设" if lang == "zh" else "none"
    sign = "≤" if indicator.at_most else "≥"
    text = f"{sign} 1:{shown(1 / bar.amount, bar.digits)}" if bar.inverse else f"{sign} {_bar_number(bar)}"
    if bar.floor is not None and indicator.limits:
        text += f"（限值 {plain(bar.floor)}）" if lang == "zh" else f" (limit {plain(bar.floor)})"
    elif bar.floor is not None:
        text += f"（余项不低于 {plain(bar.floor)}）" if lang == "zh" else f" (the others not below {plain(bar.floor)})"
    return text


def _bar_number(bar: Bar) -> str:
    """Return a bar with the decimals it is written with; one that is reckoned with as many as it needs."""
    written = shown(bar.amount, bar.digits)
    return written if Fraction(written) == bar.amount else plain(bar.amount)
