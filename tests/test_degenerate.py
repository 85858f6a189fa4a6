"""Degenerate cases, each decided on purpose."""

from fractions import Fraction

import pytest

from junheng.engine.county import judge_counties
from junheng.engine.divisions import divide
from junheng.engine.model import Outcome, SchoolTable
from junheng.engine.school import assess
from junheng.standard.load import load


def _judge(standard, table):
    method = standard.method
    assessment = assess(method, divide(table, method.pupil_weight, method.divided))
    return assessment, judge_counties(assessment)[0]


GOOD = {
    "overqualified_teachers": 60.0,
    "backbone_teachers": 20.0,
    "pe_art_teachers": 15.0,
    "teaching_area": 6000.0,
    "indoor_sports_area": 0.0,
    "sports_area": 12000.0,
    "equipment_value": 3000000.0,
    "multimedia_classrooms": 30.0,
}


def _good(size, **changes):
    return {name: list(changes.get(name, [value] * size)) for name, value in GOOD.items()}


def test_no_pupils_is_left_out_with_its_reason(quality, make_table):
    """A section without pupils is left out and says why; the others are judged without it."""
    table = make_table(["primary"] * 3, [1000.0, 0.0, 1000.0], **_good(3))
    assessment, county = _judge(quality, table)
    assert [None, "no_students", None] == list(assessment.left_out)
    assert [True, None, True] == list(assessment.passed)
    assert 2 == county.variations[0].divisions


def test_no_pupils_can_be_made_undecided(make_table):
    """The setting no_students=undecided keeps such a section, and nothing is decided then."""
    standard = load("quality-balance", 2023, {"no_students": "undecided"})
    assessment, county = _judge(standard, make_table(["primary"] * 2, [1000.0, 0.0], **_good(2)))
    assert [None, None] == list(assessment.left_out)
    assert [True, None] == list(assessment.passed)
    assert (None, None) == (county.parts["schools"], county.variations[0].passed)


def test_one_school_at_a_stage(quality, make_table):
    """One school alone: the coefficient is 0 by the formula and within; the setting makes it undecided."""
    table = make_table(["primary"], [1000.0], **_good(1))
    _, county = _judge(quality, table)
    assert [(0.0, True)] * 7 == [(v.cv, v.passed) for v in county.variations]
    _, county = _judge(load("quality-balance", 2023, {"one_school": "undecided"}), table)
    assert [(0.0, None)] * 7 == [(v.cv, v.passed) for v in county.variations]


def test_no_resource_anywhere(quality, make_table):
    """Where no school has any of a resource the coefficient cannot be computed: None, never 0."""
    table = make_table(["primary"] * 2, [1000.0, 500.0], **_good(2, backbone_teachers=[0.0, 0.0]))
    _, county = _judge(quality, table)
    v = county.variations[1]
    assert ("backbone_teachers", None, None) == (v.indicator, v.cv, v.passed)
    assert 0.0 == v.mean
    assert county.parts["variation"] is None


def test_a_blank_among_figures(quality, make_table):
    """A missing figure: the coefficient is shown from the others, counts the missing one and is not decided."""
    table = make_table(["primary"] * 3, [1000.0] * 3, **_good(3, backbone_teachers=[20.0, None, 10.0]))
    assessment, county = _judge(quality, table)
    v = county.variations[1]
    # 20 and 10 per 1,000 each: mean 1.5 per 100, deviation 0.5, coefficient 1/3
    assert (2, 1, None) == (v.divisions, v.missing, v.passed)
    assert abs(v.cv - 1 / 3) < 1e-15
    assert [True, None, True] == list(assessment.passed)
    assert (None, None) == (county.parts["schools"], county.passed)


def test_a_blank_is_not_zero_and_zero_is_a_figure(quality, make_table):
    """0 backbone teachers fail and stay in the coefficient with their pupils; a blank decides nothing."""
    table = make_table(["primary"] * 2, [1000.0] * 2, **_good(2, backbone_teachers=[0.0, None]))
    assessment, _ = _judge(quality, table)
    assert [Outcome.UNMET, Outcome.MISSING] == list(assessment.outcomes["backbone_teachers"])
    assert [False, None] == list(assessment.passed)


def test_missing_pupils(quality, make_table):
    """Without its number of pupils nothing about a section can be decided, and it does not vanish."""
    table = make_table(["primary"] * 2, [1000.0, None], **_good(2))
    assessment, county = _judge(quality, table)
    assert [None, None] == list(assessment.left_out)
    assert [True, None] == list(assessment.passed)
    assert {1} == {v.missing for v in county.variations}


@pytest.mark.parametrize(
    ("changes", "passed"),
    [
        ({}, True),
        ({"sports_area": 1000 * 7.5 * 0.85}, True),  # six met, the seventh exactly at 85 %
        ({"sports_area": 1000 * 7.5 * 0.85 - 0.01}, False),
        ({"sports_area": None}, None),
        ({"sports_area": None, "backbone_teachers": 9.9}, None),  # at best 6 met: the rest may reach it
        ({"sports_area": 7000.0, "backbone_teachers": 9.9}, False),  # five met
        ({"sports_area": None, "backbone_teachers": 8.0}, False),  # below the floor whatever the other is
        ({"sports_area": None, "backbone_teachers": 9.9, "pe_art_teachers": 8.9}, False),  # at best five met
        (dict.fromkeys(GOOD), None),
    ],
)
def test_school_rule_with_missing_figures(quality, make_table, changes, passed):
    """A school fails only where no figure for its missing ones could save it, and passes only where none can hurt."""
    figures = {name: [changes.get(name, value)] for name, value in GOOD.items()}
    assessment, _ = _judge(quality, make_table(["primary"], [1000.0], **figures))
    assert passed is assessment.passed[0]


def test_a_row_whose_stage_is_not_known_withholds_the_verdict(quality, make_table):
    """A row that cannot be placed stays in the table, and no part of its county is decided in its favour."""
    table = make_table(["primary"] * 3, [1000.0] * 3, **_good(3))
    texts = {**table.texts, "stage": ["primary", "primary", None], "type": ["primary", "primary", None]}
    table = SchoolTable(3, texts, table.figures, unplaced=frozenset({2}))
    assessment, county = _judge(quality, table)
    assert [True, True, None] == list(assessment.passed)
    assert (None, None) == (county.parts["schools"], county.parts["variation"])
    assert {1} == {v.missing for v in county.variations}


def test_a_section_without_pupils_leaves_all_to_the_others(quality, make_table):
    """A nine-year school with no junior pupils yet: everything belongs to its primary section."""
    table = make_table(
        ["primary", "junior"],
        [1000.0, 0.0],
        type=["nine_year"] * 2,
        through={0: (0, 1), 1: (0, 1)},
        teaching_area=[5000.0, 5000.0],
        indoor_sports_area=[0.0, 0.0],
    )
    divisions = divide(table, quality.method.pupil_weight, quality.method.divided)
    assert [5000.0, 0.0] == list(divisions.figures["teaching_area"])
    assert {0: Fraction(1), 1: Fraction(0)} == dict(divisions.shares)


def test_a_missing_number_of_pupils_prevents_the_division(quality, make_table):
    """Where one section's pupils are not known, none of the school's shared figures can be used."""
    table = make_table(
        ["junior", "senior"],
        [1000.0, None],
        type=["complete"] * 2,
        through={0: (0, 1), 1: (0, 1)},
        equipment_value=[5e6, 5e6],
        overqualified_teachers=[60.0, None],
    )
    divisions = divide(table, quality.method.pupil_weight, quality.method.divided)
    assert [None, None] == list(divisions.figures["equipment_value"])
    assert [60.0, None] == list(divisions.figures["overqualified_teachers"])


def test_exclusions_of_the_2017_method(quality, make_table):
    """Special and vocational schools and teaching points under 50 are left out, 50 pupils are in."""
    table = make_table(
        ["primary"] * 6,
        [60.0, 49.0, 50.0, 49.0, 200.0, 300.0],
        type=["special", "teaching_point", "teaching_point", "primary", "vocational", "primary"],
    )
    assessment, _ = _judge(quality, table)
    expected = ["special_school", "teaching_point_under_50", None, None, "vocational_school", None]
    assert expected == list(assessment.left_out)


def test_exclusions_of_the_2012_method(basic, make_table):
    """Teaching points of any size, private schools and those not run by the county are left out as well."""
    table = make_table(
        ["primary"] * 5,
        [60.0, 300.0, 300.0, 300.0, 300.0],
        type=["teaching_point", "primary", "primary", "primary", "primary"],
        owner=["public", "private", "public", "prefectural_education", "county_education"],
    )
    assessment, _ = _judge(basic, table)
    assert ["teaching_point", "private_school", None, "not_run_by_county", None] == list(assessment.left_out)


def test_small_primary_schools_are_a_setting(make_table):
    """A primary school (not a teaching point) under 50 is in unless the setting leaves it out."""
    table = make_table(["primary"] * 2, [49.0, 50.0], **_good(2))
    for choice, expected in (("included", None), ("left_out", "primary_school_under_50")):
        assessment, _ = _judge(load("quality-balance", 2023, {"small_primary": choice}), table)
        assert [expected, None] == list(assessment.left_out)
