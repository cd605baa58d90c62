"""Pages read from a real hot standby: never older than said, and never missing."""

import os
import re
import shutil
import signal
import time
from contextlib import contextmanager
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.utils import timezone

from fulfillment.embedded.places import Place
from fulfillment.embedded.postgres import APP, SUPERUSER, Postgres
from fulfillment.embedded.processes import kill_group
from fulfillment.serving import replica
from fulfillment.serving.replica import ACTED, may_lag
from orders.lifecycle.cancel import cancel_order
from orders.models import Order
from orders.row_security import reach_of, seeing
from tests.support import servers
from tests.support.cast import make_order
from tests.support.databases import server_url
from tests.support.waiting import wait_until

pytestmark = [pytest.mark.slow, pytest.mark.django_db]

WRITTEN = "SELECT pg_current_wal_insert_lsn()"
HAS = "SELECT pg_last_wal_replay_lsn() >= %s::pg_lsn"
OURS = "SELECT pid FROM pg_stat_activity WHERE usename = %s"
AN_HOUR, HALF_AN_HOUR, PATIENT = 3600, 1800, 30.0


class Standby(Postgres):
    """A copy of the server of the tests that replays what that writes."""

    def _make_cluster(self, pause):
        source = server_url(SUPERUSER, "postgres")
        how = ["--write-recovery-conf", "--wal-method=stream", "--checkpoint=fast", "--no-sync"]
        copying = self._child("pg_basebackup", ["-d", source, "-D", str(self.data), *how])
        self.place.data("postgres")
        copying.start()
        if copying.process.wait(60) and os.environ[servers.NAMED]:
            pytest.skip(f"TEST_DATABASE_URL cannot be replicated: {copying.last_words()}")
        assert not copying.exit_code(), copying.last_words()

    def ask(self, statement, *values):
        with self.connect() as its:
            return its.execute(statement, values).fetchone()[0]

    def has_all(self):
        """Wait until it has what was written up to now."""
        with connection.cursor() as cursor:
            cursor.execute(WRITTEN)
            written = cursor.fetchone()[0]
        return wait_until(lambda: self.ask(HAS, written))

    @contextmanager
    def paused(self):
        self.ask("SELECT pg_wal_replay_pause()")
        wait_until(lambda: self.ask("SELECT pg_get_wal_replay_pause_state()") == "paused")
        try:
            yield
        finally:
            self.ask("SELECT pg_wal_replay_resume()")


@pytest.fixture(scope="module")
def its_server(django_db_setup, tmp_path_factory):
    folder = tmp_path_factory.mktemp("standby")
    folder.chmod(0o755)
    standby = Standby(Place.prepare(folder), settings=servers.CARELESS)
    try:
        standby.start(time.sleep)
        yield standby
        standby.stop()
    finally:
        for made in (standby.place.home, standby.place.sockets):
            shutil.rmtree(made, ignore_errors=True)


@pytest.fixture
def standby(its_server, settings, monkeypatch):
    monkeypatch.setattr(replica, "ANSWER_SECONDS", PATIENT)  # this machine may be busy
    settings.READ_DATABASE = {"NAME": servers.DATABASE, "HOST": str(its_server.place.sockets)}
    settings.READ_DATABASE |= {"PORT": "", "USER": APP, "PASSWORD": ""}
    settings.READ_DATABASE_SECONDS = AN_HOUR
    return its_server


def status_of(order, client=None):
    """What the tracking page says, as JSON; the page is there too."""
    client = client or Client()
    assert client.get(f"/track/{order.token}/").status_code == 200
    return client.get(f"/track/{order.token}/state.json").json()["headline"]["text"]


def signed_in(side):
    client = Client()
    client.force_login(side.owner)
    return client


@may_lag
def where(request, ask):
    return HttpResponse(f"{ask()}")


def asked(ask):
    """What a view that may lag finds out."""
    return where(RequestFactory().get("/"), ask).content.decode()


def write():
    return Order.objects.update(note="x")


def is_standby():
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_is_in_recovery()")
        return cursor.fetchone()[0]


def is_read(standby):
    """From now on: what other tests write at the same moment takes it a moment to replay."""
    standby.has_all()
    wait_until(lambda: asked(is_standby) == "True")


def test_a_page_is_read_from_the_standby_unless_it_would_be_too_old(standby, ada, bo, settings):
    order, other = make_order(ada, {"LAMP": 1}), make_order(bo, {"TEA": 1})
    before = status_of(order)
    is_read(standby)
    with standby.paused():
        assert asked(is_standby) == "True"
        cancel_order(order, reason="Changed my mind.", actor=None)
        newest = make_order(ada, {"LAMP": 1})
        assert status_of(order) == before
        # What it does not know is looked for on the primary.
        assert status_of(newest) == before

        # Who has just sent a form sees the present.
        customer = Client()
        assert customer.post(f"/track/{order.token}/verify/", {"postcode": "1"}).cookies[ACTED]
        assert status_of(order, customer) != before

        # Only the owner's rows are there, and nothing is written.
        with seeing(reach_of(sellers=[bo.seller.pk])):
            assert asked(lambda: (is_standby(), [*Order.objects.values_list("pk")])) == (
                f"(True, [({other.pk!r},)])"
            )
        places = []
        assert asked(lambda: (places.append(is_standby()), write())[1]) == "3"
        assert places == [True, False]
        assert signed_in(ada).get("/dashboard/promises/").status_code == 200

        settings.READ_DATABASE_SECONDS = 0
        assert status_of(order) != before


def test_the_page_says_of_when_it_is(standby, ada):
    order = make_order(ada, {"LAMP": 1})
    is_read(standby)
    with standby.paused():
        since = timezone.now()
        cancel_order(order, reason="Changed my mind.", actor=None)
        assert asked(lambda: replica.read_at() < since) == "True"
        # As if the last look at the primary had been half an hour ago; within the hour allowed.
        kept = replica._replica().written
        at, place = min(kept, key=lambda row: row[1])
        kept.clear()
        kept.append((at - HALF_AN_HOUR, place))
        answer = Client().get(f"/track/{order.token}/state.json")
        moments = (timezone.now() - timedelta(minutes=ago) for ago in (29, 30, 31))
        there = ZoneInfo(order.time_zone)
        assert answer["X-Checked"] in {f"{at.astimezone(there):%H:%M}" for at in moments}
    standby.has_all()
    assert asked(lambda: replica.read_at() >= since) == "True"


def test_metrics_say_how_it_stands(standby, ada, settings):
    settings.METRICS_TOKEN = "t" * 32
    is_read(standby)
    assert figures()["is_read"] == 1
    with standby.paused():
        make_order(ada, {"LAMP": 1})
        assert figures()["is_read"] == 1 and figures()["lag_bytes"] > 100
        settings.READ_DATABASE_SECONDS = 0
        assert figures()["is_read"] == 0
    settings.READ_DATABASE |= {"HOST": "/nowhere"}
    assert figures() == {"is_read": 0}
    settings.READ_DATABASE = None
    assert figures() == {}


def figures():
    """{name: value} of the replica."""
    answer = Client().get("/metrics", headers={"Authorization": "Bearer " + "t" * 32})
    found = re.findall(r"^fulfillment_replica_(\S+) (\S+)$", answer.content.decode(), re.M)
    return {name: float(value) for name, value in found}


def test_a_standby_that_hangs_or_is_gone_is_not_waited_for(standby, ada, settings, monkeypatch):
    order = make_order(ada, {"LAMP": 1})
    before = status_of(order)
    is_read(standby)
    hanging = standby.ask(OURS, APP)
    monkeypatch.setattr(replica, "ANSWER_SECONDS", 0.1)
    os.kill(hanging, signal.SIGSTOP)
    try:
        assert asked(is_standby) == "False"
    finally:
        os.kill(hanging, signal.SIGCONT)

    monkeypatch.setattr(replica, "ANSWER_SECONDS", PATIENT)
    settings.READ_DATABASE |= {"PORT": "5432"}  # another one, which is not left alone yet
    is_read(standby)
    kill_group(standby.child.process.pid)
    cancel_order(order, reason="Changed my mind.", actor=None)
    assert status_of(order) != before
    assert asked(is_standby) == "False"
