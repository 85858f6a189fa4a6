"""The plan of each county of a run: made, spread over years, and judged by the ordinary engine before it is shown."""

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from time import monotonic
from typing import NamedTuple

from junheng import kinds
from junheng.advice.plan.composite import least_together
from junheng.advice.plan.least import GAP, SECONDS, Least, Status
from junheng.advice.plan.obstacles import Obstacle, obstacles
from junheng.advice.plan.programme import Doing, Programme, Variable
from junheng.advice.plan.requirements import UnplannableError, Ways, programme_of
from junheng.advice.plan.years import Step, spread_over
from junheng.engine.model import Assessment, CountyVerdict, Outcome, SchoolTable
from junheng.judging_problems import name_of
from junheng.problems import Place, Problem, Unusable
from junheng.run import Run, fields_of_run
from junheng.scenario.applying import applied
from junheng.scenario.form import AnyChange, MoveChange, Persons, SchoolChange
from junheng.scenario.reading import Scenario
from junheng.scenario.writing import called


class Action(NamedTuple):
    """So much more of a figure at one section, and what it costs. `follows`: the whole that a part outgrew."""

    section: int
    field: str
    add: Fraction
    cost: Fraction
    year: int | None = None
    follows: bool = False


class Transfer(NamedTuple):
    """So many teachers who count as `field`, and as `also`, go from one section to another."""

    field: str
    from_: int
    to: int
    number: int
    cost: Fraction
    year: int | None = None
    also: tuple[str, ...] = ()


class YearOfPlan(NamedTuple):
    """One year of a plan: what is spent, of what budget, and the verdict at its end. The budget may be without limit."""

    year: int
    cost: Fraction
    budget: Fraction | None
    after: CountyVerdict


class CountyPlan(NamedTuple):
    """What is to be done in one county.

    `before` and `after` are its verdicts; `after` is None where there is no plan. `obstacles` say why there is none,
    `short` by how much the budgets are too small, `undecided` which sections lack a figure that a plan needs.
    """

    before: CountyVerdict
    status: str
    cost: Fraction | None = None
    bound: float | None = None
    gap: float | None = None
    actions: tuple[Action, ...] = ()
    transfers: tuple[Transfer, ...] = ()
    after: CountyVerdict | None = None
    run_after: Run | None = None
    changes: tuple[AnyChange, ...] = ()
    years: tuple[YearOfPlan, ...] = ()
    obstacles: tuple[Obstacle, ...] = ()
    short: Fraction | None = None
    undecided: tuple[tuple[int, str], ...] = ()


class Plans(NamedTuple):
    """The plans of the counties of a run, in its order, and what is to be said of them."""

    run: Run
    counties: tuple[CountyPlan, ...]
    problems: tuple[Problem, ...] = ()


class Budgets(NamedTuple):
    """The years in which things can be done, and what each may cost; None for no limit. Empty: no years are told apart."""

    years: tuple[int, ...] = ()
    yuan: Mapping[int, Fraction | None] = {}

    @property
    def total(self) -> Fraction | None:
        """What all years may cost together; None where one of them has no limit."""
        given = [self.yuan.get(year) for year in self.years]
        return None if not given or None in given else sum((b for b in given if b is not None), Fraction(0))


def plans_of(
    run: Run,
    ways: Ways,
    budgets: Budgets,
    *,
    rank: Callable[[str], int] = lambda _field: 0,
    gap: float = GAP,
    seconds: float = SECONDS,
    say: Callable[[str | None, float, float], None] = lambda _name, _cost, _bound: None,
) -> Plans:
    """Return the plan of every county of a run.

    `rank` orders fields by what is to be done first. Raise Unusable where the rules of the standard cannot be planned,
    and where the plan does not pass the engine.
    """
    ruled = [each.assessment for each in (run.gate or [run]) if each.standard.method.school_rule is not None]
    spread = run.assessment if run.assessment.method.variation is not None else None
    problems = [
        kinds.PLAN_RULE_UNKNOWN.at(Place(each.standard.id), standard=each.standard.id)
        for each in (run.gate or [run])
        if (rule := each.standard.method.school_rule) is not None and not all(grade.known for grade in rule.grades)
    ]
    made = []
    for at, county in enumerate(run.counties):
        try:
            made.append(_county(run, at, county, ways, ruled, spread, budgets, rank, gap, seconds, say))
        except UnplannableError as error:
            raise Unusable([_unplannable(run, error)]) from error
    problems += _said(run, ways, made)
    return Plans(run, tuple(made), tuple(problems))


def _unplannable(run: Run, error: UnplannableError) -> Problem:
    """Return why the rules cannot be planned, in the words of the standard."""
    of_reason = {"points": kinds.PLAN_BY_POINTS, "levels": kinds.PLAN_BY_LEVELS}
    kind = of_reason.get(error.reason, kinds.PLAN_NOT_LINEAR)
    every = (run, *run.gate)
    names = {id_: name_of(rule, top) for each in every for id_, (rule, top) in each.standard.form.named_rules().items()}
    fields = {name: form.text for each in every for name, form in each.standard.fields.items()}
    facts = {"indicator": names.get(error.indicator or ""), "field": fields.get(error.field or "")}
    return kind.at(Place(run.standard.id), **{name: text for name, text in facts.items() if text is not None})


def _said(run: Run, ways: Ways, made: Sequence[CountyPlan]) -> list[Problem]:
    """Return the fields that indicators count and that have no price: nothing of them is added."""
    counted = {
        name
        for each in (*run.gate, run)
        for leaf in each.assessment.method.leaves()
        if leaf.simple and not leaf.at_most
        for name in leaf.of
    }
    lacking = [name for name in sorted(counted) if not _addable(name, ways)]
    fields = fields_of_run(run)
    if not made:
        return []
    return [kinds.PLAN_UNPRICED.at(Place(run.standard.id), field=fields[name].text) for name in lacking]


def _addable(name: str, ways: Ways) -> bool:
    return name in ways.prices or any(part in ways.prices for part in ways.sums.get(name, ()))


def _undecided(run: Run, county: CountyVerdict, assessments: Sequence[Assessment]) -> list[tuple[int, str]]:
    """Return the sections and indicators of a county that cannot be judged for want of a figure or of a bar."""
    own = set(county.sections)
    found = [
        (section, indicator.id)
        for assessment in assessments
        for indicator in assessment.method.indicators
        for section in assessment.judged
        if section in own and assessment.outcomes[indicator.id][section] is Outcome.MISSING
    ]
    if run.assessment.method.variation is not None:
        found += [
            (section, indicator.id)
            for indicator in run.assessment.method.indicators
            if indicator.simple
            for section in county.judged
            if run.assessment.values[indicator.id][section] is None
            and run.assessment.outcomes[indicator.id][section] is not Outcome.EXEMPT
        ]
    found += [(i, "stage") for i in county.judged if i in run.assessment.divisions.table.unplaced]
    return list(dict.fromkeys(found))


def _county(
    run: Run,
    at: int,
    county: CountyVerdict,
    ways: Ways,
    ruled: Sequence[Assessment],
    spread: Assessment | None,
    budgets: Budgets,
    rank: Callable[[str], int],
    gap: float,
    seconds: float,
    say: Callable[[str | None, float, float], None],
) -> CountyPlan:
    undecided = _undecided(run, county, ruled)
    if undecided or run.withheld:
        return CountyPlan(county, "undecided", undecided=tuple(undecided))
    programme = programme_of(ways, county.sections, ruled, spread)
    found = least_together(
        programme,
        gap=gap,
        seconds=seconds,
        now=monotonic,
        say=lambda cost, bound: say(county.name, cost, bound),
    )
    if found.amounts is None or found.cost is None:
        why = tuple(obstacles(programme)) if found.status is Status.INFEASIBLE else ()
        return CountyPlan(county, found.status.value, bound=found.bound, obstacles=why)
    return _spread(run, at, county, programme, found, budgets, rank)


def _spread(
    run: Run,
    at: int,
    county: CountyVerdict,
    programme: Programme,
    found: Least,
    budgets: Budgets,
    rank: Callable[[str], int],
) -> CountyPlan:
    """Return the plan with its steps spread over the years, judged at the end of each."""
    amounts, cost = found.amounts or (), found.cost or Fraction(0)
    actions = [
        Action(v.section, v.field, amount, amount * v.price, None, v.doing is Doing.FOLLOW)
        for v, amount in zip(programme.variables, amounts, strict=True)
        if amount and v.doing in (Doing.ADD, Doing.FOLLOW)
    ]
    table = run.assessment.divisions.table
    transfers = _pairs(programme.variables, amounts, table.text("stage"))
    short = None if budgets.total is None or cost <= budgets.total else cost - budgets.total
    if short is not None:
        proven = found.bound is not None and found.bound > float(budgets.total or 0)
        status = Status.INFEASIBLE if proven else Status.UNKNOWN
        return CountyPlan(county, status.value, cost, found.bound, found.gap, short=short)
    if budgets.years:
        steps = [Step(a.add, a.cost / a.add, _whole(programme, a), -1 if a.follows else rank(a.field)) for a in actions]
        steps += [Step(Fraction(t.number), t.cost / t.number, True, rank(t.field)) for t in transfers]
        spread = spread_over(steps, budgets.years, budgets.yuan)
        if spread is None:
            return CountyPlan(county, Status.UNKNOWN.value, cost, found.bound, found.gap, short=Fraction(0))
        actions = [
            a._replace(add=part, cost=part * a.cost / a.add, year=year)
            for a, parts in zip(actions, spread, strict=False)
            for year, part in parts.items()
        ]
        transfers = [
            t._replace(number=int(part), cost=part * t.cost / t.number, year=year)
            for t, parts in zip(transfers, spread[len(spread) - len(transfers) :], strict=True)
            for year, part in parts.items()
        ]
    years: list[YearOfPlan] = []
    changes = changes_of(table, actions, transfers)
    after = judged_after(run, changes)
    for year in budgets.years:
        done = changes_of(
            table, [a for a in actions if (a.year or 0) <= year], [t for t in transfers if (t.year or 0) <= year]
        )
        spent = sum((a.cost for a in actions if a.year == year), Fraction(0))
        spent += sum((t.cost for t in transfers if t.year == year), Fraction(0))
        last = year == budgets.years[-1]
        verdict = (after if last else judged_after(run, done)).counties[at]
        years.append(YearOfPlan(year, spent, budgets.yuan.get(year), verdict))
    verdict = after.counties[at]
    failing = [name for name in ("schools", "variation") if verdict.parts.get(name) is False]
    if failing:
        place = Place(run.standard.id)
        raise Unusable([kinds.PLAN_NOT_CONFIRMED.at(place, county=county.name or "—", parts=", ".join(failing))])
    return CountyPlan(
        county,
        found.status.value,
        cost,
        found.bound,
        found.gap,
        tuple(actions),
        tuple(transfers),
        verdict,
        after,
        tuple(changes),
        tuple(years),
    )


def _whole(programme: Programme, action: Action) -> bool:
    return next(v.whole for v in programme.variables if (v.section, v.field) == (action.section, action.field))


def _pairs(variables: Sequence[Variable], amounts: Sequence[Fraction], stages: Sequence[str | None]) -> list[Transfer]:
    """Return who goes where: those who leave and those who come, counted alike and of one stage, one after the other."""
    leaving: dict[tuple[str, tuple[str, ...], str | None], list[list[int]]] = {}
    coming: dict[tuple[str, tuple[str, ...], str | None], list[list[int]]] = {}
    fare: dict[str, Fraction] = {}
    for variable, amount in zip(variables, amounts, strict=True):
        if amount and variable.doing in (Doing.GIVE, Doing.TAKE):
            side = leaving if variable.doing is Doing.GIVE else coming
            alike = variable.field, variable.also, stages[variable.section]
            side.setdefault(alike, []).append([variable.section, int(amount)])
            if variable.doing is Doing.GIVE:
                fare[variable.field] = variable.price
    found: list[Transfer] = []
    for (field, also, stage), givers in leaving.items():
        takers = coming.get((field, also, stage), [])
        while givers and takers:
            count = min(givers[0][1], takers[0][1])
            found.append(Transfer(field, givers[0][0], takers[0][0], count, count * fare[field], also=also))
            for queue in (givers, takers):
                queue[0][1] -= count
                if not queue[0][1]:
                    queue.pop(0)
    return found


def changes_of(table: SchoolTable, actions: Sequence[Action], transfers: Sequence[Transfer]) -> list[AnyChange]:
    """Return a plan as the changes of a scenario, which replays it exactly."""
    stages = table.text("stage")
    added: dict[int, dict[str, Fraction]] = {}
    for action in actions:
        figures = added.setdefault(action.section, {})
        figures[action.field] = figures.get(action.field, Fraction(0)) + action.add
    changes: list[AnyChange] = [
        MoveChange.model_validate(
            {
                "move": Persons(count=Fraction(t.number), as_=[t.field, *t.also]),
                "from": called(table, t.from_),
                "to": called(table, t.to),
                "from_stage": stages[t.from_],
                "to_stage": stages[t.to],
            }
        )
        for t in transfers
    ]
    changes += [
        SchoolChange.model_validate({"school": called(table, section), "stage": stages[section], "add": figures})
        for section, figures in added.items()
    ]
    return changes


def judged_after(run: Run, changes: Sequence[AnyChange]) -> Run:
    """Return the run after changes, judged by the ordinary engine."""
    return applied(run, [Scenario("plan", tuple(changes))]).run
