"""A file becomes sheets of cells that know their address."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from types import ModuleType
from typing import Any

from junheng import kinds
from junheng.problems import Place, Problem, Unusable
from junheng.system import reason
from junheng.text import Text
from junheng.workbook.bounds import (
    CONTRADICTION,
    MOST_CSV,
    MOST_CSV_CELLS,
    MOST_TEXT,
    too_many_bytes,
    too_many_cells,
)
from junheng.workbook.handed_back import is_list
from junheng.workbook.limits import look
from junheng.workbook.panics import without_panics
from junheng.workbook.parts import attributes, cells, sheet_part

_FORMULA = re.compile(rb"<(?:\w+:)?f((?:\s[^>]*?)?)(?:/>|>(.*?)</(?:\w+:)?f>)", re.DOTALL)
MOST_COLUMNS = 16_384  # of a sheet, in every program
_ERROR = re.compile(rb"<(?:\w+:)?v>(.*?)</", re.DOTALL)
SUFFIXES = (".xlsx", ".xls", ".xlsb", ".ods", ".csv")
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_ZIP = b"PK\x03\x04"
_PICTURES = {b"\x89PNG": "PNG", b"\xff\xd8\xff": "JPEG", b"GIF8": "GIF", b"%PDF": "PDF"}


def letter(column: int) -> str:
    """Return the letters of a column counted from 0.

    >>> letter(0), letter(25), letter(26), letter(701), letter(702)
    ('A', 'Z', 'AA', 'ZZ', 'AAA')
    """
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


@dataclass(slots=True)
class Sheet:
    """The cells of one sheet. `rows[0][0]` is the cell `top` rows down and `left` columns to the right of A1."""

    path: Path
    file: str
    name: str | None
    rows: list[list[object]]
    top: int = 0
    left: int = 0
    height: int = 0
    last: bool = True  # nothing else stands below it on its sheet
    widths: list[int] | None = None  # of a csv: how many cells each row was written with
    formulas: bool = False  # its file holds formulas or error values, some of which may have come out blank
    merged: bool = True  # its file may hold merged cells

    def __post_init__(self) -> None:
        self.height = len(self.rows)

    def address(self, row: int, column: int) -> str:
        """Return the address of `rows[row][column]`, such as C5."""
        return f"{letter(column + self.left)}{row + self.top + 1}"

    def place(self, row: int | None = None, column: int | None = None) -> Place:
        """Return the place of a cell, of a row (its first cell), or of the sheet."""
        if row is None:
            return Place(self.file, self.name)
        return Place(self.file, self.name, self.address(row, column or 0))


def read_sheets(path: Path, shown: str) -> list[Sheet]:
    """Return the sheets of a file; raise Unusable where it is none that can be read."""
    place = Place(shown)
    if path.is_dir():
        raise Unusable([kinds.FILE_IS_FOLDER.at(place)])
    if not path.exists():
        raise Unusable([kinds.FILE_NOT_FOUND.at(place)])
    if path.suffix.lower() not in SUFFIXES:
        raise Unusable([kinds.FILE_TYPE_UNKNOWN.at(place, suffix=path.suffix or "—")])
    try:
        with path.open("rb") as file:
            start = file.read(4096)
    except OSError as error:
        raise Unusable([kinds.FILE_DAMAGED.at(place, found=reason(error))]) from error
    if not start.strip(b"\0 \r\n\t\xef\xbb\xbf"):
        raise Unusable([kinds.FILE_EMPTY.at(place)])
    if path.suffix.lower() == ".csv" and not start.startswith((_OLE, _ZIP)):
        return [_read_csv(path, shown)]
    return _read_workbook(path, shown, start)


def _read_csv(path: Path, shown: str) -> Sheet:
    place = Place(shown)
    size = path.stat().st_size
    if size > MOST_CSV:
        raise Unusable([kinds.FILE_DAMAGED.at(place, found=too_many_bytes(size))])
    raw = path.read_bytes()
    picture = next((name for sign, name in _PICTURES.items() if raw.startswith(sign)), None)
    if picture is not None:
        raise Unusable([kinds.FILE_DAMAGED.at(place, found=picture)])
    encodings = ["utf-16"] if raw.startswith((b"\xff\xfe", b"\xfe\xff")) else ["utf-8-sig", "gb18030"]
    text = None
    position = 0
    for encoding in encodings:
        try:
            text = raw.decode(encoding)
            break
        except UnicodeDecodeError as error:
            position = max(position, error.start + 1)
    if text is None:
        raise Unusable([kinds.ENCODING_UNKNOWN.at(place, position=position)])
    head = text[:20000].splitlines()[:30]
    separator = max(",;\t", key=lambda sign: sum(line.count(sign) for line in head))
    csv.field_size_limit(MOST_TEXT)
    try:
        rows: list[list[object]] = []
        widest = held = 0
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True):
            rows.append(list(row))
            held += len(row)
            widest = max(widest, len(row))
            if held > MOST_CSV_CELLS:
                raise Unusable([kinds.FILE_DAMAGED.at(place, found=too_many_cells(held))])
    except csv.Error as error:
        raise Unusable([kinds.FILE_DAMAGED.at(place, found=str(error))]) from error
    widths = [len(row) for row in _without_blank_end(rows)]
    if widest > MOST_COLUMNS or widest * len(rows) > MOST_CSV_CELLS * 3:
        raise Unusable([kinds.FILE_DAMAGED.at(place, found=too_many_cells(widest * len(rows)))])
    for cells_of_row in rows:
        if len(cells_of_row) < widest:
            cells_of_row.extend([""] * (widest - len(cells_of_row)))
    return Sheet(path, shown, None, rows, widths=widths)


def _read_workbook(path: Path, shown: str, start: bytes) -> list[Sheet]:
    place = Place(shown)
    if not start.startswith((_OLE, _ZIP)):
        found: str | Text | None = next((name for sign, name in _PICTURES.items() if start.startswith(sign)), None)
        if found is None:
            lowered = start.lstrip(b"\xef\xbb\xbf \r\n\t").lower()
            html = lowered.startswith((b"<html", b"<!doctype", b"<table", b"<meta"))
            found = "HTML" if html else Text("内容不是工作簿", "no workbook inside")
        raise Unusable([kinds.FILE_DAMAGED.at(place, found=found)])
    if start.startswith(_OLE) and "EncryptedPackage".encode("utf-16-le") in path.read_bytes():
        raise Unusable([kinds.FILE_ENCRYPTED.at(place)])
    seen = look(path)
    if seen.refused is not None:
        raise Unusable([kinds.FILE_DAMAGED.at(place, found=seen.refused)])
    sheets = []
    with _reader(place) as calamine:
        # from_filelike looks at the content: offices rename .xls to .xlsx
        book = calamine.CalamineWorkbook.from_filelike(io.BytesIO(path.read_bytes()))
        for name in book.sheet_names:
            sheet = book.get_sheet_by_name(name)
            rows = _rows(sheet)
            top, left = sheet.start or (0, 0)
            if not is_list(name, rows):
                sheets.append(Sheet(path, shown, name, rows, top, left, formulas=seen.formulas, merged=seen.merged))
            del sheet
    if not any(sheet.rows for sheet in sheets):
        raise Unusable([kinds.FILE_EMPTY.at(place)])
    return sheets


@contextmanager
def _reader(place: Place) -> Iterator[ModuleType]:
    """Give the reader of workbooks; what it raises says that the file is damaged, and raises Unusable.

    It also panics over some damaged files, with an exception that is none of Python's usual ones.
    """
    import python_calamine

    try:
        with without_panics():
            yield python_calamine
    except python_calamine.PasswordError as error:
        raise Unusable([kinds.FILE_ENCRYPTED.at(place)]) from error
    except (python_calamine.CalamineError, OSError, ValueError) as error:
        raise Unusable([kinds.FILE_DAMAGED.at(place, found=str(error)[:120])]) from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":
            raise
        raise Unusable([kinds.FILE_DAMAGED.at(place, found=CONTRADICTION)]) from error


def _rows(sheet: Any) -> list[list[object]]:  # noqa: ANN401 - the reader's own type, known only once it is imported
    """Return the rows of a sheet without the blank ones at its end: formats and blanks may reach to the last row."""
    return _without_blank_end(sheet.to_python())


def _without_blank_end(rows: list[list[object]]) -> list[list[object]]:
    end = len(rows)
    while end > 1 and all(cell is None or (isinstance(cell, str) and not cell.strip()) for cell in rows[end - 1]):
        end -= 1
    del rows[end:]
    return rows


def merged_cells(sheet: Sheet) -> list[tuple[tuple[int, int], tuple[int, int]]]:
    """Return the merged cells of a sheet of an .xlsx or .xls as the rows and columns, from 0, of their two corners."""
    if not sheet.merged:
        return []
    with _reader(sheet.place()) as calamine:
        book = calamine.CalamineWorkbook.from_filelike(io.BytesIO(sheet.path.read_bytes()))
        return book.get_sheet_by_name(sheet.name or "").merged_cell_ranges or []


SECOND_LOOK_ROWS = 50_000  # beyond this a blank stays a blank


def second_look(sheet: Sheet, blanks: Iterable[tuple[int, int]]) -> Mapping[tuple[int, int], tuple[str, str]]:
    """Look again at cells that came out blank: ("formula", …) without a saved result, or ("error", …) such as #N/A.

    The reader gives both as blank. Only for .xlsx, and not in sheets above 50,000 rows.
    """
    if sheet.height > SECOND_LOOK_ROWS or not sheet.formulas:
        return {}
    wanted = {(row + sheet.top + 1, column + sheet.left + 1): (row, column) for row, column in blanks}
    if not wanted:
        return {}
    found: dict[tuple[int, int], tuple[str, str]] = {}
    shared: dict[str, str] = {}
    for row, column, tag, inside in cells(sheet_part(sheet.path, sheet.name or "")):
        formula = _FORMULA.search(inside)
        written = "" if formula is None else unescape((formula[2] or b"").decode("utf-8", "replace"))
        group = "" if formula is None else attributes(formula[1]).get("si", "")
        if group:  # the formula of a group stands in its first cell
            written = shared.setdefault(group, written)
        at = wanted.get((row, column))
        if at is None:
            continue
        error = _ERROR.search(inside) if attributes(tag).get("t") == "e" else None
        if formula is not None:
            found[at] = ("formula", f"={written}")
        elif error is not None:
            found[at] = ("error", unescape(error[1].decode("utf-8", "replace")))
    return found


def rows_below(sheet: Sheet) -> int:
    """Return how many rows further down a sheet still holds formulas without a saved result, or error values: they came out as nothing.

    For .xlsx up to 50,000 rows, like the second look.
    """
    if sheet.height > SECOND_LOOK_ROWS or not sheet.formulas:
        return 0
    end = sheet.top + sheet.height
    further = range(end + 1, end + SECOND_LOOK_ROWS + 1)
    every = cells(sheet_part(sheet.path, sheet.name or ""))
    held = (
        row
        for row, _, tag, inside in every
        if row in further and (_FORMULA.search(inside) or attributes(tag).get("t") == "e")
    )
    return max(held, default=end) - end


def workbooks(paths: Iterable[Path], *, folders: bool = True) -> tuple[list[tuple[Path, str]], list[Problem]]:
    """Return the workbooks of files and folders, each with the name it is shown by, and what is wrong with a path.

    A file is shown by its name, a file of a folder by its path inside the folder, both in full where two would be
    shown alike. Temporary files (~$…) are no workbooks. Where folders are not wanted, each is a problem.
    """
    found: list[tuple[Path, str]] = []
    problems = []
    for path in dict.fromkeys(paths):
        if path.is_dir() and not folders:
            problems.append(kinds.FILE_IS_FOLDER.at(Place(str(path))))
        elif path.is_dir():
            inside = sorted(
                file
                for file in path.rglob("*")
                if file.suffix.lower() in SUFFIXES and file.is_file() and not file.name.startswith(("~$", "."))
            )
            if not inside:
                problems.append(kinds.NO_WORKBOOKS.at(Place(str(path))))
            found += [(file, file.relative_to(path).as_posix()) for file in inside]
        elif path.exists():
            found.append((path, path.name))
        else:
            problems.append(kinds.FILE_NOT_FOUND.at(Place(str(path))))
    names = [name for _, name in found]
    return [(path, name if names.count(name) == 1 else str(path)) for path, name in found], problems
