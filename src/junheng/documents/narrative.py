"""A county's results as words and short tables: what the reports in Word are filled with.

Every entry is text as it is printed, made by the same rounding as the tables of the terminal; names of entries are
Chinese, for they are what a county writes into a template of its own.
"""

from collections import Counter
from typing import Any

from junheng.documents.record import record_lines
from junheng.documents.submission import Submission
from junheng.engine.findings import finding
from junheng.engine.model import Finding, ItemVerdict, Outcome, PartVerdict
from junheng.number import shown
from junheng.report import words
from junheng.report.county_tables import CountyReport
from junheng.report.items import item_situation, outcome_text, part_name, points_text

Entry = dict[str, Any]
_SHORT = (Outcome.CLOSE, Outcome.UNMET)
_LAID_OPEN = (*_SHORT, Outcome.MISSING)


class Narrative:
    """The words of one submission."""

    def __init__(self, submission: Submission) -> None:
        self.submission, self.run, self.county = submission, submission.run, submission.county
        self.report = CountyReport(submission.run, submission.lang, everything=True)
        self.table = submission.run.assessment.divisions.table
        self.judged = [i for i in submission.in_order() if self.run.assessment.left_out[i] is None]

    def context(self) -> Entry:
        """Return everything that a report may be filled with."""
        form = self.run.standard.form
        lang = self.submission.lang
        return {
            "县名": self.submission.name,
            "学年": str(self.run.year) if self.run.year is not None else "—",
            "标准": form.title.text.say(lang),
            "文号": form.document or "",
            "结论": words.PASSED[self.county.passed].say(lang),
            "达标": self.county.passed is True,
            "结论限定": self._hedge(),
            "学校情况": self.schools(),
            "部分": [self.part(part) for part in self.county.by_item],
            "未评估部分": [
                entry.zh if lang == "zh" else entry.en for entry in form.parts_not_assessed(self.county.parts)
            ],
            "系数": [self._variation(v) for v in self.county.variations],
            "综合系数": [self._composite(c) for c in self.county.composites],
            "系数范围": self.ranges(),
            "未达标学校": self.short_schools(),
            "不纳入": self._left_out(),
            "缺口": self.gaps(),
            "缺口齐全": self.gaps_known(),
            "问题": self.faults(),
            "图": [],
            "运行记录": [{"名称": name, "内容": text} for name, text in record_lines(self.submission.record, lang)],
        }

    def _say(self, zh: str, en: str) -> str:
        return self.submission.say(zh, en)

    def _hedge(self) -> str:
        """Return that a verdict holds for the parts that were assessed only, where others are left."""
        open_parts = self.run.standard.form.parts_not_assessed(self.county.parts)
        return self._say("（仅就已评估部分）", " (of the parts assessed)") if open_parts else ""

    # ---------------------------------------------------------------------------------------------- schools

    def schools(self) -> Entry:
        """Return how many sections there are and how many meet the standard, in all and by stage."""
        passed = self.run.assessment.passed
        stages = self.table.text("stage")
        unplaced = self.table.unplaced

        def counted(sections: list[int]) -> Entry:
            found = Counter(None if i in unplaced else passed[i] for i in sections)
            return {"总数": len(sections), "达标": found[True], "未达标": found[False], "无法判定": found[None]}

        by_stage = [
            {"学段": self.report.stage(name), **counted([i for i in self.judged if stages[i] == name])}
            for name in dict.fromkeys(stages[i] for i in self.judged)
        ]
        in_all = len(self.county.sections)
        judged = self.run.assessment.method.school_rule is not None
        asked = "schools" in self.county.parts and not judged
        said = words.PASSED[self.county.parts["schools"]].say(self.submission.lang) if asked else ""
        return {
            "判定": judged,
            "省定标准": said,
            "表中": in_all,
            "不纳入": in_all - len(self.judged),
            **counted(self.judged),
            "分学段": by_stage,
        }

    def short_schools(self) -> list[Entry]:
        """Return the sections that do not meet the standard or cannot be decided, with the indicators that say so."""
        found: list[Entry] = []
        for section in self.judged if self.run.assessment.method.school_rule is not None else ():
            passed = self.run.assessment.passed[section]
            if passed is not True:
                findings = [self.finding_of(section, f) for f in self._findings(section, _LAID_OPEN)]
                found.append({**self.section(section), "指标": findings})
        return found

    def section(self, section: int) -> Entry:
        """Return a section: its school, stage, pupils and verdict."""
        students = self.table.column("students")[section]
        grade = self.run.assessment.grades[section]
        return {
            "学校": self.report.school(section),
            "学段": self.report.stage(self.table.text("stage")[section]),
            "在校生": "—" if students is None else shown(students, 0),
            "结论": self.report.verdict(self.run.assessment.passed[section], grade).text,
        }

    def _findings(self, section: int, wanted: tuple[Outcome, ...]) -> list[Finding]:
        outcomes = self.run.assessment.outcomes
        return [
            finding(self.run.assessment, indicator, section)
            for indicator in self.run.assessment.method.indicators
            if outcomes[indicator.id][section] in wanted
        ]

    def finding_of(self, section: int, found: Finding) -> Entry:
        """Return a finding as the tables print it."""
        *_, name, value, bar, gap, outcome = self.report.finding_row(section, found)
        return {
            "名称": name.text.strip(),
            "现值": value.text,
            "标准": bar.text,
            "缺口": gap.text,
            "结论": outcome.text,
            "达标": found.outcome is Outcome.MET,
        }

    def all_findings(self, section: int) -> list[Entry]:
        """Return every finding of a section."""
        return [self.finding_of(section, f) for f in self._findings(section, tuple(Outcome))]

    def measures(self, section: int) -> list[str]:
        """Return what has to be added for every indicator that misses its bar."""
        lines = []
        for found in self._findings(section, _SHORT):
            gap = self.report.gap(found)
            name = self.report.indicator(found.indicator.id, short=False)
            if gap.text:
                field = self.run.standard.fields[found.indicator.of[0]].text.say(self.submission.lang)
                more = self._say("减少", "reduce") if found.indicator.at_most else self._say("增加", "add")
                amount = gap.text.removeprefix("−")
                lines.append(self._say(f"{name}：{field}需{more} {amount}", f"{name}: {more} {amount} of {field}"))
            else:
                lines.append(self._say(f"{name}：未达标", f"{name}: not met"))
        lines += [
            self._say(
                f"{self.report.indicator(f.indicator.id, short=False)}：缺数据，先补报再判定",
                f"{self.report.indicator(f.indicator.id, short=False)}: figures are lacking, report them first",
            )
            for f in self._findings(section, (Outcome.MISSING,))
        ]
        return lines

    def items_of_school(self, section: int) -> list[str]:
        """Return the items over schools that a section misses, or lacks the figures for."""
        lines = []
        for part in self.county.by_item:
            for item in part.items:
                name = self.report.indicator(item.item.indicator.id, short=False)
                title = part_name(self.report, part.part.id)
                if section in item.unmet:
                    lines.append(self._say(f"{title}·{name}：不满足", f"{title}, {name}: not met"))
                elif section in item.missing and part.assessed:
                    lines.append(self._say(f"{title}·{name}：缺数据", f"{title}, {name}: figures are lacking"))
        return lines

    def _left_out(self) -> list[Entry]:
        table = self.report.left_out(self.submission.in_order())
        keys = ("学校", "学段", "在校生", "原因")
        return [] if table is None else [dict(zip(keys, (c.text for c in row), strict=True)) for row in table.rows]

    def gaps_known(self) -> bool:
        """Say whether every figure that a gap is told from is there, and the schools were judged by it."""
        outcomes = self.run.assessment.outcomes
        missing = any(
            outcomes[i.id][n] is Outcome.MISSING for i in self.run.assessment.method.indicators for n in self.judged
        )
        return self.run.assessment.method.school_rule is not None and not missing

    def gaps(self) -> list[Entry]:
        """Return for every indicator and stage how many sections miss it, and how much they lack together."""
        stages = self.table.text("stage")
        entries = []
        for indicator in self.run.assessment.method.indicators:
            for stage in dict.fromkeys(stages[i] for i in self.judged):
                outcomes = self.run.assessment.outcomes[indicator.id]
                short = [i for i in self.judged if stages[i] == stage and outcomes[i] in _SHORT]
                if not short or indicator.rules:
                    continue
                found = [finding(self.run.assessment, indicator, i) for i in short]
                total = sum((self.report.gap(f).raw or 0 for f in found), start=0)  # as they are printed, rounded up
                first = self.report.gap(found[0])
                entries.append(
                    {
                        "指标": self.report.indicator(indicator.id),
                        "学段": self.report.stage(stage),
                        "学校数": str(len(short)),
                        "合计": f"{shown(total, first.digits or 0)} {first.unit}".strip() if first.text else "",
                    }
                )
        return entries

    # --------------------------------------------------------------------------------------- coefficients

    def _variation(self, v: Any) -> Entry:  # noqa: ANN401 - a variation
        row = self.report.variation_row(v)
        keys = ("学段", "指标", "校数", "缺数据", "均值", "标准差", "系数", "限值", "结论")
        return dict(zip(keys, (cell.text for cell in row), strict=True)) | {"符合": v.passed is True}

    def _composite(self, c: Any) -> Entry:  # noqa: ANN401 - a composite
        row = self.report.composite_row(c)
        return {"学段": row[0].text, "系数": row[-3].text, "限值": row[-2].text, "结论": row[-1].text}

    def ranges(self) -> list[Entry]:
        """Return for every stage between which coefficients its indicators lie, and how many keep within the limit."""
        entries = []
        for stage in dict.fromkeys(v.stage for v in self.county.variations):
            here = [v for v in self.county.variations if v.stage is stage]
            known = sorted((v for v in here if v.cv is not None), key=lambda v: v.cv or 0)
            texts = [self.report.coefficient(v.cv, v.limit, words.MOODS[v.passed]).text for v in known]
            entries.append(
                {
                    "学段": self.report.stage(stage.value),
                    "最小": texts[0] if texts else "—",
                    "最大": texts[-1] if texts else "—",
                    "限值": self.report.bar(here[0].limit, at_most=True).text,
                    "项数": len(here),
                    "符合": sum(v.passed is True for v in here),
                    "超过": "、".join(self.report.indicator(v.indicator) for v in here if v.passed is False),
                }
            )
        return entries

    # ---------------------------------------------------------------------------------------- other parts

    def part(self, part: PartVerdict) -> Entry:
        """Return a part that is judged item by item."""
        met = sum(item.outcome in (Outcome.MET, Outcome.EXEMPT) for item in part.items)
        unassessed = self._say("未评估", "not assessed")
        return {
            "id": part.part.id,
            "名称": part_name(self.report, part.part.id),
            "结论": words.PASSED[part.passed].say(self.submission.lang) if part.assessed else unassessed,
            "得分": points_text(self.report, part.points) if part.points is not None else "",
            "项数": len(part.items),
            "满足": met,
            "项目": [self._item(part, item, at) for at, item in enumerate(part.items, 1)],
        }

    def _item(self, part: PartVerdict, item: ItemVerdict, at: int) -> Entry:
        answered = self.run.answered.get(self.county.name, {})
        names = (item.item.indicator.id, *self.run.asked.items[item.item.indicator.id][1])
        evidence = [answered[name].evidence for name in names if name in answered and answered[name].evidence]
        return {
            "序号": str(at),
            "名称": self.report.indicator(item.item.indicator.id, short=False),
            "情况": item_situation(self.report, item),
            "结论": outcome_text(self.report, part, item),
            "佐证": "；".join(dict.fromkeys(evidence)),
            "得分": "" if item.earned is None else points_text(self.report, item.earned),
            "满足": item.outcome in (Outcome.MET, Outcome.EXEMPT),
        }

    def faults(self) -> list[str]:
        """Return what keeps the county from meeting the standard, one line each."""
        lines = []
        schools = self.schools()
        if schools["未达标"]:
            names = "、".join(dict.fromkeys(s["学校"] for s in self.short_schools() if self._unmet(s)))
            lines.append(
                self._say(
                    f"{schools['未达标']}个学校（学部）未达到标准：{names}。",
                    f"{schools['未达标']} sections do not meet the standard: {names}.",
                )
            )
        if schools["无法判定"] and schools["判定"]:
            names = "、".join(dict.fromkeys(s["学校"] for s in self.short_schools() if not self._unmet(s)))
            lines.append(
                self._say(
                    f"{schools['无法判定']}个学校（学部）缺数据，无法判定：{names}。",
                    f"{schools['无法判定']} sections lack figures and cannot be decided: {names}.",
                )
            )
        lines += [
            self._say(
                f"{self.report.stage(v.stage.value)}{self.report.indicator(v.indicator)}差异系数有{v.missing}个学校缺数据，无法判定。",
                f"{self.report.stage(v.stage.value)}, {self.report.indicator(v.indicator)}: the coefficient cannot be "
                f"decided, {v.missing} sections lack figures.",
            )
            for v in self.county.variations
            if v.passed is None and not self.county.composites
        ]
        if self.county.parts.get("schools") is not True and not schools["判定"] and "schools" in self.county.parts:
            lines += self._gate_faults()
        lines += [
            self._say(
                f"{self.report.stage(v.stage.value)}{self.report.indicator(v.indicator)}差异系数"
                f"{self.report.coefficient(v.cv, v.limit, words.MOODS[v.passed]).text}，超过限值。",
                f"{self.report.stage(v.stage.value)}, {self.report.indicator(v.indicator)}: coefficient "
                f"{self.report.coefficient(v.cv, v.limit, words.MOODS[v.passed]).text} is above its limit.",
            )
            for v in self.county.variations
            if v.passed is False
        ]
        lines += [
            self._say(
                f"{self.report.stage(c.stage.value)}综合差异系数"
                f"{self.report.coefficient(c.cv, c.limit, words.MOODS[c.passed]).text}，超过限值。",
                f"{self.report.stage(c.stage.value)}: the composite coefficient is above its limit.",
            )
            for c in self.county.composites
            if c.passed is False
        ]
        for part in self.county.by_item:
            if part.assessed:
                lines += [self._open(part, item) for item in part.items if item.outcome in _LAID_OPEN]
        return lines

    def _gate_faults(self) -> list[str]:
        """Return the schools that the standard of the province does not pass, or cannot decide."""
        lines = []
        at = next(i for i, county in enumerate(self.run.counties) if county is self.county)
        for gate in self.run.gate:
            judged, table = gate.counties[at].judged, gate.assessment.divisions.table
            for state, zh, en in (
                (False, "未达到", "below"),
                (None, "缺数据或标准值未收录，不能判定是否达到", "cannot be judged by"),
            ):
                names = "、".join(
                    dict.fromkeys(table.text("name")[i] or "" for i in judged if gate.assessment.passed[i] is state)
                )
                if names:
                    title = gate.standard.form.title.text
                    lines.append(self._say(f"{zh}{title.zh}的学校：{names}。", f"Schools {en} {title.en}: {names}."))
        return lines

    def _unmet(self, school: Entry) -> bool:
        return bool(school["结论"] == words.PASSED[False].say(self.submission.lang))

    def _open(self, part: PartVerdict, item: ItemVerdict) -> str:
        name = self.report.indicator(item.item.indicator.id, short=False)
        said = outcome_text(self.report, part, item)
        situation = item_situation(self.report, item)
        tail = f"（{situation}）" if situation and situation != said else ""
        return self._say(
            f"{part_name(self.report, part.part.id)}：{name}{said}{tail}。",
            f"{part_name(self.report, part.part.id)}: {name}: {said} {situation}.",
        )
