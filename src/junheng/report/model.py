"""Plain tables: what a report shows, before any medium. A mood becomes a colour and a sign."""

from enum import StrEnum
from fractions import Fraction
from typing import NamedTuple


class Mood(StrEnum):
    """How an entry is to be felt; each has a sign of its own, so that print without colour loses nothing."""

    PLAIN = "plain"
    GOOD = "good"
    CLOSE = "close"
    BAD = "bad"
    UNKNOWN = "unknown"
    QUIET = "quiet"


SIGNS = {Mood.GOOD: "✓", Mood.CLOSE: "△", Mood.BAD: "✗", Mood.UNKNOWN: "？", Mood.QUIET: "·"}


class Shown(NamedTuple):
    """One entry: its text, its mood, and the number behind it where it is one (`digits` decimals are shown)."""

    text: str
    mood: Mood = Mood.PLAIN
    raw: float | Fraction | None = None
    digits: int | None = None
    signed: bool = False  # the mood's sign stands before the text
    unit: str = ""  # stands behind the number

    @property
    def with_sign(self) -> str:
        """The text with its sign."""
        sign = SIGNS.get(self.mood, "") if self.signed else ""
        return f"{sign} {self.text}" if sign else self.text


class Column(NamedTuple):
    """One column: its heading, whether it holds numbers, and whether a narrow page may leave it out, or break it."""

    name: str
    number: bool = False
    spare: bool = False
    whole: bool = False  # its entries are never broken over lines


class Table(NamedTuple):
    """A titled table; `note` stands below it."""

    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Shown, ...], ...]
    note: str = ""


class Line(NamedTuple):
    """One line of text between tables: a heading where `strong`."""

    shown: Shown
    strong: bool = False


Block = Table | Line
