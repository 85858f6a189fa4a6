"""Multiply each number of law by 1.01, one at a time: the grammar, a lint or a case must notice, else it survives.

    python scripts/mutate_standards.py                         # every shipped standard
    python scripts/mutate_standards.py provinces/hubei/2011    # one, or several
    python scripts/mutate_standards.py mine.yaml --cases tests # a file of one's own, with the case files that name it

A number of law is a number, a ratio or a range that is judged by. Names, wordings, notes, sources, dates and years as
keys are none. Zero becomes 1, which 1.01 times zero is not. A number that stands under a choice of a setting is looked
at with that choice taken. Exit code 1 where a number survives, or a file is not clean to begin with.
"""

import argparse
import os
import re
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from decimal import Decimal
from itertools import repeat
from pathlib import Path
from typing import NamedTuple

import yaml

from junheng.engine.model import Indicator
from junheng.problems import Place, Problem, Unusable, errors
from junheng.standard.cases import CaseFile, find
from junheng.standard.citations import lint_citations
from junheng.standard.lint import lint
from junheng.standard.load import SUFFIXES, Standard, build, ids, root, tree
from junheng.standard.source import read

ROOT = Path(__file__).resolve().parents[1]
FACTOR = Decimal("1.01")
NO_LAW = {"title", "short", "family", "issuer", "document", "in_force", "checked", "extends", "sources"}
NO_LAW |= {"settings", "fields", "other_parts"}  # of the whole file
PROSE = {"id", "name", "short", "kind", "unit", "level", "grade", "concerns", "indicator", "setting"}
PROSE |= {"cite", "quote", "reading", "note", "reason"}  # of anything in it
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_END = r"(?:\d+(?:\.\d+)?|year(?:[+-]\d+)?)"
_LAW = re.compile(rf"-?{_END}|\d+(?:\.\d+)?:\d+(?:\.\d+)?|{_END}?\.\.{_END}?")
NOTICED = ("grammar", "lint", "cases")

Choices = tuple[tuple[str, str], ...]
Fault = tuple[str, str]  # its code and its place


class Number(NamedTuple):
    """One number of law: the scalar it stands in, where in its text, and the choices under which it is read."""

    scalar: yaml.ScalarNode
    start: int
    end: int
    under: Choices

    @property
    def text(self) -> str:
        """The number as it is written."""
        return str(self.scalar.value)[self.start : self.end]

    @property
    def place(self) -> Place:
        """Where it stands."""
        mark = self.scalar.start_mark
        return Place(mark.name, line=mark.line + 1, column=mark.column + 1 + self.start + bool(self.scalar.style))


def mutated(text: str) -> str:
    """Return a number multiplied by 1.01, exact and as short as it can be; 1 for zero.

    >>> mutated("4.5"), mutated("100"), mutated("0")
    ('4.545', '101', '1')
    """
    number = Decimal(text) * FACTOR
    if not number:
        return "1"
    plain = format(number, "f")
    return plain.rstrip("0").rstrip(".") if "." in plain else plain


def numbers(node: yaml.Node, file: str, under: Choices = (), seen: set[int] | None = None) -> Iterator[Number]:
    """Yield the numbers of law that a file itself writes, in order, of a tree laid over what it extends."""
    top, seen = seen is None, set() if seen is None else seen
    if id(node) in seen:  # an alias: the number is written once
        return
    seen.add(id(node))
    if isinstance(node, yaml.ScalarNode):
        if node.start_mark.name == file and _LAW.fullmatch(str(node.value)):
            yield from (Number(node, m.start(), m.end(), under) for m in _NUMBER.finditer(str(node.value)))
    elif isinstance(node, yaml.SequenceNode):
        for item in node.value:
            yield from numbers(item, file, under, seen)
    elif isinstance(node, yaml.MappingNode):
        named = {str(key.value): value for key, value in node.value}
        setting = named.get("setting")
        for key, value in named.items():
            if setting is not None and key != "setting":
                yield from numbers(value, file, (*under, (str(setting.value), key)), seen)
            elif key not in (NO_LAW if top else PROSE):
                yield from numbers(value, file, under, seen)


class Mutation:
    """A number changed in the tree of its file while it is looked at."""

    def __init__(self, number: Number) -> None:
        self.scalar, self.was = number.scalar, (number.scalar.value, number.scalar.tag)
        text = str(number.scalar.value)
        self.text = text[: number.start] + mutated(number.text) + text[number.end :]

    def __enter__(self) -> None:
        """Write the changed number."""
        self.scalar.value = self.text
        if self.scalar.tag.endswith((":int", ":float")):
            self.scalar.tag = f"tag:yaml.org,2002:{'float' if '.' in self.text else 'int'}"

    def __exit__(self, *_: object) -> None:
        """Write the number as it was."""
        self.scalar.value, self.scalar.tag = self.was


def fault(problem: Problem) -> Fault:
    """Return what tells a problem from another."""
    return problem.kind.code, str(problem.place)


def bare(rule: Indicator) -> Indicator:
    """Return a rule without its bars."""
    return rule._replace(bars=(), limits=(), plus=(), levels=(), rules=tuple(map(bare, rule.rules)))


class Subject:
    """A standard that is looked at: its tree, its choices, and what its cases find in it unchanged."""

    def __init__(self, id_: str, shown: str, file: Path, cases: Sequence[Path]) -> None:
        self.id, self.shown, self.file = id_, shown, file
        self.tree = tree(file, shown)
        self.choices = [
            (name, choice)
            for name, setting in self.standard().form.settings.items()
            for choice in setting.choices
            if choice != setting.default
        ]
        self.before: dict[Choices, tuple[frozenset[Fault] | None, tuple[Indicator, ...]]] = {}
        self.cases = [CaseFile.model_validate(read(case).data) for case in cases]
        self.expected = [list(self._found(form)) for form in self.cases]

    def standard(self, settings: Mapping[str, str] | None = None, year: int | None = None) -> Standard:
        """Return the standard of the tree as it is now."""
        return build(self.id, self.file, self.tree, year, settings or {}, own=self.id.endswith(SUFFIXES))

    def _found(self, form: CaseFile) -> Iterator[list[object]]:
        """Yield what each case of a file finds of what it expects."""
        standard = self.standard(form.settings, form.year)
        for case in form.cases:
            found = find(standard, form, case)
            yield [found.get(key) for key in case.expect]

    def faults(self, choices: Choices = ()) -> frozenset[Fault] | None:
        """Return the errors that the lints find with some choices taken; None where the grammar refuses the file.

        The quickest lints come first, and what they find that was not there before suffices. Of a changed standard,
        only the rules that the change has altered are looked at for bars that leave gaps.
        """
        try:
            standard = self.standard(dict(choices))
        except Unusable:
            return None
        rules = standard.method.indicators
        before, were = self.before.setdefault(choices, (None, ()))
        if before is None:
            found = frozenset(map(fault, errors(lint(standard))))
            self.before[choices] = found, rules
            return found
        altered = [rule if rule != was else bare(rule) for rule, was in zip(rules, were, strict=True)]
        for check, looked_at in ((lint_citations, ()), (lint, map(bare, rules)), (lint, altered)):
            of = standard._replace(method=standard.method._replace(indicators=tuple(looked_at)))
            found = frozenset(map(fault, errors(check(of))))
            if found - before:
                break
        return found

    def new_faults(self, choices: Choices) -> str | None:
        """Return who finds a fault that was not there before: the grammar, a lint or nobody."""
        found = self.faults(choices)
        return "grammar" if found is None else "lint" if found - (self.before[choices][0] or frozenset()) else None

    def cases_notice(self) -> bool:
        """Say whether a case no longer finds what it found in the unchanged standard."""
        try:
            return any(
                found != was
                for form, expected in zip(self.cases, self.expected, strict=True)
                for found, was in zip(self._found(form), expected, strict=True)
            )
        except (Unusable, ValueError):
            return True

    def notices(self, number: Number) -> str | None:
        """Return who notices a number multiplied by 1.01; None where it survives."""
        with Mutation(number):
            found = self.new_faults(number.under)
            if found is None and self.cases_notice():
                found = "cases"
            if found is None:
                found = next(filter(None, (self.new_faults((choice,)) for choice in self.choices)), None)
            return found


class Result(NamedTuple):
    """What was seen of one file: who noticed how many numbers, which survived, and what kept it from being looked at."""

    shown: str
    noticed: Counter[str]
    survivors: tuple[str, ...] = ()
    faults: tuple[str, ...] = ()
    trouble: str = ""

    @property
    def good(self) -> bool:
        """Whether no number survives and nothing was wrong to begin with."""
        return not (self.survivors or self.faults or self.trouble)

    def __str__(self) -> str:
        if self.trouble:
            return f"{self.shown}: not looked at: {self.trouble}"
        counts = ", ".join(f"{self.noticed[name]} {name}" for name in NOTICED)
        return f"{self.shown}: {self.noticed.total()} numbers: {counts}, {self.noticed['nothing']} survive"


def look(name: str, folder: Path | None) -> Result:
    """Return what was seen of a shipped standard, by its id, or of a file, by its path."""
    own = name.endswith(SUFFIXES)
    file = Path(name) if own else root() / f"{name}.yaml"
    shown = name if own else f"standards/{name}.yaml"
    try:
        subject = Subject(name, shown, file, cases_of(file, folder) if own else cases_of_id(name, folder))
    except Unusable as error:
        return Result(shown, Counter(), trouble=str(error))
    except ValueError as error:
        return Result(shown, Counter(), trouble=f"a case cannot be run: {error}")
    found = list(numbers(subject.tree, shown))
    faults: set[str] = set()
    for choices in sorted({number.under for number in found} | {((choice),) for choice in subject.choices}):
        taken = " ".join(f"{setting}={choice}" for setting, choice in choices) or "as it stands"
        before = subject.faults(choices)
        if before is None:
            return Result(shown, Counter(), trouble=f"the grammar refuses it ({taken})")
        faults.update(
            f"{place}: {code} ({taken})" for code, place in before if not any(f"{place}: {code} " in f for f in faults)
        )
    noticed = [(number, subject.notices(number)) for number in found]
    survivors = tuple(f"{n.place}: {n.text} → {mutated(n.text)}" for n, by in noticed if by is None)
    return Result(shown, Counter(by or "nothing" for _, by in noticed), survivors, tuple(sorted(faults)))


def cases_of_id(id_: str, folder: Path | None) -> list[Path]:
    """Return the case files of a shipped standard."""
    return sorted(((folder or ROOT / "tests" / "cases") / id_).rglob("*.yaml"))


def cases_of(file: Path, folder: Path | None) -> list[Path]:
    """Return the case files in a folder, by default its own, that name a standards file."""
    found = []
    for path in sorted((folder or file.parent).rglob("*.yaml")):
        data = read(path).data
        named = str(data.get("standard") or "") if isinstance(data, dict) and "cases" in data else ""
        if named.endswith(SUFFIXES) and (path.parent / named).resolve() == file.resolve():
            found.append(path)
    return found


def main() -> None:
    """Look at the standards named, or at all, and print what was seen."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("names", nargs="*", metavar="ID|FILE", help="default: every shipped standard")
    parser.add_argument("--cases", type=Path, metavar="FOLDER", help="default: tests/cases; of a file, its own folder")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, metavar="N")
    given = parser.parse_args()
    names: list[str] = given.names or ids()
    with ProcessPoolExecutor(min(given.jobs, len(names))) as pool:
        results = []
        for result in pool.map(look, names, repeat(given.cases)):
            results.append(result)
            lines = [f"  survives {survivor}" for survivor in result.survivors]
            lines += [f"  faulty before {fault}" for fault in result.faults]
            print(result, *lines, sep="\n", flush=True)
    total = sum((result.noticed for result in results), Counter[str]())
    if len(results) > 1:
        print(Result(f"{len(results)} files", total))
    sys.exit(not all(result.good for result in results))


if __name__ == "__main__":
    main()
