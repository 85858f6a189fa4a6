"""The record of a run (运行记录): from which files, by which standard and settings, over which schools."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

from junheng.engine.model import CountyVerdict
from junheng.report.tables import lowest_standing
from junheng.run import Run
from junheng.text import Lang, Text
from junheng.workbook.cells import SUFFIXES


class Input(NamedTuple):
    """A file that was read: its name as it was given, its SHA-256, and its size in bytes."""

    name: str
    sha256: str
    size: int


class Record(NamedTuple):
    """The proof that stands in every file written.

    `gate` are the provincial standards that judged the schools, where the method leaves that to them. `standing` is the lowest standing among the sources that the run rests on; `standard_sha256` that of its file.
    `sections`, `judged` and `left_out` count sections: all of the county, those judged, and by reason those that are not.
    """

    program: str
    made: str
    year: int | None
    county: str | None
    standard: str
    document: str | None
    standard_sha256: str
    standing: str | None
    settings: Mapping[str, str]
    relaxations: Sequence[str]
    gate: Sequence[str]
    inputs: Sequence[Input]
    sections: int
    judged: int
    left_out: Mapping[str, int]
    problems: Mapping[str, int]


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def inputs_of(
    run: Run, county: CountyVerdict, files: Sequence[tuple[Path, str]], earlier: Sequence[Run] = ()
) -> tuple[Input, ...]:
    """Return the files that a county's figures and answers stand in, and those that are no tables of schools.

    `files` are all that were read or given, each with the name it is shown by.
    """
    tables = {sheet.file for sheet in run.origin.sheets}
    used = {run.origin.sheets[run.origin.sheet_of[i]].file for i in county.sections}
    used |= {answer.place.file for answer in run.answered.get(county.name, {}).values()}
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
    county: CountyVerdict,
    files: Sequence[tuple[Path, str]],
    made: datetime | None = None,
    earlier: Sequence[Run] = (),
) -> Record:
    """Return the record of one county of a run; `files` as of `inputs_of`, `earlier` the runs shown beside it."""
    reasons = [run.assessment.left_out[i] for i in county.sections]
    severities = [problem.severity.value for problem in run.problems]
    moment = made if made is not None else datetime.now(UTC)
    return Record(
        program=f"junheng {version('junheng')}",
        made=moment.astimezone().isoformat(timespec="seconds"),
        year=run.year,
        county=county.name,
        standard=run.standard.id,
        document=run.standard.form.document,
        standard_sha256=sha256_of(run.standard.file),
        standing=lowest_standing(run),
        settings=dict(run.standard.settings),
        relaxations=tuple(r.id for r in run.standard.relaxations),
        gate=tuple(gate.standard.id for gate in run.gate),
        inputs=inputs_of(run, county, files, earlier),
        sections=len(county.sections),
        judged=len(county.judged),
        left_out={reason: reasons.count(reason) for reason in dict.fromkeys(reasons) if reason is not None},
        problems={name: severities.count(name) for name in ("error", "warning", "note")},
    )


def record_json(record: Record) -> dict[str, object]:
    """Return a record as it stands in run.json and in a page, schema junheng.record/1."""
    return {"schema": "junheng.record/1", **record._asdict(), "inputs": [entry._asdict() for entry in record.inputs]}


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
            (text("输入文件", "Input"), f"{entry.name}  {entry.size} B  SHA-256 {entry.sha256}")
            for entry in record.inputs
        ),
        (
            text("学校（学部）", "Sections"),
            text(
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
