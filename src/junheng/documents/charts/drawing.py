"""Charts are drawn: as SVG, whose text stays text, and as PNG.

Names of schools never reach the language that charts are described in. Every text of a table, and every text that is not
plain ASCII, is drawn as a placeholder of about its width and put in its place afterwards, escaped. To measure a Chinese
label takes 13 ms, a placeholder 2 ms (measured), and a county has hundreds.
"""

import json
import re
import unicodedata
from functools import cache
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

from junheng import kinds
from junheng.documents.charts.style import CONFIG, FONT_STACK, FONTS
from junheng.problems import Place, Problem, Unusable

if TYPE_CHECKING:
    import altair as alt

_SVG = "http://www.w3.org/2000/svg"
_PLACEHOLDER = re.compile(r"~(\d+)_*")
_PLAIN = re.compile(r"\w+|#[0-9a-f]{6}", re.ASCII)  # a name, a year, a colour
_REFERENCE = re.compile(r"url\(#([^)]+)\)")
_EMPTY_PATHS = ("", "M0,0h0v0h0Z")
_DROPPED = ("opacity", "style", "role", "aria-roledescription", "aria-hidden", "font-family", "pointer-events")
SCALE = 2.0
DIGIT, TILDE, UNDERLINE, NARROW = 0.62, 0.8, 0.52, 0.58  # widths, in the height of the font


def printable(text: str) -> str:
    """Return a text without characters that no XML may hold."""
    return "".join(c if c.isprintable() else " " for c in text)


class _Placeholders:
    """The texts of one chart, each with its placeholder."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.known: dict[str, str] = {}

    def of(self, text: str) -> str:
        """Return the placeholder of a text; line by line where it has several."""
        return "\n".join(self._line(line) for line in text.split("\n"))

    def _line(self, text: str) -> str:
        if text not in self.known:
            number = str(len(self.texts))
            wide = sum(1 if unicodedata.east_asian_width(c) in "WFA" else NARROW for c in text)
            rest = wide - TILDE - DIGIT * len(number)
            self.texts.append(printable(text))
            self.known[text] = f"~{number}{'_' * max(0, round(rest / UNDERLINE))}"
        return self.known[text]

    def restore(self, text: str) -> str:
        """Return a text with every placeholder replaced by what it stands for."""
        return _PLACEHOLDER.sub(lambda found: self.texts[int(found[1])], text)

    def _rows(self, datasets: dict[str, str]) -> dict[str, Any]:
        """Return the tables of a chart, each of which stands in it as one text."""
        return {name: self.hide(json.loads(rows), table=True) for name, rows in datasets.items()}

    def hide(self, spec: Any, *, table: bool = False) -> Any:  # noqa: ANN401 - JSON
        """Return a description with placeholders; of a `table`, or the domain of a scale, every text but plain words."""
        if isinstance(spec, dict):
            return {
                key: self._rows(part) if key == "datasets" else self.hide(part, table=table or key == "domain")
                for key, part in spec.items()
            }
        if isinstance(spec, list):
            return [self.hide(part, table=table) for part in spec]
        if not isinstance(spec, str):
            return spec
        replaced = not _PLAIN.fullmatch(spec) if table else not spec.isascii()
        return self.of(spec) if spec and replaced else spec


def _vl_convert() -> Any:  # noqa: ANN401 - a module without types
    try:
        import vl_convert
    except ImportError as error:
        raise Unusable([kinds.DOCUMENTS_EXTRA.at(Place("vl-convert-python"), found="vl-convert-python")]) from error
    return vl_convert


def title_of(chart: "alt.TopLevelMixin") -> str:
    """Return the title of a chart."""
    title = chart.title  # type: ignore[attr-defined]
    return str(title["text"] if isinstance(title, dict) else title)


def svg(chart: "alt.TopLevelMixin", prefix: str = "chart") -> str:
    """Return a chart as SVG: text as text, a tooltip on every mark, no style attribute.

    `prefix` keeps the ids of several charts on one page apart.
    """
    placeholders = _Placeholders()
    spec = placeholders.hide(chart.to_dict(validate=False))
    spec["config"] = {**spec.get("config", {}), **CONFIG}
    drawn = ET.fromstring(_vl_convert().vegalite_to_svg(spec))
    _tidy(drawn, placeholders, prefix)
    drawn.set("role", "img")
    drawn.set("aria-label", printable(title_of(chart)))
    drawn.set("font-family", FONT_STACK)
    ET.register_namespace("", _SVG)
    return ET.tostring(drawn, encoding="unicode")


def _tidy(drawn: ET.Element, placeholders: _Placeholders, prefix: str) -> None:
    """Put the texts in, make tooltips of labels, drop what draws nothing, and keep ids apart."""
    for element in list(drawn.iter()):  # not the tooltips that are added, which have their texts already
        for child in list(element):
            if child.tag == f"{{{_SVG}}}path" and child.get("d", "") in _EMPTY_PATHS:
                element.remove(child)
        label = element.attrib.pop("aria-label", None)
        of_mark = element.get("aria-roledescription") and not element.tag.endswith("}g")
        for name in _DROPPED:
            if name != "opacity" or element.get(name) == "1":
                element.attrib.pop(name, None)
        for name, value in list(element.attrib.items()):
            if name == "id":
                element.set(name, f"{prefix}-{value}")
            elif "url(#" in value:
                element.set(name, _REFERENCE.sub(rf"url(#{prefix}-\1)", value))
        if element.text:
            element.text = placeholders.restore(element.text)
        if label and of_mark:
            title = ET.Element(f"{{{_SVG}}}title")
            title.text = placeholders.restore(label)
            element.insert(0, title)


def png(chart: "alt.TopLevelMixin", scale: float = SCALE) -> bytes:
    """Return a chart as PNG, `scale` pixels to the point of 1/96 inch.

    Raise Unusable where no font with Chinese characters is there: boxes are worse than no picture.
    """
    if chinese_font() is None:
        raise Unusable(font_problems())
    return picture(svg(chart), scale)


def picture(drawn: str, scale: float = SCALE) -> bytes:
    """Return an SVG of ours as PNG."""
    made: bytes = _vl_convert().svg_to_png(drawn, scale=scale)
    return made


@cache
def chinese_font() -> str | None:
    """Return the first font with Chinese characters that pictures can be drawn with; None where there is none."""
    draw = _vl_convert().svg_to_png

    def drawn(text: str, font: str) -> bytes:
        style = f'font-size="16" font-family="{font}"'
        head = f'<svg xmlns="{_SVG}" width="24" height="24">'
        made: bytes = draw(f'{head}<text y="18" {style}>{text}</text></svg>')
        return made

    for font in FONTS:
        # a font without them draws nothing, or the same box for both
        if len({drawn(text, font) for text in ("县", "校", " ")}) == len("县校 "):
            return font
    return None


def font_problems() -> list[Problem]:
    """Return a warning where pictures cannot be drawn for want of a Chinese font; nothing where they can."""
    return [] if chinese_font() else [kinds.NO_CHINESE_FONT.at(Place("PNG"))]
