"""What becomes of an accepted order: held, let go on, linked to products, cancelled."""

import pytest

from orders.errors import DomainError, MoveRefused
from orders.intake.acceptance import accept_orders
from orders.lifecycle.cancel import cancel_order
from orders.lifecycle.holds import hold_order, link_line, release_hold, release_shipments
from orders.lifecycle.transitions import move_back
from orders.models import Event, Hold, Order, Shipment
from orders.shops.base import IncomingLine
from orders.states import ShipmentStatus
from tests.balance import findings
from tests.support.cast import MONDAY, incoming, make_order, make_product, put_stock
from tests.support.racing import race
from tests.support.stages import delivered_order, open_house, packed_shipment, sent_packages
from warehouse.models import Reservation, Supply
from warehouse.stock.allocation import allocate_due

pytestmark = pytest.mark.django_db

SELLER, UNKNOWN, NO_ADDRESS = Hold.Reason.SELLER, Hold.Reason.UNKNOWN_SKU, Hold.Reason.NO_ADDRESS


@pytest.fixture
def lamp(ada):
    return make_product(ada, "LAMP", "Brass lamp")


def with_gift_card(side, *skus):
    """An order of these goods, and of a gift card, which does not ship and has no product."""
    sold = incoming(dict.fromkeys(skus, 1))
    sold.lines.append(IncomingLine(sku="CARD", title="Gift card", quantity=1, ships=False))
    return Order.objects.get(pk=accept_orders(side.channel, [sold])[0].order_id)


def counts(order):
    """[(SKU, allocated, backordered, cancelled)] of an order's lines."""
    return list(order.lines.values_list("sku", "allocated", "backordered", "cancelled"))


def status(order):
    return Order.objects.values_list("status", flat=True).get(pk=order.pk)


def kinds(order):
    return set(Event.objects.filter(order=order).values_list("kind", flat=True))


# Undo


def test_a_status_is_not_undone_into_one_that_it_did_not_follow():
    shipment = packed_shipment(open_house(), {"LAMP": 1})
    events = Event.objects.count()

    with pytest.raises(MoveRefused, match="is packed: it cannot be released"):
        move_back([shipment], ShipmentStatus.RELEASED)

    shipment.refresh_from_db()
    assert (shipment.status, Event.objects.count()) == ("packed", events)


# Cancel


def test_a_received_order_is_cancelled(ada, lamp):
    order = make_order(ada, {"LAMP": 3})

    cancelled = cancel_order(order, actor=ada.owner)

    assert cancelled.status == "cancelled"
    assert counts(order) == [("LAMP", 0, 0, 3)]
    event = Event.objects.get(kind="order.cancelled")
    assert (event.actor, event.data) == (ada.owner, {"units": {str(order.lines.get().pk): 3}})
    assert allocate_due() == 0
    assert findings() == []


def test_a_cancelled_order_gives_its_supply_free(ada, lamp):
    put_stock(lamp, 2)
    order = make_order(ada, {"LAMP": 3})
    allocate_due()
    assert counts(order) == [("LAMP", 2, 1, 0)]

    cancel_order(order, actor=ada.owner)

    assert counts(order) == [("LAMP", 0, 0, 3)]
    assert status(order) == "cancelled"
    assert Shipment.objects.get().status == "cancelled"
    assert Supply.objects.get().reserved == 0
    assert not Reservation.objects.exists()
    assert findings() == []


def test_what_was_cancelled_goes_to_who_waits(ada, lamp):
    put_stock(lamp, 2)
    first, second = make_order(ada, {"LAMP": 2}), make_order(ada, {"LAMP": 2})
    allocate_due()
    assert counts(second) == [("LAMP", 0, 2, 0)]

    cancel_order(first, actor=ada.owner)
    allocate_due()

    assert counts(second) == [("LAMP", 2, 0, 0)]
    assert findings() == []


def test_picked_units_are_not_cancelled(db):
    house = open_house()
    shipment = packed_shipment(house, {"LAMP": 2, "SHADE": 1})

    with pytest.raises(DomainError) as refusal:
        cancel_order(shipment.order, actor=house.ada.owner)

    assert str(refusal.value) == (
        f"Order {shipment.order} has picked units (2 × Title of LAMP, 1 × Title of SHADE): "
        "they have to be put back first. Ask the warehouse to do that."
    )
    assert counts(shipment.order) == [("LAMP", 2, 0, 0), ("SHADE", 1, 0, 0)]
    assert status(shipment.order) == "packed"
    assert "order.cancelled" not in kinds(shipment.order)


def test_the_rest_of_a_partly_shipped_order_is_cancelled(db):
    house = open_house()
    [package] = sent_packages(house, {"LAMP": 2})
    order = package.order
    order.lines.update(ordered=5, backordered=3)

    cancelled = cancel_order(order, actor=house.ada.owner)

    assert counts(order) == [("LAMP", 2, 0, 3)]
    assert cancelled.status == "shipped"
    assert findings() == []


def test_a_delivered_order_has_nothing_to_cancel(db):
    house = open_house()
    order = delivered_order(house, {"LAMP": 1})

    with pytest.raises(DomainError, match=f"Order {order} has nothing left to cancel"):
        cancel_order(order, actor=house.ada.owner)

    assert status(order) == "delivered"
    assert findings() == []


def test_a_cancelled_order_is_not_cancelled_again(ada, lamp):
    order = make_order(ada, {"LAMP": 1})

    done, refusals = race(*[lambda: cancel_order(order, actor=ada.owner)] * 3)

    assert (len(done), len(refusals)) == (1, 2)
    assert counts(order) == [("LAMP", 0, 0, 1)]
    assert Event.objects.filter(kind="order.cancelled").count() == 1


def test_the_holds_of_a_cancelled_order_end(ada, lamp):
    order = make_order(ada, {"LAMP": 1, "NEW": 1})
    assert status(order) == "on_hold"

    cancel_order(order, actor=ada.owner)

    assert status(order) == "cancelled"
    assert not Hold.objects.filter(released_at__isnull=True).exists()


def test_what_does_not_ship_is_not_cancelled(ada, lamp):
    order = with_gift_card(ada, "LAMP")

    assert cancel_order(order, actor=ada.owner).status == "cancelled"

    assert counts(order) == [("LAMP", 0, 0, 1), ("CARD", 0, 0, 0)]
    event = Event.objects.get(kind="order.cancelled")
    assert event.data == {"units": {str(order.lines.get(sku="LAMP").pk): 1}}


# Hold


def test_a_held_order_says_so(ada, lamp):
    order = make_order(ada, {"LAMP": 1})

    hold = hold_order(order, reason=SELLER, detail="Customer calls back", actor=ada.owner)

    assert (hold.seller, hold.order, hold.opened_by) == (ada.seller, order, ada.owner)
    assert status(order) == "on_hold"
    event = Event.objects.get(kind="hold.opened")
    assert (event.order, event.actor, event.data) == (order, ada.owner, {"reason": "seller"})


def test_an_order_is_held_once_for_one_reason(ada, lamp):
    order = make_order(ada, {"LAMP": 1})
    hold_order(order, reason=SELLER, detail="Fraud?", actor=ada.owner)

    with pytest.raises(DomainError, match="is already on hold: Requested by seller: Fraud"):
        hold_order(order, reason=SELLER, actor=ada.owner)

    assert Hold.objects.count() == 1


def test_a_delivered_order_cannot_be_held(db):
    house = open_house()
    order = delivered_order(house, {"LAMP": 1})

    with pytest.raises(DomainError, match="is delivered: there is nothing to put on hold"):
        hold_order(order, reason=SELLER, actor=house.ada.owner)

    assert status(order) == "delivered"
    assert not Hold.objects.exists()


def test_an_order_of_which_nothing_ships_cannot_be_held(ada):
    order = with_gift_card(ada)

    with pytest.raises(DomainError, match="nothing to put on hold"):
        hold_order(order, reason=SELLER, actor=ada.owner)

    assert not Hold.objects.exists()


def test_a_released_hold_lets_the_order_go_on(ada, lamp):
    put_stock(lamp, 1)
    order = make_order(ada, {"LAMP": 1})
    hold = hold_order(order, reason=SELLER, actor=ada.owner)
    allocate_due()
    assert Shipment.objects.get().status == "planned"

    released = release_hold(hold, actor=ada.owner)

    assert released.released_by == ada.owner
    assert Shipment.objects.get().status == "released"
    assert status(order) == "in_progress"
    assert {"hold.released", "shipment.released"} <= kinds(order)
    assert findings() == []


def test_a_hold_is_released_once(ada, lamp):
    hold = hold_order(make_order(ada, {"LAMP": 1}), reason=SELLER, actor=ada.owner)

    done, refusals = race(*[lambda: release_hold(hold, actor=ada.owner)] * 3)

    assert len(done) == 1
    assert refusals == [f"The hold of order {hold.order} is already released."] * 2
    assert Event.objects.filter(kind="hold.released").count() == 1


def test_another_open_hold_keeps_the_order(ada, lamp):
    put_stock(lamp, 1)
    order = make_order(ada, {"LAMP": 1}, street="")
    hold = hold_order(order, reason=SELLER, actor=ada.owner)
    allocate_due()

    release_hold(hold, actor=ada.owner)

    assert Shipment.objects.get().status == "planned"
    assert status(order) == "on_hold"


@pytest.mark.parametrize("missing", ["street", "city", "country"])
def test_an_order_without_address_stays_on_hold(ada, lamp, missing):
    order = make_order(ada, {"LAMP": 1}, **{missing: ""})
    hold = Hold.objects.get()
    assert hold.reason == NO_ADDRESS

    with pytest.raises(DomainError, match=f"Order {order} has no complete address"):
        release_hold(hold, actor=ada.owner)
    assert status(order) == "on_hold"

    Order.objects.update(street="Unter den Linden 1", city="Berlin", country="DE")
    release_hold(hold, actor=ada.owner)
    assert status(order) == "received"


def test_a_hold_of_one_shipment_stops_only_that(ada, lamp):
    put_stock(lamp, 2)
    stopped, free = orders = [make_order(ada, {"LAMP": 1}) for _ in range(2)]
    for order in orders:
        hold_order(order, reason=SELLER, actor=ada.owner)
    allocate_due()
    Hold.objects.filter(order=free).update(released_at=MONDAY)
    Hold.objects.filter(order=stopped).update(shipment=stopped.shipments.get())

    released = release_shipments([stopped.pk, free.pk], actor=ada.owner)

    assert released == [free.shipments.get()]
    assert free.shipments.get().status == "released"
    assert stopped.shipments.get().status == "planned"


# Link


def test_the_last_linked_line_releases_the_hold(ada, lamp):
    order = make_order(ada, {"LAMP": 1, "LAMP-RED": 1, "LAMP-BLUE": 2})
    red, blue = order.lines.get(sku="LAMP-RED"), order.lines.get(sku="LAMP-BLUE")

    link_line(red, product=lamp, actor=ada.owner)
    assert status(order) == "on_hold"
    linked = link_line(blue, product=lamp, actor=ada.owner)

    assert linked.product == lamp
    assert status(order) == "received"
    assert Hold.objects.get(reason=UNKNOWN).released_by == ada.owner
    event = Event.objects.filter(kind="order.line_linked").get(data__line=str(blue.pk))
    assert event.data == {"line": str(blue.pk), "product": str(lamp.pk)}
    assert findings() == []


def test_two_lines_that_are_linked_at_once_release_the_hold(ada, lamp):
    order = make_order(ada, {"LAMP-RED": 1, "LAMP-BLUE": 2})
    red, blue = order.lines.all()

    race(
        lambda: link_line(red, product=lamp, actor=None),
        lambda: link_line(blue, product=lamp, actor=None),
    )

    assert not order.lines.filter(product=None).exists()
    assert Hold.objects.get(reason=UNKNOWN).released_at is not None
    assert status(order) == "received"


def test_a_line_is_linked_after_its_hold_was_released_by_hand(ada, lamp):
    order = with_gift_card(ada, "NEW")
    release_hold(Hold.objects.get(reason=UNKNOWN), actor=ada.owner)

    link_line(order.lines.get(sku="NEW"), product=lamp, actor=ada.owner)

    assert order.lines.get(sku="NEW").product == lamp
    assert Event.objects.filter(kind="hold.released").count() == 1


def test_what_does_not_ship_keeps_no_order_on_hold(ada, lamp):
    order = with_gift_card(ada, "NEW")
    assert status(order) == "on_hold"

    link_line(order.lines.get(sku="NEW"), product=lamp, actor=ada.owner)

    assert status(order) == "received"


def test_a_linked_line_is_not_linked_again(ada, lamp):
    order = make_order(ada, {"NEW": 1})
    line = order.lines.get()
    link_line(line, product=lamp, actor=ada.owner)
    other = make_product(ada, "OTHER", "Other")

    with pytest.raises(DomainError, match="is already linked to a product"):
        link_line(line, product=other, actor=ada.owner)

    assert order.lines.get().product == lamp


def test_a_line_is_not_linked_to_a_stranger(ada, bo):
    order = make_order(ada, {"NEW": 1})
    tea = make_product(bo, "TEA", "Tea")

    with pytest.raises(DomainError, match="TEA belongs to another seller"):
        link_line(order.lines.get(), product=tea, actor=ada.owner)

    assert order.lines.get().product is None
    assert status(order) == "on_hold"
