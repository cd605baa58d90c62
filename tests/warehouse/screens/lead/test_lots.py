"""The lead's screens of lots: what is kept from orders, one lot, a blocked location."""

from datetime import date

import pytest

from orders.access import Role
from orders.models import Product
from tests.support.cast import make_product, make_user, put_stock
from tests.warehouse.screens.floor import Worker
from tests.warehouse.walking import ordered, pick_all, take
from warehouse.models import Location, Lot

pytestmark = pytest.mark.django_db


@pytest.fixture
def lea(house):
    return Worker(make_user("lea@example.com", "Lea Lead", Role.LEAD, warehouse=house.warehouse))


@pytest.fixture
def lot(house):
    jam = make_product(house.ada, "JAM", "Plum jam")
    Product.objects.filter(pk=jam.pk).update(is_lot_tracked=True)
    jam.refresh_from_db()
    put_stock(jam, 4, lot="A7", expires_on=date(2099, 1, 31))
    return Lot.objects.get()


def test_a_lot_is_found_blocked_and_released(lea, lot):
    url = f"/warehouse/lots/{lot.pk}/"
    assert "No lot is blocked, expired or about to expire." in lea.opens("/warehouse/lots/").text
    assert "Lot A7, expires 31 Jan 2099, 4 units" in lea.opens("/warehouse/lots/?lot=a7").text

    blocked = lea.sends(url, act="block", note="Glass in a jar")

    assert blocked.says == "Lot A7 is blocked: no order gets it."
    assert "Blocked: no order gets it Plum jam" in blocked.text
    assert "Glass in a jar (Lea Lead)" in blocked.text
    assert "4 units · Blocked" in lea.opens("/warehouse/lots/").text
    assert lea.sends(url, act="release", note="Checked").says == "Lot A7 is released."


def test_what_has_not_left_is_said_where_its_lot_is_blocked(house, lea, lot):
    ordered(house.ada, {"JAM": 1})
    walk = take(house.warehouse, house.pat)
    pick_all(walk, house.pat)
    url = f"/warehouse/lots/{lot.pk}/"
    assert "have not left" not in lea.opens(url).text

    blocked = lea.sends(url, act="block", note="Glass in a jar")

    assert blocked.says == (
        "Lot A7 is blocked: no order gets more of it. It is in 1 shipment that has not left."
    )
    assert "Blocked: no order gets more of it" in blocked.text
    assert (
        "Picked for 1 shipment 1 of them has not left: put back what must not be sent."
        in blocked.text
    )
    assert f'href="/warehouse/pack/{walk.shipment_id}/"' in blocked.html


def test_a_date_is_corrected_with_a_reason(lea, lot):
    url = f"/warehouse/lots/{lot.pk}/"

    refused = lea.sends(url, act="date", note="", expires_on="2098-01-31")
    saved = lea.sends(url, act="date", note="Misread", expires_on="2098-01-31")

    assert (refused.status, refused.says) == (409, "Say why: the next person asks.")
    assert saved.says == "The date of lot A7 is corrected."
    assert Lot.objects.get().expires_on == date(2098, 1, 31)


def test_a_location_is_blocked_and_released(lea, lot):
    place = Location.objects.get(code="A-01-1")
    url = f"/warehouse/locations/{place.pk}/block/"

    blocked = lea.sends(url, blocked="on", note="Water")

    assert blocked.says == "A-01-1 is blocked: no order gets what lies there."
    assert "no order gets what lies here. Water" in blocked.text
    assert lea.sends(url, blocked="on", note="Water").says == "A-01-1 is blocked already."
    assert lea.sends(url).says == "A-01-1 is released: orders get what is good there."


def test_what_was_typed_stays_where_it_is_refused(lea, lot):
    url = f"/warehouse/lots/{lot.pk}/"
    lea.sends(url, act="block", note="Glass in a jar")

    refused = lea.sends(url, act="block", note="Again glass", expires_on="2098-01-31")

    assert refused.says == "Lot A7 is blocked already."
    assert 'value="Again glass"' in refused.html
    assert 'value="2098-01-31"' in refused.html


def test_the_page_of_a_walk_offers_the_other_lots_that_are_enough(house, lea, lot):
    jam = lot.product
    put_stock(jam, 2, lot="B8", expires_on=date(2099, 3, 31))
    put_stock(jam, 1, lot="C9", expires_on=date(2099, 3, 31))
    ordered(house.ada, {"JAM": 2})
    walk = take(house.warehouse, house.pat)

    shown = lea.opens(f"/warehouse/walks/{walk.pk}/").text

    assert "Another lot of it may be picked: Lot B8" in shown
    assert "Lot C9" not in shown
