"""A customer exchanges what comes back: kept at once, sent when it came, called off else."""

from datetime import UTC, datetime, timedelta

import pytest

from orders.decisions.uncancel import undo_cancellation
from orders.errors import DomainError, Refusal
from orders.exchanges.requesting import exchanges_of, request_exchange
from orders.lifecycle.cancel import cancel_order
from orders.lifecycle.edit_lines import add_units
from orders.lifecycle.holds import release_hold
from orders.models import (
    Discrepancy,
    Event,
    Hold,
    Order,
    OrderLine,
    Refund,
    Return,
    ReturnRule,
    Seller,
    Shipment,
)
from orders.returns.closing import owe_called_off
from orders.returns.discrepancies import decide_discrepancy
from orders.returns.exchanged import call_off_late
from orders.returns.handling import (
    approve_return,
    cancel_return,
    refuse_return,
    request_return,
    revise_return,
)
from tests.support.cast import make_product, put_stock
from tests.support.racing import race
from tests.support.stages import delivered_order, open_house, picked
from warehouse.models import Supply
from warehouse.returns.inspection import finish_return, inspect_return_line, receive_return
from warehouse.returns.undoing import undo_inspection

pytestmark = pytest.mark.django_db

KEPT_DAYS = 14


def two_lamps():
    """The warehouse of a seller that exchanges, and an order of two lamps that was delivered."""
    house = open_house()
    Seller.objects.update(exchange_days=KEPT_DAYS, exchange_skus=["LAMP"])
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


def exchange(order, units=1, *, product=None, reason="too_small"):
    line = lamp_of(order)
    wanted = {line.pk: (product.pk if product else line.product_id)}
    return request_exchange(order, units={line.pk: units}, wanted=wanted, reason=reason)


def available(sku="LAMP"):
    return Supply.objects.get(product__sku=sku).available


def come_back(house, asked, *, units=None, may_close=True):
    """Receive the units of an approved return, and write them off."""
    [part] = asked.lines.all()
    units = part.requested if units is None else units
    receive_return(asked, received={part.pk: units}, actor=house.pat)
    inspect_return_line(part, restocked=0, written_off=units, may_close=may_close, actor=house.pat)
    return Return.objects.get(pk=asked.pk)


def waiting(order):
    return Hold.objects.filter(order=order, reason="exchange", released_at=None).exists()


def test_what_is_wanted_in_exchange_is_kept_at_once(house, order):
    before = available()

    asked = exchange(order, 2)

    kept = asked.exchange
    [line] = kept.lines.all()
    assert (kept.number, kept.status, kept.street) == (f"{order}-X1", "on_hold", order.street)
    assert (line.sku, line.ordered, line.allocated, line.unit_price) == ("LAMP", 2, 2, 0)
    assert (line.replaces, available()) == (lamp_of(order), before - 2)
    assert waiting(kept)
    assert Shipment.objects.get(order=kept).status == "planned", "nothing leaves yet"
    assert (asked.exchange_until - asked.created_at.date()).days in (KEPT_DAYS, KEPT_DAYS + 1)
    assert Event.objects.get(order=kept, kind="order.received").data["exchange"] == str(asked.pk)


def test_what_came_back_lets_the_exchange_go_and_nothing_is_refunded(house, order):
    asked = exchange(order, 2)
    approve_return(asked, actor=house.ada.owner)

    closed = come_back(house, asked)

    assert closed.status == "closed"
    assert not waiting(asked.exchange)
    assert Shipment.objects.get(order=asked.exchange).status == "released"
    assert not Refund.objects.exists()
    assert picked(house, asked.exchange).status == "picked"


def test_only_for_what_came_something_is_sent(house, order):
    before = available()
    asked = exchange(order, 2)
    approve_return(asked, actor=house.ada.owner)

    come_back(house, asked, units=1)

    [line] = asked.exchange.lines.all()
    assert (line.ordered, line.cancelled, line.allocated) == (2, 1, 1)
    assert available() == before - 1
    assert not Refund.objects.exists(), "the other one never came back"


def test_of_two_lamps_one_is_exchanged_and_the_other_refunded_later(house, order):
    asked = exchange(order, 1)
    approve_return(asked, actor=house.ada.owner)
    come_back(house, asked)

    second = request_return(order, units={lamp_of(order).pk: 1}, reason="damaged")
    approve_return(second, actor=house.ada.owner)
    come_back(house, second)

    assert Refund.objects.get().goods == 1999
    assert Refund.objects.get().order_return == second


@pytest.mark.parametrize("end", ["cancelled", "refused", "refused after all"])
def test_a_return_that_does_not_come_gives_the_stock_back(house, order, end):
    before = available()
    asked = exchange(order, 2)

    if end == "cancelled":
        cancel_return(asked)
    elif end == "refused":
        refuse_return(asked, words="It was worn.", actor=house.ada.owner)
    else:
        approved = approve_return(asked, actor=house.ada.owner)
        revise_return(approved, words="It was worn.", actor=house.ada.owner)

    assert Order.objects.get(pk=asked.exchange_id).status == "cancelled"
    assert available() == before
    assert not waiting(asked.exchange)


def test_approved_after_all_it_is_refunded(house, order):
    asked = exchange(order, 2)
    refuse_return(asked, words="It was worn.", actor=house.ada.owner)

    revise_return(asked, actor=house.ada.owner)
    come_back(house, asked)

    assert Refund.objects.get().goods == 2 * 1999


def test_of_too_few_units_nothing_is_promised(house, order):
    blue = make_product(house.ada, "LAMP-BLUE", "Blue lamp")
    put_stock(blue, 1)

    with pytest.raises(Refusal) as refused:
        exchange(order, 2, product=blue)

    assert (refused.value.code, refused.value.facts) == ("stock", {"title": "Blue lamp"})
    assert not Return.objects.exists()
    assert Order.objects.count() == 1
    assert available("LAMP-BLUE") == 1


def test_another_product_is_offered_where_the_seller_says_that_it_costs_the_same(house, order):
    blue = make_product(house.ada, "LAMP-BLUE", "Blue lamp")
    put_stock(blue, 1)
    make_product(house.bo, "LAMP-BO", "Lamp of Bo")
    line = lamp_of(order)
    shade = house.ada.products["SHADE"]

    [offered] = exchanges_of(order, [line.pk]).values()

    assert offered == [line.product, blue]
    with pytest.raises(Refusal) as refused:
        exchange(order, 1, product=shade)
    assert refused.value.code == "no_exchange"
    assert not Return.objects.exists()
    [kept] = exchange(order, 1, product=blue).exchange.lines.all()
    assert (kept.product, kept.title, kept.replaces) == (blue, "Blue lamp", line)


@pytest.mark.parametrize("without", ["days", "address", "gift"])
def test_nothing_is_exchanged_where_it_cannot_be_sent(house, order, without):
    Seller.objects.update(exchange_days=None if without == "days" else KEPT_DAYS)
    Order.objects.update(is_gift=without == "gift")
    if without == "address":
        Order.objects.update(street="")

    assert exchanges_of(Order.objects.get(), [lamp_of(order).pk]) == {}
    with pytest.raises(Refusal):
        exchange(order)
    assert Order.objects.count() == 1


def test_two_customers_want_the_last_one_and_one_gets_it(house, order):
    other = delivered_order(house, {"LAMP": 1}, currency="EUR")
    blue = make_product(house.ada, "LAMP-BLUE", "Blue lamp")
    put_stock(blue, 1)

    got, refused = race(
        lambda: exchange(order, product=blue), lambda: exchange(other, product=blue)
    )

    assert (len(got), refused) == (1, ["Blue lamp: too few are in stock."])
    assert Return.objects.count() == 1
    assert available("LAMP-BLUE") == 0


def test_what_does_not_come_in_time_is_called_off_and_refunded_when_it_comes(house, order):
    before = available()
    asked = approve_return(exchange(order, 2), actor=house.ada.owner)
    last = datetime.combine(asked.exchange_until, datetime.min.time(), UTC)

    assert call_off_late(last + timedelta(hours=12)) == 0
    assert call_off_late(last + timedelta(hours=36)) == 1
    assert call_off_late(last + timedelta(hours=36)) == 0

    assert Order.objects.get(pk=asked.exchange_id).status == "cancelled"
    assert available() == before
    assert come_back(house, asked).status == "closed"
    assert Refund.objects.get().goods == 2 * 1999


def test_an_undone_inspection_lets_nothing_go(house, order):
    asked = exchange(order, 2)
    approve_return(asked, actor=house.ada.owner)
    come_back(house, asked, may_close=False)
    [part] = asked.lines.all()

    undo_inspection(part, actor=house.pat)

    assert waiting(asked.exchange)
    assert Shipment.objects.get(order=asked.exchange).status == "planned"
    inspect_return_line(part, restocked=0, written_off=2, may_close=False, actor=house.pat)
    assert waiting(asked.exchange), "until somebody ends the return"
    finish_return(Return.objects.get(), actor=house.pat)
    assert not waiting(asked.exchange)


def test_an_exchange_that_is_called_off_later_is_owed_after_all(house, order):
    asked = exchange(order, 2)
    approve_return(asked, actor=house.ada.owner)
    come_back(house, asked)
    cancel_order(Order.objects.get(pk=asked.exchange_id), actor=house.ada.owner)
    assert not Refund.objects.exists()
    now = Event.objects.latest("pk").at

    owe_called_off(now + timedelta(days=3))
    assert not Refund.objects.exists(), "it was looked after long before"
    owe_called_off(now)
    owe_called_off(now)

    assert Refund.objects.get().goods == 2 * 1999
    assert Event.objects.filter(kind="refund.owed").count() == 1


@pytest.mark.parametrize("end", ["refunded", "cancelled"])
def test_what_was_called_off_is_not_wanted_again_once_its_return_is_over(house, order, end):
    asked = exchange(order, 2)
    if end == "cancelled":
        cancel_return(asked)
    else:
        come_back(house, approve_return(asked, actor=house.ada.owner))
        cancel_order(Order.objects.get(pk=asked.exchange_id), actor=house.ada.owner)
        owe_called_off(Event.objects.latest("pk").at)

    with pytest.raises(DomainError, match="make a new order"):
        undo_cancellation(Order.objects.get(pk=asked.exchange_id), actor=house.ada.owner)

    assert Order.objects.get(pk=asked.exchange_id).status == "cancelled"
    assert Refund.objects.count() == (end == "refunded")


def test_while_its_return_may_come_it_is_wanted_again_and_waits(house, order):
    asked = approve_return(exchange(order, 2), actor=house.ada.owner)
    cancel_order(Order.objects.get(pk=asked.exchange_id), actor=house.ada.owner)

    undo_cancellation(Order.objects.get(pk=asked.exchange_id), actor=house.ada.owner)

    assert waiting(asked.exchange)
    assert come_back(house, asked).status == "closed"
    assert not waiting(asked.exchange)


def test_what_never_came_and_is_credited_gets_money_and_nothing_is_sent(house, order):
    asked = approve_return(exchange(order, 2), actor=house.ada.owner)
    [part] = asked.lines.all()
    receive_return(asked, received={part.pk: 1}, actor=house.pat)
    decide_discrepancy(Discrepancy.objects.get(), "credit", actor=house.ada.owner)

    inspect_return_line(part, restocked=0, written_off=1, actor=house.pat)

    assert asked.exchange.lines.get().cancelled == 1
    assert Refund.objects.get().goods == 1999


def test_what_was_exchanged_twice_is_owed_when_it_comes_back_for_money(house):
    first, second, third = (delivered_order(house, {"LAMP": 1}, currency="EUR") for _ in range(3))
    OrderLine.objects.filter(order=second).update(replaces=lamp_of(first), unit_price=0)
    OrderLine.objects.filter(order=third).update(replaces=lamp_of(second), unit_price=0)
    asked = request_return(third, units={lamp_of(third).pk: 1}, reason="damaged")

    come_back(house, approve_return(asked, actor=house.ada.owner))

    owed = Refund.objects.get()
    assert (owed.status, owed.is_exact) == ("owed", False), "the seller names the amount"


def test_what_was_picked_in_exchange_keeps_its_return(house, order):
    asked = exchange(order, 2)
    approve_return(asked, actor=house.ada.owner)
    release_hold(Hold.objects.get(order=asked.exchange), actor=house.ada.owner)
    picked(house, asked.exchange)

    with pytest.raises(DomainError, match="picked already"):
        cancel_return(Return.objects.get())
    with pytest.raises(DomainError, match="picked already"):
        revise_return(Return.objects.get(), words="It was worn.", actor=house.ada.owner)

    assert Return.objects.get().status == "approved"
    come_back(house, asked, units=1)
    assert not Refund.objects.exists(), "two were sent for the one that came"


def test_what_a_rule_refuses_keeps_nothing(house, order):
    ReturnRule.objects.create(seller=house.ada.seller, position=1, outcome="refuse")
    before = available()

    asked = exchange(order)

    assert (asked.status, asked.exchange) == ("refused", None)
    assert available() == before


def test_what_the_seller_adds_to_a_waiting_exchange_is_sent_with_it(house, order):
    asked = approve_return(exchange(order, 2), actor=house.ada.owner)
    [line] = asked.exchange.lines.all()
    add_units(asked.exchange, {line.pk: 1}, actor=house.ada.owner, reason="A gift")

    come_back(house, asked, units=1)

    line.refresh_from_db()
    assert (line.ordered, line.cancelled) == (3, 1), "one for what came, one that was added"
    assert not Refund.objects.exists()


def test_a_product_without_units_is_not_dropped(house, order):
    shade = OrderLine.objects.get(order=delivered_order(house, {"SHADE": 1}, currency="EUR"))
    line = lamp_of(order)

    with pytest.raises(Refusal) as refused:
        request_exchange(
            order, units={line.pk: 0, shade.pk: 1}, wanted={line.pk: line.product_id},
            reason="too_small",
        )  # fmt: skip

    assert (refused.value.code, refused.value.facts) == ("no_units", {"title": line.title})
    assert not Return.objects.exists()
