"""Cells below a heading: whether they are what a field holds, whatever the heading says."""

import re
from collections.abc import Sequence

from junheng.standard.grammar import FieldForm
from junheng.workbook.columns import choices, clean_text, figures, parse_number, years
from junheng.workbook.headings import key
from junheng.workbook.traditional import simplified

ENOUGH = 0.5  # share of the cells below a heading that must be what the heading says
ALMOST_ALL = 0.8  # share of the cells that must look like a field where the heading does not say so

_NAME = re.compile(
    r".*(?:小学|中学|初中|学校|教学点|完小|分校|校区|中心校|附小|附中|国小|国中|高中|国小部|国\(中\)小)(?:\(.+\))?"
)
_COUNTY = re.compile(r"\D{1,12}(?:县|区|市|旗)")
_TOWN = re.compile(r"\D{1,12}(?:镇|乡|街道|区|市)")
_CODE = re.compile(r"[0-9A-Z]{6,14}")


def share_of(cells: Sequence[object], form: FieldForm) -> float:
    """Return the share of cells that a field could hold."""
    if form.kind == "choice":
        return 1 - len(choices(cells, form)[1]) / len(cells)
    if form.kind == "year":
        return 1 - len(years(cells, form)[1]) / len(cells)
    if form.kind == "flag":
        return 1 - len(figures(cells, form)[1]) / len(cells)
    numbers = sum(not isinstance(parse_number(cell) if isinstance(cell, str) else cell, str) for cell in cells)
    return numbers / len(cells) if form.numeric else 1 - numbers / len(cells)


def identifies(name: str, cells: Sequence[object], form: FieldForm) -> bool:
    """Say whether almost all cells are what identifies a school, whatever their heading says."""
    if form.kind == "choice":
        return share_of(cells, form) >= ALMOST_ALL
    texts = [simplified(key(clean_text(cell))) for cell in cells]
    if name == "year":
        good = [text for text in texts if re.fullmatch(r"(?:19|20)\d\d(?:-(?:19|20)?\d\d)?(?:学年度?|年)?", text)]
        return len(good) >= ALMOST_ALL * len(texts) and len(set(texts)) < len(texts) / 2
    if name == "code":
        return len(set(texts)) == len(texts) and all(_CODE.fullmatch(text.upper()) for text in texts)
    pattern = {"name": _NAME, "county": _COUNTY, "town": _TOWN}[name]
    like = sum(pattern.fullmatch(text) is not None for text in texts) >= ALMOST_ALL * len(texts)
    return like and (name != "name" or len(set(texts)) > ENOUGH * len(texts))
