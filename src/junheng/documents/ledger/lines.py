"""The lines of a ledger: every item of every section and of the county, as one run decides it."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction

from junheng.documents.costs import COUNTY, HARDWARE, MONEY, SOFTWARE
from junheng.documents.judging import (
    UNPLACED,
    all_required,
    bar_not_on_record,
    lasting_names,
    of_gate,
    standard_name,
)
from junheng.documents.ledger.line import NOTHING, Key, Line
from junheng.documents.ledger.words import ALL_ITEMS, OF_COUNTY, Standing
from junheng.documents.submission import Submission
from junheng.engine.divisions import exact_figure
from junheng.engine.findings import finding
from junheng.engine.model import Assessment, Bar, Finding, Indicator, ItemVerdict, Outcome, PartVerdict
from junheng.engine.parts import fields_of, over_schools
from junheng.report import words
from junheng.report.county_tables import CountyReport
from junheng.report.items import item_situation, outcome_text
from junheng.report.model import Shown
from junheng.workbook.origin import section_name

PEOPLE = ("人", "份")
STANDINGS = {
    Outcome.MET: Standing.MET,
    Outcome.CLOSE: Standing.BELOW,
    Outcome.UNMET: Standing.BELOW,
    Outcome.MISSING: Standing.OPEN,
    Outcome.EXEMPT: Standing.OPEN,
}
VARIATION = "cv"  # before the id of the indicator whose coefficient it is; alone: the composite
GATE = "gate"  # before the lasting name of a standard of the province and the id of its indicator


class Ledger(CountyReport):
    """The lines of one county of a run; `prefix` stands before the ids of what a standard of the province judges."""

    def __init__(self, submission: Submission, prefix: str = "") -> None:
        super().__init__(submission.run, submission.lang)
        self.submission, self.county, self.prefix = submission, submission.county, prefix
        self.judged_by = standard_name(submission.run.standard, submission.lang)
        self.identities = self._identities()
        lasting = zip(of_gate(submission), lasting_names(submission), strict=True) if submission.run.gate else ()
        self.gate = [Ledger(one, f"{GATE}/{name}/") for one, name in lasting]

    def _identities(self) -> Mapping[int, tuple[str, str, str]]:
        """Return what each section's school is known by: its code, else town and name; never two alike."""
        text, sections = self.table.text, self.submission.in_order()
        codes, towns, names, stages = text("code"), text("town"), text("name"), text("stage")
        several = Counter((codes[i], stages[i]) for i in sections)
        taken: Counter[tuple[str, ...]] = Counter()
        result = {}
        for i in sections:
            one = bool(codes[i]) and several[codes[i], stages[i]] == 1
            found = (codes[i] or "", "", "") if one else ("", towns[i] or "", section_name(names[i] or "") or "?")
            alike = (*found, stages[i] or "")
            taken[alike] += 1
            result[i] = found if taken[alike] == 1 else (*found[:2], f"{found[2]}#{taken[alike]}")
        return result

    # ----------------------------------------------------------------------------------------------- all of them

    def lines(self) -> list[Line]:
        """Return the lines of the county: sections by indicator, items of the other parts, coefficients."""
        found = [*self._sections(), *self._parts(), *self._variations()]
        return _counted_once(found)

    def _sections(self) -> Iterator[Line]:
        """Yield the lines of every section by the indicators of the standard, then by those of the gate before it."""
        yield from self._over(self.run.assessment, self.run.assessment.method.indicators, self.prefix)
        for gate in self.gate:
            yield from gate._sections()  # noqa: SLF001 - another of the same kind

    def _over(
        self, judged: Assessment, indicators: Sequence[Indicator], prefix: str, *, answered: bool = True
    ) -> Iterator[Line]:
        """Yield the lines of every section by some indicators; missing figures are not listed where nobody `answered`."""
        for section in self.submission.in_order():
            reason = judged.left_out[section]
            unplaced = section in self.table.unplaced
            if unplaced and not prefix:
                yield self._whole_section(section)
            for indicator in indicators:
                if reason is None and not unplaced:
                    found = finding(judged, indicator, section)
                    yield from self._of(judged, section, found, prefix, answered=answered)
                else:
                    said = self._unplaced() if reason is None else self._t(words.reason(reason, self.run.standard))
                    yield self._aside(section, indicator, prefix, said)

    def _unplaced(self) -> str:
        return self._t(UNPLACED)

    def _base(self, section: int, item: str, name: str, standing: Standing) -> Line:
        text, county = self.table.text, self.county.name or ""
        stage = text("stage")[section]
        key = Key(county, *self.identities[section], stage or "", item)
        return Line(
            *(key, standing, county, text("town")[section] or "", text("code")[section] or ""),
            *(text("name")[section] or "", self.stage(stage), name),
            standard=self.judged_by,
        )

    def _whole_section(self, section: int) -> Line:
        said = self._unplaced()
        line = self._base(section, "*", ALL_ITEMS.say(self.lang), Standing.OPEN)
        return line._replace(outcome=self._t(words.PASSED[None]), closes=said)

    def _aside(self, section: int, indicator: Indicator, prefix: str, reason: str) -> Line:
        """Return the line of a section that is not judged: kept where the ledger had it, never listed anew."""
        line = self._base(section, prefix + indicator.id, self.indicator(indicator.id), Standing.OPEN)
        said = self.say(f"本次不评估：{reason}", f"not judged: {reason}")
        return line._replace(outcome=said, listed=False)

    # -------------------------------------------------------------------------------------------------- findings

    def _of(
        self,
        judged: Assessment,
        section: int,
        found: Finding,
        prefix: str,
        *,
        answered: bool = True,
        listed: bool = True,
        depth: int = 0,
    ) -> Iterator[Line]:
        """Yield the line of a finding, and below it those of the rules that must all be met."""
        node, outcome = found.indicator, found.outcome
        standing = STANDINGS[outcome]
        name = "　" * depth + self.indicator(node.id, short=not depth)
        line = self._base(section, prefix + node.id, name, standing)
        *_, figure, bar, _, said_outcome = self.finding_row(section, found)
        if _nothing_given(found):
            figure, bar = Shown("—"), Shown("")
        unsaid = outcome is Outcome.EXEMPT or (outcome is Outcome.MISSING and not answered)
        waiver = self.run.waived.of(section, node.id) if prefix == self.prefix else None
        closes = self._closes(judged, section, found)
        pools = judged.view(node).pools
        line = line._replace(
            figure=figure,
            bar=bar,
            outcome=said_outcome.text,
            closes=self.say("；", "; ").join(filter(None, [closes, self._t(words.waived(waiver)) if waiver else ""])),
            listed=listed and not unsaid,
            whole=tuple(pools.get(section, ())),
        )
        yield self._with_gap(line, found)
        for rule in found.rules if all_required(found) else ():
            bad = STANDINGS[rule.outcome] is Standing.BELOW and standing is Standing.BELOW
            yield from self._of(judged, section, rule, prefix, listed=listed and bad, depth=depth + 1)

    def _with_gap(self, line: Line, found: Finding) -> Line:
        """Return a line with what is lacking and what class of work that is."""
        node = found.indicator
        leaf = next(node.leaves())
        form = self.run.standard.fields[leaf.of[0]]
        people = (form.unit or "") in PEOPLE
        work = SOFTWARE if people or leaf.flag or leaf.words or leaf.at_most else HARDWARE
        line = line._replace(work=work, at_most=node.at_most)
        if line.standing is not Standing.BELOW or node.rules or node.flag or node.words:
            return line
        floor = NOTHING if found.gap_to_floor is None else self.gap(found._replace(gap=found.gap_to_floor))
        gap = self.gap(found)
        return line._replace(
            gap=gap,
            floor=floor,
            field=node.of[0],
            unit=gap.unit,
            money=form.unit == MONEY,
            counted=bool(gap.raw) and not node.at_most,
            share=_share(found),
        )

    def _closes(self, judged: Assessment, section: int, found: Finding) -> str:
        """Say what closes an item: how much more or less, or which figures are lacking; nothing where it is met."""
        if found.outcome in (Outcome.MET, Outcome.EXEMPT):
            return ""
        if found.outcome is Outcome.MISSING:
            view = judged.view
            leaves = [leaf for leaf in found.indicator.leaves() if judged.outcomes[leaf.id][section] is Outcome.MISSING]
            names = [n for leaf in leaves for n in fields_of(leaf) if exact_figure(view(leaf), n, section) is None]
            if not names and bar_not_on_record(found):
                return self.say("标准值未收录，暂不能判定", "the bar is not on record")
            return self._to_answer(names)
        return self._measure(found)

    def _to_answer(self, names: Iterable[str]) -> str:
        said = self.say("、", ", ").join(self._t(self.run.standard.fields[n].text) for n in dict.fromkeys(names))
        return (
            self.say(f"补齐：{said}", f"still lacking: {said}")
            if said
            else self.say("核实后重新判定", "settle the figures")
        )

    def _measure(self, found: Finding) -> str:
        if found.rules:
            unmet = [rule for rule in found.rules if STANDINGS[rule.outcome] is Standing.BELOW]
            colon = self.say("：", ": ")
            parts = [f"{self.indicator(r.indicator.id, short=False)}{colon}{self._measure(r)}" for r in unmet]
            return self.say("；", "; ").join(parts)
        node = found.indicator
        amount = self.gap(found).text.removeprefix("−")
        if not amount:
            bar = self.bar(found.bar, at_most=node.at_most, node=node).text
            return self.say(f"达到 {bar}", f"reach {bar}")
        verb = self.say("减少", "reduce by") if node.at_most else self.say("增加", "add")
        said = f"{verb} {amount}"
        if found.gap_to_floor and found.gap_to_floor != found.gap:
            floor = self.gap(found._replace(gap=found.gap_to_floor)).text.removeprefix("−")
            said += self.say(f"（先到余项要求：{floor}）", f" (to the floor: {floor})")
        return said

    # ---------------------------------------------------------------------------------------------------- county

    def _of_county(self, item: str, name: str, standing: Standing, stage: str = "") -> Line:
        county = self.county.name or ""
        said = self.stage(stage) if stage else ""
        key = Key(county, "", "", "", stage, item)
        school = OF_COUNTY.say(self.lang)
        return Line(key, standing, county, "", "", school, said, name, work=COUNTY, standard=self.judged_by)

    def _parts(self) -> Iterator[Line]:
        """Yield the items of the parts that are judged item by item, those over schools for every school too."""
        judged = over_schools(self.run.assessment.method, self.run.assessment.divisions) if self.county.by_item else {}
        for part in self.county.by_item:
            prefix = f"{part.part.id}/"
            for item in part.items:
                yield self._item(part, item, prefix)
            rules = [item.item.indicator for item in part.items if item.item.over_schools]
            if rules:
                yield from self._over(judged[part.part.id], rules, prefix, answered=part.assessed)

    def _item(self, part: PartVerdict, item: ItemVerdict, prefix: str) -> Line:
        node = item.item.indicator
        line = self._of_county(prefix + node.id, self.indicator(node.id), STANDINGS[item.outcome])
        line = line._replace(
            figure=Shown(item_situation(self, item)),
            outcome=outcome_text(self, part, item),
            listed=item.outcome is not Outcome.EXEMPT,
        )
        found = item.finding
        if found is not None and found.value is not None and not (found.rules or node.flag):
            mood = words.OUTCOME_MOODS[item.outcome]
            line = line._replace(figure=self.value(found.value, node.id, found.bar, mood))
        if found is not None and found.bar is not None and not node.flag:
            line = line._replace(bar=self.bar(found.bar, at_most=node.at_most, node=node))
        if line.standing is Standing.MET or item.outcome is Outcome.EXEMPT:
            return line
        if line.standing is Standing.OPEN:
            schools = self.say("补齐各校数据", "complete the schools' figures") if item.missing else ""
            return line._replace(closes=schools or self._to_answer(item.unanswered))
        if found is None:
            return line._replace(closes=self.say("上列学校全部达到", "every school meets it"))
        line = line._replace(closes=self._measure(found))
        return line if node.rules else self._with_gap(line, found)._replace(work=COUNTY, counted=False)

    def _variations(self) -> Iterator[Line]:
        """Yield the coefficients that are held against a limit."""
        for v in self.county.variations:
            if v.limit is not None:
                yield self._coefficient(
                    f"{VARIATION}/{v.indicator}", self.indicator(v.indicator), v.stage, v.cv, v.limit, passed=v.passed
                )
        for c in self.county.composites:
            yield self._coefficient(VARIATION, self.say("综合", "composite"), c.stage, c.cv, c.limit, passed=c.passed)

    def _coefficient(
        self, item: str, name: str, stage: str, cv: float | None, limit: Bar, *, passed: bool | None
    ) -> Line:
        standing = {True: Standing.MET, False: Standing.BELOW, None: Standing.OPEN}[passed]
        said = self.say(f"差异系数·{name}", f"Coefficient: {name}")
        bar = self.bar(limit, at_most=True)
        closes = {
            True: "",
            False: self.say(f"差异系数降到{bar.text}", f"bring it to {bar.text}"),
            None: self.say("补齐各校数据", "complete the schools' figures"),
        }[passed]
        return self._of_county(item, said, standing, str(stage))._replace(
            figure=self.coefficient(cv, limit, words.MOODS[passed]),
            bar=bar,
            outcome=self._t(words.WITHIN[passed]),
            closes=closes,
            at_most=True,
        )


def _nothing_given(found: Finding) -> bool:
    """Say whether a finding is a group of evidences none of which is given: it has no count of rules to show."""
    evidences = found.rules if found.indicator.given else ()
    return bool(evidences) and all(rule.outcome in (Outcome.MISSING, Outcome.EXEMPT) for rule in evidences)


def _share(found: Finding) -> Fraction | None:
    """Return which part of what is required is lacking (of a ceiling: is too much)."""
    if found.value is None or found.bar is None or not found.bar.amount:
        return None
    return abs(1 - found.value / found.bar.amount)


def _counted_once(lines: Sequence[Line]) -> list[Line]:
    """Return lines in which a gap that several sections share is counted once: where it is largest."""
    best: dict[tuple[str, tuple[int, ...]], int] = {}
    for at, line in enumerate(lines):
        if line.counted and len(line.whole) > 1:
            shared = line.key.item, line.whole
            first = best.setdefault(shared, at)
            if (line.lacking or 0) > (lines[first].lacking or 0):
                best[shared] = at
    return [
        line._replace(counted=False)
        if line.counted and len(line.whole) > 1 and best[line.key.item, line.whole] != at
        else line
        for at, line in enumerate(lines)
    ]
