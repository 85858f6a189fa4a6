"""The merge file: schools that are not counted as schools, and the school that each belongs to."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from junheng import kinds
from junheng.collect.sections import Figure, Joined, Section, counted
from junheng.problems import Place, Problem, Unusable
from junheng.standard.faults import faults
from junheng.standard.grammar import FieldForm
from junheng.standard.source import read
from junheng.text import Text
from junheng.workbook.columns import codes
from junheng.workbook.counted import COUNTED
from junheng.workbook.origin import section_name

LARGEST = frozenset({"largest_class"})  # of two, the larger holds
NO_SUM = frozenset({"running_cost"})  # for each student; two of them are no sum


def _listed(value: object) -> object:
    entries = value if isinstance(value, list) else [value]
    return [str(entry) if isinstance(entry, int) and not isinstance(entry, bool) else entry for entry in entries]


_School = str | int  # a name, or a code with or without quotation marks
Children = Annotated[
    list[str], BeforeValidator(_listed, json_schema_input_type=_School | list[_School]), Field(min_length=1)
]


class MergeForm(BaseModel):
    """A merge file: a school by code or name, and the schools that are merged into it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    merge: dict[str, Children]


NOT_SENT = Text("没有报送", "it has not reported")
_REASON = {
    "itself": Text("并入了自己", "is merged into itself"),
    "chain": Text("既是主校，又并入别的学校", "is a parent and is merged into another"),
    "twice": Text("并入了两所学校", "is merged into two schools"),
    "parent": Text("主校没有报送", "the parent has not reported"),
    "child": NOT_SENT,
    "several": Text("有几所学校叫这个名称，请改用学校标识码", "several schools have that name; use the code"),
    "counted": Text("表中写明它计校数", "its table says that it is counted as a school"),
    "stage": Text("主校没有这个学段", "the parent has no section of that stage"),
    "divided": Text(
        "主校的资源已拆分到学部，而它有几个学段",
        "the parent's resources are divided already, and it has several stages",
    ),
}


class Merging(dict[str, tuple[str, Place]]):
    """Every child as it is written, with its parent and the place of the line."""


def read_merging(file: Path, shown: str) -> Merging:
    """Return a merge file; raise Unusable with every fault of form and every contradiction in it.

    The key `merge` may be left out: a file without it is read as what would stand under it.
    """
    document = read(file, shown)
    data = document.data
    bare = isinstance(data, dict) and "merge" not in data
    above = () if bare else ("merge",)
    try:
        form = MergeForm.model_validate({"merge": data} if bare else data)
    except ValidationError as error:
        raise Unusable(faults(error, document, MergeForm)) from error
    problems: list[Problem] = []
    merging = Merging()
    parents = {_bare(parent) for parent in form.merge}
    seen: set[str] = set()
    for parent, children in form.merge.items():
        for at, child in enumerate(children):
            place = document.place((*above, parent, at) if len(children) > 1 else (*above, parent))
            reason = None
            if _bare(child) == _bare(parent):
                reason = "itself"
            elif _bare(child) in parents:
                reason = "chain"
            elif _bare(child) in seen:
                reason = "twice"
            if reason is not None:
                problems.append(kinds.MERGE_INVALID.at(place, key=child, reason=_REASON[reason]))
            seen.add(_bare(child))
            merging[child] = parent, place
    if problems:
        raise Unusable(problems)
    return merging


def _bare(school: str) -> str:
    return section_name(school)


def merge(joined: Joined, merging: Merging, fields: Mapping[str, FieldForm]) -> list[list[Section]]:
    """Merge children into their parents; return the schools that are not counted and could not be merged.

    Those are taken out of the table, for they are no schools of their own.
    """
    named: dict[str, list[int]] = {}
    for at, school in enumerate(joined.schools):
        own = {section.texts.get("code") or "" for section in school}
        own |= {_bare(section.texts.get("name") or "") for section in school}
        for word in own - {""}:
            named.setdefault(word, []).append(at)

    def find(word: str) -> list[int]:
        return list(dict.fromkeys([*named.get(codes([word])[0], []), *named.get(_bare(word), [])]))

    gone: set[int] = set()
    aside: list[list[Section]] = []
    for child, (parent, place) in merging.items():
        children, parents = find(child), find(parent)
        reason = "child" if not children else "parent" if not parents else None
        if len(children) > 1 or len(parents) > 1:
            reason = "several"
        if reason is None:
            reason = _merge_one(joined.schools[parents[0]], joined.schools[children[0]], fields, joined)
        if reason is None:
            gone.add(children[0])
        else:
            said = _REASON[reason]
            joined.problems.append(kinds.MERGE_NOT_DONE.at(place, child=child, parent=parent, reason=said))
    for at, school in enumerate(joined.schools):
        if at not in gone and not all(counted(section) for section in school):
            joined.problems.append(kinds.NOT_COUNTED.at(school[0].at, school=school[0].name))
            gone.add(at)
            aside.append(school)
    away = {id(section) for at in gone for section in joined.schools[at]}
    joined.schools = [school for at, school in enumerate(joined.schools) if at not in gone]
    joined.outside = [entry for entry in joined.outside if id(entry.section) not in away]
    return aside


def _merge_one(
    parent: Sequence[Section], child: Sequence[Section], fields: Mapping[str, FieldForm], joined: Joined
) -> str | None:
    """Add the figures of a child to those of its parent; return why not."""
    told = [section.figures[COUNTED].number for section in child if COUNTED in section.figures]
    if 1 in told:
        return "counted"
    own = {section.texts.get("stage"): section for section in parent}
    if any(section.texts.get("stage") not in own for section in child):
        return "stage"
    divided = any(section.texts.get("basis") == "division" for section in parent)
    if divided and len(child) > 1:
        return "divided"
    blank: list[FieldForm] = []
    names = dict.fromkeys(name for section in (*parent, *child) for name in section.figures if name != COUNTED)
    for name in names:
        form = fields[name]
        if form.share == "split" and not divided:
            if not _add_whole(name, parent, child):
                blank.append(form)
            continue
        added = [_add(name, form, own[s.texts.get("stage")], s.figures.get(name), s) for s in child]
        if not all(added):
            blank.append(form)
    if blank:
        said = Text("、".join(form.zh for form in blank), ", ".join(form.en for form in blank))
        facts = {"child": child[0].name, "parent": parent[0].name, "fields": said}
        joined.problems.append(kinds.MERGED_PARTLY.at(child[0].at, **facts))
    return None


def _merged(name: str) -> Text:
    return Text(f"并入 {name}", f"with {name}")


def _add(name: str, form: FieldForm, to: Section, more: Figure | None, child: Section) -> bool:
    """Add one figure to that of a section; return whether both were there, or neither."""
    own = to.figures.get(name)
    if more is None and form.optional:
        more = Figure(0.0)
    if own is None and form.optional:
        own = Figure(0.0)
    if (own is None or own.number is None) and (more is None or more.number is None):
        return True
    if form.kind == "flag" or form.share == "common" or name in NO_SUM:
        return True  # the parent's own holds
    if own is None or more is None or own.number is None or more.number is None:
        to.figures[name] = Figure(None, (), _merged(child.name))
        return False
    number = max(own.number, more.number) if name in LARGEST else own.number + more.number
    to.figures[name] = Figure(number, (*own.cells, *more.cells), _merged(child.name))
    return True


def _add_whole(name: str, parent: Sequence[Section], child: Sequence[Section]) -> bool:
    """Add a figure of a whole school to that of another, on every row that it stands on; return whether it could be."""
    if child[0].texts.get("basis") == "division":
        parts = [section.figures.get(name) for section in child]
    else:
        given = [f for section in child if (f := section.figures.get(name)) is not None and f.number is not None]
        parts = [given[0] if given and len({f.number for f in given}) == 1 else None]
    holders = [s for s in parent if (f := s.figures.get(name)) is not None and f.number is not None]
    numbers = [part.number for part in parts if part is not None and part.number is not None]
    if not holders and not numbers:
        return True
    if not holders or len(numbers) < len(parts):
        for section in parent:
            if name in section.figures:
                section.figures[name] = Figure(None, (), _merged(child[0].name))
        return not holders and not numbers
    cells = tuple(cell for part in parts if part is not None for cell in part.cells)
    for section in holders:
        own = section.figures[name]
        section.figures[name] = Figure((own.number or 0) + sum(numbers), (*own.cells, *cells), _merged(child[0].name))
    return True
