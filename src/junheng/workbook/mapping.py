"""A columns file: which headings of a foreign table feed which field, for each form of table."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from junheng import kinds
from junheng.problems import Problem, Unusable
from junheng.standard.faults import near
from junheng.standard.grammar import FieldForm
from junheng.standard.source import Document, read_all
from junheng.text import Text
from junheng.workbook.columns import figures, read_year
from junheng.workbook.headings import path_key


class Sum(NamedTuple):
    """The headings whose columns are added up for a field, each times a factor."""

    headings: tuple[str, ...]
    times: float | None = None  # None: as the heading's unit says


class FormOfTable(NamedTuple):
    """What a columns file says of one form of table (表式): sums of columns, and fixed values; the line it begins in."""

    sums: Mapping[str, Sum]
    values: Mapping[str, str]
    line: int = 1


@dataclass(frozen=True)
class Mapped:
    """What a columns file says, form by form: there are several where tables come under different headings."""

    forms: tuple[FormOfTable, ...]

    @cached_property
    def _by_key(self) -> Mapping[str, set[str]]:
        found: dict[str, set[str]] = {}
        for form in self.forms:
            for name, entry in form.sums.items():
                for heading in entry.headings:
                    found.setdefault(path_key(heading), set()).add(name)
        return found

    def fields_of(self, heading_key: str) -> set[str]:
        """Return the fields that a heading feeds in one of the forms."""
        return self._by_key.get(heading_key, set())

    def headings(self, name: str) -> set[str]:
        """Return the headings that feed a field in one of the forms."""
        return {heading for form in self.forms if name in form.sums for heading in form.sums[name].headings}


_REASON = {
    "unknown": Text("不是已知字段{near}", "is not a known field{near}"),
    "form": Text(
        "应为列标题、列标题的列表、{heading: …, times: …} 或 {value: …}",
        "should be a heading, a list of headings, {heading: …, times: …} or {value: …}",
    ),
    "sum": Text("是文字，不能由几列相加", "holds words; columns cannot be added up for it"),
    "name": Text("要写列标题，不能是固定值", "needs a heading, not a fixed value"),
    "figure": Text("的固定值不是该字段的数", "has a fixed value that is no figure of this field"),
    "twice": Text("把同一列写了两次", "names a column twice"),
    "word": Text("的固定值应为 {known} 之一", "should have one of these fixed values: {known}"),
    "times": Text("的 times 应为大于 0 的数", "has a times that is not a number above 0"),
}


def read_mapping(file: Path, shown: str, fields: Mapping[str, FieldForm]) -> Mapped:
    """Return a columns file; raise Unusable with every fault. A line `---` stands between two forms of table."""
    problems: list[Problem] = []
    documents = [d for d in read_all(file, shown) if d.data is not None]
    forms = tuple(_form(document, shown, fields, problems) for document in documents)
    if problems:
        raise Unusable(problems)
    return Mapped(forms or (FormOfTable({}, {}),))


def _form(document: Document, shown: str, fields: Mapping[str, FieldForm], problems: list[Problem]) -> FormOfTable:
    """Return one form of table, and add what is wrong with it."""
    data = document.data if isinstance(document.data, dict) else {}
    if not isinstance(document.data, dict):
        problems.append(kinds.MAPPING_INVALID.at(document.place(()), key=shown, reason=_REASON["form"]))
    sums: dict[str, Sum] = {}
    values: dict[str, str] = {}
    for name, entry in data.items():
        place = document.key_place((name,))
        if name not in fields:
            reason = _REASON["unknown"].fill(near=near(name, list(fields)))
            problems.append(kinds.MAPPING_INVALID.at(place, key=name, reason=reason))
            continue
        headings, times, value = _entry(entry)
        form = fields[name]
        if value is not None:
            if name == "name":
                problems.append(kinds.MAPPING_INVALID.at(place, key=name, reason=_REASON["name"]))
            elif (form.numeric and figures([value], form)[0] == [None]) or (
                form.kind == "year" and read_year(value) is None
            ):
                problems.append(kinds.MAPPING_INVALID.at(place, key=name, reason=_REASON["figure"]))
            if form.kind == "choice" and not any(value in (n, c.zh, c.en, *c.aliases) for n, c in form.choices.items()):
                reason = _REASON["word"].fill(known="、".join(c.zh for c in form.choices.values()))
                problems.append(kinds.MAPPING_INVALID.at(place, key=name, reason=reason))
            values[name] = value
        elif headings is None:
            problems.append(kinds.MAPPING_INVALID.at(place, key=name, reason=_REASON["form"]))
        elif len({path_key(heading) for heading in headings}) < len(headings):
            problems.append(kinds.MAPPING_INVALID.at(place, key=name, reason=_REASON["twice"]))
        elif len(headings) > 1 and not form.numeric:
            problems.append(kinds.MAPPING_INVALID.at(place, key=name, reason=_REASON["sum"]))
        elif times == 0:
            problems.append(kinds.MAPPING_INVALID.at(place, key=name, reason=_REASON["times"]))
        else:
            sums[name] = Sum(tuple(headings), times)
    return FormOfTable(sums, values, document.place(()).line or 1)


def _entry(entry: object) -> tuple[Sequence[str] | None, float | None, str | None]:
    """Return headings, factor (0 for one that is none) and fixed value of one entry."""
    if isinstance(entry, str):
        return [entry], None, None
    if isinstance(entry, list) and entry and all(isinstance(h, str | int) for h in entry):
        return [str(h) for h in entry], None, None
    if isinstance(entry, dict):
        keys = set(entry)
        if keys == {"value"} and isinstance(entry["value"], str | int):
            return None, None, str(entry["value"])
        if keys and keys <= {"heading", "headings", "times"} and len(keys & {"heading", "headings"}) == 1:
            headings, _, _ = _entry(entry.get("heading", entry.get("headings")))
            if "times" not in entry:
                return headings, None, None
            times = entry["times"]
            good = isinstance(times, int | Decimal) and not isinstance(times, bool) and times > 0
            return headings, float(times) if good else 0, None
    return None, None, None
