"""The tables of `junheng drivers`: whose share of a coefficient is largest, the coefficient without it, and groups."""

from collections.abc import Sequence
from fractions import Fraction
from typing import NamedTuple

from junheng.advice.drivers import CompositeDrivers, CountyDrivers, Driver, Drivers
from junheng.advice.grouping import AREA, OWNER, SIZE, TOWN, Group, Grouping
from junheng.engine.model import Stage
from junheng.number import root, shown
from junheng.report import words
from junheng.report.county_tables import CountyReport
from junheng.report.model import Block, Column, Line, Mood, Shown, Table
from junheng.report.tables import MEAN_DIGITS
from junheng.run import Run
from junheng.text import Lang, Text

TOP = 8  # sections shown of one coefficient
BAR = 10  # blocks of the longest bar
SHARE_DIGITS, SIZE_DIGITS, PART_DIGITS = 1, 0, 4
BY = {
    AREA: Text("城乡", "Area"),
    OWNER: Text("举办者", "Run by"),
    SIZE: Text("规模", "Size"),
    TOWN: Text("乡镇", "Town"),
}
SIZES = Text(
    "规模按本县该学段各校在校生数的四分位分档，是本工具的分法，不是规定。",
    "Sizes are quarters of the county's sections of the stage by pupils: our own grouping, not law.",
)


class Asked(NamedTuple):
    """What is asked for: indicators and stages (all where none is named), and how many sections of each."""

    indicators: frozenset[str] = frozenset()
    stages: frozenset[Stage] = frozenset()
    top: int = TOP

    def wants(self, drivers: Drivers) -> bool:
        """Say whether a coefficient is asked for."""
        v = drivers.variation
        return (not self.indicators or v.indicator in self.indicators) and (not self.stages or v.stage in self.stages)

    @property
    def named(self) -> bool:
        """Whether some are asked for by name."""
        return bool(self.indicators or self.stages)


class DriverTables(CountyReport):
    """The tables of what drives the coefficients of one run in one language."""

    def __init__(self, run: Run, lang: Lang, asked: Asked, *, everything: bool = False) -> None:
        super().__init__(run, lang, everything=everything)
        self.asked = asked

    # -------------------------------------------------------------------------------------------------- entries

    def share(self, share: Fraction | None) -> Shown:
        """Return a share in per cent; a dash where all are alike."""
        if share is None:
            return Shown("—", Mood.QUIET)
        return Shown(f"{shown(share * 100, SHARE_DIGITS)}%", Mood.PLAIN, share * 100, SHARE_DIGITS, unit="%")

    def side(self, driver: Driver) -> Shown:
        """Say on which side of the mean a section lies."""
        if driver.above is None:
            return Shown(self.say("持平", "at mean"), Mood.QUIET)
        return Shown(self.say("▲ 高", "▲ above") if driver.above else self.say("▼ 低", "▼ below"))

    def bar_of(self, share: Fraction | None, longest: Fraction) -> Shown:
        """Return a share as a bar beside the longest one."""
        blocks = round(share / longest * BAR) if share and longest else 0
        return Shown("█" * (max(blocks, 1) if share else 0))

    def without(self, driver: Driver, drivers: Drivers) -> Shown:
        """Return the coefficient without a section; with the sign of its verdict where that is another."""
        v = drivers.variation
        if driver.square is None:
            return Shown("—", Mood.UNKNOWN)
        flips = driver.passed is not None and driver.passed is not v.passed
        mood = words.MOODS[driver.passed] if flips else Mood.PLAIN
        return self.coefficient(root(driver.square), v.limit, mood)._replace(signed=flips)

    def then(self, driver: Driver, drivers: Drivers) -> Shown:
        """Return the verdict without a section, where the method has a limit for this coefficient."""
        if drivers.variation.limit is None:
            return Shown("")
        flips = driver.passed is not None and driver.passed is not drivers.variation.passed
        said = self._t(words.WITHIN[driver.passed])
        return Shown(said, words.MOODS[driver.passed] if flips else Mood.QUIET, signed=flips)

    def cv(self, drivers: Drivers) -> Shown:
        """Return a coefficient in the mood of its verdict."""
        v = drivers.variation
        judged = v.limit is not None
        return self.coefficient(v.cv, v.limit, words.MOODS[v.passed] if judged else Mood.PLAIN)

    def limit(self, drivers: Drivers) -> Shown:
        """Return the limit of a coefficient; a dash where the composite has it."""
        v = drivers.variation
        return Shown("—", Mood.QUIET) if v.limit is None else self.bar(v.limit, at_most=True)

    def title(self, drivers: Drivers) -> str:
        """Return the name of a coefficient."""
        return f"{self.stage(drivers.variation.stage)} {self.indicator(drivers.variation.indicator)}"

    def group_name(self, by: str, group: Group) -> str:
        """Return a group's name."""
        if group.span is not None:
            low, high = (shown(n, SIZE_DIGITS) for n in group.span)
            return self.say(f"{low}–{high}人", f"{low}–{high} pupils")
        if group.name is None:
            return self.say("（未填）", "(not given)")
        return group.name if by == TOWN else self._t(words.choice(self.run.standard, by, group.name))

    def _number(self, number: Fraction | float | None, digits: int) -> Shown:
        if number is None:
            return Shown("—", Mood.QUIET)
        return Shown(shown(number, digits), Mood.PLAIN, number, digits)

    # --------------------------------------------------------------------------------------------------- tables

    def summary(self, every: Sequence[Drivers]) -> Table:
        """Return one row for every coefficient: whose share is largest, and the coefficient without it."""
        rows = []
        for drivers in every:
            first = drivers.drivers[0] if drivers.drivers else None
            open_ = drivers.variation.missing
            lacking = self.say(f" 缺{open_}", f" {open_} lacking") if open_ else ""
            rows.append(
                (
                    Shown(self.stage(drivers.variation.stage)),
                    Shown(self.indicator(drivers.variation.indicator) + lacking),
                    self.cv(drivers)._replace(signed=drivers.variation.passed is False),
                    self.limit(drivers),
                    Shown("—" if first is None else self.school(first.section)),
                    self.share(None if first is None else first.share),
                    Shown("—") if first is None else self.without(first, drivers),
                )
            )
        columns = (
            Column(self.say("学段", "Stage")),
            Column(self.say("指标", "Indicator")),
            Column(self.say("差异系数", "CV"), number=True),
            Column(self.say("限值", "Limit"), number=True),
            Column(self.say("占比最大的学校", "Largest share")),
            Column(self.say("占比", "Share"), number=True),
            Column(self.say("去掉它", "Without"), number=True),
        )
        return Table(self.say("各差异系数由谁拉大", "What drives each coefficient"), columns, tuple(rows))

    def sections(self, drivers: Drivers) -> Table:
        """Return the sections of one coefficient by their share, the largest first; what is left in one row."""
        kept = drivers.drivers if self.everything else drivers.drivers[: self.asked.top]
        longest = max((d.share or Fraction(0) for d in kept), default=Fraction(0))
        rows = [
            (
                Shown(self.school(d.section)),
                self.value(d.value, drivers.variation.indicator, None),
                self.side(d),
                self.share(d.share),
                self.bar_of(d.share, longest),
                self.without(d, drivers)._replace(signed=False),
                self.then(d, drivers),
            )
            for d in kept
        ]
        rest = drivers.drivers[len(kept) :]
        if rest:
            name = self.say(f"其余 {len(rest)} 个学部", f"{len(rest)} other sections")
            shares = [d.share for d in rest if d.share is not None]
            share = self.share(sum(shares, Fraction(0)) if len(shares) == len(rest) else None)
            rows.append((Shown(name, Mood.QUIET), Shown(""), Shown(""), share, Shown(""), Shown(""), Shown("")))
        columns = (
            Column(self.say("学校", "School")),
            Column(self.say("值", "Value"), number=True),
            Column(self.say("与均值", "Side")),
            Column(self.say("占比", "Share"), number=True),
            Column(self.say("图", "Bar")),
            Column(self.say("去掉后", "Without"), number=True),
            Column(self.say("结论", "Then")),
        )
        cv, limit = self.cv(drivers).text, self.limit(drivers).text
        said = self.say(f"差异系数 {cv}（限值 {limit}）", f"CV {cv} (limit {limit})")
        return Table(f"{self.title(drivers)} · {said}", columns, tuple(rows))

    def between(self, drivers: Drivers) -> Table:
        """Return how much of a coefficient lies between groups and within them, a row for each way to group."""
        rows = [self.between_row(grouping) for grouping in drivers.groupings]
        said = self.title(drivers) + self.say(" · 分组：组间与组内", " · between and within groups")
        return Table(said, self.between_columns(), tuple(rows))

    def between_columns(self) -> tuple[Column, ...]:
        """Return the columns of `between_row`."""
        names = (
            (self.say("CV²", "CV²"), False),
            (self.say("组间", "between"), False),
            (self.say("泰尔T", "Theil T"), False),
            (self.say("组间", "between"), False),
            (self.say("组内", "within"), True),
            (self.say("基尼", "Gini"), False),
            (self.say("组间", "between"), False),
            (self.say("组内", "within"), True),
            (self.say("重叠", "overlap"), True),
        )
        return (Column(self.say("分组", "Groups")), *(Column(name, number=True, spare=spare) for name, spare in names))

    def between_row(self, grouping: Grouping) -> tuple[Shown, ...]:
        """Return one way to group: squared coefficient, Theil's T and Gini, each with its parts."""
        square, theil, gini = grouping.square, grouping.theil, grouping.gini
        of_theil = (None, None, None) if theil is None else theil
        of_gini = (None,) * 4 if gini is None else gini
        between = None if square is None or not square.whole else square.between / square.whole
        return (
            Shown(self._t(BY[grouping.by])),
            self._number(None if square is None else square.whole, PART_DIGITS),
            self.share(between),
            *(self._number(part, PART_DIGITS) for part in (*of_theil, *of_gini)),
        )

    def groups(self, drivers: Drivers) -> Table:
        """Return the groups of one coefficient: sections, pupils, mean, and the coefficient inside each."""
        rows = [self.group_row(drivers, grouping, group) for grouping in drivers.groupings for group in grouping.groups]
        title = self.title(drivers) + self.say(" · 分组均值", " · means of groups")
        return Table(title, self.group_columns(), tuple(rows), self._t(SIZES))

    def group_columns(self) -> tuple[Column, ...]:
        """Return the columns of `group_row`."""
        return (
            Column(self.say("分组", "Groups")),
            Column(self.say("类别", "Group")),
            Column(self.say("学部", "Sections"), number=True),
            Column(self.say("在校生", "Students"), number=True),
            Column(self.say("均值", "Mean"), number=True),
            Column(self.say("组内系数", "CV inside"), number=True),
        )

    def group_row(self, drivers: Drivers, grouping: Grouping, group: Group) -> tuple[Shown, ...]:
        """Return one group."""
        digits = self._digits(drivers.variation.indicator)
        inside = None if group.square is None else root(group.square)
        return (
            Shown(self._t(BY[grouping.by])),
            Shown(self.group_name(grouping.by, group)),
            Shown(str(len(group.sections)), Mood.PLAIN, len(group.sections), 0),
            self._number(group.pupils, SIZE_DIGITS),
            self._number(group.mean, MEAN_DIGITS if digits is None else digits),
            self.coefficient(inside, None, Mood.PLAIN if inside is not None else Mood.QUIET),
        )

    def composite(self, drivers: CompositeDrivers) -> Table:
        """Return the sections without which a composite falls most."""
        c = drivers.composite
        kept = drivers.drivers if self.everything else drivers.drivers[: self.asked.top]
        rows = []
        for d in kept:
            flips = d.passed is not None and d.passed is not c.passed
            mood = words.MOODS[d.passed] if flips else Mood.QUIET
            cv = None if d.cv is None else float(d.cv)
            change = None if cv is None or c.cv is None else cv - c.cv
            rows.append(
                (
                    Shown(self.school(d.section)),
                    self.coefficient(cv, c.limit, Mood.PLAIN if cv is not None else Mood.UNKNOWN),
                    self._number(change, 3),
                    Shown(self._t(words.WITHIN[d.passed]), mood, signed=flips),
                )
            )
        columns = (
            Column(self.say("学校", "School")),
            Column(self.say("去掉后综合", "Without"), number=True),
            Column(self.say("变化", "Change"), number=True),
            Column(self.say("去掉后", "Then")),
        )
        said = self.coefficient(c.cv, c.limit, Mood.PLAIN).text
        limit = self.bar(c.limit, at_most=True).text
        title = self.say(f"综合差异系数 {said}（限值 {limit}）", f"Composite {said} (limit {limit})")
        return Table(f"{self.stage(c.stage)} {title}", columns, tuple(rows))

    # --------------------------------------------------------------------------------------------------- report

    def none_of(self, found: CountyDrivers) -> list[Block]:
        """Return what has no coefficient, as a line; nothing where everything has one."""
        names = [name for name in found.without if not self.asked.indicators or name in self.asked.indicators]
        if not names:
            return []
        said = self.say("、", ", ").join(self.indicator(name) for name in names)
        return [Line(Shown(self.say("没有差异系数的指标：", "Without a coefficient: ") + said, Mood.QUIET))]
