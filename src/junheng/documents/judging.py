"""By whose standard the schools of a county are judged: that of the run, or those of the province before it (the gate)."""

from collections import Counter
from collections.abc import Mapping
from pathlib import PurePath

from junheng.documents.submission import Submission
from junheng.engine.model import Assessment, Finding, Outcome, all_of
from junheng.report.items import leaves
from junheng.standard.grammar import FieldForm
from junheng.standard.load import Standard, ids, load
from junheng.text import Lang, Text

UNPLACED = Text("学校、学段或办学类型无法确定", "which school it is, its stage or its type cannot be told")
"""Why a section that stands in the table cannot be judged at all; the problems of the run name the cell."""


def of_gate(submission: Submission) -> list[Submission]:
    """Return a submission as each standard of the province sees it; none where none of them judges its schools."""
    run = submission.run
    at = next((n for n, county in enumerate(run.counties) if county is submission.county), None)
    if at is None:
        return []
    return [submission._replace(run=gate, county=gate.counties[at]) for gate in run.gate]


def judging(submission: Submission) -> list[Submission]:
    """Return a submission as the standards that judge its schools see it: those of the gate, else its own."""
    return of_gate(submission) or [submission]


def assessment_of_schools(submission: Submission) -> Assessment:
    """Return how the schools are judged, by several standards as by one.

    A section is judged where any of them does, and passes where every standard that judges it passes it; of its values,
    bars, outcomes and grades only those of the first are there.
    """
    first, *others = (one.run.assessment for one in judging(submission))
    if not others:
        return first
    every = (first, *others)
    size = first.divisions.table.size
    reasons = [[a.left_out[i] for a in every] for i in range(size)]
    left_out = [None if None in of_section else of_section[0] for of_section in reasons]
    passed = [
        None if left_out[i] is not None else all_of([a.passed[i] for a in every if a.left_out[i] is None])
        for i in range(size)
    ]
    judged = [i for i in range(size) if left_out[i] is None]
    return first._replace(left_out=left_out, passed=passed, judged=judged)


def all_required(found: Finding) -> bool:
    """Say whether every rule of a group that applies must be met: then what each of them lacks is lacking."""
    asked = [rule for rule in found.rules if rule.outcome is not Outcome.EXEMPT]
    return found.indicator.given or found.indicator.meet_at_least >= len(asked)


def bar_not_on_record(found: Finding) -> bool:
    """Say whether a finding is open although its figures are there: a bar of the text is not known to us."""
    return any(
        leaf.value is not None and leaf.bar is None and any(case.bar is None for case in leaf.indicator.bars)
        for leaf in leaves(found)
    )


def standard_name(standard: Standard, lang: Lang) -> str:
    """Return the name that a standard is told by beside others."""
    return (standard.form.short or standard.form.title).text.say(lang)


def fields_of_judging(submission: Submission) -> Mapping[str, FieldForm]:
    """Return the fields of the run's standard, and those that only the province's have."""
    return {
        name: form
        for one in (*of_gate(submission), submission)  # where both have a field, the words of the method hold
        for name, form in one.run.standard.fields.items()
    }


def lasting_names(submission: Submission) -> list[str]:
    """Return what the standards of the gate are known by from year to year, never two alike.

    An edition that takes the place of another, and a file that completes a shipped one, go by the same name.
    """
    standards = [gate.standard for gate in submission.run.gate]
    names = [_family(standard) for standard in standards]
    several = Counter(names)
    own = [s.id if several[name] > 1 else name for name, s in zip(names, standards, strict=True)]
    return [name.replace(".", "_").replace("/", "_") for name in own]


def _family(standard: Standard) -> str:
    above = standard.form.extends
    shipped = load(above).form.family if above in ids() else None
    return shipped or standard.form.family or PurePath(standard.id).stem
