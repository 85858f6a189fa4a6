"""What makes a candidate less certain: its cells, its unit, its era, and whether a columns file can name it."""

from collections.abc import Mapping
from statistics import median

from junheng.standard.grammar import FieldForm
from junheng.workbook.candidates import FEWEST_ROWS, Candidate, Confidence, Proposed, Why
from junheng.workbook.columns import clean_text, parse_number, read_year
from junheng.workbook.foreign_table import ForeignTable
from junheng.workbook.headers import MONEY_IN_TITLE, find_header
from junheng.workbook.headings import Words, factor, key
from junheng.workbook.likeness import ENOUGH, share_of
from junheng.workbook.mapping import FormOfTable, Mapped, Sum

FEW_YUAN = 10  # equipment worth less than this for each student: its figures are in 万元
IN_TEN_THOUSANDS = 10_000
FIRST_YEAR = 1000  # a smaller one is of another era
MINGUO = 1911  # the year before the first of the Republic's


def doubted(table: ForeignTable, form: FieldForm, entry: Proposed) -> Proposed:
    """Return an entry, less certain where the cells below are not what the field holds, or a title names a unit."""
    if len(entry.candidates) > 1 or entry.candidates[0].value is not None:
        return entry
    (candidate,) = entry.candidates
    if entry.field != "code":
        cells = [cell for named in candidate.columns for cell in table.cells(named.column)]
        if cells and share_of(cells, form) < ENOUGH:
            candidate = candidate._replace(why=(*candidate.why, Why.NOT_LIKE_IT))
            return entry._replace(confidence=Confidence.OPEN, candidates=(candidate,))
    if form.kind == "year":
        return _common_era(table, entry, candidate)
    if form.unit == "元" and candidate.unit is None:
        lines = [key(c) for row in table.sheet.rows[: table.row] for c in row if isinstance(c, str)]
        said = next((m[0] for line in lines if (m := MONEY_IN_TITLE.search(line))), None)
        if said is not None:
            unit = "千元" if "千元" in said else "万元"
            why = (*candidate.why, Why.UNIT_IN_TITLE)
            candidate = candidate._replace(why=why, times=factor(form, unit), unit=unit)
            return entry._replace(confidence=_lower(entry.confidence), candidates=(candidate,))
    return entry


def _common_era(table: ForeignTable, entry: Proposed, candidate: Candidate) -> Proposed:
    """Return years as they are; those of the Republic as the one year that they all are, a choice where they differ."""
    texts = {key(clean_text(cell)) for named in candidate.columns for cell in table.cells(named.column)}
    early = {year for text in texts if (year := read_year(text)) is not None and year < FIRST_YEAR}
    if not early:
        return entry
    candidate = candidate._replace(why=(*candidate.why, Why.MINGUO))
    if len(texts) > 1:
        return entry._replace(confidence=Confidence.OPEN, candidates=(candidate,))
    candidate = candidate._replace(value=str(early.pop() + MINGUO))
    return entry._replace(confidence=_lower(entry.confidence), candidates=(candidate,))


def _lower(confidence: Confidence) -> Confidence:
    return Confidence.LIKELY if confidence is Confidence.CERTAIN else confidence


def _numbers(table: ForeignTable, candidate: Candidate) -> list[float]:
    found = []
    for row in table.below():
        cells = [row[named.column] for named in candidate.columns]
        read = [parse_number(cell) if isinstance(cell, str) else cell for cell in cells]
        if read and all(isinstance(n, int | float) for n in read):
            found.append(float(sum(n for n in read if isinstance(n, int | float))))
    return found


def small_money(table: ForeignTable, fields: Mapping[str, FieldForm], proposed: dict[str, Proposed]) -> None:
    """Leave the unit of the whole school's money open where it comes to a few 元 for each student."""
    students = proposed.get("students")
    if students is None or len(students.candidates) > 1:
        return
    pupils = _numbers(table, students.candidates[0])
    for name, entry in list(proposed.items()):
        form = fields[name]
        if form.unit != "元" or form.share != "split" or len(entry.candidates) > 1:
            continue
        (candidate,) = entry.candidates
        money = _numbers(table, candidate)
        if candidate.unit is not None or min(len(money), len(pupils)) < FEWEST_ROWS:
            continue
        if 0 < median(money) < FEW_YUAN * median(pupils):
            why = (*candidate.why, Why.UNIT_BY_SIZE)
            both = (candidate._replace(why=why, times=IN_TEN_THOUSANDS, unit="万元"), candidate._replace(why=why))
            proposed[name] = entry._replace(confidence=Confidence.OPEN, candidates=both)


def tried(table: ForeignTable, fields: Mapping[str, FieldForm], proposed: dict[str, Proposed]) -> None:
    """Read the headings by what is proposed, and leave open what a columns file cannot name.

    First by what is certain alone, as the file is read before a person has looked at it; then by all that is one way.
    """
    words = Words(fields)
    single = {name for name, entry in proposed.items() if len(entry.candidates) == 1}
    sure: set[str] = set()
    faulty = True
    while faulty:
        sure = {name for name in single if proposed[name].confidence is Confidence.CERTAIN}
        unread = _unread(table, words, proposed, sure | ({"name"} & single))
        faulty = _left_open(proposed, unread, sure)
    _left_open(proposed, _unread(table, words, proposed, single), single - sure)


def _unread(table: ForeignTable, words: Words, proposed: Mapping[str, Proposed], names: set[str]) -> Mapping[str, Why]:
    """Return the fields of `names` that a columns file with these entries does not read from their columns, and why."""
    entries = {name: proposed[name].candidates[0] for name in sorted(names)}
    form = FormOfTable(
        {n: Sum(tuple(c.heading for c in e.columns), e.times) for n, e in entries.items() if e.value is None},
        {n: e.value for n, e in entries.items() if e.value is not None},
    )
    header, _ = find_header(table.sheet, words, Mapped((form,)))
    if header is None:
        return {}
    read = {name: [column.index for column in columns] for name, columns in header.columns.items()}
    return {
        name: Why.UNIT_UNKNOWN if name in header.doubtful else Why.UNREADABLE
        for name in form.sums
        if read.get(name, []) != [named.column for named in entries[name].columns]
    }


def _left_open(proposed: dict[str, Proposed], unread: Mapping[str, Why], among: set[str]) -> bool:
    """Leave what is not read open; return whether there is any."""
    faulty = among & unread.keys()
    for name in sorted(faulty):
        entry = proposed[name]
        (candidate,) = entry.candidates
        if unread[name] not in candidate.why:
            candidate = candidate._replace(why=(*candidate.why, unread[name]))
        proposed[name] = entry._replace(confidence=Confidence.OPEN, candidates=(candidate,))
    return bool(faulty)
