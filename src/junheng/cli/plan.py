"""`junheng plan`: the least cost at which every school and every coefficient of a county passes."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from junheng.cli.options import (
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
    Year,
    say,
    words_of,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from junheng.planning.conditions import Conditions
    from junheng.planning.making import Budgets, Plans
    from junheng.run import Run
    from junheng.scenario.reading import Scenario
    from junheng.text import Lang as Spoken

HELP = say(
    "最省的方案：在哪些学校增加什么、调动哪些教师，使每所学校达标、每个差异系数符合，费用最少。"
    "\n\n例：junheng plan examples/shili --year 2023 --costs examples/costs/plan.yaml",
    "The plan of least cost: what to add where, and who moves, so that every school and every coefficient passes."
    "\n\nExample: junheng plan examples/shili --year 2023 --costs examples/costs/plan.yaml",
)
CODES = {"optimal": 0, "feasible": 0, "infeasible": 1, "unknown": 3, "undecided": 3}
Yuan = Annotated[
    list[str] | None,
    typer.Option(
        "--budget",
        help=say("某年的预算，年=元，如 2024=3000000；可重复", "Budget of a year, YEAR=YUAN; may be repeated."),
    ),
]


def plan(
    paths: Paths = None,
    year: Year = None,
    costs: Annotated[
        Path | None,
        typer.Option(
            "--costs", help=say("单价文件；默认用 junheng.yaml 所列", "A costs file; default: of junheng.yaml.")
        ),
    ] = None,
    conditions: Annotated[
        Path | None,
        typer.Option(
            "--conditions",
            help=say(
                "条件文件：逐年预算、不能变的、最多增加多少、教师调动",
                "Conditions: budgets, what must not change, how much at most, who may move.",
            ),
        ),
    ] = None,
    budget: Yuan = None,
    target_year: Annotated[
        int | None,
        typer.Option("--target-year", min=1900, max=9999, help=say("到哪一年完成", "The year by which it is done.")),
    ] = None,
    scenario: Annotated[
        list[Path] | None,
        typer.Option(
            "--scenario",
            help=say("先按情景文件改变（如预测的学生数），再求方案；可重复", "Scenarios that come before the plan."),
        ),
    ] = None,
    standard: Standards = None,
    gap: Annotated[
        float,
        typer.Option(
            "--gap", min=0, max=1, help=say("与最省的差距到此为止，0.001 即 0.1%", "Stop at this gap, a share.")
        ),
    ] = 0.001,
    seconds: Annotated[
        float,
        typer.Option("--seconds", min=1, help=say("每县求解的时间上限（秒）", "Time for each county, in seconds.")),
    ] = 60,
    save: Annotated[
        Path | None,
        typer.Option("--save", help=say("把方案存为情景文件，可用 whatif 重放", "Save the plan as a scenario file.")),
    ] = None,
    school_plan: Annotated[
        Path | None,
        typer.Option(
            "--school-plan", help=say("写一校一策补充（.docx）", "Write the supplement to the school plans (.docx).")
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
    exit_zero: ExitZero = False,
) -> None:
    from junheng.cli import judging, showing
    from junheng.cli.options import By
    from junheng.problems import Unusable
    from junheng.scenario.reading import read_scenarios

    said = words_of(lang)
    wanted = (format_ or Format.text).value
    schema = "junheng.plan/1"
    try:
        wanted = judging.format_of(format_, output)
        _solvable()
        from junheng.planning.conditions import read_conditions
        from junheng.planning.making import Plans
        from junheng.report.plan import plan_report
        from junheng.report.plan_data import plan_document, plan_rows

        for written in (output, save, school_plan):
            judging.keep_apart(written, *(paths or ()), columns, costs, conditions, *(scenario or ()))
        project = judging.project_of(paths)
        given, before = read_conditions(conditions), read_scenarios(scenario or ())
        budgets = _budgets(given, budget, target_year, year)
        runs = judging.run_all(
            paths or list(project.data) or [Path()],
            standard,
            project,
            year=year,
            columns=columns,
            settings=setting,
            sheets=sheet or (),
            by=By.county,
            lang=said,
            province=province,
        )
        made = [
            run
            if isinstance(run, judging.Failed)
            else _plans(run, costs or project.costs, given, budgets, before, gap, seconds)
            for run in runs
        ]
        full = everything or wanted == "xlsx"
        told = [
            showing.Told(plan_report(p, said, everything=full), plan_document(p, said), list(plan_rows(p)))
            if isinstance(p, Plans)
            else showing.told_of_failed(p, schema, said)
            for p in made
        ]
        plans = [p for p in made if isinstance(p, Plans)]
        problems = list(dict.fromkeys(q for p in plans for q in (*p.run.problems, *p.problems)))
        showing.show(showing.several(told), wanted, output, said, problems)
        _files(plans, save, school_plan, said)
    except Unusable as error:
        raise judging.stop(error, said, schema=schema, wanted=wanted) from error
    codes = {2 if isinstance(p, judging.Failed) else _code(p) for p in made}
    worst = next(code for code in judging.WORST_FIRST if code in codes)
    raise typer.Exit(0 if exit_zero and worst != 2 else worst)  # noqa: PLR2004 - could not run


def _code(plans: "Plans") -> int:
    """Return the exit code of the plans of one run: the worst of its counties; 3 where a part stays undecided."""
    from junheng.cli.judging import WORST_FIRST

    codes = {
        3
        if c.after is not None and None in [c.after.parts.get(n, True) for n in ("schools", "variation")]
        else CODES[c.status]
        for c in plans.counties
    }
    return next((code for code in WORST_FIRST if code in codes), 3)


def _plans(
    run: "Run",
    costs: Path | None,
    conditions: "Conditions",
    budgets: "Budgets",
    before: "Sequence[Scenario]",
    gap: float,
    seconds: float,
) -> "Plans":
    """Return the plans of a run, after the scenarios that come before; raise Unusable where none can be made."""
    from junheng import kinds
    from junheng.documents.costs import read_costs
    from junheng.planning.conditions import fields_of_run, ways_of
    from junheng.planning.making import plans_of
    from junheng.planning.order import rank_of
    from junheng.problems import Place, Unusable
    from junheng.scenario.applying import apply_scenarios

    if costs is None:
        raise Unusable([kinds.PLAN_NO_PRICES.at(Place("--costs"))])
    run = apply_scenarios(run, before) if before else run
    fields = fields_of_run(run)
    prices = read_costs(costs, fields)
    rank = rank_of(prices.order, fields)
    return plans_of(run, ways_of(run, prices, conditions), budgets, rank=rank, gap=gap, seconds=seconds)


def _solvable() -> None:
    """Raise Unusable where what plans are solved with is not installed."""
    from junheng import kinds
    from junheng.problems import Place, Unusable

    try:
        import highspy  # noqa: F401 - whether it is there
    except ImportError as error:
        raise Unusable([kinds.PLAN_EXTRA.at(Place("junheng plan"), found=error.name or "highspy")]) from error


def _budgets(
    conditions: "Conditions", written: list[str] | None, target_year: int | None, year: int | None
) -> "Budgets":
    """Return the years of a plan and their budgets: of the command line, else of the conditions.

    Without a budget but with a target year, every year from the one after the figures to it counts, without limit.
    """
    from fractions import Fraction

    from junheng import kinds
    from junheng.planning.making import Budgets
    from junheng.problems import Place, Unusable

    yuan: dict[int, Fraction | None] = dict(conditions.form.budgets or {})
    problems = []
    for entry in written or ():
        name, _, amount = entry.partition("=")
        try:
            yuan[int(name)] = Fraction(amount.replace(",", ""))
        except (ValueError, ZeroDivisionError):
            problems.append(kinds.PLAN_YEARS_UNCLEAR.at(Place("--budget"), found=entry))
            continue
        if (yuan[int(name)] or 0) < 0:
            problems.append(kinds.PLAN_YEARS_UNCLEAR.at(Place("--budget"), found=entry))
    if problems:
        raise Unusable(problems)
    last = target_year or conditions.form.target_year
    years = sorted(y for y in yuan if last is None or y <= last)
    if last is not None and not yuan:
        years = list(range((year or last - 1) + 1, last + 1)) or [last]
    return Budgets(tuple(years), yuan)


def _files(plans: "Sequence[Plans]", save: Path | None, school_plan: Path | None, lang: "Spoken") -> None:
    """Write the plan as a scenario, and the supplement to the school plans."""
    if save is not None:
        from junheng.report.write import write_text
        from junheng.scenario.writing import scenario_yaml

        changes = [change for p in plans for c in p.counties for change in c.changes]
        write_text(save, [scenario_yaml(changes, "方案" if lang == "zh" else "plan")])
        typer.echo(f"已写入 {save}" if lang == "zh" else f"written: {save}", err=True)
    if school_plan is not None:
        from junheng.documents.plan_supplement import write_supplement

        write_supplement(plans, school_plan, lang)
        typer.echo(f"已写入 {school_plan}" if lang == "zh" else f"written: {school_plan}", err=True)
