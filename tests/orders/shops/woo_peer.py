"""A WooCommerce shop on loopback: orders and their notes, as its REST API v3 documents them."""

import base64
import json
import re
from urllib.parse import parse_qs

from fulfillment.demo.peers.web import Handler, Server

KEY = "ck_of_a_test:cs_of_a_test"
PATH = re.compile(r"/wp-json/wc/v3/orders/(\d+)(/notes)?(\?per_page=\d+)?")


class WooPeer:
    """`faults` holds a Fault or None for each call to come; a `kept` one is done all the same."""

    def __init__(self):
        self.orders, self.notes, self.faults, self.asked = {}, {}, [], []
        self.products = {}  # {id: product as the API gives it}

    def start(self):
        self.server = Server("127.0.0.1", _Handler, self)
        self.address = f"http://127.0.0.1:{self.server.start()}"
        return self

    def stop(self):
        self.server.stop()

    def sell(self, number):
        self.orders[number], self.notes[number] = {"id": number, "status": "processing"}, []

    def stock(self, number, sku, units, **fields):
        self.products[number] = {
            "id": number, "sku": sku, "type": "simple", "parent_id": 0,
            "manage_stock": units is not None, "stock_quantity": units,
        } | fields  # fmt: skip

    def answer_products(self, method, path, body):
        """(status, JSON) of a call about products: found by SKU, or set in a batch."""
        self.asked.append(f"{method} {path.partition('?')[0]}")
        if method == "GET":
            (listed,) = parse_qs(path.partition("?")[2])["sku"]
            wanted = {sku.lower() for sku in listed.split(",")}
            return 200, [row for row in self.products.values() if row["sku"].lower() in wanted]
        parent = path.split("/")[1]
        return 200, {"update": [self._set(parent, given) for given in body["update"]]}

    def _set(self, parent, given):
        row = self.products[given["id"]]
        if row["type"] == "variation" and parent == "batch":
            told = {"code": "woocommerce_rest_invalid_product_id", "message": "A variation."}
            return {"id": given["id"], "error": told}
        row |= given
        return row

    def answer(self, method, number, is_note, body):
        """(status, JSON) of a call with a valid key."""
        self.asked.append(f"{method} {'note' if is_note else 'order'}")
        if number not in self.orders:
            return 404, {"code": "woocommerce_rest_shop_order_invalid_id", "message": "Invalid ID."}
        if is_note:
            if method == "GET":
                return 200, self.notes[number]
            note = {"id": len(self.notes[number]) + 1, "note": body["note"]}
            self.notes[number].append(note | {"customer_note": body["customer_note"]})
            return 201, self.notes[number][-1]
        if method == "PUT":
            self.orders[number]["status"] = body["status"]
        return 200, self.orders[number]


class _Handler(Handler):
    def do_GET(self):
        peer = self.server.peer
        sent = self.read_body()
        fault = peer.faults.pop(0) if peer.faults else None
        wanted = "Basic " + base64.b64encode(KEY.encode()).decode()
        if self.headers["Authorization"] != wanted:
            self.answer(401, {"code": "woocommerce_rest_cannot_view", "message": "Sorry."})
            return
        if fault and not fault.kept and self.apply_fault(fault, {"message": fault.text}):
            return
        body = json.loads(sent) if sent else None
        path = self.path.removeprefix("/wp-json/wc/v3/")
        if path.startswith("products"):
            status, answer = peer.answer_products(self.command, path, body)
        else:
            number, is_note, _ = PATH.fullmatch(self.path).groups()
            status, answer = peer.answer(self.command, int(number), bool(is_note), body)
        if fault and fault.kept and self.apply_fault(fault, {"message": fault.text}):
            return
        self.answer(status, answer)

    do_PUT = do_POST = do_GET
