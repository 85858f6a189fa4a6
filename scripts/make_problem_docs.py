"""Write docs/problems.md: every kind of problem in both languages. With --check, fail where the page is not fresh."""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

from junheng import kinds
from junheng.problems import Kind, Severity
from junheng.text import Lang, Text

PAGE = Path(__file__).resolve().parent.parent / "docs" / "problems.md"

INTRODUCTION = (
    Text(
        "`junheng` 指出的每个问题都有代码、位置、说明和一条提示。代码不会改变，停用的代码不再使用。"
        "位置是单元格（`school.xlsx › 学校!C5`）、标准文件的行和列（`mine.yaml:8:15`）、文件或标准。"
        "文中的 `field` 一类词代表具体内容。在命令行可用 `junheng explain W204` 查看。",
        "Every problem that `junheng` points out has a code, a place, a message and one hint. Codes do not change, and a retired "
        "code is not used again. A place is a cell (`school.xlsx › 学校!C5`), a line and column of a standards file "
        "(`mine.yaml:8:15`), a file or a standard. Words such as `field` stand for what was found. On the command line, "
        "`junheng explain W204` says the same.",
    ),
    Text(
        "**错误**：该数据、行、工作表或文件不能照用。**提醒**：已经采用，但作了一个应当知道的处理。**说明**：供参考。",
        "**Error**: the figure, row, sheet or file cannot be used as it stands. **Warning**: it is used, with a decision that "
        "the reader should know. **Note**: said for completeness.",
    ),
)
FAMILIES: dict[str, tuple[Text, Text]] = {
    "S": (
        Text("标准文件", "Standards files"),
        Text(
            "写标准文件的人会遇到：S1 是读取和 YAML 文本，S2 是键和值的形式，S3 是出处、引文、学段等内容上的矛盾。",
            "For those who write standards files: S1 is reading and YAML text, S2 the form of keys and values, S3 contradictions "
            "in what they say, such as citations, quotes and stages.",
        ),
    ),
    "W": (
        Text("学校表", "Workbooks"),
        Text(
            "填报和汇总学校表的人会遇到：W1 是文件、工作表和列标题，W2 是单元格，W3 是一行，W4 是几行之间。",
            "For those who fill in and collect school tables: W1 is files, sheets and headings, W2 cells, W3 rows, W4 what stands "
            "between rows.",
        ),
    ),
    "A": (
        Text("判定", "Judging"),
        Text(
            "数据可以读取，但判定本身有需要说明之处，或无法作出。",
            "The figures can be read, but something has to be said about the judgement, or it cannot be made.",
        ),
    ),
    "C": (
        Text("命令", "The command"),
        Text(
            "命令行本身的问题：选项、输出文件和项目文件。",
            "The command line itself: options, files to write and the project file.",
        ),
    ),
}
SEVERITIES = {
    Severity.ERROR: Text("错误", "error"),
    Severity.WARNING: Text("提醒", "warning"),
    Severity.NOTE: Text("说明", "note"),
}
HINT: dict[Lang, str] = {"zh": "提示：", "en": "Hint: "}


def _shape(text: str) -> str:
    """Return a message with its facts as code, and nothing that Markdown would take for its own."""
    return re.sub(r"\{(\w+)\}", r"`\1`", text.replace("*", r"\*"))


def _section(kind: Kind) -> Iterator[str]:
    severity = SEVERITIES[kind.severity]
    yield f"### {kind.code} · {severity.zh} {severity.en}\n"
    for lang in ("zh", "en"):
        yield f"{_shape(kind.message.say(lang))}  "
        yield f"{HINT[lang]}{_shape(kind.hint.say(lang))}\n"


def page() -> str:
    """Return the whole page."""
    lines = ["<!-- made by scripts/make_problem_docs.py from src/junheng/kinds.py -->", "# 问题代码 · Problem codes\n"]
    for lang in ("zh", "en"):
        lines += [f"{text.say(lang)}\n" for text in INTRODUCTION]
    for family, (title, sentence) in FAMILIES.items():
        lines += [f"## {family} · {title.zh} · {title.en}\n", f"{sentence.zh}\n", f"{sentence.en}\n"]
        for code in sorted(kinds.ALL):
            if code.startswith(family):
                lines += _section(kinds.ALL[code])
    return "\n".join(lines).rstrip("\n") + "\n"


def main() -> None:
    """Write the page, or with --check compare it."""
    text = page()
    if sys.argv[1:] == ["--check"]:
        if not PAGE.is_file() or PAGE.read_text("utf-8") != text:
            sys.exit(f"{PAGE.name} is stale: run scripts/{Path(__file__).name}")
        return
    PAGE.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
