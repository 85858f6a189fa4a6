"""Judge thousands of spoilt workbooks: `python scripts/fuzz_workbooks.py [--count 2000] [--seed 1] [--jobs 2] [--keep FOLDER]`.

Each file is made from an example in one of the ways of tests/fuzz/mutations.py and judged in a process of its own, forked
from one that has imported the program (every fiftieth is a whole new `python -m junheng`). A file fails where there is a
traceback, an exit code other than 0, 1, 2 and 3, nothing on stderr with the code 2, more than 1.5 GB, or more than 60 s
of the processor; on a machine that has other work the clock may go further, to four times that, and to as many times
more as there are processes waiting for each core.
For Linux and macOS only: it forks, and reads what a child took from `os.wait4`.
"""

import argparse
import importlib.util
import os
import random
import resource
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "src"))  # this checkout is judged, whatever is installed
MOST_BYTES = 1_500_000_000
MOST_SECONDS = 60  # of the processor
MOST_BY_CLOCK = 240  # where others use the machine, for each process that waits for a core
ADDRESSES = 6 << 30  # bytes of addresses that a child may ask for, far above what it may use
UNIT_OF_MAXRSS = 1 if sys.platform == "darwin" else 1024
CODES = (0, 1, 2, 3)
CANNOT_RUN = 2
EXAMPLES = ("school.xlsx", "five-schools.xlsx", "divided-school.xlsx", "shili/2023.xlsx", "shili/2021.xlsx")
COMMANDS = (
    ("check",),
    ("check",),
    ("check", "--format", "json"),
    ("county",),
    ("county", "--format", "json"),
    ("check", "--lang", "en"),
    ("audit",),
    ("columns", "--output", "../columns.yaml"),
    ("columns", "--format", "json"),
    ("collect", ".", "--output", "../collected.xlsx", "--roster"),  # the file is the only report, and the roster too
    ("collect", ".", "--output", "../collected.xlsx", "--roster", str(ROOT / "examples" / "shili" / "2023.xlsx")),
)
WHOLE = 50  # every so many runs in a process that is not forked
SIGNS = (b"Traceback (most recent call last)", b"panicked at", b"pyo3_runtime", b"Fatal Python error")


def _mutations() -> ModuleType:
    file = ROOT / "tests" / "fuzz" / "mutations.py"
    spec = importlib.util.spec_from_file_location("mutations", file)
    if spec is None or spec.loader is None:
        sys.exit(f"{file} cannot be read")
    module = importlib.util.module_from_spec(spec)
    sys.modules["mutations"] = module
    spec.loader.exec_module(module)
    return module


@dataclass
class Job:
    """One file: how it is made, the command that reads it, and what came of it."""

    number: int
    mutation: str
    seed: str
    folder: Path
    command: tuple[str, ...] = ()
    made: bool = False
    start: float = 0
    seconds: float = 0  # of the processor
    by_clock: float = 0
    peak: int = 0
    code: int | None = None
    faults: list[str] = field(default_factory=list)

    @property
    def file(self) -> Path | None:
        """The file that was made."""
        return next(iter((self.folder / "in").glob("school*")), None)


def plan(count: int, seed: int, mutations: ModuleType) -> list[str]:
    """Return the mutations of so many files: the light ones evenly, the heavy ones by their share."""
    heavy = [name for name, share in mutations.HEAVY.items() for _ in range(max(1, round(share * count / 2000)))]
    light = [name for name in mutations.ALL if name not in mutations.HEAVY]
    names = heavy[:count] + [light[at % len(light)] for at in range(count - len(heavy))]
    random.Random(seed).shuffle(names)  # noqa: S311 - a repeatable order, no secret
    return names


def command_of(job: Job, file: Path) -> tuple[str, ...]:
    """Return the command that reads a file: each in its turn."""
    command = COMMANDS[job.number % len(COMMANDS)]
    return command if command[-1].startswith("/") else (*command, file.name)


def _make(job: Job, mutations: ModuleType) -> None:
    chance = random.Random(job.seed)  # noqa: S311 - repeatable, no secret
    example = (ROOT / "examples" / chance.choice(EXAMPLES)).read_bytes()
    spoilt = mutations.ALL[job.mutation](example, chance)
    (job.folder / "in").mkdir(parents=True)
    (job.folder / "in" / f"school{spoilt.suffix}").write_bytes(spoilt.content)


def _judge(job: Job) -> None:
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform != "darwin":
        resource.setrlimit(resource.RLIMIT_AS, (ADDRESSES, ADDRESSES))
    resource.setrlimit(resource.RLIMIT_CPU, (2 * MOST_SECONDS, 2 * MOST_SECONDS))
    os.chdir(job.folder / "in")
    for stream, name in ((1, "out"), (2, "err")):
        os.dup2(os.open(job.folder / name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), stream)
    if job.number % WHOLE == 0:
        os.execv(sys.executable, [sys.executable, "-m", "junheng", *job.command])  # noqa: S606 - the program itself
    from junheng.__main__ import main

    sys.argv = ["junheng", *job.command]
    main()


def _fork(run: object, *arguments: object) -> int:
    """Run a function in a child and return its id; the child ends with the code that the function asks for."""
    sys.stdout.flush()
    sys.stderr.flush()
    child = os.fork()
    if child:
        return child
    code: object = 0
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    try:
        run(*arguments)  # type: ignore[operator]
    except SystemExit as end:
        code = end.code if end.code is not None else 0
    except BaseException:  # noqa: BLE001 - whatever it is, it is what is looked for
        import traceback

        os.write(2, traceback.format_exc().encode(errors="replace"))
        code = 99
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError):
            continue
    os._exit(code if isinstance(code, int) else 1)


def _most_by_clock() -> float:
    return MOST_BY_CLOCK * max(1.0, os.getloadavg()[1] / (os.cpu_count() or 1))


def _settle(job: Job, status: int, usage: resource.struct_rusage) -> None:
    """Take down what came of a file, and what is wrong with that."""
    job.seconds = usage.ru_utime + usage.ru_stime
    job.by_clock = time.monotonic() - job.start
    job.peak = usage.ru_maxrss * UNIT_OF_MAXRSS
    job.code = os.waitstatus_to_exitcode(status)
    said = (job.folder / "err").read_bytes()
    if job.code not in CODES:
        job.faults.append(f"exit {job.code}")
    job.faults += [sign.decode() for sign in SIGNS if sign in said]
    if job.code == CANNOT_RUN and not said.strip():
        job.faults.append("nothing on stderr")
    if job.peak > MOST_BYTES:
        job.faults.append(f"{job.peak / 1e6:.0f} MB")
    if job.seconds > MOST_SECONDS:
        job.faults.append(f"{job.seconds:.0f} s")
    if job.by_clock > _most_by_clock() + 5:
        job.faults.append(f"{job.by_clock:.0f} s by the clock")


def run(jobs: list[Job], at_once: int, mutations: ModuleType, keep: Path | None) -> None:
    """Make and judge every file, so many at once."""
    waiting = list(reversed(jobs))
    running: dict[int, Job] = {}
    while waiting or running:
        while waiting and len(running) < at_once:
            job = waiting.pop()
            running[_fork(_make, job, mutations)] = job
        now = time.monotonic()
        for child, job in list(running.items()):
            ended, status, usage = os.wait4(child, os.WNOHANG)
            if not ended:
                if job.made and now - job.start > _most_by_clock() + 5:
                    os.kill(child, signal.SIGKILL)
                continue
            del running[child]
            if not job.made:
                file = job.file
                if status or file is None:
                    sys.exit(f"{job.mutation} {job.seed} could not be made")
                job.made, job.start = True, time.monotonic()
                job.command = command_of(job, file)
                running[_fork(_judge, job)] = job
                continue
            _settle(job, status, usage)
            if job.faults:
                print(f"{job.mutation} {job.seed}: {', '.join(job.faults)}", flush=True)
                if keep is not None:
                    shutil.copytree(job.folder, keep / f"{job.number}-{job.mutation}", dirs_exist_ok=True)
            shutil.rmtree(job.folder)
        time.sleep(0.002)


def tell(jobs: list[Job]) -> None:
    """Print how often each mutation ended with each code, and the slowest and the largest."""
    by = defaultdict(Counter)  # type: ignore[var-annotated]
    for job in jobs:
        by[job.mutation][job.code if job.code in CODES else "?"] += 1
    print(f"{'':26}" + "".join(f"{code:>6}" for code in (*CODES, "?")))
    for name, found in sorted(by.items()):
        print(f"{name:26}" + "".join(f"{found[code] or '':>6}" for code in (*CODES, "?")))
    total = sum(by.values(), Counter())
    print(f"{len(jobs):<26}" + "".join(f"{total[code] or '':>6}" for code in (*CODES, "?")))
    for title, worst in (("slowest", max(jobs, key=lambda j: j.seconds)), ("largest", max(jobs, key=lambda j: j.peak))):
        print(f"{title}: {worst.mutation} {worst.seed}, {worst.seconds:.1f} s, {worst.peak / 1e6:.0f} MB")
    print(f"failed: {sum(bool(job.faults) for job in jobs)}")


def main() -> None:
    """Read the options, make the files, judge them and say what came of it."""
    parser = argparse.ArgumentParser(description="Judges thousands of spoilt workbooks.")
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--keep", type=Path, help="a folder for the files that fail, with what was said of them")
    parser.add_argument("--only", nargs="*", help="only these mutations")
    asked = parser.parse_args()
    mutations = _mutations()
    names = plan(asked.count, asked.seed, mutations)
    if asked.only:
        names = [asked.only[at % len(asked.only)] for at in range(asked.count)]

    import openpyxl  # noqa: F401 - what the program imports later is there in every child
    import python_calamine  # noqa: F401

    import junheng.cli
    import junheng.report.to_json
    import junheng.report.to_terminal  # noqa: F401
    from junheng.run import judge

    judge([ROOT / "examples" / "school.xlsx"])  # warms everything that is kept
    os.environ.update(PYTHONPATH=str(ROOT / "src"), COLUMNS="120")
    with tempfile.TemporaryDirectory() as folder:
        jobs = [
            Job(at, name, f"{asked.seed}/{at}/{name}", Path(folder) / str(at)) for at, name in enumerate(names, start=1)
        ]
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        try:
            run(jobs, asked.jobs, mutations, asked.keep)
        except KeyboardInterrupt:
            jobs = [job for job in jobs if job.code is not None]  # what is done is told
    tell(jobs)
    sys.exit(any(job.faults for job in jobs))


if __name__ == "__main__":
    main()
