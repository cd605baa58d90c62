"""A BigCommerce shop on loopback: orders, products, addresses and shipments of its API v2."""

import json
import re
from email.utils import parsedate_to_datetime
from urllib.parse import parse_qsl, urlsplit

from fulfillment.demo.peers.web import Handler, Server
from tests.orders.shops.bigcommerce_payloads import GRACE, big_line, big_order

TOKEN = "token-of-a-bigcommerce-test"


class BigCommercePeer:
    """`faults` holds a Fault or None for each call to come; a `kept` one is done all the same.

    `change` is called with the number of each list that is asked for, before it is made.
    """

    def __init__(self):
        self.orders, self.products, self.shipments, self.may_write = {}, {}, {}, True
        self.faults, self.asked = [], []
        self.change = lambda number: None

    def start(self):
        self.server = Server("127.0.0.1", _Handler, self)
        self.address = f"http://127.0.0.1:{self.server.start()}"
        return self

    def stop(self):
        self.server.stop()

    def sell(self, number, second=0, products=None, **fields):
        self.orders[number] = big_order(second, id=number, **fields)
        self.products[number] = [big_line(11, "LAMP", 2)] if products is None else products
        self.shipments.setdefault(number, [])

    def answer(self, method, path, query, body):
        """(status, JSON or None) of a call with a valid token."""
        self.asked.append(f"{method} {re.sub(r'[0-9]+', 'n', path)}")
        if method != "GET" and not self.may_write:
            return 403, {"status": 403, "title": "You don't have a required scope to access it."}
        if path == "orders":
            self.change(self.asked.count("GET orders"))
            return self.list(query)
        _, number, *what = path.split("/")
        if int(number) not in self.orders:
            return 404, [{"status": 404, "message": "The requested resource was not found."}]
        parts = {
            "products": lambda *_: self.part(self.products[int(number)], query),
            "shipping_addresses": lambda *_: self.part([GRACE | {"id": 127}], query),
            "shipments": self.told_of_shipments,
        }
        answer = parts[what[0]] if what else self.order
        return answer(method, int(number), body, what, query)

    def list(self, query):
        field, _, direction = query["sort"].partition(":")
        assert (field, direction) == ("date_modified", "asc")
        since = parsedate_to_datetime(query["min_date_modified"])
        rows = [(parsedate_to_datetime(row[field]), row) for row in self.orders.values()]
        rows = sorted((at, row["id"], row) for at, row in rows if at >= since)
        return self.part([row for _, _, row in rows], query)

    def part(self, rows, query):
        """One page of a list; where nothing is on it, there is no answer."""
        most, page = int(query["limit"]), int(query.get("page", "1"))
        found = rows[most * (page - 1) : most * page]
        return (200, found) if found else (204, None)

    def order(self, method, number, body, what, query):
        if method == "PUT":
            self.orders[number] |= body
        return 200, self.orders[number]

    def told_of_shipments(self, method, number, body, what, query):
        known = self.shipments[number]
        if method == "DELETE":
            (gone,) = [one for one in known if one["id"] == int(what[1])]
            known.remove(gone)
            self._count(number, gone["items"], -1)
            return 204, None
        if method == "POST":
            assert body["order_address_id"] == 127
            known.append(body | {"id": len(known) + 1})
            self._count(number, body["items"], 1)
            left = sum(one["quantity"] - one["quantity_shipped"] for one in self.products[number])
            self.orders[number]["status_id"] = 3 if left else 2
            return 201, known[-1]
        return self.part(known, query)

    def _count(self, number, items, sign):
        for one in items:
            (line,) = [row for row in self.products[number] if row["id"] == one["order_product_id"]]
            line["quantity_shipped"] += sign * one["quantity"]


class _Handler(Handler):
    def do_GET(self):
        peer = self.server.peer
        sent = self.read_body()
        fault = peer.faults.pop(0) if peer.faults else None
        if self.headers["X-Auth-Token"] != TOKEN:
            self.answer(401, {"status": 401, "title": "Unauthorized"})
            return
        if fault and not fault.kept and self.apply_fault(fault, {"title": fault.text}):
            return
        url = urlsplit(self.path)
        path, query = url.path.removeprefix("/v2/"), dict(parse_qsl(url.query))
        body = json.loads(sent) if sent else None
        status, answer = peer.answer(self.command, path, query, body)
        if fault and fault.kept and self.apply_fault(fault, {"title": fault.text}):
            return
        if answer is None:
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        self.answer(status, answer)

    do_POST = do_PUT = do_DELETE = do_GET
