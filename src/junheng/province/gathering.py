"""Which workbooks are of one county: those of a subfolder are judged together, others each by itself."""

import re
from collections.abc import Collection, Iterable
from pathlib import Path

from junheng import kinds
from junheng.problems import Place, Unusable
from junheng.province.model import CountyFiles
from junheng.workbook.cells import SUFFIXES

_YEAR = re.compile(r"(?<!\d)(?:19|20)\d{2}(?:\s*[-—–~至]\s*(?:20)?\d{2})?(?:学?年度?)?(?!\d)")
_EDGES = " \t_-—–·.,，、()（）[]【】"


def bare_name(stem: str) -> str:
    """Return a file's or folder's name without year.

    >>> [bare_name(stem) for stem in ("甲县2023", "2023-2024学年 甲县", "甲县（2023年）", "2023")]
    ['甲县', '甲县', '甲县', '']
    """
    return _YEAR.sub("", stem).strip(_EDGES)


def county_files(paths: Iterable[Path], *, without: Collection[Path] = ()) -> list[CountyFiles]:
    """Return the workbooks of files and folders, those together that are of one first-level subfolder.

    Temporary files (~$…) and files `without` are no workbooks. Raise Unusable, with every fault, for a path that is not
    there or a folder without workbooks.
    """
    every = list(dict.fromkeys(Path(path) for path in paths))
    outputs = {path.resolve() for path in without}
    several = len(every) > 1
    found: list[CountyFiles] = []
    problems = []
    taken: set[Path] = set()
    for path in every:
        if not path.exists():
            problems.append(kinds.FILE_NOT_FOUND.at(Place(str(path))))
            continue
        inside = _workbooks(path) if path.is_dir() else [path]
        inside = [file for file in inside if file.resolve() not in outputs]
        if not inside:
            problems.append(kinds.NO_WORKBOOKS.at(Place(str(path))))
        groups: dict[Path, list[tuple[Path, str]]] = {}
        for file in inside:
            if file.resolve() in taken:  # given twice, by itself and with its folder
                continue
            taken.add(file.resolve())
            steps = file.relative_to(path).parts if path.is_dir() else ()
            shown = Path(*steps).as_posix() if steps and not several else str(file) if several else file.name
            groups.setdefault(path / steps[0] if steps else file, []).append((file, shown))
        found += [CountyFiles(_name(home, path), tuple(files)) for home, files in groups.items()]
    if not every:
        problems.append(kinds.NO_WORKBOOKS.at(Place(".")))
    if problems:
        raise Unusable(problems)
    return found


def _workbooks(folder: Path) -> list[Path]:
    return sorted(
        file
        for file in folder.rglob("*")
        if file.suffix.lower() in SUFFIXES and file.is_file() and not file.name.startswith(("~$", "."))
    )


def _name(home: Path, given: Path) -> str:
    """Return the name of what is judged together: a subfolder's or a file's; the folder's where it is but a year."""
    stem = home.name if home.is_dir() else home.stem
    above = given if given.is_dir() else given.resolve().parent
    return bare_name(stem) or bare_name(above.resolve().name) or stem
