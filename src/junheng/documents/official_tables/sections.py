"""Which sections (学部) of the county stand in the tables, and in which order: that of the table of schools."""

from junheng.documents.official_tables.page import Book

STAGES = ("primary", "junior")


def staged(book: Book, stage: str) -> list[int]:
    """Return the sections of a stage that are judged or would be, in the order of the table.

    They are those that coefficients are computed from: a section whose type cannot be told is one of them.
    """
    left_out = book.submission.run.assessment.left_out
    stages = book.report.table.text("stage")
    return [i for i in book.submission.in_order() if left_out[i] is None and stages[i] == stage]


def judged_of(book: Book, stage: str) -> list[int]:
    """Return the sections of a stage that are judged, in the order of the table."""
    return [i for i in staged(book, stage) if i not in book.report.table.unplaced]


def unstaged(book: Book) -> list[int]:
    """Return the sections that would be judged, but whose stage cannot be told."""
    left_out = book.submission.run.assessment.left_out
    stages = book.report.table.text("stage")
    return [i for i in book.submission.in_order() if left_out[i] is None and stages[i] not in STAGES]


def unplaced_of(book: Book) -> list[int]:
    """Return the sections whose stage or type cannot be told."""
    left_out = book.submission.run.assessment.left_out
    unplaced = book.report.table.unplaced
    return [i for i in book.submission.in_order() if i in unplaced and left_out[i] is None]
