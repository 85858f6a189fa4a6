"""All lints over files and folders of standards, and over the shipped ones, whatever settings are taken."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import yaml

from junheng import kinds
from junheng.problems import Place, Problem, Unusable
from junheng.standard.lint import lint, lint_together, without_cases
from junheng.standard.load import FORMS, SUFFIXES, Standard, build, ids, root, shipped_fields, tree
from junheng.standard.on_record import unknowns
from junheng.standard.schema import schema_text
from junheng.standard.weaker import lint_weaker
from junheng.text import Text

NOT_THERE = Text("不存在", "it does not exist")
OTHERS = {"fields.yaml", "checks.yaml"}  # beside the standards, and none themselves
NO_YAML = Text("文件夹中没有 YAML 文件", "no YAML file in the folder")


class Checked(NamedTuple):
    """How many files were checked, what is wrong with them, and how many numbers each has not on record."""

    files: int
    problems: list[Problem]
    unknown: Mapping[str, int]


class _Read(NamedTuple):
    """A file as read: its id, its tree, and the standard under the default settings."""

    id: str
    file: Path
    node: yaml.Node
    own: bool
    standard: Standard

    def taking(self, settings: Mapping[str, str]) -> Standard:
        """Return the standard under other settings; raise Unusable where it cannot be judged by."""
        return build(self.id, self.file, self.node, None, settings, own=self.own)


def _files(paths: Sequence[Path]) -> tuple[list[tuple[str, Path]], list[Problem]]:
    found: list[tuple[str, Path]] = []
    problems = []
    for path in paths:
        if path.is_dir():
            inside = sorted(f for s in SUFFIXES for f in path.rglob(f"*{s}"))
            found += [(str(f), f) for f in inside if f.name not in OTHERS and f.parent.name != FORMS]
        elif path.is_file():
            found.append((str(path), path))
        else:
            problems.append(kinds.STANDARD_UNREADABLE.at(Place(str(path)), reason=NOT_THERE))
    if not found:
        raise Unusable(problems or [kinds.STANDARD_UNREADABLE.at(Place(str(paths[0])), reason=NO_YAML)])
    return found, problems


def _read(id_: str, file: Path, *, own: bool) -> _Read:
    node = tree(file, id_ if own else f"{id_}.yaml")
    return _Read(id_, file, node, own, build(id_, file, node, None, {}, own=own))


def lint_choices(read: _Read) -> list[Problem]:
    """Return what is wrong with a standard, under its default settings and under every other choice of each.

    What is wrong only under another choice is reported once. A setting counts as used where any choice uses it.
    """
    standard = read.standard
    problems = [*lint(standard), *lint_weaker(standard)]
    used = set(standard.settings_used)
    others = [
        (name, choice)
        for name, setting in standard.form.settings.items()
        if name in standard.settings_used
        for choice in setting.choices
        if choice != standard.settings[name]
    ]
    found: list[Problem] = []
    for name, choice in others:
        try:
            taken = read.taking({name: choice})
        except Unusable as error:
            found += error.problems
        else:
            used |= taken.settings_used
            found += [*lint(taken), *lint_weaker(taken)]
    unused = [p for p in problems if p.kind is kinds.SETTING_UNUSED and dict(p.facts)["setting"] in used]
    return list(
        dict.fromkeys(
            [*(p for p in problems if p not in unused), *(p for p in found if p.kind is not kinds.SETTING_UNUSED)]
        )
    )


def stale_schema(folder: Path) -> list[Problem]:
    """Return the schema of a folder of standards where it is not what the grammar generates now."""
    file = folder / "schema.json"
    fresh = file.is_file() and file.read_text("utf-8") == schema_text()
    return [] if fresh else [kinds.SCHEMA_STALE.at(Place(file.name))]


def check(paths: Sequence[Path] | None) -> Checked:
    """Check files and folders of standards; the shipped ones by default, with their schema and their cases.

    Raise Unusable where there is no file to check.
    """
    problems: list[Problem] = []
    if paths:
        given, problems = _files(paths)
        files = [(shown, file, True) for shown, file in given]
    else:
        try:
            shipped_fields()
        except Unusable as error:
            return Checked(1, list(error.problems), {})
        files = [(id_, root() / f"{id_}.yaml", False) for id_ in ids()]
        problems += stale_schema(root())
    found: list[_Read] = []
    for id_, file, own in files:
        try:
            found.append(_read(id_, file, own=own))
        except Unusable as error:
            problems += error.problems
    for read in found:
        problems += lint_choices(read)
    standards = [read.standard for read in found]
    problems += lint_together(standards)
    cases = root().parent / "tests" / "cases"
    if not paths and cases.is_dir():
        problems += without_cases(standards, cases)
    problems = list(dict.fromkeys(problems))
    return Checked(len(files), problems, {read.id: count for read in found if (count := unknowns(read.node))})


def check_standards(paths: Sequence[Path] | None) -> tuple[int, list[Problem]]:
    """Return how many files were checked and everything that is wrong with them, as `check` does."""
    checked = check(paths)
    return checked.files, checked.problems
