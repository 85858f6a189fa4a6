"""Headings as words: what does not matter in them, the units they name, and the fields they stand for."""

import re
import unicodedata
from collections.abc import Mapping
from difflib import get_close_matches
from functools import lru_cache

from junheng.standard.grammar import FieldForm

MOST_LOOKED_AT = 2000  # different headings of which near ones are looked for: no table of schools has so many
ENOUGH_ALIKE = 0.85  # how alike a heading must be to be suggested

# how many of the field's unit one of the written unit is; arithmetic, not law
UNITS: Mapping[str, Mapping[str, float]] = {
    "元": {"元": 1, "千元": 1000, "万元": 10_000, "亿元": 100_000_000},
    "㎡": {"㎡": 1, "m2": 1, "平方米": 1, "平米": 1, "平方": 1, "公顷": 10_000},
    "人": {"人": 1, "名": 1, "位": 1},
    "个": {"个": 1, "班": 1},
    "台": {"台": 1, "套": 1},
    "册": {"册": 1, "本": 1, "万册": 10_000},
    "间": {"间": 1, "个": 1},
}
_UNIT_WORDS = {unit for units in UNITS.values() for unit in units}


@lru_cache(maxsize=4096)
def key(heading: str) -> str:
    r"""Return a heading without what does not matter: spaces, line breaks, full-width forms, the kind of bracket.

    >>> key(" 教学及辅 助用房\n面积（ ㎡）") == key("教学及辅助用房面积(㎡)")
    True
    """
    text = "".join(unicodedata.normalize("NFKC", heading).split()).translate(str.maketrans("[]{}【】〔〕", "()()()()"))
    return re.sub(r"[\ufeff\u200b*＊:：]", "", text).lower()


def path_key(path: str) -> str:
    """Return the key of a heading that may be a path, its steps without the signs of a part (#, a final colon).

    >>> path_key("专任教师 / #按学历分 / 本科")
    '专任教师/按学历分/本科'
    """
    return "/".join(re.sub(r"^[#＃]+|[:：]$", "", key(step)) for step in path.split("/"))


@lru_cache(maxsize=4096)
def split_unit(heading: str, units: frozenset[str] = frozenset(_UNIT_WORDS)) -> tuple[str, str | None]:
    """Return a heading's key without its unit, and the unit: one of `units`, or what looks like one.

    >>> split_unit("教学仪器设备值（单位：万元）"), split_unit("学校(机构)名称")
    (('教学仪器设备值', '万元'), ('学校(机构)名称', None))
    """
    text = key(heading)
    match = re.fullmatch(r"(.+?)[(,/](?:单位)?([^(),/]+)\)?", text)
    if match and (match[2] in units or match[2].endswith(("元", "米", "米2", "亩", "册", "台", "间", "人"))):
        return match[1], match[2]
    return text, None


def factor(form: FieldForm, unit: str) -> float | None:
    """Return how many of a field's unit one of another unit is, or None where that cannot be said."""
    own = key(form.unit or "")
    return 1.0 if unit == own else UNITS.get(form.unit or "", {}).get(unit)


class Words:
    """The headings of all fields, ready to be looked up."""

    def __init__(self, fields: Mapping[str, FieldForm]) -> None:
        self.fields = fields
        self.units = frozenset(_UNIT_WORDS | {key(form.unit) for form in fields.values() if form.unit})
        self.by_key: dict[str, str] = {}
        self._near: dict[str, str | None] = {}
        for name, form in fields.items():
            for heading in (form.zh, form.en, name, *form.headers):
                self.by_key.setdefault(key(heading), name)

    def find(self, heading: str) -> tuple[str, str | None] | None:
        """Return the field of a heading and the unit it names, or None."""
        whole = self.by_key.get(key(heading))
        if whole is not None:
            return whole, None
        bare, unit = split_unit(heading, self.units)
        found = self.by_key.get(bare)
        return None if found is None else (found, unit)

    def nearest(self, heading: str) -> str | None:
        """Return the field whose heading is nearly this one, or None; looked for under the first headings only."""
        bare, _ = split_unit(heading, self.units)
        if bare not in self._near:
            if len(self._near) >= MOST_LOOKED_AT:
                return None
            close = get_close_matches(bare, list(self.by_key), 1, ENOUGH_ALIKE)
            self._near[bare] = self.by_key[close[0]] if close else None
        return self._near[bare]
