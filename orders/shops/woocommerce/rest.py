"""The REST API of WooCommerce, v3: https://woocommerce.github.io/woocommerce-rest-api-docs."""

import base64
from typing import Any

from orders.shops.telling import ANSWERED, Door, KeyRefused, Refused
from orders.words import say

PATH = "/wp-json/wc/v3/"


def ask(
    door: Door, token: str, method: str, path: str, body: Any = None, *, unknown: str = ""
) -> Any:
    """The JSON of an answer. Raises Refused or Unanswered."""
    headers = {"Authorization": "Basic " + base64.b64encode(token.encode()).decode()}
    status, answer = door.ask(method, PATH + path, body, headers)
    if status in (401, 403):
        raise KeyRefused(
            say("The shop does not accept the key: enter one that may read and write.")
        )
    if status == 404:
        raise Refused(unknown or say("The shop does not know this order."))
    if status not in (200, 201):
        message = answer.get("message") if isinstance(answer, dict) else ""
        raise Refused(str(ANSWERED).format(status=status, message=message))
    return answer
