"""A file becomes sheets of cells that know their address."""

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from junheng import kinds
from junheng.problems import Place, Problem, Unusable
from junheng.system import reason
from junheng.text import Text

MOST_CELLS = 200_000_000  # a nation's table has 6 million; beyond this the reader would take all memory there is
_DIMENSION = re.compile(rb'<dimension ref="(?:[A-Z]{1,3}\d{1,7}:)?([A-Z]{1,3})(\d{1,7})"')
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
    raw = path.read_bytes()
    place = Place(shown)
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
    csv.field_size_limit(2**31 - 1)
    try:
        rows: list[list[object]] = [
            list(row) for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
        ]
    except csv.Error as error:
        raise Unusable([kinds.FILE_DAMAGED.at(place, found=str(error))]) from error
    widths = [len(row) for row in rows]
    width = max(widths, default=0)
    for row in rows:
        if len(row) < width:
            row.extend([""] * (width - len(row)))
    return Sheet(path, shown, None, rows, widths=widths)


def _read_workbook(path: Path, shown: str, start: bytes) -> list[Sheet]:
    import python_calamine as calamine

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
    vast = _vast_sheet(path) if start.startswith(_ZIP) else None
    if vast is not None:
        found = Text(f"有单元格远在数据之外（{vast}）", f"a cell stands far away from the data ({vast})")
        raise Unusable([kinds.FILE_DAMAGED.at(place, found=found)])
    try:
        # from_filelike looks at the content: offices rename .xls to .xlsx
        with path.open("rb") as file:
            book = calamine.CalamineWorkbook.from_filelike(io.BytesIO(file.read()))
        sheets = []
        for name in book.sheet_names:
            sheet = book.get_sheet_by_name(name)
            rows = cast("list[list[object]]", sheet.to_python())
            top, left = sheet.start or (0, 0)
            sheets.append(Sheet(path, shown, name, rows, top, left))
            del sheet
    except calamine.PasswordError as error:
        raise Unusable([kinds.FILE_ENCRYPTED.at(place)]) from error
    except (calamine.CalamineError, OSError, ValueError) as error:
        raise Unusable([kinds.FILE_DAMAGED.at(place, found=str(error)[:120])]) from error
    if not any(sheet.rows for sheet in sheets):
        raise Unusable([kinds.FILE_EMPTY.at(place)])
    return sheets


def _vast_sheet(path: Path) -> str | None:
    """Return the extent of a sheet of an .xlsx that claims more cells than can be held, by its first lines."""
    try:
        with zipfile.ZipFile(path) as archive:
            for name in archive.namelist():
                if not (name.startswith("xl/worksheets/") and name.endswith(".xml")):
                    continue
                with archive.open(name) as part:
                    match = _DIMENSION.search(part.read(4096))
                if match and int(match[2]) * _number_of(match[1].decode()) > MOST_CELLS:
                    return match[0].decode().split('"')[1]
    except (zipfile.BadZipFile, OSError, NotImplementedError):
        return None  # the reader says what is wrong with it
    return None


def _number_of(letters: str) -> int:
    number = 0
    for sign in letters:
        number = number * 26 + ord(sign) - 64
    return number


def _has_formulas_or_errors(path: Path) -> bool:
    """Say whether any sheet of an .xlsx holds a formula or an error value, by a look at its text."""
    try:
        with zipfile.ZipFile(path) as archive:
            for name in archive.namelist():
                if not (name.startswith("xl/worksheets/") and name.endswith(".xml")):
                    continue
                with archive.open(name) as part:
                    before = b""
                    while block := part.read(1 << 20):
                        if b"<f" in before + block or b't="e"' in before + block:
                            return True
                        before = block[-8:]
    except (zipfile.BadZipFile, OSError):
        return False
    return False


SECOND_LOOK_ROWS = 50_000  # beyond this a blank stays a blank: the second look is forty times slower than the first


def second_look(sheet: Sheet, blanks: Iterable[tuple[int, int]]) -> Mapping[tuple[int, int], tuple[str, str]]:
    """Look again at cells that came out blank: ("formula", …) without a saved result, or ("error", …) such as #N/A.

    calamine reads both as blank. Only for .xlsx, and not in sheets above 50,000 rows.
    """
    wanted = {(row + sheet.top + 1, column + sheet.left + 1): (row, column) for row, column in blanks}
    if not wanted or sheet.height > SECOND_LOOK_ROWS or not _has_formulas_or_errors(sheet.path):
        return {}
    import openpyxl

    found: dict[tuple[int, int], tuple[str, str]] = {}
    # opened by its content: offices rename .xlsx to .xls
    file = sheet.path.open("rb")
    book = openpyxl.load_workbook(file, read_only=True)
    try:
        low, high = min(row for row, _ in wanted), max(row for row, _ in wanted)
        for cells in book[sheet.name or ""].iter_rows(min_row=low, max_row=high):
            for cell in cells:
                at = wanted.get((getattr(cell, "row", 0), getattr(cell, "column", 0)))
                if at is None or cell.value is None:
                    continue
                if cell.data_type == "f":
                    found[at] = ("formula", str(cell.value))
                elif cell.data_type == "e":
                    found[at] = ("error", str(cell.value))
    finally:
        book.close()
        file.close()
    return found


def rows_below(sheet: Sheet) -> int:
    """Return how many rows further down a sheet still holds formulas without a saved result, which came out as nothing.

    For .xlsx up to 50,000 rows, like the second look.
    """
    if sheet.height > SECOND_LOOK_ROWS or not _has_formulas_or_errors(sheet.path):
        return 0
    import openpyxl

    end = sheet.top + sheet.height
    last = end
    with sheet.path.open("rb") as file:
        book = openpyxl.load_workbook(file, read_only=True)
        for cells in book[sheet.name or ""].iter_rows(min_row=end + 1, max_row=end + SECOND_LOOK_ROWS):
            held = [cell.row for cell in cells if cell.value is not None and cell.data_type == "f"]
            last = max([last, *(row for row in held if row is not None)])
        book.close()
    return last - end


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
