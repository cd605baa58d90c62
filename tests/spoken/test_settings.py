"""The sellers' settings in the language of whoever reads: whole."""

import re

import pytest

from orders.accounts.api_keys import make_api_key
from orders.models import SalesChannel
from tests.spoken.test_dashboard import bare
from tests.spoken.test_pages import speaking

pytestmark = pytest.mark.django_db

KEYS = "/dashboard/settings/keys/"
KEY = re.compile(r"fk_[A-Za-z0-9_-]+")


def test_every_text_of_the_keys_comes_from_the_catalogue(ada, brackets):
    client = speaking(ada.owner, "de")
    channel = SalesChannel.objects.create(seller=ada.seller, kind="api", name="Ada")
    given = {"channel": str(channel.pk), "name": "Ada", "scopes": ["read"]}
    key, _ = make_api_key(channel, name="Ada", scopes=["read"], expires_at=None, actor=ada.owner)

    answers = [
        client.post(KEYS, given | {"name": ""}),
        client.post(KEYS, given),
        client.post(f"{KEYS}{key.pk}/rotate/", {"hours": "24"}),
        client.post(f"{KEYS}{key.pk}/revoke/", follow=True),
    ]

    assert [answer.status_code for answer in answers] == [422, 201, 201, 200]
    assert [bare(KEY.sub("", answer.content.decode())) for answer in answers] == [set()] * 4
