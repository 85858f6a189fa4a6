"""A run looked through for how small a wrong figure would change its verdicts, and how stable they are."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import NamedTuple

from junheng.advice.coefficient_errors import CoefficientFlip, coefficients
from junheng.advice.reporting_errors import PER_CENT, Figures
from junheng.advice.sensitivity import Flip, SchoolSensitivity, schools
from junheng.advice.stability import Interval, Judging, Shares, drawn, intervals
from junheng.run import Run, shared_fields, sums_of, wholes
from junheng.standard.load import Standard


class OfStandard(NamedTuple):
    """What one standard that judges schools says: the run by it, the least changes, and the worst and best cases."""

    run: Run
    found: SchoolSensitivity
    intervals: Mapping[int, Interval]


class Sensitivity(NamedTuple):
    """All there is to say of one run; coefficients by county. `error` is a share: 0.01 is one per cent."""

    run: Run
    figures: Figures
    error: Fraction
    schools: Sequence[OfStandard]
    coefficients: Sequence[Sequence[CoefficientFlip]]
    shares: Shares

    def near(self, flip: Flip | CoefficientFlip) -> bool:
        """Say whether a change is of one pupil, person or thing, or of an amount by no more than the error."""
        if flip.field in self.figures.counted:
            return abs(flip.steps) <= 1
        return abs(flip.steps) <= self.error * 100 * PER_CENT

    def size(self, flip: Flip | CoefficientFlip) -> Fraction:
        """Return how large a change is: one person or thing counts as much as one per cent of an amount."""
        counted = flip.field in self.figures.counted
        return Fraction(abs(flip.steps)) / (1 if counted else PER_CENT)


def figures_of(run: Run) -> Figures:
    """Return the figures of a run's table, with the words of its standard and of the province's."""
    every: list[Standard] = [run.standard, *(one.standard for one in run.gate)]
    kinds = {name: form.kind for standard in every for name, form in standard.fields.items()}
    return Figures(
        run.assessment.divisions.table,
        frozenset(name for name, kind in kinds.items() if kind == "count"),
        frozenset(name for name, kind in kinds.items() if kind == "amount"),
        frozenset().union(*map(shared_fields, every)),
        {name: parts for standard in every for name, parts in sums_of(standard).items()},
        {part: whole for standard in every for part, whole in wholes(standard).items()},
    )


def sensitivity_of(run: Run, error: Fraction, *, draws: int, seed: int) -> Sensitivity:
    """Return how small an error changes the verdicts of a run, and how stable they are within ±`error`."""
    figures = figures_of(run)
    judging = run.gate if run.gate_of is not None else [run]
    found = [
        OfStandard(one, schools(one.assessment, figures), intervals(one.assessment, figures, error)) for one in judging
    ]
    gate = None if run.gate_of is None else [one.assessment for one in run.gate]
    shares = drawn(Judging(run.assessment, gate, run.counties), figures, error, draws=draws, seed=seed)
    flips = [list(coefficients(run.assessment, county, figures)) for county in run.counties]
    return Sensitivity(run, figures, error, found, flips, shares)
