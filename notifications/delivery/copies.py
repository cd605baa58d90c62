"""Copies of what left, so that a seller can read each message as it was sent.

No table holds the secret of a tracking link: a copy has a mark in its place.
"""

from collections.abc import Sequence

import msgspec

from notifications.channels.base import Outgoing
from notifications.delivery.outcomes import Outcome
from notifications.models import Message
from orders.keys import new_id
from orders.models import SentCopy
from orders.statements import Statement

MARK = "(tracking-token)"
PARTS = ("subject", "text", "html")

# A repeated attempt overwrites: the last one that may have arrived is kept. Of an erased customer
# nothing is.
KEEP = Statement("""
INSERT INTO orders_sentcopy (id, seller_id, order_id, message, sent_at, subject, text, html)
SELECT c.id, m.seller_id, m.order_id, m.id, c.sent_at, c.subject, c.text, c.html
FROM json_to_recordset(%(rows)s::json)
  AS c (id uuid, message bigint, sent_at timestamptz, subject text, text text, html text)
JOIN notifications_message m ON m.id = c.message
WHERE NOT starts_with(m.recipient, %(erased)s)
ON CONFLICT (message) DO UPDATE SET
  sent_at = EXCLUDED.sent_at, subject = EXCLUDED.subject, text = EXCLUDED.text,
  html = EXCLUDED.html
""")


def keep_copies(outcomes: Sequence[Outcome]) -> None:
    """Keep the words of these outcomes, in one statement, before they are settled.

    So a worker that dies in between leaves a copy of what may have arrived, not the reverse.
    """
    rows = [
        {
            "id": new_id(),
            "message": outcome.message.pk,
            "sent_at": outcome.attempt.started_at,
            **_without_token(outcome.words, outcome.message.order.token),
        }
        for outcome in outcomes
        if outcome.words and outcome.attempt
    ]
    # As JSON: the driver escapes arrays of texts one by one, which takes ten times as long.
    if rows:
        KEEP({"rows": msgspec.json.encode(rows).decode(), "erased": Message.ERASED})


def with_links(copy: SentCopy) -> SentCopy:
    """The copy as it was sent, for those who may open the tracking page; nothing is saved."""
    for name in PARTS:
        setattr(copy, name, getattr(copy, name).replace(MARK, copy.order.token))
    return copy


def _without_token(words: Outgoing, token: str) -> dict[str, str]:
    return {name: getattr(words, name).replace(token, MARK) for name in PARTS}
