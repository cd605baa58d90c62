"""Tell a BigCommerce shop what happened, over its REST API v2.

A parcel is a shipment. Two with the same number are two to the shop, so its shipments are read
first. It knows no deliveries: each is a line of the notes that only its staff sees.
"""

from typing import Any

from orders.models import Push
from orders.shops.bigcommerce.order_body import CANCELLED, COMPLETED, REFUNDED, SHIPPED, text_of
from orders.shops.bigcommerce.rest import ADDRESS_HINT, ask, ask_list, checked_address
from orders.shops.telling import Door, News, Refused, is_noted
from orders.words import say

MOST = 250
PARTLY_SHIPPED, AWAITING_FULFILLMENT = 3, 11


class BigCommerceTeller:
    """Shipments, staff notes, and the status of the order."""

    address_hint = ADDRESS_HINT
    key_label = "Access token of a store-level API account"
    key_hint = (
        "Add an API account under Settings, Store-level API accounts, with the scope Orders: "
        "modify. The API path is shown there too."
    )
    key_form = r"\S+"
    mails = "It mails its customers itself too when a status changes, unless you switch that off."

    def check_address(self, address: str) -> str:
        """The address of a shop's API. Raises DomainError."""
        return checked_address(address)

    def tell(self, news: News, door: Door, token: str) -> str:
        """Tell the shop; its id of the shipment. Raises Refused or Unanswered."""
        shop = _Shop(door, token, news)
        tell = {
            Push.What.SENT.value: shop.sent,
            Push.What.UNSENT.value: shop.unsent,
            Push.What.DELIVERED.value: shop.delivered,
            Push.What.CANCELLED.value: shop.cancelled,
            Push.What.UNDELIVERED.value: shop.delivered,
            **{what.value: shop.units for what in Push.OF_UNITS},
        }[news.what]
        return tell()


class _Shop:
    def __init__(self, door: Door, token: str, news: News) -> None:
        self.door, self.token, self.news = door, token, news
        self.path = f"orders/{news.reference}"

    def sent(self) -> str:
        if known := self._mine(self._shipments()):
            return text_of(known.get("id"))
        address, items = self._items()
        given = {
            "order_address_id": address,
            "tracking_number": self.news.tracking_number,
            "tracking_link": self.news.tracking_url,
            "shipping_provider": "",  # is one of theirs, or none
            "shipping_method": self.news.carrier,
            "items": items,
        }
        made = self._ask("POST", f"{self.path}/shipments", given)
        return text_of(made.get("id")) if isinstance(made, dict) else ""

    def unsent(self) -> str:
        known = self._shipments()
        mine = self._mine(known)
        if mine:
            self._ask("DELETE", f"{self.path}/shipments/{text_of(mine.get('id'))}")
        if mine or self.news.shop_id:
            others = [one for one in known if one is not mine]
            status = PARTLY_SHIPPED if others else AWAITING_FULFILLMENT
            self._become(status, where=(SHIPPED, PARTLY_SHIPPED, COMPLETED))
        return self.news.shop_id

    def delivered(self) -> str:
        notes, news = self._notes(), self.news
        if not is_noted(notes, news.what, news.tracking_number):
            became = f"was delivered on {news.at:%Y-%m-%d %H:%M %Z}."
            if news.what == Push.What.UNDELIVERED:
                became = "was not delivered after all."
            parcel = f"{news.carrier} {news.tracking_number}"
            self._note(notes, f"Parcel {parcel} {became} [{news.what} {news.tracking_number}]")
        return news.shop_id

    def units(self) -> str:
        notes, mark = self._notes(), f"[{self.news.what} {self.news.mark}]"
        if mark not in notes:
            self._note(notes, f"{self.news.words} {mark}")
        return ""

    def _notes(self) -> str:
        return str(self._order().get("staff_notes") or "")

    def _note(self, notes: str, line: str) -> None:
        self._ask("PUT", self.path, {"staff_notes": f"{notes}\n{line}".strip()})

    def cancelled(self) -> str:
        self._become(CANCELLED, where_not=(CANCELLED, REFUNDED))
        return ""

    def _become(
        self, status: int, *, where: tuple[int, ...] = (), where_not: tuple[int, ...] = ()
    ) -> None:
        """Set the status of the order, where the present one allows it."""
        present = self._order().get("status_id")
        if present == status or (where and present not in where) or present in where_not:
            return
        self._ask("PUT", self.path, {"status_id": status})

    def _items(self) -> tuple[Any, list[dict[str, Any]]]:
        """The address and the units of the parcel. Raises Refused where none of it is open."""
        items, addresses = [], []
        for row in ask_list(self.door, self.token, f"{self.path}/products?limit={MOST}"):
            sold, shipped = row.get("quantity"), row.get("quantity_shipped") or 0
            left = sold - shipped if isinstance(sold, int) and isinstance(shipped, int) else 0
            units = min(self.news.units.get(text_of(row.get("id")), 0), left)
            if units > 0:
                items.append({"order_product_id": row["id"], "quantity": units})
                addresses.append(row.get("order_address_id"))
        if not items:
            raise Refused(say("No unit of the parcel is open to be sent in the shop."))
        return addresses[0], items

    def _order(self) -> dict[str, Any]:
        answer = self._ask("GET", self.path)
        return answer if isinstance(answer, dict) else {}

    def _shipments(self) -> list[dict[str, Any]]:
        return ask_list(self.door, self.token, f"{self.path}/shipments?limit={MOST}")

    def _mine(self, shipments: list[dict[str, Any]]) -> dict[str, Any] | None:
        """The shipment of this parcel."""
        number = self.news.tracking_number
        return next((one for one in shipments if one.get("tracking_number") == number), None)

    def _ask(self, method: str, path: str, body: Any = None) -> Any:
        return ask(self.door, self.token, method, path, body)
