"""Tell a Shopify shop what happened: GraphQL Admin, https://shopify.dev/docs/api/admin-graphql.

Shopify makes a second fulfillment of the same parcel without a word. So the order is read first,
and what is there already is not made again. A parcel of what Shopify divides between locations is a
fulfillment of each: their ids stand in `shop_id` with blanks between.
"""

import re
from datetime import UTC, datetime
from typing import Any

from django.conf import settings

from orders.errors import DomainError
from orders.models import Push
from orders.shops.shopify.graphql import Graphql
from orders.shops.telling import Door, News, Refused
from orders.words import say

SHOP = re.compile(r"[a-z0-9][a-z0-9-]{0,62}\.myshopify\.com")
LOCAL = re.compile(r"http://127\.0\.0\.1:\d{1,5}")
MOST = 100  # of each list in an answer; an order has few

ORDER = """
query Order($id: ID!) {
  order(id: $id) {
    cancelledAt
    fulfillments(first: 100) {
      id
      status
      trackingInfo(first: 10) { number }
      fulfillmentLineItems(first: 100) { nodes { quantity lineItem { id } } }
    }
    fulfillmentOrders(first: 100) {
      nodes {
        id
        status
        assignedLocation { location { id } }
        lineItems(first: 100) { nodes { id remainingQuantity lineItem { id } } }
      }
    }
  }
}
"""
CREATE = """
mutation Sent($fulfillment: FulfillmentInput!) {
  fulfillmentCreate(fulfillment: $fulfillment) {
    fulfillment { id }
    userErrors { field message }
  }
}
"""
CANCEL_FULFILLMENT = """
mutation Unsent($id: ID!) {
  fulfillmentCancel(id: $id) { fulfillment { id } userErrors { field message } }
}
"""
EVENTS = """
query Events($id: ID!) {
  fulfillment(id: $id) { status events(first: 100) { nodes { status happenedAt } } }
}
"""
DELIVERED = """
mutation Delivered($event: FulfillmentEventInput!) {
  fulfillmentEventCreate(fulfillmentEvent: $event) {
    fulfillmentEvent { id }
    userErrors { field message }
  }
}
"""
CANCEL = """
mutation Cancelled($id: ID!) {
  orderCancel(
    orderId: $id, reason: OTHER, restock: false, notifyCustomer: false,
    refundMethod: {originalPaymentMethodsRefund: false}
  ) {
    orderCancelUserErrors { field message }
  }
}
"""
NOTED = """
query Noted($id: ID!) { order(id: $id) { tags customAttributes { key value } } }
"""
NOTE = """
mutation Noted($input: OrderInput!) {
  orderUpdate(input: $input) { userErrors { field message } }
}
"""
TAG = """
mutation Tagged($id: ID!, $tags: [String!]!) {
  tagsAdd(id: $id, tags: $tags) { userErrors { field message } }
}
"""
REFUND_TAG = "Refund due"
OPEN = {"OPEN", "IN_PROGRESS", "SCHEDULED"}


class ShopifyTeller:
    """Tells of parcels and cancellations; the shop writes to nobody, as we do."""

    address_hint = "lamps.myshopify.com"
    key_label = "Admin API access token"
    key_hint = "Its app needs to read orders and to write orders and fulfillments."
    key_form = r"\S+"
    mails = "It is asked to write nothing to its customers: we do."

    def check_address(self, address: str) -> str:
        """The address of a shop, from lamps.myshopify.com or its URL. Raises DomainError."""
        host = address.strip().lower().removeprefix("https://").rstrip("/")
        if SHOP.fullmatch(host):
            return f"https://{host}"
        if settings.WEBHOOK_ALLOW_LOCAL and LOCAL.fullmatch(host):
            return host
        raise DomainError(
            say("Enter the address of the shop, like {example}.", example=self.address_hint)
        )

    def tell(self, news: News, door: Door, token: str) -> str:
        """Tell the shop; the id of the fulfillment that it made. Raises Refused or Unanswered."""
        shop = _Shop(door, token)
        tell = {
            Push.What.SENT.value: shop.sent,
            Push.What.UNSENT.value: shop.unsent,
            Push.What.DELIVERED.value: shop.delivered,
            Push.What.CANCELLED.value: shop.cancelled,
            Push.What.UNDELIVERED.value: shop.undelivered,
            **{what.value: shop.units for what in Push.OF_UNITS},
        }[news.what]
        return tell(news)


class _Shop:
    def __init__(self, door: Door, token: str) -> None:
        self.api = Graphql(door, token)

    def sent(self, news: News) -> str:
        order = self._order(news)
        known = [one for one in order["fulfillments"] if _is_of(one, news.tracking_number)]
        ids = [str(one["id"]) for one in known]
        left = _left(news.units, known)
        by_place = _chosen(order["fulfillmentOrders"]["nodes"], left)
        if not by_place and not ids:
            raise Refused(say("No unit of the parcel is open to be sent in the shop."))
        tracking = {
            "number": news.tracking_number, "company": news.carrier, "url": news.tracking_url,
        }  # fmt: skip
        for groups in by_place.values():
            given = {
                "lineItemsByFulfillmentOrder": groups,
                "trackingInfo": tracking,
                "notifyCustomer": False,
            }
            made = self._change(CREATE, "fulfillmentCreate", {"fulfillment": given})
            ids.append(str(made["fulfillment"]["id"]))
        return " ".join(ids)

    def unsent(self, news: News) -> str:
        for gid in news.shop_id.split():  # none where the shop was never told that it is sent
            if self._fulfillment(gid)["status"] != "CANCELLED":
                self._change(CANCEL_FULFILLMENT, "fulfillmentCancel", {"id": gid})
        return news.shop_id

    def delivered(self, news: News) -> str:
        if not news.shop_id:
            raise Refused(say("The shop was never told that this parcel was sent."))
        for gid in news.shop_id.split():
            if _last_event(self._fulfillment(gid)) != "DELIVERED":
                self._event(gid, "DELIVERED", news.at)
        return news.shop_id

    def undelivered(self, news: News) -> str:
        """No event is ever taken back there: one that is later says where the parcel is."""
        for gid in news.shop_id.split():
            if _last_event(self._fulfillment(gid)) == "DELIVERED":
                self._event(gid, "IN_TRANSIT", news.at)
        return news.shop_id

    def units(self, news: News) -> str:
        """Write it among the order's additional details, and tag the order of a refund.

        A note of the order would come back to us, and be printed. Editing the order, or a refund,
        would change what the customer owes: that is for the seller to decide.
        """
        order = self._ask(NOTED, {"id": _gid(news)})["order"]
        if order is None:
            raise Refused(say("The shop does not know this order."))
        kept = [{"key": one["key"], "value": one["value"]} for one in order["customAttributes"]]
        what, _, about = news.words.partition(": ")
        key = f"{what} ({news.mark})"
        if key not in [one["key"] for one in kept]:
            given = {"id": _gid(news), "customAttributes": [*kept, {"key": key, "value": about}]}
            self._change(NOTE, "orderUpdate", {"input": given})
        if news.is_refund_due and REFUND_TAG not in order["tags"]:
            self._change(TAG, "tagsAdd", {"id": _gid(news), "tags": [REFUND_TAG]})
        return ""

    def cancelled(self, news: News) -> str:
        if self._order(news)["cancelledAt"] is None:
            gid = {"id": _gid(news)}
            self._change(CANCEL, "orderCancel", gid, errors="orderCancelUserErrors")
        return ""

    def _event(self, gid: str, status: str, at: datetime) -> None:
        event = {
            "fulfillmentId": gid,
            "status": status,
            "happenedAt": at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        }
        self._change(DELIVERED, "fulfillmentEventCreate", {"event": event})

    def _order(self, news: News) -> dict[str, Any]:
        order = self._ask(ORDER, {"id": _gid(news)})["order"]
        if order is None:
            raise Refused(say("The shop does not know this order."))
        return dict(order)

    def _fulfillment(self, gid: str) -> dict[str, Any]:
        known = self._ask(EVENTS, {"id": gid})["fulfillment"]
        if known is None:
            raise Refused(say("The shop does not know this parcel any more."))
        return dict(known)

    def _change(
        self, query: str, name: str, variables: dict[str, Any], *, errors: str = "userErrors"
    ) -> dict[str, Any]:
        made = self._ask(query, variables)[name]
        if refused := made[errors]:
            raise Refused("; ".join(str(error["message"]) for error in refused))
        return dict(made)

    def _ask(self, query: str, variables: dict[str, Any]) -> dict[str, Any]:
        return self.api.ask(query, variables)


def _last_event(fulfillment: dict[str, Any]) -> str:
    """The status of the event that happened last; of two at one time, the one told later."""
    nodes = fulfillment["events"]["nodes"]
    told = sorted(nodes, key=lambda event: str(event["happenedAt"]))
    return str(told[-1]["status"]) if told else ""


def _gid(news: News) -> str:
    return f"gid://shopify/Order/{news.reference}"


def _is_of(fulfillment: dict[str, Any], number: str) -> bool:
    """Whether it is of the parcel with this number, and stands."""
    numbers = [info["number"] for info in fulfillment["trackingInfo"]]
    return fulfillment["status"] != "CANCELLED" and number in numbers


def _left(units: dict[str, int], known: list[dict[str, Any]]) -> dict[str, int]:
    """The units of a parcel that no fulfillment of it has yet."""
    left = dict(units)
    for fulfillment in known:
        for item in fulfillment["fulfillmentLineItems"]["nodes"]:
            line = _number(item["lineItem"]["id"])
            left[line] = max(0, left.get(line, 0) - item["quantity"])
    return left


def _chosen(nodes: list[dict[str, Any]], units: dict[str, int]) -> dict[str, list[dict[str, Any]]]:
    """Which units of which fulfillment orders are in the parcel, by location.

    What is not open was added by us. One fulfillment is of one location.
    """
    left = dict(units)
    by_place: dict[str, list[dict[str, Any]]] = {}
    for order in nodes:
        items = []
        for item in order["lineItems"]["nodes"] if order["status"] in OPEN else []:
            line = _number(item["lineItem"]["id"])
            number = min(left.get(line, 0), item["remainingQuantity"])
            if number:
                left[line] -= number
                items.append({"id": item["id"], "quantity": number})
        if items:
            place = str((order["assignedLocation"] or {}).get("location"))
            group = {"fulfillmentOrderId": order["id"], "fulfillmentOrderLineItems": items}
            by_place.setdefault(place, []).append(group)
    return by_place


def _number(gid: Any) -> str:
    return str(gid).rpartition("/")[2]
