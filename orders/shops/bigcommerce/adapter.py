"""The BigCommerce adapter: judges the secret of a call, and tells a hint from an order."""

from typing import Any

from orders.errors import InvalidInput
from orders.shops.base import Hint, Ignored, OrderReport, Payload
from orders.shops.bigcommerce.order_body import read_order, text_of
from orders.shops.reading import JsonProblems, decode
from orders.shops.signatures import SECRET_HEADER, is_secret
from orders.values.texts import REFERENCE, one_line

# Of these, `data` has the order's id; of a shipment it stands beside its own.
ABOUT_ORDERS, ABOUT_SHIPMENTS = "store/order/", "store/shipment/"


class BigCommerce:
    """Webhooks store/order/* and store/shipment/*: they have an id and no order, and no signature.

    Their `hash` has no key: anybody can make it. A webhook may have headers of its own, so the
    secret of the channel is one. The order is asked for: https://developer.bigcommerce.com/docs.
    """

    name = "BigCommerce"
    topic_header = "x-topic"
    call_hint = (
        "Optional: a webhook for store/order/* brings news at once. Give it the secret as its "
        "header X-Webhook-Secret."
    )

    def verify(self, payload: Payload, secret: str) -> bool:
        """Check the secret in the header that was set with the webhook."""
        return is_secret(payload.headers.get(SECRET_HEADER, ""), secret)

    def read(self, payload: Payload) -> OrderReport | Hint | Ignored:
        """What a verified call, or an answer, reports. Raises NotJson or InvalidInput."""
        problems = JsonProblems()
        body = decode(payload.body)
        problems.is_object(body, "body")
        problems.refuse()
        return read_order(body) if "order" in body else _hint(body)


def _hint(body: dict[str, Any]) -> Hint | Ignored:
    scope = body.get("scope")
    if not isinstance(scope, str):
        raise InvalidInput([("scope", "expected what it is about, like store/order/updated")])
    about = one_line(scope)[:60]
    if not about.startswith((ABOUT_ORDERS, ABOUT_SHIPMENTS)):
        return Ignored(f"calls about {about or 'nothing'} change no order here")
    given = body.get("data")
    name = "id" if about.startswith(ABOUT_ORDERS) else "orderId"
    reference = text_of(given.get(name)) if isinstance(given, dict) else ""
    if not (reference.isascii() and reference.isdecimal() and len(reference) <= REFERENCE):
        raise InvalidInput([(f"data.{name}", "expected the id of the order")])
    return Hint(reference, about)
