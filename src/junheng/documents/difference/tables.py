"""A difference as tables in one language, and as JSON."""

import re
from collections import ChainMap
from collections.abc import Mapping, Sequence
from contextlib import suppress

from junheng.documents.difference.causes import Cause, Changed, FigureChanged
from junheng.documents.difference.comparing import NOT_ASSESSED, Difference, VerdictChanged
from junheng.documents.difference.recorded import Section
from junheng.engine.model import Outcome
from junheng.number import plain
from junheng.problems import Unusable
from junheng.report import words
from junheng.report.model import Block, Column, Line, Mood, Shown, Table
from junheng.standard.grammar import FieldForm
from junheng.standard.load import Standard, load, shipped_fields
from junheng.text import Lang, Text

MOST_ROWS = 60
CAUSES = {
    Cause.DATA: Text("数据", "data"),
    Cause.STANDARD: Text("标准", "standard"),
    Cause.SETTING: Text("口径", "setting"),
    Cause.WAIVER: Text("豁免", "waivers"),
    Cause.YEAR: Text("学年", "year"),
    Cause.SCHOOLS: Text("学校增减", "schools came or went"),
}
RECORD_KEYS = {
    "standard": Text("标准", "Standard"),
    "document": Text("文号", "Document"),
    "standard_sha256": Text("标准文件", "File of the standard"),
    "province": Text("省份", "Province"),
    "gate": Text("办学基本标准（省定）", "School standard of the province"),
}
CV_DIGITS = 6
SHA256 = re.compile(r"[0-9a-f]{64}")
HASH_SHOWN = 12


class _Wording:
    """The words of one difference in one language; names come from its standard where that can be loaded."""

    def __init__(self, changes: Difference, lang: Lang, *, everything: bool) -> None:
        self.changes, self.lang, self.everything = changes, lang, everything
        self.by_school: dict[str, list[FigureChanged]] = {}
        for figure in changes.moved.figures:
            self.by_school.setdefault(figure.section[0], []).append(figure)
        self.standards = []  # the later first: names come from it where it has them
        for run in (changes.after, changes.before):
            with suppress(Unusable):  # a file of the user's own may be gone: ids then stand for names
                self.standards.append(load(str(run.record["standard"]), run.record["year"]))
        self.gates: dict[str, Standard] = {}
        for name in changes.after.gates():
            with suppress(Unusable):
                self.gates[name] = load(name, changes.after.record["year"])

    def say(self, zh: str, en: str) -> str:
        return zh if self.lang == "zh" else en

    def rule(self, name: str) -> str:
        found = [rules[name][0] for s in self.standards if name in (rules := s.form.named_rules())]
        return (found[0].short or found[0].name).text.say(self.lang) if found else name

    def fields(self) -> Mapping[str, FieldForm]:
        """Return the fields that the standards know."""
        return ChainMap(*(dict(standard.fields) for standard in self.standards), dict(shipped_fields()))

    def of_gate(self, change: VerdictChanged) -> str:
        """Return what of a school was judged, and by which standard where that is one of the province."""
        if change.gate is None:
            return self.say("学校结论", "verdict") if change.of == "school" else self.rule(change.what)
        gate = self.gates.get(change.gate)
        found = None if gate is None else gate.form.named_rules().get(change.what)
        name = (found[0].short or found[0].name).text.say(self.lang) if found else change.what
        name = self.say("学校结论", "verdict") if change.of == "school" else name
        short = change.gate if gate is None else (gate.form.short or gate.form.title).text.say(self.lang)
        return f"{name}（{short}）" if self.lang == "zh" else f"{name} ({short})"

    def with_waivers(self, name: str, change: VerdictChanged) -> str:
        """Return the name of a verdict, marked where waivers count in it."""
        return name + self.say("（计入豁免）", " (with waivers)") if change.waived else name

    def field(self, name: str) -> str:
        fields = self.fields()
        if name not in fields:
            return self.rule(name)  # a line of the sheet 县级 may name a whole item
        return fields[name].text.say(self.lang)

    def setting(self, name: str) -> str:
        """Return what a setting asks, or what a transitional rule allows."""
        asked = [s.form.settings[name].question for s in self.standards if name in s.form.settings]
        asked += [r.name for s in self.standards for r in s.form.relaxations if r.id == name]
        return asked[0].text.say(self.lang) if asked else name

    def choice(self, setting: str, value: object) -> object:
        """Return a choice in its words; a transitional rule is on or off."""
        settings = [s.form.settings[setting] for s in self.standards if setting in s.form.settings]
        chosen = [entry.choices[str(value)] for entry in settings if value in entry.choices]
        if chosen:
            return chosen[0].text.say(self.lang)
        known = (
            setting not in self.changes.after.record["settings"]
            and setting not in self.changes.before.record["settings"]
        )
        return (
            self.say("启用", "on") if value == "on" else self.say("未启用", "off") if known and value is None else value
        )

    def stage(self, name: str) -> str:
        choices = shipped_fields()["stage"].choices
        return Text(choices[name].zh, choices[name].en).say(self.lang) if name in choices else name

    def section(self, section: Section, name: str) -> tuple[str, str]:
        return name or section[0], self.stage(section[1])

    def moved(self, section: Section, field: str) -> str:
        """Return a field with its figures before and after, of the section or of another of its school."""
        found = [f for f in self.by_school.get(section[0], []) if f.field == field]
        own = next((f for f in found if f.section == section), found[0])
        old, new = (self.value(field, x).text for x in (own.before, own.after))
        return f"{self.field(field)} {old}→{new}"

    def value(self, field: str, value: object) -> Shown:
        """Return a figure, or the word for a choice."""
        fields = self.fields()
        choice = fields[field].choices.get(str(value)) if field in fields else None
        return _value(value) if choice is None else Shown(Text(choice.zh, choice.en).say(self.lang))

    def state(self, of: str, state: object, limit: float | None = None) -> Shown:
        """Return a verdict, an outcome or a reason in words; a coefficient without limit is not judged alone."""
        if state == NOT_ASSESSED:
            return Shown(self.say("未评估", "not assessed"), Mood.QUIET)
        if of == "variation" and state is None and limit is None:
            return Shown(self.say("计入综合", "in composite"), Mood.QUIET)
        if state is None or isinstance(state, bool):
            kind = words.WITHIN if of in ("variation", "composite") else words.PASSED
            return Shown(kind[state].say(self.lang), words.MOODS[state], signed=True)
        if state in set(Outcome):
            outcome = Outcome(str(state))
            return Shown(words.OUTCOMES[outcome].say(self.lang), words.OUTCOME_MOODS[outcome], signed=True)
        return Shown(words.REASONS.get(str(state), Text(str(state), str(state))).say(self.lang), Mood.QUIET)

    def causes(self, causes: Sequence[Cause]) -> str:
        join = "、" if self.lang == "zh" else ", "
        return join.join(CAUSES[cause].say(self.lang) for cause in causes) or self.say("不能确定", "not known")

    def first(self, table: Table, count: int) -> Table:
        if self.everything or count <= MOST_ROWS:
            return table
        note = self.say(
            f"只列前 {MOST_ROWS} 行；加 --all 列出全部", f"the first {MOST_ROWS} rows only; --all lists all"
        )
        return Table(table.title, table.columns, table.rows[:MOST_ROWS], note)


def _value(value: object) -> Shown:
    if value is None:
        return Shown("—", Mood.QUIET)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return Shown(plain(value))
    text = str(value)
    return Shown(text[:HASH_SHOWN] if SHA256.fullmatch(text) else text[:60])


def _changed(w: _Wording, title: str, rows: Sequence[tuple[str, Changed]]) -> list[Block]:
    columns = (Column(w.say("项目", "What")), Column(w.say("之前", "Before")), Column(w.say("之后", "After")))
    cells = tuple((Shown(name), _value(change.before), _value(change.after)) for name, change in rows)
    return [w.first(Table(title, columns, cells), len(cells))] if rows else []


def _verdict_name(w: _Wording, change: VerdictChanged) -> str:
    if change.of == "county":
        return w.say("全县结论", "County")
    if change.of == "part":
        known = words.PARTS.get(change.what)
        parts = [p for standard in w.standards for p in standard.form.parts_not_assessed()]
        part = next((p for p in parts if p.id == change.what), None)
        return known.say(w.lang) if known else (w.say(part.zh, part.en) if part else change.what)
    if change.of in ("variation", "composite"):
        stage, _, indicator = change.what.partition("/")
        what = w.rule(indicator) if indicator else w.say("综合差异系数", "composite")
        return f"{w.stage(stage)} {what}"
    return w.rule(change.what)


def _county_rows(w: _Wording) -> list[Block]:
    rows = []
    for change in w.changes.verdicts:
        if change.section is None:
            values = tuple("" if v is None else f"{v:.{CV_DIGITS}f}" for v in change.values)
            shown = f"{values[0]} → {values[1]}" if any(values) else ""
            rows.append(
                (
                    Shown(w.with_waivers(_verdict_name(w, change), change)),
                    w.state(change.of, change.before, change.bars[0]),
                    w.state(change.of, change.after, change.bars[1]),
                    Shown(shown),
                    Shown(w.causes(change.causes)),
                )
            )
    columns = (
        Column(w.say("内容", "What")),
        Column(w.say("之前", "Before")),
        Column(w.say("之后", "After")),
        Column(w.say("差异系数", "CV")),
        Column(w.say("原因", "Why")),
    )
    return [Table(w.say("全县", "County"), columns, tuple(rows))] if rows else []


def _school_rows(w: _Wording) -> list[Block]:
    rows = []
    for change in w.changes.verdicts:
        if change.section is None:
            continue
        name, stage = w.section(change.section, change.name)
        why = w.causes(change.causes)
        fields = "、".join(w.moved(change.section, field) for field in change.fields)
        rows.append(
            (
                Shown(name),
                Shown(stage),
                Shown(w.with_waivers(w.of_gate(change), change)),
                w.state(change.of, change.before),
                w.state(change.of, change.after),
                Shown(f"{why}：{fields}" if fields else why),
            )
        )
    columns = tuple(
        Column(w.say(*pair))
        for pair in (
            ("学校", "School"),
            ("学段", "Stage"),
            ("内容", "What"),
            ("之前", "Before"),
            ("之后", "After"),
            ("原因", "Why"),
        )
    )
    return [w.first(Table(w.say("学校", "Schools"), columns, tuple(rows)), len(rows))] if rows else []


def _figure_rows(w: _Wording) -> list[Block]:
    figures = w.changes.moved.figures
    rows = tuple(
        (
            *(Shown(text) for text in w.section(f.section, f.name)),
            Shown(w.field(f.field)),
            w.value(f.field, f.before),
            w.value(f.field, f.after),
        )
        for f in figures
    )
    columns = tuple(
        Column(w.say(*pair))
        for pair in (("学校", "School"), ("学段", "Stage"), ("数据", "Figure"), ("之前", "Before"), ("之后", "After"))
    )
    title = w.say(f"数据变化（{len(figures)}）", f"Figures that changed ({len(figures)})")
    return [w.first(Table(title, columns, rows), len(rows))] if rows else []


def difference_blocks(changes: Difference, lang: Lang, *, everything: bool = False) -> list[Block]:
    """Return a difference as the report of `junheng diff`."""
    w = _Wording(changes, lang, everything=everything)
    before, after = changes.before.record, changes.after.record
    head = " → ".join(f"{run['county'] or '—'} {run['year'] or '—'}" for run in (before, after))
    blocks: list[Block] = [Line(Shown(head), strong=True)]
    if changes.nothing:
        return [*blocks, Line(Shown(w.say("没有变化", "nothing changed"), Mood.GOOD))]
    moved = changes.moved
    named = [(RECORD_KEYS[c.what].say(lang) if c.what in RECORD_KEYS else c.what, c) for c in moved.standard]
    blocks += _changed(w, w.say("标准", "Standard"), named)
    chosen = [c._replace(before=w.choice(c.what, c.before), after=w.choice(c.what, c.after)) for c in moved.settings]
    blocks += _changed(w, w.say("口径", "Settings"), [(w.setting(c.what), c) for c in chosen])
    blocks += _changed(w, w.say("豁免", "Waivers"), [(c.what, c) for c in moved.waivers])
    blocks += _changed(w, w.say("输入文件", "Inputs"), [(c.what, c) for c in moved.inputs])
    blocks += [*_county_rows(w), *_school_rows(w)]
    for title, sections, names in (
        (w.say("新增的学校（学部）", "Sections that came"), moved.came, changes.after.names),
        (w.say("消失的学校（学部）", "Sections that went"), moved.went, changes.before.names),
    ):
        rows = tuple(tuple(Shown(text) for text in w.section(s, names[s])) for s in sections)
        columns = (Column(w.say("学校", "School")), Column(w.say("学段", "Stage")))
        blocks += [w.first(Table(title, columns, rows), len(rows))] if rows else []
    blocks += _changed(w, w.say("县级填报", "Answers of the county"), [(w.field(c.what), c) for c in moved.answers])
    return [*blocks, *_figure_rows(w)]


def difference_json(changes: Difference) -> dict[str, object]:
    """Return a difference as junheng.diff/1."""
    moved = changes.moved

    def section(s: Section) -> dict[str, str]:
        return {"school": s[0], "stage": s[1]}

    return {
        "schema": "junheng.diff/1",
        "before": {"file": changes.before.file, "record": changes.before.record},
        "after": {"file": changes.after.file, "record": changes.after.record},
        "standard": [change._asdict() for change in moved.standard],
        "settings": [change._asdict() for change in moved.settings],
        "waivers": [change._asdict() for change in moved.waivers],
        "inputs": [change._asdict() for change in moved.inputs],
        "came": [{**section(s), "name": changes.after.names[s]} for s in moved.came],
        "went": [{**section(s), "name": changes.before.names[s]} for s in moved.went],
        "answers": [change._asdict() for change in moved.answers],
        "figures": [
            {**section(f.section), "name": f.name, "field": f.field, "before": f.before, "after": f.after}
            for f in moved.figures
        ],
        "verdicts": [
            {
                "of": v.of,
                "what": v.what,
                **(section(v.section) if v.section is not None else {}),
                "name": v.name or None,
                **({} if v.gate is None else {"gate": v.gate}),
                **({"with_waivers": True} if v.waived else {}),
                "before": v.before,
                "after": v.after,
                "values": list(v.values),
                "bars": list(v.bars),
                "causes": [cause.value for cause in v.causes],
                "fields": list(v.fields),
            }
            for v in changes.verdicts
        ],
    }
