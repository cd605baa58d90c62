"""API key authentication: each request reads the key from the database, without a cache.

So a revoked key stops at once.
"""

from typing import cast

from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import APIException, AuthenticationFailed
from rest_framework.request import Request

from fulfillment.serving.rate_limits import TOO_MANY, key_limit, stranger_limit
from fulfillment.serving.rates import Limit, take
from orders.access import Role, Viewer, ViewerRequest
from orders.keys import token_hash
from orders.models import SalesChannel, Seller, Warehouse
from orders.row_security import narrow_to
from orders.statements import run

REALM = 'Bearer realm="api"'
# A function of the database, made by orders' migration row_security: it reads what row-level
# security hides as long as nobody knows whose the request is.
LOOK_UP = "SELECT * FROM portal_api_key($1)"


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
        scheme, _, text = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
        key = text.strip() if scheme.lower() == "bearer" else ""
        channel = channel_of(key) if key else None
        _count(key_limit(key) if channel else stranger_limit(request._request))
        if not key:
            raise AuthenticationFailed("Send the API key as Authorization: Bearer <key>.")
        if channel is None:
            raise AuthenticationFailed("This API key is unknown or was revoked.")
        viewer = Viewer(roles=frozenset({Role.API_KEY}), seller_ids=frozenset({channel.seller_id}))
        cast(ApiRequest, request)._request.viewer = viewer
        narrow_to(viewer.scope)
        return None, channel

    def authenticate_header(self, request: Request) -> str:
        return REALM


def _count(limit: Limit) -> None:
    """Raises TooManyRequests beyond the limit."""
    wait = take(limit)
    if wait is not None:
        raise TooManyRequests(wait)


def channel_of(key: str) -> SalesChannel | None:
    """Load the active channel of a key with seller and warehouse; one prepared statement."""
    rows = run(LOOK_UP, (token_hash(key),), needs_scope=False)
    if not rows:
        return None
    (row,) = rows
    warehouse = Warehouse(id=row[9], time_zone=row[10], country=row[11], cut_off_hour=row[12])
    seller = Seller(
        id=row[2],
        name=row[3],
        language=row[4],
        email=row[5],
        support_email=row[6],
        transit_days_min=row[7],
        transit_days_max=row[8],
        warehouse=warehouse,
    )
    return SalesChannel(id=row[0], name=row[1], seller=seller)
