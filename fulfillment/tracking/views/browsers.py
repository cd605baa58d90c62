"""/track/<token>/push/: web push subscriptions of a browser, and the service worker."""

import hashlib
from functools import cache

import msgspec
from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from fulfillment.tracking.queries import find_tracked
from fulfillment.tracking.views.language import language_of
from fulfillment.tracking.views.show import not_found, private
from notifications.channels.push import push_service_of, unpacked
from notifications.channels.vapid import is_set_up
from notifications.consent.choices import order_of, subscribed_browsers
from notifications.consent.updates import subscribe_browser, unsubscribe_browsers
from orders.access import public
from orders.errors import DomainError
from orders.models import Order
from orders.outside.ssrf_guard import UrlRefused
from orders.values.texts import is_storable

MOST_BYTES = 4096
SECRET_BYTES = 16


class Keys(msgspec.Struct):
    """The keys of a browser for encryption: public key and shared secret, base64url."""

    p256dh: str
    auth: str


class Subscription(msgspec.Struct):
    """The JSON of `PushSubscription.toJSON()`; unsubscribing needs no keys."""

    endpoint: str
    keys: Keys | None = None


class InvalidField(ValueError):
    """An invalid field: (name, problem)."""


@csrf_exempt
@public
@require_http_methods(["GET", "HEAD", "POST", "DELETE"])
def browser(request: HttpRequest, token: str) -> HttpResponse:
    """GET ?browser=<SHA-256 of its endpoint>, POST a subscription, DELETE one.

    The secret URL is the only credential. No cookie is used, so CSRF is not possible.
    """
    tracked = find_tracked(token, timezone.now()) if is_set_up() else None
    if tracked is None:
        return not_found(request)
    order = order_of(tracked.order.pk)
    if request.method in ("GET", "HEAD"):
        return private(
            JsonResponse({"is_on": _is_subscribed(order, request.GET.get("browser", ""))})
        )
    try:
        asked = _subscription(request)
        if request.method == "DELETE":
            unsubscribe_browsers(order, endpoint=asked.endpoint)
            return private(JsonResponse({"is_on": False}))
        _subscribe(order, asked, language_of(request, tracked.order.language))
    except InvalidField as error:
        field, why = error.args
        return private(JsonResponse({"errors": {field: why}}, status=422))
    except DomainError as error:
        return private(JsonResponse({"errors": {"endpoint": str(error)}}, status=409))
    return private(JsonResponse({"is_on": True}, status=201))


@public
@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """Serve the service worker; its folder is its scope."""
    if not is_set_up():
        return not_found(request)
    headers = {"Cache-Control": "no-cache", "X-Content-Type-Options": "nosniff"}
    return HttpResponse(_script(), content_type="text/javascript; charset=utf-8", headers=headers)


@cache
def _script() -> str:
    return (settings.BASE_DIR / "static" / "push-worker.js").read_text()


def _is_subscribed(order: Order, digest: str) -> bool:
    rows = subscribed_browsers(order)
    return digest in {hashlib.sha256(row.endpoint.encode()).hexdigest() for row in rows}


def _subscription(request: HttpRequest) -> Subscription:
    if len(request.body) > MOST_BYTES:
        raise InvalidField("body", f"At most {MOST_BYTES} bytes are read.")
    try:
        asked = msgspec.json.decode(request.body, type=Subscription)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise InvalidField("body", f"This is not a subscription: {error}") from error
    if not is_storable(asked.endpoint):
        raise InvalidField("endpoint", "A URL has no NUL character.")
    return asked


def _subscribe(order: Order, asked: Subscription, language: str) -> None:
    try:
        push_service_of(asked.endpoint)
    except UrlRefused as error:
        raise InvalidField("endpoint", str(error)) from error
    if asked.keys is None:
        raise InvalidField("keys", "The keys of the browser are missing.")
    _check(asked.keys)
    keys = {"p256dh": asked.keys.p256dh, "auth": asked.keys.auth}
    subscribe_browser(order, endpoint=asked.endpoint, language=language, **keys)


def _check(keys: Keys) -> None:
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), unpacked(keys.p256dh))
    except ValueError as error:
        raise InvalidField("keys.p256dh", "This is not a point of the curve P-256.") from error
    try:
        is_secret = len(unpacked(keys.auth)) == SECRET_BYTES
    except ValueError:
        is_secret = False
    if not is_secret:
        raise InvalidField("keys.auth", f"This is not a secret of {SECRET_BYTES} bytes.")
