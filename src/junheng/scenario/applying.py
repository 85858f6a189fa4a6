"""Scenarios applied to a run: the same schools, otherwise, and judged as before or by what a scenario says."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from junheng import kinds
from junheng.problems import Place, Problem, Unusable, errors
from junheng.run import Run, judge_again, judge_otherwise
from junheng.scenario.draft import Draft, Effect, Purchase
from junheng.scenario.figures import change_school, enrol, move
from junheng.scenario.form import (
    EnrolmentChange,
    MergeChange,
    MoveChange,
    SchoolChange,
    SettingChange,
    SplitChange,
    StandardChange,
)
from junheng.scenario.reading import Scenario, unknown_fields
from junheng.scenario.regrouping import merge, split
from junheng.standard.load import SUFFIXES, Standard


class Applied(NamedTuple):
    """A run after scenarios: what was changed in their order, and what of it has to be paid for."""

    run: Run
    effects: tuple[Effect, ...]
    purchases: tuple[Purchase, ...]


def apply_scenarios(run: Run, scenarios: Sequence[Scenario]) -> Run:
    """Return a run as it would be after scenarios, one after the other; raise Unusable with every fault.

    Without any change the verdicts are the same.
    """
    return applied(run, scenarios).run


def applied(run: Run, scenarios: Sequence[Scenario]) -> Applied:
    """Return a run as it would be after scenarios, with what they changed; raise Unusable with every fault.

    The standard and the settings of all of them hold first, the last one named of each; then schools are changed in the
    order in which it is written. What no figure tells of is a warning in the problems of the run.
    """
    judged, problems = _otherwise(run, scenarios)
    if judged.reading is None:
        raise ValueError("a run over no table")
    draft = Draft(judged)
    for scenario, at in _changes(scenarios):
        change = scenario.changes[at]
        unknown = list(unknown_fields(scenario, at, change, draft.fields))
        problems += unknown
        if unknown:
            continue
        draft.begin(scenario, at)
        if isinstance(change, SchoolChange):
            change_school(draft, change)
        elif isinstance(change, MoveChange):
            move(draft, change)
        elif isinstance(change, EnrolmentChange):
            enrol(draft, change, scenario.folder)
        elif isinstance(change, MergeChange):
            merge(draft, change)
        elif isinstance(change, SplitChange):
            split(draft, change)
        elif isinstance(change, StandardChange | SettingChange):
            draft.effects.append(Effect(draft.change))
    problems += [*draft.problems, *draft.contradictions(), *draft.untold_said()]
    if errors(problems):
        raise Unusable(dict.fromkeys(problems))
    regrouped = draft.came_from != tuple(range(judged.reading.table.size))
    after = judge_again(judged, draft.table, draft.came_from if regrouped else None, draft.untold)
    after = after._replace(problems=[*after.problems, *dict.fromkeys(problems)])
    return Applied(after, tuple(draft.effects), tuple(draft.purchases))


def _changes(scenarios: Sequence[Scenario]) -> Iterable[tuple[Scenario, int]]:
    return ((scenario, at) for scenario in scenarios for at in range(len(scenario.changes)))


def _otherwise(run: Run, scenarios: Sequence[Scenario]) -> tuple[Run, list[Problem]]:
    """Return the run by the standard and the settings that scenarios name, and what is wrong with these."""
    standard: str | None = None
    settings: dict[str, str] = {}
    places: dict[str, Place] = {}
    for scenario, at in _changes(scenarios):
        change = scenario.changes[at]
        if isinstance(change, StandardChange):
            own = change.standard.endswith(SUFFIXES)
            standard = str(scenario.folder / change.standard) if own else change.standard
            places[standard] = scenario.place(at, "standard")
        elif isinstance(change, SettingChange):
            settings |= change.setting
            places |= {name: scenario.place(at, "setting", name) for name in change.setting}
    if standard is None and not settings:
        return run, []
    if standard is None:
        unknown = _unknown_settings([run.standard, *(gate.standard for gate in run.gate)], settings, places)
        if unknown:
            raise Unusable(unknown)
    try:
        return judge_otherwise(run, standard, settings), []
    except Unusable as error:
        raise Unusable([_placed(problem, places) for problem in error.problems]) from error


def _unknown_settings(
    standards: Sequence[Standard], settings: Mapping[str, str], places: Mapping[str, Place]
) -> list[Problem]:
    """Return every setting that no standard has, and every choice that it does not have."""
    known: dict[str, list[str]] = {}
    for standard in standards:
        for name, form in standard.form.settings.items():
            known.setdefault(name, []).extend(form.choices)
        known.update((relaxation.id, ["off", "on"]) for relaxation in standard.form.relaxations)
    return [
        kinds.SETTING_UNKNOWN.at(places[name], setting=name, choice=choice, known=", ".join(known.get(name, known)))
        for name, choice in settings.items()
        if choice not in known.get(name, ())
    ]


def _placed(problem: Problem, places: Mapping[str, Place]) -> Problem:
    """Return a problem of what a scenario names, at the place where it names it."""
    facts = dict(problem.facts)
    named = {
        kinds.STANDARD_UNKNOWN: facts.get("name"),
        kinds.STANDARD_NOT_IN_FORCE: facts.get("family"),
        kinds.SETTING_UNKNOWN: facts.get("setting"),
    }.get(problem.kind)
    place = places.get(str(named))
    return problem if place is None else problem._replace(place=place)
