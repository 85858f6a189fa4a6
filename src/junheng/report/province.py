"""A province as plain tables: its counties by distance, what could not be judged, the indicators, the heat table."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from importlib.metadata import version

from junheng.advice.distance import excess
from junheng.number import shown
from junheng.province.model import CompositeResult, Counts, CountyResult, IndicatorResult, NotJudged, Province
from junheng.province.ranking import ranks
from junheng.report import words
from junheng.report.model import Block, Column, Line, Mood, Shown, Table
from junheng.report.tables import CV_DIGITS, MOST_ROWS
from junheng.standard.load import Standard
from junheng.text import Lang, Text
from junheng.workbook.handed_back import PROGRAM, RECORD

DISTANCE_DIGITS = 3
MOST_FILES = 3  # files that are named on one line of a table
NOT_JUDGED = Text("未能判定", "not judged")
REASONS = {
    "unreadable": Text("文件不能用，见问题", "a file cannot be used: see the problems"),
    "twice": Text("在几处，可能各是一部分", "in several places, each perhaps a part"),
    "untold": Text("分不清是哪个县", "cannot be told which county"),
    "beside_unreadable": Text("旁边的文件不能用", "a file beside it cannot be used"),
    "other_year": Text("没有该年度的表", "no table of the year"),
    "broken_off": Text("判定中途断了", "judging it broke off"),
}
ASIDE = {
    "other_year": Text("其他年度的表", "tables of other years"),
    "own_document": Text("junheng 写出的材料", "documents that junheng wrote"),
}


class ProvinceReport:
    """The tables of one province in one language."""

    def __init__(self, province: Province, standard: Standard, lang: Lang, *, everything: bool = False) -> None:
        self.province, self.standard, self.lang, self.everything = province, standard, lang, everything
        self.rules = standard.form.named_rules()

    # ------------------------------------------------------------------------------------------------- words

    def say(self, zh: str, en: str) -> str:
        """Return one of two wordings."""
        return zh if self.lang == "zh" else en

    def indicator(self, name: str) -> str:
        """Return an indicator's short name."""
        form = self.rules[name][0]
        return (form.short or form.name).text.say(self.lang)

    def stage(self, name: str) -> str:
        """Return a stage's name, also that of sections whose stage cannot be told."""
        return (words.choice(self.standard, "stage", name) if name else words.STAGE_UNKNOWN).say(self.lang)

    def verdict(self, passed: bool | None) -> Shown:
        """Return a verdict with its sign."""
        return Shown(words.PASSED[passed].say(self.lang), words.MOODS[passed], signed=True)

    def distance(self, county: CountyResult) -> Shown:
        """Return a distance; where figures that are missing can only add to it, with ≥."""
        text = shown(county.distance, DISTANCE_DIGITS)
        return Shown(f"≥{text}" if county.least else text, Mood.PLAIN, county.distance, DISTANCE_DIGITS)

    def heading(self) -> Line:
        """Return the title: year, standard, document."""
        form = self.standard.form
        year = self.say(f"{self.province.terms.year}学年 · ", f"School year {self.province.terms.year} · ")
        document = "" if not form.document else self.say(f"（{form.document}）", f" ({form.document})")
        return Line(Shown(f"{year}{form.title.text.say(self.lang)}{document}"), strong=True)

    def counted(self) -> Line:
        """Return how many counties there are and how they fare."""
        p = self.province
        passing = sum(county.passed is True for county in p.ranked)
        failing, total = len(p.ranked) - passing, len(p.ranked) + len(p.undecided) + len(p.not_judged)
        said = self.say(
            f"{total} 个县(市、区)：达标 {passing}，未达标 {failing}，无法判定 {len(p.undecided)}，未能判定 {len(p.not_judged)}",
            f"{total} counties: {passing} met, {failing} not met, {len(p.undecided)} cannot be decided, "
            f"{len(p.not_judged)} not judged",
        )
        return Line(Shown(said, words.MOODS[p.passed], signed=True), strong=True)

    # ------------------------------------------------------------------------------------------------ tables

    def _few(self, table: Table, count: int) -> Table:
        """Return a table with a line on how many of its rows are not shown."""
        left = count - len(table.rows)
        if left <= 0:
            return table
        return table._replace(note=self.say(f"另有 {left} 个，加 --all 全部列出", f"{left} more, --all lists them"))

    def _shown(self, counties: tuple[CountyResult, ...]) -> tuple[CountyResult, ...]:
        return counties if self.everything else counties[:MOST_ROWS]

    def ranking(self) -> Table | None:
        """Return the counties that are decided, in order; None where none is."""
        counties = self.province.ranked
        rows = tuple(
            (Shown(str(rank), Mood.PLAIN, rank, 0), *self._row(county))
            for rank, county in zip(ranks(self.province), self._shown(counties), strict=False)
        )
        if not rows:
            return None
        columns = (Column(self.say("名次", "Rank"), number=True), *self._columns())
        title = self.say("按距达标远近排列", "Counties by distance to passing")
        return self._few(Table(title, columns, rows), len(counties))

    def undecided(self) -> Table | None:
        """Return the counties that cannot be decided, with what is known of them; None where there is none."""
        counties = self.province.undecided
        rows = tuple(self._row(county) for county in self._shown(counties))
        title = self.say(f"无法判定的县（{len(counties)}），不排名", f"Cannot be decided ({len(counties)}), not ranked")
        return self._few(Table(title, self._columns(), rows), len(counties)) if rows else None

    def _columns(self) -> tuple[Column, ...]:
        return (
            Column(self.say("县(市、区)", "County")),
            Column(self.say("结论", "Verdict")),
            Column(self.say("距离", "Distance"), number=True),
            Column(self.say("学校未达标", "Schools not met"), number=True),
            Column(self.say("系数超限", "CVs above"), number=True),
            Column(self.say("项目未满足", "Items not met"), number=True),
            Column(self.say("未定", "Open"), number=True),
        )

    def _row(self, county: CountyResult) -> tuple[Shown, ...]:
        # what several tallies count twice over is told once: parts are open because of these
        still = county.schools.undecided + county.coefficients.undecided + county.items.undecided
        return (
            Shown(county.name),
            self.verdict(county.passed),
            self.distance(county),
            self._of(county.schools, asked="schools" in county.parts),
            self._of(county.coefficients, asked=bool(county.coefficients.judged)),
            self._of(county.items, asked=bool(county.items.judged)),
            Shown(str(still) if still else "", Mood.UNKNOWN if still else Mood.PLAIN, still, 0),
        )

    def _of(self, counts: Counts, *, asked: bool) -> Shown:
        if not asked:
            return Shown("—", Mood.QUIET)
        return Shown(f"{counts.unmet}/{counts.judged}", Mood.BAD if counts.unmet else Mood.PLAIN)

    def reason(self, one: NotJudged) -> str:
        """Return why a county was not judged."""
        return REASONS[one.reason].say(self.lang)

    def files(self, files: tuple[str, ...]) -> str:
        """Return files as a line; all of them where everything is asked for."""
        if self.everything or len(files) <= MOST_FILES:
            return ", ".join(files)
        more = self.say(f" 等 {len(files)} 个", f" and {len(files) - MOST_FILES} more")
        return ", ".join(files[:MOST_FILES]) + more

    def not_judged(self) -> Table | None:
        """Return what could not be judged, all of it whatever is asked for: nothing vanishes."""
        rows = tuple(
            (Shown(one.name, Mood.UNKNOWN, signed=True), Shown(self.reason(one)), Shown(self.files(one.files)))
            for one in self.province.not_judged
        )
        columns = (
            Column(self.say("县(市、区)或文件", "County or file")),
            Column(self.say("原因", "Reason")),
            Column(self.say("文件", "Files")),
        )
        return Table(self.say(f"未能判定（{len(rows)}）", f"Not judged ({len(rows)})"), columns, rows) if rows else None

    def aside(self) -> Table | None:
        """Return the files that were left aside; None where there is none."""
        rows = []
        for reason, text in ASIDE.items():
            found = [file for one in self.province.aside if one.reason == reason for file in one.files]
            if found:
                count = Shown(str(len(found)), Mood.PLAIN, len(found), 0)
                rows.append((Shown(text.say(self.lang)), count, Shown(self.files(tuple(found)))))
        columns = (
            Column(self.say("种类", "Kind")),
            Column(self.say("个数", "Count"), number=True),
            Column(self.say("文件", "Files")),
        )
        return Table(self.say("未计入的文件", "Files left aside"), columns, tuple(rows)) if rows else None

    def cells(self) -> list[tuple[str, str]]:
        """Return the stages and indicators that any county has, in the order of stages and of the standard."""
        found = dict.fromkeys((i.stage, i.indicator) for c in self.province.judged for i in c.indicators if i.stage)
        stages = list(dict.fromkeys(stage for stage, _ in found))
        stages.sort(key=["primary", "junior", "senior"].index)
        order = [indicator.id for indicator in self.standard.method.indicators]
        return [(stage, name) for stage in stages for name in order if (stage, name) in found]

    def by_indicator(self) -> Table | None:
        """Return what fails by indicator: in how many counties, and of how many sections; None where nothing is judged."""
        of: dict[tuple[str, str], list[IndicatorResult]] = {key: [] for key in self.cells()}
        for county in self.province.judged:
            for result in county.indicators:
                if result.stage:
                    of[result.stage, result.indicator].append(result)
        rows = []
        for (stage, name), results in of.items():
            above = sum(r.within is False for r in results)
            still = sum(r.within is None and r.limit is not None for r in results)
            highest = max((r.cv for r in results if r.cv is not None), default=None)
            unmet, judged = sum(r.unmet for r in results), sum(r.judged for r in results)
            share = unmet / judged * 100 if judged else None
            rows.append(
                (
                    Shown(self.stage(stage)),
                    Shown(self.indicator(name)),
                    Shown(str(above), Mood.BAD if above else Mood.PLAIN, above, 0),
                    Shown(str(still) if still else "", Mood.UNKNOWN if still else Mood.PLAIN, still, 0),
                    _number(highest, CV_DIGITS),
                    _number(share, 1),
                )
            )
        columns = (
            Column(self.say("学段", "Stage")),
            Column(self.say("指标", "Indicator")),
            Column(self.say("超限县数", "Counties above"), number=True),
            Column(self.say("未定", "Open"), number=True),
            Column(self.say("最大系数", "Largest CV"), number=True),
            Column(self.say("学校未达标%", "Schools not met %"), number=True),
        )
        return Table(self.say("各指标情况", "By indicator"), columns, tuple(rows)) if rows else None

    # ---------------------------------------------------------------------------------------------- heat table

    def cell(self, result: IndicatorResult | None) -> Shown:
        """Return one entry of the heat table: the coefficient, or where there is none to be, the share not met."""
        if result is None:
            return Shown("", Mood.QUIET)
        if result.cv is None:
            missing = result.lacking or result.limit is not None
            return self._share(result) if not missing else Shown("—", Mood.UNKNOWN)
        mood = Mood.CLOSE if result.near and result.within is not None else words.MOODS[result.within]
        mood = Mood.BAD if result.within is False else mood
        if result.limit is None:
            mood = Mood.UNKNOWN if result.lacking else Mood.PLAIN
        return Shown(shown(result.cv, CV_DIGITS), mood, result.cv, CV_DIGITS, signed=mood is not Mood.GOOD)

    def _share(self, result: IndicatorResult) -> Shown:
        if not result.judged:
            return Shown("", Mood.QUIET)
        share = result.unmet / result.judged * 100
        mood = Mood.BAD if result.unmet else Mood.UNKNOWN if result.missing else Mood.PLAIN
        return Shown(f"{shown(share, 1)}%", mood, share, 1, unit="%")

    def composite(self, result: CompositeResult | None) -> Shown:
        """Return one composite coefficient as an entry of the heat table."""
        if result is None:
            return Shown("", Mood.QUIET)
        mood = words.MOODS[result.within]
        if result.cv is None:
            return Shown("—", Mood.UNKNOWN)
        return Shown(shown(result.cv, CV_DIGITS), mood, result.cv, CV_DIGITS, signed=mood is not Mood.GOOD)

    def heat(self) -> Table | None:
        """Return every county with every indicator of every stage, in the order of the ranking; None for no county."""
        cells = self.cells()
        stages = list(dict.fromkeys(c.stage for county in self.province.judged for c in county.composites))
        rows = []
        for county in self.province.judged:
            own = {(i.stage, i.indicator): i for i in county.indicators}
            composites = {c.stage: c for c in county.composites}
            rows.append(
                (
                    Shown(county.name),
                    self.verdict(county.passed),
                    self.distance(county),
                    *(self.composite(composites.get(stage)) for stage in stages),
                    *(self.cell(own.get(key)) for key in cells),
                )
            )
        composite = self.say("综合", "composite")
        columns = (
            Column(self.say("县(市、区)", "County")),
            Column(self.say("结论", "Verdict")),
            Column(self.say("距离", "Distance"), number=True),
            *(Column(f"{self.stage(stage)} {composite}", number=True) for stage in stages),
            *(Column(f"{self.stage(stage)} {self.indicator(name)}", number=True) for stage, name in cells),
        )
        return Table(self.say("各县各指标", "Counties by indicator"), columns, tuple(rows)) if rows else None

    def basis(self) -> Iterator[Line]:
        """Yield what the order rests on, and by what was judged."""
        yield Line(
            Shown(
                self.say(
                    "距离 = 未达标学校占比 + 各差异系数超过限值的比例之和 + 各部分未满足项目占比之和；只用于排序",
                    "Distance: share of schools not met + by what share each coefficient is above its limit + share of "
                    "items not met of each part; for order only",
                ),
                Mood.QUIET,
            )
        )
        settings = "；".join(f"{name}={choice}" for name, choice in self.standard.settings.items()) or "—"
        said = self.say(
            f"标准：{self.standard.id}；口径：{settings}", f"Standard {self.standard.id}; settings: {settings}"
        )
        yield Line(Shown(said, Mood.QUIET))

    def record(self) -> Table:
        """Return by what, from how many files and when this was made: the record that every file written carries."""
        terms = self.province.terms
        files = {file for county in self.province.judged for file in county.files}
        files |= {file for one in self.province.not_judged for file in one.files}
        files |= {file for one in self.province.aside for file in one.files}
        settings = "；".join(f"{name}={choice}" for name, choice in self.standard.settings.items())
        lines = (
            (self.say("程序", "Program"), f"{PROGRAM}{version('junheng')}"),
            (self.say("生成时间", "Made"), datetime.now(UTC).astimezone().isoformat(timespec="seconds")),
            (self.say("学年", "School year"), str(terms.year)),
            (self.say("标准", "Standard"), self.standard.id),
            (self.say("标准和程序的 SHA-256", "SHA-256 of standard and program"), terms.version),
            (self.say("省份", "Province"), terms.province or "—"),
            (self.say("口径", "Settings"), settings or "—"),
            (self.say("输入文件", "Inputs"), str(len(files))),
        )
        columns = (Column(self.say("项目", "Entry")), Column(self.say("内容", "Content")))
        return Table(RECORD.say(self.lang), columns, tuple((Shown(name), Shown(text)) for name, text in lines))

    def blocks(self, *, heat: bool = False) -> list[Block]:
        """Return the report; with `heat` the table of every county with every indicator too."""
        tables: Iterable[Table | None] = (
            self.not_judged(),
            self.ranking(),
            self.undecided(),
            self.by_indicator(),
            self.heat() if heat else None,
            self.aside(),
        )
        return [self.heading(), self.counted(), *(table for table in tables if table is not None), *self.basis()]


def _number(value: float | None, digits: int) -> Shown:
    return Shown("—", Mood.QUIET) if value is None else Shown(shown(value, digits), Mood.PLAIN, value, digits)


def heat_class(result: IndicatorResult | CompositeResult | None) -> str:
    """Return how far an entry of the heat table is from its limit, as a class of the page: `h0` well within to `h6` far above.

    Empty where that is not decided.
    """
    if result is None or result.cv is None or result.limit is None or result.within is None:
        return ""
    if result.within is not False:
        return "h2" if result.cv > 0.9 * result.limit else "h1" if result.cv > 0.7 * result.limit else "h0"
    above = excess(result.cv, result.limit)
    return "h3" if above <= 0.1 else "h4" if above <= 0.25 else "h5" if above <= 0.5 else "h6"  # noqa: PLR2004 - shades
