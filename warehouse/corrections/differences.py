"""Post what a location has more or less than the books say; orders lose what is not there."""

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from django.db import transaction
from django.db.models import Sum

from orders.errors import DomainError
from orders.events.recording import record
from orders.models import Event, Product, User
from orders.words import say
from warehouse.corrections.withdrawing import withdraw_missing
from warehouse.models import Location, Stock, StockMovement
from warehouse.stock.postings import Posting, SupplyKey, lock_supplies, post


class Difference(NamedTuple):
    """Units that a location has more than the books say (fewer, below 0).

    `books`: what these say there, all lots together, as whoever found the difference saw them.
    """

    product: Product
    location: Location
    units: int
    books: int | None


@transaction.atomic(savepoint=False)
def post_differences(
    differences: Sequence[Difference], *, what: str, subject_id: UUID, actor: User | None
) -> None:
    """Post each difference; `what` is the participle of its event, counted or adjusted.

    Raises DomainError where the books have changed since, pick lists claim the units, or begun
    shipments are promised them.
    """
    missing: Counter[SupplyKey] = Counter()
    for product, location, units, _ in differences:
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


def lots_at(product: Product, location: Location, units: int) -> list[tuple[str, int]]:
    """(lot, units) that these units are of, the first lot first. Raises DomainError."""
    left, found = units, []
    lots = Stock.objects.filter(product=product, location=location).order_by("lot", "pk")
    for stock in lots:
        taken = min(left, stock.on_hand - stock.pinned)
        if taken > 0:
            found.append((stock.lot, taken))
            left -= taken
    if left:
        claimed = sum(stock.pinned for stock in lots)
        has = say("has {number} × {title} that can go", number=units - left, title=product.title)
        on_lists = (
            f": {say('{claimed} more are claimed by pick lists', claimed=claimed)}"
            if claimed
            else ""
        )
        raise DomainError(f"{location} {has}{on_lists}.")
    return found


def books_at(product: Product, location: Location) -> int:
    """Units of the product, of all lots, that the books have at the location."""
    lots = Stock.objects.filter(product=product, location=location)
    units: int = lots.aggregate(units=Sum("on_hand", default=0))["units"]
    return units


def _refuse_changed(differences: Sequence[Difference]) -> None:
    """Raise DomainError where somebody has posted at the place since its books were read.

    After the orders are locked: supplies and stocks come after these. A pick locks stocks only.
    """
    lock_supplies((product.pk, location.warehouse_id) for product, location, *_ in differences)
    for product, location, _, seen in differences:
        lots = Stock.objects.filter(product=product, location=location).order_by("pk")
        books = sum(stock.on_hand for stock in lots.select_for_update(no_key=True))
        if seen is not None and books != seen:
            raise DomainError(
                say("The books say {books} now, not {seen}: look again.", books=books, seen=seen)
            )


def _postings(difference: Difference, subject_id: UUID) -> list[Posting]:
    product, location, units, _ = difference
    if units > 0:
        lots = Stock.objects.filter(product=product, location=location).order_by("lot", "pk")
        parts = [(lots.values_list("lot", flat=True).first() or "", units)]
    else:
        parts = [(lot, -number) for lot, number in lots_at(product, location, -units)]
    return [
        Posting(product.seller_id, product.pk, location.pk, lot, number, subject_id=subject_id)
        for lot, number in parts
    ]


def _event(stock: Stock, what: str, posting: Posting, actor: User | None) -> Event:
    data = {"product": str(posting.product_id), "location": str(posting.location_id)}
    return Event.of(stock, what, actor=actor, quantity=posting.quantity, **data)
