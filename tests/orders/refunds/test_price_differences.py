"""What an exchange costs more or less: refunded, or decided about before it is sent."""

import random
from contextlib import suppress
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from notifications.facts import load_facts
from notifications.models import Message
from notifications.words.rendering import render
from orders.errors import DomainError, Refusal
from orders.exchanges.differences import price_gaps
from orders.exchanges.requesting import request_exchange
from orders.lifecycle.cancel import cancel_order
from orders.lifecycle.holds import release_hold
from orders.models import Charge, Event, Hold, Order, Product, Refund, Return
from orders.returns.ahead import decide_surcharge
from orders.returns.closing import owe_called_off
from orders.returns.handling import approve_return, cancel_return
from orders.returns.policy import local_day
from orders.returns.refunding import add_goodwill, owe_again, pay_refund, waive_refund
from orders.shops.base import Cost
from tests.balance import findings
from tests.orders.test_exchanges import come_back
from tests.orders.test_owed import sold, terms
from tests.support import examples
from tests.support.cast import make_product, put_stock
from tests.support.stages import open_house
from tests.test_doors import signed_in
from tests.tracking.test_customer_returns import form_of

pytestmark = [pytest.mark.django_db, pytest.mark.same_stages]


def alike():
    """Lamps that may be exchanged for blue ones, whose price is not said yet."""
    house = open_house()
    put_stock(make_product(house.ada, "LAMP-BLUE", "Blue lamp"), 20)
    terms(house.ada.seller, house, exchange_days=14, exchange_skus=["LAMP"], refund_days=14)
    return house


@pytest.fixture
def house(once):
    return once(alike)


def priced(price, currency="EUR"):
    Product.objects.filter(sku="LAMP-BLUE").update(price=price, price_currency=currency)
    return Product.objects.get(sku="LAMP-BLUE")


def exchange(order, product, units=1, **more):
    line = order.lines.get(sku="LAMP")
    return request_exchange(
        Order.objects.get(pk=order.pk),
        units={line.pk: units}, wanted={line.pk: product.pk}, reason="damaged", **more,
    )  # fmt: skip


def page_of(order):
    return Client().get(f"/track/{order.token}/").content.decode()


def mail(order, template):
    row = Message.objects.get(order=order, template=template, channel="email")
    return " ".join(render(load_facts([row])[0], now=timezone.now()).text.split())


def held(asked):
    rows = Hold.objects.filter(order=asked.exchange_id, released_at=None)
    return sorted(rows.values_list("reason", flat=True))


@pytest.mark.parametrize(("price", "currency", "gap"), [
    (1499, "EUR", -449), (2999, "EUR", 899), (1999, "EUR", None), (1499, "USD", None),
    (0, "EUR", None),
])  # fmt: skip
def test_the_difference_has_the_share_of_the_discount(house, price, currency, gap):
    order = sold(house, {"LAMP": 2}, cost=Cost(discount=400), prices={"LAMP": 1999})
    blue, line = priced(price, currency if price else ""), order.lines.get()
    found = price_gaps(order, {line.pk: [line.product, blue]})
    assert found.get((line.pk, blue.pk)) == gap
    assert (line.pk, line.product_id) not in found, "the same product is exchanged evenly"


def test_what_costs_less_is_refunded_once_it_came(house):
    order = sold(house, {"LAMP": 3}, cost=Cost(discount=600, shipping=490))
    asked = exchange(order, priced(999), units=2)
    assert asked.price_gaps == {str(order.lines.get().pk): -899}
    assert not Refund.objects.exists()

    come_back(house, approve_return(asked, actor=house.ada.owner))

    refund = Refund.objects.get()
    assert (refund.difference, refund.amount, refund.goods) == (1798, 1798, 0)
    assert refund.differences == {str(order.lines.get().pk): [2, 1798]}
    assert refund.promise is not None
    page = signed_in(house.ada.owner).get(f"/dashboard/refunds/{refund.pk}/").content.decode()
    assert "exchanged for something that costs less" in page
    assert "17.98 EUR" in page
    assert not held(asked), "it is sent"

    pay_refund(refund, amount=1798, method="payment", actor=house.ada.owner)
    cancel_order(Order.objects.get(pk=asked.exchange_id), actor=house.ada.owner)
    owe_called_off(Event.objects.latest("pk").at)
    rest = Refund.objects.get(status="owed")
    # 2 × 19.99, less their share of the discount, less what was paid of the difference.
    assert (rest.goods, rest.discount, rest.difference) == (3998, 400, -1798)
    assert Charge.objects.get().owed == 3998 - 400


@pytest.mark.parametrize("end", ["waived", "asked"])
def test_what_costs_more_is_decided_before_it_is_sent(house, end):
    order = sold(house, {"LAMP": 1}, cost=Cost())
    asked, ada = exchange(order, priced(2499)), signed_in(house.ada.owner)
    assert held(asked) == ["exchange", "surcharge"]
    assert "the shop decides whether it asks you for the difference" in page_of(order)
    seen = ada.get(f"/dashboard/orders/{order.pk}/").content.decode()
    assert "costs 5.00 EUR more" in seen
    attention = ada.get("/dashboard/").content.decode()
    assert ("An exchange that costs more" in attention, "on hold by you" in attention) == (
        True, False,
    )  # fmt: skip

    approved = approve_return(asked, actor=house.ada.owner)
    assert "before it ships, Ada's Lamps may ask you for the difference" in mail(
        order, "return_approved"
    )
    come_back(house, approved)
    assert "may ask you for the difference" in mail(order, "return_closed")
    [hold] = Hold.objects.filter(order=asked.exchange_id, released_at=None)
    assert hold.reason == "surcharge"
    with pytest.raises(DomainError, match="Decide first"):
        release_hold(hold, actor=house.ada.owner)

    ada.post(f"/dashboard/returns/{asked.pk}/surcharge/", {"decision": end})

    event = Event.objects.filter(kind=f"return.surcharge_{end}").get()
    assert event.data == {"amount": 500, "currency": "EUR"}
    assert held(asked) == ([] if end == "waived" else ["surcharge"])
    assert ("The shop asks you for the difference" in page_of(order)) == (end == "asked")
    if end == "asked":
        release_hold(hold, actor=house.ada.owner)
    assert "the difference" not in page_of(order)
    assert "the difference" not in mail(order, "return_closed")
    assert not Refund.objects.exists()
    with pytest.raises(DomainError, match="to be decided any more"):
        decide_surcharge(asked, "asked" if end == "waived" else "waived", actor=None)


@pytest.mark.parametrize("days", [None, 10])
def test_what_is_waived_is_sent_in_advance_where_its_seller_does_so(house, days):
    """Its return was approved before: the mail of the approval named no day."""
    terms(house.ada.seller, house, exchange_ahead={"days": days} if days else {})
    order = sold(house, {"LAMP": 1}, cost=Cost())
    asked = approve_return(exchange(order, priced(2499)), actor=house.ada.owner)
    assert held(asked) == ["exchange", "surcharge"]

    decide_surcharge(asked, "waived", actor=house.ada.owner)

    assert held(asked) == ([] if days else ["exchange"])
    told = Message.objects.filter(order=order, template="return_due", channel="email")
    assert told.exists() == bool(days)
    if days:
        last = local_day(order, timezone.now()) + timedelta(days=days)
        assert Return.objects.get().exchange_until == last
        assert "without waiting for your return" in mail(order, "return_due")


@pytest.mark.parametrize("days", [None, 10])
def test_what_is_asked_for_is_sent_in_advance_once_it_is_released(house, days):
    """The seller releases it when the difference is paid: as if nothing had been to pay."""
    terms(house.ada.seller, house, exchange_ahead={"days": days} if days else {})
    order = sold(house, {"LAMP": 1}, cost=Cost())
    asked = approve_return(exchange(order, priced(2499)), actor=house.ada.owner)
    decide_surcharge(asked, "asked", actor=house.ada.owner)
    assert held(asked) == ["exchange", "surcharge"], "nobody has paid it yet"
    [hold] = Hold.objects.filter(order=asked.exchange_id, reason="surcharge")

    signed_in(house.ada.owner).post(f"/dashboard/holds/{hold.pk}/release/")

    assert held(asked) == ([] if days else ["exchange"])
    told = Message.objects.filter(order=order, template="return_due", channel="email")
    assert told.count() == bool(days)
    sent = Event.objects.filter(kind="return.sent_ahead")
    assert [event.actor for event in sent] == [house.ada.owner] * bool(days)
    if days:
        last = local_day(order, timezone.now()) + timedelta(days=days)
        assert Return.objects.get().exchange_until == last
        assert "without waiting for your return" in mail(order, "return_due")
    assert findings() == []


def test_what_is_asked_for_waits_for_the_approval(house):
    terms(house.ada.seller, house, exchange_ahead={"days": 10})
    order = sold(house, {"LAMP": 1}, cost=Cost())
    asked = exchange(order, priced(2499))
    decide_surcharge(asked, "asked", actor=house.ada.owner)
    [hold] = Hold.objects.filter(order=asked.exchange_id, reason="surcharge")
    release_hold(hold, actor=house.ada.owner)
    assert held(asked) == ["exchange"]
    approve_return(asked, actor=house.ada.owner)
    assert held(asked) == []
    assert not Message.objects.filter(template="return_due"), "the mail of the approval says it"


def test_an_exchange_that_is_cancelled_is_sent_to_nobody(house):
    """Its holds end, too; nobody is told of a day by which its goods have to come."""
    terms(house.ada.seller, house, exchange_ahead={"days": 10})
    order = sold(house, {"LAMP": 1}, cost=Cost())
    asked = approve_return(exchange(order, priced(2499)), actor=house.ada.owner)
    day = Return.objects.get().exchange_until
    cancel_order(Order.objects.get(pk=asked.exchange_id), actor=house.ada.owner)
    assert Return.objects.get().exchange_until == day
    assert not Event.objects.filter(kind__in=["return.sent_ahead", "return.due_back"])


def test_the_form_says_what_each_costs_before_it_is_sent(house):
    order = sold(house, {"LAMP": 1}, cost=Cost())
    blue, line = priced(0, ""), order.lines.get()
    assert "It is an even exchange" in form_of(order)
    priced(2499)
    shown = form_of(order)
    assert ("Blue lamp (+€5.00)" in shown, "before it is sent" in shown) == (True, True)

    priced(1499)
    for gap in (400, 0, -700):
        with pytest.raises(Refusal, match="does not cost what was shown"):
            exchange(order, blue, shown_gaps={(line.pk, blue.pk): gap})
    with pytest.raises(Refusal, match="does not cost what was shown"):
        exchange(order, blue, shown_gaps={})
    priced(0, "")
    with pytest.raises(Refusal, match="does not cost what was shown"):
        exchange(order, blue, shown_gaps={(line.pk, blue.pk): -500})

    assert not Return.objects.exists()
    assert exchange(order, blue, shown_gaps={(line.pk, blue.pk): 0}).exchange


def ended(house, order, most, dice):
    """How many units came of an exchange with a random price and end."""
    blue = priced(dice.choice([0, 1, 999, 1999, 4999]))
    asked = exchange(order, blue, units=dice.randint(1, most))
    units = dice.choice([0, *range(1, asked.lines.get().requested + 1)])
    if not units:
        cancel_return(asked)
        return 0
    come_back(house, approve_return(asked, actor=house.ada.owner), units=units)
    for act in dice.sample(("waived", "asked", "off", ""), 2):
        with suppress(DomainError):
            if act == "off":
                cancel_order(Order.objects.get(pk=asked.exchange_id), actor=house.ada.owner)
            elif act:
                decide_surcharge(asked, act, actor=house.ada.owner)
    return units


@pytest.mark.parametrize("seed", range(examples(1, 3)))
def test_whatever_is_exchanged_no_more_is_owed_than_was_paid(house, seed):
    """Random prices, wishes, ends and decisions; each step balances."""
    dice = random.Random(seed)  # noqa: S311
    ada, left = house.ada.owner, 6
    cost = Cost(dice.randint(0, 3000), dice.randint(0, 99), 490)
    order = sold(house, {"LAMP": left}, cost=cost)
    acts = [
        lambda one: pay_refund(one, amount=one.amount, method="payment", actor=ada),
        lambda one: waive_refund(one, reason="Kept", actor=ada),
        lambda one: owe_again(one, actor=ada),
        lambda one: add_goodwill(one, amount=dice.randint(1, 900), reason="Sorry", actor=ada),
    ]
    while left:
        left -= ended(house, order, left, dice)
        Return.objects.update(created_at=timezone.now() - timedelta(days=2))
        for act in dice.choices(acts, k=3):
            owe_called_off(timezone.now())
            rows = list(Refund.objects.order_by("pk"))
            with suppress(DomainError, IndexError):  # also where nothing is owed
                act(dice.choice(rows))
            charge = Charge.objects.first() or Charge()
            paid = sum(one.paid or 0 for one in Refund.objects.all())
            assert paid <= charge.owed <= charge.paid - charge.elsewhere
            assert findings() == []
