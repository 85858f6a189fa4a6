"""What stands between the sections of one school: one that is absent or blank, and what is said of the whole school twice."""

from collections.abc import Mapping, Sequence

from junheng import kinds
from junheng.collect.sections import NOT_USED, Figure, Joined, Section, Twice, Version
from junheng.problems import Place
from junheng.standard.grammar import FieldForm
from junheng.text import Text
from junheng.workbook.counted import COUNTED
from junheng.workbook.origin import shown_figure
from junheng.workbook.sections import LEFT_OUT_TYPES


def settle_school(school: Sequence[Section], fields: Mapping[str, FieldForm], joined: Joined) -> None:
    """Report what the sections of a school lack and where they contradict each other; such figures are not used.

    A school of several stages (九年一贯制学校, 完全中学) has a section for each, every section figures of its own, and one
    figure of the whole school wherever it is written. These are the faults that a table of schools has when it is judged.
    """
    head = school[0]
    kind = head.texts.get("type")
    other = next((s for s in school if s.texts.get("type") not in (None, kind)), None)
    if other is not None and kind is not None:
        found, found_other = _choices(fields, "type", [other.texts["type"], kind])
        facts = {"found": found, "other": str(_place(head, "type")), "found_other": found_other}
        joined.problems.append(kinds.TYPES_DIFFER.at(_place(other, "type"), school=other.name, **facts))
    elif kind is not None and kind not in LEFT_OUT_TYPES:
        _stages(school, kind, fields, joined)
    for section in school:
        if _blank(section, school, fields):
            said = _choices(fields, "stage", [section.texts.get("stage")])[0] if len(school) > 1 else Text("", "")
            stage = Text(f"（{said.zh}）", f" ({said.en})") if said.zh else said
            joined.problems.append(kinds.SECTION_BLANK.at(section.at, school=section.name, stage=stage))
    _whole(school, fields, joined)


def _choices(fields: Mapping[str, FieldForm], name: str, words: Sequence[str | None]) -> list[Text]:
    """Return words of a field as people read them."""
    known = fields[name].choices
    return [Text(known[word].zh, known[word].en) if word in known else Text("", "") for word in words]


def _joined(texts: Sequence[Text]) -> Text:
    return Text("、".join(t.zh for t in texts), ", ".join(t.en for t in texts))


def _place(section: Section, name: str) -> Place:
    """Return where a word of a section stands, the section itself where it does not."""
    cells = section.cells.get(name, ())
    return cells[0] if cells else section.at


def _stages(school: Sequence[Section], kind: str, fields: Mapping[str, FieldForm], joined: Joined) -> None:
    """Report sections of no stage, of a stage that the type has not, and stages of the type that have no section."""
    possible = fields["type"].choices[kind].stages
    type_said = _choices(fields, "type", [kind])[0]
    unsaid = False
    for section in school:
        stage, facts = section.texts.get("stage"), {"school": section.name, "type": type_said}
        if stage is None and not all(report.floating for report in section.reports):
            unsaid = True
            said = _joined(_choices(fields, "stage", possible))
            joined.problems.append(kinds.STAGE_BLANK.at(_place(section, "stage"), **facts, expected=said))
        elif stage is not None and stage not in possible:
            said = _choices(fields, "stage", [stage])[0]
            joined.problems.append(kinds.STAGE_CONTRADICTS.at(_place(section, "stage"), **facts, stage=said))
    absent = [stage for stage in possible if stage not in {section.texts.get("stage") for section in school}]
    if len(possible) < 2 or unsaid or not absent:  # noqa: PLR2004 - one stage
        return
    whole = [section for section in school if section.texts.get("basis") != "division"]
    shared = [n for n, f in fields.items() if f.share == "split" and any(_given(section, n) for section in whole)]
    facts = {"school": school[0].name, "type": type_said, "absent": _joined(_choices(fields, "stage", absent))}
    if shared:
        said = _joined([fields[name].text for name in shared])
        joined.problems.append(kinds.SECTION_ABSENT.at(school[0].at, **facts, fields=said))
    else:
        joined.problems.append(kinds.SECTION_VANISHED.at(school[0].at, **facts))


def _given(section: Section, name: str) -> bool:
    """Say whether a section was told a figure, be it disputed."""
    figure = section.figures.get(name)
    return figure is not None and (figure.disputed or figure.number is not None)


def _blank(section: Section, school: Sequence[Section], fields: Mapping[str, FieldForm]) -> bool:
    """Say whether a section was sent without a figure: none of its own stage, or none at all in a school of one."""
    told = [name for name in section.figures if name != COUNTED]
    own = [name for name in told if fields[name].share == "reported"]
    asked = own if len(school) > 1 else told
    return bool(own) and not any(_given(section, name) for name in asked)


def _whole(school: Sequence[Section], fields: Mapping[str, FieldForm], joined: Joined) -> None:
    """Use no figure of the whole school of which two sections give different ones, and list both."""
    undivided = [section for section in school if section.texts.get("basis") != "division"]
    for name in dict.fromkeys(name for section in school for name in section.figures):
        form = fields[name]
        if form.share not in ("split", "common"):
            continue
        holders = undivided if form.share == "split" else school
        given = [(s, s.figures[name]) for s in holders if name in s.figures and s.figures[name].number is not None]
        differing = [(s, figure) for s, figure in given[1:] if figure.number != given[0][1].number]
        for section, figure in differing:
            first, first_figure = given[0]
            one = Version(first_figure.number, first_figure.cells, first.at)
            two = Version(figure.number, figure.cells, section.at)
            facts = {"found": shown_figure(figure.number), "found_other": shown_figure(first_figure.number)}
            at, at_first = (version.cells[0] if version.cells else version.at for version in (two, one))
            problem = kinds.SHARED_DIFFERS.at(at, school=section.name, field=form.text, other=str(at_first), **facts)
            joined.problems.append(problem)
            joined.twice.append(Twice(section, name, one, two))
        if differing:
            for section in holders:
                if name in section.figures:
                    section.figures[name] = Figure(None, (), NOT_USED, disputed=True)
