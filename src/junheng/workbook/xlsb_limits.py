"""What an .xlsb would take to read: where the records of its sheets stand, and what texts they point to."""

import zipfile
from collections.abc import Iterator
from typing import BinaryIO

from junheng.workbook.bounds import (
    MOST_MEMORY,
    MOST_UNPACKED,
    OF_A_CELL,
    OF_A_PLACE,
    Extent,
    Look,
    far_away,
    repeated_text,
    too_long,
    too_many_cells,
)
from junheng.workbook.parts import blocks

_ROW, _FIRST_CELL, _POINTER, _LAST_CELL, _STRING = 0, 2, 7, 11, 19  # record 1 is a blank cell
_LAST_ROW = 1 << 20  # beyond it the reader stops
_OF_A_SIGN = 8  # bytes of memory of a sign of a text, in all the copies that are held at once


def look_at_xlsb(file: BinaryIO, parts: list[zipfile.ZipInfo]) -> Look:
    """Look at the parts of an .xlsb."""
    size = memory = cells = longest = 0
    sheets = []
    for info in parts:
        whole = []
        for block in blocks(file, info):
            size += len(block)
            if size > MOST_UNPACKED:
                return Look(too_long(size))
            whole.append(block)
        names = info.filename.lower().replace("\\", "/").split("/")
        if len(names) > 2 and names[0] == "xl" and names[1].endswith("sheets"):  # noqa: PLR2004 - xl/worksheets/…
            sheet = b"".join(whole)
            extent = _extent(sheet)
            sheets.append(info)
            memory += extent.places * OF_A_PLACE + extent.cells * OF_A_CELL
            cells += extent.cells
            if memory > MOST_MEMORY:
                alone = extent.places > extent.cells * 2
                return Look(far_away(extent.rows, extent.columns) if alone else too_many_cells(cells))
        elif names[-1] == "sharedstrings.bin":
            longest = max([longest, *_lengths(b"".join(whole))])
    if longest * cells * _OF_A_SIGN <= MOST_MEMORY // 3:
        return Look()
    return _look_at_texts(file, parts, sheets, memory)


def _look_at_texts(file: BinaryIO, parts: list[zipfile.ZipInfo], sheets: list[zipfile.ZipInfo], memory: int) -> Look:
    """Look at the texts that the cells point to, one by one."""
    strings = [info for info in parts if info.filename.lower().endswith("sharedstrings.bin")]
    lengths = [length for info in strings for length in _lengths(b"".join(blocks(file, info)))]
    signs = 0
    for info in sheets:
        sheet = b"".join(blocks(file, info))
        for kind, at, _ in _records(sheet):
            if kind == _POINTER:
                text = int.from_bytes(sheet[at + 8 : at + 12], "little")
                signs += lengths[text] if text < len(lengths) else 0
        if memory + signs * _OF_A_SIGN > MOST_MEMORY:
            return Look(repeated_text(signs * _OF_A_SIGN))
    return Look()


def _records(part: bytes) -> Iterator[tuple[int, int, int]]:
    """Return the kind of each record of a part, where its content begins, and how long that is."""
    at, end = 0, len(part)
    while at < end:
        kind = part[at]
        at += 1
        if kind & 0x80 and at < end:
            kind = (kind & 0x7F) | (part[at] << 7)
            at += 1
        length = shift = 0
        while at < end:
            byte = part[at]
            at += 1
            length |= (byte & 0x7F) << shift
            shift += 7
            if not byte & 0x80 or shift > 21:  # noqa: PLR2004 - a length has at most four bytes
                break
        yield kind, at, length
        at += length


def _extent(sheet: bytes) -> Extent:
    row = count = 0
    top, left, bottom, right = 1 << 40, 1 << 40, 0, 0
    for kind, at, _ in _records(sheet):
        if kind == _ROW:
            row = int.from_bytes(sheet[at : at + 4], "little")
            if row > _LAST_ROW:
                break
        elif _FIRST_CELL <= kind <= _LAST_CELL:
            column = int.from_bytes(sheet[at : at + 4], "little")
            count += 1
            top, bottom = min(top, row), max(bottom, row)
            left, right = min(left, column), max(right, column)
    return Extent(bottom - top + 1, right - left + 1, count) if count else Extent()


def _lengths(strings: bytes) -> list[int]:
    """Return how many signs each shared string has."""
    return [
        min(int.from_bytes(strings[at + 1 : at + 5], "little"), length)
        for kind, at, length in _records(strings)
        if kind == _STRING
    ]
