"""What is owed for a return: shares that add up, shipping, the fee, and what was paid."""

import random
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.utils import timezone

from orders.errors import DomainError
from orders.intake.acceptance import accept_orders
from orders.intake.agreement import heed
from orders.models import (
    Charge,
    Event,
    Order,
    OrderLine,
    Promise,
    Refund,
    RefundLine,
    Return,
    SalesChannel,
    ShopOrder,
)
from orders.promises.watching import watch_promises
from orders.returns.discrepancies import decide_discrepancy
from orders.returns.handling import approve_return, request_return
from orders.returns.refunding import pay_refund
from orders.returns.shares import of_units, split
from orders.returns.terms import change_terms
from orders.shops.base import Cost, IncomingLine, RefundReport
from tests.support.cast import incoming
from tests.support.stages import delivered_order, open_house
from warehouse.returns.inspection import inspect_return_line, receive_return

pytestmark = [pytest.mark.django_db, pytest.mark.same_stages]


@pytest.fixture
def house(once):
    return once(open_house)


def sold(house, units, *, cost=None, prices=None, **fields):
    """An order of these units that was delivered, with its prices and what else it cost."""
    order = delivered_order(house, units, currency="EUR", **fields)
    for sku, price in (prices or {"LAMP": 1999, "SHADE": 500}).items():
        OrderLine.objects.filter(order=order, sku=sku).update(unit_price=price)
    if cost is not None:
        Charge.objects.create(seller_id=order.seller_id, order=order, **cost._asdict())
    return order


def bring_back(house, order, units, *, reason="changed_mind"):
    """The refund of a return of {SKU: units}, received and inspected."""
    lines = {line.sku: line.pk for line in order.lines.all()}
    wanted = {lines[sku]: number for sku, number in units.items()}
    asked = request_return(order, units=wanted, reason=reason)
    approve_return(asked, actor=house.ada.owner)
    parts = list(asked.lines.all())
    receive_return(asked, received={part.pk: part.requested for part in parts}, actor=house.pat)
    for part in parts:
        inspect_return_line(
            part, restocked=0, written_off=part.requested, location=None, actor=house.pat
        )
    assert Return.objects.get(pk=asked.pk).status == "closed"
    return Refund.objects.filter(order_return=asked).first()


def test_shares_add_up_and_the_largest_remainders_get_the_rest():
    assert split(100, [1, 1, 1]) == [34, 33, 33]
    assert split(10, [999, 1]) == [10, 0]
    assert split(5, [3, 2, 2]) == [2, 2, 1]
    assert split(7, [0, 0]) == [0, 0]
    assert [of_units(100, 3, at, at + 1) for at in range(3)] == [33, 33, 34]
    assert of_units(100, 0, 0, 0) == 0


def test_a_part_of_an_order_gets_its_price_and_its_share_of_the_discount(house):
    order = sold(house, {"LAMP": 3, "SHADE": 1}, cost=Cost(discount=1000, shipping=490))

    first = bring_back(house, order, {"LAMP": 1})

    # 1000 of discount over 3 × 19.99 and 5.00: 923 and 77; a third of 923 is 307.
    assert (first.goods, first.discount, first.shipping, first.amount) == (1999, 307, 0, 1692)
    assert (first.is_exact, first.currency, first.method, first.status) == (
        True, "EUR", "payment", "owed",
    )  # fmt: skip
    [part] = first.lines.all()
    assert (part.line.sku, part.units, part.goods, part.discount) == ("LAMP", 1, 1999, 307)
    charge = Charge.objects.get()
    assert (charge.paid, charge.owed, charge.elsewhere) == (5997 + 500 - 1000 + 490, 1692, 0)

    rest = bring_back(house, order, {"LAMP": 2, "SHADE": 1})

    assert first.amount + rest.amount == charge.paid, "all came back to Germany: shipping too"
    assert (rest.discount, rest.shipping) == (693, 490)
    event = Event.objects.filter(kind="refund.owed").latest("pk")
    assert event.data == {"amount": rest.amount, "currency": "EUR"}


@pytest.mark.parametrize(("refunds_it", "country", "shipping"), [
    (False, "DE", 490), (False, "US", 0), (True, "US", 490),
])  # fmt: skip
def test_shipping_is_refunded_where_the_law_or_the_seller_says_so(
    house, refunds_it, country, shipping
):
    order = sold(house, {"LAMP": 1}, cost=Cost(shipping=490))
    Order.objects.update(country=country)
    order.seller.refunds_shipping = refunds_it
    order.seller.save(update_fields=["refunds_shipping"])

    assert bring_back(house, order, {"LAMP": 1}).shipping == shipping


@pytest.mark.parametrize(("reason", "fee", "currency", "owed"), [
    ("changed_mind", 300, "EUR", 1699),
    ("damaged", 300, "EUR", 1999),
    ("changed_mind", 300, "USD", 1999),
    ("too_large", 9900, "EUR", 0),
])  # fmt: skip
def test_a_fee_is_for_returns_of_choice_and_never_more_than_the_rest(
    house, reason, fee, currency, owed
):
    order = sold(house, {"LAMP": 1}, cost=Cost())
    terms(order.seller, house, return_fee=fee, return_fee_currency=currency)

    refund = bring_back(house, Order.objects.get(), {"LAMP": 1}, reason=reason)

    assert refund.amount == owed


def test_what_a_fee_takes_whole_has_come_back_all_the_same(house):
    order = sold(house, {"LAMP": 2}, cost=Cost(shipping=490), prices={"LAMP": 300})
    terms(order.seller, house, refund_days=14, return_fee=300, return_fee_currency="EUR")

    first = bring_back(house, Order.objects.get(), {"LAMP": 1})

    assert (first.amount, first.fee, first.status, first.paid) == (0, 300, "paid", 0)
    assert [part.units for part in first.lines.all()] == [1]
    assert first.promise is None
    assert not Event.objects.filter(kind="refund.owed").exists()
    rest = bring_back(house, Order.objects.get(), {"LAMP": 1})
    assert (rest.amount, rest.shipping) == (490, 490), "all came back to Germany: shipping too"


@pytest.mark.parametrize("discount", [600, 0])
def test_what_cost_nothing_has_come_back_all_the_same(house, discount):
    """Shipping was paid for it, and is owed with the last unit."""
    price = discount // 2
    cost = Cost(discount=discount, shipping=490)
    order = sold(house, {"LAMP": 2}, cost=cost, prices={"LAMP": price})
    first = bring_back(house, order, {"LAMP": 1})
    assert (first.amount, first.is_nothing) == (0, True)
    assert bring_back(house, order, {"LAMP": 1}).amount == 490


def test_what_a_fee_seems_to_take_whole_of_an_unknown_cost_is_for_the_seller(house):
    order = sold(house, {"LAMP": 1}, prices={"LAMP": 300})
    terms(order.seller, house, return_fee=300, return_fee_currency="EUR")
    owed = bring_back(house, Order.objects.get(), {"LAMP": 1})
    assert (owed.amount, owed.status, owed.is_exact) == (0, "owed", False)


def test_what_is_credited_later_is_owed_beside_what_a_fee_took(house):
    order = sold(house, {"LAMP": 2}, cost=Cost(), prices={"LAMP": 300})
    terms(order.seller, house, return_fee=300, return_fee_currency="EUR")
    line = order.lines.get()
    asked = request_return(Order.objects.get(), units={line.pk: 2}, reason="changed_mind")
    approve_return(asked, actor=house.ada.owner)
    part = asked.lines.get()
    receive_return(asked, received={part.pk: 1}, actor=house.pat)
    inspect_return_line(part, restocked=0, written_off=1, location=None, actor=house.pat)
    assert Refund.objects.get().is_nothing

    decide_discrepancy(asked.discrepancies.get(), "credit", actor=house.ada.owner)

    owed = Refund.objects.get()
    assert (owed.goods, owed.fee, owed.amount, owed.status) == (600, 300, 300, "owed")


def terms(seller, house, **given):
    known = {
        "refund_days": None, "refund_method": "payment", "refunds_shipping": False,
        "return_fee": 0, "return_fee_currency": "",
    }  # fmt: skip
    return change_terms(seller, known | given, actor=house.ada.owner)


def test_the_fee_is_the_one_that_was_shown(house):
    order = sold(house, {"LAMP": 1}, cost=Cost())
    lines = {order.lines.get().pk: 1}
    asked = request_return(order, units=lines, reason="changed_mind")

    terms(order.seller, house, return_fee=300, return_fee_currency="EUR")

    assert Return.objects.get(pk=asked.pk).fee == 0


def test_an_order_without_prices_or_payment_is_owed_nothing(house):
    free = sold(house, {"LAMP": 1}, prices={"LAMP": 0})
    assert bring_back(house, free, {"LAMP": 1}) is None
    assert not Promise.ledger.filter(kind="refunded").exists()


@pytest.mark.parametrize("price", [1999, 0])
def test_a_replacement_that_comes_back_is_owed_what_the_seller_says(house, price):
    first = sold(house, {"LAMP": 1}, cost=Cost(), prices={"LAMP": price})
    again = sold(house, {"LAMP": 1}, prices={"LAMP": 0})
    again.lines.update(replaces=first.lines.get())
    terms(again.seller, house, refund_days=14)

    owed = bring_back(house, Order.objects.get(pk=again.pk), {"LAMP": 1})

    if not price:
        assert owed is None
        return
    assert (owed.amount, owed.is_exact, owed.status) == (0, False, "owed")
    assert owed.promise is not None
    page = Client().get(f"/track/{again.token}/").content.decode()
    assert "refunds this return" not in page, "nobody knows how much, and whether here"


def test_without_a_known_cost_the_amount_is_not_exact(house):
    order = sold(house, {"LAMP": 1})
    assert (bring_back(house, order, {"LAMP": 1}).is_exact, Charge.objects.get().is_known) == (
        False, False,
    )  # fmt: skip


def test_a_refund_is_ticked_off_once_and_keeps_its_date(house):
    order = sold(house, {"LAMP": 1}, cost=Cost())
    terms(order.seller, house, refund_days=14, refund_method="credit")
    owed = bring_back(house, Order.objects.get(), {"LAMP": 1})
    promise = Promise.ledger.get(kind="refunded")
    assert (owed.promise, owed.method) == (promise, "credit")
    today = timezone.localdate(timezone=ZoneInfo("Europe/Berlin"))
    assert promise.local_on == today + timedelta(days=14)
    assert not Promise.objects.filter(pk=promise.pk).exists(), "no page takes it for a delivery"

    with pytest.raises(DomainError, match="more than is left"):
        pay_refund(owed, amount=2000, method="payment", actor=house.ada.owner)
    paid = pay_refund(owed, amount=1999, method="payment", actor=house.ada.owner)

    assert (paid.status, paid.paid, paid.method) == ("paid", 1999, "payment")
    promise.refresh_from_db()
    assert promise.kept_at == promise.done_at
    assert Event.objects.get(kind="refund.paid").data == {
        "by": "seller", "currency": "EUR", "amount": 1999, "owed_as": "credit",
    }  # fmt: skip
    with pytest.raises(DomainError, match="ticked off already"):
        pay_refund(owed, amount=1, method="payment", actor=house.ada.owner)


def test_a_date_that_passes_unpaid_is_broken_and_its_refund_still_owed(house):
    order = sold(house, {"LAMP": 1}, cost=Cost())
    terms(order.seller, house, refund_days=14)
    owed = bring_back(house, Order.objects.get(), {"LAMP": 1})
    past = timezone.now() - timedelta(minutes=1)
    Promise.ledger.filter(kind="refunded").update(earliest=past, latest=past)

    watch_promises()

    promise = Promise.ledger.get(kind="refunded")
    assert (promise.broken_at, promise.done_at) == (past, None)
    assert not Event.objects.filter(kind="promise.broken").exists(), "customers are told nothing"
    pay_refund(owed, amount=1999, method="payment", actor=house.ada.owner)
    promise.refresh_from_db()
    assert (promise.broken_at, promise.kept_at, promise.done_at is None) == (past, None, False)


@pytest.mark.parametrize("seed", range(4))
def test_returns_of_any_order_in_any_parts_add_up(house, seed):
    """Random prices, costs and parts: never more than was paid, and of all of it exactly that."""
    dice = random.Random(seed)  # noqa: S311
    units = {"LAMP": dice.randint(1, 4), "SHADE": dice.randint(1, 4)}
    prices = {sku: dice.randint(1, 9999) for sku in units}
    goods = sum(prices[sku] * number for sku, number in units.items())
    cost = Cost(dice.randint(0, goods), dice.randint(0, 999), dice.randint(0, 999))
    order = sold(house, units, cost=cost, prices=prices)
    paid = goods - cost.discount + cost.tax + cost.shipping
    left = dict(units)
    while any(left.values()):
        part = {sku: dice.randint(0, number) for sku, number in left.items()}
        if not any(part.values()):
            continue
        bring_back(house, order, part)
        left = {sku: left[sku] - part[sku] for sku in left}
        Return.objects.update(created_at=timezone.now() - timedelta(days=2))
        charge = Charge.objects.filter(order=order).first()
        owed = sum(Refund.objects.values_list("amount", flat=True))
        assert charge.owed == owed <= charge.paid
        for refund in Refund.objects.all():
            parts = list(refund.lines.all())
            assert sum(one.goods for one in parts) == refund.goods
            assert sum(one.discount for one in parts) == refund.discount
    assert sum(Refund.objects.values_list("amount", flat=True)) == paid
    for sku, number in units.items():
        rows = RefundLine.objects.filter(line__sku=sku)
        assert sum(row.units for row in rows) == number


def test_an_order_comes_with_its_cost(house):
    given = incoming({"LAMP": 1}, currency="EUR", cost=Cost(100, 0, 490))
    given.lines = [IncomingLine("LAMP", "Lamp", 1, 1999)]
    (accepted,) = accept_orders(house.ada.channel, [given])
    charge = Charge.objects.get(order=accepted.order_id)
    assert (charge.discount, charge.shipping, charge.is_known, charge.paid) == (100, 490, True, 0)


def in_shop(order, units):
    """What its shop has said of an order: paid, and of which lines."""
    for sku in units:
        order.lines.filter(sku=sku).update(shop_line=sku)
    return ShopOrder.objects.create(
        seller_id=order.seller_id, channel_id=order.channel_id, reference=order.reference,
        order=order, payment="paid", taken=units,
        lines={sku: [number, number, None] for sku, number in units.items()},
    )  # fmt: skip


def refunded(order, removed, worth, *, number="7001", currency="EUR"):
    """What the shop tells us of a refund that it made."""
    channel = SalesChannel.objects.select_related("seller__warehouse").get(pk=order.channel_id)
    return heed(channel, RefundReport(order.reference, number, removed, {number: worth}, currency))


def test_a_refund_that_the_shop_made_ticks_it_off(house):
    order = sold(house, {"LAMP": 2}, cost=Cost())
    in_shop(order, {"LAMP": 2})
    terms(order.seller, house, refund_days=14)
    owed = bring_back(house, Order.objects.get(), {"LAMP": 1})

    refunded(order, {"LAMP": 1}, 0, number="7000")
    refunded(order, {"LAMP": 1}, 1999, number="7002", currency="USD")
    owed.refresh_from_db()
    assert owed.status == "owed", "no money went, or nobody knows how much"

    refunded(order, {"LAMP": 1}, 1999)
    refunded(order, {"LAMP": 1}, 1999)

    owed.refresh_from_db()
    assert (owed.status, owed.paid, owed.shop_refund) == ("paid", 1999, "7001")
    assert Promise.ledger.get(kind="refunded").kept_at is not None
    [event] = Event.objects.filter(kind="refund.paid")
    assert (event.actor, event.data["by"], event.data["amount"]) == (None, "shop", 1999)


def test_what_the_shop_refunded_before_is_not_owed_again(house):
    order = sold(house, {"LAMP": 2}, cost=Cost())
    in_shop(order, {"LAMP": 2})
    refunded(order, {"LAMP": 1}, 1999)

    owed = bring_back(house, order, {"LAMP": 2})

    assert (owed.amount, Charge.objects.get().elsewhere) == (1999, 1999)
    assert [part.units for part in owed.lines.all()] == [1]


def test_money_that_the_shop_gave_for_no_unit_is_taken_off(house):
    order = sold(house, {"LAMP": 1}, cost=Cost())
    in_shop(order, {"LAMP": 1})
    refunded(order, {}, 500)

    owed = bring_back(house, order, {"LAMP": 1})

    assert (owed.amount, owed.discount, owed.is_exact) == (1499, 500, False)


def test_an_order_that_is_refunded_as_a_whole_is_owed_nothing(house):
    order = sold(house, {"LAMP": 1}, cost=Cost())
    in_shop(order, {"LAMP": 1})
    ShopOrder.objects.update(payment="refunded")

    assert bring_back(house, order, {"LAMP": 1}) is None


def test_of_a_part_without_the_rest_of_its_kit_the_seller_names_the_amount(house):
    order = sold(house, {"LAMP": 1, "SHADE": 1}, cost=Cost())
    lamp, shade = order.lines.order_by("position")
    kit = OrderLine.objects.create(
        seller=order.seller, order=order, position=9, sku="SET", title="Set", ordered=1,
        unit_price=6000, is_kit=True, ships=False,
    )  # fmt: skip
    for line in (lamp, shade):
        OrderLine.objects.filter(pk=line.pk).update(kit_line=kit, units_per_kit=1, unit_price=0)

    first, second = (bring_back(house, order, {sku: 1}) for sku in ("LAMP", "SHADE"))

    assert [(row.status, row.amount, row.is_exact) for row in (first, second)] == [
        ("owed", 0, False), ("owed", 0, False),
    ]  # fmt: skip
