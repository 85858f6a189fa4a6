"""The parts that are judged item by item, as they stand in junheng.county/1."""

from collections.abc import Sequence

from junheng.engine.model import CountyVerdict, ItemVerdict, Outcome, PartVerdict
from junheng.engine.parts import fields_of
from junheng.report.why import finding_dict, number
from junheng.run import Run
from junheng.workbook.county_sheet import Answered


def items_json(run: Run, county: CountyVerdict) -> list[dict[str, object]]:
    """Return every item of every part of one county.

    `outcome` as of an indicator; `schools` where it is judged for every school, `finding` and `answers` where it is
    judged once; `unanswered` the fields that are lacking; `assessed` false where the county answered nothing at all.
    """
    answered = run.answered.get(county.name, {})
    return [_item(run, part, item, answered) for part in county.by_item for item in part.items]


def _item(run: Run, part: PartVerdict, item: ItemVerdict, answered: Answered) -> dict[str, object]:
    rule = item.item.indicator
    names = list(dict.fromkeys(n for leaf in rule.leaves() for n in fields_of(leaf)))
    given = {n: answered[n] for n in [rule.id, *names] if n in answered}
    entry: dict[str, object] = {
        "part": part.part.id,
        "id": rule.id,
        "name": run.asked.items[rule.id][0].zh,
        "outcome": item.outcome.value,
        "assessed": part.assessed,
    }
    if item.item.over_schools:
        entry["schools"] = {
            "judged": len(item.judged),
            "unmet": _schools(run, item.unmet),
            "missing": _schools(run, item.missing),
        }
    else:
        entry["finding"] = None if item.finding is None else finding_dict(item.finding, {})
        entry["answers"] = {n: number(a.figure) for n, a in given.items() if a.figure is not None}
    entry["evidence"] = "；".join(dict.fromkeys(a.evidence for a in given.values() if a.evidence)) or None
    entry["unanswered"] = list(item.unanswered) if item.outcome is Outcome.MISSING else []
    if rule.points is not None:
        entry["points"] = float(rule.points)
        entry["earned"] = None if item.earned is None else [float(p) for p in item.earned]
    return entry


def _schools(run: Run, sections: Sequence[int]) -> list[dict[str, object]]:
    table = run.assessment.divisions.table
    return [
        {"code": table.text("code")[i] or None, "name": table.text("name")[i], "stage": table.text("stage")[i]}
        for i in sections
    ]


def points_json(county: CountyVerdict) -> dict[str, list[float]]:
    """Return the fewest and the most points of every part that has points."""
    return {p.part.id: [float(x) for x in p.points] for p in county.by_item if p.points is not None}
