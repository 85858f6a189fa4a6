"""Findings as JSON text from their floats, where these say the same as exact arithmetic.

A province has 1.4 million findings. What is clearly on one side of every line is written from its floats; what is near
one is left to exact arithmetic.
"""

import json
from math import ceil, floor

from junheng.engine.model import Assessment, Bar, Figure, Indicator, Outcome
from junheng.engine.values import numerators

DOUBT = 1e-6  # nearer to a whole number than this, a count or a rounding is decided exactly
FINE = 4  # decimals of an amount up to which a gap in floats is exact when rounded
SHORT = 2  # decimals of a bar, and of the share that the others must reach, up to which that holds
CLEAR_BELOW = 1e9

_UNDECIDED = '"gap": null, "gap_to_floor": null, "near": false}'
_Line = tuple[float, float | None, int, float, float, str]
"""Bar, floor, the scale of the bar's decimals, bar and floor in its last decimal, and the bar's text."""


class ClearFindings:
    """Writes the findings on one indicator that are far from every line."""

    def __init__(self, assessment: Assessment, indicator: Indicator) -> None:
        self.indicator = indicator
        self.head = f'{{"id": {json.dumps(indicator.id)}, "value": '
        self.counts = indicator.counts
        rule = assessment.method.school_rule
        share = None if rule is None else rule.others_reach
        self.per = indicator.per
        rounding_safe = indicator.counts or (
            indicator.per == 1
            and all(case.bar is None or case.bar.digits <= SHORT for case in indicator.bars)
            and (share is None or share.digits <= SHORT)
        )
        plainly = indicator.simple and not (indicator.relaxations or indicator.applies or indicator.levels)
        fixed = not (indicator.limits or indicator.plus or indicator.between)
        fixed = fixed and not any(case.terms or (case.bar and case.bar.inverse) for case in indicator.bars)
        graded = rule is not None and any(g.points_at_least or g.levels for g in rule.grades)
        self.possible = plainly and fixed and not graded and rounding_safe
        self.possible = self.possible and indicator.to is not None and not indicator.at_most
        self.tops = numerators(assessment.divisions, indicator) if self.possible else ()
        self.bottoms = assessment.divisions.column(indicator.to) if indicator.to is not None else ()
        self.shares = assessment.divisions.shares
        self.lines: dict[int, _Line] = {}

    def _line(self, bar: Bar) -> _Line:
        line = self.lines.get(id(bar))
        if line is None:
            floor_bar = bar.floor
            amount, scale = float(bar.amount), 10**bar.digits
            least = None if floor_bar is None else float(floor_bar)
            floor_units = float("inf") if floor_bar is None else float(floor_bar * scale)
            text = f', "bar": {amount!r}, "outcome": '
            line = (amount, least, scale, float(bar.amount * scale), floor_units, text)
            self.lines[id(bar)] = line
        return line

    def text(self, section: int, value: Figure, bar: Bar | None, outcome: Outcome) -> str | None:
        """Return the text of one finding, or None where floats leave it open."""
        if not self.possible:
            return None
        if bar is None:
            number = "null" if value is None else repr(value)
            return f'{self.head}{number}, "bar": null, "outcome": "{outcome.value}", {_UNDECIDED}'
        amount, least, scale, bar_units, floor_units, middle = self._line(bar)
        if outcome is Outcome.MET and value is not None:
            if value <= amount * (1 + DOUBT):
                return None
            to_floor = "null" if least is None else "0"
            return f'{self.head}{value!r}{middle}"met", "gap": 0, "gap_to_floor": {to_floor}, "near": false}}'
        if value is None:
            return f'{self.head}null{middle}"missing", {_UNDECIDED}'
        units = value * scale + 0.5
        top, bottom = self.tops[section], self.bottoms[section]
        if abs(units - round(units)) < DOUBT or top is None or bottom is None or not float(bottom).is_integer():
            return None
        gap = self._gap(section, amount * bottom / self.per - top, top)
        to_floor_gap: str | None = "null"
        if least is not None:
            to_floor_gap = "0" if outcome is Outcome.CLOSE else self._gap(section, least * bottom / self.per - top, top)
        if gap is None or to_floor_gap is None:
            return None
        rounded = floor(units)
        seen = Outcome.MET if rounded >= bar_units else Outcome.CLOSE if rounded >= floor_units else Outcome.UNMET
        near = "false" if seen is outcome else "true"
        return (
            f'{self.head}{value!r}{middle}"{outcome.value}", "gap": {gap}, "gap_to_floor": {to_floor_gap}, '
            f'"near": {near}}}'
        )

    def _gap(self, section: int, lacking: float, top: float) -> str | None:
        """Return a gap as text, or None where floats leave it open."""
        if self.counts:
            whole = round(lacking)
            return None if abs(lacking - whole) < DOUBT else str(ceil(lacking))
        if section in self.shares or round(top, FINE) != top or abs(lacking) > CLEAR_BELOW:
            return None
        amount = round(lacking, FINE)  # bar × share has as many decimals at most, and pupils have none
        return str(int(amount)) if amount.is_integer() else repr(amount)
