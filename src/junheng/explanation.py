"""What a code, a field, an indicator, a setting, a data check or a term means."""

from collections.abc import Iterator
from difflib import get_close_matches

from junheng import kinds
from junheng.audit.load import load_checks
from junheng.audit.rule import Rule
from junheng.glossary import TERMS
from junheng.problems import Kind, Place, Unusable
from junheng.report import words
from junheng.report.standards import bar_text, formula_text, standing
from junheng.standard.grammar import FieldForm
from junheng.standard.load import Standard, ids, load, shipped_fields
from junheng.text import Lang, Text
from junheng.workbook.headings import key


def _of_kind(kind: Kind, lang: Lang) -> Iterator[str]:
    def shape(text: Text) -> str:
        return text.say(lang).replace("{", "〈").replace("}", "〉")

    yield f"{kind.code} ({kind.severity.value})"
    yield f"  {shape(kind.message)}"
    yield ("  提示：" if lang == "zh" else "  Hint: ") + shape(kind.hint)


def _of_field(name: str, form: FieldForm, lang: Lang) -> Iterator[str]:
    yield f"{form.text.say(lang)} ({name})"
    said = {
        "split": Text("全校数，多学段学校自动拆分", "a figure of the whole school, divided between its sections"),
        "common": Text("全校数，各学段共用，不拆分", "a figure of the whole school, the same for each of its sections"),
        "reported": Text("按学段填报", "reported for each stage"),
    }[form.share]
    if form.numeric:
        yield f"  {said.say(lang)}" + (f", {words.unit(form.unit, lang)}" if form.unit else "")
    if form.otherwise:
        parts = " + ".join(shipped_fields()[part].text.say(lang) for part in form.otherwise)
        yield ("  未单列时 = " if lang == "zh" else "  where not given = ") + parts
    if form.choices:
        yield "  " + "、".join(c.zh if lang == "zh" else c.en for c in form.choices.values())
    if form.headers:
        yield ("  也认作：" if lang == "zh" else "  also known as: ") + "、".join(form.headers)


def _of_indicator(standard: Standard, name: str, lang: Lang) -> Iterator[str]:
    form = next(i for i in standard.form.indicators if i.id == name)
    yield f"{form.name.text.say(lang)} ({standard.id} · {name})"
    yield f"  = {formula_text(standard, form, lang)}"
    yield f"  {bar_text(standard, form, lang)}"
    quote = f"“{form.wording}”" if form.wording else ""
    yield f"  {form.cite} {quote}〔{standing(standard, form.cite, lang)}〕"
    if form.note is not None:
        yield f"  {form.note.text.say(lang)}"


def _of_rule(rule: Rule, lang: Lang) -> Iterator[str]:
    yield f"{rule.text.say(lang)} ({rule.id}, {rule.severity.value})"
    if rule.basis is not None:
        yield f"  {rule.basis.text.say(lang)}"
    yield ("  提示：" if lang == "zh" else "  Hint: ") + rule.hint.text.say(lang)


def explained(term: str, lang: Lang) -> list[str]:
    """Return what is known of a term, by lines; raise Unusable where nothing is, with the nearest known one."""
    asked = key(term)
    found: list[str] = []
    known: list[str] = list(kinds.ALL)
    kind = kinds.ALL.get(term.strip().upper())
    if kind is not None:
        found += _of_kind(kind, lang)
    for term_name, text in TERMS.items():
        known += [term_name.zh, term_name.en]
        if asked in (key(term_name.zh), key(term_name.en)):
            found += [term_name.say(lang), f"  {text.say(lang)}"]
    for name, text in words.REASONS.items():
        known += [name]
        if asked in (key(name), key(text.zh), key(text.en)):
            found += [f"{text.say(lang)} ({name})"]
    for name, form in shipped_fields().items():
        known += [name, form.zh]
        if asked in {key(w) for w in (name, form.zh, form.en, *form.headers)}:
            found += _of_field(name, form, lang)
    for rule in load_checks().rules:
        known += [rule.id, rule.name.zh, rule.name.en]
        if asked in map(key, (rule.id, rule.name.zh, rule.name.en)):
            found += _of_rule(rule, lang)
    for id_ in ids():
        standard = load(id_)
        for indicator in standard.form.indicators:
            wordings = [indicator.id, indicator.name.zh, indicator.name.en]
            wordings += [indicator.short.zh, indicator.short.en] if indicator.short else []
            known += wordings
            if asked in map(key, wordings):
                found += _of_indicator(standard, indicator.id, lang)
        for name, setting in standard.form.settings.items():
            known.append(name)
            if asked in (key(name), key(setting.question.zh)):
                taken = setting.choices[setting.default].text.say(lang)
                found += [f"{setting.question.text.say(lang)} ({standard.id} · {name})", f"  {taken}"]
    if not found:
        close = get_close_matches(term, known, 3, 0.5)
        near = Text("；相近的有：" + "、".join(close), "; near it: " + ", ".join(close)) if close else Text("", "")
        raise Unusable([kinds.TERM_UNKNOWN.at(Place("explain"), term=term, near=near)])
    return found
