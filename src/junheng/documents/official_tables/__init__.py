"""The official tables (申报表) as one workbook: tables Ⅰ to Ⅵ, the coefficients, the divisions, and their checks."""

from collections.abc import Callable, Collection
from pathlib import Path
from typing import TYPE_CHECKING

from junheng.documents.catalogue import APPLICATION_TABLES
from junheng.documents.submission import Submission

if TYPE_CHECKING:
    from junheng.documents.official_tables.page import Book

TABLES = APPLICATION_TABLES
"""The tables that can be asked for, in the order of the workbook, each with its name in both languages."""


def write_official_tables(submission: Submission, path: Path, only: Collection[str] = ()) -> None:
    """Write the official tables of one county, one sheet for each, the checks and the record of the run behind them.

    `only` are names of TABLES in either language; none means all. Cells hold the exact figures and show as many
    decimals as the form asks for; the sheet 数据与校验 computes them again by live formulas. Raise Unusable where the
    file cannot be written.
    """
    from junheng.documents.official_tables.page import Book

    book = Book(submission)
    writers = _writers()
    for table in TABLES:
        if not only or table.zh in only or table.en in only:
            writers[table.zh](book, table.say(submission.lang))
    if not only or _CHECKED & {table.zh for table in TABLES if table.zh in only or table.en in only}:
        from junheng.documents.official_tables.checks import write_checks

        write_checks(book)
    book.write(path)


_CHECKED = frozenset({"表Ⅱ-1", "表Ⅱ-2", "表Ⅲ", "校际差异系数表"})


def _writers() -> dict[str, Callable[["Book", str], None]]:
    """Return what writes each table, by its Chinese name."""
    from junheng.documents.official_tables.balance import write_balance, write_coefficients
    from junheng.documents.official_tables.basics import write_basics
    from junheng.documents.official_tables.counts import write_counts
    from junheng.documents.official_tables.division import write_division
    from junheng.documents.official_tables.items import write_government, write_quality_or_funds
    from junheng.documents.official_tables.recognition import write_recognition
    from junheng.documents.official_tables.schools import write_schools

    return {
        "表Ⅰ": write_basics,
        "表Ⅱ-1": write_counts,
        "表Ⅱ-2": write_schools,
        "表Ⅲ": write_balance,
        "表Ⅳ": write_government,
        "表Ⅴ": write_quality_or_funds,
        "表Ⅵ": write_recognition,
        "校际差异系数表": write_coefficients,
        "拆分计算表": write_division,
    }
