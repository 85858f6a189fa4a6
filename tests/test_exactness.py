"""Verdicts on the line: exact for every enrolment, whatever floats would say."""

from fractions import Fraction

import pytest

from junheng.engine.divisions import divide
from junheng.engine.findings import finding
from junheng.engine.model import Outcome
from junheng.engine.school import assess

ENROLMENTS = range(1, 3001)


def _ceiling(numerator, denominator):
    return -(-numerator // denominator)


def _outcomes(standard, make_table, stage, indicator, counts):
    columns = {"teaching_area": "teaching_area", "sports_area": "sports_area"}
    name = columns.get(indicator, indicator)
    figures = {name: list(counts), "indoor_sports_area": [0.0] * len(counts)}
    table = make_table([stage] * len(counts), [float(n) for n in ENROLMENTS], **figures)
    method = standard.method
    return assess(method, divide(table, method.pupil_weight, method.divided)).outcomes[indicator]


@pytest.mark.parametrize("stage", ["primary", "junior"])
def test_smallest_whole_number_that_reaches_a_bar_is_met_and_one_fewer_is_not(quality, make_table, law, stage):
    """For every enrolment from 1 to 3,000 and every bar, the ceiling meets it and one fewer does not."""
    checked = 0
    for indicator, (primary, junior, per) in law.items():
        bar = Fraction(primary if stage == "primary" else junior)
        reach = [_ceiling(bar.numerator * n, bar.denominator * per) for n in ENROLMENTS]

        met = _outcomes(quality, make_table, stage, indicator, [float(c) for c in reach])
        fewer = _outcomes(quality, make_table, stage, indicator, [float(c - 1) for c in reach])

        assert {Outcome.MET} == set(met), indicator
        assert Outcome.MET not in set(fewer), indicator
        checked += len(met) + len(fewer)
    assert 7 * 2 * 3000 == checked


@pytest.mark.parametrize("stage", ["primary", "junior"])
def test_smallest_whole_number_that_reaches_85_percent_is_close_and_one_fewer_is_unmet(quality, make_table, law, stage):
    """The floor of 85 % is decided as exactly as the bar; a whole number that reaches the bar as well is met."""
    for indicator, (primary, junior, per) in law.items():
        bar = Fraction(primary if stage == "primary" else junior)
        floor = bar * Fraction("0.85")
        reach = [_ceiling(floor.numerator * n, floor.denominator * per) for n in ENROLMENTS]
        expected = [
            Outcome.MET if count * per >= bar * n else Outcome.CLOSE for n, count in zip(ENROLMENTS, reach, strict=True)
        ]

        found = _outcomes(quality, make_table, stage, indicator, [float(c) for c in reach])
        fewer = _outcomes(quality, make_table, stage, indicator, [float(c - 1) for c in reach])

        assert expected == list(found), indicator
        assert {Outcome.UNMET} == set(fewer), indicator


def test_decimal_figures_on_the_bar_are_met(quality, make_table):
    """4.5 ㎡ a pupil is met however the area is written; a hundredth less is not."""
    areas = [round(4.5 * n, 1) for n in ENROLMENTS]
    on = _outcomes(quality, make_table, "primary", "teaching_area", areas)
    below = _outcomes(quality, make_table, "primary", "teaching_area", [round(a - 0.01, 2) for a in areas])
    assert {Outcome.MET} == set(on)
    assert Outcome.MET not in set(below)


def test_divided_figures_on_the_bar_are_met(quality, make_table):
    """A nine-year school whose divided area is exactly the bar meets it: 100 + 110 weighted pupils, 945 ㎡, 4.5 each."""
    table = make_table(
        ["primary", "junior"],
        [100.0, 100.0],
        teaching_area=[945.0, 945.0],
        indoor_sports_area=[0.0, 0.0],
        type=["nine_year", "nine_year"],
        through={0: (0, 1), 1: (0, 1)},
    )
    method = quality.method
    assessment = assess(method, divide(table, method.pupil_weight, method.divided))
    found = finding(assessment, method.indicators[3], 0)
    assert (Fraction(9, 2), Outcome.MET) == (found.value, found.outcome)


@pytest.mark.parametrize(
    ("count", "outcome", "gap", "to_floor", "near"),
    [
        # 1,000 primary pupils, bar 4.2 per 100 = 42 teachers, floor 35.7 = 36 teachers
        (42.0, Outcome.MET, 0, 0, False),
        (41.6, Outcome.CLOSE, 1, 0, True),  # 4.16 rounds to 4.2
        (41.0, Outcome.CLOSE, 1, 0, False),
        (36.0, Outcome.CLOSE, 6, 0, False),  # 3.6
        (35.6, Outcome.UNMET, 7, 1, True),  # 3.56 rounds to 3.6, above the floor of 3.57
        (30.0, Outcome.UNMET, 12, 6, False),
    ],
)
def test_finding_says_how_much_is_lacking(quality, make_table, count, outcome, gap, to_floor, near):
    """Gaps are whole persons, to the bar and to the floor; 临界 where rounding would change the outcome."""
    table = make_table(["primary"], [1000.0], overqualified_teachers=[count])
    method = quality.method
    assessment = assess(method, divide(table, method.pupil_weight, method.divided))
    found = finding(assessment, method.indicators[0], 0)
    assert (outcome, gap, to_floor, near) == (found.outcome, found.gap, found.gap_to_floor, found.near)


def test_the_contract_example(quality, make_table):
    """8 backbone teachers for 1,000 pupils: 0.8 against 1.0, 2 lacking, 1 to the floor, not near."""
    table = make_table(["primary"], [1000.0], backbone_teachers=[8.0])
    method = quality.method
    assessment = assess(method, divide(table, method.pupil_weight, method.divided))
    found = finding(assessment, method.indicators[1], 0)
    assert (Fraction(4, 5), Outcome.UNMET, 2, 1, False) == (
        found.value,
        found.outcome,
        found.gap,
        found.gap_to_floor,
        found.near,
    )
