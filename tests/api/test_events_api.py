"""GET /api/v1/events/: each event of a seller once, in order of commits, whoever commits late."""

import threading

import pytest
from django.db import connection, transaction
from django.test import Client

from notifications.models import Delivery
from orders.events.recording import record
from orders.models import Event
from tests.notifications.webhooks.conftest import make_endpoint
from tests.support.cast import make_order
from tests.support.statements import count_statements
from tests.support.waiting import until_events_can_be_read

pytestmark = pytest.mark.django_db

URL = "/api/v1/events/"


def ask(side, after="", **parameters):
    """The answer to a seller's system."""
    headers = {"Authorization": f"Bearer {side.api_key}"}
    return Client().get(URL, {"after": after, **parameters}, headers=headers)


def read_all(side, after="", limit=2):
    """(ids of the events after a cursor, the last cursor), page by page."""
    ids = []
    while True:
        answer = ask(side, after, limit=limit).json()
        ids += [event["data"]["event"] for event in answer["events"]]
        after = answer["next"]
        if not answer["events"]:
            return ids, after


def test_events_come_in_order_of_their_commits_with_a_cursor(ada, bo):
    orders = [make_order(ada, {"LAMP": 1}) for _ in range(5)]
    make_order(bo, {"TEA": 1})
    until_events_can_be_read()
    first = ask(ada, limit=3).json()
    assert [event["data"]["order"] for event in first["events"]] == [
        str(order.pk) for order in orders[:3]
    ]
    rest = ask(ada, first["next"]).json()
    assert [event["data"]["order"] for event in rest["events"]] == [
        str(order.pk) for order in orders[3:]
    ]
    end = ask(ada, rest["next"]).json()
    assert end == {"events": [], "next": rest["next"]}
    assert ask(ada, "").json() == ask(ada).json()


def test_an_event_is_the_same_text_as_its_webhook(ada, settings):
    settings.WEBHOOK_ALLOW_LOCAL = True
    make_endpoint(ada, "http://127.0.0.1:9/")
    order = make_order(ada, {"LAMP": 1})
    record([Event.of(order, "line_linked", actor=ada.owner, line="x")])
    payloads = list(Delivery.objects.order_by("id").values_list("payload", flat=True))
    until_events_can_be_read()
    body = ask(ada).content.decode()
    assert body.startswith(f'{{"events":[{payloads[0]},{payloads[1]}],"next":"')


def test_a_call_takes_two_statements(ada):
    for _ in range(5):
        make_order(ada, {"LAMP": 1})
    until_events_can_be_read()
    ask(ada)  # notes the use of the key
    with count_statements() as statements:
        answer = ask(ada)
    assert (len(answer.json()["events"]), len(statements)) == (5, 2)


def test_a_transaction_that_commits_late_is_not_passed_over(ada):
    order = make_order(ada, {"LAMP": 1})
    until_events_can_be_read()
    written, may_commit = threading.Event(), threading.Event()

    def slow():
        try:
            with transaction.atomic():
                record([Event.of(order, "address_entered")])
                written.set()
                may_commit.wait(30)
        finally:
            connection.close()

    thread = threading.Thread(target=slow)
    thread.start()
    assert written.wait(30)
    quick = make_order(ada, {"LAMP": 1})
    before, cursor = read_all(ada)
    may_commit.set()
    thread.join(30)
    until_events_can_be_read()
    after, cursor = read_all(ada, cursor)

    received = Event.objects.get(order=order, kind="order.received")
    late = Event.objects.get(kind="order.address_entered")
    assert before == [str(received.pk)], "what an older transaction may precede waits"
    assert after == [str(late.pk), str(Event.objects.get(order=quick).pk)]
    assert read_all(ada, cursor) == ([], cursor)


def test_readers_and_many_writers_end_with_each_event_once(ada):
    seen, cursor, stopped = [], "", threading.Event()

    def write(number):
        try:
            for part in range(5):
                with transaction.atomic():
                    order = make_order(ada, {"LAMP": 1}, reference=f"w-{number}-{part}")
                    record([Event.of(order, "address_entered"), Event.of(order, "line_linked")])
        finally:
            connection.close()

    threads = [threading.Thread(target=write, args=[number]) for number in range(4)]
    for thread in threads:
        thread.start()
    while not stopped.is_set():
        if not any(thread.is_alive() for thread in threads):
            until_events_can_be_read()
            stopped.set()
        ids, cursor = read_all(ada, cursor, limit=7)
        seen += ids
    assert len(seen) == 4 * 5 * 3
    assert sorted(seen) == sorted(str(pk) for pk in Event.objects.values_list("pk", flat=True))


def test_events_without_an_order_are_not_told(ada):
    record([Event(seller=ada.seller, kind="api_key.made", actor=ada.owner)])
    assert ask(ada).json() == {"events": [], "next": ""}


@pytest.mark.parametrize(
    ("parameters", "field"),
    [
        ({"after": "x"}, "after"),
        ({"after": "ß"}, "after"),
        ({"after": "_" * 32}, "after"),
        ({"after": "A" * 28}, "after"),
        ({"limit": "0"}, "limit"),
        ({"limit": "501"}, "limit"),
        ({"limit": "-1"}, "limit"),
        ({"limit": "1000000000000"}, "limit"),
        ({"limit": "0000000019999"}, "limit"),
        ({"limit": "many"}, "limit"),
        ({"limit": "²"}, "limit"),
    ],
)
def test_a_wrong_parameter_is_named(ada, parameters, field):
    answer = ask(ada, **parameters)
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == [field]


def test_a_stranger_is_refused(ada):
    assert Client().get(URL).status_code == 401
    assert Client().get(URL, headers={"Authorization": "Bearer fk_wrong"}).status_code == 401
