"""`junheng whatif`: what would be the verdict on a county if its schools, its pupils or the rules were otherwise."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from junheng.cli.options import (
    ApplyWaivers,
    By,
    Columns,
    Everything,
    ExitZero,
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
    from junheng.cli.showing import Told
    from junheng.problems import Problem
    from junheng.report.whatif_changes import WhatIf
    from junheng.run import Run
    from junheng.scenario.reading import Scenario
    from junheng.text import Lang as Spoken

HELP = say(
    "假如：调整教师、校舍、设备、学生数，合并拆分学校，换标准或口径之后，结论怎样变化。\n\n"
    "例：junheng whatif examples/shili --year 2023 --set 示例县第三小学.overqualified_teachers+=1",
    "What if teachers, rooms, equipment or pupils were others, schools merged or split, or another standard or setting "
    "judged.\n\nExample: junheng whatif examples/shili --year 2023 --set 示例县第三小学.overqualified_teachers+=1",
)


def whatif(
    paths: Paths = None,
    year: Year = None,
    scenario: Annotated[
        list[Path] | None,
        typer.Option(
            "--scenario", help=say("情景文件（YAML）；可重复，依次叠加", "A scenario file (YAML); may be repeated.")
        ),
    ] = None,
    set_: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            help=say(
                "一项改变，如 学校.字段+=2、junior.students*=0.95、setting.名=选项；可重复，在情景文件之后",
                "One change: SCHOOL.FIELD+=2, junior.students*=0.95, setting.NAME=CHOICE; may be repeated, after the files.",
            ),
        ),
    ] = None,
    standard: Standards = None,
    by: Annotated[
        By,
        typer.Option(
            "--by", help=say("计算范围：county 县 · town 乡镇 · group 学区", "Compute over: county, town or group.")
        ),
    ] = By.county,
    costs: Annotated[
        Path | None,
        typer.Option("--costs", help=say("单价文件：所增加的要花多少钱", "A costs file: what the additions cost.")),
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
    apply_waivers: ApplyWaivers = False,
    exit_zero: ExitZero = False,
) -> None:
    from junheng.cli import judging, showing
    from junheng.problems import Unusable
    from junheng.report.whatif_data import SCHEMA
    from junheng.scenario.reading import read_scenarios
    from junheng.scenario.short import scenario_of

    said = words_of(lang)
    wanted = "text"
    try:
        wanted = judging.format_of(format_, output)
        judging.keep_apart(output, *(paths or ()), columns, costs, *(scenario or ()))
        project = judging.project_of(paths)
        scenarios = [*read_scenarios(scenario or ()), *([scenario_of(set_)] if set_ else [])]
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
        made = _compared(runs, scenarios, costs or project.costs)
        told = [_told(entry, said, everything=everything or wanted == "xlsx") for entry in made]
        showing.show(showing.several(told), wanted, output, said, _problems(made))
    except Unusable as error:
        raise judging.stop(error, said, schema=SCHEMA, wanted=wanted) from error
    afters = [entry if isinstance(entry, judging.Failed) else entry.after for entry in made]
    raise typer.Exit(judging.exit_code(afters, counties=True, exit_zero=exit_zero, waived=apply_waivers))


def _compared(
    runs: "Sequence[Run | Failed]", scenarios: "Sequence[Scenario]", costs: Path | None
) -> "list[WhatIf | Failed]":
    """Return every run before and after scenarios; raise Unusable where they cannot be applied to one of them."""
    from junheng.documents.costs import read_costs
    from junheng.problems import Unusable
    from junheng.report.whatif_changes import WhatIf
    from junheng.run import Run, fields_of_run, judge_again
    from junheng.scenario.applying import applied
    from junheng.scenario.costing import priced

    made: list[WhatIf | Failed] = []
    problems: list[Problem] = []
    for run in runs:
        if not isinstance(run, Run):
            made.append(run)
            continue
        try:
            done = applied(run, scenarios)
        except Unusable as error:
            problems += error.problems
            continue
        fields = fields_of_run(done.run)
        prices = read_costs(costs, fields)
        bill = None if costs is None else priced(done.purchases, lambda f, n: prices.yuan(f, fields[f].unit, n))  # noqa: B023 - called at once
        # what the command kept silent about the run before is kept silent about the one after
        again = None if run.reading is None else judge_again(run, run.reading.table)
        silent = set() if again is None else set(again.problems) - set(run.problems)
        after = done.run._replace(problems=[p for p in done.run.problems if p not in silent])
        made.append(WhatIf(run, after, tuple(scenarios), done.effects, bill))
    if problems:
        raise Unusable(dict.fromkeys(problems))
    return made


def _told(made: "WhatIf | Failed", lang: "Spoken", *, everything: bool) -> "Told":
    """Return what there is to say of one comparison, or that a standard could not be judged by."""
    import json

    from junheng.cli.showing import Told
    from junheng.report.to_json import unusable_json
    from junheng.report.whatif import whatif_report
    from junheng.report.whatif_changes import WhatIf
    from junheng.report.whatif_data import SCHEMA, whatif_document, whatif_rows

    if not isinstance(made, WhatIf):
        return Told((), json.loads(unusable_json(SCHEMA, made.problems, lang, made.standard)), ())
    blocks = whatif_report(made, lang, everything=everything)
    return Told(blocks, whatif_document(made, lang), list(whatif_rows(made, lang)))


def _problems(made: "Sequence[WhatIf | Failed]") -> "list[Problem]":
    """Return the problems of everything that was judged, each once."""
    from junheng.report.whatif_changes import WhatIf

    every: dict[Problem, None] = {}
    for entry in made:
        runs = (entry.before, entry.after) if isinstance(entry, WhatIf) else (entry,)
        every.update(dict.fromkeys(problem for run in runs for problem in run.problems))
    return list(every)
