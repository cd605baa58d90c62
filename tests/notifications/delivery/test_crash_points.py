"""A process dies at a named point, once; what it left leaves once, or stays visibly unknown."""

import signal

import pytest
from django.db import connection

from notifications.delivery.recovery import recover_claims
from notifications.delivery.sending import send_due
from orders.crash import crash_point
from tests.notifications.saying import mail_of, sms_of
from tests.support.cast import make_order
from tests.support.racing import killed_by

pytestmark = pytest.mark.django_db

# (point, how often it is passed) -> what becomes of the mail, and how many mails and texts came.
# The text goes first, and its gateway knows keys; the mail server knows none.
LEFT = {
    ("after-heartbeat", 1): ("sent", 1, 1),
    ("after-claim", 1): ("sent", 1, 1),
    ("after-render", 1): ("sent", 1, 1),
    ("before-send", 1): ("sent", 1, 1),
    ("after-send", 1): ("sent", 1, 1),
    ("before-settle", 1): ("sent", 1, 1),
    ("after-settle", 1): ("sent", 1, 1),
    ("after-begin", 1): ("unknown", 0, 1),
    ("before-send", 2): ("unknown", 0, 1),
    ("after-send", 2): ("unknown", 1, 1),
    ("before-settle", 2): ("unknown", 1, 1),
    ("after-settle", 2): ("sent", 1, 1),
}


@pytest.fixture
def fuses(tmp_path, settings):
    """The folder of fuses of a worker."""
    settings.CRASH_POINTS, settings.PROCESS_NAME = str(tmp_path), "fulfillment worker"
    return tmp_path


def fall_silent():
    """Every sender has been dead for long."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE notifications_worker SET beat_at = now() - interval '16 s'")


@pytest.mark.parametrize(("point", "passed"), LEFT)
def test_what_a_dead_sender_left_leaves_once(ada, smtp_peer, sms_peer, fuses, point, passed):
    order = make_order(ada, {"LAMP": 1})
    (fuses / f"worker.{point}").write_text(str(passed))
    assert killed_by(send_due) == signal.SIGKILL
    fall_silent()
    recover_claims()
    send_due()
    came = (mail_of(order).status, len(smtp_peer.messages), len(sms_peer.messages))
    assert (came, sms_of(order).status) == (LEFT[point, passed], "sent")


@pytest.mark.parametrize("point", ["recover-before-settle", "recover-before-commit"])
def test_a_recovery_that_dies_is_done_by_the_next(ada, smtp_peer, sms_peer, fuses, point):
    orders = [make_order(ada, {"LAMP": 1}) for _ in range(2)]
    (fuses / "worker.after-claim").write_text("1")  # of the texts: a claim is of one channel
    killed_by(send_due)
    fall_silent()
    (fuses / f"worker.{point}").write_text("1")
    assert killed_by(recover_claims) == signal.SIGKILL
    assert recover_claims() == 2
    send_due()
    left = {(mail_of(order).status, sms_of(order).status) for order in orders}
    assert left == {("sent", "sent")}


def test_a_fuse_burns_once_and_at_its_count(fuses):
    fuse = fuses / "worker.here"
    fuse.write_text("3")
    assert [killed_by(lambda: crash_point("here")) for _ in range(4)] == [0, 0, signal.SIGKILL, 0]
    assert not fuse.exists()
    assert [path.name.split(".", 2)[2] for path in fuses.iterdir()] == ["worker.here"]


def test_a_fuse_of_another_process_does_nothing(fuses):
    (fuses / "web.here").write_text("1")
    assert killed_by(lambda: crash_point("here")) == 0
