"""What `check` and `county` share: run, print, exit."""

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import typer

from junheng import kinds
from junheng.cli.options import By, Format
from junheng.cli.project import Project, read_project
from junheng.problems import Place, Problem, Unusable, errors
from junheng.run import DEFAULT_STANDARD, Run, judge
from junheng.text import Lang, Text
from junheng.waivers import Waiver

if TYPE_CHECKING:
    from junheng.documents.record import Record
    from junheng.report.model import Block

SUFFIXES = {".json": "json", ".csv": "csv", ".md": "markdown", ".markdown": "markdown", ".txt": "text", ".xlsx": "xlsx"}
CODES = {True: 0, False: 1, None: 3}
WORST_FIRST = (2, 1, 3, 0)
LONG_BYTES = 2_000_000  # a progress bar is worth its place from so much to read
MANY_FILES = 20  # or from so many files


def settings_of(written: Sequence[str] | None, project: Project) -> dict[str, str]:
    """Return the settings of the project and the command line, which wins; raise Unusable for one without a value."""
    found = dict(project.settings)
    problems = []
    for entry in written or ():
        name, sign, value = entry.partition("=")
        if not sign:
            problems.append(kinds.SETTING_UNKNOWN.at(Place("--setting"), setting=name, choice="—", known="NAME=VALUE"))
        found[name.strip()] = value.strip()
    if problems:
        raise Unusable(problems)
    return found


def format_of(asked: Format | None, output: Path | None) -> str:
    """Return what to write; raise Unusable for an ending that is not known."""
    if output is not None and asked is None:
        suffix = output.suffix.lower()
        if suffix not in SUFFIXES:
            known = " ".join(SUFFIXES)
            raise Unusable([kinds.FORMAT_UNKNOWN.at(Place(str(output)), found=suffix or "—", known=known)])
        return SUFFIXES[suffix]
    if output is not None and output.suffix.lower() == ".xlsx":
        known = " ".join(s for s, name in SUFFIXES.items() if asked is not None and name == asked.value)
        raise Unusable([kinds.FORMAT_UNKNOWN.at(Place(str(output)), found=".xlsx", known=known)])
    return (asked or Format.text).value


def keep_apart(output: Path | None, *inputs: Path | None) -> None:
    """Raise Unusable where the output would be written over a file that is read."""
    for source in inputs:
        if (
            output is not None
            and source is not None
            and output.exists()
            and source.exists()
            and output.samefile(source)
        ):
            raise Unusable([kinds.ANNOTATED_OVER_SOURCE.at(Place(str(output)))])


def project_of(paths: Sequence[Path] | None) -> Project:
    """Return the project of the current folder, or that of the only folder asked for where it has none."""
    project = read_project(Path())
    if project == Project() and paths and len(paths) == 1 and paths[0].is_dir():
        return read_project(paths[0])
    return project


class Failed(NamedTuple):
    """One of several standards that could not be judged by."""

    standard: str
    problems: Sequence[Problem]


@contextmanager
def progress(paths: Sequence[Path], lang: Lang) -> Iterator[Callable[[Text], None] | None]:
    """Give a reporter that moves a progress bar on stderr, or None where the work is short or nobody watches."""
    files = [f for p in paths for f in (p.rglob("*") if p.is_dir() else [p]) if f.is_file()]
    short = len(files) < MANY_FILES and sum(f.stat().st_size for f in files) < LONG_BYTES
    if short or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn("{task.description}", markup=False), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=len(files) + 1)
        steps = iter(range(len(files) + 2))

        def report(step: Text) -> None:
            bar.update(task, description=step.say(lang), completed=next(steps, len(files)))

        yield report


def run_all(
    paths: Sequence[Path],
    standards: Sequence[str] | None,
    project: Project,
    *,
    year: int | None,
    columns: Path | None,
    settings: Sequence[str] | None,
    sheets: Sequence[str],
    by: By | None,
    lang: Lang,
    waivers: Path | None = None,
    province: str | None = None,
) -> list[Run | Failed]:
    """Judge by every standard asked for; raise Unusable where none can be judged by."""
    chosen = standards or project.standards or (DEFAULT_STANDARD,)
    taken = settings_of(settings, project)
    runs: list[Run | Failed] = []
    with progress(paths, lang) as report:
        for standard in chosen:
            try:
                run = judge(
                    paths,
                    standard,
                    year=year,
                    columns=columns or project.columns,
                    settings=taken,
                    by=None if by is None else by.value,
                    sheets=sheets,
                    county=project.county,
                    progress=report,
                    waivers=waivers or project.waivers,
                    province=province or project.province,
                )
            except Unusable as error:
                if len(chosen) == 1:
                    raise
                runs.append(Failed(standard, error.problems))
            else:
                runs.append(run if province is not None else unsaid(run))
    if not any(isinstance(run, Run) for run in runs):
        raise Unusable(dict.fromkeys(p for run in runs for p in run.problems))
    return _with_sound_waivers(runs)


def unsaid(run: Run) -> Run:
    """Return a run without the note that a standard has no use for the province: the project names it for others."""
    return run._replace(problems=[p for p in run.problems if p.kind is not kinds.GATE_NOT_ASKED])


def _with_sound_waivers(made: Sequence[Run | Failed]) -> list[Run | Failed]:
    """Return runs whose waivers name schools of the table and rules of one of the standards; else raise Unusable.

    What one standard does not know, or does not need, another of them may.
    """
    runs = [run for run in made if isinstance(run, Run)]
    everywhere = set.intersection(*(set(run.waived.faults) for run in runs))
    by_table = (kinds.WAIVER_SCHOOL_UNKNOWN, kinds.WAIVER_SCHOOL_SEVERAL)
    faults = [p for p in runs[0].waived.faults if p in everywhere or p.kind in by_table]
    if errors(faults):
        raise Unusable(faults)
    elsewhere = {p for run in runs for p in run.waived.faults} - everywhere
    return [
        run._replace(problems=[p for p in run.problems if p not in elsewhere]) if isinstance(run, Run) else run
        for run in made
    ]


def emit(
    made: Sequence[Run | Failed],
    wanted: str,
    output: Path | None,
    lang: Lang,
    *,
    everything: bool,
    why: bool,
    counties: bool,
    further: Sequence[Problem] = (),
    files: Callable[[], Sequence[tuple[Path, str]]] = tuple,
) -> None:
    """Print runs, or write them to a file; problems, `further` ones, and what was written go to stderr.

    `files` gives those that were read, for the record of the run in a file that is written.
    """
    made = [run._replace(problems=[*run.problems, *further]) for run in made] if further else made
    problems = list(dict.fromkeys(p for run in made for p in run.problems))
    runs = [run for run in made if isinstance(run, Run)]
    waived = {problem: waiver for run in runs for problem, waiver in run.waived.problems.items()}
    records = {} if output is None or wanted == "csv" else _records(runs, files())
    if wanted == "text" and output is None:
        _draw(runs, lang, everything=everything, why=why, counties=counties)
    elif wanted == "xlsx" and output is not None:
        from junheng.documents.record import record_table
        from junheng.report import to_xlsx

        blocks = [block for run in runs for block in _blocks(run, lang, everything=True, why=why, counties=counties)]
        tables = [record_table(record, lang) for record in records.values()]
        to_xlsx.write(output, blocks, problems, lang, waived, tables)
    else:
        pieces = _pieces(
            made,
            wanted,
            lang,
            everything=everything,
            why=why,
            counties=counties,
            problems=problems,
            waived=waived,
            records=records,
        )
        if output is None:
            for piece in pieces:
                sys.stdout.write(piece)
        else:
            from junheng.report.write import write_text

            write_text(output, pieces, encoding="utf-8-sig" if wanted == "csv" else "utf-8")
    if output is not None:
        typer.echo(f"已写入 {output}" if lang == "zh" else f"written: {output}", err=True)
    complain(problems, lang, waived)


def _blocks(run: Run, lang: Lang, *, everything: bool, why: bool, counties: bool) -> list:  # type: ignore[type-arg]
    from junheng.report.county_tables import county_report
    from junheng.report.tables import check_report

    blocks = (county_report if counties else check_report)(run, lang, everything=everything)
    if why:
        from junheng.report.why import why_blocks

        table = run.assessment.divisions.table
        sections = [i for i in run.assessment.judged if i not in table.unplaced]
        blocks += why_blocks(run, lang, sections, list(run.assessment.method.indicators))
    return blocks


def _draw(runs: Sequence[Run], lang: Lang, *, everything: bool, why: bool, counties: bool) -> None:
    from junheng.report import to_terminal

    console = to_terminal.console()
    for run in runs:
        to_terminal.draw(_blocks(run, lang, everything=everything, why=why, counties=counties), console)


def _pieces(
    made: Sequence[Run | Failed],
    wanted: str,
    lang: Lang,
    *,
    everything: bool,
    why: bool,
    counties: bool,
    problems: Sequence[Problem],
    waived: Mapping[Problem, Waiver],
    records: "Mapping[int, Record]",
) -> Iterator[str]:
    runs = [run for run in made if isinstance(run, Run)]
    if wanted == "json":
        from junheng.documents.record import record_json
        from junheng.report.to_json import check_json, county_json, several, unusable_json

        document = county_json if counties else check_json
        schema = "junheng.county/1" if counties else "junheng.check/1"
        proof = {at: record_json(record) for at, record in records.items()}
        yield from several(
            [
                document(run, lang, with_why=why, record=proof.get(id(run)))
                if isinstance(run, Run)
                else iter([unusable_json(schema, run.problems, lang, run.standard)])
                for run in made
            ]
        )
    elif wanted == "csv":
        from junheng.report.to_csv import check_csv, county_csv

        for at, run in enumerate(runs):
            lines = (county_csv if counties else check_csv)(run, lang)
            if at:
                next(lines)
            yield from lines
    elif wanted == "markdown":
        from junheng.report import to_markdown

        for run in runs:
            blocks = _blocks(run, lang, everything=everything, why=why, counties=counties)
            yield from (f"{line}\n" for line in to_markdown.draw(blocks))
        yield from (f"{line}\n" for line in to_markdown.draw_problems(problems, lang, waived))
        yield from (f"{line}\n" for line in to_markdown.draw(_record_blocks(records, lang)))
    else:
        from io import StringIO

        from rich.console import Console

        from junheng.report import to_terminal

        out = StringIO()
        console = Console(file=out, width=120, highlight=False, markup=False, emoji=False)
        for run in runs:
            to_terminal.draw(_blocks(run, lang, everything=everything, why=why, counties=counties), console)
        to_terminal.draw(_record_blocks(records, lang), console)
        yield out.getvalue()


def _records(runs: Sequence[Run], files: Sequence[tuple[Path, str]]) -> "dict[int, Record]":
    """Return the records of runs over whole tables, by the identity of the run."""
    from junheng.documents.record import record_of_run

    return {id(run): record_of_run(run, None, files) for run in runs}


def _record_blocks(records: "Mapping[int, Record]", lang: Lang) -> "list[Block]":
    if not records:
        return []
    from junheng.documents.record import record_table

    return [record_table(record, lang) for record in records.values()]


def inputs(paths: Sequence[Path], *further: Path | None, folders: bool) -> list[tuple[Path, str]]:
    """Return every file that a run reads: the workbooks of paths, and further files that are given."""
    from junheng.workbook.cells import workbooks

    return [*workbooks(paths, folders=folders)[0], *((file, str(file)) for file in further if file is not None)]


def complain(problems: Sequence[Problem], lang: Lang, waived: Mapping[Problem, Waiver] | None = None) -> None:
    """Print problems on stderr."""
    if problems:
        from junheng.report import to_terminal

        to_terminal.draw_problems(problems, to_terminal.console(stderr=True), lang, waived)


def stop(error: Unusable, lang: Lang, *, schema: str | None = None, wanted: str = "text") -> typer.Exit:
    """Print why nothing could be done, as JSON too where that was asked for; return the exit."""
    if schema is not None and wanted == "json":
        from junheng.report.to_json import unusable_json

        sys.stdout.write(unusable_json(schema, error.problems, lang))
    complain(error.problems, lang)
    return typer.Exit(2)


def exit_code(made: Sequence[Run | Failed], *, counties: bool, exit_zero: bool, waived: bool = False) -> int:
    """Return the worst code of several runs: 2 could not run, 1 not met, 3 cannot be decided, 0 met.

    `waived`: by the verdicts in which waived indicators count as met.
    """
    codes = {2 if isinstance(run, Failed) else CODES[_passed(run, counties=counties, waived=waived)] for run in made}
    return 0 if exit_zero and 2 not in codes else next(code for code in WORST_FIRST if code in codes)  # noqa: PLR2004


def _passed(run: Run, *, counties: bool, waived: bool) -> bool | None:
    if counties:
        return run.counties_passed_with_waivers if waived else run.counties_passed
    return run.schools_passed_with_waivers if waived else run.schools_passed
