"""The workbook of a ledger: written fresh, or going on from the one that people have filled in."""

from collections.abc import Sequence
from datetime import date
from hashlib import sha256
from pathlib import Path

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from junheng import kinds
from junheng.documents.costs import Costs, read_costs
from junheng.documents.judging import fields_of_judging
from junheng.documents.ledger import drawing
from junheng.documents.ledger.entered import Entered
from junheng.documents.ledger.line import Line
from junheng.documents.ledger.lines import Ledger
from junheng.documents.ledger.order import in_order
from junheng.documents.ledger.reading import Earlier, open_in, read_ledger
from junheng.documents.ledger.sheets import history_sheet, ledger_sheet
from junheng.documents.ledger.summaries import Gaps, crowded_sheet, evidence_sheet
from junheng.documents.ledger.updating import Item, Now, Updated, update
from junheng.documents.ledger.words import SHEET_OF, TITLES, Standing
from junheng.documents.record import record_lines, sha256_of
from junheng.documents.submission import Submission
from junheng.problems import Place, Problem, Unusable
from junheng.report.write import write_book
from junheng.text import Text
from junheng.workbook.headings import key as bare

RUN_DIGITS = 12
NOTES = {
    "below": Text(
        "黄底各列由县填写，更新时保留；可移动列、排序、加列。达到标准的自动销号（灰底删除线），保留在表末。",
        "Columns headed in yellow are filled in by hand and kept; columns may be moved, added, rows sorted. What is met is struck off and kept at the end.",
    ),
    "open": Text(
        "数据不全、没有填报、本次不评估，或学校已不在表中的；不作销号。",
        "What cannot be decided, was not answered, is not judged this time, or whose school is gone; never struck off.",
    ),
    "met": Text("已达到标准的。", "What is met."),
    "history": Text("每次更新所生的变动，只增不减。", "What each update has changed; nothing is ever taken away."),
}


def today() -> date:
    """Return the day that the calendar on the wall shows."""
    return date.today()  # noqa: DTZ011 - due dates are days of that calendar


def write_ledger(submission: Submission, path: Path) -> Sequence[Problem]:
    """Write the ledger of a county, or bring the one that stands there up to this run; return what is to be said of that.

    Raise Unusable where a file stands there that is no ledger, or that is open in another program.
    """
    return write_ledgers([submission], path, earlier=path if path.exists() else None)


def write_ledgers(
    submissions: Sequence[Submission], path: Path, *, earlier: Path | None = None, day: date | None = None
) -> Sequence[Problem]:
    """Write one ledger for the counties of a run, going on from an `earlier` one; return what is to be said of that.

    `day` is the one by which items are overdue, and that of the history. Raise Unusable where the earlier file is no
    ledger of these counties, contradicts itself, or where a program has open what would be written over.
    """
    first = submissions[0]
    lock = open_in(path)
    if lock is not None:
        raise Unusable([kinds.LEDGER_OPEN.at(Place(str(path)), lock=lock)])
    if path.exists() and path != earlier:
        read_ledger(path)  # nothing but a ledger is written over
    methods = [run.standard.method for run in (first.run, *first.run.gate)]
    ids = frozenset(n.id for method in methods for rule in method.indicators_and_items() for n in rule.nodes())
    costs = read_costs(first.costs, fields_of_judging(first), ids)
    ledgers = [Ledger(submission) for submission in submissions]
    found = [(ledger, ledger.lines()) for ledger in ledgers]
    lines = [line for _, of_county in found for line in of_county]
    old = None if earlier is None else read_ledger(earlier)
    problems: list[Problem] = []
    if old is not None and earlier is not None:
        problems += _fits(old, earlier, first, lines)
    now = Now(first.run.year, day or today(), first.lang, run_id(submissions))
    updated = update(lines, {} if old is None else _names(ledgers, lines), old, now)
    book = _Book(first, costs, old)
    book.write(updated, found, path)
    return [*problems, *updated.problems]


def run_id(submissions: Sequence[Submission]) -> str:
    """Return what names a run: twelve digits of the hash of its inputs, standard and settings; the same for the same."""
    parts = []
    for submission in submissions:
        record = submission.record
        parts += [record.standard_sha256, *sorted(entry.sha256 for entry in record.inputs)]
        parts += [f"{name}={choice}" for name, choice in record.settings.items()]
        for gate in submission.run.gate:
            parts += [sha256_of(gate.standard.file), *(f"{n}={c}" for n, c in gate.standard.settings.items())]
    return sha256("\n".join(parts).encode()).hexdigest()[:RUN_DIGITS]


def _names(ledgers: Sequence[Ledger], lines: Sequence[Line]) -> dict[str, set[str]]:
    """Return the ids of items by the key of their names, in both languages."""
    names: dict[str, set[str]] = {}
    others = [Ledger(ledger.submission._replace(lang="en" if ledger.lang == "zh" else "zh")) for ledger in ledgers]
    for line in [*lines, *(line for other in others for line in other.lines())]:
        names.setdefault(bare(line.item), set()).add(line.key.item)
    return names


def _fits(old: Earlier, file: Path, submission: Submission, lines: Sequence[Line]) -> list[Problem]:
    """Return what is to be said of an earlier ledger; raise Unusable where it is not one that this run goes on from."""
    place, year = Place(str(file)), submission.run.year
    if old.year is not None and year is not None and year < old.year:
        raise Unusable([kinds.LEDGER_LATER.at(place, ledger=old.year, year=year)])
    before = {row.key.county for row in old.rows if row.key is not None}
    here = {line.key.county for line in lines}
    if before and here and before.isdisjoint(here):
        said = {name: "、".join(sorted(names)) or "—" for name, names in (("ledger", before), ("run", here))}
        raise Unusable([kinds.LEDGER_OTHER_COUNTY.at(place, **said)])
    gate = tuple(run.standard.id for run in submission.run.gate)
    pairs: list[tuple[str | None, str | Text]] = [(old.standard, submission.run.standard.id)]
    if old.gate and old.gate != gate:
        pairs.append(
            ("、".join(old.gate), "、".join(gate) or Text("没有省定标准的判定", "no standard of the province"))
        )
    return [
        kinds.LEDGER_OTHER_STANDARD.at(place, ledger=before, standard=now)
        for before, now in pairs
        if before is not None and before != now
    ]


class _Book:
    """The workbook being written; sheets that people added stay behind ours."""

    def __init__(self, submission: Submission, costs: Costs, old: Earlier | None) -> None:
        self.submission, self.costs, self.lang = submission, costs, submission.lang
        self.book = Workbook() if old is None else old.book
        for name in self.book.sheetnames if old is None else old.ours:
            del self.book[name]
        self.added = 0

    def _sheet(self, name: str, note: Text | None) -> Worksheet:
        sheet: Worksheet = self.book.create_sheet(TITLES[name].say(self.lang), self.added)
        self.added += 1
        if note is not None:
            run = self.submission.run
            year = f"{run.year}" if run.year is not None else ""
            parts = [TITLES[name].say(self.lang), self.submission.name, year, run.standard.id]
            drawing.title(
                sheet, " · ".join(filter(None, [*parts, *(one.standard.id for one in run.gate)])), note.say(self.lang)
            )
        return sheet

    def write(self, updated: Updated, found: Sequence[tuple[Ledger, Sequence[Line]]], path: Path) -> None:
        """Write every sheet, and the file whole or not at all; raise Unusable where that cannot be done."""
        for name in ("below", "open", "met"):
            sheet = self._sheet(name, NOTES[name])
            ledger_sheet(sheet, self._of_sheet(name, updated.items), updated.extras, self.costs, self.lang)
        lines = [line for _, of_county in found for line in of_county]
        below = {item.key for item in updated.items if item.standing is Standing.BELOW}
        gaps = [line for line in lines if line.key in below]
        Gaps(self._sheet("gaps", None), gaps, self.costs, updated.extras, self.submission).write()
        crowded_sheet(self._sheet("crowded", None), found, self.lang)
        evidence_sheet(self._sheet("evidence", None), [ledger for ledger, _ in found], self.lang)
        history_sheet(self._sheet("history", NOTES["history"]), updated.history, self.lang)
        self._record([ledger.submission for ledger, _ in found])
        self.book.active = 0
        for sheet in self.book.worksheets:
            sheet.sheet_view.tabSelected = sheet is self.book.worksheets[0]
        write_book(path, self.book)

    def _of_sheet(self, name: str, items: Sequence[Item]) -> list[tuple[Item, int | None]]:
        """Return the items of one sheet, each with its number: those to be worked on in the order of work, first."""
        if name == "met":
            met = [item for item in items if item.standing is Standing.MET]
            also = [
                i
                for i in items
                if i.standing is Standing.CLOSED and i.line is not None and i.line.standing is Standing.MET
            ]
            at = {id(item): number for number, item in enumerate(items)}
            plain = [item._replace(standing=Standing.MET, cells={}, extras={}) for item in also]
            numbered = [
                *zip(met, (at[id(i)] for i in met), strict=True),
                *zip(plain, (at[id(i)] for i in also), strict=True),
            ]
            return [(item, None) for item, _ in sorted(numbered, key=lambda pair: pair[1])]
        of = [item for item in items if SHEET_OF.get(item.standing, "below") == name]
        if name == "open":
            return [(item, None) for item in of]
        by_line = {id(item.line): item for item in of if item.line is not None and item.standing is Standing.BELOW}
        lines = [item.line for item in by_line.values() if item.line is not None]
        first = [by_line[id(line)] for line in in_order(lines, self.costs)]
        others = [item for item in of if item.standing is Standing.BELOW and item.line is None]
        struck = [item for item in of if item.standing is Standing.CLOSED]
        own = [item for item in of if item.standing is Standing.OWN]
        numbered_first = [(item, at) for at, item in enumerate([*first, *others], 1)]
        return [*numbered_first, *((item, None) for item in [*struck, *own])]

    def _record(self, submissions: Sequence[Submission]) -> None:
        sheet = self._sheet("record", None)
        row = 0
        sizes = (30, 110)
        drawing.widths(sheet, sizes)
        for submission in submissions:
            for name, text in record_lines(submission.record, self.lang):
                row += 1
                for at, said in enumerate((name, text), 1):
                    drawing.enter(sheet.cell(row, at), Entered(said))
                drawing.height(sheet, row, (name, text), sizes)
        row += 1
        for at, said in enumerate((Text("运行", "Run").say(self.lang), run_id(submissions)), 1):
            drawing.enter(sheet.cell(row, at), Entered(said))
        drawing.page(sheet)
