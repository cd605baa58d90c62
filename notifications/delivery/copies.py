"""Copies of what left, so that a seller can read each message as it was sent.

No table holds the secret of a tracking link: a copy has a mark in its place.
"""

from collections.abc import Sequence
from struct import Struct
from typing import Any

import psycopg
from psycopg.adapt import Dumper
from psycopg.pq import Format

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
FROM unnest(%(ids)s::uuid[], %(messages)s::bigint[], %(sent_at)s::timestamptz[],
  %(subject)s::text[], %(text)s::text[], %(html)s::text[])
  AS c (id, message, sent_at, subject, text, html)
JOIN notifications_message m ON m.id = c.message
WHERE NOT starts_with(m.recipient, %(erased)s)
ON CONFLICT (message) DO UPDATE SET
  sent_at = EXCLUDED.sent_at, subject = EXCLUDED.subject, text = EXCLUDED.text,
  html = EXCLUDED.html
""")


class Texts(list[str]):
    """Long texts for a statement: PostgreSQL and the driver copy them, where text or JSON would be
    escaped and read letter by letter.
    """


class TextsDumper(Dumper):
    """An array of texts in the binary format of PostgreSQL."""

    format = Format.BINARY
    oid = psycopg.adapters.types["text"].array_oid
    # One dimension, no NULL, of texts, so many, the first is 1; before each text its length.
    head, length = Struct("!iiIii"), Struct("!i")

    def dump(self, texts: Texts) -> bytes:
        head = self.head.pack(1, 0, psycopg.adapters.types["text"].oid, len(texts), 1)
        written = [text.encode() for text in texts]
        return head + b"".join(self.length.pack(len(text)) + text for text in written)


psycopg.adapters.register_dumper(Texts, TextsDumper)


def keep_copies(outcomes: Sequence[Outcome]) -> None:
    """Keep the words of these outcomes, in one statement, before they are settled.

    So a worker that dies in between leaves a copy of what may have arrived, not the reverse.
    """
    left = [
        (row.message, row.attempt.started_at, row.words)
        for row in outcomes
        if row.words and row.attempt
    ]
    if not left:
        return
    values: dict[str, Any] = {
        "ids": [new_id() for _ in left],
        "messages": [message.pk for message, _, _ in left],
        "sent_at": [at for _, at, _ in left],
        "erased": Message.ERASED,
    }
    for name in PARTS:
        values[name] = Texts(
            getattr(words, name).replace(message.order.token, MARK) for message, _, words in left
        )
    KEEP(values)


def with_links(copy: SentCopy) -> SentCopy:
    """The copy as it was sent, for those who may open the tracking page; nothing is saved."""
    for name in PARTS:
        setattr(copy, name, getattr(copy, name).replace(MARK, copy.order.token))
    return copy
