"""The shop platforms we take orders from: one file each, one line here."""

from orders.models import SalesChannel
from orders.shops.base import Shop
from orders.shops.shopify import Shopify

SHOPS: dict[str, Shop] = {SalesChannel.Kind.SHOPIFY: Shopify()}
