"""Blocks and problems drawn in the terminal with rich. Text of cells is never markup."""

from collections import Counter
from collections.abc import Mapping, Sequence

from rich import box
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table as RichTable
from rich.text import Text as RichText

from junheng.problems import Problem, Severity
from junheng.report.model import Block, Column, Line, Mood, Shown, Table
from junheng.report.words import waived as said_waived
from junheng.text import Lang
from junheng.waivers import Waiver

STYLES = {
    Mood.GOOD: "green",
    Mood.CLOSE: "yellow",
    Mood.BAD: "bold red",
    Mood.UNKNOWN: "magenta",
    Mood.QUIET: "dim",
    Mood.PLAIN: "",
}
MOST_OF_A_KIND = 20
_SEVERITY = {
    Severity.ERROR: ("错误", "error", "bold red"),
    Severity.WARNING: ("提醒", "warning", "yellow"),
    Severity.NOTE: ("说明", "note", "dim"),
}


def safe(text: str) -> str:
    """Return a text without control characters, which a terminal would obey."""
    return "".join(c if c.isprintable() else " " for c in text)


def console(*, stderr: bool = False) -> Console:
    """Return a console on stdout or stderr: as wide as the terminal, 80 columns in a pipe."""
    return Console(stderr=stderr, highlight=False, markup=False, emoji=False)


def _entry(shown: Shown) -> RichText:
    return RichText(safe(shown.with_sign), STYLES[shown.mood])


def _width(table: Table, keep: Sequence[int]) -> int:
    return sum(
        max(cell_len(table.columns[i].name), *(cell_len(_entry(row[i]).plain) for row in table.rows)) + 2 for i in keep
    )


def _kept(table: Table, width: int) -> list[int]:
    """Return the columns to draw: without the spare ones where the page is too narrow for all."""
    every = list(range(len(table.columns)))
    if not table.rows or _width(table, every) <= width:
        return every
    return [i for i in every if not table.columns[i].spare]


def _column(table: RichTable, column: Column) -> None:
    table.add_column(
        RichText(column.name),
        justify="right" if column.number else "left",
        overflow="fold",
        no_wrap=column.whole,
    )


def draw(blocks: Sequence[Block], to: Console) -> None:
    """Print blocks."""
    for block in blocks:
        if isinstance(block, Line):
            style = STYLES[block.shown.mood]
            to.print(RichText(safe(block.shown.with_sign), f"bold {style}".strip() if block.strong else style))
            continue
        keep = _kept(block, to.width)
        rich = RichTable(
            title=RichText(block.title, "bold") if block.title else None,
            title_justify="left",
            box=box.SIMPLE_HEAD if not to.legacy_windows else box.ASCII,
            padding=(0, 1, 0, 0),
            pad_edge=False,
            show_edge=False,
            header_style="bold",
        )
        for i in keep:
            _column(rich, block.columns[i])
        for row in block.rows:
            rich.add_row(*(_entry(row[i]) for i in keep))
        to.print()
        to.print(rich)
        if block.note:
            to.print(RichText(safe(block.note), "dim"))
        to.print()


def draw_problems(
    problems: Sequence[Problem], to: Console, lang: Lang, waived: Mapping[Problem, Waiver] | None = None
) -> None:
    """Print problems, the errors first; at most twenty of one kind, and how many more there are."""
    order = list(Severity)
    counts = Counter(p.kind.code for p in problems)
    shown: Counter[str] = Counter()
    for problem in sorted(problems, key=lambda p: order.index(p.severity)):
        code = problem.kind.code
        shown[code] += 1
        if shown[code] > MOST_OF_A_KIND:
            if shown[code] == MOST_OF_A_KIND + 1:
                more = counts[code] - MOST_OF_A_KIND
                words = (
                    f"{code}：另有 {more} 处，用 --format json 列出全部"
                    if lang == "zh"
                    else f"{code}: {more} more; --format json lists them all"
                )
                to.print(RichText(words, "dim"))
            continue
        zh, en, style = _SEVERITY[problem.severity]
        line = RichText(safe(str(problem.place)), "bold")
        line.append(f"  {code} {zh if lang == 'zh' else en}  ", style)
        line.append(safe(problem.message(lang)))
        to.print(line)
        to.print(RichText(("  提示：" if lang == "zh" else "  Hint: ") + safe(problem.hint(lang)), "dim"))
        waiver = (waived or {}).get(problem)
        if waiver is not None:
            to.print(RichText(f"  {safe(said_waived(waiver).say(lang))}", "dim"))
