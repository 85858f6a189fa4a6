"""Runs every console block of the READMEs and writes what is printed below its command; `--check` only compares.

A comment above a block says which pieces of it are shown: each by the beginning of its first line, up to the next empty
line or, with a number, so many lines. What is left out is marked by a line with `…`. A piece that is not printed is an error.

    <!-- shown: 2023学年 | 校际差异系数 5 -->
"""

import os
import re
import sys
from pathlib import Path

from typer.testing import CliRunner

ROOT = Path(__file__).resolve().parents[1]
FILES = ("README.md", "README.zh-CN.md", "standards/README.md", "docs/quickstart.md")
BLOCK = re.compile(
    r"(?:<!-- shown: (?P<shown>[^\n]*) -->\n)?```console\n\$ junheng (?P<command>[^\n]*)\n.*?```", re.DOTALL
)
PIECE = re.compile(r"(?P<begins>.*?)(?: (?P<lines>\d+))?")
CUT = "…"


def printed(arguments: str) -> str:
    """Return what a command prints on stdout, 80 columns wide."""
    from junheng.cli import app

    result = CliRunner().invoke(app, arguments.split())
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return "\n".join(line.rstrip() for line in result.stdout.splitlines()).strip("\n") + "\n"


def cut(text: str, shown: str) -> str:
    r"""Return the pieces of a text that are shown, in the order of the text, with a mark wherever lines are left out.

    >>> print(cut("A\n1\n2\n\nB\n3\n\n\nC\n4\n5\n", "A | C 2"), end="")
    A
    1
    2
    …
    C
    4
    …
    """
    wanted: dict[str, int | None] = {}
    for part in shown.split(" | "):
        found = PIECE.fullmatch(part.strip())
        wanted[found["begins"]] = int(found["lines"]) if found["lines"] else None
    kept: list[str] = []
    left: int | None = 0  # how many more lines of the piece: None, up to its end
    for line in text.splitlines():
        if left == 0 or not line:
            begins = next((b for b in wanted if line.startswith(b)), None)
            left = wanted.pop(begins) if begins is not None else 0
        if left != 0:
            kept.append(line)
            left = None if left is None else left - 1
        elif kept[-1:] != [CUT] and (line or kept[-1:] != [""]):
            # of one empty line between two pieces nothing is left out
            kept = [*kept[:-1], CUT] if line and kept[-1:] == [""] else [*kept, CUT if line else ""]
    if wanted:
        sys.exit(f"not printed: {', '.join(wanted)}")
    return "\n".join(kept) + "\n"


def filled(block: re.Match[str]) -> str:
    """Return a console block with the output of its command as it is now."""
    text, shown = printed(block["command"]), block["shown"]
    above = f"<!-- shown: {shown} -->\n" if shown else ""
    return f"{above}```console\n$ junheng {block['command']}\n{cut(text, shown) if shown else text}```"


def main() -> None:
    """Write or compare."""
    os.chdir(ROOT)
    os.environ["COLUMNS"] = "80"
    stale = []
    for name in FILES:
        text = (ROOT / name).read_text("utf-8")
        new = BLOCK.sub(filled, text)
        if new != text:
            stale.append(name)
            if "--check" not in sys.argv:
                (ROOT / name).write_text(new, "utf-8")
    if stale:
        print(("stale: " if "--check" in sys.argv else "written: ") + ", ".join(stale))
    sys.exit(bool(stale) and "--check" in sys.argv)


if __name__ == "__main__":
    main()
