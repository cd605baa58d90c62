"""Every kind of row is kept for its days, and then deleted or blanked, batch by batch."""

from datetime import UTC, datetime, timedelta
from io import StringIO
from uuid import uuid4

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.utils import timezone

from fulfillment.privacy import retention
from fulfillment.privacy.retention import RULES, run_retention, what_is_due
from fulfillment.tasks import retain
from notifications.delivery.sending import send_due
from notifications.models import Attempt, Delivery, Endpoint, Message, Receipt
from orders.models import (
    Call,
    DeadLetter,
    Discrepancy,
    Event,
    IdempotencyKey,
    Import,
    Order,
    SentCopy,
)
from orders.returns.handling import request_return
from orders.states import DiscrepancyStatus
from tests.support.cast import make_damage, make_inbound, make_order, make_product
from tests.support.spoiling import spoiled
from tests.support.stages import delivered_order
from warehouse.models import InboundDamage, Printer, PrintJob, Scan

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def report(*arguments):
    out = StringIO()
    call_command("retention", *arguments, stdout=out)
    return out.getvalue()


@pytest.fixture
def aged(ada, pat):
    """A row of every technical kind on each side of its limit: {model: days}."""
    now = timezone.now()
    limits = {
        IdempotencyKey: 400,
        Attempt: 400,
        Receipt: 400,
        Delivery: 30,
        Scan: 90,
        Call: 90,
        Import: 90,
    }
    order = make_order(ada, {"LAMP": 1})
    IdempotencyKey.objects.all().delete()
    message, event = order.messages.first(), order.events.first()
    endpoint = Endpoint.objects.create(seller=ada.seller, url="https://a.example/", secret="")
    for number, hours in enumerate((1, -1)):
        at = {model: now - timedelta(days=days, hours=hours) for model, days in limits.items()}
        IdempotencyKey.objects.create(
            seller=ada.seller, key=f"k{number}", request_hash=b"h", answer={},
            created_at=at[IdempotencyKey],
        )  # fmt: skip
        Call.objects.create(
            seller=ada.seller, channel=ada.channel, body=b"{}", received_at=at[Call],
        )  # fmt: skip
        Import.objects.create(
            seller=ada.seller, kind="orders", name="a.csv", size=2, created_at=at[Import],
        )  # fmt: skip
        Attempt.objects.create(
            message=message, number=number, provider="smtp", started_at=at[Attempt], duration_ms=1,
            outcome="sent", answer="ok",
        )  # fmt: skip
        Receipt.objects.create(
            message=message, channel="email", provider="smtp", report_id=f"r{number}",
            kind="delivered", detail="grace@example.com", at=now, received_at=at[Receipt],
        )  # fmt: skip
        Delivery.objects.create(
            seller=ada.seller, endpoint=endpoint, event=None if number else event, kind="x",
            webhook_id=f"w{number}", payload="{}", created_at=at[Delivery],
        )  # fmt: skip
        Scan.objects.create(
            client_id=uuid4(), sequence=1, worker=pat, code="LAMP", outcome="", at=at[Scan]
        )
        Session.objects.create(
            session_key=f"s{number}", session_data="", expire_date=now - timedelta(hours=hours)
        )
    return limits


@pytest.fixture(autouse=True)
def _goods(request):
    """Where Ada sells, she has a lamp."""
    if "ada" in request.fixturenames:
        request.getfixturevalue("lamp")


def counts():
    models = (IdempotencyKey, Attempt, Delivery, Call, Scan, Session, Import)
    worded = Receipt.objects.exclude(detail="")
    return [*(model.objects.count() for model in models), worded.count()]


def test_what_is_older_goes_and_the_rest_stays(aged):
    assert counts() == [2] * 8
    said = report("--dry-run")
    assert "Answers of the API: 1 would be deleted after 400 days" in said
    assert "Words of delivery reports: 1 would be blanked after 400 days" in said
    assert "Webhook deliveries: 1 would be deleted after 30 days" in said
    assert "Expired sessions: 1 would be deleted at once" in said
    assert "Customers of closed orders: kept for ever (RETAIN_PERSONS_DAYS is 0)" in said
    assert counts() == [2] * 8
    retain()
    assert counts() == [1] * 8
    assert Receipt.objects.count() == 2
    assert report().count(": 0 ") == 15


def test_photos_of_damage_go_and_the_units_stay(ada, building, pat):
    vase = make_product(ada, "VASE", "Glass vase")
    damages = [make_damage(make_inbound(ada, {"VASE": 9}), vase, pat)]
    damages.append(make_damage(damages[0].line.inbound, vase, pat))
    InboundDamage.objects.filter(pk=damages[0].pk).update(
        reported_at=timezone.now() - timedelta(days=91)
    )
    run_retention(seconds=60)
    found = InboundDamage.objects.order_by("pk").values_list("units", "width")
    assert list(found) == [(1, None), (1, 1)]


def test_print_jobs_go_but_for_what_waits(monday_house):
    box = delivered_order(monday_house, {"LAMP": 1}).packages.get()
    printer = Printer.objects.create(
        warehouse=box.shipment.warehouse, name="Bench 1", token_hash=b"x" * 32
    )
    old = timezone.now() - timedelta(days=91)
    for document, status, asked_at in (
        ("slip", "waiting", old),
        ("slip", "printed", old),
        ("slip", "taken", old),
        ("label", "printed", old + timedelta(days=2)),
    ):
        PrintJob.objects.create(
            printer=printer, package=box, document=document, status=status, asked_at=asked_at
        )
    run_retention(seconds=60)
    kept = PrintJob.objects.order_by("asked_at").values_list("document", "status")
    assert list(kept) == [("slip", "waiting"), ("label", "printed")]


def test_copies_of_messages_go_and_the_messages_stay(ada):
    order = make_order(ada, {"LAMP": 1})
    message = order.messages.first()
    for pk, days in ((message.pk, 91), (message.pk + 1, 89)):
        SentCopy.objects.create(
            seller=ada.seller, order=order, message=pk, text="Dear Grace",
            sent_at=timezone.now() - timedelta(days=days),
        )  # fmt: skip
    run_retention(seconds=60)
    assert SentCopy.objects.get().message == message.pk + 1
    assert order.messages.filter(pk=message.pk).exists()


def test_the_codes_of_strays_go_once_they_are_dealt_with(ada):
    order = make_order(ada, {"LAMP": 1})
    before = timezone.now() - timedelta(days=91)
    done, decided = DiscrepancyStatus.DONE, DiscrepancyStatus.DECIDED
    for code, status, of, at in (
        ("Grace Hopper", done, None, before),
        ("recent", done, None, before + timedelta(days=2)),
        ("in hand", decided, None, before),
        ("of an order", done, order, before),
    ):
        Discrepancy.objects.create(
            seller=ada.seller, order=of, code=code, kind="unannounced", quantity=1, status=status,
            decision="discard", found_at=at,
        )  # fmt: skip

    run_retention(seconds=60)

    kept = Discrepancy.objects.order_by("pk").values_list("code", flat=True)
    assert list(kept) == ["", "recent", "in hand", "of an order"]


def test_days_of_zero_keep_everything(aged, settings):
    for rule in RULES:
        if rule.setting:
            setattr(settings, rule.setting, 0)
    retain()
    assert counts() == [2, 2, 2, 2, 2, 1, 2, 2]


def test_every_rule_has_a_setting_of_its_own():
    names = [rule.setting for rule in RULES if rule.setting]
    assert len(set(names)) == len(names) == 16


def test_batches_follow_until_the_time_is_over(aged, pat, settings):
    now = timezone.now()
    Scan.objects.bulk_create(
        Scan(client_id=uuid4(), sequence=1, worker=pat, code="", outcome="",
             at=now - timedelta(days=100))
        for _ in range(retention.BATCH + 5)
    )  # fmt: skip
    assert [outcome.is_finished for outcome in run_retention(seconds=0)] == [False] * 15
    assert counts() == [2, 2, 2, 2, retention.BATCH + 7, 2, 2, 2]
    done = {outcome.rule.name: outcome for outcome in run_retention(seconds=60)}
    assert (done["Scans"].rows, done["Scans"].is_finished) == (retention.BATCH + 6, True)


@pytest.mark.breaks_books  # a message is claimed by nobody
def test_one_who_cannot_be_erased_keeps_nobody_else(monday_house, settings, monkeypatch):
    monkeypatch.setattr(retention, "ORDERS_AT_ONCE", 1)
    settings.RETAIN_PERSONS_DAYS = 30
    stuck, leaving, last = (delivered_order(monday_house, {"LAMP": 1}) for _ in range(3))
    leaving.messages.filter(pk=leaving.messages.first().pk).update(status="claimed")
    with time_machine.travel(NOW + timedelta(days=40), tick=False):
        with spoiled("orders_event", order_id=stuck.pk):
            retain()
            retain()
        assert not Order.objects.get(pk=last.pk).customer_name
        assert {letter.order_id for letter in DeadLetter.objects.all()} == {stuck.pk}
    with time_machine.travel(NOW + timedelta(days=41), tick=False):
        retain()
    assert not Order.objects.get(pk=stuck.pk).customer_name
    assert not DeadLetter.objects.exists()
    assert Order.objects.get(pk=leaving.pk).customer_name


def test_customers_of_orders_that_are_over_are_erased(monday_house, smtp_peer, sms_peer, settings):
    house = monday_house
    settings.RETAIN_PERSONS_DAYS = 30
    old = delivered_order(house, {"LAMP": 2}, customer_name="Grace Hopper")
    returned = delivered_order(house, {"LAMP": 1}, email="other@example.com")
    still_open = make_order(house.ada, {"NOBODY": 1})
    units = {returned.lines.get().pk: 1}
    request_return(returned, units=units, reason="damaged", comment="")
    send_due()
    with time_machine.travel(NOW + timedelta(days=29), tick=False):
        retain()
        assert Order.objects.get(pk=old.pk).customer_name == "Grace Hopper"
    with time_machine.travel(NOW + timedelta(days=40), tick=False):
        recent = delivered_order(house, {"LAMP": 1})
        assert what_is_due()[0].rows == 1
        retain()
        retain()
    erased = Order.objects.get(pk=old.pk)
    assert (erased.customer_name, erased.email, erased.street) == ("", "", "")
    assert Event.objects.filter(kind="order.erased").count() == 1
    assert not Message.objects.filter(order=old, recipient__contains="@").filter(
        audience="customer"
    )
    for kept in (returned, still_open, recent):
        assert Order.objects.get(pk=kept.pk).customer_name == "Grace Hopper"
