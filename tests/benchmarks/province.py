"""Times `junheng province` beside the bare reading of the same files: `python tests/benchmarks/province.py [--counties 290 2900]`.

The same schools as one workbook for each county (about 70 schools) and as one table. Ratios are of one turn.
"""

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby, islice
from pathlib import Path

from measuring import JUNHENG, Cost, interleaved, middle, ratio

YEAR = "2023"
HERE = Path(__file__).resolve().parent
ROWS_OF_COUNTY = 80  # more than any county has
READ = """import sys, pathlib, python_calamine as c
given = pathlib.Path(sys.argv[1])
for file in sorted(given.glob("*.xlsx")) if given.is_dir() else [given]:
    c.CalamineWorkbook.from_path(str(file)).get_sheet_by_index(0).to_python()
"""
BARE = {"folder": "bare read, workbooks", "table": "bare read, one table"}


def counties(count: int) -> Iterator[tuple[str, list[list[object]]]]:
    """Yield so many counties with their rows."""
    from national_table import rows

    found = groupby(rows((count + 1) * ROWS_OF_COUNTY), key=lambda row: row[0])
    yield from ((str(name), list(own)) for name, own in islice(found, count))


def make(folder: Path, table: Path, count: int) -> None:
    """Write the workbooks, and the table of the same rows."""
    import xlsxwriter
    from national_table import HEADINGS

    folder.mkdir(parents=True, exist_ok=True)
    whole = xlsxwriter.Workbook(table.with_name(f".{table.name}"), {"constant_memory": True})
    sheet = whole.add_worksheet("学校")
    sheet.write_row(0, 0, HEADINGS)
    at = 1
    for name, rows in counties(count):
        book = xlsxwriter.Workbook(folder / f"{name}.xlsx")
        own = book.add_worksheet("学校")
        own.write_row(0, 0, HEADINGS)
        for line, row in enumerate(rows, 1):
            own.write_row(line, 0, row)
            sheet.write_row(at, 0, row)
            at += 1
        book.close()
    whole.close()
    table.with_name(f".{table.name}").replace(table)


def made(home: Path, count: int) -> tuple[Path, Path]:
    """Return the folder and the table of so many counties, made where they are not there yet, by another process."""
    folder, table = home / f"counties-{count}", home / f"province-{count}.xlsx"
    if not table.exists():
        print(f"making {count} counties …", file=sys.stderr)
        script = f"import sys; sys.path.insert(0, {str(HERE)!r}); from pathlib import Path; import province as p; "
        script += f"p.make(Path({str(folder)!r}), Path({str(table)!r}), {count})"
        subprocess.run([sys.executable, "-c", script], check=True)
    return folder, table


def commands(folder: Path, table: Path) -> dict[str, list[str]]:
    """Return what is measured."""
    judge = [JUNHENG, "province", "--year", YEAR, "--exit-zero"]
    return {
        BARE["folder"]: [sys.executable, "-c", READ, str(folder)],
        "province, workbooks": [*judge, str(folder)],
        "province, workbooks, --jobs 1": [*judge, str(folder), "--jobs", "1"],
        BARE["table"]: [sys.executable, "-c", READ, str(table)],
        "province, one table": [*judge, str(table)],
    }


def show(count: int, costs: Mapping[str, Sequence[Cost]]) -> None:
    """Print one line for everything that was measured over so many counties."""
    for name, found in costs.items():
        base = costs[BARE["table" if "table" in name else "folder"]]
        typical = middle(found)
        print(
            f"{count:>6,}  {name:<30}  {typical.wall:>8.1f}  {typical.cpu:>8.1f}  {ratio(found, base):>6.2f}"
            f"  {ratio(found, base, 'cpu'):>6.2f}  {typical.peak:>7,.0f}  {len(found):>4}",
            flush=True,
        )


def main() -> None:
    """Make, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--counties", type=int, nargs="+", default=[290, 2900], help="how many counties")
    parser.add_argument("--runs", type=int, default=1, help="turns that count")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="keep the files there, and use those that are")
    parser.add_argument("--skip", nargs="+", default=[], metavar="WHAT", help="leave out, named as in the table")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as passing:
        home = (asked.keep or Path(passing)).resolve()
        home.mkdir(parents=True, exist_ok=True)
        head = ("number", "what", "wall s", "cpu s", "ratio", "cpu r.", "peak MB", "runs")
        print("{:>6}  {:<30}  {:>8}  {:>8}  {:>6}  {:>6}  {:>7}  {:>4}".format(*head), flush=True)
        by_count = {}
        for count in sorted(set(asked.counties)):
            by_count[count] = interleaved(
                {name: command for name, command in commands(*made(home, count)).items() if name not in asked.skip},
                home,
                asked.runs,
                warm=False,
            )
            show(count, by_count[count])
        small, large = min(by_count), max(by_count)
        if small != large:
            print(f"\ngrowth from {small:,} to {large:,} counties: {large / small:.1f} times as many")
            for name, found in by_count[large].items():
                after, before = middle(found), middle(by_count[small][name])
                grown = (after.wall / before.wall, after.cpu / before.cpu, after.peak / before.peak)
                print(f"{'':6}  {name:<30}  {grown[0]:>7.1f}x  {grown[1]:>7.1f}x  {grown[2]:>6.1f}x")
        print("peak: of the largest process; ratio: to the bare read of the same files in the same turn")


if __name__ == "__main__":
    main()
