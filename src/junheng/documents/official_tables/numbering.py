"""The items of a table: at most ten, as the form asks, with the column codes (L1 …) where they are known to us."""

from collections.abc import Sequence

from junheng.documents.official_tables.page import QUALITY, Book
from junheng.engine.model import Indicator
from junheng.report import words

MOST_ITEMS = 10  # 填报说明: 所列指标不超过十项
NATIONAL = (  # the seven of the national form of 2017, in its order
    "overqualified_teachers",
    "backbone_teachers",
    "pe_art_teachers",
    "teaching_area",
    "sports_area",
    "equipment_value",
    "multimedia_classrooms",
)
FIRST_PER_SCHOOL = 7  # in 表Ⅱ-2 of 2017 the seven stand in L7 to L13


def items_of_schools(book: Book) -> tuple[Sequence[Indicator], Sequence[Indicator]]:
    """Return the indicators that the tables of schools list, and those left off because there are more than ten."""
    indicators = book.submission.run.assessment.method.indicators
    return indicators[:MOST_ITEMS], indicators[MOST_ITEMS:]


def codes(book: Book, indicators: Sequence[Indicator], first: int) -> list[str]:
    """Return the column codes of the national form of 2017 from L`first` on, plain numbers for any other."""
    official = book.family == QUALITY and tuple(i.id for i in indicators) == NATIONAL
    return [f"L{at}" if official else f"({at - first + 1})" for at in range(first, first + len(indicators))]


def heading(book: Book, indicator: Indicator) -> str:
    """Return the full name of an indicator with its unit."""
    rule = book.report.rules[indicator.id][0]
    unit = words.unit(getattr(rule, "unit", None), book.submission.lang)
    name = book.report.indicator(indicator.id, short=False)
    return f"{name}{book.say('（', ' (')}{unit}{book.say('）', ')')}" if unit else name
