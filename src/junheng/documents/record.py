"""The record of a run (运行记录): from which files, by which standard and settings, over which schools."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from junheng.engine.model import CountyVerdict
from junheng.engine.school_counts import school_counts
from junheng.problems import Severity
from junheng.report.model import Column, Shown, Table
from junheng.report.tables import lowest_standing
from junheng.run import Run
from junheng.standard.load import files_of
from junheng.text import Lang, Text
from junheng.workbook.cells import SUFFIXES
from junheng.workbook.handed_back import RECORD

if TYPE_CHECKING:
    from junheng.audit.run import Audit


class Input(NamedTuple):
    """A file that was read: its name as it was given, its SHA-256, and its size in bytes."""

    name: str
    sha256: str
    size: int


class Record(NamedTuple):
    """The proof that stands in every file written.

    `county` is None where the table has several, or no name. `gate` are the standards of `province` that judged the
    schools, where the method leaves that to them. `standing` is the lowest standing among the sources that the run rests on;
    `standard_sha256` the hash of the standard's file, `further_standards` those of the files it is laid over and of the gate.
    `waivers` are those given, each as school, rule and last day.
    `sections`, `judged` and `left_out` count sections: all of the county, those judged (None: schools were not judged),
    and by reason those that are not.
    """

    program: str
    made: str
    year: int | None
    county: str | None
    standard: str
    document: str | None
    standard_sha256: str
    further_standards: Mapping[str, str]
    standing: str | None
    settings: Mapping[str, str]
    relaxations: Sequence[str]
    province: str | None
    gate: Sequence[str]
    waivers: Sequence[str]
    inputs: Sequence[Input]
    sections: int
    judged: int | None
    left_out: Mapping[str, int]
    problems: Mapping[str, int]


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def inputs_of(
    run: Run, county: CountyVerdict | None, files: Sequence[tuple[Path, str]], earlier: Sequence[Run] = ()
) -> tuple[Input, ...]:
    """Return the files that the figures and answers of a county, or of all, stand in, and those that are no tables.

    `files` are all that were read or given, each with the name it is shown by.
    """
    tables = {sheet.file for sheet in run.origin.sheets}
    sections = range(len(run.origin.sheet_of)) if county is None else county.sections
    used = {run.origin.sheets[run.origin.sheet_of[i]].file for i in sections}
    asked = run.answered.values() if county is None else [run.answered.get(county.name, {})]
    used |= {answer.place.file for given in asked for answer in given.values()}
    for before in earlier:  # what is shown over the years rests on these
        used |= {before.origin.sheets[number].file for number in set(before.origin.sheet_of)}
    answered = {answer.place.file for given in run.answered.values() for answer in given.values()}
    return tuple(
        Input(shown, sha256_of(path), path.stat().st_size)
        for path, shown in files
        if shown in used or (shown not in tables | answered and path.suffix.lower() not in SUFFIXES)
    )


def record_of_run(
    run: Run,
    county: CountyVerdict | None,
    files: Sequence[tuple[Path, str]],
    made: datetime | None = None,
    earlier: Sequence[Run] = (),
) -> Record:
    """Return the record of one county of a run, or of the whole table (None).

    `files` as of `inputs_of`, `earlier` the runs shown beside it.
    """
    sections = range(run.assessment.divisions.table.size) if county is None else county.sections
    names = set(run.assessment.divisions.table.text("county")) if county is None else {county.name}
    counts = school_counts(run.assessment, sections)
    reasons = [run.assessment.left_out[i] for i in sections]
    severities = [problem.severity.value for problem in run.problems]
    moment = made if made is not None else datetime.now(UTC)
    return Record(
        program=f"junheng {version('junheng')}",
        made=moment.astimezone().isoformat(timespec="seconds"),
        year=run.year,
        county=names.pop() if len(names) == 1 else None,
        standard=run.standard.id,
        document=run.standard.form.document,
        standard_sha256=sha256_of(run.standard.file),
        further_standards={
            name: sha256_of(file)
            for standard in (run.standard, *(gate.standard for gate in run.gate))
            for name, file in files_of(standard)
            if name != run.standard.id
        },
        standing=lowest_standing(run),
        settings=dict(run.standard.settings),
        relaxations=tuple(r.id for r in run.standard.relaxations),
        province=None if run.gate_of is None else run.gate_of.zh,
        gate=tuple(gate.standard.id for gate in run.gate),
        waivers=tuple(
            " ".join(filter(None, (w.school, w.stage, w.rule, str(w.expiry))))
            for w in (run.basis.waivers if run.basis is not None else None) or ()
        ),
        inputs=inputs_of(run, county, files, earlier),
        sections=counts.sections,
        judged=counts.whole.judged,
        left_out={reason: reasons.count(reason) for reason in dict.fromkeys(reasons) if reason is not None},
        problems={name: severities.count(name) for name in ("error", "warning", "note")},
    )


def record_of_audit(audit: "Audit", files: Sequence[tuple[Path, str]]) -> Record:
    """Return the record of an audit, which judges figures and no schools; `files` are all that were read."""
    standard = audit.standard
    names = set(audit.now.table.text("county"))
    return Record(
        program=f"junheng {version('junheng')}",
        made=datetime.now(UTC).astimezone().isoformat(timespec="seconds"),
        year=audit.now.year,
        county=names.pop() if len(names) == 1 else None,
        standard=standard.id,
        document=standard.form.document,
        standard_sha256=sha256_of(standard.file),
        further_standards={name: sha256_of(file) for name, file in files_of(standard) if name != standard.id},
        standing=None,
        settings=dict(standard.settings),
        relaxations=tuple(r.id for r in standard.relaxations),
        province=None,
        gate=(),
        waivers=(),
        inputs=tuple(Input(shown, sha256_of(path), path.stat().st_size) for path, shown in files),
        sections=audit.now.table.size,
        judged=None,
        left_out={},
        problems={severity.value: audit.count(severity) for severity in Severity},
    )


def record_json(record: Record) -> dict[str, object]:
    """Return a record as it stands in run.json and in a page, schema junheng.record/1."""
    return {"schema": "junheng.record/1", **record._asdict(), "inputs": [entry._asdict() for entry in record.inputs]}


def record_table(record: Record, lang: Lang) -> Table:
    """Return a record as a table, for a file that holds tables."""
    columns = Column(Text("项目", "Entry").say(lang)), Column(Text("内容", "Content").say(lang))
    rows = tuple((Shown(name), Shown(text)) for name, text in record_lines(record, lang))
    return Table(RECORD.say(lang), columns, rows)


def record_lines(record: Record, lang: Lang) -> list[tuple[str, str]]:
    """Return a record as lines of name and text, for a sheet or a closing section."""
    from junheng.report import words

    def text(zh: str, en: str) -> str:
        return Text(zh, en).say(lang)

    join = "；" if lang == "zh" else "; "
    standing = words.STANDINGS[record.standing].say(lang) if record.standing else "—"
    return [
        (text("程序", "Program"), record.program),
        (text("生成时间", "Made"), record.made),
        (text("县(市、区)", "County"), record.county or "—"),
        (text("学年", "School year"), str(record.year or "—")),
        (text("标准", "Standard"), f"{record.standard}{f'（{record.document}）' if record.document else ''}"),
        (text("标准文件 SHA-256", "SHA-256 of the standard"), record.standard_sha256),
        (text("所依据数值的最低来源性质", "Lowest standing of its numbers"), standing),
        (text("口径", "Settings"), join.join(f"{name}={choice}" for name, choice in record.settings.items()) or "—"),
        (text("启用的过渡口径", "Transitional rules on"), join.join(record.relaxations) or "—"),
        *((text("办学基本标准（省定）", "School standard of the province"), name) for name in record.gate),
        *(
            (text("所依据的标准文件", "File it rests on"), f"{name}  SHA-256 {digest}")
            for name, digest in record.further_standards.items()
        ),
        *([(text("豁免", "Waivers"), join.join(record.waivers))] if record.waivers else []),
        *(
            (text("输入文件", "Input"), f"{entry.name}  {entry.size} B  SHA-256 {entry.sha256}")
            for entry in record.inputs
        ),
        (
            text("学校（学部）", "Sections"),
            text(f"表中 {record.sections}", f"{record.sections} in the table")
            if record.judged is None
            else text(
                f"表中 {record.sections}，纳入评估 {record.judged}，不纳入 {sum(record.left_out.values())}",
                f"{record.sections} in the table, {record.judged} judged, {sum(record.left_out.values())} left out",
            ),
        ),
        (
            text("数据问题", "Problems"),
            text(
                f"错误 {record.problems['error']}，提醒 {record.problems['warning']}",
                f"{record.problems['error']} errors, {record.problems['warning']} warnings",
            ),
        ),
    ]
