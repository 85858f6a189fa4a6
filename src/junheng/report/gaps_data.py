"""The gaps for programs: JSON, schema junheng.gaps/1, and rows of CSV. Numbers are never rounded."""

from collections import Counter
from collections.abc import Iterator, Sequence
from fractions import Fraction

from junheng.advice.gap_totals import by_indicator, by_place
from junheng.advice.gaps import Addition, Bill, Choice, Gaps, SectionGaps
from junheng.advice.lacks import Lack
from junheng.engine.model import CountyVerdict
from junheng.report import words
from junheng.report.gaps_entries import OBSTACLES, STANDINGS, Judged
from junheng.report.to_json import problem_dict
from junheng.run import Run
from junheng.text import Lang

SCHEMA = "junheng.gaps/1"


def _number(value: Fraction | None) -> float | int | None:
    if value is None:
        return None
    return int(value) if value.denominator == 1 else float(value)


def gaps_json(run: Run, judged: Sequence[Judged], by: str, lang: Lang) -> dict[str, object]:
    """Return the document of one run; `gate` holds what the standards of the province say, where they decide."""
    own = [one for one in judged if one.run is run]
    document: dict[str, object] = {"schema": SCHEMA, "standard": run.standard.id, "year": run.year, "by": by}
    document["priced"] = any(one.priced for one in judged)
    document["counties"] = _counties(own[0]) if own else []
    if run.gate_of is not None:
        gates = [one for one in judged if one.run is not run]
        document["gate"] = [{"standard": one.run.standard.id, "counties": _counties(one)} for one in gates]
    document["problems"] = [problem_dict(p, lang, run.waived.problems.get(p)) for p in run.problems]
    return document


def _counties(judged: Judged) -> list[dict[str, object]]:
    pairs = zip(judged.run.counties, judged.gaps, strict=True)
    return [_county(judged, county, gaps) for county, gaps in pairs]


def _county(judged: Judged, county: CountyVerdict, gaps: Gaps) -> dict[str, object]:
    table = judged.run.assessment.divisions.table
    towns = table.text("town")
    head: dict[str, object] = {"name": county.name}
    if judged.run.by != "county":
        head["county"] = county.county
    counts = Counter(one.standing.value for one in gaps.sections)
    totals = by_place(gaps, lambda section: towns[section])
    return {
        **head,
        "passed": county.parts.get("schools"),
        "counts": dict(counts),
        "sections": [_section(judged, one) for one in gaps.sections],
        "choices": [_choice(judged, choice) for choice in gaps.choices],
        "totals": {
            "to_bars": _bill(gaps.to_bars),
            "chosen": _bill(gaps.chosen),
            "indicators": [
                {
                    "indicator": t.indicator,
                    "field": t.field,
                    "sections": t.sections,
                    "not_by_adding": t.not_by_adding,
                    "to_bar": _number(t.to_bar),
                    "to_floor": _number(t.to_floor),
                    "chosen": _number(t.chosen),
                    "yuan_to_bar": _number(t.yuan_to_bar),
                    "yuan_chosen": _number(t.yuan_chosen),
                }
                for t in by_indicator(gaps, judged.prices)
            ],
            "towns": [
                {"town": town, "to_bars": _bill(total.to_bars), "chosen": _bill(total.chosen)}
                for town, total in totals.items()
            ],
        },
    }


def _bill(bill: Bill) -> dict[str, object]:
    """Return a bill: the sum in yuan, which is a lower bound where a field has no price, and the amounts by field."""
    amounts: dict[str, Fraction] = {}
    for addition in bill.additions:
        amounts[addition.place.field] = amounts.get(addition.place.field, Fraction(0)) + addition.amount
    return {
        "yuan": _number(bill.yuan),
        "unpriced": list(bill.unpriced),
        "amounts": {field: _number(amount) for field, amount in amounts.items()},
    }


def _section(judged: Judged, one: SectionGaps) -> dict[str, object]:
    table = judged.run.assessment.divisions.table
    return {
        **{name: table.text(name)[one.section] or None for name in ("county", "town", "code", "name", "stage")},
        "standing": one.standing.value,
        "missing": list(one.missing),
        "gaps": [_lack(judged, lack) for lack in one.lacks],
    }


def _lack(judged: Judged, lack: Lack) -> dict[str, object]:
    found = lack.finding
    return {
        "indicator": lack.indicator.id,
        "value": None if found.value is None else float(found.value),
        "bar": None if found.bar is None else float(found.bar.amount),
        "outcome": found.outcome.value,
        "gap": _number(found.gap),
        "gap_to_floor": _number(found.gap_to_floor),
        "field": None if lack.place is None else lack.place.field,
        "added_to": [] if lack.place is None else _stages(judged, lack.place.rows),
        "add_to_bar": _number(lack.to_bar),
        "add_to_floor": _number(lack.to_floor),
        "obstacle": None if lack.obstacle is None else lack.obstacle.value,
    }


def _stages(judged: Judged, rows: Sequence[int]) -> list[str | None]:
    stages = judged.run.assessment.divisions.table.text("stage")
    return [stages[row] for row in rows]


def _choice(judged: Judged, choice: Choice) -> dict[str, object]:
    table = judged.run.assessment.divisions.table
    first = choice.sections[0]
    return {
        **{name: table.text(name)[first] or None for name in ("county", "town", "code", "name")},
        "stages": _stages(judged, choice.sections),
        "grades": list(choice.grades),
        "least_by": "money" if choice.by_money else "share",
        "confirmed": choice.confirmed,
        "left": [{"stage": table.text("stage")[k.section], "indicator": k.indicator.id} for k in choice.left],
        "additions": [_addition(judged, addition) for addition in choice.bill.additions],
        "yuan": _number(choice.bill.yuan),
        "unpriced": list(choice.bill.unpriced),
    }


def _addition(judged: Judged, addition: Addition) -> dict[str, object]:
    return {
        "field": addition.place.field,
        "unit": judged.run.standard.fields[addition.place.field].unit,
        "add": _number(addition.amount),
        "stages": _stages(judged, addition.place.rows),
        "indicators": list(dict.fromkeys(lack.indicator.id for lack in addition.lacks)),
        "yuan": _number(addition.yuan),
    }


_HEADINGS = (
    ("标准", "standard"),
    ("年度", "year"),
    ("县(市、区)", "county"),
    ("乡镇", "town"),
    ("学校标识码", "code"),
    ("学校名称", "school"),
    ("学段", "stage"),
    ("学校情况", "standing"),
    ("指标编号", "indicator"),
    ("指标", "name"),
    ("值", "value"),
    ("标准值", "bar"),
    ("缺口", "gap"),
    ("到余项缺口", "gap to floor"),
    ("字段", "field"),
    ("补到", "bring to"),
    ("增加", "add"),
    ("与上一行共用", "counted above"),
    ("费用(元)", "yuan"),
    ("说明", "note"),
)


def gaps_rows(judged: Sequence[Judged], lang: Lang) -> list[list[object]]:
    """Return one row for every gap, one for a section without any; the amount that several rows share stands once."""
    rows: list[list[object]] = [[zh if lang == "zh" else en for zh, en in _HEADINGS]]
    for one in judged:
        for gaps in one.gaps:
            rows += _rows(one, gaps, lang)
    return rows


def _rows(judged: Judged, gaps: Gaps, lang: Lang) -> Iterator[list[object]]:
    run = judged.run
    table, standard = run.assessment.divisions.table, run.standard
    names = {id_: form.name.text.say(lang) for id_, (form, _) in standard.form.named_rules().items()}
    additions = {(k.section, k.indicator.id): a for c in gaps.choices for a in c.bill.additions for k in a.lacks}
    left = {(k.section, k.indicator.id) for c in gaps.choices for k in c.left}
    chosen = {section for c in gaps.choices for section in c.sections}
    told: set[int] = set()
    for section in gaps.sections:
        head = [
            *(standard.id, run.year),
            *(table.text(name)[section.section] for name in ("county", "town", "code", "name")),
            words.choice(standard, "stage", table.text("stage")[section.section]).say(lang),
            STANDINGS[section.standing].say(lang),
        ]
        missing = ", ".join(section.missing)
        if not section.lacks:
            yield [*head, *[None] * 11, missing]
        for lack in section.lacks:
            key = section.section, lack.indicator.id
            addition = additions.get(key)
            again = addition is not None and id(addition) in told
            told |= {id(addition)} if addition is not None else set()
            yield [
                *head,
                *(lack.indicator.id, names[lack.indicator.id]),
                None if lack.finding.value is None else float(lack.finding.value),
                None if lack.finding.bar is None else float(lack.finding.bar.amount),
                *(_number(lack.finding.gap), _number(lack.finding.gap_to_floor)),
                None if lack.place is None else lack.place.field,
                _target(lack, key, left, chosen, lang),
                None if addition is None or again else _number(addition.amount),
                ("是" if lang == "zh" else "yes") if again else None,
                None if addition is None or again else _number(addition.yuan),
                missing if lack.obstacle is None else OBSTACLES[lack.obstacle].say(lang),
            ]


def _target(lack: Lack, key: tuple[int, str], left: set[tuple[int, str]], chosen: set[int], lang: Lang) -> str | None:
    """Return what a gap is brought to by the choice: the bar, the floor, or nothing where there is no choice."""
    if lack.section not in chosen or lack.place is None:
        return None
    zh, en = ("余项要求", "floor") if key in left else ("标准", "bar")
    return zh if lang == "zh" else en
