"""The registry of shop platforms: what forms, actions and the admin know of kinds of channels."""

import pytest
from django.test import Client

from orders.accounts.connections import open_channel
from orders.errors import DomainError
from orders.models import SalesChannel, User
from orders.shops import SHOPS, channel_kinds, kind_name


def test_every_kind_of_channel_has_a_name():
    kinds = channel_kinds()

    assert (kinds[0], kinds[-1]) == (("api", "API"), ("file", "File"))
    assert ("shopify", "Shopify") in kinds
    assert [code for code, _ in kinds[1:-1]] == list(SHOPS)
    assert all(name and kind_name(code) == name for code, name in kinds)
    assert kind_name("closed-shop") == "closed-shop"


@pytest.mark.django_db
def test_an_unknown_kind_of_channel_is_refused(ada):
    before = SalesChannel.objects.count()

    with pytest.raises(DomainError, match="no kind of channel “fax”"):
        open_channel(ada.seller, kind="fax", name="Fax", actor=None)

    assert SalesChannel.objects.count() == before


@pytest.mark.django_db
def test_the_admin_offers_the_kinds_of_the_registry(ada):
    browser = Client()
    browser.force_login(User.objects.create_superuser("olga@example.com", "secret"))
    address = "/admin/orders/saleschannel/"

    page = browser.get(f"{address}add/").content.decode()
    posted = {"seller": ada.seller.pk, "name": "Second shop", "kind": "fax", "is_active": "on"}
    refused = browser.post(f"{address}add/", posted)
    taken = browser.post(f"{address}add/", posted | {"kind": "shopify", "sends_once": "paid"})

    assert all(f'<option value="{code}">{name}</option>' in page for code, name in channel_kinds())
    assert (refused.status_code, taken.status_code) == (200, 302)
    listed = browser.get(address, {"kind": "shopify"}).content.decode()
    assert "Second shop" in listed
    assert browser.get(address, {"kind": "api"}).content.decode().count("Second shop") == 0
