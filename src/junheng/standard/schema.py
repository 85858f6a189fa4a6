"""The JSON Schema of standards files, generated from the grammar; editors complete and check from it."""

import json
from typing import Any

from pydantic import TypeAdapter

from junheng.standard.grammar import FieldForm, StandardForm

SWITCHED = (
    *("RatioRule", "AmountRule", "QuotaRule", "FlagRule", "LevelRule", "GroupRule", "BarCase", "Increment"),
    *("GradeRule", "Award", "Variation", "Exclusion", "Scope", "Divisions", "Relaxation", "SchoolClass"),
)
"""The parts of a standards file in which any value may depend on a setting."""
NAMED = ("Bars", "BarValue", "Indicator")
"""What has a name of its own in the schema, and may depend on a setting wherever it stands."""
PLAIN = ("id", "kind")
WHOLE = ("divisions", "indicators", "school_rule", "award", "variation", "relaxations", "school_classes")
"""The keys of the whole file whose value, or any entry of it, may depend on a setting."""
SWITCH = {"$ref": "#/$defs/Switch"}
Schema = dict[str, Any]


def _switched(schema: Schema) -> Schema:
    """Return a schema in which the value, and every value in it, may depend on a setting."""
    return {"if": {"type": "object", "required": ["setting"]}, "then": SWITCH, "else": _within(schema)}


def _within(schema: Schema) -> Schema:
    """Return a schema in which every value inside, but not the whole, may depend on a setting."""
    result = dict(schema)
    for key in ("additionalProperties", "items"):
        if isinstance(schema.get(key), dict):
            result[key] = _switched(schema[key])
    for key in ("anyOf", "oneOf"):
        if key in schema:
            result[key] = [_within(part) for part in schema[key]]
    return result


def schema_text() -> str:
    """Return the schema: a standards file, a file that extends one (any part of it), or fields.yaml."""
    whole = StandardForm.model_json_schema(ref_template="#/$defs/{model}")
    fields = TypeAdapter(dict[str, FieldForm]).json_schema(ref_template="#/$defs/{model}")
    definitions = {**whole.pop("$defs"), **fields.pop("$defs")}
    properties = whole["properties"]
    properties["settings"] = {
        "type": "object",
        "additionalProperties": {"anyOf": [{"$ref": "#/$defs/Setting"}, {"type": "string"}]},
    }
    for name in SWITCHED:
        for key, written in definitions[name]["properties"].items():
            if key not in PLAIN:
                definitions[name]["properties"][key] = _switched(written)
    for name in NAMED:
        definitions[name] = _switched(definitions[name])
    for key in WHOLE:
        properties[key] = _switched(properties[key])
    definitions["Switch"] = {
        "type": "object",
        "description": "the value of the choice taken in a setting: {setting: NAME, CHOICE: value, …}",
        "required": ["setting"],
        "properties": {"setting": {"type": "string"}},
    }
    required = whole.pop("required")
    standard = {**whole, "if": {"required": ["extends"]}, "else": {"required": required}, "title": "standard"}
    document = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "junheng standards file",
        "if": {"required": ["students", "name"]},
        "then": {**fields, "title": "fields.yaml"},
        "else": standard,
        "$defs": definitions,
    }
    return json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
