"""API key authentication: each request reads the key from the database, so a revoked key stops at
once.

Only a new order is read with what this process found of its key before: the statement that writes
it looks at the key itself, and writes nothing where that is another one now.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, lru_cache
from typing import Any, NamedTuple, cast
from uuid import UUID

from django.utils import timezone
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import APIException, AuthenticationFailed
from rest_framework.request import Request

from fulfillment.serving.keys_in_urls import REALM
from fulfillment.serving.rate_limits import TOO_MANY, key_limit, stranger_limit
from fulfillment.serving.rates import Limit, take
from orders.access import Role, Viewer, ViewerRequest
from orders.events.acting import act_as
from orders.intake.grouping import Grouped
from orders.intake.proving import KeyProof
from orders.keys import token_hash
from orders.models import SalesChannel, Seller, Warehouse
from orders.row_security import Reach, narrow_to
from orders.statements import run

EXPIRED = (
    "This API key expired on {:%Y-%m-%d at %H:%M} UTC: use the key that replaced it, or create "
    "another one under Settings."
)
# A function of the database, made by orders' migrations: it reads what row-level security hides as
# long as nobody knows whose the request is.
LOOK_UP = "SELECT found.*, found::text FROM portal_channel_of_api_key($1) found"
# Written at most once a minute. Who comes while another request writes it does not wait for that.
NOTE_USE = """
UPDATE orders_apikey SET last_used_at = now() WHERE id IN (
  SELECT id FROM orders_apikey
  WHERE key_hash = $1 AND revoked_at IS NULL
    AND (last_used_at IS NULL OR last_used_at < now() - interval '1 minute')
  FOR NO KEY UPDATE SKIP LOCKED
)
"""
KEY_USE = "portal.key_use"  # beside what a server says of a request, which no header can be
# Each process asks whether that is due every few seconds only.
NOTE_SECONDS = 15
MOST_KEYS = 10_000  # of which a process remembers something


class FoundKey(NamedTuple):
    """What the look-up of an API key finds: its channel with seller, and what it may do."""

    channel: SalesChannel
    scopes: frozenset[str]
    expires_at: datetime | None
    proof: KeyProof

    @property
    def has_expired(self) -> bool:
        return self.expires_at is not None and self.expires_at <= timezone.now()


# By the hash of a key: see `KeyUse.remembered`.
_found_before: dict[bytes, FoundKey] = {}


class TooManyRequests(APIException):
    """429; DRF makes Retry-After of `wait`, in seconds."""

    status_code = 429

    def __init__(self, wait: int) -> None:
        super().__init__(TOO_MANY.format(wait))
        self.wait = wait


class ApiRequest(Request):
    """A request of a seller's system, with the sales channel of its API key."""

    _request: ViewerRequest
    auth: SalesChannel


class ApiKeyAuthentication(BaseAuthentication):
    """`Authorization: Bearer <key>`; sets `request.auth` to the key's channel with its seller."""

    def authenticate(self, request: Request) -> tuple[None, SalesChannel]:
        use = use_of(request.META)
        key, found = use.key, use.found
        if not use.is_counted:
            _count(key_limit(key) if found else stranger_limit(request._request))
        if not key:
            raise AuthenticationFailed("Send the API key as Authorization: Bearer <key>.")
        if found is None:
            raise AuthenticationFailed("This API key is unknown or was revoked.")
        if found.has_expired:
            raise AuthenticationFailed(EXPIRED.format(found.expires_at))
        cast(ApiRequest, request)._request.viewer = act_for(key, found)
        return None, found.channel

    def authenticate_header(self, request: Request) -> str:
        return REALM


@dataclass
class KeyUse:
    """The key of a request, and whether the request counts against its rate yet."""

    key: str
    is_counted: bool = False

    @cached_property
    def found(self) -> FoundKey | None:
        """What it opens: looked up once, whoever of those who answer the request asks."""
        return find_key(self.key) if self.key else None

    @property
    def remembered(self) -> FoundKey | None:
        """What it opened before. It opens nothing by that, but for a statement that proves it."""
        return _found_before.get(token_hash(self.key))


def use_of(meta: dict[str, Any]) -> KeyUse:
    """That of this request."""
    use: KeyUse = meta.setdefault(KEY_USE, KeyUse(key_in(meta)))
    return use


def key_in(meta: Mapping[str, Any]) -> str:
    """The key in the headers of a request; "" where there is none."""
    scheme, _, text = meta.get("HTTP_AUTHORIZATION", "").partition(" ")
    return text.strip() if scheme.lower() == "bearer" else ""


def act_for(key: str, found: FoundKey) -> Viewer:
    """From here on the request sees what its key does, and its history names it."""
    viewer, reach = _viewer_of(found.channel.seller_id, found.scopes)
    narrow_to(reach)
    act_as(token_hash(key))
    _note_use(key)
    return viewer


def _count(limit: Limit) -> None:
    """Raises TooManyRequests beyond the limit."""
    wait = take(limit)
    if wait is not None:
        raise TooManyRequests(wait)


def find_key(key: str) -> FoundKey | None:
    """Load a key that was not revoked, with its active channel; one prepared statement at most."""
    key_hash = token_hash(key)
    rows = _looked_up(key_hash, key_hash)
    if not rows:
        _found_before.pop(key_hash, None)
        return None
    ((*channel, scopes, expires_at, seen),) = rows
    found = FoundKey(
        _channel_of(tuple(channel)), frozenset(scopes), expires_at, KeyProof(key_hash, seen)
    )
    if len(_found_before) >= MOST_KEYS:
        _found_before.clear()
    _found_before[key_hash] = found
    return found


def _look_up(same: list[bytes]) -> list[list[tuple[Any, ...]]]:
    return [run(LOOK_UP, same[:1], needs_reach=False)] * len(same)


# Requests of one key that wait at the same time share a look, which begins after all of them came.
_looked_up = Grouped(_look_up, most=1000)


@lru_cache(maxsize=1000)
def _viewer_of(seller_id: UUID, scopes: frozenset[str]) -> tuple[Viewer, Reach]:
    viewer = Viewer(
        roles=frozenset({Role.API_KEY}), seller_ids=frozenset({seller_id}), scopes=scopes
    )
    return viewer, viewer.reach


# Of the values, not of the key: a row that was changed is another channel.
@lru_cache(maxsize=1000)
def _channel_of(row: tuple[Any, ...]) -> SalesChannel:
    """The objects of a row; read by all requests of this key, changed by none."""
    warehouse = Warehouse(id=row[9], time_zone=row[10], country=row[11], cut_off_hour=row[12])
    seller = Seller(
        id=row[2],
        name=row[3],
        language=row[4],
        email=row[5],
        support_email=row[6],
        transit_days_min=row[7],
        transit_days_max=row[8],
        ships_as=row[13],
        has_rules=row[14],
        services_version=row[15],
        warehouse=warehouse,
    )
    return SalesChannel(id=row[0], name=row[1], seller=seller)


class Noted:
    """When this process last wrote the use of each key."""

    def __init__(self, *, most: int) -> None:
        self.most = most
        self.moments: dict[bytes, float] = {}

    def is_due(self, key_hash: bytes) -> bool:
        """Whether this process should ask again whether the use is to be written; counts as it."""
        now = time.monotonic()
        if now - self.moments.get(key_hash, -NOTE_SECONDS) < NOTE_SECONDS:
            return False
        if len(self.moments) >= self.most:
            self.moments.clear()
        self.moments[key_hash] = now
        return True


noted = Noted(most=MOST_KEYS)


def _note_use(key: str) -> None:
    """Write the last use of a key that was just found, where that is due."""
    key_hash = token_hash(key)
    if noted.is_due(key_hash):
        run(NOTE_USE, (key_hash,))
