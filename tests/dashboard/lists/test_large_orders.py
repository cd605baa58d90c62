"""Orders of many lines: each page stays small, and everything can be reached."""

import pytest
from django.test import Client

from orders.intake.acceptance import accept_orders
from orders.models import Order
from tests.support.cast import incoming

pytestmark = pytest.mark.django_db

MOST_BYTES = 300_000


@pytest.fixture
def order(ada):
    """2,000 unknown SKUs, each with a title as long as most shops allow."""
    sold = incoming({f"SKU-{number}": 1 for number in range(2000)})
    for line in sold.lines:
        line.title = "A brass lamp with a very long name " * 7
    accept_orders(ada.channel, [sold])
    return Order.objects.get()


@pytest.fixture
def client(ada):
    browser = Client()
    browser.force_login(ada.owner)
    return browser


def test_two_thousand_unknown_skus_make_no_large_page(order, client):
    pages = [
        f"/dashboard/orders/{order.pk}/",
        f"/dashboard/orders/{order.pk}/?line=1901",
        "/dashboard/",
        "/dashboard/?kind=held",
        "/dashboard/orders/",
        f"/track/{order.token}/",
    ]
    sizes = {page: len(client.get(page).content) for page in pages}

    assert max(sizes.values()) < MOST_BYTES, sizes


def test_all_lines_can_be_reached(order, client):
    first = client.get(f"/dashboard/orders/{order.pk}/").context["page"]
    last = client.get(f"/dashboard/orders/{order.pk}/", {"line": 1901}).context["page"]

    assert [line.position for line, *_ in first.lines] == list(range(1, 101))
    assert [line.position for line, *_ in last.lines] == list(range(1901, 2001))
    assert (first.page.previous, first.page.next, last.page.previous, last.page.next) == (
        0,
        101,
        1801,
        0,
    )
    assert (len(first.page.unknown), first.page.more_unknown) == (50, 1950)


@pytest.mark.parametrize("line", ["", "0", "-5", "2001", "x", "9" * 30, "\x00"])
def test_a_strange_number_shows_the_first_lines(order, client, line):
    page = client.get(f"/dashboard/orders/{order.pk}/", {"line": line}).context["page"]

    assert page.page.first == 1


def test_the_page_of_problems_names_how_many_more_there_are(order, client):
    ((group,),) = [band.groups for band in client.get("/dashboard/").context["bands"]]
    ((_, _, lines, *_),) = group.rows

    assert (lines.total, len(lines.shown), lines.more) == (2000, 5, 1995)
    assert "1995 more in the order" in client.get("/dashboard/").content.decode()
