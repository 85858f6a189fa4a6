"""Altair, imported when the first chart is described: it takes a second, and is an extra."""

import json
from collections.abc import Sequence
from typing import Any

from junheng import kinds
from junheng.problems import Place, Unusable


def altair() -> Any:  # noqa: ANN401 - its marks and encodings are typed too loosely to be worth checking
    """Return the module altair; raise Unusable where it is not installed."""
    try:
        import altair as alt
    except ImportError as error:
        raise Unusable([kinds.DOCUMENTS_EXTRA.at(Place("altair"), found="altair")]) from error
    return alt


def chart_of(rows: Sequence[dict[str, object]]) -> Any:  # noqa: ANN401
    """Return a chart of some rows, whatever their number.

    They stand in it as one text: altair copies what it is given at every step.
    """
    alt = altair()
    text = json.dumps(list(rows), ensure_ascii=False)
    return alt.Chart(alt.InlineData(values=text))
