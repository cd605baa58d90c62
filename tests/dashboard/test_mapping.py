"""The mapping of a shop's own JSON: tried on a sample, saved by the owner."""

import json

import pytest
from django.test import Client

from orders.models import Call, Event, Order, SalesChannel
from orders.shops.mapped.mapping import DEFAULT
from tests.orders.intake.mapped_payloads import BAZAAR, OF_BAZAAR
from tests.support.cast import make_product


@pytest.fixture
def channel(ada):
    make_product(ada, "LAMP", "Lamp")
    SalesChannel.objects.filter(pk=ada.channel.pk).update(kind="json")
    return SalesChannel.objects.get(pk=ada.channel.pk)


@pytest.fixture
def client(ada):
    browser = Client()
    browser.force_login(ada.owner)
    return browser


def test_a_mapping_is_tried_and_saved(channel, client):
    address = f"/dashboard/settings/mappings/{channel.pk}/"
    sample = json.dumps(BAZAAR)

    assert f'href="{address}"' in client.get("/dashboard/settings/").content.decode()
    assert 'value="customer.email"' in client.get(address).content.decode()
    tried = client.post(address, OF_BAZAAR | {"sample": sample, "try": "1"})
    page = tried.content.decode()
    assert tried.status_code == 200
    assert "The sample would be accepted as order <bdi>77</bdi>" in page
    assert page.count("unknown SKU") == 1
    wrong = client.post(address, DEFAULT | {"sample": sample, "try": "1"}).content.decode()
    assert "would not be accepted" in wrong
    assert "placed_at</span>: expected a date and time, got nothing" in wrong
    nothing = client.post(address, DEFAULT | {"sample": "{", "try": "1"}).content.decode()
    assert "The body is not JSON" in nothing
    channel.refresh_from_db()
    assert (channel.mapping, Order.objects.count(), Call.objects.count()) == ({}, 0, 0)

    assert client.post(address, OF_BAZAAR | {"sample": sample}).status_code == 302
    channel.refresh_from_db()
    assert channel.mapping == OF_BAZAAR
    assert Event.objects.get(kind="channel.mapping_changed").data == {}
    assert 'value="basket.rows"' in client.get(address).content.decode()


def test_what_is_no_mapping_is_refused_at_its_field(channel, client):
    address = f"/dashboard/settings/mappings/{channel.pk}/"
    for fields, told in (
        ({"lines": ""}, "An order cannot be read without it."),
        ({"city": "a..b"}, "Expected names with dots between them"),
        ({"signature_header": "X Sign"}, "Expected the name of a header."),
        ({"try": "1"}, "Paste an order as the shop sends it."),
        ({"sample": "x" * 100_001}, "at most 100,000 characters"),
    ):
        refused = client.post(address, DEFAULT | fields)
        assert (refused.status_code, told in refused.content.decode()) == (422, True), fields
    channel.refresh_from_db()
    assert channel.mapping == {}
    SalesChannel.objects.filter(pk=channel.pk).update(kind="shopify")
    assert client.get(address).status_code == 404
