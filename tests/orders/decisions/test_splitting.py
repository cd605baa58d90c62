"""Units of a shipment leave apart, and come together again: none is lost, none is doubled."""

import pytest

from orders.decisions.split import MOST_SHIPMENTS, contents, join_shipment, split_shipment
from orders.errors import DomainError, Outdated
from orders.lifecycle.cancel import cancel_order
from orders.lifecycle.labelling import label_packages
from orders.models import Event, Order, OrderChange, Promise, Shipment, ShipmentLine
from tests.api.asking import ask, errors_of
from tests.balance import findings
from tests.support.cast import put_stock
from tests.support.racing import race
from tests.support.stages import open_house
from tests.warehouse.walking import ordered, pick_all, take
from warehouse.floor.hand_over import hand_over
from warehouse.floor.packing import close_package, mark_ready, pack_unit
from warehouse.stock.allocation import allocate_due

pytestmark = pytest.mark.django_db


def units(order, **wanted):
    return {line.pk: wanted[line.sku] for line in order.lines.filter(sku__in=wanted)}


def planned(order):
    """[(the shipment's last digit, status, SKU, units)]."""
    rows = ShipmentLine.objects.filter(shipment__order=order)
    rows = rows.order_by("shipment__created_at", "line__position").select_related(
        "shipment", "line"
    )
    return [(r.shipment.number[-1], r.shipment.status, r.line.sku, r.quantity) for r in rows]


@pytest.fixture
def order(ada, lamp, shade):
    put_stock(lamp, 3)
    put_stock(shade, 1)
    return ordered(ada, {"LAMP": 4, "SHADE": 1})


def test_units_leave_apart_and_come_together_again(ada, order, lamp):
    shipment = order.shipments.get()
    apart = split_shipment(
        shipment, units(order, LAMP=1, SHADE=1), actor=ada.owner, reason="The shade first"
    )
    assert planned(order) == [
        ("1", "released", "LAMP", 2), ("2", "released", "LAMP", 1), ("2", "released", "SHADE", 1),
    ]  # fmt: skip
    assert (apart.is_apart, findings()) == (True, [])
    event = Event.objects.get(kind="shipment.split")
    assert (event.subject_id, event.data["into"]) == (shipment.pk, str(apart.pk))
    assert OrderChange.objects.get(event=event).after == "The shade first"
    # What gets stock later does not go with what was sent apart.
    put_stock(lamp, 1)
    allocate_due()
    assert planned(order)[0] == ("1", "released", "LAMP", 3)
    third = split_shipment(shipment, units(order, LAMP=2), actor=None)
    target = join_shipment(third, actor=ada.owner)
    assert target == shipment
    join_shipment(apart, into=shipment.pk, actor=None)
    assert planned(order) == [("1", "released", "LAMP", 4), ("1", "released", "SHADE", 1)]
    statuses = order.shipments.order_by("created_at").values_list("status", flat=True)
    assert list(statuses) == ["released", "cancelled", "cancelled"]
    assert findings() == []
    # All of it is still reserved, and can be cancelled.
    cancel_order(order, actor=None)
    assert (Order.objects.get(pk=order.pk).status, findings()) == ("cancelled", [])


def test_what_cannot_be_split_is_refused(ada, building, order, pat):
    shipment = order.shipments.get()
    before = planned(order)
    for wanted, words in (
        ({}, "Choose the units"),
        (units(order, LAMP=4), "3 can leave apart, not 4"),
        (units(order, LAMP=-1, SHADE=1), "3 can leave apart, not -1"),
        (units(order, LAMP=3, SHADE=1), "Leave something in shipment"),
        ({order.pk: 1}, "Choose the units"),
    ):
        with pytest.raises(DomainError, match=words):
            split_shipment(shipment, wanted, actor=ada.owner)
    with pytest.raises(DomainError, match="no other shipment"):
        join_shipment(shipment, actor=None)
    Order.objects.filter(pk=order.pk).update(ships_as="together")
    with pytest.raises(DomainError, match="ships all together: change that first"):
        split_shipment(shipment, units(order, SHADE=1), actor=None)
    Order.objects.filter(pk=order.pk).update(ships_as="as_available")
    assert planned(order) == before
    seen = contents(shipment)
    split_shipment(shipment, units(order, LAMP=1), actor=None, seen=seen)
    with pytest.raises(Outdated):
        split_shipment(shipment, units(order, LAMP=1), actor=None, seen=seen)
    Order.objects.update(shipments_made=MOST_SHIPMENTS)
    with pytest.raises(DomainError, match="was split too often"):
        split_shipment(shipment, units(order, LAMP=1), actor=None)
    take(building, pat)
    with pytest.raises(DomainError, match="is picking: it can no longer be split"):
        split_shipment(shipment, units(order, LAMP=1), actor=None)
    with pytest.raises(DomainError, match="is picking: it can no longer be joined"):
        join_shipment(shipment, actor=None)


def test_a_picker_and_a_split_have_one_winner_each_unit(ada, building, order, pat):
    shipment = order.shipments.get()
    split = [lambda: split_shipment(shipment, units(order, LAMP=1), actor=None)] * 2
    race(*split, lambda: take(building, pat))
    if not Shipment.objects.filter(status="picking").exists():
        take(building, pat)  # the order was locked when the picker looked for work
    rows = ShipmentLine.objects.filter(shipment__order=order, line__sku="LAMP")
    assert sum(rows.values_list("quantity", flat=True)) == 3
    walked = Shipment.objects.get(status="picking")
    stops = walked.pick_lists.get().lines.filter(shipment_line__line__sku="LAMP")
    assert sum(stops.values_list("quantity", flat=True)) == sum(
        rows.filter(shipment=walked).values_list("quantity", flat=True)
    )
    assert findings() == []


def test_each_part_leaves_with_a_date_of_its_own(db):
    house = open_house()
    put_stock(house.ada.products["LAMP"], 2)
    order = ordered(house.ada, {"LAMP": 2})
    split_shipment(order.shipments.get(), units(order, LAMP=1), actor=None)
    for number in (1, 2):
        walk = take(house.warehouse, house.pat)
        pick_all(walk, house.pat)
        shipment = Shipment.objects.get(pk=walk.shipment_id)
        close_package(pack_unit(shipment, code="LAMP", actor=house.pat), actor=house.pat)
        label_packages(shipment, actor=house.pat)
        mark_ready(shipment, actor=house.pat)
        hand_over(shipment.packages.all(), actor=house.pat)
        dated = Promise.objects.filter(order=order, shipment=shipment, kind="arrives")
        assert dated.count() == 1
        status = Order.objects.get(pk=order.pk).status
        assert status == ("partly_shipped", "shipped")[number - 1]
    assert findings() == []


def test_pages_split_and_join(ada, bo, order, client):
    shipment = order.shipments.get()
    client.force_login(ada.owner)
    page = client.get(f"/dashboard/orders/{order.pk}/").content.decode()
    assert "Send a part of it apart" in page
    lamp_line = order.lines.get(sku="LAMP")
    path = f"/dashboard/shipments/{shipment.pk}/split/"
    shown = {f"units-{lamp_line.pk}": "1", "seen": contents(shipment)}
    assert client.post(path, shown | {f"units-{lamp_line.pk}": "9"}).status_code == 422
    assert client.post(path, shown).status_code == 302
    assert client.post(path, shown).status_code == 412
    page = client.get(f"/dashboard/orders/{order.pk}/").content.decode()
    assert "Leaves apart" in page
    assert page.count("Put it into the other shipment") == 2
    apart = order.shipments.get(is_apart=True)
    assert client.post(f"/dashboard/shipments/{apart.pk}/join/").status_code == 302
    client.force_login(bo.owner)
    assert client.post(path, shown).status_code == 404


def test_the_api_splits_and_joins_what_is_meant(ada, bo, order, client):
    lamp_line = order.lines.get(sku="LAMP")
    body = {"lines": [{"line": str(lamp_line.pk), "quantity": 2}]}
    assert ask(bo, f"orders/{order.pk}/split/", body).status_code == 404
    told = ask(ada, f"orders/{order.pk}/split/", body, Idempotency_Key="a").json()
    assert [row["status"] for row in told["shipments"]].count("released") == 2
    # Without a key a request says what it means: a repeat does not split what is left once more.
    path, shown = f"orders/{order.pk}/split/", told["shipments"]
    again = {"lines": [{"line": str(lamp_line.pk), "quantity": 1}], "shipment": shown[0]["id"]}
    answer = ask(ada, path, again)
    assert (answer.status_code, *errors_of(answer)) == (422, "contents")
    again["contents"] = shown[0]["contents"]
    assert [ask(ada, path, again).status_code for _ in range(2)] == [200, 409]
    path = f"orders/{order.pk}/join/"
    for joined in order.shipments.filter(is_apart=True, status="released"):
        assert [ask(ada, path, {"shipment": str(joined.pk)}).status_code for _ in range(2)] == [
            200,
            409,
        ]
    told = ask(ada, f"orders/{order.pk}/").json()
    allowed = {one["action"]: one["allowed"] for one in told["allowed_actions"]}
    assert (allowed["split"], allowed["join"]) == (True, False)
    answer = ask(ada, path, {})
    assert (answer.status_code, *errors_of(answer)) == (422, "shipment")
    client.force_login(ada.owner)
    page = client.get(f"/dashboard/orders/{order.pk}/").content.decode()
    assert "API key “Test”" in page
