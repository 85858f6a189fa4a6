"""自评报告: the self-assessment of a county in Word, from our template or the county's own."""

from io import BytesIO
from pathlib import Path
from typing import Any

from junheng.documents.narrative import Narrative
from junheng.documents.submission import Submission
from junheng.documents.word import fill, opened, template_of

NAME = "self-report"
PICTURE_MM = 150


def self_report_context(submission: Submission) -> dict[str, Any]:
    """Return what a template of a self-assessment is filled with, but for the pictures."""
    form = submission.run.standard.form
    short = (form.short or form.title).text.say(submission.lang)
    return {**Narrative(submission).context(), "标准简称": short}


def write_self_report(submission: Submission, path: Path) -> None:
    """Write the self-assessment; raise Unusable where the template is none, or cannot be filled."""
    template = submission.template or template_of(NAME, submission.lang)
    made = opened(template)  # says so where what the rest imports is not installed

    from docx.shared import Mm
    from docxtpl import InlineImage

    from junheng.documents.charts.pictures import pictures

    context = self_report_context(submission)
    context["图"] = [
        {"名称": title, "图": InlineImage(made, BytesIO(content), width=Mm(PICTURE_MM))}
        for title, content in pictures(submission)
    ]
    fill(made, template, context, submission.record, path)
