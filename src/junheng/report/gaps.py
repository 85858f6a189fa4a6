"""What `junheng gaps` has to say of one run: its own schools, and those that the standards of a province judge."""

from collections import Counter
from collections.abc import Mapping
from fractions import Fraction

from junheng.advice.gaps import Gaps, Standing, confirm, gaps_of
from junheng.engine.model import CountyVerdict
from junheng.report.county_tables import CountyReport
from junheng.report.gaps_data import gaps_json, gaps_rows
from junheng.report.gaps_entries import STANDINGS, Judged
from junheng.report.gaps_tables import GapTables
from junheng.report.model import Block, Column, Line, Mood, Shown, Table
from junheng.run import Run, shared_fields, sums_of
from junheng.text import Lang


class GapsReport(GapTables):
    """The report on the gaps by one standard in one language."""

    def county(self, county: CountyVerdict, gaps: Gaps) -> list[Block]:
        """Return the report on one county."""
        count = Counter(one.standing for one in gaps.sections)
        failing = sum(n for standing, n in count.items() if standing is not Standing.MET)
        said = self.say(
            f"{self.county_name(county)}：{len(gaps.sections)} 个学部，{failing} 个未达标或无法判定",
            f"{self.county_name(county)}: {len(gaps.sections)} school sections, {failing} not met or undecided",
        )
        others = [s for s in Standing if s is not Standing.MET and count[s]]
        kinds = self.say("，", ", ").join(f"{self._t(STANDINGS[s])} {count[s]}" for s in others)
        mood = Mood.BAD if failing else Mood.GOOD
        counted = self.say(f"（{kinds}）", f" ({kinds})") if kinds else ""
        blocks: list[Block] = [Line(Shown(said + counted, mood, signed=True), strong=True)]
        if gaps.choices:
            chosen = self.say("可补足的学校全部达标，最省：", "To bring there all that can be, at least: ")
            blocks.append(Line(Shown(chosen + self.bill(gaps.chosen))))
        known = any(one.missing for one in gaps.sections)
        aside = self.say("（缺数据的未计）", " (without what has no figures)") if known else ""
        every = self.say("各项全部到标准：", "Every indicator at its bar: ")
        blocks.append(Line(Shown(every + self.bill(gaps.to_bars) + aside)))
        unpriced = gaps.to_bars.unpriced
        if self.priced and unpriced:
            said = self.say("没有单价，不在金额内：", "Without a price, not in the money: ") + self.fields(unpriced)
            blocks.append(Line(Shown(said, Mood.CLOSE)))
        elif not self.priced:
            said = self.say(
                "没有单价文件（--costs），只列数量；哪种补法最省钱无从说起，按占所需量的份额选。",
                "No costs file (--costs): amounts only. Which choice is least in money cannot be said; "
                "it is the smallest share of what is required.",
            )
            blocks.append(Line(Shown(said, Mood.QUIET)))
        tables = [
            self.choices(gaps.choices),
            self.totals(gaps, self.say("按指标合计", "By indicator")),
            self.places(gaps),
            self.lacks([gaps]),
        ]
        return [*blocks, *(table for table in tables if table is not None), *self.aside([gaps])]

    def overview_of_gaps(self) -> Table:
        """Return one row for each of several counties."""
        rows = []
        for county, gaps in zip(self.run.counties, self.judged.gaps, strict=True):
            count = Counter(one.standing for one in gaps.sections)
            failing = len(gaps.sections) - count[Standing.MET]
            row = (
                Shown(self.county_name(county)),
                Shown(str(len(gaps.sections)), Mood.PLAIN, len(gaps.sections), 0),
                Shown(str(failing), Mood.PLAIN, failing, 0),
                Shown(str(count[Standing.CHOSEN]), Mood.PLAIN, count[Standing.CHOSEN], 0),
            )
            money = (self.money(gaps.to_bars), self.money(gaps.chosen)) if self.priced else ()
            rows.append((*row, *money))
        columns = (
            Column(self.say("县(市、区)", "County") if self.run.by == "county" else self.say("范围", "Area")),
            Column(self.say("学部", "Sections"), number=True),
            Column(self.say("未达标", "Not met"), number=True),
            Column(self.say("可补足", "Can be met"), number=True),
            *(Column(name, number=True) for name in self._money_names()),
        )
        return self._first(Table(self.say("各县缺口", "Counties"), columns, tuple(rows)), len(rows))

    def _money_names(self) -> tuple[str, ...]:
        if not self.priced:
            return ()
        return self.say("到标准(万元)", "Cost, bar"), self.say("最省(万元)", "Cost, least")

    def blocks(self) -> list[Block]:
        """Return the report: one county in full, several in one table with the choices below it."""
        blocks: list[Block] = [self.heading()]
        several = len(self.run.counties) > 1
        if several:
            blocks.append(self.overview_of_gaps())
        if not several or self.everything:
            for county, gaps in zip(self.run.counties, self.judged.gaps, strict=True):
                blocks += self.county(county, gaps)
        else:
            table = self.choices([choice for gaps in self.judged.gaps for choice in gaps.choices])
            blocks += [table] if table is not None else []
            blocks += self.aside(self.judged.gaps)
            note = self.say("加 --all 看各县的合计和缺口", "--all shows totals and gaps of each")
            blocks.append(Line(Shown(note, Mood.QUIET)))
        return [*blocks, *self.basis()]


def no_rule(run: Run, lang: Lang) -> list[Block]:
    """Return the report of a standard that judges no single school, and has no gate of a province before it."""
    report = CountyReport(run, lang)
    said = report.say(
        "这个标准不逐校判定，没有缺口可算；2012年办法请用 --province 给出本省的办学基本标准。",
        "This standard judges no single school: there are no gaps. With the method of 2012, name the province with --province.",
    )
    return [report.heading(), Line(Shown(said, Mood.UNKNOWN, signed=True))]


def judged_by(run: Run, prices: Mapping[str, Fraction], *, priced: bool) -> list[Judged]:
    """Return the gaps by every standard that judges single schools: that of the run, and those of its gate."""
    deciding = [one for one in (run, *run.gate) if one.assessment.method.school_rule is not None]
    return [_judged(one, prices, priced=priced) for one in deciding]


def _judged(run: Run, prices: Mapping[str, Fraction], *, priced: bool) -> Judged:
    assessment, standard = run.assessment, run.standard
    counties = [gaps_of(assessment, county.sections, prices) for county in run.counties]
    found = confirm(assessment, counties, shared_fields(standard), sums_of(standard), whole_county=True)
    return Judged(run, found, prices, priced)


def gaps_report(
    run: Run, prices: Mapping[str, Fraction], lang: Lang, *, priced: bool, everything: bool = False
) -> tuple[list[Block], dict[str, object], list[list[object]]]:
    """Return the blocks, the JSON document and the rows of CSV of one run; `prices` are yuan for one more of a field."""
    judged = judged_by(run, prices, priced=priced)
    blocks = [block for one in judged for block in GapsReport(one, lang, everything=everything).blocks()]
    return blocks or no_rule(run, lang), gaps_json(run, judged, run.by, lang), gaps_rows(judged, lang)
