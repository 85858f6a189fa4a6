"""Blocks as Markdown. Text of cells is escaped: neither markup nor HTML."""

import re
from collections.abc import Iterator, Mapping, Sequence

from junheng.problems import Problem
from junheng.report import words
from junheng.report.model import Block, Line
from junheng.text import Lang
from junheng.waivers import Waiver

_SPECIAL = re.compile(r"([\\`*_{}\[\]()#+!|~$])")


def escape(text: str) -> str:
    r"""Return a text that Markdown shows as it is.

    >>> escape("<b>|[x](y)")
    '&lt;b&gt;\\|\\[x\\]\\(y\\)'
    """
    text = "".join(c if c.isprintable() else " " for c in text)
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _SPECIAL.sub(r"\\\1", text).replace("://", ":&#47;&#47;")


def draw(blocks: Sequence[Block]) -> Iterator[str]:
    """Yield blocks as lines."""
    first = True
    for block in blocks:
        if isinstance(block, Line):
            text = escape(block.shown.with_sign)
            yield (f"# {text}" if first else f"**{text}**") if block.strong else text
            yield ""
            first = False
            continue
        if block.title:
            yield f"## {escape(block.title)}"
            yield ""
        yield "| " + " | ".join(escape(column.name) for column in block.columns) + " |"
        yield "|" + "|".join("---:" if column.number else "---" for column in block.columns) + "|"
        for row in block.rows:
            yield "| " + " | ".join(escape(entry.with_sign) for entry in row) + " |"
        yield ""
        if block.note:
            yield escape(block.note)
            yield ""


def draw_problems(
    problems: Sequence[Problem], lang: Lang, waived: Mapping[Problem, Waiver] | None = None
) -> Iterator[str]:
    """Yield problems as a table; nothing where there are none."""
    if not problems:
        return
    yield "## 问题清单" if lang == "zh" else "## Problems"
    yield ""
    yield "| 位置 | 代码 | 问题 | 提示 |" if lang == "zh" else "| Place | Code | Problem | Hint |"
    yield "|---|---|---|---|"
    for p in problems:
        waiver = (waived or {}).get(p)
        message = p.message(lang) + (f" — {words.waived(waiver).say(lang)}" if waiver else "")
        yield f"| {escape(str(p.place))} | {p.kind.code} | {escape(message)} | {escape(p.hint(lang))} |"
    yield ""
