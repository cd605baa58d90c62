"""The marketplaces of Amazon: https://developer-docs.amazon.com/sp-api/docs/marketplace-ids."""

from django.conf import settings

from orders.errors import DomainError
from orders.words import say

ENDPOINT = "https://sellingpartnerapi-{}.amazon.com"
ADDRESS_HINT = "amazon.de"
LOCAL = "http://127.0.0.1:"
# Domain -> (region, marketplace id).
MARKETPLACES = {
    "amazon.ca": ("na", "A2EUQ1WTGCTBG2"),
    "amazon.com": ("na", "ATVPDKIKX0DER"),
    "amazon.com.mx": ("na", "A1AM78C64UM0Y8"),
    "amazon.com.br": ("na", "A2Q3Y263D00KWC"),
    "amazon.ie": ("eu", "A28R8C7NBKEWEA"),
    "amazon.es": ("eu", "A1RKKUPIHCS9HS"),
    "amazon.co.uk": ("eu", "A1F83G8C2ARO7P"),
    "amazon.fr": ("eu", "A13V1IB3VIYZZH"),
    "amazon.com.be": ("eu", "AMEN7PMS3EDWL"),
    "amazon.nl": ("eu", "A1805IZSGTT6HS"),
    "amazon.de": ("eu", "A1PA6795UKMFR9"),
    "amazon.it": ("eu", "APJ6JRA9NG5V4"),
    "amazon.se": ("eu", "A2NODRKZP88ZB9"),
    "amazon.co.za": ("eu", "AE08WJ6YKNBMC"),
    "amazon.pl": ("eu", "A1C3SOZRARQ6R3"),
    "amazon.eg": ("eu", "ARBP9OOSHTCHU"),
    "amazon.com.tr": ("eu", "A33AVAJ2PDY3EV"),
    "amazon.sa": ("eu", "A17E79C6D8DWNP"),
    "amazon.ae": ("eu", "A2VIGQ35RCS4UG"),
    "amazon.in": ("eu", "A21TJRUUN4KGV"),
    "amazon.sg": ("fe", "A19VAU5U5O7RUS"),
    "amazon.com.au": ("fe", "A39IBJ37TRP1C6"),
    "amazon.co.jp": ("fe", "A1VC38T7YXB528"),
}


def checked_address(address: str) -> str:
    """The endpoint of a region with the id of the marketplace as its path. Raises DomainError.

    Taken as the domain of the marketplace, or as it was kept.
    """
    given = address.strip().lower().removeprefix("https://").removeprefix("www.").rstrip("/")
    kept = {
        domain: f"{ENDPOINT.format(region)}/{marketplace}"
        for domain, (region, marketplace) in MARKETPLACES.items()
    }
    if given in kept:
        return kept[given]
    is_local = settings.WEBHOOK_ALLOW_LOCAL and address.strip().startswith(LOCAL)
    if address.strip() in kept.values() or is_local:
        return address.strip()
    raise DomainError(say("Enter the marketplace, like {example}.", example=ADDRESS_HINT))


def parts_of(address: str) -> tuple[str, str]:
    """(endpoint, marketplace id) of an address as it is kept."""
    endpoint, _, marketplace = address.rpartition("/")
    return endpoint, marketplace
