"""What mail programs read in a mail, for a seller who chose it."""

import json
import re

import pytest

from notifications.models import MessageSettings
from orders.models import Order
from tests.notifications.saying import at_ten, link_of, said
from tests.support.stages import open_house, sent_packages

pytestmark = pytest.mark.django_db
SCRIPT = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.DOTALL)


def house_with_markup():
    house = open_house()
    MessageSettings.objects.filter(seller=house.ada.seller).update(markup=True)
    return house


@pytest.fixture
def house(once):
    with at_ten:
        yield once(house_with_markup)


def marked_up(mail):
    (found,) = SCRIPT.findall(mail.html)
    return json.loads(found)


def test_a_shipped_parcel_has_what_the_standard_requires(house):
    package = sent_packages(house, {"LAMP": 2}, number="1001")[0]
    order = package.order
    said_of_it = marked_up(said(order, "shipped"))
    assert said_of_it["@type"] == "ParcelDelivery"
    assert said_of_it["carrier"] == {"@type": "Organization", "name": "Own couriers"}
    assert said_of_it["deliveryAddress"] == {
        "@type": "PostalAddress",
        "name": "Grace Hopper",
        "streetAddress": "Unter den Linden 1",
        "addressLocality": "Berlin",
        "addressRegion": "",
        "postalCode": "10117",
        "addressCountry": "DE",
    }
    assert said_of_it["expectedArrivalUntil"] == "2026-11-25T20:00:00+00:00"
    assert said_of_it["partOfOrder"]["orderNumber"] == "1001"
    assert said_of_it["partOfOrder"]["merchant"]["name"] == "Ada's Lamps"
    assert said_of_it["itemShipped"] == [{"@type": "Product", "name": "Title of LAMP"}]
    assert said_of_it["trackingNumber"] == package.tracking_number
    assert said_of_it["trackingUrl"] == link_of(order)


def test_a_confirmation_holds_the_order(house):
    order = sent_packages(house, {"LAMP": 2, "SHADE": 1}, number="1001")[0].order
    said_of_it = marked_up(said(order, "confirmed"))
    assert (said_of_it["@type"], said_of_it["orderNumber"]) == ("Order", "1001")
    assert [offer["eligibleQuantity"]["value"] for offer in said_of_it["acceptedOffer"]] == [2, 1]


def test_nothing_breaks_out_of_it(house):
    order = sent_packages(house, {"LAMP": 1})[0].order
    order.lines.update(title="</script><script>alert(1)</script>")
    mail = said(Order.objects.get(pk=order.pk), "confirmed")
    assert mail.html.count("<script") == 1
    assert marked_up(mail)["acceptedOffer"][0]["itemOffered"]["name"].startswith("</script>")


def test_the_address_is_in_no_mail_unless_the_seller_chose_it(house):
    MessageSettings.objects.update(markup=False)
    order = sent_packages(house, {"LAMP": 1})[0].order
    mail = said(order, "shipped")
    assert "<script" not in mail.html
    assert "Unter den Linden" not in mail.html + mail.text
