"""What is sent before the goods came, what a customer keeps, and store credit they wish for."""

import random
from datetime import date, timedelta

import pytest
from django.db.models import F
from django.utils import timezone

from fulfillment.management.commands.check_books import findings
from fulfillment.privacy.customers import kept_about
from notifications.models import Message
from orders.errors import DomainError
from orders.exchanges.requesting import request_exchange
from orders.lifecycle.holds import hold_order, release_hold
from orders.models import (
    Charge,
    Event,
    Hold,
    Order,
    OrderLine,
    Refund,
    RefundLine,
    Return,
    ReturnRule,
    Seller,
    Shipment,
)
from orders.returns.ahead import keep_as_sold, remind, wait_longer
from orders.returns.exchanged import call_off_late
from orders.returns.handling import approve_return, cancel_return, request_return
from orders.returns.left import returnable_units
from orders.returns.policy import local_day
from orders.returns.refunding import pay_refund
from tests.notifications.saying import said
from tests.orders.test_exchanges import (
    KEPT_DAYS,
    available,
    come_back,
    exchange,
    lamp_of,
    two_lamps,
    waiting,
)
from tests.support.stages import delivered_order, picked
from tests.test_doors import signed_in
from tests.tracking.tracked import proven, state
from warehouse.models import StockMovement

pytestmark = pytest.mark.django_db

ENDS = ("comes", "partly", "late", "cancelled", "lapsed")
AHEAD = {"days": 10}


@pytest.fixture
def told(once):
    return once(two_lamps)


@pytest.fixture
def house(told):
    return told[0]


@pytest.fixture
def order(told):
    return Order.objects.get(pk=told[1].pk)


def today(order):
    return local_day(order, timezone.now())


def sent_ahead(house, order, units=1):
    """An exchange that was sent when its return was approved, and picked."""
    Seller.objects.update(exchange_ahead=AHEAD)
    asked = approve_return(exchange(order, units), actor=house.ada.owner)
    picked(house, asked.exchange)
    return Return.objects.get(pk=asked.pk)


def overdue(asked):
    """The same, its day being over."""
    Return.objects.filter(pk=asked.pk).update(exchange_until=today(asked.order) - timedelta(days=1))
    return Return.objects.get(pk=asked.pk)


def shown(order):
    """What the customer's page says of the return: what to do, and what they get for it."""
    [case] = state(order, timezone.now())["returns"]
    return case["to_do"], case["exchange"]


def test_an_approved_exchange_is_sent_at_once_and_the_customer_reads_by_when(house, order):
    Seller.objects.update(exchange_ahead=AHEAD)
    asked = exchange(order)
    assert waiting(asked.exchange), "nobody has approved it yet"

    asked = approve_return(asked, actor=house.ada.owner)

    assert not waiting(asked.exchange)
    assert Shipment.objects.get(order=asked.exchange).status == "released"
    assert asked.exchange_until == today(order) + timedelta(days=10)
    letter = said(order, "return_approved", now=timezone.now())
    assert f"in exchange, as order {asked.exchange.number}, without waiting" in letter.text
    assert "so that we have it by" in letter.text
    assert "Please send this return so that it is there by" in shown(order)[1]


@pytest.mark.parametrize(
    ("terms", "goes"),
    [
        ({}, False),
        ({"value": 1999, "currency": "EUR"}, True),
        ({"value": 1998, "currency": "EUR"}, False),
        ({"value": 5000, "currency": "USD"}, False),
        ({"returns": 1}, True),
        ({"returns": 0}, False),
    ],
)
def test_only_by_the_terms_of_the_seller(house, order, terms, goes):
    Seller.objects.update(exchange_ahead=AHEAD | terms if terms else {})

    asked = approve_return(exchange(order), actor=house.ada.owner)

    assert waiting(asked.exchange) is not goes


def test_a_rule_that_approves_sends_it_too_and_one_at_a_time(house, order):
    Seller.objects.update(exchange_ahead=AHEAD)
    ReturnRule.objects.create(seller=house.ada.seller, position=1, outcome="approve")
    other = delivered_order(house, {"LAMP": 1}, currency="EUR")

    assert not waiting(exchange(order).exchange)
    assert waiting(exchange(other).exchange), "the first one is still out"


def test_who_sends_nothing_is_reminded_once_and_then_the_seller_decides(house, order):
    asked = sent_ahead(house, order)
    last = timezone.now() + timedelta(days=8)
    assert remind(timezone.now() + timedelta(days=5)) == 0
    assert (remind(last), remind(last)) == (1, 0)
    assert Message.objects.filter(order=order, template="return_due").exists()
    with pytest.raises(DomainError, match="may still come"):
        keep_as_sold(asked, actor=house.ada.owner)
    ada, page = signed_in(house.ada.owner), f"/dashboard/orders/{order.pk}/"
    assert "has not come" not in ada.get("/dashboard/").content.decode()

    overdue(asked)

    assert f"Return {asked.number} has not come" in ada.get("/dashboard/").content.decode()
    assert "has not come in time" in shown(order)[1]
    assert "Close as sold" in ada.get(page).content.decode()
    until = today(order) + timedelta(days=4)
    ada.post(f"/dashboard/returns/{asked.pk}/wait/", {"until": until.isoformat()})
    assert Return.objects.get(pk=asked.pk).exchange_until == until
    assert "has not come" not in ada.get("/dashboard/").content.decode()
    assert Event.objects.filter(kind="return.due_back").count() == 2
    assert remind(timezone.now() + timedelta(days=2)) == 0, "the new day was told just now"
    assert remind(timezone.now() + timedelta(days=4)) == 1
    with pytest.raises(DomainError, match="Choose a day after today"):
        wait_longer(asked, until=date(2020, 1, 1), actor=house.ada.owner)


def test_the_reminder_comes_three_days_before(house, order):
    asked = sent_ahead(house, order)
    for days, reminded in ((4, 0), (3, 1)):
        until = today(order) + timedelta(days=days)
        Return.objects.filter(pk=asked.pk).update(exchange_until=until)
        assert remind(timezone.now()) == reminded


def test_closed_as_sold_it_ends_and_what_was_replaced_is_not_returned_again(house, order):
    asked = overdue(sent_ahead(house, order))

    signed_in(house.ada.owner).post(f"/dashboard/returns/{asked.pk}/close/")

    closed = Return.objects.get()
    assert (closed.status, closed.is_kept, Refund.objects.exists()) == ("cancelled", True, False)
    assert returnable_units(order) == {lamp_of(order).pk: 1}, "the other lamp"
    assert "the shop has closed it" in shown(order)[0]
    assert "nothing came" in said(order, "return_lapsed", now=timezone.now()).subject
    assert findings() == []
    Seller.objects.update(exchange_ahead=AHEAD | {"returns": 1})
    again = approve_return(exchange(order), actor=house.ada.owner)
    assert waiting(again.exchange), "what never came counts as a return of theirs"


def test_what_was_not_exchanged_of_it_may_be_returned_anew(house):
    Seller.objects.update(exchange_ahead=AHEAD)
    order = delivered_order(house, {"LAMP": 1, "SHADE": 1}, currency="EUR")
    lamp, shade = lamp_of(order), order.lines.get(sku="SHADE")
    units, wanted = {lamp.pk: 1, shade.pk: 1}, {lamp.pk: lamp.product_id}
    asked = request_exchange(order, units=units, wanted=wanted, reason="too_small")
    picked(house, approve_return(asked, actor=house.ada.owner).exchange)

    keep_as_sold(overdue(asked), actor=house.ada.owner)

    assert returnable_units(order) == {shade.pk: 1}


def test_what_is_not_picked_is_cancelled_instead(house, order):
    Seller.objects.update(exchange_ahead=AHEAD)
    asked = overdue(approve_return(exchange(order), actor=house.ada.owner))

    with pytest.raises(DomainError, match="cancel that order instead"):
        keep_as_sold(asked, actor=house.ada.owner)

    assert Return.objects.get().status == "approved"


def released(house, asked):
    release_hold(Hold.objects.get(order=asked.exchange), actor=house.ada.owner)


def test_what_is_released_before_it_is_approved_has_its_days_from_the_approval(house, order):
    asked = overdue(exchange(order))
    released(house, asked)
    page = f"/dashboard/orders/{order.pk}/"
    shown_before = signed_in(house.ada.owner).get(page).content.decode()
    assert "Kept until" not in shown_before
    assert "It did not wait for your decision." in shown_before

    asked = approve_return(asked, actor=house.ada.owner)

    assert asked.exchange_until == today(order) + timedelta(days=KEPT_DAYS)
    assert "Please send this return so that it is there by" in shown(order)[1]
    assert "so that we have it by" in said(order, "return_approved", now=timezone.now()).text
    late = said(order, "return_approved", now=timezone.now() + timedelta(days=KEPT_DAYS + 2))
    assert "have it by" not in late.text


def test_one_exchange_that_cannot_be_called_off_stops_no_other(house, order):
    first = overdue(exchange(order))
    released(house, first)
    picked(house, first.exchange)
    kept = Order.objects.get(pk=first.exchange_id)
    hold_order(kept, reason=Hold.Reason.EXCHANGE, detail="again", actor=house.ada.owner)
    second = overdue(exchange(delivered_order(house, {"LAMP": 1}, currency="EUR")))

    assert call_off_late(timezone.now()) == 1

    assert Order.objects.get(pk=second.exchange_id).status == "cancelled"


def test_what_comes_all_the_same_ends_as_usual(house, order):
    asked = overdue(sent_ahead(house, order))

    assert come_back(house, asked).status == "closed"

    assert not Refund.objects.exists()
    with pytest.raises(DomainError, match="Nothing is out"):
        keep_as_sold(asked, actor=house.ada.owner)


@pytest.mark.parametrize(("most", "stays"), [(1999, True), (1998, False)])
def test_what_is_worth_little_is_refunded_and_stays_with_the_customer(house, order, most, stays):
    Seller.objects.update(return_choices={"keep": [most, "EUR"]})
    Charge.objects.create(seller_id=order.seller_id, order=order)
    moved = StockMovement.objects.count()
    asked = request_return(order, units={lamp_of(order).pk: 1}, reason="damaged")

    asked = approve_return(asked, actor=house.ada.owner)

    assert (asked.status, asked.is_kept) == ("closed" if stays else "approved", stays)
    assert StockMovement.objects.count() == moved
    if stays:
        assert Refund.objects.get().amount == 1999
        assert returnable_units(order) == {lamp_of(order).pk: 1}
        assert (
            "you keep it. Please do not send" in said(order, "return_kept", now=timezone.now()).text
        )
        told = Message.objects.filter(
            order=order, template__in=("return_approved", "return_closed")
        )
        assert not told.exists()
        assert shown(order)[0] == "You keep it: nothing has to be sent back."
        steps = state(order, timezone.now())["returns"][0]["steps"]
        assert [step["label"] for step in steps] == ["Requested", "Approved", "Completed"]
        again = request_return(order, units={lamp_of(order).pk: 1}, reason="damaged")
        assert approve_return(again, actor=house.ada.owner).status == "approved"
    assert findings() == []


def test_an_exchange_is_never_kept(house, order):
    Seller.objects.update(return_choices={"keep": [9999, "EUR"]})
    ReturnRule.objects.create(seller=house.ada.seller, position=1, outcome="approve")

    assert exchange(order).status == "approved"


def test_what_has_no_price_comes_back(house, order):
    Seller.objects.update(return_choices={"keep": [9999, "EUR"]})
    OrderLine.objects.filter(order=order).update(unit_price=0)
    asked = request_return(order, units={lamp_of(order).pk: 1}, reason="damaged")

    assert approve_return(asked, actor=house.ada.owner).status == "approved"


def test_store_credit_is_a_wish_until_the_seller_has_issued_it(house, order):
    address, line = f"/track/{order.token}/return/", lamp_of(order)
    assert "Store credit" not in proven(order).get(address).content.decode()
    Seller.objects.update(return_choices={"credit": True})
    Charge.objects.create(seller_id=order.seller_id, order=order)
    assert "Store credit" in proven(order).get(address).content.decode()

    proven(order).post(address, {f"units-{line.pk}": 1, "reason": "damaged", "wish": "credit"})
    asked = Return.objects.get()
    come_back(house, approve_return(asked, actor=house.ada.owner))

    owed = Refund.objects.get()
    assert (asked.wish, owed.method, owed.status) == ("credit", "credit", "owed")
    with pytest.raises(DomainError, match="Enter the code"):
        pay_refund(owed, amount=1999, method="credit", actor=house.ada.owner)
    page = f"/dashboard/refunds/{owed.pk}/"
    ada = signed_in(house.ada.owner)
    assert "issue it there and enter its code" in ada.get(page).content.decode()
    ada.post(page, {"amount": "19.99", "method": "credit", "code": "GIFT-1"})
    assert "Its code: GIFT-1" in said(order, "refund_paid", now=timezone.now()).text
    known = kept_about(order)
    assert (known["refunds"][0]["credit_code"], known["returns"][0]["wish"]) == ("GIFT-1", "credit")


def test_credit_for_the_rest_of_an_exchange_is_wished_for_too(house, order):
    Seller.objects.update(return_choices={"credit": True, "keep": [9999, "EUR"]})
    line = lamp_of(order)
    wanted = {line.pk: line.product_id}

    asked = request_exchange(
        order, units={line.pk: 1}, wanted=wanted, wish="credit", reason="damaged"
    )

    assert (asked.wish, approve_return(asked, actor=house.ada.owner).status) == ("both", "approved")


def test_the_owner_says_what_is_sent_in_advance_kept_and_offered(house):
    ada, page = signed_in(house.ada.owner), "/dashboard/settings/refunds/"
    given = {
        "refund_method": "payment", "ahead_days": "10", "ahead_value": "20", "credit": "on",
        "ahead_currency": "eur", "ahead_returns": "3", "keep_value": "5", "keep_currency": "EUR",
    }  # fmt: skip

    assert ada.post(page, given).status_code == 302
    seller = Seller.objects.get(pk=house.ada.seller.pk)
    assert seller.exchange_ahead == {"days": 10, "value": 2000, "currency": "EUR", "returns": 3}
    assert seller.return_choices == {"credit": True, "keep": [500, "EUR"]}
    assert 'value="5.00"' in ada.get(page).content.decode()
    for name, told in (("ahead_currency", "A value needs its currency."), ("ahead_days", "Enter")):
        wrong = ada.post(page, given | {name: ""})
        assert (wrong.status_code, told in wrong.content.decode()) == (422, True)
    ada.post(page, {"refund_method": "payment"})
    seller.refresh_from_db()
    assert (seller.exchange_ahead, seller.return_choices) == ({}, {})


def ended(house, asked, end, dice):
    """How many units came, or were sold, of a return that ends so."""
    units = asked.lines.get().requested
    if end == "cancelled":
        cancel_return(asked)
        return 0
    approve_return(asked, actor=house.ada.owner)
    if asked.exchange and end == "lapsed":
        release_hold(Hold.objects.get(order=asked.exchange), actor=house.ada.owner)
        picked(house, asked.exchange)
        keep_as_sold(overdue(asked), actor=house.ada.owner)
        return units
    if end == "late":
        call_off_late(timezone.now() + timedelta(days=60))  # when no return is awaited any more
    there = dice.randint(1, units) if end == "partly" else units
    come_back(house, asked, units=there)
    return there


@pytest.mark.parametrize("seed", range(3))
def test_each_unit_that_comes_back_is_refunded_or_exchanged_once(house, seed):
    """Random wishes and ends: what came is paid for in one way, and no unit is kept for nobody."""
    dice = random.Random(seed)  # noqa: S311
    order = delivered_order(house, {"LAMP": 6}, currency="EUR")
    Charge.objects.create(seller_id=order.seller_id, order=order)
    came = sent = 0
    before = available()
    while came < 6:
        units = dice.randint(1, 6 - came)
        is_exchange, end = dice.random() < 0.7, dice.choice(ENDS)
        line = lamp_of(order)
        wanted = {line.pk: line.product_id} if is_exchange else {}
        asked = request_exchange(order, units={line.pk: units}, wanted=wanted, reason="damaged")
        there = ended(house, asked, end, dice)
        came += there
        sent += there if is_exchange and end != "late" else 0
        Return.objects.update(created_at=timezone.now() - timedelta(days=2))
        owed = sum(Refund.objects.values_list("amount", flat=True))
        assert (owed, available()) == ((came - sent) * 1999, before - sent)
        assert findings() == []
    kept = OrderLine.objects.filter(replaces=lamp_of(order), ordered__gt=F("cancelled"))
    assert sum(row.ordered - row.cancelled for row in kept) == sent
    assert sum(RefundLine.objects.values_list("units", flat=True)) == 6 - sent
    assert not Hold.objects.filter(released_at=None).exists()
