"""What a workbook would take to read, told before it is read: bombs are refused, and cells far away from all others.

Where the reader gets no memory it ends the program, so that nothing is left to say; and what a file says of itself may be
false. Each format is looked at in its own way. The reader tries one format after the other, so that a file which is
several at once is looked at as each of them.
"""

import struct
import zipfile
from pathlib import Path
from typing import BinaryIO

from junheng.workbook.bounds import MOST_UNPACKED, Look, too_long
from junheng.workbook.ods_limits import look_at_ods
from junheng.workbook.parts import BROKEN
from junheng.workbook.xls_limits import why_not
from junheng.workbook.xlsb_limits import look_at_xlsb
from junheng.workbook.xlsx_limits import look_at_xlsx

_COMPOUND = bytes.fromhex("d0cf11e0a1b11ae1")


def look(path: Path) -> Look:
    """Look at a workbook before it is read; a damaged one is left for the reader to refuse."""
    try:
        with path.open("rb") as file:
            compound = file.read(len(_COMPOUND)) == _COMPOUND
            if compound:
                file.seek(0)
                refused = why_not(file.read())
                if refused is not None or not zipfile.is_zipfile(file):
                    return Look(refused)
            with zipfile.ZipFile(file) as archive:
                return _look_at_parts(file, archive.infolist())
    except (*BROKEN, struct.error, IndexError):
        return Look()


def _look_at_parts(file: BinaryIO, parts: list[zipfile.ZipInfo]) -> Look:
    stated = sum(part.file_size for part in parts)
    if stated > MOST_UNPACKED:
        return Look(too_long(stated))
    names = {part.filename.lower() for part in parts}
    looks = []
    if "content.xml" in names:
        looks.append(look_at_ods)
    if "xl/workbook.bin" in names:
        looks.append(look_at_xlsb)
    if "xl/workbook.xml" in names or not looks:
        looks.append(look_at_xlsx)
    seen = [one(file, parts) for one in looks]
    return next((one for one in seen if one.refused is not None), seen[-1])
