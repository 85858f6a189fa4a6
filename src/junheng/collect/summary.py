"""What a collection came to, in a few lines and lists."""

from collections.abc import Sequence

from junheng import kinds
from junheng.collect.run import Collected
from junheng.problems import Severity
from junheng.report.model import Block, Column, Line, Mood, Shown, Table
from junheng.text import Lang, Text
from junheng.workbook.collected import FILES, TWICE

IN_PART = (
    *(kinds.SECTION_ABSENT, kinds.SECTION_VANISHED, kinds.SECTION_BLANK, kinds.SHARED_DIFFERS),
    *(kinds.TYPES_DIFFER, kinds.STAGE_BLANK, kinds.STAGE_CONTRADICTS),
)
_HEAD = Text(
    "名册 {expected} 所，报送 {reported} 所，未报送 {missing} 所；另有不在名册的 {outside} 所",
    "{expected} schools in the roster: {reported} reported, {missing} did not; {outside} more are not in it",
)
_TABLE = Text(
    "{year}合并表 {sections} 行；文件 {files} 个，没有采用的 {skipped} 个；重复 {alike} 处，冲突 {differing} 处，未并入主校 {aside} 所",
    "{year}{sections} rows in the table; {files} files, {skipped} not used; {alike} duplicates, {differing} conflicts, {aside} not merged",
)


def blocks(collected: Collected, lang: Lang) -> list[Block]:
    """Return the counts, and a list of each sort of schools that need somebody's attention."""
    joined = collected.joined
    outside = {section.name for section, _ in joined.outside}
    missing = len(joined.missing)
    year = collected.year
    head = _HEAD.fill(
        expected=len(collected.roster.schools),
        reported=len(collected.roster.schools) - missing,
        missing=missing,
        outside=len(outside),
    )
    table = _TABLE.fill(
        year=Text("", "") if year is None else Text(f"{year}学年", f"School year {year}: "),
        sections=len(joined.sections),
        files=collected.files,
        skipped=len(collected.skipped),
        alike=sum(entry.field is None for entry in joined.twice),
        differing=sum(entry.field is not None for entry in joined.twice),
        aside=len(collected.aside),
    )
    mood = Mood.GOOD if collected.complete else Mood.BAD
    verdict = Text("完整", "complete") if collected.complete else Text("不完整", "not complete")
    result: list[Block] = [
        Line(Shown(verdict.say(lang), mood, signed=True), strong=True),
        Line(Shown(head.say(lang))),
        Line(Shown(table.say(lang))),
    ]
    schools = [(school.code, school.name, str(school.at)) for school in joined.missing]
    result += _list(Text("未报送", "Not reported"), [*schools, *(("", child, "") for child in collected.unsent)], lang)
    result += _in_part(collected, lang)
    result += _twice(collected, lang)
    outside_rows = {s.name: (s.texts.get("code") or "", s.name, str(s.at)) for s, _ in joined.outside}
    result += _list(Text("不在名册", "Not in the roster"), list(outside_rows.values()), lang)
    return result + _files(collected, lang)


def _list(title: Text, schools: Sequence[tuple[str, str, str]], lang: Lang) -> list[Block]:
    """Return a list of schools: code, name, and where they stand."""
    if not schools:
        return []
    names = (Text("标识码", "Code"), Text("学校", "School"), Text("位置", "Place"))
    return _table(title, names, schools, lang)


def _in_part(collected: Collected, lang: Lang) -> list[Block]:
    """Return the schools that reported in part, or contradict themselves, with the reason."""
    rows = [(str(dict(p.facts)["school"]), p.message(lang)) for p in collected.problems if p.kind in IN_PART]
    title = Text("报送不全或前后不一", "Reported in part, or in contradiction")
    return _table(title, (Text("学校", "School"), Text("原因", "Reason")), rows, lang) if rows else []


def _twice(collected: Collected, lang: Lang) -> list[Block]:
    """Return what stands twice, with the two places; what the versions say stands in the workbook."""
    alike = Text("完全相同，计一次", "alike, counted once")
    rows = [
        (
            entry.section.name,
            (alike if entry.field is None else collected.fields[entry.field].text).say(lang),
            *(str(version.cells[0] if version.cells else version.at) for version in (entry.first, entry.other)),
        )
        for entry in collected.joined.twice
    ]
    names = (Text("学校", "School"), Text("项目", "Item"), Text("一处", "Place"), Text("另一处", "Other place"))
    return _table(TWICE, names, rows, lang) if rows else []


def _files(collected: Collected, lang: Lang) -> list[Block]:
    """Return the files that were not used, with the first thing that is wrong with each."""
    rows = list(why_not_used(collected, lang).items())
    return _table(FILES, (Text("文件", "File"), Text("原因", "Reason")), rows, lang) if rows else []


def why_not_used(collected: Collected, lang: Lang) -> dict[str, str]:
    """Return the files that were not used, each with the first thing that is wrong with it: an error, where there is one."""
    by_weight = sorted(collected.problems, key=lambda problem: problem.severity is not Severity.ERROR)
    first = {problem.place.file: problem for problem in reversed(by_weight)}
    return {file: first[file].message(lang) if file in first else "" for file in collected.skipped}


def _table(title: Text, names: Sequence[Text], rows: Sequence[Sequence[str]], lang: Lang) -> list[Block]:
    said = Text(f"{title.zh}（{len(rows)}）", f"{title.en} ({len(rows)})").say(lang)
    entries = tuple(tuple(Shown(entry) for entry in row) for row in rows)
    return [Line(Shown(said), strong=True), Table("", tuple(Column(n.say(lang)) for n in names), entries)]
