"""The Amazon adapter: reads what the asker found; Amazon calls nobody."""

from orders.errors import InvalidInput
from orders.shops.amazon.order_body import ORDER_ID, read_order
from orders.shops.base import Hint, Ignored, OrderReport, Payload
from orders.shops.reading import JsonProblems, decode

CHANGED = "changed"  # in a hint: the id of the order


class Amazon:
    """Orders of a marketplace that their seller sends: the Selling Partner API, Orders v0."""

    name = "Amazon"
    topic_header = "x-topic"
    call_hint = ""

    def verify(self, payload: Payload, secret: str) -> bool:
        """Nobody calls for Amazon."""
        return False

    def read(self, payload: Payload) -> OrderReport | Hint | Ignored:
        """What an answer reports. Raises NotJson or InvalidInput."""
        problems = JsonProblems()
        body = decode(payload.body)
        problems.is_object(body, "body")
        problems.refuse()
        if "order" in body:
            return read_order(body)
        if CHANGED not in body:
            raise InvalidInput([("", "expected an order with its items, as Amazon answers it")])
        reference = body[CHANGED]
        if not isinstance(reference, str) or not ORDER_ID.fullmatch(reference):
            raise InvalidInput([(CHANGED, "expected the id of an order")])
        return Hint(reference)
