"""The workbook of official tables as it is drawn: a titled sheet with its header, rows, notes and signature line."""

from collections.abc import Sequence
from copy import copy
from fractions import Fraction
from pathlib import Path
from typing import NamedTuple

from openpyxl import Workbook
from openpyxl.cell import Cell, MergedCell
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet
from rich.cells import cell_len

from junheng.documents.judging import judging, standard_name
from junheng.documents.official_tables.styles import Look, Looks
from junheng.documents.record import record_lines
from junheng.documents.submission import Submission
from junheng.engine.model import Outcome
from junheng.report.county_tables import CountyReport
from junheng.report.model import Mood
from junheng.report.to_xlsx import FILLS, page, put
from junheng.report.write import write_book
from junheng.workbook.handed_back import RECORD

QUALITY, BASIC = "quality-balance", "basic-balance"
A3_FROM = 125.0  # a sheet wider than so many characters is printed on A3
LINE = 15.0  # height of one line, in points
MOST_LINES = 20


class Entry(NamedTuple):
    """One cell: a figure with the decimals it is shown with (None: as it is), a text, or a formula made here."""

    value: str | float | Fraction | None = None
    digits: int | None = None
    mood: Mood = Mood.PLAIN
    faint: bool = False
    formula: bool = False
    across: int = 1
    left: bool = False


class Head(NamedTuple):
    """One heading, over so many columns and rows."""

    text: str
    across: int = 1
    down: int = 1


NOTHING = Entry()
FAILING = (Outcome.UNMET, Outcome.CLOSE)


def shade(outcome: Outcome) -> Mood:
    """Return the shading of a figure: the form asks for a dark background where an item is not met at all or in full."""
    if outcome in FAILING:
        return Mood.BAD
    return Mood.UNKNOWN if outcome is Outcome.MISSING else Mood.PLAIN


class Book:
    """The workbook of one submission."""

    def __init__(self, submission: Submission) -> None:
        self.submission = submission
        self.report = CountyReport(submission.run, submission.lang)
        self.book = Workbook()
        self.book.remove(self.book.worksheets[0])
        self.looks = Looks(self.book)

    @property
    def family(self) -> str | None:
        """The family of the standard, which decides the form: 2017 (quality-balance) or 2012 (basic-balance)."""
        return self.submission.run.standard.form.family

    def of_schools(self) -> "list[Book]":
        """Return the same workbook as the tables of schools see it: by each standard of the province, where that is the gate."""
        return [self] if not self.submission.run.gate else [self._by(one) for one in judging(self.submission)]

    def _by(self, submission: Submission) -> "Book":
        seen = copy(self)
        seen.submission = submission
        seen.report = CountyReport(submission.run, submission.lang)
        return seen

    def sheets_of_schools(self, name: str, title: str) -> "list[tuple[Book, str, str]]":
        """Return what the tables of schools are drawn from, with name and title of each sheet: one for each standard."""
        books = self.of_schools()
        if len(books) == 1:
            return [(books[0], name, title)]
        return [
            (
                book,
                name if at == 1 else f"{name} ({at})",
                f"{title} · {standard_name(book.submission.run.standard, book.submission.lang)}",
            )
            for at, book in enumerate(books, 1)
        ]

    def say(self, zh: str, en: str) -> str:
        """Return one of two wordings."""
        return self.submission.say(zh, en)

    def join(self, texts: Sequence[str]) -> str:
        """Return texts as one enumeration."""
        return self.say("、", ", ").join(texts)

    def missing(self) -> Entry:
        """Return the mark of what was not answered: never 0."""
        return Entry(self.say("未填报", "not given"), mood=Mood.UNKNOWN, faint=True)

    def sheet(
        self, name: str, title: str, widths: Sequence[float], unit: str = "", printed: int | None = None
    ) -> "Form":
        """Begin a sheet with its title and the line of county, year and unit; the first `printed` columns are printed."""
        return Form(self, self.book.create_sheet(name), title, widths, unit, printed)

    def write(self, path: Path) -> None:
        """Add the record of the run and write the file whole or not at all; raise Unusable where that fails."""
        submission = self.submission
        name = RECORD.say(self.submission.lang)
        form = self.sheet(name, name, (34, 110))
        for name, text in record_lines(submission.record, submission.lang):
            form.row([Entry(name, left=True), Entry(text, left=True)])
        form.finish(signed=False)
        write_book(path, self.book)


class Form:
    """One sheet being drawn, from its top to its bottom."""

    def __init__(
        self, book: Book, sheet: Worksheet, title: str, widths: Sequence[float], unit: str, printed: int | None
    ) -> None:
        self.book, self.sheet, self.widths, self.at = book, sheet, widths, 1
        self.printed = len(widths) if printed is None else printed
        for at, width in enumerate(widths, 1):
            sheet.column_dimensions[get_column_letter(at)].width = width
        self._across(title, Look(border=False, bold=True, size=16), 28)
        submission = book.submission
        year = submission.run.year
        said = book.say("县(市、区)：", "County: ") + submission.name
        said += book.say(f"　　学年：{year}", f"    School year: {year}") if year is not None else ""
        said += f"　　{unit}" if unit else ""
        self._across(said, Look("left", border=False), LINE + 3)

    def _across(self, text: str, look: Look, height: float) -> None:
        cell = self.sheet.cell(self.at, 1)
        cell.style = self.book.looks.name(look)
        put(cell, text)
        self.merge(self.at, self.at, 1, self.printed)
        self.sheet.row_dimensions[self.at].height = height
        self.at += 1

    def header(self, rows: Sequence[Sequence[Head]], *, repeat: bool = True) -> None:
        """Draw the rows of a header; with `repeat` they stand on every printed page."""
        top = self.at
        taken: set[tuple[int, int]] = set()
        for row in rows:
            column, lines = 1, 1
            for head in row:
                while (self.at, column) in taken:
                    column += 1
                self._head(head, self.at, column)
                taken |= {(self.at + d, column + a) for d in range(head.down) for a in range(head.across)}
                width = sum(self.widths[column - 1 : column - 1 + head.across])
                lines = max(lines, -(-_lines(head.text, width) // head.down))
                column += head.across
            self.sheet.row_dimensions[self.at].height = LINE * min(lines, MOST_LINES) + 4
            self.at += 1
        if repeat:
            self.sheet.print_title_rows = f"{top}:{self.at - 1}"
            self.sheet.freeze_panes = f"A{self.at}"

    def _head(self, head: Head, row: int, column: int) -> None:
        for d in range(head.down):
            for a in range(head.across):
                self.sheet.cell(row + d, column + a).style = self.book.looks.name(_HEAD)
        put(self.sheet.cell(row, column), head.text)
        self.merge(row, row + head.down - 1, column, column + head.across - 1)

    def row(self, entries: Sequence[Entry], *, start: int = 1, step: bool = True) -> int:
        """Draw a row of cells; return its number."""
        column, lines = start, 1
        for entry in entries:
            look = self.book.looks.name(_look(entry))
            for a in range(entry.across):
                self.sheet.cell(self.at, column + a).style = look
            _draw(self.sheet.cell(self.at, column), entry)
            if entry.across > 1:
                self.merge(self.at, self.at, column, column + entry.across - 1)
            if isinstance(entry.value, str) and not entry.formula:
                lines = max(lines, _lines(entry.value, sum(self.widths[column - 1 : column - 1 + entry.across])))
            column += entry.across
        before = self.sheet.row_dimensions[self.at].height or 0
        self.sheet.row_dimensions[self.at].height = max(before, LINE * min(lines, MOST_LINES) + 3)
        number = self.at
        self.at += step
        return number

    def merge(self, top: int, bottom: int, left: int, right: int | None = None) -> None:
        """Make one cell of several, which all have the look that the first one has."""
        last = left if right is None else right
        if (top, left) != (bottom, last):
            self.sheet.merged_cells.add(f"{get_column_letter(left)}{top}:{get_column_letter(last)}{bottom}")

    def gap(self) -> None:
        """Leave a row empty."""
        self.at += 1

    def note(self, text: str, *, strong: bool = False) -> None:
        """Draw a line of text over the whole width, as high as it needs."""
        height = LINE * min(_lines(text, sum(self.widths[: self.printed]) * 0.97), MOST_LINES) + 3
        self._across(text, Look("left", top=True, border=False, bold=strong, size=10), height)

    def finish(self, *, signed: bool = True) -> None:
        """Draw the signature line, left blank to be signed, and set up the page."""
        if signed:
            say = self.book.say
            line = say("填表人：", "Filled in by:"), say("审核人：", "Checked by:"), say("填表日期：", "Date:")
            self._across(("　" * 14).join(line), Look("left", border=False), LINE * 2)
        page(self.sheet)
        if sum(self.widths[: self.printed]) > A3_FROM:
            self.sheet.page_setup.paperSize = int(self.sheet.PAPERSIZE_A3)
        if self.printed < len(self.widths):
            self.sheet.print_area = f"A1:{get_column_letter(self.printed)}{self.at - 1}"
        self.sheet.oddFooter.center.text = "&P / &N"  # type: ignore[union-attr]


_HEAD = Look(fill="head", bold=True)


def _look(entry: Entry) -> Look:
    """Return how a cell looks: figures to the right, what is only counted or named in the middle."""
    digits = entry.digits
    right = entry.formula or (digits is not None and not isinstance(entry.value, str))
    number = "General" if digits is None else "0." + "0" * digits if digits else "0"
    fill = str(entry.mood) if entry.mood in FILLS else "formula" if entry.formula else ""
    align = "left" if entry.left else "right" if right else "center"
    return Look(align, fill=fill, size=9 if entry.faint else 11, faint=entry.faint, number=number)


def _draw(cell: Cell | MergedCell, entry: Entry) -> None:
    value = entry.value
    if isinstance(value, str) and not entry.formula:
        put(cell, value)
    elif value is not None:
        cell.value = value if isinstance(value, str | int) else float(value)


def _lines(text: str, width: float) -> int:
    """Return how many lines a text takes in a cell so many characters wide."""
    room = max(int(width) - 1, 2)
    return sum(max(1, -(-cell_len(line) // room)) for line in text.split("\n"))
