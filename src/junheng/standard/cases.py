"""Test cases of standards, in YAML and in the field's language: what is given, what is expected.

    given: {stage: primary, students: 1000, overqualified_teachers: 42}
    cases:
      - name: 恰为要求
        change: {sports_area: 1000 * 7.5 * 0.85}
        expect: {passed: true, sports_area: close}
      # what the county answers once: a number, a calculation, true, false or 不适用
      county: {disabled_children: 20, disabled_children_enrolled: 19, interviews: 不适用}
      expect: {item.disabled_children: met, part.quality: null, county.passed: null}

The folder of a file names its standard, or its key `standard` does: an id, or a YAML file beside it. Numbers may be sums, differences, products and quotients: they are parsed,
never run.
"""

import ast
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from junheng import kinds
from junheng.engine.county import judge_counties
from junheng.engine.divisions import divide
from junheng.engine.findings import finding
from junheng.engine.model import Answers, Assessment, Finding, SchoolTable
from junheng.engine.school import assess, points_of
from junheng.problems import Place, Problem, Unusable
from junheng.standard.faults import faults, written
from junheng.standard.load import SUFFIXES, Standard, load
from junheng.standard.source import Document, read
from junheng.text import Text

NOT_APPLICABLE = "不适用"


class Case(BaseModel):
    """One case: what differs from what is given, and what is expected."""

    model_config = ConfigDict(extra="forbid")
    name: str
    change: dict[str, Any] = {}
    sections: list[dict[str, Any]] = []  # the other sections of the school, each as it differs
    beside: list[dict[str, Any]] = []  # the other schools of the county, each as it differs
    county: dict[str, Any] | None = None  # what the county answers, besides what it answers in all cases
    expect: Annotated[dict[str, Any], Field(min_length=1)]


class CaseFile(BaseModel):
    """The cases of one file."""

    model_config = ConfigDict(extra="forbid")
    standard: str | None = None
    settings: dict[str, str] = {}
    year: int | None = None
    given: dict[str, Any]
    sections: list[dict[str, Any]] = []
    beside: list[dict[str, Any]] = []
    county: dict[str, Any] | None = None
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


def _entries(standard: Standard, given: Mapping[str, Any]) -> tuple[dict[str, str | None], dict[str, float | None]]:
    """Return the words and the figures of one section; raise ValueError for what is no field or no value of it."""
    texts: dict[str, str | None] = {}
    figures: dict[str, float | None] = {}
    for name, value in given.items():
        form = standard.fields.get(name)
        if form is None or (form.kind == "choice" and value is not None and value not in form.choices):
            raise ValueError(name if form is None else f"{name}: {value}")
        if form.kind == "flag" and isinstance(value, bool):
            figures[name] = float(value)
        elif form.numeric:
            figures[name] = _figure(value)
        else:
            texts[name] = None if value is None else str(value)
    for name, form in standard.fields.items():
        if form.otherwise and name not in figures and all(part in figures for part in form.otherwise):
            parts = [figures[part] for part in form.otherwise]
            figures[name] = None if None in parts else sum(p for p in parts if p is not None)
        if form.optional and name not in figures:
            figures[name] = 0.0
    texts.setdefault("type", {"primary": "primary", "junior": "junior"}.get(str(given.get("stage"))))
    return texts, figures


def table_of(
    standard: Standard,
    given: Mapping[str, Any],
    siblings: Sequence[Mapping[str, Any]] = (),
    beside: Sequence[Mapping[str, Any]] = (),
) -> SchoolTable:
    """Return the table of the section a case describes, then the other sections of its school, then other schools."""
    rows = [_entries(standard, {**given, **more}) for more in ({}, *siblings, *beside)]
    words = ["name", "code", "county", "town", "group", *(name for texts, _ in rows for name in texts)]
    names = dict.fromkeys(name for _, figures in rows for name in figures)
    school = tuple(range(len(siblings) + 1))
    through = dict.fromkeys(school, school) if siblings else {}
    return SchoolTable(
        len(rows),
        {name: [texts.get(name, "示例" if name == "name" else None) for texts, _ in rows] for name in words},
        {name: [figures.get(name) for _, figures in rows] for name in names},
        through,
        siblings=through,
    )


def judge_case(
    standard: Standard,
    given: Mapping[str, Any],
    siblings: Sequence[Mapping[str, Any]] = (),
    beside: Sequence[Mapping[str, Any]] = (),
    county: Mapping[str, Any] | None = None,
) -> dict[str, object]:
    """Return what a case may expect: passed, grade, left_out, points, and the outcome of every rule.

    `id.bar`, `id.value`, `id.award` and `id.level` are the bar, the value, the share of the points and the level. Where
    the county is asked, `county.passed` is the verdict on it, `part.id` that on a part, `part.id.points` its points,
    `item.id` the outcome of an item or of a rule in it, with `.value` and `.bar` where it is judged once.
    """
    method = standard.method
    table = table_of(standard, given, siblings, beside)
    divisions = divide(table, method.pupil_weight, method.divided)
    assessment = assess(method, divisions, whole_county=bool(beside) or county is not None)
    found: dict[str, object] = {
        "passed": assessment.passed[0],
        "grade": assessment.grades[0],
        "left_out": assessment.left_out[0],
    }
    if county is not None:
        found |= _of_county(standard, assessment, county)
    points = points_of(assessment, 0)
    found["points"] = None if points is None or points[0] != points[1] else points[0]
    for rule in method.nodes():
        of_rule = finding(assessment, rule, 0)
        found[rule.id] = of_rule.outcome.value
        found[f"{rule.id}.value"] = of_rule.value
        found[f"{rule.id}.bar"] = None if of_rule.bar is None else of_rule.bar.amount
        found[f"{rule.id}.award"] = of_rule.award
        found[f"{rule.id}.level"] = of_rule.level
    return found


def _answers(standard: Standard, county: Mapping[str, Any]) -> Answers:
    """Return what a county answers; raise ValueError for what is no field or no answer to it."""
    given = {name: value for name, value in county.items() if value != NOT_APPLICABLE}
    for name in county.keys() - given.keys():
        if name not in standard.fields:
            raise ValueError(name)
    _, figures = _entries(standard, given)
    answered = {name: figures[name] for name in given if name in figures}
    return Answers(
        {name: figure for name, figure in answered.items() if figure is not None},
        not_applicable=frozenset(county.keys() - given.keys()),
    )


def _of_county(standard: Standard, assessment: Assessment, county: Mapping[str, Any]) -> dict[str, object]:
    """Return what a case may expect of the county."""
    (verdict,) = judge_counties(assessment, answers={None: _answers(standard, county)})
    found: dict[str, object] = {"county.passed": verdict.passed}
    for part in verdict.by_item:
        found[f"part.{part.part.id}"] = part.passed if part.assessed else "not_assessed"
        if part.points is not None:
            found[f"part.{part.part.id}.points"] = part.points[0] if len(set(part.points)) == 1 else None
        for item in part.items:
            found[f"item.{item.item.indicator.id}"] = item.outcome.value
            for leaf in _within(item.finding):
                of_leaf = f"item.{leaf.indicator.id}"
                found[of_leaf] = leaf.outcome.value
                found[f"{of_leaf}.value"] = leaf.value
                found[f"{of_leaf}.bar"] = None if leaf.bar is None else leaf.bar.amount
    return found


def _within(found: Finding | None) -> Iterator[Finding]:
    if found is not None:
        yield found
        for rule in found.rules:
            yield from _within(rule)


def find(standard: Standard, form: CaseFile, case: Case) -> dict[str, object]:
    """Return what is found in one case of a file; raise ValueError for an entry that cannot be read."""
    asked = form.county is not None or case.county is not None
    county = {**(form.county or {}), **(case.county or {})} if asked else None
    given = {**form.given, **case.change}
    return judge_case(standard, given, case.sections or form.sections, case.beside or form.beside, county)


def _agrees(found: object, expected: object) -> bool:
    """Say whether a result is the expected one; a number may be expected as a calculation."""
    if isinstance(found, Fraction) and not isinstance(found, bool):
        if isinstance(expected, str):
            try:
                return found == arithmetic(expected)
            except ValueError:
                return False
        return not isinstance(expected, bool) and isinstance(expected, int | Decimal) and found == Fraction(expected)
    return found == expected and type(found) is type(expected)


def _standard_of(file: Path, form: CaseFile) -> Standard:
    """Return the standard of a case file: the one it names, beside it where that is a file, else that of its folder."""
    settings, year = form.settings, form.year
    if form.standard is not None:
        own = form.standard.endswith(SUFFIXES)
        return load(str(file.parent / form.standard) if own else form.standard, year, settings)
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
    standard = _standard_of(file, form)
    held, problems = 0, []
    for at, case in enumerate(form.cases):
        place = document.place(("cases", at, "name"))
        try:
            found = find(standard, form, case)
        except ValueError as error:
            expected = Text("已知字段，其值为数、算式或选项", "a known field with a number, a calculation or a choice")
            found_value = written(error.args[0])
            problems.append(kinds.VALUE_WRONG.at(place, key=case.name, found=found_value, expected=expected))
            continue
        wrong = {k: (v, found.get(k, "?")) for k, v in case.expect.items() if not _agrees(found.get(k, "?"), v)}
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
