"""The styles of a workbook, with further ones made of those that are there: the same cell, with another background."""

from collections.abc import Mapping

from junheng.report.ooxml.package import MAIN, Package
from junheng.report.ooxml.splice import Edit, elements, prefix_of, put_inside, retagged, spliced

_CONTENT = "application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"
_EMPTY = (
    f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<styleSheet xmlns="{MAIN}">'
    '<fonts count="1"><font><sz val="11"/><name val="Calibri"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>'
    '</fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/></cellXfs></styleSheet>'
)
WRAPPED = ' wrapText="1"'


class Styles:
    """The styles of one workbook. Styles are numbered as cells name them; new ones come after those that are there."""

    def __init__(self, package: Package, workbook: str) -> None:
        self.package = package
        self.part = next((r.target for r in package.relations(workbook) if r.kind == "styles"), "")
        if self.part not in package:
            self.part = package.free("xl/styles{}.xml")
            package.write(self.part, _EMPTY.encode())
            package.relate(workbook, "styles", self.part)
            package.declare(self.part, _CONTENT)
        self.data = package.read(self.part)
        found = elements(self.data, lambda _, __, depth: depth <= 2)  # noqa: PLR2004 - the lists and their entries
        self.prefix = prefix_of(self.data, found[0])
        self.lists = {e.name: e for e in found if e.depth == 1}
        self.entries: dict[str, list[bytes]] = {
            name: [self.data[e.start : e.end] for e in found if e.depth == 2 and e.within(whole)]  # noqa: PLR2004
            for name, whole in self.lists.items()
            if name in ("fonts", "fills", "cellXfs")
        }
        self.counts = {name: len(entries) for name, entries in self.entries.items()}
        self.made: dict[tuple[object, ...], int] = {}

    def _add(self, name: str, entry: str) -> int:
        key = (name, entry)
        if key not in self.made:
            self.made[key] = len(self.entries[name])
            self.entries[name].append(entry.encode())
        return self.made[key]

    def fill(self, colour: str) -> int:
        """Return the number of a plain background, such as FFC7CE."""
        p = self.prefix
        return self._add(
            "fills",
            f'<{p}fill><{p}patternFill patternType="solid"><{p}fgColor rgb="FF{colour}"/>'
            f'<{p}bgColor indexed="64"/></{p}patternFill></{p}fill>',
        )

    def filled_with(self, style: int, colours: Mapping[str, object]) -> bool:
        """Say whether a style has one of some plain backgrounds."""
        fill = self._attribute(style, "fillId")
        entry = self.entries["fills"][fill] if 0 <= fill < len(self.entries["fills"]) else b""
        return b"solid" in entry and any(f"FF{colour}".encode() in entry.upper() for colour in colours)

    def _attribute(self, style: int, name: str) -> int:
        entry = self._entry(style)
        value = elements(entry)[0].attributes.get(name, "0") if entry else "0"
        return int(value) if value.isdigit() else 0

    def _entry(self, style: int) -> bytes:
        entries = self.entries["cellXfs"]
        return entries[style] if 0 <= style < len(entries) else entries[0]

    def shaded(self, style: int, colour: str | None) -> int:
        """Return the style that is like another but for its background; None takes the background away."""
        key = ("shaded", style, colour)
        if key not in self.made:
            fill = 0 if colour is None else self.fill(colour)
            entry = self._entry(style)
            first = elements(entry)[0]
            tag = retagged(entry[first.start : first.inner], {"fillId": str(fill), "applyFill": "1"})
            self.entries["cellXfs"].append(tag + entry[first.inner :])
            self.made[key] = len(self.entries["cellXfs"]) - 1
        return self.made[key]

    def plain(self, *, bold: bool = False, link: bool = False, wrapped: bool = True, size: int = 11) -> int:
        """Return a style for text of our own."""
        p = self.prefix
        signs = (f"<{p}b/>" if bold else "") + (f"<{p}u/>" if link else "")
        colour = f'<{p}color rgb="FF0563C1"/>' if link else ""
        font = f'<{p}font>{signs}<{p}sz val="{size}"/>{colour}<{p}name val="宋体"/></{p}font>'
        alignment = f'<{p}alignment vertical="top"{WRAPPED if wrapped else ""}/>'
        number = self._add("fonts", font)
        return self._add(
            "cellXfs",
            f'<{p}xf numFmtId="49" fontId="{number}" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" '
            f'applyFont="1" applyAlignment="1">{alignment}</{p}xf>',
        )

    def coloured(self, colour: str) -> int:
        """Return the style of text of our own on a background."""
        return self.shaded(self.plain(), colour)

    def save(self) -> None:
        """Put the further styles behind those that are there."""
        edits: list[Edit] = []
        for name, entries in self.entries.items():
            new = entries[self.counts[name] :]
            if new:
                edits += put_inside(self.data, self.lists[name], b"".join(new), {"count": str(len(entries))})
        if edits:
            self.package.write(self.part, spliced(self.data, edits))
