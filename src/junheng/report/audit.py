"""An audit as plain tables: by school, ready to send; as one list for a workbook."""

from collections import Counter
from collections.abc import Sequence

from junheng.audit.identity import Change
from junheng.audit.run import Audit
from junheng.problems import Place, Severity
from junheng.report import words
from junheng.report.audit_entries import SEVERITIES, Entry, at_many, entries
from junheng.report.model import Block, Column, Line, Mood, Shown, Table
from junheng.text import Lang, Text

MOODS = {Severity.ERROR: Mood.BAD, Severity.WARNING: Mood.CLOSE, Severity.NOTE: Mood.QUIET}
CHANGES = {
    "renamed": Text("更名或换码", "renamed"),
    "merged": Text("合并", "merged"),
    "split": Text("拆分", "split"),
    "closed": Text("撤销", "closed"),
    "opened": Text("新建", "opened"),
}
NAMED_CELLS = 4  # how many cells of a finding a table names
NAMED_SCHOOLS = 5  # and how many of the schools of which the same is said


class _Report:
    def __init__(self, audit: Audit, lang: Lang) -> None:
        self.audit, self.lang = audit, lang
        self.files = {sheet.file for sheet in audit.now.origin.sheets}
        self.sheets = {sheet.name for sheet in audit.now.origin.sheets}

    def say(self, zh: str, en: str) -> str:
        return zh if self.lang == "zh" else en

    def severity(self, severity: Severity) -> Shown:
        return Shown(SEVERITIES[severity].say(self.lang), MOODS[severity], signed=True)

    def stage(self, name: str | None) -> str:
        return words.choice(self.audit.standard, "stage", name).say(self.lang) if name else ""

    def cells(self, entry: Entry) -> str:
        """Return the cells of an entry, by as much of their address as it takes to tell them apart."""
        named = [self.cell(place) for place in entry.places[:NAMED_CELLS]]
        return " ".join(named) + (" …" if len(entry.places) > NAMED_CELLS else "")

    def cell(self, place: Place) -> str:
        if place.cell is None or place.line is not None or self.files != {place.file}:
            return str(place)
        return place.cell if len(self.sheets) == 1 else f"{place.sheet}!{place.cell}"

    def problem(self, entry: Entry, message: Text) -> str:
        """Return what is wrong, under the name of its rule, with the waiver that accepts it."""
        mark = "*" if entry.plausible else ""
        title, text = entry.title.say(self.lang), message.say(self.lang)
        if entry.waiver is not None:
            text += self.say("；", "; ") + words.waived(entry.waiver).say(self.lang)
        return self.say(f"【{title}{mark}】{text}", f"[{title}{mark}] {text}")

    def counts(self, found: Sequence[Entry]) -> str:
        said = Counter(entry.severity for entry in found)
        zh = "，".join(f"{said[s]} 处{text.zh}" for s, text in SEVERITIES.items() if said[s])
        en = ", ".join(f"{said[s]} {text.en}{'s' * (said[s] != 1)}" for s, text in SEVERITIES.items() if said[s])
        return self.say(zh, en)

    def heading(self, found: Sequence[Entry]) -> list[Block]:
        audit = self.audit
        year = audit.now.year
        title = self.say("数据核查", "Data checks")
        if year is not None:
            title += self.say(f" · {year} 学年", f" · school year {year}")
        if audit.before is not None:
            title += self.say(f"，与 {audit.before.year or '？'} 年比较", f", against {audit.before.year or '?'}")
        schools = len({(e.county, e.school) for e in found if e.school is not None})
        every = len(audit.now.schools)
        worst = min((list(Severity).index(e.severity) for e in found), default=None)
        if worst is None or worst == len(Severity) - 1:
            mood, said = Mood.GOOD, self.say("没有发现错误或可疑的数", "nothing wrong or unlikely was found")
        else:
            mood = Mood.BAD if worst == 0 else Mood.CLOSE
            of = (
                self.say(f"；{every} 所学校中涉及 {schools} 所", f"; at {schools} of {every} schools")
                if schools
                else ""
            )
            said = self.counts(found) + of
        rules = len(audit.checks.rules)
        return [
            Line(Shown(title), strong=True),
            Line(Shown(self.say("结论：", "Result: ") + Shown(said, mood, signed=True).with_sign, mood), strong=True),
            *self.waiving(found),
            Line(Shown(self.say(f"核查项 {rules} 条", f"{rules} rules applied"), Mood.QUIET)),
        ]

    def waiving(self, found: Sequence[Entry]) -> list[Block]:
        """Return what remains where waivers count."""
        if not self.audit.accepted.given:
            return []
        left = [entry for entry in found if entry.waiver is None]
        waived = len(found) - len(left)
        said = self.counts(left) or self.say("没有发现错误或可疑的数", "nothing wrong or unlikely was found")
        said = self.say(f"计入豁免：{said}（已豁免 {waived} 处）", f"With waivers: {said} ({waived} waived)")
        mood = Mood.BAD if self.audit.faulty_with_waivers else Mood.GOOD
        return [Line(Shown(said, mood, signed=True))]

    def of_many(self, groups: Sequence[Sequence[Entry]]) -> list[Block]:
        """Return a table of what is the same at many schools, each once."""
        if not groups:
            return []
        columns = (
            Column(self.say("级别", "Level"), whole=True),
            Column(self.say("学校", "Schools"), number=True),
            Column(self.say("问题", "Problem")),
            Column(self.say("所在", "Where")),
            Column(self.say("怎么办", "What to do")),
        )
        weights = list(Severity)
        rows = tuple(
            (
                self.severity(same[0].severity),
                Shown(str(count), Mood.PLAIN, count, 0),
                Shown(self.problem(same[0], same[0].of_many)),
                Shown(self.say("、", ", ").join(self.where(entry) for entry in same[:NAMED_SCHOOLS]) + " ……"),
                Shown(same[0].hint.say(self.lang)),
            )
            for same in sorted(groups, key=lambda same: (weights.index(same[0].severity), -len(same)))
            if (count := len({entry.at for entry in same}))
        )
        title = self.say("多所学校同样的问题", "The same at many schools")
        note = self.say(
            "逐校逐格的清单用 --output 核查.xlsx 或 --format csv", "--output list.xlsx or --format csv names each cell"
        )
        return [Table(title, columns, rows, note)]

    def where(self, entry: Entry) -> str:
        """Return a school with the first cell of what is said of it."""
        county = f"{entry.county} " if self.audit.now.several_counties and entry.county else ""
        return f"{county}{entry.school} {self.cell(entry.places[0])}"

    def by_school(self, found: Sequence[Entry], *, whole_table: bool) -> list[Block]:
        """Return a table for each school, then one for what is of no school."""
        blocks: list[Block] = []
        groups: dict[tuple[str | None, str | None, str | None], list[Entry]] = {}
        for entry in found:
            if entry.school is not None or whole_table or entry.check.islower():
                groups.setdefault(entry.at, []).append(entry)
        columns = (
            Column(self.say("级别", "Level"), whole=True),
            Column(self.say("单元格", "Cell")),
            Column(self.say("问题", "Problem")),
            Column(self.say("怎么办", "What to do")),
        )
        for (county, school, code), mine in groups.items():
            name = school or self.say("全表", "The table")
            if self.audit.now.several_counties and county and school:
                name = f"{county} {name}"
            if code:
                name += self.say(f"（{code}）", f" ({code})")
            several = len({e.stage for e in mine if e.stage}) > 1
            rows = tuple(
                (
                    self.severity(entry.severity),
                    Shown(self.cells(entry)),
                    Shown(
                        (f"{self.stage(entry.stage)} " if several and entry.stage else "")
                        + self.problem(entry, entry.message)
                    ),
                    Shown(entry.hint.say(self.lang)),
                )
                for entry in mine
            )
            title = self.say(f"{name}：{self.counts(mine)}", f"{name}: {self.counts(mine)}")
            blocks.append(Table(title, columns, rows))
        return blocks

    def flat(self, found: Sequence[Entry]) -> list[Block]:
        """Return one list of everything, for a sheet that can be filtered."""
        if not found:
            return []
        zh = ("县(市、区)", "学校", "学校标识码", "学段", "级别", "文件", "单元格", "核查项", "问题", "怎么办")
        en = ("County", "School", "Code", "Stage", "Level", "File", "Cell", "Check", "Problem", "What to do")
        given = self.audit.accepted.given
        rows = []
        for entry in found:
            cells = " ".join(p.cell or "" for p in entry.places if p.file == entry.places[0].file)
            texts = (entry.county, entry.school, entry.code, self.stage(entry.stage))
            mark = "*" if entry.plausible else ""
            rows.append(
                (
                    *(Shown(text or "") for text in texts),
                    self.severity(entry.severity),
                    Shown(entry.places[0].file),
                    Shown(cells.strip()),
                    Shown(entry.title.say(self.lang) + mark),
                    Shown(entry.message.say(self.lang)),
                    Shown(entry.hint.say(self.lang)),
                    *([Shown(words.waived(entry.waiver).say(self.lang) if entry.waiver else "")] if given else []),
                )
            )
        further = (self.say("豁免", "Waived"),) if given else ()
        columns = tuple(Column(name) for name in (*(zh if self.lang == "zh" else en), *further))
        return [Table(self.say("核查清单", "Findings"), columns, tuple(rows))]

    def by_check(self, found: Sequence[Entry]) -> list[Block]:
        """Return how often each rule found something."""
        counts = Counter((e.check, e.title.say(self.lang)) for e in found)
        if not counts:
            return []
        rows = tuple(
            (Shown(check), Shown(title), Shown(str(count), Mood.PLAIN, count, 0))
            for (check, title), count in counts.most_common()
        )
        columns = (
            Column(self.say("规则", "Rule")),
            Column(self.say("核查项", "Check")),
            Column(self.say("处", "Times"), number=True),
        )
        return [Table(self.say("各核查项", "By rule"), columns, rows)]

    def changes(self) -> list[Block]:
        """Return the changes of schools on record between the two years."""
        changes: Sequence[Change] = self.audit.changes
        if not changes:
            return []
        zh, en = ("年度", "变动", "原学校", "现学校", "依据"), ("Year", "Change", "Before", "Now", "Evidence")
        rows = tuple(
            (
                Shown(str(change.year)),
                Shown(CHANGES[change.kind].say(self.lang)),
                Shown("、".join(change.before)),
                Shown("、".join(change.now)),
                Shown(change.evidence or ""),
            )
            for change in changes
        )
        columns = tuple(Column(name) for name in (zh if self.lang == "zh" else en))
        return [Table(self.say("学校变动", "Changes of schools"), columns, rows)]

    def basis(self, found: Sequence[Entry]) -> list[Block]:
        if not any(entry.plausible for entry in found):
            return []
        said = self.say(
            "带 * 的界线来自经验，不是法规；可用 --checks 文件修改",
            "bounds marked * rest on experience, not on law; a --checks file changes them",
        )
        return [Line(Shown(said, Mood.QUIET))]


def audit_blocks(audit: Audit, lang: Lang, *, whole_table: bool = True) -> list[Block]:
    """Return the report by school; without the problems of the whole table where these are printed elsewhere."""
    report, found = _Report(audit, lang), entries(audit)
    many, single = at_many(found)
    blocks = [*report.heading(found), *report.of_many(many), *report.by_school(single, whole_table=whole_table)]
    return [*blocks, *report.changes(), *report.basis(found)]


def list_blocks(audit: Audit, lang: Lang) -> list[Block]:
    """Return the report as one list, with counts by rule."""
    report, found = _Report(audit, lang), entries(audit)
    blocks = [*report.heading(found), *report.basis(found), *report.by_check(found)]
    return [*blocks, *report.flat(found), *report.changes()]
