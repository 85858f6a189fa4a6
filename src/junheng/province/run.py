"""A whole province is judged: over several processes, from where an earlier run was broken off, in bounded memory."""

import gc
import os
import signal
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import nullcontext
from itertools import islice
from multiprocessing import get_context, parent_process
from pathlib import Path
from threading import Thread

from junheng import kinds
from junheng.problems import Place
from junheng.province.gathering import county_files
from junheng.province.judging import judge_files, terms_of
from junheng.province.model import CountyFiles, Judged, NotJudged, Province, Terms, said
from junheng.province.ranking import ranked
from junheng.province.state import State, key_of
from junheng.run import DEFAULT_STANDARD
from junheng.text import Text

SWEEP = 16  # counties after which a worker looks for what it can forget
ENDED = Text("被系统结束，多为内存不足", "ended by the system, mostly for want of memory")
_AHEAD = 4  # tasks for each worker that are handed out before they are needed

Progress = Callable[[int, int], None]
"""Told how many of how many are done: of what is judged together."""


def cores() -> int:
    """Return how many processes can run at once."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def judge_province(
    paths: Iterable[Path],
    standard: str = DEFAULT_STANDARD,
    *,
    year: int,
    jobs: int | None = None,
    state: Path | None = None,
    resume: bool = True,
    province: str | None = None,
    settings: Mapping[str, str] | None = None,
    columns: Path | None = None,
    without: Sequence[Path] = (),
    progress: Progress | None = None,
) -> Province:
    """Judge all counties of files and folders, and rank them.

    `jobs` is how many processes judge at once, by default as many as there are cores. With `state`, results are kept in
    that file, and what is in it already is not judged again; `resume` False judges everything. `without` are files that
    are no tables, such as an output inside the folder. A file that cannot be used is told and left out, the others are
    judged. Raise Unusable where nothing can be begun: no such path, no such standard, no state file.
    """
    terms = terms_of(standard, year=year, province=province, settings=settings, columns=columns)
    every = county_files(paths, without=without)
    kept = State(state) if state is not None else None
    keys = [key_of(files, terms) if kept is not None else None for files in every]
    done = kept.done if kept is not None and resume else {}
    found = [done[key] for key in keys if key in done]
    todo = [(files, key) for files, key in zip(every, keys, strict=True) if key not in done]
    if progress is not None:
        progress(len(found), len(every))
    by_files = {files.shown: key for files, key in todo}
    with kept if kept is not None else nullcontext():
        for judged in judge_all([files for files, _ in todo], terms, jobs):
            found.append(judged)
            key = by_files[judged.files]
            if kept is not None and key is not None and not _passing(judged):
                kept.add(key, judged)
            if progress is not None:
                progress(len(found), len(every))
    if kept is not None:
        kept.keep(key for key in keys if key is not None)
    return ranked(found, terms)


def _passing(judged: Judged) -> bool:
    """Say whether a result may be another when the same is tried again."""
    return any(one.reason == "broken_off" for one in judged.not_judged)


def judge_all(every: Sequence[CountyFiles], terms: Terms, jobs: int | None = None) -> Iterator[Judged]:
    """Yield what comes of all, as it is done: the largest first, so that no process is left with one at the end."""
    order = sorted(every, key=_size, reverse=True)
    workers = min(jobs or cores(), len(order))
    if workers <= 1:
        yield from (_work(files, terms) for files in order)
        return
    waiting, lost = iter(order), list[CountyFiles]()
    yield from _over(workers, waiting, terms, lost)
    # a process was ended by the system, and the others went with it: theirs are tried one after another
    yield from _one_after_another(lost, terms)
    if lost:
        yield from judge_all(list(waiting), terms, jobs)


def _over(
    workers: int, waiting: Iterator[CountyFiles], terms: Terms, lost: list[CountyFiles]
) -> Generator[Judged, None, None]:
    """Yield what processes judge; where one of them is lost, stop, and add what was in hand to `lost`."""
    running: dict[Future[Judged], CountyFiles] = {}
    with _pool(workers) as pool:
        try:
            while True:
                for files in islice(waiting, 0 if lost else workers * _AHEAD - len(running)):
                    try:
                        running[pool.submit(_work, files, terms)] = files
                    except BrokenProcessPool:
                        lost.append(files)
                if not running:
                    return
                for future in wait(running, return_when=FIRST_COMPLETED).done:
                    files = running.pop(future)
                    try:
                        yield future.result()
                    except BrokenProcessPool:
                        lost.append(files)
        except BaseException:  # nobody wants the rest
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _one_after_another(lost: Sequence[CountyFiles], terms: Terms) -> Iterator[Judged]:
    """Yield what a single process judges; the county over which it is lost is told, and another goes on."""
    waiting = iter(lost)
    left = len(lost)
    while left:
        with _pool(1) as pool:
            for files in waiting:
                left -= 1
                try:
                    judged = pool.submit(_work, files, terms).result()
                except BrokenProcessPool:
                    yield _broken_off(files, ENDED)
                    break
                yield judged


def _broken_off(files: CountyFiles, found: Text | str) -> Judged:
    problem = said(kinds.JUDGING_BROKEN_OFF.at(Place(files.shown[0]), found=found))
    failed = (NotJudged(files.name, files.shown, "broken_off"),)
    return Judged(files.name, files.shown, (), failed, (), (problem,), {problem.code: 1})


def _pool(workers: int) -> ProcessPoolExecutor:
    return ProcessPoolExecutor(workers, mp_context=get_context("spawn"), initializer=_begin)


def _begin() -> None:
    """Prepare a worker: it ends with the program that began it, and looks for garbage when it chooses."""
    parent = parent_process()
    if parent is not None:

        def follow() -> None:
            parent.join()
            os._exit(1)

        Thread(target=follow, daemon=True).start()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the program that began it is told, and ends it
    gc.disable()


_worked = 0


def _work(files: CountyFiles, terms: Terms) -> Judged:
    global _worked  # noqa: PLW0603 - how many this process has judged
    _worked += 1
    try:
        judged = judge_files(files, terms)
    except Exception as error:  # noqa: BLE001 - what nobody foresaw in one county is told, and does not end the others
        judged = _broken_off(files, ": ".join(filter(None, (type(error).__name__, str(error)))))
    if _worked % SWEEP == 0:
        gc.collect()
    return judged


def _size(files: CountyFiles) -> int:
    size = 0
    for path, _ in files.files:
        try:
            size += path.stat().st_size
        except OSError:
            continue
    return size
