"""The parts of a county's assessment that are judged item by item: from its schools, their sums, and its answers."""

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

from junheng.engine.circumstances import any_holding
from junheng.engine.divisions import exact_figure
from junheng.engine.findings import finding
from junheng.engine.model import (
    Answers,
    Assessment,
    Condition,
    Conflict,
    CountyVerdict,
    Divisions,
    Figure,
    Indicator,
    Item,
    ItemVerdict,
    Method,
    Outcome,
    Part,
    PartVerdict,
    SchoolTable,
    all_of,
)
from junheng.engine.outcomes import Column, begun, of_indicator, together
from junheng.engine.school import assess
from junheng.number import exact

_GOOD, _BAD = (Outcome.MET, Outcome.EXEMPT), (Outcome.UNMET, Outcome.CLOSE)
_ALWAYS_THERE = ("students", "classes")
_DECIDED: dict[Outcome, bool | None] = {**dict.fromkeys(_GOOD, True), **dict.fromkeys(_BAD, False)}


def fields_of(rule: Indicator) -> Iterator[str]:
    """Yield the fields that a rule with values reads for its value."""
    yield from (*rule.of, *rule.less, *rule.to_less)
    yield from (name for name in (rule.to, rule.times, rule.each) if name is not None)


def told_apart(method: Method) -> frozenset[str]:
    """Return the fields of which several rules add up different schools: one answer for all of them says nothing."""
    found: dict[str, set[str]] = {}
    for part in method.parts:
        for leaf in (leaf for item in part.items for leaf in item.indicator.leaves() if leaf.pooled):
            for name in fields_of(leaf):
                found.setdefault(name, set()).add(repr(leaf.applies))
    return frozenset(name for name, schools in found.items() if len(schools) > 1)


def over_schools(method: Method, divisions: Divisions, *, told: bool = False) -> dict[str, Assessment]:
    """Return, by part, the whole table judged by its items that are judged for every school.

    Parts that leave out the same sections are judged together. `told`: only the items that figures of the table tell
    something of; the outcomes of the others are missing.
    """
    result: dict[str, Assessment] = {}
    for first in method.parts:
        if first.id in result:
            continue
        exclusions = first.exclusions
        alike = [part for part in method.parts if part.exclusions == exclusions]
        every = [item.indicator for part in alike for item in part.items if item.over_schools]
        rules = tuple(rule for rule in every if not told or _told(rule, divisions))
        plain = method._replace(indicators=rules, exclusions=exclusions, school_rule=None, variation=None, parts=())
        result |= dict.fromkeys((part.id for part in alike), assess(plain, divisions, whole_county=True))
    return result


def _of_schools(item: Item, judged: Assessment, sections: Sequence[int], answers: Answers) -> ItemVerdict:
    """Return an item over the schools of one county: unmet where one school misses it, met where none does."""
    outcomes = judged.outcomes.get(item.indicator.id)
    unplaced = judged.divisions.table.unplaced
    here = [i for i in sections if judged.left_out[i] is None]
    if outcomes is None:  # the table tells nothing of it
        return ItemVerdict(item, Outcome.MISSING, None, here, (), here)
    unmet = [i for i in here if outcomes[i] in _BAD and i not in unplaced]
    missing = [i for i in here if outcomes[i] is Outcome.MISSING or i in unplaced]
    applying = [i for i in here if outcomes[i] is not Outcome.EXEMPT]
    if unmet:
        outcome = Outcome.UNMET
    elif missing or not here:
        outcome = Outcome.MISSING
    else:
        outcome = Outcome.MET if applying else Outcome.EXEMPT
    denied = item.indicator.id in answers.not_applicable
    return ItemVerdict(item, outcome, None, applying, unmet, missing, denied=denied)


class Selections:
    """Which sections of a table rules add up, told once for all its counties."""

    def __init__(self, method: Method, divisions: Divisions) -> None:
        self.divisions, self.apart = divisions, told_apart(method)
        self._known: dict[str, Sequence[bool | None]] = {}

    def of(self, conditions: Sequence[Condition]) -> Sequence[bool | None]:
        """Return for each section whether one of the conditions holds."""
        key = repr(conditions)
        if key not in self._known:
            self._known[key] = any_holding(self.divisions, conditions)
        return self._known[key]


class _County:
    """One county, as its items see it: its answers, and the sums over its schools.

    `everyone` are all its sections, `sections` those that the part does not leave out.
    """

    def __init__(
        self,
        method: Method,
        selections: Selections,
        everyone: Sequence[int],
        sections: Sequence[int],
        answers: Answers,
    ) -> None:
        self.method, self.selections, self.everyone, self.sections = method, selections, everyone, sections
        self.divisions, self.answers, self.apart = selections.divisions, answers, selections.apart
        self.conflicts: list[Conflict] = []
        self.unanswered: list[str] = []
        self.denied = self.nowhere = False

    def _chosen(self, rule: Indicator) -> tuple[list[int], bool]:
        """Return the sections that a rule adds up, and whether it is known of every section that it is one or not."""
        if not rule.applies:
            return list(self.sections), True
        holds = self.selections.of(rule.applies)
        return [i for i in self.sections if holds[i]], all(holds[i] is not None for i in self.sections)

    def _figure(self, name: str, chosen: Sequence[int], *, known: bool) -> Figure:
        """Return a figure of the county: as its schools add up to, or as it was answered where they do not say.

        None where the answer is another, or is below what the schools that are known add up to.
        """
        answered = None if name in self.apart else self.answers.figures.get(name)
        if name in self.method.county_fields or not chosen:
            return answered
        figures = [exact_figure(self.divisions, name, i) for i in chosen]
        some = sum((figure for figure in figures if figure is not None), Fraction(0))
        complete = known and None not in figures
        if answered is None:
            return float(some) if complete else None
        if (float(some) != answered) if complete else some > exact(answered):
            self.conflicts.append(Conflict(name, answered, float(some)))
            return None
        return answered

    def _has_none(self, rule: Indicator, figures: Mapping[str, Figure], nowhere: bool) -> bool:
        """Say whether a rule that may not apply does not: said so, or none of none, and nothing speaks against it."""
        names = list(dict.fromkeys(fields_of(rule)))
        said = bool(self.answers.not_applicable.intersection({rule.id, *names}))
        none = rule.to is not None and all(figures[name] == 0 for name in names)
        if not (said or (none and rule.may_not_apply)):
            return False
        against = any(figures[name] for name in names)
        if rule.applies_where:
            holds = self.selections.of((rule.applies_where,))
            against = against or any(holds[i] is not False for i in self.everyone)
        if against or not (rule.may_not_apply or nowhere):
            self.denied = True
            return False
        return True

    def column(self, rule: Indicator, columns: dict[str, Column], views: dict[str, Divisions]) -> Indicator:
        """Judge a rule and those within it; return it as it was judged, without what chose its sections."""
        if rule.rules:
            parts = tuple(self.column(part, columns, views) for part in rule.rules)
            some = [any(begun(part, views[leaf.id])[0] for leaf in part.leaves()) for part in parts]
            outcome = together(rule, [columns[part.id].outcomes[0] for part in parts], some)
            columns[rule.id] = Column([None], [None], [outcome])
            return rule._replace(rules=parts, applies=())
        chosen, known = self._chosen(rule) if rule.pooled else ((), True)
        names = list(dict.fromkeys(fields_of(rule)))
        figures = {name: self._figure(name, chosen, known=known) for name in names}
        figures = {**{name: self.answers.figures.get(name) for name in rule.circumstances()}, **figures}
        table = SchoolTable(1, {}, {name: [figure] for name, figure in figures.items()})
        here = Divisions(table, table.figures, {}, frozenset())
        plain = rule._replace(pooled=False, applies=() if rule.pooled else rule.applies)
        found = of_indicator(plain, here, here, None)
        nowhere = bool(rule.pooled and known and not chosen and self.sections)
        unsaid = nowhere and all(figures[name] is None for name in names)
        if self._has_none(rule, figures, nowhere) or unsaid:
            found = found._replace(outcomes=[Outcome.EXEMPT])
            self.nowhere = self.nowhere or unsaid
        if found.outcomes[0] is Outcome.MISSING:
            disputed = {conflict.field for conflict in self.conflicts}
            asked = {*names, *self.method.county_fields} - disputed  # not the words by which schools are chosen
            self.unanswered += [name for name, figure in figures.items() if figure is None and name in asked]
        columns[rule.id], views[rule.id] = found, here
        return plain

    def judge(self, item: Item) -> ItemVerdict:
        """Return the verdict on one item that is judged once for the county.

        One that was not said not to apply is not exempt as a whole for want of schools: they may be missing.
        """
        self.conflicts, self.unanswered, self.denied, self.nowhere = [], [], False, False
        rule = item.indicator
        columns: dict[str, Column] = {}
        views: dict[str, Divisions] = {}
        judged = self.column(rule, columns, views)
        asked = _asked(rule)
        if rule.rules and rule.id in self.answers.not_applicable:
            none = rule.may_not_apply and not any(self.answers.figures.get(name) for name in asked)
            self.denied = not none
            columns[rule.id] = columns[rule.id]._replace(outcomes=[Outcome.EXEMPT]) if none else columns[rule.id]
        said = self.answers.not_applicable.intersection({rule.id, *(leaf.id for leaf in rule.leaves()), *asked})
        outcome = columns[rule.id].outcomes[0]
        unsaid = outcome is Outcome.EXEMPT and self.nowhere and not said
        if unsaid or (self.denied and outcome in _GOOD):
            self.unanswered += asked if unsaid else []
            columns[rule.id] = columns[rule.id]._replace(outcomes=[Outcome.MISSING])
        assessment = Assessment(
            Method((judged,)),
            next(iter(views.values())),
            [None],
            [0],
            {name: column.values for name, column in columns.items()},
            {name: column.bars for name, column in columns.items()},
            {name: column.outcomes for name, column in columns.items()},
            [None],
            views=views,
        )
        found = finding(assessment, judged, 0)
        lacking = tuple(dict.fromkeys(self.unanswered)) if found.outcome is Outcome.MISSING else ()
        conflicts = tuple(dict.fromkeys(self.conflicts))
        return ItemVerdict(item, found.outcome, found, unanswered=lacking, conflicts=conflicts, denied=self.denied)


def _asked(rule: Indicator) -> list[str]:
    return list(dict.fromkeys(name for leaf in rule.leaves() for name in fields_of(leaf)))


def _earned(verdict: ItemVerdict, answers: Answers) -> tuple[Fraction, Fraction] | None:
    """Return the fewest and the most points of an item: as stated, else all or none; None where it has no points."""
    points = verdict.item.indicator.points
    if points is None:
        return None
    stated = answers.scores.get(verdict.item.indicator.id)
    if stated is not None:
        return stated, stated
    decided = _DECIDED.get(verdict.outcome)
    return (Fraction(0) if decided is not True else points), (Fraction(0) if decided is False else points)


def _points(part: Part, items: Sequence[ItemVerdict], answers: Answers) -> tuple[Fraction, Fraction] | None:
    earned = [item.earned for item in items]
    if all(entry is not None for entry in earned):
        return sum((e[0] for e in earned if e), Fraction(0)), sum((e[1] for e in earned if e), Fraction(0))
    stated = answers.figures.get(part.score) if part.score is not None else None
    return None if stated is None else (Fraction(str(stated)), Fraction(str(stated)))


def _passed(part: Part, items: Sequence[ItemVerdict], points: tuple[Fraction, Fraction] | None) -> bool | None:
    if part.points_at_least is None:
        decided = all_of([_DECIDED.get(item.outcome) for item in items])
        return None if decided and all(item.outcome is Outcome.EXEMPT for item in items) else decided
    if points is None or points[0] < part.points_at_least.amount <= points[1]:
        return None
    return points[0] >= part.points_at_least.amount


def judge_parts(
    method: Method,
    selections: Selections,
    judged: Mapping[str, Assessment],
    sections: Sequence[int],
    answers: Answers,
    *,
    once: bool = True,
) -> list[PartVerdict]:
    """Judge the parts of one county; `judged` are the items over schools, as `over_schools` gives them.

    Where nothing was answered no part is assessed: what the schools' figures decide is shown for information; without
    `once`, of the items over schools only.
    """
    result = []
    for part in method.parts:
        of_part = judged[part.id]
        kept = [i for i in sections if of_part.left_out[i] is None]
        county = _County(method, selections, sections, kept, answers)
        items = []
        for item in part.items:
            if item.over_schools:
                found = _of_schools(item, of_part, sections, answers)
            elif once:
                found = county.judge(item)
            else:
                found = ItemVerdict(item, Outcome.MISSING, unanswered=tuple(_asked(item.indicator)))
            items.append(found._replace(earned=_earned(found, answers)))
        points = _points(part, items, answers)
        passed = _passed(part, items, points) if answers.given else None
        passed = None if passed and answers.faulty else passed  # what was not read may be of this part
        result.append(PartVerdict(part, passed, tuple(items), points, answers.given))
    return result


def concerned(method: Method, divisions: Divisions) -> bool:
    """Say whether the table has a figure that an item over schools reads for its value."""
    return any(
        _told(i.indicator, divisions, _ALWAYS_THERE) for part in method.parts for i in part.items if i.over_schools
    )


def _told(rule: Indicator, divisions: Divisions, besides: Sequence[str] = ("classes",)) -> bool:
    """Say whether the table has a figure, besides some, that a rule reads for its value."""
    names = dict.fromkeys(n for leaf in rule.leaves() for n in fields_of(leaf) if n not in besides)
    return any(figure is not None for name in names for figure in divisions.column(name))


def with_parts(county: CountyVerdict, judged: list[PartVerdict]) -> CountyVerdict:
    """Return the verdict on a county with those of the parts that are judged item by item."""
    parts = {**county.parts, **{part.part.id: part.passed for part in judged if part.assessed}}
    return county._replace(by_item=tuple(judged), parts=parts, passed=all_of(list(parts.values())))
