"""Units of an order are cancelled by line and quantity, as long as nobody has picked them."""

import pytest

from notifications.models import Message
from orders.errors import DomainError
from orders.intake.acceptance import accept_orders
from orders.lifecycle.cancel import cancel_units
from orders.lifecycle.erasing import erase_orders
from orders.lifecycle.holds import hold_order
from orders.models import Event, Hold, Order, OrderChange, ShipmentLine
from orders.shops.base import IncomingLine
from tests.balance import findings
from tests.support.cast import incoming, make_order, put_stock
from tests.support.racing import race
from tests.support.stages import delivered_order, open_house, sent_packages
from tests.warehouse.walking import contents, ordered, scan, state, stops, take
from warehouse.models import Reservation
from warehouse.stock.allocation import allocate_due

pytestmark = pytest.mark.django_db


def counts(order):
    """[(SKU, allocated, backordered, cancelled)] of an order's lines."""
    return list(order.lines.values_list("sku", "allocated", "backordered", "cancelled"))


def units(order, **wanted):
    """{line id: units} of {SKU: units}."""
    return {line.pk: wanted[line.sku] for line in order.lines.filter(sku__in=wanted)}


def planned(order):
    """[(status of a shipment, SKU, its units)]."""
    rows = ShipmentLine.objects.filter(shipment__order=order).order_by("shipment", "line__position")
    return list(rows.values_list("shipment__status", "line__sku", "quantity"))


def reserved(order):
    rows = Reservation.objects.filter(line__order=order).order_by("line__position")
    return list(rows.values_list("line__sku", "quantity"))


def events(order):
    kinds = ("order.cancelled", "order.lines_cancelled", "shipment.cancelled", "shipment.reduced")
    rows = Event.objects.filter(order=order, kind__in=kinds).order_by("pk")
    return list(rows.values_list("kind", flat=True))


def told(order):
    """The mails about what was cancelled."""
    rows = Message.objects.filter(order=order, template__endswith="cancelled", channel="email")
    return list(rows.order_by("pk").values_list("template", flat=True))


def test_backordered_units_go_before_reserved_ones(ada, lamp, shade):
    put_stock(lamp, 3)
    put_stock(shade, 1)
    order = ordered(ada, {"LAMP": 5, "SHADE": 1})
    assert counts(order) == [("LAMP", 3, 2, 0), ("SHADE", 1, 0, 0)]

    for wanted, then, shipment in (
        (1, (3, 1, 1), [("released", "LAMP", 3), ("released", "SHADE", 1)]),
        (2, (2, 0, 3), [("released", "LAMP", 2), ("released", "SHADE", 1)]),
        (2, (0, 0, 5), [("released", "SHADE", 1)]),
    ):
        changed = cancel_units(order, units(order, LAMP=wanted), actor=ada.owner)
        assert counts(order)[0] == ("LAMP", *then)
        assert planned(order) == shipment
        assert findings() == []

    assert changed.status == "in_progress"
    assert reserved(order) == [("SHADE", 1)]
    assert contents(lamp) == {"A-01-1": (3, 0)}
    assert events(order) == [
        "order.lines_cancelled",
        "shipment.reduced",
        "order.lines_cancelled",
        "shipment.reduced",
        "order.lines_cancelled",
    ]
    last = Event.objects.filter(kind="order.lines_cancelled").order_by("pk").last()
    assert (last.actor, last.data) == (ada.owner, {"units": {str(order.lines.first().pk): 2}})
    assert told(order) == ["partly_cancelled"] * 3


def test_the_last_units_cancel_the_order_and_its_shipment(ada, lamp, shade):
    put_stock(lamp, 2)
    put_stock(shade, 2)
    order = ordered(ada, {"LAMP": 2, "SHADE": 1})
    hold_order(order, reason=Hold.Reason.SELLER, actor=ada.owner)

    cancelled = cancel_units(
        order, units(order, LAMP=2, SHADE=1), actor=None, reason=" Grace moved\n to Rome "
    )

    assert cancelled.status == "cancelled"
    # The shipment's lines still say what was to be in it.
    assert planned(order) == [("cancelled", "LAMP", 2), ("cancelled", "SHADE", 1)]
    assert events(order) == ["shipment.cancelled", "order.cancelled"]
    assert reserved(order) == []
    assert not Hold.objects.filter(released_at__isnull=True).exists()
    assert told(order) == ["cancelled"]
    # The words stand beside the event, and go with the person.
    event = Event.objects.get(kind="order.cancelled")
    kept = OrderChange.objects.filter(event=event)
    assert list(kept.values_list("field", "after")) == [("reason", "Grace moved to Rome")]
    erase_orders([order], actor=None)
    assert list(kept.values_list("field", "after")) == [("reason", "")]


def test_what_was_taken_off_a_shipment_goes_to_who_waits(ada, lamp):
    put_stock(lamp, 3)
    first, second = make_order(ada, {"LAMP": 3}), make_order(ada, {"LAMP": 1})
    allocate_due()

    cancel_units(first, units(first, LAMP=1), actor=ada.owner)
    allocate_due()

    assert [counts(row) for row in (first, second)] == [[("LAMP", 2, 0, 1)], [("LAMP", 1, 0, 0)]]


def test_a_picker_is_sent_to_what_is_left(ada, building, lamp, shade, pat):
    for place in ("A-01-1", "A-02-1"):
        put_stock(lamp, 2, bin_code=place)
    put_stock(shade, 1, bin_code="B-01-1")
    order = ordered(ada, {"LAMP": 4, "SHADE": 1})
    walk = take(building, pat)
    assert stops(walk) == [("A-01-1", "LAMP", 2), ("A-02-1", "LAMP", 2), ("B-01-1", "SHADE", 1)]
    scan(walk.lines.get(position=1), pat, quantity=1)

    cancel_units(order, units(order, LAMP=2, SHADE=1), actor=ada.owner)

    assert stops(walk) == [("A-01-1", "LAMP", 1)]
    assert contents(shade) == {"B-01-1": (1, 0)}
    assert planned(order) == [("picking", "LAMP", 2)]
    assert findings() == []
    # The picker's screen still shows the stop that is gone.
    scan(walk.lines.get(), pat)
    assert (state(walk), state(walk.shipment)) == ("done", "picked")


def test_a_walk_ends_when_all_that_was_to_pick_is_cancelled(ada, building, lamp, shade, pat):
    put_stock(lamp, 1)
    put_stock(shade, 1, bin_code="A-02-1")
    order = ordered(ada, {"LAMP": 1, "SHADE": 1})
    walk = take(building, pat)
    scan(walk.lines.get(position=1), pat)

    cancel_units(order, units(order, SHADE=1), actor=ada.owner)

    assert (state(walk), state(walk.shipment)) == ("done", "picked")
    assert planned(order) == [("picked", "LAMP", 1)]


def test_a_shipment_that_nobody_picks_yet_shrinks_first(ada, building, lamp, pat):
    put_stock(lamp, 2)
    order = ordered(ada, {"LAMP": 4})
    walk = take(building, pat)
    put_stock(lamp, 2, bin_code="A-02-1")
    allocate_due()
    assert planned(order) == [("picking", "LAMP", 2), ("released", "LAMP", 2)]

    cancel_units(order, units(order, LAMP=3), actor=ada.owner)

    assert planned(order) == [("picking", "LAMP", 1), ("cancelled", "LAMP", 2)]
    assert stops(walk) == [("A-01-1", "LAMP", 1)]


def test_what_cannot_be_cancelled_is_refused_with_its_reason(ada, building, lamp, shade, pat):
    put_stock(lamp, 3)
    put_stock(shade, 1, bin_code="A-02-1")
    sold = incoming({"LAMP": 3, "SHADE": 1})
    sold.lines.append(IncomingLine(sku="CARD", title="Gift card", quantity=1, ships=False))
    order = Order.objects.get(pk=accept_orders(ada.channel, [sold])[0].order_id)
    other = make_order(ada, {"LAMP": 1})
    allocate_due()
    scan(take(building, pat).lines.get(position=1), pat, quantity=2)
    before, history = counts(order), events(order)

    for wanted, refusal in (
        ({}, f"Choose the units of order {order} to cancel."),
        (units(order, LAMP=0), f"Choose the units of order {order} to cancel."),
        (units(other, LAMP=1), f"Choose the units of order {order} to cancel."),
        (units(order, LAMP=-1), "Title of LAMP: 1 can be cancelled, not -1."),
        (units(order, SHADE=2), "Title of SHADE: 1 can be cancelled, not 2."),
        (units(order, CARD=1), "Gift card: none can be cancelled, not 1."),
        (
            units(order, SHADE=1, LAMP=2),
            f"Order {order} has picked units (2 × Title of LAMP): they have to be put back first. "
            "Ask the warehouse to do that.",
        ),
    ):
        with pytest.raises(DomainError) as refused:
            cancel_units(order, wanted, actor=ada.owner)
        assert str(refused.value) == refusal
        assert (counts(order), events(order)) == (before, history)

    # One lamp is not picked yet: that one may go.
    cancel_units(order, units(order, LAMP=1), actor=ada.owner)
    assert counts(order)[0] == ("LAMP", 2, 0, 1)


def test_an_unknown_sku_that_is_cancelled_holds_nothing_any_more(ada, lamp):
    put_stock(lamp, 1)
    order = make_order(ada, {"LAMP": 1, "NEW": 2})
    allocate_due()
    assert planned(order) == [("planned", "LAMP", 1)]

    assert cancel_units(order, units(order, NEW=1), actor=ada.owner).status == "on_hold"
    assert cancel_units(order, units(order, NEW=1), actor=ada.owner).status == "in_progress"

    assert planned(order) == [("released", "LAMP", 1)]


def test_the_rest_of_what_was_sent_is_cancelled(db):
    house = open_house()
    [package] = sent_packages(house, {"LAMP": 2})
    order = package.order
    order.lines.update(ordered=5, backordered=3)

    assert cancel_units(order, units(order, LAMP=2), actor=None).status == "partly_shipped"
    assert cancel_units(order, units(order, LAMP=1), actor=None).status == "shipped"

    assert events(order) == ["order.lines_cancelled", "order.cancelled"]
    whole = delivered_order(house, {"LAMP": 1})
    with pytest.raises(DomainError, match="Title of LAMP: none can be cancelled, not 1"):
        cancel_units(whole, units(whole, LAMP=1), actor=None)


def test_a_unit_is_picked_or_cancelled_never_both(ada, building, lamp, pat):
    put_stock(lamp, 6)
    order = ordered(ada, {"LAMP": 6})
    walk = take(building, pat)
    stop = walk.lines.get()

    # Six units; three picks of two and two cancellations of two cannot all have theirs.
    picks = [lambda: scan(stop, pat, quantity=2)] * 3
    cancels = [lambda: cancel_units(order, units(order, LAMP=2), actor=ada.owner)] * 2
    done, refusals = race(*picks, *cancels)

    assert (len(done), len(refusals)) == (3, 2)
    [line] = order.lines.all()
    assert (line.picked, line.cancelled) in {(6, 0), (4, 2), (2, 4)}
    assert planned(order) == [("picked", "LAMP", line.picked)]
    assert findings() == []
