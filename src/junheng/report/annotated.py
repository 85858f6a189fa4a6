"""The clerk's own workbook handed back: faulty cells shaded and commented, and a list that leads to each of them.

Parts of the file are changed in place. What is not ours stays as it was, byte for byte: values, formulas, formats,
drop-downs, charts, pictures, pivot tables.
"""

import struct
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from junheng import kinds
from junheng.problems import Place, Problem, Severity, Unusable
from junheng.report.ooxml.comments import Comments
from junheng.report.ooxml.listing import Entry, SheetNamed, free_name, put_last, reference, sheet_xml, sheets_of
from junheng.report.ooxml.package import Package, position
from junheng.report.ooxml.sheet import SheetPart, shaded
from junheng.report.ooxml.splice import UnreadablePart, spelled
from junheng.report.ooxml.styles import Styles
from junheng.report.write import replacing
from junheng.system import reason
from junheng.text import Lang, Text
from junheng.workbook.handed_back import LIST, MARK

COLOURS: Mapping[
    Severity | None, str
] = {  # by weight, the heaviest first; None: the figure is sound and misses its bar
    Severity.ERROR: "FFC7CE",
    Severity.WARNING: "FFEB9C",
    None: "BDD7EE",
}
WEIGHTS: Mapping[Severity | None, Text] = {
    Severity.ERROR: Text("错误", "error"),
    Severity.WARNING: Text("提醒", "warning"),
    None: Text("未达标", "not met"),
    Severity.NOTE: Text("说明", "note"),
}
HEADINGS = (
    Text("序号", "No."),
    Text("工作表", "Sheet"),
    Text("位置", "Cell"),
    Text("类别", "Kind"),
    Text("代码", "Code"),
    Text("所涉学校", "Concerns"),
    Text("情况", "What was found"),
    Text("怎么办", "What to do"),
)
WIDTHS = (6.0, 16.0, 10.0, 9.0, 24.0, 24.0, 60.0, 36.0)
HEAD_ROWS = 3
_ZIP = b"PK\x03\x04"
_BROKEN = (  # what the readers of archives and of XML raise over damaged files
    *(UnreadablePart, zipfile.BadZipFile, zlib.error, struct.error),
    *(LookupError, ValueError, StopIteration, EOFError, RuntimeError),
)


class Remark(NamedTuple):
    """What is to be said of one cell, of a sheet, or of the whole file.

    `severity` None: the figure is sound and misses its bar. `code` and `school` name the rule and whom it concerns,
    `hint` what to do.
    """

    cell: Place
    severity: Severity | None
    text: str
    hint: str = ""
    code: str = ""
    school: str = ""

    @classmethod
    def of(cls, problem: Problem, lang: Lang, school: str = "") -> "Remark":
        """Return the remark that a problem is."""
        message, hint = problem.message(lang), problem.hint(lang)
        return cls(problem.place, problem.severity, message, hint, problem.kind.code, school)


def refusal(source: Path, out: Path) -> Problem | None:
    """Return why a workbook cannot be handed back at a place; None where it can."""
    place = Place(str(source))
    if out.suffix.lower() != ".xlsx":
        return kinds.FORMAT_UNKNOWN.at(Place(str(out)), found=out.suffix or "—", known=".xlsx")
    try:
        if out.exists() and out.samefile(source):
            return kinds.ANNOTATED_OVER_SOURCE.at(Place(str(out)))
        if out.exists() and not out.is_dir() and not handed_back(out):
            return kinds.ALREADY_THERE.at(Place(str(out)))
        with source.open("rb") as file:
            packed = file.read(4) == _ZIP
        if packed:
            Package(source).workbook()
    except OSError as error:
        return kinds.FILE_DAMAGED.at(place, found=reason(error))
    except _BROKEN:
        packed = False
    if packed or source.suffix.lower() == ".xlsx":
        return None  # what else may be wrong with it its reader says best
    return kinds.ANNOTATED_NOT_XLSX.at(place, suffix=source.suffix)


def handed_back(file: Path) -> bool:
    """Say whether a file is a copy that an earlier run made."""
    try:
        package = Package(file)
        return _earlier_list(package, sheets_of(package, package.workbook())) is not None
    except (*_BROKEN, OSError):
        return False


def annotate(source: Path, out: Path, remarks: Sequence[Remark], lang: Lang) -> list[Problem]:
    """Write a copy of an .xlsx with remarks at its cells, and return what the copy could not keep or show.

    The source is never written to; `out` is whole or as it was before. What an earlier run remarked is replaced.
    Raise Unusable where the copy cannot be made.
    """
    refused = refusal(source, out)
    if refused is not None:
        raise Unusable([refused])
    try:
        package = Package(source)
        problems = _annotated(package, remarks, lang)
        with replacing(out) as beside:
            package.save(beside)
    except _BROKEN as error:
        found = str(error)[:80] or type(error).__name__
        raise Unusable([kinds.ANNOTATED_UNREADABLE.at(Place(str(source)), found=found)]) from error
    return problems


def _annotated(package: Package, remarks: Sequence[Remark], lang: Lang) -> list[Problem]:
    workbook = package.workbook()
    styles = Styles(package, workbook)
    shown = package.path.name
    named = sheets_of(package, workbook)
    listed = _earlier_list(package, named)
    earlier = listed is not None
    title = free_name(LIST.say(lang), [sheet.name for sheet in named]) if listed is None else listed
    problems = []
    if any(name.lower().startswith("_xmlsignatures/") for name in package.names):
        problems.append(kinds.SIGNATURE_BROKEN.at(Place(shown)))
    placed: list[tuple[Remark, str | None]] = []
    sheets = {sheet.name: sheet for sheet in named}
    for name in [sheet.name for sheet in named if sheet.cells and sheet.name != title]:
        here = [r for r in remarks if r.cell.sheet == name]
        spots = _spots(here)
        if not here and not earlier:
            continue
        threaded = _on_sheet(package, sheets[name], spots, styles, title, lang)
        problems += [kinds.COMMENT_THREADED.at(Place(shown, name, cell)) for cell in threaded]
    for remark in remarks:
        sheet = remark.cell.sheet
        cell = remark.cell.cell if remark.cell.cell and position(remark.cell.cell) else None
        placed.append((remark, None if sheet not in sheets else reference(sheet, cell or "A1")))
    put_last(package, workbook, title, _list(placed, styles, package.path.name, lang))
    styles.save()
    return problems


def _earlier_list(package: Package, named: Sequence[SheetNamed]) -> str | None:
    """Return the name of the list that an earlier run put there; None where there is none."""
    for sheet in named:
        if sheet.cells and sheet.name.startswith(LIST) and sheet.part in package:
            data = package.read(sheet.part)
            texts = data if b"inlineStr" in data else data + _shared(package)
            if MARK.encode() in spelled(texts):
                return sheet.name
    return None


def _shared(package: Package) -> bytes:
    """Return the texts that the sheets of a workbook share; nothing where there are none."""
    return package.read("xl/sharedStrings.xml") if "xl/sharedStrings.xml" in package else b""


def _spots(remarks: Sequence[Remark]) -> dict[str, list[Remark]]:
    """Return remarks by their cell, in the order of the sheet."""
    found: dict[str, list[Remark]] = {}
    for remark in remarks:
        cell = remark.cell.cell
        if cell is not None and position(cell) is not None and remark.severity is not Severity.NOTE:
            found.setdefault(cell, []).append(remark)
    return dict(sorted(found.items(), key=lambda entry: position(entry[0]) or (0, 0)))


def _on_sheet(
    package: Package,
    named: SheetNamed,
    spots: Mapping[str, Sequence[Remark]],
    styles: Styles,
    title: str,
    lang: Lang,
) -> list[str]:
    """Shade and comment the cells of one sheet; return those that have a discussion, which a comment cannot join."""
    sheet = SheetPart(package, named.part, list(spots))
    comments = Comments(package, named.part, sheet.drawing, MARK)
    earlier = comments.earlier()
    seen: dict[str, list[Remark]] = {}
    for cell, remarks in spots.items():
        seen.setdefault(sheet.shown_in(cell), []).extend(remarks)
    if not sheet.looks_at([*seen, *earlier]):
        sheet = SheetPart(package, named.part, [*seen, *earlier])
    # what an earlier run shaded and is sound now
    colours: dict[str, str | None] = {
        cell: None
        for cell in earlier - seen.keys()
        if styles.filled_with(sheet.style(cell), dict.fromkeys(COLOURS.values()))
    }
    order = list(COLOURS)
    for cell, remarks in seen.items():
        colours[cell] = COLOURS[min((r.severity for r in remarks), key=order.index)]
    edits = shaded(sheet, styles, colours)
    back = sheet.shown_in("A1")
    texts = {cell: _comment(remarks, title, lang) for cell, remarks in seen.items()}
    drawing = comments.put(texts)
    if seen:
        tip = Text("回到问题清单", "back to the list of problems")
        edits += sheet.linked(back, reference(title, "A1"), tip.say(lang))
    if drawing is not None:
        edits += sheet.drawn(drawing)
    sheet.save(edits)
    return sorted(comments.threaded & seen.keys())


def _comment(remarks: Sequence[Remark], title: str, lang: Lang) -> str:
    """Return the comment of a cell: every remark with what to do."""
    lines = [MARK]
    for remark in dict.fromkeys(remarks):
        head = " ".join(part for part in (remark.code, WEIGHTS[remark.severity].say(lang)) if part)
        lines.append(f"{head}{'：' if lang == 'zh' else ': '}{remark.text}")
        lines += [f"{'→' if remark.hint else ''}{remark.hint}"] if remark.hint else []
    lines.append(
        f"（详见工作表“{title}”，点 A1 可到）" if lang == "zh" else f"(see the sheet “{title}”; A1 leads there)"
    )
    return "\n".join(lines)


def _list(placed: Sequence[tuple[Remark, str | None]], styles: Styles, name: str, lang: Lang) -> bytes:
    """Return the sheet of the list: every remark, the heaviest first, each with a link to its cell."""
    text, head, link = styles.plain(), styles.plain(bold=True), styles.plain(link=True, wrapped=False)
    large, line = styles.plain(bold=True, wrapped=False, size=14), styles.plain(wrapped=False)
    weights = list(WEIGHTS)
    counts = {weight: sum(r.severity is weight for r, _ in placed) for weight in weights}
    said = "、" if lang == "zh" else ", "
    summary = said.join(f"{WEIGHTS[w].say(lang)} {n}" for w, n in counts.items() if n)
    if not placed:
        summary = "没有发现问题" if lang == "zh" else "nothing was found"
    guide = Text(
        "点“位置”到该格；在各表点 A1 回到这里。改好后删去批注和底色，或再核查一次由程序更新。",
        "“Cell” leads to the cell, A1 of each sheet back here. Run the check again to renew the marks.",
    )
    rows: list[list[Entry]] = [
        [Entry(f"{MARK} {name}{'：' if lang == 'zh' else ': '}{summary}", large)],
        [Entry(guide.say(lang), line)],
        [Entry(heading.say(lang), head) for heading in HEADINGS],
    ]
    ordered = sorted(placed, key=lambda entry: (weights.index(entry[0].severity), *_order(entry[0].cell)))
    for number, (remark, to) in enumerate(ordered, 1):
        colour = COLOURS.get(remark.severity)
        cell = remark.cell.cell or ("—" if to is None else "A1")
        rows.append(
            [
                Entry(str(number), text),
                Entry(remark.cell.sheet or "", text),
                Entry(cell, link if to is not None else text, to),
                Entry(WEIGHTS[remark.severity].say(lang), text if colour is None else styles.coloured(colour)),
                Entry(remark.code, text),
                Entry(remark.school, text),
                Entry(remark.text, text),
                Entry(remark.hint, text),
            ]
        )
    return sheet_xml(rows, WIDTHS, HEAD_ROWS)


def _order(place: Place) -> tuple[str, int, int]:
    row, column = position(place.cell or "") or (0, 0)
    return place.sheet or "", row, column
