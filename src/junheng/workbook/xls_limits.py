"""What an .xls would take to read: where its cells stand, whatever it says of its own extent.

The reader follows the records of each sheet and holds every place between the first and the last cell of all sheets at
once, so that a few bytes take gigabytes. Long runs of cells near the beginning are passed over in one step; every other
record is looked at.
"""

import re
import struct
from dataclasses import dataclass

from junheng.text import Text
from junheng.workbook.bounds import (
    CONTRADICTION,
    MOST_MEMORY,
    OF_A_CELL,
    far_away,
    repeated_text,
    too_many_cells,
)
from junheng.workbook.compound_file import EndlessError, streams

_STREAMS = frozenset({"workbook", "book"})
_SHEET, _STRINGS, _CONTINUED, _END = 0x85, 0xFC, 0x3C, 0x0A
_EXTENT, _FORMULA, _NUMBERS, _POINTER, _RESULT = 0x200, 0x06, 0xBD, 0xFD, 0x207
_CELLS = frozenset({_FORMULA, _NUMBERS, _POINTER, 0x203, 0x204, 0x205, 0x27E})
_ROWS, _COLUMNS = 65_536, 256  # of a sheet, in every program
_SHORTEST_CELL = 6  # bytes of a number in a record of several
_HELD, _HELD_OF_FORMULAS, _COPIED = 32, 24, 48  # bytes of a place: of every sheet, of its formulas, of the one in work
_OF_A_SIGN = 8  # bytes of memory of a sign of a text, in all the copies that are held at once
MOST_STEPS = 20_000_000  # records that are looked at one by one
MOST_RECORDS = 1_000_000_000  # bytes of the records of all sheets

_NEAR = ((4_095, 255), (32_767, 63), (65_535, 63), (65_535, 255))  # rows and columns, from 0, passed over in one step
_SEVERAL = range(2, 64)  # numbers or blanks in one record
_PATIENCE = 2_000  # cells further away than that before more are taken as near
_HEAD = struct.Struct("<HH")
_PLACE = struct.Struct("<HH")


def _low_high(number: int) -> tuple[int, int]:
    return number & 0xFF, number >> 8


def _run(row: int, column: int) -> re.Pattern[bytes]:
    """Return what matches a run of rows, blanks, texts and numbers no further away than a row and a column.

    Several numbers in one record reach further to the right, by less than their most.
    """
    place = rb".[\x00-\x%02x][\x00-\x%02x]\x00" % (row >> 8, column)
    numbers = rb"|".join(rb"\x%02x\x%02x%b.{%d}" % (*_low_high(6 + 6 * n), place, 2 + 6 * n) for n in _SEVERAL)
    blanks = rb"|".join(rb"\x%02x\x%02x.{%d}" % (*_low_high(6 + 2 * n), 6 + 2 * n) for n in _SEVERAL)
    records = (
        rb"\xfd\x00\x0a\x00%b.{6}" % place,
        rb"\x03\x02\x0e\x00%b.{10}" % place,
        rb"\x7e\x02\x0a\x00%b.{6}" % place,
        rb"\x01\x02\x06\x00.{6}",
        rb"\x08\x02\x10\x00.{16}",
        rb"\xbd\x00(?:%b)" % numbers,
        rb"\xbe\x00(?:%b)" % blanks,
    )
    return re.compile(rb"(?:%b)*+" % b"|".join(records), re.DOTALL)


_RUNS = [_run(row, column) for row, column in _NEAR]


@dataclass(slots=True)
class _Box:
    """The rows and columns between the first and the last of some cells."""

    top: int = 1 << 16
    left: int = 1 << 16
    bottom: int = -1
    right: int = -1

    def add(self, row: int, column: int, last: int) -> None:
        self.top, self.bottom = min(self.top, row), max(self.bottom, row)
        self.left, self.right = min(self.left, column), max(self.right, last)

    @property
    def size(self) -> tuple[int, int]:
        return max(self.bottom - self.top + 1, 0), max(self.right - self.left + 1, 0)


@dataclass(slots=True)
class _Sheet:
    """What the records of a sheet tell."""

    cells: _Box
    formulas: _Box
    count: int = 0  # cells, at most
    steps: int = 0
    length: int = 0  # bytes of its records
    false: bool = False  # it states an extent that no sheet has

    @property
    def places(self) -> int:
        rows, columns = self.cells.size
        return rows * columns

    @property
    def held(self) -> int:
        rows, columns = self.formulas.size
        return self.places * _HELD + rows * columns * _HELD_OF_FORMULAS + self.count * OF_A_CELL


def why_not(content: bytes) -> Text | None:
    """Return why an .xls cannot be read, or None; what is too damaged to tell is left for the reader to refuse."""
    try:
        every = streams(content, _STREAMS)
    except EndlessError:
        return CONTRADICTION
    return next((refused for stream in every if (refused := _why_not(stream)) is not None), None)


def _why_not(stream: bytes) -> Text | None:
    starts, strings = _contents(stream)
    refused, held, cells = _too_much(stream, starts, exactly=False)
    if refused is not None:
        refused, held, cells = _too_much(stream, starts, exactly=True)
    if refused is not None or not strings:
        return refused
    lengths = _lengths(strings)
    if max(lengths, default=0) * cells * _OF_A_SIGN <= MOST_MEMORY // 3:
        return None
    repeated = sum(_signs(stream, start, lengths) for start in starts) * _OF_A_SIGN
    return repeated_text(repeated) if held + repeated > MOST_MEMORY else None


def _too_much(stream: bytes, starts: list[int], *, exactly: bool) -> tuple[Text | None, int, int]:
    """Return why the sheets cannot be read, the memory they take, and how many cells they have."""
    seen: dict[int, _Sheet] = {}
    steps = length = held = most = cells = 0
    for start in starts:
        if start not in seen:
            seen[start] = _sheet(stream, start, MOST_STEPS - steps, exactly=exactly)
            steps += seen[start].steps
        sheet = seen[start]
        length += sheet.length
        cells += sheet.count
        held += sheet.held
        most = max(most, sheet.places * _COPIED)
        refused = None
        if sheet.false:
            refused = CONTRADICTION
        elif held + most > MOST_MEMORY:
            alone = sheet.places > sheet.count * 2
            refused = far_away(*sheet.cells.size) if alone else too_many_cells(cells)
        elif steps >= MOST_STEPS or length > MOST_RECORDS:
            refused = too_many_cells(length // _SHORTEST_CELL)
        if refused is not None:
            return refused, held + most, cells
    return None, held + most, cells


def _contents(stream: bytes) -> tuple[list[int], list[bytes]]:
    """Return where the sheets begin, and the pieces of the shared strings."""
    starts = []
    strings: list[bytes] = []
    at, end, before = 0, len(stream), 0
    while at + 4 <= end:
        kind, length = _HEAD.unpack_from(stream, at)
        body = stream[at + 4 : at + 4 + length]
        at += 4 + length
        if kind == _END:
            break
        if kind == _SHEET and length >= 4:  # noqa: PLR2004 - the number of a byte
            starts.append(int.from_bytes(body[:4], "little"))
        elif kind == _STRINGS:
            strings = [body]
        elif kind == _CONTINUED and before == _STRINGS:
            strings.append(body)
        before = before if kind == _CONTINUED else kind
    return starts, strings


def _sheet(stream: bytes, at: int, most_steps: int, *, exactly: bool = False) -> _Sheet:
    """Follow the records of a sheet to its end, or for so many steps."""
    sheet = _Sheet(_Box(), _Box())
    start, end, far, tier = at, len(stream), 0, 0
    row = column = 0
    run, most_row, most_column = _RUNS[0].match, *_NEAR[0]
    while at + 4 <= end and sheet.steps < most_steps:
        sheet.steps += 1
        near = None if exactly else run(stream, at)
        if near is not None and near.end() > at:
            sheet.count += (near.end() - at) // _SHORTEST_CELL
            sheet.cells.add(0, 0, most_column + len(_SEVERAL))
            sheet.cells.add(most_row, 0, 0)
            at = near.end()
            if at + 4 > end:
                break
        kind, length = _HEAD.unpack_from(stream, at)
        at += 4
        if kind == _END or at + length > end:
            break
        if kind in _CELLS and length >= 4:  # noqa: PLR2004 - two numbers of two bytes
            row, column = _PLACE.unpack_from(stream, at)
            count = max((length - 6) // 6, 1) if kind == _NUMBERS else 1
            sheet.cells.add(row, column, column + count - 1)
            sheet.count += count
            if kind == _FORMULA:
                sheet.formulas.add(row, column, column)
            far += row > most_row or column > most_column
            if far > _PATIENCE and tier < len(_NEAR) - 1:
                far, tier = 0, tier + 1
                run, most_row, most_column = _RUNS[tier].match, *_NEAR[tier]
        elif kind == _RESULT:
            sheet.cells.add(row, column, column)
            sheet.count += 1
        elif kind == _EXTENT:
            sheet.false = sheet.false or _is_false(stream[at : at + length])
        at += length
    sheet.length = at - start
    return sheet


def _is_false(extent: bytes) -> bool:
    """Return whether a stated extent is of more than a whole sheet: room for it is asked for before the cells are read."""
    if len(extent) not in {10, 14}:
        return False
    top, bottom, left, right = map(int, struct.unpack_from("<HHHH" if len(extent) == 10 else "<IIHH", extent))  # noqa: PLR2004
    if not bottom or not right:
        return False
    return ((bottom - top) % (1 << 32)) * ((right - left) % (1 << 32)) > _ROWS * _COLUMNS


def _lengths(strings: list[bytes]) -> list[int]:
    """Return how many signs each of the shared strings has, as far as they can be followed."""
    lengths: list[int] = []
    piece, at, number = strings[0], 8, 0
    try:
        for _ in range(int.from_bytes(piece[4:8], "little")):
            if at >= len(piece):
                number, at = number + 1, 0
                piece = strings[number]
            signs, flags = struct.unpack_from("<HB", piece, at)
            at += 3
            rest = 0
            if flags & 8:  # runs of another font
                rest = int.from_bytes(piece[at : at + 2], "little") * 4
                at += 2
            if flags & 4:  # how it is spoken
                rest += int.from_bytes(piece[at : at + 4], "little")
                at += 4
            wide, left = flags & 1, signs
            while left > (room := max(len(piece) - at, 0) >> wide):
                left -= room
                number, at = number + 1, 1
                piece = strings[number]
                wide = piece[0] & 1
            at += left << wide
            while rest > (room := max(len(piece) - at, 0)):
                rest -= room
                number, at = number + 1, 0
                piece = strings[number]
            at += rest
            lengths.append(signs)
    except (IndexError, struct.error):
        return lengths
    return lengths


def _signs(stream: bytes, at: int, lengths: list[int]) -> int:
    """Return the signs of all texts of a sheet that point to shared strings."""
    signs, end, count = 0, len(stream), len(lengths)
    while at + 4 <= end:
        kind, length = _HEAD.unpack_from(stream, at)
        if kind == _END:
            break
        if kind == _POINTER:
            text = int.from_bytes(stream[at + 10 : at + 14], "little")
            signs += lengths[text] if text < count else 0
        at += 4 + length
    return signs
