"""What is on record: every standard with its numbers and their standing, and every field with the standards that have it."""

import json
from collections.abc import Mapping, Sequence

from junheng.report import words
from junheng.report.model import Block, Column, Mood, Shown, Table
from junheng.report.standards import GROUPS, OTHERS, STANDING_NOTE, group_of, standing_entry
from junheng.standard.load import Standard
from junheng.standard.on_record import FieldRecord, by_field, record_of
from junheng.text import Lang, Text

KNOWN: Mapping[bool | None, Text] = {
    True: Text("有", "yes"),
    False: Text("未收录", "not on record"),
    None: Text("不判学校", "judges no school"),
}
RULE_MOODS = {True: Mood.PLAIN, False: Mood.UNKNOWN, None: Mood.QUIET}


def _short(standard: Standard, lang: Lang) -> str:
    return (standard.form.short or standard.form.title).text.say(lang)


def coverage_blocks(standards: Sequence[Standard], lang: Lang) -> list[Block]:
    """Return a row for each standard: rules, numbers on record and not, lowest standing, and the rule for schools."""
    names = (("编号", "Id"), ("条", "Rules"), ("有数", "Given"), ("缺数", "Unknown"))
    columns = (
        *(Column(name[0] if lang == "zh" else name[1], number=at > 0, whole=at == 0) for at, name in enumerate(names)),
        Column("来源性质" if lang == "zh" else "Standing"),
        Column("学校规则" if lang == "zh" else "School rule"),
    )
    groups: dict[Text, list[tuple[Shown, ...]]] = {group: [] for group in (*GROUPS.values(), OTHERS)}
    for standard in standards:
        record = record_of(standard)
        missing = Shown(str(record.unknown), Mood.CLOSE if record.unknown else Mood.PLAIN, raw=record.unknown)
        groups[group_of(standard.id)].append(
            (
                Shown(standard.id),
                Shown(str(record.rules), raw=record.rules),
                Shown(str(record.given), raw=record.given),
                missing,
                standing_entry(record, lang),
                Shown(KNOWN[record.school_rule].say(lang), RULE_MOODS[record.school_rule]),
            )
        )
    filled = [(group, rows) for group, rows in groups.items() if rows]
    return [
        Table(group.say(lang), columns, tuple(rows), STANDING_NOTE.say(lang) if at == len(filled) - 1 else "")
        for at, (group, rows) in enumerate(filled)
    ]


def _by_field(standards: Sequence[Standard]) -> dict[str, dict[str, FieldRecord]]:
    """Return for every field that a standard looks at what each of them has for it, the most common field first."""
    found: dict[str, dict[str, FieldRecord]] = {}
    for standard in standards:
        for name, record in by_field(standard).items():
            found.setdefault(name, {})[standard.id] = record
    return dict(sorted(found.items(), key=lambda entry: (-len(entry[1]), entry[0])))


def _field(standards: Sequence[Standard], name: str) -> Text:
    return next(standard.fields[name].text for standard in standards if name in standard.fields)


def _mark(record: FieldRecord, lang: Lang) -> str:
    standing = "—" if record.standing is None else words.STANDINGS_SHORT[record.standing].say(lang)
    if record.known:
        return standing
    if record.standing is None:
        return "缺数" if lang == "zh" else "unknown"
    return f"{standing}，部分" if lang == "zh" else f"{standing}, in part"


def indicator_blocks(standards: Sequence[Standard], lang: Lang) -> list[Block]:
    """Return a row for each field that a rule looks at: how many standards have it, and which, with their standing."""
    by_id = {standard.id: standard for standard in standards}
    rows = []
    for name, records in _by_field(standards).items():
        pairs = [(_short(by_id[id_], lang), _mark(record, lang)) for id_, record in records.items()]
        listed = (
            "、".join(f"{short}（{mark}）" for short, mark in pairs)
            if lang == "zh"
            else ", ".join(f"{short} ({mark})" for short, mark in pairs)
        )
        known = sum(record.known for record in records.values())
        rows.append(
            (
                Shown(_field(standards, name).say(lang)),
                Shown(str(known), raw=known),
                Shown(str(len(records) - known), raw=len(records) - known),
                Shown(listed),
            )
        )
    columns = (
        Column("字段" if lang == "zh" else "Field"),
        Column("有数" if lang == "zh" else "Given", number=True),
        Column("缺数" if lang == "zh" else "Unknown", number=True),
        Column("标准（来源性质）" if lang == "zh" else "Standards (standing)"),
    )
    return [Table("各字段的标准值" if lang == "zh" else "Bars by field", columns, tuple(rows))]


def matrix_blocks(standards: Sequence[Standard], lang: Lang) -> list[Block]:
    """Return the same as a matrix for a wide page: fields down, standards across, the standing in each cell."""
    columns = (
        Column("字段" if lang == "zh" else "Field"),
        *(Column(_short(standard, lang)) for standard in standards),
    )
    rows = tuple(
        (
            Shown(_field(standards, name).say(lang)),
            *(Shown(_mark(records[s.id], lang) if s.id in records else "") for s in standards),
        )
        for name, records in _by_field(standards).items()
    )
    return [Table("各字段的标准值" if lang == "zh" else "Bars by field", columns, rows)]


def coverage_json(standards: Sequence[Standard], *, fields: bool) -> str:
    """Return the document junheng.coverage/1: the standards, and with `fields` the matrix of fields."""
    document: dict[str, object] = {"schema": "junheng.coverage/1"}
    document["standards"] = [
        {
            "id": standard.id,
            "title": standard.form.title.zh,
            "rules": record.rules,
            "numbers_given": record.given,
            "numbers_unknown": record.unknown,
            "lowest_standing": record.lowest,
            "school_rule_known": record.school_rule,
            "outline": record.outline,
        }
        for standard in standards
        for record in [record_of(standard)]
    ]
    if fields:
        document["fields"] = {
            name: {
                id_: {"rules": record.rules, "known": record.known, "standing": record.standing}
                for id_, record in records.items()
            }
            for name, records in _by_field(standards).items()
        }
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"
