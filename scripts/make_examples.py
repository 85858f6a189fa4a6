"""Write the workbooks under examples/: an invented county over three years, one school, two published examples."""

import datetime as dt
import random
import re
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

EXAMPLES = Path(__file__).resolve().parent.parent / "examples"
COUNTY = "示例县"
YEARS = (2021, 2022, 2023)
SEED = "示例县"
WRITTEN = dt.datetime(2024, 1, 2, 8, 0)  # noqa: DTZ001 - a workbook's properties know no time zone
FIRST_CODE = 3137000001

Cell = str | int | float | None
Figures = dict[str, Cell]
Counts = tuple[int, int, int]


# ------------------------------------------------------------------------------------------------------ the columns


@dataclass(frozen=True)
class Column:
    """A column of the county's table: its field, its heading, its width and the format of its numbers."""

    field: str
    heading: str
    width: float
    form: str = "0"


TEXT = "@"
AREA = "#,##0.0"
IDENTITY = (
    Column("county", "县(市、区)", 10, TEXT),
    Column("town", "乡镇", 9, TEXT),
    Column("group", "学区(教育集团)", 15, TEXT),
    Column("year", "年度", 7),
    Column("code", "学校标识码", 13, TEXT),
    Column("name", "学校名称", 24, TEXT),
    Column("type", "办学类型", 17, TEXT),
    Column("stage", "学段", 7, TEXT),
    Column("area", "城乡分类", 9, TEXT),
    Column("owner", "举办者", 8, TEXT),
)
OF_SECTION = (
    Column("students", "在校生数", 9),
    Column("classes", "班级数", 8),
    Column("largest_class", "最大班额", 9),
    Column("boarders", "寄宿生数", 9),
    Column("teachers", "专任教师数", 9),
    Column("staff", "教职工数", 9),
    Column("overqualified_teachers", "高于规定学历教师数", 11),
    Column("backbone_teachers", "县级以上骨干教师数", 11),
    Column("pe_art_teachers", "体育、艺术专任教师数", 11),
    Column("titled_teachers", "中级及以上专业技术职务教师数", 14),
)
OF_SCHOOL = (
    Column("teaching_area", "教学及辅助用房面积（㎡）", 13, AREA),
    Column("indoor_sports_area", "室内体育用房面积（㎡）", 13, AREA),
    Column("sports_ground_area", "运动场地面积（㎡）", 13, AREA),
    Column("equipment_value", "教学仪器设备值（万元）", 13, "#,##0.00"),
    Column("computers", "教学用计算机台数", 11),
    Column("books", "图书册数（册）", 10, "#,##0"),
    Column("multimedia_classrooms", "网络多媒体教室数（间）", 12),
)
# what provincial standards ask for besides: rooms of a section, tracks and grounds of the school
ROOMS_OF_SECTION = (
    Column("classrooms", "普通教室间数", 9),
    Column("classroom_area", "普通教室面积（㎡）", 11, AREA),
    Column("science_rooms", "科学教室间数", 9),
    Column("science_room_area", "科学教室面积（㎡）", 11, AREA),
    Column("labs", "理化生实验室间数", 9),
    Column("lab_area", "理化生实验室面积（㎡）", 11, AREA),
    Column("computer_rooms", "计算机教室间数", 9),
    Column("computer_room_area", "计算机教室面积（㎡）", 11, AREA),
    Column("language_rooms", "语音室间数", 9),
    Column("language_room_area", "语音室面积（㎡）", 11, AREA),
    Column("college_teachers", "大专及以上学历专任教师数", 12),
    Column("senior_titled_teachers", "高级专业技术职务教师数", 12),
    Column("instruments_meet_standard", "教学仪器设备配备达到省定标准", 14, TEXT),
)
GROUNDS_OF_SCHOOL = (
    Column("library_area", "图书室面积（㎡）", 11, AREA),
    Column("ring_track", "环形跑道长度（米）", 10),
    Column("straight_track", "直跑道长度（米）", 10),
    Column("basketball_courts", "篮球场块数", 9),
    Column("no_dirt_ground", "运动场地无土操场", 10, TEXT),
    Column("mountain", "地处山区", 9, TEXT),
)
# what the parts judged item by item ask of schools
ITEMS_OF_SECTION = (
    Column("music_rooms", "音乐教室间数", 9),
    Column("art_rooms", "美术教室间数", 9),
    Column("funded_students", "公用经费核定学生数", 11),
    Column("trained_teachers", "完成5年360学时培训的专任教师数", 14),
    Column("certified_teachers", "持有教师资格证的专任教师数", 13),
    Column("eligible_teachers", "符合交流条件教师数", 11),
    Column("exchanged_teachers", "交流轮岗教师数", 9),
    Column("exchanged_backbone_teachers", "交流轮岗骨干教师数", 11),
    Column("zone_entrants", "就近划片招生数", 9),
    Column("zoned_entrants", "就近划片入学新生数", 11),
    Column("graduates", "初中毕业生数", 9),
    Column("entered_three_years_before", "初一时在校生数", 9),
    Column("transferred_in", "三年转入学生数", 9),
    Column("transferred_out", "三年转出学生数", 9),
    Column("died", "三年死亡学生数", 9),
)
ITEMS_OF_SCHOOL = (
    Column("smallest_music_room", "最小音乐专用教室面积（㎡）", 13, AREA),
    Column("smallest_art_room", "最小美术专用教室面积（㎡）", 13, AREA),
    Column("training_budget", "教师培训经费预算（元）", 12, "#,##0"),
    Column("running_budget", "公用经费预算总额（元）", 13, "#,##0"),
)
OF_ITEMS = (*ITEMS_OF_SECTION, *ITEMS_OF_SCHOOL)
COUNTY_TABLE = (
    Column("number", "序号", 6),
    *(*IDENTITY, *OF_SECTION, *OF_SCHOOL, *ROOMS_OF_SECTION, *GROUNDS_OF_SCHOOL, *OF_ITEMS),
)
SCHOOL_TABLE = (*IDENTITY, *OF_SECTION, *OF_SCHOOL)


# ------------------------------------------------------------------------------------------------------ the schools


@dataclass(frozen=True)
class Section:
    """A section of a school: its stage, and its pupils in each of the years."""

    stage: str
    students: Counts


@dataclass(frozen=True)
class School:
    """An invented school. `kind` chooses its levels; `alike`: whole-school figures on every row, not on the first."""

    name: str
    town: str
    type: str
    kind: str
    sections: tuple[Section, ...]
    gym: float = 0
    area: str = "镇区"
    owner: str = "公办"
    boarding: float = 0
    alike: bool = False


def _primary(
    name: str, town: str, kind: str, students: Counts, *, gym: float = 0, area: str = "镇区", owner: str = "公办"
) -> School:
    return School(name, town, "小学", kind, (Section("小学", students),), gym, area, owner)


def _point(town: str, students: Counts) -> School:
    return School(f"{town}第一教学点", town, "教学点", "village", (Section("小学", students),), area="乡村")


def _junior(name: str, town: str, kind: str, students: Counts, *, gym: float = 0, boarding: float) -> School:
    return School(name, town, "初级中学", kind, (Section("初中", students),), gym, boarding=boarding)


GROUPS = {
    "城关镇": "城关教育集团",
    "东河镇": "东部学区",
    "南坪乡": "东部学区",
    "西岭镇": "西部学区",
    "中湾镇": "西部学区",
    "北山乡": "西部学区",
}
SCHOOLS = (
    _primary("示例县第一小学", "城关镇", "town", (1712, 1764, 1800), gym=1260),
    _primary("示例县第二小学", "城关镇", "town", (968, 985, 1000), gym=640),
    _primary("示例县第三小学", "城关镇", "town", (1196, 1228, 1250), gym=860),
    _primary("示例县第四小学", "城关镇", "town", (1421, 1466, 1500), gym=1080),
    _primary("示例县第五小学", "城关镇", "town", (902, 937, 960)),
    _primary("城关镇中心小学", "城关镇", "town", (655, 668, 680)),
    _primary("东河镇中心小学", "东河镇", "centre", (428, 411, 398), gym=420),
    _primary("东河镇第二小学", "东河镇", "village", (251, 236, 225), area="乡村"),
    _primary("西岭镇中心小学", "西岭镇", "centre", (414, 397, 385), gym=380),
    _primary("西岭镇第二小学", "西岭镇", "village", (189, 177, 168), area="乡村"),
    _primary("中湾镇中心小学", "中湾镇", "centre", (389, 372, 360)),
    _primary("中湾镇第二小学", "中湾镇", "village", (165, 151, 142), area="乡村"),
    _primary("南坪乡中心小学", "南坪乡", "centre", (326, 312, 300), area="乡村"),
    _primary("南坪乡第二小学", "南坪乡", "village", (112, 103, 96), area="乡村"),
    _primary("北山乡中心小学", "北山乡", "centre", (263, 251, 240), area="乡村"),
    _primary("北山乡第二小学", "北山乡", "village", (76, 68, 62), area="乡村"),
    _primary("示例县民办第一小学", "城关镇", "town", (452, 470, 480), owner="民办"),
    _junior("示例县第一初级中学", "城关镇", "town_junior", (1521, 1563, 1600), gym=1450, boarding=0.12),
    _junior("示例县第二初级中学", "城关镇", "town_junior", (964, 983, 1000), gym=980, boarding=0.1),
    _junior("示例县第三初级中学", "城关镇", "town_junior", (1138, 1160, 1180), gym=1020, boarding=0.15),
    _junior("东河镇初级中学", "东河镇", "rural_junior", (751, 736, 720), gym=620, boarding=0.45),
    _junior("西岭镇初级中学", "西岭镇", "rural_junior", (672, 655, 640), boarding=0.5),
    _junior("中湾镇初级中学", "中湾镇", "rural_junior", (588, 573, 560), boarding=0.42),
    School(
        "南坪乡九年一贯制学校",
        "南坪乡",
        "九年一贯制学校",
        "through",
        (Section("小学", (203, 191, 180)), Section("初中", (262, 250, 240))),
        area="乡村",
        boarding=0.4,
    ),
    School(
        "北山乡九年一贯制学校",
        "北山乡",
        "九年一贯制学校",
        "through",
        (Section("小学", (171, 160, 150)), Section("初中", (231, 220, 210))),
        gym=300,
        area="乡村",
        boarding=0.45,
        alike=True,
    ),
    School(
        "示例县民办第一学校",
        "城关镇",
        "九年一贯制学校",
        "town_through",
        (Section("小学", (396, 409, 420)), Section("初中", (368, 380, 390))),
        gym=450,
        owner="民办",
        boarding=0.55,
    ),
    School(
        "示例县实验学校",
        "城关镇",
        "十二年一贯制学校",
        "town_through",
        (Section("小学", (873, 889, 900)), Section("初中", (776, 790, 800)), Section("高中", (588, 595, 600))),
        gym=1800,
        boarding=0.2,
    ),
    School(
        "示例县第一中学",
        "城关镇",
        "完全中学",
        "town_through",
        (Section("初中", (872, 888, 900)), Section("高中", (1460, 1485, 1500))),
        gym=2200,
        boarding=0.3,
    ),
    _point("东河镇", (36, 31, 28)),
    _point("西岭镇", (48, 44, 41)),
    _point("南坪乡", (58, 54, 50)),
    _point("北山乡", (74, 70, 66)),
    School(
        "示例县特殊教育学校",
        "城关镇",
        "特殊教育学校",
        "special",
        (Section("小学", (50, 52, 54)),),
        boarding=0.5,
    ),
)

# ------------------------------------------------------------------------------------- how their figures are invented

WEIGHTS = {"小学": 1.0, "初中": 1.1, "高中": 1.32}
FULL_CLASS = {"小学": 45, "初中": 50}
GRADES = {"小学": 6, "初中": 3}
OVERQUALIFIED, BACKBONE, PE_ART = "overqualified_teachers", "backbone_teachers", "pe_art_teachers"
TEACHING, SPORTS = "teaching", "sports"  # without the gym, and with it
EQUIPMENT, ROOMS, COMPUTERS, BOOKS = "equipment_value", "multimedia_classrooms", "computers", "books"

# the amounts per pupil that the levels below are multiples of; the value of equipment in 万元
PER_PUPIL: Mapping[str, Mapping[str, float]] = {
    OVERQUALIFIED: {"小学": 0.042, "初中": 0.053},
    BACKBONE: {"小学": 0.01, "初中": 0.01},
    PE_ART: {"小学": 0.009, "初中": 0.009},
    TEACHING: {"小学": 4.5, "初中": 5.8},
    SPORTS: {"小学": 7.5, "初中": 10.2},
    EQUIPMENT: {"小学": 0.2, "初中": 0.25},
    ROOMS: {"小学": 0.023, "初中": 0.024},
    COMPUTERS: {"小学": 0.11, "初中": 0.13},
    BOOKS: {"小学": 18, "初中": 28},
}

Range = tuple[float, float]
# by kind of school, in the order of PER_PUPIL: the lowest and the highest level in the last year
LEVELS = """
town          1.04-1.30 1.02-1.40 1.04-1.55 1.03-1.40 1.03-1.35 1.03-2.20 1.03-1.40 0.85-1.60 1.00-1.80
centre        1.06-1.60 1.02-1.50 1.10-2.00 1.10-2.20 1.20-2.80 1.03-2.10 1.10-2.20 0.85-2.00 1.00-2.20
village       1.10-2.00 1.00-1.60 1.10-2.20 1.40-3.20 1.50-3.80 1.05-2.60 1.40-3.40 1.00-2.60 1.20-3.00
town_junior   1.05-1.30 1.20-2.20 1.03-1.40 1.03-1.40 1.03-1.30 1.05-1.90 1.04-1.40 0.85-1.50 0.95-1.50
rural_junior  1.04-1.40 1.03-1.60 1.05-1.70 1.10-2.10 1.20-2.40 1.04-1.80 1.05-1.90 0.85-1.70 0.95-1.90
through       1.06-1.40 1.05-1.60 1.10-1.80 1.20-2.20 1.20-2.40 1.06-1.90 1.20-2.10 0.90-1.80 1.00-2.00
town_through  1.05-1.30 1.10-1.90 1.05-1.40 1.04-1.30 1.03-1.25 1.20-2.00 1.04-1.35 0.95-1.50 0.95-1.40
special       3.00-4.00 2.00-3.00 3.00-4.00 4.00-5.00 3.00-4.00 4.00-5.00 4.00-5.00 3.00-4.00 1.50-2.00
"""
PUPILS_PER_TEACHER: Mapping[str, Mapping[str, Range]] = {
    "小学": {
        "town": (16.6, 18.2),
        "centre": (13.2, 15.4),
        "village": (10.0, 12.5),
        "through": (12.5, 14.5),
        "town_through": (16.0, 17.5),
        "special": (3.5, 4.0),
    },
    "初中": {
        "town_junior": (12.9, 13.8),
        "rural_junior": (11.8, 13.0),
        "through": (11.0, 12.2),
        "town_through": (12.6, 13.5),
    },
}
PUPILS_PER_CLASS = {"town": 43.0, "town_through": 43.5, "town_junior": 48.0, "special": 9.0}

# what a figure was one and two years before, as a share of what it is in the last year
GROWTH: Mapping[str, tuple[Range, Range]] = {
    OVERQUALIFIED: ((0.95, 0.99), (0.88, 0.96)),  # of its share in the teachers
    "titled_teachers": ((0.96, 1.0), (0.9, 0.98)),  # likewise
    BACKBONE: ((0.82, 0.95), (0.66, 0.84)),
    PE_ART: ((0.92, 1.0), (0.84, 0.98)),
    EQUIPMENT: ((0.88, 0.96), (0.76, 0.88)),
    ROOMS: ((0.92, 1.0), (0.82, 0.95)),
    COMPUTERS: ((0.92, 0.99), (0.82, 0.95)),
    BOOKS: ((0.95, 0.99), (0.9, 0.97)),
}
LEADING = ("示例县第一小学", "示例县实验学校", "示例县第五小学", "示例县第一初级中学")  # had theirs earlier:
AHEAD: Mapping[str, tuple[Range, Range]] = {BACKBONE: ((0.95, 0.99), (0.88, 0.95))}

# what was built later: the share of the last year's figure that stood two years and one year before
BUILT_LATER: Mapping[tuple[str, str], tuple[float, float]] = {
    ("示例县第四小学", TEACHING): (0.72, 0.8),
    ("示例县第二小学", SPORTS): (0.46, 1),
    ("示例县第三小学", SPORTS): (0.46, 1),
    ("示例县第四小学", SPORTS): (0.42, 1),
    ("示例县第一初级中学", SPORTS): (0.46, 1),
    ("示例县第二初级中学", SPORTS): (0.52, 0.52),
    ("示例县第三初级中学", SPORTS): (0.62, 1),
    ("示例县第三初级中学", ROOMS): (0.7, 1),
    ("东河镇第二小学", SPORTS): (0.5, 1),
}

# what is so in the last year whatever the levels say: (school, stage, or "" for the whole school) -> figures
LAST_YEAR: Mapping[tuple[str, str], Mapping[str, float]] = {
    ("示例县第一小学", ""): {SPORTS: 12780, ROOMS: 44},  # 7.1: close
    ("示例县第一小学", "小学"): {BACKBONE: 61},
    ("示例县第二小学", "小学"): {PE_ART: 9},  # 0.9: on the bar
    ("示例县第三小学", "小学"): {OVERQUALIFIED: 52},  # 4.16 is short of 4.2
    ("示例县第四小学", "小学"): {OVERQUALIFIED: 63},  # 4.2: on the bar
    ("示例县第五小学", ""): {SPORTS: 6120},  # 6.375: on the floor
    ("示例县第五小学", "小学"): {BACKBONE: 29},
    ("城关镇中心小学", ""): {TEACHING: 2516},  # 3.7: below the floor
    ("中湾镇中心小学", ""): {EQUIPMENT: 72},  # 2000: on the bar
    ("示例县民办第一小学", "小学"): {OVERQUALIFIED: 16, BACKBONE: 2},  # two indicators below the floor
    ("示例县第一初级中学", ""): {EQUIPMENT: 880, ROOMS: 64},
    ("示例县第一初级中学", "初中"): {BACKBONE: 48},
    ("示例县第二初级中学", "初中"): {OVERQUALIFIED: 53},  # 5.3: on the bar
    ("西岭镇初级中学", "初中"): {BACKBONE: 6, PE_ART: 5},  # two indicators close
    ("中湾镇初级中学", ""): {TEACHING: 3225.6},  # 5.76 is short of 5.8
    ("示例县第三初级中学", ""): {EQUIPMENT: 318, ROOMS: 29},
    ("示例县第三初级中学", "初中"): {BACKBONE: 14},
    ("东河镇初级中学", ""): {EQUIPMENT: 197},
    ("示例县实验学校", "小学"): {BACKBONE: 28},
}

# what is so in one year: (year, school, stage) -> figures; None leaves the cell blank
IN_YEAR: Mapping[tuple[int, str, str], Figures] = {
    (2021, "示例县第四小学", "小学"): {"largest_class": 49},
    (2021, "示例县第一初级中学", "初中"): {"largest_class": 54},
    (2022, "示例县第一初级中学", "初中"): {"largest_class": 52},
    (2022, "西岭镇中心小学", "小学"): {BACKBONE: None},
    (2023, "示例县第五小学", "小学"): {"largest_class": 46},
}


# what the county answers once in each year, with its evidence and the unit; a title has no answers
YES, NO = ("是",) * 3, ("否",) * 3
Answers = tuple[Cell, Cell, Cell] | None
ANSWERS: tuple[tuple[str, Answers, str, str], ...] = (
    ("政府保障程度", None, "", ""),
    ("县域内义务教育学校规划布局合理", YES, "示例县义务教育学校布局规划（2021—2025年）", ""),
    ("城乡义务教育学校建设标准统一", YES, "县政府会议纪要（示例）第3号", ""),
    ("城乡教师编制标准统一", YES, "县委编办核编文件（示例）", ""),
    ("城乡生均公用经费基准定额统一", YES, "{year}年公用经费拨付文件（示例）", ""),
    ("城乡基本装备配置标准统一", YES, "示例县学校装备配置标准", ""),
    ("特殊教育学校生均公用经费", (8000, 8200, 8600), "{year}年特殊教育学校预算（示例）", "元"),
    ("义务教育学校教师平均工资收入水平", (88600, 92400, 96800), "县财政局工资统计（示例）", "元"),
    ("当地公务员平均工资收入水平", (88100, 92000, 96100), "县财政局工资统计（示例）", "元"),
    ("按规定足额核定教师绩效工资总量", YES, "县人社局核定文件（示例）", ""),
    ("县级统筹分配各校教职工编制和岗位数量", YES, "县委编办、教育局分配方案（示例）", ""),
    ("优质高中招生名额分配到校数", (520, 560, 600), "{year}年名额分配方案（示例）", "个"),
    ("优质高中招生名额总数", (1000, 1000, 1000), "{year}年高中招生计划（示例）", "个"),
    ("优质高中招生名额向农村初中倾斜", YES, "{year}年名额分配方案（示例）", ""),
    ("留守儿童关爱体系健全", YES, "县政府关爱留守儿童工作方案（示例）", ""),
    ("在公办学校就读的随迁子女数", (610, 668, 705), "学籍系统导出（示例）", "人"),
    ("政府购买学位在民办学校就读的随迁子女数", (0, 28, 35), "购买学位协议（示例）", "人"),
    ("符合条件的随迁子女总数", (742, 760, 781), "公安、教育部门比对名单（示例）", "人"),
    ("教育质量", None, "", ""),
    ("已入学的适龄残疾儿童少年数", (139, 142, 146), "残联、教育部门比对名单（示例）", "人"),
    ("适龄残疾儿童少年数", (145, 147, 150), "残联、教育部门比对名单（示例）", "人"),
    ("所有学校制定章程并实现学校管理与教学信息化", YES, "各校章程汇编（示例）", ""),
    ("教师能熟练运用信息化手段组织教学，设施设备利用率达到较高水平", YES, "电教馆检查记录（示例）", ""),
    ("学校德育工作、校园文化建设水平达到良好以上", YES, "德育工作评估结果（示例）", ""),
    ("课程开齐开足，教学秩序规范，综合实践活动有效开展", YES, "{year}学年课程表（示例）", ""),
    ("无过重课业负担", YES, "课业负担监测报告（示例）", ""),
    ("国家义务教育质量监测各学科学生学业水平均达到Ⅲ级以上", ("是", None, "是"), "监测结果报告（示例）", ""),
    ("国家义务教育质量监测校际差异率最大值", (0.148, None, 0.132), "监测结果报告（示例）", ""),
    ("社会认可度", None, "", ""),
    ("问卷满意数", (1802, 1846, 1905), "{next}年问卷汇总（示例）", "份"),
    ("有效问卷数", (2050, 2064, 2080), "{next}年问卷汇总（示例）", "份"),
    ("走访满意人数", ("不适用", 112, 118), "{next}年走访记录（示例）", "人"),
    ("走访人数", ("不适用", 126, 130), "{next}年走访记录（示例）", "人"),
    ("一票否决", None, "", ""),
    ("存在以考试方式招生", NO, "教育局自查报告（示例）", ""),
    ("存在违规择校行为", NO, "教育局自查报告（示例）", ""),
    ("存在重点学校或重点班", NO, "教育局自查报告（示例）", ""),
    ("存在“有编不补”或长期聘用编外教师", ("是", "否", "否"), "县委编办核查（示例）", ""),
    ("发生重大安全责任事故和严重违纪违规事件", NO, "应急管理局、县纪委证明（示例）", ""),
    ("存在弄虚作假行为", NO, "教育局自查报告（示例）", ""),
    ("规范校外培训机构及减轻课外负担不力", NO, "校外培训治理台账（示例）", ""),
)


def _draw(within: Range, *what: object) -> float:
    """Return a number within a range that depends on nothing but what it is drawn for."""
    key = ":".join(map(str, (SEED, *what)))
    return random.Random(key).uniform(*within)  # noqa: S311 - invented figures, no secrets


def _level(kind: str, what: str, *whose: str) -> float:
    """Return the level of one figure of a school of this kind, as a multiple of PER_PUPIL."""
    ranges = {line.split()[0]: line.split()[1:] for line in LEVELS.strip().splitlines()}
    low, high = ranges[kind][list(PER_PUPIL).index(what)].split("-")
    return _draw((float(low), float(high)), what, *whose)


def _weighted(school: School, year: int) -> float:
    return sum(WEIGHTS[s.stage] * s.students[YEARS.index(year)] for s in school.sections)


def _judged(school: School) -> list[Section]:
    return [section for section in school.sections if section.stage in GRADES]


def _before(what: str, final: float, year: int, *whose: object) -> float:
    """Return a figure of an earlier year from that of the last."""
    back = YEARS[-1] - year
    if not back:
        return final
    growth = AHEAD.get(what) if whose[0] in LEADING else None
    return final * _draw((growth or GROWTH[what])[back - 1], what, back, *whose)


def _shared_figures(school: School, year: int) -> Figures:
    """Return the figures of the whole school; buildings and grounds stay as they are unless BUILT_LATER names them."""
    final = _weighted(school, YEARS[-1])
    fixed = LAST_YEAR.get((school.name, ""), {})

    def figure(what: str) -> float:
        lowest = max(PER_PUPIL[what][s.stage] / WEIGHTS[s.stage] for s in _judged(school))
        reached = fixed.get(what, lowest * final * _level(school.kind, what, school.name))
        if what in GROWTH:
            reached = _before(what, reached, year, school.name)
        return reached * (*BUILT_LATER.get((school.name, what), (1, 1)), 1)[YEARS.index(year)]

    figures: Figures = (
        _grounds(school, year)
        | _of_items(school, year)
        | {
            "teaching_area": round(figure(TEACHING) + school.gym, 1),
            "indoor_sports_area": school.gym,
            "sports_ground_area": round(figure(SPORTS) - school.gym),
            EQUIPMENT: round(figure(EQUIPMENT), 2),
        }
    )
    return figures | {what: ceil(figure(what)) for what in (COMPUTERS, BOOKS, ROOMS)}


def _classes(school: School, section: Section, students: int) -> tuple[int, int]:
    """Return how many classes a section has, and the students of the largest."""
    grades = GRADES[section.stage]
    if school.type == "教学点":
        classes = 4
    elif school.kind in PUPILS_PER_CLASS:
        classes = ceil(students / PUPILS_PER_CLASS[school.kind])
    else:
        classes = grades * ceil(students / grades / (FULL_CLASS[section.stage] - 1))
    mean = ceil(students / classes)
    return classes, max(
        mean, min(mean + round(_draw((1, 4), "largest", school.name, section.stage)), FULL_CLASS[section.stage])
    )


def _section_figures(school: School, section: Section, year: int) -> Figures:
    """Return the figures of one section."""
    students = section.students[YEARS.index(year)]
    if section not in _judged(school):
        return {"students": students}
    whose = (school.name, section.stage)
    final = section.students[-1]
    fixed = LAST_YEAR.get(whose, {})

    def level(what: str) -> float:
        return fixed.get(what, ceil(PER_PUPIL[what][section.stage] * final * _level(school.kind, what, *whose)))

    classes, largest = _classes(school, section, students)
    last_classes, _ = _classes(school, section, final)
    ratio = _draw(PUPILS_PER_TEACHER[section.stage][school.kind], "teachers", *whose)
    last_teachers = max(ceil(final / ratio), ceil(level(OVERQUALIFIED) / 0.94), ceil(last_classes * 1.3))
    teachers = last_teachers if year == YEARS[-1] else max(ceil(last_teachers * students / final), ceil(classes * 1.3))
    titled = last_teachers * _draw((0.42, 0.58), "titled_teachers", *whose)
    of_teachers = teachers / last_teachers
    figures: Figures = {
        "students": students,
        "classes": classes,
        "largest_class": largest,
        "boarders": round(students * school.boarding * (0.4 if section.stage == "小学" else 1)),
        "teachers": teachers,
        "staff": teachers + max(1, round(teachers * _draw((0.03, 0.09), "staff", *whose))),
        OVERQUALIFIED: min(teachers, round(_before(OVERQUALIFIED, level(OVERQUALIFIED) * of_teachers, year, *whose))),
        BACKBONE: round(_before(BACKBONE, level(BACKBONE), year, *whose)),
        PE_ART: round(_before(PE_ART, level(PE_ART), year, *whose)),
        "titled_teachers": round(_before("titled_teachers", titled * of_teachers, year, *whose)),
    }
    figures |= _rooms(school, section, classes, teachers) | _section_items(school, section, year, classes, teachers)
    return figures | IN_YEAR.get((year, *whose), {})


CLASSES_TO_A_MUSIC_ROOM = 12
SMALL_SCHOOL = 100
BOARDING_SCHOOL = 0.3  # the share of boarders from which a school is a boarding school
FUNDS_OF_A_PUPIL = {"小学": 800, "初中": 1000}
EXCHANGED: Mapping[int, tuple[float, float]] = {2021: (0.08, 0.16), 2022: (0.11, 0.22), 2023: (0.13, 0.26)}
UNTRAINED: Mapping[tuple[int, str], int] = {(2021, "西岭镇第二小学"): 3, (2021, "示例县民办第一小学"): 2}
WITHOUT_CERTIFICATE: Mapping[tuple[int, str], int] = {(2021, "示例县民办第一学校"): 1}
CHOSEN: Mapping[tuple[int, str], int] = {(2021, "示例县第一小学"): 6}  # new pupils from elsewhere
FUNDED_AS_THEY_ARE = {(2021, "北山乡第二小学")}
LITTLE_TRAINING: Mapping[tuple[int, str], float] = {(2021, "南坪乡第二小学"): 0.046}
SMALLEST_MUSIC_ROOM = {"北山乡第二小学": 72.0}
WITHOUT_ART_ROOM = {"东河镇第一教学点"}


def _section_items(school: School, section: Section, year: int, classes: int, teachers: int) -> Figures:
    """Return what the items judged for a county ask of one section."""
    students, first = section.students[YEARS.index(year)], section == _judged(school)[0]
    back = YEARS[-1] - year
    rooms = ceil(classes / CLASSES_TO_A_MUSIC_ROOM)
    small = sum(s.students[YEARS.index(year)] for s in _judged(school)) < SMALL_SCHOOL
    raised = small and (year, school.name) not in FUNDED_AS_THEY_ARE
    public = school.owner == "公办" and school.type != "特殊教育学校"
    eligible = round(teachers * _draw((0.45, 0.6), "eligible", school.name, section.stage)) if public else 0
    exchanged = round(eligible * EXCHANGED[year][0] + 0.3)
    entrants = round(students / GRADES[section.stage])
    day = public and school.boarding < BOARDING_SCHOOL
    near = entrants if section.stage == "小学" else round(entrants * 0.975)
    figures: Figures = {
        "music_rooms": rooms,
        "art_rooms": 0 if school.name in WITHOUT_ART_ROOM else rooms,
        "funded_students": SMALL_SCHOOL if raised else students,
        "trained_teachers": teachers - (UNTRAINED.get((year, school.name), 0) if first else 0),
        "certified_teachers": teachers - (WITHOUT_CERTIFICATE.get((year, school.name), 0) if first else 0),
        "eligible_teachers": eligible,
        "exchanged_teachers": exchanged,
        "exchanged_backbone_teachers": min(exchanged, round(exchanged * EXCHANGED[year][1] + 0.2)),
        "zone_entrants": entrants if day else 0,
        "zoned_entrants": near - CHOSEN.get((year, school.name), 0) if day else 0,
    }
    if section.stage == "初中":
        entered = round(students / GRADES["初中"] * (1.02 + 0.01 * back))
        into, out = round(entered * 0.02), round(entered * 0.03)
        lost = round(entered * (0.015 + 0.005 * back))
        figures |= {
            "graduates": entered - lost + into - out,
            "entered_three_years_before": entered,
            "transferred_in": into,
            "transferred_out": out,
            "died": 0,
        }
    return figures


def _of_items(school: School, year: int) -> Figures:
    """Return what the items judged for a county ask of a whole school."""
    running = sum(FUNDS_OF_A_PUPIL[s.stage] * max(s.students[YEARS.index(year)], SMALL_SCHOOL) for s in _judged(school))
    share = LITTLE_TRAINING.get((year, school.name), 0.05 + _draw((0, 0.02), "training", school.name))
    without = school.name in WITHOUT_ART_ROOM
    return {
        "smallest_music_room": SMALLEST_MUSIC_ROOM.get(school.name, 96.0),
        "smallest_art_room": None if without else 90.0,
        "training_budget": ceil(running * share),
        "running_budget": running,
    }


ROOM_AREA = {"小学": (61, 86), "初中": (67, 96)}  # ordinary and special rooms, as schools of the kind are built
CLASSES_TO_A_ROOM = 16
SHORT_OF_ROOMS = ("北山乡第二小学", "南坪乡第二小学", "中湾镇第二小学")
MOUNTAIN_TOWNS = ("北山乡", "西岭镇")
DIRT_GROUNDS = ("北山乡第二小学",)


def _rooms(school: School, section: Section, classes: int, teachers: int) -> Figures:
    """Return the rooms and the further counts of teachers of one section."""
    ordinary, special = ROOM_AREA[section.stage]
    small = school.name in SHORT_OF_ROOMS or school.type == "教学点"
    size = 0.9 if small else 1.0

    def room(name: str, count: int, area: float) -> Figures:
        return {f"{name}s": count, f"{name}_area": round(count * area * size, 1)}

    shared = ceil(classes / CLASSES_TO_A_ROOM)
    rooms = room("classroom", classes, ordinary)
    if section.stage == "小学":
        rooms |= room("science_room", shared, special) | room("lab", 0, special)
    else:
        rooms |= room("science_room", 0, special) | room("lab", max(3, 2 * shared), special)
    rooms |= room("computer_room", shared, special) | room("language_room", 0 if small else shared, special)
    college = round(teachers * _draw((0.9, 1.0), "college_teachers", school.name, section.stage))
    senior = round(teachers * _draw((0.01, 0.06), "senior_titled_teachers", school.name, section.stage))
    good = "否" if school.name in SHORT_OF_ROOMS[:1] else "是"
    return rooms | {"college_teachers": college, "senior_titled_teachers": senior, "instruments_meet_standard": good}


def _grounds(school: School, year: int) -> Figures:
    """Return what a school has once: its library, its tracks, and where it lies."""
    students = sum(s.students[YEARS.index(year)] for s in _judged(school))
    junior = any(s.stage == "初中" for s in school.sections)
    small = school.name in SHORT_OF_ROOMS or school.type == "教学点"
    ring = 0 if small else 300 if students > FULL_CLASS["小学"] * 20 else 200
    return {
        "library_area": round(max(60.0, students * 0.31), 1),
        "ring_track": ring,
        "straight_track": 50 if small else 100 if junior or ring > 200 else 60,  # noqa: PLR2004 - metres
        "basketball_courts": 0 if school.type == "教学点" else 1 if small else 2,
        "no_dirt_ground": "否" if school.name in DIRT_GROUNDS else "是",
        "mountain": "是" if school.town in MOUNTAIN_TOWNS else "否",
    }


def school_rows(school: School, year: int) -> list[Figures]:
    """Return the rows of a school in one year."""
    shared = _shared_figures(school, year)
    rows: list[Figures] = []
    for section in school.sections:
        row: Figures = {
            "county": COUNTY,
            "town": school.town,
            "group": GROUPS[school.town],
            "year": year,
            "code": str(FIRST_CODE + SCHOOLS.index(school)),
            "name": school.name,
            "type": school.type,
            "stage": section.stage,
            "area": school.area,
            "owner": school.owner,
        }
        row |= _section_figures(school, section, year)
        if not rows or school.alike:
            row |= shared
        rows.append(row)
    return rows


# ----------------------------------------------------------------------------------------------------- the workbooks

_THIN = Side(style="thin", color="B0B0B0")
_GRID = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
_HEAD = PatternFill("solid", fgColor="D9E5F1")
_SUM = PatternFill("solid", fgColor="F2F2F2")
_MIDDLE = Alignment(horizontal="center", vertical="center", wrap_text=True)


def _title(sheet: Worksheet, row: int, text: str, width: int, *, size: float = 11, bold: bool = False) -> None:
    sheet.merge_cells(start_row=row, start_column=1, end_row=row, end_column=width)
    cell = sheet.cell(row, 1, text)
    cell.font = Font(size=size, bold=bold)
    cell.alignment = Alignment(horizontal="center" if bold else "left", vertical="center", wrap_text=True)


def _table(sheet: Worksheet, top: int, columns: Sequence[Column], rows: Sequence[Figures]) -> None:
    """Write a header and rows of figures, the header in row `top`."""
    for at, column in enumerate(columns, 1):
        head = sheet.cell(top, at, column.heading)
        head.font, head.fill, head.border, head.alignment = Font(bold=True), _HEAD, _GRID, _MIDDLE
        sheet.column_dimensions[get_column_letter(at)].width = column.width
        for line, row in enumerate(rows, top + 1):
            cell = sheet.cell(line, at, row.get(column.field))
            cell.border, cell.number_format = _GRID, column.form
    sheet.row_dimensions[top].height = 48


def _totals(rows: Sequence[Figures]) -> Figures:
    """Return the totals of a table; a figure that stands on every row of a school counts once."""
    totals: Figures = {"number": "合计"}
    for column in (*OF_SECTION, *ROOMS_OF_SECTION, *ITEMS_OF_SECTION):
        if column.field != "largest_class" and column.form != TEXT:
            total = sum(float(row.get(column.field) or 0) for row in rows)
            totals[column.field] = round(total, 1) if column.form == AREA else int(total)
    for column in OF_SCHOOL:
        once = {row["code"]: float(row[column.field] or 0) for row in reversed(rows) if column.field in row}
        totals[column.field] = round(sum(once.values()), 2)
    return totals


def write_county(file: Path, year: int) -> None:
    """Write the table of the county in one year."""
    book, sheet = _new_book()
    rows: list[Figures] = [row for school in SCHOOLS for row in school_rows(school, year)]
    for number, row in enumerate(rows, 1):
        row["number"] = number
    width, top = len(COUNTY_TABLE), 3
    _title(sheet, 1, f"{COUNTY}{year}学年义务教育学校基本情况表", width, size=16, bold=True)
    _title(sheet, 2, f"填报单位：{COUNTY}教育局（示例）", width)
    _table(sheet, top, COUNTY_TABLE, [*rows, _totals(rows)])
    last = top + len(rows) + 1
    for at in range(1, width + 1):
        sheet.cell(last, at).font = Font(bold=True)
        sheet.cell(last, at).fill = _SUM
    note = (
        "注：本表为虚构示例，不涉及任何真实学校。一贯制学校和完全中学每个学段一行，高中只填在校生数；"
        "教学及辅助用房面积含室内体育用房；面积、设备、图书、教室等为全校数，合计时每校计一次。"
    )
    _title(sheet, last + 1, note, width)
    sheet.row_dimensions[1].height = 28
    sheet.freeze_panes = f"H{top + 1}"
    _county_sheet(book.create_sheet("县级"), year)
    _save(book, file)


def _county_sheet(sheet: Worksheet, year: int) -> None:
    """Write what the county answers once, with its evidence."""
    for at, (title, width) in enumerate((("项目", 58), ("填报", 14), ("佐证", 60), ("单位", 8)), 1):
        cell = sheet.cell(1, at, title)
        cell.font, cell.fill, cell.border, cell.alignment = Font(bold=True), _HEAD, _GRID, _MIDDLE
        sheet.column_dimensions[get_column_letter(at)].width = width
    for row, (item, answers, evidence, unit) in enumerate(ANSWERS, 2):
        answer = answers[YEARS.index(year)] if answers else None
        said = evidence.format(year=year, next=year + 1) if answer is not None else None
        for at, text in enumerate((item, answer, said, unit or None), 1):
            cell = sheet.cell(row, at, text)
            cell.border, cell.alignment = _GRID, Alignment(vertical="center", wrap_text=True)
            cell.font, cell.fill = (Font(), PatternFill()) if answers else (Font(bold=True), _SUM)
    sheet.freeze_panes = "B2"


def write_school(file: Path, school: School, year: int) -> None:
    """Write the table that one school hands in."""
    book, sheet = _new_book()
    _table(sheet, 1, SCHOOL_TABLE, school_rows(school, year))
    sheet.freeze_panes = "G2"
    _save(book, file)


def write_published(file: Path, title: str, columns: Sequence[Column], rows: Sequence[Figures]) -> None:
    """Write a published example below a title that names it."""
    book, sheet = _new_book()
    _title(sheet, 1, title, len(columns), bold=True)
    sheet.row_dimensions[1].height = 48
    _table(sheet, 2, columns, rows)
    _save(book, file)


def _new_book() -> tuple[Workbook, Worksheet]:
    book = Workbook()
    sheet = book.active
    if not isinstance(sheet, Worksheet):
        raise TypeError("a new workbook has a worksheet")
    sheet.title = "学校"
    book.properties.creator = "junheng"
    book.properties.created = book.properties.modified = WRITTEN
    return book, sheet


def _save(book: Workbook, file: Path) -> None:
    """Save a workbook without the time at which it was saved, so that the same figures give the same file."""
    file.parent.mkdir(parents=True, exist_ok=True)
    book.save(file)
    with zipfile.ZipFile(file) as saved:
        parts = {name: saved.read(name) for name in saved.namelist()}
    core = "docProps/core.xml"
    stamp = rb"\g<1>" + WRITTEN.strftime("%Y-%m-%dT%H:%M:%SZ").encode() + rb"\g<2>"
    parts[core] = re.sub(rb"(<dcterms:modified[^>]*>)[^<]*(</dcterms:modified>)", stamp, parts[core])
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as fixed:
        for name, part in parts.items():
            fixed.writestr(zipfile.ZipInfo(name, WRITTEN.timetuple()[:6]), part, zipfile.ZIP_DEFLATED)


def main() -> None:
    """Write all workbooks."""
    for year in YEARS:
        write_county(EXAMPLES / "shili" / f"{year}.xlsx", year)
    write_school(EXAMPLES / "school.xlsx", SCHOOLS[0], YEARS[-1])
    name, kind = Column("name", "学校名称", 22, TEXT), Column("type", "办学类型", 17, TEXT)
    stage, students, books = (
        Column("stage", "学段", 8, TEXT),
        Column("students", "在校生数", 12),
        Column("books", "图书册数", 12),
    )
    five = zip((45, 37, 89, 76, 55), (279, 137, 935, 160, 402), strict=True)
    write_published(
        EXAMPLES / "five-schools.xlsx",
        "县域义务教育校际均衡指标计算方法（以生均图书册数为例）",
        (name, kind, students, books),
        [{"name": f"小学{n}", "type": "小学", "students": s, "books": b} for n, (s, b) in enumerate(five, 1)],
    )
    through: Figures = {"name": "九年一贯制学校（例）", "type": "九年一贯制学校"}
    write_published(
        EXAMPLES / "divided-school.xlsx",
        "测算均衡系数拆分公式（九年一贯制学校图书册数拆分例）",
        (name, kind, stage, students, books),
        [
            {**through, "stage": "小学", "students": 166, "books": 23226},
            {**through, "stage": "初中", "students": 210},
        ],
    )


if __name__ == "__main__":
    main()
