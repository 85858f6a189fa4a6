"""All lints over files and folders of standards, and over the shipped ones."""

from collections.abc import Sequence
from pathlib import Path

from junheng import kinds
from junheng.problems import Place, Problem, Unusable
from junheng.standard.lint import lint, lint_together, without_cases
from junheng.standard.load import SUFFIXES, Standard, build, ids, load, root, shipped_fields, tree
from junheng.text import Text

NOT_THERE = Text("不存在", "it does not exist")
NO_YAML = Text("文件夹中没有 YAML 文件", "no YAML file in the folder")


def _files(paths: Sequence[Path]) -> tuple[list[tuple[str, Path]], list[Problem]]:
    found: list[tuple[str, Path]] = []
    problems = []
    for path in paths:
        if path.is_dir():
            inside = sorted(f for s in SUFFIXES for f in path.rglob(f"*{s}"))
            found += [(str(f), f) for f in inside if f.name != "fields.yaml"]
        elif path.is_file():
            found.append((str(path), path))
        else:
            problems.append(kinds.STANDARD_UNREADABLE.at(Place(str(path)), reason=NOT_THERE))
    if not found:
        raise Unusable(problems or [kinds.STANDARD_UNREADABLE.at(Place(str(paths[0])), reason=NO_YAML)])
    return found, problems


def check_standards(paths: Sequence[Path] | None) -> tuple[int, list[Problem]]:
    """Return how many files were checked and everything that is wrong with them; the shipped ones by default.

    Raise Unusable where there is no file to check.
    """
    problems: list[Problem] = []
    standards: list[Standard] = []
    if paths:
        files, problems = _files(paths)
        for shown, file in files:
            try:
                standards.append(build(shown, file, tree(file, shown), None, {}, own=True))
            except Unusable as error:
                problems += error.problems
        count = len(files)
    else:
        try:
            shipped_fields()
        except Unusable as error:
            return 1, list(error.problems)
        for id_ in ids():
            try:
                standards.append(load(id_))
            except Unusable as error:
                problems += error.problems
        count = len(ids())
    for standard in standards:
        problems += lint(standard)
    problems += lint_together(standards)
    cases = root().parent / "tests" / "cases"
    if not paths and cases.is_dir():
        problems += without_cases(standards, cases)
    return count, problems
