"""Headings of one stage of schools that have several: 小学 / 在校生数, 在校生数 / 初中, 初中在校生数."""

import re

from junheng.workbook.heading_paths import Heading
from junheng.workbook.headings import Words, key

_WITHIN = re.compile(
    r"(小学|初中|普通初中|高中|普通高中)(?:学?部|学?段|阶段)?的?(.{2,})|(.{2,}?)\((小学|初中|高中)(?:学?部|学?段|阶段)?\)"
)


def stage_of(heading: Heading, words: Words) -> tuple[str, Heading] | None:
    """Return the stage that one step of a heading names, and the heading without it; None where there is not just one.

    >>> from junheng.standard.load import shipped_fields
    >>> stage_of(Heading(3, ("初中部", "在校生数"), 1), Words(shipped_fields()))
    ('junior', Heading(column=3, steps=('在校生数',), row=1))
    """
    form = words.fields.get("stage")
    if form is None:
        return None
    stages = {key(word): name for name, c in form.choices.items() for word in (c.zh, *c.aliases)}
    steps: list[str] = []
    found: set[str] = set()
    for step in heading.steps:
        bare = re.sub(r"学生$|情况$|学校$", "", key(step))
        if bare in stages:
            found.add(stages[bare])
            continue
        within = _WITHIN.fullmatch(key(step))
        word = (within[1] or within[4]) if within is not None else ""
        if within is not None and key(word) in stages:
            found.add(stages[key(word)])
            steps.append(within[2] or within[3])
            continue
        steps.append(step)
    if len(found) != 1 or not steps:
        return None
    rest = Heading(heading.column, tuple(steps), heading.row)
    return (found.pop(), rest) if rest.endings() else None
