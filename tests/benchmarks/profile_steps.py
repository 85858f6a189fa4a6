"""Shows where the time goes: `python tests/benchmarks/profile_steps.py [--rows 200000] [--keep FOLDER]`.

One process judges the national table; every step is timed by a clock put around its function. A step's own time is
without the steps inside it.
"""

import argparse
import gc
import importlib
import io
import resource
import sys
import tempfile
import time
from collections import deque
from collections.abc import Callable
from functools import wraps
from pathlib import Path

from measuring import KIB_OF_MAXRSS
from national import YEAR, table

# where junheng.run and its readers call a step: the module that holds the name, and the name
STEPS = (
    ("junheng.run", "load", "read the standard"),
    ("junheng.workbook.schools", "read_sheets", "read: cells (calamine)"),
    ("junheng.workbook.schools", "find_header", "read: header"),
    ("junheng.workbook.schools", "read_rows", "read: rows to columns"),
    ("junheng.workbook.one_sheet", "sort_rows", "read: totals and notes"),
    ("junheng.workbook.one_sheet", "codes", "read: codes"),
    ("junheng.workbook.one_sheet", "choices", "read: choices"),
    ("junheng.workbook.one_sheet", "years", "read: years"),
    ("junheng.workbook.one_sheet", "figures", "read: figures"),
    ("junheng.workbook.one_sheet", "_fill_county", "read: counties"),
    ("junheng.workbook.schools", "_assemble", "assemble"),
    ("junheng.workbook.schools", "settle", "settle"),
    ("junheng.run", "divide", "divide"),
    ("junheng.run", "assess", "assess"),
    ("junheng.engine.school", "scope", "assess: scope"),
    ("junheng.engine.school", "values", "assess: values"),
    ("junheng.engine.school", "judge", "assess: outcomes"),
    ("junheng.run", "judge_counties", "county"),
    ("junheng.run", "missing_figures", "missing figures"),
    ("junheng.run", "_judging_problems", "problems of the judgement"),
)


class Clock:
    """Own seconds of every step, calls inside calls taken off."""

    def __init__(self) -> None:
        self.own: dict[str, float] = {}
        self.inside: list[float] = []

    def around(self, step: str, function: Callable) -> Callable:
        """Return the function with a clock around it."""

        @wraps(function)
        def timed(*args: object, **named: object) -> object:
            self.inside.append(0.0)
            start = time.perf_counter()
            try:
                return function(*args, **named)
            finally:
                taken = time.perf_counter() - start
                self.own[step] = self.own.get(step, 0.0) + taken - self.inside.pop()
                if self.inside:
                    self.inside[-1] += taken

        return timed

    def fit(self) -> None:
        """Put a clock around every step that junheng has by this name."""
        for module, name, step in STEPS:
            home = importlib.import_module(module)
            if hasattr(home, name):
                self.own[step] = 0.0
                setattr(home, name, self.around(step, getattr(home, name)))
            else:
                print(f"no step {module}.{name}", file=sys.stderr)


def main() -> None:
    """Judge one table and print what each step took."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=200_000, help="size of the table")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="keep the table there, and use the one that is")
    asked = parser.parse_args()
    gc.disable()  # as the command does
    clock = Clock()
    start = time.perf_counter()
    from rich.console import Console

    from junheng.report.tables import county_report
    from junheng.report.to_json import check_json, county_json
    from junheng.report.to_terminal import draw
    from junheng.run import judge

    clock.own["import"] = time.perf_counter() - start
    clock.fit()
    with tempfile.TemporaryDirectory() as passing:
        folder = (asked.keep or Path(passing)).resolve()
        folder.mkdir(parents=True, exist_ok=True)
        file = table(folder, asked.rows)
        run = clock.around("the rest of judge", judge)([file], year=int(YEAR), by="county")
    blocks = clock.around("report: county, tables", county_report)(run, "zh")
    clock.around("report: county, drawn", draw)(blocks, Console(file=io.StringIO(), width=80))
    clock.around("report: check, json", lambda: deque(check_json(run, "zh"), 0))()
    clock.around("report: county, json", lambda: deque(county_json(run, "zh"), 0))()
    whole = sum(clock.own.values())
    for step, seconds in clock.own.items():
        print(f"{step:<28}  {seconds:>8.2f} s  {seconds / whole:>6.1%}")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * KIB_OF_MAXRSS / 1024
    print(f"{'together':<28}  {whole:>8.2f} s    peak {peak:,.0f} MB")


if __name__ == "__main__":
    main()
