"""What the facts of numbers must be, told a second time: in Python, from the tables as they are."""

from collections import defaultdict
from zoneinfo import ZoneInfo

from psycopg.rows import dict_row

TABLES = (
    "order", "orderline", "seller", "warehouse", "shipment", "package", "promise", "event", "wish",
    "problem", "return", "returnline",
)  # fmt: skip
ATTEMPTS = ("package.delivered", "package.attempt_failed", "package.at_pickup_point")
FAULTS = ("damaged", "wrong", "not_as_shown")
FACTS = """
SELECT number, subject_id, order_id, day, counts_from, outcome, value, channel_id, carrier,
    warehouse_id, seller_id
FROM orders_numberfact
"""


def kept_facts(connection):
    """{(number, subject): the fact} as the reader has kept them."""
    rows = connection.execute(FACTS).fetchall()
    return {(number, subject): tuple(rest) for number, subject, *rest in rows}


class Oracle:
    """All rows of a database, and the facts that follow from them."""

    def __init__(self, connection):
        cursor = connection.cursor(row_factory=dict_row)
        self.rows = {
            name: cursor.execute(f"SELECT * FROM orders_{name}").fetchall()  # noqa: S608
            for name in TABLES
        }
        self.by_id = {name: {row["id"]: row for row in rows} for name, rows in self.rows.items()}
        self.of = {name: self._by_order(name) for name in TABLES if name not in ("order",)}
        self.facts = {}

    def _by_order(self, name):
        found = defaultdict(list)
        for row in self.rows[name]:
            found[row.get("order_id")].append(row)
        return found

    def told(self):
        for order in self.rows["order"]:
            windows = list(self.windows(order))
            self.cycles_and_shipments(order)
            for subject, window, came, carrier, building in windows:
                self.add(
                    "window", order, subject, window["latest"],
                    self.inside(window, came), carrier=carrier, building=building,
                )  # fmt: skip
            self.attempts(order)
            self.perfect(order, windows)
            self.fills(order)
            self.returns(order)
        return self.facts

    def add(self, number, order, subject, at, outcome, *, value=None, carrier, building=None):
        seller = self.by_id["seller"][order["seller_id"]]
        home = self.by_id["warehouse"][seller["warehouse_id"]]
        day = at.astimezone(ZoneInfo(home["time_zone"])).date()
        self.facts[number, subject] = (
            order["id"], day, at, outcome, value, order["channel_id"], carrier,
            building or home["id"], seller["id"],
        )  # fmt: skip

    def boxes(self, order):
        return [box for box in self.of["package"][order["id"]] if box["status"] != "cancelled"]

    def building(self, box):
        return self.by_id["shipment"][box["shipment_id"]]["warehouse_id"]

    def carrier(self, order):
        names = {box["carrier"] for box in self.boxes(order)}
        return names.pop() if len(names) == 1 else ""

    def cycles_and_shipments(self, order):
        for box in self.boxes(order):
            if left := box["handed_over_at"]:
                took = round((left - order["created_at"]).total_seconds())
                self.add(
                    "cycle", order, box["id"], left, "left",
                    value=max(took, 0), carrier=box["carrier"], building=self.building(box),
                )  # fmt: skip
        for shipment in self.of["shipment"][order["id"]]:
            if shipment["status"] == "cancelled":
                continue
            inside = [box for box in self.boxes(order) if box["shipment_id"] == shipment["id"]]
            left = [box["handed_over_at"] for box in inside if box["handed_over_at"]]
            outcome = "not_left"
            if shipment["status"] == "handed_over" and left:
                outcome = "on_time" if max(left) <= shipment["ship_by"] else "tardy"
            self.add(
                "ship", order, shipment["id"], shipment["ship_by"], outcome,
                carrier=max((box["carrier"] for box in inside), default=""),
                building=shipment["warehouse_id"],
            )  # fmt: skip

    def newest(self, order, shipment):
        found = [
            row for row in self.of["promise"][order["id"]]
            if row["kind"] == "arrives" and row["shipment_id"] == shipment
            and row["released_at"] != row["made_at"]
        ]  # fmt: skip
        return max(found, key=lambda row: (row["made_at"], row["id"]), default=None)

    def first(self, promise):
        while promise["reason"] != "wished":
            former = self.former(promise)
            if not former or former["kind"] != "arrives":
                break
            if former["released_at"] == former["made_at"]:
                break
            promise = former
        return promise

    def former(self, promise):
        """What it replaced; else the last date of the order that was told and withdrawn before."""
        if promise["replaces_id"]:
            return self.by_id["promise"][promise["replaces_id"]]
        withdrawn = [
            row for row in self.of["promise"][promise["order_id"]]
            if row["kind"] == "arrives" and not row["shipment_id"] and row["released_at"]
            and row["made_at"] < row["released_at"] <= promise["made_at"]
        ]  # fmt: skip
        return max(withdrawn, key=lambda row: (row["made_at"], row["id"]), default=None)

    def windows(self, order):
        """(subject, window, when it came, carrier, building) of what an order promised."""
        for box in self.boxes(order):
            last = self.newest(order, box["shipment_id"])
            if box["handed_over_at"] and last:
                carrier, building = box["carrier"], self.building(box)
                yield box["id"], self.first(last), self.came(box), carrier, building
        last = self.newest(order, None)
        lines = [line for line in self.of["orderline"][order["id"]] if line["ships"]]
        unsent = sum(line["ordered"] - line["cancelled"] - line["shipped"] for line in lines)
        if last is None or unsent <= 0:
            return
        later = [
            row for row in self.of["promise"][order["id"]]
            if row["replaces_id"] == last["id"] and row["shipment_id"]
        ]  # fmt: skip
        if not (last["revised_at"] and later):
            yield order["id"], self.first(last), None, "", None

    def chose_point(self, order_id, at):
        return any(
            wish["kind"] == "pickup" and wish["made_at"] <= at
            and (wish["ended_at"] is None or wish["ended_at"] > at)
            for wish in self.of["wish"][order_id]
        )  # fmt: skip

    def came(self, box):
        at_point = [
            event["at"] for event in self.of["event"][box["order_id"]]
            if box["pickup_point"] and event["kind"] == "package.at_pickup_point"
            and event["subject_id"] == box["id"]
            and self.chose_point(box["order_id"], event["at"])
        ]  # fmt: skip
        moments = [at for at in (box["delivered_at"], max(at_point, default=None)) if at]
        return min(moments, default=None)

    @staticmethod
    def inside(window, came):
        if came is None:
            return "not_there"
        if came < window["earliest"]:
            return "too_early"
        return "inside" if came <= window["latest"] else "too_late"

    def attempts(self, order):
        stands = defaultdict(list)
        for event in sorted(self.of["event"][order["id"]], key=lambda row: row["id"]):
            kind = event["kind"].removesuffix("_undone")
            if kind not in ATTEMPTS:
                continue
            if kind == event["kind"]:
                stands[event["subject_id"]].append(event)
            else:
                of_kind = [one for one in stands[event["subject_id"]] if one["kind"] == kind]
                if of_kind:
                    stands[event["subject_id"]].remove(of_kind[-1])
        for pk, events in stands.items():
            if not events:
                continue
            box, event = self.by_id["package"][pk], events[0]
            delivered = event["kind"] == "package.delivered"
            at = (box["delivered_at"] if delivered else None) or event["at"]
            at_point = event["kind"] == "package.at_pickup_point"
            good = delivered or (at_point and self.chose_point(order["id"], event["at"]))
            self.add(
                "attempt", order, pk, at, "at_once" if good else "not_at_once",
                carrier=box["carrier"], building=self.building(box),
            )  # fmt: skip

    def perfect(self, order, windows):
        lines = [line for line in self.of["orderline"][order["id"]] if line["ships"]]
        if not windows or sum(line["ordered"] - line["cancelled"] for line in lines) <= 0:
            return
        outcome = "perfect"
        if {self.inside(window, came) for _, window, came, *_ in windows} != {"inside"}:
            outcome = "untimely"
        elif any(line["delivered"] != line["ordered"] for line in lines):
            outcome = "incomplete"
        elif (
            self.of["problem"][order["id"]]
            or any(box["status"] in ("lost", "damaged") for box in self.boxes(order))
            or any(
                row["reason"] in FAULTS and row["status"] not in ("refused", "cancelled")
                for row in self.of["return"][order["id"]]
            )
        ):
            outcome = "faulty"
        at = max(window["latest"] for _, window, *_ in windows)
        self.add("perfect", order, order["id"], at, outcome, carrier=self.carrier(order))

    def fills(self, order):
        named = defaultdict(list)
        for event in self.of["event"][order["id"]]:
            if event["kind"] in ("order.allocated", "order.backordered"):
                for line in event["data"].get("units", {}):
                    named[line].append(event)
        for line in self.of["orderline"][order["id"]]:
            if events := named[str(line["id"])]:
                short = any(event["kind"] == "order.backordered" for event in events)
                self.add(
                    "fill", order, line["id"], min(event["at"] for event in events),
                    "short" if short else "filled", carrier=self.carrier(order),
                )  # fmt: skip

    def returns(self, order):
        for row in self.of["return"][order["id"]]:
            if row["status"] != "cancelled":
                units = sum(
                    line["requested"] for line in self.rows["returnline"]
                    if line["order_return_id"] == row["id"]
                )  # fmt: skip
                self.add(
                    "returns", order, row["id"], row["created_at"], row["reason"],
                    value=units, carrier=self.carrier(order),
                )  # fmt: skip
