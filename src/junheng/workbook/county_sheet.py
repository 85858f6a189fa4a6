"""The sheet 县级: what a county answers once, item by item, with its evidence."""

import re
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import NamedTuple

from junheng import kinds
from junheng.engine.model import Answers, Item, Method
from junheng.engine.parts import fields_of, told_apart
from junheng.problems import Place, Problem
from junheng.standard.grammar import FieldForm
from junheng.text import Text
from junheng.workbook.cells import Sheet
from junheng.workbook.columns import NO_FIGURE, clean_text, figures, parse_number, read_year
from junheng.workbook.headings import Words, factor, key

COUNTY_SHEETS = ("县级", "county")
_NUMBERING = re.compile(r"^(?:[(（]?(?:\d{1,2}|[一二三四五六七八九十]{1,3})[)）、.．](?!\d))+")
_NOT_APPLICABLE = frozenset({"不适用", "不涉及", "notapplicable", "n/a"})
_HEADINGS = {
    "item": ("项目", "指标", "评估项目", "评估内容", "内容", "item"),
    "answer": ("填报", "填报值", "填报内容", "答案", "结果", "数值", "answer"),
    "evidence": ("佐证", "佐证材料", "依据", "说明", "evidence"),
    "score": ("得分", "自评得分", "评分", "score"),
    "county": ("县(市、区)", "县", "县区", "县市区", "区县", "county"),
    "year": ("年度", "学年", "年份", "schoolyear", "year"),
}
_COLUMNS = {name: at for at, name in enumerate(("item", "answer", "evidence"))}
LARGEST_SHARE = 1  # a share written as a fraction is not above it


class Answer(NamedTuple):
    """What stands on one line of the sheet: a figure (yes is 1), the points, the evidence, and where it stands.

    `by_item`: the line names a whole item, not one of the figures it rests on. `said`: it has more than evidence; where
    that is neither figure nor points nor 不适用 it could not be used.
    """

    figure: float | None
    place: Place
    evidence: str = ""
    score: Fraction | None = None
    not_applicable: bool = False
    by_item: bool = False
    said: bool = True

    @property
    def unusable(self) -> bool:
        """Whether something was answered that could not be used."""
        return self.said and self.figure is None and self.score is None and not self.not_applicable


Answered = Mapping[str, Answer]
"""The answers of one county, by the id of the field or of the item."""


class Asked(NamedTuple):
    """What a standard asks a county once: its fields, and its items with the fields that each rests on."""

    fields: Mapping[str, FieldForm]
    items: Mapping[str, tuple[Text, tuple[str, ...]]]


def asked_of(method: Method, fields: Mapping[str, FieldForm], names: Mapping[str, Text]) -> Asked:
    """Return what a method asks a county once; `names` are those of its items."""
    items: dict[str, tuple[Text, tuple[str, ...]]] = {}
    wanted: list[str] = []
    apart = told_apart(method)
    for part in method.parts:
        wanted += [part.score] if part.score is not None else []
        for item in part.items:
            found = tuple(fields_asked(item, method, apart))
            items[item.indicator.id] = names[item.indicator.id], found
            wanted += found
    return Asked({name: fields[name] for name in dict.fromkeys(wanted)}, items)


def fields_asked(item: Item, method: Method, apart: frozenset[str] | None = None) -> Iterator[str]:
    """Yield the fields that a county may answer for an item: none that only the table of schools can tell.

    These are `apart`, which is the same for all items of a method.
    """
    if item.over_schools:
        return
    names = [name for leaf in item.indicator.leaves() for name in fields_of(leaf)]
    conditions = [name for rule in item.indicator.nodes() for name in rule.circumstances()]
    names += [name for name in conditions if name in method.county_fields]
    apart = told_apart(method) if apart is None else apart
    yield from (name for name in dict.fromkeys(names) if name not in apart)


class _Reader:
    """Reads one sheet."""

    def __init__(self, sheet: Sheet, asked: Asked, year: int | None, problems: list[Problem]) -> None:
        self.sheet, self.asked, self.year, self.problems = sheet, asked, year, problems
        self.words = Words(asked.fields)
        self.by_item = {key(name): id_ for id_, (text, _) in asked.items.items() for name in (id_, text.zh, text.en)}

    def columns(self) -> tuple[dict[str, int], int]:
        """Return where item, answer and evidence stand, and the row after their heading."""
        for number, row in enumerate(self.sheet.rows[:20]):
            found: dict[str, int] = {}
            for at, cell in enumerate(row):
                heading = key(cell) if isinstance(cell, str) else ""
                name = next((n for n, words in _HEADINGS.items() if heading in words), None)
                if name is not None:
                    found.setdefault(name, at)
            if {"item", "answer"} <= found.keys():
                return found, number + 1
        return {name: at - self.sheet.left for name, at in _COLUMNS.items()}, 0

    def named(self, text: str) -> tuple[str, bool, float] | None:
        """Return the field or item that a line names, whether it is an item, and what its figure is to be times."""
        for name in (text, _NUMBERING.sub("", text.strip())):
            item = self.by_item.get(key(name))
            found = self.words.find(name)
            if found is not None:
                times = 1.0 if found[1] is None else factor(self.asked.fields[found[0]], found[1])
                if times is not None:
                    return found[0], False, times
            if item is not None:
                fields = self.asked.items[item][1]
                return (fields[0], False, 1.0) if len(fields) == 1 else (item, True, 1.0)
        return None

    def lines(self) -> Iterator[tuple[str | None, str | None, Answer]]:
        """Yield county, field or item, and answer of every line that says anything; None for what is not asked."""
        columns, start = self.columns()
        other: tuple[int | None, str | None, Place] | None = None
        kept = False
        for row in range(start, len(self.sheet.rows)):
            cells = {
                name: self.sheet.rows[row][at] if 0 <= at < len(self.sheet.rows[row]) else ""
                for name, at in columns.items()
            }
            texts = {name: clean_text(cell) for name, cell in cells.items()}
            said = any(texts.get(name, "") not in NO_FIGURE for name in ("answer", "score"))
            evidence = texts.get("evidence", "")
            if not texts["item"] or not (said or evidence):
                continue
            place = self.sheet.place(row, columns["answer"])
            if self.year is not None and read_year(texts.get("year", "")) not in (None, self.year):
                other = read_year(texts.get("year", "")), texts.get("county") or None, place
                continue
            kept = True
            named = self.named(texts["item"])
            county = texts.get("county") or None
            not_applicable = key(texts["answer"]) in _NOT_APPLICABLE
            by_schools = named is not None and named[1] and not self.asked.items[named[0]][1]
            if named is None or (by_schools and not not_applicable):
                if said and not (named is None and _of_another(texts["item"])):
                    item = self.sheet.place(row, columns["item"])
                    self.problems.append(self.not_asked(texts["item"], item, named))
                    yield county, None, Answer(None, place)
                continue
            name, by_item, times = named
            yield (
                county,
                name,
                Answer(
                    None if by_item else self.figure(name, cells["answer"], place, times),
                    place,
                    evidence,
                    self.score(cells.get("score", ""), place),
                    not_applicable,
                    by_item,
                    said,
                ),
            )
            if by_item and said and texts["answer"] not in NO_FIGURE and not not_applicable:
                names = [self.asked.fields[f].text for f in self.asked.items[name][1]]
                fields = Text("、".join(n.zh for n in names), ", ".join(n.en for n in names))
                self.problems.append(kinds.COUNTY_ITEM_OF_SEVERAL.at(place, item=texts["item"][:60], fields=fields))
        if other is not None and not kept:  # nothing is of the year judged: that is no sheet left blank
            year, county, place = other
            self.problems.append(kinds.FILE_OF_OTHER_YEAR.at(place, found=year, year=self.year))
            yield county, None, Answer(None, place)

    def not_asked(self, text: str, place: Place, named: tuple[str, bool, float] | None) -> Problem:
        """Return what is wrong with a line that names nothing that is asked once."""
        if named is not None:
            return kinds.COUNTY_ITEM_BY_SCHOOLS.at(place, item=self.asked.items[named[0]][0])
        near = self.words.nearest(text)
        known = self.asked.fields[near].text if near is not None else Text("—", "—")
        return kinds.COUNTY_ITEM_UNKNOWN.at(place, found=text[:60], near=known)

    def figure(self, name: str, cell: object, place: Place, times: float) -> float | None:
        """Return the figure in a cell; None where there is none, or where it is faulty, which is reported."""
        form = self.asked.fields[name]
        text = clean_text(cell)
        if key(text) in _NOT_APPLICABLE:
            return None
        if form.unit == "%" and key(text).endswith("%"):
            cell = parse_number(key(text)[:-1])
        elif form.unit == "%":
            number = parse_number(cell) if isinstance(cell, str) else cell
            if isinstance(number, int | float) and 0 < number <= LARGEST_SHARE:
                self.problems.append(kinds.SHARE_OR_PERCENT.at(place, field=form.text, found=text))
                return None
        (figure,), faults = figures([cell], form, times)
        self.problems += [kind.at(place, **facts) for _, kind, facts in faults]
        return figure

    def score(self, cell: object, place: Place) -> Fraction | None:
        """Return the points in a cell."""
        form = FieldForm(zh="得分", en="Points", kind="amount", unit="分")
        (figure,), faults = figures([cell], form)
        self.problems += [kind.at(place, **facts) for _, kind, facts in faults]
        return None if figure is None else Fraction(str(figure))


def _of_another(text: str) -> bool:
    """Say whether a line answers another of the shipped standards: it is no mistake, and nothing is lost."""
    from junheng.workbook.asked_elsewhere import asked_elsewhere  # read only where a line is not known

    return any(key(name) in asked_elsewhere() for name in (text, _NUMBERING.sub("", text.strip())))


def read_answers(
    sheets: Sequence[Sheet],
    asked: Asked,
    counties_of: Mapping[str, Sequence[str | None]],
    counties: Sequence[str | None],
    year: int | None,
    problems: list[Problem],
) -> tuple[dict[str | None, Answered], frozenset[str | None]]:
    """Return the answers of every county, and the counties for which a line may be meant that could not be read.

    `counties_of` are the counties whose schools stand in a file, `counties` those of the whole table. A line is of the
    county it names; without a name, of the only county of its file, or of the table.
    """
    unread: set[str | None] = set()
    result: dict[str | None, dict[str, Answer]] = {}
    for sheet in sheets:
        of_file = list(counties_of.get(sheet.file, ())) or list(counties)
        for named, name, answer in _Reader(sheet, asked, year, problems).lines():
            county = named if named is not None else of_file[0] if len(of_file) == 1 else None
            if (named is None and len(of_file) > 1) or (named is not None and named not in counties):
                known = "、".join(c for c in counties if c is not None)
                problems.append(kinds.COUNTY_UNKNOWN.at(answer.place, found=named or "—", known=known[:200]))
                unread.update(of_file)
                continue
            if name is None:
                unread.add(county)
                continue
            own = result.setdefault(county, {})
            before = own.get(name)
            own[name] = answer if before is None else _together(before, answer, problems)
    return dict(result), frozenset(unread)


def _together(before: Answer, answer: Answer, problems: list[Problem]) -> Answer:
    """Return two lines on one thing as one: none of them is taken where they say different things."""
    evidence = "；".join(dict.fromkeys(filter(None, (before.evidence, answer.evidence))))
    if not (before.said and answer.said):
        return (before if before.said else answer)._replace(evidence=evidence)
    if before[:1] + before[3:5] != answer[:1] + answer[3:5]:
        problems.append(kinds.COUNTY_ANSWER_TWICE.at(answer.place, other=str(before.place)))
        return before._replace(figure=None, score=None, not_applicable=False)
    return before._replace(evidence=evidence)


def answers_of(answered: Answered, asked: Asked) -> Answers:
    """Return the answers as the engine takes them: an item is known by its id, whatever line was answered."""
    item_of = {fields[0]: id_ for id_, (_, fields) in asked.items.items() if len(fields) == 1}
    return Answers(
        {name: a.figure for name, a in answered.items() if a.figure is not None and not a.by_item},
        {item_of.get(name, name): a.score for name, a in answered.items() if a.score is not None},
        frozenset(n for name, a in answered.items() if a.not_applicable for n in (name, item_of.get(name, name))),
        any(answer.unusable for answer in answered.values()),
    )
