"""A customer's own unit is repaired and goes back: never sold, never mixed with the stock."""

import random
from datetime import timedelta

import pytest
from django.utils import timezone

from fulfillment.privacy.retention import persons
from orders.errors import DomainError, Refusal, WrongScan
from orders.exchanges.requesting import request_exchange
from orders.lifecycle.cancel import NOT_YET, cancel_order
from orders.lifecycle.erasing import erase_orders, refuse_open
from orders.lifecycle.labelling import label_packages
from orders.models import (
    Charge,
    Event,
    Order,
    OrderLine,
    Refund,
    Repair,
    Return,
    Seller,
    Shipment,
)
from orders.returns.closing import close_finished
from orders.returns.handling import approve_return, open_undeliverable
from orders.returns.left import returnable_units
from orders.returns.repairing import decide_repair
from orders.returns.terms import REPAIR
from tests.balance import findings
from tests.support.stages import delivered_order, open_house
from tests.test_doors import signed_in
from warehouse.floor.hand_over import hand_over
from warehouse.floor.packing import close_package, mark_ready, pack_unit
from warehouse.floor.putting_back import do_not_ship
from warehouse.models import Location, Stock, Supply
from warehouse.returns.going_back import send_back
from warehouse.returns.inspection import (
    finish_return,
    inspect_return_line,
    receive_return,
    set_aside_to_repair,
)
from warehouse.returns.undoing import undo_inspection
from warehouse.stock.allocation import allocate_due

pytestmark = pytest.mark.django_db

WORDS = "The shade is cracked through."


def two_lamps():
    """The warehouse of a seller that repairs, and an order of two lamps that was delivered."""
    house = open_house()
    Seller.objects.update(return_choices={"repair": True})
    return house, delivered_order(house, {"LAMP": 2}, currency="EUR")


@pytest.fixture
def told(once):
    return once(two_lamps)


@pytest.fixture
def house(told):
    return told[0]


@pytest.fixture
def order(told):
    return Order.objects.get(pk=told[1].pk)


def lamp_of(order):
    return order.lines.get(sku="LAMP")


def ask(order, units=1, **more):
    line = lamp_of(order)
    return request_exchange(
        order, units={line.pk: units}, wanted={}, wish=REPAIR, reason="damaged", **more
    )


def received(house, order, units=1):
    """A return to be repaired that has come; its line."""
    asked = ask(order, units)
    approve_return(asked, actor=house.ada.owner)
    [part] = asked.lines.all()
    receive_return(asked, received={part.pk: units}, warehouse=house.warehouse, actor=house.pat)
    return part


def waiting(house, order, units=1):
    """A repair of which the customer was told."""
    part = received(house, order, units)
    repair = set_aside_to_repair(part, units=units, actor=house.pat)
    finish_return(part.order_return, actor=house.pat)
    return Repair.objects.get(pk=repair.pk)


def send(house, repair, **more):
    product = repair.return_line.line.product
    return send_back(
        repair, **{"scanned": product, "warehouse": house.warehouse, "actor": house.pat} | more
    )


def supply():
    return Supply.objects.get(product__sku="LAMP")


def counted():
    row = supply()
    return row.on_hand, row.reserved


def test_what_is_repaired_goes_back_as_the_very_unit_and_is_never_for_sale(house, order):
    before = counted()
    repair = waiting(house, order, 2)
    asked = repair.order_return
    assert counted() == before, "it is the customer's: no stock has it"
    assert Return.objects.get(pk=asked.pk).status == "received"
    assert Event.objects.get(kind="return.repairing").data == {"units": 2}

    decide_repair(repair, "repaired", actor=house.ada.owner)

    assert Return.objects.get(pk=asked.pk).status == "closed"
    assert Event.objects.get(kind="return.closed").data == {"repaired": True}
    assert not Refund.objects.exists(), "it goes back: nothing is owed"
    assert counted() == before
    walk = send(house, repair)
    back = Repair.objects.get(pk=repair.pk).sent_as
    [line] = back.lines.all()
    assert (back.number, line.unit_price, line.replaces) == (f"{order}-W1", 0, lamp_of(order))
    assert (line.ordered, line.allocated, line.picked) == (2, 2, 2)
    assert walk.shipment.status == "picked"
    assert counted() == (before[0] + 2, before[1] + 2), "none of it can be promised"
    stock = Stock.objects.get(location=walk.tote)
    assert (stock.on_hand, stock.pinned) == (2, 2)
    allocate_due()
    assert Shipment.objects.filter(order=back).count() == 1, "no shelf is asked for it"
    assert findings() == []

    box = pack_unit(walk.shipment, code="LAMP", quantity=2, actor=house.pat)
    close_package(box, actor=house.pat)
    label_packages(walk.shipment, actor=house.pat)
    hand_over(mark_ready(walk.shipment, actor=house.pat).packages.all(), actor=house.pat)

    assert counted() == before
    assert not Stock.objects.filter(location=walk.tote, on_hand__gt=0).exists()
    assert findings() == []


def test_own_units_taken_out_of_their_tote_are_in_no_stock_and_sent_anew(house, order):
    before = counted()
    repair = waiting(house, order)
    decide_repair(repair, "repaired", actor=house.ada.owner)
    walk = send(house, repair)
    first = walk.shipment.order
    with pytest.raises(DomainError, match="picked units"):
        cancel_order(first, actor=house.ada.owner)
    pack_unit(walk.shipment, code="LAMP", actor=house.pat)

    do_not_ship(walk.shipment, actor=house.pat)

    current = Repair.objects.get()
    assert (current.status, current.sent_as) == ("repaired", None)
    first.refresh_from_db()
    assert first.status == "cancelled"
    cancelled = Event.objects.get(order=first, kind="order.cancelled")
    assert cancelled.data["origin"] == NOT_YET, "not undone: stock would be sent for it"
    assert not first.messages.filter(template="cancelled").exists()
    assert counted() == before
    assert not Stock.objects.filter(location=walk.tote, on_hand__gt=0).exists()
    assert findings() == []

    again = send(house, current).shipment.order
    assert (again.number, again.lines.get().picked) == (f"{order}-W2", 1)
    assert findings() == []


def test_only_the_article_that_came_goes_into_an_empty_tote(house, order):
    repair = waiting(house, order)
    with pytest.raises(DomainError, match="is to repair: leave it"):
        send(house, repair)
    decide_repair(repair, "repaired", actor=house.ada.owner)
    with pytest.raises(WrongScan):
        send(house, repair, scanned=None)
    house.warehouse.scans_totes = True
    with pytest.raises(WrongScan):
        send(house, repair, tote="A-01-1")
    assert Order.objects.count() == 1

    tote = Location.objects.create(warehouse=house.warehouse, code="T-77", kind="tote")
    assert send(house, repair, tote="t-77").tote == tote


@pytest.mark.parametrize(("end", "owed"), [("failed", None), ("refunded", 1)])
def test_what_cannot_be_repaired_goes_back_or_is_refunded_with_words(house, order, end, owed):
    repair = waiting(house, order)
    with pytest.raises(DomainError, match="why it cannot be repaired"):
        decide_repair(repair, end, actor=house.ada.owner)

    decide_repair(repair, end, words=WORDS, actor=house.ada.owner)

    closed = Return.objects.get(pk=repair.order_return_id)
    part = closed.lines.get()
    assert (closed.status, closed.words) == ("closed", WORDS)
    assert Event.objects.get(kind="return.closed").data == {"unrepaired": True}
    assert (part.sent_back, part.written_off) == ((0, 1) if owed else (1, 0))
    units = list(Refund.objects.values_list("lines__units", flat=True))
    assert units == ([owed] if owed else [])
    if owed:
        with pytest.raises(DomainError, match="leave it"):
            send(house, repair)
    else:
        assert send(house, repair).shipment.status == "picked"
    with pytest.raises(DomainError, match="decided already"):
        decide_repair(repair, "repaired", actor=house.ada.owner)
    assert findings() == []


def test_setting_aside_is_undone_until_the_customer_was_told(house, order):
    part = received(house, order, 2)
    set_aside_to_repair(part, units=1, actor=house.pat)
    inspect_return_line(part, restocked=0, written_off=1, may_close=False, actor=house.pat)

    assert "1 ×" in undo_inspection(part, actor=house.pat)
    part.refresh_from_db()
    assert (part.inspected, part.written_off, part.sent_back) == (1, 0, 1)
    undo_inspection(part, actor=house.pat)
    part.refresh_from_db()
    assert (part.inspected, part.sent_back, Repair.objects.count()) == (0, 0, 0)
    assert lamp_of(order).returned == 0

    set_aside_to_repair(part, units=2, actor=house.pat)
    finish_return(part.order_return, actor=house.pat)
    with pytest.raises(DomainError, match="nothing to undo"):
        undo_inspection(part, actor=house.pat)
    with pytest.raises(DomainError, match="something is left"):
        finish_return(part.order_return, actor=house.pat)
    assert Event.objects.filter(kind="return.repairing").count() == 1


def test_a_forgotten_inspection_tells_the_customer_and_waits_for_the_repair(house, order):
    part = received(house, order)
    set_aside_to_repair(part, units=1, actor=house.pat)

    later = timezone.now() + timedelta(hours=1)
    assert close_finished(later) == 0
    assert Repair.objects.get().status == "waiting"
    assert close_finished(later) == 0

    assert Event.objects.filter(kind="return.repairing").count() == 1
    assert Return.objects.get(pk=part.order_return_id).status == "received"


def test_a_repair_is_asked_for_only_where_it_is_offered_and_alone(house, order):
    line = lamp_of(order)
    with pytest.raises(Refusal, match="exchange nothing"):
        request_exchange(
            order,
            units={line.pk: 1},
            wanted={line.pk: line.product_id},
            wish=REPAIR,
            reason="damaged",
        )
    Seller.objects.update(return_choices={"keep": [9999, "EUR"]})
    with pytest.raises(Refusal, match="no repair"):
        ask(Order.objects.get(pk=order.pk))
    assert returnable_units(order) == {line.pk: 2}
    assert not Return.objects.exists()


def test_what_is_to_be_repaired_is_not_kept_though_it_is_worth_little(house, order):
    Seller.objects.update(return_choices={"repair": True, "keep": [9999, "EUR"]})
    asked = ask(Order.objects.get(pk=order.pk))
    assert approve_return(asked, actor=house.ada.owner).status == "approved"


@pytest.mark.parametrize(("first", "is_failed"), [("repaired", False), ("failed", True)])
def test_what_cannot_be_sent_after_all_is_refunded_instead(house, order, first, is_failed):
    """It is lost here, or its product is a kit now: nobody waits for it for ever."""
    repair = waiting(house, order)
    decide_repair(repair, first, words=WORDS, actor=house.ada.owner)
    with pytest.raises(DomainError, match="why it does not come back"):
        decide_repair(repair, "refunded", actor=house.ada.owner)

    decide_repair(repair, "refunded", words="We have lost it.", actor=house.ada.owner)

    closed, ended = Return.objects.get(), Repair.objects.get()
    part = closed.lines.get()
    assert (ended.status, ended.is_failed) == ("refunded", is_failed)
    words = "Not repaired, refunded" if is_failed else "Repaired, but not sent"
    page = signed_in(house.ada.owner).get(f"/dashboard/repairs/{ended.pk}/").content.decode()
    assert f"<h2>{words}</h2>" in page
    assert (part.sent_back, part.written_off) == (0, 1)
    assert closed.words == f"{WORDS} We have lost it." if is_failed else "We have lost it."
    assert Refund.objects.get().lines.get().units == 1
    assert Event.objects.filter(kind="return.settled", subject_id=closed.pk).exists()
    with pytest.raises(DomainError, match="leave it"):
        send(house, repair)
    assert findings() == []


ENDS = ("sent", "failed", "refunded", "written_off", "restocked")


def ended(house, part, units, end):
    """What becomes of units of a return: the seller decides, and what goes back is packed."""
    if end in ("written_off", "restocked"):
        count = {"restocked": 0, "written_off": 0} | {end: units}
        place = Location.objects.get(warehouse=house.warehouse, code="A-01-1")
        inspect_return_line(part, **count, location=place, may_close=False, actor=house.pat)
        return lambda: None
    repair = set_aside_to_repair(part, units=units, actor=house.pat)

    def settled():
        decision = {"sent": "repaired"}.get(end, end)
        return decide_repair(repair, decision, words=WORDS, actor=house.ada.owner)

    return settled


@pytest.mark.parametrize("seed", range(2))
def test_each_unit_goes_back_or_is_refunded_once_and_none_is_sold(house, order, seed):
    """Random ends of two units, inspected alone: the books are right after each step."""
    dice = random.Random(seed)  # noqa: S311
    Charge.objects.create(seller_id=order.seller_id, order=order)
    part = received(house, order, 2)
    free, ends = supply().available, [dice.choice(ENDS) for _ in range(2)]
    rest = [ended(house, part, 1, end) for end in ends]
    finish_return(part.order_return, actor=house.pat)
    decided = [settle() for settle in rest]
    for repair in decided:
        if repair and repair.status != "refunded":
            send(house, repair)
        assert findings() == []
    assert Return.objects.get().words in ("", WORDS), "each of them is said once"

    back = sum(end in ("sent", "failed") for end in ends)
    part.refresh_from_db()
    assert (part.inspected, part.sent_back) == (2, back)
    assert Return.objects.get().status == "closed"
    owed = sum(Refund.objects.values_list("amount", flat=True))
    assert owed == (2 - back) * 1999 == Charge.objects.get().owed
    assert supply().available == free + ends.count("restocked")
    kept = OrderLine.objects.filter(replaces=lamp_of(order))
    assert sum(row.picked for row in kept) == back


@pytest.mark.breaks_books  # nothing had left
def test_an_own_unit_that_came_back_undelivered_is_sent_again_and_never_restocked(house, order):
    repair = waiting(house, order)
    decide_repair(repair, "repaired", actor=house.ada.owner)
    first = send(house, repair).shipment.order
    line = first.lines.get()
    lost = open_undeliverable(
        first, units={line.pk: 1}, warehouse_id=house.warehouse.pk, actor=house.pat
    )
    [part] = lost.lines.all()
    place = Location.objects.get(warehouse=house.warehouse, code="A-01-1")
    with pytest.raises(DomainError, match="is the customer's"):
        inspect_return_line(part, restocked=1, written_off=0, location=place, actor=house.pat)

    again = set_aside_to_repair(part, units=1, actor=house.pat)
    finish_return(lost, actor=house.pat)
    with pytest.raises(DomainError, match="has to be sent again"):
        decide_repair(again, "failed", words=WORDS, actor=house.ada.owner)
    decide_repair(again, "repaired", actor=house.ada.owner)

    assert send(house, Repair.objects.get(pk=again.pk)).shipment.order.number == f"{first}-W1"
    assert Event.objects.filter(kind="return.repairing").count() == 1, "of the first alone"


def test_a_customer_is_not_erased_while_a_unit_of_theirs_is_here(house, order):
    repair = waiting(house, order)
    decide_repair(repair, "failed", words=WORDS, actor=house.ada.owner)
    current = Order.objects.get(pk=order.pk)
    # Nor does retention try it: that would be shown to the seller as an error on our side.
    later = timezone.now() + timedelta(days=1)
    with pytest.raises(DomainError, match="Still open"):
        refuse_open([current])
    assert current not in persons(later)

    send(house, Repair.objects.get(pk=repair.pk))
    refuse_open([current])
    assert current in persons(later)
    erase_orders([current], actor=None)
    assert Return.objects.get().words == ""
