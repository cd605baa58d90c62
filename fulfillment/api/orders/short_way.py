"""The short way of `POST /api/v1/orders/`: what is plain is answered without Django's handler.

To find its way through middleware, views and signals costs an order as much as to be accepted. Here
it meets only what has a say in it. All that is not plain, and whatever fails, goes the long way,
which refuses it, or does it again: the idempotency key makes it the same order.
"""

import io
from collections.abc import Callable
from http.client import BAD_REQUEST, OK
from typing import Any, TypeGuard

from django.core.exceptions import DisallowedHost
from django.core.handlers.wsgi import WSGIRequest
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.middleware.clickjacking import XFrameOptionsMiddleware
from django.middleware.security import SecurityMiddleware
from django.utils.log import log_response
from structlog.contextvars import bound_contextvars

from fulfillment.api.authentication import KEY_USE, FoundKey, KeyUse, act_for, use_of
from fulfillment.api.idempotency import idempotent
from fulfillment.api.orders.accepting import accept_new, accept_one
from fulfillment.api.orders.views import OrderList
from fulfillment.middleware import PrivateMiddleware
from fulfillment.observability.request_ids import HEADER, request_id_of
from fulfillment.serving.bodies import most_bytes
from fulfillment.serving.calls import WsgiApp
from fulfillment.serving.clients import believe
from fulfillment.serving.outages import answer_outage
from fulfillment.serving.rate_limits import key_limit
from fulfillment.serving.rates import take
from orders.events.acting import with_own_key
from orders.row_security import NO_SELLER, seeing
from orders.statements import is_outage

PATH = "/api/v1/orders/"
# The middleware whose headers every answer has, from the inside out.
IN_EACH_ANSWER: tuple[Any, ...] = (XFrameOptionsMiddleware, PrivateMiddleware, SecurityMiddleware)
Start = Callable[..., Any]
Answer = tuple[HttpResponse, list[tuple[str, str]]]


class ShortWay:
    """The WSGI application around that of Django, which is the long way."""

    def __init__(self, app: WsgiApp) -> None:
        self.app = app
        self.shared = {is_secure: _shared_headers(is_secure) for is_secure in (False, True)}

    def __call__(self, environ: dict[str, Any], start: Start) -> Any:
        if not _is_plain(environ) or not 0 < (length := _length_of(environ)) <= most_bytes(PATH):
            return self.app(environ, start)
        body = environ["wsgi.input"].read(length)
        meta = {**environ}
        answer = self._answer(meta, body)
        if answer is None:
            environ["wsgi.input"] = io.BytesIO(body)
            if KEY_USE in meta:  # neither looked up nor counted once more
                environ[KEY_USE] = meta[KEY_USE]
            return self.app(environ, start)
        response, headers = answer
        start(f"{response.status_code} {response.reason_phrase}", headers)
        return [response.content]

    def _answer(self, meta: dict[str, Any], body: bytes) -> Answer | None:
        """None where the long way has to say what is wrong."""
        believe(meta)
        request, request_id = WSGIRequest(meta), request_id_of(meta)
        shared = self.shared[request.is_secure()]
        if shared is None:
            return None
        with bound_contextvars(request_id=request_id):
            response = _tried(request, body)
            if response is not None and response.status_code >= BAD_REQUEST:
                told = response.reason_phrase, request.path
                log_response("%s: %s", *told, response=response, request=request)
        if response is None:
            return None
        own = {HEADER: request_id, "Content-Length": str(len(response.content))}
        return response, [*{**shared, **own, **dict(response.items())}.items()]


def _shared_headers(is_secure: bool) -> dict[str, str] | None:
    """What the middleware of the long way writes into each answer; None where it redirects."""
    scheme = "https" if is_secure else "http"
    request = WSGIRequest({
        "REQUEST_METHOD": "POST", "PATH_INFO": PATH, "wsgi.url_scheme": scheme,
        "wsgi.input": io.BytesIO(), "SERVER_NAME": "localhost", "SERVER_PORT": "443",
    })  # fmt: skip

    def view(request: HttpRequest) -> HttpResponse:
        asked = OrderList()
        asked.setup(request)  # where it gets HEAD
        return HttpResponse(headers=asked.default_response_headers)

    chain: Any = view
    for middleware in IN_EACH_ANSWER:
        chain = middleware(chain)
    try:
        response = chain(request)
    except DisallowedHost:  # asked where to redirect to
        return None
    return dict(response.headers) if response.status_code == OK else None


def _is_plain(environ: dict[str, Any]) -> bool:
    return bool(
        environ["PATH_INFO"] == PATH
        and environ["REQUEST_METHOD"] == "POST"
        and not environ.get("QUERY_STRING")
        and not environ.get("SCRIPT_NAME")
    )


def _length_of(environ: dict[str, Any]) -> int:
    """0 where none is said: then the long way finds what there is of a body."""
    length = environ.get("CONTENT_LENGTH") or "0"
    return int(length[:20]) if length.isascii() and length.isdecimal() else 0


def _tried(request: WSGIRequest, body: bytes) -> HttpResponse | None:
    try:
        request.get_host()
        connection.close_if_unusable_or_obsolete()  # which Django does as a request begins
        with seeing(NO_SELLER), with_own_key():
            return _accepted(request.META, body)
    except Exception as error:  # noqa: BLE001 - the long way meets it again, tells and logs it
        # But nobody waits twice for a database that is away.
        return answer_outage(request, error) if is_outage(error) else None


def _accepted(meta: dict[str, Any], body: bytes) -> HttpResponse | None:
    use = use_of(meta)
    before = use.remembered
    if not _may_order(before) and not _may_order(use.found):
        return None
    once = idempotent(meta, body)
    if not _is_counted(use):
        return None
    if _may_order(before):
        act_for(use.key, before)
        if new := accept_new(before.channel, body, once, before.proof):
            return new
    if not _may_order(use.found):
        return None
    act_for(use.key, use.found)
    return accept_one(use.found.channel, body, once)


def _may_order(found: FoundKey | None) -> TypeGuard[FoundKey]:
    return bool(found and not found.has_expired and OrderList.scopes["POST"] in found.scopes)


def _is_counted(use: KeyUse) -> bool:
    """Count the request against the rate of its key, once; whether it is within."""
    if not use.is_counted:
        use.is_counted = take(key_limit(use.key)) is None
    return use.is_counted
