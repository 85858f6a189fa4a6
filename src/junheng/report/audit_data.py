"""An audit for other programs: CSV, one line for everything found, and JSON, schema junheng.audit/1."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence

from junheng.audit.finding import Finding
from junheng.audit.run import Audit
from junheng.audit.waiving import Accepted
from junheng.problems import Place, Problem, Severity
from junheng.report import words
from junheng.report.audit_entries import SEVERITIES, entries
from junheng.report.to_csv import inert, line
from junheng.report.to_json import problem_dict
from junheng.report.why import waiver_dict
from junheng.text import Lang
from junheng.waivers import Waiver

_encode = json.JSONEncoder(ensure_ascii=False).encode


def audit_csv(audit: Audit, lang: Lang) -> Iterator[str]:
    """Yield one line for every finding and every problem of reading."""
    zh = "年度,县(市、区),乡镇,学校标识码,学校名称,学段,级别,规则,核查项,文件,工作表,单元格,问题,怎么办,经验界线"
    en = "year,county,town,code,school,stage,severity,rule,check,file,sheet,cells,problem,what to do,plausibility"
    given = audit.accepted.given  # with waivers there are three columns more
    further = (",豁免原因,豁免依据,豁免至", ",waived for,evidence,waived until")
    yield line(((zh if lang == "zh" else en) + (further[lang == "en"] if given else "")).split(","))
    for entry in entries(audit):
        first = entry.places[0]
        cells = [p.cell or "" for p in entry.places if (p.file, p.sheet) == (first.file, first.sheet)]
        yield line(
            [
                audit.now.year,
                *(inert(text) for text in (entry.county, entry.town, entry.code, entry.school)),
                words.choice(audit.standard, "stage", entry.stage).say(lang) if entry.stage else "",
                SEVERITIES[entry.severity].say(lang),
                entry.check,
                inert(entry.title.say(lang)),
                inert(first.file),
                inert(first.sheet),
                " ".join(cells).strip(),
                inert(entry.message.say(lang)),
                inert(entry.hint.say(lang)),
                ("是" if lang == "zh" else "yes") if entry.plausible else "",
                *(_waiver_cells(entry.waiver) if given else ()),
            ]
        )


def _waiver_cells(waiver: Waiver | None) -> tuple[str, str, str]:
    if waiver is None:
        return ("", "", "")
    return inert(waiver.reason), inert(waiver.evidence), str(waiver.expiry)


def audit_json(audit: Audit, lang: Lang, record: Mapping[str, object] | None = None) -> Iterator[str]:
    """Yield the document, schema junheng.audit/1, with the record of the run where there is one.

    Findings and problems are written one on a line as they are asked for: there may be very many.
    """
    waivers = audit.accepted
    head = {
        "schema": "junheng.audit/1",
        "standard": audit.standard.id,
        "year": audit.now.year,
        "against": None if audit.before is None else audit.before.year,
        **({} if record is None else {"run": record}),
        "rules": len(audit.checks.rules),
        "counts": {severity.value: audit.count(severity) for severity in Severity},
        **({"faulty_with_waivers": audit.faulty_with_waivers} if waivers.given else {}),
    }
    changes = [
        {"kind": c.kind, "year": c.year, "before": list(c.before), "now": list(c.now), "evidence": c.evidence}
        for c in audit.changes
    ]
    yield json.dumps(head, ensure_ascii=False, indent=1).removesuffix("\n}")
    yield ',\n "findings": ['
    yield from _listed(_finding_dicts(audit, lang))
    yield f'],\n "changes": {_encode(changes)},\n "problems": ['
    yield from _listed(problem_dict(problem, lang, waivers.problems.get(problem)) for problem in audit.problems)
    yield "]\n}\n"


def _listed(entries: Iterable[Mapping[str, object]]) -> Iterator[str]:
    """Yield the entries of a JSON list, each on a line."""
    for at, entry in enumerate(entries):
        yield f"{',' * bool(at)}\n  {_encode(entry)}"


def _finding_dicts(audit: Audit, lang: Lang) -> Iterator[dict[str, object]]:
    bases = {rule.id: rule.basis for rule in audit.checks.rules}
    waivers = audit.accepted
    for finding in audit.findings:
        yield {
            "rule": finding.check,
            "kind": finding.kind,
            "title": finding.title.say(lang),
            "severity": finding.severity.value,
            "basis": None if (basis := bases[finding.check]) is None else basis.text.say(lang),
            "county": finding.subject.county,
            "town": finding.subject.town,
            "code": finding.subject.code or None,
            "school": finding.subject.name,
            "stage": finding.subject.stage,
            "place": _place_dict(finding.place),
            "figures": [
                {
                    "field": seen.field,
                    "year": seen.year or audit.now.year,
                    "value": seen.figure,
                    "cells": [_place_dict(cell) for cell in seen.cells],
                }
                for seen in finding.seen
            ],
            "message": finding.message.say(lang),
            "hint": finding.hint.say(lang),
            **({"waived": waiver_dict(waiver)} if (waiver := _waiver(waivers, finding)) is not None else {}),
        }


def _waiver(accepted: Accepted, finding: Finding) -> Waiver | None:
    """Return the waiver that accepts a finding."""
    return accepted.findings.get(finding) if accepted.findings else None


def unusable_audit_json(problems: Sequence[Problem], lang: Lang) -> str:
    """Return the document of an audit that could not be made."""
    document = {
        "schema": "junheng.audit/1",
        "standard": None,
        "year": None,
        "findings": [],
        "problems": [problem_dict(problem, lang) for problem in problems],
    }
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def _place_dict(place: Place) -> dict[str, str | None]:
    return {"file": place.file, "sheet": place.sheet, "cell": place.cell}
