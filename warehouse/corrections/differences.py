"""Post what a location has more or less than the books say; orders lose what is not there."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from django.db import transaction
from django.db.models import Case, F, Q, QuerySet, Sum, When

from orders.errors import DomainError
from orders.events.recording import record
from orders.models import Event, Product, User
from orders.words import say
from warehouse.corrections.withdrawing import withdraw_missing
from warehouse.models import Location, Lot, Stock, StockMovement
from warehouse.models.lots import WITHOUT_LOT
from warehouse.stock.closing import IS_KEPT
from warehouse.stock.lots import EXPIRES_ON, chosen_code, name_lots
from warehouse.stock.postings import Posting, SupplyKey, lock_supplies, post
from warehouse.stock.receiving import refuse_left

ANY = Q()


class Difference(NamedTuple):
    """Units that a location has more than the books say (fewer, below 0).

    `books`: what these say there, of that lot or all lots together, as whoever found the
    difference saw them.
    """

    product: Product
    location: Location
    units: int
    books: int | None
    lot: str = ""


@transaction.atomic(savepoint=False)
def post_differences(
    differences: Sequence[Difference], *, what: str, subject_id: UUID, actor: User | None
) -> None:
    """Post each difference; `what` is the participle of its event, counted or adjusted.

    Raises DomainError where the books have changed since, pick lists claim the units, or begun
    shipments are promised them, or where units are found in a warehouse that their seller has left.
    """
    for row in differences:
        if row.units > 0:
            refuse_left(row.location, row.product)
    name_lots((row.product, row.lot) for row in differences if row.units > 0)
    missing: Counter[SupplyKey] = Counter()
    for product, location, units, *_ in differences:
        missing[product.pk, location.warehouse_id] -= units
    withdraw_missing(missing, actor=actor)
    _refuse_changed(differences)
    postings = [
        posting
        for difference in differences
        for posting in _postings(difference, subject_id)
    ]  # fmt: skip
    rows = post(postings, reason=StockMovement.Reason.ADJUSTED, actor=actor)
    stocks = {(row.product_id, row.location_id, row.lot): row for row in rows}
    record([_event(stocks[posting.place], what, posting, actor) for posting in postings])


def lots_at(
    product: Product, location: Location, units: int, lot: str = "", *, only: Q = ANY
) -> list[tuple[str, int]]:
    """(lot, units) that these units are of: of that lot, else what expires first goes first.

    `only`: of these stocks there.

    Raises DomainError where there are too few.
    """
    left, found = units, []
    lots = _lying(product, location, lot).filter(only)
    lots = lots.order_by(EXPIRES_ON.asc(nulls_last=True), "lot", "pk")
    for stock in lots:
        taken = min(left, stock.on_hand - stock.pinned)
        if taken > 0:
            found.append((stock.lot, taken))
            left -= taken
    if left:
        claimed = sum(stock.pinned for stock in lots)
        goods = product.title
        if lot:
            goods = say("{title} of lot {lot}", title=goods, lot=lot)
        has = say("has {number} × {title} that can go", number=units - left, title=goods)
        on_lists = (
            f": {say('{claimed} more are claimed by pick lists', claimed=claimed)}"
            if claimed
            else ""
        )
        raise DomainError(f"{location} {has}{on_lists}.")
    return found


def lots_here(product: Product, location: Location) -> list[Any]:
    """The lots of a product at a location, with `expires_on`, where it lies there in several.

    Nothing is asked for a product that has no lots.
    """
    if not product.is_lot_tracked:
        return []
    rows = Stock.objects.filter(product=product, location=location, on_hand__gt=0)
    rows = rows.annotate(expires_on=EXPIRES_ON, free=F("on_hand") - F("pinned"))
    found = list(rows.order_by(F("expires_on").asc(nulls_last=True), "lot", "pk"))
    return found if len(found) > 1 else []


def lot_taken(product: Product, location: Location, lot: str) -> str:
    """The lot that somebody takes there, as the books spell it. Raises DomainError where several
    lie there and none of them was said.
    """
    lots = [chosen_code(row.lot) for row in lots_here(product, location)]
    found = next((one for one in lots if one.casefold() == lot.casefold()), "")
    if lots and not found:
        raise DomainError(
            say(
                "{title} lies in {location} in several lots ({lots}): say which.",
                title=product.title,
                location=location,
                lots=_in_words(lots),
            )
        )
    return found


def lot_adjusted(product: Product, location: Location, lot: str) -> str:
    """The lot that somebody adjusts there, as the books spell it: also one that they do not have
    there. Raises DomainError as `lot_taken`, and where nothing lies there and no lot was said.
    """
    if not product.is_lot_tracked:
        return ""
    lying = _lying(product, location).filter(on_hand__gt=0)
    here = {chosen_code(code).casefold() for code in lying.values_list("lot", flat=True)}
    if not here and not lot:
        raise DomainError(say("{sku} has lots: enter the lot of what lies there.", sku=product.sku))
    if not lot or lot.casefold() in {*here, WITHOUT_LOT}:
        return lot_taken(product, location, lot)
    known = Lot.objects.filter(product=product, code__iexact=lot).order_by("pk").first()
    if known is None and product.least_days_left:
        raise DomainError(
            say(
                "The books have no lot {lot} of {sku}, which expires: receive it with its date.",
                lot=lot,
                sku=product.sku,
            )
        )
    return known.code if known else lot


def lot_counted(product: Product, location: Location, lot: str) -> str:
    """The lot of which somebody counts units there, as `lot_adjusted`; the one that lies there.

    “no lot” for units without one; "" for a product that has no lots.
    """
    if not product.is_lot_tracked:
        return ""
    if lot.casefold() == WITHOUT_LOT:
        return WITHOUT_LOT
    if found := lot_adjusted(product, location, lot):
        return found
    lying = _lying(product, location).filter(on_hand__gt=0)
    return chosen_code(lying.values_list("lot", flat=True).first() or "")


def lots_to_count(product: Product, location: Location) -> list[str]:
    """The lots of which units may lie there: by the books first those there, then in the house.

    Units that name no lot are there where the books have none, too.
    """
    lying = Stock.objects.filter(
        product=product, location__warehouse=location.warehouse_id, on_hand__gt=0
    )
    is_there = Case(When(location=location.pk, then=0), default=1)
    codes = lying.order_by(is_there, "lot").values_list("lot", flat=True)
    return list(dict.fromkeys((*map(chosen_code, codes), WITHOUT_LOT)))


def refuse_other_lot(product: Product, location: Location, lot: str) -> None:
    """Raise DomainError where a lot was scanned, and the books have others there alone."""
    if not lot or not product.is_lot_tracked:
        return
    lots = [row.lot for row in _lying(product, location).filter(on_hand__gt=0).order_by("lot")]
    if lots and lot.casefold() not in [one.casefold() for one in lots]:
        raise DomainError(
            say(
                "You scanned lot {lot} of {sku}. The books have {known} in {location}.",
                lot=lot,
                sku=product.sku,
                known=_in_words(lots),
                location=location,
            )
        )


def _in_words(lots: Iterable[str]) -> str:
    return ", ".join(say("no lot") if lot in ("", WITHOUT_LOT) else lot for lot in lots)


def books_at(product: Product, location: Location, lot: str = "") -> int:
    """Units of the product that the books have at the location: of that lot, else of all."""
    lots = _lying(product, location, lot)
    units: int = lots.aggregate(units=Sum("on_hand", default=0))["units"]
    return units


def _lying(product: Product, location: Location, lot: str = "") -> QuerySet[Stock]:
    """The stocks of a product at a location: of that lot, else all."""
    rows = Stock.objects.filter(product=product, location=location)
    if not lot:
        return rows
    return rows.filter(lot="" if lot == WITHOUT_LOT else lot)


def _refuse_changed(differences: Sequence[Difference]) -> None:
    """Raise DomainError where somebody has posted at the place since its books were read.

    After the orders are locked: supplies and stocks come after these. A pick locks stocks only.
    """
    lock_supplies((product.pk, location.warehouse_id) for product, location, *_ in differences)
    for product, location, _, seen, lot in differences:
        lots = _lying(product, location, lot).order_by("pk")
        books = sum(stock.on_hand for stock in lots.select_for_update(no_key=True))
        if seen is not None and books != seen:
            raise DomainError(
                say("The books say {books} now, not {seen}: look again.", books=books, seen=seen)
            )


def _postings(difference: Difference, subject_id: UUID) -> list[Posting]:
    product, location, units, _, lot = difference
    if units > 0 and lot:
        parts = [("" if lot == WITHOUT_LOT else lot, units)]
    elif units > 0:
        parts = [(_likely_lot(product, location), units)]
    else:
        parts = [(lot, -number) for lot, number in lots_at(product, location, -units, lot)]
    return [
        Posting(product.seller_id, product.pk, location.pk, lot, number, subject_id=subject_id)
        for lot, number in parts
    ]


def _likely_lot(product: Product, location: Location) -> str:
    """The lot of units that are found where nobody says it: of what lies there, else did.

    Of several it is one that no order gets, else the first that expires, so that nothing is sold
    that may not be.
    """
    is_gone = Case(When(on_hand__gt=0, then=0), default=1)
    is_sold = Case(When(IS_KEPT, then=0), default=1)
    lots = _lying(product, location).order_by(
        is_gone, is_sold, EXPIRES_ON.asc(nulls_last=True), "lot", "pk"
    )
    return lots.values_list("lot", flat=True).first() or ""


def _event(stock: Stock, what: str, posting: Posting, actor: User | None) -> Event:
    data = {"product": str(posting.product_id), "location": str(posting.location_id)}
    return Event.of(stock, what, actor=actor, quantity=posting.quantity, **data)
