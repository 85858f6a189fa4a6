"""The lists of a collection as one CSV: a line for every entry of every list, which list it is in the first column."""

from collections.abc import Iterator

from junheng.collect.lists import HEADINGS, lists
from junheng.collect.run import Collected
from junheng.report.to_csv import inert, line
from junheng.text import Lang, Text

_LIST = Text("清单", "List")
_ORDER = (
    *("code", "name", "stage", "county", "town", "item", "value", "file", "sheet", "cell"),
    *(
        "other_value",
        "other_file",
        "other_sheet",
        "other_cell",
        "problem_code",
        "severity",
        "problem",
        "hint",
        "remark",
    ),
)


def collect_csv(collected: Collected, lang: Lang) -> Iterator[str]:
    """Yield the heading and a line for every entry; text that a spreadsheet would run is quoted."""
    yield line([_LIST.say(lang), *(HEADINGS[name].say(lang) for name in _ORDER)])
    for listed in lists(collected, lang):
        for row in listed.rows:
            said = dict(zip(listed.columns, row, strict=True))
            entries = [said.get(name) for name in _ORDER]
            yield line([listed.name.say(lang), *(inert(e) if isinstance(e, str) else e for e in entries)])
