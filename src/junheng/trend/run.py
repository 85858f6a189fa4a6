"""A county's tables of several years, each judged by the standard in force in its year, laid side by side."""

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from junheng.advice.trend import Link, Over, Rule, Untold, Warned, YearOf, warned
from junheng.audit.identity import Change, Identity, identify, lint_identity
from junheng.audit.identity_form import IdentityForm
from junheng.audit.load import load_identity
from junheng.audit.roll import Roll, School
from junheng.engine.model import Assessment, CountyVerdict
from junheng.problems import Problem, Unusable
from junheng.run import Run
from junheng.trend.form import AnyRule
from junheng.trend.load import Rules, load_rules


class Year(NamedTuple):
    """One year: its run, or None and why there is none."""

    year: int
    run: Run | None
    problems: Sequence[Problem] = ()


class CountyTrend(NamedTuple):
    """One county over the years: `over` holds the years in which it has a table. Warnings by place of the year."""

    name: str | None
    over: Over
    runs: tuple[Run, ...]
    warnings: Sequence[Sequence[Warned]]
    untold: Sequence[Sequence[Untold]]
    target: int | None = None


class Trend(NamedTuple):
    """Every county over the years; `changes` are the changes of schools on record, found between two years."""

    years: Sequence[Year]
    rules: Rules
    counties: Sequence[CountyTrend]
    changes: Sequence[Change]
    problems: Sequence[Problem]


def judging_of(run: Run) -> tuple[Assessment, ...]:
    """Return who judges the schools of a run: the province's standards, or the method; none where nobody does."""
    every = run.gate if run.gate_of is not None else (run,)
    return tuple(one.assessment for one in every if one.assessment.method.school_rule is not None)


def judged_years(years: Sequence[int], judged: Callable[[int], Run]) -> list[Year]:
    """Judge every year; a year that cannot be judged is left open, with the reason. Raise Unusable where none can."""
    found = []
    for year in years:
        try:
            run = judged(year)
        except Unusable as error:
            found.append(Year(year, None, error.problems))
        else:
            found.append(Year(year, run))
    if not any(entry.run for entry in found):
        raise Unusable(list(dict.fromkeys(p for entry in found for p in entry.problems)))
    return found


def trend_of(
    years: Sequence[Year],
    *,
    warnings: Path | None = None,
    identity: Path | None = None,
    targets: Mapping[str | None, int] | None = None,
) -> Trend:
    """Lay years side by side, the oldest first; `targets` is the target year by county, None for all others.

    Schools are the same by code, then by name, with the changes of an identity file. Raise Unusable for a file of
    warnings or of changes that cannot be used.
    """
    rules = load_rules(warnings)
    form, document = (IdentityForm(), None) if identity is None else load_identity(identity)
    runs = [entry.run for entry in years if entry.run is not None]
    known = [leaf.id for run in runs for one in (run, *run.gate) for leaf in one.assessment.method.nodes()]
    if faults := rules.unknown(known):
        raise Unusable(faults)
    problems = [] if document is None else lint_identity(form, document)
    rolls = [Roll(run.reading, run.standard.fields) for run in runs if run.reading is not None]
    sides = [identify(before, now, form, document) for before, now in pairwise(rolls)]
    links = [_links(before, now, side) for before, now, side in zip(rolls, rolls[1:], sides, strict=False)]
    for side in sides:
        problems += side.problems
    names = list(dict.fromkeys(county.name for run in runs[::-1] for county in run.counties))
    plain = [_plain(rule) for rule in rules.rules]
    counties = [_county(name, runs, links, plain, targets or {}) for name in names]
    changes = [change for side in sides for change in side.changes]
    return Trend(years, rules, counties, changes, list(dict.fromkeys(problems)))


def _county(
    name: str | None,
    runs: Sequence[Run],
    links: Sequence[Sequence[Link]],
    rules: Sequence[Rule],
    targets: Mapping[str | None, int],
) -> CountyTrend:
    found = [(at, found) for at, run in enumerate(runs) if (found := _of(run, name, alone=len(run.counties) == 1))]
    years = tuple(YearOf(runs[at].year or 0, judging_of(runs[at]), county) for at, county in found)
    steps: list[list[Link]] = []
    for (before, then), (now, here) in pairwise(found):
        every = links[before] if now == before + 1 else _through(links[before:now])
        mine = {*here.sections}, {*then.sections}
        steps.append([k for k in every if mine[0].intersection(k.now) or mine[1].intersection(k.before)])
    over = Over(years, tuple(steps))
    told = [warned(over, at, rules) for at in range(len(years))]
    return CountyTrend(
        name,
        over,
        tuple(runs[at] for at, _ in found),
        [warnings for warnings, _ in told],
        [untold for _, untold in told],
        targets.get(name, targets.get(None)),
    )


def _of(run: Run, name: str | None, *, alone: bool) -> CountyVerdict | None:
    """Return a county of a run; the only county where it has no name."""
    return next((c for c in run.counties if c.name == name or (alone and None in (c.name, name))), None)


def _through(steps: Sequence[Sequence[Link]]) -> list[Link]:
    """Return links over several years in one, where a county has no table in those between."""
    first, *others = steps
    for step in others:
        made = []
        for link in first:
            on = [k for k in step if set(k.before) & set(link.now)]
            now = tuple(dict.fromkeys(row for k in on for row in k.now))
            made.append(Link(link.before, now, link.on_record or any(k.on_record for k in on)))
        first = [*made, *(k for k in step if not k.before)]
    return list(first)


def _links(before: Roll, now: Roll, side: Identity) -> list[Link]:
    """Return the sections of two years that are the same, by stage; and those that are in one of them only."""
    stages = before.table.text("stage"), now.table.text("stage")
    made: list[Link] = []
    for pair in side.pairs:
        rows = [[row for school in schools for row in school.rows] for schools in (pair.before, pair.now)]
        for stage in dict.fromkeys([*(stages[1][r] for r in rows[1]), *(stages[0][r] for r in rows[0])]):
            then = tuple(r for r in rows[0] if stages[0][r] == stage)
            here = tuple(r for r in rows[1] if stages[1][r] == stage)
            made.append(Link(then, here, pair.on_record))
    known = {row for link in made for row in link.before}, {row for link in made for row in link.now}
    unsaid = _rows(side.vanished), _rows(side.appeared)
    made += [Link((row,), (), row not in unsaid[0]) for row in range(before.table.size) if row not in known[0]]
    made += [Link((), (row,), row not in unsaid[1]) for row in range(now.table.size) if row not in known[1]]
    return made


def _rows(schools: Sequence[School]) -> frozenset[int]:
    return frozenset(row for school in schools for row in school.rows)


def _plain(rule: AnyRule) -> Rule:
    """Return a rule as the mathematics takes it."""
    share = getattr(rule, "by", None) or getattr(rule, "within", None)
    of = getattr(rule, "of", None)
    return Rule(
        rule.id,
        rule.kind,
        None if share is None else Fraction(share),
        getattr(rule, "years", 1),
        None if of is None else frozenset(of),
    )
