"""A sheet of text and links put behind the others of a workbook, or in place of one that an earlier run put there."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from rich.cells import cell_len

from junheng.report.ooxml.package import MAIN, Package
from junheng.report.ooxml.splice import UnreadablePart, elements, prefix_of, put_inside, quoted, spliced
from junheng.workbook.cells import letter

_CONTENT = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
LONGEST_NAME, LONGEST_TEXT = 31, 32000
LINE = 18.0  # points


class Entry(NamedTuple):
    """One cell of ours: its text, its style, and the place of the workbook that it leads to."""

    text: str
    style: int
    to: str | None = None


class SheetNamed(NamedTuple):
    """One sheet of a workbook: its name, its part, and whether it is a table of cells (not a chart)."""

    name: str
    part: str
    cells: bool


def sheets_of(package: Package, workbook: str) -> list[SheetNamed]:
    """Return the sheets of a workbook in their order."""
    relations = {r.id: r for r in package.relations(workbook)}
    found = []
    for element in elements(package.read(workbook)):
        if element.name != "sheet":
            continue
        id_ = next((v for k, v in element.attributes.items() if k.rpartition(":")[2] == "id" and ":" in k), "")
        relation = relations.get(id_)
        if relation is not None:
            found.append(SheetNamed(element.attributes["name"], relation.target, relation.kind == "worksheet"))
    return found


def reference(sheet: str, cell: str) -> str:
    """Return a place of a workbook as a link names it.

    >>> reference("It's", "C5")
    "'It''s'!C5"
    """
    doubled = sheet.replace("'", "''")
    return f"'{doubled}'!{cell}"


def free_name(wanted: str, taken: Sequence[str]) -> str:
    """Return a name for a sheet that no other has."""
    used = {name.casefold() for name in taken}
    name, at = wanted[:LONGEST_NAME], 2
    while name.casefold() in used:
        name = f"{wanted[: LONGEST_NAME - 4]} {at}"
        at += 1
    return name


def put_last(package: Package, workbook: str, name: str, text: bytes) -> None:
    """Put a sheet behind the others; in place of the one of that name where there is one."""
    old = next((s for s in sheets_of(package, workbook) if s.name == name), None)
    if old is not None:
        package.write(old.part, text)
        for relation in package.relations(old.part):
            if relation.kind != "printerSettings":
                package.remove(relation.target)
        package.drop_relations(old.part)
        return
    part = package.free("xl/worksheets/sheet{}.xml")
    package.write(part, text)
    package.declare(part, _CONTENT)
    id_ = package.relate(workbook, "worksheet", part)
    data = package.read(workbook)
    found = elements(data)
    listed = next((e for e in found if e.name == "sheets"), None)
    there = [e for e in found if e.name == "sheet"]
    if listed is None or not there:
        raise UnreadablePart("sheets")
    key = next(k for k in there[0].attributes if k.rpartition(":")[2] == "id" and ":" in k)
    number = 1 + max(int(e.attributes.get("sheetId", "0")) for e in there)
    declared = f"xmlns:{key.partition(':')[0]}"  # perhaps by each sheet on its own
    space = next(e.attributes[declared] for e in found if declared in e.attributes)
    names = f'name="{quoted(name)}" sheetId="{number}" {declared}="{quoted(space)}"'
    entry = f'<{prefix_of(data, found[0])}sheet {names} {key}="{id_}"/>'
    package.write(workbook, spliced(data, put_inside(data, listed, entry.encode())))


def sheet_xml(rows: Sequence[Sequence[Entry]], widths: Sequence[float], frozen: int) -> bytes:
    """Return the part of a sheet: rows of text, the first `frozen` of which stay in sight."""
    return "".join(_sheet(rows, widths, frozen)).encode()


def _lines(row: Sequence[Entry], widths: Sequence[float]) -> int:
    """Return how many lines the highest cell of a row takes."""
    wraps = [-(-cell_len(entry.text) // int(width - 1)) for entry, width in zip(row, widths, strict=True)]
    return max(1, *wraps)


def _sheet(rows: Sequence[Sequence[Entry]], widths: Sequence[float], frozen: int) -> Iterator[str]:
    yield f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<worksheet xmlns="{MAIN}">'
    yield '<sheetPr><pageSetUpPr fitToPage="1"/></sheetPr><sheetViews><sheetView workbookViewId="0">'
    yield f'<pane ySplit="{frozen}" topLeftCell="A{frozen + 1}" activePane="bottomLeft" state="frozen"/>'
    yield '</sheetView></sheetViews><sheetFormatPr defaultRowHeight="15"/><cols>'
    for at, width in enumerate(widths, 1):
        yield f'<col min="{at}" max="{at}" width="{width}" customWidth="1"/>'
    yield "</cols><sheetData>"
    for number, row in enumerate(rows, 1):
        height = LINE * (_lines(row, widths) if number > frozen else 1)
        yield f'<row r="{number}" ht="{height}" customHeight="1">'
        for column, entry in enumerate(row):
            text = quoted(entry.text[:LONGEST_TEXT])
            yield f'<c r="{letter(column)}{number}" s="{entry.style}" t="inlineStr">'
            yield f'<is><t xml:space="preserve">{text}</t></is></c>'
        yield "</row>"
    yield "</sheetData>"
    links = [
        f'<hyperlink ref="{letter(column)}{number}" location="{quoted(entry.to)}" display="{quoted(entry.text)}"/>'
        for number, row in enumerate(rows, 1)
        for column, entry in enumerate(row)
        if entry.to is not None
    ]
    yield f"<hyperlinks>{''.join(links)}</hyperlinks>" if links else ""
    yield '<pageMargins left="0.5" right="0.5" top="0.6" bottom="0.6" header="0.3" footer="0.3"/>'
    yield '<pageSetup paperSize="9" orientation="landscape" fitToWidth="1" fitToHeight="0"/></worksheet>'
