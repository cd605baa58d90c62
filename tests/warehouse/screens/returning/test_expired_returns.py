"""The parcel of a return that has expired comes after all: found by its number, decided on."""

import pytest

from orders.models import Discrepancy, OrderLine, Return
from tests.test_doors import signed_in

pytestmark = pytest.mark.django_db

RETURNS = "/warehouse/returns/"


def test_its_parcel_is_recorded_as_not_announced_and_the_seller_decides(house, pat, expired):
    refused = pat.sends(RETURNS, code=expired.number)
    advice = "record its parcel under Returns as one that nobody announced"
    assert refused.says == f"Return {expired} is expired: {advice}."
    assert f"{RETURNS}unannounced/?code={expired.number}" in refused.html

    screen = pat.sends(f"{RETURNS}unannounced/", code=expired.number)
    back = Return.objects.get(reason="unannounced")
    assert screen.url == f"{RETURNS}{back.pk}/"
    assert (back.order_id, back.status) == (expired.order_id, "received")

    pat.sends(f"{RETURNS}{back.pk}/found/", code="LAMP", quantity=1)
    row = Discrepancy.objects.get()
    answer = signed_in(house.ada.owner).post(
        f"/dashboard/discrepancies/{row.pk}/", {"decision": "accept"}
    )
    assert answer.status_code == 302
    part = back.lines.get()
    given = {"line": part.pk, "scanned": "LAMP", "counted": 1}
    pat.sends(f"{RETURNS}{back.pk}/", code="B-01-1", **given)
    pat.sends(f"{RETURNS}{back.pk}/finish/")

    back.refresh_from_db()
    assert back.status == "closed"
    assert OrderLine.objects.get(order=expired.order_id).returned == 1
    expired.refresh_from_db()
    assert (expired.status, expired.is_expired) == ("cancelled", True)


def test_a_screen_that_was_open_receives_nothing_of_it(house, pat, expired):
    name = f"received_{expired.lines.get().pk}"

    refused = pat.sends(f"{RETURNS}{expired.pk}/count/", **{name: 1})

    assert refused.status == 409
    expired.refresh_from_db()
    assert (expired.status, expired.lines.get().received) == ("cancelled", 0)
