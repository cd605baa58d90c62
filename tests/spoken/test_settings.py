"""The sellers' settings in the language of whoever reads: whole."""

import re

import pytest

from orders.accounts.api_keys import make_api_key
from orders.models import ReturnReason, SalesChannel
from tests.spoken.test_dashboard import bare
from tests.spoken.test_order_page import STREET
from tests.spoken.test_pages import speaking
from tests.support.cast import make_order, make_product, make_second_warehouse, put_stock
from warehouse.stock.allocation import allocate_due

pytestmark = pytest.mark.django_db

KEYS, HOUSES = "/dashboard/settings/keys/", "/dashboard/settings/warehouses/"
MEMBERS = "/dashboard/settings/members/"
RETURNS = "/dashboard/settings/returns/"
TERMS, REASONS = "/dashboard/settings/refunds/", "/dashboard/settings/return-reasons/"
# The name of a language, and what Django says of a field.
OTHERS = {"日本語", "Dieses", "Feld", "ist", "zwingend", "erforderlich"}
KEY = re.compile(r"fk_[A-Za-z0-9_-]+")


def test_every_text_of_the_keys_comes_from_the_catalogue(ada, brackets):
    client = speaking(ada.owner, "de")
    channel = SalesChannel.objects.create(seller=ada.seller, kind="api", name="Ada")
    given = {"channel": str(channel.pk), "name": "Ada", "scopes": ["read"]}
    key, _ = make_api_key(channel, name="Ada", scopes=["read"], expires_at=None, actor=ada.owner)

    answers = [
        client.post(KEYS, given | {"name": ""}),
        client.post(KEYS, given),
        client.post(f"{KEYS}{key.pk}/rotate/", {"hours": "24"}),
        client.post(f"{KEYS}{key.pk}/revoke/", follow=True),
    ]

    assert [answer.status_code for answer in answers] == [422, 201, 201, 200]
    assert [bare(KEY.sub("", answer.content.decode())) for answer in answers] == [set()] * 4


def test_every_text_of_several_warehouses_comes_from_the_catalogue(ada, brackets):
    client = speaking(ada.owner, "de")
    leipzig = make_second_warehouse(ada.seller)
    put_stock(make_product(ada, "LAMP", "Lamp"), 9)
    order = make_order(ada, {"LAMP": 1})
    allocate_due()
    shipment = order.shipments.get()
    shipment.chosen = {
        "why": "split",
        "lacks": {str(leipzig.pk): {"line": str(order.lines.get().pk), "has": 0, "of": 1}},
    }
    shipment.save(update_fields=["chosen"])
    of_leipzig = ada.seller.houses.get(warehouse=leipzig).pk
    move = f"/dashboard/shipments/{shipment.pk}/move/"

    answers = [
        client.get(f"/dashboard/orders/{order.pk}/"),
        client.post(move, {"warehouse": str(leipzig.pk)}),
        client.post(f"{HOUSES}{of_leipzig}/returns/", {"to": "on"}, follow=True),
        client.post(f"{HOUSES}{of_leipzig}/pause/", {"to": "off"}, follow=True),
    ]

    assert [answer.status_code for answer in answers] == [200, 409, 200, 200]
    assert "because no warehouse had all of it" in answers[0].content.decode()
    assert [bare(answer.content.decode()) - STREET - {"Leipzig"} for answer in answers] == [
        set()
    ] * 4


def test_every_text_of_the_return_policy_comes_from_the_catalogue(ada, brackets):
    client = speaking(ada.owner, "de")
    rule = {
        "outcome": "refuse", "reasons": ["damaged", "wrong"], "countries": "DE", "skus": "A-",
        "days_from": "3", "value_to": "50", "currency": "EUR", "words": "", "key": "",
    }  # fmt: skip

    answers = [
        client.post(RETURNS, rule | {"currency": "", "days_to": "1"}),
        client.post(RETURNS, rule | {"try": "1"}),
        client.post(RETURNS, rule, follow=True),
        client.get(TERMS),
        client.post(TERMS, {"return_fee": "3", "ahead_value": "1", "refund_method": "payment"}),
        client.get(REASONS),
        client.post(REASONS, {"begin": "1"}, follow=True),
        client.get(f"{REASONS}new/"),
    ]
    [own] = ReturnReason.objects.filter(meaning="damaged")
    answers += [
        client.post(
            f"/dashboard/return-reasons/{own.pk}/", {"meaning": "damaged", "skus": "A" * 90}
        )
    ]

    statuses = [422, 200, 200, 200, 422, 200, 200, 200, 422]
    assert [answer.status_code for answer in answers] == statuses
    found = [bare(answer.content.decode()) - OTHERS for answer in answers]
    assert set().union(*found) == set()


def test_every_text_of_the_members_comes_from_the_catalogue(ada, brackets):
    client = speaking(ada.owner, "de")
    owner = ada.owner.members.get()

    answers = [
        client.post(MEMBERS, {"email": "x@y.example", "role": "staff", "place": "1"}),
        client.get(MEMBERS),
        client.post(f"{MEMBERS}{owner.pk}/remove/"),
    ]

    assert set().union(*(bare(answer.content.decode()) for answer in answers)) == set()
