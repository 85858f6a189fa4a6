"""`junheng ledger`: the ledger of a county, written fresh, or brought up to another year."""

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from junheng.cli.options import (
    Columns,
    Lang,
    Language,
    Paths,
    Province,
    Settings,
    Standards,
    Waivers,
    Year,
    say,
    words_of,
)
from junheng.text import Lang as SpokenIn

HELP = say(
    "台账：已达标、未达标、待核实、缺口、佐证；每年更新而不丢责任人和时限。"
    "\n\n例：junheng ledger examples/shili --year 2023 -o 台账.xlsx",
    "The ledger: what is met, what is not, gaps, evidence; updated each year without losing owners and dates."
    "\n\nExample: junheng ledger examples/shili --year 2023 -o ledger.xlsx",
)
_NEW = "new"


class _Group(TyperGroup):
    """Takes paths straight away: `junheng ledger PATH…` is `junheng ledger new PATH…`."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:  # noqa: ANN401 - typer's own context
        if args and args[0] not in (*self.commands, *ctx.help_option_names):
            args = [_NEW, *args]
        return super().parse_args(ctx, args)


app = typer.Typer(cls=_Group, rich_markup_mode=None, no_args_is_help=True)

CostsFile = Annotated[
    Path | None,
    typer.Option(
        "--costs",
        help=say(
            "单价和先后次序的文件（.yaml）；默认用 junheng.yaml 所列",
            "Prices and order of work (.yaml); by default that of junheng.yaml.",
        ),
    ),
]
Today = Annotated[
    datetime | None,
    typer.Option(
        "--today",
        formats=["%Y-%m-%d"],
        metavar="YYYY-MM-DD",
        help=say("按这一天判断是否超期并记入历史；默认今天", "The day for what is overdue and for the history."),
    ),
]


@app.command(
    _NEW,
    help=say(
        "写一份新台账（new 可省）。\n\n例：junheng ledger examples/shili --year 2023 -o 台账.xlsx",
        "Write a fresh ledger (new may be left out).\n\n"
        "Example: junheng ledger examples/shili --year 2023 -o ledger.xlsx",
    ),
)
def new(
    paths: Paths = None,
    year: Year = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help=say("写入的文件；默认 台账.xlsx", "The file to write."))
    ] = None,
    costs: CostsFile = None,
    today: Today = None,
    standard: Standards = None,
    province: Province = None,
    columns: Columns = None,
    setting: Settings = None,
    waivers: Waivers = None,
    lang: Lang = Language.zh,
) -> None:
    path = output or Path("台账.xlsx" if lang is Language.zh else "ledger.xlsx")
    _write(paths, None, path, year, standard, province, columns, setting, waivers, costs, today, words_of(lang))


@app.command(
    help=say(
        "用新一年的学校表更新台账：责任人、时限、状态、备注和自加的列都保留，达到的销号，新出现的列入。"
        "\n\n例：junheng ledger update 台账.xlsx examples/shili --year 2023",
        "Bring a ledger up to another year: what was filled in is kept, what is met is struck off, new items are added."
        "\n\nExample: junheng ledger update ledger.xlsx examples/shili --year 2023",
    )
)
def update(
    ledger: Annotated[
        Path, typer.Argument(metavar="LEDGER", help=say("已有的台账（.xlsx）", "The ledger that is there (.xlsx)."))
    ],
    paths: Paths = None,
    year: Year = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help=say("另写一个文件；默认写回台账", "Another file; by default the ledger.")),
    ] = None,
    costs: CostsFile = None,
    today: Today = None,
    standard: Standards = None,
    province: Province = None,
    columns: Columns = None,
    setting: Settings = None,
    waivers: Waivers = None,
    lang: Lang = Language.zh,
) -> None:
    _write(
        paths,
        ledger,
        output or ledger,
        year,
        standard,
        province,
        columns,
        setting,
        waivers,
        costs,
        today,
        words_of(lang),
    )


def _write(
    paths: Sequence[Path] | None,
    ledger: Path | None,
    path: Path,
    year: int | None,
    standards: Sequence[str] | None,
    province: str | None,
    columns: Path | None,
    settings: Sequence[str] | None,
    waivers: Path | None,
    costs: Path | None,
    today: datetime | None,
    lang: SpokenIn,
) -> None:
    """Judge, and write the ledger of every county; problems go to stderr."""
    from junheng import kinds
    from junheng.cli import judging
    from junheng.documents.ledger import write_ledgers
    from junheng.documents.record import record_of_run
    from junheng.documents.submission import Submission
    from junheng.problems import Place, Unusable
    from junheng.run import DEFAULT_STANDARD, judge
    from junheng.workbook.cells import workbooks

    try:
        project = judging.project_of(paths)
        names = standards or project.standards or (DEFAULT_STANDARD,)
        if len(names) > 1:
            raise Unusable([kinds.ONE_STANDARD_ONLY.at(Place("--standard"), found="、".join(names))])
        if ledger is None and path.exists():
            raise Unusable([kinds.LEDGER_THERE.at(Place(str(path)))])
        if path.suffix.lower() != ".xlsx":
            raise Unusable([kinds.FORMAT_UNKNOWN.at(Place(str(path)), found=path.suffix or "—", known=".xlsx")])
        asked = list(paths or project.data or [Path()])
        given, faults = workbooks(asked)
        others = [file for file, _ in given if not any(_same(file, own) for own in (ledger, path))]
        run = judge(
            others if len(others) < len(given) and not faults else asked,
            names[0],
            year=year,
            columns=columns or project.columns,
            settings=judging.settings_of(settings, project),
            by="county",
            county=project.county,
            waivers=waivers or project.waivers,
            province=province or project.province,
        )
        run = run if province is not None else judging.unsaid(run)
        prices = costs or project.costs
        further = [f for f in (columns or project.columns, waivers or project.waivers, prices) if f is not None]
        files = [*given, *((file, str(file)) for file in further if file.is_file())]
        submissions = [
            Submission(run, county, record_of_run(run, county, files), lang, costs=prices) for county in run.counties
        ]
        day: date | None = None if today is None else today.date()
        said = write_ledgers(submissions, path, earlier=ledger, day=day)
    except Unusable as error:
        raise judging.stop(error, lang) from error
    typer.echo(f"已写入 {path}" if lang == "zh" else f"written: {path}", err=True)
    judging.complain([*run.problems, *said], lang, run.waived.problems)


def _same(file: Path, other: Path | None) -> bool:
    return other is not None and other.exists() and file.samefile(other)
