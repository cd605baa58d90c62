"""Messages are claimed head by head of their lanes, by one worker each, for a while."""

from datetime import timedelta

import pytest

from notifications.delivery.claims import BATCH, CLAIM, IN_ORDER, claim
from notifications.delivery.outcomes import Outcome, unsent_outcome
from notifications.delivery.settling import settle
from notifications.kinds.catalogue import ANSWERS
from notifications.models import Message
from notifications.states import MessageStatus
from orders.intake.acceptance import accept_orders
from tests.notifications.saying import follow_up, mail_of, make_due, sms_of, state
from tests.support.cast import incoming, make_order
from tests.support.databases import superuser
from tests.support.racing import race
from tests.support.servers import DATABASE
from tests.support.statements import count_statements

pytestmark = pytest.mark.django_db


def finish(message, status=MessageStatus.SENT, reason=""):
    settle([Outcome(message, status, reason)])


def test_only_the_head_of_a_lane_is_claimed(ada):
    order = make_order(ada, {"LAMP": 1})
    mail, text = mail_of(order), sms_of(order)
    later = follow_up(mail)
    claimed = claim("w1")
    assert {message.pk for message in claimed} == {mail.pk, text.pk}
    assert [(message.attempts_made, message.claimed_by) for message in claimed] == [(1, "w1")] * 2
    assert claim("w2") == []
    finish(next(message for message in claimed if message.pk == mail.pk))
    assert [message.pk for message in claim("w2")] == [later.pk]


def test_lanes_of_two_orders_do_not_wait_for_each_other(ada):
    orders = [make_order(ada, {"LAMP": 1}) for _ in range(2)]
    assert len(claim("w1")) == 4
    assert Message.objects.filter(order__in=orders, status="claimed").count() == 4


@pytest.mark.parametrize("status", ["failed", "unknown", "suppressed", "superseded"])
def test_a_head_that_is_settled_frees_the_next(ada, status):
    mail = mail_of(make_order(ada, {"LAMP": 1}, phone=""))
    later = follow_up(mail)
    finish(claim("w1")[0], MessageStatus(status), "because")
    assert [message.pk for message in claim("w1")] == [later.pk]


def test_a_head_that_is_tried_again_holds_the_next(ada):
    mail = mail_of(make_order(ada, {"LAMP": 1}, phone=""))
    later = follow_up(mail)
    settle([Outcome(claim("w1")[0], MessageStatus.RETRYING, "later", delay=600.0)])
    assert claim("w1") == []
    assert state(later) == ("planned", "")


def test_what_is_not_due_is_left(ada):
    mail = mail_of(make_order(ada, {"LAMP": 1}, phone=""))
    settle([unsent_outcome(claim("w1")[0], "not now", delay=600.0)])
    assert claim("w1") == []
    make_due(mail)
    again = claim("w1")
    assert [(message.pk, message.attempts_made) for message in again] == [(mail.pk, 1)]


def test_every_seller_has_a_share_of_a_claim_and_the_oldest_come_first(ada, bo):
    old = [mail_of(make_order(ada, {"LAMP": 1}, phone="")) for _ in range(12)]
    for age, mail in enumerate(reversed(old), 1):
        at = mail.next_attempt_at - timedelta(minutes=age)
        Message.objects.filter(pk=mail.pk).update(next_attempt_at=at)
    new = [mail_of(make_order(bo, {"FERN": 1}, phone="")) for _ in range(3)]

    def taken(limit):
        return [message.pk for message in claim("w1", {"email": limit})]

    assert taken(5) == [row.pk for row in (*old[:3], *new[:2])]
    assert taken(4) == [row.pk for row in (*old[3:5], new[2])]
    assert taken(4) == [row.pk for row in old[5:9]]


def test_one_token_goes_to_whoever_has_waited_longest(ada, bo):
    first = mail_of(make_order(bo, {"FERN": 1}, phone=""))
    mail_of(make_order(ada, {"LAMP": 1}, phone=""))
    assert [message.pk for message in claim("w1", {"email": 1})] == [first.pk]


def test_two_workers_never_claim_the_same(ada):
    for _ in range(30):
        make_order(ada, {"LAMP": 1}, phone="")

    def claimer(name):
        return lambda: [message.pk for _ in range(8) for message in claim(name, limit=4)]

    results, refusals = race(*(claimer(f"w{number}") for number in range(4)))
    claimed = [pk for result in results for pk in result]
    assert refusals == []
    assert len(claimed) == len(set(claimed)) == 30


def test_a_claim_is_one_statement_and_settling_another(ada):
    for _ in range(3):
        make_order(ada, {"LAMP": 1}, phone="")
    with count_statements() as claiming:
        claimed = claim("w1")
    assert len(claimed) == 3
    with count_statements() as settling:
        settle([Outcome(message, MessageStatus.SENT) for message in claimed])
    assert (len(claiming), len(settling)) == (1, 1)


def test_only_who_holds_the_claim_settles_it(ada):
    mail = mail_of(make_order(ada, {"LAMP": 1}, phone=""))
    stale = claim("w1")[0]
    settle([unsent_outcome(stale)])
    claim("w2")
    finish(stale)
    assert state(mail) == ("claimed", "")


def test_a_late_answer_resolves_an_unknown_outcome(ada):
    mail = mail_of(make_order(ada, {"LAMP": 1}, phone=""))
    message = claim("w1")[0]
    finish(message, MessageStatus.UNKNOWN, "The sender stopped.")
    finish(message)
    assert state(mail) == ("sent", "")


def test_a_claim_reads_few_pages_however_many_wait_and_whatever_the_planner_believes(ada):
    """After a night of quiet hours thousands wait, where the statistics know of none."""
    accept_orders(ada.channel, [incoming({"LAMP": 1}) for _ in range(1000)])
    with superuser(DATABASE) as owner:
        owner.execute("UPDATE notifications_message SET status = 'sent'")
        owner.execute("ANALYZE notifications_message")
        owner.execute("UPDATE notifications_message SET status = 'planned'")
        owner.execute("BEGIN")
        values = {
            "worker": "w1", "lease": 60, "channels": ["email", "sms"],
            "grants": [BATCH // 2, BATCH // 2], "senders": 1, "answers": list(ANSWERS),
            "crashes": 0, "twice": 2, "most": BATCH,
        }  # fmt: skip
        owner.execute(IN_ORDER)
        explained = owner.execute(
            f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {CLAIM.sql}", values
        ).fetchone()
        owner.execute("ROLLBACK")
    plan = explained[0][0]["Plan"]
    assert plan["Actual Rows"] == BATCH
    assert plan["Shared Hit Blocks"] + plan["Shared Read Blocks"] < 10_000
