"""Ask Amazon which orders have changed, and for each with its items, receiver and buyer."""

import json
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

import msgspec

from orders.shops.amazon.adapter import CHANGED
from orders.shops.amazon.api import ORDERS, Api
from orders.shops.amazon.order_body import ORDER_ID, Item, OrderBody
from orders.shops.pages import Found, Page, Place
from orders.shops.telling import Door, KeyRefused, Refused, Unanswered
from orders.values.moments import moment
from orders.values.unfit import Unfit
from orders.words import say

PAGE = 100
MOST_PAGES = 20  # of the items of one order
STATE = ("LastUpdateDate", "OrderStatus", "NumberOfItemsShipped", "NumberOfItemsUnshipped")


class AmazonAsker:
    """`getOrders` by the time of the last change, without those that Amazon sends (FBA).

    It may be asked once a minute. The list leads on by a token, which ends some time after it was
    given: then the list is begun anew.
    """

    period = 120
    overlap = 300
    most = 4 * 2**20

    def page(self, place: Place, door: Door, token: str) -> Page:
        """The orders of one place, as hints. Raises Refused or Unanswered."""
        api = Api(door, token)
        api.check_role()
        try:
            payload = api.ask("GET", f"{ORDERS}?{_query(api, place)}")
        except KeyRefused:
            raise
        except Refused:
            if not place.after:
                raise
            place = Place(place.at)
            payload = api.ask("GET", f"{ORDERS}?{_query(api, place)}")
        rows = payload.get("Orders") if isinstance(payload, dict) else None
        if not isinstance(rows, list) or not all(_is_order(row) for row in rows):
            raise Unanswered(say("Amazon's answer is no list of orders."))
        found = [_hint(row) for row in rows]
        if after := payload.get("NextToken"):
            return Page(found, Place(place.at, str(after)), is_last=False)
        times = [payload.get("LastUpdatedBefore"), *(row.get(STATE[0]) for row in rows)]
        return Page(found, Place(_first_known(times, place.at)), is_last=True)

    def order(self, reference: str, door: Door, token: str) -> bytes:
        """The body of one order. Raises Refused or Unanswered."""
        api = Api(door, token)
        order = api.ask("GET", f"{ORDERS}/{reference}", persons=True)
        if not isinstance(order, dict):
            raise Unanswered(say("Amazon's answer is no order."))
        items: list[dict[str, Any]] = []
        path = after = f"{ORDERS}/{reference}/orderItems"
        for _ in range(MOST_PAGES):
            payload = api.ask("GET", after)
            rows = payload.get("OrderItems") if isinstance(payload, dict) else None
            if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
                raise Unanswered(say("Amazon's answer is no list of items."))
            items += rows
            if not (more := payload.get("NextToken")):
                break
            after = f"{path}?NextToken={quote(str(more), safe='')}"
        body = {"order": _read(OrderBody, order), "items": [_read(Item, row) for row in items]}
        return json.dumps(body).encode()


def _query(api: Api, place: Place) -> str:
    asked = f"MarketplaceIds={api.marketplace}"
    if place.after:
        return f"{asked}&NextToken={quote(place.after, safe='')}"
    since = place.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    more = f"&FulfillmentChannels=MFN&MaxResultsPerPage={PAGE}"
    return f"{asked}&LastUpdatedAfter={quote(since)}{more}"


def _is_order(row: Any) -> bool:
    return isinstance(row, dict) and ORDER_ID.fullmatch(str(row.get("AmazonOrderId"))) is not None


def _hint(row: dict[str, Any]) -> Found:
    """That an order has changed, with what tells this change from the one before."""
    reference = str(row["AmazonOrderId"])
    told = {CHANGED: reference, "state": {name: row.get(name) for name in STATE}}
    return Found(reference, json.dumps(told).encode())


def _first_known(times: list[Any], otherwise: datetime) -> datetime:
    """Up to when the list goes: as Amazon says, else the last of its orders, else not at all."""
    found = []
    for written in times:
        with suppress(Unfit):
            found.append(moment(str(written), zone=UTC))
        if found and written is times[0]:
            break
    return max(found, default=otherwise)


def _read(kind: type[msgspec.Struct], row: dict[str, Any]) -> dict[str, Any]:
    """What we read of an object: Amazon says more than is ours to keep."""
    return {name: row[name] for name in kind.__struct_fields__ if name in row}
