"""Data files beside standards: each kind is told by its key, checked by whoever uses it, and described by a schema."""

import json
from datetime import date
from decimal import Decimal

import pytest
from jsonschema import Draft202012Validator
from typer.testing import CliRunner

from junheng.cli import app
from junheng.standard.data_files import KEYS, check_data, kind_of
from junheng.standard.data_schemas import KINDS, data_schema_text
from junheng.standard.load import shipped_fields
from junheng.standard.schema import schema_text
from junheng.standard.source import read

EACH = pytest.mark.parametrize("kind", KINDS)
REFUSED = {  # a sample of a kind with one thing changed, which neither its loader nor its schema accepts
    "checks": [("kind: whole", "kind: wole"), ("severity: warning", "severity: warn"), ("    of: [classes]\n", "")],
    "conditions": [
        ("fixed:\n", "fixd:\n"),
        ("2024: 1500000", "2024: -1"),
        ("add: 3, ", ""),
        ("school: 3137000001, ", ""),
        ("at_most_leaving: 2", "at_most_leaving: -2"),
        ("source: 编造, ", ""),
        ("stage: junior", "stage: 初级"),
    ],
    "costs": [("yuan: 1000.50", "yuan: -1"), ("source: 编造, ", ""), ("per: ㎡", "per: []")],
    "forms": [("cite: 测试\n", "cited: 测试\n"), ("field: students", "field: Students!"), ("number: 2", "number: 0")],
    "identity": [
        ("school: 东街小学", "schools: 东街小学"),
        ("year: 2022", "year: 22"),
        ("to: 示例镇中心小学", "to: []"),
    ],
    "merge": [("3137000091", "[]"), ("3137000091", "{a: b}")],
    "scenario": [
        ("hire: {count: 2", "hire: {count: -2"),
        ("percent: -5", "percent: -101"),
        ("into: 示例镇中心小学", "to: 示例镇中心小学"),
        ("add: {books: 300}", "add: {books: many}"),
        ("takes: {students: 120}", "takes: {students: 120}, others: half"),
        ("add: {books: 300}", "pay: {books: 300}"),
    ],
    "waivers": [("stage: 小学", "stage: 小学部"), ("reason: 示例原因", 'reason: ""'), ("rule: W205, ", "")],
    "warnings": [
        ("standing: own", "standing: official"),
        ("kind: value_fell", "kind: fell"),
        ("    by: 0.05\n", ""),
        ("within: 0.02", "within: 2"),
    ],
}


def sample(root, kind):
    return root / "tests" / "data_files" / f"{kind}.yaml"


def plain(value):
    """Return data as a reader of JSON has it."""
    if isinstance(value, dict):
        return {k: plain(v) for k, v in value.items()}
    if isinstance(value, list):
        return [plain(v) for v in value]
    return float(value) if isinstance(value, Decimal) else str(value) if isinstance(value, date) else value


def faults(kind, file):
    """What the schema of a kind says of a file."""
    return list(Draft202012Validator(json.loads(data_schema_text(kind))).iter_errors(plain(read(file).data)))


def run(*words):
    return CliRunner(env={"NO_COLOR": "1", "COLUMNS": "2000", "JUNHENG_LANG": None}).invoke(app, list(map(str, words)))


@EACH
def test_a_sample_of_each_kind_is_accepted_by_loader_and_schema(root, kind):
    """The sample is known for what it is by its key, and nothing is wrong with it."""
    file = sample(root, kind)
    assert kind == kind_of(file)
    assert [] == check_data([(file, kind)], shipped_fields())
    assert [] == [fault.message for fault in faults(kind, file)]


@pytest.mark.parametrize(
    ("kind", "change"), [(kind, change) for kind, changes in REFUSED.items() for change in changes], ids=str
)
def test_what_a_loader_refuses_its_schema_refuses(root, tmp_path, kind, change):
    """`junheng standards check` names the line, and an editor that checks by the schema underlines it."""
    text = sample(root, kind).read_text("utf-8")
    assert change[0] in text
    file = tmp_path / "changed.yaml"
    file.write_text(text.replace(*change, 1), "utf-8")
    result = run("standards", "check", file)
    assert 1 == result.exit_code
    assert f"{file}:" in result.stderr
    assert "检查了 1 个数据文件，" in result.stdout
    assert faults(kind, file)


@EACH
def test_schemas_are_what_the_grammars_generate(root, kind):
    """The files of standards/schemas are fresh, and the command prints them; without --of it prints that of standards."""
    written = (root / "standards" / "schemas" / f"{kind}.json").read_text("utf-8")
    assert written == data_schema_text(kind) == run("standards", "schema", "--of", kind).stdout
    assert schema_text() == run("standards", "schema").stdout == run("standards", "schema", "--of", "standard").stdout


def test_shipped_data_files_are_checked_with_the_standards(root):
    """Layouts of forms, data checks and warnings are clean by loader and schema, and are counted."""
    layouts = sorted((root / "standards" / "forms").glob("*.yaml"))
    rules = ("checks", "warnings")
    assert [] == [fault.message for file in layouts for fault in faults("forms", file)]
    assert [] == [f.message for kind in rules for f in faults(kind, root / "standards" / f"{kind}.yaml")]
    assert f"{len(layouts) + len(rules)} 个数据文件，0 处错误" in run("standards", "check").stdout
    assert {"forms"} == {kind_of(file) for file in layouts}


def test_a_folder_holds_files_of_several_kinds(root, tmp_path):
    """Each is checked as what it is; two layouts of one form and year contradict each other, whatever folder they are in."""
    for kind in KINDS:
        (tmp_path / f"{kind}.yaml").write_bytes(sample(root, kind).read_bytes())
    result = run("standards", "check", tmp_path, "--format", "json")
    document = json.loads(result.stdout)
    assert (0, 0, len(KINDS), []) == (
        result.exit_code,
        document["files"],
        document["data_files"],
        document["problems"],
    )
    assert {str(tmp_path / "forms.yaml"): 1} == document["unknown"]
    (tmp_path / "again.yaml").write_bytes(sample(root, "forms").read_bytes())
    result = run("standards", "check", tmp_path)
    assert "W436" in result.stderr
    assert "重叠" in result.stderr


def test_no_key_tells_two_kinds(root):
    """Every kind is told by keys of its own, which no standard has."""
    every = [key for keys in KEYS.values() for key in keys]
    assert len(every) == len(set(every))
    assert (
        not set(every)
        & json.loads((root / "standards" / "schema.json").read_text("utf-8"))["else"]["properties"].keys()
    )


def test_the_readme_of_standards_names_every_data_file_and_its_schema(root):
    """Whoever is sent there by an unknown key finds the kind of the file, and the page that explains it."""
    page = (root / "standards" / "README.md").read_text("utf-8")
    assert [] == [kind for kind in KINDS if f"schemas/{kind}.json" not in page]
