"""What a customer reads of the refund of a return: by mail the amount, by the link only that."""

import re
from datetime import timedelta

import pytest
from django.db.models import F
from django.test import Client
from django.utils import timezone

from fulfillment.privacy.customers import kept_about
from notifications.facts import load_facts
from notifications.models import Message
from notifications.words.contents import contents_of
from notifications.words.values import values_of
from orders.models import Charge, Order, Promise, Refund, Return
from orders.returns.policy import local_day
from orders.returns.refunding import pay_refund, waive_refund
from orders.shops.base import Cost
from tests.orders.test_owed import bring_back, sold, terms
from tests.orders.test_waived_refunds import missing_of
from tests.support.stages import open_house
from tests.tracking.tracked import proven

pytestmark = [pytest.mark.django_db, pytest.mark.same_stages]

COST = Cost(shipping=490)


@pytest.fixture
def house(once):
    return once(open_house)


def lamp_back(house, cost=COST, **given):
    order = sold(house, {"LAMP": 1}, cost=cost)
    terms(order.seller, house, **{"refund_days": 14} | given)
    return bring_back(house, Order.objects.get(), {"LAMP": 1})


def values(template):
    """The variables of the newest message of a kind, as they are when it is sent now."""
    message = Message.objects.filter(template=template).latest("pk")
    [facts] = load_facts([message])
    found = values_of(facts, contents_of(facts), now=timezone.now())
    return {name: found[name] for name in ("refund", "refund_by", "refund_credit", "refunded")}


def page_of(order):
    return Client().get(f"/track/{order.token}/").content.decode()


def test_the_mail_names_the_amount_and_the_day_until_it_is_paid(house):
    refund = lamp_back(house)
    told = values("return_closed")
    assert (told["refund"], told["refunded"], told["refund_credit"]) == ("€24.89", None, None)
    assert f"{refund.promise.local_on.day} " in told["refund_by"]

    pay_refund(refund, amount=2489, method="credit", actor=house.ada.owner)

    assert values("return_closed")["refund"] is None, "it is not owed any more"
    assert values("refund_paid") == {
        "refund": None, "refund_by": None, "refund_credit": True, "refunded": "€24.89",
    }  # fmt: skip


def test_an_amount_that_fell_to_nothing_is_not_named(house):
    lamp_back(house)
    Refund.objects.update(discount=F("discount") + F("amount"), amount=0)
    Charge.objects.update(owed=0)
    assert values("return_closed")["refund"] is None


def test_a_day_that_has_passed_is_not_named(house):
    lamp_back(house)
    moment = Promise.ledger.get(kind="refunded").earliest
    Promise.ledger.filter(kind="refunded").update(latest=moment, broken_at=moment)
    assert values("return_closed")["refund_by"] is None


@pytest.mark.parametrize("is_gift", [True, False])
def test_no_amount_is_named_that_is_not_known_or_not_theirs(house, is_gift):
    lamp_back(house, cost=COST if is_gift else None)
    Order.objects.update(is_gift=is_gift)
    assert values("return_closed")["refund"] is None


def test_the_page_says_that_it_is_refunded_and_no_amount(house):
    refund = lamp_back(house, refund_method="credit")
    page = page_of(refund.order)
    assert "The shop refunds this return by " in page
    assert "You get it as store credit." in page
    assert "24.89" not in page, "whoever has the link may read it"

    day = local_day(refund.order, timezone.now()) - timedelta(days=1)
    Promise.ledger.filter(kind="refunded").update(broken_at=timezone.now(), local_on=day)
    page = page_of(refund.order)
    assert "The shop was to refund this return by " in page
    assert "and has not said that it did. If you have not got it, contact the shop." in page
    assert "The shop refunds this return" not in page

    pay_refund(refund, amount=2489, method="payment", actor=house.ada.owner)
    page = page_of(refund.order)
    assert "The shop has refunded this return." in page
    assert "store credit" not in page


@pytest.mark.parametrize(("currency", "says"), [("EUR", True), ("USD", False)])
def test_the_form_says_what_a_return_costs_before_it_is_sent(house, currency, says):
    order = sold(house, {"LAMP": 1}, cost=COST)
    terms(order.seller, house, return_fee=350, return_fee_currency=currency)
    form = proven(order).get(f"/track/{order.token}/return/").content.decode()
    assert ("deducts €3.50 from the refund for this return" in form) == says


@pytest.mark.parametrize(("language", "says"), [
    ("en", "The shop has changed what it deducts for a return"),
    ("de", "Der Shop hat geändert, was er für eine Rücksendung abzieht"),
    ("fr", "La boutique a modifié la somme qu’elle déduit pour un retour"),
    ("es", "La tienda ha cambiado lo que descuenta por una devolución"),
    ("ar", "غيّر المتجر المبلغ الذي يخصمه عن الإرجاع"),
    ("ja", "返品の際に差し引かれる金額がショップにより変更されました"),
])  # fmt: skip
def test_no_more_is_deducted_than_the_form_has_said(house, language, says):
    order = sold(house, {"LAMP": 1}, cost=COST)
    terms(order.seller, house, return_fee=350, return_fee_currency="EUR")
    Order.objects.update(language=language)
    customer, link = proven(order), f"/track/{order.token}/return/"
    given = {f"units-{order.lines.get().pk}": 1, "reason": "changed_mind", "comment": "Too bright"}
    [shown] = re.findall(r'name="fee" value="(\d+)"', customer.get(link).content.decode())
    terms(order.seller, house, return_fee=500, return_fee_currency="EUR")

    refused = customer.post(link, given | {"fee": shown})

    page = refused.content.decode()
    assert (refused.status_code, says in page, "Too bright" in page) == (422, True, True)
    assert not Return.objects.exists()
    [shown] = re.findall(r'name="fee" value="(\d+)"', page)
    assert customer.post(link, given | {"fee": shown}).status_code == 302
    assert (shown, Return.objects.get().fee) == ("500", 500)


def test_without_a_refund_the_page_says_nothing_of_money(house):
    order = sold(house, {"LAMP": 1}, prices={"LAMP": 0})
    bring_back(house, order, {"LAMP": 1})
    assert "refund" not in page_of(order).lower()


def test_of_what_was_missing_no_refund_is_told_once_it_is_waived(house):
    refund = lamp_back(house)
    missing_of(refund, "decided")
    assert "The shop refunds it all the same." in page_of(refund.order)
    waive_refund(refund, reason="Given in the store", actor=house.ada.owner)
    page = page_of(refund.order)
    assert ("was not in the parcel" in page, "refund" in page.lower()) == (True, False)


def test_who_has_the_link_of_a_gift_is_not_told_how_it_is_paid(house):
    refund = lamp_back(house, refund_method="credit")
    Order.objects.update(is_gift=True)
    page = page_of(refund.order)
    assert ("The shop refunds this return by " in page, "store credit" in page) == (True, False)


@pytest.mark.parametrize(("language", "says"), [
    ("en", "The shop refunds this return today."),
    ("de", "Der Shop erstattet diese Rücksendung heute."),
    ("fr", "La boutique rembourse ce retour aujourd’hui."),
    ("es", "La tienda reembolsa esta devolución hoy."),
    ("ar", "يردّ المتجر مبلغ هذا الإرجاع اليوم."),
    ("ja", "この返品の代金はショップが本日中に返金します。"),
])  # fmt: skip
def test_on_its_last_day_it_is_paid_today(house, language, says):
    refund = lamp_back(house)
    today = local_day(refund.order, timezone.now())
    Promise.ledger.filter(kind="refunded").update(local_on=today)
    Order.objects.update(language=language)
    assert says in page_of(refund.order)


def test_what_it_cost_and_what_was_refunded_is_exported_with_the_customer(house):
    refund = lamp_back(house)
    kept = kept_about(refund.order)
    assert kept["charges"][0]["shipping"] == 490
    assert [(row["order_return__number"], row["amount"]) for row in kept["refunds"]] == [
        (refund.order_return.number, 2489)
    ]
