"""What would take more memory than there is is refused before it is read, in every format; what is honest is read."""

import io
import os
import random
import re
import struct
import zipfile

import pytest
import xlwt

from junheng import kinds
from junheng.problems import Unusable
from junheng.workbook import cells, limits, parts, xls_limits
from tests.fuzz import mutations
from tests.workbooks import write_xls, write_xlsb

SECTOR = 512
HEADER_OF_TABLE, HEADER_OF_DIRECTORY = 76, 48  # where the header names the first sectors of the two
FAR = "远在数据之外"


@pytest.fixture
def read(tmp_path):
    """Return a function that reads the bytes of a file."""

    def read_bytes(content, suffix=".xls"):
        path = tmp_path / f"school{suffix}"
        path.write_bytes(content)
        return cells.read_sheets(path, path.name)

    return read_bytes


@pytest.fixture
def refused(read):
    """Return a function that reads the bytes of a file that must be refused, and gives the message."""

    def refuse(content, suffix=".xls"):
        with pytest.raises(Unusable) as unusable:
            read(content, suffix)
        (problem,) = unusable.value.problems
        assert problem.kind is kinds.FILE_DAMAGED
        return problem.message("zh")

    return refuse


def xls(*sheets):
    """Return an .xls of sheets, each written as its cells by row and column."""
    book = xlwt.Workbook(encoding="utf-8")
    for number, cells_of_sheet in enumerate(sheets):
        sheet = book.add_sheet(f"s{number}")
        for (row, column), value in cells_of_sheet.items():
            sheet.write(row, column, value)
    out = io.BytesIO()
    book.save(out)
    return bytearray(out.getvalue())


def record(content, head):
    """Return where the first record that begins with these bytes stands."""
    return bytes(content).index(head)


# ----------------------------------------------------------------------------------------------------------------- .xls

FAR_CELLS = {(0, 0): "学校名称", (65_535, 255): 1}


@pytest.mark.parametrize("sheets", [[FAR_CELLS], [FAR_CELLS, FAR_CELLS], [{(0, 0): 1}, FAR_CELLS]])
def test_an_xls_with_cells_in_opposite_corners_is_refused(refused, sheets):
    """The reader would hold 65,536 × 256 places of each sheet, several times over."""
    message = refused(xls(*sheets))
    assert FAR in message
    assert "65536 行 256 列" in message


def test_a_corner_of_either_kind_is_read(read):
    """One cell in the last row, and one in the last column, take little where they do not stand in one sheet."""
    sheets = read(xls({(0, 0): "a", (65_535, 0): 1}, {(0, 0): "a", (0, 255): 1}))
    assert [(65_536, 1), (1, 256)] == [(sheet.height, len(sheet.rows[0])) for sheet in sheets]


@pytest.mark.parametrize("column", [255, 65_535])
def test_a_cell_that_is_moved_far_away_is_refused(refused, column):
    """One changed byte of a record moves its cell; the row alone, and the column beyond all that a sheet has."""
    content = xls({(at, 0): at for at in range(1000)} | {(65_535, 3): 1 / 3})
    at = record(content, b"\x03\x02\x0e\x00\xff\xff\x03\x00")
    struct.pack_into("<H", content, at + 6, column)
    assert FAR in refused(content)


def test_forty_small_sheets_are_read(read):
    """Each sheet is near its beginning, and all of them together take little."""
    small = {(row, column): row * column + 0.5 for row in range(20) for column in range(5)}
    assert 40 == len(read(xls(*[small] * 40)))


def test_a_long_table_in_an_xls_is_read(read):
    """Texts, whole and broken numbers, blanks between them and a column far to the right."""
    table = {(row, 0): f"校{row}" for row in range(6_000)}
    table |= {(row, column): row + column for row in range(6_000) for column in (1, 2, 3)}
    table |= {(row, 5): row + 0.5 for row in range(6_000)} | {(row, 120): "x" for row in range(6_000)}
    (sheet,) = read(xls(table))
    assert (6_000, 121) == (sheet.height, len(sheet.rows[0]))
    assert ["校5999", 5999 + 1, 5999 + 2, 5999 + 3, "", 5999.5] == sheet.rows[-1][:6]


@pytest.mark.parametrize(("rows", "contradicts"), [((0, 65_536), False), ((5, 2), True), ((0, 1 << 31), True)])
def test_an_extent_that_an_xls_states_falsely(read, refused, rows, contradicts):
    """The largest extent does no harm; one that ends before it begins, or after all there is, would end the program."""
    content = xls({(0, 0): "a", (3, 3): 1})
    at = record(content, b"\x00\x02\x0e\x00")
    struct.pack_into("<II", content, at + 4, *rows)
    struct.pack_into("<HH", content, at + 12, 0, 256)
    if contradicts:
        assert "自相矛盾" in refused(content)
    else:
        assert 4 == read(content)[0].height


def endless(content, *, directory):
    """Let the last sector of the directory, or of the workbook, lead back to its first, and the workbook never end."""
    (table,) = struct.unpack_from("<I", content, HEADER_OF_TABLE)
    (first,) = struct.unpack_from("<I", content, HEADER_OF_DIRECTORY)
    begin = (table + 1) * SECTOR
    if directory:
        struct.pack_into("<I", content, begin + 4 * first, first)
        return content
    entry = (first + 1) * SECTOR + 128
    start, length = struct.unpack_from("<II", content, entry + 116)
    struct.pack_into("<I", content, begin + 4 * (start + length // SECTOR - 1), start)
    struct.pack_into("<I", content, entry + 120, 0xFFFF_FF00)
    return content


@pytest.mark.parametrize("directory", [True, False])
def test_an_xls_whose_sectors_lead_back_into_themselves_is_refused(refused, directory):
    """A reader that follows them fills all memory."""
    assert "自相矛盾" in refused(endless(xls({(0, 0): "a"}), directory=directory))


def test_a_long_text_in_very_many_cells_of_an_xls_is_refused(read, refused):
    """30,000 signs in each of 10,000 cells are 300 million, from a file of 200 kB; in 100 cells they are 3 million."""
    long = "学" * 30_000
    assert 100 == read(xls({(row, 0): long for row in range(100)}))[0].height
    assert "重复很长的文字" in refused(xls({(row, 0): long for row in range(10_000)}))


def test_shared_strings_are_followed_over_their_pieces():
    """Texts that are torn apart between two records, in a font of their own, or with how they are spoken."""
    plain = struct.pack("<HB", 3, 0) + b"abc"
    wide = struct.pack("<HB", 2, 1) + "学校".encode("utf-16-le")
    fonts = struct.pack("<HBH", 2, 8, 1) + b"ab" + b"\0\0\1\0"
    spoken = struct.pack("<HBI", 1, 4, 6) + b"a" + b"......"
    torn = struct.pack("<HB", 4, 0) + b"ab", b"\1" + "学校".encode("utf-16-le") + plain
    head = struct.pack("<II", 6, 6)
    assert [3, 2, 2, 1, 4, 3] == xls_limits._lengths([head + plain + wide + fonts + spoken + torn[0], torn[1]])
    assert [3] == xls_limits._lengths([head + plain + wide[:4]])


def test_a_sheet_that_an_xls_lists_again_and_again_is_counted_as_often(refused):
    """The reader holds it as often as it is listed."""
    content = xls(*[{(0, 0): 1, (65_535, 63): 1.5}, *[{(0, 0): 1}] * 9])
    starts = [match.start() for match in re.finditer(rb"\x85\x00.\x00.{4}\x00\x00", bytes(content), re.DOTALL)]
    assert 10 == len(starts)
    for start in starts[1:]:
        content[start + 4 : start + 8] = content[starts[0] + 4 : starts[0] + 8]
    assert FAR in refused(content)


def test_no_damage_stops_the_look():
    """Bytes changed and ends cut off: the look says something or leaves it to the reader, and never ends the program."""
    chance = random.Random(4)  # noqa: S311 - repeatable, no secret
    good = xls({(row, column): f"{row}" for row in range(60) for column in range(8)} | {(70, 1): 1.5, (70, 2): True})
    for _ in range(400):
        content = bytearray(good)
        for _ in range(chance.choice((1, 5, 50))):
            at = chance.randrange(len(content)) if chance.random() < 0.5 else chance.randrange(SECTOR)
            content[at] = chance.choice((0, 255, chance.randrange(256)))
        xls_limits.why_not(bytes(content[: chance.choice((len(content), chance.randrange(len(content))))]))


def test_the_look_at_an_xls_is_of_the_workbook_of_the_reader(tmp_path):
    """An .xls of schools is looked at and found good, with what is asked of it answered from its records."""
    path = write_xls(tmp_path / "school.xls", [["学校名称", "在校生数"], ["示例小学", 300]])
    assert limits.look(path).refused is None


# ---------------------------------------------------------------------------------------------------------------- .xlsb


def test_a_cell_far_away_in_an_xlsb_is_refused(tmp_path, refused):
    """Row and column of a record are numbers of four bytes: one changed byte is a terabyte."""
    path = write_xlsb(tmp_path / "a.xlsb", [["学校名称", "在校生数"], ["示例小学", 300.5]])
    with zipfile.ZipFile(path) as archive:
        held = {name: archive.read(name) for name in archive.namelist()}
    name = "xl/worksheets/sheet1.bin"
    number = held[name].index(struct.pack("<d", 300.5)) - 8
    for column, words in ((1, None), (200_000_000, FAR)):
        held[name] = held[name][:number] + struct.pack("<I", column) + held[name][number + 4 :]
        if words is None:
            assert limits.look(path).refused is None
        else:
            assert words in refused(mutations.pack(held), ".xlsb")


def test_a_long_text_in_very_many_cells_of_an_xlsb_is_refused(tmp_path, refused):
    """A million signs to which two hundred cells point."""
    path = write_xlsb(tmp_path / "a.xlsb", [["学" * 1_000_000]] * 200)
    assert "重复很长的文字" in refused(path.read_bytes(), ".xlsb")


# ----------------------------------------------------------------------------------------------------------------- .ods


def ods(*tables):
    """Return an .ods of tables, each written as the rows inside it."""
    body = "".join(f'<table:table table:name="a{at}">{rows}</table:table>' for at, rows in enumerate(tables))
    content = f"<office:document-content><office:body><office:spreadsheet>{body}</office:spreadsheet></office:body></office:document-content>"
    mimetype = b"application/vnd.oasis.opendocument.spreadsheet"
    manifest = b'<manifest:manifest xmlns:manifest="m"></manifest:manifest>'
    return mutations.pack({"mimetype": mimetype, "META-INF/manifest.xml": manifest, "content.xml": content.encode()})


def row(*cells_of_row, repeated=1):
    """Return a row of cells."""
    return f'<table:table-row table:number-rows-repeated="{repeated}">{"".join(cells_of_row)}</table:table-row>'


def text(words, repeated=1):
    """Return a cell with a text."""
    return f'<table:table-cell table:number-columns-repeated="{repeated}" office:value-type="string"><text:p>{words}</text:p></table:table-cell>'


def blank(repeated=1):
    """Return a cell without content."""
    return f'<table:table-cell table:number-columns-repeated="{repeated}"/>'


def test_an_ods_as_it_is_usually_written_is_read(read):
    """Blanks to the end of each row and of the table, as the programs write them, take nothing."""
    good = row(text("a"), blank(3), text("b"), blank(16_379)) * 50 + row(blank(16_384), repeated=1_048_526)
    (sheet,) = read(ods(good), ".ods")
    assert (50, ["a", "", "", "", "b"]) == (sheet.height, sheet.rows[-1])


@pytest.mark.parametrize(
    ("tables", "words"),
    [
        ([row(text("a")) + row(blank(16_384), repeated=1_048_000) + row(blank(16_000), text("b"))], FAR),
        ([row(text("a", repeated=1000), repeated=40_000)], "数据太多"),
        ([row(text("a", repeated=1000), repeated=4_000)] * 10, "数据太多"),
        ([row(text("字" * 1000, repeated=500), repeated=1000)], "重复很长的文字"),
        ([row(text('<text:s text:c="99999"/>' * 10, repeated=500), repeated=10)], "重复很长的文字"),
        ([row(text('<text:s text:c="999999999"/>'))], "600 MB"),
        ([row(text("a"), *[blank(16_000), blank()] * 2_000)], "数据太多"),
        ([row(f"<table:table-cell office:string-value='{'>' * 9}' {'x' * 5}='{'y' * 9000}'/>", repeated=100_000)], ""),
    ],
)
def test_an_ods_that_repeats_without_end_is_refused(refused, tables, words):
    """Places between two corners, cells, cells of several tables, texts, blanks inside a text, blanks before a cell."""
    assert words in refused(ods(*tables), ".ods")


# ---------------------------------------------------------------------------------------------------------------- .xlsx


def test_a_sheet_that_an_xlsx_lists_again_and_again_is_counted_as_often(root, read, refused):
    """The reader holds it as often as it is listed."""
    held = mutations.unpack((root / "examples" / "school.xlsx").read_bytes())
    name, book = "xl/worksheets/sheet1.xml", "xl/workbook.xml"
    one = b'<row r="%d"><c r="F%d" t="inlineStr"><is><t>n%d</t></is></c></row>'
    long = b"".join(one % (at, at, at) for at in range(3, 40_000))
    held[name] = held[name].replace(b"</sheetData>", long + b"</sheetData>")
    (listed,) = re.findall(rb"<sheet [^>]*>", held[book])[:1]
    assert 1 <= len(read(mutations.pack(held), ".xlsx"))
    again = b"".join(re.sub(rb'name="[^"]*"', b'name="n%d"' % at, listed) for at in range(400))
    held[book] = held[book].replace(listed, again)
    assert "数据太多" in refused(mutations.pack(held), ".xlsx")


def test_formats_at_the_end_of_rows_are_left_out_of_a_sheets_text(root, tmp_path):
    """Whole columns with a format are millions of empty cells; the cells with content keep their places."""
    held = mutations.unpack((root / "examples" / "school.xlsx").read_bytes())
    name = "xl/worksheets/sheet1.xml"
    rows = b'<row r="3"><c r="A3" s="1"/><c r="B3"><v>7</v></c><c r="C3" s="1"/><c r="D3" s="1"/></row>'
    rows += b'<row r="4" hidden="1"><c r="A4" s="1"/><c r="B4" s="1"/></row>'
    held[name] = held[name].replace(b"</sheetData>", rows + b"</sheetData>")
    path = tmp_path / "school.xlsx"
    path.write_bytes(mutations.pack(held))
    sheet = parts.sheet_part(path, cells.read_sheets(path, "school.xlsx")[0].name)
    assert b'<row r="3"><c r="A3" s="1"/><c r="B3"><v>7</v></c></row><row r="4" hidden="1"></row>' in sheet
    assert (3, 2) in [(row_of, column) for row_of, column, _, _ in parts.cells(sheet)]


# --------------------------------------------------------------------------------------------------- several at a time


def test_a_workbook_hidden_behind_another_is_looked_at(root, refused):
    """The reader tries one format after the other: what does not open as .xls is opened as the .xlsx at its end."""
    bomb = mutations.bomb((root / "examples" / "school.xlsx").read_bytes(), "xl/a.bin", 700, stated=True)
    assert "600 MB" in refused(bytes(xls({(0, 0): "a"})) + bomb)


@pytest.mark.parametrize("name", ["content.xml", "xl/workbook.bin"])
def test_parts_of_another_format_hide_nothing(root, refused, name):
    """A part that only another format has keeps no .xlsx from being looked at."""
    held = mutations.unpack((root / "examples" / "school.xlsx").read_bytes())
    sheet = "xl/worksheets/sheet1.xml"
    far = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    held[sheet] = held[sheet].replace(b"</sheetData>", far)
    assert FAR in refused(mutations.pack(held | {name: b"<a/>"}), ".xlsx")


# ----------------------------------------------------------------------------------------------------------- the panics


def test_a_panics_own_text_is_kept_from_the_user(root, refused, monkeypatch, capfd):
    """The reader writes of its panic past Python; only our words are left, and whatever else was written meanwhile."""
    import python_calamine

    panic = type("PanicException", (BaseException,), {})

    def from_filelike(_):
        os.write(2, b"half a bar\n")
        os.write(2, b"\nthread '<unnamed>' (77) panicked at src/cfb.rs:305:41:\nslice index\nnote: run with `RUST")
        raise panic

    monkeypatch.setattr(python_calamine, "CalamineWorkbook", type("W", (), {"from_filelike": from_filelike}))
    assert "自相矛盾" in refused((root / "examples" / "school.xlsx").read_bytes(), ".xlsx")
    os.write(2, b"after\n")
    assert "half a bar\nafter\n" == capfd.readouterr().err


def test_a_damaged_xls_over_which_the_reader_panics_says_one_thing(refused, capfd):
    """A list of sheets that points past the end of the workbook."""
    content = xls({(0, 0): "a"})
    at = re.search(rb"\x85\x00.\x00.{4}\x00\x00", bytes(content), re.DOTALL).start()
    struct.pack_into("<I", content, at + 4, 0x7FFF_FFFF)
    assert "自相矛盾" in refused(content)
    assert not capfd.readouterr().err
