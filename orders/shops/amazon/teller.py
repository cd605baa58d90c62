"""Tell Amazon that a parcel was sent: `confirmShipment`, which is edited by its package id.

The same package again is the same confirmation, so nothing has to be read first. Amazon takes no
confirmation back, learns of deliveries from carriers, and is told of no cancellation here.
"""

from datetime import UTC
from hashlib import sha256

from orders.models import Push
from orders.shops.amazon.api import ORDERS, Api
from orders.shops.amazon.marketplaces import ADDRESS_HINT, checked_address
from orders.shops.telling import Door, News, Refused
from orders.words import say, say_later

# The carriers that Amazon knows by a code; any other is told by its name.
CODES = {"UPS", "USPS", "FedEx", "DHL", "DPD", "GLS", "Hermes", "Royal Mail", "Chronopost"}
NOT_TAKEN_BACK = say_later(
    "Amazon takes no confirmation back: correct the order in Seller Central."
)
NOT_REFUNDED = say_later("Amazon cannot be told: adjust or refund the order in Seller Central.")
NOT_CANCELLED = say_later(
    "Amazon cannot be told of a cancellation: cancel the order in Seller Central."
)


class AmazonTeller:
    """Confirmations of shipments."""

    address_hint = ADDRESS_HINT
    key_label = "Client identifier, client secret and refresh token, with spaces between"
    key_hint = (
        "Register a private application in Seller Central, under Apps and Services, Develop Apps, "
        "with the roles Inventory and Order Tracking and Direct-to-Consumer Shipping, and "
        "authorise it yourself. The address is the marketplace; each has a channel of its own."
    )
    key_form = r"\s*\S+\s+\S+\s+\S+\s*"
    mails = "Amazon mails its customers itself too."

    def check_address(self, address: str) -> str:
        """The address of a marketplace. Raises DomainError."""
        return checked_address(address)

    def tell(self, news: News, door: Door, token: str) -> str:
        """Tell Amazon; its id of the parcel. Raises Refused or Unanswered."""
        if news.what == Push.What.UNSENT and news.shop_id:
            raise Refused(str(NOT_TAKEN_BACK))
        if news.what == Push.What.CANCELLED:
            raise Refused(str(NOT_CANCELLED))
        if news.what in Push.OF_UNITS and news.what != Push.What.FOUND:
            raise Refused(str(NOT_REFUNDED))
        if news.what != Push.What.SENT:
            return news.shop_id
        number = news.shop_id or _number(news.tracking_number)
        by_code = news.carrier in CODES
        package = {
            "packageReferenceId": number,
            "carrierCode": news.carrier if by_code else "Other",
            **({} if by_code else {"carrierName": news.carrier}),
            "trackingNumber": news.tracking_number,
            "shipDate": news.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "orderItems": [
                {"orderItemId": item, "quantity": units} for item, units in news.units.items()
            ],
        }
        if not package["orderItems"]:
            raise Refused(say("Nothing in the parcel is of an item that Amazon knows."))
        api = Api(door, token)
        confirmed = {"marketplaceId": api.marketplace, "packageDetail": package}
        api.ask("POST", f"{ORDERS}/{news.reference}/shipmentConfirmation", confirmed)
        return number


def _number(tracking_number: str) -> str:
    """A positive number for a parcel, the same each time: Amazon takes no letters."""
    return f"{int(sha256(tracking_number.encode()).hexdigest()[:7], 16) + 1}"
