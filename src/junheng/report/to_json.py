"""Verdicts and problems as JSON, schema junheng.check/1, junheng.county/1 and junheng.runs/1.

Schools are written column by column and in pieces, so that a province of 200,000 takes seconds and little memory.
"""

import json
from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import islice
from math import ceil

from junheng.engine.model import Assessment, Bar, Figure, Indicator, Outcome
from junheng.engine.school import finding, floor_of
from junheng.engine.values import numerators
from junheng.problems import Problem
from junheng.report.why import why
from junheng.run import Run
from junheng.text import Lang

PIECE = 4000  # sections written at a time
DOUBT = 1e-6  # nearer to a whole number than this, the count that is lacking is computed exactly
FINE = 4  # decimals of an amount up to which a gap in floats is exact when rounded
SHORT = 2  # decimals of a bar, and of the share that the others must reach, up to which that holds
CLEAR_BELOW = 1e9


_encode = json.JSONEncoder(ensure_ascii=False).encode


def _number(value: Fraction | float | None) -> float | int | None:
    """Return a number as JSON has it: whole numbers without a point, others at double precision."""
    if value is None:
        return None
    number = float(value)
    return int(number) if number.is_integer() and abs(number) < 2**53 else number


def _amount(bar: Bar | None) -> float | None:
    return None if bar is None else float(bar.amount)


def problem_dict(problem: Problem, lang: Lang) -> dict[str, object]:
    """Return a problem as the contract has it; `line` and `column` only where the place is in a standards file."""
    place = problem.place
    where: dict[str, object] = {"file": place.file, "sheet": place.sheet, "cell": place.cell}
    if place.line is not None:
        where = {"file": place.file, "line": place.line, "column": place.column}
    return {
        "code": problem.kind.code,
        "severity": problem.severity.value,
        **where,
        "message": problem.message(lang),
        "hint": problem.hint(lang),
    }


def _indicator_texts(run: Run, sections: Sequence[int], indicator: Indicator, clear: "_Clear") -> list[str]:
    """Return one indicator of many sections as JSON text.

    What is clearly met, or clearly below, is written from its floats; only what lies near a line is looked into.
    """
    assessment = run.assessment
    values, outcomes = assessment.values[indicator.id], assessment.outcomes[indicator.id]
    bars = assessment.bars[indicator.id]
    texts = []
    for section in sections:
        text = clear.text(section, values[section], bars[section], outcomes[section])
        if text is None:
            found = finding(assessment, indicator, section)
            entry = {
                "id": indicator.id,
                "value": None if found.value is None else float(found.value),
                "bar": _amount(found.bar),
                "outcome": found.outcome.value,
                "gap": _number(found.gap),
                "gap_to_floor": _number(found.gap_to_floor),
                "near": found.near,
            }
            text = _encode(entry)
        texts.append(text)
    return texts


class _Clear:
    """Writes findings that are far from every line: their gaps are the same in floats as exactly."""

    def __init__(self, assessment: Assessment, indicator: Indicator) -> None:
        self.indicator = indicator
        self.head = f'{{"id": {json.dumps(indicator.id)}, "value": '
        self.counts = indicator.counts
        self.rule = assessment.method.school_rule
        self.per = indicator.per
        rounding_safe = indicator.counts or (
            indicator.per == 1
            and all(case.bar is None or case.bar.digits <= SHORT for case in indicator.bars)
            and (self.rule is None or self.rule.others_reach is None or self.rule.others_reach.digits <= SHORT)
        )
        self.possible = indicator.to is not None and not indicator.at_most and rounding_safe
        self.tops = numerators(assessment.divisions, indicator) if self.possible else ()
        self.bottoms = assessment.divisions.column(indicator.to) if indicator.to is not None else ()
        self.shares = assessment.divisions.shares
        self.lines: dict[int, tuple[float, float, float | None, str]] = {}

    def _line(self, bar: Bar) -> tuple[float, float, float | None, str]:
        """Return bar, half a unit of its last decimal, floor, and the text of the bar."""
        line = self.lines.get(id(bar))
        if line is None:
            floor = floor_of(bar, self.rule, at_most=False)
            half = 0.5001 * 10.0**-bar.digits
            amount = float(bar.amount)
            line = (amount, half, None if floor is None else float(floor), f', "bar": {amount!r}, "outcome": ')
            self.lines[id(bar)] = line
        return line

    def text(self, section: int, value: Figure, bar: Bar | None, outcome: Outcome) -> str | None:
        """Return the text of one finding, or None where it has to be looked into."""
        if not self.possible or value is None or bar is None:
            return None
        amount, half, floor, middle = self._line(bar)
        if outcome is Outcome.MET:
            if value <= amount * (1 + 1e-6):
                return None
            to_floor = "null" if floor is None else "0"
            return f'{self.head}{value!r}{middle}"met", "gap": 0, "gap_to_floor": {to_floor}, "near": false}}'
        if abs(value - amount) <= half or (floor is not None and abs(value - floor) <= half):
            return None
        top, bottom = self.tops[section], self.bottoms[section]
        if top is None or bottom is None or section in self.shares or not float(bottom).is_integer():
            return None
        gap = self._gap(amount * bottom / self.per - top, top)
        to_floor_gap: str | None = "null"
        if floor is not None:
            to_floor_gap = "0" if outcome is Outcome.CLOSE else self._gap(floor * bottom / self.per - top, top)
        if gap is None or to_floor_gap is None:
            return None
        return (
            f'{self.head}{value!r}{middle}"{outcome.value}", "gap": {gap}, "gap_to_floor": {to_floor_gap}, '
            f'"near": false}}'
        )

    def _gap(self, lacking: float, top: float) -> str | None:
        """Return a gap as text, or None where floats leave it open."""
        if self.counts:
            whole = round(lacking)
            return None if abs(lacking - whole) < DOUBT else str(ceil(lacking))
        if round(top, FINE) != top or abs(lacking) > CLEAR_BELOW:
            return None
        amount = round(lacking, FINE)  # bar × share has as many decimals at most, and pupils have none
        return str(int(amount)) if amount.is_integer() else repr(amount)


def _schools(
    run: Run, sections: Sequence[int], lang: Lang, writers: Sequence["_Clear"], *, with_why: bool
) -> Iterator[str]:
    """Yield the sections as JSON texts, each an object."""
    assessment = run.assessment
    table = assessment.divisions.table
    students, types = table.column("students"), run.standard.fields["type"].choices
    texts = [table.text(name) for name in ("county", "town", "code", "name")]
    remaining = iter(sections)
    while piece := list(islice(remaining, PIECE)):
        if with_why:
            found = [
                [
                    json.dumps(why(run, i, indicator, lang), ensure_ascii=False)
                    for indicator in assessment.method.indicators
                ]
                for i in piece
            ]
        else:
            columns = [_indicator_texts(run, piece, clear.indicator, clear) for clear in writers]
            found = [list(row) for row in zip(*columns, strict=True)]
        for section, indicators in zip(piece, found, strict=True):
            county, town, code, name = (column[section] for column in texts)
            kind = types.get(table.text("type")[section] or "")
            head = {
                "county": county,
                "town": town,
                "code": code or None,
                "name": name,
                "type": kind.zh if kind is not None else None,
                "stage": table.text("stage")[section],
                "students": _number(students[section]),
                "passed": assessment.passed[section],
                "grade": None,
                "left_out": assessment.left_out[section],
            }
            judged = assessment.left_out[section] is None and section not in table.unplaced
            body = ", ".join(indicators) if judged else ""
            yield f'{_encode(head)[:-1]}, "indicators": [{body}]}}'


def _problems(problems: Sequence[Problem], lang: Lang) -> str:
    return json.dumps([problem_dict(p, lang) for p in problems], ensure_ascii=False)


def _joined(texts: Iterator[str]) -> Iterator[str]:
    for at, text in enumerate(texts):
        yield text if at == 0 else f",\n{text}"


def check_json(run: Run, lang: Lang, *, with_why: bool = False) -> Iterator[str]:
    """Yield the document of `junheng check` in pieces."""
    writers = [] if with_why else [_Clear(run.assessment, i) for i in run.assessment.method.indicators]
    head = {"schema": "junheng.check/1", "standard": run.standard.id, "year": run.year}
    yield f'{json.dumps(head, ensure_ascii=False)[:-1]}, "schools": [\n'
    yield from _joined(_schools(run, range(run.assessment.divisions.table.size), lang, writers, with_why=with_why))
    yield f'],\n"problems": {_problems(run.problems, lang)}}}'


def county_json(run: Run, lang: Lang, *, with_why: bool = False) -> Iterator[str]:
    """Yield the document of `junheng county` in pieces."""
    writers = [] if with_why else [_Clear(run.assessment, i) for i in run.assessment.method.indicators]
    head = {"schema": "junheng.county/1", "standard": run.standard.id, "year": run.year}
    yield f'{json.dumps(head, ensure_ascii=False)[:-1]}, "counties": [\n'
    table = run.assessment.divisions.table
    for at, county in enumerate(run.counties):
        verdict: dict[str, object] = {"name": county.name}
        if run.by != "county":
            verdict["county"] = county.county
        verdict |= {
            "passed": county.passed,
            "parts": dict(county.parts),
            "variations": [
                {
                    "stage": v.stage.value,
                    "indicator": v.indicator,
                    "divisions": v.divisions,
                    "students": _number(v.students),
                    "missing": v.missing,
                    "mean": v.mean,
                    "sd": v.sd,
                    "cv": v.cv,
                    "limit": _amount(v.limit),
                    "passed": v.passed,
                    "near": v.near,
                }
                for v in county.variations
            ],
            "composites": [
                {"stage": c.stage.value, "cv": c.cv, "limit": _amount(c.limit), "passed": c.passed, "near": c.near}
                for c in county.composites
            ],
        }
        yield ("" if at == 0 else ",\n") + json.dumps(verdict, ensure_ascii=False)[:-1] + ', "schools": [\n'
        yield from _joined(_schools(run, county.sections, lang, writers, with_why=with_why))
        left_out = [
            {
                "code": table.text("code")[i] or None,
                "name": table.text("name")[i],
                "stage": table.text("stage")[i],
                "reason": reason,
            }
            for i in county.sections
            if (reason := run.assessment.left_out[i]) is not None
        ]
        yield f'], "left_out": {json.dumps(left_out, ensure_ascii=False)}}}'
    yield f'],\n"problems": {_problems(run.problems, lang)}}}'


def several(documents: Sequence[Iterator[str]]) -> Iterator[str]:
    """Yield one document, or several as junheng.runs/1."""
    if len(documents) == 1:
        yield from documents[0]
    else:
        yield '{"schema": "junheng.runs/1", "runs": [\n'
        for at, document in enumerate(documents):
            yield "" if at == 0 else ",\n"
            yield from document
        yield "]}"
    yield "\n"


def unusable_json(schema: str, problems: Sequence[Problem], lang: Lang, standard: str | None = None) -> str:
    """Return the document of a run that could not be made: nothing judged, and why."""
    name = "schools" if schema.startswith("junheng.check") else "counties"
    head: dict[str, object] = {"schema": schema, "standard": standard, "year": None, name: []}
    return f'{json.dumps(head)[:-1]}, "problems": {_problems(problems, lang)}}}\n'
