"""The tables of `junheng gaps`: the least that makes schools meet the rule, all gaps, totals, and what is left open."""

from collections import Counter
from collections.abc import Sequence

from junheng.advice.gap_totals import by_indicator, by_place
from junheng.advice.gaps import Addition, Choice, Gaps, SectionGaps, Standing
from junheng.advice.lacks import Lack
from junheng.report import words
from junheng.report.gaps_entries import OBSTACLES, ONE_TEACHER, STANDINGS, GapEntries
from junheng.report.model import Block, Column, Mood, Shown, Table


class GapTables(GapEntries):
    """The tables of the gaps by one standard in one language."""

    def choices(self, found: Sequence[Choice]) -> Table | None:
        """Return one row for everything that a school which fails lacks: to the bar, below it, or left as it is."""
        rows = [row for choice in found for row in self._choice_rows(choice)]
        if not rows:
            return None
        columns = (
            *self._named(),
            Column(self.say("到标准差", "To the bar"), number=True),
            Column(self.say("补到", "Bring to")),
            Column(self.say("增加", "Add"), number=True),
            *((Column(self.say("万元", "10,000 yuan"), number=True),) if self.priced else ()),
        )
        title = self.say(f"最省的补法（{len(found)} 所学校）", f"The least to add ({len(found)} schools)")
        return self._first(Table(title, columns, tuple(rows), self._note(found)), len(rows))

    def _note(self, found: Sequence[Choice]) -> str:
        notes = []
        if any(a.place.rows[1:] for choice in found for a in choice.bill.additions):
            notes.append(
                self.say(
                    "一贯制学校的共用资源按全校增加，各学部按比例分得，只计一次。",
                    "What a school shares is added to the whole school, divided among its sections, and counted once.",
                )
            )
        if any(not choice.by_money and choice.left for choice in found):
            notes.append(
                self.say(
                    "没有全部单价的学校，按增加的量占所需量的份额最小来选，不是按钱。",
                    "Without every price the choice is the smallest share of what is required, not the least money.",
                )
            )
        if any(not choice.confirmed for choice in found):
            notes.append(
                self.say(
                    "标“？”的，增加后重新判定仍不达标：增加的数还改变了别的指标。",
                    "Marked ？: judged again with the additions it still fails, for they change another indicator.",
                )
            )
        return "".join(notes) if self.lang == "zh" else " ".join(notes)

    def _choice_rows(self, choice: Choice) -> list[tuple[Shown, ...]]:
        rows: list[tuple[Shown, ...]] = []
        of_lack = {(k.section, k.indicator.id): a for a in choice.bill.additions for k in a.lacks}
        left = {(k.section, k.indicator.id) for k in choice.left}
        told: set[int] = set()
        for section in choice.sections:
            for lack in self.lacks_of[section]:
                key = section, lack.indicator.id
                addition = of_lack.get(key)
                repeated = addition is not None and id(addition) in told
                told |= {id(addition)} if addition is not None else set()
                name, stage = self._whose(section)
                if not choice.confirmed:
                    name = Shown(name.text, Mood.UNKNOWN, signed=True)
                row = (
                    name,
                    stage,
                    Shown(self.indicator(lack.indicator.id)),
                    self.gap(lack.finding),
                    self._target(lack, key in left),
                    self._added(lack, addition, repeated=repeated),
                )
                costs = addition is not None and not repeated
                money = self.yuan(addition.yuan) if addition is not None and costs else Shown("")
                rows.append((*row, money) if self.priced else row)
        return rows

    def _target(self, lack: Lack, left: bool) -> Shown:
        floor = self._floor_name()
        if lack.place is None:
            return Shown(self.say("不补", "nothing"), Mood.QUIET)
        if not left:
            return Shown(self.say("标准", "the bar"))
        return Shown(floor or self.say("不补", "nothing"), Mood.CLOSE)

    def _added(self, lack: Lack, addition: Addition | None, *, repeated: bool) -> Shown:
        if addition is None:
            return Shown("0", Mood.QUIET, 0, 0)
        amount = self.amount(lack, addition.amount)
        return Shown(self.say("同上", "as above"), Mood.QUIET) if repeated else amount

    def lacks(self, gaps: Sequence[Gaps]) -> Table | None:
        """Return one row for every gap of every section, of those that pass too."""
        rows: list[tuple[Shown, ...]] = [
            (
                *self._whose(one.section),
                Shown(self.indicator(lack.indicator.id)),
                *self._value_and_bar(lack.finding, words.OUTCOME_MOODS[lack.finding.outcome]),
                self.gap(lack.finding),
                self.gap(lack.finding._replace(gap=lack.finding.gap_to_floor)),
            )
            for found in gaps
            for one in found.sections
            for lack in one.lacks
        ]
        if not rows:
            return None
        floor = self._floor_name()
        columns: tuple[Column, ...] = (
            *self._named(),
            Column(self.say("值", "Value"), number=True),
            Column(self.say("标准", "Bar"), number=True),
            Column(self.say("到标准差", "To the bar"), number=True),
            Column(self.say(f"到{floor or '限值'}差", f"To {floor or 'the limit'}"), number=True),
        )
        if not any(row[-1].text for row in rows):
            rows, columns = [row[:-1] for row in rows], columns[:-1]
        title = self.say(f"各校缺口（{len(rows)}）", f"Gaps ({len(rows)})")
        return self._first(Table(title, columns, tuple(rows)), len(rows))

    def totals(self, gaps: Gaps, title: str) -> Table | None:
        """Return one row for every indicator that is missed."""
        totals = by_indicator(gaps, self.prices)
        by_id = {lack.indicator.id: lack for one in gaps.sections for lack in one.lacks}
        floor = self._floor_name()
        rows = []
        for total in totals:
            lack = by_id[total.indicator]
            row = (
                Shown(self.indicator(total.indicator)),
                Shown(str(total.sections), Mood.PLAIN, total.sections, 0),
                self.amount(lack, total.to_bar),
                *((self.amount(lack, total.to_floor),) if floor else ()),
                self.amount(lack, total.chosen),
            )
            rows.append((*row, self.yuan(total.yuan_to_bar), self.yuan(total.yuan_chosen)) if self.priced else row)
        if not rows:
            return None
        columns = (
            Column(self.say("指标", "Indicator")),
            Column(self.say("学部", "Sections"), number=True),
            Column(self.say("到标准", "To the bar"), number=True),
            *((Column(self.say(f"到{floor}", f"To {floor}"), number=True),) if floor else ()),
            Column(self.say("最省补法", "Least"), number=True),
            *((Column(self.say("万元 标准", "Cost bar"), number=True),) if self.priced else ()),
            *((Column(self.say("万元 最省", "least"), number=True),) if self.priced else ()),
        )
        people = any(self.run.standard.fields[t.field].unit == "人" for t in totals if t.field is not None)
        return Table(title, columns, tuple(rows), self._t(ONE_TEACHER) if people else "")

    def places(self, gaps: Gaps) -> Table | None:
        """Return one row for every town: who fails there, what all bars take, what the choices take."""
        towns = self.table.text("town")
        if self.run.by == "town" or not any(towns[one.section] for one in gaps.sections):
            return None
        totals = by_place(gaps, lambda section: towns[section])
        failing = Counter(towns[one.section] for one in gaps.sections if one.standing is not Standing.MET)
        units = self._units(gaps.to_bars)
        rows = []
        for town, total in totals.items():
            amounts = [self._in_unit(total.to_bars, unit) for unit in units]
            least = [self._in_unit(total.chosen, unit) for unit in units]
            name = Shown(town or self.say("（未填）", "(not given)"))
            row = (name, Shown(str(failing[town]), Mood.PLAIN, failing[town], 0))
            pairs = [entry for pair in zip(amounts, least, strict=True) for entry in pair]
            money = (self.money(total.to_bars), self.money(total.chosen)) if self.priced else ()
            rows.append((*row, *pairs, *money))
        said = [words.unit(unit, self.lang) for unit in units]
        columns = (
            Column(self.say("乡镇", "Town")),
            Column(self.say("未达标", "Not met"), number=True),
            *(
                Column(f"{unit} {kind}", number=True)
                for unit in said
                for kind in (self.say("标准", "bar"), self.say("最省", "least"))
            ),
            *(
                (
                    Column(self.say("万元 标准", "Cost bar"), number=True),
                    Column(self.say("万元 最省", "least"), number=True),
                )
                if self.priced
                else ()
            ),
        )
        return Table(self.say("按乡镇", "By town"), columns, tuple(rows))

    def aside(self, gaps: Sequence[Gaps]) -> list[Block]:
        """Return what no addition serves, and the sections that cannot be decided."""
        blocks: list[Block] = []
        columns: tuple[Column, ...]
        rows = tuple(
            (
                *self._whose(one.section),
                Shown(self.indicator(lack.indicator.id)),
                Shown(self._t(words.outcome(lack.finding)), words.OUTCOME_MOODS[lack.finding.outcome], signed=True),
                Shown(self._t(OBSTACLES[lack.obstacle])),
            )
            for found in gaps
            for one in found.sections
            for lack in one.lacks
            if lack.obstacle is not None
        )
        if rows:
            columns = (*self._named(), Column(self.say("结论", "Outcome")), Column(self.say("原因", "Why")))
            title = self.say(f"不能靠增加解决（{len(rows)}）", f"Not by adding ({len(rows)})")
            blocks.append(self._first(Table(title, columns, rows), len(rows)))
        open_ = [
            (
                *self._whose(one.section),
                self._standing(one),
                self._open(one),
            )
            for found in gaps
            for one in found.sections
            if one.standing in (Standing.UNDECIDED, Standing.NOT_BY_ADDING, Standing.BY_RULE) or one.missing
        ]
        if open_:
            columns = (
                *self._named()[:2],
                Column(self.say("情况", "Standing")),
                Column(self.say("缺数据的指标", "Without figures")),
            )
            title = self.say(f"没有补法或缺数据的学部（{len(open_)}）", f"Without a choice, or figures ({len(open_)})")
            blocks.append(self._first(Table(title, columns, tuple(open_)), len(open_)))
        return blocks

    def _standing(self, one: SectionGaps) -> Shown:
        mood = {Standing.MET: Mood.GOOD, Standing.CHOSEN: Mood.CLOSE}.get(one.standing, Mood.UNKNOWN)
        return Shown(self._t(STANDINGS[one.standing]), mood, signed=True)

    def _open(self, one: SectionGaps) -> Shown:
        return Shown(self.say("、", ", ").join(self.indicator(name) for name in one.missing))
