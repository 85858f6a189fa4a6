"""The JSON Schemas of the data files beside standards, generated from their grammars; editors complete and check by them."""

import json
from typing import Any, get_args

from pydantic import BaseModel

from junheng.audit.grammar import AnyRule, ChecksForm
from junheng.audit.identity_form import IdentityForm, Named
from junheng.audit.load import SHIPPED
from junheng.collect.layouts import LayoutForm
from junheng.collect.merging import MergeForm
from junheng.documents.costs import CostsForm
from junheng.planning.form import ConditionsForm
from junheng.scenario.form import ScenarioForm
from junheng.standard.load import root
from junheng.standard.source import read
from junheng.trend.form import AnyRule as AnyWarning
from junheng.trend.form import WarningsForm
from junheng.trend.load import LISTED_IN
from junheng.trend.load import SHIPPED as SHIPPED_WARNINGS
from junheng.waivers import STAGES, WaiversForm

FOLDER = "schemas"  # beside the standards
Schema = dict[str, Any]
TEXT: Schema = {"type": "string"}
CODE: Schema = {"type": "integer"}  # of a school, written without quotation marks


def data_schema_text(kind: str) -> str:
    """Return the schema of one kind of data file.

    One of checks, conditions, costs, forms, identity, merge, scenario, waivers and warnings.
    """
    made = _MADE[kind]()
    document = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **made,
        "title": f"junheng {kind} file",
    }
    return json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def _schema(model: type[BaseModel]) -> Schema:
    return model.model_json_schema(ref_template="#/$defs/{model}")


def _conditions() -> Schema:
    return _schema(ConditionsForm)


def _costs() -> Schema:
    return _schema(CostsForm)


def _forms() -> Schema:
    return _schema(LayoutForm)


def _merge() -> Schema:
    return _schema(MergeForm)


def _scenario() -> Schema:
    return _schema(ScenarioForm)


def _identity() -> Schema:
    """Return the schema of changes of schools, in which a school is a code, a name, or both as keys."""
    made = _schema(IdentityForm)
    named = {**_schema(Named), "anyOf": [{"required": ["code"]}, {"required": ["name"]}]}
    school: Schema = {"anyOf": [TEXT, CODE, {"$ref": "#/$defs/Named"}]}
    schools: Schema = {"anyOf": [*school["anyOf"], {"type": "array", "items": school, "minItems": 1}]}

    def written(part: Any) -> Any:  # noqa: ANN401 - a schema holds anything
        """Return a part of the schema in which a school, or several, are what may be written for them."""
        if isinstance(part, list):
            return [written(entry) for entry in part]
        if not isinstance(part, dict):
            return part
        kinds = {entry.get("type") for entry in part.get("anyOf", [])}
        if kinds == {"string", "object"}:
            return school
        return schools if kinds == {"string", "array"} else {key: written(value) for key, value in part.items()}

    made["$defs"] = {**written(made["$defs"]), "Named": named}
    return made


def _waivers() -> Schema:
    """Return the schema of waivers, in which a code may stand without quotation marks, and a stage in Chinese."""
    made = _schema(WaiversForm)
    properties = made["$defs"]["WaiverForm"]["properties"]
    properties["school"] = {"anyOf": [{**TEXT, "minLength": 1}, CODE]}
    properties["stage"] = {"anyOf": [{"enum": sorted({*STAGES, *STAGES.values()})}, {"type": "null"}]}
    return made


def _checks() -> Schema:
    """Return the schema of checks: a shipped id may stand with a few keys that are changed, a new one with all of its kind."""
    return _laid_over(ChecksForm, AnyRule, SHIPPED, "checks", "check")


def _warnings() -> Schema:
    """Return the schema of warnings, whose entries are laid over the shipped ones likewise."""
    return _laid_over(WarningsForm, AnyWarning, SHIPPED_WARNINGS, LISTED_IN, "warning")


def _laid_over(form: type[BaseModel], rule_of: Any, file: str, listed_in: str, called: str) -> Schema:  # noqa: ANN401 - a union
    """Return the schema of a file whose entries may change those of a shipped one by id."""
    made = _schema(form)
    definitions = made["$defs"]
    shipped = sorted(entry["id"] for entry in read(root() / file, file).data[listed_in])
    definitions["ShippedId"] = {"enum": shipped}
    is_shipped: Schema = {"properties": {"id": {"$ref": "#/$defs/ShippedId"}}, "required": ["id"]}
    of_key: dict[str, list[Schema]] = {}  # what a key may hold in any kind of rule
    of_kind: list[Schema] = []
    for model in get_args(get_args(rule_of)[0]):
        rule = definitions[model.__name__]
        required = rule.pop("required")
        kind = rule["properties"]["kind"]["const"]
        for key, value in rule["properties"].items():
            known = of_key.setdefault(key, [])
            known += [value] if value not in known else []
        of_kind.append(
            {
                "if": {"properties": {"kind": {"const": kind}}, "required": ["kind"]},
                "then": {
                    "allOf": [{"$ref": f"#/$defs/{model.__name__}"}, {"if": is_shipped, "else": {"required": required}}]
                },
            }
        )
    kinds = [part["if"]["properties"]["kind"]["const"] for part in of_kind]
    every = {key: {"anyOf": values} for key, values in of_key.items()}
    definitions["Entry"] = {
        "type": "object",
        "description": f"one {called}; with the id of a shipped one, the keys that are changed",
        "required": ["id"],
        "properties": {"kind": {"enum": kinds}},
        "allOf": [
            *of_kind,
            {
                "if": {"required": ["kind"]},
                "else": {
                    **is_shipped,
                    "properties": {**every, **is_shipped["properties"]},
                    "additionalProperties": False,
                },
            },
        ],
    }
    made["properties"][listed_in] = {"type": "array", "items": {"$ref": "#/$defs/Entry"}}
    return made


_MADE = {
    "checks": _checks,
    "conditions": _conditions,
    "costs": _costs,
    "forms": _forms,
    "identity": _identity,
    "merge": _merge,
    "scenario": _scenario,
    "waivers": _waivers,
    "warnings": _warnings,
}
KINDS = tuple(_MADE)
