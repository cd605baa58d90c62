"""Fulfillment orders of Shopify: what it wants sent from where, and what it holds.

Their calls name no order and come in any order, so each only says that the shop has to be asked:
what it answers is the state of all of them, as its body here.
"""

import json
import re
from datetime import UTC, datetime
from typing import Any

import msgspec

from orders.shops.base import FulfilmentPart, FulfilmentReport, Hint
from orders.shops.pages import Page, Place
from orders.shops.reading import JsonProblems
from orders.shops.shopify.graphql import Graphql
from orders.shops.telling import Door, Refused
from orders.shops.texts import Short, text
from orders.values.moments import moment_or
from orders.words import say

GID = re.compile(r"gid://shopify/FulfillmentOrder/(\d{1,30})")
ORDER_GID = re.compile(r"gid://shopify/Order/(\d{1,30})")
# In which part of a call the fulfillment order stands that it is about.
PARTS = ("fulfillment_order", "moved_fulfillment_order", "original_fulfillment_order")
KEPT = "fulfilment_orders"  # the list in a body of ours
ASKED_AT = "asked_at"  # beside it: when the shop was asked, by our clock
OVER = {"CLOSED", "CANCELLED"}
MOST = 100
ASKED_TO_CANCEL = "cancellation requested"
STATE = """
query Fulfilments($id: ID!) {
  fulfillmentOrder(id: $id) {
    order {
      id
      fulfillmentOrders(first: 100) {
        nodes {
          status
          requestStatus
          assignedLocation { name location { id } }
          fulfillmentHolds { displayReason reasonNotes }
          lineItems(first: 100) { nodes { remainingQuantity } }
        }
      }
    }
  }
}
"""


class HeldFor(msgspec.Struct):
    """A hold of the shop."""

    reason: Short | None = None
    notes: Short | None = None


class Fulfilment(msgspec.Struct):
    """One fulfillment order with units that are still to be sent."""

    place: Short | None = None
    name: Short | None = None
    is_to_be_cancelled: bool = False
    holds: list[HeldFor] = []


def hint_of(body: dict[str, Any], topic: str) -> Hint | None:
    """Which fulfillment order a call is about; None where it says nothing of one."""
    for part in PARTS:
        about = body.get(part)
        gid = GID.fullmatch(str(about.get("id"))) if isinstance(about, dict) else None
        if gid:
            return Hint(gid[1], about=topic)
    return None


def read_fulfilments(body: dict[str, Any]) -> FulfilmentReport:
    """The report of a body of ours. Raises InvalidInput."""
    problems = JsonProblems()
    order = ORDER_GID.fullmatch(str(body.get("admin_graphql_api_id")))
    if order is None:
        problems.add("admin_graphql_api_id", "expected the id of an order")
    listed = body.get(KEPT)
    if not isinstance(listed, list) or len(listed) > MOST:
        problems.add(KEPT, f"expected a list of at most {MOST}")
        listed = []
    parts = [
        _part(problems.read(Fulfilment, value, f"{KEPT}[{place}]"))
        for place, value in enumerate(listed)
    ]
    problems.refuse()
    at = moment_or(str(body.get(ASKED_AT) or ""), datetime.now(UTC))
    return FulfilmentReport(order[1] if order else "", parts, at)


def _part(one: Fulfilment) -> FulfilmentPart:
    holds = [text(hold.reason) for hold in one.holds if text(hold.reason)]
    if one.is_to_be_cancelled:
        holds.append(ASKED_TO_CANCEL)
    notes = ", ".join(text(hold.notes) for hold in one.holds if text(hold.notes))
    return FulfilmentPart(text(one.place), text(one.name), holds, notes)


class ShopifyFetcher:
    """Asks for the fulfillment orders of the order of which one has changed."""

    period, overlap = 3600.0, 0.0
    most = 2**20

    def page(self, place: Place, door: Door, token: str) -> Page:
        """Nothing: the shop calls when an order changes."""
        return Page([], place, is_last=True)

    def order(self, reference: str, door: Door, token: str) -> bytes:
        """The body of the order of a fulfillment order. Raises Refused or Unanswered."""
        given = {"id": f"gid://shopify/FulfillmentOrder/{reference}"}
        asked_at = datetime.now(UTC).isoformat()
        found = Graphql(door, token).ask(STATE, given)["fulfillmentOrder"]
        if found is None:
            raise Refused(say("The shop does not know this fulfillment order."))
        order = found["order"]
        kept = [_kept(node) for node in order["fulfillmentOrders"]["nodes"] if _is_open(node)]
        body = {"admin_graphql_api_id": order["id"], KEPT: kept, ASKED_AT: asked_at}
        return json.dumps(body).encode()


def _is_open(node: dict[str, Any]) -> bool:
    left = sum(item["remainingQuantity"] for item in node["lineItems"]["nodes"])
    return node["status"] not in OVER and left > 0


def _kept(node: dict[str, Any]) -> dict[str, Any]:
    """What we read of a fulfillment order: the shop says more than is ours to keep."""
    at = node["assignedLocation"] or {}
    holds = [
        {"reason": hold["displayReason"][:200], "notes": (hold["reasonNotes"] or "")[:200]}
        for hold in node["fulfillmentHolds"]
    ]
    return {
        "place": (at.get("location") or {}).get("id"),
        "name": at.get("name"),
        "is_to_be_cancelled": node["requestStatus"] == "CANCELLATION_REQUESTED",
        "holds": holds,
    }
