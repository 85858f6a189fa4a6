"""The comments of one sheet: those that are there stay and are added to, new ones get their box."""

import re
from collections.abc import Iterator, Mapping, Sequence

from junheng.report.ooxml.package import MAIN, Package, position
from junheng.report.ooxml.splice import Edit, Element, elements, prefix_of, put_inside, quoted, spelled, spliced
from junheng.workbook.cells import letter

AUTHOR = "junheng"
_CONTENT = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
_DRAWING = "application/vnd.openxmlformats-officedocument.vmlDrawing"
_V = "urn:schemas-microsoft-com:vml"
_O, _X = "urn:schemas-microsoft-com:office:office", "urn:schemas-microsoft-com:office:excel"
_SHAPE = re.compile(r"<v:shape\b[^>]*>.*?</v:shape>", re.DOTALL)
_SPOT = re.compile(r"<x:(Row|Column)>\s*(\d+)\s*</x:\1>")
_ANCHOR = re.compile(r"(<x:Anchor>)([^<]*)(</x:Anchor>)")
_BREAKS = re.compile(rb"(?:\s|&#1[03];|&#x[aAdD];)+$")
_NUMBER = re.compile(r"_x0000_s(\d+)")
WIDE, LINE = 24, 1.15  # signs to a line of a box, rows of a sheet to a line of text
COLUMNS, LEAST_ROWS, MOST_ROWS = 4, 4, 24


class Comments:
    """The comments of one sheet, and the drawing that holds their boxes."""

    def __init__(self, package: Package, sheet: str, drawing: str | None, mark: str) -> None:
        """`drawing` is the id of the drawing that the sheet names; `mark` opens every text of ours."""
        self.package, self.sheet, self.mark = package, sheet, mark
        relations = package.relations(sheet)
        self.part = next((r.target for r in relations if r.kind == "comments" and r.target in package), None)
        self.drawing = next((r.target for r in relations if r.id == drawing and r.target in package), None)
        self.threaded = {
            e.attributes.get("ref", "")
            for r in relations
            if r.kind == "threadedComment" and r.target in package
            for e in elements(package.read(r.target))
        }

    def earlier(self) -> set[str]:
        """Return the cells that an earlier run commented on."""
        if self.part is None:
            return set()
        data = spelled(self.package.read(self.part))
        return {
            comment.attributes.get("ref", "")
            for comment, inside in _comments(elements(data))
            if self.mark.encode() in b"".join(data[e.inner : e.close] for e in inside if e.name == "t")
        }

    def put(self, texts: Mapping[str, str]) -> str | None:
        """Give cells their texts, in place of those of an earlier run.

        Return the id of a new drawing, which the sheet has to name, or None where it names one already.
        """
        texts = {cell: text for cell, text in texts.items() if cell not in self.threaded}
        earlier = self.earlier()
        if not texts and not earlier:
            return None
        if self.part is None:
            self.part = self.package.free("xl/comments{}.xml")
            empty = f'<comments xmlns="{MAIN}"><authors></authors><commentList></commentList></comments>'
            self.package.write(self.part, f'<?xml version="1.0" encoding="UTF-8"?>\n{empty}'.encode())
            self.package.relate(self.sheet, "comments", self.part)
            self.package.declare(self.part, _CONTENT)
        boxless, gone = self._texts(texts)
        return self._boxes(boxless, texts, gone)

    def _texts(self, texts: Mapping[str, str]) -> tuple[list[str], set[str]]:
        """Write the texts; return the cells that have a comment now, and those that have none any more."""
        assert self.part is not None  # noqa: S101 - made above
        data, emptied = _without(spelled(self.package.read(self.part)), self.mark.encode())
        found = elements(data)
        p = prefix_of(data, found[0])
        authors = next(e for e in found if e.name == "authors")
        listed = next(e for e in found if e.name == "commentList")
        names = [e for e in found if e.name == "author"]
        at = next((i for i, e in enumerate(names) if data[e.inner : e.close] == AUTHOR.encode()), len(names))
        edits: list[Edit] = []
        if at == len(names):
            edits += put_inside(data, authors, f"<{p}author>{AUTHOR}</{p}author>".encode())
        there: list[str] = []
        for comment, inside in _comments(found):
            cell = comment.attributes.get("ref", "")
            there.append(cell)
            if cell in texts:
                edits += _added(data, p, inside, texts[cell])
        new = [cell for cell in texts if cell not in there]
        entries = (
            f'<{p}comment ref="{cell}" authorId="{at}"><{p}text>{_run(p, texts[cell])}</{p}text></{p}comment>'
            for cell in sorted(new, key=lambda cell: position(cell) or (0, 0))
        )
        edits += put_inside(data, listed, "".join(entries).encode())
        self.package.write(self.part, spliced(data, edits))
        return [*there, *new], emptied - texts.keys()

    def _boxes(self, cells: list[str], texts: Mapping[str, str], gone: set[str]) -> str | None:
        """Give every comment without a box one, and those that were added to more room."""
        relation = None
        if self.drawing is None:
            self.drawing = self.package.free("xl/drawings/vmlDrawing{}.vml")
            empty = (
                f'<xml xmlns:v="{_V}" xmlns:o="{_O}" xmlns:x="{_X}"><o:shapelayout v:ext="edit">'
                '<o:idmap v:ext="edit" data="1"/></o:shapelayout></xml>'
            )
            self.package.write(self.drawing, empty.encode())
            relation = self.package.relate(self.sheet, "vmlDrawing", self.drawing)
            self.package.declare(self.drawing, _DRAWING, extension="vml")
        drawing = self.package.read(self.drawing).decode("utf-8", "surrogateescape")
        boxed: set[str] = set()

        def seen(match: re.Match[str]) -> str:
            shape = match[0]
            spot = {name: int(number) for name, number in _SPOT.findall(shape)}
            if 'ObjectType="Note"' not in shape or len(spot) != 2:  # noqa: PLR2004 - a row and a column
                return shape
            cell = f"{letter(spot['Column'])}{spot['Row'] + 1}"
            if cell in gone:
                return ""
            boxed.add(cell)
            return _ANCHOR.sub(lambda anchor: _roomier(anchor, texts[cell]), shape) if cell in texts else shape

        drawing = _SHAPE.sub(seen, drawing)
        number = max([1024, *map(int, _NUMBER.findall(drawing))])
        shapes = [] if 'id="_x0000_t202"' in drawing else [_TYPE]
        for at, cell in enumerate((c for c in cells if c not in boxed), 1):
            shapes.append(_shape(number + at, cell, texts.get(cell, "")))
        end = drawing.rfind("</xml>")
        drawing = drawing[:end] + "".join(shapes) + drawing[end:]
        self.package.write(self.drawing, drawing.encode("utf-8", "surrogateescape"))
        return relation


def _run(prefix: str, text: str, *, below: bool = False) -> str:
    """Return text of ours as a run; `below` another text on a line of its own."""
    text = f"\n{text}" if below else text
    looks = (
        f'<{prefix}rPr><{prefix}sz val="9"/><{prefix}color rgb="FF9C0006"/><{prefix}rFont val="宋体"/></{prefix}rPr>'
    )
    return f'<{prefix}r>{looks}<{prefix}t xml:space="preserve">{quoted(text)}</{prefix}t></{prefix}r>'


def _comments(found: Sequence[Element]) -> Iterator[tuple[Element, list[Element]]]:
    """Yield comments, each with the elements inside it."""
    at = 0
    while at < len(found):
        comment, at = found[at], at + 1
        if comment.name == "comment":
            start = at
            while at < len(found) and found[at].start < comment.end:
                at += 1
            yield comment, list(found[start:at])


def _without(data: bytes, mark: bytes) -> tuple[bytes, set[str]]:
    """Return comments without what an earlier run wrote, and the cells whose comment that leaves empty.

    Other programs join texts when they save, or part them: ours is what follows the mark, however it is cut up.
    """
    edits: list[Edit] = []
    emptied = set()
    for comment, inside in _comments(elements(data)):
        pieces = [e for e in inside if e.name == "t"]
        whole = b"".join(data[e.inner : e.close] for e in pieces)
        length = whole.find(mark)
        if length < 0:
            continue
        left = len(_BREAKS.sub(b"", whole[:length]))
        if not left:
            edits.append((comment.start, comment.end, b""))
            emptied.add(comment.attributes.get("ref", ""))
            continue
        for piece in pieces:
            own = data[piece.inner : piece.close][:left]
            left -= len(own)
            run = next((e for e in inside if e.name == "r" and piece.within(e)), None)
            if not own and run is not None:
                edits.append((run.start, run.end, b""))
            else:
                edits.append((piece.inner, piece.close, own))
    return spliced(data, edits), emptied


def _added(data: bytes, prefix: str, inside: list[Element], text: str) -> list[Edit]:
    """Return the edits that put a text behind that of a comment, which stays as it is."""
    whole = next(e for e in inside if e.name == "text")
    run = _run(prefix, text, below=any(e.name == "t" and e.inner != e.close for e in inside)).encode()
    plain = [e for e in inside if e.name == "t" and e.depth == whole.depth + 1]
    if plain:  # a text without runs becomes the first of two
        first = plain[0]
        written = data[first.inner : first.close] if first.inner != first.end else b""
        old = f'<{prefix}r><{prefix}t xml:space="preserve">'.encode() + written + f"</{prefix}t></{prefix}r>".encode()
        return [(first.start, first.end, old + run)]
    reading_aids = [e for e in inside if e.name in ("rPh", "phoneticPr") and e.depth == whole.depth + 1]
    if reading_aids:
        return [(reading_aids[0].start, reading_aids[0].start, run)]
    return put_inside(data, whole, run)


def _height(text: str) -> int:
    """Return how many rows of a sheet a text takes in a box."""
    lines = sum(1 + len(line) // WIDE for line in text.split("\n"))
    return max(LEAST_ROWS, min(MOST_ROWS, round(lines * LINE) + 1))


def _roomier(anchor: re.Match[str], text: str) -> str:
    """Return the place of a box with room for a further text below."""
    numbers = [n.strip() for n in anchor[2].split(",")]
    if len(numbers) != 8 or not all(n.isdigit() for n in numbers):  # noqa: PLR2004 - four corners, each a cell and an offset
        return anchor[0]
    top, bottom = int(numbers[2]), int(numbers[6])
    numbers[6] = str(max(bottom, min(bottom + _height(text), top + 2 * MOST_ROWS)))
    return f"{anchor[1]}{', '.join(numbers)}{anchor[3]}"


_TYPE = (
    f'<v:shapetype xmlns:v="{_V}" xmlns:o="{_O}" id="_x0000_t202" coordsize="21600,21600" o:spt="202" '
    'path="m,l,21600r21600,l21600,xe"><v:stroke joinstyle="miter"/>'
    '<v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>'
)


def _shape(number: int, cell: str, text: str) -> str:
    """Return the box of a comment, beside its cell, shown when the cell is pointed at."""
    row, column = position(cell) or (1, 1)
    top = max(0, row - 2)
    anchor = f"{column}, 15, {top}, 2, {column + COLUMNS}, 15, {top + _height(text)}, 4"
    return (
        f'<v:shape xmlns:v="{_V}" xmlns:o="{_O}" xmlns:x="{_X}" id="_x0000_s{number}" type="#_x0000_t202" '
        f'style="position:absolute;margin-left:80pt;margin-top:2pt;width:220pt;height:{_height(text) * 15}pt;'
        f'z-index:{number - 1024};visibility:hidden" fillcolor="#ffffe1" o:insetmode="auto">'
        '<v:fill color2="#ffffe1"/><v:shadow on="t" color="black" obscured="t"/><v:path o:connecttype="none"/>'
        '<v:textbox style="mso-direction-alt:auto"><div style="text-align:left"></div></v:textbox>'
        '<x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/>'
        f"<x:Anchor>{anchor}</x:Anchor><x:AutoFill>False</x:AutoFill>"
        f"<x:Row>{row - 1}</x:Row><x:Column>{column - 1}</x:Column></x:ClientData></v:shape>"
    )
