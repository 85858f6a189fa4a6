"""What an .ods would take to read: cells, rows and blanks of a text that are repeated, so that a line becomes gigabytes.

The reader holds every place between the first and the last cell of all sheets at once, and every repeated text once more.
"""

import re
import zipfile
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

from junheng.workbook.bounds import (
    MOST_MEMORY,
    MOST_UNPACKED,
    Look,
    far_away,
    repeated_text,
    too_long,
    too_many_cells,
)
from junheng.workbook.parts import LONGEST_PIECE, attributes, blocks, pieces

# possessive groups lose what they hold in the first releases of Python 3.11, so none stands around or in a named group
_TAG = rb"""[^<>"']*(?:(?:"[^"]*"|'[^']*')[^<>"']*)*"""
_OPENING = re.compile(rb"<table:table-row(?P<row>(?:\s" + _TAG + rb")?)>|(?P<end></table:table>)")
_CELL = re.compile(
    rb"<table:(?:covered-)?table-cell(?P<tag>(?:\s" + _TAG + rb")?)>"
    rb"(?P<text>.*?)(?=</?table:(?:covered-)?table-cell|\Z)",
    re.DOTALL,
)
_MARKUP = re.compile(rb"<[^<>]*+>")
_SPACES = re.compile(rb"""text:c\s*=\s*["']\s*\+?(\d+)""")
_MOST_SPACES = 100_000
_MOST_COLUMNS = 1 << 14  # blank ones that are repeated: the reader passes over more
_CELLS = (b"<table:table-cell", b"<table:covered-table-cell")
_OPEN, _CLOSE = b"<table:table-row", b"</table:table-row>"
_BEGIN = (_OPEN, b"<table:table ", b"</table:table>")
_OF_A_PLACE, _OF_A_CELL, _OF_A_BYTE = 70, 64, 4  # bytes of memory, in all the copies that are held at once


class _Row(NamedTuple):
    columns: int = 0  # up to its last cell with content
    cells: int = 0  # with content
    text: int = 0  # bytes of their texts
    held: int = 0  # places that are held while the table is read, the blank ones before another cell too


def look_at_ods(file: BinaryIO, parts: list[zipfile.ZipInfo]) -> Look:
    """Look at the parts of an .ods."""
    size = 0
    for info in parts:
        for block in blocks(file, info):
            size += len(block)
            if size > MOST_UNPACKED:
                return Look(too_long(size))
    held = cells = text = 0  # of the tables before and of this one
    top = rows = width = below = passing = 0  # of this one
    for piece in pieces(file, next(part for part in parts if part.filename.lower() == "content.xml"), _BEGIN):
        if len(piece) > LONGEST_PIECE:
            return Look(too_many_cells(sum(piece.count(sign) for sign in _CELLS)))
        if b"text:c" in piece and any(int(count) > _MOST_SPACES for count in _SPACES.findall(piece)):
            return Look(too_long(MOST_UNPACKED))
        for tag, inside in _rows(piece):
            if tag is None:
                held += rows * width
                top = rows = width = below = passing = 0
                continue
            repeated = _repeated(tag, "number-rows-repeated")
            row = _row(inside)
            if row.columns and not width:
                top = below
            below += repeated
            passing += row.held
            if row.columns:
                rows, width = below - top, max(width, row.columns)
                cells += row.cells * repeated
                text += row.text * repeated
            places = held + max(rows * width, passing)
            if places * _OF_A_PLACE + cells * _OF_A_CELL + text * _OF_A_BYTE > MOST_MEMORY:
                if text * _OF_A_BYTE > MOST_MEMORY // 2:
                    return Look(repeated_text(text))
                return Look(far_away(rows, width) if rows * width > cells * 2 else too_many_cells(places))
    return Look()


def _rows(piece: bytes) -> Iterator[tuple[bytes | None, bytes]]:
    """Return the tags of the rows of a piece with what is inside, and nothing with nothing where a table ends."""
    for text in piece.split(_CLOSE):
        last = max(text.rfind(_OPEN), 0)
        at = 0
        while (match := _OPENING.search(text, at)) is not None:
            tag = match["row"]
            whole = tag is not None and match.start() >= last and not tag.endswith(b"/")
            yield tag, text[match.end() :] if whole else b""
            if whole:
                break
            at = match.end()


def _row(inside: bytes) -> _Row:
    if b"office:" not in inside and b"formula" not in inside and b"repeated" not in inside:
        return _Row(held=sum(inside.count(sign) for sign in _CELLS))
    if b"repeated" not in inside and b"text:c" not in inside:
        cells = sum(inside.count(sign) for sign in _CELLS)
        return _Row(cells, cells, len(inside), cells)
    columns = pending = before = cells = text = held = 0
    for match in _CELL.finditer(inside):
        tag = match["tag"]
        count = _repeated(tag, "number-columns-repeated")
        held += before if before <= _MOST_COLUMNS else 0
        if b"office:" in tag or b"formula" in tag:
            columns += pending + count
            pending = before = 0
            cells += count
            held += count
            spaces = sum(map(int, _SPACES.findall(match["text"])))
            said = len(tag) if b"string-value" in tag or b"formula" in tag else 0
            text += (said + len(_MARKUP.sub(b"", match["text"])) + spaces) * count
        else:
            pending += count
            before = count
    return _Row(columns, cells, text, held)


def _repeated(tag: bytes, name: str) -> int:
    if b"repeated" not in tag:
        return 1
    stated = attributes(tag).get(name, "1").strip().removeprefix("+")
    return int(stated) if stated.isascii() and stated.isdecimal() else 1
