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

    from junheng.cli import judging
    from junheng.planning.making import Plans
    from junheng.problems import Problem

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
    from junheng.cli.planned import budgets_of, ends_in, plans_of_run, solvable, write_files
    from junheng.problems import Unusable
    from junheng.scenario.reading import read_scenarios

    said = words_of(lang)
    wanted = (format_ or Format.text).value
    schema = "junheng.plan/1"
    try:
        wanted = judging.format_of(format_, output)
        ends_in(school_plan, ".docx")
        ends_in(save, ".yaml", ".yml")
        solvable()
        from junheng.documents.record import record_of_run, record_table
        from junheng.planning.conditions import read_conditions
        from junheng.planning.making import Plans
        from junheng.report.plan import plan_report
        from junheng.report.plan_data import plan_document, plan_rows

        project = judging.project_of(paths)
        where = paths or list(project.data) or [Path()]
        costs, conditions = costs or project.costs, conditions or project.conditions
        for written in (output, save, school_plan):
            judging.keep_apart(written, *where, columns, costs, conditions, *(scenario or ()))
        given, before = read_conditions(conditions), read_scenarios(scenario or ())
        yuan = budgets_of(given, budget)
        runs = judging.run_all(
            where,
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
            else plans_of_run(run, costs, given, (yuan, target_year), before, gap, seconds, said)
            for run in runs
        ]
        full = everything or wanted == "xlsx"
        plans = [p for p in made if isinstance(p, Plans)]
        inputs = judging.inputs(where, columns, costs, conditions, *(scenario or ()), folders=True)
        records = [] if output is None else [record_of_run(p.run, None, inputs) for p in plans]
        proof = {id(p): record for p, record in zip(plans, records, strict=False)}
        told = [
            showing.Told(
                plan_report(p, said, everything=full), plan_document(p, said, proof.get(id(p))), list(plan_rows(p))
            )
            if isinstance(p, Plans)
            else showing.told_of_failed(p, schema, said)
            for p in made
        ]
        problems = list(dict.fromkeys(q for p in made for q in _problems(p)))
        tables = [record_table(record, said) for record in records]
        write_files(plans, save, school_plan, said, inputs)
        showing.show(showing.several(told), wanted, output, said, problems, tables)
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


def _problems(made: "Plans | judging.Failed") -> "Sequence[Problem]":
    """Return what is to be said of a run and its plans, or of a standard that could not be judged by."""
    from junheng.planning.making import Plans

    return (*made.run.problems, *made.problems) if isinstance(made, Plans) else made.problems
