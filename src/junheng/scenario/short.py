"""The short form of changes for the command line: SCHOOL.FIELD+=NUMBER and its like, parsed by its grammar.

    change = "standard" "=" words
           | "setting" "." name "=" words
           | school [ "." stage ] "." field ( "+=" | "-=" | "=" ) number
           | where "." "students" "*=" number
    where  = school [ "." stage ] | stage | area | "all"

A stage is 小学, 初中, 高中 or primary, junior, senior; an area 城区, 镇区, 乡村 or urban, town, rural; all may be 全部.
"""

import re
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from pydantic import ValidationError

from junheng import kinds
from junheng.problems import Place, Problem, Unusable
from junheng.scenario.form import (
    AREAS,
    STAGES,
    AnyChange,
    Enrolment,
    EnrolmentChange,
    SchoolChange,
    SettingChange,
    StandardChange,
)
from junheng.scenario.reading import Scenario
from junheng.workbook.headings import key

OPTION = "--set"
ALL = ("all", "全部")
_CHANGE = re.compile(r"(?P<left>.+?)\s*(?P<sign>[+\-*]?=)\s*(?P<right>[^=]*[^=\s])\s*")
_NUMBER = re.compile(r"-?\d+(\.\d+)?", re.ASCII)
_STUDENTS = frozenset(map(key, ("students", "在校生数", "学生数", "在校生")))


def scenario_of(written: Sequence[str]) -> Scenario:
    """Return changes in the short form as a scenario; raise Unusable with everything that is not understood.

    >>> scenario_of(["示例县第三小学.backbone_teachers+=2"]).changes[0].add
    {'backbone_teachers': Fraction(2, 1)}
    """
    changes: list[AnyChange] = []
    problems: list[Problem] = []
    places = []
    for text in written:
        change = _parsed(text)
        place = Place(f"{OPTION} {text}")
        if change is None:
            problems.append(kinds.SCENARIO_SHORT_FORM.at(Place(OPTION), found=text))
        else:
            changes.append(change)
            places.append(place)
    if problems:
        raise Unusable(problems)
    return Scenario(OPTION, tuple(changes), spots=tuple(places))


def _parsed(text: str) -> AnyChange | None:
    match = _CHANGE.fullmatch(text.strip())
    if match is None:
        return None
    left, sign, right = match["left"].strip(), match["sign"], match["right"]
    head, dot, name = left.rpartition(".")
    if sign == "=" and left == "standard":
        return StandardChange(standard=right)
    if sign == "=" and head == "setting" and name:
        return SettingChange(setting={name: right})
    if not dot or not head or not name or not _NUMBER.fullmatch(right):
        return None
    number = Fraction(Decimal(right))
    try:
        if sign == "*=":
            return _scaled(head, name, number)
        return _figure(head, name, sign, number)
    except ValidationError:
        return None


def _figure(head: str, name: str, sign: str, number: Fraction) -> SchoolChange:
    where = _school(head)
    if sign == "=":
        return SchoolChange(**where, set={name: number})
    return SchoolChange(**where, add={name: -number if sign == "-=" else number})


def _scaled(head: str, name: str, factor: Fraction) -> EnrolmentChange | None:
    if key(name) not in _STUDENTS or factor < 0:
        return None
    where: dict[str, Any]
    if head in ALL:
        where = {}
    elif head in {*STAGES, *STAGES.values()}:
        where = {"stage": head}
    elif head in {*AREAS, *AREAS.values()}:
        where = {"area": head}
    else:
        where = _school(head)
    return EnrolmentChange(enrolment=Enrolment(percent=(factor - 1) * 100), **where)


def _school(head: str) -> dict[str, Any]:
    """Return the school that is named, and its stage where one stands behind it."""
    school, dot, stage = head.rpartition(".")
    if dot and school and stage in {*STAGES, *STAGES.values()}:
        return {"school": school, "stage": stage}
    return {"school": head}
