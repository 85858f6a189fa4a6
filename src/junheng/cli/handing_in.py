"""What `junheng report` does: judge, look for earlier years, write, and say what was written."""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import typer

from junheng import kinds
from junheng.cli import judging
from junheng.cli.options import By
from junheng.cli.project import Project
from junheng.documents.catalogue import COUNTED, chosen
from junheng.documents.handing_in import hand_in
from junheng.problems import Place, Unusable, errors
from junheng.run import DEFAULT_STANDARD, Run, judge
from junheng.text import Lang, Text
from junheng.workbook.cells import workbooks

YEARS_BACK = 5  # of earlier years that are looked for
_NOT_THERE = (kinds.YEAR_NOT_THERE, kinds.NO_SCHOOLS)
FOLDER = Text("报送材料", "submission")


@contextmanager
def _progress(steps: int, lang: Lang) -> Iterator[Callable[[Text], None]]:
    """Give a reporter that moves a progress bar on stderr where somebody watches."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=steps)
        begun = 0

        def report(step: Text) -> None:
            nonlocal begun
            bar.update(task, description=step.say(lang), completed=begun)
            begun += 1

        yield report


def earlier_runs(
    paths: Sequence[Path], year: int | None, judged: Callable[[Sequence[Path], int], Run], *, given: bool
) -> list[Run]:
    """Return runs over the years before, oldest first: those that the paths hold.

    A year that is missing is a gap, and those before it are still looked for. Where the paths were `given` for earlier
    years, a fault in them is raised as Unusable; else such a year is left out.
    """
    runs: list[Run] = []
    if year is None:
        return runs
    for back in range(1, YEARS_BACK + 1):
        try:
            runs.append(judged(paths, year - back))
        except Unusable as error:
            if given and not any(problem.kind in _NOT_THERE for problem in error.problems):
                raise
    return runs[::-1]


def write_all(
    paths: Sequence[Path],
    project: Project,
    *,
    year: int | None,
    output: Path | None,
    only: Sequence[str],
    template: Path | None,
    costs: Path | None,
    earlier: Sequence[Path],
    standards: Sequence[str] | None,
    columns: Path | None,
    settings: Sequence[str] | None,
    waivers: Path | None,
    province: str | None,
    lang: Lang,
) -> bool:
    """Write the documents asked for; return whether any of them could not be written.

    Raise Unusable where nothing can be judged, or a name, a template or a file of prices is none.
    """
    wanted = chosen(only)
    names = standards or project.standards or (DEFAULT_STANDARD,)
    if len(names) > 1:
        raise Unusable([kinds.ONE_STANDARD_ONLY.at(Place("--standard"), found="、".join(names))])
    for file in (template, costs):
        if file is not None and not file.is_file():
            raise Unusable([kinds.FILE_NOT_FOUND.at(Place(str(file)))])
    folder = output or Path(FOLDER.say(lang))
    if folder.exists() and not folder.is_dir():
        raise Unusable([kinds.OUTPUT_NO_FOLDER.at(Place(str(folder)))])
    taken = judging.settings_of(settings, project)
    of_tables = any(entry.document.id == "application" for entry in wanted)

    def judged(of: Sequence[Path], in_year: int | None) -> Run:
        return judge(
            of,
            names[0],
            year=in_year,
            columns=columns or project.columns,
            settings=taken,
            by=By.county.value,
            county=project.county,
            waivers=waivers or project.waivers,
            province=province or project.province,
            also=COUNTED if of_tables else (),
        )

    inputs = [
        file
        for file in (columns or project.columns, waivers or project.waivers, template, costs or project.costs)
        if file
    ]
    inputs += [file for file in (project.warnings, project.identity) if file is not None and file.is_file()]
    with _progress(len(wanted) + 2, lang) as report:
        report(Text("读取和判定", "reading and judging"))
        run = judged(paths, year)
        run = run if province is not None else judging.unsaid(run)
        report(Text("往年数据", "earlier years"))
        before = earlier_runs(earlier or paths, run.year, judged, given=bool(earlier))
        files = [*workbooks([*paths, *earlier])[0], *((file, str(file)) for file in inputs)]
        done = hand_in(
            run,
            wanted,
            folder,
            lang,
            files,
            earlier=before,
            template=template,
            costs=costs or project.costs,
            warnings=project.warnings,
            identity=project.identity,
            target_years=project.target_years,
            progress=report,
        )
    for path in done.files:
        typer.echo(f"已写入 {path}" if lang == "zh" else f"written: {path}", err=True)
    judging.complain([*run.problems, *done.problems], lang, run.waived.problems)
    return bool(errors(done.problems))
