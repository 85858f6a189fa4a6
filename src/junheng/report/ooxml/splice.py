"""XML changed in place: elements are found with the bytes they span, new bytes are put between them."""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple
from xml.parsers import expat
from xml.sax.saxutils import escape as _escape

_TAG = re.compile(rb"<[^\s/>]+(?:\s+[^\s=/>]+\s*=\s*(?:\"[^\"]*\"|'[^']*'))*\s*(/?)>")
_ENCODING = re.compile(rb"^(?:\xef\xbb\xbf)?\s*<\?xml[^>]*encoding=[\"']([^\"']+)[\"']")
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


class UnreadablePart(Exception):  # noqa: N818 - it names what the part is
    """A part that cannot be changed in place: not well-formed, not UTF-8, or with a document type of its own."""


class Element(NamedTuple):
    """One element and its bytes: `start` and `inner` enclose its first tag, `close` and `end` its last.

    Of an empty element written as one tag `close` is `inner`. `name` is without prefix, `attributes` as written.
    """

    name: str
    attributes: Mapping[str, str]
    depth: int
    start: int
    inner: int
    close: int
    end: int

    def within(self, other: "Element") -> bool:
        """Say whether it stands inside another element."""
        return other.inner <= self.start and self.end <= other.close


Edit = tuple[int, int, bytes]
"""Bytes to replace, from and to, and what with; where both are the same, it is put between."""


_NUMBERED = re.compile(rb"&#(?:x([0-9a-fA-F]+)|([0-9]+));")
_ASCII = re.compile(rb"(<\?xml[^>]*encoding=[\"'])(?:us-)?ascii", re.IGNORECASE)


def in_utf8(data: bytes) -> bytes:
    """Return a part that says it is ASCII as UTF-8, which it is too, so that other text can be put into it."""
    return _ASCII.sub(rb"\1UTF-8", data, count=1)


def spelled(data: bytes) -> bytes:
    """Return a part with what is not ASCII as itself: some programs write every such character as a number.

    >>> spelled("<t>&#x5747;&#34913;&#10;&amp;</t>".encode()).decode()
    '<t>均衡&#10;&amp;</t>'
    """

    def character(match: re.Match[bytes]) -> bytes:
        number = int(match[1], 16) if match[1] else int(match[2])
        usual = 0x80 <= number <= 0x10FFFF and not 0xD800 <= number <= 0xDFFF  # noqa: PLR2004 - beyond ASCII, in Unicode
        return chr(number).encode() if usual else match[0]

    return _NUMBERED.sub(character, data)


def local(name: str) -> str:
    """Return a name without its prefix."""
    return name.rpartition(":")[2]


def elements(data: bytes, keep: Callable[[str, Mapping[str, str], int], bool] | None = None) -> list[Element]:
    """Return the elements of a part in the order of their first tags, the root first: all, or those to `keep`.

    Raise UnreadablePart where it is not well-formed, not UTF-8, or declares a document type.
    """
    encoding = _ENCODING.match(data)
    if data[:2] in (b"\xff\xfe", b"\xfe\xff") or (encoding and encoding[1].lower() not in (b"utf-8", b"us-ascii")):
        raise UnreadablePart("UTF-16" if encoding is None else encoding[1].decode("ascii", "replace"))
    parser = expat.ParserCreate()
    found: list[Element | None] = []
    opened: list[tuple[int, Element] | None] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        depth = len(opened)
        if keep is not None and depth and not keep(local(name) if ":" in name else name, attributes, depth):
            opened.append(None)
            return
        at = parser.CurrentByteIndex
        tag = _TAG.match(data, at)
        if tag is None:
            raise UnreadablePart(name)
        whole = tag.end() if tag[1] else -1
        opened.append((len(found), Element(local(name), attributes, depth, at, tag.end(), whole, whole)))
        found.append(None)

    def end(_: str) -> None:
        entry = opened.pop()
        if entry is None:
            return
        at, element = entry
        if element.end < 0:
            close = parser.CurrentByteIndex
            element = element._replace(close=close, end=data.index(b">", close) + 1)
        found[at] = element

    def doctype(*_: object) -> None:
        raise UnreadablePart("DOCTYPE")

    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.StartDoctypeDeclHandler = doctype
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        raise UnreadablePart(str(error)) from error
    return [element for element in found if element is not None]


def prefix_of(data: bytes, root: Element) -> str:
    """Return the prefix that a part's own elements carry, with its colon; blank where they carry none."""
    name = data[root.start + 1 : root.inner].split()[0].rstrip(b"/>").decode()
    return f"{name.rpartition(':')[0]}:" if ":" in name else ""


def retagged(tag: bytes, changes: Mapping[str, str]) -> bytes:
    """Return a first tag with other attributes; those that it has not are added."""
    for name, value in changes.items():
        written = f' {name}="{quoted(value)}"'.encode()
        pattern = re.compile(rb"\s" + name.encode() + rb"\s*=\s*(?:\"[^\"]*\"|'[^']*')")
        tag, count = pattern.subn(lambda _, text=written: text, tag, count=1)  # type: ignore[misc]
        if not count:
            end = len(tag) - (2 if tag.endswith(b"/>") else 1)
            tag = tag[:end].rstrip() + written + tag[end:]
    return tag


def opened(tag: bytes) -> bytes:
    """Return the first tag of an element that was written as one empty tag."""
    return tag[:-2].rstrip() + b">" if tag.endswith(b"/>") else tag


def put_inside(data: bytes, element: Element, text: bytes, changes: Mapping[str, str] | None = None) -> list[Edit]:
    """Return the edits that put text at the end of an element, and change attributes of it."""
    tag = data[element.start : element.inner]
    new = retagged(tag, changes or {})
    if element.close == element.inner == element.end:  # one empty tag
        name = tag[1:-2].split()[0]
        return [(element.start, element.end, opened(new) + text + b"</" + name + b">")]
    return [(element.start, element.inner, new), (element.close, element.close, text)]


def spliced(data: bytes, edits: Iterable[Edit]) -> bytes:
    """Return bytes with edits made; those at one place in the order given.

    >>> spliced(b"abcd", [(3, 3, b"-"), (0, 1, b"A"), (3, 3, b"+")])
    b'Abc-+d'
    """
    pieces, at = [], 0
    for start, end, text in sorted(edits, key=lambda edit: edit[:2]):
        pieces += [data[at:start], text]
        at = end
    return b"".join([*pieces, data[at:]])


def quoted(text: str) -> str:
    """Return text as it stands in an element or an attribute; signs that XML cannot hold become blanks.

    >>> quoted('<a href="x">&')
    '&lt;a href=&quot;x&quot;&gt;&amp;'
    """
    return _escape(_ILLEGAL.sub(" ", text), {'"': "&quot;", "\r": " "})
