"""Times how long the command takes to answer: `python tests/benchmarks/startup.py [--runs 15]`.

The measure is the least that a command line made with the same libraries can take: one typer command that loads
pydantic's models and prints a word.
"""

import argparse
import sys
import tempfile
from pathlib import Path

from measuring import JUNHENG, interleaved, middle, ratio

SCHOOL = Path(__file__).resolve().parents[2] / "examples" / "school.xlsx"
BARE, LAZY = "typer with pydantic's models", "typer, import pydantic only"
SCRIPT = """import typer
{imports}

def main() -> None:
    typer.echo("ok")

typer.run(main)
"""
IMPORTS = {BARE: "from pydantic import BaseModel, TypeAdapter", LAZY: "import pydantic"}


def main() -> None:
    """Write the bare commands, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=15, help="turns that count, after one that does not")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as passing:
        folder = Path(passing)
        commands = {"python alone": [sys.executable, "-c", "pass"]}
        for at, (name, imports) in enumerate(IMPORTS.items()):
            script = folder / f"bare{at}.py"
            script.write_text(SCRIPT.format(imports=imports), encoding="utf-8")
            commands[name] = [sys.executable, str(script)]
        commands["junheng --help"] = [JUNHENG, "--help"]
        commands["junheng check, one school"] = [JUNHENG, "check", str(SCHOOL), "--exit-zero"]
        costs = interleaved(commands, folder, asked.runs)
    print(f"{'what':<28}  {'wall ms':>8}  {'cpu ms':>8}  {'ratio':>6}  {'cpu r.':>6}  {'peak MB':>8}")
    for name, found in costs.items():
        typical = middle(found)
        print(
            f"{name:<28}  {typical.wall * 1000:>8.0f}  {typical.cpu * 1000:>8.0f}  {ratio(found, costs[BARE]):>6.2f}"
            f"  {ratio(found, costs[BARE], 'cpu'):>6.2f}  {typical.peak:>8.0f}"
        )
    print(f"ratio: to “{BARE}” of the same turn, median of {asked.runs}")


if __name__ == "__main__":
    main()
