"""What the first mails about a return, and its page, say of the customer's wish and words."""

import pytest
from django.utils import timezone

from notifications.facts import load_facts
from notifications.models import Message
from notifications.words.rendering import render
from orders.models import Order, Return, Seller
from tests.notifications.saying import said
from tests.support.cast import make_product, put_stock
from tests.support.stages import delivered_order, open_house
from tests.tracking.tracked import proven, state

pytestmark = pytest.mark.django_db

MAIL = "seller_return_requested"
WISHES = {
    "": "",
    "credit": "They want store credit.",
    "repair": "They want a repair.",
    "exchange": "In exchange they want 1 × Blue lamp, and a refund for the rest.",
    "both": "In exchange they want 1 × Blue lamp, and store credit for the rest.",
}
# The same in the customer's first mail.
ASKED = {
    "": "You asked for a refund.",
    "credit": "You asked for store credit.",
    "repair": "You asked for a repair.",
    "exchange": "In exchange you asked for 1 × Blue lamp, and a refund for the rest.",
    "both": "In exchange you asked for 1 × Blue lamp, and store credit for the rest.",
}
# Of an exchange for one of two products: what is wanted for each.
EACH = {
    "exchange": ["Exchange for 1 × Blue lamp", "Refund"],
    "both": ["Exchange for 1 × Blue lamp", "Store credit"],
}
# A wish and the comment, as each language writes them.
SAID = {
    "en": ("They want a repair.", "The customer writes: It flickers."),
    "de": ("Er wünscht eine Reparatur.", "Der Kunde schreibt: It flickers."),
    "fr": ("Il souhaite une réparation.", "Le client écrit\u202f: It flickers."),
    "es": ("Quiere una reparación.", "El cliente escribe: It flickers."),
    "ar": ("ويريد العميل الإصلاح.", "كتب العميل: It flickers."),
    "ja": ("修理をご希望です。", "お客様のコメント: It flickers."),
}


@pytest.fixture
def house():
    return open_house()


@pytest.fixture
def order(house):
    terms = {"repair": True, "credit": True}
    Seller.objects.update(return_choices=terms, exchange_days=14, exchange_skus=["LAMP"])
    put_stock(make_product(house.ada, "LAMP-BLUE", "Blue lamp"), 3)
    return delivered_order(house, {"LAMP": 1, "SHADE": 1}, currency="EUR")


def asked(house, order, wish, comment=""):
    """Both come back, on the form; the mail about it."""
    lamp, shade = (order.lines.get(sku=sku) for sku in ("LAMP", "SHADE"))
    sent = {f"units-{line.pk}": 1 for line in (lamp, shade)} | {"reason": "damaged"}
    if wish in ("exchange", "both"):
        sent[f"for-{lamp.pk}"] = str(house.ada.products["LAMP-BLUE"].pk)
    form = f"/track/{order.token}/return/"
    answer = proven(order).post(form, sent | {"wish": wish, "comment": comment})
    assert answer.status_code == 302
    return said(order, MAIL, now=timezone.now()).text


@pytest.mark.parametrize("wish", WISHES)
def test_the_seller_reads_what_the_customer_would_like(house, order, wish):
    text = asked(house, order, wish)
    before, _, _ = text.partition("Approve or refuse")
    assert [words for words in WISHES.values() if words and words in before] == (
        [WISHES[wish]] if wish else []
    )
    assert "want" not in before.replace("wants to return", "") or wish
    assert "writes" not in text


@pytest.mark.parametrize("wish", WISHES)
def test_the_customer_reads_it_in_the_first_mail_and_on_the_page(house, order, wish):
    asked(house, order, wish)
    text = said(order, "return_requested", now=timezone.now()).text
    assert [words for words in ASKED.values() if words in text] == [ASKED[wish]]
    by_product = [
        f"1 × Title of {sku}: {what[:1].lower()}{what[1:]}."
        for sku, what in zip(("LAMP", "SHADE"), EACH.get(wish, ()), strict=False)
    ]
    assert [line for line in text.splitlines() if line.startswith("1 × Title of LAMP:")] == (
        by_product[:1]
    )
    assert all(line in text for line in by_product)

    [case] = state(order, timezone.now())["returns"]
    assert [row["note"] for row in case["items"]] == EACH.get(wish, ["", ""])
    of_all = case["repair"] or case["refund"]
    assert of_all == ("" if wish in EACH else ASKED[wish])


def test_of_a_gift_the_page_says_nothing_of_money(house, order):
    asked(house, order, "credit")
    Order.objects.update(is_gift=True)
    [case] = state(order, timezone.now())["returns"]
    assert (case["refund"], case["repair"]) == ("", "")


def test_the_comment_stands_in_the_mail_its_beginning_where_it_is_long(house, order):
    assert "The customer writes: It flickers." in asked(house, order, "repair", "It\nflickers.")
    Return.objects.update(comment="x" * 400)
    assert f"The customer writes: {'x' * 249}…\n" in said(order, MAIL, now=timezone.now()).text
    customer = said(order, "return_requested", now=timezone.now()).text
    assert "xxx" not in customer


def test_each_language_says_both(house, order):
    asked(house, order, "repair", "It flickers.")
    for language, words in SAID.items():
        Message.objects.update(language=language)
        [fact] = load_facts(list(Message.objects.filter(template=MAIL, channel="email")))
        text = render(fact, now=timezone.now()).text
        for sentence in words:
            assert sentence in text, language
