"""A delivery leaves signed, is tried again by the book, and every way to fail ends right."""

import json
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone
from standardwebhooks import Webhook, WebhookVerificationError

from fulfillment.demo.peers.hooks import Reply
from notifications.delivery.pausing import pause
from notifications.models import Delivery, DeliveryAttempt, Endpoint
from notifications.webhooks.endpoints import rotate_secret
from notifications.webhooks.leases import LEASE_SECONDS, claim, settle
from notifications.webhooks.post import Answer
from notifications.webhooks.results import RETRY_DELAYS, attempt_result, retry_after
from notifications.webhooks.sending import send_due
from orders.models import Event
from tests.notifications.webhooks.conftest import make_endpoint
from tests.support.cast import make_order
from tests.support.racing import race

pytestmark = pytest.mark.django_db


@pytest.fixture
def delivery(ada, endpoint):
    """The delivery of a new order, due now."""
    make_order(ada, {"LAMP": 1})
    return Delivery.objects.get()


def fresh(row):
    return type(row).objects.get(pk=row.pk)


def make_due():
    """As if the time until the next attempts had passed."""
    Delivery.objects.update(next_attempt_at=timezone.now() - timedelta(seconds=1))
    Endpoint.objects.update(not_before=None)


def seconds_until_next(delivery):
    return (fresh(delivery).next_attempt_at - timezone.now()).total_seconds()


def answers(receiver, *statuses, headers=None):
    """The receiver answers so, one after the other, and then takes everything."""
    left = list(statuses)
    receiver.behave = lambda hook: Reply(left.pop(0), headers or {}) if left else Reply()


def test_a_delivery_arrives_signed(delivery, endpoint, receiver):
    assert send_due() is False
    (hook,) = receiver.hooks
    assert Webhook(endpoint.text).verify(hook.body, hook.headers) == json.loads(delivery.payload)
    assert hook.body == delivery.payload
    assert hook.headers["webhook-id"] == delivery.webhook_id
    assert hook.headers["content-type"] == "application/json"
    assert hook.headers["host"] == f"127.0.0.1:{receiver.port}"
    done = fresh(delivery)
    assert (done.state, done.attempts_made, done.claimed_by, done.problem) == (
        "delivered",
        1,
        "",
        "",
    )
    attempt = DeliveryAttempt.objects.get()
    assert (attempt.number, attempt.series, attempt.status_code) == (1, 1, 204)
    assert {name.lower(): value for name, value in attempt.headers.items()} == hook.headers
    send_due()
    assert len(receiver.hooks) == 1


def test_both_secrets_sign_while_a_rotation_overlaps(ada, endpoint, receiver, delivery):
    _, new = rotate_secret(endpoint, actor=ada.owner)
    send_due()
    (hook,) = receiver.hooks
    assert len(hook.headers["webhook-signature"].split(" ")) == 2
    Webhook(endpoint.text).verify(hook.body, hook.headers)
    Webhook(new).verify(hook.body, hook.headers)

    Endpoint.objects.update(previous_until=timezone.now())
    make_order(ada, {"LAMP": 1})
    send_due()
    hook = receiver.hooks[1]
    Webhook(new).verify(hook.body, hook.headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(endpoint.text).verify(hook.body, hook.headers)


def test_a_failed_delivery_is_tried_ten_times_in_75_hours(delivery, receiver):
    assert timedelta(seconds=sum(RETRY_DELAYS)) == timedelta(hours=75, minutes=35, seconds=5)
    answers(receiver, *[500] * 20)
    for number in range(1, 11):
        assert fresh(delivery).given_up_at is None
        make_due()
        send_due()
        assert len(receiver.hooks) == number
        if number < 10:
            assert (
                0.9 * RETRY_DELAYS[number] - 2
                <= seconds_until_next(delivery)
                <= 1.1 * RETRY_DELAYS[number]
            )
    make_due()
    send_due()
    assert len(receiver.hooks) == 10
    assert (fresh(delivery).state, fresh(delivery).problem) == ("failed", "Answered 500.")
    assert {hook.headers["webhook-id"] for hook in receiver.hooks} == {delivery.webhook_id}
    assert list(
        DeliveryAttempt.objects.order_by("number").values_list("number", flat=True)
    ) == list(range(1, 11))


def test_a_redirect_is_a_failure_and_nobody_follows_it(delivery, receiver, receivers):
    (elsewhere,) = receivers(1)
    answers(receiver, 302, headers={"Location": elsewhere.url})
    send_due()
    assert (len(receiver.hooks), elsewhere.hooks) == (1, [])
    assert fresh(delivery).problem == "Answered 302: redirects are not followed."


def test_gone_disables_the_endpoint_at_once(ada, delivery, endpoint, receiver):
    answers(receiver, 410)
    send_due()
    assert fresh(delivery).state == "failed"
    assert fresh(endpoint).state == "disabled"
    assert Event.objects.get(kind="webhook.disabled").subject_id == endpoint.pk
    make_order(ada, {"LAMP": 1})
    assert Delivery.objects.count() == 1


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_retry_after_throttles_the_endpoint(ada, delivery, endpoint, receiver, status):
    answers(receiver, status, headers={"Retry-After": "3600"})
    send_due()
    assert 3590 < seconds_until_next(delivery) <= 3600
    assert fresh(endpoint).not_before > timezone.now() + timedelta(seconds=3590)
    make_order(ada, {"LAMP": 1})
    send_due()
    assert len(receiver.hooks) == 1


def test_retry_after_is_a_number_or_a_date_and_at_most_a_day():
    assert retry_after("120") == 120
    assert retry_after("99999999") == 86_400
    assert [retry_after(text) for text in ("", "-5", "soon", "1e9", "²")] == [0, 0, 0, 0, 0]
    later = datetime.now(UTC) + timedelta(hours=1)
    assert 3590 < retry_after(f"{later:%a, %d %b %Y %H:%M:%S GMT}") <= 3600


def test_a_failing_endpoint_is_tried_with_one_until_it_answers(ada, endpoint, receiver):
    for _ in range(5):
        make_order(ada, {"LAMP": 1})
    Endpoint.objects.update(failures=1)
    assert len(claim("a", slots=16, probes=8)) == 1
    assert claim("b", slots=16, probes=8) == []
    assert Delivery.objects.filter(claimed_by="a").count() == 1


def test_a_healthy_endpoint_gets_two_at_once_over_all_workers(ada, endpoint):
    for _ in range(5):
        make_order(ada, {"LAMP": 1})
    assert len(claim("a", slots=16, probes=8)) == 2
    assert claim("b", slots=16, probes=8) == []


def test_workers_that_claim_at_one_moment_share_and_keep_the_limits(ada):
    for number in range(6):
        make_endpoint(ada, f"http://127.0.0.1:9/{number}")
    for _ in range(4):
        make_order(ada, {"LAMP": 1})
    taken, _ = race(
        *[lambda name=name: claim(name, slots=16, probes=8) for name in ("a", "b", "c", "d")]
    )
    claimed = [row for rows in taken for row in rows]
    assert len({row.id for row in claimed}) == len(claimed)
    assert set(Counter(row.endpoint_id for row in claimed).values()) <= {1, 2}
    left = [row for name in ("e", "f", "g") for row in claim(name, slots=16, probes=8)]
    assert len(claimed) + len(left) == 12


def test_a_failing_endpoint_recovers_with_its_first_success(ada, endpoint, receiver):
    make_order(ada, {"LAMP": 1})
    answers(receiver, 500)
    send_due()
    assert (fresh(endpoint).failures, fresh(endpoint).state) == (1, "failing")
    assert fresh(endpoint).not_before is not None
    make_due()
    send_due()
    well = fresh(endpoint)
    assert (well.failures, well.failing_since, well.not_before) == (0, None, None)


def test_an_endpoint_that_fails_for_days_is_paused(ada, delivery, endpoint, receiver):
    answers(receiver, 500, 500)
    send_due()
    Endpoint.objects.update(failing_since=timezone.now() - timedelta(days=6))
    make_due()
    send_due()
    paused = fresh(endpoint)
    assert paused.state == "paused"
    assert paused.get_paused_because_display() == "Every delivery has failed for five days."
    assert Event.objects.filter(kind="webhook.paused", subject_id=endpoint.pk).count() == 1
    make_due()
    send_due()
    assert len(receiver.hooks) == 2
    assert fresh(delivery).state == "retrying"


def test_what_a_killed_worker_left_is_posted_again_with_the_same_id(delivery, receiver):
    (claimed,) = claim("dead", slots=16, probes=8)
    send_due()
    assert receiver.hooks == []
    row = fresh(delivery)
    assert row.next_attempt_at == row.claimed_until
    assert seconds_until_next(delivery) <= LEASE_SECONDS
    past = timezone.now() - timedelta(seconds=1)
    Delivery.objects.update(next_attempt_at=past, claimed_until=past)
    send_due()
    assert [hook.headers["webhook-id"] for hook in receiver.hooks] == [claimed.webhook_id]
    assert fresh(delivery).attempts_made == 2


def test_a_late_success_of_a_lost_claim_counts(delivery):
    (first,) = claim("slow", slots=16, probes=8)
    past = timezone.now() - timedelta(seconds=1)
    Delivery.objects.update(next_attempt_at=past, claimed_until=past)
    claim("other", slots=16, probes=8)
    now = datetime.now(UTC)
    failed = attempt_result(first, Answer("Answered 500.", 5, 500), headers={}, started_at=now)
    settle([failed], worker="slow")
    assert fresh(delivery).claimed_by == "other"
    settle([attempt_result(first, Answer("", 5, 200), headers={}, started_at=now)], worker="slow")
    assert fresh(delivery).state == "delivered"
    assert DeliveryAttempt.objects.count() == 2


def test_one_process_sends_for_all(ada, endpoint, receiver):
    for _ in range(3):
        make_order(ada, {"LAMP": 1})
    assert len(claim("another process", slots=1, probes=8)) == 1
    send_due()
    assert receiver.hooks == []


def test_nothing_leaves_while_the_installation_is_paused(delivery, receiver):
    pause("A copy.")
    send_due()
    assert receiver.hooks == []


def test_an_endpoint_whose_secret_cannot_be_read_says_so(delivery, receiver, settings):
    settings.SECRET_KEY = "another-" + "1" * 50
    send_due()
    assert receiver.hooks == []
    assert fresh(delivery).problem == "The signing secret cannot be decrypted: rotate it."


def test_secrets_outlive_a_rotation_of_the_secret_key(delivery, endpoint, receiver, settings):
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another-" + "1" * 50
    send_due()
    Webhook(endpoint.text).verify(receiver.hooks[0].body, receiver.hooks[0].headers)


def test_the_table_does_not_hold_the_secret(endpoint):
    with connection.cursor() as cursor:
        cursor.execute("SELECT e::text FROM notifications_endpoint e")
        row = cursor.fetchone()[0]
    assert endpoint.text.removeprefix("whsec_") not in row


def test_it_refuses_to_send_within_a_transaction(delivery):
    with transaction.atomic(), pytest.raises(RuntimeError, match="no transaction"):
        send_due()


def test_deliveries_to_two_endpoints_are_signed_apart(ada, receivers):
    peers = receivers(2)
    made = [make_endpoint(ada, peer.url) for peer in peers]
    make_order(ada, {"LAMP": 1})
    send_due()
    for endpoint, peer in zip(made, peers, strict=True):
        Webhook(endpoint.text).verify(peer.hooks[0].body, peer.hooks[0].headers)
    assert peers[0].hooks[0].headers["webhook-id"] == peers[1].hooks[0].headers["webhook-id"]
