"""GET /metrics: what an operator watches, for whoever has the token."""

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client

from fulfillment.demo.peers.kept import Fault
from fulfillment.observability.metrics import GAUGES, SECONDS
from notifications.delivery.sending import send_due
from tests.support.cast import make_order, make_product

pytestmark = pytest.mark.django_db

TOKEN = "t" * 32
OLD_AND_UNALLOCATED = """
UPDATE orders_order SET status = 'received', created_at = now() - interval '100 seconds'
"""


def ask(token=TOKEN):
    return Client().get("/metrics", headers={"Authorization": f"Bearer {token}"})


def figures():
    """{name with labels: value}"""
    lines = ask().content.decode().splitlines()
    pairs = (line.rpartition(" ") for line in lines if not line.startswith("#"))
    return {name.removeprefix("fulfillment_"): float(value) for name, _, value in pairs}


def test_without_a_token_there_is_no_such_page(settings):
    settings.METRICS_TOKEN = ""
    assert ask("").status_code == 404
    settings.METRICS_TOKEN = TOKEN
    assert [ask("").status_code, ask("x" * 32).status_code] == [404, 404]
    assert Client().get("/metrics").status_code == 404
    assert ask().status_code == 200
    assert ask()["Content-Type"].startswith("text/plain")


def test_a_scrape_is_one_transaction_with_a_time_of_its_own(settings, monkeypatch):
    settings.METRICS_TOKEN = TOKEN
    asked = "SELECT extract(epoch FROM current_setting('statement_timeout')::interval)"
    monkeypatch.setitem(GAUGES, "patience_seconds", ("Of a statement.", [], asked))
    assert figures()["patience_seconds"] == SECONDS


def test_queues_outcomes_and_lags_are_counted(ada, settings, smtp_peer, sms_peer):
    settings.METRICS_TOKEN = TOKEN
    make_product(ada, "LAMP", "Lamp")
    smtp_peer.behaviour = lambda mail: Fault(status=450)
    make_order(ada, {"LAMP": 1}, phone="")
    send_due()
    call_command("sending", "pause", verbosity=0)
    make_order(ada, {"LAMP": 1}, email="")
    with connection.cursor() as cursor:
        cursor.execute(OLD_AND_UNALLOCATED)
        cursor.execute("UPDATE notifications_message SET next_attempt_at = now() - interval '50 s'")
        cursor.execute("UPDATE orders_promise SET warned_at = now()")
    found = figures()
    assert found['messages_waiting{channel="email",status="retrying"}'] == 1
    assert found['messages_waiting{channel="sms",status="planned"}'] == 1
    assert 50 <= found['messages_oldest_due_seconds{channel="sms"}'] < 110
    assert found['attempts_last_hour{outcome="retrying",provider="smtp"}'] == 1
    assert found["orders_to_allocate"] == 2
    assert 100 <= found["allocation_lag_seconds"] < 160
    assert found['promises_at_risk{kind="arrives"}'] == 2
    assert found["sending_paused"] == 1
    assert found["webhooks_waiting"] == 0
    assert found["worker_heartbeat_age_seconds"] < 60


def test_every_figure_has_a_unit_in_its_name_or_counts_rows():
    for name, (text, labels, _) in GAUGES.items():
        assert text.endswith("."), name
        assert len(labels) <= 2, name
