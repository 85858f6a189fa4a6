"""The words and entries of `junheng gaps`: amounts with their units, money, bills."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import NamedTuple

from junheng.advice.gaps import Bill, Gaps, Standing
from junheng.advice.lacks import Lack, Obstacle
from junheng.number import shown
from junheng.report import words
from junheng.report.county_tables import CountyReport
from junheng.report.model import Column, Mood, Shown
from junheng.run import Run
from junheng.text import Lang, Text

YUAN_OF_A_UNIT = 10_000
STANDINGS: Mapping[Standing, Text] = {
    Standing.MET: Text("已达标", "met"),
    Standing.CHOSEN: Text("可补足", "can be brought there"),
    Standing.UNDECIDED: Text("无法判定", "cannot be decided"),
    Standing.NOT_BY_ADDING: Text("不能靠增加解决", "not by adding"),
    Standing.BY_RULE: Text(
        "达标规则未见，或按得分、等级判定，不作测算", "rule not known, or of points or levels: not reckoned"
    ),
    Standing.NO_RULE: Text("不逐校判定", "no single school is judged"),
}
OBSTACLES: Mapping[Obstacle, Text] = {
    Obstacle.CEILING: Text("上限：须减少，不是增加", "a ceiling: less is needed, not more"),
    Obstacle.FLAG: Text("是非项", "a yes or no"),
    Obstacle.GROUP: Text("组合项，由几条规则共同判定", "a group of rules"),
    Obstacle.LEVEL: Text("等级项", "a level in words"),
    Obstacle.COUNTY: Text("按全县测算", "measured over the county"),
    Obstacle.BOUND: Text("增加的数同时是分母", "the figure is also what it is measured by"),
    Obstacle.STRICT: Text("须高于标准，没有最小增量", "must exceed the bar: there is no least amount"),
}
ONE_TEACHER = Text(
    "教师缺口按指标分别计算，一名教师可同时补上几项，合计不是要增加的人数。",
    "Teachers are counted by indicator; one may fill several gaps, so that the sum is not the number to hire.",
)


class Judged(NamedTuple):
    """One standard that judges single schools: its run, the gaps of each county in their order, and the prices."""

    run: Run
    gaps: Sequence[Gaps]
    prices: Mapping[str, Fraction]
    priced: bool


class GapEntries(CountyReport):
    """The entries of the tables of gaps by one standard in one language."""

    def __init__(self, judged: Judged, lang: Lang, *, everything: bool = False) -> None:
        super().__init__(judged.run, lang, everything=everything)
        self.judged, self.prices, self.priced = judged, judged.prices, judged.priced
        self.lacks_of = {one.section: one.lacks for gaps in judged.gaps for one in gaps.sections}

    # -------------------------------------------------------------------------------------------------- entries

    def amount(self, lack: Lack, amount: Fraction | None) -> Shown:
        """Return so much of what a lack lacks, with its unit; blank for nothing."""
        return self.gap(lack.finding._replace(gap=amount)) if amount else Shown("")

    def yuan(self, yuan: Fraction | None) -> Shown:
        """Return money in 万元; a dash where there is no price."""
        if yuan is None:
            return Shown("—", Mood.QUIET)
        return Shown(shown(yuan / YUAN_OF_A_UNIT, 2), Mood.PLAIN, yuan / YUAN_OF_A_UNIT, 2)

    def money(self, bill: Bill) -> Shown:
        """Return what a bill comes to in 万元, with ≥ where something in it has no price; blank where it is empty."""
        if not bill.additions:
            return Shown("")
        sum_ = self.yuan(bill.yuan)
        return sum_._replace(text=f"≥{sum_.text}") if bill.unpriced and bill.yuan is not None else sum_

    def bill(self, bill: Bill) -> str:
        """Return a bill in words: amounts by unit, and the money, which is a lower bound where something has no price."""
        units = self._units(bill)
        amounts = self.say("、", ", ").join(
            f"{self._in_unit(bill, unit).text} {words.unit(unit, self.lang)}".strip() for unit in units
        )
        if not self.priced or not bill.additions:
            return amounts or self.say("不需增加", "nothing to add")
        if bill.yuan is None:
            return amounts + self.say("；都没有单价", "; none has a price")
        least = self.say("至少 ", "at least ") if bill.unpriced else ""
        money = shown(bill.yuan / YUAN_OF_A_UNIT, 2)
        return amounts + self.say(f"；{least}{money} 万元", f"; {least}{money} (10,000 yuan)")

    def fields(self, names: Sequence[str]) -> str:
        """Return fields by their names in the workbook."""
        return self.say("、", ", ").join(self._t(self.run.standard.fields[name].text) for name in names)

    def _whose(self, section: int) -> tuple[Shown, Shown]:
        return Shown(self.school(section)), Shown(self.stage(self.table.text("stage")[section]))

    def _named(self) -> tuple[Column, Column, Column]:
        names = (self.say("学校", "School"), self.say("学段", "Stage"), self.say("指标", "Indicator"))
        return (Column(names[0]), Column(names[1]), Column(names[2]))

    def _floor_name(self) -> str | None:
        """Return how the floor is called, such as 85%; None where the rule has none."""
        rule = self.run.assessment.method.school_rule
        reach = None if rule is None else rule.others_reach
        return None if reach is None else f"{shown(reach.amount * 100, 0)}%"

    def _units(self, bill: Bill) -> list[str]:
        return list(dict.fromkeys(self.run.standard.fields[a.place.field].unit or "" for a in bill.additions))

    def _in_unit(self, bill: Bill, unit: str) -> Shown:
        fields = self.run.standard.fields
        amount = sum((a.amount for a in bill.additions if (fields[a.place.field].unit or "") == unit), Fraction(0))
        whole = all(fields[a.place.field].kind == "count" for a in bill.additions if fields[a.place.field].unit == unit)
        digits = 0 if whole else 2
        return Shown(shown(amount, digits) if amount else "", Mood.PLAIN, amount, digits)
