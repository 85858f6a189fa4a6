"""The tables of `junheng trend`: schools, parts and coefficients by year, what changed, warnings, and the target year."""

from collections.abc import Sequence

from junheng.advice.trend import Counts, Turn, Turned, Warned, coefficients, continued, counts
from junheng.engine.model import CountyVerdict, Stage
from junheng.number import shown
from junheng.report import words
from junheng.report.county_tables import CountyReport
from junheng.report.items import part_name
from junheng.report.model import Block, Column, Line, Mood, Shown, Table
from junheng.report.sparkline import sparkline
from junheng.report.tables import CV_DIGITS, MOST_ROWS
from junheng.report.trend_words import CHART, NOT_A_VERDICT, ON_RECORD, OWN, TURNS, UNTOLD
from junheng.run import Run
from junheng.text import Lang
from junheng.trend.run import CountyTrend, Trend

RECENT = 4  # years that even a narrow page shows
PERCENT_DIGITS = 1


class TrendReport:
    """The report on several years in one language."""

    def __init__(self, trend: Trend, lang: Lang, *, everything: bool = False) -> None:
        self.trend, self.lang, self.everything = trend, lang, everything
        self.years = [entry.year for entry in trend.years]
        self._told: dict[int, CountyReport] = {}

    def say(self, zh: str, en: str) -> str:
        """Return one of two wordings."""
        return zh if self.lang == "zh" else en

    def of(self, run: Run) -> CountyReport:
        """Return the report on one year, which names its schools and indicators; by whoever judges the schools."""
        if id(run) not in self._told:
            self._told[id(run)] = CountyReport(run, self.lang, everything=self.everything)
        return self._told[id(run)]

    def indicator(self, run: Run, name: str | None) -> str:
        """Return the name of an indicator, of the method or of a standard of the province; of none, the composite."""
        if name is None:
            return self.say("综合差异系数", "Composite")
        for one in (run, *run.gate):
            told = self.of(one)
            if name in told.rules:
                return told.indicator(name)
        return name

    # ------------------------------------------------------------------------------------------------- by year

    def _columns(self, *first: Column) -> tuple[Column, ...]:
        late = self.years[-RECENT:]
        return (*first, *(Column(str(year), number=True, spare=year not in late) for year in self.years))

    def _by_year(self, found: CountyTrend) -> list[int | None]:
        """Return, for each year, the place of the county's year in its trend; None where it has no table."""
        at = {of.year: place for place, of in enumerate(found.over.years)}
        return [at.get(year) for year in self.years]

    def _none(self) -> Shown:
        return Shown("·", Mood.UNKNOWN)

    def basis(self) -> Table:
        """Return by which standard each year was judged, and why a year is open."""
        rows = []
        for entry in self.trend.years:
            if entry.run is None:
                why = "；".join(
                    dict.fromkeys(p.message(self.lang) for p in entry.problems if p.severity.value == "error")
                )
                rows.append(
                    (Shown(str(entry.year)), Shown(self.say("无表", "no table"), Mood.UNKNOWN, signed=True), Shown(why))
                )
                continue
            form = entry.run.standard.form
            verdict = self.of(entry.run).verdict(entry.run.counties_passed)
            own = [one.standard.form.title.text.say(self.lang) for one in entry.run.gate]
            named = (
                f"{form.title.text.say(self.lang)}{self.say('（', ' (')}{entry.run.standard.id}{self.say('）', ')')}"
            )
            said = self.say("；", "; ").join([named, *own])
            rows.append((Shown(str(entry.year)), verdict, Shown(said)))
        columns = (
            Column(self.say("年度", "Year")),
            Column(self.say("结论", "Verdict")),
            Column(self.say("按哪个标准判定，或为何没有", "Judged by, or why not")),
        )
        return Table(self.say("各年度", "The years"), columns, tuple(rows))

    def schools(self, found: CountyTrend) -> Table | None:
        """Return how many schools are met, not met and undecided by year; None where no single school is judged."""
        at = self._by_year(found)
        every = [None if place is None else counts(found.over.years[place]) for place in at]
        if not any(every):
            return None
        kinds = (
            ("met", self.say("达标", "met"), Mood.GOOD),
            ("unmet", self.say("未达标", "not met"), Mood.BAD),
            ("undecided", self.say("无法判定", "undecided"), Mood.UNKNOWN),
            ("judged", self.say("纳入评估", "assessed"), Mood.PLAIN),
        )
        rows = []
        for name, said, mood in kinds:
            numbers = [None if c is None else int(getattr(c, name)) for c in every]
            chart = sparkline([None if n is None else float(n) for n in numbers])
            cells = [self._none() if n is None else Shown(str(n), Mood.PLAIN, n, 0) for n in numbers]
            rows.append((Shown(said, mood, signed=True), Shown(chart), *cells))
        rows.append((Shown(self.say("达标比例", "share met")), Shown(""), *(self._share(c) for c in every)))
        columns = self._columns(Column(self.say("学校(学部)", "Schools")), Column(self.say("图", "Chart"), whole=True))
        return Table(self.say("学校达标情况", "Schools by year"), columns, tuple(rows))

    def _share(self, found: Counts | None) -> Shown:
        if found is None or not found.judged:
            return self._none()
        share = found.met / found.judged * 100
        return Shown(f"{shown(share, PERCENT_DIGITS)}%", Mood.PLAIN, share, PERCENT_DIGITS, unit="%")

    def parts(self, found: CountyTrend) -> Table:
        """Return the verdict of every part by year; · for a year without table, — for a part that was not assessed."""
        at = self._by_year(found)
        names = list(dict.fromkeys(name for of in reversed(found.over.years) for name in of.county.parts))
        rows = []
        for name in names:
            cells = [self._part(found, place, name) for place in at]
            rows.append((Shown(self._part_name(found, name)), *cells))
        whole = [
            self._none() if place is None else self._verdict(found.over.years[place].county.passed) for place in at
        ]
        rows.append((Shown(self.say("全县", "County")), *whole))
        columns = self._columns(Column(self.say("评估部分", "Part")))
        columns = tuple(column._replace(number=False) for column in columns)
        return Table(self.say("各部分结论", "Parts by year"), columns, tuple(rows))

    def _part(self, found: CountyTrend, place: int | None, name: str) -> Shown:
        if place is None:
            return self._none()
        parts = found.over.years[place].county.parts
        return self._verdict(parts[name]) if name in parts else Shown("—", Mood.QUIET)

    def _verdict(self, passed: bool | None) -> Shown:
        return Shown(words.PASSED[passed].say(self.lang), words.MOODS[passed], signed=True)

    def _part_name(self, found: CountyTrend, name: str) -> str:
        if name in words.PARTS:
            return words.PARTS[name].say(self.lang)
        run = next(r for r in reversed(found.runs) if any(p.id == name for p in r.assessment.method.parts))
        return part_name(self.of(run), name)

    def coefficients(self, found: CountyTrend) -> Table | None:
        """Return every coefficient by year with its chart; None where there is none."""
        at = self._by_year(found)
        every = [{} if place is None else coefficients(found.over.years[place].county) for place in at]
        keys = list(dict.fromkeys(key for of in reversed(every) for key in of))
        rows = []
        for stage, indicator in sorted(keys, key=lambda key: (key[0] != Stage.PRIMARY, key[1] is None)):
            there = [of.get((stage, indicator)) for of in every]
            limits = [entry.limit for entry in there if entry is not None]
            limit = next((line for line in reversed(limits) if line is not None), None)
            cells = []
            for entry in there:
                if entry is None or entry.cv is None:
                    cells.append(self._none())
                    continue
                mood = words.MOODS[entry.passed] if entry.limit is not None else Mood.PLAIN
                mood = Mood.UNKNOWN if entry.missing else mood
                cells.append(self._coefficient(entry.cv, entry.limit, mood))
            rows.append(
                (
                    Shown(self.of(found.runs[-1]).stage(stage)),
                    Shown(self.indicator(found.runs[-1], indicator)),
                    Shown(sparkline([None if e is None else e.known for e in there], limit)),
                    Shown("—" if limit is None else f"≤{limit:.2f}", Mood.PLAIN, limit, 2),
                    *cells,
                )
            )
        if not rows:
            return None
        columns = self._columns(
            Column(self.say("学段", "Stage")),
            Column(self.say("指标", "Indicator")),
            Column(self.say("图", "Chart"), whole=True),
            Column(self.say("限值", "Limit"), number=True),
        )
        return Table(self.say("校际差异系数", "Coefficients by year"), columns, tuple(rows), CHART.say(self.lang))

    def _coefficient(self, cv: float | None, line: float | None, mood: Mood) -> Shown:
        """Return a coefficient with as many decimals as it takes to see on which side of its limit it lies."""
        if cv is None:
            return self._none()
        digits = CV_DIGITS
        while line is not None and cv != line and digits < 9 and (round(cv, digits) <= line) != (cv <= line):  # noqa: PLR2004 - as many as a float tells
            digits += 1
        return Shown(shown(cv, digits), mood, cv, digits, signed=mood in (Mood.BAD, Mood.UNKNOWN))

    # ---------------------------------------------------------------------------------------------- what changed

    def turns(self, found: CountyTrend) -> Table | None:
        """Return the schools whose verdict turned, that came or went; between the last two years, or all."""
        rows = []
        order = list(TURNS)
        for at in self._places(found):
            turned = [t for t in found.over.turns(at) if t.turn is not Turn.SAME]
            turned.sort(key=lambda t: order.index(t.turn))
            rows += [self._turn_row(found, at, turn) for turn in turned]
        if not rows:
            return None
        columns = (
            Column(self.say("年度", "Years")),
            Column(self.say("学校", "School")),
            Column(self.say("学段", "Stage")),
            Column(self.say("变化", "Change")),
            Column(self.say("由", "From")),
            Column(self.say("到", "To")),
        )
        title = self.say(f"学校的变化（{len(rows)}）", f"What became of schools ({len(rows)})")
        return self._first(Table(title, columns, tuple(rows)))

    def _places(self, found: CountyTrend) -> list[int]:
        """Return the years, latest first, of which changes and warnings are told: the last one, or all."""
        places = list(range(len(found.over.years)))[::-1]
        return places if self.everything else places[:1]

    def _turn_row(self, found: CountyTrend, at: int, turned: Turned) -> tuple[Shown, ...]:
        years = found.over.years
        link = turned.link
        run, rows = (found.runs[at], link.now) if link.now else (found.runs[at - 1], link.before)
        told = self.of(run)
        said, mood = TURNS[turned.turn]
        text = said.say(self.lang)
        if turned.turn in (Turn.VANISHED, Turn.APPEARED) and link.on_record:
            text += f"{self.say('（', ' (')}{ON_RECORD.say(self.lang)}{self.say('）', ')')}"
        stands = [
            "—"
            if stand is None
            else words.PASSED[stand.passed].say(self.lang)
            if stand.judged
            else self.say("不纳入", "left out")
            for stand in (turned.before, turned.now)
        ]
        return (
            Shown(f"{years[at - 1].year}→{years[at].year}"),
            Shown("、".join(told.school(row) for row in rows)),
            Shown(told.stage(told.table.text("stage")[rows[0]])),
            Shown(text, mood, signed=True),
            *map(Shown, stands),
        )

    def warnings(self, found: CountyTrend) -> Table | None:
        """Return the warnings of the last year, or of all; None where there is none."""
        named = {rule.id: rule for rule in self.trend.rules.rules}
        places = self._places(found)
        every = [(at, w) for at in places for w in found.warnings[at]]
        if not every:
            return None
        rows = []
        for at, w in every:
            run = found.runs[at]
            rule = named[w.rule.id]
            mood = Mood.CLOSE if rule.severity == "warning" else Mood.QUIET
            rows.append(
                (
                    Shown(str(w.year)),
                    Shown(rule.name.text.say(self.lang), mood, signed=True),
                    Shown(self._whose(found, run, w)),
                    Shown("" if w.indicator is None and w.stage is None else self.indicator(run, w.indicator)),
                    Shown(self._seen(w)),
                    Shown("" if w.line is None else shown(w.line, CV_DIGITS if w.stage else 2)),
                )
            )
        columns = (
            Column(self.say("年度", "Year")),
            Column(self.say("预警", "Warning")),
            Column(self.say("对象", "Of")),
            Column(self.say("指标", "Indicator")),
            Column(self.say("数值", "Figures")),
            Column(self.say("标准或限值", "Line"), number=True),
        )
        used = dict.fromkeys(w.rule.id for _, w in every)
        colon, left, right, stop = ("：", "（", "）", "；") if self.lang == "zh" else (": ", " (", ")", "; ")
        hints = stop.join(
            f"{named[id_].name.text.say(self.lang)}{colon}{named[id_].hint.text.say(self.lang)}{left}{named[id_].basis.text.say(self.lang)}{right}"
            for id_ in used
        )
        title = self.say(f"预警（{len(rows)}）", f"Warnings ({len(rows)})")
        return self._first(Table(title, columns, tuple(rows), f"{OWN.say(self.lang)}{hints}"))

    def _whose(self, found: CountyTrend, run: Run, w: Warned) -> str:
        told = self.of(run)
        if w.row is not None:
            stage = told.stage(told.table.text("stage")[w.row])
            return f"{told.school(w.row)} {stage}"
        if w.part is not None:
            return self._part_name(found, w.part)
        return self.say("全县 ", "county ") + told.stage(w.stage)

    def _seen(self, w: Warned) -> str:
        digits = CV_DIGITS if w.stage else 2
        return " → ".join(shown(value, digits) for _, value in w.seen)

    def untold(self, found: CountyTrend) -> Table | None:
        """Return what the rules could not look at, in the last year or in all; None where they could at everything."""
        rows = []
        for at in self._places(found):
            run = found.runs[at]
            told = self.of(run)
            for u in found.untold[at]:
                whose = told.school(u.row) if u.row is not None else self.say("全县 ", "county ") + told.stage(u.stage)
                stage = told.stage(told.table.text("stage")[u.row]) if u.row is not None else ""
                name = self.indicator(run, u.indicator)
                why = Shown(UNTOLD[u.why].say(self.lang), Mood.UNKNOWN, signed=True)
                rows.append((Shown(str(u.year)), Shown(whose), Shown(stage), Shown(name), why))
        if not rows:
            return None
        columns = (
            Column(self.say("年度", "Year")),
            Column(self.say("对象", "Of")),
            Column(self.say("学段", "Stage")),
            Column(self.say("指标", "Indicator")),
            Column(self.say("为何看不出", "Why not")),
        )
        title = self.say(f"预警看不出的（{len(rows)}）", f"What no warning can tell ({len(rows)})")
        return self._first(Table(title, columns, tuple(rows)))

    def _first(self, table: Table) -> Table:
        """Return the first rows of a table where not everything is asked for, saying how many more there are."""
        if self.everything or len(table.rows) <= MOST_ROWS:
            return table
        more = len(table.rows) - MOST_ROWS
        note = self.say(f"另有 {more} 行，加 --all 看全部。", f"{more} more; --all shows them all. ")
        return table._replace(rows=table.rows[:MOST_ROWS], note=note + table.note)

    # ------------------------------------------------------------------------------------------------ the target

    def target(self, found: CountyTrend) -> list[Block]:
        """Return the years left, and where straight lines through the years lead; nothing without a target year."""
        if found.target is None:
            return []
        last = self.years[-1]
        left = found.target - last
        said = self.say(f"目标年 {found.target}：", f"Target year {found.target}: ")
        said += (
            self.say(f"距 {last} 年还有 {left} 年", f"{left} years from {last}")
            if left >= 0
            else self.say("已过", "past")
        )
        blocks: list[Block] = [Line(Shown(said), strong=True)]
        if left <= 0:
            return blocks
        rows = list(self._continued(found, found.target))
        if not rows:
            few = self.say("不足两年有数，不外推", "fewer than two years with figures: nothing is continued")
            return [*blocks, Line(Shown(few, Mood.UNKNOWN, signed=True))]
        columns = (
            Column(self.say("项目", "Of what")),
            Column(self.say("所据年数", "Years used"), number=True),
            Column(self.say("最近", "Latest"), number=True),
            Column(self.say(f"外推到 {found.target}", f"Continued to {found.target}"), number=True),
            Column(self.say("限值", "Limit"), number=True),
        )
        title = self.say("直线外推（不是结论）", "Straight-line extrapolation (no verdict)")
        return [*blocks, Table(title, columns, tuple(rows), NOT_A_VERDICT.say(self.lang))]

    def _continued(self, found: CountyTrend, year: int) -> Sequence[tuple[Shown, ...]]:
        rows = []
        for name, points, limit in series_of(found):
            value = continued(points, year)
            if value is None:
                continue
            value = max(0.0, value)  # a line may lead beyond what can be
            if name is None:
                said = self.say("达标学校比例", "Share of schools met")
                value = min(1.0, value)
                cells = [
                    Shown(f"{shown(v * 100, PERCENT_DIGITS)}%", Mood.PLAIN, v * 100, PERCENT_DIGITS, unit="%")
                    for v in (points[-1][1], value)
                ]
            else:
                stage, indicator = name
                said = f"{self.of(found.runs[-1]).stage(stage)} {self.indicator(found.runs[-1], indicator)}"
                cells = [Shown(shown(v, CV_DIGITS), Mood.PLAIN, v, CV_DIGITS) for v in (points[-1][1], value)]
            line = Shown("—", Mood.QUIET) if limit is None else Shown(f"≤{limit:.2f}", Mood.PLAIN, limit, 2)
            rows.append((Shown(said), Shown(str(len(points)), Mood.PLAIN, len(points), 0), *cells, line))
        return rows

    # -------------------------------------------------------------------------------------------------- together

    def heading(self) -> Line:
        """Return the years, as the first line."""
        first, last = self.years[0], self.years[-1]
        return Line(Shown(self.say(f"{first}—{last}学年 · 历年走势", f"{first}–{last} · over the years")))

    def county(self, found: CountyTrend) -> list[Block]:
        """Return the report on one county."""
        run = found.runs[-1]
        of = found.over.years[-1]
        verdict = self._verdict(of.county.passed)
        name = self.of(run).county_name(of.county)
        blocks: list[Block] = [
            Line(
                Shown(f"{name} {self.say(f'{of.year}学年', str(of.year))} {verdict.with_sign}", verdict.mood),
                strong=True,
            )
        ]
        tables = [
            self.schools(found),
            self.parts(found),
            self.coefficients(found),
            self.turns(found),
            self.warnings(found),
            self.untold(found),
        ]
        return [*blocks, *(table for table in tables if table is not None), *self.target(found)]

    def blocks(self) -> list[Block]:
        """Return the whole report."""
        own = [block for found in self.trend.counties for block in self._named(found)]
        return [self.heading(), self.basis(), *own, *self._changes()]

    def _named(self, found: CountyTrend) -> list[Block]:
        """Return the report on one county, its name before every title where there are several."""
        blocks = self.county(found)
        if len(self.trend.counties) == 1:
            return blocks
        return [b._replace(title=f"{found.name or ''} {b.title}") if isinstance(b, Table) else b for b in blocks]

    def _changes(self) -> list[Block]:
        if not self.trend.changes:
            return []
        rows = tuple(
            (
                Shown(str(c.year)),
                Shown("、".join(c.before) or "—"),
                Shown("、".join(c.now) or "—"),
                Shown(c.evidence or ""),
            )
            for c in self.trend.changes
        )
        names = (
            self.say("年度", "Year"),
            self.say("变动前", "Before"),
            self.say("变动后", "After"),
            self.say("依据", "Evidence"),
        )
        return [Table(self.say("登记的学校变动", "Changes of schools on record"), tuple(map(Column, names)), rows)]


Name = tuple[str, str | None] | None  # stage and indicator of a coefficient; None: the share of schools met


def series_of(found: CountyTrend) -> list[tuple[Name, list[tuple[int, float]], float | None]]:
    """Return what is continued to the target year: its name, its figures by year, and its latest limit."""
    met = [(of.year, c.met / c.judged) for of in found.over.years if (c := counts(of)) is not None and c.judged]
    series: list[tuple[Name, list[tuple[int, float]], float | None]] = [(None, met, None)] if met else []
    every = [(of.year, coefficients(of.county)) for of in found.over.years]
    for key in dict.fromkeys(key for _, of in reversed(every) for key in of):
        points = [(year, of[key].known) for year, of in every if key in of]
        limit = next((of[key].limit for _, of in reversed(every) if key in of), None)
        series.append((key, [(year, cv) for year, cv in points if cv is not None], limit))
    return series


def of_county(county: CountyVerdict, trend: Trend) -> CountyTrend | None:
    """Return a county over the years; None where it is not there."""
    return next((found for found in trend.counties if county in [of.county for of in found.over.years]), None)
