"""The parts of an .xlsx file, how they relate, and the file written again with some of them changed."""

import posixpath
import re
import shutil
import zipfile
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote

from junheng.report.ooxml.splice import UnreadablePart, elements, in_utf8, prefix_of, put_inside, quoted, spliced

TYPES = "[Content_Types].xml"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_DECLARED = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


class Relation(NamedTuple):
    """What one part says of another: its id, the last word of its type, the whole type, and the part."""

    id: str
    kind: str
    type: str
    target: str


class Package:
    """The parts of one file; what is written is kept aside until the file is saved elsewhere."""

    def __init__(self, path: Path) -> None:
        self.path = path
        with zipfile.ZipFile(path) as archive:
            self.names = archive.namelist()
        self._actual = {name.lower(): name for name in self.names}
        self._written: dict[str, bytes] = {}
        self._removed: set[str] = set()

    def __contains__(self, part: str) -> bool:
        return (part in self._written or part.lower() in self._actual) and part not in self._removed

    def read(self, part: str) -> bytes:
        """Return the bytes of a part, as they will be written; raise UnreadablePart where it is not there."""
        actual = self._actual.get(part.lower(), part)
        if actual in self._written:
            return self._written[actual]
        if part not in self:
            raise UnreadablePart(part)
        with zipfile.ZipFile(self.path) as archive:
            return in_utf8(archive.read(actual))

    def write(self, part: str, data: bytes) -> None:
        """Keep a part to be written."""
        actual = self._actual.get(part.lower(), part)
        self._removed.discard(actual)
        self._written[actual] = data

    def remove(self, part: str) -> None:
        """Leave a part out."""
        actual = self._actual.get(part.lower(), part)
        self._written.pop(actual, None)
        self._removed.add(actual)

    def free(self, pattern: str) -> str:
        """Return a name for a new part; `{}` of the pattern is a number that is not in use."""
        at = 1
        while pattern.format(at) in self:
            at += 1
        return pattern.format(at)

    def relations(self, part: str) -> list[Relation]:
        """Return what a part relates to inside the file; "" stands for the file itself."""
        name = _relations_of(part)
        if name not in self:
            return []
        return [
            Relation(
                e.attributes.get("Id", ""),
                e.attributes.get("Type", "").rpartition("/")[2],
                e.attributes.get("Type", ""),
                posixpath.normpath(posixpath.join("/", posixpath.dirname(part), unquote(e.attributes["Target"])))[1:],
            )
            for e in elements(self.read(name))
            if e.name == "Relationship" and e.attributes.get("TargetMode") != "External" and "Target" in e.attributes
        ]

    def relate(self, part: str, kind: str, target: str) -> str:
        """Say that a part relates to another by a type whose last word is `kind`; return the id of that."""
        name = _relations_of(part)
        if name not in self:
            self.write(name, _DECLARED + f'<Relationships xmlns="{_RELATIONS}"></Relationships>'.encode())
        data = self.read(name)
        found = elements(data)
        root = found[0]
        taken = {e.attributes.get("Id") for e in found}
        at = 1
        while f"rId{at}" in taken:
            at += 1
        known = [e.attributes["Type"] for e in found if e.attributes.get("Type", "").startswith("http")]
        base = next((t.rpartition("/")[0] for t in known if "/officeDocument/" in t), OFFICE)
        entry = (
            f'<{prefix_of(data, root)}Relationship Id="rId{at}" Type="{base}/{kind}" Target="/{quoted(target)}"/>'
        ).encode()
        self.write(name, spliced(data, put_inside(data, root, entry)))
        return f"rId{at}"

    def drop_relations(self, part: str) -> None:
        """Leave out what a part says of others."""
        if _relations_of(part) in self:
            self.remove(_relations_of(part))

    def declare(self, part: str, content: str, *, extension: str | None = None) -> None:
        """Say what a new part holds; with `extension` what every part of that ending does, where nothing is said."""
        data = self.read(TYPES)
        found = elements(data)
        prefix = prefix_of(data, found[0])
        if extension is not None:
            if any(e.attributes.get("Extension", "").lower() == extension for e in found):
                return
            entry = f'<{prefix}Default Extension="{extension}" ContentType="{content}"/>'
            self.write(TYPES, spliced(data, [(found[0].inner, found[0].inner, entry.encode())]))
            return
        if any(e.attributes.get("PartName", "").lower() == f"/{part}".lower() for e in found):
            return
        entry = f'<{prefix}Override PartName="/{quoted(part)}" ContentType="{content}"/>'
        self.write(TYPES, spliced(data, put_inside(data, found[0], entry.encode())))

    def workbook(self) -> str:
        """Return the part that names the sheets; raise UnreadablePart where there is none in XML."""
        for relation in self.relations(""):
            if relation.kind == "officeDocument" and relation.target.endswith(".xml") and relation.target in self:
                return relation.target
        raise UnreadablePart("workbook.xml")

    def save(self, out: Path) -> None:
        """Write the file: every part that was not changed as it was, in the order it had."""
        with zipfile.ZipFile(self.path) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
            for info in source.infolist():
                if info.filename in self._removed or info.is_dir():
                    continue
                if info.filename in self._written:
                    target.writestr(_as(info), self._written[info.filename])
                    continue
                with source.open(info) as part, target.open(_as(info), "w", force_zip64=info.file_size > 1 << 30) as to:
                    shutil.copyfileobj(part, to, 1 << 20)
            for name in self._written.keys() - set(self.names):
                target.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), self._written[name], zipfile.ZIP_DEFLATED)


def _as(info: zipfile.ZipInfo) -> zipfile.ZipInfo:
    """Return the entry of an archive for another one: its name, date and way of packing."""
    new = zipfile.ZipInfo(info.filename, info.date_time)
    new.compress_type = zipfile.ZIP_STORED if info.compress_type == zipfile.ZIP_STORED else zipfile.ZIP_DEFLATED
    new.external_attr = info.external_attr
    return new


def _relations_of(part: str) -> str:
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{name}.rels")


_ADDRESS = re.compile(r"\$?([A-Z]{1,3})\$?(\d{1,7})")


def position(address: str) -> tuple[int, int] | None:
    """Return row and column of an address, counted from 1; None where it is none.

    >>> position("C5"), position("AA10"), position("5")
    ((5, 3), (10, 27), None)
    """
    match = _ADDRESS.fullmatch(address.upper())
    if match is None:
        return None
    column = 0
    for sign in match[1]:
        column = column * 26 + ord(sign) - 64
    return int(match[2]), column
