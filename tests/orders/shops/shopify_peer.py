"""A Shopify shop on loopback: its GraphQL Admin API, as far as we ask it, with its schema.

The documents of the adapter are validated as Shopify would: an unknown field or argument is an
error. The shop keeps its orders, so that a test compares its picture with ours.
"""

import itertools
import json
import re
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
  fulfillmentLineItems(first: Int): FulfillmentLineItemConnection!
  events(first: Int): FulfillmentEventConnection!
}
type LineItem { id: ID! }
type FulfillmentLineItem { quantity: Int! lineItem: LineItem! }
type FulfillmentLineItemConnection { nodes: [FulfillmentLineItem!]! }
type FulfillmentOrderLineItem { id: ID! remainingQuantity: Int! lineItem: LineItem! }
type FulfillmentOrderLineItemConnection { nodes: [FulfillmentOrderLineItem!]! }
type AssignedLocation { name: String! location: Location }
type FulfillmentHold { id: ID! displayReason: String! reasonNotes: String }
type FulfillmentOrder {
  id: ID!
  status: String!
  requestStatus: String!
  order: Order!
  assignedLocation: AssignedLocation!
  fulfillmentHolds: [FulfillmentHold!]!
  lineItems(first: Int): FulfillmentOrderLineItemConnection!
}
type FulfillmentOrderConnection { nodes: [FulfillmentOrder!]! }
type Order {
  id: ID!
  cancelledAt: DateTime
  tags: [String!]!
  customAttributes: [Attribute!]!
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
directive @idempotent(key: String!) on FIELD
type Location { id: ID! name: String! }
type LocationConnection { nodes: [Location!]! }
type InventoryQuantity { name: String! quantity: Int! }
type InventoryLevel { id: ID! quantities(names: [String!]!): [InventoryQuantity!]! }
type InventoryItem {
  id: ID! sku: String tracked: Boolean! inventoryLevel(locationId: ID!): InventoryLevel
}
type InventoryItemConnection { nodes: [InventoryItem!]! }
input InventoryQuantityInput {
  inventoryItemId: ID! locationId: ID! quantity: Int! changeFromQuantity: Int
}
input InventorySetQuantitiesInput {
  name: String! reason: String! referenceDocumentUri: String
  quantities: [InventoryQuantityInput!]!
}
type InventorySetQuantitiesUserError { code: String field: [String!] message: String! }
type InventorySetQuantitiesPayload { userErrors: [InventorySetQuantitiesUserError!]! }
type Attribute { key: String! value: String }
input AttributeInput { key: String! value: String! }
input OrderInput { id: ID! customAttributes: [AttributeInput!] }
type OrderUpdatePayload { userErrors: [UserError!]! }
type TagsAddPayload { userErrors: [UserError!]! }
type OrderCancelPayload { orderCancelUserErrors: [UserError!]! }
type Query {
  order(id: ID!): Order
  fulfillment(id: ID!): Fulfillment
  fulfillmentOrder(id: ID!): FulfillmentOrder
  locations(first: Int): LocationConnection!
  inventoryItems(first: Int, query: String): InventoryItemConnection!
}
type Mutation {
  fulfillmentCreate(fulfillment: FulfillmentInput!): FulfillmentPayload
  fulfillmentCancel(id: ID!): FulfillmentPayload
  fulfillmentEventCreate(fulfillmentEvent: FulfillmentEventInput!): FulfillmentEventPayload
  orderUpdate(input: OrderInput!): OrderUpdatePayload
  tagsAdd(id: ID!, tags: [String!]!): TagsAddPayload
  inventorySetQuantities(input: InventorySetQuantitiesInput!): InventorySetQuantitiesPayload
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
        # {SKU: {location: units}}; `sold_between` is what it sells after it was read.
        self.locations, self.stock, self.untracked, self.sold_between = ["Main"], {}, set(), {}

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
            "fo": f"gid://shopify/FulfillmentOrder/{number}", "tags": [], "attributes": [],
            "holds": [], "request": "UNSUBMITTED", "place": "Main", "others": {},
        }  # fmt: skip

    def divide(self, number, line, place):
        """Send what is left of a line from another location: a fulfillment order of its own."""
        order = self.orders[f"gid://shopify/Order/{number}"]
        fo = f"gid://shopify/FulfillmentOrder/{number}{len(order['others']) + 1}"
        order["others"][fo] = place
        for item in order["items"]:
            if item["lineItem"]["id"].endswith(f"/{line}"):
                item["fo"] = fo

    def picture(self, number):
        """What the shop shows: (numbers of parcels that are sent, those delivered, cancelled)."""
        order = self.orders[f"gid://shopify/Order/{number}"]
        made = [self.fulfillments[gid] for gid in order["made"]]
        sent = [known for known in made if known["status"] != "CANCELLED"]
        return (
            [known["trackingInfo"][0]["number"] for known in sent],
            [known["trackingInfo"][0]["number"] for known in sent if _is_delivered(known)],
            order["cancelledAt"] is not None,
        )

    def answer(self, document, variables):
        with self.lock:
            self.asked.append(re.match(r"\s*(\w+ \w+)", document)[1])
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
        places = {known["fo"]: known["place"]} | known["others"]
        listed = [self._fulfillment_order(known, fo, place) for fo, place in places.items()]
        made = [self.fulfillment(info, gid) for gid in known["made"]]
        return {
            "id": id,
            "cancelledAt": known["cancelledAt"],
            "tags": known["tags"],
            "customAttributes": known["attributes"],
            "fulfillments": lambda info, first: made,
            "fulfillmentOrders": lambda info, first: {"nodes": listed},
        }

    def _fulfillment_order(self, known, fo, place):
        items = [item for item in known["items"] if item.get("fo", known["fo"]) == fo]
        nodes = [
            {"id": item["id"], "remainingQuantity": item["left"], "lineItem": item["lineItem"]}
            for item in items
        ]
        is_open = any(item["left"] for item in items)
        return {
            "id": fo,
            "status": "ON_HOLD" if known["holds"] else "OPEN" if is_open else "CLOSED",
            "requestStatus": known["request"],
            "assignedLocation": {
                "name": place, "location": {"id": _place(place), "name": place},
            },
            "fulfillmentHolds": [
                {"id": "1", "displayReason": reason, "reasonNotes": notes}
                for reason, notes in known["holds"]
            ],
            "lineItems": lambda info, first: {"nodes": nodes},
        }  # fmt: skip

    def fulfillmentOrder(self, info, id):
        found = [
            gid for gid, known in self.peer.orders.items() if id in (known["fo"], *known["others"])
        ]
        return {"order": self.order(info, found[0])} if found else None

    def fulfillment(self, info, id):
        known = self.peer.fulfillments.get(id)
        return known and {
            "id": id,
            "status": known["status"],
            "trackingInfo": lambda info, first: known["trackingInfo"],
            "fulfillmentLineItems": lambda info, first: {"nodes": known["items"]},
            "events": lambda info, first: {"nodes": known["events"]},
        }

    def fulfillmentCreate(self, info, fulfillment):
        groups = fulfillment["lineItemsByFulfillmentOrder"]
        fos = {group["fulfillmentOrderId"] for group in groups}
        order = next(
            known for known in self.peer.orders.values() if fos <= {known["fo"], *known["others"]}
        )
        if len({order["others"].get(fo, order["place"]) for fo in fos}) > 1:
            return _refused("All fulfillment orders must be assigned to a single location.")
        items = {item["id"]: item for item in order["items"]}
        sent = [wanted for group in groups for wanted in group["fulfillmentOrderLineItems"]]
        if any(wanted["quantity"] > items[wanted["id"]]["left"] for wanted in sent):
            return _refused("The quantity is more than is left.")
        for wanted in sent:
            items[wanted["id"]]["left"] -= wanted["quantity"]
        gid = f"gid://shopify/Fulfillment/{next(self.peer.numbers)}"
        self.peer.fulfillments[gid] = {
            "status": "SUCCESS", "trackingInfo": [fulfillment["trackingInfo"]], "events": [],
            "order": order, "sent": sent,
            "items": [
                {"quantity": wanted["quantity"], "lineItem": items[wanted["id"]]["lineItem"]}
                for wanted in sent
            ],
        }  # fmt: skip
        order["made"].append(gid)
        return {"fulfillment": self.fulfillment(info, gid), "userErrors": []}

    def fulfillmentCancel(self, info, id):
        known = self.peer.fulfillments[id]
        if known["status"] == "CANCELLED":
            return _refused("It is cancelled already.")
        known["status"] = "CANCELLED"
        items = {item["id"]: item for item in known["order"]["items"]}
        for sent in known["sent"]:
            items[sent["id"]]["left"] += sent["quantity"]
        return {"fulfillment": self.fulfillment(info, id), "userErrors": []}

    def fulfillmentEventCreate(self, info, fulfillmentEvent):
        event = {"id": f"gid://shopify/FulfillmentEvent/{next(self.peer.numbers)}"}
        event |= {name: fulfillmentEvent[name] for name in ("status", "happenedAt")}
        self.peer.fulfillments[fulfillmentEvent["fulfillmentId"]]["events"].append(event)
        return {"fulfillmentEvent": event, "userErrors": []}

    def orderUpdate(self, info, input):
        self.peer.orders[input["id"]]["attributes"] = input["customAttributes"]
        return {"userErrors": []}

    def tagsAdd(self, info, id, tags):
        self.peer.orders[id]["tags"] += tags
        return {"userErrors": []}

    def locations(self, info, first):
        return {"nodes": [{"id": _place(name), "name": name} for name in self.peer.locations]}

    def inventoryItems(self, info, first, query):
        wanted = {sku.lower() for sku in re.findall(r'sku:"([^"]*)"', query)}
        found = [sku for sku in self.peer.stock if sku.lower() in wanted]
        nodes = [self._item(sku) for sku in found]
        for sku, units in self.peer.sold_between.items():
            self.peer.stock[sku]["Main"] -= units
        self.peer.sold_between = {}
        return {"nodes": nodes}

    def _item(self, sku):
        levels = {_place(name): units for name, units in self.peer.stock[sku].items()}

        def level(info, locationId):
            units = levels.get(locationId)
            listed = [{"name": "available", "quantity": units}]
            return None if units is None else {"id": "1", "quantities": lambda info, names: listed}

        return {
            "id": f"gid://shopify/InventoryItem/{sku}", "sku": sku,
            "tracked": sku not in self.peer.untracked, "inventoryLevel": level,
        }  # fmt: skip

    def inventorySetQuantities(self, info, input):
        problems = []
        for n, wanted in enumerate(input["quantities"]):
            there = self._there(wanted)
            field = ["input", "quantities", f"{n}", "changeFromQuantity"]
            if there is None:
                told = "The item is not stocked at the location."
                problems.append({"code": "ITEM_NOT_STOCKED", "field": field, "message": told})
            elif there != wanted["changeFromQuantity"]:
                code, told = "CHANGE_FROM_QUANTITY_STALE", "The quantity is another one."
                problems.append({"code": code, "field": field, "message": told})
        for wanted in input["quantities"] if not problems else ():
            sku = wanted["inventoryItemId"].rpartition("/")[2]
            place = wanted["locationId"].rpartition("/")[2]
            self.peer.stock[sku][place] = wanted["quantity"]
        return {"userErrors": problems}

    def _there(self, wanted):
        sku = wanted["inventoryItemId"].rpartition("/")[2]
        return self.peer.stock[sku].get(wanted["locationId"].rpartition("/")[2])

    def orderCancel(self, info, orderId, **_):
        order = self.peer.orders[orderId]
        if order["cancelledAt"]:
            return {"orderCancelUserErrors": [{"message": "Cannot cancel: it is cancelled."}]}
        order["cancelledAt"] = "2026-11-23T10:00:00Z"
        return {"orderCancelUserErrors": []}


def _is_delivered(fulfillment):
    events = sorted(fulfillment["events"], key=lambda event: event["happenedAt"])
    return bool(events) and events[-1]["status"] == "DELIVERED"


def _place(name):
    return f"gid://shopify/Location/{name}"


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
