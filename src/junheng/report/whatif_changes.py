"""What if: what scenarios changed and what it costs, as tables in one language."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from junheng.engine.model import CountyVerdict
from junheng.number import plain, shown
from junheng.report import words
from junheng.report.county_tables import CountyReport
from junheng.report.model import Block, Column, Line, Mood, Shown, Table
from junheng.report.tables import MOST_ROWS
from junheng.run import Run
from junheng.scenario.costing import Bill
from junheng.scenario.draft import Effect
from junheng.scenario.form import MergeChange, SettingChange, StandardChange
from junheng.scenario.reading import Scenario
from junheng.text import Lang, Text

FEW_SCHOOLS = 12  # schools whose pupils change are listed, unless there are more


class WhatIf(NamedTuple):
    """A run before and after scenarios, what these changed, and what it costs where prices are given."""

    before: Run
    after: Run
    scenarios: tuple[Scenario, ...]
    effects: tuple[Effect, ...]
    bill: Bill | None = None

    @property
    def changes(self) -> list[tuple[Scenario, int]]:
        """Every change of the scenarios in order, as its scenario and its place in it."""
        return [(scenario, at) for scenario in self.scenarios for at in range(len(scenario.changes))]

    @property
    def judged(self) -> list[tuple[Run, Run]]:
        """The runs whose indicators are compared: by the standard, and by those of the province before it."""
        gates = {gate.standard.id: gate for gate in self.after.gate}
        pairs = [(gate, gates[gate.standard.id]) for gate in self.before.gate if gate.standard.id in gates]
        return [(self.before, self.after), *pairs]

    @property
    def deciding(self) -> list[tuple[Run, Run]]:
        """Those among them that decide whether schools meet: the province's where the method leaves it to them."""
        leaves = self.after.assessment.method.school_rule is None and len(self.judged) > 1
        return self.judged[1:] if leaves else self.judged[:1]


class ChangeTables:
    """The tables of what was changed, in one language, and the words that all tables of a comparison share."""

    def __init__(self, made: WhatIf, lang: Lang, *, everything: bool) -> None:
        self.made, self.lang, self.everything = made, lang, everything
        self.before = CountyReport(made.before, lang, everything=everything)
        self.after = CountyReport(made.after, lang, everything=everything)
        self.say = self.after.say
        self.several_counties = self.before.several_counties or self.after.several_counties

    # ------------------------------------------------------------------------------------------------- words

    def _school(self, name: str | None, county: str | None) -> Shown:
        return Shown(f"{county} {name or '—'}" if self.several_counties and county else name or "—")

    def _stage(self, stage: str | None) -> Shown:
        return Shown(self.after.stage(stage) if stage else "")

    def _indicator(self, name: str) -> str:
        return (self.after if name in self.after.rules else self.before).indicator(name)

    def _text(self, text: Text) -> str:
        return text.say(self.lang)

    def _flip(self, before: Shown, after: Shown) -> tuple[Shown, Shown]:
        return before._replace(signed=True), after._replace(signed=True)

    def _verdict(self, report: CountyReport, county: CountyVerdict | None) -> Shown:
        return Shown("—", Mood.QUIET) if county is None else report.verdict(county.passed)

    # ----------------------------------------------------------------------------------------------- changes

    def changes(self) -> Table:
        """Return what was changed, each figure before and after."""
        by_change: dict[int, list[Effect]] = {}
        for effect in self.made.effects:
            by_change.setdefault(effect.change, []).append(effect)
        rows: list[tuple[Shown, ...]] = []
        for at, (scenario, nth) in enumerate(self.made.changes):
            name = Shown(scenario.name)
            change = scenario.changes[nth]
            if isinstance(change, StandardChange | SettingChange):
                rows += [(name, *entry) for entry in self._of_rules(change)]
            else:
                rows += [(name, *entry) for entry in self._of_effects(by_change.get(at, []), change)]
        columns = (
            Column(self.say("情景", "Scenario"), spare=True),
            Column(self.say("学校", "School")),
            Column(self.say("学段", "Stage")),
            Column(self.say("改变", "Change")),
            Column(self.say("前", "Before"), number=True),
            Column(self.say("后", "After"), number=True),
        )
        return self._first(Table(self.say("改变", "Changes"), columns, tuple(rows)))

    def _of_rules(self, change: StandardChange | SettingChange) -> list[tuple[Shown, ...]]:
        blank = (Shown(""), Shown(""))
        if isinstance(change, StandardChange):
            ids = Shown(self.made.before.standard.id), Shown(self.made.after.standard.id)
            return [(*blank, Shown(self.say("标准", "Standard")), *ids)]
        rows = []
        for name in change.setting:
            said = []
            for run in (self.made.before, self.made.after):
                taken = _choice(run, name)
                form = run.standard.form.settings.get(name)
                choice = None if form is None or taken is None else form.choices.get(taken)
                said.append(Shown(self._text(choice.text) if choice is not None else taken or "—"))
            form = self.made.after.standard.form.settings.get(name)
            question = self._text(form.question.text) if form is not None else name
            rows.append((*blank, Shown(question), *said))
        return rows

    def _of_effects(self, effects: Sequence[Effect], change: object) -> list[tuple[Shown, ...]]:
        rows: list[tuple[Shown, ...]] = []
        students = [effect for effect in effects if effect.field == "students"]
        if len(students) == len(effects) > FEW_SCHOOLS and not self.everything:
            counts = [sum(e.before or 0 for e in students), sum(e.after or 0 for e in students)]
            said = self.say(f"{len(effects)} 个学校（学部）合计", f"{len(effects)} sections in all")
            name = self._text(self.after.run.standard.fields["students"].text)
            return [(Shown(said), Shown(""), Shown(name), *(Shown(plain(n), Mood.PLAIN, n, 0) for n in counts))]
        for effect in effects:
            if effect.schools:
                staying, *others = effect.schools
                into = (
                    self.say("并入", "merged into")
                    if isinstance(change, MergeChange)
                    else self.say("分出", "parts with")
                )
                said = (
                    f"{self._and(others)} {into} {staying}"
                    if isinstance(change, MergeChange)
                    else f"{staying} {into} {self._and(others)}"
                )
                rows.append((Shown(staying), Shown(""), Shown(said), Shown(""), Shown("")))
            elif effect.field is not None:
                form = self.after.run.standard.fields.get(effect.field)
                field = self._text(form.text) if form is not None else effect.field
                follows = "" if effect.told else self.say("（随之）", " (follows)")
                figures = [
                    Shown("—", Mood.UNKNOWN) if n is None else Shown(plain(n), Mood.PLAIN, n)
                    for n in (effect.before, effect.after)
                ]
                school = self._school(effect.school, effect.county)
                mood = Mood.PLAIN if effect.told else Mood.QUIET
                rows.append((school, self._stage(effect.stage), Shown(field + follows, mood), *figures))
        if not rows:
            rows.append(
                (
                    Shown(""),
                    Shown(""),
                    Shown(self.say("没有改变任何数", "no figure changed"), Mood.QUIET),
                    *[Shown("")] * 2,
                )
            )
        return rows

    def _and(self, names: Sequence[str]) -> str:
        return ("、" if self.lang == "zh" else ", ").join(names)

    # ------------------------------------------------------------------------------------------------- costs

    def costs(self, bill: Bill) -> list[Block]:
        """Return what the additions cost; what has no price is listed as such, and the sum then is a lower bound."""
        rows = []
        for paid in bill.paid:
            purchase = paid.purchase
            fields = [self.after.run.standard.fields.get(name) for name in purchase.fields]
            said = self._and([self._text(form.text) for form in fields if form is not None])
            unit = next((words.unit(form.unit, self.lang) for form in fields if form is not None), "")
            amount = Shown(f"{plain(purchase.amount)} {unit}".strip(), Mood.PLAIN, purchase.amount, unit=unit)
            cost = Shown(self.say("无单价", "no price"), Mood.UNKNOWN) if paid.yuan is None else _money(paid.yuan)
            rows.append((Shown(purchase.school), self._stage(purchase.stage), Shown(said), amount, cost))
        columns = (
            Column(self.say("学校", "School")),
            Column(self.say("学段", "Stage")),
            Column(self.say("增加", "More of")),
            Column(self.say("数量", "Amount"), number=True),
            Column(self.say("元", "Yuan"), number=True),
        )
        total = shown(bill.yuan, 2)
        line = self.say(f"合计 {total} 元", f"{total} yuan in all")
        if bill.lower_bound:
            line = self.say(
                f"至少 {total} 元：有的没有单价，未计入", f"at least {total} yuan: some have no price and are not in it"
            )
        blocks: list[Block] = []
        if rows:
            blocks.append(self._first(Table(self.say("增加的费用", "Cost of what is added"), columns, tuple(rows))))
        mood = Mood.UNKNOWN if bill.lower_bound else Mood.PLAIN
        return [*blocks, Line(Shown(self.say("费用：", "Cost: ") + line, mood))]

    def _first(self, table: Table) -> Table:
        if self.everything or len(table.rows) <= MOST_ROWS:
            return table
        note = self.say(
            f"只列前 {MOST_ROWS} 行；加 --all 列出全部", f"the first {MOST_ROWS} rows only; --all lists them all"
        )
        return table._replace(rows=table.rows[:MOST_ROWS], note=note)


def _choice(run: Run, name: str) -> str | None:
    if name in run.standard.settings:
        return run.standard.settings[name]
    gates: Mapping[str, str] = {k: v for gate in run.gate for k, v in gate.standard.settings.items()}
    if name in gates:
        return gates[name]
    on = {relaxation.id for r in (run, *run.gate) for relaxation in r.standard.relaxations}
    return "on" if name in on else "off"


def _money(yuan: object) -> Shown:
    return Shown(shown(yuan, 2), Mood.PLAIN, yuan, 2)  # type: ignore[arg-type]
