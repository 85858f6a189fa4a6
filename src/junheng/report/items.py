"""The parts that are judged item by item, as tables: every item, what it rests on, and the answers still lacking."""

from fractions import Fraction

from junheng.engine.model import CountyVerdict, Finding, Indicator, ItemVerdict, Outcome, PartVerdict
from junheng.number import plain, shown
from junheng.report import words
from junheng.report.model import Block, Column, Line, Mood, Shown, Table
from junheng.report.tables import Report
from junheng.text import Text

MOST_SCHOOLS = 3  # schools that are named on one line
_GOOD = (Outcome.MET, Outcome.EXEMPT)


def part_name(report: Report, part_id: str) -> str:
    """Return the name of a part."""
    entry = next(e.part for e in report.run.standard.form.checklist if e.part.id == part_id)
    return entry.zh if report.lang == "zh" else entry.en


def part_rows(report: Report, county: CountyVerdict) -> list[tuple[Shown, ...]]:
    """Return a row for every part that is judged item by item, and for those that are not assessed at all."""
    rows: list[tuple[Shown, ...]] = []
    unassessed = Shown(report.say("未评估", "not assessed"), Mood.QUIET, signed=True)
    by_id = {part.part.id: part for part in county.by_item}
    for entry in report.run.standard.form.parts_not_assessed():
        name = Shown(entry.zh if report.lang == "zh" else entry.en)
        part = by_id.get(entry.id)
        if part is None and entry.id in county.parts:
            continue  # decided otherwise, and shown with its figures
        if part is None:
            rows.append((name, unassessed, Shown("")))
        else:
            verdict = report.verdict(part.passed) if part.assessed else unassessed
            rows.append((name, verdict, Shown(_figures(report, part))))
    return rows


def _figures(report: Report, part: PartVerdict) -> str:
    """Return how many items of a part are met, or how many points it has."""
    if part.part.points_at_least is not None and part.points is not None:
        return points_text(report, part.points)
    met = sum(item.outcome in _GOOD for item in part.items)
    unmet = sum(item.outcome in (Outcome.UNMET, Outcome.CLOSE) for item in part.items)
    if part.assessed:
        return report.say(f"{met}/{len(part.items)} 项满足", f"{met}/{len(part.items)} items met")
    if unmet:
        return report.say(f"由校表可知 {unmet} 项不满足", f"{unmet} unmet by the schools' figures")
    return ""


def points_text(report: Report, points: tuple[Fraction, Fraction]) -> str:
    """Return points, as a span where they are not all decided."""
    low, high = (shown(p, 0 if p.denominator == 1 else 1) for p in points)
    span = low if low == high else f"{low}–{high}"
    return report.say(f"{span} 分", f"{span} points")


def lacking(report: Report, county: CountyVerdict) -> list[Block]:
    """Return which answers and which schools' figures would decide what is open; nothing where nothing is."""
    fields: dict[str, None] = {}
    schools: dict[str, int] = {}
    for part in county.by_item:
        if not part.assessed or part.passed is not None:
            continue
        for item in part.items:
            if item.outcome is Outcome.MISSING:
                fields.update(dict.fromkeys(item.unanswered))
                if item.missing:
                    schools[item.item.indicator.id] = len(item.missing)
    names = [report.run.standard.fields[name].text.say(report.lang) for name in fields]
    names += [
        report.say(f"{report.indicator(i)}（{n}个学校缺数据）", f"{report.indicator(i)} ({n} schools lack figures)")
        for i, n in schools.items()
    ]
    if not names:
        return []
    join = "、" if report.lang == "zh" else ", "
    said = report.say("尚待填报，填齐后可作结论：", "Still to be answered before it can be decided: ") + join.join(
        names
    )
    return [Line(Shown(said, Mood.UNKNOWN))]


def items_of(report: Report, county: CountyVerdict) -> list[Block]:
    """Return a table for every part: all its items, or those that are not met or not decided."""
    blocks: list[Block] = []
    for part in county.by_item:
        items = [
            item
            for item in part.items
            if (part.assessed and (report.everything or item.outcome not in _GOOD))
            or (not part.assessed and item.item.over_schools and item.outcome in (Outcome.UNMET, Outcome.CLOSE))
        ]
        if items:
            blocks.append(_items(report, part, items))
    return blocks


def _items(report: Report, part: PartVerdict, items: list[ItemVerdict]) -> Table:
    scored = any(item.item.indicator.points is not None for item in part.items)
    rows = []
    for item in items:
        row = [
            Shown(report.indicator(item.item.indicator.id)),
            Shown(item_situation(report, item)),
            Shown(outcome_text(report, part, item), words.OUTCOME_MOODS[item.outcome], signed=True),
        ]
        if scored:
            points = item.item.indicator.points
            row.append(Shown("" if points is None or item.earned is None else points_text(report, item.earned)))
        rows.append(tuple(row))
    columns = [
        Column(report.say("项目", "Item")),
        Column(report.say("情况", "Figures")),
        Column(report.say("结论", "Outcome")),
    ]
    columns += [Column(report.say("得分", "Points"))] if scored else []
    note = (
        ""
        if part.assessed
        else report.say("（未评估，仅列由校表可知的）", " (not assessed; what the schools' figures tell)")
    )
    return Table(part_name(report, part.part.id) + note, tuple(columns), tuple(rows))


def outcome_text(report: Report, part: PartVerdict, item: ItemVerdict) -> str:
    """Return the outcome of an item in words: 未填报 where nothing was answered."""
    if item.outcome is Outcome.MISSING and item.unanswered and not item.conflicts:
        return report.say("未填报", "not answered")
    if part.part.id == "veto":
        found = {Outcome.MET: Text("无", "none found"), Outcome.UNMET: Text("有，一票否决", "found: veto")}
        if item.outcome in found:
            return found[item.outcome].say(report.lang)
    return words.OUTCOMES[item.outcome].say(report.lang)


def item_situation(report: Report, item: ItemVerdict) -> str:
    """Return what an item rests on: the figures beside their bars, or the schools that miss it."""
    if item.item.over_schools:
        every = list(dict.fromkeys(report.school(i) for i in item.unmet or item.missing or item.judged))
        names, count = every[:MOST_SCHOOLS], len(every)
        schools = "1 school" if count == 1 else f"{count} schools"
        more = report.say("等", " …") if count > MOST_SCHOOLS else ""
        join = "、" if report.lang == "zh" else ", "
        if item.unmet:
            return report.say(f"{count}个学校不满足：", f"{schools}: ") + join.join(names) + more
        if item.missing:
            return report.say(f"{count}个学校缺数据：", f"{schools} without figures: ") + join.join(names) + more
        return report.say(f"{count}个学校均满足", f"all {count} schools") if count else ""
    if item.conflicts:
        c = item.conflicts[0]
        name = report.run.standard.fields[c.field].text.say(report.lang)
        return report.say(
            f"{name}：县级填报 {plain(c.answered)}，各校合计 {plain(c.added)}",
            f"{name}: answered {plain(c.answered)}, schools add up to {plain(c.added)}",
        )
    if item.finding is None:
        return ""
    join = report.say("；", "; ")
    return join.join(filter(None, (_of_finding(report, leaf) for leaf in leaves(item.finding))))


def leaves(found: Finding) -> list[Finding]:
    """Return the findings that have values: itself, or those of its rules."""
    return [leaf for rule in found.rules for leaf in leaves(rule)] if found.rules else [found]


def _unit(report: Report, node: Indicator) -> str:
    """Return the unit of a value: none where it is one figure of a unit in another of the same."""
    fields = report.run.standard.fields
    if node.per == 100:  # noqa: PLR2004 - per hundred
        return "%"
    own = fields[node.of[0]].unit
    return "" if node.to is not None and own == fields[node.to].unit else words.unit(own, report.lang)


def _of_finding(report: Report, found: Finding) -> str:
    node = found.indicator
    if found.outcome is Outcome.EXEMPT:
        return ""
    name = report.rules[node.id][0].name.text.say(report.lang) if "." in node.id else ""
    name = f"{name} " if name else ""
    if found.value is None:
        return name + report.say("未填报", "not answered")
    value = report.value(found.value, node.id, found.bar).text
    if node.flag:
        return name + value
    percent = _unit(report, node)
    bar = report.bar(found.bar, at_most=node.at_most).text
    if node.strict:
        bar = bar.replace("≤", "<").replace("≥", ">")
    space = " " if percent.isalpha() else ""
    return report.say(f"{name}{value}{percent}（{bar}）", f"{name}{value}{space}{percent} ({bar})")
