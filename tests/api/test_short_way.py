"""The short way of an order: it answers as the long way does, or leaves the answer to that one."""

import json
import logging
from datetime import timedelta
from ipaddress import ip_network
from uuid import uuid4

import pytest
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.db import connection
from django.test import RequestFactory
from django.utils import timezone
from structlog.contextvars import get_contextvars

from fulfillment.api.authentication import find_key
from fulfillment.api.orders.shapes import read_order
from fulfillment.api.orders.short_way import ShortWay
from orders.intake.acceptance import accept_order
from orders.intake.idempotency import IdempotentRequest
from orders.intake.proving import Unproven
from orders.keys import token_hash
from orders.models import ApiKey, IdempotencyKey, Order, SalesChannel, Seller
from tests.orders.intake.test_intake import ORDER, rows
from tests.support import servers
from tests.support.cast import make_product
from tests.support.databases import superuser
from tests.support.statements import count_statements

pytestmark = pytest.mark.django_db

# Middleware whose part of an answer, or refusal, the short way brings itself.
HEEDED = {
    "fulfillment.middleware.WithoutReach",
    "fulfillment.serving.clients.ClientMiddleware",
    "fulfillment.observability.request_ids.RequestIdMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "fulfillment.middleware.PrivateMiddleware",
    "fulfillment.serving.bodies.BodySizeMiddleware",
    "fulfillment.serving.keys_in_urls.KeyInUrlMiddleware",
    "django.middleware.common.CommonMiddleware",
    "fulfillment.middleware.ErrorMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
}
# Those that let everything under /api/ pass.
FOR_PAGES = {
    "fulfillment.serving.next_screen.NextScreenMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "fulfillment.serving.replica.ActedMiddleware",
    "fulfillment.middleware.PagePolicy",
    "fulfillment.middleware.Sessions",
    "fulfillment.middleware.Language",
    "django.middleware.csrf.CsrfViewMiddleware",
    "fulfillment.middleware.Authentication",
    "fulfillment.serving.rate_limits.RateMiddleware",
    "fulfillment.middleware.FlashMessages",
    "allauth.account.middleware.AccountMiddleware",
    "fulfillment.middleware.ViewerMiddleware",
    "fulfillment.middleware.Seats",
    "fulfillment.accounts.gate.OperatorNetworks",
    "fulfillment.accounts.gate.SecondFactorGate",
}
OWN = {"X-Request-ID", "Content-Length"}  # headers that differ from one answer to the next


@pytest.fixture(autouse=True)
def _lamp(ada):
    make_product(ada, "LAMP", "Desk lamp")


def send(app, side, order, *, once="once-1", path="/api/v1/orders/", method="POST", **headers):
    """(status, headers, body) of the answer of a WSGI application."""
    given = {"Authorization": f"Bearer {side.api_key}", "Idempotency-Key": once} | {
        name.replace("_", "-"): text for name, text in headers.items()
    }
    body = order if isinstance(order, bytes) else json.dumps(order).encode()
    request = RequestFactory().generic(method, path, body, "application/json", headers=given)
    head = []
    parts = app(request.environ, lambda status, fields, _=None: head.extend([status, dict(fields)]))
    content = b"".join(parts)
    if hasattr(parts, "close"):
        parts.close()
    return head[0], head[1], content


def shared(answer):
    status, headers, _ = answer
    assert set(headers) >= OWN
    return status, {name: text for name, text in headers.items() if name not in OWN}


def nowhere(environ, start):
    raise AssertionError("it went the long way")


def test_each_middleware_is_heeded_or_has_no_say_in_an_order():
    assert set(settings.MIDDLEWARE) == HEEDED | FOR_PAGES


def test_an_order_gets_the_headers_of_the_long_way(ada):
    short, long = ShortWay(nowhere), WSGIHandler()

    first = send(short, ada, ORDER)
    other = send(long, ada, ORDER | {"reference": "A-2"}, once="once-2")

    assert (first[0], rows()) == ("201 Created", [2, 2, 2, 2, 4, 0, 2])
    assert shared(first) == shared(other)
    assert set(json.loads(first[2])) == set(json.loads(other[2]))
    again, there = send(short, ada, ORDER), send(long, ada, ORDER)
    assert (shared(again), again[2]) == (shared(there), there[2])
    assert (again[0], again[2]) == ("200 OK", first[2])


def test_a_refusal_of_its_fields_is_that_of_the_long_way(ada):
    bad = ORDER | {"lines": []}

    short = send(ShortWay(nowhere), ada, bad)
    long = send(WSGIHandler(), ada, bad, once="once-2")

    assert short[0] == "422 Unprocessable Entity"
    assert (shared(short), short[2]) == (shared(long), long[2])
    assert not Order.objects.exists()


def test_a_refusal_is_logged_with_the_id_of_its_request(ada, caplog):
    ids = []
    caplog.handler.addFilter(lambda _: not ids.append(get_contextvars().get("request_id")))
    with caplog.at_level(logging.WARNING, logger="django.request"):
        _, headers, _ = send(ShortWay(nowhere), ada, ORDER | {"lines": []})

    assert caplog.messages == ["Unprocessable Entity: /api/v1/orders/"]
    assert ids == [headers["X-Request-ID"]]


@pytest.mark.parametrize(
    ("status", "given"),
    [
        ("401 Unauthorized", {"Authorization": "Bearer fk_unknown"}),
        ("401 Unauthorized", {"Authorization": "Basic fk_unknown"}),
        ("400 Bad Request", {"Host": "elsewhere.example"}),
        ("400 Bad Request", {"Idempotency_Key": ""}),
        ("201 Created", {"path": "/api/v1/orders/?from=shop"}),
        ("405 Method Not Allowed", {"method": "PUT"}),
    ],
)
def test_what_is_not_plain_is_left_to_the_long_way(ada, status, given):
    through = send(ShortWay(WSGIHandler()), ada, ORDER, **given)
    assert through[0] == status
    with pytest.raises(AssertionError, match="the long way"):
        send(ShortWay(nowhere), ada, ORDER | {"reference": "A-2"}, **given | {"once": "once-2"})
    assert Order.objects.count() == (status == "201 Created")


def test_a_key_without_the_scope_is_left_to_the_long_way(ada):
    ApiKey.objects.filter(seller=ada.seller).update(scopes=["read"])
    assert send(ShortWay(WSGIHandler()), ada, ORDER)[0] == "403 Forbidden"
    assert not Order.objects.exists()


def test_an_expired_key_is_left_to_the_long_way(ada):
    ended = timezone.now() - timedelta(seconds=1)
    ApiKey.objects.filter(seller=ada.seller).update(expires_at=ended)
    assert send(ShortWay(WSGIHandler()), ada, ORDER)[0] == "401 Unauthorized"
    assert not Order.objects.exists()


def test_a_key_of_another_order_is_refused(ada):
    through = ShortWay(WSGIHandler())
    send(through, ada, ORDER)
    assert send(through, ada, ORDER | {"reference": "A-2"})[0] == "422 Unprocessable Entity"
    assert Order.objects.count() == 1


def test_a_used_up_rate_is_refused(ada, settings):
    settings.RATE_API_KEY = 1
    through = ShortWay(WSGIHandler())
    send(through, ada, ORDER)  # or somebody else of this minute
    status, headers, _ = send(through, ada, ORDER | {"reference": "A-2"}, once="once-2")
    assert (status, "Retry-After" in headers) == ("429 Too Many Requests", True)


def test_a_key_is_looked_up_once_on_both_ways(ada):
    through = ShortWay(WSGIHandler())
    with count_statements() as statements:
        assert send(through, ada, ORDER, Authorization="Bearer fk_unknown")[0][:3] == "401"
    assert len(statements) == 1, statements


def test_a_refusal_counts_once_against_the_rate(ada, settings):
    settings.RATE_API_KEY = 3
    own = f"fk_{uuid4()}"  # which nobody has used in this minute
    ApiKey.objects.filter(seller=ada.seller).update(key_hash=token_hash(own))
    through = ShortWay(WSGIHandler())

    def answered(reference, once):
        order, key = ORDER | {"reference": reference}, f"Bearer {own}"
        return send(through, ada, order, once=once, Authorization=key)[0][:3]

    sent = [("A-1", "1"), ("A-2", "1"), ("A-3", "3"), ("A-4", "4")]
    assert [answered(*one) for one in sent] == ["201", "422", "201", "429"]


def test_nobody_waits_twice_for_a_database_that_is_away(ada):
    with superuser(servers.DATABASE) as busy, connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = 20")
        try:
            with busy.transaction():
                busy.execute("LOCK orders_order")
                status, headers, _ = send(ShortWay(nowhere), ada, ORDER)
        finally:
            cursor.execute("RESET lock_timeout")
    assert (status, headers["Retry-After"]) == ("503 Service Unavailable", "5")
    assert not Order.objects.exists()
    assert send(ShortWay(nowhere), ada, ORDER)[0] == "201 Created"


def test_https_is_asked_for_and_promised_as_on_the_long_way(ada, settings):
    settings.SECURE_SSL_REDIRECT, settings.SECURE_HSTS_SECONDS = True, 60
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    settings.TRUSTED_PROXIES = [ip_network("127.0.0.0/8")]
    through, long = ShortWay(WSGIHandler()), WSGIHandler()

    assert send(through, ada, ORDER)[0] == "301 Moved Permanently"
    secure = {"X_Forwarded_Proto": "https"}
    first = send(ShortWay(nowhere), ada, ORDER, **secure)
    other = send(long, ada, ORDER | {"reference": "A-2"}, once="once-2", **secure)

    assert first[0] == "201 Created"
    assert shared(first) == shared(other)
    assert first[1]["Strict-Transport-Security"].startswith("max-age=60")


def test_it_costs_one_statement(ada):
    short = ShortWay(nowhere)
    send(short, ada, ORDER | {"reference": "first"}, once="first")

    with count_statements() as statements:
        send(short, ada, ORDER)

    assert len(statements) == 1, statements


ENDED = {"revoked_at": "2026-01-01T00:00Z"}
LATE = {"expires_at": "2026-01-01T00:00Z"}


@pytest.mark.parametrize(
    ("model", "change", "status"),
    [
        (ApiKey, ENDED, "401 Unauthorized"),
        (ApiKey, LATE, "401 Unauthorized"),
        (ApiKey, {"scopes": ["read"]}, "403 Forbidden"),
        (SalesChannel, {"is_active": False}, "401 Unauthorized"),
    ],
)
@pytest.mark.parametrize(
    ("body", "once"),
    [
        (ORDER | {"reference": "A-2"}, "once-2"),
        (ORDER, "once-1"),
        (b"{", "once-2"),
        (ORDER | {"lines": []}, "once-2"),
    ],
)
def test_what_a_key_opened_before_opens_nothing(ada, model, change, status, body, once):
    """Neither a new order, nor the answer to a former one, nor what is wrong with one."""
    through = ShortWay(WSGIHandler())
    assert send(through, ada, ORDER)[0] == "201 Created"
    model.objects.update(**change)

    answer = send(through, ada, body, once=once)

    assert answer[0] == status
    assert (Order.objects.count(), IdempotencyKey.objects.count()) == (1, 1)
    if model is ApiKey and change is ENDED:
        assert b"revoked" in answer[2]


def test_a_key_that_ends_while_its_order_waits_writes_nothing(ada):
    """The statement itself looks: it began after the key was revoked."""
    found = find_key(ada.api_key)
    ApiKey.objects.update(**ENDED)
    incoming = read_order(json.dumps(ORDER).encode())
    with pytest.raises(Unproven):
        once = IdempotentRequest("once-1", b"")
        accept_order(found.channel, incoming, once, proof=found.proof)
    assert not Order.objects.exists()


def test_an_order_has_the_settings_that_its_seller_has_now(ada):
    short = ShortWay(nowhere)
    send(short, ada, ORDER | {"reference": "first"}, once="first")
    Seller.objects.update(language="fr")

    send(short, ada, ORDER)

    assert Order.objects.get(reference=ORDER["reference"]).language == "fr"
