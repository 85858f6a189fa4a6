"""A collection as JSON, schema junheng.collect/1: the table with the cells of every entry, and every list."""

import json
from collections.abc import Mapping, Sequence

from junheng.collect.lists import plain
from junheng.collect.run import Collected
from junheng.collect.sections import Section, Twice, Version
from junheng.problems import Place, Problem
from junheng.report.to_json import problem_dict
from junheng.text import Lang, Text
from junheng.workbook.counted import COUNTED

SCHEMA = "junheng.collect/1"
Entry = dict[str, object]


def collect_json(collected: Collected, lang: Lang) -> str:
    """Return a collection as one document; the same input gives the same text."""
    joined = collected.joined
    outside = {id(section) for section, _ in joined.outside}
    missing: list[Entry] = [
        {
            "code": school.code or None,
            "name": school.name or None,
            "county": school.texts.get("county"),
            "town": school.texts.get("town"),
            "place": _cell(school.at),
            "reported_year": collected.of_other_years.get(school.at),
        }
        for school in joined.missing
    ]
    child = dict.fromkeys(("code", "county", "town", "place", "reported_year"))
    missing += [{**child, "name": name} for name in collected.unsent]
    return _text(
        collected.complete,
        {
            "year": collected.year,
            "roster": {
                "schools": len(collected.roster.schools),
                "reported": len(collected.roster.schools) - len(joined.missing),
            },
            "files": collected.files,
            "schools": [
                {**_section(section, lang), "in_roster": id(section) not in outside} for section in joined.sections
            ],
            "not_reported": missing,
            "twice": [_twice(entry) for entry in joined.twice],
            "outside": [
                {**_who(section), "place": _cell(section.at), "reason": _said(reason, lang)}
                for section, reason in joined.outside
            ],
            "not_merged": [_section(section, lang) for school in collected.aside for section in school],
            "not_used": list(collected.skipped),
        },
        collected.problems,
        lang,
    )


def unusable_json(problems: Sequence[Problem], lang: Lang) -> str:
    """Return a document that says why nothing could be collected."""
    return _text(None, {"year": None, "schools": []}, problems, lang)


def _text(complete: bool | None, entries: Mapping[str, object], problems: Sequence[Problem], lang: Lang) -> str:
    found = [problem_dict(problem, lang) for problem in problems]
    document = {"schema": SCHEMA, "complete": complete, **entries, "problems": found}
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def _cell(place: Place) -> Entry:
    return {"file": place.file, "sheet": place.sheet, "cell": place.cell}


def _said(remark: Text | None, lang: Lang) -> str | None:
    return None if remark is None else remark.say(lang).lstrip("：:，; ") or None


def _who(section: Section) -> Entry:
    return {name: section.texts.get(name) for name in ("code", "name", "stage")}


def _section(section: Section, lang: Lang) -> Entry:
    """Return words, figures, and for each of them the cells it was read from and what was done to it."""
    figures = {name: figure for name, figure in section.figures.items() if name != COUNTED}
    sources = {
        **{name: (section.cells.get(name, ()), section.remarks.get(name)) for name in section.texts},
        **{name: (figure.cells, figure.remark) for name, figure in figures.items()},
    }
    return {
        **{name: section.texts[name] for name in sorted(section.texts)},
        "figures": {name: _number(figures[name].number) for name in sorted(figures)},
        "disputed": sorted(name for name, figure in figures.items() if figure.disputed),
        "sources": {
            name: {"cells": [_cell(cell) for cell in cells], "remark": _said(remark, lang)}
            for name, (cells, remark) in sorted(sources.items())
            if cells or remark is not None
        },
    }


def _twice(entry: Twice) -> Entry:
    """Return the two versions of a section; `field` is null where they are alike in everything."""
    return {**_who(entry.section), "field": entry.field, "versions": [_version(v) for v in (entry.first, entry.other)]}


def _number(said: float | str | None) -> float | str | None:
    return plain(said) if isinstance(said, float) else said


def _version(version: Version) -> Entry:
    return {"value": _number(version.said), "cells": [_cell(cell) for cell in version.cells or (version.at,)]}
