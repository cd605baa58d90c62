"""Ask a BigCommerce shop which orders have changed, and for each with products and addresses."""

import json
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any
from urllib.parse import quote

import msgspec

from orders.shops.bigcommerce.order_body import Address, OrderBody, Product, read_moment
from orders.shops.bigcommerce.rest import ask, ask_list
from orders.shops.pages import Found, Page, Place
from orders.shops.telling import Door, Refused, Unanswered
from orders.values.counts import MOST_LINES
from orders.values.unfit import Unfit
from orders.words import say

PAGE = 100
MOST = 250  # of one list in an answer
CHANGED = "date_modified"


class BigCommerceAsker:
    """`GET /v2/orders`, the orders that were changed first before others.

    Its pages have numbers, and an order that changes while they are read moves to the end. So each
    page begins at the moment of the last order of the page before, and has a number only where more
    orders than one page holds were changed within that second.
    """

    period = 60
    overlap = 300
    most = 4 * 2**20

    def page(self, place: Place, door: Door, token: str) -> Page:
        """The orders of one place, as hints. Raises Refused or Unanswered."""
        place = place._replace(at=place.at.astimezone(UTC).replace(microsecond=0))
        number = int(place.after or "1")
        since = quote(format_datetime(place.at))
        path = f"orders?min_date_modified={since}&sort={CHANGED}:asc&limit={PAGE}&page={number}"
        rows = ask_list(door, token, path)
        found = [_hint(row) for row in rows]
        then = _moment_of(rows[-1]) if rows else place.at
        after = Place(then, "1") if then > place.at else Place(place.at, f"{number + 1}")
        return Page(found, after, is_last=len(rows) < PAGE)

    def order(self, reference: str, door: Door, token: str) -> bytes:
        """The body of one order. Raises Refused or Unanswered."""
        order = ask(door, token, "GET", f"orders/{reference}")
        if not isinstance(order, dict):
            raise Refused(say("The shop's answer is no order."))
        products: list[dict[str, Any]] = []
        for number in range(1, MOST_LINES // MOST + 2):
            path = f"orders/{reference}/products?limit={MOST}&page={number}"
            products += (rows := ask_list(door, token, path))
            if len(rows) < MOST:
                break
        to = ask_list(door, token, f"orders/{reference}/shipping_addresses?limit={MOST}")
        body: dict[str, Any] = {
            "order": _read(OrderBody, order),
            "products": [_read(Product, row) for row in products],
            "shipping_addresses": [_read(Address, row) for row in to],
        }
        billing = order.get("billing_address")
        if isinstance(billing, dict):
            body["order"]["billing_address"] = _read(Address, billing)
        return json.dumps(body).encode()


def _read(kind: type[msgspec.Struct], row: dict[str, Any]) -> dict[str, Any]:
    """What we read of an object: the shop says more than is ours to keep."""
    return {name: row[name] for name in kind.__struct_fields__ if name in row}


def _hint(row: dict[str, Any]) -> Found:
    """A call as the shop would make it, with what tells this change from the one before."""
    reference = str(row.get("id"))
    stamp = {name: row.get(name) for name in (CHANGED, "status_id", "items_shipped")}
    told = {"scope": "store/order/changed", "data": {"type": "order", "id": row.get("id")}}
    return Found(reference, json.dumps(told | {"state": stamp}).encode())


def _moment_of(row: dict[str, Any]) -> datetime:
    try:
        return read_moment(str(row.get(CHANGED)))
    except Unfit:
        raise Unanswered(
            say("The shop's answer has an order without the time of its change.")
        ) from None
