"""How charts look: colours that colour-blind readers tell apart, a shape for every outcome, the fonts."""

from collections.abc import Mapping

from junheng.engine.model import Outcome
from junheng.report import words
from junheng.text import Lang

FONTS = (
    "Microsoft YaHei",
    "PingFang SC",
    "Hiragino Sans GB",
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "Source Han Sans SC",
    "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei",
    "SimSun",
    "Heiti SC",
    "Droid Sans Fallback",
    "Noto Serif CJK SC",
)  # with Chinese characters: those of Windows and macOS, then those of Linux
FONT_STACK = ", ".join([*(f"'{name}'" for name in FONTS), "sans-serif"])
CROSS = "×"  # every Chinese font has it; of ✗ a picture would take the whole line from another font
INK, QUIET, LINE, GUIDE = "#1f2933", "#59636e", "#111111", "#e4e7eb"

COLOURS: Mapping[Outcome, str] = {  # each at least 3:1 against white, and of differing lightness
    Outcome.MET: "#1f6fb4",
    Outcome.CLOSE: "#b87700",
    Outcome.UNMET: "#a8102e",
    Outcome.MISSING: "#5f6b7a",
    Outcome.EXEMPT: "#7d8792",
}
_CROSS = "M-1,-.6L-.6,-1L0,-.4L.6,-1L1,-.6L.4,0L1,.6L.6,1L0,.4L-.6,1L-1,.6L-.4,0Z"
SHAPES: Mapping[Outcome, str] = {
    Outcome.MET: "circle",
    Outcome.CLOSE: "triangle-up",
    Outcome.UNMET: _CROSS,
    Outcome.MISSING: "square",
    Outcome.EXEMPT: "diamond",
}
MARKS: Mapping[Outcome, str] = {  # the shapes as characters, for the line below a title
    Outcome.MET: "●",
    Outcome.CLOSE: "▲",
    Outcome.UNMET: CROSS,
    Outcome.MISSING: "？",
    Outcome.EXEMPT: "◆",
}
PASSED: Mapping[bool | None, Outcome] = {True: Outcome.MET, False: Outcome.UNMET, None: Outcome.MISSING}
STAGE_COLOURS = {"primary": "#1f6fb4", "junior": "#a8102e"}
STAGE_DASHES = {"primary": [1, 0], "junior": [6, 3]}
STAGE_SHAPES = {"primary": "circle", "junior": "triangle-up"}

CONFIG: Mapping[str, object] = {
    "background": "white",
    "view": {"stroke": None},
    "axis": {
        "labelColor": INK,
        "titleColor": INK,
        "titleFontWeight": "normal",
        "gridColor": GUIDE,
        "tickColor": QUIET,
        "domainColor": QUIET,
        "labelLimit": 0,
        "titleLimit": 0,
    },
    "title": {
        "anchor": "start",
        "fontSize": 13,
        "color": INK,
        "subtitleColor": QUIET,
        "subtitleFontSize": 11,
        "subtitlePadding": 4,
        "offset": 10,
        "limit": 0,
    },
    "legend": {"labelLimit": 0, "titleLimit": 0, "labelColor": INK, "symbolType": "square"},
    "text": {"color": INK, "fontSize": 11},
}


def counted(outcomes: Mapping[Outcome, int], lang: Lang) -> str:
    """Say how often each outcome occurs, each with the mark that stands for it."""
    return "　".join(
        f"{MARKS[outcome]} {words.OUTCOMES[outcome].say(lang)} {outcomes[outcome]}"
        for outcome in Outcome
        if outcomes.get(outcome)
    )
