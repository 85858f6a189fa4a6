"""All documents of all counties of a run are written into a folder, with the record of the run."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from junheng import kinds
from junheng.documents.catalogue import Wanted
from junheng.documents.record import record_json, record_of_run
from junheng.documents.run_file import RUN_FILE, run_json
from junheng.documents.submission import Submission
from junheng.problems import Place, Problem, Unusable
from junheng.report.write import write_text
from junheng.run import Run
from junheng.system import reason
from junheng.text import Lang, Text

_NO_FILE_NAME = re.compile(r'[\x00-\x1f<>:"/\\|?*]')
_RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\..*)?")
LONGEST = 80


class HandedIn(NamedTuple):
    """What was written, and what could not be."""

    files: Sequence[Path]
    problems: Sequence[Problem]


def folder_name(name: str) -> str:
    """Return a name that every system takes for a folder.

    >>> folder_name("示例县/二:区"), folder_name("con"), folder_name("..")
    ('示例县_二_区', '_con', '_')
    """
    bare = _NO_FILE_NAME.sub("_", name).strip(" .")[:LONGEST]
    return f"_{bare}" if not bare or _RESERVED.fullmatch(bare) else bare


def _folder(path: Path) -> None:
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Unusable([kinds.OUTPUT_UNWRITABLE.at(Place(str(path)), reason=reason(error))]) from error


def hand_in(
    run: Run,
    wanted: Sequence[Wanted],
    folder: Path,
    lang: Lang,
    files: Sequence[tuple[Path, str]],
    *,
    earlier: Sequence[Run] = (),
    template: Path | None = None,
    costs: Path | None = None,
    warnings: Path | None = None,
    identity: Path | None = None,
    target_years: Mapping[str | None, int] | None = None,
    progress: Callable[[Text], None] | None = None,
) -> HandedIn:
    """Write every document for every county of a run, each county in a folder of its own where there are several.

    `files` are those that were read. One document that cannot be written does not keep the others back.
    """
    written: list[Path] = []
    problems: list[Problem] = []
    if template is not None and any(entry.document.id == "self_report" for entry in wanted):
        from junheng.documents.word import opened

        opened(template)  # before anything is written
    if any(entry.document.pictures for entry in wanted):
        from junheng.documents.charts.drawing import font_problems

        try:
            problems += font_problems()
        except Unusable as error:  # what draws them is not installed: the documents without pictures are written
            problems += error.problems
    _folder(folder)
    taken: set[str] = set()
    for county in run.counties:
        into = folder
        if len(run.counties) > 1:
            name = folder_name(county.name or "未填县名")
            while name.casefold() in taken:
                name += "_"
            taken.add(name.casefold())
            into = folder / name
            _folder(into)
        submission = Submission(
            run,
            county,
            record_of_run(run, county, files, earlier=earlier),
            lang,
            earlier,
            template,
            costs,
            warnings,
            identity,
            target_years or {},
        )
        for entry in wanted:
            path = into / entry.document.file(lang)
            if progress is not None:
                progress(
                    Text(f"{submission.name} {entry.document.name.zh}", f"{submission.name} {entry.document.name.en}")
                )
            try:
                problems += entry.write(submission, path)
            except Unusable as error:
                problems += error.problems
            else:
                written.append(path)
        path = into / RUN_FILE
        write_text(
            path, [json.dumps(run_json(submission, record_json(submission.record)), ensure_ascii=False, indent=1)]
        )
        written.append(path)
    return HandedIn(written, list(dict.fromkeys(problems)))
