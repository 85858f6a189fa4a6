"""What `check` and `audit` do with --annotate: where the copies of workbooks go, and writing them."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from junheng import kinds
from junheng.cli.judging import Failed
from junheng.problems import Place, Problem, Unusable
from junheng.run import Run
from junheng.system import reason
from junheng.text import Lang, Text

if TYPE_CHECKING:
    from junheng.audit.run import Audit
    from junheng.report.annotated import Remark

Copies = Mapping[str, tuple[Path, Path]]
"""Workbooks to hand back, by the name each is shown by: where it is, and where its copy goes."""


def copies_of(files: Sequence[Path], out: Path) -> Copies:
    """Return where the copy of each workbook goes; raise Unusable where one cannot be made there."""
    from junheng.report.annotated import refusal
    from junheng.workbook.cells import workbooks

    found, problems = workbooks(files, folders=False)
    into_folder = out.is_dir() or not out.suffix
    if not into_folder and out.suffix.lower() != ".xlsx":
        known = Text(".xlsx，或一个文件夹", ".xlsx, or a folder")
        raise Unusable([*problems, kinds.FORMAT_UNKNOWN.at(Place(str(out)), found=out.suffix, known=known)])
    if len(found) > 1 and not into_folder:
        problems.append(kinds.ANNOTATED_SEVERAL.at(Place(str(out)), count=len(found)))
        raise Unusable(problems)
    names = [path.name.casefold() for path, _ in found]
    copies: dict[str, tuple[Path, Path]] = {}
    for at, (path, shown) in enumerate(found):
        again = names[:at].count(names[at])  # two of one name from two folders
        name = f"{path.stem}{f' {again + 1}' if again else ''}.xlsx"
        copies[shown] = path, out / name if into_folder else out
        refused = refusal(*copies[shown])
        problems += [refused] if refused is not None else []
    if problems:
        raise Unusable(problems)
    return copies


def hand_back(copies: Copies, made: Sequence[Run | Failed], lang: Lang) -> list[Problem]:
    """Write the copies of judged workbooks, and return what they could not keep; what was written goes to stderr."""
    if not copies:
        return []
    from junheng.report.remarks import remarks_of

    runs = [run for run in made if isinstance(run, Run)]
    problems = dict.fromkeys(p for run in made for p in run.problems)
    return _write(copies, remarks_of(runs, list(problems), lang), lang)


def hand_back_checked(copies: Copies, done: "Audit", lang: Lang) -> list[Problem]:
    """Write the copies of workbooks whose data were checked, and return what they could not keep."""
    if not copies:
        return []
    from junheng.report.remarks import remarks_of_audit

    return _write(copies, remarks_of_audit(done, lang), lang)


def hand_back_unjudged(copies: Copies, error: Unusable, lang: Lang) -> None:
    """Write the copies of workbooks that could not be judged, where problems stand in their cells."""
    from junheng.report.remarks import remarks_of

    faulty = {p.place.file for p in error.problems if p.place.sheet is not None}
    open_ = {shown: places for shown, places in copies.items() if shown in faulty}
    with suppress(Unusable):  # why nothing can be judged is said already
        _write(open_, remarks_of([], error.problems, lang), lang)


def _write(copies: Copies, remarks: "Mapping[str, Sequence[Remark]]", lang: Lang) -> list[Problem]:
    from junheng.report.annotated import annotate

    lost: list[Problem] = []
    for shown, (source, out) in copies.items():
        try:
            out.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise Unusable([kinds.OUTPUT_UNWRITABLE.at(Place(str(out.parent)), reason=reason(error))]) from error
        lost += annotate(source, out, remarks.get(shown, []), lang)
        typer.echo(f"已写入 {out}" if lang == "zh" else f"written: {out}", err=True)
    return lost
