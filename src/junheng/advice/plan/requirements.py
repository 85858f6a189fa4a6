"""From judged sections to a programme: what may be added or moved, what each section must reach, what each spread must.

Raises UnplannableError where a rule cannot be written as what is added: it says which, and nothing is planned past it.
"""

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from math import floor
from typing import NamedTuple

from junheng.advice.changes import also_counted, is_sum, rows_of, wholes_of
from junheng.advice.plan.programme import (
    Affine,
    AtLeast,
    Doing,
    Node,
    Programme,
    Reach,
    Row,
    SchoolNeed,
    Spread,
    Together,
    Variable,
)
from junheng.engine.model import Assessment, Grade, Indicator, Outcome, SchoolTable, Stage
from junheng.engine.values import exact_numerator, exact_scale, terms
from junheng.number import exact

NONE, ONE = Fraction(0), Fraction(1)
DONOR, BALANCE, WITHIN, EACH, STAY = "donor", "balance", "within", "each", "stay"


class Ways(NamedTuple):
    """What a plan may do.

    `prices` are yuan for one unit, by field; what has none is not added. `counted` are fields of whole units, `shared`
    those of a whole school, `sums` those that stand for a sum of others, `part_of` what each is part of. `fixed` names
    (section, field) that must not change, None for all of them; `most` how much may be added there at most. `moved` are
    fields as which teachers may move, at `fare` yuan each, and `most_leaving` at most from one section.
    """

    prices: Mapping[str, Fraction]
    counted: frozenset[str]
    shared: frozenset[str] = frozenset()
    sums: Mapping[str, tuple[str, ...]] = {}
    part_of: Mapping[str, str] = {}
    fixed: frozenset[tuple[int | None, str | None]] = frozenset()
    most: Mapping[tuple[int | None, str], Fraction] = {}
    moved: tuple[str, ...] = ()
    fare: Fraction = NONE
    most_leaving: int | None = None

    def may_change(self, section: int, field: str) -> bool:
        """Say whether a figure may change."""
        return self.fixed.isdisjoint({(section, field), (section, None), (None, field)})

    def at_most(self, section: int, field: str) -> Fraction | None:
        """Return how much of a figure may be added; None where nothing limits it."""
        given = [m for m in (self.most.get((section, field)), self.most.get((None, field))) if m is not None]
        return min(given, default=None)


class UnplannableError(ValueError):
    """A rule that cannot be planned by adding: `reason` is points, levels or denominator."""

    def __init__(self, reason: str, indicator: str | None = None, field: str | None = None) -> None:
        """Take the reason, and the indicator and field that it is about."""
        super().__init__(reason, indicator, field)
        self.reason, self.indicator, self.field = reason, indicator, field


class _Effects:
    """What one unit of every variable does to the figures that are stated in rows."""

    def __init__(self) -> None:
        self.variables: list[Variable] = []
        self.by_cell: dict[tuple[int, str], list[tuple[int, Fraction]]] = {}

    def add(self, variable: Variable, cells: Iterable[tuple[int, str]], sign: int = 1) -> int:
        """Take one more variable and return its number."""
        number = len(self.variables)
        self.variables.append(variable)
        for cell in cells:
            self.by_cell.setdefault(cell, []).append((number, Fraction(sign)))
        return number


def programme_of(
    ways: Ways, sections: Sequence[int], ruled: Sequence[Assessment], spread: Assessment | None
) -> Programme:
    """Return the programme of one county.

    `sections` are its sections, `ruled` the methods whose school rule has to be kept, `spread` the one whose
    coefficients have to be within their limits. All are judged on the same table, with every figure that they need.
    """
    assessments = [*ruled, *([] if spread is None or any(spread is a for a in ruled) else [spread])]
    if not assessments:
        return Programme((), (), ())
    own = frozenset(sections)
    table = assessments[0].divisions.table
    judged = [[i for i in assessment.judged if i in own] for assessment in assessments]
    everyone = sorted({i for some in judged for i in some})
    wanted = _wanted(assessments)
    effects = _Effects()
    _additions(effects, ways, table, wanted, everyone)
    rows = _transfers(effects, ways, table, wanted, everyone)
    rows += _within_wholes(effects, ways, table, everyone)
    numerators = [_Numerators(effects, assessment) for assessment in assessments]
    needs = [need for of in numerators[: len(ruled)] for i in of.judged(own) for need in _needs(of, i)]
    rows += [row for of in numerators for row in _donors(of, of.judged(own))]
    spreads = [] if spread is None else _spreads(_Numerators(effects, spread), own)
    variables = tuple(effects.variables)
    rule = None if spread is None else spread.method.variation
    if rule is not None and rule.composite:
        stages = dict.fromkeys(s.stage for s in spreads)
        composites = [
            Together(
                stage,
                rule.at_most[stage],
                rule.rounding,
                rule.parts_rounding,
                tuple(s for s in spreads if s.stage is stage),
            )
            for stage in stages
        ]
        return Programme(variables, tuple(needs), (), tuple(rows), tuple(composites))
    return Programme(variables, tuple(needs), tuple(spreads), tuple(rows))


def _wanted(assessments: Sequence[Assessment]) -> list[str]:
    """Return the figures that indicators count, in the order of the methods."""
    leaves = [
        leaf for assessment in assessments for leaf in assessment.method.leaves() if not (leaf.flag or leaf.words)
    ]
    names = [name for leaf in leaves for name in (*leaf.of, *(r.adds for r in leaf.relaxations if r.adds))]
    return list(dict.fromkeys(names))


def _additions(effects: _Effects, ways: Ways, table: SchoolTable, wanted: Sequence[str], judged: Sequence[int]) -> None:
    """Take what may be added: a figure with a price, or the parts of one that is their sum."""
    for name in wanted:
        parts = ways.sums.get(name, ())
        for field in (name,) if name in ways.prices else parts:
            if field not in ways.prices:
                continue
            done: set[tuple[int, ...]] = set()
            for section in judged:
                rows = rows_of(table, section, field, ways.shared)
                stated = all(table.column(field)[row] is not None for row in rows)
                follows = field == name or all(_is_sum(table, row, name, parts) for row in rows)
                if rows in done or not stated or not follows or not ways.may_change(section, field):
                    continue
                done.add(rows)
                most = ways.at_most(section, field)
                variable = Variable(
                    Doing.ADD,
                    section,
                    field,
                    ways.prices[field],
                    whole=field in ways.counted,
                    most=_whole(most, field, ways),
                )
                wholes = [whole for whole, of in ways.sums.items() if field in of and whole in table.figures]
                cells = [(row, field) for row in rows]
                cells += [(r, w) for r in rows for w in wholes if _is_sum(table, r, w, ways.sums[w])]
                effects.add(variable, cells)


def _whole(most: Fraction | None, field: str, ways: Ways) -> Fraction | None:
    return Fraction(floor(most)) if most is not None and field in ways.counted else most


def _is_sum(table: SchoolTable, row: int, whole: str, parts: Sequence[str]) -> bool:
    return bool(parts) and is_sum(table.column(whole)[row], [table.column(part)[row] for part in parts])


def chain(field: str, part_of: Mapping[str, str]) -> tuple[str, ...]:
    """Return a field and what it is part of, nearest first."""
    return field, *wholes_of(field, part_of)


def _transfers(
    effects: _Effects, ways: Ways, table: SchoolTable, wanted: Sequence[str], judged: Sequence[int]
) -> list[Row]:
    """Take what may move: a teacher leaves one section for another of the same stage, who counts in the same figures.

    Where everyone in the section is counted in a further figure that is judged, so is who leaves, there and where he
    comes to: those who are counted alike balance among themselves.
    """
    stages = table.text("stage")
    rows: list[Row] = []
    leaving: dict[int, list[int]] = {}
    for field in (name for name in ways.moved if name in wanted):
        chains = {
            section: tuple(n for n in chain(field, ways.part_of) if table.column(n)[section] is not None)
            for section in judged
        }
        alike: dict[tuple[str | None, tuple[str, ...]], list[tuple[int, Fraction]]] = {}
        for section, names in chains.items():
            also = tuple(n for n in also_counted(table, section, names, ways.part_of) if n in wanted)
            if field not in names or not all(ways.may_change(section, n) for n in (*names, *also)):
                continue
            there = exact(table.column(field)[section] or 0.0)
            most = there if ways.most_leaving is None else min(there, Fraction(ways.most_leaving))
            give = Variable(Doing.GIVE, section, field, ways.fare, whole=True, most=Fraction(floor(most)), also=also)
            out = effects.add(give, [(section, n) for n in (*names, *also)], -1)
            leaving.setdefault(section, []).append(out)
            alike.setdefault((stages[section], also), []).append((out, -ONE))
        for (stage, also), terms_ in alike.items():
            for section, names in chains.items():
                counted = (*names, *also)
                known = all(table.column(n)[section] is not None for n in (field, *also))
                if stages[section] != stage or not known or not all(ways.may_change(section, n) for n in counted):
                    continue
                take = Variable(Doing.TAKE, section, field, NONE, whole=True, also=also)
                terms_.append((effects.add(take, [(section, n) for n in counted]), ONE))
            rows.append(Row(BALANCE, tuple(terms_), NONE, NONE))
    if ways.most_leaving is not None:
        high = Fraction(ways.most_leaving)
        rows += [Row(EACH, tuple((j, ONE) for j in given), None, high) for given in leaving.values()]
    return rows + [
        row for section, given in leaving.items() for row in _staying(effects, ways, table, wanted, section, given)
    ]


def _staying(
    effects: _Effects, ways: Ways, table: SchoolTable, wanted: Sequence[str], section: int, given: Sequence[int]
) -> Iterable[Row]:
    """Keep judged parts within their wholes where people leave, whoever comes: nobody is made up for one who left."""
    for part, whole in ways.part_of.items():
        small, large = table.column(part)[section], table.column(whole)[section]
        if part not in wanted or small is None or large is None or small > large:
            continue
        of_part = {j for j, _ in effects.by_cell.get((section, part), ())}
        others = [j for j, _ in effects.by_cell.get((section, whole), ()) if j in given and j not in of_part]
        if others:
            yield Row(STAY, tuple((j, -ONE) for j in others), exact(small) - exact(large), None)


def _within_wholes(effects: _Effects, ways: Ways, table: SchoolTable, judged: Sequence[int]) -> list[Row]:
    """Keep parts within their wholes: where a part outgrows it the whole follows, at its price where it has one."""
    rows: list[Row] = []
    done: set[tuple[tuple[int, ...], str]] = set()
    here = frozenset(judged)
    queue = sorted(
        (cell for cell in effects.by_cell if cell[0] in here),
        key=lambda cell: (cell[0], -len(chain(cell[1], ways.part_of)), cell[1]),
    )
    for row, part in queue:  # what is appended below is looked at as well, parts before what they are part of
        whole = ways.part_of.get(part)
        if whole is None or table.column(whole)[row] is None:
            continue
        rows_here = rows_of(table, row, whole, ways.shared)
        key = (rows_here, part)
        if key in done:
            continue
        done.add(key)
        small, large = exact(table.column(part)[row] or 0.0), exact(table.column(whole)[row] or 0.0)
        if small > large:
            continue  # they contradict each other already: nothing can be said of room
        own = any(
            effects.variables[j].doing in (Doing.ADD, Doing.FOLLOW) and effects.variables[j].field == whole
            for j, _ in effects.by_cell.get((row, whole), [])
        )
        if not own and ways.may_change(row, whole):
            variable = Variable(Doing.FOLLOW, row, whole, ways.prices.get(whole, NONE), whole=whole in ways.counted)
            effects.add(variable, [(r, whole) for r in rows_here])
        terms_: dict[int, Fraction] = {}
        for sign, name in ((1, whole), (-1, part)):
            for j, c in effects.by_cell.get((row, name), []):
                terms_[j] = terms_.get(j, NONE) + sign * c
        rows.append(Row(WITHIN, tuple((j, c) for j, c in terms_.items() if c), small - large, None))
        queue.append((row, whole))
    return rows


class _Numerators:
    """The numerators of one method's indicators as functions of the variables."""

    def __init__(self, effects: _Effects, assessment: Assessment) -> None:
        self.effects = effects
        self.assessment = assessment

    def judged(self, own: frozenset[int]) -> list[int]:
        """Return the sections of the county that the method judges."""
        return [i for i in self.assessment.judged if i in own]

    def of(self, indicator: Indicator, section: int) -> tuple[Affine, Fraction] | None:
        """Return numerator and what it is divided by; None where a figure is missing, or there is nothing to divide by.

        Raise UnplannableError where what it is divided by, or its bar, is not fixed.
        """
        view = self.assessment.view(indicator)
        base, scale = exact_numerator(view, indicator, section), exact_scale(view, indicator, section)
        if base is None or not scale:
            return None
        members = view.pools.get(section, (section,))
        moving = [
            name
            for name in (indicator.to, indicator.each, indicator.times, *indicator.to_less, *fields_of_bars(indicator))
            if name is not None and any((m, name) in self.effects.by_cell for m in members)
        ]
        if moving:
            raise UnplannableError("denominator", indicator.id, moving[0])
        found: dict[int, Fraction] = {}
        divisions = self.assessment.divisions
        for sign, name in terms(view, indicator, section):
            for member in (section,) if name in view.common else members:
                share = divisions.shares.get(member, ONE) if name in divisions.divided else ONE
                for j, c in self.effects.by_cell.get((member, name), ()):
                    found[j] = found.get(j, NONE) + sign * c * share
        return Affine(base, tuple((j, c) for j, c in found.items() if c)), scale


def fields_of_bars(indicator: Indicator) -> list[str]:
    """Return the figures by which the bars of an indicator are chosen and grow."""
    grown = [name for term in indicator.terms() for name in (term.of, term.over) if name is not None]
    return [*indicator.circumstances(), *grown]


def _plannable(indicator: Indicator) -> bool:
    """Say whether what is added to its numerator can meet it."""
    return not (indicator.rules or indicator.words or indicator.flag or indicator.at_most or indicator.pooled)


def _node(of: _Numerators, indicator: Indicator, section: int) -> Node | None:
    """Return one indicator of one section as it may be met; None where it does not apply."""
    assessment = of.assessment
    outcome = assessment.outcomes[indicator.id][section]
    if outcome is Outcome.EXEMPT:
        return None
    if indicator.rules:
        parts = [part for rule in indicator.rules if (part := _node(of, rule, section)) is not None]
        count = len(parts) if indicator.given else min(indicator.meet_at_least, len(parts))
        return True if outcome is Outcome.MET else AtLeast(count, tuple(parts))
    bar = assessment.bars[indicator.id][section]
    if not _plannable(indicator) or bar is None:
        return outcome is Outcome.MET
    found = of.of(indicator, section)
    if found is None:
        return outcome is Outcome.MET
    numerator, scale = found
    variables = of.effects.variables
    lowered = any(c < 0 and variables[j].doing is not Doing.GIVE for j, c in numerator.terms)
    if outcome is Outcome.MET and not lowered:
        return True  # a donor keeps what it meets: _donors
    if indicator.strict:
        return outcome is Outcome.MET  # anything more would do, and no least amount of it
    floor_ = None if bar.floor is None else bar.floor * scale
    return Reach(section, indicator.id, numerator, bar.amount * scale, floor_)


def _grade(assessment: Assessment) -> Grade | None:
    """Return the lowest grade that passes; None where the method judges no school, or does not say how."""
    rule = assessment.method.school_rule
    if rule is None or not all(grade.known for grade in rule.grades):
        return None
    grade = next((grade for grade in reversed(rule.grades) if grade.passes), None)
    if grade is not None and grade.points_at_least is not None:
        raise UnplannableError("points")
    if grade is not None and grade.levels:
        raise UnplannableError("levels")
    return grade


def _needs(of: _Numerators, section: int) -> list[SchoolNeed]:
    """Return the school rule of one section."""
    assessment, grade = of.assessment, _grade(of.assessment)
    rule = assessment.method.school_rule
    if grade is None or rule is None:
        return []
    nodes: list[Node] = []
    groups: list[Node] = []
    stuck: list[str] = []
    for indicator in assessment.method.indicators:
        node = _node(of, indicator, section)
        if node is None:
            nodes += [True] if rule.exempt_counts or grade.meet_at_least is None else []
            continue
        nodes.append(node)
        outcome = assessment.outcomes[indicator.id][section]
        floored = grade.others_reach is not None and outcome is Outcome.UNMET
        limited = bool(indicator.limits) and outcome is Outcome.UNMET
        if isinstance(node, AtLeast) and floored:
            groups.append(node)
        elif limited or (floored and not _rises(node)):
            stuck.append(indicator.id)
    counts = [grade.meet_at_least or 0]
    counts += [len(nodes) - grade.unmet_at_most] if grade.unmet_at_most is not None else []
    if not stuck and all(node is True for node in nodes):
        return []
    rules = [SchoolNeed(section, max(counts), tuple(nodes), tuple(stuck))]
    return rules + [SchoolNeed(section, 1, (group,)) for group in groups]


def _rises(node: Node) -> bool:
    """Say whether anything that may be added lifts an indicator."""
    return isinstance(node, Reach) and any(c > 0 for _, c in node.numerator.terms)


def _donors(of: _Numerators, judged: Sequence[int]) -> list[Row]:
    """Keep every donor above its lines: who leaves may not take a figure below the bar it reaches without newcomers."""
    variables = of.effects.variables
    rows: list[Row] = []
    for indicator in of.assessment.method.leaves():
        if not _plannable(indicator):
            continue
        for section in judged:
            bar = of.assessment.bars[indicator.id][section]
            found = of.of(indicator, section) if bar is not None else None
            if bar is None or found is None:
                continue
            numerator, scale = found
            given = tuple((j, c) for j, c in numerator.terms if variables[j].doing is Doing.GIVE)
            if given:
                room = numerator.base - bar.amount * scale - (1 if indicator.strict else 0)
                rows.append(Row(DONOR, given, min(NONE, -room), None))
    return rows


def _spreads(of: _Numerators, own: frozenset[int]) -> list[Spread]:
    """Return the coefficients that have to come within their limits, each alone or as the mean of all of a stage."""
    assessment = of.assessment
    rule = assessment.method.variation
    if rule is None:
        return []
    students, stages = assessment.divisions.column("students"), assessment.divisions.table.text("stage")
    found: list[Spread] = []
    for stage, limit in rule.at_most.items():
        here = [i for i in of.judged(own) if stages[i] == stage and students[i]]
        for indicator in assessment.method.indicators:
            if not indicator.simple:
                continue
            outcomes = assessment.outcomes[indicator.id]
            counted, values = [], []
            for section in here:
                if indicator.applies and outcomes[section] is Outcome.EXEMPT:
                    continue
                numerator = of.of(indicator, section)
                if numerator is not None:
                    affine, scale = numerator
                    counted.append(section)
                    values.append(Affine(affine.base / scale, tuple((j, c / scale) for j, c in affine.terms)))
            weights = tuple(exact(students[i] or 0.0) if rule.weighted else ONE for i in counted)
            if counted:
                found.append(
                    Spread(Stage(stage), indicator.id, limit, rule.rounding, tuple(counted), weights, tuple(values))
                )
    return found
