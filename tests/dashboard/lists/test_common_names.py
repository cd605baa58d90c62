"""A name that many customers have: the newest orders of it, whichever weeks they are of."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from fulfillment.keyset import PAGE_SIZE
from orders.intake.acceptance import accept_orders
from orders.models import Order
from orders.row_security import reach_of, seeing
from tests.support.cast import incoming, make_product

pytestmark = pytest.mark.django_db
LIST = "/dashboard/orders/"
# Weeks ago; orders of one moment are told apart by their ids.
AGES = (0, 0, 0, 1, 1, 3, 6, 6, 11, 30, 51, 52, 53, 160)


def named(tenant, name, ages):
    """An order for each age, in weeks, of a customer of this name."""
    now = timezone.now()
    batch = [
        incoming({"LAMP": 1}, reference=f"{name}-{number}", customer_name=name)
        for number in range(len(ages))
    ]
    made = [accepted.order_id for accepted in accept_orders(tenant.channel, batch)]
    for pk, age in zip(made, ages, strict=True):
        Order.objects.filter(pk=pk).update(created_at=now - timedelta(weeks=age))


@pytest.fixture
def shop(ada):
    make_product(ada, "LAMP", "Brass lamp")
    return ada


def asked(seller, words, most):
    with seeing(reach_of(sellers=[seller.pk])), connection.cursor() as cursor:
        cursor.execute("SELECT portal_orders_named(%s, %s)", [words, most])
        return [pk for (pk,) in cursor.fetchall()]


@pytest.mark.parametrize("most", [1, 2, 4, 5, 8, 13, 14, 15, 2_001])
def test_the_newest_are_found_of_whichever_weeks(shop, bo, most):
    named(shop, "Anna Schmidt", AGES)
    named(shop, "Jens Schmitt", AGES)
    make_product(bo, "LAMP", "Brass lamp")
    named(bo, "Anna Schmidt", AGES)
    newest = Order.objects.filter(seller=shop.seller, customer_name="Anna Schmidt")
    newest = newest.order_by("-created_at", "-pk").values_list("pk", flat=True)

    assert asked(shop.seller, ["schmidt", "an"], most) == list(newest[:most])


@pytest.mark.parametrize("age", [0, 7, 60])
def test_the_pages_of_a_common_name_are_those_of_all_orders(shop, client, age):
    named(shop, "Anna Schmidt", [age] * (2 * PAGE_SIZE + 1))
    named(shop, "Rare Quist", [0])
    client.force_login(shop.owner)
    seen = {}
    for search in ("schmidt", ""):
        seen[search], query = [], {"q": search}
        while True:
            page = client.get(LIST, query).context["page"]
            seen[search] += [row.pk for row in page.rows if "Schmidt" in row.customer_name]
            if not page.next:
                break
            query["page"] = page.next
    assert seen["schmidt"] == seen[""]
    assert len(seen["schmidt"]) == 2 * PAGE_SIZE + 1
    answer = client.get(LIST, {"q": "schmidt"})
    assert (answer.context["total"], answer.context["found"]) == ("101", 101)
