"""A small chart in one line of text: one block for each year, and the height of the limit behind a stroke."""

from collections.abc import Sequence

BLOCKS = "▁▂▃▄▅▆▇█"
GAP = "·"  # a year without a figure: never drawn between its neighbours


def sparkline(values: Sequence[float | None], limit: float | None = None) -> str:
    """Return values from 0 up as blocks; behind `│` the height of the limit, where there is one.

    The largest of them, the limit among them, is as high as the line. A value above its limit is always higher than the
    limit's block, or as high with `!` behind it.

    >>> sparkline([1.0, None, 4.0], 8.0), sparkline([0.0, 0.0]), sparkline([0.51], 0.5)
    ('▁·▄│█', '▁▁', '█!│█')
    """
    known = [value for value in (*values, limit) if value is not None]
    top = max(known, default=0.0)
    line = "" if limit is None else _block(limit, top)
    drawn = []
    for value in values:
        if value is None:
            drawn.append(GAP)
            continue
        block = _block(value, top)
        drawn.append(f"{block}!" if limit is not None and value > limit and block == line else block)
    return "".join(drawn) + (f"│{line}" if line else "")


def _block(value: float, top: float) -> str:
    share = value / top if top > 0 else 0.0
    return BLOCKS[min(len(BLOCKS) - 1, max(0, round(share * len(BLOCKS)) - 1))]
