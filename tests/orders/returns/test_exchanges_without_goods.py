"""Exchanges in advance whose goods do not come, or only once it is decided: one price is paid."""

import pytest
from django.utils import timezone

from orders.errors import DomainError, Refusal
from orders.lifecycle.labelling import label_packages
from orders.models import Charge, Discrepancy, Order, Refund, Return, Shipment
from orders.returns.ahead import keep_as_sold
from orders.returns.discrepancies import choices_of, decide_discrepancy
from orders.returns.handling import approve_return, request_return
from orders.returns.left import returnable_units
from orders.returns.refunding import add_goodwill, pay_refund
from tests.notifications.saying import said
from tests.orders.test_exchanges import come_back, exchange, lamp_of, two_lamps
from tests.orders.test_exchanges_ahead import overdue, sent_ahead
from tests.support.stages import started_run
from tests.test_doors import signed_in
from tests.tracking.tracked import state
from warehouse.couriers.runs import deliver_stop
from warehouse.floor.hand_over import hand_over
from warehouse.floor.packing import close_package, mark_ready, pack_unit
from warehouse.returns.arrivals import receive_empty, receive_unannounced, record_unexpected
from warehouse.returns.inspection import inspect_return_line, receive_return

pytestmark = pytest.mark.django_db

PURCHASE = "You keep what you got in exchange as a purchase: the shop may ask you to pay for it."


@pytest.fixture
def told(once):
    return once(two_lamps)


@pytest.fixture
def house(told):
    return told[0]


@pytest.fixture
def order(told):
    return Order.objects.get(pk=told[1].pk)


def empty(house, order):
    """An exchange of one of two lamps that was sent, and for which an empty parcel came."""
    asked = sent_ahead(house, order)
    receive_empty(asked, warehouse=house.warehouse, actor=house.pat)
    return Discrepancy.objects.get()


def page(house, row):
    answer = signed_in(house.ada.owner).get(f"/dashboard/discrepancies/{row.pk}/")
    return " ".join(answer.content.decode().split())


def found(order):
    """What the customer's page says of what differs, of each return."""
    return [line for case in state(order, timezone.now())["returns"] for line in case["found"]]


def owed():
    return list(Refund.objects.order_by("pk").values_list("order__number", "amount"))


def lamp_comes(house, order):
    """A parcel that nobody announced, with one lamp in it."""
    back = receive_unannounced(order, warehouse=house.warehouse, actor=house.pat)
    record_unexpected(
        back, code="LAMP", product=house.ada.products["LAMP"], quantity=1, actor=house.pat
    )
    return back, back.discrepancies.get()


def decide(house, row, decision):
    return decide_discrepancy(row, decision, actor=house.ada.owner)


@pytest.mark.parametrize(
    ("decision", "refunded", "reads"),
    [
        ("free", [], "What you got in exchange is yours: there is nothing to pay for it."),
        ("credit", [1999], f"The shop refunds it all the same. {PURCHASE}"),
        ("sold", [], PURCHASE),
    ],
)
def test_of_an_empty_parcel_the_seller_decides_what_is_paid(
    house, order, decision, refunded, reads
):
    row = empty(house, order)
    shown = page(house, row)
    assert f"{row.order_return.exchange}</bdi></a> was sent in exchange" in shown
    assert choices_of(row) == ["free", "credit", "sold"]
    with pytest.raises(DomainError, match="Choose one of the ways"):
        decide(house, row, "no_credit")
    assert Return.objects.get().status == "received"

    decide(house, row, decision)

    assert Return.objects.get().status == "closed"
    assert [amount for _, amount in owed()] == refunded
    assert found(order)[0].endswith(reads)
    assert reads in said(order, "return_settled", now=timezone.now()).text
    assert ("as a purchase: settle its price" in page(house, row)) is (decision != "free")
    assert returnable_units(order) == {lamp_of(order).pk: 1}, "the other lamp"
    exchange(order)
    with pytest.raises(Refusal):
        exchange(order)


def test_what_is_missing_beside_units_that_came_is_not_exchanged_again(house, order):
    asked = sent_ahead(house, order, units=2)
    [part] = asked.lines.all()
    receive_return(asked, received={part.pk: 1}, actor=house.pat)
    inspect_return_line(part, restocked=0, written_off=1, actor=house.pat)

    assert Return.objects.get().status == "closed"
    assert returnable_units(order) == {}
    assert owed() == []

    decide(house, Discrepancy.objects.get(), "credit")

    assert [amount for _, amount in owed()] == [1999], "of one, and what came is exchanged"
    assert returnable_units(order) == {}


def test_what_is_not_sent_in_advance_is_refunded_or_not_as_ever(house, order):
    asked = approve_return(exchange(order), actor=house.ada.owner)
    receive_empty(asked, warehouse=house.warehouse, actor=house.pat)
    row = Discrepancy.objects.get()

    assert choices_of(row) == ["credit", "no_credit"]
    assert "sent in exchange" not in page(house, row)
    decide(house, row, "no_credit")

    assert Order.objects.get(pk=asked.exchange_id).status == "cancelled"
    assert returnable_units(order) == {lamp_of(order).pk: 2}


@pytest.mark.parametrize("way", ["lapsed", "sold", "free", "open"])
def test_what_comes_after_it_was_sold_is_exchanged_and_not_refunded(house, order, way):
    if way == "open":
        asked = sent_ahead(house, order, units=2)
        [part] = asked.lines.all()
        receive_return(asked, received={part.pk: 1}, actor=house.pat)
        inspect_return_line(part, restocked=0, written_off=1, actor=house.pat)
    elif way == "lapsed":
        asked = keep_as_sold(overdue(sent_ahead(house, order)), actor=house.ada.owner)
    else:
        asked = decide(house, empty(house, order), way).order_return
    back, row = lamp_comes(house, order)
    number = asked.exchange.number
    assert f"{number}</bdi></a> was sent in exchange for the same product" in page(house, row)
    assert "exchanged" in choices_of(row)

    decide(house, row, "exchanged")
    [part] = back.lines.all()
    inspect_return_line(part, restocked=0, written_off=1, actor=house.pat)

    assert Return.objects.get(pk=back.pk).status == "closed"
    assert owed() == []
    first, last = found(order)[0], found(order)[-1]
    assert last.endswith("If you have paid for that, the shop pays it back.")
    assert PURCHASE not in first
    assert not Return.objects.get(pk=asked.pk).is_kept
    left = {} if way == "open" else {lamp_of(order).pk: 1}
    assert returnable_units(order) == left
    assert not Discrepancy.objects.filter(decision="").exists()


def test_another_lamp_of_the_order_is_still_returned_for_money(house, order):
    keep_as_sold(overdue(sent_ahead(house, order)), actor=house.ada.owner)
    back, row = lamp_comes(house, order)
    assert "counts as another unit of the order, and is refunded" in page(house, row)

    decide(house, row, "accept")
    inspect_return_line(back.lines.get(), restocked=0, written_off=1, actor=house.pat)

    assert [amount for _, amount in owed()] == [1999]
    assert returnable_units(order) == {}
    assert Return.objects.filter(is_kept=True).exists(), "the exchange stays sold"


def test_a_lamp_found_after_it_was_sold_as_missing_is_exchanged(house, order):
    asked = sent_ahead(house, order, units=2)
    [part] = asked.lines.all()
    receive_return(asked, received={part.pk: 1}, actor=house.pat)
    decide(house, Discrepancy.objects.get(), "sold")
    lamp = house.ada.products["LAMP"]
    record_unexpected(asked, code="LAMP", product=lamp, quantity=1, actor=house.pat)
    late = Discrepancy.objects.get(kind="late")
    assert choices_of(late) == ["exchanged", "keep", "send_back", "discard"]

    decide(house, late, "exchanged")
    inspect_return_line(part, restocked=0, written_off=2, actor=house.pat)

    assert Return.objects.get().status == "closed"
    assert owed() == []
    assert returnable_units(order) == {}


def brought(house, order):
    """The order in exchange, at the customer's door."""
    shipment = Shipment.objects.get(order=order)
    close_package(pack_unit(shipment, code="LAMP", actor=house.pat), actor=house.pat)
    label_packages(shipment, actor=house.pat)
    mark_ready(shipment, actor=house.pat)
    boxes = hand_over(shipment.packages.order_by("number"), actor=house.pat)
    deliver_stop(started_run(house, boxes).stops.get(), received_by="Grace", actor=house.cory)
    return Order.objects.get(pk=order.pk)


@pytest.mark.parametrize(
    ("first", "most"),
    [
        ("out", 0),
        ("came", 1799),
        ("free", 1799),
        ("sold", None),
        ("late", 1799),
        ("sold late", 1799),
    ],
)
def test_for_what_was_exchanged_no_more_is_refunded_than_was_paid(house, order, first, most):
    Charge.objects.create(seller_id=order.seller_id, order=order, discount=400)
    asked = sent_ahead(house, order)
    sent = brought(house, asked.exchange)
    if first == "came":
        come_back(house, asked)
    elif first == "late":
        keep_as_sold(overdue(asked), actor=house.ada.owner)
    elif first != "out":
        receive_empty(asked, warehouse=house.warehouse, actor=house.pat)
        decide(house, Discrepancy.objects.get(), first.split()[0])
    if first.endswith("late"):
        back, row = lamp_comes(house, order)
        decide(house, row, "exchanged")
        inspect_return_line(back.lines.get(), restocked=0, written_off=1, actor=house.pat)
    again = request_return(sent, units={lamp_of(sent).pk: 1}, reason="damaged")
    come_back(house, approve_return(again, actor=house.ada.owner))
    refund = Refund.objects.get(order=sent)

    def pay(amount):
        return pay_refund(refund, amount=amount, method="payment", actor=house.ada.owner)

    if most is not None:
        with pytest.raises(DomainError, match="what was paid for the goods that these were sent"):
            pay(most + 1)
        with pytest.raises(DomainError, match="what was paid for the goods that these were sent"):
            add_goodwill(refund, amount=most + 1, reason="Sorry", actor=house.ada.owner)
        assert Refund.objects.get(pk=refund.pk).status == "owed"
    if most != 0:
        assert pay(most or 2500).paid == (most or 2500), "what was sold has a price that we lack"
