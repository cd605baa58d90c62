"""What is known of a product: its fields with their bounds, checked field by field."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from orders.values.counts import (
    MOST_DAYS_LEFT,
    MOST_GRAMS,
    MOST_MILLIMETRES,
    MOST_MONEY,
    MOST_PER_CASE,
    MOST_UNITS,
    whole,
)
from orders.values.places import country, currency, hs_code
from orders.values.problems import Problems
from orders.values.texts import LINE, is_storable, one_line
from orders.values.unfit import Unfit
from orders.words import say

LONGEST_CODE = 80  # of a SKU, and of a barcode
LONGEST_TITLE = 200
LONGEST_CATEGORY = 60
MOST_BARCODES = 100  # of a product, those of its cases included
Reader = Callable[[Any], Any]


def is_name(text: str, most: int) -> bool:
    """Whether a text is one line of 1 to `most` characters, as it would be kept."""
    return 0 < len(text) <= most and is_storable(text) and one_line(text) == text


def _name(most: int) -> Reader:
    def read(text: str) -> str:
        if not is_name(text, most):
            raise Unfit(_one_to(most))
        return text

    return read


def _up_to(most: int) -> Reader:
    return partial(whole, least=0, most=most)


def _text(text: str) -> str:
    if not is_storable(text) or len(text) > LINE:
        raise Unfit(say("expected a text of at most {most} characters", most=LINE))
    return one_line(text)


def _short(most: int) -> Reader:
    """A line that may be empty; blanks at its ends are not kept."""

    def read(text: str) -> str:
        if not is_storable(text) or len(line := one_line(text)) > most:
            raise Unfit(say("expected a text of at most {most} characters", most=most))
        return line

    return read


def _switch(value: bool) -> bool:
    return value


def _one_to(most: int) -> str:
    return say("expected a line of 1 to {most} characters", most=most)


# Column -> a function that returns the value as it is kept, or raises Unfit.
READERS: Mapping[str, Reader] = {
    "sku": _name(LONGEST_CODE),
    "title": _name(LONGEST_TITLE),
    "category": _short(LONGEST_CATEGORY),
    "weight_grams": _up_to(MOST_GRAMS),
    "length_mm": _up_to(MOST_MILLIMETRES),
    "width_mm": _up_to(MOST_MILLIMETRES),
    "height_mm": _up_to(MOST_MILLIMETRES),
    "hs_code": hs_code,
    "origin_country": country,
    "customs_description": _text,
    "customs_value": _up_to(MOST_MONEY),
    "customs_currency": currency,
    "price": _up_to(MOST_MONEY),
    "price_currency": currency,
    "low_stock_level": _up_to(MOST_UNITS),
    "is_lot_tracked": _switch,
    "is_serial_tracked": _switch,
    "least_days_left": _up_to(MOST_DAYS_LEFT),
    "picker_note": _text,
    "is_active": _switch,
}


@dataclass(frozen=True, slots=True)
class Case:
    """A barcode on a case, and how many units are in it."""

    barcode: str
    units: int


@dataclass(frozen=True, slots=True)
class Part:
    """A product by its SKU, and how many units of it are in one kit."""

    sku: str
    units: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductData:
    """What to write of a product. None: as it is, or of a new one as the column has it.

    `barcodes` are on one unit, `cases` on many; a list takes the place of the former one. With
    `parts` it is a kit.
    """

    sku: str | None = None
    title: str | None = None
    category: str | None = None
    barcodes: Sequence[str] | None = None
    cases: Sequence[Case] | None = None
    parts: Sequence[Part] | None = None
    weight_grams: int | None = None
    length_mm: int | None = None
    width_mm: int | None = None
    height_mm: int | None = None
    hs_code: str | None = None
    origin_country: str | None = None
    customs_description: str | None = None
    customs_value: int | None = None  # in minor units
    customs_currency: str | None = None
    price: int | None = None  # in minor units
    price_currency: str | None = None
    low_stock_level: int | None = None
    is_lot_tracked: bool | None = None
    is_serial_tracked: bool | None = None
    least_days_left: int | None = None
    picker_note: str | None = None
    is_active: bool | None = None


def checked(data: ProductData, problems: Problems) -> dict[str, Any]:
    """The columns that `data` gives, as they are kept."""
    return {
        name: problems.kept(name, read, value, None)
        for name, read in READERS.items()
        if (value := getattr(data, name)) is not None
    }


def checked_codes(
    data: ProductData, known: Mapping[str, int], problems: Problems
) -> dict[str, int]:
    """{barcode: its units} of a product after `data`; `known`: those of before."""
    single = [code for code, units in known.items() if units == 1]
    cases = [Case(code, units) for code, units in known.items() if units > 1]
    single = single if data.barcodes is None else list(dict.fromkeys(data.barcodes))
    cases = cases if data.cases is None else list(data.cases)
    if len(single) + len(cases) > MOST_BARCODES:
        problems.add(
            "barcodes", say("expected at most {most}, with those of cases", most=MOST_BARCODES)
        )
        return {}
    for code in single:
        if not is_name(code, LONGEST_CODE):
            problems.add(path_of(code, data), _one_to(LONGEST_CODE))
    found = dict.fromkeys(single, 1)
    for place, case in enumerate(cases):
        path = f"cases[{place}]"
        if not is_name(case.barcode, LONGEST_CODE):
            problems.add(f"{path}.barcode", _one_to(LONGEST_CODE))
        elif case.barcode in found:
            _say_twice(single, case.barcode, data, path, problems)
        if not 2 <= case.units <= MOST_PER_CASE:
            problems.add(
                f"{path}.units", say("expected {least} to {most}", least=2, most=MOST_PER_CASE)
            )
        found[case.barcode] = case.units
    return found


def path_of(code: str, data: ProductData) -> str:
    """The field in which a barcode was given."""
    if data.barcodes is not None and code in data.barcodes:
        return f"barcodes[{list(data.barcodes).index(code)}]"
    codes = [case.barcode for case in data.cases or ()]
    return f"cases[{codes.index(code)}].barcode" if code in codes else "barcodes"


def _say_twice(
    single: Sequence[str], code: str, data: ProductData, path: str, problems: Problems
) -> None:
    """At the list that was given: the other one may have been there before."""
    if code in single and data.cases is None:
        problems.add(path_of(code, data), say("is on a case already"))
    else:
        problems.add(
            f"{path}.barcode", say("is given twice") if code not in single else say("is on a unit")
        )
