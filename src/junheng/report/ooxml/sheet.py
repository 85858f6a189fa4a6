"""One sheet of a workbook with some cells on another background; no value, formula or format of it changes."""

from collections.abc import Iterable, Mapping, Sequence

from junheng.report.ooxml.package import Package, position
from junheng.report.ooxml.splice import Edit, Element, elements, prefix_of, put_inside, quoted, retagged, spliced
from junheng.report.ooxml.styles import Styles
from junheng.workbook.cells import letter

OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_BELOW_LINKS = [
    "printOptions",
    "pageMargins",
    "pageSetup",
    "headerFooter",
    "rowBreaks",
    "colBreaks",
    "customProperties",
    "cellWatches",
    "ignoredErrors",
    "smartTags",
    "drawing",
    "legacyDrawing",
]
_BELOW_DRAWING = [
    "legacyDrawingHF",
    "drawingHF",
    "picture",
    "oleObjects",
    "controls",
    "webPublishItems",
    "tableParts",
    "extLst",
    "AlternateContent",
]
_TOP, _ROW, _CELL = 1, 2, 3  # how deep they stand


class SheetPart:
    """The part of one sheet: where its rows and cells stand in it."""

    def __init__(self, package: Package, part: str, cells: Sequence[str]) -> None:
        """`cells` are those that are looked for."""
        self.package, self.part = package, part
        self.data = package.read(part)
        self.rows: list[tuple[int, Element]] = []
        self.cells: dict[str, Element] = {}
        self.of_row: dict[int, list[tuple[int, Element]]] = {}
        wanted = self.wanted = {spot[0] for spot in map(position, cells) if spot is not None}
        numbers: list[tuple[str, int]] = []
        row = column = 0

        def keep(name: str, attributes: Mapping[str, str], depth: int) -> bool:
            nonlocal row, column
            if depth > _CELL or (depth == _CELL and name == "c" and row not in wanted):
                return False
            if name == "row" and depth == _ROW:
                number = attributes.get("r", "")
                row, column = int(number) if number.isdigit() else row + 1, 0
                numbers.append((name, row))
                return True
            if name == "c" and depth == _CELL:
                spot = position(attributes.get("r", ""))
                column = spot[1] if spot is not None else column + 1
                numbers.append((name, column))
                return True
            return depth == _TOP or name in ("mergeCell", "col", "hyperlink")

        self.found = elements(self.data, keep)
        self.root = self.found[0]
        self.prefix = prefix_of(self.data, self.root)
        self.top = [e for e in self.found if e.depth == _TOP]
        placed = iter(numbers)
        for element in self.found:
            if (element.name == "row" and element.depth == _ROW) or (element.name == "c" and element.depth == _CELL):
                _, number = next(placed)
                if element.name == "row":
                    self.rows.append((number, element))
                    row = number
                else:
                    self.of_row.setdefault(row, []).append((number, element))
                    self.cells[f"{letter(number - 1)}{row}"] = element
        self.by_number = dict(self.rows)
        self.columns = [e for e in self.found if e.name == "col"]
        self.merged = [_corners(e.attributes.get("ref", "")) for e in self.found if e.name == "mergeCell"]

    @property
    def drawing(self) -> str | None:
        """The id of the drawing that holds the boxes of its comments."""
        element = next((e for e in self.top if e.name == "legacyDrawing"), None)
        found = element.attributes.items() if element is not None else ()
        return next((value for name, value in found if name.rpartition(":")[2] == "id"), None)

    def looks_at(self, cells: Iterable[str]) -> bool:
        """Say whether the rows of all these cells were looked at."""
        return self.wanted.issuperset(spot[0] for spot in map(position, cells) if spot is not None)

    def shown_in(self, cell: str) -> str:
        """Return the cell in which a cell is seen: the first of those that it is merged with."""
        spot = position(cell)
        for corners in self.merged:
            if spot is not None and corners is not None:
                (top, left), (bottom, right) = corners
                if top <= spot[0] <= bottom and left <= spot[1] <= right:
                    return f"{letter(left - 1)}{top}"
        return cell

    def style(self, cell: str) -> int:
        """Return the style of a cell: its own, that of its row, or that of its column."""
        if cell in self.cells:
            return _number(self.cells[cell].attributes.get("s"))
        row, column = position(cell) or (0, 0)
        element = self.by_number.get(row)
        if element is not None and element.attributes.get("customFormat") in ("1", "true"):
            return _number(element.attributes.get("s"))
        for element in self.columns:
            low, high = element.attributes.get("min", "0"), element.attributes.get("max", "0")
            if int(low) <= column <= int(high):
                return _number(element.attributes.get("style"))
        return 0

    def styled(self, styles: Mapping[str, int]) -> list[Edit]:
        """Return the edits that give cells other styles; a blank cell that is not there is put in its place."""
        edits: list[Edit] = []
        new: dict[int, list[int]] = {}
        for cell, style in styles.items():
            element = self.cells.get(cell)
            if element is not None:
                tag = retagged(self.data[element.start : element.inner], {"s": str(style)})
                edits.append((element.start, element.inner, tag))
            else:
                row, column = position(cell) or (1, 1)
                new.setdefault(row, []).append(column)
        known = self.by_number
        empty: list[tuple[int, bytes]] = []
        for row, columns in sorted(new.items()):
            written = [(c, self._blank(row, c, styles)) for c in sorted(columns)]
            if row in known:
                edits += self._into_row(row, known[row], written)
            else:
                p = self.prefix
                text = f'<{p}row r="{row}">'.encode() + b"".join(t for _, t in written) + f"</{p}row>".encode()
                empty.append((row, text))
        return [*edits, *self._rows(empty)]

    def _blank(self, row: int, column: int, styles: Mapping[str, int]) -> bytes:
        cell = f"{letter(column - 1)}{row}"
        return f'<{self.prefix}c r="{cell}" s="{styles[cell]}"/>'.encode()

    def _into_row(self, row: int, element: Element, written: Sequence[tuple[int, bytes]]) -> list[Edit]:
        edits: list[Edit] = []
        behind: list[bytes] = []
        for column, text in written:
            after = next((e for number, e in self.of_row.get(row, []) if number > column), None)
            if after is None:
                behind.append(text)
            else:
                edits.append((after.start, after.start, text))
        if behind:
            edits += put_inside(self.data, element, b"".join(behind))
        return edits

    def _rows(self, new: Sequence[tuple[int, bytes]]) -> list[Edit]:
        edits: list[Edit] = []
        behind: list[bytes] = []
        for row, text in new:
            after = next((e for number, e in self.rows if number > row), None)
            if after is None:
                behind.append(text)
            else:
                edits.append((after.start, after.start, text))
        if behind:
            whole = next(e for e in self.top if e.name == "sheetData")
            edits += put_inside(self.data, whole, b"".join(behind))
        return edits

    def linked(self, cell: str, to: str, tip: str) -> list[Edit]:
        """Return the edits that lead from a cell to another place of the workbook; none where it leads somewhere."""
        links = [e for e in self.found if e.name == "hyperlink"]
        if any(e.attributes.get("ref", "").split(":")[0] == cell for e in links):
            return []
        p = self.prefix
        entry = f'<{p}hyperlink ref="{cell}" location="{quoted(to)}" tooltip="{quoted(tip)}"/>'.encode()
        whole = next((e for e in self.top if e.name == "hyperlinks"), None)
        if whole is not None:
            return put_inside(self.data, whole, entry)
        text = f"<{p}hyperlinks>".encode() + entry + f"</{p}hyperlinks>".encode()
        return [self._before((*_BELOW_LINKS, *_BELOW_DRAWING), text)]

    def drawn(self, relation: str) -> list[Edit]:
        """Return the edits that name the drawing of the comments' boxes."""
        text = f'<{self.prefix}legacyDrawing xmlns:r="{OFFICE}" r:id="{relation}"/>'.encode()
        return [self._before(_BELOW_DRAWING, text)]

    def _before(self, names: Sequence[str], text: bytes) -> Edit:
        at = min([e.start for e in self.top if e.name in names], default=self.root.close)
        return at, at, text

    def save(self, edits: Sequence[Edit]) -> None:
        """Write the part with edits made."""
        if edits:
            self.package.write(self.part, spliced(self.data, edits))


def shaded(sheet: SheetPart, styles: Styles, colours: Mapping[str, str | None]) -> list[Edit]:
    """Return the edits that give cells a background; None takes it away."""
    return sheet.styled({cell: styles.shaded(sheet.style(cell), colour) for cell, colour in colours.items()})


def _number(text: str | None) -> int:
    return int(text) if text and text.isdigit() else 0


def _corners(ref: str) -> tuple[tuple[int, int], tuple[int, int]] | None:
    first, _, last = ref.partition(":")
    low, high = position(first), position(last or first)
    return None if low is None or high is None else (low, high)
