"""The sellers' pages in the language of whoever reads: whole, also from right to left."""

import re
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
from django.utils import timezone, translation

from orders.lifecycle.holds import hold_order
from orders.models import Hold, Order, OrderLine
from orders.words import inside, say_count
from orders.words.writing import decimal, figure, for_how_long, grouped, written
from tests.spoken.test_pages import language_of, speaking, unmarked
from tests.support.cast import make_order, make_product, put_stock

pytestmark = pytest.mark.django_db

HOME, ORDERS, RETURNS = "/dashboard/", "/dashboard/orders/", "/dashboard/returns/"
JUMP = "/dashboard/go/"
FILTERED = "status=on_hold&late=1&country=DE&value_from=1.5&since=2026-01-01&tag=a&ids="


@pytest.fixture
def shop(ada):
    """Ada with orders on hold, of an unknown SKU, short of stock, and late."""
    make_product(ada, "LAMP", "Brass lamp")
    make_product(ada, "SHADE", "Shade")
    put_stock(ada.products["LAMP"], 9)
    held = make_order(ada, {"LAMP": 1})
    hold_order(held, reason=Hold.Reason.SELLER, detail="Ada asks", actor=ada.owner)
    for _ in range(2):
        make_order(ada, {"XX-1": 1})
    make_order(ada, {"SHADE": 1})
    late = make_order(ada, {"LAMP": 1})
    Order.objects.filter(pk=late.pk).update(ship_by=timezone.now() - timedelta(hours=5))
    return ada


DATA = {
    "Fulfillment", "Ada", "Ahlgren", "asks", "Brass", "lamp", "Shade", "Berlin", "Europe",
    "Deutsch", "Deutschland", "English", "Français", "Español", "العربية",
}  # fmt: skip


def bare(html):
    """Words of a page that come neither from a catalogue nor from the data of the test."""
    html = re.sub(r"<(bdi|option|time)\b.*?</\1>", " ", html, flags=re.DOTALL)
    html = re.sub(r"\d+\. [A-Z]\w+", " ", html)  # a day: 29. Nov.
    return unmarked(html) - DATA


def test_every_text_of_the_pages_comes_from_the_catalogue(shop, brackets):
    client = speaking(shop.owner, "de")

    pages = (HOME, JUMP, f"{HOME}?snoozed=1", f"{HOME}?kind=held", ORDERS, f"{ORDERS}?{FILTERED}")
    pages += (RETURNS, f"{RETURNS}?state=requested&late=1&reason=damaged")
    found = {page: bare(client.get(page).content.decode()) for page in pages}

    assert found == {page: set() for page in pages}


def test_an_act_on_many_orders_is_asked_begun_and_told_in_the_language_of_the_page(shop, brackets):
    client = speaking(shop.owner, "de")
    sent = {
        "act": "cancel",
        "order": [str(pk) for pk in Order.objects.values_list("pk", flat=True)],
    }

    asked = client.post(f"{ORDERS}bulk/", sent)
    begun = client.post(f"{ORDERS}bulk/begin/", sent)
    pages = [
        asked,
        client.get(begun["Location"]),
        client.post("/dashboard/views/", {"query": "a=1"}),
    ]

    assert "⟦Cancel: 5 orders⟧" in asked.content.decode()
    assert [bare(page.content.decode()) for page in pages] == [set(), set(), set()]


def test_home_is_arabic_from_right_to_left_and_the_floor_is_not(shop):
    client = speaking(shop.owner, "ar")

    home = client.get(HOME)
    html = unescape(home.content.decode())

    assert (language_of(home), home["Content-Language"]) == ("ar", "ar")
    assert '<html lang="ar" dir="rtl">' in html
    assert "طلبان (2)" in html
    assert "علّقتَه أنت: <bdi>Ada asks</bdi>." in html
    assert language_of(client.get("/developers/")) == "en"


def test_a_filter_keeps_its_value_and_says_it_as_the_language_does(shop):
    client = speaking(shop.owner, "de")

    html = client.get(f"{ORDERS}?value_from=1.5").content.decode()

    assert 'name="value_from" type="number" min="0" step="any" value="1.5"' in html
    assert "Wert ab: 1,5" in html


def test_a_refused_day_says_why_in_the_language_of_the_page(shop):
    client = speaking(shop.owner, "fr")
    hold = Hold.objects.get(detail="Ada asks")

    answer = client.post(f"/dashboard/attention/held/{hold.pk}/", {"until": "2020-01-01"})

    assert answer.status_code == 409
    assert "Choisissez un jour après aujourd’hui" in unescape(answer.content.decode())


def test_a_button_answers_in_the_language_of_the_page_that_it_leads_back_to(shop):
    client = speaking(shop.owner, "es")
    hold = Hold.objects.get(detail="Ada asks")
    line = OrderLine.objects.filter(sku="XX-1").last().pk
    link = f"/dashboard/lines/{line}/link/"

    refused = client.post(link, {"sku": "NO", "back": "attention"})
    on_order = client.post(link, {"sku": "NO"})
    home = client.post(f"/dashboard/holds/{hold.pk}/release/", {"back": "attention"}, follow=True)

    assert language_of(refused) == language_of(home) == "es"
    assert "No tiene ningún artículo con el SKU NO." in refused.content.decode()
    assert f"El pedido {hold.order} está liberado." in home.content.decode()
    assert language_of(on_order) == "es"
    assert f"/orders/{OrderLine.objects.get(pk=line).order_id}/" in on_order.content.decode()


def test_arabic_has_six_forms_of_a_number():
    with translation.override("ar"):
        said = [say_count(n, "{n} order", "{n} orders", n=n) for n in (0, 1, 2, 5, 11, 100)]

    assert said == ["0 طلب", "طلب واحد (1)", "طلبان (2)", "5 طلبات", "11 طلبًا", "100 طلب"]


def test_days_numbers_and_labels_are_written_as_the_language_does():
    moment = datetime(2026, 11, 29, 19, 27, tzinfo=UTC)
    written_ = {}
    for language in ("en", "de", "fr", "es", "ar"):
        with translation.override(language):
            written_[language] = (written(moment, "D j M, H:i"), decimal(15), inside("Falsch X"))

    assert written_ == {
        "en": ("Sun 29 Nov, 19:27", "15.0", "falsch x"),
        "de": ("So., 29. Nov., 19:27", "15,0", "Falsch X"),
        "fr": ("dim. 29 nov., 19:27", "15,0", "falsch X"),
        "es": ("dom, 29 nov, 19:27", "15,0", "falsch X"),
        "ar": ("الأحد، 29 نوفمبر، 19:27", "15.0", "falsch X"),
    }
    with translation.override("de"):
        assert (figure("1234.50"), figure("900"), grouped(10_000)) == ("1.234,50", "900", "10.000")
    assert (figure("1234.50"), grouped(10_000)) == ("1234.50", "10,000")
    assert for_how_long(moment - timedelta(seconds=59), moment) == "just now"
