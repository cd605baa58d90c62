"""The Magento adapter: judges the secret of a call, and reads the order in it."""

from orders.errors import InvalidInput
from orders.shops.base import OrderReport, Payload
from orders.shops.magento.order_body import read_order
from orders.shops.reading import JsonProblems, decode
from orders.shops.signatures import SECRET_HEADER, is_secret


class Magento:
    """Orders of Magento 2 and Adobe Commerce as `GET /V1/orders` has them.

    The shop is asked for them. Magento itself calls nobody: an extension may send the same body
    when an order changes, with the secret of the channel in a header.
    """

    name = "Magento, Adobe Commerce"
    topic_header = "x-topic"
    call_hint = (
        "Optional: an extension that sends an order as JSON when it changes brings it at once. Let "
        "it send the secret in the header X-Webhook-Secret."
    )

    def verify(self, payload: Payload, secret: str) -> bool:
        """Check the secret in the header: there is no signature that all extensions make."""
        return is_secret(payload.headers.get(SECRET_HEADER, ""), secret)

    def read(self, payload: Payload) -> OrderReport:
        """What a verified call reports. Raises NotJson or InvalidInput."""
        problems = JsonProblems()
        body = decode(payload.body)
        problems.is_object(body, "body")
        problems.refuse()
        if "entity_id" not in body and isinstance(body.get("order"), dict):
            body = body["order"]
        if "items" not in body:
            raise InvalidInput([("items", "expected an order, got a body of another kind")])
        return read_order(body)
