"""The test oracle: compares what peers received with the database; uses no product code."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import psycopg
from psycopg.rows import namedtuple_row

from orders.row_security import OPTIONS_FOR_ALL_SELLERS

MESSAGES = """
SELECT id, order_id::text, channel, recipient, template, status, cause, reason,
    concat_ws(':', event_id, audience, channel, revision) AS key, attempts_made > 0 AS was_tried
FROM notifications_message ORDER BY id
"""
TAKEN = ("sent", "delivered")
KNOWN_TO_HAVE_LEFT = {"sent": (1, 1), "delivered": (1, 1), "unknown": (0, 1)}
WAITING = ("planned", "held", "claimed", "retrying")


class Row(NamedTuple):
    """A message row as the oracle reads it."""

    id: int
    order_id: str
    channel: str
    recipient: str
    template: str
    status: str
    cause: str
    reason: str
    key: str
    was_tried: bool = False


class Received(NamedTuple):
    """What a peer accepted, in order: (mark of the message, recipient) each."""

    mails: Sequence[tuple[str, str]]
    texts: Sequence[tuple[str, str]]


def read_rows(address: str) -> list[Row]:
    """Read all messages of the database."""
    with psycopg.connect(
        address, row_factory=namedtuple_row, options=OPTIONS_FOR_ALL_SELLERS
    ) as connection:
        return [Row(*row) for row in connection.execute(MESSAGES)]


def mail_mark(key: str) -> str:
    """The local part of the Message-ID of a mail with this key."""
    return hashlib.sha256(key.encode()).hexdigest()[:32]


def findings(rows: Sequence[Row], received: Received, accepted: Mapping[str, str]) -> list[str]:
    """Every message that was lost, doubled, out of order, false or invisible; one line each."""
    by_mark = {_mark(row): row for row in rows}
    arrivals = [*received.mails, *received.texts]
    counts = Counter(mark for mark, _ in arrivals)
    return [
        *_orders_missing(rows, accepted),
        *_strangers(arrivals, by_mark),
        *_miscounted(rows, counts),
        *_inversions(arrivals, by_mark),
        *_still_waiting(rows),
    ]


def _mark(row: Row) -> str:
    return mail_mark(row.key) if row.channel == "email" else row.key


def _orders_missing(rows: Sequence[Row], accepted: Mapping[str, str]) -> Iterator[str]:
    told = {row.order_id for row in rows if row.template == "confirmed"}
    for reference, order_id in accepted.items():
        if order_id not in told:
            yield f"Order {reference} was answered by 2xx: it has no confirmation."


def _strangers(arrivals: Sequence[tuple[str, str]], by_mark: Mapping[str, Row]) -> Iterator[str]:
    for mark, recipient in arrivals:
        row = by_mark.get(mark)
        if row is None:
            yield f"{recipient} got a message that the database does not know: {mark}."
        elif row.recipient != recipient:
            yield f"Message {row.id} is for {row.recipient}: {recipient} got it."


def _miscounted(rows: Sequence[Row], counts: Mapping[str, int]) -> Iterator[str]:
    for row in rows:
        came = counts.get(_mark(row), 0)
        # One that was tried and waits may have come: it goes out again under the same key.
        tried = (0, int(row.was_tried and row.status in WAITING))
        least, most = KNOWN_TO_HAVE_LEFT.get(row.status, tried)
        if not least <= came <= most:
            yield f"Message {row.id} ({row.channel}, {row.template}) is {row.status}: {came} came."
        if row.status not in TAKEN and not (row.cause and row.reason) and row.status not in WAITING:
            yield f"Message {row.id} is {row.status} and does not say why."


def _inversions(arrivals: Sequence[tuple[str, str]], by_mark: Mapping[str, Row]) -> Iterator[str]:
    newest: dict[tuple[str, str, str], Row] = {}
    for mark, _ in arrivals:
        if not (row := by_mark.get(mark)):
            continue
        lane = (row.order_id, row.recipient, row.channel)
        if lane in newest and row.id < newest[lane].id:
            before = newest[lane].template
            yield f"{row.recipient} heard {row.template} after {before} of order {row.order_id}."
        else:
            newest[lane] = row


def _still_waiting(rows: Sequence[Row]) -> Iterator[str]:
    stuck: dict[str, list[int]] = defaultdict(list)
    held: set[tuple[str, str, str]] = set()
    for row in rows:  # by their ids: what stands first in a lane comes first
        lane = (row.order_id, row.recipient, row.channel)
        # Calm and the night hold a message back for hours, and say so; others wait behind it.
        if row.status == "held" and row.cause:
            held.add(lane)
        elif row.status in WAITING and lane not in held:
            stuck[row.status].append(row.id)
    for status, ids in stuck.items():
        yield f"{len(ids)} messages are still {status} at the end, such as {ids[0]}."
