"""What pydantic finds wrong in a YAML document, as problems with a place; nobody sees a pydantic message."""

import re
from difflib import get_close_matches
from typing import Any

from pydantic import BaseModel, ValidationError

from junheng import kinds
from junheng.problems import Problem
from junheng.standard.source import Document, Path_
from junheng.text import Text

_EXPECTED = {
    "decimal": Text("数", "a number"),
    "int": Text("整数", "a whole number"),
    "float": Text("数", "a number"),
    "bool": Text("true 或 false", "true or false"),
    "string": Text("文字", "text"),
    "list": Text("列表", "a list"),
    "dict": Text("键值对", "keys with values"),
    "model": Text("键值对", "keys with values"),
    "date": Text("日期，如 2023-09-01", "a date such as 2023-09-01"),
    "span": Text("7..12、..49 或 37.. 这样的范围", "a range such as 7..12, ..49 or 37.."),
    "too_short": Text("至少一项", "at least one entry"),
}


def near(word: str, known: list[str]) -> Text:
    """Return “, is it …?” for the nearest known word, or nothing."""
    found = get_close_matches(word, known, 1, 0.7)
    return Text(f"，是否为 {found[0]}", f"; is it {found[0]}?") if found else Text("", "")


def written(value: object) -> str:
    """Return a value as it is written in YAML; … for a list or a mapping."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    return "…" if isinstance(value, dict | list) else str(value)


def _path(data: Any, location: tuple[int | str, ...], prefix: Path_) -> Path_:  # noqa: ANN401 - YAML holds anything
    """Follow a location through the data, passing over the union tags that pydantic puts into it."""
    path: list[str | int] = []
    for step in location:
        if not isinstance(data, dict | list):
            break
        here = data if isinstance(data, dict) else dict(enumerate(data))
        if step in here:
            data = here[step]
            path.append(step)
    return (*prefix, *path)


def _expected(kind: str, context: dict[str, Any]) -> Text:
    if "expected" in context:
        choices = str(context["expected"]).replace("'", "").replace(" or ", ", ").split(", ")
        return Text(" " + " 或 ".join(choices), " or ".join(choices))
    if kind == "string_pattern_mismatch":
        return Text("小写字母、数字和下划线组成的编号", "an id of lower-case letters, digits and underscores")
    for word in ("ge", "gt", "le", "lt"):
        if word in context:
            sign = {"ge": "≥", "gt": ">", "le": "≤", "lt": "<"}[word]
            return Text(f"{sign} {context[word]} 的数", f"a number {sign} {context[word]}")
    return next((text for start, text in _EXPECTED.items() if kind.startswith(start)), Text("其他形式", "another form"))


def faults(error: ValidationError, document: Document, model: type[BaseModel], prefix: Path_ = ()) -> list[Problem]:
    """Return every fault of a document that pydantic found, one for each place."""
    data: Any = document.data
    for step in prefix:
        data = data[step]
    found: dict[tuple[Path_, str], Problem] = {}
    for fault in error.errors(include_url=False):
        location, kind, context = fault["loc"], fault["type"], fault.get("ctx", {})
        path = _path(data, location, prefix)
        place = document.place(path)
        last = str(location[-1]) if location else "?"
        key = next((str(p) for p in reversed(path) if isinstance(p, str)), last)
        if location and location[-1] == "[key]":
            kind, last = "extra_forbidden", str(fault["input"])
        if kind == "union_tag_not_found":
            found[path, "kind"] = kinds.KEY_MISSING.at(place, key="kind")
        elif kind == "union_tag_invalid":
            tag, expected = context["tag"], _expected(kind, {"expected": context["expected_tags"]})
            at = document.place((*path, "kind"))
            found[(*path, "kind"), ""] = kinds.VALUE_WRONG.at(at, key="kind", found=tag, expected=expected)
        elif kind == "missing":
            if isinstance(location[-1], str) and path and path[-1] == last:
                continue
            found[(path, last)] = kinds.KEY_MISSING.at(place, key=last)
        elif kind == "extra_forbidden":
            known = [name for form in _forms(model) for name in form.model_fields]
            at = document.key_place(path if path and path[-1] == last else (*path, last))
            found[path, last] = kinds.KEY_UNKNOWN.at(at, key=last, near=near(last, known))
        elif kind == "setting_unknown":
            found[(path, "")] = kinds.SETTING_UNKNOWN.at(
                place, setting=context["setting"], choice=context["choice"], known=context["known"]
            )
        elif isinstance(fault["input"], str) and re.fullmatch(
            r"\s*\d+(\.\d+)?\s*[:：]\s*\d+(\.\d+)?\s*", fault["input"]
        ):
            found[(path, "")] = kinds.RATIO_UNQUOTED.at(place, key=key, found=fault["input"])
        elif (path, "") not in found:
            found[path, ""] = kinds.VALUE_WRONG.at(
                place, key=key, found=written(fault["input"]), expected=_expected(kind, context)
            )
    paths = [path for path, _ in found]
    return [
        problem
        for (path, name), problem in found.items()
        if name or not any(len(other) > len(path) and other[: len(path)] == path for other in paths)
    ]


def _forms(model: type[BaseModel]) -> list[type[BaseModel]]:
    """Return a form and every form inside it."""
    found: list[type[BaseModel]] = []
    todo: list[Any] = [model]
    while todo:
        here = todo.pop()
        if isinstance(here, type) and issubclass(here, BaseModel):
            if here not in found:
                found.append(here)
                todo += [info.annotation for info in here.model_fields.values()]
        else:
            todo += list(getattr(here, "__args__", ()))
            todo += [here.__value__] if hasattr(here, "__value__") else []  # a type with a name of its own
    return found
