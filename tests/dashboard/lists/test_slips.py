"""Packing slips of many orders: one PDF of those that have a closed box, and who has none."""

import io

import pytest
from django.test import Client
from pypdf import PdfReader

from orders.intake.acceptance import accept_orders
from tests.support import cast
from tests.support.statements import count_statements
from tests.support.stories import make_ready

pytestmark = pytest.mark.django_db

CHOOSE = "/dashboard/orders/bulk/"


@pytest.fixture
def shop(ada):
    cast.make_product(ada, "LAMP", "Brass lamp")
    cast.put_stock(ada.products["LAMP"], 60)
    return ada


@pytest.fixture
def client(shop):
    browser = Client()
    browser.force_login(shop.owner)
    return browser


def statements_of(client, orders):
    """How many it takes to print the slips of these."""
    query = ",".join(str(order.pk) for order in orders)
    with count_statements() as statements:
        client.get(f"/dashboard/orders/slips/?ids={query}")
    return len(statements)


def test_slips_are_printed_of_orders_with_a_closed_box(shop, client, building, pat, pia):
    packed = [cast.make_order(shop, {"LAMP": 1}) for _ in range(2)]
    make_ready(building, pat, pia)
    _, one, two = (statements_of(client, orders) for orders in (packed, packed[:1], packed))
    assert one == two
    waiting = cast.make_order(shop, {"LAMP": 1})
    packed_ids = [str(order.pk) for order in packed]

    answer = client.post(CHOOSE, {"act": "slips", "order": packed_ids}, follow=True)
    assert answer.headers["Content-Type"] == "application/pdf"
    texts = [page.extract_text() for page in PdfReader(io.BytesIO(answer.content)).pages]
    assert [order.number in text for order, text in zip(packed, texts, strict=True)] == [True] * 2

    answer = client.post(CHOOSE, {"act": "slips", "order": [*packed_ids, str(waiting.pk)]})
    page = answer.content.decode()
    assert "1 of these orders has no closed box yet." in page
    assert waiting.number in page
    assert f"/dashboard/orders/slips/?ids={','.join(packed_ids)}" in page
    assert "Print the slips of 2 orders" in page


def test_nobody_prints_slips_of_others_or_of_too_many(shop, client, bo, building, pat, pia):
    cast.make_product(bo, "TEA", "Tea")
    cast.put_stock(bo.products["TEA"], 1)
    theirs = cast.make_order(bo, {"TEA": 1})
    make_ready(building, pat, pia)
    answer = client.get(f"/dashboard/orders/slips/?ids={theirs.pk}")
    assert (answer.status_code, theirs.number in answer.content.decode()) == (409, False)
    answer = client.post(CHOOSE, {"act": "slips", "order": [str(theirs.pk)]})
    assert answer.status_code == 409
    assert "Choose at least one order" in answer.content.decode()
    accept_orders(shop.channel, [cast.incoming({"LAMP": 1}) for _ in range(51)])
    answer = client.post(CHOOSE, {"act": "slips", "all": "1"})
    assert answer.status_code == 409
    assert "at most: choose fewer" in answer.content.decode()
