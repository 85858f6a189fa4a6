"""Times junheng on a national table against the bare reading of the same file, and against a script with pandas.

`python tests/benchmarks/national.py [--rows 20000 200000] [--runs 3] [--keep FOLDER] [--skip-openpyxl] [--skip WHAT] [--compare]`
"""

import argparse
import csv
import io
import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from measuring import JUNHENG, Cost, interleaved, middle, ratio

HERE = Path(__file__).resolve().parent
YEAR = "2023"
BARE = "bare read"
READ = "import sys, python_calamine as c; c.CalamineWorkbook.from_path(sys.argv[1]).get_sheet_by_index(0).to_python()"
SLOW = "pandas, openpyxl"
INDICATORS = (
    "overqualified_teachers",
    "backbone_teachers",
    "pe_art_teachers",
    "teaching_area",
    "sports_area",
    "equipment_value",
    "multimedia_classrooms",
)
STAGES = {"小学": "primary", "初中": "junior"}


def table(folder: Path, rows: int) -> Path:
    """Return the table of so many rows, made where it is not there yet, in a process of its own.

    A child's peak memory would otherwise begin at what this process needed for making the table.
    """
    file = folder / f"national-{rows}.xlsx"
    if not file.exists():
        print(f"making {rows} rows …", file=sys.stderr)
        subprocess.run([sys.executable, str(HERE / "national_table.py"), str(rows), str(file)], check=True)
    return file


def commands(file: str) -> dict[str, list[str]]:
    """Return what is measured."""
    by_pandas = [sys.executable, str(HERE / "by_pandas.py"), file]
    return {
        BARE: [sys.executable, "-c", READ, file],
        "junheng county": [JUNHENG, "county", file, "--year", YEAR, "--exit-zero"],
        "junheng county, json": [JUNHENG, "county", file, "--year", YEAR, "--format", "json", "--exit-zero"],
        "junheng check, json": [JUNHENG, "check", file, "--format", "json", "--exit-zero"],
        "pandas, calamine": [*by_pandas, "calamine"],
        SLOW: [*by_pandas, "openpyxl"],
    }


def measured(file: Path, runs: int, skip: Sequence[str]) -> dict[str, list[Cost]]:
    """Return the costs on one table of everything not skipped: all in turns, and openpyxl once, after them."""
    every = {name: command for name, command in commands(str(file)).items() if name not in skip}
    last = {SLOW: every.pop(SLOW)} if SLOW in every else {}
    costs = interleaved(every, file.parent, runs)
    return {**costs, **interleaved(last, file.parent, 1, warm=False)}


def show(rows: int, costs: Mapping[str, Sequence[Cost]]) -> None:
    """Print one line for everything that was measured on one table."""
    for name, found in costs.items():
        base = costs[BARE] if len(found) == len(costs[BARE]) else [middle(costs[BARE])]
        typical = middle(found)
        print(
            f"{rows:>9,}  {name:<20}  {typical.wall:>8.2f}  {typical.cpu:>8.2f}  {ratio(found, base):>7.2f}"
            f"  {ratio(found, base, 'cpu'):>7.2f}  {typical.peak:>8,.0f}  {len(found):>4}"
        )


def show_growth(by_rows: Mapping[int, Mapping[str, Sequence[Cost]]]) -> None:
    """Print by how much the times grow from the smallest to the largest table."""
    small, large = min(by_rows), max(by_rows)
    if small == large:
        return
    print(f"\ngrowth from {small:,} to {large:,} rows: {large / small:.1f} times the rows")
    print(f"{'':9}  {'':20}  {'wall':>8}  {'cpu':>8}  {'peak':>7}")
    for name, found in by_rows[large].items():
        after, before = middle(found), middle(by_rows[small][name])
        grown = (after.wall / before.wall, after.cpu / before.cpu, after.peak / before.peak)
        print(f"{'':9}  {name:<20}  {grown[0]:>7.1f}x  {grown[1]:>7.1f}x  {grown[2]:>6.1f}x")


def compare(file: Path) -> None:
    """Print whether junheng and the script with pandas compute the same coefficients."""
    every = commands(str(file))
    script = subprocess.run(every["pandas, calamine"], capture_output=True, check=True, encoding="utf-8").stdout
    judged = subprocess.run(
        [*every["junheng county"], "--format", "json"], capture_output=True, check=True, encoding="utf-8"
    ).stdout
    ours = {
        (county["name"], v["stage"], v["indicator"]): v["cv"]
        for county in json.loads(judged)["counties"]
        for v in county["variations"]
    }
    theirs = {}
    for county, stage, *coefficients in list(csv.reader(io.StringIO(script)))[1:]:
        for name, cv in zip(INDICATORS, coefficients, strict=True):
            theirs[county, STAGES[stage], name] = float(cv) if cv else None
    unlike = [at for at in ours.keys() | theirs.keys() if (ours.get(at) is None) != (theirs.get(at) is None)]
    apart = max(abs(cv / theirs[at] - 1) for at, cv in ours.items() if cv and theirs.get(at))
    print(
        f"{file.stem}: {len(ours):,} coefficients of junheng, {len(theirs):,} of pandas, {len(unlike)} in one alone, "
        f"largest relative difference {apart:.1e}"
    )


def main() -> None:
    """Make the tables, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, nargs="+", default=[20_000, 200_000], help="sizes of the tables")
    parser.add_argument("--runs", type=int, default=3, help="turns that count, after one that does not")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="keep the tables there, and use those that are")
    parser.add_argument("--skip-openpyxl", action="store_true", help="leave out pandas with openpyxl, which is slow")
    parser.add_argument("--skip", nargs="+", default=[], metavar="WHAT", help="leave out more, named as in the table")
    parser.add_argument("--compare", action="store_true", help="say whether junheng and pandas compute the same")
    asked = parser.parse_args()
    skip = [*asked.skip, *([SLOW] if asked.skip_openpyxl else [])]
    if BARE in skip:
        parser.error(f"“{BARE}” is what the others are measured by")
    with tempfile.TemporaryDirectory() as passing:
        folder = (asked.keep or Path(passing)).resolve()
        folder.mkdir(parents=True, exist_ok=True)
        files = {rows: table(folder, rows) for rows in sorted(set(asked.rows))}
        head = ("rows", "what", "wall s", "cpu s", "ratio", "cpu r.", "peak MB", "runs")
        print("{:>9}  {:<20}  {:>8}  {:>8}  {:>7}  {:>7}  {:>8}  {:>4}".format(*head), flush=True)
        by_rows = {}
        for rows, file in files.items():
            by_rows[rows] = measured(file, asked.runs, skip)
            show(rows, by_rows[rows])
            sys.stdout.flush()
        show_growth(by_rows)
        if asked.compare:
            for file in files.values():
                compare(file)


if __name__ == "__main__":
    main()
