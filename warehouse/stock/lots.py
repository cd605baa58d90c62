"""Lots of products: noted as goods come in, first expired, first out (FEFO), kept from orders."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import DateField, OuterRef, Subquery
from django.utils import timezone
from django.utils.formats import date_format

from orders.errors import DomainError
from orders.models import Product, Warehouse
from orders.words import say
from warehouse.models import Lot, Stock
from warehouse.models.lots import WITHOUT_LOT
from warehouse.stock.closing import WITHHELD


def expiry_of(path: str = "") -> Subquery:
    """In the statement that reads stocks, or rows with one at `path`: when the lot expires."""
    same = Lot.objects.filter(product=OuterRef(f"{path}product"), code=OuterRef(f"{path}lot"))
    return Subquery(same.values("expires_on"), output_field=DateField())


EXPIRES_ON = expiry_of()


class GivenLot(NamedTuple):
    """A lot with its last good day, as a scan or a person says them."""

    code: str = ""
    expires_on: date | None = None

    @property
    def words(self) -> str:
        """What follows the goods in a sentence: “, lot A7, expires 31 Jan 2027”."""
        return f", {named(*self)}" if self.code else ""


NO_LOT = GivenLot()


def chosen_code(lot: str) -> str:
    """What somebody chooses for the units of a lot, and for those without one."""
    return lot or WITHOUT_LOT


def today_in(warehouse: Warehouse) -> date:
    """The day in a warehouse: by it goods expire there."""
    return timezone.localdate(timezone=ZoneInfo(warehouse.time_zone))


def in_words(day: date) -> str:
    """A day as the screens of the floor write it: “31 Jan 2027”."""
    return date_format(day, "j M Y")


def named(code: str, expires_on: date | None) -> str:
    """A lot with its day: “lot A7, expires 31 Jan 2027”."""
    if expires_on:
        return say("lot {lot}, expires {day}", lot=code, day=in_words(expires_on))
    return say("lot {lot}", lot=code)


def last_day(product: Product, expires_on: date) -> date:
    """The last day on which a unit of a lot is sent: the seller wants some days left."""
    return expires_on - timedelta(days=product.least_days_left)


def note_lot(product: Product, given: GivenLot, *, today: date) -> Lot:
    """The lot of goods that come in, made where it is new. Raises DomainError.

    Its date is not changed by a receipt: of two that differ one was read wrongly.
    """
    code, expires_on = given
    if not code:
        raise DomainError(
            say("{sku} has lots: scan the code with the lot, or enter the lot.", sku=product.sku)
        )
    if expires_on is not None and expires_on < today:
        raise DomainError(
            say(
                "Lot {lot} of {sku} expired on {day}: report it damaged.",
                lot=code,
                sku=product.sku,
                day=in_words(expires_on),
            )
        )
    if code.casefold() == WITHOUT_LOT:
        raise DomainError(
            say("Enter the lot of {sku} as it is printed, not “{lot}”.", sku=product.sku, lot=code)
        )
    same = Lot.objects.filter(product=product, code__iexact=code)
    spelt = list(same.values_list("code", flat=True))  # typed small, it is no other lot
    lot, _ = Lot.objects.get_or_create(
        product=product,
        code=code if code in spelt else next(iter(spelt), code),
        defaults={"seller_id": product.seller_id, "expires_on": expires_on},
    )
    if lot.expires_on is None and expires_on is not None:
        # Of two dates that come at once one is written; the other is compared with it below.
        Lot.objects.filter(pk=lot.pk, expires_on=None).update(expires_on=expires_on)
        lot.refresh_from_db(fields=["expires_on"])
    if lot.expires_on is None and product.least_days_left:
        raise DomainError(
            say("{sku} expires: enter the date of lot {lot}.", sku=product.sku, lot=code)
        )
    if expires_on not in (None, lot.expires_on):
        known = in_words(lot.expires_on) if lot.expires_on else ""
        raise DomainError(
            say(
                "Lot {lot} of {sku} expires on {known} by the books, not on {day}: scan it again, "
                "or let a lead correct the books.",
                lot=code,
                sku=product.sku,
                known=known,
                day=in_words(expires_on or today),
            )
        )
    return lot


def name_lots(found: Iterable[tuple[Product, str]]) -> None:
    """Make the lots that nobody has received: each can be blocked, recalled, and given its date.

    Before supplies and stocks are locked.
    """
    named = {
        (product.pk, code): product for product, code in found if code not in ("", WITHOUT_LOT)
    }
    rows = [
        Lot(seller_id=product.seller_id, product=product, code=code)
        for (_, code), product in named.items()
    ]
    if rows:
        Lot.objects.bulk_create(rows, ignore_conflicts=True)


def dates_of(stocks: Iterable[Stock]) -> Mapping[tuple[UUID, str], date]:
    """{(product, lot): when it expires} of these stocks; nothing is asked where none has a lot."""
    wanted = {(row.product_id, row.lot) for row in stocks if row.lot}
    if not wanted:
        return {}
    rows = Lot.objects.filter(
        product__in={key[0] for key in wanted}, code__in={key[1] for key in wanted}
    )
    found = rows.values_list("product", "code", "expires_on")
    return {(product, code): day for product, code, day in found if day is not None}


def others_here(stock: Stock) -> bool:
    """Whether other lots of the product lie at the same place."""
    same = Stock.objects.filter(product=stock.product_id, location=stock.location_id)
    return same.filter(on_hand__gt=0).exclude(lot=stock.lot).exists()


def why_withheld(stock: Stock) -> str:
    """Why no order gets a stock: “lot A7 expired on 31 Jan 2027”; "" where they may."""
    place = stock.location
    if place.blocked_at:
        return say("{place} is blocked ({note})", place=place, note=place.blocked_note)
    if not stock.lot:
        return ""
    rows: Any = Stock.objects.filter(WITHHELD, pk=stock.pk)
    if not rows.exists():
        return ""
    lot = Lot.objects.select_related("product").get(product=stock.product_id, code=stock.lot)
    if lot.blocked_at:
        return say("lot {lot} is blocked ({note})", lot=lot, note=lot.note)
    day = lot.expires_on or timezone.localdate()
    if day < timezone.localdate():
        return say("lot {lot} expired on {day}", lot=lot, day=in_words(day))
    return say(
        "lot {lot} expires on {day}, and its seller sends none of it any more",
        lot=lot,
        day=in_words(day),
    )
