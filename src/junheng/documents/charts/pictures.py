"""The charts of a county as pictures for Word."""

from itertools import chain

from junheng.documents.charts.drawing import chinese_font, picture
from junheng.documents.charts.gallery import gallery_of
from junheng.documents.submission import Submission


def pictures(submission: Submission) -> list[tuple[str, bytes]]:
    """Return every chart with its title, as PNG, in the order of the county page.

    Nothing where no font with Chinese characters is there: boxes are worse than no picture.
    """
    if chinese_font() is None:
        return []
    return [(drawing.title, picture(drawing.svg)) for drawing in chain(*gallery_of(submission))]
