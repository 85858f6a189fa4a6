"""`junheng standards`: list, show, check, test, schema; complete, diff and coverage stand in files of their own."""

import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from junheng.cli import complete, coverage, standards_diff
from junheng.cli.options import Lang, Language, Settings, Standard, say, words_of

if TYPE_CHECKING:
    from junheng.problems import Problem
    from junheng.text import Text

HELP = say(
    "标准文件：列出、查看、比较、补全、检查、测试。\n\n例：junheng standards show quality-balance",
    "Standards files: list, show, compare, complete, check, test.\n\nExample: junheng standards show quality-balance",
)
app = typer.Typer(rich_markup_mode=None, no_args_is_help=True)


class CheckFormat(StrEnum):
    """How faults of standards are printed."""

    text = "text"
    github = "github"
    sarif = "sarif"
    json = "json"


class ShowFormat(StrEnum):
    """How a standard is printed."""

    text = "text"
    markdown = "markdown"


class SchemaOf(StrEnum):
    """The files that have a schema."""

    standard = "standard"
    checks = "checks"
    conditions = "conditions"
    costs = "costs"
    forms = "forms"
    identity = "identity"
    merge = "merge"
    scenario = "scenario"
    waivers = "waivers"
    warnings = "warnings"


@app.command(
    "list",
    help=say("列出全部标准。\n\n例：junheng standards list", "List every standard.\n\nExample: junheng standards list"),
)
def list_(lang: Lang = Language.zh) -> None:
    from junheng.report import to_terminal
    from junheng.report.standards import list_blocks
    from junheng.standard.load import ids, load

    to_terminal.draw(list_blocks([load(id_) for id_ in ids()], words_of(lang)), to_terminal.console())


@app.command(
    help=say(
        "查看一个标准：指标、标准值、引文、口径。\n\n例：junheng standards show quality-balance --at 2023",
        "Show a standard: indicators, bars, quotes, settings.\n\n"
        "Example: junheng standards show quality-balance --at 2023",
    )
)
def show(
    standard: Standard,
    year: Annotated[
        int | None,
        typer.Option(
            "--at",
            "--year",
            "-y",
            min=1,
            max=9999,
            help=say("该年度（学年开始的一年）有效的", "As in force in a school year, the year it begins in."),
        ),
    ] = None,
    setting: Settings = None,
    provenance: Annotated[
        bool,
        typer.Option(
            "--provenance", help=say("另列每一条出自哪个文件哪一行", "Also where each part comes from, file and line.")
        ),
    ] = False,
    format_: Annotated[
        ShowFormat, typer.Option("--format", "-f", help=say("输出格式", "What to print."))
    ] = ShowFormat.text,
    lang: Lang = Language.zh,
) -> None:
    from junheng.cli.judging import settings_of, stop
    from junheng.cli.project import Project
    from junheng.problems import Unusable
    from junheng.report import to_markdown, to_terminal
    from junheng.report.provenance import provenance_blocks
    from junheng.report.standards import show_blocks
    from junheng.standard.load import load

    try:
        found = load(standard, year, settings_of(setting, Project()))
    except Unusable as error:
        raise stop(error, words_of(lang)) from error
    blocks = show_blocks(found, words_of(lang), year)
    blocks += provenance_blocks(found, words_of(lang)) if provenance else []
    if format_ is ShowFormat.markdown:
        sys.stdout.write("\n".join(to_markdown.draw(blocks)) + "\n")
    else:
        to_terminal.draw(blocks, to_terminal.console())


@app.command(
    help=say(
        "检查标准文件：语法、出处、数值与引文是否一致；也检查核查规则、统计表版式、学校变动、合并、豁免文件。\n\n"
        "例：junheng standards check mine.yaml",
        "Check standards files: grammar, citations, numbers against quotes; and files of checks, forms, identity, merging "
        "and waivers.\n\nExample: junheng standards check mine.yaml",
    )
)
def check(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="PATH", help=say("YAML 文件或其文件夹；默认全部标准", "YAML files or folders; default: all.")
        ),
    ] = None,
    format_: Annotated[
        CheckFormat, typer.Option("--format", "-f", help=say("输出格式", "What to print."))
    ] = CheckFormat.text,
    lang: Lang = Language.zh,
) -> None:
    import json

    from junheng.cli.judging import complain, stop
    from junheng.problems import Unusable, errors
    from junheng.report import to_github
    from junheng.report.to_json import problem_dict
    from junheng.report.to_sarif import sarif
    from junheng.standard.checking import check as checked

    said = words_of(lang)
    try:
        files, problems, unknown, data_files = checked(paths)
    except Unusable as error:
        raise stop(error, said) from error
    if format_ is CheckFormat.json:
        document = {
            "schema": "junheng.standards-check/1",
            "files": files,
            "data_files": data_files,
            "problems": [problem_dict(p, said) for p in problems],
            "unknown": unknown,
        }
        sys.stdout.write(json.dumps(document, ensure_ascii=False, indent=1) + "\n")
    elif format_ is CheckFormat.github:
        sys.stdout.writelines(to_github.lines(_from_here(problems, shipped=not paths), said))
    elif format_ is CheckFormat.sarif:
        sys.stdout.write(sarif(_from_here(problems, shipped=not paths), said))
    else:
        complain(problems, said)
        for file, missing in unknown.items() if paths else ():
            typer.echo(f"{file}：还有 {missing} 处未收录" if said == "zh" else f"{file}: {missing} not on record yet")
        typer.echo(_count(files, data_files, len(errors(problems)), len(problems)).say(said))
    raise typer.Exit(1 if errors(problems) else 0)


def _count(files: int, data_files: int, faulty: int, problems: int) -> "Text":
    """Return what was checked, and how much is wrong with it."""
    from junheng.text import Text

    parts = [Text(f"{files} 个标准文件", f"{files} standards files")] if files or not data_files else []
    parts += [Text(f"{data_files} 个数据文件", f"{data_files} data files")] if data_files else []
    return Text(
        f"检查了 {'、'.join(p.zh for p in parts)}，{faulty} 处错误，{problems - faulty} 处提醒",
        f"{' and '.join(p.en for p in parts)} checked, {faulty} errors, {problems - faulty} warnings",
    )


def _from_here(problems: "list[Problem]", *, shipped: bool) -> "list[Problem]":
    """Return problems with the shipped files named from the working folder, where they lie below it."""
    from junheng.standard.load import root

    here = Path.cwd().resolve()
    if not shipped or not root().is_relative_to(here):
        return problems
    above = root().relative_to(here)
    return [p._replace(place=p.place._replace(file=(above / p.place.file).as_posix())) for p in problems]


@app.command(
    "test",
    help=say(
        "运行标准的测试用例。\n\n例：junheng standards test tests/cases",
        "Run the test cases of standards.\n\nExample: junheng standards test tests/cases",
    ),
)
def cases(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="PATH",
            help=say("用例文件或文件夹；默认 tests/cases", "Case files or folders; default tests/cases."),
        ),
    ] = None,
    lang: Lang = Language.zh,
) -> None:
    from junheng.cli.judging import complain, stop
    from junheng.problems import Unusable
    from junheng.standard.cases import run_cases

    try:
        passed, problems = run_cases(paths or [Path("tests/cases")])
    except Unusable as error:
        raise stop(error, words_of(lang)) from error
    complain(problems, words_of(lang))
    typer.echo(
        f"用例：{passed} 个通过，{len(problems)} 个不符"
        if words_of(lang) == "zh"
        else f"cases: {passed} hold, {len(problems)} do not"
    )
    raise typer.Exit(1 if problems else 0)


@app.command(
    help=say(
        "输出标准文件（或 --of 所指的数据文件）语法的 JSON Schema。\n\n例：junheng standards schema > schema.json",
        "Print the JSON Schema of standards files, or of the data files named by --of.\n\n"
        "Example: junheng standards schema > schema.json",
    )
)
def schema(
    of: Annotated[
        SchemaOf,
        typer.Option(
            "--of",
            help=say(
                "哪一种文件：standard 标准、checks 核查规则、conditions 方案的条件、costs 单价、forms 统计表版式、identity 学校变动、merge 合并、scenario 情景、waivers 豁免、warnings 预警",
                "Which files: standard, checks, conditions, costs, forms, identity, merge, scenario, waivers or warnings.",
            ),
        ),
    ] = SchemaOf.standard,
) -> None:
    if of is SchemaOf.standard:
        from junheng.standard.schema import schema_text

        sys.stdout.write(schema_text())
    else:
        from junheng.standard.data_schemas import data_schema_text

        sys.stdout.write(data_schema_text(of.value))


app.command("complete", help=complete.HELP)(complete.complete)
app.command("diff", help=standards_diff.HELP)(standards_diff.diff)
app.command("coverage", help=coverage.HELP)(coverage.coverage)
