"""Headings of groups: which only say where a column belongs, and which make it mean something else.

What stands above a known heading is taken for harmless only where it is known to be: 女, 编制, 城区 or a word that nobody
thought of makes a figure another one, and is asked about.
"""

import re
from collections.abc import Sequence

from junheng.standard.grammar import FieldForm
from junheng.workbook.headings import Words, key, split_unit

SUM = r"(?:合计|总计|小计|共计|计|总数|数|总量)"

_PERSONS = "学生|在校生|在校学生|学生及班级|教师|专任教师|教职工|教职员工|师资|师资力量|师资队伍|教师队伍|教职工队伍|教师资源|人员|师生"
_THINGS = (
    "学校|学校机构|本校|全校|校园|办学|指标|数据|资源|资源配置|办学资源|教育资源|教学资源|标准化|均衡|优质均衡|基本均衡|义务教育|义务教育阶段|义务教育学校"
    "|校舍|校舍建筑|用房|校舍用房|教学用房|教学及辅助用房|教学及教学辅助用房|教学辅助用房|生活用房|行政用房|行政办公用房|办公用房|专用教室|功能教室|功能室|教室"
    "|占地|用地|土地|校地|校园占地|学校占地|场地|场馆|体育|体育场地|体育场馆|运动场地|运动场馆|体育运动|体育运动场地|体育运动场馆|体育设施|活动场地|运动场"
    "|设施|设备|设施设备|设备设施|教学设施|办学设施|教学设施设备|教育教学设施|仪器|仪器设备|教学仪器|教学设备|教学仪器设备|装备|教育装备|教学装备|教育技术装备|信息化|信息技术|教育信息化|信息化设备"
    "|计算机|多媒体|网络多媒体|数字资源|图书|图书资料|图书装备|藏书|资产|固定资产|经费|班级|班级学生|学校班级"
)
_ABOUT = (
    "(?:办学|学校|基本|基础|主要|总体|统计|有关|相关|各项|具体|详细|原始|配置|配备|建设|装备|核心|建筑)*"
    "(?:情况|概况|信息|数据|指标|条件|规模|状况|配置|配备|建设|水平|资料|项目|现状|数量|内容|队伍|设施|面积|数|价值|总值|原值|总额|资产值|值)?"
)
_AND = "(?:及其他|和其他|与其他|以及|及|和|与|、|,|·)"
_BEFORE = re.compile(
    r"^(?:其中|[一二三四五六七八九十]+、|\([一二三四五六七八九十\d]+\)|\d+[.、]|[a-z][.、]|表?[ⅰ-ⅻⅠ-Ⅻ]+[.、]?)"
)
_BRACKETS = re.compile(r"\(([^()]*)\)")
_REMARK = re.compile(r"必填|选填|填写|个数?|\d{1,2}")  # in brackets, says nothing
_OTHERS = re.compile(
    rf"{SUM}|总体|全部|其中|基本|基础|规模|情况|条件|信息|概况|数据|现有|现有数|实有|实有数|实际|现状|本年|本年度|本学年|本学年初|今年|学年初|人数|单位|年末|期末|按.{{1,8}}分(?:组|类|布)?"
)
_THING = re.compile(rf"(?:{_THINGS}|基本|基础|主要){_ABOUT}")
_PERSON = re.compile(rf"(?:{_PERSONS}){_ABOUT}")
_JOINED = re.compile(rf"(?:{_PERSONS}|{_THINGS}){_ABOUT}(?:{_AND}(?:{_PERSONS}|{_THINGS}|其他){_ABOUT})+")
_OF_PERSONS = frozenset({"人", "个"})  # units of what a group of persons may hold: persons, classes
# fields that others are a part of: below them, those of the same unit keep their meaning
_WHOLES = frozenset(
    {"students", "teachers", "staff", "classes", "labs", "books", "computers", "all_computers", "equipment_value"}
    | {"land_area", "building_area", "teaching_area", "sports_area", "sports_ground_area"}
)
# above what is no figure, such as a name, only these change the meaning
_OTHER_SCHOOL = re.compile("主管|上级|原|其他学校|被|合并|撤并|幼儿|附设|去年|上年|往年|拟")


def narrows(step: str, field: str, words: Words) -> bool:
    """Say whether a heading above one of a field makes it mean another thing, or may do so.

    >>> from junheng.standard.load import shipped_fields
    >>> words = Words(shipped_fields())
    >>> [narrows(step, "teachers", words) for step in ("#按学历分", "师资队伍情况", "女", "在编", "一、基本情况（人）")]
    [False, False, True, True, False]
    """
    form = words.fields[field]
    bare = _BEFORE.sub("", key(step).lstrip("#＃"))
    if not form.numeric:
        return _OTHER_SCHOOL.search(bare) is not None
    inside = [said for said in _BRACKETS.findall(bare) if said not in words.units and not _REMARK.fullmatch(said)]
    return any(_says_more(said, field, words) for said in (_BRACKETS.sub("", bare), *inside))


def _says_more(said: str, field: str, words: Words) -> bool:
    """Say whether words above a heading of a field are none of those that are known to be harmless."""
    form = words.fields[field]
    bare = split_unit(said, words.units)[0] if said else ""
    if not bare or bare in words.units or _OTHERS.fullmatch(bare) or _THING.fullmatch(bare) or _JOINED.fullmatch(bare):
        return False
    if _PERSON.fullmatch(bare):
        return (form.unit or "人") not in _OF_PERSONS
    above = words.find(bare)
    return above is None or not _contains(above[0], field, words.fields[above[0]], form)


def _contains(above: str, field: str, above_form: FieldForm, form: FieldForm) -> bool:
    """Say whether a field is the other one, or a part of it that is counted in the same unit."""
    return above == field or (above in _WHOLES and above_form.unit == form.unit)


def narrowed(
    steps: Sequence[str], known: int, field: str, words: Words, harmless: frozenset[str] = frozenset()
) -> bool:
    """Say whether the steps above the last `known` ones make a heading mean another thing than it does alone.

    `harmless` are steps that stand above every figure of a table, such as its year.
    """
    return any(step not in harmless and narrows(step, field, words) for step in steps[: len(steps) - known])
