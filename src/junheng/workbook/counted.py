"""Whether a row is counted as a school: a teaching point that is not belongs to another school."""

from collections.abc import Mapping

from junheng.standard.grammar import FieldForm

COUNTED = "counted"
COUNTED_FORM = FieldForm(
    zh="是否计校数", en="Counted as a school", kind="flag", headers=["是否计入校数", "计校数", "是否计校"]
)


def with_counted(fields: Mapping[str, FieldForm]) -> dict[str, FieldForm]:
    """Return fields with the column that says whether a row is counted as a school."""
    return {**fields, COUNTED: COUNTED_FORM}
