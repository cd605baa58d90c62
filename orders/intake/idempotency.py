"""Idempotency keys of clients: the answer to a request is kept, and its repeat gets it again.

Whatever became of the request: stored, known already or refused. Another request under the same key
is refused, always: it may be a client that gives two orders one key by mistake.
"""

from dataclasses import dataclass
from typing import Any

import msgspec
from django.db import connection
from django.utils import timezone

from orders.errors import DomainError
from orders.models import IdempotencyKey, SalesChannel
from orders.statements import run

CREATED, KNOWN, REFUSED = 201, 200, 400  # statuses of HTTP; from REFUSED on nothing was stored

READ = """
SELECT request_hash, status, answer::text FROM {table} WHERE seller_id = $1 AND key = $2
"""
COMPLETE = """
UPDATE {table} SET answer = answer || $3::jsonb WHERE seller_id = $1 AND key = $2
RETURNING status
"""
# A concurrent request with this key may be faster: then nothing is written here.
KEEP = """
INSERT INTO {table} (seller_id, key, request_hash, status, answer, created_at)
VALUES ($1, $2, $3, $4, $5::jsonb, $6)
ON CONFLICT DO NOTHING
RETURNING status
"""


@dataclass(frozen=True, slots=True)
class IdempotentRequest:
    """A client's idempotency key and the SHA-256 of the request that carries it."""

    key: str
    request_hash: bytes


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """The answer to a request, as it was first given."""

    status: int
    answer: dict[str, Any]


class IdempotencyKeyReused(DomainError):
    """The idempotency key belongs to another request."""

    def __init__(self, key: str):
        super().__init__(f"The Idempotency-Key {key} was used for another request: send a new key.")


class RefusedBefore(DomainError):
    """The same request was refused, and gets the same answer."""

    def __init__(self, kept: KeptAnswer):
        self.kept = kept
        super().__init__("This request was refused before.")


def kept_answer(channel: SalesChannel, request: IdempotentRequest) -> KeptAnswer | None:
    """The answer that was kept under this key. Raises IdempotencyKeyReused."""
    rows = run(_with_table(READ), (channel.seller_id, request.key))
    if not rows:
        return None
    ((request_hash, status, answer),) = rows
    if bytes(request_hash) != request.request_hash:
        raise IdempotencyKeyReused(request.key)
    return KeptAnswer(status, msgspec.json.decode(answer))


def keep_answer(
    channel: SalesChannel, request: IdempotentRequest, answer: KeptAnswer
) -> KeptAnswer:
    """Keep the answer to a request that stored nothing; returns the one that was kept first.

    Raises IdempotencyKeyReused.
    """
    given = msgspec.json.encode(answer.answer).decode()
    written = run(
        _with_table(KEEP),
        (
            channel.seller_id,
            request.key,
            request.request_hash,
            answer.status,
            given,
            timezone.now(),
        ),
    )
    return answer if written else kept_answer(channel, request) or answer


def complete_answer(
    channel: SalesChannel, request: IdempotentRequest, further: dict[str, Any]
) -> None:
    """Keep more of an answer, in the transaction that kept it, when the request has been done."""
    given = msgspec.json.encode(further).decode()
    run(_with_table(COMPLETE), (channel.seller_id, request.key, given))


def _with_table(sql: str) -> str:
    return sql.format(table=connection.ops.quote_name(IdempotencyKey._meta.db_table))
