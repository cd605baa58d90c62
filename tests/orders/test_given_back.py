"""What the shop gave back: never taken off twice, and it ticks off only what it can be of."""

import pytest
from django.utils import timezone

from orders.books import refunds_are_paid_for
from orders.errors import DomainError
from orders.lifecycle.cancel import cancel_units
from orders.models import Charge, Event, Order, OrderLine, Problem, Promise, Refund, ShopOrder
from orders.returns.refunding import pay_refund
from orders.shops.base import Cost
from tests.balance import findings
from tests.orders.test_owed import bring_back, in_shop, refunded, sold, terms
from tests.support import stages
from tests.support.cast import make_order
from tests.support.stages import open_house
from tests.test_doors import signed_in
from warehouse.couriers.runs import fail_stop
from warehouse.couriers.undelivered import send_back, take_back

pytestmark = [pytest.mark.django_db, pytest.mark.same_stages]


@pytest.fixture
def house(once):
    return once(open_house)


def of_shop(house, units, **more):
    """A delivered order of a shop, all of whose cost is known."""
    order = sold(house, units, cost=Cost(**more))
    in_shop(order, units)
    return order


def delivered(house, order):
    """Pack the one lamp that is left of an order, and bring it to the door."""
    box = stages.pack_unit(stages.picked(house, order), code="LAMP", quantity=1, actor=house.pat)
    stages.close_package(box, actor=house.pat)
    shipment = order.shipments.get()
    stages.label_packages(shipment, actor=house.pat)
    stages.mark_ready(shipment, actor=house.pat)
    packages = stages.hand_over(shipment.packages.all(), actor=house.pat)
    run = stages.started_run(house, packages)
    stages.deliver_stop(run.stops.get(), received_by="Grace", actor=house.cory)
    return Order.objects.get(pk=order.pk)


def state(refund):
    refund.refresh_from_db()
    return refund.status, refund.amount, refund.paid, refund.is_exact, refund.shop_refund


def test_the_money_of_a_cancelled_unit_is_taken_off_once(house):
    order = make_order(house.ada, {"LAMP": 2}, currency="EUR")
    OrderLine.objects.filter(order=order).update(unit_price=1999)
    Charge.objects.create(seller_id=order.seller_id, order=order)
    in_shop(order, {"LAMP": 2})
    refunded(order, {}, 1999)
    line = order.lines.get()
    cancel_units(Order.objects.get(pk=order.pk), {line.pk: 1}, actor=house.ada.owner)
    order = delivered(house, order)

    owed = bring_back(house, order, {"LAMP": 1})

    assert state(owed) == ("owed", 1999, None, True, "")
    charge = Charge.objects.get()
    assert (charge.paid, charge.elsewhere, charge.owed) == (3998, 1999, 1999)


@pytest.mark.parametrize(("money", "amount", "is_exact"), [
    (1999, 1999, True),  # of the cancelled one
    (1500, 1999, False),  # a part of it, or for something else
    (2499, 1499, False),  # of it, and 5.00 more
])  # fmt: skip
def test_money_without_units_is_first_that_of_cancelled_units(house, money, amount, is_exact):
    order = of_shop(house, {"LAMP": 1})
    OrderLine.objects.filter(order=order).update(ordered=2, cancelled=1)
    refunded(order, {}, money)

    owed = bring_back(house, order, {"LAMP": 1})

    assert state(owed) == ("owed", amount, None, is_exact, "")


def test_a_refund_for_a_problem_that_the_shop_tells_without_units_counts_once(house):
    order = of_shop(house, {"LAMP": 2})
    Problem.objects.create(
        seller_id=order.seller_id, order=order, line=order.lines.get(), kind="missing", quantity=1,
        package=order.packages.first(), answer="refund", answered_at=timezone.now(),
    )  # fmt: skip
    refunded(order, {}, 1999)

    assert state(bring_back(house, order, {"LAMP": 1})) == ("owed", 1999, None, True, "")


def test_less_money_than_the_units_that_are_named_is_not_all_of_them(house):
    order = of_shop(house, {"LAMP": 1})
    refunded(order, {"LAMP": 1}, 100)

    assert state(bring_back(house, order, {"LAMP": 1})) == ("owed", 1899, None, False, "")


def test_more_money_than_the_units_that_are_named_is_counted(house):
    order = of_shop(house, {"LAMP": 2}, shipping=490)
    refunded(order, {"LAMP": 1}, 1999 + 490)

    owed = bring_back(house, order, {"LAMP": 2})

    assert state(owed) == ("owed", 1999, None, False, "")


@pytest.mark.parametrize(("paid", "is_told_first"), [(1999, False), (1899, False), (1899, True)])
def test_what_was_ticked_off_by_hand_and_told_by_the_shop_is_one(house, paid, is_told_first):
    order = of_shop(house, {"LAMP": 2})
    terms(order.seller, house, refund_method="credit")
    first = bring_back(house, Order.objects.get(), {"LAMP": 1})
    first.refresh_from_db()
    if is_told_first:
        refunded(order, {}, paid)
    pay_refund(first, amount=paid, method="credit", actor=house.ada.owner)
    if not is_told_first:
        refunded(order, {}, paid)

    second = bring_back(house, order, {"LAMP": 1})

    assert state(first) == ("paid", 1999, paid, True, "7001")
    assert (first.is_by_hand, first.method) == (True, "credit")
    assert state(second) == ("owed", 1999, None, True, "")


def test_a_refund_of_the_shop_that_was_ticked_off_pays_no_other(house):
    order = of_shop(house, {"LAMP": 2})
    first = bring_back(house, order, {"LAMP": 1})
    second = bring_back(house, order, {"LAMP": 1})
    pay_refund(first, amount=1999, method="payment", actor=house.ada.owner)

    refunded(order, {"LAMP": 1}, 1999)

    assert (state(first)[4], state(second)[0]) == ("7001", "owed")


def test_another_amount_than_was_ticked_off_leaves_the_next_return_to_the_seller(house):
    order = of_shop(house, {"LAMP": 2})
    first = bring_back(house, order, {"LAMP": 1})
    pay_refund(first, amount=1999, method="payment", actor=house.ada.owner)
    refunded(order, {}, 1950)

    assert state(bring_back(house, order, {"LAMP": 1})) == ("owed", 1999, None, False, "")


@pytest.mark.parametrize(("units", "worth"), [
    ({"LAMP": 1}, 1999),  # what the customer keeps
    ({"SHADE": 1, "LAMP": 1}, 2499),  # more than came back
    ({"SHADE": 1}, 1),  # not its amount
    ({"SHADE": 1}, 600),
    ({}, 499),
    ({}, 501),
])  # fmt: skip
def test_another_refund_of_the_shop_ticks_nothing_off(house, units, worth):
    order = of_shop(house, {"LAMP": 1, "SHADE": 1})
    terms(order.seller, house, refund_days=14)
    owed = bring_back(house, Order.objects.get(), {"SHADE": 1})

    refunded(order, units, worth)

    assert state(owed) == ("owed", 500, None, True, "")
    assert Promise.ledger.get(kind="refunded").kept_at is None


@pytest.mark.parametrize("units", [{"SHADE": 1}, {}])
def test_its_units_or_its_amount_alone_tick_it_off(house, units):
    order = of_shop(house, {"LAMP": 1, "SHADE": 1})
    owed = bring_back(house, order, {"SHADE": 1})
    refunded(order, units, 500)
    assert state(owed) == ("paid", 500, 500, True, "7001")
    assert owed.is_by_hand is False


@pytest.mark.parametrize("units", [{"LAMP": 1}, {}])
@pytest.mark.parametrize(("count", "status"), [
    ("cancelled", "returned"), ("backordered", "partly_delivered"),
])  # fmt: skip
def test_what_may_be_of_a_unit_that_was_not_sent_ticks_nothing_off(house, units, count, status):
    order = of_shop(house, {"LAMP": 1})
    owed = bring_back(house, order, {"LAMP": 1})
    OrderLine.objects.filter(order=order).update(ordered=2, **{count: 1})
    Order.objects.filter(pk=order.pk).update(status=status)

    refunded(order, units, 1999)

    assert state(owed)[0] == "owed"


@pytest.mark.parametrize("units", [{"LAMP": 1}, {}])
def test_of_two_that_it_may_be_none_is_ticked_off(house, units):
    order = of_shop(house, {"LAMP": 2})
    owed = [bring_back(house, order, {"LAMP": 1}) for _ in range(2)]
    refunded(order, units, 1999)
    assert [state(one)[0] for one in owed] == ["owed", "owed"]


def test_by_money_alone_only_what_is_exact_is_ticked_off(house):
    order = sold(house, {"LAMP": 1})
    in_shop(order, {"LAMP": 1})
    owed = bring_back(house, order, {"LAMP": 1})
    refunded(order, {}, 1999)
    assert state(owed)[0] == "owed"


def test_what_was_paid_beyond_is_counted_for_the_next(house):
    order = of_shop(house, {"LAMP": 2})
    refunded(order, {}, 1)  # nobody knows for what, so the seller says how much
    first = bring_back(house, order, {"LAMP": 1})
    assert first.is_exact is False
    pay_refund(first, amount=2999, method="payment", actor=house.ada.owner)
    charge = Charge.objects.get()
    assert (charge.paid, charge.owed) == (3998, 2999)

    second = bring_back(house, order, {"LAMP": 1})

    assert second.amount <= 999
    with pytest.raises(DomainError, match="more than is left"):
        pay_refund(second, amount=1000, method="payment", actor=house.ada.owner)
    pay_refund(second, amount=999, method="payment", actor=house.ada.owner)
    assert Charge.objects.get().owed == 3998
    assert refunds_are_paid_for() == []


def test_where_the_cost_is_unknown_more_than_the_prices_may_be_paid(house):
    order = sold(house, {"LAMP": 1})
    owed = bring_back(house, order, {"LAMP": 1})
    pay_refund(owed, amount=2379, method="payment", actor=house.ada.owner)
    charge = Charge.objects.get()
    assert (charge.paid, charge.owed) == (2379, 2379)
    assert refunds_are_paid_for() == []


def test_where_nothing_seems_left_the_seller_still_sees_the_return(house):
    order = of_shop(house, {"LAMP": 2})
    bring_back(house, order, {"LAMP": 1})
    refunded(order, {}, 3998)

    second = bring_back(house, order, {"LAMP": 1})

    assert state(second)[3] is False
    assert Refund.objects.count() == 2


@pytest.mark.parametrize("units", [{"LAMP": 1}, {}])
def test_a_refund_that_waits_at_first_ticks_it_off_when_the_money_went(house, units):
    order = of_shop(house, {"LAMP": 1})
    owed = bring_back(house, order, {"LAMP": 1})

    refunded(order, units, 0)
    assert state(owed)[0] == "owed"
    refunded(order, units, 1999)

    assert state(owed) == ("paid", 1999, 1999, True, "7001")


@pytest.mark.parametrize(("ordered", "back", "is_exact"), [
    (2, 1, False),  # of the lamp that came back, or of the one that stays
    (3, 2, False),
    (2, 2, True),  # of one of those that came back
])  # fmt: skip
def test_what_the_shop_gave_before_may_be_of_this_return(house, ordered, back, is_exact):
    order = of_shop(house, {"LAMP": ordered})
    refunded(order, {"LAMP": 1}, 1999)

    owed = bring_back(house, order, {"LAMP": back})

    assert state(owed)[::3] == ("owed", is_exact)


def test_what_the_shop_gave_of_a_cancelled_unit_leaves_the_return_its_amount(house):
    order = of_shop(house, {"LAMP": 2})
    OrderLine.objects.filter(order=order).update(ordered=3, cancelled=1)
    refunded(order, {"LAMP": 1}, 1999)

    assert state(bring_back(house, order, {"LAMP": 1})) == ("owed", 1999, None, True, "")


@pytest.mark.parametrize(("ordered", "payment"), [(1, "paid"), (2, "paid"), (2, "refunded")])
def test_what_the_shop_paid_before_for_all_of_a_return_is_its_refund(house, ordered, payment):
    order = of_shop(house, {"LAMP": ordered, "SHADE": 1})
    refunded(order, {"LAMP": ordered}, 1999 * ordered)
    ShopOrder.objects.update(payment=payment)

    paid = bring_back(house, order, {"LAMP": ordered}, reason="damaged")

    assert state(paid) == ("paid", 1999 * ordered, 1999 * ordered, True, "7001")
    assert paid.promise is None
    [event] = Event.objects.filter(kind="return.refunded")
    assert (event.data["by"], event.data["amount"]) == ("shop", 1999 * ordered)
    assert not Event.objects.filter(kind="refund.owed")
    assert (Charge.objects.get().owed, Charge.objects.get().elsewhere) == (1999 * ordered, 0)
    assert findings() == []


@pytest.mark.parametrize(("worth", "status"), [(1699, "paid"), (1999, "paid"), (1698, None)])
def test_what_the_shop_paid_before_with_or_without_the_fee_is_its_refund(house, worth, status):
    order = of_shop(house, {"LAMP": 1})
    terms(order.seller, house, return_fee=300, return_fee_currency="EUR")
    refunded(order, {"LAMP": 1}, worth)

    owed = bring_back(house, Order.objects.get(), {"LAMP": 1})

    assert (owed.status, owed.paid) == (status or "owed", worth if status else None)


@pytest.mark.parametrize(("units", "worth", "status"), [
    ({"LAMP": 1}, 1999, "paid"),  # the shop took no fee
    ({"LAMP": 1}, 2000, "owed"),
    ({"LAMP": 1}, 1698, "owed"),
    ({}, 1999, "owed"),  # of no unit that it names
])  # fmt: skip
def test_what_the_shop_pays_without_our_fee_ticks_it_off(house, units, worth, status):
    order = of_shop(house, {"LAMP": 2})
    terms(order.seller, house, return_fee=300, return_fee_currency="EUR")
    owed = bring_back(house, Order.objects.get(), {"LAMP": 1})
    assert owed.amount == 1699

    refunded(order, units, worth)

    assert state(owed)[:3] == (status, 1699, worth if status == "paid" else None)
    assert findings() == []


def test_what_came_back_undelivered_is_settled_once_the_shop_has_refunded_it(house):
    order = make_order(house.ada, {"LAMP": 1}, currency="EUR")
    in_shop(order, {"LAMP": 1})
    box = stages.pack_unit(stages.picked(house, order), code="LAMP", quantity=1, actor=house.pat)
    stages.close_package(box, actor=house.pat)
    shipment = order.shipments.get()
    stages.label_packages(shipment, actor=house.pat)
    stages.mark_ready(shipment, actor=house.pat)
    run = stages.started_run(house, stages.hand_over(shipment.packages.all(), actor=house.pat))
    fail_stop(run.stops.get(), reason="refused", actor=house.cory)
    send_back(shipment.packages.get(), actor=house.pat)
    take_back(shipment.packages.get(), actor=house.pat)
    ada, address = signed_in(house.ada.owner), f"/dashboard/orders/{order.pk}/"
    assert "refund or send anew" in ada.get(address).content.decode()

    refunded(order, {"LAMP": 1}, 1999)

    page = ada.get(address).content.decode()
    assert "refund or send anew" not in page
    assert "The shop has refunded what came back undelivered." in page
