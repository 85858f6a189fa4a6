"""Draws the pictures of the READMEs into docs/images: charts, the terminal, a ledger, a province; `--only NAME` draws one.

They are looked at when they are made, and no test compares them: fonts, browser and office of another machine give other
bytes. Needs junheng[documents], a Chinese font, and for two of them playwright with a Chromium, LibreOffice and pdftoppm.
What stands on them is the example county; the counties of the province are made from it here, by chance from a fixed seed.
"""

import io
import random
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from html import unescape
from pathlib import Path

from openpyxl import load_workbook
from PIL import Image
from rich.cells import cell_len
from rich.console import Console

from junheng import judge, judge_province
from junheng.documents.charts.dot_plot import dot_plot
from junheng.documents.charts.drawing import picture, svg
from junheng.documents.charts.gap_map import gap_map
from junheng.documents.record import record_of_run
from junheng.documents.submission import Submission
from junheng.engine.model import Stage
from junheng.province.page.writing import write_page
from junheng.report import to_terminal
from junheng.report.drivers import drivers_report
from junheng.report.drivers_tables import Asked
from junheng.standard.load import load
from junheng.text import Lang

ROOT = Path(__file__).resolve().parents[1]
IMAGES = ROOT / "docs" / "images"
TABLE = ROOT / "examples" / "shili" / "2023.xlsx"
STANDARD, YEAR = "quality-balance", 2023
MOST = 200_000  # bytes of one picture
COLOURS = 64
WHITE = 250  # of 255: no ink
COLUMNS = 76
MONOSPACE = "Menlo, Consolas, 'DejaVu Sans Mono', 'Liberation Mono', 'Noto Sans Mono CJK SC', monospace"
CELL = 12.2  # width of a cell of the terminal, in the picture
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
COUNTIES = "甲乙丙丁戊己庚辛壬癸"
HEADING_ROW = 3
VARIED = {
    "高于规定学历教师数",
    "县级以上骨干教师数",
    "体育、艺术专任教师数",
    "教学及辅助用房面积（㎡）",
    "运动场地面积（㎡）",
    "教学仪器设备值（万元）",
    "网络多媒体教室数（间）",
}
MENDED = 4  # counties that mend what the example lacks
MENDING = {
    ("示例县第五小学", "最大班额"): 45,
    ("北山乡第二小学", "最小音乐专用教室面积（㎡）"): 96,
    ("东河镇第一教学点", "美术教室间数"): 1,
    ("东河镇第一教学点", "最小美术专用教室面积（㎡）"): 96,
    ("示例县民办第一小学", "县级以上骨干教师数"): 6,
}
SHOWN = {
    "次序",
    "学校",
    "学段",
    "项目",
    "实际值",
    "标准值",
    "缺口",
    "单位",
    "概算(万元)",
    "结论",
    "责任人",
    "完成时限",
    "状态",
}


def submission(lang: Lang) -> Submission:
    """Return the example county, ready to be drawn."""
    run = judge([TABLE], STANDARD, year=YEAR, by="county")
    county = run.counties[0]
    return Submission(run, county, record_of_run(run, county, [(TABLE, TABLE.name)]), lang)


def small(raw: bytes, width: int | None = None) -> bytes:
    """Return a picture with few colours, on white, and at most so many pixels wide."""
    image = Image.open(io.BytesIO(raw)).convert("RGB")
    if width and image.width > width:
        image = image.resize((width, round(image.height * width / image.width)), Image.Resampling.LANCZOS)
    out = io.BytesIO()
    image.quantize(COLOURS, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
    return out.getvalue()


def framed(raw: bytes, margin: int = 24) -> bytes:
    """Return a picture without its empty margins but so many pixels on each side."""
    image = Image.open(io.BytesIO(raw)).convert("RGB")
    ink = image.convert("L").point(lambda level: 255 * (level < WHITE))
    left, top, right, bottom = ink.getbbox() or (0, 0, *image.size)
    around = Image.new("RGB", (right - left + 2 * margin, bottom - top + 2 * margin), "white")
    around.paste(image.crop((left, top, right, bottom)), (margin, margin))
    out = io.BytesIO()
    around.save(out, "PNG")
    return out.getvalue()


def dots(lang: Lang) -> bytes:
    """Draw the backbone teachers of the primary schools, each school a dot."""
    drawn = svg(dot_plot(submission(lang), "backbone_teachers", "primary"), "dots")
    return small(framed(picture(drawn)))


def gaps(lang: Lang) -> bytes:
    """Draw the map of gaps of the primary schools."""
    drawn = svg(gap_map(submission(lang), "primary")[0], "gaps")
    return small(framed(picture(drawn)))


def drivers(lang: Lang) -> bytes:
    """Draw the schools that `junheng drivers` shows of the one coefficient above its limit, as they stand in a terminal."""
    asked = Asked(frozenset({"backbone_teachers"}), frozenset({Stage.PRIMARY}), 8)
    blocks, *_ = drivers_report(judge([TABLE], STANDARD, year=YEAR, by="county"), asked, lang)

    def draw(to: Console) -> None:
        to_terminal.draw(blocks[1:4], to)
        to.print("…")  # the groups come after

    return terminal(draw, "junheng drivers")


def terminal(draw: Callable[[Console], None], title: str) -> bytes:
    """Return what is drawn in a terminal as SVG, with the fonts of whoever looks at it: nothing is fetched."""
    to = Console(record=True, width=COLUMNS, file=io.StringIO(), force_terminal=True, color_system="truecolor")
    draw(to)
    drawn = to.export_svg(title=title, unique_id="terminal")
    drawn = re.sub(r"\s*@font-face \{.*?\}\n", "\n", drawn, flags=re.DOTALL)
    drawn = re.sub(r"font-family: ?(Fira Code|arial)[^;]*;", f"font-family: {MONOSPACE};", drawn)
    drawn = re.sub(r"\s*<!--.*?-->", "", drawn, flags=re.DOTALL)
    # rich takes a Chinese character for one cell wide
    drawn = re.sub(
        r'textLength="[^"]*"([^>]*)>([^<]*)<',
        lambda m: f'textLength="{cell_len(unescape(m[2])) * CELL:g}"{m[1]}>{m[2]}<',
        drawn,
    )
    return drawn.encode()


def ledger(lang: Lang) -> bytes:
    """Draw the ledger of what is not met yet, as it is printed, without the columns of codes and of earlier years."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "junheng", "report", str(TABLE.parent), "--year", str(YEAR), "-o", folder]
        costs = ["--costs", str(ROOT / "examples" / "costs" / "plan.yaml")]
        subprocess.run([*command, "--only", "台账", *costs, "--lang", lang], check=True, capture_output=True)
        file = next(Path(folder).glob("*.xlsx"))
        book = load_workbook(file)
        sheet = book["未达标台账"]
        for other in [s for s in book if s is not sheet]:
            book.remove(other)
        sheet.oddFooter.center.text = None
        headings = next(row for row in sheet.iter_rows() if row[0].value == "次序")
        for cell in headings:
            sheet.column_dimensions[cell.column_letter].hidden = cell.value not in SHOWN
        book.save(file)
        office = ["soffice", f"-env:UserInstallation=file://{folder}/office", "--headless", "--convert-to", "pdf"]
        subprocess.run([*office, "--outdir", folder, str(file)], check=True, capture_output=True)
        pages = ["pdftoppm", "-r", "150", "-png", "-singlefile", str(file.with_suffix(".pdf")), f"{folder}/page"]
        subprocess.run(pages, check=True)
        return small(framed((Path(folder) / "page.png").read_bytes()), 1500)


def invented(folder: Path) -> None:
    """Write ten counties made from the example: the later, the more their schools differ and lack."""
    chance = random.Random(COUNTIES)  # noqa: S311 - the same counties every time
    for place, name in enumerate(COUNTIES):
        book = load_workbook(TABLE)
        sheet = book["学校"]
        headings = [cell.value for cell in sheet[HEADING_ROW]]
        county, school = headings.index("县(市、区)"), headings.index("学校名称")
        factors: dict[tuple[object, object], float] = {}  # of a figure of the whole school that stands on several rows
        for row in sheet.iter_rows(min_row=HEADING_ROW + 1):
            if row[county].value != "示例县":
                continue
            name_of = row[school].value
            for cell, heading in zip(row, headings, strict=True):
                if isinstance(cell.value, str):
                    cell.value = cell.value.replace("示例县", f"{name}县")
                elif place < MENDED and (name_of, heading) in MENDING:
                    cell.value = MENDING[name_of, heading]
                elif heading in VARIED and isinstance(cell.value, int | float):
                    factor = factors.setdefault((name_of, heading), 1.2 + chance.gauss(0, 0.05 * place))
                    cell.value = round(cell.value * max(0.4, factor))
                if heading == "高于规定学历教师数" and cell.value:
                    cell.value = min(cell.value, row[headings.index("专任教师数")].value)
        book.save(folder / f"{name}县.xlsx")


def province(lang: Lang) -> bytes:
    """Draw the heat table of ten invented counties."""
    from playwright.sync_api import sync_playwright

    with tempfile.TemporaryDirectory() as folder:
        invented(Path(folder))
        found = judge_province([Path(folder)], STANDARD, year=YEAR, jobs=1)
        page = Path(folder) / "province.html"
        write_page(found, load("national/2017-quality-balance", YEAR), page, lang)
        program = next(p for p in map(shutil.which, BROWSERS) if p)
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=program, args=["--headless", "--no-sandbox"])
            view = browser.new_page(viewport={"width": 1800, "height": 900})
            view.goto(page.as_uri())
            view.evaluate("document.body.style.maxWidth = 'none'")
            raw = view.locator("table").first.screenshot()
            browser.close()
        return small(framed(raw, 12))


ONE: Sequence[Lang] = ("zh",)
BOTH: Sequence[Lang] = ("zh", "en")
PICTURES: dict[str, tuple[Callable[[Lang], bytes], str]] = {
    "dots": (dots, "png"),
    "gaps": (gaps, "png"),
    "drivers": (drivers, "svg"),
    "ledger": (ledger, "png"),  # in Chinese, as it is handed in
    "province": (province, "png"),
}


def main() -> None:
    """Draw all pictures, or the one asked for, in both languages."""
    wanted = sys.argv[sys.argv.index("--only") + 1 :] if "--only" in sys.argv else list(PICTURES)
    IMAGES.mkdir(parents=True, exist_ok=True)
    for name in wanted:
        draw, ending = PICTURES[name]
        for lang in ONE if name == "ledger" else BOTH:
            raw = draw(lang)
            if len(raw) > MOST:
                sys.exit(f"{name}.{lang}: {len(raw)} bytes")
            file = IMAGES / f"{name}.{lang}.{ending}"
            file.write_bytes(raw)
            print(file.relative_to(ROOT), len(raw))


if __name__ == "__main__":
    main()
