"""Limits of units in a warehouse: what a scan books unasked, and what one person corrects alone."""

from orders.errors import DomainError
from orders.models import Warehouse
from orders.words import say
from warehouse.models import StockLimits


def limits_of(warehouse: Warehouse) -> StockLimits:
    """The limits of this warehouse; the usual ones where nobody has set any."""
    return StockLimits.objects.filter(warehouse=warehouse).first() or StockLimits()


def ask_back(units: int, what: object, *, sure: int | None, warehouse: Warehouse) -> None:
    """Raise DomainError where one scan has so many units that somebody has to say they are `sure`.

    A scanner that types a barcode into the field of the units would book it otherwise.
    """
    if units > limits_of(warehouse).asks_above and sure != units:
        raise DomainError(
            say(
                "{units} × {what} in one scan? Not saved: say yes, or scan again.",
                units=units,
                what=what,
            )
        )
