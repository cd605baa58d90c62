"""Amazon on loopback: its login, restricted tokens, and Orders v0 of the Selling Partner API."""

import json
import re
from datetime import UTC, datetime
from urllib.parse import parse_qs, parse_qsl, urlsplit

from fulfillment.demo.peers.web import Handler, Server
from tests.orders.shops.amazon_payloads import amazon_item, amazon_order

KEYS = "amzn1.application-oa2-client.a amzn1.oa2-cs.v1.b Atzr|c"
MARKETPLACE = "A1PA6795UKMFR9"
PAGE = 3


class AmazonPeer:
    """`faults` holds a Fault or None for each question about orders; a `kept` one is done."""

    def __init__(self):
        self.reset()

    def reset(self):
        self.orders, self.items, self.confirmed = {}, {}, []
        self.faults, self.asked, self.lists = [], [], {}
        self.has_role, self.logins, self.restricted = True, 0, 0

    def start(self):
        self.server = Server("127.0.0.1", _Handler, self)
        self.address = f"http://127.0.0.1:{self.server.start()}/{MARKETPLACE}"
        return self

    def stop(self):
        self.server.stop()

    def sell(self, number, second=0, items=None, **fields):
        order_id = f"902-3159896-{number:07}"
        self.orders[order_id] = amazon_order(second, order_id, **fields)
        self.items[order_id] = [amazon_item("11", "LAMP", 2)] if items is None else items
        return order_id

    def log_in(self, form):
        self.logins += 1
        given = [form.get(name) for name in ("client_id", "client_secret", "refresh_token")]
        if form.get("grant_type") != "refresh_token" or " ".join(map(str, given)) != KEYS:
            return 400, {"error": "invalid_grant", "error_description": "The grant is invalid."}
        return 200, {"access_token": "Atza|a", "token_type": "bearer", "expires_in": 3600}

    def answer(self, method, path, query, body, token):
        """(status, JSON or None) of a question to the API."""
        if path == "/tokens/2021-03-01/restrictedDataToken":
            return self.restrict(body)
        self.asked.append(f"{method} {re.sub(r'902-[-0-9]+', 'n', path)}")
        if token not in ("Atza|a", "Atz.sprdt|r"):
            return 403, {"errors": [{"code": "Unauthorized", "message": "Access is denied."}]}
        if path == "/orders/v0/orders":
            return self.list(query)
        _, _, _, _, order_id, *what = path.split("/")
        if order_id not in self.orders:
            return 404, {"errors": [{"code": "NotFound", "message": "Not found."}]}
        if what == ["orderItems"]:
            return self.items_of(order_id, query)
        if what == ["shipmentConfirmation"]:
            return self.confirm(order_id, body)
        order = dict(self.orders[order_id])
        if token != "Atz.sprdt|r" or order["OrderStatus"] == "Pending":
            del order["ShippingAddress"], order["BuyerInfo"]
        return 200, {"payload": order}

    def restrict(self, body):
        self.restricted += 1
        if not self.has_role:
            told = "Application does not have access to one or more requested data elements"
            return 403, {"errors": [{"code": "Unauthorized", "message": told}]}
        assert body["restrictedResources"][0]["path"] == "/orders/v0/orders/{orderId}"
        return 200, {"restrictedDataToken": "Atz.sprdt|r", "expiresIn": 3600}

    def list(self, query):
        assert query["MarketplaceIds"] == MARKETPLACE
        if token := query.get("NextToken"):
            if token not in self.lists:
                return 400, {"errors": [{"code": "InvalidInput", "message": "Invalid NextToken."}]}
            rows = self.lists.pop(token)
        else:
            assert query["FulfillmentChannels"] == "MFN"
            since = query["LastUpdatedAfter"]
            rows = [row for row in self.orders.values() if row["LastUpdateDate"] >= since]
        before = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"
        payload = {"Orders": rows[:PAGE], "LastUpdatedBefore": before}
        if rows[PAGE:]:
            payload["NextToken"] = f"next/{len(self.asked)}=="
            self.lists[payload["NextToken"]] = rows[PAGE:]
        return 200, {"payload": payload}

    def items_of(self, order_id, query):
        rows, start = self.items[order_id], int(query.get("NextToken", "0"))
        payload = {"AmazonOrderId": order_id, "OrderItems": rows[start : start + PAGE]}
        if rows[start + PAGE :]:
            payload["NextToken"] = f"{start + PAGE}"
        return 200, {"payload": payload}

    def confirm(self, order_id, body):
        assert body["marketplaceId"] == MARKETPLACE
        package = body["packageDetail"]
        assert package["packageReferenceId"].isdecimal()
        known = [one for one in self.confirmed if one[0] != package["packageReferenceId"]]
        units = {one["orderItemId"]: one["quantity"] for one in package["orderItems"]}
        told = (package["packageReferenceId"], package["trackingNumber"], units)
        for item in self.items[order_id]:
            if units.get(item["OrderItemId"], 0) > item["QuantityOrdered"]:
                return 400, {"errors": [{"code": "InvalidInput", "message": "Too many units."}]}
        self.confirmed = [*known, told]
        return 204, None


class _Handler(Handler):
    def do_GET(self):
        peer, sent, url = self.server.peer, self.read_body(), urlsplit(self.path)
        if url.path == "/auth/o2/token":
            form = {name: values[0] for name, values in parse_qs(sent.decode()).items()}
            self.answer(*peer.log_in(form))
            return
        is_question = url.path.startswith("/orders/")
        fault = peer.faults.pop(0) if peer.faults and is_question else None
        if fault and not fault.kept and self.apply_fault(fault, {"errors": []}):
            return
        body = json.loads(sent) if sent else None
        token = self.headers["x-amz-access-token"]
        query = dict(parse_qsl(url.query))
        status, answer = peer.answer(self.command, url.path, query, body, token)
        if fault and fault.kept and self.apply_fault(fault, {"errors": []}):
            return
        if answer is None:
            self.send_response(status)
            self.end_headers()
            return
        self.answer(status, answer)

    do_POST = do_GET
