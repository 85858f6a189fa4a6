"""A ledger goes on: what a run says of each item meets what people wrote in the ledger before."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

from junheng import kinds
from junheng.documents.ledger.entered import BLANK, DAY_FORMAT, Entered, day_of, year_of
from junheng.documents.ledger.line import Key, Line
from junheng.documents.ledger.matching import resolved
from junheng.documents.ledger.reading import Earlier, Row, by_hand
from junheng.documents.ledger.words import (
    AGAIN,
    BY_HAND,
    NEW,
    NOT_BEGUN,
    OVERDUE,
    SCHOOL_GONE,
    SETTLED,
    STILL,
    STRUCK,
    STRUCK_OFF,
    UNSETTLED,
    Standing,
    is_one,
    when,
)
from junheng.problems import Problem
from junheng.text import Lang, Text

_OF_HISTORY = ("county", "school", "stage", "item", "standard")  # what the history says of an item


class Now(NamedTuple):
    """The run that a ledger is written for: its school year, the day, its language, and what names it."""

    year: int | None
    today: date
    lang: Lang
    run: str


class Item(NamedTuple):
    """One item of the ledger as it is written: what the run says (None: nothing), and what people wrote."""

    key: Key | None
    standing: Standing
    line: Line | None
    cells: Mapping[str, Entered]
    extras: Mapping[str, Entered]

    def cell(self, column: str) -> Entered:
        """Return one of its cells."""
        return self.cells.get(column, BLANK)


class Updated(NamedTuple):
    """A ledger brought up to a run, with the whole of its history."""

    items: Sequence[Item]
    history: Sequence[Mapping[str, Entered]]
    extras: Sequence[str]
    problems: Sequence[Problem]


def update(lines: Sequence[Line], names: Mapping[str, set[str]], earlier: Earlier | None, now: Now) -> Updated:
    """Return the ledger of a run, going on from an earlier one.

    `names` are the ids of items by the key of their names. Raise Unusable where the earlier ledger contradicts itself.
    """
    by_key = {line.key: line for line in lines}
    problems: list[Problem] = []
    old = {} if earlier is None else resolved(earlier, lines, names, problems)
    items: list[Item] = []
    past: list[Mapping[str, Entered]] = list(earlier.history) if earlier is not None else []
    counties = {line.key.county for line in lines}
    schools = {(*line.key[:4],) for line in lines}
    for key, line in by_key.items():
        row = old.get(key)
        if row is None and not line.listed:
            continue
        item = _go_on(key, line, row, now, past)
        nothing_noted = row is not None and row.standing is Standing.MET and not by_hand(row)
        if line.listed or not nothing_noted:  # else the history says that it is not judged any more
            items.append(item)
    for key, row in old.items():
        if key not in by_key and key.county in counties:
            there = key.of_county or (*key[:4],) in schools
            items += _without_line(key, row, now, past, there=there)
        elif key not in by_key:
            items.append(Item(key, row.standing, None, row.cells, row.extras))
    if earlier is not None:
        items += [Item(None, r.standing, None, r.cells, r.extras) for r in earlier.rows if r.standing is Standing.OWN]
    items = [_dated(item, now, problems, old) for item in items]
    return Updated(items, past, earlier.extras if earlier is not None else (), problems)


def _event(old: Standing | None, new: Standing, row: Row | None) -> tuple[Standing, Text | None]:
    """Return where an item stands now, and what has happened to it since; None: nothing."""
    listed = row is not None and year_of(row.cell("listed")) is not None
    closed = row is not None and year_of(row.cell("closed")) is not None
    if new is Standing.MET:
        if old is Standing.CLOSED:
            return Standing.CLOSED, None
        if old in (None, Standing.MET):
            return Standing.MET, None
        if listed or old is Standing.BELOW:
            return Standing.CLOSED, STRUCK
        return Standing.MET, SETTLED
    if new is Standing.BELOW:
        if old is Standing.BELOW:
            return Standing.BELOW, None
        if old is Standing.CLOSED or closed:
            return Standing.BELOW, AGAIN
        return Standing.BELOW, STILL if listed else NEW
    if new is Standing.GONE:
        return (old, None) if old in (Standing.GONE, Standing.CLOSED) else (Standing.GONE, SCHOOL_GONE)
    return Standing.OPEN, None if old is Standing.OPEN else UNSETTLED


def _go_on(key: Key, line: Line, row: Row | None, now: Now, past: list[Mapping[str, Entered]]) -> Item:
    """Return an item that the run speaks of."""
    old = row.standing if row is not None else None
    standing, event = _event(old, line.standing, row)
    if old is Standing.CLOSED and standing is Standing.OPEN and not line.listed:
        standing, event = Standing.CLOSED, None  # left out of the assessment: it was struck off rightly
    cells = dict(row.cells) if row is not None else {}
    kept = {column: cells.get(column, BLANK) for column in BY_HAND}
    note = ""
    if event is not None:
        note = _note(event, line, row, now.lang)
        past.append(_past(now, line, event, note, key))
        kept["latest"] = Entered(when(event, now.year, now.lang))
    else:
        kept["latest"] = cells.get("latest", BLANK)
    kept["listed"], kept["closed"] = cells.get("listed", BLANK), cells.get("closed", BLANK)
    if standing is Standing.BELOW and kept["listed"].blank:
        kept["listed"] = Entered(now.year)
    if event is STRUCK:
        kept["closed"] = Entered(now.year)
    kept["status"] = _status(kept["status"], standing, event, now.lang)
    return Item(key, standing, line, kept, row.extras if row is not None else {})


def _status(status: Entered, standing: Standing, event: Text | None, lang: Lang) -> Entered:
    """Return the status of an item: what people wrote, unless what happened says otherwise."""
    if standing is Standing.CLOSED:
        return status._replace(value=STRUCK_OFF.say(lang))
    if event is AGAIN:
        return status._replace(value=AGAIN.say(lang))
    by_program = status.blank or is_one(status.value, STRUCK_OFF) or is_one(status.value, UNSETTLED)
    said = {Standing.BELOW: NOT_BEGUN.say(lang), Standing.OPEN: UNSETTLED.say(lang)}
    return status._replace(value=said.get(standing)) if by_program else status


def _note(event: Text, line: Line, row: Row | None, lang: Lang) -> str:
    """Return what the history keeps of an event: the figure, and what people had written until then."""
    bar = f"（{line.bar.text}）" if lang == "zh" else f" ({line.bar.text})"
    parts = [f"{line.figure.text}{bar}" if line.bar.text else line.figure.text]
    if line.standing is Standing.OPEN:
        parts = [line.outcome]
    names = {"owner": ("责任人", "owner"), "due": ("时限", "due"), "status": ("原状态", "status before")}
    names |= {"listed": ("首次列入", "first listed"), "closed": ("销号", "struck off")}
    if row is not None and event is not NEW:
        for column, (zh, en) in names.items():
            cell = row.cell(column)
            if not cell.blank:
                parts.append(f"{zh}：{cell.text}" if lang == "zh" else f"{en}: {cell.text}")
    return ("；" if lang == "zh" else "; ").join(filter(None, parts))


def _past(
    now: Now, line: Line | None, event: Text, note: str, key: Key, row: Row | None = None
) -> Mapping[str, Entered]:
    """Return one row of the history."""
    shown = {name: row.cell(name).text for name in _OF_HISTORY} if row is not None else {}
    if line is not None:
        told = (line.county, line.school, line.stage, line.item.strip("　"), line.standard)
        shown = dict(zip(_OF_HISTORY, told, strict=True))
    return {
        "year": Entered(now.year),
        "day": Entered(now.today, DAY_FORMAT),
        **{name: Entered(text) for name, text in shown.items()},
        "event": Entered(event.say(now.lang)),
        "note": Entered(note),
        "run": Entered(now.run),
        "key": Entered(key.text),
    }


def _without_line(key: Key, row: Row, now: Now, past: list[Mapping[str, Entered]], *, there: bool) -> list[Item]:
    """Return an item of which the run says nothing: its school is gone, or this standard does not judge it."""
    standing, event = _event(row.standing, Standing.OPEN if there else Standing.GONE, row)
    if row.standing is Standing.CLOSED:
        standing, event = Standing.CLOSED, None
    cells = dict(row.cells)
    said = ("本次不评估", "not judged this time") if there else ("学校已不在表中", "the school is not in the table")
    if event is not None:
        note = _note_of_row(said, row, now.lang)
        past.append(_past(now, None, event, note, key, row))
        cells["latest"] = Entered(when(event, now.year, now.lang))
        cells["outcome"] = Entered(said[now.lang == "en"])
    if row.standing is Standing.MET and not by_hand(row):
        return []  # nothing to be done was ever noted on it; the history says that it is gone
    cells["counted"] = BLANK
    return [Item(key, standing, None, cells, row.extras)]


def _note_of_row(said: tuple[str, str], row: Row, lang: Lang) -> str:
    parts = [said[lang == "en"], *(row.cell(c).text for c in ("owner", "due", "status"))]
    return ("；" if lang == "zh" else "; ").join(filter(None, parts))


def _dated(item: Item, now: Now, problems: list[Problem], old: Mapping[Key, Row]) -> Item:
    """Return an item with its due date as a date, and whether it is overdue."""
    cells = dict(item.cells)
    due = item.cell("due")
    day = day_of(due.value)
    if day is not None:
        cells["due"] = due._replace(value=day, form=DAY_FORMAT)
    elif not due.blank and item.key is not None and item.key in old:
        place = old[item.key].place
        problems.append(kinds.LEDGER_DUE_UNREADABLE.at(place, found=due.text))
    waiting = item.standing in (Standing.BELOW, Standing.OPEN, Standing.GONE)
    over = day is not None and waiting and day < now.today
    cells["overdue"] = Entered(OVERDUE.say(now.lang) if over else None)
    return item._replace(cells=cells)
