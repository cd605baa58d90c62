"""A cancellation is undone as long as nobody outside counts on it; who was told is told once."""

from datetime import timedelta

import pytest
from django.utils import timezone

from notifications.delivery.sending import send_due
from notifications.models import Message, TextVersion
from orders.decisions.uncancel import last_of, undo_cancellation
from orders.errors import DomainError
from orders.lifecycle.cancel import FROM_SHOP, NOT_YET, cancel_order, cancel_units
from orders.lifecycle.erasing import erase_orders
from orders.lifecycle.holds import hold_order
from orders.models import Event, Hold, Order, OrderChange, Promise, Push, ShopLink, ShopOrder
from orders.pushes.planning import plan_pushes
from tests.api.asking import ask, errors_of
from tests.balance import findings
from tests.notifications.saying import make_due
from tests.support.cast import make_order, put_stock
from tests.support.racing import race
from tests.support.waiting import wait_until
from tests.warehouse.walking import ordered
from warehouse.models import Reservation
from warehouse.stock.allocation import allocate_due

pytestmark = pytest.mark.django_db


def units(order, **wanted):
    return {line.pk: wanted[line.sku] for line in order.lines.filter(sku__in=wanted)}


def counts(order):
    rows = order.lines.order_by("position")
    return list(rows.values_list("sku", "allocated", "backordered", "cancelled"))


def told(order, *templates):
    rows = Message.objects.filter(order=order, channel="email", template__in=templates)
    return list(rows.order_by("pk").values_list("template", "status"))


def cancellation(order):
    return Event.objects.filter(order=order, kind__endswith="cancelled", subject_id=order.pk).last()


def link(order, **columns):
    columns = {"address": "https://a.myshopify.com", "token": ""} | columns
    return ShopLink.objects.create(seller=order.seller, channel=order.channel, **columns)


def known(order, **columns):
    key = {"seller": order.seller, "channel": order.channel, "reference": order.reference}
    return ShopOrder.objects.create(order=order, **key, **columns)


def push_of(order, **columns):
    event = cancellation(order)
    key = {"seller": order.seller, "channel": order.channel, "order": order, "event": event}
    return Push.objects.create(what=Push.What.CANCELLED, subject_id=order.pk, **key, **columns)


def test_an_order_is_on_again_as_it_was(ada, lamp, shade, settings, smtp_peer):
    settings.UNDO_HOLD_SECONDS = 60
    put_stock(lamp, 2)
    put_stock(shade, 1)
    order = ordered(ada, {"LAMP": 2, "SHADE": 1})
    hold_order(order, reason=Hold.Reason.SELLER, detail="Gift wrap", actor=ada.owner)
    before = counts(order)
    [promise] = Promise.objects.filter(order=order)
    send_due()
    cancel_order(order, actor=ada.owner, reason="Grace moved")
    assert Promise.objects.get().released_at
    assert told(order, "cancelled") == [("cancelled", "held")]

    again = undo_cancellation(order, actor=ada.owner, reason="She stays")
    assert (again.status, allocate_due()) == ("on_hold", 1)

    assert counts(order) == before
    rows = Reservation.objects.filter(line__order=order).order_by("line__position")
    assert list(rows.values_list("line__sku", "quantity")) == [("LAMP", 2), ("SHADE", 1)]
    states = order.shipments.order_by("pk").values_list("number", "status")
    assert list(states) == [
        (f"{order.number}-1", "cancelled"),
        (f"{order.number}-2", "planned"),
    ]
    # It waits as it did, with the same date; of both messages none leaves.
    [hold] = order.holds.filter(released_at__isnull=True)
    assert (hold.reason, hold.detail) == ("seller", "Gift wrap")
    assert list(Promise.objects.values_list("pk", "released_at")) == [(promise.pk, None)]
    send_due()
    assert told(order, "cancelled", "correction", "dated") == [("cancelled", "suppressed")]
    event = Event.objects.get(kind="order.cancelled_undone")
    assert (event.actor, event.data["undoes"]) == (ada.owner, str(cancellation(order).pk))
    assert OrderChange.objects.get(event=event).after == "She stays"
    assert findings() == []


def test_who_was_told_is_told_once_that_it_is_on_again(ada, lamp, shade, smtp_peer, sms_peer):
    # A correction of the seller's own that knows of no cancellation would be wrong here.
    texts = {"en": {"subject": "Not packed yet", "body": "It is not packed.", "sms": "Not packed"}}
    now = timezone.now()
    TextVersion.objects.create(
        seller=ada.seller, template="correction", number=1, texts=texts, in_force=True,
        published_at=now,
    )  # fmt: skip
    put_stock(lamp, 5)
    order = ordered(ada, {"LAMP": 5}, number="1001")
    # The API cancels: nobody waits for an undo.
    for number in (1, 2):
        cancel_units(order, units(order, LAMP=number), actor=None)
    send_due()
    first, second = Event.objects.filter(kind="order.lines_cancelled").order_by("pk")
    undo_cancellation(order, cancellation=first.pk, actor=ada.owner)
    send_due()
    assert told(order, "correction") == [("correction", "sent")]
    mail, sms = smtp_peer.messages[-1], sms_peer.messages[-1]
    assert mail.subject == "Correction: order #1001 includes the cancelled products again"
    assert "your order #1001 was partly cancelled. That no longer applies." in mail.text
    assert "order #1001 is on again, what we cancelled will be sent." in sms.text

    undo_cancellation(order, actor=ada.owner)
    cancel_order(order, actor=None)
    make_due(*order.messages.filter(status="held"))
    send_due()
    undo_cancellation(order, actor=ada.owner)
    send_due()
    assert "order #1001 was cancelled" in smtp_peer.messages[-1].text
    undos = Event.objects.filter(kind__endswith="cancelled_undone").order_by("pk")
    last = cancellation(order).pk
    assert [row.data["undoes"] for row in undos] == [str(first.pk), str(second.pk), str(last)]
    assert len(told(order, "correction")) == 3


def test_a_date_that_passed_meanwhile_is_given_anew(ada, lamp, time_machine):
    put_stock(lamp, 1)
    order = ordered(ada, {"LAMP": 1})
    cancel_order(order, actor=ada.owner)
    time_machine.move_to(timezone.now() + timedelta(days=20))
    undo_cancellation(order, actor=ada.owner)
    allocate_due()
    former, now = Promise.objects.order_by("made_at")
    assert (bool(former.released_at), now.is_open) == (True, True)
    assert now.latest > timezone.now()


def test_what_cannot_be_undone_is_refused_and_stays(ada, bo, lamp):
    def cancelled(origin="", **fields):
        order = make_order(ada, {"LAMP": 2}, **fields)
        cancel_units(order, units(order, LAMP=2), actor=None, origin=origin)
        return order

    later = timezone.now() + timedelta(seconds=50)
    shop = {"lines": {"": [2, 1, None]}, "taken": {"": 2}}
    cases = [
        ("Nothing of order", lambda: make_order(ada, {"LAMP": 1})),
        ("Nothing of order", lambda: cancelled(FROM_SHOP)),
        ("The shop was told", lambda: push_of(order := cancelled(), state="done") and order),
        (
            "was just asked",
            lambda: (
                link(order := cancelled(), tells_at=later)
                and push_of(order, due_at=later)
                and order
            ),
        ),
        (
            "was just asked",
            lambda: push_of(order := cancelled(), tries=1, state="failed") and order,
        ),
        ("shop itself has", lambda: known(order := cancelled(), is_cancelled=True) and order),
        ("was refunded in the shop", lambda: known(o := cancelled(), payment="refunded") and o),
        (
            "cancelled or refunded these units of Title of LAMP",
            lambda: known(order := cancelled(), **shop) and order,
        ),
        ("data of order", lambda: erase_orders([order := cancelled()], actor=None) or order),
    ]
    for words, make in cases:
        order = make()
        before = counts(order)
        with pytest.raises(DomainError, match=words):
            undo_cancellation(order, actor=ada.owner)
        assert counts(order) == before
        assert not Event.objects.filter(order=order, kind__endswith="cancelled_undone").exists()
    # An id of another order names nothing here.
    with pytest.raises(DomainError, match="Nothing of order"):
        undo_cancellation(cancelled(), cancellation=cancellation(order).pk, actor=ada.owner)


def test_the_shop_is_not_told_what_was_undone(ada, lamp):
    order = make_order(ada, {"LAMP": 2})
    link(order)
    cancel_order(order, actor=None)
    undo_cancellation(order, actor=None)
    assert plan_pushes() == 0
    # Refused by the shop, and nobody tells it again.
    cancel_order(order, actor=None)
    wait_until(lambda: plan_pushes() == 1)
    Push.objects.update(state=Push.State.FAILED)
    undo_cancellation(order, actor=None)
    assert Push.objects.get().state == Push.State.DISMISSED
    # A third time, now with a push that waits.
    cancel_order(order, actor=None)
    wait_until(lambda: plan_pushes() == 1)
    # An outage has put off all that the shop is to be told, also what nobody has tried.
    later = timezone.now() + timedelta(minutes=5)
    Push.objects.filter(state=Push.State.WAITING).update(due_at=later)
    undo_cancellation(order, actor=None)
    assert set(Push.objects.values_list("state", flat=True)) == {Push.State.DISMISSED}


def test_of_two_undos_one_wins(ada, lamp):
    order = make_order(ada, {"LAMP": 4})
    for _ in range(2):
        cancel_units(order, units(order, LAMP=1), actor=None)
    last = cancellation(order).pk
    done, refusals = race(
        *[lambda: undo_cancellation(order, cancellation=last, actor=ada.owner)] * 3
    )
    assert (len(done), {str(error) for error in refusals}) == (
        1, {f"Ada Ahlgren has undone this cancellation of order {order} already."},
    )  # fmt: skip
    assert order.lines.get().cancelled == 1


def test_page_and_api_undo(ada, bo, lamp, client):
    order = make_order(ada, {"LAMP": 3})
    cancel_units(order, units(order, LAMP=2), actor=ada.owner)
    client.force_login(ada.owner)
    page = client.get(f"/dashboard/orders/{order.pk}/").content.decode()
    assert "by <bdi>Ada Ahlgren</bdi>: 2 × <bdi>Title of LAMP</bdi>." in page
    path = f"/dashboard/orders/{order.pk}/uncancel/"
    assert client.post(path, {"cancellation": "x"}).status_code == 409
    shown = {"cancellation": cancellation(order).pk, "reason": "Wrong line"}
    assert client.post(path, shown).status_code == 302
    assert client.post(path, shown).status_code == 409
    page = client.get(f"/dashboard/orders/{order.pk}/").content.decode()
    assert "Cancellation of units undone" in page
    assert "Undo cancellation" not in page

    cancel_order(Order.objects.get(pk=order.pk), actor=None)
    path = f"orders/{order.pk}/uncancel/"
    assert ask(bo, path, {}).status_code == 404
    answer = ask(ada, path, {"reason": "x"}, Idempotency_Key="a").json()
    assert [line["cancelled"] for line in answer["lines"]] == [0]
    told_now = {one["action"]: one["reason"] for one in answer["allowed_actions"]}
    assert told_now["uncancel"] == f"Nothing of order {order} was cancelled that can be undone."
    assert ask(ada, path, {}, Idempotency_Key="b").status_code == 409
    # Without a key a request names the cancellation: a repeat does not undo the one before it.
    for _ in range(2):
        cancel_units(order, units(order, LAMP=1), actor=None)
    answer = ask(ada, path, {})
    assert (answer.status_code, *errors_of(answer)) == (422, "cancellation")
    named = {"cancellation": str(cancellation(order).pk)}
    assert [ask(ada, path, named).status_code for _ in range(2)] == [200, 409]
    assert order.lines.get().cancelled == 1
    page = client.get(f"/dashboard/orders/{order.pk}/").content.decode()
    assert page.count("API key “Test”") == 2


def test_neither_what_the_shop_nor_what_own_units_cancelled_is_undone():
    """The order of a customer's own units would get others from stock."""
    ours, shops, own = (
        Event(kind="order.cancelled", data={"origin": origin})
        for origin in ("", FROM_SHOP, NOT_YET)
    )
    assert last_of([ours, shops, own]) is ours
    assert last_of([shops, own]) is None
