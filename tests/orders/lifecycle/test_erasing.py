"""A customer is erased: no table holds a canary, and books, history and other customers stay."""

import json
from datetime import timedelta
from io import StringIO
from time import sleep

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.utils import timezone

from fulfillment.backup.programs import program, run
from fulfillment.demo.peers.kept import Fault
from fulfillment.embedded.postgres import OWNER
from fulfillment.management.commands import erase_person
from notifications.channels.reports import Report
from notifications.consent.blocking import block_address
from notifications.delivery.attempts import new_attempt
from notifications.delivery.claims import claim
from notifications.delivery.outcomes import Outcome
from notifications.delivery.sending import send_due
from notifications.delivery.settling import settle
from notifications.models import Message, PushSubscription, Receipt, Suppression
from notifications.reports.receipts import store_reports
from notifications.states import MessageStatus
from orders.lifecycle.cancel import cancel_order
from orders.models import Call, Event, IdempotencyKey, Order, OrderView, Package, Return
from orders.returns.handling import refuse_return, request_return
from tests.notifications.saying import at_ten
from tests.support import databases, servers
from tests.support.cast import make_order
from tests.support.racing import race
from tests.support.stages import delivered_order, open_house

pytestmark = pytest.mark.django_db

MAIL, PHONE = "canary.bird@customer.example", "+4915155512345"
PERSON = {
    "customer_name": "Canarina Vogelsang", "email": MAIL, "phone": PHONE, "company": "Canary Ltd",
    "street": "Kanarienweg 17", "note": "Ring twice for Canarina",
}  # fmt: skip
CANARIES = ("anari", "ogelsang", MAIL, PHONE[1:], "browser-of-the-bird")


def said(*command, **options):
    out = StringIO()
    call_command(*command, stdout=out, **options)
    return out.getvalue()


def table_rows_with_canaries():
    url = databases.server_url(OWNER, servers.DATABASE)
    text = run(
        [program("pg_dump", connection.pg_version // 10_000), "--data-only", "--inserts"], url
    )
    return [line for line in text.splitlines() if any(bird in line for bird in CANARIES)]


def known_customer():
    """An order with all that can be known about its customer, whose address is unknown."""
    house = open_house()
    order = delivered_order(house, {"LAMP": 2}, **PERSON)
    Package.objects.filter(order=order).update(received_by="Canarina")
    PushSubscription.objects.create(
        order=order, endpoint="https://push.example/browser-of-the-bird", p256dh="x", auth="y"
    )
    line = order.lines.get()
    asked = request_return(order, units={line.pk: 1}, reason="damaged", comment="Canarina is sad")
    call = {"seller": house.ada.seller, "channel": house.ada.channel}
    body = json.dumps({"name": PERSON["customer_name"], "email": MAIL}).encode()
    Call.objects.create(**call, order=order, body=body, state="done")
    Call.objects.create(**call, body=body, state="refused", problems=[["email", MAIL]])
    Call.objects.create(**call, body=b"of nobody", state="refused")
    send_due()
    view = {"seller": house.ada.seller, "owner": house.ada.owner}
    OrderView.objects.create(**view, name="For canarina vogelsang", query="country=DE")
    OrderView.objects.create(**view, name="Hers", query="tag=canarina+vogelsang")
    OrderView.objects.create(**view, name="Of others", query="tag=canary")
    block_address(house.ada.seller, actor=house.ada.owner, channel="sms", recipient=PHONE)
    return house, order, asked


@pytest.fixture
def erased_house(once, smtp_peer, sms_peer):
    smtp_peer.behaviour = lambda mail: Fault(status=550, text=f"{MAIL} is unknown")
    with at_ten:
        yield once(known_customer)


def test_an_open_order_or_return_is_not_erased(erased_house):
    house, order, _ = erased_house
    for named in ({"email": MAIL}, {"number": make_order(house.ada, {"LAMP": 1}).number}):
        with pytest.raises(CommandError, match=r"Still open: #.*nothing was erased"):
            said("erase_person", house.ada.seller.slug, yes=True, **named)
    assert Order.objects.get(pk=order.pk).email == MAIL


def test_no_table_holds_the_person_and_everything_else_stays(erased_house):
    house, order, asked = erased_house
    refuse_return(asked, words="It was worn.", actor=None)
    other = make_order(house.ada, {"LAMP": 1}, customer_name="Grace Hopper")
    seller, token = house.ada.seller.slug, order.token
    kept = {"units": list(order.lines.values_list("delivered")), "returns": Return.objects.count()}
    known = Event.objects.count()
    assert len(table_rows_with_canaries()) >= 4
    assert "1 orders would be erased" in said("erase_person", seller, email=MAIL)

    report = said("erase_person", seller, email=MAIL.upper(), yes=True)

    assert report.startswith("Erased: 1 orders, ")
    assert [view.name for view in OrderView.objects.all()] == ["Of others"]
    assert "1 addresses stay blocked" in report
    # The one row that stays says whom nobody may write to.
    left = [row.split()[2] for row in table_rows_with_canaries()]
    assert left == ["public.notifications_suppression"]
    bodies = [bytes(body) for (body,) in Call.objects.order_by("pk").values_list("body")]
    assert bodies == [b"", b"", b"of nobody"]
    assert Client().get(f"/track/{token}/").status_code == 404
    order = Order.objects.get(pk=order.pk)
    assert (order.country, order.status) == ("DE", "delivered")
    assert list(order.lines.values_list("delivered")) == kept["units"]
    assert (Return.objects.count(), Event.objects.count()) == (kept["returns"], known + 1)
    assert Order.objects.get(pk=other.pk).customer_name == "Grace Hopper"
    send_due()
    assert not Message.objects.filter(order=order, status__in=("planned", "held")).exists()
    browser = Client()
    browser.force_login(house.ada.owner)
    assert browser.get(f"/dashboard/orders/{order.pk}/").status_code == 200
    with pytest.raises(CommandError, match="No order of this seller matches"):
        said("erase_person", seller, email=MAIL, yes=True)


def test_refusals_that_quote_the_person_are_blanked_and_their_keys_stay(erased_house):
    house, _, asked = erased_house
    refuse_return(asked, words="It was worn.", actor=None)
    seller = house.ada.seller
    texts = {"quoting": f"got {MAIL.upper()}", "street": "Kanarienweg 17", "other": "got Grace"}
    for key, text in texts.items():
        IdempotencyKey.objects.create(
            seller=seller, key=key, request_hash=b"h", status=422,
            answer={"errors": [{"field": "customer.email", "problem": text}]},
        )  # fmt: skip
    said("erase_person", seller.slug, email=MAIL, yes=True)
    kept = dict(IdempotencyKey.objects.filter(key__in=texts).values_list("key", "answer"))
    assert {key: answer["errors"][0]["problem"] for key, answer in kept.items()} == {
        "quoting": "Erased.", "street": "Erased.", "other": "got Grace",
    }  # fmt: skip


def test_another_seller_keeps_its_customer(erased_house):
    house, order, _ = erased_house
    other = house.bo.seller.slug
    with pytest.raises(CommandError, match="No order of this seller"):
        said("erase_person", other, email=MAIL, yes=True)
    with pytest.raises(CommandError, match="There is no seller nobody"):
        said("erase_person", "nobody", email=MAIL, yes=True)
    with pytest.raises(CommandError, match="Name the customer by"):
        said("erase_person", other, yes=True)
    assert Order.objects.get(pk=order.pk).email == MAIL


def test_a_person_gets_all_that_is_kept(erased_house):
    house = erased_house[0]
    found = json.loads(said("export_person", house.ada.seller.slug, phone=PHONE))
    (kept,) = found["orders"]
    assert {name: kept[name] for name in PERSON} == PERSON
    assert kept["returns"][0]["comment"] == "Canarina is sad"
    assert kept["packages"][0]["received_by"] == "Canarina"
    assert kept["browsers"][0]["endpoint"].endswith("browser-of-the-bird")
    assert {row["recipient"] for row in kept["messages"]} >= {MAIL, PHONE}
    assert kept["history"][0]["kind"] == "order.received"
    assert found["blocked"] == [{"channel": "sms", "recipient": PHONE}]


@pytest.fixture
def cancelled(monday_house, smtp_peer, sms_peer):
    """A cancelled order whose mail and text are claimed by a worker that lives."""
    order = make_order(monday_house.ada, {"LAMP": 1}, **PERSON)
    cancel_order(order, actor=None)
    return order, claim("w1")


def erase(order):
    return said("erase_person", order.seller.slug, email=MAIL, yes=True)


def told(message, status, **fields):
    """The outcome of an attempt whose provider named the customer."""
    attempt = new_attempt(message, "smtp")
    attempt.outcome, attempt.answer = status.value, f"250 queued for {MAIL}"
    return Outcome(message, status, f"It was for {MAIL}.", attempt=attempt, **fields)


def test_erasing_waits_for_what_is_leaving(cancelled, monkeypatch):
    order, claimed = cancelled

    def sent_at_last():
        sleep(0.5)
        settle([told(message, MessageStatus.SENT, provider_id="x-1") for message in claimed])

    with monkeypatch.context() as patience:
        patience.setattr(erase_person, "WAIT_SECONDS", 0)
        with pytest.raises(CommandError, match="is just leaving; nothing was erased"):
            erase(order)
    assert Order.objects.get(pk=order.pk).email == MAIL
    reports, refusals = race(lambda: erase(order), sent_at_last)
    assert [report[:17] for report in reports if report] == ["Erased: 1 orders,"]
    assert refusals == []
    assert {row.status for row in Message.objects.filter(pk__in=[m.pk for m in claimed])} == {
        "sent"
    }
    assert table_rows_with_canaries() == []


@pytest.mark.parametrize("status", [MessageStatus.SENT, MessageStatus.RETRYING])
def test_what_a_provider_says_after_the_erasure_is_not_kept(cancelled, status):
    order, claimed = cancelled
    settle([Outcome(message, MessageStatus.UNKNOWN, "No answer.") for message in claimed])
    erase(order)
    delay = 60.0 if status is MessageStatus.RETRYING else None
    settle([told(message, status, delay=delay, provider_id="x-1") for message in claimed])
    rows = Message.objects.filter(pk__in=[message.pk for message in claimed])
    assert {row.status for row in rows} == {"unknown" if delay else "sent"}
    keys = {row.channel: row.key for row in claimed}
    for minute, kind in enumerate((Receipt.Kind.DELIVERED, Receipt.Kind.BOUNCED)):
        name = f"{PHONE} (Canarina Vogelsang)"
        at = timezone.now() + timedelta(minutes=minute)
        store_reports(
            Report(channel=channel, provider="x", kind=kind, at=at, key=key, detail=name)
            for channel, key in keys.items()
        )
    assert Receipt.objects.filter(message__in=rows).count() == 2 * len(keys)
    assert {row.status for row in rows.all()} == {"failed"}
    assert Suppression.objects.count() == 0
    assert table_rows_with_canaries() == []
