"""Figures that are probably in another unit than their column: a hundredth of the bar, or a hundred times it."""

from collections.abc import Mapping
from fractions import Fraction

from junheng import kinds
from junheng.engine.model import Assessment, Indicator
from junheng.number import exact, shown
from junheng.problems import Problem
from junheng.standard.grammar import FieldForm
from junheng.text import Text
from junheng.workbook.origin import Origin

TIMES = 100
PERSONS = "人"  # nobody counts persons in another unit
BELOW = Text("不到标准的百分之一", "less than a hundredth of the bar")
ABOVE = Text("超过标准的 100 倍", "more than a hundred times the bar")


def doubtful_units(
    assessment: Assessment, origin: Origin, fields: Mapping[str, FieldForm], names: Mapping[str, Text]
) -> list[Problem]:
    """Return a warning for every column whose figures are far from any plausible one, at the first of its cells.

    Each sheet's column has one, with how many sections it concerns. 0 is a figure like others, and on the hundredth
    and on the hundredfold nothing is said. `names` are those of the indicators. No figure is changed.
    """
    problems = []
    for indicator in assessment.method.leaves():
        if not _measured(indicator, fields):
            continue
        values, bars = assessment.values[indicator.id], assessment.bars[indicator.id]
        found: dict[tuple[int, bool], list[int]] = {}
        distinct = dict(zip(map(id, bars), bars, strict=True))
        lines = {at: float(bar.amount) for at, bar in distinct.items() if bar is not None and bar.amount > 0}
        for section in assessment.judged:
            value, bar = values[section], bars[section]
            line = lines.get(id(bar))
            if value and bar is not None and line is not None:
                # in floats first: the exact comparison is for what comes near
                if value * TIMES <= line * 1.001 and exact(value) * TIMES < bar.amount:
                    found.setdefault((origin.sheet_of[section], True), []).append(section)
                elif value >= line * TIMES * 0.999 and exact(value) > bar.amount * TIMES:
                    found.setdefault((origin.sheet_of[section], False), []).append(section)
        for (_, below), sections in found.items():
            problems.append(_problem(assessment, origin, fields, names, indicator, sections, below=below))
    return problems


def _measured(indicator: Indicator, fields: Mapping[str, FieldForm]) -> bool:
    """Say whether an indicator is an amount of one thing for each of another, with a floor."""
    forms = [fields[name] for name in indicator.of if name in fields]
    plain = indicator.simple and indicator.to is not None and not indicator.at_most
    return plain and bool(forms) and all(form.numeric and form.unit != PERSONS for form in forms)


def _problem(
    assessment: Assessment,
    origin: Origin,
    fields: Mapping[str, FieldForm],
    names: Mapping[str, Text],
    indicator: Indicator,
    sections: list[int],
    *,
    below: bool,
) -> Problem:
    first = sections[0]
    value, bar = assessment.values[indicator.id][first], assessment.bars[indicator.id][first]
    name = next((name for name in indicator.of if origin.cells(first, name)), indicator.of[0])
    place = next(iter(origin.cells(first, name)), origin.place(first, "name"))
    return kinds.UNIT_DOUBTFUL.at(
        place,
        field=fields[name].text,
        unit=fields[name].unit or "—",
        school=assessment.divisions.table.text("name")[first] or "",
        indicator=names[indicator.id],
        value=_rounded(exact(value or 0)),
        bar="" if bar is None else shown(bar.amount, bar.digits),
        count=len(sections),
        far=BELOW if below else ABOVE,
    )


def _rounded(number: Fraction) -> str:
    """Return a number as a sentence shows it: two digits, more where it is small."""
    digits = 2
    while number and number * 10**digits < 1:
        digits += 1
    return shown(number, digits)
