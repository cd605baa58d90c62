"""Mails name the other order of the same customer in their parcel, and nobody else's."""

import pytest

from notifications.languages import LANGUAGES
from orders.lifecycle.edit import edit_order
from tests.notifications.saying import said
from tests.orders.decisions.test_merging import Town

pytestmark = pytest.mark.django_db
IN_WORDS = {
    "en": "In one parcel with order ",
    "de": "In einem Paket mit Bestellung ",
    "fr": "Dans un même colis avec la commande ",
    "es": "En un mismo paquete con el pedido ",
    "ar": "في طرد واحد مع الطلب ",
    "ja": "と同じお荷物です",
}


@pytest.fixture
def town():
    town = Town("LAMP", "SHADE", "LAMP")
    edit_order(town.orders[2], {"email": "someone@example.com"}, actor=None)
    town.to_hand_over()
    town.hand_over(town.boxes()[0])
    return town


def test_the_mail_names_the_other_order_of_the_same_customer_only(town):
    one, other, gift = town.orders

    mails = [said(order, "shipped") for order in (one, other, gift)]

    assert f"In one parcel with order {other.number}\n" in mails[0].text
    assert f"In one parcel with order {one.number}\n" in mails[1].text
    assert all(gift.number not in mail.text + mail.html for mail in mails[:2])
    assert "In one parcel with" in mails[0].html
    assert "In one parcel" not in mails[2].text + mails[2].html


def test_sellers_are_told_nothing_of_it_and_every_language_says_it(town):
    one, other, _ = town.orders
    for language in LANGUAGES:
        one.messages.update(language=language)
        assert IN_WORDS[language] in said(one, "shipped").text
    town.go_out(next(box for box in town.boxes() if not box.inside_id))
    assert "In one parcel with" in said(other, "out_for_delivery").text


def test_apart_nothing_is_in_one_parcel():
    town = Town("LAMP", "SHADE")
    town.pick()
    for shipment in town.shipments():
        town.pack(shipment, grams=400)
        town.label(shipment)
        town.ready(shipment)
    town.hand_over(town.boxes()[0])

    assert "In one parcel" not in said(town.orders[0], "shipped").text
