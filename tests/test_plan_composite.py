"""The plan under the method of 2012, where the mean of the coefficients of a stage has to come within a limit."""

import random
from fractions import Fraction
from math import sqrt
from time import monotonic

import pytest

from junheng.advice.plan.composite import least_together
from junheng.advice.plan.least import Status, least
from junheng.advice.plan.requirements import Ways, programme_of
from junheng.engine.county import judge_counties
from junheng.engine.divisions import divide
from junheng.engine.school import assess
from junheng.standard.load import load
from tests.random_counties import table_of

METHOD = load("national/2012-basic-balance").method
FURTHER = {"computers": 0.1, "books": 25, "teachers": 0.06, "titled_teachers": 0.03}  # for each pupil
PRICES = {
    "overqualified_teachers": 60_000,
    "titled_teachers": 20_000,
    "teachers": 80_000,
    "teaching_area": 2_500,
    "sports_area": 400,
    "equipment_value": 1,
    "computers": 4_000,
    "books": 30,
}
WAYS = Ways(
    prices={name: Fraction(price) for name, price in PRICES.items()},
    counted=frozenset({"overqualified_teachers", "titled_teachers", "teachers", "computers", "books"}),
    shared=frozenset({"teaching_area", "sports_area", "equipment_value", "computers", "books"}),
    part_of={"overqualified_teachers": "teachers", "titled_teachers": "teachers"},
)


def county(schools: int, seed: int, spread: float):
    """Return a county with the figures of 2012, teachers at least as many as those who are part of them."""
    table = table_of(schools, seed, spread)
    chance = random.Random(seed)  # noqa: S311 - made-up counties, the same every time
    figures = {name: list(column) for name, column in table.figures.items()}
    for name, typical in FURTHER.items():
        figures[name] = [float(round(p * typical * chance.lognormvariate(0, spread))) for p in figures["students"]]
    for row, rows in table.through.items():
        for name in ("computers", "books"):
            figures[name][row] = figures[name][rows[0]]
    for row in range(table.size):
        parts = [figures[name][row] for name in ("teachers", "titled_teachers", "overqualified_teachers")]
        figures["teachers"][row] = max(parts)
    return table._replace(figures=figures)


def judged(table):
    return assess(METHOD, divide(table, METHOD.pupil_weight, METHOD.divided), whole_county=True)


def after(table, made, amounts):
    """Return the table with what is added, computed here."""
    figures = {name: list(column) for name, column in table.figures.items()}
    for variable, amount in zip(made.variables, amounts, strict=True):
        rows = (
            table.through.get(variable.section, (variable.section,))
            if variable.field in WAYS.shared
            else (variable.section,)
        )
        for row in rows:
            figures[variable.field][row] = float(Fraction(str(figures[variable.field][row])) + amount)
    return table._replace(figures=figures)


@pytest.mark.parametrize(("schools", "seed"), [(12, 2), (10, 4)])
def test_a_plan_brings_the_composites_within_their_limits(schools, seed):
    """The engine, judging what the plan adds, finds both composites within; nothing cheaper than the bound is claimed."""
    table = county(schools, seed, 0.9)
    assessment = judged(table)
    made = programme_of(WAYS, range(table.size), [], assessment)
    (before,) = judge_counties(assessment, "county")
    assert any(c.passed is False for c in before.composites)
    found = least_together(made, gap=0.02, seconds=4, now=monotonic)
    assert found.status in (Status.OPTIMAL, Status.FEASIBLE)
    assert 0 < found.bound <= found.cost
    (verdict,) = judge_counties(judged(after(table, made, found.amounts)), "county")
    assert [c.passed for c in verdict.composites] == [True, True]
    # every coefficient at the limit of the mean is a plan as well: choosing which ones come down costs no more
    each = [s._replace(limit=c.limit) for c in made.composites for s in c.spreads]
    simple = least(made._replace(composites=(), spreads=tuple(each)), gap=0.005, seconds=4, now=monotonic)
    assert found.cost <= simple.cost


def test_teachers_are_no_fewer_than_their_parts():
    """Where more teachers have a title than there are teachers, teachers are added as well."""
    table = county(12, 2, 0.8)
    made = programme_of(WAYS, range(table.size), [], judged(table))
    found = least_together(made, gap=0.01, seconds=3, now=monotonic)
    changed = after(table, made, found.amounts).figures
    for row in range(table.size):
        parts = max(changed["titled_teachers"][row], changed["overqualified_teachers"][row])
        assert changed["teachers"][row] >= parts


def test_nothing_is_paid_where_the_mean_is_within():
    """A county whose composites pass needs nothing, though single coefficients are above 0.65."""
    table = county(12, 5, 0.2)
    figures = {**table.figures, "books": [b * (4 if i == 0 else 1) for i, b in enumerate(table.figures["books"])]}
    made = programme_of(WAYS, range(table.size), [], judged(table._replace(figures=figures)))
    found = least_together(made, gap=0.01, seconds=3, now=monotonic)
    assert (found.status, found.cost) == (Status.OPTIMAL, 0)


def test_the_choice_is_as_cheap_as_trying_shares():
    """With two coefficients and one kind of thing each, no split of the mean into 200 parts is 2 % cheaper."""
    table = county(8, 7, 0.9)
    assessment = judged(table)
    made = programme_of(WAYS, range(table.size), [], assessment)
    composite = next(c for c in made.composites if c.stage == "primary")
    pair = composite._replace(spreads=composite.spreads[3:5], limit=composite.limit._replace(amount=Fraction("0.4")))
    nothing = [Fraction(0)] * len(made.variables)
    now = [sqrt(s.square(nothing)) for s in pair.spreads]
    assert sum(now) / 2 > 0.4
    small = made._replace(composites=(pair,), rows=())
    found = least_together(small, gap=0.005, seconds=4, now=monotonic)
    costs = []
    for step in range(1, 20):
        first = Fraction(step, 20) * Fraction("0.8")
        limits = (first, Fraction("0.8") - first)
        spreads = tuple(
            s._replace(limit=pair.limit._replace(amount=t)) for s, t in zip(pair.spreads, limits, strict=True)
        )
        costs.append(least(small._replace(composites=(), spreads=spreads), gap=0.005, seconds=3, now=monotonic).cost)
    assert found.bound <= min(costs)
    assert found.cost <= min(costs) * Fraction("1.02")
