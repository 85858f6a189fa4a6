"""The gate of a county as tables: which standard of the province decided, and the schools that do not meet it."""

from junheng.engine.model import CountyVerdict
from junheng.engine.school_counts import school_counts
from junheng.report.model import Block, Line, Mood, Shown
from junheng.report.tables import Report
from junheng.run import Run


def _met(run: Run, county: CountyVerdict) -> tuple[int, int]:
    """Return how many sections of a county meet a standard, and how many it judges."""
    whole = school_counts(run.assessment, county.sections).whole
    return whole.met, whole.judged


def schools_met(run: Run, at: int) -> str:
    """Return how many schools of the county at a place of the run are met of how many, by each who judges schools."""
    judging = [run] if run.gate_of is None else run.gate
    return "；".join("{}/{}".format(*_met(one, one.counties[at])) for one in judging)


def gate_blocks(report: Report, at: int | None) -> list[Block]:
    """Return the schools of one county, or of all (`at` None), as the standards of the province judge them."""
    blocks: list[Block] = []
    for run in report.run.gate:
        own = Report(run, report.lang, everything=report.everything)
        sections = range(own.table.size) if at is None else run.counties[at].sections
        title = f"{report.say('办学基本标准：', 'School standard: ')}{run.standard.form.title.text.say(report.lang)}"
        if at is None:
            blocks.append(Line(Shown(title), strong=True))
        else:
            verdict = own.verdict(run.counties[at].parts.get("schools"))
            blocks.append(Line(Shown(f"{title} {verdict.with_sign}", verdict.mood), strong=True))
        blocks.append(Line(Shown(own.coverage(sections))))
        blocks += own.schools(sections, summary=False)
        blocks += own.basis()
    return blocks + no_standard(report)


def no_standard(report: Report) -> list[Line]:
    """Return that no standard of the province asked for is on record; nothing where there is one, or none was asked for."""
    if report.run.gate_of is None or report.run.gate:
        return []
    name = report.run.gate_of.say(report.lang)
    said = report.say(f"办学基本标准：没有收录{name}的", f"School standard: none of {name} is on record")
    return [Line(Shown(said, Mood.UNKNOWN), strong=True)]
