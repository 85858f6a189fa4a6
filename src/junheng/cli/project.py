"""The project file junheng.yaml: what a county would otherwise type every year."""

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from junheng import kinds
from junheng.problems import Problem, Unusable
from junheng.text import Text

NAME = "junheng.yaml"
WAIVERS = "waivers.yaml"  # beside it, where it names no other
FILES = (
    "columns",
    "checks",
    "identity",
    "waivers",
    "reports",
    "roster",
    "merge",
    "collected",
    "costs",
    "conditions",
)  # keys that name a file
LISTS = ("data", "forms")  # keys that name one or several
_REASON = {
    "unknown": Text("不是已知的键", "is not a known key"),
    "text": Text("应为文字", "should be text"),
    "list": Text("应为文字或文字的列表", "should be text or a list of texts"),
    "mapping": Text("应为键值对", "should be keys with values"),
    "year": Text("应为年度，或各县的年度", "should be a year, or a year for each county"),
}


class Project(NamedTuple):
    """What the project file says; paths are from its folder."""

    county: str | None = None
    province: str | None = None  # its name, or the path of its standard
    standards: tuple[str, ...] = ()
    data: tuple[Path, ...] = ()
    columns: Path | None = None
    checks: Path | None = None
    identity: Path | None = None
    waivers: Path | None = None
    reports: Path | None = None  # the folder of what schools report, for `collect`
    roster: Path | None = None
    merge: Path | None = None
    forms: tuple[Path, ...] = ()  # layouts of statistics forms
    collected: Path | None = None  # the table that `collect` writes
    costs: Path | None = None  # prices and order of work, for the ledger
    warnings: Path | None = None  # rules of warnings over the years
    target_years: Mapping[str | None, int] = {}  # by county; None for every other
    conditions: Path | None = None  # what a plan may do
    settings: Mapping[str, str] = {}


def read_project(folder: Path) -> Project:
    """Return the project of a folder, an empty one where it has none; raise Unusable with every fault."""
    file = folder / NAME
    if not file.is_file():
        return Project()
    from junheng.standard.source import read

    document = read(file, str(file))
    if not isinstance(document.data, dict):
        place = document.place(())
        raise Unusable([kinds.PROJECT_INVALID.at(place, key=NAME, reason=_REASON["mapping"])])
    data = document.data
    problems: list[Problem] = []

    def wrong(key: str, reason: str) -> None:
        problems.append(kinds.PROJECT_INVALID.at(document.key_place((key,)), key=key, reason=_REASON[reason]))

    def texts(key: str) -> tuple[str, ...]:
        value = data.get(key)
        entries = value if isinstance(value, list) else [] if value is None else [value]
        if not all(isinstance(entry, str) for entry in entries):
            wrong(key, "list")
            return ()
        return tuple(entries)

    for key in data:
        if key not in {"county", "province", "standard", *LISTS, *FILES, "settings", "target_year"}:
            wrong(str(key), "unknown")
    for key in ("county", "province", *FILES):
        if not isinstance(data.get(key), str | None):
            wrong(key, "text")
    settings = data.get("settings") or {}
    if not isinstance(settings, dict) or not all(isinstance(v, str) for v in settings.values()):
        wrong("settings", "mapping")
        settings = {}

    target = data.get("target_year")
    targets = target if isinstance(target, dict) else {} if target is None else {None: target}
    if not all(isinstance(county, str | None) and type(year) is int for county, year in targets.items()):
        wrong("target_year", "year")
        targets = {}

    def located(name: str) -> str:
        return str(folder / name) if name.endswith((".yaml", ".yml")) else name

    standards = tuple(located(name) for name in texts("standard"))
    province = data.get("province")
    project = Project(
        county=data.get("county"),
        province=located(province) if isinstance(province, str) else None,
        standards=standards,
        settings=dict(settings),
        target_years=dict(targets),
        data=tuple(folder / entry for entry in texts("data")),
        forms=tuple(folder / entry for entry in texts("forms")),
        **{key: folder / data[key] for key in FILES if isinstance(data.get(key), str)},
    )
    if problems:
        raise Unusable(problems)
    beside = folder / WAIVERS
    return project._replace(waivers=beside) if project.waivers is None and beside.is_file() else project
