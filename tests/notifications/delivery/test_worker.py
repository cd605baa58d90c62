"""The real Celery worker: woken after the commit, killed in the middle, and nothing is lost."""

import os
import signal
import time
from pathlib import Path

import pytest
from celery import current_app

from fulfillment.demo.peers import Fault
from notifications.models import Message
from tests.notifications.saying import mail_of, state
from tests.support.cast import make_order

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def await_true(condition, seconds):
    """How long it took until the condition held."""
    began = time.monotonic()
    while not condition():
        assert time.monotonic() - began < seconds, "waited in vain"
        time.sleep(0.05)
    return time.monotonic() - began


def child_of(pid):
    """The process that runs the tasks of this worker."""
    for stat in Path("/proc").glob("[0-9]*/stat"):
        fields = stat.read_text().rpartition(")")[2].split()
        if int(fields[1]) == pid:
            return int(stat.parent.name)
    raise LookupError(pid)


def test_messages_leave_at_once_after_the_commit(
    ada, lamp, celery_worker_process, smtp_peer, sms_peer, settings
):
    order = make_order(ada, {"STAR": 1})
    smtp_peer.wait_for(1)
    sms_peer.wait_for(1)
    await_true(lambda: mail_of(order).status == "sent", 5)
    # What waits for the allocator leaves when that has decided, without a sweep.
    settings.STOCK_WAIT_SECONDS = 45
    order = make_order(ada, {"LAMP": 1})
    await_true(lambda: mail_of(order).status == "sent", 10)


@pytest.mark.slow
def test_a_killed_worker_delays_messages_by_less_than_half_a_minute(
    ada, celery_worker_process, smtp_peer, sms_peer
):
    faults = iter([Fault(hang=60.0)])
    smtp_peer.behaviour = lambda _: next(faults, None)
    first = make_order(ada, {"LAMP": 1}, phone="")
    await_true(lambda: smtp_peer.attempts == 1, 10)
    second = make_order(ada, {"LAMP": 1}, phone="")
    os.kill(child_of(celery_worker_process.process.pid), signal.SIGKILL)

    def swept():
        current_app.send_task("notifications.tasks.recover_claims")
        time.sleep(1)
        return not Message.objects.filter(status__in=("planned", "claimed", "retrying")).exists()

    assert await_true(swept, 30) < 30
    assert state(mail_of(first))[0] == "unknown"
    assert state(mail_of(second)) == ("sent", "")
    assert [mail.recipients for mail in smtp_peer.messages] == [["grace@example.com"]]
