"""Which item each row of an edited ledger is: by its hidden key, else by what it shows; never guessed."""

from collections.abc import Mapping, Sequence

from junheng import kinds
from junheng.documents.ledger.entered import Entered
from junheng.documents.ledger.line import Key, Line
from junheng.documents.ledger.reading import Earlier, Row
from junheng.documents.ledger.words import BY_HAND, BY_ID, OF_COUNTY, Standing, is_one
from junheng.problems import Problem, Unusable, errors
from junheng.text import Text
from junheng.workbook.headings import key as bare
from junheng.workbook.origin import section_name

_WEIGHT = {s: at for at, s in enumerate((Standing.BELOW, Standing.OPEN, Standing.GONE, Standing.CLOSED, Standing.MET))}


def resolved(
    earlier: Earlier, lines: Sequence[Line], names: Mapping[str, set[str]], problems: list[Problem]
) -> dict[Key, Row]:
    """Return the rows of a ledger by the item that each is; several rows of one item become one.

    A row that is no item becomes one that people wrote themselves. Raise Unusable where the hidden key names another
    item than the row shows, or where two rows of one item say different things.
    """
    index = _Index(lines, names)
    found: dict[Key, list[Row]] = {}
    for at, row in enumerate(list(earlier.rows)):
        key = index.key_of(row, problems)
        if key is None:
            earlier.rows[at] = row._replace(standing=Standing.OWN)
        else:
            found.setdefault(key, []).append(row._replace(key=key))
    merged = {key: _merged(rows, problems) for key, rows in found.items()}
    if errors(problems):
        raise Unusable(problems)
    return merged


class _Index:
    """The items of a run, by what a row shows of them."""

    def __init__(self, lines: Sequence[Line], names: Mapping[str, set[str]]) -> None:
        self.lines, self.names = {line.key: line for line in lines}, names
        self.alike: dict[tuple[str, str, str], list[Line]] = {}
        for line in lines:
            shown = section_name(line.school) if not line.key.of_county else ""
            self.alike.setdefault((shown, line.key.stage, line.key.item), []).append(line)
        self.standards = {line.key.item: bare(line.standard) for line in lines}
        self.stages = {bare(line.stage): line.key.stage for line in lines if line.stage}

    def key_of(self, row: Row, problems: list[Problem]) -> Key | None:
        """Return the item of a row; None where it is none."""
        if row.standing is Standing.OWN:
            return None
        if row.key is not None:
            self._agrees(row, row.key, problems)
            return row.key if row.key in self.lines else self._renamed(row, row.key) or row.key
        return self._shown(row)

    def _agrees(self, row: Row, key: Key, problems: list[Problem]) -> None:
        """Report a row whose hidden key names another item than it shows: its columns were sorted apart."""
        code, item, stage = row.cell("code").text, bare(row.cell("item").text), bare(row.cell("stage").text)
        apart = []
        if code and key.code and code.lstrip("0") != key.code.lstrip("0"):
            apart.append(code)
        if key.item not in self.names.get(item, {key.item}):
            apart.append(row.cell("item").text)
        if self.stages.get(stage, key.stage) != key.stage and key.stage:
            apart.append(row.cell("stage").text)
        if apart:
            problems.append(kinds.LEDGER_KEY_APART.at(row.place, found="、".join(apart)))

    def _renamed(self, row: Row, key: Key) -> Key | None:
        """Return the item of a school that had no code, or has none any more, by its name."""
        if key.of_county:
            return None
        name = section_name(row.cell("school").text)
        found = [
            line.key
            for line in self.alike.get((name, key.stage, key.item), [])
            if line.key.county in (key.county, "") or not key.county
            if not (line.key.code and key.code)
        ]
        return found[0] if len(found) == 1 else None

    def _shown(self, row: Row) -> Key | None:
        """Return the item of a row that has lost its key, by county, school, stage and item as they stand there."""
        ids = self.names.get(bare(row.cell("item").text), set())
        school, code = row.cell("school").text, row.cell("code").text
        stage = self.stages.get(bare(row.cell("stage").text), "")
        county = row.cell("county").text
        of_county = is_one(school, OF_COUNTY)
        standard = bare(row.cell("standard").text)
        found = [
            line.key
            for id_ in ids
            for line in self.alike.get(("" if of_county else section_name(school), stage, id_), [])
            if (not county or line.county == county)
            and (not code or not line.code or code.lstrip("0") == line.code.lstrip("0"))
        ]
        if len(found) > 1:  # two standards judge it by one name
            found = [one for one in found if self.standards[one.item] == standard]
        if len(found) == 1:
            return found[0]
        if len(ids) > 1:
            ids = {id_ for id_ in ids if self.standards.get(id_) == standard}
        if len(ids) != 1 or found or not school:
            return None
        name = "" if of_county or code else section_name(school)
        town = "" if of_county or code else row.cell("town").text
        return Key(county, "" if of_county else code, town, name, stage, next(iter(ids)))


def _merged(rows: Sequence[Row], problems: list[Problem]) -> Row:
    """Return one row for all rows of an item; report where two of them say different things."""
    first, *others = sorted(rows, key=lambda row: _WEIGHT[row.standing])
    cells, extras = dict(first.cells), dict(first.extras)
    for other in others:
        told_by_run = other.standing is Standing.MET and first.standing is not Standing.MET
        for column in BY_HAND:
            if not (column == "status" and told_by_run):
                _take(cells, column, other.cell(column), BY_ID[column].name, first, other, problems)
        for name, cell in other.extras.items():
            _take(extras, name, cell, Text(name, name), first, other, problems)
    return first._replace(cells=cells, extras=extras)


def _take(
    into: dict[str, Entered], name: str, cell: Entered, said: Text, first: Row, other: Row, problems: list[Problem]
) -> None:
    here = into.get(name)
    if here is None or here.blank:
        into[name] = cell if here is None or not cell.blank else here
    elif not cell.blank and cell.text != here.text:
        facts = {"item": first.cell("item").text, "school": first.cell("school").text, "column": said}
        facts |= {"one": here.text, "other": cell.text, "at": first.place.cell or ""}
        problems.append(kinds.LEDGER_TWICE.at(other.place, **facts))
