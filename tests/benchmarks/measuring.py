"""Runs programs as whole processes and measures them. POSIX only: the figures of a child come from `os.wait4`."""

import os
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

KIB_OF_MAXRSS = 1 / 1024 if sys.platform == "darwin" else 1  # macOS counts bytes
# compiled modules are written by the turn that warms up, as they are by an installation
ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
JUNHENG = str(Path(sysconfig.get_path("scripts")) / "junheng")


@dataclass(frozen=True, slots=True)
class Cost:
    """What one process took: seconds by the clock, seconds of the processor (user and system), peak memory in MB."""

    wall: float
    cpu: float
    peak: float


def cost(command: Sequence[str], folder: Path) -> Cost:
    """Run a command in a folder, its output discarded; stop with what it said where it fails."""
    with tempfile.TemporaryFile() as said:
        start = time.perf_counter()
        child = subprocess.Popen(command, cwd=folder, env=ENVIRONMENT, stdout=subprocess.DEVNULL, stderr=said)
        _, status, usage = os.wait4(child.pid, 0)
        wall = time.perf_counter() - start
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode:
            said.seek(0)
            sys.exit(f"{' '.join(command)}: exit {child.returncode}\n{said.read().decode(errors='replace')[-2000:]}")
    return Cost(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * KIB_OF_MAXRSS / 1024)


def interleaved(
    commands: Mapping[str, Sequence[str]], folder: Path, runs: int, *, warm: bool = True
) -> dict[str, list[Cost]]:
    """Run commands in turns, after one turn that does not count, so that what disturbs one disturbs all."""
    costs: dict[str, list[Cost]] = {name: [] for name in commands}
    for turn in range(runs + warm):
        for name, command in commands.items():
            found = cost(command, folder)
            if turn or not warm:
                costs[name].append(found)
    return costs


def ratio(costs: Sequence[Cost], to: Sequence[Cost], part: str = "wall") -> float:
    """Return the median of the ratios of runs that stood in the same turn."""
    return median(getattr(a, part) / getattr(b, part) for a, b in zip(costs, to, strict=True))


def middle(costs: Sequence[Cost]) -> Cost:
    """Return the medians of wall and processor seconds, and the largest peak."""
    return Cost(median(c.wall for c in costs), median(c.cpu for c in costs), max(c.peak for c in costs))
