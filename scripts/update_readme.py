"""Runs every console block of the READMEs and writes what is printed below its command; `--check` only compares."""

import os
import re
import sys
from pathlib import Path

from typer.testing import CliRunner

ROOT = Path(__file__).resolve().parents[1]
FILES = ("README.md", "README.zh-CN.md", "standards/README.md", "docs/quickstart.md")
BLOCK = re.compile(r"```console\n\$ junheng ([^\n]*)\n(.*?)```", re.DOTALL)


def printed(arguments: str) -> str:
    """Return what a command prints on stdout, 80 columns wide."""
    from junheng.cli import app

    result = CliRunner().invoke(app, arguments.split())
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return "\n".join(line.rstrip() for line in result.stdout.splitlines()).strip("\n") + "\n"


def updated(text: str) -> str:
    """Return a page with the output of every console block as it is now."""
    return BLOCK.sub(lambda m: f"```console\n$ junheng {m[1]}\n{printed(m[1])}```", text)


def main() -> None:
    """Write or compare."""
    os.chdir(ROOT)
    os.environ["COLUMNS"] = "80"
    stale = []
    for name in FILES:
        text = (ROOT / name).read_text("utf-8")
        new = updated(text)
        if new != text:
            stale.append(name)
            if "--check" not in sys.argv:
                (ROOT / name).write_text(new, "utf-8")
    if stale:
        print(("stale: " if "--check" in sys.argv else "written: ") + ", ".join(stale))
    sys.exit(bool(stale) and "--check" in sys.argv)


if __name__ == "__main__":
    main()
