"""A Magento shop on loopback: the orders and shipments of its REST API, as it documents them."""

import json
import re
from urllib.parse import parse_qsl, urlsplit

from fulfillment.demo.peers.web import Handler, Server
from tests.orders.shops.magento_payloads import magento_order

TOKEN = "token-of-a-magento-test"
FILTER = re.compile(r"searchCriteria\[filter_groups\]\[(\d+)\]\[filters\]\[(\d+)\]\[(\w+)\]")
SORT = re.compile(r"searchCriteria\[sortOrders\]\[(\d+)\]\[field\]")
CONDITIONS = {
    "eq": lambda a, b: a == b,
    "gt": lambda a, b: a > b,
    "gteq": lambda a, b: a >= b,
}


class MagentoPeer:
    """`faults` holds a Fault or None for each call to come; a `kept` one is done all the same.

    `change` is called with the number of each list that is asked for, before it is made.
    """

    def __init__(self):
        self.orders, self.shipments, self.faults, self.asked = {}, {}, [], []
        self.change = lambda number: None
        self.may_write = True

    def start(self):
        self.server = Server("127.0.0.1", _Handler, self)
        self.address = f"http://127.0.0.1:{self.server.start()}"
        return self

    def stop(self):
        self.server.stop()

    def sell(self, number, second=0, **fields):
        order = magento_order(second, entity_id=number, increment_id=f"{number:09}", **fields)
        self.orders[number] = order | {"status_histories": []}

    def answer(self, method, path, query, body):
        """(status, JSON) of a call with a valid token."""
        self.asked.append(f"{method} {re.sub(r'[0-9]+', 'n', path)}")
        if method != "GET" and not self.may_write:
            return 403, {"message": "The consumer isn't authorized to access %resources.",
                         "parameters": {"resources": "Magento_Sales::ship"}}  # fmt: skip
        if path == "orders":
            self.change(self.asked.count("GET orders"))
            return 200, self.list(list(self.orders.values()), query)
        if path == "shipments":
            return 200, self.list(list(self.shipments.values()), query)
        if path.startswith("shipment/track"):
            return self.track(method, path, body)
        _, number, *what = path.split("/")
        if int(number) not in self.orders:
            told = "The entity that was requested doesn't exist. Verify the entity and try again."
            return 404, {"message": told}
        order = self.orders[int(number)]
        return getattr(self, what[0] if what else "order")(order, body)

    def list(self, rows, query):
        """A search: filters of one group by OR, groups by AND."""
        groups = {}
        for name, value in query.items():
            if found := FILTER.fullmatch(name):
                group, number, part = found.groups()
                groups.setdefault(group, {}).setdefault(number, {})[part] = value
        for group in groups.values():
            rows = [row for row in rows if any(_holds(row, one) for one in group.values())]
        fields = [query[name] for name in sorted(query) if SORT.fullmatch(name)]
        rows.sort(key=lambda row: [row[field] for field in fields])
        total, most = len(rows), int(query["searchCriteria[pageSize]"])
        # An empty list is null.
        return {"items": rows[:most] or None, "search_criteria": {}, "total_count": total}

    def order(self, order, body):
        return 200, order

    def ship(self, order, body):
        items = {one["item_id"]: one for one in order["items"]}
        for one in body["items"]:
            sold = items[one["order_item_id"]]
            if one["qty"] > sold["qty_ordered"] - sold["qty_shipped"]:
                told = "The quantity to ship must not be greater than the unshipped quantity."
                return 400, {"message": "Shipment Document Validation Error(s):\n%1",
                             "parameters": [told]}  # fmt: skip
        for one in body["items"]:
            items[one["order_item_id"]]["qty_shipped"] += one["qty"]
        number = len(self.shipments) + 1
        tracks = [track | {"entity_id": number * 10} for track in body["tracks"]]
        self.shipments[number] = {
            "entity_id": number, "order_id": order["entity_id"], "tracks": tracks,
            "items": body["items"], "notify": body["notify"],
        }  # fmt: skip
        return 200, f"{number}"

    def track(self, method, path, body):
        if method == "POST":
            track = body["entity"] | {"entity_id": 99}
            self.shipments[int(track["parent_id"])]["tracks"].append(track)
            return 200, track
        number = int(path.rpartition("/")[2])
        for shipment in self.shipments.values():
            shipment["tracks"] = [one for one in shipment["tracks"] if one["entity_id"] != number]
        return 200, True

    def comments(self, order, body):
        assert body["statusHistory"]["status"] == order["status"]
        order["status_histories"].append(body["statusHistory"])
        return 200, True

    def cancel(self, order, body):
        if order["state"] == "processing":
            return 200, False
        order["state"] = order["status"] = "canceled"
        return 200, True


def _holds(row, one):
    value = one["value"]
    if isinstance(row[one["field"]], int):
        value = int(value)
    return CONDITIONS[one["condition_type"]](row[one["field"]], value)


class _Handler(Handler):
    def do_GET(self):
        peer = self.server.peer
        sent = self.read_body()
        fault = peer.faults.pop(0) if peer.faults else None
        if self.headers["Authorization"] != f"Bearer {TOKEN}":
            self.answer(401, {"message": "The consumer isn't authorized to access %resources."})
            return
        if fault and not fault.kept and self.apply_fault(fault, {"message": fault.text}):
            return
        url = urlsplit(self.path)
        path, query = url.path.removeprefix("/rest/V1/"), dict(parse_qsl(url.query))
        body = json.loads(sent) if sent else None
        status, answer = peer.answer(self.command, path, query, body)
        if fault and fault.kept and self.apply_fault(fault, {"message": fault.text}):
            return
        self.answer(status, answer)

    do_POST = do_DELETE = do_GET
