"""Word documents from templates: ours, or a county's own. Text never becomes markup, and a template runs no code."""

import re
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zipfile import BadZipFile

from junheng import kinds
from junheng.documents.record import Record
from junheng.problems import Place, Unusable
from junheng.report.write import replacing
from junheng.text import Lang

if TYPE_CHECKING:
    from docxtpl import DocxTemplate

TEMPLATES = Path(__file__).parent / "templates"
_NO_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def template_of(name: str, lang: Lang) -> Path:
    """Return the shipped template of a document."""
    return TEMPLATES / f"{name}.{lang}.docx"


def opened(template: Path) -> "DocxTemplate":
    """Return a template, opened; raise Unusable where it is none, or what it takes is not installed."""
    try:
        from docx.opc.exceptions import PackageNotFoundError
        from docxtpl import DocxTemplate
    except ImportError as error:
        raise Unusable([kinds.DOCUMENTS_EXTRA.at(Place(str(template)), found=error.name or "docxtpl")]) from error
    try:
        made = DocxTemplate(template)
        made.init_docx()
    except (PackageNotFoundError, BadZipFile, KeyError, ValueError, OSError) as error:
        raise Unusable([kinds.TEMPLATE_FAULTY.at(Place(str(template)), found=type(error).__name__)]) from error
    return made


def clean(value: Any) -> Any:  # noqa: ANN401 - what a template is filled with, of any shape
    """Return what a template is filled with, without the characters that a document cannot hold."""
    if isinstance(value, str):
        return _NO_XML.sub("", value)
    if isinstance(value, Mapping):
        return {name: clean(entry) for name, entry in value.items()}
    return [clean(entry) for entry in value] if isinstance(value, list) else value


def fill(made: "DocxTemplate", template: Path, context: Mapping[str, Any], record: Record, path: Path) -> None:
    """Fill a template and write it; raise Unusable for names it uses that there are not, and for faulty tags."""
    from docx import Document
    from jinja2 import StrictUndefined, TemplateError
    from jinja2.sandbox import SandboxedEnvironment
    from lxml.etree import LxmlError

    environment = SandboxedEnvironment(autoescape=True, undefined=StrictUndefined)
    place = Place(str(template))
    try:
        unknown = sorted(made.get_undeclared_template_variables(environment) - set(context))
        if unknown:
            raise Unusable(
                [kinds.TEMPLATE_NAME_UNKNOWN.at(place, found=name, known="、".join(context)) for name in unknown]
            )
        made.render(clean(context), environment, autoescape=True)
        out = BytesIO()
        made.save(out)
        whole = Document(BytesIO(out.getvalue()))  # what cannot be opened is not handed in
    except (TemplateError, LxmlError, RecursionError, TypeError, ZeroDivisionError) as error:
        raise Unusable([kinds.TEMPLATE_FAULTY.at(place, found=str(error)[:120])]) from error
    properties = whole.core_properties
    properties.author = record.program
    properties.last_modified_by = record.program
    properties.title = f"{record.county or ''} {record.year or ''}".strip()
    properties.comments = f"{record.standard} SHA-256 {record.standard_sha256[:16]}"
    done = BytesIO()
    whole.save(done)
    with replacing(path) as beside:
        beside.write_bytes(done.getbuffer())
