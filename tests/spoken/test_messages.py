"""The settings of messages in the language of whoever reads: whole."""

import pytest
from django.utils import timezone

from notifications.kinds.catalogue import FOR_CUSTOMERS
from notifications.models import Suppression, TextVersion
from tests.spoken.test_dashboard import bare
from tests.spoken.test_pages import speaking
from tests.support.cast import make_order

pytestmark = pytest.mark.django_db

MESSAGES = "/dashboard/messages/"
SENDER, BLOCKED = f"{MESSAGES}sender/", f"{MESSAGES}suppressed/"
GIVEN = {
    "quiet_from": "21:00", "quiet_until": "07:00", "digest_above": "5", "sms_daily_cap": "9",
    "sms_countries": "",
}  # fmt: skip
LANGUAGES = {"日本語", "Nov", "Dez", "und"}  # of a name, a day and a list
# In an example, and what a DNS record is called.
DATA = {"ada", "Lamps", "example", "shop", "orders", "your", "portal", "fulfillment", "verify"}


def test_every_text_of_the_settings_of_messages_comes_from_the_catalogue(ada, brackets):
    client = speaking(ada.owner, "de")
    given = GIVEN | {"seller": str(ada.seller.pk)}
    of = ada.seller.pk

    answers = [
        client.get(MESSAGES),
        client.post(MESSAGES, given | {"quiet_until": ""}),
        client.post(MESSAGES, given | {"sms_countries": "XX"}),
        client.post(MESSAGES, given, follow=True),
        client.post(SENDER, {"seller": given["seller"], "address": "no"}),
        client.post(SENDER, {"seller": given["seller"], "address": "a@ada.example"}, follow=True),
        client.get(f"{MESSAGES}triggers/{of}/"),
        client.post(f"{MESSAGES}triggers/{of}/", {"sent": []}, follow=True),
        client.get(f"{MESSAGES}look/{of}/"),
        client.post(f"{MESSAGES}look/{of}/", {"accent": "#eeeeee"}),
        client.post(f"{MESSAGES}look/{of}/", {"accent": "red"}),
        client.post(f"{MESSAGES}look/{of}/", {"accent": "#000000"}, follow=True),
    ]

    statuses = [200, 422, 422, 200, 422, 200, 200, 200, 200, 422, 422, 200]
    assert [answer.status_code for answer in answers] == statuses
    assert [bare(answer.content.decode()) - DATA for answer in answers] == [set()] * len(answers)


def test_every_text_of_the_templates_comes_from_the_catalogue(ada, brackets):
    client = speaking(ada.owner, "de")
    page = f"{MESSAGES}texts/{ada.seller.pk}/"
    of = {"seller": ada.seller, "number": 1}
    TextVersion.objects.create(
        **of, template=FOR_CUSTOMERS[0], in_force=True, published_at=timezone.now()
    )
    TextVersion.objects.create(**of, template=FOR_CUSTOMERS[1])

    answers = [
        client.get(page),
        client.post(f"{page}languages/", {"languages": []}, follow=True),
        client.post(f"{page}languages/", {"languages": ["en"]}, follow=True),
    ]

    found = [bare(answer.content.decode()) - LANGUAGES for answer in answers]
    assert found == [set()] * len(answers)


def test_every_text_of_blocked_addresses_comes_from_the_catalogue(ada, brackets):
    client = speaking(ada.owner, "de")
    bounced = Suppression.objects.create(
        seller=ada.seller, channel="email", recipient="b@b.example", reason="bounced",
        detail="no such box", since=timezone.now(),
    )  # fmt: skip
    given = {"seller": str(ada.seller.pk), "channel": "sms"}

    answers = [
        client.post(BLOCKED, given | {"recipient": "123"}),
        client.post(BLOCKED, given | {"recipient": "+491701234567"}, follow=True),
        client.post(BLOCKED, given | {"recipient": "+491701234567"}),
        client.get(f"{BLOCKED}?q=nobody"),
        client.get(f"{BLOCKED}{bounced.pk}/allow/"),
        client.post(f"{BLOCKED}{bounced.pk}/allow/", follow=True),
    ]

    found = [bare(answer.content.decode()) - {"example"} for answer in answers]
    assert found == [set()] * len(answers)
    assert '<bdi lang="en" dir="ltr">no such box</bdi>' in answers[1].content.decode()


def test_every_text_of_a_dry_run_comes_from_the_catalogue(ada, brackets):
    client = speaking(ada.owner, "de")
    make_order(ada, {"LAMP": 1}, phone="+491701234567")
    of = ada.seller.pk

    answers = [
        client.post(f"{MESSAGES}triggers/{of}/dry-run/", {"sent": []}),
        client.post(f"{MESSAGES}triggers/{of}/dry-run/", {"sent": [], "go": "on"}),
        client.post(f"{MESSAGES}quiet/{of}/dry-run/", GIVEN | {"seller": str(of)}),
    ]

    assert [answer.status_code for answer in answers] == [200, 200, 200]
    found = [bare(answer.content.decode()) - {"example"} for answer in answers]
    assert found == [set()] * len(answers)
