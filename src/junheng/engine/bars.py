"""The bar of an indicator for every section: by circumstance, between bands, grown by terms, eased, with its floor."""

from collections.abc import Sequence
from fractions import Fraction
from math import ceil, floor

from junheng.engine.circumstances import banded, cases_holding, first, holding
from junheng.engine.divisions import exact_figure
from junheng.engine.model import Bar, Case, Divisions, Indicator, SchoolRule, Term, Through
from junheng.engine.values import exact_scale


def of_cases(divisions: Divisions, indicator: Indicator, cases: Sequence[Case]) -> list[Bar | None]:
    """Return the bar of each section by a list of cases, their terms included; None where it cannot be told."""
    pick = first if indicator.between is None else banded(indicator.between, at_most=indicator.at_most)
    found = cases_holding(divisions, cases, pick)
    if not any(case.terms for case in cases):
        return found
    terms = {id(case.bar): [(term.amount, term) for term in case.terms] for case in cases if case.bar is not None}
    names = {at: [n for _, term in parts for n in (term.of, term.over) if n is not None] for at, parts in terms.items()}
    known: dict[tuple[object, ...], Bar | None] = {}  # one bar for sections alike: there are few counts of classes
    result = []
    columns = {name: divisions.column(name) for of_case in names.values() for name in of_case}
    for section, bar in enumerate(found):
        at = id(bar)
        if section in divisions.shares or section in divisions.pools:  # exact by shares and sums, not by the float
            result.append(_grown(divisions, bar, terms.get(at, ()), section))
            continue
        key = at, *(columns[name][section] for name in names.get(at, ()))
        if key not in known:
            known[key] = _grown(divisions, bar, terms.get(at, ()), section)
        result.append(known[key])
    return result


def _grown(divisions: Divisions, bar: Bar | None, parts: Sequence[tuple[Fraction, Term]], section: int) -> Bar | None:
    """Return a bar with terms added; None where a figure they need is missing."""
    if bar is None or not parts:
        return bar
    amount = bar.amount
    for each, term in parts:
        figure = exact_figure(divisions, term.of, section)
        over = Fraction(1) if term.over is None else exact_figure(divisions, term.over, section)
        if figure is None or not over:
            return None
        steps = max(Fraction(0), figure - term.beyond) / term.every
        if term.rounding:
            steps = Fraction(ceil(steps) if term.rounding == "up" else floor(steps))
        amount += each * steps / over
    return bar._replace(amount=amount)


def _incremented(divisions: Divisions, indicator: Indicator, found: list[Bar | None]) -> list[Bar | None]:
    for increment in indicator.plus:
        amounts = of_cases(divisions, indicator, increment.bars)
        found = [
            None if amount is None else _grown(divisions, bar, [(amount.amount, increment.term)], section)
            for section, (bar, amount) in enumerate(zip(found, amounts, strict=True))
        ]
    return found


def bars(
    divisions: Divisions, indicator: Indicator, rule: SchoolRule | None = None
) -> tuple[list[Bar | None], frozenset[int]]:
    """Return the bar of each section, and the sections where a missing figure leaves open whether it is eased.

    None where the number is not known or cannot be told. The bar of such an open section is the one that is not eased.
    """
    found = _incremented(divisions, indicator, of_cases(divisions, indicator, indicator.bars))
    unknown: set[int] = set()
    for relaxation in indicator.relaxations:
        holds = holding(divisions, relaxation.when)
        unknown.update(section for section, held in enumerate(holds) if held is None)
        if relaxation.by is not None:
            factor = 1 + relaxation.by if indicator.at_most else 1 - relaxation.by
            found = [
                bar._replace(amount=bar.amount * factor) if held and bar is not None else bar
                for bar, held in zip(found, holds, strict=True)
            ]
        elif relaxation.bars:
            eased = of_cases(divisions, indicator, relaxation.bars)
            found = [e if held else bar for bar, e, held in zip(found, eased, holds, strict=True)]
    if indicator.through is Through.SUM:
        found = _summed(divisions, indicator, found)
    return _with_floors(divisions, indicator, found, rule), frozenset(unknown)


def members(divisions: Divisions) -> dict[int, tuple[int, ...]]:
    """Return, for every section of a school that has several, those whose needs are added up: primary and junior."""
    stages = divisions.table.text("stage")
    return {
        section: tuple(s for s in siblings if stages[s] in ("primary", "junior"))
        for section, siblings in divisions.table.siblings.items()
    }


def _summed(divisions: Divisions, indicator: Indicator, own: Sequence[Bar | None]) -> list[Bar | None]:
    """Return for the sections of a through-school the mean of their bars, weighted by what these are measured on."""
    result = list(own)
    for section, siblings in members(divisions).items():
        needs, scales, digits = Fraction(0), Fraction(0), 0
        for sibling in siblings:
            bar, scale = own[sibling], exact_scale(divisions, indicator, sibling)
            if bar is None or scale is None:
                break
            needs, scales, digits = needs + bar.amount * scale, scales + scale, max(digits, bar.digits)
        else:
            by_quotient = indicator.to is not None
            if siblings and (scales or not by_quotient):
                result[section] = Bar(needs / scales if by_quotient else needs, digits)
                continue
        result[section] = None
    return result


def _with_floors(
    divisions: Divisions, indicator: Indicator, found: list[Bar | None], rule: SchoolRule | None
) -> list[Bar | None]:
    """Return the bars with what a value that misses them must still reach; each distinct bar is made once."""
    if indicator.limits:
        limits = of_cases(divisions, indicator, indicator.limits)
        return [
            bar if bar is None or limit is None else bar._replace(floor=limit.amount)
            for bar, limit in zip(found, limits, strict=True)
        ]
    if indicator.levels:
        last = [level.bars for level in indicator.levels if level.bars][-1]
        lowest = of_cases(divisions, indicator, last)
        return [
            bar if bar is None or low is None else bar._replace(floor=low.amount)
            for bar, low in zip(found, lowest, strict=True)
        ]
    share = None if rule is None or indicator.at_most or indicator.words else rule.others_reach
    if share is None:
        return found
    made: dict[int, Bar | None] = {id(None): None}
    for bar in {id(bar): bar for bar in found}.values():
        if bar is not None:
            made[id(bar)] = bar._replace(floor=bar.amount * share.amount)
    return [made[id(bar)] for bar in found]
