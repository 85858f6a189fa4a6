"""Data files beside standards (checks, conditions, forms, identity, merge, scenario, waivers, warnings): which is which, and whether it is right."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

from junheng.audit.identity import lint_identity
from junheng.audit.identity_form import IdentityForm
from junheng.audit.load import load_checks, load_identity
from junheng.collect.layouts import read_layout, read_layouts, shipped_files
from junheng.collect.merging import read_merging
from junheng.documents.costs import read_costs
from junheng.planning.conditions import check_conditions
from junheng.problems import Problem, Unusable
from junheng.scenario.reading import read_scenario
from junheng.standard.grammar import FieldForm
from junheng.standard.source import children, compose
from junheng.trend.load import load_rules
from junheng.waivers import read_waivers
from junheng.workbook.counted import with_counted

KEYS: Mapping[str, frozenset[str]] = {
    "checks": frozenset({"checks"}),
    "conditions": frozenset({"budgets", "target_year", "fixed", "at_most", "transfers"}),
    "costs": frozenset({"prices"}),
    "forms": frozenset({"form"}),
    "identity": frozenset(IdentityForm.model_fields),
    "merge": frozenset({"merge"}),
    "scenario": frozenset({"changes"}),
    "waivers": frozenset({"waivers"}),
    "warnings": frozenset({"warnings"}),
}
"""The kinds of data files, each with the keys at its top that tell it from a standard and from the others."""
SHIPPED_RULES = 2  # checks.yaml, warnings.yaml


def kind_of(file: Path) -> str | None:
    """Return which kind of data file a YAML file is; None where it is a standard, or cannot be read."""
    try:
        keys = children(compose(file)).keys()
    except Unusable:
        return None
    return next((kind for kind, own in KEYS.items() if own & keys), None)


def shipped_count() -> int:
    """Return how many data files are shipped: the layouts of forms, the data checks and the warnings."""
    return len(shipped_files()) + SHIPPED_RULES


def check_data(files: Sequence[tuple[Path, str]], fields: Mapping[str, FieldForm]) -> list[Problem]:
    """Return everything that is wrong with data files, each with its kind, as whoever uses it would find it.

    `fields` are the words that checks and layouts may speak in. Without files the shipped ones are checked.
    """
    layouts = [file for file, kind in files if kind == "forms"]
    loads: list[Callable[[], object]] = []
    if layouts or not files:
        loads.append(partial(read_layouts, layouts, with_counted(fields)))  # together: two may overlap
    if not files:
        loads += [partial(load_checks, None, fields), load_rules]
    for file, kind in files:
        if kind == "checks":
            loads.append(partial(load_checks, file, fields))
        elif kind == "conditions":
            loads.append(partial(check_conditions, file, fields))
        elif kind == "costs":
            loads.append(partial(read_costs, file, fields))
        elif kind == "identity":
            loads.append(partial(_read_identity, file))
        elif kind == "merge":
            loads.append(partial(read_merging, file, str(file)))
        elif kind == "scenario":
            loads.append(partial(read_scenario, file, fields))
        elif kind == "waivers":
            loads.append(partial(read_waivers, file))
        elif kind == "warnings":
            loads.append(partial(load_rules, file))
    problems: list[Problem] = []
    for load in loads:
        try:
            load()
        except Unusable as error:
            problems += error.problems
    return problems


def _read_identity(file: Path) -> None:
    """Raise Unusable with every fault of a file of changes, of form or in itself."""
    problems = lint_identity(*load_identity(file))
    if problems:
        raise Unusable(problems)


def unknown_labels(file: Path, fields: Mapping[str, FieldForm]) -> int:
    """Return how many labels of a layout are not on record; 0 where it cannot be read."""
    try:
        return len(read_layout(file, str(file), with_counted(fields), own=True).unknown)
    except Unusable:
        return 0
