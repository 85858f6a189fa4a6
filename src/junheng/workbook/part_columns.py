"""Columns that give a figure in parts, such as men and women of each grade, become the sum that they may be."""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import product
from typing import NamedTuple

from junheng.workbook.group_headings import narrowed
from junheng.workbook.header_row import find_path
from junheng.workbook.heading_paths import Heading
from junheng.workbook.traditional import WiderWords, simplified

_GRADE = re.compile(r"(?:小学|初中)?([1-9一二三四五六七八九])年级|初([一二三])")
_SEX = re.compile("男|女")
_NUMERALS = {sign: at for at, sign in enumerate("一二三四五六七八九", 1)}
_BOTH = frozenset("男女")
_FIRST_GRADES = (1, 7)  # a run of grades begins with one of these
_FEWEST_GRADES = 3
# what is left of a heading without its grade and sex, and the heading that it means
_LEFT: Mapping[str, str] = dict.fromkeys(("生", "生数", "学生", "在校生", "在校学生", "生人数"), "学生数") | {
    "班": "班级数",
    "级班级数": "班级数",
}
_DEGREES = (  # above the 专科 and the 本科, as tables divide them
    ("研究生", "本科"),
    ("博士研究生", "硕士研究生", "本科"),
    ("博士", "硕士", "本科"),
    ("硕士研究生", "本科"),
    ("硕士", "本科"),
)
_AND_COLLEGE = tuple((*names, "专科") for names in _DEGREES)
Way = tuple[str, tuple[str, ...]]
# fields that are other columns added up: under which step, and the lowest steps; of each group the first that is whole is
# proposed. Above the required degree are 专科 and more for 小学, 本科 and more for 初中: a person chooses.
WHOLES: Mapping[str, tuple[tuple[Way, ...], ...]] = {
    "staff": (
        (
            ("", ("专任教师", "行政人员", "教辅人员", "工勤人员")),
            ("", ("专任教师", "职员", "工友")),
            ("", ("专任教师", "职员")),
        ),
    ),
    "pe_art_teachers": ((("专任教师", ("体育", "音乐", "美术")), ("专任教师", ("体育", "艺术"))),),
    "titled_teachers": ((("专任教师", ("正高级", "副高级", "中级")), ("专任教师", ("高级", "中级"))),),
    "overqualified_teachers": (
        tuple(("专任教师", names) for names in _DEGREES),
        tuple(("专任教师", names) for names in _AND_COLLEGE),
    ),
    "college_teachers": (tuple(("专任教师", names) for names in _AND_COLLEGE),),
}
_OF_TEACHERS = ("", "教师", "教师数", "学历", "学历教师", "学历教师数", "毕业", "人数")


class Part(NamedTuple):
    """One column that may be a part: what is left of its path without grade and sex, and these."""

    column: int
    stem: tuple[str, ...]
    grade: int | None
    sex: str


class Sum(NamedTuple):
    """The columns that may be added up for a field, and the grades and the parts that they are of."""

    field: str
    columns: tuple[int, ...]
    grades: tuple[int, ...] = ()
    sexes: bool = False
    named: tuple[str, ...] = ()
    unnamed: bool = False  # no heading says what is counted: pupils, or classes


def bare_steps(heading: Heading) -> tuple[str, ...]:
    """Return the steps of a heading that say something: neither sums nor 其中; none where there are only these."""
    return next(iter(heading.endings()), ())


def part_of(heading: Heading) -> Part:
    """Return a heading as a part.

    >>> part_of(Heading(6, ("1年級男學生數",), 0))
    Part(column=6, stem=('学生数',), grade=1, sex='男')
    """
    grades: list[int] = []
    sexes: list[str] = []
    stem: list[str] = []
    for step in bare_steps(heading):
        said = simplified(step)
        grades += [
            _NUMERALS.get(m[1] or "", 0) or int(m[1]) if m[1] else 6 + _NUMERALS[m[2]] for m in _GRADE.finditer(said)
        ]
        sexes += _SEX.findall(said)
        rest = re.sub(r"\(\)|^[-_·、]|[-_·、]$", "", _SEX.sub("", _GRADE.sub("", said)))
        if rest != said:
            rest = _LEFT.get(rest, rest)
        if rest and not (rest in ("学生数", "班级数") and stem):  # below 在校生数 a 男生 says no more than 男
            stem.append(rest)
    one = len(set(grades)) <= 1 and len(set(sexes)) <= 1
    if not one:
        return Part(heading.column, ("/".join(heading.steps),), None, "")
    return Part(heading.column, tuple(stem), grades[0] if grades else None, sexes[0] if sexes else "")


def _field(stem: Sequence[str], words: WiderWords) -> str | None:
    if not stem:
        return None
    left = Heading(0, tuple(stem), 0)
    hit = find_path(left, words)
    if hit is None or not words.fields[hit[0]].numeric or narrowed(bare_steps(left), hit[2], hit[0], words):
        return None
    return hit[0]


def _whole(parts: Sequence[Part]) -> bool:
    """Say whether parts are all there are: both sexes, the grades without a gap, each once."""
    sexes, grades = {p.sex for p in parts}, {p.grade for p in parts}
    if sexes not in ({""}, _BOTH) or len(parts) != len(sexes) * len(grades):
        return False
    if {(p.grade, p.sex) for p in parts} != set(product(grades, sexes)):
        return False
    known = sorted(g for g in grades if g is not None)
    if not known:
        return grades == {None}
    run = known == list(range(known[0], known[0] + len(known)))
    return None not in grades and run and known[0] in _FIRST_GRADES and len(known) >= _FEWEST_GRADES


def sums(headings: Sequence[Heading], words: WiderWords) -> list[Sum]:
    """Return the sums that headings allow, those of one stem by the fewest columns."""
    groups: dict[tuple[str, ...], dict[tuple[bool, bool], list[Part]]] = {}
    for part in map(part_of, headings):
        by = (part.grade is not None, bool(part.sex))
        groups.setdefault(part.stem, {}).setdefault(by, []).append(part)
    found: list[Sum] = []
    whole: dict[str, tuple[int, ...]] = {}  # the columns of a stem of one step
    for stem, kinds_of in groups.items():
        ways = [parts for by, parts in kinds_of.items() if any(by) and _whole(parts)]
        parts = min(ways, key=len, default=None)
        alone = kinds_of.get((False, False), [])
        best = alone if len(alone) == 1 else parts
        if best is not None and len(stem) == 1:
            whole.setdefault(stem[0], tuple(p.column for p in best))
        field = _field(stem, words) if stem else "students"
        if parts is not None and field is not None:
            grades = tuple(sorted({p.grade for p in parts if p.grade is not None}))
            columns = tuple(p.column for p in parts)
            found.append(Sum(field, columns, grades, sexes=any(p.sex for p in parts), unnamed=not stem))
    return [*found, *_by_name(headings, whole, words)]


def _by_name(headings: Sequence[Heading], whole: Mapping[str, tuple[int, ...]], words: WiderWords) -> list[Sum]:
    """Return the fields that other columns, known by their own names, add up to."""
    found = []
    for field, groups in WHOLES.items():
        if field not in words.fields:
            continue
        for ways in groups:
            for under, names in ways:
                columns = [_named(name, under, headings, whole, words) for name in names]
                if all(columns):
                    found.append(Sum(field, tuple(c for part in columns for c in part), named=names))
                    break
    return found


@lru_cache(maxsize=32_768)
def _said(heading: Heading) -> tuple[str, ...]:
    """Return the steps of a heading that say something, in simplified characters."""
    return tuple(simplified(step) for step in bare_steps(heading))


def _named(
    name: str, under: str, headings: Sequence[Heading], whole: Mapping[str, tuple[int, ...]], words: WiderWords
) -> tuple[int, ...]:
    """Return the columns of a part by its name: where it is one of several parts under a step, the only one there."""
    if not under:
        return next((whole[said] for said in (name, f"{name}数", f"{name}人数") if said in whole), ())
    at = []
    for heading in headings:
        steps = _said(heading)
        bare = steps[-1] if steps else ""
        if (
            bare.removesuffix("(人)") in {name + ending for ending in _OF_TEACHERS}
            and any(under in s for s in steps[:-1])
            and not narrowed(steps, 1, "teachers", words)
        ):
            at.append(heading.column)
    return (at[0],) if len(at) == 1 else ()
