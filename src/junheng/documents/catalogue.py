"""The documents there are: what each is called, which file it is, and what writes it."""

import unicodedata
from collections.abc import Callable, Sequence
from difflib import get_close_matches
from importlib import import_module
from pathlib import Path
from typing import NamedTuple

from junheng import kinds
from junheng.documents.submission import Submission
from junheng.problems import Place, Problem, Unusable
from junheng.text import Lang, Text

Writer = Callable[..., Sequence[Problem] | None]
"""Takes what is handed in, the path, and the names of tables where there are any; returns what is to be said of it."""


class Document(NamedTuple):
    """One file that is handed in.

    `tables` are the parts of it that can be asked for alone, `writer` the module and function that write it; those of
    a document with tables take the names of the tables asked for as well.
    """

    id: str
    name: Text
    suffix: str
    writer: str
    tables: tuple[Text, ...] = ()
    aliases: tuple[str, ...] = ()
    pictures: bool = False  # it has pictures, which take a font of their own

    def file(self, lang: Lang) -> str:
        """Return the name of its file."""
        return f"{self.name.say(lang)}{self.suffix}"


APPLICATION_TABLES = (
    Text("表Ⅰ", "Table I"),
    Text("表Ⅱ-1", "Table II-1"),
    Text("表Ⅱ-2", "Table II-2"),
    Text("表Ⅲ", "Table III"),
    Text("表Ⅳ", "Table IV"),
    Text("表Ⅴ", "Table V"),
    Text("表Ⅵ", "Table VI"),
    Text("校际差异系数表", "Coefficients of variation"),
    Text("拆分计算表", "Division of shared resources"),
)
COUNTED = ("classes", "staff", "teachers")
"""Figures that 表Ⅰ and 表Ⅱ-2 of the application show of every school, whether or not a standard judges by them."""
DOCUMENTS = (
    Document(
        "application",
        Text("申报表", "Application tables"),
        ".xlsx",
        "junheng.documents.official_tables:write_official_tables",
        APPLICATION_TABLES,
    ),
    Document(
        "ledger",
        Text("台账", "Ledgers"),
        ".xlsx",
        "junheng.documents.ledger:write_ledger",
        aliases=("已达标台账", "未达标台账", "缺口统计表", "大班额超规模清单", "佐证材料目录", "ledger"),
    ),
    Document(
        "self_report",
        Text("自评报告", "Self-assessment"),
        ".docx",
        "junheng.documents.self_report:write_self_report",
        aliases=("自查自评报告", "self-report"),
        pictures=True,
    ),
    Document(
        "school_plans",
        Text("一校一策", "School plans"),
        ".docx",
        "junheng.documents.school_plan:write_school_plans",
        aliases=("school-plan",),
    ),
    Document(
        "page", Text("县情页", "County page"), ".html", "junheng.documents.page:write_page", aliases=("网页", "page")
    ),
)


class Wanted(NamedTuple):
    """A document that is to be written, with the tables asked for alone; all of it where none is named."""

    document: Document
    tables: tuple[str, ...] = ()

    def write(self, submission: Submission, path: Path) -> Sequence[Problem]:
        """Write it; return what is to be said of what was written."""
        module, function = self.document.writer.split(":")
        writer: Writer = getattr(import_module(module), function)
        tables = [self.tables] if self.document.tables else []
        return writer(submission, path, *tables) or ()


def _key(name: str) -> str:
    """Return a name without what does not matter: 表Ⅲ, 表III and 表3 are one, 大班额/超规模 and 大班额超规模."""
    text = "".join(unicodedata.normalize("NFKC", name).split()).lower().replace("—", "-").replace("/", "")
    for digit, roman in (("3", "iii"), ("6", "vi"), ("4", "iv"), ("2", "ii"), ("5", "v"), ("1", "i")):
        text = text.replace(f"表{digit}", f"表{roman}").replace(f"table{digit}", f"table{roman}")
    return text


def _names() -> dict[str, tuple[Document, str]]:
    names: dict[str, tuple[Document, str]] = {}
    for document in DOCUMENTS:
        for name in (document.id, document.name.zh, document.name.en, *document.aliases):
            names[_key(name)] = document, ""
        for table in document.tables:
            for name in (table.zh, table.en):
                names[_key(name)] = document, table.zh
    return names


def chosen(only: Sequence[str]) -> list[Wanted]:
    """Return the documents that names ask for, all of them where there is none; raise Unusable for an unknown name.

    Names may stand in one text, with commas between them.
    """
    asked = [name.strip() for text in only for name in text.replace("，", ",").replace("、", ",").split(",")]
    asked = [name for name in asked if name]
    if not asked:
        return [Wanted(document) for document in DOCUMENTS]
    names, problems = _names(), []
    tables: dict[str, list[str]] = {}
    for name in asked:
        found = names.get(_key(name))
        if found is None:
            near = [names[k] for k in get_close_matches(_key(name), list(names), 3, 0.6)]
            known = [table or document.name.zh for document, table in near] or [d.name.zh for d in DOCUMENTS]
            problems.append(
                kinds.DOCUMENT_UNKNOWN.at(Place("--only"), found=name, known="、".join(dict.fromkeys(known)))
            )
            continue
        document, table = found
        tables.setdefault(document.id, []).append(table)
    if problems:
        raise Unusable(problems)
    return [
        Wanted(document, () if "" in tables[document.id] else tuple(dict.fromkeys(tables[document.id])))
        for document in DOCUMENTS
        if document.id in tables
    ]
