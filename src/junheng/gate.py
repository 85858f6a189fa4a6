"""The provincial gate: by which standard of the county's province its schools are judged before the county is.

The method of 2012 assesses a county only when its schools meet the province's 义务教育学校办学基本标准 (article 2). Which
file is that standard says its key `serves`; nothing here knows a number of law.
"""

import re
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import NamedTuple

from junheng import kinds
from junheng.engine.county import JUDGED_STAGES
from junheng.problems import Place, Problem, Unusable
from junheng.standard.grammar import FieldForm
from junheng.standard.load import SUFFIXES, Standard, ids, in_force, load, root, school_year_day
from junheng.text import Text

OTHER_STAGE = "other_stage"  # why a standard of the gate does not judge a section that another of them does
PART = "schools"  # the part of a county's verdict that the gate decides
_SERVES = re.compile(r"^serves:", re.MULTILINE)
_NAMES = """
beijing 北京市 北京 Beijing
tianjin 天津市 天津 Tianjin
hebei 河北省 河北 Hebei
shanxi 山西省 山西 Shanxi
neimenggu 内蒙古自治区 内蒙古 Inner Mongolia
liaoning 辽宁省 辽宁 Liaoning
jilin 吉林省 吉林 Jilin
heilongjiang 黑龙江省 黑龙江 Heilongjiang
shanghai 上海市 上海 Shanghai
jiangsu 江苏省 江苏 Jiangsu
zhejiang 浙江省 浙江 Zhejiang
anhui 安徽省 安徽 Anhui
fujian 福建省 福建 Fujian
jiangxi 江西省 江西 Jiangxi
shandong 山东省 山东 Shandong
henan 河南省 河南 Henan
hubei 湖北省 湖北 Hubei
hunan 湖南省 湖南 Hunan
guangdong 广东省 广东 Guangdong
guangxi 广西壮族自治区 广西 Guangxi
hainan 海南省 海南 Hainan
chongqing 重庆市 重庆 Chongqing
sichuan 四川省 四川 Sichuan
guizhou 贵州省 贵州 Guizhou
yunnan 云南省 云南 Yunnan
xizang 西藏自治区 西藏 Tibet
shaanxi 陕西省 陕西 Shaanxi
gansu 甘肃省 甘肃 Gansu
qinghai 青海省 青海 Qinghai
ningxia 宁夏回族自治区 宁夏 Ningxia
xinjiang 新疆维吾尔自治区 新疆 Xinjiang
"""


class Province(NamedTuple):
    """A province, by the id that its folder of standards has."""

    id: str
    full: str
    short: str
    en: str

    @property
    def text(self) -> Text:
        """Its name."""
        return Text(self.short, self.en)


PROVINCES = tuple(Province(*line.split(maxsplit=3)) for line in _NAMES.strip().splitlines())


class Gate(NamedTuple):
    """What the schools of a county are judged by first: a province, or the file named instead, and its standards.

    Empty where none of the province is on record for the year.
    """

    name: Text
    standards: tuple[Standard, ...]


def province_of(name: str) -> Province:
    """Return the province of an id, a short or a full name; raise Unusable, naming the nearest, for none.

    >>> [province_of(name).id for name in ("陕西", "陕西省", "Shaanxi", "inner mongolia")]
    ['shaanxi', 'shaanxi', 'shaanxi', 'neimenggu']
    """
    wanted = name.strip().casefold()
    by_name = {word.casefold(): (word, province) for province in PROVINCES for word in province}
    if wanted in by_name:
        return by_name[wanted][1]
    found = get_close_matches(wanted, by_name, 3, 0.5)
    known = [by_name[word][0] for word in found] or [province.short for province in PROVINCES]
    near = Text("、".join(known), ", ".join(known))
    raise Unusable([kinds.PROVINCE_UNKNOWN.at(Place("--province"), found=name, near=near)])


def asks_for_gate(standard: Standard) -> bool:
    """Say whether a standard leaves the judgement of schools to a standard of the province."""
    return any(part.id == PART for part in standard.form.other_parts)


def _frameworks(standard: Standard) -> set[str | None]:
    """Return the families that a standard is of: its own, and that of the shipped file it extends."""
    above = standard.form.extends
    families = {standard.form.family} | ({load(above).form.family} if above in ids() else set())
    return families - {None}


def _of_province(standard: Standard, province: str, year: int | None) -> list[Standard]:
    """Return the standards of a province that serve a method and are in force in a year."""
    day = school_year_day(year).year if year is None else year
    names = [name for name in ids() if name.startswith(f"provinces/{province}/")]
    found = [load(name, year) for name in names if _SERVES.search((root() / f"{name}.yaml").read_text("utf-8"))]
    return [s for s in found if s.form.serves in _frameworks(standard) and in_force(s, day)]


def choices_of(standard: Standard) -> set[str]:
    """Return the names of a standard's settings and transitional rules."""
    return {*standard.form.settings, *(relaxation.id for relaxation in standard.form.relaxations)}


def with_gate(
    name: str, province: str | None, year: int | None, settings: Mapping[str, str]
) -> tuple[Standard, Gate | None, list[Problem]]:
    """Return a standard, the gate before it, and what is to be said of the gate; None where none is asked for.

    `province` is the name of one, or the path of a YAML file. Settings go to every standard that has them; one that
    none has is the standard's to refuse. Raise Unusable where a file cannot be judged by.
    """
    if province is None:
        return load(name, year, settings), None, []
    plain = load(name, year)
    if not asks_for_gate(plain):
        return load(name, year, settings), None, [kinds.GATE_NOT_ASKED.at(Place(plain.id), standard=plain.id)]
    if province.endswith(SUFFIXES):
        called, gates = Text(province, province), [load(province, year)]
    else:
        found = province_of(province)
        called, gates = found.text, _of_province(plain, found.id, year)
    elsewhere = {choice for gate in gates for choice in choices_of(gate)} - choices_of(plain)
    standard = load(name, year, {key: value for key, value in settings.items() if key not in elsewhere})
    taken = [{key: value for key, value in settings.items() if key in choices_of(gate)} for gate in gates]
    gates = [load(g.id, year, own) if own else g for g, own in zip(gates, taken, strict=True)]
    problems = [] if gates else [kinds.GATE_NOT_ON_RECORD.at(Place(standard.id), province=called)]
    return standard, Gate(called, tuple(gates)), problems


def judged_elsewhere(standard: Standard, standards: Sequence[Standard]) -> frozenset[str]:
    """Return the stages that a standard leaves to others of its gate: its text is not of them, and that of another is."""
    return _stages(standards) - _stages([standard])


def judged_nowhere(standards: Sequence[Standard]) -> frozenset[str]:
    """Return the stages that no text of a gate is of: their sections stay with all of them, and none decides them."""
    return frozenset(map(str, JUDGED_STAGES)) - _stages(standards)


def _stages(standards: Sequence[Standard]) -> frozenset[str]:
    return frozenset(str(stage) for standard in standards for stage in standard.form.stages or JUDGED_STAGES)


def fields_of_all(standards: Sequence[Standard], needed: Sequence[str]) -> dict[str, FieldForm]:
    """Return the words of several standards whose schools are read from one table, those of the first before others.

    A field that several have is found under the headings of each. Raise Unusable where two mean different figures by one
    of the names that are `needed`.
    """
    fields: dict[str, FieldForm] = {}
    owner: dict[str, str] = {}
    problems = []
    for standard in standards:
        for field, form in standard.fields.items():
            known = fields.setdefault(field, form)
            if owner.setdefault(field, standard.id) == standard.id or known == form:
                continue
            if field in needed and _measure(known) != _measure(form):
                expected = Text(f"与 {owner[field]} 中相同的定义", f"as it is in {owner[field]}")
                place = standard.document.place(("fields", field))
                problems.append(kinds.VALUE_WRONG.at(place, key=field, found=form.zh, expected=expected))
            headers = dict.fromkeys([*known.headers, form.zh, form.en, *form.headers])
            fields[field] = known.model_copy(update={"headers": [h for h in headers if h not in (known.zh, known.en)]})
    if problems:
        raise Unusable(problems)
    return fields


def _measure(form: FieldForm) -> dict[str, object]:
    """Return what a field's figures are, whatever it is called."""
    return form.model_dump(exclude={"zh", "en", "headers"})
