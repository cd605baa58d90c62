"""The WooCommerce adapter: judges the signature, and tells the body of an order from others."""

import re
from typing import Any

from orders.errors import InvalidInput
from orders.shops.base import DeletionReport, Ignored, Payload, Report
from orders.shops.reading import JsonProblems, decode
from orders.shops.signatures import is_signed_in_base64
from orders.shops.texts import text
from orders.shops.woocommerce.order_body import read_order
from orders.values.texts import REFERENCE, one_line

SIGNATURE = "x-wc-webhook-signature"
PING = re.compile(rb"webhook_id=[0-9]{1,20}")
# A subscription and a refund have lines too, and are no orders.
SUBSCRIPTION, REFUND = "billing_period", "refunded_by"
GONE = "_invalid_id"  # the end of the code of an error: what was called about is deleted
LEGACY = (
    "the webhook uses the Legacy API: set its API version to “WP REST API Integration v3” "
    "in WooCommerce"
)
NOT_READ = (
    "WooCommerce could not read the order for its webhook ({}): the user who owns the webhook may "
    "not read orders"
)


class WooCommerce:
    """Webhooks order.created, order.updated, order.deleted and order.restored, signed with the
    secret of each: https://woocommerce.com/document/webhooks/.

    A body is made when it is sent, not when something happens. A deleted order is called about by
    its id alone, so that call is known by its topic, which is not signed.
    """

    name = "WooCommerce"
    topic_header = "x-wc-webhook-topic"

    def verify(self, payload: Payload, secret: str) -> bool:
        """Check the signature: base64 of HMAC-SHA256 over the raw body."""
        return is_signed_in_base64(payload.body, payload.headers.get(SIGNATURE, ""), secret)

    def is_ping(self, body: bytes) -> bool:
        """The form that tries the address of a new webhook; an answer but 200 is an error there."""
        return PING.fullmatch(body) is not None

    def read(self, payload: Payload) -> Report:
        """What a verified call reports. Raises NotJson or InvalidInput."""
        if self.is_ping(payload.body):
            return Ignored("the ping of a new webhook")
        problems = JsonProblems()
        body = decode(payload.body)
        problems.is_object(body, "body")
        problems.refuse()
        topic = payload.headers.get(self.topic_header, "")
        if "id" not in body and isinstance(body.get("data"), dict) and "code" not in body:
            body = body["data"]
        if SUBSCRIPTION in body:
            return Ignored("a subscription; its orders come by themselves")
        if "line_items" in body and REFUND not in body:
            return read_order(body)
        if topic == "order.deleted" and set(body) == {"id"}:
            return _deleted(body["id"])
        return _of_another_kind(body, topic)


def _deleted(order_id: Any) -> DeletionReport:
    is_id = isinstance(order_id, int | str) and not isinstance(order_id, bool)
    reference = text(order_id) if is_id else ""
    if not 0 < len(reference) <= REFERENCE:
        raise InvalidInput([("id", "expected the id of the order")])
    return DeletionReport(reference)


def _of_another_kind(body: dict[str, Any], topic: str) -> Ignored:
    """Ignore what concerns no order. Raises InvalidInput where an order was meant."""
    code = one_line(str(body.get("code") or ""))[:60]
    if code.endswith(GONE):
        return Ignored("deleted in the shop before it was sent")
    if code and "message" in body:
        raise InvalidInput([("code", NOT_READ.format(code))])
    if isinstance(body.get("order"), dict):
        raise InvalidInput([("order", LEGACY)])
    if topic.startswith("order."):
        raise InvalidInput([("line_items", "expected an order, got a body of another kind")])
    return Ignored(f"calls about {topic or 'something else'} change no order here")
