"""The numbers of law are guarded one by one, and their pages say what the files say."""

import importlib.util
import sys

import pytest
import yaml
from typer.main import get_command

from junheng.cli import app
from junheng.standard.load import load, tree

STANDARD = """\
title: {zh: 示例 10, en: Example 10}
document: 示例〔2023〕1号
in_force: {from: 2023}
checked: {on: 2023-09-01, by: null}
sources: {doc: {title: 示例 2023, url: "https://example.org/1", standing: official}}
settings:
  horizon:
    question: {zh: 近期还是远期, en: Near or long}
    choices: {near: {zh: 近期, en: near}, long: {zh: 远期5年, en: long}}
    default: near
indicators:
  - id: books
    name: {zh: 生均图书50册, en: Books}
    kind: ratio
    of: books
    unit: 册
    at_least: {setting: horizon, near: 25, long: 35}
    cite: doc 第1条
    quote: 近期25册，远期35册
  - id: class_size
    name: {zh: 班额, en: Class size}
    kind: amount
    of: largest_class
    unit: 人
    applies: {migrant_children/students: 0.30..}
    at_most: 55
    cite: doc 第2条
    quote: 随迁子女达30%的，班额不超过55人
school_rule: {meet_at_least: all, cite: doc 第3条}
"""
CASES = """\
standard: mine.yaml
given: {stage: primary, students: 10000, largest_class: 56}
cases:
  - {name: 恰为30%, change: {migrant_children: 3000}, expect: {class_size: unmet}}
  - {name: 少一人, change: {migrant_children: 2999}, expect: {class_size: exempt}}
"""


def script(root, name):
    """Return a script as a module."""
    spec = importlib.util.spec_from_file_location(name, root / "scripts" / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def mutate(root):
    """The script that changes numbers."""
    return script(root, "mutate_standards")


@pytest.fixture(scope="module")
def docs(root):
    """The script that writes the pages."""
    return script(root, "make_standards_docs")


@pytest.fixture
def mine(tmp_path):
    """A small standards file."""
    file = tmp_path / "mine.yaml"
    file.write_text(STANDARD, "utf-8")
    return file


def test_only_numbers_that_are_judged_by_are_changed(mutate, mine):
    """Bars, also those of a choice that is not taken, and ranges count; names, quotes, dates and addresses do not."""
    found = [number.text for number in mutate.numbers(tree(mine, "mine.yaml"), "mine.yaml")]
    assert ["25", "35", "0.30", "55"] == found


def test_an_unproved_number_survives_and_a_quoted_one_does_not(mutate, mine):
    """The bars stand in the quote; from which share on the rule applies is noticed by nobody, and its place is said."""
    result = mutate.look(str(mine), None)
    assert (f"{mine}:25:42: 0.30 → 0.303",) == result.survivors
    assert {"lint": 3, "nothing": 1} == result.noticed
    assert not result.good


def test_a_case_proves_a_number(mutate, mine):
    """With a case on both sides of 30 % no number is left that could be wrong unseen."""
    (mine.parent / "mine-cases.yaml").write_text(CASES, "utf-8")
    result = mutate.look(str(mine), None)
    assert {"lint": 3, "cases": 1} == result.noticed
    assert result.good


def test_a_number_of_another_choice_is_not_noticed_by_its_refusal_alone(mutate, mine):
    """A choice that is faulty already is said so, and does not count as noticing a changed number."""
    mine.write_text(STANDARD.replace("，远期35册", ""), "utf-8")
    (mine.parent / "mine-cases.yaml").write_text(CASES, "utf-8")
    result = mutate.look(str(mine), None)
    assert [f"{mine}:17:50: 35 → 35.35"] == [*result.survivors]
    assert [f"{mine}:17:50: S302 (horizon=long)"] == [*result.faults]


def test_a_file_that_cannot_be_read_is_no_success(mutate, mine):
    """What cannot be looked at is said, and the exit code is not 0."""
    mine.write_text(STANDARD.replace("kind: ratio", "kind: ration"), "utf-8")
    result = mutate.look(str(mine), None)
    assert "S203" in result.trouble
    assert not result.good


@pytest.mark.parametrize(
    ("written", "changed"), [("4.5", "4.545"), ("100", "101"), ("0.50", "0.505"), ("0", "1"), ("1.0", "1.01")]
)
def test_a_number_is_multiplied_exactly(mutate, written, changed):
    """1.01 times a number, exact and as short as it can be written; zero becomes 1."""
    assert changed == mutate.mutated(written)


def test_text_of_a_standard_is_no_markup(docs, mine):
    """Titles and quotes with the signs of Markdown and HTML are shown as they are."""
    hostile = "<b>|[x](javascript:1)*"
    text = STANDARD.replace("示例 10", hostile).replace("近期25册", f"{hostile}近期25册")
    text = text.replace("https://example.org/1", "javascript:alert(1)")
    mine.write_text(text.replace(f"zh: {hostile}", f"zh: '{hostile}'"), "utf-8")
    standard = load(str(mine))
    page = docs.page(standard, [standard])
    assert "<b>" not in page
    assert "](javascript" not in page
    assert r"&lt;b&gt;\|\[x\]\(javascript:1\)\*近期25册" in page


def test_a_page_shows_every_choice_and_what_is_not_on_record(docs, mine):
    """The bar of another choice stands beside that of the default, and an unknown number is listed plainly."""
    rule = "{meet_at_least: {setting: horizon, near: all, long: 1}, cite"
    text = STANDARD.replace("at_most: 55", "at_most: {primary: 55, junior: unknown}")
    mine.write_text(text.replace("{meet_at_least: all, cite", rule), "utf-8")
    standard = load(str(mine))
    page = docs.page(standard, [standard])
    assert "标准值 bar: ≥25\n" in page
    assert "`horizon=long`，标准值 bar: ≥35\n" in page
    assert "设定 setting `horizon=long`:\n\n- 至少1项达标 · at least 1 met\n" in page
    assert "- 班额（初中）：标准值 · Class size \\(junior\\): the bar\n" in page


def test_editions_of_a_family_are_compared_by_their_bars(docs, mine):
    """The page of a later edition lists the earlier one with its period, and the bars that changed."""
    dated = STANDARD.replace("document:", "family: mine\ndocument:")
    mine.write_text(dated.replace("{from: 2023}", "{from: 2020, to: 2022}"), "utf-8")
    later = mine.with_name("later.yaml")
    later.write_text(dated.replace("long: 35", "long: 35.5").replace("near: 25,", "near: 26,"), "utf-8")
    old, new = load(str(mine)), load(str(later))
    page = docs.page(new, [old, new])
    assert "- 2020–2022 [" in page
    assert "| 生均图书50册 · Books | 收紧 · stricter | ≥25 | ≥26 |\n" in page


def test_a_leftover_page_is_reported_and_removed(docs, tmp_path, monkeypatch):
    """A page of a standard that is gone fails the check, and is removed when the pages are written."""
    monkeypatch.setattr(docs, "PAGES", tmp_path)
    monkeypatch.setattr(docs, "pages", lambda: {"README.md": "new\n"})
    monkeypatch.setattr(sys, "argv", ["make_standards_docs.py"])
    (tmp_path / "gone.md").write_text("old", "utf-8")
    docs.main()
    assert ["README.md"] == [file.name for file in tmp_path.iterdir()]
    monkeypatch.setattr(sys, "argv", ["make_standards_docs.py", "--check"])
    docs.main()
    (tmp_path / "gone.md").write_text("old", "utf-8")
    with pytest.raises(SystemExit, match=r"gone\.md"):
        docs.main()


def commands(root):
    """Return every line with which the hooks and the workflow call junheng."""
    hooks = yaml.safe_load((root / ".pre-commit-hooks.yaml").read_text("utf-8"))
    workflow = yaml.safe_load((root / ".github" / "workflows" / "check-standards.yml").read_text("utf-8"))
    lines = [hook["entry"] for hook in hooks] + [step.get("run", "") for step in workflow["jobs"]["check"]["steps"]]
    return [line for line in lines if line.startswith("junheng ")]


def test_hooks_and_workflow_call_commands_that_are_there(root):
    """What a repository of one's own runs is a command of the program, with options that it has."""
    assert 4 == len(commands(root))
    for line in commands(root):
        command = get_command(app)
        for word in line.split()[1:]:
            if word.startswith("--"):
                assert word in [option for p in command.params for option in p.opts], line
            elif word in getattr(command, "commands", {}):
                command = command.commands[word]
        assert command.name in {"check", "test"}, line


def test_the_page_on_repositories_names_every_hook_and_input(root):
    """docs/standards-repository.md documents each hook, and each input of the workflow with its default."""
    page = (root / "docs" / "standards-repository.md").read_text("utf-8")
    for hook in yaml.safe_load((root / ".pre-commit-hooks.yaml").read_text("utf-8")):
        assert f"id: {hook['id']}" in page
    workflow = yaml.safe_load((root / ".github" / "workflows" / "check-standards.yml").read_text("utf-8"))
    for name, given in workflow[True]["workflow_call"]["inputs"].items():  # YAML 1.1 reads the key `on` as true
        assert f"| `{name}` | `{given['default']}` |" in page
