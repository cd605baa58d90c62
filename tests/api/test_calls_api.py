"""GET of calls of shops, and POST of what a person decides about one that was not understood."""

import pytest

from orders.models import Call
from tests.api.asking import all_rows, ask
from tests.support.cast import make_order, make_refused_call

pytestmark = pytest.mark.django_db


def test_calls_are_shown_retried_and_dismissed(ada, bo, lamp):
    order = make_order(ada, {"LAMP": 1})
    refused, other = make_refused_call(order), make_refused_call(make_order(ada, {"LAMP": 1}))
    Call.objects.filter(pk=other.pk).update(state="done", problems=[], body=b"\xff{}")

    for query in ("state=refused", f"order={order.pk}"):
        (row,) = all_rows(ada, f"calls/?{query}")
        assert row == {
            "id": str(refused.pk), "channel": order.channel.name, "topic": "orders/updated",
            "state": "refused", "outcome": "", "order": str(order.pk),
            "received_at": row["received_at"],
            "problems": [
                {"field": "id", "problem": "expected the id of the order, got nothing"},
                {"field": "name", "problem": "too long"},
            ],
        }  # fmt: skip
    assert ask(ada, f"calls/{refused.pk}/").json() == row | {"body": '{"id": null}'}
    assert ask(ada, f"calls/{other.pk}/").json()["body"] == "\ufffd{}"
    assert ask(ada, "calls/?state=lost").status_code == 422

    path = f"calls/{refused.pk}"
    assert ask(bo, f"{path}/dismiss/", {}).status_code == 404
    assert ask(ada, f"calls/{other.pk}/retry/", {}).status_code == 409
    for _ in range(2):  # under its key a repeat is no second decision
        told = ask(ada, f"{path}/retry/", {}, Idempotency_Key="a").json()
        assert (told["state"], told["problems"]) == ("waiting", [])
    assert ask(ada, f"{path}/dismiss/", {}).status_code == 409
    Call.objects.filter(pk=refused.pk).update(state="refused")
    told = ask(ada, f"{path}/dismiss/", {}).json()
    assert (told["state"], told["outcome"]) == ("dismissed", "Dismissed by API key “Test”.")
