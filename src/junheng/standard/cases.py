"""Test cases of standards, in YAML and in the field's language: what is given, what is expected.

    given: {stage: primary, students: 1000, overqualified_teachers: 42}
    cases:
      - name: 恰为要求
        change: {sports_area: 1000 * 7.5 * 0.85}
        expect: {passed: true, sports_area: close}

The folder of a file names its standard. Numbers may be sums, differences, products and quotients: they are parsed,
never run.
"""

import ast
from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from junheng import kinds
from junheng.engine.divisions import divide
from junheng.engine.model import SchoolTable
from junheng.engine.school import assess
from junheng.problems import Place, Problem, Unusable
from junheng.standard.faults import faults, written
from junheng.standard.load import Standard, load
from junheng.standard.source import Document, read
from junheng.text import Text


class Case(BaseModel):
    """One case: what differs from what is given, and what is expected."""

    model_config = ConfigDict(extra="forbid")
    name: str
    change: dict[str, Any] = {}
    expect: Annotated[dict[str, Any], Field(min_length=1)]


class CaseFile(BaseModel):
    """The cases of one file."""

    model_config = ConfigDict(extra="forbid")
    settings: dict[str, str] = {}
    year: int | None = None
    given: dict[str, Any]
    cases: Annotated[list[Case], Field(min_length=1)]


def arithmetic(text: str) -> Fraction:
    """Return the value of a sum, difference, product or quotient of numbers, exact; raise ValueError otherwise.

    >>> arithmetic("1000 * 7.5 * 0.85 - 0.01")
    Fraction(637499, 100)
    """

    def value(node: ast.expr) -> Fraction:
        if isinstance(node, ast.Constant) and isinstance(node.value, int | float) and not isinstance(node.value, bool):
            return Fraction(ast.get_source_segment(text, node) or "")
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
            return -value(node.operand)
        if isinstance(node, ast.BinOp):
            left, right = value(node.left), value(node.right)
            match node.op:
                case ast.Add():
                    return left + right
                case ast.Sub():
                    return left - right
                case ast.Mult():
                    return left * right
                case ast.Div() if right:
                    return left / right
        raise ValueError(text)

    try:
        return value(ast.parse(text, mode="eval").body)
    except (SyntaxError, RecursionError) as error:
        raise ValueError(text) from error


def _figure(value: object) -> float | None:
    if value is None:
        return None
    if isinstance(value, str):
        return float(arithmetic(value))
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return float(value)
    raise ValueError(value)


def table_of(standard: Standard, given: Mapping[str, Any]) -> SchoolTable:
    """Return the table of the one section a case describes."""
    texts: dict[str, list[str | None]] = {
        "name": ["示例"],
        "code": [None],
        "county": [None],
        "town": [None],
        "group": [None],
    }
    figures: dict[str, list[float | None]] = {}
    for name, value in given.items():
        form = standard.fields.get(name)
        if form is None or (form.kind == "choice" and value is not None and value not in form.choices):
            raise ValueError(name if form is None else f"{name}: {value}")
        if form.kind == "flag" and isinstance(value, bool):
            figures[name] = [float(value)]
        elif form.numeric:
            figures[name] = [_figure(value)]
        else:
            texts[name] = [None if value is None else str(value)]
    for name, form in standard.fields.items():
        if form.otherwise and name not in figures and all(part in figures for part in form.otherwise):
            parts = [figures[part][0] for part in form.otherwise]
            figures[name] = [None if None in parts else sum(p for p in parts if p is not None)]
        if form.optional and name not in figures:
            figures[name] = [0.0]
    texts.setdefault("type", [{"primary": "primary", "junior": "junior"}.get(str(given.get("stage")))])
    return SchoolTable(1, texts, figures)


def judge_case(standard: Standard, given: Mapping[str, Any]) -> dict[str, object]:
    """Return what a case may expect: passed, left_out, and the outcome of every indicator."""
    method = standard.method
    assessment = assess(method, divide(table_of(standard, given), method.pupil_weight, method.divided))
    return {
        "passed": assessment.passed[0],
        "left_out": assessment.left_out[0],
        **{name: outcomes[0].value for name, outcomes in assessment.outcomes.items()},
    }


def _standard_of(file: Path, settings: Mapping[str, str], year: int | None) -> Standard:
    parts = file.parent.parts
    at = len(parts) - 1 - parts[::-1].index("cases") if "cases" in parts else -1
    return load("/".join(parts[at + 1 :]), year, settings)


def run_file(file: Path) -> tuple[int, list[Problem]]:
    """Return how many cases of a file hold, and a problem for each that does not."""
    document: Document = read(file)
    try:
        form = CaseFile.model_validate(document.data)
    except ValidationError as error:
        raise Unusable(faults(error, document, CaseFile)) from error
    standard = _standard_of(file, form.settings, form.year)
    held, problems = 0, []
    for at, case in enumerate(form.cases):
        place = document.place(("cases", at, "name"))
        try:
            found = judge_case(standard, {**form.given, **case.change})
        except ValueError as error:
            expected = Text("已知字段，其值为数、算式或选项", "a known field with a number, a calculation or a choice")
            found_value = written(error.args[0])
            problems.append(kinds.VALUE_WRONG.at(place, key=case.name, found=found_value, expected=expected))
            continue
        wrong = {k: (v, found.get(k, "?")) for k, v in case.expect.items() if found.get(k, "?") != v}
        if wrong:
            wanted = ", ".join(f"{k}: {written(v)}" for k, (v, _) in wrong.items())
            got = ", ".join(f"{k}: {written(f)}" for k, (_, f) in wrong.items())
            problems.append(kinds.CASE_DIFFERS.at(place, name=case.name, expected=wanted, found=got))
        else:
            held += 1
    return held, problems


def run_cases(paths: Sequence[Path]) -> tuple[int, list[Problem]]:
    """Return how many cases hold, and a problem for each that does not; raise Unusable where there are none."""
    files = [f for p in paths for f in (sorted(p.rglob("*.yaml")) if p.is_dir() else [p])]
    if not files:
        raise Unusable([kinds.STANDARD_UNREADABLE.at(Place(str(paths[0]) if paths else "."), reason="—")])
    held, problems = 0, []
    for file in files:
        try:
            count, found = run_file(file)
        except Unusable as error:
            count, found = 0, list(error.problems)
        held += count
        problems += found
    return held, problems
