"""All lints over files and folders of standards, and over the shipped ones, whatever settings are taken."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import yaml

from junheng import kinds
from junheng.problems import Place, Problem, Unusable
from junheng.standard.data_files import check_data, kind_of, shipped_count, unknown_labels
from junheng.standard.data_schemas import FOLDER as SCHEMAS
from junheng.standard.data_schemas import KINDS, data_schema_text
from junheng.standard.lint import lint, lint_together, without_cases
from junheng.standard.load import SUFFIXES, Standard, build, ids, root, shipped_fields, tree
from junheng.standard.on_record import unknowns
from junheng.standard.schema import schema_text
from junheng.standard.weaker import lint_weaker
from junheng.text import Text

NOT_THERE = Text("不存在", "it does not exist")
FIELDS = "fields.yaml"  # beside the standards, and none itself
NO_YAML = Text("文件夹中没有 YAML 文件", "no YAML file in the folder")


class Checked(NamedTuple):
    """How many standards were checked, what is wrong with them, how many entries each has not on record.

    `data_files` are the files beside standards: checks, layouts of forms, changes of schools, merge files, waivers.
    """

    files: int
    problems: list[Problem]
    unknown: Mapping[str, int]
    data_files: int = 0


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
            found += [(str(f), f) for f in inside if f.name != FIELDS]
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
    return [] if _is(folder / "schema.json", schema_text()) else [_stale("schema.json", "")]


def stale_data_schemas(folder: Path) -> list[Problem]:
    """Return the schemas of data files beside a folder of standards that are not what their grammars generate now."""
    names = {kind: f"{SCHEMAS}/{kind}.json" for kind in KINDS}
    return [
        _stale(name, f" --of {kind}") for kind, name in names.items() if not _is(folder / name, data_schema_text(kind))
    ]


def _is(file: Path, text: str) -> bool:
    return file.is_file() and file.read_text("utf-8") == text


def _stale(name: str, of: str) -> Problem:
    return kinds.SCHEMA_STALE.at(Place(name), name=name, of=of)


def check(paths: Sequence[Path] | None) -> Checked:
    """Check files and folders of standards; the shipped ones by default, with their schema and their cases.

    Raise Unusable where there is no file to check.
    """
    problems: list[Problem] = []
    data: list[tuple[Path, str]] = []
    if paths:
        given, problems = _files(paths)
        kinds_of = [(shown, file, kind_of(file)) for shown, file in given]
        data = [(file, kind) for _, file, kind in kinds_of if kind is not None]
        files = [(shown, file, True) for shown, file, kind in kinds_of if kind is None]
    else:
        try:
            shipped_fields()
        except Unusable as error:
            return Checked(1, list(error.problems), {})
        files = [(id_, root() / f"{id_}.yaml", False) for id_ in ids()]
        problems += [*stale_schema(root()), *stale_data_schemas(root())]
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
    unknown = {read.id: count for read in found if (count := unknowns(read.node))}
    fields = {**shipped_fields(), **{name: form for standard in standards for name, form in standard.fields.items()}}
    if data or not paths:
        problems += check_data(data, fields)
        unknown |= {str(f): n for f, kind in data if kind == "forms" and (n := unknown_labels(f, fields))}
    return Checked(len(files), list(dict.fromkeys(problems)), unknown, len(data) if paths else shipped_count())


def check_standards(paths: Sequence[Path] | None) -> tuple[int, list[Problem]]:
    """Return how many files were checked and everything that is wrong with them, as `check` does."""
    checked = check(paths)
    return checked.files, checked.problems
