"""What a packed workbook would take to read, told before it is read: bombs are refused, and cells far away from all others.

The reader holds every cell between the first and the last of a sheet, so that two cells in opposite corners would take
400 GB; where it gets no memory it ends the program. A sheet's stated extent says nothing: it may be false, and formats
that reach to the last row do no harm. So the text of the sheets is looked at: in small sheets and in those packed
suspiciously well every cell, in others by a search for addresses that are far away.
"""

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple

from junheng.text import Text
from junheng.workbook.parts import BROKEN, attributes, blocks, number_of

MOST_UNPACKED = 600_000_000  # bytes; a nation's table of 200,000 rows has 240 million
MOST_MEMORY = 1_200_000_000  # bytes that cells may take
MOST_CSV = 160_000_000  # bytes of a csv; a nation's table has 40 million
MOST_CSV_CELLS = 12_000_000
OF_A_PLACE, OF_A_CELL, OF_A_BYTE = 32, 90, 3  # bytes of memory: of a place in the extent, a cell with content, a text
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
_PREFIXED = re.compile(rb"<[^<>\s/:]+:(?:v|is|c)[\s/>]")
_ROW = re.compile(rb"""\sr\s*=\s*["'](\d{1,9})""")
_CELL = re.compile(rb"""\sr\s*=\s*["']([A-Za-z]{1,3})(\d{1,9})""")
_WITHOUT_ADDRESS = re.compile(rb"<(?:[^<>\s/]*:)?c(?=[\s/>])(?![^<>]*\sr\s*=)")
_STRING = re.compile(rb"<(?:\w+:)?si[\s/>]")
_POINTER = re.compile(rb"""\st\s*=\s*["']s["'][^>]*>\s*<(?:\w+:)?v>(\d{1,9})<""")
_ODS = re.compile(rb"<(/?)table:(?:(table-row)|(?:covered-)?table-cell|(table))((?:\s[^>]*)?)>")
_SPACES = re.compile(rb"""text:c\s*=\s*["']\d{6,}""")
_BEGIN = (b"<c", b"<row", b"<x:c", b"<x:row")
_BEGIN_ODS = (b"<table:table-row", b"<table:table-cell", b"<table:covered-table-cell", b"<table:table ")
_LONGEST_PIECE = 16_000_000
MOST_CELLS = 30_000_000  # cells of a workbook, the blank ones too: a format down to the last row of 28 columns
MOST_CELLS_COUNTED = 8_000_000  # where they do not say where they stand, so that each has to be looked at
MOST_ODD = 20_000  # cells of a sheet that do not say where they stand
MOST_TEXT = 2_000_000  # bytes of one text, or signs of a csv; programs allow a cell 32,767 signs
MOST_PLACES = 20_000_000  # between the first and the last cell: all of them are held more than once
_KEPT = 64  # bytes of a block that are looked at with the next one
_FORMULA_OR_ERROR = (b"<f", b't="e"')


class Look(NamedTuple):
    """What a look at a file tells: why it cannot be read, if so, and whether a sheet holds formulas or error values."""

    refused: Text | None = None
    formulas: bool = False


def look(path: Path) -> Look:
    """Look at a packed workbook before it is read; a damaged one is left for the reader to refuse."""
    try:
        with path.open("rb") as file, zipfile.ZipFile(file) as archive:
            parts = archive.infolist()
            names = {part.filename for part in parts}
            stated = sum(part.file_size for part in parts)
            if stated > MOST_UNPACKED:
                return Look(_too_long(stated))
            if "content.xml" in names:
                return _look_at_ods(file, parts)
            if "xl/workbook.bin" in names:
                return _look_at_xlsb(file, parts)
            return _look_at_xlsx(file, parts)
    except BROKEN:
        return Look()


def _too_long(size: int) -> Text:
    million = -(-size // 1_000_000)
    most = MOST_UNPACKED // 1_000_000
    return Text(
        f"解压后超过 {most} MB（至少 {million} MB）", f"unpacked it has more than {most} MB (at least {million} MB)"
    )


def _long_text(size: int) -> Text:
    million = size // 1_000_000
    return Text(f"一个单元格的文字太长（{million} MB）", f"the text of one cell is too long ({million} MB)")


def _far_away(rows: int, columns: int) -> Text:
    return Text(
        f"有单元格远在数据之外，读取需要 {rows} 行 {columns} 列",
        f"a cell stands far away from the data: reading takes {rows} rows and {columns} columns",
    )


def _too_many(cells: int) -> Text:
    return Text(f"数据太多（{cells} 个单元格）", f"there is too much in it ({cells} cells)")


def too_many_cells(cells: int) -> Text:
    """Return the words for a csv of more cells than can be held."""
    return _too_many(cells)


def too_many_bytes(size: int) -> Text:
    """Return the words for a csv that is too long."""
    return Text(f"文件太大（{size // 1_000_000} MB）", f"the file is too large ({size // 1_000_000} MB)")


class _Part(NamedTuple):
    info: zipfile.ZipInfo
    size: int
    near: tuple[int, int] | None  # columns and rows within which its cells are
    cells: int  # at most so many
    formulas: bool
    longest: int  # bytes of its longest shared string
    sheet: bool  # it holds cells
    tags: int  # cells, the blank ones too
    placed: bool  # nearly all of them say where they stand
    unbroken: int  # bytes of its longest text


def _look_at_xlsx(file: BinaryIO, parts: list[zipfile.ZipInfo]) -> Look:
    seen = []
    size = 0
    for info in parts:
        part = _seen(file, info, MOST_UNPACKED - size)
        size += part.size
        if size > MOST_UNPACKED:
            return Look(_too_long(size))
        if part.unbroken > MOST_TEXT:
            return Look(_long_text(part.unbroken))
        seen.append(part)
        tags = sum(one.tags for one in seen)
        if tags > (MOST_CELLS if all(one.placed for one in seen) else MOST_CELLS_COUNTED):
            return Look(_too_many(tags))
    memory = 0
    for part in seen:
        if not part.sheet:
            continue
        needed = MOST_MEMORY
        if part.near is not None:
            columns, rows = part.near
            needed = columns * rows * OF_A_PLACE + part.cells * OF_A_CELL
        if memory + needed >= MOST_MEMORY or part.near is None or columns * rows > MOST_PLACES:
            rows, columns, cells = _extent(file, part.info)
            needed = rows * columns * OF_A_PLACE + cells * OF_A_CELL
            if rows * columns > MOST_PLACES:
                return Look(_far_away(rows, columns))
            if memory + needed > MOST_MEMORY:
                return Look(_too_many(cells))
        memory += needed
    text = _shared_text(file, seen)
    if memory + text * OF_A_BYTE > MOST_MEMORY:
        return Look(_too_long(text))
    return Look(None, any(part.formulas for part in seen))


def _seen(file: BinaryIO, info: zipfile.ZipInfo, most: int) -> _Part:
    """Unpack a part once, and look for what its size and its addresses tell; a sheet may have any name."""
    # a long part is unpacked once more only where it has to be
    first = len(_FAR) - 1 if info.compress_size > _COUNTED else 0
    tiers = list(range(first, len(_FAR)))
    size = longest = run = tags = odd = quiet = unbroken = 0
    formulas = sheet = strings = ended = False
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
    return _Part(info, size, near, tags, formulas, longest, sheet, tags, odd < MOST_ODD, max(unbroken, longest))


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


def _pieces(file: BinaryIO, info: zipfile.ZipInfo, signs: tuple[bytes, ...]) -> Iterator[bytes]:
    """Return a part in pieces that begin, but for the first, with one of some signs, so that no tag is torn apart."""
    kept = b""
    for block in blocks(file, info):
        text = kept + block
        end = max(text.rfind(sign) for sign in signs)
        if end <= 0 and len(text) <= _LONGEST_PIECE:
            kept = text
            continue
        yield text[:end] if end > 0 else text
        kept = text[end:] if end > 0 else b""
    yield kept


def _extent(file: BinaryIO, info: zipfile.ZipInfo) -> tuple[int, int, int]:
    """Return the rows and columns between the first and the last cell with content of a sheet, and how many there are."""
    letters: set[bytes] = set()
    top, bottom, count = 1 << 40, 0, 0
    for text in _pieces(file, info, _BEGIN):
        found = _FULL.findall(text)
        if len(found) != text.count(b"<v") + text.count(b"<is") or (b":" in text and _PREFIXED.search(text)):
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
    for text in _pieces(file, info, _BEGIN):
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


def _look_at_ods(file: BinaryIO, parts: list[zipfile.ZipInfo]) -> Look:
    size = 0
    for info in parts:
        for block in blocks(file, info):
            size += len(block)
            if size > MOST_UNPACKED:
                return Look(_too_long(size))
    info = next(part for part in parts if part.filename == "content.xml")
    pushed = held = rows = width = below = 0
    columns = pending = 0
    spaces = 0
    for text in _pieces(file, info, _BEGIN_ODS):
        spaces += len(_SPACES.findall(text))
        for match in _ODS.finditer(text):
            closing, is_row, is_table, tag = match.groups()
            if is_table:
                if closing:
                    held += rows * width
                rows = width = below = 0
            elif is_row and not closing:
                columns = pending = 0
                below += 0 if tag.endswith(b"/") else _repeated(tag, "number-rows-repeated")
            elif is_row:
                if columns:
                    rows, width = below, max(width, columns)
            elif not closing:
                count = _repeated(tag, "number-columns-repeated")
                if b"office:" in tag or b"formula" in tag:
                    columns += pending + count
                    pending = 0
                else:
                    pending += count
                pushed = pushed + count if count <= 1 << 14 or b"office:" in tag else pushed
    if spaces:
        return Look(_too_long(MOST_UNPACKED))
    if max(held, pushed) * OF_A_PLACE * 2 > MOST_MEMORY:
        return Look(_too_many(max(held, pushed)))
    return Look()


def _repeated(tag: bytes, name: str) -> int:
    if b"repeated" not in tag:
        return 1
    stated = attributes(tag).get(name, "1")
    return int(stated) if stated.isascii() and stated.isdecimal() else 1


def _look_at_xlsb(file: BinaryIO, parts: list[zipfile.ZipInfo]) -> Look:
    size = 0
    memory = 0
    for info in parts:
        whole = []
        for block in blocks(file, info):
            size += len(block)
            if size > MOST_UNPACKED:
                return Look(_too_long(size))
            whole.append(block)
        if "worksheets/" in info.filename and info.filename.endswith(".bin"):
            rows, columns, cells = _extent_of_records(b"".join(whole))
            memory += rows * columns * OF_A_PLACE + cells * OF_A_CELL
            if memory > MOST_MEMORY:
                return Look(_far_away(rows, columns))
    return Look()


_ROW_RECORD, _FIRST_CELL, _LAST_CELL = 0, 2, 11  # record 1 is a blank cell


def _extent_of_records(sheet: bytes) -> tuple[int, int, int]:
    """Return rows and columns between the first and the last cell of a sheet of an .xlsb, and how many cells there are."""
    at, row, count = 0, 0, 0
    top, left, bottom, right = 1 << 40, 1 << 40, 0, 0
    end = len(sheet)
    while at < end:
        kind = sheet[at]
        at += 1
        if kind & 0x80 and at < end:
            kind = (kind & 0x7F) | (sheet[at] << 7)
            at += 1
        length = shift = 0
        while at < end:
            byte = sheet[at]
            at += 1
            length |= (byte & 0x7F) << shift
            shift += 7
            if not byte & 0x80 or shift > 21:  # noqa: PLR2004 - a length has at most four bytes
                break
        if kind == _ROW_RECORD:
            row = int.from_bytes(sheet[at : at + 4], "little")
        elif _FIRST_CELL <= kind <= _LAST_CELL:
            column = int.from_bytes(sheet[at : at + 4], "little")
            count += 1
            top, bottom = min(top, row), max(bottom, row)
            left, right = min(left, column), max(right, column)
        at += length
    return (bottom - top + 1, right - left + 1, count) if count else (0, 0, 0)
