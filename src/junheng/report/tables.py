"""Verdicts and problems become plain tables, in one language."""

from collections.abc import Iterable, Sequence
from fractions import Fraction

from junheng.engine.findings import finding
from junheng.engine.model import Bar, Finding, Indicator, Outcome
from junheng.engine.school import points_of
from junheng.engine.school_counts import kept_of, school_counts
from junheng.number import exact, rounded, shown
from junheng.report import words
from junheng.report.model import Block, Column, Line, Mood, Shown, Table
from junheng.run import Run
from junheng.standard.rule_forms import Cited
from junheng.text import Lang, Text

MOST_ROWS = 60  # rows of a table in the terminal, unless everything is asked for
FEW = 3  # up to so many sections every finding is shown at once
MEAN_DIGITS, CV_DIGITS, MOST_DIGITS, BAR_DIGITS = 2, 3, 9, 4


class Report:
    """The tables of one run in one language."""

    def __init__(self, run: Run, lang: Lang, *, everything: bool = False) -> None:
        self.run, self.lang, self.everything = run, lang, everything
        self.table = run.assessment.divisions.table
        self.rules = run.standard.form.named_rules()
        self.nodes = {node.id: node for top in run.assessment.method.indicators_and_items() for node in top.nodes()}
        self.several_counties = len({*self.table.text("county")}) > 1

    # ------------------------------------------------------------------------------------------------- words

    def say(self, zh: str, en: str) -> str:
        """Return one of two wordings."""
        return zh if self.lang == "zh" else en

    def _t(self, text: Text) -> str:
        return text.say(self.lang)

    def indicator(self, name: str, *, short: bool = True) -> str:
        """Return an indicator's name."""
        form = self.rules[name][0]
        return self._t((form.short or form.name).text if short else form.name.text)

    def stage(self, name: str | None) -> str:
        """Return a stage's name."""
        return self._t(words.choice(self.run.standard, "stage", name))

    def stage_counted(self, name: str | None) -> str:
        """Return a stage's name where sections are counted by stage, also for those whose stage cannot be told."""
        return self.stage(name) or self._t(words.STAGE_UNKNOWN)

    def verdict(self, passed: bool | None, grade: str | None = None) -> Shown:
        """Return a verdict with its sign; in the name of the grade where there is one."""
        return Shown(grade or self._t(words.PASSED[passed]), words.MOODS[passed], signed=True)

    def graded(self, section: int) -> str:
        """Return a section's grade and points as the end of its title; nothing where the method gives none."""
        grade = self.run.assessment.grades[section]
        said = f" · {grade}" if grade is not None else ""
        rule = self.run.assessment.method.school_rule
        if rule is None or all(g.points_at_least is None for g in rule.grades):
            return said
        points = points_of(self.run.assessment, section)
        if points is None:
            return said
        low, high = (shown(p, 0 if p.denominator == 1 else 1) for p in points)
        span = low if low == high else f"{low}–{high}"
        return said + self.say(f" · 得分 {span}", f" · {span} points")

    def school(self, section: int) -> str:
        """Return a section's school, with its county where the table has several."""
        name = self.table.text("name")[section] or ""
        county = self.table.text("county")[section]
        return f"{county} {name}" if self.several_counties and county else name

    def value(self, value: Fraction | float | None, name: str, bar: Bar | None, mood: Mood = Mood.PLAIN) -> Shown:
        """Return a value with as many decimals as it takes to see on which side of its bar and its floor it lies."""
        if value is None:
            return Shown("—", Mood.UNKNOWN)
        precise = value if isinstance(value, Fraction) else exact(value)
        node = self.nodes[name]
        if node.flag or node.words:
            return Shown(self._in_words(node, precise), mood)
        if bar is not None and bar.inverse and precise:
            return self._as_ratio(precise, bar, mood)
        digits = self._digits(name)
        if digits is None:
            plainly = node.counts and node.to is None and node.each is None  # a count as it stands
            digits = max(0 if plainly else 2, bar.digits if bar else 0)
        lines = [] if bar is None else [line for line in (bar.amount, bar.floor) if line not in (None, precise)]
        while digits < MOST_DIGITS and any((rounded(precise, digits) >= line) != (precise >= line) for line in lines):
            digits += 1
        return Shown(shown(precise, digits), mood, precise, digits)

    def _digits(self, name: str) -> int | None:
        return getattr(self.rules[name][0], "digits", None)

    def _in_words(self, node: Indicator, value: Fraction) -> str:
        """Return a yes-or-no, or a level, in words."""
        if node.flag:
            return self.say("是", "yes") if value else self.say("否", "no")
        return self._t(words.choice(self.run.standard, node.of[0], node.words[len(node.words) - 1 - int(value)]))

    def _as_ratio(self, value: Fraction, bar: Bar, mood: Mood) -> Shown:
        """Return a value as 1:N, with as many decimals as it takes to see on which side of its bar it lies."""
        turned, line = 1 / value, 1 / bar.amount
        digits = max(1, bar.digits)
        while digits < MOST_DIGITS and (rounded(turned, digits) > line) != (turned > line):
            digits += 1
        return Shown(f"1:{shown(turned, digits)}", mood)

    def bar(self, bar: Bar | None, *, at_most: bool = False, node: Indicator | None = None) -> Shown:
        """Return a bar as the law writes it; one that is reckoned with as many decimals as it needs, at most four."""
        if bar is None:
            return Shown("—", Mood.QUIET)
        if node is not None and (node.flag or node.words):
            return Shown(self._in_words(node, bar.amount))
        sign = "≤" if at_most else "≥"
        if bar.inverse:
            return Shown(f"{sign}1:{shown(1 / bar.amount, bar.digits)}")
        digits = bar.digits
        while digits < BAR_DIGITS and rounded(bar.amount, digits) != bar.amount:
            digits += 1
        return Shown(sign + shown(bar.amount, digits), Mood.PLAIN, bar.amount, digits)

    def gap(self, found: Finding) -> Shown:
        """Return how much is lacking, with its unit."""
        if not found.gap or found.indicator.flag or found.indicator.words:
            return Shown("")
        unit = words.unit(self.run.standard.fields[found.indicator.of[0]].unit, self.lang)
        digits = 0 if found.indicator.counts else 2
        sign = "−" if found.indicator.at_most else ""
        ceiling = _up(found.gap, digits)
        return Shown(f"{sign}{shown(ceiling, digits)} {unit}".strip(), Mood.PLAIN, ceiling, digits, unit=unit)

    # ------------------------------------------------------------------------------------------------ schools

    def _value_and_bar(self, found: Finding, mood: Mood) -> tuple[Shown, Shown]:
        """Return value and bar; of a group how many of its rules are met, and how many must be."""
        node = found.indicator
        if not node.rules:
            return self.value(found.value, node.id, found.bar, mood), self.bar(
                found.bar, at_most=node.at_most, node=node
            )
        met = sum(rule.outcome is Outcome.MET for rule in found.rules)
        nothing = (Outcome.EXEMPT, Outcome.MISSING) if node.given else (Outcome.EXEMPT,)
        asked = sum(rule.outcome not in nothing for rule in found.rules)
        needed = min(node.meet_at_least, asked)
        count = Shown(self.say(f"{met}/{asked}项", f"{met} of {asked}"), mood)
        return count, Shown(self.say(f"≥{needed}项", f"≥{needed}"))

    def _finding_rows(self, section: int, found: Finding, *, named: bool, depth: int = 0) -> list[tuple[Shown, ...]]:
        """Return the row of a finding, and those of the rules in it that are not met."""
        rows = [self.finding_row(section, found, named=named, depth=depth)]
        for rule in found.rules:
            if rule.outcome not in (Outcome.MET, Outcome.EXEMPT):
                rows += self._finding_rows(section, rule, named=named, depth=depth + 1)
        return rows

    def finding_row(self, section: int, found: Finding, *, named: bool = False, depth: int = 0) -> tuple[Shown, ...]:
        """Return one finding: indicator, value, bar, gap and outcome, after school and stage where it is `named`."""
        mood = words.OUTCOME_MOODS[found.outcome]
        outcome = self._t(words.outcome(found))
        rule = self.run.assessment.method.school_rule
        share_of = None if rule is None or found.indicator.limits else rule.others_reach
        if found.outcome is Outcome.CLOSE and share_of is not None:
            share = f"{shown(share_of.amount * 100, 0)}%"
            outcome = self.say(f"余项≥{share}", f"≥{share} of bar")
        if found.level is not None:
            outcome = f"{found.level} {outcome}"
        if found.award is not None and 0 < found.award < 1:
            outcome += self.say(f" 得{shown(found.award * 100, 0)}%分", f" {shown(found.award * 100, 0)}% of points")
        near = self.say(" 临界", " near") if found.near else ""
        if self.run.waived.of(section, found.indicator.id) is not None:
            near += f" {self._t(words.WAIVED)}"
        first = (Shown(self.school(section)), Shown(self.stage(self.table.text("stage")[section]))) if named else ()
        return (
            *first,
            Shown("　" * depth + self.indicator(found.indicator.id)),
            *self._value_and_bar(found, mood),
            self.gap(found),
            Shown(outcome + near, mood, signed=True),
        )

    def findings(
        self, sections: Sequence[int], wanted: Iterable[Outcome], title: str, *, named: bool = True
    ) -> Table | None:
        """Return one row for every finding of some outcomes; None where there is none."""
        outcomes = self.run.assessment.outcomes
        chosen = set(wanted)
        rows = []
        for section in sections:
            for indicator in self.run.assessment.method.indicators:
                if outcomes[indicator.id][section] in chosen:
                    found = finding(self.run.assessment, indicator, section)
                    rows += self._finding_rows(section, found, named=named)
        if not rows:
            return None
        first = (Column(self.say("学校", "School")), Column(self.say("学段", "Stage"))) if named else ()
        columns = (
            *first,
            Column(self.say("指标", "Indicator")),
            Column(self.say("值", "Value"), number=True),
            Column(self.say("标准", "Bar"), number=True),
            Column(self.say("缺口", "Gap"), number=True),
            Column(self.say("结论", "Outcome")),
        )
        return Table(title, columns, tuple(rows))

    def matrix(self, sections: Sequence[int]) -> Table:
        """Return one row for every section with all its values."""
        indicators = self.run.assessment.method.indicators
        columns = (
            Column(self.say("学校", "School")),
            Column(self.say("学段", "Stage")),
            Column(self.say("在校生", "Students"), number=True),
            *(Column(self.indicator(i.id), number=True) for i in indicators),
            Column(self.say("结论", "Verdict")),
        )
        return Table(
            self.say("全部学校", "All schools"), columns, tuple(self._matrix_row(i, indicators) for i in sections)
        )

    def _matrix_row(self, section: int, indicators: Sequence[Indicator]) -> tuple[Shown, ...]:
        assessment = self.run.assessment
        students = self.table.column("students")[section]
        cells = []
        for indicator in indicators:
            outcome = assessment.outcomes[indicator.id][section]
            bar = assessment.bars[indicator.id][section]
            value = assessment.values[indicator.id][section]
            mood = words.OUTCOME_MOODS[outcome]
            entry = (
                Shown(self._t(words.OUTCOMES[outcome]), mood)
                if indicator.rules
                else self.value(value, indicator.id, bar, mood)
            )
            told = outcome in (Outcome.CLOSE, Outcome.UNMET)
            cells.append(Shown(entry.text, entry.mood, entry.raw, entry.digits, signed=told))
        reason = assessment.left_out[section]
        verdict = (
            self._with_waivers(self.verdict(assessment.passed[section], assessment.grades[section]), section)
            if reason is None
            else Shown(self._t(words.reason(reason, self.run.standard)), Mood.QUIET, signed=True)
        )
        return (
            Shown(self.school(section)),
            Shown(self.stage(self.table.text("stage")[section])),
            Shown("—", Mood.UNKNOWN) if students is None else Shown(shown(students, 0), Mood.PLAIN, students, 0),
            *cells,
            verdict,
        )

    def _with_waivers(self, verdict: Shown, section: int) -> Shown:
        """Return a section's verdict, and that with its waivers where it has any."""
        waived = self.run.waived
        if not waived.at(section):
            return verdict
        other = self._t(words.PASSED[waived.passed[section]])
        return verdict._replace(text=verdict.text + self.say(f"（计入豁免：{other}）", f" (with waivers: {other})"))

    def waivers(self, sections: Sequence[int]) -> Table | None:
        """Return the waivers in use, each with the verdict on its school with and without; None where there is none."""
        assessment, waived = self.run.assessment, self.run.waived
        rows = tuple(
            (
                Shown(self.school(i)),
                Shown(self.stage(self.table.text("stage")[i])),
                Shown(self.indicator(name)),
                Shown(self._t(words.OUTCOMES[assessment.outcomes[name][i]])),
                Shown(waiver.reason),
                Shown(waiver.evidence),
                Shown(str(waiver.expiry)),
                self.verdict(assessment.passed[i]),
                self.verdict(waived.passed[i]),
            )
            for i in sections
            for name, waiver in waived.at(i).items()
        )
        if not rows:
            return None
        columns = (
            Column(self.say("学校", "School")),
            Column(self.say("学段", "Stage")),
            Column(self.say("指标", "Indicator")),
            Column(self.say("结论", "Outcome")),
            Column(self.say("豁免原因", "Waived for")),
            Column(self.say("依据", "Evidence")),
            Column(self.say("豁免至", "Until"), whole=True),
            Column(self.say("学校结论", "Verdict")),
            Column(self.say("计入豁免", "With waivers")),
        )
        return Table(self.say(f"豁免（{len(rows)}）", f"Waivers ({len(rows)})"), columns, rows)

    def _waivers(self, sections: Sequence[int]) -> list[Block]:
        table = self.waivers(sections)
        return [] if table is None else [table]

    def _waived_line(self, passed: bool | None) -> list[Block]:
        """Return the verdict with waivers as a line of its own; nothing where no waiver is in use."""
        if not self.run.waives:
            return []
        verdict = self.verdict(passed)
        said = self.say("计入豁免：", "With waivers: ") + verdict.with_sign
        return [Line(Shown(said, verdict.mood))]

    def left_out(self, sections: Sequence[int]) -> Table | None:
        """Return the sections that are not judged, each with its reason; None where there is none."""
        reasons = self.run.assessment.left_out
        students = self.table.column("students")
        rows = tuple(
            (
                Shown(self.school(i)),
                Shown(self.stage(self.table.text("stage")[i])),
                Shown("—" if students[i] is None else shown(students[i] or 0, 0), Mood.PLAIN, students[i], 0),
                Shown(self._t(words.reason(reason, self.run.standard)), Mood.QUIET),
            )
            for i in sections
            if (reason := reasons[i]) is not None
        )
        if not rows:
            return None
        columns = (
            Column(self.say("学校", "School")),
            Column(self.say("学段", "Stage")),
            Column(self.say("在校生", "Students"), number=True),
            Column(self.say("原因", "Reason")),
        )
        return Table(self.say("不纳入评估", "Not assessed"), columns, rows)

    def coverage(self, sections: Sequence[int]) -> str:
        """Say how many sections were read, judged, decided and left out."""
        assessment = self.run.assessment
        counts = school_counts(assessment, sections)
        whole, out = counts.whole, counts.left_out
        if assessment.method.school_rule is None:
            return self.say(
                f"表中 {counts.sections} 个学校（学部），纳入评估 {whole.judged}，不纳入 {out}",
                f"{counts.sections} school sections in the table, {whole.judged} assessed, {out} left out",
            )
        return self.say(
            f"表中 {counts.sections} 个学校（学部），纳入评估 {whole.judged}：达标 {whole.met}，"
            f"未达标 {whole.unmet}，无法判定 {whole.undecided}；不纳入 {out}",
            f"{counts.sections} school sections in the table, {whole.judged} assessed: {whole.met} met, "
            f"{whole.unmet} not met, {whole.undecided} undecided; {out} left out",
        )

    def schools(self, sections: Sequence[int], *, summary: bool = True) -> list[Block]:
        """Return what there is to say about schools: what fails first, then what lacks data, the rest on request."""
        assessment = self.run.assessment
        judged = kept_of(assessment, sections)
        blocks: list[Block] = []
        if len(judged) <= FEW and summary:
            for section in judged:
                stage = self.stage(self.table.text("stage")[section])
                title = f"{self.school(section)}（{stage}）{self.graded(section)}"
                found = self.findings([section], Outcome, title, named=False)
                blocks += [found] if found else []
        else:
            passed = assessment.passed
            failing = [i for i in judged if passed[i] is False]
            title = self.say(
                f"未达标的学校（{len(failing)}）", f"Schools that do not meet the standard ({len(failing)})"
            )
            blocks += self._some(failing, (Outcome.UNMET, Outcome.CLOSE), title)
            if assessment.method.school_rule is not None:
                lacking = [i for i in judged if passed[i] is None]
                title = self.say(f"缺数据的学校（{len(lacking)}）", f"Schools with missing data ({len(lacking)})")
                blocks += self._some(lacking, (Outcome.MISSING, Outcome.UNMET), title)
            close = [i for i in judged if passed[i] is True]
            blocks += self._some(
                close,
                (Outcome.CLOSE,),
                self.say("有余项的达标学校", "Schools that pass with an indicator below its bar"),
            )
        blocks += self._waivers(sections)
        left_out = self.left_out(sections)
        blocks += [left_out] if left_out and (self.everything or len(left_out.rows) <= 40) else []  # noqa: PLR2004
        if self.everything and judged:
            blocks.append(self.matrix(judged))
        return blocks

    def _some(self, sections: Sequence[int], outcomes: Iterable[Outcome], title: str) -> list[Block]:
        looked_at = sections if self.everything else sections[: MOST_ROWS + 1]
        found = self.findings(looked_at, outcomes, title) if looked_at else None
        return [] if found is None else [self._first(found, max(len(found.rows), len(sections)))]

    # ---------------------------------------------------------------------------------------------- counties

    def heading(self) -> Line:
        """Return the title line: year, standard, document."""
        form = self.run.standard.form
        year = self.say(f"{self.run.year}学年 · ", f"School year {self.run.year} · ") if self.run.year else ""
        document = (
            f"（{form.document}）"
            if form.document and self.lang == "zh"
            else f" ({form.document})"
            if form.document
            else ""
        )
        return Line(Shown(f"{year}{self._t(form.title.text)}{document}"), strong=True)

    def basis(self) -> list[Block]:
        """Return what the verdict rests on: the standing of the numbers, and the settings taken."""
        standard = self.run.standard
        form = standard.form
        lowest = lowest_standing(self.run)
        lines: list[Block] = []
        if lowest is not None:
            said = self._t(words.STANDINGS[lowest])
            lines.append(
                Line(
                    Shown(
                        self.say(
                            f"标准：{standard.id}；所依据的数值最低来源性质：{said}，以正式印发文本为准",
                            f"Standard {standard.id}; lowest standing of its numbers: {said}; the official print prevails",
                        ),
                        Mood.QUIET,
                    )
                )
            )
        taken = [
            f"{self._t(s.question.text)}：{self._t(s.choices[standard.settings[name]].text)}"
            if self.lang == "zh"
            else f"{self._t(s.question.text)}: {self._t(s.choices[standard.settings[name]].text)}"
            for name, s in form.settings.items()
            if s.concerns is None
        ]
        if taken:
            join = "；" if self.lang == "zh" else "; "
            lines.append(Line(Shown(self.say("口径：", "Settings: ") + join.join(taken), Mood.QUIET)))
        on = [self._t(r.name.text) for r in standard.relaxations]
        if on:
            lines.append(
                Line(Shown(self.say("已启用过渡口径：", "Transitional rules on: ") + "；".join(on), Mood.CLOSE))
            )
        return lines

    def check(self) -> list[Block]:
        """Return the report on schools."""
        sections = range(self.table.size)
        verdict = self.verdict(self.run.schools_passed)
        result = Shown(self.say("结论：", "Verdict: ") + verdict.with_sign, verdict.mood)
        return [
            self.heading(),
            Line(result, strong=True),
            *self._waived_line(self.run.schools_passed_with_waivers),
            Line(Shown(self.coverage(sections))),
            *self.schools(sections),
            *self.basis(),
        ]

    def _first(self, table: Table, count: int) -> Table:
        """Return a table with its first rows only, unless everything is asked for; `count` is that of all its rows."""
        if self.everything or count <= MOST_ROWS:
            return table
        note = self.say(
            f"只列前 {MOST_ROWS} 行；加 --all 列出全部", f"the first {MOST_ROWS} rows only; --all lists them all"
        )
        return Table(table.title, table.columns, table.rows[:MOST_ROWS], note)


def lowest_standing(run: Run) -> str | None:
    """Return the lowest standing among the sources that a run rests on; None where it rests on none."""
    form = run.standard.form
    assessed = {part.part.id for county in run.counties for part in county.by_item if part.assessed}
    parts = [entry.part.id in assessed for entry in form.checklist]
    rules = [rule for path, rule, _ in form.rules() if path[0] != "checklist" or parts[int(path[1])]]
    cited: list[Cited | None] = [*rules, *form.grades, form.variation]
    cited += [form.divisions] if run.assessment.divisions.shares else []
    keys = [entry.cite.split()[0] for entry in cited if entry is not None and entry.cite]
    return max(
        (form.sources[key].standing for key in keys if key in form.sources),
        key=words.STANDING_ORDER.index,
        default=None,
    )


def _up(number: Fraction, digits: int) -> Fraction:
    """Round a gap up, so that what is shown is enough."""
    scale = 10**digits
    return Fraction(-((-number * scale) // 1), scale)


def check_report(run: Run, lang: Lang, *, everything: bool = False) -> list[Block]:
    """Return the report of `junheng check`."""
    return Report(run, lang, everything=everything).check()
