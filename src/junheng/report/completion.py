"""The numbers that a standard lacks, as a YAML file that extends it, with room for each number and its wording."""

import json
import re
from collections.abc import Iterator
from typing import NamedTuple

import yaml

from junheng.report.standards import formula_text
from junheng.standard.load import SUFFIXES, Standard
from junheng.standard.on_record import own_figures, undated, unknown, unknown_within, unknowns, without_points
from junheng.standard.source import children
from junheng.text import Lang, Text

STR, MAP, SEQ = (f"tag:yaml.org,2002:{name}" for name in ("str", "map", "seq"))
WIDE = 10_000  # columns: no line is broken
OWN = "own"
STEPS = (
    Text(
        "{title}（{id}）中有 {count} 处没有收录。三步补全：",
        "{title} ({id}): {count} entries are not on record. Three steps:",
    ),
    Text(
        "1. 在 sources 的 {own} 下写明手头的文件；不是正式文本的，把 standing 改为 restated（复述）或 mirror（转载）。",
        "1. Under sources, {own}: name the document at hand; where it is not the official print, write its standing: restated, mirror.",
    ),
    Text(
        "2. 每个“待填”处把 unknown 换成数，cite 写 {own} 和条款，quote 照录原文（数必须在引文中）；没有的先留着 unknown。",
        "2. At each “to fill in” replace unknown by the number, cite {own} with the clause and quote the wording, which must hold the number; leave what you do not have.",
    ),
    Text(
        "3. 运行 junheng standards check {file}，再用 junheng check 学校表.xlsx --standard {file} 判定。",
        "3. Run junheng standards check {file}, then junheng check schools.xlsx --standard {file}.",
    ),
)
FILL = Text("← 待填 {at}", "← to fill in {at}")
QUOTE = Text("← 照录原文，数必须在其中", "← the wording, which must hold the number")
QUOTE_MORE = Text(
    "↑ 填数后在 quote 中补上原文；来源不同的，原文写在 reading，并在 sources 写明",
    "↑ with the number, add its wording to quote; of another source, write it under reading",
)
YEARS = Text(
    "↓ 待填 {at}：逐年写，如 2023: {{primary: 数, junior: 数}}",
    "↓ to fill in {at}: by year, such as 2023: {{primary: NUMBER, junior: NUMBER}}",
)
POINTS = Text(
    "“{name}”各项的分值 ← 待填 {at}：去掉以下各行开头的 #，把 unknown 换成分值，reading 照录分值表",
    "the points of “{name}” ← to fill in {at}: take the # off these lines, replace unknown, and write the table under reading",
)
RULE = (
    Text("学校合格规则 ← 待填 {at}：把 unknown 换成原文的规则，如", "the rule for schools ← to fill in {at}: such as"),
    Text(
        "  {{meet_at_least: all, cite: {own} 第四条, quote: 照录原文}}",
        "  {{meet_at_least: all, cite: {own} 4, quote: …}}",
    ),
    Text(
        "  {{meet_at_least: 7, others_reach: 0.60, cite: {own} 第四条, quote: 照录原文}}",
        "  {{meet_at_least: 7, others_reach: 0.60, cite: {own} 4, quote: …}}",
    ),
)


class _Writer(yaml.SafeDumper):
    """Writes scalars as they stood: a plain one plain, a quoted one quoted."""

    yaml_implicit_resolvers = {}  # noqa: RUF012 - yaml's own name


class _Comments:
    """The comments of a file, each known in the node tree by a mark until the text is there."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.count = 0

    def at(self, text: str) -> str:
        """Return the mark of a comment at the end of a line."""
        self.texts.append(text)
        return f"__{len(self.texts) - 1}__"

    def number(self) -> int:
        """Return the number of the next entry to fill in."""
        self.count += 1
        return self.count

    def written(self, text: str) -> str:
        """Return the text with its comments: on a line of their own, behind a number, and behind an empty quote."""

        def comment(mark: str) -> str:
            return f"# {self.texts[int(mark)]}"

        text = re.sub(r"__(\d+)__: ''$", lambda m: comment(m[1]), text, flags=re.MULTILINE)
        text = re.sub(r"unknown __(\d+)__$", lambda m: f"unknown {comment(m[1])}", text, flags=re.MULTILINE)
        return re.sub(r": __(\d+)__$", lambda m: f': "" {comment(m[1])}', text, flags=re.MULTILINE)


class _Place(NamedTuple):
    """Where a writer is: the standard, the id of the rule, its unit and how it is reckoned."""

    standard: Standard
    lang: Lang
    own: str
    comments: _Comments
    rule: str = ""
    unit: str = ""

    def say(self, text: Text, **facts: object) -> str:
        return text.fill(**facts).say(self.lang)


def _text(value: str) -> yaml.ScalarNode:
    return yaml.ScalarNode(STR, value)


def _copied(node: yaml.Node, where: _Place) -> tuple[yaml.Node, bool]:
    """Return a node to be written, and whether a number is missing in it: then it stands on lines of its own."""
    if isinstance(node, yaml.ScalarNode):
        value = "null" if not node.style and node.tag.endswith(":null") else str(node.value)
        return yaml.ScalarNode(STR, value, style=node.style), False
    if isinstance(node, yaml.SequenceNode):
        items = [_copied(item, where) for item in node.value]
        found = any(missing for _, missing in items)
        return yaml.SequenceNode(SEQ, [item for item, _ in items], flow_style=not found), found
    return _mapping(node, where)


def _inside(node: yaml.Node, where: _Place) -> _Place:
    """Return the place within a mapping, which is a rule where it has an id and a kind."""
    entries = children(node)
    if not {"id", "kind"} <= set(entries):
        return where
    id_ = f"{where.rule}.{entries['id'][1].value}" if where.rule else str(entries["id"][1].value)
    found = where.standard.form.named_rules().get(id_)
    unit = str(entries["unit"][1].value) if "unit" in entries else ""
    formula = "" if found is None else formula_text(where.standard, found[0], where.lang)
    return where._replace(rule=id_, unit="，".join(part for part in (unit, formula) if part))


def _mapping(node: yaml.Node, where: _Place) -> tuple[yaml.Node, bool]:
    where = _inside(node, where)
    own = own_figures(node)
    missing = {id(figure) for figure in own if unknown(figure)}
    pairs: list[tuple[yaml.Node, yaml.Node]] = []
    below = False
    for name, (_, value) in children(node).items():
        if missing and name in {"cite", "quote"} and len(missing) == len(own):
            continue  # written anew below
        new, found = _marked(value, missing, where)
        below = below or found
        pairs.append((_text(name), new))
    if missing and len(missing) == len(own):
        pairs.append((_text("cite"), _text(where.own)))
        pairs.append((_text("quote"), _text(where.comments.at(where.say(QUOTE)))))
    elif missing:
        pairs.append((_text(where.comments.at(where.say(QUOTE_MORE))), yaml.ScalarNode(STR, "", style="'")))
    lines = below or bool(missing)
    return yaml.MappingNode(MAP, pairs, flow_style=not lines), lines


def _marked(node: yaml.Node, missing: set[int], where: _Place) -> tuple[yaml.Node, bool]:
    """Return a node to be written, with a mark at every number of it that is missing."""
    if isinstance(node, yaml.ScalarNode):
        if id(node) not in missing:
            return _copied(node, where)
        said = where.say(FILL, at=where.comments.number()) + (f"：{where.unit}" if where.unit else "")
        return _text(f"unknown {where.comments.at(said)}"), True
    if not any(id(figure) in missing for figure in _scalars(node)):
        return _copied(node, where)
    if isinstance(node, yaml.SequenceNode):
        items = [_marked(item, missing, where) for item in node.value]
        return yaml.SequenceNode(SEQ, [item for item, _ in items], flow_style=False), True
    pairs = [(_text(name), _marked(value, missing, where)[0]) for name, (_, value) in children(node).items()]
    return yaml.MappingNode(MAP, pairs, flow_style=False), True


def _scalars(node: yaml.Node) -> Iterator[yaml.ScalarNode]:
    if isinstance(node, yaml.ScalarNode):
        yield node
    elif isinstance(node, yaml.SequenceNode):
        for item in node.value:
            yield from _scalars(item)
    else:
        for _, value in children(node).values():
            yield from _scalars(value)


def _serialized(node: yaml.Node, comments: _Comments) -> str:
    text = yaml.serialize(node, Dumper=_Writer, allow_unicode=True, width=WIDE)
    return comments.written(str(text))


def _lacking(tree: yaml.Node, name: str) -> list[yaml.Node]:
    """Return the whole rules of a list in which a number is missing."""
    entry = children(tree).get(name)
    items = entry[1].value if entry is not None and isinstance(entry[1], yaml.SequenceNode) else []
    return [item for item in items if unknown_within(item)]


def free_key(standard: Standard) -> str:
    """Return the key of the source to be named: own, or one that the standard does not have yet."""
    keys = (OWN, *(f"{OWN}{at}" for at in range(2, 1000)))
    return next(key for key in keys if key not in standard.form.sources)


def completion(standard: Standard, tree: yaml.Node, extends: str, file: str, lang: Lang) -> str:
    """Return the file: it extends `extends`, is to be called `file`, and holds every rule of `tree` that lacks a number.

    As it is written it loads, and its numbers are still not on record.
    """
    form, key = standard.form, free_key(standard)
    comments = _Comments()
    where = _Place(standard, lang, key, comments)
    quoted = json.JSONEncoder(ensure_ascii=False).encode
    facts = {"title": form.title.text, "id": standard.id, "count": unknowns(tree), "own": key, "file": file}
    lines = [f"# {where.say(step, **facts)}" for step in STEPS]
    name = where.say(Text("（待填：文件名称和文号）", "(to fill in: title and number of the document)"))
    lines += [
        "",
        f"title: {{zh: {quoted(form.title.zh + '（本地补全）')}, en: {quoted(form.title.en + ' (completed)')}}}",
        f"extends: {quoted(extends) if extends.endswith(SUFFIXES) else extends}",
        f"sources: {{{key}: {{title: {quoted(name)}, standing: official}}}} # {where.say(Text('← 待填', '← to fill in'))}",
        "",
    ]
    text = "\n".join(lines)
    parameters = _parameters(standard, tree, where)
    if parameters is not None:
        text += "\n" + _serialized(_under("parameters", parameters), comments)
    for section in ("indicators", "relaxations"):
        rules = _lacking(tree, section)
        if rules:
            written = yaml.SequenceNode(SEQ, [_copied(rule, where)[0] for rule in rules], flow_style=False)
            text += "\n" + _serialized(_under(section, written), comments)
    parts = _parts(tree, where)
    text += "" if parts is None else "\n" + _serialized(_under("checklist", parts), comments)
    tables = _points(tree, where)
    text += f"\n{tables}" if tables else ""
    rule = children(tree).get("school_rule")
    if rule is not None and isinstance(rule[1], yaml.ScalarNode) and unknown(rule[1]):
        at = comments.number()
        text += "\n" + "".join(f"# {where.say(line, at=at, own=key)}\n" for line in RULE) + "school_rule: unknown\n"
    elif rule is not None and not isinstance(rule[1], yaml.ScalarNode):
        copied, missing = _copied(rule[1], where)
        text += "\n" + _serialized(_under("school_rule", copied), comments) if missing else ""
    return text


def _parts(tree: yaml.Node, where: _Place) -> yaml.Node | None:
    """Return the parts judged item by item in which a number is missing, with these items; None where none is."""
    entry = children(tree).get("checklist")
    found: list[yaml.Node] = []
    for part in entry[1].value if entry is not None else ():
        items = _lacking(part, "items")
        if items:
            written = yaml.SequenceNode(SEQ, [_copied(item, where)[0] for item in items], flow_style=False)
            head = _copied(children(part)["part"][1], where)[0]
            found.append(yaml.MappingNode(MAP, [(_text("part"), head), (_text("items"), written)], flow_style=False))
    return yaml.SequenceNode(SEQ, found, flow_style=False) if found else None


def _points(tree: yaml.Node, where: _Place) -> str:
    """Return the tables of points that are missing, commented out: a table holds numbers alone."""
    lines: list[str] = []
    for part in without_points(tree):
        keys = children(part)
        about = children(keys["part"][1])
        name = str(about["zh" if where.lang == "zh" else "en"][1].value)
        lines += [where.say(POINTS, at=where.comments.number(), name=name), "points:"]
        lines += [f"  - part: {about['id'][1].value}", f"    cite: {where.own}", '    reading: ""', "    items:"]
        for item in keys["items"][1].value:
            wording = children(children(item)["name"][1])["zh" if where.lang == "zh" else "en"][1].value
            lines.append(f"      {children(item)['id'][1].value}: unknown # {wording}")
    return "".join(f"# {line}\n" for line in lines)


def _under(key: str, node: yaml.Node) -> yaml.Node:
    return yaml.MappingNode(MAP, [(_text(key), node)], flow_style=False)


def _parameters(standard: Standard, tree: yaml.Node, where: _Place) -> yaml.Node | None:
    """Return the dated numbers that are missing; None where none are."""
    entry = children(tree).get("parameters")
    pairs: list[tuple[yaml.Node, yaml.Node]] = []
    for name, (_, value) in children(entry[1]).items() if entry is not None else ():
        if undated(value):
            mark = where.comments.at(where.say(YEARS, at=where.comments.number()))
            quote = _text(where.comments.at(where.say(QUOTE)))
            written: list[tuple[yaml.Node, yaml.Node]] = [
                (_text(mark), yaml.ScalarNode(STR, "", style="'")),
                (_text("by_year"), yaml.MappingNode(MAP, [], flow_style=True)),
                (_text("cite"), _text(where.own)),
                (_text("quote"), quote),
            ]
            pairs.append((_text(name), yaml.MappingNode(MAP, written, flow_style=False)))
        else:
            unit = standard.form.parameters[name].unit or "" if name in standard.form.parameters else ""
            copied, missing = _copied(value, where._replace(unit=unit))
            if missing:
                pairs.append((_text(name), copied))
    return yaml.MappingNode(MAP, pairs, flow_style=False) if pairs else None
