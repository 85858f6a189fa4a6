"""Where every part of a standard comes from: the file and line of each, along a chain of files that extend others."""

from collections.abc import Iterator

from junheng.report import words
from junheng.report.model import Block, Column, Shown, Table
from junheng.report.standards import grade_text
from junheng.standard.load import Standard
from junheng.standard.rules import reason_of
from junheng.standard.source import Path_
from junheng.text import Lang

KINDS = {
    "indicators": ("指标", "rule"),
    "school_rule": ("学校合格规则", "rule for schools"),
    "award": ("得分", "award"),
    "variation": ("校际差异", "differences"),
    "divisions": ("拆分", "division"),
    "scope": ("不纳入", "left out"),
    "parameters": ("逐年的数", "dated number"),
    "school_classes": ("学校类别", "class of schools"),
    "settings": ("口径设定", "setting"),
    "relaxations": ("放宽", "relaxation"),
    "fields": ("字段", "field"),
    "other_parts": ("其他部分", "other part"),
    "checklist": ("其他部分", "other part"),
    "sources": ("来源", "source"),
}


def _parts(standard: Standard, lang: Lang) -> Iterator[tuple[Path_, str, str]]:
    """Yield the path, the id and the name of every part of a standard."""
    form = standard.form
    for path, rule, top in form.rules():
        yield path, rule.id if rule is top else f"{top.id}…{rule.id}", rule.name.text.say(lang)
    for at, grade in enumerate(form.grades):
        path = ("school_rule", at) if isinstance(form.school_rule, list) else ("school_rule",)
        yield path, "school_rule", grade_text(grade, lang)
    if form.school_rule == "unknown":
        yield ("school_rule",), "school_rule", "未收录" if lang == "zh" else "not on record"
    for at, tier in enumerate(form.award):
        yield ("award", at), "award", f"≥{tier.reach}: {tier.share}"
    for key in ("variation", "divisions"):
        if getattr(form, key) is not None:
            yield (key,), key, ""
    for at, exclusion in enumerate(form.scope.leaves_out):
        name = reason_of(exclusion)
        yield ("scope", "leaves_out", at), name, words.reason(name, standard).say(lang)
    for name, parameter in form.parameters.items():
        yield ("parameters", name), name, parameter.name.text.say(lang)
        for year in parameter.by_year:
            yield ("parameters", name, "by_year", year), f"{name} {year}", parameter.name.text.say(lang)
    for at, school_class in enumerate(form.school_classes):
        yield ("school_classes", at), school_class.id, school_class.name.text.say(lang) if school_class.name else ""
    for name, setting in form.settings.items():
        yield ("settings", name), name, setting.question.text.say(lang)
    for at, relaxation in enumerate(form.relaxations):
        yield ("relaxations", at), relaxation.id, relaxation.name.text.say(lang)
    for name, field in form.fields.items():
        yield ("fields", name), name, field.text.say(lang)
    for at, part in enumerate(form.other_parts):
        yield ("other_parts", at), part.id, part.zh if lang == "zh" else part.en
    for at, entry in enumerate(form.checklist):
        yield ("checklist", at), entry.part.id, entry.part.zh if lang == "zh" else entry.part.en
    for name, source in form.sources.items():
        yield ("sources", name), name, source.title


def provenance_blocks(standard: Standard, lang: Lang) -> list[Block]:
    """Return a table of every part of the standard with the file, line and column it is written at."""

    def say(zh: str, en: str) -> str:
        return zh if lang == "zh" else en

    columns = (
        Column(say("种类", "Kind")),
        Column(say("编号", "Id")),
        Column(say("内容", "What"), spare=True),
        Column(say("位置", "Place"), whole=True),
    )
    rows = tuple(
        (Shown(say(*KINDS[str(path[0])])), Shown(id_), Shown(name), Shown(str(standard.document.place(path))))
        for path, id_, name in _parts(standard, lang)
    )
    return [Table(say("出自何处", "Where each comes from"), columns, rows)]
