"""The pages of products and of stock in the language of whoever reads: whole."""

import pytest

from orders.models import Product
from tests.spoken.test_dashboard import bare
from tests.spoken.test_pages import language_of, speaking
from tests.support.cast import make_alias, make_kit, make_product, put_stock

pytestmark = pytest.mark.django_db

PRODUCTS, STOCK = "/dashboard/products/", "/dashboard/stock/"


@pytest.fixture
def lamps(ada):
    """Ada's products: one with stock, a barcode and a name elsewhere, a kit, one with lots."""
    lamp = make_product(ada, "LAMP", "Lamp", barcode="4006381333931")
    Product.objects.filter(pk=lamp.pk).update(
        weight_grams=300, length_mm=1, width_mm=2, height_mm=3, hs_code="940521",
        origin_country="PT", customs_value=1000, customs_currency="EUR", low_stock_level=20,
        is_lot_tracked=True, least_days_left=9,
    )  # fmt: skip
    put_stock(lamp, 9, lot="A7")
    make_alias(ada, "lamp")
    return {"lamp": lamp, "kit": make_kit(ada)}


def test_every_text_of_a_product_comes_from_the_catalogue(ada, lamps, brackets):
    client = speaking(ada.owner, "de")
    pages = [PRODUCTS, f"{PRODUCTS}?show=archived", f"{PRODUCTS}?q=nothing", f"{PRODUCTS}new/"]
    pages += [f"{PRODUCTS}{row.pk}/" for row in lamps.values()]
    pages += [f"{PRODUCTS}{lamps['lamp'].pk}/edit/", STOCK, f"{STOCK}?show=low"]

    found = {page: bare(client.get(page).content.decode()) for page in pages}

    assert found == {page: set() for page in pages}


def test_what_is_wrong_with_a_product_is_said_in_the_language_of_the_page(ada, lamps, brackets):
    client = speaking(ada.owner, "de")
    lamp = lamps["lamp"]

    answers = [
        client.post(f"{PRODUCTS}{lamp.pk}/parts/", {"sku": "NO", "units": "1"}),
        client.post(f"{PRODUCTS}{lamp.pk}/edit/", {"sku": "BOX", "title": "A", "hs_code": "x"}),
        client.post(f"{PRODUCTS}{lamp.pk}/picture/", {}),
    ]

    assert [answer.status_code for answer in answers] == [422, 422, 422]
    assert [bare(answer.content.decode()) for answer in answers] == [set(), set(), set()]


def test_an_act_on_a_product_is_answered_in_the_language_of_its_page(ada, lamps):
    client = speaking(ada.owner, "de")

    changed = client.post(f"{PRODUCTS}{lamps['lamp'].pk}/archive/", {}, follow=True)

    assert language_of(changed) == "de"
    assert "LAMP ist archiviert." in changed.content.decode()
