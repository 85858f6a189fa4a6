"""One line of the ledger as a run sees it: whose item, how it stands, what is lacking."""

import json
from fractions import Fraction
from typing import NamedTuple

from junheng.documents.ledger.words import Standing
from junheng.report.model import Shown

NOTHING = Shown("")


class Key(NamedTuple):
    """What makes an item of the ledger the same from year to year.

    `code` where the school has one, else `town` and `name`; all three blank for what the county itself answers for.
    `stage` is blank where the item belongs to no stage.
    """

    county: str
    code: str
    town: str
    name: str
    stage: str
    item: str

    @property
    def text(self) -> str:
        """The key as it stands in the hidden column."""
        return json.dumps(list(self), ensure_ascii=False)

    @property
    def of_county(self) -> bool:
        """Whether it is an item of the county, not of a school."""
        return not (self.code or self.name)


def read_key(text: object) -> Key | None:
    """Return the key that a hidden cell holds; None where it holds none.

    >>> read_key('["示例县", "3137000001", "", "", "primary", "books"]').item
    'books'
    """
    try:
        parts = json.loads(text) if isinstance(text, str) else None
    except ValueError:
        return None
    if not isinstance(parts, list) or len(parts) != len(Key._fields) or not all(isinstance(p, str) for p in parts):
        return None
    return Key(*parts)


class Line(NamedTuple):
    """One item of one section, or of the county, in one run.

    `standing` is MET, BELOW or OPEN. `gap` and `floor` are blank where nothing is lacking or it cannot be said; `field`
    and `unit` are those of the numerator. `counted`: its gap is part of the totals. `work` is the class of work
    (hardware, software, county), `share` the part of what is required that is lacking, None where that cannot be said.
    `listed`: a ledger that did not hold the item before takes it in. `whole` are the sections that share one gap,
    `standard` is the name of the standard by which it is judged.
    """

    key: Key
    standing: Standing
    county: str
    town: str
    code: str
    school: str
    stage: str
    item: str
    figure: Shown = NOTHING
    bar: Shown = NOTHING
    gap: Shown = NOTHING
    floor: Shown = NOTHING
    outcome: str = ""
    closes: str = ""
    field: str | None = None
    unit: str = ""
    money: bool = False
    counted: bool = False
    at_most: bool = False
    work: str = ""
    share: Fraction | None = None
    listed: bool = True
    whole: tuple[int, ...] = ()
    standard: str = ""

    @property
    def lacking(self) -> Fraction | None:
        """How much is lacking, as shown; None where nothing is, or it cannot be said."""
        return None if self.gap.raw is None else Fraction(self.gap.raw)
