"""A proposal of columns as a columns file: what is certain is active, the rest stands in comments to choose from."""

from collections.abc import Iterator, Sequence
from itertools import groupby

import yaml

from junheng.report.proposal import column_letters, confidence_text, part_text, reasons, stage_text
from junheng.text import Lang, Text
from junheng.workbook.candidates import Candidate, Confidence, Proposed
from junheng.workbook.proposal import Proposal, Unused

WIDE = 10_000  # columns: no line is broken
HEAD = (
    Text(
        "列标题文件：由 junheng columns 提出，请核对。", "A columns file, proposed by junheng columns; look through it."
    ),
    Text("标准：{standards}", "Standards: {standards}"),
    Text(
        "没有 # 的行起作用：它们是确定的。有 # 的行不起作用：核对后删去行首的“# ”再用，一个字段只用一种写法。",
        "Lines without # apply: they are certain. Lines with # do not: take the “# ” away from those that are right, one way for each field.",
    ),
    Text(
        "用法：junheng check 学校表 --columns 本文件；或在 junheng.yaml 中写 columns: 本文件名。",
        "To use it: junheng check TABLE --columns THIS FILE, or write columns: THIS FILE in junheng.yaml.",
    ),
)
TABLE = Text("表：{tables}", "Table: {tables}")
NTH_TABLE = Text("第 {number} 种表式：{tables}", "Form {number}: {tables}")
SEVERAL = Text(
    "这些表有 {forms} 种表式，各占一段，中间隔一行 ---；每张表用列标题都对得上的那一段读取。",
    "The tables have {forms} forms, each a part of this file, with a line --- between them; a table is read by the part all of whose headings it has.",
)
SIGNS = {Confidence.CERTAIN: "✓", Confidence.LIKELY: "△", Confidence.OPEN: "？"}
SAME_TYPE = Text(
    "没有办学类型一列：全表是同一类型的，写成固定值，如",
    "there is no such column: where all schools are of one type, such as",
)


def columns_file(proposals: Sequence[Proposal], standards: Sequence[str], lang: Lang) -> Iterator[str]:
    """Yield the lines of the file. It is valid as it stands, whatever is left open."""
    several = len(proposals) > 1
    for text in (*HEAD, *([SEVERAL] if several else [])):
        yield f"# {text.fill(standards=', '.join(standards), forms=len(proposals)).say(lang)}\n"
    for number, proposal in enumerate(proposals, 1):
        if several:
            yield "\n---\n" if number > 1 else "\n"
        tables = "；".join(_table(*table, lang) for table in proposal.tables)
        said = NTH_TABLE.fill(number=number, tables=tables) if several else TABLE.fill(tables=tables)
        yield f"# {_one_line(said.say(lang))}\n"
        yield from _form(proposal, lang)


def _form(proposal: Proposal, lang: Lang) -> Iterator[str]:
    """Yield the lines of one form of table."""
    for entry in proposal.proposed:
        yield "\n"
        yield from _entry(proposal, entry, lang)
    if proposal.of_stages:
        yield Text("\n# ✓ 按学段分列，照此读取：\n", "\n# ✓ A column for each stage, read as they are:\n").say(lang)
    for column in proposal.of_stages:
        said = f"{stage_text(proposal, column.stage, lang)} {proposal.fields[column.field].text.say(lang)}"
        yield f"#   {column.named.letters} {_one_line(column.named.heading)}: {said}\n"
    if proposal.absent:
        yield Text("\n# ✗ 没有找到的字段，和最接近的列：\n", "\n# ✗ Fields not found, and the nearest headings:\n").say(
            lang
        )
    for absent in proposal.absent:
        near = "；".join(f"{n.letters} {n.heading}" for n in absent.nearest) or "—"
        yield f"#   {proposal.fields[absent.field].text.say(lang)} {absent.field}: {_one_line(near)}\n"
        if absent.field == "type":
            yield f"#   {SAME_TYPE.say(lang)}\n# type: {{value: {proposal.fields['type'].choices['primary'].zh}}}\n"
    if proposal.unused:
        yield Text("\n# 没有用到的列：\n", "\n# Columns not used:\n").say(lang)
    for field, group in groupby(proposal.unused, key=lambda entry: entry.field):
        yield from _unused(proposal, list(group), field, lang)


def _table(file: str, sheet: str | None, row: int, lang: Lang) -> str:
    where = file if sheet is None else f"{file} › {sheet}"
    return f"{where}（列标题到第 {row} 行）" if lang == "zh" else f"{where} (headings down to row {row})"


def _one_line(text: str) -> str:
    """Return a text that stays within its comment."""
    return "".join(c if c.isprintable() else " " for c in text)


def _unused(proposal: Proposal, entries: Sequence[Unused], field: str | None, lang: Lang) -> Iterator[str]:
    remark = part_text(proposal, field, lang)
    for entry in entries:
        said = f"  · {remark}" if remark else ""
        yield f"#   {entry.named.letters} {_one_line(entry.named.heading)}{said}\n"


def _entry(proposal: Proposal, entry: Proposed, lang: Lang) -> Iterator[str]:
    name = proposal.fields[entry.field].text.say(lang)
    unread = "" if entry.needed else Text("（所用标准不读取）", " (not read by these standards)").say(lang)
    sure = confidence_text(entry.confidence, lang)
    yield f"# {SIGNS[entry.confidence]} {name}{unread} · {sure}\n"
    before = "" if entry.confidence is Confidence.CERTAIN else "# "
    for candidate in entry.candidates:
        letters = column_letters(candidate.columns, lang)
        where = (f"{letters} 列：" if lang == "zh" else f"{letters}: ") if letters else ""
        yield f"# · {_one_line(where + reasons(candidate, lang))}\n"
        for line in _written(entry.field, candidate):
            yield f"{before}{line}\n"


def _written(field: str, candidate: Candidate) -> list[str]:
    """Return the lines of one entry of the mapping."""
    names = [named.heading for named in candidate.columns]
    if candidate.value is not None:
        return [f"{field}: {{value: {_scalar(candidate.value, flow=True)}}}"]
    if candidate.times is None:
        if len(names) == 1:
            return [f"{field}: {_scalar(names[0])}"]
        return [f"{field}:", *(f"  - {_scalar(name)}" for name in names)]
    if len(names) == 1:
        return [f"{field}: {{heading: {_scalar(names[0], flow=True)}, times: {candidate.times:g}}}"]
    return [f"{field}:", "  headings:", *(f"    - {_scalar(name)}" for name in names), f"  times: {candidate.times:g}"]


def _scalar(text: str, *, flow: bool = False) -> str:
    """Return a text as YAML on one line, in quotation marks where it needs them."""
    written = yaml.safe_dump([text], allow_unicode=True, width=WIDE, default_flow_style=flow).strip()
    return written.removeprefix("[").removesuffix("]") if flow else written.removeprefix("- ")
