"""The command line: one file for each command; options in, exit code out."""

import typer

from junheng.cli import (
    audit,
    check,
    collect,
    columns,
    county,
    diff,
    drivers,
    explain,
    gaps,
    init,
    ledger,
    plan,
    province,
    report,
    sensitivity,
    standards,
    template,
    trend,
    whatif,
)
from junheng.cli.options import say

app = typer.Typer(
    name="junheng",
    help=say(
        "均衡：按义务教育均衡发展标准核查学校和县。\n\n例：junheng county examples/shili --year 2023",
        "junheng: checks schools and counties against the standards for balanced compulsory education.\n\n"
        "Example: junheng county examples/shili --year 2023",
    ),
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(asked: bool) -> None:
    if asked:
        from junheng import __version__

        typer.echo(f"junheng {__version__}")
        raise typer.Exit


@app.callback()
def _main(
    version: bool = typer.Option(
        False, "--version", callback=_version, is_eager=True, help=say("显示版本", "Show the version.")
    ),
) -> None:
    pass


app.command("check", help=check.HELP)(check.check)
app.command("county", help=county.HELP)(county.county)
app.command("province", help=province.HELP)(province.province)
app.command("report", help=report.HELP)(report.report)
app.add_typer(ledger.app, name="ledger", help=ledger.HELP)
app.command("gaps", help=gaps.HELP)(gaps.gaps)
app.command("drivers", help=drivers.HELP)(drivers.drivers)
app.command("diff", help=diff.HELP)(diff.diff)
app.command("collect", help=collect.HELP)(collect.collect)
app.command("columns", help=columns.HELP)(columns.columns)
app.command("whatif", help=whatif.HELP)(whatif.whatif)
app.command("plan", help=plan.HELP)(plan.plan)
app.command("trend", help=trend.HELP)(trend.trend)
app.command("sensitivity", help=sensitivity.HELP)(sensitivity.sensitivity)
app.command("audit", help=audit.HELP)(audit.audit)
app.add_typer(standards.app, name="standards", help=standards.HELP)
app.command("template", help=template.HELP)(template.template)
app.command("explain", help=explain.HELP)(explain.explain)
app.command("init", help=init.HELP)(init.init)
