"""Webhooks of sellers in the language of whoever reads: endpoints, their secrets, the log."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from notifications.models import DeliveryAttempt, Endpoint
from tests.notifications.webhooks.conftest import make_endpoint
from tests.spoken.test_dashboard import bare
from tests.spoken.test_pages import speaking

pytestmark = pytest.mark.django_db

WEBHOOKS = "/dashboard/settings/webhooks/"
# What stands as programs have it: a secret, an address, what was posted.
CODE = re.compile(r'<pre.*?</pre>|<(\w+)[^>]*class="code[^>]*>.*?</\1>', re.DOTALL)


def test_every_text_of_the_webhooks_comes_from_the_catalogue(ada, brackets, settings):
    settings.WEBHOOK_ALLOW_LOCAL = True
    client = speaking(ada.owner, "de")
    given = {"seller": ada.seller.pk, "url": "http://127.0.0.1:9/", "description": "Ada"}
    none = client.get(WEBHOOKS)
    endpoint = make_endpoint(ada, "http://127.0.0.1:9/", "order.received")
    own = f"{WEBHOOKS}{endpoint.pk}/"
    sent = client.post(f"{own}test/", follow=True)
    delivery = endpoint.deliveries.get()
    for number, (code, problem) in enumerate(((500, "no"), (None, "no"), (302, "no")), start=1):
        DeliveryAttempt.objects.create(
            delivery=delivery, number=number, series=number, started_at=timezone.now(),
            status_code=code, problem=problem, latency_ms=9, headers={}, url=endpoint.url,
        )  # fmt: skip
    log = f"/dashboard/settings/deliveries/{delivery.pk}/"
    period = {"since": "2026-01-02T00:00", "until": "2026-01-01T00:00"}

    answers = [
        none,
        sent,
        client.get(WEBHOOKS),
        client.get(f"{WEBHOOKS}add/"),
        client.post(f"{WEBHOOKS}add/", given),
        client.post(f"{WEBHOOKS}add/", given | {"url": "ftp://x"}),
        client.post(f"{own}rotate/", {"sure": "1"}),
        client.get(f"{own}?state=failed"),
        client.get(log),
        client.post(f"{log}replay/", follow=True),
        client.post(f"{own}replay/", {}, follow=True),
        client.post(f"{own}replay/", period, follow=True),
        client.post(f"{own}replay/", period | {"until": "2026-01-03T00:00"}, follow=True),
        client.post(f"{own}pause/", follow=True),
        client.post(f"{own}pause/"),
        client.post(f"{own}test/"),
    ]
    now = timezone.now()
    for state in ({"disabled_at": now}, {"failures": 2, "failing_since": now - timedelta(days=1)}):
        Endpoint.objects.filter(pk=endpoint.pk).update(
            **{"disabled_at": None, "paused_at": None} | state
        )
        answers.append(client.get(own))

    assert [answer.status_code for answer in answers] == [
        200, 200, 200, 200, 201, 422, 201, 200, 200, 200, 200, 200, 200, 200, 409, 409, 200, 200,
    ]  # fmt: skip
    pages = [CODE.sub(" ", answer.content.decode()) for answer in answers]
    assert set().union(*(bare(page) for page in pages)) == {"webhook", "test"}  # a kind, in a title
