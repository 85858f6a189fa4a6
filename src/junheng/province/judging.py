"""Workbooks that are of one county, or of several, are judged, and what is kept of them is small. What every worker runs."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from importlib.metadata import version
from itertools import chain
from pathlib import Path

from junheng import kinds
from junheng.advice.distance import Tally, distance, schools_of
from junheng.engine.model import CountyVerdict, Outcome
from junheng.engine.school_counts import kept_of, outcomes_of
from junheng.problems import Place, Problem, Severity, Unusable
from junheng.province.gathering import bare_name
from junheng.province.model import (
    Aside,
    CompositeResult,
    Counts,
    CountyFiles,
    CountyResult,
    IndicatorResult,
    Judged,
    NotJudged,
    Terms,
    said,
)
from junheng.run import DEFAULT_STANDARD, Prepared, Run, judge_table, prepare, read_for
from junheng.standard.load import files_of, root

MOST_OF_A_KIND = 20  # problems of one kind that are kept of what is judged together
_UNMET = (Outcome.UNMET, Outcome.CLOSE)
_NO_TABLES = (kinds.OWN_DOCUMENT.code, kinds.NO_SCHOOLS.code, kinds.NO_WORKBOOKS.code)


def terms_of(
    standard: str = DEFAULT_STANDARD,
    *,
    year: int,
    province: str | None = None,
    settings: Mapping[str, str] | None = None,
    columns: Path | None = None,
) -> Terms:
    """Return by what counties are judged, as `junheng.judge` takes it. Raise Unusable for what cannot be judged by."""
    asked = Terms(standard, "", year, province, tuple(sorted((settings or {}).items())), columns, "")
    prepared = _prepare(asked)
    return asked._replace(id=prepared.basis.standard.id, version=_version(asked, prepared))


def _prepare(terms: Terms) -> Prepared:
    return prepare(
        terms.standard,
        year=terms.year,
        columns=terms.columns,
        settings=dict(terms.settings),
        by="county",
        province=terms.province,
    )


def _version(terms: Terms, prepared: Prepared) -> str:
    """Return the hash of the version of the program, and of all that results rest on but the workbooks."""
    digest = hashlib.sha256(version("junheng").encode())
    files = [file for standard in prepared.standards for _, file in files_of(standard)]
    for file in [*files, root() / "fields.yaml", *([terms.columns] if terms.columns is not None else [])]:
        digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()


@lru_cache(maxsize=4)
def prepared_for(terms: Terms) -> Prepared:
    """Return what tables are read and judged by, once for each process. Raise ValueError where it is not that of the terms."""
    prepared = _prepare(terms)
    if _version(terms, prepared) != terms.version:
        raise ValueError("the standard, its files or the version of junheng are not those that the terms were made of")
    return prepared


def judge_files(files: CountyFiles, terms: Terms) -> Judged:
    """Judge workbooks that belong together and return what is kept of their counties.

    Both arguments and the result can be pickled, and nothing else is needed: this is what a pool, joblib or Dask runs.
    Files that cannot be used are in the result, never raised.
    """
    prepared = prepared_for(terms)
    run = _run(files, prepared)
    if isinstance(run, Run):
        return _judged(files, run)
    if len(files.files) == 1:
        return _unusable(files, prepared, run)
    return _one_by_one(files, prepared, run)


def _run(files: CountyFiles, prepared: Prepared) -> Run | Sequence[Problem]:
    """Return the run over files, or the problems that prevent it."""
    try:
        return judge_table(read_for(files.files, prepared), prepared.basis)
    except Unusable as error:
        return error.problems


def _judged(files: CountyFiles, run: Run) -> Judged:
    """Return what is kept of a run."""
    nameless = [county for county in run.counties if county.name is None]
    if nameless and len({path.parent for path, _ in files.files}) > 1:
        problem = kinds.COUNTY_UNTOLD.at(Place(files.shown[0]), folder=files.name)
        return _said(Judged(files.name, files.shown, (), _failed(files, "untold")), [problem, *run.problems])
    problems = list(run.problems)
    if nameless:
        problems.append(kinds.COUNTY_NAMED_BY_FILE.at(Place(files.shown[0]), county=files.name))
    counties = tuple(_result(files, run, at) for at in range(len(run.counties)))
    return _said(Judged(files.name, files.shown, counties), problems)


def _failed(files: CountyFiles, reason: str, name: str | None = None) -> tuple[NotJudged, ...]:
    return (NotJudged(name or files.name, files.shown, reason),)


def _said(judged: Judged, problems: Iterable[Problem]) -> Judged:
    """Return a result with the problems that belong to it, the errors first."""
    order = list(Severity)
    every = sorted(dict.fromkeys(problems), key=lambda problem: order.index(problem.severity))
    counts: Counter[str] = Counter()
    kept = []
    for problem in every:
        counts[problem.kind.code] += 1
        if counts[problem.kind.code] <= MOST_OF_A_KIND:
            kept.append(said(problem))
    return judged._replace(problems=tuple(kept), counts=dict(counts))


def _unusable(files: CountyFiles, prepared: Prepared, problems: Sequence[Problem]) -> Judged:
    """Return what is said of files that cannot be judged: they are of another year, no tables, or not readable."""
    codes = {problem.kind.code for problem in problems if problem.severity is Severity.ERROR}
    everything = {problem.kind.code for problem in problems}
    bare = Judged(files.name, files.shown)
    if kinds.OWN_DOCUMENT.code in everything and codes <= set(_NO_TABLES):
        own = [problem for problem in problems if problem.kind is kinds.OWN_DOCUMENT]
        return _said(bare._replace(aside=(Aside(files.shown, (), "own_document"),)), own)
    if kinds.YEAR_NOT_THERE.code in codes:
        aside = Aside(files.shown, _counties_of_any_year(files, prepared), "other_year")
        return bare._replace(aside=(aside,))
    return _said(bare._replace(not_judged=_failed(files, "unreadable")), problems)


def _counties_of_any_year(files: CountyFiles, prepared: Prepared) -> tuple[str, ...]:
    """Return the counties that files of another year name; what the files are called where they name none."""
    names: dict[str, None] = {}
    for file in files.files:
        basis = prepared.basis
        try:
            reading = read_for([file], prepared._replace(basis=basis._replace(year=None)))
        except Unusable:  # of several years, none of them the one asked for
            names[files.name] = None
            continue
        names |= dict.fromkeys(county or files.name for county in reading.table.text("county"))
    return tuple(names)


def _one_by_one(files: CountyFiles, prepared: Prepared, problems: Sequence[Problem]) -> Judged:
    """Return what can be said where some of several files cannot be used.

    A folder of files of one county is not judged without one of them. Where its files are of several counties, those
    that stand in one file alone are judged; a county in several may have more in the file that cannot be read.
    """
    alone = [CountyFiles(bare_name(path.stem) or files.name, ((path, shown),)) for path, shown in files.files]
    found = [(one, _run(one, prepared)) for one in alone]
    runs = [(one, run) for one, run in found if isinstance(run, Run)]
    rest = [_unusable(one, prepared, run) for one, run in found if not isinstance(run, Run)]
    bad = [judged for judged in rest if judged.not_judged]
    if not runs and not bad:  # all are of another year, or written by junheng
        return _joined(files, rest)
    homes = Counter(county.name for _, run in runs for county in run.counties)
    if not bad or None in homes or len(homes) < 2:  # noqa: PLR2004 - one county, and a part of it is missing
        names = [name for name in homes if name is not None]
        failed = _failed(files, "unreadable", names[0] if len(names) == 1 else None)
        return _said(Judged(files.name, files.shown, (), failed), problems)
    unread = ", ".join(shown for judged in bad for shown in judged.files)
    kept = []
    for one, run in runs:
        judged = _judged(one, run)
        spread = [county for county in judged.counties if homes[county.name] > 1]
        kept.append(
            _said(
                judged._replace(
                    counties=tuple(county for county in judged.counties if county not in spread),
                    not_judged=tuple(NotJudged(c.name, one.shown, "beside_unreadable") for c in spread),
                ),
                [
                    *run.problems,
                    *(
                        kinds.COUNTY_BESIDE_UNREADABLE.at(Place(f), county=c.name, files=unread)
                        for c in spread
                        for f in one.shown
                    ),
                ],
            )
        )
    return _joined(files, [*kept, *rest])


def _joined(files: CountyFiles, every: Sequence[Judged]) -> Judged:
    """Return several results as one; a county that was not judged in several files is told once."""
    failed: dict[tuple[str, str], tuple[str, ...]] = {}
    for one in chain.from_iterable(judged.not_judged for judged in every):
        failed[one.name, one.reason] = (*failed.get((one.name, one.reason), ()), *one.files)
    counts: Counter[str] = Counter()
    for judged in every:
        counts.update(judged.counts)
    return Judged(
        files.name,
        files.shown,
        tuple(chain.from_iterable(judged.counties for judged in every)),
        tuple(NotJudged(name, shown, reason) for (name, reason), shown in failed.items()),
        tuple(chain.from_iterable(judged.aside for judged in every)),
        tuple(chain.from_iterable(judged.problems for judged in every)),
        dict(counts),
    )


def _result(files: CountyFiles, run: Run, at: int) -> CountyResult:
    """Return what is kept of one county of a run."""
    county, assessment = run.counties[at], run.assessment
    judging = [run] if run.gate_of is None else run.gate
    schools = schools_of([(one.assessment, one.counties[at]) for one in judging])
    if "schools" not in county.parts or (run.gate_of is not None and not run.gate):
        schools = Tally(len(kept_of(assessment, county.sections)), 0, 0)
    far = distance(county, schools)
    alone = county.name is None and len(run.counties) == 1
    shown = files.name if alone else county.name or f"{files.name}（未填县名）"
    return CountyResult(
        shown,
        county.name is not None,
        _files_of(run, county) if len(files.files) > 1 else files.shown,
        county.passed,
        far.total,
        far.least,
        dict(county.parts),
        len(county.sections),
        len(county.sections) - len(kept_of(assessment, county.sections)),
        Counts(*far.schools),
        Counts(*far.coefficients),
        Counts(*far.items),
        _indicators(run, county),
        tuple(CompositeResult(c.stage.value, c.cv, float(c.limit.amount), c.passed, c.near) for c in county.composites),
    )


def _files_of(run: Run, county: CountyVerdict) -> tuple[str, ...]:
    """Return the files that the rows of a county stand in."""
    numbers = dict.fromkeys(run.origin.sheet_of[section] for section in county.sections)
    return tuple(dict.fromkeys(run.origin.sheets[number].file for number in numbers))


def _indicators(run: Run, county: CountyVerdict) -> tuple[IndicatorResult, ...]:
    """Return every indicator of every stage that the county has sections of."""
    assessment = run.assessment
    stages = assessment.divisions.table.text("stage")
    by_stage: dict[str, list[int]] = {}
    for section in kept_of(assessment, county.sections):
        by_stage.setdefault(stages[section] or "", []).append(section)
    variations = {(v.stage.value, v.indicator): v for v in county.variations}
    found = []
    for stage in sorted(by_stage, key=["primary", "junior", "senior", ""].index):
        for indicator in assessment.method.indicators:
            counts = Counter(outcomes_of(assessment, indicator, by_stage[stage]))
            v = variations.get((stage, indicator.id))
            found.append(
                IndicatorResult(
                    stage,
                    indicator.id,
                    sum(counts.values()) - counts[Outcome.EXEMPT],
                    sum(counts[outcome] for outcome in _UNMET),
                    counts[Outcome.MISSING],
                    None if v is None else v.cv,
                    None if v is None or v.limit is None else float(v.limit.amount),
                    None if v is None else v.passed,
                    v is not None and v.near,
                    0 if v is None else v.missing,
                )
            )
    return tuple(found)
