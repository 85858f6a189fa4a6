"""junheng 均衡: checks schools and counties against China's standards for balanced compulsory education."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from junheng.engine.variation import squared_variation
    from junheng.frames import rows, to_frame
    from junheng.problems import Problem, Unusable
    from junheng.province.gathering import county_files
    from junheng.province.judging import judge_files, terms_of
    from junheng.province.model import CountyFiles, CountyResult, Judged, Province, Terms
    from junheng.province.ranking import ranked
    from junheng.province.run import judge_province
    from junheng.run import Run, judge
    from junheng.standard.load import Standard, load

__all__ = [
    "CountyFiles",
    "CountyResult",
    "Judged",
    "Problem",
    "Province",
    "Run",
    "Standard",
    "Terms",
    "Unusable",
    "__version__",
    "county_files",
    "judge",
    "judge_files",
    "judge_province",
    "load",
    "ranked",
    "rows",
    "squared_variation",
    "terms_of",
    "to_frame",
]

_HOMES = {
    "CountyFiles": "junheng.province.model",
    "CountyResult": "junheng.province.model",
    "Judged": "junheng.province.model",
    "Problem": "junheng.problems",
    "Province": "junheng.province.model",
    "Run": "junheng.run",
    "Standard": "junheng.standard.load",
    "Terms": "junheng.province.model",
    "Unusable": "junheng.problems",
    "county_files": "junheng.province.gathering",
    "judge": "junheng.run",
    "judge_files": "junheng.province.judging",
    "judge_province": "junheng.province.run",
    "load": "junheng.standard.load",
    "ranked": "junheng.province.ranking",
    "rows": "junheng.frames",
    "squared_variation": "junheng.engine.variation",
    "terms_of": "junheng.province.judging",
    "to_frame": "junheng.frames",
}


def __getattr__(name: str) -> Any:  # noqa: ANN401 - any public name
    if name == "__version__":
        from importlib.metadata import version

        return version("junheng")
    if name in _HOMES:
        from importlib import import_module

        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(name)
