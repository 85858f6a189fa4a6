"""What if as data: JSON, schema junheng.whatif/1, and one flat table of everything before and after."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from junheng.advice.scenario_flips import (
    State,
    coefficients,
    indicator_flips,
    item_flips,
    paired,
    parts_of,
    school_flips,
)
from junheng.engine.model import CountyVerdict
from junheng.report import words
from junheng.report.to_json import county_json
from junheng.report.whatif_changes import WhatIf
from junheng.report.why import number
from junheng.run import Run
from junheng.scenario.costing import Bill
from junheng.text import Lang

SCHEMA = "junheng.whatif/1"


def whatif_document(made: WhatIf, lang: Lang) -> dict[str, object]:
    """Return the document; `before` and `after` are documents as `junheng county` has them."""
    return {
        "schema": SCHEMA,
        "standard": made.after.standard.id,
        "year": made.after.year,
        "passed": {"before": made.before.counties_passed, "after": made.after.counties_passed},
        "scenarios": [scenario.name for scenario in made.scenarios],
        "changes": _changes(made),
        "flipped": _flipped(made),
        "cost": None if made.bill is None else _cost(made.bill),
        "before": county_document(made.before, lang),
        "after": county_document(made.after, lang),
    }


def county_document(run: Run, lang: Lang) -> dict[str, Any]:
    """Return what `junheng county --format json` prints of a run."""
    document: dict[str, Any] = json.loads("".join(county_json(run, lang)))
    return document


def _changes(made: WhatIf) -> list[dict[str, object]]:
    """Return the changes as they are written, each with what it did."""
    entries: list[dict[str, object]] = []
    for scenario, at in made.changes:
        place = scenario.place(at)
        change = scenario.changes[at].model_dump(mode="json", by_alias=True, exclude_none=True, exclude_defaults=True)
        entries.append(
            {
                "scenario": scenario.name,
                "line": place.line,
                "change": _plain(change),
                "effects": [],
            }
        )
    for effect in made.effects:
        found = entries[effect.change]["effects"]
        if not isinstance(found, list):
            continue
        if effect.schools:
            found.append({"schools": list(effect.schools)})
        elif effect.field is not None:
            found.append(
                {
                    "county": effect.county,
                    "code": effect.code,
                    "name": effect.school,
                    "stage": effect.stage,
                    "field": effect.field,
                    "before": number(effect.before),
                    "after": number(effect.after),
                    "follows": not effect.told,
                }
            )
    return entries


def _plain(value: object) -> object:
    """Return a change with its numbers as JSON has them."""
    if isinstance(value, Mapping):
        return {key: _plain(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(entry) for entry in value]
    return value if isinstance(value, str | bool | int | None) else float(str(value))


def _state(state: State | None) -> dict[str, object] | None:
    if state is None:
        return None
    return {"passed": state.passed, "grade": state.grade, "left_out": state.left_out}


def _place(county: CountyVerdict | None, by: str) -> dict[str, object]:
    if county is None:
        return {}
    return {"name": county.name} if by == "county" else {"name": county.name, "county": county.county}


def _flipped(made: WhatIf) -> dict[str, object]:
    """Return every verdict that is otherwise."""
    counties, parts, variations, items = [], [], [], []
    for pair in paired(made.before.counties, made.after.counties):
        place = _place(pair[0] or pair[1], made.after.by)
        passed = [None if county is None else county.passed for county in pair]
        if passed[0] != passed[1] or None in pair:
            there = {"there_before": pair[0] is not None, "there_after": pair[1] is not None}
            counties.append({**place, "before": passed[0], "after": passed[1], **(there if None in pair else {})})
        parts += [
            {**place, "part": name, "before": verdicts[0], "after": verdicts[1]}
            for name, verdicts in parts_of(pair).items()
            if verdicts[0] != verdicts[1]
        ]
        variations += [
            {
                **place,
                "stage": entry.stage.value,
                "indicator": entry.indicator,
                "limit": None if entry.limit is None else float(entry.limit.amount),
                "cv_before": None if entry.before is None else entry.before.cv,
                "cv_after": None if entry.after is None else entry.after.cv,
                "before": None if entry.before is None else entry.before.passed,
                "after": None if entry.after is None else entry.after.passed,
            }
            for entry in coefficients(pair)
            if entry.flipped
        ]
        items += [
            {**place, "part": flip.part, "item": flip.item, "before": flip.before, "after": flip.after}
            for flip in item_flips(pair)
        ]
    return {
        "counties": counties,
        "parts": parts,
        "variations": [entry for entry in variations if entry["indicator"] is not None],
        "composites": [entry for entry in variations if entry["indicator"] is None],
        "schools": [
            {
                **_gate(made, after),
                "county": flip.county,
                "code": flip.code or None,
                "name": flip.name,
                "stage": flip.stage,
                "before": _state(flip.before),
                "after": _state(flip.after),
            }
            for before, after in made.deciding
            for flip in school_flips(before.assessment, after.assessment)
        ],
        "indicators": [
            {
                **_gate(made, after),
                "county": flip.county,
                "code": flip.code or None,
                "name": flip.name,
                "stage": flip.stage,
                "indicator": flip.indicator,
                "before": flip.before.value,
                "after": flip.after.value,
                "value_before": number(flip.values[0]),
                "value_after": number(flip.values[1]),
            }
            for before, after in made.judged
            for flip in indicator_flips(before.assessment, after.assessment)
        ],
        "items": items,
    }


def _gate(made: WhatIf, run: Run) -> dict[str, object]:
    """Return the standard of the province where it is that which judged."""
    return {} if run is made.after else {"gate": run.standard.id}


def _cost(bill: Bill) -> dict[str, object]:
    """Return what the additions cost; where some have no price, the sum is a lower bound."""
    return {
        "yuan": float(bill.yuan),
        "lower_bound": bill.lower_bound,
        "items": [
            {
                "change": paid.purchase.change,
                "code": paid.purchase.code,
                "name": paid.purchase.school,
                "stage": paid.purchase.stage,
                "fields": list(paid.purchase.fields),
                "amount": float(paid.purchase.amount),
                "priced_as": paid.field,
                "yuan": None if paid.yuan is None else float(paid.yuan),
            }
            for paid in bill.paid
        ],
    }


def whatif_rows(made: WhatIf, lang: Lang) -> Iterator[list[object]]:
    """Yield the rows of one flat table, the heading first: verdicts, parts and coefficients, then what is otherwise."""
    zh = "标准,年度,县(市、区),乡镇或学区,类别,学校标识码,学校名称,学段,编号,名称,前值,后值,限值,前结论,后结论,变化"
    en = "standard,year,county,town or group,kind,code,school,stage,id,name,value before,value after,limit,before,after,changed"
    yield [*(zh if lang == "zh" else en).split(",")]
    rules = {**made.before.standard.form.named_rules(), **made.after.standard.form.named_rules()}
    names = {id_: form.name.text.say(lang) for id_, (form, _) in rules.items()}
    yes = "是" if lang == "zh" else "yes"
    standard = made.after.standard
    head = [standard.id, made.after.year]

    def stage(name: str | None) -> str:
        return words.choice(standard, "stage", name).say(lang)

    for pair in paired(made.before.counties, made.after.counties):
        held = pair[1] or pair[0]
        by_county = made.after.by == "county"
        county = None if held is None else held.name if by_county else held.county
        place = [county, "" if by_county or held is None else held.name]
        verdicts = [None if c is None else c.passed for c in pair]
        said = [words.PASSED[v].say(lang) for v in verdicts]
        changed = yes if verdicts[0] != verdicts[1] else ""
        yield [*head, *place, "county", "", "", "", "", "", "", "", "", *said, changed]
        for name, both in parts_of(pair).items():
            said = [words.PASSED[v].say(lang) for v in both]
            yield [*head, *place, "part", "", "", "", name, "", "", "", "", *said, yes if both[0] != both[1] else ""]
        for entry in coefficients(pair):
            id_ = entry.indicator or "composite"
            sides = (entry.before, entry.after)
            cvs = [None if side is None else side.cv for side in sides]
            said = [words.WITHIN[s.passed].say(lang) if s is not None and s.limit is not None else "" for s in sides]
            limit = None if entry.limit is None else float(entry.limit.amount)
            row = ["variation", "", "", stage(entry.stage), id_, names.get(id_, ""), *cvs, limit, *said]
            yield [*head, *place, *row, yes if entry.flipped else ""]
        for item in item_flips(pair):
            said = ["" if o is None else words.OUTCOMES[o].say(lang) for o in (item.before, item.after)]
            row = ["item", "", "", "", item.item, names.get(item.item, ""), "", "", "", *said, yes]
            yield [*head, *place, *row]
    for before, after in made.deciding:
        for flip in school_flips(before.assessment, after.assessment):
            said = [_said(side, state, lang) for side, state in ((before, flip.before), (after, flip.after))]
            school = [flip.code, flip.name, stage(flip.stage)]
            yield [after.standard.id, after.year, flip.county, "", "school", *school, *[""] * 5, *said, yes]
    for before, after in made.judged:
        called = {id_: form.name.text.say(lang) for id_, (form, _) in after.standard.form.named_rules().items()}
        for found in indicator_flips(before.assessment, after.assessment):
            said = [words.OUTCOMES[o].say(lang) for o in (found.before, found.after)]
            school = [found.code, found.name, stage(found.stage)]
            row = ["indicator", *school, found.indicator, called[found.indicator], *found.values, "", *said, yes]
            yield [after.standard.id, after.year, found.county, "", *row]


def _said(run: Run, state: State | None, lang: Lang) -> str:
    if state is None:
        return ""
    if state.left_out is not None:
        return words.reason(state.left_out, run.standard).say(lang)
    return state.grade or words.PASSED[state.passed].say(lang)
