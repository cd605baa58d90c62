"""The Shopify adapter: judges the signature, and reads by what was signed, not by the topic."""

import re
from typing import Any

from orders.errors import InvalidInput
from orders.shops.base import Hint, Ignored, Payload, Report
from orders.shops.reading import JsonProblems, decode
from orders.shops.shopify.fulfilment_orders import KEPT, hint_of, read_fulfilments
from orders.shops.shopify.order_body import read_order
from orders.shops.shopify.refund_body import read_refund
from orders.shops.signatures import is_signed_in_base64

SIGNATURE = "x-shopify-hmac-sha256"
GID = re.compile(r"gid://shopify/(\w{1,60})/")
# The bodies of these tell of parts of an order; the order itself comes as orders/updated.
PARTS = ("order_edit", "fulfillment_order", "original_fulfillment_order")


class Shopify:
    """Webhooks of Shopify, signed with the app's secret: https://shopify.dev/docs/api/webhooks."""

    name = "Shopify"
    topic_header = "x-shopify-topic"

    def verify(self, payload: Payload, secret: str) -> bool:
        """Check the signature: base64 of HMAC-SHA256 over the raw body."""
        return is_signed_in_base64(payload.body, payload.headers.get(SIGNATURE, ""), secret)

    def read(self, payload: Payload) -> Report | Hint:
        """What a verified call reports. Raises NotJson or InvalidInput."""
        problems = JsonProblems()
        body = decode(payload.body)
        problems.is_object(body, "body")
        problems.refuse()
        topic = payload.headers.get(self.topic_header, "")
        if KEPT in body:
            return read_fulfilments(body)
        if hint := hint_of(body, topic):
            return hint
        if any(part in body for part in PARTS):
            return Ignored("the order itself comes with orders/updated")
        kind = _kind_of(body, topic)
        if kind == "Refund":
            return read_refund(body)
        if kind == "Order":
            return read_order(body)
        if not topic.startswith(("orders/", "refunds/")):
            return Ignored(f"calls about {topic or kind} change no order here")
        if topic == "orders/delete":
            return Ignored("deleted in the shop, which keeps only orders that are over")
        told = f"expected an order (gid://shopify/Order/…), got a {kind}"
        raise InvalidInput([("admin_graphql_api_id", told)])


def _kind_of(body: dict[str, Any], topic: str) -> str:
    """What was signed: by its gid; only what has none is believed to be what its topic says."""
    gid = GID.match(str(body.get("admin_graphql_api_id") or ""))
    if gid:
        return gid[1]
    if "refund_line_items" in body or topic.startswith("refunds/"):
        return "Refund"
    return "Order" if "line_items" in body or topic == "orders/create" else "body of another kind"
