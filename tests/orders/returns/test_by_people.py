"""What sellers decide of returns by hand: opened for a customer, excepted from the policy, once."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from notifications.models import Message
from orders.errors import InvalidInput, Outdated
from orders.models import Order, OrderChange, Package, Return, Seller
from orders.returns.handling import approve_return, refuse_return, request_return, revise_return
from orders.returns.rules import add_rule
from tests.support.stages import delivered_order, open_house
from tests.test_doors import signed_in

pytestmark = pytest.mark.django_db


def brought():
    """Two lamps and a shade that were delivered."""
    house = open_house()
    return house, delivered_order(house, {"LAMP": 2, "SHADE": 1}, currency="EUR")


@pytest.fixture
def told(once):
    return once(brought)


@pytest.fixture
def house(told):
    return told[0]


@pytest.fixture
def order(told):
    return Order.objects.get(pk=told[1].pk)


def line(order, sku="LAMP"):
    return order.lines.get(sku=sku)


def ask(order, **units):
    wanted = {line(order, sku).pk: number for sku, number in units.items()}
    return request_return(order, units=wanted, reason="changed_mind")


def page_of(order):
    return f"/dashboard/orders/{order.pk}/return/"


def seen_in(answer):
    return re.search('name="seen" value="([^"]*)"', answer.content.decode())[1]


def opening(order, ada, *, units=1, **given):
    """The form of the page as a browser sends it."""
    fields = {f"units-{line(order).pk}": units, "given": "damaged", "wish": "", "comment": ""}
    return {**fields, "reason": "", "seen": seen_in(ada.get(page_of(order))), **given}


def told_by_mail(order):
    rows = Message.objects.filter(order=order, channel="email", template__contains="return")
    return sorted(rows.values_list("template", flat=True))


def reasons(order):
    """What was said of why, in the history: {event: reason}."""
    rows = OrderChange.objects.filter(order=order, field="reason").select_related("event")
    return {row.event.kind: row.after for row in rows}


def test_a_return_is_opened_for_a_customer_approved_and_told_once(house, order):
    ada = signed_in(house.ada.owner)
    assert page_of(order) in ada.get(f"/dashboard/orders/{order.pk}/").content.decode()

    answer = ada.post(page_of(order), opening(order, ada, comment="It flickers."), follow=True)

    back = Return.objects.get()
    assert f"Return {back} is approved; the customer is notified." in answer.content.decode()
    part = back.lines.get()
    assert (back.status, back.reason, back.comment) == ("approved", "damaged", "It flickers.")
    assert (part.line, part.requested, part.approved) == (line(order), 1, 1)
    assert told_by_mail(order) == ["return_approved"]
    asked = order.events.get(kind="return.requested")
    assert asked.actor == house.ada.owner


def test_a_form_that_is_sent_twice_opens_one_return(house, order):
    ada = signed_in(house.ada.owner)
    form = opening(order, ada)
    other = f"units-{line(order, 'SHADE').pk}"

    assert ada.post(page_of(order), form).status_code == 302
    again = ada.post(page_of(order), form | {f"units-{line(order).pk}": 0, other: 1})

    assert again.status_code == 412
    assert "A return of this order was opened meanwhile" in again.content.decode()
    assert Return.objects.count() == 1


def test_what_customers_may_not_ask_for_any_more_needs_a_reason(house, order):
    """The exception is kept with it; a customer is refused still."""
    Package.objects.update(delivered_at=timezone.now() - timedelta(days=99))
    ada = signed_in(house.ada.owner)
    assert "this one is an exception" in ada.get(page_of(order)).content.decode()

    bare = ada.post(page_of(order), opening(order, ada))
    assert bare.status_code == 422
    assert "Say why: returns for this order closed on" in bare.content.decode()
    assert not Return.objects.exists()

    ada.post(page_of(order), opening(order, ada, reason="She was in hospital."))
    assert Return.objects.get().status == "approved"
    assert reasons(order) == {"return.requested": "She was in hospital."}
    assert "She was in hospital." in ada.get(f"/dashboard/orders/{order.pk}/").content.decode()


@pytest.mark.parametrize(("takes", "fee"), [({}, 0), ({"takes_fee": "on"}, 490)])
def test_no_fee_is_deducted_that_nobody_has_said(house, order, takes, fee):
    Seller.objects.update(return_fee=490, return_fee_currency="EUR")
    ada = signed_in(house.ada.owner)

    ada.post(page_of(order), opening(order, ada, given="too_large", **takes))

    assert Return.objects.get().fee == fee


def test_the_units_of_a_gift_come_back_too(house):
    """Its customer's page sends them to the shop, for what is in it is secret."""
    order = delivered_order(house, {"LAMP": 1}, is_gift=True)
    ada = signed_in(house.ada.owner)

    ada.post(page_of(order), opening(order, ada))

    assert Return.objects.get(order=order).status == "approved"


def test_more_than_came_is_refused_and_so_is_what_is_in_a_return(house, order):
    ada = signed_in(house.ada.owner)
    form = opening(order, ada)

    much = ada.post(page_of(order), form | {f"units-{line(order).pk}": 3})
    none = ada.post(page_of(order), form | {f"units-{line(order).pk}": 0})
    assert (much.status_code, none.status_code) == (422, 409)
    assert "At most 2 can come back." in much.content.decode()
    assert "Enter how many units come back" in none.content.decode()

    ask(order, LAMP=1)
    page = ada.get(page_of(order)).content.decode()
    assert (f"units-{line(order).pk}" in page, f"units-{line(order, 'SHADE').pk}" in page) == (
        False, True,
    )  # fmt: skip


def test_a_seller_opens_none_for_another_ones_order(house, order):
    bo = signed_in(house.bo.owner)

    assert bo.get(page_of(order)).status_code == 404
    assert bo.post(page_of(order), {}).status_code == 404


def test_an_exception_from_the_policy_needs_a_reason_and_keeps_it(house, order):
    add_rule(house.ada.seller, {"outcome": "refuse", "words": "Sale is final."}, actor=None)
    back = ask(order, LAMP=1)
    assert back.status == "refused"
    ada = signed_in(house.ada.owner)
    door = f"/dashboard/returns/{back.pk}/revise/"

    with pytest.raises(InvalidInput):
        revise_return(back, actor=house.ada.owner)
    bare = ada.post(door, {"seen": "refused", "reason": " "})
    assert bare.status_code == 422
    assert "Say why: your return policy has refused it." in bare.content.decode()
    assert Return.objects.get().status == "refused"

    assert ada.post(door, {"seen": "refused", "reason": "A good customer."}).status_code == 302
    assert (Return.objects.get().status, Return.objects.get().words) == ("approved", "")
    assert reasons(order) == {"return.approved": "A good customer."}


def test_what_a_person_has_refused_is_approved_without_a_reason(house, order):
    back = refuse_return(ask(order, LAMP=1), words="It was worn.", actor=house.ada.owner)
    ada = signed_in(house.ada.owner)

    assert ada.post(f"/dashboard/returns/{back.pk}/revise/").status_code == 302
    assert Return.objects.get().status == "approved"


def test_who_refuses_what_a_colleague_has_approved_is_told_first(house, order):
    back = ask(order, LAMP=1)
    ada = signed_in(house.ada.owner)
    door = f"/dashboard/returns/{back.pk}/refuse/"
    form = {"words": "It was worn.", "seen": seen_in(ada.get(door))}
    approve_return(back, actor=house.ada.owner)

    late = ada.post(door, form)

    assert late.status_code == 412
    assert f"Return {back} is approved by now: look at it again." in late.content.decode()
    assert Return.objects.get().status == "approved"
    assert ada.post(door, form | {"seen": seen_in(late)}).status_code == 302
    assert Return.objects.get().status == "refused"


def test_nothing_is_turned_over_that_was_decided_since(house, order):
    """Refused by two at once: the second does not approve it."""
    back = approve_return(ask(order, LAMP=1), actor=house.ada.owner)
    revise_return(back, words="It was worn.", seen="approved", actor=house.ada.owner)

    with pytest.raises(Outdated):
        revise_return(back, words="It was worn.", seen="approved", actor=house.ada.owner)

    assert Return.objects.get().status == "refused"
