"""Findings written from floats are those of exact arithmetic."""

import json

import numpy as np
import pytest

from junheng.engine.divisions import divide
from junheng.engine.findings import finding
from junheng.engine.school import assess
from junheng.report.clear_findings import ClearFindings


@pytest.mark.parametrize("seed", range(6))
def test_text_from_floats_is_that_of_exact_arithmetic(quality, make_table, seed):
    """Over random schools around every bar and floor, each text agrees with the exact finding; most can be written."""
    rng = np.random.default_rng(seed)
    size = 1500
    stage = "primary" if seed % 2 else "junior"
    students = rng.integers(1, 2500, size).astype(float)
    method = quality.method
    figures = {"indoor_sports_area": [0.0] * size}
    for indicator in method.indicators:
        bar = next(float(c.bar.amount) for c in indicator.bars if not c.when or stage in c.when["stage"])
        around = bar * rng.choice([0.7, 0.85, 0.97, 1.0, 1.1], size) * rng.choice([1.0, 0.99, 1.01], size)
        whole = np.round(around * students / indicator.per, 0 if indicator.counts else int(rng.integers(0, 4)))
        figures[indicator.of[0]] = whole.tolist()
    figures["backbone_teachers"][::50] = [None] * len(figures["backbone_teachers"][::50])
    rows = {0: (0, 1), 1: (0, 1)}
    table = make_table([stage] * size, students.tolist(), through=rows if seed == 0 else {}, **figures)
    assessment = assess(method, divide(table, method.pupil_weight, method.divided))
    written = 0
    for indicator in method.indicators:
        clear = ClearFindings(assessment, indicator)
        for i in range(size):
            bar = assessment.bars[indicator.id][i]
            text = clear.text(i, assessment.values[indicator.id][i], bar, assessment.outcomes[indicator.id][i])
            if text is None:
                continue
            written += 1
            exact = finding(assessment, indicator, i)
            found = json.loads(text)
            assert (exact.outcome.value, exact.near) == (found["outcome"], found["near"])
            for key, expected in (("gap", exact.gap), ("gap_to_floor", exact.gap_to_floor)):
                assert found[key] == (None if expected is None else float(expected)), (indicator.id, i, key)
            if exact.value is not None:
                assert found["value"] == pytest.approx(float(exact.value), rel=1e-15)
    assert written > 0.5 * 7 * size
