"""`junheng audit`: what cannot be right in a table of schools, or is unlikely, by school and by cell."""

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from junheng.cli.options import (
    Annotate,
    ApplyWaivers,
    Columns,
    Format,
    Formats,
    Lang,
    Language,
    Output,
    Paths,
    Sheets,
    Waivers,
    Year,
    say,
    words_of,
)

if TYPE_CHECKING:
    from junheng.audit.run import Audit
    from junheng.documents.record import Record
    from junheng.text import Lang as SpokenIn

HELP = say(
    "数据核查：哪所学校哪个格子的数不对或可疑，怎么办；加 --against 与上年比较。有错误时以 1 退出。\n\n"
    "例：junheng audit examples/shili/2023.xlsx --against examples/shili/2022.xlsx",
    "Data checks: which cell of which school is wrong or unlikely, and what to do; --against compares with another "
    "year. Exits 1 where there is an error.\n\n"
    "Example: junheng audit examples/shili/2023.xlsx --against examples/shili/2022.xlsx",
)


def audit(
    paths: Paths = None,
    year: Year = None,
    against: Annotated[
        list[Path] | None,
        typer.Option(
            "--against", help=say("用来比较的另一年度的学校表；可重复", "Tables of another year; repeatable.")
        ),
    ] = None,
    checks: Annotated[
        Path | None,
        typer.Option("--checks", help=say("核查规则文件，按编号改动或补充", "A checks file: changes or adds rules.")),
    ] = None,
    identity: Annotated[
        Path | None,
        typer.Option(
            "--identity", help=say("学校变动文件：更名、合并、拆分、撤销、新建", "A file of changes of schools.")
        ),
    ] = None,
    standard: Annotated[
        str | None,
        typer.Option(
            "--standard",
            "-s",
            help=say("按哪个标准看缺哪些数：编号、类别或 YAML 文件", "The standard whose figures must be there."),
        ),
    ] = None,
    format_: Formats = None,
    output: Output = None,
    columns: Columns = None,
    sheet: Sheets = None,
    annotate: Annotate = None,
    lang: Lang = Language.zh,
    waivers: Waivers = None,
    apply_waivers: ApplyWaivers = False,
    exit_zero: Annotated[
        bool, typer.Option("--exit-zero", help=say("有错误时也以 0 退出", "Exit 0 whatever is found."))
    ] = False,
) -> None:
    from junheng.audit.run import audit as audited
    from junheng.cli import handing_back, judging
    from junheng.problems import Unusable
    from junheng.report.audit_data import unusable_audit_json
    from junheng.run import DEFAULT_STANDARD

    said = words_of(lang)
    wanted = (format_ or Format.text).value
    try:
        wanted = judging.format_of(format_, output)
        judging.keep_apart(output, *(paths or ()), *(against or ()), checks, identity, columns, waivers)
        project = judging.project_of(paths)
        chosen = paths or list(project.data) or [Path()]
        judging.keep_apart(annotate, output)
        copies = {} if annotate is None else handing_back.copies_of(chosen, annotate)
        with judging.progress([*chosen, *(against or ())], said) as report:
            done = audited(
                chosen,
                standard or (project.standards or (DEFAULT_STANDARD,))[0],
                year=year,
                against=against or (),
                checks=checks or project.checks,
                identity=identity or project.identity,
                columns=columns or project.columns,
                settings=project.settings,
                sheets=sheet or (),
                county=project.county,
                progress=report,
                waivers=waivers or project.waivers,
            )
        lost = handing_back.hand_back_checked(copies, done, said)
        given = (
            columns or project.columns,
            waivers or project.waivers,
            checks or project.checks,
            identity or project.identity,
        )
        files = [] if output is None else judging.inputs([*chosen, *(against or ())], *given, folders=True)
        _emit(done, wanted, output, said, files)
        judging.complain(lost, said)
    except Unusable as error:
        if wanted == "json":
            sys.stdout.write(unusable_audit_json(error.problems, said))
        raise judging.stop(error, said) from error
    faulty = done.faulty_with_waivers if apply_waivers else done.faulty
    raise typer.Exit(1 if faulty and not exit_zero else 0)


def _emit(
    done: "Audit", wanted: str, output: Path | None, lang: "SpokenIn", files: "Sequence[tuple[Path, str]]"
) -> None:
    """Print an audit, or write it to a file with its record; what is of no school goes to stderr too."""
    from junheng.cli.judging import complain
    from junheng.report import to_terminal
    from junheng.report.audit import audit_blocks, list_blocks
    from junheng.report.audit_entries import at_no_school

    if wanted == "text" and output is None:
        to_terminal.draw(audit_blocks(done, lang, whole_table=False), to_terminal.console())
    elif wanted == "xlsx" and output is not None:
        from junheng.documents.record import record_of_audit, record_table
        from junheng.report import to_xlsx

        records = [record_table(record_of_audit(done, files), lang)]
        to_xlsx.write(output, list_blocks(done, lang), [], lang, records=records)
    elif output is None:
        sys.stdout.writelines(_pieces(done, wanted, lang))
    else:
        from junheng.documents.record import record_of_audit
        from junheng.report.write import write_text

        record = None if wanted == "csv" else record_of_audit(done, files)
        write_text(output, _pieces(done, wanted, lang, record), encoding="utf-8-sig" if wanted == "csv" else "utf-8")
    if output is not None:
        typer.echo(f"已写入 {output}" if lang == "zh" else f"written: {output}", err=True)
    complain(at_no_school(done), lang, done.accepted.problems)


def _pieces(done: "Audit", wanted: str, lang: "SpokenIn", record: "Record | None" = None) -> Iterator[str]:
    """Yield an audit as text, with its record where there is one."""
    from junheng.documents.record import record_json, record_table
    from junheng.report import to_markdown
    from junheng.report.audit import audit_blocks
    from junheng.report.audit_data import audit_csv, audit_json

    proof = [] if record is None else [record_table(record, lang)]
    if wanted == "json":
        yield from audit_json(done, lang, None if record is None else record_json(record))
    elif wanted == "csv":
        yield from audit_csv(done, lang)
    elif wanted == "markdown":
        yield from (f"{text}\n" for text in to_markdown.draw([*audit_blocks(done, lang), *proof]))
    else:
        from io import StringIO

        from rich.console import Console

        from junheng.report import to_terminal

        out = StringIO()
        to_terminal.draw(
            [*audit_blocks(done, lang), *proof],
            Console(file=out, width=120, highlight=False, markup=False, emoji=False),
        )
        yield out.getvalue()
