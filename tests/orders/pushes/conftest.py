"""A Shopify shop on loopback, and the house whose seller sells there."""

import pytest

from orders.pushes.links import link_shop
from tests.orders.shops.shopify_peer import TOKEN, ShopifyPeer
from tests.support.stages import open_house


@pytest.fixture
def shop():
    peer = ShopifyPeer().start()
    yield peer
    peer.stop()


@pytest.fixture
def house(shop, settings):
    settings.WEBHOOK_ALLOW_LOCAL = True
    house = open_house()
    link_shop(house.ada.channel, address=shop.address, token=TOKEN, actor=None)
    return house
