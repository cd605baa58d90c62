"""The registry of shop platforms by code, and the kinds of sales channels.

A new platform is one file and one line here.
"""

from django.utils.module_loading import import_string

from orders.errors import DomainError
from orders.models import SalesChannel
from orders.shops.base import Configured, Shop
from orders.shops.pages import Asker
from orders.shops.stock import LevelTeller
from orders.shops.telling import Teller
from orders.words import say

ADAPTERS = {
    "shopify": "orders.shops.shopify.adapter.Shopify",
    "woocommerce": "orders.shops.woocommerce.adapter.WooCommerce",
    "magento": "orders.shops.magento.adapter.Magento",
    "bigcommerce": "orders.shops.bigcommerce.adapter.BigCommerce",
    "amazon": "orders.shops.amazon.adapter.Amazon",
    "json": "orders.shops.mapped.adapter.MappedJson",
}
# The platforms that are asked for their orders.
ASKERS = {
    "magento": "orders.shops.magento.asker.MagentoAsker",
    "bigcommerce": "orders.shops.bigcommerce.asker.BigCommerceAsker",
    "amazon": "orders.shops.amazon.asker.AmazonAsker",
}
# The platforms that call, and are asked for what a call only hints at.
FETCHERS = {"shopify": "orders.shops.shopify.fulfilment_orders.ShopifyFetcher"}
# The platforms that are told what became of their orders.
TELLERS = {
    "shopify": "orders.shops.shopify.teller.ShopifyTeller",
    "woocommerce": "orders.shops.woocommerce.teller.WooCommerceTeller",
    "magento": "orders.shops.magento.teller.MagentoTeller",
    "bigcommerce": "orders.shops.bigcommerce.teller.BigCommerceTeller",
    "amazon": "orders.shops.amazon.teller.AmazonTeller",
}
# The platforms that are told our stock.
STOCK_TELLERS = {
    "shopify": "orders.shops.shopify.stock.ShopifyStock",
    "woocommerce": "orders.shops.woocommerce.stock.WooCommerceStock",
}
SHOPS: dict[str, Shop] = {code: import_string(path)() for code, path in ADAPTERS.items()}


def shop_of(channel: SalesChannel) -> Shop | None:
    """The platform of a channel, as that has set it up; None where it was removed."""
    shop = SHOPS.get(channel.kind)
    return shop.with_settings(channel.mapping) if isinstance(shop, Configured) else shop


def teller_of(code: str) -> Teller | None:
    """The side of a platform that tells its shop; None where there is none."""
    teller: Teller | None = import_string(TELLERS[code])() if code in TELLERS else None
    return teller


def asker_of(code: str) -> Asker | None:
    """The side of a platform that asks its shop; None where there is none."""
    asker: Asker | None = import_string(ASKERS[code])() if code in ASKERS else None
    return asker


def fetcher_of(code: str) -> Asker | None:
    """The side of a platform that asks its shop for single orders; None where there is none."""
    path = (FETCHERS | ASKERS).get(code)
    fetcher: Asker | None = import_string(path)() if path else None
    return fetcher


def stock_teller_of(code: str) -> LevelTeller | None:
    """The side of a platform that tells its shop our stock; None where there is none."""
    path = STOCK_TELLERS.get(code)
    teller: LevelTeller | None = import_string(path)() if path else None
    return teller


def channel_kinds() -> list[tuple[str, str]]:
    """(code, name) of every kind of channel: the API, each shop platform, a file."""
    shops = [(code, shop.name) for code, shop in SHOPS.items()]
    api, file = SalesChannel.Kind.API, SalesChannel.Kind.FILE
    return [(api.value, api.label), *shops, (file.value, file.label)]


def kind_name(code: str) -> str:
    """The name of a kind of channel; its code if the platform was removed."""
    return dict(channel_kinds()).get(code, code)


def check_kind(code: str) -> None:
    """Raise DomainError when there is no such kind of channel."""
    known = dict(channel_kinds())
    if code not in known:
        told = "There is no kind of channel “{code}”. Known: {codes}."
        raise DomainError(say(told, code=code, codes=", ".join(known)))
