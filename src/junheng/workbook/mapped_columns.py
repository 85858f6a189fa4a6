"""A columns file and the headings of one sheet: which form of table it is, and the columns that the form names."""

from collections.abc import Mapping, Sequence
from difflib import get_close_matches

from junheng import kinds
from junheng.problems import Place, Problem
from junheng.text import Text
from junheng.workbook.cells import Sheet
from junheng.workbook.header import Column, Header
from junheng.workbook.headings import Words, factor, path_key, split_unit
from junheng.workbook.mapping import FormOfTable, Mapped

MOST_NAMED = 5  # headings that are named where a form does not fit

ByKey = Mapping[str, Sequence[int]]
"""The columns that each heading, or ending of one, may name."""


def apply_mapping(sheet: Sheet, words: Words, mapped: Mapped, header: Header, by_key: ByKey) -> None:
    """Give a header the columns and fixed values of a columns file, and what is wrong with them.

    Where the file has several forms, the one whose headings the sheet has is taken.
    """
    place = sheet.place(header.row)
    if len(mapped.forms) == 1:
        form = mapped.forms[0]
    else:
        fitting = _fitting(mapped.forms, by_key)
        if len(fitting) != 1:
            header.problems.append(_several(place, fitting, words) if fitting else _none(place, mapped.forms, by_key))
        form = fitting[0] if fitting else _nearest(mapped.forms, by_key)
    header.values.update(form.values)
    for name, entry in form.sums.items():
        columns = []
        for heading in entry.headings:
            at = by_key.get(path_key(heading), [])
            if len(at) > 1:
                other = sheet.address(header.row, at[0])
                facts = {"other": other, "heading_other": heading, "field": words.fields[name].text}
                header.problems.append(kinds.HEADING_TWICE.at(sheet.place(header.row, at[1]), heading=heading, **facts))
            elif not at:
                if len(mapped.forms) == 1:
                    near = _near(heading, by_key)
                    header.problems.append(
                        kinds.MAPPED_HEADING_ABSENT.at(place, field=words.fields[name].text, heading=heading, near=near)
                    )
            elif (times := _times(sheet, words, header, name, heading, entry.times, at[0])) is not None:
                columns.append(Column(at[0], heading, times, str(sheet.rows[header.row][at[0]])))
        if len(columns) == len(entry.headings):
            header.columns[name] = columns


def _times(
    sheet: Sheet, words: Words, header: Header, name: str, heading: str, times: float | None, column: int
) -> float | None:
    """Return how many of the field's unit one of a column's is; None where its unit is not known, which is reported."""
    if times is not None:
        return times
    form, unit = words.fields[name], split_unit(heading, words.units)[1]
    known = 1.0 if unit is None or not form.numeric else factor(form, unit)
    if known is None:
        expected = form.unit or "—"
        header.problems.append(
            kinds.UNIT_UNKNOWN.at(sheet.place(header.row, column), field=form.text, unit=unit, expected=expected)
        )
        header.doubtful.add(name)
    return known


def _near(heading: str, by_key: ByKey) -> Text:
    """Return the heading that comes nearest to one that is not there, as the end of a sentence."""
    close = get_close_matches(path_key(heading), list(by_key), 1, 0.6)
    return Text(f"；最接近的是“{close[0]}”", f"; nearest: “{close[0]}”") if close else Text("", "")


def _lacking(form: FormOfTable, by_key: ByKey) -> list[str]:
    """Return the headings of a form that a sheet does not have."""
    return [heading for entry in form.sums.values() for heading in entry.headings if path_key(heading) not in by_key]


def _reading(form: FormOfTable, by_key: ByKey) -> set[tuple[str, object]]:
    """Return what a form makes of a sheet: which columns, and which values, for each field."""
    columns = {
        (name, (tuple(tuple(by_key.get(path_key(h), ())) for h in entry.headings), entry.times))
        for name, entry in form.sums.items()
    }
    return {*columns, *form.values.items()}


def _fitting(forms: Sequence[FormOfTable], by_key: ByKey) -> list[FormOfTable]:
    """Return the forms all of whose headings a sheet has, without those that say only a part of what another says."""
    found: list[tuple[FormOfTable, set[tuple[str, object]]]] = []
    for form in forms:
        reading = _reading(form, by_key)
        if not _lacking(form, by_key) and all(reading != other for _, other in found):
            found.append((form, reading))
    return [form for form, reading in found if not any(reading < other for _, other in found)]


def _nearest(forms: Sequence[FormOfTable], by_key: ByKey) -> FormOfTable:
    """Return the form that lacks the fewest of its headings."""
    return min(forms, key=lambda form: len(_lacking(form, by_key)))


def _none(place: Place, forms: Sequence[FormOfTable], by_key: ByKey) -> Problem:
    nearest = _nearest(forms, by_key)
    lacking = _lacking(nearest, by_key)
    named = "、".join(lacking[:MOST_NAMED]) + (" ……" if len(lacking) > MOST_NAMED else "")
    return kinds.MAPPING_FITS_NONE.at(
        place, forms=len(forms), number=forms.index(nearest) + 1, line=nearest.line, lacking=named
    )


def _several(place: Place, fitting: Sequence[FormOfTable], words: Words) -> Problem:
    first, second = fitting[:2]
    differing = [
        words.fields[name].text
        for name in dict.fromkeys((*first.sums, *first.values, *second.sums, *second.values))
        if (first.sums.get(name), first.values.get(name)) != (second.sums.get(name), second.values.get(name))
    ]
    fields = Text("、".join(t.zh for t in differing), ", ".join(t.en for t in differing))
    return kinds.MAPPING_FITS_SEVERAL.at(place, first=first.line, second=second.line, fields=fields)
