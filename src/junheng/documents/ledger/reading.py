"""A ledger as people left it is read again: columns moved, rows sorted, columns and rows of their own."""

import io
import zipfile
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import NamedTuple

from openpyxl import Workbook, load_workbook
from openpyxl.cell import Cell, MergedCell
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from junheng import kinds
from junheng.documents.ledger.entered import BLANK, Entered, Value, year_of
from junheng.documents.ledger.line import Key, read_key
from junheng.documents.ledger.words import (
    ADDED,
    BY_HAND,
    COLUMNS,
    GATE,
    HISTORY,
    SCHOOL_GONE,
    SHEET_OF,
    STRUCK_OFF,
    TITLES,
    Column,
    Standing,
    column_of,
    is_one,
)
from junheng.problems import Place, Unusable
from junheng.system import reason
from junheng.text import Text
from junheng.workbook.headings import key as bare
from junheng.workbook.limits import look

HEADER_WITHIN = 20  # rows in which the header is looked for
LEDGER_HEADINGS, HISTORY_HEADINGS = {"item", "owner", "status"}, {"item", "event", "year"}
NO_LEDGER = Text("没有台账的表头（项目、责任人、状态）", "no header of a ledger (Item, Owner, Status)")


class Row(NamedTuple):
    """One row of a ledger: its cells by column, and those in columns that people added, by heading.

    `key` None: the hidden column was lost, or people wrote the row themselves.
    """

    place: Place
    key: Key | None
    standing: Standing
    cells: Mapping[str, Entered]
    extras: Mapping[str, Entered]

    def cell(self, column: str) -> Entered:
        """Return one of its cells."""
        return self.cells.get(column, BLANK)


class Earlier(NamedTuple):
    """A ledger that was read. `book` is the workbook, of which `ours` are the sheets that are written anew.

    `standard` is the id of the one it was made by, `gate` are those of the province.
    """

    rows: list[Row]
    history: Sequence[Mapping[str, Entered]]
    extras: Sequence[str]
    standard: str | None
    book: Workbook
    ours: Sequence[str]
    gate: tuple[str, ...] = ()

    @property
    def year(self) -> int | None:
        """The last school year that it has seen."""
        seen = [year_of(h.get("year", BLANK)) for h in self.history]
        seen += [year_of(r.cell(column)) for r in self.rows for column in ("listed", "closed")]
        return max((year for year in seen if year is not None), default=None)


def open_in(path: Path) -> str | None:
    """Return the sign that a program has a file open: its lock beside the file; None where there is none."""
    for name in (f"~${path.name}", f"~${path.name[2:]}", f".~{path.name}", f".~lock.{path.name}#"):
        if (path.parent / name).exists():
            return name
    return None


def _loaded(path: Path, *, values: bool) -> Workbook:
    place = Place(str(path))
    refused = look(path).refused
    if refused is not None:
        raise Unusable([kinds.LEDGER_NOT_ONE.at(place, found=refused)])
    try:
        return load_workbook(io.BytesIO(path.read_bytes()), data_only=values)
    except OSError as error:
        raise Unusable([kinds.LEDGER_NOT_ONE.at(place, found=reason(error))]) from error
    except (zipfile.BadZipFile, KeyError, ValueError, TypeError, IndexError, AttributeError, SyntaxError) as error:
        found = Text("不是可以读取的 .xlsx 工作簿", "no .xlsx workbook that can be read")
        raise Unusable([kinds.LEDGER_NOT_ONE.at(place, found=found)]) from error


def read_ledger(path: Path) -> Earlier:
    """Return a ledger; raise Unusable where the file is none."""
    if not path.is_file():
        raise Unusable([kinds.FILE_NOT_FOUND.at(Place(str(path)))])
    book = _loaded(path, values=False)
    results = _loaded(path, values=True) if any(_formulas(sheet) for sheet in book.worksheets) else book
    rows: list[Row] = []
    history: list[Mapping[str, Entered]] = []
    extras: dict[str, None] = {}
    ours: list[str] = []
    found = False
    titles = {bare(said) for text in TITLES.values() for said in text}
    for sheet in book.worksheets:
        table = _table(sheet, results[sheet.title], COLUMNS, LEDGER_HEADINGS)
        if table is not None:
            found = True
            ours.append(sheet.title)
            extras |= dict.fromkeys(table.extras)
            rows += [_row(path, sheet, at, cells, own) for at, cells, own in table.rows]
            continue
        past = _table(sheet, results[sheet.title], HISTORY, HISTORY_HEADINGS)
        if past is not None:
            ours.append(sheet.title)
            history += [
                {**{f"{ADDED}{name}": cell for name, cell in own.items()}, **cells} for _, cells, own in past.rows
            ]
        elif bare(sheet.title) in titles:
            ours.append(sheet.title)
    if not found:
        raise Unusable([kinds.LEDGER_NOT_ONE.at(Place(str(path)), found=NO_LEDGER)])
    standards = _recorded(book, "标准", "Standard")
    standard = next((text.split("（")[0].strip() for text in standards), None)
    return Earlier(rows, history, list(extras), standard, book, ours, _recorded(book, *GATE))


def _formulas(sheet: Worksheet) -> bool:
    """Say whether people wrote a formula into a ledger: only what it came to is kept."""
    return any(cell.data_type == "f" for row in sheet.iter_rows() for cell in row)


def _recorded(book: Workbook, *names: str) -> tuple[str, ...]:
    """Return what the record of the last run says under some names, each text once."""
    found: dict[str, None] = {}
    for sheet in book.worksheets:
        if any(is_one(sheet.title, Text(said, said)) for said in TITLES["record"]):
            for name, text in sheet.iter_rows(min_col=1, max_col=2, values_only=True):
                if name in names and isinstance(text, str):
                    found[text] = None
    return tuple(found)


class _Table(NamedTuple):
    rows: Sequence[tuple[int, Mapping[str, Entered], Mapping[str, Entered]]]
    extras: Sequence[str]


def _table(sheet: Worksheet, results: Worksheet, columns: tuple[Column, ...], needed: set[str]) -> _Table | None:
    """Return the rows of a sheet under the header that names some columns; None where it has no such header."""
    lines = enumerate(sheet.iter_rows(max_row=HEADER_WITHIN, values_only=True), 1)
    headed = ((at, heads, [column_of(head, columns) for head in heads]) for at, heads in lines)
    found = next((entry for entry in headed if needed <= set(entry[2])), None)
    if found is None:
        return None
    number, heads, named = found
    known: dict[int, str] = {}
    extras: dict[int, str] = {}
    for at, (head, name) in enumerate(zip(heads, named, strict=True)):
        if name is not None and name not in known.values():
            known[at] = name
        else:
            extras[at] = _extra(head, [*extras.values()], at)
    rows = []
    used: dict[str, None] = {}
    pairs = zip(sheet.iter_rows(min_row=number + 1), results.iter_rows(min_row=number + 1), strict=False)
    for at, (cells, came_to) in enumerate(pairs, number + 1):
        read = [_entered(cell, result) for cell, result in zip(cells, came_to, strict=False)]
        if all(cell.blank and not cell.remark for cell in read):
            continue
        own = {extras[i]: cell for i, cell in enumerate(read) if i in extras and (not cell.blank or cell.remark)}
        used |= dict.fromkeys(own)
        rows.append((at, {known[i]: cell for i, cell in enumerate(read) if i in known}, own))
    written = [name for at, name in extras.items() if name in used or heads[at] is not None]
    return _Table(rows, written)


def _extra(head: object, taken: Collection[str], at: int) -> str:
    """Return the heading of a column that people added, never one that stands already."""
    name = "" if head is None else str(head).strip()
    name = name or get_column_letter(at + 1)
    while name in taken:
        name += "′"
    return name


def _entered(cell: Cell | MergedCell, result: Cell | MergedCell) -> Entered:
    value = result.value if cell.data_type == "f" else cell.value
    if cell.data_type == "f" and value is None:
        value = str(cell.value)
    remark = cell.comment.text if isinstance(cell, Cell) and cell.comment is not None else ""
    kept: Value = value if isinstance(value, str | int | float | date | bool) else None if value is None else str(value)
    if isinstance(kept, datetime) and not (kept.hour or kept.minute or kept.second):
        kept = kept.date()
    return Entered(kept, cell.number_format or "General", remark)


def _row(path: Path, sheet: Worksheet, at: int, cells: Mapping[str, Entered], own: Mapping[str, Entered]) -> Row:
    place = Place(str(path), sheet.title, f"A{at}")
    key = read_key(cells.get("key", BLANK).value)
    written = cells.get("standing", BLANK).text
    standing = Standing(written) if written in {s.value for s in Standing} else _guessed(sheet, cells)
    return Row(place, key, standing, cells, own)


def _guessed(sheet: Worksheet, cells: Mapping[str, Entered]) -> Standing:
    """Return the standing of a row that has lost its hidden columns, by its sheet and its words."""
    if is_one(cells.get("status", BLANK).text, STRUCK_OFF) and cells.get("closed", BLANK).text:
        return Standing.CLOSED
    latest = cells.get("latest", BLANK).text
    if any(latest.startswith(said) for said in SCHOOL_GONE):
        return Standing.GONE
    for standing in (Standing.MET, Standing.OPEN):
        if any(is_one(sheet.title, Text(said, said)) for said in TITLES[SHEET_OF[standing]]):
            return standing
    return Standing.BELOW


def by_hand(row: Row) -> bool:
    """Say whether people wrote anything into a row, its status aside."""
    filled = any(not row.cell(c).blank or row.cell(c).remark for c in BY_HAND if c != "status")
    return filled or any(not cell.blank for cell in row.extras.values())
