"""Golden examples from published documents, each with its source."""

import csv
from fractions import Fraction
from math import fsum

import pytest

from junheng.engine.divisions import shares
from junheng.engine.model import Bar, Stage
from junheng.engine.variation import composite_of, near_limit, spread, squared_variation, within
from junheng.run import judge

BOOKS, PUPILS = [279, 137, 935, 160, 402], [45, 37, 89, 76, 55]
LIMIT_2017 = {"小学": Bar(Fraction("0.50"), 2), "初中": Bar(Fraction("0.45"), 2)}
LIMIT_2012 = {"小学": Bar(Fraction("0.65"), 2), "初中": Bar(Fraction("0.55"), 2)}


def _rows(root, name):
    with (root / "tests" / "data" / name).open(encoding="utf-8-sig") as file:
        return list(csv.DictReader(file))


def test_five_schools():
    """县域义务教育校际均衡指标计算方法, books of five schools: published mean 6.33, sd 3.26, coefficient 0.52."""
    mean, sd, cv = spread([b / p for b, p in zip(BOOKS, PUPILS, strict=True)], PUPILS)
    assert ("6.33", "3.26", "0.52") == (f"{mean:.2f}", f"{sd:.2f}", f"{cv:.2f}")
    assert abs(cv - 0.5152566298844764) < 1e-12


def test_five_schools_exactly():
    """The exact square of the same coefficient, from the definition Σ p (x − X)² ÷ Σ p ÷ X²."""
    values = [Fraction(b, p) for b, p in zip(BOOKS, PUPILS, strict=True)]
    mean = Fraction(sum(BOOKS), sum(PUPILS))
    terms = (p * (x - mean) ** 2 for p, x in zip(PUPILS, values, strict=True))
    expected = sum(terms, Fraction(0)) / sum(PUPILS) / mean**2
    assert expected == squared_variation(values, PUPILS)


def test_five_schools_workbook(root):
    """The published example as a workbook gives the published coefficient; the other seven lack data."""
    run = judge([root / "examples" / "five-schools.xlsx"], "basic-balance", by="county")
    by_id = {v.indicator: v for v in run.counties[0].variations}
    books = by_id["books"]
    assert (5, 302, 0) == (books.divisions, books.students, books.missing)
    assert abs(books.cv - 0.5152566298844764) < 1e-12
    assert {"books"} == {name for name, v in by_id.items() if v.cv is not None}
    assert run.counties_passed is None


def test_division_of_books(root):
    """测算均衡系数拆分公式: 23,226 books of 166 primary and 210 junior pupils, 9711.627 and 13514.373."""
    part = shares(
        {Stage.PRIMARY: Fraction(166), Stage.JUNIOR: Fraction(210)},
        {Stage.PRIMARY: Fraction(1), Stage.JUNIOR: Fraction("1.1")},
    )
    assert [Fraction(166, 397) * 23226, Fraction(231, 397) * 23226] == [23226 * share for share in part.values()]
    run = judge([root / "examples" / "divided-school.xlsx"], "basic-balance")
    assert ["9711.627", "13514.373"] == [f"{n:.3f}" for n in run.assessment.divisions.figures["books"]]


def test_jiujiang_2023(root):
    """芜湖市鸠江区 2023, 小学: six coefficients within 0.50, 骨干教师 0.501787 above it and 临界."""
    row = next(r for r in _rows(root, "published-quality-balance.csv") if r["county"] == "鸠江区")
    squares = [(Fraction(row[f"sd_{i}"]) / Fraction(row[f"mean_{i}"])) ** 2 for i in range(1, 8)]
    limit = LIMIT_2017["小学"]
    assert [True, False, True, True, True, True, True] == [within(square, limit) for square in squares]
    assert [False, True, False, False, False, False, False] == [near_limit(square, limit) for square in squares]
    for i, square in enumerate(squares, 1):
        assert abs(float(square) ** 0.5 - float(row[f"cv_{i}"])) < 2e-6


def test_jiujiang_composite(root):
    """Its published 综合 is the plain mean of its seven coefficients."""
    row = next(r for r in _rows(root, "published-quality-balance.csv") if r["county"] == "鸠江区")
    found = composite_of([Fraction(row[f"cv_{i}"]) for i in range(1, 8)])
    assert row["composite"] == f"{float(found):.6f}"


def test_ningguo_2022(root):
    """宁国市 2022: six of seven coefficients above the limit at both stages."""
    for row in _rows(root, "published-quality-balance.csv"):
        if row["county"] == "宁国市":
            limit = LIMIT_2017[row["stage"]]
            verdicts = [within(Fraction(row[f"cv_{i}"]) ** 2, limit) for i in range(1, 8)]
            assert 6 == verdicts.count(False), row["stage"]


def test_anhui_composites(root):
    """Published composites are the means of their eight coefficients, and within 0.65 / 0.55."""
    rows = _rows(root, "published-basic-balance-anhui.csv")
    assert 4 == len(rows)
    for row in rows:
        cvs = [Fraction(row[f"cv_{i}"]) for i in range(1, 9)]
        found = composite_of(cvs)
        assert abs(found - Fraction(row["composite"])) <= Fraction("0.0005"), row
        assert abs(fsum(map(float, cvs)) / 8 - float(found)) < 1e-15
        assert within(found**2, LIMIT_2012[row["stage"]])


@pytest.mark.parametrize(
    ("rate", "expected"), [("0.5", True), ("0.50000000000000001", False), ("0.49999999999999999", True)]
)
def test_coefficient_on_its_limit(rate, expected):
    """On the limit is within; the smallest excess is not."""
    assert expected is within(Fraction(rate) ** 2, LIMIT_2017["小学"])
