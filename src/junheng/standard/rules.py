"""A standards file compiled into the method that the engine judges by."""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from pydantic import TypeAdapter, ValidationError

from junheng.engine import model as engine
from junheng.standard.grammar import Exclusion, FieldForm, Indicator, Range, Relaxation, Span_, StandardForm

_RANGE: TypeAdapter[Span_] = TypeAdapter(Range)


class ConditionError(ValueError):
    """A circumstance that names no field, no word of it, or no range."""

    def __init__(self, name: str, found: object) -> None:
        self.name, self.found = name, found
        super().__init__(f"{name}: {found}")


def bar(number: Decimal) -> engine.Bar:
    """Return a number of law with the decimals it is written with."""
    exponent = number.as_tuple().exponent
    return engine.Bar(Fraction(number), max(0, -exponent) if isinstance(exponent, int) else 0)


def span(written: Span_) -> engine.Span:
    """Return a range, exact."""
    low, high = written.low, written.high
    return engine.Span(None if low is None else Fraction(low), None if high is None else Fraction(high))


def condition(written: Mapping[str, Any], fields: Mapping[str, FieldForm]) -> engine.Condition:
    """Return a circumstance: words of a choice field, or the range of a figure; raise ConditionError otherwise."""
    result: dict[str, frozenset[str] | engine.Span] = {}
    for name, wanted in written.items():
        form = fields.get(name)
        if form is None:
            raise ConditionError(name, wanted)
        if form.kind == "choice":
            words = wanted if isinstance(wanted, list) else [wanted]
            if not all(isinstance(word, str) and word in form.choices for word in words):
                raise ConditionError(name, wanted)
            result[name] = frozenset(words)
        elif isinstance(wanted, bool):
            result[name] = engine.Span(Fraction(wanted), Fraction(wanted))
        else:
            try:
                result[name] = span(_RANGE.validate_python(wanted))
            except ValidationError as error:
                raise ConditionError(name, wanted) from error
    return result


def owners(name: str) -> list[str]:
    """Return the words of the owner column that a broad word stands for."""
    return {"public": ["public"]}.get(name, [name])


def exclusion_condition(written: Exclusion, fields: Mapping[str, FieldForm]) -> engine.Condition:
    """Return the circumstance in which a section is left out."""
    given = {"type": written.school_type, "owner": written.owner, "area": written.area}
    result = dict(condition({k: v for k, v in given.items() if v is not None}, fields))
    if written.students is not None:
        result["students"] = span(written.students)
    return result


def reason_of(written: Exclusion) -> str:
    """Return the name of the reason for leaving a section out; made from what it says where none is given."""
    if written.reason is not None:
        return written.reason
    word = "_".join([*(written.school_type or []), *(written.owner or []), *(written.area or [])]) or "school"
    word += "_school" if word in {"special", "vocational", "private"} else ""
    high = written.students.high if written.students is not None else None
    return word if high is None else f"{word}_under_{int(high) + 1}"


def cases(indicator: Indicator, fields: Mapping[str, FieldForm]) -> tuple[engine.Case, ...]:
    """Return the bars of an indicator, each with its circumstance; none where it has none."""
    written = indicator.at_least if indicator.at_least is not None else indicator.at_most

    def number(value: Any) -> engine.Bar | None:  # noqa: ANN401 - a number, or the word unknown
        return None if value == "unknown" else bar(Decimal(value))

    if written is None:
        return ()
    if isinstance(written, dict):
        return tuple(engine.Case({"stage": frozenset([stage])}, number(n)) for stage, n in written.items())
    if isinstance(written, list):
        return tuple(engine.Case(condition(case.when, fields), number(case.is_)) for case in written)
    return (engine.Case({}, number(written)),)


def _indicator(form: Indicator, fields: Mapping[str, FieldForm], relaxations: list[Relaxation]) -> engine.Indicator:
    return engine.Indicator(
        id=form.id,
        of=tuple(form.of),
        less=tuple(form.less),
        to=(form.to or "students") if form.kind == "ratio" else None,
        per=form.per if form.kind == "ratio" else 1,
        bars=cases(form, fields),
        at_most=form.at_most is not None,
        counts=all(fields[name].kind == "count" for name in form.of),
        relaxations=tuple(
            engine.Relaxation(r.id, condition(r.when, fields), r.adds)
            for r in relaxations
            if r.indicator == form.id and r.adds is not None
        ),
    )


def compile_method(form: StandardForm, fields: Mapping[str, FieldForm], relaxations: list[Relaxation]) -> engine.Method:
    """Return the method of a standards file, with the relaxations that are switched on."""
    rule, variation, divisions = form.school_rule, form.variation, form.divisions
    split = frozenset(name for name, f in fields.items() if f.share == "split")
    school_rule = None
    if rule is not None:
        needed = len(form.indicators) if rule.meet_at_least == "all" else int(rule.meet_at_least)
        school_rule = engine.SchoolRule(needed, None if rule.others_reach is None else bar(rule.others_reach))
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
        indicators=tuple(_indicator(indicator, fields, relaxations) for indicator in form.indicators),
        school_rule=school_rule,
        variation=variation_rule,
        exclusions=tuple(
            engine.Exclusion(reason_of(e), exclusion_condition(e, fields)) for e in form.scope.leaves_out if e.applied
        ),
        zero_students_left_out=form.scope.no_students == "left_out",
        pupil_weight={}
        if divisions is None
        else {engine.Stage(s): Fraction(w) for s, w in divisions.pupil_weight.items()},
        divided=split,  # whatever a school shares, whether the document names it or a file of the user's brings it
    )
