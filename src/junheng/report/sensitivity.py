"""The tables of `junheng sensitivity`: what one figure more or less would change, and what stays whatever the errors."""

from collections.abc import Sequence

from junheng.advice.coefficient_errors import CoefficientFlip
from junheng.advice.reporting_errors import PER_CENT
from junheng.advice.sensitivity import Flip
from junheng.engine.model import Composite, CountyVerdict, Outcome, Stage, Variation
from junheng.number import shown
from junheng.report import words
from junheng.report.county_tables import CountyReport
from junheng.report.model import Block, Column, Line, Mood, Shown, Table
from junheng.report.tables import MOST_ROWS
from junheng.run import Run
from junheng.sensitivity import OfStandard, Sensitivity
from junheng.text import Lang, Text

EXACT = Text(
    "每次只改一个填报数，其余不变，由判定程序重新判定；人数、件数按整数，面积和金额按万分之一试到变一倍。",
    "One reported figure at a time, the others as they are, judged again; persons and things by one, areas and money by "
    "hundredths of a per cent up to as much again.",
)
AT_MOST = Text("* 更小的变动也可能。", "* a smaller change may do as well.")
DRAWN = Text(
    "抽样：每个数各自在误差范围内均匀取值，不取整；从未改变不等于不可能改变。逐项评估的部分照原结论。",
    "Draws: each figure by itself, evenly within the error, not rounded; never changed does not mean it cannot. Parts "
    "judged item by item are kept as they are.",
)
WORST = Text(
    "最坏、最好情况是各指标分别在误差范围内最不利、最有利时的结论：两者相同即肯定不变。",
    "Worst and best: each indicator at its worst and its best within the error; where both are the same, nothing changes.",
)
STABLE = {
    True: Text("肯定不变", "certainly the same"),
    False: Text("会改变", "can change"),
    None: Text("不能断定", "not told"),
}
STABLE_MOODS = {True: Mood.GOOD, False: Mood.CLOSE, None: Mood.UNKNOWN}


class SensitivityReport:
    """The report on how sensitive one run is, in one language."""

    def __init__(self, found: Sensitivity, lang: Lang, *, everything: bool = False) -> None:
        self.found, self.lang, self.everything = found, lang, everything
        self.told = CountyReport(found.run, lang, everything=everything)
        self.per_cent = f"{shown(found.error * 100, 2).rstrip('0').rstrip('.')}%"

    def say(self, zh: str, en: str) -> str:
        """Return one of two wordings."""
        return zh if self.lang == "zh" else en

    # --------------------------------------------------------------------------------------------------- entries

    def field(self, run: Run, name: str) -> str:
        """Return the name of a figure."""
        return run.standard.fields[name].text.say(self.lang)

    def change(self, run: Run, flip: Flip | CoefficientFlip) -> Shown:
        """Return a change: so many more or fewer, or by so many per cent."""
        sign = "+" if flip.steps > 0 else "−"
        unit = words.unit(run.standard.fields[flip.field].unit, self.lang)
        open_ = "" if flip.certain else "*"
        if flip.field in self.found.figures.counted:
            number = f"{sign}{abs(flip.steps)}{open_} {unit}".strip()
        else:
            part = shown(abs(flip.steps) / PER_CENT, 2)
            amount = f"{shown(abs(flip.amount), 2)} {unit}".strip()
            number = f"{sign}{part}%{open_}" + self.say(f"（{amount}）", f" ({amount})")
        return Shown(number)

    def _bracketed(self, text: str) -> str:
        return self.say(f"（{text}）", f" ({text})")

    def _outcome(self, flip: Flip, state: Outcome | bool | None) -> Shown:
        if flip.left_out and state is None:
            return Shown(self.say("不纳入评估", "left out"), Mood.QUIET, signed=True)
        if isinstance(state, Outcome):
            text = words.OUTCOMES[state].say(self.lang)
            if state is Outcome.CLOSE:
                text = self.say("余项", "above floor")
            return Shown(text, words.OUTCOME_MOODS[state], signed=True)
        return Shown(words.PASSED[state].say(self.lang), words.MOODS[state], signed=True)

    def _school_rows(self, of: OfStandard, flips: Sequence[Flip]) -> list[tuple[Shown, ...]]:
        told = CountyReport(of.run, self.lang)
        rows = []
        for flip in flips:
            whose = "" if flip.at == flip.section else self._bracketed(told.stage(told.table.text("stage")[flip.at]))
            rows.append(
                (
                    Shown(told.school(flip.section)),
                    Shown(told.stage(told.table.text("stage")[flip.section])),
                    *([] if flip.indicator is None else [Shown(told.indicator(flip.indicator))]),
                    Shown(self.field(of.run, flip.field) + whose),
                    self.change(of.run, flip),
                    self._outcome(flip, flip.before),
                    self._outcome(flip, flip.after),
                )
            )
        return rows

    def _columns(self, *, indicator: bool) -> tuple[Column, ...]:
        return (
            Column(self.say("学校", "School")),
            Column(self.say("学段", "Stage")),
            *([Column(self.say("指标", "Indicator"))] if indicator else []),
            Column(self.say("哪个数", "Which figure")),
            Column(self.say("变动", "Change")),
            Column(self.say("现在", "Now")),
            Column(self.say("变为", "Then")),
        )

    def _first(self, table: Table) -> Table:
        if self.everything or len(table.rows) <= MOST_ROWS:
            return table
        more = len(table.rows) - MOST_ROWS
        note = self.say(f"另有 {more} 行，加 --all 看全部。", f"{more} more; --all shows them all. ")
        return table._replace(rows=table.rows[:MOST_ROWS], note=note + table.note)

    # ---------------------------------------------------------------------------------------------------- tables

    def verdicts(self, of: OfStandard) -> Block:
        """Return the least changes that make the verdict on a section another: those near, or all."""
        flips = [f for f in of.found.flips if f.indicator is None and (self.everything or self.found.near(f))]
        return self._of_schools(of, flips, self.say("学校结论", "Verdicts on schools"), indicator=False)

    def indicators(self, of: OfStandard) -> Block:
        """Return the least changes that make the outcome of an indicator another: those near, or all."""
        flips = [f for f in of.found.flips if f.indicator is not None and (self.everything or self.found.near(f))]
        return self._of_schools(of, flips, self.say("指标结论", "Outcomes of indicators"), indicator=True)

    def _of_schools(self, of: OfStandard, flips: Sequence[Flip], title: str, *, indicator: bool) -> Block:
        reach = self.say(
            f"一人、一件或 {self.per_cent} 就会改变", f"changed by one person, one thing or {self.per_cent}"
        )
        if not flips:
            none = self.say(f"{title}：没有一个是{reach}的", f"{title}: none is {reach}")
            return Line(Shown(none, Mood.GOOD, signed=True))
        ordered = sorted(flips, key=lambda f: (not self.found.near(f), f.section, self.found.size(f)))
        said = self.say("的最小变动", ": least changes") if self.everything else f"{self.say('：', ': ')}{reach}"
        if len(self.found.schools) > 1 or self.found.run.gate_of is not None:
            said += f" · {of.run.standard.form.title.text.say(self.lang)}"
        notes = [EXACT.say(self.lang)] + ([] if all(f.certain for f in ordered) else [AT_MOST.say(self.lang)])
        rows = tuple(self._school_rows(of, ordered))
        return self._first(
            Table(
                f"{title}{said}{self._bracketed(str(len(rows)))}",
                self._columns(indicator=indicator),
                rows,
                self.say("", " ").join(notes),
            )
        )

    def coefficients(self, at: int) -> list[Block]:
        """Return every coefficient of a county with the smallest single change that puts it across its limit."""
        county, flips = self.found.run.counties[at], self.found.coefficients[at]
        judged = self.judged_coefficients(county)
        if not judged:
            return []
        rows = []
        for v in judged:
            own = [f for f in flips if (f.stage, f.indicator) == (v.stage, getattr(v, "indicator", None))]
            near = [f for f in own if self.found.near(f)]
            rows += self._coefficient_rows(v, own, near)
        columns = (
            Column(self.say("学段", "Stage")),
            Column(self.say("指标", "Indicator")),
            Column(self.say("差异系数", "CV"), number=True),
            Column(self.say("限值", "Limit"), number=True, spare=True),
            Column(self.say("学校", "School")),
            Column(self.say("哪个数", "Which figure")),
            Column(self.say("变动", "Change")),
            Column(self.say("变为", "Then"), number=True),
            Column(self.say("够近的数", "Near"), number=True),
        )
        title = self.say("差异系数：单独一个数的最小变动", "Coefficients: the smallest change of a single figure")
        near_note = self.say(
            f"“够近的数”：一人、一件或 {self.per_cent} 以内就会使结论改变的数有几个。一人、一件与 1% 视作同样大小。",
            f"“Near”: how many figures change the verdict by one person, one thing or {self.per_cent}. One person or "
            "thing counts as much as 1%. ",
        )
        notes = [near_note + EXACT.say(self.lang)] + ([] if all(f.certain for f in flips) else [AT_MOST.say(self.lang)])
        return [Table(title, columns, tuple(rows), self.say("", " ").join(notes))]

    def judged_coefficients(self, county: CountyVerdict) -> list[Variation | Composite]:
        """Return the coefficients that have a limit, the composites last."""
        return [*(v for v in county.variations if v.limit is not None), *county.composites]

    def _coefficient_rows(
        self, v: Variation | Composite, own: Sequence[CoefficientFlip], near: Sequence[CoefficientFlip]
    ) -> list[tuple[Shown, ...]]:
        run = self.found.run
        name = getattr(v, "indicator", None)
        mood = words.MOODS[v.passed]
        head = (
            Shown(self.told.stage(v.stage)),
            Shown(self.say("综合差异系数", "Composite") if name is None else self.told.indicator(name)),
            self.told.coefficient(v.cv, v.limit, mood)._replace(signed=v.passed is not True),
            self.told.bar(v.limit, at_most=True),
        )
        if v.passed is None:
            open_ = self.say("缺数据，不能说", "figures missing: not told")
            return [(*head, Shown(open_, Mood.UNKNOWN, signed=True), *[Shown("")] * 4)]
        count = Shown(str(len(near)), Mood.CLOSE if near else Mood.PLAIN, len(near), 0)
        if not own:
            none = self.say("没有一个数能改变", "no single figure does")
            return [(*head, Shown(none, Mood.QUIET), Shown(""), Shown(""), Shown(""), count)]
        order = sorted(own, key=lambda f: (not self.found.near(f), self.found.size(f)))
        rows: list[tuple[Shown, ...]] = []
        for f in order if self.everything else order[:1]:
            told = self.told
            rows.append(
                (
                    *head,
                    Shown(told.school(f.at)),
                    Shown(self.field(run, f.field)),
                    self.change(run, f),
                    told.coefficient(f.cv, v.limit, words.MOODS[f.after])._replace(signed=True),
                    count,
                )
            )
        return rows

    # ------------------------------------------------------------------------------------------------- stability

    def share(self, count: int | None) -> Shown:
        """Return in what share of the draws a verdict was the same, rounded down: 100% is every draw."""
        if count is None:
            return Shown("—", Mood.UNKNOWN)
        share = count / self.found.shares.draws * 100
        tenths = count * 1000 // self.found.shares.draws
        mood = Mood.GOOD if count == self.found.shares.draws else Mood.CLOSE
        return Shown(f"{tenths // 10}.{tenths % 10}%", mood, share, 1, unit="%")

    def stable_schools(self, of: OfStandard) -> list[Block]:
        """Return the sections whose verdict errors may change, with worst and best case; and how many they cannot."""
        if not of.intervals:
            return []
        sure = sum(i.stable is True for i in of.intervals.values())
        said = self.say(
            f"±{self.per_cent} 以内：{len(of.intervals)} 个学校(学部)中 {sure} 个结论肯定不变（最坏、最好情况相同）",
            f"within ±{self.per_cent}: {sure} of {len(of.intervals)} sections keep their verdict for certain (worst is best)",
        )
        mood = Mood.GOOD if sure == len(of.intervals) else Mood.CLOSE
        blocks: list[Block] = [Line(Shown(said, mood, signed=True))]
        told = CountyReport(of.run, self.lang)
        rows = []
        for section, interval in of.intervals.items():
            if interval.stable is True and not self.everything:
                continue
            best = (
                Shown(self.say("不纳入评估", "left out"), Mood.QUIET)
                if interval.best is None
                else told.verdict(interval.best)
            )
            rows.append(
                (
                    Shown(told.school(section)),
                    Shown(told.stage(told.table.text("stage")[section])),
                    told.verdict(of.run.assessment.passed[section]),
                    told.verdict(interval.worst),
                    best,
                    Shown(STABLE[interval.stable].say(self.lang), STABLE_MOODS[interval.stable], signed=True),
                    self.share(self.found.shares.sections.get(section)),
                )
            )
        if rows:
            names = (("学校", "School"), ("学段", "Stage"), ("现在", "Now"), ("最坏", "Worst"), ("最好", "Best"))
            columns = (
                *(Column(self.say(*name)) for name in names),
                Column(self.say("断定", "For certain")),
                Column(self.say("抽样不变", "Same in draws"), number=True),
            )
            title = self.say(f"±{self.per_cent} 以内结论可能改变的学校", f"Schools that ±{self.per_cent} may change")
            blocks.append(self._first(Table(title, columns, tuple(rows), WORST.say(self.lang))))
        return blocks

    def shares(self, at: int) -> Table:
        """Return in what share of the draws the verdicts on a county, its parts and its coefficients are the same."""
        run, found = self.found.run, self.found.shares
        county = run.counties[at]
        rows = [(Shown(self.say("全县", "County")), self.told.verdict(county.passed), self.share(found.counties[at]))]
        for name in county.parts:
            if name in words.PARTS:
                said = words.PARTS[name].say(self.lang)
                rows.append((Shown(said), self.told.verdict(county.parts[name]), self.share(found.parts[at].get(name))))
        for v in self.judged_coefficients(county):
            key: tuple[Stage, str | None] = (v.stage, getattr(v, "indicator", None))
            count = found.coefficients[at].get(key)
            if count == found.draws and not self.everything:
                continue
            name = self.say("综合差异系数", "Composite") if key[1] is None else self.told.indicator(key[1])
            verdict = Shown(words.WITHIN[v.passed].say(self.lang), words.MOODS[v.passed], signed=True)
            rows.append((Shown(f"{self.told.stage(v.stage)} {name}"), verdict, self.share(count)))
        columns = (
            Column(self.say("对象", "Of what")),
            Column(self.say("现在", "Now")),
            Column(self.say("抽样不变", "Same in draws"), number=True),
        )
        n, seed = found.draws, found.seed
        title = self.say(
            f"±{self.per_cent} 误差下的结论（抽样 {n} 次，种子 {seed}）",
            f"Verdicts within ±{self.per_cent} ({n} draws, seed {seed})",
        )
        left = self.say("未列出的差异系数每次都不变。", "Coefficients not listed were the same in every draw. ")
        return Table(title, columns, tuple(rows), ("" if self.everything else left) + DRAWN.say(self.lang))

    def untold(self, of: OfStandard) -> list[Block]:
        """Return what cannot be told for want of figures, and which figures were not changed."""
        told = CountyReport(of.run, self.lang)
        blocks: list[Block] = []
        rows = tuple(
            (
                Shown(told.school(o.section)),
                Shown(told.stage(told.table.text("stage")[o.section])),
                Shown(self.say("学校结论", "verdict") if o.indicator is None else told.indicator(o.indicator)),
                Shown(self.say("缺数据", "figures missing"), Mood.UNKNOWN, signed=True),
            )
            for o in of.found.open_
        )
        if rows:
            columns = tuple(
                Column(self.say(*name))
                for name in (("学校", "School"), ("学段", "Stage"), ("指标", "Indicator"), ("为何", "Why"))
            )
            blocks.append(self._first(Table(self.say("不能说的", "What cannot be told"), columns, rows)))
        fields = [self.field(of.run, n) for n in of.found.unvaried if n in of.run.standard.fields]
        if fields:
            said = self.say("没有试着改动的项：", "Not changed: ") + self.say("、", ", ").join(fields)
            blocks.append(Line(Shown(said, Mood.QUIET)))
        return blocks

    def county(self, at: int) -> list[Block]:
        """Return the report on the coefficients and the stability of one county."""
        county = self.found.run.counties[at]
        verdict = self.told.verdict(county.passed)
        head = Line(Shown(f"{self.told.county_name(county)} {verdict.with_sign}", verdict.mood), strong=True)
        return [head, *self.coefficients(at), self.shares(at)]

    def blocks(self) -> list[Block]:
        """Return the whole report."""
        blocks: list[Block] = [self.told.heading()]
        for of in self.found.schools:
            blocks += [self.verdicts(of), self.indicators(of), *self.stable_schools(of)]
        if not any(of.run.assessment.method.school_rule for of in self.found.schools):
            none = self.say(
                "本办法不逐校判定，也没有给出省标准", "no single school is judged, and no province is given"
            )
            blocks.append(Line(Shown(none, Mood.QUIET)))
        for at in range(len(self.found.run.counties)):
            blocks += self.county(at)
        for of in self.found.schools:
            blocks += self.untold(of)
        return [*blocks, *self.told.basis()]
