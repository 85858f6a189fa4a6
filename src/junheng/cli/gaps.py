"""`junheng gaps`: what every school lacks, and the least that makes it meet the rule."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from junheng.cli.options import (
    By,
    Columns,
    Everything,
    ExitZero,
    Format,
    Formats,
    Lang,
    Language,
    Output,
    Paths,
    Province,
    Settings,
    Sheets,
    Standards,
    Waivers,
    Year,
    say,
    words_of,
)

if TYPE_CHECKING:
    from junheng.cli.judging import Failed
    from junheng.documents.costs import Costs
    from junheng.run import Run

HELP = say(
    "缺口：每所学校每项指标到标准、到余项要求还差多少，怎样补最省，按单价要多少钱。"
    "\n\n例：junheng gaps examples/shili --year 2023 --costs examples/costs/costs.yaml",
    "Gaps: what every school lacks to the bar and to the floor, the least to add, and what it costs."
    "\n\nExample: junheng gaps examples/shili --year 2023 --costs examples/costs/costs.yaml",
)


def gaps(
    paths: Paths = None,
    year: Year = None,
    standard: Standards = None,
    by: Annotated[
        By,
        typer.Option(
            "--by", help=say("合计范围：county 县 · town 乡镇 · group 学区", "Totals by county, town or group.")
        ),
    ] = By.county,
    costs: Annotated[
        Path | None,
        typer.Option(
            "--costs",
            help=say("单价文件（.yaml）；默认用 junheng.yaml 所列", "Prices (.yaml); by default that of junheng.yaml."),
        ),
    ] = None,
    format_: Formats = None,
    output: Output = None,
    province: Province = None,
    columns: Columns = None,
    setting: Settings = None,
    sheet: Sheets = None,
    everything: Everything = False,
    lang: Lang = Language.zh,
    waivers: Waivers = None,
    exit_zero: ExitZero = False,
) -> None:
    from junheng.cli import judging, showing
    from junheng.problems import Unusable
    from junheng.report.gaps import gaps_report
    from junheng.run import Run

    said = words_of(lang)
    wanted = (format_ or Format.text).value
    try:
        wanted = judging.format_of(format_, output)
        project = judging.project_of(paths)
        judging.keep_apart(output, *(paths or ()), columns, costs)
        runs = judging.run_all(
            paths or list(project.data) or [Path()],
            standard,
            project,
            year=year,
            columns=columns,
            settings=setting,
            sheets=sheet or (),
            by=by,
            lang=said,
            waivers=waivers,
            province=province,
        )
        priced = _costs(costs or project.costs, runs)
        full = everything or wanted == "xlsx"
        told = [
            showing.Told(*gaps_report(run, _prices(priced, run), said, priced=priced.given, everything=full))
            if isinstance(run, Run)
            else showing.told_of_failed(run, "junheng.gaps/1", said)
            for run in runs
        ]
        problems = list(dict.fromkeys(p for run in runs for p in run.problems))
        showing.show(showing.several(told), wanted, output, said, problems)
    except Unusable as error:
        raise judging.stop(error, said, schema="junheng.gaps/1", wanted=wanted) from error
    raise typer.Exit(judging.exit_code(runs, counties=True, exit_zero=exit_zero))


def _costs(file: Path | None, runs: "Sequence[Run | Failed]") -> "Costs":
    """Return the prices of a file, of whatever field one of the standards has."""
    from junheng.documents.costs import read_costs
    from junheng.run import Run

    made = [judged for run in runs if isinstance(run, Run) for judged in (*run.gate, run)]
    return read_costs(file, {name: form for run in made for name, form in run.standard.fields.items()})


def _prices(costs: "Costs", run: "Run") -> Mapping[str, Fraction]:
    """Return yuan for one more of every field that has a price."""
    forms = {name: form for judged in (*run.gate, run) for name, form in judged.standard.fields.items()}
    known = {name: costs.yuan(name, form.unit, Fraction(1)) for name, form in forms.items()}
    return {name: yuan for name, yuan in known.items() if yuan is not None}
