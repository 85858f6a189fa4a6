"""YAML read strictly, with the position of every value.

Only `true` and `false` are booleans, decimals stay as they are written (`0.50` keeps its two digits), `1:30` and
`2017-05-12` stay text, a key stands once. The text `010` is no number.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from junheng import kinds
from junheng.problems import Place, Problem, Unusable
from junheng.system import reason
from junheng.text import Text

Key = str | int
Path_ = tuple[Key, ...]


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]  # C where it is built
    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012 - yaml's own name


for _tag, _pattern, _first in (
    ("tag:yaml.org,2002:bool", r"^(?:true|false)$", "tf"),
    ("tag:yaml.org,2002:null", r"^(?:null|~|)$", ["n", "~", ""]),
    ("tag:yaml.org,2002:int", r"^-?(?:0|[1-9][0-9]*)$", "-0123456789"),
    ("tag:yaml.org,2002:float", r"^-?(?:0|[1-9][0-9]*)\.[0-9]+$", "-0123456789"),
):
    _Loader.add_implicit_resolver(_tag, re.compile(_pattern), list(_first))


TOO_DEEP = "nested too deep"
LONG = 1000  # digits; Python refuses to read longer whole numbers


RATIO = re.compile(r"\d+(\.\d+)?:\d+(\.\d+)?")


class Unquoted(str):
    """A text such as 17:1 without quotation marks: other readers of YAML take it for a number."""

    __slots__ = ()


class _Named(StringIO):
    """Text with a file name, which the parser writes into the position of every node."""

    def __init__(self, text: str, name: str) -> None:
        super().__init__(text)
        self.name = name


class Document(NamedTuple):
    """Data of a YAML file, and the nodes it came from, which know where each value stands."""

    data: Any
    root: yaml.Node

    def place(self, path: Path_) -> Place:
        """Return the place of a value, or of the nearest one around it: of its key where it is not a plain value."""
        return self._find(path)[0]

    def key_place(self, path: Path_) -> Place:
        """Return the place of a key, or of the nearest value around it."""
        return self._find(path)[1]

    def _find(self, path: Path_) -> tuple[Place, Place]:
        node, key = self.root, self.root
        for step in path:
            if isinstance(node, yaml.MappingNode):
                found = children(node).get(str(step))
                if found is None:
                    break
                key, node = found
            elif isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
                key = node = node.value[step]
            else:
                break
        return place_of(key if isinstance(node, yaml.CollectionNode) else node), place_of(key)


def compose(file: Path, shown: str | None = None) -> yaml.Node:
    """Return the node tree of a file; raise Unusable where it cannot be read, or is no YAML."""
    return _nodes(file, shown or str(file), lambda stream: [yaml.compose(stream, _Loader)])[0]


def _nodes(file: Path, name: str, parse: Callable[[StringIO], Iterable[yaml.Node | None]]) -> list[yaml.Node]:
    """Return the node trees of a file, an empty mapping for what holds nothing but comments."""
    try:
        text = file.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        why = reason(error) if isinstance(error, OSError) else Text("不是 UTF-8 编码", "it is not UTF-8")
        raise Unusable([kinds.STANDARD_UNREADABLE.at(Place(name), reason=why)]) from error
    try:
        nodes = list(parse(_Named(text, name)))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        place = Place(name, line=line, column=column)
        raise Unusable([kinds.YAML_SYNTAX.at(place, reason=error.problem or error.context)]) from error
    except yaml.YAMLError as error:
        why = getattr(error, "reason", type(error).__name__)
        raise Unusable([kinds.YAML_SYNTAX.at(Place(name, line=1, column=1), reason=why)]) from error
    except RecursionError as error:
        raise Unusable([kinds.YAML_SYNTAX.at(Place(name, line=1, column=1), reason=TOO_DEEP)]) from error
    start = yaml.Mark(name, 0, 0, 0, "", 0)
    return [yaml.MappingNode("tag:yaml.org,2002:map", [], start, start) if node is None else node for node in nodes]


def place_of(node: yaml.Node) -> Place:
    """Return the place of a node."""
    return Place(node.start_mark.name, line=node.start_mark.line + 1, column=node.start_mark.column + 1)


def construct(root: yaml.Node) -> Document:
    """Return the data of a node tree; raise Unusable with every duplicate key."""
    problems: list[Problem] = []
    try:
        data = _construct(root, problems, frozenset())
    except RecursionError as error:
        raise Unusable([kinds.YAML_SYNTAX.at(place_of(root), reason=TOO_DEEP)]) from error
    if problems:
        raise Unusable(problems)
    return Document(data, root)


def _construct(node: yaml.Node, problems: list[Problem], above: frozenset[int]) -> Any:  # noqa: ANN401 - YAML holds anything
    if isinstance(node, yaml.ScalarNode):
        return _scalar(node)
    if id(node) in above:
        problems.append(kinds.YAML_SYNTAX.at(place_of(node), reason="recursive alias"))
        return None
    above |= {id(node)}
    if isinstance(node, yaml.SequenceNode):
        return [_construct(item, problems, above) for item in node.value]
    result: dict[str, Any] = {}
    first: dict[str, yaml.Node] = {}
    for key_node, value_node in node.value:
        key = str(key_node.value) if isinstance(key_node, yaml.ScalarNode) else "?"
        if key in result:
            line = first[key].start_mark.line + 1
            problems.append(kinds.YAML_DUPLICATE_KEY.at(place_of(key_node), key=key, line=line))
            continue
        first[key] = key_node
        result[key] = _construct(value_node, problems, above)
    return result


def _scalar(node: yaml.ScalarNode) -> str | int | bool | Decimal | None:
    kind = node.tag.rpartition(":")[2]
    text = str(node.value)
    if kind == "int":
        return int(text) if len(text) < LONG else Decimal(text)
    if kind == "float":
        return Decimal(text)
    if kind == "bool":
        return text == "true"
    if kind == "null":
        return None
    return Unquoted(text) if not node.style and RATIO.fullmatch(text) else text


def read(file: Path, shown: str | None = None) -> Document:
    """Return the data of a YAML file, with places."""
    return construct(compose(file, shown))


def read_all(file: Path, shown: str | None = None) -> list[Document]:
    """Return the data of a file of several YAML documents, separated by `---`, each with places."""
    return [construct(node) for node in _nodes(file, shown or str(file), lambda s: yaml.compose_all(s, _Loader))]


def children(node: yaml.Node) -> Mapping[str, tuple[yaml.Node, yaml.Node]]:
    """Return the entries of a mapping node by key, each with its key node; nothing for another node."""
    if not isinstance(node, yaml.MappingNode):
        return {}
    return {str(k.value): (k, v) for k, v in node.value if isinstance(k, yaml.ScalarNode)}


def resolve(node: yaml.Node, taken: Mapping[str, str], used: set[str]) -> yaml.Node:
    """Return a tree in which `{setting: NAME, CHOICE: value, …}` is the value of the choice taken.

    The names of the settings met are put into `used`. Raise Unusable where one has no such choice.
    """
    problems: list[Problem] = []
    try:
        result = _resolve(node, taken, used, problems, frozenset())
    except RecursionError as error:
        raise Unusable([kinds.YAML_SYNTAX.at(place_of(node), reason=TOO_DEEP)]) from error
    if problems:
        raise Unusable(problems)
    return result


def _resolve(
    node: yaml.Node, taken: Mapping[str, str], used: set[str], problems: list[Problem], above: frozenset[int]
) -> yaml.Node:
    if isinstance(node, yaml.ScalarNode) or id(node) in above:
        return node
    above |= {id(node)}
    if isinstance(node, yaml.SequenceNode):
        items = [_resolve(item, taken, used, problems, above) for item in node.value]
        return yaml.SequenceNode(node.tag, items, node.start_mark, node.end_mark)
    entries = children(node)
    if "setting" in entries and isinstance(entries["setting"][1], yaml.ScalarNode):
        name = str(entries["setting"][1].value)
        choice = taken.get(name)
        used.add(name)
        if choice is None or choice not in entries or choice == "setting":
            known = ", ".join(key for key in entries if key != "setting")
            problems.append(kinds.SETTING_UNKNOWN.at(place_of(node), setting=name, choice=choice, known=known))
            return node
        return _resolve(entries[choice][1], taken, used, problems, above)
    pairs = [(key, _resolve(value, taken, used, problems, above)) for key, value in node.value]
    return yaml.MappingNode(node.tag, pairs, node.start_mark, node.end_mark)
