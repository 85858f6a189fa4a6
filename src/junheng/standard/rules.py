"""A standards file compiled into the method that the engine judges by."""

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from pydantic import TypeAdapter, ValidationError

from junheng.engine import model as engine
from junheng.standard.grammar import (
    ChecklistPart,
    Exclusion,
    FieldForm,
    GradeRule,
    PointsRule,
    Relaxation,
    StandardForm,
)
from junheng.standard.rule_forms import (
    AmountRule,
    AnyRule,
    FieldBar,
    FlagRule,
    GroupRule,
    Increment,
    LevelRule,
    Measured,
    ParameterBar,
    QuotaRule,
    Range,
    RatioRule,
    Span_,
)

_RANGE: TypeAdapter[Span_] = TypeAdapter(Range)
QUOTIENT = 2  # fields in a/b
BAR_KEYS = ("at_least", "at_most", "more_than", "less_than", "limit")  # where bars of a measured rule are written


class ConditionError(ValueError):
    """A circumstance that names no field, no word of it, or no range."""

    def __init__(self, name: str, found: object) -> None:
        self.name, self.found = name, found
        super().__init__(f"{name}: {found}")


def bar(number: Decimal | str) -> engine.Bar:
    """Return a number of law with the decimals it is written with.

    >>> bar(Decimal("0.90")).digits, str(bar("1:21").amount), bar("1:13.5").inverse, bar("16:1").amount
    (2, '1/21', True, Fraction(16, 1))
    """
    if isinstance(number, str):
        left, right = (Decimal(part) for part in number.split(":"))
        inverse = left == 1
        return engine.Bar(Fraction(left) / Fraction(right), _digits(right if inverse else left), inverse)
    return engine.Bar(Fraction(number), _digits(number))


def _digits(number: Decimal) -> int:
    exponent = number.as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def span(written: Span_) -> engine.Span:
    """Return a range, exact."""
    low, high = written.low, written.high
    return engine.Span(None if low is None else Fraction(low), None if high is None else Fraction(high))


YEAR = re.compile(r"year(?:([+-])(\d+)(?!\.?\d))?")


def _dated(wanted: object, year: int | None) -> object:
    """Return a range in which `year`, `year+2` are numbers; None where they are used and no year is known."""
    if not (isinstance(wanted, str) and "year" in wanted):
        return wanted
    if year is None:
        return None
    return YEAR.sub(lambda m: str(year + (int(f"{m[1]}{m[2]}") if m[1] else 0)), wanted)


def written_range(wanted: object) -> engine.Span | None:
    """Return a range as it is written, exact; None for words, a yes or no, or a range of years beside the one judged."""
    if isinstance(wanted, bool | list) or (isinstance(wanted, str) and "year" in wanted):
        return None
    try:
        return span(_RANGE.validate_python(wanted))
    except ValidationError:
        return None


def condition(written: Mapping[str, Any], fields: Mapping[str, FieldForm], year: int | None = None) -> engine.Condition:
    """Return a circumstance: words of a choice field, or the range of a figure or of a quotient `a/b`.

    `year` in a range is the year judged. Raise ConditionError otherwise.
    """
    result: dict[str, frozenset[str] | engine.Span] = {}
    for name, wanted in written.items():
        parts = name.removeprefix(engine.OF_SCHOOL).split("/")
        unknown = next((part for part in parts if part not in fields), None)
        if unknown is not None:
            raise ConditionError(unknown, wanted)
        form = fields[parts[0]]
        if form.kind == "choice" and not name.startswith(engine.OF_SCHOOL):
            words = wanted if isinstance(wanted, list) else [wanted]
            if not all(isinstance(word, str) and word in form.choices for word in words):
                raise ConditionError(name, wanted)
            result[name] = frozenset(words)
        elif not all(fields[part].numeric for part in parts) or len(parts) > QUOTIENT:
            raise ConditionError(parts[0], wanted)
        elif isinstance(wanted, bool):
            result[name] = engine.Span(Fraction(wanted), Fraction(wanted))
        else:
            dated = _dated(wanted, year)
            if dated is None and wanted is not None:
                result[engine.UNDATED] = engine.Span(None, None)
                continue
            try:
                result[name] = span(_RANGE.validate_python(dated))
            except ValidationError as error:
                raise ConditionError(name, wanted) from error
    return result


def exclusion_condition(written: Exclusion, fields: Mapping[str, FieldForm]) -> engine.Condition:
    """Return the circumstance in which a section is left out."""
    given = {"type": written.school_type, "owner": written.owner, "area": written.area}
    result = dict(condition({**{k: v for k, v in given.items() if v is not None}, **written.when}, fields))
    if written.students is not None:
        result["students"] = span(written.students)
    return result


def exclusions(written: Sequence[Exclusion], fields: Mapping[str, FieldForm]) -> tuple[engine.Exclusion, ...]:
    """Return the kinds of sections that are left out, with the name of the reason."""
    return tuple(engine.Exclusion(reason_of(e), exclusion_condition(e, fields)) for e in written if e.applied)


def reason_of(written: Exclusion) -> str:
    """Return the name of the reason for leaving a section out; made from what it says where none is given."""
    if written.reason is not None:
        return written.reason
    word = "_".join([*(written.school_type or []), *(written.owner or []), *(written.area or [])]) or "school"
    word += "_school" if word in {"special", "vocational", "private"} else ""
    high = written.students.high if written.students is not None else None
    return word if high is None else f"{word}_under_{int(high) + 1}"


class _Compiler:
    """Compiles the rules of one file: its words, the year judged, its dated numbers and the relaxations taken."""

    def __init__(
        self,
        form: StandardForm,
        fields: Mapping[str, FieldForm],
        year: int | None,
        relaxations: Sequence[Relaxation] = (),
    ) -> None:
        self.form, self.fields, self.year, self.relaxations = form, fields, year, relaxations

    def cases(self, written: Any, between: str | None = None) -> tuple[engine.Case, ...]:  # noqa: ANN401 - a bar of any shape
        """Return bars, each with its circumstance; none where there are none."""
        if written is None:
            return ()
        if isinstance(written, dict):
            found = [self._case({"stage": frozenset([stage])}, value) for stage, value in written.items()]
        elif isinstance(written, list):
            found = [self._case(condition(case.when, self.fields, self.year), case.is_) for case in written]
        else:
            found = [self._case({}, written)]
        flat = tuple(case for cases in found for case in cases)
        axis = axes(written, self.fields) if between else ()
        return _on_axis(flat, *axis) if len(axis) == 1 else flat

    def _case(self, when: engine.Condition, value: Any) -> list[engine.Case]:  # noqa: ANN401 - a bar of any shape
        if isinstance(value, FieldBar):
            digits = 0 if self.fields[value.field].kind == "count" and value.times == 1 else 2
            return [engine.Case(when, engine.Bar(Fraction(0), digits), None, (self._term(value),))]
        if isinstance(value, ParameterBar):
            by_year = self.form.parameters[value.parameter].by_year
            dated = None if self.year is None else by_year.get(str(self.year - value.years_before))
            if dated is None:
                return [engine.Case(when, None)]
            return [case._replace(when={**case.when, **when}) for case in self.cases(dated)]
        return [engine.Case(when, None if value == "unknown" else bar(value))]

    def _term(self, value: FieldBar) -> engine.Term:
        return engine.Term(Fraction(value.times), value.field)

    def _increment(self, written: Increment, rule: Measured) -> engine.Increment:
        over, per = (rule.to, rule.per) if isinstance(rule, RatioRule) else (None, 1)
        term = engine.Term(
            Fraction(1),
            written.for_each,
            Fraction(written.every) / per,
            Fraction(written.beyond),
            written.round or "",
            over,
        )
        return engine.Increment(self.cases(written.is_), term)

    def indicator(self, rule: AnyRule, above: str = "") -> engine.Indicator:
        """Return a rule ready to judge by; one within a group has the id of the group before its own."""
        id_ = f"{above}.{rule.id}" if above else rule.id
        applies = tuple(condition(when, self.fields, self.year) for when in rule.applies or ())
        points = None if rule.points in (None, "unknown") else Fraction(str(rule.points))
        here = engine.Indicator(id_, applies=applies, points=points, through=engine.Through(rule.through))
        here = here._replace(
            may_not_apply=rule.may_not_apply, applies_where=condition(rule.applies_where, self.fields, self.year)
        )
        if isinstance(rule, GroupRule):
            rules = tuple(self.indicator(part, id_) for part in rule.of)
            needed = rule.meet_at_least if isinstance(rule.meet_at_least, int) else len(rules)
            return here._replace(rules=rules, meet_at_least=needed, given=rule.meet_at_least == "given")
        if isinstance(rule, FlagRule):
            return here._replace(of=(rule.of,), bars=_answer(rule), flag=True, at_most=rule.answer == "no")
        if isinstance(rule, LevelRule):
            words = tuple(self.fields[rule.of].choices)
            wanted = len(words) - 1 - words.index(rule.at_least) if rule.at_least else len(words) - 1
            bars = (engine.Case({}, engine.Bar(Fraction(wanted), 0, floor=Fraction(1))),)
            return here._replace(of=(rule.of,), words=words, bars=bars)
        here = here._replace(
            of=tuple(rule.of),
            less=tuple(rule.less),
            counts=all(self.fields[name].kind == "count" for name in rule.of),
        )
        if isinstance(rule, QuotaRule):
            return here._replace(bars=self._quota(rule))
        floors = [level.at_least if level.at_least is not None else level.at_most for level in rule.levels]
        levels = tuple(
            engine.Level(level.level, self.cases(bars, rule.between))
            for level, bars in zip(rule.levels, floors, strict=True)
        )
        ratio = isinstance(rule, RatioRule)
        return here._replace(
            to=rule.to if isinstance(rule, RatioRule) else None,
            per=rule.per if isinstance(rule, RatioRule) else 1,
            times=rule.times,
            each=rule.each,
            to_less=tuple(rule.to_less) if isinstance(rule, RatioRule) else (),
            share=isinstance(rule, RatioRule) and rule.share,
            bars=levels[0].bars if levels else self.cases(rule.bars, rule.between),
            at_most=rule.ceiling,
            strict=rule.strict,
            counts=here.counts and (ratio or rule.each is None),
            between=None if rule.between is None else engine.Between(rule.between),
            limits=self.cases(rule.limit, rule.between),
            levels=levels,
            plus=tuple(self._increment(increment, rule) for increment in rule.plus),
            pooled=rule.over == "county",
            relaxations=tuple(self._relaxation(r, rule) for r in self.relaxations if r.indicator in (rule.id, id_)),
        )

    def part(self, form: ChecklistPart) -> engine.Part:
        """Return a part that is judged item by item, with the points that a table gives its items."""
        points = {
            id_: Fraction(number) for t in self.form.points if t.part == form.part.id for id_, number in t.items.items()
        }
        items = []
        for rule in form.items:
            indicator = self.indicator(rule)
            indicator = indicator._replace(points=points.get(rule.id, indicator.points))
            items.append(engine.Item(indicator, not self._once(rule)))
        asked = form.rule if isinstance(form.rule, PointsRule) else None
        return engine.Part(
            form.part.id,
            tuple(items),
            exclusions(form.leaves_out, self.fields),
            None if asked is None else bar(asked.points_at_least),
            None if asked is None else asked.score,
        )

    def _once(self, rule: AnyRule) -> bool:
        """Say whether a rule is judged once for the county: by what it answers, or by sums over its schools."""
        if isinstance(rule, GroupRule):
            return self._once(rule.of[0])
        return getattr(rule, "over", "") == "county" or any(
            self.fields[name].level == "county" for _, name in named_fields(rule)
        )

    def _quota(self, rule: QuotaRule) -> tuple[engine.Case, ...]:
        """Return bars that grow with a figure: one for every so many of it."""

        def term(every: Fraction) -> engine.Term:
            return engine.Term(Fraction(1), rule.to, every, rounding=rule.round or "")

        return tuple(
            case
            if case.bar is None
            else engine.Case(case.when, engine.Bar(Fraction(0), 0 if rule.round else 2), None, (term(case.bar.amount),))
            for case in self.cases(rule.one_for_every)
        )

    def _relaxation(self, r: Relaxation, rule: Measured) -> engine.Relaxation:
        return engine.Relaxation(
            r.id,
            condition(r.when, self.fields, self.year),
            r.adds,
            r.instead,
            None if r.by is None else Fraction(r.by),
            self.cases(r.to, rule.between),
        )

    def school_rule(self) -> engine.SchoolRule | None:
        """Return the grades of a section; None where no single school is judged."""
        form = self.form
        if form.school_rule is None:
            return None
        award = tuple((Fraction(tier.reach), Fraction(tier.share)) for tier in form.award)
        grades = tuple(self._grade(grade) for grade in form.grades) or (engine.Grade(known=False),)
        return engine.SchoolRule(grades, all(g.exempt == "met" for g in form.grades), award)

    def _grade(self, written: GradeRule) -> engine.Grade:
        points = written.points_at_least
        needs_all = written.meet_at_least == "all"
        return engine.Grade(
            name=written.grade,
            meet_at_least=None if needs_all or written.meet_at_least is None else int(written.meet_at_least),
            unmet_at_most=0 if needs_all else written.unmet_at_most,
            others_reach=None if written.others_reach is None else bar(written.others_reach),
            points_at_least=None if points in (None, "unknown") else bar(Decimal(str(points))),
            levels={name: span(count) for name, count in written.levels.items()},
            passes=written.passes,
            known=points != "unknown",
        )


def _answer(rule: FlagRule) -> tuple[engine.Case, ...]:
    """Return the bar of a yes-or-no: at least yes, or at most no; unknown for stages of which the text does not speak."""
    yes = engine.Bar(Fraction(rule.answer == "yes"), 0)
    if not isinstance(rule.required, dict):
        return (engine.Case({}, yes if rule.required is True else None),)
    return tuple(
        engine.Case({"stage": frozenset([stage])}, yes if required is True else None)
        for stage, required in rule.required.items()
    )


def axes(written: Any, fields: Mapping[str, FieldForm]) -> set[str]:  # noqa: ANN401 - a bar of any shape
    """Return the fields of figures, no yes-or-no, by which bars stand in bands."""
    cases = written if isinstance(written, list) else []
    named = {name: fields.get(name.removeprefix(engine.OF_SCHOOL)) for case in cases for name in case.when}
    return {name for name, form in named.items() if form is not None and form.kind in {"count", "amount"}}


def _on_axis(cases: tuple[engine.Case, ...], axis: str) -> tuple[engine.Case, ...]:
    """Return cases with the field whose bands they are read between taken out of their circumstance."""
    return tuple(
        case._replace(when={n: w for n, w in case.when.items() if n != axis}, at=(axis, place))
        if isinstance(place := case.when.get(axis), engine.Span)
        else case
        for case in cases
    )


def compile_method(
    form: StandardForm, fields: Mapping[str, FieldForm], relaxations: list[Relaxation], year: int | None = None
) -> engine.Method:
    """Return the method of a standards file, with the relaxations that are switched on.

    Raise ConditionError for a circumstance that cannot be read.
    """
    variation, divisions = form.variation, form.divisions
    compiler = _Compiler(form, fields, year, relaxations)
    variation_rule = None
    if variation is not None:
        at_most = variation.at_most
        by_stage = at_most if isinstance(at_most, dict) else {"primary": at_most, "junior": at_most}
        variation_rule = engine.VariationRule(
            at_most={engine.Stage(stage): bar(number) for stage, number in by_stage.items()},
            composite=variation.judge == "composite",
            weighted=variation.weight == "students",
            rounding=None if variation.rounding is None else variation.rounding.digits,
            parts_rounding=None if variation.parts_rounding is None else variation.parts_rounding.digits,
            single_decided=variation.one_school == "zero",
        )
    return engine.Method(
        indicators=tuple(compiler.indicator(indicator) for indicator in form.indicators),
        school_rule=compiler.school_rule(),
        variation=variation_rule,
        exclusions=exclusions(form.scope.leaves_out, fields),
        zero_students_left_out=form.scope.no_students == "left_out",
        pupil_weight={}
        if divisions is None
        else {engine.Stage(s): Fraction(w) for s, w in divisions.pupil_weight.items()},
        # whatever a school shares, whether the document names it or a file of the user's brings it
        divided=frozenset(name for name, f in fields.items() if f.share == "split"),
        common=frozenset(name for name, f in fields.items() if f.share == "common" or f.kind == "flag"),
        school_classes=tuple((c.id, condition(c.when, fields, year)) for c in form.school_classes),
        parts=tuple(compiler.part(part) for part in form.checklist),
        county_fields=frozenset(name for name, f in fields.items() if f.level == "county"),
    )


def named_fields(rule: AnyRule) -> Iterator[tuple[str, str]]:
    """Yield every field of figures that a rule names, with the key that names it."""
    if isinstance(rule, RatioRule | AmountRule | QuotaRule):
        yield from (("of", name) for name in rule.of)
        yield from (("less", name) for name in rule.less)
    if isinstance(rule, FlagRule):
        yield "of", rule.of
    if isinstance(rule, RatioRule | QuotaRule):
        yield "to", rule.to
    if isinstance(rule, RatioRule):
        yield from (("to_less", name) for name in rule.to_less)
    if isinstance(rule, RatioRule | AmountRule):
        yield from ((key, name) for key in ("times", "each") if (name := getattr(rule, key)) is not None)
        yield from (("plus", increment.for_each) for increment in rule.plus)
        for key in BAR_KEYS:
            yield from ((key, value.field) for value in bar_values(getattr(rule, key)) if isinstance(value, FieldBar))


def bar_values(written: Any) -> Iterator[Any]:  # noqa: ANN401 - a bar of any shape
    """Yield every bar that is written, whatever its shape."""
    if isinstance(written, dict):
        yield from written.values()
    elif isinstance(written, list):
        yield from (case.is_ for case in written)
    elif written is not None:
        yield written
