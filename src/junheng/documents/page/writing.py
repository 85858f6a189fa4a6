"""The county page is written: one file, whose policy forbids every request and every script but its own."""

import base64
import hashlib
import json
from collections.abc import Mapping
from fractions import Fraction
from importlib.resources import files
from pathlib import Path

from junheng import kinds
from junheng.documents.page.content import content_of
from junheng.documents.record import record_json
from junheng.documents.submission import Submission
from junheng.problems import Place, Unusable
from junheng.report.why import number
from junheng.report.write import write_text


def write_page(submission: Submission, path: Path) -> None:
    """Write the page of a county as one HTML file.

    Raise Unusable where the file cannot be written, or what draws the charts is not installed.
    """
    try:
        from jinja2 import Environment, StrictUndefined
        from markupsafe import Markup
    except ImportError as error:
        raise Unusable([kinds.DOCUMENTS_EXTRA.at(Place(str(path)), found="jinja2")]) from error
    folder = files("junheng.documents.page")
    own = {name: (folder / f"county.{name}").read_text("utf-8") for name in ("html", "css", "js")}
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    environment.filters["figure"] = _figure
    drawn = environment.from_string(own["html"]).render(
        page=content_of(submission, Markup),
        policy=policy(own["css"], own["js"]),
        style=Markup(own["css"]),  # noqa: S704 - our own file
        script=Markup(own["js"]),  # noqa: S704 - our own file
        record=Markup(json_for_html(record_json(submission.record))),  # noqa: S704 - escaped there
    )
    write_text(path, [drawn])


def _figure(raw: float | Fraction) -> str:
    """Return a number as the JSON of the run has it."""
    return json.dumps(number(raw))


def json_for_html(value: Mapping[str, object]) -> str:
    r"""Return JSON that no text in it can end the element around.

    >>> json_for_html({"a": "</script><!--"})
    '{"a": "\\u003c/script\\u003e\\u003c!--"}'
    """
    text = json.dumps(value, ensure_ascii=True)
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def policy(style: str, script: str) -> str:
    """Return the content security policy: nothing is asked for, only this style and this script hold."""

    def hashed(text: str) -> str:
        return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()

    return (
        f"default-src 'none'; style-src 'sha256-{hashed(style)}'; script-src 'sha256-{hashed(script)}'; "
        "base-uri 'none'; form-action 'none'"
    )
