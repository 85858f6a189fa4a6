"""一校一策: a page for each school in Word, what it has, what it lacks, and what has to be done."""

from pathlib import Path
from typing import Any

from junheng.documents.narrative import Narrative
from junheng.documents.submission import Submission
from junheng.documents.word import fill, opened, template_of

NAME = "school-plan"


def school_plan_context(submission: Submission) -> dict[str, Any]:
    """Return what the template of the school plans is filled with: every school that is judged, in the table's order.

    So is one that is left out, such as a small teaching point, where an item over schools asks something of it.
    """
    words = Narrative(submission)
    table = submission.run.assessment.divisions.table
    passed = words.of_schools.passed
    schools: dict[tuple[str, str], list[int]] = {}
    judged = set(words.judged)
    asked = {i: words.items_of_school(i) for i in submission.in_order()}
    told = [i for i in submission.in_order() if i in judged or asked[i]]
    for section in told:
        key = (table.text("code")[section] or "", table.text("name")[section] or "")
        schools.setdefault(key, []).append(section)
    to_do = {i: [*words.measures(i), *asked[i]] for i in told}
    entries = [
        {
            "学校": words.section(sections[0])["学校"],
            "需要整改": any(passed[i] is not True or to_do[i] for i in sections),
            "学部": [{**words.section(i), "判定": words.by_standard(i), "措施": to_do[i]} for i in sections],
        }
        for sections in schools.values()
    ]
    context = words.context()
    return {name: context[name] for name in ("县名", "学年", "标准", "文号", "运行记录")} | {"学校": entries}


def write_school_plans(submission: Submission, path: Path) -> None:
    """Write the plans of all schools into one document; raise Unusable where it cannot be written."""
    template = template_of(NAME, submission.lang)
    made = opened(template)
    fill(made, template, school_plan_context(submission), submission.record, path)
