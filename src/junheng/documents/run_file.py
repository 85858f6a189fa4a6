"""run.json: one county of a run, with the figures it was judged by, so that two runs can be compared later."""

import json
from collections.abc import Mapping

from junheng.documents.submission import Submission
from junheng.engine.model import Indicator, Method
from junheng.engine.parts import fields_of
from junheng.report.to_json import county_json
from junheng.report.why import number
from junheng.run import Run
from junheng.standard.entering import laws
from junheng.standard.load import needed_fields, needed_of_items

RUN_FILE = "run.json"
SCHEMA = "junheng.run/1"
WORDS = ("type", "area", "owner")  # the words of a section that verdicts rest on


def _reads(rule: Indicator, method: Method) -> list[str]:
    """Return the fields that a rule rests on: for its value, its bars, where it applies.

    What schools share is divided by their pupils, and a school is left out by its type.
    """
    names = [name for leaf in rule.leaves() for name in fields_of(leaf)]
    names += [name for node in rule.nodes() for name in node.circumstances()]
    of_schools = any(name not in method.county_fields for name in names)
    return list(dict.fromkeys([*(("students", "type") if of_schools else ()), *names]))


def _rules(run: Run) -> dict[str, object]:
    """Return what the rules of a run rest on: the fields that each reads, and what of the standard enters each."""
    standard = run.standard
    return {
        "reads": {rule.id: _reads(rule, standard.method) for rule in standard.method.indicators_and_items()},
        "laws": {name: law._asdict() for name, law in laws(standard).items()},
    }


def run_json(submission: Submission, record: Mapping[str, object]) -> dict[str, object]:
    """Return the content of run.json: the record, the county as `county --format json` gives it, and the figures.

    `figures` holds, for every section, what was read for it (as reported, before division) by field, and its words; `fields` are those that were read, `asked` what the county was asked; `reads` the
    fields that each indicator and item rests on; `laws` the hash of the text of each and the settings that it asks for; `gate`
    both for every standard of the province.
    """
    run, county = submission.run, submission.county
    alone = run._replace(
        counties=[county],
        counties_waiving=[w for c, w in zip(run.counties, run.counties_waiving, strict=False) if c is county],
    )
    document = json.loads("".join(county_json(alone, submission.lang)))
    table = run.assessment.divisions.table
    gates = [name for gate in run.gate for name in needed_fields(gate.standard)]
    names = list(dict.fromkeys([*needed_fields(run.standard), *needed_of_items(run.standard), *gates]))
    columns = {name: table.column(name) for name in names}
    words = {name: table.text(name) for name in WORDS}
    figures: list[dict[str, object]] = [
        {
            "code": table.text("code")[i] or None,
            "name": table.text("name")[i],
            "stage": table.text("stage")[i],
            "figures": {
                **{name: number(column[i]) for name, column in columns.items() if column[i] is not None},
                **{name: column[i] for name, column in words.items() if column[i] is not None},
            },
        }
        for i in submission.in_order()
    ]
    answers = {
        name: {
            "figure": number(a.figure),
            **({} if a.score is None else {"score": float(a.score)}),
            **({"not_applicable": True} if a.not_applicable else {}),
            "evidence": a.evidence or None,
            "cell": str(a.place),
        }
        for name, a in run.answered.get(county.name, {}).items()
    }
    return {
        "schema": SCHEMA,
        "record": record,
        "county": document["counties"][0],
        "problems": document["problems"],
        "fields": [*names, *WORDS],
        "figures": figures,
        "asked": {"fields": list(run.asked.fields), "items": list(run.asked.items)},
        "answers": answers,
        **_rules(run),
        "gate": {gate.standard.id: _rules(gate) for gate in run.gate},
    }
