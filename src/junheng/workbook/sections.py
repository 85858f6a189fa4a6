"""What stands between rows: sections of one school, schools that stand twice, figures of the whole school."""

from collections import Counter
from collections.abc import Mapping, Sequence

from junheng import kinds
from junheng.engine.model import SchoolTable
from junheng.problems import Problem
from junheng.standard.grammar import FieldForm
from junheng.text import Text
from junheng.workbook.columns import Figures
from junheng.workbook.origin import Origin, section_name, shown_figure

Texts = dict[str, list[str | None]]
DISTINGUISHING = ("type", "area", "owner", "basis")  # words on which the rows of one section must agree
LEFT_OUT_TYPES = frozenset({"special", "vocational"})  # types whose rows need no stage to be understood


def settle(
    texts: Texts,
    figures: dict[str, Figures],
    origin: Origin,
    fields: Mapping[str, FieldForm],
    pairs: Sequence[tuple[str, str]],
    words: frozenset[str],
    nameless: set[int],
    unplaced: set[int],
    problems: list[Problem],
) -> SchoolTable:
    """Return the table of schools: every row a section of known school, type, stage, year and county, or unplaced."""
    size = len(texts["name"])
    for row in sorted(nameless):
        texts["name"][row] = f"（第 {origin.row_of[row] + origin.sheets[origin.sheet_of[row]].top + 1} 行）"
    _stages(texts, origin, fields, unplaced, problems)
    _short_codes(texts["code"], origin, problems)
    groups = _groups(texts, origin, unplaced, problems)
    _same_names(texts, figures, origin, unplaced, problems)
    _inherit(groups, texts)
    _blank_words(words, texts, origin, fields, unplaced, problems)
    dropped = _duplicates(groups, texts, figures, origin, fields, unplaced, problems)
    through, incomplete, siblings = _through(groups, texts, figures, origin, fields, unplaced, problems, dropped)
    _exceeding(figures, pairs, texts, origin, fields, problems)
    _nothing_with_pupils(figures, texts, origin, fields, problems)
    _derive(figures, origin.unused, fields)
    if dropped:
        kept = [row for row in range(size) if row not in dropped]
        at = {row: entry for entry, row in enumerate(kept)}
        texts = {name: [words[row] for row in kept] for name, words in texts.items()}
        figures = {name: [column[row] for row in kept] for name, column in figures.items()}
        origin.sheet_of = [origin.sheet_of[row] for row in kept]
        origin.row_of = [origin.row_of[row] for row in kept]
        origin.unused = {(at[row], name) for row, name in origin.unused if row in at}
        origin.taken_from = {(at[r], name): at[s] for (r, name), s in origin.taken_from.items() if r in at and s in at}
        through = {at[row]: tuple(at[r] for r in rows) for row, rows in through.items()}
        incomplete = {at[row] for row in incomplete if row in at}
        siblings = {at[row]: tuple(at[r] for r in rows) for row, rows in siblings.items()}
        unplaced = {at[row] for row in unplaced if row in at}
        size = len(kept)
    del texts["basis"]
    return SchoolTable(size, texts, figures, through, frozenset(incomplete), frozenset(unplaced), siblings)


def _stages(
    texts: Texts, origin: Origin, fields: Mapping[str, FieldForm], unplaced: set[int], problems: list[Problem]
) -> None:
    """Complete the stage where the type has one; report rows whose type or stage cannot be told."""
    types, stages = texts["type"], texts["stage"]
    of_type = {name: choice.stages for name, choice in fields["type"].choices.items()}
    odd = set()
    for pair in set(zip(types, stages, strict=True)):
        kind, stage = pair
        possible = of_type.get(kind or "", [])
        if (
            kind is None
            or (stage is None and kind not in LEFT_OUT_TYPES)
            or (stage is not None and stage not in possible)
        ):
            odd.add(pair)
    if not odd:
        return
    words = fields["type"].choices, fields["stage"].choices
    for row, (kind, stage) in enumerate(zip(types, stages, strict=True)):
        if (kind, stage) not in odd:
            continue
        school = texts["name"][row]
        if kind is None:
            unplaced.add(row)
            continue
        kind_said = Text(words[0][kind].zh, words[0][kind].en)
        possible = of_type[kind]
        if stage is None:
            if len(possible) == 1:
                stages[row] = possible[0]
                continue
            expected = Text("、".join(words[1][s].zh for s in possible), ", ".join(words[1][s].en for s in possible))
            problems.append(
                kinds.STAGE_BLANK.at(origin.place(row, "stage"), school=school, type=kind_said, expected=expected)
            )
        else:
            stage_said = Text(words[1][stage].zh, words[1][stage].en)
            problems.append(
                kinds.STAGE_CONTRADICTS.at(origin.place(row, "stage"), school=school, type=kind_said, stage=stage_said)
            )
        unplaced.add(row)


def _short_codes(codes: Sequence[str | None], origin: Origin, problems: list[Problem]) -> None:
    """Report codes of digits that are shorter than nearly all others: leading zeros may be lost."""
    usual = _usual_length(codes)
    if not usual:
        return
    for row, code in enumerate(codes):
        if code and code.isdigit() and len(code) < usual:
            problems.append(
                kinds.CODE_SHORT.at(origin.place(row, "code"), found=code, digits=len(code), expected=usual)
            )


def _usual_length(codes: Sequence[str | None]) -> int:
    """Return how many digits most codes have; 0 where all have as many, or no length is that of most."""
    lengths = Counter(len(code) for code in codes if code and code.isdigit())
    if len(lengths) < 2:  # noqa: PLR2004 - one length only
        return 0
    usual, count = lengths.most_common(1)[0]
    return usual if count * 2 > sum(lengths.values()) else 0


def _groups(texts: Texts, origin: Origin, unplaced: set[int], problems: list[Problem]) -> list[list[int]]:
    """Return the rows of every school that has more than one."""
    codes, names = texts["code"], texts["name"]
    counties = texts["county"]
    usual = _usual_length(codes)
    if usual:
        codes = [code.zfill(usual) if code and code.isdigit() else code for code in codes]
    keys: list[object] = list(zip(counties, codes, strict=True)) if any(counties) else list(codes)
    if not all(codes):
        bare = [section_name(name or "") for name in names]
        towns = _towns(texts, bare)
        by_place: list[object] = list(zip(counties, towns, bare, strict=True))
        coded = {place: school for place, code, school in zip(by_place, codes, keys, strict=True) if code}
        keys = [
            school if code else coded.get(place, place)
            for code, place, school in zip(codes, by_place, keys, strict=True)
        ]
    several = {school for school, count in Counter(keys).items() if count > 1}
    groups: dict[object, list[int]] = {}
    for row, school in [(row, school) for row, school in enumerate(keys) if school in several]:
        groups.setdefault(school, []).append(row)
    result = []
    for rows in groups.values():
        by_name: dict[tuple[str | None, str], list[int]] = {}
        for row in rows:
            by_name.setdefault((texts["county"][row], section_name(names[row] or "")), []).append(row)
        for other in list(by_name.values())[1:]:
            head, row = rows[0], other[0]
            problems.append(
                kinds.CODE_SHARED.at(
                    origin.place(row, "code"),
                    code=codes[row],
                    school=names[row],
                    school_other=names[head],
                    other=origin.address(head, "code"),
                )
            )
            unplaced.update([*by_name[next(iter(by_name))], *other])
        known = ([row for row in same if row not in unplaced] for same in by_name.values())
        result += [same for same in known if len(same) > 1]
    return result


def _towns(texts: Texts, bare: Sequence[str]) -> list[str | None]:
    """Return the towns, a blank one completed where all other rows of that name in the county have the same."""
    towns: dict[tuple[str | None, str], set[str]] = {}
    for county, town, name in zip(texts["county"], texts["town"], bare, strict=True):
        if town is not None:
            towns.setdefault((county, name), set()).add(town)
    result = []
    for county, town, name in zip(texts["county"], texts["town"], bare, strict=True):
        known = towns.get((county, name), set())
        result.append(next(iter(known)) if town is None and len(known) == 1 else town)
    return result


def _duplicates(
    groups: Sequence[list[int]],
    texts: Texts,
    figures: dict[str, Figures],
    origin: Origin,
    fields: Mapping[str, FieldForm],
    unplaced: set[int],
    problems: list[Problem],
) -> set[int]:
    """Count a section once where its rows are alike; use nothing on which its rows differ."""
    dropped: set[int] = set()
    for rows in groups:
        by_stage: dict[str | None, list[int]] = {}
        for row in rows:
            by_stage.setdefault(texts["stage"][row], []).append(row)
        for same in by_stage.values():
            head = same[0]
            for row in same[1:]:
                words = [name for name in DISTINGUISHING if texts[name][row] != texts[name][head]]
                apart = origin.sheet_of[row] != origin.sheet_of[head]
                differing = [*words]
                for name, column in figures.items():
                    given = origin.column(row, name), origin.column(head, name)
                    if apart and not all(given):  # a summary on another sheet need not repeat every column
                        column[head] = column[head] if given[1] else column[row]
                    elif column[row] != column[head]:
                        differing.append(name)
                other = origin.address(head)
                school = texts["name"][row]
                if differing:
                    said = Text("、".join(fields[n].zh for n in differing), ", ".join(fields[n].en for n in differing))
                    problems.append(
                        kinds.SCHOOL_TWICE.at(origin.place(row, "name"), school=school, other=other, fields=said)
                    )
                else:
                    problems.append(kinds.SCHOOL_TWICE_SAME.at(origin.place(row, "name"), school=school, other=other))
                if words:
                    unplaced.add(head)
                for name in differing[len(words) :]:
                    figures[name][head] = None
                    origin.unused.add((head, name))
                dropped.add(row)
    return dropped


def _through(
    groups: Sequence[list[int]],
    texts: Texts,
    figures: dict[str, Figures],
    origin: Origin,
    fields: Mapping[str, FieldForm],
    unplaced: set[int],
    problems: list[Problem],
    dropped: set[int],
) -> tuple[dict[int, tuple[int, ...]], set[int], dict[int, tuple[int, ...]]]:
    """Return the sections of every school that has to be divided, those that cannot be, and those of every school."""
    types, stages, basis = texts["type"], texts["stage"], texts["basis"]
    of_type = fields["type"].choices
    several = {name for name, choice in of_type.items() if len(choice.stages) > 1 and name not in LEFT_OUT_TYPES}
    split = [name for name in figures if fields[name].share == "split"]
    common = [name for name in figures if fields[name].share == "common"]
    grouped: dict[int, list[int]] = {}
    for rows in groups:
        here = [row for row in rows if row not in dropped]
        for row in here:
            grouped[row] = here
    through: dict[int, tuple[int, ...]] = {}
    incomplete: set[int] = set()
    siblings: dict[int, tuple[int, ...]] = {}
    done: set[int] = set()
    for row, kind in enumerate(types):
        if (kind not in several and row not in grouped) or row in done or row in dropped or stages[row] is None:
            continue
        rows = [r for r in grouped.get(row, [row]) if stages[r] is not None]
        done.update(rows)
        whole = [r for r in rows if basis[r] != "division"]
        differing = next((r for r in rows if types[r] != kind), None)
        if differing is None and kind in LEFT_OUT_TYPES:
            continue
        if differing is not None:
            found, found_other = (Text(of_type[t].zh, of_type[t].en) for t in (types[differing] or "", kind or ""))
            problems.append(
                kinds.TYPES_DIFFER.at(
                    origin.place(differing, "type"),
                    school=texts["name"][differing],
                    found=found,
                    other=origin.address(row, "type"),
                    found_other=found_other,
                )
            )
            incomplete.update(whole)
            unplaced.update(rows)
        elif kind in several:
            absent = [s for s in of_type[kind].stages if s not in {stages[r] for r in rows}]
            if absent:
                words = fields["stage"].choices
                shared = [n for n in split if any(figures[n][r] is not None for r in whole)]
                facts = {
                    "school": texts["name"][row],
                    "type": Text(of_type[kind].zh, of_type[kind].en),
                    "absent": Text("、".join(words[s].zh for s in absent), ", ".join(words[s].en for s in absent)),
                    "fields": Text("、".join(fields[n].zh for n in shared), ", ".join(fields[n].en for n in shared)),
                }
                if not shared:
                    del facts["fields"]
                kind_of = kinds.SECTION_ABSENT if shared else kinds.SECTION_VANISHED
                problems.append(kind_of.at(origin.place(row, "name"), **facts))
                incomplete.update(whole)
                unplaced.update(r for r in rows if r not in whole)
        through.update((r, tuple(rows)) for r in whole)
        siblings.update((r, tuple(rows)) for r in rows)
        if len(rows) > 1:
            _share(whole, split, texts, figures, origin, fields, problems)
            _share(rows, common, texts, figures, origin, fields, problems)
    return through, incomplete, siblings


def _share(
    rows: Sequence[int],
    split: Sequence[str],
    texts: Texts,
    figures: dict[str, Figures],
    origin: Origin,
    fields: Mapping[str, FieldForm],
    problems: list[Problem],
) -> None:
    """Write a figure of the whole school on every row of it; none where its rows contradict each other."""
    for name in split:
        column = figures[name]
        given = [row for row in rows if column[row] is not None and (origin.column(row, name) or column[row])]
        if not given:
            continue
        head = given[0]
        other = next((row for row in given[1:] if column[row] != column[head]), None)
        if other is not None:
            problems.append(
                kinds.SHARED_DIFFERS.at(
                    origin.place(other, name),
                    school=texts["name"][other],
                    field=fields[name].text,
                    found=shown_figure(column[other]),
                    found_other=shown_figure(column[head]),
                    other=origin.address(head, name),
                )
            )
            origin.unused.update((row, name) for row in rows)
        whole = None if other is not None else column[head]
        for row in rows:
            if row != head and column[row] is None:
                origin.taken_from[row, name] = head
            column[row] = whole


def _same_names(
    texts: Texts, figures: dict[str, Figures], origin: Origin, unplaced: set[int], problems: list[Problem]
) -> None:
    """Report sections of one county, town, name and stage that have different codes and the same pupils."""
    keys = list(zip(texts["county"], texts["town"], texts["name"], texts["stage"], figures["students"], strict=True))
    if len(set(keys)) == len(keys):
        return
    codes = texts["code"]
    first: dict[object, int] = {}
    for row, school in enumerate(keys):
        head = first.setdefault(school, row)
        if head == row or not codes[row] or not codes[head] or codes[row] == codes[head]:
            continue
        if (codes[row] or "").lstrip("0") == (codes[head] or "").lstrip("0"):
            continue  # a lost zero, which is joined
        place, facts = origin.place(row, "code"), {"code": codes[row], "code_other": codes[head]}
        problems.append(
            kinds.NAME_TWICE.at(place, school=texts["name"][row], other=origin.address(head, "code"), **facts)
        )
        unplaced.update((head, row))


def _inherit(groups: Sequence[list[int]], texts: Texts) -> None:
    """Give every row of a school the words that belong to the school and stand on another of its rows."""
    for rows in groups:
        for name in ("town", "group", "area", "owner"):
            column = texts[name]
            given = {column[row] for row in rows} - {None}
            if len(given) == 1:
                only = given.pop()
                for row in rows:
                    column[row] = only


def _blank_words(
    words: frozenset[str],
    texts: Texts,
    origin: Origin,
    fields: Mapping[str, FieldForm],
    unplaced: set[int],
    problems: list[Problem],
) -> None:
    """Say which words that the scope of a standard depends on are not given: by column, or by row."""
    for name in sorted(words & texts.keys() - {"type", "stage"}):
        absent = {number for number in set(origin.sheet_of) if name not in origin.headers[number].columns}
        absent -= {number for number in absent if name in origin.headers[number].values}
        places = [origin.sheets[number].place(origin.headers[number].row) for number in sorted(absent)]
        problems += [kinds.WORD_COLUMN_ABSENT.at(place, field=fields[name].text) for place in dict.fromkeys(places)]
        problems.extend(
            kinds.WORD_BLANK.at(origin.place(row, name), school=texts["name"][row], field=fields[name].text)
            for row, word in enumerate(texts[name])
            if word is None and origin.sheet_of[row] not in absent and row not in unplaced
        )


def _derive(figures: dict[str, Figures], unused: set[tuple[int, str]], fields: Mapping[str, FieldForm]) -> None:
    """Complete a figure that stands for a sum where the sum is given and it is not.

    A figure that was given and could not be used is not replaced.
    """
    for name, form in fields.items():
        if not form.otherwise or name not in figures:
            continue
        parts = [figures[part] for part in form.otherwise]
        doubtful = {row for row, field in unused if field == name}
        figures[name] = [
            figure
            if figure is not None
            else None
            if None in sums or row in doubtful
            else sum(s for s in sums if s is not None)
            for row, (figure, *sums) in enumerate(zip(figures[name], *parts, strict=True))
        ]


NEEDED_BY_PUPILS = ("classes", "largest_class")  # pupils sit in classes


def _nothing_with_pupils(
    figures: dict[str, Figures],
    texts: Texts,
    origin: Origin,
    fields: Mapping[str, FieldForm],
    problems: list[Problem],
) -> None:
    """Report sections with pupils and no class, or an empty largest class; the figure cannot be used then."""
    students = figures["students"]
    for name in figures.keys() & NEEDED_BY_PUPILS:
        column = figures[name]
        for row, (figure, pupils) in enumerate(zip(column, students, strict=True)):
            if figure == 0 and pupils:
                facts = {"school": texts["name"][row], "field": fields[name].text, "students": shown_figure(pupils)}
                problems.append(kinds.NOTHING_WITH_PUPILS.at(origin.place(row, name), **facts))
                column[row] = None
                origin.unused.add((row, name))


def _exceeding(
    figures: dict[str, Figures],
    pairs: Sequence[tuple[str, str]],
    texts: Texts,
    origin: Origin,
    fields: Mapping[str, FieldForm],
    problems: list[Problem],
) -> None:
    """Report parts larger than their whole; neither figure can be used then."""
    for whole, part in pairs:
        rows = [
            row
            for row, (a, b) in enumerate(zip(figures[whole], figures[part], strict=True))
            if a is not None and b is not None and b > a
        ]
        for row in rows:
            repeated = (row, part) in origin.taken_from or (row, whole) in origin.taken_from
            if not repeated:
                problems.append(
                    kinds.PART_EXCEEDS_WHOLE.at(
                        origin.place(row, part),
                        school=texts["name"][row],
                        part=fields[part].text,
                        found=shown_figure(figures[part][row]),
                        whole=fields[whole].text,
                        found_whole=shown_figure(figures[whole][row]),
                    )
                )
            figures[whole][row] = figures[part][row] = None
            origin.unused.update({(row, whole), (row, part)})
