"""A file laid over the one it extends: whole rules by their id, sources and fields by key."""

import yaml

from junheng.standard.source import children

_BY_KEY = ("sources", "fields")
_BY_ID = ("indicators", "relaxations", "other_parts", "school_classes", "points")


def _id_of(node: yaml.Node) -> str:
    """Return what an entry of a list is known by: its id, that of the part it describes, or the part it names."""
    entries = children(node)
    if "id" in entries:
        return str(entries["id"][1].value)
    part = entries.get("part")
    if part is None:
        return ""
    return str(part[1].value) if isinstance(part[1], yaml.ScalarNode) else _id_of(part[1])


def _laid_over(parent: yaml.SequenceNode, child: yaml.SequenceNode) -> yaml.SequenceNode:
    """Return the entries of two lists, whole entries of the second replacing those of the same id."""
    entries = {_id_of(item): item for item in parent.value}
    entries.update((_id_of(item), item) for item in child.value)
    return yaml.SequenceNode(child.tag, list(entries.values()), child.start_mark, child.end_mark)


def _merge_checklist(parent: yaml.SequenceNode, child: yaml.SequenceNode) -> yaml.SequenceNode:
    """Merge parts by their id: items by theirs, other keys of a part replace."""
    parts = {_id_of(part): part for part in parent.value}
    for part in child.value:
        above = parts.get(_id_of(part))
        if above is None:
            parts[_id_of(part)] = part
            continue
        own, old = children(part), children(above)
        entries = {**old, **own}
        if "items" in own and isinstance(own["items"][1], yaml.SequenceNode):
            entries["items"] = (own["items"][0], _laid_over(old["items"][1], own["items"][1]))  # type: ignore[arg-type]
        parts[_id_of(part)] = yaml.MappingNode(part.tag, list(entries.values()), part.start_mark, part.end_mark)
    return yaml.SequenceNode(child.tag, list(parts.values()), child.start_mark, child.end_mark)


def _merge_settings(parent: yaml.Node, child: yaml.Node) -> yaml.Node:
    """Merge settings: `name: choice` takes another choice of the parent's setting, a whole entry replaces it."""
    merged = dict(children(parent))
    for name, (key, value) in children(child).items():
        above = merged.get(name)
        entries = dict(children(above[1])) if above is not None else {}
        if above is not None and isinstance(value, yaml.ScalarNode) and "default" in entries:
            entries["default"] = (entries["default"][0], value)
            old = above[1]
            merged[name] = (key, yaml.MappingNode(old.tag, list(entries.values()), old.start_mark, old.end_mark))
        else:
            merged[name] = (key, value)
    return yaml.MappingNode(child.tag, list(merged.values()), child.start_mark, child.end_mark)


def _merged(parent: yaml.Node, child: yaml.Node) -> yaml.MappingNode:
    entries = {**children(parent), **children(child)}
    return yaml.MappingNode(child.tag, list(entries.values()), child.start_mark, child.end_mark)


def _merge_parameters(parent: yaml.Node, child: yaml.Node) -> yaml.Node:
    """Merge dated numbers: the years of a file are laid over those of its parent, other keys of an entry replace."""
    merged = dict(children(parent))
    for name, (key, value) in children(child).items():
        above = merged.get(name)
        if above is None or not isinstance(value, yaml.MappingNode):
            merged[name] = (key, value)
            continue
        entries = {**children(above[1]), **children(value)}
        years, years_above = children(value).get("by_year"), children(above[1]).get("by_year")
        if years is not None and years_above is not None:
            entries["by_year"] = (years[0], _merged(years_above[1], years[1]))
        merged[name] = (key, yaml.MappingNode(value.tag, list(entries.values()), value.start_mark, value.end_mark))
    return yaml.MappingNode(child.tag, list(merged.values()), child.start_mark, child.end_mark)


def merge(parent: yaml.Node, child: yaml.Node) -> yaml.Node:
    """Lay a file over the one it extends: whole rules by their id, sources and fields by key, other keys whole."""
    merged = dict(children(parent))
    for name, (key, value) in children(child).items():
        above = merged.get(name)
        if above is None:
            merged[name] = (key, value)
        elif name in _BY_KEY:
            merged[name] = (key, _merged(above[1], value))
        elif name == "settings":
            merged[name] = (key, _merge_settings(above[1], value))
        elif name == "parameters":
            merged[name] = (key, _merge_parameters(above[1], value))
        elif name in _BY_ID and isinstance(value, yaml.SequenceNode) and isinstance(above[1], yaml.SequenceNode):
            merged[name] = (key, _laid_over(above[1], value))
        elif name == "checklist" and isinstance(value, yaml.SequenceNode) and isinstance(above[1], yaml.SequenceNode):
            merged[name] = (key, _merge_checklist(above[1], value))
        else:
            merged[name] = (key, value)
    return yaml.MappingNode(child.tag, list(merged.values()), child.start_mark, child.end_mark)
