"""Files are written whole or not at all: beside their place, then put there."""

import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from junheng import kinds
from junheng.problems import Place, Unusable
from junheng.system import FOLDER, reason

if TYPE_CHECKING:
    from openpyxl import Workbook


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Give a file beside `path` to write to; put it in its place when that went well, remove it when not.

    Raise Unusable where the place cannot be written to.
    """
    if path.is_dir():
        raise Unusable([kinds.OUTPUT_UNWRITABLE.at(Place(str(path)), reason=FOLDER)])
    try:
        handle, name = tempfile.mkstemp(prefix=f".{path.stem}-", suffix=path.suffix, dir=path.parent)
        os.close(handle)
    except OSError as error:
        raise Unusable([kinds.OUTPUT_UNWRITABLE.at(Place(str(path)), reason=reason(error))]) from error
    beside = Path(name)
    try:
        yield beside
        with beside.open("rb") as written:
            os.fsync(written.fileno())  # on the disk before it takes the place of another
        beside.chmod(path.stat().st_mode & 0o777 if path.exists() else 0o666 & ~_umask())
        beside.replace(path)
    except OSError as error:
        raise Unusable([kinds.OUTPUT_UNWRITABLE.at(Place(str(path)), reason=reason(error))]) from error
    finally:
        beside.unlink(missing_ok=True)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def write_book(path: Path, book: "Workbook") -> None:
    """Write a workbook whole or not at all.

    It is made in memory first: its writer, broken off by a full disk, would try once more when it is thrown away.
    """
    made = BytesIO()
    book.save(made)
    with replacing(path) as beside:
        beside.write_bytes(made.getbuffer())


def write_text(path: Path, pieces: Iterable[str], *, encoding: str = "utf-8") -> None:
    """Write a text file whole or not at all."""
    with replacing(path) as beside, beside.open("w", encoding=encoding, newline="") as file:
        for piece in pieces:
            file.write(piece)
