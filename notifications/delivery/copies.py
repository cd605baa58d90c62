"""Copies of what left, so that a seller can read each message as it was sent.

No table holds the secret of a tracking link: a copy has a mark in its place.
"""

from collections.abc import Sequence
from typing import Any

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
FROM unnest(%(ids)s::uuid[], %(messages)s::bigint[], %(moments)s::timestamptz[],
    %(subjects)s::text[], %(texts)s::text[], %(htmls)s::text[])
  AS c (id, message, sent_at, subject, text, html)
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
    kept = [row for row in outcomes if row.words and row.attempt]
    if not kept:
        return
    values: dict[str, Any] = {
        "ids": [new_id() for _ in kept],
        "messages": [row.message.pk for row in kept],
        "moments": [row.attempt.started_at for row in kept if row.attempt],
        **{f"{name}s": [_without_token(row, name) for row in kept] for name in PARTS},
        "erased": Message.ERASED,
    }
    KEEP(values)


def with_links(copy: SentCopy) -> SentCopy:
    """The copy as it was sent, for those who may open the tracking page; nothing is saved."""
    for name in PARTS:
        setattr(copy, name, getattr(copy, name).replace(MARK, copy.order.token))
    return copy


def _without_token(outcome: Outcome, name: str) -> str:
    words: str = getattr(outcome.words, name)
    return words.replace(outcome.message.order.token, MARK)
