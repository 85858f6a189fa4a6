"""Makes an invented national table of schools: `python tests/benchmarks/national_table.py ROWS FILE`.

About 70 schools for each county, 30 columns, the same table each time it is made.
"""

import argparse
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import xlsxwriter

YEAR = 2023
SEED = 20231
SCHOOLS_OF_COUNTY = 70
BLANK = 0.001  # the share of cells that nobody filled in
IDENTITY = (
    "县(市、区)",
    "乡镇",
    "学区(教育集团)",
    "年度",
    "学校标识码",
    "学校名称",
    "办学类型",
    "学段",
    "城乡分类",
    "举办者",
)
OF_SECTION = (
    "在校生数",
    "班级数",
    "最大班额",
    "专任教师数",
    "教职工数",
    "高于规定学历教师数",
    "县级以上骨干教师数",
    "体育、艺术专任教师数",
    "中级及以上专业技术职务教师数",
)
OF_SCHOOL = (
    "教学及辅助用房面积",
    "室内体育用房面积",
    "运动场地面积",
    "教学仪器设备值",
    "教学用计算机台数",
    "图书册数",
    "网络多媒体教室数",
)
UNREAD = ("占地面积", "绿化面积", "建校年份", "备注")
HEADINGS = (*IDENTITY, *OF_SECTION, *OF_SCHOOL, *UNREAD)
MAY_BE_BLANK = [i for i, heading in enumerate(HEADINGS) if i not in range(2, 8) and heading != "县(市、区)"]

# what a pupil is due by the 2017 method: teachers and classrooms per 100 pupils, ㎡ and 元 for each
BARS = {
    "小学": {"degree": 4.2, "backbone": 1, "arts": 0.9, "rooms": 4.5, "sports": 7.5, "equipment": 2000, "media": 2.3},
    "初中": {"degree": 5.3, "backbone": 1, "arts": 0.9, "rooms": 5.8, "sports": 10.2, "equipment": 2500, "media": 2.4},
}
BARS["高中"] = BARS["初中"]
ABOVE = 0.31  # by how much schools stand above the bars, in logarithms: nine findings of ten are then met
SPREAD_OF_COUNTIES, SPREAD_OF_SCHOOLS, SPREAD_OF_INDICATORS = 0.10, 0.12, 0.20

_STAGES = {
    "九年一贯制学校": ("小学", "初中"),
    "完全中学": ("初中", "高中"),
    "初级中学": ("初中",),
    "特殊教育学校": ("",),
    "职业学校": ("",),
}
# type and count in a county of 70 schools
_TYPES = {"九年一贯制学校": 3, "特殊教育学校": 1, "职业学校": 1, "完全中学": 1, "教学点": 8, "初级中学": 15, "小学": 41}
_SIGNS = (
    "安白北昌长成川春大德定东丰福富高古光广桂海和河红湖华怀吉江金靖兰乐丽凉林灵龙明南宁平青清庆泉仁三沙山石寿水泰通"
)
_SUFFIXES = "县县县县区区市"
_TOWNS = 12


def _word(number: int) -> str:
    """Return a place's name, another for every number."""
    word = ""
    while number or len(word) < 2:
        number, sign = divmod(number, len(_SIGNS))
        word = _SIGNS[sign] + word
    return word


class _County:
    """One county: its name, its towns, and its schools drawn one after another."""

    def __init__(self, number: int, draw: np.random.Generator) -> None:
        self.number, self.draw = number, draw
        self.name = _word(number) + _SUFFIXES[number % len(_SUFFIXES)]
        self.towns = [_word(int(n)) + "镇" for n in draw.integers(0, len(_SIGNS) ** 2, _TOWNS)]
        self.level = ABOVE + SPREAD_OF_COUNTIES * draw.standard_normal()

    def schools(self) -> Iterator[list[list[object]]]:
        """Yield the rows of each school, one for each of its stages."""
        kinds = np.repeat(list(_TYPES), list(_TYPES.values()))
        for number, kind in enumerate(self.draw.permutation(kinds), 1):
            yield self._school(number, str(kind))

    def _school(self, number: int, kind: str) -> list[list[object]]:
        draw = self.draw
        stages = _STAGES.get(kind, ("小学",))
        town = int(draw.integers(_TOWNS))
        area = "城区" if town < 3 else "镇区" if town < 7 else "乡村"
        usual = {"教学点": 45, "特殊教育学校": 90}.get(kind, {"城区": 1100, "镇区": 620, "乡村": 210}[area])
        pupils = [max(6, round(usual * np.exp(0.45 * draw.standard_normal()))) for _ in stages]
        level = self.level + SPREAD_OF_SCHOOLS * draw.standard_normal()
        above = np.exp(level + SPREAD_OF_INDICATORS * draw.standard_normal((len(stages), len(BARS["小学"]))))
        sections = [
            self._section(n, dict(zip(BARS["小学"], map(float, factors), strict=True)), stage)
            for n, factors, stage in zip(pupils, above, stages, strict=True)
        ]
        shared = [sum(column) for column in zip(*(whole for _, whole in sections), strict=True)]
        rooms, indoor, ground, equipment, computers, books, media, land, green = shared
        of_school = (round(rooms, 2), round(indoor, 2), round(ground, 2), round(equipment, 2), computers, books, media)
        unread = (round(land, 2), round(green, 2), int(draw.integers(1950, 2020)), "已核对")
        identity = (
            self.name,
            self.towns[town],
            f"第{town % 4 + 1}学区",
            YEAR,
            f"3{self.number:05d}{number:04d}",
            self._name(number, kind, town),
            kind,
        )
        owner = "民办" if kind != "教学点" and draw.random() < 0.03 else "公办"
        rows: list[list[object]] = [
            [*identity, stage, area, owner, *own, *of_school, *unread]
            for stage, (own, _) in zip(stages, sections, strict=True)
        ]
        for row in rows:
            for column in np.flatnonzero(draw.random(len(MAY_BE_BLANK)) < BLANK * len(HEADINGS) / len(MAY_BE_BLANK)):
                row[MAY_BE_BLANK[column]] = None
        return rows

    def _name(self, number: int, kind: str, town: int) -> str:
        place = self.towns[town].removesuffix("镇")
        if kind == "小学" and number % 3 == 0:
            return f"{place}镇{_word(number * 31)}小学"
        tail = {"初级中学": "中学", "完全中学": "中学", "九年一贯制学校": "学校", "特殊教育学校": "特殊教育学校"}
        return f"{place}镇第{number}{tail.get(kind, kind)}"

    def _section(
        self, pupils: int, above: dict[str, float], stage: str
    ) -> tuple[tuple[object, ...], tuple[float, ...]]:
        """Return the figures of a section, and its part of what the school shares."""
        bars = BARS[stage or "小学"]
        due = {name: pupils * bar * above[name] for name, bar in bars.items()}
        degree, backbone, arts, media = (
            int(np.ceil(due[name] / 100)) for name in ("degree", "backbone", "arts", "media")
        )
        teachers = max(degree + 1, round(pupils / 15))
        classes = -(-pupils // 42)
        own = (
            pupils,
            classes,
            min(pupils, -(-pupils // classes) + 3),
            teachers,
            round(teachers * 1.08),
            degree,
            backbone,
            arts,
            round(teachers * 0.55),
        )
        indoor = due["sports"] * 0.06 if pupils > 300 else 0.0
        whole = (
            due["rooms"] + indoor,
            indoor,
            due["sports"] - indoor,
            due["equipment"],
            round(pupils * 0.14 * above["media"]),
            round(pupils * 26 * above["equipment"]),
            media,
            due["sports"] * 2.4,
            due["sports"] * 0.7,
        )
        return own, whole


def rows(count: int) -> Iterator[list[object]]:
    """Yield so many rows; the last county is cut short, and no school is cut."""
    draw = np.random.default_rng(SEED)
    left, number = count, 0
    while left:
        for school in _County(number, draw).schools():
            if len(school) <= left:
                yield from school
                left -= len(school)
        number += 1


def make(file: Path, count: int) -> None:
    """Write the table, row by row, to a file that is there only when it is whole."""
    beside = file.with_name(f".{file.name}")
    book = xlsxwriter.Workbook(beside, {"constant_memory": True})
    sheet = book.add_worksheet("学校")
    sheet.write_row(0, 0, HEADINGS)
    for at, row in enumerate(rows(count), 1):
        sheet.write_row(at, 0, row)
    book.close()
    beside.replace(file)


def main() -> None:
    """Make one table."""
    parser = argparse.ArgumentParser(description="Makes an invented national table of schools.")
    parser.add_argument("rows", type=int)
    parser.add_argument("file", type=Path)
    asked = parser.parse_args()
    make(asked.file, asked.rows)


if __name__ == "__main__":
    main()
