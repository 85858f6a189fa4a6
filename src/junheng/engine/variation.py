"""The coefficient of variation between schools (校际差异系数), weighted by pupils, and the verdict on it."""

from collections.abc import Callable, Sequence
from decimal import Decimal, localcontext
from fractions import Fraction
from math import fsum, sqrt
from operator import mul

from junheng.engine.model import Assessment, Bar, Composite, Figure, Indicator, Outcome, Stage, Variation, VariationRule
from junheng.engine.values import exact_value
from junheng.number import exact, near, rounded

PRECISION = 40  # decimal digits of a root that has to be compared


def squared_variation(values: Sequence[Fraction], weights: Sequence[Fraction]) -> Fraction | None:
    """Return the square of the coefficient of variation (差异系数), exact.

    The mean and the variance are weighted, so that a school counts by its pupils; population form. 0 when all schools
    are alike, and for one school; no upper limit; None where there is no weight or the mean is 0.
    Source: 县域义务教育校际均衡指标计算方法（以生均图书册数为例）, five schools, published 0.52.

    >>> books, pupils = [279, 137, 935, 160, 402], [45, 37, 89, 76, 55]
    >>> square = squared_variation([Fraction(b, p) for b, p in zip(books, pupils)], pupils)
    >>> round(sqrt(square), 2), square <= Fraction("0.50") ** 2
    (0.52, False)
    """
    total = sum(weights)
    if not total:
        return None
    mean = Fraction(sum(w * v for w, v in zip(weights, values, strict=True))) / total
    if not mean:
        return None
    return sum((w * (v - mean) ** 2 for w, v in zip(weights, values, strict=True)), Fraction(0)) / total / mean**2


def spread(values: Sequence[float], weights: Sequence[float]) -> tuple[float, float, float | None] | None:
    """Return mean, standard deviation and coefficient in floats; None where there is no weight.

    The coefficient is None where the mean is 0: it is not computable then, and never 0.
    """
    total = fsum(weights)
    if not total:
        return None
    mean = fsum(map(mul, weights, values)) / total
    sd = sqrt(fsum([w * (v - mean) * (v - mean) for w, v in zip(weights, values, strict=True)]) / total)
    return mean, sd, sd / mean if mean else None


def precise_root(square: Fraction) -> Fraction:
    """Return the square root of an exact number to 40 digits."""
    with localcontext() as context:
        context.prec = PRECISION
        return Fraction((Decimal(square.numerator) / Decimal(square.denominator)).sqrt())


def within(square: Fraction, limit: Bar, rounding: int | None = None) -> bool:
    """Say whether a coefficient, given by its exact square, is within its limit. On the line is within.

    >>> jiujiang = (Fraction("0.445392") / Fraction("0.887611")) ** 2
    >>> within(jiujiang, Bar(Fraction("0.50"), 2)), within(jiujiang, Bar(Fraction("0.50"), 2), rounding=2)
    (False, True)
    """
    if rounding is None:
        return square <= limit.amount**2
    return rounded(precise_root(square), rounding) <= limit.amount


def near_limit(square: Fraction, limit: Bar) -> bool:
    """Say whether rounding the coefficient to the decimals of its limit would change the verdict (临界)."""
    return within(square, limit) != within(square, limit, limit.digits)


def _judged(
    cv: float, limit: Bar, rounding: int | None, exact_square: Callable[[], Fraction | None]
) -> tuple[bool, bool]:
    """Return verdict and nearness of a coefficient known in floats, exactly where that is not enough."""
    line = float(limit.amount)
    if abs(cv - line) > 10.0**-limit.digits and (rounding is None or abs(cv - line) > 10.0**-rounding):
        return cv < line, False
    square = exact_square() if near(cv, line) or rounding is not None else exact(cv) ** 2
    if square is None:
        return False, False
    return within(square, limit, rounding), near_limit(square, limit)


def concerned(assessment: Assessment, indicator: Indicator, sections: Sequence[int]) -> Sequence[int]:
    """Return the sections that have a part in the differences: not those that an indicator does not apply to."""
    if not indicator.applies:
        return sections
    return [i for i in sections if assessment.outcomes[indicator.id][i] is not Outcome.EXEMPT]


def counted_in(assessment: Assessment, indicator: Indicator, sections: Sequence[int]) -> list[int]:
    """Return the sections that a coefficient is computed from: of those concerned, the ones with a value and pupils."""
    column, students = assessment.values[indicator.id], assessment.divisions.column("students")
    return [i for i in concerned(assessment, indicator, sections) if column[i] is not None and students[i]]


def vary(
    assessment: Assessment,
    indicator: Indicator,
    stage: Stage,
    sections: Sequence[int],
    missing: int,
    rule: VariationRule,
) -> Variation:
    """Return the coefficient of one indicator over sections of one stage; `missing` counts further ones unplaced.

    The verdict is None where a figure is missing, where nothing can be computed, or where the rule judges the
    composite.
    """
    column, students = assessment.values[indicator.id], assessment.divisions.column("students")
    counted = counted_in(assessment, indicator, sections)
    missing += len(concerned(assessment, indicator, sections)) - len(counted)
    values = [column[i] or 0.0 for i in counted]
    pupils = [students[i] or 0.0 for i in counted]
    found = spread(values, pupils if rule.weighted else [1.0] * len(counted))
    limit = None if rule.composite else rule.at_most.get(stage)
    mean, sd, cv = found or (None, None, None)
    passed, close = None, False
    undecided = missing or (len(counted) == 1 and not rule.single_decided)
    if cv is not None and limit is not None:

        def square() -> Fraction | None:
            return exact_square(assessment, indicator, counted, weighted=rule.weighted)

        verdict, close = _judged(cv, limit, rule.rounding, square)
        passed = None if undecided else verdict
    return Variation(stage, indicator.id, len(counted), fsum(pupils), missing, mean, sd, cv, limit, passed, close)


def exact_square(
    assessment: Assessment, indicator: Indicator, sections: Sequence[int], *, weighted: bool
) -> Fraction | None:
    """Return the exact square of the coefficient over sections that all have a figure."""
    students = assessment.divisions.column("students")
    values = [exact_value(assessment.divisions, indicator, i) or Fraction(0) for i in sections]
    return squared_variation(values, [exact(students[i] or 0.0) if weighted else Fraction(1) for i in sections])


def composite_of(coefficients: Sequence[Fraction], parts_rounding: int | None = None) -> Fraction:
    """Return the plain mean of coefficients, each rounded first where the rule says so.

    >>> printed = ".393 .578 .372 .246 .208 .311 .311 .455".split()
    >>> round(float(composite_of([Fraction(p) for p in printed])), 3)
    0.359
    """
    parts = coefficients if parts_rounding is None else [rounded(c, parts_rounding) for c in coefficients]
    return sum(parts, Fraction(0)) / len(parts)


def compose(
    assessment: Assessment, stage: Stage, sections: Sequence[int], variations: Sequence[Variation], rule: VariationRule
) -> Composite:
    """Return the composite of one stage: the mean of its coefficients, None where one of them is not there."""
    limit = rule.at_most[stage]
    cvs: list[Figure] = [v.cv for v in variations]
    if not cvs or any(cv is None for cv in cvs):
        return Composite(stage, None, limit, None, near=False)
    mean = fsum(cv for cv in cvs if cv is not None) / len(cvs)
    if rule.parts_rounding is not None or abs(mean - float(limit.amount)) <= 10.0 ** -min(
        limit.digits, rule.rounding or 9
    ):
        indicators = {i.id: i for i in assessment.method.indicators}
        squares = [
            exact_square(assessment, node, counted_in(assessment, node, sections), weighted=rule.weighted)
            for node in (indicators[v.indicator] for v in variations)
        ]
        roots = [precise_root(square) for square in squares if square is not None]
        precise = composite_of(roots, rule.parts_rounding)
        mean = float(precise)
        verdict, close = within(precise**2, limit, rule.rounding), near_limit(precise**2, limit)
    else:
        verdict, close = mean < float(limit.amount), False
    undecided = any(v.missing or (v.divisions == 1 and not rule.single_decided) for v in variations)
    return Composite(stage, mean, limit, None if undecided else verdict, close)
