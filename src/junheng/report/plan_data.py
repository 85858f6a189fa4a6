"""The plan as data: JSON, schema junheng.plan/1, and the rows of its actions."""

from collections.abc import Iterator
from typing import Any

from junheng.advice.plan.obstacles import Obstacle
from junheng.documents.record import Record, record_json
from junheng.planning.making import CountyPlan, Plans
from junheng.report.to_json import problem_dict
from junheng.report.whatif_data import county_document
from junheng.run import Run
from junheng.text import Lang

SCHEMA = "junheng.plan/1"


def plan_document(plans: Plans, lang: Lang, record: Record | None = None) -> dict[str, Any]:
    """Return the document: the plan of the only county at the top, those of several under `counties`.

    `record` is that of the run, for a file that is written.
    """
    run = plans.run
    head = {"schema": SCHEMA, "standard": run.standard.id, "year": run.year}
    bodies = [_county(run, at, plan, lang) for at, plan in enumerate(plans.counties)]
    proof = {} if record is None else {"record": record_json(record)}
    problems = [problem_dict(problem, lang) for problem in dict.fromkeys([*run.problems, *plans.problems])]
    if len(bodies) == 1:
        return {**head, **bodies[0], "problems": problems, **proof}
    return {**head, "counties": bodies, "problems": problems, **proof}


def _county(run: Run, at: int, plan: CountyPlan, lang: Lang) -> dict[str, Any]:
    table = run.assessment.divisions.table
    names, codes, stages = (table.text(name) for name in ("name", "code", "stage"))

    def school(section: int) -> dict[str, Any]:
        return {"school": names[section], "code": codes[section], "stage": stages[section]}

    return {
        "county": plan.before.name,
        "status": plan.status,
        "cost": None if plan.cost is None else float(plan.cost),
        "bound": plan.bound,
        "gap": plan.gap,
        "actions": [
            {
                **school(a.section),
                "field": a.field,
                "add": float(a.add),
                "cost": float(a.cost),
                "year": a.year,
                "follows": a.follows,
            }
            for a in plan.actions
        ],
        "transfers": [
            {
                "field": t.field,
                "also": list(t.also),
                "from": names[t.from_],
                "from_code": codes[t.from_],
                "to": names[t.to],
                "to_code": codes[t.to],
                "stage": stages[t.from_],
                "count": t.number,
                "cost": float(t.cost),
                "year": t.year,
            }
            for t in plan.transfers
        ],
        "years": [
            {
                "year": y.year,
                "cost": float(y.cost),
                "budget": None if y.budget is None else float(y.budget),
                "passed": {name: y.after.parts.get(name) for name in ("schools", "variation") if name in y.after.parts},
            }
            for y in plan.years
        ],
        "short": None if plan.short is None else float(plan.short),
        "undecided": [{**school(section), "indicator": indicator} for section, indicator in plan.undecided],
        "obstacles": [_obstacle(o, school) for o in plan.obstacles],
        "after": None if plan.run_after is None else county_document(plan.run_after, lang)["counties"][at],
    }


def _obstacle(obstacle: Obstacle, school: Any) -> dict[str, Any]:  # noqa: ANN401 - names a section
    spread = obstacle.spread
    return {
        "kind": obstacle.kind.value,
        "school": None if obstacle.need is None else school(obstacle.need.section),
        "indicators": list(obstacle.indicators),
        "stage": None if spread is None else spread.stage.value,
        "indicator": None if spread is None else spread.indicator,
        "limit": None if spread is None else float(spread.limit.amount),
        "reachable": obstacle.reachable,
        "without_any_of": [school(section) for section in obstacle.sections],
        "weighty": [school(section) for section in obstacle.weighty],
        "coefficients": [{"stage": s.stage.value, "indicator": s.indicator} for s in obstacle.spreads],
    }


HEADINGS = (
    "county",
    "what",
    "school",
    "code",
    "stage",
    "field",
    "amount",
    "to_school",
    "to_code",
    "cost",
    "year",
    "status",
)


def plan_rows(plans: Plans) -> Iterator[tuple[object, ...]]:
    """Yield the heading of the CSV, then one row for every action and every transfer; one for a county without a plan."""
    yield HEADINGS
    table = plans.run.assessment.divisions.table
    names, codes, stages = (table.text(name) for name in ("name", "code", "stage"))
    for plan in plans.counties:
        county = plan.before.name
        for a in plan.actions:
            i = a.section
            amount, cost = float(a.add), float(a.cost)
            yield county, "add", names[i], codes[i], stages[i], a.field, amount, "", "", cost, a.year, plan.status
        for t in plan.transfers:
            i, j = t.from_, t.to
            yield (
                *(county, "move", names[i], codes[i], stages[i], t.field, t.number),
                *(names[j], codes[j], float(t.cost), t.year, plan.status),
            )
        if not plan.actions and not plan.transfers:
            yield county, "", "", "", "", "", "", "", "", "", "", plan.status
