"""Tell a WooCommerce shop what happened, over its REST API v3.

WooCommerce knows no parcels: each is a note of the order, with a mark by which it is found again,
and the order is completed with its last parcel.
"""

from typing import Any

from orders.models import Push
from orders.shops.asking import own_address
from orders.shops.telling import Door, News, is_noted
from orders.shops.woocommerce.rest import ask

MOST_NOTES = 100


class WooCommerceTeller:
    """Notes for the seller, and the status of the order."""

    address_hint = "https://lamps.example.com"
    key_label = "Consumer key and secret, with a colon between"
    key_hint = (
        "A key with the permission Read/Write, under WooCommerce, Settings, Advanced, REST API."
    )
    key_form = r"[^\s:]+:[^\s:]+"
    mails = (
        "It mails its customers itself too when an order is completed, unless you switch that off."
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
        if news.about:
            shop.note(news.words, mark=f"[{news.what} {news.mark}]")
            return ""
        where = f"{news.carrier} {news.tracking_number}".strip()
        text = {
            "sent": f"Parcel sent with {where}: {news.tracking_url}",
            "unsent": f"Parcel {where} was not sent after all.",
            "delivered": f"Parcel {where} was delivered on {news.at:%Y-%m-%d %H:%M %Z}.",
            "undelivered": f"Parcel {where} was not delivered after all.",
        }[news.what]
        shop.note_parcel(text, news)
        if news.what == Push.What.SENT and news.is_last:
            shop.become("completed", where_not=("completed", "cancelled", "refunded", "trash"))
        if news.what == Push.What.UNSENT:
            shop.become("processing", where=("completed",))
        return ""


class _Shop:
    def __init__(self, door: Door, token: str, reference: str) -> None:
        self.door, self.token = door, token
        self.path = f"orders/{reference}"

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
        if mark not in self._notes():
            self._add(f"{text} {mark}")

    def note_parcel(self, text: str, news: News) -> None:
        """Add a note about a parcel, unless the last one says the same."""
        if not is_noted(self._notes(), news.what, news.tracking_number):
            self._add(f"{text} [{news.what} {news.tracking_number}]")

    def _notes(self) -> str:
        known = self._ask("GET", f"{self.path}/notes?per_page={MOST_NOTES}")
        notes = known if isinstance(known, list) else []
        return "\n".join(str(note.get("note")) for note in notes if isinstance(note, dict))

    def _add(self, text: str) -> None:
        self._ask("POST", f"{self.path}/notes", {"note": text, "customer_note": False})

    def _ask(self, method: str, path: str, body: Any = None) -> Any:
        return ask(self.door, self.token, method, path, body)
