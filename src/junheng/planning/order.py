"""What is done first: fields by the order of work of a costs file, hardware before software where it says nothing."""

from collections.abc import Callable, Mapping, Sequence

from junheng.documents.costs import HARDWARE, SOFTWARE
from junheng.standard.grammar import FieldForm

PERSON = "人"


def rank_of(order: Sequence[str], fields: Mapping[str, FieldForm]) -> Callable[[str], int]:
    """Return what gives a field its place in the order; what is not named stands last."""

    def rank(field: str) -> int:
        work = SOFTWARE if fields[field].unit == PERSON else HARDWARE
        return next((at for at, name in enumerate(order) if name in (field, work)), len(order))

    return rank
