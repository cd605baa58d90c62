"""Tell a WooCommerce shop what happened, over its REST API v3.

WooCommerce knows no parcels: each is a note of the order, with a mark by which it is found again,
and the order is completed with its last parcel.
"""

import base64
from typing import Any

from orders.models import Push
from orders.shops.asking import own_address
from orders.shops.telling import Door, News, Refused

ORDERS = "/wp-json/wc/v3/orders/"
MOST_NOTES = 100


class WooCommerceTeller:
    """Notes for the seller, and the status of the order."""

    address_hint = "https://lamps.example.com"
    key_label = "Consumer key and secret, with a colon between"
    key_hint = (
        "A key with the permission Read/Write, under WooCommerce, Settings, Advanced, REST API. "
        "WooCommerce mails its customers itself when an order is completed, unless you switch "
        "that off there."
    )

    def check_address(self, address: str) -> str:
        """The address of a shop without a slash at its end. Raises DomainError."""
        return own_address(address, like=self.address_hint)

    def tell(self, news: News, door: Door, token: str) -> str:
        """Tell the shop; "". Raises Refused or Unanswered."""
        shop = _Shop(door, token, news.reference)
        if news.what == Push.What.CANCELLED:
            shop.become("cancelled", where_not=("cancelled", "refunded", "trash"))
            return ""
        where = f"{news.carrier} {news.tracking_number}".strip()
        if news.what == Push.What.SENT:
            text = f"Parcel sent with {where}: {news.tracking_url}"
        elif news.what == Push.What.DELIVERED:
            text = f"Parcel {where} was delivered on {news.at:%Y-%m-%d %H:%M %Z}."
        else:
            text = f"Parcel {where} was not sent after all."
        shop.note(text, mark=f"[{news.what} {news.tracking_number}]")
        if news.what == Push.What.SENT and news.is_last:
            shop.become("completed", where_not=("completed", "cancelled", "refunded", "trash"))
        if news.what == Push.What.UNSENT:
            shop.become("processing", where=("completed",))
        return ""


class _Shop:
    def __init__(self, door: Door, token: str, reference: str) -> None:
        self.door = door
        self.path = f"{ORDERS}{reference}"
        self.headers = {"Authorization": "Basic " + base64.b64encode(token.encode()).decode()}

    def become(
        self, status: str, *, where: tuple[str, ...] = (), where_not: tuple[str, ...] = ()
    ) -> None:
        """Set the status of the order, where the present one allows it."""
        present = str(self._ask("GET", self.path).get("status"))
        if (where and present not in where) or present in where_not:
            return
        self._ask("PUT", self.path, {"status": status})

    def note(self, text: str, *, mark: str) -> None:
        """Add a note for the seller, unless one with this mark is there."""
        path = f"{self.path}/notes"
        known = self._ask("GET", f"{path}?per_page={MOST_NOTES}")
        notes = known if isinstance(known, list) else []
        if not any(mark in str(note.get("note")) for note in notes if isinstance(note, dict)):
            self._ask("POST", path, {"note": f"{text} {mark}", "customer_note": False})

    def _ask(self, method: str, path: str, body: Any = None) -> Any:
        status, answer = self.door.ask(method, path, body, self.headers)
        if status in (401, 403):
            raise Refused("The shop does not accept the key: enter one that may read and write.")
        if status == 404:
            raise Refused("The shop does not know this order.")
        if status not in (200, 201):
            told = answer.get("message") if isinstance(answer, dict) else ""
            raise Refused(f"The shop answered {status}: {told}")
        return answer
