"""The plan in tables: what to add where and when, who moves, the verdict before and after; or why there is no plan."""

from collections import Counter
from collections.abc import Sequence
from fractions import Fraction

from junheng.advice.plan.least import Status
from junheng.advice.plan.obstacles import Hindrance, Obstacle
from junheng.engine.model import Composite, Variation
from junheng.number import exact, plain, shown
from junheng.planning.making import CountyPlan, Plans, Transfer, YearOfPlan
from junheng.report import words
from junheng.report.county_tables import CountyReport
from junheng.report.gate import schools_met
from junheng.report.model import Block, Column, Line, Mood, Shown, Table
from junheng.run import Run, fields_of_run
from junheng.scenario.schools import schools_of
from junheng.text import Lang, Text

WAN = 10_000  # yuan
MANY = 3  # sections; what more of them lack alike is said once
FEW = Fraction(1, 100)  # of 10,000 yuan: what is less is shown with more decimals
STATUS = {
    Status.OPTIMAL.value: Text("最省的方案", "the plan of least cost"),
    Status.FEASIBLE.value: Text(
        "可行的方案（是否最省尚未证明到所要的精度）", "a plan that passes; not proven near the least"
    ),
    Status.INFEASIBLE.value: Text("没有可行的方案", "there is no plan"),
    Status.UNKNOWN.value: Text("限定时间内没有得出结论", "nothing was found in the time given"),
    "undecided": Text("数据不全，无法求解方案", "figures are missing, no plan can be made"),
}
MOODS = {Status.OPTIMAL.value: Mood.GOOD, Status.FEASIBLE.value: Mood.CLOSE, Status.INFEASIBLE.value: Mood.BAD}
PARTS = ("schools", "variation")


class PlanReport(CountyReport):
    """The report on the plans of one run in one language."""

    def __init__(self, plans: Plans, lang: Lang, *, everything: bool = False) -> None:
        """`everything`: every action is listed, however many there are."""
        super().__init__(plans.run, lang, everything=everything)
        self.plans = plans
        self.fields = fields_of_run(plans.run)
        table = plans.run.assessment.divisions.table
        self.names, self.stages, self.towns = table.text("name"), table.text("stage"), table.text("town")
        called = Counter((table.text("county")[rows[0]], self.names[rows[0]]) for rows in schools_of(table))
        self.alike = {name for (_, name), number in called.items() if number > 1}

    def blocks(self) -> list[Block]:
        """Return the report."""
        blocks: list[Block] = [self.heading()]
        for at, plan in enumerate(self.plans.counties):
            blocks += self.of_county(at, plan)
        return [*blocks, *self.basis()]

    def of_county(self, at: int, plan: CountyPlan) -> list[Block]:
        """Return what is to be said of one county."""
        first, *further = self.said_of(plan)
        blocks: list[Block] = [Line(first, strong=True), *map(Line, further)]
        tables = [self.undecided(plan), self.obstacles(plan)]
        if plan.run_after is not None:
            tables += [self.totals(plan), self.years(plan), self.actions(plan), self.transfers(plan)]
            tables += [self.parts_after(at, plan, plan.run_after), self.coefficients_after(plan)]
        before = f"{self.county_name(plan.before)} " if len(self.plans.counties) > 1 else ""
        blocks += [table._replace(title=before + table.title) for table in tables if table is not None]
        return blocks

    # ------------------------------------------------------------------------------------------------- words

    def school(self, section: int) -> str:
        """Return a section's school, with its town where its county has two of the name; what is said is of one county."""
        name = self.names[section] or ""
        town = self.towns[section]
        return f"{town} {name}" if name in self.alike and town else name

    def indicator(self, name: str, *, short: bool = True) -> str:
        """Return an indicator's name; those of the standards that judge the schools are known too."""
        if name in self.rules:
            return super().indicator(name, short=short)
        form = next(r[name][0] for gate in self.run.gate if name in (r := gate.standard.form.named_rules()))
        return self._t((form.short or form.name).text if short else form.name.text)

    def field_name(self, name: str) -> str:
        """Return the name of a field."""
        return self._t(self.fields[name].text) if name in self.fields else name

    def unit_of(self, name: str) -> str:
        """Return the unit of a field in words."""
        return words.unit(self.fields[name].unit, self.lang) if name in self.fields else ""

    def in_wan(self, yuan: Fraction | float) -> Shown:
        """Return yuan in units of 10,000."""
        amount = (yuan if isinstance(yuan, Fraction) else exact(yuan)) / WAN
        digits = 4 if 0 < amount < FEW else 2
        return Shown(shown(amount, digits), Mood.PLAIN, amount, digits)

    def budget(self, year: YearOfPlan) -> Shown:
        """Return what may be spent in a year."""
        return Shown(self.say("不限", "no limit"), Mood.QUIET) if year.budget is None else self.in_wan(year.budget)

    def verdicts_of(self, year: YearOfPlan) -> str:
        """Return the verdicts at the end of a year in one line."""
        said = [(self._t(words.PARTS[n]), self.verdict(year.after.parts[n])) for n in PARTS if n in year.after.parts]
        return self.say("；", "; ").join(f"{name} {verdict.with_sign}" for name, verdict in said)

    def said_of(self, plan: CountyPlan) -> list[Shown]:
        """Return the plan of a county in a few sentences: whether there is one, what it costs, what it leaves."""
        short = [] if plan.short is None else [Shown(self._short(plan), Mood.BAD, signed=True)]
        return [self._headline(plan), *short, *self._left(plan)]

    def _headline(self, plan: CountyPlan) -> Shown:
        mood = Mood.UNKNOWN if self._open(plan) else MOODS.get(plan.status, Mood.UNKNOWN)
        said = f"{self.county_name(plan.before)}{self.say('：', ': ')}{self._t(STATUS[plan.status])}"
        if plan.run_after is not None and plan.cost is not None:
            cost = self.in_wan(plan.cost).text
            if not plan.actions and not plan.transfers:
                return Shown(
                    said + self.say("：不需要增加什么", ": nothing needs to be added") + self._open(plan),
                    mood,
                    signed=True,
                )
            said += self.say(f"，共 {cost} 万元", f", {cost} × 10,000 yuan")
            if plan.gap is not None and plan.bound is not None:
                share = shown(exact(plan.gap) * 100, 2)
                bound = self.in_wan(plan.bound).text
                said += self.say(
                    f"；已证明任何方案不少于 {bound} 万元（差距 {share}%）",
                    f"; proven: no plan costs less than {bound} (gap {share}%)",
                )
        return Shown(said + self._open(plan), mood, signed=True)

    def _open(self, plan: CountyPlan) -> str:
        """Return which part stays undecided after the plan, for want of a rule."""
        names = [] if plan.after is None else [name for name in PARTS if plan.after.parts.get(name, True) is None]
        said = self.say("、", ", ").join(self._t(words.PARTS[name]) for name in names)
        return self.say(f"；{said}无法判定，不在方案之内", f"; undecided and not planned: {said}") if said else ""

    def _short(self, plan: CountyPlan) -> str:
        cost = self.in_wan(plan.cost or Fraction(0)).text
        if not plan.short:
            return self.say(
                f"费用合计 {cost} 万元在预算之内，但按年度排不进去：整件的采购放不进某一年的预算",
                f"the cost, {cost}, is within all budgets together, but whole units do not fit into the single years",
            )
        lacking = self.in_wan(plan.short).text
        return self.say(
            f"最省也要 {cost} 万元，各年预算合计差 {lacking} 万元",
            f"the least is {cost} × 10,000 yuan; all budgets together are {lacking} too small",
        )

    def _section(self, section: int) -> tuple[Shown, Shown]:
        return Shown(self.school(section)), Shown(self.stage(self.stages[section]))

    # ------------------------------------------------------------------------------------------------- tables

    @staticmethod
    def _count(number: int) -> Shown:
        return Shown(str(number), Mood.PLAIN, number, 0)

    def totals(self, plan: CountyPlan) -> Table | None:
        """Return how much of every figure is added in all, and what it costs."""
        found: dict[str, tuple[Fraction, Fraction]] = {}
        for a in plan.actions:
            amount, cost = found.get(a.field, (Fraction(0), Fraction(0)))
            found[a.field] = amount + a.add, cost + a.cost
        rows = [
            (
                Shown(self.field_name(name)),
                Shown(plain(amount), Mood.PLAIN, amount),
                Shown(self.unit_of(name)),
                self._count(len({a.section for a in plan.actions if a.field == name})),
                self.in_wan(cost),
            )
            for name, (amount, cost) in found.items()
        ]
        moved = sum((t.cost for t in plan.transfers), Fraction(0))
        if plan.transfers:
            count = sum(t.number for t in plan.transfers)
            name = Shown(self.say("教师县内调动", "Teachers moved within the county"))
            rows.append(
                (
                    name,
                    self._count(count),
                    Shown(words.unit("人", self.lang)),
                    Shown(""),
                    self.in_wan(moved),
                )
            )
        columns = (
            Column(self.say("增加", "Added")),
            Column(self.say("数量", "Amount"), number=True),
            Column(self.say("单位", "Unit")),
            Column(self.say("校数", "Schools"), number=True),
            Column(self.say("费用(万元)", "Cost, 10,000 yuan"), number=True),
        )
        return Table(self.say("合计", "In all"), columns, tuple(rows)) if rows else None

    def years(self, plan: CountyPlan) -> Table | None:
        """Return what every year costs, and the verdict at its end."""
        rows = []
        for y in plan.years:
            verdicts = [self.verdict(y.after.parts[name]) for name in PARTS if name in y.after.parts]
            rows.append((Shown(str(y.year)), self.in_wan(y.cost), self.budget(y), *verdicts))
        columns = (
            Column(self.say("年度", "Year")),
            Column(self.say("费用(万元)", "Cost, 10,000 yuan"), number=True),
            Column(self.say("预算(万元)", "Budget"), number=True),
            *(Column(self._t(words.PARTS[name])) for name in PARTS if name in plan.before.parts),
        )
        return Table(self.say("分年度", "By year"), columns, tuple(rows)) if rows else None

    def actions(self, plan: CountyPlan) -> Table | None:
        """Return what is added at which school, in the order of the table."""
        rows = []
        for a in sorted(plan.actions, key=lambda a: (a.section, a.year or 0)):
            follows = self.say("（随之）", " (follows)") if a.follows else ""
            year = () if a.year is None else (Shown(str(a.year)),)
            rows.append(
                (
                    *self._section(a.section),
                    Shown(self.field_name(a.field) + follows),
                    Shown(plain(a.add), Mood.PLAIN, a.add),
                    Shown(self.unit_of(a.field)),
                    self.in_wan(a.cost),
                    *year,
                )
            )
        columns = [
            Column(self.say("学校", "School")),
            Column(self.say("学段", "Stage")),
            Column(self.say("增加", "Add")),
            Column(self.say("数量", "Amount"), number=True),
            Column(self.say("单位", "Unit")),
            Column(self.say("费用(万元)", "Cost"), number=True),
        ]
        columns += [Column(self.say("年度", "Year"))] if plan.years else []
        table = Table(self.say("学校增加什么", "What is added where"), tuple(columns), tuple(rows))
        return self._first(table, len(rows)) if rows else None

    def moving(self, transfer: Transfer) -> str:
        """Return as what teachers move: where everyone in their school counts in more, so do they."""
        also = self.say("、", ", ").join(self.field_name(name) for name in transfer.also)
        return self.field_name(transfer.field) + (self.say(f"（也是{also}）", f" (also {also})") if also else "")

    def transfers(self, plan: CountyPlan) -> Table | None:
        """Return who goes where."""
        rows = [
            (
                Shown(self.moving(t)),
                Shown(self.stage(self.stages[t.from_])),
                Shown(self.school(t.from_)),
                Shown(self.school(t.to)),
                self._count(t.number),
                *(() if t.year is None else (Shown(str(t.year)),)),
            )
            for t in plan.transfers
        ]
        columns = [
            Column(self.say("教师", "Teachers")),
            Column(self.say("学段", "Stage")),
            Column(self.say("调出", "From")),
            Column(self.say("调入", "To")),
            Column(self.say("人数", "Number"), number=True),
        ]
        columns += [Column(self.say("年度", "Year"))] if plan.years else []
        return Table(self.say("教师调动", "Teachers who move"), tuple(columns), tuple(rows)) if rows else None

    def parts_after(self, at: int, plan: CountyPlan, after: Run) -> Table:
        """Return schools and coefficients before and after."""
        rows = []
        for name in PARTS:
            if name not in plan.before.parts:
                continue
            told = [self._told(name, run, at) for run in (self.run, after)]
            verdicts = [self.verdict(county.parts[name]) for county in (plan.before, after.counties[at])]
            rows.append((Shown(self._t(words.PARTS[name])), verdicts[0], Shown(told[0]), verdicts[1], Shown(told[1])))
        columns = (
            Column(self.say("评估部分", "Part")),
            Column(self.say("现在", "Now")),
            Column(""),
            Column(self.say("方案之后", "After the plan")),
            Column(""),
        )
        return Table(self.say("方案前后", "Before and after"), columns, tuple(rows))

    def _told(self, name: str, run: Run, at: int) -> str:
        if name == "schools":
            share = schools_met(run, at)
            return self.say(f"{share} 达标", f"{share} met") if share else ""
        county = run.counties[at]
        judged = county.composites or county.variations
        within = sum(v.passed is True for v in judged)
        return self.say(f"{within}/{len(judged)} 符合", f"{within}/{len(judged)} within")

    def coefficients_after(self, plan: CountyPlan) -> Table | None:
        """Return every coefficient before and after, the composites below them."""
        if plan.after is None:
            return None
        after = {(v.stage, v.indicator): v for v in plan.after.variations}
        composites = {c.stage: c for c in plan.after.composites}
        rows = [
            self._before_and_after(v.stage, self.indicator(v.indicator), v, after[v.stage, v.indicator])
            for v in plan.before.variations
        ]
        composite = self.say("综合差异系数", "Composite")
        rows += [self._before_and_after(c.stage, composite, c, composites[c.stage]) for c in plan.before.composites]
        columns = (
            Column(self.say("学段", "Stage")),
            Column(self.say("指标", "Indicator")),
            Column(self.say("现在", "Now"), number=True),
            Column(self.say("方案之后", "After"), number=True),
            Column(self.say("限值", "Limit"), number=True),
        )
        title = self.say("校际差异系数", "Coefficients of variation")
        return Table(title, columns, tuple(rows)) if rows else None

    def _before_and_after(self, stage: str, name: str, *both: Variation | Composite) -> tuple[Shown, ...]:
        limit = both[0].limit
        cells = [self.coefficient(c.cv, c.limit, words.MOODS[c.passed] if c.limit else Mood.PLAIN) for c in both]
        return (
            Shown(self.stage(stage)),
            Shown(name),
            *(c._replace(signed=True) for c in cells),
            Shown("—", Mood.QUIET) if limit is None else self.bar(limit, at_most=True),
        )

    # ----------------------------------------------------------------------------------------- where there is none

    def undecided(self, plan: CountyPlan) -> Table | None:
        """Return what cannot be judged and a plan would need: what nobody has first, then section by section."""
        by_section: dict[int, list[str]] = {}
        for i, name in plan.undecided:
            by_section.setdefault(i, []).append(name)
        if not by_section:
            return None
        every, *others = by_section.values()
        nobody = [name for name in every if len(by_section) > MANY and all(name in other for other in others)]
        rows = []
        if nobody:
            count = len(by_section)
            said = self.say(f"这 {count} 个学校（学部）都缺", f"all of these {count} sections")
            rows.append((Shown(said), Shown(""), Shown(self._named(nobody), Mood.UNKNOWN)))
        for i, names in by_section.items():
            own = [name for name in names if name not in nobody]
            if own:
                rows.append((*self._section(i), Shown(self._named(own), Mood.UNKNOWN)))
        columns = (
            Column(self.say("学校", "School")),
            Column(self.say("学段", "Stage")),
            Column(self.say("不能判定", "Cannot be judged")),
        )
        title = self.say(
            "先补齐这些数据，或标准中未收录的数值", "Complete these figures, or the bars not on record, first"
        )
        return self._first(Table(title, columns, tuple(rows)), len(rows))

    def _named(self, names: Sequence[str]) -> str:
        stage = self.say("学段", "stage")
        return self.say("、", ", ").join(stage if name == "stage" else self.indicator(name) for name in names)

    def obstacles(self, plan: CountyPlan) -> Table | None:
        """Return what prevents a plan."""
        rows = [(Shown(self._what(o), Mood.BAD, signed=True), Shown(self._why(o))) for o in plan.obstacles]
        columns = (Column(self.say("不能满足", "Cannot be met")), Column(self.say("原因", "Why")))
        return Table(self.say("为什么没有方案", "Why there is no plan"), columns, tuple(rows)) if rows else None

    def _what(self, o: Obstacle) -> str:
        if o.kind is Hindrance.SCHOOL and o.need is not None:
            return f"{self.school(o.need.section)} {self.stage(self.stages[o.need.section])}"
        if o.spread is not None:
            return f"{self.stage(o.spread.stage)} {self.indicator(o.spread.indicator)} {self.say('差异系数', 'coefficient')}"
        return self.say("各项要求同时满足", "everything at once")

    def _why(self, o: Obstacle) -> str:
        join = self.say("、", ", ")
        if o.kind is Hindrance.SCHOOL:
            names = join.join(self.indicator(name) for name in o.indicators)
            return self.say(
                f"按所给条件，{names or '各指标'} 达不到判定规则的要求",
                f"under the conditions given {names or 'its indicators'} cannot reach what the rule asks",
            )
        if o.spread is not None:
            reach, limit = shown(exact(o.reachable or 0.0), 3), self.bar(o.spread.limit, at_most=True).text
            said = self.say(
                f"最低只能降到 {reach}（限值 {limit}）", f"it cannot be brought below {reach} (limit {limit})"
            )
            weighty = join.join(self.school(i) for i in o.weighty)
            said += self.say(f"；影响最大：{weighty}", f"; what weighs most: {weighty}")
            if o.sections:
                saving = join.join(self.school(i) for i in o.sections)
                said += self.say(f"；不计 {saving} 中任一所即可符合", f"; without any one of {saving} it could be met")
            return said
        names = join.join(f"{self.stage(s.stage)}{self.say('', ' ')}{self.indicator(s.indicator)}" for s in o.spreads)
        return self.say(
            f"单独都能满足，合在一起不能；关键在 {names}", f"each could be met alone, not together; it turns on {names}"
        )

    def _left(self, plan: CountyPlan) -> list[Shown]:
        """Return the other parts of the assessment that the plan does not touch and that are not met."""
        if plan.after is None:
            return []
        left = [name for name, passed in plan.after.parts.items() if name not in PARTS and passed is not True]
        if not left:
            return []
        names = self.say("、", ", ").join(self._t(words.PARTS[name]) for name in left if name in words.PARTS)
        said = self.say(
            f"方案只求学校达标和差异系数符合；此外还有未达标或无法判定的部分：{names}",
            f"The plan is for schools and coefficients only; other parts are not met or undecided: {names}",
        )
        return [Shown(said, Mood.CLOSE, signed=True)] if names else []


def plan_report(plans: Plans, lang: Lang, *, everything: bool = False) -> Sequence[Block]:
    """Return the tables of the plans of one run."""
    return PlanReport(plans, lang, everything=everything).blocks()
