"""A refund that is not paid: waived with a reason, and what was ticked off is owed again."""

import random
import re
from contextlib import suppress

import pytest

from orders.books import refunds_are_paid_for
from orders.errors import DomainError
from orders.models import Charge, Discrepancy, Event, Order, OrderChange, Promise, Refund
from orders.returns.refunding import owe_again, pay_refund, waive_refund
from orders.shops.base import Cost
from tests.orders.test_owed import bring_back, in_shop, refunded, sold, terms
from tests.support.signing_in import sign_in
from tests.support.stages import open_house

pytestmark = [pytest.mark.django_db, pytest.mark.same_stages]


@pytest.fixture
def house(once):
    return once(open_house)


def lamps_back(house, number=1, **given):
    """An order of two lamps, and the refunds of as many returns of one each."""
    order = sold(house, {"LAMP": 2}, cost=Cost())
    in_shop(order, {"LAMP": 2})
    terms(order.seller, house, **{"refund_days": 14} | given)
    order = Order.objects.get()
    return order, [bring_back(house, order, {"LAMP": 1}) for _ in range(number)]


def test_what_is_waived_is_owed_no_more_and_its_date_is_withdrawn(house):
    order, [refund] = lamps_back(house)
    with pytest.raises(DomainError, match="Say why"):
        waive_refund(refund, reason=" ", actor=house.ada.owner)

    waived = waive_refund(refund, reason="Paid by bank transfer", actor=house.ada.owner)

    assert (waived.status, Charge.objects.get().owed) == ("waived", 0)
    promise = Promise.ledger.get(kind="refunded")
    assert promise.released_at is not None
    event = Event.objects.get(kind="refund.waived")
    assert OrderChange.objects.get(event=event).after == "Paid by bank transfer"
    assert not Event.objects.filter(kind="return.refunded").exists(), "the customer is told nothing"
    with pytest.raises(DomainError, match="is waived"):
        pay_refund(refund, amount=1999, method="payment", actor=house.ada.owner)

    second = bring_back(house, order, {"LAMP": 1})
    assert second.amount == 1999
    assert refunds_are_paid_for() == []

    again = owe_again(refund, actor=house.ada.owner)
    promise.refresh_from_db()
    assert (again.status, again.amount, promise.is_open) == ("owed", 1999, True)
    assert Charge.objects.get().owed == 3998


def test_a_page_that_is_old_takes_back_nothing_that_a_colleague_did_since(house):
    _, [refund] = lamps_back(house)
    ada, page = house.ada.owner, sign_in(house.ada.owner)
    url = f"/dashboard/refunds/{refund.pk}/"
    waive_refund(refund, reason="Kept", actor=ada)
    shown = re.search(r'name="seen" value="([^"]*)"', page.get(url).content.decode())[1]
    owe_again(refund, actor=ada)
    pay_refund(refund, amount=1999, method="payment", actor=ada)

    late = page.post(f"{url}undo/", {"seen": shown})

    assert "This refund is paid by now: look at it again." in late.content.decode()
    assert Refund.objects.get().status == "paid"
    seen = re.search(r'name="seen" value="([^"]*)"', late.content.decode())[1]
    assert page.post(f"{url}undo/", {"seen": seen}).status_code == 302
    assert Refund.objects.get().status == "owed"


def test_the_shop_ticks_off_nothing_that_is_waived(house):
    order, [refund] = lamps_back(house)
    waive_refund(refund, reason="Given in the store", actor=house.ada.owner)
    refunded(order, {"LAMP": 1}, 1999)
    refund.refresh_from_db()
    assert refund.status == "waived"

    second = bring_back(house, order, {"LAMP": 1})
    assert (second.amount, second.is_exact) == (1999, True), "its unit is not that of the next"


def test_a_tick_is_taken_back(house):
    _, [refund] = lamps_back(house, refund_method="credit")
    pay_refund(refund, amount=1500, method="payment", actor=house.ada.owner)

    again = owe_again(refund, actor=house.ada.owner)

    assert (again.status, again.paid, again.paid_at, again.is_by_hand) == (
        "owed",
        None,
        None,
        False,
    )
    promise = Promise.ledger.get(kind="refunded")
    assert (promise.is_open, promise.done_at) == (True, None)
    assert Charge.objects.get().owed == 1999
    assert Event.objects.filter(kind="refund.paid_undone").count() == 1
    with pytest.raises(DomainError, match="is owed"):
        owe_again(refund, actor=house.ada.owner)
    paid = pay_refund(refund, amount=1999, method="payment", actor=house.ada.owner)
    assert paid.status == "paid"


def test_what_was_counted_for_another_is_not_owed_twice(house):
    order, [refund] = lamps_back(house)
    waive_refund(refund, reason="Kept", actor=house.ada.owner)
    refunded(order, {}, 1)
    second = bring_back(house, order, {"LAMP": 1})
    pay_refund(second, amount=3998, method="payment", actor=house.ada.owner)

    again = owe_again(refund, actor=house.ada.owner)

    assert (again.amount, Charge.objects.get().owed) == (0, 3998)
    assert refunds_are_paid_for() == []


def test_what_the_shop_has_told_is_not_taken_back(house):
    order, [refund] = lamps_back(house)
    refunded(order, {"LAMP": 1}, 1999)
    with pytest.raises(DomainError, match="The shop has told us"):
        owe_again(refund, actor=house.ada.owner)
    assert Refund.objects.get().status == "paid"


def missing_of(refund, status):
    """A unit of this return that was missing, and is refunded all the same."""
    missing = Discrepancy.objects.create(
        seller_id=refund.seller_id, order=refund.order, order_return=refund.order_return,
        line=refund.order.lines.get(), kind="missing", quantity=1, decision="credit",
        status=status,
    )  # fmt: skip
    refund.covers = {"units": {}} | refund.covers | {"credits": [str(missing.pk)]}
    Refund.objects.filter(pk=refund.pk).update(covers=refund.covers)
    return missing


@pytest.mark.parametrize("settle", [
    lambda one, ada: pay_refund(one, amount=1999, method="payment", actor=ada),
    lambda one, ada: waive_refund(one, reason="Kept", actor=ada),
])  # fmt: skip
def test_what_was_missing_is_owed_again_with_its_refund(house, settle):
    _, [refund] = lamps_back(house)
    with_it = missing_of(refund, "decided")
    settle(refund, house.ada.owner)
    with_it.refresh_from_db()
    assert with_it.status == "done"

    again = owe_again(refund, actor=house.ada.owner)

    with_it.refresh_from_db()
    assert (again.status, again.amount, with_it.status) == ("owed", 3998, "decided")
    assert Event.objects.filter(kind="discrepancy.done_undone").count() == 1
    assert refunds_are_paid_for() == []


def test_what_was_missing_and_paid_for_itself_stays_paid(house):
    _, [refund] = lamps_back(house)
    alone = missing_of(refund, "done")
    pay_refund(refund, amount=1999, method="payment", actor=house.ada.owner)

    again = owe_again(refund, actor=house.ada.owner)

    alone.refresh_from_db()
    assert (again.status, again.amount, alone.status) == ("owed", 1999, "done")


def test_a_tick_taken_back_leaves_the_way_of_paying_as_it_was_told(house):
    order, [refund] = lamps_back(house)
    pay_refund(refund, amount=1999, method="credit", actor=house.ada.owner)
    terms(order.seller, house, refund_days=14, refund_method="credit")

    assert owe_again(refund, actor=house.ada.owner).method == "payment"

    waive_refund(refund, reason="Kept", actor=house.ada.owner)
    assert owe_again(refund, actor=house.ada.owner).method == "payment"


@pytest.mark.parametrize("seed", range(3))
def test_whatever_shop_and_seller_do_no_more_is_owed_than_was_paid(house, seed):
    dice = random.Random(seed)  # noqa: S311
    order = sold(house, {"LAMP": 3, "SHADE": 2}, cost=Cost(dice.randint(0, 500), 0, 490))
    in_shop(order, {"LAMP": 3, "SHADE": 2})
    ada = house.ada.owner

    def told():
        amount = dice.choice([0, 1, 500, 1999, 2499, 9999])
        units = dice.choice([{}, {"LAMP": 1}, {"SHADE": 1}, {"LAMP": 1, "SHADE": 1}])
        refunded(order, units, amount, number=str(dice.randint(1, 6)))

    acts = [
        lambda one: pay_refund(one, amount=one.amount, method="credit", actor=ada),
        lambda one: pay_refund(one, amount=dice.randint(1, 9999), method="payment", actor=ada),
        lambda one: waive_refund(one, reason="Kept", actor=ada),
        lambda one: owe_again(one, actor=ada),
    ]
    for sku in dice.sample(["LAMP"] * 3 + ["SHADE"] * 2, 5):
        told()
        bring_back(house, order, {sku: 1})
        for _ in range(3):
            with suppress(DomainError):
                dice.choice(acts)(dice.choice(Refund.objects.order_by("pk")))
            told()
        charge = Charge.objects.get()
        paid = sum(one.paid or 0 for one in Refund.objects.filter(status="paid"))
        assert paid <= charge.owed <= charge.paid - charge.elsewhere
        assert refunds_are_paid_for() == []
