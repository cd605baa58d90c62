"""Ask a Magento shop for the orders that have changed: keyset pages by time and id."""

import json
import re
from datetime import UTC
from typing import Any

from orders.shops.magento.rest import ask, search
from orders.shops.pages import Found, Page, Place
from orders.shops.telling import Door, Unanswered
from orders.values.moments import moment
from orders.values.unfit import Unfit
from orders.words import say

TIME = "%Y-%m-%d %H:%M:%S"
MOMENT = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d")
PAGE = 20
CHANGED, ID = "updated_at", "entity_id"
# What is read of an order: its payment holds more than is ours to keep.
ADDRESS = (
    "prefix,firstname,middlename,lastname,suffix,company,street,postcode,city,region,country_id,"
    "telephone,email"
)
FIELDS = (
    "entity_id,increment_id,state,status,created_at,updated_at,order_currency_code,"
    "customer_firstname,customer_lastname,customer_email,customer_note,total_due,payment[method],"
    f"billing_address[{ADDRESS}],"
    "items[item_id,parent_item_id,product_type,name,sku,price,is_virtual,qty_ordered,qty_canceled,"
    "qty_refunded,qty_shipped],"
    f"extension_attributes[shipping_assignments[shipping[address[{ADDRESS}],method]]]"
)


class MagentoAsker:
    """`GET /V1/orders`, the orders that were changed first before others.

    Pages by number would miss orders: one that changes while they are read moves to the end.
    """

    period = 60
    overlap = 300
    most = 8 * 2**20

    def page(self, place: Place, door: Door, token: str) -> Page:
        """The orders behind one place. Raises Refused or Unanswered."""
        place = place._replace(at=place.at.astimezone(UTC).replace(microsecond=0))
        moment = place.at.strftime(TIME)
        query = search(
            [(CHANGED, "gteq", moment)],
            [(CHANGED, "gt", moment), (ID, "gt", place.after or "0")],
            order=(CHANGED, ID),
            most=PAGE,
        )
        answer = ask(door, token, "GET", f"orders?{query}&fields=items[{FIELDS}]")
        found = answer.get("items") if isinstance(answer, dict) else None
        # Of an empty list Magento says `null`.
        rows = _rows(found or [])
        then = _place(rows[-1]) if rows else place
        if rows and (then.at, int(then.after)) <= (place.at, int(place.after or 0)):
            raise Unanswered(say("The shop's list of orders leads nowhere."))
        found_here = [Found(f"{row[ID]}", json.dumps(row).encode()) for row in rows]
        return Page(found_here, then, is_last=len(rows) < PAGE)

    def order(self, reference: str, door: Door, token: str) -> bytes:
        """The body of one order. Raises Refused or Unanswered."""
        answer = ask(door, token, "GET", f"orders/{reference}?fields={FIELDS}")
        return json.dumps(answer).encode()


def _rows(found: Any) -> list[dict[str, Any]]:
    """The orders of an answer, each with its time and id. Raises Unanswered."""
    rows = found if isinstance(found, list) else [found]
    if not all(_is_order(row) for row in rows):
        raise Unanswered(say("The shop's answer is no list of orders with their times."))
    return rows


def _is_order(row: Any) -> bool:
    return (
        isinstance(row, dict)
        and type(row.get(ID)) is int
        and MOMENT.fullmatch(str(row.get(CHANGED))) is not None
    )


def _place(row: dict[str, Any]) -> Place:
    try:
        return Place(moment(row[CHANGED], zone=UTC), f"{row[ID]}")
    except Unfit:
        raise Unanswered(say("The shop's answer has an order with a time that is none.")) from None
