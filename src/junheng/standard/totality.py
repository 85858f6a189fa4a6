"""Are the bars of a rule total: does exactly one hold in every circumstance that can be?"""

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import islice, product

from junheng import kinds
from junheng.engine.model import OF_SCHOOL, UNDATED, Case, Condition, Indicator, Span
from junheng.number import plain
from junheng.problems import Problem
from junheng.standard.grammar import FieldForm
from junheng.standard.load import Standard
from junheng.standard.rules import BAR_KEYS
from junheng.standard.source import Path_
from junheng.text import Text

Entry = str | Fraction
MOST = 200_000  # circumstances looked at for one rule
FINE = Fraction(1, 10_000)  # a step beside the end of a range of an amount
LARGEST = 60  # classes


def bare(name: str) -> str:
    """Return the field that a circumstance names: of the whole school, or the first of a quotient."""
    return name.removeprefix(OF_SCHOOL).split("/", maxsplit=1)[0]


def _samples(name: str, ends: set[Fraction], fields: Mapping[str, FieldForm]) -> list[Entry]:
    """Return what a field may hold: every word, or figures on and beside the ends of its ranges."""
    form = fields[bare(name)]
    if "/" not in name and form.kind == "choice":
        if name == "stage":
            return ["primary", "junior"]
        return list(form.choices)
    if form.kind == "flag":
        return [Fraction(0), Fraction(1)]
    whole = form.whole and "/" not in name
    step = Fraction(1) if whole else FINE
    near = {end + d for end in ends for d in (-step, Fraction(0), step)}
    if bare(name) == "classes":
        near |= {Fraction(1), Fraction(LARGEST)}
    return sorted(n for n in near if n >= (1 if whole else 0))


def _holds(condition: Condition, entries: Mapping[str, Entry]) -> bool:
    return all(
        (not isinstance(entries[name], str) and wanted.holds(entries[name]))  # type: ignore[arg-type]
        if isinstance(wanted, Span)
        else entries[name] in wanted
        for name, wanted in condition.items()
    )


def _conditions(cases: Sequence[Case], applies: Sequence[Condition]) -> list[Condition]:
    return [*(case.when for case in cases), *(dict([case.at]) for case in cases if case.at is not None), *applies]


def circumstances(
    cases: Sequence[Case], applies: Sequence[Condition], fields: Mapping[str, FieldForm]
) -> Iterator[dict[str, Entry]]:
    """Yield the circumstances that bars tell apart, in which the rule applies at all."""
    found = [{n: w for n, w in condition.items() if n != UNDATED} for condition in _conditions(cases, applies)]
    applies = [{n: w for n, w in condition.items() if n != UNDATED} for condition in applies]
    names = sorted({"stage"} | {name for condition in found for name in condition})
    ends: dict[str, set[Fraction]] = {name: set() for name in names}
    for condition in found:
        for name, wanted in condition.items():
            if isinstance(wanted, Span):
                ends[name] |= {end for end in (wanted.low, wanted.high) if end is not None}
    for entries in islice(product(*(_samples(name, ends[name], fields) for name in names)), MOST):
        given = dict(zip(names, entries, strict=True))
        if not applies or any(_holds(condition, given) for condition in applies):
            yield given


def holding(cases: Sequence[Case], given: Mapping[str, Entry]) -> list[Case]:
    """Return the cases that hold in a circumstance; of bands those that the place lies in, else all of them once."""
    held = [case for case in cases if _holds(case.when, given)]
    banded = [case for case in held if case.at is not None]
    if not banded:
        return held
    inside = [case for case in banded if case.at is not None and case.at[1].holds(given[case.at[0]])]  # type: ignore[arg-type]
    return [case for case in held if case.at is None] + (inside or banded[:1])


def said(given: Mapping[str, Entry], standard: Standard) -> Text:
    """Return a circumstance in words."""
    zh, en = [], []
    for name, entry in given.items():
        form = standard.fields[bare(name)]
        if isinstance(entry, str):
            zh.append(form.choices[entry].zh)
            en.append(form.choices[entry].en)
        elif form.kind == "flag":
            zh.append(("" if entry else "非") + form.zh)
            en.append(("" if entry else "not ") + form.en)
        else:
            title = " ÷ ".join(standard.fields[part].zh for part in name.removeprefix(OF_SCHOOL).split("/"))
            zh.append(f"{title} {plain(entry)}")
            en.append(f"{name} {plain(entry)}")
    return Text("、".join(zh), ", ".join(en))


def lint_cases(standard: Standard, path: Path_, cases: Sequence[Case], applies: Sequence[Condition]) -> list[Problem]:
    """Return the first circumstance without a bar, and the first with several."""
    if not cases:
        return []
    place = standard.document.place(path)
    gap, overlap = _looked_through(cases, applies, standard.fields)
    problems = []
    if gap is not None:
        problems.append(kinds.CASES_LEAVE_GAP.at(place, stage=said(gap, standard)))
    if overlap is not None:
        given, count = overlap
        problems.append(kinds.CASES_OVERLAP.at(place, circumstance=said(given, standard), count=count))
    return problems


Found = tuple[dict[str, Entry] | None, tuple[dict[str, Entry], int] | None]
_KNOWN: dict[str, Found] = {}  # what was found for bars looked through already: most choices leave most bars alone


def _looked_through(cases: Sequence[Case], applies: Sequence[Condition], fields: Mapping[str, FieldForm]) -> Found:
    """Return the first circumstance without a bar, and the first with several and how many."""
    key = repr((cases, applies, sorted((n, fields[n].choices.keys()) for n in _choice_fields(cases, applies, fields))))
    if key in _KNOWN:
        return _KNOWN[key]
    gap: dict[str, Entry] | None = None
    overlap: tuple[dict[str, Entry], int] | None = None
    for given in circumstances(cases, applies, fields):
        count = len(holding(cases, given))
        if count == 0 and gap is None:
            gap = given
        if count > 1 and overlap is None:
            overlap = given, count
        if gap is not None and overlap is not None:
            break
    _KNOWN[key] = gap, overlap
    return gap, overlap


def _choice_fields(cases: Sequence[Case], applies: Sequence[Condition], fields: Mapping[str, FieldForm]) -> list[str]:
    names = {name for condition in _conditions(cases, applies) for name in condition}
    return [name for name in names if name in fields and fields[name].choices]


def lint_totality(standard: Standard) -> list[Problem]:
    """Return the rules of a standard whose bars leave a gap or overlap."""
    problems: list[Problem] = []
    compiled = list(_with_applies(tuple(standard.method.indicators_and_items()), ()))
    for (path, form, _), (rule, applies) in zip(standard.form.rules(), compiled, strict=True):
        key = next((k for k in (*BAR_KEYS[:-1], "one_for_every") if getattr(form, k, None) is not None), None)
        if key is not None and not rule.words:
            problems += lint_cases(standard, (*path, key), rule.bars, applies)
        if rule.limits:
            problems += lint_cases(standard, (*path, "limit"), rule.limits, applies)
        for at, increment in enumerate(rule.plus):
            problems += lint_cases(standard, (*path, "plus", at, "is"), increment.bars, applies)
        for at, level in enumerate(rule.levels):
            problems += lint_cases(standard, (*path, "levels", at), level.bars, applies)
    return problems


def _with_applies(
    rules: Sequence[Indicator], above: Sequence[Condition]
) -> Iterator[tuple[Indicator, list[Condition]]]:
    """Yield every rule, groups before what is in them, with the circumstances in which it applies."""
    for rule in rules:
        applies = [*rule.applies] or [*above]
        yield rule, applies
        yield from _with_applies(rule.rules, applies)
