"""Files of warnings become rules: the shipped ones, and a file of one's own laid over them by id."""

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from pydantic import ValidationError

from junheng import kinds
from junheng.audit.load import laid_over, twice, with_ids
from junheng.problems import Problem, Unusable
from junheng.standard.faults import faults, near
from junheng.standard.load import root
from junheng.standard.source import Document, compose, construct, read
from junheng.trend.form import AnyRule, WarningsForm

SHIPPED = "warnings.yaml"
LISTED_IN = "warnings"


class Rules(NamedTuple):
    """The rules that are applied, in the order of the file, and the document they stand in."""

    rules: tuple[AnyRule, ...]
    places: tuple[int, ...]  # of each rule, its number in the document
    document: Document

    def unknown(self, indicators: Iterable[str]) -> list[Problem]:
        """Return every name of an indicator that none of some standards has."""
        known = list(dict.fromkeys(indicators))
        return [
            kinds.INDICATOR_UNKNOWN.at(self.document.place((LISTED_IN, at, "of")), found=name, near=near(name, known))
            for rule, at in zip(self.rules, self.places, strict=True)
            for name in getattr(rule, "of", None) or ()
            if name not in known
        ]


def load_rules(own: Path | None = None) -> Rules:
    """Return the rules that are applied, those of `own` laid over the shipped ones. Raise Unusable with every fault."""
    document = read(root() / SHIPPED, SHIPPED)
    if own is not None:
        node = compose(own, str(own))
        with_ids(construct(node), node, LISTED_IN)  # a key that stands twice is found before anything is merged
        document = construct(laid_over(document.root, node, LISTED_IN))
    try:
        form = WarningsForm.model_validate(document.data)
    except ValidationError as error:
        raise Unusable(faults(error, document, WarningsForm)) from error
    problems = twice([rule.id for rule in form.warnings], document, LISTED_IN)
    if problems:
        raise Unusable(problems)
    applied = [(rule, at) for at, rule in enumerate(form.warnings) if rule.applied]
    return Rules(tuple(rule for rule, _ in applied), tuple(at for _, at in applied), document)
