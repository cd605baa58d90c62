"""What is owed for a return, as its seller sees it: listed, explained, ticked off; the terms."""

import pytest
from django.db.models import F
from django.test import Client

from orders.models import Charge, Discrepancy, OrderLine, Promise, Refund, Seller
from orders.shops.base import Cost
from tests.orders.test_owed import bring_back, sold, terms
from tests.support.stages import open_house
from tests.test_doors import signed_in

pytestmark = pytest.mark.django_db

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
