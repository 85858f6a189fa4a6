"""The words of the ledger in both languages: its columns, its sheets, what may happen to an item."""

from enum import StrEnum
from typing import NamedTuple

from junheng.text import Lang, Text
from junheng.workbook.handed_back import RECORD
from junheng.workbook.headings import key


class Standing(StrEnum):
    """Where an item of the ledger stands."""

    MET = "met"  # 达标
    BELOW = "below"  # 未达标
    OPEN = "open"  # 待核实: cannot be decided, or is not judged this time
    CLOSED = "closed"  # 已销号: was below and is met
    GONE = "gone"  # the school is not in the table any more
    OWN = "own"  # a row that people wrote themselves


class Column(NamedTuple):
    """One column of the ledger; `filled_by_hand` is what people fill in and an update keeps."""

    id: str
    name: Text
    width: float
    filled_by_hand: bool = False
    hidden: bool = False


BY_STANDARD = Text("判定标准", "Judged by")
NUMBER = Column("number", Text("次序", "Order"), 6)
COLUMNS = (
    NUMBER,
    Column("county", Text("县(市、区)", "County"), 10),
    Column("town", Text("乡镇", "Town"), 9),
    Column("code", Text("学校标识码", "School code"), 13),
    Column("school", Text("学校", "School"), 22),
    Column("stage", Text("学段", "Stage"), 7),
    Column("item", Text("项目", "Item"), 22),
    Column("figure", Text("实际值", "Figure"), 14),
    Column("bar", Text("标准值", "Bar"), 10),
    Column("gap", Text("缺口", "Gap"), 10),
    Column("floor", Text("到余项要求缺口", "Gap to the floor"), 11),
    Column("unit", Text("单位", "Unit"), 6),
    Column("cost", Text("概算(万元)", "Cost (10,000 yuan)"), 10),
    Column("outcome", Text("结论", "Outcome"), 14),
    Column("standard", BY_STANDARD, 14),
    Column("closes", Text("销号条件", "What closes it"), 34),
    Column("owner", Text("责任人", "Owner"), 11, filled_by_hand=True),
    Column("due", Text("完成时限", "Due"), 12, filled_by_hand=True),
    Column("status", Text("状态", "Status"), 12, filled_by_hand=True),
    Column("remarks", Text("备注", "Remarks"), 20, filled_by_hand=True),
    Column("overdue", Text("超期", "Overdue"), 7),
    Column("listed", Text("首次列入", "First listed"), 9),
    Column("closed", Text("销号学年", "Struck off in"), 9),
    Column("latest", Text("最近变动", "Last change"), 18),
    Column("key", Text("键（勿改）", "Key (leave as it is)"), 10, hidden=True),
    Column("item_id", Text("项目编号（勿改）", "Item id (leave as it is)"), 10, hidden=True),
    Column("counted", Text("计入合计（勿改）", "Counted (leave as it is)"), 10, hidden=True),
    Column("standing", Text("状况（勿改）", "Standing (leave as it is)"), 10, hidden=True),
)
BY_ID = {column.id: column for column in COLUMNS}
BY_HAND = tuple(column.id for column in COLUMNS if column.filled_by_hand)
HISTORY = (
    Column("year", Text("学年", "School year"), 8),
    Column("day", Text("日期", "Date"), 12),
    Column("county", Text("县(市、区)", "County"), 10),
    Column("school", Text("学校", "School"), 24),
    Column("stage", Text("学段", "Stage"), 7),
    Column("item", Text("项目", "Item"), 26),
    Column("standard", BY_STANDARD, 14),
    Column("event", Text("变动", "What happened"), 18),
    Column("note", Text("说明", "Note"), 50),
    Column("run", Text("运行", "Run"), 16),
    Column("key", Text("键（勿改）", "Key (leave as it is)"), 10, hidden=True),
)
GATE = Text("办学基本标准（省定）", "School standard of the province")  # as the record of the run has it
ADDED = "+"  # before the heading of a column that people added to the history
TITLES = {
    "below": Text("未达标台账", "Not met"),
    "open": Text("待核实", "To be settled"),
    "met": Text("已达标台账", "Met"),
    "gaps": Text("缺口统计表", "Gaps"),
    "crowded": Text("大班额超规模清单", "Large classes and schools"),
    "evidence": Text("佐证材料目录", "Evidence"),
    "history": Text("历史", "History"),
    "record": RECORD,
}
SHEET_OF = {
    Standing.BELOW: "below",
    Standing.CLOSED: "below",
    Standing.OPEN: "open",
    Standing.GONE: "open",
    Standing.MET: "met",
}
OF_COUNTY = Text("（县级）", "(county)")
ALL_ITEMS = Text("全部指标", "All indicators")
OVERDUE = Text("超期", "overdue")

NEW, AGAIN, STRUCK = Text("新增", "new"), Text("重新出现", "fell below again"), Text("销号", "struck off")
UNSETTLED = Text("待核实", "to be settled")
STILL = Text("仍未达标", "still not met")
SETTLED = Text("核实达标", "settled as met")
SCHOOL_GONE = Text("学校已不在表中", "school no longer in the table")

NOT_BEGUN = Text("未启动", "not begun")
STRUCK_OFF = Text("已销号", "struck off")
STATUSES = (
    NOT_BEGUN,
    Text("整改中", "under way"),
    Text("已完成待复核", "awaiting check"),
    STRUCK_OFF,
    AGAIN,
    UNSETTLED,
)


def column_of(heading: object, columns: tuple[Column, ...]) -> str | None:
    """Return the column that a heading names in either language; None for one that people added."""
    if not isinstance(heading, str):
        return None
    wanted = key(heading)
    return next((c.id for c in columns if wanted in (key(c.name.zh), key(c.name.en))), None)


def is_one(text: object, words: Text) -> bool:
    """Say whether a cell holds some words, in either language."""
    return isinstance(text, str) and key(text) in (key(words.zh), key(words.en))


def when(event: Text, year: int | None, lang: Lang) -> str:
    """Return an event with its school year, as the column of the last change shows it."""
    said = event.say(lang)
    if year is None:
        return said
    return f"{said}（{year}）" if lang == "zh" else f"{said} ({year})"
