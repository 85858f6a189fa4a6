"""What `junheng plan` is made of: the budgets of the command line, the plans of a run, the files it writes."""

import re
import sys
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from junheng import kinds
from junheng.problems import Place, Unusable
from junheng.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from junheng.planning.conditions import Conditions
    from junheng.planning.making import Plans
    from junheng.run import Run
    from junheng.scenario.reading import Scenario
    from junheng.text import Lang as Spoken


def ends_in(file: Path | None, *endings: str) -> None:
    """Raise Unusable where a file is to be written under a name of another kind."""
    if file is not None and file.suffix.lower() not in endings:
        found = file.suffix.lower() or "—"
        raise Unusable([kinds.FORMAT_UNKNOWN.at(Place(str(file)), found=found, known=" ".join(endings))])


def solvable() -> None:
    """Raise Unusable where what plans are solved with is not installed."""
    try:
        import highspy  # noqa: F401 - whether it is there
    except ImportError as error:
        raise Unusable([kinds.PLAN_EXTRA.at(Place("junheng plan"), found=error.name or "highspy")]) from error


def budgets_of(conditions: "Conditions", written: "Sequence[str] | None") -> dict[int, Fraction | None]:
    """Return the budgets of years in yuan, those of the command line before those of the conditions.

    Raise Unusable for what is none.
    """
    yuan: dict[int, Fraction | None] = dict(conditions.form.budgets or {})
    problems = []
    for entry in written or ():
        found = re.fullmatch(r"((?:19|[2-9]\d)\d\d)=(\d[\d,]*(?:\.\d+)?)", entry.replace(" ", ""), re.ASCII)
        if found is None:
            problems.append(kinds.PLAN_YEARS_UNCLEAR.at(Place("--budget"), found=entry))
        else:
            yuan[int(found[1])] = Fraction(found[2].replace(",", ""))
    if problems:
        raise Unusable(problems)
    return yuan


def _years(yuan: "Mapping[int, Fraction | None]", last: int | None, now: int | None) -> list[int]:
    """Return the years of a plan: those with a budget, to the last; without budgets all after the figures, to the last."""
    if yuan or last is None:
        return sorted(year for year in yuan if last is None or year <= last)
    return list(range((now or last - 1) + 1, last + 1)) or [last]


def _possible(
    yuan: "Mapping[int, Fraction | None]", last: int | None, conditions: "Conditions", now: int | None
) -> None:
    """Raise Unusable for years before that of the figures, and for budgets after the last year: they would do nothing."""
    target = last or conditions.form.target_year
    early = Text(f"不早于数据的年度 {now}", f"not before the year of the figures, {now}")
    late = Text(f"不晚于目标年 {target}", f"not after the target year {target}")
    wrong = [(year, "budgets", early) for year in sorted(yuan) if now is not None and year < now]
    wrong += [(target, "target_year", early)] if target is not None and now is not None and target < now else []
    wrong += [(year, "budgets", late) for year in sorted(yuan) if target is not None and year > target]
    if wrong:
        raise Unusable(
            [
                kinds.VALUE_WRONG.at(
                    _given_at(year, key, last, conditions), key=key, found=str(year), expected=expected
                )
                for year, key, expected in wrong
            ]
        )


def _given_at(year: int, key: str, last: int | None, conditions: "Conditions") -> Place:
    """Return where a year was given: in the file of conditions, or as an option."""
    of_file = last is None if key == "target_year" else year in (conditions.form.budgets or {})
    if of_file and conditions.document is not None:
        return conditions.document.place((key,) if key == "target_year" else (key, year))
    return Place("--target-year" if key == "target_year" else "--budget")


def plans_of_run(
    run: "Run",
    costs: Path | None,
    conditions: "Conditions",
    budgets: "tuple[Mapping[int, Fraction | None], int | None]",
    before: "Sequence[Scenario]",
    gap: float,
    seconds: float,
    lang: "Spoken",
) -> "Plans":
    """Return the plans of a run, after the scenarios that come before; raise Unusable where none can be made.

    `budgets` are yuan by year, and the last year that the command line names.
    """
    from junheng.documents.costs import read_costs
    from junheng.planning.conditions import ways_of
    from junheng.planning.making import Budgets, plans_of
    from junheng.planning.order import rank_of
    from junheng.run import fields_of_run
    from junheng.scenario.applying import apply_scenarios

    if costs is None:
        raise Unusable([kinds.PLAN_NO_PRICES.at(Place("--costs"))])
    run = apply_scenarios(run, before) if before else run
    fields = fields_of_run(run)
    prices = read_costs(costs, fields)
    rank = rank_of(prices.order, fields)
    ways = ways_of(run, prices, conditions)
    yuan, last = budgets
    _possible(yuan, last, conditions, run.year)
    years = Budgets(tuple(_years(yuan, last or conditions.form.target_year, run.year)), yuan)
    with _telling(lang) as tell:
        return plans_of(run, ways, years, rank=rank, gap=gap, seconds=seconds, say=tell)


@contextmanager
def _telling(lang: "Spoken") -> "Iterator[Callable[[str | None, float, float], None]]":
    """Give what says on stderr how far the plan of a county has come; nothing is said where nobody watches."""
    if not sys.stderr.isatty():
        yield lambda _name, _cost, _bound: None
        return
    from math import inf

    from rich.console import Console

    with Console(stderr=True, markup=False).status("求解…" if lang == "zh" else "solving…") as line:

        def tell(name: str | None, cost: float, bound: float) -> None:
            costs = "—" if cost == inf else f"{cost:,.0f}"
            wording = (
                f"费用 {costs}，不少于 {bound:,.0f} 元" if lang == "zh" else f"{costs}, at least {bound:,.0f} yuan"
            )
            line.update(f"{name or ''} {wording}")

        yield tell


def write_files(
    plans: "Sequence[Plans]",
    save: Path | None,
    school_plan: Path | None,
    lang: "Spoken",
    read: "Sequence[tuple[Path, str]]",
) -> None:
    """Write the plan as a scenario, and the supplement to the school plans; no scenario where there is no plan."""
    if save is not None and all(c.run_after is None for p in plans for c in p.counties):
        typer.echo(f"没有方案，不写 {save}" if lang == "zh" else f"there is no plan: not written: {save}", err=True)
    elif save is not None:
        from junheng.report.write import write_text
        from junheng.scenario.writing import scenario_yaml

        changes = [change for p in plans for c in p.counties for change in c.changes]
        write_text(save, [scenario_yaml(changes, "方案" if lang == "zh" else "plan")])
        typer.echo(f"已写入 {save}" if lang == "zh" else f"written: {save}", err=True)
    if school_plan is not None:
        from junheng.documents.plan_supplement import write_supplement

        write_supplement(plans, school_plan, lang, read)
        typer.echo(f"已写入 {school_plan}" if lang == "zh" else f"written: {school_plan}", err=True)
