"""What is found to be owed for a return after its refund was paid or waived: the rest, once."""

import random
import re
from contextlib import suppress
from datetime import timedelta

import pytest

from orders.access import Viewer
from orders.errors import DomainError
from orders.events.recording import record
from orders.models import Charge, Event, OrderChange, Push, Refund, Return
from orders.numbers.counting import Period
from orders.numbers.returned import refunds_paid
from orders.pushes.dues import abouts, refunds_due
from orders.returns.discrepancies import decide_discrepancy, is_waived
from orders.returns.handling import approve_return, request_return
from orders.returns.keeping import close_kept
from orders.returns.owed import owe_refund
from orders.returns.refunding import add_goodwill, owe_again, pay_refund, waive_refund
from orders.shops.base import Cost
from tests.orders.test_owed import bring_back, in_shop, sold, terms
from tests.support.stages import open_house
from tests.test_doors import signed_in
from tests.tracking.tracked import look
from warehouse.returns.inspection import inspect_return_line, receive_return

pytestmark = pytest.mark.django_db


@pytest.fixture
def house(once):
    return once(open_house)


def come_back(house, order, *, asked, came):
    """A closed return of lamps of which only so many came; what is missing is undecided."""
    line = order.lines.get(sku="LAMP")
    back = request_return(order, units={line.pk: asked}, reason="changed_mind")
    approve_return(back, actor=house.ada.owner)
    part = back.lines.get()
    receive_return(back, received={part.pk: came}, actor=house.pat)
    if came:
        inspect_return_line(part, restocked=0, written_off=came, actor=house.pat)
    return Return.objects.get(pk=back.pk)


def page_of(order):
    return look(order).content.decode()


def amounts(back):
    rows = [*back.former_refunds.order_by("pk"), *Refund.objects.filter(order_return=back)]
    return [(row.status, row.amount) for row in rows]


@pytest.mark.parametrize(("settled", "rest"), [("paid", 1666), ("waived", 1666)])
def test_the_rest_is_owed_once_more_is_credited(house, settled, rest):
    order = sold(house, {"LAMP": 3}, cost=Cost(discount=1000))
    back = come_back(house, order, asked=2, came=1)
    first, ada = Refund.objects.get(), house.ada.owner
    assert first.amount == 1999 - 333
    if settled == "paid":
        pay_refund(first, amount=first.amount, method="payment", actor=ada)
    else:
        waive_refund(first, reason="Kept", actor=ada)

    decide_discrepancy(back.discrepancies.get(), "credit", actor=ada)

    assert amounts(back) == [(settled, 1666), ("owed", rest)]
    assert Charge.objects.get().owed == rest + (1666 if settled == "paid" else 0)
    with pytest.raises(DomainError, match="More was owed for this return since"):
        owe_again(first, actor=ada)
    owe_refund(back, actor=None)
    pay_refund(Refund.objects.get(order_return=back), amount=rest, method="payment", actor=ada)
    owe_refund(back, actor=None)
    assert amounts(back) == [(settled, 1666), ("paid", rest)], "each unit once"
    assert not is_waived(back.discrepancies.get()), "it is part of the second"

    file = b"".join(signed_in(ada).get("/dashboard/returns/export/").streaming_content).decode()
    assert file.count("16.66") == 2, "each refund has its amount"
    if settled == "paid":
        asked = Refund.objects.latest("paid_at").paid_at - timedelta(hours=9)
        Return.objects.update(created_at=asked)
        back.former_refunds.update(paid_at=asked + timedelta(hours=1))
        days = Period(asked.date(), asked.date() + timedelta(days=1))
        assert refunds_paid(Viewer.of(ada), days).median < 9 * 3600, "the first counts, too"


def test_a_fee_is_taken_off_once(house):
    terms(house.ada.seller, house, return_fee=300, return_fee_currency="EUR")
    order = sold(house, {"LAMP": 2}, cost=Cost())
    back = come_back(house, order, asked=2, came=1)
    pay_refund(Refund.objects.get(), amount=1699, method="payment", actor=house.ada.owner)
    decide_discrepancy(back.discrepancies.get(), "credit", actor=house.ada.owner)
    assert amounts(back) == [("paid", 1699), ("owed", 1999)]


def test_goodwill_is_owed_with_its_reason_and_never_more_than_was_paid(house):
    order = sold(house, {"LAMP": 2}, cost=Cost())
    refund, ada = bring_back(house, order, {"LAMP": 1}), house.ada.owner
    more = f"/dashboard/refunds/{refund.pk}/more/"
    page = signed_in(ada)

    refused = page.post(more, {"more-amount": "20.00", "more-reason": "Sorry"})
    assert (refused.status_code, Refund.objects.get().goodwill) == (409, 0)
    shown = page.get(f"/dashboard/refunds/{refund.pk}/").content.decode()
    seen = re.search(rf'action="{more}".*?name="more-seen" value="([^"]+)"', shown, re.S)[1]
    wanted = {"more-amount": "2.50", "more-reason": "Sorry", "more-seen": seen}
    assert [page.post(more, wanted).status_code for _ in range(2)] == [302, 412], "tapped twice"

    refund.refresh_from_db()
    assert (refund.goodwill, refund.amount) == (250, 2249)
    event = Event.objects.filter(kind="refund.owed").latest("pk")
    assert event.data == {"amount": 2249, "currency": "EUR"}
    assert OrderChange.objects.get(event=event).after == "Sorry"
    owe_refund(refund.order_return, actor=None)
    assert Refund.objects.get().amount == 2249, "it stays"
    pay_refund(refund, amount=2249, method="payment", actor=ada)
    page.post(more, {"more-amount": "1", "more-reason": "Again"})
    assert amounts(refund.order_return) == [("paid", 2249), ("owed", 100)]
    assert "has refunded a part of this return, and refunds a further" in page_of(order)
    last = Refund.objects.get(order_return=refund.order_return_id)
    shown = page.get(f"/dashboard/refunds/{last.pk}/").content.decode()
    assert ("Other refunds of this return" in shown, "22.49 EUR" in shown) == (True, True)
    with pytest.raises(DomainError, match="more than is left"):
        add_goodwill(last, amount=1650, reason="Sorry", actor=ada)
    assert "22.49 EUR" in page.get(f"/dashboard/refunds/{refund.pk}/").content.decode()


def test_what_was_given_back_since_is_not_owed_again(house):
    order = sold(house, {"LAMP": 2}, cost=Cost())
    refund, ada = bring_back(house, order, {"LAMP": 1}), house.ada.owner
    pay_refund(refund, amount=1999, method="payment", actor=ada)
    last = add_goodwill(refund, amount=100, reason="Sorry", actor=ada)
    waive_refund(last, reason="Kept", actor=ada)
    assert "The shop has refunded this return." in page_of(order)
    charge = Charge.objects.get()
    Charge.objects.update(elsewhere=charge.paid - charge.owed)  # given back for no return since
    with pytest.raises(DomainError, match="more would be refunded"):
        owe_again(last, actor=ada)


def test_a_shop_hears_of_a_refund_that_no_unit_came_back_for(house):
    order = sold(house, {"LAMP": 1}, cost=Cost())
    in_shop(order, {"LAMP": 1})
    back = request_return(order, units={order.lines.get().pk: 1}, reason="damaged")
    close_kept(approve_return(back, actor=house.ada.owner), actor=house.ada.owner)
    closed = Event.objects.get(kind="return.closed")
    owed = Event.objects.get(kind="refund.owed")
    assert abouts([(closed, Push.What.RETURNED)]) == {}
    about = refunds_due([owed], {})[owed.pk]
    assert (about.words, about.is_refund_due) == (f"{back}; refund due: 19.99 EUR", True)

    record([Event.of(Refund.objects.get(), "owed", amount=1999, currency="EUR")])
    newer = Event.objects.filter(kind="refund.owed").latest("pk")
    assert list(refunds_due([owed, newer], {})) == [newer.pk], "as it stands now, once"


@pytest.mark.parametrize("seed", range(3))
def test_late_decisions_and_goodwill_never_owe_more_than_was_paid(house, seed):
    """Random ends of a return: each unit is refunded once, and never more than was paid."""
    dice = random.Random(seed)  # noqa: S311
    ada = house.ada.owner
    order = sold(house, {"LAMP": 5}, cost=Cost(dice.randint(0, 900), dice.randint(0, 99), 490))
    acts = [
        lambda one: pay_refund(one, amount=one.amount, method="payment", actor=ada),
        lambda one: waive_refund(one, reason="Kept", actor=ada),
        lambda one: owe_again(one, actor=ada),
        lambda one: add_goodwill(one, amount=dice.randint(1, 900), reason="Sorry", actor=ada),
    ]
    back = come_back(house, order, asked=4, came=dice.randint(1, 3))
    missing = back.discrepancies.get()
    for step in range(12):
        with suppress(DomainError):
            dice.choice(acts)(dice.choice(Refund.objects.order_by("pk")))
        if step == 5:
            decide_discrepancy(missing, dice.choice(["credit", "no_credit"]), actor=ada)
        charge, rows = Charge.objects.get(), Refund.objects.all()
        paid = sum(one.paid or 0 for one in rows)
        assert paid <= charge.owed <= charge.paid - charge.elsewhere
        assert charge.owed == sum(one.amount for one in rows if one.status != "waived")
        units = sum(part.units for one in rows for part in one.lines.all())
        assert units <= 4
