"""Ways to spoil a workbook or a csv: each takes the bytes of a good one and a source of chance, and returns a file."""

import csv
import io
import random
import re
import zipfile
import zlib
from collections.abc import Callable, Mapping
from typing import NamedTuple

ROWS, COLUMNS = 1_048_576, 16_384
HALF = 0.5  # of the files
_SHEET = re.compile(r"xl/worksheets/sheet\d+\.xml")
_CELL = re.compile(rb'<c r="[A-Z]+\d+"[^>]*?(?:/>|>.*?</c>)')
Parts = dict[str, bytes]


class Spoilt(NamedTuple):
    """A spoilt file and the ending of its name."""

    suffix: str
    content: bytes


def unpack(whole: bytes) -> Parts:
    """Return the parts of a workbook by name."""
    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def pack(parts: Parts) -> bytes:
    """Return a workbook of parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name, (2024, 1, 2, 8, 0, 0)), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _sheet_name(parts: Parts) -> str:
    return next(name for name in parts if _SHEET.fullmatch(name))


def _in_sheet(whole: bytes, edit: Callable[[bytes], bytes]) -> Spoilt:
    parts = unpack(whole)
    name = _sheet_name(parts)
    parts[name] = edit(parts[name])
    return Spoilt(".xlsx", pack(parts))


def _rows_added(whole: bytes, rows: bytes) -> Spoilt:
    return _in_sheet(whole, lambda text: text.replace(b"</sheetData>", rows + b"</sheetData>"))


def _cells_changed(
    whole: bytes, chance: random.Random, become: Callable[[bytes, bytes], bytes], share: float
) -> Spoilt:
    """Replace some cells: `become` gets the address and the old cell."""

    def change(match: re.Match[bytes]) -> bytes:
        address = match[0].split(b'"', 2)[1]
        return become(address, match[0]) if chance.random() < share else match[0]

    return _in_sheet(whole, lambda text: _CELL.sub(change, text))


# ------------------------------------------------------------------------------------------------------------- bytes


def bytes_flipped(whole: bytes, chance: random.Random) -> Spoilt:
    """Change single bytes of the file."""
    spoilt = bytearray(whole)
    for _ in range(chance.choice((1, 3, 10, 100))):
        spoilt[chance.randrange(len(spoilt))] ^= 1 << chance.randrange(8)
    return Spoilt(".xlsx", bytes(spoilt))


def truncated(whole: bytes, chance: random.Random) -> Spoilt:
    """Cut the file off."""
    return Spoilt(chance.choice((".xlsx", ".xls", ".xlsb", ".ods")), whole[: chance.randrange(len(whole))])


def piece_repeated(whole: bytes, chance: random.Random) -> Spoilt:
    """Put a piece of the file in a second place."""
    start, to = chance.randrange(len(whole)), chance.randrange(len(whole))
    return Spoilt(".xlsx", whole[:to] + whole[start : start + chance.randrange(2000)] + whole[to:])


def directory_lies(whole: bytes, chance: random.Random) -> Spoilt:
    """Let the directory of the archive state other sizes, offsets or methods."""
    spoilt = bytearray(whole)
    entries = [m.start() for m in re.finditer(b"PK\x01\x02", whole)]
    for entry in chance.sample(entries, min(2, len(entries))):
        at = entry + chance.choice((10, 16, 20, 24, 28, 42))
        spoilt[at : at + 4] = chance.choice((0, 1, 0xFFFF, 0xFFFFFFFF, chance.randrange(1 << 32))).to_bytes(4, "little")
    return Spoilt(".xlsx", bytes(spoilt))


# --------------------------------------------------------------------------------------------------------------- XML


def xml_bytes_flipped(whole: bytes, chance: random.Random) -> Spoilt:
    """Change single bytes of one part, inside a good archive."""
    parts = unpack(whole)
    name = chance.choice([name for name, content in parts.items() if content])
    content = bytearray(parts[name])
    for _ in range(chance.choice((1, 3, 10, 50))):
        content[chance.randrange(len(content))] = chance.randrange(256)
    parts[name] = bytes(content)
    return Spoilt(".xlsx", pack(parts))


def xml_cut(whole: bytes, chance: random.Random) -> Spoilt:
    """Take a piece out of one part."""
    parts = unpack(whole)
    name = chance.choice([name for name, content in parts.items() if content])
    start = chance.randrange(len(parts[name]))
    parts[name] = parts[name][:start] + parts[name][start + chance.randrange(1, 2000) :]
    return Spoilt(".xlsx", pack(parts))


def attributes_changed(whole: bytes, chance: random.Random) -> Spoilt:
    """Give attributes values that do not belong to them."""
    values = (
        b"",
        b"-1",
        b"99999999999999999999",
        b"A0",
        b"XFE1",
        b"ZZZZ1",
        b"A1:",
        b"s",
        b"d",
        b"e",
        b"\xff",
        b"&#0;",
        b"1e9",
    )

    def change(match: re.Match[bytes]) -> bytes:
        return match[1] + chance.choice(values) + b'"' if chance.random() < 0.05 else match[0]

    return _in_sheet(whole, lambda text: re.sub(rb'( (?:r|s|t|ref|min|max|ht|spans|sqref)=")[^"]*"', change, text))


def nested_deeply(whole: bytes, chance: random.Random) -> Spoilt:
    """Nest elements ten thousands deep, in a cell, in the sheet or in the strings."""
    depth = chance.choice((1_000, 100_000, 1_000_000))
    nest = b"<a>" * depth + (b"</a>" * depth if chance.random() < HALF else b"")
    where = chance.choice((b"<sheetData>", b"<is>", b"</row>", b"<sheetViews>"))
    return _in_sheet(whole, lambda text: text.replace(where, where + nest, 1))


def entities(whole: bytes, _: random.Random) -> Spoilt:
    """Declare entities that grow by ten at each level."""
    levels = b"".join(b'<!ENTITY e%d "%s">' % (at + 1, b"&e%d;" % at * 10) for at in range(12))
    declared = b'<?xml version="1.0"?><!DOCTYPE w [<!ENTITY e0 "x">' + levels + b"]>"
    return _in_sheet(whole, lambda text: declared + text.replace(b"<t>", b"<t>&e12;", 3))


def other_quotes(whole: bytes, _: random.Random) -> Spoilt:
    """Write attributes in single quotation marks, and elements with a prefix."""
    return _in_sheet(whole, lambda text: re.sub(rb'="([^"\']*)"', rb"='\1'", text))


def addresses_missing(whole: bytes, _: random.Random) -> Spoilt:
    """Leave cells and rows without their addresses."""
    return _in_sheet(whole, lambda text: re.sub(rb'(<(?:c|row)) r="[^"]*"', rb"\1", text))


# ------------------------------------------------------------------------------------------------- extents and bombs


def huge_dimension(whole: bytes, _: random.Random) -> Spoilt:
    """State the largest extent there is."""
    return _in_sheet(whole, lambda t: re.sub(rb'<dimension ref="[^"]*"', b'<dimension ref="A1:XFD1048576"', t))


def false_extent(whole: bytes, chance: random.Random) -> Spoilt:
    """State a small extent, and hold a cell far away."""
    row, column = chance.choice(((ROWS, b"XFD"), (ROWS, b"A"), (2, b"XFD"), (90_000, b"ZZ"), (ROWS, b"AA")))
    cell = b'<row r="%d"><c r="%s%d"><v>1</v></c></row>' % (row, column, row)
    return _rows_added(whole, cell)


def false_row(whole: bytes, chance: random.Random) -> Spoilt:
    """Hold a far cell that does not say where it stands."""
    cells = b"<c/>" * chance.choice((1, COLUMNS))
    return _rows_added(whole, b'<row r="%d">%s<c><v>1</v></c></row>' % (ROWS, cells))


def formats_to_the_end(whole: bytes, _: random.Random) -> Spoilt:
    """Format the last cell of the sheet, which holds nothing."""
    return _rows_added(whole, b'<row r="1048576"><c r="XFD1048576" s="1"/></row>')


def empty_rows(whole: bytes, chance: random.Random) -> Spoilt:
    """Add rows to the end of the sheet that hold nothing, a format, a blank or one figure."""
    inside = chance.choice(
        (b"", b'<c r="A%d" s="1"/>', b'<c r="C%d" t="inlineStr"><is><t> </t></is></c>', b'<c r="B%d"><v>1</v></c>')
    )
    rows = [b'<row r="%d">%s</row>' % (at, inside % at if inside else b"") for at in range(200, ROWS + 1)]
    return _rows_added(whole, b"".join(rows))


def many_columns(whole: bytes, chance: random.Random) -> Spoilt:
    """Add all columns there are to the first row, or to several."""
    names = [_letters(at) for at in range(40, COLUMNS)]
    kind = chance.choice((b'<c r="%s%d"><v>1</v></c>', b'<c r="%s%d" t="inlineStr"><is><t>x</t></is></c>'))
    rows = chance.choice((1, 2, 20))

    def add(match: re.Match[bytes]) -> bytes:
        row = int(match[1])
        return match[0][:-6] + b"".join(kind % (n, row) for n in names) + b"</row>" if row <= rows else match[0]

    return _in_sheet(whole, lambda text: re.sub(rb'<row r="(\d+)"[^>]*>.*?</row>', add, text, flags=re.DOTALL))


def _letters(column: int) -> bytes:
    letters = b""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = bytes((65 + rest,)) + letters
    return letters


def zip_bomb(whole: bytes, chance: random.Random) -> Spoilt:
    """Hold a part of up to ten gigabytes in ten megabytes, its true or a small size in the directory."""
    sheet = _sheet_name(unpack(whole))
    name = chance.choice((sheet, "xl/styles.xml", "xl/sharedStrings.xml", "docProps/app.xml", "xl/media/a.png"))
    megabytes = chance.choice((100, 700, 2_000, 10_000))
    return Spoilt(".xlsx", bomb(whole, name, megabytes, stated=chance.random() < HALF))


def bomb(whole: bytes, name: str, megabytes: int, *, stated: bool) -> bytes:
    """Return a workbook with one part of so many megabytes of blanks, whose size the directory states or not."""
    parts = unpack(whole)
    parts.pop(name, None)
    out = io.BytesIO(pack(parts))
    with zipfile.ZipFile(out, "a") as archive:
        part = zipfile.ZipInfo(name, (2024, 1, 2, 8, 0, 0))
        part.compress_type = zipfile.ZIP_DEFLATED
        packed = _packed_blanks(megabytes)
        part.CRC, part.compress_size = 0, len(packed)
        part.file_size = megabytes << 20 if stated else 1000
        part.header_offset = archive.start_dir
        archive.fp.seek(archive.start_dir)  # type: ignore[union-attr]
        archive.fp.write(part.FileHeader() + packed)  # type: ignore[union-attr]
        archive.start_dir = archive.fp.tell()  # type: ignore[union-attr]
        archive.filelist.append(part)
        archive.NameToInfo[name] = part
        archive._didModify = True  # type: ignore[attr-defined]
    return out.getvalue()


def _packed_blanks(megabytes: int) -> bytes:
    """Return so many megabytes of blanks after the beginning of a sheet, packed: one packed piece, many times over."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    start = packer.compress(b"<worksheet><sheetData>") + packer.flush(zlib.Z_FULL_FLUSH)
    piece = packer.compress(b" " * (1 << 20)) + packer.flush(zlib.Z_FULL_FLUSH)
    return start + piece * megabytes + packer.flush()


def string_bomb(whole: bytes, chance: random.Random) -> Spoilt:
    """Point to one long shared string from very many cells."""
    parts = unpack(whole)
    length, cells = chance.choice(((32_767, 100_000), (1_000_000, 20_000), (100, 200_000), (50_000_000, 50)))
    parts["xl/sharedStrings.xml"] = (
        b'<?xml version="1.0"?><sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>'
        + b"x" * length
        + b"</t></si></sst>"
    )
    _declare_strings(parts)
    rows = b"".join(b'<row r="%d"><c r="A%d" t="s"><v>0</v></c></row>' % (at, at) for at in range(200, 200 + cells))
    name = _sheet_name(parts)
    parts[name] = parts[name].replace(b"</sheetData>", rows + b"</sheetData>")
    return Spoilt(".xlsx", pack(parts))


def _declare_strings(parts: Parts) -> None:
    relation = (
        b'<Relationship Id="rId99" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings" '
        b'Target="sharedStrings.xml"/></Relationships>'
    )
    name = "xl/_rels/workbook.xml.rels"
    if b"sharedStrings" not in parts[name]:
        parts[name] = parts[name].replace(b"</Relationships>", relation)


def ods_bomb(_: bytes, chance: random.Random) -> Spoilt:
    """Repeat a cell over rows and columns without end in an .ods."""
    rows, columns, spaces = chance.choice(
        ((ROWS, COLUMNS, 1), (100, COLUMNS, 1), (1, 10**9, 1), (10, 3, 10**9), (50, 20, 5))
    )
    space = b'<text:s text:c="%d"/>' % spaces
    cell = b'<table:table-cell table:number-columns-repeated="%d" office:value-type="string"><text:p>x%s</text:p></table:table-cell>'
    row = b'<table:table-row table:number-rows-repeated="%d">' % rows + cell % (columns, space) + b"</table:table-row>"
    body = b'<table:table table:name="a">' + row + b"</table:table>"
    mimetype = b"application/vnd.oasis.opendocument.spreadsheet"
    manifest = b'<manifest:manifest xmlns:manifest="m"></manifest:manifest>'
    content = (
        b"<office:document-content><office:body><office:spreadsheet>"
        + body
        + b"</office:spreadsheet></office:body></office:document-content>"
    )
    return Spoilt(".ods", pack({"mimetype": mimetype, "META-INF/manifest.xml": manifest, "content.xml": content}))


# ------------------------------------------------------------------------------------------------------------- cells


def cells_swapped(whole: bytes, chance: random.Random) -> Spoilt:
    """Exchange the contents of cells."""

    def swap(text: bytes) -> bytes:
        found = _CELL.findall(text)
        bodies = [cell.split(b'"', 2)[2] for cell in found]
        chance.shuffle(bodies)
        fresh = iter(b'<c r="' + cell.split(b'"', 2)[1] + b'"' + body for cell, body in zip(found, bodies, strict=True))
        return _CELL.sub(lambda _: next(fresh), text)

    return _in_sheet(whole, swap)


def dates_as_numbers(whole: bytes, chance: random.Random) -> Spoilt:
    """Write dates, and serial numbers no date has, where numbers stand."""
    values = (b"45000", b"-1", b"2958466", b"1e308", b"-0", b"1e400", b"NaN", b"60", b"0.5")
    return _cells_changed(
        whole, chance, lambda at, _: b'<c r="%s" s="2"><v>%s</v></c>' % (at, chance.choice(values)), 0.2
    )


def error_cells(whole: bytes, chance: random.Random) -> Spoilt:
    """Write error values, known ones and others."""
    values = (b"#N/A", b"#DIV/0!", b"#REF!", b"#NAME?", b"#SPILL!", b"#FOO", b"")
    return _cells_changed(
        whole, chance, lambda at, _: b'<c r="%s" t="e"><v>%s</v></c>' % (at, chance.choice(values)), 0.1
    )


def formulas_without_results(whole: bytes, chance: random.Random) -> Spoilt:
    """Write formulas without a saved result, plain, shared and over an array."""
    forms = (
        b"<f>A1+B2</f>",
        b'<f t="shared" si="0"/>',
        b'<f t="array" ref="A1:B9">SUM(A1)</f>',
        b"<f>&lt;</f>",
        b"<f/>",
    )
    return _cells_changed(whole, chance, lambda at, _: b'<c r="%s">%s</c>' % (at, chance.choice(forms)), 0.2)


def formulas_below(whole: bytes, _: random.Random) -> Spoilt:
    """Write formulas without a saved result far below the table."""
    return _rows_added(whole, b'<row r="40000"><c r="A40000"><f>A2</f></c></row>')


def merged_everywhere(whole: bytes, chance: random.Random) -> Spoilt:
    """Merge cells everywhere, over each other and beyond the sheet."""
    areas = [b"A1:XFD1048576", b"B2:A1", b"A1", b"", b"ZZZZ9:A1"]
    areas += [b"A%d:C%d" % (at, at + chance.randrange(3)) for at in range(1, 2000)]
    merged = b"".join(b'<mergeCell ref="%s"/>' % area for area in chance.sample(areas, chance.randrange(1, len(areas))))
    return _in_sheet(
        whole, lambda t: t.replace(b"</sheetData>", b"</sheetData><mergeCells>" + merged + b"</mergeCells>")
    )


def text_without_end(whole: bytes, chance: random.Random) -> Spoilt:
    """Write very long texts, control signs and other scripts into cells."""
    texts = (
        "x" * 1_000_000,
        "\u202e名校",
        "=cmd|' /C calc'!A0",
        "_x0000_",
        "[red]名[/red]",
        "小学" * 20_000,
        "\U0001f600",
        "﷽" * 500,
    )

    def text_cell(at: bytes, _: bytes) -> bytes:
        return b'<c r="%s" t="inlineStr"><is><t>%s</t></is></c>' % (at, chance.choice(texts).encode())

    return _cells_changed(whole, chance, text_cell, 0.02)


# ----------------------------------------------------------------------------------------------------- the workbook


def strings_missing(whole: bytes, _: random.Random) -> Spoilt:
    """Point to shared strings that there are none of."""
    return _in_sheet(
        whole, lambda t: re.sub(rb'(<c r="[A-Z]+\d+")[^>]*t="inlineStr"[^>]*>.*?</c>', rb'\1 t="s"><v>7</v></c>', t)
    )


def part_missing(whole: bytes, chance: random.Random) -> Spoilt:
    """Leave a part out: relationships, styles, a sheet, the list of contents."""
    parts = unpack(whole)
    del parts[chance.choice(list(parts))]
    return Spoilt(".xlsx", pack(parts))


def relationships_wrong(whole: bytes, chance: random.Random) -> Spoilt:
    """Let relationships lead to nothing, out of the archive, or to another part."""
    parts = unpack(whole)
    name = "xl/_rels/workbook.xml.rels"
    targets = (b"../../../etc/passwd", b"http://example.org/a.xml", b"styles.xml", b"", b"/xl/workbook.xml")
    parts[name] = re.sub(rb'Target="[^"]*"', lambda _: b'Target="' + chance.choice(targets) + b'"', parts[name])
    return Spoilt(".xlsx", pack(parts))


def macros_and_links(whole: bytes, chance: random.Random) -> Spoilt:
    """Add a macro, an external link and names that point to them."""
    parts = unpack(whole)
    parts["xl/vbaProject.bin"] = chance.randbytes(3000)
    parts["xl/externalLinks/externalLink1.xml"] = b'<externalLink><externalBook r:id="rId1"/></externalLink>'
    names = b'<definedNames><definedName name="a">[1]x!$A$1</definedName><definedName>#REF!</definedName></definedNames></workbook>'
    parts["xl/workbook.xml"] = parts["xl/workbook.xml"].replace(b"</workbook>", names)
    return Spoilt(".xlsx", pack(parts))


def sheets_hidden(whole: bytes, chance: random.Random) -> Spoilt:
    """Hide sheets, name two alike, name one by signs that no file may have."""
    parts = unpack(whole)
    states = (b'state="hidden" ', b'state="veryHidden" ', b'state="?" ', b"")
    text = re.sub(rb"<sheet ", lambda _: b"<sheet " + chance.choice(states), parts["xl/workbook.xml"])
    twice = re.search(rb"<sheet [^>]*>", text)
    if twice and chance.random() < HALF:
        text = text.replace(twice[0], twice[0] * chance.choice((2, 50)))
    parts["xl/workbook.xml"] = re.sub(rb'name="[^"]*"', b'name="&#x202e;/\\[2023]?"', text, count=chance.randrange(2))
    return Spoilt(".xlsx", pack(parts))


def other_suffix(whole: bytes, chance: random.Random) -> Spoilt:
    """Give the file another ending."""
    return Spoilt(chance.choice((".xls", ".xlsb", ".ods", ".csv")), whole)


# --------------------------------------------------------------------------------------------------------------- csv


def csv_of(whole: bytes) -> list[list[str]]:
    """Return the first sheet of a workbook of texts written into their cells as rows."""
    parts = unpack(whole)
    rows = []
    for row in re.findall(rb"<row [^>]*>.*?</row>", parts[_sheet_name(parts)], re.DOTALL):
        cells = [re.sub(rb"<[^>]*>", b"", cell) for cell in _CELL.findall(row)]
        rows.append([cell.decode() for cell in cells])
    return rows


def _written(rows: list[list[str]]) -> str:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue()


def csv_encodings(whole: bytes, chance: random.Random) -> Spoilt:
    """Write the table in one of many encodings, with a mark of another or none."""
    marks = (b"", b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff", b"\xff\xfe\x00\x00")
    encoding = chance.choice(("utf-8", "gb18030", "utf-16", "utf-16-le", "utf-32", "big5", "shift_jis", "utf-7"))
    return Spoilt(".csv", chance.choice(marks) + _written(csv_of(whole)).encode(encoding, "replace"))


def csv_bytes_flipped(whole: bytes, chance: random.Random) -> Spoilt:
    """Change single bytes of the table."""
    spoilt = bytearray(_written(csv_of(whole)).encode(chance.choice(("utf-8", "gb18030"))))
    for _ in range(chance.choice((1, 10, 100))):
        spoilt[chance.randrange(len(spoilt))] = chance.choice((0, 10, 13, 34, 44, 255, chance.randrange(256)))
    return Spoilt(".csv", bytes(spoilt))


def csv_cells_swapped(whole: bytes, chance: random.Random) -> Spoilt:
    """Exchange cells, take some away and add others."""
    rows = csv_of(whole)
    odd = ("", "#N/A", "1e309", "-0", "１２", "9" * 5000, "nan", "inf", "=1+1", "\x00", "是", "45000", "1,234")
    for row in rows[1:]:
        for _ in range(chance.randrange(4)):
            if row:
                row[chance.randrange(len(row))] = chance.choice((*odd, chance.choice(chance.choice(rows) or [""])))
        if chance.random() < 0.1:
            row.insert(chance.randrange(len(row) + 1), "x")
    return Spoilt(".csv", _written(rows).encode())


def csv_false_extent(whole: bytes, chance: random.Random) -> Spoilt:
    """Add a row of very many cells, or very many rows of few."""
    wide = "," * chance.choice((COLUMNS, 1_000_000)) + "x\n"
    long = chance.choice((",\n", "\n", '""\n')) * chance.choice((10_000, ROWS))
    return Spoilt(".csv", (_written(csv_of(whole)) + chance.choice((wide, long, wide + long))).encode())


def csv_giant_line(whole: bytes, chance: random.Random) -> Spoilt:
    """Write one line, or one cell, of very many signs."""
    cell = chance.choice(("x", "学", '""', "1")) * chance.choice((100_000, 5_000_000))
    inside = chance.choice((cell, f'"{cell}"', f'"{cell}'))
    return Spoilt(".csv", (_written(csv_of(whole)) + inside).encode(chance.choice(("utf-8", "gb18030", "utf-16"))))


def csv_quotes_open(whole: bytes, chance: random.Random) -> Spoilt:
    """Open quotation marks that are never closed, and close some that were never opened."""
    text = list(_written(csv_of(whole)))
    for _ in range(chance.choice((1, 3, 20))):
        text.insert(chance.randrange(len(text) + 1), chance.choice(('"', ',"', '"\n', '"x')))
    return Spoilt(".csv", "".join(text).encode(chance.choice(("utf-8", "gb18030", "utf-16"))))


def csv_nul(whole: bytes, chance: random.Random) -> Spoilt:
    """Put NUL bytes anywhere, or between all signs."""
    spoilt = _written(csv_of(whole)).encode(chance.choice(("utf-8", "gb18030")))
    if chance.random() < HALF:
        return Spoilt(".csv", b"\0".join(spoilt[at : at + 1] for at in range(len(spoilt))))
    at = chance.randrange(len(spoilt))
    return Spoilt(".csv", spoilt[:at] + b"\0" * chance.choice((1, 3, 4096)) + spoilt[at:])


# --------------------------------------------------------------------------------------------- very many rows, oddly


def _noise(chance: random.Random, count: int) -> bytes:
    """Return a comment that cannot be packed, so that a part does not look like a bomb."""
    return b"<!--" + chance.randbytes(count).hex().encode() + b"-->"


def written_oddly(whole: bytes, chance: random.Random) -> Spoilt:
    """Hide a cell far away in a long sheet: by blanks, quotation marks, prefixes, the order of attributes, no address."""
    column, row = chance.choice(((b"XFD", 1_048_576), (b"A", 1_048_576), (b"CZ", 400_000)))
    at = b"%s%d" % (column, row)
    cell = chance.choice(
        (
            b'<c\tr="%s"><v>1</v></c>', b'<c r = "%s"><v>1</v></c>', b"<c\nr='%s'><v>1</v></c>",
            b'<c s="1" r="%s"><v>1</v></c>', b'<x:c r="%s"><x:v>1</x:v></x:c>', b'<c r="%s" ><f>1+1</f><v >1</v></c>',
        )
    ) % at  # fmt: skip
    hidden = b'<row r="%d">%s</row>' % (row, cell)
    if chance.random() < HALF:
        hidden = b"<row/>" * chance.choice((100, 1_000_000)) + b"<row>" + b"<c/>" * 16_000 + b"<c><v>1</v></c></row>"
    rows = b"".join(b'<row r="%d"><c r="F%d"><v>%d</v></c></row>' % (at, at, at) for at in range(200, 9_000))
    parts = unpack(whole)
    name = _sheet_name(parts)
    text = parts[name].replace(
        b"<worksheet ", b'<worksheet xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main" ', 1
    )
    parts[name] = text.replace(b"</sheetData>", rows + _noise(chance, 400_000) + hidden + b"</sheetData>")
    if chance.random() < HALF:  # a sheet may have any name
        parts["xl/sheet.dat"] = parts.pop(name)
        relations = "xl/_rels/workbook.xml.rels"
        parts[relations] = re.sub(rb'Target="[^"]*sheet1\.xml"', b'Target="/xl/sheet.dat"', parts[relations])
    return Spoilt(".xlsx", pack(parts))


def schools_without_end(whole: bytes, chance: random.Random) -> Spoilt:
    """Add very many rows with a name, without figures, or with a fault in every cell."""
    count = chance.choice((20_000, 150_000, 600_000))
    inside = chance.choice(
        (
            b'<c r="F#" t="inlineStr"><is><t>n#</t></is></c>',
            b'<c r="F#" t="inlineStr"><is><t>n</t></is></c>',
            b'<c r="F#" t="inlineStr"><is><t>n#</t></is></c><c r="K#" t="inlineStr"><is><t>?</t></is></c>',
            '<c r="F#" t="inlineStr"><is><t>n#</t></is></c><c r="G#" t="inlineStr"><is><t>小学</t></is></c>'.encode(),
        )
    )
    one = b'<row r="#">' + inside + b"</row>"
    return _rows_added(whole, b"".join(one.replace(b"#", b"%d" % at) for at in range(200, 200 + count)))


def blanks_without_end(whole: bytes, chance: random.Random) -> Spoilt:
    """Add very many cells that hold nothing, and so take time but no room."""
    count = chance.choice((1_000_000, 20_000_000, 120_000_000))
    return _rows_added(whole, b'<row r="300">' + b"<c/>" * count + b"</row>")


def giant_text(whole: bytes, chance: random.Random) -> Spoilt:
    """Add one cell with a text of many megabytes."""
    text = chance.choice((b"x", "学".encode())) * chance.choice((1_000_000, 12_000_000, 190_000_000))
    return _rows_added(whole, b'<row r="300"><c r="F300" t="inlineStr"><is><t>' + text + b"</t></is></c></row>")


# ------------------------------------------------------------------------------------------------------ .xls and .ods


def xls(whole: bytes, chance: random.Random) -> Spoilt:
    """Write the table as .xls, perhaps with cells in far corners, and spoil bytes of it."""
    import xlwt

    book = xlwt.Workbook(encoding="utf-8")
    for at in range(chance.choice((1, 1, 2))):
        sheet = book.add_sheet(f"s{at}")
        for row, entries in enumerate(csv_of(whole)):
            for column, entry in enumerate(entries[:256]):
                sheet.write(row, column, entry[:30_000])
        if chance.random() < HALF:
            sheet.write(chance.choice((65_535, 30_000)), chance.choice((255, 0)), 1)
    out = io.BytesIO()
    book.save(out)
    spoilt = bytearray(out.getvalue())
    for _ in range(chance.choice((0, 0, 1, 10, 100))):
        spoilt[chance.randrange(len(spoilt))] = chance.randrange(256)
    end = len(spoilt) if chance.random() < 0.8 else chance.randrange(len(spoilt))
    return Spoilt(chance.choice((".xls", ".xls", ".xlsx")), bytes(spoilt[:end]))


def ods(whole: bytes, chance: random.Random) -> Spoilt:
    """Write the table as .ods, with odd values, and spoil its text."""
    odd = ('office:value-type="float" office:value="NaN"', 'office:value-type="date" office:date-value="2023-99-99"',
           'office:value-type="float"', 'table:formula="of:=1/0"', 'office:value-type="percentage" office:value="1e400"')  # fmt: skip
    rows = []
    for entries in csv_of(whole):
        cells = [
            f"<table:table-cell {chance.choice(odd)}/>"
            if chance.random() < 0.05
            else f'<table:table-cell office:value-type="string"><text:p>{entry}</text:p></table:table-cell>'
            for entry in entries
        ]
        rows.append(f"<table:table-row>{''.join(cells)}</table:table-row>")
    content = bytearray(
        f'<office:document-content><office:body><office:spreadsheet><table:table table:name="a">{"".join(rows)}'
        "</table:table></office:spreadsheet></office:body></office:document-content>".encode()
    )
    for _ in range(chance.choice((0, 0, 1, 10))):
        content[chance.randrange(len(content))] = chance.randrange(256)
    mimetype = b"application/vnd.oasis.opendocument.spreadsheet"
    manifest = b'<manifest:manifest xmlns:manifest="m"></manifest:manifest>'
    return Spoilt(
        ".ods", pack({"mimetype": mimetype, "META-INF/manifest.xml": manifest, "content.xml": bytes(content)})
    )


ALL: Mapping[str, Callable[[bytes, random.Random], Spoilt]] = {
    mutation.__name__: mutation
    for mutation in (
        bytes_flipped, truncated, piece_repeated, directory_lies, xml_bytes_flipped, xml_cut, attributes_changed,
        nested_deeply, entities, other_quotes, addresses_missing, huge_dimension, false_extent, false_row,
        formats_to_the_end, empty_rows, many_columns, zip_bomb, string_bomb, ods_bomb, cells_swapped,
        dates_as_numbers, error_cells, formulas_without_results, formulas_below, merged_everywhere, text_without_end,
        strings_missing, part_missing, relationships_wrong, macros_and_links, sheets_hidden, other_suffix,
        csv_encodings, csv_bytes_flipped, csv_cells_swapped, csv_false_extent, csv_giant_line, csv_quotes_open, csv_nul,
        written_oddly, schools_without_end, blanks_without_end, giant_text, xls, ods,
    )
}  # fmt: skip
HEAVY = {
    "empty_rows": 12,
    "zip_bomb": 40,
    "many_columns": 16,
    "string_bomb": 16,
    "csv_false_extent": 24,
    "nested_deeply": 40,
    "written_oddly": 24,
    "schools_without_end": 10,
    "blanks_without_end": 8,
    "giant_text": 6,
    "xls": 40,
}
"""How many of two thousand files are made in ways that take long; the others share the rest evenly."""
