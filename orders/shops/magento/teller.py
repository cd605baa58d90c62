"""Tell a Magento shop what happened, over its REST API.

A parcel is a shipment with a track. Magento ships the same units again if it is asked to, so its
shipments are read first. It takes no shipment back: of a hand-over that is undone it loses the
track.
"""

from typing import Any

from orders.models import Push
from orders.shops.asking import own_address
from orders.shops.magento.line_items import BUNDLE, Sold, read_items
from orders.shops.magento.rest import ask, search
from orders.shops.reading import JsonProblems
from orders.shops.telling import Door, News, Refused, is_noted
from orders.words import say, say_later

CARRIER = "custom"  # of a track: any carrier, by the name in its title
MOST = 100
CLOSED = {"canceled", "closed"}
NOT_CANCELLED = say_later("The shop does not cancel an order with an invoice: refund it there.")
NOTHING_OPEN = say_later("No unit of the parcel is open to be sent in the shop.")


class MagentoTeller:
    """Shipments with tracks; deliveries are comments. The shop writes to nobody, as we do."""

    address_hint = "https://lamps.example.com"
    key_label = "Access token of an integration"
    key_hint = (
        "Add an integration under System, Extensions, Integrations, with access to Sales, and "
        "activate it. In newer Magento also set “Allow OAuth Access Tokens to be used as "
        "standalone Bearer tokens” to Yes, under Stores, Configuration, Services, OAuth."
    )
    key_form = r"\S+"
    mails = "It is asked to write nothing to its customers: we do."

    def check_address(self, address: str) -> str:
        """The address of a shop, with its path where it has one. Raises DomainError."""
        return own_address(address, like=self.address_hint)

    def tell(self, news: News, door: Door, token: str) -> str:
        """Tell the shop; its id of the shipment. Raises Refused or Unanswered."""
        shop = _Shop(door, token, news)
        tell = {
            Push.What.SENT.value: shop.sent,
            Push.What.UNSENT.value: shop.unsent,
            Push.What.DELIVERED.value: shop.delivered,
            Push.What.CANCELLED.value: shop.cancelled,
            Push.What.UNDELIVERED.value: shop.undelivered,
            **{what.value: shop.units for what in Push.OF_UNITS},
        }[news.what]
        return tell()


class _Shop:
    def __init__(self, door: Door, token: str, news: News) -> None:
        self.door, self.token, self.news = door, token, news
        self.track = {
            "track_number": news.tracking_number, "title": news.carrier, "carrier_code": CARRIER,
        }  # fmt: skip

    def sent(self) -> str:
        known = self._shipments()
        for shipment in known:
            if self._track_of(shipment):
                return str(shipment["entity_id"])
        if self.news.shop_id in [str(shipment["entity_id"]) for shipment in known]:
            ids = {"order_id": self.news.reference, "parent_id": self.news.shop_id}
            self._ask("POST", "shipment/track", {"entity": self.track | ids})
            return self.news.shop_id
        given = {
            "items": self._items(),
            "notify": False,
            "appendComment": True,
            "comment": {"comment": self.news.tracking_url, "is_visible_on_front": 0},
            "tracks": [self.track],
        }
        return str(self._ask("POST", f"order/{self.news.reference}/ship", given))

    def unsent(self) -> str:
        for shipment in self._shipments():
            if track := self._track_of(shipment):
                self._note("was not sent after all")
                self._ask("DELETE", f"shipment/track/{track['entity_id']}")
        return self.news.shop_id

    def delivered(self) -> str:
        self._note(f"was delivered on {self.news.at:%Y-%m-%d %H:%M %Z}")
        return self.news.shop_id

    def undelivered(self) -> str:
        self._note("was not delivered after all")
        return self.news.shop_id

    def units(self) -> str:
        order, mark = self._order(), f"[{self.news.what} {self.news.mark}]"
        if mark not in _comments(order):
            self._comment(order, f"{self.news.words} {mark}")
        return ""

    def cancelled(self) -> str:
        if self._order().get("state") in CLOSED:
            return ""
        if self._ask("POST", f"orders/{self.news.reference}/cancel") is not True:
            raise Refused(str(NOT_CANCELLED))
        return ""

    def _items(self) -> list[dict[str, Any]]:
        """What of the order is in the parcel. Raises Refused where nothing of it is open."""
        sold = read_items(self._order().get("items"), JsonProblems())
        units = {one.key: min(self.news.units.get(one.key, 0), _open(one)) for one in sold}
        for one in sold:
            if one.kind == BUNDLE and one.children:
                units[one.key] = _bundles(one, units, is_last=self.news.is_last)
        items = [
            {"order_item_id": int(key), "qty": number}
            for key, number in units.items()
            if number and key.isdecimal()
        ]
        if not items:
            raise Refused(str(NOTHING_OPEN))
        return items

    def _note(self, what: str) -> None:
        """Add a comment about the parcel for the seller, unless the last one says the same."""
        order, news = self._order(), self.news
        mark = f"[{news.what} {news.tracking_number}]"
        # That it is sent is no comment but a track, which is gone once it is not.
        is_unsent = news.what == Push.What.UNSENT
        comments = _comments(order)
        if mark in comments if is_unsent else is_noted(comments, news.what, news.tracking_number):
            return
        self._comment(order, f"Parcel {news.carrier} {news.tracking_number} {what}. {mark}")

    def _comment(self, order: dict[str, Any], text: str) -> None:
        comment = {
            "comment": text,
            "status": order.get("status"),  # without one the order would lose its own
            "is_customer_notified": 0,
            "is_visible_on_front": 0,
        }
        path = f"orders/{self.news.reference}/comments"
        self._ask("POST", path, {"statusHistory": comment})

    def _order(self) -> dict[str, Any]:
        answer = self._ask("GET", f"orders/{self.news.reference}")
        if not isinstance(answer, dict):
            raise Refused(say("The shop's answer is no order."))
        return answer

    def _shipments(self) -> list[dict[str, Any]]:
        query = search([("order_id", "eq", self.news.reference)], most=MOST)
        answer = self._ask("GET", f"shipments?{query}")
        found = (answer.get("items") if isinstance(answer, dict) else None) or []
        return [one for one in found if isinstance(one, dict) and "entity_id" in one]

    def _track_of(self, shipment: dict[str, Any]) -> dict[str, Any] | None:
        """The track of this parcel, if the shipment has it."""
        for track in shipment.get("tracks") or []:
            if isinstance(track, dict) and track.get("track_number") == self.news.tracking_number:
                return track
        return None

    def _ask(self, method: str, path: str, body: Any = None) -> Any:
        return ask(self.door, self.token, method, path, body)


def _comments(order: dict[str, Any]) -> str:
    known = order.get("status_histories") or []
    return "\n".join(str(one.get("comment")) for one in known if isinstance(one, dict))


def _open(one: Sold) -> int:
    return one.units().to_send or 0


def _bundles(bundle: Sold, units: dict[str, int], *, is_last: bool) -> int:
    """Whole bundles in a parcel: Magento counts these, unless their parts are shipped separately.

    It does not say which it does, and takes the count that it has no use for. The last parcel of an
    order completes what was sent in several.
    """
    parts = [part for part in bundle.children if part.is_sent and part.bought]
    here = [units.get(part.key, 0) * bundle.bought // part.bought for part in parts]
    whole = _open(bundle) if is_last and any(units.get(part.key) for part in parts) else min(here)
    return min(whole, _open(bundle))
