"""The looks of cells, each made once for a workbook: giving every cell its own costs seconds."""

from typing import NamedTuple

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, NamedStyle, PatternFill, Side

from junheng.report.model import Mood
from junheng.report.to_xlsx import FILLS

_THIN = Side("thin", color="808080")
_BORDER = Border(_THIN, _THIN, _THIN, _THIN)
_HEAD = PatternFill("solid", fgColor="DDEBF7")
_FORMULA = PatternFill("solid", fgColor="F2F2F2")
_FAINT = "7F7F7F"


class Look(NamedTuple):
    """How a cell looks: its alignment, shading, letters, and the format of its number."""

    align: str = "center"
    top: bool = False
    border: bool = True
    fill: str = ""  # a mood, "head" or "formula"
    bold: bool = False
    size: int = 11
    faint: bool = False
    number: str = "General"


class Looks:
    """The looks used in one workbook, as hidden named styles."""

    def __init__(self, book: Workbook) -> None:
        self.book, self.names = book, dict[Look, str]()

    def name(self, look: Look) -> str:
        """Return the name of a look, which is made when it is first asked for."""
        if look not in self.names:
            self.names[look] = f"junheng {len(self.names) + 1}"
            self.book.add_named_style(_style(self.names[look], look))
        return self.names[look]


def _style(name: str, look: Look) -> NamedStyle:
    style = NamedStyle(name, hidden=True)
    wrap = look.align != "right"
    style.alignment = Alignment(horizontal=look.align, vertical="top" if look.top else "center", wrap_text=wrap)
    style.font = Font(name="Calibri", bold=look.bold, size=look.size, color=_FAINT if look.faint else None)
    if look.border:
        style.border = _BORDER
    if look.fill == "head":
        style.fill = _HEAD
    elif look.fill == "formula":
        style.fill = _FORMULA
    elif look.fill:
        style.fill = FILLS[Mood(look.fill)]
    style.number_format = look.number
    return style
