"""What `province` does between its options and its exit code: judge with a bar, print, write, say what is wrong."""

import errno
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from io import StringIO
from pathlib import Path

import typer

from junheng import kinds
from junheng.cli import judging
from junheng.cli.options import Format
from junheng.cli.project import Project
from junheng.problems import Place, Unusable
from junheng.province.model import Province
from junheng.province.run import Progress, judge_province
from junheng.report.model import Block
from junheng.report.province import ProvinceReport
from junheng.run import DEFAULT_STANDARD
from junheng.standard.load import Standard, load
from junheng.system import REASONS
from junheng.text import Lang
from junheng.workbook.cells import SUFFIXES as TABLES
from junheng.workbook.cells import read_sheets
from junheng.workbook.handed_back import is_record

SUFFIXES = {**judging.SUFFIXES, ".html": "html", ".htm": "html"}
STATE = ".state.jsonl"
WIDE = 120  # of a text file


def formats_of(asked: Format | None, outputs: Sequence[Path]) -> dict[Path, str]:
    """Return what is written to each file; raise Unusable for an ending that is not known."""
    if asked is not None and outputs:
        return {output: judging.format_of(asked, output) for output in outputs}
    unknown = [output for output in outputs if output.suffix.lower() not in SUFFIXES]
    if unknown:
        known = " ".join(SUFFIXES)
        raise Unusable(kinds.FORMAT_UNKNOWN.at(Place(str(o)), found=o.suffix or "—", known=known) for o in unknown)
    return {output: SUFFIXES[output.suffix.lower()] for output in outputs}


def state_of(asked: Path | None, outputs: Mapping[Path, str]) -> Path | None:
    """Return the state file: the one asked for, else beside the first output; None where there is neither."""
    first = next(iter(outputs), None)
    return asked if asked is not None or first is None else first.with_name(first.stem + STATE)


def judge(
    paths: Sequence[Path],
    standard: str | None,
    *,
    year: int,
    jobs: int | None,
    state: Path | None,
    resume: bool,
    province: str | None,
    settings: Sequence[str] | None,
    columns: Path | None,
    outputs: Mapping[Path, str],
    lang: Lang,
) -> Province:
    """Judge by the options, and what they leave open by junheng.yaml. Raise Unusable where nothing can be begun."""
    _keep_tables(paths, outputs)
    for path in [*outputs, *([state] if state is not None else [])]:
        judging.keep_apart(path, *(given for given in paths if given.is_file()), columns)
        if not path.parent.is_dir():
            raise Unusable([kinds.OUTPUT_UNWRITABLE.at(Place(str(path)), reason=REASONS[errno.ENOENT])])
    project = judging.project_of(paths)
    with _bar(lang) as progress:
        return judge_province(
            paths,
            standard or _of(project),
            year=year,
            jobs=jobs,
            state=state,
            resume=resume,
            province=province or project.province,
            settings=judging.settings_of(settings, project),
            columns=columns or project.columns,
            without=list(outputs),
            progress=progress,
        )


def _keep_tables(paths: Sequence[Path], outputs: Mapping[Path, str]) -> None:
    """Raise Unusable where an output would be written over a table of the folders: anything that this did not write."""
    folders = [path.resolve() for path in paths if path.is_dir()]
    over = [
        output
        for output in outputs
        if output.suffix.lower() in TABLES
        and output.is_file()
        and any(output.resolve().is_relative_to(folder) for folder in folders)
        and not _ours(output)
    ]
    if over:
        raise Unusable(kinds.ANNOTATED_OVER_SOURCE.at(Place(str(output))) for output in over)


def _ours(output: Path) -> bool:
    """Say whether a file is a summary that an earlier run wrote."""
    from junheng.report.province_data import HEADINGS

    try:
        sheets = read_sheets(output, output.name)
    except Unusable:
        return False
    if output.suffix.lower() == ".csv":
        return any(",".join(map(str, sheet.rows[0])).startswith(HEADINGS) for sheet in sheets if sheet.rows)
    return any(is_record(sheet.name or "", sheet.rows) for sheet in sheets)


def _of(project: Project) -> str:
    if len(project.standards) > 1:
        found = ", ".join(project.standards)
        raise Unusable([kinds.ONE_STANDARD_FOR_ALL.at(Place("junheng.yaml"), found=found)])
    return next(iter(project.standards), DEFAULT_STANDARD)


@contextmanager
def _bar(lang: Lang) -> Iterator[Progress | None]:
    """Give what moves a bar on stderr, by counties; None where nobody watches."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("判定" if lang == "zh" else "judging", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def standard_of(province: Province) -> Standard:
    """Return the standard that a province was judged by."""
    own = {key: value for key, value in province.terms.settings if key in _choices(province)}
    return load(province.terms.standard, province.terms.year, own)


def _choices(province: Province) -> set[str]:
    form = load(province.terms.standard, province.terms.year).form
    return {*form.settings, *(relaxation.id for relaxation in form.relaxations)}


def emit(found: Province, wanted: str, outputs: Mapping[Path, str], lang: Lang, *, everything: bool) -> None:
    """Print a province, or write it to files; what is wrong goes to stderr."""
    standard = standard_of(found)
    if not outputs and wanted == "text":
        from junheng.report import to_terminal

        to_terminal.draw(ProvinceReport(found, standard, lang, everything=everything).blocks(), to_terminal.console())
    elif not outputs:
        for piece in _pieces(found, standard, wanted, lang, everything=everything):
            sys.stdout.write(piece)
    for output, form in outputs.items():
        _write(found, standard, output, form, lang, everything=everything)
        typer.echo(f"已写入 {output}" if lang == "zh" else f"written: {output}", err=True)
    _complain(found, lang)


def _write(found: Province, standard: Standard, output: Path, form: str, lang: Lang, *, everything: bool) -> None:
    if form == "xlsx":
        from junheng.report import to_xlsx

        report = ProvinceReport(found, standard, lang, everything=True)
        problems = [one.problem() for one in found.problems]
        to_xlsx.write(output, report.blocks(heat=True), problems, lang, records=[report.record()])
    elif form == "html":
        from junheng.province.page import write_page

        write_page(found, standard, output, lang)
    else:
        from junheng.report.write import write_text

        pieces = _pieces(found, standard, form, lang, everything=everything)
        write_text(output, pieces, encoding="utf-8-sig" if form == "csv" else "utf-8")


def _pieces(found: Province, standard: Standard, form: str, lang: Lang, *, everything: bool) -> Iterator[str]:
    from junheng.report.province_data import province_csv, province_json

    if form == "json":
        yield from province_json(found, standard, lang)
    elif form == "csv":
        yield from province_csv(found, standard, lang)
    else:
        report = ProvinceReport(found, standard, lang, everything=everything)
        yield from _drawn(report.blocks(heat=everything and form == "markdown"), form)


def _drawn(blocks: Sequence[Block], form: str) -> Iterator[str]:
    if form == "markdown":
        from junheng.report import to_markdown

        yield from (f"{line}\n" for line in to_markdown.draw(blocks))
        return
    from rich.console import Console

    from junheng.report import to_terminal

    out = StringIO()
    to_terminal.draw(blocks, Console(file=out, width=WIDE, highlight=False, markup=False, emoji=False))
    yield out.getvalue()


def _complain(found: Province, lang: Lang) -> None:
    """Print what keeps counties from being judged, and how much else there is: `county` tells of each."""
    files = {file for one in found.not_judged for file in one.files}
    grave = [
        one for one in found.problems if one.code.startswith("C") or (one.file in files and one.severity == "error")
    ]
    judging.complain([one.problem() for one in grave], lang)
    told = Counter(one.code for one in grave)
    rest = {code: count - told[code] for code, count in found.counts.items() if count > told[code]}
    if rest:
        most = sorted(rest.items(), key=lambda entry: (-entry[1], entry[0]))
        listed = " ".join(f"{code}×{count}" for code, count in most[:12])
        zh = f"各县数据中的问题共 {sum(rest.values())} 处：{listed}；逐处见 --format json，或对该县运行 junheng county"
        en = f"{sum(rest.values())} problems in the data of counties: {listed}; see --format json, or junheng county"
        typer.echo(zh if lang == "zh" else en, err=True)


def exit_code(found: Province, *, exit_zero: bool) -> int:
    """Return 2 where no county could be judged, 3 where one could not or cannot be decided, 1 where one does not meet, else 0.

    What was not judged comes before what does not meet: the summary is not whole. What cannot be decided comes after.
    """
    if not (found.ranked or found.undecided):
        return 2
    return 0 if exit_zero else judging.CODES[found.passed]
