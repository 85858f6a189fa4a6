"""A proposal of columns as tables for the terminal, and as JSON, schema junheng.columns/1."""

import json
from collections.abc import Mapping, Sequence

from junheng.report.model import Block, Column, Line, Mood, Shown, Table
from junheng.report.to_json import problem_dict
from junheng.text import Lang, Text
from junheng.workbook.candidates import Candidate, Confidence, Proposed, Why
from junheng.workbook.foreign_table import Named
from junheng.workbook.proposal import Proposal

MOST = 20  # columns that are not used, as the terminal lists them

CONFIDENCES: Mapping[Confidence, Text] = {
    Confidence.CERTAIN: Text("确定", "certain"),
    Confidence.LIKELY: Text("很可能", "likely"),
    Confidence.OPEN: Text("待选", "choose"),
}
MOODS: Mapping[Confidence, Mood] = {
    Confidence.CERTAIN: Mood.GOOD,
    Confidence.LIKELY: Mood.CLOSE,
    Confidence.OPEN: Mood.UNKNOWN,
}
WHYS: Mapping[Why, Text] = {
    Why.OWN: Text("就是该字段的标题", "the field's own heading"),
    Why.KNOWN: Text("已知的同义标题", "a known synonym"),
    Why.TRADITIONAL: Text("繁体或台湾用语的同义标题", "a known heading in traditional form"),
    Why.ENDING: Text("路径末尾是已知标题", "its path ends in a known heading"),
    Why.NEAR: Text("与已知标题相近", "nearly alike to a known heading"),
    Why.PARTS: Text("由各部分相加", "its parts added up"),
    Why.FIGURES: Text("数据看着像", "the cells look like it"),
    Why.TITLE: Text("据年级、表名或表题", "by the grades, the names or the title"),
    Why.BY_STAGE: Text("小学计专科及以上，初中计本科及以上", "primary counts 专科 and more, junior 本科 and more"),
    Why.UNNAMED: Text("标题没有写明是什么数", "the headings do not say what is counted"),
    Why.NARROWED: Text("上级标题改变了含义", "headings above narrow it down"),
    Why.UNIT_UNKNOWN: Text("单位不认识，要写 times", "its unit is not known; give times"),
    Why.UNIT_ABOVE: Text("单位在上级标题中", "its unit is in a heading above"),
    Why.UNIT_IN_TITLE: Text("单位在表题中", "its unit is in the title"),
    Why.UNIT_BY_SIZE: Text("数值太小，单位可能是万元", "small figures: perhaps in 万元"),
    Why.NOT_LIKE_IT: Text("数据不像", "the cells do not look like it"),
    Why.MINGUO: Text("民国纪年换成公历", "counted from 1912; given in the common era"),
    Why.SEVERAL: Text("有几列都符合", "several columns fit"),
    Why.UNREADABLE: Text("标题重复或不清，改标题后才能指明", "a heading twice or unclear; rename it to name it"),
}


def confidence_text(confidence: Confidence, lang: Lang) -> str:
    """Return a confidence in words."""
    return CONFIDENCES[confidence].say(lang)


def column_letters(columns: Sequence[Named], lang: Lang) -> str:
    """Return the letters of columns, runs of neighbours as C–F."""
    runs: list[list[Named]] = []
    for named in columns:
        if runs and named.column == runs[-1][-1].column + 1:
            runs[-1].append(named)
        else:
            runs.append([named])
    said = [run[0].letters if len(run) == 1 else f"{run[0].letters}–{run[-1].letters}" for run in runs]
    return ("、" if lang == "zh" else ", ").join(said)


def reasons(candidate: Candidate, lang: Lang) -> str:
    """Return why a candidate may be a field, and in what unit."""
    said = [WHYS[why].say(lang) for why in candidate.why]
    if candidate.grades:
        grades = f"{candidate.grades[0]}–{candidate.grades[-1]}"
        said.append(f"{grades} 年级" if lang == "zh" else f"grades {grades}")
    if candidate.sexes:
        said.append("男、女" if lang == "zh" else "boys and girls, or men and women")
    if candidate.named:
        said.append(" + ".join(candidate.named))
    if candidate.times is not None:
        said.append(f"× {candidate.times:g}")
    elif candidate.unit is not None:
        said.append(candidate.unit)
    return ("，" if lang == "zh" else ", ").join(said)


def headings_text(candidate: Candidate, lang: Lang) -> str:
    """Return the headings of a candidate: the first and the last of many."""
    if candidate.value is not None:
        return f"每行都是 {candidate.value}" if lang == "zh" else f"{candidate.value} in every row"
    names = [named.heading for named in candidate.columns]
    if len(names) > 2:  # noqa: PLR2004 - both ends are shown
        count = f"（{len(names)} 列相加）" if lang == "zh" else f" ({len(names)} columns added up)"
        return f"{names[0]} … {names[-1]}{count}"
    return " + ".join(names)


def _table(proposal: Proposal, entries: Sequence[Proposed], title: Text, lang: Lang) -> Table:
    columns = (
        Column("字段" if lang == "zh" else "Field"),
        Column("列" if lang == "zh" else "Column"),
        Column("列标题" if lang == "zh" else "Heading"),
        Column("依据" if lang == "zh" else "Why"),
        Column("把握" if lang == "zh" else "Confidence", whole=True),
    )
    rows = []
    for entry in entries:
        name = proposal.fields[entry.field].text.say(lang)
        sure = Shown(confidence_text(entry.confidence, lang), MOODS[entry.confidence], signed=True)
        for at, candidate in enumerate(entry.candidates):
            rows.append(
                (
                    Shown("" if at else name),
                    Shown(column_letters(candidate.columns, lang)),
                    Shown(headings_text(candidate, lang)),
                    Shown(reasons(candidate, lang)),
                    Shown("") if at else sure,
                )
            )
    return Table(title.say(lang), columns, tuple(rows))


def blocks(proposal: Proposal, lang: Lang) -> list[Block]:
    """Return a proposal as tables: what is needed, what is known besides, what was not found, what is not used."""
    file, sheet, row = proposal.tables[0]
    where = file if sheet is None else f"{file} › {sheet}"
    more = len(proposal.tables) - 1
    tables = (f"等 {more + 1} 张表" if lang == "zh" else f" and {more} more") if more else ""
    head = (
        f"{where}{tables}：第 {row} 行以上是列标题" if lang == "zh" else f"{where}{tables}: headings down to row {row}"
    )
    result: list[Block] = [Line(Shown(head), strong=True)]
    needed = [entry for entry in proposal.proposed if entry.needed]
    others = [entry for entry in proposal.proposed if not entry.needed]
    if needed:
        result.append(_table(proposal, needed, Text("提出的对应", "Proposed"), lang))
    if others:
        title = Text("所用标准不读取，但已认出的列", "Known columns that these standards do not read")
        result.append(_table(proposal, others, title, lang))
    if proposal.of_stages:
        result.append(_of_stages(proposal, lang))
    if proposal.absent:
        columns = (
            Column("字段" if lang == "zh" else "Field"),
            Column("最接近的列" if lang == "zh" else "Nearest headings"),
        )
        rows = tuple(
            (
                Shown(proposal.fields[entry.field].text.say(lang)),
                Shown("；".join(f"{n.letters} {n.heading}" for n in entry.nearest) or "—"),
            )
            for entry in proposal.absent
        )
        result.append(Table("没有找到的字段" if lang == "zh" else "Fields not found", columns, rows))
    if proposal.unused:
        result.append(_unused(proposal, lang))
    return result


def stage_text(proposal: Proposal, stage: str, lang: Lang) -> str:
    """Return a stage in words."""
    return Text(proposal.fields["stage"].choices[stage].zh, proposal.fields["stage"].choices[stage].en).say(lang)


def _of_stages(proposal: Proposal, lang: Lang) -> Table:
    """Return the columns of one stage each, which are read as they are."""
    titles = ("学段", "字段", "列", "列标题") if lang == "zh" else ("Stage", "Field", "Column", "Heading")
    rows = tuple(
        (
            Shown(stage_text(proposal, entry.stage, lang)),
            Shown(proposal.fields[entry.field].text.say(lang)),
            Shown(entry.named.letters),
            Shown(entry.named.heading),
        )
        for entry in proposal.of_stages
    )
    title = Text(
        "按学段分列，照此读取，不必写入列标题文件", "A column for each stage: read as they are, not to be mapped"
    )
    return Table(title.say(lang), tuple(map(Column, titles)), rows)


def part_text(proposal: Proposal, field: str | None, lang: Lang) -> str:
    """Return what is said of a column that is not used."""
    if field is None:
        return ""
    name = proposal.fields[field].text
    return Text(f"只是“{name.zh}”的一部分，或是另一个数", f"a part of “{name.en}”, or another figure").say(lang)


def _unused(proposal: Proposal, lang: Lang) -> Table:
    columns = (
        Column("列" if lang == "zh" else "Column"),
        Column("列标题" if lang == "zh" else "Heading"),
        Column("说明" if lang == "zh" else "Remark"),
    )
    rows = tuple(
        (Shown(entry.named.letters), Shown(entry.named.heading), Shown(part_text(proposal, entry.field, lang)))
        for entry in proposal.unused[:MOST]
    )
    more = len(proposal.unused) - MOST
    note = Text(f"另有 {more} 列，用 --format json 列出全部", f"{more} more columns; --format json lists them all").say(
        lang
    )
    title = Text(f"没有用到的列（{len(proposal.unused)}）", f"Columns not used ({len(proposal.unused)})")
    return Table(title.say(lang), columns, rows, note if more > 0 else "")


def _named(named: Named) -> dict[str, object]:
    return {"column": named.letters, "heading": named.heading}


def to_json(proposals: Sequence[Proposal], standards: Sequence[str], lang: Lang) -> str:
    """Return proposals as the document junheng.columns/1: the first one, and those for other forms of table."""
    first, *further = proposals
    document = {
        "schema": "junheng.columns/1",
        "standards": list(standards),
        **_form(first, lang),
        "further_forms": [_form(proposal, lang) for proposal in further],
    }
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def _form(proposal: Proposal, lang: Lang) -> dict[str, object]:
    """Return the proposal for one form of table."""
    return {
        "tables": [{"file": file, "sheet": sheet, "row": row} for file, sheet, row in proposal.tables],
        "fields": [
            {
                "field": entry.field,
                "name": proposal.fields[entry.field].text.say(lang),
                "needed": entry.needed,
                "confidence": entry.confidence.value,
                "candidates": [
                    {
                        "columns": [_named(named) for named in candidate.columns],
                        "value": candidate.value,
                        "times": candidate.times,
                        "unit": candidate.unit,
                        "why": [why.value for why in candidate.why],
                        "reason": reasons(candidate, lang),
                    }
                    for candidate in entry.candidates
                ],
            }
            for entry in proposal.proposed
        ],
        "of_stages": [
            {"stage": entry.stage, "field": entry.field, **_named(entry.named)} for entry in proposal.of_stages
        ],
        "not_found": [
            {
                "field": entry.field,
                "name": proposal.fields[entry.field].text.say(lang),
                "nearest": [_named(named) for named in entry.nearest],
            }
            for entry in proposal.absent
        ],
        "not_used": [{**_named(entry.named), "part_of": entry.field} for entry in proposal.unused],
        "problems": [problem_dict(problem, lang) for problem in proposal.problems],
    }
