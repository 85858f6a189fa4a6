"""The chain behind one finding: source cell → division → value → bar → clause."""

from fractions import Fraction

from junheng.engine.divisions import exact_figure
from junheng.engine.model import Assessment, Bar, Indicator
from junheng.engine.school import finding, floor_of
from junheng.engine.values import terms
from junheng.number import plain, shown
from junheng.report import words
from junheng.report.model import Block, Line, Mood, Shown
from junheng.run import Run
from junheng.text import Lang


def _reported(run: Run, section: int, name: str) -> list[tuple[str, Fraction | None, list[str]]]:
    """Return a figure as reported with its cells; the parts it is the sum of where it has no cell of its own."""
    table = run.assessment.divisions.table
    form = run.standard.fields[name]
    cells = [str(place) for place in run.origin.cells(section, name)]
    figure = table.column(name)[section]
    if form.otherwise and not cells:
        return [entry for part in form.otherwise for entry in _reported(run, section, part)]
    return [(name, None if figure is None else Fraction(plain(figure)), cells)]


def why(run: Run, section: int, indicator: Indicator, lang: Lang) -> dict[str, object]:
    """Return a finding with the chain behind it, as JSON has it."""
    assessment = run.assessment
    found = finding(assessment, indicator, section)
    fields = run.standard.fields
    numerator = [name for _, name in terms(assessment.divisions, indicator, section)]
    sources = []
    for name in [*numerator, *([indicator.to] if indicator.to else [])]:
        for part, figure, cells in _reported(run, section, name):
            sources.append(
                {
                    "field": part,
                    "name": fields[part].text.say(lang),
                    "reported": None if figure is None else float(figure),
                    "cells": cells,
                    "divided": _float(exact_figure(assessment.divisions, part, section)),
                }
            )
    form = next(f for f in run.standard.form.indicators if f.id == indicator.id)
    source = run.standard.form.sources.get((form.cite or "").split(" ")[0])
    share = assessment.divisions.shares.get(section)
    return {
        "id": indicator.id,
        "value": _float(found.value),
        "bar": None if found.bar is None else float(found.bar.amount),
        "outcome": found.outcome.value,
        "gap": _float(found.gap),
        "gap_to_floor": _float(found.gap_to_floor),
        "near": found.near,
        "why": {
            "sources": sources,
            "share": None if share is None else float(share),
            "formula": formula(run, section, indicator),
            "cite": form.cite,
            "quote": form.quote,
            "standing": source.standing if source is not None else None,
        },
    }


def _float(number: Fraction | None) -> float | int | None:
    if number is None:
        return None
    return int(number) if number.denominator == 1 else float(number)


def _plain(number: Fraction | None) -> str:
    return "？" if number is None else plain(number)


def formula(run: Run, section: int, indicator: Indicator) -> str:
    """Return the calculation with its figures, such as `8 ÷ 1000 × 100`; ？ where a figure is missing."""
    divisions = run.assessment.divisions
    parts = [
        (sign, _plain(exact_figure(divisions, name, section))) for sign, name in terms(divisions, indicator, section)
    ]
    text = "".join((" − " if sign < 0 else " + " if at else "") + part for at, (sign, part) in enumerate(parts))
    if len(parts) > 1:
        text = f"({text})"
    if indicator.to is not None:
        text += f" ÷ {_plain(exact_figure(divisions, indicator.to, section))}"
        text += f" × {indicator.per}" if indicator.per != 1 else ""
    return text


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
    form = next(f for f in run.standard.form.indicators if f.id == indicator.id)
    found = finding(assessment, indicator, section)
    stage = words.choice(run.standard, "stage", table.text("stage")[section]).say(lang)
    mood = words.OUTCOME_MOODS[found.outcome]
    title = f"{table.text('name')[section]} · {stage} · {form.name.text.say(lang)}"
    lines: list[Block] = [Line(Shown(title, mood, signed=True), strong=True)]

    def add(zh: str, en: str, text: str, mood: Mood = Mood.PLAIN) -> None:
        lines.append(Line(Shown(f"  {zh if lang == 'zh' else en}  {text}", mood)))

    names = [name for _, name in terms(assessment.divisions, indicator, section)]
    for name in dict.fromkeys([*names, *([indicator.to] if indicator.to else [])]):
        for part, figure, cells in _reported(run, section, name):
            where = " + ".join(cells) or ("表中无此列" if lang == "zh" else "no such column")
            unit = words.unit(fields[part].unit, lang)
            add("来源", "source  ", f"{fields[part].text.say(lang)} {_plain(figure)} {unit}（{where}）")
        divided = _share_line(run, section, name, lang)
        if divided is not None:
            add("拆分", "division", divided)
    add("计算", "value   ", f"{formula(run, section, indicator)} = {_plain(found.value)}")
    add("标准", "bar     ", _bar_line(assessment, indicator, found.bar, lang))
    said = words.OUTCOMES[found.outcome].say(lang)
    gap = ""
    if found.gap:
        unit = words.unit(fields[indicator.of[0]].unit, lang)
        gap = f"，还差 {_gap(found.gap)} {unit}" if lang == "zh" else f", {_gap(found.gap)} {unit} lacking"
        if found.gap_to_floor:
            gap += (
                f"（到余项要求差 {_gap(found.gap_to_floor)}）"
                if lang == "zh"
                else f" ({_gap(found.gap_to_floor)} to the floor)"
            )
    near = ("，临界" if lang == "zh" else ", near the line") if found.near else ""
    add("结论", "outcome ", said + gap + near, mood)
    source = run.standard.form.sources.get((form.cite or "").split(" ")[0])
    clause = " ".join((form.cite or "").split(" ")[1:])
    title = source.title if source is not None else "—"
    quote = f"：“{form.quote}”" if form.quote else ""
    standing = f"〔{words.STANDINGS[source.standing].say(lang)}〕" if source is not None else ""
    add("依据", "clause  ", f"{title} {clause}{quote}{standing}", Mood.QUIET)
    return lines


def _gap(number: Fraction) -> str:
    return str(int(number)) if number.denominator == 1 else shown(number, 2)


def _bar_line(assessment: Assessment, indicator: Indicator, bar: Bar | None, lang: Lang) -> str:
    if bar is None:
        return "未设" if lang == "zh" else "none"
    sign = "≤" if indicator.at_most else "≥"
    text = f"{sign} {shown(bar.amount, bar.digits)}"
    floor = floor_of(bar, assessment.method.school_rule, at_most=indicator.at_most)
    if floor is not None:
        text += f"（余项不低于 {plain(floor)}）" if lang == "zh" else f" (the others not below {plain(floor)})"
    return text
