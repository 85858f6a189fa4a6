"""Verdicts and problems as JSON, schema junheng.check/1, junheng.county/1 and junheng.runs/1.

Schools are written column by column and in pieces, so that a province of 200,000 takes seconds and little memory.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice

from junheng.engine.findings import finding
from junheng.engine.model import Bar, Indicator
from junheng.engine.school import points_of
from junheng.engine.school_counts import Count, school_counts
from junheng.problems import Problem
from junheng.report.clear_findings import ClearFindings
from junheng.report.items_json import items_json, points_json
from junheng.report.why import finding_dict, number, waiver_dict, why
from junheng.run import Run
from junheng.text import Lang
from junheng.waivers import Waiver

Entries = Mapping[str, object]
PIECE = 4000  # sections written at a time


_encode = json.JSONEncoder(ensure_ascii=False).encode


def _amount(bar: Bar | None) -> float | None:
    return None if bar is None else float(bar.amount)


def problem_dict(problem: Problem, lang: Lang, waiver: Waiver | None = None) -> dict[str, object]:
    """Return a problem as the contract has it; `line` and `column` only where the place is in a standards file."""
    place = problem.place
    where: dict[str, object] = {"file": place.file, "sheet": place.sheet, "cell": place.cell}
    if place.line is not None:
        where = {"file": place.file, "line": place.line, "column": place.column}
    entry = {
        "code": problem.kind.code,
        "severity": problem.severity.value,
        **where,
        "message": problem.message(lang),
        "hint": problem.hint(lang),
    }
    return entry if waiver is None else {**entry, "waived": waiver_dict(waiver)}


def _indicator_texts(run: Run, sections: Sequence[int], indicator: Indicator, clear: ClearFindings) -> list[str]:
    """Return one indicator of many sections as JSON text.

    What is clearly met, or clearly below, is written from its floats; only what lies near a line is looked into.
    """
    assessment = run.assessment
    values, outcomes = assessment.values[indicator.id], assessment.outcomes[indicator.id]
    bars = assessment.bars[indicator.id]
    texts = []
    for section in sections:
        text = clear.text(section, values[section], bars[section], outcomes[section])
        waivers = run.waived.at(section)
        if text is None or waivers:
            text = _encode(finding_dict(finding(assessment, indicator, section), waivers))
        texts.append(text)
    return texts


def _schools(
    run: Run, sections: Sequence[int], lang: Lang, writers: Sequence[ClearFindings], *, with_why: bool
) -> Iterator[str]:
    """Yield the sections as JSON texts, each an object."""
    assessment = run.assessment
    table = assessment.divisions.table
    students, types = table.column("students"), run.standard.fields["type"].choices
    texts = [table.text(name) for name in ("county", "town", "code", "name")]
    rule = assessment.method.school_rule
    with_points = rule is not None and any(grade.points_at_least is not None for grade in rule.grades)
    remaining = iter(sections)
    while piece := list(islice(remaining, PIECE)):
        judged_here = [i for i in piece if assessment.left_out[i] is None and i not in table.unplaced]
        found: Iterable[Sequence[str]]
        if with_why:
            found = (
                [
                    json.dumps(why(run, i, indicator, lang), ensure_ascii=False)
                    for indicator in assessment.method.indicators
                ]
                for i in judged_here
            )
        else:
            columns = [_indicator_texts(run, judged_here, clear.indicator, clear) for clear in writers]
            found = zip(*columns, strict=True)
        indicators_of = dict(zip(judged_here, found, strict=bool(writers or with_why)))
        for section in piece:
            county, town, code, name = (column[section] for column in texts)
            kind = types.get(table.text("type")[section] or "")
            head = {
                "county": county,
                "town": town,
                "code": code or None,
                "name": name,
                "type": kind.zh if kind is not None else None,
                "stage": table.text("stage")[section],
                "students": number(students[section]),
                "passed": assessment.passed[section],
                **({"passed_with_waivers": run.waived.passed[section]} if run.waived.given else {}),
                "grade": assessment.grades[section],
                "left_out": assessment.left_out[section],
            }
            indicators = indicators_of.get(section, ())
            if with_points and section in indicators_of:
                points = points_of(assessment, section)
                head["points"] = None if points is None or points[0] != points[1] else float(points[0])
            yield f'{_encode(head)[:-1]}, "indicators": [{", ".join(indicators)}]}}'


def _problems(problems: Sequence[Problem], lang: Lang, waived: Mapping[Problem, Waiver] | None = None) -> str:
    return json.dumps([problem_dict(p, lang, (waived or {}).get(p)) for p in problems], ensure_ascii=False)


def _joined(texts: Iterator[str]) -> Iterator[str]:
    for at, text in enumerate(texts):
        yield text if at == 0 else f",\n{text}"


def _head(schema: str, run: Run, record: Entries | None) -> Entries:
    """Return what a document begins with; `run` is the record of the run, in files that are written."""
    head = {"schema": schema, "standard": run.standard.id, "year": run.year}
    return head if record is None else {**head, "run": record}


def check_json(run: Run, lang: Lang, *, with_why: bool = False, record: Entries | None = None) -> Iterator[str]:
    """Yield the document of `junheng check` in pieces, with the record of the run where there is one."""
    writers = [] if with_why else [ClearFindings(run.assessment, i) for i in run.assessment.method.indicators]
    head = _head("junheng.check/1", run, record)
    yield f'{json.dumps(head, ensure_ascii=False)[:-1]}, "schools": [\n'
    everyone = range(run.assessment.divisions.table.size)
    yield from _joined(_schools(run, everyone, lang, writers, with_why=with_why))
    yield f'],\n"counts": {json.dumps(_counts(run, everyone))},\n"problems": {_problems(run.problems, lang, run.waived.problems)}}}'


def county_json(run: Run, lang: Lang, *, with_why: bool = False, record: Entries | None = None) -> Iterator[str]:
    """Yield the document of `junheng county` in pieces, with the record of the run where there is one."""
    writers = [] if with_why else [ClearFindings(run.assessment, i) for i in run.assessment.method.indicators]
    head = _head("junheng.county/1", run, record)
    yield f'{json.dumps(head, ensure_ascii=False)[:-1]}, "counties": [\n'
    for at, county in enumerate(run.counties):
        verdict: dict[str, object] = {"name": county.name}
        if run.by != "county":
            verdict["county"] = county.county
        verdict |= {
            "passed": county.passed,
            **({"passed_with_waivers": run.counties_waiving[at].passed} if run.waived.given else {}),
            "parts": dict(county.parts),
            "counts": _counts(run, county.sections),
            "variations": [
                {
                    "stage": v.stage.value,
                    "indicator": v.indicator,
                    "divisions": v.divisions,
                    "students": number(v.students),
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
        if county.by_item:
            verdict |= {"points": points_json(county), "items": items_json(run, county)}
        yield ("" if at == 0 else ",\n") + json.dumps(verdict, ensure_ascii=False)[:-1] + ', "schools": [\n'
        yield from _joined(_schools(run, county.sections, lang, writers, with_why=with_why))
        yield f'], "left_out": {_left_out(run, county.sections)}'
        if run.gate_of is not None:
            yield ', "gate": ['
            for nth, gate in enumerate(run.gate):
                yield from _gate(gate, at, lang, first=nth == 0, with_why=with_why)
            yield "]"
        yield "}"
    yield f'],\n"problems": {_problems(run.problems, lang, run.waived.problems)}}}'


def _counts(run: Run, sections: Sequence[int]) -> dict[str, object]:
    """Return how many sections there are, are left out, are judged, and how these fare, in all and by stage."""
    decides = run.assessment.method.school_rule is not None

    def entry(count: Count) -> dict[str, int | None]:
        told = count._asdict()
        return told if decides else {**told, "met": None, "unmet": None, "undecided": None}

    counts = school_counts(run.assessment, sections)
    stages = [{"stage": stage, **entry(count)} for stage, count in counts.stages.items()]
    return {"sections": counts.sections, "left_out": counts.left_out, **entry(counts.whole), "stages": stages}


def _left_out(run: Run, sections: Sequence[int]) -> str:
    """Return the sections that are not judged, each with its reason, as JSON text."""
    table = run.assessment.divisions.table
    found = [
        {
            "code": table.text("code")[i] or None,
            "name": table.text("name")[i],
            "stage": table.text("stage")[i],
            "reason": reason,
        }
        for i in sections
        if (reason := run.assessment.left_out[i]) is not None
    ]
    return json.dumps(found, ensure_ascii=False)


def _gate(gate: Run, at: int, lang: Lang, *, first: bool, with_why: bool) -> Iterator[str]:
    """Yield what one standard of the province says of the schools of a county, in pieces."""
    county = gate.counties[at]
    writers = [] if with_why else [ClearFindings(gate.assessment, i) for i in gate.assessment.method.indicators]
    head = {
        "standard": gate.standard.id,
        "passed": county.parts.get("schools"),
        "counts": _counts(gate, county.sections),
    }
    if gate.waived.given:
        head["passed_with_waivers"] = gate.counties_waiving[at].parts.get("schools")
    yield ("" if first else ",\n") + json.dumps(head, ensure_ascii=False)[:-1] + ', "schools": [\n'
    yield from _joined(_schools(gate, county.sections, lang, writers, with_why=with_why))
    yield f'], "left_out": {_left_out(gate, county.sections)}}}'


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
