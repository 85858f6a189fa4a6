"""Spoilt workbooks are refused in one line, or read; they never end the program, nor take what a computer has."""

import random
import subprocess
import sys
import zipfile

import pytest

from junheng import kinds
from junheng.problems import Unusable
from junheng.run import judge
from junheng.workbook import bounds, cells, listed, parts
from tests.fuzz import mutations

SAMPLE = 60


@pytest.fixture(scope="module")
def good(root):
    """The bytes of a good workbook."""
    return (root / "examples" / "school.xlsx").read_bytes()


@pytest.fixture
def read(tmp_path):
    """Return a function that reads the bytes of a file."""

    def read_bytes(content, suffix=".xlsx"):
        path = tmp_path / f"school{suffix}"
        path.write_bytes(content)
        return cells.read_sheets(path, path.name)

    return read_bytes


@pytest.fixture
def refused(read):
    """Return a function that reads the bytes of a file that must be refused, and gives the one problem."""

    def refuse(content, suffix=".xlsx"):
        with pytest.raises(Unusable) as unusable:
            read(content, suffix)
        (problem,) = unusable.value.problems
        assert problem.kind is kinds.FILE_DAMAGED
        return problem

    return refuse


def with_rows(good, rows, dimension=None):
    """Return a workbook with rows added to its sheet."""
    parts = mutations.unpack(good)
    name = "xl/worksheets/sheet1.xml"
    parts[name] = parts[name].replace(b"</sheetData>", rows + b"</sheetData>")
    if dimension:
        parts[name] = parts[name].replace(b'ref="A1:AA2"', b'ref="%s"' % dimension)
    return mutations.pack(parts)


@pytest.mark.skipif(sys.platform == "win32", reason="the script forks")
def test_a_sample_of_spoilt_files(root):
    """Files spoilt in every way, the same each time: no traceback, an exit code of the contract, bounded time and memory."""
    command = [sys.executable, root / "scripts" / "fuzz_workbooks.py", "--count", str(SAMPLE), "--seed", "7"]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert "failed: 0" in result.stdout, result.stdout + result.stderr
    assert not result.returncode


def test_every_heavy_mutation_exists():
    """The share of heavy mutations names none that is no more."""
    assert mutations.HEAVY.keys() <= mutations.ALL.keys()


@pytest.mark.parametrize("stated", [True, False])
def test_a_zip_bomb_is_refused(good, refused, stated):
    """A small file that unpacks to gigabytes is refused by its directory, or where that lies by unpacking."""
    problem = refused(mutations.bomb(good, "xl/worksheets/sheet1.xml", 3_000, stated=stated))
    assert "600 MB" in problem.message("zh")
    assert "more than 600 MB" in problem.message("en")


@pytest.mark.parametrize(
    "rows",
    [
        b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
        b"<row r='1048576'><c r='XFD1048576'><v>1</v></c></row>",
        b'<row r="1048576">' + b"<c/>" * 16_000 + b"<c><v>1</v></c></row>",
        b'<row r="90000"><c r="ZZ90000" t="inlineStr"><is><t>x</t></is></c></row>',
    ],
)
def test_a_cell_far_away_is_refused_whatever_the_sheet_states(good, refused, rows):
    """A sheet that states a small extent and holds a cell far away is refused, not read into all memory there is."""
    message = refused(with_rows(good, rows, b"A1:AA2")).message("zh")
    assert "远在数据之外" in message


@pytest.mark.parametrize(
    "cell",
    [
        b'<c\tr="XFD1048576"><v>1</v></c>',
        b'<c r = "XFD1048576"><v>1</v></c>',
        b"<c\nr='XFD1048576'><v>1</v></c>",
        b'<c s="1" r="XFD1048576"><v>1</v></c>',
        b'<c r="A1048576" ><f>1+1</f><v >1</v></c>',
        b'<x:c xmlns:x="x" r="XFD1048576"><v>1</v></x:c>',
        b"<c/>" * 16_000 + b"<c><v>1</v></c>",
    ],
)
@pytest.mark.parametrize("name", ["xl/worksheets/sheet1.xml", "xl/sheet.dat"])
def test_a_cell_far_away_is_refused_however_it_is_written(good, refused, cell, name):
    """In a long sheet too, packed no better than others, and whatever the sheet's part is called."""
    noise = b"<!--" + random.Random(1).randbytes(400_000).hex().encode() + b"-->"  # noqa: S311 - repeatable, no secret
    near = b"".join(b'<row r="%d"><c r="F%d"><v>1</v></c></row>' % (at, at) for at in range(3, 2000))
    parts = mutations.unpack(with_rows(good, near + noise + b'<row r="1048576">' + cell + b"</row>"))
    parts[name] = parts.pop("xl/worksheets/sheet1.xml")
    relations = "xl/_rels/workbook.xml.rels"
    parts[relations] = parts[relations].replace(b"/xl/worksheets/sheet1.xml", b"/" + name.encode())
    assert "远在数据之外" in refused(mutations.pack(parts)).message("zh")


def test_blanks_without_end_are_refused(good, refused):
    """Cells that hold nothing take no room, and minutes to read."""
    assert "数据太多" in refused(with_rows(good, b'<row r="3">' + b"<c/>" * 8_000_001 + b"</row>")).message("zh")


def test_a_text_of_many_megabytes_is_refused(good, refused):
    """A cell may have a text of a megabyte, and not one of twenty."""
    row = b'<row r="3"><c r="F3" t="inlineStr"><is><t>' + b"x" * 20_000_000 + b"</t></is></c></row>"
    assert "文字太长" in refused(with_rows(good, row)).message("zh")


def test_formatted_rows_to_the_last_one_are_read(good, read):
    """Rows that have a format and no cell, down to the last one there is, are an honest workbook."""
    rows = b"".join(b'<row r="%d" s="1" customFormat="1" ht="15"/>' % at for at in range(3, 1_048_577))
    (sheet,) = read(with_rows(good, rows))
    expected = 2
    assert expected == sheet.height


def test_formats_to_the_last_cell_do_no_harm(good, read):
    """A sheet that states the largest extent, and has a format in its last cell, is read as what it holds."""
    (sheet,) = read(with_rows(good, b'<row r="1048576"><c r="XFD1048576" s="1"/></row>', b"A1:XFD1048576"))
    expected = 2
    assert expected == sheet.height


def test_blank_rows_at_the_end_are_let_go(good, read):
    """Rows at the end of a sheet in which every cell is blank are none of the table."""
    row = b'<row r="%d"><c r="C%d" t="inlineStr"><is><t> </t></is></c></row>'
    (sheet,) = read(with_rows(good, b"".join(row % (at, at) for at in range(3, 5000))))
    expected = 2
    assert expected == sheet.height


def test_a_long_string_in_very_many_cells_is_refused(good, refused):
    """One long shared string to which very many cells point is refused."""
    parts = mutations.unpack(good)
    parts["xl/sharedStrings.xml"] = b"<sst><si><t>" + b"x" * 32_767 + b"</t></si></sst>"
    rows = b"".join(b'<row r="%d"><c r="A%d" t="s"><v>0</v></c></row>' % (at, at) for at in range(3, 60_000))
    name = "xl/worksheets/sheet1.xml"
    parts[name] = parts[name].replace(b"</sheetData>", rows + b"</sheetData>")
    assert "重复很长的文字" in refused(mutations.pack(parts)).message("zh")


@pytest.mark.parametrize(
    "content", ["学校名称" + "," * 1_000_000 + "\n" + "x\n" * 100, "," * (bounds.MOST_CSV_CELLS + 1)]
)
def test_a_csv_of_too_many_cells_is_refused(refused, content):
    """A csv with very many cells, or with one very wide row among many, is refused."""
    assert "单元格" in refused(content.encode(), ".csv").message("zh")


def test_cells_repeated_without_end_are_refused(refused):
    """An .ods that repeats a cell over a million rows and all columns is refused."""
    cell = b'<table:table-cell table:number-columns-repeated="16384" office:value-type="float" office:value="1"/>'
    row = b'<table:table-row table:number-rows-repeated="1048576">' + cell + b"</table:table-row>"
    content = b'<office:spreadsheet><table:table table:name="a">' + row + b"</table:table></office:spreadsheet>"
    assert "数据太多" in refused(mutations.pack({"mimetype": b"x", "content.xml": content}), ".ods").message("zh")


def test_a_panic_of_the_reader_is_a_damaged_file(good, refused, monkeypatch):
    """Where the reader panics, with an exception that is none of Python's usual ones, the file is damaged."""
    import python_calamine

    panic = type("PanicException", (BaseException,), {})

    def from_filelike(_):
        raise panic

    monkeypatch.setattr(python_calamine, "CalamineWorkbook", type("W", (), {"from_filelike": from_filelike}))
    assert "自相矛盾" in refused(good).message("zh")


def test_an_interruption_is_no_damaged_file(good, read, monkeypatch):
    """A person who interrupts the reading ends the program; the file is not called damaged."""
    import python_calamine

    def from_filelike(_):
        raise KeyboardInterrupt

    monkeypatch.setattr(python_calamine, "CalamineWorkbook", type("W", (), {"from_filelike": from_filelike}))
    with pytest.raises(KeyboardInterrupt):
        read(good)


def test_a_part_is_unpacked_whatever_length_is_stated(tmp_path):
    """Unpacking goes as far as the packed bytes go."""
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a", b"x" * 5_000_000)
    with path.open("rb") as file:
        info = zipfile.ZipFile(path).getinfo("a")
        info.file_size = 10
        expected = 5_000_000
        assert expected == sum(map(len, parts.blocks(file, info)))


def test_a_sheet_of_faults_is_refused_and_blanks_are_counted(root, tmp_path):
    """A hundred thousand faults are no table of schools; blanks are honest: ten thousand are listed, the rest counted."""
    good = (root / "examples" / "school.xlsx").read_bytes()
    named = b'<row r="%d"><c r="F%d" t="inlineStr"><is><t>n%d</t></is></c>%s</row>'
    path = tmp_path / "school.xlsx"
    path.write_bytes(with_rows(good, b"".join(named % (at, at, at, b"") for at in range(3, 100_010))))
    with pytest.raises(Unusable) as unusable:
        judge([path], year=2023)
    assert "错误超过 100000 处" in unusable.value.problems[-1].message("zh")
    typed = '<c r="G%d" t="inlineStr"><is><t>小学</t></is></c>'.encode()
    path.write_bytes(with_rows(good, b"".join(named % (at, at, at, typed % at) for at in range(3, 2_003))))
    problems = judge([path], year=2023).problems
    blank = [p for p in problems if p.kind is kinds.FIGURE_BLANK]
    (counted,) = [p for p in problems if p.kind is kinds.NOT_LISTED]
    # every school of the 2,000 lacks pupils, four counts of persons and rooms, two areas and the equipment at least
    assert listed.MOST_LISTED == len(blank)
    assert not dict(counted.facts)["count"] % 2_000
    assert {"W205"} == {dict(counted.facts)["kind"]}


def test_a_sheet_of_figures_without_names_is_refused(root, tmp_path):
    """A sheet filled to its end with figures that belong to no school is refused in one line, not in a million."""
    good = (root / "examples" / "school.xlsx").read_bytes()
    rows = b"".join(b'<row r="%d"><c r="K%d"><v>1</v></c></row>' % (at, at) for at in range(3, 110_000))
    path = tmp_path / "school.xlsx"
    path.write_bytes(with_rows(good, rows))
    with pytest.raises(Unusable) as unusable:
        judge([path], year=2023)
    assert "没有学校名称" in unusable.value.problems[-1].message("zh")
