"""junheng 均衡: checks schools and counties against China's standards for balanced compulsory education."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from junheng.engine.variation import squared_variation
    from junheng.problems import Problem, Unusable
    from junheng.run import Run, judge
    from junheng.standard.load import Standard, load

__all__ = ["Problem", "Run", "Standard", "Unusable", "__version__", "judge", "load", "squared_variation"]

_HOMES = {
    "Problem": "junheng.problems",
    "Run": "junheng.run",
    "Standard": "junheng.standard.load",
    "Unusable": "junheng.problems",
    "judge": "junheng.run",
    "load": "junheng.standard.load",
    "squared_variation": "junheng.engine.variation",
}


def __getattr__(name: str) -> Any:  # noqa: ANN401 - any public name
    if name == "__version__":
        from importlib.metadata import version

        return version("junheng")
    if name in _HOMES:
        from importlib import import_module

        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(name)
