"""The lot of goods that come in: as their code says it, else as it was entered on the screen."""

from datetime import date
from typing import Any, NamedTuple

from django.utils import timezone

from orders.errors import DomainError
from orders.models import Product
from warehouse.scanning.lot_codes import lot_in, printed_on
from warehouse.stock.lots import NO_LOT, GivenLot


class LotFields(NamedTuple):
    """What the screen shows to be entered, or kept for the next scan."""

    product: Product
    lot: str
    expires_on: date | None


def given_lot(product: Product, sent: dict[str, Any]) -> GivenLot:
    """The lot of a scan in the day of the warehouse. Raises DomainError for a date that is none."""
    if not product.is_lot_tracked:
        return NO_LOT
    lot = lot_in(sent["code"])
    is_entered = sent["lot_of"] == product.pk and lot in ("", sent["lot"])
    entered = (sent["lot"], sent["expires_on"]) if is_entered else ("", None)
    try:
        printed = printed_on(sent["code"], today=timezone.localdate()).expires_on
    except DomainError:
        if entered[1] is None:
            raise
        printed = None  # it is no day: what was entered instead holds
    return GivenLot(lot or entered[0], printed or entered[1])


def lot_fields(product: Product | None, sent: dict[str, Any]) -> LotFields | None:
    """The fields for a product that has lots, with what is known by now."""
    if product is None or not product.is_lot_tracked:
        return None
    try:
        known = given_lot(product, sent)
    except DomainError:  # its date is none: that is to be entered
        known = GivenLot(lot_in(sent["code"]))
    return LotFields(product, *known)
