"""The tables of a county: its parts, its coefficients, and several counties side by side."""

from collections import Counter

from junheng.engine.model import Bar, Composite, CountyVerdict, Outcome, Variation
from junheng.engine.school_counts import school_counts
from junheng.number import exact, rounded, shown
from junheng.report import words
from junheng.report.gate import gate_blocks, schools_met
from junheng.report.items import items_of, lacking, part_rows
from junheng.report.model import Block, Column, Line, Mood, Shown, Table
from junheng.report.tables import CV_DIGITS, MEAN_DIGITS, MOST_DIGITS, MOST_ROWS, Report
from junheng.run import Run
from junheng.text import Lang


class CountyReport(Report):
    """The tables of one run over counties in one language."""

    def variation_row(self, v: Variation) -> tuple[Shown, ...]:
        """Return one coefficient: stage, indicator, sections, lacking, mean, deviation, coefficient, limit, outcome."""
        passed = v.passed
        digits = self._digits(v.indicator)
        mean_digits = digits if digits is not None else MEAN_DIGITS
        judged = v.limit is not None
        mood = words.MOODS[passed] if judged or v.missing or v.cv is None else Mood.PLAIN
        text = self._t(words.WITHIN[passed]) if judged or mood is Mood.UNKNOWN else self.say("计入综合", "in composite")
        near = self.say(" 临界", " near") if v.near else ""
        limit = Shown("—", Mood.QUIET) if v.limit is None else self.bar(v.limit, at_most=True)
        lacking = Shown(self.say(f"缺{v.missing}", f"{v.missing} lacking"), Mood.UNKNOWN) if v.missing else Shown("")
        return (
            Shown(self.stage(v.stage)),
            Shown(self.indicator(v.indicator)),
            Shown(str(v.divisions), Mood.PLAIN, v.divisions, 0),
            lacking,
            Shown("—", Mood.UNKNOWN)
            if v.mean is None
            else Shown(shown(v.mean, mean_digits), Mood.PLAIN, v.mean, mean_digits),
            Shown("—", Mood.UNKNOWN)
            if v.sd is None
            else Shown(shown(v.sd, mean_digits), Mood.PLAIN, v.sd, mean_digits),
            self.coefficient(v.cv, v.limit, mood),
            limit,
            Shown(text + near, mood, signed=mood is not Mood.PLAIN),
        )

    def composite_row(self, c: Composite) -> tuple[Shown, ...]:
        """Return one composite in the columns of the coefficients."""
        near = self.say(" 临界", " near") if c.near else ""
        return (
            Shown(self.stage(c.stage)),
            Shown(self.say("综合差异系数", "Composite")),
            *[Shown("")] * 4,
            self.coefficient(c.cv, c.limit, words.MOODS[c.passed]),
            self.bar(c.limit, at_most=True),
            Shown(self._t(words.WITHIN[c.passed]) + near, words.MOODS[c.passed], signed=True),
        )

    def coefficient(self, cv: float | None, limit: Bar | None, mood: Mood) -> Shown:
        """Return a coefficient with as many decimals as it takes to see on which side of its limit it lies."""
        if cv is None:
            return Shown("—", Mood.UNKNOWN)
        precise, digits = exact(cv), CV_DIGITS
        if limit is not None and precise != limit.amount:
            while digits < MOST_DIGITS and (rounded(precise, digits) <= limit.amount) != (precise <= limit.amount):
                digits += 1
        return Shown(shown(precise, digits), mood, cv, digits)

    def variations(self, county: CountyVerdict) -> Table:
        """Return the coefficients of a county, the composites below them."""
        rows = [self.variation_row(v) for v in county.variations]
        rows += [self.composite_row(c) for c in county.composites]
        if not any(v.missing for v in county.variations):
            rows = [(*row[:3], *row[4:]) for row in rows]
        columns = [
            Column(self.say("学段", "Stage")),
            Column(self.say("指标", "Indicator")),
            Column(self.say("校数", "Schools"), number=True),
            Column(self.say("缺数据", "Lacking")),
            Column(self.say("均值", "Mean"), number=True),
            Column(self.say("标准差", "SD"), number=True, spare=True),
            Column(self.say("差异系数", "CV"), number=True),
            Column(self.say("限值", "Limit"), number=True),
            Column(self.say("结论", "Outcome")),
        ]
        if not any(v.missing for v in county.variations):
            del columns[3]
        return Table(self.say("校际差异系数", "Coefficients of variation"), tuple(columns), tuple(rows))

    def parts(self, county: CountyVerdict) -> Table:
        """Return the parts of the assessment: verdict and figures where judged, 未评估 where not."""
        at = next(at for at, other in enumerate(self.run.counties) if other is county)
        rows: list[tuple[Shown, ...]] = []
        for name, passed in county.parts.items():
            if name not in words.PARTS:
                continue
            if name == "schools":
                share = schools_met(self.run, at)
                said = self.say(f"{share} 达标", f"{share} met") if share else ""
            else:
                judged = county.composites or county.variations
                met = sum(v.passed is True for v in judged)
                said = self.say(f"{met}/{len(judged)} 符合", f"{met}/{len(judged)} within")
            rows.append((Shown(self._t(words.PARTS[name])), self.verdict(passed), Shown(said)))
        rows += part_rows(self, county)
        columns = (
            Column(self.say("评估部分", "Part")),
            Column(self.say("结论", "Verdict")),
            Column(self.say("情况", "Figures")),
        )
        return Table("", columns, tuple(rows))

    def county_name(self, county: CountyVerdict) -> str:
        """Return the county's name, or that of the town or group with its county."""
        unnamed = self.say("（未填）", "(not given)") if county.county else self.say("全部学校", "All schools")
        return " ".join(name for name in (county.county, county.name or unnamed) if name)

    def overview(self) -> Table:
        """Return one row for each of several counties."""
        assessment = self.run.assessment
        rows = []
        shown_counties = self.run.counties if self.everything else self.run.counties[:MOST_ROWS]
        for at, county in enumerate(shown_counties):
            kept = school_counts(assessment, county.sections).whole.judged
            judged = county.composites or county.variations
            within = f"{sum(v.passed is True for v in judged)}/{len(judged)}" if judged else "—"
            met = schools_met(self.run, at)
            rows.append(
                (
                    Shown(self.county_name(county)),
                    Shown(str(kept), Mood.PLAIN, kept, 0),
                    Shown(met if met and "schools" in county.parts else "—"),
                    Shown(within if "variation" in county.parts else "—"),
                    self.verdict(county.passed),
                )
            )
        columns = (
            Column(self.say("县(市、区)", "County") if self.run.by == "county" else self.say("范围", "Area")),
            Column(self.say("学校(学部)", "Sections"), number=True),
            Column(self.say("达标学校", "Schools met"), number=True),
            Column(self.say("系数符合", "CVs within"), number=True),
            Column(self.say("结论", "Verdict")),
        )
        title = self.say("各县结论", "Counties") if self.run.by == "county" else self.say("各范围结论", "Areas")
        return self._first(Table(title, columns, tuple(rows)), len(self.run.counties))

    def counties(self) -> list[Block]:
        """Return the report on counties: one in full, several in one table with what fails below it."""
        counties = self.run.counties
        blocks: list[Block] = [self.heading()]
        if len(counties) > 1:
            verdict = self.verdict(self.run.counties_passed)
            passing = sum(c.passed is True for c in counties)
            said = self.say(f"{passing}/{len(counties)} 达标", f"{passing}/{len(counties)} met")
            blocks.append(
                Line(
                    Shown(self.say("结论：", "Verdict: ") + f"{verdict.with_sign}（{said}）", verdict.mood), strong=True
                )
            )
            blocks += self._waived_line(self.run.counties_passed_with_waivers)
            blocks.append(Line(Shown(self.coverage(range(self.table.size)))))
            blocks.append(self.overview())
        full = counties if len(counties) == 1 or self.everything else []
        waiving = dict(zip(map(id, counties), self.run.counties_waiving, strict=True))
        for at, county in enumerate(full):
            verdict = self.verdict(county.passed)
            other = self.run.standard.form.parts_not_assessed(county.parts)
            hedge = (
                self.say("（仅就已评估部分）", " (of the parts assessed)")
                if other and county.passed is not False
                else ""
            )
            said = f"{self.county_name(county)} {verdict.with_sign}{hedge}"
            blocks.append(Line(Shown(self.say("结论：", "Verdict: ") + said, verdict.mood), strong=True))
            blocks += self._waived_line(waiving[id(county)].passed)
            blocks.append(Line(Shown(self.coverage(county.sections))))
            blocks.append(self.parts(county))
            blocks += lacking(self, county)
            blocks += items_of(self, county)
            blocks += gate_blocks(self, at)
            blocks += [self.variations(county)] if county.variations else []
            if (self.run.gate_of is None and "schools" in county.parts) or self.everything:
                blocks += self.schools(county.sections, summary=False)
            else:
                left_out = self.left_out(county.sections)
                blocks += [left_out] if left_out else []
                blocks += self._waivers(county.sections)
        if len(counties) > 1 and not self.everything:
            blocks += self._several()
        return [*blocks, *self.basis()]

    def _several(self) -> list[Block]:
        note = self.say("加 --all 看各县的差异系数和学校", "--all shows coefficients and schools of each")
        blocks: list[Block] = []
        above = self._above_limit()
        blocks += [above] if above is not None else []
        failing = [i for i in self.run.assessment.judged if self.run.assessment.passed[i] is False]
        title = self.say(f"未达标的学校（{len(failing)}）", f"Schools that do not meet the standard ({len(failing)})")
        blocks += self._some(failing, (Outcome.UNMET, Outcome.CLOSE), title)
        blocks += gate_blocks(self, None)
        blocks += self._waivers(range(self.table.size))
        reasons = Counter(r for r in self.run.assessment.left_out if r is not None)
        if reasons:
            rows = tuple(
                (Shown(self._t(words.reason(r, self.run.standard))), Shown(str(n), Mood.PLAIN, n, 0))
                for r, n in reasons.most_common()
            )
            columns = (Column(self.say("原因", "Reason")), Column(self.say("学校(学部)", "Sections"), number=True))
            blocks.append(Table(self.say("不纳入评估", "Not assessed"), columns, rows))
        return [*blocks, Line(Shown(note, Mood.QUIET))]

    def _above_limit(self) -> Table | None:
        """Return the coefficients and composites of all counties that are above their limit; None for none."""
        rows: list[tuple[Shown, ...]] = []
        count = sum(v.passed is False for county in self.run.counties for v in county.variations)
        count += sum(c.passed is False for county in self.run.counties for c in county.composites)
        most = count if self.everything else MOST_ROWS
        for county in self.run.counties:
            if len(rows) >= most:
                break
            name = Shown(self.county_name(county))
            for v in county.variations:
                if v.passed is False:
                    stage, indicator, *_, cv, limit, outcome = self.variation_row(v)
                    rows.append((name, stage, indicator, cv, limit, outcome))
            for c in county.composites:
                if c.passed is False:
                    stage, indicator, *_, cv, limit, outcome = self.composite_row(c)
                    rows.append((name, stage, indicator, cv, limit, outcome))
        if not rows:
            return None
        columns = (
            Column(self.say("县(市、区)", "County") if self.run.by == "county" else self.say("范围", "Area")),
            Column(self.say("学段", "Stage")),
            Column(self.say("指标", "Indicator")),
            Column(self.say("差异系数", "CV"), number=True),
            Column(self.say("限值", "Limit"), number=True),
            Column(self.say("结论", "Outcome")),
        )
        title = self.say(f"超过限值的差异系数（{count}）", f"Coefficients above their limit ({count})")
        return self._first(Table(title, columns, tuple(rows)), count)


def county_report(run: Run, lang: Lang, *, everything: bool = False) -> list[Block]:
    """Return the report of `junheng county`."""
    return CountyReport(run, lang, everything=everything).counties()
