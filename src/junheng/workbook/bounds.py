"""How much a file may hold, in bytes, cells and places, and the words that say what is more than that."""

from typing import NamedTuple

from junheng.text import Text

MOST_UNPACKED = 600_000_000  # bytes; a nation's table of 200,000 rows has 240 million
MOST_MEMORY = 1_200_000_000  # bytes that cells may take
MOST_CSV = 160_000_000  # bytes of a csv; a nation's table has 40 million
MOST_CSV_CELLS = 12_000_000
MOST_TEXT = 2_000_000  # bytes of one text, or signs of a csv; programs allow a cell 32,767 signs
OF_A_PLACE, OF_A_CELL, OF_A_BYTE = 32, 90, 3  # bytes of memory: of a place in the extent, a cell with content, a text
CONTRADICTION = Text("内容自相矛盾", "it contradicts itself")


class Look(NamedTuple):
    """What a look at a file tells."""

    refused: Text | None = None  # why it cannot be read, if so
    formulas: bool = False  # a sheet holds formulas or error values
    merged: bool = True  # a sheet may hold merged cells


class Extent(NamedTuple):
    """The rows and columns between the first and the last cell of a sheet, and how many cells there are."""

    rows: int = 0
    columns: int = 0
    cells: int = 0

    @property
    def places(self) -> int:
        """Places between the first and the last cell, the empty ones too."""
        return self.rows * self.columns


def too_long(size: int) -> Text:
    """Return the words for a file that is too long once it is unpacked."""
    million = -(-size // 1_000_000)
    most = MOST_UNPACKED // 1_000_000
    return Text(
        f"解压后超过 {most} MB（至少 {million} MB）", f"unpacked it has more than {most} MB (at least {million} MB)"
    )


def long_text(size: int) -> Text:
    """Return the words for a cell whose text is too long."""
    million = size // 1_000_000
    return Text(f"一个单元格的文字太长（{million} MB）", f"the text of one cell is too long ({million} MB)")


def repeated_text(size: int) -> Text:
    """Return the words for texts that are short in the file and long in all the cells that repeat them."""
    million = size // 1_000_000
    return Text(
        f"许多单元格重复很长的文字（共 {million} MB）", f"many cells repeat a long text ({million} MB altogether)"
    )


def far_away(rows: int, columns: int) -> Text:
    """Return the words for a sheet with a cell far away from all others."""
    return Text(
        f"有单元格远在数据之外，读取需要 {rows} 行 {columns} 列",
        f"a cell stands far away from the data: reading takes {rows} rows and {columns} columns",
    )


def too_many_cells(cells: int) -> Text:
    """Return the words for a file of more cells than can be held."""
    return Text(f"数据太多（{cells} 个单元格）", f"there is too much in it ({cells} cells)")


def too_many_bytes(size: int) -> Text:
    """Return the words for a csv that is too long."""
    return Text(f"文件太大（{size // 1_000_000} MB）", f"the file is too large ({size // 1_000_000} MB)")
