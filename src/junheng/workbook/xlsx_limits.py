"""What an .xlsx would take to read: sheets packed as no table is, cells far away, texts that many cells point to.

The reader holds every place between the first and the last cell of a sheet, so that two cells in opposite corners would
take 400 GB. A sheet's stated extent says nothing: it may be false, and formats that reach to the last row do no harm. So
the text of the sheets is looked at: in small sheets and in those packed suspiciously well every cell, in others by a
search for addresses that are far away.
"""

import re
import zipfile
from typing import BinaryIO, NamedTuple

from junheng.workbook.bounds import (
    MOST_MEMORY,
    MOST_TEXT,
    MOST_UNPACKED,
    OF_A_BYTE,
    OF_A_CELL,
    OF_A_PLACE,
    Look,
    far_away,
    long_text,
    repeated_text,
    too_long,
    too_many_cells,
)
from junheng.workbook.parts import blocks, number_of, pieces

_SHORTEST_CELL, _SHORTEST_ROW = 20, 6  # bytes of text
_COUNTED = 4_000_000  # bytes, packed, from which cells are counted rather than told from the size
_SMALL = 512_000  # bytes of a sheet in which every cell is looked at
_PACKED_WELL = 30  # times smaller than unpacked: sheets of schools are packed to a seventh

_FAR = (  # addresses that are looked for, and the columns and rows within which all others are
    (rb"[ABab]?+[A-Za-z]?+(?:[A-Za-z]|\d{6})", 78, 99_999),
    (rb"[A-Za-z]?+[A-Za-z]?+(?:[A-Za-z]|\d{5})", 702, 9_999),
    (rb"[Aa]?+[A-Za-z]?+(?:[A-Za-z]|[3-9]\d{5}|\d{7})", 52, 299_999),
)
_AS_USUAL, _SOMEHOW = (  # the same where every cell is written like <c r="A1", and where blanks may stand anywhere
    [re.compile(before + far) for far, _, _ in _FAR] for before in (rb"""\x20r=["']""", rb"""\sr\s*=\s*["']\s*""")
)
_FULL = re.compile(
    rb"""<(?:\w+:)?c\s(?:[^>]*?\s)??r=["']([A-Za-z]{1,3})(\d{1,7})["'][^>]*>(?=<(?:\w+:)?(?:v>|is>|f[\s>]))"""
)
_TOKEN = re.compile(
    rb"<(?:[\w]+:)?(?:row(?P<row>(?:\s[^>]*)?)/?>|c(?P<cell>(?:\s[^>]*)?)/?>|(?P<value>v|is)(?:\s[^>]*)?>(?!</))",
    re.DOTALL,
)
_BLANKS = re.compile(rb"(?:<c\s[^<>]*+(?<=/)>)++")
_PREFIXED = re.compile(rb"<[^<>\s/:]+:(?:v|is|c)[\s/>]")
_ROW = re.compile(rb"""\sr\s*=\s*["'](\d{1,9})""")
_CELL = re.compile(rb"""\sr\s*=\s*["']([A-Za-z]{1,3})(\d{1,9})""")
_WITHOUT_ADDRESS = re.compile(rb"<(?:[^<>\s/]*:)?c(?=[\s/>])(?![^<>]*\sr\s*=)")
_LISTED = {  # what leads to a sheet, and should only once
    "workbook.xml": re.compile(rb"""<(?:\w+:)?sheet\s[^<>]*?\w+:id\s*=\s*["']([^"']*)"""),
    "workbook.xml.rels": re.compile(rb"""<(?:\w+:)?Relationship\s[^<>]*?Target\s*=\s*["']([^"']*)"""),
}
_STRING = re.compile(rb"<(?:\w+:)?si[\s/>]")
_POINTER = re.compile(rb"""\st\s*=\s*["']s["'][^>]*>\s*<(?:\w+:)?v>(\d{1,9})<""")
_BEGIN = (b"<c", b"<row", b"<x:c", b"<x:row")
MOST_CELLS = 30_000_000  # cells of a workbook, the blank ones too: a format down to the last row of 28 columns
MOST_CELLS_COUNTED = 8_000_000  # where they do not say where they stand, so that each has to be looked at
MOST_ODD = 20_000  # cells of a sheet that do not say where they stand
MOST_PLACES = 20_000_000  # between the first and the last cell: all of them are held more than once
_KEPT = 64  # bytes of a block that are looked at with the next one
_FORMULA_OR_ERROR = (b"<f", b't="e"')


class _Part(NamedTuple):
    info: zipfile.ZipInfo
    size: int
    near: tuple[int, int] | None  # columns and rows within which its cells are
    cells: int  # at most so many
    formulas: bool
    merged: bool
    longest: int  # bytes of its longest shared string
    sheet: bool  # it holds cells
    tags: int  # cells, the blank ones too
    placed: bool  # nearly all of them say where they stand
    unbroken: int  # bytes of its longest text


def look_at_xlsx(file: BinaryIO, parts: list[zipfile.ZipInfo]) -> Look:
    """Look at the parts of an .xlsx."""
    seen = []
    size = 0
    again = _listed_again(file, parts)
    for info in parts:
        part = _seen(file, info, MOST_UNPACKED - size)
        size += part.size
        if size > MOST_UNPACKED:
            return Look(too_long(size))
        if part.unbroken > MOST_TEXT:
            return Look(long_text(part.unbroken))
        seen.append(part)
        tags = sum(one.tags for one in seen) + again * max(one.tags for one in seen)
        if tags > (MOST_CELLS if all(one.placed for one in seen) else MOST_CELLS_COUNTED):
            return Look(too_many_cells(tags))
    memory = most = 0
    for part in seen:
        if not part.sheet:
            continue
        needed = MOST_MEMORY
        if part.near is not None:
            columns, rows = part.near
            needed = columns * rows * OF_A_PLACE + part.cells * OF_A_CELL
        if memory + needed * (again + 1) >= MOST_MEMORY or part.near is None or columns * rows > MOST_PLACES:
            rows, columns, cells = _extent(file, part.info)
            needed = rows * columns * OF_A_PLACE + cells * OF_A_CELL
            if rows * columns > MOST_PLACES:
                return Look(far_away(rows, columns))
            if memory + needed * (again + 1) > MOST_MEMORY:
                return Look(too_many_cells(cells * (again + 1)))
        memory += needed
        most = max(most, needed)
    memory += again * most
    text = _shared_text(file, seen) * (again + 1)
    if memory + text * OF_A_BYTE > MOST_MEMORY:
        return Look(repeated_text(text * OF_A_BYTE))
    return Look(None, any(part.formulas for part in seen), any(part.merged for part in seen))


def _listed_again(file: BinaryIO, parts: list[zipfile.ZipInfo]) -> int:
    """Return how often the workbook lists a sheet that it has listed before: each is read, and held, once more."""
    again = 0
    for info in parts:
        name = info.filename.lower().rpartition("/")[2]
        if name in _LISTED:
            listed = [tag for piece in pieces(file, info, (b"<",)) for tag in _LISTED[name].findall(piece)]
            again += len(listed) - len(set(listed))
    return again


def _seen(file: BinaryIO, info: zipfile.ZipInfo, most: int) -> _Part:
    """Unpack a part once, and look for what its size and its addresses tell; a sheet may have any name."""
    # a long part is unpacked once more only where it has to be
    first = len(_FAR) - 1 if info.compress_size > _COUNTED else 0
    tiers = list(range(first, len(_FAR)))
    size = longest = run = tags = odd = quiet = unbroken = 0
    formulas = merged = sheet = strings = ended = False
    kept = b""
    for block in blocks(file, info):
        size += len(block)
        if size > most:
            break
        text = kept + block
        if not sheet and b"sheetData" in text:
            sheet, kept = True, b""
            text = text[text.index(b"sheetData") :]
        if not sheet:
            strings = strings or b"<si" in text or b":si" in text
            ended = ended or b"sst" in text
            for piece in (pieces := text.split(b"<si"))[:-1]:
                longest, run = max(longest, run + len(piece)), 0
            run += len(pieces[-1])
            longest = max(longest, run)
            kept = block[-_KEPT:]
            continue
        cells = _count(text, kept, b"<c") + (_count(text, kept, b":c") if b":" in text else 0)
        odd_here = cells - _count(text, kept, b'<c r="')
        tags += cells
        if odd_here and odd < MOST_ODD:
            odd += len(_WITHOUT_ADDRESS.findall(text))
        if tags > MOST_CELLS or (odd >= MOST_ODD and tags > MOST_CELLS_COUNTED):
            break
        quiet = 0 if b"<" in block else quiet + len(block)
        unbroken = max(unbroken, quiet)
        if size > max(info.compress_size * _PACKED_WELL, _SMALL):
            tiers = []  # every cell is looked at below
        while tiers and (_SOMEHOW if odd_here else _AS_USUAL)[tiers[0]].search(text):
            tiers.pop(0)
        formulas = formulas or any(sign in text for sign in _FORMULA_OR_ERROR)
        merged = merged or b"mergeCell" in text
        kept = block[-_KEPT:]
    strings = strings and ended and not sheet
    every = size <= _SMALL or size > info.compress_size * _PACKED_WELL
    # a tier that was passed over early says nothing of the blocks before: only the first is of the whole part
    near = None
    if (
        sheet
        and tiers
        and not every
        and odd < MOST_ODD
        and (tiers[0] == first or _within(file, info, _SOMEHOW[tiers[0]]))
    ):
        _, columns, rows = _FAR[tiers[0]]
        near = columns + odd, rows + size // _SHORTEST_ROW * bool(odd)
    longest = longest if strings else 0
    return _Part(info, size, near, tags, formulas, merged, longest, sheet, tags, odd < MOST_ODD, max(unbroken, longest))


def _count(text: bytes, counted: bytes, sign: bytes) -> int:
    """Return how often a sign stands in a text, but for its beginning that was counted before."""
    return text.count(sign) - counted.count(sign)


def _within(file: BinaryIO, info: zipfile.ZipInfo, far: re.Pattern[bytes]) -> bool:
    kept = b""
    for block in blocks(file, info):
        if far.search(kept + block):
            return False
        kept = block[-_KEPT:]
    return True


def _extent(file: BinaryIO, info: zipfile.ZipInfo) -> tuple[int, int, int]:
    """Return the rows and columns between the first and the last cell with content of a sheet, and how many there are."""
    letters: set[bytes] = set()
    top, bottom, count = 1 << 40, 0, 0
    for text in pieces(file, info, _BEGIN):
        if b":" in text and _PREFIXED.search(text):
            return _extent_by_counting(file, info)
        filled = text.count(b"<v") + text.count(b"<is")
        if not filled:
            continue
        found = _FULL.findall(_BLANKS.sub(b"", text) if text.count(b"<c") > filled * 2 else text)
        if len(found) != filled:
            return _extent_by_counting(file, info)
        if found:
            columns, rows = zip(*found, strict=True)
            letters.update(columns)
            numbers = set(map(int, set(rows)))
            top, bottom, count = min(top, *numbers), max(bottom, *numbers), count + len(found)
    columns_seen = [number_of(column) for column in letters]
    return (bottom - top + 1, max(columns_seen) - min(columns_seen) + 1, count) if count else (0, 0, 0)


def _extent_by_counting(file: BinaryIO, info: zipfile.ZipInfo) -> tuple[int, int, int]:
    """Return the same where cells do not say where they stand, or a formula has no result."""
    top, left, bottom, right = 1 << 40, 1 << 40, 0, 0
    row, column, count = 0, 0, 0
    at = (0, 0)
    for text in pieces(file, info, _BEGIN):
        for match in _TOKEN.finditer(text):
            kind = match.lastgroup
            if kind == "row":
                stated = _ROW.search(match["row"])
                row, column = int(stated[1]) if stated else row + 1, 0
            elif kind == "cell":
                address = _CELL.search(match["cell"])
                column += 1
                at = (row, column)
                if address:
                    column = number_of(address[1])
                    at = (int(address[2]), column)
            else:
                count += 1
                top, bottom = min(top, at[0]), max(bottom, at[0])
                left, right = min(left, at[1]), max(right, at[1])
    return (bottom - top + 1, right - left + 1, count) if count else (0, 0, 0)


def _shared_text(file: BinaryIO, seen: list[_Part]) -> int:
    """Return the bytes of shared strings in all cells that point to them; 0 where they can only be few."""
    longest = max((part.longest for part in seen), default=0)
    sheets = [part for part in seen if part.sheet]
    cells = sum(part.size for part in sheets) // _SHORTEST_CELL
    if longest * cells * OF_A_BYTE <= MOST_MEMORY // 3:
        return 0
    lengths: list[int] = []
    for part in seen:
        if part.longest:
            text = b"".join(blocks(file, part.info))
            starts = [m.start() for m in _STRING.finditer(text)]
            lengths += [end - start for start, end in zip(starts, [*starts[1:], len(text)], strict=True)]
    total = 0
    for part in sheets:
        kept = b""
        for block in blocks(file, part.info):
            text = kept + block
            end = max(text.rfind(b"<c"), 0)
            for match in _POINTER.finditer(text, 0, end):
                at = int(match[1])
                total += lengths[at] if at < len(lengths) else 0
            kept = text[end:]
    return total
