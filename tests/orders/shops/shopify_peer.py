"""A Shopify shop on loopback: its GraphQL Admin API, as far as we ask it, with its schema.

The documents of the adapter are validated as Shopify would: an unknown field or argument is an
error. The shop keeps its orders, so that a test compares its picture with ours.
"""

import itertools
import json
import threading

from graphql import build_schema, graphql_sync

from fulfillment.demo.peers.web import Handler, Server

TOKEN = "shpat_of_a_test"
SCHEMA = build_schema("""
scalar DateTime
scalar URL
enum OrderCancelReason { CUSTOMER DECLINED FRAUD INVENTORY OTHER STAFF }
enum FulfillmentEventStatus { CONFIRMED IN_TRANSIT OUT_FOR_DELIVERY DELIVERED FAILURE }
type UserError { field: [String!] message: String! }
type TrackingInfo { company: String number: String url: URL }
type FulfillmentEvent { id: ID! status: FulfillmentEventStatus! happenedAt: DateTime! }
type FulfillmentEventConnection { nodes: [FulfillmentEvent!]! }
type Fulfillment {
  id: ID!
  status: String!
  trackingInfo(first: Int): [TrackingInfo!]!
  events(first: Int): FulfillmentEventConnection!
}
type LineItem { id: ID! }
type FulfillmentOrderLineItem { id: ID! remainingQuantity: Int! lineItem: LineItem! }
type FulfillmentOrderLineItemConnection { nodes: [FulfillmentOrderLineItem!]! }
type FulfillmentOrder {
  id: ID!
  status: String!
  lineItems(first: Int): FulfillmentOrderLineItemConnection!
}
type FulfillmentOrderConnection { nodes: [FulfillmentOrder!]! }
type Order {
  id: ID!
  cancelledAt: DateTime
  fulfillments(first: Int): [Fulfillment!]!
  fulfillmentOrders(first: Int): FulfillmentOrderConnection!
}
input FulfillmentOrderLineItemInput { id: ID! quantity: Int! }
input FulfillmentOrderLineItemsInput {
  fulfillmentOrderId: ID!
  fulfillmentOrderLineItems: [FulfillmentOrderLineItemInput!]
}
input FulfillmentTrackingInput { company: String number: String url: URL }
input FulfillmentInput {
  lineItemsByFulfillmentOrder: [FulfillmentOrderLineItemsInput!]!
  trackingInfo: FulfillmentTrackingInput
  notifyCustomer: Boolean
}
input FulfillmentEventInput {
  fulfillmentId: ID!
  status: FulfillmentEventStatus!
  happenedAt: DateTime
}
input OrderCancelRefundMethodInput { originalPaymentMethodsRefund: Boolean }
type FulfillmentPayload { fulfillment: Fulfillment userErrors: [UserError!]! }
type FulfillmentEventPayload { fulfillmentEvent: FulfillmentEvent userErrors: [UserError!]! }
type OrderCancelPayload { orderCancelUserErrors: [UserError!]! }
type Query { order(id: ID!): Order fulfillment(id: ID!): Fulfillment }
type Mutation {
  fulfillmentCreate(fulfillment: FulfillmentInput!): FulfillmentPayload
  fulfillmentCancel(id: ID!): FulfillmentPayload
  fulfillmentEventCreate(fulfillmentEvent: FulfillmentEventInput!): FulfillmentEventPayload
  orderCancel(
    orderId: ID!, reason: OrderCancelReason!, restock: Boolean!, notifyCustomer: Boolean,
    refundMethod: OrderCancelRefundMethodInput
  ): OrderCancelPayload
}
""")


class ShopifyPeer:
    """`faults` holds a Fault or None for each call to come; a `kept` one is done all the same."""

    def __init__(self):
        self.lock = threading.Lock()
        self.numbers = itertools.count(1)
        self.orders, self.fulfillments, self.asked, self.faults = {}, {}, [], []

    def start(self):
        self.server = Server("127.0.0.1", _Handler, self)
        self.address = f"http://127.0.0.1:{self.server.start()}"
        return self

    def stop(self):
        self.server.stop()

    def sell(self, number, **units):
        """An order in the shop, of {id of a line: units}, all in one open fulfillment order."""
        items = [
            {"id": f"gid://shopify/FulfillmentOrderLineItem/{number}{place}", "left": n,
             "lineItem": {"id": f"gid://shopify/LineItem/{line}"}}
            for place, (line, n) in enumerate(units.items())
        ]  # fmt: skip
        gid = f"gid://shopify/Order/{number}"
        self.orders[gid] = {
            "id": gid, "cancelledAt": None, "items": items, "made": [],
            "fo": f"gid://shopify/FulfillmentOrder/{number}",
        }  # fmt: skip

    def picture(self, number):
        """What the shop shows: (numbers of parcels that are sent, those delivered, cancelled)."""
        order = self.orders[f"gid://shopify/Order/{number}"]
        made = [self.fulfillments[gid] for gid in order["made"]]
        sent = [known for known in made if known["status"] != "CANCELLED"]
        return (
            [known["trackingInfo"][0]["number"] for known in sent],
            [known["trackingInfo"][0]["number"] for known in sent if known["events"]],
            order["cancelledAt"] is not None,
        )

    def answer(self, document, variables):
        with self.lock:
            self.asked.append(document.split("(")[0].strip())
            found = graphql_sync(SCHEMA, document, _Root(self), variable_values=variables)
        return found.formatted


class _Root:
    """The resolvers: a method for each field of Query and Mutation."""

    def __init__(self, peer):
        self.peer = peer

    def order(self, info, id):
        known = self.peer.orders.get(id)
        if known is None:
            return None
        nodes = [
            {"id": item["id"], "remainingQuantity": item["left"], "lineItem": item["lineItem"]}
            for item in known["items"]
        ]
        is_open = any(item["left"] for item in known["items"])
        listed = {
            "id": known["fo"],
            "status": "OPEN" if is_open else "CLOSED",
            "lineItems": lambda info, first: {"nodes": nodes},
        }
        made = [self.fulfillment(info, gid) for gid in known["made"]]
        return {
            "id": id,
            "cancelledAt": known["cancelledAt"],
            "fulfillments": lambda info, first: made,
            "fulfillmentOrders": lambda info, first: {"nodes": [listed]},
        }

    def fulfillment(self, info, id):
        known = self.peer.fulfillments.get(id)
        return known and {
            "id": id,
            "status": known["status"],
            "trackingInfo": lambda info, first: known["trackingInfo"],
            "events": lambda info, first: {"nodes": known["events"]},
        }

    def fulfillmentCreate(self, info, fulfillment):
        (group,) = fulfillment["lineItemsByFulfillmentOrder"]
        order = next(
            known
            for known in self.peer.orders.values()
            if known["fo"] == group["fulfillmentOrderId"]
        )
        items = {item["id"]: item for item in order["items"]}
        for wanted in group["fulfillmentOrderLineItems"]:
            if wanted["quantity"] > items[wanted["id"]]["left"]:
                return _refused("The quantity is more than is left.")
        for wanted in group["fulfillmentOrderLineItems"]:
            items[wanted["id"]]["left"] -= wanted["quantity"]
        gid = f"gid://shopify/Fulfillment/{next(self.peer.numbers)}"
        self.peer.fulfillments[gid] = {
            "status": "SUCCESS", "trackingInfo": [fulfillment["trackingInfo"]], "events": [],
            "order": order, "group": group,
        }  # fmt: skip
        order["made"].append(gid)
        return {"fulfillment": self.fulfillment(info, gid), "userErrors": []}

    def fulfillmentCancel(self, info, id):
        known = self.peer.fulfillments[id]
        if known["status"] == "CANCELLED":
            return _refused("It is cancelled already.")
        known["status"] = "CANCELLED"
        items = {item["id"]: item for item in known["order"]["items"]}
        for sent in known["group"]["fulfillmentOrderLineItems"]:
            items[sent["id"]]["left"] += sent["quantity"]
        return {"fulfillment": self.fulfillment(info, id), "userErrors": []}

    def fulfillmentEventCreate(self, info, fulfillmentEvent):
        event = {"id": f"gid://shopify/FulfillmentEvent/{next(self.peer.numbers)}"}
        event |= {name: fulfillmentEvent[name] for name in ("status", "happenedAt")}
        self.peer.fulfillments[fulfillmentEvent["fulfillmentId"]]["events"].append(event)
        return {"fulfillmentEvent": event, "userErrors": []}

    def orderCancel(self, info, orderId, **_):
        order = self.peer.orders[orderId]
        if order["cancelledAt"]:
            return {"orderCancelUserErrors": [{"message": "Cannot cancel: it is cancelled."}]}
        order["cancelledAt"] = "2026-11-23T10:00:00Z"
        return {"orderCancelUserErrors": []}


def _refused(text):
    return {"userErrors": [{"message": text}]}


class _Handler(Handler):
    def do_POST(self):
        body = json.loads(self.read_body())
        peer = self.server.peer
        fault = peer.faults.pop(0) if peer.faults else None
        if self.headers["X-Shopify-Access-Token"] != TOKEN:
            self.answer(401, {"errors": "[API] Invalid API key or access token"})
            return
        if fault and not fault.kept and self.apply_fault(fault, {"errors": fault.text}):
            return
        answer = peer.answer(body["query"], body["variables"])
        if fault and fault.kept and self.apply_fault(fault, {"errors": fault.text}):
            return
        self.answer(200, answer)
