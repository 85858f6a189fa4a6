"""What stands in one cell of a ledger, and the dates that people write."""

import re
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import NamedTuple

Value = str | int | float | date | bool | None
_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
_FIRST_SERIAL, _LAST_SERIAL = 36_526, 73_050  # 2000-01-01 and 2099-12-31 as spreadsheets count days
_SERIAL_ZERO = date(1899, 12, 30)
DAY_FORMAT = "yyyy-mm-dd"


class Entered(NamedTuple):
    """The value of a cell, the format of its number, and the remark on it."""

    value: Value = None
    form: str = "General"
    remark: str = ""

    @property
    def blank(self) -> bool:
        """Whether nothing is written in the cell."""
        return self.value is None or (isinstance(self.value, str) and not self.value.strip())

    @property
    def text(self) -> str:
        """What is written, without spaces around it."""
        if isinstance(self.value, float) and self.value.is_integer():
            return str(int(self.value))
        return "" if self.value is None else str(self.value).strip()


BLANK = Entered()


def number(value: float | Fraction, form: str = "General") -> Entered:
    """Return a cell with a number; a whole one as such."""
    whole = int(value) if value == int(value) else float(value)
    return Entered(whole, form)


def day_of(value: Value) -> date | None:
    """Return the day that a cell says; None where it says none.

    >>> str(day_of("2023年6月30日")), day_of("年底前"), str(day_of(45107))
    ('2023-06-30', None, '2023-06-30')
    """
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool) and _FIRST_SERIAL <= value <= _LAST_SERIAL:
        return _SERIAL_ZERO + timedelta(days=int(value))
    match = _DAY.fullmatch("".join(value.split())) if isinstance(value, str) else None
    if match is None:
        return None
    try:
        return date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        return None


def year_of(cell: Entered) -> int | None:
    """Return a school year as a cell holds it; None where it holds none."""
    text = cell.text
    return int(text) if re.fullmatch(r"[12]\d{3}", text) else None
