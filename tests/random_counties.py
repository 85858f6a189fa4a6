"""Made-up counties for the plan: sections of very different size and means, some schools with two sections."""

import random
from fractions import Fraction

from junheng.advice.plan.programme import Doing, Programme
from junheng.advice.plan.requirements import Ways, programme_of
from junheng.engine.divisions import divide
from junheng.engine.model import SchoolTable
from junheng.engine.school import assess
from junheng.standard.load import load

PRICES = {
    "overqualified_teachers": 60_000,
    "backbone_teachers": 20_000,
    "pe_art_teachers": 80_000,
    "teaching_area": 2_500,
    "sports_area": 400,
    "equipment_value": 1,
    "multimedia_classrooms": 50_000,
}
TYPICAL = {  # what a middling school has for each pupil
    "overqualified_teachers": 0.058,
    "backbone_teachers": 0.014,
    "pe_art_teachers": 0.0125,
    "teaching_area": 6.6,
    "sports_area": 11.5,
    "equipment_value": 2_900.0,
    "multimedia_classrooms": 0.032,
}
SHARED = frozenset({"teaching_area", "sports_area", "equipment_value", "multimedia_classrooms"})
COUNTED = frozenset({"overqualified_teachers", "backbone_teachers", "pe_art_teachers", "multimedia_classrooms"})
METHOD = load("national/2017-quality-balance").method


def table_of(schools: int, seed: int, spread: float = 0.45) -> SchoolTable:
    """Return a county of so many schools, about one in eight of them with a primary and a junior section."""
    chance = random.Random(seed)  # noqa: S311 - made-up counties, the same every time
    texts: dict[str, list[str | None]] = {name: [] for name in ("county", "town", "code", "name", "type", "stage")}
    figures: dict[str, list[float | None]] = {name: [] for name in ("students", "indoor_sports_area", *TYPICAL)}
    through: dict[int, tuple[int, ...]] = {}
    for number in range(schools):
        kind = chance.choices(("primary", "junior", "nine_year"), (5, 2, 1))[0]
        stages = ("primary", "junior") if kind == "nine_year" else (kind,)
        first = len(texts["name"])
        pupils = [int(chance.lognormvariate(6.3, 0.7)) + 60 for _ in stages]
        whole = {n: _figure(chance, n, sum(pupils), spread) for n in sorted(SHARED)}
        for stage, count in zip(stages, pupils, strict=True):
            row = {
                "county": "样县",
                "town": f"第{number % 5 + 1}乡",
                "code": f"31990{number:05}",
                "name": f"第{number + 1}学校",
            }
            for name, value in {**row, "type": kind, "stage": stage}.items():
                texts[name].append(value)
            figures["students"].append(float(count))
            figures["indoor_sports_area"].append(0.0)
            for name in TYPICAL:
                figures[name].append(whole[name] if name in SHARED else _figure(chance, name, count, spread))
        if len(stages) > 1:
            through.update(dict.fromkeys(range(first, first + 2), (first, first + 1)))
    return SchoolTable(len(texts["name"]), texts, figures, through, siblings=through)


def _figure(chance: random.Random, name: str, pupils: int, spread: float) -> float:
    figure = TYPICAL[name] * pupils * chance.lognormvariate(0, spread)
    return float(round(figure)) if name in COUNTED else round(figure, 1)


def judged(table: SchoolTable):
    """Return the table judged by the method of 2017."""
    return assess(METHOD, divide(table, METHOD.pupil_weight, METHOD.divided), whole_county=True)


def ways(**changed) -> Ways:
    """Return what may be done: everything, at the prices above."""
    prices = {name: Fraction(price) for name, price in PRICES.items()}
    return Ways(**{"prices": prices, "counted": COUNTED, "shared": SHARED, **changed})


def programme(table: SchoolTable, **changed):
    """Return the programme of a county under the method of 2017."""
    assessment = judged(table)
    return programme_of(ways(**changed), range(table.size), [assessment], assessment)


def after(table: SchoolTable, made: Programme, amounts) -> SchoolTable:
    """Return the table with the amounts of a plan added, computed here: every figure by itself, shared ones on all rows."""
    figures = {name: list(column) for name, column in table.figures.items()}
    for variable, amount in zip(made.variables, amounts, strict=True):
        sign = -1 if variable.doing is Doing.GIVE else 1
        shared = variable.field in SHARED
        rows = table.through.get(variable.section, (variable.section,)) if shared else (variable.section,)
        for row in rows:
            figures[variable.field][row] = float(Fraction(str(figures[variable.field][row])) + sign * amount)
    return table._replace(figures=figures)
