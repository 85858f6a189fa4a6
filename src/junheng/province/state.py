"""The state file of a province: what was judged already, one line each, so that what was broken off goes on.

A line is added when its county is done, and never changed. A line that was cut off by the end of the program is not
read, and its county is judged again. Results are found by what they rest on (`key_of`), so that a changed file, another
standard or setting is never answered by an old result.
"""

import hashlib
import json
import os
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from pydantic import TypeAdapter, ValidationError

import junheng
from junheng import kinds
from junheng.problems import Place, Unusable
from junheng.province.model import CountyFiles, Judged, Terms
from junheng.report.write import write_text
from junheng.system import reason

SCHEMA = "junheng.province-state/1"
_HEAD = json.dumps({"schema": SCHEMA})
_JUDGED = TypeAdapter(Judged)


def key_of(files: CountyFiles, terms: Terms) -> str | None:
    """Return what a result rests on, as a hash: terms, and name and content of every file; None for an unreadable file."""
    digest = hashlib.sha256(_program())
    rest = [terms.standard, terms.year, terms.province, terms.settings, str(terms.columns), terms.version, files.name]
    digest.update(json.dumps(rest, ensure_ascii=False).encode("utf-8", "surrogatepass"))
    for path, shown in files.files:
        try:
            with path.open("rb") as file:
                content = hashlib.file_digest(file, "sha256").hexdigest()
        except OSError:
            return None
        digest.update(json.dumps([shown, content]).encode())
    return digest.hexdigest()


@cache
def _program() -> bytes:
    """Return the hash of the program itself: one that judges otherwise takes no results of this one."""
    digest = hashlib.sha256()
    for file in sorted(Path(junheng.__file__).parent.rglob("*.py")):
        digest.update(file.read_bytes())
    return digest.digest()


class State:
    """The state file while it is written to: opened to add lines, and left whole whenever the program ends."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.done, self._lines = _read(path)
        self._file: IO[bytes] | None = None

    def __enter__(self) -> Self:
        try:
            self._file = self.path.open("ab", buffering=0)
            size = self._file.seek(0, os.SEEK_END)
            if not size:
                self._file.write(f"{_HEAD}\n".encode())
            elif not _ends_whole(self.path):
                self._file.write(b"\n")  # after what was cut off
        except OSError as error:
            raise Unusable([kinds.OUTPUT_UNWRITABLE.at(Place(str(self.path)), reason=reason(error))]) from error
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._file is not None:
            self._file.close()

    def add(self, key: str, judged: Judged) -> None:
        """Add a result; it is in the file when this returns. Raise Unusable where the file cannot be written to."""
        self.done[key] = judged
        if self._file is None:
            raise ValueError("the state file is not open")
        try:
            self._file.write(_line(key, judged))
            self._lines += 1
        except OSError as error:
            raise Unusable([kinds.OUTPUT_UNWRITABLE.at(Place(str(self.path)), reason=reason(error))]) from error

    def keep(self, keys: Iterable[str]) -> None:
        """Write the file once more with these results alone, where it holds other lines; whole or not at all."""
        wanted = {key: self.done[key] for key in keys if key in self.done}
        if wanted.keys() != self.done.keys() or self._lines != len(wanted):
            lines = (_line(key, judged).decode() for key, judged in wanted.items())
            write_text(self.path, (f"{_HEAD}\n", *lines))
            self.done, self._lines = wanted, len(wanted)


def _line(key: str, judged: Judged) -> bytes:
    return b'{"key": "%s", "judged": %s}\n' % (key.encode(), _JUDGED.dump_json(judged))


def _ends_whole(path: Path) -> bool:
    with path.open("rb") as file:
        file.seek(-1, os.SEEK_END)
        return file.read(1) == b"\n"


def _read(path: Path) -> tuple[dict[str, Judged], int]:
    """Return the results of a state file by their keys, and how many lines it has; raise Unusable for a file that is none."""
    done: dict[str, Judged] = {}
    lines = 0
    if not path.exists():
        return done, lines
    try:
        with path.open("rb") as file:
            head = file.readline()
            if head.strip() and not _HEAD.encode().startswith(head.strip()):
                raise Unusable([kinds.STATE_NOT_ONE.at(Place(str(path)))])
            for line in file:
                lines += 1
                entry = _entry(line)
                if entry is not None:
                    done[entry[0]] = entry[1]
    except OSError as error:
        raise Unusable([kinds.FILE_DAMAGED.at(Place(str(path)), found=reason(error))]) from error
    return done, lines


def _entry(line: bytes) -> tuple[str, Judged] | None:
    """Return one result with its key; None for a line that was cut off."""
    try:
        entry = json.loads(line)
        return str(entry["key"]), _JUDGED.validate_python(entry["judged"])
    except (ValueError, KeyError, TypeError, ValidationError):
        return None
