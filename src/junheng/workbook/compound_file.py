"""The streams of a compound file, in which an .xls is kept, followed without trust in what the file says of itself."""

import struct
from collections.abc import Iterator
from typing import NamedTuple

_ENTRY = 128  # bytes of an entry of the directory
_IN_HEADER = 109  # sectors of the table of sectors that the header names
_SHORTEST = 4096  # bytes from which a stream has sectors of its own
_MINI = 64  # bytes of a sector of the others
_SECTOR_SIZES = {9: 512, 12: 4096}


class EndlessError(Exception):
    """A chain of sectors leads back into itself before the stream ends: who follows it never ends, or fills all memory."""


class _Stored(NamedTuple):
    name: str
    start: int
    length: int


def streams(content: bytes, names: frozenset[str]) -> list[bytes]:
    """Return the streams of some names, in lower case, as far as the file goes; none where it is too damaged to tell.

    Raises EndlessError.
    """
    if len(content) < _SHORTEST // 8:
        return []
    shift, directory_length, directory_at, mini_at, minis, next_at = struct.unpack_from("<H8xI4xI8xIII", content, 30)
    size = _SECTOR_SIZES.get(shift)
    if size is None:
        return []
    table = _table(content, size, next_at)
    directory = _chain(content, size, size, table, directory_at, directory_length * size)
    stored = [_entry(directory[at : at + _ENTRY], size) for at in range(0, len(directory) - _ENTRY + 1, _ENTRY)]
    wanted = [one for one in stored if one.name.lower() in names]
    if not minis:
        return [_chain(content, size, size, table, one.start, one.length) for one in wanted if one.length >= _SHORTEST]
    kept = _chain(content, size, size, table, stored[0].start, stored[0].length) if stored else b""
    mini_table = _numbers(_chain(content, size, size, table, mini_at, minis * size))
    return [
        _chain(content, size, size, table, one.start, one.length)
        if one.length >= _SHORTEST
        else _chain(kept, _MINI, 0, mini_table, one.start, one.length)
        for one in wanted
    ]


def _numbers(content: bytes) -> tuple[int, ...]:
    return struct.unpack(f"<{len(content) // 4}I", content[: len(content) // 4 * 4])


def _table(content: bytes, size: int, next_at: int) -> tuple[int, ...]:
    """Return which sector follows each, from the sectors that the header names and those that these name."""

    def sector(number: int) -> bytes:
        return content[(number + 1) * size : (number + 2) * size]

    parts = list(struct.unpack_from(f"<{_IN_HEADER}I", content, 76))
    seen = set()
    while next_at not in seen and (named := _numbers(sector(next_at))):
        seen.add(next_at)
        parts += named[:-1]
        next_at = named[-1]
    every = len(content) // size
    return _numbers(b"".join(sector(part) for part in dict.fromkeys(parts) if part < every))


def _entry(entry: bytes, size: int) -> _Stored:
    name = entry[:64].decode("utf-16-le", "replace").partition("\0")[0]
    start, low, high = struct.unpack_from("<III", entry, 116)
    return _Stored(name, start, low if size == _SECTOR_SIZES[9] else low | high << 32)


def _chain(content: bytes, size: int, before: int, table: tuple[int, ...], start: int, length: int) -> bytes:
    """Return a stream of a length, or where that is 0 or more than there is, up to where its chain of sectors ends."""
    found = b"".join(_sectors(content, size, before, table, start, length))
    return found[:length] if length else found


def _sectors(
    content: bytes, size: int, before: int, table: tuple[int, ...], start: int, length: int
) -> Iterator[bytes]:
    """Return the pieces of a chain, each of sectors that stand one behind the other."""
    most = min(-(-length // size) if length else len(table) + 1, len(table) + 1)
    first, at, count = start, start, 0
    while at < len(table) and count < most:
        after = table[at]
        count += 1
        if after != at + 1:
            yield content[before + first * size : before + (at + 1) * size]
            first = after
        at = after
    if first < at <= len(table):
        yield content[before + first * size : before + at * size]
    if count > len(table):
        raise EndlessError
