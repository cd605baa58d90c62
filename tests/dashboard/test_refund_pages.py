"""What is owed for a return, as its seller sees it: listed, explained, ticked off; the terms."""

import pytest
from django.db.models import F
from django.test import Client
from django.utils import timezone

from notifications.delivery.sending import send_due
from notifications.models import Message
from orders.models import Charge, Discrepancy, Order, OrderLine, Promise, Refund, Return, Seller
from orders.returns.handling import request_return
from orders.returns.refunding import pay_refund, waive_refund
from orders.shops.base import Cost
from tests.notifications.saying import make_due, said
from tests.orders.test_owed import bring_back, in_shop, refunded, sold, terms
from tests.orders.test_waived_refunds import missing_of
from tests.support.stages import open_house
from tests.test_doors import signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.same_stages]

TERMS = "/dashboard/settings/refunds/"


@pytest.fixture
def house(once):
    return once(open_house)


WITH_SHIPPING = Cost(shipping=490)


def lamp_back(house, cost=WITH_SHIPPING):
    order = sold(house, {"LAMP": 1}, cost=cost)
    terms(order.seller, house, refund_days=14)
    return bring_back(house, order, {"LAMP": 1})


def test_what_is_owed_is_listed_explained_and_ticked_off_once(house):
    refund, ada = lamp_back(house), signed_in(house.ada.owner)
    assert "24.89 EUR" in ada.get("/dashboard/").content.decode()
    page = ada.get(f"/dashboard/refunds/{refund.pk}/").content.decode()
    assert [words in page for words in ("19.99 EUR", "4.90 EUR", "The customer reads: by")] == [
        True, True, True,
    ]  # fmt: skip
    link = f"/dashboard/refunds/{refund.pk}/"
    assert link in ada.get(f"/dashboard/orders/{refund.order_id}/").content.decode()

    much = ada.post(link, {"amount": "25", "method": "payment"})
    assert (much.status_code, Refund.objects.get().status) == (409, "owed")
    ada.post(link, {"amount": "24.89", "method": "credit"})

    paid = Refund.objects.get()
    assert (paid.status, paid.paid, paid.method) == ("paid", 2489, "credit")
    assert "24.89 EUR" not in ada.get("/dashboard/").content.decode()
    again = ada.post(link, {"amount": "24.89", "method": "payment"})
    assert (again.status_code, "ticked off already" in again.content.decode()) == (409, True)


def test_of_a_gift_no_code_of_a_credit_is_asked_for_since_nobody_is_told_it(house):
    refund, ada = lamp_back(house), signed_in(house.ada.owner)
    Return.objects.filter(pk=refund.order_return_id).update(wish="credit")
    Order.objects.filter(pk=refund.order_id).update(is_gift=True)
    link = f"/dashboard/refunds/{refund.pk}/"

    page = ada.get(link).content.decode()

    assert 'name="code"' not in page
    assert "send its code yourself" in page
    assert ada.post(link, {"amount": "24.89", "method": "credit", "code": "X"}).status_code == 302
    paid = Refund.objects.get()
    assert (paid.status, paid.method, paid.credit_code) == ("paid", "credit", "")
    letter = said(paid.order, "refund_paid", now=timezone.now()).text
    assert "code" not in letter
    assert "24.89" not in letter


def test_the_button_says_where_approving_leaves_the_goods_with_the_customer(house):
    order, ada = sold(house, {"LAMP": 1}), signed_in(house.ada.owner)
    request_return(order, units={order.lines.get().pk: 1}, reason="damaged")
    said_of = []
    for most in (1998, 1999):
        Seller.objects.update(return_choices={"keep": [most, "EUR"]})
        page = ada.get("/dashboard/").content.decode()
        head = ada.get(f"/dashboard/orders/{order.pk}/").context["page"].next.label
        said_of.append(("Approve: the customer keeps it" in page, head))
    assert said_of == [(False, "Approve return"), (True, "Approve: the customer keeps it")]


def test_what_is_owed_is_what_is_next_with_its_order(house):
    refund, ada = lamp_back(house), signed_in(house.ada.owner)

    def next_act():
        return ada.get(f"/dashboard/orders/{refund.order_id}/").context["page"].next

    owed, link = next_act(), f"/dashboard/refunds/{refund.pk}/"
    assert (owed.title, owed.text, owed.url, owed.is_post) == (
        "Refund the customer", "24.89 EUR. Settle it in the shop, then tick it off.", link, False
    )  # fmt: skip
    differing = Discrepancy.objects.create(
        seller=refund.seller, order=refund.order, order_return=refund.order_return, code="MUG",
        kind="unknown", quantity=2,
    )  # fmt: skip
    assert (next_act().title, next_act().text) == (
        "Decide what came back", "Not in the catalogue: 2 × MUG."
    )  # fmt: skip
    decided = Discrepancy.objects.filter(pk=differing.pk)
    decided.update(status="decided", decision="credit")
    assert next_act().url == link  # which pays both
    ada.post(link, {"amount": "24.89", "method": "credit"})
    assert next_act().title == "Nothing more is sent"
    decided.update(status="decided")
    assert next_act().url == f"/dashboard/discrepancies/{differing.pk}/"


def test_a_refund_past_its_date_comes_first(house):
    lamp_back(house)
    moment = Promise.ledger.get(kind="refunded").earliest
    refunds = Promise.ledger.filter(kind="refunded")
    refunds.update(latest=moment, broken_at=moment)

    page = signed_in(house.ada.owner).get("/dashboard/").content.decode()

    assert ("Refunds past their date" in page, "Returns to refund" in page) == (True, False)


def test_another_seller_sees_no_refund(house):
    refund = lamp_back(house)
    assert signed_in(house.bo.owner).get(f"/dashboard/refunds/{refund.pk}/").status_code == 404


def test_the_owner_sets_the_terms(house):
    ada, seller = signed_in(house.ada.owner), Seller.objects.filter(pk=house.ada.seller.pk)
    given = {
        "refund_days": "14", "refund_method": "credit", "refunds_shipping": "on",
        "return_fee": "3.50", "return_fee_currency": "eur",
    }  # fmt: skip
    refused = ada.post(TERMS, given | {"return_fee_currency": ""})
    assert (refused.status_code, "A fee needs its currency" in refused.content.decode()) == (
        422, True,
    )  # fmt: skip

    assert ada.post(TERMS, given).status_code == 302

    assert seller.values_list(*given).get() == (14, "credit", True, 350, "EUR")
    assert 'value="3.50"' in ada.get(TERMS).content.decode()
    assert ada.get("/dashboard/settings/returns/").content.decode().count(TERMS) == 1


def test_what_is_not_exact_says_that_no_customer_reads_it(house):
    refund = lamp_back(house, cost=None)
    page = signed_in(house.ada.owner).get(f"/dashboard/refunds/{refund.pk}/").content.decode()
    assert [words in page for words in ("The customer is told no amount", ">Owed<")] == [
        True,
        False,
    ]
    promised = Promise.ledger.filter(refund=refund)
    promised.update(latest=F("earliest"), broken_at=F("earliest"))
    listed = signed_in(house.ada.owner).get("/dashboard/").content.decode()
    said = ("Refunds past their date", "Amount to be looked up", "19.99 EUR", "was promised")
    assert [words in listed for words in said] == [True, True, False, False]
    assert (Charge.objects.get().is_known, OrderLine.objects.get().unit_price) == (False, 1999)


def test_the_api_says_what_is_owed_for_a_return(house):
    refund = lamp_back(house)
    key = {"Authorization": f"Bearer {house.ada.api_key}"}
    got = Client().get(f"/api/v1/returns/{refund.order_return_id}/", headers=key).json()
    assert got["refund"] == {
        "status": "owed", "amount": 2489, "currency": "EUR", "is_exact": True,
        "due_on": refund.promise.local_on.isoformat(), "paid": None, "paid_at": None,
    }  # fmt: skip


def test_of_what_is_waived_no_day_is_told_any_more(house):
    refund = lamp_back(house)
    waive_refund(refund, reason="Paid by bank transfer", actor=house.ada.owner)
    key = {"Authorization": f"Bearer {house.ada.api_key}"}
    got = Client().get(f"/api/v1/returns/{refund.order_return_id}/", headers=key).json()
    assert (got["refund"]["status"], got["refund"]["due_on"]) == ("waived", None)
    page = shown(house, refund)
    assert [words in page for words in ("Owed since", ">Owed<", "Inspected")] == [
        False, False, True,
    ]  # fmt: skip


def test_what_was_missing_is_said_to_be_waived_with_its_refund(house):
    refund, ada = lamp_back(house), signed_in(house.ada.owner)
    missing = missing_of(refund, "decided")
    waive_refund(refund, reason="Given in the store", actor=house.ada.owner)
    page = ada.get(f"/dashboard/discrepancies/{missing.pk}/").content.decode()
    assert ("The refund of its return is waived." in page, "Done." in page) == (True, False)


def test_a_refund_is_waived_with_a_reason_and_owed_again(house):
    refund, ada = lamp_back(house), signed_in(house.ada.owner)
    link = f"/dashboard/refunds/{refund.pk}/"
    refused = ada.post(f"{link}waive/", {"waive-reason": ""})
    assert (refused.status_code, Refund.objects.get().status) == (422, "owed")

    ada.post(f"{link}waive/", {"waive-reason": "Paid by bank transfer"})

    page = ada.get(link).content.decode()
    assert ("“<bdi>Paid by bank transfer</bdi>”" in page, "Paid in the shop?" in page) == (
        True, False,
    )  # fmt: skip
    assert "24.89 EUR" not in ada.get("/dashboard/").content.decode()
    order = ada.get(f"/dashboard/orders/{refund.order_id}/").content.decode()
    assert ("Refund waived" in order, "Refund owed<" in order) == (True, False)
    assert "refund" not in Client().get(f"/track/{refund.order.token}/").content.decode().lower()

    ada.post(f"{link}undo/")
    assert Refund.objects.get().status == "owed"
    again = ada.post(f"{link}undo/")
    assert (again.status_code, "This refund is owed" in again.content.decode()) == (409, True)


def test_a_tick_is_taken_back_until_the_customer_was_told(house, settings, smtp_peer, sms_peer):
    refund, ada = lamp_back(house), signed_in(house.ada.owner)
    make_due(*refund.order.messages.filter(status="held"))
    send_due()
    settings.UNDO_HOLD_SECONDS = 60
    link = f"/dashboard/refunds/{refund.pk}/"
    ada.post(link, {"amount": "24.89", "method": "payment"})
    told = Message.objects.filter(template="refund_paid")
    assert {row.status for row in told} == {"held"}

    ada.post(f"{link}undo/")

    assert Refund.objects.get().status == "owed"
    assert {row.status for row in told.all()} == {"suppressed"}

    ada.post(link, {"amount": "24.89", "method": "payment"})
    make_due(*told.filter(status="held"))
    send_due()
    assert any("has refunded €24.89" in mail.text for mail in smtp_peer.messages)
    late = ada.post(f"{link}undo/")
    assert (late.status_code, "has been told" in late.content.decode()) == (409, True)
    assert Refund.objects.get().status == "paid"


def test_what_the_shop_refunded_for_nobody_knows_what_is_shown(house):
    refund, ada = lamp_back(house), signed_in(house.ada.owner)
    in_shop(refund.order, {"LAMP": 1})
    refunded(refund.order, {"LAMP": 1}, 2000)

    page = ada.get(f"/dashboard/refunds/{refund.pk}/").content.decode()

    assert "Refunded in the shop, not ticked off here" in page
    assert '<span class="code">7001</span>: <bdi>20.00 EUR</bdi>, <bdi>1 × ' in page
    ada.post(f"/dashboard/refunds/{refund.pk}/", {"amount": "20", "method": "payment"})
    assert Refund.objects.get().shop_refund == "7001"


def shown(house, refund):
    return signed_in(house.ada.owner).get(f"/dashboard/refunds/{refund.pk}/").content.decode()


@pytest.mark.parametrize("is_gift", [False, True])
def test_only_a_day_to_come_is_said_to_be_read_by_the_customer(house, is_gift):
    refund = lamp_back(house)
    Order.objects.update(is_gift=is_gift)
    assert ("The customer reads: by" in shown(house, refund)) is not is_gift
    past = Promise.ledger.get(kind="refunded").earliest
    Promise.ledger.filter(kind="refunded").update(latest=past)
    page = shown(house, refund)
    assert ("The customer reads" in page, "It was to be paid by" in page) == (False, True)


def test_each_sum_stands_once(house):
    page = shown(house, lamp_back(house))
    assert [page.count(sum_) for sum_ in ("19.99 EUR", "4.90 EUR")] == [1, 1]


def test_how_it_was_paid_is_said_where_the_seller_has_said_so(house):
    order = sold(house, {"LAMP": 2}, cost=Cost())
    in_shop(order, {"LAMP": 2})
    terms(order.seller, house, refund_method="credit")
    by_shop = bring_back(house, Order.objects.get(), {"LAMP": 1})
    refunded(order, {"LAMP": 1}, 1999)
    by_hand = bring_back(house, Order.objects.get(), {"LAMP": 1})
    pay_refund(by_hand, amount=1999, method="credit", actor=house.ada.owner)

    page = shown(house, by_shop)
    assert ("as the shop has told us" in page, "store credit" in page) == (True, False)
    page = shown(house, by_hand)
    assert ("as the shop has told us" in page, "store credit" in page) == (False, True)


def test_what_a_fee_takes_whole_is_shown_as_nothing_to_refund(house):
    order = sold(house, {"LAMP": 1}, cost=Cost())
    terms(order.seller, house, return_fee=9900, return_fee_currency="EUR")
    refund = bring_back(house, Order.objects.get(), {"LAMP": 1})

    page = shown(house, refund)
    assert ("Nothing to refund" in page, "The fee takes all of it" in page) == (True, True)
    assert "Owed since" not in page
    ada = signed_in(house.ada.owner)
    assert "Nothing to refund" in ada.get(f"/dashboard/orders/{order.pk}/").content.decode()
    assert f"/dashboard/refunds/{refund.pk}/" not in ada.get("/dashboard/").content.decode()
    tracked = Client().get(f"/track/{order.token}/").content.decode()
    assert "refunded this return" not in tracked, "nothing was"


def test_an_amount_that_nobody_knows_is_not_shown_as_zero(house):
    order = sold(house, {"LAMP": 1}, prices={"LAMP": 0})
    first = sold(house, {"LAMP": 1}, cost=Cost())
    order.lines.update(replaces=first.lines.get())
    refund = bring_back(house, order, {"LAMP": 1})

    assert "0.00 EUR" not in shown(house, refund).replace(">0.00 EUR</bdi></td></tr>", "", 1)
    listed = signed_in(house.ada.owner).get("/dashboard/").content.decode()
    assert ("Amount to be looked up in the shop" in listed, "0.00 EUR" in listed) == (True, False)


@pytest.mark.parametrize(("fee", "currency", "problem"), [
    ("5", "zzz", "No currency is called so"),
    ("0.001", "EUR", "No amount in EUR is so fine"),
    ("1.50", "JPY", "No amount in JPY is so fine"),
])  # fmt: skip
def test_a_fee_that_nobody_can_pay_is_refused(house, fee, currency, problem):
    given = {"refund_method": "payment", "return_fee": fee, "return_fee_currency": currency}
    refused = signed_in(house.ada.owner).post(TERMS, given)
    assert (refused.status_code, problem in refused.content.decode()) == (422, True)
    assert Seller.objects.get(pk=house.ada.seller.pk).return_fee_currency == ""


def test_an_amount_finer_than_its_currency_is_refused(house):
    refund = lamp_back(house)
    given = {"amount": "19.999", "method": "payment"}
    refused = signed_in(house.ada.owner).post(f"/dashboard/refunds/{refund.pk}/", given)
    assert (refused.status_code, Refund.objects.get().status) == (409, "owed")
