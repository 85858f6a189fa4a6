"""The parts of a packed workbook (.xlsx .xlsb .ods), unpacked block by block without trust in what the file says of itself."""

import re
import zipfile
import zlib
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from posixpath import normpath
from typing import BinaryIO

BLOCK = 1 << 20  # bytes of a block, unpacked
LONGEST_PIECE = 16_000_000  # bytes of a piece, as long as no sign is found in it
_HEADER = 30  # bytes before the name of a packed part
_ATTRIBUTE = re.compile(rb"""([\w:.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_RELATION = re.compile(rb"<(?:\w+:)?Relationship\s([^>]*)>")
_SHEET = re.compile(rb"<(?:\w+:)?sheet\s([^>]*)>")
_CELL = re.compile(
    rb"<(?:\w+:)?(?:row(?P<row>(?:\s[^>]*?)?)/?>|c(?P<cell>(?:\s[^>]*?)?)(?:/>|>(?P<inside>.*?)</(?:\w+:)?c>))",
    re.DOTALL,
)
_BLANKS = re.compile(rb"(?:<(?:\w+:)?c\s[^<>]*/>)+(?P<end></(?:\w+:)?row>)?")
_ROW_BEGINS = (b"<row", b":row")
_ADDRESS = re.compile(rb"([A-Za-z]{1,3})(\d{1,7})")
BROKEN = (zipfile.BadZipFile, zlib.error, OSError, NotImplementedError, ValueError, EOFError)
"""What a damaged archive raises; the reader says in words what is wrong with it."""


def _without_last_blanks(run: re.Match[bytes]) -> bytes:
    """Return a run of empty cells, or nothing of it where the row ends behind it."""
    return run["end"] or run[0]


def blocks(file: BinaryIO, part: zipfile.ZipInfo) -> Iterator[bytes]:
    """Unpack a part of a file, as far as it goes, whatever length the directory states for it."""
    file.seek(part.header_offset)
    header = file.read(_HEADER)
    file.seek(int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little"), 1)
    left = part.compress_size
    inflate = zlib.decompressobj(-15) if part.compress_type == zipfile.ZIP_DEFLATED else None
    while left > 0 and (packed := file.read(min(left, BLOCK // 8))):
        left -= len(packed)
        if inflate is None:
            yield packed
            continue
        while packed and not inflate.eof:
            yield inflate.decompress(packed, BLOCK)
            packed = inflate.unconsumed_tail


def pieces(file: BinaryIO, info: zipfile.ZipInfo, signs: tuple[bytes, ...]) -> Iterator[bytes]:
    """Return a part in pieces that begin, but for the first, with one of some signs, so that no tag is torn apart."""
    kept = b""
    for block in blocks(file, info):
        text = kept + block
        end = max(text.rfind(sign) for sign in signs)
        if end <= 0 and len(text) <= LONGEST_PIECE:
            kept = text
            continue
        yield text[:end] if end > 0 else text
        kept = text[end:] if end > 0 else b""
    yield kept


def attributes(tag: bytes) -> dict[str, str]:
    """Return the attributes of a tag without the prefixes of their names.

    >>> attributes(b'name="a &amp; b" r:id="rId1"')
    {'name': 'a & b', 'id': 'rId1'}
    """
    return {
        m[1].decode("ascii", "replace").rpartition(":")[2]: unescape((m[2] or m[3] or b"").decode("utf-8", "replace"))
        for m in _ATTRIBUTE.finditer(tag)
    }


def number_of(letters: bytes | str) -> int:
    """Return the number of a column, counted from 1.

    >>> number_of("A"), number_of(b"xfd")
    (1, 16384)
    """
    number = 0
    for sign in letters.upper() if isinstance(letters, bytes) else letters.upper().encode():
        number = number * 26 + sign - 64
    return number


def sheet_part(path: Path, name: str) -> bytes:
    """Return the text of a sheet of an .xlsx by the sheet's name, without the empty cells at the end of its rows.

    Those may be millions where whole columns have a format. Nothing where the sheet cannot be found.
    """
    try:
        with path.open("rb") as file, zipfile.ZipFile(file) as archive:
            parts = {normpath(part.filename): part for part in archive.infolist()}

            def text(at: str) -> bytes:
                return b"".join(blocks(file, parts[at])) if at in parts else b""

            sheets = [attributes(m[1]) for m in _SHEET.finditer(text("xl/workbook.xml"))]
            wanted = next((sheet.get("id") for sheet in sheets if sheet.get("name") == name), None)
            relations = [attributes(m[1]) for m in _RELATION.finditer(text("xl/_rels/workbook.xml.rels"))]
            target = next((r.get("Target", "") for r in relations if r.get("Id") == wanted), "")
            at = normpath(target.lstrip("/") if target.startswith(("/", "xl/")) else f"xl/{target}")
            return (
                b"".join(_BLANKS.sub(_without_last_blanks, piece) for piece in pieces(file, parts[at], _ROW_BEGINS))
                if at in parts
                else b""
            )
    except BROKEN:
        return b""


def cells(sheet: bytes) -> Iterator[tuple[int, int, bytes, bytes]]:
    """Return row and column (counted from 1), tag and content of every cell of a sheet's text that is not empty."""
    row, column = 0, 0
    for match in _CELL.finditer(sheet):
        tag = match["cell"]
        if tag is None:
            stated = attributes(match["row"]).get("r", "")
            row, column = int(stated) if stated.isascii() and stated.isdecimal() else row + 1, 0
            continue
        column += 1
        if not match["inside"]:
            continue
        stated = attributes(tag).get("r", "")
        at = _ADDRESS.fullmatch(stated.encode())
        if at is not None:
            row, column = int(at[2]), number_of(at[1])
        yield row, column, tag, match["inside"]
