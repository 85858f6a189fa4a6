"""Rows of totals against what their schools add up to; the sheets are read once more, for totals are no schools."""

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import NamedTuple

from junheng import kinds
from junheng.audit import wording
from junheng.audit.comparing import apart
from junheng.audit.finding import Finding, Seen, Subject
from junheng.audit.grammar import Totals
from junheng.audit.load import Checks
from junheng.audit.roll import Roll
from junheng.number import exact, plain
from junheng.problems import Place, Problem
from junheng.standard.grammar import FieldForm
from junheng.text import Text
from junheng.workbook.cells import Sheet, read_sheets
from junheng.workbook.columns import clean_text, figures
from junheng.workbook.header import Header
from junheng.workbook.headings import Words, key
from junheng.workbook.mapping import Mapped
from junheng.workbook.rows import sort_rows
from junheng.workbook.stacked_tables import tables

EVERYTHING = frozenset(
    {"合计", "总计", "共计", "计", "总数", "全县", "全市", "全区", "全县合计", "全市合计", "全区合计"}
)
ADDED = ("合计", "总计", "小计", "共计")
MOST_NAMED = 6  # figures of a row of totals that a message names
STAGES = {"小学": "primary", "初中": "junior", "高中": "senior"}


class _Block(NamedTuple):
    """The rows of a sheet below its header, sorted: schools and totals."""

    sheet: Sheet
    header: Header
    columns: list[tuple[object, ...]]
    schools: list[int]
    totals: list[int]
    section_of: Mapping[int, int]  # the row of the roll that a school's row became


def totals(roll: Roll, checks: Checks, mapped: Mapped | None, problems: Sequence[Problem]) -> Iterator[Finding]:
    """Yield the totals that are not what their rows add up to."""
    rules = [rule for rule in checks.rules if isinstance(rule, Totals)]
    passed_over = {(p.place.file, p.place.sheet) for p in problems if p.kind is kinds.ROWS_NOT_SCHOOLS}
    if not rules or not passed_over:
        return
    words = Words(roll.fields)
    for number, (sheet, header) in enumerate(zip(roll.origin.sheets, roll.origin.headers, strict=True)):
        if (sheet.file, sheet.name) not in passed_over:
            continue
        block = _again(roll, number, sheet, header, words, mapped)
        if block is not None:
            for rule in rules:
                yield from _compare(roll, rule, block)


def _again(roll: Roll, number: int, sheet: Sheet, header: Header, words: Words, mapped: Mapped | None) -> _Block | None:
    """Read a sheet once more; None where it is not the same table, or holds schools of several years."""
    found = [
        table
        for whole in read_sheets(sheet.path, sheet.file)
        if whole.name == sheet.name
        for table in tables(whole, words, mapped)
        if table.top == sheet.top
    ]
    if len(found) != 1:
        return None
    columns: list[tuple[object, ...]] = list(zip(*found[0].rows[header.row + 1 :], strict=True))
    numeric = [name for name in header.columns if roll.fields[name].numeric]
    rows = sort_rows(header, columns, numeric)
    first = header.row + 1
    kept = list(range(len(columns[0]))) if rows.kept is None else rows.kept
    section_of = {
        row - first: section
        for section, row in enumerate(roll.origin.row_of)
        if roll.origin.sheet_of[section] == number
    }
    if any(row not in section_of for row in kept):
        return None
    return _Block(sheet, header, columns, kept, rows.totals, section_of)


def _label(block: _Block, row: int) -> str | None:
    """Return the words of a row of totals; None for an average or another row that is no sum."""
    texts = [clean_text(column[row]) for column in block.columns if isinstance(column[row], str)]
    return next((t for t in texts if key(t) in EVERYTHING or any(word in key(t) for word in ADDED)), None)


def _compare(roll: Roll, rule: Totals, block: _Block) -> Iterator[Finding]:
    start = 0
    for row in block.totals:
        label = _label(block, row)
        if label is None:
            continue
        above = [school for school in block.schools if school < row]
        candidates = [[school for school in above if school >= start]]
        if key(label) in EVERYTHING:
            candidates.insert(0, block.schools)
        stage = next((s for word, s in STAGES.items() if word in label), None)
        if stage is not None:
            of_stage = roll.table.text("stage")
            candidates.insert(0, [s for s in block.schools if of_stage[block.section_of[s]] == stage])
        start = row + 1
        wrong = [
            found
            for name, columns in block.header.columns.items()
            if roll.fields[name].kind in ("count", "amount") and len(columns) == 1
            if (found := _difference(roll, rule, block, row, name, candidates)) is not None
        ]
        if wrong:
            yield _finding(roll, rule, block, label, wrong)


class _Wrong(NamedTuple):
    """A cell of a row of totals and what its schools add up to."""

    name: str
    cell: Place
    found: float
    total: Fraction


def _difference(
    roll: Roll, rule: Totals, block: _Block, row: int, name: str, candidates: Sequence[Sequence[int]]
) -> _Wrong | None:
    """Compare one cell of a row of totals; it may count a school's shared figure once, or as often as it stands."""
    column = block.header.columns[name][0]
    form: FieldForm = roll.fields[name]
    found = figures([block.columns[column.index][row]], form.model_copy(update={"whole": False}), column.times)[0][0]
    if found is None:
        return None
    sums: list[Fraction] = []
    for schools in candidates:
        written = figures([block.columns[column.index][s] for s in schools], form, column.times)[0]
        if roll.shared([name]) and name in roll.table.figures:
            sums.append(_once(roll, [block.section_of[s] for s in schools], name))
        sums.append(sum((exact(figure) for figure in written if figure is not None), Fraction(0)))
    if any(not apart(exact(found), total, rule.tolerance) for total in sums):
        return None
    return _Wrong(name, block.sheet.place(block.header.row + 1 + row, column.index), found, sums[0])


def _finding(roll: Roll, rule: Totals, block: _Block, label: str, wrong: Sequence[_Wrong]) -> Finding:
    """Return the finding of one row of totals, with every cell that does not add up."""
    said = [
        wording.TOTAL.fill(of=roll.fields[w.name].text, found=plain(w.found), sum=plain(w.total))
        for w in wrong[:MOST_NAMED]
    ]
    if len(wrong) > MOST_NAMED:
        said.append(Text("……", "…"))
    county = roll.table.text("county")[block.section_of[block.schools[0]]] if block.schools else None
    return Finding(
        rule.id,
        rule.kind,
        rule.text,
        rule.severity,
        Subject(county, None, None, None, None, None),
        wrong[0].cell,
        tuple(Seen(w.name, w.found, (w.cell,)) for w in wrong),
        wording.TOTALS.fill(label=label, count=len(wrong), fields=wording.joined(said)),
        rule.hint.text,
    )


def _once(roll: Roll, sections: Sequence[int], name: str) -> Fraction:
    """Return the sum of a figure over sections, what a school shares counted once."""
    chosen = set(sections)
    found = (roll.figure(rows, name) for rows in roll.sharing if chosen.intersection(rows))
    return sum((exact(figure) for figure in found if figure is not None), Fraction(0))
