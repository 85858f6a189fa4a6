"""What one county hands in: its verdict, from one run, and what every document of it states about that run."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from junheng.documents.record import Record
from junheng.engine.model import CountyVerdict
from junheng.run import Run
from junheng.text import Lang


class Submission(NamedTuple):
    """One county of a run, ready to be written in any document.

    `county` is one of `run.counties`; its `sections` index the columns of `run.assessment`. `earlier` are runs of
    earlier years over the same county, oldest first, for what is shown over the years. `template` is a docx of the
    county's own, `costs` a file of prices, `warnings` one of rules of warnings over the
    years, `identity` one of changes of schools; `target_years` by county, None for every other.
    """

    run: Run
    county: CountyVerdict
    record: Record
    lang: Lang
    earlier: Sequence[Run] = ()
    template: Path | None = None
    costs: Path | None = None
    warnings: Path | None = None
    identity: Path | None = None
    target_years: Mapping[str | None, int] = {}

    @property
    def name(self) -> str:
        """The county's name; that of the table where it has none."""
        return self.county.name or ("本表" if self.lang == "zh" else "the table")

    def say(self, zh: str, en: str) -> str:
        """Return one of two wordings."""
        return zh if self.lang == "zh" else en

    def in_order(self) -> list[int]:
        """Return the county's sections in the order of its table, which is that of every table handed in."""
        return sorted(self.county.sections)
