"""The costs file: what a county pays for one more of a figure (单价), and the order in which it wants to work."""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Annotated, NamedTuple

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from pydantic_core import PydanticCustomError

from junheng import kinds
from junheng.problems import Problem, Unusable
from junheng.standard.faults import faults, near
from junheng.standard.grammar import FieldForm
from junheng.standard.source import Document, read
from junheng.text import Text

HARDWARE, SOFTWARE, COUNTY = "hardware", "software", "county"
CLASSES = (HARDWARE, SOFTWARE, COUNTY)
DEFAULT_ORDER = CLASSES
_PRICED = ("count", "amount")
MONEY = "元"
YUAN_OF_A_UNIT = 10_000  # 万元
Said = Annotated[str, Field(min_length=1)]


def _number(value: object) -> object:
    """Take a number as YAML wrote it; a text is none."""
    if isinstance(value, str | bool):
        raise PydanticCustomError("decimal_type", "a number", {})
    return value


class _Form(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class PriceForm(_Form):
    """One price: yuan for one unit, whose, and where the price is from."""

    yuan: Annotated[
        Decimal, Field(ge=0), BeforeValidator(_number, json_schema_input_type=Annotated[float, Field(ge=0)])
    ]
    per: Said
    source: Said
    note: str | None = None


class CostsForm(_Form):
    """A costs file. `order` names classes of work (hardware, software, county), indicators or fields, first first."""

    prices: dict[str, PriceForm]
    order: list[Said] | None = None


class Price(NamedTuple):
    """Yuan for one unit of a field, exact, with its source."""

    yuan: Fraction
    per: str
    source: str
    note: str = ""


class Costs(NamedTuple):
    """The prices by field, and the order of work."""

    prices: Mapping[str, Price] = {}
    order: tuple[str, ...] = DEFAULT_ORDER
    given: bool = False

    def yuan(self, field: str | None, unit: str | None, amount: Fraction) -> Fraction | None:
        """Return what so much of a field costs, in yuan; None where no price is given.

        A figure that is itself money costs itself. Without a costs file nothing has a price.
        """
        if not self.given or field is None:
            return None
        price = self.prices.get(field)
        if price is not None:
            return price.yuan * amount
        return amount if unit == MONEY else None

    def of_one(self, fields: Mapping[str, FieldForm]) -> dict[str, Fraction]:
        """Return yuan for one more of every field that has a price."""
        known = {name: self.yuan(name, field.unit, Fraction(1)) for name, field in fields.items() if field.numeric}
        return {name: yuan for name, yuan in known.items() if yuan is not None}


def read_costs(file: Path | None, fields: Mapping[str, FieldForm], ids: frozenset[str] | None = None) -> Costs:
    """Return the prices of a file; nothing has a price without one. Raise Unusable with every fault and its line.

    `fields` are those that may have a price, `ids` the indicators and items that the order may name besides; without
    them any name is accepted there.
    """
    if file is None:
        return Costs()
    document = read(file, str(file))
    if not isinstance(document.data, dict):
        raise Unusable([kinds.KEY_MISSING.at(document.place(()), key="prices")])
    try:
        form = CostsForm.model_validate(document.data)
    except ValidationError as error:
        raise Unusable(faults(error, document, CostsForm)) from error
    problems = [*_prices(form, document, fields), *_order(form, document, fields, ids)]
    if problems:
        raise Unusable(problems)
    prices = {name: Price(Fraction(p.yuan), p.per, p.source, p.note or "") for name, p in form.prices.items()}
    return Costs(prices, tuple(form.order) if form.order is not None else DEFAULT_ORDER, given=True)


def _prices(form: CostsForm, document: Document, fields: Mapping[str, FieldForm]) -> list[Problem]:
    """Return every price of something that is no figure, or for another unit than the figure has."""
    problems = []
    for name, price in form.prices.items():
        field = fields.get(name)
        if field is None:
            known = [other for other, entry in fields.items() if entry.kind in _PRICED]
            place = document.key_place(("prices", name))
            problems.append(kinds.FIELD_UNKNOWN.at(place, field=name, near=near(name, known)))
        elif field.kind not in _PRICED:
            place, expected = document.key_place(("prices", name)), Text("一个数的字段", "a field of figures")
            problems.append(kinds.VALUE_WRONG.at(place, key="prices", found=name, expected=expected))
        elif price.per != (field.unit or ""):
            place, unit = document.place(("prices", name, "per")), field.unit or "—"
            expected = Text(f"该字段的单位 {unit}", f"the unit of the field, {unit}")
            problems.append(kinds.VALUE_WRONG.at(place, key="per", found=price.per, expected=expected))
    return problems


def _order(
    form: CostsForm, document: Document, fields: Mapping[str, FieldForm], ids: frozenset[str] | None
) -> list[Problem]:
    """Return every entry of the order that stands twice, or names nothing."""
    problems, seen = [], set()
    for at, name in enumerate(form.order or ()):
        unknown = ids is not None and name not in {*CLASSES, *fields, *ids}
        if unknown or name in seen:
            expected = (
                Text("没有写过的一项", "an entry that does not stand above")
                if name in seen
                else Text(
                    "hardware、software、county，或指标、字段的编号",
                    "hardware, software, county, or the id of an indicator or a field",
                )
            )
            problems.append(
                kinds.VALUE_WRONG.at(document.place(("order", at)), key="order", found=name, expected=expected)
            )
        seen.add(name)
    return problems
