"""Options that several commands share, declared once."""

import os
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from junheng.text import Lang as SpokenIn


def _asked() -> str:
    """Return the language asked for on the command line or in the environment, before options are parsed."""
    words = sys.argv[1:]
    for at, word in enumerate(words):
        if word == "--lang" and at + 1 < len(words):
            return words[at + 1]
        if word.startswith("--lang="):
            return word.partition("=")[2]
    return os.environ.get("JUNHENG_LANG", "zh")


_EN = _asked() == "en"


def say(zh: str, en: str) -> str:
    """Return a help text in the language asked for."""
    return en if _EN else zh


class Language(StrEnum):
    """The languages of output."""

    zh = "zh"
    en = "en"


def words_of(language: Language) -> SpokenIn:
    """Return the language as the library takes it."""
    return "en" if language is Language.en else "zh"


class Format(StrEnum):
    """What a command can print."""

    text = "text"
    json = "json"
    csv = "csv"
    markdown = "markdown"


class PrintFormat(StrEnum):
    """What a command about standards can print."""

    text = "text"
    markdown = "markdown"
    json = "json"


class By(StrEnum):
    """What coefficients are computed over."""

    county = "county"
    town = "town"
    group = "group"


Paths = Annotated[
    list[Path] | None,
    typer.Argument(
        metavar="PATH", help=say("学校表或其文件夹；默认用 junheng.yaml 所列", "Workbooks or folders of them.")
    ),
]
Lang = Annotated[
    Language,
    typer.Option(
        "--lang", envvar="JUNHENG_LANG", help=say("输出语言：zh en", "Language of output: zh en."), show_default=True
    ),
]
Standards = Annotated[
    list[str] | None,
    typer.Option(
        "--standard",
        "-s",
        help=say(
            "标准的编号、类别（quality-balance、basic-balance）或 YAML 文件；可重复",
            "A standard's id, its family (quality-balance, basic-balance) or a YAML file; may be repeated.",
        ),
    ),
]
Standard = Annotated[str, typer.Argument(metavar="S", help=say("编号、类别或 YAML 文件", "Id, family or YAML file."))]
Year = Annotated[
    int | None,
    typer.Option(
        "--year", "-y", min=1, max=9999, help=say("年度（学年开始的一年）", "School year, the year it begins in.")
    ),
]
Formats = Annotated[
    Format | None,
    typer.Option(
        "--format", "-f", help=say("输出格式：text json csv markdown", "What to print: text json csv markdown.")
    ),
]
PrintFormats = Annotated[
    PrintFormat, typer.Option("--format", "-f", help=say("输出格式：text markdown json", "text markdown json."))
]
Output = Annotated[
    Path | None,
    typer.Option(
        "--output",
        "-o",
        help=say("写入文件；格式由结尾决定：.xlsx .json .csv .md .txt", "Write a file: .xlsx .json .csv .md .txt."),
    ),
]
Columns = Annotated[
    Path | None,
    typer.Option(
        "--columns", help=say("列标题文件：表中的列各是什么", "A columns file: which heading feeds which field.")
    ),
]
Settings = Annotated[
    list[str] | None,
    typer.Option(
        "--setting",
        help=say(
            "口径设定，如 teacher_ratio_of=staff；可重复", "A setting such as teacher_ratio_of=staff; may be repeated."
        ),
    ),
]
Sheets = Annotated[
    list[str] | None,
    typer.Option("--sheet", help=say("只读这张工作表；可重复", "Read this sheet only; may be repeated.")),
]
Province = Annotated[
    str | None,
    typer.Option(
        "--province",
        help=say(
            "省份，如 陕西：学校按该省的办学基本标准判定（2012年办法）；或该标准的 YAML 文件",
            "The province, such as shaanxi: its standard judges the schools (method of 2012); or a YAML file of it.",
        ),
    ),
]
Annotate = Annotated[
    Path | None,
    typer.Option(
        "--annotate",
        help=say(
            "退回的工作簿：原表的副本，有问题的格涂色加批注，另有“问题清单”；几个表时给出文件夹",
            "Hand the workbook back: a copy with faulty cells shaded and commented, and a list; a folder for several.",
        ),
    ),
]
Waivers = Annotated[
    Path | None,
    typer.Option(
        "--waivers",
        help=say(
            "豁免文件；默认用 junheng.yaml 所列，或其旁边的 waivers.yaml",
            "A file of waivers; by default that of junheng.yaml, or waivers.yaml beside it.",
        ),
    ),
]
ApplyWaivers = Annotated[
    bool,
    typer.Option(
        "--apply-waivers",
        help=say("退出码按计入豁免后的结论", "The exit code follows the verdict with waivers."),
    ),
]
ExitZero = Annotated[
    bool,
    typer.Option("--exit-zero", help=say("未达标或无法判定时也以 0 退出", "Exit 0 whatever the verdict.")),
]
Everything = Annotated[bool, typer.Option("--all", help=say("列出全部学校和指标", "Show every school and indicator."))]
Why = Annotated[
    bool,
    typer.Option(
        "--why", help=say("列出每个结论的来源、拆分、计算和依据", "Show cells, division, value, bar and clause.")
    ),
]
