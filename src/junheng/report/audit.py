"""An audit as plain tables: by school, ready to send; as one list for a workbook; as CSV and JSON."""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from junheng.audit.finding import Finding
from junheng.audit.identity import Change
from junheng.audit.run import Audit
from junheng.problems import Place, Problem, Severity
from junheng.report import words
from junheng.report.model import Block, Column, Line, Mood, Shown, Table
from junheng.report.to_csv import inert, line
from junheng.report.to_json import problem_dict
from junheng.text import Lang, Text

SEVERITIES = {
    Severity.ERROR: (Text("错误", "error"), Mood.BAD),
    Severity.WARNING: (Text("提醒", "warning"), Mood.CLOSE),
    Severity.NOTE: (Text("说明", "note"), Mood.QUIET),
}
CHANGES = {
    "renamed": Text("更名或换码", "renamed"),
    "merged": Text("合并", "merged"),
    "closed": Text("撤销", "closed"),
    "opened": Text("新建", "opened"),
}
NAMED_CELLS = 4  # how many cells of a finding a table names


class Entry(NamedTuple):
    """One line of the list: a finding, or a problem of reading. `school` None: of the whole table."""

    school: str | None
    county: str | None
    town: str | None
    code: str | None
    stage: str | None
    severity: Severity
    check: str
    title: Text
    places: Sequence[Place]
    message: Text
    hint: Text
    plausible: bool = False


def entries(audit: Audit) -> list[Entry]:
    """Return findings and problems of reading by school, in the order of the table; those of the whole table last."""
    found = [_of_finding(finding) for finding in audit.findings]
    found += [_of_problem(problem, *_row_of(audit, problem)) for problem in audit.problems]
    table = audit.now.table
    order: dict[tuple[str | None, str | None], int] = {}
    for at, school in enumerate(zip(table.text("county"), table.text("name"), strict=True)):
        order.setdefault(school, at)
    last = table.size
    weights = list(Severity)
    return sorted(
        found,
        key=lambda e: (
            last + 1 if e.school is None else order.get((e.county, e.school), last),
            e.school or "",
            weights.index(e.severity),
        ),
    )


def _of_finding(finding: Finding) -> Entry:
    subject = finding.subject
    return Entry(
        subject.name,
        subject.county,
        subject.town,
        subject.code,
        subject.stage,
        finding.severity,
        finding.check,
        finding.title,
        list(dict.fromkeys([finding.place, *(cell for seen in finding.seen for cell in seen.cells)])),
        finding.message,
        finding.hint,
        finding.plausible,
    )


def _row_of(audit: Audit, problem: Problem) -> tuple[str | None, ...]:
    """Return school, county, town, code and stage of the row that a problem stands in; nothing where it is none."""
    section = _rows(audit).get((problem.place.file, problem.place.sheet, _digits(problem.place.cell)))
    if section is None:
        return (None,) * 5
    table = audit.now.table
    return tuple(table.text(name)[section] for name in ("name", "county", "town", "code", "stage"))


def _digits(cell: str | None) -> str:
    return "".join(c for c in cell or "" if c.isdigit())


def _rows(audit: Audit) -> dict[tuple[str, str | None, str], int]:
    """Return the section that stands in each row of a sheet."""
    origin = audit.now.origin
    found = {}
    for section, row in enumerate(origin.row_of):
        place = origin.sheets[origin.sheet_of[section]].place(row)
        found[place.file, place.sheet, _digits(place.cell)] = section
    return found


def at_a_school(audit: Audit, problem: Problem) -> bool:
    """Say whether a problem stands in the row of a school."""
    return problem.place.cell is not None and _row_of(audit, problem)[0] is not None


def _of_problem(
    problem: Problem, school: str | None, county: str | None, town: str | None, code: str | None, stage: str | None
) -> Entry:
    return Entry(
        school,
        county,
        town,
        code,
        stage,
        problem.severity,
        problem.kind.code,
        Text("读取", "reading"),
        [problem.place],
        Text(problem.message("zh"), problem.message("en")),
        Text(problem.hint("zh"), problem.hint("en")),
    )


class _Report:
    def __init__(self, audit: Audit, lang: Lang) -> None:
        self.audit, self.lang = audit, lang
        self.files = {sheet.file for sheet in audit.now.origin.sheets}
        self.sheets = {sheet.name for sheet in audit.now.origin.sheets}

    def say(self, zh: str, en: str) -> str:
        return zh if self.lang == "zh" else en

    def severity(self, severity: Severity) -> Shown:
        text, mood = SEVERITIES[severity]
        return Shown(text.say(self.lang), mood, signed=True)

    def stage(self, name: str | None) -> str:
        return words.choice(self.audit.standard, "stage", name).say(self.lang) if name else ""

    def cells(self, entry: Entry) -> str:
        """Return the cells of an entry, by as much of their address as it takes to tell them apart."""
        named = [self.cell(place) for place in entry.places[:NAMED_CELLS]]
        return " ".join(named) + (" …" if len(entry.places) > NAMED_CELLS else "")

    def cell(self, place: Place) -> str:
        if place.cell is None or place.line is not None or self.files != {place.file}:
            return str(place)
        return place.cell if len(self.sheets) == 1 else f"{place.sheet}!{place.cell}"

    def problem(self, entry: Entry) -> str:
        mark = "*" if entry.plausible else ""
        title, message = entry.title.say(self.lang), entry.message.say(self.lang)
        return self.say(f"【{title}{mark}】{message}", f"[{title}{mark}] {message}")

    def counts(self, found: Sequence[Entry]) -> str:
        said = Counter(entry.severity for entry in found)
        zh = "，".join(f"{said[s]} 处{text.zh}" for s, (text, _) in SEVERITIES.items() if said[s])
        en = ", ".join(f"{said[s]} {text.en}{'s' * (said[s] != 1)}" for s, (text, _) in SEVERITIES.items() if said[s])
        return self.say(zh, en)

    def heading(self, found: Sequence[Entry]) -> list[Block]:
        audit = self.audit
        year = audit.now.year
        title = self.say("数据核查", "Data checks")
        if year is not None:
            title += self.say(f" · {year} 学年", f" · school year {year}")
        if audit.before is not None:
            title += self.say(f"，与 {audit.before.year or '？'} 年比较", f", against {audit.before.year or '?'}")
        schools = len({(e.county, e.school) for e in found if e.school is not None})
        every = len(audit.now.schools())
        worst = min((list(Severity).index(e.severity) for e in found), default=None)
        if worst is None or worst == len(Severity) - 1:
            mood, said = Mood.GOOD, self.say("没有发现错误或可疑的数", "nothing wrong or unlikely was found")
        else:
            mood = Mood.BAD if worst == 0 else Mood.CLOSE
            of = (
                self.say(f"；{every} 所学校中涉及 {schools} 所", f"; at {schools} of {every} schools")
                if schools
                else ""
            )
            said = self.counts(found) + of
        rules = len(audit.checks.rules)
        return [
            Line(Shown(title), strong=True),
            Line(Shown(self.say("结论：", "Result: ") + Shown(said, mood, signed=True).with_sign, mood), strong=True),
            Line(Shown(self.say(f"核查项 {rules} 条", f"{rules} rules applied"), Mood.QUIET)),
        ]

    def by_school(self, found: Sequence[Entry], *, whole_table: bool) -> list[Block]:
        """Return a table for each school, then one for what is of no school."""
        blocks: list[Block] = []
        groups: dict[tuple[str | None, str | None, str | None], list[Entry]] = {}
        for entry in found:
            if entry.school is not None or whole_table or entry.check.islower():
                code = None if entry.school is None else entry.code
                groups.setdefault((entry.county if entry.school else None, entry.school, code), []).append(entry)
        columns = (
            Column(self.say("级别", "Level"), whole=True),
            Column(self.say("单元格", "Cell")),
            Column(self.say("问题", "Problem")),
            Column(self.say("怎么办", "What to do")),
        )
        for (county, school, code), mine in groups.items():
            name = school or self.say("全表", "The table")
            if self.audit.now.several_counties and county and school:
                name = f"{county} {name}"
            if code:
                name += self.say(f"（{code}）", f" ({code})")
            several = len({e.stage for e in mine if e.stage}) > 1
            rows = tuple(
                (
                    self.severity(entry.severity),
                    Shown(self.cells(entry)),
                    Shown((f"{self.stage(entry.stage)} " if several and entry.stage else "") + self.problem(entry)),
                    Shown(entry.hint.say(self.lang)),
                )
                for entry in mine
            )
            title = self.say(f"{name}：{self.counts(mine)}", f"{name}: {self.counts(mine)}")
            blocks.append(Table(title, columns, rows))
        return blocks

    def flat(self, found: Sequence[Entry]) -> list[Block]:
        """Return one list of everything, for a sheet that can be filtered."""
        if not found:
            return []
        zh = ("县(市、区)", "学校", "学校标识码", "学段", "级别", "文件", "单元格", "核查项", "问题", "怎么办")
        en = ("County", "School", "Code", "Stage", "Level", "File", "Cell", "Check", "Problem", "What to do")
        rows = []
        for entry in found:
            cells = " ".join(p.cell or "" for p in entry.places if p.file == entry.places[0].file)
            texts = (entry.county, entry.school, entry.code, self.stage(entry.stage))
            mark = "*" if entry.plausible else ""
            rows.append(
                (
                    *(Shown(text or "") for text in texts),
                    self.severity(entry.severity),
                    Shown(entry.places[0].file),
                    Shown(cells.strip()),
                    Shown(entry.title.say(self.lang) + mark),
                    Shown(entry.message.say(self.lang)),
                    Shown(entry.hint.say(self.lang)),
                )
            )
        columns = tuple(Column(name) for name in (zh if self.lang == "zh" else en))
        return [Table(self.say("核查清单", "Findings"), columns, tuple(rows))]

    def by_check(self, found: Sequence[Entry]) -> list[Block]:
        """Return how often each rule found something."""
        counts = Counter((e.check, e.title.say(self.lang)) for e in found)
        if not counts:
            return []
        rows = tuple(
            (Shown(check), Shown(title), Shown(str(count), Mood.PLAIN, count, 0))
            for (check, title), count in counts.most_common()
        )
        columns = (
            Column(self.say("规则", "Rule")),
            Column(self.say("核查项", "Check")),
            Column(self.say("处", "Times"), number=True),
        )
        return [Table(self.say("各核查项", "By rule"), columns, rows)]

    def changes(self) -> list[Block]:
        """Return the changes of schools on record between the two years."""
        changes: Sequence[Change] = self.audit.changes
        if not changes:
            return []
        zh, en = ("年度", "变动", "原学校", "现学校", "依据"), ("Year", "Change", "Before", "Now", "Evidence")
        rows = tuple(
            (
                Shown(str(change.year)),
                Shown(CHANGES[change.kind].say(self.lang)),
                Shown("、".join(change.before)),
                Shown(change.now or ""),
                Shown(change.evidence or ""),
            )
            for change in changes
        )
        columns = tuple(Column(name) for name in (zh if self.lang == "zh" else en))
        return [Table(self.say("学校变动", "Changes of schools"), columns, rows)]

    def basis(self, found: Sequence[Entry]) -> list[Block]:
        if not any(entry.plausible for entry in found):
            return []
        said = self.say(
            "带 * 的界线来自经验，不是法规；可用 --checks 文件修改",
            "bounds marked * rest on experience, not on law; a --checks file changes them",
        )
        return [Line(Shown(said, Mood.QUIET))]


def audit_blocks(audit: Audit, lang: Lang, *, whole_table: bool = True) -> list[Block]:
    """Return the report by school; without the problems of the whole table where these are printed elsewhere."""
    report, found = _Report(audit, lang), entries(audit)
    blocks = [*report.heading(found), *report.by_school(found, whole_table=whole_table)]
    return [*blocks, *report.changes(), *report.basis(found)]


def list_blocks(audit: Audit, lang: Lang) -> list[Block]:
    """Return the report as one list, with counts by rule."""
    report, found = _Report(audit, lang), entries(audit)
    blocks = [*report.heading(found), *report.basis(found), *report.by_check(found)]
    return [*blocks, *report.flat(found), *report.changes()]


def audit_csv(audit: Audit, lang: Lang) -> Iterator[str]:
    """Yield one line for every finding and every problem of reading."""
    zh = "年度,县(市、区),乡镇,学校标识码,学校名称,学段,级别,规则,核查项,文件,工作表,单元格,问题,怎么办,经验界线"
    en = "year,county,town,code,school,stage,severity,rule,check,file,sheet,cells,problem,what to do,plausibility"
    yield line((zh if lang == "zh" else en).split(","))
    report = _Report(audit, lang)
    for entry in entries(audit):
        first = entry.places[0]
        cells = [p.cell or "" for p in entry.places if (p.file, p.sheet) == (first.file, first.sheet)]
        yield line(
            [
                audit.now.year,
                *(inert(text) for text in (entry.county, entry.town, entry.code, entry.school)),
                report.stage(entry.stage),
                SEVERITIES[entry.severity][0].say(lang),
                entry.check,
                inert(entry.title.say(lang)),
                inert(first.file),
                inert(first.sheet),
                " ".join(cells).strip(),
                inert(entry.message.say(lang)),
                inert(entry.hint.say(lang)),
                ("是" if lang == "zh" else "yes") if entry.plausible else "",
            ]
        )


def audit_json(audit: Audit, lang: Lang) -> str:
    """Return the document, schema junheng.audit/1."""
    bases = {rule.id: rule.basis for rule in audit.checks.rules}
    findings = [
        {
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
        }
        for finding in audit.findings
    ]
    document = {
        "schema": "junheng.audit/1",
        "standard": audit.standard.id,
        "year": audit.now.year,
        "against": None if audit.before is None else audit.before.year,
        "rules": len(audit.checks.rules),
        "counts": {severity.value: audit.count(severity) for severity in Severity},
        "findings": findings,
        "changes": [
            {"kind": c.kind, "year": c.year, "before": list(c.before), "now": c.now, "evidence": c.evidence}
            for c in audit.changes
        ],
        "problems": [problem_dict(problem, lang) for problem in audit.problems],
    }
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


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
