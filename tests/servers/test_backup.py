"""A backup restored into another cluster: nothing is sent, events go on, and a person decides."""

import shutil
import stat
import time
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client

from fulfillment.backup.dump import make_backup
from fulfillment.backup.programs import BackupError
from fulfillment.embedded.places import Place
from fulfillment.embedded.postgres import APP, OWNER, Postgres
from notifications.delivery.sending import send_due
from orders.models import Event, EventEpoch, Order
from tests.api.test_events_api import read_all
from tests.support import databases, servers
from tests.support.cast import make_order
from tests.support.upstart import make_folder
from tests.support.waiting import until_events_can_be_read

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def owner(settings):
    """The address that a backup is made with."""
    settings.OWNER_DATABASE_URL = databases.server_url(OWNER, servers.DATABASE)


@pytest.fixture(scope="module")
def cluster():
    """A cluster that has seen few transactions, and gets an empty database for each test."""
    place = Place.prepare(make_folder() / "var")
    postgres = Postgres(place, settings=servers.CARELESS)
    postgres.start(time.sleep)
    yield postgres
    postgres.stop()
    for folder in (place.var.parent, place.home, place.sockets):
        shutil.rmtree(folder, ignore_errors=True)


class Moved:
    """Lets Django use the other cluster instead, as after a change of DATABASE_URL."""

    def __init__(self, cluster, settings, monkeypatch):
        self.url, self.settings = cluster.url(OWNER), settings
        self.here = {"HOST": str(cluster.place.sockets), "NAME": "fulfillment"}
        self.there = {name: connection.settings_dict[name] for name in self.here}
        monkeypatch.setenv("DATABASE_URL", cluster.url(APP))

    def __enter__(self):
        connection.close()
        connection.settings_dict.update(self.here)
        self.settings.OWNER_DATABASE_URL = self.url

    def __exit__(self, *_):
        connection.close()
        connection.settings_dict.update(self.there)


@pytest.fixture
def moved(cluster, settings, monkeypatch):
    with cluster.connect() as line:
        line.execute("DROP DATABASE IF EXISTS fulfillment")
    cluster.make_database()
    return Moved(cluster, settings, monkeypatch)


def said(*command, **options):
    out = StringIO()
    call_command(*command, stdout=out, **options)
    return out.getvalue()


def burn_transactions(number):
    """The first cluster has seen many; the copy must not count from there."""
    with connection.cursor() as cursor:
        for _ in range(number):
            cursor.execute("SELECT pg_current_xact_id()")


@dataclass
class Past:
    """What the first cluster was told before and after the backup."""

    file: Path
    orders: list[Order]  # one sent, one that waited, one after the backup
    cursors: dict[str, str]
    between: list[str]  # ids of events from the first cursor to the backup
    mails: int


@pytest.fixture
def past(ada, smtp_peer, sms_peer, tmp_path):
    burn_transactions(3000)
    file, cursors = tmp_path / "a.dump", {}
    sent = make_order(ada, {"LAMP": 1}, phone="")
    send_due()
    cursors["before"] = read_after(ada, "")[1]
    said("sending", "pause")
    waiting = make_order(ada, {"LAMP": 1}, phone="")
    assert f"{file}: " in said("backup", file)
    between, cursors["at the backup"] = read_after(ada, cursors["before"])
    said("sending", "resume")
    # What the backup does not know: the waiting message leaves, another order comes in.
    send_due()
    lost = make_order(ada, {"LAMP": 1}, phone="")
    cursors["after"] = read_after(ada, cursors["at the backup"])[1]
    return Past(file, [sent, waiting, lost], cursors, between, len(smtp_peer.messages))


def test_a_restored_copy_sends_nothing_until_told(ada, past, moved, smtp_peer):
    assert stat.S_IMODE(past.file.stat().st_mode) == 0o600
    waiting = past.orders[1]
    with moved:
        report = said("restore", past.file)
        assert "2 orders" in report
        assert "Restored from a backup of " in report
        assert "1 messages have waited since before the pause" in report
        new = make_order(ada, {"LAMP": 1}, phone="")
        assert send_due() == 0
        assert Client().get("/readyz").status_code == 200
        assert page_says(ada, "No messages are being sent")
        assert len(smtp_peer.messages) == past.mails

        said("sending", "resume", without_waiting=True)
        send_due()
        assert len(smtp_peer.messages) == past.mails + 1
        assert (waiting.messages.get().cause, new.messages.get().status) == ("restored", "sent")
        assert not page_says(ada, "No messages are being sent")


def test_cursors_of_before_a_restore_keep_their_meaning(ada, past, moved):
    with moved:
        said("restore", past.file)
        new = make_order(ada, {"LAMP": 1}, phone="")
        assert set(Order.objects.all()) == {*past.orders[:2], new}
        fresh = [str(pk) for pk in Event.objects.filter(order=new).values_list("pk", flat=True)]
        assert len(fresh) == 1
        read = {name: read_after(ada, cursor)[0] for name, cursor in past.cursors.items()}
        assert read == {"before": past.between + fresh, "at the backup": fresh, "after": fresh}
        everything, end = read_after(ada, "")
        assert len(everything) == len(set(everything)) == Event.objects.count()
        assert read_after(ada, end)[0] == []
    assert not EventEpoch.objects.exists(), "the first cluster is as it was"


def read_after(side, cursor):
    until_events_can_be_read()
    return read_all(side, cursor, limit=500)


def page_says(side, text):
    browser = Client()
    browser.force_login(side.owner)
    return text in browser.get("/dashboard/").content.decode()


def test_epochs_begin_above_each_other_whatever_the_cluster_counts(ada):
    positions = []
    for _ in range(3):
        make_order(ada, {"LAMP": 1})
        positions.append(Event.objects.order_by("-transaction_id")[0].transaction_id)
        call_command("sending", stdout=StringIO())
        with connection.cursor() as cursor:
            cursor.execute("UPDATE notifications_installation SET identity = 'another:1:5'")
        call_command("sending", stdout=StringIO())
    assert positions == sorted(set(positions))
    assert positions[1] > positions[0] + 2**50


def test_only_an_empty_database_is_restored_into(ada, moved, tmp_path):
    file = tmp_path / "a.dump"
    said("backup", file)
    with pytest.raises(CommandError, match="is there already"):
        said("backup", file)
    with moved:
        with psycopg.connect(moved.url), pytest.raises(CommandError, match="1 others use"):
            said("restore", file)
        said("restore", file)
        connection.close()
        with pytest.raises(CommandError, match="a backup is restored into an empty one"):
            said("restore", file)
    foreign = tmp_path / "b.dump"
    foreign.write_text("no backup")
    with pytest.raises(CommandError, match="pg_restore failed: "):
        said("restore", foreign)
    with pytest.raises(CommandError, match="There is no file"):
        said("restore", tmp_path / "c.dump")


def test_a_backup_that_fails_leaves_no_file(tmp_path):
    with pytest.raises(BackupError, match="No connection"):
        make_backup("postgresql:///nowhere?host=/nonexistent", tmp_path / "a.dump")
    assert list(tmp_path.iterdir()) == []


def test_the_address_is_on_no_command_line(tmp_path, monkeypatch):
    told, major = tmp_path / "told", connection.pg_version // 10_000
    folder = tmp_path / "bin"
    folder.mkdir()
    for name in ("pg_dump", "pg_restore"):
        program = folder / name
        program.write_text(
            f'#!/bin/sh\n[ "$1" = --version ] && echo "x {major}.1" && exit\n'
            f'echo "$@ $PGPASSWORD $PGUSER" >> {told}\n'
        )
        program.chmod(0o755)
    monkeypatch.setenv("POSTGRES_BIN", str(folder))
    url = databases.server_url(OWNER, servers.DATABASE).replace(f"{OWNER}@", f"{OWNER}:s3cret@")
    make_backup(url, tmp_path / "a.dump")
    arguments = [line.split(" s3cret ") for line in told.read_text().splitlines()]
    assert len(arguments) == 2
    assert all(user == OWNER and "s3cret" not in given for given, user in arguments)
