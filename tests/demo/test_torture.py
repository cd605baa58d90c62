"""The portal under a few faults, and the oracle that judges it, judged itself."""

import os
import re
import subprocess
import sys
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone

from fulfillment.embedded.processes import Child
from notifications.delivery.circuit import create_circuits
from notifications.models import ChannelCircuit, Message
from tests.notifications.saying import sms_of
from tests.support import WHOLE, servers
from tests.support.cast import make_order
from tests.support.databases import dump_tables, superuser
from torture.chaos import FUSES
from torture.installation import EARLY_DEATHS, Broken, Installation
from torture.messages import HURRY
from torture.oracle import Received, Row, findings, mail_mark

# Web and beat are killed, worker and crew at a crash point (just after a message was sent, while a
# label was asked for or taken back), and the broker is away; of all proofs twice as much.
SEED, FAULTS, ORDERS = ("20261132", "12", "30") if WHOLE else ("20263824", "6", "15")
MOST_SECONDS = 240


def row(number, status, *, channel="sms", key=None, why="why", template="shipped"):
    return Row(
        number, "order-1", channel, "+4930", template, status, why, why, key or f"key-{number}"
    )


def texts(*numbers):
    return Received([], [(f"key-{number}", "+4930") for number in numbers])


@pytest.mark.parametrize(
    ("rows", "received", "finding"),
    [
        ([row(1, "sent")], texts(), "Message 1 (sms, shipped) is sent: 0 came."),
        ([row(1, "sent")], texts(1, 1), "Message 1 (sms, shipped) is sent: 2 came."),
        ([row(1, "unknown")], texts(1, 1), "Message 1 (sms, shipped) is unknown: 2 came."),
        ([row(1, "failed")], texts(1), "Message 1 (sms, shipped) is failed: 1 came."),
        ([row(1, "superseded")], texts(1), "Message 1 (sms, shipped) is superseded: 1 came."),
        ([row(1, "held")], texts(1), "Message 1 (sms, shipped) is held: 1 came."),
        (
            [row(1, "held")._replace(was_tried=True)],
            texts(1, 1),
            "Message 1 (sms, shipped) is held: 2 came.",
        ),
        ([row(1, "failed", why="")], texts(), "Message 1 is failed and does not say why."),
        (
            [row(1, "sent"), row(2, "sent", template="delivered")],
            texts(2, 1),
            "+4930 heard shipped after delivered of order order-1.",
        ),
        ([], texts(7), "+4930 got a message that the database does not know: key-7."),
        (
            [row(1, "retrying")],
            texts(),
            "1 messages are still retrying at the end, such as 1.",
        ),
    ],
)
def test_the_oracle_finds(rows, received, finding):
    assert findings(rows, received, {}) == [finding]


def test_the_oracle_is_content_with_what_is_true():
    mail = row(3, "sent", channel="email")
    rows = [row(1, "sent"), row(2, "unknown"), mail, row(4, "held", why="calm")]
    received = Received([(mail_mark(mail.key), "+4930")], [("key-1", "+4930")])
    assert findings(rows, received, {}) == []


def test_the_oracle_lets_others_wait_behind_what_is_held():
    rows = [row(1, "held", why="calm"), row(2, "planned")]
    assert findings(rows, texts(), {}) == []
    assert findings(rows[::-1], texts(), {}) == [
        "1 messages are still planned at the end, such as 2."
    ]


def test_the_oracle_knows_that_what_was_tried_and_waits_may_have_come():
    rows = [row(1, "held", why="calm")._replace(was_tried=True)]
    assert findings(rows, texts(1), {}) == findings(rows, texts(), {}) == []


def test_the_oracle_misses_an_accepted_order():
    assert findings([], texts(), {"T-1": "order-9"}) == [
        "Order T-1 was answered by 2xx: it has no confirmation."
    ]


def test_every_fuse_has_its_point():
    root = Path(settings.BASE_DIR)
    code = "".join(
        path.read_text()
        for app in ("orders", "notifications", "fulfillment")
        for path in (root / app).rglob("*.py")
    )
    points = set(re.findall(r'crash_point\("([a-z-]+)"\)', code))
    # The installation has no endpoints: tests/notifications/webhooks/test_recovery.py burns these.
    # Nor does it import files: tests/orders/files/test_order_files.py burns those.
    # Nor acts on many orders: tests/dashboard/lists/test_bulk_jobs.py burns that.
    points = {point for point in points if not point.startswith(("webhooks-", "import-", "bulk-"))}
    assert {fuse.partition(".")[2] for fuse in FUSES} == points
    assert len(FUSES) >= 12


@pytest.fixture
def torture(tmp_path):
    """Runs a program of `torture` on servers of its own, with the tables of this run."""

    def run(*command):
        inherited = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        return subprocess.run(
            [sys.executable, "-m", *command, *dump_tables(tmp_path / "tables.sql")],
            cwd=settings.BASE_DIR,
            env=inherited,
            capture_output=True,
            text=True,
            timeout=MOST_SECONDS,
            check=False,
        )

    return run


@pytest.mark.slow
def test_under_faults_nothing_is_lost_doubled_or_out_of_order(torture):
    """A few of them: script/torture messages injects them all, again and again."""
    few = ["--orders", ORDERS, "--seed", SEED, "--faults", FAULTS]
    run = torture("torture.messages", *few)
    assert run.returncode == 0, run.stdout + run.stderr
    assert run.stdout.splitlines()[-1] == "0 findings"


def test_a_process_that_ends_at_its_start_stops_the_run(tmp_path):
    built = Installation.__new__(Installation)
    built.away, built.restarts, built.started_at = set(), 0, {}
    built.early_deaths = Counter()
    child = Child("worker", [sys.executable, "-c", "import nothing_like_it"], tmp_path / "log")
    built.children = {"worker": child}
    built._begin("worker", child)
    with pytest.raises(Broken, match=r"worker ends at its start .* No module named"):
        while True:
            child.process.wait()
            built.tend()
    assert built.restarts == EARLY_DEATHS - 1


@pytest.mark.django_db
def test_what_the_run_hurries_waits_for_no_lock(ada):
    """The portal may hold rows in any order: a statement that waited for one could deadlock."""
    message = sms_of(make_order(ada, {"LAMP": 1}, phone="+4915112345678"))
    Message.objects.filter(pk=message.pk).update(next_attempt_at=timezone.now() + timedelta(days=1))
    create_circuits(["email", "sms"])
    ChannelCircuit.objects.update(open_until=timezone.now() + timedelta(days=1))
    with superuser(servers.DATABASE) as portal, superuser(servers.DATABASE) as torture:
        torture.execute("SET lock_timeout = '1s'")
        with portal.transaction():
            portal.execute("SELECT FROM notifications_message FOR UPDATE")
            portal.execute("SELECT FROM notifications_channelcircuit FOR UPDATE")
            assert [torture.execute(statement).rowcount for statement in HURRY] == [0, 0]
        assert [torture.execute(statement).rowcount for statement in HURRY] == [1, 2]


@pytest.mark.slow
def test_a_scene_under_load_keeps_what_no_clock_decides(torture):
    """One of them, for seconds: script/torture faults plays them all, and judges their times."""
    scene = ["--seconds", "2", "--only", "valkey-stopped", "--no-clocks"]
    run = torture("torture.faults", *scene)
    assert run.returncode == 0, run.stdout + run.stderr
    lines = run.stdout.splitlines()
    assert lines[-1] == "1 scenes, every promise kept"
    assert " x 201" in lines[0]
