"""What keeps a county from meeting the standard, or from being decided, in one line each."""

from typing import TYPE_CHECKING

from junheng.documents.school_words import LAID_OPEN, Entry
from junheng.engine.model import ItemVerdict, PartVerdict, Variation
from junheng.report import words
from junheng.report.items import item_situation, outcome_text, part_name

if TYPE_CHECKING:
    from junheng.documents.narrative import Narrative


class Faults:
    """The faults of one county, as its narrative tells them: none only where its verdict is not held back."""

    def __init__(self, narrative: "Narrative") -> None:
        self.narrative, self.run, self.county = narrative, narrative.run, narrative.county
        self.report, self.lang = narrative.report, narrative.submission.lang

    def _say(self, zh: str, en: str) -> str:
        return self.narrative.submission.say(zh, en)

    def lines(self) -> list[str]:
        """Return the lines: schools, coefficients, items."""
        lines = [*self._not_there(), *(self._of_schools() if self.run.gate_of is None else self._of_gate())]
        if not self.county.composites:
            lines += [self._undecided(v) for v in self.county.variations if v.passed is None and _why(v)]
        lines += [self._above(v) for v in self.county.variations if v.passed is False]
        lines += self._composites()
        for part in self.county.by_item:
            if part.assessed:
                lines += self._of_part(part)
        return lines

    # ---------------------------------------------------------------------------------------------- schools

    def _not_there(self) -> list[str]:
        """Say that schools could not be read, or that there is none to judge: what is left proves nothing."""
        if self.run.withheld:
            zh = "有学校没有读入（见数据问题），学校达标情况和校际均衡不能判定为达标。"
            return [self._say(zh, "Some schools could not be read (see the problems): nothing is decided to be met.")]
        if not self.narrative.judged:
            zh = "没有纳入评估的学校（学部），学校达标情况和校际均衡无法判定。"
            return [self._say(zh, "There is no section to judge: schools and coefficients cannot be decided.")]
        return []

    def _of_schools(self) -> list[str]:
        """Return the schools that the method does not pass, or cannot decide."""
        lines = []
        schools, short = self.narrative.schools(), self.narrative.short_schools()
        if schools["未达标"]:
            names = self.narrative.join(s["学校"] for s in short if self._unmet(s))
            lines.append(
                self._say(
                    f"{schools['未达标']}个学校（学部）未达到标准：{names}。",
                    f"{schools['未达标']} sections do not meet the standard: {names}.",
                )
            )
        if schools["无法判定"] and schools["判定"]:
            names = self.narrative.join(s["学校"] for s in short if not self._unmet(s))
            lines.append(
                self._say(
                    f"{schools['无法判定']}个学校（学部）缺数据，无法判定：{names}。",
                    f"{schools['无法判定']} sections lack figures and cannot be decided: {names}.",
                )
            )
        return lines

    def _unmet(self, school: Entry) -> bool:
        return bool(school["结论"] == words.PASSED[False].say(self.lang))

    def _of_gate(self) -> list[str]:
        """Return the schools that the standards of the province do not pass, or cannot decide."""
        lines = []
        if self.run.gate_of is not None and not self.run.gate:
            place = self.run.gate_of.say(self.lang)
            lines.append(
                self._say(
                    f"没有收录{place}的义务教育学校办学基本标准，学校达标情况无法判定。",
                    f"No school standard of {place} is on record: whether the schools meet it cannot be decided.",
                )
            )
        for one in self.narrative.standards if self.run.gate else ():
            title = one.run.standard.form.title.text
            for state, zh, en in (
                (False, "未达到", "below"),
                (None, "缺数据或标准值未收录，不能判定是否达到", "cannot be judged by"),
            ):
                short = [i for i in one.kept if one.assessment.passed[i] is state]
                names = self.narrative.join(one.report.school(i) for i in short)
                if names:
                    lines.append(self._say(f"{zh}{title.zh}的学校：{names}。", f"Schools {en} {title.en}: {names}."))
        return lines

    # ----------------------------------------------------------------------------------------- coefficients

    def _undecided(self, v: Variation) -> str:
        name = self._say("", ", ").join([self.report.stage(v.stage.value), self.report.indicator(v.indicator)])
        if v.missing:
            return self._say(
                f"{name}差异系数有{v.missing}个学校缺数据，无法判定。",
                f"{name}: the coefficient cannot be decided, {v.missing} sections lack figures.",
            )
        return self._say(
            f"{name}各校合计为0，差异系数无法计算。",
            f"{name}: the coefficient cannot be computed, the schools have none of it.",
        )

    def _above(self, v: Variation) -> str:
        cv = self.report.coefficient(v.cv, v.limit, words.MOODS[v.passed]).text
        stage, name = self.report.stage(v.stage.value), self.report.indicator(v.indicator)
        return self._say(
            f"{stage}{name}差异系数{cv}，超过限值。", f"{stage}, {name}: coefficient {cv} is above its limit."
        )

    def _composites(self) -> list[str]:
        lines = []
        for c in self.county.composites:
            stage = self.report.stage(c.stage.value)
            cv = self.report.coefficient(c.cv, c.limit, words.MOODS[c.passed]).text
            if c.passed is False:
                zh = f"{stage}综合差异系数{cv}，超过限值。"
                lines.append(self._say(zh, f"{stage}: the composite coefficient is above its limit."))
            elif c.passed is None and not self.run.withheld:
                open_ones = [v for v in self.county.variations if v.stage is c.stage and _why(v)]
                names = self.narrative.join(self.report.indicator(v.indicator) for v in open_ones)
                zh = f"{stage}综合差异系数无法判定，缺数据或无法计算的指标：{names}。"
                lines.append(
                    self._say(zh, f"{stage}: the composite coefficient cannot be decided for want of {names}.")
                )
        return lines

    # ---------------------------------------------------------------------------------------------- items

    def _of_part(self, part: PartVerdict) -> list[str]:
        """Return the items of a part that are not met or open; that lines were not read, where only that holds it back."""
        open_ones = [self._open(part, item) for item in part.items if item.outcome in LAID_OPEN]
        if open_ones or part.passed is not None:
            return open_ones
        name = part_name(self.report, part.part.id)
        zh = f"{name}：县级表有没有读入的行或没有可评估的项目（见数据问题），无法判定。"
        return [self._say(zh, f"{name}: lines of the county's sheet were not read, or no item applies: not decided.")]

    def _open(self, part: PartVerdict, item: ItemVerdict) -> str:
        name = self.report.indicator(item.item.indicator.id, short=False)
        said = outcome_text(self.report, part, item)
        situation = item_situation(self.report, item)
        tail = f"（{situation}）" if situation and situation != said else ""
        return self._say(
            f"{part_name(self.report, part.part.id)}：{name}{said}{tail}。",
            f"{part_name(self.report, part.part.id)}: {name}: {said} {situation}.",
        )


def _why(v: Variation) -> bool:
    """Say whether a coefficient is open for figures that are lacking, or because there is none of it anywhere."""
    return bool(v.missing) or v.cv is None
