"""What `junheng drivers` has to say of one run."""

from collections.abc import Sequence

from junheng.advice.drivers import CountyDrivers, Drivers, drivers_of
from junheng.report.drivers_data import drivers_json, drivers_rows
from junheng.report.drivers_tables import SIZES, Asked, DriverTables
from junheng.report.model import Block, Column, Line, Mood, Shown, Table
from junheng.run import Run
from junheng.text import Lang


class DriversReport(DriverTables):
    """The report on what drives the coefficients of one run in one language."""

    def county(self, found: CountyDrivers) -> list[Block]:
        """Return the report on one county: all coefficients, then those looked into."""
        every = [d for d in found.coefficients if self.asked.wants(d)]
        composites = [c for c in found.composites if not self.asked.stages or c.composite.stage in self.asked.stages]
        verdict = self.verdict(found.county.parts.get("variation"))
        said = f"{self.county_name(found.county)} {self.say('校际差异系数', 'coefficients')} {verdict.with_sign}"
        blocks: list[Block] = [Line(Shown(said, verdict.mood), strong=True)]
        if not every:
            none = self.say("没有差异系数可分解", "there is no coefficient to look into")
            return [*blocks, Line(Shown(none, Mood.UNKNOWN, signed=True)), *self.none_of(found)]
        blocks.append(self.summary(every))
        blocks += [self.composite(c) for c in composites]
        for drivers in self.looked_into(every):
            blocks += [self.sections(drivers), self.between(drivers), self.groups(drivers)]
        return [*blocks, *self.none_of(found)]

    def looked_into(self, every: Sequence[Drivers]) -> list[Drivers]:
        """Return the coefficients shown in full: those asked for by name, or above their limit, or the largest one."""
        if self.everything or self.asked.named:
            return list(every)
        above = [d for d in every if d.variation.passed is False]
        return above or sorted(every, key=_tightness, reverse=True)[:1]

    def blocks(self, counties: Sequence[CountyDrivers]) -> list[Block]:
        """Return the report: every county after the other."""
        return [self.heading(), *(block for found in counties for block in self.county(found)), *self.basis()]

    def sheets(self, counties: Sequence[CountyDrivers]) -> list[Block]:
        """Return the same as few long tables, which are the sheets of a workbook."""
        every = [(found, d) for found in counties for d in found.coefficients if self.asked.wants(d)]
        blocks: list[Block] = [self.heading()]
        blocks += [block for found in counties for block in self.none_of(found)]
        if every:
            blocks += [self._long_summary(every), self._long_sections(every)]
            blocks += [self._long_between(every), self._long_groups(every)]
        for found in counties:
            blocks += [self.composite(c) for c in found.composites]
        return [*blocks, *self.basis()]

    def _told(self, pair: tuple[CountyDrivers, Drivers]) -> tuple[Shown, ...]:
        found, d = pair
        names = (self.county_name(found.county), self.stage(d.variation.stage), self.indicator(d.variation.indicator))
        return tuple(map(Shown, names))

    def _told_columns(self) -> tuple[Column, ...]:
        names = (self.say("县(市、区)", "County"), self.say("学段", "Stage"), self.say("指标", "Indicator"))
        return tuple(map(Column, names))

    def _long_summary(self, every: Sequence[tuple[CountyDrivers, Drivers]]) -> Table:
        table = self.summary([d for _, d in every])
        rows = tuple((self._told(pair)[0], *row) for pair, row in zip(every, table.rows, strict=True))
        return Table(table.title, (self._told_columns()[0], *table.columns), rows)

    def _long_sections(self, every: Sequence[tuple[CountyDrivers, Drivers]]) -> Table:
        tables = [(pair, self.sections(pair[1])) for pair in every]
        rows = tuple((*self._told(pair), *row) for pair, table in tables for row in table.rows)
        return Table(self.say("各校占比", "Shares"), (*self._told_columns(), *tables[0][1].columns), rows)

    def _long_between(self, every: Sequence[tuple[CountyDrivers, Drivers]]) -> Table:
        rows = tuple((*self._told(pair), *row) for pair in every for row in self.between(pair[1]).rows)
        return Table(
            self.say("组间与组内", "Between and within"), (*self._told_columns(), *self.between_columns()), rows
        )

    def _long_groups(self, every: Sequence[tuple[CountyDrivers, Drivers]]) -> Table:
        rows = tuple((*self._told(pair), *row) for pair in every for row in self.groups(pair[1]).rows)
        columns = (*self._told_columns(), *self.group_columns())
        return Table(self.say("分组均值", "Means of groups"), columns, rows, self._t(SIZES))


def _tightness(drivers: Drivers) -> float:
    """Return how near a coefficient is to its limit; of those without one, how large it is."""
    v = drivers.variation
    if v.cv is None:
        return -1.0
    return v.cv / float(v.limit.amount) if v.limit is not None and v.limit.amount else v.cv


def drivers_report(
    run: Run, asked: Asked, lang: Lang, *, everything: bool = False, sheets: bool = False
) -> tuple[list[Block], dict[str, object], list[list[object]]]:
    """Return the blocks (`sheets`: as few long tables), the JSON document and the rows of CSV of one run."""
    found = [drivers_of(run.assessment, county) for county in run.counties]
    report = DriversReport(run, lang, asked, everything=everything or sheets)
    blocks = report.sheets(found) if sheets else report.blocks(found)
    return blocks, drivers_json(run, found, asked, lang), drivers_rows(run, found, asked, lang)
