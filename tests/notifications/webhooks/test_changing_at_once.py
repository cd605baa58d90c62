"""Two changes of one webhook at the same moment: neither takes back what the other changed."""

from functools import partial

import pytest

from notifications.models import Endpoint
from notifications.webhooks.endpoints import change_endpoint
from tests.api.asking import ask
from tests.warehouse.stock.test_leaving_while_receiving import begun_before

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_change_keeps_what_another_one_has_changed_meanwhile(ada, settings):
    settings.WEBHOOK_ALLOW_LOCAL = True
    told = ask(ada, "webhooks/", {"url": "http://127.0.0.1:9/old"}).json()
    row = Endpoint.objects.get()
    path, given = f"webhooks/{told['id']}/", {"description": "Our shop"}
    on_the_page = {"url": "http://127.0.0.1:9/new", "description": "", "kinds": []}

    begun_before(
        lambda: change_endpoint(row, **on_the_page, actor=ada.owner),
        partial(ask, ada, path, given, method="PATCH"),
    )

    row.refresh_from_db()
    assert (row.url, row.description) == ("http://127.0.0.1:9/new", "Our shop")
