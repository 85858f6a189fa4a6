"""What if: the tables of a run before and after scenarios, side by side."""

from collections.abc import Sequence

from junheng.advice.scenario_flips import (
    Coefficient,
    Pair,
    State,
    coefficients,
    indicator_flips,
    item_flips,
    paired,
    parts_of,
    school_flips,
)
from junheng.engine.findings import finding
from junheng.engine.model import CountyVerdict, Outcome
from junheng.engine.school_counts import school_counts
from junheng.report import words
from junheng.report.county_tables import CountyReport
from junheng.report.gate import schools_met
from junheng.report.model import Block, Column, Line, Mood, Shown, Table
from junheng.report.whatif_changes import ChangeTables, WhatIf
from junheng.run import Run
from junheng.text import Lang, Text


class _Tables(ChangeTables):
    """All tables of one comparison in one language."""

    # ---------------------------------------------------------------------------------------------- counties

    def parts(self, pair: Pair) -> Table:
        """Return the parts of the assessment before and after, with the counts of schools and coefficients."""
        rows = []
        for name, verdicts in parts_of(pair).items():
            cells = []
            for report, county, passed in zip((self.before, self.after), pair, verdicts, strict=True):
                judged = county is not None and name in county.parts
                cells.append(
                    self._part(report, county, name, passed)
                    if judged
                    else Shown(self.say("未评估", "not assessed"), Mood.QUIET)
                )
            rows.append((Shown(self._part_name(name)), *cells))
        columns = (
            Column(self.say("评估部分", "Part")),
            Column(self.say("前", "Before")),
            Column(self.say("后", "After")),
        )
        return Table(self.say("评估部分", "Parts"), columns, tuple(rows))

    def _part(self, report: CountyReport, county: CountyVerdict | None, name: str, passed: bool | None) -> Shown:
        verdict = report.verdict(passed)
        said = ""
        if county is not None and name == "schools":
            at = next(at for at, other in enumerate(report.run.counties) if other is county)
            said = schools_met(report.run, at) or ""
        elif county is not None and name == "variation":
            judged = county.composites or county.variations
            said = f"{sum(v.passed is True for v in judged)}/{len(judged)}"
        return verdict._replace(text=f"{verdict.text} {said}".strip())

    def _part_name(self, name: str) -> str:
        if name in words.PARTS:
            return self._text(words.PARTS[name])
        forms = [*self.made.after.standard.form.checklist, *self.made.before.standard.form.checklist]
        part = next((entry.part for entry in forms if entry.part.id == name), None)
        return name if part is None else Text(part.zh, part.en).say(self.lang)

    def coefficients(self, entries: Sequence[tuple[str, Coefficient]], title: str) -> Table:
        """Return coefficients before and after; what is under no limit of its own has no verdict."""
        rows = []
        for place, entry in entries:
            sides = []
            for report, side in zip((self.before, self.after), (entry.before, entry.after), strict=True):
                mood = words.MOODS[side.passed] if side is not None and side.limit is not None else Mood.PLAIN
                cv = Shown("—", Mood.QUIET) if side is None else report.coefficient(side.cv, side.limit, mood)
                sides.append(cv._replace(signed=side is not None and side.limit is not None))
            name = (
                self.say("综合差异系数", "Composite") if entry.indicator is None else self._indicator(entry.indicator)
            )
            limit = Shown("—", Mood.QUIET) if entry.limit is None else self.after.bar(entry.limit, at_most=True)
            verdicts = [
                self._text(words.WITHIN[side.passed]) if side is not None and side.limit is not None else "—"
                for side in (entry.before, entry.after)
            ]
            changed = f"{verdicts[0]} → {verdicts[1]}" if entry.flipped else ""
            mood = words.MOODS[None if entry.after is None else entry.after.passed] if entry.flipped else Mood.PLAIN
            first = (Shown(place),) if place else ()
            rows.append((*first, self._stage(entry.stage), Shown(name), *sides, limit, Shown(changed, mood)))
        columns = (
            *((Column(self.say("范围", "Area")),) if any(place for place, _ in entries) else ()),
            Column(self.say("学段", "Stage")),
            Column(self.say("指标", "Indicator")),
            Column(self.say("前", "Before"), number=True),
            Column(self.say("后", "After"), number=True),
            Column(self.say("限值", "Limit"), number=True),
            Column(self.say("结论变化", "Verdict changes")),
        )
        return self._first(Table(title, columns, tuple(rows)))

    def schools(self) -> Table | None:
        """Return the sections whose verdict is otherwise; None where there is none."""
        rows = []
        for before, after in self.made.deciding:
            reports = self._reports(before), self._reports(after)
            for flip in school_flips(before.assessment, after.assessment):
                states = self._flip(self._state(reports[0], flip.before), self._state(reports[1], flip.after))
                rows.append((self._school(flip.name, flip.county), self._stage(flip.stage), *states))
        if not rows:
            return None
        columns = (
            Column(self.say("学校", "School")),
            Column(self.say("学段", "Stage")),
            Column(self.say("前", "Before")),
            Column(self.say("后", "After")),
        )
        title = self.say(f"结论变化的学校（{len(rows)}）", f"Schools whose verdict changes ({len(rows)})")
        return self._first(Table(title, columns, tuple(rows)))

    def _reports(self, run: Run) -> CountyReport:
        """Return the words for one of the runs that are compared."""
        known = {id(self.made.before): self.before, id(self.made.after): self.after}
        return known.get(id(run)) or CountyReport(run, self.lang, everything=self.everything)

    def _state(self, report: CountyReport, state: State | None) -> Shown:
        if state is None:
            return Shown(self.say("没有这个学校（学部）", "no such section"), Mood.QUIET)
        if state.left_out is not None:
            return Shown(self._text(words.reason(state.left_out, report.run.standard)), Mood.QUIET)
        return report.verdict(state.passed, state.grade)

    def indicators(self) -> Table | None:
        """Return the outcomes of indicators that are otherwise; None where there is none."""
        rows = []
        for before, after in self.made.judged:
            reports = self._reports(before), self._reports(after)
            for flip in indicator_flips(before.assessment, after.assessment):
                sides = zip(reports, (flip.before, flip.after), flip.rows, strict=True)
                cells = [self._outcome(report, flip.indicator, outcome, row) for report, outcome, row in sides]
                name = Shown(reports[1].indicator(flip.indicator))
                rows.append((self._school(flip.name, flip.county), self._stage(flip.stage), name, *cells))
        if not rows:
            return None
        columns = (
            Column(self.say("学校", "School")),
            Column(self.say("学段", "Stage")),
            Column(self.say("指标", "Indicator")),
            Column(self.say("前", "Before")),
            Column(self.say("后", "After")),
        )
        title = self.say(f"结论变化的指标（{len(rows)}）", f"Indicators whose outcome changes ({len(rows)})")
        return self._first(Table(title, columns, tuple(rows)))

    def _outcome(self, report: CountyReport, indicator: str, outcome: Outcome, row: int) -> Shown:
        found = finding(report.run.assessment, report.nodes[indicator], row)
        mood = words.OUTCOME_MOODS[outcome]
        value = "" if found.value is None else report.value(found.value, indicator, found.bar, mood).text
        close = self.say("余项", "above the floor") if outcome is Outcome.CLOSE else self._text(words.outcome(found))
        return Shown(f"{value} {close}".strip(), mood, signed=True)

    def items(self, pairs: Sequence[Pair]) -> Table | None:
        """Return the items judged item by item whose outcome is otherwise; None where there is none."""
        rows = []
        for pair in pairs:
            place = self._place(pair) if len(pairs) > 1 else ""
            for flip in item_flips(pair):
                sides = [
                    Shown("—", Mood.QUIET)
                    if outcome is None
                    else Shown(self._text(words.OUTCOMES[outcome]), words.OUTCOME_MOODS[outcome], signed=True)
                    for outcome in (flip.before, flip.after)
                ]
                first = (Shown(place),) if place else ()
                rows.append((*first, Shown(self._part_name(flip.part)), Shown(self._indicator(flip.item)), *sides))
        if not rows:
            return None
        columns = (
            *((Column(self.say("范围", "Area")),) if len(pairs) > 1 else ()),
            Column(self.say("评估部分", "Part")),
            Column(self.say("项目", "Item")),
            Column(self.say("前", "Before")),
            Column(self.say("后", "After")),
        )
        title = self.say(f"结论变化的项目（{len(rows)}）", f"Items whose outcome changes ({len(rows)})")
        return self._first(Table(title, columns, tuple(rows)))

    # ------------------------------------------------------------------------------------------------- whole

    def _place(self, pair: Pair) -> str:
        report, county = (self.after, pair[1]) if pair[1] is not None else (self.before, pair[0])
        return "" if county is None else report.county_name(county)

    def _overview(self, pairs: Sequence[Pair]) -> Table:
        rows = []
        for pair in pairs:
            counts = [
                Shown("—", Mood.QUIET)
                if county is None
                else _met(school_counts(report.run.assessment, county.sections).whole)
                for report, county in zip((self.before, self.after), pair, strict=True)
            ]
            verdicts = self._verdict(self.before, pair[0]), self._verdict(self.after, pair[1])
            rows.append((Shown(self._place(pair)), *counts, *verdicts))
        columns = (
            Column(self.say("范围", "Area")),
            Column(self.say("达标学校 前", "Schools before"), number=True, spare=True),
            Column(self.say("后", "after"), number=True, spare=True),
            Column(self.say("结论 前", "Verdict before")),
            Column(self.say("后", "after")),
        )
        return self._first(Table(self.say("各范围结论", "Areas"), columns, tuple(rows)))

    def report(self) -> list[Block]:
        """Return the whole report: verdicts first, what flipped, what was changed, what it costs."""
        made = self.made
        pairs = paired(made.before.counties, made.after.counties)
        named = self._and([s.name for s in made.scenarios]) or self.say("没有改变", "nothing")
        blocks: list[Block] = [self.before.heading()]
        blocks.append(Line(Shown(self.say(f"情景：{named}", f"What if: {named}"))))
        verdicts = made.before.counties_passed, made.after.counties_passed
        said = " → ".join(
            report.verdict(v).with_sign for report, v in zip((self.before, self.after), verdicts, strict=True)
        )
        place = self._place(pairs[0]) + " " if len(pairs) == 1 else ""
        blocks.append(
            Line(Shown(self.say("结论：", "Verdict: ") + place + said, words.MOODS[verdicts[1]]), strong=True)
        )
        if made.before.waives or made.after.waives:
            waived = made.before.counties_passed_with_waivers, made.after.counties_passed_with_waivers
            said = " → ".join(self.after.verdict(v).with_sign for v in waived)
            blocks.append(Line(Shown(self.say("计入豁免：", "With waivers: ") + said, words.MOODS[waived[1]])))
        for side, report in ((self.say("前：", "Before: "), self.before), (self.say("后：", "After: "), self.after)):
            blocks.append(Line(Shown(side + report.coverage(range(report.table.size)))))
        blocks.append(self.changes())
        if len(pairs) == 1:
            blocks += [self.parts(pairs[0])]
            entries = [("", entry) for entry in coefficients(pairs[0])]
            title = self.say("校际差异系数", "Coefficients of variation")
        else:
            blocks.append(self._overview(pairs))
            every = [(self._place(pair), entry) for pair in pairs for entry in coefficients(pair)]
            entries = every if self.everything else [(place, entry) for place, entry in every if entry.flipped]
            title = self.say("结论变化的差异系数", "Coefficients whose verdict changes")
        blocks += [self.coefficients(entries, title)] if entries else []
        flipped = [table for table in (self.schools(), self.indicators(), self.items(pairs)) if table is not None]
        blocks += flipped or [
            Line(
                Shown(
                    self.say(
                        "没有学校、指标或项目的结论变化", "No verdict on a school, an indicator or an item changes"
                    ),
                    Mood.QUIET,
                )
            )
        ]
        blocks += self.costs(made.bill) if made.bill is not None else []
        return [*blocks, *self.after.basis()]


def _met(count: object) -> Shown:
    met, judged = getattr(count, "met", 0), getattr(count, "judged", 0)
    return Shown(f"{met}/{judged}")


def whatif_report(made: WhatIf, lang: Lang, *, everything: bool = False) -> list[Block]:
    """Return the report of `junheng whatif`."""
    return _Tables(made, lang, everything=everything).report()
