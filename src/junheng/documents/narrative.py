"""A county's results as words and short tables: what the reports in Word are filled with.

Every entry is text as it is printed, made by the same rounding as the tables of the terminal; names of entries are
Chinese, for they are what a county writes into a template of its own.
"""

from collections.abc import Iterable
from functools import cached_property
from typing import Any

from junheng.documents.faults import Faults
from junheng.documents.judging import UNPLACED, assessment_of_schools
from junheng.documents.record import record_lines
from junheng.documents.school_words import LAID_OPEN, Entry, SchoolWords, judged_by, words_of_judging
from junheng.documents.submission import Submission
from junheng.engine.findings import finding
from junheng.engine.model import Assessment, ItemVerdict, Outcome, PartVerdict
from junheng.engine.parts import over_schools
from junheng.engine.school_counts import Count, kept_of, school_counts
from junheng.number import shown
from junheng.report import words
from junheng.report.county_tables import CountyReport
from junheng.report.items import item_situation, outcome_text, part_name, points_text


class Narrative:
    """The words of one submission."""

    def __init__(self, submission: Submission) -> None:
        self.submission, self.run, self.county = submission, submission.run, submission.county
        self.report = CountyReport(submission.run, submission.lang, everything=True)
        self.table = submission.run.assessment.divisions.table
        self.standards = words_of_judging(submission)
        self.decides = all(one.decides for one in self.standards)
        self.of_schools = assessment_of_schools(submission)
        self.judged = kept_of(self.of_schools, submission.in_order())

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
            "缺口": [entry for one in self.standards for entry in one.gaps()],
            "缺口齐全": all(one.complete() for one in self.standards),
            "问题": self.faults(),
            "图": [],
            "运行记录": [{"名称": name, "内容": text} for name, text in record_lines(self.submission.record, lang)],
        }

    def _say(self, zh: str, en: str) -> str:
        return self.submission.say(zh, en)

    def join(self, names: Iterable[str]) -> str:
        """Return names as one list, each of them once."""
        return self._say("、", ", ").join(dict.fromkeys(names))

    def _hedge(self) -> str:
        """Return that a verdict holds for the parts that were assessed only, where others are left."""
        open_parts = self.run.standard.form.parts_not_assessed(self.county.parts)
        return self._say("（仅就已评估部分）", " (of the parts assessed)") if open_parts else ""

    # ---------------------------------------------------------------------------------------------- schools

    def schools(self) -> Entry:
        """Return how many sections there are and how many meet the standard, in all and by stage."""
        counts = school_counts(self.of_schools, self.submission.in_order())

        def counted(count: Count) -> Entry:
            return {"总数": count.judged, "达标": count.met, "未达标": count.unmet, "无法判定": count.undecided}

        by_stage = [
            {"学段": self.report.stage_counted(name), **counted(count)} for name, count in counts.stages.items()
        ]
        asked = self.run.gate_of is not None
        return {
            "判定": self.decides,
            "省定标准": words.PASSED[self.county.parts.get("schools")].say(self.submission.lang) if asked else "",
            "所用标准": self._say("、", ", ").join(one.name for one in self.standards) if self.run.gate else "",
            "表中": counts.sections,
            "不纳入": counts.left_out,
            **counted(counts.whole),
            "分学段": by_stage,
        }

    def short_schools(self) -> list[Entry]:
        """Return the sections that do not meet the standard or cannot be decided, with the indicators that say so."""
        short = [i for i in self.judged if self.of_schools.passed[i] is not True] if self.decides else []
        found = []
        for section in short:
            entries = [entry for one in self._judges(section) for entry in one.told(section, LAID_OPEN)]
            open_ones = [entry["名称"] for entry in entries if entry["未判定"]]
            unplaced = section in self.table.unplaced
            said = UNPLACED.say(self.submission.lang) if unplaced else ""
            below = [entry for entry in entries if not entry["未判定"]]
            entry = {"指标": entries, "不足": below, "未判定": open_ones, "说明": said}
            found.append({**self.section(section), **entry})
        return found

    def _judges(self, section: int) -> list[SchoolWords]:
        """Return the standards that judge a section."""
        return [one for one in self.standards if one.judges(section)]

    @cached_property
    def own(self) -> SchoolWords:
        """The words of the run's own standard, of which the items over schools are."""
        return SchoolWords(self.submission)

    @cached_property
    def over_schools(self) -> dict[str, Assessment]:
        """By part, the table judged by the items that are judged for every school."""
        return over_schools(self.run.assessment.method, self.run.assessment.divisions)

    def section(self, section: int) -> Entry:
        """Return a section: its school, stage, pupils and verdict, and which standards of the province judged it.

        One that is left out has the reason in place of a verdict.
        """
        students = self.table.column("students")[section]
        judges = self._judges(section)
        verdict = words.PASSED[self.of_schools.passed[section]].say(self.submission.lang)
        reason = self.of_schools.left_out[section]
        if reason is not None:
            verdict = words.reason(reason, self.standards[0].run.standard).say(self.submission.lang)
            verdict = self._say(f"不纳入评估（{verdict}）", f"not judged ({verdict})")
        return {
            "学校": self.report.school(section),
            "学段": self.report.stage(self.table.text("stage")[section]),
            "在校生": "—" if students is None else shown(students, 0),
            "结论": judges[0].verdict(section) if len(judges) == 1 else verdict,
            "判定标准": judged_by(judges, self.submission),
        }

    def by_standard(self, section: int) -> list[Entry]:
        """Return every finding of a section by each standard that judges it; named where there are several."""
        judges = self._judges(section)
        return [
            {"标准": one.name if len(judges) > 1 else "", "结论": one.verdict(section), "指标": one.told(section)}
            for one in judges
        ]

    def measures(self, section: int) -> list[str]:
        """Return what has to be done for every indicator that misses its bar, by whose standard where there are several."""
        judges = self._judges(section)
        return [f"{one.name} · {line}" if len(judges) > 1 else line for one in judges for line in one.measures(section)]

    def items_of_school(self, section: int) -> list[str]:
        """Return the items over schools that a section misses, or lacks the figures for."""
        lines = []
        for part in self.county.by_item:
            for item in part.items:
                name = self.report.indicator(item.item.indicator.id, short=False)
                title = part_name(self.report, part.part.id)
                if section in item.unmet:
                    found = finding(self.over_schools[part.part.id], item.item.indicator, section)
                    lines.append(self._say(f"{title}·", f"{title}, ") + self.own.measure(found))
                elif section in item.missing and part.assessed:
                    lines.append(self._say(f"{title}·{name}：缺数据", f"{title}, {name}: figures are lacking"))
        return lines

    def _left_out(self) -> list[Entry]:
        """Return the sections that are left out, with the reason; by whom, where the standards differ on a section."""
        keys = ("学校", "学段", "在校生", "原因")
        entries = []
        for section in self.submission.in_order():
            by_method, by_all = self.run.assessment.left_out[section], self.of_schools.left_out[section]
            one = self if by_method is not None else self.standards[0]
            table = one.report.left_out([section])
            if table is None or (by_method is None and by_all is None):
                continue
            entry = dict(zip(keys, (cell.text for cell in table.rows[0]), strict=True))
            if by_all is None:
                entry["原因"] += self._say("（不计入差异系数）", " (not in the coefficients)")
            elif by_method is None:
                names = self._say("、", ", ").join(standard.name for standard in self.standards)
                entry["原因"] += self._say(f"（{names}不判定）", f" (not judged by {names})")
            entries.append(entry)
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
                    "超过": self.join([self.report.indicator(v.indicator) for v in here if v.passed is False]),
                    "无法判定": sum(v.passed is None for v in here if v.limit is not None),
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
            "佐证": self._say("；", "; ").join(dict.fromkeys(evidence)),
            "得分": "" if item.earned is None else points_text(self.report, item.earned),
            "满足": item.outcome in (Outcome.MET, Outcome.EXEMPT),
        }

    def faults(self) -> list[str]:
        """Return what keeps the county from meeting the standard, or from being decided, one line each."""
        return Faults(self).lines()
