"""Orders that go out in one box: what is inside a box is where the box is, whatever happens."""

import random
import re
from contextlib import suppress
from datetime import timedelta

import pytest
from django.core.exceptions import ObjectDoesNotExist
from django.utils import timezone

from orders.decisions.merge import others_to_address, send_apart, send_together
from orders.errors import DomainError
from orders.lifecycle.cancel import cancel_order
from orders.lifecycle.edit import edit_order
from orders.lifecycle.holds import hold_order, release_hold
from orders.lifecycle.labelling import label_packages
from orders.models import Event, Hold, Order, Package, Product, Return, Shipment
from orders.wishes.chances import chances_of
from tests.api.asking import ask, errors_of
from tests.balance import findings
from tests.support.cast import make_order, put_stock
from tests.support.racing import race
from tests.support.stages import open_house, planned_run, start_on_its_day
from warehouse.books import boxes_follow_their_box
from warehouse.couriers.lost import mark_found, mark_lost
from warehouse.couriers.runs import deliver_stop, fail_stop, take_to_pickup_point
from warehouse.couriers.undelivered import (
    collect_package,
    send_back,
    take_back,
    undo_collected,
    undo_send_back,
)
from warehouse.couriers.undo import undo_stop
from warehouse.floor.hand_over import hand_over
from warehouse.floor.packing import close_package, mark_ready, pack_unit
from warehouse.floor.picking import confirm_pick, take_next_pick_list
from warehouse.floor.putting_back import put_back
from warehouse.floor.undo import undo_hand_over, undo_packed, undo_ready
from warehouse.models import PickList, Stop
from warehouse.stock.allocation import allocate_due

pytestmark = pytest.mark.django_db


class Town:
    """Two or three orders of Grace, and everything that may happen to them."""

    def __init__(self, *skus, house=None):
        self.house = house or open_house()
        for product in Product.objects.all():
            put_stock(product, 4)
        self.orders = [make_order(self.house.ada, {sku: 2}) for sku in skus]
        allocate_due()

    def shipments(self):
        rows = Shipment.objects.filter(order__in=self.orders).exclude(status="cancelled")
        return list(rows.order_by("created_at", "pk"))

    def boxes(self):
        rows = Package.objects.filter(order__in=self.orders).exclude(status="cancelled")
        return list(rows.order_by("pk"))

    def together(self):
        return send_together(self.orders, actor=self.house.ada.owner)

    def pick(self):
        """All walks of one press: the picker gets one after the other."""
        while walk := take_next_pick_list(warehouse=self.house.warehouse, actor=self.house.pat):
            for stop in walk.lines.select_related("stock__location", "stock__product"):
                if stop.open_quantity:
                    confirm_pick(
                        stop,
                        location_code=stop.stock.location.code,
                        product_code=stop.stock.product.sku,
                        quantity=stop.open_quantity,
                        actor=self.house.pat,
                    )

    def pack(self, shipment, grams=None):
        for line in shipment.lines.select_related("line"):
            in_box = sum(
                part.quantity for part in line.package_lines.filter(package__status="packing")
            )
            if left := line.picked - line.packed - in_box:
                pack_unit(shipment, code=line.line.sku, quantity=left, actor=self.house.pat)
        box = Package.objects.get(shipment=shipment, status="packing")
        return close_package(box, weight_grams=grams, actor=self.house.pat)

    def label(self, shipment):
        return label_packages(shipment, actor=self.house.pat)

    def ready(self, shipment):
        return mark_ready(shipment, actor=self.house.pat)

    def hand_over(self, box):
        return hand_over([box], actor=self.house.pat)

    def go_out(self, box):
        return start_on_its_day(planned_run(self.house, [box]), self.house.cory)

    def to_hand_over(self):
        self.together()
        self.pick()
        for shipment in self.shipments():
            self.pack(shipment, grams=500)
        self.label(self.shipments()[0])
        self.ready(self.shipments()[0])


def states(town):
    return {(row.order.number, row.status) for row in town.boxes()}


def test_two_orders_go_out_in_one_box_with_one_label():
    town = Town("LAMP", "SHADE")
    one, other = town.orders
    assert others_to_address(one) == [other]
    town.together()
    assert others_to_address(one) == []
    town.pick()
    assert PickList.objects.filter(picker=town.house.pat).count() == 2
    first, second = town.shipments()
    town.pack(first, grams=400)
    with pytest.raises(DomainError, match="goes into the same box, and is picked"):
        town.label(first)
    town.pack(second, grams=900)
    (labelled,) = town.label(first)
    inner, outer = town.boxes()
    assert (labelled, inner.inside, outer.inside) == (outer, outer, None)
    assert (inner.weight_grams, outer.weight_grams) == (None, 900)
    assert inner.tracking_number == outer.tracking_number != ""
    town.ready(second)
    assert {row.status for row in town.shipments()} == {"ready"}
    assert {row.pk for row in town.hand_over(inner)} == {inner.pk, outer.pk}
    assert {row.status for row in town.shipments()} == {"handed_over"}
    run = town.go_out(outer)
    stop = run.stops.get()
    assert [row.pk for row in stop.parcels] == [outer.pk]
    deliver_stop(stop, received_by="Grace", actor=town.house.cory)
    assert {row.status for row in town.boxes()} == {"delivered"}
    assert {row.status for row in Order.objects.all()} == {"delivered"}
    kinds = Event.objects.filter(order=one).values_list("kind", flat=True)
    assert {"shipment.sent_together", "package.handed_over", "package.delivered"} <= set(kinds)
    assert findings() == []


def some(rows, chance):
    if found := list(rows):
        return chance.choice(found)
    raise DomainError("There is none.")


def newest_stop():
    return Stop.objects.latest("pk")


def steps(town, chance):
    """Everything that somebody may try with one of the orders; most of it is refused at a time."""
    house, now = town.house, timezone.now()
    by = {"actor": house.pat}

    def shipment():
        return some(Shipment.objects.filter(order__in=town.orders), chance)

    def box():
        return some(Package.objects.filter(order__in=town.orders), chance)

    def order():
        return some(town.orders, chance)

    return {
        "together": town.together,
        "apart": lambda: send_apart(shipment(), at_bench=chance.random() < 0.5, **by),
        "pick": town.pick,
        "pack": lambda: town.pack(shipment(), grams=chance.choice([None, 700])),
        "label": lambda: town.label(shipment()),
        "ready": lambda: town.ready(shipment()),
        "hand over": lambda: town.hand_over(box()),
        "undo packed": lambda: undo_packed(shipment(), **by),
        "undo ready": lambda: undo_ready(shipment(), **by),
        "undo hand over": lambda: undo_hand_over(shipment(), **by),
        "go out": lambda: town.go_out(box()),
        "deliver": lambda: deliver_stop(newest_stop(), received_by="Grace", **by),
        "fail": lambda: fail_stop(newest_stop(), reason="not_home", **by),
        "pickup point": lambda: take_to_pickup_point(
            newest_stop(), place="Kiosk", until=now.date() + timedelta(days=5), **by
        ),
        "undo stop": lambda: undo_stop(newest_stop(), **by),
        "collect": lambda: collect_package(box(), **by),
        "undo collected": lambda: undo_collected(box(), **by),
        "send back": lambda: send_back(box(), **by),
        "undo send back": lambda: undo_send_back(box(), **by),
        "take back": lambda: take_back(box(), **by),
        "cancel": lambda: cancel_order(order(), **by),
        "put back": lambda: put_back(shipment(), **by),
        "move": lambda: edit_order(order(), {"street": f"Linden {chance.random()}"}, **by),
        "hold": lambda: hold_order(order(), reason=Hold.Reason.SELLER, **by),
        "release": lambda: release_hold(Hold.objects.filter(released_at=None).latest("pk"), **by),
        "allocate": allocate_due,
    }


# The whole way of a box, with each step undone and done again; then the ways in which it ends.
STORY = (
    "pick", "pack", "pack", "label", "undo packed", "pack", "pack", "label", "ready", "undo ready",
    "ready", "hand over", "undo hand over", "hand over", "go out", "deliver", "undo stop", "fail",
    "undo stop", "pickup point", "collect", "undo collected", "send back", "undo send back",
    "send back", "take back",
)  # fmt: skip
ENDS = {
    "put back": ("pick", "pack", "pack", "label", "ready", "put back", "pack", "label", "ready"),
    "apart": ("pick", "pack", "pack", "apart", "label", "label", "ready", "ready", "hand over"),
    "move": ("pick", "pack", "pack", "move", "label", "label", "ready", "ready"),
    "hold": ("pick", "pack", "hold", "pack", "release", "label", "ready", "hand over"),
}


def do(can, name):
    """Try a step with one row after the other, until somebody may do it."""
    for _ in range(12):
        with suppress(DomainError, ObjectDoesNotExist):
            can[name]()
            assert boxes_follow_their_box() == [], name
            return
    pytest.fail(f"Nobody may {name}.")


def test_a_box_takes_what_is_inside_along_at_every_step_and_undo():
    house = open_house()
    chance = random.Random(7)  # noqa: S311 - a story that can be told again
    town = Town("LAMP", "SHADE", house=house)
    town.together()
    can = steps(town, chance)
    for name in STORY:
        do(can, name)
        assert len({box.status for box in town.boxes() if box.tracking_number}) <= 1, name
    assert {row.status for row in town.boxes()} == {"returned"}
    assert {row.order for row in Return.objects.all()} == set(town.orders)
    for name, story in ENDS.items():
        town = Town("LAMP", "SHADE", house=house)
        town.together()
        can = steps(town, chance)
        for step in story:
            do(can, step)
        assert not any(box.inside_id for box in town.boxes()) or name == "hold"
    assert findings() == []


def test_whatever_happens_in_whatever_order_the_books_are_clean():
    chance = random.Random(1)  # noqa: S311 - a story that can be told again
    town = Town("LAMP", "SHADE")
    town.together()
    can = steps(town, chance)
    for number in range(25):
        name = chance.choice(list(can))
        with suppress(DomainError, ObjectDoesNotExist):
            can[name]()
            assert boxes_follow_their_box() == [], (number, name)
    assert findings() == []


def test_pages_and_api_send_together_and_apart(client):
    town = Town("LAMP", "SHADE")
    ada, bo, (one, other) = town.house.ada, town.house.bo, town.orders
    client.force_login(ada.owner)

    def page(order):
        return client.get(f"/dashboard/orders/{order.pk}/").content.decode()

    assert "1 other open order goes to this address" in page(one)
    path = f"/dashboard/orders/{one.pk}/together/"
    assert f'value="{other.pk}" checked' in client.get(path).content.decode()
    assert client.post(path, {"order": "x"}).status_code == 409
    assert client.post(path, {"order": [other.pk], "reason": "One parcel"}).status_code == 302
    assert client.post(path, {"order": [other.pk]}).status_code == 409
    shown = page(other)
    assert f"order <bdi>{one.number}</bdi></a>." in shown
    assert "goes out in one box with another order" in shown
    assert "“One parcel”" in shown
    assert "other open order" not in shown
    assert "Nothing else" not in client.get(path).content.decode()
    shipment = other.shipments.get()
    assert client.post(f"/dashboard/shipments/{shipment.pk}/apart/").status_code == 302
    assert client.post(f"/dashboard/shipments/{shipment.pk}/apart/").status_code == 409
    assert set(Shipment.objects.values_list("together", flat=True)) == {None}
    # By the API, once under its key.
    body, path = {"orders": [str(other.pk)]}, f"orders/{one.pk}"
    assert ask(bo, f"{path}/merge/", body).status_code == 404
    for wrong in (one.pk, make_order(bo, {"MUG": 1}).pk):
        answer = ask(ada, f"{path}/merge/", {"orders": [str(wrong)]})
        assert (answer.status_code, *errors_of(answer)) == (422, "orders[0]")
    for _ in range(2):
        told = ask(ada, f"{path}/merge/", body, Idempotency_Key="a").json()
        allowed = {row["action"]: row["allowed"] for row in told["allowed_actions"]}
        assert (allowed["merge"], allowed["unmerge"]) == (False, True)
    assert ask(ada, f"{path}/merge/", body).status_code == 409
    assert "API key “Test”" in page(one)
    assert [ask(ada, f"{path}/unmerge/", {}).status_code for _ in range(2)] == [200, 409]


def test_only_what_goes_to_one_receiver_from_one_house_and_waits_goes_together():
    town = Town("LAMP", "SHADE")
    one, other = town.orders
    ada, house = town.house.ada, town.house
    same = make_order(ada, {"LAMP": 1}, street="UNTER DEN  LINDEN, 1", customer_name="grace hopper")
    make_order(ada, {"LAMP": 1}, customer_name="Ada Lovelace")
    make_order(ada, {"LAMP": 1}, street="Unter den Linden 11")
    held = make_order(ada, {"LAMP": 1, "UNKNOWN": 1})
    make_order(house.bo, {"MUG": 1})
    allocate_due()
    assert others_to_address(one) == [other, same]
    with pytest.raises(DomainError, match=f"Order {held} is on hold"):
        send_together([one, held], actor=None)
    send_together([one, other], actor=None)
    send_together([same, one], actor=None)  # who goes with one of them comes too
    assert len(set(Shipment.objects.exclude(together=None).values_list("together"))) == 1
    # Another address, a hold: it goes out alone, and says so.
    edit_order(other, {"street": "Chausseestr. 2"}, actor=ada.owner)
    hold_order(same, reason=Hold.Reason.SELLER, actor=ada.owner)
    assert take_next_pick_list(warehouse=house.warehouse, actor=house.pat).shipment.order == one
    assert not Shipment.objects.exclude(together=None).exists()
    left = Event.objects.filter(kind="shipment.sent_apart").order_by("pk")
    assert [(row.order, row.data["reason"]) for row in left] == [
        (other, "other_address"), (same, "not_ready_to_pick"), (one, "not_ready_to_pick"),
    ]  # fmt: skip
    with pytest.raises(DomainError, match="has no shipment that nobody picks yet"):
        send_together([one, other], actor=None)


def test_a_hold_of_what_is_inside_stops_the_box_at_the_dock(client):
    town = Town("LAMP", "SHADE")
    town.to_hand_over()
    inner, outer = town.boxes()
    hold_order(inner.order, reason=Hold.Reason.SELLER, actor=None)
    with pytest.raises(DomainError, match=f"Order {inner.order} is on hold"):
        town.hand_over(outer)
    # Put back, it leaves the box, which is open again for the other one.
    put_back(inner.shipment, actor=town.house.pat)
    outer.refresh_from_db()
    assert (outer.status, outer.tracking_number) == ("packing", "")
    assert outer.shipment.status == "picked"
    assert findings() == []


def test_of_a_picker_and_a_seller_one_is_first():
    town = Town("LAMP", "SHADE")
    for _ in range(2):
        race(
            town.together,
            lambda: take_next_pick_list(warehouse=town.house.warehouse, actor=town.house.pat),
        )
    town.pick()
    for shipment in town.shipments():
        town.pack(shipment)
        with suppress(DomainError):
            town.label(shipment)
    assert {box.status for box in town.boxes()} == {"labelled"}
    assert findings() == []


def test_the_tracking_page_names_the_other_order_of_the_same_buyer_only(client):
    town = Town("LAMP", "SHADE", "LAMP")
    one, other, gift = town.orders
    edit_order(gift, {"email": "someone@example.com"}, actor=None)
    town.to_hand_over()
    town.hand_over(town.boxes()[0])
    page = client.get(f"/track/{Order.objects.get(pk=one.pk).token}/").content.decode()
    assert re.search(rf"In one parcel with \W*{other.number}", page)
    assert gift.number not in page
    page = client.get(f"/track/{Order.objects.get(pk=gift.pk).token}/").content.decode()
    assert "In one parcel with" not in page


def test_a_lost_box_is_lost_and_found_with_all_in_it():
    town = Town("LAMP", "SHADE")
    town.to_hand_over()
    town.hand_over(town.boxes()[0])
    for box in town.boxes():
        order = Order.objects.select_related("seller__warehouse").get(pk=box.order_id)
        # A day that one customer chose would be one for the other, too.
        assert chances_of(order, timezone.now()).days == []
    mark_lost(town.boxes()[-1], reason="not_found", actor=None)
    assert {box.status for box in town.boxes()} == {"lost"}
    assert findings() == []
    mark_found(town.boxes()[0], actor=None)
    assert {box.status for box in town.boxes()} == {"in_transit"}
    assert findings() == []
